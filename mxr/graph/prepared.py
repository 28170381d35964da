"""Values that are computed from parameters and kept between forwards: weights in a kernel's own layout, and the like.

They are made anew whenever a parameter changed. What is small is looked at each time, by its fingerprint. So is what is
large, unless a lease (`core.lease`) says that nobody had the array's memory since.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import locks
from ..core.array import Lease
from ..core.lease import Loan, lease_of, lender
from ..kernels.fingerprint import Fingerprints
from .memory import empty_aligned

__all__ = ["Preparation", "Prepared", "prepared"]

LARGE = 16 << 10  # bytes from which on a lease is cheaper than a look

# key -> what plans on the same arrays share
_shared: weakref.WeakValueDictionary[Any, Prepared] = weakref.WeakValueDictionary()
_lock = locks.lock()

Make = Callable[[list[Any], list[Any]], None]


class Prepared:
    """Results of ``make(parameters, outs)`` that are up to date after `Preparation` has looked at them.

    Attributes
    ----------
    outs : the float32 buffers, flat and aligned.
    made : how often they were computed.
    """

    def __init__(self, raws: Sequence[Any], sizes: Sequence[int], make: Make) -> None:
        self.raws, self._make = list(raws), make
        self.outs = [empty_aligned(np, 4 * n).view(np.float32) for n in sizes]
        large = [r for r in raws if r.nbytes >= LARGE]
        self.small = [r for r in raws if r.nbytes < LARGE]
        loans = [lender(r) for r in large]
        self._loans: list[Loan] = [x for x in loans if x is not None]
        self._known = len(self._loans) == len(large)
        self._look = Fingerprints(large)
        self._seen: tuple[Any, Any] | None = None
        self._leases: list[Lease] = []
        self._proven = False
        self._lock = locks.lock()
        self.made = 0

    def current(self, small: Any) -> bool:
        """Whether nothing can have changed; `small` are the fingerprints of the small parameters."""
        if not self._proven or self._seen is None or small != self._seen[0]:
            return False
        for lease, loan in zip(self._leases, self._loans):
            if not lease.held or loan.array._buf is not loan.buffer:
                return False
        return True

    def renew(self, small: Any) -> None:
        """Looks at everything; computes where something changed, or where that cannot be told."""
        with self._lock:
            # leases first: who writes from here on ends them
            leases = [lease_of(x) for x in self._loans] if self._known else [None]
            seen = (small, self._look()) if self._look.fast or not self._look.arrays else None
            if seen is None or seen != self._seen:
                self._proven, self._seen = False, None
                self._make(self.raws, self.outs)
                self._seen, self.made = seen, self.made + 1
                self._leases = [x for x in leases if x is not None]
                return
            held = [x for x in leases if x is not None]
            # a second look: who was about to write when the lease began has done so by now
            self._proven = len(held) == len(leases) and all(a is b for a, b in zip(held, self._leases))
            self._leases = held


def prepared(key: Any, raws: Sequence[Any], sizes: Sequence[int], make: Make) -> Prepared:
    """The values for `key`, shared by all plans that borrowed the same arrays.

    Parameters
    ----------
    key : hashable; says what `make` does.
    raws : float32 arrays; large ones are looked at in every run unless they come from `core.lease.borrow`.
    sizes : number of elements of each result.
    """
    loans = [lender(r) for r in raws]
    whole = key, tuple(id(r if x is None else x.buffer) for r, x in zip(raws, loans))
    with _lock:
        found = _shared.get(whole)
        if found is None:  # it keeps the buffers, so their id()s stay theirs
            found = _shared[whole] = Prepared(raws, sizes, make)
        return found


class Preparation:
    """The first row of a plan: brings all its prepared values up to date."""

    def __init__(self, items: Sequence[Prepared]) -> None:
        self.items = list(items)
        self._counts = [len(p.small) for p in self.items]
        self._look = Fingerprints([r for p in self.items for r in p.small])

    def __call__(self) -> None:
        found = self._look()
        at = 0
        for p, n in zip(self.items, self._counts):
            small = found[at : at + n]
            at += n
            if not p.current(small):
                p.renew(small)
