d <- easy_digits(200)

test_that("arrays: both layouts, with warnings, labels of the last dim", {
  mx.set.seed(4)
  expect_warning(suppressMessages(a <- mx.model.FeedForward.create(small_mlp(), d$x, d$y, num.round = 1, verbose = FALSE)),
                 "Auto detect layout input matrix, use colmajor..", fixed = TRUE)
  mx.set.seed(4)
  expect_warning(b <- mx.model.FeedForward.create(small_mlp(), t(d$x), d$y, num.round = 1, verbose = FALSE),
                 "Auto detect layout of input matrix, use rowmajor..", fixed = TRUE)
  expect_identical(as.array(a$arg.params$fc1_weight), as.array(b$arg.params$fc1_weight))
  expect_mx_error(mx.model.FeedForward.create(small_mlp(), matrix(0, 5, 5), 0:4), "Cannot auto select array.layout, please specify this parameter")
  expect_no_warning <- function(e) expect_warning(e, NA)
  expect_no_warning(mx.model.FeedForward.create(small_mlp(), d$x, d$y, num.round = 1, verbose = FALSE, array.layout = "colmajor"))
})

test_that("one training step is exactly gradient descent", {
  fc <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1, name = "fc")
  net <- mx.symbol.LinearRegressionOutput(fc, name = "lro")
  x <- matrix(c(1, 2, 3, 4, 5, 6), 2)
  y <- matrix(c(1, 0, 2), 1)
  it <- mx.io.arrayiter(x, y, batch.size = 3)
  w <- c(0.5, -0.25)
  model <- quiet_fit(net, it, num.round = 1, learning.rate = 0.1,
                     arg.params = list(fc_weight = mx.nd.array(matrix(w, 2)), fc_bias = mx.nd.zeros(1)))
  err <- as.vector(w %*% x) - as.vector(y)
  expect_equal(as.vector(as.array(model$arg.params$fc_weight)), w - 0.1 / 3 * as.vector(x %*% err), tolerance = 1e-6)
  expect_equal(as.array(model$arg.params$fc_bias), -0.1 / 3 * sum(err), tolerance = 1e-6)
  p <- predict(model, it)
  expect_identical(dim(p), c(1L, 3L))
})

test_that("the log is MXNet R's; verbose and metrics switch it", {
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  expect_identical(log_of(mx.model.FeedForward.create(small_mlp(), it, num.round = 1)), "Start training with 1 devices")
  expect_identical(log_of(mx.model.FeedForward.create(small_mlp(), it, num.round = 1, eval.metric = mx.metric.accuracy, verbose = FALSE)), character())
  lines <- log_of(mx.model.FeedForward.create(small_mlp(), it, begin.round = 3, num.round = 4, eval.metric = mx.metric.accuracy))
  expect_match(lines[2:3], "^\\[[34]\\] Train-accuracy=")
})

test_that("a custom metric is called per batch with NDArrays and gives the same numbers as the built-in", {
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 60)
  dims <- list()
  own <- mx.metric.custom("accuracy", function(label, pred) {
    dims[[length(dims) + 1]] <<- list(class(label), dim(label), dim(pred))
    mean(max.col(t(as.array(pred)), "first") - 1 == as.array(label))
  })
  run <- function(metric) {
    mx.set.seed(5)
    log_of(mx.model.FeedForward.create(small_mlp(), it, num.round = 2, eval.metric = metric, eval.data = it, learning.rate = 0.3))
  }
  one <- run(own)
  two <- run(mx.metric.accuracy)
  number <- function(l) as.numeric(sub(".*=", "", l))
  expect_identical(sub("=.*", "", one), sub("=.*", "", two))
  expect_equal(number(one[-1]), number(two[-1]), tolerance = 1e-6)
  expect_identical(dims[[1]], list("MXNDArray", 60L, c(10L, 60L)))
  expect_length(dims, 16)
})

