"""Normalisation over axes: BatchNorm, LayerNorm, GroupNorm, InstanceNorm, L2Normalization, LRN."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...core.op import op
from ...core.params import Bool, Choice, Float, Int
from .sibling import backward_of

__all__: list[str] = []

_ALL = slice(None)


def _axis(axis: int, ndim: int, s: Any) -> int:
    k = axis + ndim if axis < 0 else axis
    if not 0 <= k < ndim:
        s.fail(f"argument axis={axis} is out of range for data of {ndim} dimension(s)")
    return k


def _wide(x: Any) -> Any:
    return x.astype(np.float32) if x.dtype.itemsize == 2 else x


def _along(v: Any, axis: int, ndim: int) -> Any:
    """A vector laid along one axis, for broadcasting."""
    return v.reshape((1,) * axis + (-1,) + (1,) * (ndim - axis - 1))


def _float_types(a, s):
    """Half-precision data has single-precision parameters and statistics."""
    data = s[0] if s[0] is not None else s.outs[0]
    if data is None:
        return
    s.set_dtype(0, data)
    s.out_dtype(0, data)
    other = np.dtype(np.float32) if data.itemsize == 2 else data
    for i in range(1, len(s)):
        s.set_dtype(i, other)
    for i in range(1, len(s.outs)):
        s.out_dtype(i, other)


@op(
    "BatchNorm",
    inputs="data gamma beta moving_mean moving_var",
    aux="moving_mean moving_var",
    aux_init={"moving_mean": '["zero", {}]', "moving_var": '["one", {}]'},
    outputs="output mean var",
    train_aware=True,
)
class BatchNorm:
    """Normalisation over the batch (Ioffe and Szegedy 2015; MXNet operator BatchNorm).

    ``(data - mean) / sqrt(var + eps) * gamma + beta`` with one mean and (biased) variance for each index of `axis`:
    those of the batch in training, else or with use_global_stats the moving averages. `gamma`, `beta`, `moving_mean`
    and `moving_var` are vectors, of single precision where data is of half. With fix_gamma, gamma counts as 1.
    Outputs `mean` and ``1/sqrt(var + eps)`` are seen with output_mean_var.

    As in MXNet the moving averages change in the backward pass: ``m*momentum + new*(1 - momentum)``.
    """

    eps = Float(0.0010000000474974513, "Added to the variance.")
    momentum = Float(0.899999976, "Momentum of the moving averages.")
    fix_gamma = Bool(True, "Whether gamma is held at 1.")
    use_global_stats = Bool(False, "Whether to use the moving averages in training too.")
    output_mean_var = Bool(False, "Whether the statistics are outputs that can be seen.")
    axis = Int(1, "The axis of the channels.")
    cudnn_off = Bool(False, "Accepted for compatibility; has no effect.")
    min_calib_range = Float(None, "Accepted for compatibility; has no effect.")
    max_calib_range = Float(None, "Accepted for compatibility; has no effect.")

    def visible(a):
        return 3 if a.output_mean_var else 1

    def infer_shape(a, s):
        s.set(0, s.outs[0])
        s.out(0, s[0])
        if s[0] is None:
            return
        channels = (s[0][_axis(a.axis, len(s[0]), s)],)
        for i in range(1, 5):
            s.set(i, channels)
        s.out(1, channels)
        s.out(2, channels)

    infer_type = _float_types

    def forward(xp, a, data, gamma, beta, moving_mean, moving_var, *, train):
        x = _cube(data, a.axis)
        if train and not a.use_global_stats:
            mean, var = _moments(xp, x)
            invstd = 1 / xp.sqrt(var + gamma.dtype.type(a.eps))
        else:
            mean, invstd = moving_mean, 1 / xp.sqrt(moving_var + gamma.dtype.type(a.eps))
        scale = invstd if a.fix_gamma else gamma * invstd
        shift = beta - mean * scale
        out = x * scale[:, None]
        out += shift[:, None]
        return out.reshape(data.shape), mean, invstd

    def grad(F, a, dy, data, gamma, mean, var, moving_mean, moving_var):
        dy = dy[0] if a.output_mean_var else dy
        dx, dgamma, dbeta = F._backward_BatchNorm(dy, data, gamma, mean, var, moving_mean, moving_var, **a.as_dict())
        return dx, dgamma, dbeta, None, None


def _cube(x: Any, axis: int) -> Any:
    """(before, channels, after), in a dtype to compute in."""
    axis %= x.ndim
    return _wide(x).reshape(math.prod(x.shape[:axis]), x.shape[axis], -1)


def _moments(xp: Any, x: Any) -> tuple[Any, Any]:
    count = x.shape[0] * x.shape[2]
    mean = x.sum(axis=2).sum(axis=0) / x.dtype.type(count)
    centred = x - mean[:, None]
    return mean, _dot(xp, centred, centred) / x.dtype.type(count)


def _dot(xp: Any, x: Any, y: Any) -> Any:
    """Sum of products over the first and last of three axes."""
    return xp.einsum("ncp,ncp->c", x, y)


def _batch_norm_grad(xp, a, dy, data, gamma, mean, invstd, moving_mean, moving_var, *, train):
    kind = mean.dtype.type
    g, x = _cube(dy, a.axis), _cube(data, a.axis)
    count = kind(x.shape[0] * x.shape[2])
    centred = x - mean[:, None]
    dbeta = g.sum(axis=2).sum(axis=0)
    product = _dot(xp, g, centred)
    dgamma = xp.zeros_like(gamma) if a.fix_gamma else product * invstd
    scale = invstd if a.fix_gamma else gamma * invstd
    if not train or a.use_global_stats:
        dx = g * scale[:, None]
        new = (None, None)
    else:
        centred *= (product * invstd * invstd / -count)[:, None]
        centred += g
        centred -= (dbeta / count)[:, None]
        centred *= scale[:, None]
        dx = centred
        keep, part = kind(a.momentum), kind(1) - kind(a.momentum)
        var = 1 / (invstd * invstd) - kind(a.eps)
        new = (moving_mean * keep + mean * part, moving_var * keep + var * part)
    return dx.reshape(data.shape), dgamma, dbeta, *new


backward_of(
    BatchNorm,
    inputs="dy data gamma mean var moving_mean moving_var",
    outputs="ddata dgamma dbeta",
    like={"ddata": "data", "dgamma": "gamma", "dbeta": "gamma"},
    infer_type=lambda a, s: [s.out_dtype(0, s[1]), s.out_dtype(1, s[2]), s.out_dtype(2, s[2])],
    mutates="moving_mean moving_var",
    train_aware=True,
    forward=_batch_norm_grad,
)


def _layer_outputs(a, s, gamma, stats):
    s.set(0, s.outs[0])
    s.out(0, s[0])
    s.set(1, gamma)
    s.set(2, gamma)
    for i in range(1, len(s.outs)):
        s.out(i, stats)


@op("LayerNorm", inputs="data gamma beta", outputs="output mean std")
class LayerNorm:
    """Normalisation over one axis (Ba et al. 2016; MXNet operator LayerNorm).

    ``(data - mean) / std * gamma + beta`` with ``std = sqrt(var + eps)`` taken along `axis`; `gamma` and `beta` are
    vectors along it. Outputs `mean` and `std` (1 along the axis) are seen with output_mean_var.
    """

    axis = Int(-1, "The axis that is normalised.")
    eps = Float(9.99999975e-06, "Added to the variance.")
    output_mean_var = Bool(False, "Whether the statistics are outputs that can be seen.")

    def visible(a):
        return 3 if a.output_mean_var else 1

    def infer_shape(a, s):
        shape = s[0] if s[0] is not None else s.outs[0]
        if shape is None:
            return
        k = _axis(a.axis, len(shape), s)
        _layer_outputs(a, s, (shape[k],), (*shape[:k], 1, *shape[k + 1 :]))

    def forward(xp, a, data, gamma, beta):
        x = _wide(data)
        k = a.axis % x.ndim
        mean = x.mean(axis=k, keepdims=True)
        out = x - mean
        std = xp.sqrt(xp.square(out).mean(axis=k, keepdims=True) + x.dtype.type(a.eps))
        out /= std
        out *= _along(_wide(gamma), k, x.ndim)
        out += _along(_wide(beta), k, x.ndim)
        return out.astype(data.dtype, copy=False), mean, std

    def grad(F, a, dy, data, gamma, mean, std):
        dy = dy[0] if a.output_mean_var else dy
        ndim = len(data.shape)
        k = a.axis % ndim
        rest = tuple(i for i in range(ndim) if i != k)
        normal = F.broadcast_div(F.broadcast_sub(data, mean), std)
        g = F.broadcast_mul(dy, F.Reshape(gamma, shape=(1,) * k + (-1,) + (1,) * (ndim - k - 1)))
        dx = F.broadcast_sub(g, F.mean(g, axis=k, keepdims=True))
        dx = dx - F.broadcast_mul(normal, F.mean(g * normal, axis=k, keepdims=True))
        return F.broadcast_div(dx, std), F.sum(dy * normal, axis=rest), F.sum(dy, axis=rest)


@op("GroupNorm", inputs="data gamma beta", outputs="output mean std")
class GroupNorm:
    """Normalisation over groups of channels of each example (Wu and He 2018; MXNet operator GroupNorm).

    `data` (n, c, ...); `gamma` and `beta` have one element for each group. Outputs `mean` and `std`, (n, num_groups),
    are seen with output_mean_var.
    """

    num_groups = Int(1, "Number of groups; the number of channels must be a multiple.", lo=1)
    eps = Float(9.99999975e-06, "Added to the variance.")
    output_mean_var = Bool(False, "Whether the statistics are outputs that can be seen.")

    def visible(a):
        return 3 if a.output_mean_var else 1

    def infer_shape(a, s):
        shape = s[0] if s[0] is not None else s.outs[0]
        if shape is None:
            return
        if len(shape) < 3:
            s.fail(f"data must have at least three dimensions, got shape {shape}")
        if shape[1] != -1 and shape[1] % a.num_groups:
            s.fail(f"data has {shape[1]} channels, which is no multiple of num_groups={a.num_groups}")
        _layer_outputs(a, s, (a.num_groups,), (shape[0], a.num_groups))

    def forward(xp, a, data, gamma, beta):
        x = _wide(data).reshape(data.shape[0], a.num_groups, -1)
        mean = x.mean(axis=2)
        out = x - mean[:, :, None]
        std = xp.sqrt(xp.square(out).mean(axis=2) + x.dtype.type(a.eps))
        out *= (_wide(gamma) / std)[:, :, None]
        out += _wide(beta)[:, None]
        return out.reshape(data.shape).astype(data.dtype, copy=False), mean, std

    def grad(F, a, dy, data, gamma, mean, std):
        dy = dy[0] if a.output_mean_var else dy
        cube = (data.shape[0], a.num_groups, -1)
        flat = (*cube[:2], 1)
        x, dy = F.Reshape(data, shape=cube), F.Reshape(dy, shape=cube)
        mean, std = F.Reshape(mean, shape=flat), F.Reshape(std, shape=flat)
        normal = F.broadcast_div(F.broadcast_sub(x, mean), std)
        g = F.broadcast_mul(dy, F.Reshape(gamma, shape=(1, -1, 1)))
        dx = F.broadcast_sub(g, F.mean(g, axis=2, keepdims=True))
        dx = dx - F.broadcast_mul(normal, F.mean(g * normal, axis=2, keepdims=True))
        dx = F.Reshape(F.broadcast_div(dx, std), shape=data.shape)
        return dx, F.sum(dy * normal, axis=(0, 2)), F.sum(dy, axis=(0, 2))


@op("InstanceNorm", inputs="data gamma beta", outputs="output mean var", visible=1)
class InstanceNorm:
    """Normalisation of each channel of each example (Ulyanov et al. 2016; MXNet operator InstanceNorm).

    `data` (n, c, ...); `gamma` and `beta` (c,).
    """

    eps = Float(0.00100000005, "Added to the variance.")

    def infer_shape(a, s):
        shape = s[0] if s[0] is not None else s.outs[0]
        if shape is None:
            return
        if len(shape) < 2:
            s.fail(f"data must have at least two dimensions, got shape {shape}")
        _layer_outputs(a, s, (shape[1],), shape[:2])

    def forward(xp, a, data, gamma, beta):
        x = _wide(data).reshape(*data.shape[:2], -1)
        mean = x.mean(axis=2)
        out = x - mean[:, :, None]
        var = xp.square(out).mean(axis=2)
        out *= (_wide(gamma) / xp.sqrt(var + x.dtype.type(a.eps)))[:, :, None]
        out += _wide(beta)[:, None]
        return out.reshape(data.shape).astype(data.dtype, copy=False), mean, var

    def grad(F, a, dy, data, gamma, mean, var):
        cube, flat = (*data.shape[:2], -1), (*data.shape[:2], 1)
        x, dy = F.Reshape(data, shape=cube), F.Reshape(dy, shape=cube)
        std = F.sqrt(F.Reshape(var, shape=flat) + a.eps)
        normal = F.broadcast_div(F.broadcast_sub(x, F.Reshape(mean, shape=flat)), std)
        g = F.broadcast_mul(dy, F.Reshape(gamma, shape=(1, -1, 1)))
        dx = F.broadcast_sub(g, F.mean(g, axis=2, keepdims=True))
        dx = dx - F.broadcast_mul(normal, F.mean(g * normal, axis=2, keepdims=True))
        dx = F.Reshape(F.broadcast_div(dx, std), shape=data.shape)
        return dx, F.sum(dy * normal, axis=(0, 2)), F.sum(dy, axis=(0, 2))


def _norm_axes(mode: str, ndim: int) -> tuple[int, ...]:
    if mode == "channel":
        return (1,)
    return tuple(range(2 if mode == "spatial" else 1, ndim))


@op("L2Normalization", outputs="output norm", visible=1)
class L2Normalization:
    """``data / sqrt(sum(data**2) + eps)`` (MXNet operator L2Normalization).

    The sum is over all of an example (mode instance), over axis 1 (channel) or over axes 2 and on (spatial).
    """

    eps = Float(1.00000001e-10, "Added to the sum of squares.")
    mode = Choice(("channel", "instance", "spatial"), "instance", "What is summed over.")

    def infer_shape(a, s):
        s.set(0, s.outs[0])
        s.out(0, s[0])
        if s[0] is None:
            return
        if a.mode != "instance" and len(s[0]) < 3:
            s.fail(f"data must have at least three dimensions for mode {a.mode!r}, got shape {s[0]}")
        axes = _norm_axes(a.mode, len(s[0]))
        s.out(1, tuple(1 if i in axes else d for i, d in enumerate(s[0])))

    def forward(xp, a, data):
        x = _wide(data)
        squares = xp.square(x).sum(axis=_norm_axes(a.mode, x.ndim), keepdims=True)
        norm = xp.sqrt(squares + x.dtype.type(a.eps))
        return x / norm, norm

    def grad(F, a, dy, out, norm):
        axes = _norm_axes(a.mode, len(out.shape))
        inner = F.sum(dy * out, axis=axes, keepdims=True)
        return F.broadcast_div(dy - F.broadcast_mul(out, inner), norm)


@op("LRN", outputs="output tmp_norm", visible=1)
class LRN:
    """Normalisation across neighbouring channels (Krizhevsky et al. 2012; MXNet operator LRN).

    ``data * (knorm + alpha/nsize * sum of squares over nsize channels)**-beta``; `data` (n, c, ...).
    """

    alpha = Float(9.99999975e-05, "Scales the sum of squares.")
    beta = Float(0.75, "The exponent.")
    knorm = Float(2.0, "Added to the sum of squares.")
    nsize = Int(lo=1, doc="Number of channels that are summed over, an odd number.")

    def infer_shape(a, s):
        if a.nsize % 2 == 0:
            s.fail(f"argument nsize={a.nsize} must be odd")
        s.set(0, s.outs[0])
        s.out(0, s[0])
        if s[0] is not None:
            if len(s[0]) < 3:
                s.fail(f"data must have at least three dimensions, got shape {s[0]}")
            s.out(1, s[0])

    def forward(xp, a, data):
        x = _wide(data)
        norm = _neighbours(xp, xp.square(x), a.nsize)
        norm *= x.dtype.type(a.alpha / a.nsize)
        norm += x.dtype.type(a.knorm)
        return x * norm ** x.dtype.type(-a.beta), norm

    def grad(F, a, dy, data, out, tmp_norm):
        return F._backward_LRN(dy, data, out, tmp_norm, **a.as_dict())


def _neighbours(xp: Any, x: Any, size: int) -> Any:
    """Sums over windows of `size` channels, centred."""
    half = size // 2
    total = x.copy()
    for i in range(1, half + 1):
        total[:, i:] += x[:, :-i]
        total[:, :-i] += x[:, i:]
    return total


def _lrn_grad(xp, a, dy, data, out, tmp_norm):
    kind = tmp_norm.dtype.type
    total = _neighbours(xp, dy * out / tmp_norm, a.nsize)
    return dy * tmp_norm ** kind(-a.beta) - kind(2 * a.beta * a.alpha / a.nsize) * data * total


backward_of(LRN, inputs="dy data out tmp_norm", outputs="ddata", like={"ddata": "data"}, forward=_lrn_grad)
