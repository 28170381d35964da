"""Rules of operators that work along axes: reductions, selections, axes that move, pieces, sequences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..core.op import get_op
from ..ops.axes import normal_axes
from .ir import IrNode, Value
from .shard import KEPT, PART, WHOLE, Call, Cannot, Local, Split, State
from .shard_rules import changed, rule

__all__ = ["spread"]


@rule("softmax log_softmax softmin LayerNorm")
def _normalised(c: Call) -> Local:
    axis, outer = c.where(0)
    if axis == c.a.axis % len(c.ins[0]) or any(s != WHOLE for s in c.states[1:]):
        raise Cannot("it goes along the batch")
    if getattr(c.a, "use_length", False):
        raise Cannot("its lengths are along the batch")
    return Local(c.states, [c.at(s, axis, outer) for s in c.outs])


def _reduced_to(c: Call, axes: Sequence[int]) -> Split:
    """The state of a result without `axes` (or with length 1 there); the batch is along another one."""
    axis, outer = c.where(0)
    return Split(math.prod(d for i, d in enumerate(c.ins[0][:axis]) if i not in axes) * outer)


@rule("sum mean max min prod nansum nanprod norm")
def _reduction(c: Call) -> Local:
    name, shape = c.node.op.name, c.ins[0]
    axes = normal_axes(name, c.a.axis, len(shape), getattr(c.a, "exclude", False))
    if c.where(0)[0] not in axes:
        return Local(c.states, [_reduced_to(c, axes)])
    if name == "sum" or (name == "mean" and c.node.ins[0].dtype.kind == "f" and c.node.ins[0].dtype.itemsize > 2):
        return Local(c.states, [PART], None if name == "sum" else _mean(math.prod(shape[i] for i in axes)))
    raise Cannot("it goes along the batch")


def _mean(count: int) -> Any:
    """The share of a mean: a sum over the rows that are there, over the number of all."""

    def make(site: Any, node: IrNode, ins: list[Value]) -> Sequence[Value]:
        total = site.add(get_op("sum"), get_op("sum").parse(node.a.as_dict()), ins)
        div = get_op("_div_scalar")
        return site.add(div, div.parse({"scalar": float(count)}), list(total))

    return make


@rule("argmax argmin sort argsort topk reverse _np_cumsum")
def _along_axis(c: Call) -> Local:
    given = c.a.axis
    axes = [] if given is None else [given] if isinstance(given, int) else list(given)
    axis, outer = c.where(0)
    if not axes or axis in [k % len(c.ins[0]) for k in axes]:
        raise Cannot("it goes along the batch")
    gone = [k % len(c.ins[0]) for k in axes]
    same = len(c.outs[0]) == len(c.ins[0])
    if same:
        return Local(c.states, [c.at(s, axis, outer) for s in c.outs])
    return Local(c.states, [_reduced_to(c, gone)] * len(c.outs))


@rule("pick _take_along")
def _pick(c: Call) -> Local:
    axis, outer = c.where(c.first)
    k = c.a.axis % len(c.ins[0])
    if len(c.ins[1]) != len(c.ins[0]) and k < axis + (c.first == 1):
        raise Cannot("what it picks along is before the batch")
    if axis == k:
        raise Cannot("it goes along the batch")
    ins: list[State] = [c.at(s, axis, outer) for s in c.ins]
    if any(isinstance(s, Split) and s != t for s, t in zip(c.states, ins)):
        raise Cannot("its inputs have the batch along different axes")
    return Local(ins, [c.at(c.outs[0], axis, outer)])


def _shaped(c: Call, ins: list[State], out: Split) -> Local:
    """An operator that is told the shape of its result."""

    def make(site: Any, node: IrNode, given: list[Value]) -> Sequence[Value]:
        return site.add(node.op, changed(node.a, node, shape=site.shape(node.outs[0])), given)

    return Local(ins, [out], make)


@rule("_put_along")
def _put_along(c: Call) -> Local:
    axis, outer = c.where(c.first)
    if axis == c.a.axis % len(c.outs[0]):
        raise Cannot("it goes along the batch")
    return _shaped(c, [c.at(s, axis, outer) for s in c.ins], c.at(c.outs[0], axis, outer))


@rule("Embedding one_hot")
def _rows_of(c: Call) -> Local:
    """Indices become vectors."""
    if not isinstance(c.states[0], Split) or any(s != WHOLE for s in c.states[1:]):
        raise Cannot("its weight depends on the batch")
    return Local(c.states, [c.states[0]])


@rule("take")
def _take(c: Call) -> Local:
    if c.states[0] != WHOLE or c.a.axis != 0:
        raise Cannot("what it takes from depends on the batch")
    return Local(c.states, [c.states[1]])


@rule("_backward_take")
def _take_grad(c: Call) -> Local:
    if c.a.axis != 0 or math.prod(c.ins[0]) != math.prod(c.ins[1]) * math.prod(c.a.shape[1:]):
        raise Cannot("the batch is not along one axis")
    before = next(s for s in c.states if isinstance(s, Split))
    if any(isinstance(s, Split) and s != before for s in c.states):
        raise Cannot("its inputs have the batch along different axes")
    return Local([before, before], [PART])


# ---- axes that move
@rule("transpose SwapAxis")
def _moved(c: Call) -> Local:
    axis, outer = c.where(0)
    ndim = len(c.ins[0])
    order = list(range(ndim))
    if c.node.op.name == "SwapAxis":
        i, j = c.a.dim1 % ndim, c.a.dim2 % ndim
        order[i], order[j] = order[j], order[i]
    else:
        order = [k % ndim for k in c.a.axes] if c.a.axes else order[::-1]
    return Local(c.states, [c.at(c.outs[0], order.index(axis), outer)])


def spread(c: Call, like: Split) -> Local:
    """The gradient of a sum: a whole value, spread over what has the batch."""
    return _shaped(c, c.states, like)


@rule("broadcast_to broadcast_axis")
def _broadcast(c: Call) -> Local:
    axis, outer = c.where(0)
    out = c.at(c.outs[0], axis, outer)
    return _shaped(c, c.states, out) if c.node.op.name == "broadcast_to" else Local(c.states, [out])


@rule("broadcast_like")
def _broadcast_like(c: Call) -> Local:
    """Its second input gives no more than a shape."""
    axis, outer = c.where(c.first)
    out = c.at(c.outs[0], axis, outer)
    if c.a.lhs_axes is not None or len(c.ins[0]) != len(c.ins[1]) or c.where(c.first) != (axis, outer):
        raise Cannot("it is told its axes")
    to = get_op("broadcast_to")

    def make(site: Any, node: IrNode, ins: list[Value]) -> Sequence[Value]:
        return site.add(to, to.parse({"shape": site.shape(node.outs[0])}), ins[:1])

    first: State = WHOLE if c.ins[0][axis] == 1 else c.at(c.ins[0], axis, outer)
    if c.states[0] not in (WHOLE, first):
        raise Cannot("its inputs have the batch along different axes")
    return Local([first, c.states[1]], [out], make)


@rule("SliceChannel _split_v2 slice_axis Concat stack slice _backward_slice repeat tile")
def _cut(c: Call) -> Local:
    """Pieces along other axes than the batch's, and pieces joined there."""
    name, a = c.node.op.name, c.a
    axis, outer = c.where(c.first)
    ndim = len(c.ins[0])
    if name in ("slice", "_backward_slice"):
        return _ranges(c, axis, outer)
    if name == "tile" or (name == "repeat" and a.axis is None):
        raise Cannot("there is no rule for it")
    if name == "stack":
        k = a.axis % (ndim + 1)
        ins: list[State] = [c.at(s, axis, outer) for s in c.ins]
        if any(isinstance(s, Split) and s != t for s, t in zip(c.states, ins)):
            raise Cannot("its inputs have the batch along different axes")
        return Local(ins, [c.at(c.outs[0], axis + (k <= axis), outer)])
    k = (a.dim if name == "Concat" else a.axis) % ndim
    if k == axis:
        raise Cannot("it cuts or joins along the batch")
    if name == "Concat":
        ins = [c.at(s, axis, outer) for s in c.ins]
        for i, s in enumerate(c.states):
            if isinstance(s, Split) and s != ins[i]:
                raise Cannot("its inputs have the batch along different axes")
        return Local(ins, [c.at(c.outs[0], axis, outer)])
    gone = k < axis and len(c.outs[0]) < ndim
    return Local(c.states, [c.at(s, axis - gone, outer) for s in c.outs])


