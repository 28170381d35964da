"""``mx.util``: switches of the shape semantics, and small helpers that scripts import."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from .base import MXNetTypeError
from .core.shape_mode import mode

__all__ = ["is_np_shape", "np_shape", "set_np_shape", "use_np_shape"]


def set_np_shape(active: bool) -> bool:
    """Switches NumPy's shapes on or off for this thread: () is a scalar, 0 a length. Returns what was before."""
    before, mode.np_shape = mode.np_shape, bool(active)
    return before


def is_np_shape() -> bool:
    """Whether NumPy's shapes are on: () is a scalar and 0 a length, not unknown."""
    return mode.np_shape


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
