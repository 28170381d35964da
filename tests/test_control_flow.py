"""Control flow where there is nothing to compare with: random numbers, states, padding, second derivatives."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.base import MXNetError

S = mx.sym


def test_dropout_in_a_loop_has_the_gradient_of_its_own_masks():
    out, _ = S.contrib.foreach(lambda d, s: (S.Dropout(d * S.var("w"), p=0.5), s + d), S.var("x"), S.var("s"))
    x = nd.array(np.arange(1, 41).reshape(10, 4))
    exe = out.bind(
        mx.cpu(), {"x": x, "w": nd.ones(4), "s": nd.zeros(4)}, args_grad={"w": nd.zeros(4), "x": nd.zeros((10, 4))}
    )
    for _ in range(2):
        y = exe.forward(is_train=True)[0].asnumpy()
        assert len({tuple(row) for row in y == 0}) > 3  # each step draws anew
        for _ in range(2):
            exe.backward(nd.ones((10, 4)))
            np.testing.assert_allclose(exe.grad_dict["w"].asnumpy(), y.sum(0))
            np.testing.assert_allclose(exe.grad_dict["x"].asnumpy(), 2.0 * (y != 0))
    np.testing.assert_array_equal(exe.forward(is_train=False)[0].asnumpy(), x.asnumpy())


def test_dropout_in_a_nested_loop():
    def outer(d, s):
        o, _ = S.contrib.foreach(lambda e, t: (S.Dropout(e * S.var("w"), p=0.5), t + e), d, s)
        return o, s + 1

    out, _ = S.contrib.foreach(outer, S.var("x"), S.var("s"))
    x = nd.array(np.arange(1, 61).reshape(3, 5, 4))
    exe = out.bind(mx.cpu(), {"x": x, "w": nd.ones(4), "s": nd.zeros(4)}, args_grad={"w": nd.zeros(4)})
    y = exe.forward(is_train=True)[0].asnumpy()
    exe.backward(nd.ones((3, 5, 4)))
    np.testing.assert_allclose(exe.grad_dict["w"].asnumpy(), y.sum((0, 1)))


def test_dropout_in_a_while_loop_and_a_branch():
    w = S.var("w")
    o, _ = S.contrib.while_loop(
        lambda i, s: i < 3, lambda i, s: (S.Dropout(s * w, p=0.5), [i + 1, s + 1]), [S.var("i"), S.var("s")], 5
    )
    exe = o.bind(mx.cpu(), {"i": nd.zeros(1), "s": nd.ones(50), "w": nd.ones(50)}, args_grad={"w": nd.zeros(50)})
    y = exe.forward(is_train=True)[0].asnumpy()
    assert (y[3:] == 0).all() and (y[:3] != 0).any()
    exe.backward(nd.ones((5, 50)))
    np.testing.assert_allclose(exe.grad_dict["w"].asnumpy(), y.sum(0))
    c = S.contrib.cond(S.sum(S.var("p")), lambda: S.Dropout(w, p=0.5), lambda: S.Dropout(w * 3, p=0.2))
    exe = c.bind(mx.cpu(), {"p": nd.zeros(1), "w": nd.ones(50)}, args_grad={"w": nd.zeros(50)})
    for p, scale in ((0, 3 / 0.8), (1, 2)):
        y = exe.forward(is_train=True, p=nd.array([p]))[0].asnumpy()
        exe.backward(nd.ones(50))
        np.testing.assert_allclose(exe.grad_dict["w"].asnumpy(), scale * (y != 0), rtol=1e-6)


def test_moving_averages_in_a_loop_are_updated_once_a_step():
    def run(steps):
        out, _ = S.contrib.foreach(
            lambda d, s: (S.BatchNorm(d, name="bn", momentum=0.5, fix_gamma=False), s + 1), S.var("x"), S.var("s")
        )
        rng = np.random.RandomState(0)
        args = {n: nd.ones(3) for n in out.list_arguments()}
        args |= {"x": nd.array(rng.normal(size=(steps, 8, 3))), "s": nd.zeros(1)}
        exe = out.bind(mx.cpu(), args, args_grad={"x": nd.zeros((steps, 8, 3))})
        y = exe.forward(is_train=True)[0]
        exe.backward(nd.ones(y.shape))  # as everywhere, BatchNorm updates them in backward
        mean, want = args["bn_moving_mean"].asnumpy(), np.ones(3)
        for t in range(steps - 1, -1, -1):
            want = 0.5 * want + 0.5 * args["x"].asnumpy()[t].mean(0)
        np.testing.assert_allclose(mean, want, rtol=1e-5)
        np.testing.assert_allclose(y.asnumpy().mean(1), 1, atol=1e-5)
        np.testing.assert_allclose(exe.grad_dict["x"].asnumpy(), 0, atol=1e-5)

    run(1)
    run(4)


def test_padding_is_zero_and_no_step_gives_the_variables_back():
    o, s = nd.contrib.while_loop(lambda i: i < 2, lambda i: (i + 5, i + 1), nd.zeros(1), max_iterations=4)
    assert o.asnumpy().tolist() == [[5], [6], [0], [0]]
    assert s.asnumpy().tolist() == [2]
    o, s = S.contrib.while_loop(lambda i: i < 2, lambda i: (i * 3, i + 1), S.var("i"), 4)
    grads = {"i": nd.zeros(1)}
    exe = S.Group([o, s]).bind(mx.cpu(), {"i": nd.array([7])}, args_grad=grads)
    assert [y.asnumpy().tolist() for y in exe.forward(is_train=True)] == [[[0]] * 4, [7]]
    exe.backward([nd.ones((4, 1)), nd.array([3])])
    assert grads["i"].asnumpy().tolist() == [3]


def test_condition_of_several_elements_is_refused():
    w = S.var("w")
    o = S.contrib.cond(S.var("p"), lambda: w + 1, lambda: w * 2)
    exe = o.bind(mx.cpu(), {"p": nd.ones(2), "w": nd.ones(1)})
    with pytest.raises(MXNetError, match="pred has shape"):
        exe.forward()


def test_branches_of_different_shapes_are_refused():
    w = S.var("w")
    o = S.contrib.cond(S.var("p"), lambda: S.concat(w, w, dim=0), lambda: w * 2)
    with pytest.raises(MXNetError, match="_cond"):
        o.infer_shape(p=(1,), w=(3,))


def test_a_loop_by_single_calls_is_differentiable_twice():
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        _, s = nd.contrib.foreach(lambda d, s: (d, s * d), nd.array([[2, 2], [3, 3]]) * x, nd.ones(2))
        (first,) = autograd.grad(s.sum(), x, create_graph=True)
    first.backward()
    np.testing.assert_allclose(x.grad.asnumpy(), 12)  # s = 6 x^2


def test_loops_inside_loops():
    w = S.var("w")

    def body(d, s):
        c = S.contrib.cond(S.sum(s) < 3, lambda: d * w + s, lambda: d - s * w)
        _, v = S.contrib.while_loop(lambda x: S.sum(x) < 4, lambda x: (x * d, x + w), [s], max_iterations=5)
        return c + v[0] * d, s + d

    out, state = S.contrib.foreach(body, S.var("x"), S.var("s"))
    net = mx.sym.load_json(S.Group([out, state]).tojson())
    rng = np.random.RandomState(0)
    args = {"x": nd.array(rng.uniform(0.2, 1, (5, 2))), "s": nd.array([0.1, 0.2]), "w": nd.array([0.7, 1.1])}
    grads = {n: nd.zeros(v.shape) for n, v in args.items()}
    exe = net.bind(mx.cpu(), args, args_grad=grads)
    y, last = exe.forward(is_train=True)
    head = nd.array(rng.normal(size=(5, 2)))
    exe.backward([head, nd.ones(2)])
    for v in args.values():
        v.attach_grad()
    with autograd.record():
        x, s, w = args["x"], args["s"], args["w"]

        def step(d, s):
            c = nd.contrib.cond(s.sum() < 3, lambda: d * w + s, lambda: d - s * w)
            _, v = nd.contrib.while_loop(lambda x: x.sum() < 4, lambda x: (x * d, x + w), [s], max_iterations=5)
            return c + v[0] * d, s + d

        want, end = nd.contrib.foreach(step, x, s)
        total = (want * head).sum() + end.sum()
    total.backward()
    np.testing.assert_allclose(y.asnumpy(), want.asnumpy(), rtol=1e-6)
    np.testing.assert_allclose(last.asnumpy(), end.asnumpy(), rtol=1e-6)
    for n, v in args.items():
        np.testing.assert_allclose(grads[n].asnumpy(), v.grad.asnumpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("p", [1, 5])
def test_gradients_of_a_branch(p):
    w, b = S.var("w"), S.var("b")
    h = S.tanh(w)
    net = S.Group(S.contrib.cond(S.var("p") < 3, lambda: [w + b, w * h], lambda: [w * b, b - h]))
    grads = {"w": nd.zeros(3), "b": nd.ones(3), "p": nd.ones(1)}
    args = {"p": nd.array([p]), "w": nd.array([0.2, 0.5, 1]), "b": nd.array([1, 2, 3])}
    exe = net.bind(mx.cpu(), args, args_grad=grads, grad_req={"w": "write", "b": "add", "p": "write"})
    exe.forward(is_train=True)
    exe.backward([nd.ones(3), nd.array([1, 2, 3])])
    x, y, k = args["w"].asnumpy(), args["b"].asnumpy(), np.array([1, 2, 3])
    t = np.tanh(x)
    want = (1 + k * (t + x * (1 - t * t)), 2) if p < 3 else (y - k * (1 - t * t), 1 + x + k)
    np.testing.assert_allclose(grads["w"].asnumpy(), want[0], rtol=1e-5)
    np.testing.assert_allclose(grads["b"].asnumpy(), np.broadcast_to(want[1], 3), rtol=1e-5)
    assert grads["p"].asnumpy().tolist() == [0]


class Loop(gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        return F.contrib.foreach(lambda d, s: (d * d, s + d * d * d), x, F.zeros((2,)))[1]


def test_gradients_of_gradients_through_a_compiled_loop_say_no():
    net = Loop()
    net.hybridize()
    x = nd.ones((3, 2))
    x.attach_grad()
    with autograd.record():
        y = net(x)
        (first,) = autograd.grad(y.sum(), x, create_graph=True)
        np.testing.assert_allclose(first.asnumpy(), 3)
        with pytest.raises(MXNetError, match="no gradients of gradients"):
            first.backward()


def test_fit_with_a_loop(tmp_path):
    net = Loop()
    net.hybridize()
    x = nd.array([[1, 2], [3, 4]])
    want = net(x).asnumpy()
    np.testing.assert_allclose(want, [28, 72])
    net.export(str(tmp_path / "loop"))
    again = gluon.SymbolBlock.imports(str(tmp_path / "loop-symbol.json"), ["data"])
    np.testing.assert_allclose(again(x).asnumpy(), want)
