"""Training in MXNet's API, written once and run by mxr and by the original: iterator, loss, update and metric.

Ways: "module" is ``Module.fit``; "hybrid" and "imperative" are the loop of Gluon's books.
"""

from __future__ import annotations

import importlib

import workloads
from cases import CASES, HEADS, HIDDEN, RATE, STEPS, WIDTH


def lenet50(mx):
    net = mx.sym.Variable("data")
    for i, n in enumerate((20, 50)):
        net = mx.sym.Activation(mx.sym.Convolution(net, kernel=(5, 5), num_filter=n, name=f"conv{i}"), act_type="tanh")
        net = mx.sym.Pooling(net, pool_type="max", kernel=(2, 2), stride=(2, 2))
    net = mx.sym.FullyConnected(mx.sym.Flatten(net), num_hidden=500, name="fc0")
    net = mx.sym.FullyConnected(mx.sym.Activation(net, act_type="tanh"), num_hidden=10, name="out")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def language_model(mx, mode, vocabulary, steps=STEPS):
    """Embedding, two fused recurrent layers, a decoder on every step."""
    embedded = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=vocabulary, output_dim=HIDDEN, name="embed")
    cell = mx.rnn.FusedRNNCell(HIDDEN, num_layers=2, mode=mode, prefix=f"{mode}_")
    outputs, _ = cell.unroll(steps, inputs=embedded, merge_outputs=True, layout="NTC")
    scores = mx.sym.FullyConnected(mx.sym.Reshape(outputs, shape=(-1, HIDDEN)), num_hidden=vocabulary, name="pred")
    label = mx.sym.Reshape(mx.sym.Variable("softmax_label"), shape=(-1,))
    return mx.sym.SoftmaxOutput(scores, label, name="softmax")


def regression(mx, net):
    return mx.sym.LinearRegressionOutput(net(mx.sym.Variable("data")), name="softmax")


def dense_net(nn, sizes, act="tanh"):
    net = nn.HybridSequential()
    for n in sizes:
        net.add(nn.Dense(n, activation=act))
    net.add(nn.Dense(10))
    return net


def gluon_lenet(nn, filters, kernels, act, sizes):
    net = nn.HybridSequential()
    for n, k in zip(filters, kernels):
        net.add(nn.Conv2D(n, k, activation=act), nn.MaxPool2D(2, 2))
    for n in sizes:
        net.add(nn.Dense(n, activation=act))
    net.add(nn.Dense(10))
    return net


