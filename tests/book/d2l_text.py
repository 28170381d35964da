"""Chapters 7 and 11 of the book: sequences, recurrent models from scratch and by Gluon. Run by both sides."""

import collections
import math
import random
import re

from mxnet import autograd, gluon, init, nd
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn


def words(path):
    with open(path) as f:
        return [re.sub("[^A-Za-z]+", " ", st).lower().split() for st in f]


def characters(path, length):
    """The corpus as indices, and both dictionaries. Sorted: the order of a set differs between processes."""
    with open(path) as f:
        text = " ".join(" ".join(f.readlines()).lower().split())[:length]
    idx_to_char = sorted(set(text))
    char_to_idx = {char: i for i, char in enumerate(idx_to_char)}
    return [char_to_idx[char] for char in text], char_to_idx, idx_to_char, len(idx_to_char)


def data_iter_random(corpus_indices, batch_size, num_steps, ctx=None):
    offset = int(random.uniform(0, num_steps))
    corpus_indices = corpus_indices[offset:]
    num_examples = ((len(corpus_indices) - 1) // num_steps) - 1
    num_batches = num_examples // batch_size
    example_indices = list(range(0, num_examples * num_steps, num_steps))
    random.shuffle(example_indices)
    for i in range(0, batch_size * num_batches, batch_size):
        batch = example_indices[i : (i + batch_size)]
        X = [corpus_indices[j : j + num_steps] for j in batch]
        Y = [corpus_indices[j + 1 : j + 1 + num_steps] for j in batch]
        yield nd.array(X, ctx), nd.array(Y, ctx)


def data_iter_consecutive(corpus_indices, batch_size, num_steps, ctx=None):
    offset = int(random.uniform(0, num_steps))
    num_indices = ((len(corpus_indices) - offset) // batch_size) * batch_size
    indices = nd.array(corpus_indices[offset : (offset + num_indices)], ctx=ctx)
    indices = indices.reshape((batch_size, -1))
    num_epochs = ((num_indices // batch_size) - 1) // num_steps
    for i in range(0, num_epochs * num_steps, num_steps):
        yield indices[:, i : (i + num_steps)], indices[:, (i + 1) : (i + 1 + num_steps)]


def to_onehot(X, size):
    return [nd.one_hot(x, size) for x in X.T]


def normal(shape, ctx):
    return nd.random.normal(scale=0.1, shape=shape, ctx=ctx)


def gate_params(gates, num_inputs, num_hiddens, num_outputs, ctx):
    params = []
    for _ in range(gates):
        params += [normal((num_inputs, num_hiddens), ctx), normal((num_hiddens, num_hiddens), ctx)]
        params += [nd.zeros(num_hiddens, ctx=ctx)]
    params += [normal((num_hiddens, num_outputs), ctx), nd.zeros(num_outputs, ctx=ctx)]
    for param in params:
        param.attach_grad()
    return params


def one_state(batch_size, num_hiddens, ctx):
    return (nd.zeros(shape=(batch_size, num_hiddens), ctx=ctx),)


def two_states(batch_size, num_hiddens, ctx):
    return one_state(batch_size, num_hiddens, ctx) + one_state(batch_size, num_hiddens, ctx)


def rnn(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state
    outputs = []
    for X in inputs:
        H = nd.tanh(nd.dot(X, W_xh) + nd.dot(H, W_hh) + b_h)
        outputs.append(nd.dot(H, W_hq) + b_q)
    return outputs, (H,)


def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    (H,) = state
    outputs = []
    for X in inputs:
        Z = nd.sigmoid(nd.dot(X, W_xz) + nd.dot(H, W_hz) + b_z)
        R = nd.sigmoid(nd.dot(X, W_xr) + nd.dot(H, W_hr) + b_r)
        H_tilda = nd.tanh(nd.dot(X, W_xh) + nd.dot(R * H, W_hh) + b_h)
        H = Z * H + (1 - Z) * H_tilda
        outputs.append(nd.dot(H, W_hq) + b_q)
    return outputs, (H,)


def lstm(inputs, state, params):
    [W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q] = params
    (H, C) = state
    outputs = []
    for X in inputs:
        I = nd.sigmoid(nd.dot(X, W_xi) + nd.dot(H, W_hi) + b_i)
        F = nd.sigmoid(nd.dot(X, W_xf) + nd.dot(H, W_hf) + b_f)
        O = nd.sigmoid(nd.dot(X, W_xo) + nd.dot(H, W_ho) + b_o)
        C = F * C + I * nd.tanh(nd.dot(X, W_xc) + nd.dot(H, W_hc) + b_c)
        H = O * C.tanh()
        outputs.append(nd.dot(H, W_hq) + b_q)
    return outputs, (H, C)


def grad_clipping(params, theta, ctx):
    norm = nd.array([0], ctx)
    for param in params:
        norm += (param.grad**2).sum()
    norm = norm.sqrt().asscalar()
    if norm > theta:
        for param in params:
            param.grad[:] *= theta / norm
    return norm


def sgd(params, lr, batch_size):
    for param in params:
        param[:] = param - lr * param.grad / batch_size


def predict_rnn(prefix, num_chars, step, params, init_state, num_hiddens, ctx, idx_to_char, char_to_idx):
    state = init_state(1, num_hiddens, ctx)
    output = [char_to_idx[prefix[0]]]
    for t in range(num_chars + len(prefix) - 1):
        X = to_onehot(nd.array([output[-1]], ctx=ctx), len(idx_to_char))
        (Y, state) = step(X, state, params)
        if t < len(prefix) - 1:
            output.append(char_to_idx[prefix[t + 1]])
        else:
            output.append(int(Y[0].argmax(axis=1).asscalar()))
    return "".join([idx_to_char[i] for i in output])


def train_rnn(step, params, init_state, num_hiddens, ctx, corpus, size, random_iter, epochs, steps, lr, theta, batch):
    """Losses of all batches, norms of their gradients, and the perplexity of each epoch."""
    loss, losses, norms, perplexity = gloss.SoftmaxCrossEntropyLoss(), [], [], []
    for _ in range(epochs):
        if not random_iter:
            state = init_state(batch, num_hiddens, ctx)
        l_sum, n = 0.0, 0
        for X, Y in (data_iter_random if random_iter else data_iter_consecutive)(corpus, batch, steps, ctx):
            if random_iter:
                state = init_state(batch, num_hiddens, ctx)
            else:
                for s in state:
                    s.detach()  # the book drops the result: the graph of the last batch hangs on the state
            with autograd.record():
                outputs, state = step(to_onehot(X, size), state, params)
                outputs = nd.concat(*outputs, dim=0)
                y = Y.T.reshape((-1,))
                l = loss(outputs, y).mean()
            l.backward()
            norms.append(grad_clipping(params, theta, ctx))
            sgd(params, lr, 1)
            losses.append(l.asscalar())
            l_sum += l.asscalar() * y.size
            n += y.size
        perplexity.append(math.exp(l_sum / n))
    return losses, norms, perplexity


class RNNModel(nn.Block):
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


def predict_rnn_gluon(prefix, num_chars, model, ctx, idx_to_char, char_to_idx):
    state = model.begin_state(batch_size=1, ctx=ctx)
    output = [char_to_idx[prefix[0]]]
    for t in range(num_chars + len(prefix) - 1):
        X = nd.array([output[-1]], ctx=ctx).reshape((1, 1))
        (Y, state) = model(X, state)
        if t < len(prefix) - 1:
            output.append(char_to_idx[prefix[t + 1]])
        else:
            output.append(int(Y.argmax(axis=1).asscalar()))
    return "".join([idx_to_char[i] for i in output])


def train_rnn_gluon(model, ctx, corpus, epochs, steps, lr, theta, batch):
    loss, losses = gloss.SoftmaxCrossEntropyLoss(), []
    model.initialize(ctx=ctx, force_reinit=True, init=init.Normal(0.1))
    trainer = gluon.Trainer(model.collect_params(), "sgd", {"learning_rate": lr, "momentum": 0, "wd": 0})
    for _ in range(epochs):
        state = model.begin_state(batch_size=batch, ctx=ctx)
        for X, Y in data_iter_consecutive(corpus, batch, steps, ctx):
            for s in state:
                s.detach()
            with autograd.record():
                (output, state) = model(X, state)
                y = Y.T.reshape((-1,))
                l = loss(output, y).mean()
            l.backward()
            grad_clipping([p.data() for p in model.collect_params().values()], theta, ctx)
            trainer.step(1)
            losses.append(l.asscalar())
    return losses


def counter_of(sentences):
    return collections.Counter([tk for st in sentences for tk in st])
