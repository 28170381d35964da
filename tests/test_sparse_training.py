"""Training on sparse arrays: gradients, second ones too, updates of rows, iterators, executors, blocks, modules."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, nd
from mxr.base import MXNetError

from .sparse_support import some

sparse = nd.sparse


def test_gradients_added_up():
    """grad_req='add' into row_sparse gradients, which MXNet refuses."""
    w = nd.ones((5, 2))
    w.attach_grad("add", stype="row_sparse")
    x = sparse.csr_matrix(([1.0, 2.0], [1, 3], [0, 1, 2]), shape=(2, 5))
    for _ in range(2):
        with autograd.record():
            y = nd.dot(x, w) + nd.Embedding(nd.array([1, 4]), w, input_dim=5, output_dim=2, sparse_grad=True)
        y.backward()
    assert w.grad.stype == "row_sparse"
    np.testing.assert_array_equal(w.grad.indices.asnumpy(), [1, 3, 4])
    np.testing.assert_array_equal(w.grad.asnumpy()[:, 0], [0, 4, 0, 4, 2])


def test_mixed_gradients_of_one_array(rng):
    """A dense and a row-sparse gradient of one array add up, dense or not."""
    for stype in ("default", "row_sparse"):
        w = nd.array(rng.normal(size=(4, 2)))
        w.attach_grad(stype=stype)
        with autograd.record():
            y = (w * w).sum() + nd.Embedding(nd.array([1]), w, input_dim=4, output_dim=2, sparse_grad=True).sum()
        y.backward()
        want = 2 * w.asnumpy()
        want[1] += 1
        np.testing.assert_allclose(w.grad.asnumpy(), want, rtol=1e-6)
        assert w.grad.stype == stype


def test_grad_function_and_second_order(rng):
    host = some(rng, (4, 3))
    x = nd.array(host).tostype("csr")
    w = nd.array(rng.normal(size=(3, 2)))
    w.attach_grad()
    with autograd.record():
        z = nd.dot(x, w)
        first = autograd.grad((z * z).sum(), [w], create_graph=True)[0]
        second = (first * first).sum()
    second.backward()
    h = host.astype("float64")
    np.testing.assert_allclose(first.asnumpy(), 2 * h.T @ h @ w.asnumpy(), rtol=1e-5, atol=1e-5)
    want = 2 * (2 * h.T @ h).T @ (2 * h.T @ h @ w.asnumpy())
    np.testing.assert_allclose(w.grad.asnumpy(), want, rtol=1e-4, atol=1e-4)


def test_function_gets_dense_gradients():
    class Twice(autograd.Function):
        def forward(self, x):
            return x * 2

        def backward(self, dy):
            assert dy.stype == "default"
            return dy * 2

    w = nd.ones((3, 1))
    w.attach_grad()
    with autograd.record():
        y = nd.Embedding(nd.array([2]), Twice()(w), input_dim=3, output_dim=1, sparse_grad=True)
    y.backward()
    np.testing.assert_array_equal(w.grad.asnumpy()[:, 0], [0, 0, 2])


def test_only_stored_rows_are_touched():
    """Lazy updates leave other rows alone, to the bit; the weight keeps its memory."""
    w = nd.array(np.arange(8).reshape(4, 2) / 3)
    before, memory = w.asnumpy(), w._data
    g = sparse.row_sparse_array(([[1.0, 1.0]], [2]), shape=(4, 2))
    nd.sgd_update(w, g, out=w, lr=0.5, wd=0.1)
    assert w._data is memory
    np.testing.assert_array_equal(w.asnumpy()[[0, 1, 3]], before[[0, 1, 3]])
    new = nd.sgd_update(w, g, lr=0.5)
    assert new is not w and not np.array_equal(new.asnumpy(), w.asnumpy())
    with pytest.raises(MXNetError, match="sgd_update"):
        nd.sgd_update(w, sparse.row_sparse_array(([[1.0]], [2]), shape=(4, 1)), out=w, lr=0.5)


def test_updates_fill_empty_states():
    w = nd.ones((4, 2)).tostype("row_sparse")
    mom = sparse.zeros("row_sparse", (4, 2))
    g = sparse.row_sparse_array(([[1.0, 1.0]], [2]), shape=(4, 2))
    for _ in range(2):
        nd.sgd_mom_update(w, g, mom, out=w, lr=0.1, momentum=0.5)
    np.testing.assert_array_equal(mom.indices.asnumpy(), [2])
    np.testing.assert_allclose(mom.asnumpy()[2], [-0.15, -0.15], rtol=1e-6)
    np.testing.assert_allclose(w.asnumpy()[:, 0], [1, 1, 0.75, 1], rtol=1e-6)


def test_iterator_of_csr(rng):
    host = some(rng, (10, 3))
    x = nd.array(host).tostype("csr")
    it = mx.io.NDArrayIter(x, np.arange(10), 4, last_batch_handle="discard")
    got = list(it)
    assert [b.data[0].stype for b in got] == ["csr", "csr"]
    np.testing.assert_array_equal(np.concatenate([b.data[0].asnumpy() for b in got]), host[:8])
    np.random.seed(1)
    mixed = list(mx.io.NDArrayIter(x, np.arange(10), 4, shuffle=True, last_batch_handle="discard"))
    order = np.concatenate([b.label[0].asnumpy() for b in mixed]).astype(int)
    np.testing.assert_array_equal(np.concatenate([b.data[0].asnumpy() for b in mixed]), host[order])
    with pytest.raises(NotImplementedError, match="discard"):
        mx.io.NDArrayIter(x, np.arange(10), 4)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1 0:x", "line 1"),
        ("1 0:1\n2 3:1", "line 2 has columns"),
        ("1 2:1 1:1", "rise"),
        ("one 1:1", "line 1"),
        ("", "no rows"),
    ],
)
def test_bad_libsvm(tmp_path, text, expected):
    path = tmp_path / "bad"
    path.write_text(text)
    with pytest.raises(MXNetError, match=expected):
        mx.io.LibSVMIter(data_libsvm=str(path), data_shape=(3,), batch_size=1)


def test_training_on_csr(rng):
    """Linear regression on csr batches by an executor with a row-sparse gradient and lazy updates."""
    host, true = some(rng, (200, 10), 0.3), rng.normal(size=(10, 1)).astype("f")
    x, w = mx.sym.var("data", stype="csr"), mx.sym.var("w")
    net = mx.sym.LinearRegressionOutput(mx.sym.sparse.dot(x, w), mx.sym.var("label"))
    reqs = {"data": "null", "label": "null", "w": "write"}
    exe = net.simple_bind(mx.cpu(), data=(50, 10), w=(10, 1), label=(50, 1), grad_req=reqs)
    assert exe.grad_dict["w"].stype == "row_sparse" and "data is csr" in exe.explain()
    assert exe.outputs[0].shape == (50, 1)
    update = mx.optimizer.get_updater(mx.optimizer.create("sgd", learning_rate=0.5, rescale_grad=1 / 50))
    batches = mx.io.NDArrayIter(nd.array(host).tostype("csr"), host @ true, 50, last_batch_handle="discard")
    for _ in range(60):
        batches.reset()
        for b in batches:
            exe.forward(is_train=True, data=b.data[0], label=b.label[0])
            exe.backward()
            update(0, exe.grad_dict["w"], exe.arg_dict["w"])
    np.testing.assert_allclose(exe.arg_dict["w"].asnumpy(), true, atol=1e-2)


def test_bound_sparse_gradients_add_up():
    x = sparse.csr_matrix(([1.0, 2.0], [0, 2], [0, 1, 2]), shape=(2, 3))
    grad = sparse.zeros("row_sparse", (3, 1))
    y = mx.sym.dot(mx.sym.var("x"), mx.sym.var("w"))
    exe = y.bind(mx.cpu(), {"x": x, "w": nd.ones((3, 1))}, {"w": grad}, {"x": "null", "w": "add"})
    for _ in range(2):
        exe.forward(is_train=True)
        exe.backward(nd.ones((2, 1)))
    np.testing.assert_array_equal(grad.asnumpy()[:, 0], [2, 0, 4])
    np.testing.assert_array_equal(grad.indices.asnumpy(), [0, 2])


def test_several_devices_share_sparse_gradients():
    net = mx.gluon.nn.Embedding(5, 2, sparse_grad=True)
    contexts = [mx.cpu(0), mx.cpu(1)]
    net.initialize(mx.init.One(), ctx=contexts)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1}, update_on_kvstore=False)
    with autograd.record():
        losses = [net(nd.array([i], ctx=c)).sum() for i, c in zip((0, 3), contexts)]
    autograd.backward(losses)
    trainer.step(1)
    for c in contexts:
        np.testing.assert_array_equal(net.weight.data(c).asnumpy()[:, 0], [0, 1, 1, 0, 1])


def test_parameter_by_rows():
    """A row_sparse parameter gives the rows asked for, on the tape."""
    p = mx.gluon.Parameter("w", shape=(4, 2), stype="row_sparse", grad_stype="row_sparse")
    p.initialize(init="ones")
    with pytest.raises(MXNetError, match="row_sparse_data"):
        p.data()
    trainer = mx.gluon.Trainer([p], "sgd", {"learning_rate": 1})
    rows = nd.array([2, 0, 2])
    with autograd.record():
        y = nd.Embedding(rows, p.row_sparse_data(rows), input_dim=4, output_dim=2, sparse_grad=True)
    y.backward()
    np.testing.assert_array_equal(p.grad().asnumpy()[:, 0], [1, 0, 2, 0])
    trainer.step(1)
    np.testing.assert_array_equal(p.row_sparse_data(nd.array([0, 1, 2, 3])).asnumpy()[:, 0], [0, 1, -1, 1])


@pytest.mark.parametrize("hybrid", [False, True])
def test_block_on_csr(hybrid):
    class Linear(mx.gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            self.w = self.params.get("w", shape=(3, 2), grad_stype="row_sparse")

        def hybrid_forward(self, F, x, w):
            return F.sparse.dot(x, w)

    net = Linear()
    net.initialize(mx.init.One())
    if hybrid:
        net.hybridize()
    x = sparse.csr_matrix(([1.0, 2.0], [0, 2], [0, 1, 2]), shape=(2, 3))
    for _ in range(2):
        with autograd.record():
            y = net(x).sum()
        y.backward()
        assert y.asscalar() == 6 and net.w.grad().stype == "row_sparse"
        np.testing.assert_array_equal(net.w.grad().indices.asnumpy(), [0, 2])
        np.testing.assert_array_equal(net.w.grad().asnumpy()[:, 0], [1, 0, 2])


def test_hybrid_block_with_a_sparse_result():
    class Cast(mx.gluon.HybridBlock):
        def hybrid_forward(self, F, x):
            return F.cast_storage(x, stype="csr")

    net = Cast()
    net.hybridize()
    assert net(nd.array([[0, 1], [2, 0]])).stype == "csr"


def test_module_on_csr(rng):
    """A Module with csr data and a row_sparse weight."""
    data, weight = mx.sym.var("data", stype="csr"), mx.sym.var("weight", stype="row_sparse", shape=(5, 1))
    dot = mx.sym.sparse.dot(data, weight)
    net = mx.sym.LinearRegressionOutput(mx.sym.broadcast_add(dot, mx.sym.var("bias", shape=(1, 1))), name="lin")
    host, true = some(rng, (40, 5)), rng.normal(size=(5, 1)).astype("f")
    it = mx.io.NDArrayIter(
        nd.array(host).tostype("csr"), {"lin_label": host @ true + 1}, 10, last_batch_handle="discard"
    )
    mod = mx.mod.Module(net, data_names=["data"], label_names=["lin_label"])
    mod.bind(it.provide_data, it.provide_label)
    mod.init_params()
    mod.init_optimizer("local", "sgd", {"learning_rate": 0.3, "rescale_grad": 0.1})
    for _ in range(200):
        it.reset()
        for batch in it:
            mod.forward(batch)
            mod.backward()
            mod.update()
    params = mod.get_params()[0]
    np.testing.assert_allclose(params["weight"].asnumpy(), true, atol=0.05)
    np.testing.assert_allclose(params["bias"].asnumpy(), [[1]], atol=0.05)


def test_executors_share_and_reshape():
    net = mx.sym.dot(mx.sym.var("x", stype="csr"), mx.sym.var("w", stype="row_sparse", shape=(3, 2)))
    big = net.simple_bind(mx.cpu(), x=(4, 3), w=(3, 2))
    small = net.simple_bind(mx.cpu(), x=(2, 3), w=(3, 2), shared_exec=big)
    assert small.arg_dict["w"] is big.arg_dict["w"] and small.arg_dict["x"].shape == (2, 3)
    again = big.reshape(x=(2, 3))
    assert again.arg_dict["x"].stype == "csr" and again.arg_dict["w"] is big.arg_dict["w"]
    again.forward(x=nd.ones((2, 3)).tostype("csr"), w=nd.ones((3, 2)).tostype("row_sparse"))
    np.testing.assert_array_equal(again.outputs[0].asnumpy(), np.full((2, 2), 3))
    with pytest.raises(MXNetError, match="allow_up_sizing"):
        big.reshape(x=(8, 3))


def test_store_updates_with_sparse_gradients():
    net = mx.gluon.nn.Embedding(5, 2, sparse_grad=True)
    contexts = [mx.cpu(0), mx.cpu(1)]
    net.initialize(mx.init.One(), ctx=contexts)
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1}, update_on_kvstore=True)
    for _ in range(2):
        with autograd.record():
            losses = [net(nd.array([i], ctx=c)).sum() for i, c in zip((0, 3), contexts)]
        autograd.backward(losses)
        trainer.step(1)
    for c in contexts:
        np.testing.assert_array_equal(net.weight.data(c).asnumpy()[:, 0], [-1, 1, 1, -1, 1])


def test_fallback_with_hidden_outputs(rng):
    """Gradients of operators that keep more than they show, on dense copies."""
    host = some(rng, (4, 3)) + np.eye(4, 3, dtype="f")
    grads = []
    for x in (nd.array(host), nd.array(host).tostype("csr")):
        x.attach_grad(stype="default")
        mx.random.seed(1)
        with autograd.record():
            y = nd.L2Normalization(x).sum() + nd.Dropout(x, p=0.5).sum()
        y.backward()
        grads.append(x.grad.asnumpy())
    np.testing.assert_allclose(*grads, rtol=1e-5)


def test_updates_in_place_spare_what_others_hold():
    """A row_sparse weight is written in place only where no other array shares its values."""
    from mxr.ops import sparse_update

    def weight():
        return nd.ones((6, 2)).tostype("row_sparse")

    grad = nd.sparse.row_sparse_array((np.ones((2, 2), "f"), [1, 4]), shape=(6, 2))
    w = weight()
    place = w._buf.data.ctypes.data
    nd.sparse.sgd_update(w, grad, out=w, lr=0.5)
    assert w._buf.data.ctypes.data == place and w.asnumpy()[:, 0].tolist() == [1, 0.5, 1, 1, 0.5, 1]
    for share, show in (
        (lambda x: x.detach(), lambda y: y.asnumpy()),
        (lambda x: x.copy(), lambda y: y.asnumpy()),
        (lambda x: x.data, lambda y: y.asnumpy()),
        (lambda x: x._buf, lambda y: y.todense()),
        (lambda x: x._buf.data, lambda y: y),
    ):
        w = weight()
        held = share(w)
        nd.sparse.sgd_update(w, grad, out=w, lr=0.5)
        assert (show(held) == 1).all() and w.asnumpy()[1, 0] == 0.5
    assert sparse_update._references(sparse_update._Holder()) == sparse_update._ALONE
