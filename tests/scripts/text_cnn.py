"""Sentences by convolutions over word vectors, and noise contrastive estimation."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(27)
mx.random.seed(27)
V, L, E, N = 20, 7, 6, 64
words = rng.randint(3, V, (N, L))
label = rng.randint(0, 2, N)
words[np.arange(N), rng.randint(0, L, N)] = np.where(label, 1, 2)
data = mx.sym.Variable("data")
embed = mx.sym.Embedding(data, input_dim=V, output_dim=E, name="vocab_embed")
image = mx.sym.Reshape(embed, shape=(-1, 1, L, E))
pooled = []
for size in (2, 3, 4):
    conv = mx.sym.Convolution(image, kernel=(size, E), num_filter=5, name="conv%d" % size)
    conv = mx.sym.Activation(conv, act_type="relu")
    pooled.append(mx.sym.Pooling(conv, pool_type="max", kernel=(L - size + 1, 1), stride=(1, 1)))
h = mx.sym.Reshape(mx.sym.Concat(*pooled, dim=1), shape=(-1, 15))
weight, bias = mx.sym.Variable("cls_weight"), mx.sym.Variable("cls_bias")
h = mx.sym.FullyConnected(mx.sym.Dropout(h, 0.0), weight=weight, bias=bias, num_hidden=2)
net = mx.sym.SoftmaxOutput(h, mx.sym.Variable("softmax_label"), name="softmax")
req = {n: "null" if n in ("data", "softmax_label") else "write" for n in net.list_arguments()}
exe = net.simple_bind(mx.cpu(), grad_req=req, data=(16, L), softmax_label=(16,))
params = [(i, n) for i, n in enumerate(net.list_arguments()) if n not in ("data", "softmax_label")]
init = mx.init.Uniform(0.1)
for _, n in params:
    init(mx.init.InitDesc(n), exe.arg_dict[n])
updater = mx.optimizer.get_updater(mx.optimizer.create("rmsprop", learning_rate=0.02))
for epoch in range(6):
    right = 0
    for k in range(0, N, 16):
        exe.arg_dict["data"][:] = words[k : k + 16]
        exe.arg_dict["softmax_label"][:] = label[k : k + 16]
        exe.forward(is_train=True)
        exe.backward()
        norm = sum(float((exe.grad_dict[n] / 16).norm().asscalar()) ** 2 for _, n in params) ** 0.5
        for i, n in params:
            g = exe.grad_dict[n] / 16
            if norm > 1.0:
                g *= 1.0 / norm
            updater(i, g, exe.arg_dict[n])
        right += int((exe.outputs[0].argmax(axis=1) == exe.arg_dict["softmax_label"]).sum().asscalar())
    print(epoch, right, N, norm)

# noise contrastive estimation: one true word, four drawn
centre, candidates, truth = mx.sym.Variable("centre"), mx.sym.Variable("candidates"), mx.sym.Variable("truth")
inner = mx.sym.FullyConnected(mx.sym.Embedding(centre, input_dim=V, output_dim=E, name="in"), num_hidden=E, name="mid")
out = mx.sym.Embedding(candidates, input_dim=V, output_dim=E, name="out")
score = mx.sym.sum(mx.sym.broadcast_mul(mx.sym.Reshape(inner, shape=(-1, 1, E)), out), axis=2)
nce = mx.sym.LogisticRegressionOutput(score, truth, name="nce")


class NceAccuracy(mx.metric.EvalMetric):
    def __init__(self):
        super(NceAccuracy, self).__init__("nce-accuracy")

    def update(self, labels, preds):
        truth, score = labels[1].asnumpy(), preds[0].asnumpy()
        self.sum_metric += int((truth.argmax(1) == score.argmax(1)).sum())
        self.num_inst += len(truth)


c = rng.randint(0, V, 100)
cand = np.stack([(c + 1) % V] + [rng.randint(0, V, 100) for _ in range(4)], 1)
t = np.zeros((100, 5))
t[:, 0] = 1
it = mx.io.NDArrayIter({"centre": c}, {"candidates": cand, "truth": t}, 25)
mod = mx.mod.Module(nce, data_names=["centre"], label_names=["candidates", "truth"])
mod.bind(it.provide_data, it.provide_label)
mod.init_params(mx.init.Xavier(factor_type="in", magnitude=2.34))
mod.init_optimizer(optimizer="adam", optimizer_params={"learning_rate": 0.05})
metric = NceAccuracy()
for epoch in range(5):
    it.reset()
    metric.reset()
    for batch in it:
        mod.forward(batch)
        mod.update_metric(metric, batch.label)
        mod.backward()
        mod.update()
    print(epoch, metric.get())
