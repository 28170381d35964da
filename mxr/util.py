"""``mx.util``: switches of the shape semantics, and small helpers that scripts import."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .base import MXNetError, MXNetNotImplementedError, MXNetTypeError, MXNetValueError
from .context import Context, gpu_memory_info, num_gpus
from .core.shape_mode import mode
from .core.threads import num_threads as get_num_threads
from .core.threads import set_num_threads

__all__ = [
    "default_array", "get_cuda_compute_capability", "get_gpu_count", "get_gpu_memory", "get_num_threads", "getenv",
    "is_np_array", "is_np_shape", "makedirs", "np_array", "np_shape", "num_threads", "reset_np", "set_module", "set_np",
    "set_np_shape", "set_num_threads", "setenv", "use_np", "use_np_array", "use_np_shape", "wraps_safely",
]  # fmt: skip


def set_np_shape(active: bool) -> bool:
    """Switches NumPy's shapes on or off for this thread: () is a scalar, 0 a length. Returns what was before."""
    before, mode.np_shape = mode.np_shape, bool(active)
    return before


def is_np_shape() -> bool:
    """Whether NumPy's shapes are on: () is a scalar and 0 a length, not unknown."""
    return mode.np_shape


@contextmanager
def num_threads(n: int) -> Iterator[None]:
    """``with mx.util.num_threads(1):`` for what runs in the body, see `set_num_threads`. MXNet has no such function."""
    before = set_num_threads(n)
    try:
        yield
    finally:
        set_num_threads(before)


class _NumpyShapeScope:
    """``with np_shape(active):`` for a block of this thread; made by :func:`np_shape`."""

    def __init__(self, is_np_shape: bool) -> None:
        self._enter, self._before = is_np_shape, [False]
        self._before.clear()

    def __enter__(self) -> None:
        self._before.append(set_np_shape(self._enter))

    def __exit__(self, *exc: object) -> None:
        set_np_shape(self._before.pop())


def np_shape(active: bool = True) -> _NumpyShapeScope:
    """A scope in which shapes are NumPy's (MXNet's ``mx.util.np_shape``)."""
    return _NumpyShapeScope(active)


def use_np_shape(func: Any) -> Any:
    """Decorates a function, or all methods of a class, to run under ``np_shape(True)``."""
    if inspect.isclass(func):
        for name, method in inspect.getmembers(func, inspect.isfunction):
            if not name.startswith("__") or name in ("__init__", "__call__"):
                setattr(func, name, use_np_shape(method))
        return func
    if not callable(func):
        raise MXNetTypeError(f"use_np_shape: expected a function or a class, got {func!r}")
    return _under_np_shape(func)


def _under_np_shape(func: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        with np_shape(True):
            return func(*args, **kwargs)

    return call


# NumPy's array interface (mx.np, mx.npx): out of scope.


def _out_of_scope(what: str) -> MXNetNotImplementedError:
    return MXNetNotImplementedError(
        f"{what}: MXNet's second array interface (mx.np, mx.npx) is out of scope of mxr; use mx.nd, or NumPy itself. "
        "np_shape alone is there"
    )


def is_np_array() -> bool:
    """False: there are no arrays of mx.np."""
    return False


class _NumpyArrayScope:
    """``with np_array(False):``, which changes nothing."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        return None


def np_array(active: bool = True) -> _NumpyArrayScope:
    """A scope without NumPy's array interface; with it (`active`) is out of scope."""
    if active:
        raise _out_of_scope("np_array(True)")
    return _NumpyArrayScope()


def use_np_array(func: Any) -> Any:
    """Not supported: raises."""
    raise _out_of_scope("use_np_array")


def use_np(func: Any) -> Any:
    """Not supported: raises; `use_np_shape` is the half that there is."""
    raise _out_of_scope("use_np")


def set_np(shape: bool = True, array: bool = True) -> None:
    """Switches NumPy's shapes; `array=True` is out of scope."""
    if not shape and array:
        raise MXNetValueError("NumPy Shape semantics is required in using NumPy array semantics.")
    if array:
        raise _out_of_scope("set_np(array=True)")
    set_np_shape(shape)


def reset_np() -> None:
    """Switches NumPy's shapes off."""
    set_np_shape(False)


# Small helpers.


def getenv(name: str) -> str | None:
    """An environment variable, or None."""
    return os.environ.get(name)


def setenv(name: str, value: Any) -> None:
    """Sets an environment variable; None removes it."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = str(value)


def makedirs(d: str) -> None:
    """Makes a folder and those above it, where they are missing."""
    os.makedirs(os.path.expanduser(d), exist_ok=True)


def set_module(module: str) -> Callable[[Any], Any]:
    """Decorator: sets ``__module__``."""

    def decorate(func: Any) -> Any:
        if module is not None:
            func.__module__ = module
        return func

    return decorate


def get_gpu_count() -> int:
    """How many GPUs there are."""
    return num_gpus()


def get_gpu_memory(gpu_dev_id: int) -> tuple[int, int]:
    """(free, total) bytes of a GPU's memory."""
    return gpu_memory_info(gpu_dev_id)


def get_cuda_compute_capability(ctx: Any) -> int:
    """The compute capability of a GPU, such as 90."""
    if not isinstance(ctx, Context):
        raise MXNetTypeError(f"ctx must be a Context, got {type(ctx).__name__}")
    if not ctx.is_gpu:
        raise MXNetValueError(f"Expecting a gpu context to get cuda compute capability, while received ctx {ctx}")
    if ctx.device_id >= num_gpus():
        raise MXNetError(f"get_cuda_compute_capability: there is no {ctx}")
    from .backend import cupy_or_none

    return int(cupy_or_none().cuda.Device(ctx.device_id).compute_capability)


def default_array(source_array: Any, ctx: Context | None = None, dtype: Any = None) -> Any:
    """An NDArray, as `mx.nd.array` makes it."""
    from .ndarray import array

    return array(source_array, ctx=ctx, dtype=dtype)


def wraps_safely(wrapped: Callable[..., Any], assigned: Any = functools.WRAPPER_ASSIGNMENTS) -> Callable:
    """`functools.wraps` for callables that lack some of the attributes."""
    return functools.wraps(wrapped, assigned=[name for name in assigned if hasattr(wrapped, name)])
