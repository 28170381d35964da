batches <- function(it, field) {
  out <- list()
  it$reset()
  while (it$iter.next()) out[[length(out) + 1]] <- as.array(it$value()[[field]])
  it$reset()
  out
}

test_that("the last batch is padded with what its buffer held before", {
  it <- mx.io.arrayiter(matrix(1:20, 2), 0:9, batch.size = 4)
  y <- batches(it, "label")
  expect_identical(y, list(c(0, 1, 2, 3), c(4, 5, 6, 7), c(8, 9, 6, 7)))
  x <- batches(it, "data")
  expect_identical(x[[3]], matrix(as.numeric(c(17:20, 13:16)), 2))
  it$reset()
  pads <- c()
  while (it$iter.next()) pads <- c(pads, it$num.pad())
  expect_identical(pads, c(0L, 0L, 2L))
  only <- mx.io.arrayiter(1:3, 1:3, batch.size = 5)
  expect_identical(batches(only, "label"), list(c(1, 2, 3, 0, 0)))
})

test_that("shuffling happens once, at creation, with mx.runif's numbers from the end", {
  n <- 23
  mx.set.seed(11)
  u <- as.array(mx.runif(n, ctx = mx.cpu()))
  order <- seq_len(n) - 1
  for (i in (n - 1):1) {
    j <- floor(u[i + 1] * (i + 1))
    if (j < i) order[c(i, j) + 1] <- order[c(j, i) + 1]
  }
  mx.set.seed(11)
  it <- mx.io.arrayiter(matrix(1:n, 1), 1:n, batch.size = n, shuffle = TRUE)
  first <- batches(it, "label")[[1]]
  expect_identical(first, order + 1)
  expect_identical(batches(it, "label")[[1]], first)
  expect_identical(as.vector(batches(it, "data")[[1]]), first)
})

test_that("value() needs iter.next(), extract cuts the padding", {
  it <- mx.io.arrayiter(array(1:24, c(2, 2, 6)), 1:6, batch.size = 4)
  expect_true(is.mx.dataiter(it))
  expect_s4_class(it, "Rcpp_MXArrayDataIter")
  expect_mx_error(it$value(), "Read Iter at end or before iter.next is called")
  expect_identical(mx.io.extract(it, "data"), array(as.numeric(1:24), c(2, 2, 6)))
  expect_identical(mx.io.extract(it, "label"), as.numeric(1:6))
  expect_mx_error(mx.io.extract(it, "labels"), "no field 'labels'")
  it$finalize()
})

test_that("shapes that do not fit, NA, factors are refused", {
  expect_mx_error(mx.io.arrayiter(matrix(0, 5, 3), 1:5),
      "Seems X, y was passed in a Row major way, MXNetR adopts a column major convention.\nPlease pass in transpose of X instead", fixed = TRUE)
  expect_mx_error(mx.io.arrayiter(matrix(0, 5, 3), 1:4), "Data and label shape in-consistent")
  expect_mx_error(mx.io.arrayiter(matrix(c(1, NA, 3, 4), 2), 0:1), "argument data holds 1 NA or NaN, the first in example 1")
  expect_mx_error(mx.io.arrayiter(matrix(1:4, 2), c(0L, NA)), "argument label holds 1 NA or NaN, the first in example 2")
  expect_mx_error(mx.io.arrayiter(matrix(1:4, 2), factor(c("a", "b"))), "label is a factor with levels a, b")
  expect_mx_error(mx.io.arrayiter(matrix(1:4, 2), 0:1, batch.size = 0), "batch.size must be one whole number >= 1, given 0")
  expect_mx_error(mx.io.arrayiter(data.frame(a = 1:2), 0:1), "data.frame")
  expect_mx_error(mx.io.MNISTIter("x"), "mx.varg.io.MNISTIter only accept key=value style arguments")
})

test_that("user classes derive from Rcpp_MXArrayDataIter and train", {
  Custom <- setRefClass("CustomIter", fields = c("iter"), contains = "Rcpp_MXArrayDataIter",
    methods = list(
      initialize = function(iter = NULL) {
        .self$iter <- iter
        .self
      },
      value = function() {
        v <- .self$iter$value()
        list(data = mx.nd.array(as.array(v$data) * 2), label = v$label)
      },
      iter.next = function() .self$iter$iter.next(),
      reset = function() .self$iter$reset(),
      num.pad = function() .self$iter$num.pad(),
      finalize = function() if (!is.null(.self$iter)) .self$iter$finalize()
    ), where = globalenv())
  d <- easy_digits(90)
  it <- Custom$new(mx.io.arrayiter(d$x, d$y, batch.size = 40))
  expect_true(is.mx.dataiter(it))
  mx.set.seed(2)
  model <- quiet_fit(small_mlp(), it, learning.rate = 0.3, num.round = 2)
  p <- predict(model, it)
  expect_identical(dim(p), c(10L, 90L))
  expect_equal(p, predict(model, d$x * 2, array.layout = "colmajor"), tolerance = 1e-6)
  expect_identical(mx.io.extract(it, "data")[, 3], as.array(mx.nd.array(d$x[, 3] * 2)))
})

