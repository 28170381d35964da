"""Objects of the engine between R and Python: both sides hold the same ones. Only importable where R is."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import mxr as mx
from mxr.base import MXNetError

from . import rpy2_training as training
from .r import handles
from .r_share import model_from_parts, model_history
from .rpy2_door import Bridge, bridge_of
from .rpy2_values import classes, lib, typeof

__all__ = ["engine_kinds", "from_engine", "handed"]

HELPERS = r"""
nd_handle <- function(x) live_id(x)
object_handle <- function(x) live_id(x$.h)
wrap_nd <- function(r) new_nd(r)
wrap_symbol <- function(id) new_symbol(id)
wrap_executor <- function(id) new_executor(id)
wrap_kvstore <- function(id, type) {
  MXKVStoreClass$new(.h = handle_env(id, "kvstore"), type = type,
                     update.on.kvstore = !type %in% c("local_allreduce_cpu", "local_allreduce_device"))
}
wrap_context <- function(typeid, id) if (typeid == 2) mx.gpu(id) else mx.cpu(id)
wrap_function <- function(id) {
  h <- handle_env(id, "function")
  function(...) {
    a <- list(...)
    .call("rpy2_call", live_id(h), unname(a), as.list(names(a) %||% rep("", length(a))))
  }
}
"""


def handed(bridge: Bridge, helper: str, value: Any, *more: Any) -> Any:
    """A handle of `value` in R's hands: R's finaliser frees it."""
    h = handles.add(value)
    try:
        return bridge.run(helper, [h, *more])
    except BaseException:
        handles.free(h)
        raise


def _nd_to_r(bridge: Bridge, x: Any) -> Any:
    h = handles.add(x)
    try:
        return bridge.run("wrap_nd", [[h, *reversed(x.shape or (1,))]])
    except BaseException:
        handles.free(h)
        raise


def _model_to_r(bridge: Bridge, m: Any) -> Any:
    if m.symbol is None or m.arg_params is None:
        raise MXNetError("this model has no symbol or no parameters yet: fit it before it goes to R")
    arg, aux = ({k: _nd_to_r(bridge, v) for k, v in (p or {}).items()} for p in (m.arg_params, m.aux_params))
    symbol = handed(bridge, "wrap_symbol", m.symbol)
    return bridge.run("wrap_model", [symbol, arg, aux, *model_history(m)])


@functools.cache
def engine_kinds() -> list[tuple[Any, Callable[[Bridge, Any], Any]]]:
    return [
        (mx.nd.NDArray, _nd_to_r),
        (mx.sym.Symbol, lambda b, s: handed(b, "wrap_symbol", s)),
        (mx.model.FeedForward, _model_to_r),
        (mx.Context, lambda b, c: b.run("wrap_context", [c.device_typeid, c.device_id])),
        (mx.executor.Executor, lambda b, e: handed(b, "wrap_executor", e)),
        (mx.kvstore.KVStore, lambda b, k: handed(b, "wrap_kvstore", k, k.type)),
        *training.KINDS,
    ]


def from_engine(value: Any) -> Any:
    """What has an mxr class becomes that; other R objects stay."""
    if hasattr(value, "__sexp__"):
        x = value.__sexp__._cdata
        names = classes(x)
        for name in names:
            if name in _FROM_CLASS:
                return _FROM_CLASS[name](bridge_of(), value)
        # The class attribute of a Reference Class that a user derived does not tell of its parents.
        if names and typeof(x) in (lib.S4SXP, lib.ENVSXP):
            bridge = bridge_of()
            if bridge.run("is_data_iter", [value])[0]:
                return training.as_data_iter(value)
    return value


def _nd_from_r(bridge: Bridge, value: Any) -> Any:
    return handles.get(bridge.run("nd_handle", [value])[0])


def _object_from_r(bridge: Bridge, value: Any) -> Any:
    return handles.get(bridge.run("object_handle", [value])[0])


def _context_from_r(bridge: Bridge, value: Any) -> Any:
    spec = bridge.python(value)
    return mx.Context(spec["device"], spec["device_id"])


def _model_from_r(bridge: Bridge, value: Any) -> Any:
    return model_from_parts(*bridge.python(bridge.run("model_parts", [value])))


_FROM_CLASS: dict[str, Callable[[Any, Any], Any]] = {
    "MXNDArray": _nd_from_r,
    "Rcpp_MXSymbol": _object_from_r,
    "Rcpp_MXExecutor": _object_from_r,
    "Rcpp_MXKVStore": _object_from_r,
    "MXContext": _context_from_r,
    "MXFeedForwardModel": _model_from_r,
    **training.FROM_CLASS,
}
