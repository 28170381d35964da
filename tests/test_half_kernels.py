"""Half precision computed in float32: one rounding at the end of a call, the dtypes of the declaration."""

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.kernels import half, jit_enabled

RNG = np.random.default_rng(11)


def _some(*shape):
    return RNG.uniform(-1, 1, shape).astype(np.float16)


CALLS = {
    "dot": (lambda a, b: nd.dot(a, b), (40, 50), (50, 30)),
    "dot with transposes": (lambda a, b: nd.dot(a, b, transpose_a=True, transpose_b=True), (50, 40), (30, 50)),
    "batch_dot": (lambda a, b: nd.batch_dot(a, b), (4, 20, 30), (4, 30, 20)),
    "dense": (lambda x, w, b: nd.FullyConnected(x, w, b, num_hidden=40), (33, 50), (40, 50), (40,)),
    "convolution": (
        lambda x, w, b: nd.Convolution(x, w, b, kernel=(3, 3), num_filter=8, pad=(1, 1)),
        (3, 4, 12, 12), (8, 4, 3, 3), (8,),
    ),
    "deconvolution": (
        lambda x, w: nd.Deconvolution(x, w, kernel=(3, 3), stride=(2, 2), num_filter=8), (3, 4, 12, 12), (4, 8, 3, 3)
    ),
    "max pooling": (lambda x: nd.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max"), (4, 6, 20, 20)),
    "average pooling": (lambda x: nd.Pooling(x, kernel=(3, 3), stride=(2, 2), pool_type="avg"), (4, 6, 21, 21)),
    "softmax": (lambda x: nd.softmax(x), (40, 50)),
    "log_softmax": (lambda x: nd.log_softmax(x, axis=0), (40, 50)),
    "layer norm": (lambda x, g, b: nd.LayerNorm(x, g, b), (40, 50), (50,), (50,)),
    "tanh": (lambda x: nd.tanh(x), (37, 41)),
    "gelu": (lambda x: nd.LeakyReLU(x, act_type="gelu"), (37, 41)),
    "add": (lambda x, y: x + y, (37, 41), (37, 41)),
    "broadcast": (lambda x, y: nd.broadcast_mul(x, y), (37, 41), (1, 41)),
    "scalar": (lambda x: x * 3 + 1, (37, 41)),
    "sum": (lambda x: x.sum(axis=1), (60, 41)),
    "mean": (lambda x: x.mean(), (60, 41)),
    "norm": (lambda x: x.norm(axis=0), (60, 41)),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", CALLS)
def test_calls_and_gradients_are_float32_rounded_once(name, dtype):
    call, *shapes = CALLS[name]
    values = [_some(*s) for s in shapes]
    results = []
    for d in (dtype, "float32"):
        xs = [nd.array(v, dtype=dtype).astype(d) for v in values]
        for x in xs:
            x.attach_grad()
        with mx.autograd.record():
            y = call(*xs)
        y.backward(nd.array(np.linspace(-1, 1, y.size).reshape(y.shape), dtype=dtype).astype(d))
        results.append([y, *[x.grad for x in xs]])
        assert all(r.dtype == y.dtype for r in results[-1])
    eps = {"float16": 2.0**-10, "bfloat16": 2.0**-7}[dtype]
    # gradients take the output as it was rounded; differences of such numbers have errors of their size
    for got, want in zip(*results):
        want = want.asnumpy()
        allowed = eps * (np.abs(want) + 2 * np.abs(want).max())
        assert got.dtype == results[0][0].dtype
        np.testing.assert_array_less(np.abs(got.astype("float32").asnumpy() - want), allowed + 1e-6)


@pytest.mark.parametrize("name", ["dot", "convolution", "softmax", "layer norm", "sum"])
def test_the_forward_is_rounded_once(name):
    call, *shapes = CALLS[name]
    values = [_some(*s) for s in shapes]
    got = call(*[nd.array(v, dtype="float16") for v in values])
    want = call(*[nd.array(v, dtype="float32") for v in values])
    np.testing.assert_array_equal(got.asnumpy(), want.asnumpy().astype(np.float16))


def test_conversions_are_numpys():
    with np.errstate(invalid="ignore"):  # ARM says so of signalling NaNs
        every = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    x = np.concatenate(
        [
            every,
            RNG.standard_normal(5000).astype(np.float32) * 1e4,
            np.array([65519.9, 65520, 1e30, -1e30, 2**-25, 2**-24, 3e-8, np.inf, -np.inf, np.nan], np.float32),
        ]
    )
    with np.errstate(over="ignore"):
        want = x.astype(np.float16)
        np.testing.assert_array_equal(half.narrowed(x, np.dtype(np.float16)), want)
        out = np.zeros(x.shape, np.float16)
        half.narrowed(x, out.dtype, out)
        np.testing.assert_array_equal(out, want)
    np.testing.assert_array_equal(half.widened(want), want.astype(np.float32))
    for odd in (want[::2], want[:3], np.float16([1]), want.reshape(2, -1).T):
        np.testing.assert_array_equal(half.widened(odd), odd.astype(np.float32))
        np.testing.assert_array_equal(half.narrowed(odd.astype(np.float32), np.dtype(np.float16)), odd)


def test_moving_averages_in_float32_move():
    x = nd.array(_some(8, 3, 16, 16), dtype="float16")
    mean, var = nd.zeros(3), nd.ones(3)
    x.attach_grad()
    with mx.autograd.record():
        y = nd.BatchNorm(x, nd.ones(3), nd.zeros(3), mean, var, fix_gamma=False)
    y.backward()
    assert y.dtype == np.float16
    np.testing.assert_allclose(
        mean.asnumpy(), 0.1 * x.astype("float32").mean(axis=(0, 2, 3)).asnumpy(), rtol=1e-4, atol=1e-7
    )


def test_out_and_integer_arguments():
    x = nd.array(_some(64, 64), dtype="float16")
    out = nd.zeros((64, 64), dtype="float16")
    nd.softmax(x, out=out)
    np.testing.assert_array_equal(out.asnumpy(), nd.softmax(x).asnumpy())
    assert nd.softmax(x, dtype="float32").dtype == np.float32
    assert nd.cast(x, dtype="float32").dtype == np.float32
    picked = nd.take(x, nd.array([1, 2], dtype="int32"))
    assert picked.dtype == np.float16


def _net(dtype, hybrid):
    np.random.seed(3)
    mx.random.seed(3)
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Conv2D(6, 3, activation="relu"), nn.MaxPool2D(2, 2), nn.Conv2D(8, 3), nn.BatchNorm(), nn.Flatten())
    net.add(nn.Dense(32, activation="tanh"), nn.LayerNorm(), nn.Dense(10))
    net.initialize(mx.init.Xavier())
    net(nd.zeros((2, 1, 16, 16)))
    net.cast(dtype)
    if hybrid:
        net.hybridize()
    return net


@pytest.mark.parametrize("hybrid", [False, True])
def test_a_net_trains_as_in_float32(hybrid):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((16, 1, 16, 16)), rng.integers(0, 10, 16)
    losses = {}
    for dtype in ("float32", "float16"):
        net = _net(dtype, hybrid)
        loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
        options = {"learning_rate": 0.05, "momentum": 0.9, "multi_precision": True}
        trainer = mx.gluon.Trainer(net.collect_params(), "sgd", options)
        losses[dtype] = []
        for _ in range(6):
            with mx.autograd.record():
                out = net(nd.array(x, dtype=dtype))
                value = loss(out.astype("float32"), nd.array(y)).mean()
            value.backward()
            trainer.step(1)
            losses[dtype].append(value.asscalar())
        assert out.dtype == np.dtype(dtype)
        assert {p.grad().dtype for p in net.collect_params().values() if p.grad_req != "null" and p.dtype == dtype} <= {
            np.dtype(dtype).type
        }
    np.testing.assert_allclose(losses["float16"], losses["float32"], rtol=0.02, atol=0.02)
    assert losses["float16"][-1] < losses["float16"][0]


def _symbol():
    x = mx.sym.var("x")
    y = mx.sym.Convolution(x, kernel=(3, 3), num_filter=4, pad=(1, 1), name="c")
    y = mx.sym.BatchNorm(y, fix_gamma=False, name="b")
    y = mx.sym.Pooling(mx.sym.Activation(y, act_type="tanh"), kernel=(2, 2), stride=(2, 2), pool_type="max")
    y = mx.sym.softmax(mx.sym.FullyConnected(mx.sym.Dropout(y, p=0.0), num_hidden=5, name="d") * 3)
    return mx.sym.Group([y, mx.sym.sum(mx.sym.transpose(y), axis=1)])


@pytest.mark.skipif(not jit_enabled(), reason="plans keep half precision without generated kernels")
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("req", ["write", "add"])
def test_plans_compute_in_float32(dtype, req):
    net, found = _symbol(), {}
    for d in (dtype, "float32"):
        names = net.list_arguments()
        shapes, _, aux = net.infer_shape(x=(3, 2, 8, 8))
        rng = np.random.default_rng(1)
        args = [nd.array(rng.uniform(-1, 1, s), dtype=dtype) for s in shapes]
        single = ("b_gamma", "b_beta")  # BatchNorm's vectors are float32 in half precision too
        args = [a.astype("float32" if n in single else d) for n, a in zip(names, args)]
        grads = [nd.ones(a.shape, dtype=a.dtype) for a in args]
        states = [nd.array(np.full(s, 0.5)) for s in aux]
        exe = net.bind(mx.cpu(), args, grads, req, states)
        exe.forward(is_train=True)
        exe.backward([nd.array(rng.uniform(-1, 1, y.shape), dtype=dtype).astype(d) for y in exe.outputs])
        assert all(y.dtype == args[0].dtype for y in exe.outputs)
        assert all(g.dtype == a.dtype for g, a in zip(grads, args))
        found[d] = [*exe.outputs, *grads, *states]
    eps = {"float16": 2.0**-10, "bfloat16": 2.0**-7}[dtype]
    for got, want in zip(found[dtype], found["float32"]):
        want = want.asnumpy()
        np.testing.assert_allclose(
            got.astype("float32").asnumpy(), want, rtol=eps, atol=2 * eps * np.abs(want).max() + 1e-6
        )


@pytest.mark.skipif(not jit_enabled(), reason="plans keep half precision without generated kernels")
def test_plans_round_where_a_cast_says_so():
    x = mx.sym.var("x", dtype="float32")
    net = mx.sym.Cast(mx.sym.Cast(x * 3, dtype="float16") * 1.5, dtype="float32")
    value = np.linspace(1, 2, 50, dtype=np.float32)
    exe = net.bind(mx.cpu(), [nd.array(value)])
    want = (value * np.float32(3)).astype(np.float16).astype(np.float32) * np.float32(1.5)
    np.testing.assert_array_equal(exe.forward()[0].asnumpy(), want)


def test_the_mean_of_few_bfloat16_numbers():
    x = nd.array([[1, 2], [-1, -1.5]], dtype="bfloat16")
    np.testing.assert_array_equal(nd.mean(x, axis=1).astype("float32").asnumpy(), [1.5, -1.25])
    np.testing.assert_array_equal(nd.nansum(x * np.nan).astype("float32").asnumpy(), [0])
