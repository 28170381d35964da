"""Workloads in MXNet's API, written once and run by mxr and by the original: `build(mx, name)` gives a step function.

A step is one training step (forward, backward, plain SGD on all weights) on fixed data, or one call of an operator.
"""

from __future__ import annotations

import numpy as np
from gluon_workloads import GLUON, gluon_step


def mlp(mx, hidden):
    net = mx.sym.Variable("data")
    for i, n in enumerate(hidden):
        net = mx.sym.FullyConnected(net, num_hidden=n, name=f"fc{i}")
        net = mx.sym.Activation(net, act_type="tanh")
    net = mx.sym.FullyConnected(net, num_hidden=10, name="out")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def lenet(mx):
    net = mx.sym.Variable("data")
    for i, (k, c) in enumerate(((5, 6), (3, 16))):
        net = mx.sym.Convolution(net, kernel=(k, k), num_filter=c, name=f"conv{i}")
        net = mx.sym.Activation(net, act_type="relu")
        net = mx.sym.Pooling(net, pool_type="max", kernel=(2, 2), stride=(2, 2))
    net = mx.sym.Flatten(net)
    for i, n in enumerate((120, 84)):
        net = mx.sym.FullyConnected(net, num_hidden=n, name=f"fc{i}")
        net = mx.sym.Activation(net, act_type="relu")
    net = mx.sym.FullyConnected(net, num_hidden=10, name="out")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def resnet18(mx, classes=10, small=True):
    def unit(x, n, stride, dim_match, name):
        y = mx.sym.BatchNorm(x, fix_gamma=False, eps=2e-5, momentum=0.9, name=name + "_bn1")
        act = mx.sym.Activation(y, act_type="relu")
        y = mx.sym.Convolution(
            act, num_filter=n, kernel=(3, 3), stride=stride, pad=(1, 1), no_bias=True, name=name + "_conv1"
        )
        y = mx.sym.BatchNorm(y, fix_gamma=False, eps=2e-5, momentum=0.9, name=name + "_bn2")
        y = mx.sym.Activation(y, act_type="relu")
        y = mx.sym.Convolution(
            y, num_filter=n, kernel=(3, 3), stride=(1, 1), pad=(1, 1), no_bias=True, name=name + "_conv2"
        )
        cut = (
            x if dim_match
            else mx.sym.Convolution(act, num_filter=n, kernel=(1, 1), stride=stride, no_bias=True, name=name + "_sc")
        )  # fmt: skip
        return y + cut

    x = mx.sym.Variable("data")
    x = mx.sym.BatchNorm(x, fix_gamma=True, eps=2e-5, momentum=0.9, name="bn_data")
    if small:
        x = mx.sym.Convolution(x, num_filter=64, kernel=(3, 3), pad=(1, 1), no_bias=True, name="conv0")
    else:
        x = mx.sym.Convolution(x, num_filter=64, kernel=(7, 7), stride=(2, 2), pad=(3, 3), no_bias=True, name="conv0")
        x = mx.sym.BatchNorm(x, fix_gamma=False, eps=2e-5, momentum=0.9, name="bn0")
        x = mx.sym.Activation(x, act_type="relu", name="relu0")
        x = mx.sym.Pooling(x, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="max")
    for i, n in enumerate((64, 128, 256, 512)):
        stride = (1, 1) if i == 0 else (2, 2)
        x = unit(x, n, stride, i == 0, f"stage{i + 1}_unit1")
        x = unit(x, n, (1, 1), True, f"stage{i + 1}_unit2")
    x = mx.sym.BatchNorm(x, fix_gamma=False, eps=2e-5, momentum=0.9, name="bn1")
    x = mx.sym.Activation(x, act_type="relu")
    x = mx.sym.Pooling(x, global_pool=True, kernel=(7, 7), pool_type="avg")
    x = mx.sym.FullyConnected(mx.sym.Flatten(x), num_hidden=classes, name="fc1")
    return mx.sym.SoftmaxOutput(x, name="softmax")


