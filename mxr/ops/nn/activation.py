"""Activation, LeakyReLU and SoftmaxActivation."""

from __future__ import annotations

import numpy as np

from ...core.expr import parse
from ...core.op import op
from ...core.params import Choice, Float
from ...core.shapes import float_dtypes
from ..families import evaluate, reduce_to

__all__ = ["Activation", "LeakyReLU", "SoftmaxActivation"]

_ACTIVATIONS = {
    # name: (function of data, derivative in terms of the output)
    "relu": ("maximum(data, 0)", "dy * (out > 0)"),
    "sigmoid": ("sigmoid(data)", "dy * out * (1 - out)"),
    "tanh": ("tanh(data)", "dy * (1 - out * out)"),
    "softrelu": ("maximum(data, 0) + log1p(exp(-abs(data)))", "dy * -expm1(-out)"),
    "softsign": ("data / (1 + abs(data))", "dy * square(1 - abs(out))"),
}
_FORWARD = {k: parse(f) for k, (f, _) in _ACTIVATIONS.items()}
_BACKWARD = {k: parse(g) for k, (_, g) in _ACTIVATIONS.items()}


def _sigmoid(xp, data, out):
    """1/(1 + exp(-x)) in one buffer; the overflow for very negative x gives 0."""
    xp.negative(data, out=out)
    xp.exp(out, out=out)
    out += 1
    return xp.divide(1, out, out=out)


@op("Activation", inplace=True, expr=lambda a: _FORWARD[a.act_type])
class Activation:
    """An activation function, element by element (MXNet operator Activation); same shape and dtype as `data`.

    relu max(x, 0); sigmoid 1/(1+exp(-x)); tanh; softrelu log(1+exp(x)); softsign x/(1+abs(x)).
    """

    act_type = Choice(("relu", "sigmoid", "softrelu", "softsign", "tanh"), doc="Activation function to be applied.")
    infer_type = float_dtypes
    examples = ('nd.Activation(nd.array([-1, 0, 2]), act_type="softrelu")',)

    def forward(xp, a, data):
        if a.act_type == "tanh":
            return xp.tanh(data)
        if a.act_type == "relu":
            return xp.maximum(data, 0)
        with np.errstate(all="ignore"):
            if a.act_type == "sigmoid" and data.dtype.itemsize > 2:
                return _sigmoid(xp, data, xp.empty_like(data))
            return evaluate(_FORWARD[a.act_type], xp, {"data": data})

    def into(xp, a, out, data):
        if a.act_type == "tanh":
            xp.tanh(data, out=out)
        elif a.act_type == "relu":
            xp.maximum(data, 0, out=out)
        elif a.act_type == "sigmoid" and data.dtype.itemsize > 2:
            with np.errstate(all="ignore"):
                _sigmoid(xp, data, out)
        else:
            with np.errstate(all="ignore"):
                out[...] = evaluate(_FORWARD[a.act_type], xp, {"data": data})

    def grad(F, a, dy, out):
        with np.errstate(all="ignore"):
            return evaluate(_BACKWARD[a.act_type], getattr(F, "xp", F), {"dy": dy, "out": out})


Activation.grad_exprs = lambda a: (_BACKWARD[a.act_type],)

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
_LEAKY = {
    "leaky": ("where(data > 0, data, slope * data)", "where(data > 0, dy, slope * dy)"),
    "elu": ("where(data > 0, data, slope * expm1(data))", "where(data > 0, dy, dy * (out + slope))"),
    "selu": (
        f"{_SELU_SCALE} * where(data > 0, data, {_SELU_ALPHA} * expm1(data))",
        f"dy * where(data > 0, {_SELU_SCALE}, out + {_SELU_SCALE * _SELU_ALPHA})",
    ),
    "gelu": (
        "0.5 * data * (1 + erf(data * 0.7071067811865476))",
        "dy * (0.5 * (1 + erf(data * 0.7071067811865476)) + data * 0.3989422804014327 * exp(-0.5 * data * data))",
    ),
}
_LEAKY_FORWARD = {k: parse(f) for k, (f, _) in _LEAKY.items()}
_LEAKY_BACKWARD = {k: parse(g) for k, (_, g) in _LEAKY.items()}


def _channel_shape(gamma_shape, data_shape):
    """How prelu's slopes are laid along axis 1 of the data."""
    if len(gamma_shape) != 1 or len(data_shape) == 1:
        return gamma_shape
    return (1, gamma_shape[0]) + (1,) * (len(data_shape) - 2)


