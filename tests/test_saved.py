"""Block.save and Block.load by themselves; files of MXNet are in tests/oracle/test_saved_oracle.py."""

import json

import numpy as np
import pytest

import mxr as mx
from mxr import gluon, nd
from mxr.base import MXNetError
from mxr.gluon import nn


def stack(prefix=None, units=3):
    net = nn.HybridSequential(prefix=prefix)
    with net.name_scope():
        net.add(nn.Dense(units, activation="relu"), nn.BatchNorm(), nn.Dense(2))
    return net


def ready(net, x, hybrid=False):
    net.initialize(mx.init.Xavier())
    if hybrid:
        net.hybridize()
    net(x)
    return net


X = nd.array(np.random.RandomState(0).randn(4, 5))


@pytest.mark.parametrize("hybrid", [False, True])
def test_round_trip(tmp_path, hybrid):
    net = ready(stack(), X, hybrid)
    net.save(tmp_path / "m")
    again = stack()
    again.load(str(tmp_path / "m"))
    np.testing.assert_allclose(again(X).asnumpy(), net(X).asnumpy(), rtol=1e-6)
    assert again._active is hybrid and list(again.collect_params().keys()) == list(net.collect_params().keys())


def test_loaded_model_lives_on(tmp_path):
    """It is traced anew, exported, saved, trained and extended under the names of the file."""
    ready(stack("a_"), X, True).save(tmp_path / "m")
    net = stack("b_")
    net.load(tmp_path / "m")
    assert net.prefix == "a_" and net[0].weight.name == "a_dense0_weight"
    want = net(X).asnumpy()
    net.export(str(tmp_path / "e"))
    assert "arg:a_dense0_weight" in nd.load(str(tmp_path / "e-0000.params"))
    net.hybridize()
    np.testing.assert_allclose(net(X).asnumpy(), want, rtol=1e-6)
    net.save(tmp_path / "n")
    assert json.loads((tmp_path / "n-model.json").read_text())["hybridsequential0"]["orig_name"] == "a"
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    with mx.autograd.record():
        loss = (net(X) ** 2).sum()
    loss.backward()
    trainer.step(4)
    assert not np.allclose(net(X).asnumpy(), want)
    with net.name_scope():
        net.add(nn.Dense(1))
    net[3].initialize()
    assert net(X).shape == (4, 1) and net[3].weight.name.startswith("a_dense")


def test_moving_averages_move(tmp_path):
    net = ready(stack("n_"), X, True)
    net.save(tmp_path / "m")
    again = stack("n_")
    again.load(tmp_path / "m")
    for each in (net, again):
        with mx.autograd.record():
            loss = (each(X) ** 2).sum()
        loss.backward()
    mean = again[1].running_mean.data().asnumpy()
    assert np.abs(mean).max() > 0
    np.testing.assert_allclose(mean, net[1].running_mean.data().asnumpy(), rtol=1e-6)
    np.testing.assert_allclose(again[0].weight.grad().asnumpy(), net[0].weight.grad().asnumpy(), rtol=1e-5, atol=1e-7)


def test_the_stored_graph_runs(tmp_path):
    """A class whose code is lost or changed gives the results that it had."""

    class Twice(gluon.HybridBlock):
        factor = 2

        def hybrid_forward(self, F, x):
            return x * self.factor

    ready(Twice(), X, True).save(tmp_path / "m")
    Twice.factor = 5
    net = Twice()
    net.load(tmp_path / "m")
    np.testing.assert_allclose(net(X).asnumpy(), 2 * X.asnumpy())
    net.hybridize()
    np.testing.assert_allclose(net(X).asnumpy(), 5 * X.asnumpy())


def test_graphs_of_one_signature_are_not_saved(tmp_path):
    class Rows(gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return x.sum(axis=1) / x.shape[1]

    net = ready(Rows(), X, True)
    with pytest.warns(UserWarning, match=r"rows\d+ asks for the shapes"):
        net.save(tmp_path / "m")
    again = Rows()
    again.load(tmp_path / "m")
    assert again(nd.ones((2, 7))).asnumpy().tolist() == [1, 1]


def test_shared_parameters(tmp_path):
    def made(prefix):
        net = nn.HybridSequential(prefix=prefix)
        with net.name_scope():
            first = nn.Dense(5, in_units=5)
            net.add(first, nn.Dense(5, in_units=5, params=first.params))
        return net

    net = ready(made("a_"), X, True)
    net.save(tmp_path / "m")
    again = made("b_")
    again.load(tmp_path / "m")
    assert again[1].weight is again[0].weight and again[1].weight.name == "a_dense0_weight"
    np.testing.assert_allclose(again(X).asnumpy(), net(X).asnumpy(), rtol=1e-6)


def test_symbol_block(tmp_path):
    net = ready(stack("n_"), X, True)
    net.export(str(tmp_path / "e"))
    files = str(tmp_path / "e-symbol.json"), "data", str(tmp_path / "e-0000.params")
    block = gluon.SymbolBlock.imports(*files)
    block.save(tmp_path / "m")
    again = gluon.SymbolBlock.imports(*files[:2])
    again.load(tmp_path / "m")
    np.testing.assert_allclose(again(X).asnumpy(), net(X).asnumpy(), rtol=1e-6)
    block.save_parameters(str(tmp_path / "p"))
    assert "dense0_weight" in nd.load(str(tmp_path / "p"))


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda d: (d / "m-model.json").unlink(), "cannot read .*m-model.json"),
        (lambda d: (d / "m-model.json").write_text("{"), "is not JSON"),
        (lambda d: (d / "m-model.json").write_text("[1]"), "'hybridsequential0' .* has nothing"),
        (lambda d: (d / "m-model.params").unlink(), "m-model.params"),
        (lambda d: ready(stack(units=4), X).save(d / "m"), "shape"),
        (lambda d: ready(nn.HybridSequential(), X).save(d / "m"), "'dense1'"),
    ],
)
def test_errors(tmp_path, spoil, match):
    ready(stack(), X).save(tmp_path / "m")
    spoil(tmp_path)
    with pytest.raises(MXNetError, match=match):
        stack().load(tmp_path / "m")


def test_more_blocks_in_the_file(tmp_path):
    ready(stack("n_"), X).save(tmp_path / "m")
    net = nn.HybridSequential(prefix="n_")
    net.add(nn.Dense(3, activation="relu"))
    with pytest.raises(MXNetError, match="has 'batchnorm3', and the model has no such block"):
        net.load(tmp_path / "m")


def test_a_graph_that_does_not_fit(tmp_path):
    ready(stack("n_"), X, True).save(tmp_path / "m")
    path = tmp_path / "m-model.json"
    path.write_text(path.read_text().replace("n_dense1_weight", "n_dense1_wait"))
    with pytest.raises(MXNetError, match="variable 'n_dense1_wait', which is no parameter"):
        stack("n_").load(tmp_path / "m")
