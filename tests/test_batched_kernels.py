"""Convolutions with the batch in the vector against the declaration in float64, over geometries and vector widths.

Tolerances: 1e-5 of the sum of the magnitudes that a result is made of (measured: 1e-6); results behind an activation
1e-5 absolute. With minimal filtering (5x5 filters) 2e-6 of the largest such sum (measured: 4e-7).
"""

import numpy as np
import pytest

from mxr.kernels import jit
from mxr.kernels.native import Native
from mxr.ops.nn import conv_math

if not jit.available():
    pytest.skip(jit.why_not(), allow_module_level=True)

from mxr.core.op import get_op
from mxr.kernels.batched import (
    Backward,
    Conv,
    Forward,
    NormBackward,
    NormForward,
    PoolBackward,
    PoolForward,
    Transpose,
    Windows,
    lanes_of,
    make,
)
from mxr.kernels.layouts import Blocked, pack, unpack
from mxr.ops.nn.pooling import windows

from .jit_support import engine_of

ACTIVATIONS = {
    None: (lambda v: v, np.ones_like),
    "relu": (lambda v: np.maximum(v, 0), lambda y: y > 0),
    "tanh": (np.tanh, lambda y: 1 - y * y),
    "sigmoid": (lambda v: 1 / (1 + np.exp(-v)), lambda y: y * (1 - y)),
    "softrelu": (lambda v: np.log1p(np.exp(v)), lambda y: 1 - np.exp(-y)),
    "softsign": (lambda v: v / (1 + abs(v)), lambda y: (1 - abs(y)) ** 2),
}


def plain(stored, batch):
    """(blocks, ..., lanes) as (batch, ...) in float64."""
    x = np.moveaxis(stored, -1, 1)
    return x.reshape(-1, *x.shape[2:])[:batch].astype(np.float64)


def noise(shape, seed):
    return np.random.RandomState(seed).standard_normal(shape).astype(np.float32)


def unset(shape):
    return np.full(shape, np.nan, np.float32)


