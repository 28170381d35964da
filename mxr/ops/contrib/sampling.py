"""Bilinear interpolation at points of many images, with gradients for the images and for the points.

An image is laid out as rows of channels, one row a pixel; a point is four rows with weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..indexing import scatter_rows

__all__ = ["Corners", "corners_of", "sample", "sample_data_grad", "sample_point_grad"]


class Corners(NamedTuple):
    """The four pixels around each of n points: row numbers, weights, and the weights' derivatives along y and x."""

    at: tuple
    weight: tuple
    along_y: tuple
    along_x: tuple


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
    at, weight, along_y, along_x = [], [], [], []
    for iy, wy, sy in low[0]:
        for ix, wx, sx in low[1]:
            at.append(first + iy * w + ix)
            weight.append(wy * wx)
            along_y.append(sy * wx)
            along_x.append(wy * sx)
    return Corners(tuple(at), tuple(weight), tuple(along_y), tuple(along_x))


def sample(xp: Any, rows: Any, corners: Corners) -> Any:
    """Values (n, c) at the points, of rows (pixels, c)."""
    out = None
    for at, weight in zip(corners.at, corners.weight):
        part = rows.take(at, axis=0)
        part *= weight[:, None]
        out = part if out is None else xp.add(out, part, out=out)
    return out


def sample_data_grad(xp: Any, g: Any, corners: Corners, pixels: int) -> Any:
    """Gradient with regard to the rows, (pixels, c), from that of the values, g (n, c)."""
    at = xp.concatenate(corners.at)
    spread = xp.concatenate([weight[:, None] * g for weight in corners.weight])
    return scatter_rows(xp, pixels, at, spread)


def sample_point_grad(xp: Any, g: Any, rows: Any, corners: Corners) -> tuple[Any, Any]:
    """Gradients with regard to y and x of the points, both (n,), from that of the values, g (n, c)."""
    dy = dx = 0
    for at, along_y, along_x in zip(corners.at, corners.along_y, corners.along_x):
        seen = xp.einsum("nc,nc->n", rows.take(at, axis=0), g)
        dy, dx = dy + along_y * seen, dx + along_x * seen
    return dy, dx


def runs(n: int, each: int, limit: int) -> Iterator[slice]:
    """Slices of 0..n so that each has at most `limit` elements, of which an item has `each`."""
    step = max(1, limit // max(each, 1))
    return (slice(i, min(i + step, n)) for i in range(0, n, step))