@op(
    "LeakyReLU",
    aux_init={"gamma": '["Constant", {"value": 0.25}]'},
    inputs="data gamma",
    random=True,
    train_aware=True,
    expr=lambda a: _LEAKY_FORWARD.get(a.act_type),
)
class LeakyReLU:
    """Rectifiers that let something of negative values through (MXNet operator LeakyReLU); shape and dtype of `data`.

    leaky: ``x > 0 ? x : slope*x``; elu: ``x > 0 ? x : slope*(exp(x)-1)`` (Clevert et al. 2015); selu (Klambauer et al.
    2017); gelu ``x*Phi(x)`` (Hendrycks and Gimpel 2016); prelu: slope learned in `gamma`, of size 1 or one for each
    channel (He et al. 2015); rrelu: slope uniform between the bounds in training, their mean else (Xu et al. 2015),
    with the slopes as a second output. The gradient of selu is its derivative, which MXNet's is not.
    """

    act_type = Choice(("elu", "gelu", "leaky", "prelu", "rrelu", "selu"), "leaky", "Activation function.")
    slope = Float(0.25, "Slope of leaky, alpha of elu.")
    lower_bound = Float(0.125, "Lower bound of the random slope of rrelu.")
    upper_bound = Float(0.333999991, "Upper bound of the random slope of rrelu.")
    infer_type = float_dtypes
    examples = ('nd.LeakyReLU(nd.array([-1, 0, 2]), act_type="elu", slope=0.5)',)

    def active(a):
        return ("data", "gamma") if a.act_type == "prelu" else ("data",)

    def outputs(a):
        return ("output", "mask") if a.act_type == "rrelu" else ("output",)

    def infer_shape(a, s):
        s.set(0, s.outs[0])
        for i in range(len(s.outs)):
            s.out(i, s[0])
        if a.act_type == "prelu" and s[0] is not None:
            if s[1] is None:
                s.set(1, (s[0][1] if len(s[0]) > 1 else 1,))
            elif s[1] != (1,) and -1 not in s[1] and -1 not in s[0]:
                wide = _channel_shape(s[1], s[0])
                if len(wide) > len(s[0]) or any(w not in (1, d) for w, d in zip(wide[::-1], s[0][::-1])):
                    s.fail(f"gamma of shape {s[1]} does not fit data of shape {s[0]}")

    def forward(xp, a, data, gamma=None, *, rng=None, train=False):
        kind = a.act_type
        with np.errstate(all="ignore"):
            if kind == "prelu":
                return xp.where(data > 0, data, data * gamma.reshape(_channel_shape(gamma.shape, data.shape)))
            if kind == "rrelu":
                if train:
                    u = rng.parallel.uniform(a.lower_bound, a.upper_bound, data.shape, data.dtype)
                    mask = xp.where(data > 0, data.dtype.type(1), u)
                else:
                    mean = data.dtype.type((a.lower_bound + a.upper_bound) / 2)
                    mask = xp.where(data > 0, data.dtype.type(1), mean)
                return data * mask, mask
            return evaluate(_LEAKY_FORWARD[kind], xp, {"data": data, "slope": a.slope})

    def grad(F, a, dy, data, gamma, outs):
        kind = a.act_type
        with np.errstate(all="ignore"):
            if kind == "rrelu":  # the mask holds the slopes
                return dy[0] * outs[1]
            if kind == "prelu":
                wide = F.Reshape(gamma, shape=_channel_shape(gamma.shape, data.shape))
                positive = data > 0
                dx = dy * positive + F.broadcast_mul(dy * (data <= 0), wide)
                dg = reduce_to(F, dy * data * (data <= 0), wide.shape)
                return dx, F.Reshape(dg, shape=gamma.shape)
            values = {"dy": dy, "data": data, "out": outs[0], "slope": a.slope}
            return evaluate(_LEAKY_BACKWARD[kind], getattr(F, "xp", F), values)


LeakyReLU.draws = lambda a, train: train and a.act_type == "rrelu"
LeakyReLU.grad_exprs = lambda a: (_LEAKY_BACKWARD[a.act_type],) if a.act_type in _LEAKY else ()


@op("SoftmaxActivation")
class SoftmaxActivation:
    """Softmax over the last axis (mode instance) or over axis 1 (mode channel) (MXNet operator SoftmaxActivation)."""

    mode = Choice(("channel", "instance"), "instance", "What the softmax is normalised over.")
    examples = ("nd.SoftmaxActivation(nd.array([[1, 2, 3], [4, 5, 6]]))",)

    def forward(xp, a, data):
        axis = 1 if a.mode == "channel" else -1
        e = data - data.max(axis=axis, keepdims=True)
        xp.exp(e, out=e)
        e /= e.sum(axis=axis, keepdims=True)
        return e

    def grad(F, a, dy, out):
        axis = 1 if a.mode == "channel" else -1
        return out * F.broadcast_sub(dy, F.sum(dy * out, axis=axis, keepdims=True))
