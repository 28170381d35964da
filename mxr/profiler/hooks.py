"""How the profiler gets at the calls: only while it runs is anything of it in their way.

A single call of an operator goes through the operator's table of plans; a table put in its place wraps what comes into
it. Compiled graphs run their calls in one function, which has a place for a wrapper.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from time import perf_counter_ns
from typing import Any

from ..core.op import all_ops
from ..graph import run
from .store import Store

__all__ = ["attach", "detach"]


def _timed(store: Store, category: str, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call, assigned=())
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if not store.active:
            return call(*args, **kwargs)
        begin = perf_counter_ns()
        try:
            return call(*args, **kwargs)
        finally:
            store.span(category, name, begin, perf_counter_ns())

    wrapper.timed = call  # type: ignore[attr-defined]
    return wrapper


class _Plans(dict):
    """The plans of one operator while the profiler runs."""

    def __init__(self, store: Store, name: str) -> None:
        super().__init__()
        self._store, self._name = store, name

    def __setitem__(self, key: Any, plan: Any) -> None:
        plan.run = _timed(self._store, "operator", self._name, plan.run)
        if plan.into is not None:
            plan.into = _timed(self._store, "operator", self._name, plan.into)
        super().__setitem__(key, plan)


def attach(store: Store) -> None:
    """From now on calls are recorded."""
    if store.wants("imperative"):
        for name, op in all_ops().items():
            op.plans = _Plans(store, name)
    if store.wants("symbolic"):

        def timed(plan: Any, calls: Sequence[Any]) -> list[Any]:
            labels = {id(row.run): row.label for row in plan.rows}
            return [_timed(store, "operator", labels.get(id(call), "?"), call) for call in calls]

        run.timed = timed


def detach(store: Store) -> None:
    """Calls are as before."""
    run.timed = None
    for op in all_ops().values():
        if isinstance(op.plans, _Plans):
            op.plans = {}
