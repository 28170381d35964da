# "Rcpp_MXSymbol": a Reference Class with MXNet R's members; the handle is in the field .h.

#' Symbols
#'
#' A network before it has data: made by [mx.symbol.Variable()], the `mx.symbol.*` functions and arithmetic.
#'
#' Fields (no parentheses): `$arguments`, `$outputs`, `$auxiliary.states` are character vectors; `$attributes` is a
#' named list of strings that may be assigned (`x$attributes$mood <- "calm"`).
#'
#' Methods: `$as.json()`, `$debug.str()`, `$save(filename)`, `$get.internals()`, `$get.children()`, `$get.output(i)` and
#' `x[[i]]` (counted from 1, or by name), `$infer.shape(list(...))`, `$apply(list(...))`.
#'
#' A symbol prints as in MXNet R. [summary()][summary.Rcpp_MXSymbol] lists its layers, [graph.viz()] draws it.
#'
#' Arithmetic: `+ - * / ^ %%` of symbols of the same dim, or of a symbol and a number, and `-x`; `%/%` is `%%`, as in
#' MXNet R.
#' Comparisons give 0 and 1.
#' @param x any object; for `[[` a symbol.
#' @param i number of an output, from 1, or its name.
#' @param e1,e2 symbols or numbers.
#' @param ... not used.
#' @return `is.mx.symbol()`: `TRUE` or `FALSE`; the others: a symbol.
#' @family symbols
#' @examplesIf mx.available()
#' net <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 3, name = "fc")
#' net$arguments
#' internals(net)[["fc_output"]]$outputs
#' half <- net / 2
#' is.mx.symbol(half)
#' @name is.mx.symbol
#' @aliases Rcpp_MXSymbol Rcpp_MXSymbol-class
NULL

# class() of the original prints attr(,"package") ".GlobalEnv"
MXSymbolClass <- setRefClass("Rcpp_MXSymbol", package = ".GlobalEnv",
  fields = list(
    .h = "environment",
    arguments = function(value) {
      if (!missing(value)) mx_stop("$arguments cannot be assigned")
      sym_names(.self)[[1]]
    },
    outputs = function(value) {
      if (!missing(value)) mx_stop("$outputs cannot be assigned")
      sym_names(.self)[[2]]
    },
    auxiliary.states = function(value) {
      if (!missing(value)) mx_stop("$auxiliary.states cannot be assigned")
      sym_names(.self)[[3]]
    },
    attributes = function(value) {
      if (missing(value)) return(.call("sym_attributes", live_id(.h)))
      ok <- vapply(value, function(v) is.character(v) && length(v) == 1, NA)
      if (!all(ok)) mx_stop("Attribute values must be characters.")
      .call("sym_set_attributes", live_id(.h), as.list(value))
    }
  ),
  methods = list(
    as.json = function() .call("sym_json", live_id(.h)),
    debug.str = function() .call("sym_debug", live_id(.h)),
    save = function(filename) invisible(mx.symbol.save(.self, filename)),
    get.internals = function() new_symbol(.call("sym_internals", live_id(.h))),
    get.children = function() mx_children(.self),
    get.output = function(index) sym_output(.self, index),
    infer.shape = function(shapes) sym_infer_shape(.self, shapes),
    apply = function(kwargs) sym_apply(.self, kwargs),
    copy = function(shallow = FALSE) mx.symbol.load.json(as.json()),
    show = function() cpp_show(.h, "MXSymbol")
  ))

new_symbol <- function(id) MXSymbolClass$new(.h = handle_env(id, "symbol"))

#' @rdname is.mx.symbol
is.mx.symbol <- function(x) inherits(x, "Rcpp_MXSymbol")

sym_output <- function(x, index) {
  if (!(is.numeric(index) || is.character(index)) || length(index) != 1L || is.na(index))
    mx_stop("the index of a symbol must be the number of an output, counted from 1, or its name; given ", short(index))
  new_symbol(.call("sym_output", sym_id(x), index))
}

