"""Recording and backward: MXNet's rules for heads, requests, freed graphs, functions, higher orders."""

import gc

import numpy as np
import pytest

from mxr import autograd, nd
from mxr.base import MXNetError
from mxr.core.tape import Node
from mxr.gluon import nn


def variable(values, req="write"):
    x = nd.array(values)
    x.attach_grad(req)
    return x


def test_gradient_and_head_gradient():
    x = variable([1, 2, 3])
    with autograd.record():
        y = x * x
    y.backward(nd.array([1, 10, 100]))
    assert x.grad.asnumpy().tolist() == [2, 40, 600]


def test_a_head_gradient_of_another_shape_is_taken_in_the_order_of_its_elements():
    for shape in [(4,), (1, 4), (2, 2), (4, 1, 1)]:
        x = variable([[1], [2], [3], [4]])
        with autograd.record():
            y = x * x
        y.backward(nd.array([1, 10, 100, 1000]).reshape(shape))
        assert x.grad.asnumpy().tolist() == [[2], [40], [600], [8000]]
    with autograd.record():
        y = x * x
    with pytest.raises(MXNetError, match=r"head gradient 0 has shape \(3,\), expected \(4, 1\)"):
        y.backward(nd.ones(3))


def test_a_head_gradient_of_another_shape_is_differentiated_too():
    x, head = variable([[1], [2], [3]]), variable([1, 10, 100])
    with autograd.record():
        y = x * x
        (g,) = autograd.grad(y, [x], head_grads=[head], create_graph=True)
        z = g * g
    z.backward()
    assert head.grad.asnumpy().tolist() == [8, 320, 7200]  # g = 2 x head


def test_grad_req_add_and_null():
    x, z = variable([1, 2], "add"), variable([1, 2], "null")
    for _ in range(3):
        with autograd.record():
            y = x * 2 + z
        y.backward()
    assert x.grad.asnumpy().tolist() == [6, 6]
    assert z.grad.asnumpy().tolist() == [0, 0]


def test_a_graph_is_freed_by_backward_unless_retained():
    x = variable([1, 2])
    with autograd.record():
        y = x * x
    y.backward(retain_graph=True)
    y.backward()
    with pytest.raises(MXNetError, match="not in a computational graph"):
        y.backward()
    with pytest.raises(MXNetError, match="not in a computational graph"):
        nd.ones(2).backward()


def test_values_of_a_freed_graph_are_constants_in_the_next():
    x = variable([2])
    with autograd.record():
        h = x * 3
        y = h * h
        late = h * x
    y.backward()
    with autograd.record():
        z = (h * x)[0:1] + h
        only = h * 2
    z.backward()
    assert x.grad.asnumpy().tolist() == [6]
    for head in (only, late):  # nothing to differentiate; recorded before the graph was freed
        with pytest.raises(MXNetError, match="not in a computational graph"):
            head.backward()


@pytest.mark.parametrize("hybrid", [False, True])
def test_a_state_carried_from_batch_to_batch_keeps_no_history(hybrid):
    net = nn.Dense(2, in_units=2)
    net.initialize()
    if hybrid:
        net.hybridize()
    held = [o for o in gc.get_objects() if isinstance(o, Node)]  # those of other tests go when they like
    state, counts = nd.ones((1, 2)), []
    for _ in range(6):
        with autograd.record():
            state = nd.tanh(net(state))
            loss = state.sum()
        loss.backward()
        gc.collect()
        counts.append(sum(isinstance(o, Node) for o in gc.get_objects()))
    assert len(set(counts[2:])) == 1 and counts[-1] > len(held)
    assert abs(net.weight.grad().asnumpy()).sum() > 0


def test_used_twice_adds_up():
    x = variable([3.0])
    with autograd.record():
        y = x * x + x.exp() * x
    y.backward()
    v = 3.0
    assert np.allclose(x.grad.asnumpy(), 2 * v + np.exp(v) * v + np.exp(v))


def test_broadcast_gradients_have_the_inputs_shape():
    x, b = variable(np.ones((4, 3))), variable(np.arange(3))
    with autograd.record():
        y = (x * b + b).sum()
    y.backward()
    assert x.grad.shape == (4, 3) and b.grad.asnumpy().tolist() == [8, 8, 8]


def test_pause_and_modes():
    x = variable([2.0])
    with autograd.record():
        assert autograd.is_recording() and autograd.is_training()
        with autograd.pause():
            assert not autograd.is_recording() and not autograd.is_training()
            c = x * 5
        with autograd.predict_mode():
            assert autograd.is_recording() and not autograd.is_training()
        y = x * c
    with autograd.train_mode():
        assert autograd.is_training() and not autograd.is_recording()
    y.backward()
    assert x.grad.asscalar() == 10


def test_second_and_third_order():
    x = variable([0.5, 2.0])
    with autograd.record():
        y = x * x * x * x
        (g,) = autograd.grad(y, x, create_graph=True, retain_graph=True)
        (h,) = autograd.grad(g, x, create_graph=True, retain_graph=True)
    h.backward()
    v = np.array([0.5, 2.0])
    assert np.allclose(g.asnumpy(), 4 * v**3)
    assert np.allclose(h.asnumpy(), 12 * v**2)
    assert np.allclose(x.grad.asnumpy(), 24 * v)


