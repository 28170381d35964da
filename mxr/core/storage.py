"""Sparse storage: the raw CSR and row-sparse values behind the arrays of ``mx.nd.sparse``, and casts between storages.

A raw value has `shape` and `dtype` like a dense buffer and stands where one would: as `_buf` of an array, on the tape,
in the results of kernels. Values are never changed in place; an array gets a new one.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ..backend import xp_of
from ..base import MXNetError, MXNetTypeError, MXNetValueError

__all__ = [
    "STYPES", "Csr", "RowSparse", "Sparse", "as_storage", "compress_rows", "dense_of", "empty_storage", "scipy_sparse",
    "stype_of",
]  # fmt: skip

STYPES = ("default", "row_sparse", "csr")


@functools.cache
def scipy_sparse() -> Any:
    """scipy.sparse, or None where it is not installed: products then run on NumPy alone."""
    try:
        import scipy.sparse
    except ImportError:
        return None
    return scipy.sparse


class Sparse:
    """Stored `data` of a dense array of `shape`, and the `indices` that say where they belong."""

    __slots__ = ("data", "indices", "shape", "wrong")
    __array_ufunc__ = None  # numpy + Sparse asks Sparse
    stype: str
    wrong: str | None  # what is wrong with the places, an empty string, or None while nobody has looked

    data: Any
    indices: Any
    shape: tuple[int, ...]

    @property
    def dtype(self) -> np.dtype:
        return self.data.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def xp(self) -> Any:
        return xp_of(self.data)

    def with_data(self, data: Any) -> Any:
        """The same places with other values."""
        raise NotImplementedError

    def todense(self) -> Any:
        raise NotImplementedError

    def copy(self) -> Any:
        raise NotImplementedError

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        return self.with_data(self.data.astype(dtype, copy=copy))

    def check(self, full: bool) -> str:
        """What is wrong with the format, or an empty string; `full` looks at every index."""
        raise NotImplementedError

    def misplaced(self) -> str:
        """As :meth:`check`, but only what would lead outside of the array; the order of indices is not looked at."""
        raise NotImplementedError

    def require(self) -> None:
        """Raises where an index lies outside of the array: libraries would read there. Looks once at each value.

        A device would have to wait for the answer; what users build is looked at before it goes there.
        """
        if self.wrong is None:
            self.wrong = self.misplaced() if self.xp is np else ""
        if self.wrong:
            raise MXNetValueError(self.wrong)

    def __add__(self, other: Any) -> Any:
        """Gradients are added up so."""
        if isinstance(other, RowSparse) and isinstance(self, RowSparse):
            return add_rows([self, other])
        return self.todense() + dense_of(other)

    __radd__ = __add__


class Csr(Sparse):
    """Compressed rows: row i has values data[indptr[i]:indptr[i + 1]] in the columns `indices` of the same places."""

    __slots__ = ("indptr",)
    stype = "csr"

    def __init__(self, data: Any, indices: Any, indptr: Any, shape: tuple[int, ...]) -> None:
        self.data, self.indices, self.indptr, self.shape, self.wrong = data, indices, indptr, shape, None

    def with_data(self, data: Any) -> Csr:
        out = Csr(data, self.indices, self.indptr, self.shape)
        out.wrong = self.wrong
        return out

    def rows(self) -> Any:
        """The row of every stored value."""
        self.require()
        xp = self.xp
        return xp.repeat(xp.arange(len(self.indptr) - 1), _counts(xp, self.indptr))

    def todense(self) -> Any:
        xp = self.xp
        self.require()
        out = xp.zeros(self.shape, self.data.dtype)
        if self.data.size:
            out[self.rows(), self.indices] = self.data
        return out

    def copy(self) -> Csr:
        return Csr(self.data.copy(), self.indices.copy(), self.indptr.copy(), self.shape)

    def check(self, full: bool) -> str:
        indptr, n = self.indptr, len(self.indices)
        if len(self.shape) != 2 or len(indptr) != self.shape[0] + 1 or len(self.data) != n:
            return f"csr {self.shape} has {len(self.data)} values, {n} columns and {len(indptr)} row pointers"
        if int(indptr[0]) != 0 or int(indptr[-1]) != n:
            return f"row pointers of csr {self.shape} must go from 0 to {n}, not from {indptr[0]} to {indptr[-1]}"
        if not full:
            return ""
        return self.misplaced() or self._unsorted()

    def misplaced(self) -> str:
        indptr = self.indptr
        problem = self.check(False)
        if problem:
            return problem
        if bool((indptr[1:] < indptr[:-1]).any()):
            return f"row pointers of csr {self.shape} decrease"
        if len(self.indices) and (int(self.indices.min()) < 0 or int(self.indices.max()) >= self.shape[1]):
            return f"a column index of csr {self.shape} is out of range"
        return ""

    def _unsorted(self) -> str:
        rows = self.rows()
        if bool(((self.indices[1:] <= self.indices[:-1]) & (rows[1:] == rows[:-1])).any()):
            return f"column indices of csr {self.shape} do not rise within a row"
        return ""

    def row_range(self, begin: int, end: int) -> Csr:
        self.require()
        lo, hi = (int(self.indptr[i]) for i in (begin, end))
        shape = (end - begin, *self.shape[1:])
        return Csr(self.data[lo:hi].copy(), self.indices[lo:hi].copy(), self.indptr[begin : end + 1] - lo, shape)


class RowSparse(Sparse):
    """Some whole rows: data[k] is row indices[k], all other rows are zero."""

    __slots__ = ()
    stype = "row_sparse"

    def __init__(self, data: Any, indices: Any, shape: tuple[int, ...]) -> None:
        self.data, self.indices, self.shape, self.wrong = data, indices, shape, None

    def with_data(self, data: Any) -> RowSparse:
        out = RowSparse(data, self.indices, self.shape)
        out.wrong = self.wrong
        return out

    def todense(self) -> Any:
        self.require()
        out = self.xp.zeros(self.shape, self.data.dtype)
        if self.data.size:
            out[self.indices] = self.data
        return out

    def copy(self) -> RowSparse:
        return RowSparse(self.data.copy(), self.indices.copy(), self.shape)

    def check(self, full: bool) -> str:
        if len(self.indices) != len(self.data) or self.data.shape[1:] != self.shape[1:]:
            return f"row_sparse {self.shape} has values of shape {self.data.shape} and {len(self.indices)} row indices"
        idx = self.indices
        problem = self.misplaced() if full else ""
        if problem:
            return problem
        if full and bool((idx[1:] <= idx[:-1]).any()):
            return f"row indices of row_sparse {self.shape} do not rise"
        return ""

    def misplaced(self) -> str:
        idx = self.indices
        if len(idx) and (int(idx.min()) < 0 or int(idx.max()) >= self.shape[0]):
            return f"a row index of row_sparse {self.shape} is out of range"
        return ""

    def take_rows(self, wanted: Any) -> Any:
        """Dense rows `wanted`; zeros for rows that are not stored."""
        xp = self.xp
        out = xp.zeros((len(wanted), *self.shape[1:]), self.data.dtype)
        if len(self.indices) == self.shape[0]:  # all rows
            out[...] = self.data[wanted]
        elif len(self.indices):
            order = xp.argsort(self.indices)
            known = self.indices[order]
            at = xp.searchsorted(known, wanted).clip(0, len(known) - 1)
            hit = known[at] == wanted
            out[hit] = self.data[order[at[hit]]]
        return out

    def put_rows(self, rows: Any, values: Any, *, inplace: bool = False) -> RowSparse:
        """With rows (rising) replaced or added. `inplace`: nobody else needs the values as they were."""
        xp, n = self.xp, len(self.indices)
        at = rows if n == self.shape[0] else None
        if at is None and n and bool((self.indices[1:] > self.indices[:-1]).all()):
            found = xp.searchsorted(self.indices, rows).clip(0, n - 1)
            at = found if bool((self.indices[found] == rows).all()) else None
        if at is not None:  # all of them are stored
            out = self if inplace else self.with_data(self.data.copy())
            out.data[at] = values
            return out
        keep = ~xp.isin(self.indices, rows)
        indices = xp.concatenate((self.indices[keep], rows))
        data = xp.concatenate((self.data[keep], values.astype(self.data.dtype, copy=False)))
        order = xp.argsort(indices)
        return RowSparse(data[order], indices[order], self.shape)


def _counts(xp: Any, indptr: Any) -> Any:
    counts = indptr[1:] - indptr[:-1]
    return counts if xp is np else counts.tolist()  # CuPy wants plain numbers for repeat


def stype_of(buf: Any) -> str:
    return buf.stype if isinstance(buf, Sparse) else "default"


def dense_of(buf: Any) -> Any:
    """The dense buffer of a raw value of any storage."""
    return buf.todense() if isinstance(buf, Sparse) else buf


def compress_rows(xp: Any, indices: Any, n: int) -> tuple[Any, Any]:
    """(the distinct indices, rising; the position among them of each) for indices in [0, n)."""
    if n <= 16 * len(indices) + 1024:  # a table of all rows is cheaper than sorting
        seen = xp.zeros(n, bool)
        seen[indices] = True
        rows = xp.flatnonzero(seen)
        place = xp.cumsum(seen) - 1
        return rows, place[indices]
    rows, place = xp.unique(indices, return_inverse=True)
    return rows, place.reshape(-1)


def union_rows(parts: list[RowSparse]) -> tuple[Any, list[Any]]:
    """(all stored rows, rising; for each part the places of its rows among them)."""
    xp = parts[0].xp
    if all(p.indices is parts[0].indices for p in parts):
        k = xp.arange(len(parts[0].indices))
        return parts[0].indices, [k] * len(parts)
    rows, place = compress_rows(xp, xp.concatenate([p.indices for p in parts]), parts[0].shape[0])
    cuts = np.cumsum([len(p.indices) for p in parts])[:-1]
    return rows, list(xp.split(place, cuts.tolist()))


def add_rows(parts: list[RowSparse]) -> RowSparse:
    """The sum; stored rows are those stored anywhere."""
    xp = parts[0].xp
    rows, places = union_rows(parts)
    out = xp.zeros((len(rows), *parts[0].shape[1:]), parts[0].dtype)
    for p, at in zip(parts, places):
        out[at] += p.data
    return RowSparse(out, rows, parts[0].shape)


def empty_storage(xp: Any, stype: str, shape: tuple[int, ...], dtype: Any) -> Any:
    """Zeros: nothing stored."""
    if stype == "default":
        return xp.zeros(shape, dtype)
    indices = xp.zeros(0, np.int64)
    if stype == "row_sparse":
        if not shape:
            raise MXNetValueError("a row_sparse array needs at least one dimension")
        return RowSparse(xp.zeros((0, *shape[1:]), dtype), indices, shape)
    if stype == "csr":
        if len(shape) != 2:
            raise MXNetValueError(f"a csr array has 2 dimensions, got shape {shape}")
        return Csr(xp.zeros(0, dtype), indices, xp.zeros(shape[0] + 1, np.int64), shape)
    raise MXNetValueError(f"unknown storage type {stype!r}; storage types are {', '.join(STYPES)}")


def as_storage(buf: Any, stype: str) -> Any:
    """A raw value in another storage; only zeros are left out, as in MXNet (NaN stays)."""
    have = stype_of(buf)
    if have == stype:
        return buf
    if stype == "default":
        return buf.todense()
    if have != "default":
        raise MXNetError(f"cast_storage from {have} to {stype} is not supported")
    xp = xp_of(buf)
    if stype == "row_sparse":
        if not buf.ndim:
            raise MXNetTypeError("cast_storage: a row_sparse array needs at least one dimension")
        rows = xp.flatnonzero(buf.reshape(buf.shape[0], math.prod(buf.shape[1:])).any(axis=1))
        return RowSparse(buf[rows], rows, buf.shape)
    if stype == "csr":
        if buf.ndim != 2:
            raise MXNetValueError(f"cast_storage: a csr array has 2 dimensions, got shape {buf.shape}")
        rows, columns = xp.nonzero(buf)
        return csr_of(xp, buf[rows, columns], rows, columns, buf.shape)
    raise MXNetValueError(f"unknown storage type {stype!r}; storage types are {', '.join(STYPES)}")


def csr_of(xp: Any, data: Any, rows: Any, columns: Any, shape: tuple[int, ...]) -> Csr:
    """From coordinates that are sorted by row."""
    indptr = xp.zeros(shape[0] + 1, np.int64)
    if len(rows):
        xp.cumsum(xp.bincount(rows, minlength=shape[0]), out=indptr[1:])
    return Csr(data, columns.astype(np.int64, copy=False), indptr, shape)


__all__ += ["add_rows", "csr_of", "union_rows"]
