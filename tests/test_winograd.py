"""Winograd's convolutions against sums in float64, for every vector width that this CPU can run, and in plans.

Tolerance: 3e-6 of the sum of the magnitudes of the terms (measured: under 5e-7; float32 itself has 6e-8), and as root
mean square 2e-6 of the result's for inputs of both signs.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetValueError
from mxr.core import faults
from mxr.core.faults import KernelFault
from mxr.kernels import jit, onednn_enabled, shares, winograd
from mxr.kernels.jit.engine import engine
from mxr.kernels.layouts import Blocked, pack, unpack
from mxr.kernels.onednn import Conv
from mxr.kernels.table import together
from mxr.kernels.winograd import pieces
from mxr.kernels.winograd.pieces import Problem
from mxr.kernels.winograd.points import scheme

from .jit_support import engine_of

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

# vector bytes -> lanes, whether there are 32 registers
WIDTHS = {64: (16, True), 32: (8, False), 16: (4, False)}
# maps, filters, padding: odd sizes, channels that fill no block, single tiles, all paddings
SHAPES = [
    ((2, 32, 8, 8), 64, (1, 1)),
    ((3, 20, 7, 9), 37, (0, 2)),
    ((1, 48, 5, 5), 48, (1, 1)),
    ((5, 17, 3, 3), 33, (2, 0)),
    ((2, 16, 13, 6), 16, (2, 2)),
    ((4, 33, 1, 1), 20, (1, 1)),
]


def problem(width: int, maps, outs, pad, m=4) -> Problem:
    lanes, wide = WIDTHS[width]
    return Problem(maps, outs, pad, m=m, lanes=lanes, wide=wide)


def generator_lanes() -> int:
    return engine().vector_bytes // 4


def random(shape, seed=0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def blocked(x: np.ndarray, lanes: int) -> np.ndarray:
    layout = Blocked(x.shape, 1, lanes)
    out = np.full(layout.stored, np.nan, np.float32)
    pack(layout)([x], [out])()
    return out


def plain(x: np.ndarray, shape) -> np.ndarray:
    """In NumPy's order; lanes beyond the channels must be zero."""
    out = np.zeros(shape, np.float32)
    unpack(Blocked(shape, 1, x.shape[-1]))([x], [out])()
    np.testing.assert_array_equal(blocked(out, x.shape[-1]) == 0, x == 0)
    return out


def scratch(nbytes: int) -> np.ndarray:
    """Memory that holds nothing useful."""
    return np.full(nbytes // 4, np.nan, np.float32)


def direct(x: np.ndarray, w: np.ndarray, pad) -> np.ndarray:
    """The sum itself in float64; of magnitudes, if they are given."""
    x = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (pad[0],) * 2, (pad[1],) * 2))
    h, wide = x.shape[2] - 2, x.shape[3] - 2
    return sum(
        np.einsum("nchw,oc->nohw", x[:, :, i : i + h, j : j + wide], w[:, :, i, j].astype(np.float64))
        for i in range(3)
        for j in range(3)
    )


def direct_weights(x: np.ndarray, dy: np.ndarray, pad) -> np.ndarray:
    x = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (pad[0],) * 2, (pad[1],) * 2))
    h, wide = dy.shape[2:]
    dw = np.zeros((dy.shape[1], x.shape[1], 3, 3))
    for i in range(3):
        for j in range(3):
            dw[:, :, i, j] = np.einsum("nchw,nohw->oc", x[:, :, i : i + h, j : j + wide], dy.astype(np.float64))
    return dw


def close(got: np.ndarray, want: np.ndarray, magnitudes: np.ndarray) -> None:
    assert np.all(np.abs(got - want) <= 3e-6 * magnitudes + 1e-30)
    assert np.sqrt(np.mean((got - want) ** 2)) <= 2e-6 * np.sqrt(np.mean(want**2))


@pytest.mark.parametrize("m", [2, 4])
def test_schemes_are_exact(m):
    """With fractions the outputs are those of the sum, and so are the weights' gradients."""
    rng = np.random.default_rng(m)
    s, n = scheme(m), m + 2

    def matrix(rows):
        return np.array(rows, object)

    d = matrix([[Fraction(int(v)) for v in row] for row in rng.integers(-9, 9, (n, n))])
    g = matrix([[Fraction(int(v)) for v in row] for row in rng.integers(-9, 9, (3, 3))])
    e = matrix([[Fraction(int(v)) for v in row] for row in rng.integers(-9, 9, (m, m))])
    inputs, weights, outputs = matrix(s.inputs), matrix(s.weights), matrix(s.outputs)
    y = outputs @ ((weights @ g @ weights.T) * (inputs @ d @ inputs.T)) @ outputs.T
    want = sum(d[i : i + m, j : j + m] * g[i, j] for i in range(3) for j in range(3))
    assert (y == want).all()
    spread, collect = matrix(s.spread), matrix(s.collect)
    dg = collect @ ((spread @ e @ spread.T) * (inputs @ d @ inputs.T)) @ collect.T
    assert all(dg[i, j] == (e * d[i : i + m, j : j + m]).sum() for i in range(3) for j in range(3))


