# Multi-layer perceptrons: MXNet R's mx.mlp, and the same verb for formulas and data frames.

#' Multi-layer perceptron in one call
#'
#' Builds a network of fully connected layers and trains it. MXNet R's form takes an array or an iterator with labels
#' counted from 0. A formula or a data frame takes factors, missing values and scaling off your hands, and its result
#' predicts classes by name.
#'
#' @param data examples as for [mx.model.FeedForward.create()]: a numeric array (last dim: examples), a matrix of either
#'   layout, or an iterator. With a formula: the data frame.
#' @param label labels or targets; may be missing when `data` is an iterator. With a formula: the formula, so that
#'   `mx.mlp(y ~ ., data = df)` works; `mx.mlp(y ~ ., df)` does as well.
#' @param hidden_node numbers of hidden nodes, one for each hidden layer. Default 1, as in MXNet R; 10 with a formula or a
#'   data frame.
#' @param out_node number of outputs. With a formula or a data frame it follows from the outcome.
#' @param dropout share of nodes dropped while training, after the last hidden layer only; `NULL` for none.
#' @param activation activation of the hidden layers (`"relu"`, `"sigmoid"`, `"softrelu"`, `"softsign"`, `"tanh"`): one
#'   for all or one for each.
#' @param out_activation `"softmax"` (classes), `"rmse"` (numbers) or `"logistic"` (0/1). With a formula or a data frame it
#'   follows from the outcome: `"softmax"` for a factor (or character, logical), `"rmse"` for numbers.
#' @param ctx device, or list of devices.
#' @param ... passed to [mx.model.FeedForward.create()]: `num.round`, `learning.rate`, `optimizer`, `eval.metric`,
#'   callbacks, ... With a data frame of predictors: `x =` (data frame or matrix, rows are examples) and `y =`.
#' @param device MXNet R 1.0's name of `ctx`.
#' @param scale formula or data frame: whether to centre and scale numeric predictors and numeric outcomes by mean and
#'   standard deviation of the training examples. Predictions, and the metrics rmse, mae and mse, come in the outcome's
#'   own unit. With any other `eval.metric` a numeric outcome is left as it is.
#' @param validation formula or data frame: the share of examples held out of the training, drawn at random, or a data
#'   frame of further examples (with a formula). Its metric is logged and kept in the history.
#' @param na.action formula or data frame: what happens to examples with missing values, see [stats::na.omit()].
#' @param seed formula or data frame: passed to [mx.set.seed()] first. R's own `set.seed()` has no effect.
#' @details
#' With a formula or a data frame these defaults differ from those of [mx.model.FeedForward.create()], because data frames
#' are small: `optimizer = "adam"` with `learning.rate = 0.01`, `array.batch.size = 32`, `num.round = 30`,
#' `initializer = mx.init.Xavier()`, `eval.metric` accuracy or rmse. Every one may be given.
#'
#' Factors (and characters, logicals) among the predictors become dummy variables by their contrasts, through the package
#' hardhat where it is installed and through `model.matrix()` otherwise, with the same numbers.
#' @return An object of class `MXFeedForwardModel`; with a formula or data frame of class `mx_mlp`, which inherits from it
#'   and remembers formula, levels and scaling. It has methods for `print`, `predict`, `fitted`, `residuals`, `formula`,
#'   `nobs`, `update`, [coef][coef.MXFeedForwardModel], [summary][summary.MXFeedForwardModel],
#'   [as.data.frame and plot][as.data.frame.MXFeedForwardModel] and [tidy, glance, augment][tidy.MXFeedForwardModel].
#'   Coefficients are those of the scaled variables.
#' @section Errors: `Not supported yet.` (`out_activation`), `Length of activation should be M`, `only accept dropout ratio
#'   of length 1.`; missing columns, new levels and classes of columns are named.
#' @examplesIf mx.available()
#' # MXNet R's form
#' x <- matrix(runif(2 * 100), 2)
#' y <- as.numeric(x[1, ] > x[2, ])
#' model <- mx.mlp(x, y, hidden_node = 4, out_node = 2, num.round = 2, array.layout = "colmajor")
#' dim(predict(model, x, array.layout = "colmajor"))
#'
#' # a formula
#' fit <- mx.mlp(Species ~ ., data = iris, hidden_node = 8, num.round = 10, validation = 0.2,
#'   seed = 1)
#' fit
#' predict(fit, iris[c(1, 51, 101), ])
#' predict(fit, iris[c(1, 51, 101), ], type = "prob")
#'
#' # predictors and outcome
#' cars <- mx.mlp(x = mtcars[c("wt", "hp")], y = mtcars$mpg, verbose = FALSE)
#' head(residuals(cars))
#' @seealso [predict.mx_mlp()], [mx.model.FeedForward.create()]
#' @family models
mx.mlp <- function(data, label, hidden_node = 1, out_node, dropout = NULL, activation = "tanh", out_activation = "softmax",
                   ctx = mx.ctx.default(), ..., device, scale = TRUE, validation = NULL,
                   na.action = getOption("na.action"), seed = NULL) {
  if (!missing(device)) ctx <- device
  new <- new_interface(if (!missing(data)) data, if (!missing(label)) label, list(...))
  if (!is.null(new)) {
    own <- list(hidden_node = if (missing(hidden_node)) 10 else hidden_node, out_node = if (!missing(out_node)) out_node,
                dropout = dropout, activation = activation,
                out_activation = if (!missing(out_activation)) out_activation, ctx = ctx, scale = scale,
                validation = validation, na.action = na.action, seed = seed)
    return(fit_mlp(new, own, match.call()))
  }
  for (n in c("scale", "validation", "na.action", "seed")) {
    if (!do.call(missing, list(n))) mx_stop("mx.mlp: argument ", n, " goes with a formula or a data frame only, data is ", short(data))
  }
  if (missing(out_node)) mx_stop("mx.mlp: argument out_node (number of outputs) is missing")
  net <- mlp_symbol(hidden_node, out_node, dropout, activation, out_activation)
  if (missing(label)) mx.model.FeedForward.create(net, X = data, ctx = ctx, ...)
  else mx.model.FeedForward.create(net, X = data, y = label, ctx = ctx, ...)
}

