"""Compiled blocks: equal to imperative ones, whatever is done between forward and backward."""

import gc
import sys
import threading

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.base import MXNetError, MXNetTypeError, MXNetValueError
from mxr.gluon import nn
from mxr.graph import cached_graph


def net_of(*layers, hybridize=True, init=None):
    net = nn.HybridSequential()
    net.add(*layers)
    net.initialize(init or mx.init.Normal(0.5))
    if hybridize:
        net.hybridize()
    return net


def pair(*make, x):
    """The same network imperative and compiled."""
    plain, fast = (net_of(*(m() for m in make), hybridize=False) for _ in range(2))
    plain(x), fast(x)
    for p, q in zip(plain.collect_params().values(), fast.collect_params().values()):
        q.set_data(p.data())
    fast.hybridize()
    return plain, fast


def close(a, b, rtol=1e-4, atol=1e-5):
    np.testing.assert_allclose(np.asarray(a.asnumpy()), np.asarray(b.asnumpy()), rtol=rtol, atol=atol)


def test_two_calls_before_backward(rng):
    x1, x2 = (nd.array(rng.normal(size=(3, 4))) for _ in range(2))
    plain, fast = pair(lambda: nn.Dense(5, activation="tanh"), lambda: nn.Dense(2), x=x1)
    for net in (plain, fast):
        with autograd.record():
            y = (net(x1) * net(x2)).sum()
        y.backward()
    for p, q in zip(plain.collect_params().values(), fast.collect_params().values()):
        close(p.grad(), q.grad())


def test_gradients_flow_on_to_the_inputs(rng):
    x = nd.array(rng.normal(size=(3, 4)))
    plain, fast = pair(lambda: nn.Dense(5, activation="sigmoid"), lambda: nn.Dense(2), x=x)
    grads = []
    for net in (plain, fast):
        v = x.copy()
        v.attach_grad()
        with autograd.record():
            y = (net(v * 2) ** 2).sum()
        y.backward()
        grads.append(v.grad)
    close(*grads)


def test_grad_req_add_and_frozen_parameters(rng):
    x = nd.array(rng.normal(size=(3, 4)))
    net = net_of(nn.Dense(2, in_units=4))
    net[0].weight.grad_req = "add"
    net[0].bias.grad_req = "null"
    for _ in range(3):
        with autograd.record():
            y = net(x).sum()
        y.backward()
    close(net[0].weight.grad(), nd.array(np.tile(3 * x.asnumpy().sum(0), (2, 1))))
    with pytest.raises(MXNetError, match="grad_req='null'"):
        net[0].bias.grad()


def test_retain_graph_and_freed_graph(rng):
    x = nd.array(rng.normal(size=(3, 4)))
    net = net_of(nn.Dense(2, in_units=4))
    with autograd.record():
        y = net(x).sum()
    y.backward(retain_graph=True)
    first = net[0].weight.grad().copy()
    y.backward()
    close(first, net[0].weight.grad())
    with pytest.raises(MXNetError, match="retain_graph"):
        y.backward()


def test_returned_gradients_are_not_overwritten(rng):
    x1, x2 = (nd.array(rng.normal(size=(3, 4))) for _ in range(2))
    net = net_of(nn.Dense(2, in_units=4))

    def grad(x):
        with autograd.record():
            y = net(x).sum()
        return autograd.grad(y, [net[0].weight.data()])[0]

    first = grad(x1)
    kept = first.asnumpy()
    second = grad(x2)
    assert (first.asnumpy() == kept).all() and not np.allclose(second.asnumpy(), kept)


def test_outputs_are_not_overwritten():
    net = net_of(nn.Dense(2, in_units=4))
    a = net(nd.ones((3, 4)))
    kept = a.asnumpy()
    net(nd.zeros((3, 4)))
    assert (a.asnumpy() == kept).all()


def test_buffers_come_back():
    net = net_of(nn.Dense(2, in_units=4))
    for _ in range(4):
        with autograd.record():
            y = net(nd.ones((3, 4)))
        y.backward()
    del y
    gc.collect()
    (pool,) = net._cached._pools.values()
    assert len(pool) <= 2  # the last step's graph was still held while the next one ran


def test_forward_without_backward_does_not_leak():
    net = net_of(nn.Dense(2, in_units=4))
    for _ in range(5):
        with autograd.record():
            net(nd.ones((3, 4)))
    gc.collect()
    (pool,) = net._cached._pools.values()
    assert len(pool) == 1


