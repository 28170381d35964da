"""Products, slices, joins and padding against MXNet."""

import numpy as np
import pytest

from .op_check import arr, check

DOT = [
    ((2, 3), (3, 4), ""), ((3,), (3,), ""), ((2, 3), (3,), ""), ((3,), (3, 2), ""), ((5, 2, 3), (3, 4), ""),
    ((2, 3), (3, 4, 5), ""), ((5, 2, 3), (3, 4, 5), ""), ((5, 2, 3), (5, 4), "transpose_a=True"),
    ((5, 2, 3), (4, 6, 3), "transpose_b=True"), ((3, 2), (4, 3), "transpose_a=True, transpose_b=True"),
    ((3, 2), (3, 4), "transpose_a=True"), ((2, 3), (4, 3), "transpose_b=True"),
    ((5, 2, 3), (4, 6, 5), "transpose_a=True, transpose_b=True"), ((1, 1), (1, 4), ""),
]  # fmt: skip


@pytest.mark.parametrize("left, right, args", DOT)
def test_dot(both, left, right, args):
    check(both, f"nd.dot(a, b, {args})", arr(*left), arr(*right, seed=1))


def test_dot_float64(both):
    check(both, "nd.dot(a, b)", arr(3, 4, dtype="float64"), arr(4, 2, dtype="float64"))


@pytest.mark.parametrize("ta", [False, True])
@pytest.mark.parametrize("tb", [False, True])
def test_batch_dot(both, ta, tb):
    left, right = ((5, 3, 2) if ta else (5, 2, 3)), ((5, 4, 3) if tb else (5, 3, 4))
    check(both, f"nd.batch_dot(a, b, transpose_a={ta}, transpose_b={tb})", arr(*left), arr(*right, seed=1))


def test_batch_dot_more_dimensions(both):
    check(both, "nd.batch_dot(a, b)", arr(2, 5, 3, 2), arr(2, 5, 2, 4, seed=1))


SLICES = [
    "begin=(0, 1), end=(2, 3)", "begin=(None, 1), end=(None, 3)", "begin=(None, None), end=(None, None), step=(-1, -2)",
    "begin=(0, 2), end=(2, None), step=(1, -1)", "begin=(0, -2), end=(2, -1)", "begin=(1,), end=(2,)",
    "begin=(0,), end=(9,)", "begin=(0, 0), end=(4, 4), step=(2, 3)", "begin=(3, 3), end=(0, 0), step=(-2, -1)",
]  # fmt: skip


@pytest.mark.parametrize("args", SLICES)
def test_slice(both, args):
    check(both, f"nd.slice(a, {args})", arr(4, 5))


@pytest.mark.parametrize("args", ["axis=1, begin=0, end=2", "axis=-1, begin=-2, end=None", "axis=0, begin=1, end=-1"])
def test_slice_axis(both, args):
    check(both, f"nd.slice_axis(a, {args})", arr(4, 5))


@pytest.mark.parametrize("shape, args", [((2, 3), ""), ((2, 3), "axes=(-1,)"), ((2, 3, 4), "axes=(0,)")])
def test_slice_like(both, shape, args):
    check(both, f"nd.slice_like(a, b, {args})", arr(4, 5), arr(*shape, seed=1))


def test_slice_assign(both):
    # MXNet has no gradient for these
    key = "begin=(0, 1), end=(2, 4), step=(1, 2)"
    check(both, f"nd._internal._slice_assign(a, b, {key})", arr(4, 5), arr(2, 2, seed=1), grad=False)
    check(both, f"nd._internal._slice_assign_scalar(a, scalar=3, {key})", arr(4, 5), grad=False)


