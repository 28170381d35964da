# mx.model.FeedForward.create: arguments are checked and prepared here, the rounds run in Python (interop/r_fit.py).

# What MXNet R's list does not have goes into attributes: scripts count on its three elements. `fixed.params` are those
# that fixed.param kept out of arg.params; without them nobody could predict.
new_model <- function(symbol, params, history = NULL, training = NULL) {
  fixed <- lapply(params$fixed, new_nd)
  structure(list(symbol = symbol, arg.params = lapply(params$arg, new_nd), aux.params = lapply(params$aux, new_nd)),
            class = "MXFeedForwardModel", fixed.params = if (length(fixed)) fixed, history = history, training = training)
}

# All parameters that the model has. Scripts put fixed ones back into arg.params: those count then.
all_args <- function(model, of = names(fixed)) {
  fixed <- attr(model, "fixed.params")
  c(model$arg.params, fixed[setdiff(intersect(names(fixed), of), names(model$arg.params))])
}

# Of these the ones that the symbol takes.
model_args <- function(model) {
  if (!length(attr(model, "fixed.params"))) return(model$arg.params)
  all_args(model, arguments(one_symbol(model)))
}

# A model of mx.model.buckets may have a symbol per bucket: the one of its first batch stands for all.
one_symbol <- function(model) {
  if (is.mx.symbol(model$symbol)) model$symbol else model$symbol[[attr(model, "training")$bucket %||% 1L]]
}

# Finds which dim of a matrix counts examples. Says so as MXNet R does.
find_layout <- function(X, y, layout) {
  check_layout(layout)
  if (length(dim(X)) != 2) return("colmajor")
  if (layout != "auto") return(layout)
  n <- last_dim(y)
  col <- ncol(X) == n
  row <- nrow(X) == length(y) || !col && nrow(X) == n
  if (row == col) mx_stop("Cannot auto select array.layout, please specify this parameter")
  announce_layout(if (row) "rowmajor" else "colmajor")
}

check_layout <- function(layout) {
  if (!is.character(layout) || length(layout) != 1 || !layout %in% c("auto", "rowmajor", "colmajor"))
    mx_stop("array.layout must be auto, rowmajor or colmajor, given ", short(layout))
}

announce_layout <- function(layout) {
  if (layout == "rowmajor") warning("Auto detect layout of input matrix, use rowmajor..\n", call. = FALSE)
  else warning("Auto detect layout input matrix, use colmajor..\n", call. = FALSE)
  layout
}

training_iter <- function(X, y, batch.size, layout, fn, names = c("X", "y")) {
  X <- numbers(X, names[1], fn)
  if (is.null(y)) mx_stop("Need to provide y for training")
  y <- numbers(y, names[2], fn)
  if (layout == "rowmajor") X <- t(X)
  array_iter(X, y, min(length(y), batch.size), TRUE, fn, names)
}

KVSTORES <- c("local", "local_update_cpu", "local_allreduce_cpu", "local_allreduce_device", "device", "nccl", "dist",
              "dist_sync", "dist_async", "dist_device_sync")

check_kvstore <- function(kvstore, ctx, symbol, arg.params, verbose) {
  if (inherits(kvstore, "Rcpp_MXKVStore")) return(invisible())
  if (!is.character(kvstore) || length(kvstore) != 1) mx_stop("kvstore must be either MXKVStore or a string")
  if (!kvstore %in% KVSTORES)
    mx_stop("kvstore: there is no type ", dQuote(kvstore, FALSE), "; expected one of ", paste(KVSTORES, collapse = ", "))
  if (length(ctx) > 1 && identical(kvstore, "local") && verbose) {
    big <- any(vapply(arg.params, length, 0L) >= 1024 * 1024 * 16)
    message("Auto-select kvstore type = ", if (big) "local_allreduce_cpu" else "local_update_cpu")
  }
}

