# Data iterators: $reset(), $iter.next(), $value(), $num.pad(); user code extends the classes with setRefClass().

#' Data iterators
#'
#' What trains and predicts takes iterators of these Reference Classes: `Rcpp_MXArrayDataIter` from [mx.io.arrayiter()],
#' `Rcpp_MXNativeDataIter` from the readers of files such as [mx.io.ImageRecordIter()]; both extend `Rcpp_MXDataIter`.
#'
#' Methods: `$reset()` goes back to the beginning; `$iter.next()` goes to the next batch, `FALSE` where there is none,
#' and comes before the first `$value()`; `$value()` is the batch, a named list of NDArrays `data` and `label`, examples
#' along the last dim; `$num.pad()` counts the examples at its end that only fill it up; `$finalize()` gives the memory
#' back.
#'
#' An iterator of your own extends one of the classes by `setRefClass(contains = "Rcpp_MXArrayDataIter")` and brings the
#' four methods; see the example and `vignette("custom_iterator", package = "mxr")`.
#' @param x any object.
#' @return `is.mx.dataiter()`: whether `x` is an iterator of the two classes or of one that extends them.
#' @family iterators
#' @aliases Rcpp_MXArrayDataIter-class Rcpp_MXNativeDataIter-class Rcpp_MXDataIter-class
#' @aliases Rcpp_MXArrayDataIter Rcpp_MXNativeDataIter Rcpp_MXDataIter
#' @examplesIf mx.available()
#' it <- mx.io.arrayiter(matrix(1:20, 2), 0:9, batch.size = 4)
#' while (it$iter.next()) print(as.array(it$value()$label))
#' it$num.pad()
#' it$reset()
#'
#' Doubled <- setRefClass("Doubled", fields = "inner", contains = "Rcpp_MXArrayDataIter",
#'   methods = list(
#'   initialize = function(inner) {
#'     .self$inner <- inner
#'     .self
#'   },
#'   reset = function() .self$inner$reset(),
#'   iter.next = function() .self$inner$iter.next(),
#'   value = function() {
#'     batch <- .self$inner$value()
#'     list(data = batch$data * 2, label = batch$label)
#'   },
#'   num.pad = function() .self$inner$num.pad()))
#' mx.io.extract(Doubled$new(it), "data")
is.mx.dataiter <- function(x) inherits(x, "Rcpp_MXNativeDataIter") || inherits(x, "Rcpp_MXArrayDataIter")

# Methods that a user's class inherits are evaluated where that class was defined, from where only what the package
# exports is seen.
MXDataIterClass <- setRefClass("Rcpp_MXDataIter", package = ".GlobalEnv",
  fields = list(.h = "environment"),
  methods = list(
    reset = function() invisible(asNamespace("mxr")$iter_call("iter_reset", .self)),
    iter.next = function() asNamespace("mxr")$iter_call("iter_next", .self),
    value = function() asNamespace("mxr")$iter_value(.self),
    num.pad = function() asNamespace("mxr")$iter_call("iter_num_pad", .self),
    finalize = function() asNamespace("mxr")$iter_finalize(.h, .self),
    show = function() cat(asNamespace("mxr")$iter_text(.self), "\n", sep = "")
  ))

iter_call <- function(name, it) .call(name, iter_handle(it))

iter_value <- function(it) lapply(.call("iter_value", iter_handle(it)), new_nd)

# A copy shares the handle of its original and leaves it alone.
iter_finalize <- function(h, it) if (is.environment(h) && identical(h$of, as.environment(it))) release(h)

# R calls x$.self$finalize() for objects that are collected. It finds methods by dispatch on `$`, which it turns off
# while it looks for inherited methods of any primitive: what is collected just then fails with "attempt to apply
# non-function". A method that was asked for once lies in the object and needs no dispatch.
setMethod("initialize", "Rcpp_MXDataIter", function(.Object, ...) {
  .Object <- callNextMethod()
  .Object$finalize
  .Object
})

MXArrayDataIterClass <- setRefClass("Rcpp_MXArrayDataIter", package = ".GlobalEnv", contains = "Rcpp_MXDataIter")

MXNativeDataIterClass <- setRefClass("Rcpp_MXNativeDataIter", package = ".GlobalEnv", contains = "Rcpp_MXDataIter")

new_iter <- function(class, h) {
  it <- class$new(.h = h)
  h$of <- as.environment(it)
  it
}

