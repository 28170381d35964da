"""Optimiser updates as generated kernels: one pass over weight, gradient and states, in place.

The programs are made from the rules that declare the operators, so there is one formula for both.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import kernel_table
from ..core.expr import parse
from ..core.op import OpDef, all_ops
from ..ops.optimizer import Rule
from . import jit_enabled
from .flat import Flat, flat

__all__ = ["Update", "attach", "update_of"]


def attach() -> None:
    """Offers a kernel for every update operator that has a rule."""
    for op in all_ops().values():
        if _has_kernel(op):
            kernel_table.into_kernels[op.name] = _maker(op)


def _has_kernel(op: OpDef) -> bool:
    return isinstance(getattr(op, "rule", None), Rule) and "weight32" not in op.inputs


class Update:
    """The loops of an update operator, for float32 parameters of any size."""

    def __init__(self, op: OpDef) -> None:
        self._rule = op.rule
        self._names = ("weight", "grad", *op.rule.states)
        self._chosen: dict[Any, tuple[Flat, list[float]]] = {}  # by attributes, which repeat from step to step

    def choose(self, a: Any) -> tuple[Flat, list[float]]:
        """The loop for these attributes, over the operator's inputs, and the values of its params."""
        pair = self._chosen.get(a)
        if pair is None:
            if len(self._chosen) >= 64:
                self._chosen.clear()
            pair = self._chosen[a] = self._choose(a)
        return pair

    def _choose(self, a: Any) -> tuple[Flat, list[float]]:
        steps = tuple((t, e.text) for t, e in self._rule.steps(a))
        used: list[str] = []
        targets: set[str] = set()
        for target, text in steps:
            used += [n for n in parse(text).names if n not in targets and n not in self._names and n not in used]
            targets.add(target)
        numbers = self._rule.numbers(a)
        loop = flat(steps, tuple((n, n in targets) for n in self._names), tuple(used))
        return loop, [numbers[p] if p in numbers else getattr(a, p) for p in used]


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
