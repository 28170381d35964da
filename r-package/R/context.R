new_context <- function(device, typeid, dev.id, fn) {
  check_count(dev.id, "dev.id", fn, least = 0)
  structure(list(device = device, device_id = as.integer(dev.id), device_typeid = typeid), class = "MXContext")
}

mx.cpu <- function(dev.id = 0) new_context("cpu", 1L, dev.id, "mx.cpu")

mx.gpu <- function(dev.id = 0) new_context("gpu", 2L, dev.id, "mx.gpu")

is.mx.context <- function(x) class(x) == "MXContext"

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
