"""Transposition, broadcasting to a shape, and the other rearrangements of axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import MXNetValueError
from ..core.op import op
from ..core.params import Int, Shape
from ..core.shapes import Frame
from .axes import normal_axis
from .families import reduce_to
from .reshape import reshape_target

__all__ = ["reshape_target"]


@op("transpose")
class Transpose:
    """`data` with its axes permuted: reversed, or output axis i is input axis axes[i] (MXNet operator transpose)."""

    axes = Shape((), "Order of the axes; reversed if empty.")
    examples = ("nd.transpose(nd.array([[1, 2, 3], [4, 5, 6]]))",)

    def infer_shape(a, s):
        ndim = len(s[0]) if s[0] is not None else len(s.outs[0]) if s.outs[0] is not None else None
        if ndim is None:
            return
        order = _order(s.label, a.axes, ndim)
        if s[0] is not None:
            s.out(0, tuple(s[0][i] for i in order))
        if s.outs[0] is not None:
            s.set(0, tuple(s.outs[0][i] for i in _inverse(order)))

    def forward(xp, a, data):
        if xp is np and data.ndim == 2 and data.size >= 1 << 16 and a.axes != (0, 1):
            return _transposed(data)
        return data.transpose(a.axes or None)

    def grad(F, a, dy):
        return F.transpose(dy, axes=_inverse(a.axes) if a.axes else ())


def _transposed(x: np.ndarray) -> np.ndarray:
    """A contiguous transposed copy, by strips: NumPy's own is 8 times slower where rows are powers of two apart."""
    out = np.empty(x.shape[::-1], x.dtype)
    for i in range(0, x.shape[0], 16):
        out[:, i : i + 16] = x[i : i + 16].T
    return out


def _order(label: str, axes: tuple[int, ...], ndim: int) -> tuple[int, ...]:
    if not axes:
        return tuple(reversed(range(ndim)))
    if sorted(axes) != list(range(ndim)):
        raise MXNetValueError(f"{label}: axes={axes} is not a permutation of the {ndim} axes 0..{ndim - 1}")
    return axes


def _inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(order.index(i) for i in range(len(order)))


@op("SwapAxis", aliases=("swapaxes",))
class SwapAxis:
    """`data` with two axes interchanged (MXNet operator SwapAxis)."""

    dim1 = Int(0, "First axis.")
    dim2 = Int(0, "Second axis.")
    examples = ("nd.swapaxes(nd.array([[1, 2, 3], [4, 5, 6]]), 0, 1)",)

    def infer_shape(a, s):
        for source, give in ((s[0], s.out), (s.outs[0], s.set)):
            if source is not None:
                shape = list(source)
                i, j = (normal_axis(s.label, d, len(shape), n) for d, n in ((a.dim1, "dim1"), (a.dim2, "dim2")))
                shape[i], shape[j] = shape[j], shape[i]
                give(0, tuple(shape))

    def forward(xp, a, data):
        return data.swapaxes(a.dim1, a.dim2)

    def grad(F, a, dy):
        return F.SwapAxis(dy, dim1=a.dim1, dim2=a.dim2)


def _check_broadcast(s: Frame, source: tuple[int, ...], target: tuple[int, ...]) -> None:
    if len(source) != len(target):
        s.fail(f"Operand of shape {source} cannot be broadcasted to {target}: numbers of dimensions differ")
    for d, t in zip(source, target):
        if d != t and d != 1 and -1 not in (d, t):
            s.fail(f"Array cannot be broadcasted from {source} to {target}")


@op("broadcast_to")
class BroadcastTo:
    """`data` repeated along its axes of length 1 to `shape`; a 0 there keeps the axis (MXNet broadcast_to)."""

    shape = Shape((), "Target shape, with as many dimensions as data.", lo=0)
    examples = ("nd.broadcast_to(nd.array([[1], [2]]), shape=(2, 3))",)

    def infer_shape(a, s):
        if s[0] is not None:
            target = _zeros_kept(s, a.shape)
            _check_broadcast(s, s[0], target)
            s.out(0, target)
        elif 0 not in a.shape:
            s.out(0, a.shape)

    def forward(xp, a, data):
        shape = a.shape
        if 0 in shape:
            shape = tuple(d or n for d, n in zip(shape, data.shape))
        return xp.broadcast_to(data, shape)

    def grad(F, a, dy, data):
        return reduce_to(F, dy, data.shape)


def _zeros_kept(s: Frame, shape: tuple[int, ...]) -> tuple[int, ...]:
    if len(shape) != len(s[0]):
        s.fail(f"Operand of shape {s[0]} cannot be broadcasted to {shape}: numbers of dimensions differ")
    return tuple(d or n for d, n in zip(shape, s[0]))


