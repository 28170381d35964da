test_that("arrays of every dtype are made and read, numbers are doubles, bool is logical", {
  for (dtype in c("float16", "float32", "float64", "bfloat16", "int8", "uint8", "int32", "int64")) {
    a <- mx.nd.array(matrix(c(0, 1, 2, 100), 2), dtype = dtype)
    expect_identical(as.array(a), matrix(c(0, 1, 2, 100), 2), info = dtype)
    expect_identical(as.array(mx.nd.Cast(mx.nd.array(c(0, 1, 2)), dtype = dtype)), c(0, 1, 2), info = dtype)
  }
  b <- mx.nd.array(c(TRUE, FALSE), dtype = "bool")
  expect_identical(as.array(b), c(TRUE, FALSE))
  expect_identical(as.array(mx.nd.Cast(b, dtype = "float32")), c(1, 0))
  expect_identical(as.array(mx.nd.array(c(TRUE, FALSE))), c(1, 0))
  expect_identical(as.array(mx.nd.array(0.1)), 0.100000001490116119384765625)
  expect_identical(as.array(mx.nd.array(0.1, dtype = "float64")), 0.1)
  expect_identical(as.array(mx.nd.array(1L, dtype = "int32")), 1)
})

test_that("each way of transport carries logicals and warnings", {
  code <- c("library(mxr)", "a <- mx.nd.array(c(TRUE, NA, FALSE) %in% TRUE, dtype = 'bool')", "str(as.array(a))",
            "x <- mx.nd.array(2^53, dtype = 'int64') + 1",
            "r <- withCallingHandlers(as.array(x), warning = function(w) { cat('W:', conditionMessage(w)); invokeRestart('muffleWarning') })")
  for (way in c("native", "raw")) {
    if (way == "native" && !mxr:::the$native) next
    out <- run_r(code, paste0("MXR_R_TRANSPORT=", way))
    expect_match(out[1], "logi [1:3] TRUE FALSE FALSE", fixed = TRUE, info = way)
    expect_match(out[2], "W: whole numbers beyond 2^53 that are no doubles were rounded, among them 9007199254740993", fixed = TRUE, info = way)
  }
})

test_that("int64 is exact up to 2^53, beyond it only what is a double comes without a warning", {
  expect_identical(as.array(mx.nd.array(c(2^53, -2^53, 2^24 + 1), dtype = "int64")), c(2^53, -2^53, 2^24 + 1))
  expect_silent(expect_identical(as.array(mx.nd.array(2^60, dtype = "int64")), 2^60))
  x <- mx.nd.array(2^53, dtype = "int64") + 1
  expect_warning(as.array(x), "beyond 2\\^53")
  expect_warning(print(x), "beyond 2\\^53") |> capture.output()
})

test_that("what a dtype cannot hold is refused", {
  expect_mx_error(mx.nd.array(300, dtype = "uint8"), "src.array holds 300, expected whole numbers from 0 to 255 for dtype uint8")
  expect_mx_error(mx.nd.array(c(1, -1), dtype = "uint8"), "holds -1")
  expect_mx_error(mx.nd.array(1.5, dtype = "int32"), "holds 1.5")
  expect_mx_error(mx.nd.array(2, dtype = "bool"), "holds 2, expected whole numbers from 0 to 1")
  expect_mx_error(mx.nd.array(2^63, dtype = "int64"), "holds 9.2233720368547758e\\+18")
  expect_mx_error(mx.nd.array(c(1, NA), dtype = "int32"), "holds NA, which int32 cannot hold")
  expect_mx_error(mx.nd.array(NA_integer_, dtype = "int64"), "holds NA, which int64 cannot hold")
  expect_identical(as.array(mx.nd.array(NA_integer_, dtype = "float64")), NaN)
  expect_mx_error(mx.nd.array(1, dtype = "integer"), "mx.nd.array: argument dtype.*integer")
  expect_mx_error(mx.nd.array(1, dtype = 3), "argument dtype must be one string")
  expect_mx_error(mx.nd.array(structure(1e-320, class = "integer64")), "integer64")
})

test_that("executors keep the dtypes of their arrays", {
  s <- mx.symbol.square(mx.symbol.Variable("x"))
  e <- mxr:::mx.symbol.bind(s, mx.cpu(), list(mx.nd.array(1 / 3, dtype = "float64")), NULL, "write")
  mx.exec.forward(e, is.train = TRUE)
  mx.exec.backward(e, mx.nd.array(1, dtype = "float64"))
  expect_identical(as.array(e$outputs[[1]]), (1 / 3)^2)
  expect_identical(as.array(e$grad.arrays$x), 2 / 3)
})

test_that("files keep dtypes", {
  f <- tempfile()
  on.exit(unlink(f))
  mx.nd.save(list(a = mx.nd.array(2^40, dtype = "int64"), b = mx.nd.array(1 / 3, dtype = "float64")), f)
  r <- mx.nd.load(f)
  expect_identical(as.array(r$a), 2^40)
  expect_identical(as.array(r$b), 1 / 3)
})
