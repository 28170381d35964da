"""Prediction in fused convolutions is what the operators one by one give, and explain() says what was fused."""

from __future__ import annotations

import numpy as np
import pytest

import mxr as mx
from mxr.graph.conv_chain import find_chains
from mxr.kernels import jit_enabled, onednn_enabled

from .fusion_support import fill

needs_onednn = pytest.mark.skipif(not onednn_enabled(), reason="chains are oneDNN's")
needs_winograd = pytest.mark.skipif(not (onednn_enabled() and jit_enabled()), reason="needs generated kernels")


def _filled(sym, seed=0, **shapes):
    """An executor for prediction with plausible parameters."""
    exe = sym.simple_bind(mx.cpu(), grad_req="null", **shapes)
    fill(exe, seed)
    return exe


def _reference(exe, monkeypatch):
    """The same by the declarations alone."""
    monkeypatch.setenv("MXR_KERNELS", "ref")
    other = exe._symbol.bind(mx.cpu(), exe.arg_dict, grad_req="null", aux_states=exe.aux_dict)
    found = [y.asnumpy() for y in other.forward(is_train=False)]
    monkeypatch.delenv("MXR_KERNELS")
    return found


def _same(exe, monkeypatch, tolerance=2e-5):
    for want in (_reference(exe, monkeypatch),):
        for _ in range(3):
            got = [y.asnumpy() for y in exe.forward(is_train=False)]
            for a, b in zip(got, want):
                assert np.abs(a - b).max() <= tolerance * max(np.abs(b).max(), 1), np.abs(a - b).max()


def _conv(x, n, k=1, name="c", **more):
    return mx.sym.Convolution(x, num_filter=n, kernel=(k, k), name=name, **more)


def _norm(x, name="b", **more):
    return mx.sym.BatchNorm(x, name=name, **more)


ACTIVATIONS = {
    "relu": lambda x: mx.sym.Activation(x, act_type="relu"),
    "sigmoid": lambda x: mx.sym.Activation(x, act_type="sigmoid"),
    "tanh": lambda x: mx.sym.Activation(x, act_type="tanh"),
    "softrelu": lambda x: mx.sym.Activation(x, act_type="softrelu"),
    "clip": lambda x: mx.sym.clip(x, 0, 6),
    "leaky": lambda x: mx.sym.LeakyReLU(x, slope=0.1),
    "elu": lambda x: mx.sym.LeakyReLU(x, act_type="elu", slope=0.7),
    "gelu": lambda x: mx.sym.LeakyReLU(x, act_type="gelu"),
}


@needs_onednn
@pytest.mark.parametrize("act", ACTIVATIONS)
@pytest.mark.parametrize("bias", [False, True])
def test_norm_and_activation(act, bias, monkeypatch):
    y = ACTIVATIONS[act](_norm(_conv(mx.sym.var("data"), 24, 3, pad=(1, 1), no_bias=not bias), fix_gamma=bias))
    exe = _filled(y, data=(2, 16, 9, 9))
    _same(exe, monkeypatch)
    assert "BatchNorm + " in exe.explain(is_train=False)


CONVOLUTIONS = {
    "3x3": {"num_filter": 32, "kernel": (3, 3), "pad": (1, 1)},
    "strided": {"num_filter": 32, "kernel": (3, 3), "stride": (2, 2), "pad": (1, 1)},
    "1x1 strided": {"num_filter": 48, "kernel": (1, 1), "stride": (2, 2)},
    "depthwise": {"num_filter": 32, "kernel": (3, 3), "pad": (1, 1), "num_group": 32},
    "groups": {"num_filter": 32, "kernel": (3, 3), "num_group": 2},
    "dilated": {"num_filter": 20, "kernel": (3, 3), "dilate": (2, 2)},
    "odd channels": {"num_filter": 21, "kernel": (5, 3)},
    "one axis": {"num_filter": 32, "kernel": (3,), "pad": (1,)},
    "three axes": {"num_filter": 16, "kernel": (2, 2, 2)},
}


