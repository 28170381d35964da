# broom's verbs, registered when the package generics is there.

as_tibble_if <- function(d) {
  if (getOption("mxr.tibble", TRUE) && requireNamespace("tibble", quietly = TRUE)) tibble::as_tibble(d) else d
}

#' Models as tables
#'
#' Methods for the generics of the package generics, which broom and tidymodels export again: load one of these to call
#' them. They give tibbles where tibble is installed, data frames otherwise.
#'
#' @param x a trained model.
#' @param data,new_data for [mx.mlp()] models with a formula or data frame: a data frame to predict. For others: what
#'   [predict()][predict.MXFeedForwardModel] takes as `X`. Give one of the two.
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
  values <- lapply(arrays, function(a) as.vector(as.array(a)))
  number <- function(f) vapply(values, f, 0, USE.NAMES = FALSE)
  fixed <- names(attr(x, "fixed.params"))
  as_tibble_if(data.frame(
    term = as.character(names(arrays)),
    type = c(ifelse(names(args) %in% fixed, "fixed", "arg"), rep("aux", length(x$aux.params))),
    dim = vapply(arrays, function(a) paste(dim(a), collapse = " x "), "", USE.NAMES = FALSE),
    parameters = as.integer(lengths(values, use.names = FALSE)), mean = number(mean),
    sd = number(function(v) if (length(v) > 1) stats::sd(v) else NA_real_), min = number(min), max = number(max),
    stringsAsFactors = FALSE))
}

#' @rdname model_tidy
glance.MXFeedForwardModel <- function(x, ...) {
  x <- check_model(x, "glance")
  t <- model_table(x)
  history <- attr(x, "history")
  last <- if (is.null(history)) list(metric = NA_character_, train = NA_real_, validation = NA_real_) else history[nrow(history), ]
  as_tibble_if(data.frame(
    layers = nrow(t$layers), parameters = t$trained + t$fixed, rounds = if (is.null(history)) NA_integer_ else nrow(history),
    nobs = as.integer(attr(x, "training")$examples %||% NA), metric = last$metric, train = last$train,
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
  if (is.null(levels)) {
    p <- predict(x, data, type = "raw", ...)
    if (is.matrix(p)) {
      colnames(p) <- paste0(".pred_", colnames(p) %||% seq_len(ncol(p)))
      return(as_tibble_if(cbind(data, p)))
    }
    data$.pred <- p
    truth <- mlp_truth(x, data)
    if (!is.null(truth)) data$.resid <- truth - p
    return(as_tibble_if(data))
  }
  prob <- predict(x, data, type = "prob", ...)
  data$.pred_class <- class_of(prob, levels)
  for (l in levels) data[[paste0(".pred_", l)]] <- prob[, l]
  as_tibble_if(data)
}
