"""What operators on images share: geometry from parameters, layouts, checks."""

from __future__ import annotations

from typing import Any

from ...base import MXNetTypeError
from ...core.shapes import Frame, same_dtypes

__all__ = [
    "LAYOUTS", "channels_last", "check_layout", "filled", "first", "float_types", "four_axes", "last", "single",
    "to_first", "to_last",
]  # fmt: skip

# Layout by number of spatial axes; the others in use have the channels last.
LAYOUTS = {1: ("NCW", "NWC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}


def filled(value: tuple, ndim: int, default: int, s: Frame | None = None, name: str = "") -> tuple:
    """A parameter such as stride with its default; raises where its length is not that of the kernel."""
    if not value:
        return (default,) * ndim
    if s is not None and len(value) != ndim:
        s.fail(f"argument {name}={value} must have {ndim} element(s), as many as the kernel")
    return tuple(value)


def channels_last(layout: str | None) -> bool:
    return layout is not None and layout[-1] == "C"


def check_layout(layout: str | None, ndim: int, s: Frame) -> None:
    if layout is not None and layout not in LAYOUTS[ndim]:
        s.fail(f"argument layout={layout!r} does not fit {ndim} spatial axes, expected {' or '.join(LAYOUTS[ndim])}")


def first(shape: tuple) -> tuple:
    """(n, ..., c) -> (n, c, ...)"""
    return (shape[0], shape[-1], *shape[1:-1])


def last(shape: tuple) -> tuple:
    """(n, c, ...) -> (n, ..., c)"""
    return (shape[0], *shape[2:], shape[1])


def to_first(xp: Any, x: Any) -> Any:
    return xp.ascontiguousarray(xp.moveaxis(x, -1, 1))


def to_last(xp: Any, x: Any) -> Any:
    return xp.ascontiguousarray(xp.moveaxis(x, 1, -1))


def float_types(a: Any, s: Frame) -> None:
    """All inputs and outputs have one floating-point dtype."""
    same_dtypes(a, s)
    for name, dtype in zip(s.names, s.ins):
        if dtype is not None and dtype.kind not in "fV":  # V: bfloat16
            raise MXNetTypeError(f"{s.label}: argument {name} has dtype {dtype.name}, expected a floating-point dtype")


def four_axes(s: Frame, i: int = 0) -> tuple | None:
    """The shape of input i, which must be (n, c, h, w); None while unknown."""
    shape = s[i]
    if shape is not None and len(shape) != 4:
        s.fail(f"argument {s.names[i]} has shape {shape}, expected four dimensions (n, c, h, w)")
    return shape


def single(x: Any) -> Any:
    """Half precision is computed in single."""
    return x.astype("f4") if x.dtype.itemsize == 2 else x