def _ranges(c: Call, axis: int, outer: int) -> Local:
    """slice and its gradient: nothing may be cut from the batch."""
    a, long = c.a, c.ins[0] if c.node.op.name == "slice" else c.outs[0]
    begin, end = list(a.begin), list(a.end)
    if axis < len(begin):
        step = a.step[axis] if a.step else None
        if c.ins[0][axis] != c.outs[0][axis] or step not in (None, 1):
            raise Cannot("it cuts along the batch")
        begin[axis] = end[axis] = None
    out = c.at(c.outs[0], axis, outer)
    more = {"begin": tuple(begin), "end": tuple(end)}
    assert len(long) >= len(begin)

    def make(site: Any, node: IrNode, ins: list[Value]) -> Sequence[Value]:
        if node.op.name == "_backward_slice":
            return site.add(node.op, changed(node.a, node, shape=site.shape(node.outs[0]), **more), ins)
        return site.add(node.op, changed(node.a, node, **more), ins)

    return Local(c.states, [out], make)


# ---- sequences
@rule("RNN")
def _rnn(c: Call) -> Local:
    """(steps, n, inputs); states (layers, n, hidden). What is kept for backward is in an order of its own."""
    names = c.node.op.input_names(c.a, len(c.ins))
    outs: list[State] = [c.at(s, 1, 1) for s in c.outs[:-1]]
    return Local(_of_rnn(c, names), [*outs, KEPT])


