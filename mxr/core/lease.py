"""Who may write to an array's memory: the ground on which values computed from it are kept.

A lease stands in an array's ``_pending``, where every reader and writer of ``_data`` looks anyway, so it costs nothing:
whoever takes the buffer ends it. Views and detached arrays made meanwhile carry the same lease. That leaves memory that
somebody got hold of before: a lease is given only where nobody else has a reference to the buffer, which CPython's
counts tell exactly. Plans, which only read, borrow the buffer through a `Loan`, so that they are known.

Rules that make this sure: whoever writes to an array takes its buffer by ``_data``; whoever keeps an address keeps the
array behind it alive.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .array import Array, Lease

__all__ = ["Loan", "borrow", "home_of", "lease_of", "lender"]

_loans: dict[int, set[int]] = {}  # id of a buffer -> its living loans


class Loan:
    """A borrowed buffer; the NumPy arrays made of it have it as their base."""

    __slots__ = ("__array_interface__", "__weakref__", "array", "buffer")

    def __init__(self, x: Array) -> None:
        self.array, self.buffer = x, x._home
        self.__array_interface__ = self.buffer.__array_interface__
        _loans.setdefault(id(self.buffer), set()).add(id(self))

    def __del__(self, loans: dict[int, set[int]] = _loans) -> None:  # the module may have ended before
        if not hasattr(self, "buffer"):
            return
        key = id(self.buffer)
        living = loans.get(key)
        if living is not None:
            living.discard(id(self))
            if not living:
                loans.pop(key, None)  # a loan added just now is not counted then: no lease, which is the safe side


def borrow(x: Array) -> Any:
    """The array's buffer for somebody who only reads it, as a raw array of its own; CuPy's is given as it is."""
    buf = x._home
    if type(buf) is not np.ndarray or not buf.size or buf.dtype.kind == "V":  # bfloat16 is no type of NumPy's
        return buf
    return np.asarray(Loan(x))


def home_of(raw: Any) -> Any:
    """The buffer that a raw array was borrowed from, itself where it was not."""
    loan = lender(raw)
    return raw if loan is None else loan.buffer


def lender(raw: Any) -> Loan | None:
    """The loan behind a raw array from `borrow`."""
    base = getattr(raw, "base", None)
    return base if type(base) is Loan else None


def lease_of(loan: Loan) -> Lease | None:
    """A lease on the borrowed buffer, None where somebody else could write to it unseen."""
    x = loan.array
    held = x._pending
    if type(held) is Lease and held.held:
        return held if x._buf is loan.buffer else None
    del held
    x._data  # noqa: B018  waits for work
    lease = x._pending = Lease()
    if _alone(x, loan):
        return lease
    lease.held = False
    if x._pending is lease:
        x._pending = None
    return None


def _counts(x: Any) -> tuple[int, int]:
    """References to the buffer and to the memory that it is a view of."""
    buf = x._buf
    root = buf.base
    return sys.getrefcount(buf), 0 if root is None else sys.getrefcount(root)


class _Sample:
    def __init__(self, buf: np.ndarray) -> None:
        self._buf = buf


_ALONE_WHOLE = _counts(_Sample(np.zeros(8, np.float32)))
_ALONE_VIEW = _counts(_Sample(np.zeros(64, np.uint8)[16:48]))
_COUNTED = sys.implementation.name == "cpython" and getattr(sys, "_is_gil_enabled", lambda: True)()


def _alone(x: Array, loan: Loan) -> bool:
    buf, root = _counts(x)
    known = len(_loans.get(id(loan.buffer), ()))
    if not _COUNTED or x._buf is not loan.buffer or not known:
        return False
    if x._buf.base is None:
        return bool(x._buf.flags.owndata) and (buf - known, root) == _ALONE_WHOLE
    base = x._buf.base
    owned = type(base) is np.ndarray and base.base is None and bool(base.flags.owndata)
    return owned and (buf - known, root) == _ALONE_VIEW
