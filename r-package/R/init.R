# Initialisers: closures function(name, shape, ctx, allow.unknown) that return an NDArray. As in MXNet R, arrays are made
# on the default context whatever ctx says.

mx.init.internal.default <- function(name, shape, ctx, allow.unknown = FALSE) {
  if (endsWith(name, "bias") || endsWith(name, "beta") || endsWith(name, "moving_mean")) return(mx.nd.zeros(shape))
  if (endsWith(name, "gamma") || endsWith(name, "moving_var")) return(mx.nd.ones(shape))
  if (allow.unknown) return(NULL)
  mx_stop("Unkown initialization pattern for  ", name)
}

mx.init.uniform <- function(scale) {
  scale <- random_scale(scale, "scale", "mx.init.uniform")
  function(name, shape, ctx, allow.unknown = FALSE) {
    if (!endsWith(name, "weight")) return(mx.init.internal.default(name = name, shape = shape, allow.unknown = allow.unknown))
    mx.runif(shape, -scale, scale)
  }
}

mx.init.normal <- function(sd) {
  sd <- random_scale(sd, "sd", "mx.init.normal")
  function(name, shape, ctx, allow.unknown = FALSE) {
    if (!endsWith(name, "weight")) return(mx.init.internal.default(name = name, shape = shape, allow.unknown = allow.unknown))
    mx.rnorm(shape, 0, sd)
  }
}

random_scale <- function(x, arg, fn) {
  if (!is.numeric(x) || length(x) != 1 || is.na(x) || x < 0) mx_stop(fn, ": argument ", arg, " must be one number >= 0, given ", short(x))
  x
}

mx.init.Xavier <- function(rnd_type = "uniform", factor_type = "avg", magnitude = 3) {
  force(rnd_type)
  force(factor_type)
  magnitude <- random_scale(magnitude, "magnitude", "mx.init.Xavier")
  function(name, shape, ctx, allow.unknown = FALSE) {
    if (!endsWith(name, "weight")) return(mx.init.internal.default(name = name, shape = shape, allow.unknown = allow.unknown))
    fan_out <- shape[length(shape)]
    fan_in <- prod(shape[-length(shape)])
    factor <- switch(factor_type, avg = (fan_in + fan_out) / 2, "in" = fan_in, out = fan_out,
                     mx_stop("Not supported factor type. See usage of function mx.init.Xavier"))
    scale <- sqrt(magnitude / factor)
    switch(rnd_type, uniform = mx.runif(shape, -scale, scale), gaussian = mx.rnorm(shape, 0, scale),
           mx_stop("Not supported random type. See usage of function mx.init.Xavier"))
  }
}

mx.init.create <- function(initializer, shape.array, ctx = NULL, skip.unknown = TRUE) {
  if (length(shape.array) == 0) return(list())
  if (!is.function(initializer)) mx_stop("initializer must be a function such as mx.init.uniform(0.01), given ", short(initializer))
  names <- names(shape.array)
  made <- lapply(names, function(n) initializer(n, shape.array[[n]], ctx, allow.unknown = skip.unknown))
  names(made) <- names
  made[!vapply(made, is.null, NA)]
}
