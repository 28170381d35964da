# mx.model.buckets: arguments are checked and parameters made here, the rounds run in Python (interop/r_buckets.py).

# Symbols by bucket; "*" is the one for all.
check_symbols <- function(symbol, fn) {
  if (is.mx.symbol(symbol)) return(list("*" = symbol))
  if (!is.list(symbol) || !length(symbol) || is.null(names(symbol)) || !all(vapply(symbol, is.mx.symbol, NA)))
    mx_stop(fn, ": argument symbol must be an MXSymbol or a list of them named by bucket, given ", short(symbol))
  symbol
}

# What the training loop asks of an iterator: one call of R a batch brings bucket, arrays and padding.
bucket_spec <- function(it, arg, fn) {
  if (class(it)[1] %in% c("Rcpp_MXArrayDataIter", "Rcpp_MXNativeDataIter")) return(iter_handle(it))
  methods <- c("reset", "iter.next", "value")
  ok <- is(it, "envRefClass") || (is.environment(it) || is.list(it)) && all(vapply(methods, function(m) is.function(it[[m]]), NA))
  if (!ok) mx_stop(fn, ": argument ", arg, " must be a data iterator such as mx.io.bucket.iter() makes, given ", short(it))
  list(
    reset = guard(function() {
      it$reset()
      n <- field_of(it, "batch.per.epoch")
      if (is.numeric(n) && length(n) == 1) as.integer(n)
    }),
    `next` = guard(function() {
      if (!isTRUE(it$iter.next())) return(NULL)
      values <- it$value()
      if (!is.list(values) || is.null(names(values))) mx_stop(fn, ": ", arg, "$value() must return a named list, given ", short(values))
      list(bucket = names(field_of(it, "bucketID")), pad = as.integer((if (can_pad(it)) it$num.pad()) %||% 0L),
           arrays = lapply(values, function(v) nd_id(v, "value()", fn)))
    }))
}

field_of <- function(it, name) if (is(it, "envRefClass")) tryCatch(it[[name]], error = function(e) NULL) else it[[name]]

can_pad <- function(it) is(it, "envRefClass") || is.function(it[["num.pad"]])

# Bucket and dims of the first batch. One reset, as in the original: shuffling iterators change with each.
first_batch <- function(it, fn) {
  it$reset()
  if (!isTRUE(it$iter.next())) mx_stop("Empty input")
  values <- it$value()
  dims <- lapply(values, dim)
  list(bucket = names(field_of(it, "bucketID")), dims = dims, size = dims[[1]][length(dims[[1]])])
}

# Dims of the batches of all buckets, by bucket.
bucket_dims <- function(it, first) {
  dims <- structure(list(first$dims), names = first$bucket %||% "*")
  if (!is(it, "BucketIter")) return(dims)
  for (n in setdiff(it$bucket.names, first$bucket)) {
    b <- it$buckets[[n]]
    with_batch <- function(x) c(utils::head(dim(x) %||% 0L, -1L), it$batch.size)
    dims[[n]] <- list(data = with_batch(b$data), seq.mask = it$batch.size, label = with_batch(b$label))
  }
  dims
}

# Dims of everything a symbol takes but its data.
param_dims <- function(symbol, dims, given, fn) {
  args <- arguments(symbol)
  fed <- dims[intersect(names(dims), args)]
  known <- lapply(given[setdiff(intersect(names(given), args), names(fed))], dim)
  shapes <- sym_infer_shape(symbol, c(fed, known))
  if (is.null(shapes)) mx_stop("Not enough information to get shapes")
  list(args = shapes$arg.shapes[setdiff(names(shapes$arg.shapes), names(dims))], aux = shapes$aux.shapes)
}

all_param_dims <- function(symbols, train.data, first, given, fn) {
  dims <- bucket_dims(train.data, first)
  args <- aux <- list()
  for (n in names(symbols)) {
    d <- if (n == "*") dims[[1L]] else dims[[n]]
    if (is.null(d)) next  # a bucket without data
    found <- param_dims(symbols[[n]], d, given, fn)
    args <- c(args, found$args[setdiff(names(found$args), names(args))])
    aux <- c(aux, found$aux[setdiff(names(found$aux), names(aux))])
  }
  list(args = args, aux = aux)
}

