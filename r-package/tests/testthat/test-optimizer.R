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
  expect_mx_error(mx.opt.create("sdg"), "Unknown optimizer sdg. Did you mean 'sgd'?", fixed = TRUE)
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
  expect_equal(rates, c(1, 1, .1, .1, .01, .01, .001, .001, .001))
  # one rate per update: 1, 1, 1/2
  expect_equal(steps("sgd", learning.rate = 1, lr_scheduler = mx.lr_scheduler.FactorScheduler(2, 0.5, verbose = FALSE)),
               c(1, -2, 0.5) - c(0.3, -1, 2) * (1 + 2 + 3 / 2), tolerance = 1e-6)
  expect_mx_error(mx.lr_scheduler.FactorScheduler(0, 0.5), "Schedule step must be greater or equal than 1 round")
  expect_mx_error(mx.lr_scheduler.FactorScheduler(1, 1.5), "Factor must be no more than 1 to make lr reduce")
  expect_mx_error(mx.lr_scheduler.MultiFactorScheduler(c(3, 2), 0.5), "Schedule step must be an increasing integer list")
  expect_identical(formals(FactorScheduler), formals(mx.lr_scheduler.FactorScheduler))
})

test_that("schedulers check every argument", {
  for (make in list(mx.lr_scheduler.FactorScheduler, mx.lr_scheduler.MultiFactorScheduler)) {
    expect_mx_error(make("a", 1), "argument step must be")
    expect_mx_error(make(NA, 1), "argument step must be")
    expect_mx_error(make(2, "a"), "argument factor_val must be one number, given \"a\"")
    expect_mx_error(make(2, -1), "argument factor_val must be a number from 0 to 1, given -1")
    expect_mx_error(make(2, 0.5, NULL), "argument stop_factor_lr must be one number, given NULL")
    expect_mx_error(make(2, 0.5, -1), "argument stop_factor_lr must be a number >= 0")
    expect_mx_error(make(2, 0.5, verbose = "no"), "argument verbose must be TRUE or FALSE")
    expect_mx_error(make(0, 0.5), "Schedule step must be greater or equal than 1 round")
  }
  expect_mx_error(mx.lr_scheduler.FactorScheduler(c(1, 2), 1), "argument step must be one number")
  expect_type(mx.lr_scheduler.MultiFactorScheduler(list(3, 5), 0.5), "closure")
})

# One weight, gradient 1 at every update: the weight falls by the sum of the rates.
fit_by_schedule <- function(ctx, scheduler, updates = 6, ...) {
  net <- mx.symbol.MakeLoss(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1, no_bias = TRUE, name = "w"))
  x <- matrix(1, 1, 4 * updates)
  it <- mx.io.arrayiter(x, rep(0, 4 * updates), batch.size = 4)
  m <- mx.model.FeedForward.create(net, it, ctx = ctx, num.round = 1, arg.params = list(w_weight = mx.nd.zeros(c(1, 1))),
                                   lr_scheduler = scheduler, verbose = FALSE, ...)
  -as.array(m$arg.params$w_weight)[1]
}

test_that("schedulers change the rate of the training, with one device and with two", {
  for (ctx in list(mx.cpu(), list(mx.cpu(0), mx.cpu(1)))) {
    expect_equal(fit_by_schedule(ctx, mx.lr_scheduler.FactorScheduler(2, 0.5, verbose = FALSE), learning.rate = 1),
                 2 * 1 + 2 / 2 + 2 / 4, tolerance = 1e-5)
    expect_equal(fit_by_schedule(ctx, mx.lr_scheduler.MultiFactorScheduler(c(1, 5), 0.1, verbose = FALSE), learning.rate = 1),
                 1 + 4 * 0.1 + 0.01, tolerance = 1e-5)
    seen <- c()
    mine <- function(optimizerEnv) {
      seen <<- c(seen, optimizerEnv$num_update)
      optimizerEnv$lr <- optimizerEnv$num_update
    }
    expect_equal(fit_by_schedule(ctx, mine), sum(1:6), tolerance = 1e-5)
    expect_identical(unique(seen), 1:6)
  }
  lines <- log_of(fit_by_schedule(mx.cpu(), mx.lr_scheduler.FactorScheduler(3, 0.5), learning.rate = 1))
  expect_identical(grep("Update", lines, value = TRUE), "Update[4]: learning rate is changed to 0.5")
})

