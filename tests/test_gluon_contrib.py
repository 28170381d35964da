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
        np.testing.assert_allclose(x, y, rtol=1e-5, atol=1e-6)
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


@pytest.mark.parametrize("drops", [(0.3, 0.0, 0.3), (0.3, 0.4, 0.3)])
@pytest.mark.parametrize("hybrid", [False, True])
def test_variational_masks_stay(hybrid, drops):
    """What is dropped of one step is dropped of all; after reset other places are."""
    cell = gluon.contrib.rnn.VariationalDropoutCell(gluon.rnn.RNNCell(60, activation="relu"), *drops)
    cell.initialize(mx.init.One())
    if hybrid:
        cell.hybridize()
    x = nd.ones((8, 4, 6))
    zeros = []
    for _ in range(2):
        with autograd.record():
            out, _ = cell.unroll(4, x, layout="NTC", merge_outputs=True)
        gone = out.asnumpy() == 0
        assert (gone == gone[:, :1]).all()
        assert 0.2 < gone.mean() < 0.4
        zeros.append(gone)
    assert (zeros[0] != zeros[1]).any()
    assert (cell.unroll(4, x, layout="NTC", merge_outputs=True)[0].asnumpy() > 0).all()


@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize("hybrid", [False, True])
def test_dynamic_unroll_is_unroll(rng, hybrid, lengths):
    class Net(gluon.HybridBlock):
        def __init__(self, **kw):
            super().__init__(**kw)
            with self.name_scope():
                self.cell = gluon.rnn.LSTMCell(4, input_size=5)

        def hybrid_forward(self, F, x, h, c, *length):
            out, states = gluon.contrib.rnn.rnn_cell.dynamic_unroll(
                self.cell, x, [h, c], layout="NTC", valid_length=length[0] if length else None
            )
            return out, states[0], states[1]

    net = Net()
    net.initialize(mx.init.Uniform(0.4))
    if hybrid:
        net.hybridize()
    x = nd.array(rng.normal(size=(2, 3, 5)))
    begin = net.cell.begin_state(batch_size=2, func=nd.ones)
    more = [] if lengths is None else [nd.array(lengths)]
    kw = {"valid_length": more[0]} if more else {}
    expected, states = net.cell.unroll(3, x, begin_state=begin, merge_outputs=True, **kw)
    for _ in range(2):
        for a, b in zip(net(x, *begin, *more), (expected, *states), strict=True):
            np.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-5, atol=1e-6)
    unroll = gluon.contrib.rnn.rnn_cell.dynamic_unroll
    with autograd.record():
        out, _ = unroll(net.cell, nd.ones((2, 30, 5)), begin, drop_inputs=0.3, drop_outputs=0.5, layout="NTC")
    gone = out.asnumpy() == 0
    assert (gone == gone[:, :1]).all()
    with pytest.raises(MXNetError, match="layout"):
        unroll(net.cell, x, begin, layout="CNT")


@pytest.mark.parametrize("hybrid", [False, True])
def test_modulated_is_a_convolution_at_first(rng, hybrid):
    """With offsets 0 and masks 1 it is Convolution, gradients too; MXNet has them on the GPU only."""
    x = nd.array(rng.normal(size=(2, 3, 6, 5)))
    x.attach_grad()
    one = gluon.contrib.cnn.ModulatedDeformableConvolution(4, 3, padding=1, activation="tanh")
    two = gluon.nn.Conv2D(4, 3, padding=1, activation="tanh")
    found = []
    for net in (one, two):
        net.initialize(mx.init.Uniform(0.3))
        net(x)
        if net is two:
            two.weight.set_data(one.deformable_conv_weight.data())
        if hybrid:
            net.hybridize()
        with autograd.record():
            y = net(x)
            total = (y * y).sum()
        total.backward()
        weight, bias = (net.weight, net.bias) if net is two else (net.deformable_conv_weight, net.deformable_conv_bias)
        found.append([y, x.grad.copy(), weight.grad(), bias.grad()])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-3, atol=1e-4)
    assert abs(one.offset_weight.grad().asnumpy()).max() > 0


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda c: c.rnn.Conv2DRNNCell((2, 7), 3, 3, 3), "input_shape"),
        (lambda c: c.rnn.Conv1DRNNCell((2, 3), 3, 5, 3), "larger than input_shape"),
        (lambda c: c.rnn.Conv1DRNNCell((2, 3), 3, 3, 3, conv_layout="NCHW"), "conv_layout"),
        (lambda c: c.rnn.Conv1DRNNCell((2, 3), 3, 3, 2), "odd"),
        (lambda c: c.cnn.DeformableConvolution(4, 3, adj=(1, 1)), "adj"),
        (lambda c: c.cnn.DeformableConvolution(4, (3, 3, 3)), "kernel_size"),
        (lambda c: c.data.IntervalSampler(4, 0), "Interval 0"),
        (lambda c: c.nn.PixelShuffle3D((1, 2)), "factor"),
    ],
)
def test_bad_input(make, text):
    with pytest.raises(MXNetError, match=text):
        make(gluon.contrib)


def test_shuffles_by_hand(rng):
    x = rng.normal(size=(2, 12, 2, 3, 2)).astype("f")
    y = gluon.contrib.nn.PixelShuffle3D((2, 3, 2))(nd.array(x)).asnumpy()
    expected = x.reshape(2, 1, 2, 3, 2, 2, 3, 2).transpose(0, 1, 5, 2, 6, 3, 7, 4).reshape(2, 1, 4, 9, 4)
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize(
    "make", [lambda c: gluon.rnn.ZoneoutCell(c, 0.5), lambda c: gluon.contrib.rnn.VariationalDropoutCell(c, 0.5)]
)
def test_reset_is_asked_for(make):
    """What was kept of a graph is not mixed with arrays."""
    cell = make(gluon.rnn.RNNCell(3))
    cell.initialize()
    x = nd.ones((2, 4))
    cell(mx.sym.var("x"), cell.begin_state(func=mx.sym.var))
    with pytest.raises(MXNetError, match=r"reset\(\)"):
        cell(x, cell.begin_state(batch_size=2, func=nd.zeros))
    cell.reset()
    assert cell(x, cell.begin_state(batch_size=2, func=nd.zeros))[0].shape == (2, 3)
