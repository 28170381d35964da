m <- matrix(c(1, -2, 3.5, 0, 8, 6), 2)
same <- function(got, want, ...) {
  expect_identical(class(got), "MXNDArray")
  expect_equal(as.array(got), want, tolerance = 1e-6, ...)
}
num <- function(x) { storage.mode(x) <- "double"; x }

test_that("powers, whole division and logic", {
  a <- mx.nd.array(m)
  p <- abs(a) + 1
  same(a ^ 2, m ^ 2); same(2 ^ a, 2 ^ m); same(p ^ p, (abs(m) + 1) ^ (abs(m) + 1))
  same(a %/% 2, m %/% 2); same(7 %/% p, 7 %/% (abs(m) + 1)); same(a %/% p, m %/% (abs(m) + 1))
  same(a & 1, num(m & 1)); same(0 | a, num(0 | m)); same(a > 0 & a < 5, num(m > 0 & m < 5)); same(a | a, num(m | m))
  same(!a, num(!m)); same(!(a > 1), num(!(m > 1)))
  same(+a, m); same(-a, -m)
})

test_that("an R array of the same dim may stand on either side", {
  a <- mx.nd.array(m)
  same(a - m, m - m); same(m / (a + 10), m / (m + 10)); same(a == m, num(m == m)); same(1:6 * a, 1:6 * m)
  same(mx.nd.array(1:3) + c(0.5, 1, 1.5), 1:3 + c(0.5, 1, 1.5))
  expect_identical((mx.nd.array(1:3, dtype = "float64") + c(0.1, 0.2, 0.3))$dtype, "float64")
  expect_error(a + 1:5, "must be a number (length 1) or have the same dim, given length 5", class = "mxr_shape_error", fixed = TRUE)
  expect_error(a + t(m), "given dim c(3, 2)", class = "mxr_shape_error", fixed = TRUE)
  expect_mx_error(mx.nd.array(1:2, dtype = "int32") + c(0.5, 1), "holds 0.5, expected whole numbers")
  same(a + NaN, m + NaN)
})

test_that("%*% is R's product", {
  b <- matrix(1:12, 3)
  a <- mx.nd.array(m)
  same(a %*% mx.nd.array(b), m %*% b); same(a %*% b, m %*% b); same(m %*% mx.nd.array(b), m %*% b)
  same(a %*% 1:3, m %*% 1:3); same(1:2 %*% a, 1:2 %*% m); same(mx.nd.array(1:2) %*% m, 1:2 %*% m)
  same(mx.nd.array(1:3) %*% 1:3, 1:3 %*% 1:3); same(mx.nd.array(1:3) %*% mx.nd.array(matrix(1:2, 1)), 1:3 %*% matrix(1:2, 1))
  same(mx.nd.array(1:3) %*% 2, matrix(1:3 * 2)); same(2 %*% mx.nd.array(1:3), matrix(1:3 * 2, 1))
  expect_error(a %*% a, "non-conformable arguments: dim c(2, 3) and c(2, 3)", class = "mxr_shape_error", fixed = TRUE)
  expect_mx_error(a %*% "x", "expected MXNDArrays or R matrices")
  expect_identical(matrix(1:4, 2) %*% 1:2, base::`%*%`(matrix(1:4, 2), 1:2))
  expect_identical(run_r("library(mxr)"), character())
})

test_that("the group Math is complete", {
  x <- c(0.2, 0.45, 0.9)
  a <- mx.nd.array(x)
  for (f in c("abs", "sign", "sqrt", "floor", "ceiling", "trunc", "exp", "log", "expm1", "log1p", "cos", "sin", "tan", "cospi",
              "sinpi", "tanpi", "acos", "asin", "atan", "cosh", "sinh", "tanh", "asinh", "atanh", "gamma", "lgamma", "digamma",
              "trigamma", "cumsum", "cumprod", "cummax", "cummin", "log2", "log10", "round", "signif")) {
    expect_equal(as.array(match.fun(f)(a)), match.fun(f)(x), tolerance = 1e-5, info = f)
  }
  same(acosh(mx.nd.array(1 + x)), acosh(1 + x))
  same(log(a, 2), log(x, 2)); same(log(a, base = 10), log10(x)); same(round(a, 1), round(x, 1)); same(signif(a, 1), signif(x, 1))
  same(round(mx.nd.array(c(0.5, 1.5, 2.5, -0.5))), c(0, 2, 2, 0))
  same(cumsum(mx.nd.array(m)), cumsum(m))
  same(sqrt(mx.nd.array(abs(m))), sqrt(abs(m)))
})

