"""Index operators, sorting and small array operators against MXNet."""

import numpy as np
import pytest

from .op_check import arr, check

INDEX = np.array([[0, 2, 5], [-1, 1, 0.7]], "f")


@pytest.mark.parametrize("mode", ["clip", "wrap"])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_take(both, mode, axis):
    check(both, f"nd.take(a, b, axis={axis}, mode='{mode}')", arr(3, 4, 2), INDEX, grad=(1, 0))


@pytest.mark.parametrize("dtype", ["int32", "int64", "float64", "uint8"])
def test_take_index_dtypes(both, dtype):
    check(both, "nd.take(a, b)", arr(4, 2), np.array([0, 3, 3, 1, 3], dtype), grad=(1, 0))
    check(both, "nd.take(a, b, mode='raise')", arr(4, 2), np.array([0, 3, 1], dtype), grad=False)


def test_take_many_rows(both):
    idx = np.random.default_rng(0).integers(0, 50, 500).astype("f")
    check(both, "nd.take(a, b)", arr(50, 7), idx, grad=(1, 0), rtol=1e-4, atol=1e-5)


def test_embedding(both):
    check(both, "nd.Embedding(a, b, input_dim=3, output_dim=2)", INDEX, arr(3, 2), grad=(0, 1))
    check(both, "nd.Embedding(a, b, input_dim=3, output_dim=2, dtype='float64')",
          np.array([[0, 2], [2, 2]], "int32"), arr(3, 2, dtype="float64"), grad=(0, 1))  # fmt: skip


@pytest.mark.parametrize("mode", ["clip", "wrap"])
@pytest.mark.parametrize("args", ["", "axis=1, keepdims=True", "axis=0"])
def test_pick(both, mode, args):
    n = 4 if "axis=0" in args else 3
    idx = np.array([0, 1, 5, -1][:n], "f")
    check(both, f"nd.pick(a, b, mode='{mode}', {args})", arr(3, 4), idx, grad=(1, 0))


def test_pick_index_with_axis(both):
    check(both, "nd.pick(a, b, axis=1)", arr(3, 4), np.array([[0], [3], [1]], "f"), grad=(1, 0))
    check(both, "nd.pick(a, b, axis=1)", arr(2, 3, 4), np.array([[0, 1, 2, 0], [1, 2, 2, 1]], "int32"), grad=(1, 0))


def test_batch_take(both):
    check(both, "nd.batch_take(a, b)", arr(3, 2), np.array([0, 1, 5], "int32"), grad=False)


@pytest.mark.parametrize("args", ["", "on_value=5, off_value=-1, dtype='int32'", "dtype='float64'"])
def test_one_hot(both, args):
    check(both, f"nd.one_hot(a, 3, {args})", INDEX, grad=False)


def test_operators_without_gradient_give_zeros(both):
    for call in ("nd.one_hot(a, 3)", "nd.argmax(a, axis=1)", "nd.argsort(a)", "nd.topk(a, ret_typ='mask')",
                 "nd.shape_array(a)", "nd.ravel_multi_index(a, shape=(3, 4))"):  # fmt: skip
        check(both, call, arr(2, 4, lo=0))


def test_gradients_behind_such_operators_are_written(both):
    code = """
    x, i = nd.array([[1, 2], [3, 4]]), nd.array([0, 1]); x.attach_grad(); i.attach_grad()
    x.grad[:] = 7; i.grad[:] = 7
    with autograd.record():
        y = nd.argmax(x * 2, axis=1) + nd.one_hot(i, 3).sum(axis=1)
    y.backward()
    gx, gi = x.grad, i.grad
    """
    both(code, "gx gi")


@pytest.mark.parametrize(
    "idx", [[[1, 1, 0], [0, 1, 0]], [[1, 0]], [[1, -1], [0, -1]], [[[1, 0], [1, 0]], [[1, 0], [0, 0]]]]
)
def test_gather_nd(both, idx):
    # MXNet crashes in the gradient of negative indices
    grad = False if np.min(idx[0]) < 0 else (1, 0)
    check(both, "nd.gather_nd(a, b)", arr(2, 2, 3), np.array(idx, "f"), grad=grad)


def test_scatter_nd(both):
    check(both, "nd.scatter_nd(a, b, shape=(2, 2))", arr(3), np.array([[1, 1, 0], [0, 1, 0]], "f"), grad=(1, 0))
    check(both, "nd.scatter_nd(a, b, shape=(3, 2))", arr(2, 2), np.array([[2, 0]], "int64"), grad=(1, 0))


def test_scatter_set_nd(both):
    code = "x = nd.ones((2, 2)); nd._internal._scatter_set_nd(x, nd.array(a), nd.array(b), shape=(2, 2), out=x)"
    both(code, "x", a=arr(3), b=np.array([[1, 1, 0], [0, 1, 0]], "f"))


@pytest.mark.parametrize("args", ["", "axis=0", "axis=1, keepdims=True", "axis=-1", "keepdims=True"])
@pytest.mark.parametrize("name", ["argmax", "argmin"])
@pytest.mark.parametrize("dtype", ["float32", "int32", "float64"])
def test_argmax(both, name, args, dtype):
    check(both, f"nd.{name}(a, {args})", arr(2, 3, 4, dtype=dtype), grad=False)


def test_argmax_nan_and_ties(both):
    check(both, "nd.argmax(a, axis=0)", np.array([1, np.nan, 3, 3], "f"), grad=False)
    check(both, "nd.argmin(a, axis=0)", np.array([1, 0, 3, 0], "f"), grad=False)
    check(both, "nd.argmax_channel(a)", arr(2, 3, 4), grad=False)


