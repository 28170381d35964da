"""Prediction: a convolution and what follows it as one oneDNN primitive, with weights kept in its own layout.

A batch norm with given statistics is a factor and a summand per channel: the factor goes into the prepared copy of the
weights, the summand into the bias. The residual is added to what lies in the result's memory, the activation follows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import onednn
from ..kernels.geometry import channels_first, conv_of
from ..kernels.onednn import Arg, Layout
from .conv_chain import CHAIN, Chain, activation_of
from .fuse import Step
from .ir import IrNode
from .layout import LayoutPass, handles
from .prepared import Make

__all__ = ["folded", "make_weights"]


def folded(chain: Chain, raws: list[Any]) -> tuple[Any, Any]:
    """(weights, bias or None) from the raw `Chain.parameters` of a chain with a batch norm, which is multiplied in.

    Without one: the weight alone, as it is.
    Differs from convolution and norm one after the other by float32 rounding of the weights only.
    """
    weight, *rest = raws
    if chain.norm is None:
        return weight, None
    bias = None if chain.conv.a.no_bias else rest.pop(0)
    gamma, beta, mean, variance = (x.astype(np.float64) for x in rest)
    scale = 1 / np.sqrt(variance + chain.norm.a.eps)
    if not chain.norm.a.fix_gamma:
        scale *= gamma
    shift = beta - mean * scale if bias is None else beta + (bias - mean) * scale
    factor = scale.astype(np.float32).reshape(-1, *(1,) * (weight.ndim - 1))
    return weight * factor, shift.astype(np.float32)


def make_weights(chain: Chain, plain: Layout, wanted: Layout) -> Make:
    """Fills [weights in the layout `wanted`, [bias]] from the chain's raw parameters."""

    def make(raws: list[Any], outs: list[Any]) -> None:
        with np.errstate(all="ignore"):
            weight, bias = folded(chain, raws)
        weight = np.ascontiguousarray(weight)
        onednn.reorder(plain, wanted).bind({Arg.SRC: weight.ctypes.data, Arg.DST: outs[0].ctypes.data})()
        if len(outs) > 1:
            outs[1][...] = bias

    return make


@handles(CHAIN)
def _chain(p: LayoutPass, node: IrNode, step: Step) -> bool:
    chain: Chain = step.chain
    a, (data, weight) = node.a, node.ins[:2]
    if not channels_first(a):
        return False
    conv = conv_of(a, data.shape, weight.shape)
    act = None if chain.activation is None else onednn.Eltwise(*activation_of(chain.activation))  # type: ignore[misc]
    bias = chain.norm is not None or not a.no_bias
    prim = conv.forward(bias=bias, training=False, activation=act, accumulate=chain.residual is not None)
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
