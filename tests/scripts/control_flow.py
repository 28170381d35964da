"""foreach over an LSTM, while_loop and cond, in symbols, arrays and a block."""

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd

rng = np.random.RandomState(18)
T, N, I, H = 4, 2, 3, 5

cell = mx.rnn.LSTMCell(H, prefix="l_")


def step(data, states):
    out, new = cell(data, states)
    return out, new


data = mx.sym.Variable("data")
outs, states = mx.sym.contrib.foreach(step, data, [mx.sym.Variable("h0"), mx.sym.Variable("c0")])
net = mx.sym.Group([outs] + states)
print(sorted(net.list_arguments()), len(net.list_outputs()))
exe = net.simple_bind(mx.cpu(), data=(T, N, I), h0=(N, H), c0=(N, H))
for name in sorted(exe.arg_dict):
    exe.arg_dict[name][:] = rng.uniform(-0.5, 0.5, exe.arg_dict[name].shape)
o = exe.forward(is_train=True)
print([a.shape for a in o], o[0].sum(axis=(1, 2)))
exe.backward([mx.nd.ones_like(a) for a in o])
print({k: float(v.asnumpy().sum()) for k, v in sorted(exe.grad_dict.items())})

# the same loop unrolled
seq, _ = cell.unroll(
    T, data, begin_state=[mx.sym.Variable("h0"), mx.sym.Variable("c0")], layout="TNC", merge_outputs=True
)
e2 = seq.bind(mx.cpu(), {k: exe.arg_dict[k] for k in seq.list_arguments()})
print(np.abs(e2.forward()[0].asnumpy() - o[0].asnumpy()).max() < 1e-5)

x = nd.array(rng.rand(3, 2))
x.attach_grad()
with autograd.record():
    total, last = nd.contrib.foreach(lambda d, s: (d * s, s + d), x, nd.ones((2,)))
    total.sum().backward()
print(total, last, x.grad)

out, final = nd.contrib.while_loop(
    cond=lambda i, s: s < 12,
    func=lambda i, s: ([i + s, i], [i + 1, s + i]),
    loop_vars=(nd.array([1]), nd.array([0])),
    max_iterations=8,
)
print([o[:5] for o in out], [o.shape for o in out], final)
i, s = mx.sym.Variable("i"), mx.sym.Variable("s")
outs, finals = mx.sym.contrib.while_loop(
    lambda i, s: i <= 5, lambda i, s: (i * s, [i + 1, s + i]), [i, s], max_iterations=10
)
g = mx.sym.Group([outs] + finals)
ex = g.bind(mx.cpu(), {"i": nd.array([1]), "s": nd.array([2])}, args_grad={"i": nd.zeros(1), "s": nd.zeros(1)})
r = ex.forward(is_train=True)
print([a.shape for a in r], r[0][:5], r[1:], sorted(g.list_arguments()))
ex.backward([nd.ones_like(a) for a in r])
print(ex.grad_dict)

a, b = nd.array([1.0]), nd.array([2.0])
print(nd.contrib.cond(a * b < 5, lambda: (a + 5) * (b + 5), lambda: (a - 5) * (b - 5)))
sa, sb = mx.sym.var("a"), mx.sym.var("b")
c = mx.sym.contrib.cond(sa * sb < 5, lambda: (sa + 5) * (sb + 5), lambda: (sa - 5) * (sb - 5))
for va, vb in ((1, 2), (3, 4)):
    print(c.eval(a=nd.array([va]), b=nd.array([vb])))


class Scan(gluon.HybridBlock):
    def __init__(self, **kwargs):
        super(Scan, self).__init__(**kwargs)
        with self.name_scope():
            self.fc = gluon.nn.Dense(3, in_units=5, flatten=False)

    def hybrid_forward(self, F, x, state):
        def body(item, state):
            new = F.tanh(self.fc(F.concat(item, state, dim=1)))
            return new, new

        return F.contrib.foreach(body, x, state)


block = Scan(prefix="scan_")
block.initialize(mx.init.Constant(0.1))
x, s = nd.array(rng.rand(4, 2, 2)), nd.zeros((2, 3))
eager = block(x, s)
block.hybridize()
with autograd.record():
    y, last = block(x, s)
    y.sum().backward()
print(np.abs(eager[0].asnumpy() - y.asnumpy()).max() < 1e-6, y[-1], last, block.fc.weight.grad())
