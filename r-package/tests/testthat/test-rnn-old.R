# mx.lstm, mx.gru, mx.rnn and the tutorial of their time

quietly <- function(expr) suppressMessages(expr)

test_that("the character tutorial of MXNet R 0.10 runs and learns", {
  batch.size <- 8
  seq.len <- 8
  num.hidden <- 24
  num.embed <- 8
  num.lstm.layer <- 1
  make.dict <- function(text) {
    dic <- list()
    for (ch in strsplit(text, "")[[1]]) if (!ch %in% names(dic)) dic[[ch]] <- length(dic) + 1
    dic
  }
  make.data <- function(text, dic) {
    chars <- strsplit(text, "")[[1]]
    num.seq <- as.integer(length(chars) / seq.len)
    data <- array(0, dim = c(seq.len, num.seq))
    idx <- 1
    for (i in 1:num.seq) for (j in 1:seq.len) {
      data[j, i] <- dic[[chars[idx]]] - 1
      idx <- idx + 1
    }
    data
  }
  get.label <- function(X) {
    label <- array(0, dim = dim(X))
    d <- dim(X)[1]
    w <- dim(X)[2]
    for (i in 0:(w - 1)) for (j in 1:d) label[i * d + j] <- X[(i * d + j) %% (w * d) + 1]
    label
  }
  text <- strrep("the cat sat on the mat, the dog ran to the log. ", 24)
  dic <- make.dict(text)
  lookup.table <- names(dic)
  vocab <- length(dic)
  X <- make.data(text, dic)
  X.train <- list(data = X, label = get.label(X))
  X.val <- list(data = X[, 1:16], label = get.label(X)[, 1:16])
  mx.set.seed(1)
  lines <- log_of(model <- mx.lstm(X.train, X.val, ctx = mx.cpu(), num.round = 12, update.period = 1, num.lstm.layer = num.lstm.layer,
                                   seq.len = seq.len, num.hidden = num.hidden, num.embed = num.embed, num.label = vocab,
                                   batch.size = batch.size, input.size = vocab, initializer = mx.init.uniform(0.1),
                                   learning.rate = 0.5, wd = 0.00001, clip_gradient = 1))
  expect_match(lines[1], "^Iter \\[1\\] Train: Time: [0-9.e-]+ sec, NLL=[0-9.]+, Perp=[0-9.]+$")
  expect_match(lines[2], "^Iter \\[1\\] Val: NLL=[0-9.]+, Perp=[0-9.]+$")
  # 18 batches a round, a line after every 125
  expect_match(grep("Epoch", lines, value = TRUE), "^Epoch \\[125\\] Train: NLL=[0-9.]+, Perp=[0-9.]+$")
  perp <- as.numeric(sub(".*Perp=", "", grep("Val", lines, value = TRUE)))
  expect_lt(perp[12], 2)
  expect_lt(perp[12], perp[1] / 4)
  expect_s3_class(model, "MXFeedForwardModel")
  expect_setequal(names(model$arg.params), c("embed.weight", "l1.i2h.weight", "l1.i2h.bias", "l1.h2h.weight", "l1.h2h.bias",
                                             "cls.weight", "cls.bias"))

  infer.model <- mx.lstm.inference(num.lstm.layer = num.lstm.layer, input.size = vocab, num.hidden = num.hidden, num.embed = num.embed,
                                   num.label = vocab, arg.params = model$arg.params, ctx = mx.cpu())
  last.id <- dic[["t"]]
  out <- "t"
  for (i in 1:20) {
    ret <- mx.lstm.forward(infer.model, c(last.id - 1), FALSE)
    infer.model <- ret$model
    prob <- ret$prob
    last.id <- which.max(as.array(prob))
    out <- paste0(out, lookup.table[[last.id]])
  }
  expect_true(is.mx.ndarray(prob))
  expect_identical(dim(prob), c(vocab, 1L))
  expect_match(out, "the (cat|mat|dog|log)")
})

# What the network gives for whole sequences, from its symbol.
whole <- function(model, x, n) {
  exec <- mx.simple.bind(model$symbol, mx.cpu(), data = dim(x), label = dim(x))
  mx.exec.update.arg.arrays(exec, c(model$arg.params, list(data = mx.nd.array(x))), match.name = TRUE)
  mx.exec.update.aux.arrays(exec, model$aux.params, match.name = TRUE)
  mx.exec.forward(exec, is.train = FALSE)
  array(as.array(exec$ref.outputs[[1]]), c(n, dim(x)))
}

