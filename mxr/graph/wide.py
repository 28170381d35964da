"""Half precision in plans: float16 and bfloat16 are converted at the borders of a plan, which computes in float32.

So all kernels and fusions serve. Results differ from those of single calls by the roundings that are left out between
operators (and what overflows in between is no infinity); a Cast to half precision does round.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..core.expr import parse
from ..core.op import OpDef, register
from ..core.shapes import same_shapes
from ..kernels import jit_enabled
from ..kernels.half import computes_half, is_half, narrowed, widened
from .ir import Graph, IrNode, Value, draws

__all__ = ["widen"]

_KEPT = frozenset(("Cast", "amp_cast", "amp_multicast", "Custom"))


def _declare(name: str, forward: Any, dtype: Any, expr: str | None, into: Any, doc: str) -> OpDef:
    def infer_type(a: Any, s: Any) -> None:
        s.out_dtype(0, np.dtype(dtype))

    return register(
        OpDef(
            name,
            inputs="data",
            params={},
            forward=forward,
            grad=None,
            infer_shape=same_shapes,
            infer_type=infer_type,
            expr=None if expr is None else parse(expr),
            into=into,
            hidden=True,
            doc=doc,
        )
    )


def _copied(xp: Any, a: Any, out: Any, data: Any) -> None:
    np.copyto(out, data, casting="unsafe")


_WIDE = _declare("_wide", lambda xp, a, data: widened(data), np.float32, "data", None, "float16 as float32.")
_ROUNDED = _declare(
    "_rounded",
    lambda xp, a, data: data.astype(np.float16).astype(np.float32),
    np.float32, "half(data)", None, "float32 rounded to float16.",
)  # fmt: skip
_HALF = _declare(
    "_half", lambda xp, a, data: narrowed(data, np.dtype(np.float16)), np.float16, None,
    lambda xp, a, out, data: narrowed(data, out.dtype, out), "float32 as float16.",
)  # fmt: skip


@functools.cache
def _brain() -> tuple[OpDef, OpDef, OpDef]:
    """The same for bfloat16, where there are arrays of it: wide, half, rounded."""
    import ml_dtypes

    brain, single = np.dtype(ml_dtypes.bfloat16), np.dtype(np.float32)
    return (
        _declare("_wide_brain", lambda xp, a, data: widened(data), single, None, _copied, "bfloat16 as float32."),
        _declare("_half_brain", lambda xp, a, data: data.astype(brain), brain, None, _copied, "float32 as bfloat16."),
        _declare(
            "_rounded_brain", lambda xp, a, data: data.astype(brain).astype(single), single, None, None,
            "float32 rounded to bfloat16.",
        ),
    )  # fmt: skip


def widen(g: Graph, results: list[Value | None], forward: set[int]) -> list[Value | None]:
    """Lets the nodes of `g` compute in float32 where they are of half precision; `results` after that.

    `forward` are id()s of the forward nodes; those that take their places are added.
    """
    halves = [d for d in {v.dtype for n in g.nodes for vs in (n.ins, n.outs) for v in vs} if is_half(d)]
    if not halves or not jit_enabled() or not all(d.name == "bfloat16" or computes_half(d) for d in halves):
        return results
    return _Widening(g, forward).run(results)


class _Widening:
    def __init__(self, g: Graph, forward: set[int]) -> None:
        self.g, self.forward = g, forward
        self.wide: dict[int, Value] = {}  # by the id of a value of half precision: the same numbers in float32
        self.half: dict[int, Value] = {}  # by the id of an old value: the new one of the same dtype
        self.in_forward = True

    def run(self, results: list[Value | None]) -> list[Value | None]:
        g, old = self.g, self.g.nodes
        train, where = g.train, g.where
        g.nodes = []
        g._seen.clear()
        for node in old:
            g.train, g.where = node.train, node.name
            self.in_forward = id(node) in self.forward
            first = len(g.nodes)
            if not self._widened(node):
                node.ins = [self._as_it_was(v) for v in node.ins]
                g.nodes.append(node)
            if self.in_forward:
                self.forward.update(id(n) for n in g.nodes[first:])
        last = max((i for i, n in enumerate(g.nodes) if id(n) in self.forward), default=-1) + 1
        g.where = "half precision"
        outputs = {id(v): self._result(v, last) for v in results if v is not None}
        g.outputs = [self._as_it_was(v) for v in g.outputs]
        g.train, g.where = train, where
        self.forward.intersection_update([id(n) for n in g.nodes])  # others may get the ids of nodes that are gone
        return [None if v is None else outputs[id(v)] for v in results]

    def _result(self, v: Value, last: int) -> Value:
        """The value as it was; where forward makes it, forward converts it."""
        of_forward = v.id in self.wide and _maker(self.wide[v.id], self.forward)
        before = len(self.g.nodes)
        made = self._as_it_was(v)
        if of_forward and len(self.g.nodes) > before:
            node = self.g.nodes.pop()
            self.forward.add(id(node))
            self.g.nodes.insert(last, node)
        return made

    def _as_it_was(self, v: Value) -> Value:
        if v.id not in self.half:
            wide = self.wide.get(v.id)
            if wide is None:
                return v
            op = _HALF if v.dtype == np.float16 else _brain()[1]
            self.half[v.id] = self.g.add(op, op.parse({}), [wide]).outs[0]
        return self.half[v.id]

    def _in_single(self, v: Value) -> Value:
        if not is_half(v.dtype):
            return self.half.get(v.id, v)
        if v.id not in self.wide:
            op = _WIDE if v.dtype == np.float16 else _brain()[0]
            self.wide[v.id], self.half[v.id] = self.g.add(op, op.parse({}), [v]).outs[0], v
        return self.wide[v.id]

    def _widened(self, node: IrNode) -> bool:
        """Whether the node was put in again, in float32."""
        op, a = node.op, node.a
        if op.name == "Cast" and self._cast(node):
            return True
        if not any(is_half(v.dtype) for v in (*node.ins, *node.outs)) or op.name in _KEPT or op.subgraphs is not None:
            return False
        if getattr(a, "dtype", None) is not None or op.bound is not None or draws(op, a) or op.dynamic_shape:
            return False
        if any(is_half(v.dtype) for v in node.effects) or not node.ins:
            return False
        single = np.dtype(np.float32)
        wanted = [single if is_half(v.dtype) else v.dtype for v in node.outs]
        try:
            _, found = op.infer_dtypes(a, [single if is_half(v.dtype) else v.dtype for v in node.ins], label=node.name)
        except Exception:  # it insists on half precision somewhere
            return False
        if list(found) != wanted:
            return False
        new = self.g.add(op, a, [self._in_single(v) for v in node.ins])
        new.effects = node.effects
        for old, made in zip(node.outs, new.outs):
            (self.wide if is_half(old.dtype) else self.half)[old.id] = made
        return True

    def _cast(self, node: IrNode) -> bool:
        """Conversions between float32 and half precision."""
        source, target = node.ins[0], node.outs[0]
        if is_half(source.dtype) and target.dtype == np.float32:
            self.half[target.id] = self._in_single(source)
            return True
        if source.dtype == np.float32 and is_half(target.dtype):
            op = _ROUNDED if target.dtype == np.float16 else _brain()[2]
            self.wide[target.id] = self.g.add(op, op.parse({}), [self.half.get(source.id, source)]).outs[0]
            return True
        return False


def _maker(v: Value, forward: set[int]) -> bool:
    return v.node is None or id(v.node) in forward
