# Fits and what they are for: printing, plots, predict() and evaluate(). Their help is in gluon_fit.R.

#' @rdname fit.mx.gluon.Block
print.MXGluonFit <- function(x, ...) {
  about <- attr(x, "training")
  gone <- gl_gone(x$net)
  n <- if (gone) 0 else .call("gfit_facts", gl_id(x$net))$parameters
  cat("Trained ", sub("^mx.gluon.(nn.)?", "", class(x$net)[1]), if (n > 0) paste0(" of ", big(n), " parameters"),
      " (MXGluonFit)\n", sep = "")
  if (!is.null(about$blueprint)) cat("  formula: ", deparse1(stats::formula(about$blueprint$terms)), "\n", sep = "")
  if (length(about$levels)) {
    cat("  classes: ", paste(utils::head(about$levels, 8), collapse = ", "), if (length(about$levels) > 8) ", ...",
        "\n", sep = "")
  }
  loss <- if (is_block(x$loss)) sub("^mx.gluon.loss.", "", class(x$loss)[1]) else "a function of R"
  cat("  loss: ", loss, "\n", sep = "")
  h <- x$history
  if (!is.null(h)) {
    last <- h[nrow(h), ]
    line <- result_line(h)
    if (last$metric != "loss") line <- sub("(,|$)", paste0(", train loss ", format(last$loss, digits = 4), "\\1"), line)
    cat("  trained: ", line, if (isTRUE(about$interrupted)) " (interrupted)", "\n", sep = "")
  }
  if (gone) cat("  from another R session, and without its network: see ?mx.gluon\n")
  invisible(x)
}

#' @rdname fit.mx.gluon.Block
as.data.frame.MXGluonFit <- function(x, row.names = NULL, optional = FALSE, ...) {
  x$history %||% mx_stop("this fit has no training history: it never finished a round")
}

#' @rdname fit.mx.gluon.Block
plot.MXGluonFit <- function(x, ...) plot.MXFeedForwardModel(x, ...)

#' @rdname fit.mx.gluon.Block
autoplot.MXGluonFit <- function(object, ...) autoplot.MXFeedForwardModel(object, ...)

new_source <- function(net, newdata, y, batch.size, layout, fn, features = NULL) {
  if (is_iter(newdata)) return(newdata)
  check_count(batch.size, "batch.size", fn)
  if (!inherits(newdata, "MXDataset")) {
    inputs <- if (is.list(newdata) && !is.data.frame(newdata)) unname(newdata) else list(newdata)
    names(inputs) <- if (length(inputs) == 1) "newdata" else paste0("newdata[[", seq_along(inputs), "]]")
    objects <- c(inputs, if (!is.null(y)) list(y = y))
    newdata <- array_dataset(objects, layout, fn, features %||% if (length(inputs) == 1) features_of(net))
  }
  mx.gluon.data.DataLoader(newdata, min(batch.size, max(1, length(newdata))), shuffle = FALSE)
}

net_device <- function(net, fn) {
  now <- .call("gfit_devices", gl_id(net))
  if (is.null(now))
    mx_stop(fn, ": the network is not initialised: train it, load its parameters, or call net$initialize()")
  now[[1L]]
}

#' @rdname fit.mx.gluon.Block
predict.mx.gluon.Block <- function(object, newdata, batch.size = 128, array.layout = "auto", ...) {
  if (missing(newdata)) mx_stop("predict: argument newdata (the examples) is missing")
  predict_net(object, newdata, batch.size, array.layout)
}

predict_net <- function(object, newdata, batch.size, array.layout, features = NULL) {
  ctx <- net_device(object, "predict")
  source <- new_source(object, newdata, NULL, batch.size, array.layout, "predict", features)
  labelled <- is_iter(newdata) || inherits(newdata, "MXDataset")
  host_result(.call("gfit_predict", gl_id(object), iter_spec(source, "newdata", "predict"), ctx, labelled))
}

