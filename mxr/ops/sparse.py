"""Operators of sparse storage: cast_storage, retain; and the sparse kernels of operators that select or join."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backend import xp_of
from ..base import MXNetIndexError, MXNetValueError
from ..core.op import op
from ..core.params import Attrs, Choice
from ..core.sparse_call import (
    DENSE,
    REFUSED,
    Kernel,
    fallback_storage,
    sparse_grad,
    sparse_grad_of_dense,
    sparse_kernel,
    sparse_rule,
)
from ..core.storage import Csr, RowSparse, Sparse, as_storage, compress_rows, dense_of, empty_storage
from .indexing import as_index
from .row_sums import scatter_rows

__all__: list[str] = []


@op("cast_storage", aliases=("_sparse_cast_storage",))
class CastStorage:
    """`data` in another storage: dense to csr or row_sparse and back (MXNet operator cast_storage).

    Same shape and dtype. csr needs two dimensions. Values that are zero are not stored.
    """

    stype = Choice(("csr", "default", "row_sparse"), doc="Storage type of the output.")
    examples = ("nd.cast_storage(nd.array([[0, 1], [0, 0]]), stype='row_sparse')",)

    def forward(xp, a, data):
        return data.copy()

    def grad(F, a, dy):
        return dy


@sparse_rule("cast_storage", {("csr",): "default", ("row_sparse",): "default", ("default",): "csr"})
def _cast(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    have, want = stypes[0], a.stype
    if have != want and "default" not in (have, want):
        return REFUSED
    return Kernel(lambda xp, a, x: as_storage(x, want).copy() if have == want else as_storage(x, want), want)


fallback_storage("cast_storage", lambda a, stypes: a.stype)


@sparse_grad("cast_storage")
def _cast_grad(a: Attrs, dy: Any, ins: list, outs: list, wants: list) -> list:
    return [dy]


@op("_sparse_retain", inputs="data indices")
class SparseRetain:
    """The rows `indices` of row-sparse `data`; other rows become zero (MXNet operator _sparse_retain).

    The output stores just the rows asked for, zeros for rows that were not stored.
    """

    examples = ("nd.sparse.retain(nd.array([[1, 2], [3, 4]]).tostype('row_sparse'), nd.array([1]))",)

    def infer_shape(a, s):
        s.out(0, s[0])

    def infer_type(a, s):
        s.out_dtype(0, s[0])

    def forward(xp, a, data, indices):
        out = xp.zeros_like(data)
        rows = _row_numbers(indices, len(data))
        out[rows] = data[rows]
        return out

    def grad(F, a, dy, indices):
        return F._sparse_retain(dy, indices), None


def _row_numbers(indices: Any, n: int) -> Any:
    if indices.ndim != 1:
        raise MXNetValueError(f"_sparse_retain: argument indices must have one dimension, got shape {indices.shape}")
    rows = as_index(indices)
    if len(rows) and (int(rows.min()) < 0 or int(rows.max()) >= n):
        raise MXNetIndexError(f"_sparse_retain: argument indices has a row outside of 0 .. {n - 1}")
    return rows.astype(np.int64, copy=False)


@sparse_rule("_sparse_retain", {("row_sparse", "default"): "row_sparse"})
def _retain_rule(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    if stypes == ("row_sparse", "default"):
        return Kernel(_retain, "row_sparse")
    return REFUSED


def _retain(xp: Any, a: Attrs, data: RowSparse, indices: Any) -> RowSparse:
    rows = _row_numbers(indices, data.shape[0])
    return RowSparse(data.take_rows(rows), rows, data.shape)


@sparse_grad("_sparse_retain")
def _retain_grad(a: Attrs, dy: Any, ins: list, outs: list, wants: list) -> list:
    rows = _row_numbers(ins[1], ins[0].shape[0])
    return [RowSparse(dy.take_rows(rows) if isinstance(dy, RowSparse) else dense_of(dy)[rows], rows, dy.shape), None]


# ---- joining and selecting
def _concat_rule(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    return Kernel(_concat_csr, "csr") if a.dim == 0 and set(stypes) == {"csr"} else None


def _concat_csr(xp: Any, a: Attrs, *parts: Csr) -> Csr:
    starts = np.cumsum([0, *(len(p.data) for p in parts[:-1])])
    indptr = [parts[0].indptr[:1], *(p.indptr[1:] + int(s) for p, s in zip(parts, starts))]
    shape = (sum(p.shape[0] for p in parts), parts[0].shape[1])
    return Csr(
        xp.concatenate([p.data for p in parts]), xp.concatenate([p.indices for p in parts]), xp.concatenate(indptr),
        shape,
    )  # fmt: skip


sparse_rule("Concat", {("csr", "csr"): "csr"})(_concat_rule)


def _bounds(n: int, begin: int | None, end: int | None) -> tuple[int, int]:
    return slice(begin, end).indices(n)[:2]


@sparse_kernel("slice", "csr", out="csr", when=lambda a: all(s in (None, 1) for s in a.step or ()))
def _slice_csr(xp: Any, a: Attrs, x: Csr) -> Csr:
    begin, end = [*a.begin, None][:2], [*a.end, None][:2]
    lo, hi = _bounds(x.shape[0], begin[0], end[0])
    rows = x.row_range(lo, max(lo, hi))
    if len(a.begin) < 2:
        return rows
    lo, hi = _bounds(x.shape[1], begin[1], end[1])
    inside = (rows.indices >= lo) & (rows.indices < hi)
    before = xp.concatenate((xp.zeros(1, np.int64), xp.cumsum(inside)))
    return Csr(rows.data[inside], rows.indices[inside] - lo, before[rows.indptr], (rows.shape[0], max(0, hi - lo)))


@sparse_kernel("take", "csr", "default", out="csr", when=lambda a: a.axis == 0)
def _take_csr(xp: Any, a: Attrs, x: Csr, indices: Any) -> Csr:
    if indices.ndim != 1:
        raise MXNetValueError(f"take: argument indices of a csr array must have one dimension, got {indices.shape}")
    rows = as_index(indices).astype(np.int64, copy=False)
    rows = rows % x.shape[0] if a.mode == "wrap" else rows.clip(0, x.shape[0] - 1)
    counts = (x.indptr[1:] - x.indptr[:-1])[rows]
    indptr = xp.concatenate((xp.zeros(1, np.int64), xp.cumsum(counts)))
    # position k of the output comes from k shifted by where its row starts in the input
    shift = xp.repeat(x.indptr[rows] - indptr[:-1], counts if xp is np else counts.tolist())
    at = xp.arange(int(indptr[-1])) + shift
    return Csr(x.data[at], x.indices[at], indptr, (len(rows), x.shape[1]))


@sparse_kernel("where", "csr", "default", "default", out="default")
def _where_csr(xp: Any, a: Attrs, condition: Csr, x: Any, y: Any) -> Any:
    out = y.copy()
    on = condition.data != 0
    at = condition.rows()[on], condition.indices[on]
    out[at] = x[at]
    return out


# ---- embedding: looked up in dense or row-sparse weights, with a row-sparse gradient
def _look_up(xp: Any, a: Attrs, data: Any, weight: Any) -> Any:
    rows = as_index(data).clip(0, weight.shape[0] - 1)
    taken = weight.take_rows(rows.reshape(-1))
    return taken.reshape(*data.shape, *weight.shape[1:])


for _name in ("Embedding", "_contrib_SparseEmbedding"):
    sparse_kernel(_name, "default", "row_sparse", out="default")(_look_up)


def row_gradient(xp: Any, n: int, data: Any, dy: Any) -> RowSparse:
    """The gradient of looking up the rows `data` of (n, m): stored rows are those looked up."""
    rows, place = compress_rows(xp, as_index(data).reshape(-1).clip(0, n - 1), n)
    m = dy.shape[-1]
    return RowSparse(scatter_rows(xp, len(rows), place, dy.reshape(-1, m)), rows.astype(np.int64, copy=False), (n, m))


def _embedding_grad(a: Attrs, dy: Any, ins: list, outs: list, wants: list) -> Any:
    if wants[1] is None or not (a.sparse_grad or isinstance(ins[1], Sparse)):
        return None
    dy = dense_of(dy)
    return [None, row_gradient(xp_of(dy), ins[1].shape[0], ins[0], dy)]


def _dense_embedding_grad(a: Attrs, dy: Any, *saved: Any) -> Any:
    if not a.sparse_grad or isinstance(dy, Sparse):
        return None
    data = saved[0]
    return [None, row_gradient(xp_of(dy), a.input_dim, data, dy)]


for _name in ("Embedding", "_contrib_SparseEmbedding"):
    sparse_grad(_name)(_embedding_grad)
    sparse_grad_of_dense(_name)(_dense_embedding_grad)


@sparse_kernel("take", "row_sparse", "default", out="default", when=lambda a: a.axis == 0)
def _take_rows(xp: Any, a: Attrs, x: RowSparse, indices: Any) -> Any:
    rows = as_index(indices)
    rows = rows % x.shape[0] if a.mode == "wrap" else rows.clip(0, x.shape[0] - 1)
    return x.take_rows(rows.reshape(-1)).reshape(*indices.shape, *x.shape[1:])


# ---- zeros_like, identities
for _stype in ("csr", "row_sparse"):
    sparse_kernel("zeros_like", _stype, out=_stype)(lambda xp, a, x: empty_storage(xp, x.stype, x.shape, x.dtype))
    for _name in ("_copy", "BlockGrad", "make_loss"):
        sparse_kernel(_name, _stype, out=_stype)(lambda xp, a, x: x.copy())
    for _other in ("default", "csr", "row_sparse"):
        if _other in (_stype, "default"):
            sparse_kernel("_identity_with_attr_like_rhs", _stype, _other, out=_other)(
                lambda xp, a, x, y: x.todense() if not isinstance(y, Sparse) else x.copy()
            )


def _same_grad(a: Attrs, dy: Any, ins: list, outs: list, wants: list) -> list:
    return [dy]


sparse_grad("_copy")(_same_grad)

# labels may be csr; data too where MXNet falls back
for _name in ("LinearRegressionOutput", "LogisticRegressionOutput"):
    sparse_rule(_name, {("default", "csr"): "default"})(
        lambda a, stypes: DENSE if stypes == ("default", "csr") else None
    )


@sparse_rule("FullyConnected", {("default", "row_sparse", "default"): "default"})
def _dense_layer(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    return DENSE if stypes[0] == "default" and stypes[1] == "row_sparse" and stypes[2:] in ((), ("default",)) else None


# ---- sums
@sparse_rule("_square_sum", {("row_sparse",): "default"})
def _square_sum_rule(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    if stypes != ("row_sparse",) or a.axis is None or len(a.axis) != 1 or a.axis[0] not in (0, 1):
        return REFUSED
    if a.axis == (1,) and a.keepdims and not a.exclude:
        return Kernel(_square_rows, "row_sparse")
    return Kernel(_square_dense, "default")


def _square_rows(xp: Any, a: Attrs, x: RowSparse) -> RowSparse:
    return RowSparse((x.data * x.data).sum(axis=1, keepdims=True), x.indices, (x.shape[0], 1))


def _square_dense(xp: Any, a: Attrs, x: RowSparse) -> Any:
    if (a.axis == (1,)) == a.exclude:  # over the rows
        out = (x.data * x.data).sum(axis=0)
        return out[None] if a.keepdims else out
    out = xp.zeros(x.shape[0], x.dtype)
    out[x.indices] = (x.data * x.data).sum(axis=1)
    return out[:, None] if a.keepdims else out


@sparse_grad("_square_sum")
def _square_sum_grad(a: Attrs, dy: Any, ins: list, outs: list, wants: list) -> Any:
    x = ins[0]
    if isinstance(dy, RowSparse) and dy.shape == (x.shape[0], 1):  # only the rows that dy has: lazy updates see them
        return [RowSparse(2 * x.take_rows(dy.indices) * dy.data, dy.indices, x.shape)]
    dy = dense_of(dy)
    if (a.axis == (1,)) == a.exclude:
        return [x.with_data(2 * x.data * dy.reshape(1, -1))]
    return [x.with_data(2 * x.data * dy.reshape(-1, 1)[x.indices])]


def _over_axis(a: Attrs) -> bool:
    return a.axis in ((0,), (1,)) and not a.keepdims and not a.exclude


def _sum_csr(xp: Any, a: Attrs, x: Csr) -> Any:
    x.require()
    axis = a.axis[0]
    places, n = (x.indices if axis == 0 else x.rows()), x.shape[1 - axis]
    if x.dtype.kind == "f":
        return xp.bincount(places, x.data, n).astype(x.dtype)
    out = xp.zeros(n, x.dtype)
    xp.add.at(out, places, x.data)
    return out


def _mean_csr(xp: Any, a: Attrs, x: Csr) -> Any:
    return (_sum_csr(xp, a, x.astype(np.float64)) / x.shape[a.axis[0]]).astype(x.dtype)


sparse_kernel("sum", "csr", out="default", when=_over_axis)(_sum_csr)
sparse_kernel("mean", "csr", out="default", when=_over_axis)(_mean_csr)


@sparse_rule("norm", {("csr",): "default", ("row_sparse",): "default"})
def _norm_rule(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    if a.ord == 2 and not a.keepdims:
        if a.axis is None:
            return Kernel(_norm_all, "default")
        if stypes == ("csr",) and a.axis in ((0,), (1,)):
            return Kernel(_norm_csr, "default")
    return None


def _norm_all(xp: Any, a: Attrs, x: Any) -> Any:
    data = x.data.astype(np.float32) if x.dtype == np.float16 else x.data
    return xp.sqrt((data * data).sum()).reshape(1)


def _norm_csr(xp: Any, a: Attrs, x: Csr) -> Any:
    x.require()
    places = x.indices if a.axis[0] == 0 else x.rows()
    data = x.data.astype(np.float64)
    return xp.sqrt(xp.bincount(places, data * data, x.shape[1 - a.axis[0]])).astype(x.dtype)
