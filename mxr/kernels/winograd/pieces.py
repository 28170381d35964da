"""The pieces of a convolution by Winograd's algorithm, and tables of calls that are made of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..jit.builder import Builder
from ..jit.engine import Engine
from ..jit.function import compile_functions
from ..jit.tile import argument, number
from ..native import Native, block_of
from .filters import FROM_FILTERS, TO_FILTERS, from_filters, to_filters
from .points import scheme
from .product import OVER_CHANNELS, OVER_TILES, over_channels, over_tiles
from .tiles import FROM_MAP, TO_MAP, from_map, to_map

__all__ = ["CACHE", "Problem", "Table", "even", "padded"]

# vectors -> rows of the register tile, the fastest first: of 32 registers and of 16
_ROWS: dict[bool, dict[int, tuple[int, ...]]] = {True: {4: (6, 4), 3: (8,), 2: (8,)}, False: {2: (6,)}}
CACHE = 640 * 1024  # of L2, what a block of tiles may take


@dataclass(frozen=True)
class Problem:
    """Shapes of a convolution with 3 x 3 filters: `maps` (N, C, H, W), `outs` channels, `pad` zeros around.

    m : outputs of a tile a side. wide : whether there are 32 vector registers, not 16.
    rows, vectors : the register tile, so many tiles and vectors of output channels.
    """

    maps: tuple[int, int, int, int]
    outs: int
    pad: tuple[int, int]
    m: int = 4
    lanes: int = 16
    wide: bool = True

    @property
    def result(self) -> tuple[int, int, int, int]:
        n, _, h, w = self.maps
        return n, self.outs, h + 2 * self.pad[0] - 2, w + 2 * self.pad[1] - 2

    @property
    def tiles(self) -> tuple[int, int, int]:
        """(in all, of an image, across)."""
        n, _, h, w = self.result
        across = -(-w // self.m)
        image = -(-h // self.m) * across
        return n * image, image, across

    @property
    def planes(self) -> int:
        return (self.m + 2) ** 2

    @property
    def backward(self) -> Problem:
        """The convolution that makes the gradient of the data."""
        pad = (2 - self.pad[0], 2 - self.pad[1])
        return replace(self, maps=self.result, outs=self.maps[1], pad=pad)

    @property
    def rows(self) -> int:
        """Fewer than usual where that leaves less of the last tile unused."""
        usual, *others = _ROWS[self.wide][self.vectors]
        total = self.tiles[0]

        def cost(rows: int) -> float:
            return -(-total // rows) * rows * (1 if rows == usual else 1.05)

        return min((usual, *others), key=cost)

    @property
    def vectors(self) -> int:
        blocks = self.blocks(self.outs)
        return next(v for v in _ROWS[self.wide] if blocks % v == 0 or v == 2)

    def blocks(self, channels: int) -> int:
        return -(-channels // self.lanes)

    def panels(self, channels: int) -> int:
        return -(-channels // (self.lanes * self.vectors))

    @property
    def vec(self) -> int:
        return 4 * self.lanes

    @property
    def group(self) -> int:
        """Bytes of a group of tiles for a block of channels."""
        return self.rows * self.vec


def padded(nbytes: int) -> int:
    """Planes that begin in different sets of the cache."""
    return nbytes + (64 if nbytes // 64 % 2 == 0 else 0)


class Table:
    """Calls of generated functions. Words are numbers, or (name of a buffer, bytes from its beginning)."""

    def __init__(self, p: Problem, generator: Engine | None = None) -> None:
        self.p, self.generator = p, generator
        self.addresses: dict[Hashable, int] = {}
        self.rows: list[tuple[Hashable, list[Any]]] = []
        self.emitters: dict[Hashable, Callable] = {}

    def call(self, name: str, names: tuple[str, ...], key: tuple, make: Callable[[], Callable], **words: Any) -> None:
        key = ("winograd", name, *key)
        if key not in self.emitters:
            self.emitters[key] = make()
        missing = set(names) ^ set(words)
        assert not missing, missing
        self.rows.append((key, [words[n] for n in names]))

    def compile(self) -> None:
        """Makes the functions that it calls."""
        wanted = [(("winograd", "in order"), _in_order), *self.emitters.items()]
        self.addresses = dict(zip((key for key, _ in wanted), compile_functions(wanted, self.generator)))

    def bind(self, buffers: dict[str, np.ndarray], name: str) -> Native:
        """The whole table as one call."""
        base = {k: b.ctypes.data for k, b in buffers.items()}
        zeros = _zeros()
        base["zeros"] = zeros.ctypes.data
        flat, starts = [], []
        for _, words in self.rows:
            starts.append(len(flat))
            flat += [base[w[0]] + w[1] if isinstance(w, tuple) else w for w in words]
        blocks = np.array(flat, np.int64)
        table = np.empty((len(self.rows), 2), np.int64)
        table[:, 0] = [self.addresses[k] for k, _ in self.rows]
        table[:, 1] = blocks.ctypes.data + 8 * np.array(starts)
        return Native(
            self.addresses["winograd", "in order"],
            block_of(table.ctypes.data, len(table)),
            (table, blocks, zeros, buffers),
            name,
        )

    # ---- the pieces
    def from_map(
        self, source: str, parts: Any, plane: int, group: int, first: int, tiles: int, maps: tuple,
        spread: bool = False, sums: Any = None, blocks: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        """`blocks`: first block of the map's channels and how many (None: all)."""
        p, (_, channels, height, width) = self.p, maps
        begin, count = (0, p.blocks(channels)) if blocks is None else blocks
        area = height * width * p.vec
        matrix = scheme(p.m).spread if spread else scheme(p.m).inputs
        pad = (0, 0) if spread else p.pad
        total, image, across = p.tiles
        self.call(
            "from_map", FROM_MAP, (p.m, p.lanes, p.rows, spread, sums is not None),
            lambda: from_map(matrix, p.m, p.lanes, p.rows, sums is not None),
            map=(source, begin * area), parts=parts, sums=sums or ("zeros", 0), plane=plane, first=first, tiles=tiles,
            total=total, per_image=image, across=across, height=height, width=width, pad_y=pad[0], pad_x=pad[1],
            blocks=count, group=group, image=p.blocks(channels) * area,
        )  # fmt: skip

    def to_map(
        self,
        parts: Any,
        plane: int,
        group: int,
        first: int,
        tiles: int,
        block: int,
        blocks: int,
        bias: bool,
        floor: float,
        residual: bool,
    ) -> None:
        p = self.p
        _, _, h, w = p.result
        total, image, across = p.tiles
        self.call(
            "to_map", TO_MAP, (p.m, p.lanes, p.rows, residual),
            lambda: to_map(scheme(p.m).outputs, p.lanes, p.rows, residual), parts=parts,
            map=("dst", block * h * w * p.vec),
            residual=("residual", block * h * w * p.vec) if residual else ("zeros", 0),
            bias=("bias", block * p.vec) if bias else ("zeros", 0),
            plane=plane, first=first, tiles=tiles, total=total, per_image=image, across=across, height=h, width=w,
            blocks=blocks, group=group, image=p.blocks(p.outs) * h * w * p.vec, bias_step=p.vec if bias else 0,
            floor=int(np.float64(floor).view(np.int64)),
        )  # fmt: skip

    def weights(
        self, target: Any, plane: int, panel: int, turned: bool, outs: tuple[int, int], ins: tuple[int, int]
    ) -> None:
        """`outs`, `ins`: first block and number of blocks of what comes out of and goes into the convolution."""
        p = self.p
        filters, channels = (p.maps[1], p.outs) if turned else (p.outs, p.maps[1])
        of, ch = (ins, outs) if turned else (outs, ins)
        whole = channels % p.lanes == 0
        self.call(
            "from_filters", FROM_FILTERS, (p.m, p.lanes, p.vectors, turned, whole),
            lambda: from_filters(scheme(p.m).weights, p.lanes, p.vectors, turned, whole),
            filters=("weights", 4 * p.lanes * 9 * (of[0] * channels + ch[0])), weights=target, plane=plane,
            panel=panel, outs=of[1], ins=ch[1], row=9 * channels, rest_outs=filters - of[0] * p.lanes,
            rest_ins=channels - ch[0] * p.lanes,
        )  # fmt: skip

    def filters(
        self, source: Any, plane: int, panel: int, outs: tuple[int, int], ins: tuple[int, int]
    ) -> None:  # fmt: skip
        """The gradient of some blocks of filters; `outs` and `ins` as for `weights`."""
        p = self.p
        filters, channels = p.outs, p.maps[1]
        whole = channels % p.lanes == 0
        self.call(
            "to_filters", TO_FILTERS, (p.m, p.lanes, p.vectors, whole),
            lambda: to_filters(scheme(p.m).collect, p.lanes, p.vectors, whole),
            weights=source, filters=("weights", 4 * p.lanes * 9 * (outs[0] * channels + ins[0])),
            plane=plane, panel=panel, outs=outs[1], ins=ins[1], row=9 * channels,
            rest_outs=filters - outs[0] * p.lanes, rest_ins=channels - ins[0] * p.lanes,
        )  # fmt: skip

    def product(self, blocks: int, planes: int = 0, **words: Any) -> None:
        p = self.p
        least, most = 64 // p.lanes, 128 // p.lanes
        size = max((n for n in range(least, most + 1) if blocks % n == 0), default=blocks)
        self.call(
            "over_channels", OVER_CHANNELS, (p.lanes, p.rows, p.vectors),
            lambda: over_channels(p.lanes, p.rows, p.vectors), planes=planes or p.planes, blocks=size,
            chunks=blocks // size, **words,
        )  # fmt: skip

    def product_of_tiles(self, **words: Any) -> None:
        p = self.p
        self.call(
            "over_tiles", OVER_TILES, (p.lanes, p.rows, p.vectors),
            lambda: over_tiles(p.lanes, p.rows, p.vectors), planes=p.planes, **words,
        )  # fmt: skip


@functools.cache
def _zeros() -> np.ndarray:
    return np.zeros(16 * 1024, np.float32)


def _in_order(b: Builder) -> None:
    """Calls the functions of a table (function, block), which do not fail, in order."""
    rows = argument(b, 0)
    with b.loop(number(b, 1).ref) as i:
        row = rows.along(i, 16)
        function, block = (b.load(f"load ptr, ptr {at.ref}", "ptr", 1, b.depth) for at in (row, row.by(8)))
        b.load(f"call i64 {function.ref}(ptr {block.ref})", "i64", 1, b.depth)


def even(total: int, most: int) -> int:
    """The size of equal parts of at most `most`."""
    parts = -(-total // max(1, most))
    return -(-total // parts)
