"""Arithmetic on NDArrays as R's operators and functions have it, and what R asks of all values at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import mxr as mx
from mxr.core import tape

from . import r_convert as cv
from .r import exported, repeatable
from .r_nd import array_of, make_array, peek, put

__all__: list[str] = []


def _floor_divide(a: Any, b: Any) -> Any:
    kind = np.dtype((a if isinstance(a, mx.nd.NDArray) else b).dtype).kind
    # division of integers cuts towards 0, and float64 would not hold all of them
    return (a - a % b) / b if kind in "iu" else mx.nd.floor(a / b)


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "%%": lambda a, b: a % b,
    "%/%": _floor_divide,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "&": mx.nd.logical_and,
    "|": mx.nd.logical_or,
}


@exported
@repeatable
def nd_binary(op: str, left: Any, right: Any, kinds: str) -> list[int]:
    """`kinds`: "aa" two arrays, "as" array and scalar, "sa" scalar and array."""
    fn = _BINARY[op]
    if kinds == "as":
        return put(fn(array_of(left), float(right)))
    if kinds == "sa":
        # the logical ones are the same either way round, and take a number only on the right
        return put(fn(array_of(right), float(left)) if op in ("&", "|") else fn(float(left), array_of(right)))
    a, b = array_of(left), array_of(right)
    if a.shape != b.shape:
        # The same numbers in the same order: a label of dim n against a prediction of dim c(1, n).
        a, b = (a, b.reshape(a.shape)) if len(a.shape) >= len(b.shape) else (a.reshape(b.shape), b)
    return put(fn(a, b))


@exported
@repeatable
def nd_like(token: Any, dim: Any, like: Any) -> list[int]:
    """R's numbers in `dim`, with dtype and device of another array."""
    x = array_of(like)
    buf = cv.to_dtype(cv.flat(token), cv.reverse(dim), np.dtype(x.dtype).name, "what R gives beside an MXNDArray")
    return put(make_array(buf, x.context))


@exported
@repeatable
def nd_matmul(left: Any, right: Any) -> list[int]:
    """R's ``a %*% b``: the engine's rows are R's columns, so the factors change places."""
    return put(mx.nd.dot(array_of(right), array_of(left)))


@exported
@repeatable
def nd_aperm(h: Any, perm: Any) -> list[int]:
    """R's aperm: dim k of the result is dim ``perm[k]`` (1-based) of the array."""
    n = len(perm)
    return put(mx.nd.transpose(array_of(h), axes=tuple(n - int(p) for p in reversed(perm))))


@exported
@repeatable
def nd_bind(ids: Any, axis: int) -> list[int]:
    """Arrays side by side along an R dim (0-based)."""
    arrays = [array_of(h) for h in ids]
    return put(mx.nd.concat(*arrays, dim=arrays[0].ndim - 1 - int(axis)))


_REDUCE: dict[str, Callable[[np.ndarray], Any]] = {
    "sum": lambda v: v.sum(dtype=np.float64),
    "prod": lambda v: v.prod(dtype=np.float64),
    "mean": lambda v: v.mean(dtype=np.float64),
    "min": np.min,
    "max": np.max,
    "any": lambda v: bool((v != 0).any()),
    "all": lambda v: bool((v != 0).all()),
}


_RECORDED: dict[str, Callable[[Any], Any]] = {
    "sum": mx.nd.sum, "prod": mx.nd.prod, "mean": mx.nd.mean, "min": mx.nd.min, "max": mx.nd.max,
}  # fmt: skip


@exported
def nd_reduce(h: Any, op: str, skip_nan: bool) -> Any:
    """One number of all values, in double precision; None where nothing is left. R's rule for NaN.

    Of what is recorded an array of one number, in a list.
    """
    x = array_of(h)
    if tape.state.recording and x._node is not None and op in _RECORDED and not skip_nan:
        return [put(_RECORDED[op](x))]
    v = peek(x).ravel()
    if v.dtype.kind not in "fiub":  # bfloat16
        v = v.astype(np.float64)
    missing = np.isnan(v) if v.dtype.kind == "f" and (skip_nan or op in ("any", "all")) else None
    if missing is not None and missing.any():
        rest = v[~missing]
        if op in ("any", "all") and not skip_nan:
            decided = bool((rest != 0).any()) if op == "any" else not bool((rest != 0).all())
            return (op == "any") if decided else float("nan")
        v = rest
    if not v.size and op in ("min", "max", "mean"):
        return None
    with np.errstate(all="ignore"):
        r = _REDUCE[op](v)
    return r if isinstance(r, bool) else float(r)


@exported
def nd_summary(h: Any) -> list[float]:
    """Minimum, quartiles with the mean after the median, maximum, and how many are NaN (R's type 7)."""
    v = peek(array_of(h)).ravel().astype(np.float64)
    keep = v[~np.isnan(v)]
    if not keep.size:
        return [float("nan")] * 6 + [float(v.size)]
    with np.errstate(all="ignore"):
        q = np.quantile(keep, [0, 0.25, 0.5, 0.75, 1])
        mean = keep.mean()
    return [*map(float, (q[0], q[1], q[2], mean, q[3], q[4])), float(v.size - keep.size)]
