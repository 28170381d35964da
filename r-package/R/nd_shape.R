# Dims of arrays, and arrays put together.

#' Dims of arrays, and arrays put together
#'
#' `dim()` and `length()` are R's. `dim(x) <- d` gives the array another dim with the same number of elements, in R's
#' order of counting; the memory is shared with what `x` was before. `t()` transposes a matrix (an array of n becomes one
#' row), `aperm()` permutes dims, `cbind()` and `rbind()` put matrices together, with R matrices, vectors and
#' numbers among them. `rev()`, `sort()` and `unique()` give arrays of one dim.
#' @param x,a An `MXNDArray`.
#' @param value The new dim.
#' @param perm The order of the old dims in the new array; the default reverses them.
#' @param ... For `cbind()`, `rbind()`: arrays, R matrices, vectors; else unused.
#' @param deparse.level,incomparables Not used: arrays have no dimnames.
#' @return An `MXNDArray`; integers for `dim()` and `length()`.
#' @family arrays
#' @examplesIf mx.available()
#' a <- mx.nd.array(matrix(1:6, 2))
#' t(a)
#' rbind(a, 9)
#' dim(a) <- c(3, 2)
#' a
#' dim(aperm(mx.nd.zeros(c(2, 3, 4)), c(2, 1, 3)))
dim.MXNDArray <- function(x) as.integer(.subset2(x, "dim"))

#' @rdname dim.MXNDArray
`dim<-.MXNDArray` <- function(x, value) {
  if (is.null(value)) value <- prod(.subset2(x, "dim"))
  value <- check_dim(value, "value", "dim<-")
  if (prod(value) != prod(.subset2(x, "dim"))) {
    mx_stop("dim<-: dims ", dim_text(value), " [product ", prod(value), "] do not match the length of object [",
            prod(.subset2(x, "dim")), "]", class = "mxr_shape_error")
  }
  new_nd(.call("nd_view", live_id(x), as.list(value)))
}

#' @rdname dim.MXNDArray
length.MXNDArray <- function(x) {
  n <- prod(.subset2(x, "dim"))
  if (n > .Machine$integer.max) n else as.integer(n)
}

dimnames.MXNDArray <- function(x) NULL

`dimnames<-.MXNDArray` <- function(x, value) {
  if (!is.null(value)) mx_stop("an MXNDArray has no dimnames")
  x
}

#' @rdname dim.MXNDArray
t.MXNDArray <- function(x) {
  d <- .subset2(x, "dim")
  if (length(d) > 2L) {
    mx_stop("t: argument is not a matrix, its dim is ", dim_text(d), "; aperm() permutes dims", class = "mxr_shape_error")
  }
  if (length(d) == 1L) new_nd(.call("nd_view", live_id(x), list(1, d))) else new_nd(.call("nd_aperm", live_id(x), list(2, 1)))
}

#' @rdname dim.MXNDArray
aperm.MXNDArray <- function(a, perm = NULL, ...) {
  n <- length(.subset2(a, "dim"))
  perm <- perm %||% n:1
  if (!is.numeric(perm) || !identical(sort(as.integer(perm)), seq_len(n)))
    mx_stop("aperm: argument perm must be a permutation of 1 to ", n, ", given ", short(perm))
  new_nd(.call("nd_aperm", live_id(a), as.list(as.double(perm))))
}

#' @rdname dim.MXNDArray
cbind.MXNDArray <- function(..., deparse.level = 1) bind_nd(list(...), 2L, "cbind")

#' @rdname dim.MXNDArray
rbind.MXNDArray <- function(..., deparse.level = 1) bind_nd(list(...), 1L, "rbind")

# `along`: 1 rows below each other, 2 columns side by side.
bind_nd <- function(parts, along, fn) {
  parts <- unname(parts[!vapply(parts, is.null, NA)])
  arrays <- vapply(parts, inherits, NA, "MXNDArray")
  like <- parts[[which(arrays)[1L]]]
  for (p in parts[!arrays]) {
    if (!(is.numeric(p) || is.logical(p)) || is.factor(p)) mx_stop(fn, ": expected arrays or numbers, given ", short(p))
  }
  dims <- lapply(parts, function(p) dim(p) %||% length(p))
  matrices <- lengths(dims) == 2L
  if (any(lengths(dims) > 2L)) mx_stop(fn, ": expected arrays of one or two dims", class = "mxr_shape_error")
  extents <- if (any(matrices)) vapply(dims[matrices], function(d) d[[3L - along]], 0) else max(unlist(dims))
  n <- extents[1L]
  if (any(extents != n)) {
    mx_stop(fn, ": numbers of ", if (along == 1L) "columns" else "rows", " of matrices must match, given ",
            paste(extents, collapse = ", "), class = "mxr_shape_error")
  }
  shape <- if (along == 2L) c(n, 1) else c(1, n)
  ready <- Map(function(p, is_matrix) {
    if (is_matrix) return(if (inherits(p, "MXNDArray")) p else nd_like(p, like))
    if (length(p) == 0L || n %% length(p)) {
      mx_stop(fn, ": a vector of length ", length(p), " does not divide into ", n, class = "mxr_shape_error")
    }
    if (inherits(p, "MXNDArray") && length(p) == n) return(new_nd(.call("nd_view", live_id(p), as.list(shape))))
    nd_like(rep_len(as.vector(p), n), like, shape)
  }, parts, matrices)
  new_nd(.call("nd_bind", lapply(ready, live_id), along - 1L))
}

#' @rdname dim.MXNDArray
rev.MXNDArray <- function(x) x[length(x):1L]

#' @rdname dim.MXNDArray
sort.MXNDArray <- function(x, ...) in_r(x, function(v) sort(as.vector(v), na.last = TRUE, ...), .op = "sort")

#' @rdname dim.MXNDArray
unique.MXNDArray <- function(x, incomparables = FALSE, ...) in_r(x, function(v) unique(as.vector(v)), .op = "unique")
