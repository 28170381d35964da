d <- easy_digits(200)
ops <- function(model) graph_data(model$symbol, NULL)$nodes$op
quiet <- function(...) suppressWarnings(suppressMessages(mx.mlp(..., num.round = 1)))

test_that("layers: one activation for all or one for each, dropout after the last hidden layer only", {
  m <- quiet(d$x, d$y, hidden_node = c(8, 6), out_node = 10, dropout = 0.5, activation = c("relu", "tanh"))
  expect_identical(ops(m), c("null", "FullyConnected", "Activation", "FullyConnected", "Activation", "Dropout", "FullyConnected", "SoftmaxOutput"))
  acts <- function(m) {
    json <- m$symbol$as.json()
    gsub(".*: \"|\"", "", regmatches(json, gregexpr('"act_type": "[a-z]+"', json))[[1]])
  }
  expect_identical(acts(m), c("relu", "tanh"))
  expect_identical(acts(quiet(d$x, d$y, hidden_node = c(8, 6), out_node = 10, activation = "sigmoid")), c("sigmoid", "sigmoid"))
  expect_identical(acts(quiet(d$x, d$y, out_node = 10)), "tanh")
  expect_identical(dim(quiet(d$x, d$y, out_node = 10)$arg.params[[1]]), c(40L, 1L))
  expect_mx_error(quiet(d$x, d$y, hidden_node = 1:2, out_node = 1, activation = c("tanh", "relu", "tanh")), "Length of activation should be 2")
  expect_mx_error(quiet(d$x, d$y, out_node = 1, dropout = c(.1, .2)), "only accept dropout ratio of length 1.", fixed = TRUE)
  expect_mx_error(quiet(d$x, d$y), "out_node \\(number of outputs\\) is missing")
})

test_that("the three heads, and no other", {
  expect_identical(tail(ops(quiet(d$x, d$y, out_node = 10)), 1), "SoftmaxOutput")
  expect_identical(tail(ops(quiet(d$x, d$y, out_node = 1, out_activation = "rmse")), 1), "LinearRegressionOutput")
  expect_identical(tail(ops(quiet(d$x, d$y > 4, out_node = 1, out_activation = "logistic")), 1), "LogisticRegressionOutput")
  expect_mx_error(quiet(d$x, d$y, out_node = 1, out_activation = "x"), "^Not supported yet.$")
})

test_that("an iterator brings its labels; the device of old scripts; dots go to the trainer", {
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
  m <- quiet(it, hidden_node = 4, out_node = 10)
  expect_identical(class(m), "MXFeedForwardModel")
  expect_identical(dim(predict(m, it)), c(10L, 200L))
  lines <- log_of(mx.mlp(it, hidden_node = 4, out_node = 10, device = list(mx.cpu(0), mx.cpu(1)), num.round = 1, eval.metric = mx.metric.accuracy))
  expect_identical(lines[2], "Start training with 2 devices")
  expect_mx_error(quiet(it, out_node = 10, device = "cpu"), "ctx must be mx.context or list of mx.context")
  expect_mx_error(quiet(it, out_node = 10, lerning.rate = 1), "unused argument \\(lerning.rate = 1\\)")
  expect_mx_error(quiet(d$x, out_node = 10), "Need to provide y for training")
})

test_that("what belongs to formulas is refused with arrays", {
  expect_mx_error(mx.mlp(d$x, d$y, out_node = 10, validation = 0.2), "argument validation goes with a formula or a data frame only")
  expect_mx_error(mx.mlp(d$x, d$y, out_node = 10, seed = 1), "argument seed goes with a formula or a data frame only")
})

test_that("old signature first", {
  expect_identical(head(names(formals(mx.mlp)), 9),
                   c("data", "label", "hidden_node", "out_node", "dropout", "activation", "out_activation", "ctx", "..."))
  expect_identical(formals(mx.mlp)$hidden_node, 1)
})
