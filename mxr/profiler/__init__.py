"""``mx.profiler``: which operator takes how long.

``set_config(filename=..., aggregate_stats=True)``, ``set_state("run")``, the work, ``set_state("stop")``; then `dump`
writes a trace for chrome://tracing or Perfetto, and `dumps` gives a table. Single calls and the steps of executors and
hybridized blocks are measured. While the profiler is off it costs nothing.
"""

from __future__ import annotations

import json
import warnings
from typing import Any

from ..base import MXNetAssertionError, MXNetTypeError, MXNetValueError, suggest
from . import hooks
from .objects import Counter, Domain, Event, Frame, Marker, Task
from .store import store

__all__ = [
    "Counter", "Domain", "Event", "Frame", "Marker", "Task", "dump", "dump_profile", "dumps", "pause",
    "profiler_set_config", "profiler_set_state", "resume", "set_config", "set_kvstore_handle", "set_state",
]  # fmt: skip

_OPTIONS = (
    "aggregate_stats", "continuous_dump", "dump_period", "filename", "gpu_memory_profile_filename_prefix",
    "profile_all", "profile_api", "profile_imperative", "profile_memory", "profile_process", "profile_symbolic",
)  # fmt: skip


def set_config(**kwargs: Any) -> None:
    """What is recorded, and where it goes.

    Parameters
    ----------
    filename : file that `dump` writes (profile.json).
    profile_all, profile_imperative, profile_symbolic, profile_api : what is recorded; all by default. There is no C
        interface, so `profile_api` adds nothing.
    profile_memory : not recorded here.
    aggregate_stats : `dumps` has numbers.
    continuous_dump, dump_period, profile_process : taken, without effect.
    """
    for name in kwargs:
        if name not in _OPTIONS:
            raise MXNetValueError(
                f"set_config: Cannot find argument '{name}'.{suggest(name, _OPTIONS)} Possible arguments: "
                f"{', '.join(_OPTIONS)}"
            )
    store.configure(kwargs)


def set_state(state: str = "stop", profile_process: str = "worker") -> None:
    """``"run"`` starts recording, ``"stop"`` ends it."""
    if state not in ("run", "stop"):
        raise MXNetValueError(f"set_state: state must be 'run' or 'stop', got {state!r}")
    from ..ndarray import waitall

    waitall()
    if (state == "run") != store.running:
        store.running = state == "run"
        (hooks.attach if store.running else hooks.detach)(store)


def pause(profile_process: str = "worker") -> None:
    """Records nothing until `resume`."""
    _wait()
    store.paused = True


def resume(profile_process: str = "worker") -> None:
    """Goes on after `pause`."""
    _wait()
    store.paused = False


def _wait() -> None:
    from ..ndarray import waitall

    waitall()


def dump(finished: bool = True, profile_process: str = "worker") -> None:
    """Writes what was recorded to the file of `set_config`; with `finished`, recording ends."""
    if finished:
        set_state("stop")
    else:
        _wait()
    with open(store.filename, "w", encoding="utf-8") as file:
        json.dump({"traceEvents": store.trace(), "displayTimeUnit": "ms"}, file)


def dumps(reset: bool = False, format: str = "table", sort_by: str = "total", ascending: bool = False) -> str:
    """The times by operator, added up.

    Parameters
    ----------
    reset : forget them afterwards.
    format : "table" or "json".
    sort_by : "total", "avg", "min", "max" or "count".
    """
    if format not in ("table", "json"):
        raise MXNetAssertionError(f"Invalid value provided for format: {format}. Support: 'table', 'json'")
    if sort_by not in ("total", "avg", "min", "max", "count"):
        raise MXNetAssertionError(
            f"Invalid value provided for sort_by: {sort_by}. Support: 'total', 'avg', 'min', 'max', 'count'"
        )
    if not isinstance(reset, (bool, int)):
        raise MXNetTypeError(f"dumps: reset must be a bool, got {reset!r}")
    _wait()
    stats = store.aggregated(sort_by, ascending)
    if reset:
        store.clear()
    return _json(stats) if format == "json" else _table(stats)


def _json(stats: dict[str, list[tuple]]) -> str:
    times = {
        category: {
            name: {"Count": count, "Total": total, "Min": low, "Max": high, "Avg": total / count}
            for name, count, total, low, high in rows
        }
        for category, rows in stats.items()
    }
    return json.dumps({"Time": times, "Memory": {}, "Unit": {"Time": "ms", "Memory": "kB"}}, indent=4)


def _table(stats: dict[str, list[tuple]]) -> str:
    lines = ["", "Profile Statistics:", "\tNote the difference in units for different entries."]
    titles = ["Name", "Total Count", "Time (ms)", "Min Time (ms)", "Max Time (ms)", "Avg Time (ms)"]
    for category, rows in stats.items():
        width = max([25, *(len(row[0]) + 2 for row in rows)])
        lines += [category, "================="]
        for cells in (titles, ["-" * len(title) for title in titles]):
            lines.append(f"{cells[0]:<{width}}{cells[1]:>16}" + "".join(f"{cell:>17}" for cell in cells[2:]))
        for name, count, total, low, high in rows:
            numbers = "".join(f"{value:17.4f}" for value in (total, low, high, total / count))
            lines.append(f"{name:<{width}}{count:16d}{numbers}")
        lines.append("")
    return "\n".join(lines) + "\n"


# Old names.


def profiler_set_config(mode: str = "symbolic", filename: str = "profile.json") -> None:
    """The old name of `set_config`."""
    warnings.warn(
        "profiler.profiler_set_config() is deprecated. Please use profiler.set_config() instead", stacklevel=2
    )
    set_config(filename=filename)


def profiler_set_state(state: str = "stop") -> None:
    """The old name of `set_state`."""
    warnings.warn("profiler.profiler_set_state() is deprecated. Please use profiler.set_state() instead", stacklevel=2)
    set_state(state)


def dump_profile() -> None:
    """The old name of `dump`."""
    warnings.warn("profiler.dump_profile() is deprecated. Please use profiler.dump() instead", stacklevel=2)
    dump(True)


def set_kvstore_handle(handle: Any) -> None:
    """Does nothing: stores of this process are profiled with it."""
