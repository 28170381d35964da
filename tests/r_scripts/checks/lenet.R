# the first convolution of the first picture, by plain R: a window of the picture times a filter, both in R's order
inner <- internals(lenet)
first <- structure(list(symbol = inner[[match("convolution0_output", outputs(inner))]], arg.params = model$arg.params, aux.params = list()),
                   class = "MXFeedForwardModel")
got <- predict(first, train.array[, , , 1:2, drop = FALSE], allow.extra.params = TRUE)
w <- as.array(model$arg.params$convolution0_weight); b <- as.array(model$arg.params$convolution0_bias)
stopifnot(identical(dim(got), c(24L, 24L, 6L, 2L)))
for (at in list(c(1, 1), c(10, 7), c(24, 24))) for (f in c(1, 6)) {
  window <- train.array[at[1] + 0:4, at[2] + 0:4, 1, 2]
  stopifnot(all.equal(got[at[1], at[2], f, 2], sum(window * w[, , 1, f]) + b[f], tolerance = 1e-5))
}
stopifnot(all.equal(colSums(preds), rep(1, ncol(preds)), tolerance = 1e-5))
