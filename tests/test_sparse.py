"""Sparse arrays where MXNet is no judge: scipy, unusual shapes, errors, messages, NumPy alone."""

import logging
import re

import numpy as np
import pytest

from mxr import nd
from mxr.base import MXNetError
from mxr.core import sparse_call
from mxr.core.storage import scipy_sparse
from mxr.ops import sparse_dot, sparse_elemwise

from .sparse_support import some

sparse = nd.sparse


def test_coordinates_in_any_order_add_up(rng):
    rows, cols, data = [2, 0, 2, 0], [1, 3, 1, 0], [1.0, 2.0, 3.0, 4.0]
    x = sparse.csr_matrix((data, (rows, cols)), shape=(3, 4))
    want = np.zeros((3, 4))
    np.add.at(want, (rows, cols), data)
    np.testing.assert_array_equal(x.asnumpy(), want)
    x.check_format()
    assert sparse.csr_matrix((data, (rows, cols))).shape == (3, 4)
    with pytest.raises(MXNetError, match="row has an index outside of 0 .. 1"):
        sparse.csr_matrix((data, (rows, cols)), shape=(2, 4))
    with pytest.raises(MXNetError, match="differ in length"):
        sparse.csr_matrix((data, (rows[1:], cols)), shape=(3, 4))


@pytest.mark.parametrize("kind", ["csr_matrix", "coo_matrix", "csc_array", "csr_array"])
def test_scipy_both_ways(rng, kind):
    scipy = pytest.importorskip("scipy.sparse")
    host = some(rng)
    for make in (sparse.csr_matrix, sparse.array, nd.array):
        x = make(getattr(scipy, kind)(host))
        assert x.stype == "csr" and x.dtype == np.float32
        np.testing.assert_array_equal(x.asnumpy(), host)
        x.check_format()
    back = x.asscipy()
    assert isinstance(back, scipy.csr_matrix)
    np.testing.assert_array_equal(back.toarray(), host)
    back.data[:] = 0  # a copy
    np.testing.assert_array_equal(x.asnumpy(), host)


def test_copies_are_copies(rng):
    x = nd.array(some(rng)).tostype("csr")
    before = x.asnumpy()
    for part in (x.data, x.indices, x.indptr):
        part[:] = 0
    y = x.copy()
    y[:] = nd.zeros(x.shape)
    np.testing.assert_array_equal(x.asnumpy(), before)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (1, 1), (0, 0)])
def test_empty_shapes(shape):
    x = sparse.zeros("csr", shape)
    assert x.asnumpy().shape == shape
    assert nd.dot(x, nd.array(np.ones((shape[1], 2)))).shape == (shape[0], 2)
    assert nd.dot(x, nd.array(np.ones((shape[0], 2))), transpose_a=True).asnumpy().shape == (shape[1], 2)
    assert (x + x).shape == shape and (x * x).shape == shape
    r = sparse.zeros("row_sparse", shape)
    assert (r + r).shape == shape and nd.square(r).asnumpy().shape == shape


def test_empty_slices():
    x = nd.ones((4, 3)).tostype("csr")
    for part in (x[0:0], x[3:1], x[4:9]):
        assert part.shape == (0, 3) and part.stype == "csr" and part.asnumpy().shape == (0, 3)
    with pytest.raises(MXNetError, match="index 4 is out of bounds for axis 0 with size 4"):
        x[4]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int64"])
