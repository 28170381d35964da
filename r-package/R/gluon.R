# Gluon: objects of the engine in R. Blocks are functions with a class, all else are environments with one; both hold a
# handle. Values cross as lists that begin with their kind (see r_gluon_values.py).

# R to Python -----------------------------------------------------------------------------------------------------

# `name` is the argument that the value is for: functions mean different things to different ones.
gl_encode <- function(v, name = "") {
  if (is.null(v)) return(NULL)
  if (inherits(v, "MXNDArray")) return(list("h", live_id(v)))
  if (inherits(v, "mx.gluon.object")) return(list("h", live_id(gl_handle(v))))
  if (is.mx.symbol(v)) return(list("h", sym_id(v)))
  if (inherits(v, "MXContext")) return(list("c", v$device_typeid, v$device_id))
  if (inherits(v, "mx.gluon.F")) return(list("F", attr(v, "kind")))
  if (is.function(v)) return(gl_encode_function(v, name))
  if (is.data.frame(v)) mx_stop(named_argument(name), " is a data.frame; as.matrix() makes a matrix of it")
  if (is.list(v)) {
    own <- is.function(v$create_exec) && is.function(v$update)
    if (own || !is.null(attr(v, "mx.spec"))) return(list("o", opt_spec(v)))
    keys <- names(v)
    members <- if (is.null(keys)) lapply(v, gl_encode, name) else Map(gl_encode, v, keys)
    return(list("l", unname(members), if (!is.null(keys)) as.list(keys)))
  }
  if (is.factor(v)) mx_stop(named_argument(name), " is a factor, expected numbers or text")
  if (!(is.numeric(v) || is.logical(v) || is.character(v))) mx_stop(named_argument(name), " cannot be ", short(v))
  if (name == "data" && is.numeric(v) && is.null(dim(v))) dim(v) <- length(v)  # p$set_data(c(0, 0))
  if (!is.null(dim(v)) && !is.character(v)) return(list("a", the$transport$to_python(v), dim_of(v)))
  if (anyNA(v)) mx_stop(named_argument(name), " is NA or holds NA")
  if (!length(v)) return(list("l", list(), NULL))
  list("v", if (is.null(attributes(v))) v else as.vector(v))
}

named_argument <- function(name) if (nzchar(name)) paste("argument", name) else "an argument"

gl_encode_function <- function(f, name) {
  if (inherits(f, "mx.gluon.method")) {
    mx_stop(named_argument(name), " is the method ", body(f)[[3L]], " itself: call it, $", body(f)[[3L]], "()")
  }
  if (grepl("^init$|initializer|^default_init$", name)) return(gl_encode_init(f, name))
  if (name == "lr_scheduler") return(list("s", gl_schedule(f)))
  maker <- if (identical(environment(f), topenv())) called_not(f, "^mx[.](gluon|opt|init|metric|lr_scheduler)[.]")
  if (!is.null(maker)) {
    mx_stop(named_argument(name), " must be the result of ", maker, "(), given ", maker, " itself: call it")
  }
  list("f", gl_callback(f, name))
}

# The engine's initialiser of the same name where the function was made by one of ours: Gluon in R then draws the
# numbers that Gluon in Python draws.
gl_encode_init <- function(f, name) {
  spec <- attr(f, "mx.init")
  if (!is.null(spec)) return(list("I", spec$name, spec$options))
  if (inherits(f, "mx.initializer")) return(list("h", live_id(environment(f)$python)))
  maker <- called_not(f, "^mx[.]init[.]")
  if (!is.null(maker)) {
    mx_stop("argument ", name, " must be the result of ", maker, "(), given ", maker, " itself: call it")
  }
  list("i", guard(function(name, shape) {
    given <- list(name, as.numeric(unlist(shape)), mx.cpu(), allow.unknown = FALSE)
    nd_id(do.call(f, if (any(c("...", "allow.unknown") %in% names(formals(f)))) given else given[1:3]),
          "its result", "an initialiser")
  }))
}

