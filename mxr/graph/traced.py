"""What a symbol can while its block is traced: ``x.shape`` and kin, ``x[:, 1:]``, loops over the first axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..base import MXNetAttributeError, MXNetIndexError, MXNetTypeError, MXNetValueError
from ..core.op import get_op
from ..core.shape_mode import mode
from .compose import compose
from .symbol import Symbol, active

__all__ = ["attach", "rows", "select"]


def _run(op: str, inputs: Sequence[Symbol], hint: str = "", **given: Any) -> Symbol:
    return compose(get_op(op), inputs, given, None, None, hint or op)


def _trace(x: Symbol, what: str) -> Any:
    if active.trace is None:
        raise MXNetAttributeError(
            f"'Symbol' object has no attribute {what!r}: shapes are known only while a block is traced for arrays, "
            "or when the symbol is bound (see infer_shape)"
        )
    if len(x._entries) != 1:
        raise MXNetAttributeError(f"{what}: {x!r} has {len(x._entries)} outputs; pick one, as in x[0]")
    return active.trace


class _Fact:
    """A property that is there inside a trace only."""

    def __init__(self, name: str, doc: str, get: Any) -> None:
        self.name, self.__doc__, self.get = name, doc, get

    def __get__(self, x: Symbol | None, owner: type) -> Any:
        return self if x is None else self.get(_trace(x, self.name), x)


_FACTS = (
    ("shape", "The shape, while a block is traced.", lambda t, x: t.shape(x._entries[0])),
    ("ndim", "The number of axes, while a block is traced.", lambda t, x: len(t.shape(x._entries[0]))),
    ("size", "The number of elements, while a block is traced.", lambda t, x: math.prod(t.shape(x._entries[0]))),
    ("dtype", "The element type, while a block is traced.", lambda t, x: t.dtype(x._entries[0]).type),
    ("context", "The device, while a block is traced.", lambda t, x: t.device()),
    ("ctx", "The device, while a block is traced.", lambda t, x: t.device()),
    ("stype", "'default': traced arrays are dense.", lambda t, x: "default"),
    ("T", "The transpose, while a block is traced.", lambda t, x: _run("transpose", [x])),
)


def attach() -> None:
    for name, doc, get in _FACTS:
        setattr(Symbol, name, _Fact(name, doc, get))


def rows(x: Symbol) -> list[Symbol]:
    """The parts of `x` along its first axis."""
    shape = active.trace.shape(x._entries[0])
    if not shape:
        raise MXNetTypeError("iteration over a 0-d array")
    if shape[0] < 2 or len(shape) == 1:
        return [select(x, i) for i in range(shape[0])]
    parts = _run("SliceChannel", [x], "split", num_outputs=shape[0], axis=0, squeeze_axis=True)
    return [Symbol([e]) for e in parts._entries]


def select(x: Symbol, key: Any) -> Symbol:
    """``x[key]``, by operators. Integers, slices, None, an ellipsis; integer arrays on one axis, the others whole."""
    trace = active.trace
    key = [_plain(k) for k in (key if isinstance(key, tuple) else (key,))]
    axes = [k for k in key if k is not None and k is not Ellipsis]
    shape = trace.peek(x._entries[0])
    if shape is not None and len(axes) > len(shape):
        raise MXNetIndexError(
            f"too many indices for array: array is {len(shape)}-dimensional, but {len(axes)} were indexed"
        )
    key = _without_ellipsis(x, key, len(axes))
    axes = [k for k in key if k is not None]
    if any(isinstance(k, Symbol | np.ndarray) for k in axes):
        return _gather(x, key, axes)
    dropped = [i for i, k in enumerate(axes) if isinstance(k, int)]
    for i in dropped:
        if shape is not None and shape[i] != -1 and not -shape[i] <= axes[i] < shape[i]:
            raise MXNetIndexError(f"index {axes[i]} is out of bounds for axis {i} with size {shape[i]}")
    y = x
    if any(k != slice(None) for k in axes):
        begin, end, step = zip(*(_bounds(k) for k in axes))
        given = {"begin": begin, "end": end} | ({"step": step} if any(s is not None for s in step) else {})
        y = compose(get_op("slice"), [x], given, None, None, "slice")
    if dropped:
        y = _run("squeeze", [y], axis=tuple(dropped))
    new = _new_axes(key)
    if new and dropped and not mode.np_shape and len(dropped) == len(trace.shape(x._entries[0])):
        new = new[1:]  # all axes are gone, and squeeze left one
    for i in new:
        y = _run("expand_dims", [y], axis=i)
    return Symbol(y._entries) if y is x else y


def _plain(k: Any) -> Any:
    """An index as None, Ellipsis, int, slice, Symbol or array of integers."""
    if isinstance(k, bool | np.bool_):
        raise MXNetIndexError("NDArray does not support boolean indexing")
    if isinstance(k, int | np.integer):
        return int(k)
    if k is None or k is Ellipsis or isinstance(k, Symbol):
        return k
    if isinstance(k, slice):
        if k.step is not None and k.step == 0:
            raise MXNetValueError("slice step cannot be zero")
        return slice(*(_bound(v) for v in (k.start, k.stop, k.step)))
    if isinstance(k, list | range | np.ndarray):
        a = np.asarray(k)
        if a.ndim == 0 and a.dtype.kind in "iu":
            return int(a)
        if a.ndim == 1 and (a.dtype.kind in "iu" or not a.size):
            return a
    raise MXNetTypeError(f"index {k!r} of type {type(k).__name__} is not supported while a block is traced")


def _bound(v: Any) -> int | None:
    if v is None:
        return None
    if isinstance(v, Symbol):
        raise active.trace.untraceable("x[begin:end] with an array for begin or end")
    try:
        n = int(v)
    except (TypeError, ValueError, OverflowError):
        n = None
    if n is None or n != v:
        raise MXNetTypeError(f"slice bounds must be whole numbers, got {v!r}")
    return n


def _bounds(k: Any) -> tuple[int | None, int | None, int | None]:
    if isinstance(k, int):
        return k, k + 1 if k != -1 else None, None
    return k.start, k.stop, k.step


def _without_ellipsis(x: Symbol, key: list[Any], n_axes: int) -> list[Any]:
    """`key` with slices for the ellipsis; one at the end needs none."""
    dots = [i for i, k in enumerate(key) if k is Ellipsis]
    if len(dots) > 1:
        raise MXNetIndexError("an index can only have a single ellipsis ('...')")
    if not dots:
        return key
    i = dots[0]
    if i == len(key) - 1:
        return key[:i]
    whole = len(active.trace.shape(x._entries[0])) - n_axes
    return key[:i] + [slice(None)] * whole + key[i + 1 :]


def _new_axes(key: list[Any]) -> list[int]:
    """Where None puts axes of length 1 into the result."""
    out, axis = [], 0
    for k in key:
        if k is None:
            out.append(axis)
        axis += not isinstance(k, int)
    return out


def _gather(x: Symbol, key: list[Any], axes: list[Any]) -> Symbol:
    """Elements by integer arrays along one axis."""
    where = [i for i, k in enumerate(axes) if isinstance(k, Symbol | np.ndarray) or k != slice(None)]
    if len(where) != 1 or len(axes) != len(key):
        raise MXNetTypeError(
            "while a block is traced, an index array may stand on one axis, with whole slices on the others; "
            "F.gather_nd, F.pick and F.take do the rest"
        )
    (axis,) = where
    index = axes[axis]
    if isinstance(index, Symbol):
        return _run("take", [x, index], axis=axis, mode="wrap")
    if not len(index):
        raise MXNetIndexError("an empty index array is not supported while a block is traced")
    return _run("Concat", [_one(x, int(i), axis) for i in index], "concat", dim=axis, num_args=len(index))


def _one(x: Symbol, i: int, axis: int) -> Symbol:
    return _run("slice_axis", [x], axis=axis, begin=i, end=i + 1 if i != -1 else None)


attach()
