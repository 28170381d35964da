"""Neural-network operators by themselves: numeric gradients, layouts, half precision, graph against tape, errors."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, nd
from mxr.base import MXNetError


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def run(call, arrays, heads=None, train=True):
    """Output and gradients of call(*arrays) in float64."""
    xs = [nd.array(a, dtype="float64") for a in arrays]
    for x in xs:
        x.attach_grad()
    with autograd.record(train):
        y = call(*xs)
    heads = np.cos(1.7 * np.arange(y.size)).reshape(y.shape) if heads is None else heads
    y.backward(nd.array(heads, dtype="float64"), train_mode=train)
    return y.asnumpy(), [x.grad.asnumpy() for x in xs], heads


def check_numeric(call, arrays, wrt=None, train=True, tol=1e-6):
    """Central differences against the gradient that backward gives."""
    arrays = [np.array(a, "float64") for a in arrays]
    _, grads, heads = run(call, arrays, train=train)

    def value(k, x):
        changed = [*arrays[:k], x, *arrays[k + 1 :]]
        with autograd.train_mode() if train else autograd.predict_mode():
            y = call(*(nd.array(a, dtype="float64") for a in changed))
        return float((y.asnumpy() * heads).sum())

    for k in range(len(arrays)) if wrt is None else wrt:
        numeric = np.zeros_like(arrays[k])
        for i in np.ndindex(arrays[k].shape):
            step = np.zeros_like(arrays[k])
            step[i] = 1e-5
            numeric[i] = (value(k, arrays[k] + step) - value(k, arrays[k] - step)) / 2e-5
        np.testing.assert_allclose(grads[k], numeric, rtol=1e-4, atol=tol * max(1, abs(numeric).max()))


CALLS = {
    "fully_connected": (lambda x, w, b: nd.FullyConnected(x, w, b, num_hidden=3), [(2, 2, 2), (3, 4), (3,)]),
    "fully_connected_rows": (
        lambda x, w, b: nd.FullyConnected(x, w, b, num_hidden=3, flatten=False), [(2, 2, 4), (3, 4), (3,)],
    ),
    "selu": (lambda x: nd.LeakyReLU(x, act_type="selu"), [(3, 4)]),
    "gelu": (lambda x: nd.LeakyReLU(x, act_type="gelu"), [(3, 4)]),
    "elu": (lambda x: nd.LeakyReLU(x, act_type="elu", slope=0.7), [(3, 4)]),
    "prelu": (lambda x, g: nd.LeakyReLU(x, g, act_type="prelu"), [(2, 3, 2), (3,)]),
    "softrelu": (lambda x: nd.Activation(x, act_type="softrelu"), [(3, 4)]),
    "softsign": (lambda x: nd.Activation(x, act_type="softsign"), [(3, 4)]),
    "softmax": (lambda x: nd.softmax(x, axis=1, temperature=1.5), [(2, 3, 2)]),
    "softmin": (lambda x: nd.softmin(x, axis=0), [(3, 2)]),
    "log_softmax": (lambda x: nd.log_softmax(x, temperature=0.5), [(2, 4)]),
    "softmax_activation": (lambda x: nd.SoftmaxActivation(x), [(2, 3, 4)]),
    "convolution": (
        lambda x, w, b: nd.Convolution(x, w, b, kernel=(2, 3), pad=(1, 1), stride=(2, 1), num_filter=4, num_group=2),
        [(2, 4, 3, 4), (4, 2, 2, 3), (4,)],
    ),
    "convolution_last": (
        lambda x, w, b: nd.Convolution(x, w, b, kernel=(2, 2), num_filter=2, layout="NHWC"),
        [(2, 3, 3, 2), (2, 2, 2, 2), (2,)],
    ),
    "convolution_3d": (
        lambda x, w: nd.Convolution(x, w, kernel=(2, 1, 2), num_filter=2, no_bias=True, dilate=(1, 1, 2)),
        [(1, 2, 3, 2, 4), (2, 2, 2, 1, 2)],
    ),
    "depthwise": (
        lambda x, w: nd.Convolution(x, w, kernel=(2, 2), num_filter=3, num_group=3, no_bias=True, pad=(1, 0)),
        [(2, 3, 3, 3), (3, 1, 2, 2)],
    ),
    "pointwise": (
        lambda x, w: nd.Convolution(x, w, kernel=(1, 1), num_filter=2, no_bias=True), [(2, 3, 6, 6), (2, 3, 1, 1)],
    ),
    "deconvolution": (
        lambda x, w, b: nd.Deconvolution(
            x, w, b, kernel=(3, 2), stride=(2, 2), adj=(1, 0), num_filter=2, no_bias=False
        ),
        [(2, 3, 2, 3), (3, 2, 3, 2), (2,)],
    ),
    "deconvolution_3d": (
        lambda x, w: nd.Deconvolution(x, w, kernel=(2, 2, 2), stride=(2, 1, 2), num_filter=2),
        [(1, 2, 2, 2, 2), (2, 2, 2, 2, 2)],
    ),
    "batch_norm": (
        lambda x, g, b: nd.BatchNorm(
            x, g, b, nd.zeros(3, dtype="float64"), nd.ones(3, dtype="float64"), fix_gamma=False
        ),
        [(4, 3, 2), (3,), (3,)],
    ),
    "layer_norm": (lambda x, g, b: nd.LayerNorm(x, g, b, axis=1), [(2, 3, 4), (3,), (3,)]),
    "group_norm": (lambda x, g, b: nd.GroupNorm(x, g, b, num_groups=2), [(2, 4, 3), (2,), (2,)]),
    "instance_norm": (lambda x, g, b: nd.InstanceNorm(x, g, b), [(2, 3, 4), (3,), (3,)]),
    "l2_normalization": (lambda x: nd.L2Normalization(x, mode="channel"), [(2, 3, 2)]),
    "lrn": (lambda x: nd.LRN(x, nsize=3, alpha=0.3), [(2, 4, 2, 1)]),
    "avg_pooling": (
        lambda x: nd.Pooling(x, kernel=(3, 2), stride=(2, 1), pad=(1, 0), pool_type="avg", pooling_convention="full"),
        [(1, 2, 4, 3)],
    ),
    "max_pooling": (lambda x: nd.Pooling(x, kernel=(3, 2), stride=(1, 2), pool_type="max"), [(1, 2, 4, 4)]),
    "max_pooling_last": (lambda x: nd.Pooling(x, kernel=(2, 2), pool_type="max", layout="NHWC"), [(1, 3, 3, 2)]),
    "same_pooling": (lambda x: nd.Pooling(x, kernel=(2,), stride=(2,), pooling_convention="same"), [(1, 2, 5)]),
    "ctc_loss": (lambda x: nd.CTCLoss(x, nd.array([[1, 2, 0], [2, 2, 1]])), [(5, 2, 3)]),
    "im2col": (lambda x: nd.im2col(x, kernel=(3,), stride=(2,), pad=(1,)), [(2, 2, 5)]),
    "col2im": (lambda x: nd.col2im(x, output_size=(3, 2, 2), kernel=(2, 1, 2)), [(1, 8, 4)]),
    "upsampling": (lambda x: nd.UpSampling(x, scale=2, sample_type="nearest", num_args=1), [(1, 2, 2, 2)]),
    "upsampling_bilinear": (
        lambda x, w: nd.UpSampling(x, w, scale=2, sample_type="bilinear", num_filter=2, num_args=2),
        [(1, 2, 2, 2), (2, 1, 4, 4)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_gradient(name):
    call, shapes = CALLS[name]
    check_numeric(call, [normal(*s, seed=i) for i, s in enumerate(shapes)])


SECOND_ORDER = sorted(set(CALLS) - {"ctc_loss", "lrn", "upsampling_bilinear", "upsampling"})


@pytest.mark.parametrize("name", SECOND_ORDER)
def test_second_order(name):
    """The gradient of a gradient, by differences of the gradient."""
    call, shapes = CALLS[name]
    arrays = [normal(*s, seed=i) for i, s in enumerate(shapes)]
    heads = normal(*shapes[0], seed=9)

    def first(x):
        xs = [nd.array(a, dtype="float64") for a in [x, *arrays[1:]]]
        xs[0].attach_grad()
        with autograd.record():
            y = (call(*xs) ** 3).sum()
            (g,) = autograd.grad(y, [xs[0]], create_graph=True)
            total = (g * nd.array(heads, dtype="float64")).sum()
        return g, total, xs[0]

    _, total, x = first(arrays[0])
    total.backward()
    step = 1e-5 * normal(*shapes[0], seed=3)
    up, down = (float((first(arrays[0] + s)[0].asnumpy() * heads).sum()) for s in (step, -step))
    np.testing.assert_allclose((x.grad.asnumpy() * step).sum(), (up - down) / 2, rtol=1e-5)


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"ctc_loss"}))  # its label is a constant
def test_graph_equals_tape(name):
    """The compiled graph gives what the tape gives, forward and backward."""
    call, shapes = CALLS[name]
    arrays = [normal(*s, seed=i).astype("f") for i, s in enumerate(shapes)]
    xs = [nd.array(a) for a in arrays]
    for x in xs:
        x.attach_grad()

    class Symbolic:
        def __getattr__(self, n):
            return getattr(mx.sym, n)

    if name == "batch_norm":
        s = mx.sym.BatchNorm(mx.sym.var("a0"), mx.sym.var("a1"), mx.sym.var("a2"), fix_gamma=False, name="bn")
        aux = [nd.zeros(3), nd.ones(3)]
        with autograd.record():
            y = nd.BatchNorm(*xs, nd.zeros(3), nd.ones(3), fix_gamma=False)
    else:
        scope = dict(call.__globals__)
        scope["nd"] = Symbolic()
        symbolic = type(call)(call.__code__, scope)
        s = symbolic(*(mx.sym.var(f"a{i}") for i in range(len(arrays))))
        aux = []
        with autograd.record():
            y = call(*xs)
    heads = nd.array(np.cos(1.7 * np.arange(y.size)).reshape(y.shape))
    y.backward(heads)
    args = {f"a{i}": nd.array(a) for i, a in enumerate(arrays)}
    grads = {k: nd.zeros(v.shape) for k, v in args.items()}
    ex = s.bind(mx.cpu(), args, args_grad=grads, aux_states=aux)
    out = ex.forward(is_train=True)[0]
    ex.backward([heads])
    np.testing.assert_allclose(out.asnumpy(), y.asnumpy(), rtol=1e-5, atol=1e-5)
    for i, x in enumerate(xs):
        np.testing.assert_allclose(grads[f"a{i}"].asnumpy(), x.grad.asnumpy(), rtol=1e-4, atol=1e-5)
    if aux:
        assert (aux[0].asnumpy() != 0).all()  # the moving mean has moved


@pytest.mark.parametrize(
    "op, shapes, kw",
    [
        ("Convolution", [(2, 3, 5, 4), (4, 3, 3, 2), (4,)], {"kernel": (3, 2), "num_filter": 4, "pad": (1, 0)}),
        ("Convolution", [(2, 3, 5, 4, 3), (4, 3, 2, 2, 2), (4,)], {"kernel": (2, 2, 2), "num_filter": 4}),
        ("Deconvolution", [(2, 3, 4, 4), (3, 4, 2, 2), (4,)], {"kernel": (2, 2), "num_filter": 4, "no_bias": False}),
        ("Pooling", [(2, 3, 5, 4)], {"kernel": (2, 2), "pool_type": "avg", "stride": (2, 2)}),
        ("Pooling", [(2, 3, 5, 4)], {"global_pool": True, "pool_type": "max"}),
    ],
)
def test_channels_last(op, shapes, kw):
    """Channels last is channels first with the axes moved."""
    arrays = [normal(*s, seed=i).astype("f") for i, s in enumerate(shapes)]
    moved = [np.moveaxis(a, 1, -1) if a.ndim > 1 else a for a in arrays]
    layout = {4: "NHWC", 5: "NDHWC"}[arrays[0].ndim]
    y = getattr(nd, op)(*map(nd.array, arrays), **kw).asnumpy()
    z = getattr(nd, op)(*map(nd.array, moved), layout=layout, **kw).asnumpy()
    np.testing.assert_allclose(np.moveaxis(z, -1, 1), y, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "name", ["fully_connected", "convolution", "avg_pooling", "layer_norm", "softmax", "deconvolution"]
)
def test_half_precision(name):
    call, shapes = CALLS[name]
    arrays = [normal(*s, seed=i).astype("float16") for i, s in enumerate(shapes)]
    half = call(*(nd.array(a, dtype="float16") for a in arrays))
    full = call(*(nd.array(a.astype("f")) for a in arrays))
    assert half.dtype == np.float16
    np.testing.assert_allclose(half.asnumpy(), full.asnumpy(), rtol=5e-3, atol=5e-3)


def test_batch_norm_half_precision():
    x = nd.array(normal(4, 3, 5).astype("float16"), dtype="float16")
    y = nd.BatchNorm(x, nd.ones(3), nd.zeros(3), nd.zeros(3), nd.ones(3))
    assert y.dtype == np.float16
    np.testing.assert_allclose(y.asnumpy(), x.asnumpy() / np.sqrt(1.001), rtol=2e-3, atol=2e-3)


def test_softmax_output_with_incoming_gradient():
    x, label = nd.array(normal(3, 4)), nd.array([0, 1, 3])
    x.attach_grad()
    with autograd.record():
        y = nd.SoftmaxOutput(x, label, out_grad=True)
    head = normal(3, 4, seed=1).astype("f")
    y.backward(nd.array(head))
    onehot = np.eye(4, dtype="f")[[0, 1, 3]]
    np.testing.assert_allclose(x.grad.asnumpy(), (y.asnumpy() - onehot) * head, rtol=1e-5, atol=1e-6)


def test_softmax_output_ignores_incoming_gradient():
    x, label = nd.array(normal(3, 4)), nd.array([0, 1, 3])
    x.attach_grad()
    with autograd.record():
        y = nd.SoftmaxOutput(x, label)
    y.backward(nd.ones((3, 4)) * 7)
    np.testing.assert_allclose(x.grad.asnumpy(), y.asnumpy() - np.eye(4, dtype="f")[[0, 1, 3]], rtol=1e-6)


@pytest.mark.parametrize("bad", [4, 10, -2, float("nan")])
def test_label_out_of_range(bad):
    x = nd.array(normal(3, 4))
    x.attach_grad()
    with autograd.record():
        y = nd.SoftmaxOutput(x, nd.array([0, bad, 1]))
    with pytest.raises(MXNetError, match=r"SoftmaxOutput: argument label has the value .* class numbers from 0 to 3"):
        y.backward()
    with pytest.raises(MXNetError, match="softmax_cross_entropy: argument label"):
        nd.softmax_cross_entropy(x, nd.array([0, bad, 1])).asnumpy()


def test_ignored_label_may_be_anything():
    x = nd.array(normal(2, 4))
    x.attach_grad()
    with autograd.record():
        y = nd.SoftmaxOutput(x, nd.array([255, 1]), use_ignore=True, ignore_label=255)
    y.backward()
    assert (x.grad.asnumpy()[0] == 0).all() and (x.grad.asnumpy()[1] != 0).all()


def test_rrelu_in_training():
    x = nd.array(normal(200))
    x.attach_grad()
    with autograd.record():
        y, slopes = nd.LeakyReLU(x, act_type="rrelu", lower_bound=0.2, upper_bound=0.4)
    y.backward()
    a, s = x.asnumpy(), slopes.asnumpy()
    assert (s[a > 0] == 1).all() and (s[a <= 0] >= 0.2).all() and (s[a <= 0] < 0.4).all() and np.ptp(s[a <= 0]) > 0.1
    np.testing.assert_allclose(y.asnumpy(), a * s)
    np.testing.assert_array_equal(x.grad.asnumpy(), s)


def test_dropout_mask_is_scaled_and_reused():
    x = nd.ones((50, 40))
    x.attach_grad()
    with autograd.record():
        y = nd.Dropout(x, p=0.25)
    y.backward()
    values = np.unique(y.asnumpy())
    np.testing.assert_allclose(values, [0, 1 / 0.75], rtol=1e-6)
    assert 0.2 < (y.asnumpy() == 0).mean() < 0.3
    np.testing.assert_array_equal(x.grad.asnumpy(), y.asnumpy())


def test_batch_norm_running_averages_are_used_in_prediction():
    x = nd.array(normal(4, 3) * 3 + 1)
    mean, var = nd.zeros(3), nd.ones(3)
    x.attach_grad()
    for _ in range(200):
        with autograd.record():
            y = nd.BatchNorm(x, nd.ones(3), nd.zeros(3), mean, var)
        y.backward()
    np.testing.assert_allclose(mean.asnumpy(), x.asnumpy().mean(0), rtol=1e-4)
    np.testing.assert_allclose(var.asnumpy(), x.asnumpy().var(0), rtol=1e-4)
    np.testing.assert_allclose(
        nd.BatchNorm(x, nd.ones(3), nd.zeros(3), mean, var).asnumpy(), y.asnumpy(), rtol=1e-3, atol=1e-4
    )


def test_second_derivative_that_is_not_there():
    x = nd.array(normal(1, 3, 2, 2))
    x.attach_grad()
    with autograd.record():
        y = nd.Correlation(x, x * 2, kernel_size=1, max_displacement=0, pad_size=0, is_multiply=False)
        with pytest.raises(MXNetError, match="Correlation: the second derivative is not available"):
            autograd.grad(y, [x], create_graph=True)[0].backward()


@pytest.mark.parametrize("kind, bad", [("first", [[1, 5, 0]]), ("first", [[-3, 1, 0]]), ("last", [[0, 3, -1]])])
def test_ctc_bad_labels(kind, bad):
    with pytest.raises(MXNetError, match="CTCLoss: argument label"):
        nd.CTCLoss(nd.ones((4, 1, 4)), nd.array(bad), blank_label=kind).asnumpy()


def test_backward_runs_attached_kernels(monkeypatch):
    """A kernel attached to the gradient operator of a convolution serves the imperative backward pass."""
    from mxr.core import kernel_table
    from mxr.core.op import get_op

    calls = []

    def make(a, shapes, dtypes):
        if shapes[1] != shape:
            return None

        def kernel(a, *arrays):
            calls.append(shapes)
            return get_op("_backward_Convolution").forward(np, a, *arrays)

        return kernel

    shape = (2, 3, 5, 17)  # one that no other test has: choices are remembered
    monkeypatch.setitem(kernel_table.kernels, "_backward_Convolution", make)
    x, w = nd.ones(shape), nd.ones((4, 3, 3, 3))
    w.attach_grad()
    with autograd.record():
        y = nd.Convolution(x, w, kernel=(3, 3), num_filter=4, no_bias=True)
    y.backward()
    assert calls == [[(2, 4, 3, 15), shape, (4, 3, 3, 3)]]
    assert (w.grad.asnumpy() == 2 * 3 * 15).all()
