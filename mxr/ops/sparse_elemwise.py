"""Elementwise operators on sparse arrays: those that keep zeros keep the storage, as MXNet's inference says."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..backend import xp_of
from ..base import MXNetError
from ..core.op import get_op
from ..core.params import Attrs
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
from ..core.storage import Csr, RowSparse, Sparse, add_rows, dense_of, scipy_sparse, union_rows

__all__: list[str] = []

_SPARSE = ("csr", "row_sparse")

_KEEP = (
    "abs arcsin arcsinh arctan arctanh cbrt ceil degrees expm1 fix floor log1p negative radians relu rint round sign "
    "sin sinh sqrt square tan tanh trunc _mul_scalar _div_scalar _scatter_plus_scalar _scatter_minus_scalar"
)

# _plus_scalar and kin keep the storage where the number does not move zeros, else the result is dense without a message
_KEEP_IF: dict[str, Callable[[float], bool]] = {
    "_plus_scalar": lambda s: s == 0,
    "_minus_scalar": lambda s: s == 0,
    "_equal_scalar": lambda s: s != 0,
    "_not_equal_scalar": lambda s: s == 0,
    "_greater_scalar": lambda s: s >= 0,
    "_greater_equal_scalar": lambda s: s > 0,
    "_lesser_scalar": lambda s: s <= 0,
    "_lesser_equal_scalar": lambda s: s < 0,
}


def _on_data(name: str) -> Callable[..., Any]:
    d = get_op(name)
    return lambda xp, a, x: x.with_data(d.forward(xp, a, x.data))


def _unary(name: str, keeps: Callable[[Attrs], Kernel | bool]) -> None:
    kernels = {s: Kernel(_on_data(name), s) for s in _SPARSE}

    def rule(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
        said = keeps(a)
        if isinstance(said, Kernel):
            return said
        return kernels.get(stypes[0]) if said else None

    sparse_rule(name, {(s,): s for s in _SPARSE})(rule)


def _if_zeros_stay(test: Callable[[float], bool], otherwise: Kernel | bool, a: Attrs) -> Kernel | bool:
    return test(a.scalar) or otherwise


for _name in _KEEP.split():
    _unary(_name, lambda a: True)
for _name, _test in _KEEP_IF.items():
    _quiet = _name in ("_plus_scalar", "_minus_scalar")
    _unary(_name, functools.partial(_if_zeros_stay, _test, DENSE if _quiet else False))
_unary("clip", lambda a: True if a.a_min <= 0 <= a.a_max else REFUSED)


# ---- two arrays
def _both(op: Any) -> Callable[..., Any]:
    """`op` on two row-sparse arrays: rows stored in either."""

    def run(xp: Any, a: Attrs, x: RowSparse, y: RowSparse) -> RowSparse:
        rows, (i, j) = union_rows([x, y])
        left = xp.zeros((len(rows), *x.shape[1:]), x.dtype)
        right = xp.zeros_like(left)
        left[i], right[j] = x.data, y.data
        return RowSparse(op(xp, left, right), rows, x.shape)

    return run


def _places(x: Csr) -> Any:
    return x.rows() * x.shape[1] + x.indices


def _merged(xp: Any, left: Any, right: Any) -> tuple[Any, Any, Any]:
    """(the distinct keys of two arrays, rising; the positions among them of the left and of the right keys)."""
    keys = xp.concatenate((left, right))
    order = xp.argsort(keys, kind="stable")  # merges, where both rise
    ranked = keys[order]
    heads = xp.flatnonzero(_starts(xp, ranked))
    counts = xp.diff(heads, append=len(keys))
    place = xp.empty(len(keys), np.int64)
    place[order] = xp.repeat(xp.arange(len(heads)), counts if xp is np else counts.tolist())
    return ranked[heads], place[: len(left)], place[len(left) :]


def _starts(xp: Any, ranked: Any) -> Any:
    return xp.concatenate((xp.ones(min(1, len(ranked)), bool), ranked[1:] != ranked[:-1]))


_SCIPY: dict[str, Callable[[Any, Any], Any]] = {
    "elemwise_add": operator.add,
    "_grad_add": operator.add,
    "elemwise_sub": operator.sub,
    "elemwise_mul": lambda x, y: x.multiply(y),
    "_maximum": lambda x, y: x.maximum(y),
    "_minimum": lambda x, y: x.minimum(y),
}


def _by_scipy(xp: Any, name: str, x: Csr, y: Csr) -> Csr | None:
    """The same by scipy.sparse, some times faster; it does not store results that are zero."""
    library = scipy_sparse() if xp is np and x.dtype.kind == "f" and x.dtype.itemsize > 2 else None
    if library is None or name not in _SCIPY or 0 in x.shape:
        return None
    x.require()
    y.require()
    left, right = (library.csr_matrix((v.data, v.indices, v.indptr), shape=v.shape) for v in (x, y))
    out = _SCIPY[name](left, right).tocsr()
    return Csr(out.data, out.indices.astype(np.int64), out.indptr.astype(np.int64), x.shape)


def _both_csr(name: str, op: Any, either: bool) -> Callable[..., Any]:
    """`op` on two csr arrays: at places stored in either, or in both."""

    def run(xp: Any, a: Attrs, x: Csr, y: Csr) -> Csr:
        found = _by_scipy(xp, name, x, y)
        if found is not None:
            return found
        places, i, j = _merged(xp, _places(x), _places(y))
        left, right = xp.zeros(len(places), x.dtype), xp.zeros(len(places), x.dtype)
        columns = xp.empty(len(places), np.int64)
        left[i], right[j] = x.data, y.data
        columns[i], columns[j] = x.indices, y.indices
        out = op(xp, left, right)
        if not either:
            stored = xp.zeros(len(places), bool)
            stored[i] = True
            both = j[stored[j]]
            places, columns, out = places[both], columns[both], out[both]
        starts = xp.searchsorted(places, xp.arange(x.shape[0] + 1) * x.shape[1])
        return Csr(out, columns, starts.astype(np.int64, copy=False), x.shape)

    return run


_BINARY: dict[str, Any] = {
    "elemwise_add": lambda xp, x, y: x + y,
    "_grad_add": lambda xp, x, y: x + y,
    "elemwise_sub": lambda xp, x, y: x - y,
    "elemwise_mul": lambda xp, x, y: x * y,
    "_maximum": lambda xp, x, y: xp.maximum(x, y),
    "_minimum": lambda xp, x, y: xp.minimum(x, y),
    "_hypot": lambda xp, x, y: xp.hypot(x, y),
}
for _name, _op in _BINARY.items():
    sparse_kernel(_name, "row_sparse", "row_sparse", out="row_sparse")(_both(_op))
    sparse_kernel(_name, "csr", "csr", out="csr")(_both_csr(_name, _op, _name != "elemwise_mul"))


def _at(x: Sparse, dense: Any) -> Any:
    """The values of a dense array at the places of a sparse one."""
    return dense[x.rows(), x.indices] if isinstance(x, Csr) else dense[x.indices]


for _stype in _SPARSE:
    sparse_kernel("elemwise_mul", _stype, "default", out=_stype)(lambda xp, a, x, y: x.with_data(x.data * _at(x, y)))
    sparse_kernel("elemwise_mul", "default", _stype, out=_stype)(lambda xp, a, x, y: y.with_data(_at(y, x) * y.data))


def _with_dense(out: Any, sparse: Sparse, op: Callable[[Any, Any], Any]) -> Any:
    """`out` with op applied at the places of a sparse array; places are distinct."""
    at = (sparse.rows(), sparse.indices) if isinstance(sparse, Csr) else sparse.indices
    out[at] = op(out[at], sparse.data)
    return out


for _stype in _SPARSE:
    sparse_kernel("elemwise_add", _stype, "default", out="default")(
        lambda xp, a, x, y: _with_dense(y.copy(), x, operator.add)
    )
    sparse_kernel("elemwise_add", "default", _stype, out="default")(
        lambda xp, a, x, y: _with_dense(x.copy(), y, operator.add)
    )
    sparse_kernel("elemwise_sub", _stype, "default", out="default")(
        lambda xp, a, x, y: _with_dense(-y, x, operator.add)
    )
    sparse_kernel("elemwise_sub", "default", _stype, out="default")(
        lambda xp, a, x, y: _with_dense(x.copy(), y, operator.sub)
    )


# dense without a message: division and power leave no zeros
_DENSE_PAIRS = {("csr", "default"), ("default", "csr"), ("row_sparse", "default"), ("default", "row_sparse"),
                ("row_sparse", "row_sparse")}  # fmt: skip
for _name in ("elemwise_div", "_power"):
    sparse_rule(_name, dict.fromkeys(_DENSE_PAIRS, "default"))(
        lambda a, stypes: DENSE if stypes in _DENSE_PAIRS else None
    )


@sparse_rule("_scatter_elemwise_div", dict.fromkeys((("row_sparse", s) for s in ("default", *_SPARSE)), "row_sparse"))
def _scatter_div(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    return Kernel(_divide_rows, "row_sparse") if stypes[0] == "row_sparse" else None


def _divide_rows(xp: Any, a: Attrs, x: RowSparse, y: Any) -> RowSparse:
    rows = y.take_rows(x.indices) if isinstance(y, RowSparse) else dense_of(y)[x.indices]
    return x.with_data((x.data / rows).astype(x.dtype, copy=False))


# ---- broadcast: csr with a dense row, column, number or matrix
_ADDS = ("broadcast_add", "broadcast_sub")
for _name in _ADDS:
    sparse_rule(_name, {("csr", "default"): "default", ("default", "csr"): "default"})(
        lambda a, stypes: DENSE if stypes in (("csr", "default"), ("default", "csr")) else None
    )


def _broadcast(op: Any, label: str) -> Callable[..., Any]:
    def run(xp: Any, a: Attrs, x: Csr, y: Any) -> Csr:
        if y.ndim > 2:
            raise MXNetError(f"{label}: a csr array does not broadcast with shape {y.shape}")
        wide = xp.broadcast_to(y, x.shape) if y.shape != x.shape else y
        if label == "broadcast_div" and y.shape == x.shape:
            raise MXNetError(
                f"{label}: Please use elemwise_div for division between csr and dense of the same shape {x.shape}"
            )
        return x.with_data(op(x.data, wide[x.rows(), x.indices]).astype(x.dtype, copy=False))

    return run


sparse_kernel("broadcast_mul", "csr", "default", out="csr")(_broadcast(np.multiply, "broadcast_mul"))
sparse_kernel("broadcast_div", "csr", "default", out="csr")(_broadcast(operator.truediv, "broadcast_div"))


# ---- sums of many
@sparse_rule("add_n", {("row_sparse", "row_sparse"): "row_sparse", ("default", "csr", "default"): "default"})
def _add_n(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    if set(stypes) == {"row_sparse"}:
        return Kernel(lambda xp, a, *parts: add_rows(list(parts)), "row_sparse")
    return DENSE if stypes == ("default", "csr", "default") else None


# ---- gradients
def _spread_grad(a: Attrs, dy: Any, ins: list, outs: list, wants: list) -> list:
    return [dy] * len(ins)


for _name in ("elemwise_add", "_grad_add", "add_n"):
    sparse_grad(_name)(_spread_grad)


@sparse_grad("elemwise_mul")
def _mul_grad(a: Attrs, dy: Any, ins: list, outs: list, wants: list) -> Any:
    """d lhs = dy * rhs: at the places of rhs where that is row-sparse."""
    dy = dense_of(dy)

    def times(other: Any) -> Any:
        if isinstance(other, RowSparse):
            return other.with_data(dy[other.indices] * other.data)
        return dy * dense_of(other)

    return [None if w is None else times(other) for w, other in zip(wants, (ins[1], ins[0]))]


@sparse_grad("square")
def _square_grad(a: Attrs, dy: Any, ins: list, outs: list, wants: list) -> Any:
    x = ins[0]
    return [x.with_data(2 * x.data * _at(x, dense_of(dy)))] if isinstance(x, Sparse) else None


def _linear(name: str) -> None:
    """A dense call with a row-sparse gradient: `dy` alone decides, and zero rows stay zero."""
    d = get_op(name)
    assert d.grad is not None
    from ..core.raw_f import raw_f

    def rule(a: Attrs, dy: Any, *saved: Any) -> Any:
        if not isinstance(dy, Sparse) or saved:
            return None
        got = d.grad(raw_f(xp_of(dy.data)), a, dy.data)  # type: ignore[misc]
        data = got[0] if isinstance(got, tuple | list) else got
        return [dy.with_data(data)]

    sparse_grad_of_dense(name)(rule)


for _name in ("_mul_scalar", "_div_scalar", "negative", "_copy", "BlockGrad", "_plus_scalar", "_minus_scalar"):
    if get_op(_name).grad is not None:
        _linear(_name)


def _sum_of_dense(a: Attrs, dy: Any, *saved: Any) -> Any:
    return [dy, dy] if isinstance(dy, Sparse) else None


for _name in ("elemwise_add", "_grad_add"):
    sparse_grad_of_dense(_name)(_sum_of_dense)

fallback_storage("_identity_with_attr_like_rhs", lambda a, stypes: stypes[1])
