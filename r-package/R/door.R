# The one door to the engine: a function name and plain arguments go in, a status and a plain value come back.

.call <- function(name, ...) {
  if (is.null(the$transport)) bind()
  if (Sys.getpid() != the$pid) forked()
  if (length(the$bin) > 64L || the$bin_bytes > 16e6) empty_bin()
  r <- the$transport$call(name, list(...))
  if (r[[1L]] != 0) {
    if (length(r) > 3L) r <- call_again(name, list(...))
    if (r[[1L]] != 0) door_error(r[[2L]], r[[3L]])
  }
  if (length(r) > 2L) for (text in r[[3L]]) warning(text, call. = FALSE)
  r[[2L]]
}

# In a child of R's fork (mclapply and kin). Python was not asked, and must be told before it runs a single instruction:
# a thread that waited for its lock is not there any more, and Python would wait for it.
forked <- function() {
  the$pid <- Sys.getpid()
  if (the$native && .Call(the$after_fork) == 2L) {
    mx_stop("this process was forked while another thread of Python was running; start workers with parallel::makeCluster()")
  }
  the$transport$call("forked", list())
}

# Memory ran out, and the call had not changed anything yet: what R's garbage holds may be enough.
call_again <- function(name, args) {
  gc(verbose = FALSE)
  empty_bin()
  the$transport$call("collect", list())
  the$transport$call(name, args)
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

# Finalisers only note what is free: they may run in the middle of anything, another finaliser included, and must not call
# Python. Each writes a name of its own, so that none is lost.
empty_bin <- function() {
  full <- the$bin
  the$bin <- new.env(parent = emptyenv())
  the$bin_bytes <- 0
  ids <- as.numeric(ls(full, all.names = TRUE, sorted = FALSE))
  if (length(ids)) the$transport$call("free", list(as.list(ids)))
}

release <- function(e) {
  if (!identical(.subset2(e, "session"), the$session)) return(invisible())
  assign(as.character(.subset2(e, "id")), TRUE, envir = the$bin)
  bytes <- .subset2(e, "bytes") %||% 0
  the$bin_bytes <- the$bin_bytes + bytes
  if (bytes > COUNTED) {
    the$made <- the$made - bytes
    if (the$made < the$found) the$found <- the$made
  }
}

# R does not see the engine's memory: without this, a loop that drops arrays would never collect them. Where R's own
# collections come often enough, nothing is done here.
COUNTED <- 1e4  # bytes; of smaller arrays R collects the handles before they weigh

count_bytes <- function(n) {
  the$made <- the$made + n
  if (the$made - the$found > 256e6) {
    # What a loop drops is young: a short collection finds it, a full one costs a dozen times as much.
    gc(verbose = FALSE, full = FALSE)
    if (the$made - the$found > 128e6) gc(verbose = FALSE)
    the$found <- the$made
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

# How objects outlive their session: what to write for a live one, and how a copy gets a handle from that.
KEPT <- list(
  nd = list(state = function(e) nd_state(e), revive = function(e, state) nd_revive(e, state)),
  symbol = list(state = function(e) list(json = .call("sym_json", .subset2(e, "id"))),
                revive = function(e, state) .call("sym_load_json", state$json)),
  optimizer = list(state = function(e) opt_state(e), revive = function(e, state) opt_revive(e, state)))

# Fields of handles are read by .subset2 and set by assign: `$` belongs to the class of the object (MXNDArray has one).
own <- function(e) {
  reg.finalizer(e, release)
  # also where there is nothing to write: a copy from a file must not pass for the object itself
  assign("keep", if (the$native) .Call(the$keeper, e), envir = e)
  e
}

# What saveRDS and kin write for a handle, called by the compiled keeper. A handle that came from a file and was not used
# yet still holds the state it came with, so this is asked only of live ones.
keeper_state <- function(e) {
  # list(whether it went well, state). A list, because R puts the attributes of the empty keeper over those of what is
  # returned.
  how <- KEPT[[.subset2(e, "kind")]]
  if (is.null(how)) return(list(FALSE, NULL))
  tryCatch(list(TRUE, how$state(e)), error = function(err) {
    warning("an object of mxr could not be saved: ", conditionMessage(err), call. = FALSE)
    list(FALSE, NULL)
  })
}

# The handle of an object. A copy from a file, another process or serialize() holds the saved state where a live object
# has its keeper, whatever session it names: such a copy is an object of its own, rebuilt on first use.
live_id <- function(e) {
  if (identical(.subset2(e, "session"), the$session) && !is.list(.subset2(e, "keep"))) return(.subset2(e, "id"))
  if (is.null(the$transport)) {
    bind()
    return(live_id(e))
  }
  keep <- .subset2(e, "keep")
  if (!is.list(keep) || !keep[[1L]]) {
    if (.subset2(e, "kind") == "block") {
      mx_stop("this block comes from a file or another R session, where blocks cannot go by themselves: write its parameters ",
              "with net$save_parameters(file), make the same block again, and read them with net$load_parameters(file); or ",
              "net$export() and mx.gluon.SymbolBlock.imports()")
    }
    if (.subset2(e, "kind") == "gluon") {
      mx_stop("this object of Gluon comes from a file or another R session, where it cannot go by itself: parameters are ",
              "written by net$save_parameters(file), states of a Trainer by trainer$save_states(file)")
    }
    mx_stop("this object comes from a file or another R session, and its values were not saved with it",
            " (use mx.serialize, mx.model.save or mx.nd.save)")
  }
  assign("id", KEPT[[.subset2(e, "kind")]]$revive(e, keep[[2L]]), envir = e)
  assign("session", the$session, envir = e)
  own(e)
  .subset2(e, "id")
}

#' The Python traceback of the last error
#'
#' Errors of the engine reach R as conditions of class `mxr_error` that name the R call, without Python's traceback.
#' This function shows that traceback, for reports and for those who work on the engine.
#'
#' More specific classes stand before `mxr_error`: `mxr_shape_error` (dims that do not fit together), `mxr_value_error`
#' (a value that is not acceptable), `mxr_index_error` and `mxr_memory_error` (no memory left, also after R's garbage
#' collector freed what it could).
#' @return `NULL` where no call of the engine has failed in this session; otherwise the traceback as one string of class
#'   `mx.last.error`, which prints as it is. Errors that R itself found have none and change nothing.
#' @family set-up
#' @examplesIf mx.available()
#' e <- tryCatch(mx.nd.dot(mx.nd.ones(c(2, 3)), mx.nd.ones(c(4, 5))), mxr_shape_error = identity)
#' conditionMessage(e)
#' mx.last.error()
mx.last.error <- function() {
  if (!is_bound()) return(NULL)
  text <- .call("last_error")
  if (nzchar(text)) structure(text, class = "mx.last.error")
}

print.mx.last.error <- function(x, ...) {
  cat(x)
  invisible(x)
}
