"""Gradients of an operator by way of others, where its own gradient has none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import tape
from .array import make_array

__all__ = ["gradients_through"]


def gradients_through(build: Callable[..., Sequence[Any]], inputs: Sequence[Any], dys: Sequence[Any]) -> list[Any]:
    """Recorded gradients of an operator by way of others: for operators whose own gradient has none.

    `build` computes its outputs from the inputs by operators that can be differentiated again. They are recorded on
    stand-ins of the inputs; then the inputs take their place.
    """
    first = next(tape._numbers)
    places: dict[Any, Any] = {}
    stand_ins = []
    for x in inputs:
        y = make_array(x._buf, x._ctx)
        y._node = tape.Leaf(None, "write")
        places[y._node] = None if x._node is None else (x._node, x._index)
        stand_ins.append(y)
    outs = list(build(*stand_ins))
    grads = tape.backward(outs, list(dys), create_graph=True, retain_graph=True, variables=stand_ins)
    assert grads is not None

    def moved(s: Any) -> Any:
        if isinstance(s, list):
            return [moved(v) for v in s]
        if s is None or s[1] not in places:
            return s
        node, index = places[s[1]] or (None, 0)
        return s[0], node, index

    found: set[Any] = set()
    todo = [g._node for g in grads]
    while todo:
        node = todo.pop()
        if isinstance(node, tape.Node) and node.number > first and node not in found:
            found.add(node)
            node.parents = [p if p is None or p[0] not in places else places[p[0]] for p in node.parents]
            node.saved = [moved(s) for s in node.saved]
            todo.extend(p[0] for p in node.parents if p is not None)
    return grads