#' @rdname fit.mx.gluon.Block
predict.MXGluonFit <- function(object, newdata, type = NULL, batch.size = 128, array.layout = "auto", ...) {
  about <- attr(object, "training")
  if (is.null(type)) type <- if (is.null(about$levels)) "number" else "class" else check_type(type)
  if (missing(newdata)) mx_stop("predict: argument newdata (the examples) is missing")
  ok <- NULL
  if (!is.null(about$blueprint) && (is.data.frame(newdata))) {
    newdata <- forge_frame(about$blueprint, newdata, "predict")
    ok <- stats::complete.cases(newdata)
    if (!any(ok)) mx_stop("predict: newdata has no example without missing values")
    newdata <- t(newdata[ok, , drop = FALSE])
    array.layout <- "colmajor"
  }
  p <- predict_net(object$net, newdata, batch.size, array.layout, about$features)
  if (length(ok) && !all(ok)) {
    all <- matrix(NA_real_, if (is.matrix(p)) nrow(p) else 1, length(ok))
    all[, ok] <- p
    p <- all
  }
  if (type == "number") return(if (is.matrix(p) && nrow(p) == 1) drop(p) else p)
  if (type == "raw") return(p)
  if (!is.matrix(p) || !inherits(object$loss, "mx.gluon.loss.SoftmaxCrossEntropyLoss"))
    mx_stop("predict: type ", dQuote(type, FALSE), " needs a fit of classes by SoftmaxCrossEntropyLoss; ",
            "type = \"raw\" gives the outputs")
  levels <- about$levels %||% as.character(seq_len(nrow(p)) - 1L)
  if (length(levels) != nrow(p))
    mx_stop("predict: the network has ", nrow(p), " outputs, the fit ", length(levels), " classes")
  prob <- exp(sweep(p, 2, apply(p, 2, max)))
  prob <- structure(t(sweep(prob, 2, colSums(prob), "/")), dimnames = list(NULL, levels))
  if (type == "class") class_of(prob, levels) else prob
}

#' @rdname fit.mx.gluon.Block
evaluate.mx.gluon.Block <- function(x, newdata, y = NULL, loss, metric, batch.size = 256, array.layout = "auto", ...) {
  if (missing(newdata)) mx_stop("evaluate: argument newdata (the examples) is missing")
  if (missing(loss) || !is.function(loss))
    mx_stop("evaluate: argument loss must be a loss such as mx.gluon.loss.L2Loss()")
  metric <- if (missing(metric)) fit_metric(default_metric(loss)) else fit_metric(metric)
  evaluate_net(x, newdata, y, loss, metric, batch.size, array.layout, NULL)
}

#' @rdname fit.mx.gluon.Block
evaluate.MXGluonFit <- function(x, newdata, y = NULL, batch.size = 256, array.layout = "auto", ...) {
  about <- attr(x, "training")
  if (missing(newdata)) mx_stop("evaluate: argument newdata (the examples) is missing")
  if (!is.null(about$blueprint) && is.data.frame(newdata) && is.null(y)) {
    v <- formula_validation(about$blueprint, newdata, "evaluate", "newdata")
    check_classes(v[[2]], about$levels, "evaluate", "newdata")
    newdata <- v[[1]]
    y <- v[[2]]
    array.layout <- "colmajor"
  }
  evaluate_net(x$net, newdata, y, x$loss, about$metric, batch.size, array.layout, about$levels)
}

evaluate_net <- function(net, newdata, y, loss, metric, batch.size, layout, levels) {
  fn <- "evaluate"
  ctx <- net_device(net, fn)
  plain <- !is_iter(newdata) && !inherits(newdata, "MXDataset")
  if (plain && is.null(y)) mx_stop(fn, ": argument y (the labels) is missing")
  if (!is.null(levels) && (is.factor(y) || is.character(y) || is.logical(y))) y <- factor(as.character(y), levels)
  source <- new_source(net, newdata, if (plain) y, batch.size, layout, fn)
  env <- train_env(metric, NULL, NULL, NULL)
  loss_handle <- loss_id(loss)
  if (!is_block(loss)) on.exit(.call("free", loss_handle))
  found <- .call("gfit_evaluate", list(net = gl_id(net), loss = loss_handle, ctx = ctx,
                                       metric = fit_metric_spec(metric, env), iter = iter_spec(source, "newdata", fn)))
  shown <- if (!is.null(metric)) metric$get(found$state %||% env$eval.metric)
  c(loss = found$loss, if (!is.null(shown)) structure(shown$value, names = shown$name))
}
