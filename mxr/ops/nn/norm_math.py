"""What the normalisations share."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["along", "axis_of", "over", "standardised", "through_standardised", "wide"]


def axis_of(axis: int, ndim: int, s: Any) -> int:
    k = axis + ndim if axis < 0 else axis
    if not 0 <= k < ndim:
        s.fail(f"argument axis={axis} is out of range for data of {ndim} dimension(s)")
    return k


def wide(x: Any) -> Any:
    return x.astype(np.float32) if x.dtype.itemsize == 2 else x


def along(v: Any, axis: int, ndim: int) -> Any:
    """A vector laid along one axis, for broadcasting."""
    return v.reshape((1,) * axis + (-1,) + (1,) * (ndim - axis - 1))


def over(reduce, x, axes, **more):
    """`x` reduced over `axes`; over none where () is given, which to MXNet's reductions means all."""
    return x if axes == () else reduce(x, axis=axes, **more)


def standardised(F, x, axes, eps):
    """((x - mean) / std, std) in F arithmetic."""
    centred = F.broadcast_sub(x, over(F.mean, x, axes, keepdims=True))
    std = F.sqrt(over(F.mean, centred * centred, axes, keepdims=True) + eps)
    return F.broadcast_div(centred, std), std


def through_standardised(F, g, normal, std, axes):
    """The gradient with regard to x of standardised(x), whose gradient is g."""
    dx = F.broadcast_sub(g, over(F.mean, g, axes, keepdims=True))
    dx = dx - F.broadcast_mul(normal, over(F.mean, g * normal, axes, keepdims=True))
    return F.broadcast_div(dx, std)
