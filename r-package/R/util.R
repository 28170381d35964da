# Small helpers that MXNet R has under these names

#' Helpers of MXNet R
#'
#' @param name,lst a string; a list.
#' @param suffix,prefix what the string may end or begin with.
#' @return `mx.util.str.endswith()`, `mx.util.str.startswith()`: `TRUE` or `FALSE`; `mx.util.filter.null()`: the list
#'   without its `NULL` entries, names kept.
#' @family set-up
#' @examples
#' mx.util.str.endswith("fc1_weight", "weight")
#' mx.util.filter.null(list(a = 1, b = NULL))
#' @name mx.util
NULL

#' @rdname mx.util
mx.util.str.endswith <- function(name, suffix) endsWith(name, suffix)

#' @rdname mx.util
mx.util.str.startswith <- function(name, prefix) startsWith(name, prefix)

#' @rdname mx.util
mx.util.filter.null <- function(lst) lst[!vapply(lst, is.null, NA)]

#' Write the generated operator functions
#'
#' For developers: writes all `mx.nd.*` and `mx.symbol.*` functions that are made from the engine's registry, with the
#' operators that the engine has now.
#' @param path folder of a package; the file is `R/mxnet_generated.R` in it.
#' @return the path of the file, invisibly.
#' @family set-up
#' @examplesIf mx.available()
#' dir.create(file.path(package <- tempfile("package"), "R"), recursive = TRUE)
#' file.size(mxnet.export(package)) > 1e5
mxnet.export <- function(path) {
  check_string(path, "path", "mxnet.export")
  dir <- file.path(path.expand(path), "R")
  if (!dir.exists(dir)) mx_stop("mxnet.export: argument path: there is no folder ", dQuote(dir, FALSE))
  file <- file.path(dir, "mxnet_generated.R")
  .call("export_operators", file)
  invisible(file)
}
