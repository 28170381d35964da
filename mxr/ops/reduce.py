"""Reductions over axes: sum, mean, max, min, prod, their nan variants, norm, moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..backend import dtype_of
from ..core.op import OpDef, op, register
from ..core.params import Attrs, Bool, DType, Int, Shape
from ..core.shapes import Frame
from .axes import kept, normal_axes, reduced_shape

__all__: list[str] = []


def _axis() -> Shape:
    return Shape(None, "Axes to reduce, negative ones from the end; all if None or ().")


def _keepdims() -> Bool:
    return Bool(False, "Whether reduced axes stay, with length 1.")


def _rule(a: Attrs, s: Frame) -> None:
    if s[0] is not None:
        axes = normal_axes(s.label, a.axis, len(s[0]), getattr(a, "exclude", False))
        s.out(0, reduced_shape(s[0], axes, a.keepdims))


def _spread(F: Any, a: Attrs, value: Any, shape: tuple[int, ...]) -> Any:
    """A reduced value with its axes back (length 1), ready to broadcast against `shape`."""
    target = kept(shape, normal_axes("reduction", a.axis, len(shape), getattr(a, "exclude", False)))
    return value if value.shape == target else F.Reshape(value, shape=target)


_EXAMPLE = dict.fromkeys(("nansum", "nanprod"), "[[1, np.nan, 3], [4, 5, 6]]")


def _family(
    name: str,
    reduce: Callable[[Any, Any, tuple[int, ...], bool], Any],
    grad: Callable[..., Any] | None,
    doc: str,
    aliases: tuple[str, ...] = (),
) -> None:
    def forward(xp: Any, a: Attrs, data: Any) -> Any:
        axes = normal_axes(name, a.axis, data.ndim, a.exclude)
        with np.errstate(all="ignore"):
            out = reduce(xp, data, axes, a.keepdims)
        return out if out.ndim else out.reshape(1)

    where = "_internal." if name.startswith("_") else ""
    register(
        OpDef(
            name,
            aliases=aliases,
            params={
                "axis": _axis(),
                "keepdims": _keepdims(),
                "exclude": Bool(False, "Reduce all axes but the given ones."),
            },
            forward=forward,
            grad=grad,
            infer_shape=_rule,
            doc=f"{doc} Same dtype; reducing all axes gives shape (1,) (MXNet operator {name}).",
            examples=(f"nd.{where}{name}(nd.array({_EXAMPLE.get(name, '[[1, 2, 3], [4, 5, 6]]')}), axis=1)",),
        )
    )


def _wide(dtype: Any) -> Any:
    """What to add up in: half precision loses too much."""
    return np.float32 if dtype == np.float16 or dtype.name == "bfloat16" else dtype


def _is_float(dtype: Any) -> bool:
    return dtype.kind == "f" or dtype.name == "bfloat16"


def _sum(xp: Any, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    return xp.sum(x, axis=axes, dtype=_wide(x.dtype), keepdims=keepdims).astype(x.dtype, copy=False)


def _mean(xp: Any, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    n = int(np.prod([x.shape[i] for i in axes], dtype=np.int64))
    total = xp.sum(x, axis=axes, dtype=_wide(x.dtype), keepdims=keepdims)
    if _is_float(x.dtype):
        return (total / total.dtype.type(n)).astype(x.dtype, copy=False)
    if x.dtype.kind == "b":
        return total  # any: a half is true
    total = total.astype(np.int64)
    return ((total - xp.fmod(total, n)) // n).astype(x.dtype)  # truncates as C does


def _prod(xp: Any, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    return xp.prod(x, axis=axes, dtype=_wide(x.dtype), keepdims=keepdims).astype(x.dtype, copy=False)


def _extreme(which: str) -> Callable[..., Any]:
    def reduce(xp: Any, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
        return getattr(xp, which)(x, axis=axes, keepdims=keepdims)

    return reduce


def _without_nan(xp: Any, x: Any, value: float) -> Any:
    return xp.where(xp.isnan(x), x.dtype.type(value), x) if _is_float(x.dtype) else x


def _grad_sum(F: Any, a: Attrs, dy: Any, data: Any) -> Any:
    if 0 in data.shape:  # where broadcast_to takes a 0 for "as it is"
        return F.zeros_like(data)
    return F.broadcast_to(_spread(F, a, dy, data.shape), shape=data.shape)


def _grad_mean(F: Any, a: Attrs, dy: Any, data: Any) -> Any:
    if 0 in data.shape:
        return F.zeros_like(data)
    axes = normal_axes("mean", a.axis, len(data.shape), a.exclude)
    n = 1
    for i in axes:
        n *= data.shape[i]
    return F.broadcast_to(_spread(F, a, dy, data.shape) * (1.0 / n), shape=data.shape)


def _grad_extreme(F: Any, a: Attrs, dy: Any, data: Any, out: Any) -> Any:
    # every element that equals the extreme gets the whole gradient, as in MXNet
    hit = F.broadcast_equal(data, _spread(F, a, out, data.shape))
    return F.broadcast_mul(hit, _spread(F, a, dy, data.shape))


def _grad_prod(F: Any, a: Attrs, dy: Any, data: Any, out: Any) -> Any:
    return F.broadcast_div(_spread(F, a, F.elemwise_mul(dy, out), data.shape), data)


def _grad_nansum(F: Any, a: Attrs, dy: Any, data: Any) -> Any:
    return F.broadcast_mul(F.broadcast_equal(data, data), _spread(F, a, dy, data.shape))


def _grad_nanprod(F: Any, a: Attrs, dy: Any, data: Any, out: Any) -> Any:
    g = F.broadcast_div(_spread(F, a, F.elemwise_mul(dy, out), data.shape), data)
    return F.where(F.broadcast_equal(data, data), g, F.zeros_like(data))


_family("sum", _sum, _grad_sum, "The sum over `axis`.", ("_sparse_sum", "sum_axis"))
_family("mean", _mean, _grad_mean, "The mean over `axis`; integers truncate.", ("_sparse_mean",))
_family("prod", _prod, _grad_prod, "The product over `axis`.")
_family(
    "nansum",
    lambda xp, x, axes, keepdims: _sum(xp, _without_nan(xp, x, 0), axes, keepdims),
    _grad_nansum,
    "The sum over `axis`, NaN counting as 0.",
)
_family(
    "nanprod",
    lambda xp, x, axes, keepdims: _prod(xp, _without_nan(xp, x, 1), axes, keepdims),
    _grad_nanprod,
    "The product over `axis`, NaN counting as 1.",
)
_family("max", _extreme("max"), _grad_extreme, "The largest element over `axis`; NaN wins.", ("max_axis",))
_family("min", _extreme("min"), _grad_extreme, "The smallest element over `axis`; NaN wins.", ("min_axis",))


@op("norm", aliases=("_sparse_norm",))
class Norm:
    """The L1 or L2 norm over `axis`; reducing all axes gives shape (1,) (MXNet operator norm)."""

    ord = Int(2, "1 or 2.")
    axis = _axis()
    out_dtype = DType(None, "Output dtype; that of the input if None.")
    keepdims = _keepdims()
    examples = ("nd.norm(nd.array([3, 4]))",)

    def infer_shape(a, s):
        if a.ord not in (1, 2):
            s.fail(f"norm only supports ord=1 and ord=2, got ord={a.ord}")
        _rule(a, s)

    def infer_type(a, s):
        s.out_dtype(0, s[0] if a.out_dtype is None else dtype_of(a.out_dtype))

    def forward(xp, a, data):
        axes = normal_axes("norm", a.axis, data.ndim)
        wide = np.float64 if data.dtype.kind in "iub" else _wide(data.dtype)
        x = data.astype(wide, copy=False)
        if a.ord == 1:
            out = xp.sum(xp.abs(x), axis=axes, keepdims=a.keepdims)
        else:
            out = xp.sqrt(xp.sum(x * x, axis=axes, keepdims=a.keepdims))
        out = out.astype(data.dtype if a.out_dtype is None else dtype_of(a.out_dtype), copy=False)
        return out if out.ndim else out.reshape(1)

    def grad(F, a, dy, data, out):
        if a.out_dtype is not None:
            dy, out = F.Cast(dy, dtype=data.dtype), F.Cast(out, dtype=data.dtype)
        dy = _spread(F, a, dy, data.shape)
        if a.ord == 1:
            return F.broadcast_mul(F.sign(data), dy)
        return F.broadcast_mul(data, F.broadcast_div(dy, _spread(F, a, out, data.shape)))


@op("moments", outputs="output0 output1")
class Moments:
    """Mean and (biased) variance over `axes`, in one pass over the data (MXNet operator moments)."""

    axes = Shape(None, "Axes to reduce; must be given.")
    keepdims = _keepdims()
    examples = ("nd.moments(nd.array([[1, 2, 3], [4, 5, 6]]), axes=(0,))",)

    def infer_shape(a, s):
        if a.axes is None or not a.axes:
            s.fail("Empty axes is not supported; pass all axes for global moments")
        if s[0] is not None:
            shape = reduced_shape(s[0], normal_axes(s.label, a.axes, len(s[0])), a.keepdims)
            s.out(0, shape)
            s.out(1, shape)

    def forward(xp, a, data):
        axes = normal_axes("moments", a.axes, data.ndim)
        x = data.astype(_wide(data.dtype), copy=False)
        mean = xp.mean(x, axis=axes, keepdims=True, dtype=x.dtype)
        var = xp.mean(xp.square(x - mean), axis=axes, keepdims=True, dtype=x.dtype)
        shape = reduced_shape(data.shape, axes, a.keepdims)
        return mean.reshape(shape).astype(data.dtype), var.reshape(shape).astype(data.dtype)

    def grad(F, a, dy, data, output0):
        axes = normal_axes("moments", a.axes, len(data.shape))
        n = 1
        for i in axes:
            n *= data.shape[i]
        target = kept(data.shape, axes)
        dmean, dvar, mean = (F.Reshape(v, shape=target) for v in (dy[0], dy[1], output0))
        g = F.broadcast_mul(F.broadcast_sub(data, mean), dvar * (2.0 / n))
        return F.broadcast_add(g, dmean * (1.0 / n))


def _square_sum(xp: Any, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    return _sum(xp, x * x, axes, keepdims)


def _grad_square_sum(F: Any, a: Attrs, dy: Any, data: Any) -> Any:
    return F.broadcast_mul(data * 2.0, _spread(F, a, dy, data.shape))


_family("_square_sum", _square_sum, _grad_square_sum, "The sum of squares over `axis`.")
