# print, summary and coef of models.

# Dims of the inputs, R order: those of the training, or what the first weights tell.
input_dims <- function(model, given = NULL) {
  if (!is.null(given)) return(if (is.list(given)) given else list(data = given))
  known <- attr(model, "training")$input
  if (!is.null(known)) return(known)
  symbol <- one_symbol(model)
  if (!"data" %in% arguments(symbol)) return(NULL)
  layers <- .call("model_layers", sym_id(symbol), list())
  for (i in seq_along(layers$layer)) {
    if (!"data" %in% layers$params[[i]]) next
    if (layers$operator[[i]] != "FullyConnected") return(NULL)
    weight <- model_args(model)[[paste0(layers$layer[[i]], "_weight")]]
    return(if (!is.null(weight)) list(data = c(dim(weight)[1], 1L)))
  }
  NULL
}

# "28 x 28 x 1 x n": n stands for the examples; "55 x 11n" where every step of 11 has an output of its own.
layer_dim_text <- function(d, batch) {
  if (!length(d)) return("?")
  d <- as.integer(unlist(d))
  text <- as.character(d)
  last <- d[length(d)]
  if (last == batch) text[length(d)] <- "n"
  else if (batch > 1 && length(d) > 1 && last > batch && last %% batch == 0) text[length(d)] <- paste0(last / batch, "n")
  paste(text, collapse = " x ")
}

param_counts <- function(arrays) vapply(arrays, function(a) as.double(length(a)), 0)

model_table <- function(model, input = NULL) {
  dims <- input_dims(model, input)
  batch <- if (length(dims)) utils::tail(unlist(dims[[1]]), 1) else -1
  given <- c(dims, lapply(model_args(model), dim))
  layers <- .call("model_layers", sym_id(one_symbol(model)), named_dims(given, "summary"))
  args <- param_counts(model_args(model))
  aux <- param_counts(model$aux.params)
  fixed <- names(attr(model, "fixed.params"))
  own <- lapply(layers$params, function(p) as.character(unlist(p)))
  count <- function(which) vapply(own, function(p) sum(which[intersect(p, names(which))]), 0)
  list(
    input = lapply(dims, function(d) layer_dim_text(d, batch)),
    layers = data.frame(
      layer = as.character(unlist(layers$layer)), operator = as.character(unlist(layers$operator)),
      output = vapply(layers$dim, layer_dim_text, "", batch = batch), parameters = count(args), states = count(aux),
      fixed = vapply(own, function(p) any(p %in% fixed), NA), stringsAsFactors = FALSE),
    trained = sum(args[setdiff(names(args), fixed)]), fixed = sum(args[fixed]), states = sum(aux))
}

result_line <- function(history) {
  if (is.null(history)) return(NULL)
  last <- history[nrow(history), ]
  value <- function(which, v) if (!is.na(v)) paste0(", ", which, " ", last$metric, " ", format(v, digits = 4))
  paste0(nrow(history), ngettext(nrow(history), " round", " rounds"), value("train", last$train),
         value("validation", last$validation))
}

big <- function(n) format(n, big.mark = ",", decimal.mark = ".", scientific = FALSE, trim = TRUE)

