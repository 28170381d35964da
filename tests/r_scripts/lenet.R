# LeNet on handwritten digits, as in the MNIST competition tutorial; the pictures are in train.csv
require(mxnet)
train <- data.matrix(read.csv("train.csv", header = TRUE))
train.x <- t(train[, -1] / 255)
train.y <- train[, 1]
dim(train.x)
data <- mx.symbol.Variable('data')
conv1 <- mx.symbol.Convolution(data = data, kernel = c(5, 5), num_filter = 6)
tanh1 <- mx.symbol.Activation(data = conv1, act_type = "tanh")
pool1 <- mx.symbol.Pooling(data = tanh1, pool_type = "max", kernel = c(2, 2), stride = c(2, 2))
conv2 <- mx.symbol.Convolution(data = pool1, kernel = c(5, 5), num_filter = 12)
tanh2 <- mx.symbol.Activation(data = conv2, act_type = "tanh")
pool2 <- mx.symbol.Pooling(data = tanh2, pool_type = "max", kernel = c(2, 2), stride = c(2, 2))
flatten <- mx.symbol.Flatten(data = pool2)
fc1 <- mx.symbol.FullyConnected(data = flatten, num_hidden = 60)
tanh3 <- mx.symbol.Activation(data = fc1, act_type = "tanh")
fc2 <- mx.symbol.FullyConnected(data = tanh3, num_hidden = 10)
lenet <- mx.symbol.SoftmaxOutput(data = fc2)
train.array <- train.x
dim(train.array) <- c(28, 28, 1, ncol(train.x))
device.cpu <- mx.cpu()
mx.set.seed(0)
model <- mx.model.FeedForward.create(lenet, X = train.array, y = train.y, ctx = device.cpu, num.round = 12, array.batch.size = 50,
                                     learning.rate = 0.1, momentum = 0.9, wd = 0.00001, initializer = mx.init.Xavier(magnitude = 2.24),
                                     eval.metric = mx.metric.accuracy, verbose = FALSE)
preds <- predict(model, train.array)
dim(preds)
mean(max.col(t(preds)) - 1 == train.y) > 0.9
mx.model.save(model, "lenet", 12)
mx.nd.save(list(data = mx.nd.array(train.array[, , , 1:20, drop = FALSE]), preds = mx.nd.array(preds[, 1:20])), "lenet-io.nd")
