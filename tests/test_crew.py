"""Threads that share the calls of a plan that is not split over the batch: prediction for one image.

Parts of a call make the bits that the whole call makes. Other kernels than those of one thread may run (our own instead
of oneDNN's, Winograd's stages): networks agree up to 2e-5 of the largest result.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref

import numpy as np
import pytest

import mxr as mx
from mxr import nd, sym
from mxr.base import MXNetError
from mxr.core import threads
from mxr.graph import crew_steps, replicas
from mxr.graph.blocked_steps import pool_of
from mxr.kernels import crew, jit, moves, winograd
from mxr.kernels.blocked import convolution_for, parts
from mxr.kernels.jit.few import FewRows
from mxr.kernels.native import Native, block_of
from mxr.kernels.onednn import Conv
from mxr.kernels.table import Table, together
from mxr.kernels.winograd.staged import Staged

from . import test_winograd as wino
from .jit_support import engine_of
from .replica_support import bind, small_plans_split  # noqa: F401 (a fixture)
from .test_blocked_kernels import DEPTHWISE, GEOMETRIES, WIDTHS, blocked, empty
from .thread_support import at_once

pytestmark = pytest.mark.skipif(not (jit.available() and crew.possible()), reason="no pthreads or no generated code")


def two() -> None:
    threads.set_num_threads(2)


@pytest.fixture
def everything_shared(monkeypatch):
    monkeypatch.setattr(parts, "_LEAST", 1e-12)
    monkeypatch.setattr(crew_steps, "_LEAST", 1)


# ---- the crew
def copies(count: int, size: int = 50_000) -> tuple[list[np.ndarray], list[np.ndarray], list[Native]]:
    """Arrays and calls that copy each to the next one's place in the other list."""
    src = [np.full(size, k, np.float32) for k in range(count)]
    dst = [np.zeros(size, np.float32) for _ in src]
    return src, dst, [moves.copied(y, x) for x, y in zip(src, dst)]


@pytest.mark.parametrize("members", [1, 2, 3, 5])
def test_steps_come_after_each_other(members):
    """Each step reads what the one before has made, in parts that other threads have done."""
    two()
    n, rows = 7, 3
    chain = [[np.zeros(5000, np.float32) for _ in range(n)] for _ in range(rows)]
    first = [np.zeros(5000, np.float32) for _ in range(n)]
    calls: list[Native] = []
    for k, row in enumerate(chain):
        before = chain[k - 1] if k else first
        copied = [moves.copied(y, before[(i + 1) % n]) for i, y in enumerate(row)]
        calls += [crew.Shared([copied], members, "copies")] if k != 1 else copied
    (run,) = together(calls)
    assert isinstance(run, crew.Crew)
    for k in range(200):
        for i, x in enumerate(first):
            x[:] = 10 * k + i
        run()
        for i, y in enumerate(chain[-1]):
            np.testing.assert_array_equal(y, 10 * k + (i + rows) % n)
    assert len(run.steps) == 3 and all(isinstance(call, (crew.Shared, Table)) for _, call in run.steps)


def test_a_shared_call_runs_alone_and_within_other_tables():
    two()
    src, dst, calls = copies(4)
    one = crew.Shared([calls[:2], calls[2:]], 2, "copies")
    for run in (one, Table([one]), Table([crew.Crew([one])])):
        for y in dst:
            y[:] = 0
        run()
        assert all(np.array_equal(x, y) for x, y in zip(src, dst))


def test_a_shared_call_that_has_run_alone_leaves_no_cycle():
    """A plan of one call is such: what it holds goes at once, not with the next collection."""
    two()
    src, dst, calls = copies(4)
    held = weakref.ref(src[0])
    run = crew.Shared([calls], 2, "copies")
    run()
    assert (dst[3] == 3).all()
    gc.disable()
    try:
        del src, calls, run
        assert held() is None
    finally:
        gc.enable()


def test_a_failure_ends_the_waiting_of_all_and_is_told():
    two()

    class Failing(Native):
        def failed(self, status):
            raise MXNetError(f"status {status}")

    text = "define i64 @fail(ptr %block) {\n  %v = load i64, ptr %block\n  ret i64 %v\n}\n"
    (address,) = jit.engine.engine().compile(text, ["fail"])
    src, dst, calls = copies(6, 500_000)
    state = block_of(0)
    bad = Failing(address, state)
    shared = crew.Shared([[calls[0], bad, *calls[1:3]]], 3, "first")
    last = crew.Shared([calls[3:]], 3, "last")
    run = crew.Crew([shared, last])
    for status in (0, 3, 0, 0, 4, 5, 0):
        state[0] = status
        for y in dst:
            y[:] = -1
        if status:
            with pytest.raises(MXNetError, match=f"status {status}"):
                run()
            assert run.culprit is shared and all((y == -1).all() for y in dst[3:])
        else:
            run()
            assert all(np.array_equal(x, y) for x, y in zip(src, dst))


