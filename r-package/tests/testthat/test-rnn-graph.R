# rnn.graph and rnn.graph.unroll: the graphs, and what they compute

sigmoid <- function(x) 1 / (1 + exp(-x))

# Plain R: x is features x steps for one sequence; cell a list of matrices (units in columns) and biases.
r_lstm <- function(x, cell, n) {
  h <- c <- numeric(n)
  out <- NULL
  for (t in seq_len(ncol(x))) {
    g <- drop(x[, t] %*% cell$i2h.weight + cell$i2h.bias + h %*% cell$h2h.weight + cell$h2h.bias)
    part <- function(k) g[(k - 1) * n + seq_len(n)]
    c <- sigmoid(part(3)) * c + sigmoid(part(1)) * tanh(part(2))
    h <- sigmoid(part(4)) * tanh(c)
    out <- cbind(out, h)
  }
  list(out = out, h = h, c = c)
}

r_gru <- function(x, cell, n) {
  h <- numeric(n)
  out <- NULL
  for (t in seq_len(ncol(x))) {
    g <- sigmoid(drop(x[, t] %*% cell$gates.i2h.weight + cell$gates.i2h.bias + h %*% cell$gates.h2h.weight + cell$gates.h2h.bias))
    update <- g[seq_len(n)]
    reset <- g[n + seq_len(n)]
    new <- tanh(drop(x[, t] %*% cell$trans.i2h.weight + cell$trans.i2h.bias + (reset * h) %*% cell$trans.h2h.weight + cell$trans.h2h.bias))
    h <- h + update * (new - h)
    out <- cbind(out, h)
  }
  list(out = out, h = h)
}

cell_of <- function(params, layer, stems) {
  keys <- c(paste0(stems, ".weight"), paste0(stems, ".bias"))
  structure(params[paste0("l", layer, ".", keys)], names = keys)
}

# Random values for all arguments but those given; weights as R arrays.
random_params <- function(net, given, scale = 0.5, seed = 3) {
  set.seed(seed)
  shapes <- do.call(mx.symbol.infer.shape, c(list(net), lapply(given, function(v) if (is.null(dim(v))) length(v) else dim(v))))$arg.shapes
  shapes <- shapes[setdiff(names(shapes), c(names(given), grep("init_|state", names(shapes), value = TRUE)))]
  lapply(shapes, function(d) if (length(d) == 1) runif(d, -scale, scale) else array(runif(prod(d), -scale, scale), d))
}

run_net <- function(net, values) {
  exec <- do.call(mx.simple.bind, c(list(net, ctx = mx.cpu()), lapply(values, function(v) if (is.null(dim(v))) length(v) else dim(v))))
  mx.exec.update.arg.arrays(exec, lapply(values, mx.nd.array), match.name = TRUE)
  mx.exec.forward(exec, is.train = FALSE)
  lapply(exec$ref.outputs, as.array)
}

# The LSTM layers of an unrolled graph as the one vector of the fused operator.
fused_lstm <- function(params, layers, n) {
  order <- c(1, 3, 2, 4)  # input, candidate, forget, output -> input, forget, candidate, output
  columns <- as.vector(outer(seq_len(n), (order - 1) * n, "+"))
  weights <- biases <- NULL
  for (i in seq_len(layers)) {
    for (s in c("i2h", "h2h")) {
      weights <- c(weights, params[[paste0("l", i, ".", s, ".weight")]][, columns])
      biases <- c(biases, params[[paste0("l", i, ".", s, ".bias")]][columns])
    }
  }
  c(weights, biases)
}

test_that("names, outputs and shapes are those scripts rely on", {
  net <- rnn.graph(num_rnn_layer = 2, input_size = 20, num_embed = 4, num_hidden = 8, num_decode = 5, config = "seq-to-one",
                   cell_type = "lstm", loss_output = "softmax", masking = TRUE, output_last_state = TRUE)
  expect_setequal(arguments(net), c("data", "label", "seq.mask", "embed.weight", "rnn.params.weight", "rnn.state",
                                    "rnn.state.cell", "cls.weight", "cls.bias"))
  expect_identical(outputs(net), "loss_output")
  inner <- outputs(internals(net))
  expect_true(all(c("embed_output", "RNN_output", "RNN_state", "RNN_state_cell", "mask_output", "decode_output") %in% inner))
  state <- internals(net)$get.output(which(inner == "RNN_state"))
  expect_identical(outputs(state), "RNN_state")
  s <- mx.symbol.infer.shape(net, data = c(6, 3), seq.mask = 3)
  expect_identical(s$arg.shapes$rnn.state, c(8L, 3L, 2L))
  expect_identical(s$arg.shapes$embed.weight, c(4L, 20L))
  expect_identical(s$arg.shapes$rnn.params.weight, as.integer(4 * 8 * (4 + 8 + 2) + 4 * 8 * (8 + 8 + 2)))
  expect_identical(s$out.shapes$loss_output, c(5L, 3L))
  steps <- rnn.graph(num_rnn_layer = 1, num_hidden = 8, num_decode = 5, config = "one-to-one", cell_type = "gru", bidirectional = TRUE)
  expect_identical(outputs(steps), "decode_output")
  expect_false(any(c("label", "rnn.state.cell", "seq.mask") %in% arguments(steps)))
  s <- mx.symbol.infer.shape(steps, data = c(3, 6, 2))
  expect_identical(s$out.shapes$decode_output, c(5L, 12L))
  expect_identical(s$arg.shapes$cls.weight, c(16L, 5L))
})

