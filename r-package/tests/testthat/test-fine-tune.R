# The way of MXNet R's fine-tuning scripts: load, cut with get.internals, new last layer, initial parameters, train.
pretrained <- function() {
  data <- mx.symbol.Variable("data")
  conv <- mx.symbol.Convolution(data, kernel = c(3, 3), num_filter = 4, name = "conv_1")
  norm <- mx.symbol.BatchNorm(conv, name = "bn_1")
  flatten <- mx.symbol.Flatten(mx.symbol.Activation(norm, act_type = "relu"), name = "flatten")
  net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(flatten, num_hidden = 3, name = "fc1"), name = "softmax")
  prefix <- file.path(tempdir(), "pretrained")
  mx.model.save(quiet_fit(net, x, y %% 3, num.round = 1, array.batch.size = 10), prefix, 126)
  prefix
}
set.seed(1)
x <- array(runif(8 * 8 * 40), c(8, 8, 1, 40))
y <- rep(0:1, 20)

test_that("the slides' and the vignette's flow runs", {
  base <- mx.model.load(pretrained(), iteration = 126)
  symbol <- base$symbol
  inner <- symbol$get.internals()
  flatten <- inner$get.output(which(inner$outputs == "flatten_output"))
  new_fc <- mx.symbol.FullyConnected(data = flatten, num_hidden = 2, name = "fc1")
  new_soft <- mx.symbol.SoftmaxOutput(data = new_fc, name = "softmax")
  fresh <- mx.model.init.params(symbol = new_soft, input.shape = list("data" = c(8, 8, 1, 10)), output.shape = NULL,
                                initializer = mx.init.uniform(0.1), ctx = mx.cpu())$arg.params
  params <- base$arg.params
  params[["fc1_weight"]] <- fresh[["fc1_weight"]]
  params[["fc1_bias"]] <- fresh[["fc1_bias"]]
  lines <- log_of(model <- mx.model.FeedForward.create(
    symbol = new_soft, X = mx.io.arrayiter(x, y, batch.size = 10), eval.data = mx.io.arrayiter(x, y, batch.size = 10), ctx = mx.cpu(),
    eval.metric = mx.metric.accuracy, num.round = 2, learning.rate = 0.05, momentum = 0.9, wd = 0.00001, kvstore = "local",
    array.batch.size = 128, epoch.end.callback = mx.callback.save.checkpoint(file.path(tempdir(), "tuned")),
    batch.end.callback = mx.callback.log.train.metric(2), initializer = mx.init.Xavier(factor_type = "in", magnitude = 2.34),
    optimizer = "sgd", arg.params = params, aux.params = base$aux.params))
  expect_identical(sum(grepl("Validation-accuracy", lines)), 2L)
  expect_identical(dim(predict(model, x)), c(2L, 40L))
  old <- base$arg.params
  expect_mx_error(quiet_fit(new_soft, x, y, arg.params = old, array.batch.size = 10), "parameter fc1_weight has dim")
  expect_mx_error(quiet_fit(new_soft, x, y, arg.params = old[-1], array.batch.size = 10), "the parameters lack conv_1_weight")
})

test_that("fixed parameters stay exactly; predict, save, load and serialize know them", {
  base <- mx.model.load(pretrained(), 126)
  inner <- internals(base$symbol)
  net <- mx.symbol.SoftmaxOutput(mx.symbol.FullyConnected(inner[[which(outputs(inner) == "flatten_output")]],
                                                          num_hidden = 2, name = "fc_new"), name = "softmax")
  params <- mx.model.init.params(net, list(data = c(8, 8, 1, 10)), NULL, mx.init.Xavier(), mx.cpu())$arg.params
  known <- intersect(names(params), names(base$arg.params))
  expect_setequal(known, c("conv_1_weight", "conv_1_bias", "bn_1_gamma", "bn_1_beta"))
  params[known] <- base$arg.params[known]
  model <- quiet_fit(net, x, y, num.round = 3, array.batch.size = 10, learning.rate = 0.1, arg.params = params,
                     aux.params = base$aux.params, fixed.param = known)
  expect_identical(names(model$arg.params), c("fc_new_weight", "fc_new_bias"))
  expect_identical(coef(model)$conv_1_weight, as.array(base$arg.params$conv_1_weight))
  p <- predict(model, x)
  # what MXNet R scripts do by hand gives the same
  by_hand <- model
  attr(by_hand, "fixed.params") <- NULL
  expect_mx_error(predict(by_hand, x), "the parameters lack")
  by_hand$arg.params <- c(by_hand$arg.params, base$arg.params[known])
  expect_identical(predict(by_hand, x), p)
  prefix <- file.path(tempdir(), "fixed")
  mx.model.save(model, prefix, 1)
  expect_identical(predict(mx.model.load(prefix, 1), x), p)
  expect_identical(predict(mx.unserialize(mx.serialize(model)), x), p)
  saved <- NULL
  quiet_fit(net, x, y, num.round = 1, array.batch.size = 10, arg.params = params, fixed.param = known,
            epoch.end.callback = function(iteration, nbatch, env) saved <<- predict(env$model, x))
  expect_identical(dim(saved), c(2L, 40L))
})
