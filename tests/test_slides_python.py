"""The Python code of the talks about MXNet, run as it stands but for misprints (each said in a comment).

Slides and their numbers: imperative and symbolic arrays, linear regression with gluon and from scratch, a CNN, a layer
of one's own; networks of networks (Inception's branches); the snippets of ResNet, Adam and "Gluon at a glance".
"""

import json
import math

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd, sym
from mxr.gluon import HybridBlock, nn
from mxr.gluon.contrib.nn import HybridConcurrent


@pytest.fixture(autouse=True)
def _seeds():
    mx.random.seed(1)
    np.random.seed(1)
    with mx.name.NameManager():
        yield


# ---- imperative: "NDArray: numpy-like imperative linear algebra"


def test_imperative():
    s = nd.array([8.])
    x = nd.arange(4)
    X = nd.ones((2, 3))
    Y = nd.array([[1, 2, 3], [4, 5, 6]])
    Z = X * Y  # <- answer!
    Y.attach_grad()  # printed: attach grad()
    with autograd.record():
        A = Y * 2  # e.g., inference
        B = A * Y  # e.g., loss function
    B.backward()
    assert str(Y.grad) == "\n[[ 4.  8. 12.]\n [16. 20. 24.]]\n<NDArray 2x3 @cpu(0)>"  # <- gradient!
    assert s.asscalar() == 8 and x.asnumpy().tolist() == [0, 1, 2, 3]
    assert Z.asnumpy().tolist() == [[1, 2, 3], [4, 5, 6]]


# ---- symbolic: "define full graph, then compile, then evaluate with data"


def test_symbolic():
    s = sym.var('s')
    x = sym.arange(4)
    X = sym.ones((2, 3))
    Y = sym.var('Y')
    Z = X * Y  # <- symbolic graph!
    A = Y * 2  # e.g., inference
    B = A * Y  # e.g., loss function
    Ydata = nd.array([[1, 2, 3], [4, 5, 6]])
    Ygrad = nd.empty(Ydata.shape)
    exc = B.bind(mx.cpu(), args={'Y': Ydata}, args_grad={'Y': Ygrad})  # printed: args grad
    r = exc.forward()  # evaluate graph
    assert r[0].asnumpy().tolist() == [[2, 8, 18], [32, 50, 72]]
    exc.backward(out_grads=nd.ones(r[0].shape))
    assert Ygrad.asnumpy().tolist() == [[4, 8, 12], [16, 20, 24]]  # <- gradient!
    assert s.name == 's' and x.eval()[0].asnumpy().tolist() == [0, 1, 2, 3]
    assert Z.eval(Y=Ydata)[0].asnumpy().tolist() == Ydata.asnumpy().tolist()


def test_request_json_or_visualise():
    net = sym.FullyConnected(sym.var('data'), num_hidden=3, name='fc')
    nodes = json.loads(net.tojson())['nodes']
    assert [n['name'] for n in nodes] == ['data', 'fc_weight', 'fc_bias', 'fc']
    pytest.importorskip('graphviz')
    assert 'FullyConnected' in mx.viz.plot_network(net).source


# ---- "hello world": linear regression

n_in, n_out, n_ex = 2, 1, int(1e4)
ctx = mx.cpu()


def real_fn(X):
    return 2 * X[:, 0] - 3.4 * X[:, 1] + 4.2


def regression_data():
    X = nd.random_normal(shape=(n_ex, n_in))
    noise = .01 * nd.random_normal(shape=(n_ex,))
    return X, real_fn(X) + noise


@pytest.mark.parametrize('hybridize', [False, True])
def test_hello_world_gluon(hybridize):
    X, y = regression_data()
    batch_size, lr, epochs = 100, .05, 3
    # gluon
    net = (gluon.nn.HybridSequential if hybridize else gluon.nn.Sequential)()
    with net.name_scope():
        net.add(gluon.nn.Dense(n_out))
    net.collect_params().initialize(mx.init.Normal(sigma=1.), ctx=ctx)
    if hybridize:
        net.hybridize()
    loss = gluon.loss.L2Loss()
    # printed: sgb, 'sqd', {'learning rate': lr}
    sgd = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': lr})
    # train!
    train_d = gluon.data.DataLoader(gluon.data.ArrayDataset(X, y), batch_size=batch_size, shuffle=True)
    seen = []
    for e in range(epochs):  # noqa: B007 - as printed
        for i, (data, label) in enumerate(train_d):  # noqa: B007
            with autograd.record():
                output = net(data)
                _loss = loss(output, label)  # printed: loss = loss(...), with the underscore lost
            _loss.backward()
            sgd.step(batch_size)
        seen.append(nd.mean(_loss).asscalar())  # printed: assscalar
    assert (e, i) == (2, 99)
    assert seen[-1] < 1e-4
    np.testing.assert_allclose(net[0].weight.data().asnumpy(), [[2, -3.4]], atol=1e-2)
    np.testing.assert_allclose(net[0].bias.data().asnumpy(), [4.2], atol=1e-2)


