# Callbacks: function(iteration, nbatch, env, verbose); an epoch callback that returns FALSE stops the training.

#' Callbacks
#'
#' Functions that a training calls: `batch.end.callback` after every batch, `epoch.end.callback` after every round. The ones
#' here log the metric, tell the speed, save the model, or stop early; a closure of your own does the rest.
#'
#' @section The protocol:
#' `batch.end.callback(iteration, nbatch, env)`: `nbatch` counts from 1, the result is ignored.
#' `epoch.end.callback(iteration, 0, env, verbose = verbose)`: after the round and its evaluation; `FALSE` (or 0) stops the
#' training, which then returns the model as usual. Everything else goes on, `NULL` too, where MXNet R failed. A callback
#' without the argument `verbose` is called without it. An error in a callback ends the training with that error.
#'
#' `env` is an environment shared by all callbacks of a training; they may keep things of their own in it. It holds
#' `iteration`, `nbatch`, `metric`, `train.metric` and `eval.metric` (states: `env$metric$get(env$train.metric)$value`),
#' `model` (the model now, made when asked for), `train.execs` (list of executors, one for each device), `optimizer`,
#' `train.data`, `eval.data`, `symbol`, `ctx`, `ndevice`, `begin.round`, `end.round`, `kvstore`, `fixed.param`, `verbose` and
#' `metric_cpu`.
#'
#' @param period `log.train.metric`: batches between two lines; `save.checkpoint`: rounds between two files.
#' @param logger object of class [mx.metric.logger] whose fields `train` and `eval` get the values; `NULL` for none.
#' @param batch.size examples in a batch, for the speed.
#' @param frequency batches between two lines.
#' @param prefix beginning of the files' names, see [mx.model.save()].
#' @param train.metric,eval.metric values of the metric on the training and on the validation data at which to stop.
#' @param bad.steps rounds without a better metric after which to stop; `NULL` for no such limit. The validation metric
#'   counts where there is one.
#' @param maximize whether more is better (accuracy), or less (errors).
#' @param verbose whether to report the best score.
#' @return A function for `batch.end.callback` or `epoch.end.callback`.
#' @details
#' * `mx.callback.log.train.metric()`: the line `Batch [N] Train-NAME=VALUE` every `period` batches. As
#'   `epoch.end.callback` it prints nothing and fills the logger.
#' * `mx.callback.log.speedometer()`: the line `Batch [N] Speed: S samples/sec Train-NAME=VALUE`.
#' * `mx.callback.save.checkpoint()`: saves `env$model` every `period` rounds, of a [fit()][fit.mx.gluon.Block] the
#'   parameters. A file gets its name when it is complete.
#' * `mx.callback.early.stop()`: stops at a goal or after `bad.steps`. As in MXNet R the best round and its score are left in
#'   the global environment as `mx.best.iter` and `mx.best.score`.
#' @section Errors: `Invalid mx.metric.logger.`
#' @examplesIf mx.available()
#' x <- matrix(runif(2 * 200), 2)
#' y <- as.numeric(x[1, ] > x[2, ])
#' train <- mx.io.arrayiter(x, y, batch.size = 50)
#' logger <- mx.metric.logger$new()
#' each <- function(iteration, nbatch, env, verbose = TRUE) {
#'   mx.callback.log.train.metric(1, logger)(iteration, nbatch, env, verbose)
#'   iteration < 3   # FALSE stops
#' }
#' model <- mx.mlp(train, hidden_node = 4, out_node = 2, num.round = 10,
#'   eval.metric = mx.metric.accuracy,
#'                 batch.end.callback = mx.callback.log.train.metric(2), epoch.end.callback = each)
#' logger$train
#' @seealso [as.data.frame.MXFeedForwardModel()]: every model keeps its history by itself.
#' @family models
#' @name mx.callback
#' @rdname mx.callback
mx.callback.log.train.metric <- function(period, logger = NULL) {
  check_count(period, "period", "mx.callback.log.train.metric")
  function(iteration, nbatch, env, verbose = TRUE) {
    if (nbatch %% period == 0 && !is.null(env$metric)) {
      result <- env$metric$get(env$train.metric)
      if (nbatch != 0 && verbose) message("Batch [", nbatch, "] Train-", result$name, "=", result$value)
      if (!is.null(logger)) {
        if (!inherits(logger, "mx.metric.logger")) mx_stop("Invalid mx.metric.logger.")
        logger$train <- c(logger$train, result$value)
        if (!is.null(env$eval.metric)) logger$eval <- c(logger$eval, env$metric$get(env$eval.metric)$value)
      }
    }
    TRUE
  }
}

