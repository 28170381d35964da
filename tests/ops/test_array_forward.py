"""Array operators against NumPy, for all dtypes, and parameters in all their spellings. Needs no oracle."""

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.base import MXNetError
from mxr.ops.reshape import reshape_target

DTYPES = ["float16", "float32", "float64", "int8", "uint8", "int32", "int64"]


def _x(*shape, dtype="float32", seed=0):
    return np.random.default_rng(seed).integers(0, 5, shape).astype(dtype)


UNARY = {
    "sum(axis=1)": lambda x: x.sum(axis=1, dtype=x.dtype),
    "max(axis=(0, 2))": lambda x: x.max(axis=(0, 2)),
    "min()": lambda x: x.min().reshape(1),
    "prod(axis=2, keepdims=True)": lambda x: x.prod(axis=2, keepdims=True, dtype=x.dtype),
    "transpose(axes=(2, 0, 1))": lambda x: x.transpose(2, 0, 1),
    "flip(axis=1)": lambda x: x[:, ::-1],
    "tile(reps=(2, 1, 1, 2))": lambda x: np.tile(x, (2, 1, 1, 2)),
    "repeat(repeats=3, axis=1)": lambda x: x.repeat(3, 1),
    "slice(begin=(0, 1), end=(2, 3), step=(1, 2))": lambda x: x[0:2:1, 1:3:2],
    "slice_axis(axis=2, begin=-2, end=None)": lambda x: x[:, :, -2:],
    "expand_dims(axis=-1)": lambda x: x[..., None],
    "swapaxes(dim1=0, dim2=2)": lambda x: x.swapaxes(0, 2),
    "sort(axis=1)": lambda x: np.sort(x, axis=1),
    "sort(axis=1, is_ascend=False)": lambda x: np.sort(x, axis=1)[:, ::-1],
    "clip(a_min=1, a_max=3)": lambda x: x.clip(1, 3),
    "diag(axis1=0, axis2=2)": lambda x: x.diagonal(0, 0, 2),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("call", UNARY)
def test_against_numpy(call, dtype):
    x = _x(2, 3, 4, dtype=dtype)
    name, args = call.split("(", 1)
    y = eval(f"nd.{name}(a, {args}", {"nd": nd, "a": nd.array(x, dtype=dtype)})
    expected = UNARY[call](x)
    assert np.dtype(y.dtype) == dtype and y.shape == expected.shape
    np.testing.assert_array_equal(y.asnumpy(), expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_products(dtype):
    x, y = _x(3, 4, dtype=dtype), _x(4, 2, dtype=dtype, seed=1)
    np.testing.assert_array_equal(nd.dot(nd.array(x, dtype=dtype), nd.array(y, dtype=dtype)).asnumpy(), x @ y)
    b = nd.batch_dot(nd.array(x[None], dtype=dtype), nd.array(y[None], dtype=dtype))
    assert np.dtype(b.dtype) == dtype
    np.testing.assert_array_equal(b.asnumpy()[0], x @ y)


def test_float16_is_added_up_in_float32():
    x = nd.full((1, 4096), 0.1, dtype="float16")
    assert abs(x.sum().asscalar() - 409.5) < 1
    assert abs(nd.dot(x, nd.ones((4096, 1), dtype="float16")).asscalar() - 409.5) < 1
    assert abs(nd.mean(x).asscalar() - 0.1) < 1e-3


@pytest.mark.parametrize(
    "spelling", [{"axis": "1"}, {"axis": "(1,)"}, {"axis": 1.0}, {"axis": [1]}, {"axis": np.int64(1)}, {"axis": (1,)}]
)
def test_spellings_of_parameters(spelling):
    x = _x(2, 3)
    np.testing.assert_array_equal(nd.sum(nd.array(x), **spelling).asnumpy(), x.sum(axis=1))


def test_large_transpose_and_topk():
    x = np.random.default_rng(0).normal(size=(300, 1000)).astype("f")
    np.testing.assert_array_equal(nd.transpose(nd.array(x)).asnumpy(), x.T)
    for flags, keys in (("", -x), ("is_ascend=1", x)):
        best = eval(f"nd.topk(a, k=7, dtype='int32', {flags})", {"nd": nd, "a": nd.array(x)})
        np.testing.assert_array_equal(best.asnumpy(), np.argsort(keys, axis=1, kind="stable")[:, :7])
    x = x.round(1)  # ties
    best = nd.topk(nd.array(x), k=7, dtype="int32").asnumpy()
    np.testing.assert_array_equal(best, np.argsort(-x, axis=1, kind="stable")[:, :7])


@pytest.mark.parametrize("n", [3, 70_000])
@pytest.mark.parametrize("repeat", [1, 200])
def test_embedding_gradient_adds_up_repeated_rows(n, repeat):
    idx = np.concatenate([np.array([0, 2, 2, 1]), np.full(repeat, 2)])
    w = nd.zeros((n, 3))
    w.attach_grad()
    dy = np.random.default_rng(0).normal(size=(idx.size, 3)).astype("f")
    with mx.autograd.record():
        y = nd.Embedding(nd.array(idx), w, input_dim=n, output_dim=3)
    y.backward(nd.array(dy))
    expected = np.zeros((n, 3), "f")
    np.add.at(expected, idx, dy)
    np.testing.assert_allclose(w.grad.asnumpy(), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_add_n_into_one_of_its_inputs(position):
    xs = [nd.array(_x(2, 3, seed=i)) for i in range(4)]
    expected = sum(x.asnumpy() for x in xs)
    nd.add_n(*xs, out=xs[position])
    np.testing.assert_array_equal(xs[position].asnumpy(), expected)


def test_results_do_not_share_memory():
    x = nd.array(_x(2, 3))
    for y in (nd.reshape(x, shape=(3, 2)), nd.transpose(x), nd.slice_axis(x, axis=0, begin=0, end=1), nd.squeeze(x),
              nd.split(x, num_outputs=1), nd.broadcast_to(x, shape=(2, 3)), nd.add_n(x), nd.concat(x, dim=0),
              nd.SequenceMask(x), nd.expand_dims(x, axis=0), nd.flatten(x)):  # fmt: skip
        before = x.asnumpy()
        y[:] = -1
        np.testing.assert_array_equal(x.asnumpy(), before)


@pytest.mark.parametrize(
    "shape, spec, reverse, target",
    [
        ((2, 3, 4), (-1, 0), False, (8, 3)),
        ((10, 5, 4), (-1, 0), True, (50, 4)),
        ((2, 3, 4), (-4, 1, 2, -2), False, (1, 2, 3, 4)),
        ((-1, 3, 4), (0, -1), False, (-1, -1)),
        ((-1, 3, 4), (-3, 4), False, (-1, 4)),
    ],
)
def test_reshape_target(shape, spec, reverse, target):
    assert reshape_target(shape, spec, reverse) == target


@pytest.mark.parametrize(
    "call, words",
    [
        ("nd.dot(x, x)", ["dot", "(2, 3)"]),
        ("nd.reshape(x, shape=(4, 2))", ["Reshape", "(4, 2)", "(2, 3)"]),
        ("nd.sum(x, axis=2)", ["sum", "axis=2"]),
        ("nd.sum(x, axs=1)", ["sum", "axs", "axis"]),
        ("nd.sum(x, axis='one')", ["sum", "axis", "'one'"]),
        ("nd.concat(x, nd.ones((3, 3)), dim=1)", ["Concat", "arg1", "(3, 3)"]),
        ("nd.Embedding(x, nd.ones((2, 2)), input_dim=3, output_dim=2)", ["Embedding", "weight", "(2, 2)", "(3, 2)"]),
        ("nd.take(x, nd.array([7]), mode='raise')", ["take", "7"]),
        ("nd.take(x, nd.array([0]), mode='rais')", ["take", "mode", "'raise'"]),
        ("nd.random.normal(0, -1, shape=2)", ["normal", "scale=-1"]),
        ("nd.random.uniform(shape=2, dtype='int32')", ["uniform", "dtype", "int32"]),
        ("nd.linalg.potrf(-nd.ones((2, 2)))", ["potrf", "positive definite"]),
        ("nd.slice_axis(x, axis=1, begin=0, end=9)", ["slice_axis", "end=9"]),
    ],
)
def test_errors_name_operator_argument_and_values(call, words):
    with pytest.raises(MXNetError) as caught:
        eval(call, {"nd": nd, "x": nd.ones((2, 3))})
    for word in words:
        assert word in str(caught.value)


def test_embedding_of_nan_and_huge_indices_stays_in_range():
    w = nd.array(_x(3, 2))
    y = nd.Embedding(nd.array([np.nan, 1e30, -1e30]), w, input_dim=3, output_dim=2)
    assert y.shape == (3, 2)
    assert np.isfinite(y.asnumpy()).all()
