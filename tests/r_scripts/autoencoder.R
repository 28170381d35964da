# An autoencoder: the data are their own labels
library(mxnet)
x <- t(scale(data.matrix(iris[, 1:4])))
input <- mx.symbol.Variable("data")
code <- mx.symbol.Activation(mx.symbol.FullyConnected(input, num_hidden = 2, name = "enc"), act_type = "tanh", name = "code")
output <- mx.symbol.LinearRegressionOutput(mx.symbol.FullyConnected(code, num_hidden = 4, name = "dec"), name = "out")
train <- mx.io.arrayiter(data = x, label = x, batch.size = 30, shuffle = TRUE)
mx.set.seed(7)
rmse <- mx.metric.custom("rmse", function(label, pred) sqrt(mean((as.array(label) - as.array(pred))^2)))
model <- mx.model.FeedForward.create(output, X = train, ctx = mx.cpu(), num.round = 60, optimizer = "adam", learning.rate = 0.02,
  initializer = mx.init.Xavier(), eval.metric = rmse, verbose = FALSE, epoch.end.callback = function(iteration, nbatch, env, verbose) {
    if (iteration %% 20 == 0) cat("round", iteration, env$metric$get(env$train.metric)$name, "below",
                                  ceiling(10 * env$metric$get(env$train.metric)$value) / 10, "\n")
    TRUE
  })
back <- predict(model, x, array.layout = "colmajor")
dim(back)
sqrt(mean((back - x)^2)) < 0.5
encoder <- structure(list(symbol = code, arg.params = model$arg.params, aux.params = list()), class = "MXFeedForwardModel")
codes <- predict(encoder, x, array.layout = "colmajor", allow.extra.params = TRUE)
dim(codes)
max(abs(codes)) <= 1
