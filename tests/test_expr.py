"""The scalar expression language: parsing, meaning on NumPy, special functions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mxr.base import MXNetError, MXNetTypeError, MXNetValueError
from mxr.core import special
from mxr.core.expr import FUNCTIONS, parse

X = np.array([-2.5, -1.5, -0.5, -0.0, 0.0, 0.5, 1.5, 2.5, np.nan, np.inf, -np.inf], np.float32)


def test_names_functions_and_tree():
    e = parse("where(x > 0, x, slope*x)")
    assert e.names == ("x", "slope")
    assert set(e.functions) == {"where", "greater", "multiply"}
    assert e.tree == (
        "where",
        ("greater", ("name", "x"), ("const", 0)),
        ("name", "x"),
        ("multiply", ("name", "slope"), ("name", "x")),
    )
    assert parse("where(x > 0, x, slope*x)") is e


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo(x)", "unknown function 'foo'"),
        ("sigmoi(x)", "Did you mean 'sigmoid'"),
        ("exp(x, y)", "exp takes 1 argument"),
        ("x +", "invalid syntax"),
        ("x.shape", "Attribute is not allowed"),
        ("x[0]", "Subscript is not allowed"),
        ("'a'", "not a number"),
        ("__import__('os')", "unknown function"),
        ("exp(x=1)", "Call is not allowed"),
        ("axis_index(x)", "integer constant"),
    ],
)
def test_bad_expressions(text, message):
    with pytest.raises(MXNetValueError, match=message):
        parse(text)


def test_not_a_string():
    with pytest.raises(MXNetTypeError, match="got int"):
        parse(3)


def test_unknown_name_when_bound():
    with pytest.raises(MXNetValueError, match=r"unknown name 'slope'.*Known: x, slop"):
        parse("x*slope").to_callable(["x", "slop"])


def test_reductions_are_for_kernels_only():
    with pytest.raises(MXNetError, match="generated kernels only"):
        parse("x/rsum(x)").bind(np)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("relu(x)", [0, 0, 0, 0, 0, 0.5, 1.5, 2.5, np.nan, np.inf, 0]),
        ("sign(x)", [-1, -1, -1, 0, 0, 1, 1, 1, 0, 1, -1]),
        ("rint(x)", [-3, -2, -1, 0, 0, 0, 1, 2, np.nan, np.inf, -np.inf]),
        ("round(x)", [-3, -2, -1, 0, 0, 1, 2, 3, np.nan, np.inf, -np.inf]),
        ("fix(x)", [-2, -1, 0, 0, 0, 0, 1, 2, np.nan, np.inf, -np.inf]),
        ("max(x, 1)", [1, 1, 1, 1, 1, 1, 1.5, 2.5, np.nan, np.inf, 1]),
        ("clip(x, -1, 1)", [-1, -1, -0.5, 0, 0, 0.5, 1, 1, np.nan, 1, -1]),
        ("isnan(x) + isinf(x)", [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1]),
        ("(x > 0) + (x > 1)", [0, 0, 0, 0, 0, 1, 2, 2, 0, 2, 0]),
        ("not x", [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]),
        ("x > 0 and x < 2", [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]),
        ("0 < x < 2", [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]),
        ("1 if x > 0 else -1", [-1, -1, -1, -1, -1, 1, 1, 1, -1, 1, -1]),
        ("x % 2", [1.5, 0.5, 1.5, 0, 0, 0.5, 1.5, 0.5, np.nan, np.nan, np.nan]),
        ("mod(x, 0)", [0] * 11),
        ("x == x", [1] * 8 + [0, 1, 1]),
    ],
)
def test_meaning_on_numpy(text, want):
    """The right-hand sides are MXNet 1.9.1's own answers."""
    with np.errstate(all="ignore"):
        for f in (parse(text).to_callable(["x"]), lambda F, x: parse(text).bind(F, ["x"])(x)):
            got = f(np, X)
            assert got.dtype == np.float32
            np.testing.assert_array_equal(got, np.asarray(want, np.float32))


