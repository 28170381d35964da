"""Selection by index arrays: take, pick, Embedding, one_hot, where, clip.

Index arrays may have any dtype; fractions are cut off, as in MXNet.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..backend import dtype_of
from ..base import MXNetIndexError
from ..core.op import op
from ..core.params import Attrs, Bool, Choice, DType, Float, Int, Shape
from ..core.shapes import Frame, attr_dtype
from .axes import normal_axis
from .families import unary
from .row_sums import scatter_rows

__all__ = ["as_index", "first_dtype"]


def as_index(x: Any) -> Any:
    """An index array as integers."""
    if x.dtype.kind in "iu":
        return x
    with np.errstate(invalid="ignore"):
        return x.astype(np.int64)


def _bounded(idx: Any, n: int, mode: str) -> Any:
    """Indices brought into [0, n) by clipping or wrapping."""
    idx = as_index(idx)
    if mode == "wrap":
        return idx % n
    return idx.clip(0, n - 1) if idx.dtype.kind == "i" else idx.clip(None, n - 1)


def first_dtype(a: Attrs, s: Frame) -> None:
    """The output has the dtype of the first input, the others any."""
    s.out_dtype(0, s[0])
    s.set_dtype(0, s.outs[0])


@op("take", inputs="a indices")
class Take:
    """a[..., indices, ...] along `axis`; shape a.shape[:axis] + indices.shape + a.shape[axis+1:] (MXNet take)."""

    axis = Int(0, "The axis of `a` to select from.")
    mode = Choice(
        ("clip", "raise", "wrap"),
        "clip",
        "Indices out of range: the nearest valid one, an error, or modulo the length.",
    )

    infer_type = first_dtype
    examples = ("nd.take(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([1, 0, 1]))",)

    def infer_shape(a, s):
        if s[0] is not None and s[1] is not None:
            i = normal_axis(s.label, a.axis, len(s[0]))
            s.out(0, s[0][:i] + s[1] + s[0][i + 1 :])

    def forward(xp, a, data, indices):
        n = data.shape[a.axis]
        idx = as_index(indices)
        if a.mode == "raise" and idx.size and not (int(idx.min()) >= 0 and int(idx.max()) < n):
            raise MXNetIndexError(
                f"take: indices contain {idx.min()} .. {idx.max()}, out of range for axis {a.axis} of length {n}"
            )
        return xp.take(data, _bounded(idx, n, a.mode), axis=a.axis)

    def grad(F, a, dy, ins):
        data, indices = ins
        return F._backward_take(dy, indices, shape=data.shape, axis=a.axis, mode=a.mode), None


@op("_backward_take", inputs="data indices", hidden=True)
class BackwardTake:
    """Zeros of `shape` with `data` added up at `indices` along `axis`: the gradient of take and Embedding."""

    shape = Shape(doc="Shape of the output.")
    axis = Int(0, "The axis that was selected from.")
    mode = Choice(("clip", "raise", "wrap"), "clip", "Indices out of range.")

    infer_type = first_dtype

    def infer_shape(a, s):
        s.out(0, a.shape)

    def forward(xp, a, data, indices):
        i = normal_axis("take", a.axis, len(a.shape))
        pre, n, post = math.prod(a.shape[:i]), a.shape[i], math.prod(a.shape[i + 1 :])
        idx = _bounded(indices, n, a.mode).reshape(-1)
        rows = data.reshape(pre, idx.size, post)
        if pre == 1:
            return scatter_rows(xp, n, idx, rows[0]).reshape(a.shape)
        out = scatter_rows(xp, n, idx, rows.swapaxes(0, 1).reshape(idx.size, pre * post))
        return out.reshape(n, pre, post).swapaxes(0, 1).reshape(a.shape)

    def grad(F, a, dy, indices):
        return F.take(dy, indices, axis=a.axis, mode=a.mode), None


@op("Embedding", aliases=("_sparse_Embedding",), inputs="data weight")
class Embedding:
    """Rows of `weight` (input_dim, output_dim) by the indices `data`: shape data.shape + (output_dim,).

    Indices out of range take the nearest row (MXNet operator Embedding).
    """

    input_dim = Int(doc="Number of rows, the size of the vocabulary.", lo=1)
    output_dim = Int(doc="Length of a row.", lo=1)
    dtype = DType("float32", "Dtype of the weight where nothing else says it.")
    sparse_grad = Bool(False, "Whether the gradient may be row sparse; here it is always dense.")
    examples = ("nd.Embedding(nd.array([1, 0]), nd.array([[1, 2], [3, 4]]), input_dim=2, output_dim=2)",)

    def infer_shape(a, s):
        s.set(1, (a.input_dim, a.output_dim))
        if s[0] is not None:
            s.out(0, s[0] + (a.output_dim,))

    def infer_type(a, s):
        weight = s[1] or s.outs[0] or dtype_of(a.dtype)
        s.set_dtype(1, weight)
        s.out_dtype(0, weight)

    def forward(xp, a, data, weight):
        return xp.take(weight, _bounded(data, weight.shape[0], "clip"), axis=0)

    def grad(F, a, dy, data, weight):
        return None, F._backward_take(dy, data, shape=weight.shape)


@op("pick", aliases=("choose_element_0index",), inputs="data index")
class Pick:
    """One element along `axis` for each place of the rest: out[i] = data[i, index[i]] (MXNet operator pick)."""

    axis = Int(-1, "The axis to pick from.", optional=True)
    keepdims = Bool(False, "Whether the axis stays, with length 1.")
    mode = Choice(("clip", "wrap"), "clip", "Indices out of range: the nearest valid one, or modulo the length.")

    infer_type = first_dtype
    examples = ("nd.pick(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([0, 2]))",)

    def infer_shape(a, s):
        if a.axis is None:
            s.fail("axis=None is not supported by pick. Must specify an axis")
        if s[0] is None:
            return
        i = normal_axis(s.label, a.axis, len(s[0]))
        flat, wide = s[0][:i] + s[0][i + 1 :] or (1,), s[0][:i] + (1,) + s[0][i + 1 :]
        s.set(1, wide if s[1] is not None and len(s[1]) == len(s[0]) and len(s[0]) > 1 else flat)
        s.out(0, wide if a.keepdims else flat)

    def forward(xp, a, data, index):
        i = normal_axis("pick", a.axis, data.ndim)
        wide = data.shape[:i] + (1,) + data.shape[i + 1 :]
        at = _bounded(index, data.shape[i], a.mode).reshape(wide)
        if i == data.ndim - 1 and data.flags.c_contiguous:  # in the flat array, several times faster
            at = at.reshape(-1) + xp.arange(0, data.size, max(data.shape[i], 1))
            out = data.reshape(-1).take(at)
        else:
            out = xp.take_along_axis(data, at, axis=i)
        return out.reshape(wide if a.keepdims else data.shape[:i] + data.shape[i + 1 :] or (1,))

    def grad(F, a, dy, data, index):
        i = normal_axis("pick", a.axis, len(data.shape))
        wide = data.shape[:i] + (1,) + data.shape[i + 1 :]
        dy, index = F.Reshape(dy, shape=wide), F.Reshape(index, shape=wide)
        return F._put_along(dy, index, shape=data.shape, axis=i, mode=a.mode), None


@op("_put_along", inputs="data index", hidden=True)
class PutAlong:
    """Zeros of `shape` with `data` at the positions `index` (same shape as data) along `axis`, each used once."""

    shape = Shape(doc="Shape of the output.")
    axis = Int(doc="The axis.")
    mode = Choice(("clip", "wrap"), "clip", "Indices out of range.")

    infer_type = first_dtype

    def infer_shape(a, s):
        s.out(0, a.shape)

    def forward(xp, a, data, index):
        idx = _bounded(index, a.shape[a.axis], a.mode)
        out = xp.zeros(a.shape, data.dtype)
        key = [xp.arange(d).reshape((-1,) + (1,) * (idx.ndim - 1 - i)) for i, d in enumerate(idx.shape)]
        key[a.axis] = idx
        out[tuple(key)] = data
        return out

    def grad(F, a, dy, index):
        return F._take_along(dy, index, axis=a.axis, mode=a.mode), None


@op("_take_along", inputs="data index", hidden=True)
class TakeAlong:
    """Elements of `data` at the positions `index` along `axis`; shape of index. Inverse of _put_along."""

    axis = Int(doc="The axis.")
    mode = Choice(("clip", "wrap"), "clip", "Indices out of range.")

    infer_type = first_dtype

    def infer_shape(a, s):
        s.out(0, s[1])

    def forward(xp, a, data, index):
        return xp.take_along_axis(data, _bounded(index, data.shape[a.axis], a.mode), axis=a.axis)

    def grad(F, a, dy, data, index):
        return F._put_along(dy, index, shape=data.shape, axis=a.axis, mode=a.mode), None


@op("batch_take", inputs="a indices")
class BatchTake:
    """out[i] = a[i, indices[i]] for `a` (n, k) and int32 `indices` (n,) (MXNet operator batch_take)."""

    examples = ('nd.batch_take(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([0, 2], dtype="int32"))',)

    def infer_shape(a, s):
        if s[0] is not None:
            if len(s[0]) < 2:
                s.fail(f"argument a must have at least two dimensions, got shape {s[0]}")
            s.set(1, s[0][:-1])
            s.out(0, s[0][:-1])

    def infer_type(a, s):
        s.set_dtype(1, np.dtype(np.int32))
        first_dtype(a, s)

    def forward(xp, a, data, indices):
        return xp.take_along_axis(data, _bounded(indices, data.shape[-1], "clip")[..., None], axis=-1)[..., 0]

    def grad(F, a, dy, ins):
        data, indices = ins
        wide = data.shape[:-1] + (1,)
        dy, indices = F.Reshape(dy, shape=wide), F.Reshape(indices, shape=wide)
        return F._put_along(dy, indices, shape=data.shape, axis=len(wide) - 1), None


@op("one_hot", inputs="indices")
class OneHot:
    """Rows of length `depth` with `on_value` at the index; indices out of range give no such place (MXNet one_hot)."""

    depth = Int(doc="Length of the new last axis.", lo=0)
    on_value = Float(1.0, "Value at the index.")
    off_value = Float(0.0, "Value elsewhere.")
    dtype = DType("float32", "Output dtype.")

    infer_type = attr_dtype("dtype")
    examples = ("nd.one_hot(nd.array([1, 0, 2]), depth=3)",)

    def infer_shape(a, s):
        if s[0] is not None:
            s.out(0, s[0] + (a.depth,))

    def forward(xp, a, indices):
        idx = as_index(indices).reshape(-1)
        out = xp.full((idx.size, a.depth), a.off_value, dtype_of(a.dtype))
        rows = xp.flatnonzero((idx >= 0) & (idx < a.depth))
        out[rows, idx[rows]] = a.on_value
        return out.reshape(indices.shape + (a.depth,))

    def grad(F, a, dy):
        return (None,)


@op("where", aliases=("_sparse_where",), inputs="condition x y")
class Where:
    """`x` where `condition` is not zero, else `y`; a vector as condition chooses whole rows (MXNet operator where)."""

    examples = ("nd.where(nd.array([1, 0]), nd.array([1, 2]), nd.array([3, 4]))",)

    def infer_shape(a, s):
        for i, j in ((1, 2), (2, 1)):
            if s[i] is not None:
                s.set(j, s[i])
                s.out(0, s[i])
        if s.outs[0] is not None:
            s.set(1, s.outs[0])
            s.set(2, s.outs[0])
        c, x = s[0], s[1]
        if c is None or x is None or c == x:
            return
        if len(c) == 1 and len(x) > 1:
            if c[0] != x[0] and -1 not in (c[0], x[0]):
                s.fail(f"condition of shape {c} must have one element for each of the {x[0]} rows of x")
        else:
            s.set(0, x)

    def infer_type(a, s):
        dtype = s[1] or s[2] or s.outs[0]
        s.set_dtype(1, dtype)
        s.set_dtype(2, dtype)
        s.out_dtype(0, dtype)

    def forward(xp, a, condition, x, y):
        c = condition if condition.dtype.kind == "b" else condition != 0
        if c.ndim != x.ndim:
            c = c.reshape((-1,) + (1,) * (x.ndim - 1))
        return xp.where(c, x, y)

    def grad(F, a, dy, condition):
        zeros = F.zeros_like(dy)
        return None, F.where(condition, dy, zeros), F.where(condition, zeros, dy)


unary(
    "clip",
    "minimum(maximum(data, a_min), a_max)",
    "dy * ((data < a_min) == 0) * ((data > a_max) == 0)",
    aliases=("_sparse_clip",),
    params={"a_min": Float(doc="Smallest value."), "a_max": Float(doc="Largest value.")},
    doc="`data` with its values brought into [a_min, a_max]; NaN stays NaN; same dtype (MXNet operator clip).",
    examples=("nd.clip(nd.array([-3, -1, 0, 1, 3]), a_min=-1, a_max=2)",),
)


@op("fill_element_0index", inputs="lhs mhs rhs")
class FillElement:
    """`lhs` (n, k) with lhs[i, rhs[i]] = mhs[i] (MXNet operator fill_element_0index)."""

    examples = ("nd.fill_element_0index(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([9, 8]), nd.array([0, 2]))",)

    def infer_shape(a, s):
        if s[0] is not None:
            if len(s[0]) != 2:
                s.fail(f"argument lhs has shape {s[0]}, expected two dimensions")
            s.set(1, s[0][:1])
            s.set(2, s[0][:1])
            s.out(0, s[0])

    def forward(xp, a, lhs, mhs, rhs):
        out = lhs.copy()
        out[xp.arange(lhs.shape[0]), _bounded(rhs, lhs.shape[1], "clip")] = mhs
        return out

    grad = None


@op("_onehot_encode", inputs="lhs rhs")
class OneHotEncode:
    """One-hot rows of the indices `lhs` (n,), with the shape and dtype of `rhs` (n, k) (MXNet _onehot_encode)."""

    examples = ("nd._internal._onehot_encode(nd.array([1, 0]), nd.zeros((2, 3)))",)

    def infer_shape(a, s):
        if s[1] is not None:
            if len(s[1]) != 2:
                s.fail(f"argument rhs has shape {s[1]}, expected two dimensions")
            s.set(0, s[1][:1])
        s.out(0, s[1])

    def infer_type(a, s):
        s.out_dtype(0, s[1])

    def forward(xp, a, lhs, rhs):
        out = xp.zeros(rhs.shape, rhs.dtype)
        out[xp.arange(lhs.size), _bounded(lhs, rhs.shape[1], "clip")] = 1
        return out

    grad = None
