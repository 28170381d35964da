"""Pooling over regions by weights along each axis, and what the operators with regions share.

An average over a grid of interpolated points, or over the pixels of a bin, is a weighted sum of pixels whose weights
are a product of one along y and one along x: so a region costs two small matrix products.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ...backend import to_host
from ...base import MXNetValueError
from ..row_sums import all_finite, weighted_rows, weighted_rows_grad

__all__ = [
    "Taps",
    "check_points",
    "check_regions",
    "grouped_backward",
    "grouped_forward",
    "host_regions",
    "image_of",
    "plain_backward",
    "plain_forward",
    "rounded",
]

# Pixels (times channels) that are gathered at a time
CHUNK = 1 << 20


class Taps(NamedTuple):
    """Pixels along one axis and their weights, for each bin of each region: both (regions, bins, pixels)."""

    at: np.ndarray
    weight: np.ndarray

    def dense(self, size: int) -> np.ndarray:
        """Weights of all pixels of the axis: (regions, bins, size)."""
        rows = np.arange(self.at.shape[0] * self.at.shape[1]).repeat(self.at.shape[2]) * size
        n = self.at.shape[0] * self.at.shape[1] * size
        flat = np.bincount(rows + self.at.ravel(), self.weight.ravel(), n)
        return flat.astype(self.weight.dtype).reshape(*self.at.shape[:2], size)


def check_regions(s: Any, columns: int) -> None:
    """Shapes of data (b, c, h, w) and rois (n, columns)."""
    if s[0] is not None and len(s[0]) != 4:
        s.fail(f"argument data has shape {s[0]}, expected 4 dimensions (batch, channel, height, width)")
    if s[0] is not None and 0 in s[0]:
        s.fail(f"argument data has shape {s[0]}: there are no pixels")
    rois = s[1]
    if rois is not None and (len(rois) != 2 or rois[1] not in (columns, -1)):
        s.fail(f"argument rois has shape {rois}, expected (number of regions, {columns})")
    if rois is not None:
        s.set(1, (-1, columns))


def check_rows(rois: np.ndarray) -> None:
    """Regions must be numbers that geometry can be made of."""
    good = (np.abs(rois) < 2**31).all(axis=1)
    if not good.all():
        i = int(np.flatnonzero(~good)[0])
        raise MXNetValueError(f"argument rois: row {i} is {rois[i].tolist()}, expected finite numbers below 2**31")


def host_regions(rois: Any) -> np.ndarray:
    """Regions on the host, in a dtype to compute in: few numbers, whose geometry steers loops."""
    rois = to_host(rois)
    rois = rois if rois.dtype == np.float64 else rois.astype(np.float32)
    check_rows(rois)
    return rois


def rounded(xp: Any, x: Any) -> Any:
    """Halves away from zero, as C rounds."""
    return xp.copysign(xp.floor(xp.abs(x) + x.dtype.type(0.5)), x)


def check_points(count: int, name: str, value: Any, most: int = 1 << 20) -> None:
    """Refuses more points, of one region as a rule, than memory may hold."""
    if count > most:
        raise MXNetValueError(f"argument {name}={value} makes {count} points, expected at most {most}")


def image_of(rois: np.ndarray, batch: int) -> np.ndarray:
    """The image of each region; -1 where there is no such image (its output is 0)."""
    image = rois[:, 0].astype(np.int64)
    return np.where((image >= 0) & (image < batch), image, -1)


def _span(weight: np.ndarray) -> slice:
    """The pixels of an axis that count, of weights (bins, size)."""
    used = np.flatnonzero(weight.any(axis=0))
    return slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(0, 0)


def _channels_last(xp: Any, data: Any) -> Any:
    return xp.ascontiguousarray(data.transpose(0, 2, 3, 1))


def plain_forward(xp: Any, data: Any, image: np.ndarray, ys: Taps, xs: Taps) -> Any:
    """Pools every channel of data (b, c, h, w) over all bins: (regions, c, bins y, bins x)."""
    x, channels = _channels_last(xp, data), data.shape[1]
    wy, wx = ys.dense(data.shape[2]), xs.dense(data.shape[3])
    n, p, q = len(image), wy.shape[1], wx.shape[1]
    y = xp.zeros((n, channels, p, q), data.dtype)
    for i in np.flatnonzero(image >= 0):
        h, w = _span(wy[i]), _span(wx[i])
        if not (h.stop and w.stop):
            continue
        part = x[int(image[i]), h, w]
        rows = xp.asarray(wy[i, :, h]) @ part.reshape(part.shape[0], -1)
        rows, along = rows.reshape(p, part.shape[1], channels).transpose(0, 2, 1), xp.asarray(wx[i, :, w].T)
        to = y[int(i)].transpose(1, 0, 2)  # the product writes each row of bins into the plain layout
        if xp is np:
            np.matmul(rows, along, out=to)
        else:
            to[...] = xp.matmul(rows, along)
    if not all_finite(xp, y):  # 0 times infinity in a matrix product: such regions by their own pixels alone
        bad = np.flatnonzero(~np.isfinite(to_host(y.sum(axis=(1, 2, 3)))))
        y[xp.asarray(bad)] = grouped_forward(xp, data, (1, 1), image[bad], _take(ys, bad), _take(xs, bad))
    return y


def plain_backward(xp: Any, dy: Any, shape: tuple, image: np.ndarray, ys: Taps, xs: Taps) -> Any:
    """The transpose of plain_forward: from dy (regions, c, bins y, bins x) to data of `shape`."""
    g, channels = _channels_last(xp, dy), shape[1]
    wy, wx = ys.dense(shape[2]), xs.dense(shape[3])
    out = xp.zeros((shape[0], *shape[2:], channels), dy.dtype)
    for i in np.flatnonzero(image >= 0):
        h, w = _span(wy[i]), _span(wx[i])
        if not (h.stop and w.stop):
            continue
        rows = xp.matmul(xp.asarray(wx[i, :, w].T), g[int(i)])
        part = xp.asarray(wy[i, :, h].T) @ rows.reshape(rows.shape[0], -1)
        out[int(image[i]), h, w] += part.reshape(-1, w.stop - w.start, channels)
    return xp.ascontiguousarray(out.transpose(0, 3, 1, 2))


def _grouped_rows(xp: Any, shape: tuple, group: tuple, image: np.ndarray, ys: Taps, xs: Taps) -> tuple[Any, Any]:
    """Rows of data laid out as (b, group y, group x, h, w | channels) that each bin sums, and their weights."""
    height, width = shape[2:]
    p, q = ys.at.shape[1], xs.at.shape[1]
    gy, gx = np.arange(p) * group[0] // p, np.arange(q) * group[1] // q
    block = (np.maximum(image, 0)[:, None, None] * group[0] + gy[:, None]) * group[1] + gx
    at = block[..., None, None] * height + ys.at[:, :, None, :, None]
    at = at * width + xs.at[:, None, :, None, :]
    weight = ys.weight[:, :, None, :, None] * xs.weight[:, None, :, None, :]
    weight = weight * (image >= 0).astype(weight.dtype)[:, None, None, None, None]
    lead = (len(image) * p * q, -1)
    return xp.asarray(at.reshape(lead)), xp.asarray(weight.reshape(lead))


def _parts(n: int, each: int, limit: int = CHUNK) -> list[slice]:
    step = max(1, limit // max(each, 1))
    return [slice(i, i + step) for i in range(0, n, step)]


def _take(taps: Taps, part: Any) -> Taps:
    return Taps(taps.at[part], taps.weight[part])


def _each(dim: int, ys: Taps, xs: Taps) -> int:
    return dim * math.prod(ys.at.shape[1:]) * math.prod(xs.at.shape[1:])


def _elements(xp: Any, shape: tuple, dim: int, image: np.ndarray, at: Any, weight: Any) -> tuple[Any, Any]:
    """The same for each channel by itself, in data as it lies: elements (regions * dim * bins, pixels) and weights."""
    n, pixels = len(image), at.shape[1]
    plane = math.prod(shape[1:]) // dim
    whole = np.int32 if math.prod(shape) < 1 << 31 else np.int64
    skip = xp.asarray((np.maximum(image, 0) * (plane * (dim - 1))).astype(whole))[:, None, None, None]
    channel = (xp.arange(dim) * plane).astype(whole)[:, None, None]
    where = at.astype(whole).reshape(n, 1, -1, pixels) + skip + channel
    weight = xp.broadcast_to(weight.reshape(n, 1, -1, pixels), where.shape)
    return where.reshape(-1, pixels), weight.reshape(-1, pixels)


def _few(n: int, dim: int, ys: Taps, xs: Taps, shape: tuple) -> bool:
    """Whether so few pixels are touched that laying out the data anew would cost more."""
    return 0 < 2 * n * _each(dim, ys, xs) < math.prod(shape)


def grouped_forward(xp: Any, data: Any, group: tuple, image: np.ndarray, ys: Taps, xs: Taps) -> Any:
    """Position-sensitive pooling: data (b, dim * group y * group x, h, w) -> (regions, dim, bins y, bins x)."""
    b, c, h, w = data.shape
    dim, n, p, q = c // math.prod(group), len(image), ys.at.shape[1], xs.at.shape[1]
    if _few(n, dim, ys, xs, data.shape):
        taps = _elements(xp, data.shape, dim, image, *_grouped_rows(xp, data.shape, group, image, ys, xs))
        return weighted_rows(xp, data.reshape(-1, 1), *taps).reshape(n, dim, p, q)
    rows = xp.ascontiguousarray(data.reshape(b, dim, *group, h, w).transpose(0, 2, 3, 4, 5, 1)).reshape(-1, dim)
    out = xp.empty((n, p * q, dim), data.dtype)
    for part in _parts(n, _each(dim, ys, xs)):
        taps = _grouped_rows(xp, data.shape, group, image[part], _take(ys, part), _take(xs, part))
        out[part] = weighted_rows(xp, rows, *taps).reshape(-1, p * q, dim)
    return xp.ascontiguousarray(out.transpose(0, 2, 1)).reshape(n, dim, p, q)


def grouped_backward(xp: Any, dy: Any, shape: tuple, group: tuple, image: np.ndarray, ys: Taps, xs: Taps) -> Any:
    """The transpose of grouped_forward."""
    b, c, h, w = shape
    dim, n = c // math.prod(group), len(image)
    if _few(n, dim, ys, xs, shape):
        taps = _elements(xp, shape, dim, image, *_grouped_rows(xp, shape, group, image, ys, xs))
        return weighted_rows_grad(xp, math.prod(shape), *taps, dy.reshape(-1, 1)).reshape(shape)
    size = b * math.prod(group) * h * w
    g = xp.ascontiguousarray(dy.reshape(n, dim, math.prod(dy.shape[2:])).transpose(0, 2, 1))
    out = xp.zeros((size, dim), dy.dtype)
    for part in _parts(n, _each(dim, ys, xs), max(CHUNK, size * dim)):  # each part costs a pass over the data
        taps = _grouped_rows(xp, shape, group, image[part], _take(ys, part), _take(xs, part))
        out += weighted_rows_grad(xp, size, *taps, g[part].reshape(-1, dim))
    return xp.ascontiguousarray(out.reshape(b, *group, h, w, dim).transpose(0, 5, 1, 2, 3, 4)).reshape(shape)
