# Gluon's data sets: environments whose functions ask the engine. Examples are counted from 1.

# What R gives as an example, or as a part of one: arrays, numbers, strings.
as_example <- function(x, what) {
  if (inherits(x, "MXNDArray")) return(x)
  if (is.factor(x)) x <- as.integer(x) - 1L
  if (is.list(x) && !is.object(x)) return(lapply(unname(x), as_example, what))
  counts <- is.numeric(x) || is.logical(x)
  if (length(x) == 1 && is.null(dim(x)) && (counts || is.character(x))) return(as.vector(x))
  if (length(x) && counts) return(mx.nd.array(x))
  mx_stop(what, " must give arrays, numbers, strings or lists of these, given ", short(x))
}

# A function of an example, for Python: a block goes as it is.
data_function <- function(f, arg, fn) {
  if (is_block(f)) return(gl_encode(f))
  if (!is.function(f)) mx_stop(fn, ": argument ", arg, " must be a function or a block, given ", short(f))
  what <- paste0(fn, ": the function given as ", arg)
  list("f", gl_callback(function(...) as_example(f(...), what)))
}

# `$` of data sets, samplers and loaders
member <- function(x, name) {
  v <- .subset2(x, name)
  if (is.null(v) && !exists(name, envir = x, inherits = FALSE))
    mx_stop("this ", .subset2(x, ".kind"), " has no member ", name, ".", suggest(name, ls(x)), call = NULL)
  v
}

`$.MXDataset` <- member
`$.MXSampler` <- member
`$.MXDataLoader` <- member

data_id <- function(x, arg, fn, class = "MXDataset", wanted = "a data set") {
  if (!inherits(x, class)) mx_stop(fn, ": argument ", arg, " must be ", wanted, ", given ", short(x))
  live_id(.subset2(x, ".h"))
}

data_object <- function(id, kind, class, ...) {
  e <- list2env(list(.h = handle_env(id, "data"), .kind = kind, ...), parent = emptyenv())
  class(e) <- class
  e
}

# Members, without those of the package itself
complete_data <- function(x, pattern = "") grep(pattern, ls(x), value = TRUE)
.DollarNames.MXDataset <- complete_data
.DollarNames.MXDataLoader <- complete_data
.DollarNames.MXSampler <- complete_data

# Data sets -------------------------------------------------------------------------------------------------------

# `names`: of the parts of an example; `levels`: of its label, where that was a factor.
new_dataset <- function(id, kind, names = NULL, levels = NULL) {
  e <- data_object(id, kind, "MXDataset", .names = names, .levels = levels)
  h <- e$.h
  of <- function(id, names = NULL, levels = NULL) new_dataset(id, kind, names, levels)
  delayedAssign("length", .call("gdata_length", live_id(h)), assign.env = e)
  e$transform <- function(fn, lazy = TRUE) {
    check_flag(lazy, "lazy", "transform")
    of(.call("gdata_transform", live_id(h), data_function(fn, "fn", "transform"), FALSE, lazy))
  }
  e$transform_first <- function(fn, lazy = TRUE) {
    id <- .call("gdata_transform", live_id(h), data_function(fn, "fn", "transform_first"), TRUE,
                check_flag(lazy, "lazy", "transform_first"))
    of(id, names, levels)
  }
  e$filter <- function(fn) of(.call("gdata_filter", live_id(h), data_function(fn, "fn", "filter")), names, levels)
  e$shard <- function(num_shards, index) {
    check_count(num_shards, "num_shards", "shard")
    if (check_count(index, "index", "shard") > num_shards)
      mx_stop("shard: argument index is ", index, ", expected 1 to ", num_shards)
    of(.call("gdata_shard", live_id(h), num_shards, index - 1), names, levels)
  }
  e$take <- function(count) {
    check_count(count, "count", "take", 0)
    of(.call("gdata_sample", live_id(h), as.list(seq_len(min(count, e$length)))), names, levels)
  }
  e$sample <- function(sampler) {
    of(.call("gdata_sample", live_id(h), sampler_spec(sampler, "sampler", "sample", e$length)), names, levels)
  }
  e
}

