"""Python's cyclic garbage collector, held while many objects are made that will all stay."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["collector_held"]

P = ParamSpec("P")
T = TypeVar("T")


def collector_held(f: Callable[P, T]) -> Callable[P, T]:
    """`f` without collections meanwhile: walking all that a compiler has built takes up to half of its time."""

    @functools.wraps(f)
    def held(*args: P.args, **kwargs: P.kwargs) -> T:
        if not gc.isenabled():
            return f(*args, **kwargs)
        gc.disable()
        try:
            return f(*args, **kwargs)
        finally:
            gc.enable()

    return held
