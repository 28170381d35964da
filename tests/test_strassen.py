"""Strassen's algorithm for convolutions of one point, against sums in float64 and in plans.

Tolerance: 1e-6 of the largest sum of magnitudes in an image (measured: under 7e-7; float32 itself has 6e-8): an error
is bounded by the largest elements, not by those of its own sum.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import mxr as mx
from mxr.kernels import jit
from mxr.kernels.blocked.strassen import strassen_for
from mxr.kernels.jit.engine import engine
from mxr.kernels.onednn import Conv

from .jit_support import engine_of
from .test_winograd import blocked, plain, random, scratch

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

WIDTHS = [64, 32, 16]
# data, outputs, strides: odd numbers of places, single ones and pairs, blocks that fill no tile, gaps
SHAPES = [
    ((2, 64, 7, 7), 96, (1, 1)),
    ((1, 32, 8, 15), 160, (1, 1)),
    ((3, 96, 1, 1), 32, (1, 1)),
    ((1, 32, 1, 2), 64, (1, 1)),
    ((2, 64, 9, 8), 32, (2, 2)),
    ((1, 96, 7, 10), 64, (3, 1)),
]


def conv(shape, outs, stride) -> Conv:
    return Conv(shape, (outs, shape[1], 1, 1), stride, (1, 1), (0, 0))


def sums(x, w, stride) -> np.ndarray:
    """In float64."""
    down, right = stride
    return np.einsum("nchw,oc->nohw", x[:, :, ::down, ::right].astype(np.float64), w[:, :, 0, 0].astype(np.float64))


def run(s, x, w, *more, over=None, gen=None) -> np.ndarray:
    """The results in NumPy's order; `over`: an array that lies where they go."""
    packed = scratch(4 * s.packed_floats)
    s.pack(w, packed, gen)
    shape = (s.n, s.outputs, *s.out_size)
    y = blocked(np.full(shape, np.nan, np.float32), s.lanes) if over is None else blocked(over, s.lanes)
    ends = [blocked(a, s.lanes) if a.ndim == 4 else a for a in more] + ([] if over is None else [y])
    for call in s.calls([blocked(x, s.lanes), packed, *ends, y, scratch(4 * s.scratch_floats * s.shares)], gen)[::-1]:
        call()
    return plain(y, shape)


def check(got, want, x, w, stride) -> None:
    for image, (a, b) in enumerate(zip(got, want)):
        largest = sums(abs(x[image : image + 1]), abs(w), stride).max()
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-6 * largest)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("shape", "outs", "stride"), SHAPES)
@pytest.mark.parametrize("cache", [1 << 20, 12_000])
def test_results(width, shape, outs, stride, cache):
    gen = engine_of(width)
    c = conv(shape, outs, stride)
    x, w = random(shape, 1), random(c.weights, 2)
    bias, other = random((outs,), 3), random(c.dst, 4)
    want = sums(x, w, stride)
    wide = want + bias[:, None, None]
    s = strassen_for(c, gen, cache=cache)
    assert s is not None
    if cache == 12_000 and s.places > 20:
        assert s.part[1] < s.half  # several parts of an image
    check(run(s, x, w, gen=gen), want, x, w, stride)
    check(run(replace(s, bias=True, relu=True), x, w, bias, gen=gen), np.maximum(wide, 0), x, w, stride)
    end = replace(s, bias=True, relu=True, add=True, most=3.0)
    check(run(end, x, w, bias, other, gen=gen), np.clip(wide + other, 0, 3), x, w, stride)
    if s.apart:
        check(run(replace(s, add=True), x, w, over=other, gen=gen), want + other, x, w, stride)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_shares(count):
    """Calls for shares of the outputs, in any order, give the bits of one."""
    lanes = engine().vector_bytes // 4
    c = conv((2, 4 * lanes, 5, 6), 14 * lanes, (1, 1))
    x, w, bias, other = random(c.src, 1), random(c.weights, 2), random((c.weights[0],), 3), random(c.dst, 4)
    one = strassen_for(c, bias=True, add=True)
    assert one is not None and one.out_panels == 4
    np.testing.assert_array_equal(run(replace(one, shares=count), x, w, bias, other), run(one, x, w, bias, other))


