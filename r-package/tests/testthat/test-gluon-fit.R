x <- scale(iris[1:4])
y <- iris$Species
dense <- function(...) mx.gluon.nn.Dense(...)
small_net <- function(out = 3) {
  net <- mx.gluon.nn.HybridSequential(dense(8, activation = "relu", in_units = 4), dense(out, in_units = 8))
  net$hybridize()
  net
}
quick <- function(...) fit(..., verbose = FALSE)
sgd <- list(learning.rate = 0.1)

test_that("the losses are those of the same training in Python", {
  skip_if_not_installed("reticulate")
  mx.available()
  module <- reticulate::py_run_string("
def train(x, y, epochs, size, shuffle):
    import mxr as mx, numpy as np
    from mxr import gluon, autograd
    mx.random.seed(4); np.random.seed(4)
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(8, activation='relu', in_units=4), gluon.nn.Dense(3, in_units=8))
    net.hybridize()
    net.initialize(mx.init.Xavier())
    trainer = gluon.Trainer(net.collect_params(), 'adam', {'learning_rate': 0.02})
    loader = gluon.data.DataLoader(gluon.data.ArrayDataset(mx.nd.array(x), mx.nd.array(y)), size, shuffle=shuffle)
    loss_of, rows = gluon.loss.SoftmaxCrossEntropyLoss(), []
    for _ in range(epochs):
        total, hits = 0.0, 0
        for data, label in loader:
            with autograd.record():
                out = net(data)
                loss = loss_of(out, label)
            loss.backward()
            trainer.step(data.shape[0])
            total += float(loss.sum().asscalar())
            hits += int((out.asnumpy().argmax(1) == label.asnumpy()).sum())
        rows.append([total / len(x), hits / len(x)])
    return rows
", local = TRUE, convert = TRUE)
  for (shuffle in c(FALSE, TRUE)) {
    python <- module$train(unname(lapply(seq_len(150), function(i) as.list(unname(x[i, ])))), as.list(as.integer(y) - 1L), 4L, 32L, shuffle)
    python <- do.call(rbind, lapply(python, unlist))
    mx.set.seed(4)
    model <- quick(small_net(), x, y, epochs = 4, shuffle = shuffle, initializer = mx.init.Xavier(), optimizer.params = list(learning.rate = 0.02))
    expect_equal(model$history$loss, python[, 1], tolerance = 1e-5)
    expect_equal(model$history$train, python[, 2], tolerance = 1e-6)
  }
})

test_that("it learns: classes by data frame, matrix, formula; predictions, evaluation, going on", {
  mx.set.seed(1)
  lines <- log_of(model <- fit(small_net(), x, y, validation = 0.2, epochs = 8, batch.size = 16, optimizer.params = list(learning.rate = 0.05)))
  expect_identical(lines[1:2], c("Loss: SoftmaxCrossEntropyLoss, for the classes setosa, versicolor, virginica", "Start training with 1 devices"))
  expect_match(lines[3], "^\\[1\\] Train-loss=[0-9.]+ Train-accuracy=[0-9.]+ Validation-loss=[0-9.]+ Validation-accuracy=[0-9.]+$")
  expect_length(lines, 10)
  h <- as.data.frame(model)
  expect_identical(h$round, 1:8)
  expect_identical(h$metric[1], "accuracy")
  expect_gt(h$validation[8], 0.8)
  expect_lt(h$validation.loss[8], h$validation.loss[1])
  expect_identical(predict(model, x), predict(model, t(x)))
  expect_identical(levels(predict(model, x)), levels(y))
  prob <- predict(model, iris[1:4], type = "prob")
  expect_equal(rowSums(prob), rep(1, 150))
  expect_identical(colnames(prob), levels(y))
  raw <- predict(model$net, x)
  expect_identical(dim(raw), c(3L, 150L))
  expect_equal(raw, as.array(model$net(mx.nd.array(t(x)))), tolerance = 1e-5)
  found <- evaluate(model, x, y)
  expect_named(found, c("loss", "accuracy"))
  expect_equal(found[["accuracy"]], mean(predict(model, x) == y), tolerance = 1e-6)
  expect_equal(evaluate(model, x, as.character(y)), found)
  expect_equal(evaluate(model$net, x, y, loss = model$loss), found)
  more <- quick(model, x, y, epochs = 2)
  expect_identical(more$history$round, 1:10)
  expect_identical(more$history$loss[1:8], h$loss)

  by_formula <- quick(small_net(), Species ~ ., data = iris, validation = iris[1:20, ], epochs = 30, optimizer.params = list(learning.rate = 0.05))
  expect_gt(mean(predict(by_formula, iris) == y), 0.8)
  gaps <- iris[c(1, 60), ]
  gaps$Sepal.Width[1] <- NA
  expect_identical(is.na(predict(by_formula, gaps)), c(TRUE, FALSE))
  expect_named(evaluate(by_formula, iris), c("loss", "accuracy"))
  expect_equal(by_formula$history$validation[30], mean(predict(by_formula, iris[1:20, ]) == y[1:20]), tolerance = 1e-6)
})

