"""Bilinear interpolation at points of many images, with gradients for the images and for the points.

An image is laid out as rows of channels, one row a pixel; a point is four rows with weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .row_sums import weighted_rows, weighted_rows_grad

__all__ = ["Corners", "corners_of", "sample", "sample_data_grad", "sample_point_grad"]


class Corners(NamedTuple):
    """The four pixels around each of n points, all (n, 4): row numbers, weights, their derivatives along y and x."""

    at: Any
    weight: Any
    along_y: Any
    along_x: Any


def corners_of(
    xp: Any, y: Any, x: Any, inside: Any, size: tuple[int, int], first: Any, *, zeros: bool = False, ceil: bool = False
) -> Corners:
    """Corners of points (y, x); weights are 0 where `inside` is false.

    first : number of the row of pixel (0, 0) of each point's image.
    zeros : pixels outside the image count as 0; else points are moved to the border.
    ceil : a point on a pixel has that pixel as both neighbours, so that its derivative is 0; else the next one.
    """
    h, w = size
    real = y.dtype.type
    if not zeros:
        y, x = xp.clip(y, 0, h - 1), xp.clip(x, 0, w - 1)
    low = []
    for v, n in ((y, h), (x, w)):
        lo = xp.floor(xp.where(inside, v, 0))
        hi = xp.ceil(xp.where(inside, v, 0)) if ceil else lo + 1
        part = xp.where(inside, v, 0) - lo
        pair = []
        for at, share, slope in ((lo, 1 - part, -1), (hi, part, 1)):
            counts = (inside & (at >= 0) & (at < n)).astype(y.dtype) if zeros else inside.astype(y.dtype)
            pair.append((xp.clip(at, 0, n - 1).astype("i8"), share * counts, real(slope) * counts))
        low.append(pair)
    parts = [(first + iy * w + ix, wy * wx, sy * wx, wy * sx) for iy, wy, sy in low[0] for ix, wx, sx in low[1]]
    return Corners._make(xp.stack(each, -1) for each in zip(*parts))


def sample(xp: Any, rows: Any, corners: Corners) -> Any:
    """Values (n, c) at the points, of rows (pixels, c)."""
    return weighted_rows(xp, rows, corners.at, corners.weight)


def sample_data_grad(xp: Any, g: Any, corners: Corners, pixels: int) -> Any:
    """Gradient with regard to the rows, (pixels, c), from that of the values, g (n, c)."""
    return weighted_rows_grad(xp, pixels, corners.at, corners.weight, g)


def sample_point_grad(xp: Any, g: Any, rows: Any, corners: Corners) -> tuple[Any, Any]:
    """Gradients with regard to y and x of the points, both (n,), from that of the values, g (n, c)."""
    dy, dx = (
        xp.einsum("nc,nc->n", weighted_rows(xp, rows, corners.at, slope), g)
        for slope in (corners.along_y, corners.along_x)
    )
    return dy, dx


def runs(n: int, each: int, limit: int) -> Iterator[slice]:
    """Slices of 0..n so that each has at most `limit` elements, of which an item has `each`."""
    step = max(1, limit // max(each, 1))
    return (slice(i, min(i + step, n)) for i in range(0, n, step))
