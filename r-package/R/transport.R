# Three ways for numbers to cross, chosen once at binding. The order of bytes is never touched.
#   native  the compiled code tells where a vector lies: Python reads and writes R's memory
#   shared  reticulate wraps arrays without a copy (where it knows the installed NumPy)
#   raw     bytes of an R serialization: works everywhere

type_code <- function(x) {
  switch(typeof(x), double = "d", integer = "i", logical = "l", raw = "r",
         mx_stop("expected numbers, given ", short(x)))
}

native_in <- function(x) list("addr", .Call(the$address, x), type_code(x), as.double(length(x)))

native_out <- function(id, n) {
  out <- numeric(n)
  typed(out, .call("nd_fill", id, .Call(the$address, out)))
}

# Doubles as what they stand for
typed <- function(x, type) if (type == "logical") as.logical(x) else x

shared_in <- function(x) {
  if (is.logical(x)) storage.mode(x) <- "integer"
  if (is.raw(x)) x <- as.integer(x)
  dim(x) <- length(x)
  list("array", x)
}

shared_out <- function(id, n) {
  out <- numeric(n)
  dim(out) <- n
  type <- .call("nd_fill_array", id, out)
  dim(out) <- NULL
  typed(out, type)
}

raw_in <- function(x) {
  type <- type_code(x)
  attributes(x) <- NULL
  list("raw", serialize(x, NULL, xdr = FALSE, version = 2L), type, as.double(length(x)))
}

raw_out <- function(id, n) unserialize(.call("nd_bytes", id))

array_ways <- function(name) {
  switch(name,
    native = list(name = name, to_python = native_in, to_r = native_out),
    shared = list(name = name, to_python = shared_in, to_r = shared_out),
    raw = list(name = name, to_python = raw_in, to_r = raw_out),
    mx_stop("MXR_R_TRANSPORT is '", name, "', expected native, shared or raw"))
}

reticulate_transport <- function(call) {
  wanted <- Sys.getenv("MXR_R_TRANSPORT")
  if (wanted == "native" && !the$native) mx_stop("MXR_R_TRANSPORT=native, but the package was installed without compiled code")
  if (!nzchar(wanted)) {
    wanted <- if (the$native && .Machine$sizeof.pointer == 8) "native" else if (shares(call)) "shared" else "raw"
  }
  # While Python runs, an interrupt must not unwind the R code that Python calls (reticulate's own signal handler is
  # such code): it waits until Python takes it as KeyboardInterrupt, or until a guarded closure allows it.
  c(list(call = door_caller(call)), array_ways(wanted))
}

# Plain values go to Python straight from C; reticulate carries all others (functions above all), both ways.
door_caller <- function(call) {
  by_reticulate <- function(name, args) suspendInterrupts(call(name, args))
  if (!the$native) return(by_reticulate)
  at <- by_reticulate("door_addresses", list())[[2L]]
  if (!.Call(the$door_open, at[[1L]], at[[2L]])) return(by_reticulate)
  fast <- the$door_call
  function(name, args) suspendInterrupts({
    r <- .Call(fast, name, args)
    if (!is.logical(r)) r else if (r) call("kept_answer", list())[[2L]] else call(name, args)
  })
}

# Whether reticulate can convert arrays of the NumPy that is loaded.
shares <- function(call) {
  isTRUE(tryCatch({
    r <- call("probe_array", list(array(c(1, 2, 3), 3)))
    r[[1]] == 0 && r[[2]] == 6
  }, error = function(e) FALSE))
}
