"""Conversion between dtypes as C does it: no warnings for NaN or overflow, and no promotion surprises."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backend import dtype_of

__all__ = ["cast"]


def cast(xp: Any, data: Any, dtype: Any) -> Any:
    with np.errstate(all="ignore"):
        return data.astype(dtype_of(dtype))
