"""The memory planner: all temporaries of a plan in one arena, by lifetimes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..base import MXNetMemoryError

__all__ = ["Block", "empty_aligned", "enough_memory", "place"]

ALIGN = 64


class Block(NamedTuple):
    """A temporary: bytes it needs, and the first and last step that touch it."""

    key: int
    nbytes: int
    first: int
    last: int


def place(blocks: list[Block]) -> tuple[dict[int, int], int]:
    """(offset by key, arena bytes): largest first, each at the lowest offset free during its life."""
    placed: list[tuple[int, int, int, int]] = []  # offset, end, first, last
    offsets: dict[int, int] = {}
    total = 0
    for b in sorted(blocks, key=lambda b: (-b.nbytes, b.first)):
        size = -(-max(b.nbytes, 1) // ALIGN) * ALIGN
        offset = 0
        for start, end, _, _ in sorted(p for p in placed if p[2] <= b.last and b.first <= p[3]):
            if start - offset >= size:
                break
            offset = max(offset, end)
        offsets[b.key] = offset
        placed.append((offset, offset + size, b.first, b.last))
        total = max(total, offset + size)
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
    with enough_memory(f"{nbytes:,} bytes of arrays"):
        raw = xp.empty(nbytes + ALIGN, np.uint8)
    address = raw.ctypes.data if xp is np else raw.data.ptr
    shift = -address % ALIGN
    return raw[shift : shift + nbytes]
