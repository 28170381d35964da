# What symbols say about themselves beyond MXNet R's members

#' Symbols as text, tables and pictures
#'
#' `summary()` lists the layers of a network; with dims of the data also those of the outputs and the numbers of
#' parameters. `format()` is one line, `as.character()` the JSON, `plot()` the drawing of [graph.viz()].
#' @param object,x a symbol; `x` may be a summary.
#' @param ... `summary()`: dims of inputs by name, in R's order, as for [mx.symbol.infer.shape()]; `plot()`: arguments
#'   of [graph.viz()]; else not used.
#' @param target,current symbols that `all.equal()` compares: as descriptions, names included.
#' @return `summary()`: a list of class `"summary.Rcpp_MXSymbol"` with `layers` (a data frame `layer`, `operator`,
#'   `output`, `parameters`, `states`), `arguments`, `outputs`, `auxiliary.states`, and `parameters`, `states`: how
#'   many there are in all, `NA` where the dims given do not tell. `format()`, `as.character()`: one string.
#'   `all.equal()`: `TRUE`, or what differs.
#' @family symbols
#' @examplesIf mx.available()
#' net <- mx.symbol.Variable("data") |>
#'   mx.symbol.FullyConnected(num_hidden = 10, name = "fc1") |>
#'   mx.symbol.Activation(act_type = "relu", name = "relu1") |>
#'   mx.symbol.FullyConnected(num_hidden = 2, name = "fc2")
#' summary(net, data = c(4, 100))
#' format(net)
#' substr(as.character(net), 1, 20)
summary.Rcpp_MXSymbol <- function(object, ...) {
  dims <- named_dims(list(...), "summary")
  found <- sym_infer_shape(object, list(...))
  layers <- .call("model_layers", sym_id(object), dims)
  own <- lapply(layers$params, function(p) setdiff(as.character(unlist(p)), names(dims)))
  sizes <- function(shapes) vapply(shapes, prod, 0)
  args <- sizes(found$arg.shapes)
  # a label is no parameter, whether or not its dim was given
  args <- args[!grepl("label$", names(args)) & !names(args) %in% names(dims)]
  states <- sizes(found$aux.shapes)
  count <- function(which) if (is.null(found)) NA_real_ else vapply(own, function(p) sum(which[intersect(p, names(which))]), 0)
  batch <- if (length(dims) && length(dims[[1]]) > 1) utils::tail(unlist(dims[[1]]), 1) else -1
  n <- sym_names(object)
  table <- data.frame(layer = as.character(unlist(layers$layer)), operator = as.character(unlist(layers$operator)),
                      output = vapply(layers$dim, layer_dim_text, "", batch = batch), stringsAsFactors = FALSE)
  table$parameters <- rep_len(count(args), nrow(table))
  table$states <- rep_len(count(states), nrow(table))
  total <- function(which) if (is.null(found)) NA_real_ else sum(which)
  structure(list(layers = table, arguments = n[[1]], outputs = n[[2]], auxiliary.states = n[[3]], parameters = total(args),
                 states = total(states), given = list(...)), class = "summary.Rcpp_MXSymbol")
}

#' @rdname summary.Rcpp_MXSymbol
print.summary.Rcpp_MXSymbol <- function(x, ...) {
  given <- vapply(x$given, function(d) paste(d, collapse = " x "), "")
  cat("MXSymbol", if (length(given)) paste0(" with ", paste(names(given), given, collapse = ", ")), "\n", sep = "")
  shown <- x$layers
  number_text <- function(v) vapply(v, function(k) if (is.na(k) || k == 0) "" else big(k), "")
  for (n in c("parameters", "states")) shown[[n]] <- number_text(shown[[n]])
  if (!any(nzchar(shown$states))) shown$states <- NULL
  if (!any(nzchar(shown$parameters))) shown$parameters <- NULL
  if (!length(given)) shown$output <- NULL
  columns <- lapply(names(shown), function(n) {
    format(c(n, shown[[n]]), justify = if (n %in% c("parameters", "states")) "right" else "left")
  })
  lines <- trimws(do.call(paste, c(columns, sep = "  ")), "right")
  rule <- strrep("-", max(nchar(lines)))
  cat(rule, lines[1], rule, lines[-1], rule, sep = "\n")
  if (!is.na(x$parameters)) {
    cat("  parameters: ", big(x$parameters), if (x$states) paste0("; auxiliary states: ", big(x$states)), "\n", sep = "")
  } else if (length(given)) {
    cat("  the dims given do not tell those of all arguments: ", toString(setdiff(x$arguments, names(given))), "\n", sep = "")
  } else {
    cat("  arguments: ", toString(x$arguments), "\n  outputs: ", toString(x$outputs), "\n", sep = "")
  }
  invisible(x)
}

#' @rdname summary.Rcpp_MXSymbol
format.Rcpp_MXSymbol <- function(x, ...) {
  n <- sym_names(x)
  few <- function(v) if (length(v) > 6) paste0(toString(v[1:5]), ", ... (", length(v), ")") else toString(v)
  sprintf("<MXSymbol %s of %s>", few(n[[2]]), few(n[[1]]))
}

#' @rdname summary.Rcpp_MXSymbol
as.character.Rcpp_MXSymbol <- function(x, ...) x$as.json()

#' @rdname summary.Rcpp_MXSymbol
plot.Rcpp_MXSymbol <- function(x, ...) graph.viz(x, ...)

#' @rdname summary.Rcpp_MXSymbol
str.Rcpp_MXSymbol <- function(object, ...) cat(" ", format(object), "\n", sep = "")

#' @rdname summary.Rcpp_MXSymbol
all.equal.Rcpp_MXSymbol <- function(target, current, ...) {
  if (!is.mx.symbol(current)) return(paste("target is an MXSymbol, current is", short(current)))
  a <- sym_names(target)
  b <- sym_names(current)
  what <- c("arguments", "outputs", "auxiliary states")
  differ <- !mapply(identical, a, b)
  if (any(differ)) return(sprintf("%s: %s, and %s", what, lapply(a, toString), lapply(b, toString))[differ])
  if (identical(target$as.json(), current$as.json())) TRUE else "the nodes or their parameters differ"
}