test_that("num.pad, reset and print of iterators", {
  it <- mx.io.arrayiter(matrix(1:20, 2), 0:9, batch.size = 4)
  expect_snapshot(it)
  expect_snapshot(mx.io.arrayiter(array(1:24, c(2, 3, 4)), matrix(1:8, 2), batch.size = 4))
  expect_identical(as.list(formals(mx.io.arrayiter))[c("batch.size", "shuffle")], list(batch.size = 128, shuffle = FALSE))
  it$iter.next()
  expect_identical(names(it$value()), c("data", "label"))
  expect_s3_class(it$value()$label, "MXNDArray")
  for (i in 1:5) it$iter.next()
  expect_false(it$iter.next())
  expect_mx_error(it$value(), "Read Iter at end or before iter.next is called")
  it$reset()
  expect_true(it$iter.next())
  expect_mx_error(mx.io.arrayiter(data.frame(a = 1:2, b = 3:4), 0:1), "rows are examples; expected.*t\\(data.matrix\\(data\\)\\)")
})

test_that("a copy of an iterator leaves the original its data when it is collected", {
  it <- mx.io.arrayiter(matrix(1:20, 2), 0:9, batch.size = 4)
  local({
    second <- it$copy()
    second$iter.next()
  })
  gc()
  empty_bin()
  it$reset()
  it$iter.next()
  expect_identical(as.array(it$value()$label), c(0, 1, 2, 3))
  it$finalize()
  empty_bin()
  expect_mx_error(it$reset(), "gone")
})

test_that("iterators collected while R looks for inherited methods are collected in silence", {
  # R turns dispatch on `$` off just then, and calls finalize() through it.
  out <- run_r(c("library(mxr)", "find <- methods:::.findInheritedMethods",
    "suppressMessages(trace(methods:::.findInheritedMethods, quote(gc()), at = length(body(find)) - 1, print = FALSE, where = asNamespace('methods')))",
    "make <- function() mx.io.arrayiter(matrix(1:20, 2), 0:9, batch.size = 4)",
    "for (k in 1:3) {",
    "  Class <- setRefClass(paste0('Class', k), contains = 'Rcpp_MXArrayDataIter', fields = 'iter', methods = list(",
    "    initialize = function(iter = NULL) { .self$iter <- iter; .self },",
    "    number = function() 2, finalize = function() if (!is.null(.self$iter)) .self$iter$finalize()))",
    "  make(); it <- Class$new(make()); make(); it$number(); rm(it)",
    "}", "invisible(gc())", "cat('end\\n')"))
  expect_identical(grep("codetools|Tracing|not-exported|findInherited", out, value = TRUE, invert = TRUE), "end")
})

# The class of MXNet's vignette on custom iterators: a table whose first column is the label.
vignette_iter <- function() {
  setRefClass("CustomCSVIter", fields = c("iter", "data.csv", "data.shape", "batch.size"), contains = "Rcpp_MXArrayDataIter",
    methods = list(
      initialize = function(iter, data.csv, data.shape, batch.size) {
        feature_len <- data.shape * data.shape + 1
        csv_iter <- mx.io.CSVIter(data.csv = data.csv, data.shape = c(feature_len), batch.size = batch.size)
        .self$iter <- csv_iter
        .self$data.csv <- data.csv
        .self$data.shape <- data.shape
        .self$batch.size <- batch.size
        .self
      },
      value = function() {
        val.x <- as.array(.self$iter$value()$data)
        val.y <- val.x[1, ]
        val.x <- val.x[-1, ]
        dim(val.x) <- c(data.shape, data.shape, 1, ncol(val.x))
        val.x <- mx.nd.array(val.x)
        val.y <- mx.nd.array(val.y)
        list(data = val.x, label = val.y)
      },
      iter.next = function() .self$iter$iter.next(),
      reset = function() .self$iter$reset(),
      num.pad = function() .self$iter$num.pad(),
      finalize = function() .self$iter$finalize()
    ), where = globalenv())
}

