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
    "h <- as.data.frame(model)",
    "cat(class(model), dim(model$arg.params[[1]]), attr(model, 'training')$interrupted, identical(h$round, seq_len(nrow(h))), '\\n')")
  for (each in c("", "1")) {
    out <- run_r(code, env = paste0("EACH_BATCH=", each))
    expect_match(out, "warned: training was interrupted in round [0-9]+ after", all = FALSE)
    expect_identical(trimws(tail(out, 1)), "MXFeedForwardModel 50 10 TRUE TRUE")
  }
})

# An interactive R on a terminal of its own; `keys` are sent after `wait` seconds. What it showed, as lines.
on_terminal <- function(code, keys = "", wait = 0) {
  skip_on_os(c("windows", "mac"))
  skip_if(!nzchar(Sys.which("script")), "no script(1)")
  file <- tempfile(fileext = ".R")
  shown <- tempfile()
  done <- tempfile()
  writeLines(c(code, sprintf("file.create('%s')", done)), file)
  env <- c(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep))
  old <- Sys.getenv(names(env), NA)
  do.call(Sys.setenv, as.list(env))
  on.exit(if (is.na(old)) Sys.unsetenv("R_LIBS") else Sys.setenv(R_LIBS = old))
  file.create(shown)
  con <- pipe(sprintf("timeout --foreground 60 script -qefc '%s --vanilla --quiet --no-readline' /dev/null > %s 2>&1", file.path(R.home("bin"), "R"), shown), "w")
  cat(sprintf("source('%s')\n", file), file = con)
  flush(con)
  if (nzchar(keys)) {
    started <- Sys.time()
    while (Sys.time() - started < 30 && !any(grepl("READY", readLines(shown, warn = FALSE)))) Sys.sleep(0.1)
    Sys.sleep(wait)
    cat(keys, file = con)
    flush(con)
  }
  started <- Sys.time()
  while (!file.exists(done) && Sys.time() - started < 30) Sys.sleep(0.1)
  cat(if (!file.exists(done)) "\003", "q()\n", file = con)
  close(con)
  text <- readChar(shown, file.size(shown), useBytes = TRUE)
  gsub("\033\\[[0-9;?]*[A-Za-z]", "", strsplit(text, "[\r\n]+", useBytes = TRUE)[[1]], useBytes = TRUE)
}

test_that("Ctrl-C at the prompt of an interactive R returns the model and leaves R alive", {
  out <- on_terminal(c(
    "library(mxr)", "x <- matrix(runif(50 * 3000), 50); y <- rep(0:9, 300)", "it <- mx.io.arrayiter(x, y, batch.size = 10)",
    "say <- function(iteration, nbatch, env) { if (iteration == 2) cat('READY\\n'); TRUE }",
    "model <- mx.mlp(it, hidden_node = 4, out_node = 10, num.round = 1e6, eval.metric = mx.metric.accuracy, epoch.end.callback = say)",
    "cat('class', class(model), nrow(as.data.frame(model)) >= 2, '\\n')",
    "cat('alive', as.array(mx.nd.ones(2) + 1), '\\n')"), keys = "\003", wait = 0.5)
  expect_match(out, "class MXFeedForwardModel TRUE", all = FALSE)
  expect_match(out, "alive 2 2", all = FALSE)
  expect_match(out, "training was interrupted in round [0-9]+ after", all = FALSE)
})

test_that("a terminal shows the bar of the round, its metric and the batches; a file does not", {
  code <- c(
    "library(mxr)", "options(cli.progress_show_after = 0, cli.width = 90)", "x <- matrix(runif(50 * 1000), 50); y <- rep(0:9, 100)",
    "slow <- function(iteration, nbatch, env) { Sys.sleep(0.01); if (nbatch == 90) message('said at 90') }",
    "it <- mx.io.arrayiter(x, y, batch.size = 10)",
    "model <- mx.mlp(it, hidden_node = 4, out_node = 10, num.round = 2, eval.metric = mx.metric.accuracy, eval.data = it, batch.end.callback = slow)")
  out <- on_terminal(code)
  bars <- grep("^Round", out, value = TRUE, useBytes = TRUE)
  expect_gt(length(bars), 6)
  expect_match(bars, "^Round [12]/2 .* [0-9]+/100 \\| accuracy 0\\.[0-9]{4}", all = FALSE, useBytes = TRUE)
  expect_true(any(grepl("^Round 2/2", bars, useBytes = TRUE)))
  # lines of their own for what is said
  expect_identical(sum(out == "said at 90"), 2L)
  expect_identical(sum(grepl("^\\[[12]\\] (Train|Validation)-accuracy=[0-9.]+$", out, useBytes = TRUE)), 4L)
  plain <- run_r(code)
  expect_false(any(grepl("Round", plain)))
  expect_identical(sum(grepl("^\\[[12]\\] Train", plain)), 2L)
})

