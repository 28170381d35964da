# class "MXNDArray": an environment with a handle, S3.

new_nd <- function(r) {
  d <- r[-1L]
  bytes <- 4 * prod(d)
  e <- handle_env(r[1L], "nd", bytes)
  e$dim <- d
  if (bytes > COUNTED) count_bytes(bytes)
  class(e) <- "MXNDArray"
  e
}

nd_id <- function(x, arg = "ndarray", fn = NULL) {
  if (!inherits(x, "MXNDArray")) {
    mx_stop(if (!is.null(fn)) paste0(fn, ": "), "argument ", arg, " must be an MXNDArray, given ", short(x),
            "; mx.nd.array() makes one")
  }
  live_id(x)
}

nd_ids <- function(x, arg, fn) {
  if (inherits(x, "MXNDArray")) return(list(nd_id(x, arg, fn)))
  lapply(x, function(v) if (is.null(v)) NULL else nd_id(v, arg, fn))
}

# Lists that Python takes by name: two entries of one name, or none, would be one there.
named_ids <- function(x, arg, fn) {
  keys <- names(x)
  bad <- if (length(x) && is.list(x)) if (is.null(keys)) "no names" else if (!all(nzchar(keys))) "an entry without a name"
    else if (anyDuplicated(keys)) paste("the name", keys[duplicated(keys)][1L], "twice")
  if (!is.null(bad)) mx_stop(fn, ": argument ", arg, " has ", bad, ", expected a name of its own for every MXNDArray")
  nd_ids(x, arg, fn)
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
  if (is.data.frame(x)) {
    mx_stop(fn, ": argument ", arg, " is a data.frame, expected an array, vector or matrix of numbers (as.matrix)")
  }
  if (!is.atomic(x) || !(is.numeric(x) || is.logical(x) || is.raw(x)))
    mx_stop(fn, ": argument ", arg, " must be an array, vector or matrix of numbers, given ", short(x))
  if (inherits(x, "integer64")) {
    mx_stop(fn, ": argument ", arg, " is of class integer64, expected plain numbers (as.double(", arg, "))")
  }
  if (length(x) == 0) mx_stop(fn, ": argument ", arg, " is empty")
  x
}

dim_of <- function(x) as.list(as.double(dim(x) %||% length(x)))

# An R array as an NDArray with dtype and device of another.
nd_like <- function(x, like, d = dim(x) %||% length(x)) {
  id <- live_id(like)
  new_nd(.call("nd_like", the$transport$to_python(x), as.list(as.double(d)), id))
}

#' Arrays on the engine
#'
#' `mx.nd.array()` copies an R vector, matrix or array to the engine; `mx.nd.zeros()` and `mx.nd.ones()` make filled
#' arrays there. The result is an `MXNDArray`: a reference to memory of the engine, on a CPU or a GPU. Every `mx.nd.*`
#' operator takes and gives such arrays, and so do R's own operators, functions, `[` and `as.array()`; the pages below
#' say how.
#'
#' Dims are R's, `c(w, h, channels, examples)` for images: the last dim counts the examples. The engine sees the same
#' memory with the dims in reverse, so nothing is transposed on the way.
#'
#' Two variables that hold the same `MXNDArray` see the same memory: what is assigned into one shows in the other, unlike
#' R's own arrays. `mx.nd.copyto()` makes an independent copy.
#' @param src.array A vector, matrix or array of numbers or logicals. A vector of n gives dim n. `NA` becomes `NaN`.
#' @param shape The dims, a vector of whole numbers in R's order.
#' @param ctx The device, [mx.cpu()] or [mx.gpu()]; `NULL` is [mx.ctx.default()].
#' @param dtype The type of the numbers on the engine: `"float32"` (as in MXNet R, where there is no other),
#'   `"float16"`, `"float64"`, `"bfloat16"`, `"int8"`, `"uint8"`, `"int32"`, `"int64"` or `"bool"`. What an integer type
#'   cannot hold is refused.
#' @return An `MXNDArray`. `is.mx.ndarray()` gives `TRUE` or `FALSE`.
#' @family arrays
#' @examplesIf mx.available()
#' a <- mx.nd.array(matrix(1:6, 2, 3))
#' a
#' dim(a)
#' mx.nd.zeros(c(2, 2)) + 1
#' mx.nd.array(c(0.1, 0.2), dtype = "float64")
#' is.mx.ndarray(a)
mx.nd.array <- function(src.array, ctx = NULL, dtype = "float32") {
  if (inherits(src.array, "MXNDArray")) src.array <- as.array(src.array)
  if (is.data.frame(src.array) || !(is.atomic(src.array) && !is.null(src.array)))
    mx_stop("mx.nd.array takes an object of class array, vector or matrix only.",
            if (is.data.frame(src.array)) " (data.matrix() makes a matrix of a data.frame)")
  src.array <- numbers(src.array, "src.array", "mx.nd.array")
  spec <- ctx_spec(ctx)
  check_string(dtype, "dtype", "mx.nd.array")
  if (is.null(the$transport)) bind()
  new_nd(.call("nd_array", the$transport$to_python(src.array), dim_of(src.array), spec, dtype))
}

