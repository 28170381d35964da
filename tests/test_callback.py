"""Callbacks: the exact log lines, and checkpoints."""

import logging
import re

import pytest

import mxr as mx
from mxr.model import BatchEndParam


def param(nbatch, epoch=0, metric=None):
    return BatchEndParam(epoch, nbatch, metric, None)


def metric(value=0.5):
    m = mx.metric.create(lambda label, pred: value)
    m.name = "loss"
    m.update([mx.nd.ones((1,))], [mx.nd.ones((1,))])
    return m


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO)
    return caplog


def test_speedometer(log):
    s = mx.callback.Speedometer(10, frequent=2)
    m = metric()
    for i in range(1, 5):
        s(param(i, 3, m))
        m.update([mx.nd.ones((1,))], [mx.nd.ones((1,))])
    lines = [re.sub(r"Speed: [\d.]+", "Speed: S", line) for line in log.messages]
    assert lines == [
        "Epoch[3] Batch [0-2]\tSpeed: S samples/sec\tloss=0.500000",
        "Epoch[3] Batch [2-4]\tSpeed: S samples/sec\tloss=0.500000",
    ]
    assert m.num_inst == 1 and m.global_num_inst == 5


def test_speedometer_without_reset_and_without_metric(log):
    s = mx.callback.Speedometer(10, frequent=2, auto_reset=False)
    m = metric()
    for i in range(1, 5):
        s(param(i, 0, m))
    assert "Batch [0-4]" in log.messages[1]
    log.clear()
    s(param(1))  # a new epoch begins: the clock starts again
    s(param(2))
    assert re.fullmatch(r"Iter\[0\] Batch \[2\]\tSpeed: [\d.]+ samples/sec", log.messages[0])


def test_progress_bar_and_train_metric(log):
    bar = mx.callback.ProgressBar(total=4, length=8)
    bar(param(1))
    bar(param(4))
    assert log.messages == ["[==------] 25%\r", "[========] 100%\r"]
    log.clear()
    each = mx.callback.log_train_metric(2, auto_reset=True)
    m = metric(0.25)
    each(param(1, 0, m))
    each(param(2, 1, m))
    assert log.messages == ["Iter[1] Batch[2] Train-loss=0.250000"]
    assert m.num_inst == 0


def test_validation_line(log):
    mx.callback.LogValidationMetricsCallback()(param(7, 2, metric()))
    assert log.messages == ["Epoch[2] Validation-loss=0.500000"]


def test_do_checkpoint(tmp_path, log):
    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=2, name="fc")
    args = {"fc_weight": mx.nd.ones((2, 3)), "fc_bias": mx.nd.zeros((2,))}
    save = mx.callback.do_checkpoint(str(tmp_path / "m"), period=2)
    for epoch in range(4):
        save(epoch, net, args, {})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m-0002.params", "m-0004.params", "m-symbol.json"]
    assert log.messages[0] == f'Saved checkpoint to "{tmp_path / "m"}-0002.params"'


def test_module_checkpoint():
    class Fake:
        saved = []

        def save_checkpoint(self, *args):
            self.saved.append(args)

    save = mx.callback.module_checkpoint(Fake(), "p", 2, True)
    for epoch in range(4):
        save(epoch)
    assert Fake.saved == [("p", 2, True), ("p", 4, True)]
