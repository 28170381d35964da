"""oneDNN primitives against NumPy, in plain and blocked layouts."""

from __future__ import annotations

import numpy as np
import pytest

from mxr.base import MXNetValueError
from mxr.kernels import onednn as D
from mxr.kernels.onednn import Arg, Layout, eager

if not D.available():
    pytest.skip(f"oneDNN: {D.unavailable_reason()}", allow_module_level=True)

from tests import onednn_reference as ref
from tests.onednn_reference import close, run


def normal(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).standard_normal(shape).astype(np.float32)


CONVS = [
    D.Conv((7, 1, 28, 28), (6, 1, 5, 5)),
    D.Conv((1, 3, 17, 15), (16, 3, 3, 3), stride=(2, 2), pad_lo=(1, 1)),
    D.Conv((7, 6, 12, 12), (16, 6, 3, 3)),
    D.Conv((7, 6, 9, 11), (3, 6, 3, 2), pad_lo=(1, 0), pad_hi=(0, 1)),
    D.Conv((1, 16, 13, 13), (64, 16, 1, 1)),
    D.Conv((7, 16, 13, 13), (16, 16, 1, 1), stride=(2, 2)),
    D.Conv((1, 64, 15, 13), (64, 64, 3, 3), pad_lo=(1, 1)),
    D.Conv((7, 64, 7, 7), (16, 64, 3, 3), stride=(2, 1), pad_lo=(1, 1)),
    D.Conv((1, 16, 15, 15), (16, 16, 3, 3), dilation=(2, 2), pad_lo=(2, 2)),
    D.Conv((7, 3, 12, 12), (6, 3, 3, 3), dilation=(2, 1)),
    D.Conv((7, 16, 9, 9), (32, 4, 3, 3), groups=4, pad_lo=(1, 1)),
    D.Conv((1, 6, 9, 9), (6, 2, 3, 3), groups=3),
    D.Conv((7, 64, 9, 9), (64, 1, 3, 3), groups=64, pad_lo=(1, 1)),
    D.Conv((1, 16, 9, 9), (32, 1, 3, 3), groups=16),
    D.Conv((7, 3, 31), (16, 3, 5), stride=(2,), pad_lo=(2,)),
    D.Conv((1, 16, 20), (6, 16, 3), dilation=(3,)),
    D.Conv((2, 3, 7, 8, 9), (16, 3, 3, 3, 3), pad_lo=(1, 1, 1)),
    D.Conv((1, 16, 5, 6, 7), (16, 16, 2, 2, 2), stride=(2, 2, 2)),
    D.Conv((1, 3, 33, 33), (16, 3, 7, 7), stride=(2, 2), pad_lo=(3, 3)),
]


def conv_id(c):
    return f"{'x'.join(map(str, c.src))}-{'x'.join(map(str, c.weights))}-s{c.stride[0]}g{c.groups}d{c.dilation[0]}"


@pytest.fixture(params=CONVS, ids=conv_id)
def conv(request):
    return request.param


@pytest.mark.parametrize("plain", [False, True], ids=["any", "plain"])
def test_convolution_agrees_with_numpy_forward_and_backward(conv, plain):
    x, w, b, dy = normal(*conv.src), normal(*conv.weights), normal(conv.weights[0]), normal(*conv.dst)
    src, dst = (Layout.plain(conv.src), Layout.plain(conv.dst)) if plain else (None, None)
    g = conv.grouped_weights

    p = conv.forward(src=src, dst=dst)
    y = run(p, {Arg.SRC: x, Arg.WEIGHTS: w, Arg.BIAS: b}, {Arg.DST: conv.dst})[Arg.DST]
    close(y, ref.conv(conv, x, w, b))

    dx, dw, db = ref.conv_grads(conv, x, w, dy)
    p = conv.backward_data(diff_src=src, diff_dst=dst)
    close(run(p, {Arg.DIFF_DST: dy, Arg.WEIGHTS: w}, {Arg.DIFF_SRC: conv.src})[Arg.DIFF_SRC], dx)

    p = conv.backward_weights(src=src, diff_dst=dst)
    got = run(p, {Arg.SRC: x, Arg.DIFF_DST: dy}, {Arg.DIFF_WEIGHTS: g, Arg.DIFF_BIAS: db.shape})
    close(got[Arg.DIFF_WEIGHTS].reshape(conv.weights), dw)
    close(got[Arg.DIFF_BIAS], db)