mlp_symbol <- function(hidden_node, out_node, dropout, activation, out_activation) {
  m <- length(hidden_node)
  for (h in hidden_node) check_count(h, "hidden_node", "mx.mlp")
  check_count(out_node, "out_node", "mx.mlp")
  if (!is.null(dropout) && length(dropout) != 1) mx_stop("only accept dropout ratio of length 1.")
  if (length(activation) == 1) activation <- rep(activation, m)
  if (length(activation) != m) mx_stop("Length of activation should be ", m)
  act <- mx.symbol.Variable("data")
  for (i in seq_len(m)) {
    fc <- mx.symbol.FullyConnected(act, num_hidden = hidden_node[i])
    act <- mx.symbol.Activation(fc, act_type = activation[i])
    if (i == m && !is.null(dropout)) act <- mx.symbol.Dropout(act, p = dropout)
  }
  fc <- mx.symbol.FullyConnected(act, num_hidden = out_node)
  switch(out_activation,
    rmse = mx.symbol.LinearRegressionOutput(fc), softmax = mx.symbol.SoftmaxOutput(fc),
    logistic = mx.symbol.LogisticRegressionOutput(fc), mx_stop("Not supported yet."))
}

# Which of the forms a call has: list(kind, ...) for the new ones, NULL for MXNet R's. mx.mlp(y ~ ., data = df) leaves the
# formula in `label`, because `data` is taken by name.
new_interface <- function(data, label, dots) {
  place <- if (inherits(label, "formula")) "label" else if (inherits(data, "formula")) "data" else "formula"
  formula <- switch(place, label = label, data = data, dots$formula)
  if (!is.null(formula)) {
    if (!inherits(formula, "formula")) mx_stop("mx.mlp: argument formula must be a formula, given ", short(formula))
    frame <- if (inherits(data, "formula")) label else data
    return(list(kind = "formula", formula = formula, place = place, data = frame, dots = dots[setdiff(names(dots), "formula")]))
  }
  if (is.null(data) && "x" %in% names(dots) || is.data.frame(data)) {
    x <- if (is.null(data)) dots$x else data
    y <- if (!is.null(label)) label else dots$y
    if (is.null(y)) mx_stop("mx.mlp: argument y (the outcome) is missing")
    return(list(kind = "xy", x = x, y = y, dots = dots[setdiff(names(dots), c("x", "y"))]))
  }
  NULL
}

mlp_info <- function(model) attr(model, "mlp")

