#' Gluon: networks as functions
#'
#' A network is made of blocks, and a block is a function of arrays: `net(x)`. Blocks are made by `mx.gluon.nn.*`,
#' `mx.gluon.rnn.*`, `mx.gluon.loss.*`, `mx.gluon.contrib.*` and `mx.gluon.model_zoo.vision.*` (all are listed in
#' [mx-gluon-all]), put together in a `Sequential` or `HybridSequential`, or written in R: [mx.gluon.HybridBlock()].
#' MXNet R had no Gluon; names, arguments and results are those of Python's Gluon in MXNet 1.9.1.
#'
#' @section Calls:
#' `net(x)` runs the block on arrays; `net(a, b)` and `loss(pred, label, sample_weight = w)` give several inputs, and lists
#' of arrays go in and come out where the block has such (states of recurrent layers). `net(symbol)` gives a symbol. Inputs
#' must be `MXNDArray`s: [mx.nd.array()] makes one. Sizes that are not given are found out at the first call.
#'
#' Dims are R's, `c(w, h, channels, examples)` or `c(features, examples)`: the last one counts the examples. Kernel
#' sizes, strides and shapes are given in the same order, `kernel_size = c(width, height)`. A single axis is the
#' engine's, counted from 0 from the end of R's dims, and layouts are named in the engine's order: `"NCHW"`, `"TNC"`.
#'
#' @section Fields and methods of blocks:
#' * `net$add(...)` appends to containers, which also take their children when they are made. `net[[i]]` (from 1, or by
#'   name) is a child, `net[1:2]` a container of some, `length(net)` and `names(net)` tell how many there are and how
#'   they are called, `as.list(net)` gives them all. Children are fields, too: `net$output`.
#' * `net$initialize(init, ctx)` makes the parameters: `init` is one of `mx.init.*`, or a name such as `"xavier"`. In
#'   Gluon [mx.init.Xavier()] and kin are the engine's initialisers of that name, so that the numbers are those of
#'   Python.
#' * `net$hybridize()` compiles; the same results, faster.
#' * `net$collect_params(select)` gives the parameters, a named list that knows more: [mx.gluon.ParameterDict()]. Single
#'   ones are fields, `net[[1]]$weight`; see [mx.gluon.Parameter()] for `$data()`, `$grad()`, `$set_data()`, `$shape`,
#'   `$grad_req <- "null"`.
#' * `net$save_parameters(file)` and `net$load_parameters(file, ctx)`; `net$export(path)` writes graph and parameters,
#'   which [mx.gluon.SymbolBlock.imports()] reads, and so do other languages.
#' * `net$cast("float16")`, `net$apply(function(block) ...)`, `net$register_forward_hook(function(block, inputs,
#'   outputs) ...)`, `net$register_forward_pre_hook(function(block, inputs) ...)`, whose result has `$detach()`.
#' * `summary(net, x)` prints the layers with the dims of their outputs. `args(net$unroll)` shows the arguments of a
#'   method.
#'
#' @section Training:
#' [mx.autograd.record()] records, `loss$backward()` computes gradients, [mx.gluon.Trainer()] applies them:
#' `trainer$step(batch_size)`.
#'
#' @section Saved sessions:
#' A block cannot go into a file by `saveRDS()` or with the workspace; a copy from there says so when it is used. Write its
#' parameters with `net$save_parameters()`, and read them into the same block, made again.
#' @name mx.gluon
#' @family Gluon
#' @examplesIf mx.available()
#' mx.set.seed(1)
#' net <- mx.gluon.nn.HybridSequential(
#'   mx.gluon.nn.Dense(16, activation = "relu"),
#'   mx.gluon.nn.Dense(3))
#' net$initialize(mx.init.Xavier(), ctx = mx.cpu())
#' net$hybridize()
#' loss <- mx.gluon.loss.SoftmaxCrossEntropyLoss()
#' trainer <- mx.gluon.Trainer(net$collect_params(), "adam", list(learning_rate = 0.05))
#' x <- mx.nd.array(t(as.matrix(iris[, 1:4])))
#' y <- mx.nd.array(as.integer(iris$Species) - 1)
#' for (i in 1:20) {
#'   l <- mx.autograd.record(loss(net(x), y))
#'   l$backward()
#'   trainer$step(150)
#' }
#' mean(l)
#' net
NULL
