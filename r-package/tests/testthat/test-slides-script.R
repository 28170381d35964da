# The slides' own code, chunk after chunk, as one script of a user who says library(mxnet): on a slice of the data, with
# fewer rounds, and on the CPU where the slides take the GPU (a machine without one says so: test-slides.R).

SLIDES <- r"(
library(mxnet)
small <- function(m, n) m[seq_len(min(n, nrow(m))), ]
for (name in c("mnist", "fashion.mnist")) {
  made <- get(paste0("mx.data.", name))()
  names(made) <- paste0(c("train_", "test_"), sub("fashion.", "f", name, fixed = TRUE))
  made <- Map(small, made, c(640, 256))
  save(list = names(made), envir = list2env(made), file = sub("fashion.mnist", "fmnist", paste0(name, ".rda"), fixed = TRUE))
}
grDevices::pdf(NULL)
# --- from here on, the slides
a <- mx.nd.ones(c(2, 3))
b <- a * 2 + 1
b
a <- mx.nd.ones(c(3, 2), ctx=mx.cpu())
b <- a * 2 + 1
b
a <- mx.nd.array(1:5)
a
class(a)
b <- a + 1/a
b
class(b)
mx.nd.log(a+10)
a <- mx.nd.ones(c(2, 3))
mat_a <- as.matrix(a)
mat_a
mat <- matrix(runif(400*400), 400, 400)
system.time({
  a <- mx.nd.array(mat, ctx = mx.cpu())
  res <- mx.nd.dot(a, a)
  res_mat <- as.matrix(res)
})[0]
class(res)
class(res_mat)
fc = try(mx.symbol.FullyConnected(), silent = TRUE)
conv = try(mx.symbol.Convolution(), silent = TRUE)
pool1 <- mx.symbol.Pooling(pool.type='avg')
act1 <- try(mx.symbol.Activation(pool.type='relu'), silent = TRUE)
load('mnist.rda')
dim(train_mnist)
dim(test_mnist)
plot_mnist <- function(dat, ind) {
      mat <- matrix(as.numeric(dat[ind,-1]), 28, 28)
      image(mat[,28:1], axes=FALSE, col=grey(seq(0, 1, length = 256)))
}
plot_mnist(train_mnist, 19)
x <- train_mnist[,-1]
y <- train_mnist[,1]

x.test <- test_mnist[,-1]
y.test <- test_mnist[,1]
train_mnist_iter <- mx.io.arrayiter(t(x), y, batch.size = 128, shuffle = TRUE)
test_mnist_iter <- mx.io.arrayiter(t(x.test), y.test, batch.size = 128, shuffle = FALSE)
small_net = function() {
  data <- mx.symbol.Variable("data")
  
  fc1 <- mx.symbol.FullyConnected(data, num_hidden = 256)
  act <- mx.symbol.Activation(fc1, act_type = 'tanh')
  
  fc2 <- mx.symbol.FullyConnected(act, num_hidden = 10)
  net <- mx.symbol.SoftmaxOutput(data=fc2)
  return(net)
}

net = small_net()
model <- mx.model.FeedForward.create(net, train_mnist_iter, ctx=mx.cpu(),
                                     eval.metric=mx.metric.accuracy,
                                     eval.data=test_mnist_iter,
                                     learning.rate=0.01, num.round=3)
model <- mx.mlp(train_mnist_iter, hidden_node=c(256), out_node=10, ctx=mx.cpu(), 
                eval.metric=mx.metric.accuracy,
                eval.data=test_mnist_iter,
                learning.rate=0.01, num.round=1)
model <- mx.mlp(train_mnist_iter, hidden_node=c(256, 100, 50), out_node=10, ctx=mx.cpu(), 
                eval.metric=mx.metric.accuracy,
                eval.data=test_mnist_iter,
                learning.rate=0.1, num.round=1)
load('fmnist.rda')
dim(train_fmnist)
dim(test_fmnist)
plot_mnist(train_fmnist, 1)
get.lenet <- function() {
  # input
  data <- mx.symbol.Variable('data')
  # first conv
  conv1 <- mx.symbol.Convolution(data=data, kernel=c(5,5), num_filter=6)
  relu1 <- mx.symbol.Activation(data=conv1, act_type="relu")
  pool1 <- mx.symbol.Pooling(data=relu1, pool_type="max",
                             kernel=c(2,2), stride=c(2,2))
  # second conv
  conv2 <- mx.symbol.Convolution(data=pool1, kernel=c(3,3), num_filter=16)
  relu2 <- mx.symbol.Activation(data=conv2, act_type="relu")
  pool2 <- mx.symbol.Pooling(data=relu2, pool_type="max",
                             kernel=c(2,2), stride=c(2,2))
  # first fullc
  flatten <- mx.symbol.Flatten(data=pool2)
  fc1 <- mx.symbol.FullyConnected(data=flatten, num_hidden=120)
  relu3 <- mx.symbol.Activation(data=fc1, act_type="relu")
  # second fullc
  fc2 <- mx.symbol.FullyConnected(data=relu3, num_hidden=84)
  relu4 <- mx.symbol.Activation(data=fc2, act_type="relu")
  # final fullc
  fc3 <- mx.symbol.FullyConnected(data=relu4, num_hidden=10)
  # loss
  lenet <- mx.symbol.SoftmaxOutput(data=fc3)
  return(lenet)
}

