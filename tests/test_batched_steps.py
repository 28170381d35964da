"""Symbols whose convolutions run with the batch in the vector, against the same symbols on the NumPy declarations.

Tolerance: 2e-5 of the largest element of each result (measured: 2e-6; gradients through sigmoids 1e-5).
"""

import numpy as np
import pytest

import mxr as mx
from mxr.core import faults
from mxr.core.faults import KernelFault
from mxr.graph import batched_steps
from mxr.kernels import jit_enabled
from mxr.kernels.batched import Backward, Forward, make

if not jit_enabled():
    pytest.skip("generated kernels are off", allow_module_level=True)

S = mx.sym


@pytest.fixture(autouse=True)
def chosen_as_with_wide_vectors(monkeypatch):
    """Narrow vectors waste less on padded channels, so these small networks would run in blocks of channels there."""
    monkeypatch.setattr("mxr.kernels.batched.choice.lanes_of", lambda: 16)


def lenet(act="relu", pool="max", filters=(6, 9), hidden=12, pad=0):
    x = S.Variable("data")
    for i, n in enumerate(filters):
        x = S.Convolution(x, kernel=(3, 3), num_filter=n, pad=(pad, pad), name=f"c{i}")
        x = S.Activation(x, act_type=act, name=f"a{i}")
        x = S.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type=pool, name=f"p{i}")
    x = S.Activation(S.FullyConnected(S.Flatten(x), num_hidden=hidden, name="f0"), act_type=act)
    return S.SoftmaxOutput(S.FullyConnected(x, num_hidden=5, name="f1"), name="softmax")


def executor(sym, batch, shape=(1, 14, 14), req="write", seed=0):
    exe = sym.simple_bind(mx.cpu(), data=(batch, *shape), grad_req=req)
    rng = np.random.RandomState(seed)
    for name in sorted(exe.arg_dict):
        a = exe.arg_dict[name]
        a[:] = rng.randint(0, 5, a.shape) if name.endswith("label") else rng.uniform(-0.5, 0.5, a.shape)
    return exe


def results(exe, train=True):
    exe.forward(is_train=train)
    found = {f"output {i}": o.asnumpy() for i, o in enumerate(exe.outputs)}
    if train:
        heads = [mx.nd.array(np.cos(np.arange(o.size)).reshape(o.shape)) for o in exe.outputs]
        exe.backward(heads)
        found |= {n: g.asnumpy() for n, g in exe.grad_dict.items() if g is not None}
    return found


def both(monkeypatch, sym, batch, train=True, batched=None, tolerance=2e-5, **how):
    """The results by kernels and by NumPy must agree; gives explain()."""
    fast = executor(sym, batch, **how)
    got = results(fast, train)
    text = fast.explain(is_train=train)
    monkeypatch.setenv("MXR_KERNELS", "ref")
    want = results(executor(sym, batch, **how), train)
    monkeypatch.delenv("MXR_KERNELS")
    assert got.keys() == want.keys()
    for name, b in want.items():
        off = abs(got[name] - b).max() / (abs(b).max() + 1e-30)
        assert off < tolerance, (name, off)
    if batched is not None:
        assert text.count("batch in") == batched, text
    return text


@pytest.mark.parametrize("pool", ["max", "avg"])
@pytest.mark.parametrize("act", ["relu", "tanh", "sigmoid", "softrelu", "softsign"])
def test_lenet(monkeypatch, act, pool):
    text = both(monkeypatch, lenet(act, pool), 32, batched=4 if pool == "max" else None)
    assert "pooling" in text and "c1_backward: data, weight, bias" in text


@pytest.mark.parametrize("batch", [13, 17])
def test_odd_batches(monkeypatch, batch):
    both(monkeypatch, lenet("tanh", pad=1), batch, batched=4)


def test_prediction(monkeypatch):
    text = both(monkeypatch, lenet(), 20, train=False)
    assert "c0 + relu + max pooling" in text and "c1 + relu + max pooling" in text


def test_kernels_that_fail_give_way(monkeypatch):
    """A fault of the forward kernel, then of the backward one, leaves the convolution to the next kernel set."""
    for kind in (Forward, Backward):

        def fail(what, generator=None, kind=kind):
            if isinstance(what, kind):
                raise KernelFault(f"a test has no {kind.__name__}")
            return make(what, generator)

        monkeypatch.setattr(batched_steps, "make", fail)
        faults._warn.cache_clear()
        with pytest.warns(RuntimeWarning, match=f"Convolution.*a test has no {kind.__name__}"):
            text = both(monkeypatch, lenet(), 16)
        assert "batch in" not in text


