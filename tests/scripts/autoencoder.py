"""A stacked autoencoder trained layer by layer with executors, an Updater and its states saved."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(16)
mx.random.seed(16)
basis = rng.randn(3, 12)
x = np.tanh(rng.randn(60, 3).dot(basis)).astype("f")
sizes = [12, 8, 3]


def coder(sizes, noise=None):
    data = mx.sym.Variable("data")
    h = data
    for i, n in enumerate(sizes[1:]):
        h = mx.sym.FullyConnected(h, name="enc%d" % i, num_hidden=n)
        if i < len(sizes) - 2:
            h = mx.sym.Activation(h, act_type="sigmoid", name="sig%d" % i)
    code = h
    for i, n in reversed(list(enumerate(sizes[:-1]))):
        h = mx.sym.FullyConnected(h, name="dec%d" % i, num_hidden=n)
        if i:
            h = mx.sym.Activation(h, act_type="sigmoid", name="dsig%d" % i)
    return mx.sym.LinearRegressionOutput(h, data, name="rec"), code


net, code = coder(sizes)
print(net.list_arguments(), code.name)
exe = net.simple_bind(mx.cpu(), data=(20, 12))
init = mx.init.Mixed([".*bias", ".*"], [mx.init.Zero(), mx.init.Uniform(0.5)])
params = {k: v for k, v in exe.arg_dict.items() if k != "data"}
np.random.seed(16)
for k, v in params.items():
    init(k, v)
opt = mx.optimizer.Adam(
    learning_rate=0.02, lr_scheduler=mx.lr_scheduler.MultiFactorScheduler([40, 80], 0.5, base_lr=0.02)
)
opt.idx2name = dict(enumerate(params))
opt.set_lr_mult({"enc0_bias": 2.0})
updater = mx.optimizer.get_updater(opt)
for epoch in range(40):
    error = 0
    for k in range(0, 60, 20):
        exe.arg_dict["data"][:] = x[k : k + 20]
        out = exe.forward(is_train=True)[0]
        exe.backward()
        error += float(mx.nd.square(out - exe.arg_dict["data"]).mean().asscalar())
        for i, name in enumerate(params):
            updater(i, exe.grad_dict[name] / 20, params[name])
    if epoch % 10 == 9:
        print(epoch, error / 3, opt._get_lr(0), opt._get_lr(1), opt.num_update)
with open("states", "wb") as f:
    f.write(updater.get_states())
other = mx.optimizer.get_updater(mx.optimizer.Adam(learning_rate=0.02))
other.set_states(open("states", "rb").read())
print(sorted(other.states), other.states[0][0].shape)
mx.nd.save("ae.params", params)
loaded = mx.nd.load("ae.params")
e = code.simple_bind(mx.cpu(), grad_req="null", data=(4, 12))
e.copy_params_from(loaded, allow_extra_params=True)
print(e.forward(data=mx.nd.array(x[:4]))[0])
mse = mx.metric.MSE()
mse.update([mx.nd.array(x[40:])], [out])
print(mse.get(), mx.metric.MAE(), opt.__class__.__name__)
