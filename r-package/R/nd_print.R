# What a user sees of an array.

#' Show an array
#'
#' `print()` shows a small array exactly as R shows the array with the same numbers. Of an array that would fill more
#' than `n` rows it shows the first `n` and one line with dim, type, device, and how to see all; only what is shown
#' leaves the engine. `str()`, `summary()` and `format()` always say dim, type and device. Sparse arrays print a line
#' with their storage first.
#'
#' MXNet R always prints everything.
#' @param x,object An `MXNDArray`.
#' @param n How many rows of output at most; `Inf` shows all.
#' @param ... For `print()`: arguments of R's [print()], such as `digits`.
#' @return `print()`: the R array, invisibly, where all of it was shown, else `x`. `summary()`: the numbers of R's
#'   [summary()]; `format()`: one string.
#' @family arrays
#' @examplesIf mx.available()
#' print(mx.nd.array(matrix(1:6, 2)))
#' mx.nd.ones(c(5, 1000))
#' str(mx.nd.ones(c(5, 1000)))
#' summary(mx.nd.array(1:10))
#' format(mx.nd.ones(3))
print.MXNDArray <- function(x, ..., n = 20) {
  if (!is.numeric(n) || length(n) != 1 || is.na(n) || n < 1)
    mx_stop("print: argument n must be a number of rows, 1 or more, given ", short(n))
  facts <- nd_facts(x)
  d <- dim.MXNDArray(x)
  if (facts$stype != "default")
    cat("<", facts$stype, ", dim ", dim_text(d), ", ", format(facts$stored), " values stored>\n", sep = "")
  if (prod(d) <= n || is.infinite(n)) return(invisible(print(as.array(x), ...)))
  shown <- print_window(d, n, getOption("width") %/% 2L)
  whole <- identical(shown, d)
  part <- as.array(if (whole) x else new_nd(.call("nd_window", live_id(x), as.list(as.double(shown)))))
  lines <- utils::capture.output(print(part, ...))
  rows <- grep("^ *\\[[0-9]+,?\\]( |$)", lines)
  if (whole && length(rows) <= n) {
    writeLines(lines)
    return(invisible(part))
  }
  writeLines(lines[seq_len(if (length(rows) >= n) rows[n] else length(lines))])
  cat("# ", n, if (n == 1) " row" else " rows", " shown of an MXNDArray of dim ", dim_text(d), ", ", facts$dtype, ", ", facts$ctx,
      "; print(x, n = Inf) or as.array(x) for all\n", sep = "")
  invisible(x)
}

# The leading part of an array that is enough to fill n rows of R's print, which holds at most `per` numbers in one.
print_window <- function(d, n, per) {
  shown <- d
  if (length(d) == 1L) return(as.integer(min(d, n * per)))
  shown[1L] <- min(d[1L], n)
  rest <- ceiling(n / shown[1L])
  shown[2L] <- min(d[2L], rest * per)
  for (k in seq_along(d)[-(1:2)]) {
    shown[k] <- min(d[k], rest)
    rest <- ceiling(rest / shown[k])
  }
  as.integer(shown)
}

about <- function(x, facts = nd_facts(x)) {
  paste0("dim ", dim_text(dim.MXNDArray(x)), ", ", facts$dtype, ", ", facts$ctx,
         if (facts$stype != "default") sprintf(", %s, %s values stored", facts$stype, format(facts$stored)))
}

#' @rdname print.MXNDArray
format.MXNDArray <- function(x, ...) paste0("<MXNDArray ", about(x), ">")

#' @rdname print.MXNDArray
summary.MXNDArray <- function(object, ...) {
  r <- .call("nd_summary", nd_id(object))
  q <- r[1:6]
  names(q) <- c("Min.", "1st Qu.", "Median", "Mean", "3rd Qu.", "Max.")
  if (r[7L] > 0) q <- c(q, "NA's" = r[7L])
  structure(q, about = about(object), class = c("summary.MXNDArray", "summaryDefault", "table"))
}

#' @rdname print.MXNDArray
print.summary.MXNDArray <- function(x, ...) {
  cat("MXNDArray, ", attr(x, "about"), "\n", sep = "")
  print(structure(x, about = NULL, class = c("summaryDefault", "table")), ...)
  invisible(x)
}

#' @rdname print.MXNDArray
str.MXNDArray <- function(object, ...) {
  facts <- nd_facts(object)
  d <- dim.MXNDArray(object)
  cat(" MXNDArray [", paste0(ifelse(d > 0, "1:", ""), d, collapse = ", "), "] ", facts$dtype, " on ", facts$ctx,
      if (facts$stype != "default") sprintf(", %s, %s values stored", facts$stype, format(facts$stored)), ": ", sep = "")
  first <- new_nd(.call("nd_take", live_id(object), list(0, min(prod(d), 100))))
  more <- list(...)
  more$give.head <- FALSE
  cat(trimws(utils::capture.output(do.call(utils::str, c(list(nd_values(first)), more)))), sep = "\n")
}
