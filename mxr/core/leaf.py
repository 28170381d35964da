"""Variables: where gradients end, and how backward writes them."""

from __future__ import annotations

from typing import Any

from .array import SparseArray
from .storage import Sparse, as_storage, dense_of, empty_storage

__all__ = ["Leaf", "set_zero", "write_leaf"]


class Leaf:
    """A variable: where gradients end. `grad` is the live array that backward writes and marks as `fresh`."""

    __slots__ = ("fresh", "grad", "number", "req")

    def __init__(self, grad: Any, req: str) -> None:
        self.grad, self.req, self.number = grad, req, -1
        self.fresh = False


def write_leaf(leaf: Leaf, g: Any, create_graph: bool) -> None:
    """The gradient `g` (an array if `create_graph`, else a raw one) where the leaf's grad_req wants it."""
    if leaf.req == "null" or leaf.grad is None:
        return
    leaf.fresh = True
    raw = g._data if create_graph else g
    if isinstance(raw, Sparse) or isinstance(leaf.grad, SparseArray):
        _write_sparse(leaf, raw)
    elif leaf.req == "add":
        leaf.grad._data[...] += raw.astype(leaf.grad._data.dtype, copy=False)
    else:
        own = leaf.grad._data
        if raw is not own:  # else it was computed there
            own[...] = raw
    if create_graph:
        leaf.grad._node, leaf.grad._index = g._node, g._index


def _write_sparse(leaf: Leaf, raw: Any) -> None:
    """A gradient of one storage into an array of any."""
    grad = leaf.grad
    if isinstance(grad, SparseArray):
        stype = grad._buf.stype
        if leaf.req == "add":
            raw = grad._buf + raw
        if isinstance(raw, Sparse) and raw.stype != stype:
            raw = raw.todense()
        grad._buf = as_storage(raw, stype).astype(grad._buf.dtype, copy=False)
    elif leaf.req == "add":
        grad._data[...] += dense_of(raw)
    else:
        grad._data[...] = dense_of(raw)


def set_zero(grad: Any) -> None:
    """Zeros into an array of any storage."""
    if isinstance(grad, SparseArray):
        old = grad._buf
        grad._buf = empty_storage(old.xp, old.stype, old.shape, old.dtype)
    else:
        grad._data[...] = 0
