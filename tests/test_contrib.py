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


@pytest.mark.parametrize("dtype, optional", [("bfloat16", False), ("bfloat16", True), ("float16", True)])
def test_all_buckets_are_converted(dtype, optional):
    def sym_gen(key):
        n = mx.sym.FullyConnected(mx.sym.sum(mx.sym.var("data"), axis=1, keepdims=True), num_hidden=3, name="fc")
        return mx.sym.tanh(n, name="tanh"), ("data",), ()

    def batch(key):
        return mx.io.DataBatch(
            [nd.arange(2 * key).reshape((2, key)) / 7], None, bucket_key=key,
            provide_data=[mx.io.DataDesc("data", (2, key))],
        )  # fmt: skip

    m = mx.mod.BucketingModule(sym_gen, 6)
    m.bind([("data", (2, 6))], None, for_training=False)
    m.init_params(mx.init.Normal(0.5))
    c = mx.contrib.amp.amp.convert_bucketing_module(m, dtype, cast_optional_params=optional)
    c.bind([("data", (2, 6))], None, for_training=False)
    stored = dtype if optional else "float32"
    assert nd.zeros(1, dtype=stored).dtype == c.get_params()[0]["fc_weight"].dtype
    for key in (6, 4):
        symbol, args, _ = mx.contrib.amp.convert_model(sym_gen(key)[0], *m.get_params(), dtype)
        expected = symbol.eval(data=batch(key).data[0], **args)[0].asnumpy()
        c.forward(batch(key), False)
        m.forward(batch(key), False)
        low, plain = (module.get_outputs()[0].asnumpy() for module in (c, m))
        assert (low == expected).all() and 1e-6 < abs(low - plain).max() < 2e-2
