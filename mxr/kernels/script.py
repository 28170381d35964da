"""Scripts: a computation written down once on arrays that stand for others, run on any such arrays in one foreign call.

Recurrent networks take many small steps at addresses that are known but for where the arrays begin. A :class:`Script`
is given the shapes; what it is then told to do with views of its stand-ins becomes rows of a table (see `table`).
To run it on real arrays is one addition over all addresses and one call without the GIL.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from . import moves
from .buffers import address, workspace
from .native import Native, prototype
from .routines import routine
from .shares import addresses_of_shares
from .table import walk_block

__all__ = ["Script"]

# Products of so many multiplications are shared by threads: some 40 us. Shares are multiples of so many columns.
_SHARED, _COLUMNS = 1 << 22, 32

_OWNER = 48  # an address while writing: the number of its array above so many bits, the offset in bytes below


class Script:
    """Rows over float32 arrays of the given shapes, without gaps.

    Attributes
    ----------
    given : the stand-ins; they have the shapes and are never read.
    """

    def __init__(self, shapes: Sequence[tuple[int, ...]], lasting: Sequence[int] = (), threads: int = 1) -> None:
        """The stand-ins are made here.

        Parameters
        ----------
        lasting : numbers of the arrays that no row writes to: what is packed of them needs no second time.
        threads : large products are shared by so many threads of OpenMP's pool (see `shares`).
        """
        self._threads = threads
        self.given = [np.empty(s, np.float32) for s in shapes]
        self._arrays = list(self.given)
        self._lasting = {k + 1 for k in lasting}
        self._sorted: list[tuple[int, int]] | None = None
        self._functions: list[Any] = []  # per row: an address, or the number of a function that is to be compiled
        self._blocks: list[Any] = []  # per row: (addresses, numbers), or the rows that threads share
        self._wanted: dict[Hashable, tuple[int, Callable[..., None]]] = {}
        self._keep: list[Any] = []
        self._packed: dict[int, Any] = {}  # what lies in which packed matrix
        self._floats: dict[int, int] = {}  # of packed matrices and of what products copy: room for the largest

    # ---- writing
    def scratch(self, *shape: int) -> np.ndarray:
        """A stand-in for memory that the script brings along; it holds nothing when a run begins."""
        made = np.empty(shape, np.float32)
        self._arrays.append(made)
        self._sorted = None
        return made

    def at(self, view: np.ndarray) -> int:
        """The address of a view's first element, as rows are told it."""
        if self._sorted is None:
            self._sorted = sorted((address(x), k) for k, x in enumerate(self._arrays))
        where = address(view)
        start, k = self._sorted[bisect.bisect_right(self._sorted, (where, len(self._arrays))) - 1]
        return (k + 1 << _OWNER) + where - start

    def row(self, function: int, addresses: Sequence[int], numbers: Sequence[int] = ()) -> None:
        """A call of a C function with the addresses (of `at`) and numbers as its block."""
        self._functions.append(function)
        self._blocks.append((addresses, numbers))

    def kernel(self, kernel: Any, addresses: Sequence[int]) -> None:
        """A row that runs a generated kernel."""
        self._keep.append(kernel)
        self.row(kernel.address, addresses, [kernel.domain[0]] if kernel.program.open_end else [])

    def copy(self, dst: np.ndarray, src: np.ndarray) -> None:
        words = moves.copy_words(dst, src)
        assert words is not None
        self.row(routine(words[0]), [self.at(dst), self.at(src)], words[1])

    def add(self, dst: np.ndarray, src: np.ndarray) -> None:
        """dst += src; both of one shape, their rows without gaps."""
        if dst.flags.c_contiguous and src.flags.c_contiguous:
            self.row(routine("add"), [self.at(dst), self.at(src)], [dst.size])
            return
        for d, s in zip(dst, src):
            self.add(d, s)

    def zero(self, dst: np.ndarray) -> None:
        assert dst.flags.c_contiguous
        self.row(routine("zero"), [self.at(dst)], [dst.nbytes])

    def multiply(self, a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
        """out = a * b, of arrays without gaps."""
        from .flat import flat

        loop = flat((("z", "x*y"),), (("x", False), ("y", False), ("z", True)), ())
        self._keep.append(loop)
        self.row(loop.kernel.address, [self.at(x) for x in (a, b, out)], [out.size])

    def column_sums(self, a: np.ndarray, out: np.ndarray) -> None:
        from . import jit

        rows, columns = a.shape
        operands = [jit.Operand("x", "float32", (a.strides[0] // 4, 1)), jit.Operand("y", "float32", (0, 1), True)]
        self.kernel(jit.compile_reduce([("y", "x")], operands, (rows, columns), [0]), [self.at(a), self.at(out)])

    def product(
        self, a: np.ndarray, b: np.ndarray, out: np.ndarray, bias: np.ndarray | None = None, *, add: bool = False,
        slot: int = 0,
    ) -> None:  # fmt: skip
        """out (m, n) = a (m, k) @ b (k, n), plus bias (n,), or plus what was in `out` where `add`.

        slot : 0 or 1: where the packed `b` stays until the next one comes there.
        """
        parts = 1 if a.size * b.shape[1] < _SHARED else self._threads
        each = -(-b.shape[1] // (_COLUMNS * parts)) * _COLUMNS
        packs, products = [], []
        for j, start in enumerate(range(0, b.shape[1], each)):
            columns = slice(start, start + each)
            own = None if bias is None else bias[columns]
            pack, row = self._product(a, b[:, columns], out[:, columns], own, add, slot, j)
            packs += pack
            products.append(row)
        self._share(packs)
        self._share(products)

    def _product(
        self, a: np.ndarray, b: np.ndarray, out: np.ndarray, bias: np.ndarray | None, add: bool, slot: int, share: int
    ) -> tuple[list[_Row], _Row]:
        """The row that packs `b`, where it is not packed yet, and that of the product."""
        from .jit.engine import engine
        from .jit.gemm import Product, packer, product
        from .jit.tile import shape_for

        width = engine().vector_bytes
        (m, k), n, tile = a.shape, b.shape[1], shape_for(width)
        p = Product(m, n, k, width // 4, tile[0], tile[1], add)
        a_row, a_k, b_k, b_n, c_row = (s // 4 for s in (*a.strides, *b.strides, out.strides[0]))
        panels = self._room(3 * share + slot, p.packed_floats)
        words = [self.at(a), panels, self.at(out)]
        if bias is not None:
            words.append(self.at(bias))
        spare = p.scratch_floats(*a.strides)
        if spare:
            words.append(self._room(3 * share + 2, spare))
        packing = (p.n, p.k, p.lanes, p.vectors, b_k, b_n)
        held, packs = (self.at(b), packing), []
        if self._packed.get(panels) != held:
            packs.append(self._row_of(("script packer", packing), packer(p, b_k, b_n), [self.at(b), panels]))
            self._packed[panels] = held if held[0] >> _OWNER in self._lasting else None
        key = ("script product", p, a_row, a_k, c_row, bias is not None)
        return packs, self._row_of(key, product(p, a_row, a_k, c_row, bias=bias is not None), words)

    def _room(self, place: int, floats: int) -> int:
        """Stands for the address of memory whose size is known at the end."""
        self._floats[place] = max(self._floats.get(place, 1), floats)
        return -1 - place

    def _row_of(self, key: Hashable, emit: Callable[..., None], addresses: Sequence[int]) -> _Row:
        number, _ = self._wanted.setdefault(key, (len(self._wanted), emit))
        return _Row(number, addresses)

    def _share(self, rows: list[_Row]) -> None:
        """Appends rows that do not depend on each other."""
        if len(rows) > 1:
            self._functions.append(None)
            self._blocks.append(rows)
        for row in rows if len(rows) == 1 else ():
            self._functions.append(row)
            self._blocks.append((row.addresses, ()))

    # ---- running
    def finish(self) -> None:
        """Compiles what is missing; from now on the script can be run."""
        from .jit.function import compile_functions

        own = {-1 - place: self.at(self.scratch(n)) for place, n in self._floats.items()}
        code = compile_functions([(key, emit) for key, (_, emit) in self._wanted.items()])
        functions = [code[f.number] if isinstance(f, _Row) else f for f in self._functions]
        words: list[int] = []
        owners: list[int] = []
        starts = []
        itself = len(self._arrays) + 1  # the owner of addresses within the words

        def write(addresses: Sequence[int], numbers: Sequence[int]) -> int:
            begin = 8 * len(words)
            for where in addresses:
                where = own.get(where, where)
                owners.append(where >> _OWNER)
                words.append(where & ((1 << _OWNER) - 1))
            words.extend(numbers)
            owners.extend([0] * len(numbers))
            return begin

        for i, block in enumerate(self._blocks):
            if functions[i] is not None:
                starts.append(write(*block))
                continue
            begins = [write(row.addresses, ()) for row in block]
            table = 8 * len(words)
            for row, begin in zip(block, begins):
                words += [code[row.number], begin]
                owners += [0, itself]
            functions[i], *pool = addresses_of_shares()
            starts.append(write((), (*pool, len(block))))
            words.append(table)
            owners.append(itself)
        self._words, self._owners = np.array(words, np.int64), np.array(owners, np.intp)
        self._table = np.empty((len(starts), 2), np.int64)
        self._table[:, 0], self._table[:, 1] = functions, starts
        sizes = [-(-x.size // 16) * 64 for x in self._arrays[len(self.given) :]]
        self._begins = np.array([sum(sizes[:i]) for i in range(len(sizes))], np.int64)
        self._bytes = sum(sizes)
        self._shapes = [x.shape for x in self.given]
        self.given, self._arrays, self._blocks, self._functions = [], [], [], []
        self._walk = prototype(routine("walk"))

    @property
    def scratch_floats(self) -> int:
        """How much memory it brings along."""
        return self._bytes // 4

    def _bound(self, arrays: Sequence[np.ndarray], memory: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(block of the walk, table, words) for these arrays."""
        words = np.empty_like(self._words)
        bases = np.array([0, *map(address, arrays), *(self._begins + address(memory)), address(words)], np.int64)
        np.add(self._words, bases[self._owners], out=words)
        table = self._table.copy()
        table[:, 1] += address(words)
        several = self._threads > 1
        return walk_block(table, several, self._threads if several else 0), table, words

    def run(self, arrays: Sequence[np.ndarray]) -> None:
        """Runs it on arrays of the given shapes, float32 and without gaps; any number of threads may do so."""
        (memory,) = workspace((self.scratch_floats,))
        block, table, words = self._bound(arrays, memory)
        if self._walk(address(block)):
            raise AssertionError(f"row {block[2]} of a script failed with status {block[3]}")

    def bind(self, arrays: Sequence[np.ndarray], memory: np.ndarray, name: str) -> Native:
        """The run on arrays that stay where they are, as one bound call; `memory` takes the scratch."""
        block, table, words = self._bound(arrays, memory)
        return Native(routine("walk"), block, (table, words, memory, tuple(arrays), tuple(self._keep)), name)


class _Row(NamedTuple):
    """A row whose function `finish` compiles."""

    number: int
    addresses: Sequence[int]
