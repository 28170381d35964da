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

MXExecutorClass <- setRefClass("Rcpp_MXExecutor", package = ".GlobalEnv",
  fields = list(
    .h = "environment",
    ref.arg.arrays = exec_field("arg", FALSE), ref.grad.arrays = exec_field("grad", FALSE),
    ref.aux.arrays = exec_field("aux", FALSE), ref.outputs = exec_field("outputs", FALSE),
    arg.arrays = exec_field("arg", TRUE), grad.arrays = exec_field("grad", TRUE),
    aux.arrays = exec_field("aux", TRUE), outputs = exec_field("outputs", TRUE)
  ),
  methods = list(
    forward = function(is.train, params = list()) invisible(.call("exec_forward", live_id(.h), check_flag(is.train, "is.train", "mx.exec.forward"))),
    backward = function(output.grads = list()) invisible(.call("exec_backward", live_id(.h), unname(nd_ids(output.grads, "...", "mx.exec.backward")))),
    update.arg.arrays = function(arrays, match.name = FALSE, skip.null = FALSE) exec_update(.self, "arg", arrays, match.name, skip.null),
    update.aux.arrays = function(arrays, match.name = FALSE, skip.null = FALSE) exec_update(.self, "aux", arrays, match.name, skip.null),
    update.grad.arrays = function(arrays, match.name = FALSE, skip.null = FALSE) exec_update(.self, "grad", arrays, match.name, skip.null),
    show = function() {
      where <- sub("<environment: (.*)>", "\\1", format(.h))
      cat(sprintf("C++ object <%s> of class 'MXExecutor' <%s>\n", where, where))
    }
  ))

new_executor <- function(id) MXExecutorClass$new(.h = handle_env(id, "executor"))

is_executor <- function(exec, fn) if (!inherits(exec, "Rcpp_MXExecutor")) mx_stop(fn, ": argument exec must be an MXExecutor, given ", short(exec))

mx.simple.bind <- function(symbol, ctx, grad.req = "null", fixed.param = NULL, ...) {
  if (!is.mx.symbol(symbol)) mx_stop("symbol need to be MXSymbol")
  if (!grad.req %in% c("null", "write", "add")) mx_stop("mx.simple.bind: grad.req must be null, write or add, given ", short(grad.req))
  shapes <- named_dims(list(...), "mx.simple.bind")
  new_executor(.call("exec_simple_bind", sym_id(symbol), ctx_spec(ctx), grad.req, as.list(fixed.param), shapes))
}

mx.symbol.bind <- function(symbol, ctx, arg.arrays, aux.arrays = NULL, grad.reqs) {
  if (!is.mx.symbol(symbol)) mx_stop("symbol need to be MXSymbol")
  new_executor(.call("exec_bind", sym_id(symbol), ctx_spec(ctx), unname(nd_ids(arg.arrays, "arg.arrays", "mx.symbol.bind")),
                     unname(nd_ids(aux.arrays, "aux.arrays", "mx.symbol.bind")), as.list(unname(unlist(grad.reqs)))))
}

exec_update <- function(exec, which, arrays, match.name, skip.null) {
  is_executor(exec, paste0("mx.exec.update.", which, ".arrays"))
  ids <- nd_ids(arrays, paste0(which, ".arrays"), paste0("mx.exec.update.", which, ".arrays"))
  if (!match.name) ids <- unname(ids)
  invisible(.call("exec_update", live_id(exec$.h), which, ids, isTRUE(match.name), isTRUE(skip.null)))
}

mx.exec.update.arg.arrays <- function(exec, arg.arrays, match.name = FALSE, skip.null = FALSE) exec_update(exec, "arg", arg.arrays, match.name, skip.null)

mx.exec.update.aux.arrays <- function(exec, arg.arrays, match.name = FALSE, skip.null = FALSE) exec_update(exec, "aux", arg.arrays, match.name, skip.null)

mx.exec.update.grad.arrays <- function(exec, arg.arrays, match.name = FALSE, skip.null = FALSE) exec_update(exec, "grad", arg.arrays, match.name, skip.null)

mx.exec.forward <- function(exec, is.train = TRUE) {
  is_executor(exec, "mx.exec.forward")
  exec$forward(is.train, list())
}

mx.exec.backward <- function(exec, ...) {
  is_executor(exec, "mx.exec.backward")
  exec$backward(list(...))
}

# Key-value store
MXKVStoreClass <- setRefClass("Rcpp_MXKVStore", package = ".GlobalEnv",
  fields = list(.h = "environment", type = "character", update.on.kvstore = "logical"),
  methods = list(
    init = function(keys, values) invisible(.call("kv_init", live_id(.h), as.list(keys), unname(nd_ids(values, "values", "kv$init")))),
    push = function(keys, values, priority = 0) invisible(.call("kv_push", live_id(.h), as.list(keys), kv_ids(values), 0L)),
    pull = function(keys, values, priority = 0) {
      .call("kv_pull", live_id(.h), as.list(keys), kv_ids(values), 0L)
      values
    },
    set.optimizer = function(optimizer) {
      spec <- attr(optimizer, "mx.spec")
      if (is.null(spec)) mx_stop("kv$set.optimizer: expected the result of mx.opt.create, given ", short(optimizer))
      invisible(.call("kv_set_optimizer", live_id(.h), spec$name, spec$options))
    }
  ))

kv_ids <- function(lists) unname(lapply(lists, function(l) unname(nd_ids(l, "values", "kvstore"))))

mx.kv.create <- function(type = "local") {
  check_string(type, "type", "mx.kv.create")
  MXKVStoreClass$new(.h = handle_env(.call("kv_create", type), "kvstore"), type = type,
                     update.on.kvstore = !type %in% c("local_allreduce_cpu", "local_allreduce_device"))
}
