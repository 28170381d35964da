"""Whether a convolution runs with the batch in the vector: an estimate of its time and of the changes of layout.

Measured on Zen 5 (AVX-512), one thread, batch 32, GFlop/s counted with the products of padding, for forward, weights
and data gradient, ours | oneDNN 3.2, and how many times as fast forward and all three are:

    1->6    28x28 5x5 pad 2    261 193 264 |  72  60  21    3.6  6.2
    1->16   28x28 3x3 pad 1    208 141 164 | 128 113  42    1.6  2.3
    3->16   32x32 3x3 pad 1    197 175 144 | 179 159  44    1.1  2.0
    3->64   32x32 3x3 pad 1    193 170 147 | 223 151  82    0.9  1.3
    8->24   16x16 3x3 pad 1    269 215 264 | 166 114  85    1.6  2.2
    20->50  12x12 5x5 pad 2    307 230 301 | 116 196 112    2.6  2.1
    20->50  12x12 5x5          435 292 420 |  88 150  80    4.9  4.0    minimal filtering
    16->16  32x32 3x3 pad 1    147 211 159 | 150 195 217    1.0  0.9    one block is 1 MB: the size of the second cache
    32->64  16x16 3x3 pad 1    255 220 252 | 217 200 216    1.2  1.1
    64->64  16x16 3x3 pad 1    244 213 243 | 214 200 209    1.1  1.1
    64->64  16x16 1x1           86  94  83 | 207 144 216    0.4  0.5

oneDNN pads channels to whole vectors: 6 of 16 lanes are 37% of its speed; a first convolution of up to 4 channels is
padded in its results only. 3x3 convolutions that suit Winograd's algorithm (kernels/winograd) are left to it.
Changing the layout of an array moves 15 GB/s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..kernels import winograd
from ..kernels.batched import Conv, lanes_of
from ..kernels.geometry import channels_first
from ..kernels.layouts import Blocked
from ..ops.nn.spatial import filled
from .ir import Value
from .layout import LayoutPass

__all__ = ["batch_conv_of", "worth_it"]

_THEIRS, _OURS, _MINIMAL, _FAR, _POINTWISE = 210e9, 200e9, 330e9, 130e9, 90e9  # operations a second
_MOVED = 15e9  # bytes a second
_L2_BYTES = 512 << 10
_FEW = 64  # channels
_WINOGRAD = 32  # channels from which on Winograd's algorithm is faster
_THROUGH = {"Activation", "Pooling", "LeakyReLU", "Dropout", "BatchNorm", "clip", "relu", "sigmoid", "tanh"}


def batch_conv_of(a: Any, data: tuple[int, ...], weight: tuple[int, ...]) -> Conv | None:
    """The convolution of a node's attributes and shapes; None where there is no kernel of this kind."""
    n = len(data) - 2
    if n not in (1, 2) or not channels_first(a):
        return None

    def pair(values: Sequence[int], default: int) -> tuple[int, int]:
        return (default, values[0]) if n == 1 else (values[0], values[1])

    return Conv(
        data[1], pair(data[2:], 1), a.num_filter, pair(a.kernel, 1), pair(filled(a.stride, n, 1), 1),
        pair(filled(a.dilate, n, 1), 1), pair(filled(a.pad, n, 0), 0), a.num_group,
    )  # fmt: skip


def worth_it(p: LayoutPass, conv: Conv, data: Value, out: Value, ddata: Value | None) -> bool:
    """Whether a convolution of `data`, whose result is stored as `out`, is to run in this layout.

    ddata : gradient of the data, None in a plan without backward.
    """
    batch = data.shape[0]
    if min(conv.ins, conv.outs) >= _WINOGRAD and conv.kernel == (3, 3) and winograd.allowed():
        return False
    gain = _gain(conv, batch, 1 if ddata is None else 3 if p.needed(ddata) else 2)
    if gain <= 0:
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
    return gain > moved / _MOVED


def _gain(conv: Conv, batch: int, passes: int) -> float:
    """Seconds that the kernels save, without changes of layout."""
    lanes = lanes_of()
    outs, ins = conv.grouped
    if max(conv.outs, conv.ins) > _FEW or (conv.groups > 1 and outs * ins == 1):
        return -1.0
    fill = batch / (-(-batch // lanes) * lanes)
    wasted = (_padded(ins, lanes) if ins > 4 else 1.0) * _padded(outs, lanes)
    ours = _OURS
    if conv.minimal is not None:
        ours = _MINIMAL
    elif conv.kernel[0] * conv.kernel[1] < 3:
        ours = _POINTWISE
    elif conv.ins * conv.plane.channel * 4 * lanes > _L2_BYTES:
        ours = _FAR
    for axis in conv.forward:  # taps in the padding cost nothing
        ours /= sum(len(axis.valid(i)) for i in range(axis.results)) / (axis.results * axis.taps)
    operations = 2.0 * batch * conv.products * passes
    return operations * (wasted / _THEIRS - 1 / (ours * fill))


def _padded(channels: int, lanes: int) -> float:
    """How many times the work grows when channels are padded to whole vectors."""
    return -(-channels // lanes) * lanes / channels


def _stays(p: LayoutPass, v: Value, depth: int = 4) -> bool:
    """Whether those who use a value take it in this layout, or need it plain in any case."""
    for step in p.consumers.get(v.id, []):
        node = step.nodes[0]
        if not (step.forward and node.outs[0].ndim == v.ndim):
            continue
        if node.op.name == "Convolution":
            conv = batch_conv_of(node.a, node.ins[0].shape, node.ins[1].shape)
            if conv is None or _gain(conv, v.shape[0], 1) <= 0:
                return False
        elif (step.group or node.op.name in _THROUGH) and depth:
            if not all(_stays(p, o, depth - 1) for o in step.outs if o.ndim == v.ndim):
                return False
        else:
            return False
    return True
