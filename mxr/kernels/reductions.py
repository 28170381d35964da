"""Reductions of small arrays: the ufunc's own reduction into an array made for it, with the axes settled once.

NumPy's functions and the general rule around them cost several times what a few numbers take to add up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.kernel_table import gradients, kernels
from ..ops.axes import normal_axes, reduced_shape

__all__ = ["attach"]

_UFUNCS = {"sum": np.add, "mean": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}


def attach() -> None:
    for name, ufunc in _UFUNCS.items():
        kernels[name] = _maker(name, ufunc)
    for name in ("sum", "mean"):
        gradients[name] = _spreading(name)


def _spreading(name: str) -> Callable[..., Callable[..., Any] | None]:
    """The gradient of a sum or mean: the same for all elements that went into it."""

    def make(
        a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
    ) -> Callable[..., Any] | None:
        dtype, shape = dtypes[0], shapes[0]
        axes = normal_axes(name, a.axis, len(shape), a.exclude)
        if dtype not in (np.float32, np.float64) or 0 in shape:
            return None
        target = reduced_shape(shape, axes, True) if axes else shape
        share = 1.0 / math.prod(shape[i] for i in axes) if name == "mean" else None

        def run(a: Any, dy: np.ndarray, *saved: np.ndarray) -> tuple:
            dx = np.empty(shape, dtype)
            np.copyto(dx, (dy if share is None else dy * share).reshape(target))
            return (dx,)

        return run

    return make


def _maker(name: str, ufunc: np.ufunc) -> Callable[..., Callable[..., Any] | None]:
    def make(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
        dtype = dtypes[0]
        if dtype not in (np.float32, np.float64):
            return None
        shape, axes = shapes[0], normal_axes(name, a.axis, len(shapes[0]), a.exclude)
        if 0 in shape or not axes:
            return None
        target, empty = reduced_shape(shape, axes, a.keepdims), np.empty
        reduce: Any = ufunc.reduce
        count = dtype.type(math.prod(shape[i] for i in axes)) if name == "mean" else None
        flat = len(axes) == len(shape) and not a.keepdims
        axis: Any = 0 if flat else (axes[0] if len(axes) == 1 else axes)
        keepdims = True if flat else a.keepdims

        def run(a: Any, data: np.ndarray) -> np.ndarray:
            out = empty(target, dtype)
            reduce(data.reshape(-1) if flat else data, axis, None, out, keepdims)
            if count is not None:
                np.divide(out, count, out)
            return out

        return run

    return make
