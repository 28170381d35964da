"""Symbols and executors: placement node by node, shared arrays."""

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.base import MXNetError
from mxr.graph.placement import PlacedExecutor, places

S = mx.sym


def test_node_by_node_over_devices():
    """What a graph over a CPU and a GPU goes through, on two CPU devices."""
    with mx.AttrScope(ctx_group="dev1"):
        net = S.FullyConnected(S.Variable("a"), num_hidden=3, name="fc")
    with mx.AttrScope(ctx_group="dev2"):
        net = S.tanh(net * S.Variable("c"))
    groups = {"dev1": mx.cpu(1), "dev2": mx.cpu(2)}
    whole = net.simple_bind(mx.cpu(), a=(2, 4), c=(2, 3), group2ctx=groups)
    assert [str(x.context) for x in whole.arg_arrays] == ["cpu(1)"] * 3 + ["cpu(2)"]
    rng = np.random.RandomState(0)
    for x in whole.arg_arrays:
        x[:] = rng.normal(size=x.shape)
    args = dict(whole.arg_dict)
    grads = {n: nd.zeros(x.shape, ctx=x.context) for n, x in args.items()}
    exe = PlacedExecutor(net, mx.cpu(), args, grads, dict.fromkeys(args, "write"), {})
    exe.place = places(net, mx.cpu(), groups)
    want, y = whole.forward(is_train=True)[0], exe.forward(is_train=True)[0]
    assert y.context == want.context == mx.cpu(2)
    np.testing.assert_allclose(y.asnumpy(), want.asnumpy(), rtol=1e-6)
    for e in (whole, exe):
        e.backward(nd.ones((2, 3), ctx=mx.cpu(2)))
    for n, g in grads.items():
        np.testing.assert_allclose(g.asnumpy(), whole.grad_dict[n].asnumpy(), rtol=1e-4, atol=1e-6)


def test_array_on_the_wrong_device():
    with mx.AttrScope(ctx_group="dev1"):
        net = S.Variable("a") * 2
    with pytest.raises(MXNetError, match=r"a is on cpu\(0\), the executor on cpu\(1\)"):
        net.bind(mx.cpu(), {"a": nd.ones(2)}, group2ctx={"dev1": mx.cpu(1)})
    with pytest.raises(MXNetError, match="must be a Context"):
        net.simple_bind(mx.cpu(), a=(2,), group2ctx={"dev1": "cpu"})


def test_shared_buffer_serves_smaller_shapes():
    pool = {}
    net = S.FullyConnected(S.Variable("x"), num_hidden=3, name="fc")
    large = net.simple_bind(mx.cpu(), x=(8, 4), shared_buffer=pool)
    small = net.simple_bind(mx.cpu(), x=(2, 4), shared_buffer=pool)
    assert small.arg_dict["fc_weight"] is large.arg_dict["fc_weight"]
    small.arg_dict["x"][:] = 7
    assert (large.arg_dict["x"].asnumpy()[:2] == 7).all()
    assert (large.arg_dict["x"].asnumpy()[2:] == 0).all()


def test_optimize_for_gives_the_same_graph():
    net = S.tanh(S.Variable("x"))
    assert net.optimize_for("MKLDNN").tojson() == net.get_backend_symbol("MKLDNN").tojson() == net.tojson()
    assert net.simple_bind(mx.cpu(), x=(2,)).get_optimized_symbol().tojson() == net.tojson()


def test_monitor_sees_what_the_plan_drew():
    net = S.Dropout(S.FullyConnected(S.Variable("x"), num_hidden=30, name="f"), p=0.5, name="d") * 2
    exe = net.simple_bind(mx.cpu(), x=(4, 5))
    for n, v in exe.arg_dict.items():
        v[:] = 1 if n != "f_bias" else 0.5
    seen = {}
    exe.set_monitor_callback(lambda name, x: seen.__setitem__(name, x.asnumpy()), monitor_all=True)
    y = exe.forward(is_train=True)[0].asnumpy()
    np.testing.assert_array_equal(seen["d_output"] * 2, y)
    assert (y == 0).any()
    assert list(seen)[:5] == ["x", "f_data", "f_weight", "f_bias", "f_output"]


def test_head_gradients_by_name():
    x = S.Variable("a")
    exe = S.Group([x * 2, x * 3]).simple_bind(mx.cpu(), a=(2,))
    names = exe._symbol.list_outputs()
    exe.forward(is_train=True)
    exe.backward({names[1]: nd.array([1, 2]), names[0]: nd.array([10, 20])})
    assert exe.grad_dict["a"].asnumpy().tolist() == [23, 46]
    with pytest.raises(MXNetError, match="there is no output 'nope'"):
        exe.backward({"nope": nd.ones(2)})
