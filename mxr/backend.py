"""Which array module serves a device, and the table of dtypes with MXNet's codes."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

import numpy as np

from .base import MXNetError, MXNetTypeError, suggest
from .context import Context

__all__ = ["cupy_or_none", "dtype_code", "dtype_name", "dtype_of", "from_host", "to_host", "xp_for", "xp_of"]

# MXNet's type flags (mshadow), which symbol.json attributes, .params files and infer_type use.
_CODES = {
    "float32": 0,
    "float64": 1,
    "float16": 2,
    "uint8": 3,
    "int32": 4,
    "int8": 5,
    "int64": 6,
    "bool": 7,
    "bfloat16": 12,
}
_BY_CODE = {v: k for k, v in _CODES.items()}


@functools.cache
def cupy_or_none() -> Any:
    """CuPy, imported on first use; None where it is not installed or its libraries do not load."""
    try:
        import cupy
    except ImportError:
        return None
    return cupy


def xp_for(ctx: Context) -> Any:
    """The array module of a device: NumPy for the CPU kinds, CuPy for 'gpu'."""
    if not ctx.is_gpu:
        return np
    cupy = cupy_or_none()
    if cupy is None:
        raise MXNetError(
            f"{ctx} needs CuPy, which is not installed. With an NVIDIA GPU and CUDA 12: "
            "pip install 'mxr-arrays[gpu12]'; with CUDA 13: pip install 'mxr-arrays[gpu13]'."
        )
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as e:
        raise MXNetError(f"{ctx} is not usable: {e}") from None
    if ctx.device_id >= count:
        raise MXNetError(f"{ctx} does not exist: this machine has {count} CUDA device(s)")
    return cupy


def xp_of(array: Any) -> ModuleType | Any:
    """The module that owns a raw array."""
    return np if isinstance(array, np.ndarray) else cupy_or_none()


def from_host(array: np.ndarray, ctx: Context) -> Any:
    """A raw array on `ctx` with the values of a NumPy array (no copy on the CPU)."""
    if not ctx.is_gpu:
        return array
    cupy = xp_for(ctx)
    with cupy.cuda.Device(ctx.device_id):
        return cupy.asarray(array)


def to_host(array: Any) -> np.ndarray:
    """A NumPy array with the values of a raw array (the same object on the CPU)."""
    return array if isinstance(array, np.ndarray) else array.get()


@functools.lru_cache(maxsize=256)
def _dtype_of(dtype: Any) -> np.dtype:
    if isinstance(dtype, int):
        if dtype not in _BY_CODE:
            raise MXNetTypeError(f"{dtype} is not a dtype code of MXNet; codes are {_BY_CODE}")
        dtype = _BY_CODE[dtype]
    if dtype == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    try:
        found = np.dtype(dtype)
    except TypeError:
        raise MXNetTypeError(f"dtype {dtype!r} is not understood.{suggest(str(dtype), _CODES)}") from None
    if found.name not in _CODES:
        raise MXNetTypeError(f"dtype {found.name!r} is not one that MXNet has; it has {', '.join(_CODES)}")
    return found if found.isnative else found.newbyteorder("=")


_f32 = np.dtype(np.float32)


def dtype_of(dtype: Any) -> np.dtype:
    """np.dtype from a name, a NumPy type, a Python type or MXNet's integer code; None is float32.

    Always in the machine's own order of bytes.
    """
    if dtype is None:
        return _f32
    return _dtype_of(dtype)


def dtype_name(dtype: Any) -> str:
    return dtype_of(dtype).name


def dtype_code(dtype: Any) -> int:
    return _CODES[dtype_of(dtype).name]
