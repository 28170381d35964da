"""Products of matrices in NumPy's order, one or many, in generated code: packing and product in one function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .builder import Builder
from .engine import Engine, engine
from .function import compile_functions
from .gemm import Product, emit_pack
from .tile import argument, shape_for

__all__ = ["Matmul"]

_FEW = 4  # rows up to which large weights are not worth packing
_LARGE = 1 << 15


@dataclass(frozen=True)
class Matmul:
    """`batch` times C (m, n) = A (m, k) @ B (k, n), plus a bias of n numbers; A or B may lie turned: (k, m), (n, k)."""

    m: int
    n: int
    k: int
    turned_a: bool = False
    turned_b: bool = False
    batch: int = 1
    bias: bool = False
    lanes: int = 0

    @property
    def worth(self) -> bool:
        """Whether packing B pays."""
        return self.m >= _FEW or self.n * self.k <= _LARGE

    @cached_property
    def product(self) -> Product:
        lanes = self.lanes or engine().vector_bytes // 4
        rows, vectors = shape_for(4 * lanes)
        return Product(self.m, self.n, self.k, lanes, rows, vectors)

    @property
    def _strides(self) -> tuple[int, int, int, int]:
        """Of A along m and k, of B along k and n, in bytes."""
        a = (4, 4 * self.m) if self.turned_a else (4 * self.k, 4)
        b = (4, 4 * self.k) if self.turned_b else (4 * self.n, 4)
        return (*a, *b)

    @property
    def scratch_floats(self) -> int:
        a_row, a_k, _, _ = self._strides
        return self.product.packed_floats + self.product.scratch_floats(a_row, a_k)

    def emit(self, b: Builder) -> None:
        """Block: A, B, [bias], C, scratch."""
        p = self.product
        a, w, *extra, c, scratch = (argument(b, i) for i in range(4 + self.bias))
        a_row, a_k, b_k, b_n = self._strides
        with b.loop(self.batch) as i:
            left, right = a.along(i, 4 * self.m * self.k), w.along(i, 4 * self.k * self.n)
            emit_pack(p, right, scratch, b_k, b_n)
            copy = scratch.by(4 * p.packed_floats) if p.scratch_floats(a_row, a_k) else None
            out = c.along(i, 4 * self.m * self.n)
            p.emit(left, scratch, out, a_row, a_k, 4 * self.n, bias=extra[0] if extra else None, scratch=copy)

    def function(self, generator: Engine | None = None) -> int:
        """The address of the function of a block (A, B, [bias], C, scratch of `scratch_floats`)."""
        return compile_functions([(("matmul", self), self.emit)], generator)[0]
