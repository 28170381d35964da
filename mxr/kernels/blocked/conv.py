"""A convolution and its gradients as bound calls on blocked arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..jit.builder import Builder
from ..jit.engine import Engine, engine
from ..jit.engine import vector_registers as registers
from ..jit.tile import argument
from ..onednn import Conv
from . import depthwise
from .axis import backward, forward
from .depthwise import DepthSums, DepthWeights
from .function import Function, compiled, pair
from .products import WeightSums
from .reduce import ChannelSums
from .sums import Sums
from .weights import packer, unpacker

__all__ = ["Convolution", "Depthwise", "convolution_for", "lanes", "weights_of"]

_FEW = 8  # up to so many channels the input is read as it lies in NumPy's order


@dataclass(frozen=True)
class Convolution:
    """The kernels of one geometry for one CPU. Groups are whole blocks of channels, or several make one.

    plain : the input is [N][C][H][W]; everything else is in blocks of `lanes` channels, weights as MXNet has them.
    """

    conv: Conv
    lanes: int
    registers: int
    plain: bool = False

    # ---- what is computed
    def _axes(self, make: Any) -> list[Any]:
        c = self.conv
        flat = len(c.src) == 3
        axes = [
            make(*x)
            for x in zip(c.src[2:], c.weights[2:], c.stride, c.dilation, c.pad_lo)
        ]  # fmt: skip
        return [make(1, 1, 1, 1, 0), *axes] if flat else axes

    @property
    def _channels(self) -> tuple[int, int, int, int]:
        """Inputs and outputs of a group, groups, and channels of a real one where several make a block."""
        c, own = self.conv, self.conv.weights[1]
        if c.groups > 1 and own % self.lanes:
            return self.lanes, self.lanes, c.src[1] // self.lanes, own
        return own, c.weights[0] // c.groups, c.groups, 0

    def sums(self, **what: Any) -> Sums:
        inputs, outputs, groups, own = self._channels
        h, w = self._axes(forward)
        s = Sums(
            self.conv.src[0], inputs, outputs, groups, h, w, self.lanes, self.registers, self.plain, own=own, **what
        )
        return s if self.plain else s.flat()

    @cached_property
    def data_sums(self) -> list[Sums]:
        """The parts of the gradient of the data: one for each rest of a place divided by the stride."""
        inputs, outputs, groups, own = self._channels
        rows, cols = self._axes(backward)
        all_parts = [
            Sums(self.conv.src[0], outputs, inputs, groups, h, w, self.lanes, self.registers, own=own).flat()
            for h in rows
            for w in cols
        ]
        most = max(all_parts, key=lambda s: s.h.taps * s.w.taps)  # they share the packed weights
        return [replace(s, tile=most.vectors) for s in all_parts]

    @cached_property
    def weight_sums(self) -> WeightSums:
        return WeightSums(self.sums())

    # ---- functions of buffers: flat or shaped arrays of the right bytes
    def forward(self, *, generator: Engine | None = None, **what: Any) -> tuple[Function, Function]:
        """(pack: weights, packed; run: x, packed, [bias], [array to add], y).

        what : bias, relu, add, most, as :class:`.sums.Sums` has them.
        """
        s = self.sums(**what)
        more = s.bias + s.add
        order = (0, 1, 2 + more, *range(2, 2 + more))
        return pair(
            [("pack", weights_of(s), packer(s, False), (0, 1)), ("convolution", s, s.function(), order)], generator
        )

    def data(self, *, generator: Engine | None = None) -> tuple[Function, Function]:
        """(pack: weights, packed; run: dy, packed, dx)."""
        parts = self.data_sums

        def emit(b: Builder) -> None:
            for s in parts:
                s.emit(b, argument(b, 0), argument(b, 1), argument(b, 2))

        return pair(
            [
                ("pack for the data gradient", weights_of(parts[0]), packer(parts[0], True), (0, 1)),
                ("data gradient", tuple(parts), emit, (0, 1, 2)),
            ],
            generator,
        )

    def weights(self, *, generator: Engine | None = None) -> tuple[Function, Function]:
        """(run: x, dy, packed; unpack: packed, dw)."""
        s = self.weight_sums
        unpack = ("unpack", weights_of(s.packed), unpacker(s.packed), (0, 1))
        return pair([("weight gradient", s, s.function(), (0, 1, 2)), unpack], generator)

    def bias(self, *, generator: Engine | None = None) -> Function:
        """dy, dbias: the sum of dy over images and places."""
        n, o, *spatial = self.conv.dst
        sums = ChannelSums(n, o, math.prod(spatial), self.lanes)
        return compiled([("bias gradient", sums, sums.emit, (0, 1))], generator)[0]

    @property
    def packed_floats(self) -> int:
        """Of the weights packed for the forward pass, as of their packed gradient."""
        return self.sums().packed_floats

    @property
    def packed_back_floats(self) -> int:
        """Of the weights packed for the gradient of the data."""
        return self.data_sums[0].packed_floats


class Depthwise(Convolution):
    """As many groups as channels, in and out."""

    def _depth(self, h: Any, w: Any, **what: Any) -> DepthSums:
        return DepthSums(self.conv.src[0], self.conv.src[1], h, w, self.lanes, **what)

    @property
    def _size(self) -> tuple[int, int, int]:
        return self.conv.src[1], math.prod(self.conv.weights[2:]), self.lanes

    def forward(self, *, generator: Engine | None = None, **what: Any) -> tuple[Function, Function]:
        h, w = self._axes(forward)
        s = self._depth(h, w, **what)

        def emit(b: Builder) -> None:
            s.emit(b, *(argument(b, i) for i in range(3 + s.bias)))

        order = (0, 1, 3, 2) if s.bias else (0, 1, 2)
        pack = ("pack depthwise", self._size, depthwise.pack(*self._size), (0, 1))
        return pair([pack, ("depthwise convolution", s, emit, order)], generator)

    def data(self, *, generator: Engine | None = None) -> tuple[Function, Function]:
        rows, cols = self._axes(backward)
        parts = tuple(self._depth(h, w) for h in rows for w in cols)

        def emit(b: Builder) -> None:
            for s in parts:
                s.emit(b, *(argument(b, i) for i in range(3)))

        pack = ("pack depthwise", self._size, depthwise.pack(*self._size), (0, 1))
        return pair([pack, ("depthwise data gradient", parts, emit, (0, 1, 2))], generator)

    def weights(self, *, generator: Engine | None = None) -> tuple[Function, Function]:
        h, w = self._axes(forward)
        s = DepthWeights(self._depth(h, w))
        unpack = ("unpack depthwise", self._size, depthwise.unpack(*self._size), (0, 1))
        return pair([("depthwise weight gradient", s, s.emit, (0, 1, 2)), unpack], generator)

    @property
    def packed_floats(self) -> int:
        channels, taps, lanes = self._size
        return -(-channels // lanes) * lanes * taps

    packed_back_floats = packed_floats


def weights_of(s: Sums) -> Sums:
    """What the packing of weights depends on."""
    return replace(s, n=1, bias=False, relu=False, add=False, most=math.inf)


def convolution_for(conv: Conv, plain: bool = False, generator: Engine | None = None) -> Convolution | None:
    """The kernels of a convolution, None where there are none: three axes, groups that do not fit blocks.

    plain : the input is there in NumPy's order; it is read so if its channels are few.
    """
    wide = lanes(generator)
    if len(conv.src) > 4 or conv.pad_lo != conv.pad_hi:
        return None
    if conv.groups == conv.src[1] == conv.weights[0] > 1:
        return Depthwise(conv, wide, registers(4 * wide))
    own, outs = conv.weights[1], conv.weights[0] // conv.groups
    whole = conv.groups == 1 or (own % wide == 0 and outs % wide == 0)
    shared = own == outs and wide % own == 0 and conv.src[1] % wide == 0  # some groups make a block
    if not (whole or shared):
        return None
    few = plain and conv.groups == 1 and conv.src[1] <= _FEW
    return Convolution(conv, wide, registers(4 * wide), few)


def lanes(generator: Engine | None = None) -> int:
    """Float32 numbers in a vector."""
    return (generator or engine()).vector_bytes // 4