test_that("optimisers written in R train: weights returned, or changed in place", {
  sign_descent <- list(
    create_exec = function(index, weight_dim, ctx) list(step = 0.25),
    update = function(index, exec_w, weight, grad) weight - mx.nd.sign(grad) * exec_w$step)
  in_place <- list(
    create_exec = function(index, weight_dim, ctx) mx.nd.zeros(weight_dim, ctx),
    update = function(index, exec_w, weight, grad) mx.nd.sgd.mom.update(weight, grad, exec_w, lr = 0.5, momentum = 0.5, out = weight))
  w <- list(mx.nd.array(c(1, -1)))
  out <- mx.opt.get.updater(sign_descent, w, mx.cpu())(w, list(mx.nd.array(c(3, -2))))
  expect_identical(as.array(out[[1]]), c(0.75, -0.75))
  updater <- mx.opt.get.updater(in_place, w, mx.cpu())
  out <- updater(updater(w, list(mx.nd.ones(2))), list(mx.nd.ones(2)))
  expect_identical(as.array(out[[1]]), c(1, -1) - 0.5 - 0.75)
  d <- easy_digits(80)
  m <- quiet_fit(small_mlp(), d$x, d$y, optimizer = sign_descent, num.round = 1, array.batch.size = 80,
                 initializer = mx.init.normal(0.1), array.layout = "colmajor")
  expect_true(all(as.array(m$arg.params$fc2_bias) %in% c(0.25, -0.25)))
})

test_that("the protocol of an optimiser: create_exec and update", {
  opt <- mx.opt.create("sgd", learning.rate = 1, momentum = 0.5)
  expect_identical(names(opt), c("create_exec", "update"))
  expect_identical(names(formals(opt$create_exec)), c("index", "weight_dim", "ctx"))
  expect_identical(names(formals(opt$update)), c("index", "exec_w", "weight", "grad"))
  w <- mx.nd.ones(2)
  exec <- opt$create_exec(1, 2, mx.cpu())
  w <- opt$update(1, exec, w, mx.nd.ones(2))
  w <- opt$update(1, exec, w, mx.nd.ones(2))
  expect_identical(as.array(w), c(-1.5, -1.5))
})

test_that("signatures and defaults are MXNet R's", {
  args_of <- function(f) paste(names(formals(f)), vapply(formals(f), function(v) paste(deparse(v), collapse = ""), ""), sep = "=")
  common <- c("wd=0", "rescale.grad=1", "clip_gradient=-1", "lr_scheduler=NULL")
  expect_identical(args_of(mx.opt.sgd), c("learning.rate=0.01", "momentum=0", common))
  expect_identical(args_of(mx.opt.nag), c("learning.rate=0.01", "momentum=0", common))
  expect_identical(args_of(mx.opt.rmsprop), c("learning.rate=0.002", "centered=TRUE", "gamma1=0.95", "gamma2=0.9", "epsilon=1e-04", common))
  expect_identical(args_of(mx.opt.adam), c("learning.rate=0.001", "beta1=0.9", "beta2=0.999", "epsilon=1e-08", common))
  expect_identical(args_of(mx.opt.adagrad), c("learning.rate=0.05", "epsilon=1e-08", common))
  expect_identical(args_of(mx.opt.adadelta), c("rho=0.9", "epsilon=1e-05", common[1:3]))
})

test_that("an optimizer that returns numbers instead of an array is told", {
  bad <- list(create_exec = function(index, weight_dim, ctx) NULL, update = function(index, exec_w, weight, grad) 5)
  updater <- mx.opt.get.updater(bad, list(mx.nd.ones(2)), mx.cpu())
  expect_mx_error(updater(list(mx.nd.ones(2)), list(mx.nd.ones(2))), "update must return the new weight as an MXNDArray, given 5")
})

test_that("an optimizer written in R gets the position of the weight, from 1", {
  seen <- integer()
  opt <- list(
    create_exec = function(index, weight_dim, ctx) {
      seen <<- c(seen, index)
      NULL
    },
    update = function(index, exec_w, weight, grad) weight - grad * c(0.5, 0.25)[index])
  update <- mx.opt.get.updater(opt, list(mx.nd.ones(2), mx.nd.ones(3)))
  new <- update(list(mx.nd.ones(2), mx.nd.ones(3)), list(mx.nd.ones(2), mx.nd.ones(3)))
  expect_equal(as.array(new[[1]]), c(0.5, 0.5))
  expect_equal(as.array(new[[2]]), rep(0.75, 3))
  expect_identical(seen, 1:2)
  # in training by the symbol's arguments: data, weights and biases, label
  d <- easy_digits(40)
  at <- list()
  opt$create_exec <- function(index, weight_dim, ctx) at[[index]] <<- weight_dim
  opt$update <- function(index, exec_w, weight, grad) weight
  quiet_fit(small_mlp(), d$x, d$y, optimizer = opt, num.round = 1, array.layout = "colmajor")
  expect_identical(at, list(NULL, c(40L, 16L), 16L, c(16L, 10L), 10L))
})
