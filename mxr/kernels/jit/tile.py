"""The register tile of matrix products and convolutions: rows x vectors of accumulators that stay in registers.

    acc[row][vector] += broadcast(a(row)) * w(vector)        for each k

`a` and `w` say where a row's number and a vector of weights lie at this k: a :class:`Place`, a pointer and a number of
bytes. What a tile is made of (loops around it, addresses, what happens to the sums) is up to the caller:

    >>> from mxr.kernels.jit.builder import Builder
    >>> b = Builder("product")                       # c[6][2*16] = a[6][64] @ w[64][2*16]
    >>> a, w, c = (argument(b, i) for i in range(3))
    >>> t = Tile(b, rows=6, vectors=2, lanes=16)
    >>> t.zero()
    >>> with t.loop(16) as i:                        # 16 times 4 values of k
    ...     here, weights = a.along(i, 4 * 4), w.along(i, 4 * 32 * 4)
    ...     for k in range(4):
    ...         t.step(lambda r: here.by(r * 64 * 4 + k * 4), lambda v: weights.by(k * 128 + v * 64))
    >>> t.store(lambda r, v: c.by(r * 128 + v * 64))
    >>> "llvm.fmuladd.v16f32" in b.text()
    True

``t.product`` is that loop for strides that are numbers. :func:`shape_for` gives the tile that suits a vector width;
:mod:`.gemm` builds a whole product on it, :mod:`.function` compiles what a Builder holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from .builder import LLVM, SIZE, Builder, Val, mangled, type_name
from .engine import vector_registers

__all__ = ["Place", "Tile", "argument", "load", "number", "prefetch", "shape_for", "split", "store"]


class Place(NamedTuple):
    """An address in generated code: a pointer and a constant number of bytes, which instructions take for free."""

    b: Builder
    base: Val
    offset: int = 0

    def by(self, nbytes: int) -> Place:
        """The place so many bytes on."""
        return Place(self.b, self.base, self.offset + nbytes)

    def along(self, index: Val, nbytes: int) -> Place:
        """The place `index` times so many bytes on."""
        b = self.b
        if not index.ref.startswith("%"):
            return self.by(int(index.ref) * nbytes)
        depth = max(self.base.depth, index.depth)
        moved = b.pure(f"mul i64 {index.ref}, {nbytes}", "i64", 1, index.depth) if nbytes != 1 else index
        base = b.pure(f"getelementptr i8, ptr {self.base.ref}, i64 {moved.ref}", "ptr", 1, depth)
        return Place(b, base, self.offset)

    @property
    def ref(self) -> str:
        """The register that holds the address."""
        return self.value.ref

    @property
    def value(self) -> Val:
        if not self.offset:
            return self.base
        text = f"getelementptr i8, ptr {self.base.ref}, i64 {self.offset}"
        return self.b.pure(text, "ptr", 1, self.base.depth)


def argument(b: Builder, slot: int) -> Place:
    """The address in a slot of the block that the function gets."""
    return Place(b, _word(b, slot, "ptr"))


def number(b: Builder, slot: int, ty: str = "i64") -> Val:
    """The number in a slot of the block."""
    return _word(b, slot, ty)


def _word(b: Builder, slot: int, ty: str) -> Val:
    memo, key = b.regions[0].memo, ("word", slot, ty)
    if key not in memo:
        place = b.pure(f"getelementptr i64, ptr %block, i64 {slot}", "ptr", 1, 0)
        memo[key] = b.load(f"load {LLVM[ty]}, ptr {place.ref}", ty, 1, 0)
    return memo[key]


def load(at: Place, lanes: int, valid: int = 0, ty: str = "f32") -> Val:
    """`lanes` numbers that follow each other; from `valid` on (0: none) they are taken as 0 and not touched."""
    b, vec = at.b, type_name(ty, lanes)
    if not 0 < valid < lanes:
        return b.load(f"load {vec}, ptr {at.ref}, align {SIZE[ty]}", ty, lanes, b.depth)
    name = f"@llvm.masked.load.{mangled(ty, lanes)}.p0"
    b.declares[name] = f"declare {vec} {name}(ptr, i32, <{lanes} x i1>, {vec})"
    mask = _mask(lanes, valid)
    text = f"call {vec} {name}(ptr {at.ref}, i32 {SIZE[ty]}, {mask}, {vec} zeroinitializer)"
    return b.load(text, ty, lanes, b.depth)


def store(at: Place, value: Val, valid: int = 0) -> None:
    """Writes a value; of a vector only the first `valid` lanes (0: all)."""
    b, vec = at.b, type_name(value.ty, value.lanes)
    if not 0 < valid < value.lanes:
        b.effect(f"store {vec} {value.ref}, ptr {at.ref}, align {SIZE[value.ty]}")
        return
    name = f"@llvm.masked.store.{mangled(value.ty, value.lanes)}.p0"
    b.declares[name] = f"declare void {name}({vec}, ptr, i32, <{value.lanes} x i1>)"
    mask = _mask(value.lanes, valid)
    b.effect(f"call void {name}({vec} {value.ref}, ptr {at.ref}, i32 {SIZE[value.ty]}, {mask})")


def prefetch(at: Place) -> None:
    """Asks for a cache line that is needed later; the address may be any."""
    at.b.declares["@llvm.prefetch.p0"] = "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)"
    at.b.effect(f"call void @llvm.prefetch.p0(ptr {at.ref}, i32 0, i32 3, i32 1)")


def _mask(lanes: int, valid: int) -> str:
    bits = ", ".join("i1 true" if j < valid else "i1 false" for j in range(lanes))
    return f"<{lanes} x i1> <{bits}>"


class Tile:
    """Accumulators of `rows` x `vectors` vectors; ``acc[row, vector]`` is the present value of one."""

    def __init__(self, b: Builder, rows: int, vectors: int, lanes: int, ty: str = "f32") -> None:
        self.b, self.rows, self.vectors, self.lanes, self.ty = b, rows, vectors, lanes, ty
        self._acc: dict[tuple[int, int], Val] = {}
        self._slots: dict[tuple[int, int], str] = {}
        self._stored = False  # whether the values are in the slots, and not in `_acc`

    @property
    def acc(self) -> dict[tuple[int, int], Val]:
        if self._stored:
            b, vec = self.b, type_name(self.ty, self.lanes)
            self._acc = {
                k: b.load(f"load {vec}, ptr {s}", self.ty, self.lanes, b.depth) for k, s in self._slots.items()
            }
            self._stored = False
        return self._acc

    @acc.setter
    def acc(self, values: dict[tuple[int, int], Val]) -> None:
        self._acc, self._stored = values, False

    def zero(self) -> None:
        nothing = self.b.const(0, self.ty, self.lanes)
        self.acc = {(r, v): nothing for r in range(self.rows) for v in range(self.vectors)}

    def start(self, value: Callable[[int, int], Val]) -> None:
        """Begins with ``value(row, vector)``: a bias, or what an earlier part of the sum left."""
        b = self.b
        self.acc = {
            (r, v): b.splat(value(r, v), self.lanes) for r in range(self.rows) for v in range(self.vectors)
        }  # fmt: skip

    @contextmanager
    def loop(self, trips: int | str, perhaps: bool = False) -> Iterator[Val]:
        """:meth:`Builder.loop` that carries the accumulators; yields the index."""
        if trips == 1:
            yield self.b.const(0, "i64")
            return
        self._keep()
        with self.b.loop(trips, perhaps) as i:
            yield i
            self._keep()

    def _keep(self) -> None:
        """Puts the values into memory, which LLVM turns into registers again, across loops too."""
        if self._stored:
            return
        b, vec = self.b, type_name(self.ty, self.lanes)
        for key, value in self._acc.items():
            if key not in self._slots:
                self._slots[key] = b.alloca(self.ty, self.lanes)
            b.effect(f"store {vec} {value.ref}, ptr {self._slots[key]}")
        self._stored = True

    def step(self, a: Callable[[int], Place | None], w: Callable[[int], Place]) -> None:
        """One k: `a` gives the place of a row's number (None: the row takes no part), `w` that of a vector."""
        b = self.b
        weights = [load(w(v), self.lanes) for v in range(self.vectors)]
        for r in range(self.rows):
            at = a(r)
            if at is None:
                continue
            x = b.splat(load(at, 1, ty=self.ty), self.lanes)
            for v, weight in enumerate(weights):
                self.acc[r, v] = b.fma(x, weight, self.acc[r, v])

    def product(
        self, a: Place, w: Place, k: int, a_row: int | Callable[[int], int | None], a_k: int, w_k: int, unroll: int = 0,
        vector: int = 0,
    ) -> None:  # fmt: skip
        """`k` steps. Strides in bytes: `a_row` from row to row (or a function of the row; None leaves it out),
        `vector` from vector to vector of `w` (0: they follow each other). `unroll` 0: as often as keeps the CPU busy,
        once for a large tile (measured: more only makes the code longer).
        """
        unroll = unroll or max(1, min(4, 24 // (self.rows * self.vectors)))
        vector = vector or self.lanes * SIZE[self.ty]
        row = a_row if callable(a_row) else lambda r: r * a_row

        def steps(here: Place, weights: Place, count: int) -> None:
            for j in range(count):

                def at(r: int, j: int = j) -> Place | None:
                    off = row(r)
                    return None if off is None else here.by(off + j * a_k)

                self.step(at, lambda v, j=j: weights.by(j * w_k + v * vector))  # type: ignore[misc]

        trips, rest = divmod(k, unroll)
        if trips:
            with self.loop(trips) as i:
                steps(a.along(i, unroll * a_k), w.along(i, unroll * w_k), unroll)
        steps(a.by(trips * unroll * a_k), w.by(trips * unroll * w_k), rest)

    def each(self, change: Callable[[int, int, Val], Val]) -> None:
        """Replaces every accumulator by ``change(row, vector, value)``: bias, activation, sums with other memory."""
        for (r, v), value in self.acc.items():
            self.acc[r, v] = change(r, v, value)

    def store(self, at: Callable[[int, int], Place], valid: Callable[[int], int] | None = None) -> None:
        """Writes all; ``valid(vector)`` lanes of a vector where not all are to be written (0: all)."""
        for (r, v), value in self.acc.items():
            store(at(r, v), value, valid(v) if valid is not None else 0)


def shape_for(vector_bytes: int) -> tuple[int, int]:
    """(rows, vectors) of the largest good tile: for the 32 registers of AVX-512 and of ARM, for the 16 of others."""
    if vector_bytes == 64:
        return 14, 2
    return (8, 3) if vector_bytes == 16 and vector_registers(vector_bytes) == 32 else (6, 2)


def split(extent: int, most: int) -> list[tuple[int, int, int]]:
    """Cuts an extent into equal parts of at most `most`: (start, size, how many follow each other), one or two rows."""
    parts = -(-extent // most)
    small, more = divmod(extent, parts)
    runs = [(0, small + 1, more), (more * (small + 1), small, parts - more)]
    return [run for run in runs if run[2]]
