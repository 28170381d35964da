# State of the session, and what every other file uses.

the <- new.env(parent = emptyenv())
the$transport <- NULL      # list(call, to_python, to_r): how R talks to the engine
the$session <- ""          # handles of another session are dead
the$native <- FALSE        # compiled code present
the$ctx <- NULL            # default context
the$pending <- NULL        # condition that an R callback raised while Python called it
the$made <- 0              # bytes handed out and not dropped, as far as R's garbage collector knows
the$found <- 0             # how many of them were in use after the last collection
the$records <- 0           # recordings since the last backward

the$bin <- new.env(parent = emptyenv())  # handles that R let go of, as names
the$bin_bytes <- 0

`%||%` <- function(a, b) if (is.null(a)) b else a

.onLoad <- function(libname, pkgname) {
  # No useDynLib: the package also works where it was installed without a compiler (R CMD INSTALL --no-libs).
  dll <- tryCatch(library.dynam("mxr", pkgname, libname), error = function(e) NULL)
  the$native <- !is.null(dll)
  if (the$native) {
    the$address <- getNativeSymbolInfo("mxr_address", dll)
    the$keeper <- getNativeSymbolInfo("mxr_keeper", dll)
    the$watch_forks <- getNativeSymbolInfo("mxr_watch_forks", dll)
    the$after_fork <- getNativeSymbolInfo("mxr_after_fork", dll)
    the$door_open <- getNativeSymbolInfo("mxr_door_open", dll)
    the$door_call <- getNativeSymbolInfo("mxr_door_call", dll)
  }
  the$ctx <- mx.cpu()
}

.onUnload <- function(libpath) {
  if (the$native) library.dynam.unload("mxr", libpath)
}

# The user's call: the outermost call of a function of this package, or of one that such a function made, that is not part
# of the machinery.
user_call <- function() {
  here <- topenv()
  for (i in seq_len(sys.nframe())) {
    e <- environment(sys.function(i))
    if (is.null(e) || !identical(e, here) && !identical(parent.env(e), here)) next
    call <- sys.call(i)
    if (!is.language(call[[1L]])) next
    name <- as.character(call[[1L]])[1L]
    if (name %in% c(".call", "door_error", "mx_stop", "user_call")) next
    # methods of operators have names that nobody typed; other generics were called by their own
    if (is.name(call[[1L]]) && grepl("^[$[]", name)) return(NULL)
    generic <- if (i > 1L) sys.call(i - 1L)[[1L]]
    if (is.name(generic) && startsWith(name, paste0(generic, "."))) return(sys.call(i - 1L))
    return(call)
  }
  NULL
}

mx_stop <- function(..., class = "mxr_error", call = user_call()) {
  stop(structure(class = c(class, if (class != "mxr_error") "mxr_error", "error", "condition"),
                 list(message = paste0(...), call = call)))
}

suggest <- function(name, names) {
  d <- utils::adist(name, names, ignore.case = TRUE)
  best <- which.min(d)
  if (length(best) && d[best] <= max(2, nchar(name) / 3)) sprintf(" Did you mean '%s'?", names[best]) else ""
}

# A maker of functions given where its result is wanted: mx.init.Xavier for mx.init.Xavier().
called_not <- function(f, pattern) {
  space <- asNamespace("mxr")
  for (n in grep(pattern, ls(space), value = TRUE)) if (identical(f, get(n, envir = space))) return(n)
  NULL
}

short <- function(x) {
  if (is.null(x)) return("NULL")
  if (is.atomic(x) && length(x) == 1 && is.null(attributes(x))) return(if (is.character(x)) dQuote(x, FALSE) else format(x))
  d <- dim(x)
  size <- if (is.null(d)) sprintf("length %d", length(x)) else sprintf("dim c(%s)", paste(d, collapse = ", "))
  if (is.function(x)) return("a function")
  sprintf("an object of class %s (%s)", paste(class(x), collapse = "/"), size)
}

check_string <- function(x, arg, fn) {
  if (!is.character(x) || length(x) != 1 || is.na(x)) mx_stop(fn, ": argument ", arg, " must be one string, given ", short(x))
  x
}

check_flag <- function(x, arg, fn) {
  if (!is.logical(x) || length(x) != 1 || is.na(x)) mx_stop(fn, ": argument ", arg, " must be TRUE or FALSE, given ", short(x))
  x
}

check_count <- function(x, arg, fn, least = 1) {
  if (!is.numeric(x) || length(x) != 1 || is.na(x) || x != round(x) || x < least)
    mx_stop(fn, ": argument ", arg, " must be one whole number >= ", least, ", given ", short(x))
  x
}

check_dim <- function(x, arg, fn) {
  if (!is.numeric(x) || is.factor(x) || length(x) == 0 || anyNA(x) || any(x < 0) || any(x != round(x)))
    mx_stop(fn, ": argument ", arg, " must be a vector of whole numbers >= 0, given ",
            if (is.numeric(x) && length(x) && length(x) < 9) paste0("c(", paste(x, collapse = ", "), ")") else short(x))
  as.double(x)
}