#' Train a network
#'
#' Binds a symbol to data, initialises its parameters and trains them for some rounds.
#'
#' @param symbol the network, ending in a loss such as [mx.symbol.SoftmaxOutput()].
#' @param X training data: a data iterator, or a numeric array whose last dim counts the examples (a matrix may have them
#'   in rows, see `array.layout`).
#' @param y labels or targets, for arrays: a vector, or an array whose last dim counts the examples. Class labels count from
#'   0.
#' @param ctx device ([mx.cpu()], [mx.gpu()]) or list of devices; `NULL`: [mx.ctx.default()]. With several, every batch is
#'   cut along the examples, gradients are added up, and the resulting parameters are the mean over the devices.
#' @param begin.round,num.round first and **last** round: `begin.round = 6, num.round = 10` trains five rounds.
#' @param optimizer name (`"sgd"`, `"rmsprop"`, `"adam"`, `"adagrad"`, `"adadelta"`, `"nag"`), result of [mx.opt.create()], or
#'   a list of closures `create_exec(index, weight_dim, ctx)` and `update(index, exec_w, weight, grad)`.
#' @param initializer how parameters start, see [mx.init.uniform()], or a closure `function(name, shape, ctx, allow.unknown)`.
#' @param eval.data validation data: a data iterator, or `list(data =, label =)`. Its batches may be smaller or larger than
#'   those of the training.
#' @param eval.metric metric to log, such as [mx.metric.accuracy] or a [mx.metric.custom()]; `NULL` for none.
#' @param epoch.end.callback,batch.end.callback functions called after each round and each batch, see [mx.callback].
#' @param array.batch.size examples in a batch, for arrays.
#' @param array.layout for matrices: `"colmajor"` (examples are columns), `"rowmajor"` (examples are rows), or `"auto"`:
#'   what fits the length of `y`. The layout found for `X` also goes for `eval.data`.
#' @param kvstore name of a key-value store (`"local"`, ...) or the result of [mx.kv.create()]. With one device it has no
#'   effect; with several `"local"` says which kind was taken.
#' @param verbose whether to log: `Start training with 1 devices`, and with a metric `[1] Train-accuracy=...` and
#'   `[1] Validation-accuracy=...` after every round. In a terminal a progress bar shows rounds that take long.
#' @param arg.params,aux.params named lists of NDArrays to start from instead of the initializer's, for fine-tuning. They
#'   must be complete.
#' @param input.names,output.names names of the inputs and labels, both in the symbol and among the fields that the iterator
#'   gives. By default `data`, and the first argument whose name ends in `label`, which gets the field `label`.
#' @param fixed.param names of parameters that are not trained. They are left out of `arg.params` of the result, as in MXNet
#'   R, and remembered, see [predict.MXFeedForwardModel()].
#' @param allow.extra.params whether `arg.params` and `aux.params` may hold more than the symbol has.
#' @param metric_cpu whether metrics written in R get arrays on the CPU, or on the device of the (first) output.
#' @param ... options of the optimizer when it is given by name: `learning.rate`, `momentum`, `wd`, `lr_scheduler`, ...
#'   `rescale.grad` is set to 1 / batch size.
#' @return A list `symbol`, `arg.params`, `aux.params` (named lists of NDArrays on the CPU) of class `MXFeedForwardModel`, with
#'   the training history as an attribute, see [as.data.frame.MXFeedForwardModel()].
#'
#'   Ctrl-C (or Esc) ends the training with a warning and returns the model reached so far.
#' @section Arrays: become a `mx.io.arrayiter(shuffle = TRUE)`: shuffled once, before the first round, `eval.data` as well.
#'   A last batch that is not full is padded with examples of the batch before; metrics count them, as in MXNet R.
#' @section Warnings and errors: `Auto detect layout of input matrix, use rowmajor..`, `Auto detect layout input matrix, use
#'   colmajor..`, `Cannot auto select array.layout, please specify this parameter`, `Need to provide y for training`, `ctx
#'   must be mx.context or list of mx.context`, `kvstore must be either MXKVStore or a string`, `The validation set should be
#'   either a mx.io.DataIter or a R list`, `Please provide the validation set as list(data=R.array, label=R.array)`, `Empty
#'   input`. Missing values, labels outside the classes, parameters that are missing or do not fit are named.
#' @section MXNet R: needed batches of `eval.data` of the training's size, and counted rounds downwards when `begin.round`
#'   was after `num.round`; that is an error here.
#' @examplesIf mx.available()
#' data <- mx.symbol.Variable("data")
#' fc <- mx.symbol.FullyConnected(data, num_hidden = 2, name = "fc")
#' net <- mx.symbol.SoftmaxOutput(fc, name = "softmax")
#' x <- matrix(runif(2 * 200), 2)
#' y <- as.numeric(x[1, ] > x[2, ])
#' model <- mx.model.FeedForward.create(net, x, y, num.round = 3, array.layout = "colmajor",
#'   learning.rate = 0.5,
#'                                      array.batch.size = 20, eval.metric = mx.metric.accuracy)
#' model
#' # two rounds more
#' model <- mx.model.FeedForward.create(net, x, y, begin.round = 4, num.round = 5,
#'   array.layout = "colmajor",
#'                                      arg.params = model$arg.params,
#'                                        eval.metric = mx.metric.accuracy)
#' @seealso [mx.mlp()] for networks of dense layers and for formulas
#' @family models
mx.model.FeedForward.create <- function(symbol, X, y = NULL, ctx = NULL, begin.round = 1, num.round = 10, optimizer = "sgd",
                                        initializer = mx.init.uniform(0.01), eval.data = NULL, eval.metric = NULL,
                                        epoch.end.callback = NULL, batch.end.callback = NULL, array.batch.size = 128,
                                        array.layout = "auto", kvstore = "local", verbose = TRUE, arg.params = NULL,
                                        aux.params = NULL, input.names = NULL, output.names = NULL, fixed.param = NULL,
                                        allow.extra.params = FALSE, metric_cpu = TRUE, ...) {
  fn <- "mx.model.FeedForward.create"
  if (!is.mx.symbol(symbol)) mx_stop(fn, ": argument symbol must be an MXSymbol, given ", short(symbol))
  check_training(fn, begin.round, num.round, list(eval.metric = eval.metric),
                 list(epoch.end.callback = epoch.end.callback, batch.end.callback = batch.end.callback))
  check_count(array.batch.size, "array.batch.size", fn)
  ctx <- ctx_list(ctx)
  if (is.character(optimizer)) {
    mx.opt.create(optimizer, ...)  # argument errors before the long work
  } else if (...length()) {
    # MXNet R says nothing: scripts go on
    warning(fn, ": without effect, because optimizer is no name: ", paste(names(list(...)), collapse = ", "), call. = FALSE)
  }

  layout <- array.layout
  if (!is_iter(X)) {
    layout <- find_layout(numbers(X, "X", fn), y %||% mx_stop("Need to provide y for training"), array.layout)
    X <- training_iter(X, y, array.batch.size, layout, fn)
  }
  if (!is.null(eval.data) && !is_iter(eval.data)) {
    if (!is.list(eval.data) || inherits(eval.data, "data.frame"))
      mx_stop("The validation set should be either a mx.io.DataIter or a R list")
    if (is.null(eval.data$data) || is.null(eval.data$label))
      mx_stop("Please provide the validation set as list(data=R.array, label=R.array)")
    if (length(dim(eval.data$data)) == 2 && layout == "auto") layout <- find_layout(eval.data$data, eval.data$label, "auto")
    eval.data <- training_iter(eval.data$data, eval.data$label, array.batch.size, layout, fn, c("eval.data$data", "eval.data$label"))
  }
  batch <- peek(X, fn)
  input.names <- input.names %||% "data"
  labels <- output.names %||% utils::head(grep("label$", arguments(symbol), value = TRUE), 1)
  fields <- if (is.null(output.names)) rep("label", length(labels)) else labels
  dims <- c(structure(batch$dims[input.names], names = input.names), structure(batch$dims[fields], names = labels))
  odd <- intersect(c(input.names, fields), names(batch$odd))
  if (length(odd)) {
    mx_stop(fn, ": the iterator gives as ", odd[1], " ", batch$odd[[odd[1]]], ", expected an MXNDArray; mx.nd.array() makes one")
  }
  missing_fields <- c(input.names, fields)[vapply(dims, is.null, NA)]
  if (length(missing_fields))
    mx_stop(fn, ": the iterator gives ", paste(names(batch$dims), collapse = ", "), ", expected ", paste(missing_fields, collapse = ", "))
  for (n in names(dims)) {
    if (!n %in% arguments(symbol))
      mx_stop(fn, ": the symbol has no argument ", n, "; its arguments are ", paste(arguments(symbol), collapse = ", "))
  }
  made <- mx.model.init.params(symbol, dims[input.names], dims[labels], initializer, mx.cpu())
  if (is.null(arg.params)) arg.params <- made$arg.params
  if (is.null(aux.params)) aux.params <- made$aux.params
  check_kvstore(kvstore, ctx, symbol, arg.params, verbose)
  opt <- if (is.character(optimizer)) mx.opt.create(optimizer, rescale.grad = 1 / batch$size, ...) else optimizer

  env <- train_env(eval.metric, opt, X, eval.data)
  list2env(list(symbol = symbol, ctx = ctx, ndevice = length(ctx), begin.round = begin.round, end.round = num.round,
                kvstore = kvstore, fixed.param = fixed.param, verbose = verbose, metric_cpu = metric_cpu), env)
  spec <- list(
    symbol = sym_id(symbol), ctx = lapply(ctx, ctx_spec), iter = iter_spec(X, "X", fn),
    eval_iter = if (!is.null(eval.data)) iter_spec(eval.data, "eval.data", fn),
    arg_params = named_ids(arg.params, "arg.params", fn), aux_params = named_ids(aux.params, "aux.params", fn),
    begin = begin.round, end = num.round, optimizer = opt_spec(opt), metric = metric_spec(eval.metric, env),
    fixed = as.list(fixed.param), input_names = as.list(input.names), output_names = if (!is.null(output.names)) as.list(output.names),
    allow_extra = isTRUE(allow.extra.params), metric_cpu = isTRUE(metric_cpu)
  )
  train(spec, env, symbol, verbose, eval.metric, batch.end.callback, epoch.end.callback, length(ctx),
        list(input = dims[input.names], labels = labels, batch.size = batch$size))
}

