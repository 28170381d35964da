"""Networks for the tests of plans over threads, and their results."""

from __future__ import annotations

import numpy as np
import pytest

import mxr as mx
from mxr import nd, sym
from mxr.core import threads
from mxr.graph import replicas
from mxr.graph.split_plan import SplitPlan

N = 12


@pytest.fixture(autouse=True)
def small_plans_split(monkeypatch):
    monkeypatch.setattr(replicas, "LEAST", 1)
    monkeypatch.setattr(replicas, "WAIT", 0)
    monkeypatch.setattr(threads, "cores", lambda: 8)
    before = threads.set_num_threads(1)
    yield
    threads.set_num_threads(before)


def bind(net, shapes, req="write", seed=0, labels=5):
    """An executor with random arrays: inputs that end in label or index have class numbers."""
    rng = np.random.RandomState(seed)
    exe = net.simple_bind(mx.cpu(), grad_req=req, **shapes)
    for name, x in {**exe.arg_dict, **exe.aux_dict}.items():
        if name.endswith(("label", "index")):
            x[:] = nd.array(rng.randint(0, labels, x.shape))
        elif name.endswith("var"):
            x[:] = nd.array(rng.uniform(0.5, 1.5, x.shape))
        else:
            x[:] = nd.array(rng.uniform(-0.5, 0.5, x.shape))
    for g in exe.grad_arrays:
        if g is not None:
            g[:] = nd.array(rng.uniform(-1, 1, g.shape))
    return exe


def results(net, shapes, count, train=True, **more):
    """(outputs, gradients, whether the plan is split, explain()) after two rounds on `count` threads."""
    threads.set_num_threads(count)
    exe = bind(net, shapes, **more)
    mx.random.seed(3)
    rng = np.random.RandomState(1)
    for _ in range(2):
        outs = exe.forward(is_train=train)
        if train:
            exe.backward([nd.array(rng.uniform(-1, 1, y.shape)) for y in outs])
    grads = {n: g.asnumpy() for n, g in exe.grad_dict.items() if g is not None}
    grads.update({n: x.asnumpy() for n, x in exe.aux_dict.items()})  # and what is kept from run to run
    split = isinstance(exe._plan(train), SplitPlan)
    return [y.asnumpy() for y in outs], grads, split, exe.explain(train)


def same(net, shapes, counts=(2, 3), **more):
    """Outputs and gradients over several threads are those of one, up to rounding.

    Kernels for another number of rows may add in another order.
    """
    outs, grads, split, _ = results(net, shapes, 1, **more)
    assert not split
    for count in counts:
        got, got_grads, split, text = results(net, shapes, count, **more)
        assert split, text
        assert f"{count} replicas" in text
        for a, b in zip(outs, got):
            np.testing.assert_allclose(b, a, rtol=2e-6, atol=2e-6)
        for name, a in grads.items():
            np.testing.assert_allclose(got_grads[name], a, rtol=1e-5, atol=1e-5 * (1 + np.abs(a).max()), err_msg=name)


def var(name):
    return sym.Variable(name)


def mlp(**head):
    net = sym.Activation(sym.FullyConnected(var("data"), num_hidden=7, name="a"), act_type="tanh")
    return sym.SoftmaxOutput(sym.FullyConnected(net, num_hidden=5, name="b"), name="softmax", **head)


def lenet():
    net = sym.Convolution(var("data"), kernel=(3, 3), num_filter=4, name="c")
    net = sym.Pooling(sym.Activation(net, act_type="relu"), pool_type="max", kernel=(2, 2), stride=(2, 2))
    net = sym.Convolution(net, kernel=(2, 2), num_filter=3, name="d")
    return sym.SoftmaxOutput(sym.FullyConnected(sym.Flatten(net), num_hidden=5, name="f"), name="softmax")


def language_model(steps=3, fused=True):
    net = sym.Embedding(var("data_index"), input_dim=5, output_dim=6, name="e")
    if fused:
        net = sym.RNN(net, var("p"), var("h"), var("c"), state_size=4, num_layers=2, mode="lstm", name="r")
    else:
        outs = []
        state = None
        for i, x in enumerate(sym.SliceChannel(net, num_outputs=steps, axis=0, squeeze_axis=True)):
            y = sym.FullyConnected(x, num_hidden=4, weight=var("i_weight"), bias=var("i_bias"), name=f"i{i}")
            if state is not None:
                y = y + sym.FullyConnected(state, num_hidden=4, weight=var("h_weight"), no_bias=True, name=f"h{i}")
            state = sym.tanh(y)
            outs.append(state)
        net = sym.stack(*outs, axis=0)
    net = sym.FullyConnected(sym.reshape(net, shape=(-1, 4)), num_hidden=5, name="o")
    return sym.SoftmaxOutput(net, sym.reshape(var("label"), shape=(-1,)), name="softmax")


def attention():
    """A transformer's layer on (n, steps, 8), two heads."""
    x = var("data")

    def heads(name):
        y = sym.FullyConnected(x, num_hidden=8, flatten=False, name=name)
        y = sym.transpose(sym.reshape(y, shape=(0, 0, 2, 4)), axes=(0, 2, 1, 3))
        return sym.reshape(y, shape=(-3, 0, 0))

    weights = sym.softmax(sym.batch_dot(heads("q"), heads("k"), transpose_b=True) / 2)
    y = sym.reshape(sym.batch_dot(weights, heads("v")), shape=(-4, -1, 2, 0, 0))
    y = sym.reshape(sym.transpose(y, axes=(0, 2, 1, 3)), shape=(0, 0, -3))
    y = sym.LayerNorm(x + y, var("gamma"), var("beta"))
    z = sym.FullyConnected(y, num_hidden=16, flatten=False, name="w1")
    z = sym.FullyConnected(sym.LeakyReLU(z, act_type="gelu"), num_hidden=8, flatten=False, name="w2")
    return sym.LayerNorm(y + z, var("gamma2"), var("beta2"))


def penalised():
    """The mean loss of a regression with a penalty on the weights: sums over the batch and terms without it."""
    weight = var("w_weight")
    y = sym.FullyConnected(var("data"), weight=weight, num_hidden=3, no_bias=True, name="y")
    loss = sym.mean(sym.square(y - var("target")))
    return sym.make_loss(loss + 0.1 * sym.sum(weight * weight))


def constants():
    y = sym.FullyConnected(var("data"), num_hidden=6) + sym.zeros((N, 6))
    return sym.broadcast_sub(sym.broadcast_add(y, sym.ones((1, 6))), sym.BlockGrad(sym.ones((N, 1)) * 2))


X = {"data": (N, 6)}


def residual(n=4):
    """A residual unit with batch normalisation."""
    x = sym.Convolution(var("data"), kernel=(3, 3), pad=(1, 1), num_filter=n, name="c0")
    y = sym.Activation(sym.BatchNorm(x, fix_gamma=False, name="b0"), act_type="relu")
    y = sym.Convolution(y, kernel=(3, 3), pad=(1, 1), num_filter=n, no_bias=True, name="c1")
    y = sym.BatchNorm(y, momentum=0.8, eps=1e-4, name="b1") + x
    y = sym.Pooling(y, global_pool=True, kernel=(1, 1), pool_type="avg")
    return sym.SoftmaxOutput(sym.FullyConnected(y, num_hidden=5, name="f"), name="softmax")


IMAGES = {"data": (N, 3, 8, 8)}


STEPS = {"data_index": (3, N), "label": (3, N)}
