"""Gradient descent and its close relatives: one rate for all elements of a parameter."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import random
from .base import Optimizer, aggregation_size, register

__all__ = ["DCASGD", "NAG", "SGD", "SGLD", "Signum", "Test", "ccSGD"]


class _Momentum(Optimizer):
    """SGD and NAG: the master copy of a float16 weight is the *second* part of the state, as in MXNet's files."""

    momentum: float

    def create_state_multi_precision(self, index: Any, weight: Any) -> Any:
        if self._needs_master(weight):
            master = weight.astype(np.float32)
            return (self.create_state(index, master), master)
        self._warn_float16(weight)
        return self.create_state(index, weight)

    def create_state(self, index: Any, weight: Any) -> Any:
        return self._zeros_stored_like(weight) if self.momentum != 0.0 else None

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[str, dict[str, Any]]:
        raise NotImplementedError

    def _master_of(self, state: Any) -> tuple[Any, Any]:
        return state[1], state[0]

    def _step(self, index: Any, weight: Any, grad: Any, state: Any, master: Any) -> None:
        if master is None:
            self._update_by_rule(index, weight, grad, state)
            return
        lr, wd = self._begin(index, weight, grad)
        states = () if state is None else (state,)
        name, options = self._rule(len(states), lr, wd, self._index_update_count[index])
        options.pop("lazy_update", None)
        getattr(nd, f"mp_{name}")(weight, grad, *states, master, out=weight, **options)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._step(index, weight, grad, state, None)

    def update_multi_precision(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        if self._needs_master(weight):
            self._step(index, weight, grad, *state)
        else:
            self._step(index, weight, grad, state, None)


@register
class SGD(_Momentum):
    """Stochastic gradient descent with momentum and weight decay.

    ``mom = momentum * mom - lr * (rescale_grad * clip(grad) + wd * weight); weight += mom``
    by the operators ``sgd_update``, ``sgd_mom_update``, ``mp_sgd_update`` and ``mp_sgd_mom_update``.

    Parameters
    ----------
    momentum : 0 for plain gradient descent.
    lazy_update : only touch rows with a gradient; means nothing for dense gradients.
    """

    def __init__(self, momentum: float = 0.0, lazy_update: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum
        self.lazy_update = lazy_update
        self.aggregate_num = aggregation_size(4)

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[str, dict[str, Any]]:
        options = {"lr": lr, "wd": wd, **self._gradient_options(), "lazy_update": self.lazy_update}
        if not parts:
            return "sgd_update", options
        return "sgd_mom_update", {**options, "momentum": self.momentum}


@register
class ccSGD(SGD):
    """Old name of `SGD`."""


@register
class NAG(_Momentum):
    """Nesterov's accelerated gradient: ``nag_mom_update``, ``mp_nag_mom_update``; plain SGD without momentum."""

    def __init__(self, momentum: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum

    def create_state(self, index: Any, weight: Any) -> Any:
        return self._zeros_like(weight) if self.momentum != 0.0 else None

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[str, dict[str, Any]]:
        options = {"lr": lr, "wd": wd, **self._gradient_options()}
        return ("nag_mom_update", {**options, "momentum": self.momentum}) if parts else ("sgd_update", options)


@register
class Signum(Optimizer):
    """The sign of the gradient or of its momentum (Bernstein et al., 2018): ``signsgd_update``, ``signum_update``.

    Parameters
    ----------
    wd_lh : decay decoupled from the gradient (Loshchilov and Hutter, 2017).
    """

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9, wd_lh: float = 0.0, **kwargs: Any) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum
        self.wd_lh = wd_lh

    def create_state(self, index: Any, weight: Any) -> Any:
        return self._zeros_stored_like(weight) if self.momentum != 0.0 else None

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[str, dict[str, Any]]:
        options = {"lr": lr, "wd": wd, **self._gradient_options()}
        if not parts:
            return "signsgd_update", options
        if self.momentum > 0:
            options["momentum"] = self.momentum
        if self.wd_lh:
            options["wd_lh"] = self.wd_lh
        return "signum_update", options

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._update_by_rule(index, weight, grad, state)


@register
class DCASGD(Optimizer):
    """Delay-compensated asynchronous SGD (Zheng et al., 2016).

    Parameters
    ----------
    lamda : strength of the compensation ``lamda * grad^2 * (weight - weight at the previous update)``.
    """

    def __init__(self, momentum: float = 0.0, lamda: float = 0.04, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum
        self.weight_previous: dict[Any, Any] = {}
        self.lamda = lamda

    def create_state(self, index: Any, weight: Any) -> Any:
        return (None if self.momentum == 0.0 else self._zeros_like(weight), weight.copy())

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        lr, wd = self._begin(index, weight, grad)
        grad = self._prepared(grad)
        momentum, previous = state
        step = -lr * (grad + wd * weight + self.lamda * grad * grad * (weight - previous))
        if momentum is not None:
            momentum[:] *= self.momentum
            momentum[:] += step
            step = momentum
        previous[:] = weight
        weight[:] += step


@register
class SGLD(Optimizer):
    """Stochastic gradient Langevin dynamics (Welling and Teh, 2011): half a step plus noise N(0, lr)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        lr, wd = self._begin(index, weight, grad)
        grad = self._prepared(grad)
        weight[:] += -lr / 2 * (grad + wd * weight)
        weight[:] += random.normal(0, sqrt(lr), shape=weight.shape, dtype=weight.dtype, ctx=weight.context)


@register
class Test(Optimizer):
    """Adds the rescaled gradient to the weight: for tests of the machinery around optimizers."""

    __test__ = False  # not a pytest class

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def create_state(self, index: Any, weight: Any) -> Any:
        return nd.zeros(weight.shape, weight.context)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        weight[:] += grad * self.rescale_grad
        state[:] = weight
