"""Optimiser updates as generated kernels: one pass over weight, gradient and states, in place.

The programs are made from the rules that declare the operators, so there is one formula for both.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..core import kernel_table
from ..core.expr import parse
from ..core.op import OpDef, all_ops
from ..ops.optimizer import Rule, single
from . import jit_enabled
from .flat import Flat, flat

__all__ = ["Steps", "Update", "attach", "update_of"]


def attach() -> None:
    """Offers a kernel for every update operator that has a rule."""
    for op in all_ops().values():
        if _has_kernel(op):
            kernel_table.into_kernels[op.name] = _maker(op)


def _has_kernel(op: OpDef) -> bool:
    return isinstance(getattr(op, "rule", None), Rule) and "weight32" not in op.inputs


def _names(states: Sequence[str], targets: set[str], half: bool) -> tuple[tuple, ...]:
    """The arrays of a loop: weight, gradient, states; or with `half` the weight in float16 first and itself last."""
    if not half:
        return tuple((n, n in targets) for n in ("weight", "grad", *states))
    own = tuple((n, n in targets) for n in (*states, "weight"))
    return ("half", True, "float16"), ("grad", False, "float16"), *own


class Steps(NamedTuple):
    """An update that is no operator: assignments to weight and states, over these, ``grad`` and `params`."""

    steps: tuple[tuple[str, str], ...]
    states: tuple[str, ...]
    params: tuple[str, ...]

    def loop(self, half: bool = False) -> Flat:
        """Its loop over weight, gradient and states; with `half` see `Update.choose`."""
        names = _names(self.states, {t for t, _ in self.steps}, half)
        return flat((*self.steps, ("half", "weight")) if half else self.steps, names, self.params)


class Update:
    """The loops of an update operator, for float32 parameters of any size."""

    def __init__(self, op: OpDef) -> None:
        self._rule = op.rule
        self._chosen: dict[Any, tuple[Flat, list[float]]] = {}  # by attributes, which repeat from step to step

    def choose(self, a: Any, half: bool = False) -> tuple[Flat, list[float]]:
        """The loop for these attributes, over the operator's inputs, and the values of its params.

        With `half` it works on the float32 copy of a float16 weight: over the half weight and gradient, the states,
        and the copy last.
        """
        pair = self._chosen.get((a, half))
        if pair is None:
            if len(self._chosen) >= 64:
                self._chosen.clear()
            pair = self._chosen[a, half] = self._choose(a, half)
        return pair

    def _choose(self, a: Any, half: bool) -> tuple[Flat, list[float]]:
        steps = tuple((t, e.text) for t, e in self._rule.steps(a))
        arrays = ("weight", "grad", *self._rule.states)
        used: list[str] = []
        targets: set[str] = set()
        for target, text in steps:
            used += [n for n in parse(text).names if n not in targets and n not in arrays and n not in used]
            targets.add(target)
        numbers = self._rule.numbers(a)
        loop = Steps(steps, self._rule.states, tuple(used)).loop(half)
        return loop, [single(numbers[p] if p in numbers else getattr(a, p)) for p in used]


@functools.cache
def update_of(op: OpDef) -> Update | None:
    """The loops of an update operator; None where there are none."""
    return Update(op) if _has_kernel(op) else None


def _maker(op: OpDef) -> Callable[..., Any]:
    def make(shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., bool] | None:
        update = update_of(op)
        if any(d != np.float32 for d in dtypes) or 0 in shapes[0] or not jit_enabled() or update is None:
            return None

        def into(a: Any, out: Any, *bufs: Any) -> bool:
            """Runs in place; False where `out` is not the weight."""
            if out is not bufs[0]:
                return False
            loop, values = update.choose(a)
            loop(bufs, values)
            return True

        return into

    return make
