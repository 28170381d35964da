"""The threads that plans run on: errors, forks, several at once, how many there are."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.base import MXNetError
from mxr.core import blas, threads

from .replica_support import IMAGES, N, X, bind, lenet, mlp, residual, results, same, small_plans_split  # noqa: F401
from .thread_support import at_once


class TestNumber:
    def test_of_plans_and_of_primitives(self, monkeypatch):
        """Asked for or not: a plan may have all cores, a primitive one thread."""
        threads.set_num_threads(None)
        for name in threads.ENVIRONMENT:
            monkeypatch.delenv(name, raising=False)
        assert (threads.plan_threads(), threads.default_threads()) == (8, 1)
        for name, n in zip(reversed(threads.ENVIRONMENT), (2, 3, 4)):
            monkeypatch.setenv(name, str(n))
            assert (threads.plan_threads(), threads.default_threads()) == (n, n)
        assert threads.set_num_threads(5) is None
        assert (threads.plan_threads(), threads.default_threads()) == (5, 5)
        assert threads.set_num_threads(100) == 5
        assert threads.num_threads() == 8
        with threads.alone():
            assert (threads.plan_threads(), threads.default_threads()) == (1, 1)

    def test_of_a_scope(self):
        threads.set_num_threads(3)
        with mx.util.num_threads(2):
            assert mx.util.get_num_threads() == 2
        assert mx.util.get_num_threads() == 3
        with pytest.raises(MXNetError, match="argument n=0"), mx.util.num_threads(0):
            raise AssertionError("not reached")
        assert mx.util.set_num_threads(None) == 3

    def test_is_checked(self):
        for wrong in (0, -1, 1.5, True, "2"):
            with pytest.raises(MXNetError, match="argument n"):
                threads.set_num_threads(wrong)


@pytest.mark.parametrize("net", [lenet, residual])
def test_results_repeat_bit_by_bit(net):
    first = results(net(), {"data": (37, 3, 8, 8)}, 3)
    for _ in range(4):
        again = results(net(), {"data": (37, 3, 8, 8)}, 3)
        assert all(np.array_equal(a, b) for a, b in zip(first[0], again[0]))
        assert all(np.array_equal(first[1][n], again[1][n]) for n in first[1])


@pytest.mark.parametrize("row", [0, N - 1])
@pytest.mark.parametrize("way", ["machine code", "python"])
@pytest.mark.parametrize("net", ["mlp", "batch norm"])
def test_an_error_in_a_replica_names_the_operator(net, way, row, monkeypatch):
    """Whichever replica fails: the others do not wait for it, and the next run is as if nothing had been."""
    threads.set_num_threads(2)
    exe = bind(*(mlp(), X) if net == "mlp" else (residual(), IMAGES))
    if way == "python":
        monkeypatch.setattr("mxr.graph.run.timed", lambda plan, calls: list(calls))
    exe.forward(is_train=True)
    exe.backward()
    want = [g.asnumpy() for g in exe.grad_arrays]
    good = exe.arg_dict["softmax_label"].asnumpy()
    label = good.copy()
    label[row] = 7
    for _ in range(3):
        exe.arg_dict["softmax_label"][:] = nd.array(label)
        exe.forward(is_train=True)
        with pytest.raises(MXNetError, match=r"softmax.*label has the value 7") as e:
            exe.backward()
        assert str(e.value).count("Error in operator") == 1
        exe.arg_dict["softmax_label"][:] = nd.array(good)
        exe.forward(is_train=True)
        exe.backward()
        assert all(np.array_equal(g.asnumpy(), w) for g, w in zip(exe.grad_arrays, want))


def test_two_executors_at_once():
    threads.set_num_threads(2)
    nets = [bind(lenet(), IMAGES, seed=i) for i in range(3)]
    want = []
    for exe in nets:
        exe.forward(is_train=True)
        exe.backward()
        want.append([g.asnumpy() for g in exe.grad_arrays])

    def work(exe, want):
        for _ in range(30):
            exe.forward(is_train=True)
            exe.backward()
            assert all(np.array_equal(g.asnumpy(), w) for g, w in zip(exe.grad_arrays, want))

    at_once(work, zip(nets, want))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_runs_plans_of_its_parent_and_new_ones():
    code = """