@needs_onednn
@pytest.mark.parametrize("kind", CONVOLUTIONS)
@pytest.mark.parametrize("batch", [1, 3])
def test_geometries(kind, batch, monkeypatch):
    a = CONVOLUTIONS[kind]
    y = ACTIVATIONS["relu"](_norm(mx.sym.Convolution(mx.sym.var("data"), name="c", **a), fix_gamma=False))
    exe = _filled(y, data=(batch, 32, *(10, 9, 8)[: len(a["kernel"])]))
    _same(exe, monkeypatch)


@needs_onednn
@pytest.mark.parametrize("channels", [16, 20, 32])
def test_residuals(channels, monkeypatch):
    """The sum is in the convolution that comes later; a residual that is needed again is not written over."""
    data = mx.sym.var("data")
    x = ACTIVATIONS["relu"](_conv(data, channels, 1, "first"))
    y = _norm(_conv(x, channels, 3, "body", pad=(1, 1), no_bias=True), "body_b")
    z = ACTIVATIONS["relu"](y + x)
    w = _conv(z, channels, 1, "again") + z  # no activation after it
    side = _norm(_conv(w, channels, 1, "side"), "side_b") + _norm(_conv(w, channels, 1, "other"), "other_b")
    out = mx.sym.Group([mx.sym.mean(side + w), mx.sym.sum(z), side])
    exe = _filled(out, data=(2, 8, 6, 6))
    _same(exe, monkeypatch)
    text = exe.explain(is_train=False)
    assert text.count(" + add") == 2 and text.count("residual is needed later") == 1


@needs_onednn
def test_what_others_need_is_not_fused_away(monkeypatch):
    """Outputs of the convolution, of the norm and statistics that are results themselves."""
    data = mx.sym.var("data")
    c = _conv(data, 16, 3)
    b = _norm(c)
    y = ACTIVATIONS["relu"](b)
    for out in ([c, y], [b, y], [c, b, y], [y, mx.sym.sum(b)]):
        _same(_filled(mx.sym.Group(out), data=(2, 16, 7, 7)), monkeypatch)


@needs_onednn
def test_norm_along_another_axis_and_of_two_uses(monkeypatch):
    data = mx.sym.var("data")
    _same(_filled(_norm(_conv(data, 16, 3), axis=2), data=(2, 16, 7, 7)), monkeypatch)
    c = _conv(data, 16, 3)
    _same(_filled(_norm(c) * c, data=(2, 16, 7, 7)), monkeypatch)
    _same(_filled(c + c, data=(2, 16, 7, 7)), monkeypatch)


@needs_onednn
def test_parameters_that_are_computed_are_not_kept(monkeypatch):
    """Weights and statistics that are results of operators."""
    data, w = mx.sym.var("data"), mx.sym.var("w", shape=(16, 16, 3, 3))
    c = mx.sym.Convolution(data, weight=w * 2, num_filter=16, kernel=(3, 3), name="c")
    g = mx.sym.var("g", shape=(16,))
    y = mx.sym.BatchNorm(c, gamma=mx.sym.exp(g), fix_gamma=False, name="b")
    _same(_filled(ACTIVATIONS["relu"](y), data=(2, 16, 7, 7)), monkeypatch)


@needs_onednn
def test_one_weight_for_two_convolutions(monkeypatch):
    data, w = mx.sym.var("data"), mx.sym.var("w", shape=(16, 16, 3, 3))
    x = data
    for i in range(2):
        x = ACTIVATIONS["relu"](mx.sym.Convolution(x, weight=w, num_filter=16, kernel=(3, 3), pad=(1, 1), no_bias=True))
        x = _norm(x, f"b{i}")
    _same(_filled(x, data=(2, 16, 7, 7)), monkeypatch)


@needs_onednn
def test_statistics_are_read_in_every_run(monkeypatch):
    exe = _filled(_norm(_conv(mx.sym.var("data"), 16, 3), fix_gamma=False), data=(1, 16, 8, 8))
    for name in ("b_moving_mean", "b_moving_var", "b_gamma", "b_beta", "c_bias"):
        _same(exe, monkeypatch)
        before = exe.outputs[0].asnumpy()
        x = exe.aux_dict.get(name, exe.arg_dict.get(name))
        x[3:4] = x[3:4].asnumpy() * 2 + 0.5
        _same(exe, monkeypatch)
        assert not np.allclose(before[:, 3], exe.outputs[0].asnumpy()[:, 3])
        np.testing.assert_allclose(before[:, 4], exe.outputs[0].asnumpy()[:, 4], rtol=1e-6)


