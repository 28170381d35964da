"""Values kept between runs are made anew whenever a parameter's memory was written to, in whatever way."""

from __future__ import annotations

import ctypes
import gc
import weakref

import numpy as np
import pytest

import mxr as mx
from mxr.core.lease import borrow, lease_of, lender
from mxr.graph import prepared as keeping
from mxr.kernels import jit_enabled, onednn_enabled
from mxr.kernels.fingerprint import Fingerprints

needs_kernels = pytest.mark.skipif(
    not (jit_enabled() and onednn_enabled()), reason="weights are prepared for oneDNN; looks need generated code"
)


def _net(channels=24, hybridize=True):
    """3x3 convolution with weights above the size that is looked at each time."""
    mx.random.seed(3)
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Conv2D(channels, 3, padding=1, in_channels=channels, use_bias=False))
    net.initialize(mx.init.Normal(0.1))
    if hybridize:
        net.hybridize()
    return net


def _expected(net, x):
    w, n = net[0].weight.data().asnumpy(), x.asnumpy()
    padded = np.pad(n, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (2, 3))
    return np.einsum("ncijkl,ockl->noij", windows, w)


def _add(raw):
    raw += 1


def _by_dlpack_write(net, w):
    np.from_dlpack(mx.nd.from_dlpack(w.to_dlpack_for_write())._data)[...] *= -1


def _by_update(net, w):
    mx.nd.sgd_update(w, mx.nd.ones(w.shape), lr=0.5, out=w)


def _by_trainer(net, w):
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    for _ in range(2):
        with mx.autograd.record():
            loss = net(mx.nd.ones((1, w.shape[1], 5, 5))).sum()
        loss.backward()
        trainer.step(1)


def _by_kvstore(net, w):
    store = mx.kv.create("local")
    store.init("w", mx.nd.ones(w.shape) * 2)
    store.pull("w", out=w)


def _by_load(net, w, path):
    other = _net(w.shape[0])
    other[0].weight.set_data(mx.nd.ones(w.shape) * 0.3)
    other.save_parameters(path)
    net.load_parameters(path)


WRITERS = {
    "setitem": lambda net, w: w.__setitem__(slice(None), 2.0),
    "one element": lambda net, w: w.__setitem__((0, 0, 0, 0), 50.0),
    "in place": lambda net, w: w.__iadd__(1.0),
    "signs": lambda net, w: w.__imul__(-1.0),
    "out=": lambda net, w: mx.nd.ones(w.shape).__mul__(3).copyto(w),
    "operator into": lambda net, w: mx.nd.broadcast_add(w, mx.nd.ones((1, 1, 1, 1)), out=w),
    "update": _by_update,
    "trainer": _by_trainer,
    "kvstore": _by_kvstore,
    "set_data": lambda net, w: net[0].weight.set_data(mx.nd.ones(w.shape)),
    "initialize": lambda net, w: net.initialize(mx.init.One(), force_reinit=True),
    "raw": lambda net, w: _add(w._data),
    "dlpack": _by_dlpack_write,
    "random out": lambda net, w: mx.nd.random.uniform(shape=w.shape, out=w),
    "view": lambda net, w: w.reshape((-1,)).__setitem__(slice(3, 5), 9.0),
    "slice": lambda net, w: w[1:2].__setitem__(slice(None), 9.0),
    "detached": lambda net, w: w.detach().__setitem__(slice(None), 4.0),
    "pointer": lambda net, w: ctypes.memset(w._data.ctypes.data, 0, 64),
}


@pytest.mark.parametrize("how", WRITERS)
@pytest.mark.parametrize("proven", [1, 3], ids=["first", "leased"])
def test_writes_are_noticed(how, proven):
    """After one forward and after the lease is proven, each way of writing shows in the next forward."""
    net, x = _net(), mx.nd.random.normal(shape=(1, 24, 6, 6))
    for _ in range(proven):
        before = net(x).asnumpy()
    WRITERS[how](net, net[0].weight.data())
    for _ in range(3):
        after = net(x).asnumpy()
        np.testing.assert_allclose(after, _expected(net, x), rtol=1e-4, atol=1e-4)
        assert not np.allclose(before, after, rtol=1e-6)


