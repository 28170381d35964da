"""softmax and its kin, for single calls, by generated loops, and their gradients: any number of rows of one length."""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.kernel_table import gradients, kernels
from ..ops.nn.loss_heads import softmax_layout
from . import jit_enabled
from .buffers import address
from .lasting import at_most

__all__ = ["attach"]

# From so many elements on any length of rows is worth a kernel of its own.
LARGE = 1 << 15
# Fewer take NumPy no longer than the call of a kernel.
SMALL = 1024
# Between the two: many short rows, as classes are. Lengths of sentences would make a kernel each.
ROWS = 8


def attach() -> None:
    for name in ("softmax", "log_softmax"):
        kernels[name] = _forward(name, _of_call)
        gradients[name] = _gradient(name, _of_call)
    kernels["SoftmaxOutput"] = _forward("softmax", _of_head)
    kernels["SoftmaxActivation"] = _forward("softmax", _of_activation)
    gradients["SoftmaxActivation"] = _gradient("softmax", _of_activation)


@at_most(96)
def _loop(name: str, length: int, inner: int) -> Any:
    """The kernel of `name` in jit.rows for arrays (rows, length, inner), along the second axis."""
    from . import jit

    p = getattr(jit.rows, name)((2, length, inner), axis=1)
    return jit.compile_many([jit.Program(p.stmts, p.operands, p.domain, p.params, p.reduce_axes, open_end=True)])[0]


class _Rows:
    """A kernel for arrays of one shape, along one axis."""

    def __init__(self, loop: Any, rows: int, temperature: float | None) -> None:
        self._run, self._rows = loop.function, rows
        self._temperature = struct.unpack("<q", struct.pack("<d", temperature or 1.0))[0]

    def __call__(self, *arrays: np.ndarray) -> None:
        block = (ctypes.c_int64 * (len(arrays) + 2))(*map(address, arrays), self._temperature, self._rows)
        self._run(ctypes.addressof(block))


def _rows(
    name: str, shape: tuple[int, ...], axis: int, dtype: np.dtype, temperature: float | None = None
) -> _Rows | None:
    if dtype != np.float32 or not shape:
        return None
    axis, size = axis % len(shape), math.prod(shape)
    length = shape[axis]
    if length < 2 or size < SMALL or (size < LARGE and size < ROWS * length**2) or not jit_enabled():
        return None
    loop = _loop(name, length, math.prod(shape[axis + 1 :]))
    return None if loop is None else _Rows(loop, math.prod(shape[:axis]), temperature)


def _of_call(name: str, a: Any, shape: tuple[int, ...], dtype: np.dtype) -> _Rows | None:
    if a.dtype not in (None, "float32") or a.use_length:
        return None
    return _rows(name, shape, a.axis, dtype, a.temperature)


def _of_head(name: str, a: Any, shape: tuple[int, ...], dtype: np.dtype) -> _Rows | None:
    """SoftmaxOutput, whose data it lays out itself."""
    return _rows(name, softmax_layout(a, shape), 1, dtype) if math.prod(shape) else None


def _of_activation(name: str, a: Any, shape: tuple[int, ...], dtype: np.dtype) -> _Rows | None:
    return _rows(name, shape, 1 if a.mode == "channel" and len(shape) > 1 else -1, dtype)


def _forward(name: str, choose: Callable[..., _Rows | None]) -> Callable[..., Any]:
    def make(a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype]) -> Callable[..., Any] | None:
        rows = choose(name, a, shapes[0], dtypes[0])
        if rows is None:
            return None

        def run(a: Any, data: np.ndarray, *label: np.ndarray) -> np.ndarray:
            out = np.empty(data.shape, np.float32)
            rows(data, out)
            return out

        def into(a: Any, outs: Sequence[np.ndarray], data: np.ndarray, *label: np.ndarray) -> None:
            rows(data, outs[0])

        run.into = into  # type: ignore[attr-defined]
        return run

    return make


def _gradient(name: str, choose: Callable[..., _Rows | None]) -> Callable[..., Any]:
    def make(
        a: Any, shapes: Sequence[tuple], dtypes: Sequence[np.dtype], wanted: tuple[bool, ...]
    ) -> Callable[..., Any] | None:
        rows = choose(f"{name}_backward", a, shapes[0], dtypes[0])
        if rows is None:
            return None

        def run(a: Any, dy: np.ndarray, *saved: np.ndarray) -> tuple:
            dx = np.empty(dy.shape, np.float32)
            rows(dy, saved[-1], dx)  # the last is the output
            return (dx,)

        return run

    return make
