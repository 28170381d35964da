"""Selection by coordinates: gather_nd, scatter_nd, _scatter_set_nd."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..base import MXNetIndexError
from ..core.op import op
from ..core.params import Shape
from ..core.shapes import Frame
from .indexing import as_index, first_dtype
from .row_sums import scatter_rows

__all__: list[str] = []


def _nd_rule(s: Frame, data: tuple[int, ...], indices: tuple[int, ...]) -> tuple[int, ...]:
    if len(data) < indices[0]:
        s.fail(f"Number of indices exceeds data dimension: indices has {indices[0]} rows, data has shape {data}")
    return indices[1:] + data[indices[0] :] or (1,)


def _nd_key(label: str, indices: Any, shape: tuple[int, ...], xp: Any) -> tuple:
    idx = as_index(indices)
    key = tuple(idx[i] for i in range(idx.shape[0]))
    if xp is np:  # on a GPU the check would stop the queue
        for axis, (k, n) in enumerate(zip(key, shape)):
            if k.size and not (-n <= k.min() and k.max() < n):
                bad = k.max() if k.max() >= n else k.min()
                raise MXNetIndexError(f"{label}: index {bad} is out of bounds for axis {axis} with size {n}")
    return key


@op("gather_nd", inputs="data indices")
class GatherNd:
    """out[j] = data[indices[0, j], indices[1, j], ...]; negative indices count from the end (MXNet gather_nd)."""

    infer_type = first_dtype
    examples = ("nd.gather_nd(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([[0, 1], [2, 0]]))",)

    def infer_shape(a, s):
        if s[0] is not None and s[1] is not None:
            s.out(0, _nd_rule(s, s[0], s[1]))

    def forward(xp, a, data, indices):
        return data[_nd_key("gather_nd", indices, data.shape, xp)]

    def grad(F, a, dy, data, indices):
        return F._backward_gather_nd(dy, indices, shape=data.shape), None


@op("_backward_gather_nd", inputs="data indices", hidden=True)
class BackwardGatherNd:
    """Zeros of `shape` with `data` added up at `indices`: the gradient of gather_nd."""

    shape = Shape(doc="Shape of the output.")

    infer_type = first_dtype

    def infer_shape(a, s):
        s.out(0, a.shape)

    def forward(xp, a, data, indices):
        key = _nd_key("gather_nd", indices, a.shape, xp)
        lead, rest = a.shape[: len(key)], math.prod(a.shape[len(key) :])
        flat = 0
        for k, n in zip(key, lead):
            flat = flat * n + xp.where(k < 0, k + n, k)
        return scatter_rows(xp, math.prod(lead), flat.reshape(-1), data.reshape(-1, rest)).reshape(a.shape)

    def grad(F, a, dy, indices):
        return F.gather_nd(dy, indices), None


@op("scatter_nd", inputs="data indices")
class ScatterNd:
    """Zeros of `shape` with data[j] at (indices[0, j], indices[1, j], ...); the last one wins (MXNet scatter_nd)."""

    shape = Shape(doc="Shape of the output.", lo=0)

    infer_type = first_dtype
    examples = ("nd.scatter_nd(nd.array([9, 8]), nd.array([[0, 1], [2, 0]]), shape=(2, 3))",)

    def infer_shape(a, s):
        if s[1] is not None:
            s.set(0, _nd_rule(s, a.shape, s[1]))
        s.out(0, a.shape)

    def forward(xp, a, data, indices):
        out = xp.zeros(a.shape, data.dtype)
        out[_nd_key("scatter_nd", indices, a.shape, xp)] = data
        return out

    def grad(F, a, dy, indices):
        return F.gather_nd(dy, indices), None


@op("_scatter_set_nd", inputs="lhs rhs indices")
class ScatterSetNd:
    """`lhs` with rhs[j] at (indices[0, j], indices[1, j], ...) (MXNet operator _scatter_set_nd)."""

    shape = Shape(doc="Shape of lhs.", lo=0)
    examples = (
        "nd._internal._scatter_set_nd(nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([9, 8]), nd.array([[0, 1], [2, "
        "0]]), shape=(2, 3))",
    )

    def infer_shape(a, s):
        s.set(0, a.shape)
        s.out(0, a.shape)
        if s[2] is not None:
            s.set(1, _nd_rule(s, a.shape, s[2]))

    def infer_type(a, s):
        first_dtype(a, s)
        s.set_dtype(1, s[0])

    def forward(xp, a, lhs, rhs, indices):
        out = lhs.copy()
        out[_nd_key("_scatter_set_nd", indices, a.shape, xp)] = rhs
        return out

    def grad(F, a, dy, rhs, indices):
        return F._scatter_set_nd(dy, F.zeros_like(rhs), indices, shape=a.shape), F.gather_nd(dy, indices), None
