m <- matrix(as.numeric(1:12), 3, 4)
a3 <- array(as.numeric(1:24), c(2, 3, 4))
nd <- function(x) mx.nd.array(x)
# the same index on the array and on the engine
same <- function(x, ...) {
  got <- nd(x)[...]
  expect_identical(class(got), "MXNDArray")
  want <- x[...]
  expect_identical(as.vector(got), as.vector(want))
  expect_identical(dim(got), dim(want) %||% length(want))
}
`%||%` <- function(a, b) if (is.null(a)) b else a

test_that("one index for each dim, as R", {
  same(m, 2, ); same(m, , 3); same(m, 2, 3); same(m, 2:3, 1:2); same(m, -1, ); same(m, -(1:2), -4)
  same(m, c(3, 1), c(4, 1, 1)); same(m, c(TRUE, FALSE, TRUE), ); same(m, TRUE, c(FALSE, TRUE)); same(m, 0:2, )
  same(m, 2, , drop = FALSE); same(m, , 2, drop = FALSE); same(m, 1.9, 2.2); same(m, 3:1, )
  same(a3, 1, , ); same(a3, , 2, ); same(a3, , , 4); same(a3, 2, 3, 4); same(a3, 2:1, c(1, 3), -1); same(a3, , 2:3, 1, drop = FALSE)
  same(a3, c(2, 2), c(3, 1), c(4, 4, 2))
  expect_identical(dim(nd(m)[integer(0), ]), c(0L, 4L))
  expect_identical(as.array(nd(m)[integer(0), ]), m[integer(0), ])
})

test_that("a single index counts as R counts", {
  same(m, 5); same(m, 2:7); same(m, c(12, 1, 1)); same(m, -1); same(m, m > 4); same(m, m > 100); same(m, c(TRUE, FALSE))
  same(m, cbind(1:3, 3:1)); same(a3, cbind(2, 1:3, 4)); same(1:5 * 2, 4:2); same(1:5 * 2, -(1:2)); same(1:5 * 2, 6 < 1:5)
  x <- nd(m)
  expect_identical(x[], x)
  expect_identical(as.array(x[x > 4]), m[m > 4])
  expect_identical(as.array(x[x %% 2 == 0 & x > 4]), m[m %% 2 == 0 & m > 4])
  expect_identical(as.array(x[nd(c(0, 1, 1)), 2]), m[c(FALSE, TRUE, TRUE), 2])
  expect_identical(sum(x[x > 1000]), 0)
})

test_that("ranges of the last dim share memory, the rest are copies", {
  x <- nd(m)
  y <- x[, 2:3]
  y[] <- 0
  expect_identical(as.array(x), cbind(m[, 1], 0, 0, m[, 4]))
  z <- x[1, ]
  z[] <- 99
  expect_identical(x[[1, 1]], 1)
})

test_that("wrong positions are told", {
  x <- nd(m)
  expect_error(x[4, 1], "subscript out of bounds: 4 in dim 1, which has 3", class = "mxr_index_error")
  expect_error(x[13], "out of bounds: 13, which has 12", class = "mxr_index_error")
  expect_error(x[1:5, ], "out of bounds: 5 in dim 1", class = "mxr_index_error")
  expect_error(x[1, 1, 1], "incorrect number of dimensions: 3 indices for an MXNDArray of dim c(3, 4)", fixed = TRUE)
  expect_error(x["a", ], "no dimnames")
  expect_error(x[c(-1, 1), ], "mix positive and negative")
  expect_error(x[NA, ], "NA in a logical index in dim 1")
  expect_error(x[c(1, NA), ], "NA in an index")
  expect_error(x[c(TRUE, TRUE, TRUE, TRUE), ], "logical subscript too long")
  expect_error(x[cbind(1, 9)], "subscript out of bounds")
  expect_error(x[nd(1:5)], "a mask of dim 5 for an MXNDArray of dim c(3, 4)", fixed = TRUE)
  expect_error(x[x], "zeros and ones", class = "mxr_error")
  expect_error(x[list(1), ], "must be numbers or logicals")
})

