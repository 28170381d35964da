"""Chapter 3, linear networks: linear and softmax regression, from scratch and by Gluon, and the Fashion-MNIST data.

The book prints `l.mean().asnumpy()` by "%f"; NumPy 2.4 formats no arrays so, hence `asscalar()` here.
"""

import pytest

TRUE = """
num_inputs, num_examples = 2, 200
true_w, true_b = nd.array([2, -3.4]), 4.2
features = nd.random.normal(scale=1, shape=(num_examples, num_inputs))
labels = nd.dot(features, true_w) + true_b
labels += nd.random.normal(scale=0.01, shape=labels.shape)
"""


def test_vectorised_sums(book):
    book("""
    a, b, c = nd.ones(shape=50), nd.ones(shape=50), nd.zeros(shape=50)
    for i in range(50):
        c[i] = a[i] + b[i]
    print(c, (c == a + b).sum().asscalar(), nd.ones(3) + 10, nd.ones(shape=(5, 1)) * nd.arange(2))
    """)


def test_linear_regression_from_scratch(book):
    got = book(
        TRUE
        + """
print(features[0], labels[0])
for X, y in d2l.data_iter(10, features, labels):
    print(X, y)
    break
w, b = nd.random.normal(scale=0.01, shape=(num_inputs, 1)), nd.zeros(shape=(1,))
w.attach_grad()
b.attach_grad()
lr, losses = 0.03, []
for epoch in range(3):
    for X, y in d2l.data_iter(10, features, labels):
        with autograd.record():
            l = d2l.squared_loss(d2l.linreg(X, w, b), y)
        l.backward()
        d2l.sgd([w, b], lr, 10)
    train_l = d2l.squared_loss(d2l.linreg(features, w, b), labels)
    losses.append(train_l.mean().asscalar())
    print("epoch %d, loss %f" % (epoch + 1, train_l.mean().asscalar()))
print("Error in estimating w", true_w - w.reshape(true_w.shape))
print("Error in estimating b", true_b - b)
result = {"w": w, "b": b, "losses": losses}
""",
        rtol=1e-4, atol=1e-5,
    ).ours  # fmt: skip
    assert got["losses"][2] < 0.2 * got["losses"][0]


def test_linear_regression_by_gluon(book):
    got = book(
        TRUE
        + """
batch_size = 10
dataset = gdata.ArrayDataset(features, labels)
data_iter = gdata.DataLoader(dataset, batch_size, shuffle=True)
for X, y in data_iter:
    print(X, y)
    break
net = nn.Sequential()
net.add(nn.Dense(1))
net.initialize(init.Normal(sigma=0.01))
loss = gloss.L2Loss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.03})
for epoch in range(1, 4):
    for X, y in data_iter:
        with autograd.record():
            l = loss(net(X), y)
        l.backward()
        trainer.step(batch_size)
    l = loss(net(features), labels)
    print("epoch %d, loss: %f" % (epoch, l.mean().asscalar()))
w, b = net[0].weight.data(), net[0].bias.data()
print("Error in estimating w", true_w.reshape(w.shape) - w)
print("Error in estimating b", true_b - b)
print(net, loss, net[0].weight, net[0].weight.grad(), net[0].weight.list_ctx(), trainer.learning_rate)
result = {"w": w, "b": b, "n": len(data_iter), "items": len(dataset), "row": dataset[3]}
""",
        rtol=1e-4, atol=1e-5,
    ).ours  # fmt: skip
    assert abs(got["b"][0] - 4.2) < 1


def test_loss_not_averaged(book):
    """An exercise: without `step`'s division, and the gradient of the weight after one batch."""
    book(
        TRUE
        + """
net = nn.Dense(1)
net.initialize(init.One())
with autograd.record():
    l = gloss.L2Loss()(net(features), labels).mean()
l.backward()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.03})
trainer.step(1)
print(net.weight.grad(), net.weight.data(), net.bias.data(), l)
"""
    )


def test_data_sets_are_walked_over(book):
    book("""
    features, labels = nd.arange(6).reshape((3, 2)), nd.arange(3)
    dataset = gdata.ArrayDataset(features, labels)
    for x, y in dataset:
        print(x, y, type(y))
    print(len([row for row in gdata.ArrayDataset(features)]), dataset[:][0], dataset[:][1], dataset[0:2])
    for batch, (X, y) in enumerate(gdata.DataLoader(dataset, 2, last_batch="discard")):
        print(batch, X, y)
    print([X.shape for X, _ in gdata.DataLoader(dataset, 2)], [X.shape for X in features], len(features))
    """)


