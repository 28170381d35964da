"""From a symbol with arrays for its variables to a plan: the one path of executors, blocks and loop bodies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..backend import xp_for
from ..base import MXNetError
from ..context import Context
from ..core.array import Array
from ..core.collector import collector_held
from ..core.lease import borrow
from ..core.op import get_op
from ..kernels.crew import recruited
from .crew_steps import crew_of, reads_weights
from .decompose import decompose
from .ir import Graph, Value, draws
from .lower import add_gradients, lower, needs_head_grad
from .passes import simplify, strip
from .plan import Plan, Target, build_plan
from .replicas import split_plan
from .shard import Cannot
from .symbol import Symbol
from .turns import in_turns
from .wide import widen

__all__ = ["Compiled", "compile_symbol", "lent", "written"]


class Compiled:
    """A plan and the buffers around it.

    Attributes
    ----------
    outs : the symbol's outputs.
    heads : head gradients by the number of the output; only of outputs that need one.
    grads : gradients by the name of the variable; without those that no output depends on.
    random : whether running it takes random numbers.
    drawn : the results of operators that draw random numbers, in graph order (nothing comes into those that nobody
        needs). Another compiled form of the same symbol and mode has them in the same order. Empty where the plan is
        split over threads: then nothing is drawn.
    note : where several threads were to be had, why the plan is not split over them.
    """

    def __init__(
        self, plan: Plan, outs: list[Any], heads: dict[int, Any], grads: dict[str, Any], drawn: list[Any], random: bool,
        note: str = "",
    ) -> None:  # fmt: skip
        self.plan, self.outs, self.heads, self.grads, self.drawn, self.random = plan, outs, heads, grads, drawn, random
        self.note = note

    def explain(self) -> str:
        """The plan's, and why it is not split."""
        return "\n".join(filter(None, [self.plan.explain(), self.note]))


def written(sym: Symbol, train: bool = True) -> set[str]:
    """Names of the variables that an operator writes to: moving averages in training, states of optimisers."""
    found = set()
    for node in sym._nodes():
        if node.op is not None and node.op.mutates and (train or not node.op.train_aware):
            names = node.op.input_names(node.a, len(node.inputs))
            found |= {x[0].name for n, x in zip(names, node.inputs) if n in node.op.mutates}
        if node.op is not None and node.op.states is not None:
            found |= {node.inputs[i][0].name for i in node.op.states(node.a)}
    return found


def lent(sym: Symbol, arrays: dict[str, Array], train: bool) -> dict[str, Any]:
    """The raw arrays of variables for a plan of `sym`, borrowed where it only reads them."""
    states = written(sym, train).union(sym.list_auxiliary_states() if train else ())  # some are written by backward
    return {n: x._data if n in states else borrow(x) for n, x in arrays.items()}


