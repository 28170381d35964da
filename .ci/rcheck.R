# Reads a log of R CMD check; shows what is not OK, and fails on errors, warnings and notes that are not explained.
log <- readLines(commandArgs(TRUE)[1], encoding = "UTF-8")
starts <- grep("^[*] (checking|DONE)", log)
blocks <- Map(function(a, b) log[a:b], starts, c(starts[-1] - 1, length(log)))

# docs/r_check.md explains these: the check, and what each of its lines may say
explained <- list(
  "package dependencies" = c("^Packages? suggested but not available for checking:", "DiagrammeR|visNetwork"),
  "installed package size" = c("^ *installed size is  [5-7]\\.[0-9]Mb$", "sub-directories of 1Mb or more:", "^ *(R|doc|help) +[12]\\.[0-9]Mb$"),
  "R code for possible problems" = c(
    "^Found the following assignments to the global environment:", "^File .mxr/R/callback.R.:",
    'assign\\("mx.best.(iter|score)"'))

is_explained <- function(block) {
  what <- explained[[sub("^[*] checking (.*?) [.]{3}.*", "\\1", block[1], perl = TRUE)]]
  lines <- block[-1][nzchar(trimws(block[-1]))]
  !is.null(what) && length(lines) && all(grepl(paste(what, collapse = "|"), lines))
}
# the word may stand on a line of its own, after what the check wrote
verdict <- function(block) {
  words <- regmatches(block, regexpr("(^| )(\\[[0-9a-z/]+\\] )?(ERROR|WARNING|NOTE)$", block))
  if (length(words)) sub(".* ", "", words[1]) else "OK"
}
bad <- FALSE
for (block in blocks) {
  v <- verdict(block)
  if (v == "OK") next
  fine <- v == "NOTE" && is_explained(block)
  bad <- bad || !fine
  cat(if (fine) c(block[1], "  (explained in docs/r_check.md)") else block, sep = "\n")
}
done <- any(grepl("^Status: ", log))
if (!done) cat("R CMD check did not come to its end\n")
cat(grep("^Status: ", log, value = TRUE), sep = "\n")
quit(status = bad || !done)
