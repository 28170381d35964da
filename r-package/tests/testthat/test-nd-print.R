count <- function(d, ...) mx.nd.array(array(seq_len(prod(d)), d), ...)

test_that("small arrays print as R prints them", {
  for (x in list(c(1.5, 2, 3), matrix(1:6 / 7, 2), array(1:12, c(2, 3, 2)), 1:40 / 3, matrix(1, 20, 3), 7)) {
    a <- mx.nd.array(x)
    expect_identical(capture.output(print(a)), capture.output(print(as.array(a))))
    expect_identical(capture.output(got <- print(a)), capture.output(print(as.array(a))))
    expect_identical(got, as.array(a))
  }
  expect_identical(capture.output(print(mx.nd.array(pi), digits = 3)), "[1] 3.14")
  expect_identical(capture.output(mx.nd.array(c(TRUE, FALSE), dtype = "bool")), "[1]  TRUE FALSE")
})

test_that("large arrays stop after 20 rows and say what they are", {
  local_reproducible_output(width = 60)
  expect_snapshot({
    count(c(30, 3))
    count(c(5, 200))
    count(1000, dtype = "float64")
    count(c(2, 2, 6, 7), dtype = "int32")
    count(c(50, 2, 2))
    print(count(c(30, 2)), n = 3)
  })
})

test_that("n = Inf shows all, and nonsense is refused", {
  a <- count(c(30, 3))
  expect_identical(capture.output(print(a, n = Inf)), capture.output(print(as.array(a))))
  expect_identical(capture.output(print(a, n = 30)), capture.output(print(as.array(a))))
  expect_mx_error(print(a, n = 0), "argument n must be a number of rows")
})

test_that("only what is shown leaves the engine", {
  a <- count(c(100, 1000, 20))
  seen <- 0
  old <- the$transport$to_r
  the$transport$to_r <- function(id, n) {
    seen <<- seen + n
    old(id, n)
  }
  on.exit(the$transport$to_r <- old)
  capture.output(print(a), str(a), print(summary(a)))
  expect_lt(seen, 2000)
})

test_that("every way of cutting gives the beginning of R's print", {
  set.seed(3)
  for (i in 1:30) {
    d <- sample(c(1:4, 15, 23, 60), sample(1:4, 1), replace = TRUE)
    x <- array(sample(9, prod(d), replace = TRUE), d)
    mine <- capture.output(print(mx.nd.array(x)))
    whole <- capture.output(print(if (length(d) == 1) as.vector(x) else x))
    rows <- function(l) sub("^ *", "", grep("^ *\\[[0-9]+,?\\]", l, value = TRUE))
    cut <- grepl("^# 20 rows shown", tail(mine, 1))
    expect_identical(cut, length(rows(whole)) > 20)
    if (!cut) expect_identical(mine, whole) else expect_length(rows(mine), 20)
    # labels of vectors are as wide as the largest of those shown; the numbers are the same
    if (length(d) > 1) expect_identical(gsub(" +", " ", rows(mine)), gsub(" +", " ", head(rows(whole), 20)))
  }
})

test_that("str, summary and format say dim, dtype and context", {
  m <- mx.nd.array(matrix(1:6, 2))
  s <- mx.nd.cast.storage(mx.nd.array(diag(3)), stype = "csr")
  expect_snapshot({
    str(m)
    str(list(a = m, b = mx.nd.ones(1000)))
    format(m)
    summary(m)
    summary(mx.nd.array(c(1, NaN, 5), dtype = "float64"))
    format(s)
    str(s)
    s
    list(m)
    format(m[integer(0), ])
    str(m[integer(0), ])
    m[integer(0), ]
    m[m > 9]
  })
  expect_equal(summary(m)[["Median"]], 3.5)
  expect_equal(unclass(summary(m)), unclass(summary(1:6)), ignore_attr = "about")
})

test_that("large sparse arrays print without being made dense", {
  i <- mx.nd.array(matrix(1:2, 1))
  big <- mx.nd.cast.storage(mx.nd.array(rbind(c(1, 2, rep(0, 998)), 0)), stype = "row_sparse")
  expect_identical(grep("^\\[1,\\]", capture.output(print(big)), value = TRUE)[1],
                   grep("^\\[1,\\]", capture.output(print(as.array(big)[, 1:300])), value = TRUE)[1])
  big <- mx.nd.cast.storage(mx.nd.array(diag(100)), stype = "csr")
  expect_match(capture.output(print(big)), "<csr, dim c(100, 100), 100 values stored>", fixed = TRUE, all = FALSE)
  expect_match(capture.output(print(big)), "20 rows shown", all = FALSE)
})
