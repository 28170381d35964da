"""Fused RNN as scripts: against the declaration; any lengths share code; several threads; bound in plans."""

from collections import deque

import numpy as np
import pytest

import mxr as mx
from mxr.core import dispatch
from mxr.core.op import get_op
from mxr.kernels import jit_enabled, rnn, rnn_script, script, shares
from mxr.kernels.native import Native
from mxr.kernels.script import Script
from mxr.kernels.table import Table
from mxr.ops.nn.rnn_layout import parameter_size
from tests.jit_support import engine_of
from tests.thread_support import at_once

pytestmark = pytest.mark.skipif(not jit_enabled(), reason="no generated code")


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    """Plans that are split over threads are another matter."""
    monkeypatch.setenv("MXR_NUM_THREADS", "1")


def made(mode, steps, n, inputs, hidden, layers=1, both=False, states=True, p=0.0):
    assert mx.nd.zeros  # declares the operators
    attrs = {"mode": mode, "state_size": hidden, "num_layers": layers, "bidirectional": both}
    a = get_op("RNN").parse({**attrs, "state_outputs": states, "p": p})
    rng = np.random.default_rng(steps * n)
    shapes = [(steps, n, inputs), (parameter_size(a, inputs),), (layers * (1 + both), n, hidden)]
    shapes += shapes[2:] if mode == "lstm" else []
    return a, [(rng.standard_normal(s) / 4).astype(np.float32) for s in shapes]


def by_declaration(a, ins):
    mx.random.seed(3)
    outs = get_op("RNN").forward(np, a, *ins, rng=dispatch.generator_for(mx.cpu()), train=True)
    heads = [np.cos(np.arange(x.size)).reshape(x.shape).astype(np.float32) for x in outs[:-1]]
    given = [*heads, *ins, outs[0], outs[-1]]
    return outs, given, get_op("_backward_RNN").forward(np, a, *given)


def near(got, want):
    for x, y in zip(got, want, strict=True):
        np.testing.assert_allclose(x, y, rtol=2e-5, atol=2e-5 * max(1, np.abs(y).max()))


CASES = [
    (5, 3, 7, 40), (1, 2, 60, 64, 1, True), (4, 3, 7, 40, 2, True), (6, 2, 33, 16, 3, False, True, 0.4),
    (9, 1, 20, 64, 2, True, False, 0.3), (37, 16, 8, 20), (3, 300, 5, 24),
]  # fmt: skip


