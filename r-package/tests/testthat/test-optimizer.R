# One step and more of every optimiser against its formula in R.
steps <- function(name, n = 3, ...) {
  opt <- mx.opt.create(name, ...)
  w <- mx.nd.array(c(1, -2, 0.5))
  updater <- mx.opt.get.updater(opt, list(a = w), ctx = mx.cpu())
  w <- list(a = w)
  for (i in seq_len(n)) w <- updater(w, list(a = mx.nd.array(c(0.3, -1, 2) * i)))
  as.array(w$a)
}
by_hand <- function(rule, n = 3) {
  w <- c(1, -2, 0.5)
  s <- list(0, 0, 0)
  for (i in seq_len(n)) {
    r <- rule(w, c(0.3, -1, 2) * i, s)
    w <- r[[1]]
    s <- r[[2]]
  }
  w
}
clip <- function(g, c) pmin(pmax(g, -c), c)

test_that("sgd and its momentum, weight decay, rescaling, clipping", {
  expect_equal(steps("sgd", learning.rate = 0.1), by_hand(function(w, g, s) list(w - 0.1 * g, s)), tolerance = 1e-6)
  expect_equal(steps("sgd", learning.rate = 0.1, wd = 0.2, rescale.grad = 0.5, clip_gradient = 0.4),
               by_hand(function(w, g, s) list(w - 0.1 * (clip(g * 0.5, 0.4) + 0.2 * w), s)), tolerance = 1e-6)
  expect_equal(steps("sgd", learning.rate = 0.1, momentum = 0.9),
               by_hand(function(w, g, s) { m <- 0.9 * s[[1]] - 0.1 * g; list(w + m, list(m)) }), tolerance = 1e-6)
  expect_equal(steps("sgd", clip_gradient = NULL), steps("sgd"))
})

test_that("adam has no bias correction", {
  expect_equal(steps("adam", learning.rate = 0.1), by_hand(function(w, g, s) {
    m <- 0.9 * s[[1]] + 0.1 * g
    v <- 0.999 * s[[2]] + 0.001 * g^2
    list(w - 0.1 * m / (sqrt(v) + 1e-8), list(m, v))
  }), tolerance = 1e-4)  # beta2 is a float32 in the kernel
})

test_that("rmsprop, centered and plain", {
  expect_equal(steps("rmsprop", learning.rate = 0.1, centered = FALSE, gamma1 = 0.9), by_hand(function(w, g, s) {
    n <- 0.9 * s[[1]] + 0.1 * g^2
    list(w - 0.1 * g / sqrt(n + 1e-4), list(n))
  }), tolerance = 1e-5)
  expect_equal(steps("rmsprop", learning.rate = 0.1), by_hand(function(w, g, s) {
    n <- 0.95 * s[[1]] + 0.05 * g^2
    a <- 0.95 * s[[2]] + 0.05 * g
    d <- 0.9 * s[[3]] - 0.1 * g / sqrt(n - a^2 + 1e-4)
    list(w + d, list(n, a, d))
  }), tolerance = 1e-5)
})

test_that("adagrad, adadelta, nag", {
  expect_equal(steps("adagrad", learning.rate = 0.1, wd = 0.01), by_hand(function(w, g, s) {
    h <- s[[1]] + g^2
    list(w - 0.1 * (g / sqrt(h + 1e-8) + 0.01 * w), list(h))
  }), tolerance = 1e-5)
  expect_equal(steps("adadelta", wd = 0.01), by_hand(function(w, g, s) {
    a <- 0.9 * s[[1]] + 0.1 * g^2
    d <- sqrt(s[[2]] + 1e-5) / sqrt(a + 1e-5) * g
    list(w - d - 0.01 * w, list(a, 0.9 * s[[2]] + 0.1 * d^2))
  }), tolerance = 1e-5)
  expect_equal(steps("nag", learning.rate = 0.1, momentum = 0.9, wd = 0.01), by_hand(function(w, g, s) {
    m <- 0.9 * s[[1]] + g + 0.01 * w
    list(w - 0.1 * (0.9 * m + g), list(m))
  }), tolerance = 1e-5)
  expect_equal(steps("nag", learning.rate = 0.1), by_hand(function(w, g, s) list(w - 0.1 * g, s)), tolerance = 1e-6)
})

test_that("arguments are checked", {
  expect_mx_error(mx.opt.create("sdg"), "Unknown optimizer sdg Did you mean 'sgd'?", fixed = TRUE)
  expect_mx_error(mx.opt.create("sgd", lerning.rate = 1), "unused argument (lerning.rate = 1)", fixed = TRUE)
  expect_mx_error(mx.opt.create("adam", beta1 = "a"), "optimizer adam: argument beta1 must be one number")
  expect_identical(attr(mx.opt.create("adam", eps = 0.5), "mx.spec")$options$epsilon, 0.5)
})

test_that("the updater skips NULL gradients and returns new arrays", {
  w <- list(a = mx.nd.ones(2), b = mx.nd.ones(2))
  out <- mx.opt.get.updater(mx.opt.create("sgd", learning.rate = 1), w, mx.cpu())(w, list(a = mx.nd.ones(2), b = NULL))
  expect_identical(as.array(out$a), c(0, 0))
  expect_null(out$b)
  expect_identical(as.array(w$a), c(1, 1))
})

test_that("schedulers change the rate, say so, and are applied", {
  env <- new.env()
  env$lr <- 1
  env$count <- 0
  f <- mx.lr_scheduler.FactorScheduler(step = 2, factor_val = 0.5, stop_factor_lr = 0.2)
  lines <- log_of(for (i in 1:9) {
    env$num_update <- i
    f(env)
  })
  expect_identical(lines, c("Update[3]: learning rate is changed to 0.5", "Update[5]: learning rate is changed to 0.25",
                            "Update[7]: now learning rate arrived at 0.2will not change in the future",
                            "Update[9]: now learning rate arrived at 0.2will not change in the future"))
  env <- list2env(list(lr = 1, count = 0))
  f <- mx.lr_scheduler.MultiFactorScheduler(step = c(2, 4, 6), factor_val = 0.1, verbose = FALSE)
  rates <- vapply(1:9, function(i) {
    env$num_update <- i
    f(env)
    env$lr
  }, 0)
  expect_equal(rates, c(1, 1, .1, .1, .01, .01, .01, .01, .01))
  # one rate per update: 1, 1, 1/2
  expect_equal(steps("sgd", learning.rate = 1, lr_scheduler = mx.lr_scheduler.FactorScheduler(2, 0.5, verbose = FALSE)),
               c(1, -2, 0.5) - c(0.3, -1, 2) * (1 + 2 + 3 / 2), tolerance = 1e-6)
  expect_mx_error(mx.lr_scheduler.FactorScheduler(0, 0.5), "Schedule step must be greater or equal than 1 round")
  expect_mx_error(mx.lr_scheduler.FactorScheduler(1, 1.5), "Factor must be no more than 1 to make lr reduce")
  expect_mx_error(mx.lr_scheduler.MultiFactorScheduler(c(3, 2), 0.5), "Schedule step must be an increasing integer list")
})
