skip_if_not(mx.available())

# R's dims: features, steps, examples is the engine's "NTC".
x <- mx.nd.array(array(seq(-1, 1, length.out = 2 * 3 * 4), c(2, 3, 4)))

test_that("recurrent layers give outputs and states", {
  for (make in list(mx.gluon.rnn.LSTM, mx.gluon.rnn.GRU, mx.gluon.rnn.RNN)) {
    layer <- make(5, num_layers = 2, layout = "NTC", bidirectional = TRUE)
    layer$initialize()
    expect_equal(dim(layer(x)), c(10, 3, 4))
    states <- layer$begin_state(batch_size = 4)
    expect_true(all(vapply(states, function(s) identical(as.numeric(dim(s)), c(5, 4, 4)), NA)))
    both <- layer(x, states)
    expect_length(both, 2)
    expect_equal(as.array(both[[1]]), as.array(layer(x)), tolerance = 1e-6)
    expect_length(both[[2]], length(states))
  }
})

test_that("cells make steps, and unroll", {
  cell <- mx.gluon.rnn.LSTMCell(5)
  cell$initialize()
  states <- cell$begin_state(batch_size = 4)
  step <- cell(x[, 1, ], states)
  expect_equal(dim(step[[1]]), c(5, 4))
  out <- cell$unroll(3, x, layout = "NTC", merge_outputs = TRUE)
  expect_equal(dim(out[[1]]), c(5, 3, 4))
  expect_equal(as.array(out[[1]])[, 1, ], as.array(step[[1]]), tolerance = 1e-6)
  apart <- cell$unroll(3, x, layout = "NTC", merge_outputs = FALSE)
  expect_length(apart[[1]], 3)
  expect_equal(as.array(apart[[1]][[3]]), as.array(out[[1]])[, 3, ], tolerance = 1e-6)
  expect_equal(cell$state_info(4)[[1]]$shape, c(5, 4))
})

test_that("cells are stacked and modified", {
  cell <- mx.gluon.rnn.HybridSequentialRNNCell(
    mx.gluon.rnn.LSTMCell(5), mx.gluon.rnn.DropoutCell(0.1), mx.gluon.rnn.ResidualCell(mx.gluon.rnn.GRUCell(5)))
  cell$initialize()
  expect_equal(length(cell), 3)
  expect_equal(dim(cell$unroll(3, x, layout = "NTC", merge_outputs = TRUE)[[1]]), c(5, 3, 4))
  both <- mx.gluon.rnn.BidirectionalCell(mx.gluon.rnn.RNNCell(2), mx.gluon.rnn.RNNCell(2))
  both$initialize()
  expect_equal(dim(both$unroll(3, x, layout = "NTC", merge_outputs = TRUE)[[1]]), c(4, 3, 4))
  conv <- mx.gluon.contrib.rnn.Conv2DLSTMCell(c(8, 6, 2), 3, i2h_kernel = c(3, 3), h2h_kernel = c(3, 3), i2h_pad = c(1, 1))
  conv$initialize()
  expect_equal(dim(conv(mx.nd.ones(c(8, 6, 2, 1)), conv$begin_state(batch_size = 1))[[1]]), c(8, 6, 3, 1))
})

test_that("sequences of different lengths end where they end", {
  cell <- mx.gluon.rnn.RNNCell(2)
  cell$initialize()
  out <- cell$unroll(3, x, layout = "NTC", merge_outputs = TRUE, valid_length = mx.nd.array(c(1, 3, 2, 3)))
  expect_equal(as.array(out[[1]])[, 2:3, 1], matrix(0, 2, 2))
  expect_true(all(as.array(out[[1]])[, 3, 2] != 0))
})
