"""Sampling of images at computed places: BilinearSampler, GridGenerator, SpatialTransformer."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...backend import xp_of
from ...core.array import make_array
from ...core.op import op
from ...core.params import Bool, Choice, Shape
from ...core.through import gradients_through
from ..row_sums import weighted_rows, weighted_rows_grad
from .sibling import backward_of, on_tape
from .spatial import float_types, four_axes, single

__all__ = ["BilinearSampler", "GridGenerator", "SpatialTransformer"]

# Places beyond this are outside any image; larger ones would not fit into an integer.
_FAR = 1 << 30


class _Corners:
    """The four pixels around each place of `grid` (n, 2, oh, ow) in images (n, h, w, c), by their number."""

    def __init__(self, xp: Any, grid: Any, height: int, width: int) -> None:
        n = grid.shape[0]
        kind = grid.dtype.type
        whole = np.int32 if n * height * width < 1 << 31 else np.int64
        image = (xp.arange(n, dtype=whole) * whole(height * width))[:, None]
        # For both axes, and for the lower and the higher neighbour: its number, whether it is inside, its weight
        self.x, self.y = [], []
        for axis, size, step, start, found in ((0, width, 1, 0, self.x), (1, height, width, image, self.y)):
            with np.errstate(invalid="ignore"):
                place = (grid[:, axis].reshape(n, -1) + kind(1)) * kind((size - 1) / 2)
                low = xp.floor(place)
                part = place - low
                low = xp.clip(low, -_FAR, _FAR).astype(whole)
            for more, weight in ((0, 1 - part), (1, part)):
                at = low + whole(more)
                inside = (at >= 0) & (at < size)
                at = xp.minimum(xp.maximum(at, whole(0)), whole(size - 1))
                found.append((at * whole(step) + start, inside, weight))

    def __iter__(self) -> Any:
        """Of each corner: its number, whether it is outside, weights along x and y, signs of their slopes."""
        for down, (row, good_y, wy) in enumerate(self.y):
            for right, (column, good_x, wx) in enumerate(self.x):
                outside = ~(good_x & good_y)
                yield (row + column).ravel(), outside.ravel(), wx.ravel(), wy.ravel(), 2 * right - 1, 2 * down - 1

    def stacked(self, xp: Any, slopes: bool) -> list[Any]:
        """Numbers and weights of the four, and with `slopes` the weights' derivatives along x and y: all (k, 4)."""
        parts: list[list] = [[], [], [], []]
        for pixels, outside, wx, wy, sx, sy in self:
            each = [pixels, wx * wy, *((sx * wy, sy * wx) if slopes else ())]
            for v in each[1:]:
                v[outside] = 0
            for part, v in zip(parts, each):
                part.append(v)
        return [xp.stack(part, -1) for part in parts if part]


