# mx.lstm, mx.gru, mx.rnn: recurrent networks of MXNet R 0.7 to 0.11, for sequences of one length.

old_cells <- function(type, layers, batch.norm) {
  extra <- if (batch.norm) paste0("bn.", c("gamma", "beta", "moving_mean", "moving_var")) else character()
  lapply(seq_len(layers), function(i) cell_variables(type, paste0("l", i), extra))
}

# Steps, layers and the classifier "sm"; with `last`, the states after the last step.
old_graph <- function(type, layers, seq.len, input.size, num.hidden, num.embed, num.label, dropout, batch.norm, last) {
  states <- lapply(seq_len(layers), function(i) {
    s <- CELLS[[type]]$states
    structure(lapply(s, function(n) state_variable(paste0("l", i, ".init.", n), num.hidden)), names = s)
  })
  data <- mx.symbol.Embedding(data = mx.symbol.Variable("data"), weight = mx.symbol.Variable("embed.weight"),
                              input_dim = input.size, output_dim = num.embed, name = "embed")
  run <- unrolled(type, steps_of(data, seq.len, "wordvec"), num.hidden, old_cells(type, layers, batch.norm), states, dropout, "")
  hidden <- if (dropout > 0) lapply(run$hidden, function(h) mx.symbol.Dropout(data = h, p = dropout)) else run$hidden
  # One row a step, the steps of a sequence together.
  all <- mx.symbol.reshape(mx.symbol.stack(hidden, axis = 1, num_args = seq.len), shape = c(0, -1), reverse = TRUE)
  fc <- mx.symbol.FullyConnected(data = all, weight = mx.symbol.Variable("cls.weight"), bias = mx.symbol.Variable("cls.bias"),
                                 num_hidden = num.label, name = "cls")
  out <- mx.symbol.SoftmaxOutput(data = fc, label = mx.symbol.reshape(mx.symbol.Variable("label"), shape = -1), name = "sm")
  if (last) mx.symbol.Group(c(out, last_states(run$states, ""))) else out
}

old_data <- function(data, arg, batch.size, shuffle, seq.len, fn) {
  if (is.null(data) || is_iter(data) || is.environment(data)) return(data)
  if (!is.list(data)) mx_stop("The dataset should be either a mx.io.DataIter or a R list")
  if (is.null(data$data) || is.null(data$label)) mx_stop("Please provide dataset as list(data=R.array, label=R.array)")
  for (part in c("data", "label")) {
    d <- dim(data[[part]])
    if (length(d) != 2 || d[1] != seq.len)
      mx_stop(fn, ": ", arg, "$", part, " must have dim c(seq.len, sequences) with seq.len = ", seq.len, ", given ", short(data[[part]]))
  }
  array_iter(data$data, data$label, batch.size, shuffle, fn, paste0(arg, c("$data", "$label")))
}

check_old <- function(env, fn, type) {
  layers <- paste0("num.", type, ".layer")
  for (a in c(layers, "num.hidden", "num.embed", "num.label", "batch.size", "input.size", if (fn == paste0("mx.", type)) "seq.len")) {
    if (is.symbol(env[[a]])) mx_stop(fn, ": argument ", a, " is missing")
    check_count(env[[a]], a, fn)
  }
  if (!is.numeric(env$dropout) || length(env$dropout) != 1 || env$dropout < 0 || env$dropout >= 1)
    mx_stop(fn, ": argument dropout must be one number from 0 to below 1, given ", short(env$dropout))
}

# MXNet R's lines: every 1000 steps or so the mean so far, and a summary of each round.
nll_log <- function(seq.len, metric) {
  period <- max(as.integer(1000 / seq.len), 1)
  batches <- 0
  tic <- Sys.time()
  toc <- tic
  say <- function(head, state) {
    nll <- metric$get(state)$value
    message(head, "NLL=", nll, ", Perp=", exp(nll))
  }
  list(
    batch = function(iteration, nbatch, env) {
      if (nbatch == 1 && batches > 0) tic <<- toc
      batches <<- batches + 1
      if (batches %% period == 0) say(paste0("Epoch [", batches, "] Train: "), env$train.metric)
      toc <<- Sys.time()
    },
    round = function(iteration, nbatch, env, verbose = FALSE) {
      say(paste0("Iter [", iteration, "] Train: Time: ", as.numeric(toc - tic, units = "secs"), " sec, "), env$train.metric)
      if (!is.null(env$eval.metric)) say(paste0("Iter [", iteration, "] Val: "), env$eval.metric)
      toc <<- Sys.time()
      TRUE
    })
}

