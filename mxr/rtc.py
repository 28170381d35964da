"""``mx.rtc``: kernels written in CUDA C++ and compiled at run time, by CuPy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from .base import MXNetError, MXNetTypeError, MXNetValueError
from .context import Context, num_gpus

__all__ = ["CudaKernel", "CudaModule"]

_TYPES = {
    "float": np.float32, "double": np.float64, "__half": np.float16, "uint8_t": np.uint8, "int": np.int32,
    "int32_t": np.int32, "int8_t": np.int8, "char": np.int8, "int64_t": np.int64,
}  # fmt: skip
_PARAMETER = re.compile(r"^\s*(const)?\s*([\w_]+)\s*(\*)?\s*([\w_]+)?\s*$")


class CudaModule:
    """CUDA source, compiled.

    Parameters
    ----------
    source : the code; functions that `get_kernel` finds are ``extern "C"`` or in `exports`.
    options : of the compiler (NVRTC).
    exports : names of kernels that are templates or not ``extern "C"``.
    """

    def __init__(self, source: str, options: Sequence[str] = (), exports: Sequence[str] = ()) -> None:
        if num_gpus() == 0:
            raise MXNetError("mx.rtc.CudaModule needs a CUDA device and CuPy; this machine has none that CuPy sees")
        from .backend import cupy_or_none

        options = (options,) if isinstance(options, str) else tuple(options)
        exports = (exports,) if isinstance(exports, str) else tuple(exports)
        self._cupy = cupy_or_none()
        self._module = self._cupy.RawModule(code=source, options=options, name_expressions=exports or None)

    def get_kernel(self, name: str, signature: str) -> CudaKernel:
        """A kernel by name; `signature` lists its parameters: ``"const float *x, float *y, int n"``."""
        kinds = []
        for part in re.sub(r"\s+", " ", signature).split(","):
            match = _PARAMETER.match(part)
            if not match or match.group(2) == "const":
                raise MXNetValueError(
                    f'Invalid function prototype "{part}". Must be in the form of "(const) type (*) (name)"'
                )
            if match.group(2) not in _TYPES:
                raise MXNetTypeError(f"Unsupported kernel argument type {part}. Supported: {', '.join(_TYPES)}.")
            kinds.append((match.group(3) is not None, np.dtype(_TYPES[match.group(2)])))
        return CudaKernel(self._module.get_function(name), name, [k[0] for k in kinds], [k[1] for k in kinds])


class CudaKernel:
    """A kernel of a `CudaModule`."""

    def __init__(self, handle: Any, name: str, is_ndarray: Sequence[bool], dtypes: Sequence[Any]) -> None:
        self.handle, self._name = handle, name
        self._is_ndarray, self._dtypes = list(is_ndarray), [np.dtype(d) for d in dtypes]

    def launch(
        self, args: Sequence[Any], ctx: Any, grid_dims: Sequence[int], block_dims: Sequence[int], shared_mem: int = 0
    ) -> None:
        """Runs the kernel on a GPU with NDArrays and numbers as arguments."""
        if not isinstance(ctx, Context) or not ctx.is_gpu:
            raise MXNetValueError(f"CUDA kernel can only be launched on GPU, got {ctx}")
        for what, dims in (("grid_dims", grid_dims), ("block_dims", block_dims)):
            if len(dims) != 3:
                raise MXNetValueError(f"{what} must be a tuple of 3 integers, got {dims}")
        if len(args) != len(self._dtypes):
            raise MXNetValueError(f"CudaKernel({self._name}) expects {len(self._dtypes)} arguments, got {len(args)}")
        from .backend import cupy_or_none
        from .ndarray import NDArray

        raw = []
        for i, (value, is_array, dtype) in enumerate(zip(args, self._is_ndarray, self._dtypes)):
            if is_array:
                if not isinstance(value, NDArray):
                    raise MXNetTypeError(f"The {i}-th argument is expected to be a NDArray but got {type(value)}")
                if value.dtype != dtype or value.context != ctx:
                    raise MXNetTypeError(
                        f"The {i}-th argument must be {dtype} on {ctx}, got {np.dtype(value.dtype)} on {value.context}"
                    )
                raw.append(value._data)
            else:
                raw.append(dtype.type(value))
        with cupy_or_none().cuda.Device(ctx.device_id):
            self.handle(tuple(grid_dims), tuple(block_dims), tuple(raw), shared_mem=shared_mem)
