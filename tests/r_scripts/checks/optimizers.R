bowl <- function(step) { w <- numeric(3); s <- list(); for (i in 1:5) { r <- step(w, w - target, s); w <- r[[1]]; s <- r[[2]] }; w }
at <- function(s, n) if (is.null(s[[n]])) 0 else s[[n]]
final <- list(
  sgd = bowl(function(w, g, s) { m <- 0.5 * at(s, "m") - 0.1 * g; list(w + m, list(m = m)) }),
  adam = bowl(function(w, g, s) { m <- 0.9 * at(s, "m") + 0.1 * g; v <- 0.999 * at(s, "v") + 0.001 * g^2
                                  list(w - 0.1 * m / (sqrt(v) + 1e-8), list(m = m, v = v)) }),
  adagrad = bowl(function(w, g, s) { h <- at(s, "h") + g^2; list(w - 0.1 * g / sqrt(h + 1e-8), list(h = h)) }),
  adadelta = bowl(function(w, g, s) { a <- 0.9 * at(s, "a") + 0.1 * g^2; d <- sqrt(at(s, "d") + 1e-5) / sqrt(a + 1e-5) * g
                                      list(w - d, list(a = a, d = 0.9 * at(s, "d") + 0.1 * d^2)) }),
  nag = bowl(function(w, g, s) { m <- 0.5 * at(s, "m") + g; list(w - 0.1 * (0.5 * m + g), list(m = m)) }),
  rmsprop = bowl(function(w, g, s) { n <- 0.95 * at(s, "n") + 0.05 * g^2; a <- 0.95 * at(s, "a") + 0.05 * g
                                     d <- 0.9 * at(s, "d") - 0.1 * g / sqrt(n - a^2 + 1e-4); list(w + d, list(n = n, a = a, d = d)) }))
printed <- readLines(textConnection(capture.output(for (n in names(final)) cat(n, format(final[[n]], digits = 4), "\n"))))
for (n in names(final)) {
  opt <- switch(n, sgd = mx.opt.create("sgd", learning.rate = 0.1, momentum = 0.5), nag = mx.opt.create("nag", learning.rate = 0.1, momentum = 0.5),
                adadelta = mx.opt.create("adadelta", rho = 0.9), mx.opt.create(n, learning.rate = 0.1))
  weights <- list(w = mx.nd.zeros(3)); updater <- mx.opt.get.updater(opt, weights, ctx = mx.cpu())
  for (i in 1:5) weights <- updater(weights, list(w = weights$w - mx.nd.array(target)))
  if (!isTRUE(all.equal(as.array(weights$w), final[[n]], tolerance = 1e-4))) stop(n, ": ", paste(format(final[[n]]), collapse = " "), " expected, got ", paste(format(as.array(weights$w)), collapse = " "))
}
# two batches a round: the rate is halved when more than 3 updates are done, again beyond 6
w <- 0; b <- 0; y <- 3 * x[1, ]; lr <- 0.5
for (i in 1:8) {
  rows <- if (i %% 2) 1:10 else 11:20
  rate <- lr * 0.5^(max(0, i - 1) %/% 3)
  r <- w * x[1, rows] + b - y[rows]
  w <- w - rate * mean(r * x[1, rows]); b <- b - rate * mean(r)
}
got <- c(as.array(model$arg.params$fc_weight), as.array(model$arg.params$fc_bias))
if (!isTRUE(all.equal(got, c(w, b), tolerance = 1e-4))) stop("schedule: expected ", w, " ", b, ", got ", paste(got, collapse = " "))
