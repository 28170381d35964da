"""Gluon training as books write it, for mxr and the original: record, loss, backward, ``trainer.step``, on fixed data.

``gluon-NAME`` runs imperatively, ``hybrid-NAME`` hybridized (net and loss).
"""

from __future__ import annotations

import numpy as np


def _mlp(nn):
    net = nn.HybridSequential()
    net.add(nn.Dense(256, activation="relu"), nn.Dense(10))
    return net, (128, 784)


def _lenet(nn):
    """LeNet with sigmoids and max pooling, as in chapter 6 of Dive into Deep Learning."""
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(channels=6, kernel_size=5, activation="sigmoid"),
        nn.MaxPool2D(pool_size=2, strides=2),
        nn.Conv2D(channels=16, kernel_size=5, activation="sigmoid"),
        nn.MaxPool2D(pool_size=2, strides=2),
        nn.Dense(120, activation="sigmoid"),
        nn.Dense(84, activation="sigmoid"),
        nn.Dense(10),
    )
    return net, (128, 1, 28, 28)


def _resnet18(gluon):
    """ResNet-18 for small images, as in the book: post-activation units."""
    nn = gluon.nn

    class Residual(gluon.HybridBlock):
        def __init__(self, channels, use_1x1conv=False, strides=1, **kwargs):
            super().__init__(**kwargs)
            self.conv1 = nn.Conv2D(channels, kernel_size=3, padding=1, strides=strides)
            self.conv2 = nn.Conv2D(channels, kernel_size=3, padding=1)
            self.conv3 = nn.Conv2D(channels, kernel_size=1, strides=strides) if use_1x1conv else None
            self.bn1, self.bn2 = nn.BatchNorm(), nn.BatchNorm()

        def hybrid_forward(self, F, x):
            y = F.relu(self.bn1(self.conv1(x)))
            y = self.bn2(self.conv2(y))
            if self.conv3 is not None:
                x = self.conv3(x)
            return F.relu(y + x)

    net = nn.HybridSequential()
    net.add(nn.Conv2D(64, kernel_size=3, strides=1, padding=1), nn.BatchNorm(), nn.Activation("relu"))
    for i, channels in enumerate((64, 128, 256, 512)):
        net.add(Residual(channels, use_1x1conv=i > 0, strides=2 if i > 0 else 1), Residual(channels))
    net.add(nn.GlobalAvgPool2D(), nn.Dense(10))
    return net, (32, 3, 32, 32)


def _language_model(gluon, cell):
    """Embedding, one recurrent layer of 256 over 35 steps, a dense layer on every step: `cell` unrolled, or fused."""
    steps, batch, hidden, vocabulary = 35, 32, 256, 28

    class Model(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.embedding = gluon.nn.Embedding(vocabulary, hidden)
            self.rnn = gluon.rnn.LSTMCell(hidden) if cell else gluon.rnn.LSTM(hidden)
            self.out = gluon.nn.Dense(vocabulary, flatten=False)

        def hybrid_forward(self, F, x):
            x = self.embedding(x)
            y = self.rnn.unroll(steps, x, layout="TNC", merge_outputs=True)[0] if cell else self.rnn(x)
            return self.out(y)

    return Model(), (steps, batch)


NETS = {
    "mlp": lambda gluon: _mlp(gluon.nn),
    "lenet": lambda gluon: _lenet(gluon.nn),
    "resnet18": _resnet18,
    "lstm": lambda gluon: _language_model(gluon, False),
    "lstmcell": lambda gluon: _language_model(gluon, True),
}
GLUON = tuple(f"{mode}-{name}" for mode in ("gluon", "hybrid") for name in NETS)


def gluon_step(mx, name):
    mode, name = name.split("-")
    net, shape = NETS[name](mx.gluon)
    rng = np.random.RandomState(0)
    if name.startswith("lstm"):
        x, y = mx.nd.array(rng.randint(0, 28, shape)), mx.nd.array(rng.randint(0, 28, shape))
    else:
        x, y = mx.nd.array(rng.rand(*shape)), mx.nd.array(rng.randint(0, 10, shape[0]))
    net.initialize(mx.init.Xavier())
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    if mode == "hybrid":
        net.hybridize()
        loss.hybridize()
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    batch = shape[1] if name.startswith("lstm") else shape[0]

    def step():
        with mx.autograd.record():
            value = loss(net(x), y)
        value.backward()
        trainer.step(batch)
        mx.nd.waitall()

    return step, batch
