# mx.model.buckets and mx.infer.rnn

# Sequences of "good" (1 to 4), "bad" (5 to 8) and neutral words; the label says which side has more.
reviews <- function(steps, n) {
  data <- vapply(seq_len(n), function(i) {
    used <- sample(3:steps, 1)
    mood <- sample(0:1, 1)
    words <- ifelse(runif(used) < 0.7, sample(1:4, used, TRUE) + if (mood) 0 else 4, sample(9:14, used, TRUE))
    c(words, rep(0, steps - used))
  }, numeric(steps))
  list(data = data, label = as.numeric(colSums(data >= 1 & data <= 4) > colSums(data >= 5 & data <= 8)))
}

mood_net <- function(...) {
  rnn.graph(num_rnn_layer = 1, input_size = 15, num_embed = 6, num_hidden = 8, num_decode = 2, config = "seq-to-one",
            cell_type = "lstm", loss_output = "softmax", masking = TRUE, ...)
}

step_net <- function(last = TRUE, cell = "lstm") {
  rnn.graph(num_rnn_layer = 1, input_size = 6, num_embed = 4, num_hidden = 8, num_decode = 6, config = "one-to-one",
            cell_type = cell, loss_output = "softmax", output_last_state = last)
}

# Counts up from a random start, again and again: every step can be told from the one before.
counting <- function(steps, n) {
  start <- sample(0:5, n, TRUE)
  x <- outer(0:steps, start, "+") %% 6
  list(data = x[-(steps + 1), ], label = x[-1, ])
}

quiet_buckets <- function(...) suppressMessages(mx.model.buckets(..., verbose = FALSE))

test_that("a masked seq-to-one network learns, and logs as MXNet R does", {
  set.seed(1)
  train <- mx.io.bucket.iter(list("8" = reviews(8, 90), "12" = reviews(12, 70)), 16, shuffle = TRUE)
  eval <- mx.io.bucket.iter(list("8" = reviews(8, 30), "12" = reviews(12, 20)), 16)
  mx.set.seed(2)
  lines <- log_of(model <- mx.model.buckets(mood_net(), train, eval, metric = mx.metric.accuracy, num.round = 12,
                                            initializer = mx.init.Xavier(), optimizer = "adam", learning.rate = 0.02))
  expect_length(lines, 25)
  expect_identical(lines[1], "Start training with 1 devices")
  expect_match(lines[2], "^\\[1\\] Train-accuracy=0\\.[0-9]+$")
  expect_match(lines[25], "^\\[12\\] Validation-accuracy=[01]")
  expect_gt(as.numeric(sub(".*=", "", lines[24])), 0.95)
  expect_gt(as.numeric(sub(".*=", "", lines[25])), 0.85)
  expect_s3_class(model, "MXFeedForwardModel")
  expect_named(model, c("symbol", "arg.params", "aux.params"))
  expect_setequal(names(model$arg.params), c("embed.weight", "rnn.params.weight", "cls.weight", "cls.bias"))
  pred <- mx.infer.rnn(eval, model)
  expect_identical(dim(pred), c(2L, 50L))
  truth <- unlist(lapply(eval$buckets, `[[`, "label"))
  expect_gt(mean(max.col(t(pred)) - 1 == truth), 0.85)
  expect_output(print(model), "Embedding - SwapAxis - RNN")
  # from a file
  prefix <- file.path(withr_dir <- tempfile("rnn"), "m")
  dir.create(withr_dir)
  mx.model.save(model, prefix, 12)
  expect_equal(mx.infer.rnn(eval, mx.model.load(prefix, 12)), pred, tolerance = 1e-6)
  expect_equal(mx.infer.buckets(eval, mx.serialize(model)), pred, tolerance = 1e-6)
})

