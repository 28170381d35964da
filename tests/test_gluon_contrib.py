"""gluon.contrib, CTCLoss, SDMLLoss and BatchNormReLU without MXNet: hybridized like imperative, bad input, files."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.base import MXNetError


def test_sdml_hybridized(rng):
    """MXNet cannot hybridize it: it asks for shapes."""
    a, b = (nd.array(rng.normal(size=(5, 3))) for _ in range(2))
    a.attach_grad()
    loss, found = gluon.loss.SDMLLoss(0.2), []
    for hybrid in (False, True):
        loss.hybridize(hybrid)
        with autograd.record():
            value = loss(a, b)
        value.backward()
        found.append((value.asnumpy(), a.grad.asnumpy()))
    for x, y in zip(*found, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-5)
    log_p = -((a.asnumpy()[:, None] - b.asnumpy()[None]) ** 2).sum(2)
    log_p -= np.log(np.exp(log_p).sum(1, keepdims=True))
    label = np.full((5, 5), 0.05)
    np.fill_diagonal(label, 0.8)
    np.testing.assert_allclose(found[0][0], (label * (np.log(label) - log_p)).sum(1), rtol=1e-4)
    loss.hybridize(False)
    for x, y in ((a, b[:2]), (a[:1], b[:1]), (a[0], b[0])):
        with pytest.raises(MXNetError, match="SDMLLoss"):
            loss(x, y)


@pytest.mark.parametrize("hybrid", [False, True])
def test_batch_norm_relu(rng, hybrid):
    """MXNet has no kernel of this operator for most machines: compared with BatchNorm and relu."""
    x = nd.array(rng.normal(size=(4, 3, 5)))
    x.attach_grad()
    one, two = gluon.nn.BatchNormReLU(), gluon.nn.HybridSequential()
    two.add(gluon.nn.BatchNorm(), gluon.nn.Activation("relu"))
    assert repr(one) == repr(two[0]).replace("BatchNorm", "BatchNormReLU")
    assert one.prefix.startswith("batchnormrelu")
    found = []
    for net in (one, two):
        net.initialize()
        if hybrid:
            net.hybridize()
        with autograd.record():
            y = net(x)
            total = (y * y).sum()
        total.backward()
        params = net.collect_params()
        grads = [p.grad() for p in params.values() if p.grad_req != "null"]
        found.append([y, x.grad.copy(), net(x), *grads, *(p.data() for p in params.values())])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-4, atol=1e-5)
    with mx.name.NameManager():
        graph = gluon.nn.BatchNormReLU(in_channels=3, prefix="b_")(mx.sym.var("x"))
    assert '"_contrib_BatchNormWithReLU"' in graph.tojson()
    assert graph.list_auxiliary_states() == ["b_running_mean", "b_running_var"]
