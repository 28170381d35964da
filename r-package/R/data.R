# The slides' data: list(train =, test =) of integer matrices N x 785, the label first.

int_result <- function(r) {
  e <- handle_env(r[[1]], "host", 0)
  n <- as.double(r[[2]]) * r[[3]]
  if (the$transport$name == "native") {
    out <- integer(n)
    .call("fill_int", e$id, .Call(the$address, out))
  } else {
    out <- as.integer(the$transport$to_r(e$id, n))
  }
  dim(out) <- c(as.integer(r[[2]]), as.integer(r[[3]]))
  release_now(e)
  out
}

data_matrices <- function(name) lapply(.call("data_matrices", name)[c("train", "test")], int_result)

#' MNIST and Fashion-MNIST as matrices
#'
#' The data of the slides: every row is an image, the label (0 to 9) in the first column, then 28 x 28 pixels from 0 to
#' 255, row by row.
#' @param file an `.rda` file to be written, in which the matrices are called `train_mnist` and `test_mnist`
#'   (`train_fmnist`, `test_fmnist`), so that scripts may `load()` it.
#' @return a list `train`, `test` of integer matrices with 785 columns; invisibly where `file` is given.
#' @family learning
#' @examplesIf mx.available() && interactive()
#' digits <- mx.data.mnist()
#' table(digits$train[, 1])
#' image(matrix(digits$train[1, -1], 28)[, 28:1], col = grey.colors(255))
mx.data.mnist <- function(file = NULL) as_slides(data_matrices("mnist"), c("train_mnist", "test_mnist"), file)

#' @rdname mx.data.mnist
mx.data.fashion.mnist <- function(file = NULL) as_slides(data_matrices("fashion_mnist"), c("train_fmnist", "test_fmnist"), file)

# With `file` the matrices also go into an .rda of the slides' names, so that load('mnist.rda') works.
as_slides <- function(parts, names, file) {
  if (!is.null(file)) {
    check_string(file, "file", "mx.data")
    dir <- dirname(path.expand(file))
    if (!dir.exists(dir)) mx_stop("mx.data: argument file is ", dQuote(file, FALSE), ", but there is no directory ", dQuote(dir, FALSE))
    e <- list2env(structure(parts, names = names))
    save(list = names, envir = e, file = path.expand(file), compress = "gzip")
  }
  if (is.null(file)) parts else invisible(parts)
}
