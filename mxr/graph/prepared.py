"""Values that are computed from parameters and kept between forwards: weights in a kernel's own layout, and the like.

They are made anew whenever a parameter changed. Leases (`core.lease`) say that nobody had a parameter's memory since;
memory that others know is looked at in every run, by its fingerprint.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import locks
from ..core.array import Lease
from ..core.lease import lease_of, lender
from ..kernels.fingerprint import Fingerprints
from .memory import empty_aligned

__all__ = ["Make", "Preparation", "Prepared", "prepared"]

# key -> what plans on the same arrays share
_shared: weakref.WeakValueDictionary[Any, Prepared] = weakref.WeakValueDictionary()
_lock = locks.lock()

Make = Callable[[list[Any], list[Any]], None]


class Prepared:
    """Results of ``make(parameters, outs)``; `renew` brings them up to date.

    Attributes
    ----------
    outs : the float32 buffers, flat and aligned.
    made : how often they were computed.
    leases : on parameters whose writers are all known. open : the other parameters.
    settled : whether they can only be out of date if a lease ended or an open parameter changed.
    """

    def __init__(self, raws: Sequence[Any], sizes: Sequence[int], make: Make) -> None:
        self.raws, self._make = list(raws), make
        self.outs = [empty_aligned(np, 4 * n).view(np.float32) for n in sizes]
        self._loans = [lender(r) for r in raws]
        self._look = Fingerprints(self.raws)
        self._seen: list[Any] | None = None
        self.leases: list[Lease] = []
        self.open: list[Any] = []
        self.settled = False
        self._lock = locks.lock()
        self.made = 0

    def renew(self) -> None:
        """Looks at all parameters, unless leases make that needless; computes where something changed."""
        with self._lock:
            if self.settled and not self.open and all(x.held for x in self.leases):
                return
            # leases first: who writes from here on ends them
            found = [None if x is None else lease_of(x) for x in self._loans]
            leases = [x for x in found if x is not None]
            self.open = [r for r, x in zip(self.raws, found) if x is None]
            seen = self._look()
            if seen != self._seen:
                self.settled, self._seen = False, None
                self._make(self.raws, self.outs)
                self._seen, self.made = seen, self.made + 1
            else:
                # a second look: who was about to write when a lease began has done so by now
                self.settled = len(leases) == len(self.leases) and all(a is b for a, b in zip(leases, self.leases))
            self.leases = leases


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
        self.held = False  # whether all items are settled, and no lease has ended; `Lease` clears it
        self._open: tuple[Fingerprints, list[Any], list[int]] | None = None

    def __call__(self) -> None:
        if self.held:
            if self._open is None:
                return
            look, seen, made = self._open
            if look() == seen and all(p.made == n for p, n in zip(self.items, made)):
                return
            self.held = False
        for p in self.items:
            p.renew()
        self._settle()

    def _settle(self) -> None:
        """From now on the leases call, and only open parameters are looked at."""
        open_ = list({id(r): r for p in self.items for r in p.open}.values())
        made = [p.made for p in self.items]
        look = Fingerprints(open_) if open_ else None
        self._open = None if look is None else (look, look(), made)
        leases = [x for p in self.items for x in p.leases]
        self.held = all(p.settled for p in self.items)
        for x in leases:
            x.watchers[id(self)] = weakref.ref(self)
        # what happened meanwhile shows in the next run
        if not all(x.held for x in leases) or [p.made for p in self.items] != made:
            self.held = False
