"""The slots of an array that dispatch and the tape work on; mxr.ndarray makes an NDArray of it."""

from __future__ import annotations

from typing import Any

from ..base import MXNetTypeError
from ..context import Context
from .engine import Job
from .storage import Sparse

__all__ = ["Array", "Lease", "SparseArray", "SparseStorageError", "make_array", "make_sparse", "set_array_class"]


class Lease:
    """Says that nobody has taken an array's buffer since; see `core.lease`. It waits in the place of a job.

    watchers : weak references to objects whose `held` is cleared when it ends, by their id().
    """

    __slots__ = ("held", "watchers")

    def __init__(self) -> None:
        self.held = True
        self.watchers: dict[int, Any] = {}

    def wait(self) -> None:
        self.held = False
        watchers, self.watchers = self.watchers, {}
        for watcher in list(watchers.values()):
            found = watcher()
            if found is not None:
                found.held = False


class Array:
    """Buffer, device, pending job and place on the tape of one array. The buffer is always C-contiguous."""

    __slots__ = ("__weakref__", "_buf", "_ctx", "_index", "_node", "_pending")

    _buf: Any
    _ctx: Context
    _pending: Job | Lease | None
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

    @property
    def _home(self) -> Any:
        """The same for one who neither writes to it nor hands it on: a lease stays."""
        return self._buf if type(self._pending) is Lease else self._data

    @property
    def _shell(self) -> Any:
        """The buffer, whose contents may still be on their way."""
        return self._buf


class SparseStorageError(MXNetTypeError, AttributeError):
    """A sparse array where a dense buffer is needed."""


class SparseArray(Array):
    """An array whose `_buf` is a Sparse value. It has no `_data`: so dispatch notices it without looking."""

    __slots__ = ()

    @property
    def _data(self) -> Any:
        stype = self._buf.stype
        raise SparseStorageError(
            f"an array of storage type {stype!r} {self._buf.shape} is given where a dense one is needed; "
            "tostype('default') makes one"
        )

    _shell = _data


_array_class: type[Array] = Array


_sparse_classes: dict[str, type[SparseArray]] = {}


def set_array_class(cls: type[Array], stype: str = "default") -> None:
    """Called by mxr.ndarray: what dispatch wraps its results in, for each storage."""
    global _array_class
    if issubclass(cls, SparseArray):
        _sparse_classes[stype] = cls
    else:
        _array_class = cls


def make_array(buf: Any, ctx: Context) -> Any:
    x = _array_class.__new__(_array_class)
    x._buf, x._ctx, x._pending, x._node, x._index = buf, ctx, None, None, 0
    return x


def make_sparse(value: Sparse, ctx: Context) -> Any:
    cls = _sparse_classes[value.stype]
    x = cls.__new__(cls)
    x._buf, x._ctx, x._pending, x._node, x._index = value, ctx, None, None, 0
    return x
