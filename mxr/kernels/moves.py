"""Moving data in machine code: each function binds arrays that stay where they are to a call, or says None.

None means that NumPy has to do it: no generated code, or dtypes that differ.
"""

from __future__ import annotations

import functools
import math
from typing import Any, NoReturn

import numpy as np

from ..core.quiet import quiet
from .buffers import address
from .native import Native, block_of
from .routines import routine

__all__ = ["Classes", "added", "copied", "copy_words", "scattered", "taken", "zeroed"]

_MOST_DIMS = 8
_TILE = 16  # a cache line of float32


def copied(dst: np.ndarray, src: np.ndarray) -> Native | None:
    """dst[...] = src, of one shape and dtype and any strides; they do not overlap."""
    words = copy_words(dst, src)
    function = 0 if words is None else routine(words[0])
    if words is None or not function:
        return None
    return Native(function, block_of(address(dst), address(src), *words[1]), (dst, src), "copy")


def copy_words(dst: np.ndarray, src: np.ndarray) -> tuple[str, tuple[int, ...]] | None:
    """The routine that copies, and the numbers of its block behind the addresses of `dst` and `src`."""
    if dst.dtype != src.dtype or dst.shape != src.shape or not dst.size:
        return None
    return _copy_words(dst.shape, dst.strides, src.strides, dst.itemsize)


@functools.lru_cache(maxsize=4096)
def _copy_words(
    whole: tuple[int, ...], to: tuple[int, ...], from_: tuple[int, ...], item: int
) -> tuple[str, tuple[int, ...]] | None:
    from .jit import collapse

    shape, (ds, ss) = collapse(whole, [to, from_])
    if not shape:
        shape, ds, ss = (1,), (item,), (item,)
    # the inner loop runs where the result lies closest together
    dims = sorted(zip(shape, ds, ss), key=lambda dim: -abs(dim[1]))
    if len(dims) == 1 and ds == ss == (item,):
        return "copy", (math.prod(whole) * item,)
    runs = dims[-1][1:] == (item, item)
    if not runs:
        dims = _tiled(dims, item)
    if len(dims) - 1 > _MOST_DIMS or not (runs or item in (4, 8)):
        return None
    (n, d, s), outer = dims[-1], dims[-2::-1]
    numbers = (n * item if runs else n, d, s, len(outer), math.prod(dim[0] for dim in outer))
    return "strided_runs" if runs else f"strided_{item}", (*numbers, *(w for dim in outer for w in dim))


def _tiled(dims: list[tuple[int, int, int]], item: int) -> list[tuple[int, int, int]]:
    """The loops of a transpose cut into tiles of whole cache lines, where the extents are multiples of one."""
    near = next((k for k, dim in enumerate(dims[:-1]) if dim[2] == item), None)
    if near is None or dims[near][0] % _TILE or dims[-1][0] % _TILE:
        return dims
    whole = [(n // _TILE, d * _TILE, s * _TILE) for n, d, s in (dims[near], dims[-1])]
    rest = [dim for k, dim in enumerate(dims[:-1]) if k != near]
    return [*rest, *whole, *((_TILE, d, s) for _, d, s in (dims[near], dims[-1]))]


def added(dst: np.ndarray, src: np.ndarray) -> Native | None:
    """dst += src, both float32 and without gaps."""
    plain = dst.dtype == src.dtype == np.float32 and dst.flags.c_contiguous and src.flags.c_contiguous
    if not plain or dst.shape != src.shape or not dst.size or not routine("add"):
        return None
    return Native(routine("add"), block_of(address(dst), address(src), dst.size), (dst, src), "add")


def zeroed(dst: np.ndarray) -> Native | None:
    """dst[...] = 0, an array without gaps."""
    if not dst.flags.c_contiguous or not routine("zero"):
        return None
    return Native(routine("zero"), block_of(address(dst), dst.nbytes), dst, "zero")


def _rows(table: np.ndarray, index: np.ndarray, rows: np.ndarray) -> bool:
    """Whether `rows` are rows of `table`, one for each entry of a float32 index; all without gaps and not empty."""
    return (
        index.dtype == np.float32
        and table.dtype == rows.dtype
        and all(x.flags.c_contiguous and x.size for x in (table, index, rows))
        and rows.size // index.size * len(table) == table.size
        and bool(routine("take"))
    )


def taken(out: np.ndarray, table: np.ndarray, index: np.ndarray) -> Native | None:
    """out[i] = table[index[i]]: fractions are cut off, what is out of range takes the nearest row."""
    if not _rows(table, index, out):
        return None
    words = (index.size, len(table), table[0].nbytes)
    return Native(
        routine("take"), block_of(address(out), address(table), address(index), *words), (out, table, index), "take"
    )


def scattered(out: np.ndarray, rows: np.ndarray, index: np.ndarray) -> Native | None:
    """Zeros in float32 `out`, to which rows[i] is added at index[i], in order; indices as those of `taken`."""
    if out.dtype != np.float32 or not _rows(out, index, rows):
        return None
    words = (index.size, len(out), out[0].size)
    return Native(
        routine("scatter"), block_of(address(out), address(rows), address(index), *words), (out, rows, index), "scatter"
    )


class Classes(Native):
    """A look at float32 class numbers: they must lie in (-1, classes), or be -1 or `spare`."""

    __slots__ = ("_check",)

    def __init__(self, label: np.ndarray, classes: int, spare: float, check: Any) -> None:
        block = block_of(address(label), label.size, classes, float(spare))
        super().__init__(routine("classes"), block, label, "classes")
        self._check = check

    @quiet
    def failed(self, status: int) -> NoReturn:
        """Raises the error that `check` has for these numbers."""
        self._check()
        super().failed(status)