fit_mlp <- function(new, own, call) {
  parts <- training_parts(new, own$na.action)
  check_flag(own$scale, "scale", "mx.mlp")
  outcome <- mlp_outcome(parts$y, own)
  if (!is.null(own$seed)) mx.set.seed(own$seed)
  held <- validation_rows(own$validation, parts, outcome, new)
  train <- setdiff(seq_len(nrow(parts$x)), held$rows)
  given <- new$dots
  metric <- if ("eval.metric" %in% names(given)) given$eval.metric else outcome$metric
  scaling <- mlp_scaling(parts$x[train, , drop = FALSE], parts$dummy, outcome$target[train, , drop = FALSE],
                         outcome, metric, own$scale)
  ready <- function(x, target, rows, batch = NULL) {
    X <- t(scaled(x[rows, , drop = FALSE], scaling$x))
    y <- t(scaled(target[rows, , drop = FALSE], scaling$y))
    if (nrow(y) == 1) dim(y) <- NULL
    list(data = X, label = y)
  }
  eval.data <- given$eval.data
  if (!is.null(eval.data)) mx_stop("mx.mlp: with a formula or a data frame, give argument validation instead of eval.data")
  if (length(held$rows) || !is.null(held$x)) {
    v <- if (is.null(held$x)) ready(parts$x, outcome$target, held$rows) else ready(held$x, held$target, seq_len(nrow(held$x)))
    n <- ncol(v$data)
    eval.data <- mx.io.arrayiter(v$data, v$label, batch.size = min(n, 1024))  # one batch: the metric counts no padding
  }
  defaults <- list(num.round = 30, array.batch.size = 32, initializer = mx.init.Xavier(), optimizer = "adam")
  args <- utils::modifyList(defaults, given[setdiff(names(given), "eval.metric")])
  if (identical(args$optimizer, "adam") && !any(pmatch(names(args), "learning.rate", 0))) args$learning.rate <- 0.01
  net <- mlp_symbol(own$hidden_node, outcome$nodes, own$dropout, own$activation, outcome$activation)
  t <- ready(parts$x, outcome$target, train)
  model <- do.call(mx.model.FeedForward.create, c(
    list(net, X = t$data, y = t$label, ctx = own$ctx, eval.metric = scaled_metric(metric, scaling$y), eval.data = eval.data,
         array.layout = "colmajor"), args[setdiff(names(args), "array.layout")]))
  info <- list(call = call, formula = if (new$kind == "formula") parts$formula, place = new$place, blueprint = parts$blueprint, levels = outcome$levels,
               outputs = outcome$outputs, scaling = scaling, activation = outcome$activation, n = nrow(parts$x), held = held$rows,
               hidden = own$hidden_node, act = own$activation, na.action = parts$na.action)
  class(model) <- c("mx_mlp", "MXFeedForwardModel")
  attr(model, "mlp") <- info
  info$fitted <- mlp_predict(model, parts$x)
  info$residuals <- if (is.null(outcome$levels)) drop1(outcome$target) - info$fitted
  attr(model, "mlp") <- info
  model
}

drop1 <- function(m) if (ncol(m) == 1) as.vector(m) else m

# The outcome as numbers for the network: list(target = matrix, levels, nodes, activation, metric)
mlp_outcome <- function(y, own) {
  if (is.character(y) || is.logical(y)) y <- factor(y)
  wanted <- own$out_activation
  if (is.factor(y)) {
    if (nlevels(y) < 2) mx_stop("mx.mlp: the outcome has only the class ", dQuote(levels(y), FALSE), "; two are needed")
    if (!is.null(wanted) && wanted != "softmax")
      mx_stop("mx.mlp: out_activation ", wanted, " does not go with a factor as outcome; expected softmax")
    out <- list(target = matrix(as.integer(y) - 1), levels = levels(y), nodes = nlevels(y), activation = "softmax",
                metric = mx.metric.accuracy)
  } else {
    if (!is.numeric(y)) mx_stop("mx.mlp: the outcome must be a factor or numbers, given ", short(y))
    target <- if (is.matrix(y)) unname(y) else matrix(as.double(y))
    kind <- wanted %||% "rmse"
    if (kind == "softmax") mx_stop("mx.mlp: out_activation softmax needs a factor as outcome, given numbers; factor(y) makes one")
    if (kind == "logistic" && !all(target %in% c(0, 1))) mx_stop("mx.mlp: out_activation logistic needs outcomes of 0 and 1")
    out <- list(target = target, levels = NULL, nodes = ncol(target), activation = kind, outputs = colnames(y),
                metric = if (kind == "logistic") mx.metric.logistic_acc else mx.metric.rmse)
  }
  if (!is.null(own$out_node) && own$out_node != out$nodes)
    mx_stop("mx.mlp: argument out_node is ", own$out_node, ", but the outcome needs ", out$nodes, "; it may be left out")
  out
}

