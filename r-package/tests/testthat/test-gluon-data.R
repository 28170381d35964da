flowers <- mx.gluon.data.ArrayDataset(iris[1:4], iris$Species)
values <- function(x) as.vector(as.array(x))

test_that("vectors, factors, matrices, arrays, data frames and NDArrays are data sets, examples along their own side", {
  expect_identical(length(flowers), 150L)
  expect_identical(flowers$length, 150L)
  expect_identical(levels(flowers), levels(iris$Species))
  one <- flowers[[51]]
  expect_named(one, c("data", "label"))
  expect_equal(values(one$data), unname(unlist(iris[51, 1:4])), tolerance = 1e-6)
  expect_equal(one$label, 1)

  rows <- as.matrix(iris[1:4])
  of <- function(...) lapply(as.list(mx.gluon.data.ArrayDataset(...)), function(e) values(e$data))
  expect_equal(of(rows, iris$Species), of(t(rows), iris$Species))
  expect_equal(of(rows, iris$Species), of(iris[1:4], iris$Species))
  expect_equal(of(mx.nd.array(t(rows)), iris$Species), of(iris[1:4], iris$Species))

  square <- matrix(1:9, 3)
  expect_mx_error(mx.gluon.data.ArrayDataset(square, 1:3), "Cannot auto select array.layout, please specify this parameter.*3 examples")
  first <- function(layout) values(mx.gluon.data.ArrayDataset(square, 1:3, array.layout = layout)[[1]]$data)
  expect_equal(first("colmajor"), 1:3)
  expect_equal(first("rowmajor"), c(1, 4, 7))

  images <- array(1:24, c(2, 3, 4))
  alone <- mx.gluon.data.ArrayDataset(images)
  expect_identical(length(alone), 4L)
  expect_equal(as.array(alone[[2]]), images[, , 2])
  expect_equal(mx.gluon.data.ArrayDataset(c(3, 5))[[2]], 5)
  three <- mx.gluon.data.ArrayDataset(x = images, y = 1:4, weight = 4:1)
  expect_named(three[[1]], c("x", "y", "weight"))
})

test_that("what is no data is named", {
  fn <- "mx.gluon.data.ArrayDataset: "
  expect_mx_error(mx.gluon.data.ArrayDataset(iris), paste0(fn, "column Species of data is of class factor"))
  expect_mx_error(mx.gluon.data.ArrayDataset(c(1, NA, 3)), paste0(fn, "argument data holds 1 NA or NaN, the first in example 2"))
  expect_mx_error(mx.gluon.data.ArrayDataset(matrix(c(1, 1, 1, NaN), 1), 1:4), "first in example 4")
  expect_mx_error(mx.gluon.data.ArrayDataset(1:3, factor(c("a", NA, "b"))), "argument label holds NA, the first in example 2")
  expect_mx_error(mx.gluon.data.ArrayDataset(1:3, 1:4), "same number of examples, given 3 \\(data\\), 4 \\(label\\)")
  expect_mx_error(mx.gluon.data.ArrayDataset(letters), "must be an array, vector or matrix of numbers")
  expect_mx_error(mx.gluon.data.ArrayDataset(), "needs at least one")
  expect_mx_error(flowers[[151]], "whole number from 1 to 150, given 151")
  expect_mx_error(flowers$transfrom(identity), "no member transfrom. Did you mean 'transform'")
  expect_mx_error(flowers$transform("a"), "argument fn must be a function or a block")
  expect_mx_error(flowers$shard(2, 3), "index is 3, expected 1 to 2")
})

