"""Prediction: a convolution and what follows it on our kernels with channels in the vector, with packed weights kept.

Taken before oneDNN's primitives, which are slower (measured with AVX-512): filters of one channel each (1.2 to 2
times), and filters of one point on data in blocks that Strassen's algorithm leaves (1.03 to 1.1 times).
"""

from __future__ import annotations

from ..kernels import blocked
from ..kernels.blocked import Convolution, Depthwise
from ..kernels.blocked.parts import convolution
from ..kernels.crew import members
from ..kernels.geometry import channels_first, conv_of
from ..kernels.layouts import channel_blocked
from .conv_chain import CHAIN, Chain, limits_of, packing
from .fuse import Step
from .ir import IrNode
from .layout import LayoutPass, handles

__all__ = ["LayoutPass"]


@handles(CHAIN, rank=45, kernels="jit")
def _early_chain(p: LayoutPass, node: IrNode, step: Step) -> bool:
    data, weight = node.ins[:2]
    lanes = blocked.lanes()
    point = lanes == 16 and node.a.num_group == 1 and data.ndim == 4 and max(weight.shape[2:]) == 1
    whole = data.shape[1] % lanes == weight.shape[0] % lanes == 0
    have = p.layout_of(data)
    there = have is not None and have == channel_blocked(data.shape, lanes)
    return _chain(p, node, step, not (point and whole and there))


@handles(CHAIN, rank=48, kernels="jit")
def _crew_chain(p: LayoutPass, node: IrNode, step: Step) -> bool:
    """Threads share our kernels only."""
    return members() > 1 and _chain(p, node, step, False)


@handles(CHAIN, rank=60, kernels="jit")
def _any_chain(p: LayoutPass, node: IrNode, step: Step) -> bool:
    return _chain(p, node, step, False)


def _chain(p: LayoutPass, node: IrNode, step: Step, depthwise: bool) -> bool:
    chain: Chain = step.chain
    data, weight = node.ins[:2]
    what = limits_of(chain)
    if what is None or not channels_first(node.a):
        return False
    conv: Convolution | None = blocked.convolution_for(
        conv_of(node.a, data.shape, weight.shape), plain=None in p.versions[data.id]
    )
    one_each = isinstance(conv, Depthwise)
    if conv is None or (depthwise and not one_each) or (one_each and chain.residual is not None):
        return False
    bias = chain.norm is not None or not node.a.no_bias
    what = {"bias": bias, **what, **({"add": True} if chain.residual is not None else {})}
    pack, run = convolution(conv, members(), **what) if members() > 1 else conv.forward(**what)
    make = packing(chain, lambda weight, out: pack.bind([weight, out])())
    sizes = [conv.packed_floats] + [weight.shape[0]] * bias
    kept = p.prepare(("blocked chain", conv, chain.scaling, bias), chain.parameters, sizes, make)
    if kept is None:
        return False
    place = channel_blocked(chain.out.shape, conv.lanes)
    src = p.version(data, None if conv.plain else channel_blocked(data.shape, conv.lanes))
    ins = [src, *kept] + ([p.version(chain.residual, place)] if chain.residual is not None else [])
    out = p.define(chain.out, place)
    p.call(ins, [out], lambda x, y: run.bind([*x, *y]), chain.label, f"blocked {run.name}")
    return True