def test_gradients_that_nobody_wants(monkeypatch):
    names = lenet().list_arguments()
    for some in (["c0_weight"], ["c1_bias", "data"], ["f0_weight"]):
        both(monkeypatch, lenet(), 16, req={n: "write" if n in some else "null" for n in names})


def test_gradients_are_added(monkeypatch):
    sym, found = lenet(), []
    for choice in ("", "ref"):
        monkeypatch.setenv("MXR_KERNELS", choice)
        exe = executor(sym, 16, req="add")
        for _ in range(2):
            results(exe)
        found.append(exe.grad_dict["c1_weight"].asnumpy())
    np.testing.assert_allclose(*found, rtol=0, atol=2e-5 * abs(found[1]).max())


def conv(x, name="c", n=6, **more):
    return S.Convolution(x, kernel=(3, 3), num_filter=n, name=name, **more)


DATA = S.Variable("data")
PART = S.Activation(conv(DATA), act_type="tanh", name="act")
POOL = {"kernel": (2, 2), "stride": (2, 2)}
SHARED = S.Variable("w")


@pytest.mark.parametrize(
    "sym",
    [
        S.Group([S.Pooling(PART, **POOL), PART]),  # what is pooled is a result, too
        S.Group([S.Pooling(PART, **POOL), PART * 2]),
        S.Pooling(PART, **POOL) + S.Pooling(PART, pool_type="avg", **POOL),
        S.Pooling(PART, kernel=(3, 3), stride=(2, 2), pad=(1, 1)),  # overlapping windows
        S.Pooling(PART, kernel=(2, 2), stride=(2, 2), pooling_convention="full"),
        S.Pooling(PART, kernel=(3, 3), global_pool=True),
        S.Pooling(PART, kernel=(2, 2), stride=(2, 2), pool_type="sum"),
        S.Pooling(conv(DATA), **POOL),  # no activation
        S.Pooling(conv(DATA), pool_type="avg", **POOL),
        S.relu(S.Pooling(conv(DATA, no_bias=True), **POOL)),
        S.relu(conv(DATA)),
        S.relu(conv(DATA)) + conv(DATA),
        S.LeakyReLU(conv(DATA), slope=0.1),
        conv(PART, "c2", 5, stride=(2, 1), dilate=(1, 2), pad=(1, 2)),
        conv(PART, "c2", 6, num_group=2),
        S.Convolution(S.Activation(S.Convolution(DATA, SHARED, kernel=(3, 3), num_filter=1, no_bias=True, pad=(1, 1)),
                                   act_type="relu"), SHARED, kernel=(3, 3), num_filter=1, no_bias=True),
        S.broadcast_mul(PART, S.sum(PART, axis=(2, 3), keepdims=True)),
        S.BatchNorm(S.relu(conv(DATA, no_bias=True)), fix_gamma=False, name="bn"),
        S.Concat(PART, PART * 2, dim=1),
        S.transpose(PART, axes=(0, 2, 3, 1)),
        S.sum(S.log(S.square(PART) + 1), axis=(1, 2, 3)),
    ],
    ids=lambda s: s.name,
)  # fmt: skip
def test_what_stands_around(monkeypatch, sym):
    both(monkeypatch, sym, 17, shape=(1, 11, 12))


def lenet_with_norm(fix_gamma):
    x = DATA
    for i, n in enumerate((6, 9)):
        x = S.Convolution(x, kernel=(3, 3), num_filter=n, no_bias=i == 1, name=f"c{i}")
        x = S.BatchNorm(x, fix_gamma=fix_gamma, eps=1e-3, name=f"n{i}")
        x = S.Activation(x, act_type="sigmoid" if i else "relu")
        x = S.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="avg" if i else "max")
    return S.FullyConnected(S.Flatten(x), num_hidden=4, name="f")


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("fix_gamma", [True, False])
def test_batch_norm(monkeypatch, fix_gamma, train):
    """Training moves the averages as the declaration does; prediction has the norm in the filters."""
    sym, found = lenet_with_norm(fix_gamma), []
    for choice in ("", "ref"):
        monkeypatch.setenv("MXR_KERNELS", choice)
        exe = executor(sym, 37)
        for name, x in exe.aux_dict.items():
            x[:] = np.linspace(0.5, 1.5, x.size) if name.endswith("var") else np.linspace(-0.3, 0.3, x.size)
        results(exe, train)
        states = {**exe.aux_dict, **{f"{n} itself": x for n, x in exe.arg_dict.items()}}  # a gamma is left alone
        found.append(results(exe, train) | {n: x.asnumpy() for n, x in states.items()})
        if not choice:
            text = exe.explain(is_train=train)
            assert ("c0 + BatchNorm + relu + max pooling" in text) != train
            assert text.count("batch in") >= (10 if train else 3)
    for name, want in found[1].items():
        if name != "c0_bias":  # its gradient is nothing but rounding, the norm takes it away
            assert abs(found[0][name] - want).max() < 3e-5 * abs(want).max() + 1e-7, name


