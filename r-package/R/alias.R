# Scripts that say library(mxnet)

#' Lets scripts say `library(mxnet)`
#'
#' Installs a small package called `mxnet` that stands for mxr, so that scripts written for MXNet's R package run
#' unchanged: `library(mxnet)`, `require(mxnet)`, `requireNamespace("mxnet")`, `mxnet::mx.nd.ones`, `mxnet:::mx.opt.sgd`,
#' and `packageVersion("mxnet") >= "1.0"` (it is 1.9.1.x). It holds no code of its own: it hands on what the installed mxr
#' has, so it need not be made again when mxr is updated.
#' @param lib library to put it into, by default the first of [.libPaths()]. An original mxnet in it is not touched: that is
#'   an error.
#' @return `lib`, invisibly. Errors are of class `mxr_error`.
#' @family set-up
#' @examples
#' \dontrun{
#' mxr::use_as_mxnet()
#' library(mxnet)
#' }
use_as_mxnet <- function(lib = .libPaths()[1]) {
  check_string(lib, "lib", "use_as_mxnet")
  if (!dir.exists(lib)) dir.create(lib, recursive = TRUE)
  if (file.access(lib, 2) != 0) mx_stop("use_as_mxnet: the library ", lib, " is not writable; give lib= another of .libPaths()")
  there <- system.file("DESCRIPTION", package = "mxnet", lib.loc = lib)
  if (nzchar(there) && !identical(unname(read.dcf(there, fields = "Alias")[1, 1]), "mxr"))
    mx_stop("use_as_mxnet: ", lib, " holds another package called mxnet; remove it first or give lib=")
  src <- file.path(tempfile("mxnet"), "mxnet")
  on.exit(unlink(dirname(src), recursive = TRUE))
  dir.create(file.path(src, "R"), recursive = TRUE)
  writeLines(c("Package: mxnet", "Title: The Name 'mxnet' for Scripts that Run on mxr",
               paste0("Version: 1.9.1.", gsub("[^0-9]", "", as.character(packageVersion("mxr")))),
               "Description: Attaches mxr; made by mxr::use_as_mxnet().", "Author: The mxr developers",
               "Maintainer: The mxr developers <mxr@example.org>", "License: Apache License (>= 2)", "Depends: mxr", "Alias: mxr"),
             file.path(src, "DESCRIPTION"))
  # What mxr has when it is loaded, as the very same objects: else library() would speak of masking.
  writeLines("import(mxr)", file.path(src, "NAMESPACE"))
  writeLines(c(".onLoad <- function(libname, pkgname) {",
               "  from <- asNamespace('mxr')",
               "  here <- asNamespace(pkgname)",
               "  public <- grep('^[.]', getNamespaceExports(from), value = TRUE, invert = TRUE)",
               "  public <- setdiff(public, ls(baseenv()))  # mxr, which is attached, has these",
               "  for (name in union(public, grep('^mx[.]', ls(from), value = TRUE))) assign(name, get(name, envir = from), envir = here)",
               "  namespaceExport(here, public)",
               "}"), file.path(src, "R", "alias.R"))
  utils::install.packages(src, lib = lib, repos = NULL, type = "source", quiet = TRUE)
  if (!nzchar(system.file("DESCRIPTION", package = "mxnet", lib.loc = lib))) 
    mx_stop("use_as_mxnet: the package could not be installed into ", lib)
  message("library(mxnet) now loads mxr (in ", lib, ").")
  invisible(lib)
}