test_that("numbers, own losses, metrics of R, optimisers of R, trainers", {
  mx.set.seed(1)
  x <- matrix(as.array(mx.rnorm(600)), 150)
  target <- x %*% c(1, -2, 0.5, 0) + 0.3
  line <- function() mx.gluon.nn.Dense(1, in_units = 4)
  expect_identical(log_of(model <- fit(line(), x, drop(target), optimizer = "sgd", optimizer.params = sgd, epochs = 30))[1],
                   "Loss: L2Loss, for targets that are numbers")
  expect_lt(model$history$train[30], 0.01)
  expect_identical(model$history$metric[1], "rmse")
  expect_equal(as.vector(as.array(model$net$weight$data())), c(1, -2, 0.5, 0), tolerance = 0.01)
  expect_equal(predict(model, x), drop(target), tolerance = 0.02)
  expect_identical(dim(predict(model, x, type = "raw")), c(1L, 150L))
  expect_mx_error(predict(model, x, type = "class"), "needs a fit of classes")
  expect_equal(evaluate(model, x, drop(target))[["rmse"]]^2 / 2, evaluate(model, x, drop(target))[["loss"]], tolerance = 1e-4)

  own <- quick(line(), x, drop(target), loss = function(out, label) mx.nd.abs(mx.nd.reshape(out, -1) - label), metric = mx.metric.mae,
               optimizer = mx.opt.create("sgd", learning.rate = 0.05), epochs = 3)
  expect_equal(own$history$loss, own$history$train, tolerance = 0.1)   # one by batches, the other by examples
  worst <- mx.metric.custom("worst", function(label, pred) max(abs(as.array(label) - as.vector(as.array(pred)))))
  net <- line()
  net$initialize()
  trainer <- mx.gluon.Trainer(net$collect_params(), "sgd", list(learning_rate = 0.1))
  custom <- quick(net, x, drop(target), loss = mx.gluon.loss.L1Loss(), metric = worst, optimizer = trainer, validation = list(x, drop(target)), epochs = 2)
  expect_identical(custom$history$metric[1], "worst")
  expect_false(anyNA(custom$history$validation))
  expect_gt(custom$history$train[1], custom$history$loss[1])
  none <- quick(line(), x, drop(target), metric = NULL, epochs = 2)
  expect_identical(none$history$metric, c("loss", "loss"))
  expect_identical(none$history$train, none$history$loss)
})

test_that("loaders, data sets, iterators, several inputs, several devices", {
  mx.set.seed(2)
  set <- mx.gluon.data.ArrayDataset(x, y)
  loader <- mx.gluon.data.DataLoader(set, 50)
  model <- quick(small_net(), loader, validation = loader, epochs = 2)
  expect_identical(attr(model, "training")$levels, levels(y))
  expect_identical(attr(model, "training")$examples, 150L)
  expect_identical(predict(model, loader, type = "raw") |> dim(), c(3L, 150L))
  expect_s3_class(quick(small_net(), set, validation = 0.1, epochs = 1), "MXGluonFit")
  it <- mx.io.arrayiter(t(x), as.integer(y) - 1, batch.size = 64)
  by_iter <- quick(small_net(), it, loss = mx.gluon.loss.SoftmaxCrossEntropyLoss(), validation = it, epochs = 1)
  expect_identical(attr(by_iter, "training")$examples, 150L)   # without what fills up the last batch
  ordered <- mx.gluon.data.DataLoader(set, 64, shuffle = FALSE)
  expect_equal(evaluate(by_iter$net, it, loss = by_iter$loss), evaluate(by_iter$net, ordered, loss = by_iter$loss), tolerance = 1e-6)

  Two <- mx.gluon.Block("Two", initialize = function() self$fc <- mx.gluon.nn.Dense(3),
                        forward = function(a, b) self$fc(mx.nd.concat(list(a, b), dim = 1)))
  two <- quick(Two(), list(x[, 1:2], x[, 3:4]), y, epochs = 1)
  expect_identical(dim(predict(two, list(x[, 1:2], x[, 3:4]), type = "raw")), c(3L, 150L))

  train_on <- function(ctx) {
    mx.set.seed(5)
    quick(small_net(), x, y, shuffle = FALSE, epochs = 2, batch.size = 30, initializer = mx.init.Xavier(), ctx = ctx)$history$loss
  }
  expect_equal(train_on(list(mx.cpu(0), mx.cpu(1))), train_on(mx.cpu()), tolerance = 1e-5)
})

