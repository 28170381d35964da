"""Functions of ``mx.sym.contrib`` that are no operators: a Zipfian sampler and AdamW updates."""

from __future__ import annotations

import math
from typing import Any

from ..base import MXNetTypeError, MXNetValueError
from ..graph.symbol import Symbol
from . import _internal, random
from .symbol import full

__all__ = ["adamw_update", "mp_adamw_update", "rand_zipfian"]


def rand_zipfian(true_classes: Symbol, num_sampled: int, range_max: int) -> tuple[Symbol, Symbol, Symbol]:
    """As ``mx.nd.contrib.rand_zipfian``: samples, expected counts of the true classes and of the samples."""
    if range_max < 1 or num_sampled < 1:
        raise MXNetValueError(f"rand_zipfian: num_sampled={num_sampled} and range_max={range_max} must be at least 1")
    log_range = math.log(range_max + 1)
    draws: Any = random.uniform(0, log_range, shape=(num_sampled,), dtype="float64")
    sampled: Any = (draws.exp() - 1).astype("int64") % range_max

    def expected(classes: Any) -> Any:
        c = classes.astype("float64")
        return ((c + 2.0) / (c + 1.0)).log() / log_range * num_sampled

    return sampled, expected(true_classes), expected(sampled)


def _scale(rescale_grad: Any, name: str) -> Symbol:
    if isinstance(rescale_grad, Symbol):
        return rescale_grad
    if isinstance(rescale_grad, int | float):
        return full((1,), rescale_grad)
    raise MXNetTypeError(f"{name}: argument rescale_grad must be a number or Symbol, got {type(rescale_grad).__name__}")


def adamw_update(
    weight: Symbol, grad: Symbol, mean: Symbol, var: Symbol, rescale_grad: Any, lr: float, eta: float,
    beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, wd: float = 0, clip_gradient: float = -1,
    out: Any = None, name: str | None = None, **kwargs: Any,
) -> Symbol:  # fmt: skip
    """Adam with decoupled weight decay; `rescale_grad` is a number or a symbol of one element."""
    return _internal._adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, rescale_grad=_scale(rescale_grad, "adamw_update"), lr=lr,
        eta=eta, beta1=beta1, beta2=beta2, epsilon=epsilon, wd=wd, clip_gradient=clip_gradient, name=name, **kwargs,
    )  # fmt: skip


def mp_adamw_update(
    weight: Symbol, grad: Symbol, mean: Symbol, var: Symbol, weight32: Symbol, rescale_grad: Any, lr: float,
    eta: float, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8, wd: float = 0,
    clip_gradient: float = -1, out: Any = None, name: str | None = None, **kwargs: Any,
) -> Symbol:  # fmt: skip
    """As :func:`adamw_update` for half-precision weights with a single-precision copy."""
    return _internal._mp_adamw_update(
        weight=weight, grad=grad, mean=mean, var=var, weight32=weight32,
        rescale_grad=_scale(rescale_grad, "mp_adamw_update"), lr=lr, eta=eta, beta1=beta1, beta2=beta2,
        epsilon=epsilon, wd=wd, clip_gradient=clip_gradient, name=name, **kwargs,
    )  # fmt: skip
