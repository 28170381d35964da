"""dot with csr matrices: by scipy.sparse (CuPy's on a GPU) where it is installed, else by NumPy.

Which storages give which, with `forward_stype`: csr . dense and csr . row_sparse are dense; csr' . dense and
csr' . row_sparse are row_sparse; dense . csr is csr; all else runs dense.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import MXNetNotImplementedError, MXNetValueError
from ..core.params import Attrs
from ..core.sparse_call import Kernel, fallback_storage, sparse_grad, sparse_rule
from ..core.storage import Csr, RowSparse, compress_rows, csr_of, dense_of, scipy_sparse

__all__ = ["multiply", "multiply_transposed"]

# products of this many elements are held at a time, where NumPy multiplies
_CHUNK = 1 << 22


def _library(xp: Any) -> Any:
    if xp is np:
        return scipy_sparse()
    import cupyx.scipy.sparse

    return cupyx.scipy.sparse


def _known_to(xp: Any, data: Any) -> bool:
    """Whether the library multiplies numbers of that kind: CuPy's has no whole ones."""
    return data.dtype.kind != "b" if xp is np else data.dtype.kind == "f"


def _wide(x: Any) -> Any:
    return x.astype(np.float32) if x.dtype == np.float16 else x


def multiply(x: Csr, y: Any) -> Any:
    """csr (m, k) times dense (k, n)."""
    x.require()
    xp = x.xp
    data, y = _wide(x.data), _wide(y)
    library = _library(xp)
    if library is not None and data.dtype == y.dtype and _known_to(xp, data) and x.shape[0] and x.shape[1]:
        out = library.csr_matrix((data, x.indices, x.indptr), shape=x.shape) @ y
    else:
        out = _multiply_rows(data, x, y)
    return out.astype(x.dtype, copy=False)


