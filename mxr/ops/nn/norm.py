"""Normalisation within an example: LayerNorm, GroupNorm, InstanceNorm, L2Normalization, LRN."""

from __future__ import annotations

from typing import Any

from ...core.op import op
from ...core.params import Bool, Choice, Float, Int
from .norm_math import along, axis_of, over, standardised, through_standardised, wide
from .sibling import backward_of, on_tape

__all__: list[str] = []


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
    examples = ("nd.LayerNorm(nd.array([[1, 2, 3], [4, 5, 6]]), nd.ones(3), nd.zeros(3))",)

    def visible(a):
        return 3 if a.output_mean_var else 1

    def infer_shape(a, s):
        shape = s[0] if s[0] is not None else s.outs[0]
        if shape is None:
            return
        k = axis_of(a.axis, len(shape), s)
        _layer_outputs(a, s, (shape[k],), (*shape[:k], 1, *shape[k + 1 :]))

    def forward(xp, a, data, gamma, beta):
        x = wide(data)
        k = a.axis % x.ndim
        mean = x.mean(axis=k, keepdims=True)
        out = x - mean
        std = xp.sqrt(xp.square(out).mean(axis=k, keepdims=True) + x.dtype.type(a.eps))
        out /= std
        out *= along(wide(gamma), k, x.ndim)
        out += along(wide(beta), k, x.ndim)
        return out.astype(data.dtype, copy=False), mean, std

    def grad(F, a, dy, data, gamma, mean, std):
        dy = dy[0] if a.output_mean_var else dy
        ndim = len(data.shape)
        k = a.axis % ndim
        rest = tuple(i for i in range(ndim) if i != k)
        if on_tape(F):
            normal, std = standardised(F, data, k, a.eps)
        else:
            normal = F.broadcast_div(F.broadcast_sub(data, mean), std)
        g = F.broadcast_mul(dy, F.Reshape(gamma, shape=(1,) * k + (-1,) + (1,) * (ndim - k - 1)))
        dx = through_standardised(F, g, normal, std, k)
        return dx, over(F.sum, dy * normal, rest), over(F.sum, dy, rest)


@op("GroupNorm", inputs="data gamma beta", outputs="output mean std")
class GroupNorm:
    """Normalisation over groups of channels of each example (Wu and He 2018; MXNet operator GroupNorm).

    `data` (n, c, ...); `gamma` and `beta` have one element for each group. Outputs `mean` and `std`, (n, num_groups),
    are seen with output_mean_var.
    """

    num_groups = Int(1, "Number of groups; the number of channels must be a multiple.", lo=1)
    eps = Float(9.99999975e-06, "Added to the variance.")
    output_mean_var = Bool(False, "Whether the statistics are outputs that can be seen.")
    examples = ("nd.GroupNorm(nd.arange(4).reshape((1, 2, 2)), nd.ones(1), nd.zeros(1))",)

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
        x = wide(data).reshape(data.shape[0], a.num_groups, -1)
        mean = x.mean(axis=2)
        out = x - mean[:, :, None]
        std = xp.sqrt(xp.square(out).mean(axis=2) + x.dtype.type(a.eps))
        out *= (wide(gamma) / std)[:, :, None]
        out += wide(beta)[:, None]
        return out.reshape(data.shape).astype(data.dtype, copy=False), mean, std

    def grad(F, a, dy, data, gamma, mean, std):
        dy = dy[0] if a.output_mean_var else dy
        cube = (data.shape[0], a.num_groups, -1)
        flat = (*cube[:2], 1)
        x, dy = F.Reshape(data, shape=cube), F.Reshape(dy, shape=cube)
        if on_tape(F):
            normal, std = standardised(F, x, 2, a.eps)
        else:
            mean, std = F.Reshape(mean, shape=flat), F.Reshape(std, shape=flat)
            normal = F.broadcast_div(F.broadcast_sub(x, mean), std)
        g = F.broadcast_mul(dy, F.Reshape(gamma, shape=(1, -1, 1)))
        dx = F.Reshape(through_standardised(F, g, normal, std, 2), shape=data.shape)
        return dx, F.sum(dy * normal, axis=(0, 2)), F.sum(dy, axis=(0, 2))


