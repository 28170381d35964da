"""Finds and loads oneDNN, only when somebody asks. The wheel ``onednn-cpu-gomp`` exists for Linux x86-64 only."""

from __future__ import annotations

import ctypes as C
import importlib.metadata
import platform
import sys
from pathlib import Path
from typing import Any

from ...base import MXNetError
from ...core import locks
from . import abi
from .spinning import short_waits

__all__ = ["Library", "OneDNNError", "OneDNNUnavailable", "Unsupported", "available", "library", "unavailable_reason"]

DISTRIBUTION = "onednn-cpu-gomp"
P = C.c_void_p


class OneDNNError(MXNetError):
    """oneDNN refused a call."""


class Unsupported(OneDNNError):
    """oneDNN has no implementation for what was asked; another kernel must do it."""


class OneDNNUnavailable(OneDNNError):
    """oneDNN cannot be loaded; the message says why and what to do."""


def _find() -> Path:
    if not (sys.platform.startswith("linux") and platform.machine() in ("x86_64", "AMD64")):
        raise OneDNNUnavailable(
            f"oneDNN kernels need Linux on x86-64 (the wheel {DISTRIBUTION} exists only there); "
            f"this is {sys.platform} on {platform.machine()}"
        )
    try:
        files = importlib.metadata.files(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        raise OneDNNUnavailable(f"oneDNN is not installed: pip install {DISTRIBUTION}") from None
    for file in files:
        if file.name == "libdnnl.so.3":
            path = Path(str(file.locate())).resolve()
            if path.is_file():
                return path
    raise OneDNNUnavailable(
        f"{DISTRIBUTION} is installed but its libdnnl.so.3 is missing: pip install --force-reinstall {DISTRIBUTION}"
    )


# function -> argument types; all return a status, except those in _RESULTS. Handles are void pointers.
_I, _F = C.c_int, C.c_float
_SIGNATURES: dict[str, list[Any]] = {
    "engine_create": [P, _I, C.c_size_t],
    "stream_create": [P, P, C.c_uint],
    "memory_create": [P, P, P, P],
    "memory_destroy": [P],
    "memory_set_data_handle": [P, P],
    "memory_desc_create_with_tag": [P, _I, P, _I, _I],
    "memory_desc_create_with_strides": [P, _I, P, _I, P],
    "memory_desc_clone": [P, P],
    "memory_desc_destroy": [P],
    "memory_desc_equal": [P, P],
    "memory_desc_get_size": [P],
    "memory_desc_query": [P, _I, P],
    "post_ops_create": [P],
    "post_ops_destroy": [P],
    "post_ops_append_eltwise": [P, _I, _F, _F],
    "post_ops_append_sum": [P, _F, C.c_int32, _I],
    "primitive_attr_create": [P],
    "primitive_attr_destroy": [P],
    "primitive_attr_set_post_ops": [P, P],
    "primitive_attr_set_scratchpad_mode": [P, _I],
    "primitive_desc_query": [P, _I, _I, P],
    "primitive_desc_query_md": [P, _I, _I],
    "primitive_desc_destroy": [P],
    "primitive_create": [P, P],
    "primitive_destroy": [P],
    "primitive_execute": [P, P, _I, P],
    "reorder_primitive_desc_create": [P, P, P, P, P, P],
    "convolution_forward_primitive_desc_create": [P, P, _I, _I, *[P] * 9],
    "convolution_backward_data_primitive_desc_create": [P, P, _I, *[P] * 9],
    "convolution_backward_weights_primitive_desc_create": [P, P, _I, *[P] * 10],
    "pooling_forward_primitive_desc_create": [P, P, _I, _I, *[P] * 8],
    "pooling_backward_primitive_desc_create": [P, P, _I, *[P] * 9],
    "inner_product_forward_primitive_desc_create": [P, P, _I, *[P] * 5],
    "inner_product_backward_data_primitive_desc_create": [P, P, *[P] * 5],
    "inner_product_backward_weights_primitive_desc_create": [P, P, *[P] * 6],
    "matmul_primitive_desc_create": [P, P, *[P] * 5],
    "eltwise_forward_primitive_desc_create": [P, P, _I, _I, P, P, _F, _F, P],
    "eltwise_backward_primitive_desc_create": [P, P, _I, P, P, P, _F, _F, P, P],
    "binary_primitive_desc_create": [P, P, _I, P, P, P, P],
    "sum_primitive_desc_create": [P, P, P, _I, P, P, P],
    "concat_primitive_desc_create": [P, P, P, _I, _I, P, P],
    "softmax_forward_primitive_desc_create": [P, P, _I, _I, P, P, _I, P],
    "softmax_backward_primitive_desc_create": [P, P, _I, P, P, P, _I, P, P],
    "lrn_forward_primitive_desc_create": [P, P, _I, _I, P, P, C.c_int64, _F, _F, _F, P],
    "lrn_backward_primitive_desc_create": [P, P, _I, P, P, P, C.c_int64, _F, _F, _F, P, P],
    "batch_normalization_forward_primitive_desc_create": [P, P, _I, P, P, _F, C.c_uint, P],
    "batch_normalization_backward_primitive_desc_create": [P, P, _I, P, P, P, _F, C.c_uint, P, P],
}
_RESULTS = {"memory_desc_get_size": C.c_size_t, "primitive_desc_query_md": P}


class Library:
    """The loaded library with one CPU engine and one in-order stream (on a CPU it holds no state and is shared)."""

    def __init__(self) -> None:
        path = _find()
        try:
            with short_waits():
                self.dll = C.CDLL(str(path))
        except OSError as e:
            hint = " (Debian and Ubuntu: apt install libgomp1)" if "gomp" in str(e) else ""
            raise OneDNNUnavailable(f"oneDNN cannot be loaded: {e}{hint}") from e
        try:
            for name, types in _SIGNATURES.items():
                fn = getattr(self.dll, f"dnnl_{name}")
                fn.argtypes, fn.restype = types, _RESULTS.get(name, C.c_int)
                setattr(self, name, fn)
            # dlsym on the library's own handle also searches what it depends on: this is the gomp that it uses
            self.omp_set_num_threads = self.dll.omp_set_num_threads
            self.omp_get_max_threads = self.dll.omp_get_max_threads
        except AttributeError as e:
            raise OneDNNUnavailable(f"{path.name} is not the oneDNN 3 build that was expected: {e}") from e
        self.omp_set_num_threads.argtypes, self.omp_set_num_threads.restype = [C.c_int], None
        self.omp_get_max_threads.argtypes, self.omp_get_max_threads.restype = [], C.c_int
        self.execute_address = int(C.cast(self.dll.dnnl_primitive_execute, P).value or 0)
        self.get_threads_address = int(C.cast(self.omp_get_max_threads, P).value or 0)
        self.set_threads_address = int(C.cast(self.omp_set_num_threads, P).value or 0)
        # plain integers for handles make the call cheaper than c_void_p objects
        self.execute = C.CFUNCTYPE(C.c_int, C.c_size_t, C.c_size_t, C.c_int, C.c_size_t)(self.execute_address)
        self.engine = self.make("engine_create", 1, 0)
        self.stream = self.make("stream_create", self.engine, 1)

    def __getattr__(self, name: str) -> Any:  # for type checkers: the functions are set in __init__
        raise AttributeError(name)

    def check(self, status: int, what: str) -> None:
        """Raises for a status other than success: `Unsupported` where no implementation exists."""
        if status:
            kind = Unsupported if status == abi.UNIMPLEMENTED else OneDNNError
            raise kind(f"oneDNN: {what}: {abi.STATUS.get(status, f'status {status}')}")

    def make(self, function: str, *args: Any, what: str = "") -> int:
        """Calls a create function; returns the handle as an int, 0 never."""
        handle = P()
        self.check(getattr(self, function)(C.byref(handle), *args), what or function)
        return int(handle.value or 0)


_lock = locks.lock()
_library: Library | OneDNNUnavailable | None = None


def library() -> Library:
    """The library, loaded by the first call. Raises OneDNNUnavailable with the reason where it cannot be had."""
    global _library
    if _library is None:
        with _lock:
            if _library is None:
                try:
                    _library = Library()
                except OneDNNUnavailable as e:
                    _library = e
    if isinstance(_library, OneDNNUnavailable):
        raise OneDNNUnavailable(str(_library))
    return _library


def available() -> bool:
    """Whether oneDNN can be used here; loads it on the first call."""
    return unavailable_reason() is None


def unavailable_reason() -> str | None:
    """Why oneDNN cannot be used, in one line with what to do; None where it can."""
    try:
        library()
    except OneDNNUnavailable as e:
        return str(e)
    return None
