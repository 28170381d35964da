# A small convolutional network with batch normalisation and dropout; auxiliary states, infer.shape, one step by hand
library(mxnet)
set.seed(3)
n <- 60
x <- array(rnorm(8 * 8 * 1 * n), c(8, 8, 1, n))
y <- rep(0:2, length.out = n)
for (i in 1:n) x[, y[i] * 3 + 1:2, 1, i] <- x[, y[i] * 3 + 1:2, 1, i] + 2
get_symbol <- function(num_classes = 3) {
  data <- mx.symbol.Variable("data")
  conv <- mx.symbol.Convolution(data = data, name = "conv", kernel = c(3, 3), pad = c(1, 1), num_filter = 4, no.bias = TRUE)
  bn <- mx.symbol.BatchNorm(data = conv, name = "bn", fix.gamma = FALSE, eps = 1e-3, momentum = 0.9)
  act <- mx.symbol.Activation(data = bn, act_type = "relu", name = "relu")
  pool <- mx.symbol.Pooling(data = act, name = "pool", kernel = c(2, 2), stride = c(2, 2), pool_type = "avg")
  drop <- mx.symbol.Dropout(data = mx.symbol.flatten(pool), p = 0.2, name = "drop")
  fc <- mx.symbol.FullyConnected(data = drop, num_hidden = num_classes, name = "fc")
  mx.symbol.SoftmaxOutput(data = fc, name = "softmax")
}
net <- get_symbol()
arguments(net)
net$auxiliary.states
mx.symbol.infer.shape(net, data = c(8, 8, 1, 20))
mx.set.seed(0)
model <- mx.model.FeedForward.create(net, X = x, y = y, ctx = mx.cpu(), num.round = 30, array.batch.size = 20, optimizer = "rmsprop",
  learning.rate = 0.01, initializer = mx.init.Xavier(factor_type = "in", magnitude = 2), eval.metric = mx.metric.accuracy, verbose = FALSE)
lapply(model$aux.params, dim)
p <- predict(model, x)
dim(p)
mean(max.col(t(p)) - 1 == y) > 0.9
