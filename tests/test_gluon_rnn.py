"""gluon.rnn's layers without MXNet: hybridized like imperative, lengths, projection, files, bad input."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.base import MXNetError


def made(layer):
    layer.initialize(mx.init.Uniform(0.4))
    return layer


@pytest.mark.parametrize("kw", [{}, {"dropout": 0.5}, {"projection_size": 3, "bidirectional": True}])
def test_hybridized_is_imperative(rng, kw):
    layer = made(gluon.rnn.LSTM(6, 2, **kw))
    x = nd.array(rng.normal(size=(4, 3, 5)))
    found = []
    for hybrid in (False, True):
        layer.hybridize(hybrid)
        mx.random.seed(4)
        with autograd.record():
            y, states = layer(x, layer.begin_state(3))
            total = (y * y).sum() + states[1].sum()
        total.backward()
        found.append([y, *states, *(p.grad() for p in layer.collect_params().values())])
        np.testing.assert_array_equal(layer(x).asnumpy(), layer(x, layer.begin_state(3))[0].asnumpy())
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-4, atol=1e-5)


def test_lengths(rng):
    layer = made(gluon.rnn.GRU(6, bidirectional=True, use_sequence_length=True, input_size=5))
    x = nd.array(rng.normal(size=(4, 2, 5)))
    y = layer(x, sequence_length=nd.array([4, 2]))
    short = layer(x[:2, 1:], sequence_length=nd.array([2]))
    np.testing.assert_allclose(y[:2, 1:].asnumpy(), short.asnumpy(), rtol=1e-5, atol=1e-6)
    assert (y[2:, 1].asnumpy() == 0).all()
    with pytest.raises(MXNetError, match="sequence_length is missing"):
        layer(x)
    with pytest.raises(MXNetError, match="sequence_length is given"):
        made(gluon.rnn.GRU(6))(x, sequence_length=nd.array([4, 2]))


def test_files(tmp_path, rng):
    layer = made(gluon.rnn.LSTM(6, 2, bidirectional=True))
    x = nd.array(rng.normal(size=(4, 2, 5)))
    y = layer(x)
    layer.save_parameters(str(tmp_path / "p"))
    other = gluon.rnn.LSTM(6, 2, bidirectional=True)
    other.load_parameters(str(tmp_path / "p"))
    np.testing.assert_array_equal(other(x).asnumpy(), y.asnumpy())


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_dtypes(rng, dtype):
    layer = made(gluon.rnn.GRU(6, 2))
    x = nd.array(rng.normal(size=(4, 2, 5)))
    y = layer(x).asnumpy()
    layer.cast(dtype)
    z = layer(x.astype(dtype))
    assert z.dtype == np.dtype(dtype)
    np.testing.assert_allclose(z.asnumpy(), y, rtol=2e-2, atol=2e-3)


def stacked(cells):
    with cells.name_scope():
        cells.add(gluon.rnn.LSTMCell(4))
        cells.add(gluon.rnn.DropoutCell(0.3))
        cells.add(gluon.rnn.BidirectionalCell(gluon.rnn.RNNCell(2, prefix="l_"), gluon.rnn.RNNCell(2, prefix="r_")))
        cells.add(gluon.rnn.ResidualCell(gluon.rnn.GRUCell(4)))
    return cells


def as_array(outputs, layout):
    if isinstance(outputs, list):
        outputs = nd.stack(*outputs, axis=layout.find("T"))
    return outputs.asnumpy()


@pytest.mark.parametrize("lengths", [None, [3, 1]])
def test_forms_agree(rng, lengths):
    """Layouts, lists and merged outputs are the same numbers, where MXNet fails too."""
    cells = made(stacked(gluon.rnn.SequentialRNNCell()))
    x = rng.normal(size=(2, 3, 4))
    kw = {} if lengths is None else {"valid_length": nd.array(lengths)}
    expected, _ = cells.unroll(3, nd.array(x), merge_outputs=True, **kw)
    expected = expected.asnumpy()
    if lengths:
        assert (expected[1, 1:] == 0).all()
        short, _ = cells.unroll(1, nd.array(x[1:, :1]), merge_outputs=True)
        np.testing.assert_allclose(expected[1:, :1], short.asnumpy(), rtol=1e-5)
    for layout, turned in (("NTC", x), ("TNC", x.transpose(1, 0, 2))):
        steps = [nd.array(s) for s in x.transpose(1, 0, 2)]
        for inputs in (nd.array(turned), steps):
            for merge in (None, True, False):
                out, _ = cells.unroll(3, inputs, layout=layout, merge_outputs=merge, **kw)
                assert merge is None or isinstance(out, list) is not merge
                found = as_array(out, layout)
                np.testing.assert_allclose(found if layout == "NTC" else found.transpose(1, 0, 2), expected, rtol=1e-5)


@pytest.mark.parametrize("merge", [None, True, False])
def test_hybridized_cells_are_imperative(rng, merge):
    cells = made(stacked(gluon.rnn.HybridSequentialRNNCell()))
    x = nd.array(rng.normal(size=(3, 2, 4)))
    x.attach_grad()
    found = []
    for hybrid in (False, True):
        cells.hybridize(hybrid)
        with autograd.record(train_mode=False):
            out, states = cells.unroll(3, x, layout="TNC", merge_outputs=merge)
            total = sum((y * y).sum() for y in out) + sum(s.sum() for s in states)
        total.backward()
        grads = [p.grad().copy() for p in cells.collect_params().values()]
        found.append([*out, *states, x.grad.copy(), *grads])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-4, atol=1e-6)


def test_unrolled_in_a_hybrid_block(rng):
    """Cells unrolled by hybrid_forward become one graph, which is traced once."""

    class Net(gluon.HybridBlock):
        def __init__(self, **kw):
            super().__init__(**kw)
            with self.name_scope():
                self.cell = gluon.rnn.ZoneoutCell(gluon.rnn.LSTMCell(5), 0.1, 0.2)

        def hybrid_forward(self, F, x):
            return self.cell.unroll(3, x, layout="NTC", merge_outputs=True)[0]

    net = made(Net())
    x = nd.array(rng.normal(size=(2, 3, 4)))
    expected = net(x).asnumpy()
    net.hybridize()
    for _ in range(2):
        np.testing.assert_allclose(net(x).asnumpy(), expected, rtol=1e-5, atol=1e-7)
    with pytest.raises(MXNetError, match="expected 3 step"):
        net.cell.unroll(3, nd.ones((2, 4, 4)))


@pytest.mark.parametrize("hybrid", [False, True])
def test_zoneout_keeps(hybrid):
    """In training, each output is the cell's new one or the one before; the shares are those asked for."""
    cell = gluon.rnn.ZoneoutCell(gluon.rnn.RNNCell(50), 0.25, 0.5)
    made(cell)
    plain, n = cell.base_cell, 40
    if hybrid:
        cell.hybridize()
    before, states = None, cell.begin_state(batch_size=n, func=nd.ones)
    for _ in range(3):
        x = nd.random.normal(shape=(n, 6))
        with autograd.record():
            out, new = cell(x, states)
        plain._modified = False
        fresh = plain(x, states)[0].asnumpy()
        plain._modified = True
        old = np.zeros_like(fresh) if before is None else before
        kept = np.isclose(out.asnumpy(), old, atol=1e-6)
        assert (kept | np.isclose(out.asnumpy(), fresh, atol=1e-5)).all()
        assert 0.2 < kept.mean() < 0.3
        still = np.isclose(new[0].asnumpy(), states[0].asnumpy(), atol=1e-6)
        assert (still | np.isclose(new[0].asnumpy(), fresh, atol=1e-5)).all()
        assert 0.44 < still.mean() < 0.56
        before, states = out.asnumpy(), new
    cell.reset()
    out = cell(x, states)[0].asnumpy()
    np.testing.assert_allclose(out, cell(x, states)[0].asnumpy(), rtol=1e-5)  # predicting, nothing is kept
    plain._modified = False
    np.testing.assert_allclose(out, plain(x, states)[0].asnumpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kw", [{}, {"bidirectional": True}])
def test_files_of_cells_and_layers(tmp_path, rng, kw):
    """A layer's file holds the names of its cells, as MXNet's does."""
    layer = made(gluon.rnn.LSTM(6, 2, input_size=5, **kw))
    layer.save_parameters(str(tmp_path / "p"))
    names = set(nd.load(str(tmp_path / "p")))
    first = "_unfused.0.l_cell.i2h_weight" if kw else "_unfused.0.i2h_weight"
    assert first in names
    cells = layer._unfuse()
    assert names == {f"_unfused.{n}" for n in cells._collect_params_with_prefix()}
    x = nd.array(rng.normal(size=(4, 2, 5)))
    out, _ = cells.unroll(4, x, layout="TNC", merge_outputs=True)
    np.testing.assert_allclose(out.asnumpy(), layer(x).asnumpy(), rtol=1e-4, atol=1e-6)


def test_float64_and_bad_steps(rng):
    cell = made(gluon.rnn.GRUCell(4))
    cell.cast("float64")
    out, states = cell.unroll(2, nd.array(rng.normal(size=(2, 2, 3)), dtype="float64"), merge_outputs=True)
    assert out.dtype == states[0].dtype == np.float64
    bad = [
        (2, nd.ones((2, 3, 4)), "expected 2 step"),
        (2, [nd.ones((2, 3))], "1 step.s. given"),
        (2, 7, "expected an NDArray"),
        (1, ["x"], "expected a list"),
        (2, [nd.ones((2, 3)), mx.sym.var("x")], "list of NDArray"),
        (2, None, "deprecated"),
    ]
    for length, inputs, text in bad:
        with pytest.raises(MXNetError, match=text):
            cell.unroll(length, inputs)
    with pytest.raises(MXNetError, match="has no T"):
        cell.unroll(2, nd.ones((2, 2, 3)), layout="NCX")
    with pytest.raises(MXNetError, match="modified twice"):
        gluon.rnn.ResidualCell(gluon.rnn.ResidualCell(cell).base_cell)
    with pytest.raises(MXNetError, match="doesn't support zoneout"):
        gluon.rnn.ZoneoutCell(stacked(gluon.rnn.SequentialRNNCell()))
