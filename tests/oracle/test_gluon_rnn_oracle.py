"""gluon.rnn's layers against MXNet: names, reprs, graphs, values, gradients, training."""

import pytest

LAYERS = [
    "LSTM(5)",
    "LSTM(5, 2, 'NTC', 0.3, True, input_size=4)",
    "LSTM(6, 2, bidirectional=True, state_clip_min=-9, state_clip_max=9, state_clip_nan=True)",
    "GRU(5, 3)",
    "GRU(5, layout='NTC', bidirectional=True, i2h_bias_initializer='ones')",
    "RNN(5, 2, activation='tanh')",
    "RNN(5, bidirectional=True, prefix='mine_')",
]
PROJECTED = ["LSTM(5, projection_size=3)", "LSTM(5, 2, 'NTC', bidirectional=True, projection_size=2)"]


@pytest.mark.parametrize("layer", LAYERS + PROJECTED)
def test_names(both, layer):
    both(
        f"""
        layer = gluon.rnn.{layer}
        result = [repr(layer), [(n, p.shape, str(p.init)) for n, p in layer.collect_params().items()],
                  str(layer.state_info(3)), [s.name for s in layer.begin_state(0, func=sym.zeros)],
                  layer.begin_state(2, ctx=mx.cpu(), dtype="float64")]
        """
    )


@pytest.mark.parametrize("layer", LAYERS + PROJECTED)
def test_graph(both, layer):
    both(f"result = gluon.rnn.{layer}(sym.Variable('x')).tojson()")


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("layer", [x for x in LAYERS if "clip" not in x])
def test_values(both, rng, layer, hybrid):
    """Output, states, and all gradients; MXNet's dropout is nothing in float32, so it is left out here."""
    layer = layer.replace("0.3", "0.0")
    both(
        f"""
        layer = gluon.rnn.{layer}
        layer.initialize(mx.init.Uniform(0.4))
        if {hybrid}:
            layer.hybridize()
        x = nd.array(x)
        x.attach_grad()
        states = [s + 0.2 for s in layer.begin_state(3)]
        for s in states:
            s.attach_grad()
        with autograd.record():
            y, new = layer(x, states)
            total = (y * y).sum() + sum((s * s).sum() for s in new)
        total.backward()
        result = [repr(layer), y, new, x.grad, [s.grad for s in states],
                  [p.grad() for p in layer.collect_params().values()]]
        """,
        x=rng.normal(size=(3, 3, 4)).astype("f"),
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("hybrid", [False, True])
def test_training(both, rng, hybrid):
    """A network around a layer, with shapes found out at the first call."""
    both(
        f"""
        net = gluon.nn.HybridSequential()
        net.add(gluon.nn.Embedding(7, 6), gluon.rnn.LSTM(8, 2, layout="NTC"), gluon.nn.Dense(7, flatten=False))
        net.initialize(mx.init.Uniform(0.3))
        if {hybrid}:
            net.hybridize()
        trainer = gluon.Trainer(net.collect_params(), "sgd", {{"learning_rate": 0.5}})
        loss = gluon.loss.SoftmaxCrossEntropyLoss()
        x, y = nd.array(x), nd.array(y)
        losses = []
        for _ in range(8):
            with autograd.record():
                value = loss(net(x), y)
            value.backward()
            trainer.step(4)
            losses.append(value.mean())
        result = [losses, [p.data() for p in net.collect_params().values()]]
        """,
        x=rng.integers(0, 7, (4, 5)).astype("f"),
        y=rng.integers(0, 7, (4, 5)).astype("f"),
        rtol=1e-3,
        atol=1e-4,
    )


@pytest.mark.parametrize(
    "call",
    [
        "layer(nd.ones((3, 2, 4)), layer.begin_state(3))",
        "layer(nd.ones((3, 2, 4)), layer.begin_state(2)[0])",
        "layer(nd.ones((2, 4)))[0].asnumpy()",
        "gluon.rnn.LSTM(5, layout='CNT')",
        "gluon.rnn.RNN(5, activation='softsign')",
        "gluon.rnn.GRU(5, projection_size=2)",
    ],
)
def test_errors(both, call):
    both(f"layer = gluon.rnn.LSTM(5, 2)\nlayer.initialize()\n{call}", raises=True)
