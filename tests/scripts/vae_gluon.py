"""A variational autoencoder as a HybridBlock, a net of own layers, hooks, sharing, and what blocks can do besides."""

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(31)
np.random.seed(31)


class VAE(gluon.HybridBlock):
    def __init__(self, hidden, latent, outputs, batch_size, **kwargs):
        self.soft_zero = 1e-10
        self.latent, self.batch_size = latent, batch_size
        self.mu = None
        super(VAE, self).__init__(**kwargs)
        with self.name_scope():
            self.encoder = nn.HybridSequential(prefix="encoder")
            self.encoder.add(nn.Dense(hidden, activation="tanh"), nn.Dense(latent * 2, activation=None))
            self.decoder = nn.HybridSequential(prefix="decoder")
            self.decoder.add(nn.Dense(hidden, activation="tanh"), nn.Dense(outputs, activation="sigmoid"))

    def hybrid_forward(self, F, x):
        h = self.encoder(x)
        mu_lv = F.split(h, axis=1, num_outputs=2)
        mu, lv = mu_lv[0], mu_lv[1]
        eps = F.random_normal(loc=0, scale=1, shape=(self.batch_size, self.latent))
        z = mu + F.exp(0.5 * lv) * eps
        y = self.decoder(z)
        kl = 0.5 * F.sum(1 + lv - mu * mu - F.exp(lv), axis=1)
        logs = F.sum(x * F.log(y + self.soft_zero) + (1 - x) * F.log(1 - y + self.soft_zero), axis=1)
        return -logs - kl


data = (np.random.rand(40, 10) < np.linspace(0.1, 0.9, 10)).astype("f")
net = VAE(8, 2, 10, 20, prefix="vae_")
net.initialize(mx.init.Xavier())
net.hybridize()
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02})
loader = gluon.data.DataLoader(data, batch_size=20)
for epoch in range(5):
    total = 0
    for batch in loader:
        with autograd.record():
            loss = net(batch)
        loss.backward()
        trainer.step(batch.shape[0])
        total += nd.mean(loss).asscalar()
    print(epoch, total / 2)
print(net)


class Scaled(gluon.Block):
    def __init__(self, units, **kwargs):
        super(Scaled, self).__init__(**kwargs)
        with self.name_scope():
            self.weight = self.params.get("weight", init=mx.init.Xavier(magnitude=2.24), shape=(units, 3))
            self.factor = self.params.get_constant("factor", [[2.0]])

    def forward(self, x):
        with x.context:
            return nd.dot(x, self.weight.data().T) * self.factor.data()


net = nn.Sequential(prefix="own_")
with net.name_scope():
    net.add(Scaled(4))
    net.add(nn.Dense(2, in_units=4))
net.initialize()
calls = []
handle = net[0].register_forward_hook(lambda block, ins, out: calls.append(("after", block.name, out.shape)))
net[1].register_forward_pre_hook(lambda block, ins: calls.append(("before", block.name, ins[0].shape)))
net(nd.ones((1, 3)))
handle.detach()
net(nd.ones((1, 3)))
print(calls)
net.apply(lambda b: print("apply", b.name))
print(net.collect_params(), net[0].factor, len(net), net[1].weight.lr_mult)
net.collect_params().setattr("lr_mult", 0.5)
net.collect_params(".*weight").zero_grad()
print(net[1].weight.lr_mult, net[1].weight.grad().sum().asscalar(), [type(c).__name__ for c in net])
seq = nn.HybridSequential()
seq.add(
    nn.Dense(2),
    nn.Dense(2),
    nn.LayerNorm(),
    nn.Embedding(3, 2),
    nn.HybridLambda("relu"),
    nn.PReLU(),
    nn.ELU(0.3),
    nn.SELU(),
    nn.GELU(),
    nn.Swish(),
)
print(seq[1:3], seq[-1])
conv = nn.HybridSequential()
conv.add(
    nn.Conv1D(2, 3),
    nn.Conv3D(2, (1, 2, 3), strides=2),
    nn.Conv2DTranspose(3, 2, in_channels=4),
    nn.AvgPool1D(),
    nn.MaxPool3D((2, 2, 2)),
    nn.GlobalMaxPool2D(),
    nn.InstanceNorm(),
    nn.ReflectionPad2D(2),
    nn.LeakyReLU(0.1),
    nn.GroupNorm(2),
)
print(conv)
triplet, cosine = gluon.loss.TripletLoss(margin=0.5), gluon.loss.CosineEmbeddingLoss()
a, b, c = (nd.array(np.random.randn(2, 3)) for _ in range(3))
print(
    triplet(a, b, c),
    cosine(a, b, nd.array([1, -1])),
    gluon.loss.SquaredHingeLoss()(a, nd.sign(b)),
    gluon.loss.SDMLLoss()(a, b),
)
