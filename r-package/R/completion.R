# What `object$` offers after Tab: MXNet's fields and methods, not those that every Reference Class has.

ref_members <- function(x) {
  def <- methods::getRefClass(class(x))$def
  methods <- objects(def@refMethods, all.names = TRUE)
  plain <- objects(methods::getClass("envRefClass")@refMethods, all.names = TRUE)
  methods <- setdiff(grep("#", methods, value = TRUE, fixed = TRUE, invert = TRUE), c(plain, "initialize", "finalize"))
  fields <- names(def@fieldClasses)
  c(sort(fields[!startsWith(fields, ".")]), sort(methods[!startsWith(methods, ".")]))
}

complete_members <- function(x, pattern = "") grep(pattern, ref_members(x), value = TRUE)

#' Completion of symbols, executors, iterators and stores
#'
#' What `x$` offers when Tab is pressed: the fields and methods that MXNet's classes have. Classes that extend an iterator
#' are completed with their own members too.
#' @param x An object of a Reference Class of this package.
#' @param pattern A regular expression that the names must match.
#' @return Names of fields and methods.
#' @examplesIf mx.available()
#' .DollarNames(mx.symbol.Variable("data"), "^out")
#' @keywords internal
#' @name mx.completion
#' @aliases .DollarNames.Rcpp_MXSymbol .DollarNames.Rcpp_MXExecutor .DollarNames.Rcpp_MXDataIter
#'   .DollarNames.Rcpp_MXKVStore
#' @importFrom utils .DollarNames
NULL

.DollarNames.Rcpp_MXSymbol <- complete_members
.DollarNames.Rcpp_MXExecutor <- complete_members
.DollarNames.Rcpp_MXDataIter <- complete_members
.DollarNames.Rcpp_MXKVStore <- complete_members
