"""Our own kernels with channels in the vector in the layout pass; importing this module registers the handlers."""

from __future__ import annotations

import math
from typing import Any

from ..kernels import blocked
from ..kernels.blocked import Axis, Convolution, Function, Norm, Pool
from ..kernels.geometry import channels_first, conv_of
from ..kernels.layouts import channel_blocked
from ..ops.nn.pooling import windows
from .fuse import Step
from .ir import IrNode, Value
from .layout import LayoutPass, handles

__all__ = ["LayoutPass", "convolution", "convolution_grad", "pool_of"]

_RANK = 60


def _in_blocks(p: LayoutPass, v: Value, lanes: int) -> Value:
    return p.version(v, channel_blocked(v.shape, lanes))


def _place(p: LayoutPass, v: Value, lanes: int) -> Value:
    return p.define(v, channel_blocked(v.shape, lanes))


def _call(p: LayoutPass, ins: list[Value], outs: list[Value], f: Function, label: str, *words: float) -> None:
    p.call(ins, outs, lambda x, y: f.bind([*x, *y], *words), label, f"blocked {f.name}")


def _kernels(p: LayoutPass, node: IrNode, data: Value, weight: Value) -> Convolution | None:
    if not channels_first(node.a):
        return None
    return blocked.convolution_for(conv_of(node.a, data.shape, weight.shape), plain=None in p.versions[data.id])


@handles("Convolution", rank=_RANK, kernels="jit")
def convolution(p: LayoutPass, node: IrNode, step: Step) -> bool:
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
def convolution_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
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


@handles("BatchNorm", rank=_RANK, kernels="jit")
def _batch_norm(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a, (data, gamma, beta, moving_mean, moving_var) = node.a, node.ins
    norm = _norm(p, a, data)
    if norm is None:
        return False
    out, mean, invstd = node.outs
    if not node.train or a.use_global_stats:
        if p.needed(mean) or p.needed(invstd):
            return False
        given = norm.given_function()
        ins = [_in_blocks(p, data, norm.lanes), *(p.version(v, None) for v in (gamma, beta, moving_mean, moving_var))]
        _call(p, ins, [_place(p, out, norm.lanes)], given, node.name, a.eps)
        return True
    forward, _ = norm.functions()
    ins = [_in_blocks(p, data, norm.lanes), p.version(gamma, None), p.version(beta, None)]
    outs = [_place(p, out, norm.lanes), p.define(mean, None), p.define(invstd, None)]
    _call(p, ins, outs, forward, node.name, a.eps)
    return True


@handles("_backward_BatchNorm", rank=_RANK, kernels="jit")
def _batch_norm_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a, (dy, data, gamma, mean, invstd, moving_mean, moving_var) = node.a, node.ins
    norm = _norm(p, a, data)
    if norm is None or not node.train or a.use_global_stats:
        return False
    _, backward = norm.functions()
    lanes = norm.lanes
    small = [p.version(v, None) for v in (gamma, mean, invstd, moving_mean, moving_var)]
    ins = [_in_blocks(p, dy, lanes), _in_blocks(p, data, lanes), *small]
    outs = [_place(p, node.outs[0], lanes), *(p.define(v, None) for v in node.outs[1:])]

    def bind(x: list[Any], y: list[Any]) -> Any:
        head, data, gamma, mean, invstd, *moving = x
        return backward.bind([head, data, gamma, gamma, mean, invstd, *y, *moving], float(a.eps), float(a.momentum))

    p.call(ins, outs, bind, node.name, f"blocked {backward.name}")
    return True


def _norm(p: LayoutPass, a: Any, data: Value) -> Norm | None:
    if a.axis % data.ndim != 1 or not 3 <= data.ndim <= 4:
        return None
    n, channels, *spatial = data.shape
    return Norm(n, channels, math.prod(spatial), blocked.lanes(), not a.fix_gamma)


@handles("Pooling", rank=_RANK, kernels="jit")
def _pooling(p: LayoutPass, node: IrNode, step: Step) -> bool:
    data = node.ins[0]
    lanes = blocked.lanes()
    pool = pool_of(node.a, data.shape, lanes)
    if pool is None:
        return False
    _call(p, [_in_blocks(p, data, lanes)], [_place(p, node.outs[0], lanes)], pool.forward_function(), node.name)
    return True


@handles("_backward_Pooling", rank=_RANK, kernels="jit")
def _pooling_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    lanes = blocked.lanes()
    pool = pool_of(node.a, node.ins[1].shape, lanes)
    if pool is None:
        return False
    ins = [_in_blocks(p, v, lanes) for v in node.ins]
    _call(p, ins, [_place(p, node.outs[0], lanes)], pool.backward_function(), node.name)
    return True


def pool_of(a: Any, shape: tuple[int, ...], lanes: int) -> Pool | None:
    """The kernels of an operator's pooling; None where there are none."""
    if a.pool_type == "lp" or not channels_first(a) or not 3 <= len(shape) <= 4:
        return None
    w = windows(a, shape[2:])
    axes = [Axis(o, d, s, -p, k, 1, 0, 1, k, o) for d, k, s, p, o in zip(w.size, w.kernel, w.stride, w.pad, w.out)]
    if len(axes) == 1:
        axes.insert(0, Axis(1, 1, 1, 0, 1, 1, 0, 1, 1, 1))
    pads = (0, *w.pad)[-2:]
    counts = a.count_include_pad is not False
    planes = shape[0] * -(-shape[1] // lanes)
    return Pool(planes, axes[0], axes[1], lanes, a.pool_type, counts, (pads[0], pads[1]))
