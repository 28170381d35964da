"""The compiled path: every kernel set gives what the declarations give, forward and backward."""

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, nd
from mxr.base import MXNetError


def mlp():
    x = mx.sym.Variable("data")
    x = mx.sym.Activation(mx.sym.FullyConnected(x, num_hidden=7, name="fc1"), act_type="tanh")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(x, num_hidden=4, name="fc2"), name="softmax"), (6, 5)


def lenet(kernel=(3, 3), pad=(0, 0), channels=(6, 16), group=1, pool="max", convention="valid", act="relu"):
    x = mx.sym.Variable("data")
    for i, c in enumerate(channels):
        x = mx.sym.Convolution(
            x, kernel=kernel, pad=pad, num_filter=c, num_group=group if i else 1, name=f"conv{i}", no_bias=bool(i)
        )
        x = mx.sym.Activation(x, act_type=act)
        x = mx.sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type=pool, pooling_convention=convention)
    x = mx.sym.FullyConnected(mx.sym.Flatten(x), num_hidden=5, name="fc")
    return mx.sym.SoftmaxOutput(x, name="softmax"), (4, 3, 17, 17)


def residual():
    x = mx.sym.Variable("data")
    x = mx.sym.Convolution(x, kernel=(3, 3), pad=(1, 1), num_filter=16, no_bias=True, name="conv0")
    for i in range(2):
        y = mx.sym.BatchNorm(x, fix_gamma=False, name=f"bn{i}")
        y = mx.sym.Activation(y, act_type="relu")
        y = mx.sym.Convolution(y, kernel=(3, 3), pad=(1, 1), num_filter=16, no_bias=True, name=f"conv{i + 1}")
        x = x + y
    x = mx.sym.Pooling(mx.sym.BatchNorm(x, name="bn"), global_pool=True, kernel=(7, 7), pool_type="avg")
    x = mx.sym.FullyConnected(mx.sym.Flatten(x), num_hidden=4, name="fc")
    return mx.sym.SoftmaxOutput(x, name="softmax"), (3, 3, 9, 9)


NETS = {
    "mlp": mlp,
    "lenet": lenet,
    "lenet-pad": lambda: lenet((5, 5), (2, 2)),
    "lenet-grouped": lambda: lenet(group=2),
    "lenet-avg-full": lambda: lenet(pool="avg", convention="full"),
    "lenet-sigmoid": lambda: lenet(act="sigmoid"),
    "lenet-narrow": lambda: lenet(channels=(3, 5)),
    "residual": residual,
}


def run(net, shape, steps=2):
    exe = net.simple_bind(mx.cpu(), data=shape)
    rng = np.random.RandomState(1)
    for n, x in exe.arg_dict.items():
        x[:] = rng.randint(0, 4, x.shape) if n.endswith("label") else rng.uniform(-0.5, 0.5, x.shape)
    for n, x in exe.aux_dict.items():
        x[:] = float(n.endswith("var"))
    out = []
    for _ in range(steps):
        exe.forward(is_train=True)
        exe.backward()
        out.append([y.asnumpy() for y in (*exe.outputs, *exe.grad_arrays, *exe.aux_arrays) if y is not None])
        for w, g in zip(exe.arg_arrays, exe.grad_arrays):
            if g is not None:
                w[:] = w - 0.1 * g
    exe.forward(is_train=False)
    out.append([y.asnumpy() for y in exe.outputs])
    return out


@pytest.mark.parametrize("kernels", ["auto", "jit", "onednn"])
@pytest.mark.parametrize("name", list(NETS))
def test_kernels_equal_the_declarations(name, kernels, monkeypatch):
    net, shape = NETS[name]()
    monkeypatch.setenv("MXR_KERNELS", "ref")
    expected = run(net, shape)
    monkeypatch.setenv("MXR_KERNELS", kernels)
    for step, other in zip(run(net, shape), expected):
        for x, y in zip(step, other):
            np.testing.assert_allclose(x, y, rtol=2e-4, atol=2e-5)


