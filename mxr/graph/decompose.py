"""Operators that plans take apart: attention over interleaved arrays as products of views, which have kernels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..ops.contrib.attention import heads_of
from .ir import Graph, IrNode, Value

__all__ = ["decompose"]


def _scores(F: Any, queries: Any, keys: Any) -> Any:
    return F.batch_dot(queries, keys, transpose_b=True) * (1 / math.sqrt(queries.shape[2]))


def _weighted(F: Any, attention: Any, values: Any, n: int) -> Any:
    y = F.transpose(F.batch_dot(attention, values), axes=(1, 0, 2))
    return F.Reshape(y, shape=(y.shape[0], n, -1))


def _selfatt_qk(F: Any, a: Any, x: Any) -> Any:
    queries, keys, _ = heads_of(F, x, a, 3)
    return _scores(F, queries, keys)


def _selfatt_valatt(F: Any, a: Any, x: Any, attention: Any) -> Any:
    return _weighted(F, attention, heads_of(F, x, a, 3)[2], x.shape[1])


def _encdec_qk(F: Any, a: Any, queries: Any, keys_values: Any) -> Any:
    return _scores(F, heads_of(F, queries, a, 1)[0], heads_of(F, keys_values, a, 2)[0])


def _encdec_valatt(F: Any, a: Any, keys_values: Any, attention: Any) -> Any:
    return _weighted(F, attention, heads_of(F, keys_values, a, 2)[1], keys_values.shape[1])


_PARTS: dict[str, Callable[..., Any]] = {
    "_contrib_interleaved_matmul_selfatt_qk": _selfatt_qk,
    "_contrib_interleaved_matmul_selfatt_valatt": _selfatt_valatt,
    "_contrib_interleaved_matmul_encdec_qk": _encdec_qk,
    "_contrib_interleaved_matmul_encdec_valatt": _encdec_valatt,
}


def _serves(node: IrNode) -> bool:
    return node.op.name in _PARTS and all(v.size for v in (*node.ins, *node.outs))


def decompose(g: Graph) -> None:
    """Puts the parts in the places of such nodes; equal parts are shared. Before gradients are added."""
    old = g.nodes
    if not any(_serves(n) for n in old):
        return
    found: dict[int, Value] = {}
    train, where = g.train, g.where
    g.nodes = []
    g._seen.clear()
    for node in old:
        g.train, g.where = node.train, node.name
        ins = [found.get(v.id, v) for v in node.ins]
        make = _PARTS.get(node.op.name)
        if make is not None and _serves(node):
            found[node.outs[0].id] = make(g.f, node.a, *ins)
        elif any(a is not b for a, b in zip(ins, node.ins)):
            found.update((v.id, new) for v, new in zip(node.outs, g.add(node.op, node.a, ins).outs))
        else:
            g.nodes.append(node)
    g.train, g.where = train, where
    g.outputs = [found.get(v.id, v) for v in g.outputs]
