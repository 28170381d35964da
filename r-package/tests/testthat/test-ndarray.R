test_that("creation, dim, length, ctx", {
  a <- mx.nd.array(matrix(1:6, 2, 3))
  expect_identical(dim(a), c(2L, 3L))
  expect_identical(length(a), 6L)
  expect_identical(as.array(a), matrix(as.numeric(1:6), 2))
  expect_identical(ctx(a), mx.cpu())
  expect_true(is.mx.ndarray(a))
  expect_false(is.mx.ndarray(1))
  expect_identical(as.array(mx.nd.zeros(c(2, 2, 3))), array(0, c(2, 2, 3)))
  expect_identical(dim(mx.nd.ones(5)), 5L)
  expect_identical(as.array(mx.nd.array(0.1)), 0.100000001490116119384765625)
  expect_identical(as.array(mx.nd.array(c(1.5, NaN, Inf))), c(1.5, NaN, Inf))
})

test_that("a vector comes back as a plain vector, as.matrix wants two dims", {
  expect_null(dim(as.array(mx.nd.array(1:3))))
  expect_mx_error(as.matrix(mx.nd.array(1:3)), "The input argument is not two dimensional matrix.", fixed = TRUE)
})

test_that("arithmetic works both ways round and keeps the class", {
  x <- matrix(c(1, 2, 4, 8), 2)
  a <- mx.nd.array(x)
  same <- function(nd, r) {
    expect_identical(class(nd), "MXNDArray")
    expect_equal(as.array(nd), r, tolerance = 1e-6)
  }
  same(a + 2, x + 2); same(2 + a, x + 2)
  same(a - 2, x - 2); same(2 - a, 2 - x)
  same(a * 3, x * 3); same(3 * a, x * 3)
  same(a / 4, x / 4); same(4 / a, 4 / x)
  same(a %% 3, x %% 3); same(3 %% a, 3 %% x)
  same(-a, -x)
  same(a + a, x + x); same(a * a / a - a, x * 0)
  same(a + TRUE, x + 1)
})

test_that("comparisons give 0 and 1", {
  a <- mx.nd.array(1:4)
  b <- mx.nd.array(c(1, 3, 3, 1))
  expect_identical(as.array(a == b), c(1, 0, 1, 0))
  expect_identical(as.array(a != 2), c(1, 0, 1, 1))
  expect_identical(as.array(2 > a), c(1, 0, 0, 0))
  expect_identical(as.array(a >= b), c(1, 0, 1, 1))
  expect_identical(as.array(a < 3), c(1, 1, 0, 0))
  expect_identical(as.array(3 <= a), c(0, 0, 1, 1))
})

test_that("operands that do not fit are refused", {
  a <- mx.nd.ones(c(2, 3))
  expect_mx_error(a + mx.nd.ones(c(3, 2)), "same dim.*c\\(2, 3\\) and c\\(3, 2\\)")
  expect_mx_error(a + 1:2, "length 1")
  expect_mx_error(a ^ 2, "Operator ^ not supported for MXNDArray", fixed = TRUE)
  expect_mx_error(a & a, "Operator & not supported")
  expect_mx_error(a + "x", "only support NDArray and numeric")
  expect_mx_error(a + NA, "NA")
  # a label of dim n against a prediction of dim c(1, n)
  expect_identical(as.array(mx.nd.array(1:3) - mx.nd.array(matrix(1:3, 1))), c(0, 0, 0))
})

test_that("print is R's print", {
  x <- array(1:12, c(2, 3, 2)) / 7
  a <- mx.nd.array(x)
  expect_identical(capture.output(print(a)), capture.output(print(as.array(a))))
})

test_that("functions that scripts write for R arrays answer", {
  a <- mx.nd.array(c(-1, 2, -3))
  expect_equal(mean(abs(a)), 2)
  expect_equal(sum(a), -2)
  expect_equal(max(a), 2)
  expect_equal(as.array(sqrt(abs(a))), sqrt(c(1, 2, 3)), tolerance = 1e-6)
  expect_identical(as.numeric(a), c(-1, 2, -3))
  expect_true(isTRUE(all.equal(a, mx.nd.array(c(-1, 2, -3)))))
  expect_false(isTRUE(all.equal(a, mx.nd.array(c(-1, 2, 3)))))
  expect_identical(t(mx.nd.array(matrix(1:4, 2))), t(matrix(as.numeric(1:4), 2)))
  expect_mx_error(cumsum(a), "cumsum is not there")
})