def test_unknown_kernel_choice(monkeypatch):
    net, shape = mlp()
    monkeypatch.setenv("MXR_KERNELS", "fastest")
    with pytest.raises(MXNetError, match="MXR_KERNELS='fastest'"):
        net.simple_bind(mx.cpu(), data=shape).forward()


def test_executor_equals_the_tape():
    net, shape = lenet()
    exe = net.simple_bind(mx.cpu(), data=shape)
    rng = np.random.RandomState(0)
    arrays = {}
    for n, x in exe.arg_dict.items():
        x[:] = rng.randint(0, 4, x.shape) if n.endswith("label") else rng.uniform(-0.5, 0.5, x.shape)
        arrays[n] = x.copy()
        arrays[n].attach_grad()
    exe.forward(is_train=True)
    exe.backward()
    with autograd.record():
        x = arrays["data"]
        for i, c in enumerate((6, 16)):
            bias = [] if i else [arrays["conv0_bias"]]
            x = nd.Convolution(x, arrays[f"conv{i}_weight"], *bias, kernel=(3, 3), num_filter=c, no_bias=bool(i))
            x = nd.Pooling(nd.relu(x), kernel=(2, 2), stride=(2, 2), pool_type="max")
        x = nd.FullyConnected(x, arrays["fc_weight"], arrays["fc_bias"], num_hidden=5)
        y = nd.SoftmaxOutput(x, arrays["softmax_label"])
    y.backward()
    np.testing.assert_allclose(exe.outputs[0].asnumpy(), y.asnumpy(), rtol=1e-4, atol=1e-6)
    for n, g in exe.grad_dict.items():
        np.testing.assert_allclose(g.asnumpy(), arrays[n].grad.asnumpy(), rtol=1e-3, atol=1e-5, err_msg=n)


def test_grad_req_add_null_and_dict():
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    exe = (x * w).simple_bind(mx.cpu(), grad_req={"x": "add", "w": "write"}, x=(3,), w=(3,))
    exe.arg_dict["x"][:] = nd.array([1, 2, 3])
    exe.arg_dict["w"][:] = 2
    for _ in range(3):
        exe.forward(is_train=True)
        exe.backward(nd.ones(3))
    assert exe.grad_dict["x"].asnumpy().tolist() == [6, 6, 6]
    assert exe.grad_dict["w"].asnumpy().tolist() == [1, 2, 3]
    exe = (x * w).simple_bind(mx.cpu(), grad_req="null", x=(3,), w=(3,))
    assert exe.grad_arrays == [None, None]


def test_bind_by_list_and_dict_and_missing():
    x, w = mx.sym.Variable("x"), mx.sym.Variable("w")
    y = x * 2 + w
    a, b, g = nd.array([1, 2]), nd.array([5, 5]), nd.zeros(2)
    exe = y.bind(mx.cpu(), [a, b], args_grad={"x": g})
    assert exe.forward(is_train=True)[0].asnumpy().tolist() == [7, 9]
    exe.backward(nd.array([1, 10]))
    assert g.asnumpy().tolist() == [2, 20]
    a[:] = 0
    assert exe.forward()[0].asnumpy().tolist() == [5, 5]
    with pytest.raises(ValueError, match="`w` is missing in `args`"):
        y.bind(mx.cpu(), {"x": a})
    with pytest.raises(MXNetError, match="head gradient must be given"):
        exe.forward(is_train=True)
        exe.backward()


def test_outputs_that_are_inputs_or_shared():
    x = mx.sym.Variable("x")
    y = x * 2
    exe = mx.sym.Group([x, y, y, mx.sym.BlockGrad(x)]).bind(mx.cpu(), {"x": nd.array([3, 4])})
    assert [o.asnumpy().tolist() for o in exe.forward()] == [[3, 4], [6, 8], [6, 8], [3, 4]]


