# Objects that R and Python hold together: under reticulate by mx.to.py and mx.from.py, under rpy2 by its bridge.

share_module <- function(fn) {
  if (!is_bound()) bind()
  if (identical(the$how, "rpy2"))
    mx_stop(fn, ": this R runs inside Python (rpy2), where objects are shared already and reticulate must not be used")
  # The references of one session; a forked process shares its parent's.
  if (is.null(the$share)) {
    m <- reticulate::import("mxr.interop.r_share", convert = FALSE)
    the$share <- list(take = m$take, look = m$look, describe = reticulate::import("mxr.interop.r_share")$describe)
  }
  the$share
}

# What both bridges use -------------------------------------------------------------------------------------------

# list(symbol, arg.params, aux.params, history, epoch) of handles and plain values
model_parts <- function(model) {
  model <- check_model(model, "model")
  history <- attr(model, "history")
  list(sym_id(model$symbol), named_ids(all_args(model), "arg.params", "model"), named_ids(model$aux.params, "aux.params", "model"),
       if (!is.null(history)) lapply(as.list(history), as.list),
       attr(model, "epoch") %||% if (!is.null(history)) utils::tail(history$round, 1))
}

model_from <- function(symbol, arg, aux, history = NULL, epoch = NULL) {
  if (!is.null(history)) {
    history <- lapply(history, function(column) unlist(lapply(as.list(column), function(v) v %||% NA)))
    history$round <- as.integer(history$round)
    history <- as.data.frame(history, stringsAsFactors = FALSE)
  }
  structure(list(symbol = symbol, arg.params = arg, aux.params = aux), class = "MXFeedForwardModel", history = history,
            epoch = epoch)
}

# A handle of the Python iterator of an R iterator. `names`: Python's names of its fields.
share_iter <- function(it, names = NULL, fn = "mx.to.py") {
  spec <- iter_spec(it, "x", fn)
  if (is.list(spec)) {
    # Not the guarded closures of a training that R started: here errors go up through Python.
    spec <- list(reset = function() {
      it$reset()
      NULL
    }, iter.next = function() isTRUE(it$iter.next()), value = function() lapply(it$value(), function(v) nd_id(v, "value()", fn)),
    num.pad = function() as.integer(it$num.pad() %||% 0L))
  }
  .call("share_r_iter", spec, as.list(names))
}

new_python_iter <- function(id) MXNativeDataIterClass$new(.h = handle_env(id, "iterator"))

share_metric <- function(metric) {
  python <- attr(metric, "mx.python")
  if (!is.null(python)) return(live_id(python))
  state <- metric$init()
  .call("share_r_metric", list(
    reset = function() {
      state <<- metric$init()
      NULL
    },
    update = function(label, pred) {
      state <<- metric$update(new_nd(unlist(label)), new_nd(unlist(pred)), state)
      NULL
    },
    get = function() metric$get(state)[c("name", "value")]))
}

# A metric of Python as R's: every state is a copy of its own.
new_python_metric <- function(id) {
  python <- handle_env(id, "metric")
  structure(class = "mx.metric", mx.python = python, list(
    init = function() handle_env(.call("metric_fresh", live_id(python)), "metric"),
    update = function(label, pred, state) {
      .call("metric_update", live_id(state), as_nd_id(label), as_nd_id(pred))
      state
    },
    get = function(state) {
      r <- .call("metric_get", live_id(state))
      list(name = r[[1L]], value = r[[2L]])
    }))
}

share_initializer <- function(f) {
  .call("share_r_initializer", function(name, shape) {
    made <- f(name, unlist(shape), mx.ctx.default(), allow.unknown = FALSE)
    nd_id(made, "initializer", "share_initializer")
  })
}

