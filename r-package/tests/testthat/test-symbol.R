test_that("names, arguments, outputs, internals, children", {
  net <- small_mlp()
  expect_identical(arguments(net), c("data", "fc1_weight", "fc1_bias", "fc2_weight", "fc2_bias", "softmax_label"))
  expect_identical(net$arguments, arguments(net))
  expect_identical(outputs(net), "softmax_output")
  expect_identical(net$outputs, "softmax_output")
  expect_identical(net$auxiliary.states, character())
  inner <- internals(net)
  expect_true("fc1_output" %in% inner$outputs)
  k <- match("fc1_output", inner$outputs)
  expect_identical(inner[[k]]$outputs, "fc1_output")
  expect_identical(inner$get.output(k)$arguments, c("data", "fc1_weight", "fc1_bias"))
  expect_identical(outputs(children(net)), c("fc2_output", "softmax_label"))
  expect_null(children(mx.symbol.Variable("a")))
  expect_mx_error(inner[[99]], "index 99 is out of range")
  expect_mx_error(arguments(3), "only for MXSymbol type")
})

test_that("the class is the one scripts test for", {
  s <- mx.symbol.Variable("x")
  expect_identical(class(s)[1], "Rcpp_MXSymbol")
  expect_identical(capture.output(print(class(s))), c('[1] "Rcpp_MXSymbol"', 'attr(,"package")', '[1] ".GlobalEnv"'))
  expect_true(is.mx.symbol(s))
  expect_match(capture.output(print(s)), "^C\\+\\+ object <0x[0-9a-f]+> of class 'MXSymbol' <0x[0-9a-f]+>$")
})

test_that("automatic names count per operator name, and arithmetic has MXNet R's", {
  out <- run_r(c("library(mxr)", "a <- mx.symbol.Variable('a')", "b <- mx.symbol.Variable('b')",
    "n <- function(s) cat(sub('_output', '', s$outputs), '')",
    "n(mx.symbol.FullyConnected(a, num_hidden = 1)); n(mx.symbol.FullyConnected(a, num.hidden = 1)); n(mx.symbol.Softmax(a))",
    "n(a + b); n(a + 1); n(a - b); n(a * b); n(a / b); n(1 - a); n(2 / a); n(a ^ 2)"))
  expect_identical(trimws(out), paste("fullyconnected0 fullyconnected1 softmax0 _plus0 _plusscalar0 _minus0 _mul0 _div0",
                                      "_rminus_scalar0 _rdiv_scalar0 _power_scalar0"))
})

test_that("symbol arithmetic computes", {
  a <- mx.symbol.Variable("a")
  run <- function(s, x) {
    e <- mx.simple.bind(s, mx.cpu(), a = length(x))
    mx.exec.update.arg.arrays(e, list(a = mx.nd.array(x)), match.name = TRUE)
    mx.exec.forward(e, is.train = FALSE)
    as.array(e$ref.outputs[[1]])
  }
  x <- c(1, 2, 5)
  for (case in list(list(a + 2, x + 2), list(2 + a, x + 2), list(a - 2, x - 2), list(2 - a, 2 - x), list(a * 3, x * 3),
                    list(3 / a, 3 / x), list(a / 4, x / 4), list(a ^ 2, x ^ 2), list(2 ^ a, 2 ^ x), list(a %% 2, x %% 2),
                    list(a * a - a, x * x - x), list(mx.symbol.min(a, 2), pmin(x, 2)), list(mx.symbol.min(a, a * 2), x))) {
    expect_equal(run(case[[1]], x), case[[2]], tolerance = 1e-6)
  }
  expect_equal(run(-a, x), -x)
  expect_mx_error(!a, "one operand")
  expect_mx_error(a & 1, "Operator & not supported")
  expect_mx_error(a + c(1, 2), "one number")
})

