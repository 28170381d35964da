# cli's progress bar on terminals; nothing in knitr, in files, under R CMD check.

show_progress <- function() {
  getOption("mxr.progress", !isTRUE(getOption("knitr.in.progress")) && cli::is_dynamic_tty(stderr()))
}

# One bar for the batches of a round and one for its validation. It is drawn when a round takes longer than cli's
# option cli.progress_show_after (2 seconds).
progress_bar <- function(rounds, metric = NULL) {
  home <- new.env()  # cli ends a bar with the frame that owns it; this one ends it itself
  id <- NULL
  now <- ""
  clear <- function() {
    if (!is.null(id)) cli::cli_progress_done(id = id, .envir = home)
    id <<- NULL
  }
  update <- function(iteration, nbatch, total, which, state) {
    phase <- paste(iteration, which)
    if (!identical(phase, now) || is.null(id)) {
      clear()
      now <<- phase
      title <- paste0("Round ", iteration, "/", rounds, if (which == "eval") " validation" else "")
      id <<- cli::cli_progress_bar(
        name = title, total = total %||% NA, clear = TRUE, .auto_close = FALSE, .envir = home,
        format = if (is.null(total)) BAR_OPEN else BAR, extra = list(score = ""))
    }
    cli::cli_progress_update(set = nbatch, id = id, .envir = home, extra = list(score = score_of(metric, state)))
  }
  list(update = update, clear = clear)
}

BAR <- "{cli::pb_name} {cli::pb_bar} {cli::pb_current}/{cli::pb_total}{cli::pb_extra$score} | {cli::pb_eta}"
BAR_OPEN <- "{cli::pb_name} {cli::pb_spin} {cli::pb_current} batches{cli::pb_extra$score}"

score_of <- function(metric, state) {
  if (is.null(state) || is.null(metric) || state[[1]] == 0) return("")
  result <- metric$get(state)
  if (is.numeric(result$value) && length(result$value) == 1) sprintf(" | %s %.4f", result$name, result$value) else ""
}

# What a callback prints must not land in the drawn line.
aside <- function(show, expr) {
  if (is.null(show)) return(expr)
  withCallingHandlers(expr, message = function(m) show$clear())
}
