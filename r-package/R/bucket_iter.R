# mx.io.bucket.iter: sequences of several lengths, sorted into buckets; an iterator in plain R, its fields are API.

check_bucket <- function(bucket, name, fn) {
  where <- paste0(fn, ": bucket ", dQuote(name, FALSE))
  if (!is.list(bucket) || is.null(bucket$data) || is.null(bucket$label))
    mx_stop(where, " must be a list(data=, label=), given ", short(bucket))
  data <- numbers(bucket$data, "data", where)
  label <- numbers(bucket$label, "label", where)
  d <- dim(data)
  if (length(d) < 2) mx_stop(where, ": data must have dim c(sequence, examples), given ", short(data))
  n <- d[length(d)]
  m <- last_dim(label)
  if (m != n) mx_stop(where, " has ", n, " examples in data but ", m, " in label")
  invisible(n)
}

last_dim <- function(x) if (is.null(dim(x))) length(x) else dim(x)[length(dim(x))]

# The examples `idx`, which are counted by the last dim.
take_last <- function(x, idx) {
  d <- dim(x)
  if (is.null(d)) return(x[idx])
  if (length(d) == 2L) return(x[, idx, drop = FALSE])
  do.call("[", c(list(x), rep(list(TRUE), length(d) - 1L), list(idx, drop = FALSE)))
}

# Steps of each sequence that are not padding. A step of several features is padding where all of them are.
steps_used <- function(data, mask) {
  d <- dim(data)
  padding <- data == mask
  if (length(d) > 2L) padding <- colSums(padding, dims = length(d) - 2L) == prod(utils::head(d, -2L))
  d[length(d) - 1L] - colSums(padding)
}

BucketIter <- setRefClass("BucketIter", package = ".GlobalEnv",
  fields = list(buckets = "ANY", bucket.names = "ANY", batch.size = "ANY", data.mask.element = "ANY", shuffle = "ANY",
                bucket.plan = "ANY", bucketID = "ANY", epoch = "ANY", batch = "ANY", batch.per.bucket = "ANY",
                last.batch.pad = "ANY", batch.per.epoch = "ANY", seed = "ANY"),
  methods = list(
    # No argument is required: copy() and derived classes make an empty object first.
    initialize = function(buckets = list(), batch.size = 1, data.mask.element = 0, shuffle = FALSE, seed = 123, ...) {
      initFields(buckets = buckets, bucket.names = names(buckets), batch.size = batch.size,
                 data.mask.element = data.mask.element, shuffle = shuffle, seed = seed, epoch = 0, batch = 0,
                 batch.per.bucket = 0, batch.per.epoch = 0, last.batch.pad = 0, bucket.plan = NULL, bucketID = NULL, ...)
    },
    reset = function() {
      size <- vapply(buckets, function(b) as.double(last_dim(b$data)), 0)
      batch.per.bucket <<- ceiling(size / batch.size)
      last.batch.pad <<- batch.per.bucket * batch.size - size
      batch.per.epoch <<- sum(batch.per.bucket)
      epoch <<- epoch + 1
      batch <<- 0
      ids <- rep(names(batch.per.bucket), times = batch.per.bucket)
      if (shuffle) {
        # The order of the draws is the original's: first the plan, then the examples of each bucket.
        set.seed(seed)
        ids <- sample(ids)
        buckets <<- lapply(buckets, function(b) {
          idx <- sample(last_dim(b$data))
          list(data = take_last(b$data, idx), label = take_last(b$label, idx))
        })
      }
      bucket.plan <<- structure(stats::ave(rep(1, length(ids)), ids, FUN = cumsum), names = ids)
      bucketID <<- bucket.plan[1L]
      invisible(.self)
    },
    iter.next = function() {
      if (batch >= batch.per.epoch) return(FALSE)
      batch <<- batch + 1
      bucketID <<- bucket.plan[batch]
      TRUE
    },
    value = function() {
      if (is.null(bucketID)) mx_stop("mx.io.bucket.iter: call $reset() and $iter.next() before $value()")
      id <- names(bucketID)
      bucket <- buckets[[id]]
      n <- last_dim(bucket$data)
      at <- (bucketID[[1L]] - 1) * batch.size + seq_len(batch.size) - 1
      # The last batch is filled up with the first examples of its bucket.
      idx <- ifelse(at < n, at, (at - n) %% n) + 1
      data <- take_last(bucket$data, idx)
      list(data = mx.nd.array(data), seq.mask = mx.nd.array(steps_used(data, data.mask.element)),
           label = mx.nd.array(take_last(bucket$label, idx)))
    },
    num.pad = function() {
      id <- names(bucketID)
      if (is.null(id) || bucketID != batch.per.bucket[[id]]) 0 else last.batch.pad[[id]]
    },
    finalize = function() invisible(),
    show = function() {
      cat("<BucketIter> batches of", batch.size, "from", length(buckets), "buckets\n")
      for (n in bucket.names) cat(sprintf("  length %s: %d sequences\n", n, as.integer(last_dim(buckets[[n]]$data))))
    }
  ))