owns_data <- function(it) is.environment(it$.h) && exists("id", envir = it$.h, inherits = FALSE)

iter_handle <- function(it) {
  if (!owns_data(it)) mx_stop("this iterator has no data of its own: its class must define reset, iter.next, value and num.pad")
  live_id(it$.h)
}

iter_text <- function(it) {
  name <- sub("^Rcpp_", "", class(it)[1])
  if (!owns_data(it)) return(paste0(name, ": a data iterator of a class of its own"))
  info <- .call("iter_info", iter_handle(it))
  dims <- vapply(info$fields, function(d) sprintf("c(%s)", paste(d, collapse = ", ")), "")
  batches <- if (!is.null(info$batches)) {
    filled <- if (info$pad) paste0(", the last filled up with ", info$pad) else ""
    sprintf("; %d batch%s%s", info$batches, if (info$batches == 1) "" else "es", filled)
  }
  paste0(name, ": ", paste(names(dims), dims, collapse = ", "), batches)
}

# Native ones by handle; anything that a user derived or wrote by closures.
iter_spec <- function(it, arg, fn) {
  if (class(it)[1] %in% c("Rcpp_MXArrayDataIter", "Rcpp_MXNativeDataIter", "MXDataLoader")) return(iter_handle(it))
  methods <- c("reset", "iter.next", "value", "num.pad")
  if (!is.environment(it) && !is.list(it) || !all(vapply(methods, function(m) is.function(it[[m]]) || is(it, "envRefClass"), NA)))
    mx_stop(fn, ": argument ", arg, " must be a data iterator or an array, given ", short(it))
  value <- function() lapply(it$value(), function(v) nd_id(v, "value()", fn))
  list(reset = guard(function() {
    it$reset()
    NULL
  }), iter.next = guard(function() isTRUE(it$iter.next())), value = guard(value),
  num.pad = guard(function() as.integer(it$num.pad() %||% 0L)))
}

is_iter <- function(x) {
  if (is.mx.dataiter(x)) return(TRUE)
  if (!is(x, "envRefClass")) return(FALSE)
  def <- methods::getClass(class(x))
  all(c("reset", "iter.next", "value") %in% c(names(def@fieldClasses), ls(def@refMethods)))
}

#' Batches of arrays
#'
#' @param data array, matrix or vector; examples along the last dim. Stored as float32.
#' @param label labels: a vector with one for every example, or an array whose last dim counts examples.
#' @param batch.size number of examples in a batch.
#' @param shuffle `TRUE` shuffles once, now, with the numbers of [mx.runif()] (seeded by [mx.set.seed()]): all rounds
#'   see the same order, as in MXNet R.
#' @return an iterator of class `"Rcpp_MXArrayDataIter"`, see [is.mx.dataiter()]. A last batch that is not full holds
#'   at its end what was there in the batch before (zeros where it is the only one); `$num.pad()` counts these.
#' @section Errors: `Seems X, y was passed in a Row major way ...` where the first dims agree (give `t(data)`),
#'   `Data and label shape in-consistent`, NA or NaN in data or label. Rows of a data.frame are examples: give
#'   `t(data.matrix(df))`, or the data.frame itself to [mx.mlp()].
#' @family iterators
#' @examplesIf mx.available()
#' it <- mx.io.arrayiter(matrix(1:20, 2), 0:9, batch.size = 4)
#' it
#' dim(mx.io.extract(it, "data"))
mx.io.arrayiter <- function(data, label, batch.size = 128, shuffle = FALSE) {
  array_iter(data, label, batch.size, shuffle, "mx.io.arrayiter")
}

array_iter <- function(data, label, batch.size, shuffle, fn, names = c("data", "label")) {
  if (is.data.frame(data)) {
    mx_stop(fn, ": argument ", names[1], " is a data.frame, whose rows are examples; expected an array with examples along the last dim: ",
            "t(data.matrix(", names[1], "))")
  }
  data <- numbers(data, names[1], fn)
  label <- numbers(label, names[2], fn)
  check_count(batch.size, "batch.size", fn)
  check_flag(shuffle, "shuffle", fn)
  dx <- dim(data) %||% length(data)
  dy <- dim(label) %||% length(label)
  if (dx[length(dx)] != dy[length(dy)]) {
    if (dx[1] == dy[1]) {
      mx_stop("Seems X, y was passed in a Row major way, MXNetR adopts a column major convention.\n",
              "Please pass in transpose of X instead")
    }
    mx_stop("Data and label shape in-consistent: ", fn, " needs the same last dim, given data of dim c(",
            paste(dx, collapse = ", "), ") and label of dim c(", paste(dy, collapse = ", "), ")")
  }
  if (is.null(the$transport)) bind()
  to <- the$transport$to_python
  id <- .call("io_array_iter", to(data), as.list(as.double(dx)), to(label), as.list(as.double(dy)),
              as.integer(batch.size), shuffle, fn, as.list(names))
  count_bytes(4 * (length(data) + length(label)))
  new_iter(MXArrayDataIterClass, handle_env(id, "iterator", 4 * length(data)))
}

