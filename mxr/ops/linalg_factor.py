"""Linear algebra on the last two axes: factorisations, inverses, determinants (mx.nd.linalg)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import MXNetError
from ..core.op import op
from ..core.params import Bool
from .linalg import floats_only, square, swap

__all__: list[str] = []


def _same_square(a: Any, s: Any) -> None:
    if s[0] is None and s.outs[0] is not None:
        s.set(0, s.outs[0])
    if square(s) is not None:
        s.out(0, s[0])


def _mirrored(F: Any, x: Any) -> Any:
    """The lower triangle copied to the upper one."""
    return F._linalg_tril(x) + swap(F, F._linalg_tril(x, k=-1))


@op("_linalg_potrf", aliases=("linalg_potrf",), inputs="A")
class Potrf:
    """The Cholesky factor L of A = L L^T, or U of A = U^T U; one triangle of A is read (MXNet linalg_potrf)."""

    lower = Bool(True, "Whether to return the lower factor.")

    infer_type = floats_only
    infer_shape = _same_square
    examples = ("nd.linalg.potrf(nd.array([[4, 2], [2, 3]]))",)

    def forward(xp, a, A):
        try:
            out = xp.linalg.cholesky(A if a.lower else A.swapaxes(-1, -2))
        except np.linalg.LinAlgError:
            raise MXNetError(
                "_linalg_potrf: A is not positive definite (or not symmetric), so it has no Cholesky factor"
            ) from None
        return out if a.lower else out.swapaxes(-1, -2)

    def grad(F, a, dy, out):
        L, dL = (out, dy) if a.lower else (swap(F, out), swap(F, dy))
        M = _mirrored(F, F._linalg_gemm2(L, dL, transpose_a=True))
        half = F._linalg_trsm(L, M, transpose=True, alpha=0.5)
        return F._linalg_trsm(L, half, rightside=True)


@op("_linalg_potri", aliases=("linalg_potri",), inputs="A")
class Potri:
    """The inverse of L L^T (or U^T U) from the Cholesky factor A (MXNet operator linalg_potri)."""

    lower = Bool(True, "Whether A is the lower factor.")

    infer_type = floats_only
    infer_shape = _same_square
    examples = ("nd.linalg.potri(nd.array([[2, 0], [1, 1]]))",)

    def forward(xp, a, A):
        L = xp.tril(A) if a.lower else xp.triu(A).swapaxes(-1, -2)
        try:
            # J L J is upper triangular, so that solve is back substitution
            eye = xp.broadcast_to(xp.eye(A.shape[-1], dtype=A.dtype)[::-1], A.shape)
            inv = xp.linalg.solve(L[..., ::-1, ::-1], eye)[..., ::-1, :]
        except np.linalg.LinAlgError:
            raise MXNetError("_linalg_potri: A has a zero on its diagonal, so it cannot be inverted") from None
        return xp.matmul(inv.swapaxes(-1, -2), inv)

    def grad(F, a, dy, A, out):
        L = A if a.lower else swap(F, A)
        X = F._linalg_gemm2(out, dy + swap(F, dy), alpha=-1)
        dL = F._linalg_tril(F._linalg_trsm(L, X, rightside=True, transpose=True))
        return dL if a.lower else swap(F, dL)


@op("_linalg_gelqf", aliases=("linalg_gelqf",), inputs="A", outputs="output0 output1")
class Gelqf:
    """Q with orthonormal rows and lower triangular L of A = L Q, for A no taller than wide (MXNet linalg_gelqf)."""

    infer_type = floats_only
    examples = ("nd.linalg.gelqf(nd.array([[3, 4], [4, 3]]))",)

    def infer_shape(a, s):
        shape = s[0]
        if shape is None:
            return
        if len(shape) < 2 or (shape[-2] > shape[-1] != -1):
            s.fail(f"Input A shape wrong: last dimension must be >= than second to last, got {shape}")
        s.out(0, shape)
        s.out(1, shape[:-1] + shape[-2:-1])

    def forward(xp, a, A):
        q, r = xp.linalg.qr(A.swapaxes(-1, -2))
        return q.swapaxes(-1, -2), r.swapaxes(-1, -2)

    def grad(F, a, dy, output0, output1):
        Q, L = output0, output1
        M = F._linalg_gemm2(L, dy[1], transpose_a=True) - F._linalg_gemm2(dy[0], Q, transpose_b=True)
        return F._linalg_trsm(L, dy[0] + F._linalg_gemm2(_mirrored(F, M), Q), transpose=True)


@op("_linalg_syevd", inputs="A", outputs="output0 output1")
class Syevd:
    """Eigenvectors as rows of U, and ascending eigenvalues, of symmetric A = U^T diag(L) U (MXNet linalg_syevd).

    The largest entry of each eigenvector is positive.
    """

    infer_type = floats_only
    examples = ("nd.linalg.syevd(nd.array([[2, 0], [0, 1]]))",)

    def infer_shape(a, s):
        if square(s) is not None:
            s.out(0, s[0])
            s.out(1, s[0][:-1])

    def forward(xp, a, A):
        values, vectors = xp.linalg.eigh(A)
        U = vectors.swapaxes(-1, -2)
        top = xp.take_along_axis(U, xp.abs(U).argmax(axis=-1)[..., None], axis=-1)
        return U * xp.where(top < 0, -1, 1).astype(A.dtype), values

    def grad(F, a, dy, output0, output1):
        return F._backward_linalg_syevd(dy[0], dy[1], output0, output1)


@op("_backward_linalg_syevd", inputs="dU dL U L", hidden=True)
class BackwardSyevd:
    """The gradient of syevd: U^T (sym(dU U^T / gaps) + diag(dL)) U."""

    def infer_shape(a, s):
        s.out(0, s[0])

    def forward(xp, a, dU, dL, U, L):
        n = L.shape[-1]
        gap = L[..., :, None] - L[..., None, :]
        close = xp.abs(gap) < np.finfo(L.dtype).tiny
        M = xp.matmul(dU, U.swapaxes(-1, -2))
        with np.errstate(divide="ignore", invalid="ignore"):
            M = xp.where(close, 0, M / gap)
        M = 0.5 * (M + M.swapaxes(-1, -2))
        at = xp.arange(n)
        M[..., at, at] += dL
        return xp.matmul(U.swapaxes(-1, -2), xp.matmul(M, U)).astype(U.dtype)

    grad = None


@op("_linalg_inverse", aliases=("linalg_inverse",), inputs="A")
class Inverse:
    """The inverse of each square matrix (MXNet operator linalg_inverse)."""

    infer_type = floats_only
    infer_shape = _same_square
    examples = ("nd.linalg.inverse(nd.array([[4, 2], [2, 3]]))",)

    def forward(xp, a, A):
        try:
            return xp.linalg.inv(A)
        except np.linalg.LinAlgError:
            raise MXNetError("_linalg_inverse: A is singular, it has no inverse") from None

    def grad(F, a, dy, out):
        return F._linalg_gemm2(F._linalg_gemm2(out, dy, transpose_a=True), out, transpose_b=True, alpha=-1)


@op("_linalg_det", aliases=("linalg_det",), inputs="A")
class Det:
    """The determinant of each square matrix, shape (1,) for one (MXNet operator linalg_det)."""

    infer_type = floats_only
    examples = ("nd.linalg.det(nd.array([[4, 2], [2, 3]]))",)

    def infer_shape(a, s):
        if square(s) is not None:
            s.out(0, s[0][:-2] or (1,))

    def forward(xp, a, A):
        return xp.asarray(xp.linalg.det(A)).reshape(A.shape[:-2] or (1,))

    def grad(F, a, dy, A, out):
        return F._backward_linalg_det(F.elemwise_mul(dy, out), A)


@op("_linalg_slogdet", aliases=("linalg_slogdet",), inputs="A", outputs="output0 output1")
class SlogDet:
    """The sign of the determinant of each square matrix, and the logarithm of its size (MXNet linalg_slogdet)."""

    infer_type = floats_only
    examples = ("nd.linalg.slogdet(nd.array([[4, 2], [2, 3]]))",)

    def infer_shape(a, s):
        if square(s) is not None:
            s.out(0, s[0][:-2] or (1,))
            s.out(1, s[0][:-2] or (1,))

    def forward(xp, a, A):
        sign, log = xp.linalg.slogdet(A)
        shape = A.shape[:-2] or (1,)
        return xp.asarray(sign).reshape(shape), xp.asarray(log).reshape(shape)

    def grad(F, a, dy, A):
        return F._backward_linalg_det(dy[1], A)


@op("_backward_linalg_det", inputs="data A", hidden=True)
class BackwardDet:
    """`data` times the transposed inverse of `A`; zeros where A is singular."""

    def infer_shape(a, s):
        s.out(0, s[1])

    def forward(xp, a, data, A):
        factor = data.reshape(A.shape[:-2] + (1, 1))
        try:
            inverse = xp.linalg.inv(A)
        except np.linalg.LinAlgError:
            good = xp.linalg.det(A) != 0
            safe = xp.where(good[..., None, None], A, xp.eye(A.shape[-1], dtype=A.dtype))
            inverse = xp.where(good[..., None, None], xp.linalg.inv(safe), 0)
        return (factor * inverse.swapaxes(-1, -2)).astype(A.dtype)

    def grad(F, a, dy, data, A):
        T = swap(F, F._linalg_inverse(A))
        d = F.Reshape(F.sum(F.elemwise_mul(dy, T), axis=(-1, -2)), shape=data.shape)
        scaled = F.broadcast_mul(dy, F.Reshape(data, shape=A.shape[:-2] + (1, 1)))
        inner = F._linalg_gemm2(T, swap(F, scaled))
        return d, F._linalg_gemm2(inner, T, alpha=-1)
