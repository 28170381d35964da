"""A word model in gluon: LSTM layer, truncated backpropagation, clipped gradients, learning rate halved."""

import math

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn, rnn

mx.random.seed(29)
V, T, N, H = 15, 6, 4, 12
stream = np.array([(i * i + i // 3) % V for i in range(T * N * 10 + N)])


def batchify(data, n):
    size = len(data) // n
    return nd.array(data[: size * n].reshape(n, size).T)


class RNNModel(gluon.Block):
    def __init__(self, mode, tie=False, **kwargs):
        super(RNNModel, self).__init__(**kwargs)
        with self.name_scope():
            self.drop = nn.Dropout(0.0)
            self.encoder = nn.Embedding(V, H, weight_initializer=mx.init.Uniform(0.1))
            if mode == "lstm":
                self.rnn = rnn.LSTM(H, 2, input_size=H)
            elif mode == "gru":
                self.rnn = rnn.GRU(H, 1, input_size=H)
            else:
                self.rnn = rnn.RNN(H, 1, activation="relu", input_size=H)
            self.decoder = nn.Dense(V, in_units=H, params=self.encoder.params if tie else None)

    def forward(self, inputs, hidden):
        output, hidden = self.rnn(self.drop(self.encoder(inputs)), hidden)
        return self.decoder(output.reshape((-1, H))), hidden


def detach(hidden):
    return [detach(h) for h in hidden] if isinstance(hidden, (list, tuple)) else hidden.detach()


data = batchify(stream, N)
for mode, tie in (("lstm", False), ("gru", True), ("rnn", False)):
    mx.random.seed(2)
    model = RNNModel(mode, tie, prefix=mode + "_")
    model.initialize(mx.init.Xavier())
    trainer = gluon.Trainer(model.collect_params(), "sgd", {"learning_rate": 1.0, "momentum": 0, "wd": 0})
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    best, lr = float("inf"), 1.0
    for epoch in range(3):
        total, count = 0.0, 0
        hidden = model.rnn.begin_state(func=nd.zeros, batch_size=N, ctx=mx.cpu())
        for i in range(0, data.shape[0] - 1 - T, T):
            hidden = detach(hidden)
            with autograd.record():
                output, hidden = model(data[i : i + T], hidden)
                l = loss(output, data[i + 1 : i + 1 + T].reshape((-1,)))
            l.backward()
            grads = [p.grad() for p in model.collect_params().values()]
            gluon.utils.clip_global_norm(grads, 0.5 * T * N)
            trainer.step(N * T)
            total += nd.sum(l).asscalar()
            count += l.size
        ppl = math.exp(total / count)
        if ppl > best * 0.98:
            lr *= 0.5
            trainer.set_learning_rate(lr)
        best = min(best, ppl)
        print(mode, tie, epoch, ppl, trainer.learning_rate)
    print(sorted(p.name for p in model.collect_params().values())[:5], [h.shape for h in hidden])
print(model)

cell = rnn.HybridSequentialRNNCell(prefix="cells_")
with cell.name_scope():
    cell.add(rnn.LSTMCell(5))
    cell.add(rnn.ResidualCell(rnn.GRUCell(5)))
    cell.add(rnn.ZoneoutCell(rnn.RNNCell(4), 0.0, 0.0))
cell.initialize(mx.init.Constant(0.1))
out, states = cell.unroll(3, nd.ones((2, 3, 6)), layout="NTC", merge_outputs=True, valid_length=nd.array([3, 1]))
print(out, [s.shape for s in states], cell.state_info(2))
print(cell)
bi = rnn.BidirectionalCell(rnn.LSTMCell(3), rnn.LSTMCell(3), output_prefix="bi_")
bi.initialize(mx.init.Constant(0.2))
print(bi.unroll(2, nd.ones((1, 2, 2)))[0])
layer = rnn.LSTM(4, num_layers=1, bidirectional=True, layout="NTC", prefix="l_")
layer.initialize(mx.init.One())
print(layer(nd.ones((2, 3, 2)) * 0.1)[0, 0], layer, sorted(layer.collect_params().keys()))
