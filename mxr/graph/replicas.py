"""Replicas: a plan for each thread, on its share of the batch; sums over the batch are joined at the end.

The replica graphs are made node by node from the full one, as `shard` says, and planned like any other. Their inputs
and outputs are views of the arrays of the full graph. Gradients of parameters are partial sums: the first replica
writes its own into the array of the gradient, the others into memory of their own, which is added in their order. So
results are the same for the same number of threads.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..base import MXNetError
from ..context import Context
from ..core import dispatch, threads
from ..core.op import OpDef, get_op
from ..core.params import Attrs
from ..kernels.gathering import Gathering
from .ir import Graph, IrNode, Value
from .memory import empty_aligned
from .passes import strip
from .plan import Target, build_plan
from .shard import KEPT, PART, WHOLE, Cannot, Sharding, Split, State, shard, work
from .shard_rules import drawn_before
from .shared_norm import SHARED, Exchange
from .split_plan import Replica, SplitPlan

__all__ = ["split_plan"]

# Fewer operations (floating point, roughly) than this in one replica are not worth waking a thread.
LEAST = 20_000_000

# To wait for the others half way takes as long as so many operations.
WAIT = 2_000_000

# Bytes at most for the gradients of the replicas behind the first one.
MEMORY = 1 << 28

# The most nodes of a graph that is split: every replica takes time and memory to plan.
MOST = 20_000

Call = Callable[[], Any]


def split_plan(
    g: Graph,
    ctx: Context,
    inputs: dict[int, Any],
    targets: Sequence[Target],
    forward_nodes: set[int],
    heads: dict[int, Value],
    count: int,
    crew: int = 1,
) -> SplitPlan:
    """The graph planned for `count` threads, or fewer where they have too little to do.

    Raises Cannot with the reason where it is better planned as it is.

    Parameters are those of `build_plan`; heads : output by the id of the input that is its gradient; crew : how many
    threads would share the calls otherwise.
    """
    if len(g.nodes) > MOST:
        raise Cannot(f"it has more than {MOST:,} nodes")
    waits = sum(n.op.name in ("BatchNorm", "_backward_BatchNorm") and n.train for n in g.nodes)
    most = int((sum(map(work, g.nodes)) - waits * WAIT) // LEAST)
    if most < 2:
        raise Cannot("it is too little work")
    if any(0 in v.shape for n in g.nodes for v in (*n.ins, *n.outs)):
        raise Cannot("it has arrays without elements")
    if not all(b.flags.c_contiguous for b in (*inputs.values(), *(t.buffer for t in targets))):
        raise Cannot("an array is a view with gaps")
    sharding = shard(g, forward_nodes, heads, 2)
    if crew >= 2 * sharding.n:
        raise Cannot(f"a batch of {sharding.n} is too few for {count} threads")
    summed = sum(t.buffer.nbytes for t in targets if sharding.states[t.value.id] == PART)
    most = min(most, sharding.n, 1 + MEMORY // max(summed, 1))
    if most < 2:
        raise Cannot("its gradients take too much memory to have them several times")
    count = min(count, most)
    bounds = [sharding.n * r // count for r in range(count + 1)]
    masks = [(n, np.empty(n.outs[1].shape, n.outs[1].dtype)) for n in g.nodes if drawn_before(n)]
    inputs = {**inputs, **{n.outs[1].id: mask for n, mask in masks}}
    with threads.alone():
        exchanges = _Exchanges(count)
        sites = [_Site(sharding, g, forward_nodes, r, bounds, exchanges) for r in range(count)]
        ends = _Ends(sharding, targets, count)
        replicas = [_replica(site, ctx, inputs, ends, heads) for site in sites]
    drawing = [_draw(n, mask, ctx) for n, mask in masks]
    if len({tuple(_met(r.plan.graph)) for r in replicas}) > 1:
        raise Cannot("its replicas would wait for each other in different orders")
    joins = (ends.joins(late=False), ends.joins(late=True))
    return SplitPlan(g, ctx, sharding, bounds, replicas, drawing, joins, exchanges.gathering)


def _draw(node: IrNode, mask: Any, ctx: Context) -> Call:
    """Draws the mask of a dropout as its operator does."""
    p = node.a.p

    def draw() -> None:
        mask[...] = dispatch.generator_for(ctx).parallel.dropout_mask(p, mask.shape, mask.dtype)

    return draw


def _met(g: Graph) -> list[int]:
    """Where the replica of a graph waits for the others, in order."""
    return [id(n.a.exchange.place) for n in g.nodes if n.op.name in SHARED]


class _Exchanges:
    """What replicas that work on one node together have in common."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.gathering: Gathering | None = None
        self._made: dict[int, Exchange] = {}

    def of(self, node: IrNode, channels: int) -> Exchange:
        found = self._made.get(id(node))
        if found is None:
            if self.gathering is None:
                self.gathering = Gathering(self.count)
            parts = [np.empty((2, channels), np.float32) for _ in range(self.count)]
            found = self._made[id(node)] = Exchange(self.gathering, self.gathering.place(), parts)
        return found


class _Site:
    """The graph of one replica while it is made.

    Attributes
    ----------
    g : the graph; rank : the replica's number; lo, hi : its rows of the batch; shares : how many each replica has.
    feeds : for each input of `g` by id, (value of the full graph, state that it is in).
    """

    def __init__(
        self, sharding: Sharding, full: Graph, forward_nodes: set[int], rank: int, bounds: list[int],
        exchanges: _Exchanges,
    ) -> None:  # fmt: skip
        self.sharding, self.rank, self._exchanges = sharding, rank, exchanges
        self.lo, self.hi = bounds[rank], bounds[rank + 1]
        self.shares = tuple(b - a for a, b in pairwise(bounds))
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

    def exchange(self, node: IrNode, channels: int) -> Exchange:
        """What this replica has in common with the others at a node of the full graph."""
        return self._exchanges.of(node, channels)

    def drawn(self, v: Value, state: State) -> Value:
        """A value that is drawn at random for the whole batch before the replicas run."""
        made = self.g.input(f"{v!r}", self.shape_in(v, state), v.dtype)
        self.feeds[made.id] = (v, state)
        return made

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


def _replica(site: _Site, ctx: Context, inputs: dict[int, Any], ends: _Ends, heads: dict[int, Value]) -> Replica:
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
    return Replica(plan, before, after)


def _move(src: Any, dst: Any, add: bool) -> Call:
    if add:
        return lambda: np.add(dst, src, out=dst, casting="unsafe")
    return lambda: np.copyto(dst, src)
