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


# Operators whose number is a param of the loop: code for one serves all.
_LINEAR = frozenset(("_mul_scalar", "_div_scalar", "_plus_scalar", "_minus_scalar", "_rminus_scalar", "_rdiv_scalar"))


def _merged(
    domain: tuple[int, ...], strides: list[tuple[int, ...]], axes: tuple[int, ...]
) -> tuple[tuple[int, ...], list[tuple[int, ...]], tuple[int, ...]]:
    """`jit.collapse` that keeps reduced dimensions and the others apart; and which are reduced then."""
    marked = [tuple(int(i in axes) * n for i, n in enumerate(_strides(domain, domain)))]
    merged, found = jit.collapse(
        domain, [*strides, *marked, tuple(n - m for n, m in zip(_strides(domain, domain), marked[0]))]
    )
    if not merged:
        return (1,), [(0,)] * len(strides), (0,)
    return merged, found[:-2], tuple(i for i, step in enumerate(found[-2]) if step)


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
    place = {v.id: i for i, v in enumerate((*ins, *outs))}
    for n in nodes:
        place.setdefault(n.outs[0].id, len(place))
    key = (
        tuple((n.op.name, n.a, tuple(place[v.id] for v in n.ins), place[n.outs[0].id], n.outs[0].dtype) for n in nodes),
        tuple((v.shape, v.dtype) for v in (*ins, *outs)), len(ins), elements, None if ending is None else ending[1],
    )  # fmt: skip
    found = _programs.get(key)
    if found is None:
        if len(_programs) >= _MOST:
            _programs.clear()
        found = _programs[key] = _program_of(nodes, expr_of, ins, outs, elements, ending)
    return found


_MOST = 4096
_programs: dict[Any, jit.Program] = {}


def _program_of(
    nodes: Sequence[Any],
    expr_of: Callable[[Any], Expr | None],
    ins: Sequence[Any],
    outs: Sequence[Any],
    elements: int | None,
    ending: tuple[Callable[[str], str], tuple[int, ...]] | None,
) -> jit.Program:
    domain = (nodes[0].outs[0] if ending is None else nodes[-1].ins[0]).shape or (1,)
    axes: tuple[int, ...] = ()
    if ending is not None:
        reduced = tuple(1 if i in ending[1] else n for i, n in enumerate(domain))
        made = nodes[-1].outs[0].id
        domain, strides, axes = _merged(
            domain, [_strides(reduced if v.id == made else v.shape, domain) for v in (*ins, *outs)], ending[1]
        )
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
    params: dict[str, float] = {}
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
                if name == "scalar" and n.op.name in _LINEAR and abs(float(number)) != float("inf"):
                    values[name] = f"p{len(params)}"
                    params[values[name]] = float(number)
                    continue
                values[name] = (
                    f"({float(number)!r})"
                    if abs(float(number)) != float("inf")
                    else ("inf" if number > 0 else "(-inf)")
                )
        target = names.setdefault(n.outs[0].id, f"t{i}")
        stmts.append((target, _text(e, values), name_of(n.outs[0].dtype)))
    if ending is not None:
        text, _, count = ending[0](names[nodes[-1].ins[0].id]).partition(" / ")  # of a mean
        if count:
            params["count"] = float(count)
            text += " / count"
        stmts.append((names[nodes[-1].outs[0].id], text, nodes[-1].outs[0].dtype.name))
    # lanes along an open dimension that is reduced are slow: a sum of all that there is has code for its length
    open_end = ending is None or len(domain) > 1
    return jit.Program(stmts, operands, domain, tuple(params), axes, open_end, params)
