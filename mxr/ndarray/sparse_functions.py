"""Functions of ``mx.nd.sparse`` that are no operators: constructors and arithmetic."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..backend import dtype_of, from_host, xp_for
from ..base import MXNetError, MXNetTypeError, MXNetValueError
from ..context import Context, current_context
from ..core.array import make_sparse
from ..core.dispatch import invoke
from ..core.op import get_op
from ..core.storage import STYPES, Csr, RowSparse, csr_of, empty_storage
from .ndarray import NDArray
from .ndarray import array as dense_array
from .scalar_functions import add as dense_add
from .scalar_functions import divide as dense_divide
from .scalar_functions import multiply as dense_multiply
from .scalar_functions import subtract as dense_subtract

__all__ = ["add", "array", "csr_matrix", "divide", "empty", "multiply", "row_sparse_array", "subtract", "zeros"]


def _classes() -> Any:
    from . import sparse

    return sparse


def _is_scipy(x: Any) -> bool:
    return hasattr(x, "tocsr") and hasattr(x, "nnz")


def _values(what: str, x: Any, dtype: Any) -> np.ndarray:
    """A fresh NumPy array; the dtype of arrays is kept, all else is float32, unless said."""
    if dtype is None:
        dtype = x.dtype if isinstance(x, NDArray | np.ndarray) else np.float32
    try:
        host = x.asnumpy() if isinstance(x, NDArray) else np.array(x)
        if host.dtype.kind in "OSUMmV" and host.dtype.name != "bfloat16":
            raise ValueError("elements are not numbers, or rows differ in length")
        return np.array(host, dtype=dtype_of(dtype), order="C")
    except (ValueError, TypeError) as e:
        if isinstance(e, MXNetError):
            raise
        raise MXNetTypeError(f"{what} must be array like object, got {type(x).__name__}: {e}") from None


def _numbers(what: str, x: Any) -> np.ndarray:
    """A fresh array of one dimension of indices."""
    found = _values(what, x, np.int64)
    if found.ndim != 1:
        raise MXNetValueError(f"{what} must have one dimension, got shape {found.shape}")
    return found


def _shape(what: str, shape: Any, ndim: int | None = None) -> tuple[int, ...]:
    try:
        found = tuple(int(n) for n in shape)
        good = all(n >= 0 and n == m for n, m in zip(found, shape))
    except (TypeError, ValueError):
        good = False
    if not good or (ndim is not None and len(found) != ndim):
        raise MXNetValueError(f"{what}: shape={shape!r} is no tuple of {ndim or 'whole'} numbers from 0")
    return found


def _on(ctx: Context | None, value: Any) -> Any:
    ctx = ctx or current_context()
    xp_for(ctx)
    data, indices = from_host(value.data, ctx), from_host(value.indices, ctx)
    if isinstance(value, Csr):
        there: Any = Csr(data, indices, from_host(value.indptr, ctx), value.shape)
    else:
        there = RowSparse(data, indices, value.shape)
    there.wrong = value.misplaced()  # what is wrong is said where it matters, or by check_format
    return make_sparse(there, ctx)


def csr_matrix(arg1: Any, shape: Any = None, ctx: Context | None = None, dtype: Any = None) -> Any:
    """A CSRNDArray from one of:

    - a CSRNDArray, a matrix of scipy.sparse, or anything dense;
    - ``(M, N)``: nothing stored;
    - ``(data, indices, indptr)``;
    - ``(data, (row, col))``: coordinates in any order; values of one place are added up.

    Parameters
    ----------
    shape : of the matrix; by default the least that holds the indices.
    dtype : that of the source by default, float32 for lists.
    """
    if isinstance(arg1, tuple):
        if len(arg1) == 3:
            return _csr_of_parts(*arg1, shape, ctx, dtype)
        if len(arg1) != 2:
            raise MXNetValueError(f"Unexpected length of input tuple: {len(arg1)}")
        if isinstance(arg1[1], list | tuple | np.ndarray | NDArray):
            return _csr_of_coordinates(arg1[0], arg1[1], shape, ctx, dtype)
        given = _shape("csr_matrix", arg1, 2)
        _same_shape(given, shape)
        return empty("csr", given, ctx, dtype)
    if isinstance(arg1, _classes().RowSparseNDArray):
        raise MXNetValueError(f"Unexpected input type: {type(arg1).__name__}")
    if isinstance(arg1, _classes().CSRNDArray) or _is_scipy(arg1):
        _same_shape(arg1.shape, shape)
        return array(arg1, ctx, dtype)
    host = _values("source_array", arg1, dtype)
    _same_shape(host.shape, shape)
    return dense_array(host, ctx=ctx, dtype=host.dtype).tostype("csr")


def _same_shape(have: tuple[int, ...], shape: Any) -> None:
    if shape is not None and tuple(shape) != tuple(have):
        raise MXNetValueError(f"Shape mismatch detected. {tuple(have)} v.s. {tuple(shape)}")


def _csr_of_parts(data: Any, indices: Any, indptr: Any, shape: Any, ctx: Any, dtype: Any) -> Any:
    values, columns, starts = _values("data", data, dtype), _numbers("indices", indices), _numbers("indptr", indptr)
    if values.ndim != 1:
        raise MXNetValueError(f"data must have one dimension, got shape {values.shape}")
    if shape is None:
        if not len(columns) or not len(starts):
            raise MXNetValueError("invalid shape: it cannot be told from no indices")
        shape = (len(starts) - 1, int(columns.max()) + 1)
    return _on(ctx, Csr(values, columns, starts, _shape("csr_matrix", shape, 2)))


def _csr_of_coordinates(data: Any, place: Any, shape: Any, ctx: Any, dtype: Any) -> Any:
    if len(place) != 2:
        raise MXNetValueError(f"csr_matrix: coordinates are (row, col), got {len(place)} of them")
    values, rows, columns = _values("data", data, dtype), _numbers("row", place[0]), _numbers("col", place[1])
    if not values.shape == rows.shape == columns.shape:
        raise MXNetValueError(
            f"csr_matrix: data, row and col differ in length: {values.shape}, {rows.shape}, {columns.shape}"
        )
    if shape is None:
        if not len(rows):
            raise MXNetValueError("invalid shape: it cannot be told from no indices")
        shape = (int(rows.max()) + 1, int(columns.max()) + 1)
    shape = _shape("csr_matrix", shape, 2)
    for what, x, n in (("row", rows, shape[0]), ("col", columns, shape[1])):
        if len(x) and not (x.min() >= 0 and x.max() < n):
            raise MXNetValueError(f"csr_matrix: {what} has an index outside of 0 .. {n - 1}")
    where, at = np.unique(rows * shape[1] + columns, return_inverse=True)
    total = np.zeros(len(where), values.dtype)
    np.add.at(total, at.reshape(-1), values)
    width = max(1, shape[1])
    return _on(ctx, csr_of(np, total, where // width, where % width, shape))


def row_sparse_array(arg1: Any, shape: Any = None, ctx: Context | None = None, dtype: Any = None) -> Any:
    """A RowSparseNDArray from one of:

    - a RowSparseNDArray, or anything dense;
    - ``(D0, D1, ... Dn)``: nothing stored;
    - ``(data, indices)``: the rows and their numbers.

    Parameters
    ----------
    shape : of the array; by default as many rows as the largest number needs.
    dtype : that of the source by default, float32 for lists.
    """
    if isinstance(arg1, tuple):
        if len(arg1) < 2:
            raise MXNetValueError(f"Unexpected length of input tuple: {len(arg1)}")
        if len(arg1) > 2 or all(isinstance(n, int | np.integer) for n in arg1):
            given = _shape("row_sparse_array", arg1)
            _same_shape(given, shape)
            return empty("row_sparse", given, ctx, dtype)
        return _rows_of_parts(arg1[0], arg1[1], shape, ctx, dtype)
    if isinstance(arg1, _classes().RowSparseNDArray):
        _same_shape(arg1.shape, shape)
        return array(arg1, ctx, dtype)
    if isinstance(arg1, _classes().CSRNDArray):
        raise MXNetValueError(f"Unexpected input type: {type(arg1).__name__}")
    host = _values("source_array", arg1, dtype)
    if not host.ndim:
        raise MXNetTypeError(f"source_array must be array like object, got {arg1!r}")
    _same_shape(host.shape, shape)
    return dense_array(host, ctx=ctx, dtype=host.dtype).tostype("row_sparse")


def _rows_of_parts(data: Any, indices: Any, shape: Any, ctx: Any, dtype: Any) -> Any:
    values, rows = _values("data", data, dtype), _numbers("indices", indices)
    if not values.ndim or len(values) != len(rows):
        raise MXNetValueError(f"row_sparse_array: data of shape {values.shape} for {len(rows)} indices")
    if shape is None:
        if not len(rows):
            raise MXNetValueError("invalid shape: it cannot be told from no indices")
        shape = (int(rows.max()) + 1, *values.shape[1:])
    shape = _shape("row_sparse_array", shape)
    if values.shape[1:] != shape[1:]:
        raise MXNetValueError(f"row_sparse_array: rows have shape {values.shape[1:]}, expected {shape[1:]}")
    return _on(ctx, RowSparse(values, rows, shape))


def zeros(stype: str, shape: Any, ctx: Context | None = None, dtype: Any = None, **kwargs: Any) -> Any:
    """An array of zeros in storage `stype`: 'row_sparse', 'csr' or 'default'."""
    if stype not in STYPES:
        raise MXNetValueError(f"unknown storage type {stype!r}; storage types are {', '.join(STYPES)}")
    if stype == "default":
        from .creation import zeros as dense_zeros

        return dense_zeros(shape, ctx=ctx, dtype=dtype, **kwargs)
    ctx = ctx or current_context()
    if not isinstance(ctx, Context):
        raise MXNetTypeError(f"zeros: ctx={ctx!r} is not a Context; use mx.cpu() or mx.gpu()")
    given = _shape("zeros", shape if isinstance(shape, list | tuple) else (shape,))
    return make_sparse(empty_storage(xp_for(ctx), stype, given, dtype_of(dtype)), ctx)


def empty(stype: str, shape: Any, ctx: Context | None = None, dtype: Any = None) -> Any:
    """An array in storage 'row_sparse' or 'csr' with nothing stored."""
    if stype not in ("csr", "row_sparse"):
        raise MXNetValueError(f"unknown stype : {stype}; it is 'csr' or 'row_sparse'")
    return zeros(stype, shape, ctx, dtype)


def array(source_array: Any, ctx: Context | None = None, dtype: Any = None) -> Any:
    """A copy of a sparse array, or a CSRNDArray of a matrix of scipy.sparse."""
    if isinstance(source_array, _classes().BaseSparseNDArray):
        ctx = ctx or current_context()
        value = _classes().moved(source_array._buf, ctx)
        return make_sparse(value if dtype is None else value.astype(dtype_of(dtype)), ctx)
    if _is_scipy(source_array):
        m = source_array.tocsr()
        if not m.has_sorted_indices:
            m = m.sorted_indices()
        return csr_matrix((m.data, m.indices, m.indptr), m.shape, ctx, m.dtype if dtype is None else dtype)
    if isinstance(source_array, NDArray):
        raise MXNetTypeError("Please use `tostype` to create RowSparseNDArray or CSRNDArray from an NDArray")
    hint = ""
    if isinstance(source_array, np.ndarray):
        hint = f": Please use mx.nd.array to create an NDArray with source_array of type {np.ndarray}"
    raise MXNetValueError(f"Unexpected source_array type: {type(source_array)}{hint}")


def _arithmetic(name: str, elemwise: str, dense: Any, plain: Any) -> Any:
    def f(lhs: Any, rhs: Any) -> Any:
        if isinstance(lhs, NDArray) and isinstance(rhs, NDArray) and lhs.shape == rhs.shape:
            op = get_op(elemwise)
            return invoke(op, (lhs, rhs), op.parse({}))
        if not isinstance(lhs, NDArray) and not isinstance(rhs, NDArray):
            return plain(lhs, rhs)
        return dense(lhs, rhs)

    f.__name__ = f.__qualname__ = name
    f.__module__ = "mxr.ndarray.sparse"
    f.__doc__ = f"Element-wise `{name}` of arrays and numbers; equal shapes keep their storage where {elemwise} does."
    return f


add = _arithmetic("add", "elemwise_add", dense_add, operator.add)
subtract = _arithmetic("subtract", "elemwise_sub", dense_subtract, operator.sub)
multiply = _arithmetic("multiply", "elemwise_mul", dense_multiply, operator.mul)
divide = _arithmetic("divide", "elemwise_div", dense_divide, operator.truediv)
