"""Functions that make arrays, and those of ``mx.nd`` that are no operators: zeros, arange, save, load, ..."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..backend import dtype_name, dtype_of, to_host, xp_for
from ..base import MXNetError, MXNetMemoryError, MXNetTypeError, MXNetValueError
from ..context import Context, cpu, current_context
from ..core.array import SparseArray, make_array, make_sparse
from ..core.dispatch import invoke
from ..core.op import get_op
from ..core.shape_mode import mode
from ..core.storage import Csr, RowSparse
from .ndarray import NDArray, array

__all__ = [
    "arange", "concatenate", "empty", "eye", "full", "histogram", "linspace", "load", "load_frombuffer", "moveaxis",
    "onehot_encode", "ones", "save", "split_v2", "zeros",
]  # fmt: skip


def _shape(name: str, shape: Any) -> tuple[int, ...]:
    try:
        out = tuple(int(s) for s in shape) if isinstance(shape, list | tuple | np.ndarray) else (int(shape),)
    except (TypeError, ValueError):
        raise MXNetTypeError(f"{name}: shape={shape!r} is not an int or a tuple of ints") from None
    if any(s < 0 for s in out):
        raise MXNetValueError(f"{name}: shape={shape!r} has a negative dimension")
    return out


def _create(name: str, op: str, shape: Any, ctx: Context | None, dtype: Any, out: Any, **extra: Any) -> Any:
    ctx = ctx or (out._ctx if out is not None else current_context())
    if not isinstance(ctx, Context):
        raise MXNetTypeError(f"{name}: ctx={ctx!r} is not a Context; use mx.cpu() or mx.gpu()")
    d = get_op(op)
    target = _shape(name, shape)
    if not mode.np_shape and op != "_full" and (not target or 0 in target):
        raise MXNetValueError(
            f"{name}: shape={shape!r} leaves a dimension open (0 and () mean unknown); under mx.util.np_shape() it is"
            " the shape of an array without elements, or of a scalar"
        )
    return invoke(d, (), d.parse({"shape": target, "dtype": dtype_name(dtype), **extra}), out, ctx)


def zeros(shape: Any, ctx: Context | None = None, dtype: Any = None, stype: Any = None, **kwargs: Any) -> NDArray:
    """An array of zeros, in storage `stype`: 'default', 'csr' or 'row_sparse'."""
    if stype not in (None, "default"):
        from . import sparse

        return sparse.zeros(stype, shape, ctx, dtype)
    return _create("zeros", "_zeros", shape, ctx, dtype, kwargs.get("out"))


def ones(shape: Any, ctx: Context | None = None, dtype: Any = None, **kwargs: Any) -> NDArray:
    """An array of ones."""
    return _create("ones", "_ones", shape, ctx, dtype, kwargs.get("out"))


def full(shape: Any, val: float, ctx: Context | None = None, dtype: Any = None, out: Any = None) -> NDArray:
    """An array filled with `val`."""
    return _create("full", "_full", shape, ctx, dtype, out, value=float(val))


def empty(shape: Any, ctx: Context | None = None, dtype: Any = None, stype: Any = None) -> NDArray:
    """An array with arbitrary contents; a sparse one ('csr', 'row_sparse') stores nothing."""
    if stype not in (None, "default"):
        from . import sparse

        return sparse.empty(stype, shape, ctx, dtype)
    ctx = ctx or current_context()
    target = _shape("empty", shape)
    try:
        return make_array(xp_for(ctx).empty(target, dtype_of(dtype)), ctx)
    except MemoryError as e:
        raise MXNetMemoryError(f"empty: not enough memory ({e}) for shape {target}") from None


def arange(
    start: float,
    stop: float | None = None,
    step: float = 1.0,
    repeat: int = 1,
    infer_range: bool | None = None,
    ctx: Context | None = None,
    dtype: Any = None,
) -> NDArray:
    """Evenly spaced values in [start, stop), each `repeat` times; float32 by default."""
    d = get_op("_arange")
    a = d.parse({"start": start, "stop": stop, "step": step, "repeat": repeat, "dtype": dtype_name(dtype)})
    return invoke(d, (), a, None, ctx or current_context())


def linspace(
    start: float, stop: float, num: int, endpoint: bool = True, ctx: Context | None = None, dtype: Any = None
) -> NDArray:
    """`num` evenly spaced values from `start` to `stop`."""
    return array(np.linspace(start, stop, num, endpoint), ctx=ctx, dtype=dtype_of(dtype))


def eye(N: int, M: int = 0, k: int = 0, ctx: Context | None = None, dtype: Any = None, **kwargs: Any) -> NDArray:
    """Ones on the k-th diagonal of an N x M array (M = N if 0), zeros elsewhere."""
    d = get_op("_eye")
    a = d.parse({"N": N, "M": M, "k": k, "dtype": dtype_name(dtype)})
    return invoke(d, (), a, kwargs.get("out"), ctx or current_context())


def moveaxis(tensor: NDArray, source: Any, destination: Any) -> NDArray:
    """The array with axes moved to other places, as numpy.moveaxis."""
    try:
        # the shape of a stand-in whose axes have lengths 1, 2, 3, ... tells where each axis went
        order = [d - 1 for d in np.moveaxis(np.empty(range(1, tensor.ndim + 1), np.bool_), source, destination).shape]
    except np.exceptions.AxisError as e:
        raise MXNetValueError(f"moveaxis: {e}") from None
    return tensor.transpose(tuple(order))  # type: ignore[attr-defined]


def concatenate(arrays: Sequence[NDArray], axis: int = 0, always_copy: bool = True) -> NDArray:
    """The arrays joined along an existing axis."""
    if not arrays:
        raise MXNetValueError("concatenate: at least one array is needed")
    if len(arrays) == 1 and not always_copy:
        return arrays[0]
    d = get_op("Concat")
    return invoke(d, list(arrays), d.parse({"num_args": len(arrays), "dim": axis}))


def split_v2(ary: NDArray, indices_or_sections: Any, axis: int = 0, squeeze_axis: bool = False) -> Any:
    """The array cut in equal sections (int) or at indices (tuple) along `axis`."""
    from .. import ndarray as nd

    if isinstance(indices_or_sections, int):
        return nd._internal._split_v2(
            ary, indices=(), axis=axis, squeeze_axis=squeeze_axis, sections=indices_or_sections
        )
    return nd._internal._split_v2(
        ary, indices=(0, *indices_or_sections), axis=axis, squeeze_axis=squeeze_axis, sections=0
    )


def onehot_encode(indices: NDArray, out: NDArray) -> NDArray:
    """Fills `out` (n, k) with the one-hot rows of `indices` (n,)."""
    d = get_op("one_hot")
    return invoke(d, (indices,), d.parse({"depth": out.shape[1], "dtype": dtype_name(out.dtype)}), out)


def histogram(a: NDArray, bins: Any = 10, range: tuple[float, float] | None = None) -> list[NDArray]:
    """Counts and bin edges, as numpy.histogram; counts are int64 as in MXNet."""
    host = a.asnumpy()
    if isinstance(bins, NDArray):
        bins = bins.asnumpy()
    counts, edges = np.histogram(host, bins=bins, range=range)
    return [array(counts, dtype="int64"), array(edges, dtype=host.dtype)]


def save(fname: str, data: Any) -> None:
    """Writes arrays to a file in MXNet's own format: one array, a list, or a dict of names to arrays."""
    from ..interop import params_file

    if isinstance(data, NDArray):
        data = [data]
    if isinstance(data, dict):
        names, arrays = list(data), list(data.values())
        if not all(isinstance(name, str) for name in names):
            raise MXNetTypeError(f"save: the names of arrays must be strings, got {names}")
    elif isinstance(data, list | tuple):
        names, arrays = [], list(data)
    else:
        raise MXNetValueError(f"save: data must be an NDArray, a list or a dict of NDArrays, got {type(data).__name__}")
    for x in arrays:
        if not isinstance(x, NDArray):
            raise MXNetTypeError(f"save: save only accepts NDArrays, got {type(x).__name__}")
    params_file.write(fname, [_for_file(x) for x in arrays], names)


