"""NDArrays among NumPy's arrays, DLPack, pickle; the rarer methods."""

import copy
import pickle

import numpy as np
import pytest

import mxr as mx
from mxr import nd


@pytest.fixture
def a():
    return nd.arange(6).reshape((2, 3))


@pytest.mark.parametrize("number", [np.float32(2), np.float64(2), np.int64(2), np.array(2.0)])
@pytest.mark.parametrize("op", ["+", "-", "*", "/", "**", "%", ">", "==", "<="])
def test_numpy_numbers_on_the_left_give_ndarrays(a, number, op):
    y = eval(f"number {op} (a + 1)")
    assert isinstance(y, nd.NDArray) and y.dtype == np.float32
    np.testing.assert_allclose(y.asnumpy(), eval(f"2 {op} (np.arange(6).reshape(2, 3) + 1)"), rtol=1e-6)


def test_numpy_number_on_the_left_is_recorded(a):
    a.attach_grad()
    with mx.autograd.record():
        y = np.float64(3) * a
    y.backward()
    assert (a.grad.asnumpy() == 3).all()


def test_numpy_functions_give_numpy_arrays(a):
    assert type(np.exp(a)) is np.ndarray and type(np.asarray(a)) is np.ndarray
    assert np.asarray(a).dtype == np.float32
    with pytest.raises(TypeError, match="out="):
        np.exp(a, out=nd.zeros((2, 3)))


def test_dlpack_both_ways(a):
    y = nd.from_dlpack(a.to_dlpack_for_read())
    y[0, 0] = 9
    assert a[0, 0].asscalar() == 9
    assert np.from_dlpack(a)[0, 0] == 9
    z = nd.from_dlpack(np.ones((2, 2), "f"))
    assert z.shape == (2, 2) and isinstance(z, nd.NDArray)
    with pytest.raises(TypeError, match="from_dlpack"):
        nd.from_dlpack([1, 2])


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "bool", "bfloat16"])
def test_pickle(a, protocol, dtype):
    x = a.astype(dtype)
    y = pickle.loads(pickle.dumps(x, protocol))
    assert y.dtype == x.dtype and (y.asnumpy() == x.asnumpy()).all() and y.context == x.context


def test_copies_are_copies(a):
    for y in (copy.copy(a), copy.deepcopy(a), a.copy(), a.copyto(mx.cpu(1))):
        y[:] = -1
    assert a.asnumpy().tolist() == [[0, 1, 2], [3, 4, 5]]


def test_assignment_to_a_part_by_method(a):
    assert a.slice_assign(nd.ones((1, 3)) * 7, (0, 0), (1, 3), (1, 1)) is a
    assert a.slice_assign_scalar(9, (1, 1), (2, 3), (1, 1)) is a
    assert a.asnumpy().tolist() == [[7, 7, 7], [3, 9, 9]]


def test_assignment_of_bfloat16(a):
    low = a.astype("bfloat16")
    a[:], low[0] = low + 1, low[1]
    assert a.asnumpy().tolist() == [[1, 2, 3], [4, 5, 6]] and low.astype("f").asnumpy().tolist() == [[3, 4, 5]] * 2


def test_rare_methods(a):
    assert [p.shape for p in a.split_v2(3, axis=1)] == [(2, 1)] * 3
    assert a.broadcast_like(nd.ones((4, 2, 3))).shape == (4, 2, 3)
    assert a._at(1).asnumpy().tolist() == [3, 4, 5] and a._slice(0, 1).shape == (1, 3)
    a._sync_copyfrom(np.zeros((2, 3)))
    assert not a.asnumpy().any() and a.writable and a.as_nd_ndarray() is a
    with pytest.raises(mx.MXNetError, match="scope"):
        a.as_np_ndarray()
    with pytest.raises(ValueError, match="Shape inconsistent"):
        a._sync_copyfrom(np.zeros(3))


def test_one_element_converts_to_a_number():
    x = mx.nd.array([2.5]).asnumpy()
    assert (float(x), int(x), complex(x), "%.2f %d" % (x, x)) == (2.5, 2, 2.5 + 0j, "2.50 2")
    assert repr(x) == "array([2.5], dtype=float32)" and str(x) == "[2.5]"
    assert np.array_equal(np.array(x), [2.5]) and x.dtype == np.float32 and x.shape == (1,)
    for computed in (x + 1, np.sqrt(x), x * np.ones(3), np.concatenate([x, x]), np.stack([x]), x > 0, np.array(x)):
        assert type(computed) is np.ndarray
    assert type(x.sum()) is type(x[0]) is np.float32
    plain = pickle.loads(pickle.dumps(x))
    assert type(plain) is np.ndarray and plain == x and b"mxr" not in pickle.dumps(x)
    with pytest.raises(TypeError, match="only size-1 arrays"):
        float(np.broadcast_to(x, (3,), subok=True))
    assert type(mx.nd.array([1, 2]).asnumpy()) is np.ndarray


def test_from_numpy_shares_the_memory():
    host = np.arange(6, dtype=np.float32).reshape(2, 3)
    x = nd.from_numpy(host)
    x[0] = 7
    assert (host[0] == 7).all() and not host.flags.writeable
    y = nd.from_numpy(host, zero_copy=False)
    y[:] = 0
    assert (host[0] == 7).all()
    with pytest.raises(ValueError, match="C-contiguous"):
        nd.from_numpy(np.ones((4, 4), np.float32)[:, ::2])
    with pytest.raises(TypeError, match="numpy.ndarray"):
        nd.from_numpy([1.0])


def _swapped():
    """Values in the order of bytes that this machine does not have, as in files of other machines."""
    native = np.linspace(-3, 3, 2048, dtype=np.float32).reshape(-1, 4)
    return native, native.astype(native.dtype.newbyteorder())


@pytest.mark.parametrize(
    "make",
    [
        lambda v: nd.array(v, dtype=v.dtype),
        lambda v: nd.from_numpy(v, zero_copy=False),
        lambda v: mx.gluon.data.ArrayDataset(v).take_batch(list(range(len(v)))),
        lambda v: nd.array(v).astype(v.dtype),
    ],
    ids=["array", "from_numpy", "batch", "astype"],
)
def test_order_of_bytes_is_always_the_machines_own(make):
    native, swapped = _swapped()
    nd.sigmoid(nd.array(native))  # a kernel for the signature is there
    x = make(swapped)
    assert x.asnumpy().dtype.isnative
    np.testing.assert_allclose(nd.sigmoid(x).asnumpy(), 1 / (1 + np.exp(-native)), rtol=1e-5)


def test_memory_in_another_order_of_bytes_is_not_shared():
    with pytest.raises(ValueError, match="order of bytes.*zero_copy=False"):
        nd.from_numpy(_swapped()[1])
