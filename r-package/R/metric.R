# Metrics: lists of closures of class "mx.metric"; the value is the mean over batches. Built-in ones carry their name in
# the attribute mx.builtin: the training loop then computes them without coming back to R.

#' Metrics
#'
#' How good predictions are, for `eval.metric` of the model functions: objects (not functions) for the usual ones,
#' `mx.metric.custom()` for one of your own.
#'
#' The value of a round is the mean over its batches: every batch weighs 1, what only fills the last one is counted in,
#' and `mx.metric.rmse` is the mean of the batches' values.
#'
#' * `mx.metric.accuracy`, `mx.metric.top_k_accuracy` (5 classes): predictions `c(classes, examples)`, labels from 0.
#' * `mx.metric.mse`, `mx.metric.rmse`, `mx.metric.mae`, `mx.metric.rmsle`: errors; the last of `log(1 + x)`.
#' * `mx.metric.Perplexity`: `exp(-mean(log(p)))` of the labels' probabilities, labels -1 left out.
#' * `mx.metric.logloss`, `mx.metric.logistic_acc` (reported as `accuracy`, threshold 0.5): of one probability for each
#'   example.
#' @param name what log lines call it.
#' @param feval a `function(label, pred)`, called for every batch with two NDArrays (`label` of dim n, `pred` of dim
#'   `c(k, n)`): returns one number, or an NDArray of one. Up to MXNet 1.1 it got R arrays: functions for these run too,
#'   since `mean`, `sum`, `abs`, `as.array` and so on take NDArrays.
#' @return a list of closures of class `"mx.metric"`: `init()` gives the state `c(0, 0)`, `update(label, pred, state)`
#'   the next state, `get(state)` a list `name`, `value`.
#' @family learning
#' @seealso [mx.metric.logger] keeps the values of all rounds.
#' @examplesIf mx.available()
#' relative <- mx.metric.custom("relative",
#'   function(label, pred) mean(abs(label - pred)) / mean(abs(label)))
#' state <- relative$update(mx.nd.array(c(1, 3)), mx.nd.array(matrix(c(2, 3), 1)), relative$init())
#' relative$get(state)
#' mx.metric.accuracy
mx.metric.custom <- function(name, feval) {
  check_string(name, "name", "mx.metric.custom")
  if (!is.function(feval)) mx_stop("mx.metric.custom: argument feval must be a function(label, pred), given ", short(feval))
  structure(class = "mx.metric", list(
    init = function() c(0, 0),
    update = function(label, pred, state) {
      value <- feval(label, pred)
      if (inherits(value, "MXNDArray")) value <- as.array(value)
      if (!is.numeric(value) || length(value) != 1) mx_stop("metric ", name, ": feval must return one number, given ", short(value))
      c(state[[1]] + 1, state[[2]] + value)
    },
    get = function(state) list(name = name, value = state[[2]] / state[[1]])
  ))
}

#' @rdname mx.metric.custom
#' @param x a metric.
#' @param ... not used.
print.mx.metric <- function(x, ...) {
  cat("<mx.metric ", x$get(c(1, 0))$name, ": init(), update(label, pred, state), get(state)>\n", sep = "")
  invisible(x)
}

builtin_metric <- function(builtin, name = builtin) {
  force(builtin)
  m <- mx.metric.custom(name, function(label, pred) .call("metric_value", builtin, as_nd_id(label), as_nd_id(pred)))
  attr(m, "mx.builtin") <- builtin
  m
}

as_nd_id <- function(x) nd_id(if (inherits(x, "MXNDArray")) x else mx.nd.array(x))

#' @rdname mx.metric.custom
#' @format NULL
#' @usage NULL
mx.metric.accuracy <- builtin_metric("accuracy")
#' @rdname mx.metric.custom
#' @format NULL
#' @usage NULL
mx.metric.top_k_accuracy <- builtin_metric("top_k_accuracy")
#' @rdname mx.metric.custom
#' @format NULL
#' @usage NULL
mx.metric.mse <- builtin_metric("mse")
#' @rdname mx.metric.custom
#' @format NULL
#' @usage NULL
mx.metric.rmse <- builtin_metric("rmse")
#' @rdname mx.metric.custom
#' @format NULL
#' @usage NULL
mx.metric.mae <- builtin_metric("mae")
#' @rdname mx.metric.custom
#' @format NULL
#' @usage NULL
mx.metric.rmsle <- builtin_metric("rmsle")
#' @rdname mx.metric.custom
#' @format NULL
#' @usage NULL
mx.metric.Perplexity <- builtin_metric("Perplexity")
#' @rdname mx.metric.custom
#' @format NULL
#' @usage NULL
mx.metric.logloss <- builtin_metric("logloss")
#' @rdname mx.metric.custom
#' @format NULL
#' @usage NULL
mx.metric.logistic_acc <- builtin_metric("logistic_acc", "accuracy")

#' The metric of every round
#'
#' A Reference Class generator: `mx.metric.logger$new()` (or `mx.metric.logger()`) makes a logger with the numeric
#' fields `train` and `eval`. [mx.callback.log.train.metric()] fills them.
#' @field train,eval the metric's values, one for each call of the callback.
#' @format NULL
#' @usage NULL
#' @family learning
#' @examples
#' logger <- mx.metric.logger$new()
#' callback <- mx.callback.log.train.metric(1, logger)
#' logger$train
mx.metric.logger <- setRefClass("mx.metric.logger", fields = list(train = "numeric", eval = "numeric"))
