"""Chapter 8, optimization algorithms: each from scratch on arrays and by its name in `gluon.Trainer`."""

import numpy as np
import pytest

PLANES = """
import math
from d2l_optimization import train_2d
eta, gamma = 0.4, 0.5

def gd_2d(x1, x2, s1, s2):
    return x1 - eta * 0.2 * x1, x2 - eta * 4 * x2, 0, 0

def sgd_2d(x1, x2, s1, s2):
    return (x1 - 0.1 * (2 * x1 + np.random.normal(0.1)), x2 - 0.1 * (4 * x2 + np.random.normal(0.1)), 0, 0)

def momentum_2d(x1, x2, v1, v2):
    v1, v2 = gamma * v1 + eta * 0.2 * x1, gamma * v2 + eta * 4 * x2
    return x1 - v1, x2 - v2, v1, v2

def adagrad_2d(x1, x2, s1, s2):
    g1, g2 = 0.2 * x1, 4 * x2
    s1, s2 = s1 + g1**2, s2 + g2**2
    return x1 - eta / math.sqrt(s1 + 1e-6) * g1, x2 - eta / math.sqrt(s2 + 1e-6) * g2, s1, s2

result = {f.__name__: train_2d(f)[-1] for f in (gd_2d, sgd_2d, momentum_2d, adagrad_2d)}

def by_autograd(x1, x2, s1, s2):    # the same step, its gradient by the package
    x = nd.array([x1, x2])
    x.attach_grad()
    with autograd.record():
        y = 0.1 * x[0] ** 2 + 2 * x[1] ** 2
    y.backward()
    x -= eta * x.grad
    return x[0].asscalar(), x[1].asscalar(), 0, 0

result["by_autograd"] = [float(v) for v in train_2d(by_autograd)[-1]]
"""

SCRATCH = [
    ("sgd", None, {"lr": 0.2}, 600, 6),  # gradient descent: all examples in a batch
    ("sgd", None, {"lr": 0.005}, 1, 1),
    ("sgd", None, {"lr": 0.05}, 10, 2),
    ("momentum", "one_state", {"lr": 0.02, "momentum": 0.5}, 10, 2),
    ("momentum", "one_state", {"lr": 0.004, "momentum": 0.9}, 10, 2),
    ("adagrad", "one_state", {"lr": 0.1}, 10, 2),
    ("rmsprop", "one_state", {"lr": 0.01, "gamma": 0.9}, 10, 2),
    ("adadelta", "two_states", {"rho": 0.9}, 10, 2),
    ("adam", "two_states", {"lr": 0.01, "t": 1}, 10, 2),
]
TRAINER = [
    ("sgd", {"learning_rate": 0.05}),
    ("sgd", {"learning_rate": 0.004, "momentum": 0.9}),
    ("adagrad", {"learning_rate": 0.1}),
    ("rmsprop", {"learning_rate": 0.01, "gamma1": 0.9}),
    ("adadelta", {"rho": 0.9}),
    ("adam", {"learning_rate": 0.01}),
]


@pytest.fixture(scope="module")
def airfoil(data_dir, tmp_path_factory) -> str:
    """NASA's data set; without it a file of its form."""
    if data_dir is not None and (data_dir / "book" / "airfoil_self_noise.dat").exists():
        return str(data_dir / "book" / "airfoil_self_noise.dat")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(700, 5))
    path = tmp_path_factory.mktemp("airfoil") / "airfoil_self_noise.dat"
    np.savetxt(path, np.c_[x, x @ [1, -2, 3, 0.5, 0] + rng.normal(size=700)], delimiter="\t")
    return str(path)


def test_steps_on_a_plane(book) -> None:
    ours = book(PLANES).ours
    np.testing.assert_allclose(ours["gd_2d"], [-0.943467, -0.000073], atol=1e-6)  # as the book prints
    np.testing.assert_allclose(ours["by_autograd"], ours["gd_2d"], rtol=1e-5)


@pytest.mark.parametrize("name, states, hyperparams, batch_size, epochs", SCRATCH)
def test_from_scratch(book, airfoil, name, states, hyperparams, batch_size, epochs) -> None:
    code = """
    import d2l_optimization as optim
    features, labels = d2l.load_data_airfoil(path, 600)
    states = getattr(optim, states)() if states else None
    result = optim.train_ch7(getattr(optim, name), states, hyperparams, features, labels, batch_size, epochs)
    """
    losses = book(
        code, path=airfoil, name=name, states=states, hyperparams=hyperparams, batch_size=batch_size, epochs=epochs,
        rtol=1e-4, atol=1e-5,
    ).ours["losses"]  # fmt: skip
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("name, hyperparams", TRAINER)
def test_by_trainer(book, airfoil, name, hyperparams) -> None:
    code = """
    import d2l_optimization as optim
    features, labels = d2l.load_data_airfoil(path, 600)
    result = optim.train_gluon_ch7(name, hyperparams, features, labels)
    """
    got = book(code, rtol=1e-4, atol=1e-5, path=airfoil, name=name, hyperparams=hyperparams)
    losses = got.ours["losses"]
    assert losses[-1] < 0.8 * losses[0]
