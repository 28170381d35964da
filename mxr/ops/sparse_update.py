"""Optimiser updates with row-sparse gradients: lazy ones touch only the rows that the gradient stores."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from ..core.array import SparseArray, make_array
from ..core.dispatch import invoke
from ..core.op import OpDef, get_op
from ..core.params import Attrs
from ..core.sparse_call import REFUSED, Kernel, sparse_rule, store
from ..core.storage import RowSparse, dense_of

__all__: list[str] = []


def _rows_of(x: Any, rows: Any) -> Any:
    """Dense rows of an array of any storage."""
    if isinstance(x, SparseArray):
        return x._buf.take_rows(rows)
    return x._data[rows]


class _Holder:
    """Stands for an NDArray that alone holds its values."""

    def __init__(self) -> None:
        self._buf = RowSparse(np.zeros((1, 1)), np.zeros(1, np.int64), (1, 1))


def _references(x: Any) -> tuple[int, int]:
    value = x._buf
    return sys.getrefcount(value), sys.getrefcount(value.data)


_ALONE = _references(_Holder())


def _put(x: Any, rows: Any, values: Any) -> None:
    if isinstance(x, SparseArray):
        # raw sparse values are shared freely; a large table is written in place where nobody shares it
        alone = _references(x) == _ALONE and (x.context.is_gpu or x._buf.data.flags.owndata)
        x._buf = x._buf.put_rows(rows, values, inplace=alone)
    else:
        x._data[rows] = values


def _target(op: OpDef, weight: Any, out: Any) -> Any:
    """Where the new weight goes, with the old one in it: `out`, or a copy of the weight."""
    if out is weight:
        return out
    if out is None:
        return weight.copy()
    store(out, weight._buf if isinstance(weight, SparseArray) else weight._data, op.name)
    return out


def _lazy(op: OpDef, a: Attrs, inputs: Any, out: Any) -> Any:
    weight, grad, *states = inputs
    g: RowSparse = grad._buf
    op.infer(a, [x._buf.shape for x in inputs])
    op.infer_dtypes(a, [x._buf.dtype for x in inputs])
    out = _target(op, weight, out)
    rows = g.indices
    if not len(rows):
        return out
    new = op.forward(g.xp, a, _rows_of(weight, rows), g.data, *[_rows_of(s, rows) for s in states])
    new = new if isinstance(new, tuple) else (new,)
    _put(out, rows, new[0])
    for s, value in zip(states, new[1:]):
        _put(s, rows, value)
    return out


def _standard(op: OpDef, a: Attrs, inputs: Any, out: Any) -> Any:
    """All rows: decay and momentum go on where there is no gradient."""
    weight, ctx = inputs[0], inputs[0]._ctx
    out = _target(op, weight, out)
    dense = [make_array(dense_of(x._buf), ctx) if isinstance(x, SparseArray) else x for x in inputs]
    result = invoke(op, dense, a, out if out is weight and not isinstance(out, SparseArray) else None)
    if result is not out:
        store(out, result._data, op.name)
    for x, y in zip(inputs[2:], dense[2:]):
        if x is not y:
            store(x, y._data, op.name)
    return out


LAZY, STANDARD = Kernel(_lazy, "default", updates=True), Kernel(_standard, "default", updates=True)
_ROWS = "row_sparse"


def _sgd(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    if stypes[1] != _ROWS or stypes[0] == "csr":
        return None
    return LAZY if a.lazy_update else STANDARD


def _with_states(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    """Lazy where the states are stored as the weight is; dense states of row-sparse weights are updated throughout."""
    weight, grad, states = stypes[0], stypes[1], set(stypes[2:])
    if grad != _ROWS or weight == "csr" or len(states) != 1:
        return None
    if states == {weight}:
        return LAZY if a.lazy_update else STANDARD
    return STANDARD if weight == _ROWS and states == {"default"} else None


def _all_rows(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    return LAZY if set(stypes) == {_ROWS} else None


def _adagrad(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    if a.wd == 0 and stypes in (("default", _ROWS, "default"), (_ROWS, _ROWS, _ROWS)):
        return LAZY
    return REFUSED


def _group_adagrad(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    return LAZY if stypes[1] == _ROWS and stypes[0] == stypes[2] and stypes[0] != "csr" else None


for _name, _rule, _states in (
    ("sgd_update", _sgd, 0),
    ("sgd_mom_update", _with_states, 1),
    ("adam_update", _with_states, 2),
    ("ftrl_update", _all_rows, 2),
    ("_sparse_adagrad_update", _adagrad, 1),
    ("_contrib_group_adagrad_update", _group_adagrad, 1),
):
    _dense, _sparse = ("default", _ROWS, *["default"] * _states), (_ROWS,) * (2 + _states)
    _known = {_sparse: _ROWS} if _rule is _all_rows else {_dense: "default", _sparse: _ROWS}
    sparse_rule(get_op(_name).name, _known)(_rule)
