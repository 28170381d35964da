"""Convolution and pooling in parts that several threads take: of one call, for a plan that is not split over the batch.

A part of a convolution makes some rows of the results for some panels of output channels: rows share the inputs out
among the threads, panels the weights. One of depthwise filters or of pooling takes some planes. Whoever does a part
computes the same numbers as one thread does, in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from ..crew import shared
from ..jit.engine import Engine
from ..native import Native
from .conv import Convolution, Depthwise, weights_of
from .function import Function, pair
from .pooling import Pool
from .sums import Sums
from .weights import packer

__all__ = ["Parts", "convolution", "cut", "pooling"]

# of one core, roughly: operations a second, bytes a second that are read again, those that windows go over
_RATE, _STREAM, _COPY = 200e9, 40e9, 30e9
_EACH = 1e-6  # seconds that a part costs by itself
_LEAST = 10e-6  # seconds from which on a call is shared
_MOST = 6  # parts for each thread
_RISK = 0.3  # of a part, for which one thread may wait for another


class Parts(NamedTuple):
    """A call in parts: for each a function of buffers, the numbers of each buffer before its own, and its words."""

    parts: tuple[tuple[Function, tuple[int, ...], tuple[int, ...]], ...]

    @property
    def name(self) -> str:
        return f"{self.parts[0][0].name}, {len(self.parts)} parts"

    def bind(self, buffers: Sequence[Any], *words: int | float) -> Native:
        flat = [b.reshape(-1) for b in buffers]
        calls = [f.bind([b[k:] for b, k in zip(flat, before)], *own, *words) for f, before, own in self.parts]
        return shared(self.parts[0][0].name, calls)


def cut(s: Sums, members: int) -> list[tuple[int, int, int, int]]:
    """(first row, rows, first panel, panels) of each part; one alone where sharing does not pay."""
    rows, most = (1, 1) if s.scattered else (s.h.outs, s.part[1])
    panels = sum(count for *_, count in s.panels)
    places = s.n * s.h.outs * s.w.outs
    terms = s.inputs * s.h.taps * s.w.taps
    work = 2 * places * terms * s.groups * s.out_blocks * s.lanes / _RATE
    if work < _LEAST:
        return [(0, s.h.outs, 0, panels)]
    inputs, weights = s.n * s.groups * s.x_group, 4 * s.packed_floats
    best, found = float("inf"), (rows, panels)
    for down in sorted({-(-rows // k) for k in range(1, min(rows, _MOST * members) + 1)} | {min(most, rows)}):
        for along in sorted({-(-panels // k) for k in range(1, min(panels, _MOST * members) + 1)}):
            bands, strips = -(-rows // down), -(-panels // along)
            parts = bands * strips
            if down > most or (parts > _MOST * members and (down < most or along < panels)):
                continue
            each = work * down * along / (rows * panels)
            again = (bands * weights + strips * inputs) / members / _STREAM
            time = (-(-parts // members) + _RISK) * each + again + _EACH * parts / members
            if time < best:
                best, found = time, (down, along)
    down, along = found
    return [
        (row, min(down, rows - row), panel, min(along, panels - panel))
        for row in range(0, rows, down)
        for panel in range(0, panels, along)
    ]


def convolution(
    conv: Convolution, members: int, *, generator: Engine | None = None, **what: Any
) -> tuple[Function, Function | Parts]:
    """As ``conv.forward(**what)``, the run in parts for so many threads where that pays."""
    if isinstance(conv, Depthwise):
        return _depthwise(conv, members, generator, **what)
    s = conv.sums(**what)
    parts = cut(s, members)
    if len(parts) < 2:
        return conv.forward(generator=generator, **what)
    own = replace(s, shared=True)
    more = s.bias + s.add
    order = (0, 1, 2 + more, *range(2, 2 + more))
    pack = ("pack", weights_of(s), packer(s, False), (0, 1))
    packed, run = pair([pack, ("convolution", own, own.function(), order)], generator)
    return packed, Parts(tuple((run, (0,) * (3 + more), part) for part in parts))


def _depthwise(
    conv: Depthwise, members: int, generator: Engine | None, **what: Any
) -> tuple[Function, Function | Parts]:  # fmt: skip
    pack, whole = conv.forward(generator=generator, **what)
    c, lanes = conv.conv, conv.lanes
    sizes = math.prod(c.src[2:]), math.prod(c.weights[2:]), math.prod(c.dst[2:])
    ranges = _planes(-(-c.src[1] // lanes), 4 * lanes * (sizes[0] + sizes[2]), members)
    if c.src[0] > 1 or len(ranges) < 2:
        return pack, whole
    parts = []
    for first, count in ranges:
        before, channels = first * lanes, min(count * lanes, c.src[1] - first * lanes)
        own = replace(c, src=(1, channels, *c.src[2:]), weights=(channels, *c.weights[1:]), groups=channels)
        run = Depthwise(own, lanes, conv.registers).forward(generator=generator, **what)[1]
        x, weights, y = (before * size for size in sizes)
        parts.append((run, (x, weights, before, y) if what.get("bias") else (x, weights, y), ()))
    return pack, Parts(tuple(parts))


def pooling(pool: Pool, members: int, generator: Engine | None = None) -> Function | Parts:
    """The forward function, in parts for so many threads where that pays."""
    size, made = pool.h.size * pool.w.size * pool.lanes, pool.h.outs * pool.w.outs * pool.lanes
    ranges = _planes(pool.planes, 4 * (size + made), members)
    if len(ranges) < 2:
        return pool.forward_function(generator)
    return Parts(
        tuple(
            (replace(pool, planes=count).forward_function(generator), (first * size, first * made), ())
            for first, count in ranges
        )
    )


def _planes(planes: int, nbytes: int, members: int) -> list[tuple[int, int]]:
    """(first, how many) of each part of planes that take so many bytes each."""
    many = min(planes, 2 * members, int(planes * nbytes / _COPY / _LEAST * 2))
    size = -(-planes // max(1, many))
    return [(first, min(size, planes - first)) for first in range(0, planes, size)]