test_that("assignment writes in place, as R would have it", {
  put <- function(x, f) {
    r <- f(x)
    a <- f(nd(x))
    expect_identical(as.array(a), r)
  }
  put(m, function(x) { x[2, ] <- 0; x })
  put(m, function(x) { x[, 2:3] <- c(1, 2, 3); x })
  put(m, function(x) { x[c(1, 3), c(4, 1)] <- matrix(1:4 * 10, 2); x })
  put(m, function(x) { x[x > 5] <- -1; x })
  put(m, function(x) { x[m > 5] <- 7:1; x })
  put(m, function(x) { x[] <- 3; x })
  put(m, function(x) { x[3:4] <- c(0.5, 0.25); x })
  put(m, function(x) { x[cbind(1:3, 1:3)] <- 0; x })
  put(m, function(x) { x[-1, -1] <- 9; x })
  put(m, function(x) { x[c(TRUE, FALSE)] <- 0; x })
  put(m, function(x) { x[c(1, 1, 2)] <- c(5, 6, 7); x })
  put(m, function(x) { x[integer(0), ] <- 1; x })
  put(m, function(x) { x[[2, 2]] <- 8; x })
  put(a3, function(x) { x[2, , c(1, 4)] <- c(0, 1); x })
  put(a3, function(x) { x[2:1, 3, c(4, 2)] <- 1:4 * 100; x })
  put(a3, function(x) { x[, c(1, 3), 2] <- TRUE; x })
  x <- nd(m)
  y <- x
  x[1, 1] <- 50
  expect_identical(y[[1, 1]], 50)
  x[, 1] <- nd(c(7, 8, 9))
  x[2:3, 4] <- x[2:3, 1]
  expect_identical(as.array(x)[, c(1, 4)], cbind(c(7, 8, 9), c(10, 8, 9)))
  f <- function(v) { v[1] <- 0; invisible() }
  f(x)
  expect_identical(x[[1]], 0)
})

test_that("assignments that do not fit are refused and change nothing", {
  x <- nd(m)
  expect_mx_error(x[1:2, 1:2] <- 1:3, "number of items to replace \\(4\\) is not a multiple of replacement length \\(3\\)")
  expect_mx_error(x[1, 1] <- "a", "argument value must be")
  expect_mx_error(x[1, 1] <- NULL, "replacement has length zero")
  expect_mx_error(x[9, 1] <- 1, "out of bounds")
  expect_mx_error(x[[1:2]] <- 1:2, "expected one number")
  i <- mx.nd.array(1:3, dtype = "int32")
  expect_mx_error(i[1] <- 1.5, "value holds 1.5, expected whole numbers")
  expect_mx_error(x$dim <- 3, "cannot be assigned")
  s <- mx.nd.cast.storage(x, stype = "csr")
  expect_mx_error(s[1, 1] <- 1, "the array is csr")
  expect_identical(as.array(s[2, 3]), m[2, 3])
  expect_identical(as.array(x), m)
})

test_that("[[ gives a number, $ gives fields, head and tail parts", {
  x <- nd(m)
  expect_identical(x[[2, 3]], 8)
  expect_identical(x[[5]], 5)
  expect_error(x[[1:2]], "expected the position of one element")
  expect_identical(x$dim, c(3L, 4L))
  expect_identical(x$dtype, "float32")
  expect_identical(x$context, mx.cpu())
  expect_identical(x$stype, "default")
  expect_identical(as.array(x$T), t(m))
  expect_mx_error(x$dtyp, "has no field 'dtyp'.*Did you mean 'dtype'")
  expect_null(names(x))
  expect_null(dimnames(x))
  for (n in list(2, -1, c(2, 1), c(NA, 2), 100)) {
    expect_identical(as.array(head(x, n)), head(m, n))
    expect_identical(as.array(tail(x, n)), tail(m, n, keepnums = FALSE))
  }
  expect_identical(as.array(head(nd(1:10), 3)), c(1, 2, 3))
  expect_identical(as.array(tail(nd(1:10), -8)), c(9, 10))
  expect_identical(utils::.DollarNames(x, "^d"), c("dim", "dtype", "detach"))
})
