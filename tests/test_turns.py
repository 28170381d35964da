"""Prediction in turns gives what the whole batch gives, and is left alone where that cannot be."""

from __future__ import annotations

import re

import numpy as np
import pytest

import mxr as mx
from mxr.graph import turns
from mxr.kernels import onednn_enabled


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(turns, "_cache", lambda: 64 << 10)


def _narrow(x, reshape=None):
    """Few channels on many places: little to compute for the bytes."""
    for i in range(2):
        x = mx.sym.Convolution(x, num_filter=16, kernel=(1, 1), name=f"a{i}")
        x = mx.sym.Activation(mx.sym.BatchNorm(x, name=f"b{i}", fix_gamma=False), act_type="relu")
        x = (
            mx.sym.Convolution(x, num_filter=16, kernel=(3, 3), pad=(1, 1), num_group=16, name=f"d{i}", no_bias=True)
            + x
        )
    if reshape is not None:
        x = mx.sym.Reshape(x, shape=reshape)
    return x


def _pooled(x):
    return mx.sym.Flatten(mx.sym.Pooling(x, global_pool=True, kernel=(1, 1), pool_type="avg"))


def _bound(sym, **shapes):
    exe = sym.simple_bind(mx.cpu(), grad_req="null", **shapes)
    rng = np.random.RandomState(0)
    for n, x in {**exe.arg_dict, **exe.aux_dict}.items():
        x[:] = rng.rand(*x.shape) + 0.1 if n.endswith(("var", "gamma")) else rng.randn(*x.shape)
    return exe


def _check(sym, monkeypatch, many, **shapes):
    exe = _bound(sym, **shapes)
    assert ("turns of" in exe.explain(is_train=False)) is many
    monkeypatch.setattr(turns, "rows_of_a_turn", lambda g, n: n)
    whole = exe._symbol.bind(mx.cpu(), exe.arg_dict, grad_req="null", aux_states=exe.aux_dict)
    assert "turns of" not in whole.explain(is_train=False)
    rng = np.random.RandomState(1)
    for _ in range(3):
        for name, shape in shapes.items():
            exe.arg_dict[name][:] = rng.randn(*shape)
        for n, x in exe.arg_dict.items():  # a parameter changes, too
            if n.endswith("weight"):
                x *= 1.25
        got, want = exe.forward(is_train=False), whole.forward(is_train=False)
        for a, b in zip(got, want):
            b = b.asnumpy()
            assert np.abs(a.asnumpy() - b).max() <= 1e-5 * max(np.abs(b).max(), 1)
    return exe


@pytest.mark.parametrize("batch", [2, 6, 7])
def test_turns_equal_the_whole(batch, monkeypatch):
    _check(_narrow(mx.sym.var("data")), monkeypatch, True, data=(batch, 8, 20, 20))


def test_several_outputs_and_a_head(monkeypatch):
    x = _narrow(mx.sym.var("data"))
    out = mx.sym.softmax(mx.sym.FullyConnected(_pooled(x), num_hidden=5, name="f"))
    _check(mx.sym.Group([out, x, mx.sym.Reshape(x, shape=(0, -1))]), monkeypatch, True, data=(6, 8, 20, 20))


def test_dense_layers_at_the_end_take_all_examples(monkeypatch):
    """With what lies between them, an input of their own and several results; the turns end where little is left."""
    x = mx.sym.Activation(mx.sym.FullyConnected(_pooled(_narrow(mx.sym.var("data"))), num_hidden=9, name="f"), "relu")
    y = mx.sym.FullyConnected(mx.sym.concat(x, mx.sym.var("more")), num_hidden=5, name="h")
    exe = _check(mx.sym.Group([mx.sym.softmax(y), x * 2]), monkeypatch, True, data=(6, 8, 20, 20), more=(6, 4))
    turns_rows, end = exe.explain(is_train=False).split("then all together")
    assert "d1" in turns_rows and not re.search(r"  [fh]\b", turns_rows)
    assert re.search(r"  f\b", end) and re.search(r"  h\b", end) and "d1" not in end


def _scaled(x):
    factors = mx.sym.FullyConnected(_pooled(x), num_hidden=16, name="f")
    return mx.sym.broadcast_mul(x, mx.sym.Reshape(factors, shape=(0, 0, 1, 1)))


@pytest.mark.parametrize("make", [_scaled, lambda x: mx.sym.FullyConnected(x, num_hidden=3, name="f")])
def test_other_ends_run_in_turns(make, monkeypatch):
    """Two values from before, and examples of more than some bytes."""
    monkeypatch.setattr(turns, "_NARROW", 1000)
    exe = _check(make(_narrow(mx.sym.var("data"))), monkeypatch, True, data=(6, 8, 20, 20))
    assert "then all together" not in exe.explain(is_train=False)


def test_two_inputs(monkeypatch):
    a, b = mx.sym.var("data"), mx.sym.var("more")
    _check(_narrow(a) + mx.sym.Convolution(b, num_filter=16, kernel=(1, 1), name="m"), monkeypatch, True,
           data=(4, 8, 20, 20), more=(4, 3, 20, 20))  # fmt: skip


@pytest.mark.parametrize(
    "make",
    [
        lambda x: _narrow(x, (4, 16, 400)),  # an attribute has the batch
        lambda x: mx.sym.sum(_narrow(x)),
        lambda x: mx.sym.Group([_narrow(x), mx.sym.mean(x, axis=0)]),
        lambda x: mx.sym.softmax(_narrow(x), axis=0),
        lambda x: mx.sym.Dropout(_narrow(x), p=0.5, mode="always"),
    ],
)
def test_what_mixes_the_batch_stays_whole(make, monkeypatch):
    exe = _bound(make(mx.sym.var("data")), data=(4, 8, 20, 20))
    assert "turns of" not in exe.explain(is_train=False)


def test_training_and_its_prediction_stay_whole():
    exe = _narrow(mx.sym.var("data")).simple_bind(mx.cpu(), data=(4, 8, 20, 20))
    assert "turns of" not in exe.explain(is_train=True)
    exe.forward(is_train=False)
    exe.backward(mx.nd.ones(exe.outputs[0].shape))


@pytest.mark.skipif(not onednn_enabled(), reason="weights are prepared for oneDNN")
def test_parameters_are_looked_after_once():
    exe = _bound(_narrow(mx.sym.var("data")), data=(6, 8, 20, 20))
    rows = exe._plan(False).rows
    assert sum("look after" in r.label for r in rows) == 1
    assert len(rows) > 6 * 4


def test_a_block_in_turns():
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Conv2D(16, 1), mx.gluon.nn.Conv2D(16, 3, padding=1, groups=16), mx.gluon.nn.BatchNorm())
    net.initialize()
    x = mx.nd.random.normal(shape=(6, 8, 20, 20))
    want = net(x).asnumpy()
    net.hybridize()
    for _ in range(2):
        np.testing.assert_allclose(net(x).asnumpy(), want, rtol=1e-4, atol=1e-5)
    assert "turns of" in net.explain(x)
