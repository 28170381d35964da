"""Prediction in turns: a few examples of the batch at a time go through the whole network.

Where a network computes little for the bytes that it moves (depthwise convolutions, narrow layers), a large batch would
carry every layer's result to main memory and back. A turn's results stay in the cache, and the turns share one arena.
Dense layers at the end take all examples at once: they read many weights for few numbers of each example.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..base import MXNetError
from ..context import Context
from .ir import Graph, IrNode, Value
from .memory import empty_aligned
from .plan import Plan, Row, Target, build_plan
from .prepared import Preparation
from .shard import Cannot, Sharding, Split, shard

__all__ = ["TurnsPlan", "in_turns", "rows_of_a_turn"]

# Operations for a byte of the heavy operators' inputs and results: with fewer the memory is what counts. Measured per
# image: MobileNet v2 (11 for a byte) 5.2 ms in a batch of 32, 3.9 in turns of 2; MobileNet (28) 6.1 and 5.8; ResNet-50
# (87), whose weights are many, 28 and 30.
_FEW = 40
_NARROW = 64 << 10  # bytes of an example between the turns and the end


class TurnsPlan(Plan):
    """The rows of all turns, one after the other, and those of the end for all examples at once, if there is one."""

    def __init__(self, plans: Sequence[Plan], end: Plan | None, each: int, n: int) -> None:
        first, rows = plans[0], _joined([*plans, end] if end is not None else plans)
        super().__init__(rows, len(rows), first.arena, {}, first.graph, first.ctx)
        self._first, self._note, self._plans = first, f"{len(plans)} turns of {each} of {n} examples", plans
        self._end = end

    def explain(self) -> str:
        """The first turn's rows, and those of the end."""
        text = f"{self._note}, each of them\n{self._first.explain()}"
        return text if self._end is None else f"{text}\nthen all together\n{self._end.explain()}"


def rows_of_a_turn(g: Graph, n: int) -> int:
    """How many of `n` examples a turn should have; `n` where all at once is as good."""
    heavy = [x for x in g.nodes if x.op.heavy and x.op.cost is not None]
    moved = sum(x.ins[0].nbytes + x.outs[0].nbytes for x in heavy)
    if not heavy or n < 2 or sum(map(_cost, heavy)) > _FEW * moved:
        return n
    largest = max(x.ins[0].nbytes + x.outs[0].nbytes for x in heavy) / n
    most = max(1, int(_cache() / 2 / largest))
    return max(d for d in range(1, n + 1) if n % d == 0 and d <= most)


def in_turns(
    g: Graph,
    ctx: Context,
    inputs: dict[int, Any],
    targets: Sequence[Target],
    again: Callable[[dict[str, tuple]], tuple[Graph, list[Value]]],
) -> TurnsPlan | None:
    """The plan of a graph for prediction, None where it is better planned as a whole.

    Parameters
    ----------
    inputs : raw arrays by the id of the input. targets : all results.
    again : makes the graph anew for other shapes of the inputs of some names, with its results in the same order.
    """
    if not any(x.op.heavy for x in g.nodes):
        return None
    try:
        sharding = shard(g, {id(n) for n in g.nodes}, {}, 2)
        return _in_turns(g, ctx, inputs, targets, again, sharding)
    except Cannot:
        return None


