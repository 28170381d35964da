"""oneDNN for transposed convolution: what runs forward here is the data gradient of the convolution it transposes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..base import MXNetValueError
from ..core.kernel_table import gradients, kernels
from ..ops.nn.convolution import transposed_geometry
from . import eager, onednn_enabled

__all__ = ["attach"]

# Measured: below so many positions one matrix product is faster, and for larger kernels oneDNN's data gradient is slow.
FEW_POSITIONS = 16
LARGE_KERNEL = 1024


def attach() -> None:
    kernels["Deconvolution"] = _deconvolution
    kernels["_backward_Deconvolution"] = _deconvolution_grad
    gradients["Deconvolution"] = _deconvolution_gradient


def _geometry(a: Any, data: tuple, weight: tuple, dtypes: Sequence[np.dtype]) -> tuple[dict[str, Any], tuple] | None:
    """(the convolution, the shape of its data, which is that of the output here), or None where it is not served."""
    if any(d != np.float32 for d in dtypes) or (a.layout is not None and a.layout[1] != "C"):
        return None
    if math.prod(data) * math.prod(weight[1:]) <= eager.SMALL or math.prod(data[2:]) < FEW_POSITIONS:
        return None
    if not onednn_enabled():
        return None
    from .onednn import Unsupported
    from .onednn.conv import Conv

    geo, size = transposed_geometry(a, data[2:])
    shape = (data[0], a.num_filter, *size)
    try:
        conv = Conv(shape, weight, geo.stride, geo.dilate, geo.pad, geo.pad, geo.groups)
        if conv.dst != data:
            return None
        conv.backward_data()
        conv.backward_weights(bias=False)
    except (Unsupported, MXNetValueError):
        return None
    return {"stride": geo.stride, "dilation": geo.dilate, "pad": geo.pad, "groups": geo.groups}, shape


def _deconvolution(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    found = None if math.prod(a.kernel) > LARGE_KERNEL else _geometry(a, shapes[0], shapes[1], dtypes)
    if found is None:
        return None
    from .onednn.eager import conv_backward

    geometry, shape = found

    def run(a: Any, data: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
        y = conv_backward(np.empty(shape, np.float32), weight, data, need="x", **geometry)[0]
        assert y is not None
        if bias is not None:
            y += bias.reshape(-1, *[1] * (y.ndim - 2))
        return y

    return run


def _gradients(geometry: dict[str, Any], wanted: Sequence[bool]) -> Callable[..., tuple]:
    from .onednn.eager import conv_backward, conv_forward

    def run(a: Any, dy: np.ndarray, data: np.ndarray, weight: np.ndarray) -> tuple:
        dx = conv_forward(dy, weight, **geometry) if wanted[0] else None
        dw = conv_backward(dy, weight, data, need="w", **geometry)[1] if wanted[1] else None
        if len(wanted) < 3:
            return dx, dw
        return dx, dw, dy.sum(axis=(0, *range(2, dy.ndim))) if wanted[2] else None

    return run


def _deconvolution_grad(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    found = _geometry(a, shapes[1], shapes[2], dtypes)
    return None if found is None else _gradients(found[0], (True,) * (2 if a.no_bias else 3))


def _deconvolution_gradient(
    a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    found = _geometry(a, shapes[0], shapes[1], dtypes)
    return None if found is None else _gradients(found[0], wanted)
