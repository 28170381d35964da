# Training through R for performance.py: Rscript r_training.R mlp|lenet ROUNDS SAMPLES prints CPU seconds of each round
# but the first. r_training.py is the same in Python.
suppressMessages(library(mxr))
arguments <- commandArgs(TRUE)
name <- arguments[1]
rounds <- as.integer(arguments[2])
n <- as.integer(arguments[3])

lenet <- function() {
  net <- mx.symbol.Variable("data")
  for (layer in list(list(5, 6), list(3, 16))) {
    net <- mx.symbol.Convolution(net, kernel = c(layer[[1]], layer[[1]]), num_filter = layer[[2]])
    net <- mx.symbol.Pooling(mx.symbol.Activation(net, act_type = "relu"), pool_type = "max", kernel = c(2, 2),
                             stride = c(2, 2))
  }
  net <- mx.symbol.Flatten(net)
  for (hidden in c(120, 84)) {
    net <- mx.symbol.Activation(mx.symbol.FullyConnected(net, num_hidden = hidden), act_type = "relu")
  }
  mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(net, num_hidden = 10))
}

mlp <- function() {
  net <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 256)
  net <- mx.symbol.FullyConnected(mx.symbol.Activation(net, act_type = "tanh"), num_hidden = 10)
  mx.symbol.SoftmaxOutput(net)
}

set.seed(0)
x <- runif(n * 784)
dim(x) <- if (name == "lenet") c(28, 28, 1, n) else c(784, n)
y <- sample(0:9, n, replace = TRUE)
cpu <- function() sum(proc.time()[1:2])
seconds <- c()
last <- cpu()
watch <- function(iteration, nbatch, env, verbose) {
  now <- cpu()
  seconds[iteration] <<- now - last
  last <<- now
  TRUE
}
invisible(mx.model.FeedForward.create(
  if (name == "lenet") lenet() else mlp(), mx.io.arrayiter(x, y, batch.size = 128, shuffle = TRUE), ctx = mx.cpu(),
  num.round = rounds, eval.metric = mx.metric.accuracy, learning.rate = 0.01, epoch.end.callback = watch,
  initializer = mx.init.Xavier(), verbose = FALSE))
cat(seconds[-1], "\n")
