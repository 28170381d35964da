"""gluon.rnn's layers without MXNet: hybridized like imperative, lengths, projection, files, bad input."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.base import MXNetError


def made(layer):
    layer.initialize(mx.init.Uniform(0.4))
    return layer


@pytest.mark.parametrize("kw", [{}, {"dropout": 0.5}, {"projection_size": 3, "bidirectional": True}])
def test_hybridized_is_imperative(rng, kw):
    layer = made(gluon.rnn.LSTM(6, 2, **kw))
    x = nd.array(rng.normal(size=(4, 3, 5)))
    found = []
    for hybrid in (False, True):
        layer.hybridize(hybrid)
        mx.random.seed(4)
        with autograd.record():
            y, states = layer(x, layer.begin_state(3))
            total = (y * y).sum() + states[1].sum()
        total.backward()
        found.append([y, *states, *(p.grad() for p in layer.collect_params().values())])
        np.testing.assert_array_equal(layer(x).asnumpy(), layer(x, layer.begin_state(3))[0].asnumpy())
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-4, atol=1e-5)


def test_lengths(rng):
    layer = made(gluon.rnn.GRU(6, bidirectional=True, use_sequence_length=True, input_size=5))
    x = nd.array(rng.normal(size=(4, 2, 5)))
    y = layer(x, sequence_length=nd.array([4, 2]))
    short = layer(x[:2, 1:], sequence_length=nd.array([2]))
    np.testing.assert_allclose(y[:2, 1:].asnumpy(), short.asnumpy(), rtol=1e-5, atol=1e-6)
    assert (y[2:, 1].asnumpy() == 0).all()
    with pytest.raises(MXNetError, match="sequence_length is missing"):
        layer(x)
    with pytest.raises(MXNetError, match="sequence_length is given"):
        made(gluon.rnn.GRU(6))(x, sequence_length=nd.array([4, 2]))


def test_files(tmp_path, rng):
    layer = made(gluon.rnn.LSTM(6, 2, bidirectional=True))
    x = nd.array(rng.normal(size=(4, 2, 5)))
    y = layer(x)
    layer.save_parameters(str(tmp_path / "p"))
    other = gluon.rnn.LSTM(6, 2, bidirectional=True)
    other.load_parameters(str(tmp_path / "p"))
    np.testing.assert_array_equal(other(x).asnumpy(), y.asnumpy())


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_dtypes(rng, dtype):
    layer = made(gluon.rnn.GRU(6, 2))
    x = nd.array(rng.normal(size=(4, 2, 5)))
    y = layer(x).asnumpy()
    layer.cast(dtype)
    z = layer(x.astype(dtype))
    assert z.dtype == np.dtype(dtype)
    np.testing.assert_allclose(z.asnumpy(), y, rtol=2e-2, atol=2e-3)
