# Recurrent networks written out step by step: rnn.graph.unroll, and the graphs of the older mx.lstm, mx.gru, mx.rnn.

rnn_fc <- function(x, cell, what, n, name) {
  mx.symbol.FullyConnected(data = x, weight = cell[[paste0(what, ".weight")]], bias = cell[[paste0(what, ".bias")]], num_hidden = n,
                           name = name)
}

# What a product with a state of zeros leaves: the bias.
plus_bias <- function(x, bias) mx.symbol.broadcast_add(x, mx.symbol.reshape(data = bias, shape = c(-1, 1)))

recurrent_sum <- function(x, state, cell, i2h, h2h, n, at) {
  input <- rnn_fc(x, cell, i2h, n, paste0(at, ".", i2h))
  if (is.null(state)) plus_bias(input, cell[[paste0(h2h, ".bias")]])
  else input + rnn_fc(state, cell, h2h, n, paste0(at, ".", h2h))
}

sigmoid_of <- function(x) mx.symbol.Activation(data = x, act_type = "sigmoid")

tanh_of <- function(x) mx.symbol.Activation(data = x, act_type = "tanh")

# Cells: function(units, input, state or NULL, parameters, name of the step and layer) -> list(h =, c =)
lstm_cell <- function(n, x, state, cell, at) {
  gates <- mx.symbol.SliceChannel(recurrent_sum(x, state$h, cell, "i2h", "h2h", 4 * n, at), num_outputs = 4, name = paste0(at, ".slice"))
  new <- sigmoid_of(gates[[1]]) * tanh_of(gates[[2]])
  c <- if (is.null(state)) new else sigmoid_of(gates[[3]]) * state$c + new
  list(h = sigmoid_of(gates[[4]]) * tanh_of(c), c = c)
}

gru_cell <- function(n, x, state, cell, at) {
  gates <- mx.symbol.SliceChannel(recurrent_sum(x, state$h, cell, "gates.i2h", "gates.h2h", 2 * n, at), num_outputs = 2,
                                  name = paste0(at, ".slice"))
  update <- sigmoid_of(gates[[1]])
  reset <- sigmoid_of(gates[[2]])
  trans <- tanh_of(recurrent_sum(x, if (!is.null(state)) state$h * reset, cell, "trans.i2h", "trans.h2h", n, at))
  list(h = if (is.null(state)) update * trans else state$h + update * (trans - state$h))
}

plain_cell <- function(n, x, state, cell, at) {
  total <- recurrent_sum(x, state$h, cell, "i2h", "h2h", n, at)
  if (!is.null(cell$gamma)) {
    total <- mx.symbol.BatchNorm(data = total, gamma = cell$gamma, beta = cell$beta, moving_mean = cell$moving_mean,
                                 moving_var = cell$moving_var, fix_gamma = FALSE, name = paste0(at, ".bn"))
  }
  list(h = tanh_of(total))
}

CELLS <- list(
  lstm = list(step = lstm_cell, states = c("h", "c"), sums = c("i2h", "h2h")),
  gru = list(step = gru_cell, states = "h", sums = c("gates.i2h", "gates.h2h", "trans.i2h", "trans.h2h")),
  rnn = list(step = plain_cell, states = "h", sums = c("i2h", "h2h"))
)

cell_variables <- function(type, stem, extra = character()) {
  names <- c(paste0(rep(CELLS[[type]]$sums, each = 2), c(".weight", ".bias")), extra)
  structure(lapply(names, function(n) mx.symbol.Variable(paste0(stem, ".", n))), names = sub("^bn\\.", "", names))
}

# All steps of all layers: list(hidden = one symbol a step, states = last states of each layer).
unrolled <- function(type, inputs, num_hidden, cells, states, dropout, prefix) {
  hidden <- list()
  for (t in seq_along(inputs)) {
    x <- inputs[[t]]
    for (i in seq_along(cells)) {
      if (i > 1 && dropout > 0) x <- mx.symbol.Dropout(data = x, p = dropout)
      states[[i]] <- CELLS[[type]]$step(num_hidden, x, states[[i]], cells[[i]], paste0(prefix, "t", t, ".l", i))
      x <- states[[i]]$h
    }
    hidden[[t]] <- x
  }
  list(hidden = hidden, states = states)
}

# The last states as outputs that pass no gradient on.
last_states <- function(states, prefix) {
  out <- list()
  for (i in seq_along(states)) {
    for (s in names(states[[i]])) out[[length(out) + 1L]] <- mx.symbol.BlockGrad(states[[i]][[s]], name = paste0(prefix, "l", i, ".last.", s))
  }
  out
}

# The batch size is left open (0), the rest cannot be inferred from what uses the state.
state_variable <- function(name, num_hidden) {
  v <- mx.symbol.Variable(name)
  v$attributes <- list("__shape__" = sprintf("(0, %d)", as.integer(num_hidden)))
  v
}

steps_of <- function(data, n, name) {
  cut <- mx.symbol.SliceChannel(data, num_outputs = n, axis = 1, squeeze_axis = TRUE, name = name)
  lapply(seq_len(n), function(t) cut[[t]])
}

#' @rdname rnn.graph
rnn.graph.unroll <- function(num_rnn_layer, seq_len, input_size = NULL, num_embed = NULL, num_hidden, num_decode, dropout = 0,
                             ignore_label = -1, loss_output = NULL, init.state = NULL, config, cell_type = "lstm", masking = FALSE,
                             output_last_state = FALSE, prefix = "", data_name = "data", label_name = "label", ...) {
  fn <- "rnn.graph.unroll"
  undotted(environment(), list(...), fn)
  check_rnn(environment(), fn, c("lstm", "gru"))
  given_count(environment(), "seq_len", fn)
  layers <- seq_len(num_rnn_layer)
  if (is.null(init.state) && output_last_state) {
    init.state <- lapply(layers, function(i) {
      s <- CELLS[[cell_type]]$states
      structure(lapply(s, function(n) state_variable(paste0("init_", prefix, i, "_", n), num_hidden)), names = s)
    })
  }
  if (is.null(init.state)) init.state <- rep(list(NULL), num_rnn_layer)
  if (!is.list(init.state) || length(init.state) != num_rnn_layer)
    mx_stop(fn, ": argument init.state must be a list with one entry per layer (", num_rnn_layer, "), given ", short(init.state))
  data <- mx.symbol.Variable(data_name)
  if (!is.null(num_embed)) {
    data <- mx.symbol.Embedding(data = data, weight = mx.symbol.Variable(paste0(prefix, "embed.weight")), input_dim = input_size,
                                output_dim = num_embed, name = paste0(prefix, "embed"))
  }
  cells <- lapply(layers, function(i) cell_variables(cell_type, paste0(prefix, "l", i)))
  run <- unrolled(cell_type, steps_of(data, seq_len, paste0(prefix, "steps")), num_hidden, cells, init.state, dropout, prefix)
  hidden <- mx.symbol.stack(run$hidden, axis = 0, num_args = seq_len, name = paste0(prefix, "hidden"))
  out <- rnn_head(hidden, config, masking, num_decode, loss_output, ignore_label, prefix, label_name)
  if (output_last_state) mx.symbol.Group(c(out, last_states(run$states, prefix))) else out
}
