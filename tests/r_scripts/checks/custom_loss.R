descend <- function(slope) {
  w <- c(0, 0); b <- 0
  for (i in 1:30) {
    g <- slope(drop(w %*% x) + b - y) / 32
    w <- w - 0.1 * drop(x %*% g); b <- b - 0.1 * sum(g)
  }
  c(w, b)
}
two <- descend(function(r) 2 * r); one <- descend(sign)
stopifnot(all.equal(c(as.array(model$arg.params$fc_weight), as.array(model$arg.params$fc_bias)), two, tolerance = 1e-4, check.attributes = FALSE))
stopifnot(all.equal(c(as.array(model3$arg.params$fc_weight)), one[1:2], tolerance = 1e-4, check.attributes = FALSE))
stopifnot(all.equal(pred[1, ], drop(two[1:2] %*% x) + two[3], tolerance = 1e-4, check.attributes = FALSE))
