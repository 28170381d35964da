# Data frames to matrices and back: the predictors' encoding is learnt in training and repeated for new data, by hardhat
# where it is installed, by stats::model.matrix otherwise, with the same numbers.

has_hardhat <- function() getOption("mxr.hardhat", TRUE) && requireNamespace("hardhat", quietly = TRUE)

# list(x = matrix of predictors, y = outcome, dummy = which columns are dummies, blueprint, na.action, formula)
training_parts <- function(new, na.action) {
  if (new$kind == "formula") return(formula_parts(new$formula, new$data, na.action))
  x <- new$x
  if (inherits(x, "MXNDArray")) x <- as.array(x)
  if (!is.data.frame(x) && !(is.matrix(x) && is.numeric(x)))
    mx_stop("mx.mlp: argument x must be a data frame or a matrix of numbers (rows are examples), given ", short(x))
  y <- if (inherits(new$y, "MXNDArray")) as.array(new$y) else new$y
  if (is.data.frame(y)) y <- if (ncol(y) == 1) y[[1]] else as.matrix(y)
  n <- if (is.matrix(y)) nrow(y) else length(y)
  if (nrow(x) != n) mx_stop("mx.mlp: x has ", nrow(x), " examples (rows), y has ", n)
  if (is.matrix(x) && is.null(colnames(x))) colnames(x) <- paste0("V", seq_len(ncol(x)))
  d <- as.data.frame(x, optional = TRUE, stringsAsFactors = FALSE)
  outcome <- "..y"
  d[[outcome]] <- y
  formula <- stats::reformulate(paste0("`", colnames(x), "`"), as.name(outcome))
  environment(formula) <- baseenv()
  formula_parts(formula, d, na.action)
}

formula_parts <- function(formula, data, na.action) {
  if (length(formula) != 3) mx_stop("mx.mlp: the formula ", deparse1(formula), " has no outcome on its left")
  if (is.null(data)) data <- stats::get_all_vars(formula) else formula <- lean_formula(formula, names(data))
  if (is.matrix(data)) data <- as.data.frame(data)
  if (!is.data.frame(data)) mx_stop("mx.mlp: argument data must be a data frame, given ", short(data))
  if (!nrow(data)) mx_stop("mx.mlp: argument data has no rows")
  tt <- stats::terms(formula, data = data)
  if (!is.null(attr(tt, "offset"))) mx_stop("mx.mlp: a formula with offset() is not supported")
  attr(tt, "intercept") <- 1L  # the network has biases; dummies are made as if it were there
  if (!length(attr(tt, "term.labels"))) mx_stop("mx.mlp: the formula ", deparse1(formula), " has no predictors")
  rhs <- stats::delete.response(tt)
  absent <- setdiff(all.vars(tt), names(data))
  lost <- absent[!vapply(absent, exists, NA, envir = environment(formula) %||% baseenv())]
  if (length(lost)) mx_stop("mx.mlp: data has no column ", paste(lost, collapse = ", "), ".", suggest(lost[1], names(data)))
  columns <- intersect(all.vars(rhs), names(data))
  data[columns] <- Map(as_predictor, data[columns], columns)
  if (is.character(na.action)) na.action <- match.fun(na.action)
  frame <- stats::model.frame(tt, data, na.action = na.action)
  if (!nrow(frame)) mx_stop("mx.mlp: no example without missing values is left (argument na.action)")
  omitted <- attr(frame, "na.action")
  if (length(omitted)) data <- data[-omitted, , drop = FALSE]
  blueprint <- list(terms = attr(frame, "terms"), outcome = formula[[2]], columns = lapply(data[columns], column_kind))
  blueprint$xlevels <- stats::.getXlevels(stats::delete.response(blueprint$terms), frame)
  # hardhat does not remember the levels of factor(x) in a formula, looks for functions in the global environment only, and
  # walks formulas recursively: with hundreds of terms it runs out of C stack
  made <- setdiff(names(blueprint$xlevels), columns)
  x <- if (has_hardhat() && !length(absent) && !length(made) && identical(environment(formula), globalenv()) &&
           length(attr(tt, "term.labels")) <= 200) {
    # with the intercept: hardhat codes the first factor otherwise where there is none
    kind <- hardhat::default_formula_blueprint(intercept = TRUE, indicators = "traditional")
    mold <- hardhat::mold(stats::formula(rhs), data, blueprint = kind)
    blueprint$hardhat <- mold$blueprint
    without_intercept(as.matrix(mold$predictors))
  } else {
    m <- stats::model.matrix(stats::delete.response(blueprint$terms), frame)
    blueprint$contrasts <- attr(m, "contrasts")
    without_intercept(m)
  }
  if (anyNA(x)) mx_stop("mx.mlp: the predictors hold missing values (na.action kept them)")
  endless <- colSums(is.infinite(x)) > 0
  if (any(endless)) mx_stop("mx.mlp: predictor ", colnames(x)[endless][1], " holds infinite numbers, expected finite ones")
  y <- stats::model.response(frame)
  if (is.null(dim(y))) names(y) <- NULL
  list(x = unname_rows(x), y = y, dummy = dummy_columns(blueprint$terms, frame, x), blueprint = blueprint, na.action = omitted,
       formula = formula)
}

