test_that("errors are classed, name the user's call, and speak R's order of dims", {
  e <- tryCatch(mx.nd.dot(mx.nd.ones(c(2, 3)), mx.nd.ones(c(4, 5))), error = identity)
  expect_identical(class(e), c("mxr_shape_error", "mxr_error", "error", "condition"))
  expect_identical(as.character(conditionCall(e)[[1]]), "mx.nd.dot")
  expect_match(conditionMessage(e), "c(2, 3) X c(4, 5)", fixed = TRUE)
  expect_false(grepl("Traceback|File \"", conditionMessage(e)))
  expect_error(mx.nd.FullyConnected(mx.nd.ones(c(2, 3)), mx.nd.ones(c(4, 5)), num_hidden = 4, no_bias = TRUE),
               "weight has shape c(4, 5), expected c(?, 4)", class = "mxr_shape_error", fixed = TRUE)
  expect_error(mx.nd.Activation(mx.nd.ones(2), act_type = "rellu"), class = "mxr_value_error")
  expect_error(mx.nd.ones(c(2, 2))[3, 1], class = "mxr_index_error")
})

test_that("a text whose tuples may be anything says whose order they have", {
  f <- reticulate::py_run_string("
from mxr.base import MXNetError
from mxr.interop.r_errors import message_of, RInputError
texts = [message_of(MXNetError('bad shape (3, 4)')), message_of(MXNetError('kernel (3, 3)')), message_of(RInputError('dim (3, 4)'))]
")
  expect_identical(unlist(f$texts), c("bad shape (3, 4) (shapes are given in the engine's order, R's dim reversed)", "kernel (3, 3)",
                                      "dim (3, 4)"))
})

test_that("the Python traceback is there when asked for", {
  out <- run_r(c("library(mxr)", "stopifnot(is.null(mx.last.error()))", "x <- mx.nd.ones(2)", "stopifnot(is.null(mx.last.error()))",
                 "e <- tryCatch(mx.nd.dot(mx.nd.ones(c(2, 3)), mx.nd.ones(c(4, 5))), error = identity)", "mx.last.error()"))
  expect_match(out[1], "Traceback (most recent call last):", fixed = TRUE)
  expect_match(tail(out, 1), "^mxr.base.MXNet.*Error: dot: ")
})

# Python code that lets `function` of `module` fail with MemoryError `times` times.
fail <- function(module, name, times) {
  reticulate::py_run_string(sprintf("
import importlib
_m = importlib.import_module('%s')
_real, _left = _m.%s, [%d]
def _failing(*a, **k):
    if _left[0]:
        _left[0] -= 1
        raise MemoryError('no room')
    return _real(*a, **k)
_m.%s = _failing
", module, name, times, name))
}
mend <- function(name) reticulate::py_run_string(sprintf("_m.%s = _real", name))

test_that("a failed allocation frees R's garbage and is tried once more", {
  skip_if(is.null(reticulate::py_config()), "needs reticulate")
  fail("mxr.interop.r_arith", "make_array", 1)
  on.exit(mend("make_array"))
  invisible(gc())
  empty_bin()
  for (i in 1:5) garbage <- mx.nd.ones(10)
  rm(garbage)
  before <- .call("live_handles")
  a <- mx.nd.ones(3)
  b <- a + c(1, 2, 3)
  expect_identical(as.array(b), c(2, 3, 4))
  expect_lt(.call("live_handles"), before + 2)
  mend("make_array")
  fail("mxr.interop.r_arith", "make_array", 2)
  e <- tryCatch(a + c(1, 2, 3), error = identity)
  expect_s3_class(e, "mxr_memory_error")
  expect_match(conditionMessage(e), "out of memory: no room")
})

test_that("what may have changed an array is not tried again", {
  w <- mx.nd.ones(3)
  fail("mxr.interop.r_nd", "operator_function", 1)
  on.exit(mend("operator_function"))
  expect_error(mx.nd.sgd.update(w, mx.nd.ones(3), lr = 0.1, out = w), class = "mxr_memory_error")
  mx.nd.sgd.update(w, mx.nd.ones(3), lr = 0.1, out = w)
  expect_equal(as.array(w), rep(0.9, 3), tolerance = 1e-6)
})

test_that("dropped arrays are freed without R's help, 10 GB in pieces of 50 MB", {
  rss <- function() as.numeric(sub("[^0-9]*([0-9]+).*", "\\1", grep("VmRSS", readLines("/proc/self/status"), value = TRUE))) / 1024
  skip_if_not(file.exists("/proc/self/status"))
  x <- mx.nd.zeros(c(3500, 3500))
  before <- rss()
  held <- .call("live_handles")
  most <- 0
  for (i in 1:200) {
    x <- mx.nd.zeros(c(3500, 3500))
    most <- max(most, rss())
  }
  expect_lt(most - before, 1500)
  expect_lt(.call("live_handles") - held, 100)
})
