"""Chapter 4, multilayer perceptrons: hidden layers, over- and underfitting, weight decay, dropout, house prices."""

import csv

import numpy as np
import pytest


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
def test_activations(book, name):
    book(
        f"""
    x = nd.arange(-8.0, 8.0, 0.1)
    x.attach_grad()
    with autograd.record():
        y = x.{name}()
    y.backward()
    print(x.shape, y[75:85], x.grad[75:85])
    result = {{"y": y, "grad": x.grad, "same": nd.{name}(x) - y, "layer": nn.Activation("{name}")(x)}}
    """
    )


def test_mlp_from_scratch(book, fashion):
    got = book(
        """
    num_inputs, num_outputs, num_hiddens = 784, 10, 64
    W1 = nd.random.normal(scale=0.01, shape=(num_inputs, num_hiddens))
    b1 = nd.zeros(num_hiddens)
    W2 = nd.random.normal(scale=0.01, shape=(num_hiddens, num_outputs))
    b2 = nd.zeros(num_outputs)
    params = [W1, b1, W2, b2]
    for param in params:
        param.attach_grad()
    def relu(X):
        return nd.maximum(X, 0)
    def net(X):
        X = X.reshape((-1, num_inputs))
        H = relu(nd.dot(X, W1) + b1)
        return nd.dot(H, W2) + b2
    loss = gloss.SoftmaxCrossEntropyLoss()
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, root=root)
    result = {"history": d2l.train_ch3(net, train_iter, test_iter, loss, 3, 256, params, 0.5), "b1": b1, "W2": W2}
    """,
        root=fashion, rtol=1e-3, atol=2e-4, print_atol=2e-3,
    ).ours  # fmt: skip
    assert got["history"][2][0] < got["history"][0][0]


def test_mlp_by_gluon(book, fashion):
    got = book(
        """
    net = nn.Sequential()
    net.add(nn.Dense(64, activation="relu"))
    net.add(nn.Dense(10))
    net.initialize(init.Normal(sigma=0.01))
    print(net)
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, root=root)
    loss = gloss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    history = d2l.train_ch3(net, train_iter, test_iter, loss, 3, 256, None, None, trainer)
    print(net)
    net.summary(nd.ones((2, 1, 28, 28)))
    result = {"history": history, "W2": net[1].weight.data()}
    """,
        root=fashion, rtol=1e-3, atol=2e-4, print_atol=2e-3,
    ).ours  # fmt: skip
    assert got["history"][2][0] < got["history"][0][0]


POLYNOMIAL = """
maxdegree, n_train, n_test = 20, 40, 100
true_w = nd.zeros(maxdegree)
true_w[0:4] = nd.array([5, 1.2, -3.4, 5.6])
features = nd.random.normal(shape=(n_train + n_test, 1))
features = nd.random.shuffle(features)
poly_features = nd.power(features, nd.arange(maxdegree).reshape((1, -1)))
poly_features = poly_features / (nd.gamma(nd.arange(maxdegree) + 1).reshape((1, -1)))
labels = nd.dot(poly_features, true_w)
labels += nd.random.normal(scale=0.1, shape=labels.shape)
loss = gloss.L2Loss()

def fit(train_features, test_features, train_labels, test_labels, num_epochs=15):
    net = nn.Sequential()
    net.add(nn.Dense(1, use_bias=False))
    net.initialize()
    batch_size = min(10, train_labels.shape[0])
    train_iter = gdata.DataLoader(gdata.ArrayDataset(train_features, train_labels), batch_size, shuffle=True)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
    train_ls, test_ls = [], []
    for _ in range(num_epochs):
        for X, y in train_iter:
            with autograd.record():
                l = loss(net(X), y)
            l.backward()
            trainer.step(batch_size)
        train_ls.append(loss(net(train_features), train_labels).mean().asscalar())
        test_ls.append(loss(net(test_features), test_labels).mean().asscalar())
    print("final epoch: train loss", float(train_ls[-1]), "test loss", float(test_ls[-1]))
    print("weight:", net[0].weight.data().asnumpy())
    return train_ls, test_ls, net[0].weight.data()
"""


