"""Optimizers that keep a scale for every element of a parameter."""

from __future__ import annotations

from math import sqrt
from typing import Any

from .. import ndarray as nd
from ..kernels.update import Steps
from .base import Optimizer, register

__all__ = ["FTML", "AdaDelta", "AdaGrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSProp"]


@register
class Adam(Optimizer):
    """Adam (Kingma and Ba, 2014): ``adam_update`` with the bias correction in the rate.

    Weight decay is added to the gradient. State: (mean, variance).
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        lazy_update: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.lazy_update = lazy_update

    def create_state(self, index: Any, weight: Any) -> Any:
        return (self._zeros_stored_like(weight), self._zeros_stored_like(weight))

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[str, dict[str, Any]]:
        lr *= sqrt(1.0 - self.beta2**t) / (1.0 - self.beta1**t)
        options = {"lr": lr, "wd": wd, "beta1": self.beta1, "beta2": self.beta2, "epsilon": self.epsilon}
        return "adam_update", {**options, **self._gradient_options(), "lazy_update": self.lazy_update}

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._update_by_rule(index, weight, grad, state)


@register
class AdaGrad(Optimizer):
    """AdaGrad (Duchi et al., 2011).

    ``history += grad^2; weight -= lr * (grad / sqrt(history + eps) + wd * weight)``
    """

    def __init__(self, eps: float = 1e-7, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index: Any, weight: Any) -> Any:
        return self._zeros_stored_like(weight)

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[Steps, dict[str, float]]:
        values = {"neg_lr": -lr, "wd": wd, "eps": self.float_stable_eps, **self._scales()}
        steps = (
            ("g", self._prepared_text()),
            ("history", "history + g * g"),
            ("weight", "weight + (g / sqrt(history + eps) + weight * wd) * neg_lr"),
        )
        return Steps(steps, ("history",), tuple(values)), values

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        lr, wd = self._begin(index, weight, grad)
        if grad.stype == "row_sparse":
            nd.sparse.adagrad_update(
                weight, grad, state, out=weight, lr=lr, wd=wd, epsilon=self.float_stable_eps, **self._gradient_options()
            )
            return
        grad = self._prepared(grad)
        state[:] += nd.square(grad)
        step = grad / nd.sqrt(state + self.float_stable_eps)
        weight[:] += (step + weight * wd) * -lr


@register
class RMSProp(Optimizer):
    """RMSProp: Tieleman and Hinton (2012), or with ``centered=True`` Graves (2013).

    Operators ``rmsprop_update`` and ``rmspropalex_update``.

    Parameters
    ----------
    gamma1 : decay of the mean square.
    gamma2 : momentum of the centered form.
    clip_weights : weights are limited to [-clip_weights, clip_weights] after the update.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        gamma1: float = 0.9,
        gamma2: float = 0.9,
        epsilon: float = 1e-8,
        centered: bool = False,
        clip_weights: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.gamma1, self.gamma2 = gamma1, gamma2
        self.centered = centered
        self.epsilon = epsilon
        self.clip_weights = clip_weights

    def create_state(self, index: Any, weight: Any) -> Any:
        return tuple(self._zeros_stored_like(weight) for _ in range(3 if self.centered else 1))

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[str, dict[str, Any]]:
        options = {"lr": lr, "wd": wd, **self._gradient_options(), "gamma1": self.gamma1, "epsilon": self.epsilon}
        if self.clip_weights:
            options["clip_weights"] = self.clip_weights
        return (
            ("rmspropalex_update", {**options, "gamma2": self.gamma2}) if self.centered else ("rmsprop_update", options)
        )

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._update_by_rule(index, weight, grad, state)


