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


CELLS = {
    "rnn": "gluon.rnn.RNNCell(4)",
    "rnn_softplus": "gluon.rnn.RNNCell(4, 'softrelu', i2h_bias_initializer='ones', input_size=4, prefix='mine_')",
    "lstm": "gluon.rnn.LSTMCell(4)",
    "lstm_other": "gluon.rnn.LSTMCell(4, activation='relu', recurrent_activation='softsign')",
    "gru": "gluon.rnn.GRUCell(4, h2h_bias_initializer='ones')",
    "dropout": "gluon.rnn.DropoutCell(0.3, axes=(1,))",
    "zoneout": "gluon.rnn.ZoneoutCell(gluon.rnn.LSTMCell(4), 0.2, 0.3)",
    "residual": "gluon.rnn.ResidualCell(gluon.rnn.GRUCell(4))",
    "twice": "gluon.rnn.ResidualCell(gluon.rnn.ZoneoutCell(gluon.rnn.RNNCell(4), zoneout_states=0.2))",
    "bidirectional": "gluon.rnn.BidirectionalCell(gluon.rnn.LSTMCell(4), gluon.rnn.GRUCell(3), output_prefix='both_')",
    "stack": "stack(gluon.rnn.SequentialRNNCell())",
    "hybrid_stack": "stack(gluon.rnn.HybridSequentialRNNCell(prefix='h_'))",
}
STACK = """
def stack(cells):
    with cells.name_scope():
        cells.add(gluon.rnn.LSTMCell(4))
        cells.add(gluon.rnn.DropoutCell(0.3))
        cells.add(gluon.rnn.BidirectionalCell(gluon.rnn.RNNCell(2, prefix='l_'), gluon.rnn.RNNCell(2, prefix='r_')))
        cells.add(gluon.rnn.ResidualCell(gluon.rnn.GRUCell(4)))
    return cells
cell = %s
"""
WAYS = [(layout, merge, lengths) for layout in ("NTC", "TNC") for merge in (None, True, False) for lengths in (0, 1)]
CELLS_AND_WAYS = [(name, *way) for name in CELLS for way in WAYS]


def mxnet_fails_on_symbols(name, layout, merge, lengths):
    """ResidualCell adds a symbol with many outputs as if it were a list."""
    return merge is False and lengths and name in ("residual", "twice", "stack", "hybrid_stack")


def mxnet_fails_on_arrays(name, layout, merge, lengths):
    """BidirectionalCell stacks outputs that are stacked already, over the batch instead of the steps."""
    return layout == "NTC" and lengths and (name.endswith("stack") or (name == "bidirectional" and merge is None))


@pytest.mark.parametrize("name", CELLS)
def test_cell_names(both, name):
    both(
        STACK % CELLS[name]
        + """
result = [repr(cell), cell.prefix, cell.name, list(cell._collect_params_with_prefix()), str(cell.state_info(3)),
          [(n, p.shape, str(p.init)) for n, p in cell.collect_params().items()],
          [s.name for s in cell.begin_state(func=sym.zeros)], [s.name for s in cell.begin_state(func=sym.var)],
          cell.begin_state(batch_size=2, func=nd.ones)]
"""
    )


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize(
    ("name", "layout", "merge", "lengths"), [w for w in CELLS_AND_WAYS if not mxnet_fails_on_symbols(*w)]
)
def test_cell_graph(both, name, layout, merge, lengths, listed):
    """The graph of an unrolled cell, node by node; what has no states leaves steps unmasked."""
    both(
        STACK % CELLS[name]
        + f"""
x = [sym.var("a"), sym.var("b")] if {listed} else sym.var("x")
out, states = cell.unroll(2, x, layout=layout, merge_outputs=merge, valid_length=sym.var("n") if lengths else None)
graph = sym.Group((out if isinstance(out, list) else [out]) + states)
result = [type(out).__name__, len(states), graph.tojson()]
""",
        layout=layout,
        merge=merge,
        lengths=lengths,
    )


