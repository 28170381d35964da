# fit(), predict() and evaluate() of Gluon networks. The rounds run in Python (interop/r_gluon_fit.py).

#' Train, predict with and evaluate Gluon networks
#'
#' `fit()` trains a block for some rounds; `predict()` gives its outputs, `evaluate()` its loss and metric on other
#' data.
#'
#' @param object,x for the generics: the network, any [block][mx.gluon.HybridBlock()], or the result of a `fit()`, with
#'   which `fit()` goes on where it ended. `x` of `fit()` are the training data:
#'   * vectors, matrices, arrays, data frames, `MXNDArray`s as [mx.gluon.data.ArrayDataset()] takes them (of several
#'     inputs a list), with the labels or targets in `y`;
#'   * a formula, with a data frame as `data`: factors among the predictors become dummy variables, as in [mx.mlp()];
#'   * a [data set][mx.gluon.data.ArrayDataset()], a [loader][mx.gluon.data.DataLoader()] or an iterator of `mx.io`.
#' @param y labels or targets: a factor (or character, logical) is class numbers from 0, and the fit remembers the
#'   levels.
#' @param data data frame of a formula.
#' @param validation data whose loss and metric are told after every round: a share of the examples, drawn at random, or
#'   `list(x, y)`, a data frame (with a formula), a data set, a loader or an iterator.
#' @param loss a loss such as `mx.gluon.loss.L2Loss()`, or a `function(output, label)` that gives an `MXNDArray` with a
#'   number for each example. Where it is left out, classes get `SoftmaxCrossEntropyLoss()` and targets that are not
#'   whole numbers `L2Loss()`, and this is said.
#' @param optimizer name of an optimiser of the engine, result of [mx.opt.create()], or a `mx.gluon.Trainer()`.
#' @param optimizer.params options of the optimiser by name: `list(learning.rate = 0.01)`.
#' @param metric name of a metric of the engine (`"accuracy"`, `"rmse"`, `"mae"`, `"f1"`, `"top_k_accuracy"`, ...), in
#'   which every example counts the same; a metric such as [mx.metric.accuracy] or a [mx.metric.custom()]; `NULL` for
#'   none. By default what goes with the loss.
#' @param epochs number of rounds.
#' @param batch.size examples in a batch, where `x` is no loader or iterator.
#' @param shuffle whether each round takes the examples in a new order, where `x` is no loader or iterator.
#' @param ctx device or list of devices; `NULL`: those of the network's parameters, else [mx.ctx.default()]. With
#'   several, every batch is cut along the examples.
#' @param initializer initialises a network that is not yet, see [mx.init.uniform()]; `NULL`: the engine's default.
#' @param epoch.end.callback,batch.end.callback functions called after each round and batch, see [mx.callback];
#'   `env$model` is the fit so far, `env$model$net` the network.
#' @param array.layout for matrices: `"colmajor"` (examples are columns), `"rowmajor"` (examples are rows), or `"auto"`:
#'   what fits the length of `y`, or the number of inputs of the first layer.
#' @param verbose whether to log: a line a round, and in a terminal a progress bar for rounds that take long.
#' @param newdata what `x` of `fit()` may be; a fit with a formula takes a data frame. Labels in data sets and loaders
#'   are left out by `predict()`, and used by `evaluate()`.
#' @param type of a fit with classes: `"class"` (a factor; the default where the fit knows their levels), `"prob"`
#'   (matrix of probabilities, a row an example), or `"raw"`, the outputs of the network with the examples along the
#'   last dim. Of other fits these are the default, but a vector where the network has one output.
#' @param row.names,optional ignored; they belong to the generic.
#' @param ... `fit()` of a fit: what to change; `plot()`: passed to base graphics; else nothing.
#' @details
#' The network is trained itself, not a copy: after `fit(net, ...)` `net` has the new parameters. A network that was
#' hybridized runs compiled. Ctrl-C (or Esc) ends the training with a warning; what was learned stays.
#'
#' The functions `fit()` and `evaluate()` of the package generics, which tidymodels uses, reach these methods, too.
#' @return `fit()`: a list `net`, `loss`, `trainer`, `history` of class `MXGluonFit`. The history is a data frame:
#'   `round`, `metric` (its name), `train` and `validation` (its values), `seconds`, `learning.rate`, `loss`,
#'   `validation.loss`; `as.data.frame()`, `plot()` and `autoplot()` are those of
#'   [models][as.data.frame.MXFeedForwardModel()]. `predict()`: by `type`. `evaluate()`: a named vector of the loss and
#'   the metric.
#' @section Errors: missing values, labels outside the classes, data that do not fit together are named.
#' @examplesIf mx.available()
#' mx.set.seed(1)
#' net <- mx.gluon.nn.HybridSequential(
#'   mx.gluon.nn.Dense(16, activation = "relu"), mx.gluon.nn.Dense(3))
#' net$hybridize()
#' model <- fit(net, scale(iris[1:4]), iris$Species, validation = 0.2, epochs = 5,
#'   optimizer.params = list(learning.rate = 0.05))
#' model
#' evaluate(model, scale(iris[1:4]), iris$Species)
#' table(predict(model, scale(iris[1:4])), iris$Species)
#' @family Gluon
#' @name fit.mx.gluon.Block
#' @aliases fit evaluate MXGluonFit
#' @rdname fit.mx.gluon.Block
fit <- function(object, ...) UseMethod("fit")