# Rows held out, or the matrices of another data frame.
validation_rows <- function(validation, parts, outcome, new) {
  if (is.null(validation)) return(list(rows = integer()))
  if (is.data.frame(validation)) {
    if (new$kind != "formula") mx_stop("mx.mlp: a data frame as validation goes with a formula; give a share such as 0.2")
    x <- forge_frame(parts$blueprint, validation, "mx.mlp (validation)")
    y <- truth_of(parts$blueprint, validation)
    if (is.null(y)) mx_stop("mx.mlp: validation lacks the outcome ", deparse(new$formula[[2]]))
    target <- if (is.null(outcome$levels)) as.matrix(y) else matrix(match(as.character(y), outcome$levels) - 1)
    ok <- stats::complete.cases(x, target)
    if (!any(ok)) mx_stop("mx.mlp: validation has no complete example with a known outcome")
    return(list(rows = integer(), x = x[ok, , drop = FALSE], target = unname(target[ok, , drop = FALSE])))
  }
  if (!is.numeric(validation) || length(validation) != 1 || is.na(validation) || validation < 0 || validation >= 1)
    mx_stop("mx.mlp: argument validation must be a share from 0 to below 1, or a data frame, given ", short(validation))
  n <- nrow(parts$x)
  k <- round(n * validation)
  if (k >= n) mx_stop("mx.mlp: validation = ", validation, " leaves no example of ", n, " to train with")
  if (k == 0) return(list(rows = integer()))
  list(rows = sort(order(as.array(mx.runif(n, 0, 1, ctx = mx.cpu())))[seq_len(k)]))
}

# Centre and spread: predictors one by one, dummies left alone; numeric outcomes by one common spread, so that errors can be
# told in their own unit.
mlp_scaling <- function(x, dummy, target, outcome, metric, scale) {
  keep <- function(k) list(center = rep(0, k), spread = rep(1, k))
  out <- list(x = keep(ncol(x)), y = keep(ncol(target)))
  if (!scale) return(out)
  spread <- function(v) {
    s <- if (length(v) > 1) stats::sd(v) else 0
    if (is.na(s) || s == 0) 1 else s
  }
  out$x$center[!dummy] <- colMeans(x[, !dummy, drop = FALSE])
  out$x$spread[!dummy] <- apply(x[, !dummy, drop = FALSE], 2, spread)
  known <- is.null(metric) || isTRUE(attr(metric, "mx.builtin") %in% c("rmse", "mae", "mse"))
  if (outcome$activation == "rmse" && known) {
    out$y$center <- colMeans(target)
    out$y$spread[] <- spread(as.vector(sweep(target, 2, out$y$center)))
  }
  out
}

scaled <- function(m, s) sweep(sweep(m, 2, s$center), 2, s$spread, "/")

scaled_metric <- function(metric, s) {
  kind <- attr(metric, "mx.builtin")
  if (is.null(kind) || all(s$spread == 1)) return(metric)
  by <- if (kind == "mse") s$spread[1]^2 else s$spread[1]
  get <- metric$get
  metric$get <- function(state) utils::modifyList(get(state), list(value = get(state)$value * by))
  metric
}

# Predictions for an encoded matrix: probabilities (rows are examples), numbers in the outcome's unit otherwise.
mlp_predict <- function(model, x, ...) {
  info <- mlp_info(model)
  p <- t(predict.MXFeedForwardModel(model, t(scaled(x, info$scaling$x)), array.layout = "colmajor", ..., type = NULL))
  if (!is.null(info$levels)) return(structure(p, dimnames = list(NULL, info$levels)))
  p <- sweep(sweep(p, 2, info$scaling$y$spread, "*"), 2, info$scaling$y$center, "+")
  if (ncol(p) == 1) as.vector(p) else structure(p, dimnames = list(NULL, info$outputs))
}
