"""Choice by measurement: of several ways to compute the same the fastest is found once and remembered.

What was found lies beside the kernels in the cache on disk, one file for each choice, by operator, shapes, layouts and
CPU (written and read as kernels are: renamed into place, with a checksum). ``MXR_AUTOTUNE`` says when there is
measuring: ``0`` never, ``1`` wherever there is a choice; by default on CPUs that the built-in rules were not made on.
Results of different kernels differ in the last digits: with ``0`` they do not depend on what was found.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence

from ..base import MXNetValueError
from ..core import locks
from .jit.engine import cache_path, engine, read_cache, write_cache

__all__ = ["Choice", "choose", "wanted"]

_ROUNDS = 4
_BUDGET = {"": 1.0, "1": 30.0}  # seconds of measuring in a process, by the setting
_MEASURED = 64  # bytes of a vector of the CPUs for which the rules were made

_lock = locks.rlock()
_known: dict[str, str] = {}
_spent = 0.0

Choice = Callable[[], Callable[[], object]]


def wanted() -> bool:
    """Whether choices are measured, or taken from what was measured before."""
    setting = os.environ.get("MXR_AUTOTUNE", "")
    if setting not in ("", "0", "1"):
        raise MXNetValueError(f"MXR_AUTOTUNE={setting!r} is not understood; it is 0 or 1")
    return setting == "1" or (setting == "" and engine().vector_bytes != _MEASURED)


def choose(what: str, names: Sequence[str], make: Callable[[], Mapping[str, Choice]]) -> str | None:
    """The name of the fastest of `names`; None where that is not known and the time for measuring is spent.

    what : all that the answer depends on but the CPU. `make` gives choices for some of the names, one at least: each
        is a function that prepares a call, which is run some times.
    """
    global _spent
    key = hashlib.sha256("|".join(("tuning 1", engine().identity, what, *names)).encode()).hexdigest()
    with _lock:
        found = _known.get(key)
        if found is None:
            data = read_cache(cache_path(key))
            found = None if data is None else data.decode("ascii", "replace")
        if found is None or found not in names:
            if _spent >= _BUDGET[os.environ.get("MXR_AUTOTUNE", "")]:
                return None
            begin = time.perf_counter()
            found = _fastest(make())
            _spent += time.perf_counter() - begin
            write_cache(cache_path(key), found.encode())
        _known[key] = found
        return found


def _fastest(choices: Mapping[str, Choice]) -> str:
    """By the best of some rounds in turns, so that a disturbance meets all."""
    if len(choices) == 1:
        return next(iter(choices))
    calls = {name: make() for name, make in choices.items()}
    best = dict.fromkeys(calls, float("inf"))
    for call in calls.values():
        call()
    for _ in range(_ROUNDS):
        for name, call in calls.items():
            begin = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - begin)
    return min(best, key=lambda name: best[name])
