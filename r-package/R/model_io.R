# Prediction, model files, serialization.

check_model <- function(model, fn) {
  if (!is.list(model) || is.null(model$symbol) && is.null(model$symbol_json)) mx_stop(fn, ": argument model must be an MXFeedForwardModel, given ", short(model))
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
    mx_stop("predict: X of dim c(", paste(dim(X), collapse = ", "), ") fits the model neither with examples in columns",
            " (colmajor) nor in rows (rowmajor)")
  }
  if (row && col) mx_stop("Cannot auto select array.layout, please specify this parameter")
  announce_layout(if (row) "rowmajor" else "colmajor")
}

predict.MXFeedForwardModel <- function(object, X, ctx = NULL, array.batch.size = 128, array.layout = "auto",
                                       allow.extra.params = FALSE, ...) {
  model <- check_model(object, "predict")
  check_count(array.batch.size, "array.batch.size", "predict")
  if (!array.layout %in% c("auto", "rowmajor", "colmajor"))
    mx_stop("array.layout must be auto, rowmajor or colmajor, given ", short(array.layout))
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
  host_result(.call("predict", sym_id(model$symbol), ctx_spec(ctx), nd_ids(model$arg.params, "arg.params", "predict"),
                    nd_ids(model$aux.params, "aux.params", "predict"), id, isTRUE(allow.extra.params)))
}

mx.model.save <- function(model, prefix, iteration) {
  model <- check_model(model, "mx.model.save")
  check_string(prefix, "prefix", "mx.model.save")
  check_count(iteration, "iteration", "mx.model.save", least = 0)
  dir <- dirname(path.expand(prefix))
  if (!dir.exists(dir)) mx_stop("mx.model.save: there is no directory ", dQuote(dir, FALSE))
  invisible(.call("model_save", sym_id(model$symbol), nd_ids(model$arg.params, "arg.params", "mx.model.save"),
                  nd_ids(model$aux.params, "aux.params", "mx.model.save"), path.expand(prefix), as.integer(iteration)))
}

mx.model.load <- function(prefix, iteration) {
  check_string(prefix, "prefix", "mx.model.load")
  check_count(iteration, "iteration", "mx.model.load", least = 0)
  prefix <- path.expand(prefix)
  for (f in c(paste0(prefix, "-symbol.json"), sprintf("%s-%04d.params", prefix, as.integer(iteration))))
    if (!file.exists(f)) mx_stop("mx.model.load: there is no file ", dQuote(f, FALSE))
  r <- .call("model_load", prefix, as.integer(iteration))
  new_model(new_symbol(r$symbol), r)
}

is.serialized <- function(model) isTRUE(model$is.serialized)

mx.serialize <- function(model) {
  if (is.serialized(model)) return(model)
  model <- check_model(model, "mx.serialize")
  structure(list(symbol_json = model$symbol$as.json(), arg.params = lapply(model$arg.params, as.array),
                 aux.params = lapply(model$aux.params, as.array), is.serialized = TRUE), class = class(model))
}

mx.unserialize <- function(model) {
  if (!is.serialized(model)) return(model)
  structure(list(symbol = mx.symbol.load.json(model$symbol_json), arg.params = lapply(model$arg.params, mx.nd.array),
                 aux.params = lapply(model$aux.params, mx.nd.array)), class = "MXFeedForwardModel")
}
