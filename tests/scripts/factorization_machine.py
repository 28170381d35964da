"""A factorization machine with csr input, in symbols."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(10)
mx.random.seed(10)
N, D, K = 48, 24, 3
x = rng.rand(N, D) * (rng.rand(N, D) < 0.25)
v = rng.randn(D, K) * 0.5
y = x.dot(rng.randn(D)) + 0.5 * ((x.dot(v) ** 2).sum(1) - (x**2).dot(v**2).sum(1))
label = (y > np.median(y)).astype("f")


def machine(k, size):
    data = mx.sym.Variable("data", stype="csr")
    v = mx.sym.Variable("v", shape=(size, k), stype="row_sparse", init=mx.init.Normal(0.1))
    w = mx.sym.Variable("w", shape=(size, 1), stype="row_sparse", init=mx.init.Normal(0.1))
    b = mx.sym.Variable("w1_bias", shape=(1,), init=mx.init.Zero())
    linear = mx.sym.broadcast_add(mx.sym.dot(data, w), b)
    vs = mx.sym._internal._square_sum(data=v, axis=1, keepdims=True)
    xs = mx.sym.square(data=data)
    second = mx.sym.negative(mx.sym.dot(xs, vs)) * 0.5
    first = mx.sym.sum(mx.sym.square(mx.sym.dot(data, v)), axis=1, keepdims=True) * 0.5
    model = mx.sym.Concat(linear, second, first, dim=1)
    model = mx.sym.sum(data=model, axis=1, keepdims=True)
    return mx.sym.LogisticRegressionOutput(data=model, label=mx.sym.Variable("label"), name="lr")


net = machine(K, D)
print(net.list_arguments(), net.attr_dict()["v"]["__storage_type__"])
it = mx.io.NDArrayIter(
    mx.nd.sparse.csr_matrix(x.astype("f")), label, batch_size=12, label_name="label", last_batch_handle="discard"
)
mod = mx.mod.Module(net, label_names=["label"])
mod.bind(data_shapes=it.provide_data, label_shapes=it.provide_label)
mod.init_params()
mod.init_optimizer(optimizer="adam", optimizer_params=(("learning_rate", 0.05), ("beta1", 0.9), ("epsilon", 1e-8)))
for epoch in range(5):
    it.reset()
    total, right, seen = 0.0, 0, 0
    for batch in it:
        mod.forward_backward(batch)
        p = mod.get_outputs()[0].asnumpy()[:, 0]
        t = batch.label[0].asnumpy()
        total += -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
        right += ((p > 0.5) == t).sum()
        seen += len(t)
        mod.update()
    print(epoch, total / 4, right, seen)
for name, value in sorted(mod.get_params()[0].items()):
    print(name, value.stype, value.shape, float(np.abs(value.asnumpy()).sum()))
