# What the generated mx.nd.* functions call.

# Parameters as plain values: attributes dropped, NA and odd types refused.
plain_params <- function(params, fn) {
  params <- params[!vapply(params, is.null, NA)]
  for (n in names(params)) {
    v <- params[[n]]
    if (!(is.numeric(v) || is.logical(v) || is.character(v)) || is.factor(v) || (is.character(v) && length(v) != 1))
      mx_stop(fn, ": Only accept integer vectors or simple types: argument ", n, " is ", short(v))
    if (anyNA(v)) mx_stop(fn, ": argument ", n, " holds NA")
    params[[n]] <- as.vector(v)
  }
  params
}

# What the user calls the function of an operator
nd_name <- function(op) {
  public <- grepl("^_(contrib|image|linalg|random|sparse)_[^_]", op)
  paste0("mx.nd.", if (startsWith(op, "_") && !public) "internal", gsub("_", ".", if (public) substring(op, 2) else op))
}

nd_op <- function(op, inputs, params, out) {
  fn <- nd_name(op)
  inputs <- inputs[!vapply(inputs, is.null, NA)]
  ids <- lapply(stats::setNames(nm = names(inputs)), function(n) {
    v <- inputs[[n]]
    if (is.list(v) && !inherits(v, "MXNDArray")) unname(nd_ids(v, n, fn)) else nd_id(v, n, fn)
  })
  if ("ctx" %in% names(params) && is.null(params$ctx)) params$ctx <- ctx_text(the$ctx)
  if (inherits(params$ctx, "MXContext")) params$ctx <- ctx_text(params$ctx)
  params <- plain_params(params, fn)
  if (!is.null(out)) {
    .call("nd_op", op, ids, params, if (is.list(out) && !inherits(out, "MXNDArray")) nd_ids(out, "out", fn) else nd_id(out, "out", fn))
    return(out)
  }
  r <- .call("nd_op", op, ids, params, NULL)
  if (is.list(r)) lapply(r, new_nd) else new_nd(r)
}

# Random numbers
random_number <- function(x, what) {
  if (!is.numeric(x)) mx_stop("mx.rnorm only accept numeric ", what)
  if (length(x) != 1 || is.na(x)) mx_stop("argument ", what, " must be one number, given ", short(x))
  as.double(x)
}

mx.set.seed <- function(seed) invisible(.call("set_seed", if (is.numeric(seed) && length(seed) == 1) seed else mx_stop("mx.set.seed: seed must be one whole number, given ", short(seed))))

mx.runif <- function(shape, min = 0, max = 1, ctx = NULL) {
  low <- random_number(min, "min")
  high <- random_number(max, "max")
  new_nd(.call("random_uniform", low, high, as.list(check_dim(shape, "shape", "mx.runif")), ctx_spec(ctx)))
}

mx.rnorm <- function(shape, mean = 0, sd = 1, ctx = NULL) {
  loc <- random_number(mean, "mean")
  scale <- random_number(sd, "sd")
  new_nd(.call("random_normal", loc, scale, as.list(check_dim(shape, "shape", "mx.rnorm")), ctx_spec(ctx)))
}
