"""Plans split over threads: the results are those of the plan that is not, whatever the network and the batch."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mxr as mx
from mxr import nd, sym
from mxr.base import MXNetError
from mxr.core import blas, threads
from mxr.graph import replicas
from mxr.graph.split_plan import SplitPlan
from mxr.kernels import jit_enabled

N = 12


@pytest.fixture(autouse=True)
def _small_plans_split(monkeypatch):
    monkeypatch.setattr(replicas, "LEAST", 1)
    monkeypatch.setattr(replicas, "WAIT", 0)
    monkeypatch.setattr(threads, "cores", lambda: 8)
    before = threads.set_num_threads(1)
    yield
    threads.set_num_threads(before)


def bind(net, shapes, req="write", seed=0, labels=5):
    """An executor with random arrays: inputs that end in label or index have class numbers."""
    rng = np.random.RandomState(seed)
    exe = net.simple_bind(mx.cpu(), grad_req=req, **shapes)
    for name, x in {**exe.arg_dict, **exe.aux_dict}.items():
        if name.endswith(("label", "index")):
            x[:] = nd.array(rng.randint(0, labels, x.shape))
        elif name.endswith("var"):
            x[:] = nd.array(rng.uniform(0.5, 1.5, x.shape))
        else:
            x[:] = nd.array(rng.uniform(-0.5, 0.5, x.shape))
    for g in exe.grad_arrays:
        if g is not None:
            g[:] = nd.array(rng.uniform(-1, 1, g.shape))
    return exe


def results(net, shapes, count, train=True, **more):
    """(outputs, gradients, whether the plan is split, explain()) after two rounds on `count` threads."""
    threads.set_num_threads(count)
    exe = bind(net, shapes, **more)
    mx.random.seed(3)
    rng = np.random.RandomState(1)
    for _ in range(2):
        outs = exe.forward(is_train=train)
        if train:
            exe.backward([nd.array(rng.uniform(-1, 1, y.shape)) for y in outs])
    grads = {n: g.asnumpy() for n, g in exe.grad_dict.items() if g is not None}
    grads.update({n: x.asnumpy() for n, x in exe.aux_dict.items()})  # and what is kept from run to run
    split = isinstance(exe._plan(train), SplitPlan)
    return [y.asnumpy() for y in outs], grads, split, exe.explain(train)


def same(net, shapes, counts=(2, 3), **more):
    """Outputs and gradients over several threads are those of one, up to rounding.

    Kernels for another number of rows may add in another order.
    """
    outs, grads, split, _ = results(net, shapes, 1, **more)
    assert not split
    for count in counts:
        got, got_grads, split, text = results(net, shapes, count, **more)
        assert split, text
        assert f"{count} replicas" in text
        for a, b in zip(outs, got):
            np.testing.assert_allclose(b, a, rtol=2e-6, atol=2e-6)
        for name, a in grads.items():
            np.testing.assert_allclose(got_grads[name], a, rtol=1e-5, atol=1e-5 * (1 + np.abs(a).max()), err_msg=name)


def var(name):
    return sym.Variable(name)


def mlp(**head):
    net = sym.Activation(sym.FullyConnected(var("data"), num_hidden=7, name="a"), act_type="tanh")
    return sym.SoftmaxOutput(sym.FullyConnected(net, num_hidden=5, name="b"), name="softmax", **head)


def lenet():
    net = sym.Convolution(var("data"), kernel=(3, 3), num_filter=4, name="c")
    net = sym.Pooling(sym.Activation(net, act_type="relu"), pool_type="max", kernel=(2, 2), stride=(2, 2))
    net = sym.Convolution(net, kernel=(2, 2), num_filter=3, name="d")
    return sym.SoftmaxOutput(sym.FullyConnected(sym.Flatten(net), num_hidden=5, name="f"), name="softmax")


def language_model(steps=3, fused=True):
    net = sym.Embedding(var("data_index"), input_dim=5, output_dim=6, name="e")
    if fused:
        net = sym.RNN(net, var("p"), var("h"), var("c"), state_size=4, num_layers=2, mode="lstm", name="r")
    else:
        outs = []
        state = None
        for i, x in enumerate(sym.SliceChannel(net, num_outputs=steps, axis=0, squeeze_axis=True)):
            y = sym.FullyConnected(x, num_hidden=4, weight=var("i_weight"), bias=var("i_bias"), name=f"i{i}")
            if state is not None:
                y = y + sym.FullyConnected(state, num_hidden=4, weight=var("h_weight"), no_bias=True, name=f"h{i}")
            state = sym.tanh(y)
            outs.append(state)
        net = sym.stack(*outs, axis=0)
    net = sym.FullyConnected(sym.reshape(net, shape=(-1, 4)), num_hidden=5, name="o")
    return sym.SoftmaxOutput(net, sym.reshape(var("label"), shape=(-1,)), name="softmax")


def attention():
    """A transformer's layer on (n, steps, 8), two heads."""
    x = var("data")

    def heads(name):
        y = sym.FullyConnected(x, num_hidden=8, flatten=False, name=name)
        y = sym.transpose(sym.reshape(y, shape=(0, 0, 2, 4)), axes=(0, 2, 1, 3))
        return sym.reshape(y, shape=(-3, 0, 0))

    weights = sym.softmax(sym.batch_dot(heads("q"), heads("k"), transpose_b=True) / 2)
    y = sym.reshape(sym.batch_dot(weights, heads("v")), shape=(-4, -1, 2, 0, 0))
    y = sym.reshape(sym.transpose(y, axes=(0, 2, 1, 3)), shape=(0, 0, -3))
    y = sym.LayerNorm(x + y, var("gamma"), var("beta"))
    z = sym.FullyConnected(y, num_hidden=16, flatten=False, name="w1")
    z = sym.FullyConnected(sym.LeakyReLU(z, act_type="gelu"), num_hidden=8, flatten=False, name="w2")
    return sym.LayerNorm(y + z, var("gamma2"), var("beta2"))