sym_id <- function(x, arg = "symbol", fn = NULL) {
  if (!is.mx.symbol(x)) mx_stop(if (!is.null(fn)) paste0(fn, ": "), "argument ", arg, " must be an MXSymbol, given ", short(x))
  live_id(x$.h)
}

# list(arguments, outputs, auxiliary states), each a character vector
sym_names <- function(x) lapply(.call("sym_names", sym_id(x)), function(v) as.character(unlist(v)))

only_symbol <- function(x) if (!is.mx.symbol(x)) mx_stop("only for MXSymbol type")

#' Parts and names of a symbol
#'
#' @param x a symbol.
#' @return `arguments()`, `outputs()`: names of its inputs and parameters, and of its outputs. `internals()`: a symbol
#'   whose outputs are those of all its nodes, to cut a network open: `internals(net)[["fc1_output"]]`. `children()`:
#'   the inputs of its last node as one symbol, `NULL` for a variable.
#' @section Errors: `only for MXSymbol type`.
#' @family symbols
#' @examplesIf mx.available()
#' net <- mx.symbol.Activation(mx.symbol.Variable("data"), act_type = "relu", name = "relu1")
#' arguments(net)
#' outputs(net)
#' outputs(internals(net))
#' outputs(children(net))
arguments <- function(x) {
  only_symbol(x)
  sym_names(x)[[1]]
}

#' @rdname arguments
outputs <- function(x) {
  only_symbol(x)
  sym_names(x)[[2]]
}

#' @rdname arguments
internals <- function(x) {
  only_symbol(x)
  x$get.internals()
}

#' @rdname arguments
children <- function(x) {
  only_symbol(x)
  mx_children(x)
}

mx_children <- function(x) {
  id <- .call("sym_children", sym_id(x))
  if (is.null(id)) NULL else new_symbol(id)
}

#' @rdname is.mx.symbol
`[[.Rcpp_MXSymbol` <- function(x, i, ...) x$get.output(i)

#' Variables
#'
#' Inputs, labels and parameters of networks by name. Parameters that are not given are variables `<name>_weight` and
#' so on by themselves.
#' @param name its name.
#' @return a symbol.
#' @family symbols
#' @examplesIf mx.available()
#' data <- mx.symbol.Variable("data")
#' shared <- mx.symbol.Variable("shared_weight")
#' net <- mx.symbol.FullyConnected(data, weight = shared, num_hidden = 3, name = "fc")
#' net$arguments
mx.symbol.Variable <- function(name) new_symbol(.call("sym_variable", check_string(name, "name", "mx.symbol.Variable")))

flat_symbols <- function(args, fn) {
  if (!is.list(args)) mx_stop(fn, ": expected symbols, given ", short(args))
  out <- list()
  for (a in args) {
    if (is.mx.symbol(a)) out[[length(out) + 1L]] <- a
    else if (is.list(a)) out <- c(out, flat_symbols(a, fn))
    else mx_stop(fn, ": expected symbols, given ", short(a))
  }
  out
}

#' Several symbols as one
#'
#' @param ... symbols, or a list of them.
#' @return a symbol with the outputs of all of them.
#' @family symbols
#' @examplesIf mx.available()
#' a <- mx.symbol.Variable("a")
#' mx.symbol.Group(a, a * 2)$outputs
mx.symbol.Group <- function(...) {
  symbols <- flat_symbols(list(...), "mx.symbol.Group")
  if (!length(symbols)) mx_stop("mx.symbol.Group: no symbol given")
  new_symbol(.call("sym_group", lapply(symbols, sym_id)))
}

#' Join symbols along an axis
#'
#' @param data a list of symbols (`c(a, b)` is one).
#' @param num.args how many there are; counted where it is not given.
#' @param dim the axis, a number of the backend as in MXNet R: 0 is the last R dim, 1 (the default) the last but one.
#' @param name name of the node.
#' @param ... for `mx.symbol.Concat()`, which is deprecated and says so in a warning: the symbols.
#' @return a symbol.
#' @family symbols
#' @examplesIf mx.available()
#' a <- mx.symbol.Variable("a")
#' b <- mx.symbol.Variable("b")
#' both <- mx.symbol.concat(list(a, b), num.args = 2, dim = 1)
#' mx.symbol.infer.shape(both, a = c(2, 5), b = c(3, 5))$out.shapes
mx.symbol.concat <- function(data, num.args, dim = NULL, name = NULL) {
  symbols <- flat_symbols(if (is.mx.symbol(data)) list(data) else data, "mx.symbol.concat")
  if (missing(num.args)) num.args <- length(symbols)
  sym_op("concat", list(), symbols, list(num_args = num.args, dim = dim), name)
}

