"""simple_bind and a training loop by hand."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(5)
x = rng.randn(64, 6).astype("f")
w = rng.randn(6, 1).astype("f")
y = x.dot(w) + 0.7

data, target = mx.sym.var("data"), mx.sym.var("target")
hidden = mx.sym.tanh(mx.sym.FullyConnected(data, num_hidden=10, name="h"))
out = mx.sym.FullyConnected(hidden, num_hidden=1, name="o")
loss = mx.sym.LinearRegressionOutput(out, target, name="lro")
print(loss.tojson()[:60].replace("\n", " "))
exe = loss.simple_bind(
    ctx=mx.cpu(),
    data=(16, 6),
    target=(16, 1),
    grad_req={"h_weight": "write", "h_bias": "write", "o_weight": "add", "o_bias": "write"},
)
print(
    sorted(exe.grad_dict), [a.shape for a in exe.arg_arrays], [None if g is None else g.shape for g in exe.grad_arrays]
)
for name in ("h_weight", "o_weight"):
    exe.arg_dict[name][:] = rng.uniform(-0.5, 0.5, exe.arg_dict[name].shape)
exe.arg_dict["h_bias"][:] = 0
exe.arg_dict["o_bias"][:] = 0


def step(key, weight, grad, lr=0.2):
    weight[:] -= lr * grad / 16


for epoch in range(20):
    total = 0
    for k in range(4):
        exe.arg_dict["data"][:] = x[k * 16 : k * 16 + 16]
        exe.arg_dict["target"][:] = y[k * 16 : k * 16 + 16]
        exe.grad_dict["o_weight"][:] = 0
        prediction = exe.forward(is_train=True)[0]
        total += float(((prediction - exe.arg_dict["target"]) ** 2).sum().asscalar())
        exe.backward()
        for name, grad in exe.grad_dict.items():
            if grad is not None and name not in ("data", "target"):
                step(name, exe.arg_dict[name], grad)
    if epoch % 5 == 0:
        print(epoch, total / 64)
print(exe.outputs[0].asnumpy()[:3])
small = exe.reshape(data=(4, 6), target=(4, 1))
print(small.forward(is_train=False, data=mx.nd.array(x[:4]))[0])
exe.copy_params_from({"o_bias": mx.nd.array([1.5])}, allow_extra_params=True)
print(exe.arg_dict["o_bias"], exe.output_dict.keys())

a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
c = (a * b + 2 * a) / (b + 3)
arrays = {"a": mx.nd.array([[1, 2], [3, 4]]), "b": mx.nd.array([[5, 6], [7, 8]])}
grads = {k: mx.nd.zeros((2, 2)) for k in arrays}
ex = c.bind(mx.cpu(), args=arrays, args_grad=grads)
ex.forward(is_train=True)
ex.backward([mx.nd.ones((2, 2))])
print(ex.outputs, grads["a"], grads["b"])
print(c.eval(ctx=mx.cpu(), **arrays))
print(c.list_arguments(), c.name, c)
print(c.debug_str())
