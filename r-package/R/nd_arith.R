# R's operators and mathematical functions on arrays.

#' Arithmetic with arrays
#'
#' `+ - * / ^ %% %/%`, comparisons and `& | !` work element by element on the engine and give an `MXNDArray`. Operands
#' are two arrays of the same dim, an array and one number, or an array and an R array of the same dim (or an R vector
#' of the same length); there is no recycling, and `mx.nd.broadcast.*` functions broadcast. `%*%` is R's product of
#' matrices.
#'
#' Comparisons and `& | !` give 0 and 1 in the type of the array, never logicals: `sum(x > 0)` counts,
#' `x[x > 0]` selects, and `as.logical()` makes logicals. For `if` take `any()` or `all()`.
#'
#' An array of dim n and one of dim c(1, n) hold the same numbers in the same order, and may be combined.
#'
#' `mx.nd.dot(A, B)` is the engine's product of the arrays as it sees them, with dims in reverse: in R's terms it
#' is `B %*% A`. An R array beside an `MXNDArray` takes on its type; what an integer type cannot hold is refused.
#'
#' Where MXNet R differs: it has no `^`, `&`, `|`, `!` and `%*%`, and its `%/%` computes `%%`; here it is `floor(a / b)`.
#' @param e1,e2 `MXNDArray`s; one of two may be a number or an R array. So the two sides of `%*%`.
#' @return An `MXNDArray`.
#' @family arrays
#' @examplesIf mx.available()
#' a <- mx.nd.array(matrix(1:4, 2))
#' a + a
#' 1 / a
#' a > 2
#' a ^ 2 - diag(2)
#' a %*% c(1, 1)
#' @aliases %*%.MXNDArray %*%
Ops.MXNDArray <- function(e1, e2) {
  op <- .Generic
  if (missing(e2)) {
    return(switch(op, "-" = new_nd(.call("nd_binary", "-", 0, live_id(e1), "sa")), "+" = e1,
                  "!" = nd_op("logical_not", list(data = e1), list(), NULL),
                  mx_stop("Operator ", op, " not supported for MXNDArray with one operand")))
  }
  a <- inherits(e1, "MXNDArray")
  if (a && inherits(e2, "MXNDArray")) {
    check_same_dim(op, .subset2(e1, "dim"), .subset2(e2, "dim"))
    return(new_nd(.call("nd_binary", op, live_id(e1), live_id(e2), "aa")))
  }
  other <- if (a) e2 else e1
  if (!(is.numeric(other) || is.logical(other)) || is.factor(other))
    mx_stop("MXNDArray binary operations only support NDArray and numeric values as operands")
  if (length(other) != 1L) {
    other <- beside(op, if (a) e1 else e2, other)
    return(new_nd(if (a) .call("nd_binary", op, live_id(e1), live_id(other), "aa")
                  else .call("nd_binary", op, live_id(other), live_id(e2), "aa")))
  }
  if (is.na(other) && !is.nan(other)) mx_stop("operator ", op, ": the number beside an MXNDArray is NA")
  other <- as.double(other)
  new_nd(if (a) .call("nd_binary", op, live_id(e1), other, "as") else .call("nd_binary", op, other, live_id(e2), "sa"))
}

check_same_dim <- function(op, d1, d2) {
  # A vector of n matches c(1, n): the same numbers in the same order, as in R.
  if (identical(d1, d2) || (prod(d1) == prod(d2) && (length(d1) == 1L || length(d2) == 1L))) return(invisible())
  mx_stop("operator ", op, ": both MXNDArrays must have the same dim, given ", dim_text(d1), " and ", dim_text(d2),
          "; mx.nd.broadcast.* functions broadcast", class = "mxr_shape_error")
}

# The R array beside an NDArray, on the engine.
beside <- function(op, x, other) {
  d <- .subset2(x, "dim")
  given <- dim(other) %||% length(other)
  if (!(identical(as.integer(given), as.integer(d)) || (length(other) == prod(d) && (length(given) == 1L || length(d) == 1L)))) {
    mx_stop("operator ", op, ": what stands beside an MXNDArray of dim ", dim_text(d), " must be a number (length 1) or have ",
            "the same dim, given ", if (is.null(dim(other))) paste("length", given) else paste("dim", dim_text(given)),
            class = "mxr_shape_error")
  }
  nd_like(other, x, d)
}

# R dispatches %*% for S3 classes since 4.3; before, this function stands before R's own (see NAMESPACE).
`%*%` <- function(x, y) {
  if (inherits(x, "MXNDArray") || inherits(y, "MXNDArray")) nd_matmul(x, y) else base::`%*%`(x, y)
}

# library(mxr) need not say that it masks %*%, whose meaning for everything else is R's; other clashes it does report.
.onAttach <- function(libname, pkgname) {
  if (!"%*%" %in% getNamespaceExports("mxr")) return(invisible())
  ours <- as.environment("package:mxr")
  others <- setdiff(search(), c("package:mxr", "package:base", "Autoloads"))
  if (!any(ls(ours) %in% unlist(lapply(others, ls)))) assign(".conflicts.OK", TRUE, envir = ours)
}

`%*%.MXNDArray` <- function(x, y) nd_matmul(x, y)

nd_matmul <- function(x, y) {
  like <- if (inherits(x, "MXNDArray")) x else y
  dims <- lapply(list(x, y), function(v) {
    if (!inherits(v, "MXNDArray") && !(is.numeric(v) || is.logical(v)))
      mx_stop("%*%: expected MXNDArrays or R matrices of numbers, given ", short(v))
    d <- if (inherits(v, "MXNDArray")) .subset2(v, "dim") else dim(v) %||% length(v)
    if (length(d) > 2L) mx_stop("%*%: expected matrices, given dim ", dim_text(d), class = "mxr_shape_error")
    d
  })
  d1 <- dims[[1L]]
  d2 <- dims[[2L]]
  # R's rule for vectors: row or column, whichever fits
  if (length(d1) == 1L && length(d2) == 1L) {
    if (d1 == d2) { d1 <- c(1, d1); d2 <- c(d2, 1) } else if (d1 == 1) d2 <- c(1, d2) else d1 <- c(d1, 1)
    if (length(d1) == 1L) d1 <- c(d1, 1) else if (length(d2) == 1L) d2 <- c(1, d2)
  } else if (length(d1) == 1L) {
    d1 <- if (d1 == d2[1L]) c(1, d1) else c(d1, 1)
  } else if (length(d2) == 1L) {
    d2 <- if (d2 == d1[2L]) c(d2, 1) else c(1, d2)
  }
  if (d1[2L] != d2[1L]) {
    mx_stop("%*%: non-conformable arguments: dim ", dim_text(dims[[1L]]), " and ", dim_text(dims[[2L]]),
            class = "mxr_shape_error")
  }
  new_nd(.call("nd_matmul", live_id(x <- as_factor_of(x, d1, like)), live_id(y <- as_factor_of(y, d2, like))))
}

as_factor_of <- function(x, d, like) {
  if (!inherits(x, "MXNDArray")) return(nd_like(x, like, d))
  if (length(.subset2(x, "dim")) == 2L) x else new_nd(.call("nd_view", live_id(x), as.list(as.double(d))))
}
