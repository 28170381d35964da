# A script as they were written for the first releases (0.7 to 0.11)
require(mxnet)
train.x <- t(scale(data.matrix(iris[seq(1, 150, 2), 1:4])))
train.y <- as.numeric(iris$Species)[seq(1, 150, 2)] - 1
mx.set.seed(0)
model <- mx.mlp(t(train.x), train.y, hidden_node = c(8, 6), out_node = 3, dropout = 0.1, activation = c("relu", "tanh"), out_activation = "softmax",
                device = mx.cpu(), num.round = 5, array.batch.size = 25, learning.rate = 0.1, momentum = 0.9, array.layout = "rowmajor",
                eval.metric = mx.metric.accuracy, verbose = FALSE)
names(model$arg.params)
a <- mx.symbol.Variable("a")
b <- mx.symbol.Variable("b")
both <- mx.symbol.Concat(a, b, num.args = 2, dim = 1, name = "both")
out <- mx.symbol.FullyConnected(data = both, name = "fc", num.hidden = 2, no.bias = TRUE)
arguments(out)
mx.symbol.infer.shape(out, a = c(3, 5), b = c(2, 5))$arg.shapes$fc_weight
exec <- mx.simple.bind(out, ctx = mx.cpu(), grad.req = "write", a = c(3, 5), b = c(2, 5))
mx.exec.update.arg.arrays(exec, list(a = mx.nd.ones(c(3, 5)), b = mx.nd.ones(c(2, 5)) * 2, fc_weight = mx.nd.array(matrix(1:10, 5))), match.name = TRUE)
mx.exec.forward(exec, is.train = TRUE)
as.array(exec$ref.outputs$fc_output)
mx.exec.backward(exec, mx.nd.ones(c(2, 5)))
as.array(exec$ref.grad.arrays$fc_weight)
as.array(exec$ref.grad.arrays$a)
opt <- mx.opt.create("sgd", learning.rate = 0.1, wd = 0, rescale.grad = 1, clip_gradient = NULL)
updater <- mx.opt.get.updater(opt, exec$ref.arg.arrays)
new <- updater(exec$ref.arg.arrays, exec$ref.grad.arrays)
mx.exec.update.arg.arrays(exec, new, match.name = TRUE, skip.null = TRUE)
as.array(exec$ref.arg.arrays$fc_weight)
mx.metric.custom("top", function(label, pred) mean(max.col(t(pred)) - 1 == label))$get(c(3, 4))$value
print(mx.io.extract(mx.io.arrayiter(matrix(1:6, 2), 1:3, batch.size = 2), "data"))
