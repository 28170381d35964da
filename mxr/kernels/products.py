"""Matrix products between strided float32 views, and the repeated product of a recurrent network.

Two makers with one interface: oneDNN where it is in use, else the BLAS that NumPy ships. Not thread-safe: a maker
belongs to one kernel, which is locked while it runs.
"""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["OneDnnProducts", "Products", "address", "aligned", "workspace"]

_LINE = 64

_addressof, _from_buffer = ctypes.addressof, ctypes.c_char.from_buffer

# From so many steps on, the weights are laid out once for all of them. (For one product that does not pay: measured.)
_PACK_FROM = 4


def aligned(shape: tuple[int, ...], dtype: Any = np.float32) -> np.ndarray:
    """An uninitialised array that begins at a cache line."""
    dtype = np.dtype(dtype)
    nbytes = math.prod(shape) * dtype.itemsize
    raw = np.empty(nbytes + _LINE, np.uint8)
    start = -address(raw) % _LINE
    return raw[start : start + nbytes].view(dtype).reshape(shape)


def address(x: np.ndarray) -> int:
    """Where the first element lies."""
    try:
        return _addressof(_from_buffer(x))  # the quickest way for an array that can be written and has no gaps
    except (TypeError, ValueError):
        return x.__array_interface__["data"][0]


class _Arena(threading.local):
    """A thread's temporary memory; nothing lives in it between calls."""

    def __init__(self) -> None:
        self.memory = aligned((0,))


_arena = _Arena()


def workspace(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Uninitialised float32 arrays that are valid until the thread's next call of this function."""
    sizes = [-(-math.prod(s) // 16) * 16 for s in shapes]
    if sum(sizes) > _arena.memory.size:
        _arena.memory = aligned((sum(sizes),))
    out, at = [], 0
    for shape, size in zip(shapes, sizes):
        out.append(_arena.memory[at : at + math.prod(shape)].reshape(shape))
        at += size
    return out


class Products:
    """By NumPy."""

    def __call__(
        self, a: np.ndarray, b: np.ndarray, out: np.ndarray, bias: np.ndarray | None = None, add: bool = False
    ) -> None:
        """out (m, n) = a (m, k) @ b (k, n), plus bias (n,), plus what was in `out` where `add`."""
        if not add and bias is None and out.flags.c_contiguous:
            np.dot(a, b, out=out)
            return
        product = np.dot(a, b)
        if bias is not None:
            product += bias
        np.copyto(out, out + product if add else product)

    def repeated(self, a: np.ndarray, weights: np.ndarray, out: np.ndarray) -> Callable[[int], None]:
        """A function of i that makes `out` a[i] @ weights."""
        weights = np.ascontiguousarray(weights)

        def step(i: int) -> None:
            np.dot(a[i], weights, out=out)

        return step

    def recurrence(self, a: np.ndarray, weights: np.ndarray, out: np.ndarray) -> Callable[[int, int], None]:
        """A function of (i, j) that adds a[i] @ weights to out[j]."""
        weights = np.ascontiguousarray(weights)
        product = np.empty(out.shape[1:], out.dtype)

        def step(i: int, j: int) -> None:
            np.dot(a[i], weights, out=product)
            np.add(out[j], product, out=out[j])

        return step

    def column_sums(self, a: np.ndarray, out: np.ndarray) -> None:
        np.add.reduce(a, axis=0, out=out)


class _Made:
    """A primitive bound to memory that moves from call to call."""

    def __init__(self, primitive: Any, args: Sequence[int]) -> None:
        from .onednn.library import library

        self.scratch = aligned((max(primitive.scratchpad_bytes, _LINE),), np.uint8)
        base = address(self.scratch)  # any address does until the first call, but for the scratchpad
        self.bound = primitive.bind(dict.fromkeys(primitive.layouts, base))
        self.move = library().memory_set_data_handle
        self.memories = [self.bound.memory(a) for a in args]

    def __call__(self, *addresses: int) -> None:
        move = self.move
        for memory, at in zip(self.memories, addresses):
            move(memory, at)
        self.bound()


class OneDnnProducts:
    """By oneDNN; the caller sees to the number of OpenMP threads."""

    def __init__(self) -> None:
        self._made: dict[Any, Any] = {}

    def __call__(
        self, a: np.ndarray, b: np.ndarray, out: np.ndarray, bias: np.ndarray | None = None, add: bool = False
    ) -> None:
        """out (m, n) = a (m, k) @ b (k, n), plus bias (n,), plus what was in `out` where `add`."""
        key = (a.shape, a.strides, b.shape, b.strides, out.strides, bias is not None, add)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(a, b, out, False, bias is not None, add)
        made = found[0]
        if bias is None:
            made(address(a), address(b), address(out))
        else:
            made(address(a), address(b), address(out), address(bias))

    @staticmethod
    def _layout(x: np.ndarray) -> Any:
        from .onednn.layout import Layout

        return Layout.strided(x.shape, [s // 4 for s in x.strides])

    def _make(self, a: np.ndarray, b: np.ndarray, out: np.ndarray, free: bool, bias: bool, add: bool) -> Any:
        """(product, reorder, memory): where `free`, b is laid out first as the product wants it; else None, None."""
        from .onednn.abi import Arg
        from .onednn.dense import matmul
        from .onednn.move import reorder

        plain = self._layout(b)
        p = matmul(
            a.shape, b.shape, bias=(1, b.shape[1]) if bias else None, accumulate=add,
            src=self._layout(a), weights=None if free else plain, dst=self._layout(out),
        )  # fmt: skip
        made = _Made(p, [Arg.SRC, Arg.WEIGHTS, Arg.DST, *([Arg.BIAS] if bias else [])])
        if p[Arg.WEIGHTS] is plain:
            return made, None, None
        packed = aligned((p[Arg.WEIGHTS].nbytes,), np.uint8)
        return made, _Made(reorder(plain, p[Arg.WEIGHTS]), [Arg.SRC, Arg.DST]), packed

    def repeated(self, a: np.ndarray, weights: np.ndarray, out: np.ndarray) -> Callable[[int], None]:
        """A function of i that makes `out` a[i] @ weights."""
        made = self._ready(a, weights, out, False)
        made.move(made.memories[2], address(out))
        move, execute, source = made.move, made.bound.call, made.memories[0]
        first, stride = address(a), a.strides[0]

        def step(i: int) -> None:
            move(source, first + i * stride)
            execute()

        return step

    def recurrence(self, a: np.ndarray, weights: np.ndarray, out: np.ndarray) -> Callable[[int, int], None]:
        """A function of (i, j) that adds a[i] @ weights to out[j]."""
        made = self._ready(a, weights, out[0], True)
        move, execute = made.move, made.bound.call
        source, target = made.memories[0], made.memories[2]
        first, step_in = address(a), a.strides[0]
        begin, step_out = address(out), out.strides[0]

        def step(i: int, j: int) -> None:
            move(source, first + i * step_in)
            move(target, begin + j * step_out)
            execute()

        return step

    def _ready(self, a: np.ndarray, weights: np.ndarray, out: np.ndarray, add: bool) -> _Made:
        """The product of a step, with the weights laid out as it wants them."""
        key = (a.shape, a.strides, weights.strides, out.shape, out.strides, add)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(a[0], weights, out, len(a) >= _PACK_FROM, False, add)
        made, pack, packed = found
        if pack is not None:
            pack(address(weights), address(packed))
        made.move(made.memories[1], address(weights if pack is None else packed))
        return made

    def column_sums(self, a: np.ndarray, out: np.ndarray) -> None:
        np.add.reduce(a, axis=0, out=out)
