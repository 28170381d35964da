"""Linear algebra on the last two axes: products, triangular systems, diagonals and triangles (mx.nd.linalg).

All take any number of leading batch axes; float32 and float64 only, as in MXNet.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..base import MXNetTypeError
from ..core.op import op
from ..core.params import Attrs, Bool, Float, Int
from ..core.shapes import Frame, same_dtypes, same_shapes

__all__ = ["floats_only", "square", "swap", "triangle"]


def floats_only(a: Attrs, s: Frame) -> None:
    """The dtype rule of all operators here."""
    same_dtypes(a, s)
    if s[0] is not None and s[0] not in (np.float32, np.float64):
        raise MXNetTypeError(f"{s.label}: only supports 32-bit and 64-bit floating point, got dtype {s[0]}")


def square(s: Frame, i: int = 0) -> tuple[int, ...] | None:
    """The shape of input i, which must be square matrices."""
    shape = s[i]
    if shape is None:
        return None
    if len(shape) < 2:
        s.fail(f"argument {s.names[i]} must have at least two dimensions, got shape {shape}")
    if shape[-1] != shape[-2] and -1 not in shape[-2:]:
        s.fail(f"argument {s.names[i]} must be square matrices, got shape {shape}")
    return shape


def swap(F: Any, x: Any) -> Any:
    """Matrices transposed."""
    return F.SwapAxis(x, dim1=-1, dim2=-2)


def triangle(xp: Any, x: Any, lower: bool, k: int = 0) -> Any:
    return xp.tril(x, k) if lower else xp.triu(x, k)


def _rows(xp: Any, x: Any, axis: int) -> Any:
    """The matrix rows brought to axis -2."""
    return x if axis in (-2, x.ndim - 2) else xp.moveaxis(x, axis, -2)


def _product_shape(a: Attrs, s: Frame) -> tuple[int, ...] | None:
    x, y = s[0], s[1]
    if x is None or y is None:
        return None
    if len(x) != len(y) or len(x) < 2:
        s.fail(f"A and B must have the same number of dimensions, at least two: got {x} and {y}")
    n = len(x)
    if not -n <= a.axis < n - 1 or a.axis == -1:
        s.fail(f"axis={a.axis} must name a matrix row axis before the last of {n} axes")
    row = a.axis % n
    if any(x[i] != y[i] and -1 not in (x[i], y[i]) for i in range(n - 1) if i != row):
        s.fail(f"Shapes of A and B must be the same, except on row/col axis: {x} and {y}")
    m, k = (x[-1], x[row]) if a.transpose_a else (x[row], x[-1])
    j, c = (y[-1], y[row]) if a.transpose_b else (y[row], y[-1])
    if k != j and -1 not in (k, j):
        s.fail(f"Incompatible matrix dimensions for multiplication: {x} and {y}, {k} columns against {j} rows")
    return x[:row] + (m,) + x[row + 1 : -1] + (c,)


def _product(xp: Any, a: Attrs, A: Any, B: Any) -> Any:
    x, y = _rows(xp, A, a.axis), _rows(xp, B, a.axis)
    out = xp.matmul(x.swapaxes(-1, -2) if a.transpose_a else x, y.swapaxes(-1, -2) if a.transpose_b else y)
    if a.alpha != 1:
        out *= a.alpha
    return out if a.axis in (-2, out.ndim - 2) else xp.moveaxis(out, -2, a.axis)


def _product_grads(F: Any, a: Attrs, dy: Any, A: Any, B: Any) -> tuple[Any, Any]:
    ta, tb, more = a.transpose_a, a.transpose_b, {"alpha": a.alpha, "axis": a.axis}
    if ta:
        dA = F._linalg_gemm2(B, dy, transpose_a=tb, transpose_b=True, **more)
    else:
        dA = F._linalg_gemm2(dy, B, transpose_b=not tb, **more)
    if tb:
        dB = F._linalg_gemm2(dy, A, transpose_a=True, transpose_b=ta, **more)
    else:
        dB = F._linalg_gemm2(A, dy, transpose_a=not ta, **more)
    return dA, dB


def _transposes() -> tuple[Bool, Bool]:
    return Bool(False, "Whether to transpose A."), Bool(False, "Whether to transpose B.")


@op("_linalg_gemm2", aliases=("linalg_gemm2",), inputs="A B")
class Gemm2:
    """alpha * op(A) op(B) (MXNet operator linalg_gemm2; BLAS gemm)."""

    transpose_a, transpose_b = _transposes()
    alpha = Float(1.0, "Factor.")
    axis = Int(-2, "Axis of the matrix rows; columns are the last.")

    infer_type = floats_only
    examples = ("nd.linalg.gemm2(nd.array([[4, 2], [2, 3]]), nd.array([[4, 2], [2, 3]]), alpha=0.5)",)

    def infer_shape(a, s):
        s.out(0, _product_shape(a, s))

    def forward(xp, a, A, B):
        return _product(xp, a, A, B)

    def grad(F, a, dy, A, B):
        return _product_grads(F, a, dy, A, B)


@op("_linalg_gemm", aliases=("linalg_gemm",), inputs="A B C")
class Gemm:
    """alpha * op(A) op(B) + beta * C (MXNet operator linalg_gemm; BLAS gemm)."""

    transpose_a, transpose_b = _transposes()
    alpha = Float(1.0, "Factor of the product.")
    beta = Float(1.0, "Factor of C.")
    axis = Int(-2, "Axis of the matrix rows; columns are the last.")

    infer_type = floats_only
    examples = ("nd.linalg.gemm(nd.array([[4, 2], [2, 3]]), nd.array([[4, 2], [2, 3]]), nd.ones((2, 2)), beta=10)",)

    def infer_shape(a, s):
        shape = _product_shape(a, s)
        s.set(2, shape)
        s.out(0, shape)

    def forward(xp, a, A, B, C):
        return _product(xp, a, A, B) + C * C.dtype.type(a.beta)

    def grad(F, a, dy, A, B):
        return (*_product_grads(F, a, dy, A, B), dy * a.beta)


def _gemm_cost(a: Attrs, ins: Any, outs: Any) -> float:
    return 2.0 * math.prod(outs[0]) * ins[0][a.axis if a.transpose_a else -1]


Gemm.cost = Gemm2.cost = _gemm_cost


@op("_linalg_syrk", aliases=("linalg_syrk",), inputs="A")
class Syrk:
    """alpha * A A^T, or alpha * A^T A (MXNet operator linalg_syrk; BLAS syrk)."""

    transpose = Bool(False, "Whether to compute A^T A.")
    alpha = Float(1.0, "Factor.")

    infer_type = floats_only
    examples = ("nd.linalg.syrk(nd.array([[4, 2], [2, 3]]))",)

    def infer_shape(a, s):
        if s[0] is not None:
            if len(s[0]) < 2:
                s.fail(f"argument A must have at least two dimensions, got shape {s[0]}")
            n = s[0][-1] if a.transpose else s[0][-2]
            s.out(0, s[0][:-2] + (n, n))

    def forward(xp, a, A):
        T = A.swapaxes(-1, -2)
        return xp.matmul(T, A) * A.dtype.type(a.alpha) if a.transpose else xp.matmul(A, T) * A.dtype.type(a.alpha)

    def grad(F, a, dy, A):
        both = dy + swap(F, dy)
        if a.transpose:
            return F._linalg_gemm2(A, both, alpha=a.alpha)
        return F._linalg_gemm2(both, A, alpha=a.alpha)


@op("_linalg_tril", inputs="A", hidden=True)
class Tril:
    """A triangle of the matrices, zeros elsewhere."""

    lower = Bool(True, "Whether to keep the lower triangle.")
    k = Int(0, "The last diagonal that is kept.")

    infer_shape = same_shapes

    def forward(xp, a, A):
        return triangle(xp, A, a.lower, a.k)

    def grad(F, a, dy):
        return F._linalg_tril(dy, lower=a.lower, k=a.k)


def _triangular() -> tuple[Bool, Bool, Bool, Float]:
    return (
        Bool(False, "Whether to transpose A."),
        Bool(False, "Whether A stands on the right of B."),
        Bool(True, "Whether A is lower triangular; the other triangle is not read."),
        Float(1.0, "Factor."),
    )


def _triangular_rule(a: Attrs, s: Frame) -> None:
    A = square(s)
    if A is not None and s[1] is not None:
        B = s[1]
        n = B[-1] if a.rightside else B[-2]
        if len(A) != len(B) or A[:-2] != B[:-2] or (n != A[-1] and -1 not in (n, A[-1])):
            s.fail(f"Shapes of A and B do not fit: {A} and {B} (rightside={a.rightside})")
    s.out(0, s[1])
    s.set(1, s.outs[0])


@op("_linalg_trmm", aliases=("linalg_trmm",), inputs="A B")
class Trmm:
    """alpha * op(A) B, or alpha * B op(A), for triangular A (MXNet operator linalg_trmm; BLAS trmm)."""

    transpose, rightside, lower, alpha = _triangular()

    infer_type = floats_only
    infer_shape = _triangular_rule
    examples = ("nd.linalg.trmm(nd.array([[1, 0], [2, 3]]), nd.array([[4, 2], [2, 3]]))",)

    def forward(xp, a, A, B):
        T = triangle(xp, A, a.lower)
        T = T.swapaxes(-1, -2) if a.transpose else T
        return (xp.matmul(B, T) if a.rightside else xp.matmul(T, B)) * B.dtype.type(a.alpha)

    def grad(F, a, dy, A, B):
        side = {"rightside": a.rightside, "lower": a.lower, "alpha": a.alpha}
        dB = F._linalg_trmm(A, dy, transpose=not a.transpose, **side)
        x, y = (B, dy) if a.rightside else (dy, B)
        dA = F._linalg_gemm2(x, y, transpose_a=a.rightside, transpose_b=not a.rightside, alpha=a.alpha)
        return F._linalg_tril(swap(F, dA) if a.transpose else dA, lower=a.lower), dB


@op("_linalg_trsm", aliases=("linalg_trsm",), inputs="A B")
class Trsm:
    """X with op(A) X = alpha * B, or X op(A) = alpha * B, for triangular A (MXNet operator linalg_trsm; BLAS trsm)."""

    transpose, rightside, lower, alpha = _triangular()

    infer_type = floats_only
    infer_shape = _triangular_rule
    examples = ("nd.linalg.trsm(nd.array([[1, 0], [2, 4]]), nd.array([[4, 2], [2, 3]]))",)

    def forward(xp, a, A, B):
        T = triangle(xp, A, a.lower)
        # X T = B is T' X' = B'
        flip = a.transpose != a.rightside
        upper = a.lower == flip
        T = T.swapaxes(-1, -2) if flip else T
        rhs = B.swapaxes(-1, -2) if a.rightside else B
        out = (
            _solve_upper(xp, T, rhs) if upper else _solve_upper(xp, T[..., ::-1, ::-1], rhs[..., ::-1, :])[..., ::-1, :]
        )
        out = out.swapaxes(-1, -2) if a.rightside else out
        return out * B.dtype.type(a.alpha) if a.alpha != 1 else out

    def grad(F, a, dy, A, out):
        g = F._linalg_trsm(A, dy, transpose=not a.transpose, rightside=a.rightside, lower=a.lower)
        x, y = (out, g) if a.rightside else (g, out)
        dA = F._linalg_gemm2(x, y, transpose_a=a.rightside, transpose_b=not a.rightside, alpha=-1)
        return F._linalg_tril(swap(F, dA) if a.transpose else dA, lower=a.lower), g * a.alpha


def _solve_upper(xp: Any, T: Any, rhs: Any) -> Any:
    # LU of an upper triangular matrix is the matrix itself: what is left is back substitution
    return xp.linalg.solve(T, rhs)


@op("_linalg_sumlogdiag", aliases=("linalg_sumlogdiag",), inputs="A")
class SumLogDiag:
    """The sum of the logarithms of the diagonal of each matrix, shape (1,) for one (MXNet linalg_sumlogdiag)."""

    infer_type = floats_only
    examples = ("nd.linalg.sumlogdiag(nd.array([[4, 2], [2, 3]]))",)

    def infer_shape(a, s):
        if square(s) is not None:
            s.out(0, s[0][:-2] or (1,))

    def forward(xp, a, A):
        with np.errstate(divide="ignore", invalid="ignore"):
            return xp.log(xp.diagonal(A, 0, -2, -1)).sum(axis=-1).reshape(A.shape[:-2] or (1,))

    def grad(F, a, dy, A):
        dy = F.Reshape(dy, shape=A.shape[:-2] + (1,))
        return F._linalg_makediag(F.broadcast_div(dy, F._linalg_extractdiag(A)))


def _offset() -> Int:
    return Int(0, "Which diagonal: above the main one if positive.")


@op("_linalg_extractdiag", aliases=("linalg_extractdiag",), inputs="A")
class ExtractDiag:
    """A diagonal of each square matrix (MXNet operator linalg_extractdiag)."""

    offset = _offset()

    infer_type = floats_only
    examples = ("nd.linalg.extractdiag(nd.array([[4, 2], [2, 3]]))",)

    def infer_shape(a, s):
        if square(s) is not None and s[0][-1] != -1:
            if abs(a.offset) >= s[0][-1]:
                s.fail(f"offset={a.offset} is outside of matrices of shape {s[0][-2:]}")
            s.out(0, s[0][:-2] + (s[0][-1] - abs(a.offset),))

    def forward(xp, a, A):
        return xp.diagonal(A, a.offset, -2, -1)

    def grad(F, a, dy):
        return F._linalg_makediag(dy, offset=a.offset)


@op("_linalg_makediag", aliases=("linalg_makediag",), inputs="A")
class MakeDiag:
    """Square matrices with the vectors on a diagonal (MXNet operator linalg_makediag)."""

    offset = _offset()

    infer_type = floats_only
    examples = ("nd.linalg.makediag(nd.array([1, 2]))",)

    def infer_shape(a, s):
        if s[0] is not None:
            n = -1 if s[0][-1] == -1 else s[0][-1] + abs(a.offset)
            s.out(0, s[0][:-1] + (n, n))

    def forward(xp, a, A):
        n = A.shape[-1] + abs(a.offset)
        out = xp.zeros(A.shape[:-1] + (n, n), A.dtype)
        at = xp.arange(A.shape[-1])
        out[..., at - min(a.offset, 0), at + max(a.offset, 0)] = A
        return out

    def grad(F, a, dy):
        return F._linalg_extractdiag(dy, offset=a.offset)


def _cells(xp: Any, a: Attrs, n: int) -> tuple[Any, Any]:
    """Rows and columns of a triangle of n x n matrices, in MXNet's order: by rows of the lower one."""
    m = n - abs(a.offset)
    i, j = xp.tril_indices(m)
    if a.offset < 0 or (a.offset == 0 and a.lower):
        return i + abs(a.offset), j
    return j, i + abs(a.offset)


