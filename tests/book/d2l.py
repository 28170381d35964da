"""What the book keeps in its package `d2l`, written anew from its text: data loaders, training loops, blocks.

Imported on both sides, by mxr under the name `mxnet` and by MXNet: nothing here may need more than Python and NumPy.
Data come from files given by path, since nothing is downloaded.
"""

import contextlib
import math
import random
import re
import zipfile

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn


@contextlib.contextmanager
def any_files():
    """Takes data files with any checksum: the test's are other than the published ones, which MXNet would download."""
    modules = [m for m in (gdata.vision.datasets, gluon.utils) if hasattr(m, "check_sha1")]
    checks = [m.check_sha1 for m in modules]
    for m in modules:
        m.check_sha1 = lambda path, sha1: True
    try:
        yield
    finally:
        for m, check in zip(modules, checks):
            m.check_sha1 = check


# devices


def try_gpu():
    """The first GPU, else the CPU."""
    try:
        ctx = mx.gpu()
        nd.array([0], ctx=ctx)
    except mx.base.MXNetError:
        ctx = mx.cpu()
    return ctx


def try_all_gpus():
    """All GPUs, else a list with the CPU."""
    ctxes = []
    try:
        for i in range(16):
            ctx = mx.gpu(i)
            nd.array([0], ctx=ctx)
            ctxes.append(ctx)
    except mx.base.MXNetError:
        pass
    return ctxes or [mx.cpu()]


# data


def load_data_fashion_mnist(batch_size, resize=None, root=None, num_workers=0):
    """Loaders of the training set (shuffled) and of the test set, images as CHW floats."""
    steps = [gdata.vision.transforms.Resize(resize)] if resize else []
    transformer = gdata.vision.transforms.Compose(steps + [gdata.vision.transforms.ToTensor()])
    loaders = []
    for train in (True, False):
        images = gdata.vision.FashionMNIST(root=root, train=train).transform_first(transformer)
        loaders.append(gdata.DataLoader(images, batch_size, shuffle=train, num_workers=num_workers))
    return tuple(loaders)


def get_fashion_mnist_labels(labels):
    names = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]
    return [names[int(i)] for i in labels]


def data_iter(batch_size, features, labels):
    """Minibatches in random order (by `random`), taken from the arrays by index."""
    indices = list(range(len(features)))
    random.shuffle(indices)
    for start in range(0, len(indices), batch_size):
        j = nd.array(indices[start : start + batch_size])
        yield features.take(j), labels.take(j)


def load_array(features, labels, batch_size, shuffle=True):
    return gdata.DataLoader(gdata.ArrayDataset(features, labels), batch_size, shuffle=shuffle)


def read_time_machine(path):
    """The book's lines in small letters, without what is not a letter."""
    with open(path, encoding="utf-8") as file:
        return [re.sub("[^A-Za-z]+", " ", line.strip().lower()) for line in file]


def load_data_time_machine(path, num_chars=10000):
    """Characters as numbers: (corpus_indices, char_to_idx, idx_to_char, vocab_size)."""
    with open(path, encoding="utf-8") as file:
        text = " ".join(file.read().lower().split())[:num_chars]
    idx_to_char = sorted(set(text))  # sorted, so that both sides number them alike
    char_to_idx = {char: i for i, char in enumerate(idx_to_char)}
    return [char_to_idx[c] for c in text], char_to_idx, idx_to_char, len(idx_to_char)


def load_data_airfoil(path, n=1500):
    """Standardised airfoil data of chapter 8: features (n, 5) and labels (n,)."""
    data = np.genfromtxt(path, delimiter="\t")
    data = (data - data.mean(axis=0)) / data.std(axis=0)
    return nd.array(data[:n, :-1]), nd.array(data[:n, -1])


def read_zipped(path, name):
    """The text of one member of a zip file."""
    with zipfile.ZipFile(path) as file:
        return file.read(name).decode("utf-8")


# linear networks (chapters 3 and 4)


def linreg(X, w, b):
    return nd.dot(X, w) + b


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    for param in params:
        param[:] = param - lr * param.grad / batch_size


def evaluate_accuracy(data_iter, net, ctx=None):
    """Share of the rows whose largest output is at the label."""
    ctx = ctx or mx.cpu()
    hits, n = nd.array([0], ctx=ctx), 0
    for X, y in data_iter:
        X, y = X.as_in_context(ctx), y.as_in_context(ctx).astype("float32")
        hits += (net(X).argmax(axis=1).astype("float32") == y).sum()
        n += y.size
    return hits.asscalar() / n


def train_ch3(net, train_iter, test_iter, loss, num_epochs, batch_size, params=None, lr=None, trainer=None):
    """Minibatch descent by `sgd` on params, or by a trainer. Prints as the book does; returns what it printed."""
    history = []
    for epoch in range(num_epochs):
        loss_sum, hits, n = 0.0, 0.0, 0
        for X, y in train_iter:
            with autograd.record():
                y_hat = net(X)
                l = loss(y_hat, y).sum()
            l.backward()
            if trainer is None:
                sgd(params, lr, batch_size)
            else:
                trainer.step(batch_size)
            y = y.astype("float32")
            loss_sum += l.asscalar()
            hits += (y_hat.argmax(axis=1).astype("float32") == y).sum().asscalar()
            n += y.size
        history.append((loss_sum / n, hits / n, evaluate_accuracy(test_iter, net)))
        print("epoch %d, loss %.4f, train acc %.3f, test acc %.3f" % (epoch + 1, *history[-1]))
    return history


