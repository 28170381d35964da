skip_if_not(mx.available())
skip_if_not_installed("reticulate")

# The condition of a mistake: its text, and its call as one text ("" where there is none).
mistake <- function(expr) {
  e <- tryCatch(expr, error = identity)
  expect_s3_class(e, "error")
  list(text = conditionMessage(e), call = paste(deparse(conditionCall(e)), collapse = ""))
}

expect_mistake <- function(expr, text, call = "NULL") {
  found <- mistake(expr)
  expect_match(found$text, text)
  expect_identical(found$call, call)
}

net_of <- function(units = 3) {
  net <- mx.gluon.nn.Dense(units, in_units = 4)
  net$initialize()
  net
}

flowers <- function() mx.nd.array(t(as.matrix(iris[1:4])))

test_that("parameters are changed where they stand in a block", {
  net <- net_of()
  net$weight$lr_mult <- 2
  net$weight$grad_req <- "null"
  expect_equal(net$weight$lr_mult, 2)
  expect_identical(net$weight$grad_req, "null")
  expect_identical(net$bias$grad_req, "write")
  deep <- mx.gluon.nn.HybridSequential(net_of(), mx.gluon.nn.Dense(2))
  deep[[1]]$weight$wd_mult <- 0.5
  expect_identical(deep[[1]]$weight$wd_mult, 0.5)
  Own <- mx.gluon.HybridBlock("Own", initialize = function() self$fc <- mx.gluon.nn.Dense(2, in_units = 4),
                              hybrid_forward = function(F, x) self$fc(x))
  own <- Own()
  own$fc$weight$lr_mult <- 3
  expect_equal(own$fc$weight$lr_mult, 3)
  net$bias$set_data(c(1, 2, 3))
  expect_equal(as.vector(as.array(net$bias$data())), c(1, 2, 3))
})

test_that("misspelt fields are named, and the condition has no call that nobody typed", {
  net <- net_of()
  expect_mistake(net$wieght, "mx.gluon.nn.Dense has no field or method 'wieght'. Did you mean 'weight'?")
  expect_mistake(net$weight$grad_reqq <- "null", "no field 'grad_reqq'. Did you mean 'grad_req'")
  expect_mistake(net$weight$lr_mult <- "a", "lr_mult must be a number, given 'a'")
  expect_mistake(net$weight <- mx.nd.ones(c(4, 3)), "weight is a parameter; \\$weight\\$set_data\\(\\)")
  trainer <- mx.gluon.Trainer(net$collect_params(), "sgd")
  expect_mistake(trainer$lr <- 3, "mx.gluon.Trainer has no field 'lr'")
  expect_mistake(trainer$learning_rate <- 3, "cannot be assigned; use \\$set_learning_rate\\(\\)")
  expect_mistake(trainer$stepp(1), "Did you mean 'step'")
  expect_mistake(net[[1]], "subscript out of bounds: 1, there are 0")
  expect_mistake(trainer[[1]], "a mx.gluon.Trainer has no parts")
  expect_mistake(net[1], "there are 0 children")
  expect_mistake(net$collect_params()[[9]], "there are 2 parameters, given \\[\\[9\\]\\]")
  expect_mistake(mx.gluon.data.ArrayDataset(1:3)$foo, "no member foo")
})

