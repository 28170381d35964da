"""MXNet R's optimisers (``mx.opt.*``) for a Trainer."""

from __future__ import annotations

from typing import Any

import mxr as mx

from . import r_convert as cv
from .r_optim import Builtin, updater_of

__all__ = ["ROptimizer"]


class ROptimizer(mx.optimizer.Optimizer):
    """An optimiser of R: its own rule and schedule, with the factors of Trainer and parameters."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self._rule = updater_of(spec)
        builtin = self._rule if isinstance(self._rule, Builtin) else None
        super().__init__(learning_rate=1.0 if builtin is None else builtin.lr)
        self._own_rescale = 1.0 if builtin is None else float(builtin.options["rescale.grad"])

    def __reduce__(self) -> Any:
        raise cv.RInputError(
            "save_states: an optimiser of mx.opt.* cannot be written to a file; give the Trainer an optimiser's name"
        )

    @property
    def learning_rate(self) -> float:
        return self._rule.lr if isinstance(self._rule, Builtin) else self.lr

    def set_learning_rate(self, lr: float) -> None:
        self.lr = lr
        if isinstance(self._rule, Builtin):
            self._rule.lr = lr

    def create_state(self, index: Any, weight: Any) -> list[Any]:
        return []

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._update_count(index)
        rule = self._rule
        if not isinstance(rule, Builtin):
            rule.update(index + 1, weight, grad * self.rescale_grad)
            return
        common, lr, wd = rule._common, rule.lr, rule._common["wd"]
        if state:
            rule._state[index] = state
        p = self.param_dict.get(index)
        common["rescale_grad"] = self._own_rescale * self.rescale_grad
        common["wd"] = wd * (1.0 if p is None else p.wd_mult)
        factor = 1.0 if p is None else p.lr_mult
        try:
            if factor != 1.0:
                rule.lr = lr * factor
            rule.update(index, weight, grad)
        finally:
            common["wd"] = wd
            if factor != 1.0:
                rule.lr = lr
        if isinstance(state, list) and not state:
            state.extend(rule._state.get(index, ()))
