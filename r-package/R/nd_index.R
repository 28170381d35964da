# Parts of arrays. Positions become, dim by dim: NULL (all), list(begin, end) from 0 (neighbours), or 1-based positions.

index_stop <- function(...) mx_stop(..., class = "mxr_index_error")

#' Parts of an array
#'
#' `x[...]` takes positions as R does, counted from 1 along R's dims: numbers, ranges, negative numbers, logicals, nothing
#' for a whole dim, and with a single index the elements in R's order, a logical array or a matrix of positions. The
#' result stays on the engine. `x[...] <- value` writes into the array.
#'
#' `x[x > 0]`: an `MXNDArray` as index is a mask of zeros and ones, as comparisons make it. Positions must be R numbers.
#'
#' Dims of extent 1 are dropped unless `drop = FALSE`; a single number is an `MXNDArray` of dim 1, `x[[i, j]]` gives it
#' as a plain R number. A range of the last dim with all others whole (`x[, 1:3]` of a matrix) shares memory with `x`;
#' everything else is a copy.
#'
#' Assignment changes the array itself, so every variable that holds it sees the change (reference semantics, as in
#' Python and in torch): take `mx.nd.copyto(x, ctx(x))` first where that is not wanted. MXNet R has neither `[` nor
#' `[<-`, and scripts that index `as.array(x)` work as ever.
#' @param x An `MXNDArray`.
#' @param ... Positions: one index for each dim, or a single one.
#' @param drop Whether dims of extent 1 are left out.
#' @param value A number, an R vector or array, or an `MXNDArray`; recycled where its length divides the number of
#'   elements to replace, otherwise an error.
#' @param name A field: `dim`, `dtype`, `context`, `stype` (storage), `T` (the transposed array) or `grad` (the gradient);
#'   or a method: `attach_grad()`, `backward()`, `detach()`, see [mx.autograd.record()].
#' @param n How many elements, or how many along each dim; negative: all but so many.
#' @name index.MXNDArray
#' @aliases [.MXNDArray
#' @return An `MXNDArray`; for `[[` a number, for `$` the field.
#' @family arrays
#' @examplesIf mx.available()
#' x <- mx.nd.array(matrix(1:12, 3, 4))
#' x[2, ]
#' x[-1, c(1, 4)]
#' x[x > 10]
#' x[1, ] <- 0
#' x
#' x[[2, 3]]
#' x$dtype
#' head(x, 1)
`[.MXNDArray` <- function(x, ..., drop = TRUE) {
  n <- nargs() - 1L - !missing(drop)
  d <- .subset2(x, "dim")
  given <- substitute(list(...))
  if (n == 1L) {
    if (...length() == 0L || identical(given[[2L]], quote(expr = ))) return(x)
    i <- ..1
    if (inherits(i, "MXNDArray")) return(new_nd(.call("nd_take_mask", live_id(x), mask_id(i, d))))
    s <- subscript(single_index(i, d), prod(d))
    return(new_nd(.call("nd_take", live_id(x), index_spec(s))))
  }
  check_count_of_indices(n, d)
  subs <- vector("list", n)
  for (k in seq_len(n)) {
    if (!identical(given[[k + 1L]], quote(expr = ))) subs[k] <- list(subscript(...elt(k), d[k], k))
  }
  new_nd(.call("nd_index", live_id(x), lapply(subs, index_spec), isTRUE(drop)))
}

#' @rdname index.MXNDArray
`[<-.MXNDArray` <- function(x, ..., value) {
  n <- nargs() - 2L
  d <- .subset2(x, "dim")
  if (!inherits(value, "MXNDArray")) {
    if (length(value) == 0L) index_stop("[<-: replacement has length zero")
    value <- numbers(value, "value", "[<-")
  }
  # `value` stays alive in this frame while Python reads its memory
  new <- if (inherits(value, "MXNDArray")) list("nd", live_id(value)) else
    if (length(value) == 1L) as.double(value) else the$transport$to_python(value)
  given <- substitute(list(...))
  id <- live_id(x)
  if (n == 1L) {
    if (...length() == 0L || identical(given[[2L]], quote(expr = ))) {
      .call("nd_put_at", id, NULL, new)
    } else if (inherits(..1, "MXNDArray")) {
      .call("nd_put_mask", id, mask_id(..1, d), new)
    } else {
      s <- subscript(single_index(..1, d), prod(d))
      .call("nd_put_at", id, index_spec(s), new)
    }
    return(x)
  }
  check_count_of_indices(n, d)
  subs <- vector("list", n)
  for (k in seq_len(n)) {
    if (!identical(given[[k + 1L]], quote(expr = ))) subs[k] <- list(subscript(...elt(k), d[k], k))
  }
  .call("nd_put", id, lapply(subs, index_spec), new)
  x
}

#' @rdname index.MXNDArray
`[[.MXNDArray` <- function(x, ...) {
  r <- x[..., drop = FALSE]
  if (length(r) != 1L) index_stop("[[: expected the position of one element, given positions of ", length(r))
  nd_values(r)
}

#' @rdname index.MXNDArray
`[[<-.MXNDArray` <- function(x, ..., value) {
  if (length(value) != 1L) index_stop("[[<-: expected one number, given ", short(value))
  x[...] <- value
  x
}