#' @rdname mx.callback
mx.callback.log.speedometer <- function(batch.size, frequency = 50) {
  check_count(batch.size, "batch.size", "mx.callback.log.speedometer")
  check_count(frequency, "frequency", "mx.callback.log.speedometer")
  function(iteration, nbatch, env, verbose = TRUE) {
    if (is.null(env$count)) env$count <- 0
    if (is.null(env$init)) env$init <- FALSE
    if (env$count > nbatch) env$init <- FALSE
    env$count <- nbatch
    if (env$init) {
      if (nbatch %% frequency == 0 && !is.null(env$metric) && verbose) {
        seconds <- as.double(Sys.time() - env$tic, units = "secs")
        speed <- frequency * batch.size / seconds
        result <- env$metric$get(env$train.metric)
        if (nbatch != 0) message("Batch [", nbatch, "] Speed: ", speed, " samples/sec Train-", result$name, "=", result$value)
        env$tic <- Sys.time()
      }
    } else {
      env$init <- TRUE
      env$tic <- Sys.time()
    }
    TRUE
  }
}

#' @rdname mx.callback
mx.callback.save.checkpoint <- function(prefix, period = 1) {
  check_string(prefix, "prefix", "mx.callback.save.checkpoint")
  check_count(period, "period", "mx.callback.save.checkpoint")
  function(iteration, nbatch, env, verbose = TRUE) {
    if (iteration %% period == 0) {
      file <- sprintf("%s-%04d.params", prefix, as.integer(iteration))
      if (inherits(env$model, "MXGluonFit")) env$net$save_parameters(path.expand(file))
      else mx.model.save(env$model, prefix, iteration)
      if (verbose) message("Model checkpoint saved to ", file, "\n")
    }
    TRUE
  }
}

# The original keeps mx.best.iter and mx.best.score in the global environment, and scripts read them there.
#' @rdname mx.callback
mx.callback.early.stop <- function(train.metric = NULL, eval.metric = NULL, bad.steps = NULL, maximize = FALSE, verbose = FALSE) {
  if (!is.null(bad.steps)) check_count(bad.steps, "bad.steps", "mx.callback.early.stop")
  check_flag(maximize, "maximize", "mx.callback.early.stop")
  say <- verbose
  reached <- function(value, goal) if (maximize) value > goal else value < goal
  best <- NULL
  training <- NULL
  function(iteration, nbatch, env, verbose = say) {
    if (is.null(env$metric)) return(TRUE)
    if (!identical(env, training)) best <<- NULL  # used again for another training
    training <<- env
    train <- env$metric$get(env$train.metric)$value
    eval <- if (!is.null(env$eval.metric)) env$metric$get(env$eval.metric)$value
    if (!is.null(train.metric) && reached(train, train.metric)) return(FALSE)
    if (!is.null(eval.metric) && !is.null(eval) && reached(eval, eval.metric)) return(FALSE)
    if (is.null(bad.steps)) return(TRUE)
    score <- eval %||% train
    if (is.null(best) || reached(score, best$score)) {
      best <<- list(iter = iteration, score = score)
      assign("mx.best.iter", iteration, envir = globalenv())
      assign("mx.best.score", score, envir = globalenv())
      if (say) message("Best score=", score, ", iteration [", iteration, "]")
    } else if (iteration - best$iter >= bad.steps) {
      if (say) message("Best score=", best$score, ", iteration [", best$iter, "]")
      return(FALSE)
    }
    TRUE
  }
}
