"""Chapter 7 again: what its programs print of layers and states, their gradients, and states detached in vain."""

import numpy as np
import pytest

import mxr as mx

STEP = """
    X, H = nd.random.normal(shape=(3, 1)), nd.random.normal(shape=(3, 2))
    W_xh, W_hh = nd.random.normal(shape=(1, 2)), nd.random.normal(shape=(2, 2))
    W_hq = nd.random.normal(shape=(2, 3))
    def net(X, H):
        H = nd.relu(nd.dot(X, W_xh) + nd.dot(H, W_hh))
        O = nd.relu(nd.dot(H, W_hq))
        return H, O
    (H, O) = net(X, H)
    print(H, O)
    print(nd.one_hot(nd.array([0, 2]), 44))
    inputs = d2l.to_onehot(nd.arange(10).reshape((2, 5)), 44)
    print(len(inputs), inputs[0].shape, inputs[-1])
"""


def test_one_step_and_one_hot(book):
    book(STEP)


@pytest.mark.parametrize("layer", ["rnn.RNN(256)", "rnn.GRU(12)", "rnn.LSTM(12, 2)"])
def test_layer_states_and_model(book, layer):
    """7.6: shapes known only at the first call, states, the model around the layer; all as printed."""
    book(
        f"""
    vocab_size, batch_size, num_steps = 44, 2, 35
    rnn_layer = {layer}
    rnn_layer.initialize()
    state = rnn_layer.begin_state(batch_size=batch_size)
    print(len(state), [s.shape for s in state], rnn_layer)
    X = nd.random.uniform(shape=(num_steps, batch_size, vocab_size))
    Y, state_new = rnn_layer(X, state)
    print(Y.shape, len(state_new), state_new[0].shape, rnn_layer, rnn_layer.collect_params())
    model = d2l.RNNModel(rnn_layer, vocab_size)
    model.initialize(force_reinit=True, ctx=d2l.try_gpu())
    chars = [chr(32 + i) for i in range(vocab_size)]
    indices = {{char: i for i, char in enumerate(chars)}}
    print(model, d2l.predict_rnn_gluon("01", 10, model, vocab_size, d2l.try_gpu(), chars, indices))
    print(model.collect_params(), model)
    out, state = model(nd.arange(6).reshape((2, 3)), model.begin_state(batch_size=2))
    result = {{"Y": Y, "new": state_new, "out": out, "state": state}}
    """,
        rtol=1e-4, atol=1e-6,
    )  # fmt: skip


@pytest.mark.parametrize(
    "layer, dtype",
    [
        ("rnn.LSTM(8, num_layers=2, bidirectional=True, input_size=5)", "float32"),
        ("rnn.GRU(8, 2, bidirectional=True)", "float32"),
        ("rnn.LSTM(8, bidirectional=True, layout='NTC')", "float32"),
        ("rnn.RNN(8, activation='relu')", "float32"),
        ("rnn.GRU(8, 2, dropout=0.3)", "float64"),  # MXNet's float32 takes oneDNN here, which has no dropout
        ("rnn.LSTM(8, 3, dropout=0.5)", "float64"),
    ],
)
def test_deep_and_bidirectional(book, layer, dtype):
    """7.10, 7.11: with and without a given state, and all gradients.

    Not those behind dropout: finite differences say that MXNet's are wrong there and ours are right.
    """
    book(
        f"""
    layer = {layer}
    layer.initialize(init.Xavier())
    X = nd.random.normal(shape=(6, 3, 5))
    Y = layer(X)
    layer.cast("{dtype}")
    X = X.astype("{dtype}")
    X.attach_grad()
    state = [s.astype("{dtype}") for s in layer.begin_state(batch_size=X.shape[layer._layout.find("N")])]
    with autograd.record():
        Z, new = layer(X, state)
        l = (Z ** 2).sum() + new[0].sum()
    l.backward()
    print(layer, layer.collect_params(), Y.shape, [s.shape for s in new])
    result = {{"Y": Y, "Z": Z, "new": new}}
    if not layer._dropout:
        result.update(dX=X.grad, grads=[p.grad() for p in layer.collect_params().values()])
    """,
        rtol=1e-4, atol=1e-5,
    )  # fmt: skip


def test_detached_in_vain(book):
    """The loops ignore what `detach` gives: the state still hangs on the last graph, whose history `backward` threw
    away, so that it is a constant of the next recording."""
    got = book("""
    w = nd.array([0.5])
    w.attach_grad()
    state, grads = nd.ones(1), []
    for _ in range(3):
        state.detach()
        with autograd.record():
            state = state * w
            l = state * 3
        l.backward()
        grads.append(w.grad.copy())
    result = {"grads": grads}
    """)
    assert [float(g[0]) for g in got.ours["grads"]] == [3.0, 1.5, 0.75]


def test_gradient_clipping(book):
    book("""
    params = [nd.random.normal(shape=(3, 4)), nd.random.normal(shape=4)]
    for param in params:
        param.attach_grad()
    with autograd.record():
        l = (nd.dot(nd.ones((2, 3)), params[0]) + params[1]).exp().sum()
    for theta in (1e-2, 1e6):
        l.backward(retain_graph=True)
        d2l.grad_clipping(params, theta, mx.cpu())
        print([p.grad for p in params], sum((p.grad ** 2).sum().asscalar() for p in params) ** 0.5)
    arrays = [p.grad for p in params]
    print(gluon.utils.clip_global_norm(arrays, 0.5), arrays)
    """)


@pytest.mark.parametrize("kind", ["GRU", "LSTM"])
def test_gradients_behind_dropout(kind):
    """By finite differences, with the same masks in each run."""
    layer = getattr(mx.gluon.rnn, kind)(4, 2, dropout=0.5)
    layer.initialize(mx.init.Xavier())
    layer(mx.nd.ones((6, 3, 5)))
    layer.cast("float64")
    x = mx.nd.array(np.random.default_rng(0).normal(size=(6, 3, 5)), dtype="float64")
    heads = mx.nd.array(np.random.default_rng(1).normal(size=(6, 3, 4)), dtype="float64")
    x.attach_grad()

    def loss():
        mx.random.seed(7)
        with mx.autograd.record():
            return (layer(x) * heads).sum()

    loss().backward()
    weight = layer.collect_params()[f"{layer.prefix}l0_h2h_weight"]
    for name, array, grad in (("x", x, x.grad), ("h2h", weight.data(), weight.grad())):
        grad, at = grad.asnumpy(), (0,) * array.ndim
        step = mx.nd.zeros_like(array)
        step[at] = 1e-5
        array += step
        high = loss().asscalar()
        array -= 2 * step
        low = loss().asscalar()
        array += step
        np.testing.assert_allclose(grad[at], (high - low) / 2e-5, rtol=1e-6, err_msg=name)
