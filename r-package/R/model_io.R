# Prediction, model files, serialization.

check_model <- function(model, fn) {
  if (!is.list(model) || is.null(model$symbol) && is.null(model$symbol_json))
    mx_stop(fn, ": argument model must be an MXFeedForwardModel, given ", short(model))
  if (is.serialized(model)) mx.unserialize(model) else model
}

# Which layout of a matrix fits the parameters, by shape inference.
predict_layout <- function(model, X) {
  fits <- function(width) {
    shapes <- tryCatch(sym_infer_shape(model$symbol, list(data = c(width, 1))), mxr_error = function(e) NULL)
    if (is.null(shapes)) return(FALSE)
    common <- intersect(names(model$arg.params), names(shapes$arg.shapes))
    all(vapply(common, function(n) identical(dim(model$arg.params[[n]]), shapes$arg.shapes[[n]]), NA))
  }
  row <- fits(ncol(X))
  col <- fits(nrow(X))
  if (!row && !col) {
    mx_stop("Cannot auto select array.layout, please specify this parameter: X of dim c(", paste(dim(X), collapse = ", "),
            ") fits the model neither with examples in columns",
            " (colmajor) nor in rows (rowmajor)")
  }
  if (row && col) mx_stop("Cannot auto select array.layout, please specify this parameter")
  announce_layout(if (row) "rowmajor" else "colmajor")
}

#' Predict with a model
#'
#' Runs the network over new examples and gives its first output. Without `type` the result has MXNet R's layout: the last
#' dim counts the examples.
#'
#' @param object a model, trained, loaded or put together by hand: any list of class `MXFeedForwardModel` with `symbol`,
#'   `arg.params`, `aux.params`. Serialized ones are restored first.
#' @param X numeric array whose last dim counts the examples, a matrix of either layout, or a data iterator (its labels
#'   are ignored, its padding is cut off).
#' @param ctx device; `NULL` is the default one.
#' @param array.batch.size examples computed at a time, for arrays.
#' @param array.layout for matrices: `"colmajor"` (examples are columns), `"rowmajor"` (examples are rows), or `"auto"`,
#'   which tries both against the parameters.
#' @param allow.extra.params whether parameters that the symbol does not have are ignored.
#' @param ... ignored, but for `newdata`, which is taken as `X` where that is missing.
#' @param type `NULL`: MXNet R's layout. `"prob"`: probabilities, a row an example. `"class"`: the class of each example,
#'   counted from 0 as the labels were. `"raw"`: what the network gives, with the examples as the first dim.
#' @return An array. A classifier gives `c(nclass, nexample)`, so `max.col(t(p)) - 1` are the labels; regression gives
#'   `c(1, nexample)`. With `type` see there.
#' @section Warnings and errors: `array.layout = "auto"` says which layout it took by a warning, as MXNet R does, and raises
#'   `Cannot auto select array.layout, please specify this parameter` where both fit or
#'   neither does.
#' @section Models with fixed parameters: MXNet R leaves parameters named in `fixed.param` out of `arg.params`, so that its
#'   `predict()` fails until they are put back. Here the model remembers them in `attr(model, "fixed.params")`; `predict()`,
#'   [mx.model.save()] and [mx.serialize()] use them.
#' @section Recurrent networks: models of [mx.model.buckets()] predict as [mx.infer.rnn()] does. Arrays have dim
#'   `c(length, examples)` or `c(features, length, examples)`, and zeros at the end of a sequence are padding.
#' @examplesIf mx.available()
#' x <- matrix(runif(2 * 50), 2)
#' y <- as.numeric(x[1, ] > x[2, ])
#' model <- mx.mlp(x, y, hidden_node = 4, out_node = 2, num.round = 2,
#'   array.layout = "colmajor", verbose = FALSE)
#' p <- predict(model, x, array.layout = "colmajor")
#' dim(p)
#' table(max.col(t(p)) - 1, predict(model, x, array.layout = "colmajor", type = "class"))
#' @family models
predict.MXFeedForwardModel <- function(object, X, ctx = NULL, array.batch.size = 128, array.layout = "auto",
                                       allow.extra.params = FALSE, ..., type = NULL) {
  model <- check_model(object, "predict")
  if (!is.null(type)) check_type(type)
  check_count(array.batch.size, "array.batch.size", "predict")
  check_layout(array.layout)
  if (missing(X)) {
    X <- list(...)$newdata
    if (is.null(X)) mx_stop("predict: argument X (the examples) is missing")
  }
  if (is_recurrent(model)) return(predict_recurrent(model, X, ctx, array.batch.size, array.layout, type))
  if (!is_iter(X)) {
    X <- numbers(X, "X", "predict")
    if (is.null(dim(X))) dim(X) <- length(X)
    if (length(dim(X)) == 2) {
      layout <- if (array.layout == "auto") predict_layout(model, X) else array.layout
      if (layout == "rowmajor") X <- t(X)
    }
    n <- dim(X)[length(dim(X))]
    if (is.null(the$transport)) bind()
    id <- .call("predict_iter", the$transport$to_python(X), dim_of(X), as.integer(min(n, array.batch.size)))
    data <- handle_env(id, "iterator", 4 * length(X))
    on.exit(release_now(data))
  } else {
    id <- iter_spec(X, "X", "predict")
  }
  out <- host_result(.call("predict", sym_id(model$symbol), ctx_spec(ctx), named_ids(model_args(model), "arg.params", "predict"),
                           named_ids(model$aux.params, "aux.params", "predict"), id, isTRUE(allow.extra.params)))
  if (is.null(type)) out else by_example(out, type, model)
}

