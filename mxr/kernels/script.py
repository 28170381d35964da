"""Scripts: a computation written down once on arrays that stand for others, run on any such arrays in one foreign call.

Recurrent networks take many small steps at addresses that are known but for where the arrays begin. A :class:`Script`
is given the shapes; what it is then told to do with views of its stand-ins becomes rows of a table (see `table`).
To run it on real arrays is one addition over all addresses and one call without the GIL.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from . import moves
from .native import Native, block_of, prototype
from .products import address, workspace
from .routines import routine

__all__ = ["Script"]

_OWNER = 48  # an address while writing: the number of its array above so many bits, the offset in bytes below


class Script:
    """Rows over float32 arrays of the given shapes, without gaps.

    Attributes
    ----------
    given : the stand-ins; they have the shapes and are never read.
    """

    def __init__(self, shapes: Sequence[tuple[int, ...]], lasting: Sequence[int] = ()) -> None:
        """lasting : numbers of the arrays that no row writes to: what is packed of them needs no second time."""
        self.given = [np.empty(s, np.float32) for s in shapes]
        self._arrays = list(self.given)
        self._lasting = {k + 1 for k in lasting}
        self._sorted: list[tuple[int, int]] | None = None
        self._functions: list[Any] = []  # per row: an address, or the number of a function that is to be compiled
        self._blocks: list[tuple[Sequence[int], Sequence[int]]] = []  # per row: addresses, numbers
        self._wanted: dict[Hashable, tuple[int, Callable[..., None]]] = {}
        self._keep: list[Any] = []
        self._packed: list[tuple[Any, ...]] = [(), ()]  # what lies in the slots
        self._panels = [0, 0]  # floats of the packed matrices
        self._spare = 0  # floats of what products copy

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
        from .jit.engine import engine
        from .jit.gemm import Product, packer, product
        from .jit.tile import shape_for

        width = engine().vector_bytes
        (m, k), n, tile = a.shape, b.shape[1], shape_for(width)
        p = Product(m, n, k, width // 4, tile[0], tile[1], add)
        a_row, a_k, b_k, b_n, c_row = (s // 4 for s in (*a.strides, *b.strides, out.strides[0]))
        words = [self.at(a), _PANELS[slot], self.at(out)]
        if bias is not None:
            words.append(self.at(bias))
        spare = p.scratch_floats(*a.strides)
        if spare:
            words.append(_SPARE)
        packing = (p.n, p.k, p.lanes, p.vectors, b_k, b_n)
        held = (self.at(b), packing)
        if self._packed[slot] != held:
            self._row_of(("script packer", packing), packer(p, b_k, b_n), [self.at(b), _PANELS[slot]])
            self._packed[slot] = held if held[0] >> _OWNER in self._lasting else ()
        key = ("script product", p, a_row, a_k, c_row, bias is not None)
        self._row_of(key, product(p, a_row, a_k, c_row, bias=bias is not None), words)
        self._panels[slot] = max(self._panels[slot], p.packed_floats)
        self._spare = max(self._spare, spare)

    def _row_of(self, key: Hashable, emit: Callable[..., None], addresses: Sequence[int]) -> None:
        number, _ = self._wanted.setdefault(key, (len(self._wanted), emit))
        self._functions.append(_Wanted(number))
        self._blocks.append((addresses, ()))

    # ---- running
    def finish(self) -> None:
        """Compiles what is missing; from now on the script can be run."""
        from .jit.function import compile_functions

        own = {
            name: self.at(self.scratch(max(n, 1))) for name, n in zip((*_PANELS, _SPARE), (*self._panels, self._spare))
        }
        code = compile_functions([(key, emit) for key, (_, emit) in self._wanted.items()])
        functions = [code[f.number] if isinstance(f, _Wanted) else f for f in self._functions]
        words: list[int] = []
        owners: list[int] = []
        starts = []
        for addresses, numbers in self._blocks:
            starts.append(8 * len(words))
            for where in addresses:
                where = own.get(where, where)
                owners.append(where >> _OWNER)
                words.append(where & ((1 << _OWNER) - 1))
            words += numbers
            owners += [0] * len(numbers)
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
        bases = np.array([0, *map(address, arrays), *(self._begins + address(memory))], np.int64)
        words = self._words + bases[self._owners]
        table = self._table.copy()
        table[:, 1] += address(words)
        return block_of(address(table), len(table), 0, 0, 0, 0, 0, 0, 0, 0), table, words

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


# stand for the packed matrices and for what products copy: their sizes are known at the end
_PANELS, _SPARE = (-1, -2), -3


class _Wanted:
    """A function that `finish` compiles."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number
