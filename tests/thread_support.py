"""Several threads that do the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def at_once(work: Callable[..., Any], arguments: Iterable[tuple]) -> None:
    """Calls `work` with each of the arguments, in a thread each; raises what the first that failed raised."""
    calls = list(arguments)
    with ThreadPoolExecutor(len(calls)) as pool:
        for running in [pool.submit(work, *a) for a in calls]:
            running.result()