# The rate at the start is the optimiser's; its environment is kept from call to call.
gl_schedule <- function(scheduler) {
  env <- new.env()
  env$count <- 0
  guard(function(num_update, base) {
    if (is.null(env$lr)) env$lr <- base
    env$num_update <- num_update
    scheduler(env)
    as.double(env$lr)
  })
}

# An R function that Python calls with values, and that answers with one.
gl_callback <- function(f, name = "") {
  force(f)
  label <- if (name %in% c("", "function")) "f" else name
  guard(function(values, names) {
    args <- lapply(values, gl_decode)
    named <- nzchar(names)
    more <- structure(args[named], names = as.character(names[named]))
    gl_encode(call_by_names(f, label, args[!named], more))
  })
}

# Calls `f` so that an error in it shows the call as the user would write it: arguments are names, not values.
call_by_names <- function(f, label, args, more = list()) {
  takes <- setdiff(names(formals(args(f))), c("...", names(more)))
  labels <- make.unique(c(utils::head(takes, length(args)), rep("argument", max(0L, length(args) - length(takes)))))
  frame <- list2env(c(structure(args, names = labels), more), parent = emptyenv())
  assign(label, f, envir = frame)
  given <- lapply(c(labels, stats::setNames(names(more), names(more))), as.name)
  eval(as.call(c(as.name(label), given)), frame)
}

# Python to R -----------------------------------------------------------------------------------------------------

gl_decode <- function(r) {
  if (is.null(r)) return(NULL)
  switch(r[[1L]],
    nd = new_nd(unlist(r[[2L]])),
    v = r[[2L]],
    obj = gl_object(r),
    t = as.numeric(unlist(r[[2L]])),
    l = gl_decode_list(r[[2L]]),
    d = {
      members <- lapply(r[[3L]], gl_decode)
      names(members) <- as.character(unlist(r[[2L]]))
      members
    },
    params = gl_param_dict(r),
    sym = new_symbol(r[[2L]]),
    c = new_context(if (r[[2L]] == 2) "gpu" else "cpu", as.integer(r[[2L]]), r[[3L]], "ctx"),
    F = if (r[[2L]] == "nd") F_ND else F_SYMBOL)
}

# Several texts are a character vector, all else stays a list.
gl_decode_list <- function(members) {
  out <- lapply(members, gl_decode)
  if (length(out) && all(vapply(out, is.character, NA))) unlist(out) else out
}

gl_object <- function(r) {
  classes <- as.character(unlist(r[[3L]]))
  if (isTRUE(r[[5L]])) return(new_block(r[[2L]], classes, r[[4L]]))
  if (startsWith(classes[1L], "mx.init.")) {
    return(structure(new_python_initializer(r[[2L]]), class = c(classes[1L], "mx.initializer")))
  }
  e <- new.env(parent = emptyenv())
  e$h <- handle_env(r[[2L]], "gluon")
  class(e) <- classes
  e
}

# A block is the function that runs it. `key` leads to the fields of one that is written in R.
new_block <- function(id, classes, key = NULL) {
  h <- handle_env(id, "block")
  force(key)
  structure(function(...) gl_forward(h, key, ...), class = classes)
}

gl_param_dict <- function(r) {
  members <- lapply(r[[4L]], gl_object)
  names(members) <- as.character(unlist(r[[3L]]))
  structure(members, class = c("mx.gluon.ParameterDict", "mx.gluon.object"), mx.handle = handle_env(r[[2L]], "gluon"))
}

gl_handle <- function(x) {
  if (is.function(x)) environment(x)$h else if (is.list(x)) attr(x, "mx.handle") else .subset2(x, "h")
}

gl_id <- function(x) live_id(gl_handle(x))

is_block <- function(x) inherits(x, "mx.gluon.Block")

