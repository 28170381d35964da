"""Pooling with the batch in the vector: maximum, mean or sum over windows that may overlap and reach into padding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from ..jit.builder import Val
from .code import Code, Terms
from .tiles import Axis, bounds, column_runs
from .transpose import Door

__all__ = ["PoolBackward", "PoolForward", "Windows"]

_LOWEST = float(np.finfo(np.float32).min)


class Windows(NamedTuple):
    """Shapes of a pooling without the batch; `counted`: whether a mean counts padding (never what lies beyond it)."""

    kind: str
    channels: int
    size: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    pad: tuple[int, int]
    out: tuple[int, int]
    counted: bool = True

    @property
    def full(self) -> int:
        """Elements of one example's data."""
        return self.channels * self.size[0] * self.size[1]

    @property
    def area(self) -> int:
        """Elements of one example's result."""
        return self.channels * self.out[0] * self.out[1]

    @property
    def axes(self) -> tuple[Axis, Axis]:
        rows, cols = (
            Axis(n, o, s, k, -p, 1, 0, 1)
            for n, o, s, k, p in zip(self.size, self.out, self.stride, self.kernel, self.pad)
        )
        return rows, cols

    def each(self, code: Code, visit: Callable[[Val, Window], None]) -> None:
        """Opens loops over channels, rows and columns; ``visit(channel, window)`` writes the code of one window."""
        rows, cols = self.axes
        with code.loop(self.channels) as c, code.loop(rows.results) as row:
            for run in column_runs(cols, cols.results, 1, 1):
                with code.repeat(max(1, run.trips)) as i:
                    visit(c, Window(self, code, row, i, run.start, not run.trips))


class Window(NamedTuple):
    """One window: of output row `row` and column ``start + col``; at a known column if it is not `free`."""

    of: Windows
    code: Code
    row: Val
    col: Val | int
    start: int
    known: bool

    def taps(self, visit: Callable[[Terms], None]) -> None:
        """``visit(terms)`` for each place of the window inside of the data, row by row."""
        rows, cols = self.of.axes
        wide = self.of.size[1]
        code, zero = self.code, self.code.const(0, "i64")

        def line(t: Val | int, lo: Val) -> None:
            for k in range(cols.taps):
                if self.known and not 0 <= cols.place(self.start, k) < cols.size:
                    continue
                visit([(self.row, rows.step * wide), (lo, wide), (t, wide), (self.col, cols.step),
                       (rows.first * wide + cols.place(self.start, k), 1)])  # fmt: skip

        if rows.inside and rows.taps * cols.taps <= 16:
            for fixed in range(rows.taps):
                line(fixed, zero)
            return
        lo, trips = bounds(code, rows, self.row)
        with code.loop(trips.ref, perhaps=True) as t:
            line(t, lo)

    def divisor(self) -> Val:
        """How many elements a mean is over."""
        code, (rows, cols) = self.code, self.of.axes
        pad = self.of.pad if self.of.counted else (0, 0)
        if self.known:
            begin = cols.place(self.start, 0)
            end = min(begin + cols.taps, cols.size + pad[1])
            wide = max(1, end - max(begin, -pad[1]))
        else:
            wide = cols.taps

        def c(value: int) -> Val:
            return code.const(value, "i64")

        begin_ = code.add(code.mul(self.row, c(rows.step)), c(rows.first))
        end_ = code.call("llvm.smin", code.add(begin_, c(rows.taps)), c(rows.size + pad[0]))
        high = code.call("llvm.smax", code.sub(end_, code.call("llvm.smax", begin_, c(-pad[0]))), c(1))
        return code.splat(code.convert("sitofp", code.mul(high, c(wide)), "f32"), code.lanes)

    def place(self, base: Val, channel: Val) -> Val:
        """Where the window's result is."""
        high, wide = self.of.out
        return self.code.at(base, (channel, high * wide), (self.row, wide), (self.col, 1), (self.start, 1))


class PoolForward(NamedTuple):
    """Its block: x, y, blocks; of `plain` arrays x, y, spare memory, blocks, examples."""

    windows: Windows
    plain: bool = False

    def scratch(self, lanes: int) -> int:
        """Floats of scratch memory."""
        return 0

    @property
    def spare(self) -> int:
        """Vectors of spare memory for plain arrays."""
        return self.windows.full + self.windows.area

    def emit(self, code: Code) -> None:
        w = self.windows
        x, y = code.word(0), code.word(1)
        full = w.size[0] * w.size[1]
        with _door(code, 2, self.plain) as door:
            src, dst = door.source(x, w.full), door.result(y, w.area)

            def visit(c: Val, window: Window) -> None:
                inside = all(a.inside for a in w.axes)
                start = 0.0 if w.kind != "max" else -np.inf if inside else _LOWEST
                total = code.variable(code.number(start))

                def tap(terms: Terms) -> None:
                    value = code.read(code.at(src, (c, full), *terms))
                    old = code.get(total)
                    code.set(total, code.larger(old, value)[0] if w.kind == "max" else code.add(old, value))

                window.taps(tap)
                value = code.get(total)
                if w.kind == "avg":
                    value = code.div(value, window.divisor())
                code.write(window.place(dst, c), value)

            w.each(code, visit)


class PoolBackward(NamedTuple):
    """Its block: dy, [x, y for max], dx, blocks; of `plain` arrays dx, spare memory, blocks, examples at the end.

    The first of equal maxima gets the gradient.
    """

    windows: Windows
    plain: bool = False

    def scratch(self, lanes: int) -> int:
        """Floats of scratch memory."""
        return 0

    @property
    def spare(self) -> int:
        """Vectors of spare memory for plain arrays."""
        return (self.windows.full + self.windows.area) * (2 if self.windows.kind == "max" else 1)

    def emit(self, code: Code) -> None:
        w = self.windows
        highest = w.kind == "max"
        dy, dx = code.word(0), code.word(3 if highest else 1)
        full = w.size[0] * w.size[1]
        with _door(code, 4 if highest else 2, self.plain) as door:
            g, to = door.source(dy, w.area), door.result(dx, w.full)
            data, result = (door.source(code.word(1), w.full), door.source(code.word(2), w.area)) if highest else (g, g)
            with code.loop(w.full) as i:
                code.write(code.at(to, (i, 1)), code.number(0))

            def visit(c: Val, window: Window) -> None:
                value = code.read(window.place(g, c))
                if w.kind == "avg":
                    value = code.div(value, window.divisor())
                top = code.read(window.place(result, c)) if highest else None
                rest = code.variable(value)

                def tap(terms: Terms) -> None:
                    place = code.at(to, (c, full), *terms)
                    share = value
                    if top is not None:
                        left = code.get(rest)
                        hit = code.cmp("oeq", code.read(code.at(data, (c, full), *terms)), top)
                        share = code.select(hit, left, code.number(0))
                        code.set(rest, code.select(hit, code.number(0), left))
                    code.write(place, code.add(code.read(place), share))

                window.taps(tap)

            w.each(code, visit)


@contextmanager
def _door(code: Code, slot: int, plain: bool) -> Iterator[Door]:
    """A loop over blocks, and their door. From this word of the call on: [spare memory], blocks, [examples]."""
    spare, examples = (code.word(slot), code.word(slot + 2, "i64")) if plain else (None, None)
    with code.loop(code.word(slot + plain, "i64").ref) as b:
        door = Door(code, b, spare, examples)
        yield door
        door.close()