test_that("every step decoded: learning, padding cut for all steps, and the same step by step", {
  set.seed(3)
  data <- mx.io.bucket.iter(list("5" = counting(5, 22), "7" = counting(7, 19)), 8)
  mx.set.seed(1)
  model <- quiet_buckets(step_net(), data, metric = mx.metric.Perplexity, num.round = 12, initializer = mx.init.Xavier(),
                         optimizer = "adam", learning.rate = 0.05)
  pred <- mx.infer.rnn(data, model)
  expect_identical(dim(pred), as.integer(c(6, 5 * 22 + 7 * 19)))
  truth <- unlist(lapply(data$buckets, `[[`, "label"))
  expect_gt(mean(max.col(t(pred)) - 1 == truth), 0.95)
  inner <- internals(model$symbol)
  pick <- function(name) inner$get.output(which(outputs(inner) == name))
  symbol <- mx.symbol.Group(pick("loss_output"), pick("RNN_state"), pick("RNN_state_cell"))
  x <- data$buckets[["5"]]$data[, 1, drop = FALSE]
  whole <- mx.infer.rnn.one(mx.io.arrayiter(x, x, batch.size = 1), symbol, model$arg.params, model$aux.params)
  expect_named(whole, c("loss_output", "RNN_state", "RNN_state_cell"))
  expect_equal(as.array(whole$loss_output), pred[, 1:5], tolerance = 1e-5)
  states <- NULL
  for (t in 1:5) {
    one <- x[t, , drop = FALSE]
    out <- mx.infer.buckets.one(mx.io.arrayiter(one, one, batch.size = 1), symbol, model$arg.params, model$aux.params, states)
    expect_equal(as.vector(as.array(out[[1]])), pred[, t], tolerance = 1e-5)
    states <- list(rnn.state = out[[2]], rnn.state.cell = out[[3]])
  }
  expect_equal(as.array(out$RNN_state_cell), as.array(whole$RNN_state_cell), tolerance = 1e-5)
  expect_mx_error(mx.infer.rnn.one(data, symbol, model$arg.params["cls.bias"], list()), "lack")
  expect_mx_error(mx.infer.rnn.one(data, symbol, model$arg.params, list(), list(rnn.stat = out[[2]])), "rnn.stat")
})

test_that("unrolled symbols by bucket share their parameters; their states carry on", {
  set.seed(4)
  data <- mx.io.bucket.iter(list("4" = counting(4, 24), "6" = counting(6, 16)), 8)
  unroll <- function(n, last = FALSE) {
    rnn.graph.unroll(num_rnn_layer = 2, seq_len = n, input_size = 6, num_embed = 4, num_hidden = 8, num_decode = 6,
                     config = "one-to-one", cell_type = "gru", loss_output = "softmax", output_last_state = last)
  }
  mx.set.seed(1)
  model <- quiet_buckets(list("4" = unroll(4), "6" = unroll(6)), data, metric = mx.metric.Perplexity, num.round = 20,
                         initializer = mx.init.Xavier(), optimizer = "adam", learning.rate = 0.05)
  expect_named(model$symbol, c("4", "6"))
  pred <- mx.infer.rnn(data, model)
  truth <- unlist(lapply(data$buckets, `[[`, "label"))
  expect_gt(mean(max.col(t(pred)) - 1 == truth), 0.95)
  x <- data$buckets[["4"]]$data[, 1:2]
  it <- function(x) mx.io.arrayiter(x, x, batch.size = 2)
  whole <- mx.infer.rnn.one.unroll(it(x), unroll(4, TRUE), 8, model$arg.params, model$aux.params)
  expect_named(whole, c("loss_output", "l1.last.h_output", "l2.last.h_output"))
  half <- mx.infer.rnn.one.unroll(it(x[1:2, ]), unroll(2, TRUE), 8, model$arg.params, model$aux.params)
  rest <- mx.infer.rnn.one.unroll(it(x[3:4, ]), unroll(2, TRUE), 8, model$arg.params, model$aux.params, init_states = half[-1])
  expect_equal(as.array(rest[[3]]), as.array(whole[[3]]), tolerance = 1e-5)
  expect_equal(as.array(rest$loss_output)[, 1:2], as.array(whole$loss_output)[, 3:4], tolerance = 1e-5)
  expect_mx_error(mx.infer.rnn.one.unroll(it(x), unroll(4, TRUE), 8, model$arg.params, list(), half[2]), "init_states has 1")
  # a bucket that has no symbol
  expect_mx_error(quiet_buckets(list("4" = unroll(4)), data), "no symbol for bucket '6'")
  expect_mx_error(quiet_buckets(list("4" = unroll(4)), mx.io.arrayiter(x, x, 2)), "bucketID")
})

test_that("arrays of series, MXNet R's own metric of the tutorial, an optimizer object, history", {
  x <- array(sin(seq_len(2 * 12 * 20) / 5), c(2, 12, 20))
  y <- (x[1, , ] + x[2, , ]) / 2
  it <- mx.io.arrayiter(x, y, batch.size = 5)
  mse <- mx.metric.custom("MSE", function(label, pred) {
    label <- mx.nd.reshape(label, shape = -1)
    pred <- mx.nd.reshape(pred, shape = -1)
    as.array(mx.nd.mean(mx.nd.square(label - pred)))
  })
  net <- rnn.graph(num_rnn_layer = 2, num_hidden = 8, num_decode = 1, masking = FALSE, loss_output = "linear", dropout = 0.1,
                   ignore_label = -1, cell_type = "lstm", output_last_state = TRUE, config = "one-to-one")
  optimizer <- mx.opt.create("adadelta", rho = 0.9, eps = 1e-5, wd = 1e-6, clip_gradient = 1, rescale.grad = 1 / 5)
  logger <- mx.metric.logger()
  mx.set.seed(1)
  lines <- log_of(model <- mx.model.buckets(symbol = net, train.data = it, eval.data = it, num.round = 15, ctx = mx.cpu(), verbose = TRUE,
                                            metric = mse, initializer = mx.init.Xavier(rnd_type = "gaussian", factor_type = "avg", magnitude = 3),
                                            optimizer = optimizer, batch.end.callback = NULL,
                                            epoch.end.callback = mx.callback.log.train.metric(period = 10, logger = logger)))
  expect_match(lines[31], "^\\[15\\] Validation-MSE=")
  expect_length(logger$train, 15)
  expect_lt(logger$eval[15], logger$eval[1] / 2)
  expect_identical(dim(mx.infer.rnn(it, model)), c(1L, 240L))
})

