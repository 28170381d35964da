"""RNN: the kernels against the declaration, dropout, sequence lengths, the forms of symbols, bad input."""

import itertools
import weakref
from collections import deque

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.base import MXNetError
from mxr.core import kernel_table
from mxr.core.mt_random import CpuRandom
from mxr.core.op import get_op
from mxr.kernels import jit_enabled, rnn_script
from mxr.kernels import rnn as rnn_kernels
from mxr.ops.nn.rnn_layout import parameter_size

RNN, BACK = get_op("RNN"), get_op("_backward_RNN")
MODES = ("rnn_relu", "rnn_tanh", "lstm", "gru")


def arrays(rng, a, shape):
    stack, n = a.num_layers * (2 if a.bidirectional else 1), shape[1]
    out = a.projection_size or a.state_size
    scale = 1 / np.sqrt(a.state_size)
    xs = [rng.uniform(-1, 1, shape), rng.uniform(-scale, scale, parameter_size(a, shape[2]))]
    xs.append(rng.uniform(-1, 1, (stack, n, out)))
    if a.mode == "lstm":
        xs.append(rng.uniform(-1, 1, (stack, n, a.state_size)))
    return [x.astype("f") for x in xs]


def found(op, a, xs):
    return kernel_table.find(op.name, a, xs)


