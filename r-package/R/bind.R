# Finding Python: nothing starts before the first call that needs the engine.

VENV <- "r-mxr"

module_present <- function() isTRUE(tryCatch(reticulate::py_module_available("mxr"), error = function(e) FALSE))

python_choice <- function() {
  chosen <- Sys.getenv("MXR_PYTHON")
  if (nzchar(chosen)) {
    if (!file.exists(chosen)) mx_stop("MXR_PYTHON names ", chosen, ", which does not exist; expected a Python program")
    return(list(how = "MXR_PYTHON", python = normalizePath(chosen, mustWork = TRUE)))
  }
  if (nzchar(Sys.getenv("RETICULATE_PYTHON"))) return(list(how = "RETICULATE_PYTHON", python = Sys.getenv("RETICULATE_PYTHON")))
  if (isTRUE(tryCatch(reticulate::virtualenv_exists(VENV), error = function(e) FALSE)))
    return(list(how = "install_mxr()", python = reticulate::virtualenv_python(VENV)))
  if ("py_require" %in% getNamespaceExports("reticulate")) return(list(how = "py_require", python = NA_character_))
  list(how = "reticulate's own search", python = NA_character_)
}

start_python <- function() {
  if (reticulate::py_available(initialize = FALSE)) return("the Python that reticulate had started already")
  choice <- python_choice()
  if (!is.na(choice$python)) {
    # normalizePath follows a virtualenv's link to the base Python: keep the path as given.
    if (choice$how == "MXR_PYTHON") choice$python <- path.expand(Sys.getenv("MXR_PYTHON"))
    Sys.setenv(RETICULATE_PYTHON = choice$python)
  } else if (choice$how == "py_require") {
    getExportedValue("reticulate", "py_require")("mxr-arrays[fast]")
  }
  ok <- tryCatch(reticulate::py_available(initialize = TRUE), error = function(e) conditionMessage(e))
  if (!isTRUE(ok)) {
    named <- if (is.na(choice$python)) choice$how else paste0(choice$how, " names ", choice$python)
    mx_stop("no Python could be started (", named, "): ", if (is.character(ok)) ok else "none was found", ".\n", advice())
  }
  choice$how
}

advice <- function() {
  paste0("Run mxr::install_mxr() once, or set the environment variable MXR_PYTHON to a Python (>= 3.11) that has the ",
         "mxr engine; mx.sitrep() says what is found.")
}

bind <- function() {
  how <- start_python()
  if (!module_present()) {
    mx_stop("the Python at ", reticulate::py_config()$python, " (chosen by ", how, ") has no module mxr.\n", advice())
  }
  door <- tryCatch(reticulate::import("mxr.interop.r", convert = TRUE)$door(), error = function(e) {
    mx_stop("the Python at ", reticulate::py_config()$python, " (chosen by ", how, ") has mxr, but it does not load: ",
            sub("\n.*", "", conditionMessage(e)), ".\n", advice())
  })
  call <- door$call
  open_door(reticulate_transport(function(name, args) call(name, args)), door$session)
  the$how <- how
  invisible()
}

# Also how an embedding process (rpy2) hands in its own transport.
open_door <- function(transport, session) {
  the$transport <- transport
  the$session <- session
  the$pid <- Sys.getpid()
  # A forked child needs the compiled code to carry on where work is queued (door.R): without it, nothing is queued.
  if (!the$native) the$transport$call("be_synchronous", list())
  invisible()
}

#' Whether the engine can be used
#'
#' Starts Python where that has not happened yet. Examples and scripts ask this before they need the engine.
#' @param quiet `FALSE` says in a message why the engine cannot be used.
#' @return `TRUE` or `FALSE`.
#' @family set-up
#' @examples
#' mx.available()
mx.available <- function(quiet = TRUE) {
  why <- tryCatch({
    if (!is_bound()) bind()
    NULL
  }, error = conditionMessage)
  if (!is.null(why) && !quiet) message(why)
  is.null(why)
}

is_bound <- function() !is.null(the$transport)

install_mxr <- function(source = Sys.getenv("MXR_SOURCE", "mxr-arrays[fast]"), python = NULL, envname = VENV) {
  check_string(source, "source", "install_mxr")
  if (!isTRUE(tryCatch(reticulate::virtualenv_exists(envname), error = function(e) FALSE)))
    reticulate::virtualenv_create(envname, python = python)
  reticulate::virtualenv_install(envname, packages = source, ignore_installed = FALSE)
  message("The engine is in the virtualenv '", envname, "'; library(mxr) finds it from now on.")
  invisible(reticulate::virtualenv_python(envname))
}

mx.sitrep <- function() {
  say <- function(k, v) cat(sprintf("%-18s %s\n", paste0(k, ":"), v))
  say("mxr (R)", as.character(packageVersion("mxr")))
  say("R", as.character(getRversion()))
  say("reticulate", as.character(packageVersion("reticulate")))
  say("compiled code", if (the$native) "yes" else "no (arrays travel as bytes; install with a C compiler for speed)")
  if (!is_bound()) {
    choice <- tryCatch(python_choice(), error = function(e) list(how = conditionMessage(e), python = NA))
    say("Python", paste0(if (is.na(choice$python)) "not chosen yet" else choice$python, " (", choice$how, ")"))
  }
  ok <- tryCatch({ if (!is_bound()) bind(); TRUE }, error = function(e) conditionMessage(e))
  if (!isTRUE(ok)) {
    say("engine", paste("not usable:", ok))
    return(invisible(FALSE))
  }
  facts <- .call("sitrep")
  for (k in names(facts)) say(k, facts[[k]])
  say("chosen by", the$how)
  say("array transport", the$transport$name)
  invisible(TRUE)
}