test_that("callbacks, rounds, fixed and given parameters", {
  set.seed(5)
  data <- mx.io.bucket.iter(list("5" = counting(5, 16)), 8)
  mx.set.seed(1)
  first <- quiet_buckets(step_net(), data, num.round = 1, initializer = mx.init.uniform(0.3))
  calls <- NULL
  model <- quiet_buckets(step_net(), data, metric = mx.metric.Perplexity, arg.params = first$arg.params, fixed.params = "embed.weight",
                         begin.round = 3, num.round = 9, optimizer = mx.opt.create("sgd", learning.rate = 0.1),
                         batch.end.callback = function(iteration, nbatch, env) calls <<- rbind(calls, c(iteration, nbatch)),
                         epoch.end.callback = function(iteration, nbatch, env, verbose) {
                           expect_true(is.mx.ndarray(env$model$arg.params$cls.weight))
                           iteration < 5
                         })
  expect_equal(calls, cbind(rep(3:5, each = 2), 1:2))
  expect_false("embed.weight" %in% names(model$arg.params))
  expect_equal(as.array(attr(model, "fixed.params")$embed.weight), as.array(first$arg.params$embed.weight))
  expect_false(isTRUE(all.equal(model$arg.params$cls.weight, first$arg.params$cls.weight)))
  expect_identical(dim(mx.infer.rnn(data, model)), c(6L, 80L))
  # fixed parameters that a script puts back count, not the ones remembered
  back <- model
  back$arg.params$embed.weight <- mx.nd.zeros(dim(first$arg.params$embed.weight))
  bare <- back
  attr(bare, "fixed.params") <- NULL
  expect_identical(mx.infer.rnn(data, back), mx.infer.rnn(data, bare))
  expect_warning(quiet_buckets(step_net(), data, arg.params = c(first$arg.params, list(other.weight = mx.nd.zeros(2)))), "other.weight")
  expect_mx_error(quiet_buckets(step_net(), data, fixed.params = "embed.wight"), "embed.wight")
  expect_mx_error(quiet_buckets(step_net(), data, optimizer = "sdg"), "Did you mean")
  expect_mx_error(quiet_buckets(step_net(), data, learnin.rate = 3), "learnin.rate")
  expect_mx_error(quiet_buckets(step_net(), data, begin.round = 3, num.round = 2), "num.round")
})

test_that("several devices give what one gives", {
  set.seed(6)
  buckets <- list("5" = counting(5, 16), "7" = counting(7, 16))
  run <- function(ctx) {
    mx.set.seed(1)
    quiet_buckets(step_net(cell = "gru"), mx.io.bucket.iter(buckets, 8), metric = mx.metric.accuracy, num.round = 3, ctx = ctx,
                  initializer = mx.init.uniform(0.3), optimizer = mx.opt.create("sgd", learning.rate = 0.1, momentum = 0.9, rescale.grad = 1 / 8))
  }
  one <- run(mx.cpu())
  two <- run(list(mx.cpu(0), mx.cpu(1)))
  for (n in names(one$arg.params)) expect_equal(as.array(two$arg.params[[n]]), as.array(one$arg.params[[n]]), tolerance = 1e-4)
})

test_that("inputs that do not fit are named", {
  set.seed(7)
  data <- mx.io.bucket.iter(list("8" = reviews(8, 16)), 8)
  plain <- mx.io.arrayiter(data$buckets[["8"]]$data, data$buckets[["8"]]$label, 8)
  expect_mx_error(quiet_buckets(mood_net(), plain), "Not enough information|seq.mask")
  expect_mx_error(quiet_buckets(mood_net(), data$buckets), "train.data")
  expect_mx_error(quiet_buckets("net", data), "symbol")
  wrong <- data$buckets
  wrong[["8"]]$label <- wrong[["8"]]$label + 1
  expect_mx_error(quiet_buckets(mood_net(), mx.io.bucket.iter(wrong, 8)), "labels 0 to 1, given 2")
  wrong <- data$buckets
  wrong[["8"]]$data[2, 3] <- NA
  expect_mx_error(quiet_buckets(mood_net(), mx.io.bucket.iter(wrong, 8)), "NA or NaN")
  expect_mx_error(quiet_buckets(mood_net(), data, metric = "accuracy"), "metric")
  odd <- mx.symbol.SoftmaxOutput(mx.symbol.broadcast_mul(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 2), mx.symbol.Variable("alpha")),
                                 mx.symbol.Variable("label"))
  expect_error(suppressWarnings(quiet_buckets(odd, plain, arg.params = list(alpha = mx.nd.ones(c(2, 1))))), NA)
})

