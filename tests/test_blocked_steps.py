"""Networks on the kernels with channels in the vector against the reference kernels, training and inference."""

from __future__ import annotations

import numpy as np
import pytest

import mxr as mx
from mxr.kernels import jit

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))


def conv(x, filters, kernel, stride, name, **kw):
    pad = tuple(k // 2 for k in kernel)
    return mx.sym.Convolution(x, num_filter=filters, kernel=kernel, stride=stride, pad=pad, name=name, **kw)


def norm(x, name):
    return mx.sym.BatchNorm(x, fix_gamma=False, eps=2e-5, momentum=0.9, name=name)


def small_resnet():
    """Two units of a ResNet with the activation first, 17 and 24 channels."""
    x = conv(mx.sym.Variable("data"), 17, (3, 3), (1, 1), "first", no_bias=True)
    for i, (filters, stride) in enumerate(((17, (1, 1)), (24, (2, 2)))):
        a = mx.sym.Activation(norm(x, f"n{i}"), act_type="relu")
        y = conv(a, filters, (3, 3), stride, f"c{i}", no_bias=True)
        y = conv(mx.sym.Activation(norm(y, f"m{i}"), act_type="relu"), filters, (3, 3), (1, 1), f"d{i}")
        x = y + (x if stride == (1, 1) else conv(a, filters, (1, 1), stride, f"short{i}", no_bias=True))
    x = mx.sym.Pooling(
        mx.sym.Activation(norm(x, "last"), act_type="relu"), global_pool=True, kernel=(1, 1), pool_type="avg"
    )
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Flatten(x), num_hidden=5, name="out"), name="softmax")


def with_pooling():
    """Convolutions with biases, strides, dilation and groups between poolings of all kinds."""
    x = mx.sym.Pooling(
        conv(mx.sym.Variable("data"), 32, (5, 5), (1, 1), "a"),
        kernel=(3, 3),
        stride=(2, 2),
        pad=(1, 1),
        pool_type="max",
    )
    x = mx.sym.Activation(conv(x, 32, (3, 3), (1, 1), "b", dilate=(2, 2)), act_type="tanh")
    x = mx.sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="avg")
    x = conv(x, 64, (3, 3), (1, 1), "c", num_group=2)
    x = mx.sym.Pooling(x, kernel=(2, 2), stride=(1, 1), pool_type="max")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=5, name="out"), name="softmax")


def mobile():
    """Depthwise and pointwise convolutions with norms, relu and relu6, a residual; in prediction all in one each."""
    x = mx.sym.Variable("data")
    for i, (filters, stride) in enumerate(((19, (1, 1)), (32, (2, 2)), (32, (1, 1)))):
        channels = 10 if i == 0 else (19, 32)[i - 1]
        y = conv(x, channels, (3, 3), stride, f"d{i}", no_bias=True, num_group=channels)
        y = (
            mx.sym.clip(norm(y, f"n{i}"), a_min=0, a_max=6)
            if i % 2
            else mx.sym.Activation(norm(y, f"n{i}"), act_type="relu")
        )
        y = norm(conv(y, filters, (1, 1), (1, 1), f"p{i}"), f"m{i}")
        x = mx.sym.Activation(y + x if i == 2 else y, act_type="relu")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=5, name="out"), name="softmax")


def products():
    """Dense layers and products of matrices, one and many."""
    x = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=40, name="a")
    y = mx.sym.dot(x, mx.sym.Variable("b"), transpose_a=True)
    cube = mx.sym.Reshape(y, shape=(4, 10, -1))
    cube = mx.sym.batch_dot(cube, cube, transpose_b=True)
    x = mx.sym.dot(mx.sym.dot(x, mx.sym.Reshape(cube, shape=(40, 10))), mx.sym.Variable("c"), transpose_b=True)
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=5, no_bias=True, name="out"), name="softmax")


def results(net, shape, kernels, monkeypatch, given=None):
    """Outputs, gradients and states after two steps, and the output of inference."""
    monkeypatch.setenv("MXR_KERNELS", kernels)
    exe = net.simple_bind(mx.cpu(), data=shape, grad_req="write", **(given or {}))
    rng = np.random.default_rng(1)
    for name, array in sorted({**exe.arg_dict, **exe.aux_dict}.items()):
        values = rng.uniform(-1, 1, array.shape) / max(1.0, np.sqrt(np.prod(array.shape[1:])))
        if name.endswith(("gamma", "var")):
            values = 1 + 0.1 * values
        array[:] = rng.integers(0, 5, array.shape) if name == "softmax_label" else values
    for _ in range(2):
        exe.forward(is_train=True)
        exe.backward()
    found = {f"grad {k}": v.asnumpy() for k, v in exe.grad_dict.items() if k != "softmax_label"}
    found |= {f"state {k}": v.asnumpy() for k, v in exe.aux_dict.items()}
    found["out"] = exe.outputs[0].asnumpy()
    exe.forward(is_train=False)
    found["inference"] = exe.outputs[0].asnumpy()
    return found, exe.explain()


@pytest.mark.parametrize(
    ("net", "shape"), [(small_resnet, (5, 3, 12, 12)), (with_pooling, (3, 20, 17, 13)), (mobile, (3, 10, 9, 14))]
)
def test_networks_agree_with_the_reference(net, shape, monkeypatch):
    """Within 2e-5 of the largest number of each array (of 0.05 at least: gradients that are zero but for rounding)."""
    monkeypatch.setenv("MXR_WINOGRAD", "0")
    want, _ = results(net(), shape, "ref", monkeypatch)
    got, text = results(net(), shape, "jit", monkeypatch)
    assert "blocked" in text
    assert got.keys() == want.keys()
    compare(got, want)


def test_products_agree_with_the_reference(monkeypatch):
    given = {"b": (24, 30), "c": (20, 10)}
    want, _ = results(products(), (24, 6, 7), "ref", monkeypatch, given)
    got, text = results(products(), (24, 6, 7), "jit", monkeypatch, given)
    assert text.count("jit product") >= 8
    compare(got, want)


def compare(got, want):
    for name, value in want.items():
        scale = max(0.05, float(np.abs(value).max()))
        np.testing.assert_allclose(got[name], value, rtol=0, atol=2e-5 * scale, err_msg=name)
