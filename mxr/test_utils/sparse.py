"""Random sparse arrays for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetValueError
from .arrays import assign_each, default_dtype

__all__ = [
    "create_sparse_array", "create_sparse_array_zd", "rand_sparse_ndarray", "shuffle_csr_column_indices",
]  # fmt: skip


def shuffle_csr_column_indices(csr: Any) -> None:
    """Shuffles the column indices of every row of a CSR matrix (of SciPy, say), in place; the values stay."""
    for i in range(len(csr.indptr) - 1):
        np.random.shuffle(csr.indices[csr.indptr[i] : csr.indptr[i + 1]])


def _uniform_csr(rows: int, columns: int, density: float, data_init: Any) -> np.ndarray:
    """Values below `density` out of uniform ones; or `data_init`."""
    draw = np.random.rand(rows, columns)
    kept = draw < density
    return np.where(kept, draw if data_init is None else data_init, 0)


def _powerlaw_csr(rows: int, columns: int, density: float) -> np.ndarray:
    """Rows that are twice as full as the one before, until there are enough values."""
    left = int(np.ceil(rows * columns * density))
    if left < rows:
        raise MXNetValueError(
            f"not supported for this density: {density}. For this shape ({rows}, {columns}) "
            f"density must be at least {1 / columns:g}"
        )
    counts = np.ones(rows, dtype=int)  # no row stays empty
    left -= rows
    for row in range(rows):
        more = min(left, columns - 1, 2 ** (row + 1) - 1)
        counts[row] += more
        left -= more
    for row in range(rows - 1, -1, -1):
        more = min(left, columns - counts[row])
        counts[row] += more
        left -= more
    values = np.zeros((rows, columns))
    for row, count in enumerate(counts):
        values[row, :count] = 1 + np.random.uniform(0.001, 2, count)
    return values


def rand_sparse_ndarray(
    shape: Sequence[int],
    stype: str,
    density: float | None = None,
    dtype: Any = None,
    distribution: str | None = None,
    data_init: Any = None,
    rsp_indices: Any = None,
    modifier_func: Callable | None = None,
    shuffle_csr_indices: bool = False,
    ctx: Any = None,
) -> tuple[Any, tuple[Any, ...]]:
    """A random sparse array and its parts: (array, (values, row numbers)) or (array, (indptr, indices, data)).

    Parameters
    ----------
    stype : "row_sparse" or "csr" (of 2 dimensions).
    density : share of rows, or of values, that are kept; default random.
    distribution : "uniform" or, for csr, "powerlaw".
    data_init : all values are this number.
    rsp_indices : the rows that are kept.
    modifier_func : applied to each value of a row_sparse array.
    shuffle_csr_indices : indices within a row in random order.
    """
    density = float(np.random.rand()) if density is None else density
    dtype = default_dtype() if dtype is None else dtype
    distribution = distribution or "uniform"
    if stype == "row_sparse":
        if distribution != "uniform":
            raise MXNetAssertionError(f"Distribution {distribution} not supported for row_sparse")
        if rsp_indices is not None:
            rows = np.asarray(rsp_indices).astype(np.int64)
            if len(rows) > shape[0]:
                raise MXNetAssertionError(f"rsp_indices has {len(rows)} entries for {shape[0]} rows")
        else:
            rows = np.flatnonzero(np.random.rand(shape[0]) < density)
        if not len(rows):
            empty = nd.sparse.zeros("row_sparse", tuple(shape), dtype=dtype, ctx=ctx)
            return empty, (np.array([], dtype=dtype), np.array([]))
        values = np.random.rand(len(rows), *shape[1:]).astype(dtype)
        if data_init is not None:
            values.fill(data_init)
        if modifier_func is not None:
            values = np.asarray(assign_each(values, modifier_func), dtype=dtype)
        array = nd.sparse.row_sparse_array((values, rows), shape=tuple(shape), dtype=dtype, ctx=ctx)
        return array, (values, rows)
    if stype == "csr":
        if len(shape) != 2:
            raise MXNetAssertionError(f"csr arrays have 2 dimensions, got shape {tuple(shape)}")
        if distribution == "uniform":
            dense = _uniform_csr(shape[0], shape[1], density, data_init)
        elif distribution == "powerlaw":
            dense = _powerlaw_csr(shape[0], shape[1], density)
        else:
            raise MXNetAssertionError(f"Distribution not supported: {distribution}")
        row_of, indices = np.nonzero(dense)
        data = dense[row_of, indices].astype(dtype)
        indptr = np.concatenate([[0], np.cumsum(np.bincount(row_of, minlength=shape[0]))]).astype(np.int64)
        if shuffle_csr_indices:
            for i in range(shape[0]):
                np.random.shuffle(indices[indptr[i] : indptr[i + 1]])
        csr = nd.sparse.csr_matrix((data, indices, indptr), shape=tuple(shape), dtype=dtype, ctx=ctx)
        return csr, (csr.indptr, csr.indices, csr.data)
    raise MXNetAssertionError(f"unknown storage type {stype!r}: row_sparse or csr expected")


def create_sparse_array(
    shape: Sequence[int],
    stype: str,
    data_init: Any = None,
    rsp_indices: Any = None,
    dtype: Any = None,
    modifier_func: Callable | None = None,
    density: float = 0.5,
    shuffle_csr_indices: bool = False,
) -> Any:
    """The array of `rand_sparse_ndarray`."""
    return rand_sparse_ndarray(
        shape,
        stype,
        density=density,
        data_init=data_init,
        rsp_indices=rsp_indices,
        dtype=dtype,
        modifier_func=modifier_func,
        shuffle_csr_indices=shuffle_csr_indices,
    )[0]


def create_sparse_array_zd(
    shape: Sequence[int],
    stype: str,
    density: float,
    data_init: Any = None,
    rsp_indices: Any = None,
    dtype: Any = None,
    modifier_func: Callable | None = None,
    shuffle_csr_indices: bool = False,
) -> Any:
    """`create_sparse_array` where the density may be 0."""
    if stype == "row_sparse" and rsp_indices is not None and not len(rsp_indices):
        return nd.sparse.zeros("row_sparse", tuple(shape), dtype=dtype or default_dtype())
    return create_sparse_array(shape, stype, data_init, rsp_indices, dtype, modifier_func, density, shuffle_csr_indices)