@pytest.mark.parametrize(
    "call, shapes",
    [
        ("nd.concat(a, b)", [(2, 3), (2, 2)]), ("nd.concat(a, b, c, dim=0)", [(2, 3), (1, 3), (4, 3)]),
        ("nd.concat(a, b, dim=-2)", [(2, 3), (1, 3)]), ("nd.Concat(a, b, dim=0)", [(2,), (3,)]),
        ("nd.concat(a)", [(2, 3)]),
        ("nd.stack(a, b, axis=1)", [(2, 3), (2, 3)]), ("nd.stack(a, b, c, axis=-1)", [(2, 3)] * 3),
        ("nd.stack(a)", [(2, 3)]), ("nd.add_n(a, b, c)", [(2, 3)] * 3), ("nd.add_n(a)", [(2, 3)]),
        ("nd.ElementWiseSum(a, b)", [(2, 3)] * 2),
        ("nd.split(a, num_outputs=3)", [(4, 6)]), ("nd.split(a, num_outputs=2, axis=0)", [(4, 6)]),
        ("nd.split(a, num_outputs=2, squeeze_axis=True)", [(4, 2)]), ("nd.split(a, num_outputs=1)", [(4, 2)]),
        ("nd.split(a, num_outputs=3, axis=-1, squeeze_axis=1)", [(4, 2, 3)]),
        ("nd.split(a, num_outputs=1, squeeze_axis=True)", [(4, 1)]),
        ("nd.split_v2(a, (2, 3), axis=1)", [(4, 6)]), ("nd.split_v2(a, 3, axis=1)", [(4, 6)]),
        ("nd.split_v2(a, 3, axis=1, squeeze_axis=True)", [(4, 3)]), ("nd.split_v2(a, (1,))", [(4, 6)]),
        ("nd.Crop(a, num_args=1, h_w=(2, 3), offset=(1, 0))", [(2, 3, 4, 5)]),
        ("nd.Crop(a, b, num_args=2, center_crop=True)", [(2, 3, 6, 5), (2, 3, 4, 3)]),
    ],
)  # fmt: skip
def test_joins_and_cuts(both, call, shapes):
    check(both, call, *(arr(*s, seed=i) for i, s in enumerate(shapes)))


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect"])
@pytest.mark.parametrize("shape, width", [((2, 3, 4, 5), (1, 2, 2, 1)), ((1, 2, 3, 4, 3), (1, 0, 0, 2, 1, 1))])
def test_pad(both, mode, shape, width):
    check(both, f"nd.pad(a, mode='{mode}', pad_width={(0, 0, 0, 0, *width)}, constant_value=1.5)", arr(*shape))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_clip(both, dtype):
    check(both, "nd.clip(a, -1, 1)", arr(3, 4, dtype=dtype, lo=-3, hi=3))


def test_clip_nan_and_edges(both):
    check(both, "nd.clip(a, 1.5, 2.5)", np.array([1, np.nan, 1.5, 2, 2.5, 3], "f"))


@pytest.mark.parametrize("rows", [True, False])
def test_where(both, rows):
    c = np.array([1, 0, -1], "f") if rows else arr(3, 4, seed=9).round()
    check(both, "nd.where(a, b, c)", c, arr(3, 4), arr(3, 4, seed=1), grad=(0, 1, 1))


@pytest.mark.parametrize(
    "call",
    [
        "nd.dot(x, nd.ones((2, 3)))", "nd.dot(x, nd.ones((4, 2), dtype='float64'))", "nd.batch_dot(x, x)",
        "nd.dot(nd.ones(3), nd.ones(3), transpose_a=True)", "nd.batch_dot(nd.ones((5, 3, 2)), nd.ones((4, 2, 4)))",
        "nd.batch_dot(nd.ones((5, 3, 2)), nd.ones((5, 3, 4)))",
        "nd.slice(x, begin=(0,), end=(2,), step=(0,))", "nd.slice(x, begin=(0, 0, 0), end=(2, 2, 2))",
        "nd.slice(x, begin=(0, 0), end=(2,))", "nd.slice_axis(x, axis=1, begin=0, end=9)",
        "nd.slice_axis(x, axis=1, begin=2, end=2)", "nd.slice_axis(x, axis=2, begin=0, end=1)",
        "nd.slice_axis(x, axis=1, begin=-9, end=2)", "nd.slice_like(x, nd.ones((2, 3, 4)))",
        "nd.slice_like(x, nd.ones((6, 3)))", "nd.concat(x, nd.ones((1, 4)))", "nd.concat(nd.ones(2), nd.ones(3))",
        "nd.concat(x, nd.ones((3, 4), dtype='int32'))", "nd.split(x, num_outputs=3)",
        "nd.split(x, num_outputs=2, squeeze_axis=True)", "nd.split_v2(x, (2, 8), axis=1)",
        "nd.split_v2(x, (3, 2), axis=1)", "nd.add_n(x, nd.ones((2,)))",
        "nd.pad(nd.ones((1, 1, 2, 2)), mode='reflect', pad_width=(0, 0, 0, 0, 2, 1, 1, 1))",
        "nd.pad(nd.ones((1, 1, 2, 2)), mode='constant', pad_width=(0, 0, 0, 0))",
        "nd.where(nd.ones(2), x, x)", "nd.where(nd.ones((3, 1)), x, x)", "nd.where(x, x, nd.ones((3, 5)))",
    ],
)  # fmt: skip
def test_errors(both, call):
    both(f"x = nd.ones((3, 4)); y = {call}; result = [v.asnumpy() for v in (y if isinstance(y, list) else [y])]",
         raises=True)  # fmt: skip