#' What a model is made of
#'
#' `print()` says in a few lines what a model takes and gives and how its training went. `summary()` lists its layers with
#' the dims of their outputs and the number of their parameters. `coef()` gives the parameters as R arrays.
#'
#' @param x,object a model from [mx.model.FeedForward.create()], [mx.mlp()] or [mx.model.load()]; `x` may be its summary.
#' @param input.shape dims of the input in R order, examples last, or a named list of such; by default those of the
#'   training. Only needed for models from files whose first layer does not tell (convolutions).
#' @param ... ignored.
#' @return `print()`: its argument, invisibly. `summary()`: a list of class `summary.MXFeedForwardModel` with `layers`
#'   (a data frame: `layer`, `operator`, `output`, `parameters`, `states`, `fixed`), `input`, `trained`, `fixed` and
#'   `states` (numbers of parameters trained, held fixed by `fixed.param`, and of auxiliary states), `training` (the last
#'   line of the history) and `history`. `n` in dims stands for the examples, `?` for what is not known.
#'   `coef()`: a named list of numeric arrays in R's order of dims, fixed parameters included.
#' @section MXNet R: had no such methods, and printed a model as a list. `print(unclass(model))` still does.
#' @examplesIf mx.available()
#' x <- matrix(runif(40 * 4), 4)
#' y <- as.numeric(x[1, ] > x[2, ])
#' model <- mx.mlp(x, y, hidden_node = 4, out_node = 2, num.round = 3, array.layout = "colmajor",
#'                 eval.metric = mx.metric.accuracy, verbose = FALSE)
#' model
#' summary(model)
#' str(coef(model))
#' @family models
#' @rdname model_summary
#' @aliases model_summary
print.MXFeedForwardModel <- function(x, ...) {
  if (is.serialized(x)) {
    cat("Serialized MXFeedForwardModel; mx.unserialize() restores it\n")
    return(invisible(x))
  }
  t <- model_table(x)
  cat("MXFeedForwardModel\n")
  cat_inputs(t)
  cat("  layers: ", layer_text(t$layers$operator), "\n", sep = "")
  last <- utils::tail(t$layers$output, 1)
  if (length(last) && last != "?") cat("  output: ", last, "\n", sep = "")
  cat_totals(t)
  line <- result_line(attr(x, "history"))
  if (!is.null(line)) cat("  trained: ", line, "\n", sep = "")
  invisible(x)
}

# The layers in a row, or how many of each where that is too long.
layer_text <- function(operators) {
  if (!length(operators)) return("none")
  if (length(operators) <= 8) return(paste(operators, collapse = " - "))
  n <- table(factor(operators, unique(operators)))
  paste0(length(operators), ": ", paste(ifelse(n > 1, paste(n, names(n)), names(n)), collapse = ", "))
}

cat_inputs <- function(t) {
  if (length(t$input)) cat("  input:  ", paste(names(t$input), unlist(t$input), collapse = ", "), "\n", sep = "")
}

cat_totals <- function(t) {
  cat("  parameters: ", big(t$trained + t$fixed), if (t$fixed) paste0(", of these ", big(t$fixed), " fixed"),
      if (t$states) paste0("; auxiliary states: ", big(t$states)), "\n", sep = "")
}

#' @rdname model_summary
summary.MXFeedForwardModel <- function(object, input.shape = NULL, ...) {
  object <- check_model(object, "summary")
  history <- attr(object, "history")
  structure(c(model_table(object, input.shape), list(training = result_line(history), history = history)),
            class = "summary.MXFeedForwardModel")
}

#' @rdname model_summary
print.summary.MXFeedForwardModel <- function(x, ...) {
  cat("MXFeedForwardModel\n")
  cat_inputs(x)
  l <- x$layers
  shown <- data.frame(layer = l$layer, operator = l$operator, output = l$output,
                      parameters = ifelse(l$parameters > 0, big(l$parameters), ""), stringsAsFactors = FALSE)
  if (any(l$states > 0)) shown$states <- ifelse(l$states > 0, big(l$states), "")
  if (any(l$fixed)) shown$fixed <- ifelse(l$fixed, "yes", "")
  right <- c("parameters", "states")
  columns <- lapply(names(shown), function(n) {
    format(c(n, shown[[n]]), justify = if (n %in% right) "right" else "left")
  })
  lines <- do.call(paste, c(columns, sep = "  "))
  rule <- strrep("-", max(nchar(lines)))
  cat(rule, trimws(lines[1], "right"), rule, trimws(lines[-1], "right"), rule, sep = "\n")
  cat_totals(x)
  if (!is.null(x$training)) cat("  trained: ", x$training, "\n", sep = "")
  invisible(x)
}

#' @rdname model_summary
coef.MXFeedForwardModel <- function(object, ...) lapply(model_args(check_model(object, "coef")), as.array)

#' @rdname model_summary
nobs.MXFeedForwardModel <- function(object, ...) {
  attr(object, "training")$examples %||%
    mx_stop("nobs: the number of examples is not known (a loaded model, or an iterator written in R)")
}