test_that("transforms by R functions and by blocks; filter, take, shard, sample and [", {
  halves <- flowers$transform_first(function(x) x / 2)
  expect_equal(values(halves[[3]]$data), values(flowers[[3]]$data) / 2)
  expect_equal(halves[[3]]$label, 0)
  expect_identical(levels(halves), levels(flowers))
  sums <- flowers$transform(function(data, label) list(sum(as.array(data)), label + 1), lazy = FALSE)
  expect_equal(sums[[1]], list(sum(iris[1, 1:4]), 1), tolerance = 1e-6)
  expect_equal(values(flowers$transform(function(data, label) as.array(data)[1:2])[[1]]), c(5.1, 3.5), tolerance = 1e-6)
  expect_mx_error(flowers$transform(function(data, label) new.env())[[1]], "the function given as fn must give arrays")
  expect_error(flowers$transform(function(data, label) stop("my own"))[[1]], "my own", class = "simpleError")

  expect_identical(length(flowers$filter(function(data, label) label == 2)), 50L)
  expect_identical(length(flowers$take(7)), 7L)
  expect_identical(vapply(1:4, function(i) length(flowers$shard(4, i)), 1L), c(38L, 38L, 37L, 37L))
  expect_equal(values(flowers$shard(4, 2)[[1]]$data), values(flowers[[39]]$data))
  picked <- flowers[c(150, 1)]
  expect_equal(vapply(as.list(picked), function(e) e$label, 0), c(2, 0))
  expect_identical(length(flowers[-(1:100)]), 50L)
  expect_identical(length(flowers$sample(mx.gluon.data.SequentialSampler(10, 5))), 10L)
})

test_that("data sets of R functions and lists", {
  asked <- c()
  squares <- mx.gluon.data.Dataset(5, function(i) {
    asked <<- c(asked, i)
    list(c(i, i), i^2)
  })
  loader <- mx.gluon.data.DataLoader(squares, 2, shuffle = FALSE)
  batches <- as.list(loader)
  expect_equal(lapply(batches, function(b) as.array(b[[1]])), list(matrix(c(1, 1, 2, 2), 2), matrix(c(3, 3, 4, 4), 2), matrix(5, 2, 1)))
  expect_equal(values(batches[[2]][[2]]), c(9, 16))
  expect_equal(asked, as.numeric(1:5))
  words <- mx.gluon.data.SimpleDataset(list(list("a", 1), list("b", 2)))
  expect_equal(words[[2]], list("b", 2))
  expect_mx_error(mx.gluon.data.Dataset(2, 3), "argument getitem must be a function")
})

test_that("loaders give every example once, in any way to go over them", {
  data <- mx.gluon.data.ArrayDataset(1:10, 11:20)
  mx.set.seed(3)
  loader <- mx.gluon.data.DataLoader(data, 4)
  expect_identical(length(loader), 3L)
  expect_identical(loader$length, 3L)
  pass <- function() unlist(mx.gluon.data.each(loader, function(b) values(b$data)))
  a <- pass()
  b <- pass()
  expect_setequal(a, 1:10)
  expect_setequal(b, 1:10)
  expect_false(identical(a, b))
  mx.set.seed(3)
  expect_identical(pass(), a)

  by_for <- c()
  for (i in seq_along(loader)) by_for <- c(by_for, values(loader$nextbatch()$label))
  expect_setequal(by_for, 11:20)
  expect_null(loader$nextbatch())
  expect_length(values(loader$nextbatch()$label), 4)   # starts anew
  loader$reset()
  by_while <- c()
  while (loader$iter.next()) by_while <- c(by_while, values(loader$value()$label))
  expect_setequal(by_while, 11:20)
  expect_setequal(unlist(lapply(loader, function(b) values(b$data))), 1:10)
  ordered <- mx.gluon.data.DataLoader(data, 4, shuffle = FALSE)
  expect_equal(unlist(lapply(ordered, function(b) values(b$data))), 1:10)
  expect_equal(lapply(as.list(mx.gluon.data.DataLoader(1:5, 2, shuffle = FALSE)), values), list(c(1, 2), c(3, 4), 5))
})

