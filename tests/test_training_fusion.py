"""Training with fused batch norm and relu, and with our kernels beside oneDNN's, is what the declarations say."""

from __future__ import annotations

import numpy as np
import pytest

import mxr as mx
from mxr.kernels import jit_enabled

from .fusion_support import fill

needs_kernels = pytest.mark.skipif(not jit_enabled(), reason="batch norm in blocks is generated code")


def _conv(x, n, k=3, name="c", **more):
    return mx.sym.Convolution(x, num_filter=n, kernel=(k, k), pad=(k // 2, k // 2), no_bias=True, name=name, **more)


def _norm(x, name, **more):
    return mx.sym.BatchNorm(x, name=name, eps=1e-3, momentum=0.7, **more)


def _relu(x):
    return mx.sym.Activation(x, act_type="relu")


def _chain(fix):
    x = _relu(_norm(_conv(mx.sym.var("data"), 32, name="c0"), "b0", fix_gamma=fix))
    return _relu(_norm(_conv(x, 48, name="c1"), "b1", fix_gamma=not fix))


def _two_branches():
    """The gradients of two users are added before the mask: backward keeps the mask, forward is fused."""
    x = _relu(_norm(_conv(mx.sym.var("data"), 32, name="c0"), "b0"))
    return _conv(x, 32, name="c1") + _conv(x, 32, 1, name="c2")


def _norm_used_twice():
    b = _norm(_conv(mx.sym.var("data"), 32, name="c0"), "b0")
    return mx.sym.Group([_relu(b), b * 2])


def _relu_is_a_result():
    x = _relu(_norm(_conv(mx.sym.var("data"), 32, name="c0"), "b0"))
    return mx.sym.Group([x, _conv(x, 16, name="c1")])


def _strided():
    x = _relu(_norm(_conv(mx.sym.var("data"), 32, name="c0"), "b0"))
    x = _relu(_norm(_conv(x, 64, name="c1", stride=(2, 2)), "b1"))
    return _conv(x, 64, 1, name="c2", stride=(2, 2)) + _conv(x, 64, name="c3", stride=(2, 2))


def _odd_channels():
    x = _relu(_norm(_conv(mx.sym.var("data"), 21, name="c0"), "b0", fix_gamma=False))
    return _relu(_norm(_conv(x, 10, name="c1"), "b1", fix_gamma=False))


def _statistics_wanted():
    b = mx.sym.BatchNorm(_conv(mx.sym.var("data"), 32, name="c0"), name="b0", eps=1e-3, output_mean_var=True)
    return mx.sym.Group([_relu(b[0]), b[1], b[2]])


NETS = {
    "chain": lambda: _chain(False), "fixed gamma": lambda: _chain(True), "two branches": _two_branches,
    "used twice": _norm_used_twice, "relu is a result": _relu_is_a_result, "strides": _strided,
    "odd channels": _odd_channels, "statistics": _statistics_wanted,
}  # fmt: skip


def _train(sym, steps=2):
    """Outputs, gradients and states after some steps with different data."""
    exe = sym.simple_bind(mx.cpu(), grad_req="write", data=(3, 16, 12, 11))
    rng = fill(exe)
    for _ in range(steps):
        exe.arg_dict["data"][:] = rng.randn(3, 16, 12, 11)
        exe.forward(is_train=True)
        exe.backward([mx.nd.array(rng.randn(*y.shape)) for y in exe.outputs])
    found = {f"output {i}": y.asnumpy() for i, y in enumerate(exe.outputs)}
    found |= {f"gradient of {n}": g.asnumpy() for n, g in exe.grad_dict.items()}
    found |= {n: x.asnumpy() for n, x in {**exe.aux_dict, **exe.arg_dict}.items()}  # a fixed gamma is left alone
    return found, exe


@needs_kernels
@pytest.mark.parametrize("kind", NETS)
@pytest.mark.parametrize("kernels", ["auto", "jit"])
def test_training_equals_the_declarations(kind, kernels, monkeypatch):
    """Within 2e-4 of the largest value: float32 sums in another order, a norm's gradient being a difference of them."""
    monkeypatch.setenv("MXR_KERNELS", "ref")
    want, _ = _train(NETS[kind]())
    monkeypatch.setenv("MXR_KERNELS", kernels)
    got, _ = _train(NETS[kind]())
    for n, x in want.items():
        assert np.abs(got[n] - x).max() <= 2e-4 * max(np.abs(x).max(), 1), n


@needs_kernels
def test_what_was_fused_is_told():
    text = _train(_chain(False))[1].explain()
    assert text.count("b0 + relu") == text.count("b1 + relu") == 1
    assert text.count("b0_backward + relu") == text.count("b1_backward + relu") == 1
    assert "moving averages" not in text and "Activation" not in text.replace("activation", "")
    text = _train(_two_branches())[1].explain()
    assert text.count("b0 + relu") == 1 and "b0_backward + relu" not in text