HOLDERS = {
    "raw": lambda w: w._data,
    "part of raw": lambda w: w._data[1:],
    "view": lambda w: w.reshape((-1,)),
    "detached": lambda w: w.detach(),
    "slice": lambda w: w[1:3],
    "dlpack": lambda w: np.from_dlpack(mx.nd.from_dlpack(w.to_dlpack_for_write())._data),
    "memoryview": lambda w: memoryview(w._data),
    "ctypes": lambda w: (ctypes.c_float * w.size).from_buffer(w._data),
}


@pytest.mark.parametrize("how", HOLDERS)
@pytest.mark.parametrize("when", ["before", "between"])
def test_memory_held_by_others_is_looked_at(how, when):
    """Whoever got hold of the memory before may write at any time, any number of times."""
    net, x = _net(), mx.nd.random.normal(shape=(1, 24, 6, 6))
    if when == "between":
        for _ in range(3):
            net(x)
    w = net[0].weight.data()
    holder = HOLDERS[how](w)
    for i in range(4):
        net(x)
        if isinstance(holder, mx.nd.NDArray):
            holder[:] = i + 1
        elif isinstance(holder, np.ndarray):
            holder[...] = i + 1
        elif isinstance(holder, memoryview):
            np.asarray(holder)[...] = i + 1
        else:
            holder[5] = i + 10.0
        np.testing.assert_allclose(net(x).asnumpy(), _expected(net, x), rtol=1e-4, atol=1e-4)


def _added(before):
    """What is shared now and was not; `before` holds what was, so that nothing new takes its id."""
    known = set(map(id, before))
    (item,) = [p for p in keeping._shared.values() if id(p) not in known]
    return item


@needs_kernels
def test_nothing_is_made_anew_without_a_write():
    """Weights are prepared once; the lease holds from the second look on, and ends with a reader, too."""
    net, x = _net(40), mx.nd.random.normal(shape=(1, 40, 6, 6))
    before = list(keeping._shared.values())
    for _ in range(4):
        net(x)
    item = _added(before)
    assert item.made == 1 and item.settled
    net[0].weight.data().asnumpy()
    assert not item.leases[0].held
    for _ in range(3):
        net(x)
    assert item.made == 1 and item.settled and item.leases[0].held
    net[0].weight.data()[:] = 1
    net(x)
    assert item.made == 2


@needs_kernels
def test_plans_of_one_block_share_what_is_prepared():
    """Two sizes of batch whose kernels want the same layout."""
    gc.collect()
    net, before = _net(48), list(keeping._shared.values())
    for _ in range(2):
        for n in (2, 3):
            net(mx.nd.ones((n, 48, 6, 6)))
    item = _added(before)
    assert item.made == 1
    where = weakref.ref(item)
    del net, item
    gc.collect()
    assert where() is None


def test_a_lease_needs_all_references_known():
    x = mx.nd.ones((64, 64))
    raw = borrow(x)
    loan = lender(raw)
    assert lease_of(loan).held
    held = raw.reshape(-1), raw[3:]  # views of what is borrowed count as the loan
    assert lease_of(loan) is not None
    other = borrow(x)
    x.wait_to_read()
    assert lease_of(loan) is not None
    del other
    x.wait_to_read()
    assert lease_of(loan) is not None
    buffer = x._data
    assert lease_of(loan) is None
    del buffer
    assert lease_of(loan) is not None
    for make in (lambda: x.reshape((-1,)), lambda: x.detach(), lambda: x[2:4]):
        x.wait_to_read()
        assert lease_of(loan) is not None
        x.wait_to_read()
        y = make()
        assert lease_of(loan) is None
        del y
    y = x.detach()  # carries no lease: there was none
    del y
    lease = lease_of(loan)
    y = x.detach()
    y[:] = 3
    assert not lease.held and lease_of(loan) is None
    del held, y


