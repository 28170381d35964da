"""FeedForward: training, callbacks, several devices, checkpoints, interrupts, bad input."""

import logging
import re
import signal

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.executor_manager import _split_input_slice


def blobs(n=120, seed=0):
    """Three classes that a small network tells apart."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    return (rng.normal(size=(n, 4)) + 3 * np.eye(3, 4)[y]).astype("f"), y.astype("f")


X, Y = blobs()


def net(bn=False):
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=8, name="fc1")
    if bn:
        x = mx.sym.BatchNorm(x, name="bn")
    x = mx.sym.FullyConnected(mx.sym.Activation(x, act_type="tanh"), num_hidden=3, name="fc2")
    return mx.sym.SoftmaxOutput(x, name="softmax")


def model(symbol=None, **kwargs):
    mx.random.seed(1)
    np.random.seed(1)
    defaults = {"num_epoch": 3, "numpy_batch_size": 20, "learning_rate": 0.5, "momentum": 0.5}
    return mx.model.FeedForward(net() if symbol is None else symbol, **{**defaults, **kwargs})


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO)
    return caplog


def test_fit_learns_and_logs(log):
    m = model()
    m.fit(X, Y, eval_data=(X, Y))
    assert m.score(mx.io.NDArrayIter(X, Y, 20)) > 0.9
    lines = [re.sub(r"[\d.]+$", "N", line) for line in log.messages[:5]]
    assert lines == [
        "Start training with [cpu(0)]",
        "Epoch[0] Resetting Data Iterator",
        "Epoch[0] Train-accuracy=N",
        "Epoch[0] Time cost=N",
        "Epoch[0] Validation-accuracy=N",
    ]
    assert set(m.arg_params) == {"fc1_weight", "fc1_bias", "fc2_weight", "fc2_bias"} and m.aux_params == {}


def test_create_with_iterator_and_callbacks(log):
    batches, epochs, evals = [], [], []
    it = mx.io.NDArrayIter(X, Y, 50)
    mx.model.FeedForward.create(
        net(), it, num_epoch=2, learning_rate=0.1, eval_data=it, eval_metric=["acc", "ce"],
        batch_end_callback=[lambda p: batches.append((p.epoch, p.nbatch, len(p.locals["data_batch"].data)))],
        epoch_end_callback=lambda epoch, symbol, arg, aux: epochs.append((epoch, sorted(arg))),
        eval_end_callback=lambda p: evals.append((p.epoch, p.nbatch, p.eval_metric.get()[0])),
    )  # fmt: skip
    assert batches == [(e, i, 1) for e in range(2) for i in (1, 2, 3)]
    assert epochs == [(e, ["fc1_bias", "fc1_weight", "fc2_bias", "fc2_weight"]) for e in range(2)]
    assert evals == [(e, 3, ["accuracy", "cross-entropy"]) for e in range(2)]


def test_epoch_size_runs_over_the_end_of_the_data(log):
    seen = []
    it = mx.io.NDArrayIter(X, Y, 20)
    model(num_epoch=3, epoch_size=9).fit(it, batch_end_callback=lambda p: seen.append(p.nbatch))
    assert seen == list(range(1, 10)) * 3


@pytest.mark.parametrize("devices,kvstore", [(2, "local"), (3, "device"), (2, None)])
def test_several_devices_share_the_batch(devices, kvstore):
    one = model()
    one.fit(X, Y)
    many = model(ctx=[mx.cpu(i) for i in range(devices)])
    many.fit(X, Y, kvstore=kvstore)
    for name, value in one.arg_params.items():
        if kvstore is None:  # devices that do not talk to each other go apart
            assert np.abs(many.arg_params[name].asnumpy() - value.asnumpy()).max() > 1e-3
        else:
            np.testing.assert_allclose(many.arg_params[name].asnumpy(), value.asnumpy(), atol=1e-5)


def test_work_load_list():
    assert _split_input_slice(10, [1, 1, 3]) == [slice(0, 2), slice(2, 4), slice(4, 10)]
    with pytest.raises(MXNetError, match="Some splits are empty: batch size 2 over 3 devices"):
        _split_input_slice(2, [1, 1, 1])
    m = model(ctx=[mx.cpu(0), mx.cpu(1)])
    m.fit(X, Y, work_load_list=[1, 3])
    assert m.score(mx.io.NDArrayIter(X, Y, 20)) > 0.8


def test_predict_cuts_padding_and_returns_data():
    m = model()
    m.fit(X, Y)
    p = m.predict(X[:50])
    assert p.shape == (50, 3) and p.dtype == np.float32
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(p[:7], m.predict(mx.nd.array(X[:7])), rtol=1e-5)
    out, data, label = m.predict(mx.io.NDArrayIter(X[:50], Y[:50], 20), return_data=True)
    assert out.shape == (50, 3) and np.array_equal(data, X[:50]) and np.array_equal(label, Y[:50])
    assert m.predict(X, num_batch=2).shape == (40, 3)


def test_predict_sees_new_parameters():
    m = model(num_epoch=1)
    m.fit(X, Y)
    before = m.predict(X)
    m.fit(X, Y)
    assert not np.array_equal(before, m.predict(X))


def test_several_outputs():
    one = net()
    both = mx.sym.Group([one, mx.sym.BlockGrad(one.get_internals()["fc2_output"])])
    m = model(both)
    m.fit(X, Y, eval_metric=mx.metric.np(lambda label, pred: 0.0, allow_extra_outputs=True))
    p = m.predict(X)
    assert [x.shape for x in p] == [(120, 3), (120, 3)]


def test_save_load_and_go_on(tmp_path, log):
    m = model(net(bn=True))
    m.fit(X, Y, epoch_end_callback=mx.callback.do_checkpoint(str(tmp_path / "m")))
    m.save(str(tmp_path / "m"), 9)
    again = mx.model.FeedForward.load(str(tmp_path / "m"), 9)
    assert again.begin_epoch == 9 and set(again.aux_params) == {"bn_moving_mean", "bn_moving_var"}
    np.testing.assert_array_equal(m.predict(X), again.predict(X))
    symbol, arg, aux = mx.model.load_checkpoint(str(tmp_path / "m"), 3)
    assert symbol.tojson() == m.symbol.tojson()
    np.testing.assert_array_equal(arg["fc1_weight"].asnumpy(), m.arg_params["fc1_weight"].asnumpy())
    more = mx.model.FeedForward.load(str(tmp_path / "m"), 1, num_epoch=2, numpy_batch_size=20, learning_rate=0.1)
    log.clear()
    more.fit(X, Y)
    assert any(line.startswith("Epoch[1] Train") for line in log.messages)


def test_initial_parameters_are_taken():
    start = {"fc2_bias": mx.nd.array([1, 2, 3])}
    m = model(arg_params=start, learning_rate=0.0, momentum=0.0)
    m.fit(X, Y)
    np.testing.assert_array_equal(m.arg_params["fc2_bias"].asnumpy(), [1, 2, 3])


def test_interrupt_keeps_the_parameters_reached(log):
    m = model(num_epoch=50)
    reached = {}

    def stop(p):
        if (p.epoch, p.nbatch) == (2, 3):
            exe = p.locals["executor_manager"].executors[0]
            reached.update({n: exe.arg_dict[n].asnumpy() for n in m.arg_params})
            signal.raise_signal(signal.SIGINT)

    m.fit(X, Y, batch_end_callback=stop)
    assert log.records[-1].levelname == "WARNING"
    assert log.messages[-1].startswith("Epoch[2] Batch[3] Training was interrupted")
    for name, value in reached.items():
        np.testing.assert_array_equal(m.arg_params[name].asnumpy(), value)
    assert m.score(mx.io.NDArrayIter(X, Y, 20)) > 0.8


def test_optimizer_objects_and_schedules():
    o = mx.optimizer.Adam(learning_rate=0.05, rescale_grad=1 / 20)
    m = model(optimizer=o)
    m.fit(X, Y)
    assert o.idx2name == {0: "fc1_weight", 1: "fc1_bias", 2: "fc2_weight", 3: "fc2_bias"}
    assert m.score(mx.io.NDArrayIter(X, Y, 20)) > 0.9
    s = mx.lr_scheduler.FactorScheduler(5, 0.5, base_lr=0.5)
    model(lr_scheduler=s).fit(X, Y)
    assert s.base_lr == pytest.approx(0.5 * 0.5**3)


def test_monitor_sees_outputs_and_weights(log):
    m = model(num_epoch=1)
    m.fit(X, Y, monitor=mx.mon.Monitor(3, pattern="fc1.*"))
    stats = [line for line in log.messages if line.startswith("Batch:")]
    assert any("fc1_output" in line for line in stats) and any("fc1_weight" in line for line in stats)
    assert not any("fc2" in line for line in stats)
    assert {line.split()[1] for line in stats} == {"1", "4"}


def test_symbol_generator_with_buckets():
    """Inputs of two widths, one set of parameters."""

    class Buckets(mx.io.DataIter):
        default_bucket_key = 6

        def __init__(self):
            super().__init__(10)
            self.provide_data = [("data", (10, 6))]
            self.provide_label = [("softmax_label", (10,))]
            self.reset()

        def reset(self):
            self.left = [6, 4, 6, 4]

        def next(self):
            if not self.left:
                raise StopIteration
            width = self.left.pop()
            y = np.random.default_rng(len(self.left)).integers(0, 2, 10).astype("f")
            x = np.repeat(y[:, None] - 0.5, width, axis=1)
            return mx.io.DataBatch(
                [mx.nd.array(x)], [mx.nd.array(y)], pad=0, bucket_key=width,
                provide_data=[("data", (10, width))], provide_label=self.provide_label,
            )  # fmt: skip

    def sym_gen(width):
        x = mx.sym.sum(mx.sym.var("data"), axis=1, keepdims=True)
        return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=2, name="fc"), name="softmax")

    m = mx.model.FeedForward(sym_gen, num_epoch=8, learning_rate=0.5)
    metric = mx.metric.create("acc")
    m.fit(Buckets(), eval_metric=metric)
    assert metric.get()[1] == 1.0


def nan(a, *where):
    a = a.copy()
    a[where] = np.nan
    return a


@pytest.mark.parametrize(
    "call,words",
    [
        (lambda: model().fit(nan(X, 7, 2), Y), "data 'data' has NaN in 1 of 120 samples .the first is sample 7"),
        (lambda: model().fit(X, nan(Y, 3)), "label 'softmax_label' has NaN in 1 of 120"),
        (lambda: model().fit(X, Y + 1), "softmax has 3 classes, labels must be from 0 to 2"),
        (lambda: model().fit(X, Y - 1), r"label 'softmax_label' is -1 in sample \d+"),
        (lambda: model().fit(X, Y[:40]), "120 data points, 40 labels"),
        (lambda: model().fit(X), "y must be specified"),
        (lambda: model().fit("x", Y), "X must be DataIter, NDArray or numpy.ndarray, got str"),
        (lambda: model().fit(X, np.ones((120, 2))), r"Label must be 1D.*\(120, 2\)"),
        (lambda: model().fit(X, list(Y)), "y must be ndarray"),
        (lambda: model().fit(X, Y, eval_data=3), "Eval data must be DataIter.*int"),
        (lambda: model().fit(X, Y, kvstore=3), "kvstore must be KVStore, str or None"),
        (lambda: model().fit(X, Y, eval_metric="acuracy"), "Did you mean 'accuracy'"),
        (lambda: model(num_epoch=None).fit(X, Y), "num_epoch"),
        (lambda: model(momentm=1).fit(X, Y), "Did you mean 'momentum'"),
        (lambda: model(arg_params={"fc1_wait": mx.nd.ones((1,))}), "'fc1_wait'.*Did you mean 'fc1_weight'"),
        (lambda: model(aux_params={"zz": mx.nd.ones((1,))}), "aux_params has 'zz'"),
        (
            lambda: model(arg_params={"fc1_weight": mx.nd.ones((8, 5))}).fit(X, Y),
            r"\(8, 5\), the network needs \(8, 4\)",
        ),
        (lambda: model().fit(mx.io.NDArrayIter(X, Y, 10, data_name="foo")), "provides 'foo'.*no argument"),
        (lambda: model().fit(mx.io.NDArrayIter(X, Y, 10, label_name="label")), "provides 'label'.*softmax_label"),
        (lambda: model().fit(mx.io.NDArrayIter(X, Y, 200, last_batch_handle="discard")), "no batch of 200 samples"),
        (lambda: model().predict(X), "no parameters yet"),
        (lambda: model().save("x"), "no parameters yet"),
        (lambda: model().score(X), "must be a DataIter"),
        (lambda: model(ctx=["cpu"]), "ctx must be a Context"),
        (lambda: mx.model.FeedForward(3), "symbol must be a Symbol"),
        (lambda: mx.model.FeedForward.load("no-such-prefix", 1), "no-such-prefix"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(MXNetError, match=words):
        call()


def test_bad_input_of_a_trained_model():
    m = model(num_epoch=1)
    m.fit(X, Y)
    with pytest.raises(MXNetError, match="fc1"):
        m.predict(np.zeros((5, 7), "f"))
    del m.arg_params["fc2_bias"]
    with pytest.raises(MXNetError, match="parameter 'fc2_bias' is missing"):
        m.predict(X)
    m.arg_params["fc2_bias"] = mx.nd.zeros((4,))
    with pytest.raises(MXNetError, match="fc2"):
        m.predict(X)


def test_labels_of_other_iterators_are_checked_too():
    class Mine(mx.io.NDArrayIter):
        pass

    it = mx.io.ResizeIter(mx.io.NDArrayIter(X, Y + 1, 20), 3)
    with pytest.raises(MXNetError, match="labels must be from 0 to 2"):
        model().fit(it)


def test_what_is_no_class_is_not_checked():
    """ignore_label, probabilities as labels, regression."""
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc")
    ignoring = mx.sym.SoftmaxOutput(x, use_ignore=True, ignore_label=-1, name="softmax")
    model(ignoring, num_epoch=1).fit(X, Y - (Y == 0))
    soft = mx.sym.SoftmaxOutput(x, name="softmax")
    it = mx.io.NDArrayIter(X, -np.ones((120, 3), "f"), 20)
    model(soft, num_epoch=1).fit(it, eval_metric="mse")
    line = mx.sym.LinearRegressionOutput(
        mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=1), mx.sym.var("softmax_label")
    )
    model(line, num_epoch=1, learning_rate=0.01).fit(X, Y * 100, eval_metric="mse")


def test_extra_parameters_can_be_left_out():
    m = model(arg_params={"zz": mx.nd.ones((1,))}, allow_extra_params=True, num_epoch=1)
    m.fit(X, Y)
    assert "zz" not in m.arg_params


def test_params_files_that_are_none(tmp_path, log):
    mx.nd.save(str(tmp_path / "m-0001.params"), [mx.nd.ones((1,))])
    with pytest.raises(MXNetError, match="without names"):
        mx.model.load_params(str(tmp_path / "m"), 1)
    mx.nd.save(str(tmp_path / "m-0002.params"), {"w": mx.nd.ones((1,))})
    with pytest.raises(MXNetError, match="'w' is no parameter of a checkpoint"):
        mx.model.load_params(str(tmp_path / "m"), 2)
    with pytest.raises(MXNetError, match="epoch must be"):
        mx.model.load_params(str(tmp_path / "m"), -1)