def test_batch_sizes_and_modes_have_plans_of_their_own():
    net = net_of(nn.Dense(8), nn.Dropout(0.5), nn.Dense(2))
    for n in (3, 5, 3):
        assert net(nd.ones((n, 4))).shape == (n, 2)
    with autograd.record():
        net(nd.ones((3, 4)))
    assert len(net._cached._pools) == 3
    assert (net(nd.ones((3, 4))).asnumpy() == net(nd.ones((3, 4))).asnumpy()).all()
    with autograd.train_mode():
        a, b = net(nd.ones((3, 4))).asnumpy(), net(nd.ones((3, 4))).asnumpy()
    assert not np.allclose(a, b)  # another mask each time


def test_new_values_of_parameters_are_seen():
    net = net_of(nn.Dense(1, in_units=2, use_bias=False))
    x = nd.ones((1, 2))
    net(x)
    net[0].weight.set_data(nd.array([[3, 4]]))
    assert net(x).asscalar() == 7
    net[0].weight.data()[:] = 1
    assert net(x).asscalar() == 2
    net.collect_params().initialize(mx.init.Constant(5), force_reinit=True)
    assert net(x).asscalar() == 10
    net.collect_params().reset_ctx(mx.cpu(1))
    assert net(x.as_in_context(mx.cpu(1))).asscalar() == 10


def test_a_changed_structure_is_traced_anew():
    net = net_of(nn.Dense(2, in_units=2))
    net(nd.ones((1, 2)))
    net.add(nn.Dense(3, in_units=2))
    net.initialize(force_reinit=True)
    assert net(nd.ones((1, 2))).shape == (1, 3)
    net.hybridize(False)
    assert net(nd.ones((1, 2))).shape == (1, 3)


class Nested(gluon.HybridBlock):
    """Lists in and out, an output that is a list of an operator's, and None."""

    def hybrid_forward(self, F, x, states, mask=None):
        a, b = states
        parts = F.split(x, num_outputs=2, axis=1)
        if mask is not None:
            a = a * mask
        return [x + a, [b * 2]], parts


@pytest.mark.parametrize("masked", [False, True])
def test_nested_arguments(masked):
    x, a, b = nd.array([[1, 2]]), nd.array([[3, 4]]), nd.array([[5, 6]])
    more = (nd.array([[2, 0]]),) if masked else ()
    plain, fast = Nested(), Nested()
    fast.hybridize()
    for block in (plain, fast):
        (first, (second,)), (left, right) = block(x, [a, b], *more)
        assert first.asnumpy().tolist() == ([[7, 2]] if masked else [[4, 6]])
        assert second.asnumpy().tolist() == [[10, 12]]
        assert (left.asnumpy().tolist(), right.asnumpy().tolist()) == ([[1]], [[2]])
    with pytest.raises(MXNetValueError, match="does not match the cached version"):
        fast(x, [a, [b]], *more)


def test_unused_arguments_and_equal_outputs():
    class Odd(gluon.HybridBlock):
        def __init__(self):
            super().__init__(prefix="odd_")
            with self.name_scope():
                self.spare = nn.Dense(2, in_units=2)

        def hybrid_forward(self, F, x, unused):
            return x, x, F.zeros((1, 1))

    block = Odd()
    block.initialize()
    block.hybridize()
    x = nd.array([[1, 2]])
    x.attach_grad()
    with autograd.record(), pytest.warns(UserWarning) as told:
        a, b, z = block(x, nd.ones((3,)))
        y = (a * 2 + b * 3).sum() + z.sum()
    y.backward()
    assert x.grad.asnumpy().tolist() == [[5, 5]]
    assert [str(w.message) for w in told] == [
        "The 1-th input to HybridBlock is not used by any computation. Is this intended?",
        "Parameter odd_dense0_bias, odd_dense0_weight is not used by any computation. Is this intended?",
    ]
    assert {w.filename for w in told} == {__file__}


def test_parameters_that_hybrid_forward_does_not_name(rng):
    class MyDense(gluon.HybridBlock):
        def __init__(self, units, in_units, **kwargs):
            super().__init__(**kwargs)
            with self.name_scope():
                self.weight = self.params.get("weight", shape=(in_units, units))
                self.unused = self.params.get("unused", shape=(1,))

        def hybrid_forward(self, F, x):
            return F.dot(x, self.weight.data())

    net = MyDense(2, 3)
    net.initialize()
    x = nd.array(rng.normal(size=(4, 3)))
    close(net(x), nd.dot(x, net.weight.data()))


@pytest.mark.parametrize("layers", ["dense", "norm"])
def test_gradients_of_gradients(rng, layers):
    x = nd.array(rng.normal(size=(4, 3)))
    make = {
        "dense": (lambda: nn.Dense(5, activation="tanh"), lambda: nn.Dense(1)),
        "norm": (lambda: nn.Dense(5), lambda: nn.LayerNorm(), lambda: nn.Dense(1)),
    }[layers]
    plain, fast = pair(*make, x=x)
    seconds = []
    for net in (plain, fast):
        v = x.copy()
        v.attach_grad()
        with autograd.record():
            y = net(v).sum()
            g = autograd.grad(y, [v], create_graph=True, retain_graph=True)[0]
            penalty = (g * g).sum()
        penalty.backward()
        seconds.append([v.grad, *(p.grad() for p in net.collect_params().values() if "weight" in p.name)])
    for a, b in zip(*seconds):
        close(a, b)


