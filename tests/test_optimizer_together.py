"""All parameters updated by one call: the numbers are those of one update after the other."""

import pickle

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.kernels import jit_enabled
from mxr.optimizer import together
from mxr.optimizer.updater import Updater

pytestmark = pytest.mark.skipif(not jit_enabled(), reason="needs generated kernels")

SIZES = ((3, 5), (1,), (257,), (16, 16), (7, 3, 2))
OPTIMIZERS = {
    "sgd": ("sgd", {}),
    "momentum": ("sgd", {"momentum": 0.9}),
    "ccsgd": ("ccsgd", {"momentum": 0.5}),
    "nag": ("nag", {"momentum": 0.9}),
    "plain nag": ("nag", {}),
    "signum": ("signum", {"wd_lh": 0.01}),
    "signsgd": ("signum", {"momentum": 0.0}),
    "adam": ("adam", {}),
    "adagrad": ("adagrad", {}),
    "rmsprop": ("rmsprop", {"clip_weights": 2.0}),
    "centered": ("rmsprop", {"centered": True}),
    "adadelta": ("adadelta", {}),
    "ftrl": ("ftrl", {}),
    "ftml": ("ftml", {}),
    "adamax": ("adamax", {}),
}
MORE = {
    "plain": {},
    "options": {"wd": 0.03, "clip_gradient": 0.4, "rescale_grad": 0.125, "learning_rate": 0.05},
    "names": {"wd": 0.03, "param_idx2name": {0: "a_weight", 1: "a_bias", 2: "b_weight", 3: "b_gamma", 4: "c_beta"}},
}


def _run(name, options, one_by_one, monkeypatch, dtype="float32", steps=4):
    with monkeypatch.context() as m:
        if one_by_one:
            m.setattr("mxr.optimizer.base.serves", lambda optimizer: False)
        rng = np.random.default_rng(5)
        optimizer = mx.optimizer.create(name, **options)
        if "param_idx2name" in options:
            optimizer.set_lr_mult({"a_weight": 0.5, 4: 2.0})
        updater = Updater(optimizer)
        weights = [nd.array(rng.standard_normal(s), dtype=dtype) for s in SIZES]
        grads = [nd.zeros(s, dtype=dtype) for s in SIZES]
        for _ in range(steps):
            for g in grads:
                g[:] = nd.array(rng.standard_normal(g.shape), dtype=dtype)
            updater(list(range(len(SIZES))), grads, weights)
        assert bool(optimizer._together) is not one_by_one
        if not one_by_one:
            assert not next(iter(optimizer._together.values())).rest
        parts = [p.asnumpy() for i in range(len(SIZES)) for p in together._parts(updater.states[i])]
        return [w.asnumpy() for w in weights], parts, optimizer.num_update, dict(optimizer._index_update_count)


@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("case", OPTIMIZERS)
def test_equals_one_by_one(case, more, monkeypatch):
    name, options = OPTIMIZERS[case]
    options = {**options, **MORE[more]}
    one, all_ = (_run(name, options, alone, monkeypatch) for alone in (True, False))
    for a, b in zip(one[0] + one[1], all_[0] + all_[1]):
        np.testing.assert_array_equal(a, b)
    assert one[2:] == all_[2:]


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_half_precision_with_master_copies(case, monkeypatch):
    name, options = OPTIMIZERS[case]
    options = {**options, "multi_precision": True, "wd": 0.01, "rescale_grad": 0.5}
    one, all_ = (_run(name, options, alone, monkeypatch, "float16") for alone in (True, False))
    for a, b in zip(one[0] + one[1], all_[0] + all_[1]):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def test_a_schedule_is_followed(monkeypatch):
    schedule = {"lr_scheduler": mx.lr_scheduler.FactorScheduler(step=2, factor=0.5, base_lr=0.1)}
    all_ = _run("adam", schedule, False, monkeypatch, steps=7)
    schedule = {"lr_scheduler": mx.lr_scheduler.FactorScheduler(step=2, factor=0.5, base_lr=0.1)}
    one = _run("adam", schedule, True, monkeypatch, steps=7)
    for a, b in zip(one[0] + one[1], all_[0] + all_[1]):
        np.testing.assert_array_equal(a, b)


def _step(updater, weights, grads):
    updater(list(range(len(weights))), grads, weights)