@collector_held
def compile_symbol(
    sym: Symbol,
    ctx: Context,
    arrays: dict[str, Any],
    train: bool,
    wrt: Sequence[str] = (),
    *,
    outs: list[Any] | None = None,
    heads: dict[int, Any] | None = None,
    grads: dict[str, tuple[Any, bool]] | None = None,
    places: dict[str, Any] | None = None,
    threads: int = 1,
) -> Compiled:
    """Compiles `sym` on the raw arrays of its variables.

    Parameters
    ----------
    wrt : the variables that a gradient is wanted of; with none the plan has no backward part.
    outs, heads : buffers to use; made where missing.
    grads : for each of `wrt` its buffer and whether the gradient is added to it. A gradient that nothing depends on
        is written as zeros. Without this, buffers are made for the gradients that there are.
    places : without `grads`, buffers for some of the gradients, if there are these.
    threads : on the CPU the plan is split over so many, each with a share of the batch, where it can be and pays.
    """
    xp = xp_for(ctx)
    g = lower(sym, {n: b.shape for n, b in arrays.items()}, {n: b.dtype for n, b in arrays.items()}, train)
    if not ctx.is_gpu:
        decompose(g)
    results = list(g.outputs)
    if outs is None:
        outs = [xp.zeros(v.shape, v.dtype) for v in results]
    heads = {} if heads is None else heads
    forward_nodes = {id(n) for n in g.nodes}
    drawing = [n for n in g.nodes if draws(n.op, n.a)]
    random = any(draws(n.op, n.a, n.train) for n in drawing)
    inputs = {g.inputs[n].id: b for n, b in arrays.items() if n in g.inputs}
    names = list(wrt) if grads is not None else [n for n in wrt if n in g.inputs]
    missing = [n for n in names if n not in g.inputs]
    if missing:
        raise MXNetError(f"gradient of {missing[0]} is asked for, but the symbol has no such argument")
    found: list[Value | None] = []
    head_of: dict[int, int] = {}  # output by the id of the input that is its gradient
    if wrt:
        given: list[Value | None] = []
        for i, v in enumerate(results):
            head = g.input(f"head gradient {i}", v.shape, v.dtype) if needs_head_grad(v) else None
            if head is not None:
                if i not in heads:
                    heads[i] = xp.zeros(v.shape, v.dtype)
                inputs[head.id], head_of[head.id] = heads[i], i
            given.append(head)
        found = add_gradients(g, results, given, [g.inputs[n] for n in names])
        if grads is not None:
            zeros = get_op("zeros_like")
            found = [
                g.f.run(zeros, [g.inputs[n]], {}) if d is None and not grads[n][1] else d for n, d in zip(names, found)
            ]
    final = simplify(g, [*results, *found])
    if not ctx.is_gpu:
        final = widen(g, final, forward_nodes)
    strip(g, [v for v in final if v is not None])
    targets = [Target(v, b, False) for v, b in zip(final, outs) if v is not None]
    made: dict[str, Any] = {}
    for n, d in zip(names, final[len(results) :]):
        if d is None:
            continue
        if grads is not None:
            buffer, add = grads[n]
        else:
            buffer, add = (places or {}).get(n), False
            if buffer is None:
                buffer = xp.zeros(d.shape, d.dtype)
        made[n] = buffer
        targets.append(Target(d, buffer, add, late=True))
    note = ""
    crew = 1 if train or wrt or ctx.is_gpu else crew_of(g, threads)
    if threads > 1 and not ctx.is_gpu:
        try:
            if crew > 1 and reads_weights(g):
                raise Cannot("each thread would read all weights for a few examples")
            of = {k: out for k, i in head_of.items() if (out := final[i]) is not None}
            split = split_plan(g, ctx, inputs, targets, forward_nodes, of, threads, crew)
            return Compiled(split, outs, heads, made, [], random)
        except Cannot as e:
            note = f"not split over {threads} threads: {e}"
    if not (train or wrt or drawing or ctx.is_gpu) and threads == 1:

        def again(shapes: dict[str, tuple]) -> tuple[Graph, list[Value]]:
            known = {n: shapes.get(n, b.shape) for n, b in arrays.items()}
            part = lower(sym, known, {n: b.dtype for n, b in arrays.items()}, False)
            decompose(part)
            ends = simplify(part, list(part.outputs))
            ends = widen(part, ends, {id(n) for n in part.nodes})
            found = [x for x in ends if x is not None]
            strip(part, found)
            return part, found

        turns = in_turns(g, ctx, inputs, targets, again)
        if turns is not None:
            return Compiled(turns, outs, heads, made, [], random)
    if crew > 1:
        note = f"{note}; {crew} threads share its large calls"
    with recruited(crew):
        plan = build_plan(g, ctx, inputs, targets, forward_nodes)
    values = [v for n in drawing for v in n.outs]
    # ones: the mask of a dropout that lets all through, and was left out here
    drawn = [plan.buffers[v.id] if v.id in plan.buffers else xp.ones(v.shape, v.dtype) for v in values]
    return Compiled(plan, outs, heads, made, drawn, random, note)
