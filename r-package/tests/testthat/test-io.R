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
  expect_mx_error(mx.io.arrayiter(matrix(0, 5, 3), 1:5), "Seems X, y was passed in a Row major way, MXNetR adopts a column major convention.\nPlease pass in transpose of X instead", fixed = TRUE)
  expect_mx_error(mx.io.arrayiter(matrix(0, 5, 3), 1:4), "Data and label shape in-consistent")
  expect_mx_error(mx.io.arrayiter(matrix(c(1, NA, 3, 4), 2), 0:1), "argument data holds 1 NA or NaN, the first in example 1")
  expect_mx_error(mx.io.arrayiter(matrix(1:4, 2), c(0L, NA)), "argument label holds 1 NA or NaN, the first in example 2")
  expect_mx_error(mx.io.arrayiter(matrix(1:4, 2), factor(c("a", "b"))), "label is a factor with levels a, b")
  expect_mx_error(mx.io.arrayiter(matrix(1:4, 2), 0:1, batch.size = 0), "batch.size must be one whole number >= 1, given 0")
  expect_mx_error(mx.io.arrayiter(data.frame(a = 1:2), 0:1), "data.frame")
  expect_mx_error(mx.io.MNISTIter("x"), "mx.varg.io.MNISTIter only accept key=value style arguments")
})

idx_files <- function(n = 10) {
  dir <- tempfile("idx")
  dir.create(dir)
  images <- file.path(dir, "img")
  labels <- file.path(dir, "lab")
  con <- file(images, "wb")
  writeBin(as.integer(c(2051, n, 28, 28)), con, endian = "big")
  writeBin(as.raw(rep(seq_len(n), each = 784)), con)
  close(con)
  con <- file(labels, "wb")
  writeBin(as.integer(c(2049, n)), con, endian = "big")
  writeBin(as.raw(seq_len(n) - 1), con)
  close(con)
  list(image = images, label = labels)
}

test_that("MNISTIter reads idx files, divides by 256 and drops the last partial batch", {
  f <- idx_files()
  it <- mx.io.MNISTIter(image = f$image, label = f$label, batch.size = 4, shuffle = FALSE, flat = TRUE, silent = TRUE)
  expect_s4_class(it, "Rcpp_MXNativeDataIter")
  y <- batches(it, "label")
  expect_identical(y, list(c(0, 1, 2, 3), c(4, 5, 6, 7)))
  x <- batches(it, "data")[[1]]
  expect_identical(dim(x), c(784L, 4L))
  expect_identical(x[1, ], (1:4) / 256)
  it <- mx.io.MNISTIter(image = f$image, label = f$label, batch.size = 4, input_shape = c(28, 28, 1), silent = TRUE)
  it$iter.next()
  expect_identical(dim(it$value()$data), c(28L, 28L, 1L, 4L))
})

test_that("CSVIter reads columns as examples", {
  f <- tempfile(fileext = ".csv")
  writeLines(c("1,2,3", "4,5,6", "7,8,9"), f)
  it <- mx.io.CSVIter(data.csv = f, data.shape = 3, batch.size = 1)
  expect_identical(batches(it, "data")[[2]], matrix(c(4, 5, 6)))
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
