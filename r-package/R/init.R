# Initialisers: closures function(name, shape, ctx, allow.unknown) that return an NDArray. As in MXNet R, arrays are made
# on the default context whatever ctx says.

#' Initialisers
#'
#' What networks begin with. Names that end in `weight` get random numbers by the scheme; `bias`, `beta` and
#' `moving_mean` are 0, `gamma` and `moving_var` 1, whatever the scheme.
#'
#' `mx.init.Xavier()`: numbers of scale `sqrt(magnitude / factor)`, where `fan_out` is the last R dim, `fan_in` the
#' product of the others, and the factor is `fan_in`, `fan_out` or their mean.
#'
#' An initialiser of your own is a `function(name, shape, ctx, allow.unknown = FALSE)` that returns an NDArray, or
#' `NULL` for a name that it does not know.
#' @param scale uniform numbers lie between `-scale` and `scale`.
#' @param sd standard deviation of normal numbers with mean 0.
#' @param rnd_type `"uniform"` or `"gaussian"`.
#' @param factor_type `"avg"`, `"in"` or `"out"`.
#' @param magnitude factor of the variance; 3 for `tanh`, 2 with `"gaussian"` and `"in"` for `relu` (He).
#' @param name,shape,ctx,allow.unknown what initialisers are called with: the parameter's name, its dim in R's order, a
#'   context (arrays are made on the default context in any case, as in MXNet R), whether an unknown name gives `NULL`.
#' @return a closure `function(name, shape, ctx, allow.unknown = FALSE)` that gives an NDArray.
#' @section Errors: `Unkown initialization pattern for  NAME` (MXNet R's spelling), `Not supported random type. See
#'   usage of function mx.init.Xavier`, `Not supported factor type. ...`.
#' @family learning
#' @examplesIf mx.available()
#' mx.set.seed(0)
#' init <- mx.init.Xavier(factor_type = "in", magnitude = 2)
#' init("fc1_weight", c(3, 2), mx.cpu())
#' init("fc1_bias", 2, mx.cpu())
#' @name mx.init.uniform
NULL

#' @rdname mx.init.uniform
mx.init.internal.default <- function(name, shape, ctx, allow.unknown = FALSE) {
  if (endsWith(name, "bias") || endsWith(name, "beta") || endsWith(name, "moving_mean")) return(mx.nd.zeros(shape))
  if (endsWith(name, "gamma") || endsWith(name, "moving_var")) return(mx.nd.ones(shape))
  if (allow.unknown) return(NULL)
  mx_stop("Unkown initialization pattern for  ", name)
}

# Gluon takes the engine's initialiser of this name, which treats convolutions by another rule than MXNet R.
as_gluon <- function(f, name, ...) structure(f, mx.init = list(name = name, options = list(...)))

#' @rdname mx.init.uniform
mx.init.uniform <- function(scale) {
  scale <- random_scale(scale, "scale", "mx.init.uniform")
  as_gluon(function(name, shape, ctx, allow.unknown = FALSE) {
    if (!endsWith(name, "weight")) return(mx.init.internal.default(name = name, shape = shape, allow.unknown = allow.unknown))
    mx.runif(shape, -scale, scale)
  }, "Uniform", scale = scale)
}

#' @rdname mx.init.uniform
mx.init.normal <- function(sd) {
  sd <- random_scale(sd, "sd", "mx.init.normal")
  as_gluon(function(name, shape, ctx, allow.unknown = FALSE) {
    if (!endsWith(name, "weight")) return(mx.init.internal.default(name = name, shape = shape, allow.unknown = allow.unknown))
    mx.rnorm(shape, 0, sd)
  }, "Normal", sigma = sd)
}

random_scale <- function(x, arg, fn) {
  if (!is.numeric(x) || length(x) != 1 || is.na(x) || x < 0) mx_stop(fn, ": argument ", arg, " must be one number >= 0, given ", short(x))
  x
}

#' @rdname mx.init.uniform
mx.init.Xavier <- function(rnd_type = "uniform", factor_type = "avg", magnitude = 3) {
  force(rnd_type)
  force(factor_type)
  magnitude <- random_scale(magnitude, "magnitude", "mx.init.Xavier")
  as_gluon(function(name, shape, ctx, allow.unknown = FALSE) {
    if (!endsWith(name, "weight")) return(mx.init.internal.default(name = name, shape = shape, allow.unknown = allow.unknown))
    fan_out <- shape[length(shape)]
    fan_in <- prod(shape[-length(shape)])
    factor <- switch(factor_type, avg = (fan_in + fan_out) / 2, "in" = fan_in, out = fan_out,
                     mx_stop("Not supported factor type. See usage of function mx.init.Xavier"))
    scale <- sqrt(magnitude / factor)
    switch(rnd_type, uniform = mx.runif(shape, -scale, scale), gaussian = mx.rnorm(shape, 0, scale),
           mx_stop("Not supported random type. See usage of function mx.init.Xavier"))
  }, "Xavier", rnd_type = rnd_type, factor_type = factor_type, magnitude = magnitude)
}

#' Initial values for a list of dims
#'
#' @param initializer an initialiser such as [mx.init.uniform()].
#' @param shape.array a named list of dims in R's order.
#' @param ctx given on to the initialiser.
#' @param skip.unknown `TRUE` leaves out names that it does not know; `FALSE`: they are an error.
#' @return a named list of NDArrays; `list()` for an empty list.
#' @family learning
#' @examplesIf mx.available()
#' names(mx.init.create(mx.init.uniform(0.1), list(fc_weight = c(3, 2), fc_bias = 2, other = 1)))
mx.init.create <- function(initializer, shape.array, ctx = NULL, skip.unknown = TRUE) {
  if (length(shape.array) == 0) return(list())
  if (!is.function(initializer)) mx_stop("initializer must be a function such as mx.init.uniform(0.01), given ", short(initializer))
  maker <- called_not(initializer, "^mx[.]init[.](uniform|normal|Xavier)$")
  if (!is.null(maker)) mx_stop("initializer must be the result of ", maker, "(), given ", maker, " itself: call it")
  names <- names(shape.array)
  if (is.null(names)) mx_stop("mx.init.create: argument shape.array must be a named list of dims, given ", short(shape.array))
  made <- lapply(names, function(n) initializer(n, shape.array[[n]], ctx, allow.unknown = skip.unknown))
  names(made) <- names
  made[!vapply(made, is.null, NA)]
}
