"""Sampling of images at computed places: BilinearSampler, GridGenerator, SpatialTransformer."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.op import op
from ...core.params import Bool, Choice, Shape
from ..indexing import scatter_rows
from .sibling import backward_of
from .spatial import float_types, four_axes, single

__all__ = ["BilinearSampler", "GridGenerator", "SpatialTransformer"]

# Places beyond this are outside any image; larger ones would not fit into an integer.
_FAR = 1 << 30


class _Corners:
    """The four pixels around each place of `grid` (n, 2, oh, ow) in images (n, h, w, c), as rows of a matrix."""

    def __init__(self, xp: Any, grid: Any, height: int, width: int) -> None:
        self.xp, self.size = xp, (height, width)
        n = grid.shape[0]
        kind = grid.dtype.type
        with np.errstate(invalid="ignore"):
            place = [(grid[:, i].reshape(n, -1) + kind(1)) * kind((d - 1) / 2) for i, d in enumerate((width, height))]
            low = [xp.floor(p) for p in place]
            self.part = [p - q for p, q in zip(place, low)]
            self.low = [xp.clip(q, -_FAR, _FAR).astype(np.int64) for q in low]
        self.image = (xp.arange(n) * (height * width))[:, None]

    def __iter__(self) -> Any:
        """(row of the pixel, whether it is inside, weights along x and y, their derivatives) for each corner."""
        xp, (height, width) = self.xp, self.size
        for down in (0, 1):
            for right in (0, 1):
                x, y = self.low[0] + right, self.low[1] + down
                inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
                row = xp.clip(y, 0, height - 1) * width + xp.clip(x, 0, width - 1) + self.image
                wx = self.part[0] if right else 1 - self.part[0]
                wy = self.part[1] if down else 1 - self.part[1]
                yield row.reshape(-1), inside.reshape(-1), wx.reshape(-1), wy.reshape(-1), 2 * right - 1, 2 * down - 1


def _rows(xp: Any, x: Any) -> Any:
    """(n, c, h, w) -> (n*h*w, c)"""
    return xp.ascontiguousarray(xp.moveaxis(x, 1, -1)).reshape(-1, x.shape[1])


def _images(xp: Any, rows: Any, shape: tuple) -> Any:
    n, c, h, w = shape
    return xp.ascontiguousarray(xp.moveaxis(rows.reshape(n, h, w, c), -1, 1))


def _sample(xp: Any, data: Any, grid: Any) -> Any:
    x = _rows(xp, single(data))
    out = None
    for row, inside, wx, wy, _, _ in _Corners(xp, single(grid), *data.shape[2:]):
        part = x.take(row, axis=0)
        part[~inside] = 0
        part *= (wx * wy)[:, None]
        out = part if out is None else out.__iadd__(part)
    shape = (data.shape[0], data.shape[1], *grid.shape[2:])
    return _images(xp, out, shape).astype(data.dtype, copy=False)


def _sample_grad(xp: Any, dy: Any, data: Any, grid: Any) -> tuple[Any, Any]:
    x, g = _rows(xp, single(data)), _rows(xp, single(dy))
    n, _, height, width = data.shape
    rows, parts = [], []
    dx = dy_ = 0
    for row, inside, wx, wy, sx, sy in _Corners(xp, single(grid), height, width):
        weight = wx * wy
        weight[~inside] = 0
        rows.append(row)
        parts.append(g * weight[:, None])
        value = xp.einsum("pc,pc->p", x.take(row, axis=0), g)
        value[~inside] = 0
        dx = dx + value * wy * sx
        dy_ = dy_ + value * wx * sy
    ddata = scatter_rows(xp, x.shape[0], xp.concatenate(rows), xp.concatenate(parts))
    kind = x.dtype.type
    dgrid = xp.stack([dx.reshape(n, -1) * kind((width - 1) / 2), dy_.reshape(n, -1) * kind((height - 1) / 2)], axis=1)
    return (
        _images(xp, ddata, data.shape).astype(data.dtype, copy=False),
        dgrid.reshape(grid.shape).astype(grid.dtype, copy=False),
    )


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
        return F._backward_BilinearSampler(dy, data, grid, **a.as_dict())


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
        ddata, dgrid = F._backward_BilinearSampler(dy, data, F.GridGenerator(loc, **kind))
        return ddata, F._backward_GridGenerator(dgrid, **kind)


# MXNet keeps its intermediate results as hidden outputs, which symbol.json counts.
BilinearSampler.json_outputs = lambda a: 2
GridGenerator.json_outputs = lambda a: 2
SpatialTransformer.json_outputs = lambda a: 3
