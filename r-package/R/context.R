new_context <- function(device, typeid, dev.id, fn) {
  check_count(dev.id, "dev.id", fn, least = 0)
  structure(list(device = device, device_id = as.integer(dev.id), device_typeid = typeid), class = "MXContext")
}

#' Devices
#'
#' Where arrays lie and where networks are computed. Every function with an argument `ctx` takes one of these; `NULL`
#' stands for the default context.
#'
#' As in MXNet R a context is a plain list and prints as one.
#' @param dev.id number of the device, counted from 0.
#' @param new a context that becomes the default; `NULL` only asks. It is not checked before it is used.
#' @param x any object.
#' @return `mx.cpu()` and `mx.gpu()`: a list `device`, `device_id`, `device_typeid` (1 is the CPU, 2 a GPU) of class
#'   `"MXContext"`. `mx.ctx.default()`: the default context; `mx.cpu()` at the start. `is.mx.context()`: `TRUE` or
#'   `FALSE`; a list of contexts is none.
#' @family contexts
#' @seealso [ctx()] for the context of an array.
#' @examples
#' mx.cpu()$device
#' is.mx.context(mx.gpu(1))
#' old <- mx.ctx.default()
#' mx.ctx.default(mx.cpu(0))
#' @name mx.context
NULL

#' @rdname mx.context
mx.cpu <- function(dev.id = 0) new_context("cpu", 1L, dev.id, "mx.cpu")

#' @rdname mx.context
mx.gpu <- function(dev.id = 0) new_context("gpu", 2L, dev.id, "mx.gpu")

#' @rdname mx.context
is.mx.context <- function(x) class(x) == "MXContext"

#' @rdname mx.context
mx.ctx.default <- function(new = NULL) {
  if (!is.null(new)) the$ctx <- new
  the$ctx
}

# list(type, id) for the door; NULL is the default context.
ctx_spec <- function(ctx) {
  ctx <- ctx %||% the$ctx
  if (!inherits(ctx, "MXContext")) mx_stop("wrong mx.context object, please specify with mx.cpu() or mx.gpu()")
  list(ctx$device_typeid, ctx$device_id)
}

ctx_text <- function(ctx) sprintf("%s(%d)", ctx$device, ctx$device_id)

ctx_list <- function(ctx) {
  if (is.null(ctx)) return(list(the$ctx))
  if (inherits(ctx, "MXContext")) return(list(ctx))
  if (is.list(ctx) && length(ctx) && all(vapply(ctx, inherits, NA, what = "MXContext"))) return(ctx)
  mx_stop("ctx must be mx.context or list of mx.context")
}
