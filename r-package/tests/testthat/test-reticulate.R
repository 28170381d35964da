py_eval <- function(code) reticulate::py_eval(code, convert = FALSE)
mx_py <- function() reticulate::import("mxr", convert = FALSE)
value <- function(x) reticulate::py_to_r(x)

test_that("arrays are the same memory on both sides", {
  a <- mx.nd.array(matrix(1:6, 2))
  p <- mx.to.py(a)
  expect_s3_class(p, "mxr.ndarray.NDArray")
  expect_identical(as.integer(as.character(p$shape[0L])), 3L)
  invisible(p$`__setitem__`(0L, 7))
  expect_equal(as.array(a), matrix(c(7, 7, 3:6), 2))
  b <- mx.from.py(p)
  expect_s3_class(b, "MXNDArray")
  expect_identical(dim(b), c(2L, 3L))
  invisible(p$`__setitem__`(1L, 0))
  expect_identical(as.array(b), as.array(a))
  expect_identical(mx.from.py(a), a)
  expect_identical(mx.to.py(p), p)
  # the Python object outlives R's
  rm(a, b)
  gc()
  expect_equal(value(p$sum()$asscalar()$item()), 25)
})

test_that("arguments and results of Python functions cross by themselves", {
  mx <- reticulate::import("mxr")
  a <- mx.nd.ones(c(2, 3))
  b <- mx$nd$dot(a, mx.nd.ones(c(4, 2)))
  expect_s3_class(b, "MXNDArray")
  expect_equal(as.array(b), matrix(2, 4, 3))
  expect_s3_class(mx$nd$concat(a, a, dim = 0L), "MXNDArray")
  expect_identical(mx$cpu(0L), mx.cpu())
  expect_s3_class(mx$nd$ones(c(2L, 3L), ctx = mx.cpu()), "MXNDArray")
  net <- mx$sym$FullyConnected(mx.symbol.Variable("data"), num_hidden = 2L, name = "fc")
  expect_true(is.mx.symbol(net))
  expect_identical(arguments(net), c("data", "fc_weight", "fc_bias"))
  lists <- mx$nd$split(mx.nd.ones(c(4, 2)), num_outputs = 2L, axis = 1L)
  expect_identical(lapply(lists, dim), list(c(2L, 2L), c(2L, 2L)))
  # without conversion they stay Python's, and go in as well
  p <- mx_py()$nd$ones(c(2L, 3L))
  expect_s3_class(p, "python.builtin.object")
  expect_equal(as.array(mx$nd$log(p)), matrix(0, 3, 2))
})

test_that("models cross with their arrays, history and epoch", {
  d <- easy_digits(100)
  model <- quiet_fit(small_mlp(), mx.io.arrayiter(d$x, d$y, batch.size = 20), num.round = 3, learning.rate = 0.3,
                     eval.metric = mx.metric.accuracy)
  p <- mx.to.py(model)
  expect_s3_class(p, "mxr.model.feedforward.FeedForward")
  expect_identical(value(p$num_epoch), 3L)
  expect_identical(value(p$history)$round, 1:3)
  mine <- predict(model, d$x, array.layout = "colmajor")
  theirs <- mx.from.py(p$predict(mx.to.py(d$x)))
  expect_equal(theirs, mine, tolerance = 1e-6)
  back <- mx.from.py(p)
  expect_identical(names(back), names(model))
  expect_equal(attr(back, "history"), attr(model, "history"))
  expect_equal(predict(back, d$x, array.layout = "colmajor"), mine)
  invisible(p$arg_params["fc1_bias"]$`__setitem__`(0L, 9))
  expect_equal(as.array(model$arg.params$fc1_bias)[1], 9)
  # by themselves
  mx <- reticulate::import("mxr")
  prefix <- file.path(tempfile("reticulate"), "m")
  dir.create(dirname(prefix))
  mx.model.save(model, prefix, 3)
  expect_s3_class(mx$model$FeedForward$load(prefix, 3L), "MXFeedForwardModel")
  # one without parameters stays with Python
  unfit <- mx$model$FeedForward(small_mlp(), num_epoch = 1L)
  expect_s3_class(unfit, "mxr.model.feedforward.FeedForward")
  expect_mx_error(mx.from.py(unfit), "no parameters")
})

