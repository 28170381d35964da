# Arrays in files, and in the files that R writes.

# What saveRDS writes for an array.
nd_state <- function(e) {
  id <- .subset2(e, "id")
  d <- .subset2(e, "dim")
  info <- .call("nd_info", id)
  list(values = the$transport$to_r(id, prod(d)), dim = d, dtype = info[[3]], ctx = c(info[[1]], info[[2]]),
       stype = info[[4]])
}

nd_revive <- function(e, state) {
  values <- state$values
  r <- .call("nd_restore", the$transport$to_python(values), as.list(as.double(state$dim)), state$dtype,
             as.list(state$ctx), state$stype %||% "default")
  assign("dim", r[-1L], envir = e)
  r[1L]
}

#' Arrays in files
#'
#' `mx.nd.save()` writes one array or a list of arrays to a file that every MXNet language reads; `mx.nd.load()` reads
#' such a file.
#'
#' R's own ways keep arrays too: [saveRDS()], [save()], [save.image()], and the transport of objects to the workers of
#' package parallel. What is read back is an array of its own.
#' @param ndarray An `MXNDArray`, or a list of them; names are kept.
#' @param filename The file; `~` is expanded.
#' @return `mx.nd.load()`: always a list, with names where the file has them. `mx.nd.save()`: nothing.
#' @family arrays
#' @examplesIf mx.available()
#' f <- tempfile()
#' mx.nd.save(list(w = mx.nd.ones(c(2, 3)), b = mx.nd.zeros(3)), f)
#' names(mx.nd.load(f))
#' unlink(f)
mx.nd.save <- function(ndarray, filename) {
  check_string(filename, "filename", "mx.nd.save")
  ids <- if (is.null(names(ndarray))) nd_ids(ndarray, "ndarray", "mx.nd.save") else named_ids(ndarray, "ndarray", "mx.nd.save")
  if (!length(ids)) mx_stop("mx.nd.save: argument ndarray is an empty list")
  invisible(.call("nd_save", path.expand(filename), ids))
}

#' @rdname mx.nd.save
mx.nd.load <- function(filename) {
  check_string(filename, "filename", "mx.nd.load")
  if (!file.exists(filename)) mx_stop("mx.nd.load: there is no file ", dQuote(filename, FALSE))
  r <- .call("nd_load", path.expand(filename))
  if (!is.list(r)) r <- list(r)
  lapply(r, new_nd)
}

#' Collect arrays along the last dim
#'
#' Binds the arrays pushed to it along the last dim, as the examples of batches are put together.
#' @return A list of two functions: `push(nd)` takes an array, `get()` gives what was pushed as one R array (a plain
#'   vector for arrays of one dim).
#' @family arrays
#' @examplesIf mx.available()
#' p <- mx.nd.arraypacker()
#' p$push(mx.nd.ones(c(2, 1)))
#' p$push(mx.nd.zeros(c(2, 2)))
#' p$get()
mx.nd.arraypacker <- function() {
  parts <- list()
  shape <- NULL
  push <- function(nd) {
    d <- dim(nd)
    if (is.null(shape)) shape <<- d
    if (length(d) != length(shape)) mx_stop("The number of dimension need to be matched")
    if (!identical(d[-length(d)], shape[-length(shape)]))
      mx_stop("The dimension besides last need to be consistent for arrays pushed")
    parts[[length(parts) + 1L]] <<- as.vector(as.array(nd))
    invisible()
  }
  get <- function() {
    values <- unlist(parts)
    if (length(shape) <= 1) return(values)
    first <- shape[-length(shape)]
    array(values, c(first, length(values) / prod(first)))
  }
  list(push = push, get = get)
}