@pytest.mark.parametrize("make", [lambda own: mx.nd.from_numpy(own, zero_copy=True), mx.nd.from_dlpack])
def test_memory_of_others_gets_no_lease(make):
    """Foreign memory may be written to by whom nobody here knows; while its owner lives it is looked at."""
    own = np.zeros(5000, np.float32)
    x = make(own)
    loan = lender(borrow(x))
    if np.shares_memory(own, x._buf):
        assert loan is None or lease_of(loan) is None


@needs_kernels
def test_an_executor_notices_its_training():
    """Updates through flat memory of all parameters, and auxiliary states written by the plan."""
    data = mx.sym.var("data")
    y = mx.sym.Convolution(data, num_filter=24, kernel=(3, 3), pad=(1, 1), no_bias=True, name="c")
    y = mx.sym.BatchNorm(y, fix_gamma=False, momentum=0.5, name="b")
    exe = mx.sym.Activation(y, act_type="relu").simple_bind(mx.cpu(), grad_req="write", data=(2, 24, 6, 6))
    rng = np.random.RandomState(0)
    for n, x in exe.arg_dict.items():
        x[:] = rng.randn(*x.shape) * 0.1 + (n == "b_gamma")
    exe.aux_dict["b_moving_var"][:] = 1
    ref = mx.sym.Activation(y, act_type="relu").simple_bind(mx.cpu(), grad_req="null", data=(2, 24, 6, 6))

    def fresh():
        """The same prediction with arrays that nothing was kept of."""
        ref.copy_params_from(exe.arg_dict, exe.aux_dict)
        return ref.forward(is_train=False)[0].asnumpy()

    last = None
    for _ in range(3):
        for _ in range(3):
            now = exe.forward(is_train=False)[0].asnumpy()
        np.testing.assert_allclose(now, fresh(), rtol=1e-5, atol=1e-5)
        assert last is None or not np.allclose(now, last)
        last = now
        exe.forward(is_train=True)
        exe.backward(mx.nd.ones(now.shape))
        names, weights, grads = exe.flat_params
        mx.nd.sgd_update(weights, grads, lr=0.01, out=weights)


@pytest.mark.parametrize("size", [1, 3, 63, 64, 65, 200, 1003, 4096])
def test_fingerprints_tell_changes(size):
    """Any single element, its sign alone, two signs, a swap, all zeros."""
    x = np.random.RandomState(size).rand(size).astype(np.float32)
    look = Fingerprints([x])
    seen = {x.tobytes(): look()[0]}

    def see():
        assert seen.setdefault(x.tobytes(), look()[0]) == look()[0]

    for i in {0, size // 2, size - 1}:
        x[i] *= -1
        see()
    x *= -1
    see()
    x[0], x[-1] = x[-1], x[0]
    see()
    x[...] = 0
    see()
    assert len(set(seen.values())) == len(seen) >= 3


def test_a_loan_may_end_after_its_module(monkeypatch):
    """When Python ends, modules lose their contents before the last objects go."""
    from mxr.core import lease

    loan = lender(borrow(mx.nd.ones((3,))))
    monkeypatch.setattr(lease, "_loans", None)
    loan.__del__()


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nag", "rmsprop", "adagrad", "signum", "ftrl", "lamb"])
@pytest.mark.parametrize("store", [None, "device"])
def test_a_trainer_that_stays_is_noticed(optimizer, store):
    """Updates under a lease, by a trainer that holds on to what it made in its first step."""
    net, x = _net(), mx.nd.random.normal(shape=(1, 24, 6, 6))
    trainer = mx.gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.1}, kvstore=store)
    for _ in range(3):
        with mx.autograd.record():
            loss = (net(x) ** 2).sum()
        loss.backward()
        for _ in range(3):  # leased again when the update comes
            before = net(x).asnumpy()
        trainer.step(1)
        for _ in range(3):
            after = net(x).asnumpy()
        assert not np.array_equal(before, after)
        np.testing.assert_allclose(after, _expected(net, x), rtol=1e-3, atol=1e-3)


