"""What the kernels with the batch in the vector do in one call: a convolution, its activation and its pooling.

Found on the steps of a plan, forward and backward at once: results in between are fused away only where neither the
user nor another step needs them, and where the gradients in between are the chain's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..kernels.geometry import channels_first
from ..ops.nn.pooling import windows
from .fuse import Step, expr_of
from .ir import IrNode, Value
from .layout import LayoutPass

__all__ = ["Fused", "activation_in", "fused_around", "with_pool"]

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


def fused_around(p: LayoutPass, node: IrNode) -> Fused:
    """The longest chain around a convolution that one call each way can do."""
    y = node.outs[0]
    grad = _grad_of(p, node)
    dy = None if grad is None else grad.ins[0]
    alone = Fused(None, ("none", (1, 1)), y, y, [], grad, dy)
    found = with_pool(p, alone)
    users = p.consumers.get(y.id, [])
    act = activation_in(users[0]) if len(users) == 1 and y.id not in p.wanted else None
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
    return with_pool(p, Fused(act, ("none", (1, 1)), out, out, steps, grad, dy))


def _grad_of(p: LayoutPass, node: IrNode) -> Step | None:
    """The step of a convolution's gradient, where something of it is needed."""
    data, weight = node.ins[:2]
    for s in p.consumers.get(weight.id, []):
        n = s.nodes[0] if len(s.nodes) == 1 else None
        if n is not None and n.op.name == "_backward_Convolution" and n.ins[1] is data and n.ins[2] is weight:
            if n.a == node.a and any(p.needed(v) for v in n.outs):
                return s
    return None


def activation_in(step: Step) -> str | None:
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


def with_pool(p: LayoutPass, f: Fused) -> Fused:
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
