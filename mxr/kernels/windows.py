"""Max pooling of windows side by side, by generated loops: one row of windows after the other, of any batch."""

from __future__ import annotations

import ctypes
import functools
import itertools
import math
from typing import Any

import numpy as np

from . import jit_enabled
from .buffers import address
from .lasting import at_most

__all__ = ["Windows", "windows_of"]

# Larger windows have too many elements to name each in the code.
MOST = 16


def windows_of(a: Any, shape: tuple[int, ...]) -> Windows | None:
    """The loops for pooling data of this shape; None where windows overlap, do not fit, or are no maxima, or where
    there are loops for many widths already.

    A row has two windows at least: the vectors lie along it.
    """
    if a.pool_type != "max" or len(shape) != 4 or a.global_pool or (a.layout or "NCHW") != "NCHW" or any(a.pad):
        return None
    kernel = tuple(a.kernel)
    if tuple(a.stride) != kernel or math.prod(kernel) > MOST or shape[2] % kernel[0] or shape[3] < 2 * kernel[1]:
        return None
    if a.pooling_convention != "valid" and shape[3] % kernel[1]:
        return None
    return _windows(shape[3], kernel) if jit_enabled() else None


@at_most(48)
def _windows(width: int, kernel: tuple[int, int]) -> Windows:
    return Windows(width, kernel)


class Windows:
    """Maxima over windows of rows of `width` elements, and their gradient."""

    def __init__(self, width: int, kernel: tuple[int, int]) -> None:
        self._width, (self._high, self._wide) = width, kernel
        self._out = width // self._wide
        corners = list(itertools.product(range(self._high), range(self._wide)))
        self._offsets = [(i * width + j) * 4 for i, j in corners]
        self._names = [f"x{i}_{j}" for i, j in corners]

    def _operand(self, name: str, output: bool = False) -> Any:
        from . import jit

        windowed = name[0] == "x" or name[:2] == "dx"
        return jit.Operand(
            name, "float32", (self._high * self._width, self._wide) if windowed else (self._out, 1), output
        )

    def _compile(self, stmts: list[tuple[str, str]], operands: list[Any]) -> Any:
        from . import jit

        return jit.compile_many([jit.Program(stmts, operands, (2, self._out), open_end=True)])[0].function

    @functools.cached_property
    def _forward(self) -> Any:
        text = functools.reduce(lambda x, y: f"max({x}, {y})", self._names)
        return self._compile([("y", text)], [*map(self._operand, self._names), self._operand("y", True)])

    @functools.cached_property
    def _backward(self) -> Any:
        """The gradient goes to the first element that is the maximum: `left` is what no element had so far."""
        stmts, left = [], "dy"
        for i, name in enumerate(self._names):
            stmts += [(f"d{name}", f"where({name} == y, {left}, 0)"), (f"left{i}", f"where({name} == y, 0, {left})")]
            left = f"left{i}"
        given = [*map(self._operand, self._names), self._operand("y"), self._operand("dy")]
        return self._compile(stmts, given + [self._operand(f"d{name}", True) for name in self._names])

    def _call(self, run: Any, *places: int, rows: int) -> None:
        block = (ctypes.c_int64 * (len(places) + 1))(*places, rows)
        run(ctypes.addressof(block))

    def _corners(self, x: np.ndarray) -> list[int]:
        first = address(x)
        return [first + offset for offset in self._offsets]

    def _rows(self, x: np.ndarray) -> int:
        return x.size // (self._width * self._high)

    def forward(self, x: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """The maxima of contiguous x (n, c, height, width)."""
        y = np.empty((*x.shape[:2], x.shape[2] // self._high, self._out), np.float32) if out is None else out
        self._call(self._forward, *self._corners(x), address(y), rows=self._rows(x))
        return y

    def backward(self, dy: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The gradient with regard to x; y are the maxima."""
        dx = (np.zeros if self._width % self._wide else np.empty)(x.shape, np.float32)
        self._call(
            self._backward, *self._corners(x), address(y), address(dy), *self._corners(dx), rows=self._rows(x)
        )  # fmt: skip
        return dx
