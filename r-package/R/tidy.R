# broom's verbs, registered when the package generics is there.

as_tibble_if <- function(d) {
  if (getOption("mxr.tibble", TRUE) && requireNamespace("tibble", quietly = TRUE)) tibble::as_tibble(d) else d
}

#' Models as tables
#'
#' Methods for the generics of the package generics, which broom and tidymodels export again: load one of these to call
#' them. They give tibbles where tibble is installed, data frames otherwise.
#'
#' @param x a trained model, or the result of [fit()][fit.mx.gluon.Block] with a network of Gluon.
#' @param data,new_data for [mx.mlp()] models with a formula or data frame: a data frame to predict. For others: what
#'   [predict()][predict.MXFeedForwardModel] takes as `X`, for Gluon as `newdata`. Give one of the two.
#' @param ... `augment()`: passed to `predict()`; else ignored.
#' @return
#' * `tidy()`: a row for every array of parameters: `term` (its name), `type` (`"arg"`, `"fixed"` or `"aux"`), `dim`,
#'   `parameters` (how many numbers), `mean`, `sd`, `min`, `max`.
#' * `glance()`: one row: `layers`, `parameters`, `rounds`, `nobs`, `metric`, `train`, `validation`, `seconds`.
#' * `augment()`: the data with predictions as tidymodels names them: `.pred_class` and `.pred_LEVEL` for classes, `.pred`
#'   and, where the data have the outcome, `.resid` for numbers. For models without a formula or data frame only the
#'   predictions, a row an example.
#' @examplesIf mx.available() && requireNamespace("generics", quietly = TRUE)
#' model <- mx.mlp(Species ~ ., data = iris, hidden_node = 4, num.round = 2, verbose = FALSE)
#' generics::tidy(model)
#' generics::glance(model)
#' head(generics::augment(model, iris))
#' @family models
#' @rdname model_tidy
#' @aliases model_tidy
tidy.MXFeedForwardModel <- function(x, ...) {
  x <- check_model(x, "tidy")
  args <- model_args(x)
  arrays <- c(args, x$aux.params)
  fixed <- names(attr(x, "fixed.params"))
  arrays_table(arrays, c(ifelse(names(args) %in% fixed, "fixed", "arg"), rep("aux", length(x$aux.params))))
}

#' @rdname model_tidy
tidy.MXGluonFit <- function(x, ...) {
  params <- x$net$collect_params()
  arrays <- lapply(as.list(params), function(p) p$list_data()[[1L]])
  arrays_table(arrays, as.character(unlist(.call("gfit_kinds", gl_id(x$net)))))
}

arrays_table <- function(arrays, type) {
  values <- lapply(arrays, function(a) as.vector(as.array(a)))
  number <- function(f) vapply(values, f, 0, USE.NAMES = FALSE)
  as_tibble_if(data.frame(
    term = as.character(names(arrays)), type = type,
    dim = vapply(arrays, function(a) paste(dim(a), collapse = " x "), "", USE.NAMES = FALSE),
    parameters = as.integer(lengths(values, use.names = FALSE)), mean = number(mean),
    sd = number(function(v) if (length(v) > 1) stats::sd(v) else NA_real_), min = number(min), max = number(max),
    stringsAsFactors = FALSE))
}

#' @rdname model_tidy
glance.MXFeedForwardModel <- function(x, ...) {
  x <- check_model(x, "glance")
  t <- model_table(x)
  history_row(attr(x, "history"), nrow(t$layers), t$trained + t$fixed, attr(x, "training")$examples)
}

#' @rdname model_tidy
glance.MXGluonFit <- function(x, ...) {
  facts <- .call("gfit_facts", gl_id(x$net))
  history_row(x$history, as.integer(facts$layers), facts$parameters, attr(x, "training")$examples)
}

history_row <- function(history, layers, parameters, examples) {
  last <- if (is.null(history)) list(metric = NA_character_, train = NA_real_, validation = NA_real_) else history[nrow(history), ]
  as_tibble_if(data.frame(
    layers = layers, parameters = parameters, rounds = if (is.null(history)) NA_integer_ else nrow(history),
    nobs = as.integer(examples %||% NA), metric = last$metric, train = last$train,
    validation = last$validation, seconds = if (is.null(history)) NA_real_ else sum(history$seconds), stringsAsFactors = FALSE))
}

#' @rdname model_tidy
augment.MXFeedForwardModel <- function(x, data = NULL, new_data = data, ...) {
  if (is.null(new_data)) mx_stop("augment: argument data or new_data is missing")
  if (inherits(x, "mx_mlp")) return(augment_mlp(x, new_data, ...))
  p <- predict(x, new_data, ...)
  if (length(dim(p)) != 2)
    mx_stop("augment: the model gives arrays of dim c(", paste(dim(p), collapse = ", "), "), expected one vector an example")
  d <- as.data.frame(t(p))
  names(d) <- if (ncol(d) == 1) ".pred" else paste0(".pred_", seq_len(ncol(d)) - 1L)
  if (ncol(d) > 1 && has_classes(x)) d <- cbind(.pred_class = max.col(t(p), "first") - 1L, d)
  as_tibble_if(d)
}

augment_mlp <- function(x, data, ...) {
  if (!is.data.frame(data)) data <- as.data.frame(data)
  levels <- mlp_info(x)$levels
  p <- predict(x, data, type = if (is.null(levels)) "raw" else "prob", ...)
  add_predictions(data, p, levels, if (is.null(levels)) mlp_truth(x, data))
}

#' @rdname model_tidy
augment.MXGluonFit <- function(x, data = NULL, new_data = data, ...) {
  if (is.null(new_data)) mx_stop("augment: argument data or new_data is missing")
  about <- attr(x, "training")
  levels <- about$levels
  p <- predict(x, new_data, type = if (is.null(levels)) "raw" else "prob", ...)
  if (is.null(levels)) {
    if (length(dim(p)) != 2)
      mx_stop("augment: the network gives arrays of dim c(", toString(dim(p)), "), expected one vector an example")
    p <- if (nrow(p) == 1) drop(p) else t(p)
  }
  frame <- is.data.frame(new_data)
  truth <- if (frame && is.null(levels) && !is.null(about$blueprint)) truth_of(about$blueprint, new_data)
  add_predictions(if (frame) new_data else data.frame(row.names = seq_len(NROW(p))), p, levels, truth)
}

# `p`: probabilities of classes, or numbers; an example is a row.
add_predictions <- function(data, p, levels, truth) {
  if (!is.null(levels)) {
    data$.pred_class <- class_of(p, levels)
    for (l in levels) data[[paste0(".pred_", l)]] <- p[, l]
  } else if (is.matrix(p)) {
    colnames(p) <- paste0(".pred_", colnames(p) %||% seq_len(ncol(p)))
    data <- cbind(data, p)
  } else {
    data$.pred <- p
    if (!is.null(truth)) data$.resid <- truth - p
  }
  as_tibble_if(data)
}