test_that("losses are the operators asked for", {
  op_of <- function(...) {
    net <- rnn.graph(num_rnn_layer = 1, num_hidden = 2, num_decode = 3, cell_type = "lstm", ...)
    nodes <- jsonlite::fromJSON(net$as.json(), simplifyVector = FALSE)$nodes
    nodes[[length(nodes)]]
  }
  skip_if_not_installed("jsonlite")
  expect_identical(op_of(config = "seq-to-one", loss_output = "linear")$op, "LinearRegressionOutput")
  expect_identical(op_of(config = "seq-to-one", loss_output = "logistic")$op, "LogisticRegressionOutput")
  expect_identical(op_of(config = "seq-to-one", loss_output = "MAE")$op, "MAERegressionOutput")
  plain <- op_of(config = "seq-to-one", loss_output = "softmax")
  expect_identical(plain$op, "SoftmaxOutput")
  expect_identical(plain$attrs$use_ignore, "0")
  ignoring <- op_of(config = "one-to-one", loss_output = "softmax", ignore_label = 0)
  expect_identical(ignoring$attrs$use_ignore, "1")
  expect_identical(ignoring$attrs$ignore_label, "0")
})

test_that("the formals of MXNet R 1.0 are accepted, bad ones named", {
  new <- rnn.graph(num_rnn_layer = 1, input_size = 9, num_embed = 2, num_hidden = 3, num_decode = 4, config = "one-to-one",
                   cell_type = "gru", loss_output = "softmax")
  old <- rnn.graph(num.rnn.layer = 1, input.size = 9, num.embed = 2, num.hidden = 3, num.decode = 4, config = "one-to-one",
                   cell.type = "gru", loss_output = "softmax")
  expect_identical(old$as.json(), new$as.json())
  old <- rnn.graph.unroll(num.rnn.layer = 1, seq.len = 3, num.hidden = 3, num.decode = 4, config = "one-to-one", cell.type = "gru")
  expect_true("l1.trans.h2h.weight" %in% arguments(old))
  expect_mx_error(rnn.graph(1, num_hidden = 3, config = "one-to-one", cell_type = "gru"), "num_decode is missing")
  expect_mx_error(rnn.graph(1, num_hiden = 3), "num_hidden")
  expect_mx_error(rnn.graph(1, num_hidden = 3, num_decode = 2, cell_type = "gru"), "config")
  expect_mx_error(rnn.graph(1, num_hidden = 3, num_decode = 2, config = "many", cell_type = "gru"), "seq-to-one")
  expect_mx_error(rnn.graph(1, num_hidden = 3, num_decode = 2, config = "one-to-one", cell_type = "lstn"), "cell_type")
  expect_mx_error(rnn.graph(1, num_embed = 3, num_hidden = 3, num_decode = 2, config = "one-to-one", cell_type = "gru"), "input_size")
  expect_mx_error(rnn.graph(1, num_hidden = 3, num_decode = 2, config = "one-to-one", cell_type = "gru", loss_output = "mse"), "loss_output")
})

