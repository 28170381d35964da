"""IdentityAttachKLSparseReg: a penalty that keeps activations sparse."""

from __future__ import annotations

from ...core.op import op
from ...core.params import Float
from .sibling import backward_of
from .spatial import float_types

__all__ = ["IdentityAttachKLSparseReg"]


@op(
    "IdentityAttachKLSparseReg",
    inputs="data moving_avg",
    aux="moving_avg",
    aux_init={"moving_avg": '["zero", {}]'},
)
class IdentityAttachKLSparseReg:
    """`data` (n, k) itself; the gradient has that of a sparseness penalty added (MXNet IdentityAttachKLSparseReg).

    The penalty is the Kullback-Leibler divergence of the mean activation of each unit from sparseness_target; `data`
    should be a sigmoid's output. With rho the target and m the moving average of the mean over the batch,
    ``penalty * (-rho/m + (1 - rho)/(1 - m))`` is added. The average `moving_avg` (k,) moves in the backward pass.
    """

    sparseness_target = Float(0.1, "Mean activation to come to.", lo=0, hi=1)
    penalty = Float(0.001, "Weight of the penalty.")
    momentum = Float(0.9, "Momentum of the moving average.", lo=0, hi=1)

    examples = ("nd.IdentityAttachKLSparseReg(nd.array([[0.1, 0.2]]), nd.array([0.5, 0.5]))",)
    infer_type = float_types

    def infer_shape(a, s):
        s.set(0, s.outs[0])
        s.out(0, s[0])
        if s[0] is not None:
            if len(s[0]) != 2:
                s.fail(f"argument data has shape {s[0]}, expected two dimensions (n, k)")
            s.set(1, (s[0][1],))

    def forward(xp, a, data, moving_avg):
        return data.copy()

    def grad(F, a, dy, data, moving_avg):
        return F._backward_IdentityAttachKLSparseReg(dy, data, moving_avg, **a.as_dict()), None


def _sparse_grad(xp, a, dy, data, moving_avg):
    kind = data.dtype.type
    mean = data.sum(axis=0) / kind(max(data.shape[0], 1))
    average = moving_avg * kind(a.momentum) + mean * kind(1 - a.momentum)
    rho = kind(a.sparseness_target)
    return dy + kind(a.penalty) * ((1 - rho) / (1 - average) - rho / average), average


backward_of(
    IdentityAttachKLSparseReg,
    inputs="dy data moving_avg",
    outputs="ddata",
    like={"ddata": "data"},
    mutates="moving_avg",
    forward=_sparse_grad,
)
