#' Which operator takes how long
#'
#' Configure, run, stop. Stopping writes a trace for the browser page `chrome://tracing` (or Perfetto) to the
#' configured file; `mx.profiler.dumps()`, which MXNet R lacks, gives the times by operator as text.
#' @param params a list of options: `filename` (`"profile.json"`), `profile_all`, `profile_symbolic`,
#'   `profile_imperative`, `profile_memory`, `profile_api`, `aggregate_stats`, `continuous_dump`, `dump_period`.
#' @param state `MX.PROF.STATE$RUN` starts, `MX.PROF.STATE$STOP` (the default) stops and writes the file.
#' @param reset forgets what was recorded so far.
#' @return nothing, invisibly; `mx.profiler.dumps()` one string, to be shown with `cat()`.
#' @family set-up
#' @examplesIf mx.available()
#' file <- tempfile(fileext = ".json")
#' mx.profiler.config(list(filename = file, profile_all = TRUE))
#' mx.profiler.state(MX.PROF.STATE$RUN)
#' x <- mx.nd.sqrt(mx.nd.ones(c(100, 100)))
#' mx.profiler.state(MX.PROF.STATE$STOP)
#' file.exists(file)
#' cat(mx.profiler.dumps(reset = TRUE))
mx.profiler.config <- function(params) {
  if (!is.list(params) || (length(params) && (is.null(names(params)) || any(names(params) == ""))))
    mx_stop("mx.profiler.config: argument params must be a list of options with names, given ", short(params))
  names(params) <- gsub(".", "_", names(params), fixed = TRUE)
  if (!is.null(params$filename)) params$filename <- path.expand(check_string(params$filename, "filename", "mx.profiler.config"))
  invisible(.call("profiler_config", plain_params(params, "mx.profiler.config")))
}

#' @rdname mx.profiler.config
#' @format `MX.PROF.STATE`: `list(STOP = 0L, RUN = 1L)`.
MX.PROF.STATE <- list(STOP = 0L, RUN = 1L)

#' @rdname mx.profiler.config
mx.profiler.state <- function(state = MX.PROF.STATE$STOP) {
  if (!is.numeric(state) || length(state) != 1 || is.na(state) || !state %in% unlist(MX.PROF.STATE))
    mx_stop("mx.profiler.state: argument state must be MX.PROF.STATE$STOP or MX.PROF.STATE$RUN, given ", short(state))
  invisible(.call("profiler_state", as.logical(state)))
}

#' @rdname mx.profiler.config
mx.profiler.dumps <- function(reset = FALSE) .call("profiler_dumps", check_flag(reset, "reset", "mx.profiler.dumps"))
