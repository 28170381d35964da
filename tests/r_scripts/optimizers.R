# All optimizers on one quadratic bowl, and a schedule of learning rates
library(mxnet)
target <- c(1, -2, 3)
for (name in c("sgd", "rmsprop", "adam", "adagrad", "adadelta", "nag")) {
  opt <- switch(name, sgd = mx.opt.create("sgd", learning.rate = 0.1, momentum = 0.5), nag = mx.opt.create("nag", learning.rate = 0.1, momentum = 0.5),
                adadelta = mx.opt.create("adadelta", rho = 0.9), mx.opt.create(name, learning.rate = 0.1))
  weights <- list(w = mx.nd.zeros(3))
  updater <- mx.opt.get.updater(opt, weights, ctx = mx.cpu())
  for (i in 1:5) weights <- updater(weights, list(w = weights$w - mx.nd.array(target)))
  cat(name, format(as.array(weights$w), digits = 4), "\n")
}
x <- matrix(seq(-1, 1, length.out = 20), 1)
net <- mx.symbol.LinearRegressionOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1, name = "fc"))
iter <- mx.io.arrayiter(x, 3 * x[1, ], batch.size = 10)
start <- list(fc_weight = mx.nd.zeros(c(1, 1)), fc_bias = mx.nd.zeros(1))
model <- mx.model.FeedForward.create(net, X = iter, num.round = 4, arg.params = start, learning.rate = 0.5,
  lr_scheduler = mx.lr_scheduler.FactorScheduler(step = 3, factor_val = 0.5), eval.metric = mx.metric.rmse)
