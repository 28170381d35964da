"""Locks that a forked child finds open.

Python's own fork leaves only the forking thread; a lock that another one held would stay shut for ever.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import Any

__all__ = ["lock", "rlock"]

_all: weakref.WeakSet[Any] = weakref.WeakSet()


def _kept(made: Any) -> Any:
    _all.add(made)
    return made


def lock() -> Any:
    return _kept(threading.Lock())


def rlock() -> Any:
    return _kept(threading.RLock())


def _open_all() -> None:
    for made in [*_all]:
        made._at_fork_reinit()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open_all)
