"""Shapes without elements and without axes: MXNet's of old (0 is unknown) and NumPy's (`mx.util.np_shape`)."""

import threading

import pytest

import mxr as mx
from mxr import nd


@pytest.mark.parametrize("shape", [(0, 3), (0,), (), (2, 0, 3)])
def test_creation_takes_zero_for_unknown_unless_np_shape(shape):
    with pytest.raises(mx.MXNetError, match="zeros: shape=.*np_shape"):
        nd.zeros(shape)
    with mx.util.np_shape():
        assert nd.zeros(shape).shape == shape
        assert nd.ones(shape).shape == shape
    with pytest.raises(mx.MXNetError, match="np_shape"):  # what ran under np_shape is not remembered
        nd.ones(shape)


def test_elements_are_scalars_under_np_shape():
    x = nd.arange(6).reshape((2, 3))
    assert x[1, 2].shape == (1,)
    with mx.util.np_shape():
        assert x[1, 2].shape == () and x[1, 2].asnumpy() == 5


def test_arrays_without_elements_work_in_both_modes():
    x = nd.arange(12).reshape((3, 4))
    for active in (False, True):
        with mx.util.np_shape(active):
            none = x[3:3]
            assert none.shape == (0, 4) and none.size == 0
            assert (none + 1).shape == (0, 4) and nd.concat(none, x, dim=0).shape == (3, 4)
            assert none.sum().asscalar() == 0
            assert nd.dot(none.T, none).asnumpy().tolist() == [[0] * 4] * 4
            assert nd.array([]).shape == (0,) and nd.array(3.0).shape == ()
            assert nd.ones((1,)).reshape(()).shape == ()


def test_symbols():
    a, b = mx.sym.var("a"), mx.sym.var("b")
    assert (a + b).infer_shape(a=(0, 3), b=(2, 3)) == ([(2, 3), (2, 3)], [(2, 3)], [])
    with mx.util.np_shape():
        with pytest.raises(mx.MXNetError):
            (a + b).infer_shape(a=(0, 3), b=(2, 3))
        assert (a + b).infer_shape(a=(-1, 3), b=(2, 3)) == ([(2, 3), (2, 3)], [(2, 3)], [])
        assert (a + b).infer_shape(a=(0, 3), b=(0, 3)) == ([(0, 3), (0, 3)], [(0, 3)], [])
        assert (a + b).infer_shape_partial() == ([None, None], [None], [])
        assert (a + b).infer_shape(a=(), b=()) == ([(), ()], [()], [])


def test_the_mode_belongs_to_a_thread_and_a_scope():
    assert not mx.util.is_np_shape()
    seen = []
    with mx.util.np_shape():
        thread = threading.Thread(target=lambda: seen.append(mx.util.is_np_shape()))
        thread.start()
        thread.join()
        assert mx.util.is_np_shape() and seen == [False]
    assert not mx.util.is_np_shape()
    assert mx.util.set_np_shape(True) is False and mx.util.set_np_shape(False) is True


def test_use_np_shape_decorates_functions_and_classes():
    @mx.util.use_np_shape
    def f():
        return nd.zeros(()).shape

    @mx.util.use_np_shape
    class C:
        def g(self):
            return mx.util.is_np_shape()

    assert f() == () and C().g() and not mx.util.is_np_shape()


def test_index_with_arrays_and_an_ellipsis():
    x = nd.arange(24).reshape((2, 3, 4))
    assert x[0, nd.array([1, 1], dtype="int32")].shape == (2, 4)
    assert x[1, nd.array([[2, 1]], dtype="int64"), ...].shape == (1, 2, 4)


@pytest.mark.parametrize("reduce", [nd.sum, nd.nansum, lambda y: nd.mean(y, axis=1)], ids=["sum", "nansum", "mean"])
@pytest.mark.parametrize("second", [False, True])
def test_gradients_of_sums_of_nothing(reduce, second):
    """An element that is not there has no gradient: the bias of a layer on an empty batch got some."""
    with mx.util.np_shape(True):
        x, bias = nd.zeros((0, 5)), nd.zeros((5,))
        for v in (x, bias):
            v.attach_grad()
        with mx.autograd.record():
            y = reduce(nd.broadcast_add(x, bias))
        dx, dbias = mx.autograd.grad(y, [x, bias], create_graph=second)
    assert dx.shape == (0, 5) and dbias.asnumpy().tolist() == [0] * 5
