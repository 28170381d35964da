test_that("every operator's function answers wrong calls with an R condition, and none with words of Python", {
  before <- setwd(tempdir()) # mx.nd.save(x, "zz") is a right call
  on.exit(setwd(before))
  functions <- grep("^mx\\.(nd|symbol)\\.", getNamespaceExports("mxr"), value = TRUE)
  expect_gt(length(functions), 800)
  python <- "Traceback|MXNetError|TypeError|AttributeError|NoneType|object has no|positional argument|unexpected keyword"
  bad <- character()
  refused <- 0
  for (f in sort(functions)) {
    call <- get(f)
    for (given in list("text", c("it", "text"), c("it", "it"))) {
      it <- if (startsWith(f, "mx.symbol")) mx.symbol.Variable("v") else mx.nd.array(array(1:24 / 24, c(2, 3, 4)))
      r <- tryCatch(suppressWarnings(do.call(call, lapply(given, function(g) if (g == "it") it else "zz"))), error = identity)
      if (!inherits(r, "error")) next
      refused <- refused + 1
      if (grepl(python, conditionMessage(r))) bad <- c(bad, paste0(f, "(", toString(given), "): ", conditionMessage(r)))
    }
  }
  expect_identical(bad, character())
  expect_gt(refused, 1000)
  expect_equal(as.array(mx.nd.ones(2) + 1), c(2, 2))
})

test_that("odd values for every argument of symbols, executors, iterators and learning are answered by mxr_error", {
  before <- setwd(tempdir())
  on.exit(setwd(before))
  net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 3, name = "fc"), name = "sm")
  exec <- mx.simple.bind(net, mx.cpu(), "write", data = c(2, 3))
  mx.exec.forward(exec)
  it <- mx.io.arrayiter(matrix(1:6, 2), 1:3, 2)
  nd <- mx.nd.ones(c(2, 2))
  calls <- list(
    mx.cpu = list(0), mx.ctx.default = list(), mx.simple.bind = list(net, mx.cpu(), "null", NULL, data = c(2, 3)),
    mx.symbol.bind = list(mx.symbol.Variable("a"), mx.cpu(), list(nd), NULL, "write"),
    mx.exec.update.arg.arrays = list(exec, list(data = mx.nd.ones(c(2, 3))), TRUE, FALSE),
    mx.exec.update.grad.arrays = list(exec, list(fc_bias = mx.nd.ones(3)), TRUE, FALSE),
    mx.exec.forward = list(exec, TRUE), mx.exec.backward = list(exec), mx.kv.create = list("local"),
    mx.opt.create = list("sgd", learning.rate = 0.1, momentum = 0, lr_scheduler = NULL),
    mx.opt.get.updater = list(mx.opt.create("sgd"), list(nd), mx.cpu()),
    mx.lr_scheduler.FactorScheduler = list(2, 0.5, 0.1, TRUE), mx.lr_scheduler.MultiFactorScheduler = list(c(2, 3), .5, .1, TRUE),
    mx.init.uniform = list(0.1), mx.init.normal = list(1), mx.init.Xavier = list("uniform", "avg", 3),
    mx.init.create = list(mx.init.uniform(1), list(a_weight = 2), NULL, TRUE), mx.metric.custom = list("a", function(l, p) 1),
    mx.io.arrayiter = list(matrix(1:6, 2), 1:3, 2, FALSE), mx.io.extract = list(it, "data"),
    mx.io.CSVIter = list(data.csv = "x", data.shape = 3, batch.size = 2), mx.io.MNISTIter = list(image = "x", label = "y", batch.size = 2),
    mx.io.ImageRecordIter = list(path.imgrec = "x", data.shape = c(2, 2, 3), batch.size = 1),
    mx.io.LibSVMIter = list(data.libsvm = "x", data.shape = 3, batch.size = 2), im2rec = list("a", "b", "c"),
    graph.viz = list(net, c(2, 3), "TD", "plot"), mx.symbol.Variable = list("a"), mx.symbol.Group = list(net, net),
    mx.symbol.concat = list(list(net, net), 2, 1, "c"), mx.symbol.min = list(net, 1),
    mx.apply = list(net, data = mx.symbol.Variable("x"), name = "n"), mx.symbol.infer.shape = list(net, data = c(2, 3)),
    mx.symbol.save = list(net, "f.json"), mx.symbol.load = list("f.json"), mx.symbol.load.json = list(net$as.json()),
    arguments = list(net), children = list(net), mx.profiler.config = list(list(filename = "p.json")), mx.profiler.state = list(0),
    mxnet.export = list("nowhere"),
    mx.nd.contrib.foreach = list(function(x, s) list(x, s), nd, nd),
    mx.nd.contrib.while.loop = list(function(x) 0, function(x) list(x, x), nd, 3),
    mx.nd.contrib.cond = list(nd, function() nd, function() nd))
  odd <- list(NULL, NA, "odd", -1, 2.5, 1e20, list(), list(1), nd, net, it, c(a = 1, b = 2), mx.cpu(), data.frame(a = 1:2),
      NaN, factor("a"))
  python <- "Traceback|MXNetError|Type ?Error|AttributeError|ValueError|NoneType|object has no|positional|KeyError|IndexError|not iterable|bytes-like|invalid literal"
  bad <- character()
  refused <- 0
  grDevices::pdf(NULL)
  for (f in names(calls)) for (i in seq_along(calls[[f]])) for (o in odd) {
    args <- calls[[f]]
    if (is.null(o)) args[i] <- list(NULL) else args[[i]] <- o
    r <- tryCatch(suppressMessages(suppressWarnings(do.call(f, args))), error = identity)
    if (!inherits(r, "error")) next
    refused <- refused + 1
    if (grepl(python, conditionMessage(r)) || !inherits(r, "mxr_error"))
      bad <- c(bad, sprintf("%s, argument %d as %s: %s", f, i, class(o)[1], conditionMessage(r)))
  }
  grDevices::dev.off()
  mx.ctx.default(mx.cpu())
  mx.profiler.config(list(filename = "profile.json"))
  expect_identical(bad, character())
  expect_gt(refused, 700)
})
