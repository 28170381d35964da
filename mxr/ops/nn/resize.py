"""Feature maps of another size: bilinear resizing and adaptive average pooling."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ...core.op import op
from ...core.params import Bool, Choice, Float, Int, Shape
from .sibling import backward_of
from .spatial import float_types, four_axes, single

__all__ = ["AdaptiveAvgPooling2D", "BilinearResize2D"]


# --- bilinear: every output is a mixture of two neighbours along each axis


@functools.lru_cache(maxsize=256)
def _taps(n: int, out: int, align_corners: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For an axis of n elements resized to `out`: the first neighbour, the second, and the share of the second.

    In single precision whatever the data is, as in MXNet.
    """
    one = np.float32
    i = np.arange(out, dtype=one)
    if align_corners:
        place = i * (one(n - 1) / one(out - 1) if out > 1 else one(0))
    else:
        step = float(one(n) / one(out)) if out > 1 else 0.0
        place = np.maximum((i.astype(float) + 0.5) * step - 0.5, 0).astype(one)  # one rounding, as by fma
    low = np.minimum(place.astype(np.intp), n - 1)
    return low, np.minimum(low + 1, n - 1), place - low.astype(one)


def _resized(xp: Any, x: Any, axis: int, out: int, align_corners: bool) -> Any:
    low, high, share = _taps(x.shape[axis], out, align_corners)
    if x.shape[axis] == out and not share.any():
        return x
    w = xp.asarray(share.astype(x.dtype)).reshape((-1,) + (1,) * (x.ndim - 1 - axis))
    first = x.take(xp.asarray(low), axis=axis)
    second = x.take(xp.asarray(high), axis=axis)
    second *= w
    first *= 1 - w
    first += second
    return first


def _added(xp: Any, g: Any, idx: np.ndarray, n: int) -> Any:
    """Rows of g summed into n rows: row i goes to idx[i]; idx never falls."""
    rank = np.arange(len(idx)) - np.searchsorted(idx, idx)  # number among those with one target
    out = xp.zeros((*g.shape[:-2], n, g.shape[-1]), g.dtype)
    for r in range(int(rank.max()) + 1):
        rows = np.flatnonzero(rank == r)
        out[..., xp.asarray(idx[rows]), :] += g[..., xp.asarray(rows), :]
    return out


def _resized_grad(xp: Any, g: Any, n: int, align_corners: bool) -> Any:
    """The transpose of _resized along the last axis but one."""
    low, high, share = _taps(n, g.shape[-2], align_corners)
    if n == g.shape[-2] and not share.any():
        return g
    w = xp.asarray(share.astype(g.dtype)).reshape(-1, 1)
    return _added(xp, g * (1 - w), low, n) + _added(xp, g * w, high, n)


def _turned(xp: Any, x: Any) -> Any:
    return xp.ascontiguousarray(xp.swapaxes(x, -1, -2))


_MODES = ("like", "odd_scale", "size", "to_even_down", "to_even_up", "to_odd_down", "to_odd_up")


def _target(a: Any, s: Any, size: tuple[int, ...]) -> tuple[int, ...]:
    """Height and width of the output for data of `size`."""
    scales = (a.scale_height, a.scale_width)
    if a.mode == "size":
        if scales == (None, None):
            return a.height, a.width
        if None in scales:
            s.fail(f"arguments scale_height={a.scale_height} and scale_width={a.scale_width}: give both or none")
        return tuple(int(np.float32(n) * np.float32(k)) for n, k in zip(size, scales))
    if a.mode == "odd_scale":
        if None in scales:
            s.fail("arguments scale_height and scale_width must be given for mode 'odd_scale'")
        return tuple(int(np.float32(n - n % 2) * np.float32(k)) + n % 2 for n, k in zip(size, scales))
    step = 1 if a.mode.endswith("up") else -1
    wrong = 1 if "even" in a.mode else 0
    return tuple(n + step * (n % 2 == wrong) for n in size)


@op("_contrib_BilinearResize2D", inputs="data like")
class BilinearResize2D:
    """`data` (n, c, h, w) resized to (n, c, oh, ow) by bilinear interpolation (MXNet operator BilinearResize2D).

    Mode size: to height and width, or ``int(h*scale_height)`` and ``int(w*scale_width)``; odd_scale: the same with
    odd sizes giving ``int((h-1)*scale) + 1``; like: to the size of `like`; to_even_down, to_even_up, to_odd_down,
    to_odd_up: by at most one pixel. With align_corners the centres of the corner pixels stay where they are, else
    their outer corners. Any floating-point dtype. `like` has a gradient of zeros.
    """

    height = Int(1, "Height of the output.", lo=1)
    width = Int(1, "Width of the output.", lo=1)
    scale_height = Float(None, "Factor of the height, instead of height.", lo=0)
    scale_width = Float(None, "Factor of the width, instead of width.", lo=0)
    mode = Choice(_MODES, "size", "How the size of the output is found.")
    align_corners = Bool(True, "Whether the centres of the corner pixels stay where they are.")

    examples = (
        "nd.contrib.BilinearResize2D(nd.arange(4).reshape((1, 1, 2, 2)), height=3, width=3)",
        "nd.contrib.BilinearResize2D(nd.arange(6).reshape((1, 1, 2, 3)), mode='to_odd_down')",
    )
    infer_type = float_types

    def active(a):
        return ("data", "like") if a.mode == "like" else ("data",)

    def infer_shape(a, s):
        data = four_axes(s, 0)
        like = four_axes(s, 1) if a.mode == "like" else None
        if data is None:
            return
        size: Any = (-1, -1)
        if a.mode == "like":
            size = like[2:] if like is not None else size
        elif -1 not in data[2:] or (a.mode == "size" and a.scale_height is None and a.scale_width is None):
            size = _target(a, s, data[2:])
            if min(size) < 1:
                s.fail(f"data of shape {data} would become an image of size {size}")
        s.out(0, (*data[:2], *size))

    def forward(xp, a, data, like=None):
        size = like.shape[2:] if a.mode == "like" else _target(a, None, data.shape[2:])
        x = single(data)
        for axis in (3, 2) if size[0] > data.shape[2] else (2, 3):  # columns are the slower: few rows then
            x = _resized(xp, x, axis, size[axis - 2], a.align_corners)
        return (x.copy() if x is data else x).astype(data.dtype, copy=False)

    def grad(F, a, dy, data, like):
        dx = F._backward__contrib_BilinearResize2D(dy, data, **a.as_dict())
        return (dx, F.zeros_like(like)) if a.mode == "like" else dx


