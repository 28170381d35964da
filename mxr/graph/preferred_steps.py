"""Beside oneDNN: where our own kernels on blocks of channels are ahead of its primitives.

Batch norm takes the relu after it along, forward and backward, and keeps its moving averages itself: what the relu
reads is never stored. Convolutions with strides and filters of more than one point are 1.2 to 1.6 times as fast, and
oneDNN's gradients of their data want other layouts (measured with AVX-512).
"""

from __future__ import annotations

from typing import Any

from ..kernels.blocked import Norm
from ..kernels.geometry import channels_first
from ..kernels.layouts import channel_blocked
from . import blocked_steps
from .conv_chain import activation_of
from .fuse import Step
from .ir import IrNode, Value
from .layout import LayoutPass, handles

__all__ = ["LayoutPass"]

_RANK = 45


def _strided(p: LayoutPass, node: IrNode, data: Value, weight: Value) -> bool:
    a = node.a
    if "onednn" not in p.kernels or not channels_first(a) or data.ndim != 4 or a.num_group != 1:
        return False
    whole = data.shape[1] % 16 == 0 and weight.shape[0] % 16 == 0
    return whole and max(a.stride or (1,)) > 1 and max(a.kernel) > 1 and _in_blocks(p, data)


def _in_blocks(p: LayoutPass, v: Value) -> bool:
    have = p.layout_of(v)
    return have is not None and have == channel_blocked(v.shape, blocked_steps.blocked.lanes())


@handles("Convolution", rank=_RANK, kernels="jit")
def _convolution(p: LayoutPass, node: IrNode, step: Step) -> bool:
    return _strided(p, node, node.ins[0], node.ins[1]) and blocked_steps.convolution(p, node, step)


@handles("_backward_Convolution", rank=_RANK, kernels="jit")
def _convolution_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    return _strided(p, node, node.ins[1], node.ins[2]) and blocked_steps.convolution_grad(p, node, step)


@handles("BatchNorm", rank=_RANK, kernels="jit")
def _batch_norm(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a, (data, gamma, beta, *statistics) = node.a, node.ins
    given = not node.train or a.use_global_stats
    if a.axis % data.ndim != 1 or not _in_blocks(p, data) or (given and any(p.needed(v) for v in node.outs[1:])):
        return False
    relu = _relu_after(p, node.outs[0])
    norm = _norm(node, data, relu is not None)
    out = node.outs[0] if relu is None else relu.outs[0]
    forward = norm.given_function() if given else norm.functions()[0]
    blocked = channel_blocked(data.shape, norm.lanes)
    small = [p.version(v, None) for v in ((gamma, beta, *statistics) if given else (gamma, beta))]
    outs = [p.define(out, blocked), *(() if given else (p.define(v, None) for v in node.outs[1:]))]
    label = f"{node.name} + relu" if relu is not None else node.name
    p.call(
        [p.version(data, blocked), *small], outs, lambda x, y: forward.bind([*x, *y], a.eps), label,
        f"blocked {forward.name}",
    )  # fmt: skip
    mask = None
    if relu is not None:
        p.taken.add(id(relu))
        if out.id in p.wanted:
            p.version(out, None)
        mask = None if given else _mask_before(p, node, relu.outs[0])
        if mask is not None:
            p.taken.add(id(mask))
    if given:
        return True
    p.forward_of[id(node)] = (norm, mask)
    return True


@handles("_backward_BatchNorm", rank=_RANK, kernels="jit")
def _batch_norm_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    dy, data, gamma, mean, invstd, *moving = node.ins
    found = p.forward_of.get(id(mean.node))
    if found is None or not isinstance(found[0], Norm):
        return False
    norm, mask = found
    a, source = node.a, mean.node
    assert source is not None
    if mask is not None:
        dy = _masked(mask, source)
    norm = _norm(source, data, mask is not None)
    _, backward = norm.functions()
    blocked = channel_blocked(data.shape, norm.lanes)
    small = [p.version(v, None) for v in (gamma, source.ins[2], mean, invstd, *moving)]
    outs = [p.define(node.outs[0], blocked), *(p.define(v, None) for v in node.outs[1:])]

    def bind(x: list[Any], y: list[Any]) -> Any:
        head, data, gamma, beta, mean, invstd, *moving = x
        return backward.bind([head, data, gamma, beta, mean, invstd, *y, *moving], float(a.eps), float(a.momentum))

    label = f"{node.name} + relu" if mask is not None else node.name
    p.call([p.version(dy, blocked), p.version(data, blocked), *small], outs, bind, label, f"blocked {backward.name}")
    return True


def _norm(node: IrNode, data: Value, relu: bool) -> Norm:
    n, channels, *spatial = data.shape
    places = 1
    for s in spatial:
        places *= s
    return Norm(n, channels, places, blocked_steps.blocked.lanes(), not node.a.fix_gamma, relu)


def _relu_after(p: LayoutPass, v: Value) -> Step | None:
    """The step of a relu that alone uses a value."""
    users = p.consumers.get(v.id, [])
    if v.id in p.wanted or len(users) != 1 or users[0].forward is not p.forward:
        return None
    step = users[0]
    node = step.nodes[0] if len(step.nodes) == 1 else None
    if node is None or node.op.view or activation_of(node) != ("relu", 0.0, 0.0) or node.ins[0] is not v:
        return None
    return step


def _mask_before(p: LayoutPass, norm: IrNode, y: Value) -> Step | None:
    """The step that only masks the norm's gradient by the signs of the relu's result `y`."""
    grad = next(
        (
            s.nodes[0]
            for s in p.consumers.get(norm.outs[1].id, [])
            if len(s.nodes) == 1 and s.nodes[0].op.name == "_backward_BatchNorm"
        ),
        None,
    )
    if grad is None:
        return None
    dy = grad.ins[0]
    step = p.makers.get(dy.id)
    if step is None or dy.id in p.wanted or len(p.consumers.get(dy.id, [])) != 1 or len(step.outs) != 1:
        return None
    names = [n.op.name for n in step.nodes]
    if names != ["_greater_scalar", "broadcast_mul"] or step.nodes[0].a.scalar != 0 or step.nodes[0].ins[0] is not y:
        return None
    signs, product = step.nodes[0].outs[0], step.nodes[1]
    return step if sum(v is signs for v in product.ins) == 1 and dy is product.outs[0] else None


def _masked(mask: Step, norm: IrNode) -> Value:
    """The gradient that comes into a mask."""
    signs, product = mask.nodes[0].outs[0], mask.nodes[1]
    return next(v for v in product.ins if v is not signs)