#' Sequences of several lengths in buckets
#'
#' An iterator for recurrent networks. Sequences of about equal length are padded to one length and make a bucket; every batch comes from one bucket. The last batch of a bucket is filled up with the first examples of that
#' bucket, and `num.pad()` says by how many.
#'
#' A batch (`$value()`) is a named list of three arrays: `data` of dim `c(length, batch.size)`, `seq.mask` with the number
#' of steps of each sequence that are not padding, and `label`. Scripts read these fields: `buckets`, `bucket.names`,
#' `batch.size`, `bucketID` (a named number: the name is the bucket, the value the batch within it), `bucket.plan` (all
#' `bucketID`s of a round), `epoch`, `batch`, `batch.per.bucket`, `batch.per.epoch` and `last.batch.pad`.
#' Call `$reset()` and `$iter.next()` before `$value()`.
#'
#' As in MXNet R, `shuffle = TRUE` calls R's `set.seed(seed)` at each reset, shuffles the order of the batches and the
#' examples within the buckets, and leaves R's random numbers in that state.
#'
#' Unlike in MXNet R a bucket may have fewer examples than half a batch (the first ones are then used several times),
#' and data may have features: dim `c(features, length, examples)`. A step then counts as padding where all its features
#' are `data.mask.element`.
#'
#' @param buckets A list named by sequence length (`"10"`), of `list(data =, label =)`. `data` has dim `c(length, examples)`;
#'   `label` is a vector of `examples` numbers (one label a sequence) or has dim `c(length, examples)` (one a step).
#' @param batch.size Number of sequences in a batch.
#' @param data.mask.element The number that fills short sequences up.
#' @param shuffle Whether batches and examples change their order at every reset.
#' @param seed For R's `set.seed` when shuffling.
#' @return A reference object of class `BucketIter`; `is.mx.dataiter` says `FALSE` of it, as in MXNet R.
#' @aliases BucketIter BucketIter-class
#' @family recurrent networks
#' @seealso [mx.model.buckets], [rnn.graph]
#' @examplesIf mx.available()
#' short <- list(data = matrix(c(1, 2, 0,  3, 4, 5), 3), label = c(0, 1))
#' long <- list(data = matrix(c(1:5,  5:1,  2, 2, 2, 2, 0), 5), label = c(1, 0, 1))
#' it <- mx.io.bucket.iter(list("3" = short, "5" = long), batch.size = 2)
#' it$reset()
#' while (it$iter.next()) {
#'   print(it$bucketID)
#'   print(it$value()$seq.mask)
#' }
#' it$num.pad()
mx.io.bucket.iter <- function(buckets, batch.size, data.mask.element = 0, shuffle = FALSE, seed = 123) {
  fn <- "mx.io.bucket.iter"
  if (!is.list(buckets) || !length(buckets) || is.null(names(buckets)) || anyDuplicated(names(buckets)))
    mx_stop(fn, ": argument buckets must be a list of list(data=, label=) named by sequence length, given ", short(buckets))
  for (n in names(buckets)) check_bucket(buckets[[n]], n, fn)
  check_count(batch.size, "batch.size", fn)
  check_flag(shuffle, "shuffle", fn)
  if (!is.numeric(data.mask.element) || length(data.mask.element) != 1)
    mx_stop(fn, ": argument data.mask.element must be one number, given ", short(data.mask.element))
  BucketIter$new(buckets = buckets, batch.size = batch.size, data.mask.element = data.mask.element, shuffle = shuffle,
                 seed = seed)
}
