"""Whether a convolution runs with the batch in the vector: the time its kernels save, and the changes of layout.

3x3 convolutions that suit Winograd's algorithm (kernels/winograd) are left to it. Changing the layout of an array moves
15 GB/s.
"""

from __future__ import annotations

from ..kernels import winograd
from ..kernels.batched import Conv
from ..kernels.batched.choice import batch_conv_of, gain
from ..kernels.layouts import Blocked
from .ir import Value
from .layout import LayoutPass

__all__ = ["worth_it"]

_MOVED = 15e9  # bytes a second
_WINOGRAD = 32  # channels from which on Winograd's algorithm is faster
_THROUGH = {"Activation", "Pooling", "LeakyReLU", "Dropout", "BatchNorm", "clip", "relu", "sigmoid", "tanh"}


def worth_it(p: LayoutPass, conv: Conv, data: Value, out: Value, ddata: Value | None) -> bool:
    """Whether a convolution of `data`, whose result is stored as `out`, is to run in this layout.

    ddata : gradient of the data, None in a plan without backward.
    """
    batch = data.shape[0]
    if min(conv.ins, conv.outs) >= _WINOGRAD and conv.kernel == (3, 3) and winograd.allowed():
        return False
    saved = gain(conv, batch, 1 if ddata is None else 3 if p.needed(ddata) else 2)
    if saved <= 0:
        return False
    both_ways = 1 if ddata is None else 2
    layout = p.layout_of(data)
    moved = 0
    if layout is None:
        moved += data.nbytes
    elif not isinstance(layout, Blocked) or layout.axis != 0:
        moved += 2 * data.nbytes * both_ways
    if not _stays(p, out):
        moved += 2 * out.nbytes * both_ways
    return saved > moved / _MOVED


def _stays(p: LayoutPass, v: Value, depth: int = 4) -> bool:
    """Whether those who use a value take it in this layout, or need it plain in any case."""
    for step in p.consumers.get(v.id, []):
        node = step.nodes[0]
        if not (step.forward and node.outs[0].ndim == v.ndim):
            continue
        if node.op.name == "Convolution":
            conv = batch_conv_of(node.a, node.ins[0].shape, node.ins[1].shape)
            if conv is None or gain(conv, v.shape[0], 1) <= 0:
                return False
        elif (step.group or node.op.name in _THROUGH) and depth:
            if not all(_stays(p, o, depth - 1) for o in step.outs if o.ndim == v.ndim):
                return False
        else:
            return False
    return True
