skip_if_not(mx.available())
skip_if_not_installed("reticulate")

# The same loop in R and in Python, from the same seed, on the digits that come with the package.
digits <- suppressMessages(mx.data.mnist())$train[1:256, ]
images <- array(t(digits[, -1]) / 255, c(28, 28, 1, 256))
labels <- digits[, 1]

r_losses <- function(net, images, optimizer, options, steps = 8, hybridize = TRUE) {
  mx.set.seed(7)
  net$initialize(mx.init.Xavier(), ctx = mx.cpu())
  loss <- mx.gluon.loss.SoftmaxCrossEntropyLoss()
  trainer <- mx.gluon.Trainer(net$collect_params(), optimizer, options)
  net(mx.nd.array(images[, , , 1:32, drop = FALSE]))
  if (hybridize) net$hybridize()
  vapply(seq_len(steps), function(i) {
    at <- (i - 1) * 32 + 1:32
    x <- mx.nd.array(images[, , , at, drop = FALSE])
    y <- mx.nd.array(labels[at])
    l <- mx.autograd.record(loss(net(x), y))
    l$backward()
    trainer$step(32)
    mean(l)
  }, 0)
}

py_losses <- function(layers, images, optimizer, options, steps = 8) {
  py <- reticulate::py_run_string("
import mxr as mx
from mxr import gluon, autograd
from mxr.gluon import nn

def losses(layers, images, labels, optimizer, options, steps):
    net = nn.HybridSequential()
    net.add(*eval(layers))
    mx.random.seed(7)
    net.initialize(mx.init.Xavier(), ctx=mx.cpu())
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), optimizer, options)
    net(images[:32])
    net.hybridize()
    found = []
    for i in range(int(steps)):
        part = slice(32 * i, 32 * i + 32)
        with autograd.record():
            l = loss(net(images[part]), labels[part])
        l.backward()
        trainer.step(32)
        found.append(float(l.mean().asscalar()))
    return found
", convert = TRUE)
  unlist(py$losses(layers, mx.nd.array(images), mx.nd.array(labels), optimizer, options, steps))
}

test_that("an MLP trains as in Python, number by number", {
  net <- mx.gluon.nn.HybridSequential(
    mx.gluon.nn.Flatten(), mx.gluon.nn.Dense(64, activation = "relu"), mx.gluon.nn.Dense(10))
  ours <- r_losses(net, images, "sgd", list(learning_rate = 0.1, momentum = 0.9, wd = 1e-4))
  theirs <- py_losses("[nn.Flatten(), nn.Dense(64, activation='relu'), nn.Dense(10)]", images, "sgd",
                      list(learning_rate = 0.1, momentum = 0.9, wd = 1e-4))
  expect_equal(ours, theirs, tolerance = 1e-6)
  expect_lt(ours[8], ours[1])
})

test_that("LeNet with Adam trains as in Python, number by number", {
  lenet <- mx.gluon.nn.HybridSequential(
    mx.gluon.nn.Conv2D(6, kernel_size = 5, activation = "tanh"), mx.gluon.nn.MaxPool2D(c(2, 2), strides = 2),
    mx.gluon.nn.Conv2D(16, kernel_size = c(5, 5), activation = "tanh"), mx.gluon.nn.AvgPool2D(2, 2),
    mx.gluon.nn.Dense(40), mx.gluon.nn.BatchNorm(), mx.gluon.nn.Activation("relu"), mx.gluon.nn.Dense(10))
  ours <- r_losses(lenet, images, "adam", list(learning_rate = 0.01), steps = 4)
  theirs <- py_losses("[nn.Conv2D(6, kernel_size=5, activation='tanh'), nn.MaxPool2D((2, 2), strides=2),
    nn.Conv2D(16, kernel_size=(5, 5), activation='tanh'), nn.AvgPool2D(2, 2), nn.Dense(40), nn.BatchNorm(),
    nn.Activation('relu'), nn.Dense(10)]", images, "adam", list(learning_rate = 0.01), steps = 4)
  expect_equal(ours, theirs, tolerance = 1e-5)
})

test_that("MXNet R's optimisers drive a trainer by their own rule", {
  make <- function() mx.gluon.nn.HybridSequential(mx.gluon.nn.Flatten(), mx.gluon.nn.Dense(10))
  named <- r_losses(make(), images, "sgd", list(learning_rate = 0.05, momentum = 0.9), steps = 4)
  ours <- r_losses(make(), images, mx.opt.sgd(learning.rate = 0.05, momentum = 0.9), NULL, steps = 4)
  expect_equal(ours, named, tolerance = 1e-6)
  closures <- list(create_exec = function(index, weight_dim, ctx) NULL,
                   update = function(index, exec_w, weight, grad) weight - 0.05 * grad)
  expect_equal(r_losses(make(), images, closures, NULL, steps = 3),
               r_losses(make(), images, "sgd", list(learning_rate = 0.05), steps = 3), tolerance = 1e-6)
})

test_that("a trainer has a rate, a schedule and states", {
  net <- mx.gluon.nn.Dense(1, in_units = 1)
  net$initialize("ones")
  step <- function(trainer) {
    l <- mx.autograd.record(sum(net(mx.nd.ones(c(1, 1)))))
    l$backward()
    trainer$step(1)
  }
  trainer <- mx.gluon.Trainer(net$collect_params(), "sgd", list(learning_rate = 0.5))
  expect_equal(trainer$learning_rate, 0.5)
  trainer$set_learning_rate(0.25)
  step(trainer)
  expect_equal(as.numeric(net$weight$data()), 0.75)
  net$weight$lr_mult <- 2
  step(trainer)
  expect_equal(as.numeric(net$weight$data()), 0.25)
  schedule <- mx.lr_scheduler.FactorScheduler(1, 0.5, verbose = FALSE)
  trainer <- mx.gluon.Trainer(net$collect_params(), "sgd", list(learning_rate = 1, lr_scheduler = schedule))
  rates <- vapply(1:3, function(i) {
    step(trainer)
    trainer$learning_rate
  }, 0)
  expect_equal(rates, c(1, 0.5, 0.25))
  file <- tempfile()
  trainer <- mx.gluon.Trainer(net$collect_params(), "adam")
  step(trainer)
  trainer$save_states(file)
  again <- mx.gluon.Trainer(net$collect_params(), "adam")
  again$load_states(file)
  expect_equal(again$optimizer$num_update, 1)
  expect_mx_error(mx.gluon.Trainer(net$collect_params(), "sgdd"), "Did you mean 'sgd'")
  expect_mx_error(mx.gluon.Trainer(net$collect_params(), "sgd", list(rate = 1)), "'rate'")
})
