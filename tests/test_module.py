"""mx.mod: what can be said without MXNet: states, files, updates, shapes, monitors, clear errors."""

import logging

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.module.executor_group import DataParallelExecutorGroup


def mlp(hidden=16):
    h = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=hidden, name="fc1")
    h = mx.sym.Activation(h, act_type="tanh")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(h, num_hidden=3, name="fc2"), name="softmax")


@pytest.fixture
def data(rng):
    x = rng.normal(size=(120, 5)).astype("f")
    y = (x[:, 0] > 0).astype("f") + (x[:, 1] > 0.5).astype("f")
    return mx.io.NDArrayIter(x, y, 20)


def trained(data, optimizer="adam", epochs=2, context=None, **options):
    mx.random.seed(3)
    m = mx.mod.Module(mlp(), context=context)
    data.reset()
    m.fit(data, num_epoch=epochs, optimizer=optimizer, optimizer_params=options or {"learning_rate": 0.05},
          initializer=mx.init.Xavier())  # fmt: skip
    return m


def params(m):
    return {name: array.asnumpy() for name, array in m.get_params()[0].items()}


def test_it_learns(data):
    assert trained(data, epochs=20).score(data, "acc")[0][1] > 0.9


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
@pytest.mark.parametrize("devices", [1, 2])
def test_states_go_on_where_they_were_saved(data, tmp_path, optimizer, devices):
    options = {"learning_rate": 0.05, "momentum": 0.9} if optimizer == "sgd" else {"learning_rate": 0.05}
    context = [mx.cpu(i) for i in range(devices)]
    whole = trained(data, optimizer, 4, context, **options)
    half = trained(data, optimizer, 2, context, **options)
    prefix = str(tmp_path / "net")
    half.save_checkpoint(prefix, 2, save_optimizer_states=True)
    resumed = mx.mod.Module.load(prefix, 2, load_optimizer_states=True, context=context)
    data.reset()
    resumed.bind(data.provide_data, data.provide_label)
    if optimizer == "adam":  # its correction of the bias counts the updates, which no file holds, in MXNet neither
        options["begin_num_update"] = half._optimizer.num_update
    resumed.init_optimizer(optimizer=optimizer, optimizer_params=options)
    data.reset()
    for _ in range(2):
        for batch in data:
            resumed.forward_backward(batch)
            resumed.update()
        data.reset()
    for name, value in params(whole).items():
        np.testing.assert_allclose(params(resumed)[name], value, rtol=1e-4, atol=1e-5, err_msg=name)


def test_loaded_states_enter_the_flat_update(data, tmp_path):
    m = trained(data, "sgd", 1, learning_rate=0.1, momentum=0.9)
    path = str(tmp_path / "m.states")
    m.save_optimizer_states(path)
    other = trained(data, "sgd", 1, learning_rate=0.1, momentum=0.9)
    step = other._updates._steps[0]
    assert step._flat is not None
    for state in other._updater.states.values():
        state[:] = 1000
    other.load_optimizer_states(path)
    data.reset()
    batch = next(data)
    for module in (m, other):
        module.forward_backward(batch)
        module.update()
    assert step._uniform() and np.abs(step._flat[2].asnumpy()).max() < 100
    for name, value in params(m).items():
        np.testing.assert_array_equal(params(other)[name], value)


def test_reshape_keeps_executors_and_parameters(data):
    m = trained(data)
    group = m._exec_group
    first = group.execs[0]
    for size in (7, 20, 7, 1):
        batch = mx.io.DataBatch([mx.nd.ones((size, 5))], [mx.nd.ones((size,))])
        m.forward_backward(batch)
        m.update()
        assert m.get_outputs()[0].shape == (size, 3) and m.output_shapes == [("softmax_output", (size, 3))]
    assert len(group._bound) == 3
    m.forward(mx.io.DataBatch([mx.nd.ones((20, 5))], [mx.nd.ones((20,))]))
    assert group.execs[0] is first
    with pytest.raises(MXNetError, match="fc1_weight has shape"):
        m.forward(mx.io.DataBatch([mx.nd.ones((20, 6))], [mx.nd.ones((20,))]))
    m.forward(mx.io.DataBatch([mx.nd.ones((20, 5))], [mx.nd.ones((20,))]))  # as good as before