def test_gradients_of_gradients_with_random_masks_are_refused():
    net = net_of(nn.Dense(2), nn.Dropout(0.5))
    x = nd.ones((2, 2))
    x.attach_grad()
    with autograd.record():
        y = net(x).sum()
        with pytest.raises(MXNetError, match="random operators"):
            autograd.grad(y, [x], create_graph=True)


def test_losses_at_the_end_need_no_head_gradient(rng):
    class WithLoss(gluon.HybridBlock):
        def hybrid_forward(self, F, x, label):
            return F.SoftmaxOutput(x, label)

    grads = []
    for hybridize in (False, True):
        block = WithLoss()
        if hybridize:
            block.hybridize()
        x = nd.array([[1.0, 2.0, 3.0]])
        x.attach_grad()
        with autograd.record():
            y = block(x, nd.array([1]))
        y.backward()
        grads.append(x.grad)
    close(*grads)


def test_symbols_go_through(rng):
    net = net_of(nn.Dense(3, in_units=2), nn.Activation("relu"))
    y = net(mx.sym.var("data"))
    assert y.list_arguments() == ["data", *net.collect_params()]
    x = nd.array(rng.normal(size=(4, 2)))
    arrays = {n: p.data() for n, p in net.collect_params().items()}
    close(y.bind(mx.cpu(), {"data": x, **arrays}).forward()[0], net(x))


def test_export_and_import(tmp_path, rng):
    net = net_of(nn.Conv2D(3, 3), nn.BatchNorm(), nn.Dense(2))
    x = nd.array(rng.normal(size=(2, 1, 5, 5)))
    with pytest.raises(MXNetError, match="Please first call block.hybridize"):
        nn.HybridSequential().export(str(tmp_path / "none"))
    y = net(x)
    net.export(str(tmp_path / "model"), epoch=3)
    block = gluon.SymbolBlock.imports(str(tmp_path / "model-symbol.json"), "data", str(tmp_path / "model-0003.params"))
    close(block(x), y)
    block.hybridize()
    with autograd.record():
        z = block(x).sum()
    z.backward()
    assert any(np.abs(p.grad().asnumpy()).sum() > 0 for p in block.collect_params(".*weight").values())
    symbol, arguments, auxiliary = mx.model.load_checkpoint(str(tmp_path / "model"), 3)
    assert len(auxiliary) == 2 and set(arguments) == set(symbol.list_arguments()) - {"data"}
    with pytest.raises(MXNetValueError, match="no input 'dta'.* Did you mean 'data'"):
        gluon.SymbolBlock.imports(str(tmp_path / "model-symbol.json"), "dta")


def test_symbol_block_of_internals(rng):
    net = net_of(nn.Dense(3, in_units=2, prefix="a_"), nn.Dense(4, in_units=3, prefix="b_"))
    data = mx.sym.var("data")
    features = gluon.SymbolBlock(net(data).get_internals()["a_fwd_output"], data, net.collect_params())
    x = nd.array(rng.normal(size=(5, 2)))
    close(features(x), net[0](x))


def test_mixed_inputs_are_refused():
    net = Nested()
    with pytest.raises(ValueError, match="mixed NDArrays and Symbols"):
        net(nd.ones((1, 2)), [mx.sym.var("a"), nd.ones((1, 2))])
    net.hybridize()
    with pytest.raises(ValueError, match="multiple contexts"):
        net(nd.ones((1, 2)), [nd.ones((1, 2), ctx=mx.cpu(1)), nd.ones((1, 2))])
    with pytest.raises(ValueError, match="nested"):
        net(nd.ones((1, 2)), ["a", 3])
    with pytest.warns(UserWarning, match="backend 'TensorRT' cannot be found"):
        net.hybridize(backend="TensorRT")
    with pytest.raises(MXNetTypeError, match="backend must be a string, got int"):
        net.hybridize(backend=3)


def test_explain():
    net = net_of(nn.Dense(2, in_units=3, activation="relu"))
    text = net.explain(nd.ones((4, 3)))
    assert "data (4, 3)" in text and "arena" in text


def test_float64_and_integers():
    net = net_of(nn.Dense(2, in_units=3, dtype="float64"))
    assert net(nd.ones((4, 3), dtype="float64")).dtype == np.float64
    table = net_of(nn.Embedding(5, 2))
    assert table(nd.array([1, 2], dtype="int32")).shape == (2, 2)


