mx.set.seed(0)
start <- mx.model.init.params(net, list(data = c(3, 16)), list(logit_label = 16), mx.init.uniform(0.01), mx.cpu())
w <- c(as.array(start$arg.params$fc_weight)); b <- 0; mw <- 0; mb <- 0
for (round in 1:8) for (rows in list(1:16, 17:32)) {
  r <- 1 / (1 + exp(-(x[rows, ] %*% w + b))) - y[rows]
  mw <- 0.5 * mw - 0.5 * (drop(t(x[rows, ]) %*% r) / 16 + 0.01 * w); w <- w + mw
  mb <- 0.5 * mb - 0.5 * (mean(r) + 0.01 * b); b <- b + mb
}
stopifnot(all.equal(c(as.array(model$arg.params$fc_weight)), unname(w), tolerance = 1e-4),
          all.equal(as.array(model$arg.params$fc_bias), b, tolerance = 1e-4))
