"""Estimators and their handlers: what MXNet leaves open or gets wrong (the rest is in tests/oracle)."""

import os
import pickle

import numpy as np
import pytest

import mxr as mx
from mxr import gluon, nd
from mxr.base import MXNetError
from mxr.gluon.contrib.estimator import (
    BatchEnd,
    CheckpointHandler,
    EarlyStoppingHandler,
    EpochEnd,
    Estimator,
    LoggingHandler,
    TrainBegin,
)

X = np.random.RandomState(0).randn(10, 4).astype("f")
DATA = gluon.data.ArrayDataset(X, (np.arange(10) % 3).astype("f"))


def loader(size=4):
    return gluon.data.DataLoader(DATA, size)


def estimator(**given):
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(5, activation="relu"), gluon.nn.Dense(3))
    net.initialize(mx.init.Xavier())
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    return Estimator(net, gluon.loss.SoftmaxCrossEntropyLoss(), trainer=trainer, **given)


@pytest.fixture
def est():
    made = estimator()
    made.logger.handlers = []
    return made


def test_logs_to_stdout(capsys):
    estimator().fit(loader(), loader(), epochs=1)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "Training begin: using optimizer SGD with current learning rate 0.1000 ", "Train for 1 epochs.",
        "[Epoch 0] Begin, current learning rate: 0.1000", "Validation Begin",
    ]  # fmt: skip
    assert lines[4].startswith("[Epoch 0] Finished in ") and "validation accuracy: " in lines[4]
    assert lines[-1].startswith("Train finished using total 0s with 1 epochs. training accuracy: ")


def test_learns(est):
    est.fit(loader(), epochs=60)
    assert est.train_metrics[0].get()[1] == 1.0 and est.train_metrics[1].get()[1] < 0.2


@pytest.mark.parametrize("given", [{"epochs": -1}, {"epochs": 1.5}, {"batches": -3}, {"batches": 0.5}])
def test_lengths_that_would_never_end(est, given):
    (name, value), = given.items()  # fmt: skip
    with pytest.raises(MXNetError, match=f"{name}={value}"):
        est.fit(loader(), **given)


def test_no_batches(est):
    with pytest.raises(MXNetError, match="gives no batches"):
        est.fit(gluon.data.DataLoader(gluon.data.SimpleDataset([]), 2), batches=3)


def test_handlers_may_come_in_a_tuple_and_lists_stay(est):
    calls = []

    class Note(BatchEnd):
        def batch_end(self, estimator, *args, **kwargs):
            calls.append(kwargs["loss"][0].shape)

        def write_metrics(self):
            """A method is no metric, whatever it is called."""

    given = [Note()]
    est.fit(loader(), epochs=1, event_handlers=given)
    est.fit(loader(), epochs=1, event_handlers=(Note(), TrainBegin()))
    est.evaluate(loader(5), event_handlers=(Note(),))
    assert len(given) == 1 and calls == [(4,), (4,), (2,)] * 2 + [(5,)] * 2


def test_composite_in_a_list():
    both = mx.metric.CompositeEvalMetric([mx.metric.Accuracy(), mx.metric.CrossEntropy()])
    est = estimator(train_metrics=[mx.metric.TopKAccuracy(2), both])
    assert [m.name for m in est.val_metrics] == [
        "validation top_k_accuracy_2", "validation accuracy", "validation cross-entropy",
    ]  # fmt: skip


def test_several_gpus_without_a_context(monkeypatch):
    monkeypatch.setattr("mxr.gluon.contrib.estimator.estimator.num_gpus", lambda: 2)
    made = object.__new__(Estimator)
    with pytest.warns(UserWarning, match="several GPUs"):
        assert made._check_context(None) == [mx.gpu(0)]


def test_early_stopping_ends_training(est):
    early = EarlyStoppingHandler(est.train_metrics[1], mode="max")
    est.fit(loader(), epochs=50, event_handlers=[early])
    assert early.stop_training and early.current_epoch < 10


def files(folder):
    return sorted(os.listdir(folder))


def test_a_second_run_keeps_its_checkpoint(est, tmp_path):
    handler = CheckpointHandler(tmp_path, max_checkpoints=1)
    for _ in range(2):
        est.fit(loader(), epochs=1, event_handlers=[handler])
    assert files(tmp_path) == ["model-epoch0batch3.params", "model-epoch0batch3.states"]
    held = nd.load(str(tmp_path / "model-epoch0batch3.params"))
    np.testing.assert_array_equal(held["0.weight"].asnumpy(), est.net[0].weight.data().asnumpy())


def test_a_write_that_fails_leaves_the_old_file(est, tmp_path, monkeypatch):
    handler = CheckpointHandler(tmp_path, model_prefix="m")
    est.fit(loader(), epochs=1, event_handlers=[handler])
    before = (tmp_path / "m-epoch0batch3.params").read_bytes()

    def breaks(filename):
        with open(filename, "wb") as f:
            f.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(est.net, "save_parameters", breaks)
    with pytest.raises(OSError, match="disk full"):
        est.fit(loader(), epochs=1, event_handlers=[handler])
    assert files(tmp_path) == ["m-epoch0batch3.params", "m-epoch0batch3.states"]
    assert (tmp_path / "m-epoch0batch3.params").read_bytes() == before


def test_resume_without_states(est, tmp_path):
    est.fit(loader(), epochs=1, event_handlers=[CheckpointHandler(tmp_path)])
    (tmp_path / "model-epoch0batch3.states").unlink()
    with pytest.raises(AssertionError, match=r"model-epoch0batch3\.states does not exist"):
        est.fit(loader(), epochs=2, event_handlers=[CheckpointHandler(tmp_path, resume_from_checkpoint=True)])


def test_resume_goes_on_where_it_was(tmp_path):
    """Four epochs at once, or two and, by another estimator, two more: the same weights."""
    mx.random.seed(1)
    once = estimator()
    once.net(nd.array(X))
    start = {n: p.data().copy() for n, p in once.net._collect_params_with_prefix().items()}
    once.fit(loader(), epochs=4)
    made = []
    for epochs in (2, 4):
        made.append(estimator())
        made[-1].net(nd.array(X))
        for n, p in made[-1].net._collect_params_with_prefix().items():
            p.set_data(start[n])
        handler = CheckpointHandler(tmp_path, resume_from_checkpoint=True)
        made[-1].fit(loader(), epochs=epochs, event_handlers=[handler])
    assert handler.trained_epoch == 1 and files(tmp_path)[-2:] == [
        "model-epoch3batch11.params", "model-epoch3batch11.states",
    ]  # fmt: skip
    for a, b in zip(once.net.collect_params().values(), made[-1].net.collect_params().values(), strict=True):
        np.testing.assert_allclose(a.data().asnumpy(), b.data().asnumpy(), rtol=1e-6)


def test_log_interval_of_0():
    with pytest.raises(MXNetError, match="log_interval"):
        LoggingHandler(0)


def test_metric_of_a_stranger(est):
    with pytest.raises(MXNetError, match="LoggingHandler refers to a metric"):
        est.fit(loader(), epochs=1, event_handlers=[LoggingHandler(metrics=[mx.metric.MAE()])])


def test_errors_in_handlers_come_out(est):
    class Bad(EpochEnd):
        def epoch_end(self, estimator, *args, **kwargs):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        est.fit(loader(), epochs=1, event_handlers=[Bad()])


def test_handlers_can_be_pickled():
    handler = pickle.loads(pickle.dumps(LoggingHandler(3)))
    assert handler.log_interval == 3
