# Prediction with recurrent networks.

rnn_args <- function(arg.params, symbol, fn) {
  if (!is.list(arg.params)) mx_stop(fn, ": argument arg.params must be a named list of MXNDArrays, given ", short(arg.params))
  named_ids(arg.params, "arg.params", fn)
}

one_ctx <- function(ctx) {
  if (is.list(ctx) && !is.mx.context(ctx) && length(ctx)) ctx <- ctx[[1]]
  ctx_spec(ctx)
}

#' Predict with a recurrent network
#'
#' `mx.infer.rnn` goes through all batches of an iterator and gives what [predict][predict.MXFeedForwardModel] gives for
#' other networks. `mx.infer.rnn.one` and `mx.infer.rnn.one.unroll` run a symbol of your choice and give all its outputs,
#' so that the states at the end of one call can start the next: that is how texts and series are generated step by step.
#' `mx.infer.buckets` and `mx.infer.buckets.one` are the names they had in MXNet R 1.0.
#'
#' Where every step is decoded (`config = "one-to-one"`), `mx.infer.rnn` gives one column a step, all steps of a sequence
#' side by side; the steps of sequences that only fill up the last batch are left out (MXNet R left out too few).
#'
#' @param infer.data An iterator: [mx.io.bucket.iter], [mx.io.arrayiter], or your own. Its labels may be anything.
#' @param model A model from [mx.model.buckets].
#' @param symbol A symbol; mostly the outputs and the last states of the trained one, see the example.
#' @param arg.params,aux.params Parameters, as the model has them. Others than those of the symbol are left alone.
#' @param input.params A named list of NDArrays for arguments that are neither data nor parameters: the initial states
#'   `rnn.state` and `rnn.state.cell`. Those not given are 0.
#' @param num_hidden Number of units in a layer of an unrolled symbol.
#' @param init_states Initial states of an unrolled symbol: a list, named `init_1_h`, `init_1_c`, ... or in this order
#'   (`outputs[-1]` of the call before). `NULL` starts at 0.
#' @param ctx The context to compute on.
#' @return `mx.infer.rnn`: an array of dim `c(num_decode, sequences)`, or `c(num_decode, steps)` where every step is
#'   decoded. The others: a named list of NDArrays (`loss_output`, `RNN_state`, `RNN_state_cell`), for the last batch.
#' @family recurrent networks
#' @examplesIf mx.available()
#' net <- rnn.graph(num_rnn_layer = 1, input_size = 5, num_embed = 3, num_hidden = 4,
#'   num_decode = 5, config = "one-to-one",
#'                  cell_type = "lstm", loss_output = "softmax", output_last_state = TRUE)
#' x <- matrix(rep(0:4, 8), 5)
#' data <- mx.io.arrayiter(x, (x + 1) %% 5, batch.size = 8)
#' mx.set.seed(1)
#' model <- mx.model.buckets(net, data, num.round = 60, initializer = mx.init.Xavier(),
#'   optimizer = "adam", learning.rate = 0.1,
#'                           verbose = FALSE)
#' matrix(max.col(t(mx.infer.rnn(data, model))) - 1, 5)[, 1]
#'
#' # one step at a time, with the states
#' inner <- internals(model$symbol)
#' pick <- function(name) inner$get.output(which(outputs(inner) == name))
#' step <- mx.symbol.Group(pick("loss_output"), pick("RNN_state"), pick("RNN_state_cell"))
#' states <- NULL
#' said <- 0
#' for (i in 1:4) {
#'   last <- matrix(said[i])
#'   out <- mx.infer.rnn.one(mx.io.arrayiter(last, last, batch.size = 1), step,
#'     model$arg.params, model$aux.params, states)
#'   said <- c(said, which.max(as.array(out$loss_output)) - 1)
#'   states <- list(rnn.state = out[[2]], rnn.state.cell = out[[3]])
#' }
#' said
mx.infer.rnn <- function(infer.data, model, ctx = mx.cpu()) {
  infer_all(infer.data, model, ctx, "mx.infer.rnn")
}

