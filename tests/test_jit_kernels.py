"""Generated elementwise kernels against NumPy: values, errors in ulp, dtypes, limits."""

import itertools

import numpy as np
import pytest

from mxr.core.expr import parse
from mxr.kernels import jit

from .jit_support import SPECIALS, reference, run_fused, ulps, unary

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

RANGES = {
    "exp": [(-104, 89), (-1, 1)],
    "expm1": [(-20, 89), (-1, 1), (-1e-3, 1e-3)],
    "log": [(0, 10), (0.9, 1.1), (0, 1e-38), (1, 3e38)],
    "log1p": [(-0.999, 10), (-1e-3, 1e-3), (1, 1e30), (-0.5, 0.6)],
    "tanh": [(-12, 12), (-0.5, 0.5), (-1e-4, 1e-4)],
    "sigmoid": [(-104, 104), (-2, 2)],
    "erf": [(-5, 5), (-1, 1), (0.85, 1.0), (-1e-4, 1e-4)],
    "log2": [(0, 100)],
    "log10": [(0, 100)],
    "sqrt": [(0, 100)],
    "rsqrt": [(0.01, 100)],
    "cbrt": [(-50, 50)],
    "rcbrt": [(0.1, 50)],
    "sin": [(-50, 50)],
    "cos": [(-50, 50)],
    "tan": [(-1.5, 1.5)],
    "arcsin": [(-1, 1)],
    "arccos": [(-1, 0.99)],
    "arctan": [(-9, 9)],
    "sinh": [(-20, 20)],
    "cosh": [(-20, 20)],
    "arcsinh": [(-20, 20)],
    "arccosh": [(1.01, 20)],
    "arctanh": [(-0.99, 0.99)],
    "erfinv": [(-0.999, 0.999)],
    "gamma": [(0.1, 30)],
    "gammaln": [(3, 100)],
    "digamma": [(2, 100)],
    "reciprocal": [(0.1, 10)],
    "softsign": [(-9, 9)],
}


