"""Passes over the compiled form: dead code, simplification, ordering for short lifetimes."""

from __future__ import annotations

from collections.abc import Iterable

from ..base import MXNetError
from .ir import Graph, IrNode, Value

__all__ = ["simplify", "strip", "verify"]


def strip(g: Graph, keep: Iterable[Value]) -> None:
    """Removes nodes whose results nobody needs; those with effects stay."""
    live = {v.id for v in keep}
    kept: list[IrNode] = []
    for node in reversed(g.nodes):
        if node.effects or any(v.id in live for v in node.outs):
            live.update(v.id for v in node.ins)
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
        else:
            kept.append(node)
    g.nodes = kept
    g.outputs = [final(v) for v in g.outputs]
    return [None if v is None else final(v) for v in results]


def _same_as(node: IrNode) -> Value | None:
    name = node.op.name
    if name == "_copy":
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


def verify(g: Graph) -> None:
    """Checks that every value is defined before it is used and that shapes agree with the declarations."""
    known = {v.id for v in g.inputs.values()}
    for node in g.nodes:
        for v in node.ins:
            if v.id not in known:
                raise MXNetError(f"compiler error: {v!r} is used by {node!r} before it is defined")
        _, shapes = node.op.infer(node.a, [v.shape for v in node.ins])
        for v, s in zip(node.outs, shapes):
            if v.shape != s:
                raise MXNetError(f"compiler error: {v!r} has shape {v.shape}, its operator says {s}")
            known.add(v.id)
    for v in g.outputs:
        if v.id not in known:
            raise MXNetError(f"compiler error: output {v!r} is not defined")
