"""Plain (N, features) to (N/lanes, features, lanes) and back: squares of vectors transposed in registers."""

from __future__ import annotations

from typing import NamedTuple

from ..jit.builder import Val
from ..jit.shuffle import transpose
from .code import Code

__all__ = ["Transpose"]


class Transpose(NamedTuple):
    """Its block: plain, blocked, blocks, examples. Lanes beyond the last example get copies of it."""

    features: int
    to_blocked: bool

    def emit(self, code: Code) -> None:
        plain, blocked = code.word(0), code.word(1)
        blocks, examples = code.word(2, "i64"), code.word(3, "i64")
        lanes, n = code.lanes, self.features
        last = code.sub(examples, code.const(1, "i64"))
        with code.loop(blocks.ref) as b:
            rows = []
            for i in range(lanes):
                number = code.add(code.mul(b, code.const(lanes, "i64")), code.const(i, "i64"))
                number = code.call("llvm.smin", number, last)
                rows.append(code.at(plain, (number, n), size=4))
            stored = code.at(blocked, (b, n))
            if n < lanes:
                for f in range(n):
                    self._line(code, f, rows, stored)
                return
            for terms, size in code.parts(n, lanes):
                back = lanes - size  # the last square overlaps the one before
                self._square(code, [code.at(r, *terms, (-back, 1), size=4) for r in rows],
                             code.at(stored, *terms, (-back, 1)))  # fmt: skip

    def _square(self, code: Code, rows: list[Val], stored: Val) -> None:
        lanes = code.lanes
        if self.to_blocked:
            for f, column in enumerate(transpose(code, [code.read(r) for r in rows])):
                code.write(code.at(stored, (f, 1)), column)
            return
        found = transpose(code, [code.read(code.at(stored, (f, 1))) for f in range(lanes)])
        # Rows beyond the last example are the last one's; it comes after them.
        for row, value in reversed(list(zip(rows, found))):
            code.write(row, value)

    def _line(self, code: Code, f: int, rows: list[Val], stored: Val) -> None:
        """One feature, number by number."""
        spots = [code.at(r, (f, 1), size=4) for r in rows]
        for i in reversed(range(code.lanes)):
            lane = code.at(stored, (f * code.lanes + i, 1), size=4)
            if self.to_blocked:
                code.write(lane, code.read(spots[i], 1))
            else:
                code.write(spots[i], code.read(lane, 1))