def _portions(xp: Any, data: Any, grid: Any) -> list[slice]:
    """Images to take at a time: on the CPU few enough for the cache."""
    n = data.shape[0]
    step = max(n, 1) if xp is not np else max(1, (1 << 16) // max(1, data.shape[1] * grid[0, 0].size if n else 1))
    return [slice(i, min(i + step, n)) for i in range(0, n, step)]


def _few(xp: Any, channels: int) -> bool:
    """Whether channels are done one by one, each a flat row of pixels; else pixels are rows of channels."""
    return xp is np and channels <= 4


def _matrix(xp: Any, x: Any, few: bool) -> Any:
    """Images (n, c, h, w) as (c, pixels) where `few`, else (pixels, c)."""
    x = xp.moveaxis(single(x), 1, 0 if few else -1)
    return xp.ascontiguousarray(x).reshape((x.shape[0], -1) if few else (-1, x.shape[-1]))


def _images(xp: Any, m: Any, shape: tuple, few: bool) -> Any:
    n, c, h, w = shape
    return xp.moveaxis(m.reshape((c, n, h, w) if few else (n, h, w, c)), 0 if few else -1, 1)


def _picked(x: Any, pixels: Any, outside: Any) -> Any:
    part = x.take(pixels, axis=1)
    part[:, outside] = 0
    return part


def _sample(xp: Any, data: Any, grid: Any) -> Any:
    out = xp.empty((data.shape[0], data.shape[1], *grid.shape[2:]), data.dtype)
    few = _few(xp, data.shape[1])
    for some in _portions(xp, data, grid):
        x, corners = _matrix(xp, data[some], few), _Corners(xp, single(grid[some]), *data.shape[2:])
        if few:
            total = sum(_picked(x, pixels, outside) * (wx * wy) for pixels, outside, wx, wy, _, _ in corners)
        else:
            total = weighted_rows(xp, x, *corners.stacked(xp, False))
        out[some] = _images(xp, total, out[some].shape, few)
    return out


def _grad_few(x: Any, g: Any, corners: _Corners) -> tuple[Any, Any, Any]:
    """Gradients of images (c, pixels) and along x and y of the places, from g (c, places)."""
    to, parts, along_x, along_y = [], [], 0, 0
    for pixels, outside, wx, wy, sx, sy in corners:
        weight = wx * wy
        weight[outside] = 0
        to.append(pixels)
        parts.append(g * weight)
        value = np.einsum("cp,cp->p", _picked(x, pixels, outside), g)
        along_x, along_y = along_x + value * wy * sx, along_y + value * wx * sy
    at, each = np.concatenate(to), np.concatenate(parts, axis=1)
    return np.stack([np.bincount(at, channel, x.shape[1]) for channel in each]), along_x, along_y


def _grad_rows(xp: Any, x: Any, g: Any, corners: _Corners) -> tuple[Any, Any, Any]:
    """The same for images (pixels, c) and g (places, c)."""
    at, weight, *slopes = corners.stacked(xp, True)
    along_x, along_y = (xp.einsum("pc,pc->p", weighted_rows(xp, x, at, slope), g) for slope in slopes)
    return weighted_rows_grad(xp, len(x), at, weight, g), along_x, along_y


def _sample_grad(xp: Any, dy: Any, data: Any, grid: Any) -> tuple[Any, Any]:
    ddata, dgrid = xp.empty_like(data), xp.empty_like(grid)
    few = _few(xp, data.shape[1])
    for some in _portions(xp, data, grid):
        x, g = _matrix(xp, data[some], few), _matrix(xp, dy[some], few)
        corners = _Corners(xp, single(grid[some]), *data.shape[2:])
        dx, *slopes = _grad_few(x, g, corners) if few else _grad_rows(xp, x, g, corners)
        ddata[some] = _images(xp, dx, ddata[some].shape, few)
        for axis, size in ((0, data.shape[3]), (1, data.shape[2])):
            dgrid[some, axis] = (slopes[axis] * x.dtype.type((size - 1) / 2)).reshape(dgrid[some, axis].shape)
    return ddata, dgrid


def _sampler_gradients(F: Any, dy: Any, data: Any, grid: Any) -> Any:
    if not on_tape(F):
        return F._backward_BilinearSampler(dy, data, grid)
    return gradients_through(lambda x, places: [_sampled_by_parts(F, x, places)], (data, grid), (dy,))


def _sampled_by_parts(F: Any, data: Any, grid: Any) -> Any:
    """The sampler from operators that have gradients of any order: rows of pixels are taken and weighted."""
    n, c, h, w = data.shape
    oh, ow = grid.shape[2:]
    rows = F.Reshape(F.transpose(data, axes=(0, 2, 3, 1)), shape=(n * h * w, c))
    x, y = (F.Reshape(F.slice_axis(grid, axis=1, begin=i, end=i + 1), shape=(-1,)) for i in (0, 1))
    x, y = (x + 1) * ((w - 1) / 2), (y + 1) * ((h - 1) / 2)
    left, top = F.floor(x), F.floor(y)  # constants: no gradient goes through floor
    xp = xp_of(data._data)
    image = xp.repeat(xp.arange(n) * (h * w), oh * ow)
    total = None
    for below in (0, 1):
        for right in (0, 1):
            column, row = (v._data.astype(np.int64) for v in (left + right, top + below))
            inside = (column >= 0) & (column < w) & (row >= 0) & (row < h)
            at = image + xp.clip(row, 0, h - 1) * w + xp.clip(column, 0, w - 1)
            weight = (x - left if right else 1 - (x - left)) * (y - top if below else 1 - (y - top))
            weight = F.Reshape(weight * make_array(inside.astype(data._data.dtype), data._ctx), shape=(-1, 1))
            part = F.broadcast_mul(F.take(rows, make_array(at, data._ctx)), weight)
            total = part if total is None else total + part
    return F.transpose(F.Reshape(total, shape=(n, oh, ow, c)), axes=(0, 3, 1, 2))


@op("BilinearSampler", inputs="data grid")
class BilinearSampler:
    """The pixels of `data` (n, c, h, w) at the places `grid` (n, 2, oh, ow), interpolated; output (n, c, oh, ow).

    ``grid[:, 0]`` is x and ``grid[:, 1]`` is y, both -1 at the centre of the first pixel and 1 at the centre of the
    last; pixels outside count as 0 (Jaderberg et al. 2015, Spatial Transformer Networks; MXNet operator
    BilinearSampler). Any floating-point dtype, the same for both.
    """

    cudnn_off = Bool(None, "Accepted for compatibility; has no effect.")

    examples = ("nd.BilinearSampler(nd.arange(9).reshape((1, 1, 3, 3)), nd.array([[[[-1, 0, 0.5]], [[-1, 0, 1.5]]]]))",)
    infer_type = float_types

    def infer_shape(a, s):
        data, grid = four_axes(s, 0), four_axes(s, 1)
        n = -1 if data is None else data[0]
        s.set(1, (n, 2, -1, -1))
        grid = s[1]
        if data is not None:
            s.set(0, (grid[0], *data[1:]))
            s.out(0, (grid[0], data[1], *grid[2:]))

    def forward(xp, a, data, grid):
        return _sample(xp, data, grid)

    def grad(F, a, dy, data, grid):
        return _sampler_gradients(F, dy, data, grid)


backward_of(
    BilinearSampler,
    inputs="dy data grid",
    outputs="ddata dgrid",
    like={"ddata": "data", "dgrid": "grid"},
    forward=lambda xp, a, dy, data, grid: _sample_grad(xp, dy, data, grid),
)


def _at_least_two(s: Any, name: str, size: tuple) -> None:
    if any(0 <= d < 2 for d in size):
        s.fail(f"{name} {tuple(size)}: height and width must be at least 2, for the places run from -1 to 1")


def _affine_base(xp: Any, size: tuple, dtype: Any) -> Any:
    """x, y and 1 of each place of a regular grid: (3, h*w)."""
    y, x = (xp.arange(d, dtype=dtype) * dtype.type(2 / (d - 1)) - dtype.type(1) for d in size)
    base = xp.ones((3, *size), dtype)
    base[0], base[1] = x[None, :], y[:, None]
    return base.reshape(3, -1)


def _warp_scale(xp: Any, size: tuple, dtype: Any) -> Any:
    return xp.asarray([2 / (size[1] - 1), 2 / (size[0] - 1)], dtype=dtype).reshape(1, 2, 1, 1)


def _grid(xp: Any, a: Any, data: Any) -> Any:
    wide = single(data)
    if a.transform_type == "affine":
        base = _affine_base(xp, a.target_shape, wide.dtype)
        out = xp.matmul(wide.reshape(-1, 2, 3), base).reshape(-1, 2, *a.target_shape)
    else:
        size = data.shape[2:]
        out = wide.copy()
        out[:, 0] += xp.arange(size[1], dtype=wide.dtype)
        out[:, 1] += xp.arange(size[0], dtype=wide.dtype)[:, None]
        out *= _warp_scale(xp, size, wide.dtype)
        out -= 1
    return out.astype(data.dtype, copy=False)


@op("GridGenerator")
class GridGenerator:
    """Places for BilinearSampler, (n, 2, h, w): x and y in -1..1 (MXNet operator GridGenerator).

    affine: `data` (n, 6) holds matrices 2x3, applied to (x, y, 1) of each place of a regular grid of target_shape.
    warp: `data` (n, 2, h, w) is a flow in pixels, added to the places of the pixels.
    """

    transform_type = Choice(("affine", "warp"), doc="What `data` is: affine matrices or a flow.")
    target_shape = Shape((0, 0), "Height and width of the output, for affine.", lo=0)

    examples = (
        "nd.GridGenerator(nd.array([[1, 0, 0, 0, 1, 0.5]]), transform_type='affine', target_shape=(2, 3))",
        "nd.GridGenerator(nd.ones((1, 2, 2, 3)), transform_type='warp')",
    )
    infer_type = float_types

    def infer_shape(a, s):
        if a.transform_type == "affine":
            if len(a.target_shape) != 2:
                s.fail(f"argument target_shape={a.target_shape} must be (height, width)")
            _at_least_two(s, "argument target_shape", a.target_shape)
            s.set(0, (-1, 6))
            s.out(0, (s[0][0], 2, *a.target_shape))
            return
        s.set(0, (-1, 2, -1, -1))
        _at_least_two(s, "argument data has images of size", s[0][2:])
        s.out(0, s[0])
        s.set(0, s.outs[0])

    def forward(xp, a, data):
        return _grid(xp, a, data)

    def grad(F, a, dy):
        return F._backward_GridGenerator(dy, **a.as_dict())


def _grid_grad(xp, a, dy):
    wide = single(dy)
    size = dy.shape[2:]
    if a.transform_type == "affine":
        base = _affine_base(xp, size, wide.dtype)
        out = xp.matmul(wide.reshape(-1, 2, base.shape[1]), base.T).reshape(-1, 6)
    else:
        out = wide * _warp_scale(xp, size, wide.dtype)
    return out.astype(dy.dtype, copy=False)


def _grid_second(F, a, g, dy):
    """Affine grids are linear in the matrices; a flow is only scaled."""
    if a.transform_type == "affine":
        return F.GridGenerator(g, **a.as_dict())
    return F._backward_GridGenerator(g, **a.as_dict())


backward_of(
    GridGenerator,
    inputs="dy",
    outputs="ddata",
    like={},
    infer_shape=lambda a, s: s.out(0, (s[0][0], 6) if a.transform_type == "affine" else s[0]),
    forward=_grid_grad,
    grad=_grid_second,
)


@op("SpatialTransformer", inputs="data loc")
class SpatialTransformer:
    """`data` (n, c, h, w) seen through the affine matrices `loc` (n, 6); the output is (n, c, *target_shape).

    It is BilinearSampler at the places that GridGenerator makes of `loc` (Jaderberg et al. 2015; MXNet operator
    SpatialTransformer).
    """

    target_shape = Shape((0, 0), "Height and width of the output.", lo=0)
    transform_type = Choice(("affine",), doc="What `loc` is.")
    sampler_type = Choice(("bilinear",), doc="How pixels are interpolated.")
    cudnn_off = Bool(None, "Accepted for compatibility; has no effect.")

    examples = (
        "nd.SpatialTransformer(nd.arange(9).reshape((1, 1, 3, 3)), nd.array([[0.5, 0, 0, 0, 0.5, 0]]), "
        "target_shape=(2, 2), transform_type='affine', sampler_type='bilinear')",
    )
    infer_type = float_types

    def infer_shape(a, s):
        if len(a.target_shape) != 2:
            s.fail(f"argument target_shape={a.target_shape} must be (height, width)")
        _at_least_two(s, "argument target_shape", a.target_shape)
        data = four_axes(s, 0)
        s.set(1, (-1 if data is None else data[0], 6))
        if data is not None:
            s.set(0, (s[1][0], *data[1:]))
            s.out(0, (s[1][0], data[1], *a.target_shape))

    def forward(xp, a, data, loc):
        return _sample(xp, data, _grid(xp, a, loc))

    def grad(F, a, dy, data, loc):
        kind = {"transform_type": "affine", "target_shape": a.target_shape}
        ddata, dgrid = _sampler_gradients(F, dy, data, F.GridGenerator(loc, **kind))
        return ddata, F._backward_GridGenerator(dgrid, **kind)


# MXNet keeps its intermediate results as hidden outputs, which symbol.json counts.
BilinearSampler.json_outputs = lambda a: 2
GridGenerator.json_outputs = lambda a: 2
SpatialTransformer.json_outputs = lambda a: 3
