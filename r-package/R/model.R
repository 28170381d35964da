# mx.model.FeedForward.create: arguments are checked and prepared here, the rounds run in Python (interop/r_fit.py).

new_model <- function(symbol, params) {
  structure(list(symbol = symbol, arg.params = lapply(params$arg, new_nd), aux.params = lapply(params$aux, new_nd)),
            class = "MXFeedForwardModel")
}

# Finds which dim of a matrix counts examples. Says so as MXNet R does.
find_layout <- function(X, y, layout) {
  if (!layout %in% c("auto", "rowmajor", "colmajor"))
    mx_stop("array.layout must be auto, rowmajor or colmajor, given ", short(layout))
  if (length(dim(X)) != 2) return("colmajor")
  if (layout != "auto") return(layout)
  n <- if (is.null(dim(y))) length(y) else dim(y)[length(dim(y))]
  row <- nrow(X) == n
  col <- ncol(X) == n
  if (row == col) mx_stop("Cannot auto select array.layout, please specify this parameter")
  announce_layout(if (row) "rowmajor" else "colmajor")
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

check_kvstore <- function(kvstore, ctx, symbol, arg.params, verbose) {
  if (!is.character(kvstore) && !inherits(kvstore, "Rcpp_MXKVStore")) mx_stop("kvstore must be either MXKVStore or a string")
  if (length(ctx) > 1 && identical(kvstore, "local") && verbose) {
    big <- any(vapply(arg.params, length, 0L) >= 1024 * 1024 * 16)
    message("Auto-select kvstore type = ", if (big) "local_allreduce_cpu" else "local_update_cpu")
  }
}

mx.model.FeedForward.create <- function(symbol, X, y = NULL, ctx = NULL, begin.round = 1, num.round = 10, optimizer = "sgd",
                                        initializer = mx.init.uniform(0.01), eval.data = NULL, eval.metric = NULL,
                                        epoch.end.callback = NULL, batch.end.callback = NULL, array.batch.size = 128,
                                        array.layout = "auto", kvstore = "local", verbose = TRUE, arg.params = NULL,
                                        aux.params = NULL, input.names = NULL, output.names = NULL, fixed.param = NULL,
                                        allow.extra.params = FALSE, metric_cpu = TRUE, ...) {
  fn <- "mx.model.FeedForward.create"
  if (!is.mx.symbol(symbol)) mx_stop(fn, ": argument symbol must be an MXSymbol, given ", short(symbol))
  check_count(begin.round, "begin.round", fn)
  check_count(num.round, "num.round", fn)
  check_count(array.batch.size, "array.batch.size", fn)
  if (!is.null(eval.metric) && !(is.list(eval.metric) && is.function(eval.metric$update)))
    mx_stop(fn, ": argument eval.metric must be a metric such as mx.metric.accuracy, given ", short(eval.metric))
  for (cb in c("epoch.end.callback", "batch.end.callback")) {
    if (!is.null(get(cb)) && !is.function(get(cb))) mx_stop(fn, ": argument ", cb, " must be a function, given ", short(get(cb)))
  }
  ctx <- ctx_list(ctx)
  if (is.character(optimizer)) mx.opt.create(optimizer, ...)  # argument errors before the long work

  layout <- array.layout
  if (!is_iter(X)) {
    layout <- find_layout(numbers(X, "X", fn), y %||% mx_stop("Need to provide y for training"), array.layout)
    X <- training_iter(X, y, array.batch.size, layout, fn)
  }
  if (!is.null(eval.data) && !is_iter(eval.data)) {
    if (!is.list(eval.data) || inherits(eval.data, "data.frame")) mx_stop("The validation set should be either a mx.io.DataIter or a R list")
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
  missing_fields <- c(input.names, fields)[vapply(dims, is.null, NA)]
  if (length(missing_fields)) mx_stop(fn, ": the iterator gives ", paste(names(batch$dims), collapse = ", "), ", expected ", paste(missing_fields, collapse = ", "))
  for (n in names(dims)) {
    if (!n %in% arguments(symbol)) mx_stop(fn, ": the symbol has no argument ", n, "; its arguments are ", paste(arguments(symbol), collapse = ", "))
  }
  made <- mx.model.init.params(symbol, dims[input.names], dims[labels], initializer, mx.cpu())
  if (is.null(arg.params)) arg.params <- made$arg.params
  if (is.null(aux.params)) aux.params <- made$aux.params
  check_kvstore(kvstore, ctx, symbol, arg.params, verbose)
  opt <- if (is.character(optimizer)) mx.opt.create(optimizer, rescale.grad = 1 / batch$size, ...) else optimizer

  env <- train_env(eval.metric, opt, X, eval.data)
  spec <- list(
    symbol = sym_id(symbol), ctx = lapply(ctx, ctx_spec), iter = iter_spec(X, "X", fn),
    eval_iter = if (!is.null(eval.data)) iter_spec(eval.data, "eval.data", fn),
    arg_params = nd_ids(arg.params, "arg.params", fn), aux_params = nd_ids(aux.params, "aux.params", fn),
    begin = begin.round, end = num.round, optimizer = opt_spec(opt), metric = metric_spec(eval.metric, env),
    fixed = as.list(fixed.param), input_names = as.list(input.names), output_names = if (!is.null(output.names)) as.list(output.names),
    allow_extra = isTRUE(allow.extra.params)
  )
  train(spec, env, symbol, verbose, eval.metric, batch.end.callback, epoch.end.callback, length(ctx))
}

# Dims of the first batch, R order; the batch size.
peek <- function(it, fn) {
  it$reset()
  if (!isTRUE(it$iter.next())) mx_stop("Empty input")
  dims <- lapply(it$value(), dim)
  it$reset()
  d <- dims[[1]]
  list(dims = dims, size = d[length(d)])
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

train <- function(spec, env, symbol, verbose, metric, batch.end.callback, epoch.end.callback, devices) {
  fit <- NULL
  if (verbose) message("Start training with ", devices, " devices")
  makeActiveBinding("model", function() new_model(symbol, .call("fit_params", fit$id)), env)
  show <- if (verbose && show_progress()) progress_bar(spec$end)
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
      batch.end.callback(iteration, nbatch, env)
      NULL
    })
  }
  spec$on_round <- guard(function(iteration, nbatch, train, eval) {
    if (!is.null(show)) show$clear()
    env$iteration <- iteration
    env$nbatch <- nbatch
    if (!is.null(train)) env$train.metric <- train
    if (!is.null(eval)) env$eval.metric <- eval
    if (verbose && !is.null(metric)) {
      log_metric(iteration, "Train", metric$get(env$train.metric))
      if (!is.null(env$eval.metric)) log_metric(iteration, "Validation", metric$get(env$eval.metric))
    }
    if (is.null(epoch.end.callback)) return(TRUE)
    !isFALSE(epoch.end.callback(iteration, 0, env, verbose = verbose))
  })
  fit <- handle_env(.call("fit_new", spec), "fit")
  result <- .call("fit_run", fit$id)
  if (!is.null(show)) show$clear()
  if (result$interrupted) {
    warning("training was interrupted in round ", result$reached[[1]], " after ", result$reached[[2]],
            " batches: this is the model reached so far", call. = FALSE)
  }
  release_now(fit)
  new_model(symbol, result$params)
}

