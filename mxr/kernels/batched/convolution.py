"""Convolutions of few channels with the batch in the vector, one C function for forward and one for backward.

Arrays are (blocks, channels, h, w, lanes), weights MXNet's (outs, ins/groups, kh, kw). Lanes beyond the last example
may hold anything: what is summed over the batch leaves them out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from ...base import MXNetError
from ...core.faults import KernelFault
from ..jit.builder import Val
from ..jit.engine import LOCK, Engine, engine, vector_registers
from ..jit.function import function_text
from .code import Code
from .correlate import Plane, Weights, correlate
from .gradient import Frame, before_activation, slots, weight_gradient, weight_tile, write_weights
from .minimal import FILTER, MinimalData, MinimalForward, MinimalWeights, Shape, suits
from .tiles import data_axes, forward_axis
from .transpose import Door

__all__ = ["Backward", "Conv", "Forward", "Made", "lanes_of", "make"]


@dataclass(frozen=True)
class Conv:
    """Shapes of a convolution without the batch; two spatial axes (a first of 1 for one)."""

    ins: int
    size: tuple[int, int]
    outs: int
    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    dilate: tuple[int, int] = (1, 1)
    pad: tuple[int, int] = (0, 0)
    groups: int = 1

    @cached_property
    def forward(self) -> list[Any]:
        """The axes of the forward correlation."""
        return [forward_axis(*a) for a in zip(self.size, self.kernel, self.stride, self.dilate, self.pad)]

    @cached_property
    def data(self) -> list[list[Any]]:
        """The axes of the correlations that give the gradient of the data."""
        return [data_axes(*a) for a in zip(self.size, self.kernel, self.stride, self.dilate, self.pad)]

    @property
    def out(self) -> tuple[int, int]:
        return self.forward[0].results, self.forward[1].results

    @property
    def frame(self) -> Frame | None:
        """The data in the zeros that the gradient of the weights reads; None where it needs none."""
        rows, cols = self.forward
        return None if rows.inside and cols.inside else Frame.around(self.ins, rows, cols)

    @property
    def plane(self) -> Plane:
        """How the data lies."""
        return Plane(self.size[0] * self.size[1], self.size[1])

    @property
    def out_plane(self) -> Plane:
        """How the result lies."""
        return Plane(self.out[0] * self.out[1], self.out[1])

    @cached_property
    def minimal(self) -> Shape | None:
        """Its shape where minimal filtering takes fewer cycles."""
        usual = self.stride == (1, 1) == self.dilate and self.pad == (0, 0) and self.groups == 1
        if not usual or self.kernel != (FILTER, FILTER) or not suits(self.ins, self.outs, self.out):
            return None
        return Shape(self.ins, self.outs, self.size, self.out)

    @property
    def grouped(self) -> tuple[int, int]:
        """(outs, ins) of one group."""
        return self.outs // self.groups, self.ins // self.groups

    @property
    def weights(self) -> Weights:
        """Strides of the weights."""
        kh, kw = self.kernel
        return Weights(self.grouped[1] * kh * kw, kh * kw, kw, 1)

    @property
    def products(self) -> int:
        """Multiplications for one example, forward."""
        kh, kw = self.kernel
        return self.outs * self.grouped[1] * kh * kw * self.out[0] * self.out[1]


class Forward(NamedTuple):
    """What the forward function does: `pool` is the window of a maximum after the activation, (1, 1) for none.

    Its block: x, weight, [bias], out, [index], [scratch], blocks; of `plain` arrays x and out, which have no index,
    spare memory, blocks, examples at the end.
    """

    conv: Conv
    bias: bool
    act: str | None = None
    pool: tuple[int, int] = (1, 1)
    indexed: bool = False
    plain: bool = False

    @property
    def spare(self) -> int:
        """Vectors of spare memory for plain arrays."""
        conv = self.conv
        return conv.ins * conv.plane.channel + conv.outs * self.out[0] * self.out[1]

    @property
    def out(self) -> tuple[int, int]:
        return self.conv.out[0] // self.pool[0], self.conv.out[1] // self.pool[1]

    @property
    def minimal(self) -> MinimalForward | None:
        shape = self.conv.minimal
        if shape is None or self.pool not in ((1, 1), (2, 2)):
            return None
        return MinimalForward(shape, self.act, self.pool)

    def scratch(self, lanes: int) -> int:
        """Floats of scratch memory."""
        return 0 if self.minimal is None else self.minimal.scratch(lanes)

    def emit(self, code: Code) -> None:
        conv, slot = self.conv, iter(range(9))
        x, weight = code.word(next(slot)), code.word(next(slot))
        bias = code.word(next(slot)) if self.bias else None
        out = code.word(next(slot))
        index = code.word(next(slot)) if self.indexed else None
        plane = Plane(self.out[0] * self.out[1], self.out[1])
        outs, ins = conv.grouped
        minimal = self.minimal
        scratch = None if minimal is None else code.word(next(slot))
        spare = code.word(next(slot)) if self.plain else None
        blocks = code.word(next(slot), "i64")
        examples = code.word(next(slot), "i64") if self.plain else None
        if minimal is not None and scratch is not None:
            minimal.prepare(code, weight, scratch)
        with code.loop(blocks.ref) as b:
            door = Door(code, b, spare, examples)
            src, to = door.source(x, conv.ins * conv.plane.channel), door.result(out, conv.outs * plane.channel)
            places = None if index is None else code.at(index, (b, conv.outs * plane.channel), size=code.lanes)
            if minimal is not None and scratch is not None:
                minimal.block(code, src, bias, to, places, scratch)
            else:
                rows, cols = conv.forward
                with code.repeat(conv.groups) as g:
                    correlate(
                        code, rows, cols, (outs, ins), code.at(src, (g, ins * conv.plane.channel)), conv.plane,
                        code.at(weight, (g, outs * conv.weights.out), size=4), conv.weights,
                        code.at(to, (g, outs * plane.channel)), plane,
                        None if bias is None else code.at(bias, (g, outs), size=4),
                        self.act, self.pool,
                        None if places is None else code.at(places, (g, outs * plane.channel), size=code.lanes),
                    )  # fmt: skip
            door.close()


class Backward(NamedTuple):
    """What the backward function does: gradients of data, weights and bias, those that are wanted.

    `pool` is (max, avg or none, window) of the pooling behind the activation `act`; `y` is needed where
    :attr:`needs_y` says so: the pooled result for max, else that of the activation.
    Its block: dy, [y], [index for max], [x for dweight], [weight for ddata], [ddata], [dweight], [dbias], [scratch of
    the gradient], [scratch of the data], [scratch of the sums], [scratch of minimal filtering], [spare memory where
    dy, x and ddata are `plain`, without anything behind the convolution], blocks, examples.
    """

    conv: Conv
    data: bool
    weight: bool
    bias: bool
    act: str | None = None
    pool: tuple[str, tuple[int, int]] = ("none", (1, 1))
    plain: bool = False

    @property
    def spare(self) -> int:
        """Vectors of spare memory for plain arrays."""
        conv = self.conv
        return conv.outs * conv.out_plane.channel + (self.weight + self.data) * conv.ins * conv.plane.channel

    @property
    def needs_y(self) -> bool:
        return self.act is not None and not (self.act == "relu" and self.pool[0] == "max")

    @property
    def out(self) -> tuple[int, int]:
        """Spatial size of dy."""
        h, w = self.conv.out
        return h // self.pool[1][0], w // self.pool[1][1]

    @property
    def direct(self) -> bool:
        """Whether dy is the gradient of the convolution's result."""
        return self.act is None and self.pool[0] == "none"

    @property
    def minimal(self) -> tuple[MinimalData | None, MinimalWeights | None]:
        """For data and weights, where minimal filtering is used."""
        shape = self.conv.minimal
        if shape is None:
            return None, None
        return MinimalData(shape) if self.data else None, MinimalWeights(shape) if self.weight else None

    def scratch(self, lanes: int) -> tuple[int, int, int, int]:
        """Floats of scratch memory: of the gradient, of the data, of the sums, of minimal filtering."""
        conv, (for_data, for_weights) = self.conv, self.minimal
        outs, ins = conv.grouped
        if for_weights is not None:
            sums = for_weights.sums(lanes, vector_registers(4 * lanes))
        else:
            tile = weight_tile(vector_registers(4 * lanes), outs, ins, conv.kernel)
            sums = math.prod(slots(tile, outs, ins, conv.kernel, lanes)) * conv.groups
        return (
            0 if self.direct else conv.outs * conv.out_plane.channel * lanes,
            0 if conv.frame is None or not self.weight else conv.frame.vectors * lanes,
            sums if self.weight else 0,
            sum(m.scratch(lanes) for m in (for_data, for_weights) if m is not None),
        )

    def emit(self, code: Code) -> None:
        conv, frame = self.conv, self.conv.frame
        slot = iter(range(16))

        def word(wanted: bool) -> Val | None:
            return code.word(next(slot)) if wanted else None

        dy = code.word(next(slot))
        y, index = word(self.needs_y), word(self.pool[0] == "max")
        x, weight = word(self.weight), word(self.data)
        ddata, dweight, dbias = word(self.data), word(self.weight), word(self.bias)
        sizes = self.scratch(code.lanes)
        gradient, framed, sums, work = (word(n > 0) for n in sizes)
        spare = word(self.plain)
        blocks, examples = code.word(next(slot), "i64"), code.word(next(slot), "i64")
        outs, ins = conv.grouped
        area, full = self.out[0] * self.out[1], conv.out_plane.channel
        if framed is not None and frame is not None:
            frame.clear(code, framed)
        if sums is not None:
            with code.loop(sizes[2] // code.lanes) as i:
                code.write(code.at(sums, (i, 1)), code.number(0))
        if dbias is not None:
            with code.loop(conv.outs) as i:
                code.write(code.at(dbias, (i, 1), size=4), code.const(0, "f32"))
        each = sizes[2] // conv.groups
        for_data, for_weights = self.minimal
        more = None
        if work is not None:
            more = code.at(work, (0 if for_data is None else for_data.scratch(code.lanes), 1), size=4)
            if for_data is not None and weight is not None:
                for_data.prepare(code, weight, work)
        with code.loop(blocks.ref) as b:
            valid = code.valid(b, examples)
            door = Door(code, b, spare, examples)
            inner = door.source(dy, conv.outs * area)
            if gradient is not None or dbias is not None:
                before_activation(
                    code, (conv.outs, *conv.out), gradient, inner,
                    None if y is None else code.at(y, (b, conv.outs * (area if self.pool[0] == "max" else full))),
                    self.act, self.pool,
                    None if index is None else code.at(index, (b, conv.outs * area), size=code.lanes),
                    dbias, valid,
                )  # fmt: skip
            if gradient is not None:
                inner = gradient
            data, plane = None, conv.plane
            if x is not None:
                data = door.source(x, conv.ins * plane.channel)
                if framed is not None and frame is not None:
                    frame.copy(code, data, framed)
                    data, plane = framed, frame.plane
            to = None if ddata is None else door.result(ddata, conv.ins * conv.plane.channel)
            if for_data is not None and work is not None and to is not None:
                for_data.block(code, inner, to, work)
            if for_weights is not None and more is not None and data is not None and sums is not None:
                for_weights.block(code, inner, data, sums, valid, more)
            with code.repeat(conv.groups) as g:
                d = code.at(inner, (g, outs * full))
                if data is not None and sums is not None and for_weights is None:
                    weight_gradient(
                        code, (outs, ins), conv.kernel, conv.stride, conv.dilate, conv.out,
                        code.at(data, (g, ins * plane.channel)), plane, d, conv.out_plane,
                        code.at(sums, (g, each), size=4), valid,
                    )  # fmt: skip
                if to is not None and weight is not None and for_data is None:
                    strides = conv.weights
                    turned = strides._replace(out=strides.into, into=strides.out)
                    for rows in conv.data[0]:
                        for cols in conv.data[1]:
                            correlate(
                                code, rows, cols, (ins, outs), d, conv.out_plane,
                                code.at(weight, (g, outs * strides.out), size=4), turned,
                                code.at(to, (g, ins * conv.plane.channel)), conv.plane,
                            )  # fmt: skip
            door.close()
        if for_weights is not None and more is not None and sums is not None and dweight is not None:
            for_weights.finish(code, sums, dweight, more)
        elif sums is not None and dweight is not None:
            with code.repeat(conv.groups) as g:
                write_weights(code, (outs, ins), conv.kernel, code.at(sums, (g, each), size=4),
                              code.at(dweight, (g, outs * conv.weights.out), size=4))  # fmt: skip


def lanes_of(generator: Engine | None = None) -> int:
    """Examples in one block."""
    return (generator or engine()).vector_bytes // 4


class Made(NamedTuple):
    address: int
    lanes: int


def make(what: Any, generator: Engine | None = None) -> Made:
    """The compiled function of a description; equal ones are compiled once. Thread-safe.

    Raises KernelFault where LLVM does not take the code.
    """
    with LOCK:
        generator = generator or engine()
        key = ("batched", type(what).__name__, what)
        found = generator.kernels.get(key)
        if found is None:
            lanes = lanes_of(generator)
            code = Code("batched", lanes, vector_registers(4 * lanes))
            what.emit(code)
            try:
                found = Made(generator.compile(function_text([code]), ["batched"])[0], lanes)
            except (MXNetError, RuntimeError) as e:
                raise KernelFault(f"{type(what).__name__} of {what}: {e}") from e
            generator.kernels[key] = found
        return found