@pytest.mark.parametrize("ascend", [0, 1])
@pytest.mark.parametrize("axis", [0, 1, -1, None])
@pytest.mark.parametrize("name", ["sort", "argsort"])
def test_sort(both, name, axis, ascend):
    # MXNet's gradient of a sort over the flattened array fails
    check(both, f"nd.{name}(a, axis={axis}, is_ascend={ascend})", arr(3, 4, 2), grad=False)
    if axis in (0, 1):
        check(both, f"nd.{name}(a, axis={axis}, is_ascend={ascend})", arr(3, 4, 2))


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "float64"])
@pytest.mark.parametrize("call", ["nd.sort(a, is_ascend=0)", "nd.argsort(a, is_ascend=0, dtype='int32')",
                                  "nd.topk(a, k=2, ret_typ='both')"])  # fmt: skip
def test_sort_dtypes(both, call, dtype):
    check(both, call, arr(3, 6, dtype=dtype, lo=0, hi=9), grad=False)


def test_equal_elements_keep_their_order(both):
    x = np.array([1, 0, 1, 0, 1], "f")
    for call in ("nd.argsort(a)", "nd.argsort(a, is_ascend=0)", "nd.topk(a, k=3)", "nd.topk(a, k=3, is_ascend=1)"):
        check(both, call, x, grad=False)


@pytest.mark.parametrize("ret", ["indices", "value", "both", "mask"])
@pytest.mark.parametrize("args", ["k=2", "k=2, axis=0", "k=2, is_ascend=1", "k=0", "k=1", "k=3, axis=1, dtype='int32'"])
def test_topk(both, ret, args):
    check(both, f"nd.topk(a, ret_typ='{ret}', {args})", arr(3, 4), grad=ret == "value" or ret == "both")


@pytest.mark.parametrize("ret", ["indices", "value", "mask"])
def test_topk_flattened(both, ret):
    check(both, f"nd.topk(a, ret_typ='{ret}', k=3, axis=None)", arr(3, 4), grad=False)


@pytest.mark.parametrize("ascend", [0, 1])
def test_topk_of_many(both, ascend):
    check(both, f"nd.topk(a, k=5, ret_typ='both', is_ascend={ascend})", arr(4, 1000), grad=False)
    check(both, f"nd.topk(a, k=5, axis=0, ret_typ='value', is_ascend={ascend})", arr(1000, 3), grad=False)


@pytest.mark.parametrize("args", ["", "k=1", "k=-1", "k=2"])
def test_diag(both, args):
    check(both, f"nd.diag(a, {args})", arr(4, 5))
    check(both, f"nd.diag(a, {args})", arr(3))


@pytest.mark.parametrize("args", ["axis1=0, axis2=2", "k=1, axis1=-1, axis2=-2", "k=-1, axis1=1, axis2=2", "axis1=2"])
def test_diag_axes(both, args):
    check(both, f"nd.diag(a, {args})", arr(4, 3, 5))


@pytest.mark.parametrize(
    "call",
    [
        "nd.shape_array(a)", "nd.size_array(a)", "nd.all_finite(a)", "nd.multi_all_finite(a, a * np.inf, num_arrays=2)",
        "nd.multi_sum_sq(a, a + 1, num_arrays=2)", "nd.khatri_rao(a, a + 1)", "nd.khatri_rao(a)",
        "nd._internal._histogram(a, bin_cnt=4, range=(-2, 2))", "nd._internal._histogram(a, nd.array([-2, 0, 1]))",
        "nd._internal._grad_add(a, a)", "nd.amp_cast(a, dtype='float16')", "nd.amp_cast(a, dtype='float32')",
        "nd._internal._identity_with_attr_like_rhs(a, a)", "nd.fill_element_0index(a, nd.ones(3), nd.array([0, 1, 3]))",
    ],
)  # fmt: skip
def test_small_operators(both, call):
    check(both, call, arr(3, 4), grad=False)


@pytest.mark.parametrize("dtype", ["float32", "int32", "int64"])
def test_index_arithmetic(both, dtype):
    check(both, "nd.ravel_multi_index(a, shape=(3, 5))", np.array([[1, 2], [3, 4]], dtype), grad=False)
    check(both, "nd.unravel_index(a, shape=(3, 5))", np.array([8, 14], dtype), grad=False)


@pytest.mark.parametrize(
    "call",
    [
        "nd.take(x, nd.array([0, 5]), mode='raise')", "nd.take(x, nd.array([-1]), mode='raise')",
        "nd.take(x, nd.array([0]), axis=2)", "nd.pick(x, nd.array([0]), axis=None)", "nd.pick(x, nd.ones(5))",
        "nd.Embedding(nd.ones(2), x, input_dim=9, output_dim=4)", "nd.gather_nd(x, nd.ones((3, 1)))",
        "nd.topk(x, k=5)", "nd.topk(x, axis=2)", "nd.argmax(x, axis=5)", "nd.sort(x, axis=3)", "nd.diag(x, k=9)",
        "nd.diag(nd.ones((2, 3, 4)), axis1=0, axis2=0)", "nd.batch_take(x, nd.zeros(3))",
        "nd.khatri_rao(x, nd.ones((2, 3)))", "nd.take(x, nd.array([0]), mode='bogus')",
    ],
)  # fmt: skip
def test_errors(both, call):
    both(f"x = nd.ones((3, 4)); result = ({call}).asnumpy()", raises=True)


def test_gather_nd_out_of_range(both):
    both("result = nd.gather_nd(nd.ones((2, 2)), nd.array([[1, 5], [0, 0]])).asnumpy()", raises="index 5")