@pytest.mark.parametrize("degree, rows", [(4, "0:40"), (3, "0:40"), (20, "1:40")])
def test_polynomials(book, degree, rows):
    got = book(
        POLYNOMIAL
        + f"""
print((features[:2], poly_features[:2], labels[:2]))
train_ls, test_ls, w = fit(poly_features[{rows}, 0:{degree}], poly_features[n_train:, 0:{degree}],
                           labels[{rows}], labels[n_train:])
""",
        result="train_ls test_ls w", rtol=1e-4, atol=1e-5,
    ).ours  # fmt: skip
    assert got["train_ls"][-1] < got["train_ls"][0]


WIDE = """
n_train, n_test, num_inputs = 20, 100, 200
true_w, true_b = nd.ones((num_inputs, 1)) * 0.01, 0.05
features = nd.random.normal(shape=(n_train + n_test, num_inputs))
labels = nd.dot(features, true_w) + true_b
labels += nd.random.normal(scale=0.01, shape=labels.shape)
train_features, test_features = features[:n_train, :], features[n_train:, :]
train_labels, test_labels = labels[:n_train], labels[n_train:]
batch_size, num_epochs, lr = 1, 8, 0.003
net, loss = d2l.linreg, d2l.squared_loss
train_iter = gdata.DataLoader(gdata.ArrayDataset(train_features, train_labels), batch_size, shuffle=True)
"""


@pytest.mark.parametrize("lambd", [0, 3])
def test_weight_decay_from_scratch(book, lambd):
    got = book(
        WIDE
        + f"""
w, b = nd.random.normal(scale=1, shape=(num_inputs, 1)), nd.zeros(shape=(1,))
w.attach_grad()
b.attach_grad()
train_ls, test_ls = [], []
for _ in range(num_epochs):
    for X, y in train_iter:
        with autograd.record():
            l = loss(net(X, w, b), y) + {lambd} * (w**2).sum() / 2
        l.backward()
        d2l.sgd([w, b], lr, batch_size)
    train_ls.append(loss(net(train_features, w, b), train_labels).mean().asscalar())
    test_ls.append(loss(net(test_features, w, b), test_labels).mean().asscalar())
print("l2 norm of w:", float(w.norm().asscalar()))
norm = w.norm().asscalar()
""",
        result="train_ls test_ls w b norm", rtol=1e-4, atol=1e-4,
    ).ours  # fmt: skip
    assert (got["norm"] < 6) == (lambd == 3)


@pytest.mark.parametrize("wd", [0, 3])
def test_weight_decay_by_two_trainers(book, wd):
    book(
        WIDE
        + f"""
net = nn.Sequential()
net.add(nn.Dense(1))
net.initialize(init.Normal(sigma=1))
trainer_w = gluon.Trainer(net.collect_params(".*weight"), "sgd", {{"learning_rate": lr, "wd": {wd}}})
trainer_b = gluon.Trainer(net.collect_params(".*bias"), "sgd", {{"learning_rate": lr}})
train_ls, test_ls = [], []
for _ in range(num_epochs):
    for X, y in train_iter:
        with autograd.record():
            l = loss(net(X), y)
        l.backward()
        trainer_w.step(batch_size)
        trainer_b.step(batch_size)
    train_ls.append(loss(net(train_features), train_labels).mean().asscalar())
    test_ls.append(loss(net(test_features), test_labels).mean().asscalar())
print("L2 norm of w:", float(net[0].weight.data().norm().asscalar()))
w, b = net[0].weight.data(), net[0].bias.data()
""",
        result="train_ls test_ls w b", rtol=1e-4, atol=1e-4,
    )  # fmt: skip


