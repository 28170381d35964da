"""Gradients of a traced block that can be differentiated again: the operators one by one, on the tape."""

from __future__ import annotations

from typing import Any

from ..base import MXNetError
from ..core import tape
from ..core.array import make_array
from ..core.dispatch import invoke
from ..core.op import grad_inputs, grad_slots
from .symbol import Symbol, SymNode

__all__ = ["replay_gradients"]


def replay_gradients(
    symbol: Symbol, names: list[str], variables: list[Any], dys: list[Any], instance: Any
) -> list[Any]:
    """Gradients of all variables as NDArrays on the tape.

    Parameters
    ----------
    names, variables : for each variable its name and (buffer, tape node, index).
    dys : NDArrays, the gradients of the symbol's outputs.
    instance : the compiled call, which knows device, mode and whether random operators took part.
    """
    if instance.random:
        raise MXNetError(
            "create_graph=True through a hybridized block with random operators (such as Dropout in training) is not "
            "supported: a second run would draw other numbers. Use hybridize(False) for this block."
        )
    order = symbol._nodes()
    values: dict[tuple[int, int], Any] = {}
    leaves: dict[str, Any] = {}
    for name, (buf, node, index) in zip(names, variables):
        x = make_array(buf, instance.ctx)
        x._node, x._index = node, index
        leaves[name] = x
    saved, tape.state.training = tape.state.training, instance.train
    try:
        for n in order:
            if n.op is None:
                values[id(n), 0] = leaves[n.name]
            else:
                _forward(n, values)
    finally:
        tape.state.training = saved
    cotangents: dict[tuple[int, int], Any] = {}

    def give(key: tuple[int, int], d: Any) -> None:
        cotangents[key] = cotangents[key] + d if key in cotangents else d

    for (n, i, _), dy in zip(symbol._entries, dys):
        give((id(n), i), dy)
    for n in reversed(order):
        if n.op is None or n.op.grad is None or values[id(n), 0]._node is None:
            continue
        given = [cotangents.get((id(n), i)) for i in range(n.n_visible)]
        if all(d is None for d in given):
            continue
        for (child, i, _), d in zip(n.inputs, _backward(n, given, values)):
            if d is not None:
                give((id(child), i), d)
    by_name = {n.name: cotangents.get((id(n), 0)) for n in order if n.op is None}
    return [by_name.get(name) for name in names]


def _forward(n: SymNode, values: dict[tuple[int, int], Any]) -> None:
    assert n.op is not None and n.a is not None
    ins = [values[id(c), i] for c, i, _ in n.inputs]
    # states were updated by the first run already
    ins = [x.copy() if k in n.aux_slots() else x for k, x in enumerate(ins)]
    raw: list[Any] = []
    outs = invoke(n.op, ins, n.a)
    outs = outs if isinstance(outs, list) else [outs]
    hidden = _hidden(outs[0]) if n.n_outputs > len(outs) else []
    raw = [*outs, *hidden]
    for i, y in enumerate(raw):
        values[id(n), i] = y


def _hidden(y: Any) -> list[Any]:
    """Outputs that a user does not see, as the tape kept them for the operator's gradient."""
    node = y._node
    if not isinstance(node, tape.Node) or node.op is None or node.a is None:
        return []
    found: dict[int, Any] = {}
    for (kind, i), s in zip(grad_slots(node.op, node.a, len(node.parents)), node.saved):
        if kind == "out" and i >= len(node.outs):
            found[i] = make_array(s[0], node.ctx)
        elif kind == "outs":
            found.update({j: make_array(v[0], node.ctx) for j, v in enumerate(s) if j >= len(node.outs)})
    return [found.get(i) for i in range(len(node.outs), max(found, default=0) + 1)] if found else []


def _backward(n: SymNode, given: list[Any], values: dict[tuple[int, int], Any]) -> Any:
    op, a = n.op, n.a
    assert op is not None and a is not None and op.grad is not None
    f = tape.nd_f
    dys = [f.zeros_like(values[id(n), i]) if d is None else d for i, d in enumerate(given)]
    ins = [values[id(c), i] for c, i, _ in n.inputs]
    outs = [values.get((id(n), i)) for i in range(n.n_outputs)]
    grads = op.grad(f, a, dys[0] if len(dys) == 1 else tuple(dys), *grad_inputs(op, a, ins, outs))
    return grads if isinstance(grads, tuple | list) else (grads,)
