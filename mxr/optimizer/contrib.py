"""Optimizers of ``mx.optimizer.contrib``."""

from __future__ import annotations

from typing import Any

from .. import ndarray as nd
from ..base import MXNetValueError
from .base import Optimizer, register

__all__ = ["GroupAdaGrad"]


@register
class GroupAdaGrad(Optimizer):
    """AdaGrad with one scale per row: ``history += mean(grad^2, row); w -= lr * grad / sqrt(history + eps)``."""

    def __init__(self, eps: float = 1e-5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index: Any, weight: Any) -> Any:
        if len(weight.shape) != 2:
            raise MXNetValueError(f"GroupAdaGrad needs a weight of 2 dimensions, got shape {weight.shape}")
        return nd.zeros((weight.shape[0], 1), weight.context, stype=weight.stype)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        lr, wd = self._begin(index, weight, grad)
        if wd != 0:
            raise MXNetValueError(f"Weight decay is not supported for GroupAdaGrad, got wd={wd}")
        if grad.stype == "row_sparse":
            options = {"epsilon": self.float_stable_eps, **self._gradient_options()}
            nd.contrib.group_adagrad_update(weight, grad, state, out=weight, lr=lr, **options)
            return
        grad = self._prepared(grad)
        state[:] += nd.mean(nd.square(grad), axis=1, keepdims=True)
        weight[:] -= lr * grad / nd.sqrt(state + self.float_stable_eps)
