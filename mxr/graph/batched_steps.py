"""Convolutions of few channels in the layout with the batch in the vector: the handlers of the layout pass.

Where nobody else needs what is in between, convolution, activation and pooling are one call, and so is all of their
backward; the convolution's own result is then never in memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
from ..kernels.geometry import channels_first
from ..kernels.layouts import Blocked
from ..kernels.native import Native
from ..ops.nn.pooling import windows
from .batched_choice import batch_conv_of, worth_it
from .conv_chain import CHAIN, Chain
from .fuse import Step, expr_of
from .ir import IrNode, Value
from .layout import LayoutPass, handles
from .onednn_chains import folded

__all__: list[str] = []

_ACTIVATIONS = {"relu", "sigmoid", "tanh", "softrelu", "softsign"}
_MOST_WINDOW = 9


class Fused(NamedTuple):
    """What is done in one call with a convolution.

    Attributes
    ----------
    act : name of the activation, None without.
    pool : (max, avg or none, window) of the pooling; an average is only fused in backward.
    y : result of the activation, or of the convolution without one.
    out : what the forward call stores: the pooled maxima, or y.
    steps : the steps besides the convolution's and its gradient's that the calls stand for.
    grad : the step of the convolution's gradient, None without; `dy` what its call starts from.
    """

    act: str | None
    pool: tuple[str, tuple[int, int]]
    y: Value
    out: Value
    steps: list[Step]
    grad: Step | None
    dy: Value | None


class Done(NamedTuple):
    """What the gradient of a convolution needs to know of its forward."""

    fused: Fused
    backward: Backward
    address: int
    places: Value | None


# ---- what belongs together


def _fused(p: LayoutPass, node: IrNode) -> Fused:
    """The longest chain around a convolution that one call each way can do."""
    y = node.outs[0]
    grad = _grad_of(p, node)
    dy = None if grad is None else grad.ins[0]
    alone = Fused(None, ("none", (1, 1)), y, y, [], grad, dy)
    found = _with_pool(p, alone)
    users = p.consumers.get(y.id, [])
    act = _activation(users[0]) if len(users) == 1 and y.id not in p.wanted else None
    if act is None:
        return found
    out = users[0].outs[0]
    steps = [users[0]]
    if grad is not None:
        assert dy is not None
        slope = _slope(p, dy, out, act)
        if slope is None:
            return found
        dy = next(v for v in slope.ins if v is not out)
        steps.append(slope)
    return _with_pool(p, Fused(act, ("none", (1, 1)), out, out, steps, grad, dy))


def _grad_of(p: LayoutPass, node: IrNode) -> Step | None:
    """The step of a convolution's gradient, where something of it is needed."""
    data, weight = node.ins[:2]
    for s in p.consumers.get(weight.id, []):
        n = s.nodes[0] if len(s.nodes) == 1 else None
        if n is not None and n.op.name == "_backward_Convolution" and n.ins[1] is data and n.ins[2] is weight:
            if n.a == node.a and any(p.needed(v) for v in n.outs):
                return s
    return None


def _activation(step: Step) -> str | None:
    """The activation that a step is, nothing else."""
    if len(step.nodes) != 1 or len(step.outs) != 1:
        return None
    node = step.nodes[0]
    name = node.a.act_type if node.op.name == "Activation" else node.op.name
    return name if name in _ACTIVATIONS else None


def _only(p: LayoutPass, v: Value, steps: Sequence[Step | None]) -> bool:
    """Whether a value is not needed by others than `steps`."""
    return v.id not in p.wanted and all(any(s is t for t in steps) for s in p.consumers.get(v.id, []))


def _slope(p: LayoutPass, g: Value, out: Value, act: str) -> Step | None:
    """The step that makes `g` from the gradient of `out` by the derivative of the activation."""
    step = next((s for s in p.consumers.get(out.id, []) if s.group and len(s.outs) == 1 and s.outs[0] is g), None)
    if step is None or p.users.get(g.id) != 1 or g.id in p.wanted:
        return None
    if len(step.ins) != 2 or not any(v is out for v in step.ins):
        return None
    dy = next(v for v in step.ins if v is not out)
    if dy.shape != out.shape or any(expr_of(n) is None for n in step.nodes):
        return None
    return step if _is_slope(step, dy, out, act) else None


