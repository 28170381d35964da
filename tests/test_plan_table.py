"""Plans as tables of machine code: the same results as calls one by one, errors named, signals and threads seen to."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.graph import run as graph_run
from mxr.kernels import jit, jit_enabled, onednn_enabled
from mxr.kernels.native import Native, block_of
from mxr.kernels.routines import routine
from mxr.kernels.table import Table, in_order, together

from .thread_support import at_once

pytestmark = pytest.mark.skipif(not jit_enabled(), reason="no generated code")
needs_onednn = pytest.mark.skipif(not onednn_enabled(), reason="no oneDNN")
needs_signals = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no signal masks")

_CODE = """
define i64 @answer(ptr %block) {
  %at = getelementptr i64, ptr %block, i64 1
  %s = load i64, ptr %block
  %n = load i64, ptr %at
  %m = add i64 %n, 1
  store i64 %m, ptr %at
  ret i64 %s
}
define i64 @ask(ptr %block) {
  %f = load ptr, ptr %block
  %out = getelementptr i64, ptr %block, i64 1
  %n = call i32 %f()
  %w = sext i32 %n to i64
  store i64 %w, ptr %out
  ret i64 0
}
define i64 @mask(ptr %block) {
  %f = load ptr, ptr %block
  %at = getelementptr i64, ptr %block, i64 1
  %out = load ptr, ptr %at
  %n = call i32 %f(i32 0, ptr null, ptr %out)
  ret i64 0
}
"""


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    """Plans that are split over threads are another matter."""
    monkeypatch.setenv("MXR_NUM_THREADS", "1")


@pytest.fixture(scope="module")
def code():
    names = ["answer", "ask", "mask"]
    return dict(zip(names, jit.engine.engine().compile(_CODE, names)))


class Step(Native):
    """A row that answers what it is told; its first word is the status, the second counts the calls."""

    def __init__(self, code, status=0, name="", held=False, threads=0):
        super().__init__(code["answer"], block_of(status, 0), name=name)
        self.held, self.threads = held, threads

    @property
    def count(self):
        return int(self.block[1])


def network():
    x = mx.sym.Variable("data")
    y = mx.sym.FullyConnected(x, num_hidden=24, name="f1")
    y = mx.sym.Activation(y, act_type="tanh")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(y, num_hidden=5, name="f2"), name="softmax")


def bound(net=None, **shapes):
    net = network() if net is None else net
    shapes = shapes or {"data": (9, 33)}
    exe = net.simple_bind(mx.cpu(), **shapes)
    rng = np.random.default_rng(5)
    for name, x in exe.arg_dict.items():
        x[:] = rng.integers(0, 4, x.shape) if "label" in name else rng.standard_normal(x.shape) / 4
    return exe


def trained(exe):
    exe.forward(is_train=True)
    exe.backward()
    return {**{n: g.asnumpy() for n, g in exe.grad_dict.items()}, "out": exe.outputs[0].asnumpy()}


class TestTable:
    def test_runs_all_in_order_and_may_be_a_row(self):
        x = np.zeros(5, np.float32)
        op = jit.Operand
        steps = [
            jit.compile_fused([("y", f"2*x + {k}")], [op("x", "float32", (1,)), op("y", "float32", (1,), True)], (5,))
            for k in (1, 2)
        ]
        a, b = (s.bind([x, x]) for s in steps)
        Table([a, b, Table([b, a])])()
        assert x.tolist() == [2 * (2 * (2 * 1 + 2) + 2) + 1] * 5

    def test_stops_at_the_row_that_fails(self, code):
        before, bad, after = Step(code), Step(code, 7, "third"), Step(code)
        table = Table([before, Table([before, bad]), after])
        with pytest.raises(MXNetError, match="kernel third failed with status 7"):
            table()
        assert (before.count, bad.count, after.count) == (2, 1, 0)
        assert table.culprit.culprit is bad
        bad.block[0] = 0  # the next run is a new one
        table()
        assert after.count == 1

    def test_neighbours_are_joined(self, code):
        a, b, c, d = (Step(code) for _ in range(4))
        order = []

        def python():
            order.append([s.count for s in (a, b, c, d)])

        made = together([a, b, python, c, python, d, a])
        assert [type(m).__name__ for m in made] == ["Table", "function", "Step", "function", "Table"]
        for m in made:
            m()
        assert order == [[1, 1, 0, 0], [1, 1, 1, 0]] and (a.count, d.count) == (2, 1)
        assert together([python]) == [python] and in_order(a) is a
        in_order(a, python, b)()
        assert order[-1] == [3, 1, 1, 1] and b.count == 2

    @needs_onednn
    def test_rows_that_want_other_threads_stand_apart(self, code):
        rows = [Step(code, threads=n) for n in (0, 1, 0, 1, 2, 0, 2)]
        made = together(rows)
        assert [len(t.calls) for t in made] == [4, 3]
        assert [t.threads for t in made] == [1, 2]

    @needs_signals
    def test_signals_wait_inside_and_only_there(self, code):
        from mxr.kernels.onednn import signals

        inside = np.zeros(16, np.int64)
        look = Native(code["mask"], block_of(signals.addresses()[0], inside.ctypes.data))
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        int_bit = 1 << (signal.SIGINT - 1)
        Table([look, Step(code)])()
        assert not inside[0] & int_bit
        Table([look, Step(code, held=True)])()
        assert inside[0] & int_bit and signal.pthread_sigmask(signal.SIG_BLOCK, []) == before
        with pytest.raises(MXNetError):
            Table([Step(code, 1, held=True)])()
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before

    @needs_onednn
    def test_openmp_threads_are_set_inside_and_only_there(self, code, monkeypatch):
        from mxr.kernels.onednn import library, threads

        monkeypatch.setattr(threads, "cores", lambda: 4)
        lib = library.library()
        look = Native(code["ask"], block_of(lib.get_threads_address, 0))
        with threads.use(3):
            Table([look, Step(code, threads=2)])()
            assert look.block[1] == 2 and lib.omp_get_max_threads() == 3
            with pytest.raises(MXNetError):
                Table([Step(code, 1, threads=2)])()
            assert lib.omp_get_max_threads() == 3


class TestPlan:
    def test_a_step_of_a_dense_network_is_two_calls(self):
        exe = bound()
        plan = exe._plan(True)
        trained(exe)
        assert [type(c) for c in plan.forward_calls.joined] == [Table]
        assert [type(c) for c in plan.backward_calls.joined] == [Table]

    def test_same_results_as_call_by_call(self):
        exe = bound()
        got = trained(exe)
        plan = exe._plan(True)
        kept = {n: x.copy() for n, x in got.items()}
        for part in (plan.forward_calls, plan.backward_calls):
            for call in part:
                call()
        want = {**{n: g.asnumpy() for n, g in exe.grad_dict.items()}, "out": exe.outputs[0].asnumpy()}
        assert kept.keys() == want.keys() and all((kept[n] == want[n]).all() for n in want)

    @needs_onednn
    def test_an_error_names_node_and_kernel(self):
        exe = bound()
        trained(exe)
        plan = exe._plan(True)
        row = next(r for r in plan.rows if r.label == "f2")
        row.run._block[3] = 0  # as if it had no arguments
        with pytest.raises(MXNetError) as found:
            exe.forward(is_train=True)
        text = str(found.value)
        assert text.startswith("Error in operator f2: oneDNN ") and "invalid arguments" in text

    def test_a_failing_kernel_is_named(self, code):
        exe = bound()
        trained(exe)
        plan = exe._plan(True)
        row = plan.rows[1]
        row.run = Step(code, 3, "k")
        plan.forward_calls[1] = row.run
        plan.forward_calls._joined = None
        with pytest.raises(MXNetError, match=f"Error in operator {row.label}: kernel k failed with status 3"):
            exe.forward(is_train=True)

    def test_the_profiler_sees_every_row(self, monkeypatch):
        exe = bound()
        trained(exe)
        seen = []

        def timed(plan, calls):
            seen.extend(calls)
            return calls

        monkeypatch.setattr(graph_run, "timed", timed)
        exe.forward(is_train=True)
        assert len(seen) == exe._plan(True).split

    @pytest.mark.parametrize("kernels", ["ref", "onednn"])
    def test_without_generated_code(self, kernels, monkeypatch):
        want = trained(bound())
        monkeypatch.setenv("MXR_KERNELS", kernels)
        exe = bound()
        got = trained(exe)
        assert not any(isinstance(c, Table) for c in exe._plan(True).forward_calls.joined)
        assert routine("walk") == 0
        for name, value in want.items():
            np.testing.assert_allclose(got[name], value, rtol=1e-4, atol=1e-5)

    def test_several_threads_run_their_plans_at_once(self):
        exes = [bound() for _ in range(3)]
        want = trained(exes[0])

        def work(exe):
            for _ in range(50):
                got = trained(exe)
                assert all((got[n] == want[n]).all() for n in want)

        at_once(work, [(e,) for e in exes])

    def test_a_forked_child_runs_it_with_one_thread(self):
        script = """