def _bilinear_grad(xp, a, dy, data):
    g = _resized_grad(xp, single(dy), data.shape[2], a.align_corners)
    g = _turned(xp, _resized_grad(xp, _turned(xp, g), data.shape[3], a.align_corners))
    return g.astype(data.dtype, copy=False)


def _bilinear_second(F, a, g, dy, data):
    """The gradient is linear in dy, and resizing again is its transpose."""
    size = {"height": dy.shape[2], "width": dy.shape[3], "align_corners": a.align_corners}
    return F._contrib_BilinearResize2D(g, **size), F.zeros_like(data)


backward_of(
    BilinearResize2D,
    inputs="dy data",
    outputs="ddata",
    like={"ddata": "data"},
    forward=_bilinear_grad,
    grad=_bilinear_second,
)


# --- adaptive average pooling: every output is the mean of a block


@functools.lru_cache(maxsize=256)
def _blocks(n: int, out: int) -> tuple[tuple[int, int], ...]:
    return tuple((i * n // out, -(-(i + 1) * n // out)) for i in range(out))


def _pooled_size(a: Any, s: Any = None) -> tuple[int, int]:
    size = a.output_size or (1, 1)
    if s is not None and (len(size) > 2 or min(size) < 1):
        s.fail(f"argument output_size={a.output_size} must be a positive number or (height, width)")
    return (size * 2)[:2] if len(size) == 1 else size


@op("_contrib_AdaptiveAvgPooling2D")
class AdaptiveAvgPooling2D:
    """Means over blocks that divide `data` (n, c, h, w) into output_size; the output is (n, c, *output_size).

    Block i of an axis of h elements runs from ``floor(i*h/out)`` to ``ceil((i+1)*h/out)`` (MXNet operator
    AdaptiveAvgPooling2D). Any floating-point dtype.
    """

    output_size = Shape((), "Height and width of the output; one number is both, empty is 1.")

    examples = ("nd.contrib.AdaptiveAvgPooling2D(nd.arange(12).reshape((1, 1, 3, 4)), output_size=2)",)
    infer_type = float_types

    def infer_shape(a, s):
        size = _pooled_size(a, s)
        data = four_axes(s)
        if data is not None:
            if 0 in data[2:]:
                s.fail(f"argument data has shape {data}: images without pixels have no mean")
            s.out(0, (*data[:2], *size))

    def forward(xp, a, data):
        x = single(data)
        for axis, size in zip((2, 3), _pooled_size(a)):
            x = _block_means(xp, x, axis, size)
        return (x.copy() if x is data else x).astype(data.dtype, copy=False)

    def grad(F, a, dy, data):
        return F._backward__contrib_AdaptiveAvgPooling2D(dy, data, **a.as_dict())


def _block_means(xp: Any, x: Any, axis: int, size: int) -> Any:
    """einsum sums short runs several times faster than sum does."""
    n = x.shape[axis]
    if n == size:
        return x
    if n % size == 0:
        blocks = x.reshape(*x.shape[:axis], size, n // size, *x.shape[axis + 1 :])
        out = xp.einsum("ncbhw->ncbw" if axis == 2 else "nchbw->nchb", blocks)
        return out / x.dtype.type(n // size)
    out = xp.empty((*x.shape[:axis], size, *x.shape[axis + 1 :]), x.dtype)
    lead = (slice(None),) * axis
    for i, (begin, end) in enumerate(_blocks(n, size)):
        total = xp.einsum("nchw->ncw" if axis == 2 else "nchw->nch", x[(*lead, slice(begin, end))])
        out[(*lead, i)] = total / x.dtype.type(end - begin)
    return out


def _spread_means(xp: Any, g: Any, axis: int, n: int) -> Any:
    """The transpose of _block_means."""
    size = g.shape[axis]
    if n == size:
        return g
    if n % size == 0:
        return xp.repeat(g / g.dtype.type(n // size), n // size, axis=axis)
    lead = (slice(None),) * axis
    out = xp.zeros((*g.shape[:axis], n, *g.shape[axis + 1 :]), g.dtype)
    for i, (begin, end) in enumerate(_blocks(n, size)):
        out[(*lead, slice(begin, end))] += g[(*lead, slice(i, i + 1))] / g.dtype.type(end - begin)
    return out


def _adaptive_grad(xp, a, dy, data):
    g = single(dy)
    for axis in (3, 2):
        g = _spread_means(xp, g, axis, data.shape[axis])
    return (g.copy() if g is dy else g).astype(data.dtype, copy=False)


backward_of(
    AdaptiveAvgPooling2D,
    inputs="dy data",
    outputs="ddata",
    like={"ddata": "data"},
    forward=_adaptive_grad,
    grad=lambda F, a, g, dy, data: (F._contrib_AdaptiveAvgPooling2D(g, **a.as_dict()), F.zeros_like(data)),
)
