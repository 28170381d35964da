"""BatchNorm."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...core import tape
from ...core.op import op
from ...core.params import Bool, Float, Int
from .norm_math import axis_of, over, standardised, through_standardised, wide
from .sibling import backward_of, on_tape

__all__ = ["BatchNorm", "grad_on_tape", "normalised", "parameter_types"]


def parameter_types(a, s):
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
    examples = ("nd.BatchNorm(nd.array([[1, 2, 3], [4, 5, 6]]), nd.ones(3), nd.zeros(3), nd.zeros(3), nd.ones(3))",)

    def visible(a):
        return 3 if a.output_mean_var else 1

    def infer_shape(a, s):
        s.set(0, s.outs[0])
        s.out(0, s[0])
        if s[0] is None:
            return
        channels = (s[0][axis_of(a.axis, len(s[0]), s)],)
        for i in range(1, 5):
            s.set(i, channels)
        s.out(1, channels)
        s.out(2, channels)

    infer_type = parameter_types

    def forward(xp, a, data, gamma, beta, moving_mean, moving_var, *, train):
        out, mean, _, invstd = normalised(xp, a, a.axis, data, gamma, beta, moving_mean, moving_var, train)
        return out, mean, invstd

    def grad(F, a, dy, data, gamma, mean, var, moving_mean, moving_var):
        dy = dy[0] if a.output_mean_var else dy
        if on_tape(F):
            return grad_on_tape(F, a, dy, data, gamma, mean, var, moving_mean, moving_var)
        dx, dgamma, dbeta = F._backward_BatchNorm(dy, data, gamma, mean, var, moving_mean, moving_var, **a.as_dict())
        return dx, dgamma, dbeta, None, None


def normalised(
    xp: Any, a: Any, axis: int, data: Any, gamma: Any, beta: Any, moving_mean: Any, moving_var: Any, train: bool
) -> tuple[Any, Any, Any, Any]:
    """The normalised data, and the mean, variance and 1/sqrt(variance + eps) that were used."""
    x = _cube(data, axis)
    mean, var = _moments(xp, x) if train and not a.use_global_stats else (moving_mean, moving_var)
    invstd = 1 / xp.sqrt(var + gamma.dtype.type(a.eps))
    scale = invstd if a.fix_gamma else gamma * invstd
    shift = beta - mean * scale
    out = x * scale[:, None]
    out += shift[:, None]
    return out.reshape(data.shape), mean, var, invstd


def grad_on_tape(F, a, dy, data, gamma, mean, invstd, moving_mean, moving_var):
    """The gradient in arithmetic that can be differentiated again; the averages move as they always do."""
    F._backward_BatchNorm(dy, data, gamma, mean, invstd, moving_mean, moving_var, **a.as_dict())
    ndim = len(data.shape)
    k = a.axis % ndim
    rest = tuple(i for i in range(ndim) if i != k)
    wide = (1,) * k + (-1,) + (1,) * (ndim - k - 1)
    scale = F.ones_like(gamma) if a.fix_gamma else gamma
    g = F.broadcast_mul(dy, F.Reshape(scale, shape=wide))
    if tape.state.training and not a.use_global_stats:
        normal, std = standardised(F, data, rest, a.eps)
        dx = through_standardised(F, g, normal, std, rest)
    else:
        centred = F.broadcast_sub(data, F.Reshape(moving_mean, shape=wide))
        std = F.sqrt(F.Reshape(moving_var, shape=wide) + a.eps)
        normal, dx = F.broadcast_div(centred, std), F.broadcast_div(g, std)
    dgamma = F.zeros_like(gamma) if a.fix_gamma else over(F.sum, dy * normal, rest)
    return dx, dgamma, over(F.sum, dy, rest), None, None


def _cube(x: Any, axis: int) -> Any:
    """(before, channels, after), in a dtype to compute in."""
    axis %= x.ndim
    return wide(x).reshape(math.prod(x.shape[:axis]), x.shape[axis], -1)


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
