"""pick along the last axis, as losses do with class numbers: the places in the flat array, found once for a shape."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.kernel_table import gradients, kernels

__all__ = ["attach"]


def attach() -> None:
    kernels["pick"] = _pick
    gradients["pick"] = _pick_gradient


def _places(a: Any, data: tuple[int, ...]) -> Callable[[np.ndarray], np.ndarray] | None:
    """A function from class numbers to places in the flat data."""
    if a.axis not in (-1, len(data) - 1) or a.mode != "clip" or 0 in data or len(data) < 2:
        return None
    last, first = data[-1] - 1, np.arange(0, math.prod(data), data[-1])

    def places(index: np.ndarray) -> np.ndarray:
        at = index.reshape(-1).astype(np.int64)
        np.maximum(at, 0, out=at)
        np.minimum(at, last, out=at)
        at += first
        return at

    return places


def _served(dtypes: Sequence[np.dtype]) -> bool:
    return dtypes[0] in (np.float32, np.float64) and dtypes[1] != np.uint64


def _pick(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    places = _places(a, shapes[0]) if _served(dtypes) else None
    if places is None:
        return None
    result = (*shapes[0][:-1], 1) if a.keepdims else shapes[0][:-1]

    def run(a: Any, data: np.ndarray, index: np.ndarray) -> np.ndarray:
        out = np.empty(result, data.dtype)
        data.take(places(index), out=out.reshape(-1), mode="clip")  # this mode needs no buffer
        return out

    return run


def _pick_gradient(
    a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    places = _places(a, shapes[0]) if _served(dtypes) else None
    if places is None:
        return None
    shape = shapes[0]

    def run(a: Any, dy: np.ndarray, data: np.ndarray, index: np.ndarray) -> tuple:
        dx = np.zeros(shape, dy.dtype)
        dx.reshape(-1)[places(index)] = dy.reshape(-1)
        return dx, None

    return run
