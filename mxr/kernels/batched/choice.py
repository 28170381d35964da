"""Which convolutions and poolings have kernels with the batch in the vector, and an estimate of the time they save.

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
padded in its results only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...ops.nn.pooling import windows
from ...ops.nn.spatial import filled
from ..geometry import channels_first
from .convolution import Conv, lanes_of
from .pooling import Windows

__all__ = ["batch_conv_of", "batch_windows_of", "gain"]

_THEIRS, _OURS, _MINIMAL, _FAR, _POINTWISE = 210e9, 200e9, 330e9, 130e9, 90e9  # operations a second
_L2_BYTES = 512 << 10
_FEW = 64  # channels


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


def batch_windows_of(a: Any, data: tuple[int, ...]) -> Windows | None:
    """The pooling of data of this shape; None where there is no kernel of this kind."""
    n = len(data) - 2
    if n not in (1, 2) or not channels_first(a) or a.pool_type not in ("max", "avg", "sum"):
        return None
    w = windows(a, data[2:])
    wide = [((1,) * (2 - n) + v) for v in (w.size, w.kernel, w.stride)]
    size, kernel, stride = ((v[0], v[1]) for v in wide)
    pad, out = (0, *w.pad)[-2:], (1, *w.out)[-2:]
    return Windows(a.pool_type, data[1], size, kernel, stride, (pad[0], pad[1]), (out[0], out[1]),
                   a.count_include_pad is not False)  # fmt: skip


def gain(conv: Conv, batch: int, passes: int, threads: int = 1) -> float:
    """Seconds that the kernels save on one thread, compared to oneDNN's on `threads`, without changes of layout."""
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
        seen = sum(len(axis.valid(i)) for i in range(axis.results))
        if not seen:  # all of them: there is nothing to gain
            return -1.0
        ours /= seen / (axis.results * axis.taps)
    operations = 2.0 * batch * conv.products * passes
    return operations * (wasted / (_THEIRS * threads) - 1 / (ours * fill))


def _padded(channels: int, lanes: int) -> float:
    """How many times the work grows when channels are padded to whole vectors."""
    return -(-channels // lanes) * lanes / channels
