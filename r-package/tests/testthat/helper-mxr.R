# Output of R code in a fresh session, as lines; `env` are environment variables "NAME=value".
run_r <- function(code, env = character()) {
  file <- tempfile(fileext = ".R")
  on.exit(unlink(file))
  writeLines(code, file)
  env <- c(env, paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep)))
  suppressWarnings(system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", shQuote(file)), stdout = TRUE, stderr = TRUE, env = env))
}

# Ten easy classes: class k lights up its own block of pixels.
easy_digits <- function(n = 400, seed = 1) {
  set.seed(seed)
  y <- rep(0:9, length.out = n)
  x <- matrix(runif(40 * n, 0, 0.3), 40)
  for (i in seq_len(n)) x[y[i] * 4 + 1:4, i] <- x[y[i] * 4 + 1:4, i] + 1
  list(x = x, y = y)
}

small_mlp <- function(hidden = 16) {
  data <- mx.symbol.Variable("data")
  fc1 <- mx.symbol.FullyConnected(data, num_hidden = hidden, name = "fc1")
  act <- mx.symbol.Activation(fc1, act_type = "tanh", name = "act1")
  fc2 <- mx.symbol.FullyConnected(act, num_hidden = 10, name = "fc2")
  mx.symbol.SoftmaxOutput(fc2, name = "softmax")
}

quiet_fit <- function(...) suppressWarnings(suppressMessages(mx.model.FeedForward.create(..., verbose = FALSE)))

# The lines of message()
log_of <- function(expr) {
  lines <- character()
  withCallingHandlers(suppressWarnings(force(expr)), message = function(m) {
    lines <<- c(lines, sub("\n$", "", conditionMessage(m)))
    invokeRestart("muffleMessage")
  })
  lines
}

expect_mx_error <- function(expr, pattern, ...) expect_error(expr, pattern, class = "mxr_error", ...)
