"""Functions of ``mx.nd.contrib`` that are no operators: tests of numbers, a Zipfian sampler, AdamW and LAMB updates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..base import MXNetTypeError, MXNetValueError
from ..context import Context
from . import _internal, creation, random
from .ndarray import NDArray

__all__ = [
    "adamw_update", "isfinite", "isinf", "isnan", "mp_adamw_update", "multi_adamw_update", "multi_lamb_update",
    "multi_mp_adamw_update", "multi_mp_lamb_update", "rand_zipfian",
]  # fmt: skip


def rand_zipfian(
    true_classes: NDArray, num_sampled: int, range_max: int, ctx: Context | None = None
) -> tuple[NDArray, NDArray, NDArray]:
    """Draws classes from a log-uniform (Zipfian) distribution, P(c) = log((c + 2) / (c + 1)) / log(range_max + 1).

    Parameters
    ----------
    true_classes : the target classes.
    num_sampled : how many classes to draw, with replacement.
    range_max : number of possible classes; they are ordered by falling frequency.
    ctx : device; the current one if None.

    Returns
    -------
    samples (int64), and how often each true class and each sample is expected among them (float64).
    """
    if range_max < 1 or num_sampled < 1:
        raise MXNetValueError(f"rand_zipfian: num_sampled={num_sampled} and range_max={range_max} must be at least 1")
    log_range = math.log(range_max + 1)
    draws = random.uniform(0, log_range, shape=(num_sampled,), dtype="float64", ctx=ctx)
    sampled: Any = (draws.exp() - 1).astype("int64") % range_max  # type: ignore[attr-defined]

    def expected(classes: Any) -> Any:
        c = classes.astype("float64")
        return ((c + 2.0) / (c + 1.0)).log() / log_range * num_sampled

    return sampled, expected(true_classes), expected(sampled)


def _is_float(data: Any, name: str) -> bool:
    if not isinstance(data, NDArray):
        raise MXNetTypeError(f"{name}: argument data must be NDArray, got {type(data).__name__}")
    return bool(data._buf.dtype.kind not in "iub")


def isinf(data: NDArray) -> NDArray:
    """1 where an element is infinite, else 0; dtype of `data`."""
    return data.abs() == np.inf if _is_float(data, "isinf") else data.zeros_like()  # type: ignore[attr-defined]


def isfinite(data: NDArray) -> NDArray:
    """1 where an element is neither infinite nor NaN, else 0; dtype of `data`."""
    if not _is_float(data, "isfinite"):
        return data.ones_like()  # type: ignore[attr-defined, no-any-return]
    return (data == data) * (data.abs() != np.inf)  # type: ignore[attr-defined]


def isnan(data: NDArray) -> NDArray:
    """1 where an element is NaN, else 0; dtype of `data`."""
    return data != data if _is_float(data, "isnan") else data.zeros_like()  # type: ignore[attr-defined, comparison-overlap]


def _scale(rescale_grad: Any, ctx: Context, name: str) -> NDArray:
    """rescale_grad as an array of one element: an update with 0, infinity or NaN changes nothing."""
    if isinstance(rescale_grad, NDArray):
        return rescale_grad.as_in_context(ctx)
    if not isinstance(rescale_grad, int | float | np.number):
        raise MXNetTypeError(
            f"{name}: argument rescale_grad must be a number or NDArray, got {type(rescale_grad).__name__}"
        )
    return creation.full(shape=(1,), val=float(rescale_grad), ctx=ctx)


def adamw_update(
    weight: NDArray, grad: NDArray, mean: NDArray, var: NDArray, rescale_grad: Any, lr: float, eta: float,
    beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, wd: float = 0, clip_gradient: float = -1,
    out: Any = None, name: str | None = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """Adam with decoupled weight decay; `rescale_grad` is a number or an array of one element."""
    return _internal._adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, rescale_grad=_scale(rescale_grad, weight.context, "adamw_update"),
        lr=lr, eta=eta, beta1=beta1, beta2=beta2, epsilon=epsilon, wd=wd, clip_gradient=clip_gradient, out=out,
        name=name, **kwargs,
    )  # fmt: skip


def mp_adamw_update(
    weight: NDArray, grad: NDArray, mean: NDArray, var: NDArray, weight32: NDArray, rescale_grad: Any, lr: float,
    eta: float, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, wd: float = 0,
    clip_gradient: float = -1, out: Any = None, name: str | None = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """As :func:`adamw_update` for half-precision weights with a single-precision copy."""
    return _internal._mp_adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, weight32=weight32,
        rescale_grad=_scale(rescale_grad, weight.context, "mp_adamw_update"), lr=lr, eta=eta, beta1=beta1, beta2=beta2,
        epsilon=epsilon, wd=wd, clip_gradient=clip_gradient, out=out, name=name, **kwargs,
    )  # fmt: skip


def _interleaved(name: str, size: int, **lists: Sequence[NDArray]) -> tuple[int, list[NDArray]]:
    """(number of weights, the arrays of the first weight, of the second, ...)."""
    size = size or len(lists["weights"])
    for k, v in lists.items():
        if len(v) < size or not size:
            raise MXNetValueError(f"{name}: argument {k} has {len(v)} array(s), expected {max(size, 1)}")
    return size, [v[i] for i in range(size) for v in lists.values()]


def multi_adamw_update(
    weights: Sequence[NDArray], grads: Sequence[NDArray], mean: Sequence[NDArray], var: Sequence[NDArray],
    rescale_grad: Any, lrs: Any, wds: Any, etas: Any, out: Any = None, name: str | None = None, size: int = 0,
    **kwargs: Any,
) -> Any:  # fmt: skip
    """As :func:`adamw_update` for several weights; `lrs`, `wds` and `etas` have one number for each."""
    size, arrays = _interleaved("multi_adamw_update", size, weights=weights, grads=grads, mean=mean, var=var)
    scale = _scale(rescale_grad, arrays[0].context, "multi_adamw_update")
    return _internal._multi_adamw_update(
        *arrays, scale, out=out, num_weights=size, lrs=lrs, wds=wds, etas=etas, name=name, **kwargs
    )


def multi_mp_adamw_update(
    weights: Sequence[NDArray], grads: Sequence[NDArray], mean: Sequence[NDArray], var: Sequence[NDArray],
    weights32: Sequence[NDArray], rescale_grad: Any, lrs: Any, wds: Any, etas: Any, out: Any = None,
    name: str | None = None, size: int = 0, **kwargs: Any,
) -> Any:  # fmt: skip
    """As :func:`multi_adamw_update` for half-precision weights with single-precision copies."""
    size, arrays = _interleaved(
        "multi_mp_adamw_update", size, weights=weights, grads=grads, mean=mean, var=var, weights32=weights32
    )
    scale = _scale(rescale_grad, arrays[0].context, "multi_mp_adamw_update")
    return _internal._multi_mp_adamw_update(
        *arrays, scale, out=out, num_weights=size, lrs=lrs, wds=wds, etas=etas, name=name, **kwargs
    )


def multi_lamb_update(
    weights: Sequence[NDArray], grads: Sequence[NDArray], mean: Sequence[NDArray], var: Sequence[NDArray],
    step_count: Any, lrs: Any, wds: Any, out: Any = None, num_tensors: int = 0, **kwargs: Any,
) -> Any:  # fmt: skip
    """LAMB updates of several weights; `step_count`, `lrs` and `wds` have one number for each."""
    size, arrays = _interleaved("multi_lamb_update", num_tensors, weights=weights, grads=grads, mean=mean, var=var)
    return _internal._multi_lamb_update(
        *arrays, out=out, num_tensors=size, step_count=step_count, learning_rates=lrs, wds=wds, **kwargs
    )


def multi_mp_lamb_update(
    weights: Sequence[NDArray], grads: Sequence[NDArray], mean: Sequence[NDArray], var: Sequence[NDArray],
    weights32: Sequence[NDArray], step_count: Any, lrs: Any, wds: Any, out: Any = None, num_tensors: int = 0,
    **kwargs: Any,
) -> Any:  # fmt: skip
    """As :func:`multi_lamb_update` for half-precision weights with single-precision copies."""
    size, arrays = _interleaved(
        "multi_mp_lamb_update", num_tensors, weights=weights, grads=grads, mean=mean, var=var, weights32=weights32
    )
    return _internal._multi_mp_lamb_update(
        *arrays, out=out, num_tensors=size, step_count=step_count, learning_rates=lrs, wds=wds, **kwargs
    )
