# What crossing between R and the engine costs: Rscript benchmarks/r_bridge.R [native|shared|raw]
# Calls: the fastest of many short batches, which other load on the machine disturbs least. Arrays: the fastest of five.

way <- commandArgs(TRUE)
if (length(way)) Sys.setenv(MXR_R_TRANSPORT = way[1])
suppressMessages(library(mxr))

micro <- function(f, batches = 60, n = 100) {
  for (i in seq_len(200)) f()
  best <- Inf
  for (b in seq_len(batches)) {
    start <- Sys.time()
    for (i in seq_len(n)) f()
    best <- min(best, as.double(Sys.time() - start, units = "secs") / n)
  }
  best * 1e6
}

fastest <- function(f, times = 5) min(vapply(seq_len(times), function(i) system.time(f())[[3]], 0))

x <- mx.nd.ones(c(10, 10))
y <- mx.nd.ones(c(10, 10))
small <- matrix(runif(1280), 10)
calls <- list(
  "an empty call" = function() mxr:::.call("live_handles"),
  "dim(x)" = function() dim(x),
  "x + y" = function() x + y,
  "x + 1" = function() x + 1,
  "exp(x)" = function() exp(x),
  "x %*% y" = function() x %*% y,
  "sum(x)" = function() sum(x),
  "mx.nd.relu(x)" = function() mx.nd.relu(x),
  "mx.nd.dot(x, y)" = function() mx.nd.dot(x, y),
  "mx.nd.FullyConnected(x, y, num_hidden = 10, no_bias = TRUE)" =
    function() mx.nd.FullyConnected(x, y, num_hidden = 10, no_bias = TRUE),
  "mx.nd.concat(list(x, y), num_args = 2)" = function() mx.nd.concat(list(x, y), num_args = 2),
  "mx.nd.slice(x, 1, 3)" = function() mx.nd.slice(x, 1, 3),
  "x[, 2:3]" = function() x[, 2:3],
  "x[2, ]" = function() x[2, ],
  "x[c(1, 5), ]" = function() x[c(1, 5), ],
  "x[x > 0]" = function() x[x > 0],
  "x[[3, 4]]" = function() x[[3, 4]],
  "x[1, 1] <- 0" = function() x[1, 1] <<- 0,
  "mx.nd.array() of 10 x 128 doubles" = function() mx.nd.array(small),
  "as.array() of 10 x 10" = function() as.array(x))
cat(R.version.string, "| reticulate", format(packageVersion("reticulate")), "| transport", mxr:::the$transport$name, "\n\n")
cat("| call | microseconds |\n|---|---:|\n")
for (n in names(calls)) cat(sprintf("| `%s` | %.0f |\n", n, micro(calls[[n]])))

image <- matrix(sample.int(255L, 15000 * 784, replace = TRUE), 784)
number <- image + 0
array47 <- mx.nd.array(image)
big <- list(
  "integer matrix of 784 x 15000 (47 MB) to an NDArray" = function() mx.nd.array(image),
  "the same as doubles (94 MB)" = function() mx.nd.array(number),
  "back to R: `as.array()` (94 MB of doubles)" = function() as.array(array47),
  "`sum()` of it, on the engine" = function() sum(array47),
  "`summary()` of it, on the engine" = function() summary(array47),
  "`capture.output(print())` of it" = function() capture.output(print(array47)),
  "`serialize()` of it" = function() serialize(array47, NULL))
cat("\n| array | seconds |\n|---|---:|\n")
for (n in names(big)) cat(sprintf("| %s | %.3f |\n", n, fastest(big[[n]])))
