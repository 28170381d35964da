# The pkgdown site of the R package, offline: Rscript site.R PACKAGE FOLDER. Works on a copy, so that nothing is written
# among the sources; examples run, with the Python that MXR_PYTHON names.
args <- commandArgs(TRUE)
package <- normalizePath(args[1])
dir.create(args[2], showWarnings = FALSE)  # a path that is not there stays relative
folder <- normalizePath(args[2])

work <- tempfile("site")
copy <- file.path(work, "mxr")
lib <- file.path(work, "library")
dir.create(copy, recursive = TRUE)
dir.create(lib)
parts <- setdiff(list.files(package, all.files = TRUE, no.. = TRUE), "tests")
invisible(file.copy(file.path(package, parts), copy, recursive = TRUE))
unlink(list.files(file.path(copy, "src"), "[.](o|so|dll)$", full.names = TRUE))
said <- suppressWarnings(system2(file.path(R.home("bin"), "R"), c("CMD", "INSTALL", paste0("--library=", lib), copy),
                                 stdout = TRUE, stderr = TRUE))
if (!is.null(attr(said, "status"))) stop(paste(c("R CMD INSTALL failed", said), collapse = "\n"))
library(mxr, lib.loc = lib)
if (!mx.available(quiet = FALSE)) stop("the examples need the engine: set MXR_PYTHON")

# What the help pages say they belong to: operators carry the header of mxr.interop.r_help
pages <- list.files(file.path(copy, "man"), "[.]Rd$", full.names = TRUE)
families <- function(files) {
  found <- regmatches(lines <- unlist(lapply(files, readLines)), regexpr("(?<=^\\\\concept[{]).*(?=[}]$)", lines, perl = TRUE))
  sort(unique(found))
}
text <- vapply(pages, function(f) paste(readLines(f), collapse = "\n"), "")
operators <- startsWith(text, "% Made from the operator registry")
shown <- !grepl("\\keyword{internal}", text, fixed = TRUE)
of_operators <- families(pages[operators & shown])
by_hand <- families(pages[!operators & shown])

config <- yaml::read_yaml(file.path(copy, "_pkgdown.yml"))
concept <- function(section) sub('^has_concept[(]"(.*)"[)]$', "\\1", unlist(section$contents))
known <- unlist(lapply(config$reference, concept))
there <- Filter(function(s) any(concept(s) %in% by_hand) || !any(startsWith(unlist(s$contents), "has_")), config$reference)
section <- function(title, family) list(title = title, contents = list(sprintf('has_concept("%s")', family)))
alone <- vapply(which(!operators & shown & !grepl("\n\\concept{", text, fixed = TRUE)), function(i)
  sub("(?s).*?\n\\\\name[{](.*?)[}].*", "\\1", text[i], perl = TRUE), "")
alone <- setdiff(alone, known)
config$reference <- c(
  there,
  lapply(setdiff(by_hand, known), function(f) section(paste0(toupper(substring(f, 1, 1)), substring(f, 2)), f)),
  if (length(alone)) list(list(title = "More", contents = as.list(unname(alone)))),
  list(list(title = "Operators", desc = paste(
    "Every operator is a function of arrays, mx.nd.NAME, and of symbols, mx.symbol.NAME; both are on one page."))),
  lapply(of_operators, function(f) {
    s <- section(NULL, f)
    list(subtitle = f, contents = s$contents)
  }))
articles <- sub("[.]Rmd$", "", list.files(file.path(copy, "vignettes"), "[.]Rmd$"))
there <- lapply(config$articles, function(s) {
  s$contents <- as.list(intersect(unlist(s$contents), articles))
  s
})
others <- setdiff(articles, unlist(lapply(there, `[[`, "contents")))
if (length(others)) there <- c(there, list(list(title = "More", navbar = "More", contents = as.list(others))))
config$articles <- Filter(function(s) length(s$contents) > 0, there)
config$destination <- folder
yaml::write_yaml(config, file.path(copy, "_pkgdown.yml"))

# Links to packages that are not installed (mxnet) would be looked up at CRAN
utils::assignInNamespace("CRAN_urls", function() list(), "downlit")
options(pkgdown.internet = FALSE, cli.num_colors = 1L, width = 80)
unlink(folder, recursive = TRUE)
pkgdown::build_site(copy, install = FALSE, new_process = FALSE, preview = FALSE, devel = FALSE, lazy = FALSE)
cat("The site is in ", folder, "/index.html\n", sep = "")
