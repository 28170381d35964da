"""``mx.nd.sparse``: arrays that store what is not zero, CSRNDArray and RowSparseNDArray, and their functions."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from ..backend import dtype_of, from_host, to_host, xp_for
from ..base import MXNetError, MXNetIndexError, MXNetTypeError, MXNetValueError, suggest
from ..context import Context, current_context
from ..core.array import SparseArray, make_array, make_sparse, set_array_class
from ..core.dispatch import invoke
from ..core.engine import engine
from ..core.op import find_op, get_op
from ..core.sparse_call import store
from ..core.storage import Csr, RowSparse, scipy_sparse
from .arithmetic import with_scalar
from .ndarray import NDArray
from .ndarray import array as _dense_array
from .one_element import as_number

__all__ = ["BaseSparseNDArray", "CSRNDArray", "RowSparseNDArray"]


class NotSupportedForSparseNDArray(MXNetError):
    """A method of NDArray that sparse arrays do not have."""

    def __init__(self, function: Any, alias: Any = None, *args: Any) -> None:
        super().__init__()
        self.function = getattr(function, "__name__", str(function))
        self.alias = alias
        self.args_given = [str(type(a)) for a in args]

    def __str__(self) -> str:
        alias = f" (namely operator {self.alias!r})" if self.alias else ""
        given = f" with arguments ({', '.join(self.args_given)})" if self.args_given else ""
        return (
            f"Function {self.function}{alias}{given} is not supported for SparseNDArray and only available in NDArray."
        )


def _sided(elemwise: str, broadcast: str, scalar: str) -> Any:
    """An operator on two arrays: elementwise where the shapes are equal, which keeps storages, else broadcast."""

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, NDArray):
            return with_scalar(get_op(scalar), self, other)
        name = elemwise if self.shape == other.shape else broadcast
        return invoke(get_op(name), (self, other), get_op(name).parse({}))

    return method


class BaseSparseNDArray(SparseArray, NDArray):
    """The base of CSRNDArray and RowSparseNDArray."""

    __slots__ = ()
    __array_priority__ = 1000.0
    __hash__ = NDArray.__hash__

    def __repr__(self) -> str:
        return f"\n<{type(self).__name__} {'x'.join(map(str, self.shape))} @{self._ctx}>"

    __str__ = __repr__

    __add__ = _sided("elemwise_add", "broadcast_add", "_plus_scalar")
    __sub__ = _sided("elemwise_sub", "broadcast_sub", "_minus_scalar")
    __mul__ = _sided("elemwise_mul", "broadcast_mul", "_mul_scalar")
    __truediv__ = _sided("elemwise_div", "broadcast_div", "_div_scalar")

    def __bool__(self) -> bool:
        raise ValueError("The truth value of an NDArray with multiple elements is ambiguous.")

    def __iter__(self) -> Any:
        raise MXNetTypeError(f"{type(self).__name__} cannot be iterated over; tostype('default') makes a dense array")

    @property
    def stype(self) -> str:
        return self._buf.stype

    @property
    def size(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} has no size; see shape, and data.size for what is stored")

    @property
    def _num_aux(self) -> int:
        return len(self._aux_types)

    @property
    def _aux_types(self) -> list[Any]:
        return [np.int64]

    @property
    def data(self) -> NDArray:
        """A copy of the stored values."""
        return make_array(self._buf.data.copy(), self._ctx)

    @property
    def indices(self) -> NDArray:
        """A copy of the column numbers (csr) or the row numbers (row_sparse), int64."""
        return make_array(self._buf.indices.copy(), self._ctx)

    def wait_to_read(self) -> None:
        if self._ctx.is_gpu:
            xp_for(self._ctx).cuda.get_current_stream().synchronize()

    def asnumpy(self) -> np.ndarray:
        """A dense NumPy array with the values."""
        return as_number(to_host(self._buf.todense()))

    def todense(self) -> Any:
        return self.tostype("default")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.asnumpy(), dtype=dtype)

    def asscalar(self) -> Any:
        raise NotImplementedError(f"asscalar is not there for {type(self).__name__}")

    item = asscalar

    def _refuse(self, name: str, *args: Any) -> Any:
        raise NotSupportedForSparseNDArray(name, None, *args)

    def reshape(self, *shape: Any, **kwargs: Any) -> Any:
        """Not supported for sparse arrays."""
        return self._refuse("reshape", *shape)

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self._refuse("__dlpack__")

    to_dlpack_for_read = to_dlpack_for_write = __dlpack__

    def __reduce__(self) -> tuple:
        from .pickles import reduced

        found = reduced(self)
        if found is not None:
            return found
        value = self._buf
        parts = [to_host(value.data), to_host(value.indices)]
        if isinstance(value, Csr):
            parts.append(to_host(value.indptr))
        return _rebuild, (parts, value.shape, self._ctx)

    # ---- copies
    def copyto(self, other: Any) -> Any:
        """Copies into another array (dense, or of the same storage), or to a Context as a new array."""
        if isinstance(other, Context):
            return make_sparse(moved(self._buf, other), other)
        if not isinstance(other, NDArray):
            raise MXNetTypeError(f"copyto does not support type {type(other)}: give an NDArray or a Context")
        if other.stype not in ("default", self.stype):
            raise MXNetTypeError(f"copyto does not support destination NDArray stype {other.stype}")
        if other is not self:
            engine.drain()
            store(other, moved(self._buf, other._ctx).astype(other._buf.dtype), "copyto")
        return other

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """The array with another dtype, in the same storage; itself if `copy` is false and the dtype is the same."""
        if not copy and dtype_of(dtype) == self._buf.dtype:
            return self
        return make_sparse(self._buf.copy().astype(dtype_of(dtype)), self._ctx)

    def detach(self) -> Any:
        return make_sparse(self._buf, self._ctx)

    def tostype(self, stype: str) -> Any:
        """The array in storage `stype`; csr and row_sparse do not go into each other."""
        if stype not in ("default", self.stype):
            raise MXNetValueError(f"cast_storage from {self.stype} to {stype} is not supported")
        op = get_op("cast_storage")
        return invoke(op, (self,), op.parse({"stype": stype}))

    def check_format(self, full_check: bool = True) -> None:
        """Raises where the format is not valid; all indices are looked at with `full_check`."""
        problem = self._buf.check(full_check)
        if problem:
            raise MXNetValueError(f"check_format: {problem}")

    def _fill(self, value: Any) -> None:
        if isinstance(value, NDArray):
            if value is not self:
                value.copyto(self)
        else:
            _dense_array(value, ctx=self._ctx, dtype=self.dtype).copyto(self)


class CSRNDArray(BaseSparseNDArray):
    """A matrix in compressed rows.

    Row i has the values ``data[indptr[i]:indptr[i + 1]]`` in the columns ``indices`` of the same places. Made by
    `csr_matrix`, by ``tostype('csr')`` and by operators.
    """

    __slots__ = ()

    @property
    def _aux_types(self) -> list[Any]:
        return [np.int64, np.int64]

    @property
    def indptr(self) -> NDArray:
        """A copy of where each row begins, int64, one more than there are rows."""
        return make_array(self._buf.indptr.copy(), self._ctx)

    def __getitem__(self, key: Any) -> Any:
        """Row `key`, or the rows of a slice without a step, as a csr matrix."""
        if isinstance(key, tuple):
            raise MXNetValueError("Multi-dimension indexing is not supported")
        n = self.shape[0]
        if isinstance(key, int | np.integer) and not isinstance(key, bool):
            if not -n <= key < n:
                raise MXNetIndexError(f"index {key} is out of bounds for axis 0 with size {n}")
            begin = int(key) % n
            end = begin + 1
        elif isinstance(key, slice):
            if key.step is not None:
                raise MXNetValueError("CSRNDArray only supports continuous slicing on axis 0")
            if key.start is None and key.stop is None:
                return self
            begin, end, _ = key.indices(n)
        else:
            raise MXNetValueError(f"Undefined behaviour for {key!r}: a CSRNDArray takes a row number or a slice")
        if end > begin:
            op = get_op("slice")
            return invoke(op, (self,), op.parse({"begin": (begin,), "end": (end,)}))
        return make_sparse(self._buf.row_range(begin, begin), self._ctx)

    def __setitem__(self, key: Any, value: Any) -> None:
        if not isinstance(key, slice):
            raise MXNetValueError(f"CSRNDArray only supports [:] for assignment, got [{key!r}]")
        if key != slice(None):
            raise MXNetValueError("Assignment with slice for CSRNDArray is not implemented yet.")
        if isinstance(value, int | float | np.number):
            raise MXNetValueError("Assigning numeric types to CSRNDArray is not implemented yet.")
        self._fill(value)

    def asscipy(self) -> Any:
        """A scipy.sparse.csr_matrix with a copy of the values."""
        value = self._buf
        parts = tuple(to_host(x).copy() for x in (value.data, value.indices, value.indptr))
        return _need_scipy().csr_matrix(parts, shape=self.shape)


class RowSparseNDArray(BaseSparseNDArray):
    """An array of which only some rows are stored: ``data[k]`` is row ``indices[k]``; what gradients of embeddings are.

    Made by `row_sparse_array`, by ``tostype('row_sparse')`` and by operators.
    """

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        """Only ``[:]``: the array itself."""
        if isinstance(key, slice) and key == slice(None):
            return self
        if isinstance(key, int):
            raise MXNetTypeError("__getitem__ with int key is not implemented for RowSparseNDArray yet")
        if isinstance(key, slice):
            raise MXNetTypeError("RowSparseNDArray only supports [:] for __getitem__")
        raise MXNetValueError(f"Undefined behaviour for {key!r}: a RowSparseNDArray takes [:]")

    def __setitem__(self, key: Any, value: Any) -> None:
        if not isinstance(key, slice):
            raise MXNetTypeError(f"RowSparseNDArray only supports [:] for assignment, got [{key!r}]")
        if key != slice(None):
            raise MXNetValueError("Assignment with slice for RowSparseNDArray is not implmented yet.")
        if isinstance(value, int | float | np.number):
            xp, old = self._buf.xp, self._buf
            self._buf = RowSparse(xp.full(old.shape, value, old.dtype), xp.arange(old.shape[0]), old.shape)
            return
        self._fill(value)

    def retain(self, *args: Any, **kwargs: Any) -> Any:
        """The rows `indices` alone, see `retain`."""
        return gs_retain(self, *args, **kwargs)


def _need_scipy() -> Any:
    found = scipy_sparse()
    if found is None:
        raise ImportError("scipy could not be imported. Please make sure that the scipy is installed.")
    return found


def moved(value: Any, ctx: Context) -> Any:
    """A copy of a raw sparse value on a device."""

    def there(x: Any) -> Any:
        return from_host(np.array(to_host(x)), ctx)

    if isinstance(value, Csr):
        return Csr(there(value.data), there(value.indices), there(value.indptr), value.shape)
    return RowSparse(there(value.data), there(value.indices), value.shape)


def _rebuild(parts: list[np.ndarray], shape: tuple[int, ...], ctx: Context) -> Any:
    ctx = ctx if not ctx.is_gpu else current_context()
    data, indices, *rest = (from_host(p, ctx) for p in parts)
    return make_sparse(Csr(data, indices, rest[0], shape) if rest else RowSparse(data, indices, shape), ctx)


for _class in (CSRNDArray, RowSparseNDArray, BaseSparseNDArray, NotSupportedForSparseNDArray):
    _class.__module__ = "mxr.ndarray.sparse"
set_array_class(CSRNDArray, "csr")
set_array_class(RowSparseNDArray, "row_sparse")

from .sparse_functions import (  # noqa: E402 - made of the classes above
    add,
    array,
    csr_matrix,
    divide,
    empty,
    multiply,
    row_sparse_array,
    subtract,
    zeros,
)

# Operators without a second name `_sparse_...` that mx.nd.sparse has too.
PLAIN = """
broadcast_add broadcast_div broadcast_minus broadcast_mul broadcast_plus broadcast_sub clip concat elemwise_add
elemwise_div elemwise_mul elemwise_sub make_loss mean norm relu slice stop_gradient sum where zeros_like
""".split()


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    full = {"gs_retain": "_sparse_retain"}.get(name, f"_sparse_{name}")
    if find_op(full) is None:
        full = name if name in PLAIN else ""
    if not full or find_op(full) is None:
        raise AttributeError(f"module 'mxr.ndarray.sparse' has no attribute {name!r}.{suggest(name, __dir__())}")
    from .functions import function

    f = function(full, "mxr.ndarray.sparse", name)
    if name not in vars(builtins):  # slice, abs and round mean Python's in this file
        globals()[name] = f
    return f


def gs_retain(*args: Any, **kwargs: Any) -> Any:
    """The operator behind `retain`."""
    return __getattr__("retain")(*args, **kwargs)


def __dir__() -> list[str]:
    from ..core.op import all_names

    names = {n[8:] for n in all_names() if n.startswith("_sparse_")}
    return sorted({*(g for g in globals() if not g.startswith("_")), *names, *PLAIN})


__all__ += [
    "add", "array", "csr_matrix", "divide", "empty", "gs_retain", "multiply", "row_sparse_array",
    "subtract", "zeros",
]  # fmt: skip
