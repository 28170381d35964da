"""Convolutions with filters of one point by Strassen's algorithm: seven products of quarters instead of eight.

The inputs of an image are a matrix of places x channels, cut into quarters: halves of the places (of an odd number the
one in the middle is in both) and halves of the channels. Winograd's form of the algorithm has four sums of quarters of
the inputs, four of the weights, which are prepared, and seven of products:

    s1 = a21 + a22   s2 = s1 - a11   s3 = a11 - a21   s4 = a12 - s2
    t1 = w12 - w11   t2 = w22 - t1   t3 = w22 - w12   t4 = t2 - w21
    y11 = a11 w11 + a12 w21      u2 = a11 w11 + s2 t2      u3 = u2 + s3 t3
    y21 = u3 - a22 t4            y22 = u3 + s1 t1          y12 = u2 + s1 t1 + s4 w22

A register tile goes through all seven: sums go on in the registers, a11 w11, u2 and u3 wait in the L1 cache, and every
result is written once. The tiles that share a panel of weights ask for the next one (`ahead`). No image has a part in
the results of another, but a NaN or an infinity spreads over its image.
(Strassen, "Gaussian elimination is not optimal"; Higham, "Accuracy and stability of numerical algorithms", section
23.2: the error is bounded by the largest elements of the matrices, not element by element.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..jit.ahead import Ahead
from ..jit.builder import Builder, Val
from ..jit.engine import Engine
from ..jit.tile import Place, Tile, argument, load, split, store
from ..native import Native
from ..onednn import Conv
from .axis import Axis
from .conv import lanes, registers
from .function import Function, compiled
from .sums import Sums, limited
from .weights import packer

__all__ = ["Strassen", "strassen_for"]

_CACHE = 760_000  # they stay in an L2 cache of 1 MB
_PRODUCTS = 7
_VECTORS = 2  # of a tile; its height takes what registers are left


@dataclass(frozen=True)
class Strassen:
    """The kernel of one geometry.

    Attributes
    ----------
    n : images. inputs, outputs : channels, each a multiple of two blocks.
    size, step : height and width of the inputs, strides.
    lanes, registers : of the CPU.
    bias, relu, most, add : as :class:`.sums.Sums` has them. The array to add may be the result's memory where no place
        is in both halves (:attr:`apart`).
    shares : calls that may run at the same time, each for some of the outputs.
    cache : bytes of quarters and sums that may go by at once.
    """

    n: int
    inputs: int
    outputs: int
    size: tuple[int, int]
    step: tuple[int, int]
    lanes: int
    registers: int
    bias: bool = False
    relu: bool = False
    most: float = math.inf
    add: bool = False
    shares: int = 1
    cache: int = _CACHE

    # ---- extents
    @property
    def out_size(self) -> tuple[int, int]:
        return -(-self.size[0] // self.step[0]), -(-self.size[1] // self.step[1])

    @property
    def places(self) -> int:
        return math.prod(self.out_size)

    @property
    def half(self) -> int:
        """Places of the upper half, and of the lower one, which ends with the last place."""
        return -(-self.places // 2)

    @property
    def apart(self) -> bool:
        """Whether no place is in both halves."""
        return self.places % 2 == 0

    @property
    def vec(self) -> int:
        return 4 * self.lanes

    @property
    def in_blocks(self) -> int:
        """Blocks of half of the inputs."""
        return self.inputs // 2 // self.lanes

    @property
    def out_blocks(self) -> int:
        """Blocks of half of the outputs."""
        return self.outputs // 2 // self.lanes

    @property
    def tile(self) -> int:
        """Vectors of a tile."""
        return min(_VECTORS, self.out_blocks)

    def rows(self, vectors: int) -> int:
        """Places of a tile."""
        return (self.registers - 1 - vectors) // vectors

    @property
    def packed_floats(self) -> int:
        return _PRODUCTS * self.inputs * self.outputs // 4

    @cached_property
    def part(self) -> tuple[int, int]:
        """(images, places of a half) whose quarters stay in the cache while the weights go by."""
        most = max(1, self.cache // (_PRODUCTS * self.in_blocks * self.vec))
        return (min(self.n, most // self.half), self.half) if most >= self.half else (1, most)

    @property
    def parts(self) -> int:
        """How often all weights go by."""
        return -(-self.n // self.part[0]) * -(-self.half // self.part[1])

    # ---- scratch: inputs without gaps, sums, results that wait
    @property
    def plane(self) -> int:
        """Bytes of an image's inputs, as far as they are taken."""
        return 2 * self.in_blocks * self.places * self.vec

    @property
    def gathered(self) -> int:
        return self.part[0] * self.plane if self.step != (1, 1) else 0

    @property
    def sums(self) -> int:
        """Bytes of one of the sums of the inputs."""
        images, places = self.part
        return images * places * self.in_blocks * self.vec

    @property
    def scratch_floats(self) -> int:
        """Of one share."""
        return (self.gathered + 4 * self.sums + 2 * self.registers * self.vec) // 4

    @property
    def panels(self) -> list[tuple[int, int, int]]:
        """Groups of blocks of half of the outputs: (first block, blocks in one, how many)."""
        whole, rest = divmod(self.out_blocks, self.tile)
        return [(0, self.tile, whole)] * (whole > 0) + [(whole * self.tile, rest, 1)] * (rest > 0)

    @property
    def out_panels(self) -> int:
        return sum(count for *_, count in self.panels)

    # ---- functions
    def pack(self, weight: np.ndarray, packed: np.ndarray, generator: Engine | None = None) -> None:
        """Fills `packed`, [panel][product][input channel][vectors * lanes], from weights (outputs, inputs, 1, 1)."""
        n, k = self.outputs // 2, self.inputs // 2
        w = weight.reshape(2, n, 2, k)
        w11, w21, w12, w22 = (w[o, :, i] for o in (0, 1) for i in (0, 1))
        t1, t3 = w12 - w11, w22 - w12
        t2 = w22 - t1
        every = np.stack((w11, w21, t2, t3, w21 - t2, t1, w22))
        for first, blocks, count in self.panels:
            rows, wide = slice(first * self.lanes, (first + blocks * count) * self.lanes), blocks * self.lanes
            panels = every[:, rows].reshape(_PRODUCTS, count, wide, k).swapaxes(0, 1)
            one = Axis(1, 1, 1, 0, 1, 1, 0, 1, 1, 1)
            s = Sums(1, k, _PRODUCTS * count * wide, 1, one, one, self.lanes, self.registers, tile=blocks)
            (pack,) = compiled([("pack", s, packer(s, False), (0, 1))], generator)
            pack.bind([np.ascontiguousarray(panels), packed[_PRODUCTS * k * rows.start :]])()

    def calls(self, buffers: Sequence[np.ndarray], generator: Engine | None = None) -> list[Native]:
        """One for each share. buffers : x, packed weights[, bias][, array to add], y, scratch for all shares."""
        x, packed, *more, y, scratch = (a.reshape(-1) for a in buffers)
        calls = []
        for share, (first, f) in enumerate(self._functions(generator)):
            channels = first * self.lanes
            out = [a[channels * (1 if self.bias and i == 0 else self.places) :] for i, a in enumerate([*more, y])]
            weights = packed[_PRODUCTS * channels * self.inputs // 2 :]
            calls.append(f.bind([x, weights, *out, scratch[share * self.scratch_floats :]]))
        return calls

    def _functions(self, generator: Engine | None) -> list[tuple[int, Function]]:
        """The first block of half of the outputs of each share, and its function."""
        total, each = self.out_blocks, -(-self.out_panels // self.shares) * self.tile
        ranges = [(first, min(each, total - first)) for first in range(0, total, each)]
        order = range(4 + self.bias + self.add)
        wanted = [("strassen", (self, blocks), self._function(blocks), order) for _, blocks in ranges]
        return [(first, f) for (first, _), f in zip(ranges, compiled(wanted, generator))]

    def _function(self, blocks: int) -> Callable[[Builder], None]:
        """Of a block (x, packed weights[, bias][, array to add], y, scratch), for so many blocks of each half."""

        def emit(b: Builder) -> None:
            x, w, *more, y, scratch = (argument(b, i) for i in range(4 + self.bias + self.add))
            _Code(self, b, w, y, more, scratch, blocks).emit(x)

        return emit


class _Code:
    """The loops of a function under construction."""

    def __init__(
        self, s: Strassen, b: Builder, w: Place, y: Place, more: list[Place], scratch: Place, blocks: int
    ) -> None:
        self.s, self.b, self.w, self.y, self.blocks = s, b, w, y, blocks
        self.bias = more.pop(0) if s.bias else None
        self.other: Val | None = None  # bytes from a result to the number that is added to it
        if s.add:
            self.other = b.sub(*(b.convert("ptrtoint", p.value, "i64") for p in (more[0], y)))
        self.gathered, self.sums = scratch, scratch.by(s.gathered)
        self.waiting = self.sums.by(4 * s.sums)
        self.block = s.places * s.vec  # bytes from block to block of channels
        self.lower = (s.places - s.half) * s.vec  # from a place to the one of the lower half
        self.out_plane = 2 * s.out_blocks * self.block

    def emit(self, x: Place) -> None:
        s, b = self.s, self.b
        images, places = s.part
        plane = 2 * s.in_blocks * math.prod(s.size) * s.vec
        for image, size, count in split(s.n, images):
            with b.loop(count) as i:
                a = x.by(image * plane).along(i, size * plane)
                y = self.y.by(image * self.out_plane).along(i, size * self.out_plane)
                if s.gathered:
                    self._gather(a, size)
                    a = self.gathered
                for first, rows, parts in split(s.half, places):
                    with b.loop(parts) as p:
                        step = rows * s.vec
                        self._part(a.by(first * s.vec).along(p, step), y.by(first * s.vec).along(p, step), size, rows)

    def _gather(self, x: Place, images: int) -> None:
        """The inputs that strides leave, without gaps."""
        s, b = self.s, self.b
        (height, width), (down, right) = s.out_size, s.step
        line = s.size[1] * s.vec
        with b.loop(images * 2 * s.in_blocks) as block, b.loop(height) as p, b.loop(width) as q:
            source = x.along(block, s.size[0] * line).along(p, down * line).along(q, right * s.vec)
            target = self.gathered.along(block, self.block).along(p, width * s.vec).along(q, s.vec)
            store(target, load(source, s.lanes))

    def _part(self, a: Place, y: Place, images: int, rows: int) -> None:
        """`rows` places of each half of some images, all panels of weights."""
        s, b = self.s, self.b
        self._sum_up(a, images, rows)
        column = _PRODUCTS * s.vec * s.inputs // 2
        groups = replace(s, outputs=2 * self.blocks * s.lanes).panels
        for number, (start, vectors, count) in enumerate(groups):
            with b.loop(count) as j:
                w = self.w.by(start * column).along(j, vectors * column)
                later = w.by(vectors * column)
                if number == len(groups) - 1:  # then comes the first again, or nothing: these are there
                    first = self.w if s.parts > 1 else w
                    end = b.cmp("eq", j, b.const(count - 1, "i64"))
                    later = Place(b, b.select(end, first.value, later.value))
                to = y.by(start * self.block).along(j, vectors * self.block)
                bias = None if self.bias is None else self.bias.by(start * s.vec).along(j, vectors * s.vec)
                self._panel(a, w, later, to, bias, (images, rows, vectors))

    def _sum_up(self, a: Place, images: int, rows: int) -> None:
        """The sums of quarters: [s1 to s4][image][block][place]."""
        s, b = self.s, self.b
        right, step = s.in_blocks * self.block, rows * s.vec
        with b.loop(images) as i, b.loop(s.in_blocks) as k, b.loop(rows) as r:
            here = a.along(i, s.plane).along(k, self.block).along(r, s.vec)
            a11, a21, a12, a22 = (
                load(here.by(side + down), s.lanes) for side in (0, right) for down in (0, self.lower)
            )
            to = self.sums.along(i, s.in_blocks * step).along(k, step).along(r, s.vec)
            s1 = b.add(a21, a22)
            s2 = b.sub(s1, a11)
            for number, value in enumerate((s1, s2, b.sub(a11, a21), b.sub(a12, s2))):
                store(to.by(number * s.sums), value)

    def _panel(
        self, a: Place, w: Place, later: Place, y: Place, bias: Place | None, shape: tuple[int, int, int]
    ) -> None:
        """All tiles for a panel of weights; `later` ones are asked for."""
        s, b = self.s, self.b
        images, rows, vectors = shape
        groups = split(rows, s.rows(vectors))
        each = sum(count for *_, count in groups)
        ahead = Ahead(later, s.lanes * vectors * s.vec, images * each)
        with b.loop(images) as i:
            steps = ((a, s.plane), (self.sums, s.in_blocks * rows * s.vec), (y, self.out_plane))
            at = [x.along(i, step) for x, step in steps]
            done = 0
            for row, tall, tiles in groups:
                with b.loop(tiles) as t:
                    left, sums, to = (x.by(row * s.vec).along(t, tall * s.vec) for x in at)
                    number = b.add(b.add(b.mul(i, b.const(each, "i64")), t), b.const(done, "i64"))
                    self._tile(left, sums, to, w, bias, (tall, vectors, rows * s.vec), ahead.of(number))
                done += tiles

    def _tile(
        self, a: Place, sums: Place, y: Place, w: Place, bias: Place | None, shape: tuple[int, int, int], ahead: Ahead
    ) -> None:
        """The results of some places of each half, for some vectors of each half of the channels."""
        s, b = self.s, self.b
        tall, vectors, sums_block = shape
        width, left, lower = vectors * s.vec, s.in_blocks * self.block, self.lower
        product = width * s.inputs // 2
        t = Tile(b, tall, vectors, s.lanes)

        def add(left: Place, number: int, block: int) -> None:
            weights = w.by(number * product)
            with t.loop(s.in_blocks) as k:
                ahead.ask(number * s.in_blocks, k)
                t.product(left.along(k, block), weights.along(k, s.lanes * width), s.lanes, s.vec, 4, width)

        def summed(number: int) -> Place:
            return sums.by((number - 1) * s.sums)

        def waiting(number: int) -> Callable[[int, int], Place]:
            return lambda r, v: self.waiting.by(((number * tall + r) * vectors + v) * s.vec)

        def finish(down: bool, right: bool) -> None:
            to = y.by(down * lower + right * s.out_blocks * self.block)
            for (r, v), value in t.acc.items():
                at = to.by(r * s.vec + v * self.block)
                if bias is not None:
                    value = b.add(value, load(bias.by(right * 4 * s.outputs // 2 + v * s.vec), s.lanes))
                if self.other is not None:
                    value = b.add(value, load(at.along(self.other, 1), s.lanes))
                store(at, limited(b, value, s.relu, s.most))

        t.zero()
        add(a, 0, self.block)
        t.store(waiting(0))
        add(a.by(left), 1, self.block)
        finish(False, False)
        t.start(lambda r, v: load(waiting(0)(r, v), s.lanes))
        add(summed(2), 2, sums_block)
        t.store(waiting(0))
        add(summed(3), 3, sums_block)
        t.store(waiting(1))
        add(a.by(left + lower), 4, self.block)
        finish(True, False)
        t.zero()
        add(summed(1), 5, sums_block)
        last = dict(t.acc)
        t.each(lambda r, v, value: b.add(value, load(waiting(1)(r, v), s.lanes)))
        finish(True, True)
        t.start(lambda r, v: b.add(last[r, v], load(waiting(0)(r, v), s.lanes)))
        add(summed(4), 6, sums_block)
        finish(False, True)


def strassen_for(c: Conv, generator: Engine | None = None, **what: bool | float | int) -> Strassen | None:
    """The kernel of a convolution; None where there is none. `what` : other fields of :class:`Strassen`."""
    wide = lanes(generator)
    if len(c.src) != 4 or c.weights[2:] != (1, 1) or c.groups != 1 or any((*c.pad_lo, *c.pad_hi)):
        return None
    n, inputs, *size = c.src
    outputs = c.weights[0]
    if inputs % (2 * wide) or outputs % (2 * wide):
        return None
    s = Strassen(n, inputs, outputs, (size[0], size[1]), (c.stride[0], c.stride[1]), wide, registers(4 * wide))
    return replace(s, **what)  # type: ignore[arg-type]