# A model outlives the function that fitted it, and so would everything in that function's frame. The frame is needed only
# where the formula names something that is found there alone.
lean_formula <- function(formula, columns) {
  from <- environment(formula) %||% baseenv()
  names <- setdiff(all.names(formula, unique = TRUE), columns)
  same <- vapply(names, function(n) identical(get0(n, from), get0(n, globalenv())), NA)
  if (all(same)) environment(formula) <- globalenv()
  formula
}

as_predictor <- function(v, name) {
  if (is.character(v) || is.logical(v)) return(factor(v))
  if (!is.factor(v) && !is.numeric(v) || inherits(v, c("Date", "POSIXt", "difftime")))
    mx_stop("mx.mlp: predictor ", name, " is of class ", paste(class(v), collapse = "/"),
            "; expected numbers, a factor, character or logical")
  v
}

column_kind <- function(v) if (is.factor(v)) list(levels = levels(v), ordered = is.ordered(v)) else list(levels = NULL)

without_intercept <- function(m) m[, colnames(m) != "(Intercept)", drop = FALSE]

unname_rows <- function(m) matrix(as.double(m), nrow(m), dimnames = list(NULL, colnames(m)))

# Columns made of factors alone are not scaled.
dummy_columns <- function(tt, frame, x) {
  # by position: names that are no R names have backticks in `parts` only
  is_factor <- vapply(frame, is.factor, NA, USE.NAMES = FALSE)
  parts <- attr(tt, "factors")
  made <- apply(parts > 0, 2, function(uses) all(is_factor[which(uses)]))
  m <- stats::model.matrix(stats::delete.response(tt), frame[1, , drop = FALSE])
  assign <- attr(m, "assign")
  unname(made[assign[assign > 0]])
}

# New data through the same encoding. Rows with missing values stay, as rows of NA.
forge_frame <- function(blueprint, data, fn) {
  if (is.matrix(data) && is.null(colnames(data)) && ncol(data) == length(blueprint$columns)) colnames(data) <- names(blueprint$columns)
  if (!is.data.frame(data) && !is.matrix(data)) mx_stop(fn, ": argument newdata must be a data frame, given ", short(data))
  data <- as.data.frame(data, optional = TRUE, stringsAsFactors = FALSE)
  wanted <- names(blueprint$columns)
  lost <- setdiff(wanted, names(data))
  if (length(lost)) mx_stop(fn, ": newdata lacks the ", ngettext(length(lost), "column ", "columns "), paste(lost, collapse = ", "))
  data <- data[wanted]
  for (n in wanted) data[[n]] <- as_known(data[[n]], blueprint$columns[[n]], n, fn)
  rhs <- stats::delete.response(blueprint$terms)
  ok <- stats::complete.cases(data)
  if (!any(ok)) return(matrix(NA_real_, nrow(data), 1))
  part <- data[ok, , drop = FALSE]
  m <- if (!is.null(blueprint$hardhat) && has_hardhat()) {
    without_intercept(as.matrix(hardhat::forge(part, blueprint$hardhat)$predictors))
  } else {
    frame <- tryCatch(stats::model.frame(rhs, part, na.action = stats::na.pass, xlev = blueprint$xlevels),
                      error = function(e) mx_stop(fn, ": ", conditionMessage(e)))
    without_intercept(stats::model.matrix(rhs, frame, contrasts.arg = blueprint$contrasts))
  }
  out <- matrix(NA_real_, nrow(data), ncol(m), dimnames = list(NULL, colnames(m)))
  out[ok, ] <- m
  out
}

