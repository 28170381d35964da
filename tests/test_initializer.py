"""Initializers: names, statistics, round trips, errors. Bit-equality with MXNet is in tests/oracle."""

import logging
import pickle

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.initializer import InitDesc


def filled(init, shape, name="fc_weight", attrs=None):
    x = mx.nd.full(shape, 7.0)
    init(InitDesc(name, attrs), x)
    return x.asnumpy()


@pytest.mark.parametrize(
    "name,value",
    [
        ("a_bias", 0),
        ("a_gamma", 1),
        ("a_beta", 0),
        ("a_moving_mean", 0),
        ("a_moving_var", 1),
        ("q_min", 0),
        ("q_max", 1),
    ],
)
def test_suffix_decides(name, value):
    assert (filled(mx.init.Uniform(), (3, 2), name) == value).all()


def test_own_initializer_of_the_variable_goes_first():
    assert (filled(mx.init.Xavier(), (3,), "foo", {"__init__": mx.init.Constant(2.5).dumps()}) == 2.5).all()


@pytest.mark.parametrize(
    "init,std,bound",
    [
        (mx.init.Uniform(0.3), 0.3 / 3**0.5, 0.3),
        (mx.init.Normal(0.2), 0.2, None),
        (mx.init.Xavier(), (3 / 250) ** 0.5 / 3**0.5, (3 / 250) ** 0.5),
        (mx.init.Xavier("gaussian", "in", 2), (2 / 300) ** 0.5, None),
        (mx.init.Xavier("gaussian", "out", 2), (2 / 200) ** 0.5, None),
        (mx.init.MSRAPrelu("in", 0.5), (2 / 1.25 / 300) ** 0.5, None),
    ],
)
def test_scale(init, std, bound):
    mx.random.seed(3)
    x = filled(init, (200, 300))
    assert x.std() == pytest.approx(std, rel=0.02)
    assert abs(x.mean()) < 4 * std / x.size**0.5
    if bound is not None:
        assert np.abs(x).max() <= bound


def test_xavier_counts_the_window():
    mx.random.seed(0)
    x = filled(mx.init.Xavier(factor_type="in", magnitude=3), (50, 20, 5, 5))
    assert np.abs(x).max() == pytest.approx((3 / 500) ** 0.5, rel=0.01)


@pytest.mark.parametrize("shape", [(5, 20), (20, 5), (4, 3, 2, 2)])
@pytest.mark.parametrize("kind", ["uniform", "normal"])
def test_orthogonal(shape, kind):
    mx.random.seed(1)
    m = filled(mx.init.Orthogonal(scale=2.0, rand_type=kind), shape).reshape(shape[0], -1)
    gram = m @ m.T if m.shape[0] <= m.shape[1] else m.T @ m
    np.testing.assert_allclose(gram, 4 * np.eye(len(gram)), atol=1e-5)


def test_constants_and_bilinear_and_lstm_bias():
    assert (filled(mx.init.Zero(), (2, 2)) == 0).all() and (filled(mx.init.One(), (2, 2)) == 1).all()
    value = np.arange(6, dtype="f").reshape(2, 3)
    np.testing.assert_array_equal(filled(mx.init.Constant(mx.nd.array(value)), (2, 3)), value)
    up = filled(mx.init.Bilinear(), (1, 1, 4, 4))[0, 0]
    np.testing.assert_allclose(up[0], np.array([0.25, 0.75, 0.75, 0.25]) * 0.25)
    np.testing.assert_array_equal(filled(mx.init.LSTMBias(2.0), (8,)), [0, 0, 2, 2, 0, 0, 0, 0])


def test_mixed_and_load():
    mixed = mx.init.Mixed(["conv", ".*"], [mx.init.Zero(), mx.init.Constant(3)])
    assert (filled(mixed, (2, 2), "conv_weight") == 0).all()
    assert (filled(mixed, (2, 2), "fc_weight") == 3).all()
    with pytest.raises(MXNetError, match="did not match any pattern"):
        filled(mx.init.Mixed(["a"], [mx.init.Zero()]), (2,), "b_weight")
    load = mx.init.Load({"arg:w": mx.nd.ones((2, 2)) * 5}, default_init=mx.init.Zero())
    assert (filled(load, (2, 2), "w") == 5).all() and (filled(load, (2, 2), "v_weight") == 0).all()
    with pytest.raises(MXNetError, match=r"target \(3, 2\) vs loaded \(2, 2\)"):
        filled(load, (3, 2), "w")
    with pytest.raises(MXNetError, match="Not found in loaded param"):
        filled(mx.init.Load({}), (2,), "w")


@pytest.mark.parametrize(
    "init",
    [
        mx.init.Uniform(0.3),
        mx.init.Xavier("gaussian", "in", 2),
        mx.init.MSRAPrelu(),
        mx.init.Constant(2),
        mx.init.Zero(),
    ],
)
def test_dumps_create_and_pickle_round_trip(init):
    for again in (mx.init.create(init.dumps()), pickle.loads(pickle.dumps(init))):
        assert type(again) is type(init) and again.dumps() == init.dumps()


def test_create_by_name_and_register():
    assert mx.init.create("xavier", magnitude=2).magnitude == 2
    assert type(mx.init.create("zeros")) is mx.init.Zero

    @mx.init.register
    class HalfForTest(mx.init.Initializer):
        def _init_weight(self, _, arr):
            arr[:] = 0.5

    assert (filled(mx.init.create("halffortest"), (2, 2)) == 0.5).all()
    with pytest.raises(MXNetError, match="Did you mean 'xavier'"):
        mx.init.create("xavire")


def test_verbosity_logs(caplog):
    init = mx.init.Constant(2).set_verbosity(True)
    with caplog.at_level(logging.INFO):
        filled(init, (2, 2))
    assert caplog.messages == ["Initialized fc_weight as weight: 2.0"]


def test_fused_rnn_fills_every_gate():
    init = mx.init.FusedRNN(mx.init.Constant(3), 4, 2, "lstm", forget_bias=2.0)
    size = 4 * 4 * (5 + 4 + 2) + 4 * 4 * (4 + 4 + 2)
    x = filled(init, (size,))
    assert (x == 3).sum() == 4 * 4 * (5 + 4) + 4 * 4 * 8  # matrices
    assert (x == 2).sum() == 2 * 2 * 4  # forget biases: two layers, input and hidden


@pytest.mark.parametrize(
    "call,words",
    [
        (lambda: filled(mx.init.Uniform(), (2,), "foo"), "Unknown initialization pattern for foo"),
        (lambda: filled(mx.init.Xavier(), (2,)), r"at least 2D, got shape \(2,\)"),
        (lambda: filled(mx.init.Xavier(rnd_type="x"), (2, 2)), "'x'"),
        (lambda: filled(mx.init.Xavier(factor_type="x"), (2, 2)), "'x'"),
        (lambda: filled(mx.init.Orthogonal(rand_type="x"), (2, 2)), "'x'"),
        (lambda: filled(mx.init.Bilinear(), (2, 2)), "4 dimensions"),
        (lambda: mx.init.FusedRNN(None, 3, 1, "x"), "'x'"),
        (lambda: mx.init.create(3), "int"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(MXNetError, match=words):
        call()


def test_plain_names_still_work_with_a_warning():
    x = mx.nd.full((2,), 7.0)
    with pytest.warns(DeprecationWarning, match="InitDesc"):
        mx.init.Uniform()("a_bias", x)
    assert (x.asnumpy() == 0).all()
