skip_if_not(mx.available())

# The gradient of an expression of x, all heads weighted by 1.
slope <- function(expr, at = matrix(1:6, 2)) {
  x <- mx.nd.array(at)
  x$attach_grad()
  y <- mx.autograd.record(expr(x))
  y$backward()
  as.array(x$grad)
}

# By finite differences, with R's own arithmetic
numeric_slope <- function(expr, at = matrix(1:6, 2)) {
  h <- 1e-4
  out <- at
  for (i in seq_along(at)) {
    up <- down <- at
    up[i] <- up[i] + h
    down[i] <- down[i] - h
    out[i] <- (sum(expr(up)) - sum(expr(down))) / (2 * h)
  }
  out
}

test_that("R's operators and functions on arrays are recorded", {
  A <- matrix(c(1, -2, 0.5, 3), 2)
  recorded <- list(
    function(x) x + x * x, function(x) 2 / x - x, function(x) x^3, function(x) 2^x, function(x) -x, function(x) x %% 10,
    function(x) x - matrix(1, 2, 3), function(x) A %*% x, function(x) x %*% matrix(1:3, 3), function(x) t(x) %*% x,
    function(x) aperm(x) * matrix(1:6, 3), function(x) x[1, ] * 2, function(x) x[1:2, 2:3]^2, function(x) x[-1, c(1, 3)]^2,
    function(x) x[c(1, 5)]^2, function(x) cbind(x, x^2), function(x) rbind(x, x^2), function(x) head(x, 1)^2,
    function(x) rev(x)^2 * 1:6, function(x) sqrt(x), function(x) exp(x), function(x) log(x), function(x) log(x, 2),
    function(x) log1p(x), function(x) abs(x), function(x) sin(x) + cos(x) + tanh(x), function(x) atan(x),
    function(x) gamma(x), function(x) lgamma(x), function(x) sum(x)^2, function(x) mean(x * x), function(x) prod(x),
    function(x) max(x) * 2, function(x) min(x) * 2,
    function(x) {
      dim(x) <- c(3, 2)
      x * matrix(1:6, 3)
    })
  for (f in recorded) expect_equal(slope(f), numeric_slope(f), tolerance = 2e-3, info = deparse(f))
  expect_equal(slope(function(x) x$T * matrix(1:6, 3)), matrix(c(1, 4, 2, 5, 3, 6), 2))
  expect_equal(slope(function(x) x[x > 3]^2), matrix(c(0, 0, 0, 8, 10, 12), 2))
  expect_equal(slope(function(x) mx.nd.relu(x - 3)), matrix(c(0, 0, 0, 1, 1, 1), 2))
  expect_equal(slope(function(x) floor(x) + (x > 2)), matrix(0, 2, 3))
})

test_that("what R computes itself is an error where it would lose the history", {
  x <- mx.nd.array(1:3)
  x$attach_grad()
  expect_mx_error(mx.autograd.record(cumsum(x)), "cumsum: R computes this function")
  expect_mx_error(mx.autograd.record(sort(x)), "sort: R computes this function")
  expect_mx_error(mx.autograd.record(sum(x, 1)), "give them one by one")
  expect_equal(as.numeric(cumsum(x)), c(1, 3, 6))
  expect_equal(mx.autograd.record(sum(mx.nd.ones(3))), 3)
  expect_equal(mx.autograd.record(mx.autograd.pause(sum(x))), 6)
})

test_that("scopes end with their expression, whatever ends it", {
  expect_false(mx.autograd.is_recording())
  inside <- mx.autograd.record({
    left <- 1
    c(mx.autograd.is_recording(), mx.autograd.is_training(), mx.autograd.pause(mx.autograd.is_recording()),
      mx.autograd.predict_mode(mx.autograd.is_training()), mx.autograd.is_training())
  })
  expect_equal(inside, c(TRUE, TRUE, FALSE, FALSE, TRUE))
  expect_equal(left, 1)
  expect_false(mx.autograd.record(mx.autograd.is_training(), train_mode = FALSE))
  expect_true(mx.autograd.train_mode(mx.autograd.is_training()))
  expect_error(mx.autograd.record(mx.autograd.pause(stop("in here"))), "in here")
  expect_false(mx.autograd.is_recording())
  withRestarts(mx.autograd.record(invokeRestart("out")), out = function() NULL)
  expect_false(mx.autograd.is_recording())
})

test_that("gradients can be asked for, added up, and differentiated", {
  x <- mx.nd.array(2)
  mx.nd.attach.grad(x, "add")
  for (i in 1:2) mx.autograd.record(x^2)$backward()
  expect_equal(as.numeric(x$grad), 8)
  y <- mx.autograd.record({
    y <- x^3
    first <- mx.autograd.grad(y, x, create_graph = TRUE)
    first * first
  })
  x$grad[] <- 0
  y$backward()
  expect_equal(as.numeric(x$grad), 2 * 12 * 12)
  g <- mx.autograd.grad(mx.autograd.record(x * 5), list(a = x), head_grads = mx.nd.array(2))
  expect_named(g, "a")
  expect_equal(as.numeric(g$a), 10)
  expect_null(mx.nd.ones(2)$grad)
  z <- x$detach()
  expect_mx_error(z$backward(), "record")
  expect_mx_error(mx.autograd.backward(3), "an R number has no history")
})

test_that("functions may have a gradient of their own", {
  Clip <- mx.autograd.Function("Clip",
    forward = function(x) {
      self$save_for_backward(x)
      x * (x > 0)
    },
    backward = function(dy) dy * (self$saved_tensors[[1]] > 0) * self$slope,
    initialize = function(slope) self$slope <- slope)
  expect_equal(slope(function(x) Clip(3)(x - 2) * 2), matrix(c(0, 0, 6, 6, 6, 6), 2))
  once <- Clip(1)
  once(mx.nd.ones(1))
  expect_mx_error(once(mx.nd.ones(1)), "can only be called once")
  Bad <- mx.autograd.Function("Bad", function(x) stop("no way"), function(dy) dy)
  expect_error(Bad()(mx.nd.ones(1)), "no way")
  expect_mx_error(mx.autograd.Function("Bad", function(x) 3, function(dy) dy)()(mx.nd.ones(1)), "must return an MXNDArray")
})

test_that("recordings without backward do not pile up", {
  net <- mx.gluon.nn.Dense(2)
  net$initialize()
  net$hybridize()
  x <- mx.nd.ones(c(3, 2))
  mx.autograd.record(net(x))
  invisible(gc())
  empty_bin()
  before <- .call("live_handles")
  most <- 0
  for (i in 1:100) {
    mx.autograd.record(net(x))
    most <- max(most, .call("live_handles") - before)
  }
  expect_lte(most, 40)
})
