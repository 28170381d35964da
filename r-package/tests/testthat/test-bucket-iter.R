# mx.io.bucket.iter

two_buckets <- function() {
  list("4" = list(data = matrix(c(1:4, 5, 6, 0, 0, 7, 0, 0, 0, 8, 9, 1, 2, 3, 4, 5, 0), 4), label = 1:5),
       "2" = list(data = matrix(1:6, 2), label = matrix(11:16, 2)))
}

test_that("batches, masks, labels and padding with the first examples", {
  it <- mx.io.bucket.iter(two_buckets(), batch.size = 2)
  expect_false(is.mx.dataiter(it))
  expect_s4_class(it, "BucketIter")
  expect_null(it$bucketID)
  expect_mx_error(it$value(), "before")
  it$reset()
  expect_identical(it$bucketID, c("4" = 1))
  expect_identical(it$batch.per.bucket, c("4" = 3, "2" = 2))
  expect_identical(it$last.batch.pad, c("4" = 1, "2" = 1))
  expect_equal(it$batch.per.epoch, 5)
  expect_identical(names(it$bucket.plan), c("4", "4", "4", "2", "2"))
  expect_identical(unname(it$bucket.plan), c(1, 2, 3, 1, 2))
  seen <- list()
  pads <- NULL
  while (it$iter.next()) {
    v <- it$value()
    expect_named(v, c("data", "seq.mask", "label"))
    seen[[length(seen) + 1]] <- lapply(v, as.array)
    pads <- c(pads, it$num.pad())
  }
  expect_equal(it$batch, 5)
  expect_false(it$iter.next())
  expect_equal(pads, c(0, 0, 1, 0, 1))
  expect_equal(seen[[1]]$data, matrix(c(1:4, 5, 6, 0, 0), 4))
  expect_equal(seen[[1]]$seq.mask, c(4, 2))
  expect_equal(seen[[2]]$seq.mask, c(1, 4))
  expect_equal(seen[[3]], list(data = matrix(c(3, 4, 5, 0, 1:4), 4), seq.mask = c(3, 4), label = c(5, 1)))
  expect_equal(seen[[5]], list(data = matrix(c(5, 6, 1, 2), 2), seq.mask = c(2, 2), label = matrix(c(15, 16, 11, 12), 2)))
  expect_equal(it$epoch, 1)
  it$reset()
  expect_equal(it$epoch, 2)
  expect_equal(it$batch, 0)
})

test_that("shuffling draws as the original does, anew at each reset", {
  buckets <- two_buckets()
  it <- mx.io.bucket.iter(buckets, batch.size = 2, shuffle = TRUE, seed = 7)
  it$reset()
  set.seed(7)
  plan <- sample(rep(c("4", "2"), c(3, 2)))
  four <- sample(5)
  two <- sample(3)
  expect_identical(names(it$bucket.plan), plan)
  expect_identical(it$buckets[["4"]]$label, (1:5)[four])
  expect_identical(it$buckets[["2"]]$data, buckets[["2"]]$data[, two])
  expect_identical(it$buckets[["2"]]$label, buckets[["2"]]$label[, two])
  it$reset()  # the same draws, applied to what is there
  expect_identical(it$buckets[["4"]]$label, (1:5)[four][four])
  for (b in c("4", "2")) expect_identical(sort(unname(it$bucket.plan[names(it$bucket.plan) == b])), as.numeric(seq_len(c("4" = 3, "2" = 2)[[b]])))
})

test_that("a bucket smaller than the padding, features, another mask element", {
  it <- mx.io.bucket.iter(list("3" = list(data = matrix(1:6, 3), label = 1:2)), batch.size = 5)
  it$reset()
  it$iter.next()
  expect_equal(as.array(it$value()$label), c(1, 2, 1, 2, 1))
  expect_equal(it$num.pad(), 3)
  x <- array(1:24, c(2, 3, 4))
  x[, 3, 2] <- -1
  x[1, 3, 3] <- -1
  it <- mx.io.bucket.iter(list("3" = list(data = x, label = 1:4)), batch.size = 3, data.mask.element = -1)
  it$reset()
  it$iter.next()
  expect_equal(as.array(it$value()$data), x[, , 1:3])
  expect_equal(as.array(it$value()$seq.mask), c(3, 2, 3))
})

test_that("derived classes and copies work", {
  Derived <- setRefClass("DerivedBucketIter", contains = "BucketIter", fields = list(extra = "numeric"),
                         methods = list(value = function() c(callSuper(), list(twice = 2))), where = environment())
  it <- Derived$new(two_buckets(), batch.size = 1)
  it$reset()
  it$iter.next()
  expect_equal(it$value()$twice, 2)
  other <- mx.io.bucket.iter(two_buckets(), 2)
  kept <- other$copy()
  other$reset()
  expect_equal(kept$epoch, 0)
  expect_snapshot(other)
})

test_that("bad buckets are refused by name", {
  expect_mx_error(mx.io.bucket.iter(1:3, 2), "buckets")
  expect_mx_error(mx.io.bucket.iter(list(list(data = matrix(1, 2, 2), label = 1:2)), 2), "named")
  expect_mx_error(mx.io.bucket.iter(list("2" = matrix(1, 2, 2)), 2), "bucket \"2\"")
  expect_mx_error(mx.io.bucket.iter(list("2" = list(data = matrix(1, 2, 2), label = 1:3)), 2), "2 examples in data but 3 in label")
  expect_mx_error(mx.io.bucket.iter(list("2" = list(data = 1:2, label = 1:2)), 2), "dim")
  expect_mx_error(mx.io.bucket.iter(two_buckets(), 0), "batch.size")
  expect_mx_error(mx.io.bucket.iter(list("2" = list(data = matrix(letters[1:4], 2), label = 1:2)), 2), "data")
})
