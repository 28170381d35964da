# Starting Python and opening the door: nothing starts before the first call that needs the engine.

# reticulate without questions (about Miniconda) and without its warnings about Pythons that do not work
quietly <- function(expr) {
  old <- Sys.getenv("RETICULATE_MINICONDA_ENABLED", NA)
  Sys.setenv(RETICULATE_MINICONDA_ENABLED = "FALSE")
  on.exit(if (is.na(old)) Sys.unsetenv("RETICULATE_MINICONDA_ENABLED") else Sys.setenv(RETICULATE_MINICONDA_ENABLED = old))
  suppressWarnings(expr)
}

start_python <- function() {
  if (reticulate::py_available(initialize = FALSE)) return("reticulate, which had started it already")
  choice <- python_choice()
  if (is.na(choice$python)) {
    Sys.setenv(RETICULATE_PYTHON = "managed")
    getExportedValue("reticulate", "py_require")(requirement("fast"), python_version = paste0(">=", PYTHON_NEEDED))
  } else {
    Sys.setenv(RETICULATE_PYTHON = choice$python)
  }
  ok <- tryCatch(quietly(reticulate::py_available(initialize = TRUE)), error = conditionMessage)
  if (isTRUE(ok)) return(choice$how)
  if (is.na(choice$python)) mx_stop("reticulate could not make a Python with the engine",
                                     if (is.character(ok)) paste0(": ", first_line(ok)) else "; its message stands above", ".\n", advice())
  why <- if (!probe_python(choice$python, full = TRUE)$shared) "it was built without its shared library (--enable-shared)"
         else if (is.character(ok)) sub("\n.*", "", ok) else "reticulate gives no reason"
  mx_stop("the Python at ", choice$python, " (chosen by ", choice$how, ") could not be started in R: ", why, ".\n", advice())
}

# What to do where another package or the user had started Python before us
late_advice <- function(python) {
  paste0("One R session has one Python. Either restart R, and let mxr start Python first (library(mxr); mx.available()), or put ",
         "the engine into this one: ", shQuote(python), " -m pip install ", shQuote(requirement("fast")))
}

# Without importing it, so that what is broken in it is told apart
has_engine <- function() !is.null(reticulate::import("importlib.util")$find_spec("mxr"))

bind <- function() {
  late <- reticulate::py_available(initialize = FALSE)
  how <- start_python()
  python <- reticulate::py_config()$python
  if (!has_engine())
    mx_stop("the Python at ", python, " (chosen by ", how, ") has no module mxr.\n", if (late) late_advice(python) else advice())
  door <- tryCatch(reticulate::import("mxr.interop.r", convert = TRUE)$door(), error = function(e) {
    mx_stop("the Python at ", python, " (chosen by ", how, ") has mxr, but it does not load: ", first_line(conditionMessage(e)), "\n",
            "Mend that environment, for example by ", shQuote(python), " -m pip install --force-reinstall numpy, and restart R; ",
            "or restart R and run mxr::install_mxr().")
  })
  call <- door$call
  open_door(reticulate_transport(function(name, args) call(name, args)), door$session)
  the$how <- how
  invisible()
}

first_line <- function(text) {
  lines <- strsplit(trimws(text), "\n")[[1]]
  lines <- lines[nzchar(trimws(lines))]
  if (length(lines)) lines[1] else "no reason given"
}

# Also how an embedding process (rpy2) hands in its own transport.
open_door <- function(transport, session) {
  the$transport <- transport
  the$session <- session
  the$pid <- Sys.getpid()
  # Queued work and forks (parallel::mclapply) go together only with compiled code; without it, nothing is queued.
  if (the$native) .Call(the$watch_forks, the$transport$call("settling", list())[[2]])
  else the$transport$call("be_synchronous", list())
  invisible()
}

#' Whether the engine can be used
#'
#' Starts Python where that has not happened yet. Examples and scripts ask this before they need the engine. It never
#' asks the user anything, and downloads nothing.
#'
#' The Python is the first of these that is set: the environment variable `MXR_PYTHON` (a Python program, a folder with
#' an environment, or a name on the PATH), the environment variable `RETICULATE_PYTHON`, a call of
#' [reticulate::use_python()]. Where none is, the first of these that has the engine: the virtualenv of [install_mxr()],
#' the active virtual or conda environment, the virtualenv `r-reticulate`, and the Pythons on the PATH. If something else
#' had started Python in this session already, then that one. With reticulate 1.41 or newer, `MXR_PYTHON=managed` lets
#' reticulate make an environment of its own with the engine, which downloads it.
#' @param quiet `FALSE` says in a message why the engine cannot be used.
#' @return `TRUE` or `FALSE`.
#' @family set-up
#' @examples
#' mx.available()
mx.available <- function(quiet = TRUE) {
  if (is_bound()) return(TRUE)
  # A search that failed is not repeated for every example of a help page.
  here <- Sys.getenv(c("MXR_PYTHON", "RETICULATE_PYTHON", "WORKON_HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "PATH"))
  last <- the$unavailable
  if (!is.null(last) && identical(last$here, here) && difftime(Sys.time(), last$at, units = "secs") < 30) {
    why <- last$why
  } else {
    why <- tryCatch({
      bind()
      NULL
    }, error = conditionMessage)
    the$unavailable <- if (!is.null(why)) list(here = here, at = Sys.time(), why = why)
  }
  if (!is.null(why) && !quiet) message(why)
  is.null(why)
}

is_bound <- function() !is.null(the$transport)
