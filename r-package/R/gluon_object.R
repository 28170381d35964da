# Fields, methods, parts and printing of Gluon's objects.

# Methods of a class as functions with their formals, made once for each class.
gl_class <- function(x) {
  key <- paste(class(x), collapse = " ")
  known <- the$gl_classes[[key]]
  if (!is.null(known)) return(known)
  r <- .call("gl_members", gl_id(x))
  names <- as.character(unlist(r[[1L]]))
  methods <- Map(function(name, text, nothing) {
    f <- eval(parse(text = paste0("function(", text, ") NULL"))[[1L]], asNamespace("mxr"))
    body(f) <- bquote(gl_invoke(self, .(name), environment(), .(nothing)))
    f
  }, names, as.character(unlist(r[[2L]])), as.logical(unlist(r[[3L]])))
  known <- list(methods = structure(methods, names = names), fields = as.character(unlist(r[[4L]])))
  if (is.null(the$gl_classes)) the$gl_classes <- new.env(parent = emptyenv())
  assign(key, known, envir = the$gl_classes)
  known
}

gl_invoke <- function(self, name, frame, nothing) {
  what <- paste0(class(self)[1L], ": ", name)
  given <- gl_given(frame, formals(sys.function(sys.parent())), what)
  r <- .call("gl_method", gl_id(self), name, given)
  if (is.null(r) && nothing) invisible(self) else gl_decode(r)
}

gl_field <- function(x, name) {
  own <- own_state(x)
  if (!is.null(own)) {
    if (exists(name, envir = own$fields, inherits = FALSE)) return(get(name, envir = own$fields, inherits = FALSE))
    method <- own$methods[[name]]
    # net$initialize() is Gluon's, that of the class ran when the block was made
    if (!is.null(method) && name != "initialize") return(bind_self(method, x))
  }
  if (name == "summary" && is_block(x)) return(function(...) print(summary(x, ...)))
  method <- gl_class(x)$methods[[name]]
  if (is.null(method)) return(gl_decode(.call("gl_get", gl_id(x), name)))
  environment(method) <- list2env(list(self = x), parent = asNamespace("mxr"))
  structure(method, class = "mx.gluon.method")
}

print.mx.gluon.method <- function(x, ...) {
  text <- utils::capture.output(args(unclass(x)))
  writeLines(c(text[-length(text)], paste("# a method of", class(environment(x)$self)[1L])))
  invisible(x)
}

`$.mx.gluon.object` <- function(x, name) gl_field(x, name)

`$<-.mx.gluon.object` <- function(x, name, value) {
  own <- own_state(x)
  if (is.null(own)) .call("gl_set", gl_id(x), name, gl_encode(value, name))
  else own_set(x, own, name, value)
  x
}

`[[.mx.gluon.object` <- function(x, i, ...) {
  if (!(is.numeric(i) || is.character(i)) || length(i) != 1L || is.na(i))
    mx_stop("[[ ]]: expected the number of a part, counted from 1, or its name; given ", short(i))
  gl_decode(.call("gl_item", gl_id(x), i))
}

`[[<-.mx.gluon.object` <- function(x, i, value) {
  if (!is_block(value)) mx_stop("[[<-: expected a block, given ", short(value))
  .call("gl_put_child", gl_id(x), i, gl_id(value))
  x
}

`[.mx.gluon.Block` <- function(x, i, ...) {
  names <- gl_children_names(x)
  if (is.character(i)) {
    if (anyNA(match(i, names))) mx_stop("[ ]: there is no child ", dQuote(i[is.na(match(i, names))][1L], FALSE))
    i <- match(i, names)
  }
  at <- seq_along(names)[i]
  if (anyNA(at)) index_stop("[ ]: subscript out of bounds: there are ", length(names), " children")
  gl_decode(.call("gl_part", gl_id(x), as.list(at)))
}

gl_children_names <- function(x) as.character(unlist(.call("gl_children", gl_id(x), FALSE)))

# What looks at objects (View, the panes of RStudio) must not fail for those of another session.
gl_gone <- function(x) {
  h <- gl_handle(x)
  !identical(.subset2(h, "session"), the$session) || is.list(.subset2(h, "keep"))
}

length.mx.gluon.object <- function(x) if (gl_gone(x)) 0L else as.integer(.call("gl_length", gl_id(x)))

names.mx.gluon.Block <- function(x) if (gl_gone(x)) character() else gl_children_names(x)

# The fields; `h` is not the user's.
names.mx.gluon.object <- function(x) {
  if (gl_gone(x)) return(character())
  sort(unique(c(as.character(unlist(.call("gl_names", gl_id(x)))), gl_class(x)$fields)))
}

as.list.mx.gluon.Block <- function(x, ...) {
  r <- .call("gl_children", gl_id(x), TRUE)
  structure(lapply(r[[2L]], gl_decode), names = as.character(unlist(r[[1L]])))
}

