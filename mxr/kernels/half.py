"""float16 and bfloat16 on a CPU that computes in float32: conversion at the borders of a call.

Kernels and definitions get float32 arrays; what they give is rounded once to the type that the declaration promises.
Sums are of float32 numbers. Conversions of large float16 arrays are generated loops: NumPy's take 20 times as long.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import kernel_table
from ..core.op import OpDef, all_ops, find_op
from ..core.raw_f import raw_f
from . import jit_enabled
from .flat import Flat, flat

__all__ = ["attach", "computes_half", "is_half", "narrowed", "widened"]

SMALL = 1024  # elements from which on a generated loop pays

# Operators that sum or are built of several steps; those with a scalar expression come by themselves.
_NAMES = (
    "sum mean prod nansum nanprod max min norm softmax softmin log_softmax SoftmaxOutput SoftmaxActivation LayerNorm "
    "GroupNorm InstanceNorm L2Normalization LRN BatchNorm dot batch_dot FullyConnected Convolution Deconvolution "
    "Pooling add_n _contrib_div_sqrt_dim _contrib_interleaved_matmul_selfatt_qk "
    "_contrib_interleaved_matmul_selfatt_valatt _contrib_interleaved_matmul_encdec_qk "
    "_contrib_interleaved_matmul_encdec_valatt linalg_gemm linalg_gemm2 khatri_rao"
).split()


def attach() -> None:
    """Offers what is computed in float32 to all calls on half precision that have no kernel of their own."""
    kernel_table.wide_find, kernel_table.wide_gradient = _find, _gradient
    kernel_table.wide_names.update(_NAMES)
    kernel_table.wide_names.update(n for n in kernel_table.kernels)
    kernel_table.wide_names.update(op.name for op in all_ops().values() if op.expr is not None)
    kernel_table.wide_names.difference_update(("Cast", "amp_cast", "amp_multicast"))


def is_half(dtype: Any) -> bool:
    return dtype.itemsize == 2 and (dtype == np.float16 or dtype.name == "bfloat16")


def computes_half(dtype: Any) -> bool:
    """Whether generated loops read and write arrays of this half-precision type."""
    return dtype == np.float16 and jit_enabled() and _converts()


@functools.cache
def _converts() -> bool:
    from .jit.engine import engine

    return engine().half


@functools.cache
def _conversion(wide: bool) -> Flat:
    source, target = ("float16", "float32") if wide else ("float32", "float16")
    return flat((("y", "x"),), (("x", False, source), ("y", True, target)), ())


def widened(x: np.ndarray) -> np.ndarray:
    """The array in float32 where it is of half precision, else itself."""
    if not is_half(x.dtype):
        return x
    if x.size < SMALL or not computes_half(x.dtype) or not x.flags.c_contiguous:
        return x.astype(np.float32)
    out = np.empty(x.shape, np.float32)
    _conversion(True)((x, out))
    return out


def narrowed(x: Any, dtype: Any, out: np.ndarray | None = None) -> np.ndarray:
    """`x` rounded to `dtype` (itself where it has it), in `out` if that is given."""
    x = np.asarray(x)
    if out is None:
        if x.dtype == dtype:
            return x
        if x.dtype != np.float32 or x.size < SMALL or not computes_half(dtype) or not x.flags.c_contiguous:
            return x.astype(dtype)
        out = np.empty(x.shape, dtype)
    elif x.dtype != np.float32 or x.size < SMALL or not computes_half(out.dtype) or x.shape != out.shape:
        out[...] = x.reshape(out.shape)
        return out
    elif not (x.flags.c_contiguous and out.flags.c_contiguous):
        out[...] = x
        return out
    _conversion(False)((x, out))
    return out


def _wide(dtypes: Sequence[Any]) -> list[Any]:
    single = np.dtype(np.float32)
    return [single if is_half(d) else d for d in dtypes]


def _op(name: str, a: Any, dtypes: Sequence[Any]) -> OpDef | None:
    """The operator, where a call of it on these may be computed in float32."""
    if name not in kernel_table.wide_names or not any(is_half(d) for d in dtypes):
        return None
    op = find_op(name)
    if op is None or getattr(a, "dtype", None) is not None:
        return None
    if op.random and (op.draws is None or op.draws(a, True)):
        return None
    names = op.input_names(a, len(dtypes))
    if any(is_half(d) for n, d in zip(names, dtypes) if n in op.mutates):
        return None  # its new values would go to the float32 copy
    return op


def _find(name: str, a: Any, shapes: Sequence[tuple], dtypes: Sequence[Any]) -> Callable[..., Any] | None:
    op = _op(name, a, dtypes)
    if op is None or all(_size(s) < SMALL for s in shapes):
        return None
    make = kernel_table.kernels.get(name)
    inner: Any = None if make is None else make(a, shapes, _wide(dtypes))
    if inner is None:
        inner = functools.partial(op.forward, np)
    results = op.infer_dtypes(a, list(dtypes))[1]

    def run(a: Any, *arrays: np.ndarray, **options: Any) -> Any:
        raw = inner(a, *map(widened, arrays), **options)
        if type(raw) is not tuple:
            return narrowed(raw, results[0])
        return *(narrowed(r, d) for r, d in zip(raw, results)), *raw[len(results) :]

    def into(a: Any, outs: Sequence[np.ndarray], *arrays: np.ndarray, **options: Any) -> None:
        raw = inner(a, *map(widened, arrays), **options)
        for r, out in zip(raw if type(raw) is tuple else (raw,), outs):
            narrowed(r, out.dtype, out)

    if not op.mutates:
        run.into = into  # type: ignore[attr-defined]
    return run


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size


def _gradient(
    name: str, a: Any, shapes: Sequence[tuple], dtypes: Sequence[Any], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    op, make = _op(name, a, dtypes), kernel_table.gradients.get(name)
    if op is None or op.grad is None or all(_size(s) < SMALL for s in shapes):
        return None
    inner: Any = None if make is None else make(a, shapes, _wide(dtypes), wanted)
    if inner is None:
        inner = functools.partial(op.grad, raw_f(np))

    def run(a: Any, dy: np.ndarray, *saved: Any) -> Sequence[Any]:
        wide = [tuple(map(widened, s)) if type(s) is tuple else None if s is None else widened(s) for s in saved]
        grads = inner(a, widened(dy), *wide)
        if not isinstance(grads, tuple | list):
            grads = (grads,)
        return [None if g is None else narrowed(g, d) for g, d in zip(grads, dtypes)]

    return run
