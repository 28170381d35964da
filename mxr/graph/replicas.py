"""Replicas: a plan for each thread, on its share of the batch; sums over the batch are joined at the end.

The replica graphs are made node by node from the full one, as `shard` says, and planned like any other. Their inputs
and outputs are views of the arrays of the full graph. Gradients of parameters are partial sums: the first replica
writes its own into the array of the gradient, the others into memory of their own, which is added in their order. So
results are the same for the same number of threads.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..base import MXNetError
from ..context import Context
from ..core import threads
from ..core.op import OpDef, get_op
from ..core.params import Attrs
from ..kernels.team import Meeting, meeting
from . import run as run_module
from .ir import Graph, IrNode, Value
from .memory import empty_aligned
from .passes import strip
from .plan import Calls, Plan, Row, Target, build_plan
from .run import named, run_calls
from .shard import KEPT, PART, WHOLE, Cannot, Sharding, Split, State, shard, work

__all__ = ["SplitPlan", "split_plan"]

# Fewer operations (floating point, roughly) than this in one replica are not worth waking a thread.
LEAST = 20_000_000

# Bytes at most for the gradients of the replicas behind the first one.
MEMORY = 1 << 28

# The most nodes of a graph that is split: every replica takes time and memory to plan.
MOST = 20_000

# A join of so many elements at least is itself shared by the threads.
WIDE = 1 << 20

Call = Callable[[], Any]


def split_plan(
    g: Graph,
    ctx: Context,
    inputs: dict[int, Any],
    targets: Sequence[Target],
    forward_nodes: set[int],
    heads: dict[int, Value],
    count: int,
) -> SplitPlan:
    """The graph planned for `count` threads, or fewer where they have too little to do.

    Raises Cannot with the reason where it is better planned as it is.

    Parameters are those of `build_plan`; heads : output by the id of the input that is its gradient.
    """
    if len(g.nodes) > MOST:
        raise Cannot(f"it has more than {MOST:,} nodes")
    most = int(sum(map(work, g.nodes)) // LEAST)
    if most < 2:
        raise Cannot("it is too little work")
    if any(0 in v.shape for n in g.nodes for v in (*n.ins, *n.outs)):
        raise Cannot("it has arrays without elements")
    if not all(b.flags.c_contiguous for b in (*inputs.values(), *(t.buffer for t in targets))):
        raise Cannot("an array is a view with gaps")
    sharding = shard(g, forward_nodes, heads, 2)
    summed = sum(t.buffer.nbytes for t in targets if sharding.states[t.value.id] == PART)
    most = min(most, sharding.n, 1 + MEMORY // max(summed, 1))
    if most < 2:
        raise Cannot("its gradients take too much memory to have them several times")
    count = min(count, most)
    bounds = [sharding.n * r // count for r in range(count + 1)]
    with threads.alone():
        sites = [_Site(sharding, g, forward_nodes, r, lo, hi) for r, (lo, hi) in enumerate(pairwise(bounds))]
        ends = _Ends(sharding, targets, count)
        replicas = [_replica(site, ctx, inputs, ends, heads) for site in sites]
    return SplitPlan(g, ctx, sharding, bounds, replicas, ends.joins(late=False), ends.joins(late=True))


class _Site:
    """The graph of one replica while it is made.

    Attributes
    ----------
    g : the graph; rank : the replica's number; lo, hi : its rows of the batch.
    feeds : for each input of `g` by id, (value of the full graph, state that it is in).
    """

    def __init__(self, sharding: Sharding, full: Graph, forward_nodes: set[int], rank: int, lo: int, hi: int) -> None:
        self.sharding, self.rank, self.lo, self.hi = sharding, rank, lo, hi
        self.g = Graph()
        self.feeds: dict[int, tuple[Value, State]] = {}
        self.forward: set[int] = set()
        self._made: dict[tuple[int, State], Value] = {}
        inside = True
        for node in full.nodes:
            if inside and id(node) not in forward_nodes:
                inside = False
                self.forward = {id(n) for n in self.g.nodes}
            self._node(node)
        if inside:
            self.forward = {id(n) for n in self.g.nodes}

    # ---- for the rules
    def add(self, op: OpDef, a: Attrs, ins: Sequence[Value]) -> list[Value]:
        """The results of an operator here."""
        return self.g.add(op, a, ins).outs

    def shape(self, v: Value) -> tuple[int, ...]:
        """The shape that a value of the full graph has here."""
        return self.shape_in(v, self.sharding.states[v.id])

    def shape_in(self, v: Value, state: State) -> tuple[int, ...]:
        if not isinstance(state, Split):
            return v.shape
        return self.sharding.local(v.shape, state.before, self.hi - self.lo)

    def reshape(self, v: Value, shape: tuple[int, ...]) -> Value:
        if v.shape == shape:
            return v
        op = get_op("Reshape")
        return self.add(op, op.parse({"shape": shape}), [v])[0]

    # ---- values
    def value(self, v: Value, state: State) -> Value:
        """The value of the full graph as it is here, in a state."""
        found = self._made.get((v.id, state))
        if found is not None:
            return found
        own = self.sharding.states[v.id]
        if v.node is None:
            found = self._input(v, state)
        elif own == WHOLE and isinstance(state, Split):
            found = self._rows_of(v, state)
        else:
            raise Cannot(f"{v.node.name}: all of {v!r} is needed, and it depends on the batch")
        self._made[v.id, state] = found
        return found

    def _input(self, v: Value, state: State) -> Value:
        name = v.name if state == self.sharding.states[v.id] else f"{v.name} in another form"
        made = self.g.input(name, self.shape_in(v, state), v.dtype)
        self.feeds[made.id] = (v, state)
        return made

    def _rows_of(self, v: Value, state: Split) -> Value:
        """The replica's rows of a value that is whole."""
        node = v.node
        assert node is not None
        shape = self.shape_in(v, state)
        name = node.op.name
        if name in ("_zeros", "_ones", "_full"):
            return self.add(node.op, node.op.parse({**node.a.as_dict(), "shape": shape}), [])[0]
        if name == "broadcast_to" and len(node.ins[0].shape) == len(shape):
            source = node.ins[0]
            if all(d == 1 or d == e for d, e in zip(source.shape, shape)):  # constant along the batch
                op = node.op
                return self.add(op, op.parse({"shape": shape}), [self.value(source, WHOLE)])[0]
        if node.op.view and len(node.ins) == 1:
            return self.reshape(self.value(node.ins[0], state), shape)
        if len(node.ins) == 1 and node.op.expr is not None and node.ins[0].shape == v.shape:
            return self.add(node.op, node.a, [self.value(node.ins[0], state)])[0]
        flat = self.reshape(self.value(v, WHOLE), (state.before, self.sharding.n, -1 if v.size else 0))
        op = get_op("slice_axis")
        return self.reshape(self.add(op, op.parse({"axis": 1, "begin": self.lo, "end": self.hi}), [flat])[0], shape)

    def _node(self, node: IrNode) -> None:
        local = self.sharding.calls[id(node)]
        self.g.where, self.g.train = node.name, node.train
        ins = [self.value(v, s) for v, s in zip(node.ins, local.ins)]
        try:
            outs = local.make(self, node, ins) if local.make is not None else self.add(node.op, node.a, ins)
        except MXNetError as e:
            raise Cannot(f"{node.name} ({node.op.name}): {e}") from None
        for v, state, made in zip(node.outs, local.outs, outs):
            if state != KEPT and (made.shape != self.shape_in(v, state) or made.dtype != v.dtype):
                raise Cannot(
                    f"{node.name} ({node.op.name}): its share has shape {made.shape} where another is expected"
                )
            self._made[v.id, state] = made