def test_dropout_from_scratch(book, fashion):
    book(
        """
    def dropout(X, drop_prob):
        assert 0 <= drop_prob <= 1
        if drop_prob == 1:
            return X.zeros_like()
        mask = nd.random.uniform(0, 1, X.shape) > drop_prob
        return mask * X / (1.0 - drop_prob)
    X = nd.arange(16).reshape((2, 8))
    print(dropout(X, 0), dropout(X, 0.5), dropout(X, 1))

    num_inputs, num_outputs, num_hiddens1, num_hiddens2 = 784, 10, 32, 32
    shapes = [(num_inputs, num_hiddens1), (num_hiddens1, num_hiddens2), (num_hiddens2, num_outputs)]
    params = []
    for shape in shapes:
        params += [nd.random.normal(scale=0.01, shape=shape), nd.zeros(shape[1])]
    for param in params:
        param.attach_grad()
    W1, b1, W2, b2, W3, b3 = params
    def net(X):
        X = X.reshape((-1, num_inputs))
        H1 = (nd.dot(X, W1) + b1).relu()
        if autograd.is_training():
            H1 = dropout(H1, 0.2)
        H2 = (nd.dot(H1, W2) + b2).relu()
        if autograd.is_training():
            H2 = dropout(H2, 0.5)
        return nd.dot(H2, W3) + b3
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, root=root)
    loss = gloss.SoftmaxCrossEntropyLoss()
    result = {"history": d2l.train_ch3(net, train_iter, test_iter, loss, 2, 256, params, 0.5), "W3": W3}
    """,
        root=fashion, rtol=1e-3, atol=2e-4, print_atol=2e-3,
    )  # fmt: skip


def test_dropout_by_gluon(book, fashion):
    """The layer's masks are MXNet's own for a seed, so training is the same too."""
    book(
        """
    net = nn.Sequential()
    net.add(nn.Dense(32, activation="relu"), nn.Dropout(0.2), nn.Dense(32, activation="relu"), nn.Dropout(0.5),
            nn.Dense(10))
    net.initialize(init.Normal(sigma=0.01))
    print(net)
    train_iter, test_iter = d2l.load_data_fashion_mnist(256, root=root)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    loss = gloss.SoftmaxCrossEntropyLoss()
    history = d2l.train_ch3(net, train_iter, test_iter, loss, 2, 256, None, None, trainer)
    X = nd.ones((2, 6))
    with autograd.record():
        print(nn.Dropout(0.5)(X))
    print(nn.Dropout(0.5)(X))
    result = {"history": history, "W3": net[4].weight.data()}
    """,
        root=fashion, rtol=1e-3, atol=2e-4, print_atol=2e-3,
    )  # fmt: skip


def test_vanishing_and_exploding(book):
    book("""
    x = nd.arange(-8.0, 8.0, 1)
    x.attach_grad()
    with autograd.record():
        y = x.sigmoid()
    y.backward()
    print(x.grad)
    M = nd.random.normal(shape=(4, 4))
    print("A single matrix", M)
    for i in range(100):
        M = nd.dot(M, nd.random.normal(shape=(4, 4)))
    scale = M.abs().max()
    result = {"shape": M / scale, "scale": scale.log()}
    """, rtol=1e-3, atol=1e-4)  # fmt: skip


