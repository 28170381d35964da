"""A generator and a discriminator trained in turn by two Modules."""

import mxnet as mx
import numpy as np

np.random.seed(15)
mx.random.seed(15)
BATCH, Z = 16, 4


def generator():
    rand = mx.sym.Variable("rand")
    g = mx.sym.Deconvolution(rand, name="g1", kernel=(4, 4), num_filter=8, no_bias=True)
    g = mx.sym.BatchNorm(g, name="gbn1", fix_gamma=True, eps=1e-5 + 1e-12)
    g = mx.sym.Activation(g, name="gact1", act_type="relu")
    g = mx.sym.Deconvolution(g, name="g2", kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=1, no_bias=True)
    return mx.sym.Activation(g, name="gact2", act_type="tanh")


def discriminator():
    data, label = mx.sym.Variable("data"), mx.sym.Variable("label")
    d = mx.sym.Convolution(data, name="d1", kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=8, no_bias=True)
    d = mx.sym.LeakyReLU(d, name="dact1", act_type="leaky", slope=0.2)
    d = mx.sym.Convolution(d, name="d2", kernel=(4, 4), num_filter=1, no_bias=True)
    return mx.sym.LogisticRegressionOutput(data=mx.sym.Flatten(d), label=label, name="dloss")


class RandIter(mx.io.DataIter):
    def __init__(self):
        self.batch_size = BATCH
        self.provide_data = [("rand", (BATCH, Z, 1, 1))]
        self.provide_label = []

    def iter_next(self):
        return True

    def getdata(self):
        return [mx.random.normal(0, 1.0, shape=(BATCH, Z, 1, 1))]

    def getlabel(self):
        return []

    def getpad(self):
        return 0

    def getindex(self):
        return None


noise = RandIter()
modG = mx.mod.Module(symbol=generator(), data_names=("rand",), label_names=None, context=mx.cpu())
modG.bind(data_shapes=noise.provide_data)
modG.init_params(initializer=mx.init.Normal(0.02))
modG.init_optimizer(optimizer="adam", optimizer_params={"learning_rate": 0.002, "wd": 0.0, "beta1": 0.5})
modD = mx.mod.Module(symbol=discriminator(), data_names=("data",), label_names=("label",), context=mx.cpu())
modD.bind(data_shapes=[("data", (BATCH, 1, 8, 8))], label_shapes=[("label", (BATCH, 1))], inputs_need_grad=True)
modD.init_params(initializer=mx.init.Normal(0.02))
modD.init_optimizer(optimizer="adam", optimizer_params={"learning_rate": 0.002, "wd": 0.0, "beta1": 0.5})
acc = mx.metric.CustomMetric(lambda label, pred: ((pred > 0.5) == label).mean(), name="facc")
label = mx.nd.zeros((BATCH, 1))
for t in range(12):
    real = np.tile(np.linspace(-1, 1, 8), (BATCH, 1, 8, 1)) + np.random.randn(BATCH, 1, 8, 8) * 0.05
    modG.forward(noise.next(), is_train=True)
    fake = modG.get_outputs()
    label[:] = 0
    modD.forward(mx.io.DataBatch(fake, [label]), is_train=True)
    modD.backward()
    gradD = [[grad.copyto(grad.context) for grad in grads] for grads in modD._exec_group.grad_arrays]
    modD.update_metric(acc, [label])
    label[:] = 1
    modD.forward(mx.io.DataBatch([mx.nd.array(real)], [label]), is_train=True)
    modD.backward()
    for gradsr, gradsf in zip(modD._exec_group.grad_arrays, gradD):
        for gr, gf in zip(gradsr, gradsf):
            gr += gf
    modD.update()
    modD.update_metric(acc, [label])
    modD.forward(mx.io.DataBatch(fake, [label]), is_train=True)
    modD.backward()
    diff = modD.get_input_grads()
    modG.backward(diff)
    modG.update()
    if t % 4 == 3:
        print(t, acc.get(), float(modD.get_outputs()[0].mean().asscalar()), float(diff[0].norm().asscalar()))
print(fake[0].shape, fake[0][0, 0, 0])
print({k: float(v.asnumpy().std()) for k, v in sorted(modG.get_params()[0].items())})
