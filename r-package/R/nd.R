# class "MXNDArray": an environment with a handle, S3.

new_nd <- function(r) {
  d <- r[-1L]
  bytes <- 4 * prod(d)
  e <- handle_env(r[1L], "nd", bytes)
  e$dim <- d
  if (bytes > 1e6) count_bytes(bytes)
  class(e) <- "MXNDArray"
  e
}

nd_state <- function(e) {
  info <- .call("nd_info", e$id)
  list(values = the$transport$to_r(e$id, prod(e$dim)), dim = e$dim, dtype = info[[3]], ctx = c(info[[1]], info[[2]]), stype = info[[4]])
}

nd_restore <- function(e, state) {
  values <- state$values
  r <- .call("nd_restore", the$transport$to_python(values), as.list(as.double(state$dim)), state$dtype, as.list(state$ctx), state$stype %||% "default")
  e$id <- r[1L]
  e$dim <- r[-1L]
}

nd_id <- function(x, arg = "ndarray", fn = NULL) {
  if (!inherits(x, "MXNDArray"))
    mx_stop(if (!is.null(fn)) paste0(fn, ": "), "argument ", arg, " must be an MXNDArray, given ", short(x), "; mx.nd.array() makes one")
  live_id(x)
}

nd_ids <- function(x, arg, fn) {
  if (inherits(x, "MXNDArray")) return(list(nd_id(x, arg, fn)))
  lapply(x, function(v) if (is.null(v)) NULL else nd_id(v, arg, fn))
}

# Numbers in R's order, without dim.
nd_values <- function(x) {
  id <- nd_id(x)
  the$transport$to_r(id, prod(.subset2(x, "dim")))
}

numbers <- function(x, arg, fn) {
  if (is.factor(x)) {
    mx_stop(fn, ": argument ", arg, " is a factor with levels ", paste(utils::head(levels(x), 5), collapse = ", "),
            if (nlevels(x) > 5) ", ...", "; expected numbers (class numbers start at 0: as.integer(", arg, ") - 1L)")
  }
  if (inherits(x, "MXNDArray")) return(as.array(x))
  if (is.data.frame(x)) mx_stop(fn, ": argument ", arg, " is a data.frame, expected an array, vector or matrix of numbers (as.matrix)")
  if (!is.atomic(x) || !(is.numeric(x) || is.logical(x) || is.raw(x)))
    mx_stop(fn, ": argument ", arg, " must be an array, vector or matrix of numbers, given ", short(x))
  if (inherits(x, "integer64")) mx_stop(fn, ": argument ", arg, " is of class integer64, expected plain numbers (as.double(", arg, "))")
  if (length(x) == 0) mx_stop(fn, ": argument ", arg, " is empty")
  x
}

dim_of <- function(x) as.list(as.double(dim(x) %||% length(x)))

# dtype is ours: MXNet R makes every array float32.
mx.nd.array <- function(src.array, ctx = NULL, dtype = "float32") {
  if (inherits(src.array, "MXNDArray")) src.array <- as.array(src.array)
  if (is.data.frame(src.array) || !(is.atomic(src.array) && !is.null(src.array)))
    mx_stop("mx.nd.array takes an object of class array, vector or matrix only.")
  src.array <- numbers(src.array, "src.array", "mx.nd.array")
  spec <- ctx_spec(ctx)
  check_string(dtype, "dtype", "mx.nd.array")
  if (is.null(the$transport)) bind()
  new_nd(.call("nd_array", the$transport$to_python(src.array), dim_of(src.array), spec, dtype))
}

mx.nd.zeros <- function(shape, ctx = NULL) {
  new_nd(.call("nd_full", as.list(check_dim(shape, "shape", "mx.nd.zeros")), 0, ctx_spec(ctx)))
}

mx.nd.ones <- function(shape, ctx = NULL) {
  new_nd(.call("nd_full", as.list(check_dim(shape, "shape", "mx.nd.ones")), 1, ctx_spec(ctx)))
}

