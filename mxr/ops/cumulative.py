"""Sums so far."""

from __future__ import annotations

import numpy as np

from ..core.op import op
from ..core.params import DType, Int
from .axes import normal_axis

__all__: list[str] = []


@op("_np_cumsum", aliases=("cumsum",), inputs="a")
class CumSum:
    """Sums of the elements up to each place along `axis`, or in the flattened array (MXNet operator _np_cumsum).

    Same shape, a vector where `axis` is None. dtype of `a` unless given; int64 for booleans.
    """

    axis = Int(None, "The axis; None flattens.")
    dtype = DType(None, "Output dtype.")
    examples = ("nd.cumsum(nd.array([[1, 2], [3, 4]]), axis=1)", "nd.cumsum(nd.array([[1, 2], [3, 4]]))")

    def infer_shape(a, s):
        shape = s[0]
        if shape is None:
            return
        if a.axis is not None:
            normal_axis(s.label, a.axis, len(shape))
            s.out(0, shape)
        else:
            s.out(0, (-1 if -1 in shape else int(np.prod(shape)),))

    def infer_type(a, s):
        s.out_dtype(0, _dtype(a, s[0]))

    def forward(xp, attrs, a):
        return xp.cumsum(a, axis=attrs.axis, dtype=_dtype(attrs, a.dtype))

    def grad(F, attrs, dy, a):
        axis = 0 if attrs.axis is None else attrs.axis % len(a.shape)
        g = F.reverse(F._np_cumsum(F.reverse(dy, axis=(axis,)), axis=axis), axis=(axis,))
        g = g if g.shape == a.shape else F.Reshape(g, shape=a.shape)
        return g if g.dtype == a.dtype else F.Cast(g, dtype=a.dtype)


def _dtype(a, of):
    if a.dtype is not None:
        return np.dtype(a.dtype)
    return np.dtype(np.int64) if of is not None and of.kind == "b" else of
