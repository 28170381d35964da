# Recording and gradients.

# Scopes are closed also on errors and interrupts: Python closes all above `depth`, whether the last one was opened or
# not. The expression is evaluated by the function that the user called, which errors in it name.
ag_depth <- function() {
  if (is.null(the$transport)) bind()
  the$ag_depth %||% 0
}

ag_open <- function(depth, recording, training) {
  the$ag_depth <- depth + 1
  .call("ag_enter", recording, training)
}

ag_close <- function(depth) {
  the$ag_depth <- depth
  .call("ag_leave", depth)
}

# A recording whose backward never comes (a loss only looked at) holds all that it computed, and hybridized blocks a plan
# of their own, until R collects its result: some of them make a collection worth while.
drop_recordings <- function() {
  the$records <- the$records + 1
  if (the$records > 32) {
    the$records <- 0
    gc(verbose = FALSE, full = FALSE)
    empty_bin()
  }
}

#' Record, and compute gradients
#'
#' What is computed inside `mx.autograd.record()` is recorded, and `mx.autograd.backward()` then writes the gradients of
#' its result into the arrays and parameters that have room for one: parameters of blocks do, arrays after
#' `x$attach_grad()`, whose gradient is `x$grad`.
#'
#' The expression is evaluated where it stands, so that variables that it assigns are there afterwards; its value is
#' returned. The scope ends with the expression, also where that ends with an error or is interrupted.
#'
#' Recorded are the functions `mx.nd.*`, arithmetic, comparisons, `%*%`, `[`, `t()`, `aperm()`, `dim<-`, `cbind()`,
#' `rbind()`, R's mathematical functions, and `sum()`, `mean()`, `prod()`, `max()`, `min()` of an array that gradients
#' are wanted for: there these give an array of one number, elsewhere an R number. What is brought to R by `as.array()`
#' is not recorded. A function that R computes itself, such as `cumprod()`, is an error there.
#' @param expr An expression, mostly in braces.
#' @param train_mode Whether layers such as Dropout and BatchNorm behave as in training; for `mx.autograd.backward()`
#'   and `mx.autograd.grad()` whether they did.
#' @param heads,variables An `MXNDArray` or a list of them.
#' @param head_grads Gradients of the heads, of the same form; ones where not given.
#' @param retain_graph Whether what was recorded may be used again; `NULL` is the value of `create_graph`.
#' @param create_graph Whether the gradients can be differentiated again.
#' @param x An `MXNDArray`.
#' @param grad_req `"write"`, `"add"` (gradients add up until they are set to 0) or `"null"`.
#' @return `mx.autograd.record()` and kin: the value of the expression. `mx.autograd.grad()`: the gradients with regard
#'   to `variables`, of the same form. `mx.autograd.is_recording()`, `mx.autograd.is_training()`: `TRUE` or `FALSE`.
#'   `mx.nd.attach.grad()`: `x`, invisibly.
#' @family Gluon
#' @examplesIf mx.available()
#' x <- mx.nd.array(1:3)
#' x$attach_grad()
#' y <- mx.autograd.record(sum(x * x))
#' y$backward()
#' x$grad
#' # the second derivative of x^3
#' x <- mx.nd.array(2)
#' x$attach_grad()
#' mx.autograd.record({
#'   y <- x ^ 3
#'   slope <- mx.autograd.grad(y, x, create_graph = TRUE)
#' })
#' slope$backward()
#' x$grad
mx.autograd.record <- function(expr, train_mode = TRUE) {
  if (missing(expr)) mx_stop("mx.autograd.record: argument expr is missing")
  check_flag(train_mode, "train_mode", "mx.autograd.record")
  depth <- ag_depth()
  on.exit(ag_close(depth))
  if (depth == 0) drop_recordings()
  ag_open(depth, TRUE, train_mode)
  expr
}

#' @rdname mx.autograd.record
mx.autograd.pause <- function(expr, train_mode = FALSE) {
  if (missing(expr)) mx_stop("mx.autograd.pause: argument expr is missing")
  check_flag(train_mode, "train_mode", "mx.autograd.pause")
  depth <- ag_depth()
  on.exit(ag_close(depth))
  ag_open(depth, FALSE, train_mode)
  expr
}

#' @rdname mx.autograd.record
mx.autograd.train_mode <- function(expr) {
  depth <- ag_depth()
  on.exit(ag_close(depth))
  ag_open(depth, NULL, TRUE)
  expr
}

#' @rdname mx.autograd.record
mx.autograd.predict_mode <- function(expr) {
  depth <- ag_depth()
  on.exit(ag_close(depth))
  ag_open(depth, NULL, FALSE)
  expr
}

#' @rdname mx.autograd.record
mx.autograd.is_recording <- function() .call("ag_state")[[1L]]

#' @rdname mx.autograd.record
mx.autograd.is_training <- function() .call("ag_state")[[2L]]

#' @rdname mx.autograd.record
mx.autograd.backward <- function(heads, head_grads = NULL, retain_graph = FALSE, train_mode = TRUE) {
  fn <- "mx.autograd.backward"
  check_flag(retain_graph, "retain_graph", fn)
  check_flag(train_mode, "train_mode", fn)
  the$records <- 0
  ids <- if (inherits(heads, "MXNDArray") && is.null(head_grads)) live_id(heads) else ag_arrays(heads, "heads", fn)
  invisible(.call("ag_backward", ids, ag_arrays(head_grads, "head_grads", fn), retain_graph, train_mode))
}