#' Data sets of Gluon
#'
#' A data set has a length, and gives examples by number. `mx.gluon.data.ArrayDataset()` makes one of R's vectors,
#' factors, matrices, arrays and data frames, `mx.gluon.data.Dataset()` one of a function of yours,
#' `mx.gluon.data.SimpleDataset()` one of a list. [mx.gluon.data.DataLoader()] makes batches of any of them.
#'
#' Which part of an object is an example:
#'
#' | object | examples |
#' |---|---|
#' | vector, factor | elements; a factor becomes class numbers from 0, and the data set remembers its levels |
#' | data frame of numbers | rows |
#' | array, `MXNDArray` | along the last dim |
#' | matrix | columns or rows, see `array.layout` |
#'
#' Numbers are stored as float32; `MXNDArray`s keep their type.
#'
#' A data set has these members:
#'
#' * `$length`, as `length(dataset)`: the number of examples.
#' * `$transform(fn, lazy = TRUE)`: the data set of `fn(data, label)`. `fn` is a function of R, or a block such as
#'   `mx.gluon.data.vision.transforms.ToTensor()`; blocks run without coming back to R. `lazy = FALSE` computes all
#'   examples now.
#' * `$transform_first(fn, lazy = TRUE)`: the same of the first part of each example, which leaves labels alone.
#' * `$filter(fn)`: the examples for which `fn(data, label)` gives `TRUE`; `$take(count)`: the first ones;
#'   `$shard(num_shards, index)`: part `index`, from 1, of `num_shards`; `$sample(sampler)`: those at the positions that
#'   a sampler gives. Also `dataset[1:10]`.
#'
#' `dataset[[i]]` is example `i`, counted from 1: a list of its parts, or the one part that it has. Arrays come as
#' `MXNDArray`, labels as numbers. `as.list(dataset)` gives all, `levels(dataset)` the classes' names.
#'
#' @param ... one or more objects with as many examples each. Names (`x = , y = `) are kept for examples and batches;
#'   without names two parts are called `data` and `label`.
#' @param array.layout for matrices: `"colmajor"` (examples are columns), `"rowmajor"` (examples are rows), or `"auto"`:
#'   what fits the length of the other objects, and columns where there is no other.
#' @param length the number of examples.
#' @param getitem `function(i)` that gives example `i`, from 1 to `length`: an array, a number, or a list of these.
#' @param data a list of examples, as `getitem` gives them.
#' @param filename of a record file, whose index lies beside it with the ending `.idx`; examples are raw vectors.
#' @return a data set, of class `MXDataset`.
#' @section Errors: objects of different lengths, columns of a data frame that are no numbers, `NA` and `NaN` are named,
#'   with the example. `Cannot auto select array.layout, please specify this parameter`: rows and columns both fit, or
#'   neither.
#' @examplesIf mx.available()
#' flowers <- mx.gluon.data.ArrayDataset(iris[1:4], iris$Species)
#' flowers
#' flowers[[51]]
#' levels(flowers)
#' small <- flowers$transform_first(function(x) x / 8)
#' as.array(small[[1]]$data)
#'
#' squares <- mx.gluon.data.Dataset(10, function(i) list(i, i^2))
#' squares[[3]]
#' @family Gluon data
#' @name mx.gluon.data.ArrayDataset
#' @rdname mx.gluon.data.ArrayDataset
mx.gluon.data.ArrayDataset <- function(..., array.layout = "auto") {
  array_dataset(list(...), array.layout, "mx.gluon.data.ArrayDataset")
}

