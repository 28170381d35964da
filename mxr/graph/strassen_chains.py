"""Prediction: a convolution with filters of one point, and what follows it, by Strassen's algorithm."""

from __future__ import annotations

from dataclasses import replace

from ..kernels import winograd
from ..kernels.blocked.strassen import Strassen, strassen_for
from ..kernels.crew import members, shared
from ..kernels.geometry import channels_first, conv_of
from ..kernels.layouts import channel_blocked
from .conv_chain import CHAIN, Chain, limits_of, packing
from .fuse import Step
from .ir import IrNode
from .layout import LayoutPass, handles

__all__ = ["pays"]


_CHANNELS, _PLACES = 64, 40  # fewer leave too little between the sums; fewer places wait for the weights


def pays(s: Strassen) -> bool:
    """Whether it is faster than multiplying directly (AVX-512, ResNet-50 and MobileNet: up to 1.15 times)."""
    wide = max(s.inputs, s.outputs) >= 2 * _CHANNELS
    return min(s.inputs, s.outputs) >= _CHANNELS and wide and s.n * s.places >= _PLACES


@handles(CHAIN, rank=40, kernels="jit")
def _chain(p: LayoutPass, node: IrNode, step: Step) -> bool:
    chain: Chain = step.chain
    what = limits_of(chain)
    if what is None or not winograd.allowed() or not channels_first(node.a):
        return False
    data, weight = node.ins[:2]
    bias, add = chain.norm is not None or not node.a.no_bias, chain.residual is not None
    s = strassen_for(conv_of(node.a, data.shape, weight.shape), bias=bias, add=add, **what)
    if s is None or not pays(s):
        return False
    if members() > 1:  # every share makes the sums of the inputs for itself
        if s.out_panels < 2 * members():
            return False
        s = replace(s, shares=members() * (2 if s.out_panels >= 4 * members() else 1))
    key = ("strassen", s.inputs, s.outputs, s.lanes, chain.scaling, bias)
    kept = p.prepare(key, chain.parameters, [s.packed_floats] + [s.outputs] * bias, packing(chain, s.pack))
    if kept is None:
        return False
    place = channel_blocked(chain.out.shape, s.lanes)
    ins = [p.version(data, channel_blocked(data.shape, s.lanes)), *kept]
    if chain.residual is not None:
        ins.append(p.version(chain.residual, place))
    out, scratch = p.define(chain.out, place), p.blob(4 * s.scratch_floats * s.shares, "strassen")
    p.call(ins, [out, scratch], lambda x, y: shared("strassen", s.calls([*x, *y])), chain.label, "strassen")
    if chain.spent and s.apart:
        p.out[-1].over = ins[-1]
    return True