def test_grad_returns_a_list_for_one_variable_too():
    x = variable([3])
    with autograd.record():
        y = x * x
    for variables in (x, [x], (x,)):
        grads = autograd.grad(y, variables, retain_graph=True)
        assert type(grads) is list and [g.asscalar() for g in grads] == [6]


def test_second_order_through_outputs():
    x = variable([0.3, -0.7])
    with autograd.record():
        (g,) = autograd.grad(nd.tanh(x), x, create_graph=True, retain_graph=True)
    g.backward()
    t = np.tanh([0.3, -0.7])
    assert np.allclose(x.grad.asnumpy(), -2 * t * (1 - t * t), atol=1e-6)


def test_indexing_is_differentiable():
    x = variable(np.arange(12.0).reshape(3, 4))
    with autograd.record():
        y = x[1] * 2 + x[:, 1][0] + x[nd.array([0, 0, 2])].sum()
        z = x[1:, 2:].sum() + y.sum()
    z.backward()
    expected = np.zeros((3, 4))
    expected[1] += 2
    expected[0, 1] += 4
    expected[0] += 8
    expected[2] += 4
    expected[1:, 2:] += 1
    assert np.array_equal(x.grad.asnumpy(), expected)


def test_in_place_on_the_tape_is_refused():
    x = variable([1.0])
    with autograd.record():
        y = x * 2
        with pytest.raises(MXNetError, match="Inplace operations"):
            y += 1
        with pytest.raises(MXNetError, match="Inplace operations"):
            y[:] = 1


def test_detach_and_reshape_share_memory():
    x = variable([[1, 2], [3, 4]])
    with autograd.record():
        y = (x.reshape((4,)) * nd.array([1, 2, 3, 4])).sum() + (x.detach() * x).sum()
    y.backward()
    assert x.grad.asnumpy().tolist() == [[2, 4], [6, 8]]
    d = x.detach()
    d[0] = 9
    assert x.asnumpy()[0].tolist() == [9, 9]


class _Sigmoid(autograd.Function):
    def forward(self, x):
        y = 1 / (1 + nd.exp(-x))
        self.save_for_backward(y)
        return y

    def backward(self, dy):
        (y,) = self.saved_tensors
        return dy * y * (1 - y)


def test_custom_function():
    x = variable([0.2, -1.0])
    with autograd.record():
        y = _Sigmoid()(x * 3)
    y.backward()
    s = 1 / (1 + np.exp(-3 * np.array([0.2, -1.0])))
    assert np.allclose(x.grad.asnumpy(), 3 * s * (1 - s), atol=1e-6)


def test_mark_variables_and_grad_of_several():
    x, y = nd.array([1.0]), nd.array([2.0])
    gx, gy = nd.zeros(1), nd.zeros(1)
    autograd.mark_variables([x, y], [gx, gy])
    with autograd.record():
        z = x * y * y
        w = x + y
    autograd.backward([z, w])
    assert (gx.asscalar(), gy.asscalar()) == (5, 5)
    with autograd.record():
        z = x * y
        dx, dy = autograd.grad(z, [x, y])
    assert (dx.asscalar(), dy.asscalar()) == (2, 1)


def test_comparisons_have_a_gradient_of_zero():
    """As in MXNet: backward goes through them, and samplers, and gives zeros."""
    x = nd.array([1.0, -2.0, 3.0])
    for f in (lambda x: x > 0, lambda x: x == x, nd.logical_not, nd.random.uniform_like, nd.argsort):
        x.attach_grad()
        with autograd.record():
            y = f(x).sum()
        y.backward()
        assert x.grad.asnumpy().tolist() == [0, 0, 0]


def test_no_gradient_through_an_operator_without_one():
    """It raises, as in MXNet, where the other paths alone would give a wrong gradient."""
    x = nd.ones((2, 3))
    x.attach_grad()
    with autograd.record():
        y = x * nd.khatri_rao(x, x).sum()
    with pytest.raises(MXNetError, match="khatri_rao is non-differentiable"):
        y.backward()
    with autograd.record():
        y = x * nd.stop_gradient(nd.khatri_rao(x, x)).sum()
    y.backward()
    assert (x.grad.asnumpy() == 12).all()


@pytest.mark.parametrize(
    "write", [lambda x, y: nd.square(x, out=y), lambda x, y: nd.dot(x, x, out=y), lambda x, y: x.copyto(y)]
)
def test_what_is_refused_is_not_written(write):
    x, y = nd.ones((2, 2)) * 3, nd.ones((2, 2))
    x.attach_grad()
    y.attach_grad()
    with autograd.record(), pytest.raises(MXNetError, match="already in a computational graph"):
        write(x, y)
    assert y.asnumpy().tolist() == [[1, 1], [1, 1]]
