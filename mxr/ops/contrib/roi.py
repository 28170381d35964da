"""Pooling over regions of interest: ROIPooling, ROIAlign, PSROIPooling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...core.op import OpDef, op, register
from ...core.params import Bool, Float, Int, Shape
from ..nn.sibling import backward_of
from ..nn.spatial import single
from ..row_sums import scatter_rows
from . import roi_math
from .box_math import need_float
from .roi_math import Taps, check_points, check_regions, host_regions, image_of, rounded

__all__: list[str] = []

_SCALE = "Size of the feature map over the size of the image that the regions refer to."


def _check_pooled(a: Any, s: Any) -> None:
    if len(a.pooled_size) != 2 or min(a.pooled_size) < 1:
        s.fail(f"argument pooled_size={a.pooled_size} must be two numbers (height, width) over 0")


def _bin_edges(start: np.ndarray, size: np.ndarray, bins: int, limit: int, shift: Any = 0) -> tuple:
    """First pixel and end of the bins of regions that begin at `start`: two (regions, bins), cut at 0 and limit."""
    step = (size / size.dtype.type(bins))[:, None]
    i = np.arange(bins, dtype=size.dtype)
    first = np.floor(i * step + shift).astype(np.int64) + start[:, None]
    end = np.ceil((i + 1) * step + shift).astype(np.int64) + start[:, None]
    return first.clip(0, limit), end.clip(0, limit)


def _pool_edges(a: Any, rois: np.ndarray, shape: tuple) -> tuple:
    """Bins of ROIPooling along y and x."""
    box = rounded(np, rois[:, 1:] * rois.dtype.type(np.float32(a.spatial_scale)))
    out = []
    for axis, bins, limit in ((1, a.pooled_size[0], shape[2]), (0, a.pooled_size[1], shape[3])):
        start, end = box[:, axis], box[:, axis + 2]
        out.append(_bin_edges(start.astype(np.int64), np.maximum(end - start + 1, 1), bins, limit))
    return out[0], out[1]


def _pool_max(xp: Any, x: Any, a: Any, rois: np.ndarray, shape: tuple) -> Any:
    """Maxima over the bins of all regions of x (b, h, w, c): (regions, bins y, bins x, c), 0 for empty bins."""
    (top, bottom), (left, right) = _pool_edges(a, rois, shape)
    image = image_of(rois, shape[0])
    out = xp.zeros((len(rois), *a.pooled_size, shape[1]), x.dtype)
    for i in np.flatnonzero(image >= 0):
        lo, hi = int(left[i].min()), int(right[i].max())
        if hi <= lo:
            continue
        one = x[int(image[i])]
        rows = xp.zeros((a.pooled_size[0], hi - lo, shape[1]), x.dtype)
        for p, (start, end) in enumerate(zip(top[i].tolist(), bottom[i].tolist())):
            if end > start:
                xp.max(one[start:end, lo:hi], axis=0, out=rows[p])
        for q, (start, end) in enumerate(zip(left[i].tolist(), right[i].tolist())):
            if end > start:
                xp.max(rows[:, start - lo : end - lo], axis=1, out=out[int(i), :, q])
    return out


@op("ROIPooling", inputs="data rois")
class ROIPooling:
    """Maximum over the bins of regions of interest (MXNet operator ROIPooling; Girshick 2015, Fast R-CNN).

    `data` (b, c, h, w), `rois` (n, 5) with rows (image, left, top, right, bottom); the output is
    (n, c, *pooled_size). Regions are rounded to whole pixels; a bin without pixels, or a region of an image that does
    not exist, gives 0. The gradient goes to the first maximum (none where it is NaN); none to rois.
    """

    pooled_size = Shape(doc="Number of bins (height, width).")
    spatial_scale = Float(doc=_SCALE, lo=0, hi=1)

    infer_type = need_float

    def infer_shape(a, s):
        _check_pooled(a, s)
        check_regions(s, 5)
        if s[0] is not None and s[1] is not None:
            s.out(0, (s[1][0], s[0][1], *a.pooled_size))

    def forward(xp, a, data, rois):
        x = xp.ascontiguousarray(data.transpose(0, 2, 3, 1))
        out = _pool_max(xp, x, a, host_regions(rois), data.shape)
        return xp.ascontiguousarray(out.transpose(0, 3, 1, 2))

    def grad(F, a, dy, data, rois, out):
        return F._backward_ROIPooling(dy, data, rois, out, **a.as_dict()), None

    examples = (
        "nd.ROIPooling(nd.arange(16).reshape((1, 1, 4, 4)), nd.array([[0, 0, 0, 2, 3]]), pooled_size=(2, 2), "
        "spatial_scale=1.0)",
    )


ROIPooling.json_outputs = lambda a: 2  # MXNet keeps where the maxima are


# Elements of bins that are searched for their maxima at a time: they stay in the cache
_SEARCHED = 1 << 17


def _places(xp: Any, a: Any, rows: Any, regions: np.ndarray, shape: tuple, out: Any) -> Iterator[tuple[Any, Any, Any]]:
    """For some regions at a time: their numbers, the first pixels that equal the maxima `out`, and where there is one.

    Pixels are rows of `rows` (b * h * w, c), in the shape (regions, bins y, bins x, c); none for empty bins and NaN.
    """
    (top, bottom), (left, right) = _pool_edges(a, regions, shape)
    image, (h, w) = image_of(regions, shape[0]), shape[2:]
    high, wide = (bottom - top).max(axis=1), (right - left).max(axis=1)
    order = np.lexsort((wide, high))  # similar sizes side by side: all bins are searched as far as the largest
    order = order[(image >= 0)[order]]
    step = max(1, _SEARCHED // (math.prod(a.pooled_size) * shape[1]))
    for some in (order[i : i + step] for i in range(0, len(order), step)):
        # pixels of each bin in their order, the last ones repeated up to the size of the largest bin
        steps = [np.arange(max(1, int(v[some].max()))) for v in (high, wide)]
        y = np.minimum(top[some][..., None] + steps[0], bottom[some][..., None] - 1)[:, :, None, :, None]
        x = np.minimum(left[some][..., None] + steps[1], right[some][..., None] - 1)[:, None, :, None, :]
        pixels = (image[some] * (h * w))[:, None, None, None, None] + y * w + x
        there = (bottom > top)[some][:, :, None] & (right > left)[some][:, None, :]
        count = len(steps[0]) * len(steps[1])
        pixels = np.where(there[..., None], pixels.reshape(*there.shape, count), 0).reshape(-1, count)
        pixels, there = xp.asarray(pixels), xp.asarray(there.reshape(-1, 1))
        best = xp.ascontiguousarray(out[xp.asarray(some)].transpose(0, 2, 3, 1)).reshape(-1, shape[1])
        code = np.uint8 if count < 256 else np.uint16 if count < 65536 else np.uint32
        rank = xp.zeros(best.shape, code)  # how many pixels of the bin there are from the found one on; 0 for none
        for k in range(count):
            same = (rows.take(pixels[:, k], axis=0) == best).astype(code)
            xp.maximum(rank, xp.multiply(same, code(count - k), out=same), out=rank)
        lead = xp.arange(len(pixels))[:, None] * count
        yield some, pixels.take(lead + (count - xp.maximum(rank, 1))), there & (rank > 0)


def _roi_pooling_grad(xp: Any, a: Any, dy: Any, data: Any, rois: Any, out: Any) -> Any:
    b, c, h, w = data.shape
    rows = xp.ascontiguousarray(data.transpose(0, 2, 3, 1)).reshape(-1, c)
    to, what = [xp.zeros((0, c), np.int64)], [xp.zeros((0, c), single(dy).dtype)]
    for some, pixels, there in _places(xp, a, rows, host_regions(rois), data.shape, out):
        to.append(pixels * c + xp.arange(c))
        g = single(dy)[xp.asarray(some)].transpose(0, 2, 3, 1).reshape(-1, c)
        what.append(xp.where(there, g, 0))
    total = scatter_rows(xp, data.size, xp.concatenate(to).reshape(-1), xp.concatenate(what).reshape(-1, 1))
    return xp.ascontiguousarray(total.reshape(b, h, w, c).transpose(0, 3, 1, 2)).astype(data.dtype, copy=False)


def _pick_roi_maximum(xp: Any, a: Any, g: Any, data: Any, rois: Any, out: Any) -> Any:
    """The elements of `g` at the places of the maxima of `data`."""
    c = data.shape[1]
    rows, wanted = (xp.ascontiguousarray(v.transpose(0, 2, 3, 1)).reshape(-1, c) for v in (data, g))
    picked = xp.zeros_like(out)
    for some, pixels, there in _places(xp, a, rows, host_regions(rois), data.shape, out):
        found = xp.where(there, xp.take_along_axis(wanted, pixels, axis=0), 0)
        picked[xp.asarray(some)] = found.reshape(len(some), *out.shape[2:], c).transpose(0, 3, 1, 2)
    return picked


backward_of(
    ROIPooling,
    inputs="dy data rois out",
    outputs="ddata",
    like={"ddata": "data"},
    forward=_roi_pooling_grad,
    grad=lambda F, a, g, data, rois, out: (F._pick_roi_maximum(g, data, rois, out, **a.as_dict()), None, None, None),
)
register(
    OpDef(
        "_pick_roi_maximum",
        inputs="g data rois out",
        params=ROIPooling.params,
        forward=_pick_roi_maximum,
        grad=None,
        infer_shape=lambda a, s: s.out(0, s[3]),
        hidden=True,
        doc="The elements of `g` at the places of the maxima that ROIPooling found in `data`.",
    )
)


def _align_taps(a: Any, rois: np.ndarray, axis: int, limit: int) -> Taps:
    """Pixels and weights of the interpolated points along y (axis 1) or x (axis 0), of all regions."""
    real = rois.dtype.type
    bins = a.pooled_size[1 - axis]
    scale, offset = real(np.float32(a.spatial_scale)), real(0.5 if a.aligned else 0)
    start = rois[:, 1 + axis] * scale - offset
    size = rois[:, 3 + axis] * scale - offset - start
    if not a.aligned:
        size = np.maximum(size, real(1))
    step = size / real(bins)
    if a.sample_ratio > 0:
        count = np.full(len(rois), a.sample_ratio)
    else:
        count = np.ceil(size / real(bins)).astype(np.int64)
    most = max(1, int(count.max(initial=1)))
    check_points(most * bins * len(rois), "sample_ratio", a.sample_ratio, 1 << 24)  # along one axis, of all
    i = np.arange(most, dtype=rois.dtype)
    each = step / np.maximum(count, 1).astype(rois.dtype)
    first = start[:, None] + np.arange(bins, dtype=rois.dtype) * step[:, None]
    point = first[..., None] + ((i + real(0.5)) * each[:, None])[:, None]
    used = (i < count[:, None])[:, None] & (point >= -1) & (point <= limit)
    point = point.clip(0, limit - 1)
    low = point.astype(np.int64)
    part = point - low
    share = used / np.maximum(count, 1).astype(rois.dtype)[:, None, None]
    at = np.concatenate([low, np.minimum(low + 1, limit - 1)], axis=-1)
    return Taps(at, np.concatenate([(1 - part) * share, part * share], axis=-1).astype(rois.dtype))


def _align(a: Any, rois: Any, shape: tuple) -> tuple[np.ndarray, Taps, Taps]:
    regions = host_regions(rois)
    return image_of(regions, shape[0]), _align_taps(a, regions, 1, shape[2]), _align_taps(a, regions, 0, shape[3])


@op("_contrib_ROIAlign", inputs="data rois")
class ROIAlign:
    """Average of interpolated points in the bins of regions (MXNet operator ROIAlign; He et al. 2017, Mask R-CNN).

    `data` (b, c, h, w), `rois` (n, 5) with rows (image, left, top, right, bottom); the output is (n, c, *pooled_size),
    or (n, c / (bins), *pooled_size) with position_sensitive, where each bin has channels of its own. A region of an
    image that does not exist gives 0. The gradient goes to data; none to rois.
    """

    pooled_size = Shape(doc="Number of bins (height, width).")
    spatial_scale = Float(doc=_SCALE, lo=0, hi=1)
    sample_ratio = Int(-1, "Points along each axis of a bin; by default as many as the bin has pixels, rounded up.")
    position_sensitive = Bool(False, "Whether each bin has channels of its own.")
    aligned = Bool(False, "Whether to shift regions by half a pixel, so that pixels are where they are.")

    infer_type = need_float

    def infer_shape(a, s):
        _check_pooled(a, s)
        check_regions(s, 5)
        if s[0] is None or s[1] is None:
            return
        channels, bins = s[0][1], a.pooled_size[0] * a.pooled_size[1]
        if a.position_sensitive and channels != -1:
            if channels % bins:
                s.fail(f"argument data has {channels} channels, no multiple of the {bins} bins of pooled_size")
            channels //= bins
        s.out(0, (s[1][0], channels, *a.pooled_size))

    def forward(xp, a, data, rois):
        image, ys, xs = _align(a, rois, data.shape)
        if a.position_sensitive:
            y = roi_math.grouped_forward(xp, single(data), a.pooled_size, image, ys, xs)
        else:
            y = roi_math.plain_forward(xp, single(data), image, ys, xs)
        return y.astype(data.dtype, copy=False)

    def grad(F, a, dy, data, rois):
        return F._backward__contrib_ROIAlign(dy, data, rois, **a.as_dict()), None

    examples = (
        "nd.contrib.ROIAlign(nd.arange(16).reshape((1, 1, 4, 4)), nd.array([[0, 0, 0, 2, 2]]), pooled_size=(2, 2), "
        "spatial_scale=1.0)",
    )


def _roi_align_grad(xp: Any, a: Any, dy: Any, data: Any, rois: Any) -> Any:
    image, ys, xs = _align(a, rois, data.shape)
    if a.position_sensitive:
        g = roi_math.grouped_backward(xp, single(dy), data.shape, a.pooled_size, image, ys, xs)
    else:
        g = roi_math.plain_backward(xp, single(dy), data.shape, image, ys, xs)
    return g.astype(data.dtype, copy=False)


backward_of(
    ROIAlign,
    inputs="dy data rois",
    outputs="ddata",
    like={"ddata": "data"},
    forward=_roi_align_grad,
    grad=lambda F, a, g, rois: (F._contrib_ROIAlign(g, rois, **a.as_dict()), None, None),
)


def _mean_taps(a: Any, rois: np.ndarray, axis: int, limit: int) -> Taps:
    """Pixels of the bins of PSROIPooling along y (axis 1) or x (axis 0), each with its part in the average."""
    real, bins = rois.dtype.type, a.pooled_size
    scale = real(np.float32(a.spatial_scale))
    start = rounded(np, rois[:, 1 + axis]) * scale
    end = (rounded(np, rois[:, 3 + axis]) + real(1)) * scale
    first, stop = _bin_edges(
        np.zeros(len(rois), np.int64), np.maximum(end - start, real(0.1)), bins, limit, start[:, None]
    )
    count = np.maximum(stop - first, 0)
    i = np.arange(max(1, int(count.max(initial=1))))
    at = np.minimum(first[..., None] + i, limit - 1)
    weight = (i < count[..., None]) / np.maximum(count, 1)[..., None].astype(rois.dtype)
    return Taps(at, weight.astype(rois.dtype))


def _ps_pool(a: Any, rois: Any, shape: tuple) -> tuple[tuple, np.ndarray, Taps, Taps]:
    regions = host_regions(rois)
    group = (a.group_size or a.pooled_size,) * 2
    return group, image_of(regions, shape[0]), _mean_taps(a, regions, 1, shape[2]), _mean_taps(a, regions, 0, shape[3])


@op("_contrib_PSROIPooling", inputs="data rois")
class PSROIPooling:
    """Position-sensitive average over the bins of regions (MXNet operator PSROIPooling; Dai et al. 2016, R-FCN).

    `data` (b, output_dim * group_size**2, h, w), `rois` (n, 5) with rows (image, left, top, right, bottom); the output
    is (n, output_dim, pooled_size, pooled_size), each bin averaging pixels of the channels of its group. Bins without
    pixels, and regions of an image that does not exist, give 0. The gradient goes to data; none to rois.
    """

    spatial_scale = Float(doc=_SCALE, lo=0, hi=1)
    output_dim = Int(doc="Number of output channels.", lo=1)
    pooled_size = Int(doc="Number of bins along each axis.", lo=1)
    group_size = Int(0, "Number of groups along each axis; pooled_size by default.", lo=0)

    infer_type = need_float

    def infer_shape(a, s):
        check_regions(s, 5)
        groups = (a.group_size or a.pooled_size) ** 2
        if s[0] is not None and s[0][1] not in (-1, a.output_dim * groups):
            s.fail(
                f"argument data has {s[0][1]} channels, expected output_dim * group_size**2 = {a.output_dim * groups}"
            )
        if s[1] is not None:
            s.out(0, (s[1][0], a.output_dim, a.pooled_size, a.pooled_size))

    def forward(xp, a, data, rois):
        return roi_math.grouped_forward(xp, single(data), *_ps_pool(a, rois, data.shape)).astype(data.dtype, copy=False)

    def grad(F, a, dy, data, rois):
        return F._backward__contrib_PSROIPooling(dy, data, rois, **a.as_dict()), None

    examples = (
        "nd.contrib.PSROIPooling(nd.arange(36).reshape((1, 4, 3, 3)), nd.array([[0, 0, 0, 2, 2]]), spatial_scale=1.0, "
        "output_dim=1, pooled_size=2)",
    )


def _psroi_pooling_grad(xp: Any, a: Any, dy: Any, data: Any, rois: Any) -> Any:
    g = roi_math.grouped_backward(xp, single(dy), data.shape, *_ps_pool(a, rois, data.shape))
    return g.astype(data.dtype, copy=False)


backward_of(
    PSROIPooling,
    inputs="dy data rois",
    outputs="ddata",
    like={"ddata": "data"},
    forward=_psroi_pooling_grad,
    grad=lambda F, a, g, rois: (F._contrib_PSROIPooling(g, rois, **a.as_dict()), None, None),
)
