# A bar on terminals; nothing in knitr, in files, under R CMD check.

show_progress <- function() {
  getOption("mxr.progress", !isTRUE(getOption("knitr.in.progress")) && cli::is_dynamic_tty(stderr()))
}

progress_bar <- function(rounds) {
  width <- 24L
  drawn <- 0L  # characters on the line
  clear <- function() {
    if (drawn > 0L) cat("\r", strrep(" ", drawn), "\r", sep = "", file = stderr())
    drawn <<- 0L
  }
  update <- function(iteration, nbatch, total, which, state) {
    score <- if (is.null(state) || state[[1]] == 0) "" else sprintf("  %.4f", state[[2]] / state[[1]])
    bar <- if (is.null(total)) "" else {
      full <- as.integer(width * nbatch / total)
      paste0(" ", cli::col_green(strrep("=", full)), strrep("-", width - full))
    }
    of <- if (is.null(total)) "" else paste0("/", total)
    head <- paste0("round ", iteration, "/", rounds, " ", if (which == "eval") "check" else "train")
    tail <- paste0(" ", nbatch, of, score)
    room <- cli::console_width() - 1L
    # A line that wraps could not be drawn over: what has no room is left out.
    if (nchar(head) + nchar(tail) + width + 1L > room) bar <- ""
    if (nchar(head) + nchar(tail) > room) tail <- ""
    line <- paste0(head, bar, tail)
    size <- cli::ansi_nchar(line)
    cat("\r", line, strrep(" ", max(0L, drawn - size)), sep = "", file = stderr())
    drawn <<- size
    NULL
  }
  list(update = update, clear = clear)
}