# `features`: the length of an example of each object that goes into a network, where it is known.
array_dataset <- function(objects, array.layout, fn, features = NULL) {
  check_layout(array.layout)
  if (!length(objects)) mx_stop(fn, ": needs at least one object with examples")
  names <- names(objects)
  k <- length(objects)
  if (is.null(names) || !all(nzchar(names)))
    names <- if (k <= 2) c("data", "label")[seq_len(k)] else paste0("part", seq_len(k))
  counts <- vapply(objects, sure_count, 0)
  known <- unique(counts[!is.na(counts)])
  differ <- function(n) {
    mx_stop(fn, ": all objects need the same number of examples, given ",
            paste0(n[!is.na(n)], " (", names[!is.na(n)], ")", collapse = ", "))
  }
  if (length(known) > 1) differ(counts)
  n <- if (length(known)) known else NA
  if (is.na(n) && k > 1 && array.layout == "auto") n <- shared_count(objects, names, fn, features[1])
  turn <- function(x, name, i) examples_last(x, name, n, array.layout, fn, features[i])
  ready <- Map(turn, objects, names, seq_len(k))
  sizes <- vapply(ready, function(x) as.double(last_dim(x)), 0)
  if (any(sizes != sizes[1])) differ(sizes)
  if (is.null(the$transport)) bind()
  parts <- Map(function(x, name) {
    if (inherits(x, "MXNDArray")) return(list(id = nd_id(x), name = name))
    count_bytes(4 * length(x))
    list(token = the$transport$to_python(x), dim = as.list(as.double(dim(x) %||% length(x))), name = name)
  }, ready, names)
  factors <- Filter(is.factor, objects)
  levels <- if (length(factors)) levels(factors[[1]])
  new_dataset(.call("gdata_arrays", unname(parts), fn), "ArrayDataset", names, levels)
}

# Examples in an object; NA for a matrix, where the others decide.
sure_count <- function(x) {
  if (is.data.frame(x)) return(as.double(nrow(x)))
  if (length(dim(x)) == 2 && !inherits(x, "MXNDArray")) return(NA_real_)
  as.double(last_dim(x))
}

# Of several matrices: what their rows or else their columns have in common. NA where neither, which is told later.
shared_count <- function(objects, names, fn, features) {
  rows <- unique(vapply(objects, nrow, 0))
  cols <- unique(vapply(objects, ncol, 0))
  if (length(rows) != 1 && length(cols) != 1) return(NA)
  if (length(cols) != 1) return(rows)
  if (length(rows) != 1) return(cols)
  if (!is.null(features) && !is.na(features) && (rows == features) != (cols == features)) {
    return(if (cols == features) rows else cols)
  }
  mx_stop("Cannot auto select array.layout, please specify this parameter (", fn, ": ",
          paste(names, collapse = " and "), " have dim c(", rows, ", ", cols, "): \"rowmajor\" where examples are rows)")
}

# Numbers with the examples along the last dim.
examples_last <- function(x, name, n, layout, fn, features) {
  if (inherits(x, "MXNDArray")) return(x)
  if (is.factor(x)) {
    if (anyNA(x))
      mx_stop(fn, ": argument ", name, " holds NA, the first in example ", which(is.na(x))[1], "; expected classes")
    return(as.integer(x) - 1L)
  }
  if (is.data.frame(x)) {
    odd <- names(x)[!vapply(x, function(v) (is.numeric(v) || is.logical(v)) && is.null(dim(v)), NA)]
    if (length(odd)) {
      mx_stop(fn, ": column ", odd[1], " of ", name, " is of class ", paste(class(x[[odd[1]]]), collapse = "/"),
              ", expected numbers (model.matrix() makes them of factors, and so does fit() with a formula)")
    }
    return(t(data.matrix(x)))
  }
  x <- numbers(x, name, fn)
  if (length(dim(x)) != 2 || layout == "colmajor") return(x)
  if (layout == "rowmajor") return(t(x))
  fits <- function(k) !is.null(k) && !is.na(k) && (nrow(x) == k) != (ncol(x) == k)
  if (fits(n)) return(if (nrow(x) == n) t(x) else x)
  if ((is.na(n) || nrow(x) == n) && fits(features)) return(if (ncol(x) == features) t(x) else x)
  known <- !is.null(features) && !is.na(features)
  if (is.na(n) && !known) return(x)
  mx_stop("Cannot auto select array.layout, please specify this parameter (", fn, ": ", name, " has dim c(", nrow(x),
          ", ", ncol(x), ")", if (!is.na(n)) paste(", and there are", n, "examples"),
          if (known) paste(", and the network takes", features, "inputs"), ")")
}

