"""RROIAlign: interpolated points in the bins of rotated regions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...core.op import op
from ...core.params import Float, Int, Shape
from ..nn.sibling import backward_of
from ..nn.spatial import single
from ..sampling import Corners, corners_of, runs, sample, sample_data_grad
from .box_math import need_float
from .roi_math import CHUNK, check_points, check_regions, host_regions, image_of

__all__: list[str] = []


def _steps(xp: Any, a: Any, rois: Any, shape: tuple, limit: int = CHUNK) -> Iterator[tuple[np.ndarray, int, Corners]]:
    """Some regions at a time, with equal numbers of points in a bin: regions, points, corners."""
    rois = host_regions(rois)
    real = rois.dtype.type
    image = image_of(rois, shape[0])
    scale = real(np.float32(a.spatial_scale))
    box = rois[:, 1:5] * scale
    size = np.maximum(box[:, 2:], real(1))
    bins = np.array(a.pooled_size)
    step = size[:, ::-1] / bins.astype(rois.dtype)  # (high, wide) of a bin
    grid = np.full((len(rois), 2), a.sampling_ratio) if a.sampling_ratio > 0 else np.ceil(step).astype(np.int64)
    turn = rois[:, 5] * real(np.pi / 180)
    for gy, gx in np.unique(grid[image >= 0], axis=0).tolist():
        check_points(int(bins.prod()) * gy * gx, "sampling_ratio", a.sampling_ratio)
        mine = np.flatnonzero((image >= 0) & (grid == (gy, gx)).all(axis=1))
        for part in runs(len(mine), int(bins.prod()) * gy * gx * shape[1], limit):
            one = mine[part]
            points = []
            for axis, g in enumerate((gy, gx)):
                inner = (np.arange(g, dtype=rois.dtype) + real(0.5)) / real(g)
                at = np.arange(bins[axis], dtype=rois.dtype)[:, None] + inner
                points.append(at * step[one, axis, None, None] - (size[one, 1 - axis] / 2)[:, None, None])
            v, u = points[0][:, :, None, :, None], points[1][:, None, :, None, :]
            wide = (slice(None),) + (None,) * 4
            cos, sin = np.cos(turn[one])[wide], np.sin(turn[one])[wide]
            x = (u * cos + v * sin + box[one, 0][wide]).ravel()
            y = (v * cos - u * sin + box[one, 1][wide]).ravel()
            inside = (y >= -1) & (y <= shape[2]) & (x >= -1) & (x <= shape[3])
            first = np.repeat(image[one], y.size // len(one)) * (shape[2] * shape[3])
            y, x, inside, first = (xp.asarray(v) for v in (y, x, inside, first))
            yield one, gy * gx, corners_of(xp, y, x, inside, shape[2:], first)


def _rows(xp: Any, data: Any) -> Any:
    return xp.ascontiguousarray(single(data).transpose(0, 2, 3, 1)).reshape(-1, data.shape[1])


@op("_contrib_RROIAlign", inputs="data rois")
class RROIAlign:
    """Average of interpolated points in the bins of rotated regions (MXNet operator RROIAlign; Ma et al. 2018).

    `data` (b, c, h, w), `rois` (n, 6) with rows (image, x and y of the centre, width, height, angle in degrees,
    counter-clockwise); the output is (n, c, *pooled_size). A region of an image that does not exist gives 0. The
    gradient goes to data (MXNet has none); none to rois.
    """

    pooled_size = Shape(doc="Number of bins (height, width).")
    spatial_scale = Float(doc="Size of the feature map over the size of the image.", lo=0, hi=1)
    sampling_ratio = Int(-1, "Points along each axis of a bin; by default as many as the bin has pixels, rounded up.")

    infer_type = need_float

    def infer_shape(a, s):
        if len(a.pooled_size) != 2 or min(a.pooled_size) < 1:
            s.fail(f"argument pooled_size={a.pooled_size} must be two numbers (height, width) over 0")
        check_regions(s, 6)
        if s[0] is not None and s[1] is not None:
            s.out(0, (s[1][0], s[0][1], *a.pooled_size))

    def forward(xp, a, data, rois):
        rows, c = _rows(xp, data), data.shape[1]
        out = xp.zeros((rois.shape[0], c, *a.pooled_size), rows.dtype)
        for one, points, corners in _steps(xp, a, rois, data.shape):
            mean = sample(xp, rows, corners).reshape(len(one), *a.pooled_size, points, c).mean(axis=3)
            out[xp.asarray(one)] = mean.transpose(0, 3, 1, 2)
        return out.astype(data.dtype, copy=False)

    def grad(F, a, dy, data, rois):
        return F._backward__contrib_RROIAlign(dy, data, rois, **a.as_dict()), None

    examples = (
        "nd.contrib.RROIAlign(nd.arange(16).reshape((1, 1, 4, 4)), nd.array([[0, 2, 2, 2, 2, 90]]), "
        "pooled_size=(2, 2), spatial_scale=1.0)",
    )


def _rroi_align_grad(xp: Any, a: Any, dy: Any, data: Any, rois: Any) -> Any:
    b, c, h, w = data.shape
    g = single(dy)
    total = xp.zeros((b * h * w, c), g.dtype)
    for one, points, corners in _steps(xp, a, rois, data.shape, max(CHUNK, data.size // 4)):
        each = g[xp.asarray(one)].transpose(0, 2, 3, 1).reshape(-1, 1, c) / g.dtype.type(points)
        each = xp.broadcast_to(each, (each.shape[0], points, c)).reshape(-1, c)
        total += sample_data_grad(xp, each, corners, b * h * w)
    return xp.ascontiguousarray(total.reshape(b, h, w, c).transpose(0, 3, 1, 2)).astype(data.dtype, copy=False)


backward_of(
    RROIAlign,
    inputs="dy data rois",
    outputs="ddata",
    like={"ddata": "data"},
    forward=_rroi_align_grad,
    grad=lambda F, a, g, rois: (F._contrib_RROIAlign(g, rois, **a.as_dict()), None, None),
)
