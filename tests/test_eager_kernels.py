"""Kernels of single calls equal the declarations, forward and backward through the tape."""

import weakref
from collections import deque

import numpy as np
import pytest

from mxr import autograd, nd
from mxr.core.op import get_op
from mxr.kernels import dense, eager, elementwise, jit_enabled, onednn, softmax, windows
from mxr.kernels.lasting import at_most

from .single_call_support import forget, gradients

pytestmark = pytest.mark.skipif(not onednn.available(), reason=str(onednn.unavailable_reason()))

CONVOLUTIONS = [
    {"kernel": (3, 3), "num_filter": 8},
    {"kernel": (5, 5), "num_filter": 6, "pad": (2, 2), "stride": (2, 2)},
    {"kernel": (3, 3), "num_filter": 8, "num_group": 2, "dilate": (2, 2), "no_bias": True},
    {"kernel": (1, 1), "num_filter": 5},
]
POOLINGS = [
    {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max"},
    {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1), "pool_type": "max", "pooling_convention": "full"},
    {"kernel": (3, 3), "pad": (1, 1), "pool_type": "avg"},
    {"kernel": (3, 3), "pad": (1, 1), "pool_type": "avg", "count_include_pad": False},
    {"kernel": (1, 1), "global_pool": True, "pool_type": "avg"},
    {"kernel": (3, 3), "stride": (2, 2), "pool_type": "sum"},
    {"kernel": (3, 2), "stride": (3, 2), "pool_type": "max"},
    {"kernel": (4, 4), "stride": (4, 4), "pool_type": "max"},
    {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max", "pooling_convention": "full"},
]


def compare(f, arrays, monkeypatch, constant=()):
    for module in (eager, dense, elementwise):
        monkeypatch.setattr(module, "SMALL", 1)
    out = {}
    for kernels in ("ref", "auto"):
        monkeypatch.setenv("MXR_KERNELS", kernels)
        forget()
        out[kernels] = gradients(f, arrays, constant)
    forget()
    for x, y in zip(out["auto"], out["ref"]):
        np.testing.assert_allclose(x, y, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kwargs", CONVOLUTIONS, ids=str)
def test_convolution(kwargs, monkeypatch):
    rng = np.random.RandomState(0)
    c = 4
    weight = (kwargs["num_filter"], c // kwargs.get("num_group", 1), *kwargs["kernel"])
    arrays = [rng.uniform(-1, 1, s) for s in ((3, c, 11, 12), weight)]
    if not kwargs.get("no_bias"):
        arrays.append(rng.uniform(-1, 1, kwargs["num_filter"]))
    compare(lambda *a: nd.Convolution(*a, **kwargs), arrays, monkeypatch)


@pytest.mark.parametrize("kwargs", POOLINGS, ids=str)
def test_pooling(kwargs, monkeypatch):
    x = np.random.RandomState(0).uniform(-1, 1, (3, 5, 12, 13))
    compare(lambda a: nd.Pooling(a, **kwargs), [x], monkeypatch)
    compare(lambda a: nd.Pooling(a, **kwargs), [np.round(2 * x)], monkeypatch)  # equal maxima: the first one counts


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
def test_pooling_of_a_single_image_is_generated(monkeypatch):
    calls = []
    for name in ("forward", "backward"):
        real = getattr(windows.Windows, name)
        monkeypatch.setattr(windows.Windows, name, lambda *a, real=real: calls.append(real) or real(*a))
    x = np.random.RandomState(0).uniform(-1, 1, (1, 20, 24, 24))
    kwargs = {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max"}
    forget()
    y, dx = gradients(lambda a: nd.Pooling(a, **kwargs), [x], ())
    assert len(calls) == 2
    monkeypatch.setenv("MXR_KERNELS", "ref")
    forget()
    for got, expected in zip((y, dx), gradients(lambda a: nd.Pooling(a, **kwargs), [x], ())):
        np.testing.assert_array_equal(got, expected)
    forget()
    assert len(calls) == 2


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
def test_pooling_of_nan_and_of_another_batch(monkeypatch):
    x = np.random.RandomState(0).uniform(-1, 1, (2, 3, 4, 6))
    x[0, 0, 0, 0] = x[1, 2, 3, 5] = np.nan
    kwargs = {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max"}
    for n in (2, 1):
        compare(lambda a: nd.Pooling(a, **kwargs), [x[:n]], monkeypatch)


def served(name):
    """Whether a kernel of the imperative path ran the last signature, forward and backward."""
    (plan,) = get_op(name).plans.values()
    return plan.fill is not None and any(plan.taped._kernels.values())


@pytest.mark.parametrize("constant", [(), (0,), (1, 2), (0, 2)])
@pytest.mark.parametrize("shape, flatten", [((6, 5), True), ((6, 5, 2), True), ((3, 2, 10), False)])
def test_fully_connected(shape, flatten, constant, monkeypatch):
    rng = np.random.RandomState(0)
    inputs = int(np.prod(shape[1:])) if flatten else shape[-1]
    arrays = [rng.uniform(-1, 1, s) for s in (shape, (7, inputs), (7,))]
    run = lambda *a: nd.FullyConnected(*a, num_hidden=7, flatten=flatten)  # noqa: E731
    compare(run, arrays, monkeypatch, constant)
    gradients(run, arrays, constant)
    assert served("FullyConnected")
    compare(lambda x, w: nd.FullyConnected(x, w, num_hidden=7, flatten=flatten, no_bias=True), arrays[:2], monkeypatch)


@pytest.mark.parametrize("ta", [False, True])
@pytest.mark.parametrize("tb", [False, True])
@pytest.mark.parametrize("constant", [(), (0,), (1,)])
def test_dot(ta, tb, constant, monkeypatch):
    rng = np.random.RandomState(0)
    arrays = [rng.uniform(-1, 1, (5, 6)[:: -1 if ta else 1]), rng.uniform(-1, 1, (6, 4)[:: -1 if tb else 1])]
    compare(lambda x, y: nd.dot(x, y, transpose_a=ta, transpose_b=tb), arrays, monkeypatch, constant)


@pytest.mark.parametrize("ta", [False, True])
@pytest.mark.parametrize("tb", [False, True])
@pytest.mark.parametrize("constant", [(), (0,), (1,)])
def test_batch_dot(ta, tb, constant, monkeypatch):
    rng = np.random.RandomState(0)
    shapes = ((2, 3, 6, 5) if ta else (2, 3, 5, 6)), ((2, 3, 4, 6) if tb else (2, 3, 6, 4))
    arrays = [rng.uniform(-1, 1, s) for s in shapes]
    run = lambda x, y: nd.batch_dot(x, y, transpose_a=ta, transpose_b=tb)  # noqa: E731
    compare(run, arrays, monkeypatch, constant)
    gradients(run, arrays, constant)
    (plan,) = get_op("batch_dot").plans.values()
    assert any(plan.taped._kernels.values())


def test_a_product_of_an_array_with_itself(monkeypatch):
    x = np.random.RandomState(0).uniform(-1, 1, (5, 6))
    compare(lambda x: nd.dot(x, x, transpose_b=True), [x], monkeypatch)


def test_products_into_a_given_array(monkeypatch):
    monkeypatch.setattr(dense, "SMALL", 1)
    forget()
    x, y, out = nd.array(np.arange(6).reshape(2, 3)), nd.array(np.arange(12).reshape(3, 4)), nd.zeros((2, 4))
    assert nd.dot(x, y, out=out) is out
    np.testing.assert_array_equal(out.asnumpy(), x.asnumpy() @ y.asnumpy())
    square = nd.array(np.arange(9).reshape(3, 3))
    expected = square.asnumpy() @ square.asnumpy()
    nd.dot(square, square, out=square)
    np.testing.assert_array_equal(square.asnumpy(), expected)


@pytest.mark.parametrize("shape", [(4, 6, 5, 3), (7, 6), (3, 6, 8)], ids=str)
@pytest.mark.parametrize("kwargs", [{"fix_gamma": False}, {"eps": 1e-5}, {"use_global_stats": True}], ids=str)
@pytest.mark.parametrize("train", [True, False])
def test_batch_norm(shape, kwargs, train, monkeypatch):
    rng = np.random.RandomState(0)
    arrays = [rng.uniform(-1, 1, shape), *rng.uniform(0.5, 1.5, (4, 6))]

    def run(*a):
        return nd.BatchNorm(*a, **kwargs) if train else eval_mode(lambda: nd.BatchNorm(*a, **kwargs))

    compare(run, arrays, monkeypatch, constant=(3, 4))  # the moving averages, which are compared too


def eval_mode(f):
    with autograd.predict_mode():
        return f()


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
@pytest.mark.parametrize(
    "name",
    ["sigmoid", "softsign", "relu", "erf", "hard_sigmoid", "rsqrt", "tanh", "gamma", "log", "arcsin", "smooth_l1"],
)
def test_elementwise(name, monkeypatch):
    x = np.random.RandomState(0).uniform(0.1, 0.9, (5, 7)) * (1 if name in ("rsqrt", "gamma", "log") else -1)
    run = getattr(nd, name)
    compare(run, [x], monkeypatch)
    gradients(run, [x])
    (plan,) = get_op(name).plans.values()
    assert any(plan.taped._kernels.values())


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
@pytest.mark.parametrize("kind", ["relu", "sigmoid", "tanh", "softrelu", "softsign"])
def test_activation(kind, monkeypatch):
    x = np.random.RandomState(0).uniform(-4, 4, (5, 7))
    x[0, :3] = 0, 200, -200
    compare(lambda x: nd.Activation(x, act_type=kind), [x], monkeypatch)


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
@pytest.mark.parametrize("kind", ["leaky", "elu", "selu", "gelu"])
def test_leaky_relu(kind, monkeypatch):
    x = np.random.RandomState(0).uniform(-4, 4, (5, 7))
    run = lambda x: nd.LeakyReLU(x, act_type=kind, slope=0.3)  # noqa: E731
    compare(run, [x], monkeypatch)
    gradients(run, [x])
    (plan,) = get_op("LeakyReLU").plans.values()
    assert any(plan.taped._kernels.values())


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
@pytest.mark.parametrize("kind", ["prelu", "rrelu"])
def test_leaky_relu_without_a_kernel(kind, monkeypatch):
    x = np.random.RandomState(0).uniform(-4, 4, (5, 7))
    given = [np.full(7, 0.2)] if kind == "prelu" else []

    def run(*a):
        y = eval_mode(lambda: nd.LeakyReLU(*a, act_type=kind))
        return y if kind == "prelu" else y[0]

    compare(run, [x, *given], monkeypatch)


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
@pytest.mark.parametrize("mode", ["channel", "instance"])
def test_softmax_activation(mode, monkeypatch):
    monkeypatch.setattr(softmax, "SMALL", 1)
    monkeypatch.setattr(softmax, "LARGE", 1)
    x = np.random.RandomState(0).uniform(-4, 4, (3, 5, 4))
    run = lambda x: nd.SoftmaxActivation(x, mode=mode)  # noqa: E731
    compare(run, [x], monkeypatch)
    gradients(run, [x])
    assert served("SoftmaxActivation")


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
@pytest.mark.parametrize("kwargs", [{}, {"multi_output": True}, {"preserve_shape": True}], ids=str)
def test_softmax_output(kwargs, monkeypatch):
    monkeypatch.setattr(softmax, "SMALL", 1)
    monkeypatch.setattr(softmax, "LARGE", 1)
    x = np.random.RandomState(0).uniform(-4, 4, (3, 5, 4))
    label = {"multi_output": np.full((3, 4), 2.0), "preserve_shape": np.full((3, 5), 3.0)}
    label = label.get(next(iter(kwargs), ""), np.full((3, 5), 1.0))
    compare(lambda x, y: nd.SoftmaxOutput(x, y, **kwargs), [x, label], monkeypatch, constant=(1,))
    forget()
    nd.SoftmaxOutput(nd.array(x), nd.array(label), **kwargs)
    (plan,) = get_op("SoftmaxOutput").plans.values()
    assert plan.fill is not None


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize(
    "shape, kwargs",
    [((40, 10), {}), ((3, 7), {"temperature": 2.5}), ((2, 5, 6), {"axis": 1}), ((6, 4), {"axis": 0}), ((1, 9), {}),
     ((2, 3, 4, 1), {"axis": -2}), ((4, 1), {}), ((33, 130), {}), ((5,), {"dtype": "float32"})],
)  # fmt: skip
def test_softmax(name, shape, kwargs, monkeypatch):
    monkeypatch.setattr(softmax, "SMALL", 1)
    monkeypatch.setattr(softmax, "LARGE", 1)
    x = np.random.RandomState(0).uniform(-4, 4, shape)
    x.reshape(-1)[:3] = -np.inf, 200, -200
    compare(lambda x: nd.clip(getattr(nd, name)(x, **kwargs), -1e3, 1e3), [x], monkeypatch)
    gradients(lambda x: getattr(nd, name)(x, **kwargs), [x])
    assert served(name) or shape == (4, 1)


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
def test_softmax_serves_any_number_of_rows_by_one_kernel():
    forget()
    x = np.random.RandomState(0).uniform(-4, 4, (4096, 24)).astype("f")
    x[7, 3], x[8, 2], x[9] = np.nan, np.inf, -np.inf
    whole = nd.softmax(nd.array(x)).asnumpy()
    assert np.isnan(whole[7:10]).all() and np.isfinite(whole[10:]).all()
    for n in (1500, 4095):
        np.testing.assert_array_equal(nd.softmax(nd.array(x[:n])).asnumpy(), whole[:n])
    assert all(p.fill is not None for p in get_op("softmax").plans.values())
    small = nd.softmax(nd.array(x[10:20]))
    np.testing.assert_allclose(small.asnumpy(), whole[10:20], rtol=1e-6)


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
def test_elements_do_not_depend_on_the_shape():
    """One kernel serves all lengths, and every element gets the same bits in all of them."""
    forget()
    x = np.linspace(-30, 30, 5000).astype("f")
    whole = nd.sigmoid(nd.array(x)).asnumpy()
    for n in (1024, 1025, 1279, 1280, 4999):
        np.testing.assert_array_equal(nd.sigmoid(nd.array(x[-n:])).asnumpy(), whole[-n:])
    assert all(p.fill is not None for p in get_op("sigmoid").plans.values())


def test_gradients_of_gradients_go_by_the_declaration(monkeypatch):
    for module in (dense, elementwise):
        monkeypatch.setattr(module, "SMALL", 1)
    forget()
    x, w = nd.array([[0.5, -1.0]]), nd.array([[2.0, 1.0], [0.5, 3.0]])
    for v in (x, w):
        v.attach_grad()
    with autograd.record():
        y = nd.sigmoid(nd.dot(x, w)).sum()
        (slope,) = autograd.grad(y, [x], create_graph=True)
        (slope * slope).sum().backward()
    s = 1 / (1 + np.exp(-(x.asnumpy() @ w.asnumpy())))
    first = (s * (1 - s)) @ w.asnumpy().T
    second = ((first @ w.asnumpy()) * 2 * s * (1 - s) * (1 - 2 * s)) @ w.asnumpy().T
    np.testing.assert_allclose(x.grad.asnumpy(), second, rtol=1e-5)


def test_queued_calls_use_the_kernels(monkeypatch):
    """What is too heavy to run at once runs by the same kernel later."""
    from mxr.core import dispatch

    rng = np.random.RandomState(0)
    x, w = nd.array(rng.uniform(-1, 1, (64, 300))), nd.array(rng.uniform(-1, 1, (200, 300)))
    expected = x.asnumpy() @ w.asnumpy().T
    forget()
    monkeypatch.setattr(dispatch, "ASYNC_FLOPS", 1)
    y = nd.FullyConnected(x, w, num_hidden=200, no_bias=True)
    assert y._pending is not None
    (plan,) = get_op("FullyConnected").plans.values()
    assert plan.fill is not None
    np.testing.assert_allclose(y.asnumpy(), expected, rtol=1e-4, atol=1e-4)
    forget()


@pytest.mark.parametrize("kwargs", [{}, {"axis": 1}, {"axis": 0}, {"axis": (0, 2), "keepdims": True},
                                    {"axis": 0, "exclude": True}], ids=str)  # fmt: skip
@pytest.mark.parametrize("name", ["sum", "mean"])
def test_gradients_of_sums(name, kwargs, monkeypatch):
    x = np.random.RandomState(0).uniform(-1, 1, (3, 4, 5))
    compare(lambda x: getattr(nd, name)(x, **kwargs), [x], monkeypatch)


@pytest.mark.parametrize("shape", [(4, 3), (2, 4, 3), (2, 1)], ids=str)
@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("index", ["float32", "int32", "uint8"])
def test_pick(shape, keepdims, index, monkeypatch):
    rng = np.random.RandomState(0)
    at = nd.array(rng.randint(0 if index == "uint8" else -2, 6, shape[:-1]), dtype=index)  # out of range: the nearest
    compare(lambda x: nd.pick(x, at, keepdims=keepdims), [rng.uniform(-1, 1, shape)], monkeypatch)


def test_small_gradients_of_scalar_operators(monkeypatch):
    x = np.random.RandomState(0).uniform(0.5, 1, (3, 4))
    for f in (lambda x: 3 * x, lambda x: 3 / x, lambda x: x**3, lambda x: -x, lambda x: x * x, lambda x: x / (x + 1)):
        compare(f, [x], monkeypatch)


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
@pytest.mark.parametrize(
    "module, maker, name, shape, kwargs",
    [(windows, "_windows", "Pooling", (2, 3, 4), {"kernel": (2, 2), "stride": (2, 2), "pool_type": "max"}),
     (softmax, "_loop", "softmax", (40,), {})],
)  # fmt: skip
def test_code_for_one_length_is_not_generated_without_end(module, maker, name, shape, kwargs, monkeypatch):
    """Generated code is never given back: from some length on others compute."""
    made = []
    make = getattr(module, maker).__wrapped__
    assert type(getattr(module, maker).made) is dict
    monkeypatch.setattr(module, maker, at_most(3)(lambda *key: made.append(key) or make(*key)))
    monkeypatch.setattr(softmax, "SMALL", 1)
    monkeypatch.setattr(softmax, "LARGE", 1)
    for n in (8, 10, 12, 14, 16, 8, 10):
        x = np.random.RandomState(0).uniform(-4, 4, (*shape, n))
        compare(lambda x: getattr(nd, name)(x, **kwargs), [x], monkeypatch)
    assert len(made) == 3


def test_products_are_not_kept_without_end(monkeypatch):
    made, alive = [], weakref.WeakSet()

    class Counted(dense._Made):
        def __init__(self, *args):
            super().__init__(*args)
            made.append(1)
            alive.add(self)

    monkeypatch.setattr(dense, "_Made", Counted)
    monkeypatch.setattr(dense, "MOST", 6)
    monkeypatch.setattr(dense, "_places", deque())
    monkeypatch.setattr(dense, "SMALL", 1)
    forget()
    w = nd.ones((5, 4))
    for n in (*range(2, 22), *range(2, 22)):
        y = nd.FullyConnected(nd.ones((n, 4)), w, num_hidden=5, no_bias=True)
        assert y.shape == (n, 5) and (y.asnumpy() == 4).all()
    assert len(made) == 40 and len(alive) <= 6
    before = len(made)
    nd.FullyConnected(nd.ones((21, 4)), w, num_hidden=5, no_bias=True)
    assert len(made) == before
    forget()
