"""Prediction: a convolution and what follows it as one oneDNN primitive, with weights kept in its own layout.

A batch norm with given statistics is a factor and a summand per channel: the factor goes into the prepared copy of the
weights, the summand into the bias. The residual is added to what lies in the result's memory, the activation follows.
"""

from __future__ import annotations

import math
from typing import Any

from ..kernels import onednn
from ..kernels.geometry import channels_first, conv_of
from ..kernels.layouts import channel_blocked
from ..kernels.onednn import Arg, Layout
from . import winograd_chains
from .conv_chain import CHAIN, Chain, activation_of, packing
from .fuse import Step
from .ir import IrNode, Value
from .layout import LayoutPass, handles
from .prepared import Make

__all__ = ["make_weights"]


def make_weights(chain: Chain, plain: Layout, wanted: Layout) -> Make:
    """Fills [weights in the layout `wanted`, [bias]] from the chain's raw parameters."""

    def pack(weight: Any, out: Any) -> None:
        onednn.reorder(plain, wanted).bind({Arg.SRC: weight.ctypes.data, Arg.DST: out.ctypes.data})()

    return packing(chain, pack)


_FEW_PLACES = 196


def _primitive(p: LayoutPass, conv: onednn.Conv, data: Value, **keywords: Any) -> onednn.Primitive:
    """In the layout that the data has, where channels lie in blocks: kernels of our own want them so.

    oneDNN's own wish (channels last, often) is no faster for filters of one point and for one filter a channel, and
    faster only for larger ones on few places, where the reorders cost less than they bring (measured with AVX-512).
    """
    have = p.layout_of(data)
    blocked = channel_blocked(data.shape) if data.shape[1] % 16 == 0 else None
    follow = have is blocked if have is not None else _has_winograd(p)
    places = conv.dst[0] * math.prod(conv.dst[2:])
    light = max(conv.weights[2:]) == 1 or conv.weights[1] == 1
    if follow and conv.weights[0] % 16 == 0 and (light or places > _FEW_PLACES):
        try:
            return conv.forward(src=blocked, dst=channel_blocked(conv.dst), **keywords)
        except onednn.Unsupported:
            pass
    return conv.forward(**keywords)


def _has_winograd(p: LayoutPass) -> bool:
    if p.blocked is None:
        nodes = [n for n in p.g.nodes if n.op.name == "Convolution"] if "jit" in p.kernels else []
        p.blocked = any(winograd_chains.problem_of(n) is not None for n in nodes)
    return p.blocked


@handles(CHAIN)
def _chain(p: LayoutPass, node: IrNode, step: Step) -> bool:
    chain: Chain = step.chain
    a, (data, weight) = node.a, node.ins[:2]
    if not channels_first(a):
        return False
    conv = conv_of(a, data.shape, weight.shape)
    act = None if chain.activation is None else onednn.Eltwise(*activation_of(chain.activation))  # type: ignore[misc]
    bias = chain.norm is not None or not a.no_bias
    prim = _primitive(p, conv, data, bias=bias, training=False, activation=act, accumulate=chain.residual is not None)
    plain, wanted = Layout.plain(conv.grouped_weights), prim[Arg.WEIGHTS]
    args = {Arg.SRC: p.version(data, prim[Arg.SRC])}
    residual = None
    if chain.residual is not None:
        residual = p.version(chain.residual, prim[Arg.DST])
        if not chain.spent:
            kept, residual = residual, p.blob(prim[Arg.DST].nbytes, "residual")
            copy = onednn.reorder(prim[Arg.DST], prim[Arg.DST])
            p.emit(copy, {Arg.SRC: kept, Arg.DST: residual}, f"{node.name}: residual is needed later")
    values = chain.parameters if chain.norm is not None else [weight]
    sizes = [wanted.nbytes // 4] + ([weight.shape[0]] if chain.norm is not None else [])
    norm = None if chain.norm is None else (chain.norm.a.eps, chain.norm.a.fix_gamma, a.no_bias)
    key = ("onednn convolution", plain, wanted, norm)
    prepared = None
    if chain.norm is not None or not wanted.is_plain:
        prepared = p.prepare(key, values, sizes, make_weights(chain, plain, wanted))
        if prepared is None and chain.norm is not None:
            return False
    args[Arg.WEIGHTS] = prepared[0] if prepared else p.version(weight, wanted)
    if bias:
        args[Arg.BIAS] = prepared[1] if prepared and chain.norm is not None else p.version(node.ins[2], None)
    args[Arg.DST] = p.define(chain.out, prim[Arg.DST])
    p.emit(prim, args, chain.label, over=residual)
    return True
