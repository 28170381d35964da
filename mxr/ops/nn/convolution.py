"""Convolution and Deconvolution of one, two or three spatial axes."""

from __future__ import annotations

import functools
import math
from typing import Any

from ...core.op import OpDef, op
from ...core.params import Bool, Choice, Int, Shape
from . import conv_math
from .conv_math import Geometry
from .sibling import backward_of
from .spatial import channels_last, check_layout, filled, first, last, single, to_first, to_last

__all__ = ["Convolution", "Deconvolution", "transposed_geometry"]


def _checked(a: Any, s: Any) -> Geometry:
    """The geometry of a call, complaining about parameters that do not fit together."""
    ndim = len(a.kernel)
    if not 1 <= ndim <= 3:
        s.fail(f"argument kernel={a.kernel} must have 1, 2 or 3 elements")
    check_layout(a.layout, ndim, s)
    for name, lo in (("kernel", 1), ("stride", 1), ("dilate", 1), ("pad", 0)):
        if any(v < lo for v in getattr(a, name)):
            s.fail(f"argument {name}={getattr(a, name)}: each must be at least {lo}")
        filled(getattr(a, name), ndim, lo, s, name)
    if a.num_filter % a.num_group:
        s.fail(f"argument num_filter={a.num_filter} must be a multiple of num_group={a.num_group}")
    return _geometry(a)


@functools.cache
def _geometry(a: Any) -> Geometry:
    ndim = len(a.kernel)
    return Geometry(a.kernel, filled(a.stride, ndim, 1), filled(a.dilate, ndim, 1), filled(a.pad, ndim, 0), a.num_group)


def _data_shape(a: Any, s: Any) -> tuple | None:
    """Shape of the data with the channels second; None while unknown."""
    data = s[0]
    if data is None:
        return None
    if len(data) != len(a.kernel) + 2:
        s.fail(
            f"argument data has shape {data}, expected {len(a.kernel) + 2} dimensions for a kernel of {len(a.kernel)}"
        )
    return first(data) if channels_last(a.layout) else data


def _active(a):
    return ("data", "weight") if a.no_bias else ("data", "weight", "bias")


def _arranged(xp: Any, a: Any, *arrays: Any) -> list[Any]:
    """Arrays with the channels second, in a dtype to compute in."""
    return [single(to_first(xp, x) if channels_last(a.layout) else x) for x in arrays]


def _restored(xp: Any, a: Any, x: Any, dtype: Any) -> Any:
    x = to_last(xp, x) if channels_last(a.layout) else x
    return x if x.dtype == dtype else x.astype(dtype)


def _add_bias(y: Any, bias: Any) -> Any:
    if bias is not None:
        y += bias.reshape((1, -1) + (1,) * (y.ndim - 2))
    return y


_KERNEL_DOC = "Size of the kernel: (w,), (h, w) or (d, h, w)."
_LAYOUT = ("NCDHW", "NCHW", "NCW", "NDHWC", "NHWC")


