# What people who come from other packages, or from an old script, write first.

net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 2, name = "fc"), name = "sm")
x <- matrix(1:12 / 12, 3)
y <- c(0, 1, 0, 1)
fit <- function(..., X = x) {
  mx.model.FeedForward.create(net, X = X, y = if (is.matrix(X)) y, num.round = 1, array.layout = "colmajor", verbose = FALSE, ...)
}

test_that("a maker given for what it makes is named", {
  expect_error(fit(initializer = mx.init.Xavier), "initializer must be the result of mx.init.Xavier(), given", fixed = TRUE)
  for (arg in c("batch.end.callback", "epoch.end.callback")) {
    expect_error(do.call(fit, structure(list(mx.callback.early.stop), names = arg)),
                 paste0("argument ", arg, " must be the result of mx.callback.early.stop(...), given"), fixed = TRUE, class = "mxr_error")
  }
  expect_s3_class(fit(initializer = mx.init.Xavier(), epoch.end.callback = mx.callback.early.stop()), "MXFeedForwardModel")
})

test_that("arguments of keras, torch and nnet are told what they are called here", {
  expect_error(fit(epochs = 3), "unused argument (epochs = 3)", fixed = TRUE)
  expect_error(fit(epochs = 3), "Here it is called num.round.", fixed = TRUE)
  expect_error(mx.mlp(Species ~ ., iris, batch_size = 3), "Here it is called array.batch.size.", fixed = TRUE)
  expect_error(fit(learnin.rate = 3), "Did you mean 'learning.rate'?", fixed = TRUE)
})

test_that("predict takes newdata for X and says when there is neither", {
  model <- fit()
  expect_identical(predict(model, newdata = x, array.layout = "colmajor"), predict(model, x, array.layout = "colmajor"))
  expect_error(predict(model), "predict: argument X (the examples) is missing", fixed = TRUE, class = "mxr_error")
})

test_that("an iterator of one's own whose values are plain numbers", {
  Plain <- setRefClass("PlainIter", contains = "Rcpp_MXArrayDataIter", fields = "i", methods = list(
    value = function() list(data = mx.nd.ones(c(3, 4)), label = 1), iter.next = function() (i <<- i + 1) < 3,
    reset = function() i <<- 0, num.pad = function() 0))
  expect_error(fit(X = Plain$new(i = 0)), "the iterator gives as label 1, expected an MXNDArray", fixed = TRUE)
})

test_that("a wrong choice is answered once", {
  e <- tryCatch(mx.symbol.Activation(net, act_type = "rleu"), error = conditionMessage)
  expect_match(e, "act_type='rleu' is not valid: expected one of {'relu', 'sigmoid', 'softrelu', 'softsign', 'tanh'}. Did you mean 'relu'?",
               fixed = TRUE)
})

test_that("a data frame is told to become a matrix", {
  expect_error(mx.nd.array(iris), "takes an object of class array, vector or matrix only. (data.matrix()", fixed = TRUE)
})

test_that("graph.viz draws JSON and files, as the tutorials of MXNet R 0.x do", {
  grDevices::pdf(NULL)
  f <- tempfile(fileext = ".json")
  on.exit({
    grDevices::dev.off()
    unlink(f)
  })
  mx.symbol.save(net, f)
  drawn <- graph.viz(net, type = "plot")
  expect_identical(graph.viz(net$as.json(), type = "plot"), drawn)
  expect_identical(graph.viz(f, type = "plot"), drawn)
  expect_error(graph.viz("no such file"), "there is no file", class = "mxr_error")
})

test_that("a loop that drops arrays of a megabyte gives their memory back", {
  skip_if_not(file.exists("/proc/self/status"))
  resident <- function() {
    as.numeric(gsub("\\D", "", grep("^VmRSS", readLines("/proc/self/status"), value = TRUE))) / 1024
  }
  a <- mx.nd.ones(c(500, 500))
  gc()
  before <- resident()
  for (i in 1:1500) a + 1
  expect_lt(resident() - before, 700)
})