#' @rdname mx.symbol.concat
mx.symbol.Concat <- function(..., num.args = NULL, dim = NULL, name = NULL) {
  warning("mx.symbol.Concat is deprecated. Use mx.symbol.concat instead.")
  dots <- list(...)
  if ("data" %in% names(dots)) dots <- c(dots$data, dots[names(dots) != "data"])
  symbols <- flat_symbols(dots, "mx.symbol.Concat")
  sym_op("Concat", list(), symbols, list(num_args = num.args %||% length(symbols), dim = dim), name)
}

#' The smaller of two
#'
#' Element by element, as in MXNet R, and not the minimum over axes (`mx.symbol.max` is the maximum over axes).
#' @param e1,e2 two symbols, or a symbol and a number.
#' @return a symbol.
#' @family symbols
#' @examplesIf mx.available()
#' mx.symbol.min(mx.symbol.Variable("a"), 3)$arguments
mx.symbol.min <- function(e1, e2) {
  a <- is.mx.symbol(e1)
  b <- is.mx.symbol(e2)
  if (a && b) return(sym_op("_Minimum", list(), list(e1, e2), list(), NULL))
  scalar <- if (a) e2 else e1
  if (!(a || b) || !is.numeric(scalar) || length(scalar) != 1)
    mx_stop("mx.symbol.min: arguments e1 and e2 must be two symbols, or a symbol and one number, given ", short(scalar))
  sym_op("_MinimumScalar", list(), list(if (a) e1 else e2), list(scalar = scalar), NULL)
}

#' Put symbols in the place of variables
#'
#' @param x a symbol. It stays as it is.
#' @param ... symbols by the names of the variables that they replace.
#' @param name name of the result's last node.
#' @return a symbol.
#' @family symbols
#' @examplesIf mx.available()
#' first <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), name = "fc1", num_hidden = 10)
#' second <- mx.symbol.FullyConnected(name = "fc2", num_hidden = 2)
#' mx.apply(second, fc2_data = first, name = "both")$arguments
mx.apply <- function(x, ..., name = NULL) {
  only_symbol(x)
  sym_apply(x, c(list(...), if (!is.null(name)) list(name = name)))
}

sym_apply <- function(x, kwargs) {
  name <- kwargs$name
  kwargs$name <- NULL
  if (!is.null(name)) check_string(name, "name", "mx.apply")
  bad <- !vapply(kwargs, is.mx.symbol, NA)
  if (any(bad)) mx_stop("mx.apply: ", names(kwargs)[bad][1], " must be a symbol, given ", short(kwargs[[which(bad)[1]]]))
  new_symbol(.call("sym_apply", sym_id(x), name, lapply(kwargs, sym_id)))
}

named_dims <- function(x, fn) {
  if (length(x) && (is.null(names(x)) || any(names(x) == ""))) mx_stop("Need to pass parameters in key=value style.")
  x <- x[!vapply(x, is.null, NA)]
  structure(lapply(names(x), function(n) as.list(check_dim(x[[n]], n, fn))), names = names(x))
}

sym_infer_shape <- function(symbol, shapes) {
  r <- .call("sym_infer_shape", sym_id(symbol), named_dims(shapes, "mx.symbol.infer.shape"))
  if (is.null(r)) return(NULL)
  r <- lapply(r, function(part) lapply(part, as.integer))
  names(r) <- c("arg.shapes", "out.shapes", "aux.shapes")
  r
}

