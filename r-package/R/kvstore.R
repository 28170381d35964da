# "Rcpp_MXKVStore"

#' Key-value store
#'
#' Holds arrays by whole-number keys, sums what several devices push, and updates weights where an optimiser is set.
#'
#' Methods: `$init(keys, arrays)`, `$push(keys, lists, priority)`, `$pull(keys, lists, priority)` (`lists` has one inner
#' list of arrays, one for each key, for every device), `$set.optimizer(optimizer)`: pushes are gradients from then on,
#' and change the stored arrays by the optimiser's rule. Fields: `$type` and `$update.on.kvstore`, which is `FALSE` for
#' `"local_allreduce_cpu"` and `"local_allreduce_device"` only.
#' @param type `"local"`, `"device"`, `"local_update_cpu"`, `"local_allreduce_cpu"` or `"local_allreduce_device"`.
#' @return an object of class `"Rcpp_MXKVStore"`.
#' @family learning
#' @aliases Rcpp_MXKVStore-class
#' @examplesIf mx.available()
#' kv <- mx.kv.create("local")
#' kv$init(3, list(mx.nd.zeros(2)))
#' kv$push(3, list(list(mx.nd.array(c(1, 2))), list(mx.nd.array(c(10, 20)))), 0)
#' out <- mx.nd.zeros(2)
#' kv$pull(3, list(list(out)), 0)
#' out
mx.kv.create <- function(type = "local") {
  check_string(type, "type", "mx.kv.create")
  MXKVStoreClass$new(.h = handle_env(.call("kv_create", type), "kvstore"), type = type,
                     update.on.kvstore = !type %in% c("local_allreduce_cpu", "local_allreduce_device"))
}

kv_keys <- function(keys, fn) {
  if (!is.numeric(keys) || !length(keys) || anyNA(keys) || any(keys != round(keys)))
    mx_stop(fn, ": argument keys must be whole numbers, given ", short(keys))
  as.list(keys)
}

# One inner list for every device
kv_ids <- function(lists, fn) {
  if (!is.list(lists) || is.mx.ndarray(lists) || !all(vapply(lists, function(l) is.list(l) || is.mx.ndarray(l), NA)))
    mx_stop(fn, ": argument values must be a list with one list of NDArrays for every device, given ", short(lists))
  unname(lapply(lists, function(l) unname(nd_ids(l, "values", fn))))
}

MXKVStoreClass <- setRefClass("Rcpp_MXKVStore", package = ".GlobalEnv",
  fields = list(.h = "environment", type = "character", update.on.kvstore = "logical"),
  methods = list(
    init = function(keys, values) {
      invisible(.call("kv_init", live_id(.h), kv_keys(keys, "kv$init"), unname(nd_ids(values, "values", "kv$init"))))
    },
    push = function(keys, values, priority = 0) {
      invisible(.call("kv_push", live_id(.h), kv_keys(keys, "kv$push"), kv_ids(values, "kv$push"), 0L))
    },
    pull = function(keys, values, priority = 0) {
      .call("kv_pull", live_id(.h), kv_keys(keys, "kv$pull"), kv_ids(values, "kv$pull"), 0L)
      values
    },
    set.optimizer = function(optimizer) invisible(.call("kv_set_optimizer", live_id(.h), opt_spec(optimizer))),
    show = function() cpp_show(.h, "MXKVStore")
  ))