#' @rdname mx.gluon.data.ArrayDataset
mx.gluon.data.Dataset <- function(length, getitem) {
  fn <- "mx.gluon.data.Dataset"
  check_count(length, "length", fn, 0)
  if (!is.function(getitem)) mx_stop(fn, ": argument getitem must be a function(i), given ", short(getitem))
  new_dataset(.call("gdata_from_r", length, data_function(getitem, "getitem", fn)), "Dataset")
}

#' @rdname mx.gluon.data.ArrayDataset
mx.gluon.data.SimpleDataset <- function(data) {
  fn <- "mx.gluon.data.SimpleDataset"
  if (!is.list(data) || is.object(data)) mx_stop(fn, ": argument data must be a list of examples, given ", short(data))
  id <- .call("gdata_from_r", length(data), data_function(function(i) data[[i]], "data", fn))
  new_dataset(id, "SimpleDataset")
}

#' @rdname mx.gluon.data.ArrayDataset
mx.gluon.data.RecordFileDataset <- function(filename) {
  check_string(filename, "filename", "mx.gluon.data.RecordFileDataset")
  new_dataset(.call("gdata_record", filename), "RecordFileDataset")
}

#' @rdname mx.gluon.data.ArrayDataset
#' @param x a data set.
#' @param i,j number of an example, from 1; for `[` several of them (`j` is not used).
print.MXDataset <- function(x, ...) {
  n <- .subset2(x, "length")
  parts <- unlist(.call("gdata_describe", live_id(.subset2(x, ".h"))))
  names <- .subset2(x, ".names")
  if (length(names) == length(parts)) parts <- paste(names, parts, sep = ": ", recycle0 = TRUE)
  cat("<", .subset2(x, ".kind"), " of ", big(n), ngettext(n, " example", " examples"), if (length(parts)) "; ",
      paste(parts, collapse = "; "), ">\n", sep = "")
  levels <- .subset2(x, ".levels")
  if (length(levels))
    cat("classes: ", paste(utils::head(levels, 10), collapse = ", "), if (length(levels) > 10) ", ...", "\n", sep = "")
  invisible(x)
}

#' @rdname mx.gluon.data.ArrayDataset
length.MXDataset <- function(x) .subset2(x, "length")

#' @rdname mx.gluon.data.ArrayDataset
levels.MXDataset <- function(x) .subset2(x, ".levels")

#' @rdname mx.gluon.data.ArrayDataset
`[[.MXDataset` <- function(x, i, ...) {
  if (is.character(i)) return(member(x, i))
  n <- .subset2(x, "length")
  if (!is.numeric(i) || length(i) != 1 || is.na(i) || i != round(i) || i < 1 || i > n)
    mx_stop("[[: the number of an example must be one whole number from 1 to ", n, ", given ", short(i),
            class = "mxr_index_error")
  r <- .call("gdata_get", live_id(.subset2(x, ".h")), i)
  if (identical(r[[1L]], "raw")) return(r[[2L]])
  named(gl_decode(r), .subset2(x, ".names"))
}

#' @rdname mx.gluon.data.ArrayDataset
`[.MXDataset` <- function(x, i, j, ...) .subset2(x, "sample")(seq_len(.subset2(x, "length"))[i])

#' @rdname mx.gluon.data.ArrayDataset
as.list.MXDataset <- function(x, ...) lapply(seq_len(.subset2(x, "length")), function(i) x[[i]])

