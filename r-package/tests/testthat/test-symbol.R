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
  expect_mx_error(-a, "one operand")
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
