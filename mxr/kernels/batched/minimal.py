"""Convolutions with 5x5 filters by minimal filtering: 36 products for 2 x 2 results in place of 100.

Y = A'[(G w G') * (B d B')]A for a 6 x 6 patch d of the data (Winograd, Arithmetic Complexity of Computations, 1980;
Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016). The gradient of the data is the same sum
transposed. The points 0, +-3/4, +-3/2 and infinity are exact in binary and lose least of those that were tried: errors
in float32 of 3e-7 (forward) and 1e-6 (gradient of the data) of the largest sum of magnitudes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ..jit.builder import Val
from .code import Code, Terms
from .correlate import Plane, Weights, correlate, highest
from .gradient import slots, weight_gradient, weight_tile, write_weights
from .tiles import forward_axis
from .transpose import turn

__all__ = ["FILTER", "MinimalData", "MinimalForward", "MinimalWeights", "suits"]

FILTER, RESULT, PATCH = 5, 2, 6
TAPS, AREA = PATCH * PATCH, FILTER * FILTER
_POINTS = (0.0, 0.75, -0.75, 1.5, -1.5)

Grid = list[list[Val]]
Line = Callable[[Code, np.ndarray, list[Val]], list[Val]]


def _matrices() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A (6 x 2), G (6 x 5) and B (6 x 6); rows 1 and 2, 3 and 4 belong to points of opposite sign."""
    a, g, b = np.zeros((PATCH, RESULT)), np.zeros((PATCH, FILTER)), np.zeros((PATCH, PATCH))
    for j, p in enumerate(_POINTS):
        others = [q for q in _POINTS if q != p]
        a[j] = [p**i for i in range(RESULT)]
        g[j] = np.array([p**k for k in range(FILTER)]) / np.prod([p - q for q in others])
        b[j, :-1] = np.poly(others)[::-1]
    a[-1, -1] = g[-1, -1] = 1
    b[-1] = np.poly(_POINTS)[::-1]
    return a, g, b


A, G, B = _matrices()


def suits(ins: int, outs: int, out: tuple[int, int]) -> bool:
    """Whether it takes fewer cycles than all the products, by an estimate for one patch."""
    direct = 50 * ins * outs
    minimal = 18 * ins * outs / 0.85 + (144 * ins + 72 * outs) / 1.4
    return out[0] % 2 == 0 == out[1] % 2 and minimal < 0.8 * direct


# ---- transforms


def _sum(code: Code, parts: Sequence[tuple[float, Val]]) -> Val:
    """The sum of factor times value."""
    parts = sorted((p for p in parts if p[0]), key=lambda p: p[0] != 1)
    total = parts[0][1] if parts[0][0] == 1 else code.mul(code.number(parts[0][0]), parts[0][1])
    for factor, value in parts[1:]:
        total = code.add(total, value) if factor == 1 else code.fma(code.number(factor), value, total)
    return total


def _spread(code: Code, m: np.ndarray, v: list[Val]) -> list[Val]:
    """m @ v for six rows: those of opposite points share their sums over even and over odd columns."""
    out = [_sum(code, list(zip(m[0], v)))]
    for row in (1, 3):
        even = _sum(code, [(m[row, k], v[k]) for k in range(0, len(v), 2)])
        odd = _sum(code, [(m[row, k], v[k]) for k in range(1, len(v), 2)])
        out += [code.add(even, odd), code.sub(even, odd)]
    return [*out, _sum(code, list(zip(m[5], v)))]


def _collect(code: Code, m: np.ndarray, v: list[Val]) -> list[Val]:
    """m' @ v for six rows of m."""
    pairs = [(1, code.add(v[1], v[2]), code.sub(v[1], v[2])), (3, code.add(v[3], v[4]), code.sub(v[3], v[4]))]
    out = []
    for k in range(m.shape[1]):
        inner = [(m[row, k], odd if k % 2 else even) for row, even, odd in pairs]
        out.append(_sum(code, [(m[0, k], v[0]), *inner, (m[5, k], v[5])]))
    return out