test_that("predict() takes recurrent models, with arrays and iterators", {
  set.seed(8)
  data <- mx.io.bucket.iter(list("4" = counting(4, 24), "6" = counting(6, 16)), 8)
  model <- quiet_buckets(step_net(FALSE), data, num.round = 1)
  all <- mx.infer.rnn(data, model)
  expect_identical(predict(model, data), all)
  expect_equal(predict(model, data$buckets[["4"]]$data, array.batch.size = 10), all[, 1:96], tolerance = 1e-6)
  expect_equal(predict(model, t(data$buckets[["4"]]$data), array.layout = "rowmajor"), all[, 1:96], tolerance = 1e-6)
  expect_identical(predict(model, data, type = "class"), max.col(t(all), "first") - 1L)
  expect_mx_error(predict(model, 1:4), "length, examples")
  # labels of an iterator do not matter; several numbers a step
  x <- array(runif(2 * 5 * 7), c(2, 5, 7))
  for (k in c(1, 3)) {
    for (config in c("one-to-one", "seq-to-one")) {
      net <- rnn.graph(1, num_hidden = 4, num_decode = k, config = config, cell_type = "gru", loss_output = "linear")
      y <- array(runif(35 * k), c(if (k > 1) k, if (config == "one-to-one") 5, 7))
      model <- quiet_buckets(net, mx.io.arrayiter(x, y, 7), num.round = 1)
      expect_identical(dim(predict(model, x)), as.integer(c(k, if (config == "one-to-one") 35 else 7)))
      expect_identical(predict(model, x), mx.infer.rnn(mx.io.arrayiter(x, rep(0, 7), 7), model))
    }
  }
  # padding counts by zeros, as in training
  set.seed(9)
  buckets <- list("8" = reviews(8, 24))
  model <- quiet_buckets(mood_net(), mx.io.bucket.iter(buckets, 8), num.round = 1, initializer = mx.init.uniform(0.5))
  longer <- rbind(buckets[["8"]]$data, matrix(0, 3, 24))
  expect_equal(predict(model, longer), predict(model, buckets[["8"]]$data), tolerance = 1e-6)
})

test_that("a model with a symbol per bucket prints, and says what to save", {
  set.seed(10)
  data <- mx.io.bucket.iter(list("2" = counting(2, 8), "3" = counting(3, 8)), 8)
  nets <- lapply(c("2" = 2, "3" = 3), function(n) {
    rnn.graph.unroll(1, seq_len = n, input_size = 6, num_embed = 2, num_hidden = 3, num_decode = 6, config = "seq-to-one", cell_type = "lstm")
  })
  nets <- lapply(nets, function(n) mx.symbol.SoftmaxOutput(n, mx.symbol.Variable("label"), name = "loss"))
  last <- lapply(data$buckets, function(b) list(data = b$data, label = b$label[nrow(b$label), ]))
  model <- quiet_buckets(nets, mx.io.bucket.iter(last, 8), num.round = 1)
  expect_output(print(model), "data 2 x n")
  expect_mx_error(mx.model.save(model, file.path(tempdir(), "several"), 1), "model\\$symbol\\[\\[\"2\"\\]\\]")
  again <- tempfile(fileext = ".rds")
  saveRDS(model, again)
  expect_equal(predict(readRDS(again), mx.io.bucket.iter(last, 8)), predict(model, mx.io.bucket.iter(last, 8)))
})

test_that("what prediction keeps is given back when memory is short", {
  live <- function() {
    for (i in 1:2) {
      invisible(gc())
      mxr:::empty_bin()
    }
    mxr:::.call("collect")
    reticulate::py_eval("len(__import__('mxr.interop.r_infer', fromlist=['x'])._recent)")
  }
  data <- mx.io.bucket.iter(list("5" = counting(5, 16)), 8)
  model <- quiet_buckets(step_net(), data, num.round = 1, initializer = mx.init.uniform(0.3))
  mx.infer.rnn(data, model)
  expect_identical(live(), 0L)
  expect_identical(dim(mx.infer.rnn(data, model)), c(6L, 80L))
})
