# The history of a training: a row a round, kept in attr(model, "history").

new_history <- function(metric) {
  rows <- list()
  value <- function(state) {
    if (is.null(metric) || is.null(state)) return(list(name = NA_character_, value = NA_real_))
    metric$get(state)
  }
  number <- function(x) if (is.numeric(x) && length(x) == 1) as.double(x) else NA_real_
  list(
    # `losses`: of training and validation, where they are known beside the metric
    add = function(iteration, train, eval, seconds, rate, losses = NULL) {
      shown <- value(train)
      row <- data.frame(
        round = as.integer(iteration), metric = as.character(shown$name)[1], train = number(shown$value),
        validation = number(value(eval)$value), seconds = number(seconds), learning.rate = number(rate),
        stringsAsFactors = FALSE)
      if (!is.null(losses)) {
        row$loss <- number(losses$loss)
        row$validation.loss <- number(losses$validation)
      }
      rows[[length(rows) + 1L]] <<- row
    },
    frame = function() if (length(rows)) do.call(rbind, rows))
}

#' The training history of a model
#'
#' Every model keeps what its training showed, a row a round. `as.data.frame()` gives the table, `plot()` draws it with
#' ggplot2 where that is installed and with base graphics otherwise, `autoplot()` gives the ggplot to add to.
#'
#' The history is kept in `attr(model, "history")`, so that `names(model)` stay those of MXNet R. It survives
#' `saveRDS()` and [mx.serialize()]; the files of [mx.model.save()] have no place for it. A model whose training was
#' interrupted has the rounds that were completed.
#'
#' @param x a trained model.
#' @param row.names,optional ignored; they belong to the generic.
#' @param ... `plot()`: passed to base graphics' `plot()` where ggplot2 is not installed; else ignored.
#' @param object a trained model.
#' @return `as.data.frame()`: a data frame with `round`, `metric` (its name), `train` and `validation` (its values, `NA`
#'   where there was none), `seconds` (of the round, validation included) and `learning.rate` (at its end, `NA` where
#'   unknown, as with an optimizer of your own). `plot()`: the model or the plot, invisibly. A model without history is
#'   an error of class `mxr_error`.
#' @examplesIf mx.available()
#' x <- matrix(runif(40 * 4), 4)
#' y <- as.numeric(x[1, ] > x[2, ])
#' model <- mx.mlp(x, y, hidden_node = 4, out_node = 2, num.round = 3, array.layout = "colmajor",
#'                 eval.metric = mx.metric.accuracy, verbose = FALSE)
#' as.data.frame(model)
#' plot(model)
#' @seealso [mx.metric.logger] and [mx.callback.log.train.metric()], MXNet R's own way.
#' @family models
#' @name model_history
#' @rdname model_history
as.data.frame.MXFeedForwardModel <- function(x, row.names = NULL, optional = FALSE, ...) {
  attr(x, "history") %||%
    mx_stop("this model has no training history (it was loaded from a file or never finished a round)")
}

# Long form: what is drawn.
history_lines <- function(history) {
  lines <- rbind(data.frame(round = history$round, set = "train", value = history$train),
                 data.frame(round = history$round, set = "validation", value = history$validation))
  lines$set <- factor(lines$set, c("train", "validation"))
  lines[!is.na(lines$value), ]
}

# What there is to draw: the metric, or the seconds where no metric was asked for.
history_to_draw <- function(x) {
  history <- as.data.frame(x)
  lines <- history_lines(history)
  if (nrow(lines)) return(list(lines = lines, label = history$metric[1]))
  list(lines = data.frame(round = history$round, set = factor("train"), value = history$seconds), label = "seconds")
}

has_ggplot <- function() getOption("mxr.ggplot2", TRUE) && requireNamespace("ggplot2", quietly = TRUE)

#' @rdname model_history
plot.MXFeedForwardModel <- function(x, ...) {
  if (has_ggplot()) {
    p <- autoplot.MXFeedForwardModel(x)
    print(p)
    return(invisible(p))
  }
  d <- history_to_draw(x)
  colours <- c(train = "#1b6ca8", validation = "#e07a1f")
  args <- list(x = range(d$lines$round), y = range(d$lines$value), type = "n", xlab = "round", ylab = d$label, xaxt = "n")
  do.call(graphics::plot, utils::modifyList(args, list(...)))
  graphics::axis(1, at = round_ticks(d$lines$round))
  sets <- levels(droplevels(d$lines$set))
  for (s in sets) {
    part <- d$lines[d$lines$set == s, ]
    lines(part$round, part$value, type = "o", pch = 19, col = colours[[s]])
  }
  if (length(sets) > 1) graphics::legend("right", sets, col = colours[sets], lty = 1, pch = 19, bty = "n")
  invisible(x)
}

# Whole rounds only
round_ticks <- function(rounds) {
  at <- pretty(rounds)
  unique(at[at == round(at) & at >= min(rounds) & at <= max(rounds)])
}

#' @rdname model_history
autoplot.MXFeedForwardModel <- function(object, ...) {
  if (!requireNamespace("ggplot2", quietly = TRUE)) mx_stop("autoplot needs the package ggplot2; plot() works without it")
  d <- history_to_draw(object)
  p <- ggplot2::ggplot(d$lines, ggplot2::aes(x = .data$round, y = .data$value, colour = .data$set)) +
    ggplot2::geom_line() + ggplot2::geom_point() +
    ggplot2::scale_x_continuous(breaks = round_ticks) +
    ggplot2::scale_colour_manual(NULL, values = c(train = "#1b6ca8", validation = "#e07a1f")) +
    ggplot2::labs(x = "round", y = d$label) + ggplot2::theme_minimal()
  if (nlevels(droplevels(d$lines$set)) < 2) p <- p + ggplot2::theme(legend.position = "none")
  p
}

# ggplot2's pronoun in aes(), which is not imported
.data <- NULL