@pytest.mark.parametrize(("name", "dtype"), list(itertools.product(RANGES, ["float32", "float64", "float16"])))
def test_accuracy_in_ulp(name, dtype):
    """float32: 4 ulp (the polynomials) or the C library's own error; float64: 4 ulp; float16: computed in float32."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.uniform(low, high, 4001) for low, high in RANGES[name]])
    with np.errstate(over="ignore"):
        x = x.astype(dtype)
    if dtype == "float16":
        x = x[np.isfinite(x)]
    want = reference(name, x)
    with np.errstate(over="ignore"):
        finite = np.isfinite(want.astype(dtype))
    got = unary(f"{name}(x)", x)
    bound = 0.51 if dtype == "float16" else {"gamma": 8, "gammaln": 6, "digamma": 5}.get(name, 4)
    if dtype == "float64":  # here the references (Python's lgamma, our digamma) are no better than this
        bound = {"gammaln": 16, "digamma": 20}.get(name, bound)
    if dtype == "float64" and name == "sigmoid":
        finite &= x > -90  # the reference is not exact in the far tail
    assert ulps(got, want, x.dtype)[finite].max() <= bound
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(np.isposinf(got), np.isposinf(want.astype(dtype)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "name", ["exp", "expm1", "log", "log1p", "tanh", "sigmoid", "erf", "sqrt", "sin", "gamma", "gammaln"]
)
def test_limits(name, dtype):
    x = SPECIALS.astype(dtype)
    want = reference(name, x)
    got = unary(f"{name}(x)", x)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(want))
    with np.errstate(over="ignore"):
        infinite = np.isinf(want.astype(dtype))
    np.testing.assert_array_equal(got[infinite], np.copysign(np.inf, want[infinite]))
    fine = ~np.isnan(want) & ~infinite
    if dtype == "float32":
        assert ulps(got, want, got.dtype)[fine].max() <= 4
    if name in ("expm1", "log1p", "tanh", "erf", "sin"):
        np.testing.assert_array_equal(np.signbit(got[:2]), [False, True])


BINARY = [
    "x + y",
    "x - y",
    "x*y",
    "x/y",
    "max(x, y)",
    "min(x, y)",
    "x % y",
    "hypot(x, y)",
    "x > y",
    "x <= y",
    "x == y",
    "x != y",
    "x and y",
    "x or y",
    "logical_xor(x, y)",
    "where(x > y, x, y)",
    "where(x, y, 2)",
]
UNARY = [
    "relu(x)",
    "sign(x)",
    "rint(x)",
    "round(x)",
    "floor(x)",
    "ceil(x)",
    "fix(x)",
    "abs(x)",
    "-x",
    "not x",
    "isnan(x)",
    "isinf(x)",
    "isfinite(x)",
    "clip(x, -1, 1)",
    "square(x)",
    "x**2",
    "x**3",
    "x**-1",
    "reciprocal(x)",
    "x if x > 0 else 0.25*x",
    "0 < x < 2",
    "(x > 0) + (x > 1)",
    "x*1.5 - 2",
    "x//2",
]


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize("text", UNARY)
def test_unary_equals_numpy(text, dtype):
    with np.errstate(all="ignore"):
        x = np.concatenate([SPECIALS, np.random.default_rng(0).normal(0, 3, 37)]).astype(dtype)
        wide = x.astype(np.float32) if dtype == "float16" else x
        want = parse(text).bind(np, ["x"])(wide).astype(dtype)
    if text == "x**3":  # two roundings instead of pow's one
        np.testing.assert_allclose(unary(text, x), want, rtol=3e-16 if dtype == "float64" else 2e-7, atol=1e-45)
    else:
        np.testing.assert_array_equal(unary(text, x), want)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("text", BINARY)
def test_binary_equals_numpy(text, dtype):
    x, y = (a.ravel().astype(dtype) for a in np.meshgrid(SPECIALS, SPECIALS))
    with np.errstate(all="ignore"):
        want = parse(text).bind(np, ["x", "y"])(x, y)
    got = run_fused([("z", text)], {"x": x, "y": y}, {"z": (x.shape, dtype)})["z"]
    if text.startswith("hypot"):
        np.testing.assert_allclose(got, want, rtol=1e-6)
    else:
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_power(dtype):
    x, y = (a.ravel() for a in np.meshgrid(SPECIALS.astype(dtype), SPECIALS.astype(dtype)))
    rng = np.random.default_rng(1)
    for a, b in ((x, y), (rng.uniform(0, 10, 999).astype(dtype), rng.uniform(-9, 9, 999).astype(dtype))):
        with np.errstate(all="ignore"):
            want = np.power(a.astype(np.float64), b.astype(np.float64))
            target = want.astype(dtype)
        got = run_fused([("z", "x**y")], {"x": a, "y": b}, {"z": (a.shape, dtype)})["z"]
        np.testing.assert_array_equal(np.isnan(got), np.isnan(target))
        np.testing.assert_array_equal(np.isinf(got), np.isinf(target))
        ok = np.isfinite(target)
        if dtype == "float32":
            assert ulps(got, want, got.dtype)[ok].max() <= 1
        else:
            np.testing.assert_allclose(got[ok], want[ok], rtol=1e-15)


INTS = ["int32", "int64", "int8", "uint8"]


@pytest.mark.parametrize("dtype", INTS)
@pytest.mark.parametrize(
    "text",
    [
        "x + y",
        "x - y",
        "x*y",
        "max(x, y)",
        "min(x, y)",
        "x > y",
        "x == y",
        "x % y",
        "x//y",
        "abs(x)",
        "relu(x)",
        "sign(x)",
        "where(x > y, x, y)",
        "floor(x)",
        "x and y",
        "not x",
        "square(x)",
    ],
)
def test_integers_equal_numpy(text, dtype):
    info = np.iinfo(dtype)
    values = np.unique(
        np.array(
            [0, 1, 2, 3, 7, 100, info.max, info.max - 1, info.min, info.min + 1]
            + ([] if dtype == "uint8" else [-1, -2, -7])
        ).astype(np.int64)
    )
    x, y = (a.ravel().astype(dtype) for a in np.meshgrid(values, values))
    with np.errstate(all="ignore"):
        if "%" in text or "//" in text:
            safe = np.where(y == 0, 1, y).astype(dtype)
            want = np.where(y == 0, 0, x % safe if "%" in text else np.floor_divide(x, safe)).astype(dtype)
        else:
            f = parse(text)
            want = f.bind(np)(*{"x": [x], "xy": [x, y]}["".join(f.names)]).astype(dtype)
    inputs = {"x": x, "y": y}
    got = run_fused([("z", text)], inputs, {"z": (x.shape, dtype)})["z"]
    np.testing.assert_array_equal(got, want)


def test_integer_power_wraps_like_numpy():
    x, y = (a.ravel().astype(np.int32) for a in np.meshgrid(np.arange(-9, 10), np.arange(0, 20)))
    got = run_fused([("z", "x**y")], {"x": x, "y": y}, {"z": (x.shape, "int32")})["z"]
    np.testing.assert_array_equal(got, np.power(x, y))


def test_integers_compute_real_functions_in_floating_point():
    x = np.arange(0, 30, dtype=np.int32)
    np.testing.assert_array_equal(
        unary("exp(x)*0.5", x[:20], np.float64), unary("exp(x)*0.5", x[:20].astype(np.float64))
    )
    np.testing.assert_array_equal(unary("x/4", x), (x / 4).astype(np.int32))
    np.testing.assert_array_equal(unary("sqrt(x)", x), np.sqrt(x).astype(np.int32))


CASTS = ["float32", "float64", "float16", "int32", "int64", "int8", "uint8", "bool"]


@pytest.mark.parametrize(("source", "target"), list(itertools.product(CASTS, CASTS)))
def test_casts(source, target):
    values = np.array(
        [0, 1, 2, 100, 127, 1.5, 0.25, 3.75, 77] + ([] if source in ("uint8", "bool") else [-1, -2.75, -100])
    )
    x = np.resize(values.astype(source), 53)
    want = x.astype(np.int32).astype(target) if target in ("uint8", "int8") else x.astype(target)
    got = unary("x", x, target)
    assert got.dtype == target
    np.testing.assert_array_equal(got, want)


def test_casts_beyond_the_range_are_mxnets():
    x = np.array([300, -1, 2.7, -2.7, np.nan, 1e20, np.inf], np.float32)
    np.testing.assert_array_equal(unary("x", x, "uint8"), [44, 255, 2, 254, 0, 0, 0])
    low = -(2**31)
    np.testing.assert_array_equal(unary("x", x, "int32"), [300, -1, 2, -2, low, low, low])
    np.testing.assert_array_equal(unary("x", np.float32([1e20, -1e20, np.nan]), "int64"), [-(2**63)] * 3)


@pytest.mark.parametrize(
    "dtypes",
    [
        ("float32", "float64"),
        ("int32", "float32"),
        ("uint8", "float32"),
        ("float16", "float32"),
        ("bool", "int64"),
        ("int8", "int32"),
    ],
)
def test_mixed_dtypes(dtypes):
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 2, 45).astype(dtypes[0]), rng.integers(0, 50, 45).astype(dtypes[1])
    got = run_fused([("z", "x*y + 1")], {"x": x, "y": y}, {"z": (x.shape, dtypes[1])})["z"]
    np.testing.assert_array_equal(got, (x * y + 1).astype(dtypes[1]))
