"""Kernels on arrays in blocks of channels against the declarations, for every vector width that this CPU can run.

Tolerance: 3e-6 of the largest result (float32 sums of up to some thousand terms in another order).
"""

from __future__ import annotations

import numpy as np
import pytest

from mxr.core.op import get_op
from mxr.graph.blocked_steps import pool_of
from mxr.kernels import jit
from mxr.kernels.blocked import Norm, convolution_for
from mxr.kernels.jit.engine import Engine
from mxr.kernels.layouts import Blocked, pack, unpack
from mxr.kernels.onednn import Conv
from mxr.ops.nn import conv_math
from mxr.ops.nn.conv_math import Geometry

from .jit_support import engine_of

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

WIDTHS = [64, 32, 16]


def blocked(x: np.ndarray, lanes: int) -> np.ndarray:
    layout = Blocked(x.shape, 1, lanes)
    out = np.full(layout.stored, np.nan, np.float32)
    pack(layout)([x], [out])()
    return out


def empty(shape: tuple[int, ...], lanes: int) -> np.ndarray:
    """A place for a result, full of what must be overwritten."""
    return np.full(Blocked(shape, 1, lanes).stored, np.nan, np.float32)


def plain(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The array in NumPy's order; the lanes beyond the channels must be zero."""
    lanes = x.shape[-1]
    out = np.zeros(shape, np.float32)
    unpack(Blocked(shape, 1, lanes))([x], [out])()
    again = blocked(out, lanes)
    np.testing.assert_array_equal(again == 0, x == 0, "lanes beyond the channels")
    return out


def close(got: np.ndarray, want: np.ndarray, sums: np.ndarray | None = None) -> None:
    """`sums` : what `want` was before it was cut off."""
    largest = float(np.abs(want if sums is None else sums).max())
    np.testing.assert_allclose(got, want, rtol=0, atol=3e-6 * max(1.0, largest))


@pytest.mark.parametrize("shape", [(2, 3, 5, 7), (1, 32, 4, 4), (3, 48, 1, 1), (2, 20, 6), (2, 16, 3, 5, 2), (4, 1, 9)])
@pytest.mark.parametrize("lanes", [4, 8, 16])
def test_blocks_of_channels_in_one_call_of_machine_code(shape, lanes):
    x = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    layout = Blocked(shape, 1, lanes)
    stored, back = np.full(layout.stored, np.nan, np.float32), np.zeros_like(x)
    calls = pack(layout)([x], [stored]), unpack(layout)([stored], [back])
    for call in calls:
        call()
    assert all(call.native for call in calls)
    wide = np.zeros((shape[0], layout.blocks * lanes, *shape[2:]), np.float32)
    wide[:, : shape[1]] = x
    want = np.moveaxis(wide.reshape(shape[0], layout.blocks, lanes, *shape[2:]), 2, -1)
    np.testing.assert_array_equal(stored, want)
    np.testing.assert_array_equal(back, x)


# data shape, outputs, kernel, stride, dilate, pad, groups
GEOMETRIES = [
    ((2, 20, 9, 11), 35, (3, 3), (1, 1), (1, 1), (1, 1), 1),
    ((1, 32, 20, 40), 48, (3, 3), (1, 1), (1, 1), (1, 1), 1),
    ((3, 16, 12, 13), 32, (3, 3), (2, 2), (1, 1), (1, 1), 1),
    ((2, 40, 7, 7), 24, (1, 1), (1, 1), (1, 1), (0, 0), 1),
    ((2, 24, 8, 8), 40, (1, 1), (2, 2), (1, 1), (0, 0), 1),
    ((5, 32, 4, 4), 48, (3, 3), (1, 1), (1, 1), (1, 1), 1),
    ((7, 16, 2, 2), 16, (3, 3), (1, 1), (1, 1), (1, 1), 1),
    ((4, 16, 1, 1), 32, (3, 3), (1, 1), (1, 1), (1, 1), 1),
    ((1, 5, 17, 15), 7, (5, 4), (2, 3), (1, 2), (2, 1), 1),
    ((2, 18, 10, 30), 16, (3, 3), (1, 1), (3, 2), (2, 2), 1),
    ((2, 3, 23, 23), 20, (7, 7), (2, 2), (1, 1), (3, 3), 1),
    ((1, 16, 5, 5), 16, (3, 3), (1, 1), (1, 1), (4, 3), 1),
    ((2, 64, 6, 9), 32, (3, 3), (1, 1), (1, 1), (1, 1), 2),
    ((2, 32, 6, 9), 32, (3, 3), (1, 1), (1, 1), (1, 1), 8),
    ((1, 32, 7, 8), 32, (3, 2), (2, 2), (1, 1), (1, 0), 16),
    ((1, 17, 19), 33, (5,), (2,), (1,), (2,), 1),
    ((3, 16, 1), 16, (1,), (1,), (1,), (0,), 1),
]


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize(("shape", "outs", "kernel", "stride", "dilate", "pad", "groups"), GEOMETRIES)
def test_convolution(vector_bytes, shape, outs, kernel, stride, dilate, pad, groups):
    check_convolution(engine_of(vector_bytes), shape, outs, kernel, stride, dilate, pad, groups, False)


DEPTHWISE = [
    ((2, 32, 9, 21), (3, 3), (1, 1), (1, 1), (1, 1)),
    ((1, 19, 14, 13), (3, 3), (2, 2), (1, 1), (1, 1)),
    ((3, 16, 5, 6), (5, 3), (1, 1), (1, 2), (3, 0)),
    ((2, 24, 20, 20), (7, 7), (3, 1), (1, 1), (3, 2)),
    ((2, 17, 30), (3,), (2,), (1,), (1,)),
]


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize(("shape", "kernel", "stride", "dilate", "pad"), DEPTHWISE)
def test_depthwise_convolution(vector_bytes, shape, kernel, stride, dilate, pad):
    check_convolution(engine_of(vector_bytes), shape, shape[1], kernel, stride, dilate, pad, shape[1], False)


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize("k", [0, 8, 10])
def test_convolution_of_plain_data(vector_bytes, k):
    (n, _, *spatial), *rest = GEOMETRIES[k]
    check_convolution(engine_of(vector_bytes), (n, 3, *spatial), *rest, True)


def check_convolution(gen: Engine, shape, outs, kernel, stride, dilate, pad, groups, as_plain: bool) -> None:
    lanes = gen.vector_bytes // 4
    weight = (outs, shape[1] // groups, *kernel)
    c = Conv(shape, weight, stride, dilate, pad, groups=groups)
    made = convolution_for(c, as_plain, gen)
    assert made is not None and made.plain == as_plain
    geo = Geometry(kernel, stride, dilate, pad, groups)
    rng = np.random.default_rng(len(kernel) + outs)
    x, w, dy, bias = (rng.uniform(-1, 1, s).astype(np.float32) for s in (shape, weight, c.dst, (outs,)))
    ins = x if as_plain else blocked(x, lanes)
    want = conv_math.forward(np, x.astype(np.float64), w.astype(np.float64), geo)
    wide = bias.reshape(1, -1, *[1] * len(kernel))

    other = rng.uniform(-1, 1, c.dst).astype(np.float32)
    for what, result in (
        ({}, want),
        ({"bias": True}, want + wide),
        ({"bias": True, "relu": True, "add": True}, np.maximum(want + wide + other, 0)),
        ({"add": True, "relu": True, "most": 0.5}, np.clip(want + other, 0, 0.5)),
        ({"bias": True, "relu": True, "most": 0.5}, np.clip(want + wide, 0, 0.5)),
    ):
        if "add" in what and groups == shape[1] > 1:
            continue
        y = empty(c.dst, lanes)
        packed = np.full(made.packed_floats, np.nan, np.float32)
        pack_weights, run = made.forward(generator=gen, **what)
        pack_weights.bind([w, packed])()
        run.bind([ins, packed] + [bias] * ("bias" in what) + [blocked(other, lanes)] * ("add" in what) + [y])()
        close(plain(y, c.dst), result, want)

    if not as_plain:
        dx = empty(shape, lanes)
        packed = np.full(made.packed_back_floats, np.nan, np.float32)
        pack_weights, run = made.data(generator=gen)
        pack_weights.bind([w, packed])()
        run.bind([blocked(dy, lanes), packed, dx])()
        close(plain(dx, shape), conv_math.backward_data(np, dy.astype(np.float64), w.astype(np.float64), geo, shape))

    dw, packed = np.full(weight, np.nan, np.float32), np.full(made.packed_floats, np.nan, np.float32)
    run, bring_back = made.weights(generator=gen)
    run.bind([ins, blocked(dy, lanes), packed])()
    bring_back.bind([packed, dw])()
    close(dw, conv_math.backward_weight(np, dy.astype(np.float64), x.astype(np.float64), geo))

    dbias = np.full(outs, np.nan, np.float32)
    made.bias(generator=gen).bind([blocked(dy, lanes), dbias])()
    close(dbias, dy.sum(axis=(0, *range(2, dy.ndim)), dtype=np.float64))


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize(("n", "channels", "places"), [(3, 20, 35), (1, 16, 1), (2, 33, 600), (5, 7, 4)])
@pytest.mark.parametrize("relu", [False, True])
def test_batch_norm(vector_bytes, n, channels, places, relu):
    """Forward and backward against the declaration in float64; a mean of 1000 deviations costs no digits."""
    gen, lanes = engine_of(vector_bytes), vector_bytes // 4
    rng = np.random.default_rng(channels)
    shape = (n, channels, places)
    x = rng.normal(0, 1, shape).astype(np.float32)
    x[:, channels // 2] += 1000
    dy = rng.normal(0, 1, shape).astype(np.float32)
    gamma, beta, mm, mv = (rng.uniform(0.5, 1.5, channels).astype(np.float32) for _ in range(4))
    op = get_op("BatchNorm")
    for fixed in (False, True):
        a = op.parse({"fix_gamma": fixed, "eps": 1e-3, "momentum": 0.8})
        wide = [v.astype(np.float64) for v in (x, gamma, beta, mm, mv)]
        want, mean, invstd = op.forward(np, a, *wide, train=True)
        made = Norm(n, channels, places, lanes, not fixed, relu)
        forward, backward = made.functions(gen)
        y, m, s = empty(shape, lanes), np.full(channels, np.nan, np.float32), np.full(channels, np.nan, np.float32)
        xb = blocked(x, lanes)
        forward.bind([xb, gamma, beta, y, m, s], 1e-3)()
        np.testing.assert_allclose(m, mean, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(s, invstd, rtol=2e-5)
        out = plain(y, shape)
        np.testing.assert_allclose(out, np.maximum(want, 0) if relu else want, rtol=0, atol=3e-4 * np.abs(want).max())
        if n * places == 1:
            continue  # no deviation: the gradient is nothing but rounding
        head = dy * (out > 0) if relu else dy
        back = get_op("_backward_BatchNorm")
        dx, dgamma, dbeta, mean2, var2 = back.forward(
            np, a, *(v.astype(np.float64) for v in (head, x, gamma, mean, invstd, mm, mv)), train=True
        )
        g, moving = gamma.copy(), [mm.copy(), mv.copy()]
        got = [empty(shape, lanes), np.full(channels, np.nan, np.float32), np.full(channels, np.nan, np.float32)]
        backward.bind([blocked(dy, lanes), xb, g, beta, m, s, *got, *moving], 1e-3, 0.8)()
        np.testing.assert_allclose(plain(got[0], shape), dx, rtol=0, atol=2e-4 * np.abs(dx).max())
        np.testing.assert_allclose(got[1], dgamma, rtol=0, atol=2e-4 * max(1, np.abs(dgamma).max()))
        np.testing.assert_allclose(got[2], dbeta, rtol=0, atol=1e-5 * np.abs(dbeta).max())
        np.testing.assert_allclose(moving[0], mean2, rtol=1e-6)
        np.testing.assert_allclose(moving[1], var2, rtol=1e-4)
        assert (g == gamma).all()
        given, y = made.given_function(gen), empty(shape, lanes)
        given.bind([xb, gamma, beta, mm, mv, y], 1e-3)()
        want = op.forward(np, a, *wide, train=False)[0]
        close(plain(y, shape), np.maximum(want, 0) if relu else want)


POOLS = [
    {"kernel": (2, 2), "stride": (2, 2)},
    {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1)},
    {"kernel": (3, 2), "stride": (1, 2), "pad": (1, 1), "count_include_pad": False},
    {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 0), "pooling_convention": "full"},
    {"kernel": (6, 5), "stride": (3, 1), "pad": (2, 2)},
    {"global_pool": True, "kernel": (1, 1)},
]


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
@pytest.mark.parametrize("params", POOLS)
def test_pooling(vector_bytes, kind, params):
    gen, lanes = engine_of(vector_bytes), vector_bytes // 4
    rng = np.random.default_rng(1)
    for spatial in ((11, 14), (8, 6)):
        x = rng.integers(-9, 9, (2, 19, *spatial)).astype(np.float32)  # many equal numbers
        op = get_op("Pooling")
        a = op.parse({**params, "pool_type": kind})
        want = op.forward(np, a, x)
        made = pool_of(a, x.shape, lanes)
        y, xb = empty(want.shape, lanes), blocked(x, lanes)
        made.forward_function(gen).bind([xb, y])()
        close(plain(y, want.shape), want)
        dy = rng.uniform(-1, 1, want.shape).astype(np.float32)
        dx = empty(x.shape, lanes)
        made.backward_function(gen).bind([blocked(dy, lanes), xb, y, dx])()
        close(plain(dx, x.shape), get_op("_backward_Pooling").forward(np, a, dy, x, want))


def test_pooling_of_one_axis():
    gen = engine_of(16)
    x = np.arange(2 * 5 * 9, dtype=np.float32).reshape(2, 5, 9) % 7
    op = get_op("Pooling")
    a = op.parse({"kernel": (3,), "stride": (2,), "pool_type": "max"})
    y = empty((2, 5, 4), 4)
    pool_of(a, x.shape, 4).forward_function(gen).bind([blocked(x, 4), y])()
    np.testing.assert_array_equal(plain(y, (2, 5, 4)), op.forward(np, a, x))