test_that("callbacks see and stop the training; Ctrl-C keeps what was learned", {
  seen <- list()
  batches <- 0
  model <- quick(small_net(), x, y, epochs = 10, batch.size = 50, epoch.end.callback = function(iteration, nbatch, env, verbose) {
    seen[[iteration]] <<- nrow(env$model$history)
    iteration < 3
  }, batch.end.callback = function(iteration, nbatch, env) batches <<- batches + 1)
  expect_identical(seen, list(1L, 2L, 3L))
  expect_identical(nrow(model$history), 3L)
  expect_identical(batches, 9)
  suppressMessages(stopped <- quick(small_net(), x, y, epochs = 20, optimizer.params = list(learning.rate = 0.05),
                                    epoch.end.callback = mx.callback.early.stop(train.metric = 0.7, maximize = TRUE)))
  expect_lt(nrow(stopped$history), 20)
  expect_error(quick(small_net(), x, y, batch.end.callback = function(...) stop("enough")), "enough", class = "simpleError")

  net <- small_net()
  net$initialize()
  before <- as.array(net[[1]]$weight$data())
  expect_warning(cut <- quick(net, x, y, epochs = 10, batch.size = 50, batch.end.callback = function(iteration, nbatch, env) {
    if (iteration == 2 && nbatch == 2) signalCondition(structure(class = c("interrupt", "condition"), list(message = "", call = NULL)))
  }), "interrupted in round 2 after 2 batches")
  expect_identical(nrow(cut$history), 1L)
  expect_gt(max(abs(as.array(net[[1]]$weight$data()) - before)), 1e-4)
})

test_that("the package's callbacks serve fit()", {
  logger <- mx.metric.logger$new()
  prefix <- file.path(tempdir(), "gluon-fit")
  net <- small_net()
  lines <- log_of(fit(net, x, y, epochs = 2, batch.size = 50, batch.end.callback = mx.callback.log.train.metric(2, logger),
                      epoch.end.callback = mx.callback.save.checkpoint(prefix)))
  expect_match(lines[3], "^Batch \\[2\\] Train-accuracy=")
  expect_length(logger$train, 2)
  expect_match(lines, "checkpoint saved to .*gluon-fit-0002.params", all = FALSE)
  again <- small_net()
  again$load_parameters(paste0(prefix, "-0002.params"))
  expect_identical(predict(again, x), predict(net, x))
  lines <- log_of(fit(small_net(), x, y, epochs = 2, batch.size = 10, batch.end.callback = mx.callback.log.speedometer(10, 5)))
  expect_match(lines, "^Batch \\[10\\] Speed: ", all = FALSE)
})

