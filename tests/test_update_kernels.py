"""Generated update kernels equal the operators' own formulas, in place, for rates that change from step to step."""

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.core.op import all_ops, get_op
from mxr.kernels import jit, jit_enabled
from mxr.ops.optimizer import Rule

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

NAMES = [n for n, d in all_ops().items() if isinstance(getattr(d, "rule", None), Rule) and "weight32" not in d.inputs]
SETTINGS = (
    {},
    {"wd": 0.1, "rescale_grad": 0.5},
    {"clip_gradient": 0.3, "clip_grad": 0.3, "wd": 0.01},
    {"momentum": 0.9, "wd_lh": 0.1},
)


def steps(name, given, n=4099):
    op = get_op(name)
    kwargs = {k: v for k, v in given.items() if k in op.params}
    for p in ("lr", "eta", "wd"):
        if p in op.params and op.params[p].required:
            kwargs.setdefault(p, 0.1)
    rng = np.random.RandomState(0)
    arrays = [nd.array(rng.uniform(-1, 1, n)), nd.array(rng.uniform(-1, 1, n))]
    arrays += [nd.array(rng.uniform(0.5, 1, n)) for _ in op.rule.states]
    out = nd.zeros(n) if "lr" not in op.params and "eta" not in op.params else arrays[0]
    for t in (1, 2, 3):
        if "t" in op.params:
            kwargs["t"] = t
        if "lr" in op.params:
            kwargs["lr"] = 0.1 / t
        f = getattr(nd._internal, name) if name.startswith("_") else getattr(nd, name)
        f(*arrays, out=out, **kwargs)
    return [x.asnumpy() for x in (*arrays, out)]


@pytest.mark.parametrize("given", SETTINGS, ids=range(len(SETTINGS)))
@pytest.mark.parametrize("name", NAMES)
def test_kernel_equals_declaration(name, given, monkeypatch):
    assert jit_enabled()
    op = get_op(name)
    op.plans.clear()
    fast = steps(name, given)
    monkeypatch.setenv("MXR_KERNELS", "ref")
    op.plans.clear()
    slow = steps(name, given)
    op.plans.clear()
    for x, y in zip(fast, slow):
        np.testing.assert_allclose(x, y, rtol=3e-5, atol=3e-6)


def test_a_changing_rate_makes_no_new_plans():
    op = get_op("sgd_update")
    op.plans.clear()
    w, g = nd.ones(5000), nd.ones(5000)
    for i in range(50):
        nd.sgd_update(w, g, out=w, lr=0.001 * (i + 1))
    assert len(op.plans) == 1
    np.testing.assert_allclose(w.asnumpy(), 1 - sum(0.001 * (i + 1) for i in range(50)), rtol=1e-5)


def test_out_elsewhere_leaves_the_weight():
    w, g, y = nd.ones(5000), nd.ones(5000), nd.zeros(5000)
    nd.sgd_update(w, g, out=y, lr=0.5)
    assert w.asnumpy().min() == 1 and y.asnumpy().max() == 0.5


def kernels_of(o):
    return [c._bound is not None for c in o._update_by._known.values()]


@pytest.mark.parametrize("size", [3, 256, 700])
@pytest.mark.parametrize("name", ["sgd", "nag", "signum", "adam", "rmsprop", "ftrl"])
def test_repeated_updates_are_the_plain_ones(name, size, monkeypatch):
    """The third step of an optimizer is the same call by a shorter way: the same bits."""
    rng = np.random.RandomState(0)
    start, grads = rng.uniform(-1, 1, size), rng.uniform(-1, 1, (8, size))
    results = []
    for short in (True, False):
        o = mx.optimizer.create(name, wd=0.01, lr_scheduler=mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.1))
        w, g = nd.array(start), nd.zeros(size)
        state = o.create_state(0, w)
        for x in grads:
            g[:] = nd.array(x)
            o.update(0, w, g, state)
            if not short:
                o._update_by._known.clear()
        assert any(kernels_of(o)) == short
        results.append(w.asnumpy())
    np.testing.assert_array_equal(*results)


def test_repeated_updates_see_other_arrays():
    o = mx.optimizer.create("sgd", learning_rate=1.0)
    w, g = nd.zeros(5), nd.ones(5)
    for _ in range(3):
        o.update(0, w, g, None)
    other, half = nd.zeros(5), nd.zeros(5, dtype="float16")
    o.update(0, other, g, None)
    o.update(0, other, g * 2, None)
    o.update(0, half, half + 1, None)
    o.update(0, half, half + 2, None)
    w._buf = w._buf.copy()  # the memory that an array has may become another
    o.update(0, w, g, None)
    assert w.asnumpy().tolist() == [-4] * 5
    assert other.asnumpy().tolist() == [-3] * 5
    assert half.asnumpy().tolist() == [-2] * 5


def test_repeated_updates_wait_for_queued_gradients(monkeypatch):
    from mxr.core import dispatch

    o = mx.optimizer.create("sgd", learning_rate=1.0)
    w, a = nd.zeros((64, 64)), nd.ones((64, 64))
    g = nd.zeros((64, 64))
    for _ in range(2):
        o.update(0, w, g, None)
    get_op("dot").plans.clear()
    monkeypatch.setattr(dispatch, "ASYNC_FLOPS", 1)
    product = nd.dot(a, a)
    assert product._pending is not None
    o.update(1, w, product, None)
    o.update(1, w, product, None)
    get_op("dot").plans.clear()
    assert (w.asnumpy() == -128).all()


def test_an_optimizer_is_saved_without_its_arrays():
    import copy
    import pickle

    o = mx.optimizer.create("sgd", learning_rate=1.0)
    w, g = nd.zeros(5), nd.ones(5)
    for _ in range(3):
        o.update(0, w, g, None)
    assert kernels_of(o) == [True]
    for other in (copy.deepcopy(o), pickle.loads(pickle.dumps(o))):
        assert kernels_of(other) == []
        other.update(0, w, g, None)
    assert w.asnumpy().tolist() == [-5] * 5