test_that("calls are those that the user typed", {
  net <- net_of()
  x <- flowers()
  expect_mistake(net$initialize("xavierr"), "'xavierr' is not a registered initializer", 'net$initialize("xavierr")')
  expect_mistake(net$initialize(mx.init.Xavier), "result of mx.init.Xavier\\(\\)", "net$initialize(mx.init.Xavier)")
  expect_mistake(x$backward(), "inside mx.autograd.record\\(\\).*retain_graph = TRUE", "x$backward()")
  expect_mistake(x$attach_grad("wirte"), "got 'wirte'", 'x$attach_grad("wirte")')
  expect_mistake(mx.gluon.nn.Dense(3, not_there), "object 'not_there' not found", "mx.gluon.nn.Dense(3, not_there)")
  expect_mistake(mx.autograd.record(), "argument expr is missing", "mx.autograd.record()")
  expect_mistake(mx.autograd.grad(x), "argument variables is missing", "mx.autograd.grad(x)")
  expect_mistake(predict(mx.gluon.nn.Dense(1), 1:3), "the network is not initialised",
                 "predict(mx.gluon.nn.Dense(1), 1:3)")
  expect_mistake(summary(net), "give the inputs", "summary(net)")
  expect_mistake(fit(), "the first argument \\(a network\\) is missing", "fit()")
  set <- mx.gluon.data.ArrayDataset(1:3)
  expect_mistake(set$take(-1), "take: argument count", "set$take(-1)")
  Own <- mx.gluon.HybridBlock("Own", initialize = function(n) self$fc <- mx.gluon.nn.Dense(n),
                              hybrid_forward = function(F, x) F$relue(self$fc(x)))
  expect_mistake(Own(), "units is missing", "Own()")
  expect_mistake(Own(3, 4), "Own: argument prefix must be one text, given 4", "Own(3, 4)")
  own <- Own(3)
  own$initialize()
  expect_match(mistake(own(x))$text, "F has no operator relue. Did you mean 'relu'?")
})

test_that("inputs of the wrong kind and number are told", {
  net <- net_of()
  x <- flowers()
  expect_mistake(net(iris), "input 1 must be an MXNDArray.*data.frame.*t\\(as.matrix\\(x\\)\\)", "net(iris)")
  expect_mistake(net(as.matrix(iris[1:4])), "the last dim counts the examples", "net(as.matrix(iris[1:4]))")
  expect_mistake(net(NULL), "input 1 must be an MXNDArray or an MXSymbol, given NULL", "net(NULL)")
  expect_mistake(net(), "mx.gluon.nn.Dense: input x is missing", "net()")
  expect_mistake(net(x, x), "mx.gluon.nn.Dense: given 2 inputs, takes 1 \\(x\\)", "net(x, x)")
  loss <- mx.gluon.loss.SoftmaxCrossEntropyLoss()
  expect_mistake(loss(net(x)), "input label is missing", "loss(net(x))")
  expect_mistake(loss(net(x), iris$Species), "classes are numbers from 0", "loss(net(x), iris$Species)")
  expect_match(mistake(mx.gluon.nn.Dense(3, activation = mx.nd.relu))$text, "argument activation cannot be a function")
  expect_match(mistake(net$apply(3))$text, "argument fn must be a function, given 3")
  expect_match(mistake(net$register_forward_hook(3))$text, "argument hook must be a function")
  expect_match(mistake(net$hybridize("yes"))$text, "argument active must be TRUE or FALSE, given 'yes'")
  expect_match(mistake(net$collect_params("["))$text, "argument select is no regular expression")
  expect_match(mistake(mx.gluon.Trainer(net$collect_params, "sgd"))$text, "is the method collect_params itself: call it")
  expect_match(mistake(mx.gluon.Trainer(net$collect_params(), mx.opt.sgd))$text, "result of mx.opt.sgd\\(\\)")
  trainer <- mx.gluon.Trainer(net$collect_params(), "sgd")
  expect_match(mistake(trainer$step("a"))$text, "argument batch_size must be a number")
  expect_match(mistake(trainer$set_learning_rate("a"))$text, "argument lr must be a number")
  expect_match(mistake(net$save_parameters(3))$text, "argument filename must be one text, given 3")
  expect_match(mistake(net$save_parameters(NULL))$text, "argument filename must be one text, given NULL")
  expect_match(mistake(net$initialize(ctx = "gpu"))$text, "argument ctx must be a device such as mx.cpu\\(\\), or a list")
  expect_match(mistake(mx.gluon.utils.split_and_load(x, list()))$text, "argument ctx_list must be a device")
  expect_match(mistake(mx.gluon.rnn.LSTM("a"))$text, "argument hidden_size must be a number, given 'a'")
  expect_match(mistake(mx.gluon.Trainer(net$collect_params(), "sgd", c(learning_rate = 0.1)))$text,
               "argument optimizer_params must be a list of options by name")
  expect_match(mistake(mx.gluon.Trainer(NULL, "sgd"))$text, "list or dict of Parameters, got NULL")
  expect_match(mistake(net$collect_params()$setattr("grad_reqq", "null"))$text,
               "parameters have no field 'grad_reqq'. Did you mean 'grad_req'")
  stale <- mistake(trainer$step(1))$text
  expect_match(stale, "^Gradient of Parameter .* ignore_stale_grad = TRUE ")
})

