# Symbols of operators outside of the layers: arguments, shapes, forward, backward.
run <- function(symbol, shapes, values, grad = "write", heads = NULL) {
  e <- do.call(mx.simple.bind, c(list(symbol, mx.cpu(), grad), shapes))
  mx.exec.update.arg.arrays(e, values, match.name = TRUE)
  mx.exec.forward(e, is.train = grad != "null")
  if (grad != "null") do.call(mx.exec.backward, c(list(e), heads %||% lapply(e$outputs, function(o) mx.nd.ones(dim(o)))))
  e
}
`%||%` <- function(a, b) if (is.null(a)) b else a

test_that("RNN: fused lstm by hand", {
  hidden <- 2
  rnn <- mx.symbol.RNN(data = mx.symbol.Variable("seq"), parameters = mx.symbol.Variable("par"), state = mx.symbol.Variable("h0"),
                       state_cell = mx.symbol.Variable("c0"), state_size = hidden, num_layers = 1, mode = "lstm", name = "RNN")
  expect_identical(arguments(rnn), c("seq", "par", "h0", "c0"))
  shapes <- mx.symbol.infer.shape(rnn, seq = c(3, 1, 4))
  n <- 4 * hidden * (3 + hidden + 2)
  expect_identical(shapes$arg.shapes$par, as.integer(n))
  expect_identical(unname(shapes$out.shapes), list(c(2L, 1L, 4L)))
  set.seed(3)
  x <- array(rnorm(12), c(3, 1, 4))
  w <- rnorm(n, sd = 0.5)
  lstm <- function(w) {
    wx <- matrix(w[1:24], 3)
    wh <- matrix(w[25:40], 2)
    b <- w[41:48] + w[49:56]
    h <- cell <- c(0, 0)
    s <- function(z) 1 / (1 + exp(-z))
    sapply(1:4, function(t) {
      g <- drop(x[, 1, t] %*% wx + h %*% wh) + b
      cell <<- s(g[3:4]) * cell + s(g[1:2]) * tanh(g[5:6])
      h <<- s(g[7:8]) * tanh(cell)
    })
  }
  e <- run(rnn, list(seq = c(3, 1, 4)), list(seq = mx.nd.array(x), par = mx.nd.array(w)))
  expect_equal(as.array(e$outputs[[1]])[, 1, ], lstm(w), tolerance = 1e-5)
  step <- sapply(c(1, 30, 50), function(i) (sum(lstm(replace(w, i, w[i] + 1e-5))) - sum(lstm(replace(w, i, w[i] - 1e-5)))) / 2e-5)
  expect_equal(as.array(e$grad.arrays$par)[c(1, 30, 50)], step, tolerance = 1e-3)
})

test_that("MultiBoxPrior: tuples of floats keep their order", {
  data <- mx.symbol.Variable("data")
  prior <- mx.symbol.contrib.MultiBoxPrior(data, sizes = c(0.5, 0.25), ratios = c(1, 2), name = "prior")
  expect_identical(unname(mx.symbol.infer.shape(prior, data = c(3, 2, 4, 1))$out.shapes), list(c(4L, 18L, 1L)))
  e <- run(prior, list(data = c(3, 2, 4, 1)), list(data = mx.nd.zeros(c(3, 2, 4, 1))), grad = "null")
  boxes <- as.array(e$outputs[[1]])[, , 1]
  # the first box of a place has the first size, the second the second
  expect_equal(boxes[4, 1:2] - boxes[2, 1:2], c(0.5, 0.25), tolerance = 1e-6)
  now <- mx.nd.contrib.MultiBoxPrior(mx.nd.zeros(c(3, 2, 4, 1)), sizes = c(0.5, 0.25), ratios = c(1, 2))
  expect_identical(as.array(now)[, , 1], boxes)
})

test_that("ROIAlign: the mean of a plane over a region, and where its gradient goes", {
  s <- mx.symbol.contrib.ROIAlign(mx.symbol.Variable("map"), mx.symbol.Variable("rois"), pooled_size = c(2, 2), spatial_scale = 1,
                                  sample_ratio = 2)
  expect_identical(arguments(s), c("map", "rois"))
  plane <- array(outer(0:7, 0:5, function(x, y) x + 10 * y), c(8, 6, 1, 1))
  e <- run(s, list(map = dim(plane), rois = c(5, 1)), list(map = mx.nd.array(plane), rois = mx.nd.array(matrix(c(0, 1, 1, 5, 5), 5))))
  # bins of 2 x 2 with centres at 2 and 4
  expect_equal(as.array(e$outputs[[1]])[, , 1, 1], outer(c(2, 4), c(2, 4), function(x, y) x + 10 * y), tolerance = 1e-5)
  g <- as.array(e$grad.arrays$map)
  expect_identical(dim(g), c(8L, 6L, 1L, 1L))
  expect_equal(sum(g), 4, tolerance = 1e-5)
})