import os
import numpy as np, mxr as mx
from mxr.kernels import onednn_enabled
x = mx.sym.Variable("data")
net = mx.sym.sum(mx.sym.FullyConnected(x, num_hidden=64, name="f"))
exe = net.simple_bind(mx.cpu(), data=(256, 300))
for a in exe.arg_arrays:
    a[:] = 1
exe.forward(is_train=True)
want = exe.outputs[0].asnumpy()
pid = os.fork()
if not pid:
    exe.forward(is_train=True)
    os._exit(0 if (exe.outputs[0].asnumpy() == want).all() else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""
        if not hasattr(os, "fork"):
            pytest.skip("no fork")
        env = {**os.environ, "OMP_NUM_THREADS": "2"}
        subprocess.run([sys.executable, "-c", script], env=env, check=True, timeout=60)

    @pytest.mark.parametrize("kernels", ["auto", "onednn", "jit"])
    @pytest.mark.parametrize("fixed", [True, False])
    def test_batch_normalisation_is_rows_too(self, fixed, kernels, monkeypatch):
        """Two steps with 3 and with 16 channels: outputs, gradients and moving averages near the declaration's."""

        def run():
            x = mx.sym.BatchNorm(mx.sym.Variable("data"), fix_gamma=fixed, name="b1")
            x = mx.sym.Convolution(x, kernel=(3, 3), num_filter=16, no_bias=True, name="c")
            x = mx.sym.Activation(mx.sym.BatchNorm(x, fix_gamma=fixed, name="b2"), act_type="relu")
            exe = bound(
                mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=4, name="f"), name="softmax"),
                data=(2, 3, 8, 8),
            )
            got = [trained(exe), trained(exe)][-1]
            return exe, {**got, **{n: v.asnumpy() for n, v in exe.aux_dict.items()}}

        monkeypatch.setenv("MXR_KERNELS", "ref")
        _, want = run()
        monkeypatch.setenv("MXR_KERNELS", kernels)
        exe, got = run()
        for name, value in want.items():
            np.testing.assert_allclose(got[name], value, rtol=1e-4, atol=1e-4, err_msg=name)
        if kernels != "onednn":
            plan = exe._plan(True)
            assert [len(p.joined) for p in (plan.forward_calls, plan.backward_calls)] == [1, 1]
