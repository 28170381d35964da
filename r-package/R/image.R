# Pictures from files, as R arrays in the order of dims that networks take.

#' Pictures from files
#'
#' `mx.image.read()` decodes one picture (JPEG, PNG, BMP, ...). `mx.image.fit()` cuts the middle of it out and resizes that
#' to the size that a network takes. For training on many pictures see [im2rec()] and [mx.io.ImageRecordIter()].
#'
#' MXNet R had no such functions; its scripts used the package imager, whose arrays `im[, , 1, ]` have the same order of
#' dims. Decoding needs OpenCV or Pillow in the Python of the engine.
#' @param file path of the picture.
#' @param color `TRUE` for red, green and blue, `FALSE` for grey.
#' @param image array with dims width, height, channels, as `mx.image.read()` gives it.
#' @param width,height wanted size in pixels.
#' @return a numeric array with dims width, height, channels (3 or 1) and values from 0 to 255. Row 1 of the second dim is
#'   the top of the picture. For [predict()][predict.MXFeedForwardModel] give it a fourth dim, the number of pictures.
#' @section Errors: a file that is not there or is no picture.
#' @family data sets
#' @examplesIf mx.available() && capabilities("png")
#' file <- tempfile(fileext = ".png")
#' png(file, width = 200, height = 100)
#' par(mar = rep(0, 4))
#' image(volcano, axes = FALSE)
#' dev.off()
#' picture <- mx.image.read(file)
#' dim(picture)
#' small <- mx.image.fit(picture, 32, 32)
#' dim(small)
#' plot(as.raster(aperm(small, c(2, 1, 3)) / 255))
#'
#' # one picture as a batch for a network
#' dim(small) <- c(dim(small), 1)
#' @rdname mx.image.read
mx.image.read <- function(file, color = TRUE) {
  check_string(file, "file", "mx.image.read")
  check_flag(color, "color", "mx.image.read")
  path <- path.expand(file)
  if (!file.exists(path) || dir.exists(path)) mx_stop("mx.image.read: argument file: there is no file ", dQuote(file, FALSE))
  bytes <- readBin(path, "raw", file.size(path))
  if (!length(bytes)) mx_stop("mx.image.read: the file ", dQuote(file, FALSE), " is empty")
  decoded <- tryCatch(
    mx.nd.internal.cvimdecode(mx.nd.array(as.integer(bytes), dtype = "uint8"), flag = as.integer(color)),
    mxr_error = function(e) mx_stop("mx.image.read: ", dQuote(file, FALSE), ": ", conditionMessage(e)))
  # the engine's order: channels come first in R's dims
  aperm(as.array(decoded), c(2, 3, 1))
}

#' @rdname mx.image.read
mx.image.fit <- function(image, width, height) {
  if (!is.numeric(image) || length(dim(image)) != 3 || !dim(image)[3] %in% c(1, 3))
    mx_stop("mx.image.fit: argument image must be a numeric array with dims width, height, channels (1 or 3), given ",
            if (is.null(dim(image))) short(image) else paste0("dims c(", paste(dim(image), collapse = ", "), ")"))
  check_count(width, "width", "mx.image.fit")
  check_count(height, "height", "mx.image.fit")
  d <- dim(image)
  zoom <- min(d[1] / width, d[2] / height)
  keep <- pmax(1, round(c(width, height) * zoom))
  from <- floor((d[1:2] - keep) / 2)
  cut <- image[from[1] + seq_len(keep[1]), from[2] + seq_len(keep[2]), , drop = FALSE]
  # averages over areas where it shrinks: by steps of two, then to the exact size between neighbours
  while (dim(cut)[1] >= 2 * width && dim(cut)[2] >= 2 * height) cut <- halve(cut)
  sized <- mx.nd.internal.cvimresize(mx.nd.array(aperm(cut, c(3, 1, 2))), w = as.integer(width), h = as.integer(height))
  aperm(as.array(sized), c(2, 3, 1))
}

# Means of 2 by 2 pixels; an odd last row or column is dropped.
halve <- function(image) {
  i <- 2 * seq_len(dim(image)[1] %/% 2)
  j <- 2 * seq_len(dim(image)[2] %/% 2)
  (image[i - 1, j - 1, , drop = FALSE] + image[i, j - 1, , drop = FALSE] +
     image[i - 1, j, , drop = FALSE] + image[i, j, , drop = FALSE]) / 4
}
