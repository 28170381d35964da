"""Where a kernel cannot be compiled, the plain form runs and one warning names it."""

from __future__ import annotations

import numpy as np
import pytest

import mxr as mx
from mxr.core import faults

jit = pytest.importorskip("mxr.kernels.jit")
pytestmark = pytest.mark.skipif(not jit.available(), reason="no generated kernels here")


@pytest.fixture
def broken(monkeypatch):
    """LLVM refuses every text that holds `broken[0]`; nothing compiled before is found."""
    from mxr.kernels.jit.engine import engine

    words = ["fdiv"]
    machine = engine()
    optimise = machine.optimise

    def refuse(ir, target):
        if words[0] in ir:
            raise RuntimeError("no such instruction on this planet")
        return optimise(ir, target)

    monkeypatch.setenv("MXR_CACHE_DIR", "0")
    monkeypatch.setattr(machine, "optimise", refuse)
    monkeypatch.setattr(machine, "kernels", {})
    faults._warn.cache_clear()
    return words


def outcome(symbol, **arrays):
    exe = symbol.simple_bind(mx.cpu(), **{n: x.shape for n, x in arrays.items()})
    for n, x in arrays.items():
        exe.arg_dict[n][:] = mx.nd.array(x)
    out = exe.forward(is_train=True)[0]
    exe.backward(mx.nd.ones(out.shape))
    return exe, out.asnumpy(), {n: g.asnumpy() for n, g in exe.grad_dict.items()}


def test_a_group_that_does_not_compile_runs_as_numpy(broken):
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    net = mx.sym.exp((a + b) / (b * b + 1), name="mine")
    rng = np.random.RandomState(0)
    x, y = rng.rand(5, 7).astype("f"), rng.rand(5, 7).astype("f")
    with pytest.warns(RuntimeWarning, match=r"no fast kernel for .*: LLVM cannot compile .*planet") as seen:
        exe, out, grads = outcome(net, a=x, b=y)
    assert any("elemwise_div" in str(w.message) for w in seen)
    assert "unfused" in exe.explain()
    np.testing.assert_allclose(out, np.exp((x + y) / (y * y + 1)), rtol=1e-6)
    np.testing.assert_allclose(grads["a"], out / (y * y + 1), rtol=1e-6)


def test_the_other_kernels_of_the_plan_stay(broken):
    a = mx.sym.Variable("a")
    net = mx.sym.sum(mx.sym.tanh(a) * 2, axis=1) + mx.sym.sum(mx.sym.sqrt(a) / (a + 3), axis=1)
    x = np.random.RandomState(0).rand(4, 6).astype("f")
    with pytest.warns(RuntimeWarning, match="no fast kernel"):
        exe, out, _ = outcome(net, a=x)
    text = exe.explain()
    assert " fused" in text and "unfused" in text
    np.testing.assert_allclose(out, (np.tanh(x) * 2).sum(1) + (np.sqrt(x) / (x + 3)).sum(1), rtol=1e-5)


def test_the_warning_comes_once(broken):
    a = mx.sym.Variable("a")
    net = mx.sym.exp(3 / (a + 1), name="again")
    x = np.ones((2, 3), np.float32)
    with pytest.warns(RuntimeWarning, match="no fast kernel") as seen:
        outcome(net, a=x)
        outcome(net, a=x)
    said = [str(w.message) for w in seen]
    assert said and len(set(said)) == len(said)


def test_calls_outside_of_plans(broken):
    x = np.random.RandomState(0).rand(200, 300).astype("f")
    broken[0] = "define"  # nothing compiles at all
    a = mx.nd.array(x)
    a.attach_grad()
    from mxr.core.op import get_op

    get_op("softmax").plans.clear()
    with pytest.warns(RuntimeWarning, match="no fast kernel") as seen:
        with mx.autograd.record():
            y = mx.nd.softmax(a, temperature=0.987)
        y.backward()
    assert {"softmax", "the gradient of softmax"} <= {str(w.message).split(":")[0][19:] for w in seen}
    e = np.exp((x - x.max(1, keepdims=True)) / 0.987)
    np.testing.assert_allclose(y.asnumpy(), e / e.sum(1, keepdims=True), rtol=1e-5)
    get_op("softmax").plans.clear()


def test_recurrent_layers_run_as_numpy(broken):
    broken[0] = "llvm.fmuladd"
    names = [mx.sym.Variable(n) for n in ("x", "w", "h", "c")]
    net = mx.sym.RNN(*names, state_size=16, num_layers=1, mode="lstm", name="rnn")
    rng = np.random.RandomState(0)
    shapes = {"x": (6, 2, 8), "w": (64 * (8 + 16 + 2),), "h": (1, 2, 16), "c": (1, 2, 16)}
    arrays = {n: rng.uniform(-1, 1, s).astype("f") for n, s in shapes.items()}
    with pytest.warns(RuntimeWarning, match="no fast kernel for (_backward_)?RNN"):
        _, out, grads = outcome(net, **arrays)
    broken[0] = "no such text"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MXR_KERNELS", "ref")
        _, want, meant = outcome(net, **arrays)
    np.testing.assert_allclose(out, want, rtol=1e-5, atol=1e-6)
    for name in meant:
        np.testing.assert_allclose(grads[name], meant[name], rtol=1e-4, atol=1e-5)
