# Blocks written in R. The fields of each live in the$own under its key, and its functions with them; what Python holds
# is the key, so that neither side keeps the other alive in a circle.

own_state <- function(x) {
  if (!is.function(x)) return(NULL)
  key <- environment(x)$key
  if (is.null(key)) NULL else the$own[[key]]
}

# A function of the class with `self` in its sight
bind_self <- function(f, self) {
  environment(f) <- list2env(list(self = self), parent = environment(f))
  f
}

own_set <- function(x, own, name, value) {
  if (is.function(value) && !inherits(value, "mx.gluon.object")) {
    assign(name, value, envir = own$fields)
    return()
  }
  if (inherits(value, "mx.gluon.object")) {
    .call("gl_set", gl_id(x), name, gl_encode(value))
  } else if (is.list(value) && any(vapply(value, is_block, NA))) {
    warning(class(x)[1L], ": blocks in a list are not registered, self$", name, " should be an ",
            "mx.gluon.nn.Sequential or mx.gluon.nn.HybridSequential, or each be given to self$register_child()", call. = FALSE)
  }
  assign(name, value, envir = own$fields)
}

# Python asks for a forward pass.
own_run <- function(key, id, method, values, named) {
  own <- the$own[[key]]
  self <- new_block(id, own$classes, key)
  f <- bind_self(own$methods[[method]], self)
  args <- lapply(values, gl_decode)
  params <- lapply(named[[2L]], gl_decode)
  names(params) <- as.character(unlist(named[[1L]]))
  fs <- names(formals(f))
  if (!"..." %in% fs) params <- params[names(params) %in% fs]
  gl_encode(own_result(call_by_names(f, method, args, params), own, method))
}

# Inputs by name in their places; those left out in between have the defaults of the function.
own_inputs <- function(given, key) {
  methods <- the$own[[key]]$methods
  f <- methods$forward %||% methods$hybrid_forward
  fs <- formals(f)
  if (is.null(methods$forward)) fs <- fs[-1L]
  taking <- f
  formals(taking) <- fs
  found <- as.list(match.call(taking, as.call(c(quote(f), given)), expand.dots = FALSE))[-1L]
  names <- utils::head(names(fs), max(match(names(found), names(fs))))
  out <- list()
  for (n in names) {
    if (n == "...") out <- c(out, found[["..."]])
    else if (n %in% names(found)) out[length(out) + 1L] <- found[n]
    else if (identical(fs[[n]], quote(expr = ))) mx_stop("input ", n, " is missing")
    else out[length(out) + 1L] <- list(eval(fs[[n]], environment(f)))
  }
  unname(out)
}

own_result <- function(out, own, method) {
  ok <- function(v) inherits(v, "MXNDArray") || is.mx.symbol(v) || is.null(v) || (is.list(v) && all(vapply(v, ok, NA)))
  if (is.null(out) || !ok(out)) {
    mx_stop(own$classes[1L], ": ", method, " must return an MXNDArray (in a traced block a symbol) or a list of them, ",
            "given ", short(out), call = NULL)
  }
  out
}

own_class <- function(spec) {
  if (is.null(the$transport)) bind()
  if (!identical(spec$session, the$session)) {
    if (is.null(the$own_run)) the$own_run <- guard(own_run)
    spec$class <- handle_env(.call("gl_own_class", spec$name, spec$kind, the$own_run), "gluon")
    spec$session <- the$session
  }
  live_id(spec$class)
}

own_new <- function(spec, frame) {
  options <- mget(c("prefix", "params"), envir = frame, ifnotfound = list(NULL, NULL))
  r <- .call("gl_own_new", own_class(spec), options$prefix, gl_encode(options$params))
  if (is.null(the$own)) the$own <- new.env(parent = emptyenv())
  gone <- as.character(unlist(r[[3L]]))
  rm(list = intersect(gone, ls(the$own)), envir = the$own)
  own <- list(fields = new.env(parent = emptyenv()), methods = spec$methods,
              classes = as.character(unlist(r[[1L]][[3L]])))
  assign(r[[2L]], own, envir = the$own)
  self <- gl_object(r[[1L]])
  start <- spec$methods$initialize
  if (is.null(start)) return(self)
  inside <- FALSE
  on.exit(if (inside) .call("gl_scope_leave", gl_id(self)))
  suspendInterrupts({
    .call("gl_scope_enter", gl_id(self))
    inside <- TRUE
  })
  # what the user gave, by name and unevaluated: defaults belong to initialize
  names <- names(formals(start))
  given <- Filter(function(n) n == "..." || !eval(call("missing", as.name(n)), frame), names)
  call <- as.call(c(quote(initialize), structure(lapply(given, as.name), names = ifelse(given == "...", "", given))))
  eval(call, list2env(list(initialize = bind_self(start, self)), parent = frame))
  self
}