test_that("SpatialTransformer: the identity and a mirror", {
  s <- mx.symbol.SpatialTransformer(mx.symbol.Variable("img"), mx.symbol.Variable("loc"), target_shape = c(4, 3),
                                    transform_type = "affine", sampler_type = "bilinear")
  x <- array(rnorm(12), c(4, 3, 1, 1))
  shapes <- list(img = dim(x), loc = c(6, 1))
  expect_identical(unname(mx.symbol.infer.shape(s, img = dim(x), loc = c(6, 1))$out.shapes), list(c(4L, 3L, 1L, 1L)))
  e <- run(s, shapes, list(img = mx.nd.array(x), loc = mx.nd.array(matrix(c(1, 0, 0, 0, 1, 0), 6))))
  expect_equal(as.array(e$outputs[[1]]), x, tolerance = 1e-5)
  expect_equal(as.array(e$grad.arrays$img), array(1, dim(x)), tolerance = 1e-5)
  expect_gt(sum(abs(as.array(e$grad.arrays$loc))), 0)
  e <- run(s, shapes, list(img = mx.nd.array(x), loc = mx.nd.array(matrix(c(-1, 0, 0, 0, 1, 0), 6))))
  expect_equal(as.array(e$outputs[[1]]), x[4:1, , , , drop = FALSE], tolerance = 1e-5)
})

test_that("symbols of the namespaces: public names, automatic names, errors that name the function", {
  data <- mx.symbol.Variable("data")
  exported <- getNamespaceExports("mxr")
  expect_true(all(c("mx.nd.contrib.box.nms", "mx.symbol.contrib.box_nms", "mx.nd.image.to.tensor", "mx.symbol.image.to_tensor",
                    "mx.nd.linalg.gemm", "mx.symbol.linalg_gemm", "mx.nd.linalg.syevd", "mx.symbol.linalg_syevd",
                    "mx.nd.sparse.retain", "mx.nd.random.normal.like", "mx.nd.contrib.foreach") %in% exported))
  expect_false(any(grepl("^mx\\.(nd|symbol|varg).*(internal|backward)", exported)))
  expect_mx_error(mx.nd.contrib.box.nms(3), "mx.nd.contrib.box.nms: argument data must be an MXNDArray")
  expect_mx_error(mx.nd.contrib.MultiBoxPrior(mx.nd.ones(c(2, 2, 1, 1)), sizes = c("a", "b")), "MultiBoxPrior.*sizes")
  expect_mx_error(mx.symbol.contrib.ROIAlign(data, spatial_scale = 1), "pooled_size")
  expect_match(outputs(mx.symbol.contrib.box_nms(data)), "box_nms", all = FALSE)
  expect_identical(names(formals(mx.nd.contrib.box.iou)), c("lhs", "rhs", "format", "out"))
})

test_that("parameters that are no axes keep their order, the others are mirrored", {
  x <- array(1, c(2, 2, 3))
  image <- as.array(mx.nd.image.normalize(mx.nd.array(x), mean = c(0, 0.5, 1), std = c(1, 0.5, 0.25)))
  expect_equal(image[1, 1, ], c(1, 1, 0))
  w <- list(mx.nd.ones(1), mx.nd.ones(1))
  g <- list(mx.nd.ones(1), mx.nd.ones(1))
  new <- mx.nd.multi.sgd.update(c(w[1], g[1], w[2], g[2]), lrs = c(0.1, 0.2), wds = c(0, 0), num_weights = 2)
  expect_equal(vapply(new, as.array, 0), c(0.9, 0.8), tolerance = 1e-6)
  expect_identical(formals(mx.nd.contrib.MultiBoxDetection)$variances, quote(c(0.1, 0.1, 0.2, 0.2)))
  # a flag whose name ends in shape is one flag
  p <- mx.nd.SoftmaxOutput(mx.nd.zeros(c(2, 3)), mx.nd.zeros(c(2, 3)), preserve_shape = TRUE)
  expect_equal(as.array(p), matrix(0.5, 2, 3))
})
