"""Pooling of one, two or three spatial axes."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any, NamedTuple

import numpy as np

from ...core.op import OpDef, op, register
from ...core.params import Bool, Choice, Int, Shape
from .sibling import backward_of, on_tape
from .spatial import channels_last, check_layout, filled, first, last, to_first, to_last

__all__ = ["Pooling"]


class Windows(NamedTuple):
    """The windows along each spatial axis: window i begins at ``i*stride - pad`` and is `kernel` long."""

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    pad: tuple[int, ...]
    out: tuple[int, ...]

    @property
    def reach(self) -> tuple[int, ...]:
        """Length that the windows cover, from the beginning of the first."""
        return tuple((o - 1) * s + k for o, s, k in zip(self.out, self.stride, self.kernel))

    def at(self, axis: int, i: int) -> slice:
        """Element i of every window of one axis, in the padded array."""
        return slice(i, i + (self.out[axis] - 1) * self.stride[axis] + 1, self.stride[axis])

    @property
    def apart(self) -> bool:
        """Whether no two windows share an element."""
        return all(s >= k for s, k in zip(self.stride, self.kernel))


@functools.lru_cache(maxsize=4096)
def windows(a: Any, size: tuple[int, ...]) -> Windows:
    n = len(size)
    if a.global_pool:
        return Windows(size, size, (1,) * n, (0,) * n, (1,) * n)
    stride, pad = filled(a.stride, n, 1), filled(a.pad, n, 0)
    out = []
    for d, k, s, p in zip(size, a.kernel, stride, pad):
        if a.pooling_convention == "same":
            out.append(-(-d // s))
        elif a.pooling_convention == "full":
            out.append(-(-(d + 2 * p - k) // s) + 1)
        else:
            out.append((d + 2 * p - k) // s + 1)
    return Windows(size, a.kernel, stride, pad, tuple(out))


@functools.lru_cache(maxsize=4096)
def _counts(a: Any, w: Windows) -> np.ndarray | float:
    """Number of elements that each window is averaged over: an array of the output's spatial shape, or a number."""
    include = a.count_include_pad is None or a.count_include_pad
    total = np.ones(())
    for d, k, s, p, o in zip(w.size, w.kernel, w.stride, w.pad, w.out):
        begin = np.arange(o) * s - p
        end = np.minimum(begin + k, d + p)
        if not include:
            begin, end = np.maximum(begin, 0), np.minimum(end, d)
        total = np.multiply.outer(total, np.maximum(end - begin, 1))
    return float(total.flat[0]) if (total == total.flat[0]).all() else total


def _padded(xp: Any, x: Any, w: Windows, fill: Any) -> Any:
    """The data from the beginning of the first window to the end of the last."""
    lead = (slice(None),) * 2
    if not any(w.pad) and all(r <= d for r, d in zip(w.reach, w.size)):
        return x
    y = xp.full((*x.shape[:2], *w.reach), fill, x.dtype)
    keep = [min(d, r - p) for d, r, p in zip(w.size, w.reach, w.pad)]
    target = tuple(slice(p, p + n) for p, n in zip(w.pad, keep))
    y[lead + target] = x[lead + tuple(slice(0, n) for n in keep)]
    return y


def _unpadded(xp: Any, y: Any, w: Windows) -> Any:
    """The transpose of _padded, for gradients."""
    if y.shape[2:] == w.size and not any(w.pad):
        return y
    keep = tuple(slice(p, min(p + d, r)) for d, r, p in zip(w.size, w.reach, w.pad))
    inner = y[(slice(None),) * 2 + keep]
    if inner.shape[2:] == w.size:
        return xp.ascontiguousarray(inner)
    x = xp.zeros((*y.shape[:2], *w.size), y.dtype)
    x[(slice(None),) * 2 + tuple(slice(0, n) for n in inner.shape[2:])] = inner
    return x


def _reduced(xp: Any, x: Any, w: Windows, whole: Any, ufunc: Any) -> Any:
    """Maximum or sum over the windows, one axis after the other, from the last on."""
    for axis in range(len(w.size) - 1, -1, -1):
        place = (slice(None),) * (axis + 2)
        if w.out[axis] == 1:
            x = whole(x[(*place, slice(0, w.kernel[axis]))], axis=axis + 2, keepdims=True)
            continue
        y = None
        for i in range(w.kernel[axis]):
            part = x[(*place, w.at(axis, i))]
            y = part if y is None else ufunc(y, part) if i == 1 else ufunc(y, part, out=y)
        x = y
    return x


def _spread(xp: Any, g: Any, w: Windows, shape: tuple) -> Any:
    """The transpose of the sum over the windows."""
    for axis in range(len(w.size)):
        place = (slice(None),) * (axis + 2)
        covered = w.reach[axis]
        length = max(covered, shape[axis + 2])
        y = xp.zeros((*g.shape[: axis + 2], length, *g.shape[axis + 3 :]), g.dtype)
        if w.out[axis] == 1:
            y[(*place, slice(0, w.kernel[axis]))] = g
        elif w.stride[axis] >= w.kernel[axis]:
            for i in range(w.kernel[axis]):
                y[(*place, w.at(axis, i))] = g
        else:
            for i in range(w.kernel[axis]):
                y[(*place, w.at(axis, i))] += g
        g = y
    return g


