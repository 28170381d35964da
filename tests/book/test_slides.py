"""The code of the slides (misread letters put right), under the name `mxnet` and in MXNet: what is printed is compared.

`tests/test_slides_python.py` has the same talks without MXNet beside them, and what a reader would make of them.
"""

import pytest


def test_imperative_and_symbolic(book):
    book("""
    from mxnet import cpu, sym
    s = nd.array([8.]); x = nd.arange(4)
    X = nd.ones((2, 3))
    Y = nd.array([[1,2,3], [4,5,6]])
    Z = X * Y # <- answer!
    Y.attach_grad()
    with autograd.record():
        A = Y * 2 # e.g., inference
        B = A * Y # e.g., loss function
    B.backward()
    print(Y.grad) # <- gradient!
    print(s, x, Z)
    s = sym.var('s'); x = sym.arange(4)
    X = sym.ones((2, 3))
    Y = sym.var('Y')
    Z = X * Y # <- symbolic graph!
    A = Y * 2 # e.g., inference
    B = A * Y
    Ydata = nd.array([[1,2,3], [4,5,6]])
    Ygrad = nd.empty(Ydata.shape)
    exc = B.bind(cpu(),
                 args={'Y': Ydata},
                 args_grad={'Y': Ygrad})
    r = exc.forward() # evaluate graph
    exc.backward(
      out_grads=nd.ones(r[0].shape))
    print(Ygrad) # <- gradient!
    print(s, x, X, Z, A, B, exc.outputs, r)
    print(B.tojson())
    """)


HELLO = """
ctx = mx.cpu()
n_in = 2; n_out = 1; n_ex = int(1e3)
def real_fn(X):
    return 2 * X[:, 0] - 3.4 * X[:, 1] + 4.2
X = nd.random_normal(shape=(n_ex, n_in))
noise = .01 * nd.random_normal(shape=(n_ex,))
y = real_fn(X) + noise
batch_size, epochs, lr = 100, 4, .05
train_d = gluon.data.DataLoader(
  gluon.data.ArrayDataset(X, y),
  batch_size=batch_size, shuffle=True)
"""
TRAIN = """
for e in range(epochs):
    for i, (data, label) in enumerate(train_d):
        with autograd.record():
            output = net(data)
            _loss = loss(output, label)
        _loss.backward()
        sgd.step(batch_size)
    print('curr loss:',
          nd.mean(_loss).asscalar())
"""


def test_hello_world_by_gluon(book):
    book(
        HELLO
        + """
net = gluon.nn.Sequential()
with net.name_scope():
    net.add(gluon.nn.Dense(n_out))
net.collect_params().initialize(
  mx.init.Normal(sigma=1.), ctx=ctx)
loss = gluon.loss.L2Loss()
sgd = gluon.Trainer(net.collect_params(),
                    'sgd',
                    {'learning_rate': lr})
"""
        + TRAIN
        + "print(net, loss, net.collect_params(), net[0].weight.data(), net[0].bias.data())\n"
    )


def test_hello_world_from_scratch(book):
    """As printed: the labels are (n,) beside (n, 1), so that the loss is that of all pairs."""
    book(
        HELLO
        + """
w = nd.random_normal(shape=(n_in, n_out))
b = nd.random_normal(shape=n_out)
params = [w, b]
w.attach_grad(); b.attach_grad()
def net(X):
    return nd.dot(X, w) + b
def loss(yhat, y):
    return nd.mean((yhat - y) ** 2)
class sgd:
    @staticmethod
    def step(batch_size):
        for param in params:
            param[:] = param - lr * param.grad
"""
        + TRAIN
        + "print(w, b)\n"
    )


def test_cnn(book, digits):
    book(
        """
        n_out = 1; batch_size, epochs, lr, ctx = 64, 2, .05, mx.cpu()
        tr = lambda data, label: (nd.transpose(data.astype(np.float32), (2, 0, 1))/255,
                                  label.astype(np.float32))
        mnist_train = gluon.data.vision.MNIST(root=root, train=True, transform=tr)
        train_d = gluon.data.DataLoader(
          mnist_train.take(256),
          batch_size=batch_size, shuffle=True)
        net = gluon.nn.Sequential()
        try:
            net.add(gluon.nn.Conv2D(channels=20,activation='relu'))
        except TypeError as error:  # as printed: without the size
            print(str(error)[-55:])
        with net.name_scope():
            net.add(gluon.nn.Conv2D(channels=20,kernel_size=5,activation='relu'))
            net.add(gluon.nn.MaxPool2D(pool_size=2, strides=2))
            net.add(gluon.nn.Flatten())
            net.add(gluon.nn.Dense(n_out))
            net.add(gluon.nn.Dense(n_out))
        net.collect_params().initialize(
          mx.init.Normal(sigma=.01), ctx=ctx)
        loss = gluon.loss.L2Loss()
        sgd = gluon.Trainer(net.collect_params(),
                            'sgd',
                            { 'learning_rate': lr})
        for e in range(epochs):
            for i, (data, label) in enumerate(train_d):
                with autograd.record():
                    output = net(data)
                    _loss = loss(output, label)
                _loss.backward()
                sgd.step(batch_size)
            print('curr loss:',
                  nd.mean(_loss).asscalar())
        print(net)
        """,
        root=digits,
    )