def test_predict_other_batch_sizes(data):
    m = trained(data)
    x = np.random.rand(7, 5).astype("f")
    out = m.predict(mx.nd.array(x)).asnumpy()
    assert out.shape == (7, 3)
    np.testing.assert_allclose(m.predict(mx.io.NDArrayIter(x, batch_size=4)).asnumpy(), out, rtol=1e-5)


def test_several_devices_give_what_one_gives(data):
    one, two = (trained(data, "sgd", 2, context, learning_rate=0.1, momentum=0.9)
                for context in (mx.cpu(), [mx.cpu(0), mx.cpu(1)]))  # fmt: skip
    for name, value in params(one).items():
        np.testing.assert_allclose(params(two)[name], value, rtol=1e-3, atol=1e-5)
    assert two._update_on_kvstore and not one._update_on_kvstore


def test_kvstore_without_updates(data, monkeypatch):
    monkeypatch.setenv("MXNET_UPDATE_ON_KVSTORE", "0")
    two = trained(data, "sgd", 2, [mx.cpu(0), mx.cpu(1)], learning_rate=0.1, momentum=0.9)
    assert two._kvstore is not None and not two._update_on_kvstore
    monkeypatch.undo()
    one = trained(data, "sgd", 2, learning_rate=0.1, momentum=0.9)
    for name, value in params(one).items():
        np.testing.assert_allclose(params(two)[name], value, rtol=1e-3, atol=1e-5)


def bucket_symbol(key):
    h = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=10, output_dim=4, name="emb")
    h = mx.sym.FullyConnected(mx.sym.mean(h, axis=1), num_hidden=3, name="fc")
    return mx.sym.SoftmaxOutput(h, name="softmax"), ("data",), ("softmax_label",)


def bucket_batch(length):
    return mx.io.DataBatch([mx.nd.ones((4, length))], [mx.nd.ones((4,))], bucket_key=length,
                           provide_data=[("data", (4, length))], provide_label=[("softmax_label", (4,))])  # fmt: skip


def test_buckets_share_everything(tmp_path):
    m = mx.mod.BucketingModule(bucket_symbol, default_bucket_key=8)
    m.bind([("data", (4, 8))], [("softmax_label", (4,))])
    m.init_params(mx.init.Normal(0.1))
    m.init_optimizer(optimizer="adam")
    for length in (8, 5, 3):
        m.forward_backward(bucket_batch(length))
        m.update()
    buckets = list(m._buckets.values())
    assert len({id(b._exec_group.execs[0].arg_dict["emb_weight"]) for b in buckets}) == 1
    assert len({id(b._updates) for b in buckets}) == 1 and buckets[0]._updates._steps[0]._flat is not None
    prefix = str(tmp_path / "bk")
    m.save_checkpoint(prefix, 2)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "bk-0002.params", "bk-3-symbol.json", "bk-5-symbol.json", "bk-8-symbol.json", "bk.buckets",
    ]  # fmt: skip
    again = mx.mod.BucketingModule.load(prefix, 2, sym_gen=bucket_symbol, default_bucket_key=8)
    again.bind([("data", (4, 8))], [("softmax_label", (4,))], for_training=False)
    m.forward(bucket_batch(5), is_train=False)
    again.forward(bucket_batch(5))
    np.testing.assert_array_equal(again.get_outputs()[0].asnumpy(), m.get_outputs()[0].asnumpy())
    with pytest.raises(MXNetError, match="sym_gen is required"):
        mx.mod.BucketingModule.load(prefix, 2)


def test_monitor_sees_all_shapes(data, caplog):
    m = mx.mod.Module(mlp())
    monitor = mx.mon.Monitor(1, pattern="fc1.*")
    with caplog.at_level(logging.INFO):
        m.fit(data, num_epoch=1, monitor=monitor)
    assert any("fc1_output" in r.getMessage() for r in caplog.records)
    assert any("fc1_weight" in r.getMessage() for r in caplog.records)
    monitor.tic()
    m.forward(mx.io.DataBatch([mx.nd.ones((7, 5))], [mx.nd.ones((7,))]))
    assert any(name == "fc1_output" for _, name, _ in monitor.toc())