@needs_onednn
@pytest.mark.parametrize("kernels", ["onednn", "auto"])
def test_a_residual_of_one_channel_that_others_need(kernels, monkeypatch):
    """Its layout counts as opaque, the result's, which is as long, as plain."""
    x = mx.sym.var("data")
    y = _norm(_conv(ACTIVATIONS["sigmoid"](_conv(x, 16, 3, "a", pad=(1, 1))), 1, 3, "b", pad=(1, 1)), fix_gamma=False)
    y = y + x
    for out in (y * mx.sym.sigmoid(y), mx.sym.Group([y, x * 2])):
        exe = _filled(out, data=(24, 1, 16, 7))
        want = _reference(exe, monkeypatch)
        monkeypatch.setenv("MXR_KERNELS", kernels)
        other = exe._symbol.bind(mx.cpu(), exe.arg_dict, grad_req="null", aux_states=exe.aux_dict)
        for _ in range(2):
            for a, b in zip(other.forward(is_train=False), want):
                np.testing.assert_allclose(a.asnumpy(), b, rtol=1e-4, atol=1e-4)


@needs_onednn
def test_backward_after_prediction(monkeypatch):
    """backward() after forward(is_train=False): gradients of the network as it predicts."""
    y = ACTIVATIONS["relu"](_norm(_conv(mx.sym.var("data"), 16, 3), fix_gamma=False, use_global_stats=True))
    grads = {}
    for kernels in ("ref", "auto"):
        monkeypatch.setenv("MXR_KERNELS", kernels)
        exe = y.simple_bind(mx.cpu(), grad_req="write", data=(2, 16, 7, 7))
        rng = np.random.RandomState(0)
        for x in [*exe.arg_dict.values(), *exe.aux_dict.values()]:
            x[:] = rng.rand(*x.shape)
        exe.forward(is_train=False)
        exe.backward(mx.nd.ones(exe.outputs[0].shape))
        grads[kernels] = {n: g.asnumpy() for n, g in exe.grad_dict.items()}
    for n, g in grads["ref"].items():
        np.testing.assert_allclose(grads["auto"][n], g, rtol=2e-4, atol=2e-3, err_msg=n)


@needs_winograd
def test_winograd_in_prediction(monkeypatch):
    """Within 1e-5 of the largest value (see kernels.winograd.points); padding channels of the blocks stay zero."""
    data = mx.sym.var("data")
    x = ACTIVATIONS["relu"](_norm(_conv(data, 40, 3, "a", pad=(1, 1)), "ab", fix_gamma=False))
    y = _norm(_conv(x, 40, 3, "b", pad=(1, 1), no_bias=True), "bb")
    z = ACTIVATIONS["relu"](y + x)
    z = _conv(z, 40, 3, "c", pad=(1, 1))
    exe = _filled(z, data=(4, 40, 30, 30))
    _same(exe, monkeypatch, 5e-5)
    assert exe.explain(is_train=False).count("winograd") == 3
    monkeypatch.setenv("MXR_WINOGRAD", "0")
    other = exe._symbol.bind(mx.cpu(), exe.arg_dict, grad_req="null", aux_states=exe.aux_dict)
    assert "winograd" not in other.explain(is_train=False)


NETS = [
    ("resnet18_v1", 32), ("resnet18_v2", 32), ("resnet50_v1", 32), ("resnet50_v2", 32), ("mobilenet0_25", 64),
    ("mobilenet_v2_0_25", 64), ("squeezenet1_0", 224), ("vgg11_bn", 32), ("alexnet", 64), ("densenet121", 224),
    ("inception_v3", 299),
]  # fmt: skip