@op("broadcast_axis", aliases=("broadcast_axes",))
class BroadcastAxis:
    """`data` repeated `size` times along its axes of length 1 (MXNet operator broadcast_axis)."""

    axis = Shape((), "Axes to repeat, each of length 1, counted from the front.")
    size = Shape((), "Their new lengths.", lo=0)
    examples = ("nd.broadcast_axis(nd.array([[1], [2]]), axis=1, size=3)",)

    def infer_shape(a, s):
        if len(a.axis) != len(a.size):
            s.fail(f"axis={a.axis} and size={a.size} differ in length")
        if s[0] is None:
            return
        out = list(s[0])
        for ax, n in zip(a.axis, a.size):
            if not 0 <= ax < len(out):
                s.fail(f"axis={ax} is out of bounds for an array of {len(out)} dimension(s)")
            if out[ax] not in (1, -1):
                s.fail(f"Broadcasting axis must have size 1, axis {ax} of {s[0]} has not")
            out[ax] = n
        s.out(0, tuple(out))

    def forward(xp, a, data):
        shape = list(data.shape)
        for ax, n in zip(a.axis, a.size):
            shape[ax] = n
        return xp.broadcast_to(data, tuple(shape))

    def grad(F, a, dy, data):
        return reduce_to(F, dy, data.shape)


@op("broadcast_like", inputs="lhs rhs")
class BroadcastLike:
    """`lhs` repeated along its axes of length 1 to the shape of `rhs`, or only lhs_axes (MXNet broadcast_like)."""

    lhs_axes = Shape(None, "Axes of lhs to repeat; all if None.")
    rhs_axes = Shape(None, "Axes of rhs that give the lengths; all if None.")
    examples = ("nd.broadcast_like(nd.array([[1], [2]]), nd.array([[1, 2, 3], [4, 5, 6]]))",)

    def infer_shape(a, s):
        if s[0] is None or s[1] is None:
            return
        target = _like(s.label, a, s[0], s[1])
        _check_broadcast(s, s[0], target)
        s.out(0, target)

    def infer_type(a, s):
        s.out_dtype(0, s[0])
        s.set_dtype(0, s.outs[0])

    def forward(xp, a, lhs, rhs):
        return xp.broadcast_to(lhs, _like("broadcast_like", a, lhs.shape, rhs.shape))

    def grad(F, a, dy, lhs, rhs):
        return reduce_to(F, dy, lhs.shape), F.zeros_like(rhs)


def _like(label: str, a: Any, lhs: tuple[int, ...], rhs: tuple[int, ...]) -> tuple[int, ...]:
    if (a.lhs_axes is None) != (a.rhs_axes is None) or (a.lhs_axes and len(a.lhs_axes) != len(a.rhs_axes)):
        raise MXNetValueError(f"{label}: lhs_axes={a.lhs_axes} and rhs_axes={a.rhs_axes} must have equal length")
    if a.lhs_axes is None:
        return rhs
    if not a.lhs_axes:
        raise MXNetValueError(f"{label}: empty axes tuple is not allowed")
    out = list(lhs)
    for i, j in zip(a.lhs_axes, a.rhs_axes):
        out[normal_axis(label, i, len(lhs), "lhs_axes")] = rhs[normal_axis(label, j, len(rhs), "rhs_axes")]
    return tuple(out)


@op("reverse", aliases=("flip",))
class Reverse:
    """`data` with the order of its elements reversed along `axis` (MXNet operator reverse)."""

    axis = Shape(doc="Axes to reverse, counted from the front.")
    examples = ("nd.reverse(nd.array([[1, 2, 3], [4, 5, 6]]), axis=1)",)

    def infer_shape(a, s):
        shape = s[0] if s[0] is not None else s.outs[0]
        if shape is not None:
            for ax in a.axis:
                if not 0 <= ax < len(shape):
                    s.fail(f"axis={ax} is out of bounds for an array of {len(shape)} dimension(s)")
            s.out(0, shape)
            s.set(0, shape)

    def forward(xp, a, data):
        return xp.flip(data, a.axis) if a.axis else data

    def grad(F, a, dy):
        return F.reverse(dy, axis=a.axis)


