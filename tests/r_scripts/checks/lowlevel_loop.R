w <- matrix(0, 4, 3); b <- numeric(3); mw <- w; mb <- b
for (epoch in 1:5) for (rows in batches) {
  z <- exp(t(x[, rows]) %*% w + rep(b, each = 50)); p <- z / rowSums(z)
  g <- (p - outer(y[rows], 0:2, "==")) / 50
  mw <- 0.9 * mw - 0.1 * (x[, rows] %*% g + 0.001 * w); w <- w + mw
  mb <- 0.9 * mb - 0.1 * (colSums(g) + 0.001 * b); b <- b + mb
}
stopifnot(all.equal(as.array(executor$ref.arg.arrays$fc_weight), w, check.attributes = FALSE, tolerance = 1e-5),
          all.equal(as.array(executor$ref.arg.arrays$fc_bias), b, tolerance = 1e-5))