# What all trainers take; metric and callbacks under the names of their arguments.
check_training <- function(fn, begin.round, num.round, metric, callbacks) {
  check_count(begin.round, "begin.round", fn)
  check_count(num.round, "num.round", fn)
  if (num.round < begin.round) {
    mx_stop(fn, ": argument num.round is ", num.round, ", before begin.round ", begin.round,
            " (num.round is the last round, not a count)")
  }
  m <- metric[[1L]]
  if (!is.null(m) && !(is.list(m) && is.function(m$update)))
    mx_stop(fn, ": argument ", names(metric), " must be a metric such as mx.metric.accuracy, given ", short(m))
  for (n in names(callbacks)) {
    f <- callbacks[[n]]
    if (!is.null(f) && !is.function(f)) mx_stop(fn, ": argument ", n, " must be a function, given ", short(f))
    maker <- called_not(f, "^mx[.]callback[.]")
    if (!is.null(maker)) mx_stop(fn, ": argument ", n, " must be the result of ", maker, "(...), given ", maker, " itself: call it")
  }
}

# Dims of the first batch, R order; the batch size.
peek <- function(it, fn) {
  it$reset()
  if (!isTRUE(it$iter.next())) mx_stop("Empty input")
  value <- it$value()
  it$reset()
  dims <- lapply(value, dim)
  d <- dims[[1]]
  list(dims = dims, size = d[length(d)], odd = lapply(Filter(function(v) !is.mx.ndarray(v), value), short))
}

