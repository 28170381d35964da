# How every page looks: each source begins with source("setup.R").
# build.R sets MXR_VIGNETTE_PACKAGE: then figures are small and white, for the pages that ship inside the package.
knitr::opts_chunk$set(comment = "", error = FALSE, look = "grey", fig.width = 7, fig.height = 3.6, dev = "png")
if (nzchar(Sys.getenv("MXR_VIGNETTE_PACKAGE"))) {
  knitr::opts_chunk$set(dpi = 120, fig.retina = 1)
} else {
  # grey letters on a transparent ground are readable on light and on dark pages
  knitr::opts_chunk$set(dpi = 96, fig.retina = 2, dev.args = list(bg = "transparent"))
}
knitr::knit_hooks$set(look = function(before, options, envir) {
  if (before) par(fg = "#707478", col.axis = "#707478", col.lab = "#707478", col.main = "#707478", las = 1)
})

rounds <- as.integer(Sys.getenv("MXR_VIGNETTE_ROUNDS", "10"))  # of training; the tests ask for 1
pct <- function(p) sprintf("%.1f %%", 100 * p)
count <- function(n) format(n, big.mark = ",", trim = TRUE, scientific = FALSE)
