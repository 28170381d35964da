"""Generated update kernels equal the operators' own formulas, in place, for rates that change from step to step."""

import numpy as np
import pytest

from mxr import nd
from mxr.core.op import all_ops, get_op
from mxr.kernels import jit, jit_enabled, update
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
    monkeypatch.setattr(update, "SMALL", 10**9)
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