def test_eager_convolution_agrees_with_numpy(conv):
    x, w, b, dy = normal(*conv.src), normal(*conv.weights), normal(conv.weights[0]), normal(*conv.dst)
    args = {"stride": conv.stride, "dilation": conv.dilation, "pad": conv.pad_lo, "pad_hi": conv.pad_hi}
    args["groups"] = conv.groups
    close(eager.conv_forward(x, w, b, **args), ref.conv(conv, x, w, b))
    close(eager.conv_forward(x, w, activation="relu", **args), np.maximum(ref.conv(conv, x, w), 0))
    for got, want in zip(eager.conv_backward(x, w, dy, **args), ref.conv_grads(conv, x, w, dy)):
        close(got, want)
    dx, dw, db = eager.conv_backward(x, w, dy, need=("w",), **args)
    assert dx is None and db is None
    close(dw, ref.conv_grads(conv, x, w, dy)[1])
    out = np.empty(conv.dst, np.float32)
    assert eager.conv_forward(x, w, b, out=out, **args) is out
    close(out, ref.conv(conv, x, w, b))


@pytest.mark.parametrize("blocked", [False, True])
@pytest.mark.parametrize(
    "activation, f",
    [("relu", lambda v: np.maximum(v, 0)), ("tanh", np.tanh), ("sigmoid", lambda v: 1 / (1 + np.exp(-v)))],
)
def test_fused_sum_and_activation(blocked, activation, f):
    c = D.Conv((2, 16, 9, 9), (16, 16, 3, 3), pad_lo=(1, 1))
    x, w, b, residual = 0.2 * normal(*c.src), 0.2 * normal(*c.weights), normal(16), normal(*c.dst)
    p = c.forward(activation=activation, accumulate=True, dst=Layout.blocked(c.dst) if blocked else None)
    chain = D.Chain(1)
    arrays = {Arg.SRC: x, Arg.WEIGHTS: w, Arg.BIAS: b}
    ins = {a: chain.outside(a.name, Layout.plain(v.shape)) for a, v in arrays.items()}
    r, y = chain.outside("r", Layout.plain(c.dst)), chain.outside("y", Layout.plain(c.dst))
    dst = chain.to(r, p[Arg.DST])
    if dst is r:
        pytest.fail("the convolution should want a blocked layout here")
    chain.add(p, ins, {Arg.DST: dst})
    chain.store(dst, y)
    out = np.empty(c.dst, np.float32)
    addresses = {a.name: v.ctypes.data for a, v in arrays.items()}
    chain.compile({**addresses, "r": residual.ctypes.data, "y": out.ctypes.data})()
    close(out, f(ref.conv(c, x, w, b) + residual))


POOLS = [
    ((7, 6, 24, 24), (2, 2), (2, 2), (0, 0)),
    ((1, 3, 13, 15), (3, 3), (2, 2), (1, 1)),
    ((7, 16, 13, 13), (3, 2), (2, 3), (1, 0)),
    ((1, 64, 7, 7), (3, 3), (1, 1), (0, 0)),
    ((2, 1, 9, 9), (2, 2), (2, 2), (0, 0)),
    ((2, 6, 21), (3,), (2,), (1,)),
    ((2, 16, 6, 7, 8), (2, 3, 2), (2, 2, 2), (0, 1, 0)),
]


