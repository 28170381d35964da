"""How a graph falls into shares of the batch: which values are whole, split or partial sums in each share.

The analysis walks the compiled form after the gradients are in it. Every replica runs all nodes on its share of the
rows; inputs that belong to the batch are split, all others are the same for all. `shard_rules` has a rule for each
operator; a node without one (or for which it does not hold) means that the graph is not split.
(Xu et al. 2021, GSPMD: General and Scalable Parallelization for ML Computation Graphs.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from .ir import Graph, IrNode, Value

__all__ = ["KEPT", "PART", "WHOLE", "Call", "Cannot", "Local", "Sharding", "Split", "locate", "shard"]

# Inputs of operators that hold parameters: a length that happens to be the batch's does not make them part of it.
PARAMETERS = frozenset(
    "weight bias gamma beta parameters moving_mean moving_var running_mean running_var depthwise_weight mom mean var"
    .split()
)  # fmt: skip

# Variables that are tried as the batch, and the axes that it may lie along.
TRIED, AXES = 3, (0, 1)


class Cannot(Exception):
    """Why a graph is not split."""


class Split(NamedTuple):
    """The value's elements in order are (before, batch, after): a replica has some of the batch.

    So a reshape changes nothing; in a shape the batch is a factor of one axis, see `locate`.
    """

    before: int


WHOLE = "whole"  # the same in all replicas
PART = "part"  # each replica has its share of a sum over the batch
KEPT = Split(-1)  # split, in an order that only the operator knows (what a recurrent layer keeps for backward)

State = Split | str


def locate(shape: Sequence[int], before: int, n: int) -> tuple[int, int] | None:
    """(axis, outer): the axis that has the batch, its length being outer * n * inner. None if it crosses axes."""
    lead = 1
    for k, d in enumerate(shape):
        if before % lead:
            return None
        outer = before // lead
        if d and d % (outer * n) == 0:
            return k, outer
        lead *= d
    return None


class Local(NamedTuple):
    """What a rule says of a node: the states that its inputs must be in, those of its results, and how to make it.

    `make(site, node, ins)` gives the results in a replica; without it the same operator runs on the local inputs.
    """

    ins: list[State]
    outs: list[State]
    make: Callable[[Any, IrNode, list[Value]], Sequence[Value]] | None = None


class Call:
    """A node, the states of its inputs and the length of the batch, for a rule."""

    def __init__(self, node: IrNode, states: list[State], n: int) -> None:
        self.node, self.a, self.states, self.n = node, node.a, states, n
        self.ins = [v.shape for v in node.ins]
        self.outs = [v.shape for v in node.outs]

    @property
    def first(self) -> int:
        """The number of the first split input."""
        return next(i for i, s in enumerate(self.states) if isinstance(s, Split))

    def where(self, i: int) -> tuple[int, int]:
        """(axis, outer) of the batch in input i, which must be split."""
        s = self.states[i]
        found = None if not isinstance(s, Split) or s == KEPT else locate(self.ins[i], s.before, self.n)
        if found is None:
            raise Cannot(f"the batch is not along one axis of its input {i} of shape {self.ins[i]}")
        return found

    def at(self, shape: Sequence[int], axis: int, outer: int) -> Split:
        """The state of a value of `shape` with the batch along `axis`, behind `outer` others."""
        if shape[axis] % (outer * self.n):
            raise Cannot(f"a result of shape {tuple(shape)} has no batch along axis {axis}")
        return Split(math.prod(shape[:axis]) * outer)

    def none_partial(self) -> None:
        if PART in self.states:
            raise Cannot("it needs a sum over the whole batch")


class Sharding:
    """The result of the analysis: the batch's length, the state of each value by id, what to do by id() of the node."""

    def __init__(
        self, n: int, axis: int, seeds: list[Value], states: dict[int, State], calls: dict[int, Local]
    ) -> None:
        self.n, self.axis, self.seeds, self.states, self.calls = n, axis, seeds, states, calls

    def local(self, shape: Sequence[int], before: int, length: int) -> tuple[int, ...]:
        """The shape of a share with `length` of the batch."""
        found = locate(shape, before, self.n)
        if found is None:
            raise Cannot(f"the batch of a value of shape {tuple(shape)} is not along one axis")
        k = found[0]
        return (*shape[:k], shape[k] // self.n * length, *shape[k + 1 :])


def shard(g: Graph, forward_nodes: set[int], heads: dict[int, Value], fewest: int) -> Sharding:
    """The sharding of a graph with its gradients; raises Cannot with the reason.

    Parameters
    ----------
    heads : output by the id of the input that is its gradient: it is split as the output is.
    fewest : the batch must have so many rows at least.
    """
    if any(v.size == 0 for v in (*g.inputs.values(), *(v for node in g.nodes for v in node.outs))):
        raise Cannot("there are arrays without elements")
    reasons: list[str] = []
    candidates = [v for v in g.inputs.values() if v.id not in heads]
    slots = _slots(g, forward_nodes)
    of_data = [v for v in candidates if slots.get(v.id, False)]
    for primary in of_data[:TRIED]:
        for axis in AXES:
            if primary.ndim <= axis or primary.shape[axis] < fewest:
                continue
            n = primary.shape[axis]
            seeds = [v for v in of_data if v.ndim > axis and v.shape[axis] == n]
            try:
                return _walk(g, forward_nodes, heads, n, axis, seeds)
            except Cannot as e:
                reasons.append(f"along axis {axis} of {primary.name}: {e}")
    raise Cannot("; ".join(dict.fromkeys(reasons[:2])) or f"no input has a batch of {fewest} rows")


def _slots(g: Graph, forward_nodes: set[int]) -> dict[int, bool]:
    """By the id of a graph input, whether an operator of forward takes it as something else than a parameter."""
    inputs = {v.id for v in g.inputs.values()}
    found: dict[int, bool] = {}
    for node in g.nodes:
        if id(node) in forward_nodes and any(v.id in inputs for v in node.ins):
            names = node.op.input_names(node.a, len(node.ins))
            for name, v in zip(names, node.ins):
                if v.id in inputs:
                    parameter = name in PARAMETERS or node.op.name == "_rnn_param_concat"
                    found[v.id] = found.get(v.id, False) or not parameter
    return found


def _walk(
    g: Graph, forward_nodes: set[int], heads: dict[int, Value], n: int, axis: int, seeds: Iterable[Value]
) -> Sharding:
    from . import shard_sums  # noqa: F401 - its rules
    from .shard_axes import spread
    from .shard_rules import rule_for

    seeds = list(seeds)
    states: dict[int, State] = {v.id: WHOLE for v in g.inputs.values()}
    for v in seeds:
        states[v.id] = Split(math.prod(v.shape[:axis]))
    calls: dict[int, Local] = {}
    backward = False
    summed: dict[str, Value] = {}  # what the forward nodes that add up the batch got, by the name of their gradient
    for node in g.nodes:
        if not backward and id(node) not in forward_nodes:
            backward = True
            for head, out in heads.items():
                state = states[out.id]
                states[head] = state if isinstance(state, Split) else WHOLE
        given = [states[v.id] for v in node.ins]
        try:
            call = Call(node, given, n)
            if backward and node.op.name == "broadcast_to" and node.name in summed and given == [WHOLE]:
                source = summed[node.name]
                like = states[source.id]
                fits = source.shape == node.outs[0].shape and isinstance(like, Split)
                local = spread(call, like) if fits and isinstance(like, Split) else rule_for(node, given)(call)
            else:
                local = rule_for(node, given)(call)
            for v, state in zip(node.outs, local.outs):
                if isinstance(state, Split) and state != KEPT and locate(v.shape, state.before, n) is None:
                    raise Cannot(f"the batch of its result of shape {v.shape} is not along one axis")
        except Cannot as e:
            raise Cannot(f"{node.name} ({node.op.name}): {e}") from None
        calls[id(node)] = local
        if not backward and local.outs == [PART]:
            summed[f"{node.name}_backward"] = node.ins[0]
        for v, state in zip(node.outs, local.outs):
            states[v.id] = state
    _worth(g, calls)
    return Sharding(n, axis, seeds, states, calls)


def _worth(g: Graph, calls: dict[int, Local]) -> None:
    """Every replica does the whole nodes anew: there must be little of them."""
    whole = shared = 0.0
    for node in g.nodes:
        amount = work(node)
        if all(s == WHOLE for s in calls[id(node)].outs):
            whole += amount
        else:
            shared += amount
    if whole > shared / 4:
        raise Cannot("most of the work does not depend on the batch")


def work(node: IrNode) -> float:
    """Floating point operations of a node, roughly; moving an element counts as some."""
    ins, outs = [v.shape for v in node.ins], [v.shape for v in node.outs]
    moved = sum(math.prod(s) for s in outs) if not node.op.view else 0
    return 4.0 * moved + (float(node.op.cost(node.a, ins, outs)) if node.op.cost is not None else 0.0)
