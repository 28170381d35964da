"""The order of the pieces: a 3 x 3 convolution and its gradients as tables of calls.

Of two orders the one that needs less memory is taken. With many tiles the transformed weights are made first and kept,
and blocks of tiles that fit into the cache go through all steps. With few tiles (deep layers) all tiles are transformed
first, and parts of the weights that fit into the cache are made and used at once, which spares their way through
memory: they take 36/9 of the room of the filters.
"""

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

__all__ = ["Convolution", "Gradient", "Problem", "Table"]

# vectors -> rows of the register tile, the fastest first: of 32 registers and of 16
_ROWS = {True: {4: 6, 3: 8, 2: 8}, False: {2: 6}}
_CACHE = 640 * 1024  # of L2, what a block of tiles may take


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
        return _ROWS[self.wide][self.vectors]

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


def _plane(nbytes: int) -> int:
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
        spread: bool = False, sums: Any = None,
    ) -> None:  # fmt: skip
        p = self.p
        matrix = scheme(p.m).spread if spread else scheme(p.m).inputs
        pad = (0, 0) if spread else p.pad
        total, image, across = p.tiles
        self.call(
            "from_map", FROM_MAP, (p.m, p.lanes, p.rows, spread, sums is not None),
            lambda: from_map(matrix, p.m, p.lanes, p.rows, sums is not None),
            map=(source, 0), parts=parts, sums=sums or ("zeros", 0), plane=plane, first=first, tiles=tiles,
            total=total, per_image=image, across=across, height=maps[2], width=maps[3], pad_y=pad[0], pad_x=pad[1],
            blocks=p.blocks(maps[1]), group=group,
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
    ) -> None:
        p = self.p
        _, _, h, w = p.result
        total, image, across = p.tiles
        self.call(
            "to_map", TO_MAP, (p.m, p.lanes, p.rows), lambda: to_map(scheme(p.m).outputs, p.lanes, p.rows),
            parts=parts, map=("dst", block * h * w * p.vec), bias=("bias", block * p.vec) if bias else ("zeros", 0),
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

    def product(self, **words: Any) -> None:
        p = self.p
        self.call(
            "over_channels", OVER_CHANNELS, (p.lanes, p.rows, p.vectors),
            lambda: over_channels(p.lanes, p.rows, p.vectors), planes=p.planes, **words,
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


def _even(total: int, most: int) -> int:
    """The size of equal parts of at most `most`."""
    parts = -(-total // max(1, most))
    return -(-total // parts)


class Convolution:
    """dst = max(convolution(src, weights) + bias, floor); turned: `weights` are those of the convolution forward, of
    which this is the gradient of the data.

    Attributes
    ----------
    nbytes : scratch memory.
    """

    def __init__(
        self, p: Problem, *, bias: bool = False, floor: float = -np.inf, turned: bool = False, order: str = "",
        cache: int = _CACHE, generator: Engine | None = None,
    ) -> None:  # fmt: skip
        self.p, self.bias, self.floor, self.turned = p, bias, floor, turned
        self.ins, self.panels = p.blocks(p.maps[1]), p.panels(p.outs)
        self.outs = p.blocks(p.outs)
        self.groups = -(-p.tiles[0] // p.rows)
        self.cache = cache
        self.table = Table(p, generator)
        all_weights = p.planes * self.panels * self.ins * p.lanes * p.vectors * p.vec
        all_tiles = p.planes * self.groups * self.ins * p.group
        order = order or ("tiles" if all_tiles < all_weights else "weights")
        self.nbytes = self._tiles_first() if order == "tiles" else self._weights_first()
        self.table.compile()

    def _weights_first(self) -> int:
        p = self.p
        outs = self.panels * p.vectors  # with room for whole panels
        panel = self.ins * p.lanes * p.vectors * p.vec
        u_plane = _plane(self.panels * panel)
        self.table.weights(("scratch", 0), u_plane, panel, self.turned, (0, self.outs), (0, self.ins))
        block = _even(self.groups, self.cache // (p.planes * p.group * (self.ins + outs)))
        v_group, m_group = self.ins * p.group, outs * p.group
        v_plane, m_plane = _plane(block * v_group), _plane(block * m_group)
        v = u_plane * p.planes
        m = v + v_plane * p.planes
        for start in range(0, self.groups, block):
            groups = min(block, self.groups - start)
            first, tiles = start * p.rows, groups * p.rows
            self.table.from_map("src", ("scratch", v), v_plane, v_group, first, tiles, p.maps)
            self.table.product(
                parts=("scratch", v), weights=("scratch", 0), out=("scratch", m), panels=self.panels, groups=groups,
                blocks=self.ins, parts_plane=v_plane, parts_group=v_group, weights_plane=u_plane,
                weights_panel=panel, out_plane=m_plane, out_group=m_group, start=("zeros", 0), start_step=0,
            )  # fmt: skip
            self.table.to_map(("scratch", m), m_plane, m_group, first, tiles, 0, self.outs, self.bias, self.floor)
        return m + m_plane * p.planes

    def _tiles_first(self) -> int:
        p, tiles = self.p, self.groups * self.p.rows
        v_group = self.ins * p.group
        v_plane = _plane(self.groups * v_group)
        self.table.from_map("src", ("scratch", 0), v_plane, v_group, 0, tiles, p.maps)
        u = v_plane * p.planes
        ins = _even(self.ins, self.cache // (p.planes * p.lanes * p.vectors * p.vec))
        panel = ins * p.lanes * p.vectors * p.vec
        u_plane, m_group = _plane(panel), p.vectors * p.group
        m_plane = _plane(self.groups * m_group)
        m = u + u_plane * p.planes
        for out in range(0, self.outs, p.vectors):
            outs = min(p.vectors, self.outs - out)
            for start in range(0, self.ins, ins):
                count = min(ins, self.ins - start)
                self.table.weights(("scratch", u), u_plane, panel, self.turned, (out, outs), (start, count))
                again = start > 0
                self.table.product(
                    parts=("scratch", start * p.group), weights=("scratch", u), out=("scratch", m), panels=1,
                    groups=self.groups, blocks=count, parts_plane=v_plane, parts_group=v_group,
                    weights_plane=u_plane, weights_panel=panel, out_plane=m_plane, out_group=m_group,
                    start=("scratch", m) if again else ("zeros", 0), start_step=int(again),
                )  # fmt: skip
            self.table.to_map(("scratch", m), m_plane, m_group, 0, tiles, out, outs, self.bias, self.floor)
        return m + m_plane * p.planes

    def bind(
        self, src: np.ndarray, weights: np.ndarray, dst: np.ndarray, scratch: np.ndarray, bias: np.ndarray | None = None
    ) -> Native:
        buffers = {"src": src, "weights": weights, "dst": dst, "scratch": scratch}
        if bias is not None:
            buffers["bias"] = bias
        return self.table.bind(buffers, "winograd")


class Gradient:
    """The gradient of the weights (O, C, 3, 3) from the data and the gradient of the result, and that of the bias.

    Attributes
    ----------
    nbytes : scratch memory.
    """

    def __init__(
        self, p: Problem, *, bias: bool = False, order: str = "", cache: int = _CACHE,
        generator: Engine | None = None,
    ) -> None:  # fmt: skip
        self.p, self.cache = p, cache
        self.sums = ("bias", 0) if bias else None
        self.ins, self.outs, self.panels = p.blocks(p.maps[1]), p.blocks(p.outs), p.panels(p.outs)
        self.groups = -(-p.tiles[0] // p.rows)
        self.table = Table(p, generator)
        wide = self.panels * p.vectors
        all_weights = p.planes * wide * self.ins * p.lanes * p.vec
        all_tiles = p.planes * self.groups * (self.ins + wide) * p.group
        order = order or ("tiles" if all_tiles < all_weights else "weights")
        self.nbytes = self._tiles_first() if order == "tiles" else self._weights_kept()
        self.table.compile()

    def _transform(self, block: int, start: int, v: int) -> tuple[dict[str, Any], int]:
        """Both maps' parts for a block of groups of tiles, from `start` on; the words of their product, and the end."""
        p = self.p
        groups = min(block, self.groups - start)
        first, tiles = start * p.rows, groups * p.rows
        v_group, w_group = self.ins * p.group, self.panels * p.vectors * p.group
        v_plane, w_plane = _plane(block * v_group), _plane(block * w_group)
        w = v + v_plane * p.planes
        self.table.from_map("src", ("scratch", v), v_plane, v_group, first, tiles, p.maps)
        self.table.from_map(
            "dst", ("scratch", w), w_plane, w_group, first, tiles, p.result, spread=True, sums=self.sums
        )  # fmt: skip
        words = {
            "parts": ("scratch", v), "spread": ("scratch", w), "groups": groups, "parts_plane": v_plane,
            "parts_group": v_group, "spread_plane": w_plane, "spread_group": w_group,
        }  # fmt: skip
        return words, w + w_plane * p.planes

    def _weights_kept(self) -> int:
        p = self.p
        panel = self.ins * p.lanes * p.vectors * p.vec
        u_plane = _plane(self.panels * panel)
        wide = self.panels * p.vectors
        block = _even(self.groups, self.cache // (p.planes * p.group * (self.ins + wide)))
        end = 0
        for start in range(0, self.groups, block):
            words, end = self._transform(block, start, u_plane * p.planes)
            self.table.product_of_tiles(
                out=("scratch", 0), panels=self.panels, blocks=self.ins, out_plane=u_plane, out_panel=panel,
                start=("scratch", 0) if start else ("zeros", 0), start_step=int(start > 0), **words,
            )  # fmt: skip
        self.table.filters(("scratch", 0), u_plane, panel, (0, self.outs), (0, self.ins))
        return end

    def _tiles_first(self) -> int:
        p = self.p
        words, u = self._transform(self.groups, 0, 0)
        ins = _even(self.ins, self.cache // (p.planes * p.lanes * p.vectors * p.vec))
        panel = ins * p.lanes * p.vectors * p.vec
        u_plane = _plane(panel)
        parts, spread = words.pop("parts"), words.pop("spread")
        for out in range(0, self.outs, p.vectors):
            outs = min(p.vectors, self.outs - out)
            for start in range(0, self.ins, ins):
                count = min(ins, self.ins - start)
                self.table.product_of_tiles(
                    parts=("scratch", parts[1] + start * p.group), spread=("scratch", spread[1] + out * p.group),
                    out=("scratch", u), panels=1, blocks=count, out_plane=u_plane, out_panel=panel,
                    start=("zeros", 0), start_step=0, **words,
                )  # fmt: skip
                self.table.filters(("scratch", u), u_plane, panel, (out, outs), (start, count))
        return u + u_plane * p.planes

    def bind(
        self, src: np.ndarray, dst: np.ndarray, weights: np.ndarray, scratch: np.ndarray, bias: np.ndarray | None = None
    ) -> Native:
        """`dst` : the gradient of the result; `weights` and `bias` receive theirs."""
        buffers = {"src": src, "weights": weights, "dst": dst, "scratch": scratch}
        if bias is not None:
            buffers["bias"] = bias
        return self.table.bind(buffers, "winograd")