test_that("mx.nd.slice shares memory, copyto copies", {
  a <- mx.nd.array(matrix(1:8, 2))
  s <- mx.nd.slice(a, 1, 3)
  expect_identical(as.array(s), matrix(as.numeric(3:6), 2))
  expect_mx_error(mx.nd.slice(a, 2, 9), "RCheck failed.*max-dim=4")
  expect_mx_error(mx.nd.slice(a, 0.5, 2), "begin")
  b <- mx.nd.copyto(a, mx.cpu())
  expect_identical(as.array(b), as.array(a))
})

test_that("save and load keep names; a single array is a list of one", {
  f <- tempfile(fileext = ".nd")
  a <- mx.nd.array(matrix(1:6, 2))
  mx.nd.save(list(w = a, b = mx.nd.array(1:2)), f)
  got <- mx.nd.load(f)
  expect_identical(names(got), c("w", "b"))
  expect_identical(as.array(got$w), as.array(a))
  mx.nd.save(a, f)
  got <- mx.nd.load(f)
  expect_type(got, "list")
  expect_null(names(got))
  expect_identical(as.array(got[[1]]), as.array(a))
  expect_mx_error(mx.nd.load(tempfile()), "there is no file")
  writeBin(as.raw(1:50), f)
  expect_mx_error(mx.nd.load(f), ".")
})

test_that("arrays survive saveRDS in another session", {
  skip_if_not(the$native, "objects keep their values only with the compiled code")
  f <- tempfile(fileext = ".rds")
  saveRDS(list(a = mx.nd.array(matrix(1:6 / 7, 2)), s = small_mlp()), f)
  back <- readRDS(f)
  expect_equal(as.array(back$a), as.array(mx.nd.array(matrix(1:6 / 7, 2))))
  out <- run_r(c("library(mxr)", sprintf("o <- readRDS('%s')", f), "print(dim(o$a))", "cat(sprintf('%.6f', as.array(o$a + 1)[2, 3]), '\\n')",
                 "print(o$s$arguments[2])", sprintf("saveRDS(o, '%s')", f)))
  expect_identical(out, c("[1] 2 3", "1.857143 ", '[1] "fc1_weight"'))
  expect_equal(as.array(readRDS(f)$a)[1, 1], 1 / 7, tolerance = 1e-6)
})

test_that("arraypacker binds along the last dim", {
  p <- mx.nd.arraypacker()
  p$push(mx.nd.array(matrix(1:4, 2)))
  p$push(mx.nd.array(matrix(5:6, 2)))
  expect_identical(p$get(), matrix(as.numeric(1:6), 2))
  expect_mx_error(p$push(mx.nd.array(1:2)), "The number of dimension need to be matched")
  expect_mx_error(p$push(mx.nd.ones(c(3, 1))), "The dimension besides last need to be consistent")
})

test_that("bad input to mx.nd.* names the argument", {
  expect_mx_error(mx.nd.array(data.frame(a = 1)), "mx.nd.array takes an object of class array, vector or matrix only.", fixed = TRUE)
  expect_mx_error(mx.nd.array(list(1)), "mx.nd.array takes an object")
  expect_mx_error(mx.nd.array(factor(c("a", "b"))), "src.array is a factor with levels a, b")
  expect_mx_error(mx.nd.array("x"), "src.array must be")
  expect_mx_error(mx.nd.array(1:2, ctx = "cpu"), "wrong mx.context object, please specify with mx.cpu() or mx.gpu()", fixed = TRUE)
  expect_mx_error(mx.nd.zeros(c(2, NA)), "shape")
  expect_mx_error(mx.nd.zeros(2.5), "shape must be a vector of whole numbers >= 0, given c(2.5)", fixed = TRUE)
  expect_mx_error(mx.nd.ones(-1), "shape")
  expect_mx_error(mx.nd.log(3), "argument data must be an MXNDArray, given 3")
})
