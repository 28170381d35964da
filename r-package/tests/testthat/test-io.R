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
  log <- log_of(model <- mx.model.FeedForward.create(net, it, ctx = mx.cpu(), num.round = 5, learning.rate = 0.5, initializer = mx.init.Xavier(),
                                                     eval.data = it, eval.metric = mx.metric.accuracy))
  expect_match(log, "^\\[5\\] Validation-accuracy=1", all = FALSE)
  p <- predict(model, it)
  expect_identical(dim(p), c(2L, 100L))
  expect_identical(max.col(t(p)) - 1, as.numeric(d$y))
  expect_snapshot(it)
})

test_that("other forms of custom iterators: callSuper, initFields, typed fields, inherited methods, native parents", {
  Plain <- setRefClass("PlainIter", fields = list(count = "numeric", limit = "numeric", log = "list", make = "function"), contains = "Rcpp_MXArrayDataIter",
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

# Small images by R's own devices: red, green and blue in turn, with a dark corner.
image_folder <- function(n = 6, kind = "png") {
  dir <- tempfile("images")
  dir.create(dir)
  for (i in seq_len(n)) {
    file <- file.path(dir, sprintf("%d.%s", i, kind))
    if (kind == "png") grDevices::png(file, width = 24, height = 16) else grDevices::jpeg(file, width = 24, height = 16, quality = 100)
    graphics::par(mar = rep(0, 4), bg = c("#ff0000", "#00ff00", "#0000ff")[(i - 1) %% 3 + 1], xaxs = "i", yaxs = "i")
    graphics::plot.new()
    grDevices::dev.off()
  }
  list(dir = dir, names = sprintf("%d.%s", seq_len(n), kind), label = (seq_len(n) - 1) %% 3)
}

image_list <- function(images, ..., sep = "\t") {
  file <- tempfile(fileext = ".lst")
  writeLines(paste(seq_along(images$names) - 1, images$label, ..., images$names, sep = sep), file)
  file
}

pack <- function(images, ...) {
  rec <- tempfile(fileext = ".rec")
  im2rec(image_list(images), images$dir, rec, ...)
  rec
}

test_that("im2rec packs images that ImageRecordIter reads: R's order of dims, pixels, labels, options", {
  images <- image_folder()
  rec <- pack(images, encoding = ".png")
  it <- mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 4, preprocess.threads = 1)
  expect_s4_class(it, "Rcpp_MXNativeDataIter")
  expect_snapshot(it)
  x <- mx.io.extract(it, "data")
  expect_identical(dim(x), c(24L, 16L, 3L, 6L))
  expect_identical(mx.io.extract(it, "label"), as.numeric(images$label))
  # channel k of colour k is full, the others are empty
  expect_equal(apply(x[5:20, 5:12, , 1:3], 3:4, mean), diag(3) * 255)
  it <- mx.io.ImageRecordIter(path.imgrec = rec, data_shape = c(12, 8, 3), batch_size = 3, resize = 8, mean.r = 100, mean.g = 50, std.b = 2,
                              scale = 0.5, rand.mirror = TRUE)
  it$iter.next()
  v <- it$value()
  expect_identical(dim(v$data), c(12L, 8L, 3L, 3L))
  expect_identical(dim(v$label), 3L)
  expect_equal(as.array(v$data)[6, 4, , 1:3], matrix(c(77.5, -25, 0, -50, 102.5, 0, -50, -25, 63.75), 3))
  # the last batch is filled from the beginning
  it <- mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 4)
  pads <- c()
  while (it$iter.next()) pads <- c(pads, it$num.pad())
  expect_identical(pads, c(0L, 2L))
  bytes <- mx.io.ImageRecordUInt8Iter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 6)
  expect_equal(mx.io.extract(bytes, "data"), x)
  part <- mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 1, num.parts = 2, part.index = 1)
  expect_identical(mx.io.extract(part, "label"), c(0, 1, 2))
  shuffled <- mx.io.ImageRecordIter_v1(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 6, shuffle = TRUE, seed = 3)
  expect_identical(sort(mx.io.extract(shuffled, "label")), sort(as.numeric(images$label)))
  expect_mx_error(mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(24, 16), batch.size = 1), "data_shape")
  expect_mx_error(mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.sise = 1), "batch_sise")
  expect_mx_error(mx.io.ImageRecordIter(path.imgrec = "nowhere.rec", data.shape = c(24, 16, 3), batch.size = 1), "nowhere.rec")
  expect_mx_error(mx.io.ImageRecordIter(rec), "mx.varg.io.ImageRecordIter only accept key=value style arguments")
})