@op("Convolution", inputs="data weight bias")
class Convolution:
    """Convolution (cross-correlation) of one, two or three spatial axes (MXNet operator Convolution).

    `data` (n, c, ...), `weight` (num_filter, c/num_group, *kernel), `bias` (num_filter,); the output is
    (n, num_filter, ...) with ``(size + 2*pad - dilate*(kernel-1) - 1)//stride + 1`` along each spatial axis. With a
    layout such as NHWC the channels are last, in the weight too.
    """

    kernel = Shape(doc=_KERNEL_DOC)
    stride = Shape((), "Steps of the kernel; 1 for each axis by default.")
    dilate = Shape((), "Distances within the kernel; 1 for each axis by default.")
    pad = Shape((), "Zeros put on both sides; 0 for each axis by default.")
    num_filter = Int(lo=1, doc="Number of output channels.")
    num_group = Int(1, "Number of groups that the channels are split into.", lo=1)
    workspace = Int(1024, "Accepted for compatibility; has no effect.", lo=0)
    no_bias = Bool(False, "Whether to leave the bias out.")
    cudnn_tune = Choice(("fastest", "limited_workspace", "off"), None, "Accepted for compatibility; has no effect.")
    cudnn_off = Bool(False, "Accepted for compatibility; has no effect.")
    layout = Choice(_LAYOUT, None, "Order of the axes of data; NCW, NCHW or NCDHW by default.")

    active = _active
    examples = (
        "nd.Convolution(nd.ones((1, 1, 3, 3)), nd.ones((1, 1, 2, 2)), nd.zeros(1), kernel=(2, 2), num_filter=1)",
    )

    def infer_shape(a, s):
        geo = _checked(a, s)
        if not a.no_bias:
            s.set(2, (a.num_filter,))
        tail = channels_last(a.layout)
        data = _data_shape(a, s)
        channels = data[1] if data is not None else -1
        if channels != -1 and channels % a.num_group:
            s.fail(f"data has {channels} channels, which is no multiple of num_group={a.num_group}")
        weight = (a.num_filter, channels // a.num_group if channels != -1 else -1, *a.kernel)
        s.set(1, last(weight) if tail else weight)
        if data is None:
            return
        out = s.outs[0]
        if out is not None and len(out) == len(data) and data[0] == -1:
            data = (out[0], *data[1:])
            s.set(0, last(data) if tail else data)
        size = []
        for n, k, st, d, p in zip(data[2:], geo.kernel, geo.stride, geo.dilate, geo.pad):
            reach = d * (k - 1) + 1
            if n != -1 and n + 2 * p < reach:
                s.fail(f"kernel {geo.kernel} with dilate {geo.dilate} exceeds data of shape {s[0]} padded by {geo.pad}")
            size.append(-1 if n == -1 else (n + 2 * p - reach) // st + 1)
        shape = (data[0], a.num_filter, *size)
        s.out(0, last(shape) if tail else shape)

    def forward(xp, a, data, weight, bias=None):
        x, w = _arranged(xp, a, data, weight)
        return _restored(xp, a, conv_math.forward(xp, x, w, _geometry(a), bias), data.dtype)

    def into(xp, a, out, data, weight, bias=None):
        if channels_last(a.layout) or data.dtype.itemsize == 2:
            x, w = _arranged(xp, a, data, weight)
            out[...] = _restored(xp, a, conv_math.forward(xp, x, w, _geometry(a), bias), data.dtype)
        else:
            conv_math.forward(xp, data, weight, _geometry(a), bias, out)

    def grad(F, a, dy, data, weight):
        return F._backward_Convolution(dy, data, weight, **a.as_dict())


def _convolution_grad(xp, a, dy, data, weight):
    g, x, w = _arranged(xp, a, dy, data, weight)
    dx, dw = conv_math.backward(xp, g, x, w, _geometry(a), x.shape, data=True, weight=True)
    grads = (_restored(xp, a, dx, data.dtype), _restored(xp, a, dw, weight.dtype))
    return grads if a.no_bias else (*grads, g.sum(axis=(0, *range(2, g.ndim))))


def _grad_outputs(a):
    return ("ddata", "dweight") if a.no_bias else ("ddata", "dweight", "dbias")


def _grad_shape(a, s):
    s.out(0, s[1])
    s.out(1, s[2])
    if not a.no_bias:
        s.out(2, (a.num_filter,))


def _declare_grad(parent: OpDef, forward: Any) -> OpDef:
    def grad(F, a, g, dy, data, weight):
        """Convolution is bilinear in data and weight, and so is its gradient."""
        again, back = getattr(F, parent.name), getattr(F, f"_backward_{parent.name}")
        plain = {**a.as_dict(), "no_bias": True}
        d_dy = again(g[0], weight, **plain) + again(data, g[1], **plain)
        if not a.no_bias:
            wide = [1] * len(data.shape)
            wide[-1 if channels_last(a.layout) else 1] = a.num_filter
            d_dy = F.broadcast_add(d_dy, F.Reshape(g[2], shape=tuple(wide)))
        return d_dy, back(dy, data, g[1], **plain)[0], back(dy, g[0], weight, **plain)[1]

    return backward_of(
        parent,
        inputs="dy data weight",
        outputs=_grad_outputs,
        like={},
        infer_shape=_grad_shape,
        forward=forward,
        grad=grad,
    )


def _flops(big: int, weight: tuple) -> int:
    return 2 * big * math.prod(weight[1:])


_declare_grad(Convolution, _convolution_grad).cost = lambda a, ins, outs: 2 * _flops(math.prod(ins[0]), ins[2])
Convolution.cost = lambda a, ins, outs: _flops(math.prod(outs[0]), ins[1])


def _deconvolution_pad(a: Any, size: tuple) -> tuple[tuple, tuple]:
    """(pad, adj) of each axis; target_shape, where given, decides both."""
    geo, ndim = _geometry(a), len(a.kernel)
    if not a.target_shape:
        return filled(a.pad, ndim, 0), filled(a.adj, ndim, 0)
    pad, adj = [], []
    for n, k, st, d, want in zip(size, geo.kernel, geo.stride, geo.dilate, a.target_shape):
        spare = st * (n - 1) + d * (k - 1) + 1 - want
        adj.append(spare % 2)
        pad.append((spare + 1) // 2)
    return tuple(pad), tuple(adj)


def transposed_geometry(a: Any, size: tuple) -> tuple[Geometry, tuple]:
    """The convolution that this is the transpose of, and the spatial size of the output."""
    pad, adj = _deconvolution_pad(a, size)
    geo = _geometry(a)._replace(pad=pad)
    out = tuple(
        st * (n - 1) + d * (k - 1) + 1 - 2 * p + extra
        for n, k, st, d, p, extra in zip(size, geo.kernel, geo.stride, geo.dilate, pad, adj)
    )
    return geo, out


@op("Deconvolution", inputs="data weight bias")
class Deconvolution:
    """Transposed convolution (MXNet operator Deconvolution).

    `data` (n, c, ...), `weight` (c, num_filter/num_group, *kernel), `bias` (num_filter,); the output is
    (n, num_filter, ...) with ``stride*(size-1) + dilate*(kernel-1) + 1 - 2*pad + adj`` along each spatial axis, or
    target_shape where that is given (pad and adj then follow from it).
    """

    kernel = Shape(doc=_KERNEL_DOC)
    stride = Shape((), "Steps of the kernel; 1 for each axis by default.")
    dilate = Shape((), "Distances within the kernel; 1 for each axis by default.")
    pad = Shape((), "Taken off both sides of the output; 0 for each axis by default.")
    adj = Shape((), "Added to the size of the output; less than stride; 0 for each axis by default.")
    target_shape = Shape((), "Spatial size of the output.")
    num_filter = Int(lo=1, doc="Number of output channels.")
    num_group = Int(1, "Number of groups that the channels are split into.", lo=1)
    workspace = Int(512, "Accepted for compatibility; has no effect.", lo=0)
    no_bias = Bool(True, "Whether to leave the bias out.")
    cudnn_tune = Choice(("fastest", "limited_workspace", "off"), None, "Accepted for compatibility; has no effect.")
    cudnn_off = Bool(False, "Accepted for compatibility; has no effect.")
    layout = Choice(_LAYOUT, None, "Order of the axes of data; NCW, NCHW or NCDHW by default.")

    active = _active
    examples = ("nd.Deconvolution(nd.ones((1, 1, 2, 2)), nd.ones((1, 1, 2, 2)), kernel=(2, 2), num_filter=1)",)

    def infer_shape(a, s):
        geo = _checked(a, s)
        ndim = len(a.kernel)
        adj = filled(a.adj, ndim, 0, s, "adj")
        filled(a.target_shape, ndim, 0, s, "target_shape")
        if any(e < 0 or e >= st for e, st in zip(adj, geo.stride)):
            s.fail(f"argument adj={a.adj} must be less than stride {geo.stride}")
        if not a.no_bias:
            s.set(2, (a.num_filter,))
        tail = channels_last(a.layout)
        data = _data_shape(a, s)
        if data is None:
            return
        if data[1] != -1 and data[1] % a.num_group:
            s.fail(f"data has {data[1]} channels, which is no multiple of num_group={a.num_group}")
        weight = (data[1], a.num_filter // a.num_group, *a.kernel)
        s.set(1, last(weight) if tail else weight)
        size = (-1,) * ndim
        if -1 not in data[2:]:
            pads, _ = _deconvolution_pad(a, data[2:])
            size = transposed_geometry(a, data[2:])[1]
            if any(n < 1 for n in size) or any(p < 0 for p in pads):
                s.fail(f"data of shape {s[0]} gives no output of size {a.target_shape or size}")
        shape = (data[0], a.num_filter, *size)
        s.out(0, last(shape) if tail else shape)

    def forward(xp, a, data, weight, bias=None):
        x, w = _arranged(xp, a, data, weight)
        geo, size = transposed_geometry(a, x.shape[2:])
        y = conv_math.backward_data(xp, x, w, geo, (x.shape[0], a.num_filter, *size))
        return _restored(xp, a, _add_bias(y, bias), data.dtype)

    def grad(F, a, dy, data, weight):
        return F._backward_Deconvolution(dy, data, weight, **a.as_dict())


def _deconvolution_grad(xp, a, dy, data, weight):
    g, x, w = _arranged(xp, a, dy, data, weight)
    geo, _ = transposed_geometry(a, x.shape[2:])
    dx = conv_math.forward(xp, g, w, geo)
    dw = conv_math.backward_weight(xp, x, g, geo)
    grads = (_restored(xp, a, dx, data.dtype), _restored(xp, a, dw, weight.dtype))
    return grads if a.no_bias else (*grads, g.sum(axis=(0, *range(2, g.ndim))))


_declare_grad(Deconvolution, _deconvolution_grad).cost = lambda a, ins, outs: 2 * _flops(math.prod(ins[1]), ins[2])
Deconvolution.cost = lambda a, ins, outs: _flops(math.prod(ins[0]), ins[1])