own_generator <- function(kind, fn, classname, methods) {
  check_string(classname, "classname", fn)
  if (!grepl("^[A-Za-z][A-Za-z0-9._]*$", classname)) {
    mx_stop(fn, ": argument classname must be a name, given ", short(classname))
  }
  methods <- methods[!vapply(methods, is.null, NA)]
  if (is.null(names(methods)) || !all(nzchar(names(methods)))) mx_stop(fn, ": functions must have names")
  bad <- !vapply(methods, is.function, NA)
  if (any(bad)) {
    mx_stop(fn, ": ", names(methods)[bad][1L], " must be a function, given ", short(methods[[which(bad)[1L]]]))
  }
  takes <- if (!is.null(methods$hybrid_forward)) names(formals(args(methods$hybrid_forward))) else "..."
  if (length(takes) < 2L && !"..." %in% takes) {
    mx_stop(fn, ": hybrid_forward must take F and the inputs, as function(F, x), given function(", toString(takes), ")")
  }
  spec <- list(name = classname, kind = kind, methods = methods, session = NULL, class = NULL)
  spec <- list2env(spec, parent = emptyenv())
  g <- function() NULL
  fs <- formals(methods$initialize %||% function() NULL)
  more <- formals(function(prefix = NULL, params = NULL) NULL)
  formals(g) <- c(fs, more[setdiff(names(more), names(fs))])
  body(g) <- quote(own_new(spec, environment()))
  environment(g) <- list2env(list(spec = spec), parent = asNamespace("mxr"))
  structure(g, class = "mx.gluon.generator")
}

print.mx.gluon.generator <- function(x, ...) {
  spec <- environment(x)$spec
  cat("<", spec$name, "> makes blocks: ", spec$name, "(", toString(names(formals(x))), ")\n", sep = "")
  invisible(x)
}

#' Blocks of your own
#'
#' Both functions make a function that makes blocks, as a class does. `initialize` gets the arguments that the maker is
#' called with, and sets up the children and parameters of the block by assignment to `self`; `hybrid_forward` (of a
#' plain `Block`: `forward`) says what the block computes. Further functions become methods. In all of them `self` is
#' the block: its children, its parameters, and whatever else was assigned.
#'
#' A `HybridBlock` computes by `F`, which holds the operators: `F$relu(x)` is [mx.nd.relu()] or [mx.symbol.relu()].
#' After `net$hybridize()` it is called once with symbols, and the graph that comes out is compiled; R is then not asked
#' again. Arithmetic with arrays and numbers works for both. A parameter that was assigned to `self` comes as the
#' argument of its name: `self$scale <- self$params$get("scale", shape = 3)` and `hybrid_forward = function(F, x,
#' scale)`.
#'
#' A plain `Block` runs R at every call, may do anything that R can, and is never compiled.
#'
#' Names of children and parameters begin with the name of the block, as inside Python's `name_scope()`.
#' @param classname The name of the class, by which the block prints and names its parameters.
#' @param initialize A function of the arguments of the maker.
#' @param hybrid_forward A function of `F`, the inputs, and the block's own parameters by name; it returns an array (or
#'   symbol) or a list of them.
#' @param forward A function of the inputs.
#' @param ... Further functions by name: methods.
#' @return A function that makes blocks: that of `initialize` with the further arguments `prefix` and `params`.
#' @family Gluon
#' @examplesIf mx.available()
#' Net <- mx.gluon.HybridBlock("Net",
#'   initialize = function(hidden) {
#'     self$fc <- mx.gluon.nn.Dense(hidden)
#'     self$scale <- self$params$get("scale", shape = 1, init = "ones")
#'   },
#'   hybrid_forward = function(F, x, scale) {
#'     F$broadcast_mul(F$relu(self$fc(x)), scale)
#'   })
#' net <- Net(3)
#' net$initialize()
#' net$hybridize()
#' dim(net(mx.nd.ones(c(4, 2))))
#' net
mx.gluon.HybridBlock <- function(classname, initialize = NULL, hybrid_forward = NULL, ...) {
  fn <- "mx.gluon.HybridBlock"
  if (missing(classname)) mx_stop(fn, ": argument classname is missing, and has no default")
  methods <- list(initialize = initialize, hybrid_forward = hybrid_forward, ...)
  if (is.null(hybrid_forward) && is.null(methods$forward)) {
    mx_stop(fn, ": argument hybrid_forward is missing, and has no default")
  }
  own_generator(if (is.null(hybrid_forward)) "forward" else "hybrid", fn, classname, methods)
}

