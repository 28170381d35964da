"""Calls that programs for MXNet make (GluonCV, GluonNLP): what neither the book nor the slides have."""

import multiprocessing
from multiprocessing.pool import ThreadPool

import numpy as np
import pytest

import mxr as mx
from mxr import gluon, nd, sym
from mxr.gluon.data import dataloader


def test_operators_keep_attributes_as_text():
    """FeatureExpander gives `attr={'__init__': initializer}`."""
    x = sym.var("x")
    y = sym.Convolution(x, kernel=(1, 1), num_filter=2, no_bias=True, name="c", attr={"__init__": mx.init.Xavier()})
    assert y.attr("__init__").startswith("<")
    assert "__init__" in y.attr_dict()["c_weight"]
    net = gluon.SymbolBlock([y], [x])
    net.initialize()
    assert net(nd.ones((1, 3, 2, 2))).shape == (1, 2, 2, 2)
    with pytest.raises(ValueError, match="must be a string"):
        sym.var("x", attr={"__init__": mx.init.Xavier()})


@pytest.mark.parametrize("name", ["zeros_like", "ones_like"])
def test_like_ignores_dtype(name):
    """CenterNet's decoder calls `F.zeros_like(x, dtype='int64')`, which is not int64 in MXNet either."""
    x = nd.array([[1, 2]])
    for y in (getattr(nd, name)(x, dtype="int64"), getattr(sym, name)(sym.var("x"), dtype="int64").eval(x=x)[0]):
        assert y.dtype == np.float32 and y.asnumpy().tolist() == [[name == "ones_like"] * 2]
    graph = getattr(sym, name)(sym.var("x"), dtype="int64")
    assert sym.load_json(graph.tojson()).eval(x=x)[0].dtype == np.float32
    with pytest.raises(ValueError, match="Cannot find argument 'shape'"):
        getattr(nd, name)(x, shape=(1,))


def test_sums_of_metrics_are_python_floats():
    metric = mx.metric.MSE()
    for _ in range(3):
        metric.update([nd.array([1, 2])], [nd.array([1.1, 2])])
    assert type(metric.get()[1]) is float and type(metric.sum_metric) is float


def _pair(batch):
    return [nd.array(np.stack([a for a, _ in batch])), nd.array([b for _, b in batch])]


class _Transformed(dataloader._MultiWorkerIter):
    """As GluonCV's loader: one more argument for the worker."""

    def __init__(self, scale, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._scale = scale

    def _push_next(self):
        samples = next(self._iter, None)
        if samples is None:
            return
        job = self._worker_pool.apply_async(self._worker_fn, (samples, self._scale, self._batchify_fn))
        self._data_buffer[self._sent_idx] = job
        self._sent_idx += 1


def _scaled(samples, scale, batchify_fn):
    import io
    import pickle

    buffer = io.BytesIO()
    batch = batchify_fn([dataloader_dataset[i] for i in samples])
    dataloader.ForkingPickler(buffer, pickle.HIGHEST_PROTOCOL).dump([batch[0] * scale, batch[1]])
    return buffer.getvalue()


dataloader_dataset = [(np.full(3, i, "f"), i) for i in range(10)]


def test_loader_with_a_pool_of_its_own():
    batches = gluon.data.BatchSampler(gluon.data.SequentialSampler(10), 4, "keep")
    with multiprocessing.get_context("fork").Pool(
        2, initializer=dataloader._worker_initializer, initargs=[dataloader_dataset]
    ) as pool:
        plain = dataloader._MultiWorkerIter(pool, _pair, batches, prefetch=2)
        assert len(plain) == 3
        got = list(plain)
        scaled = list(_Transformed(10, pool, _pair, batches, worker_fn=_scaled))
        pinned = next(dataloader._MultiWorkerIter(pool, _pair, batches, pin_memory=True))
    assert [b[1].asnumpy().tolist() for b in got] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert got[2][0].asnumpy().tolist() == [[8] * 3, [9] * 3]
    assert scaled[2][0].asnumpy().tolist() == [[80] * 3, [90] * 3]
    assert pinned[0].context == mx.cpu_pinned(0)


def test_loader_with_a_pool_of_threads():
    batches = gluon.data.BatchSampler(gluon.data.SequentialSampler(10), 4, "discard")
    with ThreadPool(1) as pool:
        made = dataloader._MultiWorkerIter(
            pool, _pair, batches, worker_fn=dataloader._thread_worker_fn, dataset=dataloader_dataset, prefetch=1
        )
        assert [b[1].asnumpy().tolist() for b in made] == [[0, 1, 2, 3], [4, 5, 6, 7]]
        slow = dataloader._MultiWorkerIter(pool, _pair, batches, worker_fn=_asleep, dataset=[], timeout=0.05)
        with pytest.raises(mx.MXNetError, match=r"longer than 0\.05 s"):
            next(slow)


def _asleep(samples, batchify_fn, dataset):
    import time

    time.sleep(0.3)


class _Dropped(gluon.Parameter):
    """A parameter that drops out, made of another one, as GluonNLP's WeightDropParameter."""

    def __init__(self, p):
        self._deferred_init = p._deferred_init
        super().__init__(
            name=p.name, grad_req=p.grad_req, shape=p._shape, dtype=p.dtype, init=p.init,
            allow_deferred_init=p._allow_deferred_init, differentiable=p._differentiable,
        )  # fmt: skip
        self._var, self._data, self._grad = p._var, p._data, p._grad
        self._ctx_list, self._ctx_map, self._trainer = p._ctx_list, p._ctx_map, p._trainer

    def data(self, ctx=None):
        return nd.Dropout(self._check_and_get(self._data, ctx), 0.5, "always")


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("hybridize", [False, True])
def test_dropped_weights(early, hybridize):
    net = gluon.nn.Dense(200, in_units=100, use_bias=False)
    if early:
        net.initialize(mx.init.One())
    dropped = _Dropped(net.weight)
    net._reg_params["weight"] = net.params._params[dropped.name] = dropped
    object.__setattr__(net, "weight", dropped)
    if not early:
        net.initialize(mx.init.One())
    if hybridize:
        net.hybridize()
    x = nd.ones((1, 100))
    first, second = net(x).asnumpy(), net(x).asnumpy()
    assert (first != second).any() and 80 < first.mean() < 120 and first.std() > 5
    with mx.autograd.record():
        y = net(x).sum()
    y.backward()
    assert set(dropped.grad().asnumpy().ravel()) == {0, 2}
    gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1}).step(1)
    assert set(dropped.list_data()[0].asnumpy().ravel()) == {-1, 1}


def test_choice_of_interpolation():
    choose = mx.image._get_interp_method
    assert [choose(2), choose(9, ()), choose(9, (10, 10, 20, 20)), choose(9, (20, 20, 10, 10))] == [2, 2, 2, 3]
    assert choose(9, (10, 20, 20, 10)) == 1 and choose(10) in range(5)
    with pytest.raises(ValueError, match="unknown interp method 5"):
        choose(5)


def test_loaders_know_their_options():
    loader = gluon.data.DataLoader([1, 2], 1, pin_memory=True, pin_device_id=2)
    assert loader._pin_memory and loader._pin_device_id == 2


def test_shapes_of_parameters_are_of_python_integers():
    """GluonCV computes numbers of channels with NumPy."""
    conv = gluon.nn.Conv2D(2, 1, in_channels=np.array([3, 4])[1])
    conv.initialize()
    assert "np." not in repr(conv.weight) and [type(n) for n in conv.weight.shape] == [int] * 4
