# Every printed result of the slides, line by line.

printed <- function(expr) capture.output(print(expr))

test_that("the first steps print what the slides show", {
  a <- mx.nd.ones(c(2, 3))
  b <- a * 2 + 1
  expect_identical(printed(b), c("     [,1] [,2] [,3]", "[1,]    3    3    3", "[2,]    3    3    3"))
  b <- mx.nd.ones(c(3, 2)) * 2 + 1
  expect_identical(printed(b), c("     [,1] [,2]", "[1,]    3    3", "[2,]    3    3", "[3,]    3    3"))
  a <- mx.nd.array(1:5)
  expect_identical(printed(a), "[1] 1 2 3 4 5")
  expect_identical(printed(class(a)), '[1] "MXNDArray"')
  b <- a + 1/a
  expect_identical(printed(b), "[1] 2.000000 2.500000 3.333333 4.250000 5.200000")
  expect_identical(class(b), "MXNDArray")
  expect_identical(printed(mx.nd.log(a+10)), "[1] 2.397895 2.484907 2.564949 2.639057 2.708050")
  mat_a <- as.matrix(mx.nd.ones(c(2, 3)))
  expect_identical(printed(mat_a), c("     [,1] [,2] [,3]", "[1,]    1    1    1", "[2,]    1    1    1"))
})

test_that("autoprint in a session shows the array and random numbers start as on the slides", {
  out <- run_r(c("library(mxr)", "a <- mx.nd.ones(c(2, 3))", "b <- a * 2 + 1", "b", "class(a)", "mx.nd.random.normal(0, 1, 10)"))
  expect_identical(out, c("     [,1] [,2] [,3]", "[1,]    3    3    3", "[2,]    3    3    3", '[1] "MXNDArray"',
                          # 1.0434403 is what MXNet 1.9.1 gives with a C library of today; with that of 2018, when the
                          # slides were made, its logarithm rounded the third number to 1.0434405
                          " [1]  2.2122064  0.7740038  1.0434403  1.1839255  1.8917114 -1.2347414",
                          " [7] -1.7710290 -0.4513845  0.5793836 -1.8560820"))
})

test_that("mx.gpu() works or says what is missing", {
  if (.call("num_gpus") > 0) {
    expect_equal(as.array(mx.nd.ones(c(3, 2), ctx = mx.gpu()) * 2 + 1), matrix(3, 3, 2))
  } else {
    expect_mx_error(mx.nd.ones(c(3, 2), ctx = mx.gpu()), "(?i)gpu|cuda|cupy", perl = TRUE)
  }
})

test_that("mx.nd.dot returns before the product is there, and the product is right", {
  set.seed(3)
  mat <- matrix(runif(300 * 200), 300)
  other <- matrix(runif(50 * 300), 50)
  expect_equal(as.matrix(mx.nd.dot(mx.nd.array(mat), mx.nd.array(other))), other %*% mat, tolerance = 1e-5)
  big <- mx.nd.array(matrix(runif(1500^2), 1500))
  as.array(mx.nd.sum(mx.nd.dot(big, big)))  # threads and caches are warm
  asked <- system.time(res <- mx.nd.dot(big, big))[["elapsed"]]
  waited <- system.time(as.array(res))[["elapsed"]]
  expect_lt(asked, waited)
})

test_that("definitions without arguments raise MXNet's errors, Pooling's only where it is used", {
  expect_mx_error(mx.symbol.FullyConnected(), "Required parameter num_hidden of int.* is not presented")
  expect_mx_error(mx.symbol.Convolution(), "Required parameter kernel of .* is not presented")
  expect_mx_error(mx.symbol.Activation(pool.type = "relu"), "pool_type|act_type")
})

test_that("the slides' network and LeNet have the slides' shapes", {
  data <- mx.symbol.Variable("data")
  fc1 <- mx.symbol.FullyConnected(data, num_hidden = 256)
  act <- mx.symbol.Activation(fc1, act_type = "tanh")
  net <- mx.symbol.SoftmaxOutput(data = mx.symbol.FullyConnected(act, num_hidden = 10))
  s <- mx.symbol.infer.shape(net, data = c(784, 128))
  expect_identical(s$out.shapes[[1]], c(10L, 128L))
  expect_identical(unname(s$arg.shapes[2:3]), list(c(784L, 256L), 256L))

  conv1 <- mx.symbol.Convolution(data = data, kernel = c(5, 5), num_filter = 6)
  pool1 <- mx.symbol.Pooling(data = mx.symbol.Activation(data = conv1, act_type = "relu"), pool_type = "max", kernel = c(2, 2), stride = c(2, 2))
  conv2 <- mx.symbol.Convolution(data = pool1, kernel = c(3, 3), num_filter = 16)
  pool2 <- mx.symbol.Pooling(data = mx.symbol.Activation(data = conv2, act_type = "relu"), pool_type = "max", kernel = c(2, 2), stride = c(2, 2))
  fc <- mx.symbol.FullyConnected(data = mx.symbol.Flatten(data = pool2), num_hidden = 120)
  lenet <- mx.symbol.SoftmaxOutput(data = mx.symbol.FullyConnected(data = fc, num_hidden = 10))
  s <- mx.symbol.infer.shape(lenet, data = c(28, 28, 1, 128))
  expect_identical(unname(s$arg.shapes[2:5]), list(c(5L, 5L, 1L, 6L), 6L, c(3L, 3L, 6L, 16L), 16L))
  expect_identical(s$arg.shapes[[6]], c(400L, 120L))
})

test_that("the slides' workflow trains: iterators, model, mlp, predict", {
  train_mnist <- with(easy_digits(500), cbind(y, t(x)))
  x <- train_mnist[, -1]
  y <- train_mnist[, 1]
  iter <- mx.io.arrayiter(t(x), y, batch.size = 50, shuffle = TRUE)
  test_iter <- mx.io.arrayiter(t(x), y, batch.size = 50, shuffle = FALSE)
  mx.set.seed(1)
  lines <- log_of(model <- mx.model.FeedForward.create(small_mlp(), iter, ctx = mx.cpu(), eval.metric = mx.metric.accuracy,
                                                       eval.data = test_iter, learning.rate = 0.5, num.round = 4))
  expect_identical(lines[1], "Start training with 1 devices")
  expect_match(lines[2:9], "^\\[[1-4]\\] (Train|Validation)-accuracy=(0|1|0\\.[0-9]+)$")
  expect_identical(sub("=.*", "", lines[2:3]), c("[1] Train-accuracy", "[1] Validation-accuracy"))
  expect_s3_class(model, "MXFeedForwardModel")
  expect_identical(names(model), c("symbol", "arg.params", "aux.params"))
  preds <- predict(model, X = test_iter)
  expect_identical(dim(preds), c(10L, 500L))
  expect_gt(mean(max.col(t(preds)) - 1 == y), 0.9)
  model <- suppressMessages(mx.mlp(iter, hidden_node = c(16, 12), out_node = 10, ctx = mx.cpu(), eval.metric = mx.metric.accuracy,
                                   eval.data = test_iter, learning.rate = 0.1, num.round = 1))
  expect_identical(dim(model$arg.params[[3]]), c(16L, 12L))
})
