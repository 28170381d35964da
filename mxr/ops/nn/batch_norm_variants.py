"""Operators that are BatchNorm with small differences: BatchNorm_v1, SyncBatchNorm, BatchNormWithReLU."""

from __future__ import annotations

from typing import Any

from ...core.op import op
from ...core.params import Bool, Float, Int, Str
from .batch_norm import BatchNorm, grad_on_tape, normalised, parameter_types
from .norm_math import axis_of
from .sibling import on_tape

__all__ = ["BatchNormV1", "BatchNormWithReLU", "SyncBatchNorm"]

_INPUTS = {
    "inputs": "data gamma beta moving_mean moving_var",
    "aux": "moving_mean moving_var",
    "aux_init": {"moving_mean": '["zero", {}]', "moving_var": '["one", {}]'},
    "outputs": "output mean var",
    "train_aware": True,
}


def _channel_shapes(a: Any, s: Any, axis: int = 1) -> None:
    s.set(0, s.outs[0])
    s.out(0, s[0])
    if s[0] is None:
        return
    channels = (s[0][axis_of(axis, len(s[0]), s)],)
    for i in range(1, 5):
        s.set(i, channels)
    s.out(1, channels)
    s.out(2, channels)


def _visible(a: Any) -> int:
    return 3 if a.output_mean_var else 1


def _gradient(F, a, dy, data, gamma, mean, invstd, moving_mean, moving_var, axis=1):
    names = ("eps", "momentum", "fix_gamma", "use_global_stats")
    same = BatchNorm.parse({**{n: getattr(a, n) for n in names}, "axis": axis})
    if on_tape(F):
        return grad_on_tape(F, same, dy, data, gamma, mean, invstd, moving_mean, moving_var)
    grads = F._backward_BatchNorm(dy, data, gamma, mean, invstd, moving_mean, moving_var, **same.as_dict())
    return (*grads, None, None)


def _gradient_by_variance(F, a, dy, data, gamma, mean, var, moving_mean, moving_var):
    dy = dy[0] if a.output_mean_var else dy
    return _gradient(F, a, dy, data, gamma, mean, F.rsqrt(var + a.eps), moving_mean, moving_var)


def _by_variance(xp, a, data, gamma, beta, moving_mean, moving_var, *, train):
    return normalised(xp, a, 1, data, gamma, beta, moving_mean, moving_var, train)[:3]


def _common() -> tuple[Float, Float, Bool, Bool, Bool]:
    return (
        Float(0.00100000005, "Added to the variance."),
        Float(0.899999976, "Momentum of the moving averages."),
        Bool(True, "Whether gamma is held at 1."),
        Bool(False, "Whether to use the moving averages in training too."),
        Bool(False, "Whether the statistics are outputs that can be seen."),
    )


@op("BatchNorm_v1", **_INPUTS)
class BatchNormV1:
    """BatchNorm along axis 1, as old symbol files have it (MXNet operator BatchNorm_v1).

    As BatchNorm, but the hidden output `var` is the variance itself.
    """

    eps, momentum, fix_gamma, use_global_stats, output_mean_var = _common()

    examples = ("nd.BatchNorm_v1(nd.array([[1, 2], [3, 4]]), nd.ones(2), nd.zeros(2), nd.zeros(2), nd.ones(2))",)
    visible = _visible
    infer_shape = _channel_shapes
    infer_type = parameter_types

    forward = _by_variance
    grad = _gradient_by_variance


@op("_contrib_SyncBatchNorm", **_INPUTS)
class SyncBatchNorm:
    """BatchNorm along axis 1 over the batches of all devices (MXNet operator SyncBatchNorm).

    With one device, ndev=1, this is BatchNorm, but the hidden output `var` is the variance itself; more are an
    error. Data is (n, c, ...) (Zhang et al. 2018, Context Encoding).
    """

    eps, momentum, fix_gamma, use_global_stats, output_mean_var = _common()
    ndev = Int(1, "Number of devices that share the statistics; only 1 is supported.", lo=1)
    key = Str(doc="Name that the devices know each other by.")

    examples = (
        "nd.contrib.SyncBatchNorm(nd.array([[1, 2], [3, 4]]), nd.ones(2), nd.zeros(2), nd.zeros(2), nd.ones(2), "
        "key='bn')",
    )
    visible = _visible
    infer_type = parameter_types

    def infer_shape(a, s):
        if a.ndev != 1:
            s.fail(f"argument ndev={a.ndev}: statistics over several devices are not supported, expected 1")
        _channel_shapes(a, s)

    forward = _by_variance
    grad = _gradient_by_variance


@op("_contrib_BatchNormWithReLU", **_INPUTS)
class BatchNormWithReLU:
    """max(BatchNorm(data), 0) in one operator (MXNet operator BatchNormWithReLU); see BatchNorm."""

    eps = Float(0.0010000000474974513, "Added to the variance.")
    momentum = Float(0.899999976, "Momentum of the moving averages.")
    fix_gamma = Bool(True, "Whether gamma is held at 1.")
    use_global_stats = Bool(False, "Whether to use the moving averages in training too.")
    output_mean_var = Bool(False, "Whether the statistics are outputs that can be seen.")
    axis = Int(1, "The axis of the channels.")
    cudnn_off = Bool(False, "Accepted for compatibility; has no effect.")
    min_calib_range = Float(None, "Accepted for compatibility; has no effect.")
    max_calib_range = Float(None, "Accepted for compatibility; has no effect.")

    examples = (
        "nd.contrib.BatchNormWithReLU(nd.array([[[[-1, 2]], [[3, -4]]]]), nd.ones(2), nd.zeros(2), nd.zeros(2), "
        "nd.ones(2))",
    )
    visible = _visible
    infer_type = parameter_types

    def infer_shape(a, s):
        _channel_shapes(a, s, a.axis)

    def forward(xp, a, data, gamma, beta, moving_mean, moving_var, *, train):
        out, mean, _, invstd = normalised(xp, a, a.axis, data, gamma, beta, moving_mean, moving_var, train)
        return xp.maximum(out, 0, out=out), mean, invstd

    def grad(F, a, dy, data, gamma, out, mean, var, moving_mean, moving_var):
        dy = (dy[0] if a.output_mean_var else dy) * (out > 0)
        return _gradient(F, a, dy, data, gamma, mean, var, moving_mean, moving_var, a.axis)


BatchNormWithReLU.json_outputs = lambda a: 4  # MXNet keeps a workspace