def penalised():
    """The mean loss of a regression with a penalty on the weights: sums over the batch and terms without it."""
    weight = var("w_weight")
    y = sym.FullyConnected(var("data"), weight=weight, num_hidden=3, no_bias=True, name="y")
    loss = sym.mean(sym.square(y - var("target")))
    return sym.make_loss(loss + 0.1 * sym.sum(weight * weight))


def constants():
    y = sym.FullyConnected(var("data"), num_hidden=6) + sym.zeros((N, 6))
    return sym.broadcast_sub(sym.broadcast_add(y, sym.ones((1, 6))), sym.BlockGrad(sym.ones((N, 1)) * 2))


X = {"data": (N, 6)}


def residual(n=4):
    """A residual unit with batch normalisation."""
    x = sym.Convolution(var("data"), kernel=(3, 3), pad=(1, 1), num_filter=n, name="c0")
    y = sym.Activation(sym.BatchNorm(x, fix_gamma=False, name="b0"), act_type="relu")
    y = sym.Convolution(y, kernel=(3, 3), pad=(1, 1), num_filter=n, no_bias=True, name="c1")
    y = sym.BatchNorm(y, momentum=0.8, eps=1e-4, name="b1") + x
    y = sym.Pooling(y, global_pool=True, kernel=(1, 1), pool_type="avg")
    return sym.SoftmaxOutput(sym.FullyConnected(y, num_hidden=5, name="f"), name="softmax")


IMAGES = {"data": (N, 3, 8, 8)}
STEPS = {"data_index": (3, N), "label": (3, N)}

