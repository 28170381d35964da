"""oneDNN for single calls on plain arrays: convolution and pooling, several times faster than their definitions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import tape
from ..core.kernel_table import gradients, kernels
from . import onednn_enabled
from .windows import Windows, windows_of

__all__ = ["attach"]

# Fewer multiplications than this are not worth a library call.
SMALL = 1e5


def attach() -> None:
    """Offers the kernels; the library loads with the first call that is worth it."""
    kernels["Convolution"] = _convolution
    kernels["_backward_Convolution"] = _convolution_grad
    kernels["Pooling"] = _pooling
    kernels["_backward_Pooling"] = _pooling_grad
    kernels["BatchNorm"] = _batch_norm
    gradients["Convolution"] = _convolution_gradient
    gradients["Pooling"] = _pooling_gradient
    gradients["BatchNorm"] = _batch_norm_gradient


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

    def into(
        a: Any, outs: Sequence[np.ndarray], data: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None
    ) -> None:
        eager.conv_forward(data, weight, bias, out=outs[0], **geometry)

    run.into = into  # type: ignore[attr-defined]
    return run


def _convolution_grad(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    if not _serves(a, shapes[1], shapes[2], dtypes):
        return None
    from .onednn import eager

    geometry, need = _geometry(a), ("x", "w") if a.no_bias else ("x", "w", "b")

    def run(a: Any, dy: np.ndarray, data: np.ndarray, weight: np.ndarray) -> tuple:
        return eager.conv_backward(data, weight, dy, need=need, **geometry)[: len(need)]

    return run


def _convolution_gradient(
    a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    if not _serves(a, shapes[0], shapes[1], dtypes):
        return None
    from .onednn import eager

    geometry, need = _geometry(a), [name for name, w in zip("xwb", wanted) if w]

    def run(a: Any, dy: np.ndarray, data: np.ndarray, weight: np.ndarray) -> tuple:
        return eager.conv_backward(data, weight, dy, need=need, **geometry)[: len(wanted)]

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
    windows = _windows(a, shapes[0], dtypes)
    if windows is not None:
        compute = windows.forward
    else:
        pool = _pool(a, shapes[0], dtypes)
        if pool is None:
            return None
        from .onednn import eager

        def compute(x: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
            return eager.pool_forward(x, pool, training=False, out=out)[0]

    def run(a: Any, data: np.ndarray) -> np.ndarray:
        return compute(data)

    def into(a: Any, outs: Sequence[np.ndarray], data: np.ndarray) -> None:
        compute(data, outs[0])

    run.into = into  # type: ignore[attr-defined]
    return run


def _windows(a: Any, data: tuple, dtypes: Sequence[np.dtype]) -> Windows | None:
    if any(d != np.float32 for d in dtypes) or math.prod(data) < SMALL:
        return None
    return windows_of(a, data)


def _pool_backward(a: Any, shape: tuple, dtypes: Sequence[np.dtype]) -> Callable[..., np.ndarray] | None:
    """dx of (dy, data, out)."""
    windows = _windows(a, shape, dtypes)
    if windows is not None:
        return windows.backward
    pool = _pool(a, shape, dtypes)
    if pool is None:
        return None
    from .onednn import eager

    return lambda dy, data, out: eager.pool_backward(dy, pool, x=data)


def _pooling_grad(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    back = _pool_backward(a, shapes[1], dtypes)
    return None if back is None else lambda a, dy, data, out: back(dy, data, out)


def _pooling_gradient(
    a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    back = _pool_backward(a, shapes[0], dtypes)
    return None if back is None else lambda a, dy, data, out: (back(dy, data, out),)


def _normalises(a: Any, data: tuple, dtypes: Sequence[np.dtype]) -> bool:
    if any(d != np.float32 for d in dtypes) or not 2 <= len(data) <= 5 or a.axis % len(data) != 1:
        return False
    return math.prod(data) >= SMALL / 10 and onednn_enabled()


def _batch_norm(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    if not _normalises(a, shapes[0], dtypes):
        return None
    from .onednn import eager

    eps, one = np.float32(a.eps), np.float32(1)

    def into(
        a: Any, outs: Sequence[np.ndarray], data: np.ndarray, gamma: np.ndarray, beta: np.ndarray,
        moving_mean: np.ndarray, moving_var: np.ndarray, *, train: bool,
    ) -> None:  # fmt: skip
        out, mean, invstd = outs
        scale = np.ones_like(gamma) if a.fix_gamma else gamma
        given = {} if train and not a.use_global_stats else {"mean": moving_mean, "var": moving_var}
        _, mean[...], var = eager.batch_norm_forward(data, scale, beta, eps=a.eps, out=out, **given)
        np.divide(one, np.sqrt(var + eps), out=invstd)

    def run(a: Any, data: np.ndarray, gamma: np.ndarray, *others: np.ndarray, train: bool) -> tuple:
        outs = np.empty_like(data), np.empty_like(gamma), np.empty_like(gamma)
        into(a, outs, data, gamma, *others, train=train)
        return outs

    run.into = into  # type: ignore[attr-defined]
    return run


def _batch_norm_gradient(
    a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    """As the declaration's, it moves the averages too."""
    if a.output_mean_var or not _normalises(a, shapes[0], dtypes):
        return None
    from .onednn import eager

    eps, one = np.float32(a.eps), np.float32(1)
    keep, part = np.float32(a.momentum), one - np.float32(a.momentum)

    def run(
        a: Any, dy: np.ndarray, data: np.ndarray, gamma: np.ndarray, mean: np.ndarray, invstd: np.ndarray,
        moving_mean: np.ndarray, moving_var: np.ndarray,
    ) -> tuple:  # fmt: skip
        constant = not tape.state.training or a.use_global_stats
        scale = np.ones_like(gamma) if a.fix_gamma else gamma
        var = one / (invstd * invstd) - eps
        dx, dgamma, dbeta = eager.batch_norm_backward(data, scale, mean, var, dy, eps=a.eps, global_stats=constant)
        if not constant:
            for old, new in ((moving_mean, mean), (moving_var, var)):
                old *= keep
                old += new * part
        return dx, np.zeros_like(gamma) if a.fix_gamma else dgamma, dbeta, None, None

    return run
