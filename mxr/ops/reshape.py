"""Operators that only give the same bytes another shape: Reshape, Flatten, expand_dims, squeeze, reshape_like."""

from __future__ import annotations

import math
from typing import Any

from ..base import MXNetError, MXNetValueError
from ..core.op import op
from ..core.params import Bool, Int, Shape
from .axes import normal_axis

__all__ = ["reshape_target"]


def reshape_target(shape: tuple[int, ...], spec: tuple[int, ...], reverse: bool = False) -> tuple[int, ...]:
    """The shape that MXNet's reshape `spec` makes of `shape`.

    Codes: 0 keeps a dimension, -1 is what is left, -2 keeps all remaining, -3 merges two, -4 a b splits one into a
    and b (one of them may be -1). `reverse` reads both from the right, so that -4 stands behind its two. -1 in `shape`
    is an unknown dimension.
    Raises MXNetError where sizes do not fit.
    """
    if not spec:
        raise MXNetValueError("Reshape: shape=() is empty; a target shape must be given")
    src = tuple(reversed(shape)) if reverse else tuple(shape)
    dims = tuple(reversed(spec)) if reverse else tuple(spec)
    out: list[int] = []
    free = None
    used = i = 0

    def take(n: int, code: int) -> tuple[int, ...]:
        nonlocal used
        if used + n > len(src):
            raise MXNetValueError(f"Reshape: shape={spec}: code {code} finds no dimension left in input shape {shape}")
        used += n
        return src[used - n : used]

    while i < len(dims):
        d = dims[i]
        i += 1
        if d > 0:
            out.append(d)
            used += 1
        elif d == 0:
            out += take(1, d)
        elif d == -1:
            if free is not None:
                raise MXNetValueError(f"Reshape: shape={spec}: one and only one dim can be inferred")
            free = len(out)
            out.append(-1)
            used += 1
        elif d == -2:
            out += src[used:]
            used = len(src)
        elif d == -3:
            x, y = take(2, d)
            out.append(-1 if x == -1 or y == -1 else x * y)
        elif d == -4:
            if i + 2 > len(dims):
                raise MXNetValueError(f"Reshape: shape={spec}: the code -4 must be followed by two numbers")
            out += _split(take(1, d)[0], dims[i], dims[i + 1], spec)
            i += 2
        else:
            raise MXNetValueError(f"Reshape: shape={spec}: dimensions must be at least -4, got {d}")
    if -1 not in src:
        size = math.prod(src)
        if free is not None:
            rest = math.prod(d for j, d in enumerate(out) if j != free)
            if rest == 0 or size % rest:
                raise MXNetValueError(
                    f"Reshape: cannot infer -1: input shape {shape} of size {size} does not fit shape={spec}"
                )
            out[free] = size // rest
        elif math.prod(out) != size:
            raise MXNetValueError(
                f"Reshape: input shape {shape} of size {size} cannot become {tuple(out)} of size {math.prod(out)} "
                f"(shape={spec})"
            )
    return tuple(reversed(out)) if reverse else tuple(out)


def _split(d: int, x: int, y: int, spec: tuple[int, ...]) -> tuple[int, int]:
    if x == -1 and y == -1:
        raise MXNetValueError(f"Reshape: shape={spec}: split dims cannot both be -1")
    if (x <= 0 and x != -1) or (y <= 0 and y != -1):
        raise MXNetValueError(f"Reshape: shape={spec}: the code -4 must be followed by two dims, got {x}, {y}")
    if d == -1:
        return x, y
    if x == -1 and d % y == 0:
        x = d // y
    elif y == -1 and d % x == 0:
        y = d // x
    if x * y != d:
        raise MXNetValueError(f"Reshape: shape={spec}: split dims {x}, {y} do not divide original dim {d}")
    return x, y