#' @rdname fit.mx.gluon.Block
evaluate <- function(x, ...) UseMethod("evaluate")

# Others register their methods with generics, whose functions these hide when mxr is attached after it.
elsewhere <- function(verb, object, ...) {
  if (missing(object)) mx_stop(verb, ": the first argument (a network) is missing")
  if (isNamespaceLoaded("generics")) {
    for (class in class(object)) {
      f <- utils::getS3method(verb, class, optional = TRUE, envir = asNamespace("generics"))
      if (!is.null(f)) return(f(object, ...))
    }
  }
  mx_stop(verb, ": expected a block of Gluon or the result of fit(), given ", short(object))
}

fit.default <- function(object, ...) elsewhere("fit", object, ...)
evaluate.default <- function(x, ...) elsewhere("evaluate", x, ...)

#' @rdname fit.mx.gluon.Block
fit.mx.gluon.Block <- function(object, x, y = NULL, validation = NULL, loss = NULL, optimizer = "adam",
                               optimizer.params = list(), metric, epochs = 10, batch.size = 32, shuffle = TRUE,
                               ctx = NULL, initializer = NULL, epoch.end.callback = NULL, batch.end.callback = NULL,
                               array.layout = "auto", verbose = TRUE, data = NULL, ...) {
  if (...length()) mx_stop("fit: ", unused_argument(names(list(...))[1], list(...)[[1]]))
  if (missing(x)) mx_stop("fit: argument x (the training data) is missing")
  check_count(epochs, "epochs", "fit")
  check_flag(verbose, "verbose", "fit")
  check_flag(shuffle, "shuffle", "fit")
  callbacks <- list(epoch.end.callback = epoch.end.callback, batch.end.callback = batch.end.callback)
  source <- fit_data(x, y, data, batch.size, shuffle, array.layout, validation, features_of(object))
  loss <- fit_loss(loss, source$outcome, verbose)
  metric <- if (missing(metric)) fit_metric(default_metric(loss)) else fit_metric(metric)
  check_training("fit", 1, epochs, list(metric = metric), callbacks)
  ctx <- prepare_net(object, ctx, initializer)
  trainer <- fit_trainer(object, optimizer, optimizer.params)
  run_fit(object, loss, trainer, source, metric, 1, epochs, ctx, callbacks, verbose)
}

#' @rdname fit.mx.gluon.Block
fit.MXGluonFit <- function(object, x, y = NULL, validation = NULL, epochs = 10, batch.size = 32, shuffle = TRUE,
                           epoch.end.callback = NULL, batch.end.callback = NULL, array.layout = "auto", verbose = TRUE,
                           data = NULL, ...) {
  if (...length()) {
    mx_stop("fit: ", unused_argument(names(list(...))[1], list(...)[[1]], fit.MXGluonFit),
            " (loss, optimizer and metric are those of the fit)")
  }
  check_count(epochs, "epochs", "fit")
  callbacks <- list(epoch.end.callback = epoch.end.callback, batch.end.callback = batch.end.callback)
  about <- attr(object, "training")
  check_training("fit", 1, epochs, list(metric = about$metric), callbacks)
  source <- fit_data(x, y, data, batch.size, shuffle, array.layout, validation, features_of(object$net))
  done <- NROW(object$history)
  run_fit(object$net, object$loss, object$trainer, source, about$metric, done + 1, done + epochs,
          prepare_net(object$net, NULL, NULL), callbacks, verbose, object$history)
}

