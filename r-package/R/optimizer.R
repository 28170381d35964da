# Optimisers: list(create_exec, update), as in MXNet R. Those made here carry their specification in the attribute mx.spec,
# and the training loop then runs them without coming back to R.

builtin_opt <- function(name, options, lr_scheduler = NULL) {
  if (is.null(options$clip_gradient)) options$clip_gradient <- -1
  for (n in names(options)) {
    v <- options[[n]]
    if (!(is.numeric(v) || is.logical(v)) || length(v) != 1 || is.na(v))
      mx_stop("optimizer ", name, ": argument ", n, " must be one number, given ", short(v))
  }
  if (!is.null(lr_scheduler) && !is.function(lr_scheduler))
    mx_stop("optimizer ", name, ": argument lr_scheduler must be a function, given ", short(lr_scheduler))
  spec <- list(name = name, options = options, lr_scheduler = lr_scheduler)
  structure(list(
    create_exec = function(index, weight_dim, ctx) list(index = index, handle = opt_handle(spec)),
    update = function(index, exec_w, weight, grad) {
      .call("opt_apply", live_id(exec_w$handle), index, nd_id(weight, "weight"), nd_id(grad, "grad"))
      weight
    }), mx.spec = spec)
}

#' Optimisers by their own functions
#'
#' What [mx.opt.create()] calls. `NULL` or a negative number for `clip_gradient` stands for no clipping; gradients are
#' rescaled first, then clipped. In all formulas `g` is that gradient.
#'
#' * `sgd`: `w <- w - lr * (g + wd * w)`; with momentum `m <- momentum * m - lr * (g + wd * w)`, `w <- w + m`.
#' * `nag`: with momentum `m <- momentum * m + g + wd * w`, `w <- w - lr * (momentum * m + g)`.
#' * `adam`: as in MXNet R, without the bias correction of the paper.
#' * `rmsprop`: `centered = TRUE` is Graves' form.
#' * `adagrad`: `h <- h + g^2`, `w <- w - lr * (g / sqrt(h + epsilon) + wd * w)`.
#' * `adadelta`: has no learning rate; `w <- w - delta - wd * w`.
#' @param learning.rate step size.
#' @param momentum share of the last step that is kept.
#' @param wd weight decay.
#' @param rescale.grad factor of the gradients. The model functions set it to 1 / batch size.
#' @param clip_gradient limit of every element of the gradient.
#' @param lr_scheduler a schedule, see [mx.lr_scheduler.FactorScheduler()].
#' @param centered,gamma1,gamma2 of `rmsprop`: whether the mean gradient is subtracted; decay of the averages; momentum.
#' @param epsilon small number against division by zero.
#' @param beta1,beta2 of `adam`: decay of the averages of gradient and squared gradient.
#' @param rho of `adadelta`: decay of both averages.
#' @return a list `create_exec = function(index, weight_dim, ctx)`, `update = function(index, exec_w, weight, grad)`.
#' @family optimisers
#' @examplesIf mx.available()
#' updater <- mx.opt.get.updater(mx.opt.sgd(learning.rate = 0.5), list(mx.nd.ones(2)), mx.cpu())
#' updater(list(mx.nd.ones(2)), list(mx.nd.array(c(1, 2))))[[1]]
#' @name mx.opt.sgd
NULL

#' @rdname mx.opt.sgd
mx.opt.sgd <- function(learning.rate = 0.01, momentum = 0, wd = 0, rescale.grad = 1, clip_gradient = -1, lr_scheduler = NULL)
  builtin_opt("sgd", list(learning.rate = learning.rate, momentum = momentum, wd = wd, rescale.grad = rescale.grad,
                          clip_gradient = clip_gradient), lr_scheduler)

#' @rdname mx.opt.sgd
mx.opt.rmsprop <- function(learning.rate = 0.002, centered = TRUE, gamma1 = 0.95, gamma2 = 0.9, epsilon = 1e-4, wd = 0, rescale.grad = 1,
                           clip_gradient = -1, lr_scheduler = NULL)
  builtin_opt("rmsprop", list(learning.rate = learning.rate, centered = centered, gamma1 = gamma1, gamma2 = gamma2, epsilon = epsilon,
                              wd = wd, rescale.grad = rescale.grad, clip_gradient = clip_gradient), lr_scheduler)

