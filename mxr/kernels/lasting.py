"""Makers of what stays in memory for good, as generated code does: they stop after so many."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

__all__ = ["at_most"]


def at_most(count: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: what is made is kept by its arguments; None for further ones once there are `count`.

    A program whose images or sentences have any length would have code for every one of them otherwise, and wait for
    it to be generated. ``function.made`` is the dict of what there is.
    """

    def decorator(make: Callable[..., Any]) -> Callable[..., Any]:
        made: dict[Any, Any] = {}

        @functools.wraps(make)
        def limited(*key: Any) -> Any:
            found = made.get(key)
            if found is None and len(made) < count:
                found = made[key] = make(*key)
            return found

        limited.made = made  # type: ignore[attr-defined]
        return limited

    return decorator