test_that("what an epoch callback returns: FALSE and 0 stop, NULL and all else go on, NA is told", {
  rounds <- function(value, ...) nrow(as.data.frame(suppressMessages(fit(num.round = 3, epoch.end.callback = function(iteration, nbatch, env, ...) value))))
  expect_identical(rounds(FALSE), 1L)
  expect_identical(rounds(0), 1L)
  expect_identical(rounds(TRUE), 3L)
  expect_identical(rounds(NULL), 3L)
  expect_identical(rounds(list(mx.nd.ones(1))), 3L)
  expect_mx_error(rounds(NA), "must return TRUE (go on) or FALSE (stop), given NA", fixed = TRUE)
})

test_that("callbacks get what MXNet R gives them; the result of batch callbacks is ignored", {
  seen <- list()
  batch <- function(iteration, nbatch, env) {
    seen[[length(seen) + 1]] <<- c(iteration, nbatch)
    FALSE
  }
  verbose_given <- NULL
  epoch <- function(iteration, nbatch, env, verbose) {
    verbose_given <<- verbose
    TRUE
  }
  quiet_fit(small_mlp(), it, num.round = 2, batch.end.callback = batch, epoch.end.callback = epoch)
  expect_equal(seen, lapply(1:8, function(i) c((i - 1) %/% 4 + 1, (i - 1) %% 4 + 1)))
  expect_identical(verbose_given, FALSE)
  expect_identical(as.data.frame(quiet_fit(small_mlp(), it, num.round = 2, epoch.end.callback = function(iteration, nbatch, env) iteration < 1))$round, 1L)
})

test_that("the environment: executors, arguments, private fields", {
  checked <- 0
  look <- function(iteration, nbatch, env, verbose = TRUE) {
    expect_length(env$train.execs, 2)
    expect_s4_class(env$train.execs[[1]], "Rcpp_MXExecutor")
    g <- env$train.execs[[2]]$ref.grad.arrays$fc1_weight
    expect_gt(sum(abs(as.array(g))), 0)
    expect_identical(env$ndevice, 2L)
    expect_identical(c(env$begin.round, env$end.round), c(2, 3))
    expect_true(is.mx.symbol(env$symbol) && is.mx.dataiter(env$train.data))
    env$mine <- c(env$mine, iteration)
    expect_identical(env$mine, 2:iteration)
    checked <<- checked + 1
    TRUE
  }
  suppressMessages(fit(begin.round = 2, num.round = 3, ctx = list(mx.cpu(0), mx.cpu(1)), epoch.end.callback = look))
  expect_identical(checked, 2)
})

test_that("checkpoints every so many rounds, whole or not at all", {
  dir <- tempfile()
  dir.create(dir)
  save <- mx.callback.save.checkpoint(file.path(dir, "ck"), period = 2)
  suppressMessages(fit(num.round = 5, epoch.end.callback = save))
  expect_identical(dir(dir), c("ck-0002.params", "ck-0004.params", "ck-symbol.json"))
  expect_mx_error(suppressMessages(fit(num.round = 1, epoch.end.callback = mx.callback.save.checkpoint(file.path(dir, "no", "ck")))), "there is no directory")
  expect_mx_error(mx.callback.save.checkpoint(3), "prefix must be one string")
  expect_mx_error(mx.callback.save.checkpoint("a", 0), "period must be one whole number")
  expect_identical(log_of(fit(num.round = 1, verbose = FALSE, epoch.end.callback = mx.callback.save.checkpoint(file.path(dir, "q")))), character())
})

test_that("early stopping: goals on both metrics, both directions, a closure used twice", {
  rounds <- function(cb, values) {
    k <- 0
    m <- mx.metric.custom("m", function(label, pred) {
      k <<- k + 1
      values[(k - 1) %/% 4 %% length(values) + 1]
    })
    one <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
    nrow(as.data.frame(quiet_fit(small_mlp(), one, num.round = 6, eval.metric = m, epoch.end.callback = cb)))
  }
  expect_identical(rounds(mx.callback.early.stop(train.metric = 3), c(9, 5, 2, 1, 1, 1)), 3L)
  expect_identical(rounds(mx.callback.early.stop(train.metric = 3, maximize = TRUE), c(1, 5, 6, 7, 8, 9)), 2L)
  expect_identical(rounds(mx.callback.early.stop(eval.metric = 3), c(9, 5, 2, 1, 1, 1)), 6L)
  cb <- mx.callback.early.stop(bad.steps = 2)
  expect_identical(rounds(cb, c(3, 2, 4, 4, 4, 4)), 4L)
  expect_identical(get("mx.best.iter", globalenv()), 2L)
  expect_identical(rounds(cb, c(9, 9, 9, 9, 9, 9)), 3L)
  expect_identical(get("mx.best.score", globalenv()), 9)
  rm("mx.best.iter", "mx.best.score", envir = globalenv())
  expect_mx_error(mx.callback.early.stop(bad.steps = 0), "bad.steps must be one whole number")
})
