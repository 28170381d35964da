test_that("library(mxr) starts no Python; the first call does", {
  out <- run_r(c("library(mxr)", "cat(reticulate::py_available(FALSE), '')", "f <- args(mx.nd.Convolution)",
                 "n <- mx.init.uniform(0.1)", "c <- mx.cpu()", "cat(reticulate::py_available(FALSE), '')",
                 "x <- mx.nd.ones(2)", "cat(reticulate::py_available(FALSE))"))
  expect_identical(out, "FALSE FALSE TRUE")
})

test_that("a wrong MXR_PYTHON and a Python without the engine are told apart, with advice", {
  out <- paste(run_r(c("library(mxr)", "mx.nd.ones(2)"), "MXR_PYTHON=/no/such/python"), collapse = " ")
  expect_match(out, "MXR_PYTHON names /no/such/python, which does not exist")
  expect_match(out, "install_mxr")
})

for (way in c("native", "raw", "shared")) {
  test_that(paste("the transport carries numbers both ways:", way), {
    code <- c("library(mxr)",
      "x <- array(c(pi, 1:23), c(2, 3, 4)); a <- mx.nd.array(x)",
      "stopifnot(identical(mxr:::the$transport$name, Sys.getenv('MXR_R_TRANSPORT')))",
      "stopifnot(identical(dim(a), c(2L, 3L, 4L)), max(abs(as.array(a) - x)) < 1e-6)",
      "stopifnot(identical(as.array(mx.nd.array(1:5)), c(1, 2, 3, 4, 5)))",
      "stopifnot(identical(as.array(mx.nd.array(c(TRUE, FALSE))), c(1, 0)), is.na(as.array(mx.nd.array(c(1L, NA)))[2]))",
      "stopifnot(identical(as.array(mx.nd.array(as.raw(0:3))), c(0, 1, 2, 3)))",
      "it <- mx.io.arrayiter(matrix(1:12, 2), 0:5, batch.size = 4)",
      "stopifnot(identical(mx.io.extract(it, 'data'), matrix(as.numeric(1:12), 2)), identical(mx.io.extract(it, 'label'), as.numeric(0:5)))",
      "y <- x; rm(a); invisible(gc()); stopifnot(identical(x, y))", "cat('carried')")
    out <- run_r(code, paste0("MXR_R_TRANSPORT=", way))
    # reticulate before 1.38 or so cannot wrap the arrays of NumPy 2
    if (way == "shared" && any(grepl("incompatible NumPy|Required version of NumPy", out))) skip("this reticulate cannot convert this NumPy's arrays")
    expect_identical(tail(out, 1), "carried")
  })
}

test_that("mx.sitrep says what is found", {
  out <- capture.output(ok <- mx.sitrep())
  expect_true(ok)
  keys <- sub(":.*", "", grep("^[A-Za-z]", out, value = TRUE))
  expect_identical(keys, c("mxr (R)", "R", "reticulate", "compiled code", "Pythons", "Python", "engine", "NumPy", "generated kernels",
                           "oneDNN", "GPU", "extras", "chosen by", "array transport", "what to do"))
  python <- reticulate::py_config()$python
  expect_match(out, paste0("-> ", python, " (", the$how, "): Python ", reticulate::py_config()$version), fixed = TRUE, all = FALSE)
  expect_equal(sum(grepl("-> ", out, fixed = TRUE)), 1)
  expect_match(out, "^extras: +(none|[a-z0-9, ]+) \\(not installed: .*\\)$", all = FALSE)
})

test_that("handles are given back when R drops objects", {
  invisible(gc())
  empty_bin()
  before <- .call("live_handles")
  for (i in 1:300) x <- mx.nd.ones(c(3, 4)) + i
  rm(x)
  invisible(gc())
  empty_bin()
  expect_lte(.call("live_handles"), before + 2)
})

test_that("an error is an R condition without a Python traceback, and names the user's call", {
  e <- tryCatch(mx.nd.dot(mx.nd.ones(c(2, 3)), mx.nd.ones(c(4, 5))), error = identity)
  expect_s3_class(e, c("mxr_error", "error", "condition"))
  expect_identical(as.character(conditionCall(e)[[1]]), "mx.nd.dot")
  expect_false(grepl("Traceback|File \"", conditionMessage(e)))
})

test_that("the door's C code and reticulate carry the same values, both ways", {
  skip_if_not(the$native)
  reticulate::py_run_string("
import mxr.interop.r as r
r._functions['test_echo'] = lambda *x: x[0] if len(x) == 1 else list(x)
r._functions['test_answer'] = lambda code: eval(code)
", convert = FALSE)
  on.exit(reticulate::py_run_string("del r._functions['test_echo'], r._functions['test_answer']"))
  door <- reticulate::import("mxr.interop.r")$`_doors`
  slow <- door[[length(door)]]$call
  same <- function(name, arg) {
    expect_identical(the$transport$call(name, list(arg)), slow(name, list(arg)), info = paste(name, deparse(arg)[1L]))
  }
  values <- list(NULL, TRUE, NA, 1L, NA_integer_, 2.5, NA_real_, -Inf, 3e9, "a", "\u00fc", "", NA_character_, 1:3, c(1.5, 2), c("a", "b"),
    c(TRUE, NA), numeric(), character(), list(), list(1, "a"), list(1, 2), list(a = 1, b = list("x", NULL)), list(list(1), list()),
    factor("a"), c(a = 1), list(c(a = 1)), "\xfc" |> `Encoding<-`("latin1"), structure(list(1), class = "k"))
  for (v in values) same("test_echo", v)
  answers <- c("None", "True", "7", "2**31 - 1", "-2**31 + 1", "1.5", "float('nan')", "'text'", "''", "[]", "[1]", "[1, 2.5]",
    "[True, False]", "['a', 'b']", "[None]", "[None, 1]", "(1, 2)", "()", "{}", "{'a': 1, 'b': [1, 'x']}", "[[1, 2], ['a']]", "[[], {}]",
    "bytearray(b'ab')", "{1: 2}")
  for (code in answers) same("test_answer", code)
  # what only one of the two can carry
  expect_identical(.call("test_answer", "2**40"), 2^40)
  f <- function(x) x
  expect_identical(.call("test_echo", list(1, list(f = 5)))[[2]]$f, 5)
  expect_true(is.function(.call("test_echo", f)))
  expect_error(.call("test_answer", "1 / 0"), "division")
})
