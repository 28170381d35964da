# Callbacks: function(iteration, nbatch, env, verbose); an epoch callback that returns FALSE stops the training.

mx.callback.log.train.metric <- function(period, logger = NULL) {
  force(period)
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

mx.callback.log.speedometer <- function(batch.size, frequency = 50) {
  force(batch.size)
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

mx.callback.save.checkpoint <- function(prefix, period = 1) {
  force(prefix)
  function(iteration, nbatch, env, verbose = TRUE) {
    if (iteration %% period == 0) {
      mx.model.save(env$model, prefix, iteration)
      if (verbose) message(sprintf("Model checkpoint saved to %s-%04d.params\n", prefix, as.integer(iteration)))
    }
    TRUE
  }
}

# The original keeps mx.best.iter and mx.best.score in the global environment, and scripts read them there.
mx.callback.early.stop <- function(train.metric = NULL, eval.metric = NULL, bad.steps = NULL, maximize = FALSE, verbose = FALSE) {
  say <- verbose
  reached <- function(value, goal) if (maximize) value > goal else value < goal
  best <- NULL
  function(iteration, nbatch, env, verbose = say) {
    if (is.null(env$metric)) return(TRUE)
    train <- env$metric$get(env$train.metric)$value
    eval <- if (!is.null(env$eval.metric)) env$metric$get(env$eval.metric)$value
    if (!is.null(train.metric) && reached(train, train.metric)) return(FALSE)
    if (!is.null(eval.metric) && !is.null(eval) && reached(eval, eval.metric)) return(FALSE)
    if (is.null(bad.steps)) return(TRUE)
    score <- eval %||% train
    if (is.null(best) || iteration == 1 || reached(score, best$score)) {
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
