"""Optimizers for large batches: the rate of each layer follows the norms of its weight and gradient."""

from __future__ import annotations

import logging
from math import sqrt
from typing import Any

from .. import ndarray as nd
from .base import Optimizer, aggregation_size, register
from .sgd import _Momentum

__all__ = ["LAMB", "LARS", "LBSGD"]


@register
class LARS(_Momentum):
    """Layer-wise adaptive rate scaling (You et al., 2017).

    The rate of a weight is multiplied by ``eta * |w| / (|g| + wd * |w| + eps)``; names that end in gamma, beta or
    bias keep the plain rate.

    Parameters
    ----------
    momentum_correction : scale the momentum when a schedule changes the rate (Goyal et al., 2017).
    """

    def __init__(
        self,
        momentum: float = 0.0,
        lazy_update: bool = True,
        eta: float = 0.001,
        eps: float = 0,
        momentum_correction: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum
        self.momentum_correction = momentum_correction
        self.lazy_update = lazy_update
        self.aggregate_num = aggregation_size(4)
        self.eta, self.eps = eta, eps
        self.skip = 0
        self.last_lr: float | None = None
        self.cur_lr: float | None = None

    def set_wd_mult(self, args_wd_mult: Any) -> None:
        """As `Optimizer.set_wd_mult`, but gammas are spared too."""
        spared = {name: 0.0 for name in self.idx2name.values() if not name.endswith("_weight")}
        self.wd_mult = {**spared, **self._from_symbol("__wd_mult__"), **args_wd_mult}

    def _get_lrs(self, indices: Any) -> list[float]:
        rate = self.learning_rate
        self.last_lr = rate if self.cur_lr is None else self.cur_lr
        self.cur_lr = rate
        return [rate * m for m in self._multipliers(indices, self.lr_mult, "lr_mult")]

    def _scaled(self, index: Any, weight: Any, grad: Any, lr: float, wd: float) -> float:
        name = self.idx2name.get(index, str(index))
        if name.endswith(("gamma", "beta", "bias")):
            return lr
        weight_norm = nd.norm(weight).asscalar()
        grad_norm = nd.norm(grad).asscalar()
        grad_norm *= self.rescale_grad
        if weight_norm > 0.0 and grad_norm > 0.0:
            return float(lr * self.eta * weight_norm / (grad_norm + wd * weight_norm + self.eps))
        return lr

    def update_multi(self, indices: Any, weights: Any, grads: Any, states: Any) -> None:
        """In groups of `aggregate_num` weights of one dtype, as in MXNet: the first sees that a rate has changed."""
        by_dtype: dict[Any, list[tuple]] = {}
        for one in zip(indices, weights, grads, states):
            by_dtype.setdefault(one[1].dtype, []).append(one)
        size = max(self.aggregate_num, 1)
        for group in (ones[i : i + size] for ones in by_dtype.values() for i in range(0, len(ones), size)):
            numbers = [one[0] for one in group]
            self._update_count(numbers)
            for (index, weight, grad, state), lr, wd in zip(group, self._get_lrs(numbers), self._get_wds(numbers)):
                momentum, master = state if self._needs_master(weight) else (state, None)
                self._apply(index, weight, grad, momentum, master, lr, wd)

    def _step(self, index: Any, weight: Any, grad: Any, state: Any, master: Any) -> None:
        self._apply(index, weight, grad, state, master, *self._begin(index, weight, grad))

    def _apply(self, index: Any, weight: Any, grad: Any, state: Any, master: Any, lr: float, wd: float) -> None:
        lr = self._scaled(index, weight, grad, lr, wd)
        options = self._gradient_options()
        if state is None:
            if master is None:
                nd.sgd_update(weight, grad, out=weight, lazy_update=self.lazy_update, lr=lr, wd=wd, **options)
            else:
                nd.mp_sgd_update(weight, grad, master, out=weight, lr=lr, wd=wd, **options)
            return
        options["momentum"] = self.momentum
        if self.momentum_correction and self.last_lr:
            options["momentum"] *= self.cur_lr / self.last_lr  # type: ignore[operator]
        if master is None:
            nd.sgd_mom_update(weight, grad, state, out=weight, lazy_update=self.lazy_update, lr=lr, wd=wd, **options)
        else:
            nd.mp_sgd_mom_update(weight, grad, state, master, out=weight, lr=lr, wd=wd, **options)


@register
class LBSGD(Optimizer):
    """SGD for large batches: gradients of `batch_scale` small batches are summed, the rate is warmed up.

    Parameters
    ----------
    warmup_strategy : "linear", "power2", "sqrt" (rate grows to `batch_scale` times itself over `warmup_epochs`),
        "lars" (rate by layer), or any other string for none.
    updates_per_epoch : to turn epochs into updates.
    """

    def __init__(
        self,
        momentum: float = 0.0,
        multi_precision: bool = False,
        warmup_strategy: str = "linear",
        warmup_epochs: int = 5,
        batch_scale: float = 1,
        updates_per_epoch: int = 32,
        begin_epoch: int = 0,
        num_epochs: int = 60,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        logging.info("Running Large-Batch SGD Algorithm")
        logging.info(
            "(Batch_scale=%f, warmup_epochs=%d, warmup_strategy=%s, updates_per_epoch=%d)",
            batch_scale,
            warmup_epochs,
            warmup_strategy,
            updates_per_epoch,
        )
        self.momentum = momentum
        self.multi_precision = multi_precision
        self.warmup_strategy, self.warmup_epochs = warmup_strategy, warmup_epochs
        self.batch_scale, self.updates_per_epoch = batch_scale, updates_per_epoch
        self.init_updates = begin_epoch * updates_per_epoch
        self.num_epochs = num_epochs
        self.lbmult = 1
        self.cumgrads: dict[Any, dict[str, Any]] = {}
        self.adaptive = False
        self.admult = 1

    def create_state(self, index: Any, weight: Any) -> Any:
        return self._zeros_stored_like(weight) if self.momentum != 0.0 else None

    def _warmed(self, done: int) -> float:
        whole, top = self.warmup_epochs * self.updates_per_epoch, float(self.batch_scale)
        if done >= whole:
            return top
        if whole <= 1:
            return 1.0
        ways = {"linear": done / whole, "power2": (done * done) / (whole * whole), "sqrt": sqrt(done / whole)}
        return 1.0 + (top - 1) * ways.get(self.warmup_strategy, 0.0)

    @staticmethod
    def _lars(weight: Any, grad: Any, wd: float) -> float:
        weight2 = float((weight * weight).asnumpy().sum())
        grad2 = float((grad * grad).asnumpy().sum())
        return min(max(sqrt(weight2 / (grad2 + wd * weight2 + 1e-18)), 0.01), 100)

    def _accumulate(self, grad: Any, index: Any) -> dict[str, Any]:
        past = self.cumgrads.get(index)
        if past and past["num_cums"] > 0:
            now = {"cum_grad": past["cum_grad"] + grad, "num_cums": past["num_cums"] + 1}
        else:
            # A copy: the executor writes its next gradient into `grad`.
            now = {"cum_grad": grad.copy(), "num_cums": self.init_updates + 1}
        self.cumgrads[index] = now
        return now

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        lr = self._get_lr(index)  # before counting, as in MXNet: a schedule acts one update later here
        _, wd = self._begin(index, weight, grad)
        sums = self._accumulate(grad, index)
        if sums["num_cums"] % self.batch_scale != 0:
            return
        grad = sums["cum_grad"] / self.batch_scale
        if self.warmup_strategy == "lars":
            lr *= self._lars(weight, grad, wd)
        else:
            lr *= self._warmed(sums["num_cums"])
        sums["cum_grad"] = 0
        options = self._gradient_options()
        if state is None:
            nd.sgd_update(weight, grad, out=weight, lr=lr, wd=wd, **options)
        else:
            nd.sgd_mom_update(weight, grad, state, out=weight, lr=lr, wd=wd, momentum=self.momentum, **options)


@register
class LAMB(Optimizer):
    """Adam with a trust ratio per layer (You et al., 2019): ``lamb_update_phase1`` and ``lamb_update_phase2``.

    Parameters
    ----------
    lower_bound, upper_bound : limits of the weight's norm in the trust ratio; None for no limit.
    bias_correction : as in Adam.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-6,
        lower_bound: float | None = None,
        upper_bound: float | None = None,
        bias_correction: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.lower_bound, self.upper_bound = lower_bound, upper_bound
        self.bias_correction = bias_correction
        self.aggregate_num = max(1, min(45, aggregation_size(45)))

    def create_state(self, index: Any, weight: Any) -> Any:
        return (self._zeros_stored_like(weight), self._zeros_stored_like(weight))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        lr, wd = self._begin(index, weight, grad)
        step = nd.lamb_update_phase1(
            weight,
            grad,
            state[0],
            state[1],
            wd=wd,
            t=self._index_update_count[index],
            beta1=self.beta1,
            beta2=self.beta2,
            epsilon=self.epsilon,
            bias_correction=self.bias_correction,
            **self._gradient_options(),
        )
        bounds: dict[str, Any] = {"lower_bound": self.lower_bound, "upper_bound": self.upper_bound}
        bounds = {name: value for name, value in bounds.items() if value}
        nd.lamb_update_phase2(weight, step, weight.norm(), step.norm(), lr=lr, out=weight, **bounds)
