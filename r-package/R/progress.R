# A bar on terminals; nothing in knitr, in files, under R CMD check.

show_progress <- function() {
  getOption("mxr.progress", !isTRUE(getOption("knitr.in.progress")) && cli::is_dynamic_tty(stderr()))
}

progress_bar <- function(rounds) {
  width <- 24L
  drawn <- FALSE
  clear <- function() {
    if (drawn) cat("\r", strrep(" ", cli::console_width() - 1L), "\r", sep = "", file = stderr())
    drawn <<- FALSE
  }
  update <- function(iteration, nbatch, total, which, state) {
    score <- if (is.null(state) || state[[1]] == 0) "" else sprintf("  %.4f", state[[2]] / state[[1]])
    bar <- if (is.null(total)) "" else {
      full <- as.integer(width * nbatch / total)
      paste0(" ", cli::col_green(strrep("=", full)), strrep("-", width - full))
    }
    of <- if (is.null(total)) "" else paste0("/", total)
    line <- paste0("round ", iteration, "/", rounds, " ", if (which == "eval") "check" else "train", bar, " ", nbatch, of, score)
    cat("\r", line, sep = "", file = stderr())
    drawn <<- TRUE
    NULL
  }
  list(update = update, clear = clear)
}
