"""Plans split over threads: the results are those of the plan that is not, whatever the network and the batch."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mxr import sym
from mxr.core import threads
from mxr.graph import replicas
from mxr.kernels import jit_enabled

from .replica_support import (  # noqa: F401
    IMAGES,
    STEPS,
    N,
    X,
    attention,
    bind,
    constants,
    language_model,
    lenet,
    mlp,
    penalised,
    residual,
    results,
    same,
    small_plans_split,
    var,
)

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
