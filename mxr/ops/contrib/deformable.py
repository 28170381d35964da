"""Convolution whose kernel sees shifted places: DeformableConvolution, ModulatedDeformableConvolution."""

from __future__ import annotations

import functools
import math
from typing import Any

from ...core.op import OpDef, op
from ...core.params import Bool, Choice, Int, Shape
from ..nn.conv_math import Geometry
from ..nn.sibling import backward_of
from ..nn.spatial import filled, single
from ..sampling import Corners, corners_of, sample, sample_data_grad, sample_point_grad
from .box_math import need_float

__all__: list[str] = []


@functools.cache
def _geometry(a: Any) -> Geometry:
    return Geometry(a.kernel, filled(a.stride, 2, 1), filled(a.dilate, 2, 1), filled(a.pad, 2, 0), a.num_group)


def _shapes(a: Any, s: Any) -> None:
    """Shapes of data, offset, (mask,) weight, (bias,)."""
    if len(a.kernel) != 2:
        s.fail(f"argument kernel={a.kernel} must have 2 elements (height, width)")
    if a.layout not in (None, "NCHW"):
        s.fail(f"argument layout={a.layout!r} does not fit 2 spatial axes, expected NCHW")
    for name, lo in (("kernel", 1), ("stride", 1), ("dilate", 1), ("pad", 0)):
        filled(getattr(a, name), 2, lo, s, name)
        if any(v < lo for v in getattr(a, name)):
            s.fail(f"argument {name}={getattr(a, name)}: each must be at least {lo}")
    geo, groups = _geometry(a), a.num_deformable_group
    if a.num_filter % a.num_group:
        s.fail(f"argument num_filter={a.num_filter} must be a multiple of num_group={a.num_group}")
    weight = s.names.index("weight")
    if not a.no_bias:
        s.set(weight + 1, (a.num_filter,))
    data = s[0]
    if data is None:
        return
    if len(data) != 4:
        s.fail(f"argument data has shape {data}, expected 4 dimensions (batch, channel, height, width)")
    for name in ("num_group", "num_deformable_group"):
        if data[1] != -1 and data[1] % getattr(a, name):
            s.fail(f"data has {data[1]} channels, which is no multiple of {name}={getattr(a, name)}")
    s.set(weight, (a.num_filter, -1 if data[1] == -1 else data[1] // a.num_group, *a.kernel))
    size = tuple(-1 if n == -1 else v for n, v in zip(data[2:], geo.out_size(data[2:])))
    if any(v != -1 and v < 1 for v in size):
        s.fail(f"kernel {geo.kernel} with dilate {geo.dilate} exceeds data of shape {data} padded by {geo.pad}")
    taps = math.prod(a.kernel) * groups
    s.set(1, (data[0], 2 * taps, *size))
    if weight == 3:
        s.set(2, (data[0], taps, *size))
    s.out(0, (data[0], a.num_filter, *size))


class _Sampler:
    """Where the kernel looks, image by image and deformable group by group."""

    def __init__(self, xp: Any, a: Any, shape: tuple, offset: Any, modulated: bool) -> None:
        self.xp, self.a, self.geo, self.shape, self.modulated = xp, a, _geometry(a), shape, modulated
        self.size = offset.shape[2:]
        # (b, groups, taps, y or x, positions)
        self.offset = offset.reshape(shape[0], a.num_deformable_group, math.prod(a.kernel), 2, *self.size)

    def corners(self, image: int, group: int) -> Corners:
        """Corners of all taps and positions, for the rows of one image and group."""
        xp, geo, real = self.xp, self.geo, self.offset.dtype
        places = []
        for axis in (0, 1):
            kernel = xp.arange(geo.kernel[axis], dtype=real) * geo.dilate[axis] - geo.pad[axis]
            steps = xp.arange(self.size[axis], dtype=real) * geo.stride[axis]
            tap = kernel.repeat(geo.kernel[1]) if axis == 0 else xp.tile(kernel, geo.kernel[0])
            shape = (1, -1, 1) if axis == 0 else (1, 1, -1)
            places.append((tap[:, None, None] + steps.reshape(shape) + self.offset[image, group, :, axis]).ravel())
        y, x = places
        h, w = self.shape[2:]
        if self.modulated:
            inside = (y > -1) & (x > -1) & (y < h) & (x < w)
        else:
            inside = (y >= 0) & (x >= 0) & (y < h) & (x < w)
        return corners_of(xp, y, x, inside, (h, w), 0, zeros=self.modulated)

    def rows(self, data: Any, image: int) -> Any:
        """The image as (groups, pixels, channels of a group)."""
        n = self.a.num_deformable_group
        return self.xp.ascontiguousarray(data[image].reshape(n, self.shape[1] // n, -1).transpose(0, 2, 1))

    def columns(self, values: list[Any]) -> Any:
        """Values (taps * positions, channels) of all groups as (num_group, channels * taps, positions)."""
        taps, positions = math.prod(self.geo.kernel), math.prod(self.size)
        parts = [v.reshape(taps, positions, -1).transpose(2, 0, 1) for v in values]
        return self.xp.concatenate(parts).reshape(self.a.num_group, -1, positions)

    def uncolumns(self, columns: Any, group: int) -> Any:
        """The part of one deformable group of what has the shape of columns(): (taps * positions, channels)."""
        taps, positions = math.prod(self.geo.kernel), math.prod(self.size)
        each = self.shape[1] // self.a.num_deformable_group
        part = columns.reshape(self.shape[1], taps, positions)[group * each : (group + 1) * each]
        return self.xp.ascontiguousarray(part.transpose(1, 2, 0)).reshape(taps * positions, each)


def _forward(xp: Any, a: Any, data: Any, offset: Any, mask: Any, weight: Any, bias: Any) -> Any:
    x, w = single(data), single(weight)
    at = _Sampler(xp, a, data.shape, single(offset), mask is not None)
    masks = None if mask is None else single(mask).reshape(len(data), a.num_deformable_group, -1)
    matrix = w.reshape(a.num_group, a.num_filter // a.num_group, -1)
    out = xp.empty((len(data), a.num_filter, math.prod(at.size)), x.dtype)
    for i in range(len(data)):
        rows, values = at.rows(x, i), []
        for g in range(a.num_deformable_group):
            values.append(sample(xp, rows[g], at.corners(i, g)))
            if masks is not None:
                values[g] *= masks[i, g][:, None]
        xp.matmul(matrix, at.columns(values), out=out[i].reshape(a.num_group, -1, out.shape[2]))
    if bias is not None:
        out += bias[:, None]
    return out.reshape(len(data), a.num_filter, *at.size).astype(data.dtype, copy=False)


def _backward(xp: Any, a: Any, dy: Any, data: Any, offset: Any, mask: Any, weight: Any) -> tuple:
    """Gradients with regard to data, offset, (mask,) weight, (bias)."""
    x, w, head = single(data), single(weight), single(dy)
    n, groups = len(data), a.num_deformable_group
    at = _Sampler(xp, a, data.shape, single(offset), mask is not None)
    positions, pixels = math.prod(at.size), math.prod(data.shape[2:])
    masks = None if mask is None else single(mask).reshape(n, groups, -1)
    matrix = w.reshape(a.num_group, a.num_filter // a.num_group, -1)
    dx = xp.empty((n, groups, data.shape[1] // groups, pixels), x.dtype)
    doffset = xp.empty((n, groups, math.prod(a.kernel), 2, positions), x.dtype)
    dmask: Any = None if masks is None else xp.empty_like(masks)
    dw = xp.zeros_like(matrix)
    for i in range(n):
        g = head[i].reshape(a.num_group, -1, positions)
        dcolumns = xp.matmul(matrix.transpose(0, 2, 1), g)
        rows, values = at.rows(x, i), []
        for k in range(groups):
            corners, value = at.corners(i, k), at.uncolumns(dcolumns, k)
            seen = sample(xp, rows[k], corners)
            if masks is not None:
                dmask[i, k] = xp.einsum("nc,nc->n", seen, value)
                seen *= masks[i, k][:, None]
                value *= masks[i, k][:, None]
            values.append(seen)
            dx[i, k] = sample_data_grad(xp, value, corners, pixels).T
            for axis, d in enumerate(sample_point_grad(xp, value, rows[k], corners)):
                doffset[i, k, :, axis] = d.reshape(-1, positions)
        dw += xp.matmul(g, at.columns(values).transpose(0, 2, 1))
    grads = [dx.reshape(data.shape), doffset.reshape(offset.shape)]
    if mask is not None:
        grads.append(dmask.reshape(mask.shape))
    grads.append(dw.reshape(weight.shape))
    if not a.no_bias:
        grads.append(head.sum(axis=(0, 2, 3)))
    return tuple(g.astype(data.dtype, copy=False) for g in grads)


_LAYOUTS = ("NCDHW", "NCHW", "NCW")


@op("_contrib_DeformableConvolution", inputs="data offset weight bias")
class DeformableConvolution:
    """Convolution whose kernel looks at shifted places (MXNet operator DeformableConvolution; Dai et al. 2017).

    `data` (n, c, h, w), `offset` (n, 2 * prod(kernel) * num_deformable_group, h', w') with the shift (y, x) of every
    tap, `weight` (num_filter, c / num_group, *kernel), `bias` (num_filter,); the output is (n, num_filter, h', w').
    Values between pixels are interpolated; places outside the data count as 0.
    """

    kernel = Shape(doc="Size of the kernel (h, w).")
    stride = Shape((), "Steps of the kernel; 1 for each axis by default.")
    dilate = Shape((), "Distances within the kernel; 1 for each axis by default.")
    pad = Shape((), "Zeros put on both sides; 0 for each axis by default.")
    num_filter = Int(lo=1, doc="Number of output channels.")
    num_group = Int(1, "Number of groups that the channels are split into.", lo=1)
    num_deformable_group = Int(1, "Number of groups of channels with offsets of their own.", lo=1)
    workspace = Int(1024, "Accepted for compatibility; has no effect.", lo=0)
    no_bias = Bool(False, "Whether to leave the bias out.")
    layout = Choice(_LAYOUTS, None, "Order of the axes of data; NCHW, the only one.")

    infer_shape = _shapes
    infer_type = need_float

    def active(a):
        return ("data", "offset", "weight") if a.no_bias else ("data", "offset", "weight", "bias")

    def forward(xp, a, data, offset, weight, bias=None):
        return _forward(xp, a, data, offset, None, weight, bias)

    def grad(F, a, dy, data, offset, weight):
        return F._backward__contrib_DeformableConvolution(dy, data, offset, weight, **a.as_dict())

    examples = (
        "nd.contrib.DeformableConvolution(nd.arange(9).reshape((1, 1, 3, 3)), nd.ones((1, 2, 3, 3)) * 0.5, "
        "nd.ones((1, 1, 1, 1)), kernel=(1, 1), num_filter=1, no_bias=True)",
    )


@op("_contrib_ModulatedDeformableConvolution", inputs="data offset mask weight bias")
class ModulatedDeformableConvolution:
    """Deformable convolution with a factor for every tap (MXNet ModulatedDeformableConvolution; Zhu et al. 2019).

    As DeformableConvolution, with `mask` (n, prod(kernel) * num_deformable_group, h', w') that multiplies what each tap
    sees. Between the data and the zeros outside, too, values are interpolated.
    """

    kernel = Shape(doc="Size of the kernel (h, w).")
    stride = Shape((), "Steps of the kernel; 1 for each axis by default.")
    dilate = Shape((), "Distances within the kernel; 1 for each axis by default.")
    pad = Shape((), "Zeros put on both sides; 0 for each axis by default.")
    num_filter = Int(lo=1, doc="Number of output channels.")
    num_group = Int(1, "Number of groups that the channels are split into.", lo=1)
    num_deformable_group = Int(1, "Number of groups of channels with offsets of their own.", lo=1)
    workspace = Int(1024, "Accepted for compatibility; has no effect.", lo=0)
    no_bias = Bool(False, "Whether to leave the bias out.")
    im2col_step = Int(64, "Accepted for compatibility; has no effect.", lo=1)
    layout = Choice(_LAYOUTS, None, "Order of the axes of data; NCHW, the only one.")

    infer_shape = _shapes
    infer_type = need_float

    def active(a):
        names = ("data", "offset", "mask", "weight")
        return names if a.no_bias else (*names, "bias")

    def forward(xp, a, data, offset, mask, weight, bias=None):
        return _forward(xp, a, data, offset, mask, weight, bias)

    def grad(F, a, dy, data, offset, mask, weight):
        return F._backward__contrib_ModulatedDeformableConvolution(dy, data, offset, mask, weight, **a.as_dict())

    examples = (
        "nd.contrib.ModulatedDeformableConvolution(nd.arange(9).reshape((1, 1, 3, 3)), nd.ones((1, 2, 3, 3)) * 0.5, "
        "nd.ones((1, 1, 3, 3)) * 2, nd.ones((1, 1, 1, 1)), kernel=(1, 1), num_filter=1, no_bias=True)",
    )


def _declare_backward(parent: OpDef, names: str, forward: Any) -> None:
    def infer_shape(a: Any, s: Any) -> None:
        for i, name in enumerate(s.onames):
            s.out(i, (a.num_filter,) if name == "dbias" else s[s.names.index(name[1:])])

    back = backward_of(
        parent,
        inputs=f"dy {names}",
        outputs=lambda a: tuple("d" + n for n in parent.input_names(a)),
        like={},
        infer_shape=infer_shape,
        forward=forward,
    )
    back.cost = lambda a, ins, outs: 3 * _flops(a, ins[0], ins[1])
    parent.cost = lambda a, ins, outs: _flops(a, outs[0], ins[0])


def _flops(a: Any, out: tuple, data: tuple) -> int:
    """The product, and about 8 operations for every value that is interpolated."""
    seen = out[0] * math.prod(out[2:]) * data[1] * math.prod(a.kernel)
    return seen * (2 * a.num_filter // a.num_group + 8)


_declare_backward(
    DeformableConvolution,
    "data offset weight",
    lambda xp, a, dy, data, offset, weight: _backward(xp, a, dy, data, offset, None, weight),
)
_declare_backward(
    ModulatedDeformableConvolution,
    "data offset mask weight",
    lambda xp, a, dy, data, offset, mask, weight: _backward(xp, a, dy, data, offset, mask, weight),
)
