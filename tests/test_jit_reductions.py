"""Generated reductions, normalisations and softmax kernels against NumPy."""

import math

import numpy as np
import pytest

from mxr.kernels import jit

from .jit_support import elements, np_softmax, run_fused

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

# ---- reductions

REDUCE_SHAPES = [
    ((7, 33), (1,)),
    ((7, 33), (0,)),
    ((7, 33), (0, 1)),
    ((4, 5, 6), (1,)),
    ((4, 5, 6), (0, 2)),
    ((4, 5, 49), (0, 2)),
    ((100, 3), (0,)),
    ((3, 1000), (1,)),
    ((1000, 70), (0,)),
    ((1, 1), (0,)),
    ((5,), (0,)),
    ((2, 3, 4, 5), (1, 3)),
    ((130, 1), (0,)),
    ((6, 257), (1,)),
    ((17, 1, 9), (1,)),
]


@pytest.mark.parametrize("op", ["sum", "mean", "max", "min", "prod"])
@pytest.mark.parametrize(("shape", "axes"), REDUCE_SHAPES)
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_reductions(shape, axes, op, dtype):
    rng = np.random.default_rng(0)
    x = (rng.uniform(0.9, 1.1, shape) if op == "prod" else rng.normal(0, 3, shape)).astype(dtype)
    out = np.zeros(
        [1 if d in axes else n for d, n in enumerate(shape)], "float64" if (dtype, op) == ("int32", "mean") else dtype
    )
    ops = [
        jit.Operand("x", dtype, elements(x)),
        jit.Operand("y", out.dtype, elements(np.broadcast_to(out, shape)), True),
    ]
    jit.compile_reduce([("y", "x")], ops, shape, axes, op).bind([x, out])()
    want = getattr(np, op)(x.astype(np.float64 if dtype != "int32" else np.int64), axis=axes, keepdims=True)
    if dtype == "int32" and op != "mean":
        np.testing.assert_array_equal(out, want.astype(dtype))
    else:
        tol = 1e-6 if dtype == "float32" else 1e-13
        np.testing.assert_allclose(out, want, rtol=tol, atol=tol * 10)


def test_float32_sums_beat_pairwise_summation():
    rng = np.random.default_rng(0)
    for shape, axis in (((3, 1_000_003), 1), ((100_003, 9), 0)):
        x = rng.uniform(0, 1, shape).astype(np.float32)
        exact = np.array([math.fsum(r) for r in (x if axis == 1 else x.T)])
        got = run_fused(
            [("y", "rsum(x)")],
            {"x": x},
            {"y": ([n if d != axis else 1 for d, n in enumerate(shape)], "float32")},
            None,
            (axis,),
        )["y"]
        ours = np.abs(got.ravel() - exact).max()
        assert ours <= np.abs(x.sum(axis=axis) - exact).max()
        assert ours <= 0.51 * np.spacing(exact.astype(np.float32)).max()


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
def test_nan_and_infinity_in_reductions(axes):
    x = np.random.default_rng(0).normal(size=(20, 19)).astype(np.float32)
    x[3, 5], x[7, 2], x[9, 1] = np.nan, np.inf, -np.inf
    for op in ("sum", "max", "min"):
        out = np.zeros([1 if d in axes else n for d, n in enumerate(x.shape)], "f")
        got = run_fused([("y", f"r{op}(x)")], {"x": x}, {"y": (out.shape, "float32")}, None, axes)["y"]
        with np.errstate(invalid="ignore"):
            want = getattr(np, op)(x, axis=axes, keepdims=True)
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


def test_empty_reductions_give_the_identity():
    x = np.zeros((3, 0), np.float32)
    for op, want in (("sum", 0), ("prod", 1), ("max", -np.inf), ("min", np.inf)):
        got = run_fused([("y", f"r{op}(x)")], {"x": x}, {"y": ((3, 1), "float32")}, None, (1,), (3, 0))["y"]
        np.testing.assert_array_equal(got, np.full((3, 1), want, "f"))
        assert not np.signbit(got).any() or want < 0


