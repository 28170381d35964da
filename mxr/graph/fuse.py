"""Grouping of elementwise nodes: one step runs a whole chain of them.

A node joins the open group of one of its inputs when their shapes agree. A group is closed by the first node
outside that uses one of its results, so it can run at the place of its last member. A sum, mean, maximum or minimum
over axes ends the group that makes what it reduces: what is reduced need not exist in memory.
"""

from __future__ import annotations

import functools
import math
import operator
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from ..context import Context
from ..core.expr import Expr, parse
from ..core.faults import KernelFault, warn_once
from ..kernels import jit_enabled
from ..kernels.table import in_order
from ..ops.axes import normal_axes
from .ir import Graph, IrNode, Value

__all__ = ["Step", "compile_groups", "expr_of", "fuse", "label_of"]

MAX_OPERANDS = 20


class Step:
    """One call of the plan to be: a node, a group of fused ones, or a call that a pass made (`fused` binds it)."""

    __slots__ = (
        "chain", "flat", "forward", "fused", "group", "ins", "kernel", "nodes", "outs", "over", "reduction", "text",
    )  # fmt: skip

    def __init__(self, nodes: list[IrNode], forward: bool) -> None:
        self.nodes, self.forward = nodes, forward
        self.group = False
        self.reduction: IrNode | None = None  # the last node of a group that ends in one
        self.fused: Callable[[list[Any], list[Any]], Callable[[], Any]] | None = None
        self.ins: list[Value] = list(nodes[0].ins) if nodes else []
        self.outs: list[Value] = list(nodes[0].outs) if nodes else []
        # a group over opaque bytes: the values it stands for, and how many elements
        self.flat: tuple[list[Value], list[Value], int] | None = None
        self.text = self.kernel = ""
        self.chain: Any = None  # a conv_chain.Chain that the step stands for
        self.over: Value | None = None  # the input that the result of a call may be written over, and no other

    @classmethod
    def of(cls, ins: list[Value], outs: list[Value], forward: bool, text: str) -> Step:
        """A step with values of its own."""
        step = cls([], forward)
        step.ins, step.outs, step.text = list(ins), list(outs), text
        return step

    @property
    def inplace(self) -> bool:
        """Whether results may be written over inputs that are not needed any more."""
        if self.group or not self.nodes:
            return self.over is not None or (self.group and self.reduction is None)
        op = self.nodes[0].op
        return op.inplace and not op.view and len(self.outs) == 1

    @property
    def label(self) -> str:
        return label_of(self.nodes) if self.nodes else self.text


def label_of(nodes: list[IrNode]) -> str:
    """What a call of nodes is called: their names, and what they do."""
    names = list(dict.fromkeys(n.name for n in nodes))
    ops = "+".join(n.op.name for n in nodes)
    return f"{', '.join(names[:3])}{', ...' if len(names) > 3 else ''}: {ops if len(ops) < 60 else ops[:57] + '...'}"


_BROADCASTS = {"broadcast_to": "data", "broadcast_axis": "data", "broadcast_like": "lhs"}


def expr_of(node: IrNode) -> Expr | None:
    """The scalar expression of an elementwise node, None for all others."""
    e = node.op.expr
    if node.op.name in _BROADCASTS and node.ins[0].ndim == node.outs[0].ndim:
        return parse(_BROADCASTS[node.op.name])
    if e is None or len(node.outs) != 1:
        return None
    return e(node.a) if not isinstance(e, Expr) else e


_id = operator.attrgetter("id")


