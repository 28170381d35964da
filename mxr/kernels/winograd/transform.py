"""Vector code that multiplies by small constant matrices.

The matrices of `points` come from pairs of points p and -p: two rows (or two columns) that differ in every second sign.
Their even and odd parts are computed once and serve both, which halves the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..jit.builder import Builder, Val
from .points import Matrix

__all__ = ["line", "square"]

Row = tuple[Fraction, ...]


def line(b: Builder, matrix: Matrix, xs: Sequence[Val]) -> list[Val]:
    """The product of a matrix and a column of vectors."""
    if len(xs) > len(matrix):
        columns, terms = _paired_columns(b, matrix, xs)
        return [_sum(b, row, terms) for row in columns]
    out: dict[int, Val] = {}
    for i, row in enumerate(matrix):
        if i in out:
            continue
        j = next((k for k in range(i + 1, len(matrix)) if _twin(row, matrix[k])), None)
        if j is None:
            out[i] = _sum(b, row, xs)
            continue
        even = tuple((p + q) / 2 for p, q in zip(row, matrix[j]))
        odd = tuple((p - q) / 2 for p, q in zip(row, matrix[j]))
        lead = next(c for c in reversed(odd) if c)
        whole, part = _sum(b, even, xs), _sum(b, tuple(c / lead for c in odd), xs)
        out[i], out[j] = _added(b, whole, part, lead), _added(b, whole, part, -lead)
    return [out[i] for i in range(len(matrix))]


def _twin(p: Row, q: Row) -> bool:
    """Whether two rows agree but for the signs of some entries."""
    return p != q and all(abs(x) == abs(y) for x, y in zip(p, q)) and any(x == y != 0 for x, y in zip(p, q))


def _paired_columns(b: Builder, matrix: Matrix, xs: Sequence[Val]) -> tuple[list[Row], list[Val]]:
    """The matrix over sums and differences of the inputs whose columns are twins, and those."""
    columns = list(zip(*matrix))
    made: list[tuple[Row, Val]] = []
    done: set[int] = set()
    for i, column in enumerate(columns):
        if i in done:
            continue
        j = next((k for k in range(i + 1, len(columns)) if _twin(column, columns[k])), None)
        if j is None:
            made.append((column, xs[i]))
            continue
        done.add(j)
        even = tuple((p + q) / 2 for p, q in zip(column, columns[j]))
        odd = tuple((p - q) / 2 for p, q in zip(column, columns[j]))
        made += [(even, b.add(xs[i], xs[j])), (odd, b.sub(xs[i], xs[j]))]
    return list(zip(*(c for c, _ in made))), [x for _, x in made]


def _sum(b: Builder, row: Row, xs: Sequence[Val]) -> Val:
    terms = [(c, x) for c, x in zip(row, xs) if c]
    first = next((k for k, (c, _) in enumerate(terms) if c == 1), 0)
    c, x = terms.pop(first)
    total = x if c == 1 else b.mul(b.const(float(c), x.ty), x)
    for c, x in terms:
        total = _added(b, total, x, c)
    return total


def _added(b: Builder, total: Val, x: Val, factor: Fraction) -> Val:
    """total + factor * x"""
    if factor == 1:
        return b.add(total, x)
    if factor == -1:
        return b.sub(total, x)
    return b.fma(b.const(float(factor), x.ty), x, total)


def square(b: Builder, matrix: Matrix, column: Sequence[Sequence[Val]]) -> list[list[Val]]:
    """matrix * D * matrix^T; `column` gives D by columns, the result comes by rows."""
    half = [line(b, matrix, xs) for xs in column]
    return [line(b, matrix, [xs[i] for xs in half]) for i in range(len(matrix))]
