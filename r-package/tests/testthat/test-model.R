d <- easy_digits(150)
it <- mx.io.arrayiter(d$x, d$y, batch.size = 40)
mx.set.seed(1)
model <- quiet_fit(small_mlp(), it, num.round = 3, learning.rate = 0.5)

test_that("predict takes matrices of both layouts, arrays, iterators; the last dim is examples", {
  expect_warning(p <- predict(model, d$x), "use colmajor")
  expect_identical(dim(p), c(10L, 150L))
  expect_equal(colSums(p), rep(1, 150), tolerance = 1e-5)
  expect_warning(q <- predict(model, t(d$x)), "use rowmajor")
  expect_identical(q, p)
  expect_equal(predict(model, it), p, tolerance = 1e-6)
  expect_equal(predict(model, d$x, array.layout = "colmajor", array.batch.size = 7), p, tolerance = 1e-6)
  expect_identical(dim(predict(model, d$x[, 1, drop = FALSE], array.layout = "colmajor")), c(10L, 1L))
})

test_that("what does not fit is told", {
  expect_mx_error(predict(model, matrix(0, 3, 3)), "fits the model neither")
  expect_mx_error(predict(model, matrix(0, 3, 3), array.layout = "colmajor"), "fc1_weight has dim")
  expect_mx_error(predict(model, matrix(NaN, 40, 2), array.layout = "colmajor"), "argument X holds 80 NA or NaN")
  expect_mx_error(predict(model, d$x, array.layout = "col"), "array.layout must be auto, rowmajor or colmajor")
  expect_mx_error(predict(model, "x"), "argument X must be")
  broken <- model
  broken$arg.params$fc2_bias <- NULL
  expect_mx_error(predict(broken, d$x, array.layout = "colmajor"), "the parameters lack fc2_bias")
})

test_that("feature extractors by hand", {
  inner <- internals(model$symbol)
  features <- structure(list(symbol = inner[[match("act1_output", inner$outputs)]], arg.params = model$arg.params, aux.params = list()),
                        class = "MXFeedForwardModel")
  expect_mx_error(predict(features, d$x, array.layout = "colmajor"), "fc2_weight, fc2_bias are no parameters")
  f <- predict(features, d$x, array.layout = "colmajor", allow.extra.params = TRUE)
  expect_identical(dim(f), c(16L, 150L))
  w <- as.array(model$arg.params$fc1_weight)
  expect_equal(f, tanh(t(w) %*% d$x + as.array(model$arg.params$fc1_bias)), tolerance = 1e-5)
})

test_that("save, load, serialize", {
  prefix <- file.path(tempdir(), "m")
  mx.model.save(model, prefix, 7)
  expect_true(all(file.exists(paste0(prefix, c("-symbol.json", "-0007.params")))))
  expect_identical(sort(names(mx.nd.load(paste0(prefix, "-0007.params")))), sort(paste0("arg:", names(model$arg.params))))
  p <- predict(model, d$x, array.layout = "colmajor")
  expect_identical(predict(mx.model.load(prefix, 7), d$x, array.layout = "colmajor"), p)
  s <- mx.serialize(model)
  expect_identical(names(s), c("symbol_json", "arg.params", "aux.params", "is.serialized"))
  expect_true(is.serialized(s))
  expect_false(is.serialized(model))
  expect_identical(predict(s, d$x, array.layout = "colmajor"), p)
  expect_identical(predict(mx.unserialize(s), d$x, array.layout = "colmajor"), p)
  expect_mx_error(mx.model.load(prefix, 8), "there is no file .*m-0008.params")
  expect_mx_error(mx.model.save(model, "/no/such/dir/m", 1), "there is no directory")
  expect_mx_error(mx.model.save(model, prefix, -1), "iteration must be one whole number")
  f <- paste0(prefix, "-0009.params")
  writeBin(readBin(paste0(prefix, "-0007.params"), "raw", 100), f)
  expect_mx_error(mx.model.load(prefix, 9), ".")
})

test_that("a model survives saveRDS into another session", {
  skip_if_not(the$native, "objects keep their values only with the compiled code")
  f <- tempfile(fileext = ".rds")
  saveRDS(list(model = model, x = d$x), f)
  p <- predict(model, d$x, array.layout = "colmajor")
  out <- run_r(c("library(mxr)", sprintf("o <- readRDS('%s')", f), "p <- predict(o$model, o$x, array.layout = 'colmajor')", "cat(sprintf('%.5f', p[1:3]))"))
  expect_identical(out, paste(sprintf("%.5f", p[1:3]), collapse = " "))
})

test_that("bad input to the trainer names function and argument", {
  fit <- function(...) suppressWarnings(suppressMessages(mx.model.FeedForward.create(small_mlp(), ..., num.round = 1, array.layout = "colmajor")))
  expect_mx_error(fit(d$x, d$y + 1), "SoftmaxOutput with 10 classes needs labels 0 to 9, given 10 (classes counted from 1? subtract 1)", fixed = TRUE)
  expect_mx_error(fit(d$x, d$y - 1), "given -1")
  expect_mx_error(fit(d$x, d$y + 0.5), "needs labels 0 to 9")
  expect_mx_error(fit(d$x, factor(d$y)), "argument y is a factor")
  x <- d$x
  x[3, 5] <- NA
  expect_mx_error(fit(x, d$y), "argument X holds 1 NA or NaN, the first in example [0-9]+; ")
  expect_mx_error(fit(as.data.frame(t(d$x)), d$y), "X is a data.frame")
  expect_mx_error(fit(d$x), "Need to provide y for training")
  expect_mx_error(fit(d$x, d$y, learning.rat = NULL, lerning.rate = 0.1), "unused argument")
  expect_mx_error(fit(d$x, d$y, optimizer = "adm"), "Unknown optimizer adm")
  expect_mx_error(fit(d$x, d$y, learning.rate = "fast"), "argument learning.rate must be one number, given \"fast\"")
  expect_mx_error(fit(d$x, d$y, eval.metric = "accuracy"), "eval.metric must be a metric such as mx.metric.accuracy, given \"accuracy\"")
  expect_mx_error(fit(d$x, d$y, initializer = 0.01), "initializer must be a function")
  expect_mx_error(mx.model.FeedForward.create("net", d$x, d$y), "argument symbol must be an MXSymbol, given \"net\"")
  expect_mx_error(fit(d$x, d$y, array.batch.size = 0), "array.batch.size")
  expect_mx_error(fit(d$x, d$y, rescale.grad = 1), "argument rescale.grad is given twice")
})
