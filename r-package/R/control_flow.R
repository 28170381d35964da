# Loops and branches: mx.nd.contrib.* run R closures on arrays, mx.symbol.contrib.* trace them once into one node.
# Slices are taken along the last R dim. Lists of arrays may be nested; names of lists are kept.

is_flow_leaf <- function(x, kind) if (kind == "symbol") is.mx.symbol(x) else is.mx.ndarray(x)

# Arrays or symbols in nested lists -> handles
flow_ids <- function(x, kind, arg, fn) {
  if (is.null(x)) return(list())
  if (is_flow_leaf(x, kind)) return(if (kind == "symbol") sym_id(x, arg, fn) else nd_id(x, arg, fn))
  if (!is.list(x)) {
    mx_stop(fn, ": ", arg, " must be an ", if (kind == "symbol") "MXSymbol" else "MXNDArray", " or a list of them, given ", short(x))
  }
  lapply(unname(x), flow_ids, kind, arg, fn)
}

# And back; the names are those of a list of the same form.
flow_objects <- function(x, kind, like = NULL) {
  if (!is.list(x)) return(if (kind == "symbol") new_symbol(x[1L]) else new_nd(x))
  same <- is.list(like) && !is.mx.symbol(like) && length(like) == length(x)
  out <- lapply(seq_along(x), function(i) flow_objects(x[[i]], kind, if (same) like[[i]]))
  if (same) names(out) <- names(like)
  out
}

flow_pair <- function(r, kind, what, fn) {
  if (!is.list(r) || is_flow_leaf(r, kind) || length(r) != 2L)
    mx_stop(fn, ": ", what, " must return list(outputs, states), given ", short(r))
  list(flow_ids(r[[1L]], kind, paste("the outputs of", what), fn), flow_ids(r[[2L]], kind, paste("the states of", what), fn))
}

flow_truth <- function(x, kind, arg, fn) {
  if (is_flow_leaf(x, kind)) return(list("array", flow_ids(x, kind, arg, fn)))
  if (!(is.numeric(x) || is.logical(x)) || length(x) != 1L || is.na(x))
    mx_stop(fn, ": ", arg, " must be ", if (kind == "symbol") "an MXSymbol" else "an MXNDArray or one number", ", given ", short(x))
  list("number", as.double(x))
}

check_function <- function(f, arg, fn) if (!is.function(f)) mx_stop(fn, ": argument ", arg, " must be a function, given ", short(f))

# A single state is given to closures as it is, several as a list.
flow_foreach <- function(kind, fn, body, data, init_states, name = NULL) {
  check_function(body, "body", fn)
  ids <- flow_ids(data, kind, "argument data", fn)
  states <- flow_ids(init_states, kind, "argument init_states", fn)
  made <- NULL
  step <- guard(function(slices, now) {
    r <- body(flow_objects(slices, kind, data), flow_objects(now, kind, init_states))
    ids <- flow_pair(r, kind, "body", fn)
    made <<- r[[1L]]
    ids
  })
  r <- .call("flow_foreach", kind, step, ids, states, name)
  list(flow_objects(r[[1L]], kind, made), flow_objects(r[[2L]], kind, init_states))
}

flow_while <- function(kind, fn, cond, func, loop_vars, max_iterations, name = NULL) {
  check_function(cond, "cond", fn)
  check_function(func, "func", fn)
  check_count(max_iterations, "max_iterations", fn, 0)
  ids <- flow_ids(loop_vars, kind, "argument loop_vars", fn)
  vars <- if (is_flow_leaf(loop_vars, kind)) list(loop_vars) else loop_vars
  made <- NULL
  test <- guard(function(now) flow_truth(do.call(cond, unname(flow_objects(now, kind))), kind, "the result of cond", fn))
  step <- guard(function(now) {
    r <- do.call(func, unname(flow_objects(now, kind)))
    ids <- flow_pair(r, kind, "func", fn)
    made <<- r[[1L]]
    ids
  })
  r <- .call("flow_while", kind, test, step, ids, max_iterations, name)
  list(flow_objects(r[[1L]], kind, made), flow_objects(r[[2L]], kind, loop_vars))
}

