# Metrics: lists of closures of class "mx.metric"; the value is the mean over batches. Built-in ones carry their name in
# the attribute mx.builtin: the training loop then computes them without coming back to R.

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

builtin_metric <- function(builtin, name = builtin) {
  force(builtin)
  m <- mx.metric.custom(name, function(label, pred) .call("metric_value", builtin, as_nd_id(label), as_nd_id(pred)))
  attr(m, "mx.builtin") <- builtin
  m
}

as_nd_id <- function(x) nd_id(if (inherits(x, "MXNDArray")) x else mx.nd.array(x))

mx.metric.accuracy <- builtin_metric("accuracy")
mx.metric.top_k_accuracy <- builtin_metric("top_k_accuracy")
mx.metric.mse <- builtin_metric("mse")
mx.metric.rmse <- builtin_metric("rmse")
mx.metric.mae <- builtin_metric("mae")
mx.metric.rmsle <- builtin_metric("rmsle")
mx.metric.Perplexity <- builtin_metric("Perplexity")
mx.metric.logloss <- builtin_metric("logloss")
mx.metric.logistic_acc <- builtin_metric("logistic_acc", "accuracy")

mx.metric.logger <- setRefClass("mx.metric.logger", fields = list(train = "numeric", eval = "numeric"))
