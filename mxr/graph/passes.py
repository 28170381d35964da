"""Passes over the compiled form: simplification, dead code, constants, and the check of what they leave."""

from __future__ import annotations

import functools
import operator
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..base import MXNetError
from ..core.expr import Expr
from .fuse import expr_of
from .ir import Graph, IrNode, Value

__all__ = ["fold", "recompute", "simplify", "strip", "verify", "verifying"]


_id = operator.attrgetter("id")


def strip(g: Graph, keep: Iterable[Value]) -> None:
    """Removes nodes whose results nobody needs; those with effects stay."""
    live = {v.id for v in keep}
    kept: list[IrNode] = []
    for node in reversed(g.nodes):
        if node.effects or not live.isdisjoint(map(_id, node.outs)):
            live.update(map(_id, node.ins))
            kept.append(node)
    g.nodes = kept[::-1]


def simplify(g: Graph, results: list[Value | None]) -> list[Value | None]:
    """Peephole rules: x*1, x+0, x-0, x/1 are x; identity nodes vanish. Returns `results` after replacement."""
    swap: dict[int, Value] = {}

    def final(v: Value) -> Value:
        while v.id in swap:
            v = swap[v.id]
        return v

    kept = []
    for node in g.nodes:
        node.ins = [final(v) for v in node.ins]
        same = _same_as(node)
        if same is not None:
            swap[node.outs[0].id] = same
        if same is None or len(node.outs) > 1:  # others may use its further results
            kept.append(node)
    g.nodes = kept
    g.outputs = [final(v) for v in g.outputs]
    return [None if v is None else final(v) for v in results]


def _same_as(node: IrNode) -> Value | None:
    name = node.op.name
    if name == "_copy" or (name == "Dropout" and not node.train and node.a.mode != "always"):
        return node.ins[0]
    if name in ("_mul_scalar", "_div_scalar", "_power_scalar") and node.a.scalar == 1.0:
        return node.ins[0]
    if name in ("_plus_scalar", "_minus_scalar") and node.a.scalar == 0.0:
        return node.ins[0]
    if name == "broadcast_mul" and node.ins[0].shape == node.outs[0].shape and _is_ones(node.ins[1]):
        return node.ins[0]
    return None


def _is_ones(v: Value) -> bool:
    return v.node is not None and v.node.op.name == "ones_like"


# Larger constants are computed in each run: in the arena they share memory with others.
_MOST = 1 << 16


def fold(g: Graph, wanted: Iterable[int] = ()) -> dict[int, Any]:
    """Computes what depends on no input, once; returns these values by id. Their nodes are gone from `g`.

    `wanted` are ids of values that must be computed by the plan itself, for their buffers are the caller's.
    """
    keep = set(wanted)
    known: dict[int, Any] = {}
    nodes = []
    for node in g.nodes:
        if not (_constant(node, known) and node.pure and not node.op.dynamic_shape) or any(
            v.id in keep or v.nbytes > _MOST for v in node.outs
        ):
            nodes.append(node)
            continue
        extra = {"train": node.train} if node.op.train_aware else {}
        # for ones_like and kin the values of the input do not matter
        ins = [known[v.id] if v.id in known else np.broadcast_to(np.zeros((), v.dtype), v.shape) for v in node.ins]
        try:
            made = node.op.forward(np, node.a, *ins, **extra)
        except Exception:  # the run says what is wrong
            nodes.append(node)
            continue
        for v, x in zip(node.outs, made if isinstance(made, tuple | list) else (made,)):
            known[v.id] = np.ascontiguousarray(x, v.dtype).reshape(v.shape)
    g.nodes = nodes
    if not known:
        return known
    used = {v.id for n in nodes for v in n.ins}
    return {i: x for i, x in known.items() if i in used}


def _constant(node: IrNode, known: dict[int, Any]) -> bool:
    if node.op.name in ("ones_like", "zeros_like"):
        return True
    return (
        (not node.ins or node.ins[0].id in known) and node.op.subgraphs is None and all(v.id in known for v in node.ins)
    )


