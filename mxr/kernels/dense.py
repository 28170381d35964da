"""Matrix products of single calls by oneDNN: dot, FullyConnected and their gradients.

On small batches it takes half the time of the BLAS that NumPy ships. Products are prepared once for a signature.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.kernel_table import gradients, kernels
from . import onednn_enabled
from .buffers import address, aligned

__all__ = ["attach"]

# Fewer multiplications than this are not worth a library call.
SMALL = 1 << 16

# Prepared products that are kept; each has code of its own (about 150 kB). The oldest go first.
MOST = 512

Array = np.ndarray


def attach() -> None:
    kernels["dot"] = _dot
    gradients["dot"] = _dot_gradient
    kernels["FullyConnected"] = _fully_connected
    gradients["FullyConnected"] = _fully_connected_gradient
    gradients["batch_dot"] = _batch_dot_gradient


class _Made:
    """A product prepared by oneDNN, bound to memory that moves from call to call: for one thread at a time."""

    def __init__(self, a: Array, b: Array, bias: Array | None, out: Array) -> None:
        from .onednn.abi import Arg
        from .onednn.dense import matmul
        from .onednn.layout import Layout
        from .onednn.library import library

        src, weights, dst = (Layout.strided(x.shape, [s // x.itemsize for s in x.strides]) for x in (a, b, out))
        one = None if bias is None else (1, b.shape[1])
        primitive = matmul(a.shape, b.shape, bias=one, src=src, weights=weights, dst=dst)
        self._scratch = aligned((max(primitive.scratchpad_bytes, 64),), np.uint8)
        base = address(self._scratch)  # any address does until the first call, but for the scratchpad
        self._bound = primitive.bind(dict.fromkeys(primitive.layouts, base))
        self._move = library().memory_set_data_handle
        args = (Arg.SRC, Arg.WEIGHTS, Arg.DST) if bias is None else (Arg.SRC, Arg.WEIGHTS, Arg.DST, Arg.BIAS)
        self._memories = [self._bound.memory(arg) for arg in args]

    def __call__(self, *arrays: Array) -> None:
        """`arrays`: a, b, the result, the bias if there is one."""
        for memory, x in zip(self._memories, arrays):
            self._move(memory, address(x))
        self._bound()


# Where the products made so far lie when nobody uses them, oldest first.
_places: deque[list[_Made]] = deque()


class _Product:
    """a @ b of matrices of one shape, plus a bias for the columns. A thread takes a prepared one, or makes one."""

    def __init__(self) -> None:
        self._free: dict[Any, list[_Made]] = {}

    def __call__(self, a: Array, b: Array, bias: Array | None = None, out: Array | None = None) -> Array:
        from .onednn import threads

        if out is None:
            out = np.empty((a.shape[0], b.shape[1]), np.float32)
        key = (threads.default_threads(), a.strides, b.strides, out.strides, bias is None)
        free = self._free.setdefault(key, [])
        try:
            made = free.pop()
        except IndexError:
            made = _Made(a, b, bias, out)
            _places.append(free)
            if len(_places) > MOST:
                _places.popleft().clear()
        if bias is None:
            made(a, b, out)
        else:
            made(a, b, out, bias)
        free.append(made)
        return out


def _serves(multiplications: int, dtypes: Sequence[np.dtype]) -> bool:
    return multiplications >= SMALL and all(d == np.float32 for d in dtypes) and onednn_enabled()


def _plain(transposed: bool, x: Array) -> Array:
    return x.T if transposed else x


def _dot(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    if not all(len(s) == 2 for s in shapes) or not _serves(_size(a, shapes), dtypes):
        return None
    product, ta, tb = _Product(), a.transpose_a, a.transpose_b

    def run(a: Any, lhs: Array, rhs: Array) -> Array:
        return product(_plain(ta, lhs), _plain(tb, rhs))

    def into(a: Any, outs: Sequence[Array], lhs: Array, rhs: Array) -> None:
        product(_plain(ta, lhs), _plain(tb, rhs), out=outs[0])

    run.into = into  # type: ignore[attr-defined]
    return run


def _size(a: Any, shapes: Sequence[tuple]) -> int:
    (left, right) = shapes
    return math.prod(left) * right[0 if a.transpose_b else 1]


def _dot_gradient(
    a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    if not all(len(s) == 2 for s in shapes) or not _serves(_size(a, shapes), dtypes):
        return None
    for_lhs, for_rhs, ta, tb = _Product(), _Product(), a.transpose_a, a.transpose_b
    left, right = wanted

    def run(a: Any, dy: Array, lhs: Array, rhs: Array) -> tuple:
        dl = dr = None
        if left:
            dl = for_lhs(_plain(tb, rhs), dy.T) if ta else for_lhs(dy, _plain(not tb, rhs))
        if right:
            dr = for_rhs(dy.T, _plain(ta, lhs)) if tb else for_rhs(_plain(not ta, lhs), dy)
        return dl, dr

    return run


def _batch_dot_gradient(
    a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    """Only what is wanted, by NumPy: for many products it is as quick as oneDNN."""
    if any(d not in (np.float32, np.float64) for d in dtypes) or dtypes[0] != dtypes[1]:
        return None
    (left, right), ta, tb = wanted, a.transpose_a, a.transpose_b

    def turned(x: Array) -> Array:
        return x.swapaxes(-1, -2)

    def run(a: Any, dy: Array, lhs: Array, rhs: Array) -> tuple:
        dl = dr = None
        if left:
            dl = np.matmul(turned(rhs) if tb else rhs, turned(dy)) if ta else np.matmul(dy, rhs if tb else turned(rhs))
        if right:
            dr = np.matmul(turned(dy), turned(lhs) if ta else lhs) if tb else np.matmul(lhs if ta else turned(lhs), dy)
        return dl, dr

    return run


def _matrix(a: Any, data: tuple[int, ...]) -> tuple[int, int]:
    """The shape of the data as a matrix."""
    if a.flatten:
        return data[0], math.prod(data[1:])
    return math.prod(data[:-1]), data[-1]


def _fully_connected(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
    shape = _matrix(a, shapes[0])
    if not _serves(math.prod(shape) * a.num_hidden, dtypes):
        return None
    product, rows = _Product(), (shape[0], a.num_hidden)
    result = rows if a.flatten else (*shapes[0][:-1], a.num_hidden)

    def run(a: Any, data: Array, weight: Array, bias: Array | None = None) -> Array:
        out = np.empty(result, np.float32)
        product(data.reshape(shape), weight.T, bias, out.reshape(rows))
        return out

    def into(a: Any, outs: Sequence[Array], data: Array, weight: Array, bias: Array | None = None) -> None:
        product(data.reshape(shape), weight.T, bias, outs[0].reshape(rows))

    run.into = into  # type: ignore[attr-defined]
    return run


def _fully_connected_gradient(
    a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
) -> Callable[..., Any] | None:
    shape = _matrix(a, shapes[0])
    if not _serves(math.prod(shape) * a.num_hidden, dtypes):
        return None
    for_data, for_weight, result = _Product(), _Product(), (shape[0], a.num_hidden)

    def run(a: Any, dy: Array, data: Array, weight: Array) -> tuple:
        dy = dy.reshape(result)
        dx = for_data(dy, weight).reshape(data.shape) if wanted[0] else None
        dw = for_weight(dy.T, data.reshape(shape)) if wanted[1] else None
        if len(wanted) == 2:
            return dx, dw
        return dx, dw, np.add.reduce(dy, axis=0) if wanted[2] else None

    return run