# Calls -----------------------------------------------------------------------------------------------------------

gl_forward <- function(h, key, ...) {
  n <- ...length()
  r <- if (n == 1L && inherits(..1, "MXNDArray") && is.null(...names())) {
    .call("gl_call", live_id(h), live_id(..1))
  } else if (n == 2L && inherits(..1, "MXNDArray") && inherits(..2, "MXNDArray") && is.null(...names())) {
    .call("gl_call", live_id(h), live_id(..1), live_id(..2))
  } else {
    given <- list(...)
    # blocks written in R may take anything
    if (is.null(key)) check_inputs(given) else if (!is.null(names(given))) given <- own_inputs(given, key)
    given <- gl_pairs(given)
    .call("gl_apply", live_id(h), given)
  }
  if (is.list(r)) gl_decode(r) else if (!is.null(r)) new_nd(r)
}

check_inputs <- function(args) {
  for (i in seq_along(args)) {
    v <- args[[i]]
    if (if (is.null(v)) i == 1L else is.atomic(v) || is.data.frame(v)) {
      which <- if (any(nzchar(names(args)[i]))) names(args)[i] else i
      hint <- if (is.factor(v)) "; mx.nd.array(as.integer(x) - 1) makes one of a factor: classes are numbers from 0"
      else if (is.data.frame(v)) "; mx.nd.array(t(as.matrix(x))) makes one: the last dim counts the examples"
      else if (is.numeric(v) && length(dim(v)) == 2L) "; mx.nd.array() makes one: the last dim counts the examples"
      else if (is.numeric(v)) "; mx.nd.array() makes one"
      mx_stop("input ", which, " must be an MXNDArray or an MXSymbol, given ", short(v), hint)
    }
  }
}

# Arguments as pairs of name and value
gl_pairs <- function(args) {
  keys <- names(args) %||% rep("", length(args))
  lapply(seq_along(args), function(i) list(keys[i], gl_encode(args[[i]], keys[i])))
}

# What a function with real formals was given. `frame` is its frame, `fs` its formals. Not to be called in the
# arguments of .call(): they are evaluated late.
gl_given <- function(frame, fs, what) {
  force(frame)
  given <- list()
  for (n in names(fs)) {
    if (n == "...") {
      given <- c(given, gl_pairs(eval(quote(list(...)), frame)))
    } else if (eval(call("missing", as.name(n)), frame)) {
      if (identical(fs[[n]], quote(expr = ))) mx_stop(what, ": argument ", n, " is missing, and has no default")
    } else {
      given[[length(given) + 1L]] <- list(n, gl_encode(gl_value(n, frame), n))
    }
  }
  given
}

# An error in what the user gave (an object that is not there) is not one of get().
gl_value <- function(name, frame) {
  withCallingHandlers(get(name, envir = frame), error = function(e) {
    if (identical(conditionCall(e)[[1L]], quote(get))) mx_stop(conditionMessage(e), class = "simpleError")
  })
}

# What the generated functions call: `path` is the name below mx.
gl_make <- function(path) {
  if (is.null(the$transport)) bind()
  given <- gl_given(parent.frame(), formals(sys.function(sys.parent())), paste0("mx.", path))
  gl_decode(.call("gl_new", path, given))
}

# Containers take their children at once: blocks, or lists of them.
gl_stack <- function(path, ...) {
  fn <- paste0("mx.", path)
  fs <- formals(sys.function(sys.parent()))
  if (is.null(the$transport)) bind()
  given <- gl_given(parent.frame(), fs[names(fs) != "..."], fn)
  net <- gl_decode(.call("gl_new", path, given))
  for (part in list(...)) {
    for (block in if (is.list(part) && !is_block(part)) part else list(part)) {
      if (!is_block(block)) mx_stop(fn, ": children must be blocks, given ", short(block))
      .call("gl_method", gl_id(net), "add", list(list("", gl_encode(block))))
    }
  }
  net
}