# convolutional networks (chapter 6)


def corr2d(X, K):
    """Cross-correlation of two matrices."""
    h, w = K.shape
    Y = nd.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


def train_ch5(net, train_iter, test_iter, batch_size, trainer, ctx, num_epochs, max_batches=None):
    """Like `train_ch3` on one device. max_batches: of each epoch, for short tests."""
    print("training on", ctx)
    loss = gloss.SoftmaxCrossEntropyLoss()
    history = []
    for epoch in range(num_epochs):
        loss_sum, hits, n = 0.0, 0.0, 0
        for i, (X, y) in enumerate(train_iter):
            if i == max_batches:
                break
            X, y = X.as_in_context(ctx), y.as_in_context(ctx)
            with autograd.record():
                y_hat = net(X)
                l = loss(y_hat, y).sum()
            l.backward()
            trainer.step(batch_size)
            y = y.astype("float32")
            loss_sum += l.asscalar()
            hits += (y_hat.argmax(axis=1).astype("float32") == y).sum().asscalar()
            n += y.size
        history.append((loss_sum / n, hits / n, evaluate_accuracy(test_iter, net, ctx)))
        print("epoch %d, loss %.4f, train acc %.3f, test acc %.3f" % (epoch + 1, *history[-1]))
    return history


class Residual(nn.Block):
    """Two 3x3 convolutions beside the identity, or beside a 1x1 convolution."""

    def __init__(self, num_channels, use_1x1conv=False, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.conv1 = nn.Conv2D(num_channels, kernel_size=3, padding=1, strides=strides)
        self.conv2 = nn.Conv2D(num_channels, kernel_size=3, padding=1)
        if use_1x1conv:
            self.conv3 = nn.Conv2D(num_channels, kernel_size=1, strides=strides)
        else:
            self.conv3 = None
        self.bn1 = nn.BatchNorm()
        self.bn2 = nn.BatchNorm()

    def forward(self, X):
        Y = nd.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3:
            X = self.conv3(X)
        return nd.relu(Y + X)


def resnet_block(num_channels, num_residuals, first_block=False):
    blk = nn.Sequential()
    for i in range(num_residuals):
        if i == 0 and not first_block:
            blk.add(Residual(num_channels, use_1x1conv=True, strides=2))
        else:
            blk.add(Residual(num_channels))
    return blk


# recurrent networks (chapter 7)


def data_iter_random(corpus_indices, batch_size, num_steps, ctx=None):
    """Pieces of num_steps from random places; labels are one step ahead."""
    corpus_indices = corpus_indices[int(random.uniform(0, num_steps)) :]
    num_examples = (len(corpus_indices) - 1) // num_steps - 1
    starts = list(range(0, num_examples * num_steps, num_steps))
    random.shuffle(starts)
    for i in range(0, batch_size * (num_examples // batch_size), batch_size):
        batch = starts[i : i + batch_size]
        X = nd.array([corpus_indices[j : j + num_steps] for j in batch], ctx)
        Y = nd.array([corpus_indices[j + 1 : j + 1 + num_steps] for j in batch], ctx)
        yield X, Y


def data_iter_consecutive(corpus_indices, batch_size, num_steps, ctx=None):
    """Pieces of num_steps, each row of a batch going on where the row of the last batch ended."""
    offset = int(random.uniform(0, num_steps))
    num_indices = ((len(corpus_indices) - offset) // batch_size) * batch_size
    indices = nd.array(corpus_indices[offset : offset + num_indices], ctx=ctx).reshape((batch_size, -1))
    num_batches = ((num_indices // batch_size) - 1) // num_steps
    for i in range(0, num_batches * num_steps, num_steps):
        yield indices[:, i : i + num_steps], indices[:, i + 1 : i + num_steps + 1]


def to_onehot(X, size):
    return [nd.one_hot(x, size) for x in X.T]


def grad_clipping(params, theta, ctx):
    """Scale all gradients so that their common norm is at most theta."""
    norm = nd.array([0], ctx)
    for param in params:
        norm += (param.grad**2).sum()
    norm = norm.sqrt().asscalar()
    if norm > theta:
        for param in params:
            param.grad[:] *= theta / norm


def predict_rnn(prefix, num_chars, rnn, params, init_rnn_state, num_hiddens, vocab_size, ctx, idx_to_char, char_to_idx):
    state = init_rnn_state(1, num_hiddens, ctx)
    output = [char_to_idx[prefix[0]]]
    for t in range(num_chars + len(prefix) - 1):
        X = to_onehot(nd.array([output[-1]], ctx=ctx), vocab_size)
        Y, state = rnn(X, state, params)
        output.append(char_to_idx[prefix[t + 1]] if t < len(prefix) - 1 else int(Y[0].argmax(axis=1).asscalar()))
    return "".join(idx_to_char[i] for i in output)


def train_and_predict_rnn(
    rnn, get_params, init_rnn_state, num_hiddens, vocab_size, ctx, corpus_indices, idx_to_char, char_to_idx,
    is_random_iter, num_epochs, num_steps, lr, clipping_theta, batch_size, pred_period, pred_len, prefixes,
):  # fmt: skip
    """The recurrent network from scratch; returns the perplexity of each epoch."""
    data_iter_fn = data_iter_random if is_random_iter else data_iter_consecutive
    params = get_params()
    loss = gloss.SoftmaxCrossEntropyLoss()
    perplexities = []
    for epoch in range(num_epochs):
        if not is_random_iter:
            state = init_rnn_state(batch_size, num_hiddens, ctx)
        loss_sum, n = 0.0, 0
        for X, Y in data_iter_fn(corpus_indices, batch_size, num_steps, ctx):
            if is_random_iter:
                state = init_rnn_state(batch_size, num_hiddens, ctx)
            else:
                for s in state:
                    s.detach()  # the result is not used, as in the book
            with autograd.record():
                outputs, state = rnn(to_onehot(X, vocab_size), state, params)
                outputs = nd.concat(*outputs, dim=0)
                y = Y.T.reshape((-1,))
                l = loss(outputs, y).mean()
            l.backward()
            grad_clipping(params, clipping_theta, ctx)
            sgd(params, lr, 1)
            loss_sum += l.asscalar() * y.size
            n += y.size
        perplexities.append(math.exp(loss_sum / n))
        if (epoch + 1) % pred_period == 0:
            print("epoch %d, perplexity %f" % (epoch + 1, perplexities[-1]))
            for prefix in prefixes:
                print(" -", predict_rnn(prefix, pred_len, rnn, params, init_rnn_state, num_hiddens, vocab_size, ctx,
                                        idx_to_char, char_to_idx))  # fmt: skip
    return perplexities


class RNNModel(nn.Block):
    """A recurrent layer on one-hot vectors, and a dense layer on all its steps."""

    def __init__(self, rnn_layer, vocab_size, **kwargs):
        super().__init__(**kwargs)
        self.rnn = rnn_layer
        self.vocab_size = vocab_size
        self.dense = nn.Dense(vocab_size)

    def forward(self, inputs, state):
        X = nd.one_hot(inputs.T, self.vocab_size)
        Y, state = self.rnn(X, state)
        return self.dense(Y.reshape((-1, Y.shape[-1]))), state

    def begin_state(self, *args, **kwargs):
        return self.rnn.begin_state(*args, **kwargs)


def predict_rnn_gluon(prefix, num_chars, model, vocab_size, ctx, idx_to_char, char_to_idx):
    state = model.begin_state(batch_size=1, ctx=ctx)
    output = [char_to_idx[prefix[0]]]
    for t in range(num_chars + len(prefix) - 1):
        X = nd.array([output[-1]], ctx=ctx).reshape((1, 1))
        (Y, state) = model(X, state)
        output.append(char_to_idx[prefix[t + 1]] if t < len(prefix) - 1 else int(Y.argmax(axis=1).asscalar()))
    return "".join(idx_to_char[i] for i in output)


def train_and_predict_rnn_gluon(
    model, num_hiddens, vocab_size, ctx, corpus_indices, idx_to_char, char_to_idx,
    num_epochs, num_steps, lr, clipping_theta, batch_size, pred_period, pred_len, prefixes,
):  # fmt: skip
    """The recurrent network by Gluon; returns the perplexity of each epoch."""
    loss = gloss.SoftmaxCrossEntropyLoss()
    model.initialize(ctx=ctx, force_reinit=True, init=init.Normal(0.01))
    trainer = gluon.Trainer(model.collect_params(), "sgd", {"learning_rate": lr, "momentum": 0, "wd": 0})
    perplexities = []
    for epoch in range(num_epochs):
        loss_sum, n = 0.0, 0
        state = model.begin_state(batch_size=batch_size, ctx=ctx)
        for X, Y in data_iter_consecutive(corpus_indices, batch_size, num_steps, ctx):
            for s in state:
                s.detach()
            with autograd.record():
                (output, state) = model(X, state)
                y = Y.T.reshape((-1,))
                l = loss(output, y).mean()
            l.backward()
            grad_clipping([p.data() for p in model.collect_params().values()], clipping_theta, ctx)
            trainer.step(1)
            loss_sum += l.asscalar() * y.size
            n += y.size
        perplexities.append(math.exp(loss_sum / n))
        if (epoch + 1) % pred_period == 0:
            print("epoch %d, perplexity %f" % (epoch + 1, perplexities[-1]))
            for prefix in prefixes:
                print(" -", predict_rnn_gluon(prefix, pred_len, model, vocab_size, ctx, idx_to_char, char_to_idx))
    return perplexities