@op("Pooling")
class Pooling:
    """Maximum, mean, sum or p-norm over windows (MXNet operator Pooling).

    `data` (n, c, ...) with one, two or three spatial axes. Convention 'valid': ``(size + 2*pad - kernel)//stride + 1``
    windows along an axis; 'full': rounded up instead; 'same': ``ceil(size/stride)``. The mean counts padding unless
    count_include_pad is off, and never what lies beyond it. The p-norm is ``sum(x**p)**(1/p)``, without absolute
    values as in MXNet. The gradient of a maximum goes to the first of equal elements.
    """

    kernel = Shape((), "Size of the windows: (w,), (h, w) or (d, h, w); not needed with global_pool.")
    pool_type = Choice(("avg", "lp", "max", "sum"), "max", "What is computed over a window.")
    global_pool = Bool(False, "Whether one window takes everything; kernel, stride and pad are ignored.")
    cudnn_off = Bool(False, "Accepted for compatibility; has no effect.")
    pooling_convention = Choice(("full", "same", "valid"), "valid", "How the number of windows is rounded.")
    stride = Shape((), "Steps of the windows; 1 for each axis by default.")
    pad = Shape((), "Padding on both sides; 0 for each axis by default.")
    p_value = Int(None, "p of pool_type lp: 1, 2 or 3.", lo=1, hi=3)
    count_include_pad = Bool(None, "Whether the mean counts padding; it does by default.")
    layout = Choice(
        ("NCDHW", "NCHW", "NCW", "NDHWC", "NHWC", "NWC"), None, "Order of the axes; NCW, NCHW, NCDHW by default."
    )
    examples = ('nd.Pooling(nd.arange(16).reshape((1, 1, 4, 4)), kernel=(2, 2), stride=(2, 2), pool_type="avg")',)

    def infer_shape(a, s):
        ndim = len(a.kernel)
        if not (1 <= ndim <= 3 or (a.global_pool and ndim == 0)):
            s.fail(f"argument kernel={a.kernel} must have 1, 2 or 3 elements")
        if a.pool_type == "lp" and a.p_value is None:
            s.fail("argument p_value must be given for pool_type 'lp'")
        for name, lo in (("kernel", 1), ("stride", 1), ("pad", 0)):
            if any(v < lo for v in getattr(a, name)) and not a.global_pool:
                s.fail(f"argument {name}={getattr(a, name)}: each must be at least {lo}")
            if not a.global_pool:
                filled(getattr(a, name), ndim, lo, s, name)
        if s[0] is None:
            return
        if len(s[0]) - 2 not in ((1, 2, 3) if ndim == 0 else (ndim,)):
            s.fail(f"argument data has shape {s[0]}, expected {ndim + 2} dimensions for a kernel of {ndim}")
        check_layout(a.layout, len(s[0]) - 2, s)
        tail = channels_last(a.layout)
        data = first(s[0]) if tail else s[0]
        if a.global_pool:
            shape = (*data[:2], *(1 for _ in data[2:]))
        elif -1 in data[2:]:
            shape = (*data[:2], *(-1 for _ in data[2:]))
        else:
            w = windows(a, data[2:])
            for n, k, p in zip(w.size, w.kernel, w.pad):
                if k > n + 2 * p:
                    s.fail(f"argument kernel={a.kernel} exceeds data of shape {s[0]} padded by {w.pad}")
                if p >= k:  # a window would hold nothing but padding
                    s.fail(f"argument pad={w.pad} must be smaller than kernel={w.kernel}")
            shape = (*data[:2], *w.out)
        s.out(0, last(shape) if tail else shape)

    def forward(xp, a, data):
        x = to_first(xp, data) if channels_last(a.layout) else data
        w = windows(a, x.shape[2:])
        if a.pool_type == "max":
            low = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else float(np.finfo(_wide(x.dtype)).min)
            y = _reduced(xp, _padded(xp, x, w, low), w, xp.max, xp.maximum)
        else:
            x = x.astype(_wide(x.dtype), copy=False)
            if a.pool_type == "lp" and a.p_value > 1:
                x = x**a.p_value
            y = _reduced(xp, _padded(xp, x, w, 0), w, xp.sum, xp.add)
            if a.pool_type == "avg":
                y /= _as_divisor(xp, _counts(a, w), y.dtype)
            elif a.pool_type == "lp" and a.p_value > 1:
                with np.errstate(invalid="ignore"):
                    y = xp.sqrt(y) if a.p_value == 2 else y ** y.dtype.type(1 / 3)
        y = y.astype(data.dtype, copy=False)
        return to_last(xp, y) if channels_last(a.layout) else y

    def grad(F, a, dy, data, out):
        if on_tape(F) and a.pool_type == "lp" and a.p_value > 1:  # by way of a sum, which has a second derivative
            power = a.p_value - 1
            return data**power * F._backward_Pooling(dy / out**power, data, out, **{**a.as_dict(), "pool_type": "sum"})
        return F._backward_Pooling(dy, data, out, **a.as_dict())