@needs_onednn
@pytest.mark.parametrize("name,side", NETS)
def test_networks_of_the_zoo(name, side):
    """Hybridized prediction within 2e-5 (of the largest output) of the operators called one by one."""
    mx.random.seed(5)
    net = getattr(mx.gluon.model_zoo.vision, name)(classes=10)
    net.initialize(mx.init.Xavier())
    rng = np.random.RandomState(1)
    x = mx.nd.array(rng.rand(1, 3, side, side))
    net(x)
    for p in net.collect_params().values():
        if p.name.endswith(("running_var", "gamma")):
            p.set_data(mx.nd.array(rng.rand(*p.shape) + 0.5))
        elif p.name.endswith(("running_mean", "beta", "bias")):
            p.set_data(mx.nd.array(rng.randn(*p.shape) * 0.1))
    want = net(x).asnumpy()
    net.hybridize()
    for _ in range(2):
        got = net(x).asnumpy()
        assert np.abs(got - want).max() <= 2e-5 * np.abs(want).max()


def test_chains_on_steps():
    """Two branches into one sum: the later convolution takes it; a chain holds its steps once."""
    from mxr.context import cpu
    from mxr.graph.fuse import fuse
    from mxr.graph.lower import lower

    data = mx.sym.var("data")
    a, b = _conv(data, 8, 1, "a"), _conv(data, 8, 1, "b")
    sym = ACTIVATIONS["relu"](_norm(a, "an") + _norm(b, "bn"))
    names = sym.list_inputs()
    shapes, _, aux = sym.infer_shape(data=(1, 4, 5, 5))
    known = dict(zip(sym.list_arguments(), shapes)) | dict(zip(sym.list_auxiliary_states(), aux))
    g = lower(sym, known, dict.fromkeys(names, np.dtype("float32")), False)
    wanted = {v.id for v in g.outputs}
    steps = fuse(g, wanted, {id(n) for n in g.nodes}, cpu())
    users = {}
    for s in steps:
        for v in s.ins:
            users[v.id] = users.get(v.id, 0) + 1
    chains = find_chains(steps, wanted, users)
    by_name = {c.conv.name: c for c in chains.values()}
    assert by_name["a"].residual is None and by_name["a"].norm is not None and by_name["a"].activation is None
    assert by_name["b"].residual is by_name["a"].out and by_name["b"].spent
    assert len({id(s) for c in set(chains.values()) for s in c.steps}) == len(chains) == len(steps)


def test_dropout_is_nothing_in_prediction(monkeypatch):
    """No row of the plan; backward() after prediction, which needs its mask, lets all gradients through."""
    y = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, no_bias=True, name="f")
    y = mx.sym.FullyConnected(mx.sym.Dropout(y, p=0.5), num_hidden=3, no_bias=True, name="g")
    exe = y.simple_bind(mx.cpu(), data=(2, 5))
    rng = np.random.RandomState(0)
    for x in exe.arg_dict.values():
        x[:] = rng.randn(*x.shape)
    assert "Dropout" not in exe.explain(is_train=False)
    exe.forward(is_train=False)
    exe.backward(mx.nd.ones((2, 3)))
    f, g, data = (exe.arg_dict[n].asnumpy() for n in ("f_weight", "g_weight", "data"))
    np.testing.assert_allclose(exe.outputs[0].asnumpy(), data @ f.T @ g.T, rtol=1e-5)
    want = (np.ones((2, 3), np.float32) @ g).T @ data
    np.testing.assert_allclose(exe.grad_dict["f_weight"].asnumpy(), want, rtol=1e-5, atol=1e-5)
    always = mx.sym.Dropout(mx.sym.var("data"), p=0.5, mode="always").bind(mx.cpu(), {"data": mx.nd.ones((100,))})
    assert 10 < (always.forward(is_train=False)[0].asnumpy() == 0).sum() < 90


@needs_onednn
@pytest.mark.parametrize("channels", [16, 32, 24])
def test_channels_joined_in_blocks(channels, monkeypatch):
    """Concat of arrays that lie in blocks, norm and relu of the result with given statistics."""
    data = mx.sym.var("data")
    a = _conv(data, channels, 3, "a", pad=(1, 1))
    b = _conv(data, 48, 3, "b", pad=(1, 1))
    x = ACTIVATIONS["relu"](_norm(mx.sym.Concat(a, b, a), "n", fix_gamma=False))
    y = mx.sym.Concat(_conv(x, 16, 1, "c"), x, dim=1)
    exe = _filled(mx.sym.Group([y, mx.sym.Concat(a, b, dim=1), mx.sym.Concat(a, a, dim=2)]), data=(2, 16, 30, 30))
    _same(exe, monkeypatch)
