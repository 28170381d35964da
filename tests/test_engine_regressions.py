"""Engine bugs that were found by review, each with the program that showed it, and random graphs run every way."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mxr as mx
from mxr import autograd
from mxr.core.engine import AHEAD, engine
from mxr.gluon import nn
from mxr.graph import onednn_steps, passes, replicas
from mxr.graph.layout import HANDLERS, Handler
from mxr.kernels import onednn_enabled
from mxr.kernels.onednn import Unsupported

from .thread_support import at_once

MODES = ["ref", "jit", "onednn", "auto"]
HEAVY = (700, 700)  # a product of two goes to the queue


@pytest.fixture
def many_jobs():
    """Something that keeps the worker busy for a while."""
    a = mx.nd.ones((1200, 1200))
    mx.nd.waitall()
    return a, mx.nd.dot(a, a)


# ---- the queue
def test_out_waits_for_queued_inputs(many_jobs):
    a, product = many_jobs
    out = mx.nd.zeros(a.shape)
    mx.nd.broadcast_add(product, a, out=out)
    assert (out.asnumpy() == 1201).all()


def test_out_is_not_written_under_a_queued_reader(many_jobs):
    a, product = many_jobs
    again = mx.nd.dot(product, a)
    mx.nd.broadcast_add(a, a, out=a)
    assert (again.asnumpy() == 1200 * 1200).all()


@pytest.mark.skipif(engine.synchronous, reason="there is no queue")
def test_the_queue_has_an_end(many_jobs):
    """A job holds its output: a loop that reads nothing would fill the memory."""
    a, _ = many_jobs
    longest = 0
    for _ in range(3 * AHEAD):
        last = mx.nd.dot(a, a)
        longest = max(longest, len(engine._jobs))
    assert 1 < longest <= AHEAD
    assert (last.asnumpy() == 1200).all()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_fork_while_work_is_queued(many_jobs):
    a, product = many_jobs
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        ok = b"0"
        try:
            x = mx.nd.zeros((3,))
            x[:] = 1  # waits for the queue
            y = mx.nd.dot(mx.nd.ones(HEAVY), mx.nd.ones(HEAVY))  # queued in the child
            ok = b"1" if x.sum().asscalar() == 3 and y.asnumpy()[0, 0] == 700 and product.shape == a.shape else b"0"
        finally:
            os.write(w, ok)
            os._exit(0)
    os.close(w)
    guard = threading.Timer(60, _kill, (pid,))
    guard.start()
    answer = os.read(r, 1)
    guard.cancel()  # later the number may be that of another process
    os.waitpid(pid, 0)
    os.close(r)
    assert answer == b"1"
    assert (product.asnumpy() == 1200).all()


def _kill(pid):
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        pass


def test_threads_share_the_engine():
    def work(seed):
        rng = np.random.RandomState(seed)
        for _ in range(2):
            n = int(rng.randint(2, 9))
            x, y = rng.rand(n, n).astype("f"), rng.rand(*HEAVY).astype("f")
            big = mx.nd.dot(mx.nd.array(y), mx.nd.array(y))
            small = mx.nd.dot(mx.nd.array(x), mx.nd.array(x)) + big[:n, :n]
            np.testing.assert_allclose(small.asnumpy(), x @ x + (y @ y)[:n, :n], rtol=1e-3)
            v = mx.nd.array(x)
            v.attach_grad()
            with autograd.record():
                z = (mx.nd.dot(v, v) * v).sum()
            z.backward()
            np.testing.assert_allclose(v.grad.asnumpy(), x @ x + x @ x.T + x.T @ x, rtol=1e-3)

    at_once(work, [(i,) for i in range(6)])
    mx.nd.waitall()
    assert engine.idle


def test_the_context_of_a_result_is_that_of_the_call():
    a, b = mx.nd.ones((2, 3)), mx.nd.ones((2, 3), ctx=mx.cpu(1))
    for _ in range(2):
        assert mx.nd.broadcast_add(a, b).context == mx.cpu(0)
        assert mx.nd.broadcast_add(b, a).context == mx.cpu(1)


# ---- the executor
def _exe(sym, req="write", seed=0, **shapes):
    rng = np.random.RandomState(seed)
    exe = sym.simple_bind(mx.cpu(), grad_req=req, **shapes)
    for x in exe.arg_arrays:
        x[:] = mx.nd.array(rng.uniform(-1, 1, x.shape))
    return exe


def _grads(exe):
    return {n: g.asnumpy() for n, g in exe.grad_dict.items() if g is not None}


def _deep(activation="tanh", dropout=False):
    x = mx.sym.Variable("x")
    for i in range(4):
        x = mx.sym.Activation(mx.sym.FullyConnected(x, num_hidden=6, name=f"f{i}"), act_type=activation)
        x = mx.sym.Dropout(mx.sym.exp(x), p=0.5) if dropout else mx.sym.exp(x)
    return x


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dropout", [False, True])
def test_backward_twice_after_one_forward(mode, dropout, monkeypatch):
    monkeypatch.setenv("MXR_KERNELS", mode)
    exe = _exe(_deep(dropout=dropout), x=(3, 5))
    mx.random.seed(1)
    out = exe.forward(is_train=True)[0].asnumpy()
    head = mx.nd.ones(out.shape)
    exe.backward(head)
    first = _grads(exe)
    for _ in range(2):
        exe.backward(head)
        for n, g in _grads(exe).items():
            np.testing.assert_allclose(g, first[n], rtol=1e-5, atol=1e-6, err_msg=n)
    np.testing.assert_array_equal(exe.outputs[0].asnumpy(), out)


@pytest.mark.parametrize("dropout", [False, True])
def test_hybrid_block_backward_twice_with_retain_graph(dropout):
    net = nn.HybridSequential()
    for _ in range(3):
        net.add(nn.Dense(6, activation="tanh"))
        if dropout:
            net.add(nn.Dropout(0.5))
    net.initialize(mx.init.Uniform(1))
    net.hybridize()
    x = mx.nd.array(np.random.RandomState(0).uniform(-1, 1, (4, 5)))
    x.attach_grad()
    with autograd.record():
        y = net(x).exp()
    y.backward(retain_graph=True)
    first = x.grad.asnumpy()
    y.backward()
    np.testing.assert_allclose(x.grad.asnumpy(), first, rtol=1e-5, atol=1e-6)
    assert np.abs(first).max() > 0


def test_gradient_zero_is_written_at_each_backward():
    w, u = mx.sym.Variable("w"), mx.sym.Variable("u")
    exe = mx.sym.Group([mx.sym.BlockGrad(w), mx.sym.make_loss(u)]).simple_bind(mx.cpu(), w=(2,), u=(2,))
    for _ in range(2):
        exe.grad_dict["w"][:] = 7
        exe.forward(is_train=True)
        exe.backward()
        assert exe.grad_dict["w"].asnumpy().tolist() == [0, 0]


@pytest.mark.parametrize("mode", MODES)
def test_forward_leaves_the_gradients_alone(mode, monkeypatch):
    """The gradient of w is ones, which the graph has computed in forward already: backward alone may add it."""
    monkeypatch.setenv("MXR_KERNELS", mode)
    w = mx.sym.Variable("w")
    loss = mx.sym.make_loss(w)
    net = mx.sym.Group([mx.sym.BlockGrad(mx.sym.ones_like(loss)), loss])
    arrays = {"w": mx.nd.array([1.0, 2.0])}
    exe = net.bind(mx.cpu(), arrays, args_grad={"w": mx.nd.zeros((2,))}, grad_req="add")
    for _ in range(3):
        exe.forward(is_train=True)
    assert exe.grad_dict["w"].asnumpy().tolist() == [0, 0]
    exe.backward()
    exe.backward()
    assert exe.grad_dict["w"].asnumpy().tolist() == [2, 2]


def test_head_gradients_are_ndarrays():
    exe = _exe(mx.sym.Variable("x") * 2, x=(3,))
    exe.forward(is_train=True)
    with pytest.raises(mx.base.MXNetTypeError, match=r"out_grads\[0\] must be an NDArray, got ndarray"):
        exe.backward([np.ones(3)])


def test_shared_executor_of_another_dtype_shares_nothing():
    x = mx.sym.Variable("x")
    one = (x * 2).simple_bind(mx.cpu(), x=(3,))
    two = (x * 2).simple_bind(mx.cpu(), x=(3,), type_dict={"x": "float64"}, shared_exec=one)
    assert two.arg_dict["x"].dtype == np.float64


@pytest.mark.skipif(not onednn_enabled(), reason="needs oneDNN")
def test_a_kernel_that_gives_up_half_way_leaves_no_trace(monkeypatch):
    """The reference takes over; what the abandoned steps would have made does not exist."""
    given_up = []

    def half(p, node, step):
        onednn_steps._convolution_grad(p, node, step)
        given_up.append(node.name)
        raise Unsupported("half way")

    net = mx.sym.Variable("data")
    for i in range(3):
        net = mx.sym.Convolution(net, num_filter=16, kernel=(3, 3), pad=(1, 1), name=f"c{i}")
        net = mx.sym.Activation(net, act_type="relu")

    def gradients():
        exe = _exe(net, data=(2, 16, 8, 8))
        exe.forward(is_train=True)
        exe.backward(mx.nd.ones((2, 16, 8, 8)))
        return _grads(exe)

    with monkeypatch.context() as m:
        m.setitem(HANDLERS, "_backward_Convolution", [Handler(50, "onednn", half)])
        got = gradients()
    assert given_up
    monkeypatch.setenv("MXR_KERNELS", "ref")
    for n, g in gradients().items():
        np.testing.assert_allclose(got[n], g, rtol=1e-3, atol=1e-3, err_msg=n)


@pytest.mark.parametrize("mode", MODES)
def test_a_fused_result_may_take_the_place_of_an_input_that_another_needs(mode, monkeypatch):
    """tanh's output dies where both gradients are made: the first of them is written over it, the second reads it."""
    monkeypatch.setenv("MXR_KERNELS", mode)
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    y = mx.sym.tanh(a) + b
    exe = _exe(mx.sym.Group([y, y]), req="add", a=(2, 37), b=(2, 37))
    exe.forward(is_train=True)
    exe.backward([mx.nd.ones((2, 37)), 2 * mx.nd.ones((2, 37))])
    expected = 3 * (1 - np.tanh(exe.arg_dict["a"].asnumpy()) ** 2)
    np.testing.assert_allclose(exe.grad_dict["a"].asnumpy(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("p", [0, 0.5])
@pytest.mark.parametrize("threads", [1, 2])
def test_gradients_of_a_prediction_with_dropout(mode, p, threads, monkeypatch):
    """Backward after forward(is_train=False) runs forward again: dropout, which drew nothing, has to run too."""
    monkeypatch.setenv("MXR_KERNELS", mode)
    monkeypatch.setattr(replicas, "LEAST", 1)
    with mx.util.num_threads(threads):
        x = mx.sym.Dropout(mx.sym.square(mx.sym.Variable("a")), p=p)
        exe = _exe(mx.sym.Activation(x * 2, act_type="tanh"), a=(16, 40))
        for _ in range(2):
            exe.forward(is_train=False)
            exe.backward([mx.nd.ones((16, 40))])
            a = exe.arg_dict["a"].asnumpy().astype(np.float64)
            expected = (1 - np.tanh(2 * a * a) ** 2) * 4 * a
            np.testing.assert_allclose(exe.grad_dict["a"].asnumpy(), expected, rtol=1e-4, atol=1e-4)


# ---- random graphs
UNARY = ["tanh", "sigmoid", "square", "relu", "negative", "identity", "abs", "softsign", "exp_small"]
SHAPES = {"image": (2, 8, 4, 4), "matrix": (2, 128)}


class Net:
    """A random graph over values that are images (2, 8, 4, 4) or matrices (2, 128), for Symbols and NDArrays alike."""

    def __init__(self, draw):
        self.steps = []
        kinds = ["image", "image", "matrix"]
        for _ in range(draw(st.integers(1, 12))):
            i = draw(st.integers(0, len(kinds) - 1))
            kind = kinds[i]
            j = draw(st.sampled_from([k for k, other in enumerate(kinds) if other == kind]))
            own = {
                "image": ["conv", "conv1", "pool", "avgpool", "bn", "flat", "cut", "channels"],
                "matrix": ["dense", "image", "softmax", "sum"],
            }[kind]
            what = draw(
                st.sampled_from([*UNARY, "add", "mul", "sub", "maximum", "concat", "scalar", "sumall", *own, *own])
            )
            self.steps.append((what, i, j))
            kinds.append({"flat": "matrix", "image": "image"}.get(what, kind))
        n = draw(st.integers(1, 3))
        self.heads = [draw(st.integers(0, len(kinds) - 1)) for _ in range(n - 1)] + [len(kinds) - 1]
        self.kinds = kinds
        self.req = draw(st.sampled_from(["write", "add"]))
        self.train = draw(st.booleans())

    def __repr__(self):
        return f"Net(steps={self.steps}, heads={self.heads}, req={self.req}, train={self.train})"

    def build(self, f, param):
        values = [param("a", SHAPES["image"]), param("b", SHAPES["image"]), param("m", SHAPES["matrix"])]
        for k, (what, i, j) in enumerate(self.steps):
            values.append(self._step(f, param, k, what, values[i], values[j], self.kinds[i]))
        return [values[h] for h in self.heads]

    def _step(self, f, param, k, what, x, y, kind):
        if what == "exp_small":
            return f.exp(f.tanh(x))
        if what in UNARY:
            return getattr(f, what)(x)
        if what in ("add", "mul", "sub"):
            return {"add": f.elemwise_add, "mul": f.elemwise_mul, "sub": f.elemwise_sub}[what](f.tanh(x), y)
        if what == "maximum":
            return f.broadcast_maximum(x, y * 0.5)
        if what == "scalar":
            return (x + 0.0) * 1.0 / 2.0 - 0.25
        if what == "concat":
            return f.slice_axis(f.concat(x, y, dim=1), axis=1, begin=2, end=2 + SHAPES[kind][1])
        if what == "sumall":
            return f.broadcast_mul(f.tanh(x), f.mean(y, axis=1, keepdims=True))
        if what == "flat":
            return f.Flatten(x)
        if what == "image":
            return f.reshape(x, shape=(-1, 8, 4, 4))
        if what == "cut":
            return f.reshape(f.transpose(x, axes=(0, 2, 3, 1)), shape=(2, 8, 4, 4))
        if what == "channels":
            return f.broadcast_add(x, f.reshape(param(f"c{k}", (8,)), shape=(1, 8, 1, 1)))
        if what in ("conv", "conv1"):
            side = 3 if what == "conv" else 1
            w, b = param(f"w{k}", (8, 8, side, side)), param(f"d{k}", (8,))
            return f.Convolution(x, w, b, kernel=(side, side), pad=(side // 2,) * 2, num_filter=8)
        if what in ("pool", "avgpool"):
            kind = "max" if what == "pool" else "avg"
            return f.Pooling(x, kernel=(3, 3), pad=(1, 1), stride=(1, 1), pool_type=kind)
        if what == "bn":
            g, b = param(f"g{k}", (8,)), param(f"s{k}", (8,))
            mean, var = param(f"mean{k}", (8,), True), param(f"var{k}", (8,), True)
            return f.BatchNorm(x, g, b, mean, var, fix_gamma=bool(k % 2), eps=1e-2)
        if what == "dense":
            return f.FullyConnected(x, param(f"w{k}", (128, 128)), param(f"d{k}", (128,)), num_hidden=128)
        if what == "softmax":
            return f.softmax(x) * 10
        return f.broadcast_sub(x, f.sum(x, axis=0, keepdims=True))


@st.composite
def nets(draw):
    return Net(draw)


def _value(name, shape):
    rng = np.random.RandomState(sum(map(ord, name)))
    if name.startswith("var"):
        return rng.uniform(0.5, 1.5, shape).astype("float32")
    return (rng.uniform(-1, 1, shape) * (0.2 if name[0] == "w" else 1)).astype("float32")


def _imperative(net, rounds):
    """Outputs, gradients and states by the tape."""
    made, aux = {}, {}

    def param(name, shape, state=False):
        table = aux if state else made
        if name not in table:
            table[name] = mx.nd.array(_value(name, shape))
            if not state:
                table[name].attach_grad(net.req)
        return table[name]

    net.build(mx.nd, param)  # makes them all
    for _ in range(rounds):
        with autograd.record(train_mode=net.train):
            outs = net.build(mx.nd, param)
        on_tape = [y for y in outs if y._node is not None]
        autograd.backward(
            on_tape, [mx.nd.array(_value(f"h{i}", y.shape)) for i, y in enumerate(outs)], train_mode=net.train
        )
    grads = {n: x.grad.asnumpy() for n, x in made.items()}
    return [y.asnumpy() for y in outs], grads, {n: x.asnumpy() for n, x in aux.items()}


def _bound(net, rounds):
    shapes, states = {}, set()

    def param(name, shape, state=False):
        shapes[name] = shape
        if state:
            states.add(name)
        return mx.sym.Variable(name) if name not in variables else variables[name]

    variables = {}

    def once(name, shape, state=False):
        variables[name] = param(name, shape, state)
        return variables[name]

    sym = mx.sym.Group(net.build(mx.sym, once))
    used = set(sym.list_arguments())
    args = {n: mx.nd.array(_value(n, s)) for n, s in shapes.items() if n in used}
    exe = sym.bind(
        mx.cpu(), args, args_grad={n: mx.nd.zeros(x.shape) for n, x in args.items()}, grad_req=net.req,
        aux_states={n: mx.nd.array(_value(n, shapes[n])) for n in sym.list_auxiliary_states()},
    )  # fmt: skip
    for _ in range(rounds):
        outs = exe.forward(is_train=net.train)
        exe.backward([mx.nd.array(_value(f"h{i}", y.shape)) for i, y in enumerate(outs)])
    states = {n: x.asnumpy() for n, x in exe.aux_dict.items()}
    return [y.asnumpy() for y in outs], _grads(exe), states


def _close(got, expected, what):
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(got / scale, expected / scale, rtol=2e-3, atol=2e-4, err_msg=what)


def _verified(g, keep):
    passes.strip(g, keep)
    passes.verify(g)


def compare(net, modes=MODES):
    with pytest.MonkeyPatch.context() as m:
        m.setattr("mxr.graph.compile.strip", _verified)
        m.setenv("MXR_KERNELS", "ref")
        outs, grads, states = _imperative(net, 2)
        for mode in modes:
            m.setenv("MXR_KERNELS", mode)
            got, got_grads, got_states = _bound(net, 2)
            for i, (x, y) in enumerate(zip(got, outs)):
                _close(x, y, f"{mode}: output {i}")
            for n, g in got_grads.items():
                _close(g, grads[n], f"{mode}: gradient of {n}")
            for n, x in got_states.items():
                _close(x, states[n], f"{mode}: state {n}")


@settings(
    max_examples=int(os.environ.get("MXR_FUZZ_GRAPHS", "25")), deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(nets())
def test_random_graphs_agree_every_way(net):
    compare(net)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_that_python_does_not_hear_of():
    # as R's parallel does: fork() of the C library in the middle of queued work, told to Python later by the door
    code = (
        "import ctypes, os\n"
        "import mxr as mx\n"
        "from mxr.interop.r import door\n"
        "from mxr.core.engine import engine\n"
        "d = door()\n"
        "a = mx.nd.ones((1200, 1200))\n"
        "queued = [mx.nd.dot(a, a) for _ in range(8)]\n"
        "assert not engine.idle\n"
        "pid = ctypes.PyDLL(None).fork()\n"
        "if pid == 0:\n"
        "    ctypes.pythonapi.PyOS_AfterFork_Child()\n"
        "    ok = d.call('forked')[0] == 0 and d.session.split('-')[0] != str(os.getpid())\n"
        "    ok = ok and engine.idle and all((q.asnumpy() == 1200).all() for q in queued)\n"
        "    ok = ok and (mx.nd.dot(a, a).asnumpy() == 1200).all()\n"
        "    os._exit(0 if ok else 3)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0\n"
        "assert all((q.asnumpy() == 1200).all() for q in queued)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
