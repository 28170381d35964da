# Optimisers: list(create_exec, update), as in MXNet R. Those made here carry their specification in the attribute mx.spec,
# and the training loop then runs them without coming back to R.

builtin_opt <- function(name, options, lr_scheduler = NULL) {
  if (is.null(options$clip_gradient)) options$clip_gradient <- -1
  for (n in names(options)) {
    v <- options[[n]]
    if (!(is.numeric(v) || is.logical(v)) || length(v) != 1 || is.na(v)) mx_stop("optimizer ", name, ": argument ", n, " must be one number, given ", short(v))
  }
  if (!is.null(lr_scheduler) && !is.function(lr_scheduler)) mx_stop("optimizer ", name, ": argument lr_scheduler must be a function, given ", short(lr_scheduler))
  spec <- list(name = name, options = options, lr_scheduler = lr_scheduler)
  structure(list(
    create_exec = function(index, weight_dim, ctx) list(index = index, handle = opt_handle(spec)),
    update = function(index, exec_w, weight, grad) {
      .call("opt_apply", live_id(exec_w$handle), index, nd_id(weight, "weight"), nd_id(grad, "grad"))
      weight
    }), mx.spec = spec)
}

mx.opt.sgd <- function(learning.rate = 0.01, momentum = 0, wd = 0, rescale.grad = 1, clip_gradient = -1, lr_scheduler = NULL)
  builtin_opt("sgd", list(learning.rate = learning.rate, momentum = momentum, wd = wd, rescale.grad = rescale.grad,
                          clip_gradient = clip_gradient), lr_scheduler)

mx.opt.rmsprop <- function(learning.rate = 0.002, centered = TRUE, gamma1 = 0.95, gamma2 = 0.9, epsilon = 1e-4, wd = 0, rescale.grad = 1,
                           clip_gradient = -1, lr_scheduler = NULL)
  builtin_opt("rmsprop", list(learning.rate = learning.rate, centered = centered, gamma1 = gamma1, gamma2 = gamma2, epsilon = epsilon,
                              wd = wd, rescale.grad = rescale.grad, clip_gradient = clip_gradient), lr_scheduler)

mx.opt.adam <- function(learning.rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, wd = 0, rescale.grad = 1, clip_gradient = -1,
                        lr_scheduler = NULL)
  builtin_opt("adam", list(learning.rate = learning.rate, beta1 = beta1, beta2 = beta2, epsilon = epsilon, wd = wd,
                           rescale.grad = rescale.grad, clip_gradient = clip_gradient), lr_scheduler)

mx.opt.adagrad <- function(learning.rate = 0.05, epsilon = 1e-8, wd = 0, rescale.grad = 1, clip_gradient = -1, lr_scheduler = NULL)
  builtin_opt("adagrad", list(learning.rate = learning.rate, epsilon = epsilon, wd = wd, rescale.grad = rescale.grad,
                              clip_gradient = clip_gradient), lr_scheduler)

mx.opt.adadelta <- function(rho = 0.90, epsilon = 1e-5, wd = 0, rescale.grad = 1, clip_gradient = -1)
  builtin_opt("adadelta", list(rho = rho, epsilon = epsilon, wd = wd, rescale.grad = rescale.grad, clip_gradient = clip_gradient))

mx.opt.nag <- function(learning.rate = 0.01, momentum = 0, wd = 0, rescale.grad = 1, clip_gradient = -1, lr_scheduler = NULL)
  builtin_opt("nag", list(learning.rate = learning.rate, momentum = momentum, wd = wd, rescale.grad = rescale.grad,
                          clip_gradient = clip_gradient), lr_scheduler)