@register
class AdaDelta(Optimizer):
    """AdaDelta (Zeiler, 2012); has no learning rate. State: (mean square gradient, mean square step)."""

    def __init__(self, rho: float = 0.90, epsilon: float = 1e-5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rho = rho
        self.epsilon = epsilon

    def create_state(self, index: Any, weight: Any) -> Any:
        return (self._zeros_like(weight), self._zeros_like(weight))

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[Steps, dict[str, float]]:
        values = {"rho": self.rho, "left": 1.0 - self.rho, "eps": self.epsilon, "wd": wd, **self._scales()}
        steps = (
            ("g", self._prepared_text()),
            ("squares", "squares * rho + left * g * g"),
            ("step", "sqrt(steps + eps) / sqrt(squares + eps) * g"),
            ("steps", "steps * rho + left * step * step"),
            ("weight", "weight - (step + wd * weight)"),
        )
        return Steps(steps, ("squares", "steps"), tuple(values)), values

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        _, wd = self._begin(index, weight, grad)
        grad = self._prepared(grad)
        square_grad, square_step = state
        square_grad[:] *= self.rho
        square_grad[:] += (1.0 - self.rho) * grad * grad
        step = nd.sqrt(square_step + self.epsilon) / nd.sqrt(square_grad + self.epsilon) * grad
        square_step[:] *= self.rho
        square_step[:] += (1.0 - self.rho) * step * step
        weight[:] -= step + wd * weight


@register
class Ftrl(Optimizer):
    """Follow the regularised leader (McMahan et al., 2013): ``ftrl_update``. `lamda1` is the L1 penalty."""

    def __init__(self, lamda1: float = 0.01, learning_rate: float = 0.1, beta: float = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lamda1 = lamda1
        self.beta = beta
        self.lr = learning_rate

    def create_state(self, index: Any, weight: Any) -> Any:
        return (self._zeros_stored_like(weight), self._zeros_stored_like(weight))

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[str, dict[str, Any]]:
        options = {"lr": lr, "wd": wd, **self._gradient_options(), "lamda1": self.lamda1, "beta": self.beta}
        return "ftrl_update", options

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._update_by_rule(index, weight, grad, state)


@register
class FTML(Optimizer):
    """Follow the moving leader (Zheng and Kwok, 2017): ``ftml_update``."""

    def __init__(self, beta1: float = 0.6, beta2: float = 0.999, epsilon: float = 1e-8, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def create_state(self, index: Any, weight: Any) -> Any:
        return tuple(self._zeros_like(weight) for _ in range(3))

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[str, dict[str, Any]]:
        options = {"lr": lr, "wd": wd, "rescale_grad": self.rescale_grad, "t": t}
        options.update(beta1=self.beta1, beta2=self.beta2, epsilon=self.epsilon)
        if self.clip_gradient:
            options["clip_grad"] = self.clip_gradient
        return "ftml_update", options

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._update_by_rule(index, weight, grad, state)


@register
class Adamax(Optimizer):
    """Adam with the infinity norm (Kingma and Ba, 2014, section 7)."""

    def __init__(self, learning_rate: float = 0.002, beta1: float = 0.9, beta2: float = 0.999, **kwargs: Any) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1, self.beta2 = beta1, beta2

    def create_state(self, index: Any, weight: Any) -> Any:
        return (self._zeros_like(weight), self._zeros_like(weight))

    def _rule(self, parts: int, lr: float, wd: float, t: int) -> tuple[Steps, dict[str, float]]:
        values = {"lr": lr / (1.0 - self.beta1**t), "wd": wd, "beta1": self.beta1, "left": 1.0 - self.beta1}
        values |= {"beta2": self.beta2, **self._scales()}
        g = "grad * rescale + wd * weight"
        steps = (
            ("g", g if self.clip_gradient is None else f"clip({g}, -clip, clip)"),
            ("mean", "mean * beta1 + left * g"),
            ("largest", "maximum(beta2 * largest, abs(g))"),
            ("weight", "weight - lr * mean / largest"),
        )
        return Steps(steps, ("mean", "largest"), tuple(values)), values

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        lr, wd = self._begin(index, weight, grad)
        lr /= 1.0 - self.beta1 ** self._index_update_count[index]
        # The decay goes in before clipping, unlike in AdaGrad.
        grad = _decayed(self, grad, wd, weight)
        mean, largest = state
        mean[:] *= self.beta1
        mean[:] += (1.0 - self.beta1) * grad
        largest[:] = nd.maximum(self.beta2 * largest, nd.abs(grad))
        weight[:] -= lr * mean / largest


@register
class Nadam(Optimizer):
    """Adam with Nesterov momentum (Dozat, 2016). The momentum schedule is shared by all parameters, as in MXNet."""

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        schedule_decay: float = 0.004,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.schedule_decay = schedule_decay
        self.m_schedule = 1.0

    def create_state(self, index: Any, weight: Any) -> Any:
        return (self._zeros_like(weight), self._zeros_like(weight))

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        lr, wd = self._begin(index, weight, grad)
        t = self._index_update_count[index]
        grad = _decayed(self, grad, wd, weight)
        now = self.beta1 * (1.0 - 0.5 * 0.96 ** (t * self.schedule_decay))
        following = self.beta1 * (1.0 - 0.5 * 0.96 ** ((t + 1) * self.schedule_decay))
        self.m_schedule *= now
        schedule_next = self.m_schedule * following
        mean, variance = state
        mean[:] *= self.beta1
        mean[:] += (1.0 - self.beta1) * grad
        variance[:] *= self.beta2
        variance[:] += (1.0 - self.beta2) * grad * grad
        grad_prime = grad / (1.0 - self.m_schedule)
        mean_prime = mean / (1.0 - schedule_next)
        variance_prime = variance / (1.0 - self.beta2**t)
        mean_bar = (1.0 - now) * grad_prime + following * mean_prime
        weight[:] -= lr * mean_bar / (nd.sqrt(variance_prime) + self.epsilon)


def _decayed(optimizer: Optimizer, grad: Any, wd: float, weight: Any) -> Any:
    grad = grad * optimizer.rescale_grad + wd * weight
    clip = optimizer.clip_gradient
    return grad if clip is None else nd.clip(grad, -clip, clip)
