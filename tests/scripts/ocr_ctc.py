"""Digits in a row read by an LSTM and connectionist temporal classification."""

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd

rng = np.random.RandomState(30)
mx.random.seed(30)
T, N, I, H, C = 8, 6, 5, 12, 4
label = rng.randint(1, C, (N, 2)).astype("f")
x = np.zeros((N, T, I), "f")
for i in range(N):
    for j in range(2):
        x[i, 1 + 4 * j : 4 + 4 * j, int(label[i, j])] = 1
x += 0.1 * rng.rand(N, T, I)

# by symbols
data, lab = mx.sym.Variable("data"), mx.sym.Variable("label")
stack = mx.rnn.SequentialRNNCell()
stack.add(
    mx.rnn.BidirectionalCell(mx.rnn.LSTMCell(H, prefix="f_"), mx.rnn.LSTMCell(H, prefix="b_"), output_prefix="bi_")
)
outs, _ = stack.unroll(T, data, layout="NTC", merge_outputs=False)
seq = mx.sym.Concat(*outs, dim=0)
fc = mx.sym.FullyConnected(seq, num_hidden=C, name="fc")
scores = mx.sym.Reshape(fc, shape=(T, -1, C))
loss = mx.sym.MakeLoss(mx.sym.contrib.ctc_loss(scores, lab), name="ctc")
best = mx.sym.BlockGrad(mx.sym.argmax(mx.sym.SoftmaxActivation(fc), axis=1))
net = mx.sym.Group([loss, best])
exe = net.simple_bind(mx.cpu(), data=(N, T, I), label=(N, 2))
print(net.list_arguments()[:4], len(net.list_arguments()), [o.shape for o in exe.outputs])
init = mx.init.Xavier()
for n, a in sorted(exe.arg_dict.items()):
    if n not in ("data", "label"):
        init(mx.init.InitDesc(n, net.attr_dict().get(n, {})), a)
exe.arg_dict["data"][:] = x
exe.arg_dict["label"][:] = label
opt = mx.optimizer.Adam(learning_rate=0.03)
update = mx.optimizer.get_updater(opt)
for epoch in range(30):
    exe.forward(is_train=True)
    exe.backward()
    if epoch % 6 == 0:
        print(epoch, float(exe.outputs[0].mean().asscalar()))
    for i, (n, g) in enumerate(sorted(exe.grad_dict.items())):
        if n not in ("data", "label"):
            update(i, g / N, exe.arg_dict[n])


def decode(path):
    kept = [int(c) for k, c in enumerate(path) if c and (k == 0 or c != path[k - 1])]
    return kept


path = exe.outputs[1].asnumpy().reshape(T, N).T
print([decode(p) for p in path], label.astype(int).tolist())

# by gluon, with lengths and padding
ctc = gluon.loss.CTCLoss(layout="NTC", label_layout="NT")
pred = nd.array(rng.randn(2, 6, 4))
pred.attach_grad()
with autograd.record():
    l = ctc(pred, nd.array([[0, 1, -1], [2, 1, 0]]), nd.array([5, 6]), nd.array([2, 3]))
l.backward()
print(l, pred.grad[0, 5], pred.grad.sum(axis=2))
print(nd.CTCLoss(pred.swapaxes(0, 1), nd.array([[1, 2, 0], [3, 2, 1]]), blank_label="first"))
