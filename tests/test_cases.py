"""Every case (tests/cases) in every form that mxr has: all must agree, and gradients must be derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from mxr import nd
from tests import case_forms as forms
from tests.cases import Case, all_cases

CASES = all_cases()
IDS = [c.id for c in CASES]

BY_DTYPE = [(c, dtype) for c in CASES for dtype in c.dtypes]

# Between two ways of computing the same (kernels add up in their own order), and between a dtype and float64.
FORMS = {"float32": (1e-5, 1e-6), "float64": (1e-10, 1e-12), "float16": (1e-2, 1e-2), "bfloat16": (5e-2, 5e-2)}


def near(ours, meant, c: Case, what: str, rtol=None, atol=None) -> None:
    ours, meant = np.asarray(ours), np.asarray(meant)
    where = f"{c.id}: {what}"
    assert ours.shape == meant.shape, f"{where}: shape {ours.shape}, expected {meant.shape}"
    if ours.dtype.kind in "biu" and meant.dtype.kind in "biu":
        np.testing.assert_array_equal(ours, meant, err_msg=where)
        return
    r, a = FORMS.get(str(ours.dtype), (0, 0))
    own = c.tolerance(ours.dtype)
    r, a = max(r, rtol or 0, own[0] or 0), max(a, atol or 0, own[1] or 0)
    np.testing.assert_allclose(
        ours.astype("float64"), meant.astype("float64"), rtol=r, atol=a, err_msg=where, equal_nan=True
    )


def same(one: forms.Result, other: forms.Result, c: Case, what: str) -> None:
    theirs = other.parts()
    for name, value in one.parts().items():
        if name in theirs:
            assert value.dtype == theirs[name].dtype, (
                f"{c.id}: {what}: {name} is {value.dtype}, not {theirs[name].dtype}"
            )
            near(value, theirs[name], c, f"{what}: {name}")


@pytest.mark.parametrize("c", CASES, ids=IDS)
def test_forms(c: Case) -> None:
    """Bound, reloaded from JSON, hybridized, with out=, by the reference kernel: the imperative result."""
    from mxr import symbol

    host = c.arrays()
    now = forms.imperative(c, host)
    d = forms.definition(c)
    if not d.random:
        for i, (y, meant) in enumerate(zip(now.outs, forms.reference(c, host), strict=True)):
            # forward may leave the cast to its caller
            near(y, meant.reshape(y.shape).astype(y.dtype), c, f"reference kernel: output {i}")
    if d.inputs:
        s, names = forms.composed(c, host)
        same(forms.bound(c, host, s, names), now, c, "bound")
        text = s.tojson()
        again = symbol.load_json(text)
        assert again.tojson() == text, f"{c.id}: JSON changes when it is read and written"
        same(forms.bound(c, host, again, names), now, c, "reloaded from JSON")
        same(forms.hybridized(c, host), now, c, "hybridized")
    # nd.zeros(()) is an unknown shape, as in MXNet
    targets = [nd.zeros(y.shape, dtype=y.dtype) for y in now.outs] if all(y.shape for y in now.outs) else []
    if not d.random and targets:
        xs = forms.arrays_of(host)
        import mxr as mx

        with mx.autograd.train_mode() if c.train else mx.autograd.predict_mode():
            forms.call(nd.functions.function(c.op), c, xs, out=targets[0] if len(targets) == 1 else targets)
        for i, (y, t) in enumerate(zip(now.outs, targets)):
            near(t.asnumpy(), y, c, f"out=: output {i}")


def differentiable(c: Case) -> bool:
    d = forms.definition(c)
    return d.grad is not None and any(c.wrt(c.arrays()))


GRADIENTS = [c for c in CASES if differentiable(c)]


@pytest.mark.parametrize("c", [c for c in GRADIENTS if c.numeric and "float64" in c.dtypes], ids=lambda c: c.id)
def test_gradients_are_derivatives(c: Case) -> None:
    """Along random directions, for each input: the difference of two values in float64 is the gradient's product."""
    d = forms.definition(c)
    if d.loss_head:
        pytest.skip("a loss head has a gradient of its own")
    host = c.arrays("float64")
    now = forms.imperative(c, host)
    weights = forms.heads_like(now.outs)

    def value(moved: list) -> float:
        ys = forms.imperative(c, moved, gradients=False).outs
        return sum(float((y.astype("float64") * w).sum()) for y, w in zip(ys, weights) if y.dtype.kind == "f")

    rng = np.random.default_rng(1)
    for i, g in now.grads.items():
        x = host[i]
        if x.dtype != np.float64:
            continue
        for _ in range(2):
            direction = rng.normal(size=x.shape)
            ends = []
            for eps in (1e-6, -1e-6):
                moved = [v if k != i else x + eps * direction for k, v in enumerate(host)]
                ends.append(value(moved))
            meant = (ends[0] - ends[1]) / 2e-6
            scale = 1 + abs(g * direction).sum()
            got = float((g * direction).sum())
            tol = max(1e-6, c.tolerance("float64")[0] or 0)
            assert abs(got - meant) <= tol * scale, f"{c.id}: gradient of input {i}: {got}, differences give {meant}"


