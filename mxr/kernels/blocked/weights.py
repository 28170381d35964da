"""Weights (O, C/groups, KH, KW) packed for :class:`.sums.Sums`, and weight gradients brought back.

Packed: [group][panel][block of input channels][KH][KW][input channel][vectors * lanes of output channels]. The gradient
of the data takes the same weights with inputs and outputs exchanged.
"""

from __future__ import annotations

from collections.abc import Callable

from ..jit.builder import Builder, Val
from ..jit.shuffle import deinterleave, transpose
from ..jit.tile import Place, argument, load, store
from .sums import Sums

__all__ = ["packer", "unpacker"]

_TAPS = 25  # more are gathered number by number


def packer(s: Sums, backward: bool) -> Callable[[Builder], None]:
    """The function of a block (weights, packed); `backward`: the outputs of `s` are the weights' inputs."""

    if s.own:
        return lambda b: _shared(b, s, argument(b, 0), argument(b, 1), "back" if backward else "pack")

    def emit(b: Builder) -> None:
        source, target = argument(b, 0), argument(b, 1)
        size = s.inputs * s.outputs * s.slots * 4
        with b.loop(s.groups) as g:
            w, packed = source.along(g, size), target.along(g, s.packed_floats // s.groups * 4)
            for start, vectors, count in s.panels:
                width = 4 * vectors * s.lanes
                k = s.inputs * s.slots
                with b.loop(count) as j:
                    panel = packed.by(start * 4 * s.lanes * k).along(j, k * width)
                    for v in range(vectors):
                        column = (start + v) * s.lanes
                        left = min(s.lanes, s.outputs - column)
                        to = panel.by(4 * v * s.lanes)
                        if backward:
                            _columns(
                                s, w.by(column * s.slots * 4).along(j, vectors * s.lanes * s.slots * 4), to, width, left
                            )
                        else:
                            row = s.inputs * s.slots * 4
                            _rows(s, w.by(column * row).along(j, vectors * s.lanes * row), to, width, left)

    return emit


def unpacker(s: Sums) -> Callable[[Builder], None]:
    """The function of a block (packed, weights): packed sums as (O, C/groups, KH, KW)."""
    if s.own:
        return lambda b: _shared(b, s, argument(b, 1), argument(b, 0), "unpack")

    def emit(b: Builder) -> None:
        source, target = argument(b, 0), argument(b, 1)
        with b.loop(s.groups) as g:
            packed, w = (
                source.along(g, s.packed_floats // s.groups * 4),
                target.along(g, s.inputs * s.outputs * s.slots * 4),
            )
            for start, vectors, count in s.panels:
                width, k, row = 4 * vectors * s.lanes, s.inputs * s.slots, s.inputs * s.slots * 4
                with b.loop(count) as j:
                    panel = packed.by(start * 4 * s.lanes * k).along(j, k * width)
                    for v in range(vectors):
                        column = (start + v) * s.lanes
                        to = w.by(column * row).along(j, vectors * s.lanes * row)
                        _back(s, panel.by(4 * v * s.lanes), to, width, min(s.lanes, s.outputs - column))

    return emit


def _shared(b: Builder, s: Sums, weights: Place, packed: Place, way: str) -> None:
    """Weights of small groups that share a block; in its square of inputs and outputs they lie around the diagonal."""
    lanes, taps, own = s.lanes, s.slots, s.own
    size = 4 * lanes * taps
    with b.loop(s.groups) as g, b.loop(taps) as t:
        w = weights.along(g, own * size).along(t, 4)
        square = packed.along(g, lanes * size).along(t, 4 * lanes * lanes)
        for k in range(lanes):  # a row of the square
            value = b.const(0, "f32", lanes)
            for lane in range(k // own * own, k // own * own + own):
                out, into = (k, lane) if way == "back" else (lane, k)
                at = w.by((out * own + into % own) * taps * 4)
                if way == "unpack":
                    store(at, load(square.by((k * lanes + lane) * 4), 1))
                    continue
                text = f"insertelement <{lanes} x float> {value.ref}, float {load(at, 1).ref}, i64 {lane}"
                value = b.pure(text, "f32", lanes, b.depth)
            if way != "unpack":
                store(square.by(k * lanes * 4), value)


def _back(s: Sums, packed: Place, w: Place, width: int, left: int) -> None:
    """The reverse of :func:`_rows`."""
    b, lanes, taps = w.b, s.lanes, s.slots
    row = s.inputs * taps * 4
    for block, channels, count in s.in_blocks:
        step = lanes * taps
        with b.loop(count) as c:
            source, target = (
                packed.by(block * step * width).along(c, step * width),
                w.by(block * step * 4).along(c, step * 4),
            )
            whole, rest = divmod(channels * taps, lanes)

            def square(target: Place, first: Val, valid: int, channels: int = channels, source: Place = source) -> None:
                zero = b.const(0, "f32", lanes)
                vectors = [
                    load(source.along(_slot(b, b.add(first, b.const(i, "i64")), taps, channels), width), lanes)
                    if i < (valid or lanes)
                    else zero
                    for i in range(lanes)
                ]
                for i, value in enumerate(transpose(b, vectors)[:left]):
                    store(target.by(i * row), value, valid)

            if whole:
                with b.loop(whole) as q:
                    square(target.along(q, 4 * lanes), b.mul(q, b.const(lanes, "i64")), 0)
            if rest:
                square(target.by(whole * 4 * lanes), b.const(whole * lanes, "i64"), rest)


def _slot(b: Builder, f: Val, taps: int, channels: int) -> Val:
    """Where number f = channel*taps + tap lies as tap*channels + channel."""
    c = b.op("udiv", f, b.const(taps, "i64"))
    t = b.sub(f, b.mul(c, b.const(taps, "i64")))
    return b.add(b.mul(t, b.const(channels, "i64")), c)


def _rows(s: Sums, w: Place, packed: Place, width: int, left: int) -> None:
    """A vector of output channels, whose rows of (input channel, tap) are turned into columns."""
    b, lanes, taps = w.b, s.lanes, s.slots
    for block, channels, count in s.in_blocks:
        step = lanes * taps
        with b.loop(count) as c:
            source = w.by(block * step * 4).along(c, step * 4)
            target = packed.by(block * step * width).along(c, step * width)
            whole, rest = divmod(channels * taps, lanes)

            def square(source: Place, target: Place, first: Val, valid: int, channels: int = channels) -> None:
                row = s.inputs * taps * 4
                zero = b.const(0, "f32", lanes)
                vectors = [load(source.by(i * row), lanes, valid) if i < left else zero for i in range(lanes)]
                for i, value in enumerate(transpose(b, vectors)[: valid or lanes]):
                    store(target.along(_slot(b, b.add(first, b.const(i, "i64")), taps, channels), width), value)

            if whole:
                with b.loop(whole) as q:
                    square(source.along(q, 4 * lanes), target, b.mul(q, b.const(lanes, "i64")), 0)
            if rest:
                square(source.by(whole * 4 * lanes), target, b.const(whole * lanes, "i64"), rest)


def _columns(s: Sums, w: Place, packed: Place, width: int, left: int) -> None:
    """A vector of the weights' input channels, for each of their output channels and taps."""
    b, lanes, taps = w.b, s.lanes, s.slots
    row = s.outputs * taps * 4
    for block, channels, count in s.in_blocks:
        with b.loop(count) as c, b.loop(channels) as i:
            source = w.by(block * lanes * row).along(c, lanes * row).along(i, row)
            target = packed.by(block * lanes * taps * width).along(c, lanes * taps * width).along(i, width)
            if taps <= _TAPS:
                valid = [max(0, min(lanes, left * taps - k * lanes)) for k in range(taps)]
                zero = b.const(0, "f32", lanes)
                parts = [load(source.by(k * lanes * 4), lanes, n) if n else zero for k, n in enumerate(valid)]
                for t, value in enumerate(deinterleave(b, parts)):
                    store(target.by(t * channels * width), value)
                continue
            with b.loop(taps) as tap:
                here = source.along(tap, 4)
                value = b.const(0, "f32", lanes)
                for j in range(left):
                    one = load(here.by(j * taps * 4), 1)
                    text = f"insertelement <{lanes} x float> {value.ref}, float {one.ref}, i64 {j}"
                    value = b.pure(text, "f32", lanes, b.depth)
                store(target.along(tap, channels * width), value)
