"""Matrix products in generated code: C[M][N] (+)= A[M][K] @ B[K][N], all of A's strides free, B packed in panels.

Packed B is ``[panels][K][vectors * lanes]``: a panel is as wide as the register tile; the last one may have fewer
vectors, and lanes beyond N are zero. So a panel's weights lie one after the other as the inner loop wants them, and any
range of k is one piece of it. The order of loops: parts of K (a part of a panel stays in the L1 cache), parts of M (a
part of A stays in L2), panels, tiles (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication").

    >>> p = Product(m=100, n=40, k=64, lanes=16, rows=14, vectors=2)
    >>> p.packed_floats, p.panels
    (3072, [(0, 2), (32, 1)])

Inside a function under construction :meth:`Product.emit` writes the loops between any places; :func:`product` and
:func:`packer` are whole functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .builder import Builder, Val
from .shuffle import transpose
from .tile import Place, Tile, argument, load, split, store

__all__ = ["Product", "emit_pack", "packer", "product"]

_PART_K = 512  # with two AVX-512 vectors a part of a panel takes 64 KiB: it streams from L2
_PART_M = 252


@dataclass(frozen=True)
class Product:
    """The extents of a product and of its tile.

    add : C is added to instead of overwritten.
    """

    m: int
    n: int
    k: int
    lanes: int
    rows: int
    vectors: int
    add: bool = False
    part_k: int = _PART_K
    part_m: int = _PART_M

    @property
    def packed_floats(self) -> int:
        return -(-self.n // self.lanes) * self.lanes * self.k

    @property
    def panels(self) -> list[tuple[int, int]]:
        """(first column, vectors) of each."""
        wide, total = self.vectors, -(-self.n // self.lanes)
        return [(v * self.lanes, min(wide, total - v)) for v in range(0, total, wide)]

    def scratch_floats(self, a_row: int, a_k: int) -> int:
        """What `emit` needs to copy a part of A (bytes as strides): some where rows would share lines of the cache."""
        far = max(a_row, a_k)
        return self._copy(a_row <= a_k)[2] if far % 1024 == 0 and min(self.m, self.k) > 8 and self.n > 256 else 0

    def _copy(self, by_k: bool) -> tuple[int, int, int]:
        """A copied part of A: its strides along rows and along k in bytes, and floats in all."""
        m, k = min(self.part_m, self.m), min(self.part_k, self.k)
        near = (m if by_k else k) // 16 * 16 + 16
        return (4, 4 * near, near * k) if by_k else (4 * near, 4, near * m)

    def emit(
        self,
        a: Place,
        w: Place,
        c: Place,
        a_row: int,
        a_k: int,
        c_row: int,
        *,
        bias: Place | None = None,
        finish: Callable[[Builder, Val], Val] | None = None,
        c_padded: bool = False,
        scratch: Place | None = None,
    ) -> None:
        """The loops. Strides in bytes; `bias` has N numbers; `finish` maps the finished sums (an activation).

        c_padded : C's rows have room for whole vectors, and the lanes beyond N are written too.
        scratch : :meth:`scratch_floats` numbers of memory, where that is not 0.
        """
        part = _Part(self, w, c, a_row, a_k, c_row, bias, finish, c_padded, scratch)
        runs = split(self.k, self.part_k)
        sizes = [size for _, size, count in runs for _ in range(count)]
        first = 0
        while first < self.k:  # the first and the last part differ from those between
            size, begin = sizes[0], first == 0
            same = 1 if begin or len(sizes) == 1 else sum(s == size for s in sizes[:-1])
            with a.b.loop(same) as i:
                part.emit(a.by(first * a_k).along(i, size * a_k), first, i, size, begin, same == len(sizes))
            first += same * size
            del sizes[:same]


class _Part:
    """The loops over rows and panels for a part of k."""

    def __init__(
        self, p: Product, w: Place, c: Place, a_row: int, a_k: int, c_row: int, bias: Place | None,
        finish: Callable[[Builder, Val], Val] | None, c_padded: bool, scratch: Place | None,
    ) -> None:  # fmt: skip
        self.p, self.w, self.c, self.a_row, self.a_k, self.c_row = p, w, c, a_row, a_k, c_row
        self.bias, self.finish, self.c_padded, self.scratch = bias, finish, c_padded, scratch
        self.b = w.b
        full = [x for x in p.panels if x[1] == p.vectors and x[0] + x[1] * p.lanes <= p.n]
        # (first column, vectors, how many such panels follow each other)
        self.groups = [(0, p.vectors, len(full))] if full else []
        self.groups += [(start, v, 1) for start, v in p.panels[len(full) :]]

    def emit(self, a: Place, first: int, index: Val, size: int, begin: bool, last: bool) -> None:
        """k from `first` + `index` * `size`; `begin`: sums start here; `last`: they are finished here."""
        b, p = self.b, self.p
        for row, rows, count in split(p.m, p.part_m):
            with b.loop(count) as i:
                here, a_row, a_k = a.by(row * self.a_row).along(i, rows * self.a_row), self.a_row, self.a_k
                if self.scratch is not None:
                    a_row, a_k, _ = p._copy(self.a_row <= self.a_k)
                    here = self._copied(here, rows, size, a_row, a_k)
                target = self.c.by(row * self.c_row).along(i, rows * self.c_row)
                for start, vectors, panels in self.groups:
                    width = 4 * vectors * p.lanes
                    with b.loop(panels) as j:
                        weights = self.w.by(start * 4 * p.k + first * width).along(index, size * width)
                        self._panel(
                            here, a_row, a_k, weights.along(j, p.k * width), target.by(start * 4).along(j, width),
                            self.bias.by(start * 4).along(j, width) if self.bias is not None else None,
                            (rows, vectors, size), p.n - start, begin, last,
                        )  # fmt: skip

    def _copied(self, a: Place, rows: int, size: int, a_row: int, a_k: int) -> Place:
        b, lanes, scratch = self.b, self.p.lanes, self.scratch
        assert scratch is not None
        outer, inner = (size, rows) if a_row == 4 else (rows, size)
        from_step, to_step = (self.a_k, a_k) if a_row == 4 else (self.a_row, a_row)
        with b.loop(outer) as i:
            source, target = a.along(i, from_step), scratch.along(i, to_step)
            whole, rest = divmod(inner, lanes)
            if whole:
                with b.loop(whole) as v:
                    store(target.along(v, 4 * lanes), load(source.along(v, 4 * lanes), lanes))
            if rest:
                store(target.by(4 * whole * lanes), load(source.by(4 * whole * lanes), lanes, rest), rest)
        return scratch

    def _panel(
        self, a: Place, a_row: int, a_k: int, w: Place, c: Place, bias: Place | None, extents: tuple[int, int, int],
        columns: int, begin: bool, last: bool,
    ) -> None:  # fmt: skip
        """All tiles of (rows, vectors, size of k) with one panel of weights, of which `columns` are there."""
        b, p, c_row, vector = self.b, self.p, self.c_row, 4 * self.p.lanes
        rows, vectors, size = extents
        finish = self.finish

        def valid(v: int) -> int:
            return 0 if self.c_padded or columns >= vectors * p.lanes else min(columns - v * p.lanes, p.lanes)

        for row, tall, count in split(rows, p.rows):
            with b.loop(count) as i:
                t = Tile(b, tall, vectors, p.lanes)
                target = c.by(row * c_row).along(i, tall * c_row)

                def at(r: int, v: int, target: Place = target) -> Place:
                    return target.by(r * c_row + v * vector)

                if not begin or p.add:
                    t.start(lambda r, v, at=at: load(at(r, v), p.lanes, valid(v)))  # type: ignore[misc]
                elif bias is not None:
                    biases = [load(bias.by(v * vector), p.lanes, valid(v)) for v in range(vectors)]
                    t.start(lambda r, v, biases=biases: biases[v])  # type: ignore[misc]
                else:
                    t.zero()
                t.product(a.by(row * a_row).along(i, tall * a_row), w, size, a_row, a_k, vectors * vector)
                if finish is not None and last:
                    t.each(lambda r, v, x: finish(b, x))
                t.store(at, valid)


def product(p: Product, a_row: int, a_k: int, c_row: int, *, bias: bool = False) -> Callable[[Builder], None]:
    """The function of a block (A, packed B, C[, bias][, scratch]); strides in elements.

    There is a scratch where ``p.scratch_floats(4 * a_row, 4 * a_k)`` is not 0.
    """

    def emit(b: Builder) -> None:
        p.emit(
            argument(b, 0), argument(b, 1), argument(b, 2), 4 * a_row, 4 * a_k, 4 * c_row,
            bias=argument(b, 3) if bias else None,
            scratch=argument(b, 3 + bias) if p.scratch_floats(4 * a_row, 4 * a_k) else None,
        )  # fmt: skip

    return emit


def emit_pack(p: Product, source: Place, target: Place, b_k: int, b_n: int) -> None:
    """Packs B; strides in bytes, of which that along n or that along k is best 4."""
    b, lanes = source.b, p.lanes
    step = 4 * lanes
    whole = sum(start + v * lanes <= p.n for start, v in p.panels if v == p.vectors)
    groups = [(0, p.vectors, whole)] * (whole > 0) + [(start, v, 1) for start, v in p.panels[whole:]]
    for start, vectors, count in groups:
        with b.loop(count) as j:
            for v in range(vectors):
                column = start + v * lanes
                _pack_vector(
                    p, source.by(column * b_n).along(j, vectors * lanes * b_n),
                    target.by((start * p.k + v * lanes) * 4).along(j, p.k * vectors * step),
                    min(lanes, p.n - column), b_k, b_n, vectors * step,
                )  # fmt: skip


def _pack_vector(p: Product, source: Place, target: Place, left: int, b_k: int, b_n: int, step: int) -> None:
    """A vector's columns for all k."""
    b, lanes = source.b, p.lanes
    if b_n == 4:
        with b.loop(p.k) as i:
            store(target.along(i, step), load(source.along(i, b_k), lanes, left))
        return
    if b_k != 4:
        with b.loop(p.k) as i:
            here, value = source.along(i, b_k), b.const(0, "f32", lanes)
            for j in range(left):
                one = load(here.by(j * b_n), 1)
                text = f"insertelement <{lanes} x float> {value.ref}, float {one.ref}, i64 {j}"
                value = b.pure(text, "f32", lanes, b.depth)
            store(target.along(i, step), value)
        return

    def square(source: Place, target: Place, valid: int) -> None:
        """A row of each column becomes a column of them all."""
        zero = b.const(0, "f32", lanes)
        rows = [load(source.by(j * b_n), lanes, valid) if j < left else zero for j in range(lanes)]
        for i, value in enumerate(transpose(b, rows)[: valid or lanes]):
            store(target.by(i * step), value)

    whole, rest = divmod(p.k, lanes)
    if whole:
        with b.loop(whole) as i:
            square(source.along(i, 4 * lanes), target.along(i, lanes * step), 0)
    if rest:
        square(source.by(whole * 4 * lanes), target.by(whole * lanes * step), rest)


def packer(p: Product, b_k: int, b_n: int) -> Callable[[Builder], None]:
    """The function of a block (B, packed B); strides in elements."""
    return lambda b: emit_pack(p, argument(b, 0), argument(b, 1), 4 * b_k, 4 * b_n)
