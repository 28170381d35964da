"""Rows picked by a mask, and rows written by index."""

from __future__ import annotations

from ...core.op import op
from ...core.params import Int
from .bounds import checked

__all__: list[str] = []


@op("_contrib_boolean_mask", inputs="data index", dynamic_shape=True)
class BooleanMask:
    """The rows of `data` (n, ...) where `index` (n,) is not zero: shape (k, ...), k known after running.

    MXNet operator _contrib_boolean_mask.
    """

    axis = Int(0, "Must be 0.")
    examples = ("nd.contrib.boolean_mask(nd.array([[1, 2], [3, 4], [5, 6]]), nd.array([0, 1, 1]))",)

    def infer_shape(a, s):
        if a.axis != 0:
            s.fail(f"axis={a.axis} is not supported, only axis=0")
        _one_entry_a_row(s)
        if s[0] is not None:
            s.out(0, (-1, *s[0][1:]))

    def infer_type(a, s):
        s.out_dtype(0, s[0])

    def forward(xp, a, data, index):
        return data[index != 0]

    def grad(F, a, dy, index):
        return F._backward_boolean_mask(dy, index), None


def _one_entry_a_row(s) -> None:
    data, index = s[0], s[1]
    if index is not None and len(index) != 1:
        s.fail(f"argument index must have one dimension, got shape {index}")
    if data is not None:
        if not data:
            s.fail("argument data must have at least one dimension")
        s.set(1, data[:1])


@op("_backward_boolean_mask", inputs="data index", hidden=True)
class BackwardBooleanMask:
    """The rows of `data` put where `index` (n,) is not zero, zeros elsewhere: shape (n, ...)."""

    def infer_shape(a, s):
        if s[0] is not None and s[1] is not None:
            s.out(0, s[1] + s[0][1:])

    def infer_type(a, s):
        s.out_dtype(0, s[0])

    def forward(xp, a, data, index):
        out = xp.zeros(index.shape + data.shape[1:], data.dtype)
        out[index != 0] = data
        return out

    def grad(F, a, dy, index):
        return F._contrib_boolean_mask(dy, index), None


@op("_contrib_index_copy", inputs="old_tensor index_vector new_tensor")
class IndexCopy:
    """`old_tensor` (n, ...) with row index_vector[i] replaced by row i of `new_tensor` (k, ...).

    Where an index comes twice, the last row wins. Shape and dtype of `old_tensor` (MXNet _contrib_index_copy).
    """

    examples = ("nd.contrib.index_copy(nd.zeros((3, 2)), nd.array([2, 0]), nd.array([[1, 2], [3, 4]]))",)

    def infer_shape(a, s):
        old, index, new = s[0], s[1], s[2]
        if index is not None and len(index) != 1:
            s.fail(f"argument index_vector must have one dimension, got shape {index}")
        if old is None:
            old = s.outs[0]
        if old is None:
            return
        if not old:
            s.fail("argument old_tensor must have at least one dimension")
        rows = index[0] if index is not None else new[0] if new else -1
        s.set(0, old)
        s.set(2, (rows, *old[1:]))
        s.set(1, (rows,))
        s.out(0, old)

    def infer_type(a, s):
        dtype = s[0] or s[2] or s.outs[0]
        s.set_dtype(0, dtype)
        s.set_dtype(2, dtype)
        s.out_dtype(0, dtype)

    def forward(xp, a, old, index, new):
        at = checked("_contrib_index_copy", "index_vector", index, old.shape[0])
        out = old.copy()
        # NumPy writes in order, so the last of equal indices wins; CuPy promises no order
        out[at] = new
        return out

    def grad(F, a, dy, index_vector, new_tensor):
        kept = F._contrib_index_copy(dy, index_vector, F.zeros_like(new_tensor))
        return kept, None, F.take(dy, index_vector, axis=0)