def test_two_threads_may_run_it_at_once():
    two()
    src, dst, calls = copies(6)
    run = crew.Crew([crew.Shared([calls[:3]], 2, "first"), crew.Shared([calls[3:]], 2, "last")])

    def work() -> None:
        for _ in range(100):
            run()

    at_once(work, [(), (), ()])
    assert all(np.array_equal(x, y) for x, y in zip(src, dst))


def test_within_a_replica_there_is_no_crew(monkeypatch):
    two()
    src, dst, calls = copies(2)
    run = crew.Crew([crew.Shared([calls], 2, "copies")])
    monkeypatch.setattr(crew.Crew, "_recruit", lambda self: pytest.fail("threads were asked for"))
    with threads.alone():
        run()
    assert all(np.array_equal(x, y) for x, y in zip(src, dst))


# ---- parts of calls
def random(shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


@pytest.mark.usefixtures("everything_shared")
@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize(
    ("shape", "outs", "kernel", "stride", "dilate", "pad", "groups"),
    [*GEOMETRIES, *((d[0], d[0][1], *d[1:], d[0][1]) for d in DEPTHWISE), ((1, 64, 40, 56), 96, (1, 1), (), (), (), 1)],
)
def test_parts_of_a_convolution(vector_bytes, shape, outs, kernel, stride, dilate, pad, groups, monkeypatch):
    gen = engine_of(vector_bytes)
    lanes = gen.vector_bytes // 4
    weight = (outs, shape[1] // groups, *kernel)
    c = Conv(shape, weight, stride, dilate, pad, groups=groups)
    plain = shape[1] < 8
    conv = convolution_for(c, plain, gen)
    x, w, bias, other = random(shape), random(weight, 1), random(outs, 2), random(c.dst, 3)
    depthwise = groups == shape[1] > 1
    for what in ({}, {"bias": True, "relu": True} if depthwise else {"bias": True, "relu": True, "add": True}):
        ins = [x if conv.plain else blocked(x, lanes), np.full(conv.packed_floats, np.nan, np.float32)]
        ins += [bias] * ("bias" in what) + [blocked(other, lanes)] * ("add" in what)
        results = []
        for members in (1, 2, 3):
            pack, run = parts.convolution(conv, members, generator=gen, **what) if members > 1 else conv.forward(
                generator=gen, **what
            )  # fmt: skip
            pack.bind([w, ins[1]])()
            y = empty(c.dst, lanes)
            with crew.recruited(members):
                run.bind([*ins, y])()
            results.append(y)
            if members > 1 and not depthwise:
                assert isinstance(run, parts.Parts) == (len(parts.cut(conv.sums(**what), members)) > 1)
        np.testing.assert_array_equal(results[1], results[0])
        np.testing.assert_array_equal(results[2], results[0])


def test_how_a_convolution_is_cut():
    """Many inputs: by rows. Many weights: by panels. Little work: not at all."""

    def shares(shape, outs, kernel, pad):
        c = Conv(shape, (outs, shape[1], *kernel), (), (), pad)
        s = convolution_for(c).sums()
        found = parts.cut(s, 2)
        places = {(r, p) for row, rows, panel, panels in found for r in range(row, row + rows)
                  for p in range(panel, panel + panels)}  # fmt: skip
        assert len(places) == sum(rows * panels for _, rows, _, panels in found)
        assert len(places) == s.h.outs * sum(count for *_, count in s.panels) or s.scattered
        return len({f[:2] for f in found}), len({f[2:] for f in found})

    assert shares((1, 8, 4, 4), 8, (1, 1), (0, 0)) == (1, 1)
    bands, strips = shares((1, 64, 112, 112), 64, (3, 3), (1, 1))
    assert bands > 2 and strips == 1
    bands, strips = shares((1, 512, 7, 7), 512, (3, 3), (1, 1))
    assert bands == 1 and strips > 2


@pytest.mark.usefixtures("everything_shared")
@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize("shape", [(1, 35, 9, 12), (3, 16, 6, 7), (1, 64, 7, 7)])
def test_parts_of_pooling(vector_bytes, kind, shape):
    gen = engine_of(vector_bytes)
    lanes = gen.vector_bytes // 4
    node = sym.Pooling(sym.Variable("x"), kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type=kind)._entries[0][0]
    pool = pool_of(node.a, shape, lanes)
    x = blocked(random(shape), lanes)
    out = (*shape[:2], pool.h.outs, pool.w.outs)
    results = []
    for members in (1, 2, 3):
        run = parts.pooling(pool, members, gen) if members > 1 else pool.forward_function(gen)
        results.append(empty(out, lanes))
        with crew.recruited(members):
            run.bind([x, results[-1]])()
        assert members == 1 or isinstance(run, parts.Parts) == (pool.planes > 1)
    np.testing.assert_array_equal(results[1], results[0])
    np.testing.assert_array_equal(results[2], results[0])


@pytest.mark.parametrize("vector_bytes", WIDTHS)
@pytest.mark.parametrize(("m", "n", "k"), [(1, 9, 64), (1, 4, 3), (2, 13, 37), (4, 7, 131), (3, 1, 16), (1, 3, 515)])
def test_a_few_rows_by_a_matrix(vector_bytes, m, n, k):
    a, w, bias = random((m, k)), random((n, k), 1), random(n, 2)
    want = a.astype(np.float64) @ w.astype(np.float64).T
    gen = engine_of(vector_bytes)
    for extra in ([], [bias]):
        function = FewRows(m, n, k, bool(extra), vector_bytes // 4).function(gen)
        got = np.full((m, n), np.nan, np.float32)
        for first in range(0, n, 5):
            Native.of(function, [a, w, *extra, got], first, min(5, n - first))()
        np.testing.assert_allclose(got, want + (bias if extra else 0), rtol=0, atol=3e-6 * k**0.5)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("maps", "outs", "pad"), wino.SHAPES)
def test_stages_of_winograd(width, maps, outs, pad):
    p = wino.problem(width, maps, outs, pad)
    x, w, more, bias = random(maps), random((outs, maps[1], 3, 3), 1), random(p.result, 2), np.zeros(2 * outs + 64, "f")
    bias[:outs] = random(outs, 3)
    gen = engine_of(width)
    transform = winograd.Weights(p, gen)
    target = wino.scratch(transform.nbytes)
    transform.bind(w, target)()
    ending = {"bias": True, "floor": 0.0, "residual": True}
    usual = winograd.Convolution(p, **ending, given=True, generator=gen)
    want = None
    for members in (1, 2, 3):
        staged = Staged(p, members, **ending, generator=gen)
        for conv in (usual, staged):
            dst = wino.blocked(more, p.lanes)  # the result goes where the residual lies
            arrays = {"src": wino.blocked(x, p.lanes), "weights": target, "dst": dst, "residual": dst, "bias": bias}
            if conv is usual:
                conv.bind(wino.scratch(conv.nbytes), **arrays)()
                want = dst
            else:
                crew.Shared(conv.bind(wino.scratch(conv.nbytes), **arrays), 2, "winograd")()
                np.testing.assert_array_equal(dst, want)


# ---- plans
def small_net(channels: int = 32) -> mx.symbol.Symbol:
    """All that a crew shares, and something between."""
    x = sym.Convolution(sym.Variable("data"), num_filter=channels, kernel=(7, 7), stride=(2, 2), pad=(3, 3), name="c0")
    x = sym.Activation(sym.BatchNorm(x, fix_gamma=False, name="b0"), act_type="relu")
    x = sym.Pooling(x, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="max")
    y = sym.Convolution(x, num_filter=channels, kernel=(3, 3), pad=(1, 1), name="c1")
    x = sym.Activation(sym.BatchNorm(y, name="b1") + x, act_type="relu")
    x = sym.Convolution(x, num_filter=channels, num_group=channels, kernel=(3, 3), pad=(1, 1), no_bias=True, name="d")
    x = sym.Convolution(sym.tanh(x), num_filter=2 * channels, kernel=(1, 1), name="c2")
    x = sym.Pooling(sym.clip(x, 0, 6), global_pool=True, kernel=(1, 1), pool_type="avg")
    return sym.softmax(sym.FullyConnected(x, num_hidden=10, name="f"))


def predict(net, shape, count, **more):
    threads.set_num_threads(count)
    exe = bind(net, {"data": shape}, **more)
    return exe, [exe.forward(is_train=False)[0].asnumpy() for _ in range(3)]


@pytest.mark.usefixtures("everything_shared")
@pytest.mark.parametrize("kernels", ["", "jit"])
@pytest.mark.parametrize("shape", [(1, 3, 60, 44), (1, 2, 9, 31)])
def test_a_network_of_all_that_is_shared(shape, kernels, monkeypatch):
    monkeypatch.setenv("MXR_KERNELS", kernels)
    _, (want, *_) = predict(small_net(), shape, 1)
    for count in (2, 3):
        exe, results = predict(small_net(), shape, count)
        text = exe.explain(False)
        assert f"not split over {count} threads" in text and f"; {count} threads share its large calls" in text
        assert text.count(" parts") >= 4, text
        assert any(isinstance(c, crew.Crew) for c in exe._plan(False).forward_calls.joined)
        for got in results:
            np.testing.assert_allclose(got, want, rtol=0, atol=2e-5)
            np.testing.assert_array_equal(got, results[0])


@pytest.mark.usefixtures("everything_shared")
def test_hybridized_and_with_other_numbers_of_threads(monkeypatch):
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Conv2D(32, 3, activation="relu"), mx.gluon.nn.Dense(7))
    net.initialize()
    x = nd.array(random((1, 3, 20, 20)))
    want = net(x).asnumpy()
    net.hybridize()
    run, runs = crew.Crew.__call__, []
    monkeypatch.setattr(crew.Crew, "__call__", lambda self: runs.append(self) or run(self))
    for count in (2, 1, 3, 2):
        threads.set_num_threads(count)
        runs.clear()
        np.testing.assert_allclose(net(x).asnumpy(), want, rtol=0, atol=2e-5)
        assert bool(runs) == (count > 1)


@pytest.mark.usefixtures("everything_shared")
def test_weights_may_change():
    exe, (first, *_) = predict(small_net(), (1, 3, 30, 30), 2)
    exe.arg_dict["c1_weight"][:] = 0
    exe.arg_dict["c2_weight"][:] = 0.1
    changed = exe.forward(is_train=False)[0].asnumpy()
    assert not np.allclose(first, changed)
    threads.set_num_threads(1)
    np.testing.assert_allclose(changed, exe.forward(is_train=False)[0].asnumpy(), rtol=0, atol=2e-5)


@pytest.mark.usefixtures("everything_shared")
def test_the_profiler_sees_each_call():
    exe, (want, *_) = predict(small_net(), (1, 3, 30, 30), 2)
    mx.profiler.set_state("run")
    try:
        got = exe.forward(is_train=False)[0].asnumpy()
    finally:
        mx.profiler.set_state("stop")
    np.testing.assert_array_equal(got, want)
    assert "c1" in mx.profiler.dumps(reset=True)


def test_only_prediction_and_only_what_is_worth_it(everything_shared):
    two()
    net = sym.FullyConnected(sym.Variable("data"), num_hidden=9, name="f")
    exe = bind(net, {"data": (1, 7)})
    exe.forward(is_train=True)
    assert " parts" not in exe.explain(True) and " parts" in exe.explain(False)
    assert " parts" not in bind(net, {"data": (1, 7), "f_weight": (9, 7)}, req="null").explain(True)
    with pytest.MonkeyPatch.context() as m:
        assert crew_steps.crew_of(exe._plan(False).graph, 2) == 2
        m.setattr(replicas, "LEAST", 40 * 63)
        assert crew_steps.crew_of(exe._plan(False).graph, 2) == 1
        m.setattr(crew_steps, "_LEAST", 1 << 16)
        assert " parts" not in bind(net, {"data": (1, 7)}).explain(False)


def test_a_few_examples_and_many_weights():
    """A crew reads them once, replicas would each read them all."""
    net = sym.FullyConnected(sym.Activation(sym.Variable("data"), act_type="relu"), num_hidden=600, name="f")
    _, (want, *_) = predict(net, (3, 700), 1)
    exe, (got, *_) = predict(net, (3, 700), 2)
    assert "each thread would read all weights" in exe.explain(False) and " parts" in exe.explain(False)
    np.testing.assert_allclose(got, want, rtol=0, atol=2e-5)
    assert "replicas" in predict(net, (9, 700), 2)[0].explain(False)
    conv = sym.Convolution(sym.Variable("data"), num_filter=64, kernel=(3, 3))
    net = sym.FullyConnected(conv, num_hidden=9, name="f")
    assert "replicas" in predict(net, (2, 64, 30, 30), 2)[0].explain(False)


@pytest.mark.usefixtures("everything_shared")
def test_a_batch_that_is_too_small_for_the_threads():
    _, (want, *_) = predict(small_net(), (2, 3, 30, 30), 1)
    for count, crew_of in ((2, False), (3, False), (4, True), (7, True)):
        exe, (got, *_) = predict(small_net(), (2, 3, 30, 30), count)
        text = exe.explain(False)
        assert (f"a batch of 2 is too few for {count} threads" in text) == (" parts" in text) == crew_of
        np.testing.assert_allclose(got, want, rtol=0, atol=2e-5)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_predicts_alone():
    code = """
import os, sys
import numpy as np
sys.path.insert(0, os.getcwd())
from tests import test_crew as t
t.threads.cores = lambda: 8
t.parts._LEAST, t.replicas.LEAST = 1e-12, 1
exe, (want, *_) = t.predict(t.small_net(), (1, 3, 30, 30), 2)
pid = os.fork()
if pid == 0:
    same = np.allclose(exe.forward(is_train=False)[0].asnumpy(), want, atol=2e-5)
    new = np.allclose(t.predict(t.small_net(), (1, 3, 30, 30), 2)[1][0], want, atol=2e-5)
    os._exit(0 if same and new else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert np.array_equal(exe.forward(is_train=False)[0].asnumpy(), want)
print("done")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "done", done.stderr
