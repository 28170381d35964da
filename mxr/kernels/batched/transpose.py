"""Plain (N, features) to (N/lanes, features, lanes) and back: squares of vectors transposed in registers."""

from __future__ import annotations

from typing import NamedTuple

from ..jit.builder import Val
from ..jit.shuffle import transpose
from .code import Code

__all__ = ["Door", "Transpose", "turn"]


class Transpose(NamedTuple):
    """Its block: plain, blocked, blocks, examples. Lanes beyond the last example get copies of it."""

    features: int
    to_blocked: bool

    def emit(self, code: Code) -> None:
        turn(code, self.features, self.to_blocked, code.word(0), code.word(1), code.word(2, "i64").ref,
             code.word(3, "i64"))  # fmt: skip


def turn(
    code: Code, features: int, to_blocked: bool, plain: Val, blocked: Val, blocks: int | str, examples: Val
) -> None:
    """The loops; `blocks` is a number, or the register that holds it."""
    lanes = code.lanes
    last = code.sub(examples, code.const(1, "i64"))
    with code.loop(blocks) as b:
        rows = []
        for i in range(lanes):
            number = code.add(code.mul(b, code.const(lanes, "i64")), code.const(i, "i64"))
            rows.append(code.at(plain, (code.call("llvm.smin", number, last), features), size=4))
        stored = code.at(blocked, (b, features))
        if features < lanes:
            for f in range(features):
                _line(code, f, rows, stored, to_blocked)
            return
        for terms, size in code.parts(features, lanes):
            back = lanes - size  # the last square overlaps the one before
            _square(code, [code.at(r, *terms, (-back, 1), size=4) for r in rows], code.at(stored, *terms, (-back, 1)),
                    to_blocked)  # fmt: skip


def _square(code: Code, rows: list[Val], stored: Val, to_blocked: bool) -> None:
    if to_blocked:
        for f, column in enumerate(transpose(code, [code.read(r) for r in rows])):
            code.write(code.at(stored, (f, 1)), column)
        return
    found = transpose(code, [code.read(code.at(stored, (f, 1))) for f in range(code.lanes)])
    # Rows beyond the last example are the last one's; it comes after them.
    for row, value in reversed(list(zip(rows, found))):
        code.write(row, value)


def _line(code: Code, f: int, rows: list[Val], stored: Val, to_blocked: bool) -> None:
    """One feature, number by number."""
    spots = [code.at(r, (f, 1), size=4) for r in rows]
    for i in reversed(range(code.lanes)):
        lane = code.at(stored, (f * code.lanes + i, 1), size=4)
        if to_blocked:
            code.write(lane, code.read(spots[i], 1))
        else:
            code.write(spots[i], code.read(lane, 1))


class Door:
    """The arrays of one block of examples: where they lie, or, with `spare` memory, plain ones turned into it and back.

    So a kernel serves a single call on plain arrays, block by block: what is turned stays in the nearest cache.
    """

    def __init__(self, code: Code, block: Val, spare: Val | None, examples: Val | None) -> None:
        self._code, self._block, self._spare = code, block, spare
        self._used = 0
        self._results: list[tuple[Val, Val, int]] = []
        if examples is not None:
            self._left = code.sub(examples, code.mul(block, code.const(code.lanes, "i64")))

    def source(self, array: Val, features: int) -> Val:
        """The block of an array that is read, of so many vectors."""
        place = self._place(array, features)
        if self._spare is not None:
            turn(self._code, features, True, self._plain(array, features), place, 1, self._left)
        return place

    def result(self, array: Val, features: int) -> Val:
        """The block of an array that is written: it is there with :meth:`close`."""
        place = self._place(array, features)
        self._results.append((array, place, features))
        return place

    def close(self) -> None:
        if self._spare is not None:
            for array, place, features in self._results:
                turn(self._code, features, False, self._plain(array, features), place, 1, self._left)

    def _place(self, array: Val, features: int) -> Val:
        if self._spare is None:
            return self._code.at(array, (self._block, features))
        place = self._code.at(self._spare, (self._used, 1))
        self._used += features
        return place

    def _plain(self, array: Val, features: int) -> Val:
        return self._code.at(array, (self._block, self._code.lanes * features), size=4)