def _in_turns(
    g: Graph,
    ctx: Context,
    inputs: dict[int, Any],
    targets: Sequence[Target],
    again: Callable[[dict[str, tuple]], tuple[Graph, list[Value]]],
    sharding: Sharding,
) -> TurnsPlan | None:
    n, each = sharding.n, rows_of_a_turn(g, sharding.n)
    states = [sharding.states[v.id] for v in g.inputs.values()] + [sharding.states[t.value.id] for t in targets]
    if each == n or any(isinstance(s, Split) and s.before != 1 for s in states):
        return None
    if any(not isinstance(sharding.states[t.value.id], Split) for t in targets):
        return None
    buffers = {name: inputs[v.id] for name, v in g.inputs.items()}
    split = {name for name, v in g.inputs.items() if isinstance(sharding.states[v.id], Split)}
    if not all(b.flags.c_contiguous for b in (*buffers.values(), *(t.buffer for t in targets))):
        return None
    start, cut = _end(g, targets, sharding) or (len(g.nodes), None)
    whole = None if cut is None else empty_aligned(np, cut.nbytes)[: cut.nbytes].view(cut.dtype).reshape(cut.shape)
    plans: list[Plan] = []
    for lo in range(0, n, each):
        shapes = {name: sharding.local(g.inputs[name].shape, 1, each) for name in split}
        try:
            part, results = again(shapes)
        except MXNetError:  # an attribute says how large the batch is
            return None
        if not _agree(g, part, sharding, each):
            return None
        raws = {
            v.id: _rows(buffers[name], n, lo, lo + each, v.shape) if name in split else buffers[name]
            for name, v in part.inputs.items()
        }
        wanted = [(v, t.buffer, t.add) for v, t in zip(results, targets, strict=True)]
        if cut is not None:
            part.outputs = [_same(g, part, cut)]
            wanted = [(part.outputs[0], whole, False)]
            del part.nodes[start:]
        ends = [Target(v, _rows(buffer, n, lo, lo + each, v.shape), add) for v, buffer, add in wanted]
        arena = plans[0].arena if plans else None
        plans.append(build_plan(part, ctx, raws, ends, {id(x) for x in part.nodes}, arena))
    end = None
    if cut is not None:
        rest = Graph()
        rest.ids, rest.nodes, rest.outputs = g.ids, g.nodes[start:], [t.value for t in targets]
        rest.inputs = {**g.inputs, "what turns leave": cut}
        end = build_plan(rest, ctx, {**inputs, cut.id: whole}, targets, {id(x) for x in rest.nodes})
    return TurnsPlan(plans, end, each, n)


def _end(g: Graph, targets: Sequence[Target], sharding: Sharding) -> tuple[int, Value] | None:
    """Where the nodes begin that take all examples at once, and the only value that they have of those before.

    They are at the end, dense layers and what is between them, and have little of an example.
    """
    live = {t.value.id: t.value for t in targets}
    found, dense = None, False
    for i in range(len(g.nodes) - 1, 0, -1):
        node = g.nodes[i]
        if node.op.heavy and node.op.name != "FullyConnected":
            break
        dense = dense or node.op.heavy
        live.update((v.id, v) for v in node.ins)
        for v in node.outs:
            live.pop(v.id, None)
        before = [v for v in live.values() if v.node is not None]
        if dense and len(before) == 1 and before[0].nbytes <= _NARROW * sharding.n:
            state = sharding.states.get(before[0].id)
            if isinstance(state, Split) and state.before == 1:
                found = i, before[0]
    return found


def _same(g: Graph, part: Graph, v: Value) -> Value:
    """The value of a turn's graph for one of the whole."""
    assert v.node is not None
    return part.nodes[g.nodes.index(v.node)].outs[v.index]


def _joined(plans: Sequence[Plan]) -> list[Row]:
    """All rows; prepared values are looked after once."""
    rows: list[Row] = []
    known: set[int] = set()
    for plan in plans:
        for row in plan.rows:
            if isinstance(row.run, Preparation):
                items = set(map(id, row.run.items))
                if items <= known:
                    continue
                known |= items
            rows.append(row)
    return rows


def _rows(buffer: Any, n: int, lo: int, hi: int, shape: tuple[int, ...]) -> Any:
    return buffer.reshape(n, -1)[lo:hi].reshape(shape)


def _agree(g: Graph, part: Graph, sharding: Sharding, each: int) -> bool:
    """Whether the graph of a turn computes the turn's share of every value."""
    if [x.op.name for x in g.nodes] != [x.op.name for x in part.nodes]:
        return False
    for x, y in zip(g.nodes, part.nodes):
        for v, w in zip(x.outs, y.outs):
            state = sharding.states.get(v.id)
            if state is None:
                continue
            want = sharding.local(v.shape, state.before, each) if isinstance(state, Split) else v.shape
            if want != w.shape:
                return False
    return True


def _cost(node: IrNode) -> float:
    assert node.op.cost is not None
    return float(node.op.cost(node.a, [v.shape for v in node.ins], [v.shape for v in node.outs]))


def _cache() -> float:
    """Bytes of the last level of cache, as far as the system says; it is shared with other cores."""
    try:
        text = Path("/sys/devices/system/cpu/cpu0/cache/index3/size").read_text().strip()
        return float(text[:-1]) * {"K": 1 << 10, "M": 1 << 20}[text[-1]]
    except (OSError, ValueError, KeyError, IndexError):
        return 16 * math.pow(2, 20)