#' Dims of everything in a network
#'
#' @param symbol a symbol.
#' @param ... dims of some arguments by name, in R's order: `data = c(28, 28, 1, 100)`.
#' @return a list `arg.shapes`, `out.shapes`, `aux.shapes` of named lists of dims in R's order, or `NULL` where the
#'   dims given do not tell all. Dims that contradict each other are an error.
#' @section Errors: `Need to pass parameters in key=value style.`
#' @family symbols
#' @examplesIf mx.available()
#' net <- mx.symbol.FullyConnected(mx.symbol.Variable("data"), num_hidden = 3, name = "fc")
#' str(mx.symbol.infer.shape(net, data = c(4, 100)))
mx.symbol.infer.shape <- function(symbol, ...) {
  only_symbol(symbol)
  sym_infer_shape(symbol, list(...))
}

#' Symbols as JSON
#'
#' The form that all MXNet languages read and write.
#' @param symbol a symbol.
#' @param filename path of the file; `~` is expanded.
#' @param str JSON as one string, as `symbol$as.json()` gives it.
#' @return `mx.symbol.save()`: nothing, invisibly; the others: a symbol.
#' @family symbols
#' @examplesIf mx.available()
#' net <- mx.symbol.Variable("a") + 1
#' file <- tempfile(fileext = ".json")
#' mx.symbol.save(net, file)
#' mx.symbol.load(file)$arguments
#' mx.symbol.load.json(net$as.json())$arguments
mx.symbol.save <- function(symbol, filename) {
  only_symbol(symbol)
  invisible(.call("sym_save", sym_id(symbol), path.expand(check_string(filename, "filename", "mx.symbol.save"))))
}

#' @rdname mx.symbol.save
mx.symbol.load <- function(filename) {
  check_string(filename, "filename", "mx.symbol.load")
  if (!file.exists(filename)) mx_stop("mx.symbol.load: there is no file ", dQuote(filename, FALSE))
  new_symbol(.call("sym_load", path.expand(filename)))
}

#' @rdname mx.symbol.save
mx.symbol.load.json <- function(str) new_symbol(.call("sym_load_json", check_string(str, "str", "mx.symbol.load.json")))

# What the generated mx.symbol.* functions call: inputs by name, dots, parameters.
sym_op <- function(op, inputs, dots, params, name) {
  fn <- paste0("mx.symbol.", op)
  if (!is.null(name)) check_string(name, "name", fn)
  inputs <- inputs[!vapply(inputs, is.null, NA)]
  for (n in names(inputs)) {
    if (is.mx.symbol(inputs[[n]])) next
    # a list of symbols for several inputs
    if (is.list(inputs[[n]]) && all(vapply(inputs[[n]], is.mx.symbol, NA))) next
    mx_stop(fn, ": Non Symbol parameters is only accepted via key=value style. Input ", n, " is ", short(inputs[[n]]))
  }
  mixed_inputs(names(inputs))
  by_name <- list()
  positional <- list()
  keys <- names(dots) %||% rep("", length(dots))
  for (i in seq_along(dots)) {
    v <- dots[[i]]
    key <- keys[i]
    if (is.mx.symbol(v)) {
      if (nzchar(key)) by_name[[key]] <- v else positional[[length(positional) + 1L]] <- v
    } else if (is.list(v) && length(v) && all(vapply(v, is.mx.symbol, NA))) {
      positional <- c(positional, unname(v))
    } else if (!nzchar(key)) {
      mx_stop(fn, ": Non Symbol parameters is only accepted via key=value style. Given ", short(v))
    } else {
      if (is.null(v)) mx_stop(fn, ": Only accept integer vectors or simple types: argument ", key, " is NULL")
      params[[gsub(".", "_", key, fixed = TRUE)]] <- v
    }
  }
  if (length(positional)) {
    # positional symbols go first, named ones keep their names
    spread <- unlist(lapply(unname(inputs), function(v) if (is.mx.symbol(v)) list(v) else v), recursive = FALSE)
    ids <- list()
    ids[["*"]] <- lapply(c(spread, positional), sym_id)
    ids <- c(ids, lapply(by_name, sym_id))
  } else {
    ids <- lapply(c(inputs, by_name), function(v) if (is.mx.symbol(v)) sym_id(v) else lapply(unname(v), sym_id))
  }
  new_symbol(.call("sym_op", op, ids, plain_params(params, fn), name))
}

