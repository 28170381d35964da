"""Prediction: a 3 x 3 convolution and what follows it by Winograd's algorithm, on transformed weights that are kept."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..kernels import winograd
from ..kernels.crew import members, shared
from ..kernels.geometry import channels_first, conv_of
from ..kernels.layouts import channel_blocked
from ..kernels.winograd.staged import Staged, suits
from .conv_chain import CHAIN, Chain, activation_of, packing
from .fuse import Step
from .ir import IrNode
from .layout import LayoutPass, handles

__all__ = ["pays", "problem_of"]

# of one core, roughly: operations a second of the direct and of Winograd's products, bytes a second of weights
_DIRECT, _PRODUCTS, _STREAM = 215e9, 150e9, 22e9
_PARTS = 2  # of tiles, for each thread


def pays(p: winograd.Problem, nbytes: int) -> bool:
    """Whether it is faster than multiplying directly, with `nbytes` of transformed weights to read.

    They are 4 times as many as the filters: few tiles (small maps, small batches) wait for them.
    """
    channels, outs = p.maps[1], p.outs
    direct = 2 * 9 * channels * math.prod(p.result) / _DIRECT + 4 * 9 * channels * outs / _STREAM
    products = 2 * p.planes * p.tiles[0] * channels * outs / _PRODUCTS
    return products + nbytes / _STREAM < 0.9 * direct


def problem_of(node: IrNode) -> winograd.Problem | None:
    """The problem of a convolution's node where Winograd's algorithm is worth it in prediction."""
    a, (data, weight) = node.a, node.ins[:2]
    if not winograd.allowed() or not channels_first(a):
        return None
    problem = winograd.problem_for(conv_of(a, data.shape, weight.shape))
    if problem is None or not winograd.worth(problem) or not pays(problem, winograd.Weights(problem).nbytes):
        return None
    return problem


@handles(CHAIN, rank=20, kernels="jit")
def _chain(p: LayoutPass, node: IrNode, step: Step) -> bool:
    chain: Chain = step.chain
    act = None if chain.activation is None else activation_of(chain.activation)
    if act not in (None, ("relu", 0.0, 0.0)):
        return False
    problem = problem_of(node)
    if problem is None:
        return False
    weights, bias = winograd.Weights(problem), chain.norm is not None or not node.a.no_bias
    padded = problem.blocks(problem.outs) * problem.lanes
    sizes = [weights.nbytes // 4] + [padded] * bias
    key = ("winograd", problem, chain.scaling, bias)
    kept = p.prepare(key, chain.parameters, sizes, packing(chain, lambda weight, out: weights.bind(weight, out)()))
    if kept is None:
        return False
    ending: dict[str, Any] = {
        "bias": bias, "floor": -np.inf if act is None else 0.0, "residual": chain.residual is not None,
    }  # fmt: skip
    stages = members() > 1 and suits(problem, members())
    conv = (
        Staged(problem, members(), **ending)
        if stages
        else winograd.Convolution(problem, **ending, given=True, shares=_PARTS * members() if members() > 1 else 1)
    )
    blocked = channel_blocked(chain.out.shape, problem.lanes)
    arrays = {"src": p.version(node.ins[0], channel_blocked(node.ins[0].shape, problem.lanes)), "weights": kept[0]}
    if bias:
        arrays["bias"] = kept[1]
    if chain.residual is not None:
        arrays["residual"] = p.version(chain.residual, blocked)
    out, scratch, names = p.define(chain.out, blocked), p.blob(conv.nbytes, "winograd"), list(arrays)

    def bind(ins: list[Any], outs: list[Any]) -> Any:
        buffers = {"dst": outs[0], **dict(zip(names, ins))}
        calls = conv.bind(outs[1], **buffers) if isinstance(conv, Staged) else [conv.calls(outs[1], **buffers)]
        return shared("winograd", *calls)

    p.call(list(arrays.values()), [out, scratch], bind, chain.label, "winograd F(4x4, 3x3)")
    if chain.spent:
        p.out[-1].over = arrays["residual"]
    return True