SYMBOLIC = {
    "mlp": (lambda mx: mlp(mx, (256,)), (128, 784)),
    "mlp3": (lambda mx: mlp(mx, (256, 100, 50)), (128, 784)),
    "lenet": (lenet, (128, 1, 28, 28)),
    "resnet18-32": (resnet18, (32, 3, 32, 32)),
    "resnet18-224": (lambda mx: resnet18(mx, 1000, False), (8, 3, 224, 224)),
}


def symbolic_step(mx, name):
    make, shape = SYMBOLIC[name]
    net = make(mx)
    exe = net.simple_bind(mx.cpu(), data=shape, grad_req={
        n: "null" if n in ("data", "softmax_label") else "write" for n in net.list_arguments()
    })  # fmt: skip
    rng = np.random.RandomState(0)
    for n, x in exe.arg_dict.items():
        if n not in ("data", "softmax_label"):
            x[:] = mx.nd.array(rng.uniform(-0.05, 0.05, x.shape) + n.endswith("gamma"))
    for n, x in exe.aux_dict.items():
        x[:] = float(n.endswith("var"))
    exe.arg_dict["data"][:] = mx.nd.array(rng.rand(*shape))
    exe.arg_dict["softmax_label"][:] = mx.nd.array(rng.randint(0, 10, shape[0]))
    weights = [(exe.arg_dict[n], g) for n, g in exe.grad_dict.items() if g is not None]
    flat = getattr(exe, "flat_params", None)
    if flat is not None:
        weights = [flat[1:]]

    def step():
        exe.forward(is_train=True)
        exe.backward()
        for w, g in weights:
            mx.nd.sgd_update(w, g, out=w, lr=0.01, rescale_grad=1.0 / shape[0])
        exe.outputs[0].wait_to_read()
        mx.nd.waitall()

    return step, shape[0]


def operator_step(mx, name):
    nd = mx.nd
    a, b = nd.ones((2, 3)), nd.ones((2, 3))
    big = nd.ones((1000, 1000))
    steps = {
        "add-2x3": lambda: a + b,
        "exp-2x3": lambda: nd.exp(a),
        "sum-2x3": lambda: a.sum(),
        "mean-2x3": lambda: a.mean(axis=1),
        "view-2x3": lambda: a[0:1],
        "slice-2x3": lambda: nd.slice(a, begin=(0, 1), end=(2, 3)),
        "reshape-2x3": lambda: a.reshape((3, 2)),
        "transpose-2x3": lambda: a.T,
        "exp-1e6": lambda: nd.exp(big).wait_to_read(),
        "uniform-1e6": lambda: nd.random.uniform(shape=(1000, 1000)).wait_to_read(),
        "normal-1e6": lambda: nd.random.normal(shape=(1000, 1000)).wait_to_read(),
    }
    return steps[name], 1


SMALL = (
    "add-2x3", "exp-2x3", "sum-2x3", "mean-2x3", "view-2x3", "slice-2x3", "reshape-2x3", "transpose-2x3",
)  # fmt: skip
OPERATORS = (*SMALL, "exp-1e6", "uniform-1e6", "normal-1e6")


RECURRENT = ("lstm-forward", "lstm", "gru-forward", "gru")


def recurrent_step(mx, name):
    """The fused operator, 2 layers of 256, 35 steps, batch 32: forward, or forward and backward."""
    nd, (mode, *only) = mx.nd, name.split("-")
    steps, batch, hidden, gates = 35, 32, 256, {"lstm": 4, "gru": 3}[mode]
    rng = np.random.RandomState(0)
    shapes = [(steps, batch, hidden), (2 * gates * hidden * (2 * hidden + 2),)]
    shapes += [(2, batch, hidden)] * (2 if mode == "lstm" else 1)
    arrays = [nd.array(rng.uniform(-0.06, 0.06, s)) for s in shapes]

    def forward():
        return nd.RNN(*arrays, state_size=hidden, num_layers=2, mode=mode)

    def train():
        with mx.autograd.record():
            y = forward()
        y.backward()
        nd.waitall()

    if only:
        return lambda: forward().wait_to_read(), batch
    for x in arrays:
        x.attach_grad()
    return train, batch


def build(mx, name):
    if name in RECURRENT:
        return recurrent_step(mx, name)
    if name in GLUON:
        return gluon_step(mx, name)
    return symbolic_step(mx, name) if name in SYMBOLIC else operator_step(mx, name)
