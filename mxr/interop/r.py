"""The Python side of the one door between R and mxr.

R (or the rpy2 bridge) calls ``Door.call(name, args)`` and nothing else. Objects stay in a table here, R holds integer
handles. The answer is ``[0, value]`` (with a third item, the texts of warnings, where there are any) or ``[1, class,
message]``; values are None, numbers, strings, lists and dicts of them, so that every transport can carry them. Nothing
raises through the door.
"""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Callable
from typing import Any

from mxr.base import MXNetError, suggest

__all__ = ["Door", "Handles", "Stopped", "door", "exported", "handles", "warn"]

_functions: dict[str, Callable[..., Any]] = {}
_warnings: list[str] = []


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


def _message(e: BaseException) -> str:
    """The text for R: no Python traceback, no C++ stack trace, no class name in front."""
    text = str(e).strip()
    text = re.split(r"\n?Stack trace:", text)[0]
    text = re.sub(r"^(Traceback \(most recent call last\):\n\s+File .*\n)?(MXNetError: )", "", text)
    if isinstance(e, KeyError) and len(e.args) == 1:
        text = str(e.args[0])
    if not text:
        text = type(e).__name__
    if not isinstance(e, (MXNetError, ValueError, TypeError, OSError)):
        text = f"{type(e).__name__}: {text}"
    return text


class Door:
    """What a front end opens once; see the module."""

    def __init__(self) -> None:
        self.session = f"{os.getpid()}-{time.time_ns()}"

    def call(self, name: str, args: Any = ()) -> list[Any]:
        try:
            fn = _functions.get(name)
            if fn is None:
                raise MXNetError(f"the door has no function {name!r}.{suggest(name, _functions)}")
            answer = [0, fn(*(args if isinstance(args, (list, tuple)) else [args]))]
            return [*answer, _warnings[:]] if _warnings else answer
        except KeyboardInterrupt:
            return [1, "interrupt", "interrupted"]
        except MemoryError as e:
            return [1, "mxr_memory_error", f"out of memory: {_message(e)}"]
        except RecursionError:
            return [1, "mxr_error", "the expression is nested too deeply"]
        except Exception as e:
            return [1, "mxr_error", _message(e)]
        finally:
            if _warnings:
                _warnings.clear()


@exported
def free(ids: Any) -> None:
    for h in ids if isinstance(ids, (list, tuple)) else [ids]:
        handles.free(h)


@exported
def live_handles() -> int:
    return len(handles)


def door() -> Door:
    """A door with every facade function behind it."""
    from . import r_data, r_exec, r_fit, r_flow, r_io, r_nd, r_optim, r_predict, r_sym  # noqa: F401  (they register their functions)

    return Door()
