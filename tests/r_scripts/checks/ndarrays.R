m <- matrix(as.numeric(1:6), 2)
stopifnot(identical(as.array(mx.nd.sum(mat, axis = 0)), rowSums(m)), identical(as.array(mx.nd.sum(mat, axis = 1)), colSums(m)))
stopifnot(identical(as.array(mx.nd.transpose(mat)), t(m)), identical(as.array(mx.nd.reshape(mat, shape = c(3, 2))), matrix(as.numeric(1:6), 3)))
stopifnot(identical(as.array(product), right %*% left))  # MXNet R's dot has the operands in the other order
mx.set.seed(0)
stopifnot(all.equal(as.array(mx.runif(4)), c(0.5488135, 0.5928446, 0.7151893, 0.8442658), tolerance = 1e-6))
