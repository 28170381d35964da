"""Creation, reductions and shape operators against MXNet."""

import numpy as np
import pytest

from .op_check import arr, check

AXES = ["", "axis=1", "axis=(0, 2)", "axis=-1, keepdims=True", "axis=1, exclude=True", "axis=(0, 1, 2)", "axis=()"]
REDUCE = ["sum", "mean", "prod", "nansum", "nanprod", "max", "min"]


@pytest.mark.parametrize("args", AXES)
@pytest.mark.parametrize("name", REDUCE)
def test_reductions(both, name, args):
    check(both, f"nd.{name}(a, {args})", arr(2, 3, 4, lo=0.5))


@pytest.mark.parametrize("dtype", ["float64", "int32", "int64", "int8", "uint8"])
@pytest.mark.parametrize("name", REDUCE)
def test_reduction_dtypes(both, name, dtype):
    x = arr(3, 4, dtype=dtype, lo=1, hi=4)
    check(both, f"nd.{name}(a, axis=1)", x)


def test_mean_of_negative_integers(both):
    check(both, "nd.mean(a, axis=1)", np.array([[-3, -4], [3, 4], [-1, 0]], "int32"))


@pytest.mark.parametrize("name", ["nansum", "nanprod", "max", "min", "sum"])
def test_nan(both, name):
    x = arr(3, 4)
    x[0, 1] = x[2, 3] = np.nan
    check(both, f"nd.{name}(a, axis=1)", x, grad=name.startswith("nan"))


def test_ties_of_max_share_the_gradient(both):
    check(both, "nd.max(a, axis=1)", np.array([[1, 3, 3], [2, 2, 2]], "f"))


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("args", ["", "axis=1", "axis=(0, 2)", "axis=0, keepdims=True"])
def test_norm(both, order, args):
    check(both, f"nd.norm(a, ord={order}, {args})", arr(2, 3, 4))


@pytest.mark.parametrize("args", ["axes=(0,)", "axes=(0, 2)", "axes=(1,), keepdims=True", "axes=(0, 1, 2)"])
def test_moments(both, args):
    check(both, f"nd.moments(a, {args})", arr(2, 3, 4), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "call",
    [
        "nd.sum(nd.ones((2, 3)), axis=2)", "nd.sum(nd.ones((2, 3)), axis=(0, 0))", "nd.norm(nd.ones((2, 3)), ord=3)",
        "nd.moments(nd.ones((2, 3)))", "nd._internal._arange(start=5, stop=0, step=1)",
        "nd._internal._arange(start=0, stop=5, step=0)",
    ],
)  # fmt: skip
def test_reduction_errors(both, call):
    both(f"result = {call}", raises=True)


@pytest.mark.parametrize(
    "call",
    [
        "_zeros(shape=(2, 3))", "_zeros(shape=(2,), dtype='int32')", "_ones(shape=(2, 3), dtype='float16')",
        "_full(shape=(2, 2), value=2.7, dtype='int32')", "_full(shape=(2, 2), value=2.7)",
        "_arange(start=5)", "_arange(start=0, stop=5, repeat=2)", "_arange(start=0, stop=5, step=1.5, dtype='int32')",
        "_arange(start=0, stop=1, step=0.1)", "_arange(start=5, stop=0, step=-1.5)",
        "_arange(start=1, stop=3, step=0.3, dtype='float64')",
        "_eye(N=3)", "_eye(N=3, M=4, k=1, dtype='int32')", "_eye(N=4, M=2, k=-2)",
        "_linspace(start=0, stop=1, num=7)", "_linspace(start=0, stop=1, num=7, endpoint=False)",
    ],
)  # fmt: skip
def test_creation(both, call):
    both(f"result = nd._internal.{call}", rtol=0, atol=0)