def _trian_params() -> tuple[Int, Bool]:
    return (
        Int(0, "First diagonal of the triangle; its sign says which triangle, if not 0."),
        Bool(True, "Whether the lower triangle is meant, for offset 0."),
    )


@op("_linalg_extracttrian", aliases=("linalg_extracttrian",), inputs="A")
class ExtractTrian:
    """A triangle of each square matrix as a vector (MXNet operator linalg_extracttrian)."""

    offset, lower = _trian_params()

    infer_type = floats_only
    examples = ("nd.linalg.extracttrian(nd.array([[4, 2], [2, 3]]))",)

    def infer_shape(a, s):
        if square(s) is not None and s[0][-1] != -1:
            m = s[0][-1] - abs(a.offset)
            if m <= 0:
                s.fail(f"offset={a.offset} is outside of matrices of shape {s[0][-2:]}")
            s.out(0, s[0][:-2] + (m * (m + 1) // 2,))

    def forward(xp, a, A):
        i, j = _cells(xp, a, A.shape[-1])
        return A[..., i, j]

    def grad(F, a, dy):
        return F._linalg_maketrian(dy, offset=a.offset, lower=a.lower)


@op("_linalg_maketrian", aliases=("linalg_maketrian",), inputs="A")
class MakeTrian:
    """Square matrices with the vectors in a triangle, zeros elsewhere (MXNet operator linalg_maketrian)."""

    offset, lower = _trian_params()

    infer_type = floats_only
    examples = ("nd.linalg.maketrian(nd.array([1, 2, 3]))",)

    def infer_shape(a, s):
        if s[0] is not None and s[0][-1] != -1:
            n = _side(a, s[0][-1])
            if n is None:
                s.fail(f"the last axis of A has length {s[0][-1]}, which is not that of a triangle")
            s.out(0, s[0][:-1] + (n, n))

    def forward(xp, a, A):
        n = _side(a, A.shape[-1])
        out = xp.zeros(A.shape[:-1] + (n, n), A.dtype)
        i, j = _cells(xp, a, n)
        out[..., i, j] = A
        return out

    def grad(F, a, dy):
        return F._linalg_extracttrian(dy, offset=a.offset, lower=a.lower)


def _side(a: Attrs, size: int) -> Any:
    m = (math.isqrt(8 * size + 1) - 1) // 2
    return m + abs(a.offset) if m * (m + 1) // 2 == size and size else None
