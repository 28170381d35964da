# Gluon's DataLoader: batches of a data set, and the ways to go over them.

#' Batches of a data set
#'
#' `mx.gluon.data.DataLoader()` makes batches of examples. `each()` is the loop over them; the other ways are below.
#'
#' ```
#' mx.gluon.data.each(loader, function(batch) ...)      # one pass
#' for (i in seq_along(loader)) {                       # the same with R's for
#'   batch <- loader$nextbatch()
#' }
#' while (loader$iter.next()) batch <- loader$value()   # as the iterators of mx.io
#' batches <- as.list(loader)                           # all of them, also lapply(loader, f)
#' ```
#'
#' A batch is a list of `MXNDArray`s (examples along the last dim) with the names of the data set's parts, `data` and
#' `label` as a rule, or one array where examples have one part. Each pass draws its own order where `shuffle` is
#' `TRUE`; [mx.set.seed()] makes it repeatable.
#'
#' `loader$length`, as `length(loader)`, counts the batches; `loader$nextbatch()` gives the next one, and after the last
#' the first of a new pass; `loader$reset()` starts anew at once. [fit()][fit.mx.gluon.Block] and the functions that
#' take iterators, such as [mx.model.FeedForward.create()], take loaders too; the latter fill up a last batch that is
#' smaller and cut the surplus off where they predict.
#'
#' @param dataset a data set, see [mx.gluon.data.ArrayDataset()], or what that takes: a vector, matrix, array or data
#'   frame.
#' @param batch_size examples in a batch.
#' @param shuffle whether each pass takes the examples in a new order. Where `sampler` or `batch_sampler` is given: not.
#' @param sampler the order: a [sampler][mx.gluon.data.RandomSampler()], or positions from 1.
#' @param last_batch what becomes of a last batch that is smaller: `"keep"`, `"discard"`, or `"rollover"` to the next
#'   pass.
#' @param batch_sampler gives batches of positions; then none of the arguments before is given.
#' @param batchify_fn `function(examples)` that makes a batch of a list of examples; by default arrays are stacked along
#'   a new last dim.
#' @param num_workers how many processes make batches ahead; 0: none. R functions cannot run there.
#' @param prefetch how many batches are made ahead, 2 for each worker by default.
#' @param timeout seconds to wait for a worker.
#' @param f a function of a batch.
#' @param x,loader a loader; `each()` also takes iterators of `mx.io`.
#' @param ... `each()`: passed to `f`; else ignored.
#' @return a loader, of class `MXDataLoader`. `each()` gives, invisibly, the list of what `f` returned.
#' @section Errors: `batch_size must be specified unless batch_sampler is specified`; arguments of the wrong kind are
#'   named.
#' @examplesIf mx.available()
#' flowers <- mx.gluon.data.ArrayDataset(iris[1:4], iris$Species)
#' loader <- mx.gluon.data.DataLoader(flowers, batch_size = 50)
#' loader
#' mx.gluon.data.each(loader, function(batch) print(as.array(mean(batch$data))))
#' @family Gluon data
#' @name mx.gluon.data.DataLoader
#' @rdname mx.gluon.data.DataLoader
mx.gluon.data.DataLoader <- function(dataset, batch_size = if (is.null(batch_sampler)) 32,
                                     shuffle = is.null(sampler) && is.null(batch_sampler), sampler = NULL,
                                     last_batch = if (is.null(batch_sampler)) "keep", batch_sampler = NULL,
                                     batchify_fn = NULL, num_workers = 0, prefetch = NULL, timeout = 120) {
  fn <- "mx.gluon.data.DataLoader"
  if (!inherits(dataset, "MXDataset")) dataset <- array_dataset(list(data = dataset), "auto", fn)
  if (!is.null(batch_size)) check_count(batch_size, "batch_size", fn)
  if (!is.null(last_batch)) check_string(last_batch, "last_batch", fn)
  check_flag(shuffle, "shuffle", fn)
  check_count(num_workers, "num_workers", fn, 0)
  check_number(timeout, "timeout", fn)
  if (!is.null(batchify_fn)) {
    if (!is.function(batchify_fn)) mx_stop(fn, ": argument batchify_fn must be a function, given ", short(batchify_fn))
    f <- batchify_fn
    names <- .subset2(dataset, ".names")
    batchify_fn <- data_function(function(examples) f(lapply(examples, named, names)), "batchify_fn", fn)
  }
  n <- .subset2(dataset, "length")
  id <- .call("gdata_loader", data_id(dataset, "dataset", fn), list(
    batch_size = batch_size, shuffle = shuffle, sampler = sampler_spec(sampler, "sampler", fn, n),
    last_batch = last_batch, batch_sampler = sampler_spec(batch_sampler, "batch_sampler", fn, n),
    batchify_fn = batchify_fn, num_workers = num_workers, prefetch = prefetch, timeout = timeout))
  new_loader(id, dataset, if (is.null(batchify_fn)) .subset2(dataset, ".names"), batch_size)
}

new_loader <- function(id, dataset = NULL, names = NULL, batch_size = NULL) {
  e <- data_object(id, "DataLoader", c("MXDataLoader", "Rcpp_MXNativeDataIter"), dataset = dataset, .names = names,
                   .size = batch_size)
  h <- e$.h
  makeActiveBinding("length", function() .call("gdata_length", live_id(h)), e)
  e$nextbatch <- function() named(gl_decode(.call("gdata_next", live_id(h))), names)
  e$reset <- function() invisible(.call("iter_reset", live_id(h)))
  e$iter.next <- function() .call("iter_next", live_id(h))
  e$value <- function() named(gl_decode(.call("gdata_value", live_id(h))), names)
  e$num.pad <- function() 0L
  e
}

#' @rdname mx.gluon.data.DataLoader
mx.gluon.data.each <- function(loader, f, ...) {
  fn <- "mx.gluon.data.each"
  if (!is_iter(loader)) mx_stop(fn, ": argument loader must be a loader or an iterator, given ", short(loader))
  if (!is.function(f)) mx_stop(fn, ": argument f must be a function of a batch, given ", short(f))
  out <- list()
  loader$reset()
  while (loader$iter.next()) out[length(out) + 1L] <- list(f(loader$value(), ...))
  invisible(out)
}

#' @rdname mx.gluon.data.DataLoader
length.MXDataLoader <- function(x) .subset2(x, "length")

#' @rdname mx.gluon.data.DataLoader
as.list.MXDataLoader <- function(x, ...) {
  lapply(gl_decode(.call("gdata_batches", live_id(.subset2(x, ".h")))), named, .subset2(x, ".names"))
}

`[[.MXDataLoader` <- function(x, i, ...) {
  if (is.character(i)) return(`$`(x, i))
  mx_stop("[[ ]]: a loader gives its batches in order: loader$nextbatch(), mx.gluon.data.each(), as.list(loader)[[i]]")
}

#' @rdname mx.gluon.data.DataLoader
print.MXDataLoader <- function(x, ...) {
  n <- .subset2(x, "length")
  size <- .subset2(x, ".size")
  cat("<DataLoader: ", big(n), ngettext(n, " batch", " batches"), if (!is.null(size)) paste(" of", size), ">\n",
      sep = "")
  if (!is.null(x$dataset)) print(x$dataset)
  invisible(x)
}
