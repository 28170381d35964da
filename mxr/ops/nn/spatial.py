"""What convolution and pooling share: geometry from parameters, and layouts."""

from __future__ import annotations

from typing import Any

from ...core.shapes import Frame

__all__ = ["LAYOUTS", "channels_last", "filled", "first", "last", "to_first", "to_last"]

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
