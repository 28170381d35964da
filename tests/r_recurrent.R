# Trains recurrent networks with mx.model.buckets and writes all that a step-by-step comparison needs to a folder:
# symbols, parameters before and after, every batch, and the loss of every batch.
folder <- commandArgs(TRUE)[1]
library(mxr)

at <- function(...) file.path(folder, paste0(...))

# An iterator in an environment that hands on another one's batches and writes them down.
recorder <- function(inner, name) {
  it <- new.env()
  it$round <- -1  # the model looks at one batch before the first round
  it$reset <- function() {
    inner$reset()
    it$round <- it$round + 1
    it$k <- 0
  }
  it$iter.next <- function() {
    more <- inner$iter.next()
    if (more) {
      it$k <- it$k + 1
      if (is(inner, "BucketIter")) it$bucketID <- inner$bucketID
    }
    more
  }
  it$value <- function() {
    v <- inner$value()
    mx.nd.save(v, at(name, "-", it$round, "-", it$k, ".params"))
    v
  }
  it$num.pad <- function() inner$num.pad()
  it
}

run <- function(name, symbol, data, loss, optimizer, rounds = 2) {
  symbols <- if (is.mx.symbol(symbol)) list("*" = symbol) else symbol
  for (b in names(symbols)) mx.symbol.save(symbols[[b]], at(name, "-", if (b == "*") "all" else b, "-symbol.json"))
  lines <- character()
  before <- c(0, 0)
  it <- recorder(data, name)
  saved <- FALSE
  each <- function(iteration, nbatch, env) {
    if (nbatch == 1) before <<- c(0, 0)
    lines <<- c(lines, sprintf("%d %d %s %.17g", iteration, nbatch, if (is.null(names(it$bucketID))) "all" else names(it$bucketID),
                               env$train.metric[2] - before[2]))
    before <<- env$train.metric
  }
  mx.set.seed(11)
  first <- mxr:::first_batch(data, "test")
  dims <- mxr:::all_param_dims(symbols, data, first, NULL, "test")
  initial <- mx.init.create(mx.init.uniform(0.3), dims$args, mx.cpu())
  mx.nd.save(initial, at(name, "-initial.params"))
  model <- mx.model.buckets(symbol, it, metric = loss, arg.params = initial, optimizer = optimizer, num.round = rounds,
                            batch.end.callback = each, verbose = FALSE)
  writeLines(lines, at(name, ".txt"))
  mx.nd.save(model$arg.params, at(name, "-final.params"))
}

set.seed(5)
words <- function(steps, n, per_step) {
  data <- sapply(seq_len(n), function(i) {
    used <- sample(2:steps, 1)
    c(sample(1:9, used, TRUE), rep(0, steps - used))
  })
  list(data = data, label = if (per_step) rbind(data[-1, ], 0) else (data[1, ] > 4) + 0)
}
per_step <- list("4" = words(4, 7, TRUE), "7" = words(7, 10, TRUE))
per_sequence <- list("5" = words(5, 9, FALSE), "3" = words(3, 8, FALSE))

run("chars",
    rnn.graph(num_rnn_layer = 2, input_size = 10, num_embed = 4, num_hidden = 6, num_decode = 10, config = "one-to-one",
              cell_type = "lstm", loss_output = "softmax", ignore_label = 0, masking = TRUE),
    mx.io.bucket.iter(per_step, 4, shuffle = TRUE, seed = 3), mx.metric.Perplexity,
    mx.opt.create("sgd", learning.rate = 0.2, momentum = 0.9, wd = 0.001, rescale.grad = 1 / 4))

run("sentiment",
    rnn.graph(num_rnn_layer = 1, input_size = 10, num_embed = 4, num_hidden = 5, num_decode = 2, config = "seq-to-one",
              cell_type = "gru", loss_output = "softmax", masking = TRUE, bidirectional = TRUE),
    mx.io.bucket.iter(per_sequence, 4), mx.metric.Perplexity,
    mx.opt.create("adam", learning.rate = 0.05, rescale.grad = 1 / 4))

x <- array(sin(seq_len(3 * 6 * 11) / 3), c(3, 6, 11))
run("series",
    rnn.graph(num_rnn_layer = 2, num_hidden = 5, num_decode = 3, config = "one-to-one", cell_type = "lstm",
              loss_output = "linear", output_last_state = TRUE),
    mx.io.arrayiter(x, x * 0.5 + 0.1, batch.size = 4),
    mx.metric.mse,
    mx.opt.create("sgd", learning.rate = 0.05, rescale.grad = 1 / 4, clip_gradient = 0.5))

unrolled <- lapply(c("4" = 4, "7" = 7), function(n) {
  rnn.graph.unroll(num_rnn_layer = 2, seq_len = n, input_size = 10, num_embed = 4, num_hidden = 6, num_decode = 10,
                   config = "one-to-one", cell_type = "gru", loss_output = "softmax", masking = TRUE)
})
run("unrolled", unrolled, mx.io.bucket.iter(per_step, 4, shuffle = TRUE, seed = 3), mx.metric.Perplexity,
    mx.opt.create("sgd", learning.rate = 0.1, rescale.grad = 1 / 4))

# The older interface: a mean over each round is all that it tells.
old <- function(name, train, ...) {
  initial <- list()
  keep <- function(name, shape, ctx, allow.unknown = FALSE) {
    made <- mx.init.uniform(0.3)(name, shape, ctx, allow.unknown)
    if (!is.null(made)) initial[[name]] <<- mx.nd.copyto(made, mx.cpu())
    made
  }
  mx.set.seed(12)
  x <- sapply(1:10, function(i) sample(0:8, 5, TRUE))
  it <- recorder(mx.io.arrayiter(x, (x + 1) %% 9, batch.size = 4), name)
  lines <- character()
  model <- withCallingHandlers(train(it, seq.len = 5, num.hidden = 6, num.embed = 3, num.label = 9, batch.size = 4, input.size = 9,
                                     num.round = 2, initializer = keep, learning.rate = 0.5, ...),
    message = function(m) lines <<- c(lines, conditionMessage(m)))
  nll <- as.numeric(sub(".*NLL=([0-9.]+).*", "\\1", grep("Iter", lines, value = TRUE)))
  writeLines(sprintf("%d %d all %.17g", rep(1:2, each = 3), rep(1:3, 2), rep(nll, each = 3)), at(name, ".txt"))
  mx.symbol.save(model$symbol, at(name, "-all-symbol.json"))
  mx.nd.save(initial, at(name, "-initial.params"))
  mx.nd.save(model$arg.params, at(name, "-final.params"))
}
old("old_lstm", mx.lstm, num.lstm.layer = 2)
old("old_gru", mx.gru, num.gru.layer = 1)
old("old_rnn", mx.rnn, num.rnn.layer = 2)
