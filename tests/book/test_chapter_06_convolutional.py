"""Chapter 6, convolutional networks: the layers, LeNet, and trained networks from AlexNet to DenseNet.

Each network runs once at the size of the book, printing its shapes; it is trained on few images (some narrower).
"""

import numpy as np
import pytest


def test_corr2d_and_edges(book):
    book("""
    print(d2l.corr2d(nd.array([[0, 1, 2], [3, 4, 5], [6, 7, 8]]), nd.array([[0, 1], [2, 3]])))
    class Conv2D(nn.Block):
        def __init__(self, kernel_size, **kwargs):
            super(Conv2D, self).__init__(**kwargs)
            self.weight = self.params.get("weight", shape=kernel_size)
            self.bias = self.params.get("bias", shape=(1,))
        def forward(self, x):
            return d2l.corr2d(x, self.weight.data()) + self.bias.data()
    layer = Conv2D((2, 2))
    layer.initialize()
    X = nd.ones((6, 8))
    X[:, 2:6] = 0
    K = nd.array([[1, -1]])
    print(X, d2l.corr2d(X, K), d2l.corr2d(X.T, K), layer(X), layer, layer.params)
    """)


def test_assigning_single_elements_while_recording(book):
    """Why the text learns its kernel with the built-in layer: both refuse."""
    book("""
    X, K = nd.ones((4, 4)), nd.ones((2, 2))
    K.attach_grad()
    try:
        with autograd.record():
            Y = d2l.corr2d(X, K)
        Y.backward()
        print(K.grad)
    except mx.base.MXNetError:
        print("MXNetError")
    """)


def test_learning_a_kernel(book):
    got = book("""
    X = nd.ones((6, 8))
    X[:, 2:6] = 0
    Y = d2l.corr2d(X, nd.array([[1, -1]]))
    conv2d = nn.Conv2D(1, kernel_size=(1, 2))
    conv2d.initialize()
    X, Y = X.reshape((1, 1, 6, 8)), Y.reshape((1, 1, 6, 7))
    for i in range(10):
        with autograd.record():
            Y_hat = conv2d(X)
            l = (Y_hat - Y) ** 2
        l.backward()
        conv2d.weight.data()[:] -= 3e-2 * conv2d.weight.grad()
        if (i + 1) % 2 == 0:
            print("batch %d, loss %.3f" % (i + 1, l.sum().asscalar()))
    w = conv2d.weight.data().reshape((1, 2))
    print(w, conv2d)
    """, "w")  # fmt: skip
    np.testing.assert_allclose(got.ours["w"], [[1, -1]], atol=0.05)


@pytest.mark.parametrize(
    "layer",
    [
        "kernel_size=3, padding=1",
        "kernel_size=(5, 3), padding=(2, 1)",
        "kernel_size=3, padding=1, strides=2",
        "kernel_size=(3, 5), padding=(0, 1), strides=(3, 4)",
    ],
)
def test_padding_and_stride(book, layer):
    book(f"""
    def comp_conv2d(conv2d, X):
        conv2d.initialize()
        X = X.reshape((1, 1) + X.shape)
        Y = conv2d(X)
        return Y.reshape(Y.shape[2:])
    X = nd.random.uniform(shape=(8, 8))
    conv2d = nn.Conv2D(1, {layer})
    y = comp_conv2d(conv2d, X)
    print(y.shape, y, conv2d)
    """)


def test_channels(book):
    book("""
    def corr2d_multi_in(X, K):
        return nd.add_n(*[d2l.corr2d(x, k) for x, k in zip(X, K)])
    def corr2d_multi_in_out(X, K):
        return nd.stack(*[corr2d_multi_in(X, k) for k in K])
    def corr2d_multi_in_out_1x1(X, K):
        c_i, h, w = X.shape
        c_o = K.shape[0]
        Y = nd.dot(K.reshape((c_o, c_i)), X.reshape((c_i, h * w)))
        return Y.reshape((c_o, h, w))
    X = nd.array([[[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]])
    K = nd.array([[[0, 1], [2, 3]], [[1, 2], [3, 4]]])
    print(corr2d_multi_in(X, K))
    K = nd.stack(K, K + 1, K + 2)
    print(K.shape, corr2d_multi_in_out(X, K))
    print(nd.Convolution(X.expand_dims(0), K, kernel=(2, 2), num_filter=3, no_bias=True))
    X, K = nd.random.uniform(shape=(3, 3, 3)), nd.random.uniform(shape=(2, 3, 1, 1))
    Y1, Y2 = corr2d_multi_in_out_1x1(X, K), corr2d_multi_in_out(X, K)
    print((Y1 - Y2).norm().asscalar() < 1e-6, Y1)
    """)