old_train <- function(env, type, dots) {
  fn <- paste0("mx.", type)
  check_old(env, fn, type)
  check_count(env$update.period, "update.period", fn)
  if (is.character(env$optimizer)) do.call(mx.opt.create, c(list(env$optimizer), dots))
  make_opt <- function(size) {
    if (!is.character(env$optimizer)) return(env$optimizer)
    do.call(mx.opt.create, c(list(env$optimizer, rescale.grad = 1 / size), dots))
  }
  net <- old_graph(type, env[[paste0("num.", type, ".layer")]], env$seq.len, env$input.size, env$num.hidden, env$num.embed,
                   env$num.label, env$dropout, isTRUE(env$batch.norm), FALSE)
  train.data <- old_data(env$train.data, "train.data", env$batch.size, TRUE, env$seq.len, fn)
  eval.data <- old_data(env$eval.data, "eval.data", env$batch.size, FALSE, env$seq.len, fn)
  metric <- builtin_metric("NLL")
  log <- nll_log(env$seq.len, metric)
  train_buckets(fn, net, train.data, eval.data, metric, NULL, NULL, NULL, env$num.round, 1, env$initializer, make_opt,
                ctx_list(env$ctx), log$batch, log$round, "local", FALSE, TRUE, env$update.period)
}

old_inference <- function(env, type, aux.params = NULL) {
  fn <- paste0("mx.", type, ".inference")
  check_old(env, fn, type)
  layers <- env[[paste0("num.", type, ".layer")]]
  args <- env$arg.params
  if (!is.list(args) || is.null(names(args))) mx_stop(fn, ": argument arg.params must be the named list of a model's parameters, given ", short(args))
  net <- old_graph(type, layers, 1, env$input.size, env$num.hidden, env$num.embed, env$num.label, env$dropout, isTRUE(env$batch.norm), TRUE)
  n <- env$batch.size
  exec <- mx.simple.bind(net, env$ctx, "null", data = c(1, n), label = c(1, n))
  wanted <- setdiff(arguments(net), c("data", "label", state_names(type, layers, "init")))
  lost <- setdiff(wanted, names(args))
  if (length(lost)) mx_stop(fn, ": arg.params lacks ", paste(lost, collapse = ", "))
  mx.exec.update.arg.arrays(exec, args[wanted], match.name = TRUE)
  states <- net$auxiliary.states
  lost <- setdiff(states, names(aux.params))
  if (length(lost)) mx_stop(fn, ": argument aux.params lacks ", paste(lost, collapse = ", "))
  if (length(states)) mx.exec.update.aux.arrays(exec, aux.params[states], match.name = TRUE)
  list(rnn.exec = exec, symbol = net, num.rnn.layer = layers, num.hidden = env$num.hidden, seq.len = 1, batch.size = n,
       num.embed = env$num.embed)
}

state_names <- function(type, layers, when) {
  paste0("l", rep(seq_len(layers), each = length(CELLS[[type]]$states)), ".", when, ".", CELLS[[type]]$states)
}

old_forward <- function(model, input.data, new.seq, type) {
  fn <- paste0("mx.", type, ".forward")
  if (!is.list(model) || !inherits(model$rnn.exec, "Rcpp_MXExecutor")) mx_stop(fn, ": argument model must come from mx.", type, ".inference, given ", short(model))
  check_flag(new.seq, "new.seq", fn)
  input.data <- numbers(input.data, "input.data", fn)
  if (length(input.data) != model$batch.size)
    mx_stop(fn, ": argument input.data must have one number per sequence (", model$batch.size, "), given ", length(input.data))
  first <- state_names(type, model$num.rnn.layer, "init")
  exec <- model$rnn.exec
  values <- list(data = mx.nd.array(matrix(as.double(input.data), 1)))
  if (new.seq) values[first] <- rep(list(mx.nd.zeros(c(model$num.hidden, model$batch.size))), length(first))
  mx.exec.update.arg.arrays(exec, values, match.name = TRUE)
  mx.exec.forward(exec, is.train = FALSE)
  outs <- exec$outputs
  last <- outs[paste0(state_names(type, model$num.rnn.layer, "last"), "_output")]
  names(last) <- first
  mx.exec.update.arg.arrays(exec, last, match.name = TRUE)
  list(prob = outs[["sm_output"]], model = model)
}

