#' mxr: the MXNet 1.x interface for R
#'
#' Arrays, symbols, data iterators and training with the functions, names and results of the R package of MXNet 1.9.1,
#' on the Python engine of mxr. A script written for MXNet's R package runs by `library(mxr)`, or by `library(mxnet)`
#' after [use_as_mxnet()].
#'
#' @section Getting started:
#' 1. Once: [install_mxr()] makes a virtualenv with the engine. Or set the environment variable `MXR_PYTHON` to a
#'    Python that has it. [mx.sitrep()] says what is found; [mx.available()] whether it can be used.
#' 2. Arrays: [mx.nd.array()] takes a vector, matrix or array to the engine, `as.array()` brings it back. Operators are
#'    `mx.nd.*`: see [mxr-operators].
#' 3. Networks: [mx.symbol.Variable()] and `mx.symbol.*` describe one, `mx.model.FeedForward.create()` trains it,
#'    `predict()` applies it. `mx.mlp()` makes and trains a multilayer perceptron in one call.
#'
#' `library(mxr)` starts no Python: that happens at the first call that needs the engine. Help, `args()` and completion
#' work without.
#'
#' @section The order of axes:
#' `dim` of R is the engine's shape in reverse, and no byte is moved: an array with dim `c(28, 28, 1, 100)` is a batch of
#' 100 images for the engine, shape (100, 1, 28, 28). So the examples of a batch are the *last* dimension. Arguments
#' that are vectors (`kernel`, `shape`, `begin`, ...) are given in R's order; a single `axis` or `dim` counts the
#' engine's axes from 0, so that `axis = 0` is the last dimension in R.
#'
#' @section Names:
#' Functions and arguments are MXNet's: `mx.symbol.FullyConnected(data, num_hidden = 10)`, where `num.hidden` is the
#' same. What MXNet R keeps internal is reached with `mxr:::`, as `mxr:::mx.nd.internal.plus.scalar`.
#'
#' @section Errors:
#' Every error of the package is a condition of class `mxr_error` that names the function and the argument.
#'
#' @section Random numbers:
#' [mx.set.seed()] seeds the engine's generators, R's `set.seed()` does not. With the same seed the CPU gives MXNet's own
#' numbers.
#' @seealso [mxr-operators] for all operators, `browseVignettes("mxr")` for worked examples.
#' @examplesIf mx.available()
#' a <- mx.nd.array(matrix(1:6, 2))
#' a * 2 + 1
#'
#' data <- mx.symbol.Variable("data")
#' net <- mx.symbol.FullyConnected(data, num_hidden = 16)
#' net <- mx.symbol.Activation(net, act_type = "tanh")
#' net <- mx.symbol.FullyConnected(net, num_hidden = 3)
#' net <- mx.symbol.SoftmaxOutput(net)
#'
#' x <- scale(data.matrix(iris[, 1:4]))
#' y <- as.integer(iris$Species) - 1
#' mx.set.seed(0)
#' model <- mx.model.FeedForward.create(net, X = x, y = y,
#'   array.layout = "rowmajor", num.round = 5, array.batch.size = 30,
#'   learning.rate = 0.3, initializer = mx.init.Xavier(),
#'   eval.metric = mx.metric.accuracy)
#' p <- predict(model, x, array.layout = "rowmajor")
#' mean(max.col(t(p)) - 1 == y)
"_PACKAGE"
