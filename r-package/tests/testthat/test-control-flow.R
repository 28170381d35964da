test_that("foreach runs an R function on the slices along the last dim", {
  x <- array(1:12, c(2, 2, 3))
  r <- mx.nd.contrib.foreach(function(slice, state) list(slice + state, slice + state), mx.nd.array(x), mx.nd.zeros(c(2, 2)))
  expect_length(r, 2)
  want <- x
  for (i in 2:3) want[, , i] <- want[, , i] + want[, , i - 1]
  expect_equal(as.array(r[[1]]), want)
  expect_equal(as.array(r[[2]]), want[, , 3])
})

test_that("foreach takes lists, keeps their names, and gives lists of one as lists", {
  a <- mx.nd.array(matrix(1:6, 2))
  r <- mx.nd.contrib.foreach(
    function(s, states) {
      expect_named(s, c("u", "v"))
      expect_named(states, "sum")
      total <- states$sum + s$u
      list(list(y = total, s$v), list(sum = total))
    }, list(u = a, v = a * 10), list(sum = mx.nd.zeros(2)))
  expect_named(r[[1]], c("y", ""))
  expect_equal(as.array(r[[1]]$y), t(apply(matrix(1:6, 2), 1, cumsum)))
  expect_equal(as.array(r[[1]][[2]]), matrix(1:6, 2) * 10)
  expect_equal(as.array(r[[2]]$sum), c(9, 12))
  none <- mx.nd.contrib.foreach(function(s, states) list(list(s * 2), states), a, list())
  expect_equal(lapply(none[[1]], as.array), list(matrix(1:6, 2) * 2))
  expect_identical(none[[2]], list())
})

test_that("while.loop pads to max_iterations; conditions are arrays, numbers or logicals", {
  for (test in list(function(i, s) i < 4, function(i, s) as.array(i) < 4, function(i, s) as.array(i < 4))) {
    r <- mx.nd.contrib.while.loop(test, function(i, s) list(s + i, list(i + 1, s + i)), list(mx.nd.ones(1), mx.nd.zeros(1)), 5)
    expect_equal(as.array(r[[1]]), matrix(c(1, 3, 6, 0, 0), 1))
    expect_equal(lapply(r[[2]], as.array), list(4, 6))
  }
})

test_that("cond runs one of its functions", {
  x <- mx.nd.array(c(1, 2))
  f <- function(pred) as.array(mx.nd.contrib.cond(pred, function() x * 2, function() x - 1))
  expect_equal(f(mx.nd.ones(1)), c(2, 4))
  expect_equal(f(mx.nd.zeros(1)), c(0, 1))
  expect_equal(f(TRUE), c(2, 4))
  both <- mx.nd.contrib.cond(1, function() list(a = x, b = x + 1), function() stop("not this one"))
  expect_equal(as.array(both$b), c(2, 3))
})

test_that("mistakes and errors of R functions are R errors", {
  x <- mx.nd.ones(c(2, 3))
  expect_error(mx.nd.contrib.foreach(function(s, st) stop("wrong inside"), x, list()), "wrong inside")
  expect_mx_error(mx.nd.contrib.foreach(function(s, st) s, x, list()), "body must return list\\(outputs, states\\)")
  expect_mx_error(mx.nd.contrib.foreach(function(s, st) list(3, st), x, list()), "the outputs of body must be an MXNDArray")
  expect_mx_error(mx.nd.contrib.foreach("f", x, list()), "argument body must be a function")
  expect_mx_error(mx.nd.contrib.foreach(function(s, st) list(s, st), 1:3, list()), "argument data must be an MXNDArray")
  expect_mx_error(mx.nd.contrib.while.loop(function(i) NA, function(i) list(i, i), x, 3), "the result of cond must be")
  expect_mx_error(mx.nd.contrib.while.loop(function(i) TRUE, function(i) list(i, i), x, "a"), "max_iterations")
  expect_mx_error(mx.nd.contrib.cond(x, function() x, function() x), "(?i)pred|one element|size", perl = TRUE)
  # the session goes on
  expect_equal(as.array(x + 1), matrix(2, 2, 3))
})

test_that("a traced foreach: names, shapes, values, gradients, JSON", {
  data <- mx.symbol.Variable("data")
  init <- mx.symbol.Variable("init")
  weight <- mx.symbol.Variable("weight")
  traced <- 0
  r <- mx.symbol.contrib.foreach(function(s, state) {
    traced <<- traced + 1
    new <- state * 0.5 + s * weight
    list(new, new)
  }, data, init)
  expect_identical(traced, 1)
  net <- mx.symbol.Group(r[[1]], r[[2]])
  expect_setequal(arguments(net), c("data", "init", "weight"))
  x <- matrix(c(1, 2, 3, 4, 5, 6), 2)
  again <- mx.symbol.load.json(net$as.json())
  for (s in list(net, again)) {
    expect_identical(unname(mx.symbol.infer.shape(s, data = c(2, 3), init = 2, weight = 2)$out.shapes), list(c(2L, 3L), 2L))
    e <- mx.simple.bind(s, mx.cpu(), "write", data = c(2, 3), init = 2, weight = 2)
    mx.exec.update.arg.arrays(e, list(data = mx.nd.array(x), init = mx.nd.ones(2), weight = mx.nd.array(c(1, 2))), match.name = TRUE)
    mx.exec.forward(e, is.train = TRUE)
    h <- c(1, 1)
    want <- sapply(1:3, function(i) h <<- h * 0.5 + x[, i] * c(1, 2))
    expect_equal(as.array(e$outputs[[1]]), want)
    expect_equal(as.array(e$outputs[[2]]), want[, 3])
    mx.exec.backward(e, mx.nd.zeros(c(2, 3)), mx.nd.ones(2))
    expect_equal(as.array(e$grad.arrays$init), rep(0.125, 2))
    expect_equal(as.array(e$grad.arrays$weight), as.vector(x %*% c(0.25, 0.5, 1)))
  }
})

