"""The slots of an array that dispatch and the tape work on; mxr.ndarray makes an NDArray of it."""

from __future__ import annotations

from typing import Any

from ..context import Context
from .engine import Job

__all__ = ["Array", "make_array", "set_array_class"]


class Array:
    """Buffer, device, pending job and place on the tape of one array. The buffer is always C-contiguous."""

    __slots__ = ("__weakref__", "_buf", "_ctx", "_index", "_node", "_pending")

    _buf: Any
    _ctx: Context
    _pending: Job | None
    _node: Any
    _index: int

    @property
    def _data(self) -> Any:
        """The raw NumPy or CuPy array; waits for pending work and raises its error."""
        job = self._pending
        if job is not None:
            job.wait()
            self._pending = None
        return self._buf


_array_class: type[Array] = Array


def set_array_class(cls: type[Array]) -> None:
    """Called once by mxr.ndarray: what dispatch wraps its results in."""
    global _array_class
    _array_class = cls


def make_array(buf: Any, ctx: Context) -> Any:
    x = _array_class.__new__(_array_class)
    x._buf, x._ctx, x._pending, x._node, x._index = buf, ctx, None, None, 0
    return x
