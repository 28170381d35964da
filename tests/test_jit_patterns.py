"""Generated elementwise kernels: sizes, broadcasting, strides, several statements, params, any values."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mxr.base import MXNetValueError
from mxr.core.expr import parse
from mxr.kernels import jit

from .jit_support import reference, run_fused, ulps, unary

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

# ---- patterns

SIZES = [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 100, 129, 1000]


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
@pytest.mark.parametrize("size", SIZES)
def test_sizes_and_nothing_outside(size, dtype):
    x = np.arange(size).astype(dtype)
    room = np.full(size + 40, 77, dtype)
    y = room[20 : 20 + size]
    op = jit.Operand
    k = jit.compile_fused([("y", "x + x*x")], [op("x", dtype, (1,)), op("y", dtype, (1,), True)], (size,))
    k.bind([x, y])()
    np.testing.assert_array_equal(y, x + x * x)
    assert (room[:20] == 77).all() and (room[20 + size :] == 77).all()


BROADCASTS = [
    ((5, 7), (5, 7)),
    ((5, 7), (7,)),
    ((5, 7), (5, 1)),
    ((5, 7), ()),
    ((3, 4, 5), (4, 1)),
    ((3, 4, 50), (3, 1, 50)),
    ((3, 1, 5), (1, 4, 1)),
    ((2, 3, 4, 33), (1, 3, 1, 1)),
    ((1,), ()),
    ((), ()),
    ((64, 1), (1, 64)),
    ((0, 3), (3,)),
    ((17, 16), (17, 1)),
    ((4, 100), (100,)),
]


@pytest.mark.parametrize("shapes", BROADCASTS)
def test_broadcasting(shapes):
    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=s).astype(np.float32) for s in shapes)
    got = run_fused([("z", "x*y + tanh(y)")], {"x": x, "y": y}, {"z": (np.broadcast_shapes(*shapes), "float32")})["z"]
    np.testing.assert_allclose(got, x * y + np.tanh(y), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("axes", list(itertools.permutations(range(3))))
def test_transposed_operands(axes):
    x = np.random.default_rng(0).normal(size=(5, 18, 7)).astype(np.float32).transpose(axes)
    y = np.random.default_rng(1).normal(size=x.shape).astype(np.float32)[..., ::-1]
    got = run_fused([("z", "2*x - y")], {"x": x, "y": y}, {"z": (x.shape, "float32")})["z"]
    np.testing.assert_array_equal(got, 2 * x - y)


def test_strided_output_and_in_place():
    base = np.arange(60, dtype=np.float32).reshape(6, 10)
    want = base.copy()
    want[:, ::2] = want[:, ::2] * 2 + 1
    view = base[:, ::2]
    op = jit.Operand
    k = jit.compile_fused([("y", "2*y + 1")], [op("y", "float32", (10, 2), True)], view.shape)
    k.bind([view])()
    np.testing.assert_array_equal(base, want)


def test_several_statements_and_outputs():
    rng = np.random.default_rng(0)
    x, dy = (rng.normal(size=(9, 21)).astype(np.float32) for _ in range(2))
    out = run_fused(
        [("y", "sigmoid(x)"), ("dx", "dy*y*(1 - y)"), ("flag", "dx > 0", "uint8"), ("n", "flag + 1")],
        {"x": x, "dy": dy},
        {"y": (x.shape, "float32"), "dx": (x.shape, "float32"), "n": (x.shape, "int32")},
    )
    y = 1 / (1 + np.exp(-x))
    np.testing.assert_allclose(out["y"], y, rtol=1e-6)
    np.testing.assert_allclose(out["dx"], dy * y * (1 - y), rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(out["n"], (out["dx"] > 0) + 1)


def test_params_change_without_compiling():
    x, y = np.arange(40, dtype=np.float32), np.zeros(40, np.float32)
    op = jit.Operand
    k = jit.compile_fused(
        [("y", "a*x + b")], [op("x", "float32", (1,)), op("y", "float32", (1,), True)], (40,), ("a", "b")
    )
    run = k.bind([x, y], {"a": 2, "b": 1})
    run()
    np.testing.assert_array_equal(y, 2 * x + 1)
    run.set_param("a", -0.5)
    run()
    np.testing.assert_array_equal(y, -0.5 * x + 1)
    with pytest.raises(MXNetValueError, match="no param 'c'"):
        run.set_param("c", 1)
    with pytest.raises(MXNetValueError, match=r"missing \['b'\]"):
        k.bind([x, y], {"a": 1})


def test_axis_index_survives_merging():
    got = run_fused([("y", "axis_index(0)*100 + axis_index(2)")], {}, {"y": ((3, 4, 37), "int32")}, shape=(3, 4, 37))[
        "y"
    ]
    i, _, k = np.indices((3, 4, 37))
    np.testing.assert_array_equal(got, i * 100 + k)


FUSIBLE = st.sampled_from(
    [
        "x + y",
        "x*y",
        "max(x, y)",
        "min(x, y)",
        "where(x > y, x, y)",
        "relu(x) - y",
        "x/y",
        "abs(x)",
        "sign(y)",
        "x <= y",
    ]
)


@settings(max_examples=60, deadline=None)
@given(FUSIBLE, st.lists(st.tuples(st.floats(width=32), st.floats(width=32)), min_size=1, max_size=40))
def test_any_values(text, pairs):
    x, y = (np.array(v, np.float32) for v in zip(*pairs))
    with np.errstate(all="ignore"):
        f = parse(text).bind(np, ["x", "y"])
        want = f(x, y)
    got = run_fused([("z", text)], {"x": x, "y": y}, {"z": (x.shape, "float32")})["z"]
    np.testing.assert_array_equal(got, want)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["exp", "log", "tanh", "sigmoid", "erf", "expm1", "log1p"]),
    st.lists(st.floats(width=32), min_size=1, max_size=20),
)
def test_any_values_of_the_polynomials(name, values):
    x = np.array(values, np.float32)
    want = reference(name, x)
    got = unary(f"{name}(x)", x)
    with np.errstate(over="ignore"):
        target = want.astype(np.float32)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(target))
    ok = np.isfinite(target)
    np.testing.assert_array_equal(got[~ok & ~np.isnan(target)], target[~ok & ~np.isnan(target)])
    if ok.any():
        assert ulps(got, want, np.dtype("f"))[ok].max() <= 4