def test_plans_are_not_kept_without_end(monkeypatch):
    """Images of any size would have a plan each, with the memory of all layers."""
    net = net_of(nn.Conv2D(2, 3), nn.GlobalAvgPool2D(), nn.Dense(1))
    sizes = [5, 6, 7, 8, 9, 10, 5]
    images = [nd.ones((1, 1, n, n)) for n in sizes]
    expected = [net(x).asnumpy() for x in images]
    graph = net._cached
    assert len(graph._pools) == 6
    monkeypatch.setattr(cached_graph, "MOST", 5)
    for x, y in zip(images, expected):
        np.testing.assert_array_equal(net(x).asnumpy(), y)
    net(nd.ones((1, 1, 11, 11)))
    assert len(graph._pools) == 5
    monkeypatch.setattr(cached_graph, "LARGE", 0)  # bytes: of those beyond a few
    with autograd.record():
        y = net(images[0])  # a plan in use
    for n in (20, 21, 22, 23, 24):
        net(nd.ones((1, 1, n, n)))
        assert len(graph._pools) == cached_graph.FEW
    y.backward()
    assert [k.inputs[0][0][2] for k in graph._pools] == [21, 22, 23, 24]
    np.testing.assert_array_equal(y.asnumpy(), expected[0])


def test_calls_of_changing_kind_in_turns():
    """Shapes, modes, gradients wanted and their arrays change from call to call; each call has what belongs to it."""
    plain, fast = pair(lambda: nn.Dense(4, activation="tanh"), lambda: nn.Dense(2), x=nd.ones((3, 5)))
    rng = np.random.default_rng(0)
    weights = [net.collect_params()[f"{net[0].prefix}weight"] for net in (plain, fast)]
    for turn in range(12):
        x = nd.array(rng.normal(size=(3 + turn % 2, 5)))
        if turn % 3 == 0:
            x.attach_grad()
        if turn == 4:
            for w in weights:
                w.grad_req = "null"
        if turn == 7:
            for w in weights:
                w.grad_req = "add"
        if turn == 9:  # a new leaf with a new array
            for w in weights:
                w.grad_req = "write"
                w.data().attach_grad()
        seen = []
        for net, w in zip((plain, fast), weights):
            np.testing.assert_allclose(net(x).asnumpy(), plain(x).asnumpy(), rtol=1e-5, atol=1e-6)
            with autograd.record(train_mode=turn % 4 != 1):
                y = net(x)
                total = y * (net(x * 2) if turn % 2 else y)
            total.backward()
            grads = [p.grad() for p in net.collect_params().values() if p is not w]
            grads += [w.data().grad] if w.grad_req != "null" else []
            seen.append([a.asnumpy() for a in (y, *grads, *([x.grad] if turn % 3 == 0 else []))])
        for a, b in zip(*seen, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_gradients_of_gradients_use_the_parameters_of_now():
    """As imperative calls do: a parameter that was changed in place after forward is one array."""
    results = []
    for hybrid in (False, True):
        net = net_of(nn.Dense(1, in_units=2, use_bias=False, activation="sigmoid"), hybridize=hybrid, init="ones")
        x = nd.array([[0.5, -1.0], [2.0, 1.0]])
        x.attach_grad()
        with autograd.record():
            y = net(x)
            (g,) = autograd.grad(y, [x], create_graph=True)
            (g * g).sum().backward()
        results.append((g.asnumpy(), x.grad.asnumpy(), net[0].weight.grad().asnumpy()))
    for a, b in zip(*results):
        np.testing.assert_allclose(a, b, rtol=1e-5)
        assert np.abs(a).max() > 0


@pytest.mark.filterwarnings("error")
def test_a_label_that_is_no_number_is_an_error_and_no_warning():
    net = mx.sym.SoftmaxOutput(mx.sym.Variable("data"), name="softmax")
    exe = net.simple_bind(mx.cpu(), data=(4, 3))
    exe.forward(is_train=True, data=nd.ones((4, 3)), softmax_label=nd.array([0, 1, np.nan, 2]))
    with pytest.raises(MXNetError, match="softmax"):
        exe.backward()


def test_threads_share_a_block():
    """Each call has buffers of its own, whoever makes it."""
    net = net_of(nn.Dense(16, activation="tanh"), nn.Dense(3))
    inputs = [nd.array(np.full((2 + i % 2, 5), i)) for i in range(6)]
    expected = [net(x).asnumpy() for x in inputs]
    wrong = []

    def call(i):
        for _ in range(150):
            y = net(inputs[i])
            if not np.array_equal(y.asnumpy(), expected[i]):
                wrong.append(i)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=call, args=(i,)) for i in range(6)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    finally:
        sys.setswitchinterval(before)
    assert not wrong