train_env <- function(metric, optimizer, train.data, eval.data) {
  env <- new.env()
  env$metric <- metric
  env$train.metric <- if (!is.null(metric)) metric$init()
  env$eval.metric <- NULL
  env$optimizer <- optimizer
  env$train.data <- train.data
  env$eval.data <- eval.data
  env
}

metric_spec <- function(metric, env) {
  if (is.null(metric)) return(NULL)
  builtin <- attr(metric, "mx.builtin")
  if (!is.null(builtin)) return(builtin)
  slot <- c(train = "train.metric", eval = "eval.metric")
  list(
    init = guard(function(which) {
      env[[slot[[which]]]] <- metric$init()
      NULL
    }),
    update = guard(function(which, label, pred) {
      env[[slot[[which]]]] <- metric$update(new_nd(label), new_nd(pred), env[[slot[[which]]]])
      NULL
    }))
}

# The rounds. `about` is remembered with the model: its inputs, batch size, and what the run itself tells. `build` makes
# the model, `log` writes the lines of a round.
train <- function(spec, env, symbol, verbose, metric, batch.end.callback, epoch.end.callback, devices, about = list(),
                  build = function(params, history, about) new_model(symbol, params, history, about), log = log_round) {
  fit <- NULL
  history <- new_history(metric)
  if (verbose) message("Start training with ", devices, " devices")
  makeActiveBinding("model", function() build(.call("fit_params", fit$id), history$frame(), about), env)
  makeActiveBinding("train.execs", function() lapply(.call("fit_execs", fit$id), new_executor), env)
  show <- if (verbose && show_progress()) progress_bar(spec$end, metric)
  # Asked ten times a second: also how a front end that interrupts R alone reaches the training.
  spec$progress <- guard(function(...) {
    Sys.sleep(0)
    if (!is.null(show)) show$update(...)
    NULL
  })
  if (!is.null(batch.end.callback)) {
    spec$on_batch <- guard(function(iteration, nbatch, state) {
      env$iteration <- iteration
      env$nbatch <- nbatch
      if (!is.null(state)) env$train.metric <- state
      aside(show, batch.end.callback(iteration, nbatch, env))
      NULL
    })
  }
  ask <- epoch_caller(epoch.end.callback, verbose)
  spec$on_round <- guard(function(iteration, nbatch, train, eval, seconds = NA, rate = NULL, losses = NULL) {
    if (!is.null(show)) show$clear()
    env$iteration <- iteration
    env$nbatch <- nbatch
    if (!is.null(train)) env$train.metric <- train
    if (!is.null(eval)) env$eval.metric <- eval
    history$add(iteration, env$train.metric, env$eval.metric, seconds, rate, losses)
    if (verbose) log(iteration, metric, env, losses)
    ask(iteration, env)
  })
  fit <- handle_env(.call("fit_new", spec), "fit")
  # Python's side holds the closures above, and they hold `fit`: no garbage collector would take that apart.
  on.exit({
    if (!is.null(show)) show$clear()
    release_now(fit)
  })
  result <- .call("fit_run", fit$id)
  if (!is.null(show)) show$clear()
  if (result$interrupted) {
    warning("training was interrupted in round ", result$reached[[1]], " after ", result$reached[[2]],
            " batches: this is the model reached so far", call. = FALSE)
  }
  model <- build(result$params, history$frame(), c(about, list(examples = result$examples, interrupted = result$interrupted)))
  # who kept the environment finds the model in it, as in MXNet R
  rm("model", envir = env)
  env$model <- model
  model
}