test_that("errors in functions of the user show these as he would call them", {
  x <- mx.nd.ones(c(4, 2))
  expect_mistake(mx.autograd.record({ stop("mine") }), "mine", 'mx.autograd.record({    stop("mine")})')
  expect_false(mx.autograd.is_recording())
  expect_mistake(mx.gluon.nn.Lambda(function(x) stop("mine"))(x), "mine", "f(x)")
  net <- net_of()
  hook <- net$register_forward_hook(function(block, inputs, outputs) stop("mine"))
  expect_mistake(net(x), "mine", "hook(block, inputs, outputs)")
  hook$detach()
  Twice <- mx.autograd.Function("Twice", forward = function(x) 2 * x, backward = function(dy) stop("mine"))
  x$attach_grad()
  y <- mx.autograd.record(Twice()(x))
  expect_mistake(y$backward(), "mine", "backward(dy)")
  expect_mistake(mx.autograd.Function("Twice", identity), "needs both forward and backward",
                 'mx.autograd.Function("Twice", identity)')
  layer <- mx.gluon.nn.Dense(3, in_units = 2, weight_initializer = function(name, shape, ctx) mx.nd.ones(shape, ctx))
  layer$initialize()
  expect_equal(as.array(layer$weight$data()), matrix(1, 2, 3))
})

test_that("symbols in R code of a hybridized block are told from arrays", {
  expect_match(mistake(mx.gluon.HybridBlock("A", hybrid_forward = function(x) x))$text,
               "hybrid_forward must take F and the inputs")
  traced <- function(f) {
    net <- mx.gluon.HybridBlock("A", hybrid_forward = f)()
    net$hybridize()
    mistake(net(mx.nd.ones(c(4, 2))))$text
  }
  expect_match(traced(function(F, x) if (sum(x) > 0) x else -x), "^sum: a symbol has no values.*F\\$where")
  expect_match(traced(function(F, x) as.array(x)), "^as.array: a symbol has no values")
  expect_match(traced(function(F, x) if (x > 0) x else -x), "a symbol has no values|not interpretable as logical")
})

test_that("Python's warnings are R's", {
  net <- net_of()
  expect_warning(expect_warning(net$initialize(), "weight' is already initialized.*force_reinit = TRUE"), "bias' is already")
})

test_that("objects can be looked at, those of another session too", {
  net <- mx.gluon.nn.HybridSequential(net_of(), mx.gluon.nn.Dense(2))
  trainer <- mx.gluon.Trainer(net$collect_params(), "sgd")
  expect_identical(names(trainer), c("learning_rate", "optimizer"))
  expect_identical(trainer[["learning_rate"]], 0.01)
  expect_true(all(c("shape", "grad_req") %in% names(net[[1]]$weight)))
  expect_identical(capture.output(summary(trainer)), capture.output(trainer))
  expect_length(capture.output(str(list(net, trainer, net[[1]]$weight, net$collect_params()))), 5)
  set <- mx.gluon.data.ArrayDataset(1:3)
  expect_identical(.DollarNames(set, "^t"), c("take", "transform", "transform_first"))
  expect_false(any(startsWith(.DollarNames(mx.gluon.data.DataLoader(set)), ".")))
  expect_mistake(mx.gluon.data.DataLoader(set)[[1]], "as.list\\(loader\\)\\[\\[i\\]\\]")

  file <- tempfile()
  on.exit(unlink(file), add = TRUE)
  for (live in list(net, trainer, net$collect_params(), net[[1]]$weight)) {
    saveRDS(live, file)
    gone <- readRDS(file)
    expect_match(capture.output(gone), "of another R session")
    expect_match(capture.output(str(gone)), "of another R session")
    expect_no_error(list(length(gone), names(gone), .DollarNames(gone, ""), object.size(gone), class(gone)))
  }
  fitted <- fit(net_of(), Species ~ ., data = iris, epochs = 1, verbose = FALSE)
  saveRDS(fitted, file)
  expect_match(paste(capture.output(readRDS(file)), collapse = " "), "trained: 1 round.*without its network")
  expect_error(evaluate(fitted, transform(iris, Species = "rose")), "evaluate: newdata has the class \"rose\"")
  expect_error(evaluate(fitted, iris[1:4]), "evaluate: newdata lacks the outcome Species")
  expect_error(fit(net_of(), iris[0, 1:4], iris$Species[0]), "fit: argument x has no examples")
  saveRDS(trainer, file)
  expect_match(mistake(readRDS(file)$step(1))$text, "this object of Gluon comes from a file.*save_states")
})

