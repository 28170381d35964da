"""Gluon: a network imperatively and hybridized, Trainer, metrics, an autograd.Function, DataLoader."""

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(23)
np.random.seed(23)
x = np.random.rand(60, 1, 8, 8).astype("f")
y = np.random.randint(0, 3, 60)
for i in range(60):
    x[i, 0, :, 2 * y[i] : 2 * y[i] + 3] += 1
dataset = gluon.data.ArrayDataset(x, y.astype("f"))
loader = gluon.data.DataLoader(dataset, batch_size=20, shuffle=False, last_batch="keep")


class Swish(autograd.Function):
    def forward(self, x):
        s = 1 / (1 + nd.exp(-x))
        self.save_for_backward(x, s)
        return x * s

    def backward(self, dy):
        x, s = self.saved_tensors
        return dy * (s + x * s * (1 - s))


def network(custom=False):
    net = nn.HybridSequential(prefix="net_") if not custom else nn.Sequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Conv2D(6, 3, padding=1), nn.BatchNorm(), nn.Activation("relu"), nn.MaxPool2D())
        if custom:
            net.add(nn.Lambda(lambda v: Swish()(v)))
        net.add(nn.Flatten(), nn.Dense(16, activation="tanh"), nn.Dropout(0.0), nn.Dense(3))
    return net


for kind in ("imperative", "hybridized", "function"):
    mx.random.seed(1)
    net = network(kind == "function")
    net.initialize(mx.init.Xavier(magnitude=2.24))
    if kind == "hybridized":
        net.hybridize(static_alloc=True, static_shape=True)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    criterion, metric = gluon.loss.SoftmaxCrossEntropyLoss(), mx.metric.Accuracy()
    for epoch in range(3):
        metric.reset()
        total = 0
        for data, label in loader:
            with autograd.record():
                out = net(data)
                loss = criterion(out, label)
            loss.backward()
            trainer.step(data.shape[0])
            metric.update(label, out)
            total += loss.mean().asscalar()
        print(kind, epoch, metric.get(), total / 3)
print(net)
print(network())
print(net.collect_params())
print(list(network().collect_params(".*weight").keys()), trainer.learning_rate)
trainer.set_learning_rate(0.01)
print(trainer.learning_rate, autograd.is_recording(), autograd.is_training())
net.save_parameters("net.params")
other = network(True)
other.load_parameters("net.params", ctx=mx.cpu())
print(np.abs(other(nd.array(x[:2])).asnumpy() - net(nd.array(x[:2])).asnumpy()).max())
net.summary(nd.array(x[:1]))
a = nd.array([1.0, 2.0, 3.0])
a.attach_grad()
with autograd.record():
    b = nd.sin(a)
    (g,) = autograd.grad(b, [a], create_graph=True)
    g.sum().backward()
print(a.grad)
with autograd.record():
    with autograd.pause():
        c = a * 2
    d = a * c.detach() + nd.stop_gradient(a) * 5
d.backward(nd.array([1, 0, 1]))
print(a.grad)
losses = {
    "l2": gluon.loss.L2Loss(),
    "l1": gluon.loss.L1Loss(),
    "huber": gluon.loss.HuberLoss(),
    "hinge": gluon.loss.HingeLoss(),
    "kl": gluon.loss.KLDivLoss(),
    "logistic": gluon.loss.LogisticLoss(),
    "poisson": gluon.loss.PoissonNLLLoss(),
}
p, t = nd.array([[0.2, 0.8], [0.5, 0.5]]), nd.array([[1, 0], [0.4, 0.6]])
for k, f in sorted(losses.items()):
    print(k, f(p, t), f)