def test_pooling(book):
    book("""
    def pool2d(X, pool_size, mode="max"):
        p_h, p_w = pool_size
        Y = nd.zeros((X.shape[0] - p_h + 1, X.shape[1] - p_w + 1))
        for i in range(Y.shape[0]):
            for j in range(Y.shape[1]):
                if mode == "max":
                    Y[i, j] = X[i: i + p_h, j: j + p_w].max()
                elif mode == "avg":
                    Y[i, j] = X[i: i + p_h, j: j + p_w].mean()
        return Y
    X = nd.array([[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    print(pool2d(X, (2, 2)), pool2d(X, (2, 2), "avg"))
    X = nd.arange(16).reshape((1, 1, 4, 4))
    for layer in (nn.MaxPool2D(3), nn.MaxPool2D(3, padding=1, strides=2),
                  nn.MaxPool2D((2, 3), padding=(1, 2), strides=(2, 3)), nn.AvgPool2D(3, padding=1, strides=2)):
        print(layer, layer(X))
    X = nd.concat(X, X + 1, dim=1)
    print(X, nn.MaxPool2D(3, padding=1, strides=2)(X), nn.GlobalAvgPool2D()(X), nn.Flatten()(X))
    """)


SHAPES = """
X = nd.random.uniform(shape=size)
net.initialize()
for layer in net:
    X = layer(X)
    print(layer.name, "output shape:\\t", X.shape)
print(net)
"""


def _train(batch_size, resize, lr, batches=2, dtype="float64"):
    """The book's training: new values by Xavier, a trainer, `train_ch5` on some batches; losses, some gradients."""
    return f"""
ctx = d2l.try_gpu()
net.initialize(force_reinit=True, ctx=ctx, init=init.Xavier())
trainer = gluon.Trainer(net.collect_params(), "sgd", {{"learning_rate": {lr}}})
train_iter, test_iter = d2l.load_data_fashion_mnist({batch_size}, resize={resize}, root=root)
test_iter = [batch for batch, _ in zip(test_iter, range(2))]
if "{dtype}" != "float32":
    net.cast("{dtype}")
    train_iter = [(X.astype("{dtype}"), y) for (X, y), _ in zip(train_iter, range({batches}))]
    test_iter = [(X.astype("{dtype}"), y) for X, y in test_iter]
result["history"] = d2l.train_ch5(net, train_iter, test_iter, {batch_size}, trainer, ctx, 1, {batches})
with autograd.record():
    l = gloss.SoftmaxCrossEntropyLoss()(net(test_iter[0][0]), test_iter[0][1])
l.backward()
params = list(net.collect_params(".*(weight|gamma)").values())
result["loss"] = l
result["grads"] = [params[0].grad(), params[-1].grad()]
result["out"] = net(test_iter[0][0])
result["running"] = [p.data() for n, p in net.collect_params().items() if "running" in n]
"""


CLOSE = {"rtol": 2e-3, "atol": 2e-4, "print_atol": 5e-3}
# Deep networks are trained in float64. In float32 rounding changes the sign of some arguments of relu, and with it
# gradients in the second digit: in ResNet both libraries are off against float64, MXNet more. In float64 all is equal,
# but for the momentum of moving averages, which MXNet keeps as float32.
EXACT = {"rtol": 1e-6, "atol": 3e-7}
LENET = """
net = nn.Sequential()
net.add(nn.Conv2D(channels=6, kernel_size=5, padding=2, activation="sigmoid"),
        nn.AvgPool2D(pool_size=2, strides=2),
        nn.Conv2D(channels=16, kernel_size=5, activation="sigmoid"),
        nn.AvgPool2D(pool_size=2, strides=2),
        nn.Dense(120, activation="sigmoid"), nn.Dense(84, activation="sigmoid"), nn.Dense(10))
"""


def test_lenet(book, fashion):
    got = book(
        LENET
        + SHAPES
        + "net.summary(nd.ones((1, 1, 28, 28)))\n"
        + _train(128, None, 0.9, None, "float32")
        + "result['accuracy'] = d2l.evaluate_accuracy(test_iter, net, ctx)",
        size=(1, 1, 28, 28), root=fashion, **CLOSE,
    ).ours  # fmt: skip
    assert "conv0 output shape:\t (1, 6, 28, 28)" in got["printed"] and "Total params: 61706" in got["printed"]