def _rows(buffer: Any, before: int, n: int, lo: int, hi: int) -> Any:
    """A view of the rows lo to hi of the batch: (before, rows, after)."""
    return buffer.reshape(before, n, -1)[:, lo:hi]


class _Ends:
    """Where results go: views of the outer arrays, and memory of the replicas that is joined into them."""

    def __init__(self, sharding: Sharding, targets: Sequence[Target], count: int) -> None:
        self.sharding, self.targets, self.count = sharding, targets, count
        self.states = [sharding.states[t.value.id] for t in targets]
        if KEPT in self.states:
            raise Cannot("a result is in an order that only its operator knows")
        self._partial = [t for t, s in zip(targets, self.states) if s == PART]
        self._own: list[dict[int, Any]] = []
        for rank in range(count):
            mine = [t for t in self._partial if rank or not t.late]
            offsets, total = self._places(mine)
            memory = empty_aligned(np, total)
            self._own.append({
                id(t): memory[at : at + t.buffer.nbytes].view(t.value.dtype).reshape(t.buffer.shape)
                for t, at in zip(mine, offsets)
            })  # fmt: skip

    @staticmethod
    def _places(targets: Sequence[Target]) -> tuple[list[int], int]:
        """Offsets for copies of the buffers: neighbours stay neighbours, so that one addition serves them all."""
        order = sorted(range(len(targets)), key=lambda i: targets[i].buffer.ctypes.data)
        offsets, at, end = [0] * len(targets), 0, -1
        for i in order:
            buffer = targets[i].buffer
            if buffer.ctypes.data != end:
                at = -(-at // 64) * 64
            offsets[i] = at
            at += buffer.nbytes
            end = buffer.ctypes.data + buffer.nbytes
        return offsets, at

    def partial(self, t: Target, rank: int) -> Target:
        """Where the replica's share of a sum goes: late sums of the first replica straight to the array."""
        own = self._own[rank].get(id(t))
        return t if own is None else Target(t.value, own, False, t.late)

    def joins(self, late: bool) -> list[tuple[Any, list[Any], bool]]:
        """(array, the replicas' parts in order, whether what is in the array counts too), neighbours as one."""
        found: list[tuple[Any, list[Any], bool]] = []
        ranks = range(1 if late else 0, self.count)
        for t in sorted((t for t in self._partial if t.late == late), key=lambda t: t.buffer.ctypes.data):
            parts = [self._own[r][id(t)] for r in ranks]
            arrays, add = [t.buffer, *parts], late or t.add
            if t.buffer.dtype != t.value.dtype:
                raise Cannot("a gradient has another dtype than its array")
            last = found[-1] if found else None
            if last is not None and last[2] == add and all(map(_follows, [last[0], *last[1]], arrays)):
                joined = [_span(a, b) for a, b in zip([last[0], *last[1]], arrays)]
                found[-1] = (joined[0], joined[1:], add)
            else:
                found.append((t.buffer.reshape(-1), [p.reshape(-1) for p in parts], add))
        return found


def _follows(a: Any, b: Any) -> bool:
    return bool(a.ctypes.data + a.nbytes == b.ctypes.data and a.dtype == b.dtype)


def _span(a: Any, b: Any) -> Any:
    """Two arrays that lie end to end as one vector."""
    memory = (ctypes.c_char * (a.nbytes + b.nbytes)).from_address(a.ctypes.data)
    memory.keep = (a, b)
    return np.frombuffer(memory, a.dtype)


class _Replica:
    """A plan with what moves data to it and from it, where a share of the batch is no stretch of memory.

    `before` and `after` are those moves by whether they belong to backward.
    """

    def __init__(self, plan: Plan, before: dict[bool, list[Call]], after: dict[bool, list[Call]]) -> None:
        self.plan, self._before, self._after = plan, before, after

    def calls(self, which: Calls, late: bool) -> Call:
        before, after = self._before[late], self._after[late]

        def run() -> None:
            for move in before:
                move()
            run_calls(self.plan, which)
            for move in after:
                move()

        return run

    def only(self, which: Calls, late: bool) -> Any:
        """The one call that it comes down to, None where there are more."""
        moves = self._before[late] or self._after[late]
        return which.joined[0] if not moves and len(which.joined) == 1 else None


def _replica(site: _Site, ctx: Context, inputs: dict[int, Any], ends: _Ends, heads: dict[int, Value]) -> _Replica:
    n, lo, hi = site.sharding.n, site.lo, site.hi
    before: dict[bool, list[Call]] = {False: [], True: []}
    after: dict[bool, list[Call]] = {False: [], True: []}
    targets: list[Target] = []
    for t, state in zip(ends.targets, ends.states):
        value = site.value(t.value, state)
        if state == WHOLE:
            if site.rank == 0:
                targets.append(t._replace(value=value))
        elif state == PART:
            targets.append(ends.partial(t, site.rank)._replace(value=value))
        elif isinstance(state, Split):
            rows = _rows(t.buffer, state.before, n, lo, hi)
            if state.before == 1:
                targets.append(t._replace(value=value, buffer=rows.reshape(value.shape)))
            else:
                own = np.empty(value.shape, t.buffer.dtype)
                targets.append(Target(value, own, False, t.late))
                after[t.late].append(_move(own.reshape(rows.shape), rows, t.add))
    strip(site.g, [t.value for t in targets])
    used = {v.id for node in site.g.nodes for v in node.ins} | {t.value.id for t in targets}
    buffers: dict[int, Any] = {}
    for made, (v, state) in site.feeds.items():
        if made not in used:
            continue
        buffer = inputs[v.id]
        if isinstance(state, Split):
            rows = _rows(buffer, state.before, n, lo, hi)
            shape = site.shape_in(v, state)
            if state.before == 1:
                buffer = rows.reshape(shape)
            else:
                buffer = np.empty(shape, v.dtype)
                before[v.id in heads].append(_move(rows, buffer.reshape(rows.shape), False))
        buffers[made] = buffer
    site.g.inputs = {name: v for name, v in site.g.inputs.items() if v.id in buffers}
    plan = build_plan(site.g, ctx, buffers, targets, site.forward)
    return _Replica(plan, before, after)


def _move(src: Any, dst: Any, add: bool) -> Call:
    if add:
        return lambda: np.add(dst, src, out=dst, casting="unsafe")
    return lambda: np.copyto(dst, src)


class SplitPlan(Plan):
    """Plans of replicas that run together; to its users one plan of one call, which starts the threads."""

    def __init__(
        self, g: Graph, ctx: Context, sharding: Sharding, bounds: list[int], replicas: list[_Replica],
        early: list[Any], late: list[Any],
    ) -> None:  # fmt: skip
        self._sharding, self._bounds, self._replicas = sharding, bounds, replicas
        plans = self.plans = [r.plan for r in replicas]

        def row(which: str, backward: bool) -> Row:
            # no label: the replicas name the operator in their errors
            return Row(
                _together(replicas, which, backward, late if backward else early), "", f"{len(replicas)} replicas"
            )

        forward, backward = row("forward_calls", False), row("backward_calls", True)
        again, redo = row("again_calls", False), row("redo_calls", False)
        super().__init__([forward, backward, again, redo], 1, None, {}, g, ctx)
        self.backward_calls = Calls([backward.run])
        self.again_calls, self.redo_calls = Calls([again.run]), Calls([redo.run])
        self._bytes = sum(p.arena_bytes for p in plans)
        self._bytes += sum(part.nbytes for _, parts, _ in (*early, *late) for part in parts)

    @property
    def arena_bytes(self) -> int:
        return self._bytes

    def explain(self) -> str:
        """How the batch is split, the first replica's rows, and all temporaries."""
        s = self._sharding
        sizes = " + ".join(str(b - a) for a, b in pairwise(self._bounds))
        names = ", ".join(v.name for v in s.seeds)
        lines = self.plans[0].explain().splitlines()
        return "\n".join([
            f"{len(self.plans)} replicas with a thread each: axis {s.axis} of {names} is split, {sizes} of {s.n}",
            *lines[:-1],
            f"arena: {self._bytes:,} bytes; {len(self.plans)} x {len(self.plans[0].rows)} calls",
        ])  # fmt: skip


def _together(replicas: list[_Replica], which: str, backward: bool, joins: list[tuple[Any, list[Any], bool]]) -> Call:
    """Runs a part of the replicas' plans on threads of their own, then adds up what they made."""
    parts: list[Calls] = [getattr(r.plan, which) for r in replicas]
    calls = [r.calls(part, backward) for r, part in zip(replicas, parts)]
    shares = _shares(joins, len(replicas))
    met: list[Meeting | None] = []

    def run() -> None:
        if not met:
            met.append(meeting([r.only(part, backward) for r, part in zip(replicas, parts)]))
        together = met[0]
        if together is None or run_module.timed is not None:
            threads.run_together(calls)
        elif (failed := together()) is not None:
            i, status = failed
            try:
                together.calls[i].failed(status)
            except Exception as e:
                raise named(replicas[i].plan, together.calls[i], e) from None
        if len(shares) == 1:
            shares[0]()
        elif shares:
            threads.run_together(shares)

    return run


def _shares(joins: list[tuple[Any, list[Any], bool]], count: int) -> list[Call]:
    """The additions of `joins`, for one thread; for `count` ones where they are many."""
    if not joins:
        return []
    if sum(dst.size for dst, _, _ in joins) < WIDE:
        return [_adder(joins)]
    cut: list[list[tuple[Any, list[Any], bool]]] = [[] for _ in range(count)]
    for dst, parts, add in joins:
        step = math.ceil(dst.size / count / 16) * 16
        for r in range(count):
            at = slice(r * step, (r + 1) * step)
            if dst[at].size:
                cut[r].append((dst[at], [p[at] for p in parts], add))
    return [_adder(c) for c in cut]


def _adder(joins: list[tuple[Any, list[Any], bool]]) -> Call:
    steps = []
    for dst, parts, add in joins:
        first = parts if add else parts[1:]
        steps.append((dst, None if add else parts[0], first))

    def run() -> None:
        for dst, start, rest in steps:
            if start is not None:
                np.copyto(dst, start)
            for part in rest:
                np.add(dst, part, out=dst)

    return run