def test_numbers_keep_the_dtype():
    for dtype in (np.float16, np.float32, np.float64):
        x = np.ones(3, dtype)
        for text in ("x*2.5", "where(x > 0, 1, 0)*x", "sigmoid(x)", "1/(1 + exp(-x))", "erf(x)", "mod(x, 2)"):
            assert parse(text).bind(np)(x).dtype == dtype, text


def test_any_namespace():
    class Recorder:
        def exp(self, x):
            return f"exp({x})"

        def where(self, c, a, b):
            return f"where({c}, {a}, {b})"

    assert parse("where(c, exp(x), y)").to_callable(["c", "x", "y"])(Recorder(), "C", "X", "Y") == "where(C, exp(X), Y)"


def test_every_function_evaluates():
    for name, fn in FUNCTIONS.items():
        if fn.kind in ("reduce", "index"):
            continue
        text = f"{name}({', '.join('xyz'[: fn.arity])})"
        x = np.float32([0.25, 0.5])
        if fn.name == "arccosh":
            x = x + 1
        got = parse(text).to_callable()(np, *[x] * fn.arity)
        assert got.shape == (2,) and np.isfinite(got).all(), name
        assert got.dtype == np.float32, name


# ---- special functions


@pytest.mark.parametrize(
    ("name", "low", "high", "bound"),
    [
        ("erf", -7, 7, 2e-15),
        ("erfc", -7, 26, 1e-13),
        ("erfinv", -1, 1, 4e-15),
        ("gamma", -20, 171, 1e-14),
        ("gammaln", 3, 1e5, 1e-14),
        ("digamma", 1.6, 1e4, 1e-14),
    ],
)
def test_special_against_scipy(name, low, high, bound):
    scipy = pytest.importorskip("scipy.special")
    x = np.random.default_rng(0).uniform(low, high, 5000)
    want = getattr(scipy, {"digamma": "psi"}.get(name, name))(x)
    got = getattr(special, name)(x)
    assert np.max(np.abs(got / want - 1)) < bound
    narrow = getattr(special, name)(x.astype(np.float32))
    assert narrow.dtype == np.float32


@pytest.mark.parametrize("name", ["gammaln", "digamma"])
def test_near_zeros_and_poles_absolutely(name):
    scipy = pytest.importorskip("scipy.special")
    x = np.random.default_rng(0).uniform(-5, 3, 5000)
    want = getattr(scipy, {"digamma": "psi"}.get(name, name))(x)
    assert np.max(np.abs(getattr(special, name)(x) - want) / (1 + np.abs(want))) < 1e-11


def test_special_limits():
    x = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, -2.0])
    inf, nan = np.inf, np.nan
    np.testing.assert_array_equal(special.erf(x)[:5], [nan, 1, -1, 0, -0.0])
    np.testing.assert_array_equal(special.erfc(x)[:5], [nan, 0, 2, 1, 1])
    np.testing.assert_array_equal(special.erfinv(x), [nan, nan, nan, 0, -0.0, inf, -inf, nan])
    np.testing.assert_array_equal(special.gamma(x), [nan, inf, nan, inf, -inf, 1, nan, nan])
    np.testing.assert_array_equal(special.gammaln(x), [nan, inf, inf, inf, inf, 0, inf, inf])
    np.testing.assert_array_equal(special.digamma(x)[[0, 3, 4, 6, 7]], [nan, -inf, inf, nan, nan])
    assert special.gamma(200.0) == math.inf


@settings(max_examples=200, deadline=None)
@given(st.floats(width=32))
def test_erf_is_odd_and_bounded(v):
    a, b = special.erf(np.float32(v)), special.erf(np.float32(-v))
    assert (np.isnan(v) and np.isnan(a)) or (a == -b and abs(a) <= 1)