@pytest.mark.parametrize("alone", [False, True])
def test_products_with_numpy_alone(rng, monkeypatch, dtype, alone):
    """The products agree with dense ones, with scipy and without."""
    if alone:
        monkeypatch.setattr(sparse_dot, "scipy_sparse", lambda: None)
        monkeypatch.setattr(sparse_dot, "_CHUNK", 40)
    elif scipy_sparse() is None:
        pytest.skip("no scipy")
    host = np.round(some(rng, (30, 20), 0.2, "float64") * 4).astype(dtype)
    host[[3, 29]] = 0
    w = np.round(rng.normal(size=(20, 4)) * 4).astype(dtype)
    v = np.round(rng.normal(size=(30, 4)) * 4).astype(dtype)
    x, w_, v_ = nd.array(host, dtype=dtype).tostype("csr"), nd.array(w, dtype=dtype), nd.array(v, dtype=dtype)
    for got, want in (
        (nd.dot(x, w_), host @ w),
        (nd.dot(x, v_, transpose_a=True), host.T @ v),
        (nd.dot(x, v_, transpose_a=True, forward_stype="default"), host.T @ v),
        (nd.dot(v_.T, x), v.T @ host),
    ):
        assert got.dtype == np.dtype(dtype)
        np.testing.assert_allclose(got.asnumpy().astype("float64"), want.astype("float64"), rtol=2e-3)


@pytest.mark.parametrize("alone", [False, True])
def test_unsorted_columns_and_rows_work(monkeypatch, alone):
    if alone:
        monkeypatch.setattr(sparse_elemwise, "scipy_sparse", lambda: None)
    x = sparse.csr_matrix(([1.0, 2.0, 3.0], [2, 0, 1], [0, 2, 3]), shape=(2, 3))
    dense = np.array([[2, 0, 1], [0, 3, 0]], "f")
    np.testing.assert_array_equal((x + x).asnumpy(), 2 * dense)
    np.testing.assert_array_equal((x * x).asnumpy(), dense * dense)
    np.testing.assert_array_equal(nd.dot(x, nd.ones((3, 1))).asnumpy(), dense.sum(1, keepdims=True))
    r = sparse.row_sparse_array((np.array([[1.0], [2.0]]), [3, 0]), shape=(4, 1))
    np.testing.assert_array_equal((r + r).asnumpy()[:, 0], [4, 0, 0, 2])
    np.testing.assert_array_equal(sparse.retain(r, nd.array([0, 1])).asnumpy()[:, 0], [2, 0, 0, 0])


@pytest.mark.parametrize("alone", [False, True])
def test_two_csr_arrays(rng, monkeypatch, alone):
    if alone:
        monkeypatch.setattr(sparse_elemwise, "scipy_sparse", lambda: None)
    x, y = some(rng, (40, 30), 0.3), some(rng, (40, 30), 0.3)
    a, b = (nd.array(v).tostype("csr") for v in (x, y))
    for f, want in (
        (nd.elemwise_add, x + y),
        (nd.elemwise_sub, x - y),
        (nd.elemwise_mul, x * y),
        (nd._internal._maximum, np.maximum(x, y)),
        (nd._internal._minimum, np.minimum(x, y)),
        (nd._internal._hypot, np.hypot(x, y)),
    ):
        got = f(a, b)
        got.check_format()
        assert got.stype == "csr"
        np.testing.assert_allclose(got.asnumpy(), want, rtol=1e-6)


def test_retain_checks_rows():
    r = sparse.row_sparse_array(([[1.0]], [1]), shape=(3, 1))
    np.testing.assert_array_equal(r.retain(nd.array([1])).asnumpy(), [[0], [1], [0]])
    with pytest.raises(MXNetError, match="_sparse_retain: argument indices has a row outside of 0 .. 2"):
        sparse.retain(r, nd.array([3]))


@pytest.fixture
def said(caplog, monkeypatch):
    monkeypatch.setattr(sparse_call, "_said", set())
    monkeypatch.delenv("MXNET_STORAGE_FALLBACK_LOG_VERBOSE", raising=False)
    caplog.set_level(logging.WARNING, "mxr.storage")
    return caplog


def test_fallback_is_said_once(said, monkeypatch):
    x = nd.ones((2, 2)).tostype("csr")
    for _ in range(2):
        nd.exp(x)
    assert len(said.records) == 1
    for line in ("operator = exp", "input storage types = [csr, ]", "output storage types = [default, ]"):
        assert line in said.text
    nd.square(x), x + 1, nd.sum(x, axis=0), nd.dot(x, nd.ones((2, 1)))
    assert len(said.records) == 1  # those have kernels
    monkeypatch.setenv("MXNET_STORAGE_FALLBACK_LOG_VERBOSE", "0")
    nd.cos(x)
    assert len(said.records) == 1


