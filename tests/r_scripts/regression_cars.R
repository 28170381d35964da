# Regression with a metric of one's own, as in the tutorial on BostonHousing; first for arrays of MXNet, then of R (<= 1.1)
library(mxnet)
data(mtcars)
x <- scale(data.matrix(mtcars[, c("cyl", "disp", "hp", "wt")]))
y <- mtcars$mpg / 10

data <- mx.symbol.Variable("data")
fc1 <- mx.symbol.FullyConnected(data, num_hidden = 1)
lro <- mx.symbol.LinearRegressionOutput(fc1)

demo.metric.mae <- mx.metric.custom("mae", function(label, pred) {
  pred <- mx.nd.reshape(pred, shape = 0)
  res <- mx.nd.mean(mx.nd.abs(label - pred))
  return(res)
})
mx.set.seed(0)
model <- mx.model.FeedForward.create(lro, X = x, y = y, ctx = mx.cpu(), num.round = 12, array.batch.size = 32,
                                     learning.rate = 0.2, eval.metric = demo.metric.mae, array.layout = "rowmajor")
old.metric.mae <- mx.metric.custom("mae", function(label, pred) {
  res <- mean(abs(label - pred))
  return(res)
})
mx.set.seed(0)
again <- mx.model.FeedForward.create(lro, X = x, y = y, ctx = mx.cpu(), num.round = 12, array.batch.size = 32,
                                     learning.rate = 0.2, eval.metric = old.metric.mae, array.layout = "rowmajor")
preds <- predict(model, x, array.layout = "rowmajor")
dim(preds)
sqrt(mean((preds - y)^2))