test_that("last_batch, samplers, batchify_fn, workers", {
  data <- mx.gluon.data.ArrayDataset(1:10)
  sizes <- function(...) vapply(as.list(mx.gluon.data.DataLoader(data, 4, ...)), length, 1L)
  expect_identical(sizes(), c(4L, 4L, 2L))
  expect_identical(sizes(last_batch = "discard"), c(4L, 4L))
  roll <- mx.gluon.data.DataLoader(data, 4, last_batch = "rollover")
  expect_identical(vapply(1:3, function(i) length(as.list(roll)), 1L), c(2L, 3L, 2L))
  expect_mx_error(sizes(last_batch = "drop"), "must be one of 'keep', 'discard', or 'rollover', but got drop")

  order <- c(3, 1, 10)
  expect_equal(values(as.list(mx.gluon.data.DataLoader(data, 4, sampler = order))[[1]]), order)
  batches <- mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(10), 5, "keep")
  expect_equal(values(as.list(mx.gluon.data.DataLoader(data, batch_sampler = batches))[[2]]), 6:10)
  expect_equal(as.list(mx.gluon.data.BatchSampler(1:5, 2, "discard")), list(1:2, 3:4))
  expect_setequal(unlist(as.list(mx.gluon.data.RandomSampler(6))), 1:6)
  even <- mx.gluon.data.FilterSampler(function(x) x %% 2 == 0, data)
  expect_equal(unlist(as.list(even)), c(2, 4, 6, 8, 10))
  expect_mx_error(mx.gluon.data.DataLoader(data, 4, sampler = c(0, 11)), "positions from 1 to 10, given +0 to 11")

  stack <- function(examples) list(mx.nd.array(vapply(examples, identity, 0)), length(examples))
  batch <- as.list(mx.gluon.data.DataLoader(data, 4, shuffle = FALSE, batchify_fn = stack))[[3]]
  expect_equal(values(batch[[1]]), 9:10)
  expect_equal(batch[[2]], 2)

  skip_on_os("windows")
  two <- mx.gluon.data.DataLoader(data, 4, shuffle = FALSE, num_workers = 2)
  expect_equal(unlist(lapply(two, values)), 1:10)
  expect_mx_error(mx.gluon.data.DataLoader(data$transform(function(x) x), 4, num_workers = 2),
                  "num_workers is 2, but R functions of the data set run in R's own process only")
})

test_that("MNIST, record files and folders of images", {
  digits <- mx.gluon.data.vision.MNIST(train = FALSE)
  expect_identical(dim(digits[[1]]$data), c(1L, 28L, 28L))
  tensors <- digits$transform_first(mx.gluon.data.vision.transforms.ToTensor())
  x <- as.array(tensors[[1]]$data)
  expect_identical(dim(x), c(28L, 28L, 1L))
  expect_equal(as.vector(x), as.vector(as.array(digits[[1]]$data)) / 255, tolerance = 1e-6)
  expect_equal(tensors[[1]]$label, digits[[1]]$label)
  t <- mx.gluon.data.vision.transforms.Compose(list(
    mx.gluon.data.vision.transforms.Resize(c(14, 7)), mx.gluon.data.vision.transforms.ToTensor(), function(x) x * 2))
  expect_identical(dim(t(digits[[1]]$data)), c(14L, 7L, 1L))   # width, height
  expect_equal(dim(digits$transform_first(t)[[1]]$data), c(14, 7, 1))
  n <- mx.gluon.data.vision.transforms.Normalize(mean = c(0, 1, 2), std = 1)
  expect_equal(values(n(mx.nd.zeros(c(1, 1, 3)))), c(0, -1, -2))
  own <- mx.gluon.data.vision.MNIST(train = FALSE, transform = function(data, label) label * 10)
  expect_equal(own[[1]], digits[[1]]$label * 10)
  expect_mx_error(mx.gluon.data.vision.ImageFolderDataset("/no/such/folder"), "cannot read root")
})

test_that("loaders serve where iterators do", {
  d <- easy_digits(200)
  loader <- mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(d$x, d$y), 64, shuffle = FALSE)
  expect_true(is.mx.dataiter(loader))
  expect_equal(mx.io.extract(loader, "data"), d$x, tolerance = 1e-6)
  it <- mx.io.arrayiter(d$x, d$y, batch.size = 64)
  train <- function(x) {
    mx.set.seed(1)
    quiet_fit(small_mlp(), x, num.round = 2, learning.rate = 0.5, eval.metric = mx.metric.accuracy)
  }
  model <- train(loader)
  expect_identical(nobs(model), 200L)
  expect_equal(dim(predict(model, loader)), c(10, 200))
  expect_equal(predict(model, loader), predict(model, it))
})

test_that("printing", {
  expect_snapshot(flowers)
  expect_snapshot(mx.gluon.data.ArrayDataset(x = array(0, c(2, 2, 3)), y = mx.nd.array(1:3, dtype = "int32"), z = matrix(0, 3, 4)))
  expect_snapshot(flowers$transform_first(function(x) x))
  expect_snapshot(mx.gluon.data.DataLoader(flowers, 32))
  expect_snapshot(mx.gluon.data.RandomSampler(5))
})