def test_fashion_mnist(book, fashion):
    book(
        """
    mnist_train = gdata.vision.FashionMNIST(root=root, train=True)
    mnist_test = gdata.vision.FashionMNIST(root=root, train=False)
    print(len(mnist_train), len(mnist_test))
    feature, label = mnist_train[0]
    print(feature.shape, feature.dtype, label, type(label), label.dtype)
    X, y = mnist_train[0:9]
    print(X.shape, y, d2l.get_fashion_mnist_labels(y), X[0].reshape((28, 28))[10:12, 10:20])
    image, label = mnist_train.transform_first(gdata.vision.transforms.ToTensor())[0]
    result = {"x": feature, "image": image, "label": label, "X": X, "y": y}
    """,
        root=fashion,
    )


@pytest.mark.parametrize("workers", [0, 2])
def test_fashion_mnist_loaders(book, fashion, workers):
    """Shuffled batches are the same ones, with processes too; labels stay integers."""
    book(
        """
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, root=root, num_workers=workers)
    labels, sums = [], []
    for X, y in train_iter:
        labels += list(y.asnumpy())
        sums.append(X.sum().asscalar())
    print(X.shape, X.dtype, y.dtype, type(y).__name__, len(train_iter), len(test_iter))
    result = {"labels": [int(i) for i in labels], "sums": sums}
    """,
        root=fashion, workers=workers, rtol=1e-5,
    )  # fmt: skip


def test_softmax_pieces(book):
    book("""
    X = nd.array([[1, 2, 3], [4, 5, 6]])
    print((X.sum(axis=0, keepdims=True), X.sum(axis=1, keepdims=True)))
    def softmax(X):
        X_exp = X.exp()
        return X_exp / X_exp.sum(axis=1, keepdims=True)
    X = nd.random.normal(shape=(2, 5))
    X_prob = softmax(X)
    print(X_prob, X_prob.sum(axis=1), nd.softmax(X))
    y_hat = nd.array([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
    y = nd.array([0, 2], dtype='int32')
    print(nd.pick(y_hat, y), -nd.pick(y_hat, y).log())
    print((y_hat.argmax(axis=1) == y.astype('float32')).mean().asscalar())
    print(softmax(nd.array([[100.0, 1, 2]])), nd.softmax(nd.array([[100.0, 1, 2]])))   # overflows by hand
    """)


def test_softmax_regression_from_scratch(book, fashion):
    got = book(
        """
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, root=root)
    num_inputs, num_outputs = 784, 10
    W, b = nd.random.normal(scale=0.01, shape=(num_inputs, num_outputs)), nd.zeros(num_outputs)
    W.attach_grad()
    b.attach_grad()
    def softmax(X):
        X_exp = X.exp()
        return X_exp / X_exp.sum(axis=1, keepdims=True)
    def net(X):
        return softmax(nd.dot(X.reshape((-1, num_inputs)), W) + b)
    def cross_entropy(y_hat, y):
        return -nd.pick(y_hat, y).log()
    print(d2l.evaluate_accuracy(test_iter, net))
    result = d2l.train_ch3(net, train_iter, test_iter, cross_entropy, 2, 256, [W, b], 0.1)
    for X, y in test_iter:
        break
    true_labels = d2l.get_fashion_mnist_labels(y.asnumpy())
    pred_labels = d2l.get_fashion_mnist_labels(net(X).argmax(axis=1).asnumpy())
    print([t + "/" + p for t, p in zip(true_labels, pred_labels)][:9])
    result = {"history": result, "W": W, "b": b}
    """,
        root=fashion, rtol=1e-3, atol=1e-4, print_atol=2e-3,
    ).ours  # fmt: skip
    assert got["history"][1][0] < got["history"][0][0] and got["history"][1][2] > 0.5


def test_softmax_regression_by_gluon(book, fashion):
    got = book(
        """
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, root=root)
    net = nn.Sequential()
    net.add(nn.Dense(10))
    net.initialize(init.Normal(sigma=0.01))
    loss = gloss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    history = d2l.train_ch3(net, train_iter, test_iter, loss, 2, 256, None, None, trainer)
    print(loss, net)
    result = {"history": history, "W": net[0].weight.data(), "dW": net[0].weight.grad()}
    """,
        root=fashion, rtol=1e-3, atol=1e-4, print_atol=2e-3,
    ).ours  # fmt: skip
    assert got["history"][1][2] > 0.5
