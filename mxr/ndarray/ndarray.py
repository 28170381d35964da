"""NDArray: MXNet's array on a NumPy or CuPy buffer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..backend import dtype_name, dtype_of, from_host, to_host, xp_for
from ..base import MXNetError, MXNetTypeError, MXNetValueError
from ..context import Context, current_context
from ..core import tape
from ..core.array import Array, SparseArray, make_array, make_sparse, set_array_class
from ..core.dispatch import invoke
from ..core.engine import engine
from ..core.op import get_op
from ..core.storage import Sparse, dense_of, empty_storage
from . import indexing
from .arithmetic import Arithmetic
from .one_element import as_number
from .protocols import Protocols

if TYPE_CHECKING:
    from .fluent import Fluent  # x.sum() and kin, a generated stub; methods.py makes them
else:
    Fluent = object

__all__ = ["NDArray", "array", "from_data", "to_raw", "waitall"]


def from_data(buf: Any, ctx: Context | None = None) -> NDArray:
    """An NDArray on a raw NumPy or CuPy array; a copy where it is not C-contiguous, or has foreign order of bytes."""
    if not buf.flags.c_contiguous or not buf.dtype.isnative:
        buf = buf.astype(buf.dtype.newbyteorder("="), order="C")
    return make_array(buf, ctx or current_context())


def to_raw(value: Any, ctx: Context, dtype: Any = None) -> Any:
    """A raw array on `ctx` from an NDArray, NumPy array, sequence or number."""
    if isinstance(value, NDArray):
        buf = dense_of(value._buf) if isinstance(value, SparseArray) else value._data
        if value._ctx.is_gpu and not ctx.is_gpu:
            buf = to_host(buf)
        elif ctx.is_gpu:
            buf = from_host(buf, ctx) if not value._ctx.is_gpu else buf
        return buf
    return from_host(np.asarray(value, dtype=dtype), ctx)


class NDArray(Arithmetic, Protocols, Array, Fluent):
    """A multi-dimensional array on a device, MXNet's NDArray.

    Operators run asynchronously where that pays; ``asnumpy()`` and ``wait_to_read()`` wait. float32 unless said
    otherwise. ``x[a:b]`` along the first axis and ``reshape`` share memory, everything else copies.
    """

    __slots__ = ("_grad_leaf",)
    __array_priority__ = 1000.0

    def __init__(self, handle: Any = False, writable: bool = True) -> None:
        if handle is not None:
            raise MXNetTypeError("NDArray is not made directly: use mx.nd.array, mx.nd.zeros, ...")
        # NDArray(None) is how MXNet's pickles begin
        self._buf, self._ctx = np.empty(0, np.float32), current_context()
        self._pending, self._node, self._index = None, None, 0

    # ---- metadata
    @property
    def shape(self) -> tuple[int, ...]:
        return self._buf.shape

    @property
    def dtype(self) -> Any:
        return self._buf.dtype.type

    @property
    def size(self) -> int:
        return int(self._buf.size)

    @property
    def ndim(self) -> int:
        return self._buf.ndim

    @property
    def context(self) -> Context:
        return self._ctx

    ctx = context

    @property
    def stype(self) -> str:
        return "default"

    @property
    def T(self) -> Any:
        return self.transpose()  # type: ignore[attr-defined]

    @property
    def handle(self) -> int:
        """An identity for the memory; MXNet's C handle has no other use from Python."""
        return id(self._buf)

    def __len__(self) -> int:
        if not self._buf.ndim:
            raise MXNetTypeError("len() of a 0-dimensional NDArray")
        return int(self._buf.shape[0])

    def __repr__(self) -> str:
        return f"\n{self.asnumpy()!s}\n<NDArray {'x'.join(map(str, self.shape))} @{self._ctx}>"

    __str__ = __repr__

    def __hash__(self) -> int:
        return id(self) // 16

    def __bool__(self) -> bool:
        if self.size == 0:
            return False
        if self.size == 1:
            return bool(self.asscalar())
        raise ValueError("The truth value of an NDArray with multiple elements is ambiguous.")

    def __float__(self) -> float:
        return float(self.asscalar())

    def __int__(self) -> int:
        return int(self.asscalar())

    def __index__(self) -> int:
        if self.size == 1 and self._buf.dtype.kind in "iu":
            return int(self.asscalar())
        raise MXNetTypeError("only integer NDArrays of one element can be converted to an index")

    def __iter__(self) -> Iterator[NDArray]:
        for i in range(len(self)):
            yield self[i]

    def __contains__(self, value: Any) -> bool:
        return bool((self.asnumpy() == value).any())

    # ---- leaving the engine
    def wait_to_read(self) -> None:
        """Waits until the values are there; an error of the computation is raised here."""
        if self._data is not None and self._ctx.is_gpu:
            xp_for(self._ctx).cuda.get_current_stream().synchronize()

    def asnumpy(self) -> np.ndarray:
        """A fresh NumPy array with the values; one element converts by ``float()`` and ``"%f" %``."""
        return as_number(np.array(self._data) if isinstance(self._buf, np.ndarray) else to_host(self._data))

    def asscalar(self) -> Any:
        if self.size != 1:
            raise ValueError("The current array is not a scalar")
        return to_host(self._data).reshape(())[()]

    item = asscalar

    # ---- indexing
    def __getitem__(self, key: Any) -> Any:
        return indexing.get(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        if tape.state.recording and self._written_while_recording(key, value):
            return
        engine.drain()
        indexing.put(self, key, value)

    def _written_while_recording(self, key: Any, value: Any) -> bool:
        """Errors for what has no gradient; whether the whole array was replaced by one that is on the tape."""
        if tape.is_on(self):
            raise MXNetError(tape.INPLACE)
        if not isinstance(value, NDArray) or value._node is None:
            return False
        if not indexing.is_everything(key, self.shape):
            raise MXNetError(tape.INPLACE)
        value = value if value.shape == self.shape else value.broadcast_to(self.shape)
        (value if value.dtype == self.dtype else value.astype(self.dtype)).copyto(self)
        return True

    # ---- copies and views
    def copy(self) -> Any:
        """A fresh array on the same device."""
        op = get_op("_copy")
        return invoke(op, (self,), op.parse({}))

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()

    def copyto(self, other: Any) -> Any:
        """Copies into another array of the same shape, or to a Context as a new array."""
        if type(other) is NDArray is type(self) and not tape.state.recording:
            here, there = self._buf, other._buf
            if type(here) is np.ndarray is type(there) and here.shape == there.shape and here is not there:
                engine.drain()
                other._data[...] = self._home
                return other
        if isinstance(other, Context):
            y = make_array(_on(self, other), other)
            if tape.state.recording:
                _record_copy(self, y)
            return y
        if not isinstance(other, NDArray):
            raise MXNetTypeError(f"copyto does not support type {type(other)}: give an NDArray or a Context")
        if other is self:
            return other
        if other.shape != self.shape:
            raise MXNetValueError(f"copyto: shapes differ, {self.shape} into {other.shape}")
        engine.drain()
        if isinstance(other, SparseArray):
            from ..core.sparse_call import store

            store(other, to_raw(self, other._ctx).astype(other._buf.dtype, copy=False), "copyto")
        else:
            if tape.state.recording:
                _record_copy(self, other)
            other._data[...] = to_raw(self, other._ctx)
        return other

    def as_in_context(self, context: Context) -> NDArray:
        """The array itself where it is on `context` already, else a copy there."""
        return self if context == self._ctx else self.copyto(context)

    as_in_ctx = as_in_context

    def as_nd_ndarray(self) -> NDArray:
        return self

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """The array with another dtype; itself if `copy` is false and the dtype is the same."""
        if not copy and dtype_of(dtype) == self._buf.dtype:
            return self
        op = get_op("Cast")
        return invoke(op, (self,), op.parse({"dtype": dtype_name(dtype)}))

    def reshape(self, *shape: Any, **kwargs: Any) -> Any:
        """The same memory under another shape; special codes 0, -1, -2, -3, -4 as in the operator ``reshape``."""
        if len(shape) == 1 and isinstance(shape[0], list | tuple):
            shape = tuple(shape[0])
        elif not shape:
            shape = kwargs.pop("shape", ())
            shape = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
            if not shape and self.size != 1:
                raise MXNetValueError("reshape: a shape must be given")
        reverse = kwargs.pop("reverse", False)
        if kwargs:
            raise MXNetTypeError(f"reshape: unknown argument(s) {', '.join(kwargs)}; it takes shape and reverse")
        from ..ops.matrix import reshape_target

        try:
            shape = tuple(int(s) for s in shape)
        except (TypeError, ValueError):
            raise MXNetTypeError(f"reshape: a shape must consist of whole numbers, got {shape}") from None
        try:
            target = reshape_target(self.shape, shape, bool(reverse)) if shape or self.size != 1 else ()
        except MXNetError:
            raise MXNetValueError(f"Cannot reshape array of size {self.size} into shape {shape}") from None
        return self._view(target)

    def _view(self, shape: tuple[int, ...]) -> Any:
        y = make_array(self._buf.reshape(shape), self._ctx)
        y._pending = self._pending
        if tape.state.recording and self._node is not None:
            op = get_op("Reshape")
            tape.record(op, op.parse({"shape": shape}), (self,), (self._buf,), (y,), (y._buf,))
        return y

    def broadcast_to(self, shape: Any) -> Any:
        op = get_op("broadcast_to")
        shape = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
        if len(shape) < self.ndim:
            raise MXNetValueError(f"Cannot broadcast the array with shape {self.shape} to {shape}")
        x = self.reshape((1,) * (len(shape) - self.ndim) + self.shape) if len(shape) > self.ndim else self
        return invoke(op, (x,), op.parse({"shape": shape}))

    def broadcast_like(self, other: NDArray) -> Any:
        """The array broadcast to the shape of `other`."""
        return self.broadcast_to(other.shape)

    def split_v2(self, indices_or_sections: Any, axis: int = 0, squeeze_axis: bool = False) -> Any:
        """As ``mx.nd.split_v2(self, ...)``."""
        from .creation import split_v2

        return split_v2(self, indices_or_sections, axis, squeeze_axis)

    def slice_assign(self, rhs: NDArray, begin: Any, end: Any, step: Any = ()) -> NDArray:
        """``self[begin:end:step] = rhs``, in place; returns self."""
        return self._assign("_slice_assign", (self, rhs), begin, end, step)

    def slice_assign_scalar(self, value: float, begin: Any, end: Any, step: Any = ()) -> NDArray:
        """``self[begin:end:step] = value`` for a number, in place; returns self."""
        return self._assign("_slice_assign_scalar", (self,), begin, end, step, scalar=value)

    def _assign(self, name: str, inputs: tuple, begin: Any, end: Any, step: Any, **more: Any) -> NDArray:
        op = get_op(name)
        return invoke(op, inputs, op.parse({"begin": begin, "end": end, "step": step or (), **more}), self)

    def as_np_ndarray(self) -> Any:
        """Not supported: the ``mx.np`` arrays of MXNet's 2.0 preview are out of scope."""
        raise MXNetError("as_np_ndarray: mx.np arrays are out of mxr's scope; asnumpy() gives a NumPy array")

    @property
    def writable(self) -> bool:
        """Whether the values can be changed in place."""
        return not isinstance(self._buf, np.ndarray) or bool(self._buf.flags.writeable)

    def _at(self, idx: int) -> Any:
        return self[idx]

    def _slice(self, start: int | None, stop: int | None) -> Any:
        return self[start:stop]

    def _sync_copyfrom(self, source_array: Any) -> None:
        """Copies host values of the same shape into the array."""
        source = np.asarray(source_array)
        if source.shape != self.shape:
            raise MXNetValueError(f"Shape inconsistent: expected {self.shape} vs got {source.shape}")
        self[:] = source

    def tostype(self, stype: str) -> Any:
        """A copy in storage `stype`: 'default', 'csr' or 'row_sparse'."""
        op = get_op("cast_storage")
        return invoke(op, (self,), op.parse({"stype": stype}))

    # ---- autograd
    @property
    def grad(self) -> Any:
        """The gradient array, None before ``attach_grad``."""
        leaf = getattr(self, "_grad_leaf", None)
        return None if leaf is None else leaf.grad

    @property
    def _fresh_grad(self) -> bool:
        """Whether backward has written the gradient since this was last set to False."""
        leaf = getattr(self, "_grad_leaf", None)
        return leaf is not None and leaf.fresh

    @_fresh_grad.setter
    def _fresh_grad(self, fresh: bool) -> None:
        leaf = getattr(self, "_grad_leaf", None)
        if leaf is not None:
            leaf.fresh = fresh

    def attach_grad(self, grad_req: str = "write", stype: str | None = None) -> None:
        """Makes this array a variable: backward puts d(head)/d(self) into ``.grad``."""
        if grad_req not in ("write", "add", "null"):
            raise MXNetValueError(f"grad_req must be 'write', 'add' or 'null', got {grad_req!r}")
        zeros = empty_storage(xp_for(self._ctx), stype or self.stype, self._buf.shape, self._buf.dtype)
        sparse = isinstance(zeros, Sparse)
        self._mark(make_sparse(zeros, self._ctx) if sparse else make_array(zeros, self._ctx), grad_req)

    def _mark(self, grad: Any, grad_req: str) -> None:
        leaf = tape.Leaf(grad, grad_req)
        self._grad_leaf = leaf
        self._node, self._index = leaf if grad_req != "null" else None, 0

    def detach(self) -> NDArray:
        """The same memory, off the tape."""
        y = make_array(self._buf, self._ctx)
        y._pending = self._pending
        return y

    def backward(self, out_grad: Any = None, retain_graph: bool = False, train_mode: bool = True) -> None:
        """Gradients of this array with regard to all variables, added up by their grad_req."""
        tape.backward(
            [self], None if out_grad is None else [out_grad], retain_graph=retain_graph, train_mode=train_mode
        )


NDArray.__module__ = "mxr.ndarray"
NDArray.__getitem__.__doc__ = indexing.get.__doc__


def _record_copy(x: NDArray, y: NDArray) -> None:
    """Puts a copy on the tape, also one to another device or dtype."""
    op = get_op("_copy")
    tape.check_outputs(op, (x,), (y,))
    ctx, dtype = x._ctx, x.dtype

    def back(dys: list[Any], create_graph: bool) -> list[Any]:
        if create_graph:
            return [dys[0].as_in_context(ctx).astype(dtype, copy=False)]
        return [to_raw(make_array(dys[0], y_ctx), ctx).astype(dtype, copy=False)]

    y_ctx = y._ctx
    if y_ctx == ctx and y.dtype == dtype:
        tape.record(op, op.parse({}), (x,), (x._data,), (y,), (y._data,))
    elif x._node is not None:
        y._node = tape.Node(None, None, [(x._node, x._index)], (), [(y.shape, y._data.dtype)], y_ctx, back)
        y._index = 0


def _on(x: NDArray, ctx: Context) -> Any:
    buf = to_raw(x, ctx)
    return buf.copy() if buf is x._buf else buf


set_array_class(NDArray)


def array(source_array: Any, ctx: Context | None = None, dtype: Any = None) -> NDArray:
    """An NDArray with a copy of the values.

    Parameters
    ----------
    source_array : NDArray, NumPy array, number or (nested) sequence.
    ctx : device, the default one if None.
    dtype : float32 if None, except that an NDArray keeps its own.

    Sparse arrays and matrices of scipy.sparse give sparse arrays.
    """
    ctx = ctx or current_context()
    if isinstance(source_array, SparseArray) or (hasattr(source_array, "tocsr") and hasattr(source_array, "nnz")):
        from . import sparse

        return sparse.array(source_array, ctx, dtype)
    if isinstance(source_array, NDArray):
        dtype = source_array.dtype if dtype is None else dtype
        host: Any = to_host(source_array._data)
    else:
        host = source_array
    if isinstance(host, list | tuple) and any(isinstance(v, NDArray) for v in _leaves(host)):
        host = _unwrap(host)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            # NaN to an integer dtype and 300 to uint8 wrap, as a C cast does
            buf = np.array(host, order="C")
            if buf.dtype.kind in "OSUMmV" and not hasattr(host, "dtype"):
                raise ValueError("elements are not numbers or rows differ in length")
            buf = buf.astype(dtype_of(dtype), order="C", copy=False)
    except (ValueError, TypeError) as e:
        if isinstance(e, MXNetError):
            raise
        raise MXNetTypeError(
            f"source_array must be array like object, got {type(source_array).__name__}: {e}"
        ) from None
    if not buf.flags.owndata or not buf.flags.writeable:
        buf = buf.copy(order="C")
    return make_array(from_host(buf, ctx), ctx)


def _leaves(x: Any) -> Iterator[Any]:
    for v in x[:1]:
        if isinstance(v, list | tuple):
            yield from _leaves(v)
        else:
            yield v


def _unwrap(x: Any) -> Any:
    if isinstance(x, NDArray):
        host = x.asnumpy()
        return host
    if isinstance(x, list | tuple):
        return [_unwrap(v) for v in x]
    return x


def waitall() -> None:
    """Waits until all queued work is done."""
    engine.drain()
    from ..backend import cupy_or_none
    from ..context import num_gpus

    if "cupy" in __import__("sys").modules and num_gpus():
        cupy_or_none().cuda.get_current_stream().synchronize()


def __getattr__(name: str) -> Any:
    """What MXNet's file of this name has besides: makers of arrays, and the numbers of dtypes and storage types."""
    import sys

    from . import tables

    for module in (tables, sys.modules[__package__]):
        if name in vars(module):
            return vars(module)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
