"""Our own kernels with channels in the vector in the layout pass; importing this module registers the handlers."""

from __future__ import annotations

from typing import Any

from ..kernels import blocked
from ..kernels.blocked import Convolution, Function
from ..kernels.geometry import channels_first, conv_of
from ..kernels.layouts import channel_blocked
from .fuse import Step
from .ir import IrNode, Value
from .layout import LayoutPass, handles

__all__ = ["LayoutPass"]

_RANK = 60


def _in_blocks(p: LayoutPass, v: Value, lanes: int) -> Value:
    return p.version(v, channel_blocked(v.shape, lanes))


def _place(p: LayoutPass, v: Value, lanes: int) -> Value:
    return p.define(v, channel_blocked(v.shape, lanes))


def _call(p: LayoutPass, ins: list[Value], outs: list[Value], f: Function, label: str) -> None:
    p.call(ins, outs, lambda x, y: f.bind([*x, *y]), label, f"blocked {f.name}")


def _kernels(p: LayoutPass, node: IrNode, data: Value, weight: Value) -> Convolution | None:
    if not channels_first(node.a):
        return None
    return blocked.convolution_for(conv_of(node.a, data.shape, weight.shape), plain=None in p.versions[data.id])


@handles("Convolution", rank=_RANK, kernels="jit")
def _convolution(p: LayoutPass, node: IrNode, step: Step) -> bool:
    data, weight = node.ins[:2]
    conv = _kernels(p, node, data, weight)
    if conv is None:
        return False
    bias = not node.a.no_bias
    pack, run = conv.forward(bias=bias)
    src = p.version(data, None) if conv.plain else _in_blocks(p, data, conv.lanes)
    packed = _packed(p, node, weight, pack, ("forward", conv), conv.packed_floats)
    ins = [src, packed] + ([p.version(node.ins[2], None)] if bias else [])
    _call(p, ins, [_place(p, node.outs[0], conv.lanes)], run, node.name)
    return True


@handles("_backward_Convolution", rank=_RANK, kernels="jit")
def _convolution_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    dy, data, weight = node.ins
    conv = _kernels(p, node, data, weight)
    if conv is None:
        return False
    head = _in_blocks(p, dy, conv.lanes)
    if p.needed(node.outs[1]):
        run, unpack = conv.weights()
        src = p.version(data, None) if conv.plain else _in_blocks(p, data, conv.lanes)
        packed = p.blob(4 * conv.packed_floats, "packed weight gradient")
        _call(p, [src, head], [packed], run, f"{node.name} weight")
        _call(p, [packed], [p.define(node.outs[1], None)], unpack, f"{node.name} weight")
    if not node.a.no_bias and p.needed(node.outs[2]):
        _call(p, [head], [p.define(node.outs[2], None)], conv.bias(), f"{node.name} bias")
    if p.needed(node.outs[0]):
        pack, run = conv.data()
        packed = _packed(p, node, weight, pack, ("data", conv), conv.packed_back_floats)
        _call(p, [head, packed], [_place(p, node.outs[0], conv.lanes)], run, f"{node.name} data")
    return True


def _packed(p: LayoutPass, node: IrNode, weight: Value, pack: Function, key: Any, floats: int) -> Value:
    """The weights as a kernel wants them; in inference they are kept until their owner changes them."""
    if not node.train:
        kept = p.prepare(key, [weight], [floats], lambda raws, outs: pack.bind([*raws, *outs])())
        if kept is not None:
            return kept[0]
    packed = p.blob(4 * floats, "packed weights")
    _call(p, [p.version(weight, None)], [packed], pack, f"pack {weight.name or node.name}")
    return packed
