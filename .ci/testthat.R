# Runs the R package's tests against the installed package; writes "passed failed skipped" (tests) to the given file.
counts <- commandArgs(TRUE)[1]
results <- as.data.frame(testthat::test_dir(
  "r-package/tests/testthat", package = "mxr", load_package = "installed", stop_on_failure = FALSE,
  reporter = testthat::SummaryReporter$new(max_reports = 100L)
))
bad <- results$failed > 0 | results$error
skipped <- results$skipped & !bad
cat(sum(!bad & !skipped), sum(bad), sum(skipped), "\n", file = counts)
quit(status = as.integer(any(bad)))
