"""``x[key]`` and ``x[key] = value`` with MXNet's rules on top of NumPy's.

Slices and integers along the leading axes that leave the rest whole are views; all else is a copy. Arrays as
indices (NDArrays of any dtype included) are integer indices, never masks, as in MXNet.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backend import to_host, xp_of
from ..base import MXNetIndexError, MXNetTypeError, MXNetValueError
from ..core import tape
from ..core.array import Array, make_array
from ..core.shape_mode import mode

__all__ = ["get", "is_everything", "put"]


def _normal(key: Any, buf: Any) -> tuple[Any, bool]:
    """(a key for the raw array, whether it is basic)."""
    if not isinstance(key, tuple):
        key = (key,)
    out: list[Any] = []
    basic = True
    axis = 0
    skips = any(k is Ellipsis for k in key)
    for k in key:
        if isinstance(k, Array):
            k = to_host(k._data)
            if k.dtype.kind == "f":
                k = k.astype(np.int64)
        if isinstance(k, np.ndarray) and k.ndim == 0 and k.dtype.kind in "iu":
            k = int(k)
        if k is None or k is Ellipsis:
            out.append(k)
            continue
        if isinstance(k, bool | np.bool_):
            raise MXNetIndexError("NDArray does not support boolean indexing")
        if isinstance(k, int | np.integer):
            if axis < buf.ndim and not skips and not -buf.shape[axis] <= k < buf.shape[axis]:
                raise MXNetIndexError(f"index {k} is out of bounds for axis {axis} with size {buf.shape[axis]}")
            out.append(int(k))
        elif isinstance(k, slice):
            if k.step == 0:
                raise MXNetValueError("slice step cannot be zero")
            out.append(slice(_int(k.start), _int(k.stop), _int(k.step)))
        elif isinstance(k, list | tuple | np.ndarray | range):
            try:
                k = np.asarray(k)
                if k.dtype.kind == "f":
                    k = k.astype(np.int64)
            except ValueError:
                k = np.empty(0, object)
            if k.dtype.kind not in "iu" and k.size:
                raise MXNetTypeError(f"index of dtype {k.dtype} is not supported; integers are")
            basic = False
            out.append(k.astype(np.int64, copy=False))
        else:
            raise MXNetTypeError(f"index {k!r} of type {type(k).__name__} is not supported")
        axis += 1
    if axis > buf.ndim:
        raise MXNetIndexError(f"too many indices for array: array is {buf.ndim}-dimensional, but {axis} were indexed")
    return tuple(out), basic


def _int(v: Any) -> int | None:
    if v is None:
        return None
    if isinstance(v, Array):
        v = to_host(v._data).reshape(()).item()
    try:
        n = int(v)
    except (TypeError, ValueError, OverflowError):
        n = None
    if n is None or n != v:
        raise MXNetTypeError(f"slice bounds must be whole numbers, got {v!r}")
    return n


def get(x: Any, key: Any) -> Any:
    """The selected part: a view where it is contiguous and basic, else a copy; a single element has shape (1,), under
    ``np_shape`` ()."""
    buf = x._buf
    k, basic = _normal(key, buf)
    if basic:
        try:
            part = buf[k]
        except IndexError as e:
            raise MXNetIndexError(str(e)) from None
        if part.ndim == 0:  # a number of its own, unless an ellipsis makes it part of the array
            whole = k if any(i is Ellipsis for i in k) else (*k, Ellipsis)
            part = buf[whole].reshape(() if mode.np_shape else (1,))
        pending = x._pending
        if not part.flags.c_contiguous:
            if pending is not None:
                pending.wait()
                pending = None
            part = part.copy(order="C")
    else:
        try:
            part = x._data[_there(xp_of(buf), k)]
        except IndexError as e:
            raise MXNetIndexError(str(e)) from None
        if not part.flags.c_contiguous:
            part = part.copy(order="C")
        pending = None
    y = make_array(part, x._ctx)
    y._pending = pending
    if tape.state.recording and x._node is not None:
        node = tape.Node(
            None, None, [(x._node, x._index)], (), [(part.shape, part.dtype)], x._ctx, _Scatter(k, buf.shape, basic)
        )
        y._node, y._index = node, 0
    return y


def _there(xp: Any, key: tuple) -> tuple:
    """A key for arrays of `xp`: index arrays must be on the device of what they index."""
    return key if xp is np else tuple(xp.asarray(i) if isinstance(i, np.ndarray) else i for i in key)


class _Scatter:
    """The gradient of a selection: its cotangent put back into zeros (added up where indices repeat)."""

    def __init__(self, key: tuple, shape: tuple[int, ...], basic: bool) -> None:
        self.key, self.shape, self.basic = key, shape, basic

    def __call__(self, dys: list[Any], create_graph: bool) -> list[Any]:
        g = dys[0]._data if create_graph else dys[0]
        xp = xp_of(g)
        out = xp.zeros(self.shape, g.dtype)
        if self.basic:
            out[self.key] = g.reshape(out[self.key].shape)
        else:
            xp.add.at(out, _there(xp, self.key), g)
        if not create_graph:
            return [out]
        y = make_array(out, dys[0]._ctx)
        if tape.state.recording and dys[0]._node is not None:
            key = self.key
            y._node = tape.Node(
                None,
                None,
                [(dys[0]._node, dys[0]._index)],
                (),
                [(out.shape, out.dtype)],
                dys[0]._ctx,
                lambda d, cg: [get(d[0], key)] if cg else [d[0][key].reshape(g.shape)],
            )
        return [y]


def is_everything(key: Any, shape: tuple[int, ...]) -> bool:
    """Whether the key stands for the whole array: ``:``, ``...``, or slices from end to end."""
    parts = [k for k in key if k is not Ellipsis] if isinstance(key, tuple) else [] if key is Ellipsis else [key]
    return len(parts) <= len(shape) and all(
        isinstance(k, slice) and k.indices(n) == (0, n, 1) for k, n in zip(parts, shape)
    )


def put(x: Any, key: Any, value: Any) -> None:
    """Writes `value` (number, array, NDArray; broadcast) into the selected part, in place."""
    from .ndarray import to_raw

    buf = x._data
    k = _there(xp_of(buf), _normal(key, buf)[0])
    raw = to_raw(value, x._ctx)
    dtype = getattr(raw, "dtype", None)
    if dtype is not None and (dtype.kind in "OSU" or dtype.type is np.void):  # bfloat16 is of kind V, too
        raise MXNetTypeError(f"cannot assign {type(value).__name__} to a part of an NDArray")
    try:
        with np.errstate(invalid="ignore", over="ignore"):
            buf[k] = raw.astype(buf.dtype, copy=False)
    except ValueError:
        part = buf[k].shape
        extra = getattr(raw, "ndim", 0) - len(part)
        if extra > 0 and raw.shape[:extra] == (1,) * extra:
            buf[k] = raw.reshape(raw.shape[extra:])
            return
        raise MXNetValueError(f"cannot assign an array of shape {raw.shape} to a part of shape {part}") from None
    except IndexError as e:
        raise MXNetIndexError(str(e)) from None
