"""Optimiser updates as generated kernels: one pass over weight, gradient and states, in place.

The programs are made from the rules that declare the operators, so there is one formula for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import kernel_table
from ..core.expr import parse
from ..core.op import all_ops
from ..ops.optimizer import Rule
from . import jit_enabled

__all__ = ["attach"]

# Below this many elements the plain NumPy formula is as fast.
SMALL = 2048


def attach() -> None:
    """Offers a kernel for every update operator that has a rule."""
    for op in all_ops().values():
        rule = getattr(op, "rule", None)
        if isinstance(rule, Rule) and "weight32" not in op.inputs:
            kernel_table.into_kernels[op.name] = _maker(rule)


def _maker(rule: Any) -> Callable[..., Any]:
    names = ("weight", "grad", *rule.states)

    def make(shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., bool] | None:
        size = int(np.prod(shapes[0], dtype=np.int64))
        if any(d != np.float32 for d in dtypes) or size < SMALL or not jit_enabled():
            return None
        from . import jit

        kernels: dict[tuple, tuple[Any, list[str]]] = {}
        chosen: dict[Any, tuple[Any, dict[str, float]]] = {}  # by attributes, which repeat from step to step

        def choose(a: Any) -> tuple[Any, dict[str, float]]:
            steps = tuple((t, e.text) for t, e in rule.steps(a))
            found = kernels.get(steps)
            if found is None:
                found = kernels[steps] = _compile(jit, names, steps, size)
            kernel, params = found
            numbers = rule.numbers(a)
            return kernel, {p: numbers[p] if p in numbers else getattr(a, p) for p in params}

        def into(a: Any, out: Any, *bufs: Any) -> bool:
            """Runs in place; False where `out` is not the weight."""
            if out is not bufs[0]:
                return False
            pair = chosen.get(a)
            if pair is None:
                if len(chosen) >= 64:
                    chosen.clear()
                pair = chosen[a] = choose(a)
            kernel, values = pair
            kernel.bind_addresses([b.__array_interface__["data"][0] for b in bufs], values)()
            return True

        return into

    return make


def _compile(jit: Any, names: tuple[str, ...], steps: tuple, size: int) -> tuple[Any, list[str]]:
    used: list[str] = []
    targets: set[str] = set()
    for target, text in steps:
        used += [n for n in parse(text).names if n not in targets and n not in names and n not in used]
        targets.add(target)
    operands = [jit.Operand(n, "float32", (1,), n in targets) for n in names]
    kernel = jit.compile_fused([(t, text) for t, text in steps], operands, (size,), used)
    return kernel, used