#' Train a recurrent network
#'
#' Trains a symbol on an iterator whose batches may have several lengths ([mx.io.bucket.iter]). One symbol serves all
#' lengths where it comes from [rnn.graph]; unrolled symbols are given as a list named by bucket. All of them share their
#' parameters. Any other iterator will do, too, such as [mx.io.arrayiter].
#'
#' Arrays of the iterator go to the arguments of the symbol with the same names. The last of them is the label that the
#' metric sees. Arguments that the iterator does not give and the initialiser does not know, such as `rnn.state`, are
#' zero at the start of every batch and are not trained.
#'
#' @param symbol A symbol, or a list of symbols named by bucket.
#' @param train.data,eval.data Iterators; `eval.data` may be `NULL`.
#' @param metric A metric such as [mx.metric.accuracy]; without one nothing is logged and nothing validated. A metric of
#'   your own gets the label and the first output of each batch as NDArrays.
#' @param arg.params,aux.params Initial parameters, as a trained model has them. What is missing is initialised.
#' @param fixed.params Names of parameters that stay as they are.
#' @param num.round,begin.round Last and first round.
#' @param initializer For the parameters; see [mx.init.uniform].
#' @param optimizer The result of [mx.opt.create], or a name: gradients are then divided by the batch size. (A name failed
#'   in MXNet R.)
#' @param ctx A context or a list of contexts, which share each batch; `NULL` is the default context.
#' @param batch.end.callback,epoch.end.callback See [mx.callback.log.train.metric].
#' @param kvstore As in [mx.model.FeedForward.create].
#' @param verbose Whether to log the metric after each round.
#' @param metric_cpu Whether the metric gets its arrays on the CPU.
#' @param ... For the optimizer, where it is a name (`learning.rate = 0.1`).
#' @return A model of class `MXFeedForwardModel`: `symbol` (what was given), `arg.params`, `aux.params`. Fixed parameters
#'   are kept apart, as [mx.model.FeedForward.create] does.
#' @family recurrent networks
#' @seealso [mx.infer.rnn] to predict.
#' @examplesIf mx.available()
#' # Is the first number of a sequence above 5?
#' set.seed(1)
#' some <- function(steps, n) {
#'   x <- matrix(sample(1:10, steps * n, TRUE), steps)
#'   list(data = x, label = as.numeric(x[1, ] > 5))
#' }
#' data <- mx.io.bucket.iter(list("3" = some(3, 40), "5" = some(5, 40)), batch.size = 10)
#' net <- rnn.graph(num_rnn_layer = 1, input_size = 11, num_embed = 4, num_hidden = 8,
#'   num_decode = 2,
#'                  config = "seq-to-one", cell_type = "lstm", loss_output = "softmax",
#'                    masking = TRUE)
#' mx.set.seed(1)
#' model <- mx.model.buckets(net, data, metric = mx.metric.accuracy, num.round = 2,
#'                           initializer = mx.init.Xavier(), optimizer = "adam",
#'                             learning.rate = 0.01)
#' dim(mx.infer.rnn(data, model))
mx.model.buckets <- function(symbol, train.data, eval.data = NULL, metric = NULL, arg.params = NULL, aux.params = NULL,
                             fixed.params = NULL, num.round = 1, begin.round = 1, initializer = mx.init.uniform(0.01),
                             optimizer = "sgd", ctx = NULL, batch.end.callback = NULL, epoch.end.callback = NULL, kvstore = "local",
                             verbose = TRUE, metric_cpu = TRUE, ...) {
  fn <- "mx.model.buckets"
  ctx <- ctx_list(ctx)
  if (is.character(optimizer)) mx.opt.create(optimizer, ...)  # argument errors before the long work
  else if (...length()) mx_stop(fn, ": unused argument ", names(list(...))[1], " (arguments for the optimizer need it by name, as in optimizer = \"sgd\")")
  make_opt <- function(size) if (is.character(optimizer)) mx.opt.create(optimizer, rescale.grad = 1 / size, ...) else optimizer
  train_buckets(fn, symbol, train.data, eval.data, metric, arg.params, aux.params, fixed.params, num.round, begin.round,
                initializer, make_opt, ctx, batch.end.callback, epoch.end.callback, kvstore, verbose, metric_cpu)
}