import os, sys
import numpy as np
sys.path.insert(0, os.getcwd())
from tests import replica_support as t
t.replicas.LEAST = 1
t.threads.cores = lambda: 8
t.threads.set_num_threads(2)
exe = t.bind(t.lenet(), t.IMAGES)
def run(exe):
    exe.forward(is_train=True); exe.backward()
    return [g.asnumpy() for g in exe.grad_arrays]
want = run(exe)
pid = os.fork()
if pid == 0:
    same = all(np.allclose(a, b, atol=1e-5) for a, b in zip(run(exe), want))  # on one thread: see default_threads
    new = all(np.allclose(a, b, atol=1e-5) for a, b in zip(run(t.bind(t.lenet(), t.IMAGES)), want))
    os._exit(0 if same and new else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert all(np.array_equal(a, b) for a, b in zip(run(exe), want))
print("done")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "done", done.stderr


def test_no_thread_is_started_before_it_is_needed():
    code = "import threading, mxr; mxr.nd.ones(3).asnumpy(); print(threading.active_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "1", done.stderr


class TestRunTogether:
    def test_the_first_error_comes_when_all_are_done(self):
        done = []

        def fail():
            raise ValueError("first")

        with pytest.raises(ValueError, match="first"):
            threads.run_together([fail, lambda: done.append(1), lambda: done.append(2)])
        with pytest.raises(ValueError, match="first"):
            threads.run_together([lambda: done.append(3), fail])
        assert sorted(done) == [1, 2, 3]

    def test_libraries_get_one_thread_inside(self):
        found = []
        threads.set_num_threads(4)
        assert threads.default_threads() == 4
        threads.run_together([lambda: found.append(threads.default_threads())] * 3)
        assert found == [1, 1, 1] and threads.default_threads() == 4

    @pytest.mark.skipif(blas._functions() is None, reason="NumPy has another BLAS than OpenBLAS")
    def test_so_does_numpys_blas(self):
        get, change = blas._functions()
        before = get()
        found = []
        try:
            change(3)
            threads.run_together([lambda: found.append(get())] * 2)
            with blas.one_blas_thread():
                threads.run_together([lambda: found.append(get())] * 2)
                found.append(get())
            found.append(get())
        finally:
            change(before)
        assert found == [1, 1, 1, 1, 1, 3]

    def test_threads_are_kept(self):
        there = []
        for _ in range(3):
            threads.run_together([lambda: None] * 3)
            there.append({t for t in threading.enumerate() if t.name == "mxr-replica"})
        assert len(there[0]) >= 2 and there[0] == there[-1]


class TestBlocks:
    def net(self):
        nn = mx.gluon.nn
        net = nn.HybridSequential()
        net.add(nn.Conv2D(4, 3, activation="relu"), nn.BatchNorm(), nn.MaxPool2D(), nn.Dropout(0.2), nn.Dense(5))
        net.initialize(mx.init.Constant(0.1))
        net.hybridize()
        return net

    def test_a_hybridized_block_is_split(self):
        x = nd.array(np.random.RandomState(0).rand(N, 3, 8, 8))
        found = []
        for count in (1, 3):
            threads.set_num_threads(count)
            net = self.net()
            net(x)
            mx.random.seed(2)
            for _ in range(3):
                with mx.autograd.record():
                    y = (net(x) ** 2).mean()
                y.backward()
            parameters = net.collect_params().values()
            found.append([(p.data() if p.grad_req == "null" else p.grad()).asnumpy() for p in parameters])
            assert ("3 replicas" in net.explain(x)) == (count == 3)
        for a, b in zip(*found):
            np.testing.assert_allclose(b, a, rtol=1e-5, atol=1e-5 * (1 + np.abs(a).max()))

    def test_the_number_of_threads_may_change(self):
        x = nd.array(np.random.RandomState(0).rand(N, 3, 8, 8))
        net = self.net()
        want = net(x).asnumpy()
        for count in (2, 1, 4):
            threads.set_num_threads(count)
            np.testing.assert_allclose(net(x).asnumpy(), want, rtol=1e-6)


def test_the_number_of_threads_may_change_between_forward_and_backward():
    exe, want = bind(mlp(), X), bind(mlp(), X)
    want.forward(is_train=True)
    want.backward()
    threads.set_num_threads(2)
    exe.forward(is_train=True)
    threads.set_num_threads(3)
    exe.backward()
    for a, b in zip(exe.grad_arrays, want.grad_arrays):
        np.testing.assert_allclose(a.asnumpy(), b.asnumpy(), rtol=1e-5, atol=1e-6)
