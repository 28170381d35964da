# Test accuracy of the slides' models after ten rounds, through the R package, for three seeds:
#   R_LIBS=.rlib MXR_PYTHON=.venv/bin/python MXNET_HOME=... Rscript benchmarks/accuracy.R
# Prints one line a run: data, model, seed, test accuracy by round. docs/accuracy.md has the table.
library(mxr)

lenet <- function() {
  data <- mx.symbol.Variable("data")
  conv1 <- mx.symbol.Convolution(data = data, kernel = c(5, 5), num_filter = 6)
  pool1 <- mx.symbol.Pooling(data = mx.symbol.Activation(data = conv1, act_type = "relu"),
                             pool_type = "max", kernel = c(2, 2), stride = c(2, 2))
  conv2 <- mx.symbol.Convolution(data = pool1, kernel = c(3, 3), num_filter = 16)
  pool2 <- mx.symbol.Pooling(data = mx.symbol.Activation(data = conv2, act_type = "relu"),
                             pool_type = "max", kernel = c(2, 2), stride = c(2, 2))
  fc1 <- mx.symbol.FullyConnected(data = mx.symbol.Flatten(data = pool2), num_hidden = 120)
  fc2 <- mx.symbol.FullyConnected(data = mx.symbol.Activation(data = fc1, act_type = "relu"), num_hidden = 84)
  fc3 <- mx.symbol.FullyConnected(data = mx.symbol.Activation(data = fc2, act_type = "relu"), num_hidden = 10)
  mx.symbol.SoftmaxOutput(data = fc3)
}

images <- function(m) {
  x <- t(m[, -1] / 255)
  dim(x) <- c(28, 28, 1, ncol(x))
  x
}

accuracy <- function(symbol, train, test, rate, initializer, convolutional) {
  read <- if (convolutional) images else function(m) t(m[, -1])
  iter <- mx.io.arrayiter(read(train), train[, 1], batch.size = 128, shuffle = TRUE)
  eval <- mx.io.arrayiter(read(test), test[, 1], batch.size = 128, shuffle = FALSE)
  by_round <- c()
  keep <- function(iteration, nbatch, env, verbose) {
    by_round[iteration] <<- env$metric$get(env$eval.metric)$value
    TRUE
  }
  model <- mx.model.FeedForward.create(symbol, iter, ctx = mx.cpu(), eval.data = eval, eval.metric = mx.metric.accuracy,
                                       learning.rate = rate, num.round = 10, initializer = initializer,
                                       epoch.end.callback = keep, verbose = FALSE)
  pred <- predict(model, X = read(test))
  c(by_round, exact = mean(max.col(t(pred)) - 1 == test[, 1]))
}

mlp <- function(hidden) {
  net <- mx.symbol.Variable("data")
  for (n in hidden) net <- mx.symbol.Activation(mx.symbol.FullyConnected(net, num_hidden = n), act_type = "tanh")
  mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(net, num_hidden = 10))
}

models <- list(
  "mlp" = list(mlp(256), 0.01, mx.init.uniform(0.01), FALSE),
  "mlp3" = list(mlp(c(256, 100, 50)), 0.1, mx.init.uniform(0.01), FALSE),
  "lenet-0.1" = list(lenet(), 0.1, mx.init.Xavier(), TRUE),
  "lenet-0.01" = list(lenet(), 0.01, mx.init.Xavier(), TRUE)
)
chosen <- commandArgs(TRUE)
for (data in if (length(chosen)) chosen else c("mnist", "fashion-mnist")) {
  sets <- if (data == "mnist") mx.data.mnist() else mx.data.fashion.mnist()
  for (name in names(models)) {
    m <- models[[name]]
    for (seed in 0:2) {
      mx.set.seed(seed)
      a <- accuracy(m[[1]], sets$train, sets$test, m[[2]], m[[3]], m[[4]])
      cat(data, name, seed, sprintf("%.4f", a), "\n")
      flush(stdout())
    }
  }
}