key_value <- function(kind, args) {
  if (length(args) && (is.null(names(args)) || any(names(args) == "")))
    mx_stop("mx.varg.io.", kind, " only accept key=value style arguments")
  names(args) <- gsub(".", "_", names(args), fixed = TRUE)
  args
}

PATHS <- c("image", "label", "data_csv", "label_csv", "data_libsvm", "label_libsvm", "path_imgrec", "path_imglist",
           "path_imgidx", "mean_img")
COUNTS <- c("batch_size", "seed", "num_parts", "part_index", "label_width", "preprocess_threads", "prefetch_buffer")

native_iter <- function(kind, args) {
  args <- key_value(kind, args)
  args <- plain_params(args, paste0("mx.io.", kind))
  paths <- names(args) %in% PATHS
  for (n in names(args)[paths]) args[[n]] <- path.expand(check_string(args[[n]], n, paste0("mx.io.", kind)))
  for (n in intersect(names(args), COUNTS)) {
    check_count(args[[n]], n, paste0("mx.io.", kind), switch(n, batch_size = 1, label_width = -1, 0))
  }
  new_iter(MXNativeDataIterClass, handle_env(.call("io_backend_iter", kind, args), "iterator"))
}

#' Batches of files
#'
#' Readers of MNIST's files, text tables, sparse LibSVM files and record files of images (made by [im2rec()]).
#' All arguments are given by name; `.` and `_` in names are the same (`data.csv`, `data_csv`), and `data.shape`,
#' `label.shape` and `input.shape` are in R's order, without the examples.
#'
#' * `mx.io.MNISTIter`: `image` (`"./train-images-idx3-ubyte"`), `label` (`"./train-labels-idx1-ubyte"`), `batch.size`
#'   128, `shuffle` `TRUE` (once), `flat` `FALSE` (`TRUE`: 784 numbers in place of `c(28, 28, 1)`), `input.shape`,
#'   `seed` 0, `silent` `FALSE`, `num.parts` 1, `part.index` 0. Pixels are divided by 256; a last batch that is not
#'   full is dropped.
#' * `mx.io.CSVIter`: `data.csv`, `data.shape`, `batch.size`; `label.csv`, `label.shape` 1, `round.batch` `TRUE`,
#'   `dtype`. One example a line.
#' * `mx.io.LibSVMIter`: `data.libsvm`, `data.shape`, `batch.size`; `label.libsvm`, `label.shape`, `num.parts`,
#'   `part.index`. The batches are sparse.
#' * `mx.io.ImageRecordIter`: `path.imgrec`, `data.shape` (width, height, channels), `batch.size`; `path.imglist`,
#'   `path.imgidx`, `label.width` 1, `shuffle` `FALSE`, `seed`, `num.parts`, `part.index`, `round.batch`,
#'   `preprocess.threads` 4; augmentation by `resize`, `rand.crop`, `random.resized.crop`, `max.random.area`,
#'   `min.random.area`, `max.aspect.ratio`, `rand.mirror`, `mirror`, `pad`, `rotate`, `max.rotate.angle`,
#'   `max.shear.ratio`, `max.random.scale`, `min.random.scale`, `brightness`, `contrast`, `saturation`, `pca.noise`,
#'   `random.h`, `random.s`, `random.l`, `fill.value` 255, `inter.method` 1; numbers by `mean.r`, `mean.g`, `mean.b`,
#'   `std.r`, `std.g`, `std.b`, `mean.img`, `scale`.
#' * `mx.io.ImageRecordUInt8Iter`, `mx.io.ImageRecordInt8Iter`: the pixels as they are. The names with `_v1` are the
#'   same.
#' * `mx.io.ImageDetRecordIter`: images with boxes.
#' @param ... options by name.
#' @return an iterator of class `"Rcpp_MXNativeDataIter"`, see [is.mx.dataiter()].
#' @section Errors: `mx.varg.io.X only accept key=value style arguments` where a name is missing.
#' @family iterators
#' @examplesIf mx.available()
#' file <- tempfile(fileext = ".csv")
#' write.table(matrix(1:12, 4), file, sep = ",", row.names = FALSE, col.names = FALSE)
#' it <- mx.io.CSVIter(data.csv = file, data.shape = 3, batch.size = 2)
#' mx.io.extract(it, "data")
#' @name mx.io.ImageRecordIter
NULL

