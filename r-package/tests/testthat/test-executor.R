test_that("simple.bind, update, forward, backward", {
  fc <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 2, name = "fc")
  e <- mx.simple.bind(fc, mx.cpu(), grad.req = "write", data = c(3, 4))
  expect_s4_class(e, "Rcpp_MXExecutor")
  expect_identical(lapply(e$ref.arg.arrays, dim), list(data = c(3L, 4L), fc_weight = c(3L, 2L), fc_bias = 2L))
  expect_true(all(as.array(e$arg.arrays$fc_weight) == 0))
  expect_null(e$ref.grad.arrays$data)
  x <- matrix(1:12, 3)
  w <- matrix(c(1, 0, 2, -1, 1, 1), 3)
  mx.exec.update.arg.arrays(e, list(fc_weight = mx.nd.array(w), data = mx.nd.array(x), fc_bias = mx.nd.array(c(10, 20))), match.name = TRUE)
  mx.exec.forward(e)
  expect_identical(names(e$ref.outputs), "fc_output")
  expect_equal(as.array(e$ref.outputs$fc_output), t(w) %*% x + c(10, 20))
  mx.exec.backward(e, mx.nd.ones(c(2, 4)))
  expect_equal(as.array(e$ref.grad.arrays$fc_bias), c(4, 4))
  expect_equal(as.array(e$grad.arrays$fc_weight), matrix(rowSums(x), 3, 2))
})

test_that("ref arrays are live, the others are clones", {
  e <- mx.simple.bind(mx.symbol.Variable("a") * 2, mx.cpu(), a = 3)
  live <- e$ref.arg.arrays$a
  copy <- e$arg.arrays$a
  mx.exec.update.arg.arrays(e, list(mx.nd.array(1:3)))
  expect_identical(as.array(live), c(1, 2, 3))
  expect_identical(as.array(copy), c(0, 0, 0))
})

test_that("updates check names, lengths and dims", {
  e <- mx.simple.bind(mx.symbol.Variable("a") * 2, mx.cpu(), a = 3)
  expect_mx_error(mx.exec.update.arg.arrays(e, list(b = mx.nd.ones(3)), match.name = TRUE), "cannot find key b in the array arg.arrays")
  expect_mx_error(mx.exec.update.arg.arrays(e, list(mx.nd.ones(3), mx.nd.ones(3))), "Update array list must contain names")
  expect_mx_error(mx.exec.update.arg.arrays(e, list(a = mx.nd.ones(4)), match.name = TRUE), "a has dim c(4), expected c(3)", fixed = TRUE)
  expect_mx_error(mx.exec.update.arg.arrays(3, list()), "must be an MXExecutor")
  mx.exec.update.arg.arrays(e, list(a = NULL), match.name = TRUE, skip.null = TRUE)
  expect_mx_error(mx.simple.bind(3, mx.cpu()), "symbol need to be MXSymbol")
  expect_mx_error(mx.simple.bind(small_mlp(), mx.cpu()), "Need more shape information to decide the shapes of arguments")
  expect_mx_error(mx.simple.bind(small_mlp(), mx.cpu(), grad.req = "wright", data = c(4, 2)), "grad.req")
})

test_that("data, labels and fixed parameters get no gradient", {
  e <- mx.simple.bind(small_mlp(), mx.cpu(), grad.req = "write", fixed.param = "fc1_weight", data = c(40, 2))
  none <- names(Filter(is.null, e$ref.grad.arrays))
  expect_identical(sort(none), c("data", "fc1_weight", "softmax_label"))
  expect_mx_error(mx.simple.bind(small_mlp(), mx.cpu(), fixed.param = "fc9", data = c(40, 2)), "no argument called fc9")
})

test_that("mx.symbol.bind copies arrays by position", {
  w <- mx.nd.array(matrix(c(1, 2), 1))
  e <- mxr:::mx.symbol.bind(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 2, no_bias = TRUE, name = "fc"), mx.cpu(),
                            arg.arrays = list(mx.nd.array(matrix(3, 1)), w), grad.req = c("null", "add"))
  for (i in 1:2) {
    mx.exec.forward(e)
    mx.exec.backward(e, mx.nd.ones(c(2, 1)))
  }
  expect_equal(as.array(e$ref.outputs[[1]]), matrix(c(3, 6)))
  expect_equal(as.array(e$ref.grad.arrays$fc_weight), matrix(c(6, 6), 1))
})

test_that("BatchNorm's auxiliary states are there", {
  s <- mx.symbol.BatchNorm(mx.symbol.Variable("data"), name = "bn", fix_gamma = FALSE)
  e <- mx.simple.bind(s, mx.cpu(), data = c(2, 3, 4))
  expect_identical(names(e$ref.aux.arrays), c("bn_moving_mean", "bn_moving_var"))
  mx.exec.update.aux.arrays(e, list(bn_moving_mean = mx.nd.ones(3), bn_moving_var = mx.nd.ones(3)), match.name = TRUE)
  expect_equal(as.array(e$aux.arrays$bn_moving_mean), c(1, 1, 1))
})

test_that("the key-value store sums over devices", {
  kv <- mx.kv.create("local")
  expect_s4_class(kv, "Rcpp_MXKVStore")
  expect_true(kv$update.on.kvstore)
  kv$init(c(3, 5), list(mx.nd.ones(2), mx.nd.zeros(c(2, 2))))
  kv$push(3, list(list(mx.nd.array(c(1, 2))), list(mx.nd.array(c(10, 20)))), 0)
  out <- mx.nd.zeros(2)
  kv$pull(3, list(list(out)), 0)
  expect_equal(as.array(out), c(11, 22))
})