def test_hello_world_from_scratch():
    X, y = regression_data()
    batch_size, lr, epochs = 100, .05, 3
    # alt: from scratch (for custom needs)
    w = nd.random_normal(shape=(n_in, n_out))
    b = nd.random_normal(shape=n_out)
    params = [w, b]
    w.attach_grad()
    b.attach_grad()

    def net(X):
        return nd.dot(X, w) + b

    def loss(yhat, y):
        return nd.mean((yhat - y) ** 2)

    def sgd(params, lr):  # printed: sqd
        for param in params:
            param[:] = param - lr * param.grad  # printed: parma

    train_d = gluon.data.DataLoader(gluon.data.ArrayDataset(X, y), batch_size=batch_size, shuffle=True)
    for _ in range(epochs):
        for data, label in train_d:
            with autograd.record():
                output = net(data)
                # the gluon loss brings (n,) into the shape of (n, 1) by itself, `-` would make (n, n)
                _loss = loss(output, label.reshape((-1, 1)))
            _loss.backward()
            sgd(params, lr)
    assert _loss.asscalar() < 1e-3
    np.testing.assert_allclose(w.asnumpy().ravel(), [2, -3.4], atol=1e-2)
    np.testing.assert_allclose(b.asnumpy(), [4.2], atol=1e-2)


# ---- CNN


def cnn_data(train, count):
    # printed with one bracket less: nd.transpose(data.astype(np.float32), (2, 0, 1)/255
    def tr(data, label):
        return nd.transpose(data.astype(np.float32), (2, 0, 1)) / 255, label.astype(np.float32)

    return gluon.data.vision.MNIST(train=train, transform=tr).take(count)


def cnn(n_out, kind=gluon.nn.Sequential):
    net = kind()
    with net.name_scope():
        # printed without a kernel size, which Conv2D must be given: 5 as in the talk's model, The Straight Dope's LeNet
        net.add(gluon.nn.Conv2D(channels=20, kernel_size=5, activation='relu'))
        net.add(gluon.nn.MaxPool2D(pool_size=2, strides=2))
        net.add(gluon.nn.Flatten())
        # printed: Dense(n_out) twice; the first is the hidden layer of that model
        net.add(gluon.nn.Dense(64, activation='relu'))
        net.add(gluon.nn.Dense(n_out))
    return net


def test_cnn_as_printed():
    """One output, L2 loss, Normal(1) weights: a regression of the digit. It runs, and the loss falls."""
    mnist_train = cnn_data(True, 512)
    batch_size, lr = 64, 1e-5
    net = cnn(1)
    # sigma 1, as printed, gives outputs in the hundreds
    net.collect_params().initialize(mx.init.Normal(sigma=1.), ctx=ctx)
    loss = gluon.loss.L2Loss()  # printed: qluon
    sgd = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': lr})
    train_d = gluon.data.DataLoader(mnist_train, batch_size=batch_size, shuffle=True)
    means = []
    for _ in range(2):
        total = 0.
        for data, label in train_d:
            assert data.shape == (64, 1, 28, 28)
            with autograd.record():
                output = net(data)
                _loss = loss(output, label)
            _loss.backward()
            sgd.step(batch_size)
            total += nd.mean(_loss).asscalar()
        means.append(total / len(train_d))
    assert np.isfinite(means).all() and means[1] < means[0] / 5


def test_cnn_with_ten_classes():
    """What a reader means by it: ten outputs, cross-entropy, accuracy on the test images."""
    batch_size = 64
    net = cnn(10, gluon.nn.HybridSequential)
    net.collect_params().initialize(mx.init.Xavier(), ctx=ctx)
    net.hybridize()
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    sgd = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': .1})
    train_d = gluon.data.DataLoader(cnn_data(True, 3200), batch_size=batch_size, shuffle=True)
    for _ in range(2):
        for data, label in train_d:
            with autograd.record():
                _loss = loss(net(data), label)
            _loss.backward()
            sgd.step(batch_size)
    metric = mx.metric.Accuracy()
    for data, label in gluon.data.DataLoader(cnn_data(False, 1000), batch_size=250):
        metric.update(label, net(data))
    assert metric.get()[1] > .85


# ---- "Example: your own layer"