test_that("shape inference is in R order; missing information is NULL", {
  s <- mx.symbol.infer.shape(small_mlp(8), data = c(40, 5))
  expect_identical(names(s), c("arg.shapes", "out.shapes", "aux.shapes"))
  expect_identical(s$arg.shapes$fc1_weight, c(40L, 8L))
  expect_identical(s$out.shapes$softmax_output, c(10L, 5L))
  expect_identical(small_mlp(8)$infer.shape(list(data = c(40, 5)))$arg.shapes$fc2_weight, c(8L, 10L))
  expect_null(mx.symbol.infer.shape(small_mlp()))
  expect_mx_error(mx.symbol.infer.shape(small_mlp(), c(40, 5)), "Need to pass parameters in key=value style.")
  expect_mx_error(mx.symbol.infer.shape(small_mlp(), dta = c(40, 5)), "no argument 'dta'")
  expect_mx_error(mx.symbol.infer.shape(small_mlp(), data = c(40, 5), fc1_weight = c(3, 3)), "fc1|shape")
})

test_that("composition, groups, attributes", {
  net1 <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), name = "fc1", num_hidden = 10)
  net2 <- mx.symbol.FullyConnected(name = "fc3", num_hidden = 10)
  expect_identical(net2$arguments, c("fc3_data", "fc3_weight", "fc3_bias"))
  both <- mx.apply(net2, fc3_data = net1, name = "composed")
  expect_identical(both$arguments[1:3], c("data", "fc1_weight", "fc1_bias"))
  expect_identical(net2$arguments[1], "fc3_data")
  g <- mx.symbol.Group(net1, net2)
  expect_identical(length(g$outputs), 2L)
  expect_identical(mx.symbol.Group(c(net1, net2))$outputs, g$outputs)
  v <- mx.symbol.Variable("v")
  v$attributes <- list(mood = "angry")
  v$attributes$colour <- "red"
  expect_identical(v$attributes[c("mood", "colour")], list(mood = "angry", colour = "red"))
  expect_mx_error(v$attributes <- list(n = 3), "Attribute values must be characters.", fixed = TRUE)
})

test_that("concat in all its forms", {
  a <- mx.symbol.Variable("a")
  b <- mx.symbol.Variable("b")
  s <- mx.symbol.concat(data = list(a, b), num.args = 2, name = "both")
  expect_identical(s$arguments, c("a", "b"))
  expect_identical(s$outputs, "both_output")
  expect_warning(old <- mx.symbol.Concat(a, b, num.args = 2), "mx.symbol.Concat is deprecated. Use mx.symbol.concat instead.", fixed = TRUE)
  expect_identical(old$arguments, c("a", "b"))
})

test_that("JSON goes to files and back", {
  net <- small_mlp()
  f <- tempfile(fileext = ".json")
  mx.symbol.save(net, f)
  expect_identical(mx.symbol.load(f)$as.json(), net$as.json())
  expect_identical(mx.symbol.load.json(net$as.json())$arguments, net$arguments)
  expect_match(net$as.json(), '"num_hidden": "16"', fixed = TRUE)
  writeLines("{\"nodes\": [", f)
  expect_mx_error(mx.symbol.load(f), ".")
  expect_mx_error(mx.symbol.load.json("not json"), ".")
  expect_mx_error(mx.symbol.load("nowhere.json"), "there is no file")
})

test_that("parameters: dots and underscores, vectors reversed, TRUE is 1", {
  d <- mx.symbol.Variable("data")
  s <- mx.symbol.Convolution(d, kernel = c(5, 3), num.filter = 4, no.bias = TRUE, name = "c")
  expect_match(s$as.json(), '"kernel": "(3, 5)"', fixed = TRUE)
  expect_identical(s$arguments, c("data", "c_weight"))
  expect_identical(mx.varg.symbol.FullyConnected(list(d, num.hidden = 3, name = "f"))$outputs, "f_output")
})

