# mx.io.ImageDetRecordIter: pictures with boxes. The engine's own tests compare it with MXNet.

det_file <- function() {
  stopifnot(mx.available())
  skip_if(is.null(tryCatch(reticulate::import("cv2"), error = function(e) NULL)), "needs the extra vision")
  rec <- tempfile(fileext = ".rec")
  reticulate::py_run_string(sprintf("
import numpy, mxr
w = mxr.recordio.MXRecordIO('%s', 'w')
for i in range(5):
    label = [2, 5] + [0, .1, .2, .3, .4] + ([1, .5, .5, .9, .8] if i %% 2 else [])
    w.write(mxr.recordio.pack_img((0, label, i, 0), numpy.full((10, 20, 3), i * 10, 'uint8'), 3, '.png'))
w.close()
", rec), local = TRUE)
  rec
}

test_that("batches have R's dims; the label tells channels, height, width and its own length", {
  it <- mx.io.ImageDetRecordIter(path.imgrec = det_file(), data.shape = c(16, 12, 3), batch.size = 2, verbose = FALSE)
  it$reset()
  pads <- c()
  while (it$iter.next()) {
    v <- it$value()
    expect_identical(names(v), c("data", "label"))
    expect_identical(list(dim(v$data), dim(v$label)), list(c(16L, 12L, 3L, 2L), c(16L, 2L)))
    pads <- c(pads, it$num.pad())
  }
  expect_identical(as.numeric(pads), c(0, 0, 1))
  it$reset()
  label <- mx.io.extract(it, "label")
  expect_identical(dim(label), c(16L, 5L))
  expect_equal(label[, 1], c(3, 12, 16, 7, 2, 5, 0, 0.1, 0.2, 0.3, 0.4, rep(-1, 5)), tolerance = 1e-6)
  expect_equal(label[, 2], c(3, 12, 16, 12, 2, 5, 0, 0.1, 0.2, 0.3, 0.4, 1, 0.5, 0.5, 0.9, 0.8), tolerance = 1e-6)
  expect_equal(c(mx.io.extract(it, "data")[1, 1, 1, ]), c(0, 10, 20, 30, 40))
})

test_that("mirroring moves the boxes, ranges of samplers are vectors, a picture may be smaller than its array", {
  rec <- det_file()
  it <- mx.io.ImageDetRecordIter(path.imgrec = rec, data.shape = c(16, 12, 3), batch.size = 5, verbose = FALSE, rand.mirror.prob = 1,
                                 resize.mode = "fit", label.pad.width = 20, label.pad.value = 7)
  label <- mx.io.extract(it, "label")
  expect_equal(label[, 1], c(3, 8, 16, 7, 2, 5, 0, 0.7, 0.2, 0.9, 0.4, rep(7, 13)), tolerance = 1e-6)
  it <- mx.io.ImageDetRecordIter(path.imgrec = rec, data.shape = c(16, 12, 3), batch.size = 5, verbose = FALSE, rand.crop.prob = 1,
                                 num.crop.sampler = 2, min.crop.scales = c(0.3, 0.6), max.crop.scales = c(0.5, 0.9), max.crop.trials = c(50, 50))
  label <- mx.io.extract(it, "label")
  expect_true(all(label[8:11, ] >= 0 & label[8:11, ] <= 1))
  expect_false(any(label[8, ] == label[8, 1] & label[9, ] == 0.2))
})

test_that("bad arguments are named", {
  expect_mx_error(mx.io.ImageDetRecordIter("x.rec"), "key=value")
  expect_mx_error(mx.io.ImageDetRecordIter(path.imgrec = "x.rec", batch.size = 2), "data_shape")
  expect_mx_error(mx.io.ImageDetRecordIter(path.imgrec = det_file(), data.shape = c(8, 8, 3), batch.size = 2, rand.crop.probb = 1),
                  "rand_crop_probb.*Did you mean")
  expect_mx_error(mx.io.ImageDetRecordIter(path.imgrec = det_file(), data.shape = c(8, 8, 3), batch.size = 2, label.pad.width = 3), "label_pad_width=3")
})