class MyDense(HybridBlock):
    def __init__(self, units, in_units=0, **kwargs):  # printed: init (self, ...)
        super(MyDense, self).__init__(**kwargs)  # noqa: UP008 - as printed
        with self.name_scope():
            self.units = units
            # gluon.Parameter with 0-valued shape elements means: will be filled in later
            self._in_units = in_units
            # Add parameters to internal ParameterDict, indicating the desired shape
            self.weight = self.params.get(
                'weight', init=mx.init.Xavier(magnitude=2.24),
                shape=(in_units, units))
            self.bias = self.params.get('bias', shape=(units,))

    def hybrid_forward(self, F, x):  # F will be mxnet.nd or mxnet.sym
        with x.context:
            linear = F.dot(x, self.weight.data()) + self.bias.data()
            activation = F.maximum(linear, 0)
            return activation
    # backward will be generated automatically


class MyHybridDense(MyDense):
    """The same with the parameters as arguments, which is what lets it be compiled."""

    def hybrid_forward(self, F, x, weight, bias):
        return F.maximum(F.broadcast_add(F.dot(x, weight), bias), 0)


def test_own_layer():
    x = nd.random_normal(shape=(5, 3))
    results = []
    for kind in (MyDense, MyHybridDense):
        net = kind(4, in_units=3)
        net.collect_params().initialize(mx.init.One(), ctx=ctx)
        net.weight.set_data(nd.arange(12).reshape((3, 4)) / 12 - .5)
        if kind is MyHybridDense:
            net.hybridize()
        with autograd.record():
            y = net(x)
        y.backward()
        results.append([y, net.weight.grad(), net.bias.grad()])
    assert net.weight.name == 'myhybriddense0_weight'
    linear = x.asnumpy() @ (np.arange(12).reshape(3, 4) / 12 - .5) + 1
    for y, dw, db in results:
        np.testing.assert_allclose(y.asnumpy(), np.maximum(linear, 0), rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(dw.asnumpy(), x.asnumpy().T @ (linear > 0), rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(db.asnumpy(), (linear > 0).sum(0))


def test_own_layer_in_a_network():
    net = nn.Sequential()
    with net.name_scope():
        net.add(MyDense(20, in_units=784), MyDense(10, in_units=20))
    net.collect_params().initialize(ctx=ctx)
    assert net(nd.ones((2, 784))).shape == (2, 10)
    assert next(iter(net.collect_params())) == 'sequential0_mydense0_weight'


# ---- "Networks of networks"


def _make_basic_conv(**kwargs):
    out = nn.HybridSequential(prefix='')
    out.add(nn.Conv2D(use_bias=False, **kwargs))
    out.add(nn.BatchNorm(epsilon=0.001))
    out.add(nn.Activation('relu'))
    return out


def _make_branch(use_pool, *conv_settings):
    # printed without `use_pool`, with which it is called, and with a pooling layer that halves the image in all
    # branches, which no Concurrent could join: Inception's pooling keeps the size and is in the last branch only
    out = nn.HybridSequential(prefix='')
    if use_pool == 'avg':
        out.add(nn.AvgPool2D(pool_size=3, strides=1, padding=1))
    elif use_pool == 'max':
        out.add(nn.MaxPool2D(pool_size=3, strides=2))
    setting_names = ['channels', 'kernel_size', 'strides', 'padding']
    for setting in conv_settings:
        kwargs = {}
        for i, value in enumerate(setting):
            if value is not None:
                kwargs[setting_names[i]] = value
        out.add(_make_basic_conv(**kwargs))
    return out


def _make_A(pool_features, prefix):
    out = HybridConcurrent(concat_dim=1, prefix=prefix)
    with out.name_scope():
        out.add(_make_branch(None, (64, 1, None, None)))
        out.add(_make_branch(None, (48, 1, None, None),
                             (64, 5, None, 2)))
        out.add(_make_branch(None, (64, 1, None, None),
                             (96, 3, None, 1),
                             (96, 3, None, 1)))
        # printed outside of the with: then its names would not begin with the prefix
        out.add(_make_branch('avg', (pool_features, 1, None, None)))
    return out


def test_networks_of_networks():
    net = _make_A(32, 'A1_')
    names = list(net.collect_params())
    assert names[0] == 'A1_conv0_weight' and all(n.startswith('A1_') for n in names)
    assert len([n for n in names if n.endswith('_weight')]) == 7
    net.initialize(mx.init.Xavier(), ctx=ctx)
    x = nd.random_normal(shape=(2, 16, 9, 9))
    y = net(x)
    assert y.shape == (2, 64 + 64 + 96 + 32, 9, 9)
    net.hybridize()
    np.testing.assert_allclose(net(x).asnumpy(), y.asnumpy(), rtol=1e-4, atol=1e-5)
    with autograd.record():
        loss = net(x).mean()
    loss.backward()
    assert all(np.isfinite(p.grad().asnumpy()).all() for p in net.collect_params('.*weight').values())


# ---- "Implement ResNet" and "Implement Adam"


def test_resnet_snippet():
    data = sym.var('data')
    # the lines are cut off at the slide's edge: fix_gamma=Fal, act_type='re, num_filte
    bn1 = sym.BatchNorm(data=data, fix_gamma=False)
    act1 = sym.Activation(data=bn1, act_type='relu')
    conv1 = sym.Convolution(data=act1, num_filter=8, kernel=(3, 3), pad=(1, 1), no_bias=True)
    block = conv1 + data
    exc = block.simple_bind(mx.cpu(), data=(2, 8, 6, 6))
    exc.arg_dict['data'][:] = nd.random_normal(shape=(2, 8, 6, 6))
    exc.arg_dict['batchnorm0_gamma'][:] = 1
    y = exc.forward(is_train=True)[0]
    assert (y.asnumpy() == exc.arg_dict['data'].asnumpy()).all()  # weights are 0: "simple function should be f(x) = x"
    exc.backward(nd.ones(y.shape))
    assert (exc.grad_dict['data'].asnumpy() == 1).all()


class SlideAdam(mx.optimizer.Optimizer):
    """The three lines of the slide in their place: an optimizer that is written with arrays."""

    beta1, beta2, epsilon = .9, .999, 1e-8

    def create_state(self, index, weight):
        return nd.zeros(weight.shape), nd.zeros(weight.shape)

    def update(self, index, weight, grad, state):
        lr, _ = self._begin(index, weight, grad)
        t = self._index_update_count[index]
        mean, variance = state
        grad = grad * self.rescale_grad
        mean[:] = self.beta1 * mean + (1. - self.beta1) * grad
        variance[:] = self.beta2 * variance + (1. - self.beta2) * grad * grad
        coef1 = 1. - self.beta1**t
        coef2 = 1. - self.beta2**t
        lr *= math.sqrt(coef2)/coef1
        weight -= lr*mean/(nd.sqrt(variance) + self.epsilon)


def test_adam_snippet():
    X, y = nd.random_normal(shape=(64, 3)), nd.random_normal(shape=(64, 1))
    weights = []
    for optimizer in (SlideAdam(learning_rate=.05), mx.optimizer.Adam(learning_rate=.05)):
        net = nn.Dense(1, in_units=3)
        net.initialize(mx.init.One())
        trainer = gluon.Trainer(net.collect_params(), optimizer)
        for _ in range(5):
            with autograd.record():
                loss = gluon.loss.L2Loss()(net(X), y)
            loss.backward()
            trainer.step(64)
        weights.append(net.weight.data().asnumpy())
    np.testing.assert_allclose(*weights, rtol=1e-4)
    assert not np.allclose(weights[0], 1)


# ---- "Gluon at a glance"


def test_gluon_at_a_glance():
    def get_batch():
        data = gluon.data.vision.FashionMNIST(train=True).take(1280)
        ready = data.transform_first(gluon.data.vision.transforms.ToTensor())
        return gluon.data.DataLoader(ready, batch_size=128, shuffle=True)

    net = gluon.nn.HybridSequential()  # printed: Sequential, of which hybridize() compiles the layers one by one
    with net.name_scope():
        net.add(gluon.nn.Dense(128, activation='relu'))
        net.add(gluon.nn.Dense(64, activation='relu'))
        net.add(gluon.nn.Dense(10))
    net.initialize(mx.init.Xavier())
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': .5})
    losses = []
    for _ in range(4):
        for data, label in get_batch():
            with autograd.record():
                l = loss(net(data), label)  # printed: 1 = loss(...)
            l.backward()
            trainer.step(batch_size=data.shape[0])
            losses.append(nd.mean(l).asscalar())
        net.hybridize()  # converts from imperative to symbolic execution
    assert losses[-1] < losses[0] * .6


# ---- "Parallel": "ctx, copyto, as_in_context, etc", "Trainer supports all this"


def test_parallel():
    contexts = [mx.cpu(0), mx.cpu(1)]
    net = nn.Dense(1)
    net.initialize(ctx=contexts)
    trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': .1}, kvstore='device')
    X, y = nd.random_normal(shape=(64, 2)), nd.random_normal(shape=(64, 1))
    loss = gluon.loss.L2Loss()
    for _ in range(3):
        parts = zip(gluon.utils.split_and_load(X, contexts), gluon.utils.split_and_load(y, contexts))
        with autograd.record():
            losses = [loss(net(a), b) for a, b in parts]
        for l in losses:
            l.backward()
        trainer.step(64)
    here, there = (net.weight.data(c) for c in contexts)
    assert (here.asnumpy() == there.asnumpy()).all()
    assert here.copyto(mx.cpu(1)).context == there.context == here.as_in_context(mx.cpu(1)).context
