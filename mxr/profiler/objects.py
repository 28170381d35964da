"""Things that a program records by itself: tasks, frames, events, counters, markers."""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any

from ..base import MXNetError, MXNetValueError
from .store import store

__all__ = ["Counter", "Domain", "Event", "Frame", "Marker", "Task"]


class Domain:
    """A name under which tasks, frames, counters and markers are grouped."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name

    def new_task(self, name: str) -> Task:
        """A `Task` of this domain."""
        return Task(self, name)

    def new_frame(self, name: str) -> Frame:
        """A `Frame` of this domain."""
        return Frame(self, name)

    def new_counter(self, name: str, value: float | None = None) -> Counter:
        """A `Counter` of this domain."""
        return Counter(self, name, value)

    def new_marker(self, name: str) -> Marker:
        """A `Marker` of this domain."""
        return Marker(self, name)


class _Span:
    """From `start` to `stop`; also a ``with`` block."""

    def __init__(self, category: str, name: str) -> None:
        self.name = name
        self._category = category
        self._begin: int | None = None

    def start(self) -> None:
        """Begins."""
        self._begin = perf_counter_ns()

    def stop(self) -> None:
        """Ends, and is recorded if the profiler runs."""
        if self._begin is None:
            raise MXNetError(f"{type(self).__name__} {self.name!r}: stop() without start()")
        if store.active:
            store.span(self._category, self.name, self._begin, perf_counter_ns())
        self._begin = None

    def __enter__(self) -> Any:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def __str__(self) -> str:
        return self.name


class Task(_Span):
    """Some piece of work; tasks may overlap."""

    def __init__(self, domain: Domain, name: str) -> None:
        super().__init__(str(domain), name)


class Frame(_Span):
    """A pass of something that is repeated."""

    def __init__(self, domain: Domain, name: str) -> None:
        super().__init__(f"{domain},frame", name)


class Event(_Span):
    """Something of one thread, without a domain."""

    def __init__(self, name: str) -> None:
        super().__init__("event", name)


class Counter:
    """A number over time."""

    def __init__(self, domain: Domain, name: str, value: float | None = None) -> None:
        self.name = name
        self._domain = domain
        self._value: float = 0
        if value is not None:
            self.set_value(value)

    def set_value(self, value: float) -> None:
        """Gives it a value."""
        self._value = value
        if store.active:
            store.mark(str(self._domain), self.name, "C", args={self.name: value})

    def increment(self, delta: float = 1) -> None:
        """Adds."""
        self.set_value(self._value + delta)

    def decrement(self, delta: float = 1) -> None:
        """Subtracts."""
        self.set_value(self._value - delta)

    def __iadd__(self, delta: float) -> Counter:
        self.increment(delta)
        return self

    def __isub__(self, delta: float) -> Counter:
        self.decrement(delta)
        return self

    def __str__(self) -> str:
        return self.name


_SCOPES = {"global": "g", "marker": "t", "process": "p", "task": "t", "thread": "t"}


class Marker:
    """A point in time."""

    def __init__(self, domain: Domain, name: str) -> None:
        self.name = name
        self._domain = domain

    def mark(self, scope: str = "process") -> None:
        """Records now; `scope` is "global", "process", "thread", "task" or "marker"."""
        if scope not in _SCOPES:
            raise MXNetValueError(f"Invalid Input: '{scope}', valid values are: {set(_SCOPES)}")
        if store.active:
            store.mark(f"{self._domain},instant_marker", self.name, "i", s=_SCOPES[scope])
