d <- easy_digits(200)
it <- mx.io.arrayiter(d$x, d$y, batch.size = 50)
fit <- function(...) suppressMessages(mx.model.FeedForward.create(small_mlp(), it, learning.rate = 0.3, ...))

test_that("the history has the numbers of the log, a row a round, and the list stays MXNet R's", {
  lines <- log_of(model <- mx.model.FeedForward.create(small_mlp(), it, learning.rate = 0.3, begin.round = 3, num.round = 5,
                                                       eval.metric = mx.metric.accuracy, eval.data = it))
  h <- as.data.frame(model)
  expect_identical(names(h), c("round", "metric", "train", "validation", "seconds", "learning.rate"))
  expect_identical(h$round, 3:5)
  number <- function(which) as.numeric(sub(".*=", "", grep(which, lines, value = TRUE)))
  expect_equal(h$train, number("Train-"), tolerance = 1e-14)
  expect_equal(h$validation, number("Validation-"), tolerance = 1e-14)
  expect_identical(h$metric, rep("accuracy", 3))
  expect_true(all(h$seconds > 0 & h$seconds < 60))
  expect_identical(h$learning.rate, rep(0.3, 3))
  expect_identical(names(model), c("symbol", "arg.params", "aux.params"))
  expect_identical(class(model), "MXFeedForwardModel")
})

test_that("what is not known is NA", {
  h <- as.data.frame(fit(num.round = 2))
  expect_identical(h$metric, c(NA_character_, NA_character_))
  expect_true(all(is.na(h$train)) && all(is.na(h$validation)))
  own <- list(create_exec = function(index, weight_dim, ctx) NULL, update = function(index, exec_w, weight, grad) weight)
  h <- as.data.frame(quiet_fit(small_mlp(), it, num.round = 1, optimizer = own, eval.metric = mx.metric.accuracy))
  expect_true(is.na(h$learning.rate) && is.na(h$validation) && !is.na(h$train))
})

test_that("the learning rate of a schedule is recorded", {
  model <- fit(num.round = 3, lr_scheduler = mx.lr_scheduler.FactorScheduler(4, 0.5, verbose = FALSE))
  expect_identical(as.data.frame(model)$learning.rate[c(1, 3)], c(0.3, 0.075))
})

test_that("a custom metric's own name and value are recorded", {
  twice <- mx.metric.custom("two", function(label, pred) 2)
  h <- as.data.frame(fit(num.round = 2, eval.metric = twice, eval.data = it))
  expect_identical(h[c("metric", "train", "validation")], data.frame(metric = c("two", "two"), train = c(2, 2), validation = c(2, 2)))
})

test_that("serialize, saveRDS and callbacks keep it; files cannot", {
  rounds <- list()
  model <- fit(num.round = 2, eval.metric = mx.metric.accuracy, epoch.end.callback = function(iteration, nbatch, env) {
    rounds[[iteration]] <<- as.data.frame(env$model)$round
  })
  expect_identical(rounds, list(1L, 1:2))
  h <- as.data.frame(model)
  expect_identical(as.data.frame(mx.unserialize(mx.serialize(model))), h)
  f <- tempfile()
  saveRDS(model, f)
  expect_identical(as.data.frame(readRDS(f)), h)
  prefix <- file.path(tempdir(), "hist")
  mx.model.save(model, prefix, 1)
  expect_mx_error(as.data.frame(mx.model.load(prefix, 1)), "no training history")
  expect_mx_error(plot(mx.model.load(prefix, 1)), "no training history")
})

test_that("plot draws with ggplot2 and without", {
  model <- fit(num.round = 3, eval.metric = mx.metric.accuracy, eval.data = it)
  bare <- fit(num.round = 2)
  file <- tempfile(fileext = ".pdf")
  pdf(file)
  on.exit(dev.off())
  old <- options(mxr.ggplot2 = FALSE)
  expect_identical(withVisible(plot(model, main = "title"))$visible, FALSE)
  expect_s3_class(plot(bare), "MXFeedForwardModel")
  options(old)
  skip_if_not_installed("ggplot2")
  p <- plot(model)
  expect_s3_class(p, "ggplot")
  built <- ggplot2::ggplot_build(p)$data[[2]]
  h <- as.data.frame(model)
  expect_equal(sort(built$y), sort(c(h$train, h$validation)))
  expect_setequal(built$x, 1:3)
  expect_identical(p$labels$y, "accuracy")
  expect_identical(ggplot2::autoplot(bare)$labels$y, "seconds")
})