test_that("step by step is the same as the whole, for all cells", {
  set.seed(2)
  x <- matrix(sample(0:5, 40, TRUE), 4)
  data <- list(data = x, label = (x + 1) %% 6)
  common <- list(num.hidden = 5, num.embed = 3, num.label = 6, input.size = 6)
  train <- list(lstm = mx.lstm, gru = mx.gru, rnn = mx.rnn, bn = mx.rnn)
  infer <- list(lstm = mx.lstm.inference, gru = mx.gru.inference, rnn = mx.rnn.inference, bn = mx.rnn.inference)
  forward <- list(lstm = mx.lstm.forward, gru = mx.gru.forward, rnn = mx.rnn.forward, bn = mx.rnn.forward)
  for (kind in names(train)) {
    extra <- structure(list(2), names = paste0("num.", if (kind == "bn") "rnn" else kind, ".layer"))
    if (kind == "bn") extra$batch.norm <- TRUE
    mx.set.seed(3)
    model <- quietly(do.call(train[[kind]], c(list(data, seq.len = 4, batch.size = 5, num.round = 3, initializer = mx.init.uniform(0.5),
                                                   learning.rate = 0.5), common, extra)))
    if (kind == "bn") extra$aux.params <- model$aux.params
    walker <- do.call(infer[[kind]], c(list(batch.size = 2, arg.params = model$arg.params), common, extra))
    want <- whole(model, x[, 1:2], 6)
    for (again in 1:2) {
      for (t in 1:4) {
        ret <- forward[[kind]](walker, x[t, 1:2], new.seq = t == 1)
        walker <- ret$model
        expect_equal(as.array(ret$prob), want[, t, ], tolerance = 1e-5, info = kind)
      }
    }
  }
})

test_that("update.period sums gradients", {
  set.seed(4)
  x <- matrix(sample(0:5, 40, TRUE), 4)
  data <- list(data = x, label = (x + 1) %% 6)
  run <- function(...) {
    mx.set.seed(5)
    quietly(mx.gru(data, num.gru.layer = 1, seq.len = 4, num.hidden = 5, num.embed = 3, num.label = 6, input.size = 6, num.round = 3,
                   initializer = mx.init.uniform(0.5), optimizer = mx.opt.create("sgd", learning.rate = 0.3, rescale.grad = 0.1), ...))
  }
  two <- run(batch.size = 5, update.period = 2)
  one <- run(batch.size = 10)
  for (n in names(one$arg.params)) expect_equal(as.array(two$arg.params[[n]]), as.array(one$arg.params[[n]]), tolerance = 1e-5)
})

test_that("MXNet R's messages, and what else is wrong by name", {
  x <- matrix(0:3, 2)
  train <- function(data, ...) mx.lstm(data, num.lstm.layer = 1, seq.len = 2, num.hidden = 2, num.embed = 2, num.label = 4, batch.size = 2, input.size = 4, ...)
  expect_mx_error(train(x), "The dataset should be either a mx.io.DataIter or a R list")
  expect_mx_error(train(list(data = x)), "Please provide dataset as list(data=R.array, label=R.array)", fixed = TRUE)
  expect_mx_error(train(list(data = rbind(x, x), label = rbind(x, x))), "seq.len")
  expect_mx_error(train(list(data = x, label = x), lerning.rate = 1), "lerning.rate")
  expect_mx_error(mx.lstm(list(data = x, label = x), num.lstm.layer = 1, seq.len = 2), "num.hidden is missing")
  model <- quietly(train(list(data = x, label = x), num.round = 1))
  expect_mx_error(mx.lstm.inference(1, 4, 2, 2, 4, arg.params = model$arg.params["cls.bias"]), "lacks embed.weight")
  walker <- mx.lstm.inference(1, 4, 2, 2, 4, arg.params = model$arg.params)
  expect_mx_error(mx.lstm.forward(walker, 1:2), "one number per sequence")
  expect_mx_error(mx.lstm.forward(model, 1), "mx.lstm.inference")
})