.DollarNames.mx.gluon.object <- function(x, pattern = "") {
  if (gl_gone(x)) return(character())
  known <- gl_class(x)
  own <- own_state(x)
  names <- c(as.character(unlist(.call("gl_names", gl_id(x)))), known$fields, names(known$methods),
             if (!is.null(own)) c(ls(own$fields), names(own$methods)))
  grep(pattern, sort(unique(names)), value = TRUE)
}

format.mx.gluon.object <- function(x, ...) {
  if (gl_gone(x)) return(paste0("<", class(x)[1L], " of another R session, which cannot be used: see ?mx.gluon>"))
  .call("gl_repr", gl_id(x))
}

print.mx.gluon.object <- function(x, ...) {
  writeLines(format(x))
  invisible(x)
}

str.mx.gluon.object <- function(object, ...) {
  text <- sub("\n.*", " ...", format(object))
  cat(if (!startsWith(text, paste0("<", class(object)[1L]))) paste0("<", class(object)[1L], "> "), text, "\n", sep = "")
}

summary.mx.gluon.object <- function(object, ...) object

print.mx.initializer <- function(x, ...) {
  writeLines(.call("gl_repr", live_id(environment(x)$python)))
  invisible(x)
}

#' The layers of a block
#'
#' Runs a block once on an input and tells its layers, the dims of their outputs, and how many parameters they have. A
#' block that is hybridized shows nothing inside: call `net$hybridize(FALSE)` first.
#' @param object A block.
#' @param ... The inputs, as the block is called with: arrays.
#' @return A table as text, of class `summary.mx.gluon.Block`, which prints as it is.
#' @family Gluon
#' @examplesIf mx.available()
#' net <- mx.gluon.nn.HybridSequential(
#'   mx.gluon.nn.Dense(8, activation = "relu"), mx.gluon.nn.Dense(3))
#' net$initialize()
#' summary(net, mx.nd.ones(c(4, 2)))
summary.mx.gluon.Block <- function(object, ...) {
  if (...length() == 0L) mx_stop("summary: give the inputs, for example summary(net, mx.nd.ones(c(28, 28, 1, 1)))")
  structure(.call("gl_summary", gl_id(object), gl_pairs(list(...))), class = "summary.mx.gluon.Block")
}

print.summary.mx.gluon.Block <- function(x, ...) {
  cat(x)
  invisible(x)
}

# Parameters by name: a list of them, which knows what Python's ParameterDict knows.
`$.mx.gluon.ParameterDict` <- function(x, name) {
  i <- match(name, names(x))
  if (!is.na(i)) return(.subset2(x, i))
  known <- gl_class(x)
  if (!name %in% c(names(known$methods), known$fields)) {
    mx_stop("there is no parameter ", dQuote(name, FALSE), ".", suggest(name, c(names(x), names(known$methods))))
  }
  gl_field(x, name)
}

`$<-.mx.gluon.ParameterDict` <- function(x, name, value) `[[<-`(x, name, value)

`[[.mx.gluon.ParameterDict` <- function(x, i, ...) {
  if (is.character(i) && !i %in% names(x)) {
    mx_stop("there is no parameter ", dQuote(i, FALSE), ".", suggest(i, names(x)))
  }
  if (!is.character(i) && !isTRUE(i >= 1 & i <= length(x))) {
    mx_stop("there are ", length(x), " parameters, given [[", toString(i), "]]")
  }
  .subset2(x, i)
}

# p$w$lr_mult <- 2 ends with putting the same parameter where it was
`[[<-.mx.gluon.ParameterDict` <- function(x, i, value) {
  if (!inherits(value, "mx.gluon.Parameter")) mx_stop("expected a parameter, given ", short(value))
  held <- x[[i]]
  if (!.call("gl_same", gl_id(held), gl_id(value))) mx_stop("a parameter cannot be replaced by another")
  x
}

`[.mx.gluon.ParameterDict` <- function(x, i) {
  part <- unclass(x)
  attr(part, "mx.handle") <- NULL
  part <- part[i]
  if (anyNA(names(part))) mx_stop("there is no such parameter")
  id <- .call("gl_param_dict", as.list(names(part)), unname(lapply(part, gl_id)))
  structure(part, class = class(x), mx.handle = handle_env(id, "gluon"))
}

length.mx.gluon.ParameterDict <- function(x) length(unclass(x))

names.mx.gluon.ParameterDict <- function(x) attr(x, "names")

as.list.mx.gluon.ParameterDict <- function(x, ...) {
  attributes(x) <- list(names = names(x))
  x
}

.DollarNames.mx.gluon.ParameterDict <- function(x, pattern = "") {
  grep(pattern, c(names(x), if (!gl_gone(x)) names(gl_class(x)$methods)), value = TRUE)
}
