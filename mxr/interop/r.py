"""The Python side of the one door between R and mxr.

R (or the rpy2 bridge) calls ``Door.call(name, args)`` and nothing else. Objects stay in a table here, R holds integer
handles. The answer is ``[0, value]`` (with a third item, the texts of warnings, where there are any) or ``[1, class,
message]``; values are None, numbers, strings, lists and dicts of them, so that every transport can carry them. Nothing
raises through the door.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import itertools
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

from mxr.base import MXNetError, suggest
from mxr.core.engine import engine

from .r_errors import class_of, in_r_words, message_of, traceback_of

__all__ = ["Door", "Handles", "Stopped", "caches", "door", "exported", "handles", "repeatable", "warn"]

_MODULES = (
    "r_arith", "r_buckets", "r_data", "r_exec", "r_fit", "r_flow", "r_gluon", "r_gluon_data",
    "r_gluon_fit", "r_gluon_own", "r_gluon_tape", "r_index", "r_infer", "r_io", "r_nd", "r_optim",
    "r_predict", "r_sym",
)  # fmt: skip
_functions: dict[str, Callable[..., Any]] = {}
_warnings: list[str] = []
_repeatable: set[str] = set()
_doors: list[Door] = []
caches: list[dict[Any, Any]] = []  # what may be emptied at any time


class Stopped(KeyboardInterrupt):
    """The user interrupted an R callback."""


class Handles:
    """Objects by integer handle. One table per process: both sides of an rpy2 process hold the same objects."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._next = itertools.count(1)

    def add(self, obj: Any) -> int:
        h = next(self._next)
        self._objects[h] = obj
        return h

    def get(self, h: Any) -> Any:
        try:
            return self._objects[int(h)]
        except (KeyError, TypeError, ValueError):
            raise MXNetError(f"the object behind handle {h!r} is gone (freed, or made in another session)") from None

    def set(self, h: int, obj: Any) -> None:
        self._objects[int(h)] = obj

    def free(self, h: Any) -> None:
        self._objects.pop(int(h), None)

    def __len__(self) -> int:
        return len(self._objects)


handles = Handles()


def exported(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a function callable through the door under its own name."""
    if fn.__name__ in _functions:
        raise MXNetError(f"two door functions are called {fn.__name__}")
    _functions[fn.__name__] = fn
    return fn


def warn(text: str) -> None:
    """An R warning, given when the running call of the door returns."""
    if text not in _warnings:
        _warnings.append(text)


def _show(message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None) -> None:
    """Python's warnings: those of a call of the door are R's, all others are shown as before."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code is Door.call.__code__:
            return warn(in_r_words(str(message)))
        frame = frame.f_back  # type: ignore[assignment]
    _shown_before(message, category, filename, lineno, file, line)


_shown_before = warnings.showwarning


def repeatable(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a door function that changes nothing before it has all its memory: R may call it again after a gc."""
    _repeatable.add(fn.__name__)
    return fn


class Door:
    """What a front end opens once; see the module."""

    def __init__(self) -> None:
        warnings.showwarning = _show
        self.session = f"{os.getpid()}-{time.time_ns()}"
        self.last_error = ""
        self.kept: Any = None
        self.by_address = (self.call, self.keep)  # C holds them without a reference

    def keep(self, answer: Any) -> None:
        """An answer that C cannot carry, for `kept_answer`."""
        self.kept = answer

    def call(self, name: str, args: Any = ()) -> list[Any]:
        try:
            fn = _functions.get(name)
            if fn is None:
                raise MXNetError(f"the door has no function {name!r}.{suggest(name, _functions)}")
            answer = [0, fn(*(args if isinstance(args, (list, tuple)) else [args]))]
            return [*answer, _warnings[:]] if _warnings else answer
        except KeyboardInterrupt:
            return [1, "interrupt", "interrupted"]
        except Exception as e:
            self.last_error = traceback_of(e)
            kind = class_of(e)
            again = kind == "mxr_memory_error" and name in _repeatable and not getattr(e, "changed", False)
            return [1, kind, message_of(e), "again"] if again else [1, kind, message_of(e)]
        finally:
            if _warnings:
                _warnings.clear()


@exported
def door_addresses() -> list[float]:
    """Where `Door.call` and `Door.keep` lie, for the package's C code."""
    return [float(id(fn)) for fn in _doors[-1].by_address]


@exported
def kept_answer() -> Any:
    """The whole answer of the call before, by the way that can carry it."""
    answer, _doors[-1].kept = _doors[-1].kept, None
    return answer


@exported
def forked() -> None:
    """In a child that R forked: Python knows of it already (``PyOS_AfterFork_Child``), the queue goes on."""
    engine.resume()


_settle = ctypes.CFUNCTYPE(None)(engine.drain)


@exported
def settling() -> float:
    """The address of a C function that returns when nothing is queued; it takes Python's lock by itself."""
    return float(ctypes.cast(_settle, ctypes.c_void_p).value or 0)


@exported
def be_synchronous() -> None:
    """Nothing is queued from now on."""
    engine.drain()
    engine.synchronous = True


@exported
def free(ids: Any) -> None:
    for h in ids if isinstance(ids, (list, tuple)) else [ids]:
        handles.free(h)


@exported
def collect() -> None:
    """Frees what only cycles and caches hold, when memory is short."""
    for cache in caches:
        cache.clear()
    gc.collect()


@exported
def last_error() -> str:
    """The Python traceback of the last call that failed; empty where none did."""
    return _doors[-1].last_error if _doors else ""


@exported
def live_handles() -> int:
    return len(handles)


def door() -> Door:
    """A door with every facade function behind it."""
    for module in _MODULES:  # they register their functions
        importlib.import_module(f".{module}", __package__)

    _doors.append(Door())
    return _doors[-1]