def _wide(dtype):
    return np.dtype(np.float32) if dtype.itemsize == 2 and dtype.kind != "i" else dtype


def _as_divisor(xp, count, dtype):
    return dtype.type(count) if isinstance(count, float) else xp.asarray(count, dtype=dtype)


def _max_grad(xp, g, x, y, w):
    """Each gradient goes to the first element of its window that equals the maximum."""
    if math.prod(w.out) == 1 and not any(w.pad):
        box = tuple(slice(0, k) for k in w.kernel)
        flat = x[(slice(None),) * 2 + box].reshape(x.shape[0] * x.shape[1], -1)
        dx = xp.zeros(flat.shape, g.dtype)
        dx[xp.arange(flat.shape[0]), flat.argmax(axis=1)] = g.reshape(-1)
        return dx.reshape(*x.shape[:2], *w.kernel)
    low = float(np.finfo(_wide(x.dtype)).min)
    x = _padded(xp, x, w, low)
    dx = xp.zeros(x.shape, g.dtype)
    rest = g.copy()
    corners = list(itertools.product(*map(range, w.kernel)))
    for n, at in enumerate(corners):
        where = (slice(None), slice(None), *(w.at(axis, i) for axis, i in enumerate(at)))
        hit = x[where] == y
        if w.apart:
            xp.multiply(rest, hit, out=dx[where])
        else:
            dx[where] += rest * hit
        if n + 1 < len(corners):
            xp.multiply(rest, ~hit, out=rest)
    return dx


def _pooling_grad(xp, a, dy, data, out):
    tail = channels_last(a.layout)
    g, x, y = (to_first(xp, v) if tail else v for v in (dy, data, out))
    w = windows(a, x.shape[2:])
    g = g.astype(_wide(g.dtype), copy=False)
    if a.pool_type == "max":
        dx = _max_grad(xp, g, x, y, w)
    else:
        if a.pool_type == "avg":
            g = g / _as_divisor(xp, _counts(a, w), g.dtype)
        elif a.pool_type == "lp" and a.p_value > 1:
            with np.errstate(all="ignore"):
                g = g / y.astype(g.dtype, copy=False) ** (a.p_value - 1)
        fits = not any(w.pad) and all(r <= d for r, d in zip(w.reach, w.size))
        dx = _spread(xp, g, w, x.shape if fits else (*x.shape[:2], *w.reach))
    dx = _unpadded(xp, dx, w)
    if a.pool_type == "lp" and a.p_value > 1:
        with np.errstate(all="ignore"):
            dx = dx * x.astype(g.dtype, copy=False) ** (a.p_value - 1)
    dx = dx.astype(data.dtype, copy=False)
    return to_last(xp, dx) if tail else dx


def _pooling_second(F, a, g, data, out):
    """The gradient of a mean or sum is linear in dy and independent of data; that of a maximum picks one element."""
    if a.pool_type == "max":
        return F._pick_maximum(g, data, out, **a.as_dict()), None, None
    return F.Pooling(g, **a.as_dict()), None, None


def _pick_maximum(xp, a, g, data, out):
    """The elements of `g` at the places of the maxima of `data`."""
    tail = channels_last(a.layout)
    g, x, y = (to_first(xp, v) if tail else v for v in (g, data, out))
    w = windows(a, x.shape[2:])
    g, x = _padded(xp, g, w, 0), _padded(xp, x, w, float(np.finfo(_wide(x.dtype)).min))
    picked, left = xp.zeros_like(y), xp.ones(y.shape, bool)
    for at in itertools.product(*map(range, w.kernel)):
        where = (slice(None), slice(None), *(w.at(axis, i) for axis, i in enumerate(at)))
        hit = (x[where] == y) & left
        picked += g[where] * hit
        left &= ~hit
    return to_last(xp, picked) if tail else picked


_BACKWARD = backward_of(
    Pooling,
    inputs="dy data out",
    outputs="ddata",
    like={"ddata": "data"},
    forward=_pooling_grad,
    grad=_pooling_second,
)
register(
    OpDef(
        "_pick_maximum",
        inputs="g data out",
        params=Pooling.params,
        forward=_pick_maximum,
        grad=None,
        infer_shape=lambda a, s: s.out(0, s[2]),
        hidden=True,
        doc="The elements of `g` at the places of the maxima that Pooling found in `data`.",
    )
)
# MXNet's maximum has a second, hidden output for oneDNN unless the layout is another one or nothing is windowed
Pooling.json_outputs = lambda a: (
    1 + (a.pool_type == "max" and len(a.kernel) > 0 and a.layout in (None, "NCW", "NCHW", "NCDHW"))
)
Pooling.cost = lambda a, ins, outs: 4 * math.prod(ins[0])
_BACKWARD.cost = lambda a, ins, outs: 8 * math.prod(ins[1])