NUMBER_HEADS <- c("LinearRegressionOutput", "MAERegressionOutput")

has_classes <- function(model) !.call("model_head", sym_id(model$symbol)) %in% NUMBER_HEADS

# The output with examples first; probabilities and classes where the network gives them.
by_example <- function(out, type, model) {
  d <- dim(out) %||% length(out)
  k <- length(d)
  first <- if (k > 1) aperm(out, c(k, seq_len(k - 1))) else out
  if (type == "raw") return(first)
  head <- .call("model_head", sym_id(one_symbol(model)))
  if (head %in% NUMBER_HEADS || k != 2)
    mx_stop("predict: type ", dQuote(type, FALSE), " needs a model of classes, this one ends in ", head, " and gives dim c(",
            paste(d, collapse = ", "), "); type = \"raw\" gives its numbers")
  # one output is the probability of the second of two classes
  prob <- if (ncol(first) == 1) cbind(1 - first, first) else first
  colnames(prob) <- seq_len(ncol(prob)) - 1L
  if (type == "prob" && (min(prob) < 0 || any(abs(rowSums(prob) - 1) > 1e-3)))
    mx_stop("predict: the outputs of ", head, " are no probabilities (they do not add up to 1); type = \"raw\" gives them")
  if (type == "prob") prob else max.col(unname(prob), "first") - 1L
}

#' Model files
#'
#' `mx.model.save()` writes the files that every language of MXNet reads: `PREFIX-symbol.json` and
#' `PREFIX-0001.params`. `mx.model.load()` reads them. Both files are complete before they get their names, so that an
#' interrupted save leaves the old ones.
#'
#' @param model a model.
#' @param prefix path without the endings; its directory must exist.
#' @param iteration number in the file's name, usually the round. May be a double.
#' @return `mx.model.save()`: `NULL`, invisibly. `mx.model.load()`: a model of class `MXFeedForwardModel`, without
#'   training history, for which the files have no place ([mx.serialize()] and `saveRDS()` keep it).
#' @section Errors: a directory or file that is not there, and damaged files, are named.
#' @section MXNet R: did not save parameters held fixed by `fixed.param`, so that what was loaded could not predict. They
#'   are saved here.
#' @examplesIf mx.available()
#' x <- matrix(runif(2 * 50), 2)
#' y <- as.numeric(x[1, ] > x[2, ])
#' model <- mx.mlp(x, y, hidden_node = 4, out_node = 2, num.round = 2,
#'   array.layout = "colmajor", verbose = FALSE)
#' prefix <- file.path(tempdir(), "example")
#' mx.model.save(model, prefix, 2)
#' dir(tempdir(), "^example")
#' mx.model.load(prefix, 2)
#' @family models
mx.model.save <- function(model, prefix, iteration) {
  model <- check_model(model, "mx.model.save")
  if (!is.mx.symbol(model$symbol)) {
    mx_stop("mx.model.save: this model has a symbol for each bucket (", paste(names(model$symbol), collapse = ", "),
            "); choose one to save: model$symbol <- model$symbol[[\"", names(model$symbol)[1], "\"]]")
  }
  check_string(prefix, "prefix", "mx.model.save")
  check_count(iteration, "iteration", "mx.model.save", least = 0)
  if (inherits(model, "mx_mlp")) {
    message("mx.model.save: the files hold the network, not the formula, levels and scaling of its data; saveRDS() keeps all")
  }
  dir <- dirname(path.expand(prefix))
  if (!dir.exists(dir)) mx_stop("mx.model.save: there is no directory ", dQuote(dir, FALSE))
  invisible(.call("model_save", sym_id(model$symbol), named_ids(model_args(model), "arg.params", "mx.model.save"),
                  named_ids(model$aux.params, "aux.params", "mx.model.save"), path.expand(prefix), as.integer(iteration)))
}