lenet = get.lenet()
x <- train_fmnist[,-1]
y <- train_fmnist[,1]

x.test <- test_fmnist[,-1]
y.test <- test_fmnist[,1]

# transpose and reshape
x <- t(x/255)
dim(x) <- c(28, 28, 1, ncol(x))
x.test <- t(x.test/255)
dim(x.test) <- c(28, 28, 1, ncol(x.test))

train_fmnist_iter <- mx.io.arrayiter(x, y, batch.size = 128, shuffle = TRUE)
test_fmnist_iter <- mx.io.arrayiter(x.test, y.test, batch.size = 128, shuffle = FALSE)
model = mx.model.FeedForward.create(lenet, train_fmnist_iter, ctx=mx.cpu(),
                                    eval.metric=mx.metric.accuracy,
                                    eval.data=test_fmnist_iter,
                                    initializer = mx.init.Xavier(),
                                    learning.rate=0.1, num.round=2)
dir.create('model')
mx.model.save(model, 'model/resnet-18', 0)  # stands for the download of a model of the zoo
model <- mx.model.load('model/resnet-18', 0)
normalize.image <-function(im, mean_vec, std_vec) {
  arr <- as.array(im)
  dim(arr) <- dim(arr)[-3]
  arr = arr * 255
  # substract the mean
  for (i in 1:length(mean_vec)) {
    arr[,,i] = (arr[,,i]-mean_vec[i])/std_vec[i]
  }
  # Reshape to format needed by mxnet (width, height, channel, num)
  dim(arr) <- c(dim(arr), 1)
  return(arr)
}
im_normed = normalize.image(array(runif(28 * 28), c(28, 28, 1, 1)), 100, 1)
prob <- predict(model, X=im_normed)
dim(prob)
max.idx <- order(prob[,1], decreasing = TRUE)[1:5]
# --- end of the slides
cat("errors:", sum(vapply(list(fc, conv, act1), inherits, NA, "try-error")), "sum:", round(sum(prob), 5), "top:", length(unique(max.idx)), "\n")
)"

test_that("the slides' script runs from library(mxnet) to the top classes and prints what the slides print", {
  lib <- tempfile("lib")
  work <- tempfile("slides")
  dir.create(lib)
  dir.create(work)
  on.exit(unlink(c(lib, work), recursive = TRUE))
  suppressMessages(use_as_mxnet(lib))
  code <- strsplit(SLIDES, "\n", fixed = TRUE)[[1]]
  libs <- sprintf(".libPaths(c(%s, .libPaths())); setwd(%s)", deparse(lib), deparse(work))
  out <- run_r(c(libs, code))
  said <- function(x) expect_match(out, x, fixed = TRUE, all = FALSE)
  expect_false(any(grepl("^Error|Traceback|Warning", out)))
  twos <- c("     [,1] [,2] [,3]", "[1,]    3    3    3", "[2,]    3    3    3")
  from <- match(twos[1], out)
  expect_identical(out[from + 0:18], c(
    twos, "     [,1] [,2]", "[1,]    3    3", "[2,]    3    3", "[3,]    3    3", "[1] 1 2 3 4 5", '[1] "MXNDArray"',
    "[1] 2.000000 2.500000 3.333333 4.250000 5.200000", '[1] "MXNDArray"', "[1] 2.397895 2.484907 2.564949 2.639057 2.708050",
    "     [,1] [,2] [,3]", "[1,]    1    1    1", "[2,]    1    1    1", "named numeric(0)", '[1] "MXNDArray"',
    '[1] "matrix" "array" ', grep("785$", out, value = TRUE)[1]))
  expect_match(grep("785$", out, value = TRUE), "^\\[1\\] [0-9]+ 785$")
  expect_length(grep("785$", out), 4)
  expect_identical(sum(out == "Start training with 1 devices"), 4L)
  scores <- grep("accuracy=", out, value = TRUE)
  expect_match(scores, "^\\[[1-3]\\] (Train|Validation)-accuracy=(0|1|0\\.[0-9]+)$")
  expect_identical(sub("=.*", "", scores[1:6]), paste0("[", rep(1:3, each = 2), "] ", c("Train", "Validation"), "-accuracy"))
  expect_length(scores, 14)
  expect_gt(as.numeric(sub(".*=", "", scores[5])), 0.6)
  said("[1] 10  1")
  expect_identical(trimws(tail(out, 1)), "errors: 3 sum: 1 top: 5")
})
