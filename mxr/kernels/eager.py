"""Single calls on plain arrays, several times faster than their definitions: convolution and pooling, batch norm.

By oneDNN; by generated code with the batch in the vector where channels are few, and by Winograd's algorithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import tape
from ..core.kernel_table import gradients, kernels
from ..core.threads import default_threads
from . import onednn_enabled
from .windows import windows_of

__all__ = ["attach"]

# Fewer multiplications than this are not worth a library call.
SMALL = 1e5
TINY = 1e3  # the same of elements, for generated loops


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
    """Whether a convolution is worth a kernel."""
    if any(d != np.float32 for d in dtypes) or (a.layout is not None and a.layout[1] != "C"):
        return False
    return math.prod(data) * math.prod(weight[2:]) * weight[0] > SMALL * a.num_group


def _geometry(a: Any) -> dict[str, Any]:
    return {"stride": a.stride, "dilation": a.dilate, "pad": a.pad, "groups": a.num_group}


def _convolution(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    if not _serves(a, shapes[0], shapes[1], dtypes):
        return None
    from .batched import single
    from .winograd import single as winograd

    for kind in (winograd, single):
        found = kind.conv_forward(a, shapes[0], shapes[1], not a.no_bias)
        if found is not None:
            return _filling(*found)
    if not onednn_enabled():
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


def _filling(kernel: Callable[..., None], shape: tuple[int, ...]) -> Callable[..., np.ndarray]:
    """A function on plain arrays, of a kernel that takes its inputs and the result, of this shape."""

    def run(a: Any, *arrays: np.ndarray) -> np.ndarray:
        out = np.empty(shape, np.float32)
        kernel(*arrays, out)
        return out

    def into(a: Any, outs: Sequence[np.ndarray], *arrays: np.ndarray) -> None:
        kernel(*arrays, outs[0])

    run.into = into  # type: ignore[attr-defined]
    return run


def _convolution_grad(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    wanted = (True, True) if a.no_bias else (True, True, True)
    return _convolution_gradient(a, shapes[1:], dtypes, wanted)


def _convolution_gradient(
    a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    if not _serves(a, shapes[0], shapes[1], dtypes):
        return None
    need = [name for name, w in zip("xwb", wanted) if w]
    from .batched import single
    from .winograd import single as winograd

    shape, weights = shapes[:2]
    kernel = winograd.conv_backward(a, shape, weights, need) or single.conv_backward(a, shape, weights, need)
    if kernel is not None:
        x, w = "x" in need, "w" in need

        def gradients(a: Any, dy: np.ndarray, data: np.ndarray, weight: np.ndarray) -> tuple:
            sizes = (data.shape, weight.shape, weight.shape[:1])
            found = [np.empty(size, np.float32) if on else None for size, on in zip(sizes, wanted)]
            kernel(dy, *([data] if w else []), *([weight] if x else []), *[g for g in found if g is not None])
            return tuple(found)

        return gradients
    if not onednn_enabled():
        return None
    from .onednn import eager

    geometry = _geometry(a)

    def run(a: Any, dy: np.ndarray, data: np.ndarray, weight: np.ndarray) -> tuple:
        return eager.conv_backward(data, weight, dy, need=need, **geometry)[: len(wanted)]

    return run


def _pool(a: Any, data: tuple) -> Any:
    """The pooling as oneDNN has it, or None."""
    if not onednn_enabled():
        return None
    from .geometry import pool_of
    from .onednn import Unsupported

    try:
        return pool_of(a, data)
    except Unsupported:
        return None


def _pooling(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    size = math.prod(shapes[0])
    if any(d != np.float32 for d in dtypes) or size < min(TINY, SMALL):
        return None
    windows = windows_of(a, shapes[0])
    if windows is None and size < SMALL:
        return None
    if size >= SMALL and (windows is not None or default_threads() == 1):
        from .batched import single

        found = single.pool_forward(a, shapes[0])
        if found is not None:
            return _filling(*found)
    if windows is not None:
        compute = windows.forward
    else:
        pool = _pool(a, shapes[0])
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


def _pool_backward(a: Any, shape: tuple, dtypes: Sequence[np.dtype]) -> Callable[..., np.ndarray] | None:
    """dx of (dy, data, out)."""
    size = math.prod(shape)
    if any(d != np.float32 for d in dtypes) or size < min(TINY, SMALL):
        return None
    windows = windows_of(a, shape)
    if windows is None and size < SMALL:
        return None
    if size >= SMALL and (windows is not None or default_threads() == 1):
        from .batched import single

        kernel = single.pool_backward(a, shape)
        if kernel is not None:
            return _pool_filling(kernel, a.pool_type == "max")
    if windows is not None:
        return windows.backward
    pool = _pool(a, shape)
    if pool is None:
        return None
    from .onednn import eager

    return lambda dy, data, out: eager.pool_backward(dy, pool, x=data)


def _pool_filling(kernel: Callable[..., None], highest: bool) -> Callable[..., np.ndarray]:
    def run(dy: np.ndarray, data: np.ndarray, out: np.ndarray) -> np.ndarray:
        dx = np.empty(data.shape, np.float32)
        kernel(dy, *((data, out) if highest else ()), dx)
        return dx

    return run


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
