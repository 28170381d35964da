# Random numbers

random_number <- function(x, what) {
  if (!is.numeric(x)) mx_stop("mx.rnorm only accept numeric ", what)
  if (length(x) != 1 || is.na(x)) mx_stop("argument ", what, " must be one number, given ", short(x))
  as.double(x)
}

#' Random arrays
#'
#' Arrays of random numbers from the generator of a device. `mx.set.seed()` sets the seed of all generators; R's
#' `set.seed()` has no effect on them. The numbers on a CPU are MXNet's own: the same seed gives the same numbers.
#' The order in which Gluon's data loaders shuffle, and their random changes of images, come from the generators of
#' NumPy and Python; `mx.set.seed()` sets these, too.
#' @param shape The dims, in R's order.
#' @param min,max Limits of the uniform distribution.
#' @param mean,sd Mean and standard deviation of the normal distribution.
#' @param ctx The device; `NULL` is [mx.ctx.default()].
#' @param seed One whole number.
#' @return An `MXNDArray`; nothing for `mx.set.seed()`.
#' @family arrays
#' @examplesIf mx.available()
#' mx.set.seed(0)
#' mx.runif(4)
#' mx.rnorm(c(2, 2), mean = 1, sd = 0.1)
mx.set.seed <- function(seed) {
  if (!is.numeric(seed) || length(seed) != 1 || is.na(seed))
    mx_stop("mx.set.seed: seed must be one whole number, given ", short(seed))
  invisible(.call("set_seed", seed))
}

#' @rdname mx.set.seed
mx.runif <- function(shape, min = 0, max = 1, ctx = NULL) {
  low <- random_number(min, "min")
  high <- random_number(max, "max")
  new_nd(.call("random_uniform", low, high, as.list(check_dim(shape, "shape", "mx.runif")), ctx_spec(ctx)))
}

#' @rdname mx.set.seed
mx.rnorm <- function(shape, mean = 0, sd = 1, ctx = NULL) {
  loc <- random_number(mean, "mean")
  scale <- random_number(sd, "sd")
  new_nd(.call("random_normal", loc, scale, as.list(check_dim(shape, "shape", "mx.rnorm")), ctx_spec(ctx)))
}
