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