test_that("eval.data as a list is accepted, anything else is told", {
  expect_identical(length(log_of(mx.model.FeedForward.create(small_mlp(), d$x, d$y, num.round = 1, eval.metric = mx.metric.accuracy,
                                                             eval.data = list(data = d$x, label = d$y), array.layout = "colmajor"))), 3L)
  expect_mx_error(suppressMessages(mx.model.FeedForward.create(small_mlp(), d$x, d$y, eval.data = 3, array.layout = "colmajor")),
                  "The validation set should be either a mx.io.DataIter or a R list")
  expect_mx_error(suppressMessages(mx.model.FeedForward.create(small_mlp(), d$x, d$y, eval.data = list(1), array.layout = "colmajor")),
                  "Please provide the validation set as list(data=R.array, label=R.array)", fixed = TRUE)
})

test_that("fixed parameters stay and are left out of the result", {
  init <- mx.model.init.params(small_mlp(), list(data = c(40, 50)), NULL, mx.init.uniform(0.1), mx.cpu())
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  model <- quiet_fit(small_mlp(), it, num.round = 1, arg.params = init$arg.params, fixed.param = c("fc1_weight", "fc1_bias"))
  expect_identical(names(model$arg.params), c("fc2_weight", "fc2_bias"))
  expect_mx_error(quiet_fit(small_mlp(), it, num.round = 1, fixed.param = "fc7"), "no argument called fc7")
})

test_that("arg.params must be complete and fit; extra ones need allow.extra.params", {
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  p <- mx.model.init.params(small_mlp(), list(data = c(40, 50)), NULL, mx.init.uniform(0.1), mx.cpu())$arg.params
  expect_mx_error(quiet_fit(small_mlp(), it, arg.params = p[1:3]), "the parameters lack fc2_bias")
  expect_mx_error(quiet_fit(small_mlp(), it, arg.params = c(p, list(more = mx.nd.ones(1)))), "more are no parameters")
  expect_s3_class(quiet_fit(small_mlp(), it, num.round = 1, arg.params = c(p, list(more = mx.nd.ones(1))), allow.extra.params = TRUE), "MXFeedForwardModel")
  p$fc1_bias <- mx.nd.ones(3)
  expect_mx_error(quiet_fit(small_mlp(), it, arg.params = p), "parameter fc1_bias has dim c(3), the symbol with this data needs c(16)", fixed = TRUE)
})

test_that("several devices share the batch and agree with one", {
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  p <- mx.model.init.params(small_mlp(), list(data = c(40, 50)), NULL, mx.init.uniform(0.1), mx.cpu())$arg.params
  one <- quiet_fit(small_mlp(), it, num.round = 2, arg.params = p, learning.rate = 0.2)
  lines <- log_of(two <- mx.model.FeedForward.create(small_mlp(), it, num.round = 2, arg.params = p, learning.rate = 0.2,
                                                     ctx = list(mx.cpu(0), mx.cpu(1)), eval.metric = mx.metric.accuracy))
  expect_identical(lines[1:2], c("Auto-select kvstore type = local_update_cpu", "Start training with 2 devices"))
  expect_equal(as.array(two$arg.params$fc1_weight), as.array(one$arg.params$fc1_weight), tolerance = 1e-5)
  expect_mx_error(quiet_fit(small_mlp(), it, ctx = "cpu"), "ctx must be mx.context or list of mx.context")
  expect_mx_error(quiet_fit(small_mlp(), it, kvstore = 3), "kvstore must be either MXKVStore or a string")
})