@op("tile")
class Tile:
    """`data` repeated reps[i] times along axis i; the shorter of shape and reps gets 1s in front (MXNet tile)."""

    reps = Shape(doc="Repetitions per axis.", lo=0)
    examples = ("nd.tile(nd.array([1, 2]), reps=(2, 2))",)

    def infer_shape(a, s):
        if s[0] is not None:
            shape, reps = _paired(s[0], a.reps)
            s.out(0, tuple(-1 if d == -1 else d * r for d, r in zip(shape, reps)))

    def forward(xp, a, data):
        return xp.tile(data, a.reps)

    def grad(F, a, dy, data):
        shape, reps = _paired(data.shape, a.reps)
        if 0 in reps:
            return F.zeros_like(data)
        split = tuple(n for d, r in zip(shape, reps) for n in (r, d))
        g = F.sum(F.Reshape(dy, shape=split), axis=tuple(range(0, 2 * len(reps), 2))) if reps else dy
        return F.reshape_like(g, data)


def _paired(shape: tuple[int, ...], reps: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    n = max(len(shape), len(reps))
    return (1,) * (n - len(shape)) + shape, (1,) * (n - len(reps)) + reps


@op("repeat")
class Repeat:
    """Each element of `data` repeated, along `axis` or of the flattened array (MXNet operator repeat)."""

    repeats = Int(doc="How often.", lo=0)
    axis = Int(None, "Axis; the flattened array if None.")
    examples = ("nd.repeat(nd.array([1, 2]), repeats=2)",)

    def infer_shape(a, s):
        if s[0] is None:
            return
        if a.axis is None:
            size = 1
            for d in s[0]:
                size *= d
            s.out(0, (-1 if -1 in s[0] else size * a.repeats,))
            return
        i = normal_axis(s.label, a.axis, len(s[0]))
        s.out(0, s[0][:i] + (-1 if s[0][i] == -1 else s[0][i] * a.repeats,) + s[0][i + 1 :])

    def forward(xp, a, data):
        return xp.repeat(data, a.repeats, a.axis)

    def grad(F, a, dy, data):
        if a.repeats == 0:
            return F.zeros_like(data)
        i = len(data.shape) - 1 if a.axis is None else normal_axis("repeat", a.axis, len(data.shape))
        split = data.shape[: i + 1] + (a.repeats,) + data.shape[i + 1 :]
        return F.reshape_like(F.sum(F.Reshape(dy, shape=split), axis=i + 1), data)


def _space(s: Frame, block: int, depth: bool) -> None:
    if block <= 0:
        s.fail(f"block_size={block} must be positive")
    shape = s[0]
    if shape is None:
        return
    if len(shape) != 4:
        s.fail(f"requires exactly 4D tensor, got shape {shape}")
    n, c, h, w = shape
    if depth:
        if c % (block * block) and c != -1:
            s.fail(f"dimension 1 (depth) of {shape} should be a multiple of block_size^2 = {block * block}")
        s.out(0, (n, _times(c, 1, block * block), _times(h, block, 1), _times(w, block, 1)))
    else:
        if (h % block and h != -1) or (w % block and w != -1):
            s.fail(f"dimensions 2 and 3 (space) of {shape} should be multiples of block_size = {block}")
        s.out(0, (n, _times(c, block * block, 1), _times(h, 1, block), _times(w, 1, block)))


def _times(d: int, up: int, down: int) -> int:
    return -1 if d == -1 else d * up // down


@op("depth_to_space")
class DepthToSpace:
    """(n, c, h, w) to (n, c/b^2, h*b, w*b): channels become blocks of pixels (MXNet operator depth_to_space)."""

    block_size = Int(doc="b, the side of a block.")
    examples = ("nd.depth_to_space(nd.arange(4).reshape((1, 4, 1, 1)), 2)",)

    def infer_shape(a, s):
        _space(s, a.block_size, True)

    def forward(xp, a, data):
        b, (n, c, h, w) = a.block_size, data.shape
        x = data.reshape(n, b, b, c // (b * b), h, w).transpose(0, 3, 4, 1, 5, 2)
        return x.reshape(n, c // (b * b), h * b, w * b)

    def grad(F, a, dy):
        return F.space_to_depth(dy, block_size=a.block_size)


@op("space_to_depth")
class SpaceToDepth:
    """(n, c, h, w) to (n, c*b^2, h/b, w/b): blocks of pixels become channels (MXNet operator space_to_depth)."""

    block_size = Int(doc="b, the side of a block.")
    examples = ("nd.space_to_depth(nd.arange(4).reshape((1, 1, 2, 2)), 2)",)

    def infer_shape(a, s):
        _space(s, a.block_size, False)

    def forward(xp, a, data):
        b, (n, c, h, w) = a.block_size, data.shape
        x = data.reshape(n, c, h // b, b, w // b, b).transpose(0, 3, 5, 1, 2, 4)
        return x.reshape(n, c * b * b, h // b, w // b)

    def grad(F, a, dy):
        return F.depth_to_space(dy, block_size=a.block_size)
