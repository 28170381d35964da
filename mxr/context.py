"""Devices: ``mx.cpu()``, ``mx.gpu()`` and the default one (MXNet's ``mx.context``)."""

from __future__ import annotations

import threading
from typing import Any

from .base import MXNetError, MXNetTypeError, MXNetValueError
from .pickle_names import mxnet_class

__all__ = ["Context", "cpu", "cpu_pinned", "cpu_shared", "current_context", "gpu", "gpu_memory_info", "num_gpus"]

_ids = {"cpu": 1, "gpu": 2, "cpu_pinned": 3, "cpu_shared": 5}
_names = {v: k for k, v in _ids.items()}
_local = threading.local()


class Context:
    """A device, for example ``Context('gpu', 0)``; as a ``with`` block it is the default device.

    Parameters
    ----------
    device_type : 'cpu', 'gpu', 'cpu_pinned', 'cpu_shared', or another Context to copy.
    device_id : number of the device, from 0.
    """

    devtype2str = _names
    devstr2type = _ids

    __slots__ = ("_saved", "device_id", "device_typeid")

    device_typeid: int
    device_id: int

    def __init__(self, device_type: str | Context, device_id: int = 0) -> None:
        if isinstance(device_type, Context):
            self.device_typeid, self.device_id = device_type.device_typeid, device_type.device_id
        else:
            if device_type not in _ids:
                raise MXNetValueError(f"device_type must be one of {sorted(_ids)}, got {device_type!r}")
            try:
                self.device_typeid, self.device_id = _ids[device_type], int(device_id)
            except (TypeError, ValueError):
                raise MXNetTypeError(f"device_id must be a whole number, got {device_id!r}") from None
        self._saved: list[Context] = []

    @property
    def device_type(self) -> str:
        return _names[self.device_typeid]

    @property
    def is_gpu(self) -> bool:
        return self.device_typeid == 2

    def __hash__(self) -> int:
        return hash((self.device_typeid, self.device_id))

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Context)
            and self.device_typeid == other.device_typeid
            and self.device_id == other.device_id
        )

    def __repr__(self) -> str:
        return f"{self.device_type}({self.device_id})"

    def __reduce__(self) -> tuple:
        return mxnet_class("Context") or Context, (self.device_type, self.device_id)

    def __copy__(self) -> Context:
        return Context(self.device_type, self.device_id)

    def __deepcopy__(self, memo: Any) -> Context:
        return self.__copy__()

    def __setstate__(self, state: dict[str, int]) -> None:
        """Takes what MXNet pickles."""
        self.device_typeid, self.device_id, self._saved = state["device_typeid"], state["device_id"], []

    def __enter__(self) -> Context:
        self._saved.append(current_context())
        _local.context = self
        return self

    def __exit__(self, *exc: object) -> None:
        _local.context = self._saved.pop()

    def empty_cache(self) -> None:
        """Gives cached device memory back; nothing to do on the CPU."""
        if self.is_gpu:
            from .backend import xp_for

            xp_for(self).get_default_memory_pool().free_all_blocks()


_cpu0 = Context("cpu", 0)


def cpu(device_id: int = 0) -> Context:
    """The CPU. Different ids are different contexts on the same memory, as in MXNet."""
    return _cpu0 if device_id == 0 else Context("cpu", device_id)


def gpu(device_id: int = 0) -> Context:
    """The CUDA device of that number. Making the Context needs no GPU; putting data there does."""
    return Context("gpu", device_id)


def cpu_pinned(device_id: int = 0) -> Context:
    return Context("cpu_pinned", device_id)


def cpu_shared(device_id: int = 0) -> Context:
    return Context("cpu_shared", device_id)


def current_context() -> Context:
    """The default device: that of the innermost ``with ctx:`` block of this thread, else ``cpu(0)``."""
    return getattr(_local, "context", _cpu0)


def num_gpus() -> int:
    """Number of CUDA devices that CuPy sees; 0 without CuPy or without a driver."""
    from .backend import cupy_or_none

    cupy = cupy_or_none()
    if cupy is None:
        return 0
    try:
        return int(cupy.cuda.runtime.getDeviceCount())
    except cupy.cuda.runtime.CUDARuntimeError:
        return 0


def gpu_memory_info(device_id: int = 0) -> tuple[int, int]:
    """(free, total) bytes of device memory."""
    from .backend import cupy_or_none

    cupy = cupy_or_none()
    if cupy is None or device_id >= num_gpus():
        raise MXNetError(f"gpu_memory_info: there is no gpu({device_id})")
    with cupy.cuda.Device(device_id):
        free, total = cupy.cuda.runtime.memGetInfo()
    return int(free), int(total)
