"""What transformers are made of, in plans: softmax and layer normalisation as loops, attention's products."""

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.kernels import jit_enabled

pytestmark = pytest.mark.skipif(not jit_enabled(), reason="needs generated kernels")

RNG = np.random.default_rng(2)


def _array(*shape):
    return nd.array(RNG.standard_normal(shape) * 2 + 0.5)


@pytest.mark.parametrize(
    ("shape", "axis"), [((8, 5, 33), -1), ((3, 5, 7), 1), ((4, 6), 0), ((1, 10), 1), ((2, 3, 4, 5), 2)]
)
def test_layer_norm_is_one_loop(shape, axis):
    arrays = [_array(*shape), _array(shape[axis]), _array(shape[axis])]
    names = [mx.sym.var(n) for n in "xgb"]
    exe = mx.sym.LayerNorm(*names, axis=axis, eps=1e-3, output_mean_var=True).bind(mx.cpu(), arrays)
    assert "jit LayerNorm" in exe.explain(False)
    for got, want in zip(exe.forward(), nd.LayerNorm(*arrays, axis=axis, eps=1e-3, output_mean_var=True)):
        np.testing.assert_allclose(got.asnumpy(), want.asnumpy(), rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize(("shape", "axis"), [((8, 5, 33), -1), ((3, 5, 7), 1), ((4, 6), 0), ((7,), 0)])
@pytest.mark.parametrize("temperature", [None, 0.5])
def test_softmax_is_one_loop(name, shape, axis, temperature):
    x = _array(*shape)
    exe = getattr(mx.sym, name)(mx.sym.var("x"), axis=axis, temperature=temperature).bind(mx.cpu(), [x])
    assert f"jit {name}" in exe.explain(False)
    want = getattr(nd, name)(x, axis=axis, temperature=temperature).asnumpy()
    np.testing.assert_allclose(exe.forward()[0].asnumpy(), want, rtol=2e-6, atol=1e-6)


def test_lengths_of_batches_share_code():
    from mxr.kernels.jit.engine import engine

    def ran(n):
        x = mx.sym.var("x")
        y = mx.sym.LayerNorm(mx.sym.softmax(x * 2 + 1), mx.sym.var("g"), mx.sym.var("b"))
        y.bind(mx.cpu(), [_array(n, 24), _array(24), _array(24)]).forward()
        return engine().modules

    first = ran(3)
    assert all(ran(n) == first for n in (1, 2, 5, 64))


def _self_attention(F, qkv, heads):
    attention = F.softmax(F.contrib.interleaved_matmul_selfatt_qk(qkv, heads=heads))
    return F.contrib.interleaved_matmul_selfatt_valatt(qkv, attention, heads=heads)


def _to_encoder(F, x, heads):
    queries, memory = F.slice_axis(x, axis=2, begin=0, end=8), F.slice_axis(x, axis=2, begin=8, end=24)
    attention = F.softmax(F.contrib.interleaved_matmul_encdec_qk(queries, memory, heads=heads))
    return F.contrib.interleaved_matmul_encdec_valatt(memory, attention, heads=heads)


@pytest.mark.parametrize("net", [_self_attention, _to_encoder])
@pytest.mark.parametrize("heads", [1, 4])
def test_interleaved_attention_is_products_of_views(net, heads):
    x = _array(5, 3, 24)
    x.attach_grad()
    with mx.autograd.record():
        y = net(nd, x, heads)
    head = _array(*y.shape)
    y.backward(head)
    grad = nd.zeros(x.shape)
    exe = net(mx.sym, mx.sym.var("x"), heads).bind(mx.cpu(), [x], [grad])
    np.testing.assert_allclose(exe.forward(is_train=True)[0].asnumpy(), y.asnumpy(), rtol=1e-5, atol=1e-6)
    exe.backward(head)
    np.testing.assert_allclose(grad.asnumpy(), x.grad.asnumpy(), rtol=1e-4, atol=1e-5)
    assert "interleaved_matmul" not in "".join(line[45:] for line in exe.explain().splitlines())
    assert "zeros_like" not in exe.explain()


@pytest.mark.parametrize(("shape", "axis"), [((9, 10), -1), ((4, 3, 5), 1), ((6, 4), 0), ((2, 100), 1), ((1, 1), 1)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_picked_classes(shape, axis, keepdims):
    x = _array(*shape)
    flat = shape[: axis % len(shape)] + shape[axis % len(shape) + 1 :]
    index = nd.array(RNG.integers(-2, shape[axis] + 2, flat) + RNG.choice([0, 0.4], flat))
    x.attach_grad()
    with mx.autograd.record():
        y = nd.pick(x, index, axis=axis, keepdims=keepdims)
    head = _array(*y.shape)
    y.backward(head)
    grad = nd.ones(shape)
    net = mx.sym.pick(mx.sym.var("x"), mx.sym.var("i"), axis=axis, keepdims=keepdims)
    exe = net.bind(mx.cpu(), [x, index], {"x": grad}, {"x": "write", "i": "null"})
    assert ("jit pick" in exe.explain()) == (shape[axis] <= 64) and "jit _put_along" in exe.explain()
    np.testing.assert_array_equal(exe.forward(is_train=True)[0].asnumpy(), y.asnumpy())
    exe.backward(head)
    np.testing.assert_array_equal(grad.asnumpy(), x.grad.asnumpy())