test_that("the group Summary gives plain numbers", {
  a <- mx.nd.array(m)
  expect_identical(sum(a), sum(m)); expect_identical(prod(a), prod(m)); expect_identical(range(a), range(m))
  expect_identical(max(a), 8); expect_identical(min(a, -10), -10); expect_identical(sum(a, a, 1), 2 * sum(m) + 1)
  expect_identical(any(a > 7), TRUE); expect_identical(all(a > 7), FALSE); expect_identical(all(a > -5), TRUE)
  n <- mx.nd.array(c(1, NaN, 3))
  expect_true(is.nan(sum(n))); expect_true(is.nan(max(n))); expect_identical(max(n, na.rm = TRUE), 3)
  expect_identical(sum(n, na.rm = TRUE), 4); expect_identical(mean(n, na.rm = TRUE), 2); expect_true(is.nan(mean(n)))
  expect_identical(any(n > 2), TRUE); expect_identical(any(mx.nd.array(c(0, NaN))), NA); expect_identical(all(mx.nd.array(c(1, NaN))), NA)
  expect_identical(sum(a[a > 99]), 0)
  expect_warning(expect_identical(max(a[a > 99]), -Inf), "no non-missing arguments")
  # double precision: a float32 sum would stop at 2^24
  expect_identical(sum(mx.nd.ones(2^24 + 2)), 2^24 + 2)
  expect_identical(mean(a), mean(m)); expect_identical(mean(a, trim = 0.2), mean(m, trim = 0.2))
  expect_identical(median(a), median(m)); expect_identical(quantile(a, 0.3), quantile(m, 0.3))
  expect_identical(anyNA(n), TRUE); expect_identical(is.na(n), c(FALSE, TRUE, FALSE)); expect_identical(is.finite(a), is.finite(m))
})

test_that("dims, and arrays put together", {
  a <- mx.nd.array(m)
  same(t(a), t(m)); same(t(mx.nd.array(1:3)), t(1:3)); expect_mx_error(t(mx.nd.zeros(c(1, 2, 3))), "not a matrix")
  x <- array(as.numeric(1:24), 2:4)
  for (p in list(NULL, c(2, 1, 3), c(3, 1, 2))) same(aperm(mx.nd.array(x), p), aperm(x, p))
  expect_mx_error(aperm(a, c(1, 1)), "permutation of 1 to 2")
  b <- a
  dim(b) <- c(3, 2)
  same(b, array(m, c(3, 2)))
  expect_identical(dim(a), c(2L, 3L))
  b[1, 1] <- 77
  expect_identical(a[[1, 1]], 77)
  expect_mx_error(dim(b) <- c(4, 2), "do not match the length")
  a <- mx.nd.array(m)
  same(rbind(a, 9), rbind(m, 9)); same(cbind(a, m, 1:2), unname(cbind(m, m, 1:2))); same(rbind(m, a), rbind(m, m))
  same(cbind(mx.nd.array(1:2), mx.nd.array(3:4)), cbind(c(1, 2), c(3, 4))); same(rbind(mx.nd.array(1:3), a), rbind(1:3, m))
  expect_mx_error(cbind(a, matrix(1, 3, 1)), "numbers of rows of matrices must match, given 2, 3")
  same(rev(mx.nd.array(1:3)), c(3, 2, 1)); same(sort(mx.nd.array(c(3, 1, 2))), c(1, 2, 3)); same(unique(mx.nd.array(c(1, 2, 1))), c(1, 2))
  same(sort(mx.nd.array(c(3, 1, 2)), decreasing = TRUE), c(3, 2, 1))
})

test_that("what R code does with arrays works", {
  a <- mx.nd.array(m)
  expect_identical(sapply(mx.nd.array(1:3), function(v) v * 2), c(2, 4, 6))
  expect_identical(apply(a, 1, sum), apply(m, 1, sum))
  expect_identical(max.col(t(a)), max.col(t(m)))
  same(sweep(a, 1, c(1, 2)), sweep(m, 1, c(1, 2)))
  expect_identical(ifelse(a[1, ] > 2, 1, 0), ifelse(m[1, ] > 2, 1, 0))
  expect_identical(as.data.frame(a), as.data.frame(m))
  expect_identical(as.integer(a), as.integer(m)); expect_identical(as.logical(a), as.logical(m))
  expect_identical(as.character(a), as.character(m)); expect_identical(seq_along(a), 1:6)
  expect_identical(sd(a), sd(m)); expect_identical(table(mx.nd.array(c(1, 1, 2)) == 1), table(c(0, 1, 1), dnn = NULL), ignore_attr = TRUE)
  expect_type(c(a, a), "list")
})

test_that("metric functions of both dialects run", {
  d <- easy_digits(100)
  evals <- list(
    new = function(label, pred) mx.nd.mean(mx.nd.abs(mx.nd.Cast(mx.nd.argmax(pred, axis = 1), "float32") - label)),
    array = function(label, pred) mean(abs(max.col(t(as.array(pred))) - 1 - as.array(label))),
    plain = function(label, pred) mean(abs(label - pred[1, ])),
    old = function(label, pred) { ypred <- max.col(t(as.array(pred))) - 1; sum(as.array(label) == ypred) / length(label) })
  for (n in names(evals)) {
    lines <- log_of(mx.model.FeedForward.create(small_mlp(), X = d$x, y = d$y, num.round = 1, array.layout = "colmajor",
                    array.batch.size = 50, eval.metric = mx.metric.custom(n, evals[[n]])))
    expect_match(tail(lines, 1), paste0("\\[1\\] Train-", n, "=[0-9.]+"))
  }
})

test_that("%/% of integers goes to the next lower one, as in R", {
  v <- c(-7L, 7L, 8L, -8L)
  w <- c(2L, -2L, 3L, -3L)
  a <- mx.nd.array(v, dtype = "int32")
  b <- mx.nd.array(w, dtype = "int32")
  expect_equal(as.array(a %/% b), v %/% w)
  expect_equal(as.array(a %/% 2), v %/% 2L)
  expect_equal(as.array(17 %/% b), 17L %/% w)
  expect_identical((a %/% b)$dtype, "int32")
})
