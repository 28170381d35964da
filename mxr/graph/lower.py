"""From a Symbol with known shapes to the compiled form, and its gradients by the operators' own rules."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from ..base import MXNetError
from ..core.op import get_op, grad_inputs, no_gradient
from ..core.shapes import is_known
from .infer import solve_shapes
from .ir import Graph, IrNode, Value
from .symbol import Symbol, SymNode

__all__ = ["add_gradients", "lower"]


def lower(sym: Symbol, shapes: dict[str, tuple], dtypes: dict[str, Any], train: bool) -> Graph:
    """The graph of `sym`; every variable is an input of the given shape and dtype."""
    g = Graph()
    g.train = train
    made: dict[tuple[int, int], Value] = {}
    refitted = _Refit(sym, shapes)
    for n in sym._nodes():
        if n.op is None:
            made[id(n), 0] = g.inputs.get(n.name) or g.input(n.name, shapes[n.name], dtypes[n.name])
            continue
        g.where = n.name
        a = n.a if n.inputs else refitted(n)
        node = g.add(n.op, a, [made[id(c), i] for c, i, _ in n.inputs])  # type: ignore[arg-type]
        for i, v in enumerate(node.outs):
            made[id(n), i] = v
    g.where = ""
    g.outputs = [made[id(e[0]), e[1]] for e in sym._entries]
    return g


class _Refit:
    """The attributes of a node without inputs; a shape that it leaves open is what its consumers need."""

    def __init__(self, sym: Symbol, shapes: dict[str, tuple]) -> None:
        self._sym, self._given = sym, shapes

    @functools.cached_property
    def _shapes(self) -> Any:
        return solve_shapes(self._sym, self._given)[1]

    def __call__(self, n: SymNode) -> Any:
        assert n.op is not None
        if n.op.refit is not None:
            (out,) = n.op.infer(n.a, [])[1]
            if not is_known(out):
                found = self._shapes.get((id(n), 0))
                if is_known(found):
                    return n.op.refit(n.a, found)
        return n.a


def needs_head_grad(v: Value) -> bool:
    """Whether backward must be told the gradient of this output: only loss heads make their own."""
    if v.node is None or getattr(v.node.a, "out_grad", False):  # SoftmaxOutput(out_grad=True) multiplies by it
        return True
    op, a = v.node.op, v.node.a
    return not (op.loss_head or getattr(a, "loss_head", False) or op.name in ("BlockGrad", "make_loss"))


def add_gradients(
    g: Graph, heads: Sequence[Value], head_grads: Sequence[Value | None], wrt: Sequence[Value]
) -> list[Value | None]:
    """Adds the backward nodes to `g`; the gradient of each of `wrt`, None where the heads do not depend on it."""
    f = g.f
    cot: dict[int, Value] = {}

    def give(v: Value, d: Value | None) -> None:
        if d is None:
            return
        if d.shape != v.shape:
            raise MXNetError(f"declaration of a gradient: shape {d.shape} for a value of shape {v.shape} ({v!r})")
        cot[v.id] = d if v.id not in cot else f.run(get_op("elemwise_add"), [cot[v.id], d], {})

    for v, d in zip(heads, head_grads):
        give(v, f.run(get_op("ones_like"), [v], {}) if d is None else d)
    reach = _reaching(g, wrt)
    for node in reversed(list(g.nodes)):
        dys = [cot.get(v.id) for v in node.outs]
        if all(d is None for d in dys) or id(node) not in reach:
            continue
        if node.op.grad is None:
            raise MXNetError(no_gradient(node.op, node.name))
        g.where = f"{node.name}_backward"
        for v, d in zip(node.ins, _node_grads(node, dys)):
            if v.id in reach and d is not None:
                give(v, d)
    g.where = ""
    return [cot.get(v.id) for v in wrt]


def _reaching(g: Graph, wrt: Sequence[Value]) -> set[int]:
    """Ids of the values that depend on `wrt`, and id()s of the nodes on the way."""
    ids = {v.id for v in wrt}
    for node in g.nodes:
        if any(v.id in ids for v in node.ins):
            ids.add(id(node))
            ids.update(v.id for v in node.outs)
    return ids


def _node_grads(node: IrNode, dys: list[Value | None]) -> Sequence[Value | None]:
    op, a, f = node.op, node.a, node.outs[0].graph.f
    n = op.visible(a)
    given = [f.run(get_op("zeros_like"), [v], {}) if d is None else d for d, v in zip(dys[:n], node.outs)]
    assert op.grad is not None
    grads = op.grad(f, a, given[0] if n == 1 else tuple(given), *grad_inputs(op, a, node.ins, node.outs))
    return grads if isinstance(grads, tuple | list) else (grads,)