test_that("wrong use names operator and argument", {
  d <- mx.symbol.Variable("data")
  expect_mx_error(mx.symbol.FullyConnected(d, 10), "Non Symbol parameters is only accepted via key=value style")
  expect_mx_error(mx.symbol.FullyConnected(d, num_hiden = 10, num_hidden = 10), "num_hiden")
  expect_mx_error(mx.symbol.FullyConnected(d, num_hidden = "many"), "num_hidden")
  expect_mx_error(mx.symbol.FullyConnected(d, num_hidden = NA), "num_hidden holds NA")
  expect_mx_error(mx.symbol.Activation(d, act_type = c("relu", "tanh")), "Only accept integer vectors or simple types")
  expect_mx_error(mx.symbol.Activation(3, act_type = "relu"), "Non Symbol parameters")
  expect_mx_error(mx.symbol.Variable(3), "name must be one string")
})

attrs_of <- function(s) {
  nodes <- regmatches(s$as.json(), gregexpr('"attrs": \\{[^}]*\\}', s$as.json()))[[1]]
  gsub("\\s+", " ", nodes[1])
}

test_that("parameters become MXNet R's texts", {
  d <- mx.symbol.Variable("data")
  # one number for a shape is a tuple of one, a vector is reversed, TRUE is 1, whole doubles are integers
  expect_match(attrs_of(mx.symbol.Reshape(d, shape = 5)), '"shape": "(5,)"', fixed = TRUE)
  expect_match(attrs_of(mx.symbol.Reshape(d, shape = c(2, -1))), '"shape": "(-1, 2)"', fixed = TRUE)
  expect_match(attrs_of(mx.symbol.Pooling(d, kernel = c(2L, 3L), stride = c(4, 5), pad = c(0, 1), pool.type = "max")),
               '"kernel": "(3, 2)", "pad": "(1, 0)", "pool_type": "max", "stride": "(5, 4)"', fixed = TRUE)
  expect_match(attrs_of(mx.symbol.transpose(d, axes = c(0, 2, 1))), '"axes": "(1, 2, 0)"', fixed = TRUE)
  expect_match(attrs_of(mx.symbol.sum(d, axis = 1, keepdims = TRUE)), '"axis": "1", "keepdims": "1"', fixed = TRUE)
  expect_match(attrs_of(mx.symbol.sum(d, axis = c(0, 1), keepdims = FALSE)), '"axis": "(1, 0)", "keepdims": "0"', fixed = TRUE)
  expect_match(attrs_of(mx.symbol.FullyConnected(d, num.hidden = 10, no.bias = FALSE)), '"no_bias": "0", "num_hidden": "10"', fixed = TRUE)
  p <- sub('.*"p": "([^"]*)".*', "\\1", attrs_of(mx.symbol.Dropout(d, p = 1 / 3)))
  expect_equal(as.numeric(p), 1 / 3, tolerance = 1e-6)
  e <- sub('.*"eps": "([^"]*)".*', "\\1", attrs_of(mx.symbol.L2Normalization(d, eps = 1e-15)))
  expect_equal(as.numeric(e), 1e-15)
  expect_match(attrs_of(d * (1 / 3)), '"scalar": "0.33333')
  # cut to integers as MXNet R does, but said
  expect_warning(s <- mx.symbol.Convolution(d, kernel = c(3.7, 2), num_filter = 1), "argument kernel: 3.7 was cut to 3")
  expect_match(attrs_of(s), '"kernel": "(2, 3)"', fixed = TRUE)
  for (bad in list(c("a", "b"), list(3, 3), sum)) {
    expect_mx_error(mx.symbol.Convolution(d, kernel = bad, num_filter = 1), "Only accept integer vectors or simple types")
  }
  expect_mx_error(mx.symbol.Activation(d, act.type = "relu", other.thing = NULL), "Only accept integer vectors or simple types")
  # NULL is "not given" for arrays and for what has the default NULL
  expect_identical(as.array(mx.nd.sum(mx.nd.array(matrix(1:6, 2)), axis = NULL)), 21)
  expect_equal(as.array(mx.nd.sum(mx.nd.array(matrix(1:6, 2)), axis = 0)), c(9, 12))
  expect_identical(dim(mx.nd.reshape(mx.nd.ones(c(2, 3)), shape = c(3, 2))), c(3L, 2L))
  expect_identical(dim(mx.nd.reshape(mx.nd.ones(c(2, 3)), shape = -1)), 6L)
  expect_identical(as.array(mx.nd.crop(mx.nd.array(matrix(1:6, 2)), begin = c(1, 0), end = c(2, 2))), matrix(c(2, 4), 1))
})