@pytest.mark.parametrize("mode", rnn.GATES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_equal_to_the_declaration(mode, case):
    """Outputs, states and gradients within 2e-5 of the largest of their kind."""
    a, ins = made(mode, *case)
    outs, given, grads = by_declaration(a, ins)
    mx.random.seed(3)
    rng = dispatch.generator_for(mx.cpu())
    got = rnn.Forward(a, [x.shape for x in ins])(a, *ins, rng=rng, train=True)
    near(got[:-1], outs[:-1])
    near(rnn.Backward(a, [x.shape for x in given])(a, *given), grads)


@pytest.mark.parametrize("vector_bytes", [32, 16])
@pytest.mark.parametrize("mode", ["lstm", "gru"])
def test_older_instruction_sets(mode, vector_bytes, monkeypatch):
    from mxr.kernels.jit import engine, function, kernel

    older = engine_of(vector_bytes)
    for module in (engine, function, kernel):
        monkeypatch.setattr(module, "engine", lambda: older)
    a, ins = made(mode, 7, 3, 9, 20, 2, True)
    outs, given, grads = by_declaration(a, ins)
    near(rnn.Forward(a, [x.shape for x in ins])(a, *ins, rng=None, train=True)[:-1], outs[:-1])
    near(rnn.Backward(a, [x.shape for x in given])(a, *given), grads)


def test_sequences_of_any_length_share_code(monkeypatch):
    from mxr.kernels.jit import function

    keys = set()
    compile_functions = function.compile_functions

    def noted(wanted, generator=None):
        keys.update(key for key, _ in wanted)
        return compile_functions(wanted, generator)

    monkeypatch.setattr(function, "compile_functions", noted)
    counts = []
    for steps in (64, 63, 62, 32, 16, 8, 31, 29, 9, 33, 50):
        a, ins = made("lstm", steps, 8, 16, 24)
        _, given, _ = by_declaration(a, ins)
        assert rnn.Forward(a, [x.shape for x in ins]).script and rnn.Backward(a, [x.shape for x in given]).script
        counts.append(len(keys))
    assert counts[-1] == counts[6] <= 60


def test_scripts_are_not_kept_without_end(monkeypatch):
    monkeypatch.setattr(rnn_script, "MOST", 3)
    monkeypatch.setattr(rnn_script, "_scripts", deque())
    kernels = []
    for steps in range(2, 9):
        a, ins = made("rnn_tanh", steps, 2, 16, 24)
        kernels.append((rnn.Forward(a, [x.shape for x in ins]), a, ins))
        assert kernels[-1][0].script
    assert sum(bool(k._scripts) for k, _, _ in kernels) == 3
    kernel, a, ins = kernels[0]
    outs = by_declaration(a, ins)[0]
    near(kernel(a, *ins, rng=None, train=False)[:-1], outs[:-1])  # made again


def test_threads_share_a_script():
    a, ins = made("gru", 12, 4, 20, 40, 2)
    want = by_declaration(a, ins)[0][0]
    kernel = rnn.Forward(a, [x.shape for x in ins])

    def work():
        for _ in range(30):
            y = kernel(a, *ins, rng=None, train=False)[0]
            assert np.abs(y - want).max() <= 1e-4

    at_once(work, [()] * 4)


@pytest.mark.parametrize("mode", ["lstm", "gru"])
def test_threads_share_the_products(mode, monkeypatch):
    """The results are those of one thread."""
    if not shares.possible():
        pytest.skip("no pool of OpenMP")
    a, ins = made(mode, 7, 6, 40, 48, 2, True)
    _, given, _ = by_declaration(a, ins)
    want = rnn.Forward(a, [x.shape for x in ins])(a, *ins, rng=None, train=True)
    grads = rnn.Backward(a, [x.shape for x in given])(a, *given)
    monkeypatch.setattr(rnn_script, "most_shares", lambda: 2)
    monkeypatch.setattr(script, "_SHARED", 1000)
    for _ in range(3):
        near(rnn.Forward(a, [x.shape for x in ins])(a, *ins, rng=None, train=True)[:-1], want[:-1])
        near(rnn.Backward(a, [x.shape for x in given])(a, *given), grads)


def test_arrays_with_gaps():
    a, ins = made("lstm", 5, 4, 6, 40)
    want = by_declaration(a, ins)[0][0]
    spaced = [np.repeat(x, 2, axis=-1)[..., ::2] for x in ins]
    kernel = rnn.Forward(a, [x.shape for x in ins])
    outs = [np.zeros((*s[:-1], 2 * s[-1]), np.float32)[..., ::2] for s in kernel.outs]
    kernel.into(a, outs, *spaced, rng=None, train=False)
    near([outs[0]], [want])


@pytest.mark.parametrize("layers, p", [(2, 0.0), (1, 0.5)])
def test_a_language_model_is_two_calls_a_step(layers, p, monkeypatch):
    def trained():
        s = mx.sym
        x = s.SwapAxis(s.Embedding(s.Variable("data"), input_dim=30, output_dim=20, name="e"), dim1=0, dim2=1)
        y = s.RNN(x, s.Variable("w"), s.Variable("h"), s.Variable("c"), state_size=24, num_layers=layers, mode="lstm",
                  p=p, name="rnn")  # fmt: skip
        y = s.FullyConnected(s.Reshape(y, shape=(-1, 24)), num_hidden=30, name="f")
        label = s.Reshape(s.transpose(s.Variable("label")), shape=(-1,))
        exe = s.SoftmaxOutput(y, label, name="softmax").simple_bind(mx.cpu(), data=(4, 9), label=(4, 9))
        rng = np.random.default_rng(1)
        for name, v in exe.arg_dict.items():
            v[:] = rng.integers(0, 30, v.shape) if name in ("data", "label") else rng.standard_normal(v.shape) / 4
        exe.forward(is_train=True)
        exe.backward()
        return exe, {n: g.asnumpy() for n, g in exe.grad_dict.items() if n not in ("data", "label")}

    exe, got = trained()
    plan = exe._plan(True)
    for part in (plan.forward_calls, plan.backward_calls):
        assert [type(c) for c in part.joined] == [Table]
    monkeypatch.setenv("MXR_KERNELS", "ref")
    want = trained()[1]
    near(got.values(), want.values())


def test_what_is_written_down_runs_on_other_arrays():
    copied = Script([(3, 4), (3, 4)])
    x, y = copied.given
    copied.copy(y.T, x.T)
    copied.add(y, x)
    copied.finish()
    arrays = [np.arange(12, dtype=np.float32).reshape(3, 4), np.zeros((3, 4), np.float32)]
    copied.run(arrays)
    assert (arrays[1] == 2 * arrays[0]).all()
    arrays[1][:] = 0
    call = copied.bind(arrays, np.zeros(64, np.float32), "doubled")
    assert isinstance(call, Native) and call() is None and (arrays[1] == 2 * arrays[0]).all()
