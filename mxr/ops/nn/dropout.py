"""Dropout."""

from __future__ import annotations

from ...core.op import op
from ...core.params import Bool, Choice, Float, Shape

__all__ = ["Dropout"]


@op("Dropout", outputs="output mask", visible=1, random=True, train_aware=True)
class Dropout:
    """Zeroes elements at random and scales the others by ``1/(1-p)`` (Srivastava et al. 2014; MXNet operator Dropout).

    In training, or always with mode 'always'; else the output is `data`. The same mask serves all indices of the
    axes listed in `axes`. On the CPU the masks are MXNet's own, drawn from its generators.
    """

    p = Float(0.5, "Fraction of the elements that is dropped.", lo=0, hi=1)
    mode = Choice(("always", "training"), "training", "Whether to drop outside training too.")
    axes = Shape((), "Axes along which the mask does not vary.")
    cudnn_off = Bool(False, "Accepted for compatibility; has no effect.", optional=True)
    examples = ("nd.Dropout(nd.array([1, 2]), p=0.5)",)

    def infer_shape(a, s):
        s.set(0, s.outs[0])
        s.out(0, s[0])
        if s[0] is None:
            return
        if any(not 0 <= k < len(s[0]) for k in a.axes):
            s.fail(f"argument axes={a.axes} is out of range for data of {len(s[0])} dimension(s)")
        s.out(1, tuple(1 if i in a.axes else d for i, d in enumerate(s[0])))

    def forward(xp, a, data, *, rng, train):
        shape = tuple(1 if i in a.axes else d for i, d in enumerate(data.shape))
        if a.p == 0 or not (train or a.mode == "always"):
            return data.copy(), xp.ones(shape, data.dtype)
        mask = rng.parallel.dropout_mask(a.p, shape, data.dtype)
        return data * mask, mask

    def grad(F, a, dy, mask):
        return F.broadcast_mul(dy, mask) if a.axes else dy * mask


Dropout.draws = lambda a, train: a.p > 0 and (train or a.mode == "always")
