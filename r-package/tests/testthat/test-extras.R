test_that("graph.viz draws without further packages; edges carry dims", {
  g <- graph_data(small_mlp(), c(40, 100))
  expect_identical(g$nodes$label, c("data", "FullyConnected\nfc1\n16", "Activation\nact1\ntanh", "FullyConnected\nfc2\n10",
      "SoftmaxOutput\nsoftmax"))
  conv <- mx.symbol.Convolution(mx.symbol.Variable("data"), kernel = c(5, 3), stride = c(1, 2), num_filter = 4, name = "c1")
  expect_identical(graph_data(conv, NULL)$nodes$label, c("data", "Convolution\nc1\n5X3, 1X2, 4"))
  expect_identical(graph_data(conv, list(data = c(28, 28, 1, 100)))$edges$label, "28X28X1X100")
  expect_identical(g$edges$label, c("40X100", "16X100", "16X100", "10X100"))
  f <- tempfile(fileext = ".png")
  grDevices::png(f)
  graph.viz(small_mlp(), shape = c(40, 100), type = "plot")
  grDevices::dev.off()
  expect_gt(file.size(f), 2000)
  expect_match(graph_dot(g), 'label="FullyConnected\\\\nfc1\\\\n16"')
  expect_mx_error(graph.viz(3), "only for MXSymbol type")
  expect_mx_error(graph.viz(small_mlp(), direction = "UP"), "direction")
})

test_that("residual branches are drawn as branches", {
  x <- mx.symbol.Variable("data")
  s <- mx.symbol.Activation(x, act_type = "relu", name = "r") + x
  g <- graph_data(s, NULL)
  expect_identical(g$nodes$name[1:2], c("data", "r"))
  expect_identical(nrow(g$edges), 3L)
})

test_that("scripts that say library(mxnet) run", {
  lib <- tempfile("lib")
  dir.create(lib)
  expect_message(use_as_mxnet(lib), "library(mxnet) now loads mxr", fixed = TRUE)
  out <- run_r(c(sprintf(".libPaths(c('%s', .libPaths()))", lib), "library(mxnet)", "a <- mx.nd.ones(c(2, 3))", "b <- a * 2 + 1", "b",
                 "cat(is.function(mxnet::mx.nd.ones), is.function(mxnet:::mx.opt.sgd), is.function(mxnet:::mx.varg.symbol.FullyConnected))"))
  expect_identical(out[!grepl("Loading required package: mxr", out)],
                   c("     [,1] [,2] [,3]", "[1,]    3    3    3", "[2,]    3    3    3", "TRUE TRUE TRUE"))
  out <- run_r(c(sprintf(".libPaths(c('%s', .libPaths()))", lib), "stopifnot(requireNamespace('mxnet'), require(mxnet))",
                 "stopifnot(packageVersion('mxnet') >= '1.0', packageVersion('mxnet') < '2.0')",
                 "stopifnot(identical(mxnet::mx.nd.ones, mxr::mx.nd.ones), setequal(ls('package:mxnet'), setdiff(ls('package:mxr'), ls(baseenv()))))",
                 "CustomIter <- setRefClass('CustomIter', contains = 'Rcpp_MXArrayDataIter')",
                 "detach('package:mxnet', unload = TRUE)", "library(mxnet)", "cat(mxnet::mx.cpu()$device)"))
  expect_identical(tail(out, 1), "cpu")
  expect_false(any(grepl("mxnet.*mask|Error", out)))
  expect_message(use_as_mxnet(lib), "library(mxnet)", fixed = TRUE)
  writeLines(c("Package: mxnet", "Version: 1.0"), file.path(lib, "mxnet", "DESCRIPTION"))
  expect_mx_error(use_as_mxnet(lib), "holds another package called mxnet")
})

test_that("the slides' data matrices have the label first and the slides' dims", {
  m <- mx.data.mnist()
  expect_identical(ncol(m$train), 785L)
  expect_identical(ncol(m$test), 785L)
  expect_type(m$train, "integer")
  expect_true(nrow(m$train) %in% c(60000L, 10000L))
  expect_true(all(m$test[, 1] %in% 0:9))
  expect_identical(range(m$test[, -1]), c(0L, 255L))
  # digits are dark in the middle and empty at the border
  expect_true(mean(m$test[, 2:29]) < 1 && mean(m$test[, 1 + 14 * 28 + 10:20]) > 50)
  f <- tempfile(fileext = ".rda")
  e <- new.env()
  as_slides(list(train = m$train[1:50, ], test = m$test[1:20, ]), c("train_mnist", "test_mnist"), f)
  load(f, e)
  expect_identical(dim(e$train_mnist), c(50L, 785L))
  expect_identical(e$test_mnist, m$test[1:20, ])
})