test_that("named inputs and outputs feed the arguments of those names", {
  a <- mx.symbol.Variable("pixels")
  net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(a, num_hidden = 10), label = mx.symbol.Variable("digit"))
  inner <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  it <- list(reset = function() inner$reset(), iter.next = function() inner$iter.next(), num.pad = function() inner$num.pad(),
             value = function() setNames(inner$value(), c("pixels", "digit")))
  class(it) <- "MXArrayDataIter"
  Named <- setRefClass("NamedIter", fields = list(f = "list"), methods = list(
    reset = function() f$reset(), iter.next = function() f$iter.next(), num.pad = function() f$num.pad(), value = function() f$value()), where = globalenv())
  model <- quiet_fit(net, Named$new(f = unclass(it)), input.names = "pixels", output.names = "digit", num.round = 1)
  expect_length(model$arg.params, 2)
  expect_mx_error(quiet_fit(net, Named$new(f = unclass(it)), num.round = 1), "expected data")
})

test_that("a hand-written optimizer is called for every weight", {
  calls <- integer()
  opt <- list(create_exec = function(index, weight_dim, ctx) {
    calls <<- c(calls, index)
    NULL
  }, update = function(index, exec_w, weight, grad) weight - grad * 0.01)
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  p <- mx.model.init.params(small_mlp(), list(data = c(40, 50)), NULL, mx.init.uniform(0.1), mx.cpu())$arg.params
  own <- quiet_fit(small_mlp(), it, num.round = 1, optimizer = opt, arg.params = p)
  ref <- quiet_fit(small_mlp(), it, num.round = 1, optimizer = mx.opt.create("sgd", learning.rate = 0.01), arg.params = p)
  expect_identical(calls, 2:5) # the first argument is data
  expect_equal(as.array(own$arg.params$fc1_weight), as.array(ref$arg.params$fc1_weight), tolerance = 1e-6)
})

test_that("mx.mlp builds the slides' networks", {
  m <- suppressWarnings(suppressMessages(mx.mlp(d$x, d$y, hidden_node = c(8, 6), out_node = 10, dropout = 0.5, activation = c("relu", "tanh"),
                                                num.round = 1, array.layout = "colmajor")))
  ops <- graph_data(m$symbol, NULL)$nodes$op
  expect_identical(ops, c("null", "FullyConnected", "Activation", "FullyConnected", "Activation", "Dropout", "FullyConnected", "SoftmaxOutput"))
  r <- suppressMessages(mx.mlp(d$x, d$y, hidden_node = 3, out_node = 1, out_activation = "rmse", num.round = 1, array.layout = "colmajor"))
  expect_identical(dim(predict(r, d$x, array.layout = "colmajor")), c(1L, 200L))
  expect_mx_error(mx.mlp(d$x, d$y, hidden_node = 3, out_node = 1, out_activation = "x"), "Not supported yet.", fixed = TRUE)
  expect_mx_error(mx.mlp(d$x, d$y, hidden_node = 1:2, out_node = 1, activation = c("a", "b", "c")), "Length of activation should be 2")
  expect_mx_error(mx.mlp(d$x, d$y, hidden_node = 3, out_node = 1, dropout = c(.1, .2)), "only accept dropout ratio of length 1.", fixed = TRUE)
  expect_mx_error(mx.mlp(d$x, d$y), "out_node")
})

test_that("LeNet trains on arrays of dim c(28, 28, 1, N)", {
  set.seed(1)
  x <- array(runif(28 * 28 * 40), c(28, 28, 1, 40))
  y <- rep(0:9, 4)
  data <- mx.symbol.Variable("data")
  conv <- mx.symbol.Convolution(data = data, kernel = c(5, 5), num_filter = 3)
  pool <- mx.symbol.Pooling(data = mx.symbol.Activation(data = conv, act_type = "relu"), pool_type = "max", kernel = c(2, 2), stride = c(2, 2))
  net <- mx.symbol.SoftmaxOutput(data = mx.symbol.FullyConnected(data = mx.symbol.Flatten(data = pool), num_hidden = 10))
  it <- mx.io.arrayiter(x, y, batch.size = 20, shuffle = TRUE)
  model <- quiet_fit(net, it, eval.metric = mx.metric.accuracy, initializer = mx.init.Xavier(), learning.rate = 0.1, num.round = 1)
  expect_identical(dim(model$arg.params[[1]]), c(5L, 5L, 1L, 3L))
  expect_identical(dim(predict(model, x)), c(10L, 40L))
})