class _Group:
    """Nodes by their places in the graph, in order; `takes` and `makes` are ids of values."""

    __slots__ = ("forward", "makes", "nodes", "open", "position", "reduction", "shape", "takes")

    def __init__(self, shape: tuple[int, ...], forward: bool) -> None:
        self.shape, self.forward = shape, forward
        self.nodes: list[tuple[int, IrNode]] = []
        self.makes: set[int] = set()
        self.takes: set[int] = set()
        self.open = True
        self.position = 0
        self.reduction: IrNode | None = None

    @classmethod
    def of(cls, place: int, node: IrNode, forward: bool) -> _Group:
        """A group of one node."""
        out = node.outs[0]
        new = cls(out.shape, forward)
        new.nodes.append((place, node))
        new.makes.add(out.id)
        new.takes.update(map(_id, node.ins))
        return new

    def absorb(self, other: _Group) -> None:
        self.nodes = sorted([*self.nodes, *other.nodes])
        self.makes |= other.makes
        self.takes = (self.takes | other.takes) - self.makes

    @property
    def operands(self) -> int:
        return len(self.takes) + len(self.nodes)


def fuse(g: Graph, wanted: set[int], forward_nodes: set[int], ctx: Context) -> list[Step]:
    """The steps of the graph in order; on the CPU elementwise chains become one step each."""
    if ctx.is_gpu or not jit_enabled():
        return [Step([n], id(n) in forward_nodes) for n in g.nodes]
    home: dict[int, _Group] = {}  # value id -> group that makes it
    slots: list[_Group | IrNode | None] = []  # None where a later group took one in
    for i, node in enumerate(g.nodes):
        forward = id(node) in forward_nodes
        if _reduces(node):
            source = home.get(node.ins[0].id)
            if source is None or not source.open or source.forward != forward or source.shape != node.ins[0].shape:
                if source is not None:
                    source.open = False
                source = _Group(node.ins[0].shape, forward)
            else:
                slots[source.position] = None
            source.reduction, source.open, source.position = node, False, len(slots)
            slots.append(source)
            continue
        out = node.outs[0]
        fits = out.dtype in _FLOATS and out.size > 0 and expr_of(node) is not None
        joined: list[_Group] = []
        for v in node.ins:
            group = home.get(v.id)
            if group is None or group in joined:
                continue
            if fits and group.open and group.shape == out.shape and group.forward == forward:
                joined.append(group)
            else:
                group.open = False
        if not fits or (node.op.view and not joined):
            slots.append(node)
            continue
        new = _Group.of(i, node, forward)
        for group in joined:
            if new.operands + group.operands > MAX_OPERANDS:
                group.open = False
                continue
            new.absorb(group)
            slots[group.position] = None
        new.position = len(slots)
        slots.append(new)
        home.update(dict.fromkeys(new.makes, new))
    uses = Counter(v.id for n in g.nodes for v in n.ins)
    steps = []
    for slot in slots:
        if slot is None:
            continue
        if isinstance(slot, IrNode):
            steps.append(Step([slot], id(slot) in forward_nodes))
        else:
            steps.append(_finish(slot, wanted, uses))
    return steps


def compile_groups(steps: list[Step]) -> None:
    """Generated kernels for all groups and for single operators that have a program, compiled together."""
    if not jit_enabled():
        return
    from ..kernels.fused import program_of
    from .jit_steps import CHECKS, program_for

    todo: list[tuple[Step, Any, list[str] | None, dict[str, float]]] = []
    for step in steps:
        if step.group:
            if step.reduction is None:
                program = program_of(step.nodes, expr_of, *(step.flat or (step.ins, step.outs, None)))
            else:
                text, axes = functools.partial(reduction_text, step.reduction), reduced_axes(step.reduction)
                program = program_of(step.nodes, expr_of, step.ins, step.outs, ending=(text, axes))
            todo.append((step, program, None, {}))
            step.kernel = f"jit {len(step.nodes)} fused"
        elif len(step.nodes) == 1 and step.fused is None:
            found = program_for(step.nodes[0])
            if found is not None:
                todo.append((step, *found))
                step.kernel = f"jit {step.nodes[0].op.name}"
    for (step, _, order, params), kernel in zip(todo, _compiled([t[1] for t in todo], [t[0] for t in todo])):
        if kernel is None:
            if step.group:
                step.fused, step.kernel = _interpreted(step), f"numpy {len(step.nodes)} unfused"
            else:
                step.kernel = ""
            continue
        step.fused = _binder(kernel, order, params)
        if step.nodes and not step.group and step.nodes[0].op.name in CHECKS:
            step.fused = _checked(step.fused, CHECKS[step.nodes[0].op.name], step.nodes[0])