def test_bias_gradient_beside_the_elementwise_gradient():
    rng = np.random.default_rng(0)
    dy, y = (rng.normal(size=(128, 50)).astype(np.float32) for _ in range(2))
    dx, db = np.zeros_like(y), np.zeros(50, np.float32)
    op = jit.Operand
    k = jit.compile_reduce(
        [("dx", "dy*(1 - y*y)"), ("db", "dx")],
        [
            op("dy", "float32", (50, 1)),
            op("y", "float32", (50, 1)),
            op("dx", "float32", (50, 1), True),
            op("db", "float32", (0, 1), True),
        ],
        (128, 50),
        (0,),
        "sum",
    )
    k.bind([dy, y, dx, db])()
    np.testing.assert_array_equal(dx, dy * (1 - y * y))
    np.testing.assert_allclose(db, dx.astype("f8").sum(0), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((6, 10), (1,)), ((6, 300), (1,)), ((8, 3, 5, 7), (0, 2, 3)), ((50, 40), (0,)), ((5, 20, 9), (1,))],
)
def test_normalisation_as_one_program(shape, axes):
    """Three passes over the same elements: two reductions and a map, with affine parameters."""
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, shape).astype(np.float32)
    less = [1 if d in axes else n for d, n in enumerate(shape)]
    g = rng.normal(size=less).astype(np.float32)
    out = run_fused(
        [("m", "rmean(x)"), ("c", "x - m"), ("v", "rmean(c*c)"), ("y", "c*rsqrt(v + eps)*g")],
        {"x": x, "g": g},
        {"y": (shape, "float32"), "m": (less, "float32"), "v": (less, "float32")},
        {"eps": 1e-5},
        axes,
    )
    wide = x.astype(np.float64)
    mean, var = wide.mean(axes, keepdims=True), wide.var(axes, keepdims=True)
    np.testing.assert_allclose(out["m"], mean, rtol=1e-6)
    np.testing.assert_allclose(out["v"], var, rtol=1e-5)
    np.testing.assert_allclose(out["y"], (wide - mean) / np.sqrt(var + 1e-5) * g, rtol=1e-4, atol=1e-5)


# ---- rows

ROW_SHAPES = [
    ((7, 10), -1),
    ((3, 1), -1),
    ((4, 33), -1),
    ((2, 1000), -1),
    ((3, 5, 129), -1),
    ((4, 6, 20), 1),
    ((9, 17), 0),
    ((1, 64), 1),
    ((0, 5), 1),
]


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize(("shape", "axis"), ROW_SHAPES)
def test_softmax_family(shape, axis, dtype):
    rng = np.random.default_rng(0)
    x, dy = (rng.normal(0, 3, shape).astype(dtype) for _ in range(2))
    programs = [
        f(shape, dtype, axis)
        for f in (jit.rows.softmax, jit.rows.log_softmax, jit.rows.softmax_backward, jit.rows.log_softmax_backward)
    ]
    soft, log_soft, soft_back, log_back = jit.compile_many(programs)
    tol = {"float32": 2e-6, "float64": 1e-13, "float16": 3e-3}[dtype]
    for t in (1.0, 2.0):
        wide = x.astype(np.float64) / t
        want = np_softmax(wide, axis)
        y, z, dx = x.copy(), np.zeros_like(x), dy.copy()
        soft.bind([y, y], {"temperature": t})()  # in place
        np.testing.assert_allclose(y, want, rtol=tol, atol=tol)
        log_soft.bind([x, z], {"temperature": t})()
        np.testing.assert_allclose(z, np.log(want), rtol=tol, atol=tol * 10)
        d, w = dy.astype(np.float64), y.astype(np.float64)
        soft_back.bind([dx, y, dx], {"temperature": t})()
        np.testing.assert_allclose(dx, w * (d - (d * w).sum(axis, keepdims=True)) / t, rtol=tol, atol=tol * 4)
        log_back.bind([dy, z, dx], {"temperature": t})()
        np.testing.assert_allclose(
            dx, (d - np.exp(z.astype("f8")) * d.sum(axis, keepdims=True)) / t, rtol=tol, atol=tol * 20
        )


