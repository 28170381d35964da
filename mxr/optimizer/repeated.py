"""Update operators on the same arrays step after step: what a call finds out is kept for the next."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..core.array import SparseArray
from ..core.engine import engine
from ..core.op import get_op
from ..kernels import jit_enabled
from ..kernels.flat import Bound, Flat
from ..kernels.update import update_of

__all__ = ["RepeatedUpdates"]


class RepeatedUpdates:
    """The update operators of an optimizer, for each parameter of each device.

    A call on the arrays of the call before runs the operator's kernel on their memory, with nothing in between. All
    others are those of ``mx.nd``: the first ones, those on sparse or half-precision arrays or on a GPU, and those
    without generated kernels.
    """

    def __init__(self) -> None:
        self._known: dict[Any, _Call] = {}

    def __call__(self, name: str, index: Any, *arrays: Any, **attrs: Any) -> None:
        """``nd.<name>(*arrays, out=arrays[0], **attrs)`` for the parameter `index`."""
        key = index, arrays[0]._ctx.device_id
        known = self._known.get(key)
        if known is not None and known.name == name and known.arrays == arrays and known.run(attrs):
            return
        getattr(nd, name)(*arrays, out=arrays[0], **attrs)
        self._known[key] = _Call(name, arrays)


class _Call:
    """An operator with its arrays."""

    def __init__(self, name: str, arrays: tuple[Any, ...]) -> None:
        self.name, self.arrays = name, _Same(arrays)
        self._op = get_op(name)
        self._bufs: list[Any] | None = None
        self._loop: Flat | None = None
        self._bound: Any = None
        self._a: Any = None

    def run(self, attrs: dict[str, Any]) -> bool:
        """Runs the kernel; False where there is none."""
        if not engine.idle:
            engine.drain()
        if not self._holds() and not self._take():
            return False
        a = self._op.parse(attrs)
        if a is not self._a:
            self._bind(a)
        self._bound()
        return True

    def _bind(self, a: Any) -> None:
        update = update_of(self._op)
        assert update is not None and self._bufs is not None
        loop, values = update.choose(a)
        if loop is self._loop:
            self._bound.set_values(values)
        else:
            self._loop, self._bound = loop, Bound(loop, self._bufs, values)
        self._a = a

    def _holds(self) -> bool:
        """Whether the arrays still are where they were."""
        bufs = self._bufs
        return bufs is not None and all(x._data is b for x, b in zip(self.arrays, bufs))

    def _take(self) -> bool:
        """Takes the arrays' memory for a kernel; False where no kernel serves it."""
        self._bufs = self._a = self._loop = None
        if any(isinstance(x, SparseArray) or x._ctx.is_gpu for x in self.arrays):
            return False
        bufs = [x._data for x in self.arrays]
        if any(b.dtype != np.float32 or b.shape != bufs[0].shape or not b.flags.writeable for b in bufs):
            return False
        if not bufs[0].size or len({id(b) for b in bufs}) < len(bufs) or len(bufs) != len(self._op.inputs):
            return False
        if not jit_enabled() or update_of(self._op) is None:
            return False
        self._bufs = bufs
        return True


class _Same(tuple):
    """Arrays that are equal to themselves alone: comparing NDArrays would compare their values."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple) and len(self) == len(other) and all(map(operator.is_, self, other))

    __hash__ = None  # type: ignore[assignment]