def _compiled(programs: list[Any], steps: list[Step]) -> list[Any]:
    """Kernels of all programs; where they do not compile together, each by itself, and None for those that fail."""
    from ..kernels import jit

    try:
        return jit.compile_many(programs)
    except KernelFault:
        found: list[Any] = []
        for program, step in zip(programs, steps):
            try:
                found += jit.compile_many([program])
            except KernelFault as e:
                warn_once(step.label, e)
                found.append(None)
        return found


def _interpreted(step: Step) -> Any:
    """A binder that runs the nodes of a group by their declarations."""
    sources, results, _ = step.flat or (step.ins, step.outs, None)

    def bind(ins: list[Any], outs: list[Any]) -> Callable[[], None]:
        def run() -> None:
            values: dict[int, Any] = {v.id: x for v, x in zip(sources, ins)}
            for n in step.nodes:
                made = np.asarray(n.op.forward(np, n.a, *(values[v.id] for v in n.ins)))
                values[n.outs[0].id] = made.astype(n.outs[0].dtype, copy=False)
            for v, out in zip(results, outs):
                out[...] = values[v.id].reshape(out.shape)

        return run

    return bind


def _binder(kernel: Any, order: list[str] | None, params: dict[str, float]) -> Any:
    """Binds buffers to a kernel: all in order, or those that `order` names (``i0`` input 0, ``o1`` output 1)."""

    def bind(ins: list[Any], outs: list[Any]) -> Any:
        if order is None:
            return kernel.bind([*ins, *outs])
        return kernel.bind([(ins if n[0] == "i" else outs)[int(n[1:])] for n in order], params)

    return bind


def _checked(bind: Any, make: Any, node: IrNode) -> Any:
    """A binder whose calls look at their inputs first."""

    def both(ins: list[Any], outs: list[Any]) -> Any:
        return in_order(make(node, ins), bind(ins, outs))

    return both


_FLOATS = frozenset((np.dtype(np.float32), np.dtype(np.float64)))

# operator name -> the reduction of its expression
_REDUCTIONS = {"sum": "rsum({})", "mean": "rsum({}) / {}", "max": "rmax({})", "min": "rmin({})"}


def _reduces(node: IrNode) -> bool:
    """Whether a node is a reduction that a generated kernel can end with."""
    return (
        node.op.name in _REDUCTIONS
        and node.ins[0].size > 0
        and all(v.dtype in _FLOATS for v in (*node.ins, *node.outs))
        and bool(reduced_axes(node))
    )


def reduced_axes(node: IrNode) -> tuple[int, ...]:
    """The axes that a reduction node sums over (or takes the largest of, ...)."""
    return normal_axes(node.op.name, node.a.axis, node.ins[0].ndim, node.a.exclude)


def reduction_text(node: IrNode, value: str) -> str:
    """The statement of a reduction node over the expression `value`."""
    count = math.prod(node.ins[0].shape[i] for i in reduced_axes(node))
    return _REDUCTIONS[node.op.name].format(value, repr(float(count)))


def _finish(group: _Group, wanted: set[int], uses: Counter[int]) -> Step:
    nodes = [n for _, n in group.nodes]
    if group.reduction is not None:
        nodes.append(group.reduction)
    step = Step(nodes, group.forward)
    step.reduction = group.reduction
    made: dict[int, Value] = {}
    taken: dict[int, Value] = {}
    inside: dict[int, int] = {}  # how often the group itself uses a value
    for n in nodes:
        for v in n.ins:
            taken[v.id] = v
            inside[v.id] = inside.get(v.id, 0) + 1
        for v in n.outs:
            made[v.id] = v
    step.ins = [v for k, v in taken.items() if k not in made]
    step.outs = [v for k, v in made.items() if k in wanted or uses[k] > inside.get(k, 0)]
    if len(nodes) == 1 and nodes[0].op.view:
        return step
    step.group = True
    return step
