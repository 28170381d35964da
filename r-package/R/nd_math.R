# Functions of R on arrays.

#' Functions of R on arrays
#'
#' R's mathematical functions work on an `MXNDArray` and give one; those of the group `Summary`, and `mean()`, `median()`,
#' `quantile()`, give plain R numbers, computed in double precision.
#'
#' The engine computes what it has; `round()`, `signif()`, the cumulative functions, `trigamma()` and `cospi()` and kin,
#' which differ from R's there or are missing, are computed by R and brought back. As in R, cumulative functions give an
#' array of one dim.
#'
#' Inside [mx.autograd.record()], `sum()`, `prod()`, `min()`, `max()` and `mean()` of an array that gradients are wanted
#' for give an `MXNDArray` of one number, so that `mean((y - x)^2)` is a loss; functions that R computes are errors there.
#'
#' `is.na()`, `is.nan()`, `is.finite()` and `is.infinite()` give R logicals, of the array's dim.
#' @param x An `MXNDArray`.
#' @param ... Further arguments of R's function: `digits`, `base`, `trim`, `probs`; for the group `Summary` further
#'   arrays and numbers.
#' @param na.rm Whether `NaN` is left out.
#' @return An `MXNDArray` of the same type and device; numbers for `Summary`, `mean()`, `median()`, `quantile()`.
#' @family arrays
#' @examplesIf mx.available()
#' a <- mx.nd.array(c(4, 9, 16))
#' sqrt(a)
#' log(a, base = 2)
#' cumsum(a)
#' sum(a)
#' range(a)
#' mean(a)
#' anyNA(a)
#' @aliases Summary.MXNDArray
Math.MXNDArray <- function(x, ...) {
  op <- .Generic
  if (...length() == 0L && !is.na(engine <- ENGINE_MATH[op])) {
    return(nd_op(engine[[1L]], list(data = x), list(), NULL))
  }
  if (op == "log" && ...length() == 1L) return(nd_op("log", list(data = x), list(), NULL) / log(..1))
  in_r(x, match.fun(op), ..., .op = op)
}

ENGINE_MATH <- c(abs = "abs", sign = "sign", sqrt = "sqrt", floor = "floor", trunc = "trunc", ceiling = "ceil", exp = "exp",
                 log = "log", expm1 = "expm1", log1p = "log1p", log2 = "log2", log10 = "log10", cos = "cos", sin = "sin",
                 tan = "tan", acos = "arccos", asin = "arcsin", atan = "arctan", cosh = "cosh", sinh = "sinh",
                 tanh = "tanh", acosh = "arccosh", asinh = "arcsinh", atanh = "arctanh", gamma = "gamma",
                 lgamma = "gammaln", digamma = "digamma")

# Computed by R, and brought back as the array it came from. What is recorded must not lose its history in silence; that
# of a step function is a gradient of 0, which is none.
in_r <- function(x, f, ..., .op = NULL) {
  if (!is.null(.op) && !.op %in% c("round", "signif") && .call("ag_on_tape", live_id(x)))
    mx_stop(.op, ": R computes this function, and it cannot be recorded; as.array() and mx.nd.array() bring numbers over ",
            "without their history")
  nd_like(f(as.array(x), ...), x)
}

#' @rdname Math.MXNDArray
Summary.MXNDArray <- function(..., na.rm = FALSE) {
  values <- lapply(list(...), function(v) if (inherits(v, "MXNDArray")) reduced(v, .Generic, na.rm) else v)
  if (length(values) == 1L && inherits(values[[1L]], "MXNDArray")) return(values[[1L]])
  if (any(vapply(values, inherits, NA, what = "MXNDArray"))) {
    mx_stop(.Generic, ": several arguments, one of them an MXNDArray that is recorded; give them one by one")
  }
  do.call(.Generic, c(values, na.rm = na.rm))
}

reduced <- function(x, op, na.rm = FALSE) {
  id <- nd_id(x)
  if (op == "range") return(c(.call("nd_reduce", id, "min", isTRUE(na.rm)), .call("nd_reduce", id, "max", isTRUE(na.rm))))
  r <- .call("nd_reduce", id, op, isTRUE(na.rm))
  if (is.list(r)) return(new_nd(unlist(r)))
  if (op %in% c("any", "all") && is.double(r)) NA else r
}

#' @rdname Math.MXNDArray
mean.MXNDArray <- function(x, ..., na.rm = FALSE) {
  if (...length()) return(mean(nd_values(x), ..., na.rm = na.rm))
  reduced(x, "mean", na.rm) %||% NaN
}

#' @rdname Math.MXNDArray
median.MXNDArray <- function(x, na.rm = FALSE, ...) stats::median(nd_values(x), na.rm = na.rm, ...)

#' @rdname Math.MXNDArray
quantile.MXNDArray <- function(x, ...) stats::quantile(nd_values(x), ...)

#' @rdname Math.MXNDArray
is.na.MXNDArray <- function(x) is.na(as.array(x))

#' @rdname Math.MXNDArray
is.nan.MXNDArray <- function(x) is.nan(as.array(x))

#' @rdname Math.MXNDArray
is.finite.MXNDArray <- function(x) is.finite(as.array(x))

#' @rdname Math.MXNDArray
is.infinite.MXNDArray <- function(x) is.infinite(as.array(x))

anyNA.MXNDArray <- function(x, recursive = FALSE) anyNA(nd_values(x))

#' Compare arrays
#'
#' Compares the numbers, dims included, with R's tolerance.
#'
#' `identical()` compares references: it is `TRUE` only for one and the same array. In MXNet R `all.equal()` is `TRUE`
#' whatever two arrays hold; here it looks.
#' @param target An `MXNDArray`.
#' @param current An `MXNDArray` or an R array.
#' @param ... Arguments of R's [all.equal()], such as `tolerance`.
#' @return `TRUE`, or a text with the differences.
#' @family arrays
#' @examplesIf mx.available()
#' all.equal(mx.nd.ones(2), mx.nd.array(c(1, 1)))
#' all.equal(mx.nd.ones(2), mx.nd.zeros(2))
all.equal.MXNDArray <- function(target, current, ...) {
  all.equal(as.array(target), if (inherits(current, "MXNDArray")) as.array(current) else current, ...)
}