@pytest.mark.parametrize("layout", ["plain", "blocked", "channels_last"])
@pytest.mark.parametrize("convention", ["valid", "full"])
@pytest.mark.parametrize("kind", ["max", "avg", "avg_exclude"])
@pytest.mark.parametrize("case", POOLS, ids=lambda c: "x".join(map(str, c[0])))
def test_pooling_agrees_with_numpy(case, kind, convention, layout):
    src, kernel, stride, pad = case
    args = (src, kernel, stride, pad, kind[:3], convention, kind == "avg")
    try:
        p = D.Pool.mxnet(*args)
    except D.Unsupported:
        assert kind == "avg" and convention == "full" and any(pad)
        return
    outs = [
        -(-(n + 2 * q - k) // s) + 1 if convention == "full" else (n + 2 * q - k) // s + 1
        for n, k, s, q in zip(src[2:], kernel, stride, pad)
    ]
    assert p.dst == (*src[:2], *outs)
    x, dy = normal(*src), normal(*p.dst)
    y, dx = ref.pool(p, x, dy)

    forward = p.forward(src=getattr(Layout, layout)(src))
    want = {Arg.DST: p.dst}
    space = forward.get(Arg.WORKSPACE)
    if space is not None:
        want[Arg.WORKSPACE] = (space.nbytes,)
    got = run(forward, {Arg.SRC: x}, want)
    close(got[Arg.DST], y)
    inputs = {Arg.DIFF_DST: dy}
    if space is not None:
        inputs[Arg.WORKSPACE] = got[Arg.WORKSPACE]
    close(run(p.backward(forward), inputs, {Arg.DIFF_SRC: src})[Arg.DIFF_SRC], dx)

    if layout == "plain":
        y2, ws = eager.pool_forward(x, p)
        close(y2, y)
        close(eager.pool_backward(dy, p, workspace=ws), dx)
        close(eager.pool_backward(dy, p, x=x), dx)
        close(eager.pool_forward(x, p, training=False)[0], y)


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize("shape", [(7, 16, 7, 5), (1, 6, 9), (2, 3, 3, 4, 5)])
def test_global_pooling(shape, kind):
    p = D.Pool.mxnet(shape, pool_type=kind, global_pool=True)
    x = normal(*shape)
    y, _ = eager.pool_forward(x, p)
    axes = tuple(range(2, len(shape)))
    close(y, (x.max if kind == "max" else x.mean)(axes, keepdims=True))


def test_pooling_keeps_the_first_of_equal_values():
    p = D.Pool((1, 1, 2, 2), (2, 2))
    dx = eager.pool_backward(np.ones((1, 1, 1, 1), np.float32), p, x=np.ones((1, 1, 2, 2), np.float32))
    assert dx.ravel().tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize("blocked", [False, True])
@pytest.mark.parametrize("src, o", [((7, 400), 120), ((1, 84), 10), ((7, 16, 5, 5), 64), ((3, 6, 4), 5)])
def test_inner_product_agrees_with_numpy(src, o, blocked):
    spec = D.InnerProduct(src, (o, *src[1:]))
    x, w, b, dy = normal(*src), normal(*spec.weights), normal(o), normal(*spec.dst)
    x2, w2 = x.reshape(src[0], -1).astype(np.float64), w.reshape(o, -1).astype(np.float64)
    src_layout = Layout.blocked(src) if blocked and len(src) > 2 else None
    p = spec.forward(src=src_layout)
    close(run(p, {Arg.SRC: x, Arg.WEIGHTS: w, Arg.BIAS: b}, {Arg.DST: spec.dst})[Arg.DST], x2 @ w2.T + b)
    p = spec.forward(bias=False, activation="tanh")
    close(run(p, {Arg.SRC: x / 20, Arg.WEIGHTS: w}, {Arg.DST: spec.dst})[Arg.DST], np.tanh(x2 / 20 @ w2.T))
    p = spec.backward_data(diff_src=src_layout)
    close(run(p, {Arg.DIFF_DST: dy, Arg.WEIGHTS: w}, {Arg.DIFF_SRC: src})[Arg.DIFF_SRC], (dy @ w2).reshape(src))
    p = spec.backward_weights(src=src_layout)
    got = run(p, {Arg.SRC: x, Arg.DIFF_DST: dy}, {Arg.DIFF_WEIGHTS: spec.weights, Arg.DIFF_BIAS: (o,)})
    close(got[Arg.DIFF_WEIGHTS], (dy.T @ x2).reshape(spec.weights))
    close(got[Arg.DIFF_BIAS], dy.sum(0, dtype=np.float64))


@pytest.mark.parametrize(
    "a, b", [((5, 7), (7, 9)), ((64, 128), (128, 32)), ((3, 5, 7), (3, 7, 4)), ((3, 5, 7), (1, 7, 4))]
)
def test_matmul_agrees_with_numpy(a, b):
    x, y, bias = normal(*a), normal(*b), normal(b[-1])
    want = x.astype(np.float64) @ y
    p = D.matmul(a, b, bias=(*[1] * (len(b) - 1), b[-1]))
    close(run(p, {Arg.SRC: x, Arg.WEIGHTS: y, Arg.BIAS: bias}, {Arg.DST: want.shape})[Arg.DST], want + bias)
    if len(a) == 2:
        p = D.matmul(a, b, weights=Layout.strided(b, (1, b[0])), dst=Layout.plain(want.shape))
        assert p[Arg.WEIGHTS].tag == "ba"
        close(run(p, {Arg.SRC: x, Arg.WEIGHTS: y}, {Arg.DST: want.shape})[Arg.DST], want)


def _sigmoid(v):
    return 1 / (1 + np.exp(-v))


FUNCTIONS = {  # name -> (f, derivative)
    "relu": (lambda v: np.maximum(v, 0), lambda v: (v > 0) * 1.0),
    "tanh": (np.tanh, lambda v: 1 - np.tanh(v) ** 2),
    "sigmoid": (_sigmoid, lambda v: _sigmoid(v) * (1 - _sigmoid(v))),
    "softrelu": (lambda v: np.log1p(np.exp(v)), _sigmoid),
    "square": (lambda v: v * v, lambda v: 2 * v),
    "abs": (np.abs, np.sign),
    "exp": (np.exp, np.exp),
    "swish": (lambda v: v * _sigmoid(v), lambda v: _sigmoid(v) * (1 + v * (1 - _sigmoid(v)))),
}


@pytest.mark.parametrize("layout", ["plain", "blocked"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_eltwise_in_any_layout(name, layout):
    shape = (3, 6, 5, 7)
    x, dy = normal(*shape), normal(*shape, seed=1)
    f, derivative = FUNCTIONS[name]
    e, lay = D.Eltwise(name), getattr(Layout, layout)(shape)
    y = run(e.forward(lay), {Arg.SRC: x}, {Arg.DST: shape})[Arg.DST]
    close(y, f(x.astype(np.float64)))
    want = dy * derivative(x.astype(np.float64))
    p = e.backward(lay, use_dst=False)
    close(run(p, {Arg.SRC: x, Arg.DIFF_DST: dy}, {Arg.DIFF_SRC: shape})[Arg.DIFF_SRC], want, 1e-4)
    if e.reads_dst:
        p = e.backward(lay)
        assert Arg.DST in p.layouts and Arg.SRC not in p.layouts
        close(run(p, {Arg.DST: y, Arg.DIFF_DST: dy}, {Arg.DIFF_SRC: shape})[Arg.DIFF_SRC], want, 1e-4)
    else:
        with pytest.raises(MXNetValueError, match="cannot be computed from dst"):
            e.backward(lay, use_dst=True)


@pytest.mark.parametrize("layout", ["plain", "blocked"])
def test_binary_sum_and_concat(layout):
    shape = (2, 16, 5, 5)
    a, b, c = normal(*shape), normal(*shape, seed=1) + 3, normal(*shape, seed=2)
    lay = getattr(Layout, layout)(shape)
    for name, f in [
        ("add", np.add),
        ("mul", np.multiply),
        ("sub", np.subtract),
        ("div", np.divide),
        ("max", np.maximum),
    ]:
        close(run(D.binary(name, lay, lay), {Arg.SRC: a, Arg.SRC1: b}, {Arg.DST: shape})[Arg.DST], f(a, b))
    row = normal(1, 16, 1, 1)
    p = D.binary("add", lay, Layout.plain(row.shape))
    close(run(p, {Arg.SRC: a, Arg.SRC1: row}, {Arg.DST: shape})[Arg.DST], a + row)
    many = {Arg.MULTIPLE_SRC: a, Arg.MULTIPLE_SRC + 1: b, Arg.MULTIPLE_SRC + 2: c}
    p = D.add_n([lay, lay, lay], scales=[1, 2, -1])
    close(run(p, many, {Arg.DST: shape})[Arg.DST], a + 2 * b - c)
    p = D.add_n([lay, Layout.plain(shape), Layout.channels_last(shape)])
    close(run(p, many, {Arg.DST: shape})[Arg.DST], a + b + c)
    p = D.concat([lay, lay, lay], axis=1)
    close(run(p, many, {Arg.DST: (2, 48, 5, 5)})[Arg.DST], np.concatenate([a, b, c], 1))


@pytest.mark.parametrize("layout", ["plain", "blocked", "channels_last"])
@pytest.mark.parametrize("shape", [(7, 6, 5, 7), (2, 16, 9, 9), (1, 64, 3, 3), (8, 6), (3, 16, 11), (2, 3, 3, 4, 5)])
@pytest.mark.parametrize("fixed", [False, True], ids=["batch", "global"])
def test_batch_norm_agrees_with_numpy(shape, layout, fixed):
    lay = Layout.plain(shape) if len(shape) == 2 else getattr(Layout, layout)(shape)
    channels = shape[1:2]
    x, dy = normal(*shape) + 1, normal(*shape, seed=1)
    gamma, beta = normal(*channels), normal(*channels, seed=1)
    stats = (normal(*channels, seed=2), np.abs(normal(*channels, seed=3)) + 0.5) if fixed else (None, None)
    y, mean, var, dx, dgamma, dbeta = ref.batch_norm(x, gamma, beta, dy, 1e-3, *stats)
    n = D.BatchNorm(shape, 1e-3, global_stats=fixed)
    inputs = {Arg.SRC: x, Arg.SCALE: gamma, Arg.SHIFT: beta}
    want = {Arg.DST: shape}
    m, v = np.float32(mean), np.float32(var)
    if fixed:
        inputs |= {Arg.MEAN: m, Arg.VARIANCE: v}
    else:
        want |= {Arg.MEAN: channels, Arg.VARIANCE: channels}
    got = run(n.forward(src=lay), inputs, want)
    close(got[Arg.DST], y)
    if not fixed:
        close(got[Arg.MEAN], mean)
        close(got[Arg.VARIANCE], var)
    inputs = {Arg.SRC: x, Arg.MEAN: m, Arg.VARIANCE: v, Arg.DIFF_DST: dy, Arg.SCALE: gamma}
    want = {Arg.DIFF_SRC: shape, Arg.DIFF_SCALE: channels, Arg.DIFF_SHIFT: channels}
    got = run(n.backward(src=lay), inputs, want)
    close(got[Arg.DIFF_SRC], dx, 1e-4)
    close(got[Arg.DIFF_SCALE], dgamma, 1e-4)
    close(got[Arg.DIFF_SHIFT], dbeta)
    if layout == "plain":
        y2, m2, v2 = eager.batch_norm_forward(x, gamma, beta, eps=1e-3, mean=stats[0], var=stats[1])
        close(y2, y)
        got = eager.batch_norm_backward(x, gamma, m2, v2, dy, eps=1e-3, global_stats=fixed)
        for a, b in zip(got, (dx, dgamma, dbeta)):
            close(a, b, 1e-4)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("shape, axis", [((128, 10), -1), ((3, 7, 5), 1), ((2, 16, 4, 4), 1)])
def test_softmax(shape, axis, log):
    x, dy = 3 * normal(*shape), normal(*shape, seed=1)
    s = D.Softmax(Layout.plain(shape), axis, log)
    z = x.astype(np.float64)
    lse = np.log(np.exp(z - z.max(axis, keepdims=True)).sum(axis, keepdims=True)) + z.max(axis, keepdims=True)
    soft = np.exp(z - lse)
    y = run(s.forward(), {Arg.SRC: x}, {Arg.DST: shape})[Arg.DST]
    close(y, z - lse if log else soft)
    dx = dy - soft * dy.sum(axis, keepdims=True) if log else soft * (dy - (dy * soft).sum(axis, keepdims=True))
    close(run(s.backward(), {Arg.DST: y, Arg.DIFF_DST: dy}, {Arg.DIFF_SRC: shape})[Arg.DIFF_SRC], dx, 1e-4)


@pytest.mark.parametrize("shape", [(2, 16, 5, 5), (1, 6, 7, 7)])
def test_lrn(shape):
    size, alpha, beta, k = 5, 0.1, 0.75, 2.0
    n = D.LRN(shape, size, alpha, beta, k)
    x, dy = normal(*shape), normal(*shape, seed=1)

    def f(v):
        sq = np.pad(v * v, [(0, 0), (size // 2, size // 2), (0, 0), (0, 0)])
        total = sum(sq[:, i : i + shape[1]] for i in range(size))
        return v / (k + alpha / size * total) ** beta

    p = n.forward()
    space = p.get(Arg.WORKSPACE)
    want = {Arg.DST: shape}
    if space is not None:
        want[Arg.WORKSPACE] = (space.nbytes,)
    got = run(p, {Arg.SRC: x}, want)
    close(got[Arg.DST], f(x.astype(np.float64)))
    inputs = {Arg.SRC: x, Arg.DIFF_DST: dy}
    backward = n.backward(p)
    if backward.get(Arg.WORKSPACE) is not None:
        inputs[Arg.WORKSPACE] = got[Arg.WORKSPACE]
    dx = run(backward, inputs, {Arg.DIFF_SRC: shape})[Arg.DIFF_SRC]
    step = np.random.default_rng(1).standard_normal(shape) * 1e-5  # directional derivative
    z = x.astype(np.float64)
    slope = ((f(z + step) - f(z - step)) * dy).sum() / 2
    assert abs(slope - (dx * step).sum()) < 1e-4 * np.abs(dx * step).sum()