# update.period: gradients of so many batches are summed up before each update.
train_buckets <- function(fn, symbol, train.data, eval.data, metric, arg.params, aux.params, fixed.params, num.round, begin.round,
                          initializer, make_opt, ctx, batch.end.callback, epoch.end.callback, kvstore, verbose, metric_cpu,
                          update.period = 1) {
  symbols <- check_symbols(symbol, fn)
  check_training(fn, begin.round, num.round, list(metric = metric),
                 list(epoch.end.callback = epoch.end.callback, batch.end.callback = batch.end.callback))
  spec <- list(trainer = "buckets", iter = bucket_spec(train.data, "train.data", fn),
               eval_iter = if (!is.null(eval.data)) bucket_spec(eval.data, "eval.data", fn))
  first <- first_batch(train.data, fn)
  if (!"*" %in% names(symbols) && is.null(first$bucket))
    mx_stop(fn, ": several symbols need train.data with a field bucketID, such as mx.io.bucket.iter() makes")
  params <- bucket_params(symbols, train.data, first, arg.params, aux.params, fixed.params, initializer, fn)
  check_kvstore(kvstore, ctx, symbol, params$args, verbose)
  opt <- make_opt(first$size)

  env <- train_env(metric, opt, train.data, eval.data)
  list2env(list(symbol = symbol, ctx = ctx, ndevice = length(ctx), begin.round = begin.round, end.round = num.round,
                kvstore = kvstore, fixed.params = fixed.params, verbose = verbose, metric_cpu = metric_cpu), env)
  spec <- c(spec, list(
    symbols = lapply(symbols, sym_id), ctx = lapply(ctx, ctx_spec), bucket = first$bucket, first = lapply(first$dims, as.list),
    arg_params = named_ids(params$args, "arg.params", fn), aux_params = named_ids(params$aux, "aux.params", fn),
    fixed = as.list(fixed.params), begin = begin.round, end = num.round, optimizer = opt_spec(opt),
    metric = metric_spec(metric, env), metric_cpu = isTRUE(metric_cpu), update_period = update.period))
  fed <- first$dims[intersect(names(first$dims), unlist(lapply(symbols, arguments)))]
  label <- length(fed) > 1
  train(spec, env, symbol, verbose, metric, batch.end.callback, epoch.end.callback, length(ctx),
        list(input = if (label) fed[-length(fed)] else fed, labels = if (label) names(fed)[length(fed)], batch.size = first$size,
             bucket = if (!is.mx.symbol(symbol)) first$bucket))
}

# Initial values of all parameters: those given, the rest by the initialiser.
bucket_params <- function(symbols, train.data, first, arg.params, aux.params, fixed.params, initializer, fn) {
  known <- unique(unlist(lapply(symbols, arguments)))
  strange <- setdiff(names(arg.params), known)
  if (length(strange)) warning(fn, ": arg.params: ", paste(strange, collapse = ", "), ": no argument of the symbol, left out", call. = FALSE)
  unknown <- setdiff(fixed.params, known)
  if (length(unknown)) mx_stop(fn, ": argument fixed.params: the symbol has no argument ", unknown[1], suggest(unknown[1], known))
  dims <- all_param_dims(symbols, train.data, first, arg.params, fn)
  fresh <- mx.init.create(initializer, dims$args[setdiff(names(dims$args), names(arg.params))], mx.cpu(), skip.unknown = TRUE)
  zero <- setdiff(names(dims$args), c(names(arg.params), names(fresh)))
  odd <- grep("init|state|data$|label$|mask$", zero, value = TRUE, invert = TRUE)
  if (length(odd)) warning(fn, ": ", paste(odd, collapse = ", "), ": the initializer gives no values, so it stays 0", call. = FALSE)
  aux <- mx.init.create(initializer, dims$aux[setdiff(names(dims$aux), names(aux.params))], mx.cpu(), skip.unknown = FALSE)
  list(args = c(arg.params[intersect(names(arg.params), known)], fresh), aux = c(aux.params[intersect(names(aux.params), names(dims$aux))], aux))
}
