#' Pack images into a record file
#'
#' Writes the images of a list into one RecordIO file, which [mx.io.ImageRecordIter()] and every other MXNet language
#' read.
#' @param image_lst path of the list: one image a line, fields apart by tabs: index, labels (as many as `label_width`),
#'   path below `root`.
#' @param root folder of the images.
#' @param output_rec path of the file that is written. With `nsplit` above 1 `.part000` and so on is added.
#' @param label_width number of labels in every line.
#' @param pack_label 1 (or `TRUE`) stores all labels of an image, 0 the first one only.
#' @param new_size the shorter side is brought to this length; -1 keeps the size.
#' @param nsplit,partid the list is cut into `nsplit` parts, and part `partid` (from 0) is packed.
#' @param center_crop 1 cuts the middle square before resizing.
#' @param quality of JPEG from 1 to 100; of PNG the compression from 0 to 9.
#' @param color_mode 1 colour, 0 grey, -1 as in the file.
#' @param unchanged 1 packs the files as they are; then no other option for images counts.
#' @param inter_method how sizes are changed: 0 nearest, 1 linear, 2 cubic, 3 area, 4 Lanczos, 9 by the sizes, 10 at
#'   random. All but 0 and 1 need OpenCV in the Python of the engine.
#' @param encoding `".jpg"` or `".png"`, the form of the packed images.
#' @return the number of images packed, invisibly.
#' @section Errors: a line of another form, an image that is not there or cannot be decoded: nothing is written then.
#' @family iterators
#' @examplesIf mx.available()
#' dir <- tempfile("images")
#' dir.create(dir)
#' for (i in 1:3) {
#'   png(file.path(dir, paste0(i, ".png")), width = 20, height = 16)
#'   par(mar = rep(0, 4), bg = c("red", "green", "blue")[i])
#'   plot.new()
#'   dev.off()
#' }
#' writeLines(paste(0:2, 0:2, paste0(1:3, ".png"), sep = "\t"), file.path(dir, "images.lst"))
#' rec <- file.path(dir, "images.rec")
#' im2rec(file.path(dir, "images.lst"), dir, rec, encoding = ".png")
#' it <- mx.io.ImageRecordIter(path.imgrec = rec, data.shape = c(20, 16, 3), batch.size = 3)
#' dim(mx.io.extract(it, "data"))
im2rec <- function(image_lst, root, output_rec, label_width = 1L, pack_label = 0L, new_size = -1L, nsplit = 1L, partid = 0L,
                   center_crop = 0L, quality = 95L, color_mode = 1L, unchanged = 0L, inter_method = 1L, encoding = ".jpg") {
  for (arg in c("image_lst", "root", "output_rec")) check_string(get(arg), arg, "im2rec")
  if (!file.exists(image_lst)) mx_stop("im2rec: argument image_lst: there is no file ", dQuote(image_lst, FALSE))
  if (nzchar(root) && !dir.exists(root)) mx_stop("im2rec: argument root: there is no folder ", dQuote(root, FALSE))
  if (!dir.exists(dirname(path.expand(output_rec))))
    mx_stop("im2rec: argument output_rec: there is no folder ", dQuote(dirname(output_rec), FALSE))
  check_count(label_width, "label_width", "im2rec")
  check_count(nsplit, "nsplit", "im2rec")
  check_count(partid, "partid", "im2rec", 0)
  check_count(new_size, "new_size", "im2rec", -1)
  if (partid >= nsplit) mx_stop("im2rec: argument partid must be below nsplit (", nsplit, "), given ", partid)
  im2rec_choice(color_mode, c(-1, 0, 1), "color_mode")
  im2rec_choice(inter_method, c(0:4, 9, 10), "inter_method")
  im2rec_choice(encoding, c(".jpg", ".png"), "encoding")
  check_count(quality, "quality", "im2rec", 0)
  flags <- list(pack_label = pack_label, center_crop = center_crop, unchanged = unchanged)
  for (n in names(flags)) im2rec_choice(as.numeric(flags[[n]]), c(0, 1), n)
  options <- c(lapply(list(label_width = label_width, new_size = new_size, nsplit = nsplit, partid = partid, quality = quality,
                           color_mode = color_mode, inter_method = inter_method), as.integer),
               lapply(flags, as.logical), encoding = encoding)
  invisible(.call("im2rec", path.expand(image_lst), path.expand(root), path.expand(output_rec), options))
}

im2rec_choice <- function(x, values, arg) {
  if (length(x) != 1 || is.na(x) || !x %in% values)
    mx_stop("im2rec: argument ", arg, " must be one of ", toString(values), ", given ", short(x))
}
