"""Arrays to and from other libraries without copies: DLPack and NumPy."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from ..backend import cupy_or_none
from ..base import MXNetTypeError, MXNetValueError
from ..context import cpu, gpu
from .ndarray import NDArray, from_data

__all__ = ["from_dlpack", "from_numpy", "to_dlpack_for_read", "to_dlpack_for_write"]


def from_numpy(ndarray: np.ndarray, zero_copy: bool = True) -> NDArray:
    """An NDArray on the memory of a C-contiguous NumPy array (which becomes read-only, as in MXNet), or a copy."""
    if not isinstance(ndarray, np.ndarray):
        raise MXNetTypeError(f"from_numpy: expected a numpy.ndarray, got {type(ndarray).__name__}")
    if not zero_copy:
        return from_data(np.array(ndarray, order="C"), cpu())
    if not ndarray.flags.c_contiguous:
        raise MXNetValueError("from_numpy: only C-contiguous arrays can be shared; use zero_copy=False")
    if not ndarray.dtype.isnative:
        raise MXNetValueError(
            f"from_numpy: {ndarray.dtype} has another order of bytes and cannot be shared; use zero_copy=False"
        )
    view = ndarray.view()
    ndarray.flags.writeable = False
    return from_data(view, cpu())


class _Capsule:
    """A bare DLPack capsule of the CPU, as ``to_dlpack_for_read`` gives, in the protocol's clothes."""

    def __init__(self, capsule: Any) -> None:
        self.capsule = capsule

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self.capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0


def from_dlpack(dlpack: Any) -> NDArray:
    """An NDArray on the memory of any array that speaks DLPack, or of a capsule of the CPU."""
    if type(dlpack).__name__ == "PyCapsule":
        return from_data(_writable(np.from_dlpack(_Capsule(dlpack))), cpu())
    if not hasattr(dlpack, "__dlpack_device__"):
        raise MXNetTypeError(f"from_dlpack: expected a DLPack capsule or array, got {type(dlpack).__name__}")
    kind, device = dlpack.__dlpack_device__()
    if kind == 1:
        return from_data(np.from_dlpack(dlpack), cpu())
    return from_data(cupy_or_none().from_dlpack(dlpack), gpu(device))


def _writable(host: np.ndarray) -> np.ndarray:
    """The same memory to write to: NumPy takes every bare capsule for read-only, MXNet for writable."""
    if host.flags.writeable:
        return host
    memory = (ctypes.c_char * max(host.nbytes, 1)).from_address(host.ctypes.data)
    memory.owner = host  # type: ignore[attr-defined]
    return np.ndarray(host.shape, host.dtype, memory, strides=host.strides)


def to_dlpack_for_read(data: NDArray) -> Any:
    return data.to_dlpack_for_read()


def to_dlpack_for_write(data: NDArray) -> Any:
    return data.to_dlpack_for_write()