def test_one_spatial_axis(monkeypatch):
    x = S.Convolution(DATA, kernel=(5,), num_filter=6, name="c0", pad=(2,))
    x = S.Pooling(S.Activation(x, act_type="relu"), kernel=(2,), stride=(2,), pool_type="max")
    x = S.Convolution(x, kernel=(3,), num_filter=5, name="c1", stride=(2,))
    text = both(monkeypatch, x, 20, shape=(3, 40))
    assert "c0 + relu + max pooling" in text


def test_gluon_blocks(monkeypatch):
    found = []
    for choice in ("", "ref"):
        monkeypatch.setenv("MXR_KERNELS", choice)
        net = mx.gluon.nn.HybridSequential()
        with net.name_scope():
            net.add(mx.gluon.nn.Conv2D(6, 5, activation="sigmoid"), mx.gluon.nn.AvgPool2D(2, 2),
                    mx.gluon.nn.Conv2D(8, 3, activation="relu"), mx.gluon.nn.MaxPool2D(2, 2),
                    mx.gluon.nn.Dense(10))  # fmt: skip
        net.initialize()
        x = mx.nd.array(np.random.RandomState(0).rand(21, 1, 20, 20))
        net(x)
        for i, p in enumerate(net.collect_params().values()):
            p.set_data(mx.nd.array(np.random.RandomState(i).uniform(-0.3, 0.3, p.shape)))
        net.hybridize()
        with mx.autograd.record():
            y = net(x)
            loss = (y * y).sum()
        loss.backward()
        found.append([y.asnumpy(), *(p.grad().asnumpy() for p in net.collect_params().values())])
    for got, want in zip(*found):
        assert abs(got - want).max() <= 2e-5 * abs(want).max()


def test_training_curves_overlay(monkeypatch):
    """A hundred steps of gradient descent: losses within 1e-4 of those on NumPy."""
    rng = np.random.RandomState(3)
    x, label = rng.rand(32, 1, 14, 14), rng.randint(0, 5, 32)
    for i, k in enumerate(label):
        x[i, :, 2 * k : 2 * k + 4] += 2
    curves = []
    for choice in ("", "ref"):
        monkeypatch.setenv("MXR_KERNELS", choice)
        exe = executor(lenet("tanh"), 32)
        exe.arg_dict["data"][:], exe.arg_dict["softmax_label"][:] = mx.nd.array(x), mx.nd.array(label)
        curve = []
        for _ in range(100):
            exe.forward(is_train=True)
            p = exe.outputs[0].asnumpy()
            curve.append(-np.log(p[np.arange(32), label]).mean())
            exe.backward()
            for n, g in exe.grad_dict.items():
                if n not in ("data", "softmax_label"):
                    exe.arg_dict[n][:] -= 0.003 * g
        curves.append(curve)
    assert curves[0][-1] < 0.8 * curves[0][0]
    np.testing.assert_allclose(*curves, rtol=1e-4)


def test_five_by_five_filters_by_minimal_filtering(monkeypatch):
    x = S.Convolution(DATA, kernel=(5, 5), num_filter=8, name="c0")
    x = S.Pooling(S.Activation(x, act_type="tanh"), kernel=(2, 2), stride=(2, 2), pool_type="max")
    x = S.Activation(S.Convolution(x, kernel=(5, 5), num_filter=16, name="c1"), act_type="tanh")
    x = S.FullyConnected(S.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max"), num_hidden=4, name="f")
    text = both(monkeypatch, x, 19, shape=(1, 20, 20))
    assert text.count("minimal filtering") == 2  # c1 forward and backward


@pytest.mark.parametrize("forced", [False, True])
@pytest.mark.parametrize(("size", "kernel", "dilate", "pad"), [(1, 2, 2, 1), (2, 2, 4, 2), (1, 4, 2, 3)])
def test_filters_that_see_nothing_but_padding(monkeypatch, size, kernel, dilate, pad, forced):
    if forced:
        monkeypatch.setattr(batched_steps, "worth_it", lambda *arguments: True)
    x = S.Convolution(
        S.Variable("data"), kernel=(kernel,) * 2, dilate=(dilate,) * 2, pad=(pad,) * 2, num_filter=16, name="c"
    )
    both(monkeypatch, x, 16, shape=(3, size, size))
    both(monkeypatch, x, 16, shape=(3, size, size), train=False)