mx.opt.create <- function(name, ...) {
  check_string(name, "name", "mx.opt.create")
  make <- switch(name, sgd = mx.opt.sgd, rmsprop = mx.opt.rmsprop, adam = mx.opt.adam, adagrad = mx.opt.adagrad,
                 adadelta = mx.opt.adadelta, nag = mx.opt.nag,
                 mx_stop("Unknown optimizer ", name, suggest(name, c("sgd", "rmsprop", "adam", "adagrad", "adadelta", "nag"))))
  args <- list(...)
  twice <- unique(names(args)[nzchar(names(args)) & duplicated(names(args))])
  if (length(twice)) mx_stop("optimizer ", name, ": argument ", twice[1], " is given twice (the model functions set rescale.grad to 1 / batch size themselves)")
  # R's own matching would say "unused argument" without saying of what.
  for (n in names(args)) {
    if (nzchar(n) && is.na(pmatch(n, names(formals(make))))) {
      mx_stop("unused argument (", n, " = ", short(args[[n]]), "): not an argument of the model function nor of optimizer ",
              name, suggest(n, c(names(formals(make)), names(formals(mx.model.FeedForward.create)))))
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
    mx_stop("optimizer must be a name (sgd, rmsprop, adam, adagrad, adadelta, nag) or the result of mx.opt.create, given ", short(optimizer))
  execs <- new.env()
  list(update = guard(function(key, weight, grad) {
    w <- new_nd(weight)
    if (!exists(key, envir = execs, inherits = FALSE)) assign(key, optimizer$create_exec(key, dim(w), ctx(w)), envir = execs)
    result <- optimizer$update(key, execs[[key]], w, new_nd(grad))
    if (inherits(result, "MXNDArray") && !identical(result, w)) .call("nd_assign", nd_id(w), nd_id(result))
    NULL
  }))
}

opt_handle <- function(spec) {
  handle_env(.call("opt_new", list(name = spec$name, options = spec$options, scheduler = schedule(spec$lr_scheduler, spec$options$learning.rate))), "optimizer")
}

mx.opt.get.updater <- function(optimizer, weights, ctx = NULL) {
  handle <- handle_env(.call("opt_new", opt_spec(optimizer)), "optimizer")
  function(weight, grad) {
    # New arrays, as MXNet R returns them; entries without a gradient give NULL.
    fresh <- Map(function(w, g) if (is.null(g)) NULL else new_nd(.call("nd_copy", nd_id(w, "weight"))), weight, grad)
    .call("opt_update", live_id(handle), unname(nd_ids(fresh, "weight", "updater")), unname(nd_ids(grad, "grad", "updater")))
    fresh
  }
}

# Learning-rate schedules: functions over an environment with lr, count, num_update.
check_factor <- function(factor_val) if (factor_val > 1) mx_stop("Factor must be no more than 1 to make lr reduce")

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

mx.lr_scheduler.FactorScheduler <- function(step, factor_val, stop_factor_lr = 1e-8, verbose = TRUE) {
  if (step < 1) mx_stop("Schedule step must be greater or equal than 1 round")
  check_factor(factor_val)
  function(optimizerEnv) {
    if (optimizerEnv$num_update > optimizerEnv$count + step) {
      optimizerEnv$count <- optimizerEnv$count + step
      lower_rate(optimizerEnv, factor_val, stop_factor_lr, verbose)
    }
  }
}

mx.lr_scheduler.MultiFactorScheduler <- function(step, factor_val, stop_factor_lr = 1e-8, verbose = TRUE) {
  if (!all(step == cummax(step)) || anyDuplicated(step)) mx_stop("Schedule step must be an increasing integer list")
  if (any(step < 1)) mx_stop("Schedule step must be greater or equal than 1 round")
  check_factor(factor_val)
  function(optimizerEnv) {
    at <- optimizerEnv$cur_step_ind %||% 1
    # The original never reaches the last entry (index < length); scripts were tuned to the rates it logged.
    if (at < length(step) && optimizerEnv$num_update > step[at]) {
      optimizerEnv$count <- step[at]
      optimizerEnv$cur_step_ind <- at + 1
      lower_rate(optimizerEnv, factor_val, stop_factor_lr, verbose)
    }
  }
}
