"""Correlation of one block with weights: a convolution forward, and the gradient of its data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..jit.builder import Val
from .code import HEAVY, Code, Terms
from .tiles import Axis, bounds, column_runs, tile

__all__ = ["NO_WINDOW", "Plane", "Weights", "correlate", "highest"]

L2_BYTES = 512 << 10
SHORT = 60  # products of an inner step that is worth repeating in the code
NO_WINDOW = 255  # the index byte where the activation lets nothing through


class Plane(NamedTuple):
    """How channels and rows of an array lie: strides in vectors."""

    channel: int
    row: int


class Weights(NamedTuple):
    """Strides of the weights, in floats: output channel, input channel, row, column."""

    out: int
    into: int
    row: int
    col: int


def correlate(
    code: Code,
    rows: Axis,
    cols: Axis,
    channels: tuple[int, int],
    src: Val,
    src_plane: Plane,
    weight: Val,
    strides: Weights,
    dst: Val,
    dst_plane: Plane,
    bias: Val | None = None,
    act: str | None = None,
    pool: tuple[int, int] = (1, 1),
    index: Val | None = None,
) -> None:
    """All results of one block.

    Parameters
    ----------
    channels : (of the result, of the source).
    act : activation of the results.
    pool : the maximum over windows that do not overlap is stored instead of the results; at `index` (a byte a place)
        which of the window it was, the first of equal ones, or NO_WINDOW where relu lets no gradient through.
    """
    outs, ins = channels
    ph, pw = pool
    each = ph * pw
    high, wide = rows.results // ph, cols.results // pw
    no, q = tile(code.registers, outs, cols, wide, ph, pw)
    later = act in HEAVY and each == 1
    # A source that the second cache does not hold is gone through once; else the weights of a tile are.
    rows_first = ins * rows.size * cols.size * 4 * code.lanes > L2_BYTES
    for row, oterms, n in _nest(code, rows_first, high, outs, no):
        filters = code.at(weight, *_scaled(oterms, strides.out), size=4)
        for run in column_runs(cols, wide, q, pw):
            with code.repeat(max(1, run.trips)) as i:
                w = run.width
                cterms: Terms = [(i, q), (run.start, 1)]
                source = code.at(src, (row, rows.step * ph * src_plane.row), *_scaled(cterms, cols.step * pw))
                start = [
                    code.number(0) if bias is None
                    else code.everywhere(code.at(bias, *oterms, (o, 1), size=4)) for o in range(n)
                ]  # fmt: skip
                accs = [[code.variable(s) for _ in range(w * each)] for s in start]
                if rows.taps and cols.taps:
                    known = None if run.trips else run.start * pw
                    taps = _Taps(code, rows, cols, (n, ins), w * pw, known, source, src_plane, filters, strides)
                    taps.add(row, ph, accs)
                where: Terms = [(row, rows.stride * dst_plane.row), *_scaled(cterms, cols.stride)]
                where.append((rows.start * dst_plane.row + cols.start, 1))
                values = [[code.get(a) for a in line] for line in accs]
                for o, line in enumerate(values):
                    at = [*_scaled(oterms, dst_plane.channel), (o, dst_plane.channel), *where]
                    for j in range(w):
                        place = [*at, (j * cols.stride, 1)]
                        if each == 1:
                            value = line[j] if later else code.activation(act, line[j])
                        else:
                            window = [line[r * w * pw + j * pw + c] for r in range(ph) for c in range(pw)]
                            value = highest(code, window, act, index, place)
                        code.write(code.at(dst, *place), value)
        if later:
            with code.repeat(n) as channel, code.loop(wide) as col:
                at = [*_scaled(oterms, dst_plane.channel), (channel, dst_plane.channel)]
                at += [(row, rows.stride * dst_plane.row), (col, cols.stride)]
                spot = code.at(dst, *at, (rows.start * dst_plane.row + cols.start, 1))
                code.write(spot, code.activation(act, code.read(spot)))


def _nest(code: Code, rows_first: bool, high: int, outs: int, no: int) -> Iterator[tuple[Val, Terms, int]]:
    """Loops over rows and tiles of channels: (row, terms of the channel, channels)."""
    if rows_first:
        with code.loop(high) as row:
            for oterms, n in code.parts(outs, no):
                yield row, oterms, n
    else:
        for oterms, n in code.parts(outs, no):
            with code.loop(high) as row:
                yield row, oterms, n


def _scaled(terms: Terms, by: int) -> Terms:
    return [(i, s * by) for i, s in terms]


class _Taps(NamedTuple):
    """The products of one tile: `channels` (out, in) x some rows x `wide` results.

    `known` : the number of the tile's first result in its row where that is known when the code is made: taps outside
    of the input are then left out. In a loop there are none.
    """

    code: Code
    rows: Axis
    cols: Axis
    channels: tuple[int, int]
    wide: int
    known: int | None
    src: Val
    plane: Plane
    weight: Val
    strides: Weights

    def add(self, row: Val, high: int, accs: list[list[str]]) -> None:
        """Adds to the variables `accs` (channel, then row and place)."""
        code, rows, ins = self.code, self.rows, self.channels[1]
        if rows.inside:
            short = rows.taps == 1 and len(accs) * len(accs[0]) * self.cols.taps < SHORT
            for terms, n in code.parts(ins, 4 if short else 1):
                for i in range(n):
                    with code.repeat(rows.taps) as t:
                        self._step([*terms, (i, 1)], t, code.const(0, "i64"), range(high), accs)
            return
        for r in range(high):
            # the first tap inside, and how many there are
            lo, trips = bounds(code, rows, row, high, r)
            with code.repeat(ins) as ic, code.loop(trips.ref, perhaps=True) as t:
                self._step([(ic, 1)], t, lo, range(r, r + 1), accs)

    def _step(self, ic: Terms, t: Val | int, lo: Val, lines: range, accs: list[list[str]]) -> None:
        code, rows, cols, plane, strides = self.code, self.rows, self.cols, self.plane, self.strides
        used = [r * self.wide + c for r in lines for c in range(self.wide)]
        values = [{i: code.get(line[i]) for i in used} for line in accs]
        seen: dict[tuple[int, int], Val] = {}
        src = code.at(self.src, *_scaled(ic, plane.channel), (lo, rows.hop * plane.row), (t, rows.hop * plane.row))
        along = rows.dtap * strides.row
        weight = code.at(self.weight, *_scaled(ic, strides.into), (lo, along), (t, along), size=4)
        for k in range(cols.taps):
            line = []
            for i in used:
                r, c = divmod(i, self.wide)
                col = cols.place(c, k)
                if self.known is not None and not 0 <= cols.place(self.known + c, k) < cols.size:
                    continue
                x = seen.get((r, col)) if cols.step == 1 else None
                if x is None:
                    at = (r * rows.step + rows.first) * plane.row + col
                    x = seen[r, col] = code.read(code.at(src, (at, 1)))
                line.append((i, x))
            if not line:
                continue
            for o, into in enumerate(values):
                fixed = o * strides.out + rows.tap0 * strides.row + (cols.tap0 + k * cols.dtap) * strides.col
                w = code.everywhere(code.at(weight, (fixed, 1), size=4))
                for i, x in line:
                    into[i] = code.fma(w, x, into[i])
        for names, new in zip(accs, values):
            for i, v in new.items():
                code.set(names[i], v)


def highest(code: Code, window: list[Val], act: str | None, index: Val | None, place: Terms) -> Val:
    """The activation of the maximum (activations rise, so it is the maximum of the activations)."""
    best, which = window[0], code.bytes_of(0)
    for i, v in enumerate(window[1:], 1):
        best, wins = code.larger(best, v)
        which = code.select(wins, code.bytes_of(i), which)
    if index is not None:
        if act == "relu":
            which = code.select(code.cmp("ogt", best, code.number(0)), which, code.bytes_of(NO_WINDOW))
        code.write(code.at(index, *place, size=code.lanes), which)
    return code.activation(act, best)
