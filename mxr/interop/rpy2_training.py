"""What training uses, between R and Python: iterators, metrics, initialisers, callbacks. Only importable where R is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import mxr as mx
from mxr.base import MXNetError, MXNetTypeError

from . import r_share
from .r import handles
from .r_io import ArrayIter, BackendIter
from .rpy2_door import Bridge, bridge_of

__all__ = ["FROM_CLASS", "HELPERS", "KINDS", "Callback", "as_data_iter", "as_initializer"]

HELPERS = r"""
wrap_model <- model_from
wrap_iter <- new_python_iter
wrap_metric <- new_python_metric
wrap_initializer <- new_python_initializer
# Iterators of Python's own come back as themselves.
iter_for_python <- function(it, names) share_iter(it, names, "from_r")
is_data_iter <- function(x) is(x, "Rcpp_MXDataIter")
metric_for_python <- function(m) list(share_metric(m), is.null(attr(m, "mx.python")))
initializer_for_python <- share_initializer
# What MXNet R's callbacks look at: env$metric$get(env$train.metric), env$model
callback_env <- function(model, name, value) {
  env <- new.env()
  if (!is.null(name)) {
    env$metric <- list(get = function(state) state)
    env$train.metric <- list(name = name, value = value)
  }
  env$model <- model
  env
}
carry_over <- function(old, new) {
  for (n in setdiff(ls(old, all.names = TRUE), ls(new, all.names = TRUE))) assign(n, get(n, envir = old), envir = new)
}
call_back <- function(f, env, iteration, nbatch, verbose) {
  env$iteration <- iteration
  env$nbatch <- nbatch
  named <- names(formals(args(f)))
  keep <- if ("verbose" %in% named || "..." %in% named) list(verbose = verbose) else list()
  isFALSE(do.call(f, c(list(iteration, nbatch, env), keep)))
}
"""


def _taken(h: Any) -> Any:
    return r_share.take(h[0])


def as_data_iter(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """A Python DataIter of an R iterator, also of one that is written in R.

    `names`: Python's names of R's fields; ``label`` is ``softmax_label`` unless it is named here.
    """
    if isinstance(value, r_share.RIter):
        return r_share.RIter(value._it, names)
    if not hasattr(value, "__sexp__"):
        raise MXNetTypeError(f"data_iter expects an R iterator, got {type(value).__name__}")
    return _taken(bridge_of().run("iter_for_python", [value, dict(names) if names else None]))


def _metric_from_r(bridge: Bridge, value: Any) -> Any:
    h, fresh = bridge.python(bridge.run("metric_for_python", [value]))
    return r_share.take(h) if fresh else handles.get(h)


def as_initializer(value: Any) -> Any:
    """A Python initialiser of R's ``function(name, shape, ctx, allow.unknown)``, such as ``mx.init.Xavier()`` gives."""
    return _taken(bridge_of().run("initializer_for_python", [value]))


class Callback:
    """An R callback for Python's `fit`, at the end of epochs or of batches.

    R counts rounds from 1 and finds in its environment ``iteration``, ``nbatch``, ``model``, and ``metric`` with
    ``train.metric`` where `metric` was given (batches bring theirs). FALSE at the end of an epoch stops the training as
    Ctrl-C does.
    """

    def __init__(self, function: Any, metric: Any = None, verbose: bool = True) -> None:
        self._function, self._metric, self._verbose = function, metric, verbose
        self._env: Any = None

    def __call__(self, *args: Any) -> None:
        bridge = bridge_of()
        if len(args) == 1:
            at, model, metric = args[0], None, args[0].eval_metric
            self._call(bridge, at.epoch, at.nbatch, model, metric)
        elif len(args) == 4:
            epoch, symbol, arg, aux = args
            model = mx.model.FeedForward(symbol, arg_params=dict(arg), aux_params=dict(aux), allow_extra_params=True)
            if self._call(bridge, epoch, 0, model, self._metric):
                raise StoppedByCallback(f"the R callback returned FALSE after epoch {epoch}")
        else:
            raise MXNetTypeError(f"an R callback is called with 1 or 4 arguments, given {len(args)}")

    def _call(self, bridge: Bridge, epoch: int, nbatch: int, model: Any, metric: Any) -> bool:
        name: Any = None
        value: Any = None
        if metric is not None:
            name, value = metric.get()
        if isinstance(name, list):
            name, value = name[0], value[0]
        env = bridge.run("callback_env", [model, name, value])
        if self._env is not None:  # R's callbacks keep their own counts in it
            bridge.run("carry_over", [self._env, env])
        self._env = env
        return bool(bridge.run("call_back", [self._function, env, epoch + 1, nbatch, self._verbose])[0])


class StoppedByCallback(KeyboardInterrupt):
    """An R callback returned FALSE: `fit` ends and keeps what was reached."""


def _iter_to_r(bridge: Bridge, it: Any) -> Any:
    from .rpy2_objects import handed

    engine = getattr(it, "_it", None) if isinstance(it, r_share.RIter) else None
    made_in_r = isinstance(engine, (ArrayIter, BackendIter))
    return handed(bridge, "wrap_iter", engine if made_in_r else r_share.PythonIter(it))


def _metric_to_r(bridge: Bridge, m: Any) -> Any:
    from .rpy2_objects import handed

    if isinstance(m, mx.metric.CompositeEvalMetric):
        raise MXNetError("R takes metrics of one value: hand over the members of the composite metric")
    return handed(bridge, "wrap_metric", m)


def _initializer_to_r(bridge: Bridge, i: Any) -> Any:
    from .rpy2_objects import handed

    return handed(bridge, "wrap_initializer", i)


KINDS: list[tuple[Any, Callable[[Bridge, Any], Any]]] = [
    (mx.io.DataIter, _iter_to_r),
    (mx.metric.EvalMetric, _metric_to_r),
    (mx.init.Initializer, _initializer_to_r),
]
FROM_CLASS: dict[str, Callable[[Any, Any], Any]] = {
    "Rcpp_MXArrayDataIter": lambda b, v: as_data_iter(v),
    "Rcpp_MXNativeDataIter": lambda b, v: as_data_iter(v),
    "Rcpp_MXDataIter": lambda b, v: as_data_iter(v),
    "BucketIter": lambda b, v: as_data_iter(v),
    "mx.metric": _metric_from_r,
}