def _both_ways(code: Code, line: Line, m: np.ndarray, x: Grid) -> list[Val]:
    """Along columns, then along rows; row by row."""
    down = [line(code, m, [row[c] for row in x]) for c in range(len(x[0]))]
    return [v for r in range(len(down[0])) for v in line(code, m, [column[r] for column in down])]


def _load(code: Code, side: int, at: Callable[[int, int], Val]) -> Grid:
    return [[code.read(at(i, j)) for j in range(side)] for i in range(side)]


class Shape(NamedTuple):
    """What both functions need: channels, spatial size of the data and of the result."""

    ins: int
    outs: int
    size: tuple[int, int]
    out: tuple[int, int]

    @property
    def tiles(self) -> tuple[int, int]:
        return self.out[0] // RESULT, self.out[1] // RESULT

    def pairs(self, lanes: int) -> int:
        """Floats that one number for each filter takes."""
        return -(-self.outs * self.ins // lanes) * lanes

    def scratch(self, lanes: int) -> int:
        """Floats of scratch memory: filters twice, a row of patches or of gradients of tiles, their products."""
        return (AREA + TAPS) * self.pairs(lanes) + TAPS * (self.ins + self.outs) * self.tiles[1] * lanes

    def places(self, code: Code, scratch: Val, channels: int) -> tuple[Val, Val, Val]:
        """Where in the scratch memory are: the filters turned, a row of so many channels, its products."""
        u = code.at(scratch, (AREA * self.pairs(code.lanes), 1), size=4)
        row = code.at(u, (TAPS * self.pairs(code.lanes), 1), size=4)
        return u, row, code.at(row, (TAPS * channels * self.tiles[1], 1))

    def turned_weights(self, code: Code, weight: Val, scratch: Val) -> None:
        """G w G' of all filters where `places` says: (36, outs, ins), each padded to whole vectors."""
        pairs = self.pairs(code.lanes)
        u = code.at(scratch, (AREA * pairs, 1), size=4)
        number = code.const(self.outs * self.ins, "i64")
        turn(code, AREA, True, weight, scratch, pairs // code.lanes, number)
        with code.repeat(pairs // code.lanes) as p:
            grid = _load(code, FILTER, lambda i, j: code.at(scratch, (p, AREA), (i * FILTER + j, 1)))
            for f, value in enumerate(_both_ways(code, _spread, G, grid)):
                code.write(code.at(u, (p, 1), (f * pairs // code.lanes, 1)), value)

    def patches(self, code: Code, src: Val, row: Val, to: Callable[[Val, Val | int], Val], step: int) -> None:
        """B d B' of a row of patches; ``to(channel, column)`` is where the first of the 36 goes, `step` apart."""
        h, w = self.size
        with code.loop(self.ins) as c, code.repeat(self.tiles[1]) as col:
            at: Terms = [(c, h * w), (row, RESULT * w), (col, RESULT)]
            grid = _load(code, PATCH, lambda i, j: code.at(src, *at, (i * w + j, 1)))
            for f, value in enumerate(_both_ways(code, _spread, B, grid)):
                code.write(code.at(to(c, col), (f * step, 1)), value)


def _product(code: Code, outs: int, ins: int, places: int, src: Val, weight: Val, strides: tuple[int, int],
             dst: Val) -> None:  # fmt: skip
    """dst (outs, places) = weights (outs, ins) x src (ins, places)."""
    axes = forward_axis(1, 1, 1, 1, 0), forward_axis(places, 1, 1, 1, 0)
    plane = Plane(places, places)
    correlate(code, *axes, (outs, ins), src, plane, weight, Weights(*strides, 0, 0), dst, plane)


class MinimalForward(NamedTuple):
    """The forward function of `shape`; see `convolution.Forward`."""

    shape: Shape
    act: str | None
    pool: tuple[int, int]

    def scratch(self, lanes: int) -> int:
        """Floats of scratch memory."""
        return self.shape.scratch(lanes)

    def prepare(self, code: Code, weight: Val, scratch: Val) -> None:
        self.shape.turned_weights(code, weight, scratch)

    def block(self, code: Code, src: Val, bias: Val | None, dst: Val, index: Val | None, scratch: Val) -> None:
        s = self.shape
        pairs, (high, wide) = s.pairs(code.lanes), s.tiles
        u, x, products = s.places(code, scratch, s.ins)
        area = s.out[0] * s.out[1]
        with code.loop(high) as row:
            s.patches(code, src, row, lambda c, col: code.at(x, (c, wide), (col, 1)), s.ins * wide)
            with code.loop(TAPS) as f:
                _product(code, s.outs, s.ins, wide, code.at(x, (f, s.ins * wide)), code.at(u, (f, pairs), size=4),
                         (s.ins, 1), code.at(products, (f, s.outs * wide)))  # fmt: skip
            with code.loop(s.outs) as o, code.repeat(wide) as col:
                step = s.outs * wide
                spot: Terms = [(o, wide), (col, 1)]
                grid = _load(code, PATCH, lambda i, j: code.at(products, *spot, ((i * PATCH + j) * step, 1)))
                values = _both_ways(code, _collect, A, grid)
                if bias is not None:
                    more = code.everywhere(code.at(bias, (o, 1), size=4))
                    values = [code.add(v, more) for v in values]
                if self.pool == (RESULT, RESULT):
                    place: Terms = [(o, high * wide), (row, wide), (col, 1)]
                    code.write(code.at(dst, *place), highest(code, values, self.act, index, place))
                    values = []
                for i, v in enumerate(values):
                    at: Terms = [(o, area), (row, RESULT * s.out[1]), (col, RESULT)]
                    fixed = i // RESULT * s.out[1] + i % RESULT
                    code.write(code.at(dst, *at, (fixed, 1)), code.activation(self.act, v))


class MinimalData(NamedTuple):
    """The gradient of the data."""

    shape: Shape

    def scratch(self, lanes: int) -> int:
        """Floats of scratch memory."""
        return self.shape.scratch(lanes)

    def prepare(self, code: Code, weight: Val, scratch: Val) -> None:
        self.shape.turned_weights(code, weight, scratch)

    def block(self, code: Code, g: Val, ddata: Val, scratch: Val) -> None:
        """`g` : gradient of the convolution's result."""
        s = self.shape
        (high, wide), (h, w), pairs = s.tiles, s.size, s.pairs(code.lanes)
        u, spread, products = s.places(code, scratch, s.outs)
        area, own = s.out[0] * s.out[1], s.outs * wide
        with code.loop(s.ins * h * w) as i:
            code.write(code.at(ddata, (i, 1)), code.number(0))
        with code.loop(high) as row:
            with code.loop(s.outs) as o, code.repeat(wide) as col:
                at: Terms = [(o, area), (row, RESULT * s.out[1]), (col, RESULT)]
                grid = _load(code, RESULT, lambda i, j: code.at(g, *at, (i * s.out[1] + j, 1)))
                for f, value in enumerate(_both_ways(code, _spread, A, grid)):
                    code.write(code.at(spread, (o, wide), (col, 1), (f * own, 1)), value)
            with code.loop(TAPS) as tap:
                _product(code, s.ins, s.outs, wide, code.at(spread, (tap, own)), code.at(u, (tap, pairs), size=4),
                         (1, s.ins), code.at(products, (tap, s.ins * wide)))  # fmt: skip
            with code.loop(s.ins) as c, code.repeat(wide) as col:
                spot: Terms = [(c, wide), (col, 1)]
                grid = _load(code, PATCH, lambda i, j: code.at(products, *spot, ((i * PATCH + j) * s.ins * wide, 1)))
                for k, value in enumerate(_both_ways(code, _collect, B, grid)):
                    fixed = k // PATCH * w + k % PATCH
                    place = code.at(ddata, (c, h * w), (row, RESULT * w), (col, RESULT), (fixed, 1))
                    code.write(place, code.add(code.read(place), value))


class MinimalWeights(NamedTuple):
    """The gradient of the filters, along rows only: 6 sums for 5 weights, but over 10 places in 6 products.

    Along both axes the sums over one block would be too short for what it costs to add up their lanes.
    """

    shape: Shape

    def _tile_floats(self, lanes: int, registers: int) -> int:
        """Floats of the sums of one of the 6."""
        s, kernel = self.shape, (FILTER, 1)
        return math.prod(slots(weight_tile(registers, s.outs, s.ins, kernel), s.outs, s.ins, kernel, lanes))

    def sums(self, lanes: int, registers: int) -> int:
        return PATCH * self._tile_floats(lanes, registers)

    def _lines(self, lanes: int) -> int:
        """Rows of filters, in whole vectors."""
        s = self.shape
        return -(-s.outs * s.ins * FILTER // lanes) * lanes

    def _parts(self, lanes: int) -> list[int]:
        """Floats of: spread data, spread gradients, then what the end needs: sums by filter, filters turned."""
        s, wide = self.shape, self.shape.tiles[1] * lanes
        lines = self._lines(lanes)
        return [PATCH * s.ins * s.size[0] * wide, PATCH * s.outs * s.out[0] * wide, PATCH * lines, FILTER * lines]

    def scratch(self, lanes: int) -> int:
        return sum(self._parts(lanes))

    def _places(self, code: Code, scratch: Val) -> list[Val]:
        starts = itertools.accumulate(self._parts(code.lanes), initial=0)
        return [code.at(scratch, (n, 1), size=4) for n in starts][:4]

    def block(self, code: Code, g: Val, x: Val, sums: Val, valid: Val, scratch: Val) -> None:
        """Adds to `sums`."""
        s = self.shape
        wide = s.tiles[1]
        spread_x, spread_g, _, _ = self._places(code, scratch)

        def spread(src: Val, dst: Val, channels: int, size: tuple[int, int], m: np.ndarray, n: int) -> None:
            step = channels * size[0] * wide
            with code.loop(channels) as c, code.loop(size[0]) as row, code.repeat(wide) as col:
                at: Terms = [(c, size[0] * size[1]), (row, size[1]), (col, RESULT)]
                line = _spread(code, m, [code.read(code.at(src, *at, (i, 1))) for i in range(n)])
                for f, value in enumerate(line):
                    code.write(code.at(dst, (c, size[0] * wide), (row, wide), (col, 1), (f * step, 1)), value)

        spread(x, spread_x, s.ins, s.size, B, PATCH)
        spread(g, spread_g, s.outs, s.out, A, RESULT)
        planes = Plane(s.size[0] * wide, wide), Plane(s.out[0] * wide, wide)
        with code.loop(PATCH) as f:
            weight_gradient(
                code, (s.outs, s.ins), (FILTER, 1), (1, 1), (1, 1), (s.out[0], wide),
                code.at(spread_x, (f, s.ins * planes[0].channel)), planes[0],
                code.at(spread_g, (f, s.outs * planes[1].channel)), planes[1],
                code.at(sums, (f, self._tile_floats(code.lanes, code.registers)), size=4), valid,
            )  # fmt: skip

    def finish(self, code: Code, sums: Val, dweight: Val, scratch: Val) -> None:
        """The gradient of the filters from the sums."""
        s = self.shape
        _, _, du, turned = self._places(code, scratch)
        lines = self._lines(code.lanes)
        with code.loop(PATCH) as f:
            size = self._tile_floats(code.lanes, code.registers)
            write_weights(code, (s.outs, s.ins), (FILTER, 1), code.at(sums, (f, size), size=4),
                          code.at(du, (f, lines), size=4))  # fmt: skip
        vectors = lines // code.lanes
        with code.loop(vectors) as p:
            line = [code.read(code.at(du, (p, 1), (f * vectors, 1))) for f in range(PATCH)]
            for k, value in enumerate(_collect(code, G, line)):
                code.write(code.at(turned, (p, FILTER), (k, 1)), value)
        turn(code, FILTER, False, dweight, turned, vectors, code.const(s.outs * s.ins * FILTER, "i64"))