ALEXNET = """
net = nn.Sequential()
net.add(nn.Conv2D(96 // k, kernel_size=11, strides=4, activation="relu"),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Conv2D(256 // k, kernel_size=5, padding=2, activation="relu"),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Conv2D(384 // k, kernel_size=3, padding=1, activation="relu"),
        nn.Conv2D(384 // k, kernel_size=3, padding=1, activation="relu"),
        nn.Conv2D(256 // k, kernel_size=3, padding=1, activation="relu"),
        nn.MaxPool2D(pool_size=3, strides=2),
        nn.Dense(4096 // k, activation="relu"), nn.Dropout(0.5),
        nn.Dense(4096 // k, activation="relu"), nn.Dropout(0.5),
        nn.Dense(10))
"""


def test_alexnet_shapes(book):
    book("k = 1\n" + ALEXNET + SHAPES + "result['X'] = X", size=(1, 1, 224, 224), rtol=1e-3, atol=1e-5)


def test_alexnet_trained(book, fashion):
    book("k = 8\n" + ALEXNET + _train(16, 224, 0.01), root=fashion, **EXACT)


VGG = """
def vgg_block(num_convs, num_channels):
    blk = nn.Sequential()
    for _ in range(num_convs):
        blk.add(nn.Conv2D(num_channels, kernel_size=3, padding=1, activation="relu"))
    blk.add(nn.MaxPool2D(pool_size=2, strides=2))
    return blk

def vgg(conv_arch, hidden=4096):
    net = nn.Sequential()
    for (num_convs, num_channels) in conv_arch:
        net.add(vgg_block(num_convs, num_channels))
    net.add(nn.Dense(hidden, activation="relu"), nn.Dropout(0.5),
            nn.Dense(hidden, activation="relu"), nn.Dropout(0.5), nn.Dense(10))
    return net

conv_arch = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))
"""


def test_vgg_shapes(book):
    """With 512 hidden units instead of 4,096: 120 million weights would only cost time."""
    book(
        VGG + "net = vgg(conv_arch, 512)" + SHAPES.replace("net.initialize()", "net.initialize(); print(net.name)"),
        size=(1, 1, 224, 224),
    )


def test_vgg_trained(book, fashion):
    code = "net = vgg([(pair[0], pair[1] // 16) for pair in conv_arch], 64)\n"
    book(VGG + code + _train(8, 96, 0.05), root=fashion, **EXACT)


NIN = """
def nin_block(num_channels, kernel_size, strides, padding):
    blk = nn.Sequential()
    blk.add(nn.Conv2D(num_channels, kernel_size, strides, padding, activation="relu"),
            nn.Conv2D(num_channels, kernel_size=1, activation="relu"),
            nn.Conv2D(num_channels, kernel_size=1, activation="relu"))
    return blk
net = nn.Sequential()
net.add(nin_block(96 // k, kernel_size=11, strides=4, padding=0), nn.MaxPool2D(pool_size=3, strides=2),
        nin_block(256 // k, kernel_size=5, strides=1, padding=2), nn.MaxPool2D(pool_size=3, strides=2),
        nin_block(384 // k, kernel_size=3, strides=1, padding=1), nn.MaxPool2D(pool_size=3, strides=2),
        nn.Dropout(0.5), nin_block(10, kernel_size=3, strides=1, padding=1),
        nn.GlobalAvgPool2D(), nn.Flatten())
"""


def test_nin_shapes(book):
    book("k = 1\n" + NIN + SHAPES + "result['X'] = X", size=(1, 1, 224, 224), rtol=1e-3, atol=1e-6)


def test_nin_trained(book, fashion):
    book("k = 8\n" + NIN + _train(16, 224, 0.1), root=fashion, **EXACT)


