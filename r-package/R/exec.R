# "Rcpp_MXExecutor"

exec_arrays <- function(e, which, clone) {
  lapply(.call("exec_arrays", live_id(e$.h), which, clone), function(r) if (is.null(r)) NULL else new_nd(r))
}

exec_field <- function(which, clone) {
  f <- function(value) NULL
  body(f) <- substitute({
    if (!missing(value)) mx_stop("the arrays of an executor are changed by mx.exec.update.*, not by assignment")
    exec_arrays(.self, WHICH, CLONE)
  }, list(WHICH = which, CLONE = clone))
  f
}

cpp_show <- function(h, class) {
  where <- sub("<environment: (.*)>", "\\1", format(h))
  cat(sprintf("C++ object <%s> of class '%s' <%s>\n", where, class, where))
}

#' Executors: symbols bound to arrays
#'
#' What [mx.simple.bind()] returns: a symbol with arrays for its arguments, gradients, auxiliary states and outputs.
#'
#' Fields (no parentheses): `ref.arg.arrays`, `ref.grad.arrays`, `ref.aux.arrays`, `ref.outputs` are named lists of the
#' executor's own arrays, which change with it; gradients that were not asked for are `NULL`. `arg.arrays`,
#' `grad.arrays`, `aux.arrays`, `outputs` are copies. Methods: `forward(is.train, list())`, `backward(list())`,
#' `update.arg.arrays(arrays, match.name, skip.null)` and the same for `aux` and `grad`.
#' @field ref.arg.arrays,ref.grad.arrays,ref.aux.arrays,ref.outputs named lists of arrays, live.
#' @field arg.arrays,grad.arrays,aux.arrays,outputs the same as copies.
#' @family executors
#' @name Rcpp_MXExecutor-class
#' @aliases Rcpp_MXExecutor
NULL

MXExecutorClass <- setRefClass("Rcpp_MXExecutor", package = ".GlobalEnv",
  fields = list(
    .h = "environment",
    ref.arg.arrays = exec_field("arg", FALSE), ref.grad.arrays = exec_field("grad", FALSE),
    ref.aux.arrays = exec_field("aux", FALSE), ref.outputs = exec_field("outputs", FALSE),
    arg.arrays = exec_field("arg", TRUE), grad.arrays = exec_field("grad", TRUE),
    aux.arrays = exec_field("aux", TRUE), outputs = exec_field("outputs", TRUE)
  ),
  methods = list(
    forward = function(is.train, params = list()) {
      invisible(.call("exec_forward", live_id(.h), check_flag(is.train, "is.train", "mx.exec.forward")))
    },
    backward = function(output.grads = list()) {
      invisible(.call("exec_backward", live_id(.h), unname(nd_ids(output.grads, "...", "mx.exec.backward"))))
    },
    update.arg.arrays = function(arrays, match.name = FALSE, skip.null = FALSE) exec_update(.self, "arg", arrays, match.name, skip.null),
    update.aux.arrays = function(arrays, match.name = FALSE, skip.null = FALSE) exec_update(.self, "aux", arrays, match.name, skip.null),
    update.grad.arrays = function(arrays, match.name = FALSE, skip.null = FALSE) exec_update(.self, "grad", arrays, match.name, skip.null),
    copy = function(shallow = FALSE) mx_stop("an executor cannot be copied; bind its symbol again"),
    show = function() cpp_show(.h, "MXExecutor")
  ))

new_executor <- function(id) MXExecutorClass$new(.h = handle_env(id, "executor"))

is_executor <- function(exec, fn) {
  if (!inherits(exec, "Rcpp_MXExecutor")) mx_stop(fn, ": argument exec must be an MXExecutor, given ", short(exec))
}

#' Bind a symbol to new arrays
#'
#' All arrays are made from the dims given and start at 0; fill them with [mx.exec.update.arg.arrays()].
#' @param symbol an MXSymbol.
#' @param ctx the device, see [mx.cpu()].
#' @param grad.req what `backward` does with gradients: `"null"` (none), `"write"` or `"add"`. Arguments whose names
#'   end in `data` or `label`, and those of `fixed.param`, have none in any case.
#' @param fixed.param names of arguments without gradients.
#' @param ... dims of the inputs in R's order, by name; the others follow from them.
#' @return an executor, see [Rcpp_MXExecutor-class].
#' @section Errors: `symbol need to be MXSymbol`; `Need more shape information to decide the shapes of arguments`.
#' @family executors
#' @examplesIf mx.available()
#' net <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 2, name = "fc")
#' exec <- mx.simple.bind(net, mx.cpu(), grad.req = "write", data = c(3, 4))
#' lapply(exec$ref.arg.arrays, dim)
mx.simple.bind <- function(symbol, ctx, grad.req = "null", fixed.param = NULL, ...) {
  if (!is.mx.symbol(symbol)) mx_stop("symbol need to be MXSymbol")
  check_requests(grad.req, "mx.simple.bind: grad.req", one = TRUE)
  if (!is.null(fixed.param) && !is.character(fixed.param <- unlist(fixed.param)))
    mx_stop("mx.simple.bind: argument fixed.param must be names of arguments, given ", short(fixed.param))
  shapes <- named_dims(list(...), "mx.simple.bind")
  new_executor(.call("exec_simple_bind", sym_id(symbol), ctx_spec(ctx), grad.req, as.list(fixed.param), shapes))
}

