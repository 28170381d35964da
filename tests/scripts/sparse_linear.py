"""Logistic regression on csr data with a row_sparse weight: LibSVMIter, kvstore row_sparse_pull, sparse optimizers."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(9)
mx.random.seed(9)
FEATURES = 50
dense = rng.rand(40, FEATURES) * (rng.rand(40, FEATURES) < 0.1)
truth = rng.randn(FEATURES)
label = (dense.dot(truth) > 0).astype(int)
with open("train.libsvm", "w") as f:
    for row, l in zip(dense, label):
        f.write("%d %s\n" % (l, " ".join("%d:%.4f" % (i, row[i]) for i in np.nonzero(row)[0])))
it = mx.io.LibSVMIter(data_libsvm="train.libsvm", data_shape=(FEATURES,), batch_size=10)
print(it.provide_data, it.provide_label)

data = mx.sym.Variable("data", stype="csr")
weight = mx.sym.Variable("weight", shape=(FEATURES, 2), init=mx.init.Normal(0.01), stype="row_sparse")
bias = mx.sym.Variable("bias", shape=(2,), init=mx.init.Zero())
pred = mx.sym.broadcast_add(mx.sym.sparse.dot(data, weight), bias)
net = mx.sym.SoftmaxOutput(pred, mx.sym.Variable("softmax_label"), name="out")
mod = mx.mod.Module(net, data_names=["data"], label_names=["softmax_label"])
mod.bind(data_shapes=it.provide_data, label_shapes=it.provide_label)
mod.init_params()
kv = mx.kv.create("local")
mod.init_optimizer(kvstore=kv, optimizer=mx.optimizer.create("adagrad", learning_rate=0.3, rescale_grad=0.1))
metric = mx.metric.create(["acc", "nll_loss"])
for epoch in range(4):
    it.reset()
    metric.reset()
    for batch in it:
        mod.prepare(batch, sparse_row_id_fn=lambda b: {"weight": b.data[0].indices})
        mod.forward_backward(batch)
        mod.update()
        mod.update_metric(metric, batch.label)
    print(epoch, metric.get())
w = mod.get_params()[0]["weight"]
print(w.stype, w.shape, w.asnumpy()[:3])
grad = mod._exec_group.grad_arrays if hasattr(mod, "_exec_group") else None
print([g[0].stype for g in grad])

a = mx.nd.sparse.csr_matrix(([1.0, 2.0, 3.0], [0, 2, 1], [0, 2, 2, 3]), shape=(3, 4))
print(a, a.indptr, a.indices, a.data, a.asnumpy(), a[1:3].asnumpy())
r = mx.nd.sparse.row_sparse_array((np.arange(6).reshape(2, 3), [1, 3]), shape=(5, 3), dtype="float32")
print(r, r.indices, r.data, r.tostype("default"))
kv2 = mx.kv.create()
kv2.init("w", mx.nd.ones((5, 3)).tostype("row_sparse"))
out = mx.nd.sparse.zeros("row_sparse", (5, 3))
kv2.row_sparse_pull("w", out=out, row_ids=mx.nd.array([1, 4, 1]))
print(out.indices, out.asnumpy())
for opt in ("sgd", "adam", "ftrl"):
    o = mx.optimizer.create(opt, learning_rate=0.1)
    weight = mx.nd.ones((5, 3)).tostype("row_sparse") if opt != "x" else None
    state = o.create_state(0, weight)
    o.update(0, weight, r, state)
    print(opt, weight.asnumpy())
print(mx.nd.sparse.dot(a, mx.nd.ones((4, 2))).asnumpy(), mx.nd.dot(a, mx.nd.ones((3, 2)), transpose_a=True))
print(
    mx.nd.sparse.retain(r, mx.nd.array([3])).indices.asnumpy(),
    (a + a).stype,
    (a * 2).stype,
    mx.nd.cast_storage(mx.nd.array([[0, 1], [0, 0]]), "row_sparse").indices,
)
