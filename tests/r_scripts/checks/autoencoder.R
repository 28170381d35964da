p <- lapply(model$arg.params, as.array)
h <- tanh(t(p$enc_weight) %*% x + p$enc_bias)
stopifnot(all.equal(codes, h, tolerance = 1e-4, check.attributes = FALSE),
          all.equal(back, t(p$dec_weight) %*% h + p$dec_bias, tolerance = 1e-4, check.attributes = FALSE))
# no code of two numbers through a linear decoder is better than two principal components
stopifnot(sum((back - x)^2) > sum(svd(x - rowMeans(x))$d[3:4]^2) * 0.999)