def test_softmax_limits_are_mxnets():
    x = np.array([[np.nan, 1], [np.inf, 1], [-np.inf, -np.inf], [1000, -1000], [-np.inf, 0]], np.float32)
    y = np.zeros_like(x)
    jit.compile_many([jit.rows.softmax(x.shape)])[0].bind([x, y], {"temperature": 1})()
    assert np.isnan(y[0]).any() and np.isnan(y[1, 0]) and np.isnan(y[2]).all()
    np.testing.assert_array_equal(y[3:], [[1, 0], [0, 1]])


@pytest.mark.parametrize("label_dtype", ["float32", "int32"])
@pytest.mark.parametrize(("shape", "axis"), [((9, 10), -1), ((3, 4, 30), 1), ((5, 200), -1)])
def test_softmax_output(shape, axis, label_dtype):
    rng = np.random.default_rng(0)
    classes = shape[axis]
    x = rng.normal(size=shape).astype(np.float32)
    rest = [n for d, n in enumerate(shape) if d != axis % len(shape)]
    label = rng.integers(-1, classes + 1, rest).astype(label_dtype)  # also labels outside
    y, dx, alone = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    one = (
        np.arange(classes).reshape([-1 if d == axis % len(shape) else 1 for d in range(len(shape))])
        == np.expand_dims(label, axis)
    ).astype("f")
    keep = np.expand_dims(label, axis) != 3
    params = {"scale": 0.5, "ignore_label": 3}
    both, back = jit.compile_many(
        [
            jit.rows.softmax_output(shape, axis=axis, use_ignore=True, label_dtype=label_dtype),
            jit.rows.softmax_output_backward(shape, axis=axis, use_ignore=True, label_dtype=label_dtype),
        ]
    )
    both.bind([x, label, y, dx], params)()
    p = np_softmax(x.astype(np.float64), axis)
    np.testing.assert_allclose(y, p, rtol=1e-6)
    np.testing.assert_allclose(dx, (p - one) * 0.5 * keep, rtol=1e-5, atol=1e-7)
    back.bind([y, label, alone], params)()
    np.testing.assert_allclose(alone, dx, rtol=1e-6, atol=1e-8)
    smooth, counted = jit.compile_many(
        [
            jit.rows.softmax_output_backward(shape, axis=axis, smooth=True, label_dtype=label_dtype),
            jit.rows.softmax_output_backward(shape, axis=axis, counted=True, label_dtype=label_dtype),
        ]
    )
    smooth.bind([y, label, alone], {"scale": 1, "smooth_alpha": 0.1})()
    np.testing.assert_allclose(alone, p - np.where(one > 0, 0.9, 0.1 / (classes - 1)), rtol=1e-5, atol=1e-7)
    counted.bind([y, label, np.float32([4]), alone], {"scale": 1})()
    np.testing.assert_allclose(alone, (p - one) / 4, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("shape", "axis"), [((9, 10), -1), ((3, 4, 30), 1), ((5, 200), -1)])
def test_cross_entropy(shape, axis):
    rng = np.random.default_rng(0)
    x = rng.normal(0, 4, shape).astype(np.float32)
    label = rng.integers(0, shape[axis], [n for d, n in enumerate(shape) if d != axis % len(shape)]).astype("f")
    loss, direct = np.zeros_like(label), np.zeros_like(label)
    logits, probabilities = jit.compile_many(
        [jit.rows.cross_entropy(shape, axis=axis), jit.rows.cross_entropy(shape, axis=axis, from_logits=False)]
    )
    logits.bind([x, label, loss])()
    logp = np.log(np_softmax(x.astype(np.float64), axis))
    want = -np.take_along_axis(logp, np.expand_dims(label.astype(int), axis), axis).squeeze(axis)
    np.testing.assert_allclose(loss, want, rtol=1e-6, atol=1e-6)
    probabilities.bind([logp.astype("f"), label, direct])()
    np.testing.assert_allclose(direct, want, rtol=1e-6, atol=1e-6)