# MXNet R takes inputs by position or by name. A pipe gives the first by position: then the others may have names, but a
# symbol by position may not come after a named one, where R's matching would put it.
mixed_inputs <- function(given) {
  call <- sys.call(-2L)
  named <- names(call)
  if (is.null(named) || length(given) < 2L || !any(named %in% given)) return()
  by_name <- given %in% named
  if (any(by_name[-length(given)] & !by_name[-1L]))
    mx_stop("Input symbols need to be either positional or key=value style, not both: ", given[by_name][1], " is given by name, ",
            given[!by_name][1], " by position", call = call)
}

# mx.varg.symbol.X(list(...)): one list instead of dots
sym_varg <- function(op, alist) {
  name <- alist$name
  alist$name <- NULL
  sym_op(op, list(), alist, list(), name)
}

SYMBOL_OPS <- c("+" = "_Plus", "-" = "_Minus", "*" = "_Mul", "/" = "_Div", "%%" = "_Mod", "%/%" = "_Mod", "^" = "_power")
SYMBOL_SCALAR <- c("+" = "_PlusScalar", "-" = "_minus_scalar", "*" = "_mul_scalar", "/" = "_div_scalar", "%%" = "_mod_scalar",
                   "%/%" = "_mod_scalar", "^" = "_power_scalar")
SCALAR_SYMBOL <- c("+" = "_PlusScalar", "-" = "_rminus_scalar", "*" = "_mul_scalar", "/" = "_rdiv_scalar", "%%" = "_rmod_scalar",
                   "%/%" = "_rmod_scalar", "^" = "_rpower_scalar")

# Comparisons are ours (the conditions of loops need them): 0 and 1, as for arrays.
SYMBOL_TESTS <- c("==" = "_equal", "!=" = "_not_equal", ">" = "_greater", ">=" = "_greater_equal", "<" = "_lesser", "<=" = "_lesser_equal")
TURNED <- c("==" = "==", "!=" = "!=", ">" = "<", ">=" = "<=", "<" = ">", "<=" = ">=")

symbol_test <- function(op, e1, e2, a, b) {
  if (a && b) return(sym_op(SYMBOL_TESTS[[op]], list(), list(e1, e2), list(), NULL))
  scalar <- if (a) e2 else e1
  if (!is.numeric(scalar) || length(scalar) != 1)
    mx_stop("operator ", op, ": a symbol goes with a symbol or one number, given ", short(scalar))
  sym_op(paste0(SYMBOL_TESTS[[if (a) op else TURNED[[op]]]], "_scalar"), list(), list(if (a) e1 else e2), list(scalar = scalar), NULL)
}

#' @rdname is.mx.symbol
Ops.Rcpp_MXSymbol <- function(e1, e2) {
  op <- .Generic
  if (missing(e2) && op %in% c("-", "+")) return(if (op == "-") sym_op("negative", list(data = e1), list(), list(), NULL) else e1)
  if (missing(e2) || !op %in% c(names(SYMBOL_OPS), names(SYMBOL_TESTS)))
    mx_stop("Operator ", op, " not supported for MXSymbol", if (missing(e2)) " with one operand")
  a <- is.mx.symbol(e1)
  b <- is.mx.symbol(e2)
  if (op %in% names(SYMBOL_TESTS)) return(symbol_test(op, e1, e2, a, b))
  if (a && b) return(sym_op(SYMBOL_OPS[[op]], list(), list(e1, e2), list(), NULL))
  scalar <- if (a) e2 else e1
  if (!is.numeric(scalar) || length(scalar) != 1)
    mx_stop("operator ", op, ": a symbol goes with a symbol or one number, given ", short(scalar))
  if (a) sym_op(SYMBOL_SCALAR[[op]], list(), list(e1), list(scalar = scalar), NULL)
  else sym_op(SCALAR_SYMBOL[[op]], list(), list(e2), list(scalar = scalar), NULL)
}