def test_a_module_in_turns():
    """Module.fit's update and prediction in turns, each prediction compared with that of a fresh module."""
    data = mx.sym.var("data")
    y = mx.sym.Convolution(data, num_filter=24, kernel=(3, 3), name="c")
    y = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(y, num_hidden=5, name="f"), name="softmax")
    mod = mx.mod.Module(y, context=mx.cpu())
    mod.bind([("data", (4, 24, 6, 6))], [("softmax_label", (4,))])
    mx.random.seed(2)
    mod.init_params(mx.init.Xavier())
    mod.init_optimizer(optimizer="sgd", optimizer_params={"learning_rate": 0.5, "momentum": 0.9})
    rng = np.random.RandomState(0)
    batch = mx.io.DataBatch([mx.nd.array(rng.randn(4, 24, 6, 6))], [mx.nd.array([0, 1, 2, 3])])
    for _ in range(3):
        mod.forward(batch, is_train=True)
        mod.backward()
        mod.update()
        for _ in range(3):
            mod.forward(batch, is_train=False)
        got = mod.get_outputs()[0].asnumpy()
        other = mx.mod.Module(y, context=mx.cpu())
        other.bind([("data", (4, 24, 6, 6))], [("softmax_label", (4,))], for_training=False)
        other.set_params(*mod.get_params())
        other.forward(batch, is_train=False)
        np.testing.assert_allclose(got, other.get_outputs()[0].asnumpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("call", ["optimizer", "operator", "updater"])
def test_repeated_updates_are_noticed(call):
    """The same update of the same arrays again and again, which runs by what its last call left behind."""
    net, x = _net(), mx.nd.random.normal(shape=(1, 24, 6, 6))
    w = net[0].weight.data()
    g = mx.nd.ones(w.shape)
    optimizer = mx.optimizer.create("sgd", learning_rate=0.1, momentum=0.9)
    state, updater = optimizer.create_state(0, w), mx.optimizer.get_updater(optimizer)
    for _ in range(4):
        for _ in range(2):
            if call == "optimizer":
                optimizer.update(0, w, g, state)
            elif call == "updater":
                updater(0, g, w)
            else:
                mx.nd.sgd_mom_update(w, g, state, lr=0.1, momentum=0.9, out=w)
            np.testing.assert_allclose(net(x).asnumpy(), _expected(net, x), rtol=1e-3, atol=1e-3)
        for _ in range(3):
            net(x)


@pytest.mark.parametrize("how", ["block", "executor"])
def test_moving_averages_that_backward_has_changed_are_noticed(how):
    """Nothing else changes: the other parameters stand still."""
    x = mx.nd.random.normal(shape=(4, 24, 6, 6))
    y = mx.sym.Convolution(mx.sym.Variable("data"), num_filter=24, kernel=(3, 3), no_bias=True, name="c")
    y = mx.sym.BatchNorm(y, momentum=0.5, fix_gamma=False, name="n")
    exe = y.simple_bind(mx.cpu(), data=x.shape, grad_req={"data": "write"})
    for name, a in {**exe.arg_dict, **exe.aux_dict}.items():
        a[:] = mx.nd.ones(a.shape) if name.endswith(("var", "gamma")) else mx.nd.random.normal(0, 0.1, a.shape)
    values = {**exe.arg_dict, **exe.aux_dict}
    block = mx.gluon.SymbolBlock(y, [mx.sym.Variable("data")])
    for name, p in block.collect_params().items():
        p.shape = values[name].shape
        p.initialize()
        p.set_data(values[name])
        p.grad_req = "null"
    block.hybridize()

    def predict():
        return block(x) if how == "block" else exe.forward(is_train=False, data=x)[0]

    x.attach_grad()
    for _ in range(3):
        for _ in range(4):
            predict()
        if how == "block":
            with mx.autograd.record():
                out = block(x)
            out.backward()
        else:
            exe.forward(is_train=True, data=x)
            exe.backward(mx.nd.ones((4, 24, 4, 4)))
        got = predict().asnumpy()  # before anybody else has a look at the parameters
        if how == "block":
            values = {n: p.data() for n, p in block.collect_params().items()}
        fresh = y.bind(mx.cpu(), {n: values[n].copy() if n != "data" else x for n in y.list_arguments()},
                       aux_states={n: values[n].copy() for n in y.list_auxiliary_states()})  # fmt: skip
        want = fresh.forward(is_train=False)[0].asnumpy()
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-4)