test_that("bad data are refused in the user's terms: argument, example, dims", {
  d <- easy_digits(30)
  fit <- function(x = d$x, y = d$y, ...)
    suppressWarnings(mx.model.FeedForward.create(small_mlp(), x, y, num.round = 1, verbose = FALSE, array.layout = "colmajor", ...))
  expect_mx_error(fit(x = replace(d$x, 40 * 6 + 3, NA)), "argument X holds 1 NA or NaN, the first in example 7; expected numbers only")
  expect_mx_error(fit(y = replace(d$y, 2, NaN)), "argument y holds 1 NA or NaN, the first in example 2;")
  expect_mx_error(fit(y = as.character(d$y)), "argument y must be an array, vector or matrix of numbers, given an object of class character")
  expect_mx_error(fit(y = d$y + 1), "labels 0 to 9, given 10 (classes counted from 1? subtract 1)", fixed = TRUE)
  expect_mx_error(fit(eval.data = list(data = d$x, label = factor(d$y))), "argument eval.data$label is a factor", fixed = TRUE)
  expect_mx_error(fit(eval.data = list(data = d$x[1:3, ], label = d$y)), "eval.data have data of dim c(3, 30), those of the training data c(40, 30)", fixed = TRUE)
  expect_mx_error(fit(num.rounds = 2), "unused argument (num.rounds = 2)", fixed = TRUE)
  expect_mx_error(fit(ctx = "cpu"), "ctx must be mx.context or list of mx.context")
})

test_that("damaged model files say which file and what is wrong", {
  d <- easy_digits(30)
  model <- quiet_fit(small_mlp(), d$x, d$y, num.round = 1, array.layout = "colmajor")
  prefix <- file.path(tempdir(), "damaged")
  mx.model.save(model, prefix, 3)
  params <- paste0(prefix, "-0003.params")
  whole <- readBin(params, "raw", 1e6)
  for (n in c(0, 7, 40, length(whole) - 1)) {
    writeBin(whole[seq_len(n)], params)
    expect_mx_error(mx.model.load(prefix, 3), "damaged-0003.params.*is the file cut off")
  }
  writeBin(whole, params)
  json <- readLines(paste0(prefix, "-symbol.json"), warn = FALSE)
  writeLines(head(json, 9), paste0(prefix, "-symbol.json"))
  expect_mx_error(mx.model.load(prefix, 3), "damaged-symbol.json is not a symbol file: not valid JSON")
  expect_mx_error(mx.model.load(paste0(prefix, "2"), 3), "there is no file .*damaged2-symbol.json")
})

test_that("a wrong Python is named, with what to do", {
  lines <- run_r(c("library(mxr)", "mx.nd.ones(2)"), env = "MXR_PYTHON=/no/where/python")
  expect_match(lines, "MXR_PYTHON names /no/where/python, which does not exist", all = FALSE)
  other <- Sys.which("true")
  skip_if(!nzchar(other))
  lines <- run_r(c("library(mxr)", "mx.nd.ones(2)"), env = paste0("MXR_PYTHON=", other))
  expect_match(lines, "the Python at .*true \\(chosen by MXR_PYTHON\\) does not run as a Python", all = FALSE)
  expect_match(lines, "install_mxr", all = FALSE)
  expect_false(any(grepl("Traceback", lines)))
})

