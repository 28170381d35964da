"""Hybridized blocks compute gradients straight into the parameters' arrays; what else uses these arrays stays right."""

import gc
import weakref

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, nd

nn = mx.gluon.nn


def _net(hybrid=True, layers=2):
    mx.random.seed(5)
    np.random.seed(5)
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        for _ in range(layers - 1):
            net.add(nn.Dense(7, activation="tanh"))
        net.add(nn.Dense(3))
    net.initialize(mx.init.Xavier(), force_reinit=True)
    net(nd.ones((1, 4)))
    if hybrid:
        net.hybridize()
    return net


X = np.random.default_rng(0).standard_normal((3, 6, 4)).astype("float32")


def _grads(net):
    return {n: p.grad().asnumpy() for n, p in net.collect_params().items() if p.grad_req != "null"}


def _same(a, b):
    assert a.keys() == b.keys()
    for n in a:
        np.testing.assert_allclose(a[n], b[n], rtol=1e-5, atol=1e-5, err_msg=n)


def _instances(net):
    return [i for pool in net._cached._pools.values() for i in pool]


def test_computed_in_place():
    net = _net()
    for _ in range(2):
        with autograd.record():
            y = net(nd.array(X[0]))
        y.backward()
    (instance,) = _instances(net)
    params = list(net.collect_params().values())
    assert len(instance.targets) == len(params)
    assert {id(b) for _, b in instance.targets} == {id(p.grad()._data) for p in params}


def _twice(net):
    return net(nd.array(X[0])) * 2 + net(nd.array(X[1]))


def _with_eager_use(net):
    weight = net[1].weight.data()
    return net(nd.array(X[0])).sum() + (weight * weight).sum() + net(nd.array(X[2])).sum() + weight.sum()


def _before_and_after(net):
    first = net(nd.array(X[0]))
    weight = net[0].weight.data()
    return (first.sum() * weight.sum() + net(nd.array(X[1])).sum()) * 3


def _three_sizes(net):
    return sum(net(nd.array(X[0][:n])).sum() * n for n in (1, 2, 5))


@pytest.mark.parametrize("use", [_twice, _with_eager_use, _before_and_after, _three_sizes])
@pytest.mark.parametrize("req", ["write", "add"])
def test_several_uses_add_up(use, req):
    found = []
    for hybrid in (False, True):
        net = _net(hybrid)
        net.collect_params().setattr("grad_req", req)
        for _ in range(2):
            with autograd.record():
                y = use(net)
            y.backward()
        found.append(_grads(net))
    _same(*found)


def test_a_weight_of_two_blocks():
    found = []
    for hybrid in (False, True):
        net = _net(hybrid)
        other = nn.Dense(3, params=net[1].params)
        if hybrid:
            other.hybridize()
        h = nd.array(X[0][:, :1] * np.ones(7, "float32"))
        with autograd.record():
            y = other(h).square().sum() + net(nd.array(X[1])).sum() + other(h * 2).sum()
        y.backward()
        found.append(_grads(net))
    _same(*found)


def test_grad_leaves_the_arrays_alone():
    net = _net()
    x = nd.array(X[0])
    with autograd.record():
        y = net(x).square().sum()
    y.backward()
    before = _grads(net)
    weights = [p.data() for p in net.collect_params().values()]
    with autograd.record():
        y = (net(x) * 3).sum() + net(x * 2).sum()
    found = autograd.grad(y, weights)
    _same(before, _grads(net))
    plain = _net(False)
    with autograd.record():
        y = (plain(x) * 3).sum() + plain(x * 2).sum()
    want = autograd.grad(y, [p.data() for p in plain.collect_params().values()])
    for a, b in zip(found, want):
        np.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-5, atol=1e-6)


def test_twice_over_one_graph():
    net = _net()
    with autograd.record():
        y = net(nd.array(X[0])).square().sum()
    y.backward(retain_graph=True)
    first = _grads(net)
    for p in net.collect_params().values():
        p.zero_grad()
    y.backward()
    _same(first, _grads(net))


def test_arrays_that_change_places():
    net, plain = _net(), _net(False)
    x = nd.array(X[0])

    def both():
        for n in (net, plain):
            with autograd.record():
                y = n(x).square().sum()
            y.backward()
        _same(_grads(net), _grads(plain))

    both()
    for n in (net, plain):
        n[0].weight.grad_req = "add"
    both()
    both()
    for n in (net, plain):
        n[0].weight.grad_req = "null"
        n[1].bias.grad_req = "null"
    both()
    for n in (net, plain):
        n.collect_params().setattr("grad_req", "write")
        n[1].weight.set_data(nd.ones(n[1].weight.shape))
    both()
    for n in (net, plain):
        for p in n.collect_params().values():
            p.data().attach_grad()  # a new array of its own, of which the parameter knows nothing
        with autograd.record():
            y = n(x).square().sum()
        y.backward()
    for a, b in zip(net.collect_params().values(), plain.collect_params().values()):
        np.testing.assert_allclose(a.data().grad.asnumpy(), b.data().grad.asnumpy(), rtol=1e-5, atol=1e-6)


def test_second_order_and_input_gradients():
    found = []
    for hybrid in (False, True):
        net, x = _net(hybrid), nd.array(X[0])
        x.attach_grad()
        with autograd.record():
            y = net(x).square().sum()
            (g,) = autograd.grad(y, [x], create_graph=True)
            z = g.square().sum()
        z.backward()
        found.append({**_grads(net), "x": x.grad.asnumpy()})
    _same(*found)


def test_dropped_plans_free_their_memory():
    net = _net()
    with autograd.record():
        y = net(nd.array(X[0]))
    y.backward()
    gc.collect()
    gc.disable()
    try:
        (instance,) = _instances(net)
        held = [weakref.ref(instance.plan), weakref.ref(instance.in_bufs[0]), weakref.ref(instance)]
        del instance
        net.hybridize()  # what was traced is dropped
        del y
        assert [r() for r in held] == [None] * 3
    finally:
        gc.enable()
