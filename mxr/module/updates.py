"""The update of a module's parameters: one call per step, by whichever way is shortest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..optimizer.flat import UpdateStep

__all__ = ["Updates"]


class Updates:
    """Gradients to weights of a bound module.

    Without a kvstore, parameter i of device k has the index ``i * devices + k``, as in MXNet; where the executors
    keep their parameters in one buffer, all are updated by one operator. With a kvstore the sums of the gradients
    come from it, or the new weights.

    Parameters
    ----------
    module : a `Module`.
    order : parameter names that number the parameters; None for the module's own. Modules that share an optimizer
        share the numbers, so that each parameter finds its state.
    """

    def __init__(self, module: Any, order: Sequence[str] | None = None) -> None:
        group = module._exec_group
        self._kvstore, self._on_kvstore = module._kvstore, module._update_on_kvstore
        names = list(group.param_names)
        self._pairs = [
            (name, weights, grads)
            for name, weights, grads in zip(names, group.param_arrays, group.grad_arrays)
            if grads[0] is not None
        ]
        self._steps: list[UpdateStep] = []
        if self._on_kvstore:
            return
        order = names if order is None else list(order)
        place = {name: i for i, name in enumerate([*order, *(n for n in names if n not in order)])}
        devices = len(group.contexts)
        for k, flat in enumerate(group.flat_params):
            used = [name for name, _, _ in self._pairs]
            self._steps.append(
                UpdateStep(
                    module._updater,
                    [place[name] * devices + k for name in used],
                    [weights[k] for _, weights, _ in self._pairs],
                    [grads[k] for _, _, grads in self._pairs],
                    flat,
                    used,
                )
            )

    def covers(self, module: Any) -> bool:
        """Whether these are the updates of another module too: the same parameters and gradients."""
        group = module._exec_group
        theirs = [
            pair for pair in zip(group.param_names, group.param_arrays, group.grad_arrays) if pair[2][0] is not None
        ]
        return len(theirs) == len(self._pairs) and all(
            name == other and all(map(_same, weights, others)) and all(map(_same, grads, their_grads))
            for (name, weights, grads), (other, others, their_grads) in zip(self._pairs, theirs)
        )

    def __call__(self) -> None:
        if self._kvstore is not None:
            for name, weights, grads in self._pairs:
                self._kvstore.push(name, grads)
                self._kvstore.pull(name, weights if self._on_kvstore else grads)
        for step in self._steps:
            step()


def _same(one: Any, other: Any) -> bool:
    return one is other
