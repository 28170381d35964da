"""Groups of elementwise graph nodes as generated kernels: the bridge from the compiled graph to mxr.kernels.jit."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any

from ..core.expr import Expr
from . import jit
from .jit.program import name_of

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
    ending: tuple[Callable[[str], str], tuple[int, ...]] | None = None,
) -> jit.Program:
    """One program for a group of elementwise nodes of one shape.

    `nodes` have op, a, ins, outs; `ins` and `outs` are the values that cross the group's border, in the order in
    which the kernel's arrays will be bound. With `elements` all arrays are flat runs of that many. With `ending` the
    last node is a reduction: its statement over a name, and its axes.

    Values are named by their place, so that equal groups are one kernel. It serves any number of elements of arrays
    without gaps, and any extent of the first dimension of others.
    """
    domain = (nodes[0].outs[0] if ending is None else nodes[-1].ins[0]).shape or (1,)
    if ending is not None:
        reduced = tuple(1 if i in ending[1] else n for i, n in enumerate(domain))
        made = nodes[-1].outs[0].id
        strides = [_strides(reduced if v.id == made else v.shape, domain) for v in (*ins, *outs)]
    elif elements is not None:
        domain, strides = (elements,), [(1,)] * (len(ins) + len(outs))
    else:
        domain, strides = jit.collapse(domain, [_strides(v.shape, domain) for v in (*ins, *outs)])
        if not domain:
            domain, strides = (1,), [(1 if i >= len(ins) else 0,) for i in range(len(strides))]
    names = {v.id: f"x{i}" for i, v in enumerate(ins)} | {v.id: f"y{i}" for i, v in enumerate(outs)}
    operands = [
        jit.Operand(names[v.id], v.dtype, along, i >= len(ins))
        for i, (v, along) in enumerate(zip((*ins, *outs), strides))
    ]
    stmts = []
    for i, n in enumerate(nodes if ending is None else nodes[:-1]):
        e = expr_of(n)
        assert e is not None
        values: dict[str, str] = {}
        inputs = n.op.input_names(n.a, len(n.ins))
        for name in e.names:
            if name in inputs:
                values[name] = names[n.ins[inputs.index(name)].id]
            else:
                number = getattr(n.a, name)
                values[name] = (
                    f"({float(number)!r})"
                    if abs(float(number)) != float("inf")
                    else ("inf" if number > 0 else "(-inf)")
                )
        target = names.setdefault(n.outs[0].id, f"t{i}")
        stmts.append((target, _text(e, values), name_of(n.outs[0].dtype)))
    if ending is not None:
        text, axes = ending
        stmts.append((names[nodes[-1].outs[0].id], text(names[nodes[-1].ins[0].id]), name_of(nodes[-1].outs[0].dtype)))
        return jit.Program(stmts, operands, domain, (), axes)
    return jit.Program(stmts, operands, domain, open_end=True)