test_that("im2rec: sizes, crops, grey, jpeg, parts, several labels, files as they are", {
  images <- image_folder(5, "jpeg")
  size_of <- function(rec, dim) unique(lapply(seq_len(1), function(i) {
    it <- mx.io.ImageRecordIter(path.imgrec = rec, data.shape = dim, batch.size = 5)
    dim(mx.io.extract(it, "data"))
  }))[[1]]
  expect_identical(size_of(pack(images, new_size = 8), c(12, 8, 3)), c(12L, 8L, 3L, 5L))
  rec <- pack(images, new_size = 8, center_crop = 1L, quality = 90L)
  expect_identical(size_of(rec, c(8, 8, 3)), c(8L, 8L, 3L, 5L))
  expect_identical(size_of(pack(images, color_mode = 0), c(24, 16, 1)), c(24L, 16L, 1L, 5L))
  rec <- pack(images, unchanged = 1L, new_size = 4)
  expect_gt(file.size(rec), sum(file.size(file.path(images$dir, images$names))))
  expect_identical(size_of(rec, c(24, 16, 3)), c(24L, 16L, 3L, 5L))

  rec <- tempfile()
  expect_identical(im2rec(image_list(images), images$dir, rec, nsplit = 2, partid = 1), 2L)
  rec2 <- paste0(rec, ".part001")
  it <- mx.io.ImageRecordIter(path.imgrec = rec2, data.shape = c(24, 16, 3), batch.size = 1)
  expect_identical(mx.io.extract(it, "label"), as.numeric(images$label[4:5]))

  im2rec(image_list(images, 7), images$dir, rec, label_width = 2L, pack_label = TRUE)
  it <- mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 5, label.width = 2)
  expect_equal(mx.io.extract(it, "label"), rbind(images$label, 7), ignore_attr = TRUE)
  im2rec(image_list(images, sep = " "), paste0(images$dir, "/"), rec)
  it <- mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 5)
  expect_identical(mx.io.extract(it, "label"), as.numeric(images$label))
})

test_that("im2rec: wrong arguments and images are named, and leave no file", {
  images <- image_folder(2)
  out <- tempfile(fileext = ".rec")
  expect_identical(names(formals(im2rec)), c("image_lst", "root", "output_rec", "label_width", "pack_label", "new_size", "nsplit", "partid",
                                             "center_crop", "quality", "color_mode", "unchanged", "inter_method", "encoding"))
  expect_mx_error(im2rec("nowhere.lst", images$dir, out), "image_lst: there is no file")
  expect_mx_error(im2rec(image_list(images), "nowhere", out), "root: there is no folder")
  expect_mx_error(im2rec(image_list(images), images$dir, "nowhere/x.rec"), "output_rec: there is no folder")
  expect_mx_error(im2rec(image_list(images), images$dir, out, encoding = ".gif"), "encoding must be one of .jpg, .png, given \".gif\"")
  expect_mx_error(im2rec(image_list(images), images$dir, out, nsplit = 2, partid = 2), "partid must be below nsplit")
  expect_mx_error(im2rec(image_list(images), images$dir, out, color_mode = 2), "color_mode must be one of -1, 0, 1, given 2")
  expect_mx_error(im2rec(image_list(images), images$dir, out, pack_label = 3), "pack_label must be one of 0, 1, given 3")
  expect_mx_error(im2rec(image_list(images), images$dir, out, quality = 300), "quality=300 must be from 1 to 100")
  expect_mx_error(im2rec(image_list(images), images$dir, out, label_width = 2), "line 1: expected index, 2 labels \\(label_width\\) and path, found 3 fields")
  expect_mx_error(im2rec(image_list(list(names = "none.png", label = 0)), images$dir, out), "none.png cannot be read")
  writeLines("no image", file.path(images$dir, "1.png"))
  expect_mx_error(im2rec(image_list(images), images$dir, out), "1.png")
  expect_identical(list.files(dirname(out), pattern = basename(out)), character())
})

test_that("CSVIter with labels and dims, LibSVMIter, and the functions that take one list", {
  f <- tempfile(fileext = ".csv")
  g <- tempfile(fileext = ".csv")
  utils::write.table(matrix(1:18, 3, byrow = TRUE), f, sep = ",", row.names = FALSE, col.names = FALSE)
  utils::write.table(matrix(7:9), g, sep = ",", row.names = FALSE, col.names = FALSE)
  it <- mx.io.CSVIter(data.csv = f, data.shape = c(3, 2), label.csv = g, batch.size = 2)
  expect_identical(mx.io.extract(it, "data"), array(as.numeric(1:18), c(3, 2, 3)))
  expect_identical(mx.io.extract(it, "label"), c(7, 8, 9))
  it <- mxr:::mx.varg.io.CSVIter(list(data_csv = f, data_shape = 6, label.csv = f, label.shape = 6, batch_size = 3))
  expect_identical(mx.io.extract(it, "label"), matrix(as.numeric(1:18), 6))
  expect_mx_error(mx.io.CSVIter(data.csv = f, data.shape = 5, batch.size = 1), ".")
  expect_mx_error(mx.io.CSVIter(f, 3), "mx.varg.io.CSVIter only accept key=value style arguments", fixed = TRUE)
  s <- tempfile()
  writeLines(c("1 0:0.5 2:1.5", "0 1:2", "3 3:4"), s)
  it <- mx.io.LibSVMIter(data.libsvm = s, data.shape = 4, batch.size = 3)
  it$iter.next()
  expect_identical(as.array(it$value()$data), matrix(c(0.5, 0, 1.5, 0, 0, 2, 0, 0, 0, 0, 0, 4), 4))
  expect_identical(as.array(it$value()$label), c(1, 0, 3))
  kinds <- c("MNISTIter", "CSVIter", "LibSVMIter", "ImageRecordIter", "ImageRecordUInt8Iter", "ImageRecordInt8Iter", "ImageDetRecordIter",
             "ImageRecordIter_v1", "ImageRecordUInt8Iter_v1")
  for (k in kinds) expect_mx_error(get(paste0("mx.varg.io.", k), asNamespace("mxr"))(list(1)), paste0("mx.varg.io.", k, " only accept key=value"))
  expect_false(any(grepl("varg", getNamespaceExports("mxr"))))
})