new_python_initializer <- function(id) {
  python <- handle_env(id, "initializer")
  function(name, shape, ctx = NULL, allow.unknown = FALSE) {
    made <- .call("init_array", live_id(python), name, as.list(as.double(shape)), ctx_spec(ctx), isTRUE(allow.unknown))
    if (!is.null(made)) new_nd(unlist(made))
  }
}

# reticulate ------------------------------------------------------------------------------------------------------

#' The same object in R and in Python
#'
#' People who use the Python module and this package in one session, `mx <- reticulate::import("mxr")` beside
#' `library(mxr)`, share objects: `mx.to.py()` gives the Python object behind an object of R, `mx.from.py()` an R object
#' of one of Python. Nothing is copied: what Python writes into an array, R sees.
#'
#' With these two come methods of [reticulate::r_to_py()] and [reticulate::py_to_r()], so that arrays, symbols, contexts
#' and trained models cross by themselves: as arguments of Python functions, and as results of modules that were imported
#' with `convert = TRUE`. Call [mx.available()] before `import()`, so that both use the same Python. Import with `convert = FALSE` where you want Python's own methods, such as `x$asnumpy()`.
#'
#' | R | Python |
#' |---|---|
#' | `MXNDArray` | `NDArray`: the same memory, dims in reversed order |
#' | `MXSymbol`, `MXContext` | `Symbol`, `Context` |
#' | `MXFeedForwardModel` | `FeedForward` with the same arrays, its training history in `history` |
#' | [blocks][mx.gluon.HybridBlock()], parameters, trainers, losses | the same objects: what one side trains, the other sees |
#' | [data sets][mx.gluon.data.ArrayDataset()], [loaders][mx.gluon.data.DataLoader()] | `Dataset`, `DataLoader` |
#' | data iterators, also those written in R | `DataIter`, whose label is called `softmax_label` unless `names` says otherwise |
#' | `mx.metric.*`, `mx.metric.custom()` | `EvalMetric` |
#' | `Initializer` (`mx.from.py()` only) | function, as `mx.init.*` give them |
#' | matrix, array or vector of numbers | `numpy.ndarray` of float32, dims in reversed order |
#'
#' An R function that returns arrays becomes an initialiser of Python by `mx.to.py(f, as = "initializer")`.
#' Iterators, metrics and initialisers cross by these functions only, not by themselves.
#'
#' @param x an object of this package, or numbers.
#' @param convert whether calls of the Python object's methods give R objects, see [reticulate::import()].
#' @param names for iterators: Python's names of the fields, such as `c(label = "softmaxoutput0_label")`.
#' @param as `"initializer"` for a function.
#' @param object a Python object.
#' @return `mx.to.py()`: a Python object. `mx.from.py()`: an R object. Both raise an error of class `mxr_error` for what
#'   has no form on the other side, and where R runs inside Python (rpy2): there the bridge shares objects itself.
#' @examplesIf mx.available()
#' a <- mx.nd.ones(c(2, 3))
#' p <- mx.to.py(a)
#' p$shape
#' p$`__setitem__`(0L, 7)     # Python writes its first row, which is R's first column
#' a
#' identical(as.array(mx.from.py(p)), as.array(a))
#' @seealso the vignette on R and Python together.
#' @family set-up
mx.to.py <- function(x, convert = FALSE, names = NULL, as = NULL) {
  fn <- "mx.to.py"
  check_flag(convert, "convert", fn)
  share <- share_module(fn)
  object <- to_py(x, share, names, as, fn)
  if (is.null(object)) mx_stop(fn, ": argument x must be an object of mxr or numbers, given ", short(x))
  # Attributes of an object inherit what it says. Newer versions of reticulate make callable objects R functions.
  if (convert) assign("convert", TRUE, envir = if (is.environment(object)) object else attr(object, "py_object"))
  object
}

