# Data iterators: $reset(), $iter.next(), $value(), $num.pad(); user code extends the classes with setRefClass().

MXDataIterClass <- setRefClass("Rcpp_MXDataIter", package = ".GlobalEnv",
  fields = list(.h = "environment"),
  methods = list(
    reset = function() invisible(.call("iter_reset", iter_handle(.self))),
    iter.next = function() .call("iter_next", iter_handle(.self)),
    value = function() lapply(.call("iter_value", iter_handle(.self)), new_nd),
    num.pad = function() .call("iter_num_pad", iter_handle(.self)),
    finalize = function() if (is.environment(.h) && exists("id", envir = .h, inherits = FALSE)) release(.h)
  ))

MXArrayDataIterClass <- setRefClass("Rcpp_MXArrayDataIter", package = ".GlobalEnv", contains = "Rcpp_MXDataIter")

MXNativeDataIterClass <- setRefClass("Rcpp_MXNativeDataIter", package = ".GlobalEnv", contains = "Rcpp_MXDataIter")

iter_handle <- function(it) {
  if (!is.environment(it$.h) || !exists("id", envir = it$.h, inherits = FALSE)) mx_stop("this iterator has no data of its own: its class must define reset, iter.next, value and num.pad")
  live_id(it$.h)
}

is.mx.dataiter <- function(x) inherits(x, "Rcpp_MXNativeDataIter") || inherits(x, "Rcpp_MXArrayDataIter")

# Native ones by handle; anything that a user derived or wrote by closures.
iter_spec <- function(it, arg, fn) {
  if (class(it)[1] %in% c("Rcpp_MXArrayDataIter", "Rcpp_MXNativeDataIter")) return(iter_handle(it))
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

is_iter <- function(x) is.mx.dataiter(x) || is(x, "envRefClass")

mx.io.arrayiter <- function(data, label, batch.size = 128, shuffle = FALSE) {
  array_iter(data, label, batch.size, shuffle, "mx.io.arrayiter")
}

array_iter <- function(data, label, batch.size, shuffle, fn, names = c("data", "label")) {
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
  MXArrayDataIterClass$new(.h = handle_env(id, "iterator", 4 * length(data)))
}

key_value <- function(kind, args) {
  if (length(args) && (is.null(names(args)) || any(names(args) == "")))
    mx_stop("mx.varg.io.", kind, " only accept key=value style arguments")
  names(args) <- gsub(".", "_", names(args), fixed = TRUE)
  args
}

native_iter <- function(kind, args) {
  args <- key_value(kind, args)
  args <- plain_params(args, paste0("mx.io.", kind))
  paths <- names(args) %in% c("image", "label", "data_csv", "label_csv", "data_libsvm", "label_libsvm", "path_imgrec", "path_imglist")
  args[paths] <- lapply(args[paths], path.expand)
  MXNativeDataIterClass$new(.h = handle_env(.call("io_backend_iter", kind, args), "iterator"))
}

mx.io.MNISTIter <- function(...) {
  args <- key_value("MNISTIter", list(...))
  defaults <- list(image = "./train-images-idx3-ubyte", label = "./train-labels-idx1-ubyte", batch_size = 128L, shuffle = TRUE, flat = FALSE,
                   seed = 0L, silent = FALSE, num_parts = 1L, part_index = 0L)
  native_iter("MNISTIter", modifyList(defaults, args))
}
mx.io.CSVIter <- function(...) native_iter("CSVIter", list(...))
mx.io.LibSVMIter <- function(...) native_iter("LibSVMIter", list(...))
mx.io.ImageRecordIter <- function(...) native_iter("ImageRecordIter", list(...))
mx.io.ImageRecordUInt8Iter <- function(...) native_iter("ImageRecordUInt8Iter", list(...))
mx.io.ImageRecordInt8Iter <- function(...) native_iter("ImageRecordInt8Iter", list(...))
mx.io.ImageDetRecordIter <- function(...) native_iter("ImageDetRecordIter", list(...))
mx.io.ImageRecordIter_v1 <- function(...) native_iter("ImageRecordIter_v1", list(...))
mx.io.ImageRecordUInt8Iter_v1 <- function(...) native_iter("ImageRecordUInt8Iter_v1", list(...))

host_result <- function(r) {
  e <- handle_env(r[1L], "host", 4 * prod(r[-1L]))
  out <- the$transport$to_r(e$id, prod(r[-1L]))
  if (length(r) > 2) dim(out) <- r[-1L]
  out
}

mx.io.extract <- function(iter, field) {
  check_string(field, "field", "mx.io.extract")
  host_result(.call("iter_extract", iter_spec(iter, "iter", "mx.io.extract"), field))
}
