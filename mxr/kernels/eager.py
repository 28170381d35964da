"""oneDNN for single calls on plain arrays: convolution and pooling, several times faster than their definitions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.kernel_table import kernels
from . import onednn_enabled

__all__ = ["attach"]

# Fewer multiplications than this are not worth a library call.
SMALL = 1e5


def attach() -> None:
    """Offers the kernels; the library loads with the first call that is worth it."""
    kernels["Convolution"] = _convolution
    kernels["_backward_Convolution"] = _convolution_grad
    kernels["Pooling"] = _pooling
    kernels["_backward_Pooling"] = _pooling_grad


def _serves(a: Any, data: tuple, weight: tuple, dtypes: Sequence[np.dtype]) -> bool:
    if any(d != np.float32 for d in dtypes) or (a.layout is not None and a.layout[1] != "C"):
        return False
    return math.prod(data) * math.prod(weight[2:]) * weight[0] > SMALL * a.num_group and onednn_enabled()


def _geometry(a: Any) -> dict[str, Any]:
    return {"stride": a.stride, "dilation": a.dilate, "pad": a.pad, "groups": a.num_group}


def _convolution(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    if not _serves(a, shapes[0], shapes[1], dtypes):
        return None
    from .onednn import eager

    geometry = _geometry(a)

    def run(a: Any, data: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
        return eager.conv_forward(data, weight, bias, **geometry)

    return run


def _convolution_grad(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    if not _serves(a, shapes[1], shapes[2], dtypes):
        return None
    from .onednn import eager

    geometry, need = _geometry(a), ("x", "w") if a.no_bias else ("x", "w", "b")

    def run(a: Any, dy: np.ndarray, data: np.ndarray, weight: np.ndarray) -> tuple:
        return eager.conv_backward(data, weight, dy, need=need, **geometry)[: len(need)]

    return run


def _pool(a: Any, data: tuple, dtypes: Sequence[np.dtype]) -> Any:
    """The pooling as oneDNN has it, or None."""
    if any(d != np.float32 for d in dtypes) or math.prod(data) < SMALL or not onednn_enabled():
        return None
    from .geometry import pool_of
    from .onednn import Unsupported

    try:
        return pool_of(a, data)
    except Unsupported:
        return None


def _pooling(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    pool = _pool(a, shapes[0], dtypes)
    if pool is None:
        return None
    from .onednn import eager

    def run(a: Any, data: np.ndarray) -> np.ndarray:
        return eager.pool_forward(data, pool, training=False)[0]

    return run


def _pooling_grad(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    pool = _pool(a, shapes[1], dtypes)
    if pool is None:
        return None
    from .onednn import eager

    def run(a: Any, dy: np.ndarray, data: np.ndarray, out: np.ndarray) -> np.ndarray:
        return eager.pool_backward(dy, pool, x=data)

    return run
