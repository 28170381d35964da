"""Order: argmax, argmin, sort, argsort, topk. Equal elements keep their order; NaN comes last."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..backend import dtype_of
from ..core.op import OpDef, op, register, zero_gradient
from ..core.params import Attrs, Bool, Choice, DType, Int
from ..core.shapes import Frame
from .axes import normal_axis

__all__: list[str] = []


_no_gradient = zero_gradient()


def _arg_rule(a: Attrs, s: Frame) -> None:
    if s[0] is None:
        return
    if a.axis is None:
        s.out(0, (1,) * len(s[0]) if a.keepdims else (1,))
        return
    i = normal_axis(s.label, a.axis, len(s[0]))
    s.out(0, s[0][:i] + ((1,) if a.keepdims else ()) + s[0][i + 1 :] or (1,))


def _arg(name: str, what: str) -> None:
    def forward(xp: Any, a: Attrs, data: Any) -> Any:
        out = getattr(xp, name)(data, axis=a.axis, keepdims=a.keepdims)
        return out.astype(data.dtype)

    register(
        OpDef(
            name,
            params={
                "axis": Int(None, "The axis; None for the index into the flattened array."),
                "keepdims": Bool(False, "Whether the axis stays, with length 1."),
            },
            forward=forward,
            grad=_no_gradient,
            infer_shape=_arg_rule,
            doc=f"Index of the first {what} element along `axis`, in the dtype of data (MXNet operator {name}).",
            examples=(f"nd.{name}(nd.array([[1, 2, 3], [4, 5, 6]]), axis=1)",),
        )
    )


_arg("argmax", "largest")
_arg("argmin", "smallest")


@op("argmax_channel")
class ArgmaxChannel:
    """Index of the largest element along axis 1, in the dtype of data (MXNet operator argmax_channel)."""

    examples = ("nd.argmax_channel(nd.array([[1, 2, 3], [4, 5, 6]]))",)

    def infer_shape(a, s):
        if s[0] is not None:
            if len(s[0]) < 2:
                s.fail(f"data must have at least two dimensions, got shape {s[0]}")
            s.out(0, s[0][:1] + s[0][2:])

    def forward(xp, a, data):
        return data.argmax(axis=1).astype(data.dtype)

    grad = _no_gradient


def _flat_shape(shape: tuple[int, ...], axis: int | None) -> tuple[int, ...]:
    if axis is not None:
        return shape
    return (-1,) if -1 in shape else (math.prod(shape),)


def _reversed(x: Any) -> Any:
    """Values in the opposite order: the negative, where integers cannot overflow; NaN stays last."""
    return -x if x.dtype.kind == "f" else ~x


def _order(xp: Any, x: Any, axis: int, ascending: bool) -> Any:
    keys = x if ascending else _reversed(x)
    return xp.argsort(keys, axis=axis, kind="stable")


@op("sort", outputs="output0")
class Sort:
    """The elements in order along `axis`, or of the flattened array (MXNet operator sort)."""

    axis = Int(-1, "The axis; None for the flattened array.", optional=True)
    is_ascend = Bool(True, "Whether the smallest comes first.")
    examples = ("nd.sort(nd.array([3, 1, 2]), is_ascend=False)",)

    def infer_shape(a, s):
        if s[0] is not None:
            if a.axis is not None:
                normal_axis(s.label, a.axis, len(s[0]))
            s.out(0, _flat_shape(s[0], a.axis))

    def forward(xp, a, data):
        x = data.reshape(-1) if a.axis is None else data
        axis = -1 if a.axis is None else a.axis
        return xp.sort(x, axis=axis) if a.is_ascend else _reversed(xp.sort(_reversed(x), axis=axis))

    def grad(F, a, dy, data):
        x, axis = _flattened(F, data, a.axis)
        g = F._put_along(dy, F.argsort(x, axis=axis, is_ascend=a.is_ascend, dtype="int64"), shape=x.shape, axis=axis)
        return g if a.axis is not None else F.reshape_like(g, data)


def _flattened(F: Any, data: Any, axis: int | None) -> tuple[Any, int]:
    if axis is None:
        return F.Reshape(data, shape=(math.prod(data.shape),)), 0
    return data, normal_axis("sort", axis, len(data.shape))


@op("argsort")
class Argsort:
    """The indices that sort `data` along `axis`, or the flattened array (MXNet operator argsort)."""

    axis = Int(-1, "The axis; None for the flattened array.", optional=True)
    is_ascend = Bool(True, "Whether the smallest comes first.")
    dtype = DType("float32", "Dtype of the indices.")

    infer_shape = Sort.infer_shape
    examples = ("nd.argsort(nd.array([3, 1, 2]))",)

    def infer_type(a, s):
        s.out_dtype(0, dtype_of(a.dtype))

    def forward(xp, a, data):
        x = data.reshape(-1) if a.axis is None else data
        return _order(xp, x, -1 if a.axis is None else a.axis, a.is_ascend).astype(dtype_of(a.dtype))

    grad = _no_gradient


@op("topk")
class TopK:
    """The `k` largest elements along `axis`, largest first: their indices, values, both, or a 0/1 mask (MXNet topk)."""

    axis = Int(-1, "The axis; None for the flattened array.", optional=True)
    k = Int(1, "How many; all if less than 1.")
    ret_typ = Choice(("both", "indices", "mask", "value"), "indices", "What to return.")
    is_ascend = Bool(False, "Whether to take the smallest instead.")
    dtype = DType("float32", "Dtype of the indices.")
    examples = ('nd.topk(nd.array([3, 1, 2]), k=2, ret_typ="value")',)

    def outputs(a):
        return ("output0", "output1") if a.ret_typ == "both" else ("output",)

    def infer_shape(a, s):
        if s[0] is None:
            return
        if a.ret_typ == "mask":
            s.out(0, s[0])
        shape = _flat_shape(s[0], a.axis)
        i = normal_axis(s.label, -1 if a.axis is None else a.axis, len(shape))
        n = shape[i]
        if n != -1 and a.k > n:
            s.fail(f"k must be smaller than or equal to {n}, the length of the axis, got k={a.k}")
        if a.ret_typ != "mask":
            for j in range(len(s.outs)):
                s.out(j, shape[:i] + (a.k if a.k > 0 else n,) + shape[i + 1 :])

    def infer_type(a, s):
        index = dtype_of(a.dtype)
        s.out_dtype(0, index if a.ret_typ == "indices" else s[0])
        if a.ret_typ == "both":
            s.out_dtype(1, index)
        if a.ret_typ != "indices":
            s.set_dtype(0, s.outs[0])

    def forward(xp, a, data):
        x = data.reshape(-1) if a.axis is None else data
        i = normal_axis("topk", -1 if a.axis is None else a.axis, x.ndim)
        k = a.k if a.k > 0 else x.shape[i]
        best = _best(xp, x, i, k, a.is_ascend)
        if a.ret_typ == "indices":
            return best.astype(dtype_of(a.dtype))
        if a.ret_typ == "mask":
            out = xp.zeros(x.shape, data.dtype)
            key = [xp.arange(d).reshape((-1,) + (1,) * (x.ndim - 1 - j)) for j, d in enumerate(best.shape)]
            key[i] = best
            out[tuple(key)] = 1
            return out.reshape(data.shape)
        values = xp.take_along_axis(x, best, axis=i)
        return (values, best.astype(dtype_of(a.dtype))) if a.ret_typ == "both" else values

    def grad(F, a, dy, data):
        if a.ret_typ in ("indices", "mask"):
            return (None,)
        dy = dy[0] if isinstance(dy, tuple | list) else dy
        x, axis = _flattened(F, data, a.axis)
        best = F.topk(x, axis=axis, k=a.k, is_ascend=a.is_ascend, dtype="int64")
        g = F._put_along(dy, best, shape=x.shape, axis=axis)
        return g if a.axis is not None else F.reshape_like(g, data)


def _best(xp: Any, x: Any, axis: int, k: int, ascending: bool) -> Any:
    """Indices of the k first elements in order along `axis`, equal ones by position."""
    n = x.shape[axis]
    if k == 1 and x.dtype.kind != "f":
        return (x.argmin if ascending else x.argmax)(axis=axis, keepdims=True)
    if xp is np and n >= 256 and k <= n // 8 and x.size:
        keys = np.moveaxis(x if ascending else _reversed(x), axis, -1)
        chosen = _smallest(keys.reshape(-1, n), k)
        if chosen is not None:
            return np.moveaxis(chosen.reshape(keys.shape[:-1] + (k,)), -1, axis)
    return _order(xp, x, axis, ascending).take(xp.arange(k), axis=axis)


def _smallest(keys: np.ndarray, k: int) -> np.ndarray | None:
    """Indices (rows, k) of the k smallest of each row in order; None where ties or NaN leave it open."""
    bound = np.partition(keys, k - 1, axis=-1)[:, k - 1 : k]
    flat = np.flatnonzero(keys <= bound)
    rows = keys.shape[0]
    if flat.size != rows * k or (flat.reshape(rows, k) // keys.shape[1] != np.arange(rows)[:, None]).any():
        return None
    values = keys.reshape(-1)[flat].reshape(rows, k)
    return np.take_along_axis(flat.reshape(rows, k) % keys.shape[1], values.argsort(axis=-1, kind="stable"), -1)
