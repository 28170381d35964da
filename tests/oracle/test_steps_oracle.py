"""The slides' models step by step beside MXNet: equal seeds, equal weights, the first 200 batches."""

import numpy as np
import pytest

import mxr.datasets

NETS = """
def mlp(hidden):
    net = mx.sym.Variable("data")
    for n in hidden:
        net = mx.sym.Activation(mx.sym.FullyConnected(net, num_hidden=n), act_type="tanh")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(net, num_hidden=10), name="softmax")

def lenet():
    net = mx.sym.Variable("data")
    for k, c in ((5, 6), (3, 16)):
        net = mx.sym.Activation(mx.sym.Convolution(net, kernel=(k, k), num_filter=c), act_type="relu")
        net = mx.sym.Pooling(net, pool_type="max", kernel=(2, 2), stride=(2, 2))
    net = mx.sym.Flatten(net)
    for n in (120, 84):
        net = mx.sym.Activation(mx.sym.FullyConnected(net, num_hidden=n), act_type="relu")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(net, num_hidden=10), name="softmax")

net = {"mlp": lambda: mlp([256]), "mlp3": lambda: mlp([256, 100, 50]), "lenet": lenet}[model]()
init = mx.init.Xavier() if model == "lenet" else mx.init.Uniform(0.01)
exe = net.simple_bind(mx.cpu(), data=(128, *x.shape[1:]), grad_req={
    n: "null" if n in ("data", "softmax_label") else "write" for n in net.list_arguments()})
names = sorted(n for n, g in exe.grad_dict.items() if g is not None)
for n in names:
    init(mx.init.InitDesc(n), exe.arg_dict[n])
start = {n: exe.arg_dict[n].asnumpy() for n in names}
opt = mx.optimizer.create("sgd", learning_rate=rate, rescale_grad=1 / 128)
update = mx.optimizer.get_updater(opt)
losses = []
for step in range(steps):
    i = 128 * step % (len(x) - 127)
    y = labels[i:i + 128]
    exe.forward(is_train=True, data=mx.nd.array(x[i:i + 128]), softmax_label=mx.nd.array(y))
    exe.backward()
    p = exe.outputs[0].asnumpy()
    losses.append(-np.log(np.maximum(p[np.arange(128), y.astype(int)], 1e-30)).mean())
    for k, n in enumerate(names):
        update(k, exe.grad_dict[n], exe.arg_dict[n])
result = {"start": start, "losses": np.array(losses), "end": {n: exe.arg_dict[n].asnumpy() for n in names}}
"""


# At these rates rounding grows from step to step: two roundings of the same network differ visibly after some tens of
# batches (so do mxr's own kernels and its NumPy reference). `alike` is how many steps must agree to rounding.
@pytest.mark.parametrize("data", ["mnist", "fashion_mnist"])
@pytest.mark.parametrize(("model", "rate", "alike"), [("mlp", 0.01, 6), ("lenet", 0.1, 25), ("mlp3", 0.1, 25)])
def test_first_200_batches(oracle, data, model, rate, alike):
    import mxr as mx

    sets = getattr(mxr.datasets, data)(as_uint8=True)
    x = sets["train_data"][: 128 * 78].astype(np.float32)
    x = x.reshape(len(x), 1, 28, 28) / 255 if model == "lenet" else x.reshape(len(x), -1)
    labels = sets["train_label"][: len(x)].astype(np.float32)
    arrays = {"x": x, "labels": labels, "model": model, "rate": rate, "steps": 200}
    theirs = oracle.run("mx.random.seed(7)\n" + NETS, result="result", timeout=300, **arrays)["result"]
    scope = {"mx": mx, "np": np, **arrays}
    mx.random.seed(7)
    with mx.name.NameManager():
        exec(compile(NETS, "<steps>", "exec"), scope)
    ours = scope["result"]
    for n in theirs["start"]:
        assert np.array_equal(ours["start"][n], theirs["start"][n]), f"initial {n}"
    apart = np.abs(ours["losses"] - theirs["losses"])
    assert apart[:alike].max() < 3e-4, apart[:alike]
    assert abs(ours["losses"][100:].mean() - theirs["losses"][100:].mean()) < 0.05
