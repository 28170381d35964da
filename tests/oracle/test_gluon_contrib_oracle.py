"""gluon.contrib, CTCLoss and SDMLLoss, BatchNormReLU against MXNet: names, reprs, graphs, values, gradients."""

import numpy as np
import pytest

RUN_LOSS = """
loss = gluon.loss.%s
if hybridize:
    loss.hybridize()
a = nd.array(a)
a.attach_grad()
more = [None if m is None else nd.array(m) for m in more]
with autograd.record():
    value = loss(a, nd.array(b), *more)
    total = (value * nd.arange(1, 1 + value.size)).sum()
total.backward()
result = [repr(loss), loss.name, value, a.grad]
"""


@pytest.mark.parametrize("hybridize", [False, True], ids=["imperative", "hybrid"])
@pytest.mark.parametrize(
    "more", [[], [[6, 4, 5]], [None, [3, 1, 2]], [[6, 6, 5], [3, 1, 2]], [None, None, [1.0, 2.0, 0.5]]]
)
@pytest.mark.parametrize("args", ["", "'TNC'", "layout='TNC', label_layout='TN', weight=2.0"])
def test_ctc(both, rng, args, more, hybridize):
    pred = rng.normal(size=(3, 6, 5)).astype("f")
    label = np.array([[0, 1, 1], [2, -1, -1], [3, 0, -1]], "f")
    if len(more) == 2:  # labels end where label_lengths say
        label = np.abs(label)
    both(
        RUN_LOSS % f"CTCLoss({args})",
        a=pred.transpose(1, 0, 2) if args else pred,
        b=label.T if "TN'," in args else label,
        more=more,
        hybridize=hybridize,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("args", ["", "0.1, weight=2.0", "smoothing_parameter=0.5, prefix='s_'"])
def test_sdml(both, rng, args):
    both(
        RUN_LOSS % f"SDMLLoss({args})",
        a=rng.normal(size=(4, 3)).astype("f"),
        b=rng.normal(size=(4, 3)).astype("f"),
        more=[],
        hybridize=False,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize(
    "call",
    ["CTCLoss('NCT')", "CTCLoss(label_layout='CT')", "SDMLLoss()(nd.ones((3, 2)), nd.ones((4, 2)))"],
)
def test_loss_errors(both, call):
    both(f"gluon.loss.{call}", raises=True)


BLOCKS = {
    "shuffle1d": ("nn.PixelShuffle1D(2)", (2, 4, 3)),
    "shuffle2d": ("nn.PixelShuffle2D((2, 3))", (2, 12, 3, 2)),
    "shuffle2d_one": ("nn.PixelShuffle2D(2)", (1, 4, 3, 2)),
    "shuffle3d": ("nn.PixelShuffle3D((2, 3, 1))", (2, 6, 2, 3, 2)),
    "identity": ("nn.Identity()", (2, 3)),
    "sync": ("nn.SyncBatchNorm(num_devices=1)", (4, 3, 5)),
    "sync_plain": ("nn.SyncBatchNorm(3, 1, 0.5, center=False, scale=False, prefix='q_')", (4, 3)),
    "deformable": (
        "cnn.DeformableConvolution(4, kernel_size=(3, 3), padding=(1, 1), activation='relu', "
        "offset_weight_initializer=init.Uniform(0.2))",
        (2, 2, 5, 6),
    ),
    "deformable_groups": (
        "cnn.DeformableConvolution(4, 3, strides=2, num_deformable_group=2, use_bias=False, offset_use_bias=False, "
        "in_channels=4, groups=2, dilation=2, offset_weight_initializer=init.Uniform(0.2))",
        (1, 4, 8, 7),
    ),
    "modulated": (
        "cnn.ModulatedDeformableConvolution(4, kernel_size=(3, 3), padding=(1, 1), num_deformable_group=2, "
        "offset_weight_initializer=init.Uniform(0.2), activation='tanh')",
        (2, 2, 5, 6),
    ),
}


@pytest.mark.parametrize("hybridize", [False, True], ids=["imperative", "hybrid"])
@pytest.mark.parametrize("name", BLOCKS)
def test_block(both, rng, name, hybridize):
    code, shape = BLOCKS[name]
    both(
        f"""
        net = gluon.contrib.{code}
        graph = net(sym.var("x")).tojson() if net._children or net._reg_params or "Shuffle" in repr(net) else ""
        graph = graph.replace("[4, 0, 3, 3]", "(4, 0, 3, 3)")  # MXNet has one shape as a list
        result = [repr(net), net.prefix, list(net._collect_params_with_prefix()), graph]
        kinds = [type(p.init).__name__ if not isinstance(p.init, str) else p.init for p in net.params.values()]
        result += [kinds, [(n, tuple(p.shape)) for n, p in net.params.items()]]
        net.initialize(init.Uniform(0.5))
        if hybridize:
            net.hybridize()
        x = nd.array(x)
        x.attach_grad()
        with autograd.record():
            y = net(x)
            total = (y * y * y).sum() + 0
        # MXNet loses the gradient of a compiled identity, and has none of modulated convolution on the CPU
        if "Modulated" not in repr(net) and ("Identity" not in repr(net) or not hybridize):
            total.backward()
            result += [x.grad] + [p.grad() for p in net.collect_params().values() if p.grad_req != "null"]
        result += [y, net(x), repr(net)]
        result += [p.data() for p in net.collect_params().values()]
        """,
        x=rng.normal(size=shape).astype("f"),
        hybridize=hybridize,
        rtol=2e-4,
        atol=2e-5,
    )


CELLS = {
    "conv1d_rnn": ("Conv1DRNNCell((2, 7), 3, 3, 5, i2h_pad=1, h2h_dilate=2)", (2, 7)),
    "conv1d_lstm": ("Conv1DLSTMCell((2, 7), 3, (3,), (1,), activation='relu', prefix='c_')", (2, 7)),
    "conv1d_gru": ("Conv1DGRUCell((2, 7), 3, 3, 3, i2h_bias_initializer='ones')", (2, 7)),
    "conv2d_rnn": ("Conv2DRNNCell((2, 5, 6), 3, (3, 1), (1, 3), i2h_dilate=(2, 1))", (2, 5, 6)),
    "conv2d_lstm": ("Conv2DLSTMCell((2, 5, 6), 3, 3, 3, i2h_pad=1)", (2, 5, 6)),
    "conv2d_gru": ("Conv2DGRUCell((2, 5, 6), 3, 3, 3, activation='softsign')", (2, 5, 6)),
    "conv3d_rnn": ("Conv3DRNNCell((1, 3, 4, 3), 2, 3, 3, i2h_pad=1)", (1, 3, 4, 3)),
    "conv3d_lstm": ("Conv3DLSTMCell((1, 3, 4, 3), 2, 1, 3)", (1, 3, 4, 3)),
    "conv3d_gru": ("Conv3DGRUCell((1, 3, 4, 3), 2, 3, 1, i2h_pad=(1, 0, 1))", (1, 3, 4, 3)),
    "lstmp": ("LSTMPCell(4, 3)", (5,)),
    "lstmp_known": ("LSTMPCell(4, 6, input_size=5, prefix='p_')", (5,)),
    "variational": ("VariationalDropoutCell(gluon.rnn.LSTMCell(4), 0.1, 0.2, 0.3)", (5,)),
    "variational_ends": ("VariationalDropoutCell(gluon.rnn.GRUCell(4), 0.1, 0, 0.3)", (5,)),
}
WAYS = [(layout, merge, lengths) for layout in ("NTC", "TNC") for merge in (None, True, False) for lengths in (0, 1)]


@pytest.mark.parametrize("name", CELLS)
def test_cell_names(both, name):
    both(
        f"""
        cell = gluon.contrib.rnn.{CELLS[name][0]}
        x = sym.var('x')
        out, states = cell(x, cell.begin_state(func=sym.var))
        result = [repr(cell), cell.prefix, cell.name, list(cell._collect_params_with_prefix()),
                  str(cell.state_info(3)), sym.Group([out] + states).tojson(),
                  [(n, p.shape, str(p.init)) for n, p in cell.collect_params().items()],
                  [s.name for s in cell.begin_state(func=sym.zeros)]]
        """
    )


@pytest.mark.parametrize(("layout", "merge", "lengths"), WAYS)
@pytest.mark.parametrize("name", CELLS)
def test_cell_graph(both, name, layout, merge, lengths):
    both(
        f"""
        cell = gluon.contrib.rnn.{CELLS[name][0]}
        more = sym.var("n") if lengths else None
        out, states = cell.unroll(2, sym.var("x"), layout=layout, merge_outputs=merge, valid_length=more)
        out = [step for part in out for step in part] if merge is False else out  # a part may hold all steps
        graph = sym.Group((out if isinstance(out, list) else [out]) + states)
        result = [len(states), graph.tojson()]
        """,
        layout=layout,
        merge=merge,
        lengths=lengths,
    )


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize(("layout", "merge", "lengths"), [("NTC", None, 0), ("TNC", True, 1), ("NTC", False, 1)])
@pytest.mark.parametrize("name", CELLS)
def test_cell_values(both, rng, name, layout, merge, lengths, hybrid):
    code, shape = CELLS[name]
    x = rng.normal(size=(2, 3, *shape)).astype("f")
    both(
        f"""
        cell = gluon.contrib.rnn.{code}
        cell.initialize(mx.init.Uniform(0.4))
        if {hybrid}:
            cell.hybridize()
        x = nd.array(x)
        x.attach_grad()
        lengths = nd.array([3, 1]) if lengths else None
        with autograd.record(train_mode=False):
            out, states = cell.unroll(3, x, layout=layout, merge_outputs=merge, valid_length=lengths)
            total = sum((o * o).sum() for o in (out if isinstance(out, list) else [out])) + sum(s.sum() for s in states)
        total.backward()
        result = [repr(cell), out, states, x.grad] + [p.grad() for p in cell.collect_params().values()]
        """,
        x=x if layout == "NTC" else x.swapaxes(0, 1),
        layout=layout,
        merge=merge,
        lengths=lengths,
        rtol=2e-4,
        atol=2e-5,
    )


@pytest.mark.parametrize("lengths", [0, 1])
@pytest.mark.parametrize("layout", ["TNC", "NTC"])
@pytest.mark.parametrize("cell", ["gluon.rnn.LSTMCell(4)", "gluon.rnn.GRUCell(4)", "gluon.contrib.rnn.LSTMPCell(4, 3)"])
def test_dynamic_unroll(both, rng, cell, layout, lengths):
    x = rng.normal(size=(2, 3, 5)).astype("f")
    both(
        f"""
        cell = {cell}
        cell.initialize(mx.init.Uniform(0.4))
        x = nd.array(x)
        begin = cell.begin_state(batch_size=2, func=nd.ones)
        cell(nd.ones((2, 5)), begin)
        x.attach_grad()
        lengths = nd.array([3, 1]) if lengths else None
        with autograd.record():
            out, states = gluon.contrib.rnn.rnn_cell.dynamic_unroll(
                cell, x, begin, layout=layout, valid_length=lengths)
            total = (out * out).sum() + sum(s.sum() for s in states)
        total.backward()
        result = [out, states, x.grad] + [p.grad() for p in cell.collect_params().values()]
        """,
        x=x if layout == "NTC" else x.swapaxes(0, 1),
        layout=layout,
        lengths=lengths,
        rtol=2e-4,
        atol=2e-5,
    )


def test_interval_sampler(both):
    both(
        """
        S = gluon.contrib.data.IntervalSampler
        result = [list(S(13, 3)), list(S(13, 3, rollover=False)), len(S(13, 3, False)), list(S(4, 4)), list(S(3, 1))]
        """
    )


def test_sparse_embedding(both):
    both(
        """
        net = gluon.contrib.nn.SparseEmbedding(5, 3)
        net.initialize(init.Uniform(0.5))
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
        x = nd.array([[1, 2], [2, 4]])
        result = [repr(net), net.weight._stype, net.weight._grad_stype, list(net.collect_params())]
        for _ in range(3):
            with autograd.record():
                y = net(x)
                total = (y * y).sum()
            total.backward()
            result += [y, net.weight.grad()]
            trainer.step(1)
        result += [net.weight.row_sparse_data(nd.arange(5))]
        """
    )


@pytest.mark.parametrize(
    "call",
    [
        "rnn.Conv2DRNNCell((2, 7, 7), 3, 3, 2)",
        "rnn.Conv2DRNNCell((2, 7, 7), 3, (3,), 3)",
        "rnn.VariationalDropoutCell(gluon.rnn.BidirectionalCell(gluon.rnn.RNNCell(3), gluon.rnn.RNNCell(3)), 0, 0.1)",
        "data.IntervalSampler(3, 5)",
        "nn.PixelShuffle2D((1, 2, 3))",
        "cnn.DeformableConvolution(4, 3, layout='NWC')",
        "nn.SparseEmbedding(3, 2)(nd.ones((2,)))",
    ],
)
def test_errors(both, call):
    both(f"gluon.contrib.{call}", raises=True)