def test_bad_data_are_logged(caplog):
    x = np.ones((8, 5), "f")
    x[3, 1] = np.nan
    m = mx.mod.Module(mlp())
    with caplog.at_level(logging.WARNING):
        m.fit(mx.io.NDArrayIter(x, np.zeros(8), 4), num_epoch=1)
    assert [r.getMessage() for r in caplog.records] == [
        "fit: data 'data' has NaN in 1 of 8 samples (the first is sample 3, from 0)"
    ]


def test_empty_iterator_and_states(data):
    m = trained(data)
    list(data)
    with pytest.raises(MXNetError, match="was it reset"), pytest.warns(UserWarning, match="already initialized"):
        m.fit(data, num_epoch=1)
    with pytest.raises(MXNetError, match="at least one of states and value"):
        m.set_states()


def test_fixed_parameters_stay(data):
    m = mx.mod.Module(mlp(), fixed_param_names=["fc1_weight"])
    m.bind(data.provide_data, data.provide_label)
    m.init_params(mx.init.Xavier())
    before = params(m)
    m.init_optimizer(optimizer_params={"learning_rate": 0.5})
    m.forward_backward(next(data))
    m.update()
    after = params(m)
    assert np.array_equal(before["fc1_weight"], after["fc1_weight"])
    assert not np.array_equal(before["fc2_weight"], after["fc2_weight"])
    assert m._updates._steps[0]._flat is not None


def test_compression_is_refused_where_it_does_nothing(data):
    m = mx.mod.Module(mlp(), context=[mx.cpu(0), mx.cpu(1)], compression_params={"type": "2bit"})
    m.bind(data.provide_data, data.provide_label)
    m.init_params()
    with pytest.raises(MXNetError, match="compression"):
        m.init_optimizer()


def test_contexts_by_group(data):
    with mx.AttrScope(ctx_group="a"):
        net = mlp()
    m = mx.mod.Module(net, group2ctxs={"a": [mx.cpu(1)]})
    m.bind(data.provide_data, data.provide_label)
    m.init_params()
    m.forward(next(data))
    assert m.get_outputs()[0].shape == (20, 3)
    with pytest.raises(MXNetError, match="group2ctxs"):
        mx.mod.Module(net, group2ctxs=3).bind(data.provide_data, data.provide_label)


def test_executor_group_alone(data):
    symbol = mlp()
    names = [n for n in symbol.list_arguments() if n not in ("data", "softmax_label")]
    group = DataParallelExecutorGroup(
        symbol, [mx.cpu(0), mx.cpu(1)], [1, 3], data.provide_data, data.provide_label, names, True, False
    )
    assert group.slices == [slice(0, 5), slice(5, 20)] and group.batch_size == 20
    group.set_params({n: mx.nd.ones(group.execs[0].arg_dict[n].shape) for n in names}, {})
    group.forward(next(data))
    assert [o.shape for o in group.get_outputs(False)[0]] == [(5, 3), (15, 3)]
    group.backward()
    assert len(group.grad_arrays) == 4 and len(group.grad_arrays[0]) == 2


def test_save_and_load_params(data, tmp_path):
    m = trained(data)
    path = str(tmp_path / "p.params")
    m.save_params(path)
    before = params(m)
    m.set_params({n: mx.nd.zeros(a.shape) for n, a in before.items()}, {})
    m.load_params(path)
    for name, value in before.items():
        np.testing.assert_array_equal(params(m)[name], value)
    mx.nd.save(path, {"fc1_weight": mx.nd.ones((1,))})
    with pytest.raises(ValueError, match="Invalid param file"):
        m.load_params(path)


def test_borrowed_parameters(data):
    m = trained(data)
    other = mx.mod.Module(mlp())
    other.bind([("data", (2, 5))], [("softmax_label", (2,))], for_training=False, shared_module=m)
    x = mx.nd.ones((2, 5))
    np.testing.assert_allclose(other.predict(x).asnumpy(), m.predict(x).asnumpy(), rtol=1e-6)
    with pytest.raises(MXNetError, match="shared_module must be"):
        mx.mod.Module(mlp()).bind(data.provide_data, data.provide_label, shared_module=mx.mod.Module(mlp()))