# A value is computed again in backward if that takes so many cheap operations at most ...
_CHEAP = 4
# ... and from values that backward needs anyway, or that are so many times smaller.
_SMALLER = 8
_COSTLY = {
    "exp", "expm1", "log", "log1p", "log2", "log10", "tanh", "sigmoid", "softrelu", "erf", "erfinv", "power", "sin",
    "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "arcsinh", "arccosh", "arctanh", "gamma", "gammaln",
    "digamma",
}  # fmt: skip


def recompute(g: Graph, forward: set[int], wanted: Iterable[int] = ()) -> int:
    """Cheap elementwise results of forward that backward needs are computed there once more; says how many.

    They then need not be kept, mostly not even written: what they are made of is in memory, and the loop that uses
    them computes them on its way. `forward` holds id()s of the forward nodes.
    """
    keep = set(wanted)
    users: dict[int, list[IrNode]] = {}
    for node in g.nodes:
        if id(node) not in forward:
            for v in node.ins:
                users.setdefault(v.id, []).append(node)
    changed = {v.id for node in g.nodes for v in node.effects}
    cost: dict[int, int] = {}  # of values that can be computed again
    for node in g.nodes:
        if id(node) in forward:
            steps = None if any(v.id in changed for v in node.ins) else _steps_again(node, cost, users)
            if steps is not None:
                cost[node.outs[0].id] = steps
    if not cost:
        return 0
    again: dict[int, Value] = {}
    nodes: list[IrNode] = []

    def clone(v: Value) -> Value:
        if v.id not in cost or v.id in keep:
            return v
        if v.id not in again:
            source = v.node
            assert source is not None
            copy = IrNode(source.op, source.a, [clone(x) for x in source.ins], source.train, source.name)
            copy.outs = [Value(g, copy, 0, v.shape, v.dtype, v.name)]
            nodes.append(copy)
            again[v.id] = copy.outs[0]
        return again[v.id]

    for node in g.nodes:
        if id(node) not in forward and any(v.id in cost for v in node.ins) and expr_of(node) is not None:
            node.ins = [clone(v) for v in node.ins]
        nodes.append(node)
    g.nodes = nodes
    return len(again)


@functools.lru_cache(maxsize=4096)
def _is_costly(e: Expr) -> bool:
    return not _COSTLY.isdisjoint(e.functions)


def _steps_again(node: IrNode, cost: dict[int, int], users: dict[int, list[IrNode]]) -> int | None:
    """Operations that computing the result of a forward node again takes; None where it should be kept."""
    e = expr_of(node)
    out = node.outs[0]
    if e is None or _is_costly(e) or not node.pure or node.op.view or out.dtype.kind != "f":
        return None
    if any(expr_of(n) is None for n in users.get(out.id, ())):
        return None  # it is in memory for one that cannot compute it on its way
    steps = len(e.functions)
    for v in node.ins:
        if v.id in cost:
            steps += cost[v.id]
        elif v.node is not None and v.id not in users and v.size * _SMALLER > out.size:
            return None
    return steps if steps <= _CHEAP else None


def verifying() -> bool:
    """Whether the compiler checks its own work (``MXR_VERIFY=1``, as the tests do)."""
    return os.environ.get("MXR_VERIFY") == "1"


def verify(g: Graph, constants: Iterable[int] = ()) -> None:
    """Checks that every value is defined before it is used, once, and that shapes and dtypes are as declared."""
    known = {v.id for v in g.inputs.values()} | set(constants)
    for node in g.nodes:
        for v in (*node.ins, *node.effects):
            if v.id not in known:
                raise MXNetError(f"compiler error: {v!r} is used by {node!r} before it is defined")
        _, shapes = node.op.infer(node.a, [v.shape for v in node.ins])
        _, dtypes = node.op.infer_dtypes(node.a, [v.dtype for v in node.ins])
        for v, s, d in zip(node.outs, shapes, dtypes):
            if v.shape != s or v.dtype != d:
                raise MXNetError(f"compiler error: {v!r} differs from what its operator says: {d} {s}")
            if v.id in known:
                raise MXNetError(f"compiler error: {v!r} is defined twice")
            known.add(v.id)
    for v in g.outputs:
        if v.id not in known:
            raise MXNetError(f"compiler error: output {v!r} is not defined")
