# Features out of an inner layer, and a new head on a network whose first layers stay as they are
require(mxnet)
x <- t(scale(data.matrix(iris[, 1:4])))
species <- as.integer(iris$Species) - 1
data <- mx.symbol.Variable("data")
net <- mx.symbol.FullyConnected(data, name = "fc1", num_hidden = 6)
net <- mx.symbol.Activation(net, name = "relu1", act_type = "relu")
net <- mx.symbol.FullyConnected(net, name = "fc2", num_hidden = 3)
net <- mx.symbol.SoftmaxOutput(net, name = "softmax")
mx.set.seed(1)
model <- mx.model.FeedForward.create(net, X = x, y = species, num.round = 20, array.batch.size = 30, learning.rate = 0.2,
                                     initializer = mx.init.Xavier(), array.layout = "colmajor", verbose = FALSE)
internals <- internals(model$symbol)
internals$outputs
idx <- which(internals$outputs == "relu1_output")
extractor <- list(symbol = internals[[idx]], arg.params = model$arg.params, aux.params = model$aux.params)
class(extractor) <- "MXFeedForwardModel"
features <- predict(extractor, x, array.layout = "colmajor", allow.extra.params = TRUE)
dim(features)

new_fc <- mx.symbol.FullyConnected(data = internals[[idx]], num_hidden = 2, name = "fc_new")
new_soft <- mx.symbol.SoftmaxOutput(data = new_fc, name = "softmax")
arg_params_new <- mxnet:::mx.model.init.params(symbol = new_soft, input.shape = list(data = c(4, 30)), output.shape = NULL,
                                               initializer = mx.init.uniform(0.1), ctx = mx.cpu())$arg.params
arg_params_new[["fc1_weight"]] <- model$arg.params[["fc1_weight"]]
arg_params_new[["fc1_bias"]] <- model$arg.params[["fc1_bias"]]
is.setosa <- as.numeric(species == 0)
tuned <- mx.model.FeedForward.create(new_soft, X = x, y = is.setosa, num.round = 10, array.batch.size = 30, learning.rate = 0.2,
  array.layout = "colmajor", arg.params = arg_params_new, aux.params = list(), fixed.param = c("fc1_weight", "fc1_bias"),
  eval.metric = mx.metric.accuracy, verbose = FALSE)
names(tuned$arg.params)
full <- c(tuned$arg.params, model$arg.params[c("fc1_weight", "fc1_bias")])
final <- structure(list(symbol = new_soft, arg.params = full, aux.params = list()), class = "MXFeedForwardModel")
p <- predict(final, x, array.layout = "colmajor")
table(max.col(t(p)) - 1, is.setosa)
