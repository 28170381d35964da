"""Convolutions with 3 x 3 filters by Winograd's algorithm in the layout pass; importing this registers the handlers."""

from __future__ import annotations

from typing import Any

from ..kernels import winograd
from ..kernels.geometry import channels_first, conv_of
from ..kernels.layouts import channel_blocked
from ..kernels.shares import most_shares
from .fuse import Step
from .ir import IrNode, Value
from .layout import LayoutPass, handles

__all__ = ["LayoutPass"]

_KERNEL = "winograd F(4x4, 3x3)"


def _problem(node: IrNode, data: Value, weight: Value) -> winograd.Problem | None:
    a = node.a
    if not winograd.allowed() or not channels_first(a):
        return None
    p = winograd.problem_for(conv_of(a, data.shape, weight.shape))
    return None if p is None or not winograd.worth(p) else p


@handles("Convolution", rank=20, kernels="jit")
def _convolution(p: LayoutPass, node: IrNode, step: Step) -> bool:
    data, weight = node.ins[:2]
    bias = not node.a.no_bias
    problem = _problem(node, data, weight)
    if problem is None or (bias and problem.outs % problem.lanes):
        return False
    conv = winograd.Convolution(problem, bias=bias, shares=most_shares())
    arrays = {"src": _blocked(p, data, problem), "weights": p.version(weight, None)}
    if bias:
        arrays["bias"] = p.version(node.ins[2], None)
    _emit(p, conv, arrays, _define(p, node.outs[0], problem), node.name)
    return True


@handles("_backward_Convolution", rank=20, kernels="jit")
def _convolution_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    dy, data, weight = node.ins
    bias = not node.a.no_bias and p.needed(node.outs[2])
    problem = _problem(node, data, weight)
    if problem is None or (bias and problem.outs % problem.lanes):
        return False
    head = _blocked(p, dy, problem)
    if p.needed(node.outs[1]) or bias:
        gradient = winograd.Gradient(problem, bias=bias, shares=most_shares())
        outs = [p.define(node.outs[i], None) for i in (1, 2)[: 1 + bias]]
        scratch = p.blob(gradient.nbytes, "winograd")

        def bind(ins: list[Any], outs: list[Any]) -> Any:
            weights, *sums, scratch = outs
            more = {"bias": sums[0]} if sums else {}
            return gradient.bind(scratch, src=ins[0], dst=ins[1], weights=weights, **more)

        p.call([_blocked(p, data, problem), head], [*outs, scratch], bind, f"{node.name} weight", _KERNEL)
    if p.needed(node.outs[0]):
        conv = winograd.Convolution(problem.backward, turned=True, shares=most_shares())
        arrays = {"src": head, "weights": p.version(weight, None)}
        _emit(p, conv, arrays, _define(p, node.outs[0], problem), f"{node.name} data")
    return True


def _blocked(p: LayoutPass, v: Value, problem: winograd.Problem) -> Value:
    return p.version(v, channel_blocked(v.shape, problem.lanes))


def _define(p: LayoutPass, v: Value, problem: winograd.Problem) -> Value:
    return p.define(v, channel_blocked(v.shape, problem.lanes))


def _emit(p: LayoutPass, conv: winograd.Convolution, arrays: dict[str, Value], out: Value, label: str) -> None:
    scratch, names = p.blob(conv.nbytes, "winograd"), list(arrays)

    def bind(ins: list[Any], outs: list[Any]) -> Any:
        return conv.bind(outs[1], dst=outs[0], **dict(zip(names, ins)))

    p.call(list(arrays.values()), [out, scratch], bind, label, _KERNEL)