flow_cond <- function(kind, fn, pred, then_func, else_func, name = NULL) {
  check_function(then_func, "then_func", fn)
  check_function(else_func, "else_func", fn)
  pred <- flow_truth(pred, kind, "argument pred", fn)
  made <- NULL
  branch <- function(f, arg) {
    guard(function(...) {
      made <<- f()
      flow_ids(made, kind, paste("the result of", arg), fn)
    })
  }
  flow_objects(.call("flow_cond", kind, pred, branch(then_func, "then_func"), branch(else_func, "else_func"), name), kind, made)
}

#' Loops and branches
#'
#' `mx.nd.contrib.*` run closures on arrays; `mx.symbol.contrib.*` call them once, with symbols, and make one node of a
#' network of them, which is trained like any other. Not in MXNet R; Python's functions of the same names.
#'
#' `foreach` goes along the last dim of `data`. `body(slice, states)` returns `list(outputs, states)`; several arrays
#' are lists, and names of lists are kept. `while_loop` runs `func(...)`, which is called with the loop variables and
#' returns `list(outputs, loop_vars)`, as long as `cond(...)` is not 0, at most `max_iterations` times; its outputs
#' have that many steps along the last dim, what was not reached is undefined. `cond` runs one of two closures without
#' arguments.
#' @param body,cond,func,then_func,else_func closures, see above.
#' @param data an array (a symbol) or a list of them.
#' @param init_states,loop_vars one array (symbol) or a list of them.
#' @param max_iterations limit of the number of steps.
#' @param pred one number or an array of one; for symbols a symbol.
#' @param name name of the node.
#' @return `foreach`, `while_loop`: `list(outputs, states)`; `cond`: what the closure returned.
#' @family operators
#' @examplesIf mx.available()
#' sums <- mx.nd.contrib.foreach(function(x, s) list(x + s, x + s),
#'   mx.nd.array(matrix(1:6, 2)), mx.nd.zeros(2))
#' sums[[1]]
#' x <- mx.symbol.Variable("x")
#' net <- mx.symbol.contrib.cond(x > 0, function() x * 2, function() x / 2)
#' arguments(net)
#' @name mx.nd.contrib.foreach
NULL

#' @rdname mx.nd.contrib.foreach
mx.nd.contrib.foreach <- function(body, data, init_states) flow_foreach("nd", "mx.nd.contrib.foreach", body, data, init_states)

#' @rdname mx.nd.contrib.foreach
mx.nd.contrib.while.loop <- function(cond, func, loop_vars, max_iterations) {
  flow_while("nd", "mx.nd.contrib.while.loop", cond, func, loop_vars, max_iterations)
}

#' @rdname mx.nd.contrib.foreach
mx.nd.contrib.cond <- function(pred, then_func, else_func) flow_cond("nd", "mx.nd.contrib.cond", pred, then_func, else_func)

#' @rdname mx.nd.contrib.foreach
mx.symbol.contrib.foreach <- function(body, data, init_states, name = "foreach") {
  flow_foreach("symbol", "mx.symbol.contrib.foreach", body, data, init_states, check_string(name, "name", "mx.symbol.contrib.foreach"))
}

#' @rdname mx.nd.contrib.foreach
mx.symbol.contrib.while_loop <- function(cond, func, loop_vars, max_iterations, name = "while_loop") {
  flow_while("symbol", "mx.symbol.contrib.while_loop", cond, func, loop_vars, max_iterations,
             check_string(name, "name", "mx.symbol.contrib.while_loop"))
}

#' @rdname mx.nd.contrib.foreach
mx.symbol.contrib.cond <- function(pred, then_func, else_func, name = "cond") {
  flow_cond("symbol", "mx.symbol.contrib.cond", pred, then_func, else_func, check_string(name, "name", "mx.symbol.contrib.cond"))
}
