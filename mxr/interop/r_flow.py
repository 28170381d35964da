"""Loops and branches for R: ``foreach``, ``while_loop``, ``cond`` with R closures as their functions.

Nested lists of arrays cross as nested lists of handles. Towards R a leaf is ``[handle, dim...]`` (a symbol's is
``[handle, 0]``), never shorter than two numbers, so that R can tell a leaf, a vector, from a list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mxr as mx

from . import r_convert as cv
from .r import exported, handles
from .r_io import checked
from .r_nd import array_of, put
from .r_sym import symbol_of

__all__ = ["tree_from_r", "tree_to_r"]

Closure = Callable[..., Any]


def tree_from_r(value: Any, resolve: Callable[[Any], Any]) -> Any:
    """Nested lists of handles as nested lists of arrays or symbols."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [tree_from_r(v, resolve) for v in value]
    return [] if value is None else resolve(value)


def tree_to_r(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [tree_to_r(v) for v in value]
    return [handles.add(value), 0] if isinstance(value, mx.sym.Symbol) else put(value)


def _resolver(kind: str) -> Callable[[Any], Any]:
    return symbol_of if kind == "symbol" else array_of


def _pair(answer: Any, resolve: Callable[[Any], Any]) -> tuple[Any, Any]:
    outs, states = checked(answer)
    return tree_from_r(outs, resolve), tree_from_r(states, resolve)


def _truth(answer: Any, resolve: Callable[[Any], Any]) -> Any:
    """A predicate: R gives ``["array", handle]`` or ``["number", value]``."""
    kind, value = answer
    return resolve(value) if kind == "array" else value


def _space(kind: str) -> Any:
    return mx.sym.contrib if kind == "symbol" else mx.nd.contrib


def _named(kind: str, name: str | None) -> dict[str, Any]:
    return {"name": name} if kind == "symbol" and name is not None else {}


@exported
def flow_foreach(kind: str, body: Closure, data: Any, states: Any, name: str | None) -> Any:
    resolve = _resolver(kind)

    def run(slices: Any, now: Any) -> tuple[Any, Any]:
        return _pair(body(tree_to_r(slices), tree_to_r(now)), resolve)

    outs, last = _space(kind).foreach(
        run, tree_from_r(data, resolve), tree_from_r(states, resolve), **_named(kind, name)
    )
    return [tree_to_r(outs), tree_to_r(last)]


@exported
def flow_while(kind: str, cond: Closure, func: Closure, loop_vars: Any, max_iterations: Any, name: str | None) -> Any:
    resolve = _resolver(kind)
    if isinstance(max_iterations, float) and max_iterations.is_integer():
        max_iterations = int(max_iterations)
    outs, last = _space(kind).while_loop(
        lambda *now: _truth(checked(cond(tree_to_r(now))), resolve),
        lambda *now: _pair(func(tree_to_r(now)), resolve),
        tree_from_r(loop_vars, resolve),
        max_iterations,
        **_named(kind, name),
    )
    return [tree_to_r(outs), tree_to_r(last)]


@exported
def flow_cond(kind: str, pred: Any, then_func: Closure, else_func: Closure, name: str | None) -> Any:
    resolve = _resolver(kind)
    if kind == "symbol" and pred[0] != "array":
        raise cv.RInputError("mx.symbol.contrib.cond: argument pred must be an MXSymbol")
    return tree_to_r(
        _space(kind).cond(
            _truth(pred, resolve),
            lambda: tree_from_r(checked(then_func()), resolve),
            lambda: tree_from_r(checked(else_func()), resolve),
            **_named(kind, name),
        )
    )
