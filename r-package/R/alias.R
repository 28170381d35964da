# Scripts that say library(mxnet)

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
  # Functions are copied, so that mxnet:::f finds them too; other objects must be the very same ones, else library()
  # would speak of masking.
  public <- getNamespaceExports("mxr")
  public <- sort(public[!startsWith(public, ".") & public != "%*%"])
  ns <- asNamespace("mxr")
  copied <- Filter(function(n) is.function(ns[[n]]) && !is(ns[[n]], "refObjectGenerator"),
                   union(public, grep("^mx\\.", ls(ns), value = TRUE)))
  writeLines(c("import(mxr)", sprintf("export(\"%s\")", public)), file.path(src, "NAMESPACE"))
  writeLines(sprintf("`%s` <- mxr:::`%s`", copied, copied), file.path(src, "R", "alias.R"))
  utils::install.packages(src, lib = lib, repos = NULL, type = "source", quiet = TRUE)
  if (!nzchar(system.file("DESCRIPTION", package = "mxnet", lib.loc = lib))) mx_stop("use_as_mxnet: the package could not be installed into ", lib)
  message("library(mxnet) now loads mxr (in ", lib, ").")
  invisible(lib)
}