as_known <- function(v, kind, name, fn) {
  if (is.null(kind$levels)) {
    if (all(is.na(v))) return(as.double(v))
    if (!is.numeric(v))
      mx_stop(fn, ": column ", name, " of newdata is of class ", paste(class(v), collapse = "/"), ", it was numeric in training")
    return(v)
  }
  text <- as.character(v)
  unseen <- setdiff(unique(text[!is.na(text)]), kind$levels)
  if (length(unseen)) {
    mx_stop(fn, ": column ", name, " of newdata has the ", ngettext(length(unseen), "level ", "levels "),
            paste(dQuote(utils::head(unseen, 5), FALSE), collapse = ", "), ", never seen in training; known are ",
            paste(dQuote(utils::head(kind$levels, 10), FALSE), collapse = ", "))
  }
  factor(text, kind$levels, ordered = kind$ordered)
}

# The outcome in new data, NULL where it is not there.
truth_of <- function(blueprint, data) {
  if (!all(all.vars(blueprint$outcome) %in% names(data))) return(NULL)
  eval(blueprint$outcome, data, environment(blueprint$terms))
}

mlp_truth <- function(model, data) truth_of(mlp_info(model)$blueprint, data)

class_of <- function(prob, levels) {
  best <- rep(NA_integer_, nrow(prob))
  ok <- !is.na(prob[, 1])
  best[ok] <- max.col(prob[ok, , drop = FALSE], "first")
  factor(levels[best], levels)
}

#' Predictions of a perceptron with formula or data frame
#'
#' @param object a model of class `mx_mlp`, from [mx.mlp()] with a formula or a data frame.
#' @param newdata data frame (or matrix) with the predictors' columns; more columns do no harm. Missing: the training data.
#' @param type `"class"` (a factor with the levels of the outcome; the default for classes), `"prob"` (matrix of
#'   probabilities, a row an example, a column a class) or `"raw"` (what the network gives: probabilities, or numbers in
#'   the outcome's unit; the default for numbers).
#' @param ctx device.
#' @param array.batch.size examples computed at a time.
#' @param ... ignored.
#' @return By type, see there; for one numeric outcome a vector, for several a matrix. Examples with missing predictors
#'   give `NA`.
#' @section Errors: columns that are missing, levels never seen in training and columns of another class are named.
#' @examplesIf mx.available()
#' fit <- mx.mlp(Species ~ ., data = iris, hidden_node = 8, num.round = 10, verbose = FALSE,
#'   seed = 1)
#' table(predict(fit), iris$Species)
#' try(predict(fit, iris[1:2]))
#' @family models
predict.mx_mlp <- function(object, newdata, type = NULL, ctx = NULL, array.batch.size = 128, ...) {
  info <- mlp_info(object)
  classes <- !is.null(info$levels)
  type <- type %||% if (classes) "class" else "raw"
  check_type(type)
  if (!classes && type != "raw")
    mx_stop("predict: type ", dQuote(type, FALSE), " needs a model of classes, this one predicts numbers (type = \"raw\")")
  if (missing(newdata)) {
    p <- info$fitted
  } else {
    x <- forge_frame(info$blueprint, newdata, "predict")
    ok <- stats::complete.cases(x)
    p <- if (length(ok) && all(ok)) mlp_predict(object, x, ctx = ctx, array.batch.size = array.batch.size)
    if (is.null(p)) {
      k <- if (classes) length(info$levels) else length(info$scaling$y$center)
      p <- matrix(NA_real_, nrow(x), k, dimnames = list(NULL, if (classes) info$levels else info$outputs))
      if (any(ok)) p[ok, ] <- mlp_predict(object, x[ok, , drop = FALSE], ctx = ctx, array.batch.size = array.batch.size)
      if (!classes && k == 1) p <- as.vector(p)
    }
  }
  if (type == "class") class_of(p, info$levels) else p
}