named <- function(parts, names) {
  if (is.list(parts) && length(parts) == length(names)) names(parts) <- names
  parts
}

# Data sets of files ----------------------------------------------------------------------------------------------

vision_dataset <- function(kind, args) {
  fn <- paste0("mx.gluon.data.vision.", kind)
  args <- mx.util.filter.null(args)
  for (n in intersect(names(args), c("root", "filename"))) check_string(args[[n]], n, fn)
  if (!is.null(args$train)) check_flag(args$train, "train", fn)
  if (!is.null(args$transform)) args$transform <- data_function(args$transform, "transform", fn)
  made <- .call("gdata_vision", kind, args)
  new_dataset(made$id, kind, if (is.null(args$transform)) c("data", "label"), unlist(made$classes))
}

#' Data sets of images
#'
#' MNIST and its kin, and images in files. Examples are `list(data, label)`: the image as `MXNDArray` of uint8 with dim
#' `c(channels, width, height)`, and the number of its class, from 0. The block
#' `mx.gluon.data.vision.transforms.ToTensor()` makes `c(width, height, channels)` with values 0 to 1 of it, as
#' convolutions take them.
#'
#' * `MNIST()`, `FashionMNIST()`: 28 x 28 grey. Without files in `root` they are looked for as [mx.data.mnist()] does; a
#'   sample ships with the engine.
#' * `CIFAR10()`, `CIFAR100()`: 32 x 32 colour, downloaded where they are missing.
#' * `ImageFolderDataset()`: a folder with a folder of images for each class; `levels()` are these folders' names.
#' * `ImageRecordDataset()`: a record file, made by [im2rec()].
#' @param root folder of the files.
#' @param train whether to take the training or the test images.
#' @param fine_label whether labels are the 100 classes or their 20 groups.
#' @param flag 1 for colour, 0 for grey.
#' @param filename the record file; its index lies beside it with the ending `.idx`.
#' @param transform `function(data, label)` that gives an example; [`$transform()`][mx.gluon.data.ArrayDataset] is the
#'   other way.
#' @return a data set, see [mx.gluon.data.ArrayDataset()].
#' @examplesIf mx.available()
#' digits <- mx.gluon.data.vision.MNIST(train = FALSE)
#' digits
#' digits[[1]]$label
#' @family Gluon data
#' @name mx.gluon.data.vision
#' @rdname mx.gluon.data.vision
mx.gluon.data.vision.MNIST <- function(root = NULL, train = TRUE, transform = NULL)
  vision_dataset("MNIST", list(root = root, train = train, transform = transform))

#' @rdname mx.gluon.data.vision
mx.gluon.data.vision.FashionMNIST <- function(root = NULL, train = TRUE, transform = NULL)
  vision_dataset("FashionMNIST", list(root = root, train = train, transform = transform))

#' @rdname mx.gluon.data.vision
mx.gluon.data.vision.CIFAR10 <- function(root = NULL, train = TRUE, transform = NULL)
  vision_dataset("CIFAR10", list(root = root, train = train, transform = transform))

#' @rdname mx.gluon.data.vision
mx.gluon.data.vision.CIFAR100 <- function(root = NULL, fine_label = FALSE, train = TRUE, transform = NULL)
  vision_dataset("CIFAR100", list(root = root, fine_label = fine_label, train = train, transform = transform))

#' @rdname mx.gluon.data.vision
mx.gluon.data.vision.ImageFolderDataset <- function(root, flag = 1, transform = NULL)
  vision_dataset("ImageFolderDataset", list(root = root, flag = flag, transform = transform))

#' @rdname mx.gluon.data.vision
mx.gluon.data.vision.ImageRecordDataset <- function(filename, flag = 1, transform = NULL)
  vision_dataset("ImageRecordDataset", list(filename = filename, flag = flag, transform = transform))
