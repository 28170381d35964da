"""Axis arguments: their normal form, and the errors for wrong ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from ..base import MXNetValueError

__all__ = ["normal_axes", "normal_axis"]


def normal_axis(label: str, axis: int, ndim: int, name: str = "axis") -> int:
    """`axis` counted from the front; it must lie in [-ndim, ndim)."""
    if not -ndim <= axis < ndim:
        raise MXNetValueError(f"{label}: {name}={axis} is out of bounds for an array of {ndim} dimension(s)")
    return axis + ndim if axis < 0 else axis


def normal_axes(label: str, axes: Iterable[int] | None, ndim: int, exclude: bool = False) -> tuple[int, ...]:
    """Sorted axes of a reduction: None and () mean all; `exclude` means all but the given."""
    given = tuple(axes) if axes is not None else ()
    if not given:
        return tuple(range(ndim))
    found = sorted(normal_axis(label, ax, ndim) for ax in given)
    if any(x == y for x, y in itertools.pairwise(found)):
        raise MXNetValueError(f"{label}: axis={given} names an axis twice")
    return tuple(ax for ax in range(ndim) if ax not in found) if exclude else tuple(found)


def reduced_shape(shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """Shape of a reduction's result; reducing everything gives (1,), as MXNet has no arrays without dimensions."""
    if keepdims:
        return tuple(1 if i in axes else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in axes) or (1,)


def kept(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    return reduced_shape(shape, axes, True)


def infer_nothing(a: Any, s: Any) -> None:
    """A rule that says nothing."""
