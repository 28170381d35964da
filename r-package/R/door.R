# The one door to the engine: a function name and plain arguments go in, a status and a plain value come back.

.call <- function(name, ...) {
  if (is.null(the$transport)) bind()
  if (length(the$bin$ids) > 64L || the$bin$bytes > 16e6) empty_bin()
  r <- the$transport$call(name, list(...))
  if (r[[1L]] == 0) {
    if (length(r) > 2L) for (text in r[[3L]]) warning(text, call. = FALSE)
    return(r[[2L]])
  }
  door_error(r[[2L]], r[[3L]])
}

door_error <- function(class, message) {
  pending <- the$pending
  the$pending <- NULL
  if (!is.null(pending)) stop(pending)
  if (class == "interrupt") {
    signalCondition(structure(class = c("interrupt", "condition"), list(message = "interrupted", call = NULL)))
    invokeRestart("abort")
  }
  mx_stop(message, class = class)
}

# Finalisers only note what is free: they may run in the middle of anything, and must not call Python.
empty_bin <- function() {
  full <- the$bin
  the$bin <- new_bin()
  if (length(full$ids)) the$transport$call("free", list(as.list(full$ids)))
}

release <- function(e) {
  if (!identical(e$session, the$session)) return(invisible())
  bin <- the$bin
  bin$ids[length(bin$ids) + 1L] <- e$id
  bin$bytes <- bin$bytes + (e$bytes %||% 0)
}

# R does not see the engine's memory: without this, a loop that drops arrays would never collect them.
count_bytes <- function(n) {
  the$made <- the$made + n
  if (the$made > 256e6) {
    the$made <- 0
    gc(verbose = FALSE)
    empty_bin()
  }
}

# Turns an R closure into one that Python may call: never unwinds through Python. Only the closure itself can be
# interrupted, the machinery around it cannot (see transport.R).
guard <- function(f) {
  force(f)
  function(...) {
    tryCatch(list(0L, allowInterrupts(f(...))),
      interrupt = function(e) list(1L, NULL),
      error = function(e) {
        the$pending <- e
        list(2L, conditionMessage(e))
      })
  }
}

# A handle as an environment: the core of NDArrays, symbols, executors, iterators. Only kinds in KEPT can be saved.
handle_env <- function(id, kind, bytes = 0) {
  e <- new.env(hash = FALSE, parent = emptyenv())
  e$id <- id
  e$kind <- kind
  e$session <- the$session
  e$bytes <- bytes
  own(e)
}

KEPT <- c("nd", "symbol")

own <- function(e) {
  reg.finalizer(e, release)
  e$keep <- if (the$native && e$kind %in% KEPT) .Call(the$keeper, e)
  e
}

# What saveRDS writes for a handle, called by the compiled keeper. A handle from a file that was not used yet still
# holds the state it came with, so this is asked only of live ones.
keeper_state <- function(e) {
  # Inside another list, because R puts the attributes of the empty keeper over those of what is returned.
  tryCatch(list(switch(e$kind, nd = nd_state(e), symbol = list(json = .call("sym_json", e$id)))),
    error = function(err) {
      warning("an object of mxr could not be saved: ", conditionMessage(err), call. = FALSE)
      NULL
    })
}

# The handle of an object; one that came from a file is rebuilt on first use.
live_id <- function(e) {
  if (identical(e$session, the$session)) return(e$id)
  if (is.null(the$transport)) {
    bind()
    if (identical(e$session, the$session)) return(e$id)
  }
  if (!is.list(e$keep)) {
    mx_stop("this object was made in another R session and its values were not saved with it",
            " (use mx.serialize, mx.model.save or mx.nd.save)")
  }
  state <- e$keep[[1]]
  switch(e$kind, nd = nd_restore(e, state), symbol = e$id <- .call("sym_load_json", state$json))
  e$session <- the$session
  own(e)
  e$id
}