def test_where_dense_is_needed():
    x = nd.ones((2, 2)).tostype("csr")
    with pytest.raises(MXNetError, match="storage type 'csr'"):
        _ = x._data
    assert not hasattr(x, "_data")
    with pytest.raises(MXNetError, match="reshape"):
        x.reshape((4, 1))
    with pytest.raises(MXNetError, match="iterated"):
        list(x)


def test_storages_of_operators():
    assert sparse_call.storages_of("dot")["csr", "default"] == "default"
    assert sparse_call.storages_of("square") == {("csr",): "csr", ("row_sparse",): "row_sparse"}
    assert sparse_call.storages_of("exp") == {}


def test_every_kernel_agrees_with_the_dense_operator(rng):
    """Operators of one and two arrays with sparse kernels, on all storages that they list."""
    seen = 0
    for name, known in sparse_call._known.items():
        d = sparse_call.get_op(name)
        required = [n for n, p in d.params.items() if p.required]
        if d.mutates or required or d.variadic or name.startswith(("_sparse", "_contrib", "_square", "_scatter")):
            continue
        for stypes in known:
            if len(stypes) > 2 or name in ("take", "broadcast_div"):  # need an index, another shape
                continue
            host = [np.abs(some(rng, (4, 4))) / 4 for _ in stypes]
            arrays = [nd.array(v) for v in host]
            want = nd.invoke(d, arrays, d.parse({}))
            got = nd.invoke(d, [x.tostype(s) for x, s in zip(arrays, stypes)], d.parse({}))
            assert got.stype == sparse_call.infer_storage(d, d.parse({}), stypes), (name, stypes)
            np.testing.assert_allclose(got.asnumpy(), want.asnumpy(), rtol=1e-5, atol=1e-6, err_msg=f"{name} {stypes}")
            seen += 1
    assert seen > 80


# Each was once a read outside of the array: a crash, or numbers from anywhere.
_OUTSIDE = {
    "column": (([1, 2], [0, 99999999], [0, 1, 2]), "a column index of csr (2, 3) is out of range"),
    "negative column": (([1, 2], [0, -5], [0, 1, 2]), "a column index of csr (2, 3) is out of range"),
    "pointers": (([1, 2], [0, 1], [0, 9999999, 2]), "row pointers of csr (2, 3) decrease"),
    "too few pointers": (([1, 2], [0, 1], [0, 1]), "csr (2, 3) has 2 values, 2 columns and 2 row pointers"),
}
_USES = {
    "asnumpy": lambda x: x.asnumpy(),
    "dot": lambda x: nd.dot(x, nd.ones((3, 2))),
    "dot transposed": lambda x: nd.dot(x, nd.ones((2, 2)), transpose_a=True),
    "sum of rows": lambda x: nd.sum(x, axis=1),
    "sum of columns": lambda x: nd.sum(x, axis=0),
    "norm": lambda x: sparse.norm(x, axis=1),
    "add": lambda x: x + x,
    "slice": lambda x: x[0:1],
    "copy": lambda x: x.copy() * nd.ones((2, 3)),
}


@pytest.mark.parametrize("parts", _OUTSIDE, ids=str)
@pytest.mark.parametrize("use", _USES, ids=str)
def test_indices_outside_of_a_csr(parts, use):
    given, message = _OUTSIDE[parts]
    x = sparse.csr_matrix(given, shape=(2, 3))
    with pytest.raises(MXNetError, match=re.escape(message)):
        x.check_format()
    with pytest.raises(MXNetError, match=re.escape(message)):
        _USES[use](x)


def test_indices_outside_of_a_row_sparse_array():
    x = sparse.row_sparse_array(([[1, 2]], [7]), shape=(3, 2))
    for use in (x.asnumpy, x.check_format, lambda: nd.ones((3, 2)) * x, lambda: (x + x).asnumpy()):
        with pytest.raises(MXNetError, match=re.escape("a row index of row_sparse (3, 2) is out of range")):
            use()
