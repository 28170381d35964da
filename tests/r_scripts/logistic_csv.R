# Logistic regression on files of comma-separated values
library(mxnet)
x <- scale(data.matrix(mtcars[, c("mpg", "hp", "wt")]))
y <- mtcars$am
write.table(x, "x.csv", sep = ",", row.names = FALSE, col.names = FALSE)
write.table(y, "y.csv", sep = ",", row.names = FALSE, col.names = FALSE)
iter <- mx.io.CSVIter(data.csv = "x.csv", data.shape = 3, label.csv = "y.csv", label.shape = 1, batch.size = 16)
is.mx.dataiter(iter)
iter$reset()
while (iter$iter.next()) print(dim(iter$value()$data))
iter$reset()
data <- mx.symbol.Variable("data")
net <- mx.symbol.LogisticRegressionOutput(mx.symbol.FullyConnected(data, num_hidden = 1, name = "fc"), name = "logit")
mx.set.seed(0)
model <- mx.model.FeedForward.create(net, X = iter, ctx = mx.cpu(), num.round = 8, learning.rate = 0.5, momentum = 0.5, wd = 0.01,
                                     eval.metric = mx.metric.logistic_acc)
p <- predict(model, x, array.layout = "rowmajor")
table(predicted = as.numeric(p[1, ] > 0.5), actual = y)