unused_argument <- function(name, value, method = fit.mx.gluon.Block) {
  names <- setdiff(names(formals(method)), c("object", "..."))
  rate <- "optimizer.params = list(learning.rate = )"
  elsewhere <- c(num.round = "epochs", num_epoch = "epochs", batch_size = "batch.size", array.batch.size = "batch.size",
                 learning.rate = rate, learning_rate = rate, lr = rate, eval.data = "validation",
                 validation_data = "validation", metrics = "metric", eval.metric = "metric",
                 callbacks = "epoch.end.callback")
  if (is.null(name) || !nzchar(name)) return(paste0("unused argument ", short(value)))
  hint <- if (name %in% names(elsewhere)) paste0(" Here it is ", elsewhere[[name]], ".") else suggest(name, names)
  paste0("unused argument ", name, ".", hint)
}

# What the training works on: list(iter, eval, outcome, levels, blueprint, validation)
fit_data <- function(x, y, data, batch.size, shuffle, layout, validation, features) {
  fn <- "fit"
  check_count(batch.size, "batch.size", fn)
  out <- list()
  if (inherits(x, "formula")) {
    if (is.null(data) && is.data.frame(y)) data <- y
    parts <- as_fit(formula_parts(x, data, getOption("na.action")))
    out$blueprint <- parts$blueprint
    x <- t(parts$x)
    y <- parts$y
    layout <- "colmajor"
    if (is.data.frame(validation)) validation <- formula_validation(out$blueprint, validation)
  } else if (!is.null(data)) {
    mx_stop(fn, ": argument data goes with a formula, x is ", short(x))
  }
  plain <- !is_iter(x) && !inherits(x, "MXDataset")
  if (!plain && !is.null(y)) mx_stop(fn, ": argument y goes with arrays and data frames; x gives its labels itself")
  if (is_iter(x)) {
    out$iter <- x
    out$outcome <- if (inherits(x, "MXDataLoader")) outcome_of(x$dataset)
  } else {
    set <- if (plain) pair_set(x, y, layout, features, c("x", "y")) else x
    out$outcome <- outcome_of(set, if (plain) y)
    if (!length(set)) mx_stop(fn, ": argument x has no examples")
    if (is.numeric(validation)) {
      rows <- held_out(validation, length(set))
      if (length(rows)) {
        validation <- set[rows]
        set <- set[-rows]
      } else {
        validation <- NULL
      }
    }
    out$iter <- mx.gluon.data.DataLoader(set, min(batch.size, length(set)), shuffle = shuffle)
  }
  out$levels <- out$outcome$levels
  if (plain) out$features <- example_lengths(set)
  if (!is.null(validation)) out$eval <- validation_iter(validation, batch.size, layout, features, out$levels)
  out
}

# formula.R speaks for mx.mlp
as_fit <- function(expr) {
  withCallingHandlers(expr, mxr_error = function(e) {
    if (startsWith(conditionMessage(e), "mx.mlp: ")) mx_stop(sub("^mx.mlp: ", "fit: ", conditionMessage(e)))
  })
}

pair_set <- function(x, y, layout, features, names) {
  if (is.null(y)) mx_stop("Need to provide ", names[2], " for training")
  if (is.character(y) || is.logical(y)) y <- factor(y)
  inputs <- if (is.list(x) && !is.data.frame(x)) unname(x) else list(x)
  if (length(inputs) > 1) features <- NULL  # of the first layer, which takes them all
  if (!length(inputs)) mx_stop("fit: argument ", names[1], " is an empty list")
  labels <- if (length(inputs) == 1) names[1] else paste0(names[1], "[[", seq_along(inputs), "]]")
  array_dataset(structure(c(inputs, list(y)), names = c(labels, names[2])), layout, "fit", features)
}

# Of the inputs that are vectors
example_lengths <- function(set) {
  parts <- set[[1]]
  one <- function(v) if (length(dim(v)) == 1) as.double(dim(v)) else NA_real_
  vapply(parts[-length(parts)], one, 0, USE.NAMES = FALSE)
}

# What labels look like: classes, numbers, or whole numbers that may be either.
outcome_of <- function(set, y = NULL) {
  levels <- levels(set)
  if (!is.null(levels)) return(list(kind = "classes", levels = levels))
  if (inherits(y, "MXNDArray")) y <- as.array(y)
  if (is.null(y)) return(NULL)
  y <- unlist(y)
  list(kind = if (all(y == round(y), na.rm = TRUE)) "either" else "numbers", range = range(y, na.rm = TRUE))
}