digit_table <- function(n = 100, side = 4) {
  set.seed(4)
  y <- rep(0:1, length.out = n)
  x <- matrix(runif(n * side^2, 0, 0.3), n)
  x[y == 1, 1:side] <- x[y == 1, 1:side] + 1
  file <- tempfile(fileext = ".csv")
  utils::write.table(cbind(y, x), file, sep = ",", row.names = FALSE, col.names = FALSE)
  list(file = file, x = x, y = y)
}

test_that("the custom iterator of MXNet's vignette trains and predicts", {
  d <- digit_table()
  Iter <- vignette_iter()
  it <- Iter$new(iter = NULL, data.csv = d$file, data.shape = 4, batch.size = 32)
  expect_true(is.mx.dataiter(it))
  expect_identical(dim(mx.io.extract(it, "data")), c(4L, 4L, 1L, 100L))
  expect_equal(mx.io.extract(it, "label"), as.numeric(d$y))
  net <- mx.symbol.Variable("data") |> mx.symbol.Convolution(kernel = c(2, 2), num_filter = 4) |>
    mx.symbol.Activation(act_type = "relu") |> mx.symbol.Flatten() |> mx.symbol.FullyConnected(num_hidden = 2) |> mx.symbol.SoftmaxOutput()
  mx.set.seed(2)
  log <- log_of(model <- mx.model.FeedForward.create(net, it, ctx = mx.cpu(), num.round = 5, learning.rate = 0.5,
      initializer = mx.init.Xavier(),
                                                     eval.data = it, eval.metric = mx.metric.accuracy))
  expect_match(log, "^\\[5\\] Validation-accuracy=1", all = FALSE)
  p <- predict(model, it)
  expect_identical(dim(p), c(2L, 100L))
  expect_identical(max.col(t(p)) - 1, as.numeric(d$y))
  expect_snapshot(it)
})

test_that("other forms of custom iterators: callSuper, initFields, typed fields, inherited methods, native parents", {
  Plain <- setRefClass("PlainIter", fields = list(count = "numeric", limit = "numeric", log = "list", make = "function"),
      contains = "Rcpp_MXArrayDataIter",
    methods = list(
      initialize = function(...) {
        initFields(...)
        if (length(count) == 0) count <<- 0
        callSuper()
        .self
      },
      reset = function() {
        count <<- 0
        log <<- c(log, "reset")
      },
      iter.next = function() {
        count <<- count + 1
        count <= limit
      },
      value = function() make(count),
      num.pad = function() 0L
    ), where = globalenv())
  it <- Plain$new(limit = 3, make = function(i) list(data = mx.nd.array(matrix(i, 2, 4)), label = mx.nd.array(rep(i, 4))))
  expect_identical(mx.io.extract(it, "label"), rep(c(1, 2, 3), each = 4))
  expect_identical(unlist(it$log), c("reset", "reset"))
  m <- quiet_fit(mx.symbol.LinearRegressionOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 1)), it, num.round = 2)
  expect_identical(dim(predict(m, it)), c(1L, 12L))

  # a class that changes value() alone lives on what the parent does with its data
  Doubled <- setRefClass("DoubledIter", contains = "Rcpp_MXArrayDataIter", where = globalenv(), methods = list(
    value = function() {
      batch <- callSuper()
      list(data = batch$data * 2, label = batch$label)
    }))
  inner <- mx.io.arrayiter(matrix(1:6, 2), 1:3, batch.size = 2)
  outer <- Doubled$new(.h = inner$.h)
  expect_identical(mx.io.extract(outer, "data"), matrix(1:6, 2) * 2)
  expect_identical(outer$num.pad(), 0L)

  Empty <- setRefClass("EmptyIter", contains = "Rcpp_MXNativeDataIter", where = globalenv())
  expect_true(is.mx.dataiter(Empty$new()))
  expect_mx_error(Empty$new()$iter.next(), "no data of its own: its class must define reset, iter.next, value and num.pad")
  expect_silent(Empty$new()$finalize())
  expect_false(is.mx.dataiter(3))
})

test_that("an error in a custom iterator is the user's own", {
  Bad <- setRefClass("BadIter", contains = "Rcpp_MXArrayDataIter", where = globalenv(), methods = list(
    reset = function() NULL, iter.next = function() TRUE, num.pad = function() 0L, value = function() stop("no more ink")))
  expect_error(quiet_fit(small_mlp(), Bad$new()), "no more ink")
  Wrong <- setRefClass("WrongIter", contains = "Rcpp_MXArrayDataIter", where = globalenv(), methods = list(
    reset = function() NULL, iter.next = function() TRUE, num.pad = function() 0L, value = function() list(data = 1, label = 2)))
  expect_mx_error(mx.io.extract(Wrong$new(), "data"), "value\\(\\) must be an MXNDArray")
})
