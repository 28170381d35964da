# Two devices, a picture of the network, a speedometer
library(mxnet)
set.seed(4)
x <- matrix(rnorm(6 * 64), 6)
y <- as.numeric(colSums(x) > 0)
data <- mx.symbol.Variable("data")
net <- mx.symbol.FullyConnected(data, name = "fc1", num_hidden = 4)
net <- mx.symbol.Activation(net, name = "tanh1", act_type = "tanh")
net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(net, name = "fc2", num_hidden = 2), name = "sm")
train <- function(ctx) {
  mx.set.seed(0)
  mx.model.FeedForward.create(net, X = x, y = y, ctx = ctx, num.round = 3, array.batch.size = 16, learning.rate = 0.3,
                              array.layout = "colmajor", eval.metric = mx.metric.accuracy)
}
one <- train(mx.cpu())
two <- train(list(mx.cpu(0), mx.cpu(1)))
all.equal(as.array(one$arg.params$fc1_weight), as.array(two$arg.params$fc1_weight), tolerance = 1e-5)
is.mx.context(mx.cpu())
is.mx.context(list(mx.cpu(0), mx.cpu(1)))
mx.gpu(1)$device_id
viz <- graph.viz(net, shape = c(6, 16), direction = "LR")
is.null(viz)
kept <- mx.ctx.default()
mx.ctx.default(mx.cpu(1))$device_id
ctx(mx.nd.ones(2))$device_id
invisible(mx.ctx.default(kept))