# A fit holds the executors' memory: give it back at once.
release_now <- function(e) {
  .call("free", e$id)
  e$session <- ""
}

log_metric <- function(iteration, which, result) message("[", iteration, "] ", which, "-", result$name, "=", result$value)

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

# Multi-layer perceptron in one call
mx.mlp <- function(data, label, hidden_node = 1, out_node, dropout = NULL, activation = "tanh", out_activation = "softmax",
                   ctx = mx.ctx.default(), ...) {
  m <- length(hidden_node)
  for (h in hidden_node) check_count(h, "hidden_node", "mx.mlp")
  if (missing(out_node)) mx_stop("mx.mlp: argument out_node (number of outputs) is missing")
  check_count(out_node, "out_node", "mx.mlp")
  if (!is.null(dropout) && length(dropout) != 1) mx_stop("only accept dropout ratio of length 1.")
  if (length(activation) == 1) activation <- rep(activation, m)
  if (length(activation) != m) mx_stop("Length of activation should be ", m)
  act <- mx.symbol.Variable("data")
  for (i in seq_len(m)) {
    fc <- mx.symbol.FullyConnected(act, num_hidden = hidden_node[i])
    act <- mx.symbol.Activation(fc, act_type = activation[i])
    if (i == m && !is.null(dropout)) act <- mx.symbol.Dropout(act, p = dropout)
  }
  fc <- mx.symbol.FullyConnected(act, num_hidden = out_node)
  out <- switch(out_activation,
    rmse = mx.symbol.LinearRegressionOutput(fc), softmax = mx.symbol.SoftmaxOutput(fc),
    logistic = mx.symbol.LogisticRegressionOutput(fc), mx_stop("Not supported yet."))
  if (missing(label)) mx.model.FeedForward.create(out, X = data, ctx = ctx, ...)
  else mx.model.FeedForward.create(out, X = data, y = label, ctx = ctx, ...)
}