test_that("inputs: by position, by name, by pipe; not in both ways at once", {
  x <- mx.symbol.Variable("x")
  w <- mx.symbol.Variable("w")
  fc <- mx.symbol.FullyConnected
  expect_identical(fc(x, w, num_hidden = 2, name = "f")$arguments, c("x", "w", "f_bias"))
  expect_identical(fc(weight = w, data = x, num_hidden = 2, name = "f")$arguments, c("x", "w", "f_bias"))
  expect_identical((x |> fc(weight = w, num_hidden = 2, name = "f"))$arguments, c("x", "w", "f_bias"))
  expect_identical(do.call(fc, list(x, weight = w, num_hidden = 2, name = "f"))$arguments, c("x", "w", "f_bias"))
  wrap <- function(...) mx.symbol.FullyConnected(..., num_hidden = 2, name = "f")
  expect_identical(wrap(x, weight = w)$arguments, c("x", "w", "f_bias"))
  expect_mx_error(fc(w, data = x, num_hidden = 2), "Input symbols need to be either positional or key=value style, not both")
  expect_mx_error(fc(x), 'Required parameter num_hidden of int is not presented, in operator FullyConnected(name="")', fixed = TRUE)
  expect_mx_error(fc(x, name = "f", no.bias = TRUE), 'in operator FullyConnected(name="f", no_bias="1")', fixed = TRUE)
  expect_mx_error(fc(x, num_hidden = 2, num_hiden = 3), "Cannot find argument 'num_hiden'")
  expect_identical(names(formals(mx.symbol.concat)), c("data", "num.args", "dim", "name"))
  expect_identical(mx.symbol.concat(c(x, w), 2, name = "c")$arguments, c("x", "w"))
  expect_warning(mx.symbol.Concat(data = list(x, w), num.args = 2), "deprecated")
})

test_that("every operator has both forms, and the lists of the original are reached by :::", {
  ns <- asNamespace("mxr")
  exported <- getNamespaceExports("mxr")
  ops <- sub("^mx.varg.symbol.", "", grep("^mx.varg.symbol.[^i]", ls(ns), value = TRUE))
  expect_gt(length(ops), 260)
  expect_identical(setdiff(paste0("mx.symbol.", ops), exported), character())
  expect_true(all(c("mx.nd.internal.plus.scalar", "mx.varg.symbol.internal.plus_scalar") %in% ls(ns)))
  expect_identical(as.array(mxr:::mx.nd.internal.plus.scalar(mx.nd.ones(2), scalar = 2)), c(3, 3))
  s <- mxr:::mx.varg.symbol.internal.mul_scalar(list(mx.symbol.Variable("a"), scalar = 2, name = "double"))
  expect_identical(s$outputs, "double_output")
  expect_false(any(grepl("^mx.nd.internal|varg", exported)))
})

