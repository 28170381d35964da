"""Groups of elementwise graph nodes as generated kernels: the bridge from the compiled graph to mxr.kernels.jit."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any

from ..core.expr import Expr
from . import jit

__all__ = ["program_of"]


def _strides(shape: tuple[int, ...], domain: tuple[int, ...]) -> tuple[int, ...]:
    """Element strides of a contiguous array of `shape` broadcast over `domain`."""
    out = [0] * len(domain)
    step = 1
    for i in range(1, len(shape) + 1):
        d = shape[-i]
        out[-i] = step if d != 1 or domain[-i] == 1 else 0
        step *= d
    return tuple(out)


@functools.lru_cache(maxsize=4096)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")


def _text(e: Expr, values: dict[str, str]) -> str:
    if not e.names:
        return e.text
    return _pattern(e.names).sub(lambda m: values[m[1]], e.text)


def program_of(
    nodes: Sequence[Any],
    expr_of: Callable[[Any], Expr | None],
    ins: Sequence[Any],
    outs: Sequence[Any],
    elements: int | None = None,
) -> jit.Program:
    """One program for a group of elementwise nodes of one shape.

    `nodes` have op, a, ins, outs; `ins` and `outs` are the values that cross the group's border, in the order in
    which the kernel's arrays will be bound. With `elements` all arrays are flat runs of that many.
    """
    domain = nodes[0].outs[0].shape or (1,)

    def strides(v: Any) -> tuple[int, ...]:
        return (1,) if elements is not None else _strides(v.shape, domain)

    operands = [jit.Operand(f"v{v.id}", v.dtype.name, strides(v)) for v in ins]
    operands += [jit.Operand(f"v{v.id}", v.dtype.name, strides(v), True) for v in outs]
    if elements is not None:
        domain = (elements,)
    stmts = []
    for n in nodes:
        e = expr_of(n)
        assert e is not None
        values: dict[str, str] = {}
        names = n.op.input_names(n.a, len(n.ins))
        for name in e.names:
            if name in names:
                values[name] = f"v{n.ins[names.index(name)].id}"
            else:
                number = getattr(n.a, name)
                values[name] = (
                    f"({float(number)!r})"
                    if abs(float(number)) != float("inf")
                    else ("inf" if number > 0 else "(-inf)")
                )
        stmts.append((f"v{n.outs[0].id}", _text(e, values), n.outs[0].dtype.name))
    return jit.fused(stmts, operands, domain)
