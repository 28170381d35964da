"""Recurrent cells and layers inside traced blocks that look at the length of their sequences."""

import pytest

import mxr as mx
from mxr import gluon, nd
from mxr.gluon import nn, rnn

from .traced_support import check


@pytest.mark.parametrize("cell", [rnn.LSTMCell, rnn.GRUCell, rnn.RNNCell])
@pytest.mark.parametrize("unroll", [True, False])
def test_recurrent_cells_over_the_length_at_hand(rng, cell, unroll):
    class Net(gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            with self.name_scope():
                self.cell = cell(3)
                self.out = nn.Dense(2, flatten=False)

        def hybrid_forward(self, F, x):
            if unroll:
                y, _ = self.cell.unroll(x.shape[1], x, layout="NTC", merge_outputs=True)
                return self.out(y)
            states = self.cell.begin_state(func=F.zeros, batch_size=x.shape[0])
            outs = []
            for t in range(x.shape[1]):
                h, states = self.cell(x[:, t], states)
                outs.append(h * len(states) / h.shape[0])
            return self.out(F.stack(*outs, axis=1))

    net = Net()
    net.initialize(mx.init.Normal(0.5))
    for n, steps in ((2, 3), (1, 1), (3, 4)):
        check(net, nd.array(rng.normal(size=(n, steps, 4))))


@pytest.mark.parametrize("make", [lambda: rnn.LSTM(3, 2, bidirectional=True, layout="NTC"), lambda: rnn.GRU(3)])
def test_recurrent_layers_inside_find_their_input_size(rng, make):
    class Last(gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            with self.name_scope():
                self.layer = make()

        def hybrid_forward(self, F, x):
            y = self.layer(x * 2)
            return y[:, -1] / y.shape[-1]

    net = Last()
    net.initialize(mx.init.Normal(0.5))
    net.hybridize()
    x = nd.array(rng.normal(size=(2, 5, 4)))
    net(x)
    check(net, x)


def test_sizes_of_weights_do_not_tie_the_trace_to_a_shape():
    net = nn.HybridSequential()
    net.add(rnn.LSTM(3, bidirectional=True), nn.Dense(2))
    net.initialize()
    net.hybridize()
    assert net(nd.ones((4, 2, 5))).shape == (4, 2)
    assert not net._record.asked
