batches <- function(it, field) {
  out <- list()
  it$reset()
  while (it$iter.next()) out[[length(out) + 1]] <- as.array(it$value()[[field]])
  it$reset()
  out
}

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
  expect_mx_error(im2rec(image_list(images), images$dir, out, label_width = 2),
      "line 1: expected index, 2 labels \\(label_width\\) and path, found 3 fields")
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
  for (k in kinds) expect_mx_error(get(paste0("mx.varg.io.", k), asNamespace("mxr"))(list(1)), paste0("mx.varg.io.", k,
      " only accept key=value"))
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
  expect_mx_error(mx.io.ImageDetRecordIter(path.imgrec = rec, data.shape = c(24, 16, 3), batch.size = 2,
      label.pad.widht = 20), "label_pad_widht")
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
