"""Convolution_v1 and Pooling_v1, which old symbol files use."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.op import OpDef, op, register
from ...core.params import Bool, Choice, Int, Shape
from .convolution import Convolution
from .pooling import Windows, _padded, _reduced, _spread, _unpadded, _wide
from .sibling import backward_of
from .spatial import filled

__all__ = ["ConvolutionV1", "PoolingV1"]


@op("Convolution_v1", inputs="data weight bias")
class ConvolutionV1:
    """Convolution of two or three spatial axes, channels second (MXNet operator Convolution_v1); see Convolution."""

    kernel = Shape(doc="Size of the kernel: (h, w) or (d, h, w).")
    stride = Shape((), "Steps of the kernel; 1 for each axis by default.")
    dilate = Shape((), "Distances within the kernel; 1 for each axis by default.")
    pad = Shape((), "Zeros put on both sides; 0 for each axis by default.")
    num_filter = Int(lo=1, doc="Number of output channels.")
    num_group = Int(1, "Number of groups that the channels are split into.", lo=1)
    workspace = Int(1024, "Accepted for compatibility; has no effect.", lo=0)
    no_bias = Bool(False, "Whether to leave the bias out.")
    cudnn_tune = Choice(("fastest", "limited_workspace", "off"), None, "Accepted for compatibility; has no effect.")
    cudnn_off = Bool(False, "Accepted for compatibility; has no effect.")
    layout = Choice(("NCDHW", "NCHW", "NDHWC", "NHWC"), None, "Order of the axes: NCHW, NCDHW; no others here.")

    examples = (
        "nd.Convolution_v1(nd.ones((1, 1, 3, 3)), nd.ones((1, 1, 2, 2)), nd.zeros(1), kernel=(2, 2), num_filter=1)",
    )

    def active(a):
        return ("data", "weight") if a.no_bias else ("data", "weight", "bias")

    def infer_shape(a, s):
        if len(a.kernel) not in (2, 3):
            s.fail(f"argument kernel={a.kernel} must have 2 or 3 elements")
        if a.layout is not None and a.layout[-1] == "C":
            s.fail(f"argument layout={a.layout!r}: only NCHW and NCDHW are supported; Convolution has the others")
        Convolution.infer_shape(a, s)

    def forward(xp, a, data, weight, bias=None):
        return Convolution.forward(xp, a, data, weight, bias)

    def into(xp, a, out, data, weight, bias=None):
        Convolution.into(xp, a, out, data, weight, bias)

    def grad(F, a, dy, data, weight):
        return F._backward_Convolution(dy, data, weight, **a.as_dict())


ConvolutionV1.cost = Convolution.cost


def _windows(a: Any, size: tuple[int, ...]) -> Windows:
    """Over the images with their padding, which takes part like any other element."""
    n = len(size)
    if a.global_pool:
        return Windows(size, size, (1,) * n, (0,) * n, (1,) * n)
    stride, pad = filled(a.stride, n, 1), filled(a.pad, n, 0)
    size = tuple(d + 2 * p for d, p in zip(size, pad))
    if a.pooling_convention == "full":
        out = [-(-(d - k) // s) + 1 for d, k, s in zip(size, a.kernel, stride)]
    else:
        out = [(d - k) // s + 1 for d, k, s in zip(size, a.kernel, stride)]
    return Windows(size, a.kernel, stride, (0,) * n, tuple(out))


def _bordered(xp: Any, a: Any, x: Any) -> Any:
    pad = (0,) * (x.ndim - 2) if a.global_pool else filled(a.pad, x.ndim - 2, 0)
    return xp.pad(x, ((0, 0), (0, 0), *((p, p) for p in pad))) if any(pad) else x


@op("Pooling_v1")
class PoolingV1:
    """Maximum, mean or sum over windows of two or three spatial axes (MXNet operator Pooling_v1).

    `data` (n, c, ...). Unlike with Pooling, padding is zeros that take part in the maximum, a mean always divides by
    the size of the kernel, and every element that equals the maximum gets the whole gradient.
    """

    kernel = Shape((), "Size of the windows: (h, w) or (d, h, w); not needed with global_pool.")
    pool_type = Choice(("avg", "max", "sum"), "max", "What is computed over a window.")
    global_pool = Bool(False, "Whether one window takes everything; kernel, stride and pad are ignored.")
    pooling_convention = Choice(("full", "valid"), "valid", "Whether the number of windows is rounded up.")
    stride = Shape((), "Steps of the windows; 1 for each axis by default.")
    pad = Shape((), "Zeros on both sides; 0 for each axis by default.")

    examples = (
        "nd.Pooling_v1(nd.arange(16).reshape((1, 1, 4, 4)), kernel=(2, 2), stride=(2, 2))",
        "nd.Pooling_v1(nd.ones((1, 1, 3, 3)), kernel=(2, 2), pad=(1, 1), stride=(2, 2), pool_type='avg')",
    )

    def infer_shape(a, s):
        ndim = len(a.kernel)
        if not (ndim in (2, 3) or (a.global_pool and ndim == 0)):
            s.fail(f"argument kernel={a.kernel} must have 2 or 3 elements")
        if not a.global_pool:
            for name, lo in (("kernel", 1), ("stride", 1), ("pad", 0)):
                if any(v < lo for v in getattr(a, name)):
                    s.fail(f"argument {name}={getattr(a, name)}: each must be at least {lo}")
                filled(getattr(a, name), ndim, lo, s, name)
        data = s[0]
        if data is None:
            return
        if len(data) - 2 not in ((2, 3) if ndim == 0 else (ndim,)):
            s.fail(f"argument data has shape {data}, expected {'4 or 5' if ndim == 0 else ndim + 2} dimensions")
        if -1 in data[2:] and not a.global_pool:
            s.out(0, (*data[:2], *(-1 for _ in data[2:])))
            return
        w = _windows(a, data[2:])
        for n, k in zip(w.size, w.kernel):
            if k > n:
                s.fail(f"argument kernel={a.kernel} exceeds data of shape {data} padded by {a.pad}")
        s.out(0, (*data[:2], *w.out))

    def forward(xp, a, data):
        w = _windows(a, data.shape[2:])
        x = _bordered(xp, a, data)
        if a.pool_type == "max":
            return _reduced(xp, _padded(xp, x, w, _lowest(x.dtype)), w, xp.max, xp.maximum)
        y = _reduced(xp, _padded(xp, x.astype(_wide(x.dtype), copy=False), w, 0), w, xp.sum, xp.add)
        if a.pool_type == "avg":
            y = y * _share(w, y.dtype)
        return y.astype(data.dtype, copy=False)

    def grad(F, a, dy, data, out):
        return F._backward_Pooling_v1(dy, data, out, **a.as_dict())


def _share(w: Windows, dtype: Any) -> Any:
    """Of each element in a mean; single precision whatever the data is, as in MXNet."""
    return dtype.type(np.float32(1) / np.float32(np.prod(w.kernel)))


def _lowest(dtype: Any) -> float:
    return np.iinfo(dtype).min if dtype.kind in "iu" else -np.inf


def _pooling_grad(xp, a, dy, data, out):
    w = _windows(a, data.shape[2:])
    g = dy.astype(_wide(dy.dtype), copy=False)
    x = _bordered(xp, a, data)
    if a.pool_type == "max":
        x = _padded(xp, x, w, _lowest(x.dtype))
        dx = xp.zeros(x.shape, g.dtype)
        for at in np.ndindex(*w.kernel):
            where = (slice(None), slice(None), *(w.at(axis, i) for axis, i in enumerate(at)))
            dx[where] += g * (x[where] == out)
    else:
        if a.pool_type == "avg":
            g = g * _share(w, g.dtype)
        fits = all(r <= d for r, d in zip(w.reach, w.size))
        dx = _spread(xp, g, w, x.shape if fits else (*x.shape[:2], *w.reach))
    dx = _unpadded(xp, dx, w)
    if dx.shape != data.shape:
        dx = dx[(..., *(slice((p - d) // 2, (p + d) // 2) for p, d in zip(dx.shape[2:], data.shape[2:])))]
    return xp.ascontiguousarray(dx).astype(data.dtype, copy=False)


def _pooling_second(F, a, g, data, out):
    """Means and sums are linear; a maximum adds up what lies at all elements that equal it."""
    if a.pool_type == "max":
        return F._sum_at_maximum(g, data, out, **a.as_dict()), None, None
    return F.Pooling_v1(g, **a.as_dict()), None, None


def _sum_at_maximum(xp, a, g, data, out):
    w = _windows(a, data.shape[2:])
    g, x = _padded(xp, _bordered(xp, a, g), w, 0), _padded(xp, _bordered(xp, a, data), w, _lowest(data.dtype))
    total = xp.zeros_like(out)
    for at in np.ndindex(*w.kernel):
        where = (slice(None), slice(None), *(w.at(axis, i) for axis, i in enumerate(at)))
        total += g[where] * (x[where] == out)
    return total


backward_of(
    PoolingV1,
    inputs="dy data out",
    outputs="ddata",
    like={"ddata": "data"},
    forward=_pooling_grad,
    grad=_pooling_second,
)
register(
    OpDef(
        "_sum_at_maximum",
        inputs="g data out",
        params=PoolingV1.params,
        forward=_sum_at_maximum,
        grad=None,
        infer_shape=lambda a, s: s.out(0, s[2]),
        hidden=True,
        doc="The sums of `g` over the elements that equal the maximum that Pooling_v1 found in `data`.",
    )
)
