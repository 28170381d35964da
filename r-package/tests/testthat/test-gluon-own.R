skip_if_not(mx.available())

Residual <- mx.gluon.HybridBlock("Residual",
  initialize = function(units, depth = 2) {
    self$depth <- depth
    self$body <- mx.gluon.nn.HybridSequential()
    for (i in seq_len(depth)) self$body$add(mx.gluon.nn.Dense(units, activation = "tanh"))
    self$scale <- self$params$get("scale", shape = units, init = "ones")
  },
  hybrid_forward = function(F, x, scale) F$broadcast_mul(self$plus(self$body(x), x), F$expand_dims(scale, axis = 0)),
  plus = function(a, b) a + b)
x <- mx.nd.array(matrix(1:6 / 10, 3))

test_that("blocks of one's own run, are compiled, and have fields, children and parameters", {
  net <- Residual(3)
  net$initialize()
  eager <- net(x)
  net$hybridize()
  expect_equal(as.array(net(x)), as.array(eager), tolerance = 1e-6)
  expect_equal(net$depth, 2)
  expect_equal(names(net), "body")
  expect_equal(length(net$body), 2)
  expect_match(names(net$collect_params()), "^residual[0-9]+_")
  expect_equal(net$scale$shape, 3)
  expect_output(print(net), "Residual(\n  (body): HybridSequential(", fixed = TRUE)
  expect_equal(net(mx.symbol.Variable("data"))$arguments[1], "data")
  expect_s3_class(net, c("Residual", "mx.gluon.HybridBlock"), exact = FALSE)
  expect_output(print(Residual), "Residual(units, depth, prefix, params)", fixed = TRUE)
})

test_that("they go into other blocks, which give them back whole", {
  net <- mx.gluon.nn.HybridSequential(Residual(3, depth = 1), mx.gluon.nn.Dense(2))
  net$initialize()
  net$hybridize()
  expect_equal(dim(net(x)), c(2, 2))
  expect_equal(net[[1]]$depth, 1)
  l <- mx.autograd.record(sum(net(x)))
  l$backward()
  expect_gt(sum(abs(net[[1]]$scale$grad())), 0)
  file <- tempfile()
  net$save_parameters(file)
  again <- mx.gluon.nn.HybridSequential(Residual(3, depth = 1), mx.gluon.nn.Dense(2))
  again$load_parameters(file)
  expect_equal(as.array(again(x)), as.array(net(x)), tolerance = 1e-6)
})

test_that("a compiled block does not come back to R", {
  calls <- 0
  Count <- mx.gluon.HybridBlock("Count", hybrid_forward = function(F, x) {
    calls <<- calls + 1
    x * 2
  })
  net <- Count()
  net$hybridize()
  for (i in 1:3) net(x)
  expect_equal(calls, 1)
})

test_that("a plain block may do anything, and takes inputs by name", {
  Both <- mx.gluon.Block("Both", initialize = function() {
    self$fc <- mx.gluon.nn.Dense(2)
    self$calls <- 0
  }, forward = function(x, times = 1, plus = times * 0) {
    self$calls <- self$calls + 1
    y <- self$fc(x)
    if (mean(y) > 1e6) y else y * times + plus
  })
  net <- Both()
  net$initialize()
  once <- as.array(net(x))
  expect_equal(as.array(net(x, times = 3)), once * 3, tolerance = 1e-6)
  expect_equal(as.array(net(x, plus = 1)), once + 1, tolerance = 1e-6)
  expect_equal(net$calls, 3)
  expect_error(net(x, tims2 = 3), "tims2")
})

test_that("operators of F are those of arrays and of symbols", {
  Join <- mx.gluon.HybridBlock("Join", hybrid_forward = function(F, x, y) {
    list(F$concat(x, y, dim = 1), F$`_plus_scalar`(x, scalar = 2), F$stack(x, y, axis = 0), F$add_n(x, y), F$linalg$gemm2(x, y, transpose_b = TRUE))
  })
  net <- Join()
  eager <- lapply(net(x, x), as.array)
  net$hybridize()
  expect_equal(lapply(net(x, x), as.array), eager)
  expect_equal(eager[[2]], as.array(x) + 2, tolerance = 1e-6)
  expect_equal(eager[[4]], as.array(x) * 2, tolerance = 1e-6)
  Wrong <- mx.gluon.HybridBlock("Wrong", hybrid_forward = function(F, x) F$reluu(x))
  expect_mx_error(Wrong()(x), "F has no operator reluu")
})

test_that("R's mathematics and dim() work on symbols, too", {
  Net <- mx.gluon.HybridBlock("Net", hybrid_forward = function(F, x) sqrt(exp(-x)) * dim(x)[1] + log(x, 2) - abs(x))
  net <- Net()
  small <- mx.nd.array(matrix(1:2 / 4, 2, 1))
  eager <- list(as.array(net(x)), as.array(net(small)))
  expect_equal(eager[[1]], sqrt(exp(-as.array(x))) * 3 + log2(as.array(x)) - as.array(x), tolerance = 1e-6)
  net$hybridize()
  expect_equal(list(as.array(net(x)), as.array(net(small))), eager, tolerance = 1e-5)
  expect_null(dim(mx.symbol.Variable("x")))
  expect_mx_error(cumsum(mx.symbol.Variable("x")), "cumsum: not for symbols")
})

test_that("errors inside come out as they were raised", {
  Bad <- mx.gluon.HybridBlock("Bad", hybrid_forward = function(F, x) {
    stop(structure(class = c("special", "error", "condition"), list(message = "boom", call = NULL)))
  })
  net <- Bad()
  expect_error(net(x), "boom", class = "special")
  net$hybridize()
  expect_error(net(x), "boom", class = "special")
  Number <- mx.gluon.HybridBlock("Number", hybrid_forward = function(F, x) 3)
  expect_mx_error(Number()(x), "Number: hybrid_forward must return an MXNDArray")
  expect_error(mx.gluon.HybridBlock("A", initialize = function(n) stop("init ", n), hybrid_forward = function(F, x) x)(4), "init 4")
  expect_mx_error(mx.gluon.HybridBlock("A"), "argument hybrid_forward is missing")
  expect_mx_error(mx.gluon.Block("A"), "argument forward is missing")
  List <- mx.gluon.Block("List", function() self$parts <- list(mx.gluon.nn.Dense(1)), function(x) x)
  expect_warning(List(), "blocks in a list are not registered")
})

test_that("what R keeps for a block goes with the block", {
  for (i in 1:20) Residual(3)
  gc()
  mxr:::.call("live_handles")
  mxr:::empty_bin()
  mxr:::.call("collect")
  kept <- Residual(3)
  expect_lt(length(ls(mxr:::the$own)), 15)
})
