# the halves of a batch add up to the batch
stopifnot(all.equal(lapply(one$arg.params, as.array), lapply(two$arg.params, as.array), tolerance = 1e-4))
p <- lapply(one$arg.params, as.array)
z <- exp(t(p$fc2_weight) %*% tanh(t(p$fc1_weight) %*% x + p$fc1_bias) + p$fc2_bias)
stopifnot(all.equal(predict(one, x, array.layout = "colmajor"), z / rep(colSums(z), each = 2), tolerance = 1e-5))
