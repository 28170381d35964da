"""How operators become oneDNN primitives in the layout pass; importing this module registers the handlers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels import jit_enabled, moves, onednn
from ..kernels.flat import Bound, flat
from ..kernels.geometry import channels_first, conv_of, pool_of
from ..kernels.onednn import Arg, Layout
from ..kernels.table import in_order
from .fuse import Step
from .ir import IrNode, Value
from .layout import LayoutPass, handles

__all__ = ["LayoutPass"]


@handles("Convolution")
def _convolution(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a = node.a
    data, weight = node.ins[:2]
    if not channels_first(a):
        return False
    conv = conv_of(a, data.shape, weight.shape)
    prim = conv.forward(bias=not a.no_bias, training=node.train)
    args = {
        Arg.SRC: p.version(data, prim[Arg.SRC]),
        Arg.WEIGHTS: p.version(weight, prim[Arg.WEIGHTS]),
    }
    if not a.no_bias:
        args[Arg.BIAS] = p.version(node.ins[2], None)
    args[Arg.DST] = p.define(node.outs[0], prim[Arg.DST])
    p.emit(prim, args, node.name)
    return True


@handles("_backward_Convolution")
def _convolution_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a = node.a
    dy, data, weight = node.ins
    if not channels_first(a):
        return False
    conv = conv_of(a, data.shape, weight.shape)
    bias = not a.no_bias and p.needed(node.outs[2])
    if p.needed(node.outs[1]) or bias:
        prim = conv.backward_weights(bias=bias)
        args = {
            Arg.SRC: p.version(data, prim[Arg.SRC]),
            Arg.DIFF_DST: p.version(dy, prim[Arg.DIFF_DST]),
            Arg.DIFF_WEIGHTS: p.define(node.outs[1], prim[Arg.DIFF_WEIGHTS]),
        }
        if bias:
            args[Arg.DIFF_BIAS] = p.define(node.outs[2], prim[Arg.DIFF_BIAS])
        p.emit(prim, args, f"{node.name} weight")
    if p.needed(node.outs[0]):
        prim = _data_gradient(p, conv, dy)
        args = {
            Arg.DIFF_DST: p.version(dy, prim[Arg.DIFF_DST]),
            Arg.WEIGHTS: p.version(weight, prim[Arg.WEIGHTS]),
            Arg.DIFF_SRC: p.define(node.outs[0], prim[Arg.DIFF_SRC]),
        }
        p.emit(prim, args, f"{node.name} data")
    return True


def _data_gradient(p: LayoutPass, conv: onednn.Conv, dy: Value) -> onednn.Primitive:
    """In the layout that the gradient comes in, for filters of one point: others cost more than they bring.

    With strides, oneDNN's own wish (channels last) takes twice as long, reorders not counted.
    """
    if max(conv.weights[2:]) == 1 and conv.weights[1] % 16 == 0 and conv.groups == 1 and dy.shape[1] % 16 == 0:
        blocked = Layout.blocked(dy.shape)
        try:
            if p.layout_of(dy) is blocked:
                return conv.backward_data(diff_dst=blocked, diff_src=Layout.blocked(conv.src))
        except onednn.Unsupported:
            pass
    return conv.backward_data()


@handles("Pooling")
def _pooling(p: LayoutPass, node: IrNode, step: Step) -> bool:
    data = node.ins[0]
    pool = pool_of(node.a, data.shape)
    if pool is None:
        return False
    layout = p.best(data)
    prim = pool.forward(training=node.train, src=layout)
    args = {Arg.SRC: p.version(data, layout), Arg.DST: p.define(node.outs[0], prim[Arg.DST])}
    work = prim.get(Arg.WORKSPACE)
    if work is not None:
        args[Arg.WORKSPACE] = p.blob(work.nbytes, "work space")
    p.forward_of[id(node)] = (pool, prim, args.get(Arg.WORKSPACE))
    p.emit(prim, args, node.name)
    return True


@handles("_backward_Pooling")
def _pooling_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    dy = node.ins[0]
    source = node.ins[-1].node
    if source is None or id(source) not in p.forward_of:
        return False
    pool, forward, work = p.forward_of[id(source)]
    if pool.kind == "max" and work is None:
        return False
    prim = pool.backward(forward)
    args = {
        Arg.DIFF_DST: p.version(dy, prim[Arg.DIFF_DST]),
        Arg.DIFF_SRC: p.define(node.outs[0], prim[Arg.DIFF_SRC]),
    }
    if work is not None:
        args[Arg.WORKSPACE] = work
    p.emit(prim, args, node.name)
    return True


@handles("Concat")
def _concat(p: LayoutPass, node: IrNode, step: Step) -> bool:
    """Channels of arrays that lie in blocks, whole blocks of each."""
    out = node.outs[0]
    if node.a.dim % out.ndim != 1 or not 3 <= out.ndim <= 5 or any(v.shape[1] % 16 for v in node.ins):
        return False
    layouts = [Layout.blocked(v.shape) for v in node.ins]
    if len(node.ins) < 2 or not any(p.layout_of(v) is x for v, x in zip(node.ins, layouts)):
        return False
    prim = onednn.concat(layouts, 1, dst=Layout.blocked(out.shape))
    args: dict[Any, Value] = {Arg.MULTIPLE_SRC + i: p.version(v, x) for i, (v, x) in enumerate(zip(node.ins, layouts))}
    args[Arg.DST] = p.define(out, prim[Arg.DST])
    p.emit(prim, args, node.name)
    return True


@handles("FullyConnected")
def _fully_connected(p: LayoutPass, node: IrNode, step: Step) -> bool:
    a, (data, weight) = node.a, node.ins[:2]
    rows = data.shape[0] if a.flatten else data.size // data.shape[-1]
    prim = onednn.dense_of(rows, weight.shape, bias=not a.no_bias, training=node.train)
    args = {Arg.SRC: p.version(data, None), Arg.WEIGHTS: p.version(weight, None)}
    if not a.no_bias:
        args[Arg.BIAS] = p.version(node.ins[2], None)
    args[Arg.DST] = p.define(node.outs[0], prim[Arg.DST])
    p.emit(prim, args, node.name)
    return True


def _matrix(shape: tuple, transposed: bool) -> tuple[tuple[int, int], Layout]:
    """The shape of an operand as multiplied, and how it lies in memory."""
    if not transposed:
        return (shape[0], shape[1]), Layout.plain(shape)
    return (shape[1], shape[0]), Layout.strided((shape[1], shape[0]), (1, shape[1]))


@handles("dot")
def _dot(p: LayoutPass, node: IrNode, step: Step) -> bool:
    lhs, rhs = node.ins
    if lhs.ndim != 2 or rhs.ndim != 2:
        return False
    (m, k), src = _matrix(lhs.shape, node.a.transpose_a)
    (_, n), weights = _matrix(rhs.shape, node.a.transpose_b)
    prim = onednn.matmul((m, k), (k, n), src=src, weights=weights, dst=Layout.plain((m, n)))
    args = {Arg.SRC: p.version(lhs, None), Arg.WEIGHTS: p.version(rhs, None)}
    args[Arg.DST] = p.define(node.outs[0], prim[Arg.DST])
    p.emit(prim, args, node.name)
    return True


def _norm(node: IrNode, data: Value, train: bool) -> onednn.BatchNorm | None:
    a = node.a
    if a.axis % data.ndim != 1:
        return None
    return onednn.BatchNorm(
        data.shape, a.eps, scale=not a.fix_gamma, shift=True, global_stats=not train or a.use_global_stats
    )


@handles("BatchNorm")
def _batch_norm(p: LayoutPass, node: IrNode, step: Step) -> bool:
    data, gamma, beta, moving_mean, moving_var = node.ins
    norm = _norm(node, data, node.train)
    if norm is None or (norm.global_stats and (p.needed(node.outs[1]) or p.needed(node.outs[2]))):
        return False
    layout = p.best(data)
    prim = norm.forward(training=node.train, src=layout)
    args = {Arg.SRC: p.version(data, layout)}
    if norm.scale:
        args[Arg.SCALE] = p.version(gamma, None)
    args[Arg.SHIFT] = p.version(beta, None)
    out, mean, invstd = node.outs
    args[Arg.DST] = p.define(out, prim[Arg.DST])
    if norm.global_stats:
        args |= {Arg.MEAN: p.version(moving_mean, None), Arg.VARIANCE: p.version(moving_var, None)}
        p.emit(prim, args, node.name)
        return True
    args[Arg.MEAN] = p.define(mean, Layout.plain(mean.shape))
    variance = args[Arg.VARIANCE] = p.blob(invstd.nbytes, "variance")
    p.emit(prim, args, node.name, also=(Arg.MEAN, Arg.VARIANCE))
    p.forward_of[id(node)] = (norm, layout, variance)
    if p.needed(invstd):
        eps = np.float32(node.a.eps)

        def bind(ins: list[Any], outs: list[Any]) -> Any:
            if jit_enabled():
                loop = flat((("y", "1/sqrt(x + eps)"),), (("x", False), ("y", True)), ("eps",))
                return Bound(loop, [ins[0], outs[0]], [float(eps)])
            return lambda: np.reciprocal(np.sqrt(ins[0] + eps), out=outs[0])

        p.define(invstd, Layout.plain(invstd.shape))
        p.call([variance], [invstd], bind, f"{node.name} 1/std", "numpy")
    return True


@handles("_backward_BatchNorm")
def _batch_norm_grad(p: LayoutPass, node: IrNode, step: Step) -> bool:
    dy, data, gamma, mean, _, moving_mean, moving_var = node.ins
    source = mean.node
    if source is None or id(source) not in p.forward_of:
        return False
    norm, layout, variance = p.forward_of[id(source)]
    prim = norm.backward(src=layout, diff_dst=layout)
    ddata, dgamma, dbeta = node.outs
    args = {
        Arg.SRC: p.version(data, layout),
        Arg.MEAN: p.version(mean, None),
        Arg.VARIANCE: variance,
        Arg.DIFF_DST: p.version(dy, layout),
        Arg.DIFF_SRC: p.define(ddata, prim[Arg.DIFF_SRC]),
        Arg.DIFF_SHIFT: p.define(dbeta, Layout.plain(dbeta.shape)),
    }
    if norm.scale:
        args[Arg.SCALE] = p.version(gamma, None)
        args[Arg.DIFF_SCALE] = p.define(dgamma, Layout.plain(dgamma.shape))
    p.emit(prim, args, node.name)
    fixed, momentum = node.a.fix_gamma, np.float32(node.a.momentum)
    if fixed:
        p.define(dgamma, Layout.plain(dgamma.shape))

    def bind(ins: list[Any], outs: list[Any]) -> Any:
        new_mean, new_var, mm, mv = ins
        if jit_enabled():
            text = "old*momentum + new*(1 - momentum)"
            loop = flat((("old", text),), (("new", False), ("old", True)), ("momentum",))
            calls: list[Any] = [Bound(loop, pair, [float(momentum)]) for pair in ([new_mean, mm], [new_var, mv])]
            if fixed:
                calls.append(moves.zeroed(outs[0]))
            return in_order(*calls)

        def run() -> None:
            for old, new in ((mm, new_mean), (mv, new_var)):
                old *= momentum
                old += new * (np.float32(1) - momentum)
            if fixed:
                outs[0][...] = 0

        return run

    states = [p.version(v, None) for v in (moving_mean, moving_var)]
    p.call(
        [p.version(mean, None), variance, *states],
        [dgamma] if fixed else [],
        bind,
        f"{node.name} moving averages",
        "numpy",
    )
    return True
