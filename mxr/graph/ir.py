"""The compiled form of a graph: SSA values with known shape and dtype, and nodes that are operators of the registry.

Grad rules run on it through :class:`IrF`, so that one declaration serves the tape and the compiler.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..base import MXNetError
from ..core.fspace import FSpace
from ..core.op import OpDef, get_op
from ..core.params import Attrs

__all__ = ["Graph", "IrF", "IrNode", "Value", "draws"]


class Value:
    """One result of a node, or an input (node is None)."""

    __slots__ = ("dtype", "graph", "id", "index", "name", "nbytes", "node", "shape", "size")

    def __init__(self, graph: Graph, node: IrNode | None, index: int, shape: tuple, dtype: np.dtype, name: str = ""):
        self.graph, self.node, self.index, self.shape, self.dtype, self.name = graph, node, index, shape, dtype, name
        self.id = next(graph.ids)
        self.size = math.prod(shape)
        self.nbytes = self.size * dtype.itemsize

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def __repr__(self) -> str:
        what = self.name or (f"{self.node.op.name}.{self.index}" if self.node else "input")
        return f"%{self.id} {what} {self.dtype.name}{list(self.shape)}"

    def __neg__(self) -> Value:
        return self.graph.f.run(get_op("negative"), [self], {})

    __hash__ = object.__hash__


def _operator(op: str, scalar: str, rscalar: str | None = None) -> tuple[Any, Any]:
    def method(self: Value, other: Any) -> Value:
        f = self.graph.f
        if isinstance(other, Value):
            return f.run(get_op(op), [self, other], {})
        return f.run(get_op(scalar), [self], {"scalar": float(other)})

    def reflected(self: Value, other: Any) -> Value:
        return self.graph.f.run(get_op(rscalar or scalar), [self], {"scalar": float(other)})

    return method, reflected


for _name, _args in {
    "add": ("broadcast_add", "_plus_scalar"),
    "sub": ("broadcast_sub", "_minus_scalar", "_rminus_scalar"),
    "mul": ("broadcast_mul", "_mul_scalar"),
    "truediv": ("broadcast_div", "_div_scalar", "_rdiv_scalar"),
    "mod": ("broadcast_mod", "_mod_scalar", "_rmod_scalar"),
    "pow": ("broadcast_power", "_power_scalar", "_rpower_scalar"),
}.items():
    _method, _reflected = _operator(*_args)
    setattr(Value, f"__{_name}__", _method)
    setattr(Value, f"__r{_name}__", _reflected)
for _name, _stem in {
    "gt": "greater", "ge": "greater_equal", "lt": "lesser", "le": "lesser_equal", "eq": "equal", "ne": "not_equal",
}.items():  # fmt: skip
    setattr(Value, f"__{_name}__", _operator(f"broadcast_{_stem}", f"_{_stem}_scalar")[0])


def draws(op: OpDef, a: Attrs, train: bool = True) -> bool:
    """Whether a call takes random numbers in a mode; a loop does where its body does in training."""
    if not op.random or (op.draws is not None and not op.draws(a, train)):
        return False
    return op.subgraphs is None or any(s.random for s in op.subgraphs(a))


class IrNode:
    """One operator call in the graph.

    `effects` are the graph inputs that the call gives new values for (moving averages); `train` is the mode that
    train-aware operators run in; `name` says where it comes from, for explain() and errors.
    """

    __slots__ = ("a", "effects", "ins", "name", "op", "outs", "train")

    def __init__(self, op: OpDef, a: Attrs, ins: list[Value], train: bool, name: str) -> None:
        self.op, self.a, self.ins, self.train, self.name = op, a, ins, train, name
        self.outs: list[Value] = []
        self.effects: Sequence[Value] = ()

    @property
    def pure(self) -> bool:
        return not self.effects and self.op.bound is None and not draws(self.op, self.a)

    def __repr__(self) -> str:
        return f"{', '.join(map(repr, self.outs))} = {self.op.name}({', '.join(f'%{v.id}' for v in self.ins)})"


class Graph:
    """Nodes in order, named inputs, outputs."""

    def __init__(self) -> None:
        self.ids = itertools.count(1)  # of its values
        self.nodes: list[IrNode] = []
        self.inputs: dict[str, Value] = {}
        self.outputs: list[Value] = []
        self.f = IrF(self)
        self.where = ""
        self.train = False
        self._seen: dict[Any, IrNode] = {}
        self._inferred: dict[Any, list[tuple[tuple, np.dtype]]] = {}  # of calls alike

    def finished(self) -> None:
        """Nothing is added any more: what was kept to find equal calls goes."""
        self._seen.clear()
        self._inferred.clear()

    def input(self, name: str, shape: Sequence[int], dtype: Any) -> Value:
        v = self.inputs[name] = Value(self, None, 0, tuple(shape), np.dtype(dtype), name)
        return v

    def add(self, op: OpDef, a: Attrs, ins: Sequence[Value]) -> IrNode:
        """A node; an equal pure one that exists already is returned instead."""
        ins = list(ins)
        key = (op, a, self.train, *[v.id for v in ins])
        found = self._seen.get(key)
        if found is not None:
            return found
        where = self.where or op.name
        alike = (op, a, *[(v.shape, v.dtype) for v in ins])
        outs = self._inferred.get(alike)
        if outs is None:
            outs = self._inferred[alike] = _results(op, a, ins, where)
        node = IrNode(op, a, ins, self.train, where)
        node.outs = [Value(self, node, i, s, d) for i, (s, d) in enumerate(outs)]
        if op.mutates and self.train:
            names = op.input_names(a, len(ins))
            node.effects = [ins[names.index(m)] for m in op.mutates if m in names]
        if op.states is not None and self.train:
            node.effects = [ins[i] for i in op.states(a)]
        self.nodes.append(node)
        if node.pure:
            self._seen[key] = node
        return node


def _results(op: OpDef, a: Attrs, ins: list[Value], where: str) -> list[tuple[tuple, np.dtype]]:
    """Shapes and dtypes of what a call gives."""
    _, shapes = op.infer(a, [v.shape for v in ins], label=where)
    _, dtypes = op.infer_dtypes(a, [v.dtype for v in ins], label=where)
    if any(s is None or -1 in s for s in shapes) or any(d is None for d in dtypes):
        raise MXNetError(f"{where}: shapes or dtypes cannot be inferred from {[v.shape for v in ins]}")
    return [(s, np.dtype(d)) for s, d in zip(shapes, dtypes)]


class IrF(FSpace):
    """F over graph values."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def run(self, op: OpDef, values: list[Any], attrs: dict[str, Any]) -> Any:
        train = attrs.pop("train", None)
        a = op.parse(attrs)
        saved = self.graph.train
        if train is not None:
            self.graph.train = bool(train)
        outs = self.graph.add(op, a, values).outs
        self.graph.train = saved
        n = 1 if len(outs) == 1 else op.visible(a)
        return outs[0] if n == 1 else tuple(outs[:n])