@pytest.mark.skipif(not jit_enabled(), reason="needs generated kernels")
@pytest.mark.parametrize("kernels", ["jit", "auto"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("shape", "hidden", "layers", "both", "p"),
    [
        ((6, 5, 80), 48, 1, False, 0),
        ((7, 3, 70), 33, 2, False, 0.5),
        ((4, 2, 40), 48, 2, True, 0.4),
        ((1, 4, 40), 48, 3, True, 0),
        ((3, 1, 64), 64, 1, True, 0),
        ((9, 16, 1), 64, 2, False, 0),
    ],
)
def test_kernels_are_the_declaration(rng, monkeypatch, kernels, mode, shape, hidden, layers, both, p):
    monkeypatch.setenv("MXR_KERNELS", kernels)
    a = RNN.parse(
        {"state_size": hidden, "num_layers": layers, "mode": mode, "bidirectional": both, "p": p, "state_outputs": True}
    )
    xs = arrays(rng, a, shape)
    forward = found(RNN, a, xs)
    assert forward is not None
    ours = forward(a, *xs, rng=CpuRandom(3), train=True)
    meant = RNN.forward(np, a, *xs, rng=CpuRandom(3), train=True)
    assert [y.shape for y in ours] == [y.shape for y in meant]
    for y, m in zip(ours[:-1], meant[:-1]):
        np.testing.assert_allclose(y, m, rtol=1e-4, atol=1e-5)
    heads = [rng.normal(size=y.shape).astype("f") for y in meant[:-1]]
    args = [*heads, *xs, meant[0], meant[-1]]
    want = BACK.forward(np, a, *args)
    backward = found(BACK, a, args)
    assert backward is not None or (mode == "gru" and kernels == "jit")
    # what either keeps serves the other
    for args in ([*heads, *xs, meant[0], meant[-1]], [*heads, *xs, ours[0], ours[-1]]):
        for run in (backward, lambda a, *args: BACK.forward(np, a, *args)):
            if run is not None:
                for g, m in zip(run(a, *args), want, strict=True):
                    np.testing.assert_allclose(g, m, rtol=1e-3, atol=1e-4 * max(1, abs(m).max()))


@pytest.mark.skipif(not jit_enabled(), reason="needs generated kernels")
def test_kernels_leave_inputs_alone_and_serve_only_what_they_can(rng):
    a = RNN.parse({"state_size": 40, "num_layers": 2, "mode": "gru", "bidirectional": True})
    xs = arrays(rng, a, (3, 2, 10))
    before = [x.copy() for x in xs]
    y, reserve = found(RNN, a, xs)(a, *xs, rng=None, train=True)
    head = np.ones_like(y)
    kernel = found(BACK, a, [head, *xs, y, reserve])
    if kernel is not None:
        y0 = y.copy(), reserve.copy()
        kernel(a, head, *xs, y, reserve)
        assert (head == 1).all() and (y == y0[0]).all()
        np.testing.assert_array_equal(reserve, y0[1])
    for x, b in zip(xs, before):
        np.testing.assert_array_equal(x, b)
    assert found(RNN, a, [x.astype("d") for x in xs]) is None
    for more in ({"lstm_state_clip_min": -1, "lstm_state_clip_max": 1}, {"projection_size": 8}):
        b = RNN.parse(dict(state_size=40, num_layers=2, mode="lstm", **more))
        assert found(RNN, b, arrays(rng, b, (3, 2, 10))) is None


@pytest.mark.parametrize("mode", MODES)
def test_dropout_between_layers(rng, mode):
    """All outputs but the last layer's lose a share p in training, by single words of the engine's generator."""
    one = RNN.parse({"state_size": 12, "num_layers": 1, "mode": mode})
    second = RNN.parse({"state_size": 12, "num_layers": 1, "mode": mode})
    x, first, *state = (nd.array(v) for v in arrays(rng, one, (4, 3, 5)))
    _, then, *_ = (nd.array(v) for v in arrays(rng, second, (4, 3, 12)))
    both = RNN.parse({"state_size": 12, "num_layers": 2, "mode": mode})
    size = 12 * {"lstm": 4, "gru": 3}.get(mode, 1)
    w1, w2 = size * (5 + 12), size * (12 + 12)
    joined = nd.concat(first[:w1], then[:w2], first[w1:], then[w2:], dim=0)
    assert joined.size == parameter_size(both, 5)
    states = [nd.concat(s, s, dim=0) for s in state]
    mx.random.seed(5)
    with autograd.train_mode():
        y = nd.RNN(x, joined, *states, state_size=12, num_layers=2, mode=mode, p=0.4)
    middle = nd.RNN(x, first, *state, state_size=12, num_layers=1, mode=mode)
    draws = CpuRandom(5)
    draws.seed(5)
    middle = middle * nd.array((draws.engine.uniform(shape=middle.shape) >= 0.4) / 0.6)
    meant = nd.RNN(middle, then, *state, state_size=12, num_layers=1, mode=mode)
    np.testing.assert_allclose(y.asnumpy(), meant.asnumpy(), rtol=1e-5, atol=1e-6)
    plain = nd.RNN(x, joined, *states, state_size=12, num_layers=2, mode=mode, p=0.4)
    without = nd.RNN(x, joined, *states, state_size=12, num_layers=2, mode=mode)
    np.testing.assert_array_equal(plain.asnumpy(), without.asnumpy())
    with autograd.train_mode():
        nothing = nd.RNN(x, joined, *states, state_size=12, num_layers=2, mode=mode, p=1)
    assert np.isfinite(nothing.asnumpy()).all()


@pytest.mark.parametrize("mode", MODES)
def test_dropout_gradient(rng, mode):
    """The gradient belongs to the masks that forward drew: differences with the same seed."""
    a = RNN.parse({"state_size": 3, "num_layers": 3, "mode": mode, "p": 0.4, "bidirectional": True})
    xs = [x.astype("d") for x in arrays(rng, a, (3, 2, 2))]
    w = rng.normal(size=(3, 2, 6))

    def value(*vs):
        y, _ = RNN.forward(np, a, *vs, rng=CpuRandom(3), train=True)
        return (y * w).sum()

    y, reserve = RNN.forward(np, a, *xs, rng=CpuRandom(3), train=True)
    grads = BACK.forward(np, a, w, *xs, y, reserve)
    for i, (x, g) in enumerate(zip(xs, grads, strict=True)):
        direction = rng.normal(size=x.shape)
        ends = [value(*[v + s * 1e-6 * direction if k == i else v for k, v in enumerate(xs)]) for s in (1, -1)]
        assert (g * direction).sum() == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(("mode", "both"), list(itertools.product(MODES, (False, True))))
def test_sequence_length_is_running_each_sequence_alone(rng, mode, both):
    a = RNN.parse({"state_size": 4, "num_layers": 2, "mode": mode, "bidirectional": both, "state_outputs": True})
    x, w, *states = (nd.array(v) for v in arrays(rng, a, (5, 3, 2)))
    lengths = [5, 2, 1]
    kw = a.as_dict()
    kw["use_sequence_length"] = True
    got = nd.RNN(x, w, *states, sequence_length=nd.array(lengths), **kw)
    for i, n in enumerate(lengths):
        alone = nd.RNN(x[:n, i : i + 1], w, *[s[:, i : i + 1] for s in states], **a.as_dict())
        np.testing.assert_allclose(got[0][:n, i : i + 1].asnumpy(), alone[0].asnumpy(), rtol=1e-5, atol=1e-6)
        assert (got[0][n:, i].asnumpy() == 0).all()
        for final, meant in zip(got[1:], alone[1:], strict=True):
            np.testing.assert_allclose(final[:, i : i + 1].asnumpy(), meant.asnumpy(), rtol=1e-5, atol=1e-6)


def test_clipping(rng):
    a = RNN.parse(
        {"state_size": 8, "num_layers": 1, "mode": "lstm", "state_outputs": True, "lstm_state_clip_min": -0.1,
             "lstm_state_clip_max": 0.05}
    )  # fmt: skip
    x, w, h, c = arrays(rng, a, (4, 3, 2))
    cells = nd.RNN(*map(nd.array, (x, w, h, c)), **a.as_dict())[2].asnumpy()
    assert cells.min() >= np.float32(-0.1) and cells.max() <= np.float32(0.05)
    assert (cells == np.float32(0.05)).any()
    x[1, 0] = np.nan
    kw = a.as_dict()
    bad = nd.RNN(*map(nd.array, (x, w, h, c)), **{**kw, "lstm_state_clip_nan": True})[2].asnumpy()
    assert np.isnan(bad[0, 0]).all() and not np.isnan(bad[0, 1]).any()


def test_compiled_is_one_step(rng):
    data = mx.sym.Variable("data")
    net = mx.sym.RNN(data, state_size=24, num_layers=2, mode="lstm", bidirectional=True, name="rnn")
    exe = net.simple_bind(mx.cpu(), data=(6, 4, 30))
    rows = [r for r in exe.explain().splitlines() if " rnn" in r]
    assert len(rows) == 2, exe.explain()  # forward and backward
    if jit_enabled():
        assert all(r.endswith("jit script") for r in rows), rows
    values = {n: rng.uniform(-0.3, 0.3, x.shape).astype("f") for n, x in exe.arg_dict.items()}
    for n, v in values.items():
        exe.arg_dict[n][:] = v
    head = rng.normal(size=(6, 4, 48)).astype("f")
    for _ in range(2):
        exe.forward(is_train=True)
        exe.backward([nd.array(head)])
    leaves = [nd.array(values[n]) for n in net.list_arguments()]
    for x in leaves:
        x.attach_grad()
    with autograd.record():
        y = nd.RNN(*leaves, state_size=24, num_layers=2, mode="lstm", bidirectional=True)
    y.backward(nd.array(head))
    np.testing.assert_allclose(exe.outputs[0].asnumpy(), y.asnumpy(), rtol=1e-5, atol=1e-6)
    for n, x in zip(net.list_arguments(), leaves):
        np.testing.assert_allclose(exe.grad_dict[n].asnumpy(), x.grad.asnumpy(), rtol=1e-4, atol=1e-5, err_msg=n)


@pytest.mark.parametrize(("p", "calls"), [(0.0, 1), (0.5, 2)])
def test_only_dropout_draws(p, calls):
    """Without dropout the operator is pure: equal calls are one, and its memory is free after its last use."""
    x, w, h = (mx.sym.Variable(n) for n in "xwh")
    one, two = (mx.sym.RNN(x, w, h, state_size=4, num_layers=2, mode="gru", p=p) for _ in range(2))
    exe = (one + two).simple_bind(mx.cpu(), x=(3, 2, 4), grad_req="null")
    assert sum("RNN" in r for r in exe.explain().splitlines()) == calls, exe.explain()


def test_hybridized_with_dropout_trains(rng):
    class Net(gluon.HybridBlock):
        def hybrid_forward(self, F, x, w, h, c):
            return F.RNN(x, w, h, c, state_size=16, num_layers=2, mode="lstm", p=0.5)

    a = RNN.parse({"state_size": 16, "num_layers": 2, "mode": "lstm"})
    xs = [nd.array(v) for v in arrays(rng, a, (5, 3, 40))]
    found = []
    for hybrid in (False, True):
        net = Net()
        if hybrid:
            net.hybridize()
        for x in xs:
            x.attach_grad()
        mx.random.seed(1)
        with autograd.record():
            y = net(*xs)
        y.backward()
        found.append([y.asnumpy(), *(x.grad.asnumpy() for x in xs)])
    for one, two in zip(*found):
        np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("mode", ["rnn_tanh", "lstm", "gru"])
def test_second_derivative_is_that_of_the_gradient(rng, mode):
    a = RNN.parse({"state_size": 3, "num_layers": 1, "mode": mode})
    xs = [nd.array(v, dtype="float64") for v in arrays(rng, a, (2, 2, 2))]
    head = nd.array(rng.normal(size=xs[0].shape), dtype="float64")

    def gradient(x):
        x.attach_grad()
        with autograd.record():
            y = nd.RNN(x, *xs[1:], **a.as_dict())
            (g,) = autograd.grad(y, [x], create_graph=True)
            return (g * head).sum()

    x = xs[0]
    gradient(x).backward()
    way = nd.array(rng.normal(size=x.shape), dtype="float64")
    numeric = (gradient(x + 1e-5 * way) - gradient(x - 1e-5 * way)).asscalar() / 2e-5
    np.testing.assert_allclose((x.grad * way).sum().asscalar(), numeric, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"mode": "elman"}, "mode"),
        ({"state_size": 0}, "state_size=0, expected at least 1"),
        ({"num_layers": 0}, "num_layers=0"),
        ({"num_layers": 2}, "parameters has shape"),
        ({"p": 1.5}, "p=1.5"),
        ({"mode": "gru", "projection_size": 2}, "projection_size=2: only mode='lstm'"),
        ({"projection_size": 9}, "projection_size=9, expected 1 to state_size=4"),
        ({"lstm_state_clip_min": 0.5}, "given together"),
        ({"use_sequence_length": True}, "sequence_length is missing"),
        ({"data": (2, 3)}, "data has shape"),
        ({"state": (2, 2, 4)}, "state has shape"),
        ({"state_cell": (1, 3, 4)}, "state_cell has shape"),
        ({"dtype": "int32"}, "expected a float"),
    ],
)
def test_bad_input(change, match):
    kw = {"state_size": 4, "num_layers": 1, "mode": "lstm"}
    shapes = {"data": (2, 2, 3), "parameters": (4 * 4 * (3 + 4 + 2),), "state": (1, 2, 4), "state_cell": (1, 2, 4)}
    dtype = change.pop("dtype", "float32")
    for k, v in change.items():
        (shapes if k in shapes else kw)[k] = v
    if kw["mode"] == "gru":
        del shapes["state_cell"]
    with pytest.raises(MXNetError, match=match):
        nd.RNN(*[nd.zeros(s, dtype=dtype) for s in shapes.values()], **kw).asnumpy()


