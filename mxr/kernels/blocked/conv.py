"""A convolution and its gradients as bound calls on blocked arrays."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

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

    # ---- calls; buffers are flat or shaped arrays of the right bytes
    def forward(
        self, buffers: Sequence[Any], packed: Any, *, generator: Engine | None = None, **what: bool
    ) -> list[Native]:
        """[pack, run] for buffers x, weights, y[, bias]; `what` as :meth:`sums` has it."""
        s = self.sums(**what)
        x, w, y, *bias = buffers
        wanted = [
            (("pack", replace(s, n=1, bias=False, relu=False, add=False)), packer(s, False)),
            (("sums", s), s.function()),
        ]
        pack, run = compile_functions(wanted, generator)
        return [Native.of(pack, [w, packed], name="pack"), Native.of(run, [x, packed, y, *bias], name="convolution")]

    def data(self, buffers: Sequence[Any], packed: Any, *, generator: Engine | None = None) -> list[Native]:
        """[pack, run] for buffers dy, weights, dx."""
        dy, w, dx = buffers
        parts = self.data_sums

        def emit(b: Builder) -> None:
            for s in parts:
                s.emit(b, argument(b, 0), argument(b, 1), argument(b, 2))

        wanted = [(("pack back", replace(parts[0], n=1)), packer(parts[0], True)), (("data", *parts), emit)]
        pack, run = compile_functions(wanted, generator)
        return [Native.of(pack, [w, packed], name="pack"), Native.of(run, [dy, packed, dx], name="data gradient")]

    def weights(self, buffers: Sequence[Any], packed: Any, *, generator: Engine | None = None) -> list[Native]:
        """[run, unpack] for buffers x, dy, dw."""
        x, dy, dw = buffers
        s = self.weight_sums
        wanted = [(("weights", s), s.function()), (("unpack", replace(s.packed, n=1)), unpacker(s.packed))]
        run, unpack = compile_functions(wanted, generator)
        return [Native.of(run, [x, dy, packed], name="weight gradient"), Native.of(unpack, [packed, dw], name="unpack")]

    def bias(self, dy: Any, dbias: Any, *, generator: Engine | None = None) -> Native:
        """The sum of dy over images and places."""
        n, o, *spatial = self.conv.dst
        return ChannelSums(n, o, spatial, self.lanes).bind(dy, dbias, generator)

    @property
    def packed_floats(self) -> int:
        """Of the weights packed for the forward pass, as of their packed gradient."""
        return self.sums().packed_floats

    @property
    def packed_back_floats(self) -> int:
        """Of the weights packed for the gradient of the data."""
        return self.data_sums[0].packed_floats


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
