# What `make vignettes` runs. Each source is executed once, on the sample of data that ships with mxr; the result, text
# with the output and the figures in it, goes into r-package/vignettes/, so that the package builds without Python, and
# from there as HTML beside the source. Pages that are in step with their source are left alone; `all` makes all anew,
# names make these.
here <- normalizePath("vignettes")
target <- normalizePath(file.path("r-package", "vignettes"), mustWork = FALSE)
dir.create(file.path(target, "figures"), showWarnings = FALSE, recursive = TRUE)
`%||%` <- function(a, b) if (is.null(a)) b else a
asked <- commandArgs(trailingOnly = TRUE)

# Also computed by tests/test_vignettes.py
stamp <- function(source) paste(tools::md5sum(c(source, file.path(here, "setup.R"))), collapse = " ")

made_from <- function(page) {
  lines <- if (file.exists(page)) readLines(page, encoding = "UTF-8") else character()
  sub("^# md5 ", "", grep("^# md5 ", lines, value = TRUE))
}

# The header with a word on where the page comes from
header <- function(lines, name, stamp) {
  end <- which(lines == "---")[2]
  c(lines[seq_len(end - 1)], sprintf("# Made from vignettes/%s.Rmd by `make vignettes`: edit that file, not this one.", name),
    paste("# md5", stamp), lines[end:length(lines)])
}

# Lines of a log come as a block each; they become one.
join_output <- function(lines) {
  fence <- grep("^```", lines)
  close <- fence[seq(2, length(fence), 2)]
  open <- fence[seq(1, length(fence), 2)]
  drop <- integer()
  for (k in seq_len(length(close) - 1)) {
    between <- seq_len(open[k + 1] - close[k] - 1) + close[k]
    if (lines[open[k + 1]] == "```" && all(lines[between] == "") && lines[open[k]] == "```")
      drop <- c(drop, close[k], between, open[k + 1])
  }
  if (length(drop)) lines[-drop] else lines
}

knit_page <- function(source, page, name) {
  old <- setwd(here)
  on.exit(setwd(old))
  unlink(list.files(file.path(target, "figures"), paste0("^", name, "-"), full.names = TRUE))
  knitr::opts_knit$set(progress = FALSE, verbose = FALSE)
  knitr::render_markdown()
  knitr::opts_chunk$set(fig.path = paste0("figures/", name, "-"))
  knitr::opts_knit$set(base.dir = paste0(target, "/"))
  knitr::knit_hooks$set(plot = function(x, options) {
    sprintf("\n<img src=\"%s\" alt=\"%s\" width=\"%d\" />\n", x, options$fig.alt %||% "", round(96 * options$fig.width))
  })
  raw <- tempfile(fileext = ".md")
  options(warn = 2)
  knitr::knit(source, raw, quiet = TRUE, envir = new.env(parent = globalenv()))
  lines <- readLines(raw, encoding = "UTF-8")
  writeLines(header(join_output(lines), name, stamp(source)), page, useBytes = TRUE)
}

html <- function(page, name) {
  rmarkdown::render(page, quiet = TRUE, output_dir = here, envir = new.env())
}

invisible(file.copy(file.path(here, "style.css"), target, overwrite = TRUE))
one <- Sys.getenv("MXR_VIGNETTE_ONE")
if (nzchar(one)) {
  # a page runs in an R of its own
  Sys.setenv(MXR_VIGNETTE_PACKAGE = "1", MXR_OFFLINE = "1", MXNET_HOME = tempfile(), MXR_VIGNETTE_ROUNDS = "10")
  page <- file.path(target, paste0(one, ".Rmd"))
  knit_page(file.path(here, paste0(one, ".Rmd")), page, one)
  html(page, one)
} else {
  failed <- character()
  for (source in list.files(here, "[.]Rmd$", full.names = TRUE)) {
    name <- sub("[.]Rmd$", "", basename(source))
    page <- file.path(target, basename(source))
    wanted <- length(asked) == 0 || identical(asked, "all") || name %in% asked
    if (!wanted) next
    if (length(asked) == 0 && identical(made_from(page), stamp(source))) {
      html(page, name)
      next
    }
    seconds <- system.time(
      status <- system2(file.path(R.home("bin"), "Rscript"), "vignettes/build.R", env = paste0("MXR_VIGNETTE_ONE=", name))
    )[["elapsed"]]
    if (status == 0) cat(sprintf("%-20s %5.1f s\n", name, seconds)) else failed <- c(failed, name)
  }
  if (length(failed)) stop("these pages failed: ", paste(failed, collapse = ", "))
}