#' @rdname mx.opt.sgd
mx.opt.adam <- function(learning.rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, wd = 0, rescale.grad = 1, clip_gradient = -1,
                        lr_scheduler = NULL)
  builtin_opt("adam", list(learning.rate = learning.rate, beta1 = beta1, beta2 = beta2, epsilon = epsilon, wd = wd,
                           rescale.grad = rescale.grad, clip_gradient = clip_gradient), lr_scheduler)

#' @rdname mx.opt.sgd
mx.opt.adagrad <- function(learning.rate = 0.05, epsilon = 1e-8, wd = 0, rescale.grad = 1, clip_gradient = -1, lr_scheduler = NULL)
  builtin_opt("adagrad", list(learning.rate = learning.rate, epsilon = epsilon, wd = wd, rescale.grad = rescale.grad,
                              clip_gradient = clip_gradient), lr_scheduler)

#' @rdname mx.opt.sgd
mx.opt.adadelta <- function(rho = 0.90, epsilon = 1e-5, wd = 0, rescale.grad = 1, clip_gradient = -1)
  builtin_opt("adadelta", list(rho = rho, epsilon = epsilon, wd = wd, rescale.grad = rescale.grad, clip_gradient = clip_gradient))

#' @rdname mx.opt.sgd
mx.opt.nag <- function(learning.rate = 0.01, momentum = 0, wd = 0, rescale.grad = 1, clip_gradient = -1, lr_scheduler = NULL)
  builtin_opt("nag", list(learning.rate = learning.rate, momentum = momentum, wd = wd, rescale.grad = rescale.grad,
                          clip_gradient = clip_gradient), lr_scheduler)

OPTIMIZERS <- c("sgd", "rmsprop", "adam", "adagrad", "adadelta", "nag")

# What keras, torch and nnet call the arguments of the model functions.
ELSEWHERE <- c(epochs = "num.round", num_epoch = "num.round", maxit = "num.round", batch_size = "array.batch.size",
               batch.size = "array.batch.size", lr = "learning.rate", metrics = "eval.metric", validation_data = "eval.data",
               callbacks = "epoch.end.callback", size = "hidden_node", units = "hidden_node")

#' Optimisers by name
#'
#' @param name `"sgd"`, `"rmsprop"`, `"adam"`, `"adagrad"`, `"adadelta"` or `"nag"`.
#' @param ... arguments of the optimiser, see [mx.opt.sgd()] for all of them; R's partial matching applies
#'   (`eps` for `epsilon`).
#' @return a list `create_exec = function(index, weight_dim, ctx)`, `update = function(index, exec_w, weight, grad)`, to
#'   be given to the model functions as `optimizer` or to [mx.opt.get.updater()]. A list of such functions of your own
#'   is as good: `update` returns the new weight, or changes it in place.
#' @section Errors: `Unknown optimizer NAME`; `unused argument` for an argument that the optimiser does not have.
#' @family optimisers
#' @examplesIf mx.available()
#' opt <- mx.opt.create("adam", learning.rate = 0.01)
#' names(opt)
mx.opt.create <- function(name, ...) {
  check_string(name, "name", "mx.opt.create")
  make <- switch(name, sgd = mx.opt.sgd, rmsprop = mx.opt.rmsprop, adam = mx.opt.adam, adagrad = mx.opt.adagrad,
                 adadelta = mx.opt.adadelta, nag = mx.opt.nag,
                 mx_stop("Unknown optimizer ", name, ".", suggest(name, OPTIMIZERS), " Optimizers: ", toString(OPTIMIZERS)))
  args <- list(...)
  twice <- unique(names(args)[nzchar(names(args)) & duplicated(names(args))])
  if (length(twice)) {
    mx_stop("optimizer ", name, ": argument ", twice[1], " is given twice (the model functions set rescale.grad to ",
            "1 / batch size themselves)")
  }
  # R's own matching would say "unused argument" without saying of what.
  for (n in names(args)) {
    if (nzchar(n) && is.na(pmatch(n, names(formals(make))))) {
      mx_stop("unused argument (", n, " = ", short(args[[n]]), "): not an argument of the model function nor of optimizer ",
              name, ".", if (n %in% names(ELSEWHERE)) paste0(" Here it is called ", ELSEWHERE[[n]], ".") else
              suggest(n, c(names(formals(make)), names(formals(mx.model.FeedForward.create)))))
    }
  }
  make(...)
}

