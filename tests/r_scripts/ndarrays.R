# NDArray: vectorized tensor computations, the tutorial
require(mxnet)
mat <- mx.nd.array(matrix(1:6, 2, 3))
mat
dim(mat)
class(mat)
as.array(mat * 2 + 1)
a <- mx.nd.ones(c(2, 3), ctx = mx.cpu())
b <- mx.nd.ones(c(2, 3), mx.cpu(0))
c <- a + b
c
mx.nd.zeros(c(2, 2))
d <- c / a - 5
d
as.matrix(1 / (c + 2))
mx.nd.save(list(a = a, d = d), "mynd.bin")
loaded <- mx.nd.load("mynd.bin")
names(loaded)
all(as.array(loaded$d) == as.array(d))
x <- mx.nd.array(c(-1.5, 0.5, 2))
mx.nd.clip(x, 0, 1)
mx.nd.abs(x)
x > 0
left <- matrix(as.numeric(1:6), 2)
right <- matrix(as.numeric(1:8), 4)
product <- mx.nd.dot(mx.nd.array(left), mx.nd.array(right))
product
mx.nd.slice(mat, 1, 3)
mx.nd.reshape(mat, shape = c(3, 2))
mx.nd.transpose(mat)
mx.nd.sum(mat, axis = 0)
mx.nd.sum(mat, axis = 1)
mx.nd.one.hot(mx.nd.array(0:2), depth = 3)
mx.nd.argmax(mx.nd.array(matrix(c(1, 9, 3, 7, 2, 8), 3)), axis = 1)
mx.nd.concat(data = c(mat, mat), num_args = 2, dim = 0)
mx.nd.choose.element.0index(mat, mx.nd.array(c(1, 0, 1)))
ctx(mat)$device
mx.set.seed(0)
mx.runif(4)
mx.ctx.default()$device
is.mx.ndarray(mat)