def test_options_may_change_between_steps():
    a, b = (Updater(mx.optimizer.create("sgd", momentum=0.9)) for _ in range(2))
    rng = np.random.default_rng(0)
    start = [rng.standard_normal(s).astype("float32") for s in SIZES]
    first, second = ([nd.array(x) for x in start] for _ in range(2))
    for lr, wd, clip, scale in ((0.1, 0, None, 1), (0.1, 0.1, None, 1), (0.2, 0.1, 0.5, 1), (0.1, 0.0, 0.5, 0.25)):
        for o in (a.optimizer, b.optimizer):
            o.lr, o.wd, o.clip_gradient, o.rescale_grad = lr, wd, clip, scale
        grads = [nd.array(rng.standard_normal(s)) for s in SIZES]  # new arrays at every step
        _step(a, first, grads)
        for i, (w, g) in enumerate(zip(second, grads)):
            b(i, g, w)
    for x, y in zip(first, second):
        np.testing.assert_array_equal(x.asnumpy(), y.asnumpy())


def test_sparse_and_new_arrays_and_other_counts():
    updater = Updater(mx.optimizer.create("sgd", learning_rate=1.0))
    weights = [nd.ones((4, 2)), nd.ones((4, 2))]
    grads = [nd.ones((4, 2)), nd.ones((4, 2)).tostype("row_sparse")]
    _step(updater, weights, grads)
    assert next(iter(updater.optimizer._together.values())).rest == [1]
    for w in weights:
        np.testing.assert_array_equal(w.asnumpy(), np.zeros((4, 2)))
    updater(0, grads[0], weights[0])  # one of them alone: the counts differ from now on
    grads = [nd.ones((4, 2)), nd.ones((4, 2))]
    _step(updater, weights, grads)
    np.testing.assert_array_equal(weights[0].asnumpy(), np.full((4, 2), -2))
    np.testing.assert_array_equal(weights[1].asnumpy(), np.full((4, 2), -1))
    assert updater.optimizer._index_update_count == {0: 3, 1: 2}
    weights[1] = nd.ones((4, 2))
    _step(updater, weights, grads)
    np.testing.assert_array_equal(weights[1].asnumpy(), np.zeros((4, 2)))


def test_what_a_subclass_changes_counts():
    class Mine(mx.optimizer.SGD):
        def update(self, index, weight, grad, state):
            weight[:] = 5

    class Faster(mx.optimizer.SGD):
        def _get_lrs(self, indices):
            return [100.0 for _ in indices]

    class Same(mx.optimizer.Adam):
        pass

    assert not together.serves(Mine()) and not together.serves(Faster()) and together.serves(Same())
    assert not together.serves(mx.optimizer.create("lars")) and not together.serves(mx.optimizer.create("nadam"))
    plain = mx.optimizer.SGD()
    assert together.serves(plain)
    plain.update = lambda index, weight, grad, state: None
    assert not together.serves(plain)


def test_pickles_leave_the_memory_behind():
    updater = Updater(mx.optimizer.create("adam"))
    weights, grads = [nd.ones(3), nd.ones(4)], [nd.ones(3), nd.ones(4)]
    _step(updater, weights, grads)
    assert updater.optimizer._together
    again = pickle.loads(pickle.dumps(updater.optimizer))
    assert again._together == {} and again.num_update == 1


def test_trainer_skips_stale_gradients():
    net = [mx.gluon.Parameter(f"p{i}_weight", shape=(3,)) for i in range(3)]
    for p in net:
        p.initialize(mx.init.One())
    trainer = mx.gluon.Trainer(net, "sgd", {"learning_rate": 1.0})
    for used in ((0, 1, 2), (0, 2), (0, 1, 2)):
        with mx.autograd.record():
            y = sum(net[i].data().sum() for i in used)
        y.backward()
        trainer.step(1, ignore_stale_grad=True)
    assert [p.data().asnumpy()[0] for p in net] == [-2, -1, -2]


def test_parameters_are_single_numbers(monkeypatch):
    """1 - 0.999 is taken of the float32 number, as in MXNet: by the generated loop and by NumPy."""
    found = []
    for kernels in ("", "ref"):
        monkeypatch.setenv("MXR_KERNELS", kernels)
        weight, grad, mean, var = (nd.ones(5), nd.full(5, 2), nd.zeros(5), nd.zeros(5))
        nd.adam_update(weight, grad, mean, var, out=weight, lr=0.1)
        found.append(var.asnumpy()[0])
    assert found[0] == found[1] == np.float32(4) * (np.float32(1) - np.float32(0.999))


def test_an_option_that_is_wrong_stays_wrong():
    updater = Updater(mx.optimizer.SGD(learning_rate=0.5))
    weights, grads = [nd.ones(3), nd.ones(4)], [nd.ones(3), nd.ones(4)]
    updater([0, 1], grads, weights)
    updater.optimizer.rescale_grad = "much"
    for _ in range(2):
        with pytest.raises(mx.base.MXNetError, match="rescale_grad='much'"):
            updater([0, 1], grads, weights)
    updater.optimizer.rescale_grad = 2
    updater([0, 1], grads, weights)
    assert [w.asnumpy().tolist() for w in weights] == [[-0.5] * 3, [-0.5] * 4]