test_that("validation may come in batches of their own size, on the same parameters", {
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  p <- mx.model.init.params(small_mlp(), list(data = c(40, 50)), NULL, mx.init.uniform(0.1), mx.cpu())$arg.params
  run <- function(size, ...) quiet_fit(small_mlp(), it, num.round = 2, arg.params = p, learning.rate = 0.3, eval.metric = mx.metric.mse_like,
                                       eval.data = mx.io.arrayiter(d$x, d$y, batch.size = size), ...)
  mx.metric.mse_like <- mx.metric.custom("m", function(label, pred) mean((max.col(t(as.array(pred)), "first") - 1 - as.array(label))^2))
  same <- as.data.frame(run(50))$validation
  expect_equal(as.data.frame(run(200))$validation, same, tolerance = 1e-6)
  expect_equal(as.data.frame(run(20))$validation, same, tolerance = 1e-6)
  expect_equal(as.data.frame(run(20, ctx = list(mx.cpu(0), mx.cpu(1))))$validation, same, tolerance = 1e-6)
  one <- quiet_fit(small_mlp(), d$x, d$y, num.round = 1, array.layout = "colmajor", eval.metric = mx.metric.accuracy,
                   eval.data = list(data = d$x[, 1, drop = FALSE], label = d$y[1]))
  expect_true(as.data.frame(one)$validation %in% 0:1)
})

test_that("states of BatchNorm are seen by validation of another size", {
  norm <- mx.symbol.BatchNorm(mx.symbol.Variable("data"), name = "norm", fix_gamma = TRUE)
  net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(norm, num_hidden = 10, name = "fc"), name = "softmax")
  run <- function(size) {
    mx.set.seed(3)
    as.data.frame(quiet_fit(net, mx.io.arrayiter(d$x, d$y, batch.size = 50), num.round = 3, learning.rate = 0.3, eval.metric = mx.metric.accuracy,
                            eval.data = mx.io.arrayiter(d$x, d$y, batch.size = size)))$validation
  }
  expect_equal(run(100), run(50), tolerance = 1e-6)
})

test_that("metrics in R get arrays on the CPU, or with metric_cpu = FALSE on the device", {
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  where <- function(...) {
    seen <- NULL
    own <- mx.metric.custom("own", function(label, pred) {
      seen <<- c(seen, ctx(label)$device_id, ctx(pred)$device_id)
      mx.nd.mean(mx.nd.abs(pred))
    })
    quiet_fit(small_mlp(), it, num.round = 1, eval.metric = own, ctx = mx.cpu(1), ...)
    unique(seen)
  }
  expect_identical(where(), 0L)
  expect_identical(where(metric_cpu = FALSE), 1L)
})

test_that("custom metrics of both dialects: R functions and mx.nd functions of the same arrays", {
  net <- mx.symbol.LinearRegressionOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1, name = "fc"))
  y <- matrix(d$y, 1)
  it <- mx.io.arrayiter(d$x, y, batch.size = 50)
  value <- function(feval) {
    mx.set.seed(1)
    as.data.frame(quiet_fit(net, it, num.round = 1, eval.metric = mx.metric.custom("mae", feval)))$train
  }
  new <- value(function(label, pred) mx.nd.mean(mx.nd.abs(label - pred)))
  expect_equal(value(function(label, pred) mean(abs(label - pred))), new, tolerance = 1e-6)
  expect_equal(value(function(label, pred) mean(abs(as.array(label) - as.array(pred)))), new, tolerance = 1e-6)
})

test_that("num.round is the last round; before begin.round is an error", {
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  expect_mx_error(quiet_fit(small_mlp(), it, begin.round = 5, num.round = 3), "num.round is 3, before begin.round 5 \\(num.round is the last round")
  expect_identical(as.data.frame(quiet_fit(small_mlp(), it, begin.round = 3, num.round = 3))$round, 3L)
})

test_that("kvstore: strings and objects; wrong ones are named", {
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  two <- list(mx.cpu(0), mx.cpu(1))
  p <- mx.model.init.params(small_mlp(), list(data = c(40, 50)), NULL, mx.init.uniform(0.1), mx.cpu())$arg.params
  run <- function(kv) log_of(m <<- mx.model.FeedForward.create(small_mlp(), it, num.round = 1, ctx = two, kvstore = kv, arg.params = p))
  m <- NULL
  expect_identical(run(mx.kv.create("local")), "Start training with 2 devices")
  weights <- as.array(m$arg.params$fc1_weight)
  for (kv in c("local", "local_allreduce_cpu", "device")) {
    expect_identical(length(run(kv)), if (kv == "local") 2L else 1L)
    expect_equal(as.array(m$arg.params$fc1_weight), weights, tolerance = 1e-6)
  }
  expect_mx_error(quiet_fit(small_mlp(), it, kvstore = "locla"), 'there is no type "locla"')
  expect_identical(ctx(m$arg.params$fc1_weight), mx.cpu(0))
})