def _multiply_rows(data: Any, x: Csr, y: Any) -> Any:
    """Without a library: products of stored values with rows of `y`, added up within each row."""
    xp = x.xp
    out = xp.zeros((x.shape[0], y.shape[1]), np.result_type(data, y))
    starts = x.indptr[:-1]
    filled = xp.flatnonzero(x.indptr[1:] > starts)
    step = max(1, _CHUNK // max(1, y.shape[1]))
    done = 0
    while done < len(filled):  # some rows at a time; a row is never cut
        base = int(starts[filled[done]])
        upto = max(done + 1, int(xp.searchsorted(x.indptr[filled + 1], base + step, side="right")))
        rows = filled[done:upto]
        end = int(x.indptr[rows[-1] + 1])
        products = data[base:end, None] * y[x.indices[base:end]]
        out[rows] = xp.add.reduceat(products, starts[rows] - base, axis=0)
        done = upto
    return out


def transposed(x: Csr, indices: Any, n: int) -> Csr:
    """The transpose, with the columns renumbered as `indices` in [0, n)."""
    xp = x.xp
    order = xp.argsort(indices, kind="stable")
    return csr_of(xp, x.data[order], indices[order], x.rows()[order], (n, x.shape[0]))


def multiply_transposed(x: Csr, y: Any, compact: bool) -> Any:
    """The transpose of csr (m, k) times dense (m, n): dense (k, n), or `compact` only rows with a stored column."""
    x.require()
    xp = x.xp
    if not compact:
        rows, place, n = None, x.indices, x.shape[1]
    else:
        rows, place = compress_rows(xp, x.indices, x.shape[1])
        n = len(rows)
    library = _library(xp)
    data, wide = _wide(x.data), _wide(y)
    if library is not None and data.dtype == wide.dtype and _known_to(xp, data) and x.shape[0] and n:
        out = library.csr_matrix((data, place, x.indptr), shape=(x.shape[0], n)).T @ wide
    else:
        t = transposed(x, place, n)
        out = _multiply_rows(_wide(t.data), t, wide)
    out = xp.ascontiguousarray(out.astype(x.dtype, copy=False))
    if rows is None:
        return out
    return RowSparse(out, rows.astype(np.int64, copy=False), (x.shape[1], y.shape[1]))


# ---- what MXNet has kernels for
def _matrix(what: str, x: Any) -> None:
    if x.ndim != 2:
        raise MXNetValueError(f"dot: sparse dot only supports 2 dimensional {what}, got shape {x.shape}")


def _csr_dense(xp: Any, a: Attrs, lhs: Csr, rhs: Any) -> Any:
    _matrix("rhs", rhs)
    return multiply(lhs, rhs)


def _csr_rows(xp: Any, a: Attrs, lhs: Csr, rhs: RowSparse) -> Any:
    _matrix("rhs", rhs)
    return multiply(lhs, rhs.todense())


def _csr_t_dense(xp: Any, a: Attrs, lhs: Csr, rhs: Any) -> Any:
    _matrix("rhs", rhs)
    return multiply_transposed(lhs, rhs, compact=False)


def _csr_t_rows(xp: Any, a: Attrs, lhs: Csr, rhs: Any) -> RowSparse:
    _matrix("rhs", rhs)
    return multiply_transposed(lhs, dense_of(rhs), compact=True)


def _csr_t_rows_dense(xp: Any, a: Attrs, lhs: Csr, rhs: Any) -> Any:
    raise MXNetNotImplementedError("dot: dot(csr.T, rsp) = dns is not implemented; forward_stype='row_sparse' is")


def _dense_csr(xp: Any, a: Attrs, lhs: Any, rhs: Csr) -> Csr:
    _matrix("lhs", lhs)
    out = multiply_transposed(rhs, lhs.T, compact=True)
    rows, columns = xp.divmod(xp.arange(out.data.size), max(1, len(out.indices)))
    return csr_of(xp, out.data.T.reshape(-1), rows, out.indices[columns], (lhs.shape[0], rhs.shape[1]))


def _dense_csr_dense(xp: Any, a: Attrs, lhs: Any, rhs: Csr) -> Any:
    _matrix("lhs", lhs)
    out = multiply(rhs, lhs.T) if a.transpose_b else multiply_transposed(rhs, lhs.T, compact=False)
    return xp.ascontiguousarray(out.T)


_KNOWN = {
    ("csr", "default"): "default",
    ("csr", "row_sparse"): "default",
    ("default", "csr"): "csr",
}


@sparse_rule("dot", _KNOWN)
def _dot(a: Attrs, stypes: tuple[str, ...]) -> Kernel | None:
    want = a.forward_stype
    if stypes[0] == "csr" and stypes[1] in ("default", "row_sparse") and not a.transpose_b:
        plain = stypes[1] == "default"
        if not a.transpose_a:
            kernel = Kernel(_csr_dense if plain else _csr_rows, "default")
            return kernel if want in (None, "default") else None
        if want in (None, "row_sparse"):
            return Kernel(_csr_t_rows, "row_sparse")
        if want == "default":
            return Kernel(_csr_t_dense if plain else _csr_t_rows_dense, "default")
    if stypes == ("default", "csr") and not a.transpose_a:
        if want in (None, "csr") and not a.transpose_b:
            return Kernel(_dense_csr, "csr")
        if want == "default":
            return Kernel(_dense_csr_dense, "default")
    return None


def _fallback(a: Attrs, stypes: tuple[str, ...]) -> str:
    if a.forward_stype is not None:
        return a.forward_stype
    return "csr" if stypes == ("default", "csr") and not a.transpose_a else "default"


fallback_storage("dot", _fallback)


@sparse_grad("dot")
def _dot_grad(a: Attrs, dy: Any, ins: list, outs: list, wants: list) -> Any:
    """csr . x has the gradient csr' . dy for x: row-sparse where that is wanted."""
    lhs, rhs = ins
    if isinstance(lhs, Csr) and not a.transpose_b and wants[0] is None:
        dy = dense_of(dy)
        if a.transpose_a:
            return [None, multiply(lhs, dy)]
        return [None, multiply_transposed(lhs, dy, compact=wants[1] != "default")]
    if isinstance(rhs, Csr) and not a.transpose_a and wants[1] is None:
        dy = dense_of(dy)
        left = multiply_transposed(rhs, dy.T, compact=False) if a.transpose_b else multiply(rhs, dy.T)
        return [rhs.xp.ascontiguousarray(left.T), None]
    return None
