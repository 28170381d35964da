"""mx.contrib without the oracle: what is refused, and writers for TensorBoard."""

import sys
import types

import pytest

import mxr as mx
from mxr import nd
from mxr.contrib import tensorboard


@pytest.mark.parametrize("name", ["onnx", "quantization"])
def test_what_is_not_there(name):
    with pytest.raises(ImportError, match=f"does not have MXNet's contrib.{name} yet"):
        getattr(mx.contrib, name)
    with pytest.raises(mx.MXNetError, match=f"does not have MXNet's contrib.{name} yet"):
        exec(f"from mxr.contrib import {name}")
    for statement in (f"import mxr.contrib.{name}", f"from mxr.contrib.{name} import anything"):
        with pytest.raises(ModuleNotFoundError, match=f"^mxr does not have MXNet's contrib.{name} yet$") as caught:
            exec(statement)
        assert isinstance(caught.value, mx.MXNetError) and caught.value.name == f"mxr.contrib.{name}"
    with pytest.raises(ModuleNotFoundError, match="^No module named 'mxr.contrib.onyx'$"):
        exec("import mxr.contrib.onyx")
    assert not hasattr(mx.contrib, "onyx")


class _Writer:
    def __init__(self, folder):
        self.folder, self.seen = folder, []

    def add_scalar(self, *args):
        self.seen.append(args)


def test_tensorboard(monkeypatch):
    for name in tensorboard._WRITERS:
        monkeypatch.setitem(sys.modules, name, None)  # as if not installed
    with pytest.raises(ImportError, match="mxboard, tensorboardX"):
        mx.contrib.tensorboard.LogMetricsCallback("logs")
    module = types.ModuleType("tensorboardX")
    module.SummaryWriter = _Writer
    monkeypatch.setitem(sys.modules, "tensorboardX", module)
    plain, named = (mx.contrib.tensorboard.LogMetricsCallback("logs", prefix) for prefix in (None, "train"))
    metric = mx.metric.MSE()
    metric.update([nd.array([1])], [nd.array([3])])
    for call in (plain, named):
        for batch in range(2):
            call(mx.model.BatchEndParam(0, batch, metric, None))
    call(mx.model.BatchEndParam(0, 2, None, None))
    assert plain.summary_writer.folder == "logs"
    assert plain.summary_writer.seen == [("mse", 4.0, 1), ("mse", 4.0, 2)]
    assert [tag for tag, _, _ in named.summary_writer.seen] == ["train-mse"] * 2


def test_data_loader_iter_pads_with_zeros():
    loader = mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(nd.ones((5, 2)), nd.ones(5)), 3)
    last = list(mx.contrib.io.DataLoaderIter(loader))[-1]
    assert last.pad == 1
    assert last.data[0].asnumpy().tolist() == [[1, 1], [1, 1], [0, 0]] and last.label[0].asnumpy().tolist() == [1, 1, 0]
    with pytest.raises(mx.MXNetError, match="loader has no batch"):
        mx.contrib.io.DataLoaderIter(mx.gluon.data.DataLoader([], 3))
