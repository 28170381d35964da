"""Sums of weighted rows of a matrix, and the transpose: what interpolation, pooling and scattering come down to.

On the host by scipy.sparse where it is installed (2 to 30 times faster), else by NumPy; on a device by CuPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.storage import scipy_sparse

__all__ = ["all_finite", "scatter_rows", "weighted_rows", "weighted_rows_grad"]

# Fewer products than this are not worth a call of scipy
_SMALL = 1 << 13


def _matrix(xp: Any, n: int, at: Any, weight: Any, columns: int) -> Any:
    """The weights as a matrix (k, n) of scipy, for products with `columns` columns; None where it does not serve."""
    if xp is not np or at.size * columns < _SMALL or weight.dtype not in (np.float32, np.float64):
        return None
    library = scipy_sparse()
    if library is None:
        return None
    if at.min() < 0 or at.max() >= n:
        raise IndexError(f"rows {at.min()} to {at.max()} are asked for, but there are {n}")  # scipy does not look
    k, each = at.shape
    whole = np.int32 if max(n, at.size) < 1 << 31 else np.int64
    starts = np.arange(0, at.size + 1, each, dtype=whole)
    return library.csr_matrix((weight.reshape(-1), at.reshape(-1).astype(whole, copy=False), starts), shape=(k, n))


@np.errstate(over="ignore", invalid="ignore")
def weighted_rows(xp: Any, rows: Any, at: Any, weight: Any) -> Any:
    """(k, m): the sums over j of weight[i, j] * rows[at[i, j]], of rows (n, m), at and weight (k, each).

    Rows of weight 0 do not count, even if they hold infinities.
    """
    if xp is np:  # a device would have to wait for the look at the result
        matrix = _matrix(xp, len(rows), at, weight, rows.shape[1]) if rows.dtype == weight.dtype else None
        out = matrix @ rows if matrix is not None else _summed(xp, rows, at, weight, False)
        if all_finite(xp, out):
            return out
    return _summed(xp, rows, at, weight, True)


def _summed(xp: Any, rows: Any, at: Any, weight: Any, careful: bool) -> Any:
    """`careful`: where the weight is 0, so is the product."""
    zero = rows.dtype.type(0)
    if at.shape[1] > 4:
        picked = rows[at]
        if careful:
            picked = xp.where(weight[..., None] == 0, zero, picked)
        return (weight[:, None, :] @ picked)[:, 0]
    out = None
    for j in range(at.shape[1]):
        part = rows.take(at[:, j], axis=0)
        part *= weight[:, j, None]
        if careful:
            part = xp.where(weight[:, j, None] == 0, zero, part)
        out = part if out is None else xp.add(out, part, out=out)
    return out


def all_finite(xp: Any, x: Any) -> bool:
    """Whether no element is infinite or NaN, found by their sum; now and then no where a sum overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(xp.isfinite(x.sum()))


def weighted_rows_grad(xp: Any, n: int, at: Any, weight: Any, g: Any) -> Any:
    """The transpose of weighted_rows, from g (k, m) to (n, m): weight[i, j] * g[i] is added to row at[i, j]."""
    matrix = _matrix(xp, n, at, weight, g.shape[1]) if g.dtype == weight.dtype else None
    if matrix is not None:
        return matrix.T @ g
    return scatter_rows(xp, n, at.reshape(-1), (weight[:, :, None] * g[:, None]).reshape(-1, g.shape[1]))


def scatter_rows(xp: Any, n: int, idx: Any, rows: Any) -> Any:
    """Zeros (n, m) with rows[i] (k, m) added to row idx[i]; indices lie in [0, n)."""
    k, m = rows.shape
    if xp is not np:
        out = xp.zeros((n, m), rows.dtype)
        xp.add.at(out, idx, rows)
        return out
    if rows.dtype.kind == "f" and m == 1:
        return np.bincount(idx, rows[:, 0], n).astype(rows.dtype)[:, None]
    if rows.dtype in (np.float32, np.float64):
        matrix = _matrix(xp, n, idx.reshape(-1, 1), np.ones(k, rows.dtype), m)
        if matrix is not None:
            return matrix.T @ rows
    if rows.dtype.kind == "f" and m <= 16 and m * n <= 16 * k:  # faster there than sorting
        out = np.empty((n, m), rows.dtype)
        for j in range(m):
            out[:, j] = np.bincount(idx, rows[:, j], n)
        return out
    return _scatter_sorted(n, idx, rows)


def _scatter_sorted(n: int, idx: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """scatter_rows by sorting: far faster than add.at, and equal targets are added in their order."""
    out = np.zeros((n, rows.shape[1]), rows.dtype)
    if not idx.size:
        return out
    order = (idx.astype(np.uint16) if n <= 1 << 16 else idx).argsort(kind="stable")  # 16 bits: radix sort
    target = idx[order]
    starts = np.flatnonzero(np.concatenate(([True], target[1:] != target[:-1])))
    counts = np.diff(starts, append=idx.size)
    most = int(counts.max())
    if most > 64:
        out[target[starts]] = np.add.reduceat(rows.take(order, axis=0), starts, axis=0)
        return out
    target = target[starts]
    total = rows.take(order[starts], axis=0)
    for j in range(1, most):  # the j-th of each run of equal targets
        more = np.flatnonzero(counts > j)
        total[more] += rows.take(order[starts[more] + j], axis=0)
    out[target] = total
    return out
