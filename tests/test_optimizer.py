"""Optimizers: updates against formulas in NumPy, rates and decay by parameter, states, the flat update."""

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.optimizer import Optimizer, get_updater, states
from mxr.optimizer.flat import UpdateStep

LR, WD, CLIP, SCALE = 0.1, 0.01, 0.5, 0.7


def reference(name, w, grads):
    """The published updates, in float64."""
    w = w.astype("f8")
    m, v, d = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(grads, 1):
        g = np.clip(g.astype("f8") * SCALE, -CLIP, CLIP)
        if name == "sgd":
            w = w - LR * (g + WD * w)
        elif name == "sgd momentum":
            m = 0.9 * m - LR * (g + WD * w)
            w = w + m
        elif name == "nag":
            # MXNet stores the momentum with the decay of the *new* weight.
            old, now = m, 0.9 * m - LR * (g + WD * w)
            w = w + 0.9 * now - LR * (g + WD * w)
            m = 0.9 * old - LR * (g + WD * w)
        elif name == "adam":
            # MXNet adds the decay before clipping here.
            g = np.clip(grads[t - 1] * SCALE + WD * w, -CLIP, CLIP)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            w = w - LR * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-8)
        elif name == "adagrad":
            v = v + g * g
            w = w - LR * (g / np.sqrt(v + 1e-7) + WD * w)
        elif name == "rmsprop":
            g = np.clip(grads[t - 1] * SCALE + WD * w, -CLIP, CLIP)
            v = 0.9 * v + 0.1 * g * g
            w = w - LR * g / np.sqrt(v + 1e-8)
        elif name == "adadelta":
            v = 0.9 * v + 0.1 * g * g
            step = np.sqrt(d + 1e-5) / np.sqrt(v + 1e-5) * g
            d = 0.9 * d + 0.1 * step * step
            w = w - step - WD * w
    return w