def _is_slope(step: Step, dy: Value, out: Value, act: str) -> bool:
    """Whether elementwise nodes compute dy times the activation's derivative: tried on numbers."""
    y = np.array([0.0, 1e-3, 0.1, 0.25, 0.5, 0.9, 0.999] * 2, np.float64)
    if act in ("tanh", "softsign"):
        y[7:] *= -1
    g = np.linspace(-2, 3, y.size)
    want = {
        "relu": lambda: g * (y > 0), "tanh": lambda: g * (1 - y * y), "sigmoid": lambda: g * y * (1 - y),
        "softrelu": lambda: -g * np.expm1(-y), "softsign": lambda: g * (1 - abs(y)) ** 2,
    }[act]()  # fmt: skip
    values = {dy.id: g, out.id: y}
    for n in step.nodes:
        with np.errstate(all="ignore"):
            values[n.outs[0].id] = n.op.forward(np, n.a, *(values[v.id] for v in n.ins))
    return bool(np.allclose(values[step.outs[0].id], want, rtol=1e-9, atol=0))


def _with_pool(p: LayoutPass, f: Fused) -> Fused:
    """`f` with the pooling of its result, where its windows do not overlap and nobody else needs what is pooled."""
    users = p.consumers.get(f.y.id, [])
    pools = [s for s in users if len(s.nodes) == 1 and s.nodes[0].op.name == "Pooling"]
    if len(pools) != 1:
        return f
    step = pools[0]
    node = step.nodes[0]
    window = _window(node, f.y.shape)
    if window is None:
        return f
    kind, pooled = node.a.pool_type, node.outs[0]
    back = None
    if f.dy is not None:
        back = next((s for s in users if len(s.nodes) == 1 and s.outs[0] is f.dy), None)
        n = None if back is None else back.nodes[0]
        if n is None or n.op.name != "_backward_Pooling" or n.a != node.a or n.ins[1] is not f.y:
            return f
        if p.users.get(f.dy.id) != 1 or f.dy.id in p.wanted or n.ins[2] is not pooled:
            return f
    dy = None if back is None else back.ins[0]
    more = [] if back is None else [back]
    if kind == "avg":
        return f if back is None else f._replace(pool=(kind, window), steps=[*f.steps, *more], dy=dy)
    if not _only(p, f.y, [step, back, *f.steps]):
        return f
    return f._replace(pool=(kind, window), out=pooled, steps=[*f.steps, step, *more], dy=dy)


def _window(node: IrNode, shape: tuple[int, ...]) -> tuple[int, int] | None:
    """The window of a pooling whose windows lie side by side; None for others."""
    a = node.a
    if a.pool_type not in ("max", "avg") or not channels_first(a):
        return None
    w = windows(a, shape[2:])
    if w.kernel != w.stride and w.kernel != w.size:
        return None
    if any(w.pad) or any(o != n // k for o, n, k in zip(w.out, w.size, w.kernel)):
        return None
    high, wide = (1, *w.kernel)[-2:]
    return (high, wide) if 1 < high * wide <= _MOST_WINDOW else None


# ---- handlers


@handles(CHAIN, rank=10, kernels="jit")
def _chain(p: LayoutPass, node: IrNode, step: Step) -> bool:
    chain = step.chain
    if chain.residual is not None:
        return False
    if chain.norm is not None:
        act = None if chain.activation is None else _activation(chain.steps[-1])
        if chain.activation is not None and act is None:
            return False
        plain = Fused(act, ("none", (1, 1)), chain.out, chain.out, [], None, None)
        return _emit_forward(p, node, _with_pool(p, plain), chain)
    f = _fused(p, node)
    return (chain.out is f.y or chain.out is f.out) and _emit_forward(p, node, f)


@handles("Convolution", rank=10, kernels="jit")
def _convolution(p: LayoutPass, node: IrNode, step: Step) -> bool:
    return _emit_forward(p, node, _fused(p, node))


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
    a, n = node.a, data.ndim - 2
    if not _in_blocks(p, data) or n not in (1, 2) or not channels_first(a):
        return None
    if a.pool_type not in ("max", "avg", "sum"):
        return None
    w = windows(a, data.shape[2:])
    wide = [((1,) * (2 - n) + v) for v in (w.size, w.kernel, w.stride)]
    size, kernel, stride = ((v[0], v[1]) for v in wide)
    pad, out = (0, *w.pad)[-2:], (1, *w.out)[-2:]
    return Windows(a.pool_type, data.shape[1], size, kernel, stride, (pad[0], pad[1]), (out[0], out[1]),
                   a.count_include_pad is not False)  # fmt: skip


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
