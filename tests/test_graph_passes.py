"""Passes of the compiler: constants, groups that end in a reduction, the plan of memory, the verifier."""

from __future__ import annotations

import gc
import random

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError
from mxr.core.op import get_op
from mxr.graph import passes
from mxr.graph.ir import Graph, IrNode
from mxr.graph.memory import ALIGN, Block, place
from mxr.kernels import jit_enabled

needs_jit = pytest.mark.skipif(not jit_enabled(), reason="no generated kernels here")


def bound(symbol, **arrays):
    exe = symbol.simple_bind(mx.cpu(), **{n: x.shape for n, x in arrays.items()})
    for n, x in arrays.items():
        exe.arg_dict[n][:] = mx.nd.array(x)
    return exe


# ---- constants
def test_what_depends_on_no_input_is_computed_once():
    x = mx.sym.Variable("x")
    table = mx.sym.exp(mx.sym.arange(0, 6) / 3)
    exe = bound(mx.sym.broadcast_mul(x, table.reshape((1, 6))), x=np.ones((4, 6), np.float32))
    np.testing.assert_allclose(exe.forward()[0].asnumpy(), np.exp(np.tile(np.arange(6) / 3, (4, 1))), rtol=1e-6)
    text = exe.explain(is_train=False)
    assert "exp" not in text and "arange" not in text


def test_a_constant_that_is_an_output_is_there():
    x = mx.sym.Variable("x")
    exe = bound(mx.sym.Group([mx.sym.ones_like(x) * 3, x * mx.sym.zeros((2, 3))]), x=np.full((2, 3), 5, np.float32))
    for _ in range(2):
        a, b = exe.forward()
        assert (a.asnumpy() == 3).all() and (b.asnumpy() == 0).all()
        a[:] = 7  # the caller may write into it


def test_random_numbers_are_no_constants():
    x = mx.sym.Variable("x")
    exe = bound(x + mx.sym.random.uniform(shape=(50,)), x=np.zeros(50, np.float32))
    first = exe.forward()[0].asnumpy()
    assert not np.array_equal(first, exe.forward()[0].asnumpy())


def test_large_constants_stay_in_the_arena():
    g = Graph()
    big = g.add(get_op("_zeros"), get_op("_zeros").parse({"shape": (1 << 16,)}), []).outs[0]
    small = g.add(get_op("_zeros"), get_op("_zeros").parse({"shape": (10,)}), []).outs[0]
    for v in (big, small):
        g.add(get_op("exp"), get_op("exp").parse({}), [v])
    found = passes.fold(g)
    assert big.id not in found and len(g.nodes) == 2


# ---- reductions
SHAPES = [((4, 5, 6), (0,)), ((4, 5, 6), (1,)), ((4, 5, 6), (2,)), ((4, 5, 6), (0, 2)), ((4, 5, 6), None),
          ((37,), (0,)), ((3, 1, 50), (1,)), ((64, 33), (0,)), ((2, 3, 4, 5), (0, 2, 3)), ((1, 7), (0,))]  # fmt: skip