test_that("traced while_loop and cond", {
  i <- mx.symbol.Variable("i")
  s <- mx.symbol.Variable("total")
  w <- mx.symbol.contrib.while_loop(function(i, s) i <= 3, function(i, s) list(s + i, list(i + 1, s + i)), list(i, s), 5)
  e <- mx.simple.bind(mx.symbol.Group(w), mx.cpu(), i = 1, total = 1)
  mx.exec.update.arg.arrays(e, list(i = mx.nd.ones(1), total = mx.nd.zeros(1)), match.name = TRUE)
  mx.exec.forward(e, is.train = FALSE)
  expect_equal(as.array(e$outputs[[1]])[1:3], c(1, 3, 6))
  expect_equal(c(as.array(e$outputs[[2]]), as.array(e$outputs[[3]])), c(4, 6))
  x <- mx.symbol.Variable("x")
  p <- mx.symbol.Variable("p")
  branch <- mx.symbol.contrib.cond(p, function() x * 2, function() x * x)
  e <- mx.simple.bind(branch, mx.cpu(), "write", p = 1, x = 2)
  for (k in 0:1) {
    mx.exec.update.arg.arrays(e, list(p = mx.nd.array(k), x = mx.nd.array(c(3, 4))), match.name = TRUE)
    mx.exec.forward(e, is.train = TRUE)
    mx.exec.backward(e, mx.nd.ones(2))
    expect_equal(as.array(e$outputs[[1]]), if (k) c(6, 8) else c(9, 16))
    expect_equal(as.array(e$grad.arrays$x), if (k) c(2, 2) else c(6, 8))
  }
  expect_mx_error(mx.symbol.contrib.cond(1, function() x, function() x), "argument pred must be an MXSymbol")
  expect_mx_error(mx.symbol.contrib.foreach(function(s, st) list(s, st), mx.nd.ones(2), list()), "argument data must be an MXSymbol")
})

test_that("comparisons of symbols give 0 and 1", {
  a <- mx.symbol.Variable("a")
  b <- mx.symbol.Variable("b")
  for (op in c("==", "!=", ">", ">=", "<", "<=")) {
    f <- get(op)
    e <- mx.simple.bind(mx.symbol.Group(f(a, b), f(a, 2), f(2, a)), mx.cpu(), a = 3, b = 3)
    mx.exec.update.arg.arrays(e, list(a = mx.nd.array(1:3), b = mx.nd.array(c(3, 2, 1))), match.name = TRUE)
    mx.exec.forward(e, is.train = FALSE)
    expect_equal(unname(lapply(e$outputs, as.array)), list(f(1:3, 3:1) + 0, f(1:3, 2) + 0, f(2, 1:3) + 0), info = op)
  }
  expect_mx_error(a < "x", "a symbol goes with a symbol or one number")
})

test_that("custom operators registered in Python run from R, with parameters of their own", {
  skip_if_not_installed("reticulate")
  invisible(mx.nd.ones(1))
  reticulate::py_run_string(paste(
    "import mxr as mx",
    "class _Times(mx.operator.CustomOp):",
    "    def __init__(self, k): self.k = k",
    "    def forward(self, is_train, req, in_data, out_data, aux):",
    "        self.assign(out_data[0], req[0], in_data[0] * self.k)",
    "    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):",
    "        self.assign(in_grad[0], req[0], out_grad[0] * self.k)",
    "@mx.operator.register('r_test_times')",
    "class _TimesProp(mx.operator.CustomOpProp):",
    "    def __init__(self, k='2'):",
    "        super().__init__(need_top_grad=True)",
    "        self.k = float(k)",
    "    def create_operator(self, ctx, shapes, dtypes): return _Times(self.k)",
    sep = "\n"))
  x <- matrix(1:6, 2)
  expect_equal(as.array(mx.nd.Custom(mx.nd.array(x), op_type = "r_test_times", k = 3)), x * 3)
  expect_equal(as.array(mx.nd.Custom(list(mx.nd.array(x)), op_type = "r_test_times")), x * 2)
  s <- mx.symbol.Custom(mx.symbol.Variable("data"), op_type = "r_test_times", k = 4)
  e <- mx.simple.bind(s * mx.symbol.Variable("scale"), mx.cpu(), "write", data = c(2, 3), scale = c(2, 3))
  mx.exec.update.arg.arrays(e, list(data = mx.nd.array(x), scale = mx.nd.ones(c(2, 3))), match.name = TRUE)
  mx.exec.forward(e, is.train = TRUE)
  mx.exec.backward(e, mx.nd.ones(c(2, 3)))
  expect_equal(as.array(e$outputs[[1]]), x * 4)
  expect_equal(as.array(e$grad.arrays$scale), x * 4)
  expect_mx_error(mx.nd.Custom(mx.nd.ones(2), op_type = "r_test_unknown"), "r_test_unknown")
  expect_mx_error(mx.nd.Custom(mx.nd.ones(2)), "op_type")
  # what Python's autograd records is no function for R
  expect_mx_error(mxr:::mx.nd.internal.CustomFunction(mx.nd.ones(2)), "_CustomFunction")
})
