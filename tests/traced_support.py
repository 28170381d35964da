"""What the tests of traced blocks share: blocks from functions, and comparison with the imperative run."""

import math

import numpy as np

from mxr import autograd, gluon, nd
from mxr.gluon import nn


def block(function):
    """A block without parameters."""
    made = type("Made", (gluon.HybridBlock,), {"hybrid_forward": lambda self, F, *args: function(F, *args)})()
    made.hybridize()
    return made


def flat(outs):
    return [y for o in outs for y in flat(o)] if isinstance(outs, list | tuple) else [outs]


def run(net, arrays):
    """(outputs, gradients of the arrays and of the parameters)."""
    arrays = [x.copy() for x in arrays]
    for x in arrays:
        x.attach_grad()
    with autograd.record():
        outs = flat(net(*arrays))
        loss = nd.add_n(*[(y * y * (i + 1)).sum() for i, y in enumerate(outs)])
    loss.backward()
    grads = [x.grad for x in arrays] + [p.grad() for p in net.collect_params().values() if p.grad_req != "null"]
    return [y.asnumpy() for y in outs], [g.asnumpy() for g in grads]


def check(net, *arrays, rtol=1e-4, atol=1e-5):
    """The block compiled, trained and in prediction, against itself imperative."""
    net.hybridize(False)
    plain, plain_grads = run(net, arrays)
    net.hybridize()
    for _ in range(2):  # the second run finds the plan of the first
        fast, fast_grads = run(net, arrays)
        for a, b in zip(plain + plain_grads, fast + fast_grads, strict=True):
            assert a.shape == b.shape and a.dtype == b.dtype
            np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)
    assert net._cached is not None
    fast = [y.asnumpy() for y in flat(net(*arrays))]
    net.hybridize(False)
    for a, b in zip(flat(net(*arrays)), fast, strict=True):
        np.testing.assert_allclose(a.asnumpy(), b, rtol=rtol, atol=atol)


class Attention(gluon.HybridBlock):
    """Several heads, by shapes."""

    def __init__(self, units, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads
        with self.name_scope():
            self.q, self.k, self.v = (nn.Dense(units, flatten=False, use_bias=False) for _ in range(3))
            self.out = nn.Dense(units, flatten=False)

    def split(self, x):
        n, steps, units = x.shape
        x = x.reshape((n, steps, self.heads, units // self.heads)).transpose((0, 2, 1, 3))
        return x.reshape((n * self.heads, steps, -1))

    def hybrid_forward(self, F, x, mask=None):
        q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
        scores = F.batch_dot(q, k, transpose_b=True) / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores + mask[:, None]
        y = F.batch_dot(F.softmax(scores), v)
        n, steps = x.shape[:2]
        y = y.reshape((n, self.heads, steps, -1)).transpose((0, 2, 1, 3)).reshape((n, steps, -1))
        return self.out(y)