def _old_target(shape: tuple[int, ...], target: tuple[int, ...], keep_highest: bool) -> tuple[int, ...]:
    """The target of the old parameters target_shape and keep_highest: 0 is the dimension to infer."""
    out = list(target)
    start = 0
    if keep_highest:
        out[0], start = shape[0], 1
    free = [i for i in range(start, len(out)) if out[i] == 0]
    if len(free) > 1:
        raise MXNetValueError(f"Reshape: target_shape={target}: at most one dimension can be 0")
    size = math.prod(shape)
    if free:
        rest = math.prod(d for i, d in enumerate(out) if i != free[0])
        out[free[0]] = size // rest if rest else 0
    if math.prod(out) != size:
        raise MXNetValueError(f"Reshape: input shape {shape} cannot become target_shape={target}")
    return tuple(out)


def _target(a: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    if not a.shape and a.target_shape:
        return _old_target(shape, a.target_shape, a.keep_highest)
    return reshape_target(shape, a.shape, a.reverse)


@op("Reshape", aliases=("reshape",), view=True)
class Reshape:
    """The same values in another shape, row by row; same dtype (MXNet operator Reshape).

    Codes in `shape`: 0 keeps a dimension, -1 is what is left, -2 keeps all remaining, -3 merges two, -4 a b splits
    one. Sizes that do not fit raise.
    """

    shape = Shape((), "The target shape, with the codes above.")
    reverse = Bool(False, "Whether codes are read from the right.")
    target_shape = Shape((), "Old form of `shape`: one 0 is inferred.")
    keep_highest = Bool(False, "With target_shape: whether the first dimension stays.")
    examples = ("nd.reshape(nd.array([[1, 2, 3], [4, 5, 6]]), shape=(-1, 2))",)

    def infer_shape(a, s):
        if s[0] is not None and (a.shape or -1 not in s[0]):
            s.out(0, _target(a, s[0]))
        elif a.shape and min(a.shape) > 0:
            s.out(0, a.shape)
        if s[0] is not None and s[0].count(-1) == 1 and s.outs[0] is not None and -1 not in s.outs[0]:
            rest, size = -math.prod(s[0]), math.prod(s.outs[0])
            if rest and size % rest == 0:
                s.set(0, tuple(size // rest if d == -1 else d for d in s[0]))

    def forward(xp, a, data):
        shape = a.shape
        if not shape or a.reverse or min(shape) <= 0:
            shape = _target(a, data.shape)
        try:
            return data.reshape(shape)
        except ValueError:
            raise MXNetError(f"Reshape: shape={a.shape} does not fit input shape {data.shape}") from None

    def grad(F, a, dy, data):
        return F.reshape_like(dy, data)


@op("reshape_like", inputs="lhs rhs", view=True)
class ReshapeLike:
    """`lhs` in the shape of `rhs`; or only its axes [lhs_begin, lhs_end) as those of rhs (MXNet reshape_like)."""

    lhs_begin = Int(None, "First axis of lhs to replace; 0 if None.")
    lhs_end = Int(None, "End of the axes of lhs to replace; all if None.")
    rhs_begin = Int(None, "First axis of rhs to take; 0 if None.")
    rhs_end = Int(None, "End of the axes of rhs to take; all if None.")
    examples = ("nd.reshape_like(nd.array([[1, 2, 3], [4, 5, 6]]), nd.zeros((3, 2)))",)

    def infer_shape(a, s):
        if s[0] is None and s.outs[0] is None and s[1] is not None and _whole(a):
            s.out(0, s[1])
        if s[0] is None or s[1] is None:
            return
        out = _like(s.label, a, s[0], s[1])
        if -1 not in s[0] and -1 not in out and math.prod(s[0]) != math.prod(out):
            s.fail(f"Cannot reshape lhs with shape {s[0]} to new shape {out} because they have different size")
        s.out(0, out)

    def infer_type(a, s):
        s.out_dtype(0, s[0])
        s.set_dtype(0, s.outs[0])

    def forward(xp, a, lhs, rhs):
        return lhs.reshape(_like("reshape_like", a, lhs.shape, rhs.shape))

    def grad(F, a, dy, lhs, rhs):
        return F.reshape_like(dy, lhs), F.zeros_like(rhs)


def _whole(a: Any) -> bool:
    return a.lhs_begin is None and a.lhs_end is None and a.rhs_begin is None and a.rhs_end is None


def _like(label: str, a: Any, lhs: tuple[int, ...], rhs: tuple[int, ...]) -> tuple[int, ...]:
    if _whole(a):
        return rhs

    def span(begin: int | None, end: int | None, ndim: int, side: str) -> tuple[int, int]:
        lo = 0 if begin is None else begin + ndim if begin < 0 else begin
        hi = ndim if end is None else end + ndim if end < 0 else end
        if not 0 <= lo <= hi <= ndim:
            raise MXNetValueError(
                f"{label}: {side}_begin={begin}, {side}_end={end} are no range of axes of {ndim} dimensions"
            )
        return lo, hi

    l0, l1 = span(a.lhs_begin, a.lhs_end, len(lhs), "lhs")
    r0, r1 = span(a.rhs_begin, a.rhs_end, len(rhs), "rhs")
    return lhs[:l0] + rhs[r0:r1] + lhs[l1:]


@op("Flatten", aliases=("flatten",), view=True)
class Flatten:
    """(n, a, b, ...) to (n, a*b*...), same values and dtype (MXNet operator Flatten)."""

    examples = ("nd.flatten(nd.ones((2, 2, 3)))",)

    def infer_shape(a, s):
        if s[0] is not None:
            rest = s[0][1:]
            s.out(0, (s[0][0], -1 if -1 in rest else math.prod(rest)))

    def forward(xp, a, data):
        return data.reshape(data.shape[0], math.prod(data.shape[1:]))

    def grad(F, a, dy, data):
        return F.reshape_like(dy, data)


@op("expand_dims", view=True)
class ExpandDims:
    """A new axis of length 1 at position `axis` of the result (MXNet operator expand_dims)."""

    axis = Int(doc="Where, in [-ndim-1, ndim].")
    examples = ("nd.expand_dims(nd.array([1, 2]), axis=1)",)

    def infer_shape(a, s):
        if s[0] is not None:
            i = _new_axis(s.label, a.axis, len(s[0]))
            s.out(0, s[0][:i] + (1,) + s[0][i:])
        elif s.outs[0] is not None:
            i = normal_axis(s.label, a.axis, len(s.outs[0]))
            s.set(0, s.outs[0][:i] + s.outs[0][i + 1 :])

    def forward(xp, a, data):
        i = _new_axis("expand_dims", a.axis, data.ndim)
        return data.reshape(data.shape[:i] + (1,) + data.shape[i:])

    def grad(F, a, dy, data):
        return F.reshape_like(dy, data)


def _new_axis(label: str, axis: int, ndim: int) -> int:
    if not -ndim - 1 <= axis <= ndim:
        raise MXNetValueError(f"{label}: axis={axis} must be in the range [{-ndim - 1}, {ndim}]")
    return axis + ndim + 1 if axis < 0 else axis


@op("squeeze", view=True)
class Squeeze:
    """`data` without its axes of length 1, or without those given; at least (1,) (MXNet operator squeeze)."""

    axis = Shape(None, "Axes to drop; all of length 1 if None.")
    examples = ("nd.squeeze(nd.ones((1, 3, 1)), axis=0)",)

    def infer_shape(a, s):
        if s[0] is not None and (a.axis is not None or -1 not in s[0]):
            s.out(0, _squeezed(s.label, a, s[0]))

    def forward(xp, a, data):
        return data.reshape(_squeezed("squeeze", a, data.shape))

    def grad(F, a, dy, data):
        return F.reshape_like(dy, data)


def _squeezed(label: str, a: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    if a.axis is None:
        return tuple(d for d in shape if d != 1) or (1,)
    axes = [normal_axis(label, ax, len(shape)) for ax in a.axis]
    if len(set(axes)) != len(axes):
        raise MXNetValueError(f"{label}: axis={a.axis} names an axis twice")
    for ax in axes:
        if shape[ax] not in (1, -1):
            raise MXNetValueError(
                f"{label}: cannot select an axis to squeeze out which has size={shape[ax]} not equal to one"
            )
    return tuple(d for i, d in enumerate(shape) if i not in axes) or (1,)
