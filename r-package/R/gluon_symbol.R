# What hybrid_forward asks of symbols as it asks it of arrays.

#' Symbols in blocks of your own
#'
#' In the functions of a block, symbols understand what arrays understand: R's mathematical functions, and `dim()` while
#' the block is traced for arrays. A block that asks for dims is traced anew for inputs of other dims.
#' @param x A symbol.
#' @param ... `base` of [log()].
#' @return A symbol; for `dim()` whole numbers in R's order, `NULL` where the dims are not known.
#' @family Gluon
#' @examplesIf mx.available()
#' Scaled <- mx.gluon.HybridBlock("Scaled", hybrid_forward = function(F, x) exp(-x) / sqrt(dim(x)[1]))
#' net <- Scaled()
#' net$hybridize()
#' net(mx.nd.ones(c(4, 2)))
#' @aliases dim.Rcpp_MXSymbol
Math.Rcpp_MXSymbol <- function(x, ...) {
  op <- .Generic
  if (op == "log" && ...length() == 1L) return(sym_op("log", list(data = x), list(), list(), NULL) / log(..1))
  engine <- ENGINE_MATH[op]
  if (is.na(engine) || ...length()) mx_stop(op, ": not for symbols; those are ", toString(names(ENGINE_MATH)))
  sym_op(engine[[1L]], list(data = x), list(), list(), NULL)
}

# R code asks for numbers where a hybridized block has none.
no_values <- function(what) {
  mx_stop(what, ": a symbol has no values; in a block that is hybridized use operators (F$sum(x), F$where()), or call ",
          "hybridize(FALSE), or write it as a mx.gluon.Block()")
}

Summary.Rcpp_MXSymbol <- function(..., na.rm = FALSE) no_values(.Generic)

as.array.Rcpp_MXSymbol <- function(x, ...) no_values("as.array")

as.logical.Rcpp_MXSymbol <- function(x, ...) no_values("as.logical")

as.vector.Rcpp_MXSymbol <- function(x, mode = "any") no_values("as.vector")

as.double.Rcpp_MXSymbol <- function(x, ...) no_values("as.numeric")

dim.Rcpp_MXSymbol <- function(x) {
  d <- .call("sym_dim", sym_id(x))
  if (!is.null(d)) as.integer(unlist(d))
}
