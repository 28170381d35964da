test_that("only weights get the scheme; biases, gammas and moving averages have their own values", {
  init <- mx.init.uniform(0.5)
  w <- as.array(init("fc_weight", c(40, 50), mx.cpu()))
  expect_identical(dim(w), c(40L, 50L))
  expect_true(all(abs(w) <= 0.5) && max(abs(w)) > 0.45)
  expect_identical(as.array(init("fc_bias", 3, mx.cpu())), c(0, 0, 0))
  expect_identical(as.array(init("bn_beta", 2, mx.cpu())), c(0, 0))
  expect_identical(as.array(init("bn_gamma", 2, mx.cpu())), c(1, 1))
  expect_identical(as.array(init("bn_moving_mean", 2, mx.cpu())), c(0, 0))
  expect_identical(as.array(init("bn_moving_var", 2, mx.cpu())), c(1, 1))
  expect_null(init("something", 2, mx.cpu(), allow.unknown = TRUE))
  expect_mx_error(init("something", 2, mx.cpu()), "Unkown initialization pattern for  something", fixed = TRUE)
})

test_that("normal and Xavier have the right spread; the fan out is the last R dim", {
  expect_equal(sd(as.array(mx.init.normal(0.2)("a_weight", c(100, 100), mx.cpu()))), 0.2, tolerance = 0.05)
  spread <- function(init, shape) max(abs(as.array(init("a_weight", shape, mx.cpu()))))
  shape <- c(5, 5, 4, 10)
  expect_equal(spread(mx.init.Xavier(), shape), sqrt(3 / ((100 + 10) / 2)), tolerance = 0.02)
  expect_equal(spread(mx.init.Xavier(factor_type = "in"), shape), sqrt(3 / 100), tolerance = 0.02)
  expect_equal(spread(mx.init.Xavier(factor_type = "out", magnitude = 2), shape), sqrt(2 / 10), tolerance = 0.02)
  expect_equal(sd(as.array(mx.init.Xavier("gaussian")("a_weight", c(100, 100), mx.cpu()))), sqrt(3 / 100), tolerance = 0.05)
  expect_mx_error(mx.init.Xavier("unifrom")("a_weight", 2:3, mx.cpu()),
      "Not supported random type. See usage of function mx.init.Xavier", fixed = TRUE)
  expect_mx_error(mx.init.Xavier(factor_type = "x")("a_weight", 2:3, mx.cpu()), "Not supported factor type")
  expect_mx_error(mx.init.uniform("a"), "scale must be one number")
})

test_that("mx.init.create leaves unknown names out", {
  made <- mx.init.create(mx.init.uniform(0.1), list(a_weight = c(2, 3), a_bias = 3, odd = 2))
  expect_identical(lapply(made, dim), list(a_weight = 2:3, a_bias = 3L))
  expect_identical(mx.init.create(mx.init.uniform(0.1), list()), list())
})

test_that("mx.model.init.params makes what the symbol needs", {
  p <- mx.model.init.params(small_mlp(8), list(data = c(40, 5)), NULL, mx.init.uniform(0.1), mx.cpu())
  expect_identical(names(p), c("arg.params", "aux.params"))
  expect_identical(lapply(p$arg.params, dim), list(fc1_weight = c(40L, 8L), fc1_bias = 8L, fc2_weight = c(8L, 10L), fc2_bias = 10L))
  expect_mx_error(mx.model.init.params(1, list(), NULL, mx.init.uniform(1), mx.cpu()), "symbol needs to be MXSymbol")
  expect_mx_error(mx.model.init.params(small_mlp(), NULL, NULL, mx.init.uniform(1), mx.cpu()), "Not enough information to get shapes")
})

test_that("signatures are MXNet R's, and initialisers use the default context", {
  expect_identical(as.list(formals(mx.init.Xavier)), list(rnd_type = "uniform", factor_type = "avg", magnitude = 3))
  expect_identical(names(formals(mx.init.normal(1))), c("name", "shape", "ctx", "allow.unknown"))
  expect_identical(names(formals(mx.init.create)), c("initializer", "shape.array", "ctx", "skip.unknown"))
  w <- mx.init.uniform(1)("a_weight", c(2, 2), mx.cpu(1))
  expect_identical(ctx(w), mx.cpu())
  # the same draws as mx.runif and mx.rnorm
  mx.set.seed(5)
  w <- as.array(mx.init.uniform(0.7)("w_weight", c(3, 2), NULL))
  mx.set.seed(5)
  expect_identical(w, as.array(mx.runif(c(3, 2), -0.7, 0.7)))
  expect_mx_error(mx.init.create(3, list(a_weight = 2)), "initializer must be a function")
  expect_mx_error(mx.init.create(mx.init.uniform(1), list(c(2, 2))), "shape.array must be a named list of dims")
  expect_mx_error(mx.init.create(mx.init.uniform(1), list(odd = 2), skip.unknown = FALSE), "Unkown initialization pattern for  odd")
  mine <- function(name, shape, ctx,
      allow.unknown = FALSE) if (name == "odd") mx.nd.ones(shape) * 3 else mx.init.uniform(1)(name, shape, ctx, allow.unknown)
  expect_identical(as.array(mx.init.create(mine, list(odd = 2, other = 1))$odd), c(3, 3))
})
