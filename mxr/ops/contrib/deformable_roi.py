"""DeformablePSROIPooling: position-sensitive bins that are shifted (Dai et al. 2017)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ...core.op import op
from ...core.params import Bool, Float, Int
from ..nn.sibling import backward_of
from ..nn.spatial import single
from ..row_sums import scatter_rows
from ..sampling import Corners, corners_of, runs, sample, sample_data_grad, sample_point_grad
from .box_math import need_float
from .roi_math import CHUNK, check_points, check_regions, check_rows, rounded

__all__: list[str] = []


class _Step(NamedTuple):
    """Points of some regions, (regions, classes, bins, bins, points) in this order: their corners and what they are."""

    part: slice
    corners: Corners
    share: Any  # of each point in its bin's average, (regions, classes, bins, bins, points)
    cell: Any  # index into trans as (regions * classes, part, part), (regions, classes, bins, bins)
    extent: tuple  # height and width of the regions, (regions,)


def _classes(a: Any, trans: Any) -> int:
    return 1 if a.no_trans else trans.shape[1] // 2


def _steps(xp: Any, a: Any, shape: tuple, rois: Any, trans: Any, limit: int = CHUNK) -> Iterator[_Step]:
    rois, bins, group, points = single(rois), a.pooled_size, a.group_size, a.sample_per_part
    real, classes, parts = rois.dtype.type, _classes(a, trans), a.part_size or a.pooled_size
    scale = real(np.float32(a.spatial_scale))
    image = rois[:, 0].astype("i8")
    there = (image >= 0) & (image < shape[0])
    start = rounded(xp, rois[:, 1:3]) * scale - real(0.5)
    extent = xp.maximum((rounded(xp, rois[:, 3:5]) + real(1)) * scale - real(0.5) - start, real(0.1))
    bin_no = xp.arange(bins)
    part = bin_no * parts // bins
    gy = gx = xp.clip(bin_no * group // bins, 0, group - 1)
    if xp is np:
        check_rows(rois)
    check_points(classes * (bins * points) ** 2, "sample_per_part", points)
    each = classes * bins * bins * points * points * (a.output_dim // classes)
    for run in runs(len(rois), each, limit):
        n = run.stop - run.start
        cls = xp.arange(n * classes).reshape(n, classes, 1, 1)
        cell = (cls * parts + part[:, None]) * parts + part
        places = []
        for axis in (1, 0):  # y, x
            size = extent[run, axis].reshape(-1, 1, 1, 1)
            at = bin_no.astype(rois.dtype) * (size / real(bins)) + start[run, axis].reshape(-1, 1, 1, 1)
            at = at.transpose(0, 1, 3, 2) if axis == 1 else at
            if not a.no_trans:
                shift = single(trans)[run].reshape(n * classes, 2, -1)[:, axis].reshape(-1)
                at = at + shift[cell] * real(np.float32(a.trans_std)) * size
            inner = xp.arange(points, dtype=rois.dtype) * (size / real(bins) / real(points))
            places.append(xp.broadcast_to(at, cell.shape)[..., None] + inner.reshape(-1, 1, 1, 1, points))
        full = (*cell.shape, points, points)
        y, x = xp.broadcast_to(places[0][..., None], full), xp.broadcast_to(places[1][..., None, :], full)
        h, w = shape[2:]
        inside = (y >= -0.5) & (y <= h - 0.5) & (x >= -0.5) & (x <= w - 0.5)
        inside = inside & there[run].reshape(-1, 1, 1, 1, 1, 1)
        count = xp.maximum(inside.sum(axis=(4, 5), keepdims=True), 1).astype(rois.dtype)
        share = (inside / count).reshape(*cell.shape, -1)
        block = xp.where(there[run], image[run], 0).reshape(-1, 1, 1, 1) * classes
        block = (block + xp.arange(classes).reshape(-1, 1, 1)) * group + gy[:, None]
        first = ((block * group + gx) * (h * w))[..., None, None]
        y, x, inside, first = (v.reshape(-1) for v in (y, x, inside, xp.broadcast_to(first, full)))
        corners = corners_of(xp, y, x, inside, (h, w), first, ceil=True)
        yield _Step(run, corners, share, cell, (extent[run, 1], extent[run, 0]))


def _layout(a: Any, shape: tuple, trans: Any) -> tuple:
    """Shape of the data as (b, channels of a class, classes, groups y, groups x, h, w), before channels go last."""
    classes = _classes(a, trans)
    return shape[0], classes, a.output_dim // classes, a.group_size, a.group_size, *shape[2:]


def _rows(xp: Any, a: Any, data: Any, trans: Any) -> Any:
    x = single(data).reshape(_layout(a, data.shape, trans)).transpose(0, 1, 3, 4, 5, 6, 2)
    return xp.ascontiguousarray(x).reshape(-1, x.shape[-1])


def _forward(xp: Any, a: Any, data: Any, rois: Any, trans: Any = None) -> Any:
    rows = _rows(xp, a, data, trans)
    out = xp.empty((rois.shape[0], a.output_dim, a.pooled_size, a.pooled_size), rows.dtype)
    for step in _steps(xp, a, data.shape, rois, trans):
        values = sample(xp, rows, step.corners).reshape(*step.share.shape, -1)
        mean = (step.share[..., None, :] @ values)[..., 0, :]  # (regions, classes, bins, bins, channels)
        out[step.part] = mean.transpose(0, 1, 4, 2, 3).reshape(out[step.part].shape)
    return out.astype(data.dtype, copy=False)


def _backward(xp: Any, a: Any, dy: Any, data: Any, rois: Any, trans: Any = None) -> Any:
    rows, bins, parts = _rows(xp, a, data, trans), a.pooled_size, a.part_size or a.pooled_size
    classes = _classes(a, trans)
    total = None
    dtrans = None if a.no_trans else xp.zeros((len(rois), classes, 2, parts * parts), rows.dtype)
    for step in _steps(xp, a, data.shape, rois, trans, max(CHUNK, rows.size)):  # each costs a pass over the data
        g = single(dy)[step.part].reshape(-1, classes, a.output_dim // classes, bins, bins).transpose(0, 1, 3, 4, 2)
        g = (step.share[..., None] * g[..., None, :]).reshape(-1, g.shape[-1])
        found = sample_data_grad(xp, g, step.corners, len(rows))
        total = found if total is None else xp.add(total, found, out=total)
        if dtrans is None:
            continue
        cells = step.cell.reshape(-1)
        slopes = sample_point_grad(xp, g, rows, step.corners)
        for axis, slope, extent in zip((1, 0), slopes, step.extent):
            each = slope.reshape(step.share.shape).sum(axis=-1) * extent.reshape(-1, 1, 1, 1)
            each = each * each.dtype.type(np.float32(a.trans_std))
            found = scatter_rows(xp, len(each) * classes * parts * parts, cells, each.reshape(-1, 1))
            dtrans[step.part, :, axis] = found.reshape(len(each), classes, -1)
    total = xp.zeros(rows.shape, rows.dtype) if total is None else total
    b, classes, each, group, _, h, w = _layout(a, data.shape, trans)
    dx = total.reshape(b, classes, group, group, h, w, each).transpose(0, 1, 6, 2, 3, 4, 5).reshape(data.shape)
    dx = xp.ascontiguousarray(dx).astype(data.dtype, copy=False)
    return dx if dtrans is None else (dx, dtrans.reshape(trans.shape).astype(data.dtype, copy=False))


@op("_contrib_DeformablePSROIPooling", inputs="data rois trans")
class DeformablePSROIPooling:
    """Position-sensitive average over shifted bins (MXNet operator DeformablePSROIPooling; Dai et al. 2017).

    `data` (b, output_dim * group_size**2, h, w), `rois` (n, 5) with rows (image, left, top, right, bottom), `trans`
    (n, 2 * classes, part_size, part_size) with the shifts (x, y) of the bins in units of trans_std times the size of
    the region; none with no_trans. The output is (n, output_dim, pooled_size, pooled_size): the average of
    sample_per_part**2 interpolated points of each bin that lie in the data. Regions of an image that does not exist
    give 0. Gradients go to data and trans; none to rois.
    """

    spatial_scale = Float(doc="Size of the feature map over the size of the image.", lo=0, hi=1)
    output_dim = Int(doc="Number of output channels.", lo=1)
    group_size = Int(doc="Number of groups of channels along each axis.", lo=1)
    pooled_size = Int(doc="Number of bins along each axis.", lo=1)
    part_size = Int(0, "Number of parts along each axis that have shifts; pooled_size by default.", lo=0)
    sample_per_part = Int(1, "Number of points along each axis of a bin.", lo=1)
    trans_std = Float(0.0, "Factor of the shifts.", lo=0, hi=1)
    no_trans = Bool(False, "Whether to leave trans out.")

    infer_type = need_float

    def active(a):
        return ("data", "rois") if a.no_trans else ("data", "rois", "trans")

    def infer_shape(a, s):
        check_regions(s, 5)
        channels = a.output_dim * a.group_size**2
        if s[0] is not None and s[0][1] not in (-1, channels):
            s.fail(f"argument data has {s[0][1]} channels, expected output_dim * group_size**2 = {channels}")
        n = -1 if s[1] is None else s[1][0]
        if not a.no_trans:
            parts = a.part_size or a.pooled_size
            s.set(2, (n, -1, parts, parts))
            wide = s[2][1]
            if wide != -1 and (wide < 2 or wide % 2 or a.output_dim % (wide // 2)):
                s.fail(
                    f"argument trans has shape {s[2]}, expected (n, 2 * classes, {parts}, {parts}) where "
                    f"output_dim={a.output_dim} is a multiple of the classes"
                )
        if n != -1:
            s.out(0, (n, a.output_dim, a.pooled_size, a.pooled_size))

    forward = _forward

    def grad(F, a, dy, data, rois, trans):
        back = F._backward__contrib_DeformablePSROIPooling
        if a.no_trans:
            return back(dy, data, rois, **a.as_dict()), None
        ddata, dtrans = back(dy, data, rois, trans, **a.as_dict())
        return ddata, None, dtrans

    examples = (
        "nd.contrib.DeformablePSROIPooling(nd.arange(36).reshape((1, 4, 3, 3)), nd.array([[0, 0, 0, 2, 2]]), "
        "nd.ones((1, 2, 2, 2)), spatial_scale=1.0, output_dim=1, group_size=2, pooled_size=2, sample_per_part=2, "
        "trans_std=0.1)",
    )


DeformablePSROIPooling.json_outputs = lambda a: 2  # MXNet keeps the numbers of points


def _grad_shape(a: Any, s: Any) -> None:
    s.out(0, s[1])
    if not a.no_trans:
        s.out(1, s[3])


backward_of(
    DeformablePSROIPooling,
    inputs="dy data rois trans",
    active=lambda a: ("dy", "data", "rois") if a.no_trans else ("dy", "data", "rois", "trans"),
    outputs=lambda a: ("ddata",) if a.no_trans else ("ddata", "dtrans"),
    like={},
    infer_shape=_grad_shape,
    forward=_backward,
)
