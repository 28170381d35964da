"""Kernels on arrays in blocks of channels against the declarations, for every vector width that this CPU can run.

Tolerance: 3e-6 of the largest result (float32 sums of up to some thousand terms in another order).
"""

from __future__ import annotations

import numpy as np
import pytest

from mxr.kernels import jit
from mxr.kernels.blocked import conv as blocked_conv
from mxr.kernels.jit.engine import Engine
from mxr.kernels.layouts import Blocked, pack, unpack
from mxr.kernels.onednn import Conv
from mxr.ops.nn import conv_math
from mxr.ops.nn.conv_math import Geometry

from .test_tile import generator

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


def close(got: np.ndarray, want: np.ndarray) -> None:
    np.testing.assert_allclose(got, want, rtol=0, atol=3e-6 * max(1.0, float(np.abs(want).max())))


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
    ((1, 17, 19), 33, (5,), (2,), (1,), (2,), 1),
    ((3, 16, 1), 16, (1,), (1,), (1,), (0,), 1),
]


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize(("shape", "outs", "kernel", "stride", "dilate", "pad", "groups"), GEOMETRIES)
def test_convolution(vector_bytes, shape, outs, kernel, stride, dilate, pad, groups):
    check_convolution(generator(vector_bytes), shape, outs, kernel, stride, dilate, pad, groups, False)


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize("k", [0, 8, 10])
def test_convolution_of_plain_data(vector_bytes, k):
    (n, _, *spatial), *rest = GEOMETRIES[k]
    check_convolution(generator(vector_bytes), (n, 3, *spatial), *rest, True)


def check_convolution(gen: Engine, shape, outs, kernel, stride, dilate, pad, groups, as_plain: bool) -> None:
    lanes = gen.vector_bytes // 4
    weight = (outs, shape[1] // groups, *kernel)
    c = Conv(shape, weight, stride, dilate, pad, groups=groups)
    made = blocked_conv.convolution_for(c, as_plain, gen)
    assert made is not None and made.plain == as_plain
    geo = Geometry(kernel, stride, dilate, pad, groups)
    rng = np.random.default_rng(len(kernel) + outs)
    x, w, dy, bias = (rng.uniform(-1, 1, s).astype(np.float32) for s in (shape, weight, c.dst, (outs,)))
    ins = x if as_plain else blocked(x, lanes)
    want = conv_math.forward(np, x.astype(np.float64), w.astype(np.float64), geo)
    wide = bias.reshape(1, -1, *[1] * len(kernel))

    for what, result in (
        ({}, want),
        ({"bias": True}, want + wide),
        ({"bias": True, "relu": True, "add": True}, np.maximum(want + wide + want, 0)),
    ):
        y = blocked(want.astype(np.float32), lanes) if "add" in what else empty(c.dst, lanes)
        packed = np.full(made.packed_floats, np.nan, np.float32)
        pack_weights, run = made.forward(generator=gen, **what)
        pack_weights.bind([w, packed])()
        run.bind([ins, packed] + [bias] * ("bias" in what) + [y])()
        close(plain(y, c.dst), result)

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