test_that("iterators, metrics and initialisers of the other language are used in training", {
  d <- easy_digits(100)
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 30)
  p <- mx.to.py(it)
  expect_s3_class(p, "mxr.io.base.DataIter")
  expect_identical(value(p$batch_size), 30L)
  expect_match(as.character(p$provide_label), "softmax_label")
  expect_match(as.character(mx.to.py(it, names = c(label = "y"))$provide_label), "DataDesc[y,", fixed = TRUE)
  fit <- mx_py()$model$FeedForward(mx.to.py(small_mlp()), num_epoch = 3L, learning_rate = 0.3)
  fit$fit(p, eval_metric = mx.to.py(mx.metric.custom("half", function(label, pred) 0.5)))
  expect_identical(dim(predict(mx.from.py(fit), it)), c(10L, 100L))

  # written in R
  Twice <- setRefClass("TwiceIter", fields = c("it"), contains = "Rcpp_MXArrayDataIter", methods = list(
    initialize = function(it = NULL, ...) {
      it <<- it
      .self
    },
    value = function() {
      v <- it$value()
      list(data = v$data * 2, label = v$label)
    },
    iter.next = function() it$iter.next(), reset = function() it$reset(), num.pad = function() it$num.pad(),
    finalize = function() {
    }))
  p <- mx.to.py(Twice$new(it))
  first <- mx.from.py(p$`next`()$data[0L])
  expect_equal(as.array(first), d$x[, 1:30] * 2, tolerance = 1e-6)

  # Python's
  np_iter <- mx_py()$io$NDArrayIter(mx.to.py(mx.nd.array(d$x)), mx.to.py(mx.nd.array(d$y)), 20L)
  it <- mx.from.py(np_iter)
  expect_true(is.mx.dataiter(it))
  model <- quiet_fit(small_mlp(), it, num.round = 2, eval.metric = mx.from.py(mx_py()$metric$Accuracy()), eval.data = it)
  expect_true(all(is.finite(attr(model, "history")$validation)))
  xavier <- mx.from.py(mx_py()$init$Xavier())
  expect_identical(dim(xavier("w_weight", c(3, 2), mx.cpu())), 3:2)
  expect_null(xavier("strange", c(3, 2), mx.cpu(), allow.unknown = TRUE))
  expect_s3_class(quiet_fit(small_mlp(), it, num.round = 1, initializer = xavier), "MXFeedForwardModel")
  fill <- mx.to.py(function(name, shape, ctx, allow.unknown) mx.nd.ones(shape) * 3, as = "initializer")
  a <- mx.nd.zeros(c(2, 2))
  invisible(fill$`__call__`("w", mx.to.py(a)))
  expect_equal(as.array(a), matrix(3, 2, 2))
})

test_that("errors of R come out of Python, and later ones are not taken for them", {
  broken <- mx.to.py(mx.metric.custom("broken", function(label, pred) stop("R is unhappy")))
  expect_error(broken$update(list(mx.to.py(mx.nd.ones(2))), list(mx.to.py(mx.nd.ones(2)))), "R is unhappy")
  expect_mx_error(mx.nd.dot(mx.nd.ones(c(2, 3)), mx.nd.ones(c(2, 3))), "dot")
})

test_that("numbers become NumPy arrays of reversed dims and come back", {
  m <- matrix(1:6 + 0.5, 2)
  p <- mx.to.py(m)
  expect_s3_class(p, "numpy.ndarray")
  expect_identical(as.character(p$shape), "(3, 2)")
  expect_identical(mx.from.py(p), m)
  expect_identical(mx.from.py(mx.to.py(1:3)), c(1, 2, 3))
})

test_that("what has no form on the other side is named", {
  expect_mx_error(mx.to.py("a"), "argument x must be an object of mxr or numbers, given \"a\"")
  expect_mx_error(mx.to.py(factor("a")), "argument x")
  expect_mx_error(mx.to.py(sum), "argument as must be \"initializer\"")
  expect_mx_error(mx.to.py(mx.nd.ones(1), convert = NA), "convert")
  expect_mx_error(mx.from.py(py_eval("object()")), "python.builtin.object has no form in R")
  expect_identical(mx.from.py(1), 1)
})

test_that("objects of Python are freed when neither side holds them", {
  before <- {
    gc()
    mxr:::empty_bin()
    mxr:::.call("live_handles")
  }
  for (i in 1:50) {
    a <- mx.nd.ones(c(2, 3))
    p <- mx.to.py(a)
    b <- mx.from.py(p)
    m <- mx.from.py(mx.to.py(mx.symbol.Variable("x")))
  }
  rm(a, b, p, m)
  gc()
  mxr:::empty_bin()
  expect_lte(mxr:::.call("live_handles"), before + 1)
})

test_that("calls of a converting object give R's", {
  p <- mx.to.py(mx.nd.ones(c(2, 3)), convert = TRUE)
  expect_s3_class(p$sum(), "MXNDArray")
  expect_s3_class(mx.to.py(mx.nd.ones(c(2, 3)))$sum(), "python.builtin.object")
})