#' @rdname mx.nd.array
mx.nd.zeros <- function(shape, ctx = NULL) {
  new_nd(.call("nd_full", as.list(check_dim(shape, "shape", "mx.nd.zeros")), 0, ctx_spec(ctx)))
}

#' @rdname mx.nd.array
mx.nd.ones <- function(shape, ctx = NULL) {
  new_nd(.call("nd_full", as.list(check_dim(shape, "shape", "mx.nd.ones")), 1, ctx_spec(ctx)))
}

#' @rdname mx.nd.array
is.mx.ndarray <- function(src.array) inherits(src.array, "MXNDArray")

#' Copies and rows of an array
#'
#' `mx.nd.copyto()` copies an array to a device, always into fresh memory. `mx.nd.slice()` gives the examples
#' `begin` to `end - 1`, counted from 0 along the last dim, and shares memory with `nd`; `nd[, 1:2]` is the same in R's
#' way of counting. `ctx()` is the device of an array.
#'
#' `mx.nd.slice()` hides the operator `slice`, as in MXNet R; that one is reached as `mx.nd.crop()`.
#' @param src,nd An `MXNDArray`.
#' @param ctx The device for the copy, [mx.cpu()] or [mx.gpu()].
#' @param begin,end First row, and the one after the last, counted from 0 along the last dim.
#' @return An `MXNDArray`; for `ctx()` an `MXContext`.
#' @family arrays
#' @examplesIf mx.available()
#' a <- mx.nd.array(matrix(1:8, 2))
#' mx.nd.slice(a, 1, 3)
#' b <- mx.nd.copyto(a, mx.cpu())
#' b[] <- 0
#' a
#' ctx(a)
mx.nd.copyto <- function(src, ctx) new_nd(.call("nd_copyto", nd_id(src, "src", "mx.nd.copyto"), ctx_spec(ctx)))

#' @rdname mx.nd.copyto
mx.nd.slice <- function(nd, begin, end) {
  new_nd(.call("nd_rows", nd_id(nd, "nd", "mx.nd.slice"), check_count(begin, "begin", "mx.nd.slice", 0),
               check_count(end, "end", "mx.nd.slice", 0)))
}

#' @rdname mx.nd.copyto
ctx <- function(nd) {
  info <- .call("nd_info", nd_id(nd, "nd", "ctx"))
  new_context(if (info[[1]] == 2) "gpu" else "cpu", as.integer(info[[1]]), info[[2]], "ctx")
}

# list(dtype, context as text, storage, values stored)
nd_facts <- function(x) {
  info <- .call("nd_info", nd_id(x))
  list(dtype = info[[3]], ctx = sprintf("%s(%d)", if (info[[1]] == 2) "gpu" else "cpu", as.integer(info[[2]])),
       stype = info[[4]], stored = info[[5]])
}

dim_text <- function(d) if (length(d) == 1L) format(d) else sprintf("c(%s)", paste(d, collapse = ", "))
