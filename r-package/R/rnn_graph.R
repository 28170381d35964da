# rnn.graph: a recurrent network whose layers and steps are one operator, RNN.

# MXNet R 1.0 spelled the formals with dots: its names are accepted for the ones of today.
undotted <- function(env, dots, fn) {
  if (!length(dots)) return()
  known <- setdiff(names(formals(fn)), "...")
  if (is.null(names(dots)) || !all(nzchar(names(dots)))) mx_stop(fn, ": too many arguments without a name")
  for (n in names(dots)) {
    new <- gsub(".", "_", n, fixed = TRUE)
    if (!new %in% known) mx_stop(fn, ": unused argument ", n, " = ", short(dots[[n]]), suggest(n, known))
    assign(new, dots[[n]], envir = env)
  }
}

one_of <- function(x, choices, arg, fn) {
  if (!is.character(x) || length(x) != 1 || !x %in% choices)
    mx_stop(fn, ": argument ", arg, " must be ", paste(dQuote(choices, FALSE), collapse = " or "), ", given ", short(x))
  x
}

given_count <- function(env, arg, fn) {
  # A missing formal, unless its dotted name brought it.
  if (is.symbol(env[[arg]]) && identical(as.character(env[[arg]]), "")) mx_stop(fn, ": argument ", arg, " is missing")
  check_count(env[[arg]], arg, fn)
}

LOSSES <- c("softmax", "linear", "logistic", "MAE")

# What both kinds of graphs ask of their arguments, which are in env.
check_rnn <- function(env, fn, cells) {
  for (a in c("num_rnn_layer", "num_hidden", "num_decode")) given_count(env, a, fn)
  if (is.symbol(env$config)) mx_stop(fn, ": argument config (\"seq-to-one\" or \"one-to-one\") is missing")
  one_of(env$config, c("seq-to-one", "one-to-one"), "config", fn)
  if (is.symbol(env$cell_type)) mx_stop(fn, ": argument cell_type (\"lstm\" or \"gru\") is missing")
  one_of(env$cell_type, cells, "cell_type", fn)
  if (!is.null(env$loss_output)) one_of(env$loss_output, LOSSES, "loss_output", fn)
  if (!is.null(env$num_embed)) {
    check_count(env$num_embed, "num_embed", fn)
    if (is.null(env$input_size)) mx_stop(fn, ": argument input_size (number of different inputs) is needed with num_embed")
    check_count(env$input_size, "input_size", fn)
  }
  for (a in c("masking", "output_last_state")) check_flag(env[[a]], a, fn)
  if (!is.numeric(env$dropout) || length(env$dropout) != 1 || is.na(env$dropout) || env$dropout < 0 || env$dropout >= 1)
    mx_stop(fn, ": argument dropout must be one number from 0 to below 1, given ", short(env$dropout))
}

# From the hidden states of all steps, (steps, batch, hidden) for the engine, to the loss.
rnn_head <- function(hidden, config, masking, num_decode, loss_output, ignore_label, prefix, label_name) {
  named <- function(name) paste0(prefix, name)
  lengths <- if (masking) mx.symbol.Variable("seq.mask")
  if (config == "seq-to-one") {
    mask <- if (masking) mx.symbol.SequenceLast(data = hidden, sequence_length = lengths, use_sequence_length = TRUE, name = named("mask"))
            else mx.symbol.SequenceLast(data = hidden, use_sequence_length = FALSE, name = named("mask"))
  } else {
    mask <- if (masking) mx.symbol.SequenceMask(data = hidden, sequence_length = lengths, use_sequence_length = TRUE, value = 0, name = named("mask"))
            else mx.symbol.identity(data = hidden, name = named("mask"))
    mask <- mx.symbol.swapaxes(data = mask, dim1 = 0, dim2 = 1, name = named("swap.post"))
    mask <- mx.symbol.reshape(data = mask, shape = c(0, -1), reverse = TRUE, name = named("reshape.post"))
  }
  decode <- mx.symbol.FullyConnected(data = mask, weight = mx.symbol.Variable(named("cls.weight")),
                                     bias = mx.symbol.Variable(named("cls.bias")), num_hidden = num_decode, name = named("decode"))
  if (is.null(loss_output)) return(decode)
  label <- mx.symbol.Variable(label_name)
  if (config == "one-to-one") {
    # One row a step. Labels with several targets a step keep them apart.
    shape <- if (loss_output == "softmax" || num_decode == 1) -1 else c(num_decode, -1)
    label <- mx.symbol.reshape(data = label, shape = shape, name = named("label.reshape"))
  }
  switch(loss_output,
    softmax = mx.symbol.SoftmaxOutput(data = decode, label = label, use_ignore = ignore_label != -1, ignore_label = ignore_label,
                                      name = named("loss")),
    linear = mx.symbol.LinearRegressionOutput(data = decode, label = label, name = named("loss")),
    logistic = mx.symbol.LogisticRegressionOutput(data = decode, label = label, name = named("loss")),
    MAE = mx.symbol.MAERegressionOutput(data = decode, label = label, name = named("loss")))
}