@pytest.mark.parametrize("order", ["weights", "tiles"])
@pytest.mark.parametrize("maps, outs, pad", SHAPES)
@pytest.mark.parametrize("width", WIDTHS)
def test_forward(width, maps, outs, pad, order):
    p = problem(width, maps, outs, pad)
    x, w, bias = random(maps), random((outs, maps[1], 3, 3), 1), random(p.blocks(outs) * p.lanes, 2)
    bias[outs:] = 0
    conv = winograd.Convolution(p, bias=True, order=order, cache=200_000, generator=engine_of(width))
    dst = np.full(Blocked(p.result, 1, p.lanes).stored, np.nan, np.float32)
    conv.bind(scratch(conv.nbytes), src=blocked(x, p.lanes), weights=w, dst=dst, bias=bias)()
    want = direct(x, w, pad) + bias[:outs].reshape(-1, 1, 1)
    close(plain(dst, p.result), want, direct(abs(x), abs(w), pad) + abs(bias[:outs]).reshape(-1, 1, 1))


@pytest.mark.parametrize("order", ["weights", "tiles"])
@pytest.mark.parametrize("maps, outs, pad", SHAPES)
@pytest.mark.parametrize("width", WIDTHS)
def test_gradient_of_the_data(width, maps, outs, pad, order):
    p = problem(width, maps, outs, pad)
    w, dy = random((outs, maps[1], 3, 3), 1), random(p.result, 3)
    back = p.backward
    assert back.result == maps
    conv = winograd.Convolution(back, turned=True, order=order, cache=200_000, generator=engine_of(width))
    dx = np.full(Blocked(maps, 1, p.lanes).stored, np.nan, np.float32)
    conv.bind(scratch(conv.nbytes), src=blocked(dy, p.lanes), weights=w, dst=dx)()
    turned = w.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]
    close(plain(dx, maps), direct(dy, turned, back.pad), direct(abs(dy), abs(turned), back.pad))


@pytest.mark.parametrize("order", ["weights", "tiles"])
@pytest.mark.parametrize("maps, outs, pad", SHAPES)
@pytest.mark.parametrize("width", WIDTHS)
def test_gradient_of_weights_and_bias(width, maps, outs, pad, order):
    p = problem(width, maps, outs, pad)
    x, dy = random(maps), random(p.result, 3)
    gradient = winograd.Gradient(p, bias=True, order=order, cache=200_000, generator=engine_of(width))
    dw = np.full((outs, maps[1], 3, 3), np.nan, np.float32)
    db = np.full(p.blocks(outs) * p.lanes, np.nan, np.float32)
    arrays = {"src": blocked(x, p.lanes), "dst": blocked(dy, p.lanes), "weights": dw, "bias": db}
    gradient.bind(scratch(gradient.nbytes), **arrays)()
    close(dw, direct_weights(x, dy, pad), direct_weights(abs(x), abs(dy), pad))
    close(db[:outs], dy.sum((0, 2, 3), dtype=np.float64), abs(dy).sum((0, 2, 3), dtype=np.float64))


@pytest.mark.parametrize("m", [2, 4])
@pytest.mark.parametrize("width", WIDTHS)
def test_given_weights_residual_and_floor(width, m):
    maps, outs, pad = (2, 24, 9, 10), 40, (1, 1)
    p = problem(width, maps, outs, pad, m)
    x, w, more = random(maps), random((outs, maps[1], 3, 3), 1), random(p.result, 4)
    transform = winograd.Weights(p, engine_of(width))
    target = scratch(transform.nbytes)
    transform.bind(w, target)()
    conv = winograd.Convolution(p, residual=True, floor=0.0, given=True, generator=engine_of(width))
    dst = blocked(more, p.lanes)  # the result goes where the residual lies
    conv.bind(scratch(conv.nbytes), src=blocked(x, p.lanes), weights=target, dst=dst, residual=dst)()
    sums = direct(x, w, pad) + more
    close(plain(dst, p.result), np.maximum(sums, 0), direct(abs(x), abs(w), pad) + abs(more))


@pytest.mark.skipif(not (onednn_enabled() and shares.possible()), reason="no pool of OpenMP's threads")
@pytest.mark.parametrize("count", [2, 3, 7])
@pytest.mark.parametrize("order", ["weights", "tiles"])
def test_shares(count, order):
    """Threads of OpenMP's pool share the work, also as a row of a table; a share's sums may be cut elsewhere."""
    maps, outs, pad = (1, 80, 22, 14), 160, (1, 1)
    p = problem(4 * generator_lanes(), maps, outs, pad)
    x, w, dy = random(maps), random((outs, maps[1], 3, 3), 1), random(p.result, 2)
    transform = winograd.Weights(p)
    given = scratch(transform.nbytes)
    transform.bind(w, given)()
    src, dst = blocked(x, p.lanes), blocked(dy, p.lanes)
    to = Blocked(p.result, 1, p.lanes).stored
    cases = [
        (winograd.Convolution, {"given": True}, {"src": src, "weights": given}, "dst", to),
        (winograd.Convolution, {"order": order}, {"src": src, "weights": w}, "dst", to),
        (winograd.Gradient, {"order": order, "bias": True}, {"src": src, "dst": dst, "bias": dy}, "weights", w.shape),
    ]
    for make, options, arrays, name, shape in cases:
        found = []
        for n in (1, count):
            call, result, sums = make(p, shares=n, **options), np.full(shape, np.nan, np.float32), random((outs,))
            if "bias" in arrays:
                arrays["bias"] = sums
            run = call.bind(scratch(call.nbytes), **arrays, **{name: result})
            assert n == 1 or 1 < run.threads <= n
            run()
            once = result.copy()
            result[...] = np.nan
            together([run, run])[0]()
            np.testing.assert_array_equal(result, once)
            found.append((once, sums))
        np.testing.assert_allclose(found[1][0], found[0][0], rtol=0, atol=3e-6 * abs(found[0][0]).max())
        np.testing.assert_array_equal(found[1][1], found[0][1])


