"""Sums over images and places of blocked arrays, one number for each channel: in float32 for a while, then float64."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..jit.builder import Builder, Val
from ..jit.tile import Place, argument, load, split, store

__all__ = ["ChannelSums", "summed"]

_RUN = 64  # terms of a lane that are added in float32
_CHAINS = 4  # sums side by side, so that one addition need not wait for the other


def summed(
    b: Builder, n: int, places: int, lanes: int, terms: int, term: Callable[[Val, Val, int], list[Val]]
) -> list[Val]:
    """The sums of `terms` vectors over images and places, as float64.

    ``term(image, place, step)`` gives them for place ``place + step``.
    """
    slots = [b.alloca("f64", lanes) for _ in range(terms)]
    wide = f"<{lanes} x double>"
    for slot in slots:
        b.effect(f"store {wide} zeroinitializer, ptr {slot}")
    with b.loop(n) as i:
        for start, size, count in split(places, _RUN * _CHAINS):
            with b.loop(count) as run:
                first = b.add(b.mul(run, b.const(size, "i64")), b.const(start, "i64"))
                for k, total in enumerate(_run(b, lanes, terms, size, i, first, term)):
                    more = b.convert("fpext", total, "f64")
                    old = b.load(f"load {wide}, ptr {slots[k]}", "f64", lanes, b.depth)
                    b.effect(f"store {wide} {b.add(old, more).ref}, ptr {slots[k]}")
    return [b.load(f"load {wide}, ptr {slot}", "f64", lanes, b.depth) for slot in slots]


def _run(
    b: Builder, lanes: int, terms: int, size: int, image: Val, first: Val, term: Callable[[Val, Val, int], list[Val]]
) -> list[Val]:
    """The sums over `size` places from `first` on."""
    chains = min(_CHAINS, size)
    vec = f"<{lanes} x float>"
    slots = [[b.alloca("f32", lanes) for _ in range(chains)] for _ in range(terms)]
    for row in slots:
        for slot in row:
            b.effect(f"store {vec} zeroinitializer, ptr {slot}")
    trips, rest = divmod(size, chains)

    def add(place: Val, steps: int) -> None:
        for j in range(steps):
            for k, value in enumerate(term(image, place, j)):
                old = b.load(f"load {vec}, ptr {slots[k][j]}", "f32", lanes, b.depth)
                b.effect(f"store {vec} {b.add(old, value).ref}, ptr {slots[k][j]}")

    with b.loop(trips) as t:
        add(b.add(first, b.mul(t, b.const(chains, "i64"))), chains)
    if rest:
        add(b.add(first, b.const(trips * chains, "i64")), rest)
    totals = []
    for row in slots:
        parts = [b.load(f"load {vec}, ptr {slot}", "f32", lanes, b.depth) for slot in row]
        while len(parts) > 1:
            parts = [b.add(x, y) for x, y in zip(parts[::2], parts[1::2])] + parts[len(parts) & ~1 :]
        totals.append(parts[0])
    return totals


@dataclass(frozen=True)
class ChannelSums:
    """dbias = sum of dy (n, channels, places) over all but the channels."""

    n: int
    channels: int
    places: int
    lanes: int

    def emit(self, b: Builder) -> None:
        places = self.places
        blocks, rest = divmod(self.channels, self.lanes)
        step = 4 * self.lanes

        def block(x: Place, out: Place, valid: int) -> None:
            def term(i: Val, p: Val, j: int) -> list[Val]:
                image = -(-self.channels // self.lanes) * places * step
                return [load(x.along(i, image).along(p, step).by(j * step), self.lanes)]

            (total,) = summed(b, self.n, places, self.lanes, 1, term)
            store(out, b.convert("fptrunc", total, "f32"), valid)

        x, out = argument(b, 0), argument(b, 1)
        if blocks:
            with b.loop(blocks) as c:
                block(x.along(c, places * step), out.along(c, step), 0)
        if rest:
            block(x.by(blocks * places * step), out.by(blocks * step), rest)
