"""Rules for sums over the batch that are not complete: only what is linear in them may follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core.op import get_op
from .ir import IrNode, Value
from .shard import PART, WHOLE, Call, Cannot, Local, Split
from .shard_rules import linear

__all__: list[str] = []


@linear(
    "Reshape reshape_like Flatten expand_dims squeeze transpose SwapAxis slice_axis slice SliceChannel _split_v2 sum "
    "mean negative _mul_scalar _div_scalar _copy BlockGrad MakeLoss make_loss broadcast_to broadcast_axis "
    "_backward_slice elemwise_mul broadcast_mul elemwise_div broadcast_div dot Concat stack"
)
def _through(c: Call) -> Local:
    name = c.node.op.name
    partial = [s == PART for s in c.states]
    if name == "reshape_like":
        if c.states != [PART, WHOLE]:
            raise Cannot("it needs a sum over the whole batch")
    elif any(isinstance(s, Split) for s in c.states):
        raise Cannot("it needs a sum over the whole batch")
    elif name in ("elemwise_mul", "broadcast_mul", "dot"):
        if sum(partial) != 1:
            raise Cannot("it needs a sum over the whole batch")
    elif name in ("elemwise_div", "broadcast_div"):
        if partial[1]:
            raise Cannot("it needs a sum over the whole batch")
    elif not all(partial):
        raise Cannot("it joins what is summed over the batch with what is not")
    return Local(c.states, [PART] * len(c.outs))


@linear("zeros_like ones_like")
def _shape_only(c: Call) -> Local:
    return Local(c.states, [WHOLE])


@linear("elemwise_add broadcast_add elemwise_sub broadcast_sub _grad_add add_n")
def _sums(c: Call) -> Local:
    """A whole term (the gradient of a penalty on weights) counts once: in the first replica."""
    if any(isinstance(s, Split) for s in c.states):
        raise Cannot("it needs a sum over the whole batch")
    if all(s == PART for s in c.states):
        return Local(c.states, [PART])
    states = list(c.states)
    if any(shape != c.outs[0] for shape, s in zip(c.ins, states) if s == PART):
        raise Cannot("it joins what is summed over the batch with what is not")

    def make(site: Any, node: IrNode, ins: list[Value]) -> Sequence[Value]:
        if site.rank == 0:
            return site.add(node.op, node.a, ins)
        minus = node.op.name.endswith("sub")
        terms = [-v if minus and i else v for i, (v, s) in enumerate(zip(ins, states)) if s == PART]
        total = terms[0]
        for v in terms[1:]:
            total = site.add(get_op("elemwise_add"), get_op("elemwise_add").parse({}), [total, v])[0]
        return [total]

    return Local(states, [PART], make)
