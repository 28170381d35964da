skip_if_not(the$native, "objects keep their values only with the compiled code")

grads <- list(a = mx.nd.array(c(0.3, -1, 2)))
weights <- list(a = mx.nd.array(c(1, -2, 0.5)))

test_that("a copy is an array of its own, in the same session too", {
  x <- mx.nd.array(matrix(1:4, 2))
  y <- unserialize(serialize(x, NULL))
  y[1, 1] <- 100
  expect_identical(x[[1, 1]], 1)
  rm(x)
  invisible(gc())
  empty_bin()
  expect_identical(as.array(y), matrix(c(100, 2, 3, 4), 2))
  z <- unserialize(serialize(unserialize(serialize(y, NULL)), NULL))
  expect_identical(as.array(z), as.array(y))
})

test_that("dtype and storage come back", {
  for (dtype in c("float64", "int64", "uint8", "bool", "bfloat16")) {
    y <- unserialize(serialize(mx.nd.array(c(0, 1), dtype = dtype), NULL))
    expect_identical(y$dtype, dtype)
    expect_equal(as.numeric(y), c(0, 1))
  }
  s <- unserialize(serialize(mx.nd.cast.storage(mx.nd.array(diag(3)), stype = "csr"), NULL))
  expect_identical(s$stype, "csr")
  expect_identical(as.array(s), diag(3))
})

test_that("save.image and a new session that does not name the package", {
  f <- tempfile(fileext = ".RData")
  on.exit(unlink(f))
  out <- run_r(c("library(mxr)", "a <- mx.nd.array(matrix(1:6, 2))", "s <- mx.symbol.Variable('v') * 2",
                 "model <- structure(list(symbol = s, arg.params = list(v = a), aux.params = list()), class = 'MXFeedForwardModel')",
                 sprintf("save.image('%s')", f)))
  expect_identical(out, character())
  out <- run_r(c(sprintf("load('%s')", f), "print(a)", "cat(sum(model$arg.params$v), length(model$symbol$arguments), '\n')",
                 "stopifnot(identical(mxr::is.mx.ndarray(model$arg.params$v), TRUE))"))
  expect_identical(out, c(capture.output(print(matrix(1:6, 2))), "21 1 "))
})

test_that("the updater of an optimizer goes on where it was", {
  schedule <- mx.lr_scheduler.FactorScheduler(1, 0.5, verbose = FALSE)
  for (name in c("sgd", "adam", "rmsprop", "adadelta")) {
    opt <- if (name == "adadelta") mx.opt.create(name) else mx.opt.create(name, learning.rate = 0.1, lr_scheduler = schedule)
    up <- mx.opt.get.updater(opt, weights)
    w <- up(up(weights, grads), grads)
    saved <- unserialize(serialize(list(up = up, w = w), NULL))
    expect_identical(as.array(saved$up(saved$w, grads)$a), as.array(up(w, grads)$a), info = name)
  }
  f <- tempfile(fileext = ".rds")
  on.exit(unlink(f))
  up <- mx.opt.get.updater(mx.opt.create("adam"), weights)
  w <- up(weights, grads)
  saveRDS(list(up, w, grads), f)
  out <- run_r(c("library(mxr)", sprintf("r <- readRDS('%s')", f), "cat(sprintf('%.7f', as.array(r[[1]](r[[2]], r[[3]])$a)))"))
  expect_identical(out, paste(sprintf("%.7f", as.array(up(w, grads)$a)), collapse = " "))
})

test_that("an optimizer written in R keeps its state too", {
  opt <- list(create_exec = function(index, weight_dim, ctx) new.env(),
              update = function(index, exec_w, weight, grad) {
                exec_w$n <- (if (is.null(exec_w$n)) 0 else exec_w$n) + 1
                weight - grad * exec_w$n
              })
  up <- mx.opt.get.updater(opt, weights)
  w <- up(weights, grads)
  saved <- unserialize(serialize(up, NULL))
  expect_equal(as.array(saved(w, grads)$a), as.array(w$a) - 2 * as.array(grads$a), tolerance = 1e-6)
})

test_that("PSOCK workers take and give arrays and models", {
  cl <- parallel::makeCluster(1)
  on.exit(parallel::stopCluster(cl))
  parallel::clusterCall(cl, function(paths) .libPaths(paths), .libPaths())
  model <- structure(list(symbol = small_mlp(4), arg.params = list(fc1_weight = mx.nd.ones(c(3, 4)), fc1_bias = mx.nd.zeros(4),
                     fc2_weight = mx.nd.ones(c(4, 10)), fc2_bias = mx.nd.array(0:9)), aux.params = list()), class = "MXFeedForwardModel")
  x <- matrix(c(0.1, 0.2, 0.3), 3, 2)
  r <- parallel::clusterCall(cl, function(model, x, a) {
    list(a = a * 2, p = predict(model, x, array.layout = "colmajor"), model = model)
  }, model, x, mx.nd.array(1:3))[[1]]
  expect_identical(class(r$a), "MXNDArray")
  expect_identical(as.array(r$a), c(2, 4, 6))
  expect_equal(r$p, predict(model, x, array.layout = "colmajor"))
  expect_equal(predict(r$model, x, array.layout = "colmajor"), r$p)
})

test_that("forked workers take and give arrays, while work is queued too", {
  skip_on_os("windows")
  x <- mx.nd.ones(c(1200, 1200))
  queued <- mx.nd.dot(x, x)
  job <- parallel::mcparallel({
    y <- mx.nd.dot(queued, x)
    list(y[1, 1:2], queued[[3, 4]], x[1:2, 1])
  })
  got <- parallel::mccollect(job, wait = FALSE, timeout = 30)
  on.exit(tools::pskill(job$pid, tools::SIGKILL))
  expect_length(got, 1)
  r <- got[[1]]
  expect_identical(as.array(r[[1]]), c(1440000, 1440000))
  expect_identical(r[[2]], 1200)
  expect_identical(as.array(r[[3]] + 1), c(2, 2))
  expect_identical(queued[[1, 1]], 1200)
})

test_that("what cannot be kept says so when it is used", {
  it <- unserialize(serialize(mx.io.arrayiter(matrix(1:4, 2), 1:2, batch.size = 2), NULL))
  if (the$native) expect_mx_error(it$reset(), "comes from a file or another R session, and its values were not saved")
  exec <- mx.simple.bind(mx.symbol.Variable("a") * 2, mx.cpu(), a = 3)
  copied <- expect_silent(unserialize(serialize(exec, NULL)))
  if (the$native) expect_mx_error(copied$forward(TRUE), "comes from a file")
  old <- the$session
  on.exit(the$session <- old)
  the$session <- "another"
  expect_mx_error(it$reset(), "comes from a file or another R session, and its values were not saved")
})

test_that("a fork waits for products that are being computed, whose threads end with it", {
  skip_on_os("windows")
  out <- run_r(c(
    "library(mxr)", "x <- mx.nd.ones(c(500, 500))",
    "for (i in 1:15) {",
    "  queued <- mx.nd.dot(x, x)",
    "  for (k in 1:(i %% 4)) queued <- mx.nd.dot(queued, x) / 500",
    "  job <- parallel::mcparallel(mx.nd.dot(queued, x)[[3, 4]])",
    "  got <- parallel::mccollect(job, wait = FALSE, timeout = 20)",
    "  if (length(got) != 1 || got[[1]] != 250000) stop('no answer')",
    "}", "cat('all answered')"), env = "OMP_NUM_THREADS=2")
  expect_identical(out, "all answered")
})
