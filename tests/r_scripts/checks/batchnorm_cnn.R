# Prediction by plain R for one image: convolution, the moving averages, relu, means of squares, linear, softmax
w <- lapply(model$arg.params, as.array); a <- lapply(model$aux.params, as.array)
img <- matrix(0, 10, 10); img[2:9, 2:9] <- x[, , 1, 5]
maps <- sapply(1:4, function(f) {
  z <- outer(1:8, 1:8, Vectorize(function(i, j) sum(img[i + 0:2, j + 0:2] * w$conv_weight[, , 1, f])))
  z <- pmax((z - a$bn_moving_mean[f]) / sqrt(a$bn_moving_var[f] + 1e-3) * w$bn_gamma[f] + w$bn_beta[f], 0)
  c(outer(1:4, 1:4, Vectorize(function(i, j) mean(z[2 * i - 1:0, 2 * j - 1:0]))))
})
z <- exp(t(w$fc_weight) %*% c(maps) + w$fc_bias)
stopifnot(all.equal(p[, 5], c(z) / sum(z), tolerance = 1e-4))