class Case:
    """Runs both functions of a convolution on noise; the lanes beyond the batch hold noise too, or nan."""

    def __init__(self, conv, batch, act=None, pool=("none", (1, 1)), data=True, weight=True, bias=True, width=64,
                 rest=None):  # fmt: skip
        engine_ = engine_of(width)
        v = lanes_of(engine_)
        blocks = -(-batch // v)
        self.conv, self.batch, self.act, self.pool = conv, batch, act, pool
        kind, window = pool
        forward = Forward(conv, bias, act, window if kind == "max" else (1, 1), kind == "max")
        backward = Backward(conv, data, weight, bias, act, pool)
        self.x = noise((blocks, conv.ins, *conv.size, v), 0)
        self.w = noise((conv.outs, conv.grouped[1], *conv.kernel), 1)
        self.w *= np.float32(0.9 / np.sqrt(self.w[0].size))
        self.b = noise(conv.outs, 2) if bias else np.zeros(conv.outs, np.float32)
        self.dy = noise((blocks, conv.outs, *backward.out, v), 3)
        if rest is not None and batch % v:
            self.x[-1, ..., batch % v :] = rest
            self.dy[-1, ..., batch % v :] = rest
        self.y = unset((blocks, conv.outs, *forward.out, v))
        index = np.full(self.y.shape, 77, np.uint8)
        arrays = [self.x, self.w] + [self.b] * bias + [self.y] + [index] * forward.indexed
        arrays += [unset(n) for n in (forward.scratch(v),) if n]
        Native.of(make(forward, engine_).address, arrays, blocks)()
        self.dx, self.dw, self.db = unset(self.x.shape), unset(self.w.shape), unset(conv.outs)
        scratch = [unset(n) for n in backward.scratch(v) if n]
        arrays = [self.dy] + [self.y] * backward.needs_y + [index] * (kind == "max") + [self.x] * weight
        arrays += [self.w] * data + [self.dx] * data + [self.dw] * weight + [self.db] * bias + scratch
        Native.of(make(backward, engine_).address, arrays, blocks, batch)()
        self.wanted = (data, weight, bias)

    def check(self):
        conv, (kind, (ph, pw)) = self.conv, self.pool
        act, slope = ACTIVATIONS[self.act]
        geometry = conv_math.Geometry(conv.kernel, conv.stride, conv.dilate, conv.pad, conv.groups)
        x, w, dy = plain(self.x, self.batch), self.w.astype(np.float64), plain(self.dy, self.batch)
        full = act(conv_math.forward(np, x, w, geometry, self.b.astype(np.float64)))
        h, wide = conv.out[0] // ph, conv.out[1] // pw
        windows = full[:, :, : h * ph, : wide * pw].reshape(*full.shape[:2], h, ph, wide, pw)
        windows = windows.transpose(0, 1, 2, 4, 3, 5).reshape(*full.shape[:2], h, wide, ph * pw)
        want = full
        share = np.ones(windows.shape) / (ph * pw if kind == "avg" else 1)
        if kind == "max":
            want = windows.max(-1)
            share = np.eye(ph * pw)[windows.argmax(-1)]
        g = np.zeros(full.shape)
        spread = (dy[..., None] * share).reshape(*full.shape[:2], h, wide, ph, pw).transpose(0, 1, 2, 4, 3, 5)
        g[:, :, : h * ph, : wide * pw] = spread.reshape(*full.shape[:2], h * ph, wide * pw)
        g = g * slope(full)
        near = 1e-5
        if conv.minimal is not None:
            near = 2e-6 * conv_math.forward(np, abs(x), abs(w), geometry, abs(self.b).astype(np.float64)).max()
        np.testing.assert_allclose(plain(self.y, self.batch), want, rtol=0, atol=near)
        exact = conv_math.backward(np, g, x, w, geometry, x.shape, data=True, weight=True)
        size = conv_math.backward(np, abs(g), abs(x), abs(w), geometry, x.shape, data=True, weight=True)
        found = [plain(self.dx, self.batch), self.dw, self.db]
        want = [*exact, g.sum((0, 2, 3))]
        scale = [*size, abs(g).sum((0, 2, 3))]
        for name, on, a, b, s in zip(("data", "weight", "bias"), self.wanted, found, want, scale):
            if on:
                if name == "data" and conv.minimal is not None:
                    assert abs(a - b).max() < 2e-6 * s.max()
                    continue
                off = (abs(a - b) / (s + 1e-20)).max()
                assert off < 1e-5, (name, off)


GEOMETRIES = [
    Conv(1, (12, 13), 6, (5, 5)),
    Conv(6, (9, 8), 16, (3, 3)),
    Conv(3, (10, 11), 7, (3, 3), pad=(1, 1)),
    Conv(2, (11, 14), 5, (5, 5), pad=(2, 2), stride=(2, 2)),
    Conv(4, (9, 11), 6, (3, 2), (2, 3), (1, 2), (1, 1)),
    Conv(4, (13, 11), 6, (3, 3), (2, 1), (2, 3), (2, 3), 2),
    Conv(8, (7, 9), 8, (3, 3), pad=(1, 1), groups=8),
    Conv(3, (7, 7), 5, (1, 1), (2, 2)),
    Conv(3, (1, 30), 5, (1, 4), (1, 2), (1, 1), (0, 2)),
    Conv(2, (5, 6), 40, (5, 6)),
    Conv(1, (28, 28), 3, (11, 7), (4, 3), (1, 1), (5, 3)),
    Conv(13, (3, 3), 1, (3, 3), pad=(2, 2)),
    Conv(1, (2, 2), 1, (2, 1), (3, 3)),
]


@pytest.mark.parametrize("conv", GEOMETRIES, ids=str)
def test_geometries(conv):
    Case(conv, 21).check()


MINIMAL = [Conv(6, (14, 12), 16, (5, 5)), Conv(20, (8, 10), 33, (5, 5)), Conv(9, (6, 6), 8, (5, 5))]


@pytest.mark.parametrize("width", [64, 32, 16])
def test_minimal_filtering(width):
    assert all(conv.minimal is not None for conv in MINIMAL)
    Case(MINIMAL[0], 21, "tanh", ("max", (2, 2)), width=width).check()
    Case(MINIMAL[1], 3, width=width).check()
    Case(MINIMAL[2], 16, "sigmoid", ("avg", (2, 2)), width=width, bias=False).check()
    Case(MINIMAL[0], 5, "relu", ("max", (2, 2)), rest=np.nan, width=width).check()
    assert Conv(1, (28, 28), 6, (5, 5)).minimal is None and Conv(20, (9, 10), 33, (5, 5)).minimal is None


@pytest.mark.parametrize("width", [32, 16])
@pytest.mark.parametrize("conv", GEOMETRIES[:7:2], ids=str)
def test_narrow_vectors(conv, width):
    Case(conv, 11, "relu", ("max", (2, 2)), width=width).check()


@pytest.mark.parametrize("pool", ["none", "max", "avg"])
@pytest.mark.parametrize("act", ACTIVATIONS)
def test_activation_and_pooling(act, pool):
    window = (1, 1) if pool == "none" else (2, 2)
    Case(Conv(2, (9, 8), 5, (3, 3), pad=(1, 0)), 16, act, (pool, window)).check()


@pytest.mark.parametrize("window", [(1, 3), (3, 3), (2, 1)])
def test_windows(window):
    for kind in ("max", "avg"):
        Case(Conv(2, (11, 12), 5, (3, 3), pad=(1, 2)), 16, "relu", (kind, window)).check()


@pytest.mark.parametrize("batch", [1, 15, 16, 17, 48])
def test_batches(batch):
    Case(Conv(2, (6, 6), 4, (3, 3), pad=(1, 1)), batch, "tanh", ("max", (2, 2))).check()


@pytest.mark.parametrize("rest", [np.nan, np.inf])
def test_lanes_beyond_the_batch_do_not_count(rest):
    Case(Conv(2, (6, 6), 4, (3, 3), pad=(1, 1)), 5, "relu", ("max", (2, 2)), rest=rest).check()
    Case(Conv(2, (6, 6), 4, (3, 3)), 5, rest=rest).check()


@pytest.mark.parametrize("wanted", range(1, 8))
def test_only_what_is_wanted(wanted):
    flags = dict(zip(("data", "weight", "bias"), (bool(wanted >> i & 1) for i in range(3))))
    Case(Conv(2, (6, 6), 4, (3, 3), pad=(1, 1)), 7, **flags).check()
    Case(Conv(2, (6, 6), 4, (3, 3)), 7, "relu", ("avg", (2, 2)), **flags).check()


def test_long_sums_stay_exact():
    """A weight's gradient over 200,000 products of one sign: float32 added one by one would be off by 1e-3."""
    conv = Conv(1, (224, 225), 1, (1, 1))
    case = Case(conv, 16)
    case.x[...], case.dy[...] = 1 + abs(case.x), 1 + abs(case.dy)
    backward = Backward(conv, False, True, True)
    v = lanes_of()
    scratch = [unset(n) for n in backward.scratch(v) if n]
    arrays = [case.dy, case.x, case.dw, case.db, *scratch]
    Native.of(make(backward).address, arrays, case.x.shape[0], 16)()
    want = (case.x.astype(np.float64) * case.dy).sum()
    assert abs(case.dw[0, 0, 0, 0] / want - 1) < 1e-5
    assert abs(case.db[0] / case.dy.sum(dtype=np.float64) - 1) < 1e-5


def test_first_of_equal_elements_gets_the_gradient():
    conv = Conv(1, (4, 4), 1, (1, 1))
    v = lanes_of()
    x = np.zeros((1, 1, 4, 4, v), np.float32)
    x[0, 0, 2:, 2:] = 3
    x[0, 0, 0, :2] = np.nan  # goes through the maximum
    w, b = np.ones((1, 1, 1, 1), np.float32), np.zeros(1, np.float32)
    y, index = unset((1, 1, 2, 2, v)), np.zeros((1, 1, 2, 2, v), np.uint8)
    Native.of(make(Forward(conv, True, None, (2, 2), True)).address, [x, w, b, y, index], 1)()
    assert np.isnan(y[0, 0, 0, 0]).all() and (y[0, 0, 1, 1] == 3).all() and (y[0, 0, 0, 1] == 0).all()
    assert (index[0, 0, 1, 1] == 0).all() and (index[0, 0, 0, 1] == 0).all()
    Native.of(make(Forward(conv, True, "relu", (2, 2), True)).address, [x, w, b, y, index], 1)()
    assert (index[0, 0, 0, 1] == 255).all() and (index[0, 0, 1, 1] == 0).all()


@pytest.mark.parametrize("width", [64, 32, 16])
@pytest.mark.parametrize("features", [1, 3, 16, 23, 50])
@pytest.mark.parametrize("batch", [1, 16, 37])
def test_transposes(batch, features, width):
    engine_ = engine_of(width)
    v = lanes_of(engine_)
    blocks = -(-batch // v)
    x = noise((batch, features), 0)
    stored = unset((blocks, features, v))
    Native.of(make(Transpose(features, True), engine_).address, [x, stored], blocks, batch)()
    np.testing.assert_array_equal(plain(stored, batch), x)
    assert np.isfinite(stored).all()
    back = unset(batch * features + 8)
    Native.of(make(Transpose(features, False), engine_).address, [back, stored], blocks, batch)()
    np.testing.assert_array_equal(back[: batch * features].reshape(batch, features), x)
    assert np.isnan(back[batch * features :]).all()


POOLS = [
    {"kernel": (2, 2), "stride": (2, 2)},
    {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1)},
    {"kernel": (3, 2), "stride": (1, 2), "pad": (1, 0), "pooling_convention": "full"},
    {"kernel": (5, 4), "stride": (3, 3), "pad": (2, 2), "count_include_pad": False},
    {"kernel": (4, 4), "global_pool": True},
    {"kernel": (2, 3), "stride": (3, 4)},
    {"kernel": (2, 2), "stride": (2, 2), "pooling_convention": "same"},
]


@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
@pytest.mark.parametrize("how", POOLS, ids=str)
def test_pooling(how, kind):
    """Both directions equal the declaration to 1e-6; on ties, too."""
    op, grad = get_op("Pooling"), get_op("_backward_Pooling")
    a = op.parse({**how, "pool_type": kind})
    batch, shape, v = 5, (3, 11, 10), lanes_of()
    w = windows(a, shape[1:])
    of = Windows(kind, 3, w.size, w.kernel, w.stride, w.pad, w.out, a.count_include_pad is not False)
    stored = np.round(noise((1, *shape, v), 0) * 2)  # many are equal
    dy = noise((1, 3, *w.out, v), 1)
    y, dx = unset(dy.shape), unset(stored.shape)
    Native.of(make(PoolForward(of)).address, [stored, y], 1)()
    arrays = [dy, stored, y, dx] if kind == "max" else [dy, dx]
    Native.of(make(PoolBackward(of)).address, arrays, 1)()
    x = plain(stored, batch)
    want = op.forward(np, a, x)
    np.testing.assert_allclose(plain(y, batch), want, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(plain(dx, batch), grad.forward(np, a, plain(dy, batch), x, want), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize(("batch", "places"), [(1, 1), (5, 3), (16, 64), (37, 150)])
def test_batch_norm(batch, places, scale):
    """Against the declaration in float64: 2e-6 of the largest element, at a mean of 1000 standard deviations, too."""
    v, channels, eps, momentum = lanes_of(), 3, 1e-3, 0.9
    blocks = -(-batch // v)
    x = noise((blocks, channels, places, v), 0) + np.array([0, 5, 1000], np.float32).reshape(-1, 1, 1)
    dy = noise(x.shape, 1)
    if batch % v:
        x[-1, ..., batch % v :] = dy[-1, ..., batch % v :] = np.nan
    gamma, beta, mm, mv = (noise(channels, i) for i in range(2, 6))
    states = [mm.astype(np.float64), mv.astype(np.float64)]
    y, mean, invstd, dx = unset(x.shape), unset(channels), unset(channels), unset(x.shape)
    dgamma, dbeta = unset(channels), unset(channels)
    fixed = gamma.astype(np.float64)
    words = (blocks, batch, eps)
    Native.of(make(NormForward(channels, places, scale)).address, [x, gamma, beta, y, mean, invstd], *words)()
    arrays = [dy, x, gamma, mean, invstd, mm, mv, dx, dgamma, dbeta]
    Native.of(make(NormBackward(channels, places, scale)).address, arrays, *words, momentum)()
    px, pdy = plain(x, batch), plain(dy, batch)
    m = px.mean((0, 2))
    var = px.var((0, 2))
    s = 1 / np.sqrt(var + eps)
    normal = (px - m[:, None]) * s[:, None]
    factor = fixed if scale else np.ones(channels)
    g_beta, g_gamma = pdy.sum((0, 2)), (pdy * normal).sum((0, 2))
    count = batch * places
    want_dx = (factor * s)[:, None] * (pdy - g_beta[:, None] / count - normal * g_gamma[:, None] / count)
    near = 2e-6 * max(1, abs(pdy).sum((0, 2)).max())
    np.testing.assert_allclose(mean, m, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(invstd, s, rtol=1e-5 if count > 1 else 1e-3)
    slack = 1e-4 * s[:, None]  # the mean is stored in float32: half a unit of 1000 is 3e-5
    assert (abs(plain(y, batch) - (normal * factor[:, None] + beta[:, None])) < 1e-5 + slack).all()
    assert (abs(plain(dx, batch) - want_dx) < (1e-5 + slack) * abs(factor * s)[:, None] * max(1, near)).all()
    np.testing.assert_allclose(dbeta, g_beta, rtol=0, atol=near)
    np.testing.assert_allclose(dgamma, g_gamma if scale else 0, rtol=0, atol=near + 1e-4 * abs(pdy).sum((0, 2)).max())
    np.testing.assert_allclose(mm, states[0] * momentum + m * (1 - momentum), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(mv, states[1] * momentum + var * (1 - momentum), rtol=1e-4, atol=1e-5)
    assert (gamma == fixed).all()


@pytest.mark.parametrize("lanes", [0, 8])
@pytest.mark.parametrize("axis", [0, 1])
def test_changes_of_layout(axis, lanes):
    """Generated code for whole vectors of the batch, NumPy for the rest: the same results."""
    shape = (19, 21, 3, 2)
    layout = Blocked(shape, axis, lanes or lanes_of())
    x, stored, back = noise(shape, 0), unset(layout.elements), unset(shape)
    pack(layout)([x], [stored])()
    blocks = np.moveaxis(stored.reshape(layout.stored), -1, axis + 1)
    whole = blocks.reshape(*shape[:axis], -1, *shape[axis + 1 :])
    np.testing.assert_array_equal(whole[tuple(slice(0, n) for n in shape)], x)
    unpack(layout)([stored], [back])()
    np.testing.assert_array_equal(back, x)
