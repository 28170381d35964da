# the gradient that the discriminator hands back, by plain R
p <- lapply(D$ref.arg.arrays, as.array)
h <- tanh(t(p$d1_weight) %*% p$data + p$d1_bias)
s <- 1 / (1 + exp(-(t(p$d2_weight) %*% h + p$d2_bias)))
stopifnot(all.equal(as.array(D$ref.outputs$dloss_output), s, tolerance = 1e-4))
g <- p$d1_weight %*% ((p$d2_weight %*% (s - 1)) * (1 - h^2))
stopifnot(all.equal(as.array(D$ref.grad.arrays$data), g, tolerance = 1e-3))
stopifnot(all.equal(c(as.array(G$ref.grad.arrays$g1_weight)), sum(g * as.array(G$ref.arg.arrays$noise)), tolerance = 1e-3))
stopifnot(all.equal(as.array(G$ref.grad.arrays$g1_bias), sum(g), tolerance = 1e-3))
