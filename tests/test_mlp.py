"""``mx.mlp`` trains what FeedForward.create trains, and says what is wrong with its arguments."""

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError


def blobs(n=400):
    rng = np.random.RandomState(0)
    y = rng.randint(0, 3, n)
    x = rng.normal(0, 0.3, (n, 5)) + np.eye(3, 5)[y] * 2
    return x.astype(np.float32), y.astype(np.float32)


def test_it_learns_from_arrays_and_iterators():
    x, y = blobs()
    mx.random.seed(0)
    settings = {"out_node": 3, "num_epoch": 8, "learning_rate": 0.5, "initializer": mx.init.Xavier()}
    model = mx.mlp(x, y, hidden_node=[16, 8], activation=["tanh", "relu"], dropout=0.1, **settings)
    assert (model.predict(x).argmax(1) == y).mean() > 0.95
    it = mx.io.NDArrayIter(x, y, 50, shuffle=True)
    model = mx.mlp(it, hidden_node=16, **settings)
    assert "fullyconnected" in next(iter(model.arg_params))
    assert (model.predict(x).argmax(1) == y).mean() > 0.95


def test_regression():
    x, _ = blobs()
    y = x @ np.arange(5, dtype=np.float32)
    mx.random.seed(0)
    model = mx.mlp(
        x, y, hidden_node=16, out_node=1, out_activation="rmse", num_epoch=30, learning_rate=0.05,
        initializer=mx.init.Xavier(), eval_metric="mse",
    )  # fmt: skip
    assert np.mean((model.predict(x)[:, 0] - y) ** 2) < 0.3 * y.var()


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({}, "out_node is missing"),
        ({"out_node": 3, "activation": ["tanh", "relu"]}, "activation has 2 entries, expected 1 or 1"),
        ({"out_node": 3, "out_activation": "softmx"}, "out_activation='softmx'.*Did you mean 'softmax'"),
        ({"out_node": 3, "dropout": [0.1, 0.2]}, "dropout must be one number"),
    ],
)
def test_wrong_arguments(wrong, text):
    with pytest.raises(MXNetError, match=text):
        mx.mlp(*blobs(20), hidden_node=4, **wrong)
