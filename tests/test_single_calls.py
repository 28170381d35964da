"""Single calls with the batch in the vector equal the declarations, forward and backward, with empty lanes too."""

import numpy as np
import pytest

from mxr import autograd, nd
from mxr.core import raw_f
from mxr.core.op import all_ops, get_op
from mxr.kernels import eager, jit_enabled
from mxr.kernels.batched import choice, lanes_of, single
from mxr.kernels.lasting import at_most

pytestmark = pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")

CONVOLUTIONS = [
    ((3, 11, 12), {"kernel": (3, 3), "num_filter": 8}),
    ((1, 12, 9), {"kernel": (5, 5), "num_filter": 6, "pad": (2, 2), "stride": (2, 2)}),
    ((4, 11, 12), {"kernel": (3, 3), "num_filter": 8, "num_group": 2, "dilate": (2, 2), "no_bias": True}),
    ((5, 12, 12), {"kernel": (5, 5), "num_filter": 16}),  # minimal filtering, where it is quicker
    ((3, 17), {"kernel": (3,), "num_filter": 4, "pad": (1,)}),
]
POOLINGS = [
    ((5, 12, 14), {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max"}),
    (
        (5, 12, 13),
        {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1), "pool_type": "max", "pooling_convention": "full"},
    ),
    ((2, 3, 3), {"kernel": (3, 3), "pad": (1, 1), "pool_type": "avg"}),
    ((5, 12, 13), {"kernel": (3, 3), "pad": (1, 1), "pool_type": "avg", "count_include_pad": False}),
    ((5, 6, 7), {"kernel": (1, 1), "global_pool": True, "pool_type": "avg"}),
    ((5, 12, 13), {"kernel": (3, 3), "stride": (2, 2), "pool_type": "sum"}),
    ((5, 12), {"kernel": (2,), "stride": (2,), "pool_type": "max"}),
]


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """All calls are worth these kernels."""
    monkeypatch.setattr(eager, "SMALL", 1)
    monkeypatch.setattr(eager, "default_threads", lambda: 1)
    monkeypatch.setattr(single, "default_threads", lambda: 1)
    monkeypatch.setattr(single, "gain", lambda *_: 1.0)
    monkeypatch.setattr(single, "_single", at_most(200)(single._single.__wrapped__))
    yield
    forget()


def forget():
    for op in all_ops().values():
        op.plans.clear()
    raw_f._raw.clear()


def run(f, arrays, constant):
    arrays = [nd.array(x) for x in arrays]
    for i, x in enumerate(arrays):
        if i not in constant:
            x.attach_grad()
    with autograd.record():
        y = f(*arrays)
    y.backward(nd.array(np.random.RandomState(1).uniform(-1, 1, y.shape)))
    return [y.asnumpy(), *(x.grad.asnumpy() for x in arrays if x.grad is not None)]


def compare(f, arrays, monkeypatch, kinds, constant=()):
    found = {}
    for kernels in ("ref", "jit"):
        monkeypatch.setenv("MXR_KERNELS", kernels)
        forget()
        before = set(single._single.made)
        found[kernels] = run(f, arrays, constant)
    assert {kind.__name__ for kind, _ in set(single._single.made) - before} == set(kinds)
    for x, y in zip(found["jit"], found["ref"], strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-4, atol=2e-5)


def batches():
    return lanes_of(), 2 * lanes_of() + 1


@pytest.mark.parametrize("shape, kwargs", CONVOLUTIONS, ids=str)
def test_convolution(shape, kwargs, monkeypatch):
    rng = np.random.RandomState(0)
    weight = (kwargs["num_filter"], shape[0] // kwargs.get("num_group", 1), *kwargs["kernel"])
    small = [rng.uniform(-1, 1, weight)]
    if not kwargs.get("no_bias"):
        small.append(rng.uniform(-1, 1, kwargs["num_filter"]))
    for n, kinds in zip(batches(), (("Forward", "Backward"), ())):  # one code for all batches
        x = rng.uniform(-1, 1, (n, *shape))
        compare(lambda *a: nd.Convolution(*a, **kwargs), [x, *small], monkeypatch, kinds)


@pytest.mark.parametrize("constant", [(0,), (1, 2), (0, 2), (2,)])
def test_wanted_gradients_of_a_convolution(constant, monkeypatch):
    rng = np.random.RandomState(0)
    arrays = [rng.uniform(-1, 1, s) for s in ((lanes_of() + 1, 3, 9, 8), (6, 3, 3, 3), (6,))]
    kinds = "Forward", "Backward"
    compare(lambda *a: nd.Convolution(*a, kernel=(3, 3), num_filter=6), arrays, monkeypatch, kinds, constant)


@pytest.mark.parametrize("shape, kwargs", POOLINGS, ids=str)
def test_pooling(shape, kwargs, monkeypatch):
    kinds = "PoolForward", "PoolBackward"
    for n, new in zip(batches(), (kinds, ())):
        x = np.random.RandomState(0).uniform(-1, 1, (n, *shape))
        compare(lambda a: nd.Pooling(a, **kwargs), [x], monkeypatch, new)
        # equal maxima: the first one counts
        compare(lambda a: nd.Pooling(a, **kwargs), [np.round(2 * x)], monkeypatch, ())


def test_pooling_of_nan(monkeypatch):
    x = np.random.RandomState(0).uniform(-1, 1, (lanes_of(), 3, 4, 6))
    x[0, 0, 0, 0] = x[1, 2, 3, 5] = np.nan
    kwargs = {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max"}
    compare(lambda a: nd.Pooling(a, **kwargs), [x], monkeypatch, ("PoolForward", "PoolBackward"))


def test_into_a_given_array(monkeypatch):
    monkeypatch.setenv("MXR_KERNELS", "jit")
    forget()
    rng = np.random.RandomState(0)
    x, w = nd.array(rng.uniform(-1, 1, (lanes_of(), 2, 6, 6))), nd.array(rng.uniform(-1, 1, (4, 2, 3, 3)))
    kwargs = {"kernel": (3, 3), "num_filter": 4, "no_bias": True}
    out = nd.zeros((lanes_of(), 4, 4, 4))
    nd.Convolution(x, w, out=out, **kwargs)
    np.testing.assert_array_equal(out.asnumpy(), nd.Convolution(x, w, **kwargs).asnumpy())
    assert out.asnumpy().any()


def test_code_is_not_generated_without_end(monkeypatch):
    """Generated code is never given back: from some shape on other kernels compute."""
    monkeypatch.setattr(single, "_single", at_most(3)(single._single.__wrapped__))
    w = np.random.RandomState(0).uniform(-1, 1, (4, 2, 3, 3))
    kwargs = {"kernel": (3, 3), "num_filter": 4, "no_bias": True}
    for size, kinds in zip((6, 7, 8, 6), (("Forward", "Backward"), ("Forward",), (), ())):
        x = np.random.RandomState(1).uniform(-1, 1, (lanes_of(), 2, size, 6))
        compare(lambda *a: nd.Convolution(*a, **kwargs), [x, w], monkeypatch, kinds)
    assert len(single._single.made) == 3


def test_choice(monkeypatch):
    """Few channels in large batches run with the batch in the vector; single images and many channels do not."""
    monkeypatch.setattr(single, "gain", choice.gain)

    def taken(data, filters, kernel, threads=1):
        monkeypatch.setattr(single, "default_threads", lambda: threads)
        a = get_op("Convolution").parse({"kernel": kernel, "num_filter": filters})
        return single.conv_forward(a, data, (filters, data[1], *kernel), True) is not None

    assert taken((128, 1, 28, 28), 6, (5, 5))
    assert not taken((128, 1, 28, 28), 6, (5, 5), threads=64)
    assert not taken((1, 1, 28, 28), 6, (5, 5))
    assert not taken((128, 128, 28, 28), 128, (3, 3))