@needs_jit
@pytest.mark.parametrize("op", ["sum", "mean", "max", "min"])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("shape, axis", SHAPES)
def test_a_reduction_ends_a_group(op, keepdims, shape, axis):
    rng = np.random.RandomState(0)
    x, y = rng.randn(*shape).astype("f"), rng.rand(*shape[-1:]).astype("f")
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    value = mx.sym.tanh(mx.sym.broadcast_mul(a, b.reshape((1,) * (len(shape) - 1) + (-1,))))
    net = getattr(mx.sym, op)(value, axis=axis, keepdims=keepdims)
    exe = bound(mx.sym.Group([net, value * 2]), a=x, b=y)
    got, whole = exe.forward()
    v = np.tanh(x * y)
    expected = getattr(v.astype("d"), op)(axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(got.asnumpy(), expected.reshape(got.shape), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(whole.asnumpy(), v * 2, rtol=1e-5, atol=1e-6)
    assert "numpy" not in exe.explain(is_train=False)


@needs_jit
def test_what_is_summed_need_not_exist():
    a = mx.sym.Variable("a")
    exe = bound(mx.sym.sum(mx.sym.square(a - 1), axis=1), a=np.ones((30, 40), np.float32))
    exe.forward()
    plan = exe._plan(False)
    assert len(plan.rows) == 1 and plan.arena_bytes == 0


@needs_jit
def test_nan_wins_and_empty_is_left_to_numpy():
    a = mx.sym.Variable("a")
    x = np.ones((3, 20), np.float32)
    x[1, 7] = np.nan
    out = bound(mx.sym.max(a * 2, axis=1), a=x).forward()[0].asnumpy()
    assert np.isnan(out[1]) and (out[[0, 2]] == 2).all()


# ---- memory
@pytest.mark.parametrize("n", [1, 10, 300, 2000])
def test_blocks_that_live_together_lie_apart(n):
    draw = random.Random(n)
    blocks = []
    for i in range(n):
        first = draw.randrange(n)
        last = first + draw.choice([0, 1, 2, 5, n]) if draw.random() < 0.5 else max(first, 2 * n - first)
        blocks.append(Block(i, draw.choice([0, 1, 64, 100, 4096, 77777]), first, last))
    offsets, total = place(blocks)
    assert all(o % ALIGN == 0 for o in offsets.values())
    live: list[Block] = []
    for b in sorted(blocks, key=lambda b: b.first):
        live = [o for o in live if o.last >= b.first]
        for o in live:
            x, y = offsets[b.key], offsets[o.key]
            assert x + max(b.nbytes, 1) <= y or y + max(o.nbytes, 1) <= x
        live.append(b)
        assert offsets[b.key] + b.nbytes <= total


def test_the_arena_is_hardly_larger_than_what_lives_at_once():
    draw = random.Random(1)
    n = 3000
    blocks = [Block(i, draw.choice([64, 4096, 1 << 20]), i, 2 * n - i) for i in range(n)]
    assert place(blocks)[1] <= 1.05 * sum(b.nbytes for b in blocks)


# ---- the verifier
def chain():
    g = Graph()
    v = g.input("x", (2, 3), np.float32)
    for name in ("exp", "tanh"):
        v = g.add(get_op(name), get_op(name).parse({}), [v]).outs[0]
    g.outputs = [v]
    return g


def test_the_verifier_finds_what_is_wrong():
    passes.verify(chain())
    g = chain()
    g.nodes.reverse()
    with pytest.raises(MXNetError, match=r"tanh\(%2\) before it is defined"):
        passes.verify(g)
    g = chain()
    g.nodes[0].outs[0].shape = (3, 2)
    with pytest.raises(MXNetError, match="differs from what its operator says"):
        passes.verify(g)
    g = chain()
    g.nodes.append(g.nodes[0])
    with pytest.raises(MXNetError, match="defined twice"):
        passes.verify(g)
    g = chain()
    g.nodes.pop()
    with pytest.raises(MXNetError, match="output .* is not defined"):
        passes.verify(g)


def test_constants_meet_operators_with_layouts():
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    y = mx.sym.FullyConnected(mx.sym.broadcast_add(x, mx.sym.ones((1, 5))), weight=w, no_bias=True, num_hidden=3)
    y = y + mx.sym.dot(mx.sym.ones((4, 6)), mx.sym.ones((6, 3)))
    exe = bound(y, x=np.zeros((4, 5), np.float32), w=np.ones((3, 5), np.float32))
    assert (exe.forward()[0].asnumpy() == 11).all()


# ---- recomputation
@needs_jit
def test_cheap_results_are_computed_again():
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    shifted = a - b
    exe = bound(mx.sym.square(shifted * 3 + 1), a=np.ones((50, 40), np.float32), b=np.full((50, 40), 2, np.float32))
    out = exe.forward(is_train=True)[0].asnumpy()
    exe.backward(mx.nd.ones((50, 40)))
    assert (
        (out == 4).all() and (exe.grad_dict["a"].asnumpy() == -12).all() and (exe.grad_dict["b"].asnumpy() == 12).all()
    )
    assert exe._plan(True).arena_bytes == 0  # nothing is kept from forward to backward


@needs_jit
def test_costly_and_distant_results_are_kept():
    a = mx.sym.Variable("a")
    exe = bound(mx.sym.square(mx.sym.exp(a)), a=np.ones((50, 40), np.float32))
    exe.forward(is_train=True)
    assert exe._plan(True).arena_bytes >= 50 * 40 * 4


@needs_jit
def test_what_is_computed_again_reads_no_state_that_forward_changes():
    x, mean = mx.sym.Variable("x"), mx.sym.Variable("bn_moving_mean")
    y = mx.sym.BatchNorm(x, name="bn", momentum=0.5, moving_mean=mean)
    net = mx.sym.square(mx.sym.broadcast_add(y, mx.sym.reshape(mean * 2, (1, 3))))
    exe = net.simple_bind(mx.cpu(), x=(4, 3), grad_req={"x": "write", "bn_gamma": "null", "bn_beta": "write"})
    exe.arg_dict["x"][:] = mx.nd.array(np.arange(12).reshape(4, 3))
    before = exe.aux_dict["bn_moving_mean"].asnumpy()
    out = exe.forward(is_train=True)[0].asnumpy()
    exe.backward(mx.nd.ones(out.shape))
    assert not np.array_equal(before, exe.aux_dict["bn_moving_mean"].asnumpy())
    signed = np.sign(np.arange(4) - 1.5)[:, None] * np.sqrt(out)
    np.testing.assert_allclose(exe.grad_dict["bn_beta"].asnumpy(), (2 * signed).sum(0), atol=1e-4)


@pytest.mark.parametrize("shape", [(0,), (0, 5, 3), (4, 0), (4, 0, 1)])
def test_arrays_without_elements(shape):
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    with mx.util.np_shape(True):
        y = mx.sym.broadcast_add(mx.sym.tanh(a) * 2, b)
        exe = y.simple_bind(mx.cpu(), a=shape, b=(1,) * len(shape))
        for _ in range(3):
            assert exe.forward(is_train=True)[0].shape == shape
            exe.backward(mx.nd.zeros(shape))
        assert float(exe.grad_dict["b"].asnumpy().sum()) == 0


def test_what_compiling_took_is_given_back():
    """No cache holds on to the graph of an executor that is gone: gradients come by rules and by expressions."""

    def compiled():
        x = mx.sym.Variable("x")
        y = mx.sym.tanh(mx.sym.dot(x * 2, mx.sym.Variable("w"))) ** 2
        mx.sym.broadcast_add(y, mx.sym.Variable("b")).simple_bind(mx.cpu(), x=(2, 3), w=(3, 4), b=(1, 4)).explain()

    def nodes():
        gc.collect()
        return sum(isinstance(x, IrNode) for x in gc.get_objects())

    compiled()
    before = nodes()
    compiled()
    assert nodes() == before
