"""Weights asked for ahead of time, in equal shares by all who use those before them.

A panel of weights that comes from memory, or from a cache shared by all cores, is slower than the multiplications of
the first tile that needs it. The tiles that go over the panel before are many: each asks for a few lines of the next
one in every step, so that it lies in the L2 cache when its turn comes.
"""

from __future__ import annotations

from typing import NamedTuple

from .builder import Val
from .tile import Place

__all__ = ["Ahead", "ask"]

_LINE = 64  # bytes of a line of the cache, or less than one


class Ahead(NamedTuple):
    """The bytes from `start` on, as many as all steps of a tile take of `step` bytes each, by `tiles` tiles."""

    start: Place
    step: int
    tiles: int

    @property
    def lines(self) -> int:
        """How many a tile asks for in a step."""
        return -(-self.step // (self.tiles * _LINE))

    def of(self, number: Val) -> Ahead:
        """The share of a tile."""
        return self._replace(start=self.start.along(number, self.lines * _LINE))

    def ask(self, first: int, index: Val) -> None:
        """In step `first` + `index`."""
        every = self.tiles * self.lines * _LINE
        here = self.start.by(first * every).along(index, every)
        for line in range(self.lines):
            prefetch_outer(here.by(line * _LINE))


def ask(start: Place, step: int, index: Val, number: Val, tiles: Val) -> None:
    """In step `index`, of `step` bytes, of tile `number`; how many tiles there are is known when the code runs."""
    b = start.b
    lines = b.op("udiv", b.add(tiles, b.const(-(-step // _LINE) - 1, "i64")), tiles)
    here = start.along(b.mul(b.add(b.mul(index, tiles), number), lines), _LINE)
    with b.loop(lines.ref) as line:
        prefetch_outer(here.along(line, _LINE))


def prefetch_outer(at: Place) -> None:
    """Asks for a line in the L2 cache; the address may be any."""
    at.b.declares["@llvm.prefetch.p0"] = "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)"
    at.b.effect(f"call void @llvm.prefetch.p0(ptr {at.ref}, i32 0, i32 2, i32 1)")
