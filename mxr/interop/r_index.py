"""Parts of NDArrays by R's rules: 1-based positions along R's dims, which are the engine's axes in reverse.

R sends one specification per dim: None for all, ``[begin, end)`` (0-based) for a run of neighbours, or a token with
1-based positions. A run of the last R dim with all others whole shares memory, as the engine's slices do.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import mxr as mx
from mxr.core.storage import Csr

from . import r_convert as cv
from .r import exported, repeatable
from .r_errors import RInputError
from .r_nd import array_of, make_array, peek, put

__all__: list[str] = []


def _key(spec: Any) -> Any:
    """The engine's key of one dim."""
    if spec is None:
        return slice(None)
    if isinstance(spec[0], str):
        return cv.flat(spec).astype(np.int64) - 1
    return slice(int(spec[0]), int(spec[1]))


def _keys(specs: Any) -> list[Any]:
    return [_key(s) for s in reversed(specs)]


def _dense(x: Any) -> Any:
    return x if x.stype == "default" else x.tostype("default")


def _shaped(x: Any, shape: tuple[int, ...]) -> Any:
    """The same memory in another shape; the engine's reshape takes no array without elements."""
    if x.shape == shape:
        return x
    return x.reshape(shape) if x.size else make_array(peek(x).reshape(shape), x.context)


def _flat(x: Any) -> Any:
    return _shaped(x, (x.size,))


def _pick(x: Any, keys: list[Any]) -> Any:
    """Runs by one slice, then positions one axis after the other, as R crosses them."""
    runs = tuple(k if isinstance(k, slice) else slice(None) for k in keys)
    if any(k != slice(None) for k in runs):
        x = x[runs]
    for axis, k in enumerate(keys):
        if not isinstance(k, slice):
            x = x[(slice(None),) * axis + (k,)]
    return x


@exported
@repeatable
def nd_index(h: Any, specs: Any, drop: bool) -> list[int]:
    """``x[i, j, ...]``; `drop` leaves out dims of extent 1."""
    y = _pick(_dense(array_of(h)), _keys(specs))
    if drop:
        y = _shaped(y, tuple(d for d in y.shape if d != 1) or (1,))
    return put(y)


@exported
@repeatable
def nd_take(h: Any, spec: Any) -> list[int]:
    """``x[i]``: elements in R's order of counting."""
    return put(_flat(_dense(array_of(h)))[_key(spec)])


def _mask(mask: Any, n: int) -> np.ndarray:
    m = peek(array_of(mask)).ravel()
    if m.size != n:
        raise RInputError(f"[ ]: a mask of {m.size} elements for an array of {n}")
    if m.dtype != np.bool_ and not ((m == 0) | (m == 1)).all():
        raise RInputError(
            "[ ]: an MXNDArray as index is a mask, zeros and ones as comparisons make them; "
            "for positions use as.array() of it"
        )
    return np.flatnonzero(m)


@exported
def nd_mask(mask: Any) -> list[float]:
    """The 1-based positions of a mask along one dim."""
    m = array_of(mask)
    return [float(i + 1) for i in _mask(mask, m.size)]


@exported
@repeatable
def nd_take_mask(h: Any, mask: Any) -> list[int]:
    x = _flat(_dense(array_of(h)))
    return put(x[_mask(mask, x.size)])


# Assignment
def _target(h: Any) -> Any:
    x = array_of(h)
    if x.stype != "default":
        raise RInputError(f"[<-: the array is {x.stype}; mx.nd.cast.storage(x, 'default') makes a dense one")
    return x


def _values(x: Any, value: Any, shape: tuple[int, ...]) -> Any:
    """What R gives for a part of `shape`: a number, ["nd", handle] or a token, recycled where it divides."""
    if isinstance(value, (int, float)):
        return _checked(np.asarray(value), x).reshape(())
    n = math.prod(shape)
    if value[0] == "nd":
        y = _dense(array_of(value[1]))
        _divides(n, y.size)
        return y.reshape(shape) if y.size == n else np.resize(peek(y).ravel(), n).reshape(shape)
    src = cv.flat(value)
    _divides(n, src.size)
    return np.resize(_checked(src, x), n).reshape(shape)


def _divides(n: int, given: int) -> None:
    if not given or n % given:
        raise RInputError(f"[<-: number of items to replace ({n}) is not a multiple of replacement length ({given})")


def _checked(src: np.ndarray, x: Any) -> np.ndarray:
    return cv.to_dtype(src, src.shape, np.dtype(x.dtype).name, "[<-: value")


@exported
def nd_put(h: Any, specs: Any, value: Any) -> None:
    """``x[i, j, ...] <- value``, in place."""
    x = _target(h)
    keys = _keys(specs)
    extents = tuple(len(range(*k.indices(d))) if isinstance(k, slice) else k.size for k, d in zip(keys, x.shape))
    if not math.prod(extents):
        return
    v = _values(x, value, extents)
    lists = sum(not isinstance(k, slice) for k in keys)
    if lists > 1:
        keys = list(np.ix_(*(np.arange(d)[k] if isinstance(k, slice) else k for k, d in zip(keys, x.shape))))
    x[tuple(keys)] = v


@exported
def nd_put_at(h: Any, spec: Any, value: Any) -> None:
    """``x[i] <- value``; a view of the flat array is written through."""
    x = _flat(_target(h))
    key = slice(None) if spec is None else _key(spec)
    n = len(range(*key.indices(x.size))) if isinstance(key, slice) else key.size
    if n:
        x[key] = _values(x, value, (n,))


@exported
def nd_put_mask(h: Any, mask: Any, value: Any) -> None:
    x = _flat(_target(h))
    at = _mask(mask, x.size)
    if at.size:
        x[at] = _values(x, value, (at.size,))


@exported
def nd_view(h: Any, dim: Any) -> list[int]:
    """The same memory with another dim."""
    return put(_shaped(_dense(array_of(h)), cv.reverse(dim)))


@exported
def nd_window(h: Any, extents: Any) -> list[int]:
    """The first `extents` (R's order) of an array of any storage: what print shows, without making all of it dense."""
    x = array_of(h)
    ends = cv.reverse(extents)
    if x.stype == "default":
        return put(x[tuple(slice(0, e) for e in ends)])
    value = x._buf
    if isinstance(value, Csr):
        rows = np.asarray(value.row_range(0, ends[0]).todense())
    else:
        rows = np.zeros((ends[0], *x.shape[1:]), np.dtype(x.dtype))
        at = mx.nd.array(x.indices, dtype="int64").asnumpy()
        shown = at < ends[0]
        rows[at[shown]] = x.data.asnumpy()[shown]
    return put(make_array(np.ascontiguousarray(rows[tuple(slice(0, e) for e in ends)]), mx.cpu()))