#' Recurrent networks as symbols
#'
#' `rnn.graph` makes a network of LSTM or GRU layers out of one fused operator: it serves sequences of every length, and
#' it is the fast one. `rnn.graph.unroll` writes out every step, for one length `seq_len`.
#'
#' Data have dim `c(length, batch)` where `num_embed` turns each number into a vector (words, letters), and
#' `c(features, length, batch)` where it is `NULL`. With `config = "seq-to-one"` the output after the last step is
#' decoded: it has dim `c(num_decode, batch)`. With `"one-to-one"` every step is decoded: dim
#' `c(num_decode, length * batch)`, the steps of one sequence side by side; the label then has dim `c(length, batch)`
#' (or `c(num_decode, length, batch)` for several numbers a step).
#'
#' The arguments of the symbol are `data`, `label` and, with `masking`, `seq.mask` (the number of steps in use, as
#' [mx.io.bucket.iter] gives it); the parameters `embed.weight`, `rnn.params.weight` (all weights and biases of the RNN in
#' one vector, as cuDNN orders them), `cls.weight` and `cls.bias`; and the initial states `rnn.state` and
#' `rnn.state.cell`, which [mx.model.buckets] and [mx.infer.rnn.one] set to 0 unless they are given. With
#' `output_last_state` the operator also gives its last states: take them from the symbol's internals, as in the example.
#'
#' The unrolled graph has the parameters `l1.i2h.weight`, `l1.i2h.bias`, `l1.h2h.weight`, `l1.h2h.bias` for an LSTM layer
#' (gates in the order input, candidate, forget, output) and `l1.gates.i2h.weight`, ..., `l1.trans.h2h.bias` for a GRU
#' layer (gates update, reset). Its LSTM computes the same as the fused one. Its GRU is that of Cho et al. (2014), where
#' the reset gate acts before the recurrent product; the fused one is cuDNN's, where it acts after it. Initial states
#' (`init_1_h`, `init_1_c`, ...) are arguments only with `output_last_state = TRUE`; otherwise they are 0. Unlike in
#' MXNet R the bias `h2h.bias` then counts in the first step too.
#'
#' @param num_rnn_layer Number of layers.
#' @param seq_len Number of steps.
#' @param input_size Number of different inputs (words, letters); needed with `num_embed`.
#' @param num_embed Size of the vector that stands for an input; `NULL` where data are numbers already.
#' @param num_hidden Number of units in a layer.
#' @param num_decode Number of outputs.
#' @param dropout Share of the units between layers that training drops.
#' @param ignore_label Steps with this label do not count in a softmax loss; -1 means that all count.
#' @param bidirectional Whether a second network reads the sequence backwards.
#' @param loss_output `"softmax"`, `"linear"` (squared error), `"logistic"`, `"MAE"` (absolute error), or `NULL` for the
#'   decoded values without a loss.
#' @param init.state For the unrolled graph, a list of initial states (one `list(h =, c =)` of symbols a layer).
#' @param config `"seq-to-one"` or `"one-to-one"`.
#' @param cell_type `"lstm"` or `"gru"`; `rnn.graph` also takes the plain `"rnn_tanh"` and `"rnn_relu"`.
#' @param masking Whether steps beyond `seq.mask` are left out.
#' @param output_last_state Whether the last states are to be had.
#' @param rnn.state,rnn.state.cell Symbols for the initial states, instead of arguments of these names.
#' @param prefix Goes before the names of nodes and parameters.
#' @param data_name,label_name Names of the data and label arguments.
#' @param ... The same arguments under the names of MXNet R 1.0 (`num.rnn.layer`, `cell.type`, ...).
#' @return A symbol whose output is `loss_output` (`decode_output` without a loss). The unrolled graph with
#'   `output_last_state` has further outputs, the last states (`l1.last.h_output`, `l1.last.c_output`, ...).
#' @family recurrent networks
#' @seealso [mx.model.buckets] trains it, [mx.infer.rnn] and [mx.infer.rnn.one] use it.
#' @examplesIf mx.available()
#' net <- rnn.graph(num_rnn_layer = 1, input_size = 20, num_embed = 4, num_hidden = 8,
#'   num_decode = 2,
#'                  config = "seq-to-one", cell_type = "lstm", loss_output = "softmax",
#'                    masking = TRUE)
#' arguments(net)
#' mx.symbol.infer.shape(net, data = c(5, 3), seq.mask = 3)$out.shapes
#'
#' # a network with its last states, to generate sequences step by step
#' net <- rnn.graph(num_rnn_layer = 1, input_size = 20, num_embed = 4, num_hidden = 8,
#'   num_decode = 20,
#'                  config = "one-to-one", cell_type = "lstm", loss_output = "softmax",
#'                    output_last_state = TRUE)
#' inner <- internals(net)
#' pick <- function(name) inner$get.output(which(outputs(inner) == name))
#' outputs(mx.symbol.Group(pick("loss_output"), pick("RNN_state"), pick("RNN_state_cell")))
rnn.graph <- function(num_rnn_layer, input_size = NULL, num_embed = NULL, num_hidden, num_decode, dropout = 0, ignore_label = -1,
                      bidirectional = FALSE, loss_output = NULL, config, cell_type, masking = FALSE, output_last_state = FALSE,
                      rnn.state = NULL, rnn.state.cell = NULL, prefix = "", ...) {
  fn <- "rnn.graph"
  undotted(environment(), list(...), fn)
  check_rnn(environment(), fn, c("lstm", "gru", "rnn_tanh", "rnn_relu"))
  check_flag(bidirectional, "bidirectional", fn)
  named <- function(name) paste0(prefix, name)
  state <- function(given, name) if (is.null(given)) mx.symbol.Variable(named(name)) else given
  data <- mx.symbol.Variable("data")
  if (!is.null(num_embed)) {
    data <- mx.symbol.Embedding(data = data, weight = mx.symbol.Variable(named("embed.weight")), input_dim = input_size,
                                output_dim = num_embed, name = named("embed"))
  }
  # The operator wants (steps, batch, features).
  data <- mx.symbol.swapaxes(data = data, dim1 = 0, dim2 = 1, name = named("swap.pre"))
  inputs <- list(data = data, parameters = mx.symbol.Variable(named("rnn.params.weight")), state = state(rnn.state, "rnn.state"))
  if (cell_type == "lstm") inputs$state_cell <- state(rnn.state.cell, "rnn.state.cell")
  rnn <- do.call(mx.symbol.RNN, c(inputs, list(state_size = num_hidden, num_layers = num_rnn_layer, bidirectional = bidirectional,
                                               mode = cell_type, p = dropout, state_outputs = output_last_state, name = named("RNN"))))
  if (output_last_state) rnn <- rnn[[1]]
  rnn_head(rnn, config, masking, num_decode, loss_output, ignore_label, prefix, "label")
}
