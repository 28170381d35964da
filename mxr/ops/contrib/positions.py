"""Numbers that follow from the shape of an array: a range, and the indices of its elements."""

from __future__ import annotations

import numpy as np

from ...core.op import op
from ...core.params import Float, Int, Shape, Str
from ..axes import normal_axis

__all__: list[str] = []


@op("_contrib_arange_like")
class ArangeLike:
    """start, start + step, ... in the shape of `data`, or as a vector along one of its axes; dtype of `data`.

    No gradient flows to `data` (MXNet operator _contrib_arange_like).
    """

    start = Float(0.0, "First value.")
    step = Float(1.0, "Difference between neighbours.")
    repeat = Int(1, "How often each value is repeated.", lo=1)
    ctx = Str("", "Not used: the result is where `data` is.")
    axis = Int(None, "Gives a vector of the length of this axis; None gives the shape of `data`, filled row by row.")
    examples = (
        "nd.contrib.arange_like(nd.zeros((2, 3)))",
        "nd.contrib.arange_like(nd.zeros((2, 3)), axis=1, start=1, step=2)",
    )

    def infer_shape(a, s):
        if s[0] is not None:
            s.out(0, s[0] if a.axis is None else (s[0][normal_axis(s.label, a.axis, len(s[0]))],))

    def forward(xp, a, data):
        n = data.size if a.axis is None else data.shape[a.axis]
        at = xp.arange(n)
        if a.repeat != 1:
            at //= a.repeat
        # both are rounded to the dtype first, as in MXNet
        start, step = (np.array(v).astype(data.dtype)[()] for v in (a.start, a.step))
        out = at.astype(data.dtype) * step + start
        return out.reshape(data.shape) if a.axis is None else out

    def grad(F, a, dy, data):
        return F.zeros_like(data)


@op("_contrib_index_array")
class IndexArray:
    """The indices of each element of `data`: int64, shape data.shape + (ndim,), or + (len(axes),).

    No gradient flows to `data` (MXNet operator _contrib_index_array).
    """

    axes = Shape(None, "The axes whose indices are wanted; all if None.")
    examples = (
        "nd.contrib.index_array(nd.zeros((2, 2)))",
        "nd.contrib.index_array(nd.zeros((2, 2)), axes=(1,))",
    )

    def infer_shape(a, s):
        if s[0] is not None:
            axes = _axes(s.label, a, len(s[0]))
            s.out(0, (*s[0], len(axes)))

    def infer_type(a, s):
        s.out_dtype(0, np.dtype(np.int64))

    def forward(xp, a, data):
        axes = _axes("_contrib_index_array", a, data.ndim)
        out = xp.empty((*data.shape, len(axes)), np.int64)
        for k, axis in enumerate(axes):
            out[..., k] = xp.arange(data.shape[axis]).reshape(-1, *(1,) * (data.ndim - axis - 1))
        return out

    def grad(F, a, dy, data):
        return F.zeros_like(data)


def _axes(label: str, a, ndim: int) -> list[int]:
    return list(range(ndim)) if a.axes is None else [normal_axis(label, i, ndim, "axes") for i in a.axes]