test_that("members of symbols", {
  net <- small_mlp()
  expect_match(net$debug.str(), "fc1")
  f <- tempfile(fileext = ".json")
  net$save(f)
  expect_identical(mx.symbol.load(f)$arguments, net$arguments)
  expect_identical(net$get.internals()$outputs, internals(net)$outputs)
  expect_identical(net$get.children()$outputs, children(net)$outputs)
  expect_identical(internals(net)[["fc2_output"]]$outputs, "fc2_output")
  expect_mx_error(internals(net)[["fc9_output"]], "no output called 'fc9_output'")
  expect_mx_error(net[[0]], "index 0 is out of range")
  composed <- net$apply(list(data = mx.symbol.Variable("pixels"), name = "again"))
  expect_identical(composed$arguments[1], "pixels")
  for (f in list(arguments, outputs, internals, children)) expect_mx_error(f("a"), "only for MXSymbol type")
  expect_error(net$arguments <- "x", "cannot be assigned")
  expect_identical(mx.symbol.BatchNorm(mx.symbol.Variable("x"), name = "bn")$auxiliary.states, c("bn_moving_mean", "bn_moving_var"))
})

test_that("summary, format, as.character and plot of symbols", {
  lenet <- mx.symbol.Variable("data") |> mx.symbol.Convolution(kernel = c(5, 5), num_filter = 20, name = "conv1") |>
    mx.symbol.BatchNorm(name = "bn1", fix_gamma = FALSE) |> mx.symbol.Activation(act_type = "tanh", name = "tanh1") |>
    mx.symbol.Pooling(pool_type = "max", kernel = c(2, 2), stride = c(2, 2), name = "pool1") |> mx.symbol.Flatten(name = "flat") |>
    mx.symbol.FullyConnected(num_hidden = 10, name = "fc1") |> mx.symbol.SoftmaxOutput(name = "softmax")
  s <- summary(lenet, data = c(28, 28, 1, 64))
  expect_s3_class(s, "summary.Rcpp_MXSymbol")
  expect_identical(s$parameters, 5 * 5 * 20 + 20 + 40 + (12 * 12 * 20 + 1) * 10)
  expect_identical(s$states, 40)
  expect_identical(s$layers$parameters, c(520, 40, 0, 0, 0, 28810, 0))
  expect_snapshot(s)
  expect_snapshot(summary(lenet))
  expect_snapshot(summary(mx.symbol.elemwise_add(mx.symbol.Variable("a"), mx.symbol.Variable("b"), name = "both"), a = 3))
  expect_snapshot(summary(mx.symbol.broadcast_add(mx.symbol.Variable("a"), mx.symbol.Variable("b"), name = "both"), a = 3))
  expect_mx_error(summary(lenet, c(28, 28)), "key=value style")
  expect_snapshot(format(lenet))
  expect_identical(as.character(lenet), lenet$as.json())
  g <- file.path(tempdir(), "plot.png")
  grDevices::png(g)
  plot(lenet, shape = c(28, 28, 1, 64), type = "plot")
  grDevices::dev.off()
  expect_gt(file.size(g), 2000)
})

test_that("str, all.equal, copy, and wrong indices", {
  net <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 3, name = "fc")
  expect_identical(capture.output(str(net)), " <MXSymbol fc_output of data, fc_weight, fc_bias>")
  again <- net$copy()
  expect_true(all.equal(net, again))
  v <- mx.symbol.Variable("v")
  w <- v$copy()
  w$attributes$mood <- "calm"
  expect_identical(list(v$attributes$mood, w$attributes$mood), list(NULL, "calm"))
  other <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 4, name = "fc")
  expect_identical(all.equal(net, other), "the nodes or their parameters differ")
  expect_match(all.equal(net, net * 2), "^outputs: fc_output, and ")
  expect_match(all.equal(net, 3), "current is 3")
  expect_mx_error(net[[1:2]], "must be the number of an output, counted from 1, or its name")
  expect_mx_error(net$get.output(NA), "must be the number of an output")
  expect_mx_error(mx.symbol.min(3, 4), "two symbols, or a symbol and one number, given 3")
  expect_mx_error(mx.symbol.min(net, "a"), "given \"a\"")
  e <- mx.simple.bind(net, mx.cpu(), data = c(2, 3))
  expect_mx_error(e$copy(), "an executor cannot be copied")
  expect_output(str(e), "Rcpp_MXExecutor")
})