CASES = {
    "mlp": (mlp(), X),
    "one example for each thread": (mlp(), {"data": (3, 6)}),
    "weights of the batch's size": (mlp(), {"data": (7, 6)}),
    "uneven batch": (mlp(), {"data": (127, 6)}),
    "batch of a thread with one row more": (lenet(), {"data": (17, 3, 8, 8)}),
    "mean gradient": (mlp(normalization="batch", grad_scale=3), X),
    "smooth, ignored": (mlp(use_ignore=True, ignore_label=2, smooth_alpha=0.1), X),
    "lenet": (lenet(), IMAGES),
    "dropout": (sym.Dropout(sym.FullyConnected(sym.Dropout(var("data"), p=0.3), num_hidden=9), p=0.5), X),
    "dropout of channels and of weights": (
        sym.Convolution(
            sym.Dropout(var("data"), p=0.4, axes=(0, 2, 3)), weight=sym.Dropout(var("c_weight")), kernel=(3, 3),
            num_filter=4, name="c",
        ), IMAGES
    ),
    "lstm": (language_model(), {**STEPS, "h": (2, N, 4), "c": (2, N, 4)}),
    "unrolled": (language_model(fused=False), STEPS),
    "attention": (attention(), {"data": (N, 4, 8)}),
    "rows are reshaped": (
        sym.LinearRegressionOutput(sym.reshape(var("data"), shape=(-1, 2)) * 2, var("target"), grad_scale=2), X
    ),
    "deconvolution": (sym.Deconvolution(var("data"), kernel=(2, 2), stride=(2, 2), num_filter=2, name="d"), IMAGES),
    "normalisations": (
        sym.InstanceNorm(sym.L2Normalization(sym.LRN(var("data"), nsize=3)), var("gamma"), var("beta")), IMAGES
    ),
    "prediction's batch norm": (
        sym.BatchNorm(sym.Convolution(var("data"), kernel=(3, 3), num_filter=2, name="c"), name="b"), IMAGES
    ),
    "sum that is an output": (sym.Group([sym.sum(var("data") * var("other")), sym.mean(var("data"), axis=0)]),
                              {**X, "other": (N, 6)}),
    "batch norm": (residual(), IMAGES),
    "batch norm of an uneven batch": (residual(19), {"data": (7, 3, 5, 3)}),
    "parts along the channels": (
        sym.concat(*[sym.tanh(x) for x in sym.SliceChannel(var("data"), num_outputs=3, axis=1)][::-1], dim=2), IMAGES
    ),
    "axes that move": (sym.slice_axis(sym.transpose(var("data"), axes=(1, 0, 3, 2)), axis=2, begin=1, end=5), IMAGES),
    "ranges": (sym.slice(var("data") * 2, begin=(None, 1, 2), end=(None, 3, 7)), IMAGES),
    "picked": (sym.pick(sym.log_softmax(var("data")), var("label")) * -1, {**X, "label": (N,)}),
    "one hot": (sym.one_hot(var("label"), depth=5) * var("data"), {"label": (N,), "data": (N, 5)}),
    "broadcast": (sym.broadcast_add(sym.broadcast_mul(var("data"), var("row")), var("column")),
                  {**X, "row": (1, 6), "column": (N, 1)}),
    "table of the batch's size": (var("data") * var("table"), {**X, "table": (N, 6)}),
    "constants": (constants(), X),
    "extremes": (sym.Group([sym.max(var("data"), axis=1), sym.argmax(var("data"), axis=1),
                            sym.topk(var("data"), axis=1, k=2), sym.norm(var("data"), axis=1)]), X),
    "regression": (sym.LogisticRegressionOutput(sym.FullyConnected(var("data"), num_hidden=1), var("target")),
                   {**X, "target": (N, 1)}),
    "classes of images": (sym.SoftmaxOutput(var("data"), var("label"), multi_output=True, normalization="batch"),
                          {"data": (N, 5, 2, 3), "label": (N, 6)}),
    "hinge": (sym.SVMOutput(sym.FullyConnected(var("data"), num_hidden=5), var("label")), {**X, "label": (N,)}),
    "cross entropy": (sym.softmax_cross_entropy(sym.FullyConnected(var("data"), num_hidden=5), var("label")),
                      {**X, "label": (N,)}),
    "penalty on weights": (penalised(), {**X, "target": (N, 3)}),
    "masked sequences": (
        sym.SequenceLast(sym.SequenceMask(var("data") * 2, var("length_index"), use_sequence_length=True)),
        {"data": (4, N, 3), "length_index": (N,)},
    ),
    "output that is an input": (sym.Group([var("data"), mlp()]), X),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_equal_to_one_thread(name):
    net, shapes = CASES[name]
    if name.startswith("batch norm") and not jit_enabled():
        pytest.skip("no generated code")
    if name == "prediction's batch norm":
        same(net, shapes, train=False)
    elif name == "masked sequences":
        with pytest.raises(AssertionError, match="not split"):  # the last step is taken by an operator without a rule
            same(net, shapes)
    else:
        same(net, shapes)


@pytest.mark.parametrize("kernels", ["ref", "onednn", "jit"])
def test_with_some_kernels_only(kernels, monkeypatch):
    """Without generated code the threads are Python's, and batch norm is not split."""
    monkeypatch.setenv("MXR_KERNELS", kernels)
    for name in ("lenet", "attention", "dropout"):
        same(*CASES[name])
    threads.set_num_threads(2)
    text = bind(*CASES["batch norm"]).explain()
    assert ("2 replicas" in text) == (kernels == "jit" and jit_enabled()), text
    assert ("there is no generated code" in text) == (kernels != "jit" or not jit_enabled())


@pytest.mark.parametrize("req", ["add", "null", {"a_weight": "add", "b_weight": "write", "data": "add"}])
def test_requests_for_gradients(req):
    same(mlp(), X, req=req)


def test_prediction():
    same(lenet(), IMAGES, train=False)


@pytest.mark.parametrize("net", [lenet, residual])
def test_backward_again_and_after_prediction(net):
    """Backward may run twice, and after forward(is_train=False)."""
    found = []
    for count in (1, 2):
        threads.set_num_threads(count)
        exe = bind(net(), IMAGES, req="add")
        exe.forward(is_train=True)
        exe.backward()
        exe.backward()
        exe.forward(is_train=False)
        exe.backward()
        found.append([g.asnumpy() for g in exe.grad_arrays])
    for a, b in zip(*found):
        np.testing.assert_allclose(b, a, rtol=1e-5, atol=1e-5 * (1 + np.abs(a).max()))


UNARY = ("tanh", "sigmoid", "relu", "exp", "square", "softsign")


@st.composite
def networks(draw):
    """A random network on (n, 4, 4): elementwise, products, reshapes, reductions, joined again."""
    n = draw(st.integers(3, 9))
    pool = [var("data"), sym.broadcast_mul(var("data"), var("bias_row"))]
    for i in range(draw(st.integers(1, 6))):
        x = pool[draw(st.integers(0, len(pool) - 1))]
        kind = draw(st.sampled_from(["unary", "dense", "add", "swap", "norm", "mix", "reshape", "attend"]))
        if kind == "unary":
            x = getattr(sym, draw(st.sampled_from(UNARY)))(x)
        elif kind == "dense":
            x = sym.FullyConnected(x, num_hidden=4, flatten=False, name=f"d{i}")
        elif kind == "add":
            y = pool[draw(st.integers(0, len(pool) - 1))]
            x = x + y if draw(st.booleans()) else x * y
        elif kind == "swap":
            x = sym.SwapAxis(x, dim1=1, dim2=2)
        elif kind == "norm":
            x = sym.softmax(x, axis=draw(st.sampled_from([1, 2]))) - sym.mean(x, axis=2, keepdims=True).broadcast_like(
                x
            )
        elif kind == "mix":
            x = sym.concat(sym.slice_axis(x, axis=1, begin=2, end=4), sym.slice_axis(x, axis=1, begin=0, end=2), dim=1)
        elif kind == "reshape":
            x = sym.reshape(sym.tanh(sym.reshape(x, shape=(-3, 0))), shape=(-4, -1, 4, 0))
        else:
            x = sym.tanh(sym.batch_dot(x, x, transpose_b=True))
        pool.append(x)
    head = draw(st.sampled_from(["plain", "sum", "both", "softmax"]))
    y = pool[-1]
    if head == "sum":
        y = sym.sum(y)
    elif head == "both":
        y = sym.Group([y, sym.sum(pool[-2], axis=1)])
    elif head == "softmax":
        y = sym.SoftmaxOutput(sym.Flatten(y), var("label"), name="s")
    return y, {"data": (n, 4, 4), "bias_row": (1, 4, 4)}


@settings(max_examples=25, deadline=None)
@given(networks())
def test_random_networks(case):
    net, shapes = case
    outs, grads, _, _ = results(net, shapes, 1)
    for count in (2, 3):
        got, got_grads, split, text = results(net, shapes, count)
        assert split, text
        for a, b in zip(outs, got):
            np.testing.assert_allclose(b, a, rtol=2e-5, atol=2e-6 * (1 + np.abs(a).max()))
        for name, a in grads.items():
            np.testing.assert_allclose(got_grads[name], a, rtol=1e-4, atol=1e-5 * (1 + np.abs(a).max()), err_msg=name)


REFUSED = {
    "mean and variance of the whole batch": sym.BatchNorm(var("vector_rows"), name="b"),
    "it draws random numbers": var("data") * sym.random.uniform(shape=(N, 6), name="b"),
    "softmax.*it goes along the batch": sym.softmax(var("vector"), axis=0, name="b"),
    "cuts or joins along the batch": sym.slice_axis(var("vector"), axis=0, begin=1, end=3, name="b"),
    "there is no rule for it": sym.SpatialTransformer(
        var("data"), var("loc"), target_shape=(4, 4), transform_type="affine", sampler_type="bilinear", name="b"
    ),
    "normalization='valid'": mlp(normalization="valid", use_ignore=True),
    "does not depend on the batch": sym.broadcast_add(sym.dot(var("row"), var("w_weight")), sym.sum(var("data"))),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_networks_that_cannot_be_split_say_why(reason):
    threads.set_num_threads(2)
    net = REFUSED[reason]
    images = any(name in net.tojson() for name in ("BatchNorm", "Spatial"))
    shapes = {
        "data": (N, 3, 8, 8) if images else (N, 6),
        "vector": (N,),
        "vector_rows": (N, 6),
        "w_weight": (64, 64),
        "row": (1, 64),
    }
    text = bind(net, {n: shapes[n] for n in net.list_arguments() if n in shapes}).explain()
    assert re.search(f"not split over 2 threads: .*{reason}", text), text


def test_threads_have_enough_to_do(monkeypatch):
    threads.set_num_threads(4)
    monkeypatch.setattr(replicas, "LEAST", 10**6)
    exe = bind(mlp(), X)
    assert "not split over 4 threads: it is too little work" in exe.explain()
    total = sum(map(replicas.work, exe._plan(True).graph.nodes))
    for parts, count in ((2.5, 2), (10, 4)):
        monkeypatch.setattr(replicas, "LEAST", total / parts)
        assert f"{count} replicas" in bind(mlp(), X).explain()


def test_gradients_do_not_fill_the_memory(monkeypatch):
    threads.set_num_threads(4)
    size = 4 * sum(g.size for n, g in bind(mlp(), X).grad_dict.items() if n[0] in "ab")
    for room, text in ((size - 1, "too much memory"), (size, "2 replicas"), (2 * size + 4, "3 replicas")):
        monkeypatch.setattr(replicas, "MEMORY", room)
        assert text in bind(mlp(), X).explain()


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
    net, shapes = CASES[net]
    exe = bind(net, shapes)
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
    wrong = []

    def work(exe, want):
        for _ in range(30):
            exe.forward(is_train=True)
            exe.backward()
            if not all(np.array_equal(g.asnumpy(), w) for g, w in zip(exe.grad_arrays, want)):
                wrong.append(exe)

    running = [threading.Thread(target=work, args=a) for a in zip(nets, want)]
    for t in running:
        t.start()
    for t in running:
        t.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_runs_plans_of_its_parent_and_new_ones():
    code = """
import os, sys
import numpy as np
sys.path.insert(0, os.getcwd())
from tests import test_replicas as t
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

    @pytest.mark.skipif(blas.blas_threads() == 0, reason="NumPy has another BLAS than OpenBLAS")
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
        before = []
        for _ in range(3):
            threads.run_together([lambda: None] * 3)
            before.append(threading.active_count())
        assert before[0] == before[-1]


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