#' @rdname mx.io.ImageRecordIter
mx.io.MNISTIter <- function(...) mx.varg.io.MNISTIter(list(...))

# As in MXNet R: one list in place of dots, reached with mxr:::
mx.varg.io.MNISTIter <- function(alist) {
  args <- key_value("MNISTIter", alist)
  defaults <- list(image = "./train-images-idx3-ubyte", label = "./train-labels-idx1-ubyte", batch_size = 128L,
                   shuffle = TRUE, flat = FALSE, seed = 0L, silent = FALSE, num_parts = 1L, part_index = 0L)
  native_iter("MNISTIter", modifyList(defaults, args))
}

#' @rdname mx.io.ImageRecordIter
mx.io.CSVIter <- function(...) native_iter("CSVIter", list(...))
mx.varg.io.CSVIter <- function(alist) native_iter("CSVIter", alist)

#' @rdname mx.io.ImageRecordIter
mx.io.LibSVMIter <- function(...) native_iter("LibSVMIter", list(...))
mx.varg.io.LibSVMIter <- function(alist) native_iter("LibSVMIter", alist)

#' @rdname mx.io.ImageRecordIter
mx.io.ImageRecordIter <- function(...) native_iter("ImageRecordIter", list(...))
mx.varg.io.ImageRecordIter <- function(alist) native_iter("ImageRecordIter", alist)

#' @rdname mx.io.ImageRecordIter
mx.io.ImageRecordUInt8Iter <- function(...) native_iter("ImageRecordUInt8Iter", list(...))
mx.varg.io.ImageRecordUInt8Iter <- function(alist) native_iter("ImageRecordUInt8Iter", alist)

#' @rdname mx.io.ImageRecordIter
mx.io.ImageRecordInt8Iter <- function(...) native_iter("ImageRecordInt8Iter", list(...))
mx.varg.io.ImageRecordInt8Iter <- function(alist) native_iter("ImageRecordInt8Iter", alist)

#' @rdname mx.io.ImageRecordIter
mx.io.ImageDetRecordIter <- function(...) native_iter("ImageDetRecordIter", list(...))
mx.varg.io.ImageDetRecordIter <- function(alist) native_iter("ImageDetRecordIter", alist)

#' @rdname mx.io.ImageRecordIter
mx.io.ImageRecordIter_v1 <- function(...) native_iter("ImageRecordIter_v1", list(...))
mx.varg.io.ImageRecordIter_v1 <- function(alist) native_iter("ImageRecordIter_v1", alist)

#' @rdname mx.io.ImageRecordIter
mx.io.ImageRecordUInt8Iter_v1 <- function(...) native_iter("ImageRecordUInt8Iter_v1", list(...))
mx.varg.io.ImageRecordUInt8Iter_v1 <- function(alist) native_iter("ImageRecordUInt8Iter_v1", alist)

host_result <- function(r) {
  e <- handle_env(r[1L], "host", 4 * prod(r[-1L]))
  out <- the$transport$to_r(e$id, prod(r[-1L]))
  if (length(r) > 2) dim(out) <- r[-1L]
  out
}

#' All batches of an iterator as one array
#'
#' @param iter a data iterator.
#' @param field name of a field of its batches: `"data"`, `"label"`.
#' @return an R array, examples along the last dim (a vector for plain labels), without what only fills the last batch.
#'   The iterator is reset before and after.
#' @family iterators
#' @examplesIf mx.available()
#' mx.io.extract(mx.io.arrayiter(matrix(1:10, 2), 1:5, batch.size = 2), "label")
mx.io.extract <- function(iter, field) {
  check_string(field, "field", "mx.io.extract")
  host_result(.call("iter_extract", iter_spec(iter, "iter", "mx.io.extract"), field))
}
