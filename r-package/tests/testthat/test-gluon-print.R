skip_if_not(mx.available())
skip_if_not_installed("reticulate")

# Python's text, with the two things that R writes otherwise: dims, and names of types
as_r <- function(text) {
  for (m in unique(regmatches(text, gregexpr("\\([0-9]+(, ?[0-9]+)*,?\\)", text))[[1]])) {
    n <- rev(trimws(strsplit(gsub("[()]", "", m), ",")[[1]]))
    text <- gsub(m, if (length(n) > 1) sprintf("c(%s)", toString(n)) else if (grepl(",", m)) n else m, text, fixed = TRUE)
  }
  gsub("<class 'numpy.([a-z0-9]+)'>", "\\1", text)
}

test_that("blocks and parameters print as in Python, with dims as in R", {
  net <- mx.gluon.nn.HybridSequential(
    mx.gluon.nn.Conv2D(6, kernel_size = c(5, 3), padding = c(2, 1), activation = "relu", prefix = "conv_"),
    mx.gluon.nn.MaxPool2D(c(2, 2)), mx.gluon.nn.BatchNorm(prefix = "bn_"), mx.gluon.nn.Dense(10, in_units = 3, prefix = "fc_"),
    prefix = "net_")
  py <- reticulate::py_run_string("
from mxr.gluon import nn
net = nn.HybridSequential(prefix='net_')
net.add(nn.Conv2D(6, kernel_size=(3, 5), padding=(1, 2), activation='relu', prefix='conv_'), nn.MaxPool2D((2, 2)),
        nn.BatchNorm(prefix='bn_'), nn.Dense(10, in_units=3, prefix='fc_'))
text, params = repr(net), repr(net.collect_params())
")
  expect_equal(format(net), as_r(py$text))
  expect_equal(format(net$collect_params()), as_r(py$params))
  expect_snapshot({
    net
    net$collect_params(".*weight")
    net[[4]]$weight
    str(net)
    net[[1]]$hybridize
  })
})

test_that("trainers, initialisers and makers print what they are", {
  Net <- mx.gluon.HybridBlock("Net", initialize = function(units) self$fc <- mx.gluon.nn.Dense(units, in_units = 2, prefix = "fc_"),
                              hybrid_forward = function(F, x) self$fc(x))
  net <- Net(3, prefix = "own_")
  net$initialize()
  expect_snapshot({
    Net
    net
    summary(net, mx.nd.ones(c(2, 4)))
    mx.gluon.Trainer(net$collect_params(), "sgd")
    mx.init.MSRAPrelu()
    mx.autograd.Function("Twice", function(x) x * 2, function(dy) dy * 2)
  })
})

test_that("completion offers members", {
  net <- mx.gluon.nn.Dense(2)
  expect_true(all(c("collect_params", "weight", "hybridize") %in% utils::.DollarNames(net, "")))
  expect_equal(utils::.DollarNames(net$collect_params(), "weight"), names(net$collect_params(".*weight")))
  expect_true(all(c("attach_grad", "grad", "backward") %in% utils::.DollarNames(mx.nd.ones(1), "")))
})
