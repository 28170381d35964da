"""``mx.engine``: bulk execution, which mxr's dispatch does not need; kept so that scripts run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["bulk", "set_bulk_size"]

_size = 0


def set_bulk_size(size: int) -> int:
    """Remembers the bulk size and returns the former one; it changes nothing here."""
    global _size
    old, _size = _size, int(size)
    return old


@contextmanager
def bulk(size: int) -> Iterator[None]:
    """``with mx.engine.bulk(10):`` as in MXNet."""
    old = set_bulk_size(size)
    try:
        yield
    finally:
        set_bulk_size(old)