def _for_file(x: Any) -> Any:
    if not isinstance(x, SparseArray):
        return to_host(x._data)
    from ..interop.params_file import SparseArray as Stored

    value = x._buf
    indptr = to_host(value.indptr) if isinstance(value, Csr) else None
    return Stored(value.stype, value.shape, to_host(value.data), to_host(value.indices), indptr)


def _arrays(arrays: list[Any], names: list[str]) -> Any:
    out = [_of_file(x) for x in arrays]
    return dict(zip(names, out)) if names else out


def _of_file(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        return make_array(np.ascontiguousarray(x) if x.ndim else x, cpu())
    if x is None:
        raise MXNetError("load: the file has an array that never got a shape")
    indices = x.indices.astype(np.int64)
    if x.stype == "csr":
        return make_sparse(Csr(x.data, indices, x.indptr.astype(np.int64), x.shape), cpu())
    return make_sparse(RowSparse(x.data, indices, x.shape), cpu())


def load(fname: str) -> Any:
    """The list, or dict where the file has names, of arrays that :func:`save` or any MXNet wrote."""
    from ..interop import params_file

    if not isinstance(fname, str | os.PathLike):
        raise MXNetTypeError(f"load: fname required to be a string, got {type(fname).__name__}")
    return _arrays(*params_file.load(fname))


def load_frombuffer(buf: bytes) -> Any:
    """As :func:`load`, from bytes in memory."""
    from ..interop import params_file

    if not isinstance(buf, bytes | bytearray | memoryview):
        raise MXNetTypeError(f"load_frombuffer: buf must be bytes, got {type(buf).__name__}")
    return _arrays(*params_file.load(bytes(buf)))
