"""A convolution for threads that meet between its stages: all tiles transformed, all products, all results.

Each thread reads its own part of the transformed weights, where the schedule of one thread would have every thread read
all: better for few tiles and many channels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..jit.engine import Engine
from ..native import Native
from .pieces import Problem, Table, padded
from .schedule import Store, ranges

__all__ = ["Staged", "suits"]

_NEAR = 1 << 20  # bytes of weights that a core keeps near
_PARTS = 4  # of a stage, for each thread


def suits(p: Problem, members: int) -> bool:
    """Whether the stages are better than tiles shared out among so many threads."""
    return Store(p).nbytes > _NEAR or -(-p.tiles[0] // p.rows) < 4 * members


class Staged:
    """dst = max(convolution(src, weights) + bias + residual, floor), the weights transformed before (`Weights`).

    Attributes
    ----------
    nbytes : scratch memory.
    """

    def __init__(
        self, p: Problem, members: int, *, bias: bool = False, floor: float = -np.inf, residual: bool = False,
        generator: Engine | None = None,
    ) -> None:  # fmt: skip
        ins, outs, panels = p.blocks(p.maps[1]), p.blocks(p.outs), p.panels(p.outs)
        groups = -(-p.tiles[0] // p.rows)
        store, tiles = Store(p), groups * p.rows
        v_group, m_group = ins * p.group, panels * p.vectors * p.group
        v_plane, m_plane = padded(groups * v_group), padded(groups * m_group)
        m = v_plane * p.planes
        self.nbytes = m + m_plane * p.planes

        def stage(extent: int, fill: Callable[[Table, int, int], Any]) -> list[Table]:
            tables = []
            for first, last in ranges(extent, _PARTS * members):
                tables.append(Table(p, generator))
                fill(tables[-1], first, last - first)
                tables[-1].compile()
            return tables

        def transform(table: Table, first: int, count: int) -> None:
            place, blocks = ("scratch", first * p.group), (first, count)
            table.from_map("src", place, v_plane, v_group, 0, tiles, p.maps, blocks=blocks)

        def multiply(table: Table, first: int, count: int) -> None:
            table.product(
                parts=("scratch", first * v_plane), weights=("weights", first * store.plane),
                out=("scratch", m + first * m_plane), panels=panels, groups=groups, blocks=ins, planes=count,
                parts_plane=v_plane, parts_group=v_group, weights_plane=store.plane, weights_panel=store.panel,
                out_plane=m_plane, out_group=m_group, start=("zeros", 0), start_step=0,
            )  # fmt: skip

        def collect(table: Table, first: int, count: int) -> None:
            place = ("scratch", m + first * p.group)
            table.to_map(place, m_plane, m_group, 0, tiles, first, count, bias, floor, residual)

        self.stages = [stage(ins, transform), stage(p.planes, multiply), stage(outs, collect)]

    def bind(self, scratch: np.ndarray, **arrays: np.ndarray) -> list[Sequence[Native]]:
        """The calls of each stage; `arrays` : src, weights, dst, and bias and residual where there are such."""
        buffers = {"scratch": scratch, **arrays}
        return [[table.bind(buffers, "winograd") for table in stage] for stage in self.stages]
