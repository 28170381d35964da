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

test_that("a store with an optimiser updates by MXNet R's rule; closures of one's own too", {
  kv <- mx.kv.create()
  w <- c(1, -2)
  kv$init(1, list(mx.nd.array(w)))
  kv$set.optimizer(mx.opt.create("adam", learning.rate = 0.1))
  g <- c(0.3, 2)
  for (i in 1:2) kv$push(1, list(list(mx.nd.array(g / 2)), list(mx.nd.array(g / 2))), 0)
  m <- v <- 0
  for (i in 1:2) {
    m <- 0.9 * m + 0.1 * g
    v <- 0.999 * v + 0.001 * g^2
    w <- w - 0.1 * m / (sqrt(v) + 1e-8)
  }
  out <- mx.nd.zeros(2)
  kv$pull(1, list(list(out)), 0)
  expect_equal(as.array(out), w, tolerance = 1e-4)
  kv$set.optimizer(list(create_exec = function(index, weight_dim, ctx) NULL, update = function(index, exec_w, weight, grad) grad * 10))
  kv$push(1, list(list(mx.nd.ones(2))))
  kv$pull(1, list(list(out)))
  expect_identical(as.array(out), c(10, 10))
  expect_mx_error(kv$set.optimizer("sgdd"), "optimizer must be")
  expect_mx_error(kv$init("a", list(out)), "argument keys must be whole numbers")
  expect_mx_error(kv$push(1, out), "one list of NDArrays for every device")
  expect_mx_error(kv$push(9, list(list(out))), "9")
  expect_mx_error(mx.kv.create("remote"), "remote")
  for (type in c("local", "device", "local_update_cpu", "local_allreduce_cpu", "local_allreduce_device")) {
    store <- mx.kv.create(type)
    expect_identical(store$type, type)
    expect_identical(store$update.on.kvstore, !grepl("allreduce", type))
  }
  expect_match(capture.output(print(kv)), "^C\\+\\+ object <0x[0-9a-f]+> of class 'MXKVStore' <0x[0-9a-f]+>$")
})

test_that("methods and fields of executors", {
  e <- mx.simple.bind(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1, name = "fc"), mx.cpu(), "add", data = c(2, 1))
  expect_identical(as.list(formals(mx.simple.bind))[c("grad.req", "fixed.param")], list(grad.req = "null", fixed.param = NULL))
  expect_true(formals(mx.exec.forward)$is.train)
  expect_identical(names(formals(mx.exec.update.grad.arrays)), c("exec", "arg.arrays", "match.name", "skip.null"))
  e$update.arg.arrays(list(fc_bias = mx.nd.array(7)), TRUE, FALSE)
  e$forward(TRUE, list())
  e$backward(list(mx.nd.ones(c(1, 1))))
  e$backward(list(mx.nd.ones(c(1, 1))))
  expect_identical(as.array(e$outputs$fc_output), matrix(7))
  expect_identical(as.array(e$ref.grad.arrays$fc_bias), 2)
  mx.exec.update.grad.arrays(e, list(fc_bias = mx.nd.zeros(1)), match.name = TRUE)
  expect_identical(as.array(e$ref.grad.arrays$fc_bias), 0)
  expect_identical(names(e$ref.grad.arrays), c("data", "fc_weight", "fc_bias"))
  expect_mx_error(mx.exec.update.grad.arrays(e, list(data = mx.nd.ones(c(2, 1))), match.name = TRUE), "data has no gradient array")
  expect_error(e$outputs <- 3, "mx.exec.update")
  expect_mx_error(mx.simple.bind(mx.symbol.Variable("a"), mx.cpu(), 3, a = 1), "grad.req must be null, write or add")
  expect_mx_error(mx.symbol.bind(mx.symbol.Variable("a"), mx.cpu(), list(mx.nd.ones(1)), grad.reqs = "wright"),
      "grad.reqs must be null, write or add")
  expect_match(capture.output(print(e)), "^C\\+\\+ object <0x[0-9a-f]+> of class 'MXExecutor' <0x[0-9a-f]+>$")
})

