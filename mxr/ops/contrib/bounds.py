"""Indices that are values of an array: checked before use."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...base import MXNetIndexError

__all__ = ["checked"]


def checked(label: str, name: str, index: Any, n: int) -> Any:
    """`index` as int64; one outside 0..n-1 raises, naming the argument. Reads two values from the device."""
    at = index.astype(np.int64)
    if at.size:
        low, high = int(at.min()), int(at.max())
        if low < 0 or high >= n:
            raise MXNetIndexError(f"{label}: argument {name} has {low if low < 0 else high}, expected 0 to {n - 1}")
    return at
