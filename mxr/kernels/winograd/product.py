"""The products between the transforms: for each of a tile's n*n places a matrix product over channels or over tiles.

`parts` lie as in `tiles`; weights as [n*n][O/(Q*L)][C][Q][L], Q vectors of L output channels beside each other.
"""

from __future__ import annotations

from collections.abc import Callable

from ..jit.ahead import ask
from ..jit.builder import Builder, Val
from ..jit.tile import Place, Tile, load
from .tiles import Words, moved

__all__ = ["OVER_CHANNELS", "OVER_TILES", "over_channels", "over_tiles"]

OVER_CHANNELS = (
    "parts", "weights", "out", "planes", "panels", "groups", "blocks", "parts_plane", "parts_group", "weights_plane",
    "weights_panel", "out_plane", "out_group", "start", "start_step", "chunks",
)  # fmt: skip
OVER_TILES = (
    "parts", "spread", "out", "planes", "panels", "groups", "blocks", "parts_plane", "parts_group", "spread_plane",
    "spread_group", "out_plane", "out_panel", "start", "start_step",
)  # fmt: skip


def over_channels(lanes: int, rows: int, vectors: int) -> Callable[[Builder], None]:
    """out[tile][o] = start + sum over channels of parts[tile][c] * weights[c][o]

    `chunks` of `blocks` of L channels, `panels` of Q*L outputs, `groups` of R tiles. Each chunk's sums are made for
    themselves and added to those before, which loses fewer digits than one long sum; the first chunk's to what lies in
    `start` as `out` does, if `start_step` is 1, or all to its first R*Q vectors, if it is 0.
    """
    vec = 4 * lanes

    def emit(b: Builder) -> None:
        w = Words(b, OVER_CHANNELS)
        with b.loop(w["planes"].ref) as plane:
            parts = moved(w.place("parts"), b.mul(plane, w["parts_plane"]))
            with b.loop(w["panels"].ref) as panel:
                away = b.add(b.mul(plane, w["weights_plane"]), b.mul(panel, w["weights_panel"]))
                weights = moved(w.place("weights"), away)
                with b.loop(w["groups"].ref) as group:
                    here = moved(parts, b.mul(group, w["parts_group"]))
                    away = b.add(b.mul(plane, w["out_plane"]), b.mul(group, w["out_group"]))
                    away = b.add(away, b.mul(panel, b.const(vectors * rows * vec, "i64")))
                    out = moved(w.place("out"), away)
                    begin = moved(w.place("start"), b.mul(away, w["start_step"]))
                    with b.loop(w["chunks"].ref) as chunk:
                        block = b.mul(chunk, w["blocks"])
                        a, u = here.along(block, rows * vec), weights.along(block, lanes * vectors * vec)
                        first = b.cmp("eq", chunk, b.const(0, "i64"))
                        before = Place(b, b.select(first, begin.value, out.value))
                        _sum_of_channels(b, w, (a, u, before, out), (rows, vectors, lanes), group)

    return emit


def _sum_of_channels(
    b: Builder, w: Words, places: tuple[Place, ...], extents: tuple[int, int, int], group: Val
) -> None:
    parts, weights, before, out = places
    rows, vectors, lanes = extents
    vec = 4 * lanes
    width = lanes * vectors * vec
    later = moved(weights, w["weights_panel"])
    t = Tile(b, rows, vectors, lanes)
    t.zero()
    with t.loop(w["blocks"].ref) as block:
        a, u = parts.along(block, rows * vec), weights.along(block, width)
        ask(later, width, block, group, w["groups"])
        for c in range(lanes):
            t.step(
                lambda r, c=c: a.by(r * vec + 4 * c),  # type: ignore[misc]
                lambda v, c=c: u.by((c * vectors + v) * vec),  # type: ignore[misc]
            )
    t.each(lambda r, v, x: b.add(x, load(before.by((v * rows + r) * vec), lanes)))
    t.store(lambda r, v: out.by((v * rows + r) * vec))


def over_tiles(lanes: int, rows: int, vectors: int) -> Callable[[Builder], None]:
    """out[c][o] = start + sum over tiles of parts[tile][c] * spread[tile][o]: the gradient of the weights.

    `blocks` of L channels, `panels` of Q*L outputs, `groups` of R tiles; `start` as in `over_channels`, out as weights.
    """
    vec = 4 * lanes
    # accumulators of a tile: of 16 registers with less than 16 lanes and two vectors, else of 32
    most = (24 if lanes == 16 or vectors > 2 else 12) // vectors
    tall = max(t for t in (8, 4, 2, 1) if t <= min(most, lanes))

    def emit(b: Builder) -> None:
        w = Words(b, OVER_TILES)
        with b.loop(w["planes"].ref) as plane, b.loop(w["blocks"].ref) as block:
            parts = moved(w.place("parts"), b.mul(plane, w["parts_plane"])).along(block, rows * vec)
            with b.loop(w["panels"].ref) as panel:
                spread = moved(w.place("spread"), b.mul(plane, w["spread_plane"])).along(panel, vectors * rows * vec)
                away = b.add(b.mul(plane, w["out_plane"]), b.mul(panel, w["out_panel"]))
                away = b.add(away, b.mul(block, b.const(lanes * vectors * vec, "i64")))
                with b.loop(lanes // tall) as part:
                    away_part = b.add(away, b.mul(part, b.const(tall * vectors * vec, "i64")))
                    _sum_of_tiles(b, w, parts.along(part, 4 * tall), spread, away_part, (tall, vectors, lanes, rows))

    return emit


def _sum_of_tiles(b: Builder, w: Words, parts: Place, spread: Place, away: Val, extents: tuple[int, ...]) -> None:
    tall, vectors, lanes, rows = extents
    vec = 4 * lanes
    out, begin = moved(w.place("out"), away), moved(w.place("start"), b.mul(away, w["start_step"]))
    t = Tile(b, tall, vectors, lanes)
    t.zero()
    with t.loop(w["groups"].ref) as group:
        a, s = moved(parts, b.mul(group, w["parts_group"])), moved(spread, b.mul(group, w["spread_group"]))
        for i in range(rows):
            t.step(
                lambda r, i=i: a.by(i * vec + 4 * r),  # type: ignore[misc]
                lambda v, i=i: s.by((v * rows + i) * vec),  # type: ignore[misc]
            )
    t.each(lambda r, v, x: b.add(x, load(begin.by((r * vectors + v) * vec), lanes)))
    t.store(lambda r, v: out.by((r * vectors + v) * vec))