is.mx.ndarray <- function(src.array) inherits(src.array, "MXNDArray")

mx.nd.copyto <- function(src, ctx) new_nd(.call("nd_copyto", nd_id(src, "src", "mx.nd.copyto"), ctx_spec(ctx)))

mx.nd.slice <- function(nd, begin, end) {
  new_nd(.call("nd_rows", nd_id(nd, "nd", "mx.nd.slice"), check_count(begin, "begin", "mx.nd.slice", 0),
               check_count(end, "end", "mx.nd.slice", 0)))
}

mx.nd.save <- function(ndarray, filename) {
  check_string(filename, "filename", "mx.nd.save")
  ids <- nd_ids(ndarray, "ndarray", "mx.nd.save")
  if (!length(ids)) mx_stop("mx.nd.save: argument ndarray is an empty list")
  invisible(.call("nd_save", path.expand(filename), ids))
}

mx.nd.load <- function(filename) {
  check_string(filename, "filename", "mx.nd.load")
  if (!file.exists(filename)) mx_stop("mx.nd.load: there is no file ", dQuote(filename, FALSE))
  r <- .call("nd_load", path.expand(filename))
  if (!is.list(r)) r <- list(r)
  lapply(r, new_nd)
}

# Binds arrays along the last dim (internal in MXNet R, used by scripts through :::).
mx.nd.arraypacker <- function() {
  parts <- list()
  shape <- NULL
  push <- function(nd) {
    d <- dim(nd)
    if (is.null(shape)) shape <<- d
    if (length(d) != length(shape)) mx_stop("The number of dimension need to be matched")
    if (!identical(d[-length(d)], shape[-length(shape)]))
      mx_stop("The dimension besides last need to be consistent for arrays pushed")
    parts[[length(parts) + 1L]] <<- as.vector(as.array(nd))
    invisible()
  }
  get <- function() {
    values <- unlist(parts)
    if (length(shape) <= 1) values else array(values, c(shape[-length(shape)], length(values) / prod(shape[-length(shape)])))
  }
  list(push = push, get = get)
}

ctx <- function(nd) {
  info <- .call("nd_info", nd_id(nd, "nd", "ctx"))
  new_context(if (info[[1]] == 2) "gpu" else "cpu", as.integer(info[[1]]), info[[2]], "ctx")
}

dim.MXNDArray <- function(x) as.integer(.subset2(x, "dim"))

length.MXNDArray <- function(x) as.integer(prod(.subset2(x, "dim")))

as.array.MXNDArray <- function(x, ...) {
  out <- nd_values(x)
  d <- dim.MXNDArray(x)
  if (length(d) > 1) dim(out) <- d
  out
}

as.matrix.MXNDArray <- function(x, ...) {
  if (length(dim(x)) != 2) mx_stop("The input argument is not two dimensional matrix.")
  as.array(x)
}

as.vector.MXNDArray <- function(x, mode = "any") as.vector(nd_values(x), mode)

as.double.MXNDArray <- function(x, ...) nd_values(x)

# Dense arrays print as R's arrays do, sparse ones say so first.
print.MXNDArray <- function(x, ...) {
  said <- storage_text(x, paste0("dim c(", paste(dim(x), collapse = ", "), "), "))
  if (nzchar(said)) cat("<", said, ">\n", sep = "")
  print(as.array(x), ...)
}

# "" for a dense array
storage_text <- function(x, between = "") {
  info <- .call("nd_info", nd_id(x))
  if (info[[4]] == "default") return("")
  sprintf("%s, %s%s values stored", info[[4]], between, format(info[[5]]))
}

t.MXNDArray <- function(x) t(as.array(x))

# Reading parts gives R arrays; MXNet R has no part assignment, and neither have we.
`[.MXNDArray` <- function(x, ...) as.array(x)[...]