GOOGLENET = """
class Inception(nn.Block):
    def __init__(self, c1, c2, c3, c4, **kwargs):
        super(Inception, self).__init__(**kwargs)
        self.p1_1 = nn.Conv2D(c1, kernel_size=1, activation="relu")
        self.p2_1 = nn.Conv2D(c2[0], kernel_size=1, activation="relu")
        self.p2_2 = nn.Conv2D(c2[1], kernel_size=3, padding=1, activation="relu")
        self.p3_1 = nn.Conv2D(c3[0], kernel_size=1, activation="relu")
        self.p3_2 = nn.Conv2D(c3[1], kernel_size=5, padding=2, activation="relu")
        self.p4_1 = nn.MaxPool2D(pool_size=3, strides=1, padding=1)
        self.p4_2 = nn.Conv2D(c4, kernel_size=1, activation="relu")
    def forward(self, x):
        p1 = self.p1_1(x)
        p2 = self.p2_2(self.p2_1(x))
        p3 = self.p3_2(self.p3_1(x))
        p4 = self.p4_2(self.p4_1(x))
        return nd.concat(p1, p2, p3, p4, dim=1)

b1 = nn.Sequential()
b1.add(nn.Conv2D(64, kernel_size=7, strides=2, padding=3, activation="relu"),
       nn.MaxPool2D(pool_size=3, strides=2, padding=1))
b2 = nn.Sequential()
b2.add(nn.Conv2D(64, kernel_size=1), nn.Conv2D(192, kernel_size=3, padding=1),
       nn.MaxPool2D(pool_size=3, strides=2, padding=1))
b3 = nn.Sequential()
b3.add(Inception(64, (96, 128), (16, 32), 32), Inception(128, (128, 192), (32, 96), 64),
       nn.MaxPool2D(pool_size=3, strides=2, padding=1))
b4 = nn.Sequential()
b4.add(Inception(192, (96, 208), (16, 48), 64), Inception(160, (112, 224), (24, 64), 64),
       Inception(128, (128, 256), (24, 64), 64), Inception(112, (144, 288), (32, 64), 64),
       Inception(256, (160, 320), (32, 128), 128), nn.MaxPool2D(pool_size=3, strides=2, padding=1))
b5 = nn.Sequential()
b5.add(Inception(256, (160, 320), (32, 128), 128), Inception(384, (192, 384), (48, 128), 128), nn.GlobalAvgPool2D())
net = nn.Sequential()
net.add(b1, b2, b3, b4, b5, nn.Dense(10))
"""


def test_googlenet(book, fashion):
    book(GOOGLENET + SHAPES + _train(4, 96, 0.1, batches=1), size=(1, 1, 96, 96), root=fashion, **EXACT)


BATCH_NORM = """
def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
    if not autograd.is_training():
        X_hat = (X - moving_mean) / nd.sqrt(moving_var + eps)
    else:
        assert len(X.shape) in (2, 4)
        if len(X.shape) == 2:
            mean = X.mean(axis=0)
            var = ((X - mean) ** 2).mean(axis=0)
        else:
            mean = X.mean(axis=(0, 2, 3), keepdims=True)
            var = ((X - mean) ** 2).mean(axis=(0, 2, 3), keepdims=True)
        X_hat = (X - mean) / nd.sqrt(var + eps)
        moving_mean = momentum * moving_mean + (1.0 - momentum) * mean
        moving_var = momentum * moving_var + (1.0 - momentum) * var
    Y = gamma * X_hat + beta
    return Y, moving_mean, moving_var

class BatchNorm(nn.Block):
    def __init__(self, num_features, num_dims, **kwargs):
        super(BatchNorm, self).__init__(**kwargs)
        shape = (1, num_features) if num_dims == 2 else (1, num_features, 1, 1)
        self.gamma = self.params.get("gamma", shape=shape, init=init.One())
        self.beta = self.params.get("beta", shape=shape, init=init.Zero())
        self.moving_mean = nd.zeros(shape, dtype="float64")
        self.moving_var = nd.zeros(shape, dtype="float64")
    def forward(self, X):
        if self.moving_mean.context != X.context:
            self.moving_mean = self.moving_mean.copyto(X.context)
            self.moving_var = self.moving_var.copyto(X.context)
        Y, self.moving_mean, self.moving_var = batch_norm(
            X, self.gamma.data(), self.beta.data(), self.moving_mean, self.moving_var, eps=1e-5, momentum=0.9)
        return Y

def normed(bn):
    net = nn.Sequential()
    net.add(nn.Conv2D(6, kernel_size=5), bn(6, 4), nn.Activation("sigmoid"), nn.MaxPool2D(pool_size=2, strides=2),
            nn.Conv2D(16, kernel_size=5), bn(16, 4), nn.Activation("sigmoid"), nn.MaxPool2D(pool_size=2, strides=2),
            nn.Dense(120), bn(120, 2), nn.Activation("sigmoid"),
            nn.Dense(84), bn(84, 2), nn.Activation("sigmoid"), nn.Dense(10))
    return net
"""