@rule("_backward_RNN")
def _rnn_grad(c: Call) -> Local:
    names = c.node.op.input_names(c.a, len(c.ins))
    outs: list[State] = [PART if i == 1 else c.at(s, 1, 1) for i, s in enumerate(c.outs)]
    return Local(_of_rnn(c, names), outs)


def _of_rnn(c: Call, names: Sequence[str]) -> list[State]:
    ins: list[State] = []
    for i, (name, s, shape) in enumerate(zip(names, c.states, c.ins)):
        if name == "reserve":
            want: State = KEPT
        elif name == "parameters":
            want = WHOLE
        elif name == "sequence_length":
            want = c.at(shape, 0, 1)
        else:
            want = c.at(shape, 1, 1)
        if s != want and not (s == WHOLE and want != KEPT):
            raise Cannot(f"its examples lie along axis 1, the batch does not (input {i}, {name})")
        ins.append(want)
    return ins


@rule("SequenceMask SequenceLast SequenceReverse _backward_SequenceLast")
def _sequence(c: Call) -> Local:
    axis, outer = c.where(c.first)
    name = c.node.op.name
    if name == "_backward_SequenceLast" or outer != 1 or (len(c.ins) > 1 and axis != (1 if c.first == 0 else 0)):
        raise Cannot("there is no rule for it")
    if getattr(c.a, "axis", 0) != 0 or (axis == 0 and c.first == 0):
        raise Cannot("it goes along the batch")
    k = axis if c.first == 0 else 1
    ins: list[State] = [c.at(c.ins[0], k, 1), *(c.at(s, 0, 1) for s in c.ins[1:])]
    return Local(ins, [c.at(c.outs[0], k - (name == "SequenceLast"), 1)])
