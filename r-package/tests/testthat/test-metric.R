value_of <- function(metric, label, pred) {
  state <- metric$update(mx.nd.array(label), mx.nd.array(pred), metric$init())
  metric$get(state)
}

test_that("each metric's value and name", {
  y <- c(0, 2, 1, 2)
  p <- matrix(c(.7, .2, .1,  .1, .2, .7,  .5, .3, .2,  .2, .3, .5), 3)
  expect_equal(value_of(mx.metric.accuracy, y, p), list(name = "accuracy", value = 0.75))
  expect_equal(value_of(mx.metric.Perplexity, y, p)$value, exp(-mean(log(c(.7, .7, .3, .5)))), tolerance = 1e-6)
  expect_equal(value_of(mx.metric.Perplexity, c(0, -1, 1, -1), p)$value, exp(-mean(log(c(.7, .3)))), tolerance = 1e-6)
  wide <- matrix(0, 7, 2)
  wide[2:6, ] <- 1
  expect_equal(value_of(mx.metric.top_k_accuracy, c(3, 0), wide), list(name = "top_k_accuracy", value = 0.5))
  t <- c(1, 2, 4)
  q <- matrix(c(1.5, 2, 2), 1)
  d <- c(0.5, 0, 2)
  expect_equal(value_of(mx.metric.mse, t, q), list(name = "mse", value = mean(d^2)))
  expect_equal(value_of(mx.metric.rmse, t, q), list(name = "rmse", value = sqrt(mean(d^2))))
  expect_equal(value_of(mx.metric.mae, t, q), list(name = "mae", value = mean(d)))
  expect_equal(value_of(mx.metric.rmsle, t, q)$value, sqrt(mean((log(1 + c(1.5, 2, 2)) - log(1 + t))^2)), tolerance = 1e-6)
  b <- c(1, 0, 1)
  r <- matrix(c(.9, .4, .2), 1)
  expect_equal(value_of(mx.metric.logloss, b, r)$value, -mean(log(c(.9, .6, .2))), tolerance = 1e-6)
  expect_equal(value_of(mx.metric.logloss, 1, matrix(0, 1))$value, -log(1e-15))
  expect_equal(value_of(mx.metric.logistic_acc, b, r), list(name = "accuracy", value = 2 / 3))
})

test_that("the value is the mean over batches", {
  m <- mx.metric.rmse
  s <- m$update(mx.nd.array(0), mx.nd.array(1), m$init())
  s <- m$update(mx.nd.array(0), mx.nd.array(3), s)
  expect_identical(s, c(2, 4))
  expect_identical(m$get(s)$value, 2)
  expect_s3_class(m, "mx.metric")
})

test_that("custom metrics in the new and in the old style", {
  new <- mx.metric.custom("my", function(label, pred) as.array(mx.nd.mean(mx.nd.abs(label - pred))))
  old <- mx.metric.custom("my", function(label, pred) mean(abs(label - pred)))
  for (m in list(new, old)) expect_equal(value_of(m, c(1, 2), matrix(c(2, 4), 1)), list(name = "my", value = 1.5))
  expect_mx_error(value_of(mx.metric.custom("bad", function(label, pred) "x"), 1, 1), "metric bad: feval must return one number")
  expect_mx_error(mx.metric.custom(1, mean), "name")
  expect_mx_error(mx.metric.custom("a", 1), "feval must be a function")
})

test_that("predictions that do not fit the labels are refused", {
  expect_mx_error(value_of(mx.metric.mse, 1:3, matrix(1:2, 1)), "metric mse: 3 labels but 2 predictions")
  expect_mx_error(value_of(mx.metric.accuracy, 1:3, matrix(1:4, 2)), "metric accuracy: 3 labels")
})

test_that("the logger is a Reference Class generator", {
  logger <- mx.metric.logger$new()
  expect_identical(logger$train, numeric())
  expect_identical(class(mx.metric.logger())[1], "mx.metric.logger")
})

