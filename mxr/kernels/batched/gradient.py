"""What a convolution's backward does with one block: the gradient behind pooling and activation, bias, weights."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ..jit.builder import Val
from .code import Code, Terms
from .correlate import NO_WINDOW, Plane
from .tiles import Axis

__all__ = ["WeightTile", "before_activation", "weight_gradient", "weight_tile", "write_weights"]

L1_BYTES = 32 << 10


class Frame(NamedTuple):
    """An array of (channels, h, w) with zeros around, which is (height, width) in all."""

    channels: int
    h: int
    w: int
    top: int
    left: int
    height: int
    width: int

    @classmethod
    def around(cls, channels: int, rows: Axis, cols: Axis) -> Frame:
        """With the zeros that a correlation reads."""
        top, left = max(0, -rows.first), max(0, -cols.first)
        height = top + max(rows.size, rows.last(rows.results - 1) + 1)
        width = left + max(cols.size, cols.last(cols.results - 1) + 1)
        return cls(channels, rows.size, cols.size, top, left, height, width)

    @property
    def plane(self) -> Plane:
        return Plane(self.height * self.width, self.width)

    @property
    def origin(self) -> int:
        """Where the array begins, in vectors."""
        return self.top * self.width + self.left

    @property
    def vectors(self) -> int:
        return self.channels * self.height * self.width

    def clear(self, code: Code, dst: Val) -> None:
        """Writes the zeros."""
        zero = code.number(0)

        def run(base: Val, start: int, count: int) -> None:
            if count:
                with code.loop(count) as i:
                    code.write(code.at(base, (i, 1), (start, 1)), zero)

        with code.loop(self.channels) as c:
            base = code.at(dst, (c, self.plane.channel))
            run(base, 0, self.origin)
            end = self.origin + self.w
            if self.h > 1:
                with code.loop(self.h - 1) as r:
                    run(code.at(base, (r, self.width)), end, self.width - self.w)
            end += (self.h - 1) * self.width
            run(base, end, self.height * self.width - end)

    def copy(self, code: Code, src: Val, dst: Val) -> None:
        """Copies an array into the zeros."""
        with code.loop(self.channels) as c, code.loop(self.h) as r:
            for terms, n in code.parts(self.w, 4):
                for i in range(n):
                    value = code.read(code.at(src, (c, self.h * self.w), (r, self.w), *terms, (i, 1)))
                    to = code.at(dst, (c, self.plane.channel), (r, self.width), *terms, (i + self.origin, 1))
                    code.write(to, value)


def before_activation(
    code: Code,
    shape: tuple[int, int, int],
    dst: Val | None,
    dy: Val,
    y: Val | None,
    act: str | None,
    pool: tuple[str, tuple[int, int]],
    index: Val | None,
    dbias: Val | None,
    valid: Val,
) -> None:
    """The gradient of a convolution's result, from that of its activation and pooling; and its sum, for the bias.

    Parameters
    ----------
    shape, dst : (channels, h, w) of the gradient, and where it goes; it is not stored without a place.
    dy : gradient of what was stored: of the pooled result, or of the activation where nothing is pooled.
    y : for `max` the pooled result, else that of the activation. Not used without activation.
    pool : (max, avg or none, window); windows do not overlap.
    index : for `max`, which of the window it was.
    dbias : where to add the sums; lanes that are not `valid` do not count.
    """
    kind, (ph, pw) = pool
    channels, h, w = shape
    high, wide = h // ph, w // pw
    zero = code.number(0)
    with code.loop(channels) as c:
        total = code.variable(zero)
        with code.loop(high) as r:
            part = code.variable(zero)
            with code.loop(wide) as col:
                at = [(c, high * wide), (r, wide), (col, 1)]
                g = code.read(code.at(dy, *at))
                own = None
                if kind == "max":
                    assert index is not None
                    which = code.read(code.at(index, *at, size=code.lanes), ty="i8")
                    if act is not None and act != "relu":
                        assert y is not None
                        g = code.slope(act, g, code.read(code.at(y, *at)))
                    if act == "relu":
                        through = code.cmp("ne", which, code.bytes_of(NO_WINDOW))
                        own = code.select(through, g, zero)
                    else:
                        own = g
                elif kind == "avg":
                    g = code.mul(g, code.number(1 / (ph * pw)))
                for i in range(ph * pw):
                    terms: Terms = [(c, h * w), (r, ph * w), (col, pw), (i // pw * w + i % pw, 1)]
                    if kind == "max":
                        value = code.select(code.cmp("eq", which, code.bytes_of(i)), g, zero)
                    elif act is not None:
                        assert y is not None
                        value = code.slope(act, g, code.read(code.at(y, *terms)))
                    else:
                        value = g
                    if kind != "max":
                        own = value if own is None else code.add(own, value)
                    if dst is not None:
                        code.write(code.at(dst, *terms), value)
                assert own is not None
                if dbias is not None:
                    code.set(part, code.add(code.get(part), own))
            if dbias is not None:
                code.set(total, code.add(code.get(total), code.get(part)))
            if dst is not None and w > wide * pw:  # what no window covers
                with code.loop(ph) as dr, code.loop(w - wide * pw) as col:
                    code.write(code.at(dst, (c, h * w), (r, ph * w), (dr, w), (col, 1), (wide * pw, 1)), zero)
        if dst is not None and h > high * ph:
            with code.loop((h - high * ph) * w) as left:
                code.write(code.at(dst, (c, h * w), (left, 1), (high * ph * w, 1)), zero)
        if dbias is not None:
            add_sum(code, code.at(dbias, (c, 1), size=4), code.get(total), valid)


def add_sum(code: Code, place: Val, value: Val, valid: Val) -> None:
    """Adds the sum over the valid lanes to a float in memory."""
    kept = code.select(valid, value, code.number(0))
    total = code.horizontal("fadd", kept, code.const(-0.0, "f32"), "reassoc ")
    code.write(place, code.add(code.read(place, 1), total))


class WeightTile(NamedTuple):
    """The weights whose sums are in registers at a time: output channels, input channels, rows, columns."""

    out: int
    into: int
    row: int
    col: int

    @property
    def size(self) -> int:
        return self.out * self.into * self.row * self.col


@lru_cache(maxsize=1024)
def weight_tile(registers: int, outs: int, ins: int, kernel: tuple[int, int]) -> WeightTile:
    """By an estimate of the cycles: a product for each weight, a load for each channel of the gradient and tap."""
    best = None
    kh, kw = kernel
    for no in range(1, min(outs, 16) + 1):
        for col in {kw, -(-kw // 2), -(-kw // 3)}:
            for row in {1, kh}:
                for into in range(1, min(ins, 8) + 1):
                    m = col * row * into
                    if no * m + m + 1 > registers and no * m > 1:
                        continue
                    cost = 0.0
                    for a, na in ((no, outs // no), (outs % no, 1)):
                        for i, ni in ((into, ins // into), (ins % into, 1)):
                            for k, nk in ((col, kw // col), (kw % col, 1)):
                                n = i * k * row
                                if a and n:
                                    cost += max(a * n / 2, (a + n) / 2 + 2, 4.0) * na * ni * nk * (kh // row)
                    codes = (1 + (outs % no > 0)) * (1 + (ins % into > 0)) * (1 + (kw % col > 0))
                    key = (cost * (1 + 0.01 * codes), -no * m)
                    if best is None or key < best[0]:
                        best = (key, WeightTile(no, into, row, col))
    assert best is not None
    return best[1]


def slots(tile: WeightTile, outs: int, ins: int, kernel: tuple[int, int], lanes: int) -> tuple[int, int, int, int, int]:
    """Floats of the sums of one tile, then the numbers of tiles along outs, ins, rows and columns."""
    size = -(-tile.size // lanes) * lanes
    counts = (-(-n // t) for n, t in zip((outs, ins, *kernel), tile))
    return (size, *counts)  # type: ignore[return-value]


def _slot(code: Code, base: Val, size: int, counts: tuple[int, ...], tile: WeightTile, terms: list) -> Val:
    """Where the sums of a tile are."""
    stride = size
    strides = []
    for n in reversed(counts):
        strides.append(stride)
        stride *= n
    moved = []
    for along, step, by in zip(terms, tile, reversed(strides)):
        moved += [(i, by) if not isinstance(i, int) else (i // step, by) for i, _ in along]
    return code.at(base, *moved, size=4)


def weight_gradient(
    code: Code,
    channels: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilate: tuple[int, int],
    size: tuple[int, int],
    x: Val,
    x_plane: Plane,
    dy: Val,
    dy_plane: Plane,
    sums: Val,
    valid: Val,
) -> None:
    """Adds to `sums` (tile by tile, see `slots`) the products of one block's `x` and `dy` of spatial `size`.

    Sums in float32 over some rows of one block, then over the lanes, then one after the other over these parts.
    """
    outs, ins = channels
    tile = weight_tile(code.registers, outs, ins, kernel)
    slot, *counts = slots(tile, outs, ins, kernel, code.lanes)
    high, wide = size
    per_row = wide * 4 * code.lanes * (tile.out + tile.into)
    chunk = max(1, min(high, L1_BYTES // per_row, max(1, 1024 // wide)))
    chunk = -(-high // -(-high // chunk))
    for rterms, rows in code.parts(high, chunk):
        for oterms, n in code.parts(outs, tile.out):
            for iterms, m in code.parts(ins, tile.into):
                for hterms, kh in code.parts(kernel[0], tile.row):
                    for wterms, kw in code.parts(kernel[1], tile.col):
                        terms = [oterms, iterms, hterms, wterms]
                        taps = [(i, a, b) for i in range(m) for a in range(kh) for b in range(kw)]
                        accs = [code.variable(code.number(0)) for _ in range(n * len(taps))]
                        x_at = [(i, s * stride[0] * x_plane.row) for i, s in rterms]
                        x_at += [(i, s * x_plane.channel) for i, s in iterms]
                        x_at += [(i, s * dilate[0] * x_plane.row) for i, s in hterms]
                        x_at += [(i, s * dilate[1]) for i, s in wterms]
                        d_at = [(i, s * dy_plane.row) for i, s in rterms]
                        d_at += [(i, s * dy_plane.channel) for i, s in oterms]
                        with code.loop(rows) as r, code.loop(wide) as col:
                            xs = []
                            for i, a, b in taps:
                                fixed = i * x_plane.channel + a * dilate[0] * x_plane.row + b * dilate[1]
                                place = code.at(x, *x_at, (r, stride[0] * x_plane.row), (col, stride[1]), (fixed, 1))
                                xs.append(code.read(place))
                            for o in range(n):
                                place = code.at(dy, *d_at, (r, dy_plane.row), (col, 1), (o * dy_plane.channel, 1))
                                d = code.read(place)
                                for ref, v in zip(accs[o * len(taps) : (o + 1) * len(taps)], xs):
                                    code.set(ref, code.fma(d, v, code.get(ref)))
                        zero = code.number(0)
                        found = [code.select(valid, code.get(a), zero) for a in accs]
                        place = _slot(code, sums, slot, tuple(counts), tile, terms)
                        for i, total in enumerate(code.sums(found)):
                            here = code.at(place, (i, 1))
                            code.write(here, code.add(code.read(here), total))


def write_weights(code: Code, channels: tuple[int, int], kernel: tuple[int, int], sums: Val, dweight: Val) -> None:
    """Puts the sums where the weights' gradient has them: (outs, ins, *kernel)."""
    outs, ins = channels
    area = kernel[0] * kernel[1]
    tile = weight_tile(code.registers, outs, ins, kernel)
    slot, *counts = slots(tile, outs, ins, kernel, code.lanes)
    strides = (ins * area, area, kernel[1], 1)
    for oterms, n in code.parts(outs, tile.out):
        for iterms, m in code.parts(ins, tile.into):
            for hterms, kh in code.parts(kernel[0], tile.row):
                for wterms, kw in code.parts(kernel[1], tile.col):
                    terms = [oterms, iterms, hterms, wterms]
                    place = _slot(code, sums, slot, tuple(counts), tile, terms)
                    moved = [(i, s * by) for along, by in zip(terms, strides) for i, s in along]
                    number = 0
                    for o in range(n):
                        for i in range(m):
                            for a in range(kh):
                                for b in range(kw):
                                    fixed = o * strides[0] + i * strides[1] + a * strides[2] + b
                                    value = code.read(code.at(place, (number, 1), size=4), 1)
                                    code.write(code.at(dweight, *moved, (fixed, 1), size=4), value)
                                    number += 1