# The schedule seen from Python: number of updates -> learning rate.
schedule <- function(scheduler, lr) {
  if (is.null(scheduler)) return(NULL)
  env <- new.env()
  env$lr <- lr
  env$count <- 0
  env$num_update <- 0
  guard(function(num_update) {
    env$num_update <- num_update
    scheduler(env)
    as.double(env$lr)
  })
}

# What the training loop gets: a built-in by name, or closures.
opt_spec <- function(optimizer) {
  spec <- attr(optimizer, "mx.spec")
  if (!is.null(spec)) {
    return(list(name = spec$name, options = spec$options, scheduler = schedule(spec$lr_scheduler, spec$options$learning.rate)))
  }
  if (!is.list(optimizer) || !is.function(optimizer$create_exec) || !is.function(optimizer$update))
    mx_stop("optimizer must be a name (", toString(OPTIMIZERS), ") or the result of mx.opt.create, given ", short(optimizer))
  execs <- new.env()
  list(update = guard(function(index, weight, grad) {
    w <- new_nd(weight)
    key <- as.character(index)
    if (!exists(key, envir = execs, inherits = FALSE)) assign(key, optimizer$create_exec(index, dim(w), ctx(w)), envir = execs)
    result <- optimizer$update(index, execs[[key]], w, new_nd(grad))
    # who changes the weight in place may return anything that does not look like a new one
    if (is.numeric(result)) mx_stop("optimizer: update must return the new weight as an MXNDArray, given ", short(result))
    if (inherits(result, "MXNDArray") && !identical(result, w)) .call("nd_assign", nd_id(w), nd_id(result))
    NULL
  }))
}

opt_handle <- function(spec) {
  optimizer_handle(list(name = spec$name, options = spec$options,
                        scheduler = schedule(spec$lr_scheduler, spec$options$learning.rate)))
}

# The specification stays with the handle: with it, and the state that the keeper writes, an updater outlives its session.
optimizer_handle <- function(spec) {
  h <- handle_env(.call("opt_new", spec), "optimizer")
  assign("spec", spec, envir = h)
  h
}

opt_state <- function(e) {
  s <- .call("opt_state", .subset2(e, "id"))
  if (!is.null(s)) s$arrays <- lapply(s$arrays, new_nd)
  s
}

opt_revive <- function(e, state) {
  id <- .call("opt_new", .subset2(e, "spec"))
  if (!is.null(state)) {
    .call("opt_restore", id, state$lr, state$scheduled, as.list(state$counted), as.list(state$counts), as.list(state$keys),
          as.list(state$sizes), lapply(state$arrays, live_id))
  }
  id
}

#' Optimise in loops of your own
#'
#' @param optimizer result of [mx.opt.create()], or a list of closures of the same form.
#' @param weights list of the NDArrays to be optimised, a template only.
#' @param ctx the device; up to MXNet 1.2 there was no such argument, and it may be left out.
#' @return a closure `function(weight, grad)` over the states of the optimiser: takes lists of NDArrays of the same
#'   length and returns the list of new weights, `NULL` where the gradient is `NULL`. The arrays given stay as they are.
#' @family optimisers
#' @examplesIf mx.available()
#' weight <- list(w = mx.nd.ones(2))
#' updater <- mx.opt.get.updater(mx.opt.create("sgd", learning.rate = 1), weight, mx.cpu())
#' weight <- updater(weight, list(w = mx.nd.array(c(0.25, 0.5))))
#' weight$w
mx.opt.get.updater <- function(optimizer, weights, ctx = NULL) {
  handle <- optimizer_handle(opt_spec(optimizer))
  function(weight, grad) {
    # New arrays, as MXNet R returns them; entries without a gradient give NULL.
    fresh <- Map(function(w, g) if (is.null(g)) NULL else new_nd(.call("nd_copy", nd_id(w, "weight"))), weight, grad)
    .call("opt_update", live_id(handle), unname(nd_ids(fresh, "weight", "updater")), unname(nd_ids(grad, "grad", "updater")))
    fresh
  }
}

# Learning-rate schedules: functions over an environment with lr, count, num_update.
check_number <- function(x, arg, fn) {
  if (!is.numeric(x) || length(x) != 1 || is.na(x)) mx_stop(fn, ": argument ", arg, " must be one number, given ", short(x))
  x
}

check_schedule <- function(factor_val, stop_factor_lr, verbose, fn) {
  if (check_number(factor_val, "factor_val", fn) > 1) mx_stop("Factor must be no more than 1 to make lr reduce")
  if (factor_val < 0) mx_stop(fn, ": argument factor_val must be a number from 0 to 1, given ", factor_val)
  if (check_number(stop_factor_lr, "stop_factor_lr", fn) < 0)
    mx_stop(fn, ": argument stop_factor_lr must be a number >= 0, given ", stop_factor_lr)
  check_flag(verbose, "verbose", fn)
}