infer_all <- function(infer.data, model, ctx, fn) {
  model <- check_model(model, fn)
  symbols <- check_symbols(model$symbol, fn)
  host_result(.call("infer_rnn", fn, lapply(symbols, sym_id), one_ctx(ctx), rnn_args(all_args(model), symbols, fn),
                    named_ids(model$aux.params, "aux.params", fn), bucket_spec(infer.data, "infer.data", fn)))
}

# Models whose states start at 0: predict() takes the way of mx.infer.rnn.
is_recurrent <- function(model) {
  if (!is.mx.symbol(model$symbol)) return(is.list(model$symbol))
  args <- arguments(model$symbol)
  any(grepl("(^init_.*_[hc]|rnn[.]state|[.]init[.][hc])$", setdiff(args, names(model$arg.params))))
}

predict_recurrent <- function(model, X, ctx, batch.size, layout, type) {
  if (!is_iter(X) && !is.environment(X)) {
    X <- numbers(X, "X", "predict")
    d <- dim(X)
    if (length(d) < 2) mx_stop("predict: argument X of a recurrent network must have dim c(length, examples), given ", short(X))
    if (length(d) == 2 && layout == "rowmajor") X <- t(X)
    n <- last_dim(X)
    bucket <- structure(list(list(data = X, label = numeric(n))), names = dim(X)[length(d) - 1L])
    X <- mx.io.bucket.iter(bucket, min(n, batch.size))
  }
  out <- infer_all(X, model, ctx, "predict")
  if (is.null(type)) out else by_example(out, type, model)
}

#' @rdname mx.infer.rnn
mx.infer.rnn.one <- function(infer.data, symbol, arg.params, aux.params, input.params = NULL, ctx = mx.cpu()) {
  infer_one(infer.data, symbol, arg.params, aux.params, input.params, ctx, NULL, "mx.infer.rnn.one")
}

infer_one <- function(infer.data, symbol, arg.params, aux.params, input.params, ctx, width, fn) {
  if (!is.mx.symbol(symbol)) mx_stop(fn, ": argument symbol must be an MXSymbol, given ", short(symbol))
  if (length(input.params) && (!is.list(input.params) || is.null(names(input.params))))
    mx_stop(fn, ": argument input.params must be a named list of MXNDArrays, given ", short(input.params))
  r <- .call("infer_rnn_one", fn, sym_id(symbol), one_ctx(ctx), rnn_args(arg.params, symbol, fn),
             named_ids(aux.params, "aux.params", fn), named_ids(input.params, "input.params", fn), width, bucket_spec(infer.data, "infer.data", fn))
  lapply(r, new_nd)
}

# By layer, h before c; arguments() has the order in which the graph uses them.
init_names <- function(symbol) {
  found <- grep("^init_.*[0-9]+_[hc]$", arguments(symbol), value = TRUE)
  found[order(as.integer(sub(".*?([0-9]+)_[hc]$", "\\1", found, perl = TRUE)), !endsWith(found, "h"))]
}

#' @rdname mx.infer.rnn
mx.infer.rnn.one.unroll <- function(infer.data, symbol, num_hidden, arg.params, aux.params, init_states = NULL, ctx = mx.cpu()) {
  fn <- "mx.infer.rnn.one.unroll"
  check_count(num_hidden, "num_hidden", fn)
  if (!is.mx.symbol(symbol)) mx_stop(fn, ": argument symbol must be an MXSymbol, given ", short(symbol))
  if (length(init_states)) {
    wanted <- init_names(symbol)
    if (!all(names(init_states) %in% wanted) || is.null(names(init_states))) {
      if (length(init_states) != length(wanted))
        mx_stop(fn, ": argument init_states has ", length(init_states), " arrays, the symbol takes ", paste(wanted, collapse = ", "))
      names(init_states) <- wanted
    }
  }
  infer_one(infer.data, symbol, arg.params, aux.params, init_states, ctx, num_hidden, fn)
}

#' @rdname mx.infer.rnn
mx.infer.buckets <- function(infer.data, model, ctx = mx.cpu()) infer_all(infer.data, model, ctx, "mx.infer.buckets")

#' @rdname mx.infer.rnn
mx.infer.buckets.one <- function(infer.data, symbol, arg.params, aux.params, input.params = NULL, ctx = mx.cpu()) {
  infer_one(infer.data, symbol, arg.params, aux.params, input.params, ctx, NULL, "mx.infer.buckets.one")
}
