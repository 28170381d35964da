"""Convolutions of few channels in the layout with the batch in the vector: the handlers of the layout pass.

Where nobody else needs what is in between, convolution, activation and pooling are one call, and so is all of their
backward; the convolution's own result is then never in memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..kernels.batched import (
    Backward,
    Forward,
    NormBackward,
    NormForward,
    PoolBackward,
    PoolForward,
    Windows,
    lanes_of,
    make,
)  # fmt: skip
from ..kernels.batched.choice import batch_conv_of, batch_windows_of
from ..kernels.layouts import Blocked
from ..kernels.native import Native
from .batched_choice import worth_it
from .batched_fusion import Fused, activation_in, fused_around, with_pool
from .conv_chain import CHAIN, Chain, folded
from .fuse import Step
from .ir import IrNode, Value
from .layout import LayoutPass, handles

__all__: list[str] = []


class Done(NamedTuple):
    """What the gradient of a convolution needs to know of its forward."""

    fused: Fused
    backward: Backward
    address: int
    places: Value | None


# ---- handlers


@handles(CHAIN, rank=10, kernels="jit")
def _chain(p: LayoutPass, node: IrNode, step: Step) -> bool:
    chain = step.chain
    if chain.residual is not None:
        return False
    if chain.norm is not None:
        act = None if chain.activation is None else activation_in(chain.steps[-1])
        if chain.activation is not None and act is None:
            return False
        plain = Fused(act, ("none", (1, 1)), chain.out, chain.out, [], None, None)
        return _emit_forward(p, node, with_pool(p, plain), chain)
    f = fused_around(p, node)
    return (chain.out is f.y or chain.out is f.out) and _emit_forward(p, node, f)


@handles("Convolution", rank=10, kernels="jit")
def _convolution(p: LayoutPass, node: IrNode, step: Step) -> bool:
    return _emit_forward(p, node, fused_around(p, node))


def _folded(p: LayoutPass, chain: Chain) -> list[Value] | None:
    """Weights and bias with the batch norm multiplied in; None where they may change within the plan."""

    def fill(raws: list[Any], outs: list[Any]) -> None:
        with np.errstate(all="ignore"):
            weight, bias = folded(chain, raws)
        outs[0][...], outs[1][...] = weight.reshape(-1), bias

    assert chain.norm is not None
    weight, a = chain.conv.ins[1], chain.norm.a
    key = ("folded", a.eps, a.fix_gamma, chain.conv.a.no_bias)
    return p.prepare(key, chain.parameters, [weight.size, weight.shape[0]], fill)


def _emit_forward(p: LayoutPass, node: IrNode, f: Fused, chain: Chain | None = None) -> bool:
    """The call; with a `chain` its batch norm is multiplied into the weights."""
    data, weight = node.ins[:2]
    conv = batch_conv_of(node.a, data.shape, weight.shape)
    if conv is None or not worth_it(p, conv, data, f.out, None if f.grad is None else f.grad.nodes[0].outs[0]):
        return False
    kind, window = f.pool
    bias, fused = chain is not None or not node.a.no_bias, kind == "max"
    forward = Forward(conv, bias, f.act, window if fused else (1, 1), fused and f.grad is not None)
    lanes = lanes_of()
    made = make(forward)
    back = None
    if f.grad is not None:
        wanted = [p.needed(v) for v in f.grad.nodes[0].outs] + [False]
        back = Backward(conv, wanted[0], wanted[1], wanted[2], f.act, f.pool)
        address = make(back).address  # now, while other kernels can still do it all
    parameters: list[Value] | None = None
    if chain is None:
        parameters = [p.version(v, None) for v in node.ins[1:]]
    else:
        parameters = _folded(p, chain)
        if parameters is None:
            return False
    ins = [p.version(data, Blocked(data.shape, 0, lanes)), *parameters]
    layout = Blocked(f.out.shape, 0, lanes)
    outs = [p.define(f.out, layout)]
    index = p.blob(layout.elements, "places of maxima") if forward.indexed else None
    if index is not None:
        outs.append(index)
    if forward.scratch(lanes):
        outs.append(p.blob(4 * forward.scratch(lanes), "scratch"))
    parts = [node.name, "BatchNorm" if chain else "", f.act or "", "max pooling" if fused else ""]
    label = " + ".join(filter(None, parts))
    p.call(ins, outs, _binder(made.address, label, layout.blocks), label, _kernel(lanes, forward.minimal is not None))
    if back is not None:
        p.forward_of[id(f.grad)] = Done(f, back, address, index)
    p.taken.update(id(s) for s in f.steps)
    for v in (f.y, f.out):  # of the steps that do not run
        if v.id in p.wanted:
            p.version(v, None)
    return True


@handles("_backward_Convolution", rank=10, kernels="jit")
def _convolution_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    done = p.forward_of.get(id(step))
    if not isinstance(done, Done):
        return False
    f, back, lanes = done.fused, done.backward, lanes_of()
    data, weight = node.ins[1:]
    assert f.dy is not None
    layout = Blocked(f.dy.shape, 0, lanes)
    ins = [p.version(f.dy, layout)]
    if back.needs_y:
        y = f.out if back.pool[0] == "max" else f.y
        ins.append(p.version(y, Blocked(y.shape, 0, lanes)))
    if done.places is not None:
        ins.append(done.places)
    place = Blocked(data.shape, 0, lanes)
    if back.weight:
        ins.append(p.version(data, place))
    if back.data:
        ins.append(p.version(weight, None))
    outs = [p.define(node.outs[0], place)] if back.data else []
    outs += [p.define(v, None) for v, on in zip(node.outs[1:], (back.weight, back.bias)) if on]
    outs += [p.blob(4 * n, "scratch") for n in back.scratch(lanes) if n]
    names = [n for n, on in zip(("data", "weight", "bias"), (back.data, back.weight, back.bias)) if on]
    behind = [*(["pooling"] if back.pool[0] != "none" else []), *([f.act] if f.act else [])]
    label = f"{' + '.join([*behind, node.name])}: {', '.join(names)}"
    kernel = _kernel(lanes, any(back.minimal))
    p.call(ins, outs, _binder(done.address, label, layout.blocks, data.shape[0]), label, kernel)
    return True


# ---- pooling


def _windows(p: LayoutPass, node: IrNode, data: Value) -> Windows | None:
    """The pooling of data that is in this layout; None where it is in another one, or the kernel lacks it."""
    return batch_windows_of(node.a, data.shape) if _in_blocks(p, data) else None


@handles("Pooling", rank=10, kernels="jit")
def _pooling(p: LayoutPass, node: IrNode, step: Step) -> bool:
    data, out = node.ins[0], node.outs[0]
    w = _windows(p, node, data)
    if w is None:
        return False
    made, lanes = make(PoolForward(w)), lanes_of()
    layout = Blocked(out.shape, 0, lanes)
    ins = [p.version(data, Blocked(data.shape, 0, lanes))]
    p.call(ins, [p.define(out, layout)], _binder(made.address, node.name, layout.blocks), node.name, _kernel(lanes))
    return True


@handles("_backward_Pooling", rank=10, kernels="jit")
def _pooling_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    dy, data, out = node.ins
    w = _windows(p, node, data)
    if w is None:
        return False
    made, lanes = make(PoolBackward(w)), lanes_of()
    full, pooled = (Blocked(v.shape, 0, lanes) for v in (data, out))
    ins = [p.version(dy, pooled)]
    if w.kind == "max":
        ins += [p.version(data, full), p.version(out, pooled)]
    outs = [p.define(node.outs[0], full)]
    p.call(ins, outs, _binder(made.address, node.name, full.blocks), node.name, _kernel(lanes))
    return True


# ---- batch normalisation


def _in_blocks(p: LayoutPass, v: Value) -> bool:
    layout = p.layout_of(v)
    return isinstance(layout, Blocked) and layout.axis == 0


@handles("BatchNorm", rank=10, kernels="jit")
def _batch_norm(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a, (data, gamma, beta, _, _) = node.a, node.ins
    if a.axis % data.ndim != 1 or not node.train or a.use_global_stats or not _in_blocks(p, data):
        return False
    out, mean, invstd = node.outs
    made, layout = make(NormForward(data.shape[1], math.prod(data.shape[2:]), not a.fix_gamma)), p.layout_of(data)
    assert isinstance(layout, Blocked)
    ins = [p.version(data, layout), p.version(gamma, None), p.version(beta, None)]
    outs = [p.define(out, layout), p.define(mean, None), p.define(invstd, None)]
    bind = _binder(made.address, node.name, layout.blocks, data.shape[0], float(a.eps))
    p.call(ins, outs, bind, node.name, _kernel(layout.lanes))
    return True


@handles("_backward_BatchNorm", rank=10, kernels="jit")
def _batch_norm_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a, (dy, data, *small) = node.a, node.ins
    if a.axis % data.ndim != 1 or not node.train or a.use_global_stats or not _in_blocks(p, data):
        return False
    made, layout = make(NormBackward(data.shape[1], math.prod(data.shape[2:]), not a.fix_gamma)), p.layout_of(data)
    assert isinstance(layout, Blocked)
    ins = [p.version(dy, layout), p.version(data, layout), *(p.version(v, None) for v in small)]
    outs = [p.define(node.outs[0], layout), *(p.define(v, None) for v in node.outs[1:])]
    words = (layout.blocks, data.shape[0], float(a.eps), float(a.momentum))
    p.call(ins, outs, _binder(made.address, node.name, *words), node.name, _kernel(layout.lanes))
    return True


def _binder(address: int, name: str, *words: int | float) -> Callable[[list[Any], list[Any]], Any]:
    def bind(ins: list[Any], outs: list[Any]) -> Native:
        return Native.of(address, [*ins, *outs], *words, name=name)

    return bind


def _kernel(lanes: int, minimal: bool = False) -> str:
    return f"jit batch in {lanes} lanes" + (", minimal filtering" if minimal else "")
