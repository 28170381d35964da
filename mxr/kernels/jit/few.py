"""A few rows times a large matrix: C (m, n) = A (m, k) @ W (n, k)^T + bias, for some of the rows of W at a time.

W is read once, as it lies: that takes the time, so nothing is packed, and threads share its rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from .builder import Builder, Val
from .engine import Engine, engine
from .function import compile_functions
from .tile import Place, Tile, argument, load, number, store

__all__ = ["FewRows"]

_TOGETHER = 4  # rows of W
_CHAINS = 8  # sums side by side, at least


@dataclass(frozen=True)
class FewRows:
    """Kernels of one shape; the block: A, W, [bias], C, first row of W, how many."""

    m: int
    n: int
    k: int
    bias: bool = False
    lanes: int = 0

    def emit(self, b: Builder) -> None:
        a, w, *bias, c = (argument(b, i) for i in range(3 + self.bias))
        first, count = (number(b, 3 + self.bias + i) for i in range(2))
        groups = b.pure(f"udiv i64 {count.ref}, {_TOGETHER}", "i64", 1, 0)
        done = b.mul(groups, b.const(_TOGETHER, "i64"))
        for start, trips, rows in ((first, groups, _TOGETHER), (b.add(first, done), b.sub(count, done), 1)):
            with b.loop(trips.ref, perhaps=True) as i:
                row = b.add(start, b.mul(i, b.const(rows, "i64")))
                self._rows(b, a, w.along(row, 4 * self.k), [x.along(row, 4) for x in (*bias, c)], rows)

    def _rows(self, b: Builder, a: Place, w: Place, ends: list[Place], rows: int) -> None:
        """`rows` rows of W; `ends`: bias, if any, and result."""
        lanes = self.lanes or engine().vector_bytes // 4
        chains = max(1, _CHAINS // (rows * self.m))
        tile = Tile(b, self.m * chains, rows, lanes)
        tile.zero()

        def step(at: Place, weights: Place, chain: int, valid: int) -> None:
            values = [load(weights.by(4 * v * self.k), lanes, valid) for v in range(rows)]
            for r in range(self.m):
                mine = load(at.by(4 * r * self.k), lanes, valid)
                for v in range(rows):
                    slot = r * chains + chain, v
                    tile.acc[slot] = b.fma(mine, values[v], tile.acc[slot])

        whole, rest = divmod(self.k, lanes)
        trips, left = divmod(whole, chains)
        if trips:
            with tile.loop(trips) as i:
                here, weights = a.along(i, 4 * lanes * chains), w.along(i, 4 * lanes * chains)
                for chain in range(chains):
                    step(here.by(4 * lanes * chain), weights.by(4 * lanes * chain), chain, lanes)
        for chain in range(left + (rest > 0)):
            at = 4 * lanes * (trips * chains + chain)
            step(a.by(at), w.by(at), chain % chains, lanes if chain < left else rest)
        *bias, out = ends
        for v in range(rows):
            extra = load(bias[0].by(4 * v), 1) if bias else None
            for r in range(self.m):
                total = self._total(b, [tile.acc[r * chains + chain, v] for chain in range(chains)])
                store(out.by(4 * (r * self.n + v)), total if extra is None else b.add(total, extra))

    @staticmethod
    def _total(b: Builder, sums: list[Val]) -> Val:
        while len(sums) > 1:
            sums = [b.add(*sums[i : i + 2]) if i + 1 < len(sums) else sums[i] for i in range(0, len(sums), 2)]
        return b.horizontal("fadd", sums[0], b.const(-0.0, "f32"), "reassoc ")

    def function(self, generator: Engine | None = None) -> int:
        """The address of the function."""
        return compile_functions([(("few rows", self), self.emit)], generator)[0]
