"""Small operators on whole arrays: diag, shapes as arrays, index arithmetic, histogram, finiteness, casts of AMP."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..backend import dtype_of
from ..base import MXNetError, MXNetValueError
from ..core.casting import cast
from ..core.op import OpDef, op, register, zero_gradient
from ..core.params import Attrs, Bool, DType, Floats, Int, Shape
from ..core.shapes import Frame, same_shapes
from .axes import normal_axis

__all__: list[str] = []

_int64 = np.dtype(np.int64)


_no_gradient = zero_gradient()


@op("shape_array")
class ShapeArray:
    """The shape of `data` as an int64 vector (MXNet operator shape_array)."""

    examples = ("nd.shape_array(nd.array([[1, 2, 3], [4, 5, 6]]))",)

    def infer_shape(a, s):
        if s[0] is not None:
            s.out(0, (len(s[0]),))

    def infer_type(a, s):
        s.out_dtype(0, _int64)

    def forward(xp, a, data):
        return xp.array(data.shape, np.int64)

    grad = _no_gradient


@op("size_array")
class SizeArray:
    """The number of elements of `data` as an int64 array of shape (1,) (MXNet operator size_array)."""

    examples = ("nd.size_array(nd.array([[1, 2, 3], [4, 5, 6]]))",)

    def infer_shape(a, s):
        s.out(0, (1,))

    def infer_type(a, s):
        s.out_dtype(0, _int64)

    def forward(xp, a, data):
        return xp.array([data.size], np.int64)

    grad = _no_gradient


def _diag_axes(label: str, a: Attrs, ndim: int) -> tuple[int, int]:
    i, j = normal_axis(label, a.axis1, ndim, "axis1"), normal_axis(label, a.axis2, ndim, "axis2")
    if i == j:
        raise MXNetValueError(f"{label}: axis1={a.axis1} and axis2={a.axis2} cannot refer to the same axis")
    return i, j


def _diag_params() -> tuple[Int, Int, Int]:
    return (
        Int(0, "Which diagonal: above the main one if positive."),
        Int(0, "First axis of the matrices."),
        Int(1, "Second axis of the matrices."),
    )


@op("diag")
class Diag:
    """The k-th diagonal of the matrices on axis1 and axis2, as last axis; a vector becomes a matrix (MXNet diag)."""

    k, axis1, axis2 = _diag_params()
    examples = ("nd.diag(nd.array([[1, 2, 3], [4, 5, 6]]), k=1)",)

    def infer_shape(a, s):
        shape = s[0]
        if shape is None:
            return
        if len(shape) == 1:
            n = -1 if shape[0] == -1 else shape[0] + abs(a.k)
            s.out(0, (n, n))
            return
        i, j = _diag_axes(s.label, a, len(shape))
        rest = tuple(d for ax, d in enumerate(shape) if ax not in (i, j))
        if -1 in (shape[i], shape[j]):
            s.out(0, (*rest, -1))
            return
        n = min(shape[i] + min(a.k, 0), shape[j] - max(a.k, 0))
        if n <= 0:
            s.fail(f"Diagonal k={a.k} does not exist in an array of shape {shape}")
        s.out(0, (*rest, n))

    def forward(xp, a, data):
        return xp.diag(data, a.k) if data.ndim == 1 else xp.diagonal(data, a.k, a.axis1, a.axis2)

    def grad(F, a, dy, data):
        if len(data.shape) == 1:
            return F.diag(dy, k=a.k)
        return F._backward_diag(dy, shape=data.shape, k=a.k, axis1=a.axis1, axis2=a.axis2)


@op("_backward_diag", hidden=True)
class BackwardDiag:
    """Zeros of `shape` with `data` on the k-th diagonals of axis1 and axis2."""

    shape = Shape(doc="Shape of the output.")
    k, axis1, axis2 = _diag_params()

    def infer_shape(a, s):
        s.out(0, a.shape)

    def forward(xp, a, data):
        i, j = _diag_axes("diag", a, len(a.shape))
        out = xp.zeros(a.shape, data.dtype)
        at = xp.arange(data.shape[-1])
        key: list[Any] = [slice(None)] * out.ndim
        key[i], key[j] = at - min(a.k, 0), at + max(a.k, 0)
        # two index arrays: their common axis comes first where they are not neighbours
        out[tuple(key)] = xp.moveaxis(data, -1, 0 if abs(i - j) > 1 else min(i, j))
        return out

    def grad(F, a, dy):
        return F.diag(dy, k=a.k, axis1=a.axis1, axis2=a.axis2)


@op("_ravel_multi_index", aliases=("ravel_multi_index",))
class RavelMultiIndex:
    """Columns of coordinates (ndim, n) to indices (n,) into a flattened array of `shape` (MXNet operator)."""

    shape = Shape(None, "Shape of the array that is indexed; the first length is not used.")
    examples = ("nd.ravel_multi_index(nd.array([[0, 1], [2, 1]]), shape=(2, 3))",)

    def infer_shape(a, s):
        if a.shape is None:
            s.fail("argument shape is required")
        if s[0] is not None:
            if s[0][0] not in (len(a.shape), -1):
                s.fail(f"data has {s[0][0]} rows of coordinates, shape={a.shape} has {len(a.shape)} dimensions")
            s.out(0, s[0][1:] or (1,))

    def forward(xp, a, data):
        wide = data.astype(np.int64)
        out = wide[0]
        for i in range(1, len(a.shape)):
            out = out * a.shape[i] + wide[i]
        return out.astype(data.dtype).reshape(data.shape[1:] or (1,))

    grad = _no_gradient


@op("_unravel_index", aliases=("unravel_index",))
class UnravelIndex:
    """Indices (n,) into a flattened array of `shape` to columns of coordinates (ndim, n) (MXNet operator)."""

    shape = Shape(None, "Shape of the array that is indexed; the first length is not used.")
    examples = ("nd.unravel_index(nd.array([2, 4]), shape=(2, 3))",)

    def infer_shape(a, s):
        if a.shape is None:
            s.fail("argument shape is required")
        if s[0] is not None:
            s.out(0, (len(a.shape), *s[0]))

    def forward(xp, a, data):
        rest = data.astype(np.int64)
        rows = []
        for d in reversed(a.shape[1:]):
            rows.append(rest % d)
            rest = rest // d
        return xp.stack([rest, *reversed(rows)]).astype(data.dtype)

    grad = _no_gradient


@op("_histogram", inputs="data bins", outputs="output0 output1")
class Histogram:
    """Counts (int64) and edges of `bins`, or of `bin_cnt` equal bins over `range` (MXNet operator _histogram)."""

    bin_cnt = Int(None, "Number of equal bins; with it `range` must be given, and no bins.", lo=1)
    range = Floats(None, "Lower and upper end of the bins.")
    examples = ("nd._internal._histogram(nd.array([1, 2, 1, 4]), bin_cnt=5, range=(0, 5))",)

    def active(a):
        return ("data", "bins") if a.bin_cnt is None else ("data",)

    def infer_shape(a, s):
        if a.bin_cnt is None:
            if s[1] is not None:
                s.out(0, (s[1][0] - 1,))
                s.out(1, s[1])
            return
        if a.range is None or len(a.range) != 2 or not a.range[0] < a.range[1]:
            s.fail(f"bin_cnt={a.bin_cnt} needs range=(low, high) with low < high, got range={a.range}")
        s.out(0, (a.bin_cnt,))
        s.out(1, (a.bin_cnt + 1,))

    def infer_type(a, s):
        s.out_dtype(0, _int64)
        s.out_dtype(1, s[0])

    def forward(xp, a, data, bins=None):
        if bins is None:
            counts, edges = xp.histogram(data, a.bin_cnt, a.range)
        else:
            counts, edges = xp.histogram(data, bins)
        return counts, edges.astype(data.dtype)

    grad = None


@op("all_finite")
class AllFinite:
    """1 in a float32 array of shape (1,) where no element is infinite or NaN, else 0 (MXNet operator all_finite)."""

    init_output = Bool(True, "Must be True: the output does not carry over.")
    examples = ("nd.all_finite(nd.array([1, np.inf]))",)

    def infer_shape(a, s):
        _must_init(s, a)
        s.out(0, (1,))

    def infer_type(a, s):
        s.out_dtype(0, dtype_of("float32"))

    def forward(xp, a, data):
        return xp.isfinite(data).all().astype(np.float32).reshape(1)

    grad = None


def _must_init(s: Frame, a: Attrs) -> None:
    if not a.init_output:
        raise MXNetError(f"{s.label}: init_output=False is not supported")


@op("multi_all_finite", inputs="array_", variadic="num_arrays")
class MultiAllFinite:
    """As all_finite over several arrays (MXNet operator multi_all_finite)."""

    num_arrays = Int(1, "Number of arrays.", lo=1)
    init_output = Bool(True, "Must be True: the output does not carry over.")
    examples = ("nd.multi_all_finite(nd.ones(2), nd.ones(3), num_arrays=2)",)

    def infer_shape(a, s):
        _must_init(s, a)
        s.out(0, (1,))

    def infer_type(a, s):
        s.out_dtype(0, dtype_of("float32"))

    def forward(xp, a, *arrays):
        out = xp.isfinite(arrays[0]).all()
        for x in arrays[1:]:
            out = out & xp.isfinite(x).all()
        return out.astype(np.float32).reshape(1)

    grad = None


@op("multi_sum_sq", inputs="array_", variadic="num_arrays")
class MultiSumSq:
    """The sum of squares of each array, float32 of shape (num_arrays,) (MXNet operator multi_sum_sq)."""

    num_arrays = Int(doc="Number of arrays.", lo=1)
    examples = ("nd.multi_sum_sq(nd.array([1, 2]), nd.array([3]), num_arrays=2)",)

    def infer_shape(a, s):
        s.out(0, (a.num_arrays,))

    def infer_type(a, s):
        s.out_dtype(0, dtype_of("float32"))

    def forward(xp, a, *arrays):
        flat = [x.reshape(-1).astype(np.float32, copy=False) for x in arrays]
        return xp.stack([xp.dot(x, x) for x in flat])

    grad = None


@op("khatri_rao", inputs="arg", variadic="num_args", many="args")
class KhatriRao:
    """Columnwise Kronecker product of matrices (m_i, k): (prod m_i, k) (MXNet operator khatri_rao)."""

    num_args = Int(doc="Number of matrices.", lo=1)
    examples = ("nd.khatri_rao(nd.array([[1, 2], [3, 4]]), nd.array([[5, 6]]))",)

    def infer_shape(a, s):
        shapes = [x for x in s.ins if x is not None]
        if any(len(x) != 2 for x in shapes):
            s.fail(f"all inputs must be matrices, got shapes {shapes}")
        if len({x[1] for x in shapes if x[1] != -1}) > 1:
            s.fail(f"all inputs must have the same number of columns, got shapes {shapes}")
        if len(shapes) == len(s):
            rows = [x[0] for x in shapes]
            s.out(0, (-1 if -1 in rows else math.prod(rows), shapes[0][1]))

    def forward(xp, a, *arrays):
        out = arrays[0]
        for x in arrays[1:]:
            out = (out[:, None, :] * x[None, :, :]).reshape(-1, x.shape[1])
        return out

    grad = None


@op("amp_cast")
class AmpCast:
    """A floating point array in another dtype; integers stay as they are (MXNet operator amp_cast)."""

    dtype = DType(doc="Dtype for floating point input.")

    infer_shape = same_shapes
    examples = ('nd.amp_cast(nd.array([1.5, 2]), dtype="float16")',)

    def infer_type(a, s):
        if s[0] is not None:
            s.out_dtype(0, dtype_of(a.dtype) if s[0].kind not in "iub" else s[0])

    def forward(xp, a, data):
        return cast(xp, data, a.dtype) if data.dtype.kind not in "iub" else data

    def grad(F, a, dy, data):
        return F.amp_cast(dy, dtype=data.dtype)


@op("amp_multicast", inputs="data_", variadic="num_outputs")
class AmpMulticast:
    """Arrays in their widest (or narrowest) floating point dtype (MXNet operator amp_multicast)."""

    num_outputs = Int(doc="Number of arrays.", lo=1)
    cast_narrow = Bool(False, "Whether to use the narrowest dtype instead of the widest.")
    examples = ('nd.amp_multicast(nd.ones(2, dtype="float16"), nd.ones(2), num_outputs=2)',)

    def outputs(a):
        return ("output",) if a.num_outputs == 1 else tuple(f"output{i}" for i in range(a.num_outputs))

    def infer_shape(a, s):
        for i in range(len(s)):
            s.out(i, s[i])
            s.set(i, s.outs[i])

    def infer_type(a, s):
        if all(d is not None for d in s.ins):
            common = (min if a.cast_narrow else max)(s.ins, key=lambda d: d.itemsize)
            for i in range(len(s)):
                s.out_dtype(i, common)

    def forward(xp, a, *arrays):
        common = (min if a.cast_narrow else max)((x.dtype for x in arrays), key=lambda d: d.itemsize)
        return tuple(x.astype(common) for x in arrays)

    def grad(F, a, dy, ins):
        dys = dy if a.num_outputs > 1 else (dy,)
        return tuple(F.Cast(g, dtype=x.dtype) for g, x in zip(dys, ins))


register(
    OpDef(
        "_grad_add",
        inputs="lhs rhs",
        forward=lambda xp, a, lhs, rhs: lhs + rhs,
        into=lambda xp, a, out, lhs, rhs: xp.add(lhs, rhs, out=out),
        grad=lambda F, a, dy: (dy, dy),
        inplace=True,
        doc="The sum of two gradients (MXNet operator _grad_add).",
        examples=("nd._internal._grad_add(nd.array([1, 2]), nd.array([3, 4]))",),
    )
)
register(
    OpDef(
        "_identity_with_attr_like_rhs",
        inputs="lhs rhs",
        forward=lambda xp, a, lhs, rhs: lhs,
        grad=lambda F, a, dy: (dy, None),
        view=True,
        doc="`lhs`, whose shape is that of `rhs` (MXNet operator _identity_with_attr_like_rhs).",
        examples=("nd._internal._identity_with_attr_like_rhs(nd.array([1, 2]), nd.zeros(2))",),
    )
)