test_that("the unrolled LSTM is the fused one and the formula", {
  data <- matrix(c(1, 4, 0, 2, 3, 3, 1, 0, 2, 4, 4, 1), 4)
  for (config in c("seq-to-one", "one-to-one")) {
    for (last in c(FALSE, TRUE)) {
      common <- list(num_rnn_layer = 2, input_size = 5, num_embed = 3, num_hidden = 4, num_decode = 2, config = config,
                     cell_type = "lstm", output_last_state = last)
      steps <- do.call(rnn.graph.unroll, c(common, seq_len = 4))
      params <- random_params(steps, list(data = data))
      out <- run_net(steps, c(list(data = data), params))
      whole <- do.call(rnn.graph, common)
      values <- c(list(data = data, rnn.params.weight = fused_lstm(params, 2, 4)), params[c("embed.weight", "cls.weight", "cls.bias")])
      expect_equal(out$decode_output, run_net(whole, values)$decode_output, tolerance = 1e-5)
      for (b in 1:3) {
        one <- r_lstm(params$embed.weight[, data[, b] + 1], cell_of(params, 1, c("i2h", "h2h")), 4)
        two <- r_lstm(one$out, cell_of(params, 2, c("i2h", "h2h")), 4)
        want <- t(params$cls.weight) %*% two$out + params$cls.bias
        got <- if (config == "seq-to-one") out$decode_output[, b] else out$decode_output[, (b - 1) * 4 + 1:4]
        expect_equal(got, if (config == "seq-to-one") unname(want[, 4]) else unname(want), tolerance = 1e-5)
        if (last) {
          expect_equal(out$l1.last.c_output[, b], unname(one$c), tolerance = 1e-5)
          expect_equal(out$l2.last.h_output[, b], unname(two$h), tolerance = 1e-5)
        }
      }
    }
  }
})

test_that("the unrolled GRU is its formula", {
  data <- array(seq(-1, 1, length.out = 24), c(2, 4, 3))
  net <- rnn.graph.unroll(num_rnn_layer = 2, seq_len = 4, num_hidden = 3, num_decode = 2, config = "one-to-one", cell_type = "gru",
                          output_last_state = TRUE)
  params <- random_params(net, list(data = data))
  out <- run_net(net, c(list(data = data), params))
  stems <- c("gates.i2h", "gates.h2h", "trans.i2h", "trans.h2h")
  for (b in 1:3) {
    one <- r_gru(data[, , b], cell_of(params, 1, stems), 3)
    two <- r_gru(one$out, cell_of(params, 2, stems), 3)
    expect_equal(out$decode_output[, (b - 1) * 4 + 1:4], unname(t(params$cls.weight) %*% two$out + params$cls.bias), tolerance = 1e-5)
    expect_equal(out$l1.last.h_output[, b], unname(one$h), tolerance = 1e-5)
  }
  # without initial states as arguments the same
  short <- rnn.graph.unroll(num_rnn_layer = 2, seq_len = 4, num_hidden = 3, num_decode = 2, config = "one-to-one", cell_type = "gru")
  expect_equal(run_net(short, c(list(data = data), params))$decode_output, out$decode_output, tolerance = 1e-6)
})

test_that("masked steps do not count", {
  data <- matrix(c(1, 2, 3, 4, 2, 1, 0, 0, 4, 0, 0, 0), 4)
  lengths <- c(4, 2, 1)
  for (unroll in c(FALSE, TRUE)) {
    make <- function(config, masking) {
      args <- list(num_rnn_layer = 1, input_size = 5, num_embed = 3, num_hidden = 4, num_decode = 2, config = config, cell_type = "lstm",
                   masking = masking)
      if (unroll) do.call(rnn.graph.unroll, c(args, seq_len = 4)) else do.call(rnn.graph, args)
    }
    steps <- make("one-to-one", FALSE)
    params <- random_params(steps, list(data = data))
    all <- run_net(steps, c(list(data = data), params))$decode_output
    last <- run_net(make("seq-to-one", TRUE), c(list(data = data, seq.mask = lengths), params))$decode_output
    expect_equal(last, all[, (0:2) * 4 + lengths], tolerance = 1e-6)
    masked <- run_net(make("one-to-one", TRUE), c(list(data = data, seq.mask = lengths), params))$decode_output
    used <- unlist(lapply(1:3, function(b) (b - 1) * 4 + seq_len(lengths[b])))
    expect_equal(masked[, used], all[, used], tolerance = 1e-6)
    expect_equal(masked[, -used], matrix(params$cls.bias, 2, 5), tolerance = 1e-6)
  }
})

test_that("a prefix lets two networks live in one symbol; given states replace the arguments", {
  one <- rnn.graph(1, num_hidden = 3, num_decode = 2, config = "seq-to-one", cell_type = "lstm", prefix = "a_", output_last_state = TRUE)
  inner <- internals(one)
  h <- inner$get.output(which(outputs(inner) == "a_RNN_state"))
  c <- inner$get.output(which(outputs(inner) == "a_RNN_state_cell"))
  two <- rnn.graph(1, num_hidden = 3, num_decode = 2, config = "seq-to-one", cell_type = "lstm", prefix = "b_", rnn.state = h, rnn.state.cell = c)
  expect_true(all(c("a_rnn.params.weight", "b_rnn.params.weight", "a_rnn.state") %in% arguments(two)))
  expect_false("b_rnn.state" %in% arguments(two))
})