#' Recurrent networks of MXNet R 0.7 to 0.11
#'
#' Language models for sequences of one length: every step predicts the label of that step. `mx.lstm`, `mx.gru` and
#' `mx.rnn` train, `.inference` makes of the parameters a model that goes one step at a time, `.forward` takes a step.
#' New scripts use [rnn.graph], [mx.model.buckets] and [mx.infer.rnn.one].
#'
#' Numbers from 0 to `input.size - 1` stand for words or letters. While training, a line
#' `Epoch [31] Train: NLL=..., Perp=...` tells the mean negative log-likelihood of a step and its exponential, the
#' perplexity, about every 1000 steps, and lines `Iter [1] Train: Time: ...` and `Iter [1] Val: ...` sum a round up.
#'
#' Unlike MXNet R's, `model$arg.params` has the parameters only, without data, label and states; and with `batch.norm` the
#' statistics are shared by all steps of a layer, so that the model can be used for inference.
#'
#' @param train.data,eval.data An iterator, or `list(data =, label =)` of arrays of dim `c(seq.len, sequences)`.
#' @param num.lstm.layer,num.gru.layer,num.rnn.layer Number of layers.
#' @param seq.len Length of the sequences.
#' @param num.hidden Number of units in a layer.
#' @param num.embed Size of the vector that stands for an input.
#' @param num.label Number of classes.
#' @param batch.size Number of sequences in a batch.
#' @param input.size Number of different inputs.
#' @param ctx The context.
#' @param num.round Number of rounds.
#' @param update.period After how many batches the parameters change; their gradients are summed.
#' @param initializer For the parameters.
#' @param dropout Share of the units that training drops.
#' @param optimizer Name of an optimizer, or the result of [mx.opt.create].
#' @param batch.norm Whether the sums of a plain cell are normalised.
#' @param ... For the optimizer (`learning.rate = 0.1`, `wd`, `clip_gradient`).
#' @param arg.params,aux.params Parameters of a trained model (`aux.params` with `batch.norm` only).
#' @param model For `.forward`: what `.inference` or the last `.forward` gave.
#' @param input.data The inputs of the next step, one per sequence.
#' @param new.seq Whether new sequences start: the states become 0.
#' @return `mx.lstm` and kin: a model of class `MXFeedForwardModel`. `.inference`: a list with the executor and its sizes.
#'   `.forward`: `list(prob =, model =)`, where `prob` is an NDArray of dim `c(num.label, batch.size)`.
#' @family recurrent networks
#' @examplesIf mx.available()
#' x <- matrix(rep(0:3, 10), 4)
#' mx.set.seed(1)
#' model <- mx.lstm(list(data = x, label = (x + 1) %% 4), num.lstm.layer = 1, seq.len = 4,
#'   num.hidden = 8, num.embed = 4,
#'                  num.label = 4, batch.size = 10, input.size = 4, num.round = 20,
#'                    initializer = mx.init.uniform(0.5),
#'                  optimizer = "adam", learning.rate = 0.03)
#' walker <- mx.lstm.inference(num.lstm.layer = 1, input.size = 4, num.hidden = 8,
#'   num.embed = 4, num.label = 4,
#'                             arg.params = model$arg.params)
#' at <- 0
#' for (i in 1:4) {
#'   step <- mx.lstm.forward(walker, at, new.seq = i == 1)
#'   walker <- step$model
#'   at <- which.max(as.array(step$prob)) - 1
#'   cat(at, "")
#' }
mx.lstm <- function(train.data, eval.data = NULL, num.lstm.layer, seq.len, num.hidden, num.embed, num.label, batch.size, input.size,
                    ctx = mx.ctx.default(), num.round = 10, update.period = 1, initializer = mx.init.uniform(0.01), dropout = 0,
                    optimizer = "sgd", ...) {
  old_train(environment(), "lstm", list(...))
}

#' @rdname mx.lstm
mx.lstm.inference <- function(num.lstm.layer, input.size, num.hidden, num.embed, num.label, batch.size = 1, arg.params, ctx = mx.cpu(),
                              dropout = 0) {
  old_inference(environment(), "lstm")
}

#' @rdname mx.lstm
mx.lstm.forward <- function(model, input.data, new.seq = FALSE) old_forward(model, input.data, new.seq, "lstm")

#' @rdname mx.lstm
mx.gru <- function(train.data, eval.data = NULL, num.gru.layer, seq.len, num.hidden, num.embed, num.label, batch.size, input.size,
                   ctx = mx.ctx.default(), num.round = 10, update.period = 1, initializer = mx.init.uniform(0.01), dropout = 0,
                   optimizer = "sgd", ...) {
  old_train(environment(), "gru", list(...))
}

#' @rdname mx.lstm
mx.gru.inference <- function(num.gru.layer, input.size, num.hidden, num.embed, num.label, batch.size = 1, arg.params, ctx = mx.cpu(),
                             dropout = 0) {
  old_inference(environment(), "gru")
}

#' @rdname mx.lstm
mx.gru.forward <- function(model, input.data, new.seq = FALSE) old_forward(model, input.data, new.seq, "gru")

#' @rdname mx.lstm
mx.rnn <- function(train.data, eval.data = NULL, num.rnn.layer, seq.len, num.hidden, num.embed, num.label, batch.size, input.size,
                   ctx = mx.ctx.default(), num.round = 10, update.period = 1, initializer = mx.init.uniform(0.01), dropout = 0,
                   optimizer = "sgd", batch.norm = FALSE, ...) {
  check_flag(batch.norm, "batch.norm", "mx.rnn")
  old_train(environment(), "rnn", list(...))
}

#' @rdname mx.lstm
mx.rnn.inference <- function(num.rnn.layer, input.size, num.hidden, num.embed, num.label, batch.size = 1, arg.params, ctx = mx.cpu(),
                             dropout = 0, batch.norm = FALSE, aux.params = NULL) {
  old_inference(environment(), "rnn", aux.params)
}

#' @rdname mx.lstm
mx.rnn.forward <- function(model, input.data, new.seq = FALSE) old_forward(model, input.data, new.seq, "rnn")