def test_a_nan_stays_in_its_image():
    lanes = engine().vector_bytes // 4
    c = conv((3, 2 * lanes, 6, 7), 2 * lanes, (1, 1))
    x, w = random(c.src, 1), random(c.weights, 2)
    s = strassen_for(c)
    assert s is not None and s.part[0] == 3
    want = run(s, x, w)
    x[1, 3, 2, 2] = np.nan
    got = run(s, x, w)
    assert np.isnan(got[1, :, 2, 2]).all()
    np.testing.assert_array_equal(got[::2], want[::2])


def test_which_convolutions():
    lanes = engine().vector_bytes // 4
    c = conv((2, 4 * lanes, 8, 8), 6 * lanes, (2, 1))
    assert strassen_for(c) is not None
    for other in (
        replace(c, weights=(6 * lanes, 4 * lanes, 3, 3)), replace(c, weights=(5 * lanes, 4 * lanes, 1, 1)),
        replace(c, src=(2, 3 * lanes, 8, 8), weights=(6 * lanes, 3 * lanes, 1, 1)),
        replace(c, pad_lo=(1, 0)), replace(c, weights=(6 * lanes, 2 * lanes, 1, 1), groups=2),
    ):  # fmt: skip
        assert strassen_for(other) is None


def network():
    """Units of a ResNet with filters of one point; the first unit's input is needed again, 72 are no blocks."""

    def unit(x, filters, name, stride=(1, 1), act="relu"):
        x = mx.sym.Convolution(x, num_filter=filters, kernel=(1, 1), stride=stride, no_bias=name != "b", name=name)
        x = mx.sym.BatchNorm(x, fix_gamma=False, name=f"{name}_norm") if name != "b" else x
        return mx.sym.Activation(x, act_type=act) if act else x

    x = unit(mx.sym.Variable("data"), 128, "a")
    y = x + unit(x, 128, "b", act=None)
    y = mx.sym.Activation(y, act_type="relu")
    z = unit(unit(y, 256, "c", (2, 2)), 128, "d", act=None)
    z = mx.sym.clip(z + unit(y, 128, "e", (2, 2), None), 0, 6)
    return mx.sym.Group([unit(z, 66, "f"), unit(z, 128, "g", act="tanh")])  # 66: halves of no vector


@pytest.mark.parametrize(("batch", "threads"), [(1, 1), (3, 1), (1, 2)])
def test_plans(batch, threads, monkeypatch):
    """Prediction with and without: 2e-5 of the largest result, through six layers. Weights may change in between."""
    monkeypatch.delenv("MXR_KERNELS", raising=False)
    results, texts = [], []
    for setting in ("1", "0"):
        monkeypatch.setenv("MXR_WINOGRAD", setting)
        with mx.util.num_threads(threads):
            exe = network().simple_bind(mx.cpu(), grad_req="null", data=(batch, 128, 14, 15))
        for i, (name, a) in enumerate(sorted({**exe.arg_dict, **exe.aux_dict}.items())):
            a[:] = abs(random(a.shape, i)) + 0.1 if name.endswith(("var", "gamma")) else 0.1 * random(a.shape, i)
        texts.append(exe.explain(is_train=False))
        first = [y.asnumpy() for y in exe.forward(is_train=False)]
        exe.arg_dict["c_weight"] *= 2
        results.append([*first, *(y.asnumpy() for y in exe.forward(is_train=False))])
    assert texts[0].count("strassen") == 5 and "strassen" not in texts[1]
    for got, want in zip(*results):
        np.testing.assert_allclose(got, want, rtol=0, atol=2e-5 * abs(want).max())
    assert abs(results[0][0] - results[0][2]).max() > 1e-3