`[<-.MXNDArray` <- function(x, ..., value) {
  mx_stop("elements of an MXNDArray cannot be assigned: change as.array(x) and make a new one with mx.nd.array()")
}

summary.MXNDArray <- function(object, ...) summary(nd_values(object), ...)

str.MXNDArray <- function(object, ...) {
  cat(" MXNDArray [", paste0("1:", dim(object), collapse = ", "), "] on ", ctx_text(ctx(object)), if (nzchar(said <- storage_text(object))) paste0(", ", said), ": ", sep = "")
  utils::str(nd_values(object), give.head = FALSE, ...)
}

all.equal.MXNDArray <- function(target, current, ...) {
  all.equal(as.array(target), if (inherits(current, "MXNDArray")) as.array(current) else current, ...)
}

mean.MXNDArray <- function(x, ...) mean(nd_values(x), ...)

Summary.MXNDArray <- function(..., na.rm = FALSE) {
  values <- lapply(list(...), function(v) if (inherits(v, "MXNDArray")) nd_values(v) else v)
  do.call(.Generic, c(values, na.rm = na.rm))
}

MATH_OPS <- c("abs", "sign", "sqrt", "floor", "trunc", "round", "exp", "log", "expm1", "log1p", "cos", "sin", "tan", "acos",
              "asin", "atan", "cosh", "sinh", "tanh", "acosh", "asinh", "atanh", "log2", "log10", "gamma", "lgamma", "ceiling")
ENGINE_MATH <- c(acos = "arccos", asin = "arcsin", atan = "arctan", acosh = "arccosh", asinh = "arcsinh", atanh = "arctanh",
                 lgamma = "gammaln", ceiling = "ceil", round = "round")

Math.MXNDArray <- function(x, ...) {
  op <- .Generic
  if (...length() || !op %in% MATH_OPS) mx_stop(op, " is not there for an MXNDArray", if (...length()) " with further arguments", "; use as.array() first")
  nd_op(if (op %in% names(ENGINE_MATH)) ENGINE_MATH[[op]] else op, list(data = x), list(), NULL)
}

BINARY_OPS <- c("+", "-", "*", "/", "%%", "%/%", "==", "!=", ">", ">=", "<", "<=")

Ops.MXNDArray <- function(e1, e2) {
  op <- .Generic
  if (missing(e2)) {
    if (op == "-") return(new_nd(.call("nd_binary", "-", 0, nd_id(e1), "sa")))
    mx_stop("Operator ", op, " not supported for MXNDArray with one operand")
  }
  if (!op %in% BINARY_OPS) mx_stop("Operator ", op, " not supported for MXNDArray")
  a <- inherits(e1, "MXNDArray")
  b <- inherits(e2, "MXNDArray")
  if (a && b) {
    d1 <- dim(e1)
    d2 <- dim(e2)
    # A vector of n matches c(1, n): the same numbers in the same order, as in R.
    same <- identical(d1, d2) || (prod(d1) == prod(d2) && (length(d1) == 1L || length(d2) == 1L))
    if (!same) {
      mx_stop("operator ", op, ": both MXNDArrays must have the same dim, given c(", paste(d1, collapse = ", "), ") and c(",
              paste(d2, collapse = ", "), "); mx.nd.broadcast.* functions broadcast")
    }
    return(new_nd(.call("nd_binary", op, nd_id(e1), nd_id(e2), "aa")))
  }
  other <- if (a) e2 else e1
  if (!(is.numeric(other) || is.logical(other)) || is.factor(other))
    mx_stop("MXNDArray binary operations only support NDArray and numeric values as operands")
  if (length(other) != 1L) mx_stop("operator ", op, ": the number beside an MXNDArray must have length 1, given length ", length(other))
  if (is.na(other)) mx_stop("operator ", op, ": the number beside an MXNDArray is NA")
  other <- as.double(other)
  new_nd(if (a) .call("nd_binary", op, nd_id(e1), other, "as") else .call("nd_binary", op, other, nd_id(e2), "sa"))
}
