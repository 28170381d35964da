# A training loop by hand: simple.bind, forward, backward, updater
require(mxnet)
batch_size <- 50
x <- t(scale(data.matrix(iris[, 1:4])))
y <- as.integer(iris$Species) - 1
data <- mx.symbol.Variable("data")
fc <- mx.symbol.FullyConnected(data, num_hidden = 3, name = "fc")
softmax <- mx.symbol.SoftmaxOutput(fc, name = "sm")
executor <- mx.simple.bind(softmax, ctx = mx.cpu(), data = c(4, batch_size), sm_label = batch_size, grad.req = "write")
names(executor$ref.arg.arrays)
params <- list(fc_weight = mx.nd.zeros(c(4, 3)), fc_bias = mx.nd.zeros(3))
mx.exec.update.arg.arrays(executor, params, match.name = TRUE)
optimizer <- mx.opt.create("sgd", learning.rate = 0.1, momentum = 0.9, wd = 0.001, rescale.grad = 1 / batch_size)
updater <- mx.opt.get.updater(optimizer, executor$ref.arg.arrays, ctx = mx.cpu())
batches <- split(seq_along(y), rep(1:3, 50))
for (epoch in 1:5) {
  correct <- 0
  for (rows in batches) {
    mx.exec.update.arg.arrays(executor, list(data = mx.nd.array(x[, rows]), sm_label = mx.nd.array(y[rows])), match.name = TRUE)
    mx.exec.forward(executor, is.train = TRUE)
    correct <- correct + sum(max.col(t(as.array(executor$ref.outputs$sm_output)), ties.method = "first") - 1 == y[rows])
    mx.exec.backward(executor)
    args <- updater(executor$ref.arg.arrays, executor$ref.grad.arrays)
    mx.exec.update.arg.arrays(executor, args, skip.null = TRUE)
  }
  cat("epoch", epoch, "accuracy", correct / length(y), "\n")
}
executor$ref.arg.arrays$fc_weight
executor$ref.arg.arrays$fc_bias