def test_nan_goes_where_it_belongs():
    """Through relu it stays, and maps beside the tile's own are not touched by it."""
    p = problem(4 * generator_lanes(), (2, 16, 8, 8), 16, (1, 1))
    x, w = random(p.maps), random((16, 16, 3, 3), 1)
    x[0, 3, 0, 0] = np.nan
    conv = winograd.Convolution(p, floor=0.0, generator=engine_of(4 * p.lanes))
    dst = np.zeros(Blocked(p.result, 1, p.lanes).stored, np.float32)
    conv.bind(scratch(conv.nbytes), src=blocked(x, p.lanes), weights=w, dst=dst)()
    got = plain(dst, p.result)
    assert np.isnan(got[0, :, :2, :2]).all() and np.isfinite(got[1]).all() and np.isfinite(got[0, :, 4:, 4:]).all()


def test_which_convolutions():
    def problem_of(src=(8, 64, 28, 28), weights=(64, 64, 3, 3), **more):
        return winograd.problem_for(Conv(src, weights, **{"pad_lo": (1, 1), **more}))

    p = problem_of()
    assert p is not None and p.result == (8, 64, 28, 28) and winograd.worth(p)
    assert problem_of(stride=(2, 2)) is None and problem_of(dilation=(2, 2)) is None
    assert problem_of(weights=(64, 64, 5, 5)) is None and problem_of(weights=(64, 32, 3, 3), groups=2) is None
    assert problem_of(pad_lo=(3, 3)) is None and problem_of(pad_lo=(1, 1), pad_hi=(2, 1)) is None
    assert not winograd.worth(replace(p, maps=(8, 3, 28, 28)))  # an image's channels
    small = replace(p, maps=(1, 512, 7, 7), outs=512)  # weights cost more than they spare
    assert not winograd.worth(small) and winograd.worth(small, given=True)


def _trained(monkeypatch, setting):
    monkeypatch.setenv("MXR_WINOGRAD", setting)
    x = mx.sym.Convolution(mx.sym.Variable("x"), num_filter=64, kernel=(3, 3), pad=(1, 1), name="first")
    x = mx.sym.BatchNorm(mx.sym.Activation(x, act_type="relu"), name="norm", fix_gamma=False)
    x = mx.sym.Convolution(x, num_filter=40, kernel=(3, 3), no_bias=True, name="second")
    exe = x.simple_bind(mx.cpu(), x=(4, 32, 14, 14))
    for i, (name, a) in enumerate(exe.arg_dict.items()):
        a[:] = random(a.shape, i) * (1 if name == "x" else 0.1)
    out = exe.forward(is_train=True)[0]
    exe.backward(mx.nd.array(random(out.shape, 9)))
    return exe.explain(), {"out": out.asnumpy(), **{n: g.asnumpy() for n, g in exe.grad_dict.items()}}


def test_plans_use_it(monkeypatch):
    """Forward and backward agree with other kernels: 1e-5 of the largest entry, the norm between them included."""
    monkeypatch.delenv("MXR_KERNELS", raising=False)
    text, got = _trained(monkeypatch, "1")
    other, want = _trained(monkeypatch, "0")
    assert text.count("winograd") == 6 and "winograd" not in other
    for name, w in want.items():
        np.testing.assert_allclose(got[name], w, rtol=0, atol=1e-5 * abs(w).max(), err_msg=name)


def test_other_kernels_take_the_place_of_broken_ones(monkeypatch):
    def broken(*args):
        raise KernelFault("no code today")

    monkeypatch.delenv("MXR_KERNELS", raising=False)
    monkeypatch.setattr(pieces, "compile_functions", broken)
    faults._warn.cache_clear()
    with pytest.warns(RuntimeWarning, match="no fast kernel for .*: no code today") as seen:
        text, got = _trained(monkeypatch, "1")
    assert sum("for Convolution (first)" in str(x.message) for x in seen) == 1
    assert "winograd" not in text and np.isfinite(got["out"]).all()


def test_a_wrong_setting_is_told(monkeypatch):
    monkeypatch.setenv("MXR_WINOGRAD", "yes")
    with pytest.raises(MXNetValueError, match="MXR_WINOGRAD='yes' is not understood; it is 0 or 1"):
        winograd.allowed()