@pytest.mark.skipif(not jit_enabled(), reason="needs llvmlite")
def test_kernels_of_all_lengths_do_not_keep_their_scripts(rng, monkeypatch):
    monkeypatch.setattr(rnn_kernels, "SMALL", 1)
    monkeypatch.setattr(rnn_script, "MOST", 4)
    monkeypatch.setattr(rnn_script, "_scripts", deque())
    made = weakref.WeakSet()
    ready = rnn_kernels.Forward.ready
    monkeypatch.setattr(rnn_kernels.Forward, "ready", lambda self: made.add(self) or ready(self))
    get_op("RNN").plans.clear()
    layer = gluon.rnn.LSTM(4)
    layer.initialize()
    x = nd.array(rng.normal(size=(12, 2, 3)))
    whole = layer(x).asnumpy()
    for n in [*range(2, 12)] * 2:
        x.attach_grad()
        with autograd.record():
            y = layer(x[:n])
        y.backward()
        np.testing.assert_allclose(y.asnumpy(), whole[:n], rtol=1e-5, atol=1e-6)
        assert np.isfinite(x.grad.asnumpy()).all() and x.grad.asnumpy()[:n].any()
    assert 0 < len(rnn_script._scripts) <= 4
    assert sum(bool(k._scripts) for k in made) <= 4 < len(made)
    get_op("RNN").plans.clear()
