w <- as.array(model$arg.params$fc_weight); b <- as.array(model$arg.params$fc_bias)
z <- exp(t(w) %*% x + b)
stopifnot(all.equal(predict(model, x, array.layout = "colmajor"), z / rep(colSums(z), each = 3), tolerance = 1e-5, check.attributes = FALSE))
stopifnot(identical(as.array(params$`arg:fc_weight`), w), identical(s$arg.params$fc_weight, w))
