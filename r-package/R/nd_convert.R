# From the engine back to R.

#' From the engine to R
#'
#' These wait until the values are computed and copy them to R. Numbers come as doubles, which hold every number of
#' the engine's types exactly (whole numbers of type int64 up to 2^53; beyond it a warning names what was rounded); type
#' bool comes as logicals.
#'
#' `as.array()` of an array of one dim is a plain vector without `dim`, as in MXNet R. `as.list()`, and with it `lapply()`
#' and `sapply()`, see the single numbers. Sparse arrays come dense.
#' @param x An `MXNDArray`.
#' @param mode As in [as.vector()].
#' @param row.names,optional,... As in R's own functions.
#' @return An R array, matrix, vector, list or data frame. `as.matrix()` and `as.data.frame()` take arrays of two dims;
#'   `as.data.frame()` also those of one dim, as one column.
#' @family arrays
#' @examplesIf mx.available()
#' a <- mx.nd.array(matrix(1:4, 2))
#' as.array(a)
#' as.numeric(a)
#' as.data.frame(a)
#' sapply(a, function(v) v + 1)
as.array.MXNDArray <- function(x, ...) {
  out <- nd_values(x)
  d <- dim.MXNDArray(x)
  if (length(d) > 1) dim(out) <- d
  out
}

#' @rdname as.array.MXNDArray
as.matrix.MXNDArray <- function(x, ...) {
  if (length(dim(x)) != 2) mx_stop("The input argument is not two dimensional matrix.", class = "mxr_shape_error")
  as.array(x)
}

#' @rdname as.array.MXNDArray
as.vector.MXNDArray <- function(x, mode = "any") as.vector(nd_values(x), mode)

#' @rdname as.array.MXNDArray
as.double.MXNDArray <- function(x, ...) as.double(nd_values(x))

#' @rdname as.array.MXNDArray
as.integer.MXNDArray <- function(x, ...) as.integer(nd_values(x))

#' @rdname as.array.MXNDArray
as.logical.MXNDArray <- function(x, ...) as.logical(nd_values(x))

#' @rdname as.array.MXNDArray
as.character.MXNDArray <- function(x, ...) as.character(nd_values(x))

#' @rdname as.array.MXNDArray
as.list.MXNDArray <- function(x, ...) as.list(nd_values(x))

#' @rdname as.array.MXNDArray
as.data.frame.MXNDArray <- function(x, row.names = NULL, optional = FALSE, ...) {
  if (length(dim(x)) > 2) {
    mx_stop("as.data.frame: the MXNDArray has dim ", dim_text(dim(x)), ", expected one or two dims",
            class = "mxr_shape_error")
  }
  as.data.frame(as.matrix(as.array(x)), row.names = row.names, optional = optional, ...)
}

xtfrm.MXNDArray <- function(x) nd_values(x)
