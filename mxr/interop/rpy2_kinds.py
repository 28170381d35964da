"""Values of R that Python has no type for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from mxr.base import MXNetError, MXNetTypeError

__all__ = ["Factor", "Formula", "Frame", "NamedArray", "NamedMaskedArray", "Vector"]


class Vector(dict):
    """A named R vector: name to value. As a plain dict it would go to R as a list."""


class Frame(dict):
    """An R data frame without pandas: column name to array, `Factor` or list of text."""

    row_names: list[str] | None = None


class Formula(str):
    """An R formula as text, such as ``"y ~ x + 1"``; it goes to R as a formula again."""


class NamedArray(np.ndarray):
    """An array with R's dimnames: one list of names or None per axis, in Python's order of axes. Parts of it, and
    results of computations with it, have none."""

    dimnames: tuple[list[str] | None, ...] | None = None


class NamedMaskedArray(np.ma.MaskedArray):
    """`NamedArray` with missing values."""

    dimnames: tuple[list[str] | None, ...] | None = None

    def _update_from(self, obj: Any) -> None:
        super()._update_from(obj)  # type: ignore[misc]  # it takes all attributes along
        self.__dict__.pop("dimnames", None)
        self._optinfo.pop("dimnames", None)  # type: ignore[attr-defined]


class Factor:
    """An R factor: `codes` are class numbers from 0 on (-1 is NA), `levels` their names."""

    def __init__(self, codes: Any, levels: Iterable[str], ordered: bool = False) -> None:
        self.codes = np.asarray(codes, np.int32)
        self.levels = [str(level) for level in levels]
        self.ordered = bool(ordered)
        if self.codes.ndim != 1:
            raise MXNetTypeError(f"Factor: argument codes has shape {self.codes.shape}, expected one dimension")
        if self.codes.size and not -1 <= self.codes.min() <= self.codes.max() < len(self.levels):
            raise MXNetError(f"Factor: argument codes must be from -1 (NA) to {len(self.levels) - 1}")

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Any:
        return iter([None if c < 0 else self.levels[c] for c in self.codes])

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Factor):
            return NotImplemented
        same = self.levels == other.levels and self.ordered == other.ordered
        return same and np.array_equal(self.codes, other.codes)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Factor of {len(self)} with levels {', '.join(self.levels[:5])}{', ...' * (len(self.levels) > 5)}>"