test_that("ImageDetRecordIter: images with boxes, packed by im2rec", {
  images <- image_folder(4)
  boxes <- rbind(2, 5, images$label, 0.25, 0.25, 0.75, 0.5)  # head of 2, objects of 5: class and corners
  file <- tempfile(fileext = ".lst")
  writeLines(paste(0:3, apply(boxes, 2, paste, collapse = "\t"), images$names, sep = "\t"), file)
  rec <- tempfile(fileext = ".rec")
  im2rec(file, images$dir, rec, label_width = 7, pack_label = 1, encoding = ".png")
  it <- mx.io.ImageDetRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 2, label.pad.width = 20, verbose = FALSE,
                                 min.crop.scales = 0.5, max.crop.scales = 1)
  it$iter.next()
  v <- it$value()
  expect_identical(dim(v$data), c(24L, 16L, 3L, 2L))
  label <- as.array(v$label)
  expect_identical(ncol(label), 2L)
  # channels, height and width of the image and the length of the label come first
  expect_identical(label[1:4, 1], c(3, 16, 24, 7))
  expect_equal(label[5:11, ], boxes[, 1:2], tolerance = 1e-6)
  expect_true(all(label[12:nrow(label), ] == -1))
  expect_identical(dim(mx.io.extract(it, "data")), c(24L, 16L, 3L, 4L))
  expect_mx_error(mx.io.ImageDetRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 2, label.pad.widht = 20), "label_pad_widht")
  expect_mx_error(mx.io.ImageDetRecordIter(rec), "only accept key=value style arguments")
})

test_that("MNISTIter shuffles once by its seed, in MXNet's order", {
  f <- idx_files()
  for (case in list(list(0, c(0, 2, 3, 5, 9, 1, 6, 8)), list(5, c(2, 5, 6, 3, 9, 0, 1, 7)))) {
    it <- mx.io.MNISTIter(image = f$image, label = f$label, batch.size = 4, seed = case[[1]], silent = TRUE)
    for (round in 1:2) expect_identical(unlist(batches(it, "label")), case[[2]])
  }
  before <- setwd(dirname(f$image))
  on.exit(setwd(before))
  file.copy(c(f$image, f$label), c("train-images-idx3-ubyte", "train-labels-idx1-ubyte"))
  it <- mx.io.MNISTIter(batch.size = 5, shuffle = FALSE)
  expect_identical(dim(mx.io.extract(it, "data")), c(28L, 28L, 1L, 10L))
})

test_that("networks train on record files and tables, and predict from them without their padding", {
  images <- image_folder(9)
  rec <- pack(images, encoding = ".png")
  it <- mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 4, shuffle = TRUE, scale = 1 / 255, seed = 1)
  net <- mx.symbol.Variable("data") |> mx.symbol.Pooling(kernel = c(8, 8), stride = c(8, 8), pool_type = "avg") |> mx.symbol.Flatten() |>
    mx.symbol.FullyConnected(num_hidden = 3) |> mx.symbol.SoftmaxOutput()
  mx.set.seed(3)
  model <- quiet_fit(net, it, num.round = 20, learning.rate = 0.5)
  still <- mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 4, scale = 1 / 255)
  p <- predict(model, still)
  expect_identical(dim(p), c(3L, 9L))
  expect_identical(max.col(t(p)) - 1, as.numeric(images$label))

  d <- easy_digits(50)
  f <- tempfile(fileext = ".csv")
  g <- tempfile(fileext = ".csv")
  utils::write.table(t(d$x), f, sep = ",", row.names = FALSE, col.names = FALSE)
  utils::write.table(d$y, g, sep = ",", row.names = FALSE, col.names = FALSE)
  table <- mx.io.CSVIter(data.csv = f, data.shape = 40, label.csv = g, batch.size = 16)
  mx.set.seed(3)
  model <- quiet_fit(small_mlp(), table, num.round = 15, learning.rate = 0.5, initializer = mx.init.Xavier())
  p <- predict(model, table)
  expect_identical(dim(p), c(10L, 50L))
  expect_identical(max.col(t(p)) - 1, as.numeric(d$y))
})