test_that("the progress bar is drawn and wiped, and only on terminals", {
  expect_false(show_progress())
  out <- run_r(c("options(cli.progress_show_after = 0, cli.dynamic = TRUE, cli.ansi = FALSE)", "library(mxr)",
                 "b <- mxr:::progress_bar(3, mx.metric.accuracy)", "b$update(1L, 5L, 10L, 'train', c(2, 1.5)); b$clear()", "cat('end')"))
  text <- paste(out, collapse = "")
  expect_match(text, "Round 1/3 .* 5/10 \\| accuracy 0.7500")
  expect_match(text, "end$")
})

test_that("the labels of a plotted graph fit their boxes, whatever the picture's size", {
  file <- tempfile(fileext = ".pdf")
  on.exit(unlink(file))
  for (inches in c(2, 7)) {
    grDevices::pdf(file, width = inches, height = inches)
    g <- graph.viz(small_mlp(), shape = c(40, 100), type = "plot")
    size <- label_size(g$nodes$label, 0.9, 0.56)
    expect_lte(max(graphics::strwidth(g$nodes$label, cex = size)), 0.9)
    expect_lte(max(graphics::strheight(g$nodes$label, cex = size)), 0.56)
    expect_lte(size, 0.8)
    expect_gt(size, 0.05)
    grDevices::dev.off()
  }
})

test_that("the profiler writes a trace when it stops, and a table on demand", {
  file <- tempfile(fileext = ".json")
  expect_identical(MX.PROF.STATE, list(STOP = 0L, RUN = 1L))
  expect_identical(formals(mx.profiler.state)$state, quote(MX.PROF.STATE$STOP))
  mx.profiler.config(list(filename = file, profile.all = TRUE, aggregate_stats = 1L))
  mx.profiler.state(MX.PROF.STATE$RUN)
  x <- mx.nd.sqrt(mx.nd.ones(c(20, 20)))
  e <- mx.simple.bind(mx.symbol.exp(mx.symbol.Variable("a")), mx.cpu(), a = 3)
  mx.exec.forward(e)
  mx.profiler.state()
  text <- paste(readLines(file, warn = FALSE), collapse = "")
  expect_match(text, '"traceEvents"', fixed = TRUE)
  expect_match(text, '"name": "sqrt"', fixed = TRUE)
  table <- mx.profiler.dumps(reset = TRUE)
  expect_match(table, "sqrt +1")
  expect_no_match(mx.profiler.dumps(), "sqrt")
  file.remove(file)
  mx.profiler.state(MX.PROF.STATE$STOP)
  expect_false(file.exists(file))
  expect_mx_error(mx.profiler.state(7), "must be MX.PROF.STATE$STOP or MX.PROF.STATE$RUN, given 7", fixed = TRUE)
  expect_mx_error(mx.profiler.state("run"), "MX.PROF.STATE")
  expect_mx_error(mx.profiler.config("all"), "params must be a list of options with names")
  expect_mx_error(mx.profiler.config(list(filenam = "x")), "filenam")
  mx.profiler.config(list(filename = "profile.json", profile_all = FALSE))
})

test_that("mxnet.export writes the functions that the package has", {
  dir <- tempfile("package")
  expect_mx_error(mxnet.export(dir), "there is no folder")
  dir.create(file.path(dir, "R"), recursive = TRUE)
  expect_identical(basename(mxnet.export(dir)), "mxnet_generated.R")
  e <- new.env()
  sys.source(file.path(dir, "R", "mxnet_generated.R"), e)
  made <- ls(e)
  expect_true(all(c("mx.nd.dot", "mx.symbol.FullyConnected", "mx.varg.symbol.FullyConnected", "mx.nd.internal.plus.scalar") %in% made))
  expect_identical(setdiff(made, ls(asNamespace("mxr"), all.names = TRUE)), character())
})

test_that("helpers of MXNet R", {
  expect_true(mx.util.str.endswith("fc_weight", "weight"))
  expect_false(mx.util.str.startswith("fc_weight", "weight"))
  expect_identical(mx.util.filter.null(list(a = 1, b = NULL, 2)), list(a = 1, 2))
  expect_identical(mx.util.filter.null(list()), list())
})