test_that("mistakes are named", {
  ce <- mx.gluon.loss.SoftmaxCrossEntropyLoss()
  expect_mx_error(quick(small_net(), x, as.integer(y)), "loss is missing, and y \\(whole numbers 1 to 3\\) may be classes or amounts")
  expect_mx_error(quick(small_net(), x, as.integer(y), loss = ce),
                  "fit: SoftmaxCrossEntropyLoss with 3 classes needs labels 0 to 2, given 3 \\(classes counted from 1\\? subtract 1\\)")
  expect_mx_error(quick(small_net(), mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(x, as.integer(y))$transform_first(function(a) a), 50), loss = ce),
                  "needs labels 0 to 2, given 3")
  expect_mx_error(quick(small_net(2), x, y), "with 2 classes needs labels 0 to 1, given 2")
  bad <- x
  bad[7, 2] <- NA
  expect_mx_error(quick(small_net(), bad, y), "fit: argument x holds 1 NA or NaN, the first in example 7")
  nan <- mx.gluon.data.ArrayDataset(x, y)$transform_first(function(a) a / 0 * 0)
  expect_mx_error(quick(small_net(), nan), "fit: argument data holds 128 NA or NaN")
  expect_mx_error(quick(small_net(), x[1:10, ], y), "Cannot auto select|same number of examples")
  expect_mx_error(quick(small_net(), x), "Need to provide y for training")
  expect_mx_error(quick(small_net()), "argument x \\(the training data\\) is missing")
  expect_mx_error(quick(small_net(), x, y, loss = function(out, label) 3), "argument loss must give an MXNDArray, a number for each")
  expect_mx_error(quick(small_net(), x, y, validation = x), "must be a share from 0 to below 1, list\\(x, y\\)")
  expect_mx_error(quick(small_net(), x[, 1:3], y), "weight has shape \\(8, 4\\), expected \\(8, 3\\)")
  expect_mx_error(quick(small_net(), x, y, num.round = 3), "unused argument num.round. Here it is epochs")
  expect_mx_error(quick(small_net(), x, y, loss = mx.gluon.loss.L2Loss), "must be the result of mx.gluon.loss.L2Loss\\(\\)")
  expect_mx_error(quick(small_net(), x, y, metric = "acuracy"), "acuracy")
  expect_mx_error(quick(small_net(), x, y, optimizer = "adm"), "adm")
  expect_mx_error(quick(small_net(), x, y, validation = list(x, rep("rosa", 150))), "validation has the class \"rosa\"")
  expect_mx_error(quick(small_net(), x, y, validation = 1.5), "share from 0 to below 1")
  expect_mx_error(fit(list(), x, y), "expected a block of Gluon")
  expect_mx_error(quick(small_net(), Specis ~ ., data = iris), "^fit: data has no column Specis. Did you mean 'Species'")
  expect_mx_error(predict(small_net(), x), "the network is not initialised")
  only <- mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(t(x)), 50)
  expect_mx_error(quick(small_net(), only, loss = ce), "have no labels; expected data and label")
  expect_warning(quick(small_net(), x, y, epochs = 2, optimizer = "sgd", optimizer.params = list(learning.rate = 1e30)), "loss is NaN since round")
})

test_that("generics' functions reach the methods, and fit() those of others", {
  skip_if_not_installed("generics")
  model <- generics::fit(small_net(), x, y, epochs = 1, verbose = FALSE)
  expect_s3_class(model, "MXGluonFit")
  expect_named(generics::evaluate(model, x, y), c("loss", "accuracy"))
  registerS3method("fit", "of_others", function(object, ...) "theirs", envir = asNamespace("generics"))
  expect_identical(fit(structure(list(), class = "of_others")), "theirs")
})

test_that("printing and plots", {
  mx.set.seed(3)
  model <- quick(small_net(), x, y, validation = 0.2, epochs = 2)
  model$history$train <- c(0.5, 0.75)
  model$history$validation <- c(0.6, 0.8)
  model$history$loss <- c(1, 0.5)
  expect_snapshot(model)
  expect_snapshot(quick(small_net(), Species ~ Petal.Width + Petal.Length + Sepal.Width + Sepal.Length, data = iris, epochs = 1),
                  transform = function(l) sub("loss [0-9.]+, train accuracy [0-9.]+", "loss L, train accuracy A", l))
  pdf(NULL)
  on.exit(dev.off())
  expect_silent(plot(model))
  withr_options <- options(mxr.ggplot2 = FALSE)
  on.exit(options(withr_options), add = TRUE)
  expect_silent(plot(model))
})

test_that("a loss goes by its own name, whichever of its two names made it", {
  expect_identical(class(mx.gluon.loss.SoftmaxCELoss()), class(mx.gluon.loss.SoftmaxCrossEntropyLoss()))
  expect_s3_class(mx.gluon.loss.SoftmaxCELoss(), "mx.gluon.loss.SoftmaxCrossEntropyLoss")
})