lower_rate <- function(env, factor_val, stop_factor_lr, verbose) {
  lr <- env$lr * factor_val
  if (lr < stop_factor_lr) {
    lr <- stop_factor_lr
    if (verbose) message("Update[", env$num_update, "]: now learning rate arrived at ", lr, "will not change in the future")
  } else if (verbose) {
    message("Update[", env$num_update, "]: learning rate is changed to ", lr)
  }
  env$lr <- lr
}

#' Learning rates that fall
#'
#' Given to an optimiser, or to a model function in its dots, as `lr_scheduler`. One update is one batch. In MXNet R
#' 1.3 and later schedules were logged, but did not change the updates; here they do. A schedule of your own is a
#' `function(optimizerEnv)` that sets `optimizerEnv$lr`; it finds the number of the update in
#' `optimizerEnv$num_update`, and `optimizerEnv` is its own to keep things in.
#' @param step `FactorScheduler`: the rate falls after every `step` updates; `MultiFactorScheduler`: it falls after
#'   each of these numbers of updates, which must increase.
#' @param factor_val factor of the rate, at most 1.
#' @param stop_factor_lr the rate does not fall below this.
#' @param verbose says so by `message()` when the rate changes.
#' @return a closure `function(optimizerEnv)` over an environment with `lr`, `count` and `num_update`.
#' @section Differences: MXNet R's `MultiFactorScheduler` never reached the last of its steps; this one does.
#'   `FactorScheduler` was the name in MXNet 0.7.
#' @section Errors: `Schedule step must be greater or equal than 1 round`, `Factor must be no more than 1 to make lr
#'   reduce`, `Schedule step must be an increasing integer list`.
#' @family optimisers
#' @examplesIf mx.available()
#' opt <- mx.opt.create("sgd", learning.rate = 0.1,
#'   lr_scheduler = mx.lr_scheduler.FactorScheduler(100, 0.5))
#' env <- list2env(list(lr = 1, count = 0, num_update = 3))
#' mx.lr_scheduler.MultiFactorScheduler(c(2, 4), 0.1)(env)
#' env$lr
mx.lr_scheduler.FactorScheduler <- function(step, factor_val, stop_factor_lr = 1e-8, verbose = TRUE) {
  fn <- "mx.lr_scheduler.FactorScheduler"
  if (check_number(step, "step", fn) < 1) mx_stop("Schedule step must be greater or equal than 1 round")
  check_schedule(factor_val, stop_factor_lr, verbose, fn)
  function(optimizerEnv) {
    if (optimizerEnv$num_update > optimizerEnv$count + step) {
      optimizerEnv$count <- optimizerEnv$count + step
      lower_rate(optimizerEnv, factor_val, stop_factor_lr, verbose)
    }
  }
}

#' @rdname mx.lr_scheduler.FactorScheduler
mx.lr_scheduler.MultiFactorScheduler <- function(step, factor_val, stop_factor_lr = 1e-8, verbose = TRUE) {
  fn <- "mx.lr_scheduler.MultiFactorScheduler"
  step <- unlist(step)
  if (!is.numeric(step) || !length(step) || anyNA(step))
    mx_stop(fn, ": argument step must be a list of increasing whole numbers, given ", short(step))
  if (is.unsorted(step, strictly = TRUE)) mx_stop("Schedule step must be an increasing integer list")
  if (any(step < 1)) mx_stop("Schedule step must be greater or equal than 1 round")
  check_schedule(factor_val, stop_factor_lr, verbose, fn)
  function(optimizerEnv) {
    at <- optimizerEnv$cur_step_ind %||% 1
    if (at <= length(step) && optimizerEnv$num_update > step[at]) {
      optimizerEnv$count <- step[at]
      optimizerEnv$cur_step_ind <- at + 1
      lower_rate(optimizerEnv, factor_val, stop_factor_lr, verbose)
    }
  }
}

#' @rdname mx.lr_scheduler.FactorScheduler
FactorScheduler <- function(step, factor_val, stop_factor_lr = 1e-8, verbose = TRUE) {
  mx.lr_scheduler.FactorScheduler(step, factor_val, stop_factor_lr, verbose)
}
