p <- lapply(model$arg.params, as.array)
forward <- function(x) {  # one example a row
  h <- tanh(x %*% p[[1]] + rep(p[[2]], each = nrow(x)))
  z <- exp(h %*% p[[3]] + rep(p[[4]], each = nrow(x)))
  z / rowSums(z)
}
stopifnot(all.equal(t(preds), forward(test.x), tolerance = 1e-5, check.attributes = FALSE))
stopifnot(mean(pred.label == test.y) >= 0.9, mean((max.col(forward(train.x)) - 1) == train.y) > 0.9)