check_requests <- function(req, what, one = FALSE) {
  if (!one && !length(req)) return(invisible())  # a symbol without arguments; ifelse() makes this logical(0)
  bad <- !is.character(req) || anyNA(req) || (one && length(req) != 1L) || !all(req %in% c("null", "write", "add"))
  if (bad) mx_stop(what, " must be null, write or add, given ", if (is.character(req)) toString(dQuote(req, FALSE)) else short(req))
}

#' Bind a symbol to copies of arrays
#'
#' As in MXNet R the arrays are copied into fresh ones, and the order of the lists counts: names come from the symbol.
#' @param symbol an MXSymbol.
#' @param ctx the device.
#' @param arg.arrays list of NDArrays, one for each of `arguments(symbol)`.
#' @param aux.arrays list of NDArrays for the auxiliary states, `NULL` where there are none.
#' @param grad.reqs `"null"`, `"write"` or `"add"` for each argument: a list or a character vector.
#' @return an executor, see [Rcpp_MXExecutor-class].
#' @family executors
#' @examplesIf mx.available()
#' double <- mx.symbol.Variable("a") * 2
#' exec <- mx.symbol.bind(double, mx.cpu(), list(mx.nd.array(1:3)), grad.reqs = "write")
#' mx.exec.forward(exec)
#' exec$ref.outputs
mx.symbol.bind <- function(symbol, ctx, arg.arrays, aux.arrays = NULL, grad.reqs) {
  if (!is.mx.symbol(symbol)) mx_stop("symbol need to be MXSymbol")
  reqs <- unname(unlist(grad.reqs))
  check_requests(reqs, "mx.symbol.bind: grad.reqs")
  new_executor(.call("exec_bind", sym_id(symbol), ctx_spec(ctx), unname(nd_ids(arg.arrays, "arg.arrays", "mx.symbol.bind")),
                     unname(nd_ids(aux.arrays, "aux.arrays", "mx.symbol.bind")), as.list(reqs)))
}

exec_update <- function(exec, which, arrays, match.name, skip.null) {
  fn <- paste0("mx.exec.update.", which, ".arrays")
  is_executor(exec, fn)
  check_flag(match.name, "match.name", fn)
  check_flag(skip.null, "skip.null", fn)
  ids <- nd_ids(arrays, paste0(which, ".arrays"), fn)
  if (!match.name) ids <- unname(ids)
  invisible(.call("exec_update", live_id(exec$.h), which, ids, match.name, skip.null))
}

#' Copy values into the arrays of an executor
#'
#' @param exec an executor.
#' @param arg.arrays list of NDArrays of the same dims as the executor's. The argument has this name in all three
#'   functions, as in MXNet R.
#' @param match.name `TRUE`: by name, any part of the arrays; `FALSE`: by position, all of them.
#' @param skip.null leaves alone what is `NULL` in the list.
#' @return nothing, invisibly.
#' @section Errors: `Update array list must contain names` where the number of arrays differs;
#'   `cannot find key X in the array arg.arrays` for an unknown name.
#' @family executors
#' @examplesIf mx.available()
#' exec <- mx.simple.bind(mx.symbol.Variable("a") * 2, mx.cpu(), a = 3)
#' mx.exec.update.arg.arrays(exec, list(a = mx.nd.array(1:3)), match.name = TRUE)
#' mx.exec.forward(exec)
#' exec$ref.outputs[[1]]
mx.exec.update.arg.arrays <- function(exec, arg.arrays, match.name = FALSE, skip.null = FALSE) {
  exec_update(exec, "arg", arg.arrays, match.name, skip.null)
}

#' @rdname mx.exec.update.arg.arrays
mx.exec.update.aux.arrays <- function(exec, arg.arrays, match.name = FALSE, skip.null = FALSE) {
  exec_update(exec, "aux", arg.arrays, match.name, skip.null)
}

#' @rdname mx.exec.update.arg.arrays
mx.exec.update.grad.arrays <- function(exec, arg.arrays, match.name = FALSE, skip.null = FALSE) {
  exec_update(exec, "grad", arg.arrays, match.name, skip.null)
}

#' Run an executor
#'
#' @param exec an executor.
#' @param is.train `TRUE` (the default) for training: Dropout drops, batch normalisation uses and updates its averages.
#' @param ... for `mx.exec.backward()`: gradients of the outputs, NDArrays in the outputs' order. Loss layers need none.
#' @return nothing, invisibly: the results are in `exec$ref.outputs` and `exec$ref.grad.arrays`.
#' @family executors
#' @examplesIf mx.available()
#' exec <- mx.simple.bind(mx.symbol.square(mx.symbol.Variable("a")), mx.cpu(),
#'   grad.req = "write", a = 2)
#' mx.exec.update.arg.arrays(exec, list(mx.nd.array(c(1, 5))))
#' mx.exec.forward(exec)
#' mx.exec.backward(exec, mx.nd.ones(2))
#' exec$ref.grad.arrays$a
mx.exec.forward <- function(exec, is.train = TRUE) {
  is_executor(exec, "mx.exec.forward")
  exec$forward(is.train, list())
}

#' @rdname mx.exec.forward
mx.exec.backward <- function(exec, ...) {
  is_executor(exec, "mx.exec.backward")
  exec$backward(list(...))
}