held_out <- function(share, n) {
  if (length(share) != 1 || is.na(share) || share < 0 || share >= 1)
    mx_stop("fit: argument validation must be a share from 0 to below 1, list(x, y), a data set, a loader or an ",
            "iterator, given ", short(share))
  k <- round(n * share)
  if (k >= n) mx_stop("fit: validation = ", share, " leaves no example of ", n, " to train with")
  if (k == 0) return(integer())
  sort(order(as.array(mx.runif(n, 0, 1, ctx = mx.cpu())))[seq_len(k)])
}

formula_validation <- function(blueprint, frame, fn = "fit", arg = "validation") {
  x <- forge_frame(blueprint, frame, if (fn == "fit") "fit (validation)" else fn)
  y <- truth_of(blueprint, frame)
  if (is.null(y)) mx_stop(fn, ": ", arg, " lacks the outcome ", deparse(blueprint$outcome))
  ok <- stats::complete.cases(x, y)
  if (!any(ok)) mx_stop(fn, ": ", arg, " has no complete example")
  list(t(x[ok, , drop = FALSE]), if (is.matrix(y)) t(y[ok, , drop = FALSE]) else y[ok])
}

check_classes <- function(y, levels, fn, arg) {
  if (is.null(levels) || !(is.factor(y) || is.character(y) || is.logical(y))) return()
  unseen <- setdiff(unique(as.character(y)), c(levels, NA))
  if (length(unseen)) mx_stop(fn, ": ", arg, " has the class ", dQuote(unseen[1], FALSE), ", which y has not")
}

validation_iter <- function(v, batch.size, layout, features, levels) {
  if (is_iter(v)) return(v)
  if (is.list(v) && !is.data.frame(v) && length(v) == 2) {
    y <- v[[2]]
    if (!is.null(levels) && (is.factor(y) || is.character(y) || is.logical(y))) {
      check_classes(y, levels, "fit", "validation")
      y <- factor(as.character(y), levels)
    }
    v <- pair_set(v[[1]], y, layout, features, c("validation[[1]]", "validation[[2]]"))
  }
  if (!inherits(v, "MXDataset"))
    mx_stop("fit: argument validation must be a share, list(x, y), a data set, a loader or an iterator, given ",
            short(v))
  mx.gluon.data.DataLoader(v, min(max(batch.size, 256), max(1, length(v))), shuffle = FALSE)
}

# Losses and metrics ----------------------------------------------------------------------------------------------

fit_loss <- function(loss, outcome, verbose) {
  if (is_block(loss)) return(loss)
  if (is.function(loss)) {
    maker <- called_not(loss, "^mx[.]gluon[.]loss[.]")
    if (!is.null(maker))
      mx_stop("fit: argument loss must be the result of ", maker, "(), given ", maker, " itself: call it")
    return(loss)
  }
  if (!is.null(loss)) mx_stop("fit: argument loss must be a loss such as mx.gluon.loss.L2Loss(), given ", short(loss))
  kind <- outcome$kind %||% "unknown"
  if (kind == "classes") {
    if (verbose) {
      message("Loss: SoftmaxCrossEntropyLoss, for the classes ", paste(utils::head(outcome$levels, 5), collapse = ", "),
              if (length(outcome$levels) > 5) ", ...")
    }
    return(mx.gluon.loss.SoftmaxCrossEntropyLoss())
  }
  if (kind == "numbers") {
    if (verbose) message("Loss: L2Loss, for targets that are numbers")
    return(mx.gluon.loss.L2Loss())
  }
  why <- if (kind == "either") {
    paste0("y (whole numbers ", outcome$range[1], " to ", outcome$range[2],
           ") may be classes or amounts: give a factor, or a loss")
  } else {
    "the labels do not tell it"
  }
  mx_stop("fit: argument loss is missing, and ", why, "; for classes mx.gluon.loss.SoftmaxCrossEntropyLoss(), ",
          "for amounts mx.gluon.loss.L2Loss()")
}

default_metric <- function(loss) {
  if (inherits(loss, "mx.gluon.loss.SoftmaxCrossEntropyLoss")) return("accuracy")
  switch(class(loss)[1], mx.gluon.loss.L2Loss = "rmse", mx.gluon.loss.L1Loss = "mae", NULL)
}

# A metric of the engine by name, as R's metrics are. The training gives c(weight, value) as its state.
fit_metric <- function(metric) {
  if (is.null(metric) || inherits(metric, "mx.metric")) return(metric)
  if (!is.character(metric) || length(metric) != 1 || is.na(metric))
    mx_stop("fit: argument metric must be the name of a metric, or one such as mx.metric.accuracy, given ",
            short(metric))
  name <- .call("gfit_metric_name", metric)
  structure(class = "mx.metric", mx.engine = metric, list(
    init = function() c(0, 0),
    update = function(label, pred, state) mx_stop("metric ", name, " is computed by fit() and evaluate() only"),
    get = function(state) list(name = name, value = if (state[[1]] > 0) state[[2]] else NaN)))
}