test_that("built-in metrics are their formulas on random data, batch by batch", {
  set.seed(8)
  over <- function(metric, batches) {
    state <- metric$init()
    for (b in batches) state <- metric$update(mx.nd.array(b$y), mx.nd.array(b$p), state)
    metric$get(state)$value
  }
  classes <- lapply(1:3, function(i) {
    p <- matrix(runif(7 * 20), 7)
    list(y = sample(0:6, 20, TRUE), p = sweep(p, 2, colSums(p), "/"))
  })
  numbers <- lapply(1:3, function(i) list(y = runif(15, 0, 3), p = matrix(runif(15, 0, 3), 1)))
  binary <- lapply(1:3, function(i) list(y = rbinom(25, 1, 0.5), p = matrix(runif(25), 1)))
  of <- function(batches, f) mean(vapply(batches, function(b) f(b$y, b$p), 0))
  own <- function(y, p) p[cbind(y + 1, seq_along(y))]
  cases <- list(
    list(mx.metric.accuracy, classes, function(y, p) mean(max.col(t(p)) - 1 == y)),
    list(mx.metric.top_k_accuracy, classes, function(y, p) mean(colSums(p > rep(own(y, p), each = 7)) < 5)),
    list(mx.metric.Perplexity, classes, function(y, p) exp(-mean(log(own(y, p))))),
    list(mx.metric.mse, numbers, function(y, p) mean((y - p)^2)),
    list(mx.metric.rmse, numbers, function(y, p) sqrt(mean((y - p)^2))),
    list(mx.metric.mae, numbers, function(y, p) mean(abs(y - p))),
    list(mx.metric.rmsle, numbers, function(y, p) sqrt(mean((log(p + 1) - log(y + 1))^2))),
    list(mx.metric.logloss, binary, function(y, p) -mean(y * log(p) + (1 - y) * log(1 - p))),
    list(mx.metric.logistic_acc, binary, function(y, p) mean((p > 0.5) == y)))
  for (case in cases) expect_equal(over(case[[1]], case[[2]]), of(case[[2]], case[[3]]), tolerance = 1e-5)
})

test_that("custom metrics may return NDArrays, and are called with MXNet's dims", {
  seen <- NULL
  m <- mx.metric.custom("half", function(label, pred) {
    seen <<- list(dim(label), dim(pred), class(label), class(pred))
    mx.nd.mean(mx.nd.abs(label - mx.nd.reshape(pred, shape = -1))) / 2
  })
  d <- easy_digits(64)
  net <- mx.symbol.LinearRegressionOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1))
  log <- log_of(mx.model.FeedForward.create(net, d$x, d$y, num.round = 1, array.batch.size = 32, eval.metric = m, array.layout = "colmajor",
                                            learning.rate = 0.001))
  expect_match(log, "^\\[1\\] Train-half=[0-9.]+$", all = FALSE)
  expect_identical(seen, list(32L, c(1L, 32L), "MXNDArray", "MXNDArray"))
})

test_that("metrics print as one line and stay lists of closures", {
  expect_snapshot(mx.metric.accuracy)
  expect_snapshot(mx.metric.custom("my", function(label, pred) 1))
  expect_identical(names(mx.metric.mae), c("init", "update", "get"))
  expect_identical(mx.metric.mae$init(), c(0, 0))
  names <- vapply(list(mx.metric.accuracy, mx.metric.top_k_accuracy, mx.metric.mse, mx.metric.rmse, mx.metric.mae, mx.metric.rmsle,
                       mx.metric.Perplexity, mx.metric.logloss, mx.metric.logistic_acc), function(m) m$get(c(1, 1))$name, "")
  expect_identical(names, c("accuracy", "top_k_accuracy", "mse", "rmse", "mae", "rmsle", "Perplexity", "logloss", "accuracy"))
})

test_that("the logger keeps the metric of every round", {
  logger <- mx.metric.logger$new()
  d <- easy_digits(80)
  it <- mx.io.arrayiter(d$x, d$y, 40)
  quiet_fit(small_mlp(), it, num.round = 3, learning.rate = 0.3, eval.data = it, eval.metric = mx.metric.accuracy,
            epoch.end.callback = mx.callback.log.train.metric(1, logger))
  expect_length(logger$train, 3)
  expect_length(logger$eval, 3)
  expect_error(logger$train <- "a")
})
