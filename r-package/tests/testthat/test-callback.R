d <- easy_digits(200)
it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
fit <- function(...) mx.model.FeedForward.create(small_mlp(), it, eval.metric = mx.metric.accuracy, learning.rate = 0.3, ...)

test_that("log.train.metric prints every period and fills the logger", {
  logger <- mx.metric.logger$new()
  lines <- log_of(fit(num.round = 2, eval.data = it, batch.end.callback = mx.callback.log.train.metric(2),
                      epoch.end.callback = mx.callback.log.train.metric(1, logger)))
  expect_match(lines[c(2, 3)], "^Batch \\[[24]\\] Train-accuracy=")
  expect_match(lines[4:5], "^\\[1\\] (Train|Validation)-accuracy=")
  expect_length(lines, 9)
  expect_equal(logger$train, as.numeric(sub(".*=", "", grep("\\] Train", lines[!grepl("Batch", lines)], value = TRUE))))
  expect_length(logger$eval, 2)
})

test_that("the speedometer reports speed", {
  lines <- log_of(fit(num.round = 1, batch.end.callback = mx.callback.log.speedometer(50, 2)))
  expect_match(lines[2:3], "^Batch \\[[24]\\] Speed: [0-9.e+]+ samples/sec Train-accuracy=")
})

test_that("checkpoints can be loaded", {
  prefix <- file.path(tempdir(), "ck")
  lines <- log_of(model <- fit(num.round = 2, epoch.end.callback = mx.callback.save.checkpoint(prefix)))
  expect_identical(grep("Model", lines, value = TRUE), sprintf("Model checkpoint saved to %s-%04d.params\n", prefix, 1:2))
  back <- mx.model.load(prefix, 2)
  expect_identical(as.array(back$arg.params$fc2_weight), as.array(model$arg.params$fc2_weight))
})

test_that("FALSE stops, the environment is MXNet R's", {
  seen <- NULL
  lines <- log_of(model <- fit(num.round = 9, eval.data = it, epoch.end.callback = function(iteration, nbatch, env, verbose) {
    seen <<- list(iteration = iteration, nbatch = nbatch, batches = env$nbatch, value = env$metric$get(env$train.metric)$value,
                  eval = env$metric$get(env$eval.metric)$name, model = class(env$model), opt = is.list(env$optimizer))
    iteration < 2
  }))
  expect_identical(sum(grepl("Train-", lines)), 2L)
  expect_identical(seen[c("iteration", "nbatch", "batches", "eval", "model", "opt")],
                   list(iteration = 2L, nbatch = 0, batches = 4L, eval = "accuracy", model = "MXFeedForwardModel", opt = TRUE))
})

test_that("early stopping by threshold and by bad steps", {
  lines <- log_of(fit(num.round = 20, epoch.end.callback = mx.callback.early.stop(train.metric = 0.5, maximize = TRUE)))
  expect_lt(length(lines), 21)
  worse <- local({
    n <- 0
    mx.metric.custom("loss", function(label, pred) {
      n <<- n + 1
      n
    })
  })
  lines <- log_of(mx.model.FeedForward.create(small_mlp(), it, eval.metric = worse, num.round = 20,
                                              epoch.end.callback = mx.callback.early.stop(bad.steps = 3, verbose = TRUE)))
  expect_identical(sum(grepl("Train-loss", lines)), 4L)
  expect_identical(get("mx.best.iter", globalenv()), 1L)
  expect_match(tail(lines, 1), "Best score=2.5, iteration [1]", fixed = TRUE)
  rm("mx.best.iter", "mx.best.score", envir = globalenv())
})

test_that("an error in a callback comes out as itself", {
  boom <- function(iteration, nbatch, env, verbose = TRUE) stop("callback went wrong at ", nbatch)
  expect_error(suppressMessages(fit(num.round = 1, batch.end.callback = boom)), "^callback went wrong at 1$")
  expect_mx_error(fit(epoch.end.callback = 3), "epoch.end.callback must be a function, given 3")
  expect_mx_error(suppressMessages(fit(num.round = 1, batch.end.callback = mx.callback.log.train.metric(1, logger = 1))), "Invalid mx.metric.logger.", fixed = TRUE)
})

test_that("an interrupt in a callback keeps the model reached so far", {
  interrupt <- function(iteration, nbatch, env, verbose = TRUE) {
    if (iteration == 2 && nbatch == 3) signalCondition(structure(class = c("interrupt", "condition"), list(message = "", call = NULL)))
  }
  expect_warning(model <- suppressMessages(fit(num.round = 5, batch.end.callback = interrupt)),
                 "training was interrupted in round 2 after 3 batches: this is the model reached so far")
  expect_s3_class(model, "MXFeedForwardModel")
  expect_identical(dim(suppressWarnings(predict(model, d$x))), c(10L, 200L))
})

test_that("Ctrl-C during training keeps the model, wherever it strikes", {
  skip_on_os("windows")
  code <- c("library(mxr)", "set.seed(1); x <- matrix(runif(50 * 30000), 50); y <- rep(0:9, 3000)",
    "net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(mx.symbol.Variable('data'), num_hidden = 10))",
    "it <- mx.io.arrayiter(x, y, batch.size = 10)",
    "rounds <- 0",
    "stopper <- function(iteration, nbatch, env, verbose) { if (iteration == 2) system(sprintf('(sleep 0.3; kill -INT %d) &', Sys.getpid())); TRUE }",
    "each <- if (nzchar(Sys.getenv('EACH_BATCH'))) function(iteration, nbatch, env, verbose) TRUE",
    "withCallingHandlers(model <- mx.model.FeedForward.create(net, it, num.round = 100000, epoch.end.callback = stopper, batch.end.callback = each),",
    "  warning = function(w) { cat('warned:', conditionMessage(w), '\\n'); invokeRestart('muffleWarning') })",
    "cat(class(model), dim(model$arg.params[[1]]), '\\n')")
  for (each in c("", "1")) {
    out <- run_r(code, env = paste0("EACH_BATCH=", each))
    expect_match(out, "warned: training was interrupted in round [0-9]+ after", all = FALSE)
    expect_identical(trimws(tail(out, 1)), "MXFeedForwardModel 50 10")
  }
})
