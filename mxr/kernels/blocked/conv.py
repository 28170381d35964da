"""A convolution and its gradients as bound calls on blocked arrays."""

from __future__ import annotations

import math
import platform
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from ..jit.builder import Builder
from ..jit.engine import Engine, engine
from ..jit.function import compile_functions
from ..jit.tile import argument
from ..native import Native
from ..onednn import Conv
from .axis import backward, forward
from .products import WeightSums
from .reduce import ChannelSums
from .sums import Sums
from .weights import packer, unpacker

__all__ = ["Convolution", "convolution_for"]

_FEW = 8  # up to so many channels the input is read as it lies in NumPy's order


class Function(NamedTuple):
    """A compiled function of buffers; `order` has the buffer's number for each slot of the block."""

    address: int
    name: str
    order: tuple[int, ...]

    def bind(self, buffers: Sequence[Any]) -> Native:
        return Native.of(self.address, [buffers[i] for i in self.order], name=self.name)


@dataclass(frozen=True)
class Convolution:
    """The kernels of one geometry for one CPU. Grouped channels are whole blocks.

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

    def sums(self, bias: bool = False, relu: bool = False, add: bool = False) -> Sums:
        c, g = self.conv, self.conv.groups
        h, w = self._axes(forward)
        s = Sums(
            c.src[0], c.src[1] // g, c.weights[0] // g, g, h, w, self.lanes, self.registers, self.plain, bias, relu, add
        )
        return s if self.plain else s.flat()

    @cached_property
    def data_sums(self) -> list[Sums]:
        """The parts of the gradient of the data: one for each rest of a place divided by the stride."""
        c, g = self.conv, self.conv.groups
        rows, cols = self._axes(backward)
        all_parts = [
            Sums(c.src[0], c.weights[0] // g, c.src[1] // g, g, h, w, self.lanes, self.registers).flat()
            for h in rows
            for w in cols
        ]
        most = max(all_parts, key=lambda s: s.h.taps * s.w.taps)  # they share the packed weights
        return [replace(s, tile=most.vectors) for s in all_parts]

    @cached_property
    def weight_sums(self) -> WeightSums:
        return WeightSums(self.sums())

    # ---- functions of buffers: flat or shaped arrays of the right bytes
    def forward(self, *, generator: Engine | None = None, **what: bool) -> tuple[Function, Function]:
        """(pack: weights, packed; run: x, packed, y or x, packed, bias, y); `what` as :meth:`sums` has it."""
        s = self.sums(**what)
        order = (0, 1, 3, 2) if s.bias else (0, 1, 2)
        return _compile(
            [("pack", _weights_of(s), packer(s, False), (0, 1)), ("convolution", s, s.function(), order)], generator
        )

    def data(self, *, generator: Engine | None = None) -> tuple[Function, Function]:
        """(pack: weights, packed; run: dy, packed, dx)."""
        parts = self.data_sums

        def emit(b: Builder) -> None:
            for s in parts:
                s.emit(b, argument(b, 0), argument(b, 1), argument(b, 2))

        return _compile(
            [
                ("pack for the data gradient", _weights_of(parts[0]), packer(parts[0], True), (0, 1)),
                ("data gradient", tuple(parts), emit, (0, 1, 2)),
            ],
            generator,
        )

    def weights(self, *, generator: Engine | None = None) -> tuple[Function, Function]:
        """(run: x, dy, packed; unpack: packed, dw)."""
        s = self.weight_sums
        unpack = ("unpack", _weights_of(s.packed), unpacker(s.packed), (0, 1))
        return _compile([("weight gradient", s, s.function(), (0, 1, 2)), unpack], generator)

    def bias(self, *, generator: Engine | None = None) -> Function:
        """dy, dbias: the sum of dy over images and places."""
        n, o, *spatial = self.conv.dst
        sums = ChannelSums(n, o, math.prod(spatial), self.lanes)
        return _compile([("bias gradient", sums, sums.emit, (0, 1))], generator)[0]

    @property
    def packed_floats(self) -> int:
        """Of the weights packed for the forward pass, as of their packed gradient."""
        return self.sums().packed_floats

    @property
    def packed_back_floats(self) -> int:
        """Of the weights packed for the gradient of the data."""
        return self.data_sums[0].packed_floats


def _weights_of(s: Sums) -> Sums:
    """What the packing of weights depends on."""
    return replace(s, n=1, bias=False, relu=False, add=False)


def _compile(wanted: Sequence[tuple[str, Hashable, Any, tuple[int, ...]]], generator: Engine | None) -> Any:
    """Functions of (name, what the code depends on, emit, order of the buffers in the block)."""
    addresses = compile_functions([((name, key), emit) for name, key, emit, _ in wanted], generator)
    return tuple(Function(at, name, order) for at, (name, _, _, order) in zip(addresses, wanted))


def convolution_for(conv: Conv, plain: bool = False, generator: Engine | None = None) -> Convolution | None:
    """The kernels of a convolution, None where there are none: three axes, groups of channels that are no blocks.

    plain : the input is there in NumPy's order; it is read so if its channels are few.
    """
    lanes = (generator or engine()).vector_bytes // 4
    whole = conv.groups == 1 or (conv.weights[1] % lanes == 0 and conv.weights[0] // conv.groups % lanes == 0)
    if len(conv.src) > 4 or conv.pad_lo != conv.pad_hi or not whole:
        return None
    few = plain and conv.groups == 1 and conv.src[1] <= _FEW
    return Convolution(conv, lanes, registers(4 * lanes), few)


def registers(vector_bytes: int) -> int:
    """Vector registers of the CPU."""
    arm = platform.machine().lower() in ("arm64", "aarch64")
    return 32 if vector_bytes == 64 or arm else 16
