# Customized loss function with MakeLoss: squared and absolute errors, the tutorial
library(mxnet)
x <- t(scale(data.matrix(mtcars[, c("hp", "wt")])))
y <- mtcars$mpg / 10
iter <- function() mx.io.arrayiter(data = x, label = y, batch.size = 32, shuffle = FALSE)
data <- mx.symbol.Variable("data")
label <- mx.symbol.Variable("label")
fc <- mx.symbol.FullyConnected(data, num_hidden = 1, name = "fc")
lro2 <- mx.symbol.MakeLoss(mx.symbol.square(mx.symbol.Reshape(fc, shape = 0) - label), name = "lro2")
start <- list(fc_weight = mx.nd.zeros(c(2, 1)), fc_bias = mx.nd.zeros(1))
model <- mx.model.FeedForward.create(lro2, X = iter(), ctx = mx.cpu(), num.round = 30, learning.rate = 0.1, arg.params = start,
                                     input.names = "data", output.names = "label", verbose = FALSE)
as.array(model$arg.params$fc_weight)
as.array(model$arg.params$fc_bias)
internals <- internals(model$symbol)
fc_symbol <- internals[[match("fc_output", outputs(internals))]]
model2 <- list(symbol = fc_symbol, arg.params = model$arg.params, aux.params = model$aux.params)
class(model2) <- "MXFeedForwardModel"
pred <- predict(model2, x, array.layout = "colmajor")
dim(pred)
sum((y - pred[1, ])^2) / 32
mae <- mx.symbol.MakeLoss(mx.symbol.abs(mx.symbol.Reshape(fc, shape = 0) - label), name = "mae")
model3 <- mx.model.FeedForward.create(mae, X = iter(), ctx = mx.cpu(), num.round = 30, learning.rate = 0.1, arg.params = start,
                                      input.names = "data", output.names = "label", verbose = FALSE)
as.array(model3$arg.params$fc_weight)
