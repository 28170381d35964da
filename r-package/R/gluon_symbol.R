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

dim.Rcpp_MXSymbol <- function(x) {
  d <- .call("sym_dim", sym_id(x))
  if (!is.null(d)) as.integer(unlist(d))
}