check_count_of_indices <- function(n, d) {
  if (n != length(d)) {
    index_stop("[ ]: incorrect number of dimensions: ", n, " indices for an MXNDArray of dim ", dim_text(d))
  }
}

index_spec <- function(s) if (is.numeric(s)) the$transport$to_python(s) else s

mask_id <- function(i, d) {
  if (!identical(.subset2(i, "dim"), d) && prod(.subset2(i, "dim")) != prod(d)) {
    index_stop("[ ]: a mask of dim ", dim_text(dim(i)), " for an MXNDArray of dim ", dim_text(d))
  }
  live_id(i)
}

# A single index: a matrix with one column for each dim holds a position in each row.
single_index <- function(i, d) {
  if (!is.matrix(i) || !is.numeric(i) || ncol(i) != length(d) || length(d) < 2L) return(i)
  if (anyNA(i) || any(i < 1) || any(i > rep(d, each = nrow(i))))
    index_stop("[ ]: subscript out of bounds: the rows of an index matrix must be positions in dim ", dim_text(d))
  as.vector((trunc(i) - 1) %*% cumprod(c(1, d))[seq_along(d)]) + 1
}

# One index `i` along `d` elements; `k` is the dim, for messages.
subscript <- function(i, d, k = NULL) {
  where <- if (is.null(k)) "" else paste0(" in dim ", k)
  if (is.numeric(i) && length(i) == 1L && !is.object(i) && !is.na(i) && i >= 1) {
    if (i >= d + 1) index_stop("[ ]: subscript out of bounds: ", format(i), where, ", which has ", d)
    at <- trunc(as.double(i))
    return(list(at - 1, at))
  }
  if (inherits(i, "MXNDArray")) {
    mask_id(i, d)
    i <- as.double(unlist(.call("nd_mask", live_id(i))))
  } else if (is.logical(i)) {
    if (length(i) > d) index_stop("[ ]: (subscript) logical subscript too long", where, ": ", length(i), " for ", d)
    if (anyNA(i)) index_stop("[ ]: NA in a logical index", where)
    i <- which(rep_len(i, d))
  } else if (is.numeric(i)) {
    if (anyNA(i)) index_stop("[ ]: NA in an index", where)
    i <- if (is.integer(i)) as.vector(unclass(i)) else trunc(as.vector(unclass(i)))
    if (length(i) && min(i) < 0) {
      if (max(i) > 0) index_stop("[ ]: can't mix positive and negative subscripts", where)
      i <- seq_len(d)[i]
    } else if (any(i == 0)) {
      i <- i[i != 0]
    }
    if (length(i) && max(i) > d) index_stop("[ ]: subscript out of bounds: ", format(max(i)), where, ", which has ", d)
  } else if (is.character(i)) {
    index_stop("[ ]: an MXNDArray has no dimnames; give positions", where, ", not names")
  } else {
    index_stop("[ ]: an index must be numbers or logicals", where, ", given ", short(i))
  }
  n <- length(i)
  if (n == 0L) return(list(0, 0))
  if (i[n] - i[1L] == n - 1 && (n < 3L || !is.unsorted(i, strictly = TRUE))) return(list(i[1L] - 1, as.double(i[n])))
  i
}

# Fields
ND_FIELDS <- c("dim", "dtype", "context", "stype", "T", "grad")

#' @rdname index.MXNDArray
`$.MXNDArray` <- function(x, name) {
  method <- ND_METHODS[[name]]
  if (!is.null(method)) return(method(x))
  switch(name, dim = dim(x), dtype = nd_facts(x)$dtype, context = ctx(x), stype = nd_facts(x)$stype, T = t(x),
         grad = nd_gradient(x),
         mx_stop("an MXNDArray has no field '", name, "'; it has ", toString(c(ND_FIELDS, names(ND_METHODS))), ".",
                 suggest(name, c(ND_FIELDS, names(ND_METHODS)))))
}

`$<-.MXNDArray` <- function(x, name, value) {
  # x$grad[] <- 0 ends here
  if (name == "grad" && inherits(value, "MXNDArray")) {
    .call("ag_put_gradient", live_id(x), live_id(value))
    return(x)
  }
  mx_stop("fields of an MXNDArray cannot be assigned: $", name, " (dim(x) <- c(...) and x[...] <- value can)")
}

.DollarNames.MXNDArray <- function(x, pattern = "") grep(pattern, c(ND_FIELDS, names(ND_METHODS)), value = TRUE)

names.MXNDArray <- function(x) NULL

#' @rdname index.MXNDArray
head.MXNDArray <- function(x, n = 6L, ...) end_of(x, n, "head")

#' @rdname index.MXNDArray
tail.MXNDArray <- function(x, n = 6L, ...) end_of(x, n, "tail")

end_of <- function(x, n, fn) {
  d <- .subset2(x, "dim")
  if (!is.numeric(n) || length(n) == 0L || length(n) > length(d)) {
    mx_stop(fn, ": argument n must be one number, or one for each of the ", length(d), " dims, given ", short(n))
  }
  specs <- vector("list", length(d))
  for (k in seq_along(n)) {
    if (is.na(n[k])) next
    size <- if (n[k] >= 0) min(n[k], d[k]) else max(d[k] + n[k], 0)
    specs[[k]] <- if (fn == "head") list(0, size) else list(d[k] - size, d[k])
  }
  new_nd(.call("nd_index", live_id(x), specs, FALSE))
}