ARGUMENTS = {
    "sgd": ("sgd", {}),
    "sgd momentum": ("sgd", {"momentum": 0.9}),
    "nag": ("nag", {"momentum": 0.9}),
    "adam": ("adam", {}),
    "adagrad": ("adagrad", {}),
    "rmsprop": ("rmsprop", {}),
    "adadelta": ("adadelta", {}),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_formula(case, rng):
    name, extra = ARGUMENTS[case]
    optimizer = mx.optimizer.create(name, learning_rate=LR, wd=WD, clip_gradient=CLIP, rescale_grad=SCALE, **extra)
    start, grads = rng.normal(size=(4, 3)).astype("f"), rng.normal(size=(5, 4, 3)).astype("f")
    w = mx.nd.array(start)
    update = get_updater(optimizer)
    for g in grads:
        update(0, mx.nd.array(g), w)
    np.testing.assert_allclose(w.asnumpy(), reference(case, start, grads), rtol=2e-5, atol=2e-6)


EVERY = [
    "sgd", "ccsgd", "nag", "signum", "dcasgd", "sgld", "test", "adam", "adagrad", "rmsprop", "adadelta", "ftrl",
    "ftml", "adamax", "nadam", "lars", "lamb", "lbsgd", "groupadagrad",
]  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_every_optimizer_changes_weights_and_keeps_finite(name, rng):
    optimizer = mx.optimizer.create(name)
    update = get_updater(optimizer)
    w = mx.nd.array(rng.normal(size=(3, 2)))
    before = w.asnumpy()
    for _ in range(3):
        update("w", mx.nd.array(rng.normal(size=(3, 2))), w)
    after = w.asnumpy()
    assert np.isfinite(after).all() and (after != before).all()


def test_rates_and_decay_by_name_index_and_symbol():
    names = {0: "a_weight", 1: "a_bias", 2: "b_gamma", 3: "b_beta"}
    o = mx.optimizer.SGD(learning_rate=0.1, wd=0.1, param_idx2name=names)
    assert o._get_wds([0, 1, 2, 3]) == [0.1, 0, 0.1, 0]
    o.set_lr_mult({"a_weight": 2.0, 3: 0.5})
    o.set_wd_mult({"a_bias": 3})
    assert o._get_lrs([0, 1, 2, 3]) == pytest.approx([0.2, 0.1, 0.1, 0.05])
    assert o._get_wds([0, 1, 3]) == pytest.approx([0.1, 0.3, 0])
    w = mx.sym.var("w_weight", lr_mult=3, wd_mult=0.5)
    net = mx.sym.FullyConnected(mx.sym.var("data"), w, num_hidden=2, name="fc")
    o = mx.optimizer.SGD(learning_rate=0.1, wd=0.1, sym=net, param_idx2name={0: "w_weight", 1: "fc_bias"})
    assert o._get_lrs([0, 1]) == pytest.approx([0.3, 0.1]) and o._get_wds([0, 1]) == pytest.approx([0.05, 0])


def test_param_dict_goes_first():
    class Parameter:
        lr_mult, wd_mult = 5.0, 0.0

    o = mx.optimizer.SGD(learning_rate=0.1, wd=0.1, param_dict={0: Parameter()}, param_idx2name={0: "w_weight"})
    assert (o._get_lr(0), o._get_wd(0)) == pytest.approx((0.5, 0.0))


def test_counts_schedules_and_devices(capsys):
    o = mx.optimizer.SGD(learning_rate=1.0, lr_scheduler=mx.lr_scheduler.FactorScheduler(2, 0.5), begin_num_update=1)
    assert "has been overwritten" in capsys.readouterr().out
    update = get_updater(o)
    for device in (mx.cpu(0), mx.cpu(1)):
        w = mx.nd.zeros((1,), ctx=device)
        update("w", mx.nd.ones((1,), ctx=device), w)
        update("w", mx.nd.ones((1,), ctx=device), w)
    assert o.num_update == 3 and o.learning_rate == 0.5
    with pytest.raises(UserWarning, match="LRScheduler of the optimizer has already been defined"):
        o.set_learning_rate(0.1)
    plain = mx.optimizer.SGD()
    plain.set_learning_rate(0.7)
    assert plain.learning_rate == 0.7


@pytest.mark.parametrize(
    "name,extra", [("sgd", {"momentum": 0.9}), ("sgd", {}), ("nag", {"momentum": 0.9}), ("adam", {})]
)
def test_multi_precision(name, extra, rng):
    """float16 weights follow their float32 masters."""
    half = mx.optimizer.create(name, multi_precision=True, **extra)
    single = mx.optimizer.create(name, **extra)
    start = rng.normal(size=(4, 3)).astype("f2")
    w16, w32 = mx.nd.array(start, dtype="float16"), mx.nd.array(start)
    up16, up32 = get_updater(half), get_updater(single)
    for _ in range(4):
        g = rng.normal(size=(4, 3)).astype("f2")
        up16(0, mx.nd.array(g, dtype="float16"), w16)
        up32(0, mx.nd.array(g), w32)
    np.testing.assert_array_equal(w16.asnumpy(), w32.asnumpy().astype("f2"))


def test_float16_without_masters_warns():
    with pytest.warns(UserWarning, match="multi_precision=True"):
        mx.optimizer.SGD(momentum=0.9).create_state_multi_precision(0, mx.nd.zeros((2,), dtype="float16"))


def test_states_round_trip(rng):
    o = mx.optimizer.Adam()
    update, g, w = get_updater(o), mx.nd.array(rng.normal(size=(3,))), mx.nd.ones((3,))
    update(0, g, w)
    kept, w2 = update.get_states(dump_optimizer=True), w.copy()
    update(0, g, w)
    again = get_updater(mx.optimizer.Adam(learning_rate=9))
    again.set_states(kept)
    again(0, g, w2)
    np.testing.assert_array_equal(w.asnumpy(), w2.asnumpy())
    assert states.loads(update.get_states()).keys() == {0}


def bound(names=("fc_weight", "fc_bias")):
    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc")
    exe = mx.sym.make_loss(net).simple_bind(mx.cpu(), grad_req=dict.fromkeys(names, "write"), data=(2, 5))
    exe.arg_dict["data"][:] = 1
    return exe, list(names)


@pytest.mark.parametrize("name", ["sgd", "nag", "signum", "adam", "adagrad", "rmsprop", "adadelta", "ftrl", "ftml"])
@pytest.mark.parametrize("extra", [{}, {"wd": 0.1}, {"clip_gradient": 0.2}])
def test_flat_update_is_the_plain_one(name, extra, rng):
    start = {n: rng.normal(size=s).astype("f") for n, s in (("fc_weight", (3, 5)), ("fc_bias", (3,)))}
    results = []
    for flat in (True, False):
        local = np.random.default_rng(5)
        exe, names = bound()
        for n in names:
            exe.arg_dict[n][:] = start[n]
        o = mx.optimizer.create(name, param_idx2name=dict(enumerate(names)), **extra)
        update = get_updater(o)
        step = UpdateStep(
            update, [0, 1], [exe.arg_dict[n] for n in names], [exe.grad_dict[n] for n in names],
            exe.flat_params if flat else None, names,
        )  # fmt: skip
        for i in range(6):
            if i == 3:
                o.set_lr_mult({"fc_bias": 2.0})  # from here on parameter by parameter, on the same states
            for n in names:
                exe.grad_dict[n][:] = local.normal(size=start[n].shape)
            step()
        results.append([exe.arg_dict[n].asnumpy() for n in names] + [o.num_update, o._index_update_count])
        assert (step._flat is not None) == flat
    for one, other in zip(*results):
        np.testing.assert_array_equal(one, other)


def test_flat_update_is_one_call(monkeypatch):
    exe, names = bound()
    calls = []
    monkeypatch.setattr(mx.optimizer.SGD, "update", lambda self, index, *rest: calls.append(index))
    step = UpdateStep(
        get_updater(mx.optimizer.SGD()), [0, 1], [exe.arg_dict[n] for n in names],
        [exe.grad_dict[n] for n in names], exe.flat_params, names,
    )  # fmt: skip
    step()
    assert len(calls) == 1


def test_subclasses_are_updated_parameter_by_parameter():
    seen = []

    class Mine(mx.optimizer.SGD):
        def update(self, index, weight, grad, state):
            seen.append((index, weight.shape))

        update_multi_precision = update

    exe, names = bound()
    UpdateStep(
        get_updater(Mine()), [0, 1], [exe.arg_dict[n] for n in names], [exe.grad_dict[n] for n in names],
        exe.flat_params, names,
    )()  # fmt: skip
    assert seen == [(0, (3, 5)), (1, (3,))]


def test_register():
    with pytest.warns(UserWarning, match="is overriding"):

        @mx.optimizer.register
        class Test(Optimizer):
            pass

    mx.optimizer.Optimizer.opt_registry["test"] = mx.optimizer.Test
    assert type(mx.optimizer.create("TEST")) is mx.optimizer.Test


@pytest.mark.parametrize(
    "call,words",
    [
        (lambda: mx.optimizer.create("sdg"), "Did you mean 'sgd'"),
        (lambda: mx.optimizer.create("sgd", momentm=1), "'momentm'. Did you mean 'momentum'"),
        (lambda: mx.optimizer.create(3), "must be a name"),
        (lambda: mx.optimizer.SGD(param_idx2name=["a"]), "should be a dict"),
        (lambda: mx.optimizer.SGD().update(0, np.zeros(3), mx.nd.zeros((3,)), None), "SGD: weight must be an NDArray"),
        (
            lambda: mx.optimizer.Adam().update(0, mx.nd.zeros((3,)), [1], None),
            "Adam: grad must be.*got list",
        ),
        (lambda: mx.optimizer.create("groupadagrad").create_state(0, mx.nd.zeros((3,))), "2 dimensions"),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(MXNetError, match=words):
        call()
