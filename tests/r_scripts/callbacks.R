# Callbacks: the tutorial, with a logger, checkpoints, early stopping and a closure of one's own
require(mxnet)
set.seed(1)
x <- matrix(rnorm(400), 100)
y <- as.numeric(x %*% c(1, -2, 0.5, 3) > 0)
data <- mx.symbol.Variable("data")
fc <- mx.symbol.FullyConnected(data, num_hidden = 2, name = "fc")
lro <- mx.symbol.SoftmaxOutput(fc, name = "sm")

logger <- mx.metric.logger$new()
mx.set.seed(0)
model <- mx.model.FeedForward.create(lro, X = x[1:80, ], y = y[1:80], eval.data = list(data = x[81:100, ], label = y[81:100]),
  ctx = mx.cpu(), num.round = 4, array.batch.size = 20, learning.rate = 0.5, array.layout = "rowmajor",
  eval.metric = mx.metric.accuracy, batch.end.callback = mx.callback.log.train.metric(2),
  epoch.end.callback = mx.callback.log.train.metric(5, logger))
length(logger$train)
logger$eval

mx.set.seed(0)
model <- mx.model.FeedForward.create(lro, X = x, y = y, ctx = mx.cpu(), num.round = 3, array.batch.size = 25, learning.rate = 0.5,
  array.layout = "rowmajor", eval.metric = mx.metric.accuracy, epoch.end.callback = mx.callback.save.checkpoint("chk", 2))
list.files(pattern = "^chk")

stop.when <- function(goal) {
  function(iteration, nbatch, env, verbose = TRUE) {
    result <- env$metric$get(env$train.metric)
    env$count <- if (is.null(env$count)) 1 else env$count + 1
    if (result$value > goal) {
      cat("reached after", env$count, "rounds\n")
      return(FALSE)
    }
    return(TRUE)
  }
}
mx.set.seed(0)
model <- mx.model.FeedForward.create(lro, X = x, y = y, ctx = mx.cpu(), num.round = 50, array.batch.size = 25, learning.rate = 0.5,
  array.layout = "rowmajor", eval.metric = mx.metric.accuracy, epoch.end.callback = stop.when(0.95))
early <- mx.model.FeedForward.create(lro, X = x, y = y, ctx = mx.cpu(), num.round = 40, array.batch.size = 25, learning.rate = 0.5,
  array.layout = "rowmajor", eval.metric = mx.metric.accuracy, verbose = FALSE,
  epoch.end.callback = mx.callback.early.stop(train.metric = 0.97, maximize = TRUE, verbose = TRUE))
