m <- matrix(c(0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 0, 0), 3)

csr <- function(x) mx.nd.cast.storage(mx.nd.array(x), stype = "csr")
rsp <- function(x) mx.nd.cast.storage(mx.nd.array(x), stype = "row_sparse")

test_that("sparse arrays come to R dense, and print with their storage", {
  for (make in list(csr, rsp)) {
    a <- make(m)
    expect_identical(dim(a), dim(m))
    expect_identical(as.array(a), m)
    expect_identical(as.matrix(a), m)
    expect_equal(sum(a), 6)
    expect_identical(as.array(mx.nd.cast.storage(a, stype = "default")), m)
  }
  expect_identical(capture.output(print(csr(m))), c("<csr, dim c(3, 4), 3 values stored>", capture.output(print(m))))
  expect_match(capture.output(print(rsp(m)))[1], "<row_sparse, dim c(3, 4), 9 values stored>", fixed = TRUE)
  expect_identical(capture.output(print(mx.nd.array(m))), capture.output(print(m)))
  expect_match(capture.output(str(csr(m))), "cpu(0), csr, 3 values stored: ", fixed = TRUE)
})

test_that("operators on sparse arrays", {
  a <- csr(m)
  expect_match(capture.output(print(a + a))[1], "<csr")
  expect_identical(as.array(a + a), m * 2)
  expect_identical(as.array(mx.nd.sparse.abs(a * -1)), m)
  # backend rows are R's columns: the product of the matrices in R is the other way round
  expect_identical(as.array(mx.nd.dot(a, mx.nd.array(diag(3)))), m)
  expect_identical(as.array(mx.nd.sparse.retain(rsp(m), mx.nd.array(c(0, 2)))), m * rep(c(1, 0, 1, 0), each = 3))
  expect_identical(as.array(mx.nd.contrib.getnnz(a)), 3)
  square <- csr(matrix(c(0, 5, 7, 0), 2))
  expect_identical(as.array(mx.nd.contrib.edge.id(square, mx.nd.array(c(0, 1, 1)), mx.nd.array(c(1, 0, 1)))), c(5, 7, -1))
})

test_that("errors on sparse arrays are plain R conditions", {
  e <- tryCatch(mx.nd.dot(csr(m), mx.nd.ones(c(2, 5))), error = identity)
  expect_s3_class(e, c("mxr_value_error", "mxr_error", "error", "condition"), exact = TRUE)
  expect_false(grepl("Traceback|MXNetError", conditionMessage(e)))
  expect_mx_error(mx.nd.cast.storage(mx.nd.array(m), stype = "coo"), "stype.*coo")
  expect_mx_error(mx.nd.cast.storage(mx.nd.ones(c(2, 2, 2)), stype = "csr"), "(?i)csr|dim", perl = TRUE)
})

test_that("files and RDS keep storage", {
  f <- tempfile()
  on.exit(unlink(f))
  mx.nd.save(list(a = csr(m), b = rsp(m), c = mx.nd.array(m)), f)
  r <- mx.nd.load(f)
  expect_named(r, c("a", "b", "c"))
  for (x in r) expect_identical(as.array(x), m)
  expect_match(capture.output(print(r$a))[1], "<csr")
  expect_match(capture.output(print(r$b))[1], "<row_sparse")
  skip_if_not(mxr:::the$native)
  saveRDS(csr(m), f)
  out <- run_r(c("library(mxr)", sprintf("print(readRDS('%s'))", f)))
  expect_identical(out, capture.output(print(csr(m))))
})

test_that("sparse gradients of an executor", {
  s <- mx.symbol.sparse.Embedding(mx.symbol.Variable("data"), mx.symbol.Variable("w"), input_dim = 4, output_dim = 2, sparse_grad = TRUE)
  e <- mxr:::mx.symbol.bind(s, mx.cpu(), list(mx.nd.array(c(1, 3)), mx.nd.array(matrix(1:8, 2))), NULL, c("null", "write"))
  mx.exec.forward(e, is.train = TRUE)
  expect_equal(as.array(e$outputs[[1]]), matrix(1:8, 2)[, c(2, 4)])
  mx.exec.backward(e, mx.nd.array(matrix(1:4, 2)))
  expect_equal(as.array(e$grad.arrays$w), matrix(c(0, 0, 1, 2, 0, 0, 3, 4), 2))
})