@pytest.mark.parametrize("bn", ["BatchNorm", "lambda n, dims: nn.BatchNorm()"])
def test_batch_normalization(book, fashion, bn):
    """From scratch, and by Gluon."""
    book(
        BATCH_NORM
        + f"net = normed({bn})\n"
        + _train(128, None, 1.0, batches=5)
        + "print(net)\nprint((net[1].gamma.data().reshape((-1,)), net[1].beta.data().reshape((-1,))))\n"
        + "result['stats'] = [net[1].moving_mean, net[5].moving_var] if hasattr(net[1], 'moving_var') else []\n",
        root=fashion, **EXACT,
    )  # fmt: skip


RESNET = """
net = nn.Sequential()
net.add(nn.Conv2D(64 // k, kernel_size=7, strides=2, padding=3), nn.BatchNorm(), nn.Activation("relu"),
        nn.MaxPool2D(pool_size=3, strides=2, padding=1))
net.add(d2l.resnet_block(64 // k, 2, first_block=True), d2l.resnet_block(128 // k, 2),
        d2l.resnet_block(256 // k, 2), d2l.resnet_block(512 // k, 2))
net.add(nn.GlobalAvgPool2D(), nn.Dense(10))
"""


def test_residual_block(book):
    book("""
    blk = d2l.Residual(3)
    blk.initialize()
    X = nd.random.uniform(shape=(4, 3, 6, 6))
    print(blk(X).shape, blk)
    blk = d2l.Residual(6, use_1x1conv=True, strides=2)
    blk.initialize()
    print(blk(X).shape, blk, blk.collect_params())
    with autograd.record():
        y = blk(X)
    y.backward()
    result = {"y": y, "test": blk(X), "grads": [p.grad() for p in blk.collect_params(".*[at]$").values()]}
    """, rtol=1e-3, atol=1e-4)  # fmt: skip


def test_resnet_shapes(book):
    book("k = 1\n" + RESNET + SHAPES + "result['X'] = X", size=(1, 1, 224, 224), rtol=1e-3, atol=1e-4)


def test_resnet_trained(book, fashion):
    book("k = 4\n" + RESNET + _train(16, 96, 0.05), root=fashion, **EXACT)


DENSENET = """
def conv_block(num_channels):
    blk = nn.Sequential()
    blk.add(nn.BatchNorm(), nn.Activation("relu"), nn.Conv2D(num_channels, kernel_size=3, padding=1))
    return blk

class DenseBlock(nn.Block):
    def __init__(self, num_convs, num_channels, **kwargs):
        super(DenseBlock, self).__init__(**kwargs)
        self.net = nn.Sequential()
        for _ in range(num_convs):
            self.net.add(conv_block(num_channels))
    def forward(self, X):
        for blk in self.net:
            Y = blk(X)
            X = nd.concat(X, Y, dim=1)
        return X

def transition_block(num_channels):
    blk = nn.Sequential()
    blk.add(nn.BatchNorm(), nn.Activation("relu"), nn.Conv2D(num_channels, kernel_size=1),
            nn.AvgPool2D(pool_size=2, strides=2))
    return blk
"""


def test_dense_and_transition_blocks(book):
    book(DENSENET + """
blk = DenseBlock(2, 10)
blk.initialize()
X = nd.random.uniform(shape=(4, 3, 8, 8))
Y = blk(X)
print(Y.shape, blk)
blk = transition_block(10)
blk.initialize()
print(blk(Y).shape, blk)
result = {"Y": Y, "Z": blk(Y)}
""")  # fmt: skip


def test_densenet(book, fashion):
    code = """
net = nn.Sequential()
net.add(nn.Conv2D(64 // k, kernel_size=7, strides=2, padding=3), nn.BatchNorm(), nn.Activation("relu"),
        nn.MaxPool2D(pool_size=3, strides=2, padding=1))
num_channels, growth_rate = 64 // k, 32 // k
num_convs_in_dense_blocks = [4, 4, 4, 4]
for i, num_convs in enumerate(num_convs_in_dense_blocks):
    net.add(DenseBlock(num_convs, growth_rate))
    num_channels += num_convs * growth_rate
    if i != len(num_convs_in_dense_blocks) - 1:
        net.add(transition_block(num_channels // 2))
net.add(nn.BatchNorm(), nn.Activation("relu"), nn.GlobalAvgPool2D(), nn.Dense(10))
"""
    book("k = 4\n" + DENSENET + code + SHAPES + _train(16, 96, 0.1), size=(1, 1, 96, 96),
         root=fashion, **EXACT)  # fmt: skip