test_that("matrices that all have examples as rows, and such as nobody can tell", {
  x <- scale(iris[1:4])
  y <- cbind(a = x[, 1] + x[, 2], b = x[, 3])
  set <- mx.gluon.data.ArrayDataset(x, y)
  expect_length(set, 150)
  expect_length(mx.gluon.data.ArrayDataset(t(x), t(y)), 150)
  expect_error(mx.gluon.data.ArrayDataset(x, x), "Cannot auto select array.layout.*data and label have dim c\\(150, 4\\)")
  expect_length(mx.gluon.data.ArrayDataset(x, x, array.layout = "rowmajor"), 150)
  # an autoencoder, whose first layer knows what it takes
  net <- mx.gluon.nn.HybridSequential(mx.gluon.nn.Dense(2, in_units = 4), mx.gluon.nn.Dense(4))
  model <- fit(net, x, x, loss = mx.gluon.loss.L2Loss(), epochs = 2, verbose = FALSE)
  expect_identical(dim(predict(model, x)), c(4L, 150L))
})

test_that("fits are tables", {
  skip_if_not_installed("generics")
  plain <- options(mxr.tibble = FALSE)
  on.exit(options(plain), add = TRUE)
  mx.set.seed(1)
  net <- mx.gluon.nn.HybridSequential(mx.gluon.nn.Dense(4), mx.gluon.nn.BatchNorm(), mx.gluon.nn.Dense(3))
  model <- fit(net, iris[1:4], iris$Species, validation = 0.2, epochs = 2, verbose = FALSE)
  net[[1]]$bias$grad_req <- "null"
  parts <- generics::tidy(model)
  expect_identical(parts$type, c("arg", "fixed", "arg", "arg", "aux", "aux", "arg", "arg"))
  expect_identical(parts$dim[1:2], c("4 x 4", "4"))
  expect_equal(parts$mean[1], mean(as.array(net[[1]]$weight$data())))
  row <- generics::glance(model)
  expect_identical(row$layers, 3L)
  expect_equal(row$parameters, sum(parts$parameters))
  expect_identical(c(row$rounds, row$nobs), c(2L, 120L))
  expect_identical(row$validation, model$history$validation[2])
  known <- generics::augment(model, iris[1:4])
  expect_identical(known$.pred_class, predict(model, iris[1:4]))
  expect_equal(known$.pred_setosa, predict(model, iris[1:4], type = "prob")[, "setosa"])
  expect_identical(names(generics::augment(model, t(iris[1:4])))[1:2], c(".pred_class", ".pred_setosa"))

  line <- fit(mx.gluon.nn.Dense(1), mpg ~ wt + hp, data = mtcars, epochs = 2, verbose = FALSE)
  known <- generics::augment(line, mtcars)
  expect_identical(known[names(mtcars)], mtcars)
  expect_equal(known$.resid, mtcars$mpg - predict(line, mtcars))
  expect_error(generics::augment(line), "augment: argument data or new_data is missing")
  two <- fit(mx.gluon.nn.Dense(2), mtcars[3:4], mtcars[1:2], loss = mx.gluon.loss.L2Loss(), epochs = 1, verbose = FALSE)
  expect_identical(names(generics::augment(two, mtcars[3:4])), c("disp", "hp", ".pred_1", ".pred_2"))
})