check_type <- function(type) {
  if (!is.character(type) || length(type) != 1 || !type %in% c("prob", "class", "raw"))
    mx_stop("predict: argument type must be \"prob\", \"class\" or \"raw\", given ", short(type))
}

#' Fitted perceptrons
#'
#' What R's model functions expect of a model, for [mx.mlp()] with a formula or a data frame.
#'
#' @param x,object a model of class `mx_mlp`.
#' @param formula. changes to the formula, see [stats::update.formula()].
#' @param evaluate whether to fit the model anew or to return the call.
#' @param ... `update()`: arguments to change in the call; else ignored.
#' @return `print()`: its argument, invisibly. `fitted()`: the predicted classes, or numbers, of all examples (those held
#'   out for validation included). `residuals()`: outcome minus fitted, for numeric outcomes; for classes an error.
#'   `formula()`: the formula, a dot in it spelled out. `update()`: the new model.
#' @examplesIf mx.available()
#' fit <- mx.mlp(mpg ~ wt + hp, data = mtcars, num.round = 5, verbose = FALSE)
#' fit
#' summary(residuals(fit))
#' update(fit, . ~ . + cyl)
#' @family models
#' @name mx_mlp
#' @rdname mx_mlp
print.mx_mlp <- function(x, ...) {
  info <- mlp_info(x)
  cat("Multi-layer perceptron (mx_mlp)\n")
  if (!is.null(info$formula)) cat("  formula: ", deparse1(info$formula), "\n", sep = "")
  inputs <- length(info$scaling$x$center)
  layers <- paste(info$hidden, rep(info$act, length.out = length(info$hidden)), collapse = " - ")
  out <- if (is.null(info$levels)) paste(length(info$scaling$y$center), info$activation) else paste(length(info$levels), "softmax")
  cat("  layers:  ", inputs, ngettext(inputs, " input - ", " inputs - "), layers, " - ", out, "; ",
      big(sum(param_counts(x$arg.params))), " parameters\n", sep = "")
  if (!is.null(info$levels))
    cat("  classes: ", paste(utils::head(info$levels, 8), collapse = ", "), if (length(info$levels) > 8) ", ...", "\n", sep = "")
  cat("  examples: ", info$n, if (length(info$held)) paste0(", ", length(info$held), " of them held out for validation"),
      if (length(info$na.action)) paste0(" (", length(info$na.action), " more dropped for missing values)"), "\n", sep = "")
  line <- result_line(attr(x, "history"))
  if (!is.null(line)) cat("  trained: ", line, "\n", sep = "")
  invisible(x)
}

#' @rdname mx_mlp
fitted.mx_mlp <- function(object, ...) {
  info <- mlp_info(object)
  if (is.null(info$levels)) info$fitted else class_of(info$fitted, info$levels)
}

#' @rdname mx_mlp
residuals.mx_mlp <- function(object, ...) {
  mlp_info(object)$residuals %||% mx_stop("residuals: the outcome is a class; residuals are for numeric outcomes")
}

#' @rdname mx_mlp
formula.mx_mlp <- function(x, ...) {
  info <- mlp_info(x)
  if (is.null(info$formula)) mx_stop("formula: this model was fitted with x and y, without a formula")
  stats::formula(info$blueprint$terms)  # with the dot spelled out, as lm has it
}

#' @rdname mx_mlp
update.mx_mlp <- function(object, formula., ..., evaluate = TRUE) {
  info <- mlp_info(object)
  call <- info$call
  if (!missing(formula.)) {
    new <- stats::update.formula(formula(object), formula.)
    # what is new in it is known where it was written
    if (identical(environment(new), globalenv()) && inherits(formula., "formula")) environment(new) <- environment(formula.)
    call[[info$place]] <- new
  }
  changes <- match.call(expand.dots = FALSE)$...
  for (n in names(changes)) call[[n]] <- changes[[n]]
  if (evaluate) eval(call, parent.frame()) else call
}
