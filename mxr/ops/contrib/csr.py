"""What a csr array stores: how many values, and the values at given places."""

from __future__ import annotations

import numpy as np

from ...base import MXNetError
from ...core.op import op
from ...core.params import Int
from ...core.sparse_call import REFUSED, Kernel, sparse_rule
from .bounds import checked

__all__: list[str] = []

_CSR = "nd.array([[0, 1, 0], [2, 0, 3]]).tostype('csr')"


@op("_contrib_getnnz")
class GetNnz:
    """Number of stored values of the csr array `data`, stored zeros included: int64 of shape (1,).

    With axis=1 of each row, shape (rows,); with axis=0 of each column, which MXNet lacks (MXNet _contrib_getnnz).
    """

    axis = Int(None, "None counts all, 1 those of each row, 0 those of each column.")
    examples = (f"nd.contrib.getnnz({_CSR})", f"nd.contrib.getnnz({_CSR}, axis=1)")

    def infer_shape(a, s):
        if a.axis not in (None, 0, 1):
            s.fail(f"axis={a.axis}, expected None, 0 or 1")
        if s[0] is not None and len(s[0]) != 2:
            s.fail(f"argument data must have two dimensions, got shape {s[0]}")
        if a.axis is None:
            s.out(0, (1,))
        elif s[0] is not None:
            s.out(0, (s[0][1 - a.axis],))

    def infer_type(a, s):
        s.out_dtype(0, np.dtype(np.int64))

    def forward(xp, a, data):
        raise MXNetError(
            "_contrib_getnnz: argument data must be a csr array, got a dense one; tostype('csr') makes one"
        )

    grad = None


def _count(xp, a, data):
    if a.axis is None:
        return xp.asarray([data.indices.size], np.int64)
    if a.axis == 1:
        return xp.diff(data.indptr).astype(np.int64)
    return xp.bincount(data.indices, minlength=data.shape[1]).astype(np.int64)


@sparse_rule("_contrib_getnnz", {("csr",): "default"})
def _getnnz_rule(a, stypes):
    return Kernel(_count, "default") if stypes == ("csr",) else REFUSED


@op("_contrib_edge_id", inputs="data u v")
class EdgeId:
    """The stored values data[u[i], v[i]] of a csr array, -1 where nothing is stored: shape and length of `u`.

    `data` holds the numbers of a graph's edges; u and v are vectors. dtype of `data` (MXNet _contrib_edge_id).
    """

    examples = (f"nd.contrib.edge_id({_CSR}, nd.array([0, 0, 1]), nd.array([0, 1, 2]))",)

    def infer_shape(a, s):
        if s[0] is not None and len(s[0]) != 2:
            s.fail(f"argument data must have two dimensions, got shape {s[0]}")
        for i, name in ((1, "u"), (2, "v")):
            if s[i] is not None and len(s[i]) != 1:
                s.fail(f"argument {name} must have one dimension, got shape {s[i]}")
        shape = s[1] if s[1] is not None else s[2]
        s.set(1, shape)
        s.set(2, shape)
        s.out(0, shape)

    def infer_type(a, s):
        s.out_dtype(0, s[0])

    def forward(xp, a, data, u, v):
        raise MXNetError(
            "_contrib_edge_id: argument data must be a csr array, got a dense one; tostype('csr') makes one"
        )

    grad = None


def _edges(xp, a, data, u, v):
    n_rows, n_columns = data.shape
    rows = checked("_contrib_edge_id", "u", u, n_rows)
    columns = checked("_contrib_edge_id", "v", v, n_columns)
    # places in row-major order; those of the stored values rise, if they are sorted within rows
    stored = data.rows().astype(np.int64) * n_columns + data.indices
    values = data.data
    if not len(stored):
        return xp.full(u.shape, -1, values.dtype)
    if bool((stored[1:] < stored[:-1]).any()):
        order = xp.argsort(stored)
        stored, values = stored[order], values[order]
    wanted = rows * n_columns + columns
    at = xp.minimum(xp.searchsorted(stored, wanted), len(stored) - 1)
    return xp.where(stored[at] == wanted, values[at], xp.asarray(-1).astype(values.dtype))


@sparse_rule("_contrib_edge_id", {("csr", "default", "default"): "default"})
def _edge_rule(a, stypes):
    return Kernel(_edges, "default") if stypes == ("csr", "default", "default") else REFUSED
