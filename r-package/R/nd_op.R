# What the generated mx.nd.* functions call.

# What the user calls the function of an operator
nd_name <- function(op) {
  public <- grepl("^_(contrib|image|linalg|random|sparse)_[^_]", op)
  paste0("mx.nd.", if (startsWith(op, "_") && !public) "internal", gsub("_", ".", if (public) substring(op, 2) else op))
}

# A parameter as a plain value: attributes dropped, NA and odd types refused.
plain_param <- function(v, n, op, fn = nd_name(op)) {
  if (!(is.numeric(v) || is.logical(v) || is.character(v)) || is.factor(v) || (is.character(v) && length(v) != 1))
    mx_stop(fn, ": Only accept integer vectors or simple types: argument ", n, " is ", short(v))
  if (anyNA(v)) mx_stop(fn, ": argument ", n, " holds NA")
  if (is.null(attributes(v))) v else as.vector(v)
}

# Called a thousand times a second: plain loops, and names and texts are made only for messages.
nd_op <- function(op, inputs, params, out) {
  ids <- list()
  for (n in names(inputs)) {
    v <- .subset2(inputs, n)
    if (is.null(v)) next
    ids[[n]] <- if (inherits(v, "MXNDArray")) live_id(v)
      else if (is.list(v)) unname(nd_ids(v, n, nd_name(op)))
      else nd_id(v, n, nd_name(op))
  }
  given <- list()
  for (n in names(params)) {
    v <- .subset2(params, n)
    if (n == "ctx") {
      if (is.null(v)) v <- the$ctx
      if (inherits(v, "MXContext")) v <- ctx_text(v)
    }
    if (!is.null(v)) given[[n]] <- plain_param(v, n, op)
  }
  if (!is.null(out)) {
    to <- if (is.list(out)) unname(nd_ids(out, "out", nd_name(op))) else nd_id(out, "out", nd_name(op))
    .call("nd_op", op, ids, given, to)
    return(out)
  }
  r <- .call("nd_op", op, ids, given, NULL)
  if (is.list(r)) lapply(r, new_nd) else new_nd(r)
}

plain_params <- function(params, fn) {
  params <- params[!vapply(params, is.null, NA)]
  for (n in names(params)) params[[n]] <- plain_param(params[[n]], n, fn, fn)
  params
}