#' @rdname mx.gluon.HybridBlock
mx.gluon.Block <- function(classname, initialize = NULL, forward = NULL, ...) {
  fn <- "mx.gluon.Block"
  if (missing(classname)) mx_stop(fn, ": argument classname is missing, and has no default")
  if (is.null(forward)) mx_stop(fn, ": argument forward is missing, and has no default")
  own_generator("block", fn, classname, list(initialize = initialize, forward = forward, ...))
}

# F: the operators, of arrays or of symbols, under Python's names ------------------------------------------------

new_F <- function(kind, space = "") structure(list(), class = "mx.gluon.F", kind = kind, space = space)
F_ND <- new_F("nd")
F_SYMBOL <- new_F("symbol")

`$.mx.gluon.F` <- function(x, name) {
  kind <- attr(x, "kind")
  space <- attr(x, "space")
  if (!nzchar(space) && name %in% c("contrib", "random", "linalg", "image", "sparse")) return(new_F(kind, name))
  if (kind == "nd") {
    f <- mx_function(c("mx.nd", space, gsub("_", ".", name, fixed = TRUE)))
  } else {
    f <- mx_function(c("mx.symbol", space, name))
    if (is.null(f) && nzchar(space)) f <- mx_function(c("mx.symbol", paste0(space, "_", name)))
  }
  if (is.null(f) && startsWith(name, "_")) f <- internal_function(kind, substring(name, 2L))
  if (is.null(f)) {
    mx_stop("F has no operator ", if (nzchar(space)) paste0(space, "$"), name, ".", suggest(name, F_names(kind)))
  }
  if (any(c("num_args", "num.args", "num_arrays", "num_weights") %in% names(formals(f)))) many_arrays(f) else f
}

mx_function <- function(parts) {
  get0(paste(parts[nzchar(parts)], collapse = "."), asNamespace("mxr"), mode = "function", inherits = FALSE)
}

internal_function <- function(kind, name) {
  if (kind == "nd") return(mx_function(c("mx.nd.internal", gsub("_", ".", name, fixed = TRUE))))
  f <- mx_function(c("mx.varg.symbol.internal", name))
  if (!is.null(f)) function(...) f(list(...))
}

# F$concat(a, b), whichever way its two functions take several arrays
many_arrays <- function(f) {
  function(...) {
    args <- list(...)
    unnamed <- !nzchar(names(args) %||% rep("", length(args)))
    arrays <- unnamed & vapply(args, function(a) inherits(a, "MXNDArray") || is.mx.symbol(a), NA)
    if (!any(arrays)) return(f(...))
    do.call(f, c(list(unname(args[arrays])), args[!arrays]))
  }
}

print.mx.gluon.F <- function(x, ...) {
  cat("<operators of ", if (attr(x, "kind") == "nd") "arrays" else "symbols", ">\n", sep = "")
  invisible(x)
}

F_names <- function(kind) {
  head <- if (kind == "nd") "^mx\\.nd\\." else "^mx\\.symbol\\."
  names <- sub(head, "", grep(head, ls(asNamespace("mxr")), value = TRUE))
  unique(gsub(".", "_", names, fixed = TRUE))
}

.DollarNames.mx.gluon.F <- function(x, pattern = "") grep(pattern, F_names(attr(x, "kind")), value = TRUE)
