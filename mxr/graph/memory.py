"""The memory planner: all temporaries of a plan in one arena, by lifetimes."""

from __future__ import annotations

import bisect
import contextlib
import heapq
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..base import MXNetMemoryError

__all__ = ["Block", "empty_aligned", "enough_memory", "place", "zeros_aligned"]

ALIGN = 64


class Block(NamedTuple):
    """A temporary: bytes it needs, and the first and last step that touch it."""

    key: int
    nbytes: int
    first: int
    last: int


def place(blocks: list[Block]) -> tuple[dict[int, int], int]:
    """(offset by key, arena bytes). Time grows as n log n beyond some hundred blocks."""
    found = _sweep(blocks)
    if len(blocks) <= _EXACT:
        found = min(_largest_first(blocks), found, key=lambda f: f[1])
    return found


# up to so many blocks the slower way, which often packs better, is tried too
_EXACT = 600


def _padded(b: Block) -> int:
    return -(-max(b.nbytes, 1) // ALIGN) * ALIGN


def _largest_first(blocks: list[Block]) -> tuple[dict[int, int], int]:
    """Largest first, each at the lowest offset free during its life."""
    placed: list[tuple[int, int, int, int]] = []  # offset, end, first, last; sorted
    offsets: dict[int, int] = {}
    total = 0
    for b in sorted(blocks, key=lambda b: (-b.nbytes, b.first)):
        size = _padded(b)
        offset = 0
        for start, end, first, last in placed:
            if first <= b.last and b.first <= last:
                if start - offset >= size:
                    break
                offset = max(offset, end)
        offsets[b.key] = offset
        bisect.insort(placed, (offset, offset + size, b.first, b.last))
        total = max(total, offset + size)
    return offsets, total


def _sweep(blocks: list[Block]) -> tuple[dict[int, int], int]:
    """In order of time, each in the smallest gap that holds it."""
    gaps: list[tuple[int, int]] = []  # (size, offset), sorted
    begins: dict[int, int] = {}  # offset of a gap -> its size
    ends: dict[int, int] = {}  # end of a gap -> its offset
    running: list[tuple[int, int, int]] = []  # heap of (last, offset, size)
    offsets: dict[int, int] = {}
    total = 0

    def take(offset: int) -> int:
        size = begins.pop(offset)
        del ends[offset + size]
        del gaps[bisect.bisect_left(gaps, (size, offset))]
        return size

    def give(offset: int, size: int) -> None:
        if offset + size in begins:
            size += take(offset + size)
        if offset in ends:
            before = ends[offset]
            size += take(before)
            offset = before
        begins[offset] = size
        ends[offset + size] = offset
        bisect.insort(gaps, (size, offset))

    for b in sorted(blocks, key=lambda b: (b.first, -b.nbytes)):
        while running and running[0][0] < b.first:
            _, offset, size = heapq.heappop(running)
            give(offset, size)
        size = _padded(b)
        i = bisect.bisect_left(gaps, (size, -1))
        if i < len(gaps):
            offset = gaps[i][1]
            have = take(offset)
            if have > size:
                give(offset + size, have - size)
        else:  # the arena grows, from its last gap on where that reaches its end
            offset = ends.get(total, total)
            if offset < total:
                take(offset)
            total = offset + size
        offsets[b.key] = offset
        heapq.heappush(running, (b.last, offset, size))
    return offsets, total


@contextlib.contextmanager
def enough_memory(what: str) -> Iterator[None]:
    """Turns a failed allocation into an error that says for what."""
    try:
        yield
    except MemoryError as e:
        raise MXNetMemoryError(f"not enough memory for {what}: {e}") from None
    except (ValueError, OverflowError) as e:  # larger than the address space
        raise MXNetMemoryError(f"not enough memory for {what}: {e}") from None


def empty_aligned(xp: Any, nbytes: int) -> Any:
    """A byte buffer whose address is a multiple of 64."""
    return _aligned(xp, xp.empty, nbytes)


def zeros_aligned(xp: Any, nbytes: int) -> Any:
    """As :func:`empty_aligned`, of zeros: the system's, which take no time until they are touched."""
    return _aligned(xp, xp.zeros, nbytes)


def _aligned(xp: Any, make: Callable[..., Any], nbytes: int) -> Any:
    with enough_memory(f"{nbytes:,} bytes of arrays"):
        raw = make(nbytes + ALIGN, np.uint8)
    address = raw.ctypes.data if xp is np else raw.data.ptr
    shift = -address % ALIGN
    return raw[shift : shift + nbytes]
