"""Parts of an array by ranges: slice, slice_axis, slice_like, assignment to a part, Crop, Pad."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..core.op import op
from ..core.params import Attrs, Bool, Choice, Float, Int, Shape
from ..core.shapes import Frame
from .axes import normal_axis

__all__: list[str] = []


def _ranges() -> tuple[Shape, Shape, Shape]:
    return (
        Shape(doc="First index for each leading axis; None for the natural end.", none_items=True),
        Shape(doc="End of the range for each leading axis, not included.", none_items=True),
        Shape((), "Step for each axis; 1 if empty.", none_items=True),
    )


def _key(a: Attrs) -> tuple[slice, ...]:
    return _slices(a.begin, a.end, a.step)


@functools.lru_cache(4096)
def _slices(begin: tuple, end: tuple, step: tuple) -> tuple[slice, ...]:
    return tuple(slice(b, e, p) for b, e, p in zip(begin, end, step or (None,) * len(begin)))


def _part(label: str, a: Attrs, s: Frame) -> tuple[int, ...] | None:
    """Shape of the part that begin, end, step select from the first input."""
    if len(a.begin) != len(a.end):
        s.fail(f"begin={a.begin} and end={a.end} must have the same length")
    if a.step and len(a.step) != len(a.begin):
        s.fail(f"step={a.step} and begin={a.begin} must have the same length")
    if 0 in a.step:
        s.fail(f"slice op step={a.step} cannot be 0")
    shape = s[0]
    if shape is None:
        return None
    if len(a.begin) > len(shape):
        s.fail(f"Slicing axis exceeds data dimensions: begin={a.begin}, data has shape {shape}")
    head = tuple(-1 if d == -1 else len(range(*k.indices(d))) for k, d in zip(_key(a), shape))
    return head + shape[len(head) :]


@op("slice", aliases=("_sparse_slice", "crop"))
class Slice:
    """data[begin[0]:end[0]:step[0], ...] as a copy; ranges are clipped as in Python (MXNet operator slice)."""

    begin, end, step = _ranges()
    examples = ("nd.slice(nd.array([[1, 2, 3], [4, 5, 6]]), begin=(0, 1), end=(2, 3))",)

    def infer_shape(a, s):
        s.out(0, _part(s.label, a, s))

    def forward(xp, a, data):
        return data[_key(a)]

    def grad(F, a, dy, data):
        return F._backward_slice(dy, shape=data.shape, begin=a.begin, end=a.end, step=a.step)


@op("_backward_slice", hidden=True)
class BackwardSlice:
    """Zeros of `shape` with `data` put into the part that begin, end, step select."""

    shape = Shape(doc="Shape of the output.")
    begin, end, step = _ranges()

    def infer_shape(a, s):
        s.out(0, a.shape)

    def forward(xp, a, data):
        out = xp.zeros(a.shape, data.dtype)
        out[_key(a)] = data
        return out

    def grad(F, a, dy):
        return F.slice(dy, begin=a.begin, end=a.end, step=a.step)


@op("slice_axis")
class SliceAxis:
    """data[..., begin:end, ...] along one axis, as a copy (MXNet operator slice_axis)."""

    axis = Int(doc="The axis.")
    begin = Int(doc="First index.")
    end = Int(doc="End of the range, not included; None for the length.", optional=True)
    examples = ("nd.slice_axis(nd.array([[1, 2, 3], [4, 5, 6]]), axis=1, begin=0, end=2)",)

    def infer_shape(a, s):
        if s[0] is not None:
            i = normal_axis(s.label, a.axis, len(s[0]))
            n = s[0][i]
            if n != -1:
                begin, end = _bounds(s, a, n)
                n = end - begin
            s.out(0, s[0][:i] + (n,) + s[0][i + 1 :])

    def forward(xp, a, data):
        return data[_along(a.axis, slice(a.begin, a.end), data.ndim)]

    def grad(F, a, dy, data):
        lead = (None,) * normal_axis("slice_axis", a.axis, len(data.shape))
        return F._backward_slice(dy, shape=data.shape, begin=(*lead, a.begin), end=(*lead, a.end))


def _bounds(s: Frame, a: Attrs, n: int) -> tuple[int, int]:
    begin = a.begin + n if a.begin < 0 else a.begin
    end = n if a.end is None else a.end + n if a.end < 0 else a.end
    if not 0 <= begin < end <= n:
        s.fail(f"Invalid begin={a.begin}, end={a.end} for an axis of length {n}")
    return begin, end


def _along(axis: int, key: Any, ndim: int) -> tuple:
    return (slice(None),) * (axis + ndim if axis < 0 else axis) + (key,)


@op("slice_like", inputs="data shape_like")
class SliceLike:
    """The leading part of `data` with the lengths of `shape_like`, on all axes or on `axes` (MXNet slice_like)."""

    axes = Shape((), "Axes to cut; all if empty.")
    examples = ("nd.slice_like(nd.array([[1, 2, 3], [4, 5, 6]]), nd.zeros((1, 2)))",)

    def infer_shape(a, s):
        if s[0] is None or s[1] is None:
            return
        if not a.axes and len(s[0]) != len(s[1]):
            s.fail(f"By default slice_axis performs slice on all axes, but ndim mismatch for inputs: {s[0]} vs. {s[1]}")
        s.out(0, _cut(s, a.axes, s[0], s[1]))

    def infer_type(a, s):
        s.out_dtype(0, s[0])
        s.set_dtype(0, s.outs[0])

    def forward(xp, a, data, shape_like):
        axes = [x + data.ndim if x < 0 else x for x in a.axes] or range(data.ndim)
        return data[tuple(slice(shape_like.shape[i] if i in axes else None) for i in range(data.ndim))]

    def grad(F, a, dy, data, shape_like):
        n = (0,) * len(data.shape)
        return F._backward_slice(dy, shape=data.shape, begin=n, end=dy.shape), None


def _cut(s: Frame, axes: tuple[int, ...], data: tuple[int, ...], like: tuple[int, ...]) -> tuple[int, ...]:
    out = list(data)
    for axis in axes or range(len(data)):
        i = normal_axis(s.label, axis, len(data), "axes")
        if i >= len(like):
            s.fail(f"axes={axes}: shape_like of shape {like} has no axis {i}")
        if out[i] != -1 and like[i] > out[i]:
            s.fail(f"Slice axis {i} with size {like[i]} exceeds limit of input with size {out[i]}")
        out[i] = like[i]
    return tuple(out)


@op("_slice_assign", aliases=("_crop_assign",), inputs="lhs rhs", inplace=True)
class SliceAssign:
    """`lhs` with `rhs` in the part that begin, end, step select (MXNet operator _slice_assign)."""

    begin, end, step = _ranges()
    examples = (
        "nd._internal._slice_assign(nd.array([[1, 2, 3], [4, 5, 6]]), nd.zeros((2, 1)), begin=(0, 1), end=(2, 2))",
    )

    def infer_shape(a, s):
        s.set(1, _part(s.label, a, s))
        s.out(0, s[0])

    def forward(xp, a, lhs, rhs):
        out = lhs.copy()
        out[_key(a)] = rhs
        return out

    def grad(F, a, dy):
        key = {"begin": a.begin, "end": a.end, "step": a.step}
        return F._slice_assign_scalar(dy, scalar=0, **key), F.slice(dy, **key)


@op("_slice_assign_scalar", aliases=("_crop_assign_scalar",), inplace=True)
class SliceAssignScalar:
    """`data` with a number in the part that begin, end, step select (MXNet operator _slice_assign_scalar)."""

    scalar = Float(0.0, "The number.")
    begin, end, step = _ranges()
    examples = (
        "nd._internal._slice_assign_scalar(nd.array([[1, 2, 3], [4, 5, 6]]), scalar=9, begin=(0, 1), end=(2, 2))",
    )

    def infer_shape(a, s):
        _part(s.label, a, s)
        s.out(0, s[0])

    def forward(xp, a, data):
        out = data.copy()
        out[_key(a)] = a.scalar
        return out

    def grad(F, a, dy):
        return F._slice_assign_scalar(dy, scalar=0, begin=a.begin, end=a.end, step=a.step)


@op("Crop", inputs="arg", variadic="num_args")
class Crop:
    """A window of the images (n, c, h, w) of the first input, as large as `h_w` or as the second input (MXNet Crop)."""

    num_args = Int(doc="1, or 2 to take the size from a second input.", lo=1, hi=2)
    offset = Shape((0, 0), "Top and left of the window.", lo=0)
    h_w = Shape((0, 0), "Height and width of the window, for one input.", lo=0)
    center_crop = Bool(False, "Whether to take the window from the centre.")
    examples = ("nd.Crop(nd.arange(9).reshape((1, 1, 3, 3)), h_w=(2, 2), offset=(1, 0), num_args=1)",)

    def infer_shape(a, s):
        if s[0] is None or (a.num_args == 2 and s[1] is None):
            return
        size = a.h_w if a.num_args == 1 else s[1][2:]
        if len(s[0]) != 4 or len(size) != 2:
            s.fail(f"input data should be 4D in batch-channel-y-x, got {s[0]}")
        top, left = _corner(a, s[0], size)
        if top + size[0] > s[0][2] or left + size[1] > s[0][3]:
            s.fail(f"a window of {tuple(size)} at {(top, left)} is not inside of {s[0][2:]}")
        s.out(0, (*s[0][:2], *size))

    def infer_type(a, s):
        s.out_dtype(0, s[0])

    def forward(xp, a, *arrays):
        size = a.h_w if a.num_args == 1 else arrays[1].shape[2:]
        top, left = _corner(a, arrays[0].shape, size)
        return arrays[0][:, :, top : top + size[0], left : left + size[1]]

    def grad(F, a, dy, ins):
        top, left = _corner(a, ins[0].shape, dy.shape[2:])
        end = (None, None, top + dy.shape[2], left + dy.shape[3])
        g = F._backward_slice(dy, shape=ins[0].shape, begin=(None, None, top, left), end=end)
        return (g, None)[: a.num_args]


def _corner(a: Attrs, shape: tuple[int, ...], size: tuple[int, ...]) -> tuple[int, int]:
    return ((shape[2] - size[0]) // 2, (shape[3] - size[1]) // 2) if a.center_crop else a.offset


def _pad_params() -> tuple[Choice, Shape, Float]:
    return (
        Choice(("constant", "edge", "reflect"), doc="What to pad with: a number, the edge values, or a mirror image."),
        Shape(doc="(before_0, after_0, before_1, after_1, ...), one pair for each axis.", lo=0),
        Float(0.0, "The number for 'constant'."),
    )


def _pairs(a: Attrs) -> list[tuple[int, int]]:
    return list(zip(a.pad_width[::2], a.pad_width[1::2]))


@op("Pad", aliases=("pad",))
class Pad:
    """`data` with borders added; any number of dimensions, MXNet has 4 and 5 (MXNet operator Pad)."""

    mode, pad_width, constant_value = _pad_params()
    examples = ('nd.Pad(nd.ones((1, 1, 2, 2)), mode="constant", pad_width=(0, 0, 0, 0, 1, 1, 1, 1), constant_value=7)',)

    def infer_shape(a, s):
        if s[0] is None:
            return
        if len(a.pad_width) != 2 * len(s[0]):
            s.fail(f"pad_width={a.pad_width} must have two numbers for each of the {len(s[0])} axes of data")
        if a.mode == "reflect" and any(max(p) >= d for d, p in zip(s[0], _pairs(a)) if d != -1 and max(p)):
            s.fail(f"pad_width={a.pad_width}: reflection needs padding sizes smaller than the input size {s[0]}")
        s.out(0, tuple(-1 if d == -1 else d + sum(p) for d, p in zip(s[0], _pairs(a))))

    def forward(xp, a, data):
        if a.mode == "constant":
            return xp.pad(data, _pairs(a), "constant", constant_values=data.dtype.type(a.constant_value))
        return xp.pad(data, _pairs(a), a.mode)

    def grad(F, a, dy):
        return F._backward_Pad(dy, mode=a.mode, pad_width=a.pad_width)


@op("_backward_Pad", hidden=True)
class BackwardPad:
    """The gradient of Pad: the inner part, with what the borders copied from it added."""

    mode, pad_width, constant_value = _pad_params()

    def infer_shape(a, s):
        if s[0] is not None:
            s.out(0, tuple(d - sum(p) for d, p in zip(s[0], _pairs(a))))

    def forward(xp, a, data):
        g = data
        for axis, (lo, hi) in enumerate(_pairs(a)):
            if lo or hi:
                g = np.swapaxes(_fold(np.swapaxes(g, 0, axis), lo, hi, a.mode), 0, axis)
        return g

    def grad(F, a, dy):
        return F.Pad(dy, mode=a.mode, pad_width=a.pad_width)


def _fold(g: Any, lo: int, hi: int, mode: str) -> Any:
    n = g.shape[0] - lo - hi
    inner = g[lo : lo + n]
    if mode == "constant":
        return inner
    inner = inner.copy()
    if mode == "edge":
        inner[0] += g[:lo].sum(axis=0)
        inner[-1] += g[lo + n :].sum(axis=0)
    else:
        inner[1 : lo + 1] += g[:lo][::-1]
        inner[n - 1 - hi : n - 1] += g[lo + n :][::-1]
    return inner