# FALSE (or 0) ends the training. NULL goes on, where MXNet R's `if` failed.
epoch_caller <- function(callback, verbose) {
  if (is.null(callback)) return(function(iteration, env) TRUE)
  takes_verbose <- is.primitive(callback) || any(c("verbose", "...") %in% names(formals(callback)))
  function(iteration, env) {
    go_on <- if (takes_verbose) callback(iteration, 0, env, verbose = verbose) else callback(iteration, 0, env)
    if (is.atomic(go_on) && length(go_on) == 1 && is.na(go_on))
      mx_stop("epoch.end.callback must return TRUE (go on) or FALSE (stop), given NA")
    !(is.logical(go_on) || is.numeric(go_on)) || length(go_on) != 1 || go_on != 0
  }
}

# A fit holds the executors' memory: give it back at once.
release_now <- function(e) {
  .call("free", e$id)
  e$session <- ""
}

log_round <- function(iteration, metric, env, losses) {
  if (is.null(metric)) return()
  log_metric(iteration, "Train", metric$get(env$train.metric))
  if (!is.null(env$eval.metric)) log_metric(iteration, "Validation", metric$get(env$eval.metric))
}

log_metric <- function(iteration, which, result) message("[", iteration, "] ", which, "-", result$name, "=", result$value)

#' Initial parameters of a symbol
#'
#' Infers the dims of all parameters from those of the inputs and initialises them.
#'
#' @param symbol the network.
#' @param input.shape named list of dims of the inputs, R order: `list(data = c(28, 28, 1, 100))`.
#' @param output.shape the same for labels; may be `NULL` where the symbol can infer them.
#' @param initializer see [mx.init.uniform()].
#' @param ctx device; as in MXNet R the arrays are made on the default one.
#' @return `list(arg.params, aux.params)`: named lists of NDArrays, without inputs and labels.
#' @section Errors: `symbol needs to be MXSymbol`, `Not enough information to get shapes`.
#' @examplesIf mx.available()
#' fc <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 3, name = "fc")
#' p <- mx.model.init.params(fc, list(data = c(2, 10)), NULL, mx.init.uniform(0.1), mx.cpu())
#' lapply(p$arg.params, dim)
#' @family models
mx.model.init.params <- function(symbol, input.shape, output.shape, initializer, ctx) {
  if (!is.mx.symbol(symbol)) mx_stop("symbol needs to be MXSymbol")
  given <- c(input.shape, output.shape)
  shapes <- sym_infer_shape(symbol, given)
  if (is.null(shapes)) mx_stop("Not enough information to get shapes")
  # Data are no parameters, whatever the initialiser thinks of their names.
  args <- shapes$arg.shapes[setdiff(names(shapes$arg.shapes), names(given))]
  list(arg.params = mx.init.create(initializer, args, ctx, skip.unknown = TRUE),
       aux.params = mx.init.create(initializer, shapes$aux.shapes, ctx, skip.unknown = FALSE))
}
