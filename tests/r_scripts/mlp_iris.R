# Neural network with MXNet in five minutes, in the manner of the first tutorial
require(mxnet)

data(iris)
iris <- iris[iris$Species != "setosa", ]
iris$Species <- as.numeric(iris$Species == "virginica")
train.ind <- c(1:35, 51:85)
train.x <- scale(data.matrix(iris[train.ind, 1:4]))
train.y <- iris[train.ind, 5]
test.x <- scale(data.matrix(iris[-train.ind, 1:4]), attr(train.x, "scaled:center"), attr(train.x, "scaled:scale"))
test.y <- iris[-train.ind, 5]

mx.set.seed(0)
model <- mx.mlp(train.x, train.y, hidden_node = 10, out_node = 2, out_activation = "softmax",
                num.round = 20, array.batch.size = 15, learning.rate = 0.07, momentum = 0.9,
                eval.metric = mx.metric.accuracy)
class(model)
names(model$arg.params)
preds <- predict(model, test.x)
dim(preds)
pred.label <- max.col(t(preds)) - 1
table(pred.label, test.y)
