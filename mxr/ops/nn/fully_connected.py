"""FullyConnected: a dense layer."""

from __future__ import annotations

import math

from ...core.op import op
from ...core.params import Bool, Int

__all__ = ["FullyConnected"]


def _matrix(data, flatten):
    """`data` as a matrix with one row for each product; a view wherever possible."""
    if flatten:
        return data if data.ndim == 2 else data.reshape(data.shape[0], -1)
    return data.reshape(-1, data.shape[-1])


@op(
    "FullyConnected",
    aliases=("_sparse_FullyConnected",),
    inputs="data weight bias",
)
class FullyConnected:
    """``out = data @ weight.T + bias`` (MXNet operator FullyConnected).

    With ``flatten=True``, `data` (batch, ...) is taken as (batch, k) and `out` is (batch, num_hidden); else `data` is
    (..., k) and `out` (..., num_hidden). `weight` is (num_hidden, k), `bias` (num_hidden,). One dtype for all.
    """

    num_hidden = Int(lo=1, doc="Number of hidden nodes of the output.")
    no_bias = Bool(False, "Whether to leave the bias out.")
    flatten = Bool(True, "Whether to collapse all but the first axis of the input.")
    examples = ("nd.FullyConnected(nd.array([[1, 2, 3], [4, 5, 6]]), nd.ones((1, 3)), nd.array([0.5]), num_hidden=1)",)

    def active(a):
        return ("data", "weight") if a.no_bias else ("data", "weight", "bias")

    def infer_shape(a, s):
        data, out = s[0], s.outs[0]
        s.set(1, (a.num_hidden, -1))
        if not a.no_bias:
            s.set(2, (a.num_hidden,))
        if data is None:
            return
        if len(data) == 0:
            s.fail("data must have at least one dimension")
        if a.flatten:
            rest = data[1:]
            s.set(1, (a.num_hidden, -1 if -1 in rest else math.prod(rest)))
            if out is not None and len(out) == 2:
                s.set(0, (out[0], *rest))
            s.out(0, (s[0][0], a.num_hidden))
        else:
            s.set(1, (a.num_hidden, data[-1]))
            if out is not None and len(out) == len(data):
                s.set(0, (*out[:-1], data[-1]))
            s.out(0, (*s[0][:-1], a.num_hidden))

    def forward(xp, a, data, weight, bias=None):
        x = _matrix(data, a.flatten)
        if x.dtype.itemsize == 2:  # half precision is summed in single
            out = xp.dot(x.astype("f4"), weight.T.astype("f4")).astype(x.dtype)
        else:
            out = xp.dot(x, weight.T)
        if bias is not None:
            out += bias
        return out if a.flatten or data.ndim == 2 else out.reshape(*data.shape[:-1], a.num_hidden)

    def into(xp, a, out, data, weight, bias=None):
        x = _matrix(data, a.flatten)
        y = out.reshape(x.shape[0], a.num_hidden)
        if x.dtype.itemsize == 2:
            y[...] = xp.dot(x.astype("f4"), weight.T.astype("f4"))
        else:
            xp.dot(x, weight.T, out=y)
        if bias is not None:
            y += bias

    def grad(F, a, dy, data, weight):
        shape = data.shape
        x = data
        if a.flatten and len(shape) != 2:
            x = F.Reshape(data, shape=(shape[0], weight.shape[1]))
        elif not a.flatten and len(shape) != 2:
            x = F.Reshape(data, shape=(-1, shape[-1]))
            dy = F.Reshape(dy, shape=(-1, a.num_hidden))
        dx = F.dot(dy, weight)
        if len(shape) != 2:
            dx = F.Reshape(dx, shape=shape)
        dw = F.dot(dy, x, transpose_a=True)
        return (dx, dw) if a.no_bias else (dx, dw, F.sum(dy, axis=0))


FullyConnected.cost = lambda a, ins, outs: 2 * math.prod(outs[0]) * ins[1][1]