test_that("an initializer of one's own is asked for every parameter by name and dim", {
  asked <- list()
  init <- function(name, shape, ctx, allow.unknown = FALSE) {
    asked[[name]] <<- shape
    mx.nd.ones(shape) * 0.1
  }
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  quiet_fit(small_mlp(), it, num.round = 1, initializer = init)
  expect_identical(asked, list(fc1_weight = c(40L, 16L), fc1_bias = 16L, fc2_weight = c(16L, 10L), fc2_bias = 10L))
})

test_that("y of dim c(1, n) in both layouts; arrays need no layout", {
  net <- mx.symbol.LinearRegressionOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1))
  expect_warning(suppressMessages(mx.model.FeedForward.create(net, d$x, matrix(d$y, 1), num.round = 1, verbose = FALSE)), "use colmajor")
  expect_warning(suppressMessages(mx.model.FeedForward.create(net, t(d$x), matrix(d$y, 1), num.round = 1, verbose = FALSE)), "use rowmajor")
  expect_mx_error(quiet_fit(net, d$x[, 1:30], d$y[1:20]), "Cannot auto select array.layout")
  expect_mx_error(quiet_fit(net, d$x, d$y, array.layout = "row"), "must be auto, rowmajor or colmajor")
})

test_that("aux.params are taken, and must be complete", {
  norm <- mx.symbol.BatchNorm(mx.symbol.Variable("data"), name = "norm")
  net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(norm, num_hidden = 10, name = "fc"), name = "softmax")
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  one <- quiet_fit(net, it, num.round = 1)
  moved <- list(norm_moving_mean = mx.nd.ones(40) * 1000, norm_moving_var = mx.nd.ones(40))
  two <- quiet_fit(net, it, num.round = 1, arg.params = one$arg.params, aux.params = moved)
  expect_gt(min(as.array(two$aux.params$norm_moving_mean)), 100)
  expect_mx_error(quiet_fit(net, it, aux.params = moved[1]), "the parameters lack norm_moving_var")
})

test_that("a training that failed gives its memory back", {
  d <- easy_digits(40)
  live <- function() {
    for (i in 1:2) {
      invisible(gc())
      mxr:::empty_bin()
    }
    mxr:::.call("live_handles")
  }
  fails <- function() {
    expect_error(quiet_fit(small_mlp(4), d$x, d$y, num.round = 1, array.layout = "colmajor",
                           batch.end.callback = function(iteration, nbatch, env) stop("no more")), "no more")
  }
  fails()
  before <- live()
  for (i in 1:3) fails()
  expect_lte(live(), before)
})

test_that("arguments for an optimizer that is an object are not dropped in silence", {
  d <- easy_digits(40)
  expect_warning(suppressMessages(mx.model.FeedForward.create(
    small_mlp(4), d$x, d$y, num.round = 1, array.layout = "colmajor", optimizer = mx.opt.create("sgd"), learning.rate = 1,
    verbose = FALSE)), "without effect, because optimizer is no name: learning.rate")
})

test_that("env$model is there after the training too", {
  d <- easy_digits(40)
  kept <- NULL
  model <- quiet_fit(small_mlp(4), d$x, d$y, num.round = 1, array.layout = "colmajor",
                     epoch.end.callback = function(iteration, nbatch, env, verbose) {
                       kept <<- env
                       TRUE
                     })
  expect_identical(kept$model$arg.params, model$arg.params)
})
