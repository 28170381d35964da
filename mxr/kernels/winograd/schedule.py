"""The order of the pieces: a 3 x 3 convolution and its gradients as tables of calls.

Of two orders the one that needs less memory is taken. With many tiles the transformed weights are made first and kept,
and blocks of tiles that fit into the cache go through all steps. With few tiles (deep layers) all tiles are transformed
first, and parts of the weights that fit into the cache are made and used at once, which spares their way through
memory: they take 36/9 of the room of the filters.

Shares of threads depend on nothing that others make: they share tiles or channels, and each transforms for itself what
all need.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from ..jit.engine import Engine
from ..native import Native
from ..shares import shared
from .pieces import CACHE, Problem, Table, even, padded

__all__ = ["Convolution", "Gradient", "Store", "Weights", "ranges"]


class Store:
    """How transformed weights of all or `ins` blocks of input channels lie: [n*n][panels][C][Q][L]."""

    def __init__(self, p: Problem, ins: int = 0) -> None:
        self.p = p
        self.panel = (ins or p.blocks(p.maps[1])) * p.lanes * p.vectors * p.vec
        self.plane = padded(p.panels(p.outs) * self.panel)
        self.nbytes = p.planes * self.plane

    def fill(self, table: Table, target: Any, turned: bool) -> None:
        p = self.p
        table.weights(target, self.plane, self.panel, turned, (0, p.blocks(p.outs)), (0, p.blocks(p.maps[1])))


class Weights:
    """The transform of weights that stay the same for many convolutions.

    Attributes
    ----------
    nbytes : of the result.
    """

    def __init__(self, p: Problem, generator: Engine | None = None) -> None:
        store, self.table = Store(p), Table(p, generator)
        self.nbytes = store.nbytes
        store.fill(self.table, ("target", 0), False)
        self.table.compile()

    def bind(self, weights: np.ndarray, target: np.ndarray) -> Native:
        return self.table.bind({"weights": weights, "target": target}, "winograd weights")


class Convolution:
    """dst = max(convolution(src, weights) + bias + residual, floor)

    Parameters
    ----------
    turned : this is the gradient of the data of a convolution forward with these weights.
    given : the weights have been transformed by `Weights`.
    order : "weights" or "tiles", whose transform comes first.
    shares : so many threads share the work.

    Attributes
    ----------
    nbytes : scratch memory.
    """

    def __init__(
        self, p: Problem, *, bias: bool = False, floor: float = -np.inf, residual: bool = False, turned: bool = False,
        given: bool = False, order: str = "", cache: int = CACHE, generator: Engine | None = None, shares: int = 1,
    ) -> None:  # fmt: skip
        self.p, self.ending, self.turned, self.given = p, (bias, floor, residual), turned, given
        self.ins, self.panels = p.blocks(p.maps[1]), p.panels(p.outs)
        self.outs = p.blocks(p.outs)
        self.groups = -(-p.tiles[0] // p.rows)
        self.cache = cache
        self.store = Store(p)
        self.tables: list[Table] = []
        all_tiles = p.planes * self.groups * self.ins * p.group
        order = order or ("tiles" if all_tiles < self.store.nbytes and not given else "weights")
        make, extent = (self._tiles_first, self.panels) if order == "tiles" else (self._weights_first, self.groups)
        self.nbytes = 0
        for first, last in ranges(extent, shares):
            table = Table(p, generator)
            self.nbytes = make(table, self.nbytes, first, last)
            table.compile()
            self.tables.append(table)

    def _weights_first(self, table: Table, scratch: int, first: int, last: int) -> int:
        """A share of the groups of tiles, with scratch memory from `scratch` on; its end."""
        if self.given:
            return self._groups(table, ("weights", 0), scratch, first, last)
        weights = ("scratch", scratch)
        self.store.fill(table, weights, self.turned)
        return self._groups(table, weights, scratch + self.store.nbytes, first, last)

    def _groups(self, table: Table, weights: Any, v: int, first: int, last: int) -> int:
        p = self.p
        outs = self.panels * p.vectors  # with room for whole panels
        # every block of tiles reads all weights, from far away where they are many
        room = max(self.cache, self.store.nbytes // 4)
        block = even(last - first, room // (p.planes * p.group * (self.ins + outs)))
        v_group, m_group = self.ins * p.group, outs * p.group
        v_plane, m_plane = padded(block * v_group), padded(block * m_group)
        m = v + v_plane * p.planes
        for start in range(first, last, block):
            groups = min(block, last - start)
            tile, tiles = start * p.rows, groups * p.rows
            table.from_map("src", ("scratch", v), v_plane, v_group, tile, tiles, p.maps)
            table.product(
                parts=("scratch", v), weights=weights, out=("scratch", m), panels=self.panels, groups=groups,
                blocks=self.ins, parts_plane=v_plane, parts_group=v_group, weights_plane=self.store.plane,
                weights_panel=self.store.panel, out_plane=m_plane, out_group=m_group, start=("zeros", 0),
                start_step=0,
            )  # fmt: skip
            table.to_map(("scratch", m), m_plane, m_group, tile, tiles, 0, self.outs, *self.ending)
        return m + m_plane * p.planes

    def _tiles_first(self, table: Table, v: int, first: int, last: int) -> int:
        """A share of the panels of output channels, with scratch memory from `v` on; its end."""
        p, tiles = self.p, self.groups * self.p.rows
        v_group = self.ins * p.group
        v_plane = padded(self.groups * v_group)
        table.from_map("src", ("scratch", v), v_plane, v_group, 0, tiles, p.maps)
        u = v + v_plane * p.planes
        ins = even(self.ins, self.cache // (p.planes * p.lanes * p.vectors * p.vec))
        panel = ins * p.lanes * p.vectors * p.vec
        u_plane, m_group = padded(panel), p.vectors * p.group
        m_plane = padded(self.groups * m_group)
        m = u + u_plane * p.planes
        for out in range(first * p.vectors, min(last * p.vectors, self.outs), p.vectors):
            outs = min(p.vectors, self.outs - out)
            for start in range(0, self.ins, ins):
                count = min(ins, self.ins - start)
                table.weights(("scratch", u), u_plane, panel, self.turned, (out, outs), (start, count))
                again = start > 0
                table.product(
                    parts=("scratch", v + start * p.group), weights=("scratch", u), out=("scratch", m), panels=1,
                    groups=self.groups, blocks=count, parts_plane=v_plane, parts_group=v_group,
                    weights_plane=u_plane, weights_panel=panel, out_plane=m_plane, out_group=m_group,
                    start=("scratch", m) if again else ("zeros", 0), start_step=int(again),
                )  # fmt: skip
            table.to_map(("scratch", m), m_plane, m_group, 0, tiles, out, outs, *self.ending)
        return m + m_plane * p.planes

    def calls(self, scratch: np.ndarray, **arrays: np.ndarray) -> list[Native]:
        """Those of the threads; `arrays` : src, weights, dst, and bias and residual where there are such."""
        return [table.bind({"scratch": scratch, **arrays}, "winograd") for table in self.tables]

    def bind(self, scratch: np.ndarray, **arrays: np.ndarray) -> Native:
        """They as one."""
        return shared(self.calls(scratch, **arrays), "winograd")


def ranges(extent: int, shares: int) -> list[tuple[int, int]]:
    """(first, end) of about equal shares, fewer where there is not so much."""
    bounds = [extent * k // min(extent, shares) for k in range(min(extent, shares) + 1)]
    return list(pairwise(bounds))


class Gradient:
    """The gradient of the weights (O, C, 3, 3) from the data and the gradient of the result, and that of the bias.

    shares : so many threads share the work.

    Attributes
    ----------
    nbytes : scratch memory.
    """

    def __init__(
        self, p: Problem, *, bias: bool = False, order: str = "", cache: int = CACHE, generator: Engine | None = None,
        shares: int = 1,
    ) -> None:  # fmt: skip
        self.tables: list[Table] = []
        self.nbytes = 0
        for first, last in ranges(p.blocks(p.maps[1]), shares):
            table = Table(p, generator)
            share = _Share(p, table, first, last - first, bias and first == 0, cache)
            self.nbytes = share.build(order, self.nbytes)
            table.compile()
            self.tables.append(table)

    def bind(self, scratch: np.ndarray, **arrays: np.ndarray) -> Native:
        """`arrays` : src, dst (the gradient of the result), weights, and bias where that is wanted."""
        buffers = {"scratch": scratch, **arrays}
        return shared([table.bind(buffers, "winograd") for table in self.tables], "winograd")


class _Share:
    """The gradient of the weights of some blocks of input channels."""

    def __init__(self, p: Problem, table: Table, first: int, ins: int, bias: bool, cache: int) -> None:
        self.p, self.table, self.first, self.ins, self.cache = p, table, first, ins, cache
        self.sums = ("bias", 0) if bias else None
        self.outs, self.panels = p.blocks(p.outs), p.panels(p.outs)
        self.groups = -(-p.tiles[0] // p.rows)
        self.store = Store(p, ins)

    def build(self, order: str, scratch: int) -> int:
        """Fills the table, with scratch memory from `scratch` on; its end."""
        p = self.p
        all_tiles = p.planes * self.groups * (self.ins + self.panels * p.vectors) * p.group
        # what is kept by weights is read and written again for every block of tiles
        order = order or ("tiles" if all_tiles < 2 * self.store.nbytes else "weights")
        return self._tiles_first(scratch) if order == "tiles" else self._weights_kept(scratch)

    def _transform(self, block: int, start: int, v: int) -> tuple[dict[str, Any], int]:
        """Both maps' parts for a block of groups of tiles, from `start` on; the words of their product, and the end."""
        p = self.p
        groups = min(block, self.groups - start)
        first, tiles = start * p.rows, groups * p.rows
        v_group, w_group = self.ins * p.group, self.panels * p.vectors * p.group
        v_plane, w_plane = padded(block * v_group), padded(block * w_group)
        w = v + v_plane * p.planes
        blocks = (self.first, self.ins)
        self.table.from_map("src", ("scratch", v), v_plane, v_group, first, tiles, p.maps, blocks=blocks)
        self.table.from_map(
            "dst", ("scratch", w), w_plane, w_group, first, tiles, p.result, spread=True, sums=self.sums
        )  # fmt: skip
        words = {
            "parts": ("scratch", v), "spread": ("scratch", w), "groups": groups, "parts_plane": v_plane,
            "parts_group": v_group, "spread_plane": w_plane, "spread_group": w_group,
        }  # fmt: skip
        return words, w + w_plane * p.planes

    def _weights_kept(self, u: int) -> int:
        p = self.p
        panel, u_plane = self.store.panel, self.store.plane
        wide = self.panels * p.vectors
        block = even(self.groups, self.cache // (p.planes * p.group * (self.ins + wide)))
        end = 0
        for start in range(0, self.groups, block):
            words, end = self._transform(block, start, u + self.store.nbytes)
            self.table.product_of_tiles(
                out=("scratch", u), panels=self.panels, blocks=self.ins, out_plane=u_plane, out_panel=panel,
                start=("scratch", u) if start else ("zeros", 0), start_step=int(start > 0), **words,
            )  # fmt: skip
        self.table.filters(("scratch", u), u_plane, panel, (0, self.outs), (self.first, self.ins))
        return end

    def _tiles_first(self, v: int) -> int:
        p = self.p
        words, u = self._transform(self.groups, 0, v)
        ins = even(self.ins, self.cache // (p.planes * p.lanes * p.vectors * p.vec))
        panel = ins * p.lanes * p.vectors * p.vec
        u_plane = padded(panel)
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
                self.table.filters(("scratch", u), u_plane, panel, (out, outs), (self.first + start, count))
        return u + u_plane * p.planes
