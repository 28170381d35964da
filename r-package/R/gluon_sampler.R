# Gluon's samplers: the order of examples.

new_sampler <- function(kind, args) {
  id <- .call("gdata_sampler", kind, args)
  e <- data_object(id, kind, "MXSampler")
  makeActiveBinding("length", function() .call("gdata_length", live_id(e$.h)), e)
  e
}

sampler_spec <- function(x, arg, fn, n = Inf) {
  if (is.null(x)) return(NULL)
  if (inherits(x, "MXSampler")) return(live_id(.subset2(x, ".h")))
  if (!is.numeric(x) || anyNA(x) || any(x != round(x)) || any(x < 1) || any(x > n))
    mx_stop(fn, ": argument ", arg, " must be a sampler, or positions from 1", if (is.finite(n)) paste(" to", n),
            ", given ", if (is.numeric(x) && length(x)) paste(format(range(x)), collapse = " to ") else short(x))
  as.list(x)
}

#' Samplers
#'
#' The order in which a loader takes examples. A numeric vector of positions, from 1, is a sampler too.
#'
#' `SequentialSampler()`: one after the other; `RandomSampler()`: in an order drawn anew for each pass, see
#' [mx.set.seed()]; `FilterSampler()`: the examples for which `fn` gives `TRUE`; `BatchSampler()`: batches of positions
#' that another sampler gives.
#' @param length the number of examples.
#' @param start the first position.
#' @param fn a function of the parts of an example, that gives `TRUE` or `FALSE`.
#' @param dataset a data set.
#' @param sampler a sampler or positions.
#' @param batch_size examples in a batch.
#' @param last_batch `"keep"`, `"discard"` or `"rollover"`, see [mx.gluon.data.DataLoader()].
#' @param x a sampler.
#' @param ... not used.
#' @return an object of class `MXSampler`; `as.list()` gives the positions (or batches of them) of one pass, `length()`
#'   their number.
#' @examplesIf mx.available()
#' unlist(as.list(mx.gluon.data.RandomSampler(5)))
#' as.list(mx.gluon.data.BatchSampler(mx.gluon.data.SequentialSampler(5), 2, "keep"))
#' @family Gluon data
#' @name mx.gluon.data.RandomSampler
#' @rdname mx.gluon.data.RandomSampler
mx.gluon.data.RandomSampler <- function(length) {
  new_sampler("RandomSampler", list(length = check_count(length, "length", "mx.gluon.data.RandomSampler", 0)))
}

#' @rdname mx.gluon.data.RandomSampler
mx.gluon.data.SequentialSampler <- function(length, start = 1) {
  fn <- "mx.gluon.data.SequentialSampler"
  check_count(length, "length", fn, 0)
  new_sampler("SequentialSampler", list(length = length, start = check_count(start, "start", fn) - 1))
}

#' @rdname mx.gluon.data.RandomSampler
mx.gluon.data.FilterSampler <- function(fn, dataset) {
  name <- "mx.gluon.data.FilterSampler"
  new_sampler("FilterSampler", list(fn = data_function(fn, "fn", name), dataset = data_id(dataset, "dataset", name)))
}

#' @rdname mx.gluon.data.RandomSampler
mx.gluon.data.BatchSampler <- function(sampler, batch_size, last_batch = "keep") {
  fn <- "mx.gluon.data.BatchSampler"
  check_string(last_batch, "last_batch", fn)
  check_count(batch_size, "batch_size", fn)
  new_sampler("BatchSampler", list(sampler = sampler_spec(sampler, "sampler", fn), last_batch = last_batch,
                                   batch_size = batch_size))
}

#' @rdname mx.gluon.data.RandomSampler
as.list.MXSampler <- function(x, ...) lapply(.call("gdata_positions", live_id(.subset2(x, ".h"))), identity)

#' @rdname mx.gluon.data.RandomSampler
length.MXSampler <- function(x) .subset2(x, "length")

#' @rdname mx.gluon.data.RandomSampler
print.MXSampler <- function(x, ...) {
  cat("<", .subset2(x, ".kind"), " of length ", .subset2(x, "length"), ">\n", sep = "")
  invisible(x)
}
