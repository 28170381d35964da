"""Two devices: Module over a list of contexts with a kvstore, group2ctx, and split_and_load in gluon."""

import logging
import sys

import mxnet as mx
import numpy as np
from mxnet import autograd, gluon

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
np.random.seed(19)
mx.random.seed(19)
devices = [mx.cpu(0), mx.cpu(1)]
x = np.random.randn(80, 5).astype("f")
y = (x.sum(1) > 0).astype("f")
net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=8, name="fc1")
net = mx.sym.BatchNorm(net, name="bn")
net = mx.sym.FullyConnected(mx.sym.Activation(net, act_type="tanh"), num_hidden=2, name="fc2")
net = mx.sym.SoftmaxOutput(net, name="softmax")
for kv in ("local", "device"):
    mx.random.seed(1)
    it = mx.io.NDArrayIter(x, y, 20)
    mod = mx.mod.Module(net, context=devices, work_load_list=[1, 1])
    mod.fit(
        it,
        num_epoch=2,
        kvstore=kv,
        optimizer_params={"learning_rate": 0.2, "momentum": 0.5},
        initializer=mx.init.Xavier(),
    )
    arg, aux = mod.get_params()
    print(kv, arg["fc2_bias"], aux["bn_moving_mean"])
    print(mod.get_outputs()[0].shape, [o.context for o in mod.get_outputs(merge_multi_context=False)[0]])
    print(mod.score(it, "acc"))

kv = mx.kv.create("local")
shape = (2, 3)
kv.init(3, mx.nd.ones(shape))
out = mx.nd.zeros(shape)
kv.push(3, [mx.nd.ones(shape, ctx) * (i + 1) for i, ctx in enumerate(devices)])
kv.pull(3, out=out)
print(out, kv.type, kv.rank, kv.num_workers)
kv = mx.kv.create("local")
kv.init(3, mx.nd.ones(shape))
kv._set_updater(lambda key, recv, stored: stored.__iadd__(recv * 2))
kv.push(3, [mx.nd.ones(shape, ctx) for ctx in devices])
outs = [mx.nd.zeros(shape, ctx) for ctx in devices]
kv.pull(3, out=outs)
print(outs)
try:
    kv.init(["a", "b"], [mx.nd.zeros(2)] * 2)
except mx.MXNetError as err:
    print("Mixed key types" in str(err))
named = mx.kv.create("device")
named.init(["a", "b"], [mx.nd.zeros(2)] * 2)
named.set_optimizer(mx.optimizer.SGD(learning_rate=0.5, rescale_grad=0.5))
named.push("a", [mx.nd.ones(2), mx.nd.ones(2) * 3])
pair = [mx.nd.empty(2), mx.nd.empty(2)]
named.pull(["a", "b"], out=pair)
print(pair)

with mx.AttrScope(ctx_group="dev1"):
    a = mx.sym.Variable("a")
    h = mx.sym.FullyConnected(a, num_hidden=4, name="h")
with mx.AttrScope(ctx_group="dev2"):
    o = mx.sym.FullyConnected(mx.sym.Activation(h, act_type="relu", name="act"), num_hidden=2, name="o")
print(o.attr("ctx_group"), h.attr("ctx_group"), sorted(o.attr_dict()["h_weight"].items()))
exe = o.simple_bind(mx.cpu(0), group2ctx={"dev1": mx.cpu(0), "dev2": mx.cpu(1)}, a=(3, 5))
print({k: str(v.context) for k, v in sorted(exe.arg_dict.items())})
for k, v in sorted(exe.arg_dict.items()):
    v[:] = np.random.uniform(-1, 1, v.shape)
print(exe.forward(is_train=True)[0])
exe.backward([mx.nd.ones((3, 2), mx.cpu(1))])
print(exe.grad_dict["h_weight"], exe.outputs[0].context)

block = gluon.nn.Dense(1, in_units=5, prefix="d_")
block.initialize(mx.init.Normal(0.1), ctx=devices)
trainer = gluon.Trainer(block.collect_params(), "sgd", {"learning_rate": 0.1})
loss = gluon.loss.SigmoidBCELoss()
for k in range(0, 80, 20):
    xs = gluon.utils.split_and_load(mx.nd.array(x[k : k + 20]), devices)
    ys = gluon.utils.split_and_load(mx.nd.array(y[k : k + 20]), devices)
    with autograd.record():
        losses = [loss(block(a), b) for a, b in zip(xs, ys)]
    for l in losses:
        l.backward()
    trainer.step(20)
    print(sum(l.sum().asscalar() for l in losses))
print(block.weight.list_data()[1], block.weight.list_ctx(), block.bias.list_grad())
print(gluon.utils.clip_global_norm([p.grad(devices[0]) for p in block.collect_params().values()], 0.01))