@op("InstanceNorm", inputs="data gamma beta", outputs="output mean var", visible=1)
class InstanceNorm:
    """Normalisation of each channel of each example (Ulyanov et al. 2016; MXNet operator InstanceNorm).

    `data` (n, c, ...); `gamma` and `beta` (c,).
    """

    eps = Float(0.00100000005, "Added to the variance.")
    examples = ("nd.InstanceNorm(nd.arange(4).reshape((1, 2, 2)), nd.ones(2), nd.zeros(2))",)

    def infer_shape(a, s):
        shape = s[0] if s[0] is not None else s.outs[0]
        if shape is None:
            return
        if len(shape) < 2:
            s.fail(f"data must have at least two dimensions, got shape {shape}")
        _layer_outputs(a, s, (shape[1],), shape[:2])

    def forward(xp, a, data, gamma, beta):
        x = wide(data).reshape(*data.shape[:2], -1)
        mean = x.mean(axis=2)
        out = x - mean[:, :, None]
        var = xp.square(out).mean(axis=2)
        out *= (wide(gamma) / xp.sqrt(var + x.dtype.type(a.eps)))[:, :, None]
        out += wide(beta)[:, None]
        return out.reshape(data.shape).astype(data.dtype, copy=False), mean, var

    def grad(F, a, dy, data, gamma, mean, var):
        cube, flat = (*data.shape[:2], -1), (*data.shape[:2], 1)
        x, dy = F.Reshape(data, shape=cube), F.Reshape(dy, shape=cube)
        if on_tape(F):
            normal, std = standardised(F, x, 2, a.eps)
        else:
            std = F.sqrt(F.Reshape(var, shape=flat) + a.eps)
            normal = F.broadcast_div(F.broadcast_sub(x, F.Reshape(mean, shape=flat)), std)
        g = F.broadcast_mul(dy, F.Reshape(gamma, shape=(1, -1, 1)))
        dx = F.Reshape(through_standardised(F, g, normal, std, 2), shape=data.shape)
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
    examples = ("nd.L2Normalization(nd.array([[3, 4], [6, 8]]))",)

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
        x = wide(data)
        squares = xp.square(x).sum(axis=_norm_axes(a.mode, x.ndim), keepdims=True)
        norm = xp.sqrt(squares + x.dtype.type(a.eps))
        return x / norm, norm

    def grad(F, a, dy, data, out, norm):
        axes = _norm_axes(a.mode, len(out.shape))
        if on_tape(F):
            norm = F.sqrt(over(F.sum, data * data, axes, keepdims=True) + a.eps)
        inner = over(F.sum, dy * out, axes, keepdims=True)
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
    examples = ("nd.LRN(nd.ones((1, 3, 1, 1)), nsize=3, alpha=1)",)

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
        x = wide(data)
        norm = _neighbours(xp, xp.square(x), a.nsize)
        norm *= x.dtype.type(a.alpha / a.nsize)
        norm += x.dtype.type(a.knorm)
        return x * norm ** x.dtype.type(-a.beta), norm

    def grad(F, a, dy, data, out, tmp_norm):
        if on_tape(F):
            norm = a.knorm + a.alpha / a.nsize * _recorded_neighbours(F, data * data, a.nsize)
            total = _recorded_neighbours(F, dy * data * norm ** (-a.beta - 1), a.nsize)
            return dy * norm**-a.beta - 2 * a.beta * a.alpha / a.nsize * data * total
        return F._backward_LRN(dy, data, out, tmp_norm, **a.as_dict())


def _neighbours(xp: Any, x: Any, size: int) -> Any:
    """Sums over windows of `size` channels, centred."""
    half = size // 2
    total = x.copy()
    for i in range(1, half + 1):
        total[:, i:] += x[:, :-i]
        total[:, :-i] += x[:, i:]
    return total


def _recorded_neighbours(F: Any, x: Any, size: int) -> Any:
    """The same by an operator that has gradients of any order."""
    n, c = x.shape[:2]
    y = F.Reshape(x, shape=(n, 1, c, -1))
    return F.Reshape(F.Pooling(y, kernel=(size, 1), pad=(size // 2, 0), pool_type="sum"), shape=x.shape)


def _lrn_grad(xp, a, dy, data, out, tmp_norm):
    kind = tmp_norm.dtype.type
    total = _neighbours(xp, dy * out / tmp_norm, a.nsize)
    return dy * tmp_norm ** kind(-a.beta) - kind(2 * a.beta * a.alpha / a.nsize) * data * total


backward_of(LRN, inputs="dy data out tmp_norm", outputs="ddata", like={"ddata": "data"}, forward=_lrn_grad)