@pytest.mark.parametrize("call", ["residual", "rnn", "lstm", "gru", "zoneout", "dropout"])
def test_step_graph(both, call):
    both(
        STACK % CELLS[call]
        + "x = sym.var('x')\n"
        + "out, states = cell(x, cell.begin_state(func=sym.var))\nout, states = cell(out, states)\n"
        + "result = sym.Group([out] + states).tojson()"
    )


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize(
    ("name", "layout", "merge", "lengths"), [w for w in CELLS_AND_WAYS if not mxnet_fails_on_arrays(*w)]
)
def test_cell_values(both, rng, name, layout, merge, lengths, hybrid):
    """Outputs, states and all gradients, without chance: MXNet's dropout in float32 has numbers of its own."""
    x = rng.normal(size=(2, 3, 4)).astype("f")
    both(
        STACK % CELLS[name]
        + f"""
cell.initialize(mx.init.Uniform(0.4))
if {hybrid}:
    cell.hybridize()
x = nd.array(x)
x.attach_grad()
lengths = nd.array([3, 1]) if lengths else None
result = []
for again in range(2):
    with autograd.record(train_mode=False):
        out, states = cell.unroll(3, x, layout=layout, merge_outputs=merge, valid_length=lengths)
        total = sum((o * o).sum() for o in (out if isinstance(out, list) else [out])) + sum(s.sum() for s in states)
    total.backward()
    result += [repr(cell), out, states, x.grad]
result += [p.grad() for p in cell.collect_params().values()]
""",
        x=x if layout == "NTC" else x.transpose(1, 0, 2),
        layout=layout,
        merge=merge,
        lengths=lengths,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("name", [n for n in CELLS if "bidir" not in n and "stack" not in n])
def test_cell_steps(both, rng, name, hybrid):
    """Step by step, as the book writes its loops."""
    both(
        STACK % CELLS[name]
        + f"""
cell.initialize(mx.init.Uniform(0.4))
if {hybrid}:
    cell.hybridize()
states = cell.begin_state(batch_size=2, func=nd.ones)
result, x = [], nd.array(x)
x.attach_grad()
with autograd.record(train_mode=False):
    total = 0
    for step in x:
        out, states = cell(step, states)
        total = total + (out * out).sum()
        result += [out, states]
    for s in states:
        total = total + s.sum()
total.backward()
result += [x.grad] + [p.grad() for p in cell.collect_params().values()]
""",
        x=rng.normal(size=(3, 2, 4)).astype("f"),
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize(
    "call",
    [
        "zoneout.base_cell.begin_state(2)",
        "zoneout.base_cell.unroll(2, nd.ones((2, 2, 3)))",
        "zoneout.unroll(2, nd.ones((3, 4, 5)))",
        "zoneout.unroll(2, [nd.ones((3, 4))])",
        "zoneout.unroll(2, 5)",
        "zoneout.unroll(2, nd.ones((3, 2, 4)), layout='NCX')",
        "R.BidirectionalCell(cell, cell)(nd.ones((2, 3)), [])",
        "R.ZoneoutCell(R.BidirectionalCell(cell, cell))",
        "R.ZoneoutCell(5)",
        "R.DropoutCell('a')",
        "R.RecurrentCell().begin_state(3)",
        "R.RecurrentCell()(nd.ones((3,)), [])",
        "R.HybridRecurrentCell()(nd.ones((3,)), [])",
        "R.HybridSequentialRNNCell().add(5)",
        "gluon.rnn.LSTM(4, projection_size=3)._unfuse()",
    ],
)
def test_cell_errors(both, call):
    both(
        f"R = gluon.rnn\nzoneout, cell = R.ZoneoutCell(R.LSTMCell(4)), R.LSTMCell(4)\nzoneout.initialize()\n{call}",
        raises=True,
    )


@pytest.mark.parametrize(
    "layer",
    ["LSTM(4, 2)", "GRU(3, 2, bidirectional=True, dropout=0.3)", "RNN(4, activation='tanh', layout='NTC')"],
)
def test_fused_and_cells(both, rng, layer):
    """Cells of a layer share its parameters and compute the same; files name them alike."""
    both(
        f"""
        layer = gluon.rnn.{layer}
        layer.initialize(mx.init.Uniform(0.4))
        y = layer(nd.array(x))
        cells = layer._unfuse()
        out, states = cells.unroll(3, nd.array(x), layout=layer._layout, merge_outputs=True)
        result = [repr(cells), list(layer._collect_params_with_prefix()), list(cells.collect_params()),
                  [p is layer.collect_params()[n] for n, p in cells.collect_params().items()], y, out]
        """,
        x=rng.normal(size=(3, 3, 4)).astype("f"),
        rtol=1e-4,
        atol=1e-5,
    )