#' @rdname mx.autograd.record
mx.autograd.grad <- function(heads, variables, head_grads = NULL, retain_graph = NULL, create_graph = FALSE,
                             train_mode = TRUE) {
  fn <- "mx.autograd.grad"
  if (missing(variables)) mx_stop(fn, ": argument variables is missing")
  check_flag(create_graph, "create_graph", fn)
  check_flag(train_mode, "train_mode", fn)
  if (!is.null(retain_graph)) check_flag(retain_graph, "retain_graph", fn)
  r <- gl_decode(.call("ag_grad", ag_arrays(heads, "heads", fn), ag_arrays(variables, "variables", fn),
                       ag_arrays(head_grads, "head_grads", fn), retain_graph, create_graph, train_mode))
  if (is.list(variables) && !inherits(variables, "MXNDArray")) names(r) <- names(variables)
  r
}

ag_arrays <- function(x, arg, fn) {
  if (is.null(x)) return(NULL)
  if (inherits(x, "MXNDArray")) return(gl_encode(x))
  if (!is.list(x)) {
    mx_stop(fn, ": argument ", arg, " must be an MXNDArray or a list of them, given ", short(x),
            if (is.numeric(x)) "; an R number has no history")
  }
  for (v in x) if (!is.null(v)) nd_id(v, arg, fn)
  gl_encode(unname(x))
}

#' @rdname mx.autograd.record
mx.nd.attach.grad <- function(x, grad_req = "write") {
  .call("ag_attach", nd_id(x, "x", "mx.nd.attach.grad"), check_string(grad_req, "grad_req", "mx.nd.attach.grad"))
  invisible(x)
}

# The methods of arrays, which `$` of MXNDArray finds.
ND_METHODS <- list(
  attach_grad = function(x) function(grad_req = "write") mx.nd.attach.grad(x, grad_req),
  backward = function(x) function(out_grad = NULL, retain_graph = FALSE, train_mode = TRUE) {
    mx.autograd.backward(x, out_grad, retain_graph, train_mode)
  },
  detach = function(x) function() new_nd(.call("ag_detach", live_id(x))))

nd_gradient <- function(x) {
  g <- .call("ag_gradient", live_id(x))
  if (!is.null(g)) new_nd(g)
}

#' Functions with a gradient of their own
#'
#' For what the engine cannot differentiate, or should not. `forward` computes on arrays and is not recorded; `backward`
#' gets the gradients of its outputs and returns those of its inputs, one for each. Both see `self`, an environment of
#' their own: `self$save_for_backward(...)` keeps arrays in `self$saved_tensors`.
#' @param name The name that messages show.
#' @param forward,backward Functions of arrays that return an array or a list of them.
#' @param initialize A function that gets the arguments of the maker and may put things into `self`.
#' @return A function that makes such functions; each of these can be called once.
#' @family Gluon
#' @examplesIf mx.available()
#' Sigmoid <- mx.autograd.Function("Sigmoid",
#'   forward = function(x) {
#'     y <- 1 / (1 + exp(-x))
#'     self$save_for_backward(y)
#'     y
#'   },
#'   backward = function(dy) {
#'     y <- self$saved_tensors[[1]]
#'     dy * y * (1 - y)
#'   })
#' x <- mx.nd.array(c(0, 2))
#' x$attach_grad()
#' y <- mx.autograd.record(Sigmoid()(x))
#' y$backward()
#' x$grad
mx.autograd.Function <- function(name, forward, backward, initialize = NULL) {
  fn <- "mx.autograd.Function"
  if (missing(forward) || missing(backward)) mx_stop(fn, ": needs both forward and backward")
  check_string(name, "name", fn)
  check_function(forward, "forward", fn)
  check_function(backward, "backward", fn)
  if (!is.null(initialize)) check_function(initialize, "initialize", fn)
  make <- function(...) {
    if (is.null(the$transport)) bind()
    self <- new.env()
    self$saved_tensors <- list()
    self$save_for_backward <- function(...) self$saved_tensors <- list(...)
    if (!is.null(initialize)) bind_self(initialize, self)(...)
    part <- function(f, label) {
      f <- bind_self(f, self)
      guard(function(values) {
        gl_encode(own_result(call_by_names(f, label, lapply(values, gl_decode)), list(classes = name), label))
      })
    }
    h <- handle_env(.call("ag_function", name, part(forward, "forward"), part(backward, "backward")), "gluon")
    structure(function(...) gl_forward(h, NULL, ...), class = "mx.autograd.function")
  }
  structure(make, class = "mx.gluon.generator.function")
}

print.mx.autograd.function <- function(x, ...) {
  cat("<a function with a gradient of its own, to be called once>\n")
  invisible(x)
}

print.mx.gluon.generator.function <- function(x, ...) {
  cat("<", environment(x)$name, "> makes functions with a gradient of their own\n", sep = "")
  invisible(x)
}
