draw <- function(width, height, colour, ext = "png") {
  file <- tempfile(fileext = paste0(".", ext))
  device <- if (ext == "png") grDevices::png else grDevices::jpeg
  device(file, width = width, height = height, bg = "white")
  par(mar = rep(0, 4), xaxs = "i", yaxs = "i")
  plot.new()
  rect(0, 0.5, 0.5, 1, col = colour, border = NA)  # the upper left quarter
  dev.off()
  file
}

test_that("a picture is an array of width, height and channels, the top first", {
  x <- mx.image.read(draw(40, 20, "red"))
  expect_equal(dim(x), c(40, 20, 3))
  expect_equal(x[3, 3, ], c(255, 0, 0))
  expect_equal(x[3, 17, ], c(255, 255, 255))
  expect_equal(x[37, 3, ], c(255, 255, 255))
  grey <- mx.image.read(draw(40, 20, "red"), color = FALSE)
  expect_equal(dim(grey), c(40, 20, 1))
  expect_lt(abs(grey[3, 3, 1] - 0.299 * 255), 1)
  skip_if_not(capabilities("jpeg"))
  expect_lt(max(abs(mx.image.read(draw(40, 20, "blue", "jpg"))[5, 5, ] - c(0, 0, 255))), 10)
})

test_that("a picture is cut in the middle and resized", {
  x <- mx.image.read(draw(80, 40, "red"))
  small <- mx.image.fit(x, 20, 10)
  expect_equal(dim(small), c(20, 10, 3))
  expect_equal(small[2, 2, ], c(255, 0, 0))
  expect_equal(small[18, 2, ], c(255, 255, 255))
  square <- mx.image.fit(x, 10, 10)  # columns 21 to 60
  expect_equal(square[2, 2, ], c(255, 0, 0))
  expect_equal(square[8, 2, ], c(255, 255, 255))
  expect_equal(dim(mx.image.fit(x, 100, 100)), c(100, 100, 3))
  # what is left of a board of single pixels is grey, not a random pixel
  board <- array(255 * (outer(1:64, 1:64, `+`) %% 2), c(64, 64, 1))
  expect_equal(range(mx.image.fit(board, 8, 8)), c(127.5, 127.5))
})

test_that("bad pictures are named", {
  expect_error(mx.image.read("no-such.png"), "there is no file \"no-such.png\"", class = "mxr_error")
  text <- tempfile(fileext = ".jpg")
  writeLines("no picture", text)
  expect_error(mx.image.read(text), basename(text), fixed = TRUE, class = "mxr_error")
  expect_error(mx.image.fit(matrix(1, 3, 3), 2, 2), "given dims c(3, 3)", fixed = TRUE, class = "mxr_error")
  expect_error(mx.image.fit(array(1, c(3, 3, 3)), 0, 2), "width", class = "mxr_error")
})