def gluon_language_model(gluon, mode, vocabulary):
    class Model(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.embedding = gluon.nn.Embedding(vocabulary, HIDDEN)
            self.rnn = {"lstm": gluon.rnn.LSTM, "gru": gluon.rnn.GRU}[mode](HIDDEN, 2, layout="NTC")
            self.out = gluon.nn.Dense(vocabulary, flatten=False)

        def hybrid_forward(self, F, x):
            return self.out(self.rnn(self.embedding(x)))

    return Model()


def gluon_resnet18(gluon, classes, small):
    """The net of `workloads.resnet18`: units with the activation first."""
    nn = gluon.nn

    class Unit(gluon.HybridBlock):
        def __init__(self, channels, stride, match, **kwargs):
            super().__init__(**kwargs)
            self.bn1, self.bn2 = nn.BatchNorm(epsilon=2e-5), nn.BatchNorm(epsilon=2e-5)
            self.conv1 = nn.Conv2D(channels, 3, stride, 1, use_bias=False)
            self.conv2 = nn.Conv2D(channels, 3, 1, 1, use_bias=False)
            self.cut = None if match else nn.Conv2D(channels, 1, stride, use_bias=False)

        def hybrid_forward(self, F, x):
            act = F.relu(self.bn1(x))
            y = self.conv2(F.relu(self.bn2(self.conv1(act))))
            return y + (x if self.cut is None else self.cut(act))

    net = nn.HybridSequential()
    net.add(nn.BatchNorm(scale=False, epsilon=2e-5))
    if small:
        net.add(nn.Conv2D(64, 3, 1, 1, use_bias=False))
    else:
        net.add(nn.Conv2D(64, 7, 2, 3, use_bias=False), nn.BatchNorm(epsilon=2e-5), nn.Activation("relu"))
        net.add(nn.MaxPool2D(3, 2, 1))
    for i, n in enumerate((64, 128, 256, 512)):
        net.add(Unit(n, 1 if i == 0 else 2, i == 0), Unit(n, 1, True))
    net.add(nn.BatchNorm(epsilon=2e-5), nn.Activation("relu"), nn.GlobalAvgPool2D(), nn.Dense(classes))
    return net


def transformer_layer(gluon):
    """One layer of an encoder: attention and a feed-forward part, each added to its input and normalised."""
    nn = gluon.nn

    class Layer(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.qkv, self.joined = nn.Dense(3 * WIDTH, flatten=False), nn.Dense(WIDTH, flatten=False)
            self.inner = nn.Dense(4 * WIDTH, flatten=False, activation="relu")
            self.outer = nn.Dense(WIDTH, flatten=False)
            self.norm1, self.norm2 = nn.LayerNorm(), nn.LayerNorm()

        def heads(self, F, x):
            x = F.transpose(F.reshape(x, shape=(0, 0, HEADS, -1)), axes=(0, 2, 1, 3))
            return F.reshape(x, shape=(-1, 0, 0), reverse=True)

        def hybrid_forward(self, F, x):
            q, k, v = (self.heads(F, part) for part in F.split(self.qkv(x), num_outputs=3, axis=2))
            scores = F.batch_dot(q, k, transpose_b=True) / (WIDTH // HEADS) ** 0.5
            y = F.batch_dot(F.softmax(scores, axis=-1), v)
            y = F.transpose(F.reshape(y, shape=(-1, HEADS, 0, 0), reverse=True), axes=(0, 2, 1, 3))
            x = self.norm1(x + self.joined(F.reshape(y, shape=(0, 0, -1))))
            return self.norm2(x + self.outer(self.inner(x)))

    return Layer()


def gluon_net(mx, name):
    gluon, nn, classes = mx.gluon, mx.gluon.nn, CASES[name].classes
    return {
        "mlp": lambda: dense_net(nn, (256,)),
        "mlp3": lambda: dense_net(nn, (256, 100, 50)),
        "lenet": lambda: gluon_lenet(nn, (6, 16), (5, 3), "relu", (120, 84)),
        "lenet50": lambda: gluon_lenet(nn, (20, 50), (5, 5), "tanh", (500,)),
        "lstm": lambda: gluon_language_model(gluon, "lstm", classes),
        "gru": lambda: gluon_language_model(gluon, "gru", classes),
        "resnet18-32": lambda: gluon_resnet18(gluon, classes, True),
        "resnet18-224": lambda: gluon_resnet18(gluon, classes, False),
        "transformer": lambda: transformer_layer(gluon),
    }[name]()


def symbol(mx, name):
    if name in workloads.SYMBOLIC:
        return workloads.SYMBOLIC[name][0](mx)
    if name in ("lstm", "gru"):
        return language_model(mx, name, CASES[name].classes)
    return regression(mx, gluon_net(mx, name)) if name == "transformer" else lenet50(mx)


def iterator(mx, case):
    data, label = case.data()
    return mx.io.NDArrayIter(data, label, case.batch, shuffle=True, last_batch_handle="discard")


def by_module(mx, case, net):
    metric = {"classes": "acc", "values": "mse"}.get(case.kind) or mx.metric.Perplexity(None)

    def loop(tick):
        mx.mod.Module(net, context=mx.cpu()).fit(
            iterator(mx, case), eval_metric=metric, optimizer="sgd", optimizer_params={"learning_rate": RATE},
            initializer=mx.init.Xavier(), num_epoch=10**9, batch_end_callback=tick,
        )  # fmt: skip

    return case.batch, mx.nd.waitall, loop


def by_gluon(mx, case, net, hybrid):
    gluon = mx.gluon
    loss = gluon.loss.L2Loss() if case.kind == "values" else gluon.loss.SoftmaxCrossEntropyLoss()
    net.initialize(mx.init.Xavier())
    if hybrid:
        net.hybridize(static_alloc=True, static_shape=True)
        loss.hybridize(static_alloc=True, static_shape=True)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": RATE})
    metric = mx.metric.Accuracy() if case.kind == "classes" else mx.metric.Loss()
    batches = iterator(mx, case)

    def loop(tick):
        while True:
            batches.reset()
            metric.reset()
            for batch in batches:
                x, y = batch.data[0], batch.label[0]
                with mx.autograd.record():
                    out = net(x)
                    value = loss(out, y)
                value.backward()
                trainer.step(case.batch)
                metric.update([y], [out if case.kind == "classes" else value])
                tick()

    return case.batch, mx.nd.waitall, loop


def build(peer, name, way):
    mx = importlib.import_module(peer)
    if way.startswith("module"):
        return by_module(mx, CASES[name], symbol(mx, name))
    return by_gluon(mx, CASES[name], gluon_net(mx, name), way == "hybrid")