def test_forward_checks_its_arguments():
    net, shape = mlp()
    exe = net.simple_bind(mx.cpu(), data=shape)
    with pytest.raises(ValueError, match=r"Shape not match! Argument data, need: \(6, 5\), received: \(2, 2\)"):
        exe.forward(data=nd.ones((2, 2)))
    with pytest.raises(TypeError, match="Unknown argument dta.*'data'"):
        exe.forward(dta=nd.ones((2, 2)))
    with pytest.raises(MXNetError, match="cannot be decided"):
        net.simple_bind(mx.cpu())


def test_reshape_shares_parameters():
    net, _ = mlp()
    exe = net.simple_bind(mx.cpu(), data=(6, 5))
    exe.arg_dict["fc1_weight"][:] = 0.5
    small = exe.reshape(data=(2, 5), softmax_label=(2,))
    assert small.forward()[0].shape == (2, 4)
    small.arg_dict["fc1_weight"][:] = 0.25
    assert exe.arg_dict["fc1_weight"].asnumpy().max() == 0.25


def test_monitor_sees_every_output():
    net, shape = mlp()
    exe = net.simple_bind(mx.cpu(), data=shape)
    seen = []
    exe.set_monitor_callback(lambda name, array: seen.append((name, array.shape)))
    exe.forward()
    assert ("fc1_output", (6, 7)) in seen and ("softmax_output", (6, 4)) in seen


def test_explain_names_kernels_and_arena():
    net, shape = mlp()
    text = net.simple_bind(mx.cpu(), data=shape).explain()
    assert "-- backward" in text and "arena:" in text and "fc1" in text


def test_arena_is_smaller_than_the_sum_of_its_parts():
    x = mx.sym.Variable("x")
    y = x
    for i in range(20):
        y = mx.sym.FullyConnected(y, num_hidden=64, no_bias=True, name=f"fc{i}")
    exe = y.simple_bind(mx.cpu(), grad_req="null", x=(32, 64))
    exe.forward()
    assert exe._plan(False).arena_bytes <= 5 * 32 * 64 * 4  # two at a time, and what the products need


def test_groups_on_one_device_only():
    with mx.AttrScope(ctx_group="dev1"):
        x = mx.sym.Variable("x") * 2
    exe = x.simple_bind(mx.cpu(), group2ctx={"dev1": mx.cpu(1)}, x=(2,))
    assert exe.forward(x=nd.ones(2))[0].asnumpy().tolist() == [2, 2]
    with pytest.raises(MXNetError, match=r"group2ctx: group 'dev1'.*gpu\(0\)|gpu"):
        x.simple_bind(mx.cpu(), group2ctx={"dev1": mx.gpu(0)}, x=(2,))


def test_backward_after_predict_uses_the_numbers_that_forward_drew():
    x = mx.sym.Variable("x")
    net = x * mx.sym.random.uniform(shape=(1000,))
    exe = net.simple_bind(mx.cpu(), x=(1000,))
    exe.arg_dict["x"][:] = 1
    drawn = exe.forward(is_train=False)[0].asnumpy()
    before = mx.nd.random.uniform(shape=(3,)).asnumpy()
    exe.backward(mx.nd.ones(1000))
    np.testing.assert_array_equal(exe.grad_dict["x"].asnumpy(), drawn)
    np.testing.assert_array_equal(exe.outputs[0].asnumpy(), drawn)
    assert not (mx.nd.random.uniform(shape=(3,)).asnumpy() == before).all()


def test_no_gradient_through_an_operator_without_one():
    """The executor says so; BlockGrad cuts the path."""
    x = mx.sym.Variable("x")
    odd = mx.sym.sum(mx.sym.khatri_rao(x, x, name="kr"))
    with pytest.raises(MXNetError, match=r"kr.*khatri_rao is non-differentiable"):
        mx.sym.broadcast_mul(x, odd).simple_bind(mx.cpu(), x=(2, 3)).forward(is_train=True)
    mx.sym.broadcast_mul(x, odd).simple_bind(mx.cpu(), grad_req="null", x=(2, 3)).forward(is_train=True)
    e = mx.sym.broadcast_mul(x, mx.sym.BlockGrad(odd)).simple_bind(mx.cpu(), x=(2, 3))
    e.forward(is_train=True)
    e.backward(nd.ones((2, 3)))
