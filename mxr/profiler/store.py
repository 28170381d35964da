"""What the profiler has recorded."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from typing import Any

__all__ = ["Store", "store"]


class Store:
    """Spans and marks, and the switches.

    `running` and `paused` are set by `set_state`, `pause` and `resume`. Times are microseconds since 1970.
    """

    def __init__(self) -> None:
        self.running = self.paused = False
        self.filename = "profile.json"
        self.options: dict[str, Any] = {}
        self._shift = time.time_ns() - time.perf_counter_ns()
        self.clear()

    def configure(self, options: Mapping[str, Any]) -> None:
        """Takes what `set_config` was given."""
        self.options.update(options)
        self.filename = str(options.get("filename", self.filename))

    def wants(self, kind: str) -> bool:
        """Whether calls of a kind ("imperative", "symbolic") are recorded: all, unless kinds were chosen."""
        chosen = any(self.options.get(f"profile_{k}") for k in ("imperative", "symbolic", "api", "memory"))
        return bool(self.options.get("profile_all") or self.options.get(f"profile_{kind}") or not chosen)

    @property
    def active(self) -> bool:
        return self.running and not self.paused

    def clear(self) -> None:
        """Forgets what was recorded."""
        self._spans: list[tuple[str, str, int, int, int]] = []
        self._marks: list[dict[str, Any]] = []

    def span(self, category: str, name: str, begin: int, end: int) -> None:
        """Something that lasted from `begin` to `end`, by ``time.perf_counter_ns``."""
        self._spans.append((category, name, begin, end, threading.get_ident()))

    def mark(self, category: str, name: str, phase: str, **more: Any) -> None:
        """Something without length."""
        now = (time.perf_counter_ns() + self._shift) / 1e3
        place = {"pid": os.getpid(), "tid": threading.get_ident()}
        self._marks.append({"name": name, "cat": category, "ph": phase, "ts": now, **place, **more})

    def trace(self) -> list[dict[str, Any]]:
        """Events in Chrome's trace format, in order of time."""
        pid = os.getpid()
        spans = [
            {"name": name, "cat": category, "ph": "X", "ts": (begin + self._shift) / 1e3, "dur": (end - begin) / 1e3,
             "pid": pid, "tid": thread}
            for category, name, begin, end, thread in self._spans
        ]  # fmt: skip
        head = {"name": "process_name", "ph": "M", "pid": pid, "args": {"name": "mxr"}}
        return [head, *sorted([*spans, *self._marks], key=lambda event: event["ts"])]

    def aggregated(self, sort_by: str, ascending: bool) -> dict[str, list[tuple]]:
        """{category: [(name, count, total, least, most)]}, times in ms."""
        sums: dict[str, dict[str, list[float]]] = {}
        for category, name, begin, end, _ in self._spans:
            took = (end - begin) / 1e6
            row = sums.setdefault(category, {}).setdefault(name, [0, 0.0, took, took])
            row[:] = [row[0] + 1, row[1] + took, min(row[2], took), max(row[3], took)]
        key = {
            "count": lambda row: row[1], "total": lambda row: row[2], "min": lambda row: row[3],
            "max": lambda row: row[4], "avg": lambda row: row[2] / row[1],
        }[sort_by]  # fmt: skip
        return {
            category: sorted(((name, *row) for name, row in rows.items()), key=key, reverse=not ascending)
            for category, rows in sorted(sums.items())
        }


store = Store()