def test_own_layer(book):
    """As printed, but for `**_`: MXNet 1.9.1 gives the parameters as arguments, and refuses a layer that takes none."""
    book("""
    from mxnet.gluon import HybridBlock
    class MyDense(HybridBlock):
        def __init__(self, units, in_units=0, **kwargs):
            super(MyDense, self).__init__(**kwargs)
            with self.name_scope():
                self.units = units
                # gluon.Parameter with 0-valued shape elements means: will be filled in later
                self._in_units = in_units
                # Add parameters to internal ParameterDict, indicating the desired shape
                self.weight = self.params.get(
                    'weight', init=mx.init.Xavier(magnitude=2.24),
                    shape=(in_units, units))
                self.bias = self.params.get('bias', shape=(units,))
        def hybrid_forward(self, F, x, **_): # F will be mxnet.nd or mxnet.sym
            with x.context:
                linear = F.dot(x, self.weight.data()) + self.bias.data()
                activation = F.maximum(linear, 0)
                return activation
        # backward will be generated automatically
    d = MyDense(3, in_units=4)
    d.initialize()
    d.bias.initialize(mx.init.One(), force_reinit=True)
    x = nd.ones((2, 4))
    with autograd.record():
        y = d(x)
    y.backward()
    print(y, d, d.weight, d.bias, d.params, d.collect_params(), d.weight.grad(), d.bias.grad())
    print(x.copyto(mx.cpu(1)), x.as_in_context(mx.cpu(1)), x.as_in_context(mx.cpu()) is x)
    """)


BRANCHES = """
from mxnet.gluon.contrib.nn import HybridConcurrent
def _make_basic_conv(**kwargs):
    out = nn.HybridSequential(prefix='')
    out.add(nn.Conv2D(use_bias=False, **kwargs))
    out.add(nn.BatchNorm(epsilon=0.001))
    out.add(nn.Activation('relu'))
    return out
def _make_branch(*conv_settings):
    out = nn.HybridSequential(prefix='')
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
    out = HybridConcurrent(axis=1, prefix=prefix)
    with out.name_scope():
        out.add(_make_branch((64, 1, None, None)))
        out.add(_make_branch((48, 1, None, None),
                             (64, 5, None, 2)))
        out.add(_make_branch((64, 1, None, None),
                             (96, 3, None, 1),
                             (96, 3, None, 1)))
    out.add(_make_branch((pool_features, 1, None, None)))
    return out
"""


@pytest.mark.parametrize("hybridize", [False, True])
def test_networks_of_networks(book, hybridize):
    """As printed, but that 1.9.1 calls the axis `axis`, and without the kind of pooling that no branch takes."""
    book(
        BRANCHES
        + f"""
net = _make_A(32, 'A1_')
print(net, net.collect_params())
net.initialize(mx.init.Xavier())
x = nd.random.normal(shape=(2, 16, 9, 9))
if {hybridize}:
    net.hybridize()
trainer = gluon.Trainer(net.collect_params(), 'sgd', {{'learning_rate': .1}})
for i in range(2):
    with autograd.record():
        y = net(x)
        l = (y * y).mean()
    l.backward()
    trainer.step(2)
    print(y.shape, l)
print(net(x)[0, ::16, :2, :2], net)
"""
    )


@pytest.mark.filterwarnings("ignore:All children of this Sequential")
def test_gluon_at_a_glance(book):
    book("""
    net = gluon.nn.Sequential()
    with net.name_scope():
        net.add(gluon.nn.Dense(128, activation='relu'))
        net.add(gluon.nn.Dense(64, activation='relu'))
        net.add(gluon.nn.Dense(10))
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    net.initialize(mx.init.Xavier())
    X, Y = nd.random.normal(shape=(64, 20)), nd.random.randint(0, 10, shape=(64,))
    def get_batch():
        for i in range(0, 64, 16):
            yield X[i:i + 16], Y[i:i + 16]
    trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': .1})
    for data, label in get_batch():
        with autograd.record():
            l = loss(net(data), label)
        l.backward()
        trainer.step(batch_size=data.shape[0])
        print(l)
    net.hybridize()
    print(net, net(data)[0])
    """)


def test_snippets_of_other_libraries_in_gluon(book):
    """The Keras and PyTorch slides, by the layers that Gluon has for them; and the ResNet slide."""
    book("""
    from mxnet import sym
    model = nn.Sequential()
    model.add(nn.Dense(512, activation='relu', in_units=784))
    model.add(nn.Dropout(0.2))
    model.add(nn.Dense(512, activation='relu'))
    model.add(nn.Dropout(0.2))
    model.add(nn.Dense(10))
    model.initialize()
    print(model, model.collect_params())
    model.summary(nd.ones((1, 784)))
    class Net(gluon.Block):
        def __init__(self, input_size, hidden_size, num_classes):
            super(Net, self).__init__()
            self.fc1 = nn.Dense(hidden_size, in_units=input_size)
            self.relu = nn.Activation('relu')
            self.fc2 = nn.Dense(num_classes)
        def forward(self, x):
            out = self.fc1(x)
            out = self.relu(out)
            out = self.fc2(out)
            return out
    net = Net(20, 6, 3)
    net.initialize()
    print(net, net(nd.ones((2, 20))), net.collect_params())
    data = sym.var('data')
    bn1 = sym.BatchNorm(data=data, fix_gamma=False)
    act1 = sym.Activation(data=bn1, act_type='relu')
    conv1 = sym.Convolution(data=act1, num_filter=8, kernel=(3, 3), pad=(1, 1))
    print((conv1 + data).tojson())
    mx.viz.print_summary(conv1, {'data': (1, 8, 5, 5)})
    """)