to_py <- function(x, share, names, as, fn) {
  if (inherits(x, "python.builtin.object")) return(x)
  if (inherits(x, "MXNDArray")) return(share$look(as.integer(nd_id(x))))
  if (is.mx.symbol(x)) return(share$look(as.integer(sym_id(x))))
  if (inherits(x, "MXContext")) return(share$take(.call("share_context", ctx_spec(x))))
  if (inherits(x, "MXFeedForwardModel")) return(share$take(do.call(.call, c("share_model", model_parts(x)))))
  if (inherits(x, "mx.metric")) {
    id <- share_metric(x)
    return(if (is.null(attr(x, "mx.python"))) share$take(id) else share$look(as.integer(id)))
  }
  if (inherits(x, "mx.gluon.object")) return(share$look(as.integer(gl_id(x))))
  if (inherits(x, "MXDataset")) return(share$look(as.integer(data_id(x, "x", fn))))
  if (inherits(x, "MXDataLoader")) return(share$take(.call("gdata_share_loader", live_id(.subset2(x, ".h")))))
  if (is.function(x)) {
    if (!identical(as, "initializer")) mx_stop(fn, ": argument as must be \"initializer\" for a function, given ", short(as))
    return(share$take(share_initializer(x)))
  }
  if (is_iter(x)) return(share$take(share_iter(x, names)))
  if (is.atomic(x) && !is.null(x) && !is.factor(x) && (is.numeric(x) || is.logical(x))) {
    nd <- mx.nd.array(x)
    return(share$take(.call("share_array", nd_id(nd))))
  }
  NULL
}

#' @rdname mx.to.py
mx.from.py <- function(object) {
  share <- share_module("mx.from.py")
  if (!inherits(object, "python.builtin.object")) return(object)
  r <- share$describe(object)
  if (is.null(r)) {
    why <- if (inherits(object, "mxr.model.feedforward.FeedForward")) ": this model has no parameters yet, fit it first"
           else ", expected an object of mxr or an array of numbers"
    mx_stop("mx.from.py: a Python object of class ", class(object)[1], " has no form in R", why)
  }
  switch(r[[1L]],
    nd = new_nd(unlist(r[[2L]])),
    symbol = new_symbol(r[[2L]]),
    context = if (r[[2L]] == 2) mx.gpu(r[[3L]]) else mx.cpu(r[[3L]]),
    model = model_from(new_symbol(r[[2L]]), lapply(r[[3L]], function(v) new_nd(unlist(v))),
                       lapply(r[[4L]], function(v) new_nd(unlist(v))), r[[5L]], r[[6L]]),
    metric = new_python_metric(r[[2L]]),
    initializer = new_python_initializer(r[[2L]]),
    iterator = new_python_iter(r[[2L]]),
    gluon = gl_decode(r[[2L]]),
    dataset = new_dataset(r[[2L]], r[[3L]], levels = unlist(r[[4L]])),
    loader = new_loader(r[[2L]]),
    array = host_result(c(r[[2L]], if (length(r[[3L]])) unlist(r[[3L]]) else 1)))
}

# Methods of reticulate's generics: arrays, symbols, contexts and models cross by themselves.
r_to_py.MXNDArray <- function(x, convert = FALSE) mx.to.py(x, convert)
r_to_py.Rcpp_MXSymbol <- function(x, convert = FALSE) mx.to.py(x, convert)
r_to_py.MXContext <- function(x, convert = FALSE) mx.to.py(x, convert)
r_to_py.MXFeedForwardModel <- function(x, convert = FALSE) mx.to.py(x, convert)

py_to_r.mxr.ndarray.NDArray <- function(x) mx.from.py(x)
py_to_r.mxr.symbol.Symbol <- function(x) mx.from.py(x)
py_to_r.mxr.context.Context <- function(x) mx.from.py(x)
# One without parameters stays with Python, which can fit it.
py_to_r.mxr.model.feedforward.FeedForward <- function(x) {
  if (inherits(reticulate::py_get_attr(x, "arg_params"), "python.builtin.NoneType")) x else mx.from.py(x)
}