fit_metric_spec <- function(metric, env) {
  engine <- attr(metric, "mx.engine")
  if (is.null(engine)) metric_spec(metric, env) else list(python = engine)
}

loss_id <- function(loss) if (is_block(loss)) gl_id(loss) else .call("gfit_function", gl_callback(loss))

# Networks --------------------------------------------------------------------------------------------------------

features_of <- function(net) .call("gfit_facts", gl_id(net))$features

# Initialises where that has not been done; gives the devices.
prepare_net <- function(net, ctx, initializer) {
  now <- .call("gfit_devices", gl_id(net))
  wanted <- if (!is.null(ctx)) ctx_list(ctx)
  if (is.null(now)) {
    wanted <- wanted %||% ctx_list(NULL)
    if (is.null(initializer)) net$initialize(ctx = wanted) else net$initialize(init = initializer, ctx = wanted)
    return(lapply(wanted, ctx_spec))
  }
  if (!is.null(initializer))
    warning("fit: the network is initialised already, so initializer has no effect", call. = FALSE)
  if (is.null(wanted)) return(now)
  wanted <- lapply(wanted, ctx_spec)
  if (!identical(lapply(wanted, as.numeric), lapply(now, as.numeric))) .call("gfit_reset", gl_id(net), wanted)
  wanted
}

fit_trainer <- function(net, optimizer, params) {
  if (inherits(optimizer, "mx.gluon.Trainer")) {
    if (length(params)) mx_stop("fit: argument optimizer.params goes with the name of an optimizer, not with a Trainer")
    return(optimizer)
  }
  if (!is.list(params) || length(params) && (is.null(names(params)) || !all(nzchar(names(params)))))
    mx_stop("fit: argument optimizer.params must be a list of options by name, given ", short(params))
  names(params) <- gsub(".", "_", names(params), fixed = TRUE)
  if ("lr" %in% names(params)) mx_stop("fit: optimizer.params has no lr, the rate is learning.rate")
  mx.gluon.Trainer(net$collect_params(), optimizer, if (length(params)) params)
}

run_fit <- function(net, loss, trainer, source, metric, begin, end, ctx, callbacks, verbose, before = NULL) {
  env <- train_env(metric, trainer, source$iter, source$eval)
  known <- list(net = net, ctx = ctx, ndevice = length(ctx), begin.round = begin, end.round = end, verbose = verbose)
  list2env(known, env)
  loss_handle <- loss_id(loss)
  if (!is_block(loss)) on.exit(.call("free", loss_handle))
  spec <- list(trainer = "gluon", net = gl_id(net), loss = loss_handle, trainer_id = gl_id(trainer), ctx = ctx,
               iter = iter_spec(source$iter, "x", "fit"),
               eval_iter = if (!is.null(source$eval)) iter_spec(source$eval, "validation", "fit"),
               metric = fit_metric_spec(metric, env), begin = begin, end = end)
  about <- list(metric = metric, levels = source$levels, blueprint = source$blueprint, features = source$features)
  build <- function(params, history, about) new_fit(net, loss, trainer, rbind(before, history), about)
  train(spec, env, NULL, verbose, metric, callbacks$batch.end.callback, callbacks$epoch.end.callback, length(ctx),
        about, build, log_fit)
}

log_fit <- function(iteration, metric, env, losses) {
  part <- function(which, name, value) {
    if (is.numeric(value)) sprintf(" %s-%s=%s", which, name, format(value, digits = 4))
  }
  value <- function(state) if (!is.null(metric) && !is.null(state)) metric$get(state)
  train <- value(env$train.metric)
  eval <- if (!is.null(losses$validation)) value(env$eval.metric)
  message("[", iteration, "]", part("Train", "loss", losses$loss), part("Train", train$name, train$value),
          part("Validation", "loss", losses$validation), part("Validation", eval$name, eval$value))
}

new_fit <- function(net, loss, trainer, history, about) {
  if (!is.null(history) && all(is.na(history$metric))) {
    history$metric <- "loss"
    history$train <- history$loss
    history$validation <- history$validation.loss
  }
  structure(list(net = net, loss = loss, trainer = trainer, history = history), class = "MXGluonFit", training = about)
}
