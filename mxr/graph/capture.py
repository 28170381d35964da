"""The recorded history of an array as a Symbol."""

from __future__ import annotations

from typing import Any

from ..base import MXNetError
from ..core import tape
from ..core.op import OpDef
from ..core.params import Attrs
from ..name import NameManager
from .symbol import Entry, Symbol, SymNode

__all__ = ["attr_strings", "symbol_of"]


def attr_strings(op: OpDef, a: Attrs) -> dict[str, str]:
    """The parameters that differ from their defaults, as MXNet's strings."""
    return {n: p.dump(getattr(a, n)) for n, p in op.params.items() if p.required or getattr(a, n) != p.default}


def symbol_of(x: Any) -> Symbol:
    """The Symbol whose variables ``var0, var1, ...`` are the leaves and constants that `x` was computed from."""
    if x._node is None:
        raise MXNetError("get_symbol: the array has no history; compute it under autograd.record()")
    names = NameManager()
    made: dict[Any, SymNode] = {}

    def variable(key: Any) -> SymNode:
        if key not in made:
            made[key] = SymNode(None, names.get(None, "var"), {}, [])
        return made[key]

    def visit(node: Any) -> SymNode:
        if not isinstance(node, tape.Node):
            return variable(node)
        stack = [node]
        while stack:
            top = stack[-1]
            if top in made:
                stack.pop()
                continue
            todo = [p[0] for p in top.parents if p is not None and isinstance(p[0], tape.Node) and p[0] not in made]
            if todo:
                stack.extend(todo)
                continue
            stack.pop()
            if top.op is None or top.freed:
                raise MXNetError("get_symbol: the history has a custom function, an index, or was freed by backward()")
            inputs: list[Entry] = []
            for i, p in enumerate(top.parents):
                source = variable((top, i)) if p is None else made.get(p[0]) or variable(p[0])
                inputs.append((source, 0 if p is None or source.op is None else p[1], 0))
            assert top.a is not None
            made[top] = SymNode(
                top.op, names.get(None, top.op.name.lower()), attr_strings(top.op, top.a), inputs, top.a
            )
        return made[node]

    return Symbol([(visit(x._node), x._index, 0)])