RESHAPES = [
    ((2, 3, 4), (-1, 0)), ((2, 3, 4), (0, -1)), ((2, 3, 4), (-2,)), ((2, 3, 4), (2, -2)), ((2, 3, 4), (-3, 4)),
    ((2, 3, 4, 5), (-3, -3)), ((2, 3, 4), (-4, 1, 2, -2)), ((2, 3, 4), (2, -4, -1, 3, -2)), ((2, 3, 4), (-2, 1, 1)),
    ((8, 3, 3, 3, 4, 4), (-4, 4, 2, -3, 0, -2)), ((2, 3, 4), (4, 6)), ((2, 3, 4), (24,)), ((6,), (-4, 2, -1)),
    ((2, 3, 4), (-1, 2, 2)),
]  # fmt: skip


@pytest.mark.parametrize("shape, spec", RESHAPES)
def test_reshape(both, shape, spec):
    check(both, f"nd.reshape(a, shape={spec})", arr(*shape))
    check(both, f"a.reshape({spec})", arr(*shape))


@pytest.mark.parametrize(
    "shape, spec", [((10, 5, 4), (-1, 0)), ((2, 3, 4), (1, -2)), ((2, 3, 4), (-3, 0)), ((2, 3, 4), (0, -1))]
)
def test_reshape_reverse(both, shape, spec):
    check(both, f"nd.reshape(a, shape={spec}, reverse=True)", arr(*shape))


@pytest.mark.parametrize(
    "spec", [(-1, -1), (2, 3, 4, 0), (2, 3, -3), (-5,), (-4, -1, -1, -2), (-4, 2), (-4, 3, -1, -2), (-4, 0, 2, -2)]
)
def test_reshape_errors(both, spec):
    both(f"result = nd.reshape(nd.ones((2, 3, 4)), shape={spec})", raises="shape=")


@pytest.mark.parametrize("args", ["(6, 4)", "(0, 4)", "(1, 0), keep_highest=True", "(0, 0), keep_highest=True"])
def test_reshape_old_parameters(both, args):
    check(both, f"nd.Reshape(a, target_shape={args})", arr(2, 3, 4))


SHAPE_OPS = [
    "nd.flatten(a)", "nd.transpose(a)", "nd.transpose(a, axes=(1, 0, 2))", "nd.transpose(a, axes=(2, 0, 1))",
    "nd.swapaxes(a, dim1=0, dim2=2)", "nd.swapaxes(a, dim1=1, dim2=-1)", "nd.expand_dims(a, axis=1)",
    "nd.expand_dims(a, axis=-1)", "nd.tile(a, reps=(2,))", "nd.tile(a, reps=(2, 1, 3))",
    "nd.tile(a, reps=(2, 1, 1, 3))", "nd.tile(a, reps=())", "nd.repeat(a, repeats=2)",
    "nd.repeat(a, repeats=3, axis=1)", "nd.repeat(a, repeats=2, axis=-1)",
    "nd.reverse(a, axis=1)", "nd.flip(a, axis=(0, 2))", "a.T", "a.flatten()",
]  # fmt: skip


@pytest.mark.parametrize("call", SHAPE_OPS)
def test_shape_operators(both, call):
    check(both, call, arr(2, 3, 4))


@pytest.mark.parametrize("dtype", ["float64", "int32", "uint8"])
@pytest.mark.parametrize("call", ["nd.transpose(a)", "nd.tile(a, reps=(2, 2))", "nd.flip(a, axis=0)"])
def test_shape_operator_dtypes(both, call, dtype):
    check(both, call, arr(3, 4, dtype=dtype, lo=0, hi=9))


@pytest.mark.parametrize("args", ["", "axis=0", "axis=(0, -1)", "axis=2"])
def test_squeeze(both, args):
    check(both, f"nd.squeeze(a, {args})", arr(1, 3, 1))


def test_squeeze_everything(both):
    check(both, "nd.squeeze(a)", arr(1, 1))


