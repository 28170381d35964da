"""Trainer: steps, stale gradients, devices, states."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.base import MXNetAssertionError, MXNetError, MXNetTypeError, MXNetValueError
from mxr.gluon import nn


def model(ctx=None, **options):
    net = nn.Dense(1, in_units=2)
    net.initialize(mx.init.One(), ctx=ctx)
    return net, gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5}, **options)


def backward(net, x):
    with autograd.record():
        y = net(x)
    y.backward()


def test_a_step_divides_by_the_batch_size():
    net, trainer = model()
    backward(net, nd.array([[1, 2], [3, 4]]))
    trainer.step(2)
    assert net.weight.data().asnumpy().tolist() == [[1 - 0.5 * 4 / 2, 1 - 0.5 * 6 / 2]]
    assert net.bias.data().asscalar() == -0.5


def test_multipliers_and_frozen_parameters():
    net, trainer = model()
    net.weight.lr_mult = 0.1
    net.bias.grad_req = "null"
    backward(net, nd.array([[1, 2]]))
    trainer.step(1)
    np.testing.assert_allclose(net.weight.data().asnumpy(), [[0.95, 0.9]], rtol=1e-6)
    assert net.bias.data().asscalar() == 0


def test_stale_gradients():
    net, trainer = model()
    with pytest.raises(UserWarning, match="`dense.*_bias` on context cpu.0. has not been updated by backward"):
        trainer.step(1)
    backward(net, nd.ones((1, 2)))
    trainer.step(1)
    after = net.weight.data().asnumpy()
    with pytest.raises(UserWarning, match="ignore_stale_grad=True"):
        trainer.step(1)
    trainer.step(1, ignore_stale_grad=True)
    assert (net.weight.data().asnumpy() == after).all()


def test_learning_rate():
    net, trainer = model()
    assert trainer.learning_rate == 0.5
    trainer.set_learning_rate(0.1)
    assert trainer.learning_rate == 0.1
    schedule = mx.lr_scheduler.FactorScheduler(step=1, factor=0.5, base_lr=1.0)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": schedule})
    with pytest.raises(UserWarning, match="LRScheduler of the optimizer has already been defined"):
        trainer.set_learning_rate(0.1)


@pytest.mark.parametrize("on_store", [None, True, False])
@pytest.mark.parametrize("kvstore", ["device", "local"])
def test_several_devices_stay_equal(kvstore, on_store):
    devices = [mx.cpu(0), mx.cpu(1)]
    net, trainer = model(devices, kvstore=kvstore, update_on_kvstore=on_store)
    one, single = model()
    x = nd.array([[1, 2], [3, 5]])
    for _ in range(2):
        for part in gluon.utils.split_and_load(x, devices):
            backward(net, part)
        trainer.step(2)
        backward(one, x)
        single.step(2)
    for ctx in devices:
        np.testing.assert_allclose(net.weight.data(ctx).asnumpy(), one.weight.data().asnumpy(), rtol=1e-6)


def test_allreduce_then_update():
    devices = [mx.cpu(0), mx.cpu(1)]
    net, trainer = model(devices, update_on_kvstore=False)
    for part in gluon.utils.split_and_load(nd.array([[1, 2], [3, 5]]), devices):
        backward(net, part)
    trainer.allreduce_grads()
    assert [g.asnumpy().tolist() for g in net.weight.list_grad()] == [[[4, 7]], [[4, 7]]]
    trainer.update(1)
    assert net.weight.data(devices[1]).asnumpy().tolist() == [[-1, -2.5]]
    net, trainer = model(devices)
    with pytest.raises(MXNetError, match="update_on_kvstore"):
        trainer.allreduce_grads()


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop", "adagrad", "nag"])
def test_states_continue_where_they_were(tmp_path, optimizer):
    def start():
        net = nn.Dense(1, in_units=2)
        net.initialize(mx.init.One())
        options = {"learning_rate": 0.1}
        if optimizer in ("sgd", "nag"):
            options["momentum"] = 0.9
        return net, gluon.Trainer(net.collect_params(), optimizer, options)

    x = nd.array([[1, 2]])
    net, trainer = start()
    for _ in range(2):
        backward(net, x)
        trainer.step(1)
    trainer.save_states(str(tmp_path / "states"))
    net.save_parameters(str(tmp_path / "net"))
    other, second = start()
    other.load_parameters(str(tmp_path / "net"))
    second.load_states(str(tmp_path / "states"))
    for n, t in ((net, trainer), (other, second)):
        backward(n, x)
        t.step(1)
    assert (net.weight.data().asnumpy() == other.weight.data().asnumpy()).all()
    with pytest.raises(MXNetError, match="absent"):
        second.load_states(str(tmp_path / "absent"))


def test_deferred_parameters_join_when_known():
    net = nn.Dense(1)
    net.initialize(mx.init.One())
    trainer = gluon.Trainer(net.collect_params(), mx.optimizer.SGD(learning_rate=1.0))
    backward(net, nd.array([[1, 2]]))
    trainer.step(1)
    assert net.weight.data().asnumpy().tolist() == [[0, -1]]


def test_bad_arguments():
    net = nn.Dense(1, in_units=2)
    with pytest.raises(MXNetValueError, match="list or dict of Parameters, got .*str"):
        gluon.Trainer("weights", "sgd")
    with pytest.raises(MXNetValueError, match="got list of .*NDArray"):
        gluon.Trainer([nd.ones((1,))], "sgd")
    with pytest.raises(MXNetValueError, match="Cannot find optimizer sdg. Did you mean 'sgd'"):
        gluon.Trainer(net.collect_params(), "sdg")
    with pytest.raises(MXNetTypeError, match="learning_rat.*Did you mean 'learning_rate'"):
        gluon.Trainer(net.collect_params(), "sgd", {"learning_rat": 0.1})
    with pytest.raises(MXNetAssertionError, match="optimizer_params must be None"):
        gluon.Trainer(net.collect_params(), mx.optimizer.SGD(), {"learning_rate": 0.1})
    with pytest.raises(MXNetError, match="has not been initialized"):
        gluon.Trainer(net.collect_params(), "sgd").step(1)
    net.initialize()
    with pytest.raises(MXNetValueError, match="batch_size must be a positive number, got 0"):
        gluon.Trainer(net.collect_params(), "sgd").step(0)
    with pytest.raises(MXNetError, match="dist_nowhere"):
        gluon.Trainer(net.collect_params(), "sgd", kvstore="dist_nowhere").step(1)


def test_contexts_must_agree():
    a, b = nn.Dense(1, in_units=2), nn.Dense(1, in_units=2)
    a.initialize()
    b.initialize(ctx=mx.cpu(1))
    trainer = gluon.Trainer([a.weight, b.weight], "sgd")
    with pytest.raises(MXNetError, match="must be initialized on the same set of contexts"):
        trainer.step(1)


@pytest.mark.parametrize("kind", ["device", "dist_of_others"])
def test_batches_of_another_size_on_a_store(kind, recwarn):
    """The divisor follows the batch, in silence; only a store of several processes cannot follow, and is warned of."""
    net = gluon.nn.Dense(2, in_units=2)
    net.initialize(mx.init.One(), ctx=[mx.cpu(0), mx.cpu(1)])
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1}, update_on_kvstore=True)
    trainer._init_kvstore()
    if kind != "device":
        trainer._kvstore.__class__ = type("Others", (type(trainer._kvstore),), {"type": kind})
    for size in (4, 2):
        with mx.autograd.record():
            losses = [net(nd.ones((size // 2, 2), ctx=c)).sum() for c in (mx.cpu(0), mx.cpu(1))]
        mx.autograd.backward(losses)
        trainer.step(size)
    np.testing.assert_allclose(net.weight.data(mx.cpu(1)).asnumpy(), 0.8, rtol=1e-6)
    said = [str(w.message) for w in recwarn if "batch_size" in str(w.message)]
    assert len(said) == (kind != "device")