@pytest.mark.parametrize("c", GRADIENTS, ids=lambda c: c.id)
def test_grad_req(c: Case) -> None:
    """'add' adds up, on the tape and in an executor; 'null' leaves no gradient."""
    d = forms.definition(c)
    host = c.arrays()
    once = forms.imperative(c, host)
    if not d.mutates:
        twice = forms.imperative(c, host, req="add")
        for i, g in once.grads.items():
            near(twice.grads[i], 2 * g.astype("float64"), c, f"add: gradient of input {i}", rtol=1e-5, atol=1e-6)
    s, names = forms.composed(c, host)
    first = forms.bound(c, host, s, names)
    if not d.mutates:
        added = forms.bound(c, host, s, names, req="add")
        for i, g in first.grads.items():
            near(added.grads[i], 2 * g.astype("float64"), c, f"add, bound: gradient of input {i}", 1e-5, 1e-6)
    none = forms.bound(c, host, s, names, req="null")
    assert not none.grads
    # an executor without gradients is one for prediction: it moves no running averages, as in MXNet
    none.after = {i: x for i, x in none.after.items() if d.inputs[min(i, len(d.inputs) - 1)] not in d.aux}
    same(none, first, c, "null")


@pytest.mark.parametrize("c, dtype", [p for p in BY_DTYPE if p[1] != p[0].dtypes[0]], ids=lambda p: getattr(p, "id", p))
def test_dtypes(c: Case, dtype: str) -> None:
    """The inferred dtypes are those of the results, in an executor too; low precision is near float64."""
    host = c.arrays(dtype)
    now = forms.imperative(c, host)
    for i, g in now.grads.items():
        assert g.dtype == host[i].dtype, f"{c.id}: gradient of input {i} is {g.dtype}, the input {host[i].dtype}"
    if forms.definition(c).inputs:
        s, names = forms.composed(c, host)
        same(forms.bound(c, host, s, names), now, c, f"{dtype}, bound")
    if dtype in FORMS and dtype != "float64" and "float64" in c.dtypes:
        wide = [None if x is None else x.astype("float64") if str(x.dtype) == dtype else x for x in host]
        meant = forms.imperative(c, wide, gradients=False)
        for i, (y, m) in enumerate(zip(now.outs, meant.outs, strict=True)):
            if str(y.dtype) == dtype and m.dtype == np.float64:
                r = {"float16": 2e-2, "bfloat16": 1e-1}.get(dtype, 1e-4)
                near(y, m, c, f"{dtype} and float64: output {i}", r, r)


@pytest.mark.parametrize("c", [c for c in GRADIENTS if c.numeric and "float64" in c.dtypes], ids=lambda c: c.id)
def test_second_derivatives(c: Case) -> None:
    """Where a gradient has a gradient, it is the derivative: along a direction, the difference of two gradients."""
    if forms.definition(c).loss_head:
        pytest.skip("a loss head has a gradient of its own")
    host = c.arrays("float64")
    found = forms.second_order(c, host)
    if found is None:
        assert forms.definition(c).name in forms.FIRST_ORDER, f"{c.id}: no second derivative"
        return
    wrt = [i for i, w in enumerate(c.wrt(host)) if w]

    def value(moved: list) -> float:
        grads = forms.imperative(c, moved).grads
        return sum(float((grads[i] * p).sum()) for i, p in zip(wrt, forms.probes(host, wrt)))

    rng = np.random.default_rng(2)
    for i, g in found.items():
        direction = rng.normal(size=host[i].shape)
        ends = []
        for eps in (1e-6, -1e-6):
            ends.append(value([v if k != i else host[i] + eps * direction for k, v in enumerate(host)]))
        meant = (ends[0] - ends[1]) / 2e-6
        got, scale = float((g * direction).sum()), 1 + abs(g * direction).sum()
        tol = max(1e-5, c.tolerance("float64")[0] or 0)
        assert abs(got - meant) <= tol * scale, f"{c.id}: second derivative, input {i}: {got}, differences give {meant}"
