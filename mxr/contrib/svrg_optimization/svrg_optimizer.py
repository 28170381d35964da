"""Two optimizers in one: of a module's parameters, and of the store's keys that hold full gradients."""

from __future__ import annotations

import inspect
from typing import Any

from ... import optimizer as opt

__all__: list[str] = []

_BASE = frozenset(inspect.signature(opt.Optimizer.__init__).parameters) - {"self"}


@opt.register
class _AssignmentOptimizer(opt.Optimizer):
    """The gradient becomes the weight."""

    def create_state(self, index: Any, weight: Any) -> None:
        return None

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        weight[:] = grad


@opt.register
class _SVRGOptimizer(opt.Optimizer):
    """Parameters whose name has ``full`` in it are assigned, all others updated by `default_optimizer`.

    Parameters
    ----------
    default_optimizer : a name, or an Optimizer.
    kwargs : of ``Optimizer``; all of them go to `default_optimizer` if it is a name.
    """

    def __init__(self, default_optimizer: Any, **kwargs: Any) -> None:
        super().__init__(**{k: v for k, v in kwargs.items() if k in _BASE})
        named = isinstance(default_optimizer, str)
        self.default_opt = opt.create(default_optimizer, **kwargs) if named else default_optimizer
        self.aux_opt = _AssignmentOptimizer()

    def _of(self, index: Any) -> Any:
        return self.aux_opt if "full" in str(self.idx2name.get(index, index)) else self.default_opt

    def create_state(self, index: Any, weight: Any) -> Any:
        return self._of(index).create_state(index, weight)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._of(index).update(index, weight, grad, state)