@pytest.mark.parametrize(
    "call, shapes",
    [
        ("nd.broadcast_to(a, shape=(2, 3))", [(1, 3)]), ("nd.broadcast_to(a, shape=(4, 0, 2))", [(1, 3, 1)]),
        ("a.broadcast_to((4, 2, 3))", [(1, 3)]), ("nd.broadcast_axis(a, axis=(0, 2), size=(2, 3))", [(1, 3, 1)]),
        ("nd.broadcast_axes(a, axis=2, size=4)", [(1, 3, 1)]), ("nd.broadcast_like(a, b)", [(1, 3), (5, 3)]),
        ("nd.broadcast_like(a, b, lhs_axes=(0,), rhs_axes=(-1,))", [(1, 3), (5, 7)]),
        ("nd.reshape_like(a, b)", [(2, 3, 4), (6, 4)]),
        ("nd.reshape_like(a, b, lhs_begin=0, lhs_end=1, rhs_begin=0, rhs_end=2)", [(30, 7), (15, 2, 4)]),
        ("nd.reshape_like(a, b, lhs_begin=-2, lhs_end=-1, rhs_begin=-3, rhs_end=-1)", [(30, 7), (15, 2, 4)]),
    ],
)  # fmt: skip
def test_like_operators(both, call, shapes):
    check(both, call, *(arr(*s, seed=i) for i, s in enumerate(shapes)))


@pytest.mark.parametrize("block", [1, 2])
def test_depth_and_space(both, block):
    check(both, f"nd.depth_to_space(a, {block})", arr(2, 8, 3, 2))
    check(both, f"nd.space_to_depth(a, {block})", arr(2, 3, 4, 6))


@pytest.mark.parametrize(
    "call",
    [
        "nd.transpose(x, axes=(0, 1))", "nd.transpose(x, axes=(0, 1, 3))", "nd.transpose(x, axes=(-1, 0, 1))",
        "nd.swapaxes(x, dim1=0, dim2=5)", "nd.expand_dims(x, axis=4)", "nd.expand_dims(x, axis=-5)",
        "nd.squeeze(x, axis=1)", "nd.squeeze(x, axis=5)", "nd.broadcast_to(x, shape=(4, 3, 4))",
        "nd.broadcast_to(x, shape=(2, 2, 3, 4))", "nd.broadcast_axis(x, axis=1, size=4)",
        "nd.broadcast_like(x, nd.ones((5, 3, 4)))", "nd.reshape_like(x, nd.ones((5, 5)))", "nd.reverse(x, axis=3)",
        "nd.repeat(x, repeats=2, axis=3)", "nd.tile(x, reps=(-1,))", "nd.depth_to_space(x, 2)",
        "nd.depth_to_space(nd.ones((1, 3, 2, 2)), 2)", "nd.space_to_depth(nd.ones((1, 1, 3, 4)), 2)",
    ],
)  # fmt: skip
def test_shape_errors(both, call):
    both(f"x = nd.ones((2, 3, 4)); result = {call}", raises=True)


@pytest.mark.parametrize(
    "symbol, shape",
    [
        ("mx.sym.zeros(shape=(0, 3))", (4, 3)), ("mx.sym.ones(shape=(0, 0))", (4, 3)),
        ("mx.sym.random.uniform()", (2, 3)), ("mx.sym.random.normal(shape=(2, 0))", (2, 3)),
        ("mx.sym._internal._arange(start=3, infer_range=True, step=2, repeat=2)", (4,)),
        ("mx.sym.arange(0, infer_range=True)", (5,)),
    ],
)  # fmt: skip
def test_shapes_that_the_consumer_gives(both, symbol, shape):
    code = f"""
    s = mx.sym.elemwise_add({symbol}, mx.sym.var("x"))
    shapes = s.infer_shape(x={shape})
    y = s.simple_bind(mx.cpu(), x={shape}).forward(x=nd.ones({shape}))[0]
    """
    both(code, "shapes y")


def test_unknown_creation_shapes_are_errors(both):
    for call in ("_zeros()", "_zeros(shape=(0, 3))", "_random_uniform()", "_arange(start=0, infer_range=True)"):
        both(f"result = nd._internal.{call}.asnumpy()", raises="shape")


def test_mean_of_truth_values(both):
    both("result = {'m': nd.mean(nd.array([[1, 0], [0, 0]], dtype='bool'), axis=1)}")