def _house_features(folder):
    """Numbers standardised (missing ones 0), words as indicator columns; features of all houses and the prices."""
    rows, prices = [], []
    for name in ("train", "test"):
        with open(folder / f"kaggle_house_pred_{name}.csv", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                row.pop("Id")
                if name == "train":
                    prices.append(float(row.pop("SalePrice")))
                rows.append(row)
    columns = []
    for key in rows[0]:
        values = [row[key] for row in rows]
        try:
            x = np.array([np.nan if v in ("NA", "") else float(v) for v in values])
        except ValueError:
            columns += [np.array([v == word for v in values], "f") for word in sorted(set(values))]
        else:
            columns.append(np.nan_to_num((x - np.nanmean(x)) / np.nanstd(x, ddof=1)))
    return np.stack(columns, axis=1), np.array(prices)


@pytest.fixture(scope="module")
def houses(data_dir, tmp_path_factory):
    """(features of 1,460 + 1,459 houses, prices of the first); made ones in the same form without the data."""
    if data_dir is not None and (data_dir / "book" / "kaggle_house_pred_train.csv").exists():
        return _house_features(data_dir / "book")
    folder, rng = tmp_path_factory.mktemp("houses"), np.random.default_rng(1)
    for name, last in (("train", ["SalePrice"]), ("test", [])):
        with open(folder / f"kaggle_house_pred_{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["Id", "MSZoning", "LotArea", "Alley", "YrSold", *last])
            for i in range(300):
                area = rng.integers(3000, 20000)
                zone = rng.choice(["RL", "RM", "FV"])
                row = [i + 1, zone, area, rng.choice(["NA", "Grvl"]), rng.choice(["NA", 2008, 2009])]
                writer.writerow(row + [12 * area + 20000 * (zone == "RL") + 5000] * len(last))
    return _house_features(folder)


HOUSES = """
n_train = len(prices)
train_features, test_features = nd.array(features[:n_train]), nd.array(features[n_train:])
train_labels = nd.array(prices).reshape((-1, 1))
loss = gloss.L2Loss()

def get_net():
    net = nn.Sequential()
    net.add(nn.Dense(1))
    net.initialize()
    return net

def log_rmse(net, features, labels):
    clipped_preds = nd.clip(net(features), 1, float("inf"))
    rmse = nd.sqrt(2 * loss(clipped_preds.log(), labels.log()).mean())
    return rmse.asscalar()

def train(net, train_features, train_labels, test_features, test_labels,
          num_epochs, learning_rate, weight_decay, batch_size):
    train_ls, test_ls = [], []
    train_iter = gdata.DataLoader(gdata.ArrayDataset(train_features, train_labels), batch_size, shuffle=True)
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": learning_rate, "wd": weight_decay})
    for epoch in range(num_epochs):
        for X, y in train_iter:
            with autograd.record():
                l = loss(net(X), y)
            l.backward()
            trainer.step(batch_size)
        train_ls.append(log_rmse(net, train_features, train_labels))
        if test_labels is not None:
            test_ls.append(log_rmse(net, test_features, test_labels))
    return train_ls, test_ls

def get_k_fold_data(k, i, X, y):
    fold_size = X.shape[0] // k
    X_train, y_train = None, None
    for j in range(k):
        idx = slice(j * fold_size, (j + 1) * fold_size)
        X_part, y_part = X[idx, :], y[idx]
        if j == i:
            X_valid, y_valid = X_part, y_part
        elif X_train is None:
            X_train, y_train = X_part, y_part
        else:
            X_train = nd.concat(X_train, X_part, dim=0)
            y_train = nd.concat(y_train, y_part, dim=0)
    return X_train, y_train, X_valid, y_valid
"""


def test_house_prices_by_folds(book, houses):
    features, prices = houses
    got = book(
        HOUSES
        + """
result = {}
for i in range(3):
    net = get_net()
    train_ls, valid_ls = train(net, *get_k_fold_data(3, i, train_features, train_labels), 4, 5, 0, 64)
    print("fold %d, train rmse: %f, valid rmse: %f" % (i, train_ls[-1], valid_ls[-1]))
    result[i] = [train_ls, valid_ls]
""",
        features=features, prices=prices, rtol=1e-3, atol=1e-4,
    ).ours  # fmt: skip
    assert got["0"][0][-1] < got["0"][0][0]


def test_house_prices_predicted(book, houses):
    features, prices = houses
    book(
        HOUSES
        + """
net = get_net()
train_ls, _ = train(net, train_features, train_labels, None, None, 4, 5, 0.1, 64)
print("train rmse %f" % train_ls[-1])
preds = net(test_features).asnumpy().reshape(1, -1)[0]
""",
        result="preds train_ls", features=features, prices=prices, rtol=1e-3, atol=1e-3,
    )  # fmt: skip