test_that("contexts are plain lists and print as such", {
  expect_identical(unclass(mx.cpu()), list(device = "cpu", device_id = 0L, device_typeid = 1L))
  expect_identical(unclass(mx.gpu(2)), list(device = "gpu", device_id = 2L, device_typeid = 2L))
  expect_identical(capture.output(print(mx.gpu(1))), c("$device", '[1] "gpu"', "", "$device_id", "[1] 1", "", "$device_typeid", "[1] 2", "",
                                                       'attr(,"class")', '[1] "MXContext"'))
  expect_true(is.mx.context(mx.cpu()))
  expect_false(is.mx.context(list(mx.cpu(), mx.cpu())))
  expect_identical(mx.ctx.default(), mx.cpu())
  expect_identical(mx.ctx.default(mx.cpu(1)), mx.cpu(1))
  expect_identical(ctx(mx.nd.ones(1)), mx.cpu(1))
  mx.ctx.default(mx.cpu())
  expect_mx_error(mx.nd.ones(1, ctx = "cpu"), "wrong mx.context object, please specify with mx.cpu() or mx.gpu()", fixed = TRUE)
})

test_that("a training loop of one's own, as in MXNet's GAN script", {
  # a generator learns to please a fixed judge: gradients of the judge's input go on into the generator
  gen <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 2, name = "G")
  judge <- mx.symbol.LinearRegressionOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1, name = "D"),
                                            mx.symbol.Variable("label"), name = "D_sym")
  G <- mx.simple.bind(symbol = gen, data = c(3, 8), ctx = mx.cpu(), grad.req = "write")
  mx.set.seed(1)
  start <- mx.init.create(mx.init.normal(0.5), mx.symbol.infer.shape(gen, data = c(3, 8))$arg.shapes, mx.cpu(), skip.unknown = TRUE)
  mx.exec.update.arg.arrays(G, start, match.name = TRUE)
  args <- list(mx.nd.zeros(c(2, 8)), mx.nd.array(matrix(c(1, -2), 2)), mx.nd.zeros(1), mx.nd.zeros(c(1, 8)))
  expect_identical(judge$arguments, c("data", "D_weight", "D_bias", "label"))
  D <- mxr:::mx.symbol.bind(symbol = judge, ctx = mx.cpu(), arg.arrays = args, aux.arrays = NULL, grad.reqs = list("write",
      "null", "null", "null"))
  updater <- mx.opt.get.updater(optimizer = mx.opt.create("sgd", learning.rate = 0.05, rescale.grad = 1 / 8),
      weights = G$ref.arg.arrays, ctx = mx.cpu())
  loss <- c()
  for (i in 1:40) {
    noise <- mx.rnorm(c(3, 8))
    mx.exec.update.arg.arrays(G, arg.arrays = list(data = noise), match.name = TRUE)
    mx.exec.forward(G, is.train = TRUE)
    mx.exec.update.arg.arrays(D, arg.arrays = list(data = G$ref.outputs$G_output, label = mx.nd.ones(c(1, 8)) * 3), match.name = TRUE)
    mx.exec.forward(D, is.train = TRUE)
    mx.exec.backward(D)
    loss <- c(loss, mean((as.array(D$ref.outputs[["D_sym_output"]]) - 3)^2))
    mx.exec.backward(G, out_grads = D$ref.grad.arrays$data)
    new <- updater(weight = G$ref.arg.arrays, grad = G$ref.grad.arrays)
    expect_null(new$data)
    mx.exec.update.arg.arrays(G, new, skip.null = TRUE)
  }
  expect_lt(mean(loss[31:40]), 0.1 * mean(loss[1:3]))
})

test_that("a symbol without arguments is bound with no requests of any type", {
  s <- mxr:::mx.varg.symbol.internal.zeros(list(shape = c(2, 3)))
  for (none in list(character(), logical(), list(), NULL)) {
    e <- mxr:::mx.symbol.bind(s, mx.cpu(), list(), NULL, none)
    mx.exec.forward(e, FALSE)
    expect_identical(dim(e$outputs[[1]]), 2:3)
  }
})