#' @rdname mx.model.save
mx.model.load <- function(prefix, iteration) {
  check_string(prefix, "prefix", "mx.model.load")
  check_count(iteration, "iteration", "mx.model.load", least = 0)
  prefix <- path.expand(prefix)
  for (f in c(paste0(prefix, "-symbol.json"), sprintf("%s-%04d.params", prefix, as.integer(iteration))))
    if (!file.exists(f)) mx_stop("mx.model.load: there is no file ", dQuote(f, FALSE))
  r <- .call("model_load", prefix, as.integer(iteration))
  new_model(new_symbol(r$symbol), r)
}

#' Models as plain R objects
#'
#' `mx.serialize()` turns a model into a list of R arrays and a JSON text, `mx.unserialize()` back. Models survive
#' `saveRDS()` and `save()` as they are; a serialized one can also be read where mxr is not installed.
#'
#' @param model a model, serialized or not; what is so already is returned unchanged.
#' @return `mx.serialize()`: a list `symbol_json`, `arg.params`, `aux.params` (R arrays), `is.serialized = TRUE`, of the
#'   model's class; the training history and what [mx.mlp()] remembers stay with it as attributes. `mx.unserialize()`: the
#'   model. `is.serialized()`: `TRUE` or `FALSE`.
#' @examplesIf mx.available()
#' x <- matrix(runif(2 * 50), 2)
#' y <- as.numeric(x[1, ] > x[2, ])
#' model <- mx.mlp(x, y, hidden_node = 4, out_node = 2, num.round = 2,
#'   array.layout = "colmajor", verbose = FALSE)
#' s <- mx.serialize(model)
#' names(s)
#' is.serialized(s)
#' mx.unserialize(s)
#' @family models
mx.serialize <- function(model) {
  if (is.serialized(model)) return(model)
  model <- check_model(model, "mx.serialize")
  with_attributes(list(symbol_json = model$symbol$as.json(), arg.params = lapply(model$arg.params, plain_array),
                       aux.params = lapply(model$aux.params, plain_array), is.serialized = TRUE), model, plain_array)
}

#' @rdname mx.serialize
mx.unserialize <- function(model) {
  if (!is.serialized(model)) return(check_model(model, "mx.unserialize"))
  with_attributes(list(symbol = mx.symbol.load.json(model$symbol_json), arg.params = lapply(model$arg.params, from_plain),
                       aux.params = lapply(model$aux.params, from_plain)), model, from_plain)
}

#' @rdname mx.serialize
is.serialized <- function(model) is.list(model) && isTRUE(model$is.serialized)

# R's arrays do not say their type on the engine: what is not float32 keeps it as an attribute.
plain_array <- function(a) {
  type <- nd_facts(a)$dtype
  out <- as.array(a)
  if (type != "float32") attr(out, "dtype") <- type
  out
}

from_plain <- function(a) {
  type <- attr(a, "dtype") %||% "float32"
  attr(a, "dtype") <- NULL
  mx.nd.array(a, dtype = type)
}

with_attributes <- function(parts, model, turn) {
  kept <- attributes(model)
  kept$names <- names(parts)
  if (!is.null(kept$fixed.params)) kept$fixed.params <- lapply(kept$fixed.params, turn)
  attributes(parts) <- kept
  parts
}
