# All examples in one batch: gradient descent on the mean of the losses, from the same start
mx.set.seed(0)
invisible(mx.io.arrayiter(t(x), y, batch.size = 32, shuffle = TRUE))  # shuffling draws first
start <- mx.model.init.params(lro, list(data = c(4, 32)), list(linearregressionoutput0_label = 32), mx.init.uniform(0.01), mx.cpu())
w <- as.array(start$arg.params$fullyconnected0_weight); b <- as.array(start$arg.params$fullyconnected0_bias)
for (i in 1:12) {
  r <- drop(x %*% w) + b - y
  w <- w - 0.2 * t(x) %*% r / 32
  b <- b - 0.2 * mean(r)
}
stopifnot(all.equal(as.array(model$arg.params$fullyconnected0_weight), w, check.attributes = FALSE, tolerance = 1e-4), all.equal(as.array(model$arg.params$fullyconnected0_bias), b, tolerance = 1e-4))
stopifnot(identical(lapply(again$arg.params, as.array), lapply(model$arg.params, as.array)))
stopifnot(all.equal(drop(preds), drop(x %*% w) + b, tolerance = 1e-5, check.attributes = FALSE))
