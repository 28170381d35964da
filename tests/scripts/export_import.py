"""A block exported, imported as SymbolBlock and into Module; parameters shared."""

import json

import mxnet as mx
import numpy as np
from mxnet import gluon, nd
from mxnet.gluon import nn

mx.random.seed(24)


class Residual(gluon.HybridBlock):
    def __init__(self, channels, **kwargs):
        super(Residual, self).__init__(**kwargs)
        with self.name_scope():
            self.body = nn.HybridSequential(prefix="body_")
            self.body.add(nn.Conv2D(channels, 3, padding=1, use_bias=False), nn.BatchNorm(), nn.Activation("relu"))
            self.scale = self.params.get("scale", shape=(1,), init=mx.init.Constant(0.5))

    def hybrid_forward(self, F, x, scale):
        return F.broadcast_mul(self.body(x), scale) + x


net = nn.HybridSequential(prefix="demo_")
with net.name_scope():
    net.add(nn.Conv2D(4, 1), Residual(4), nn.GlobalAvgPool2D(), nn.Flatten(), nn.Dense(2))
net.initialize(mx.init.Xavier())
net.hybridize()
x = nd.array(np.random.RandomState(1).rand(2, 3, 6, 6))
y = net(x)
print(y, net[1].scale.data())
print(net.export("demo", epoch=3))
graph = json.load(open("demo-symbol.json"))
print([(n["op"], n["name"]) for n in graph["nodes"]])
print(sorted(nd.load("demo-0003.params")))
block = gluon.SymbolBlock.imports("demo-symbol.json", ["data"], "demo-0003.params", ctx=mx.cpu())
print(np.abs(block(x).asnumpy() - y.asnumpy()).max(), sorted(block.collect_params().keys()))
with mx.autograd.record():
    out = block(x)
    out.sum().backward()
print({k: float(p.grad().asnumpy().sum()) for k, p in sorted(block.collect_params().items()) if p.grad_req != "null"})
sym, arg, aux = mx.model.load_checkpoint("demo", 3)
mod = mx.mod.Module(sym, label_names=None)
mod.bind(for_training=False, data_shapes=[("data", (2, 3, 6, 6))])
mod.set_params(arg, aux)
mod.forward(mx.io.DataBatch([x]), is_train=False)
print(np.abs(mod.get_outputs()[0].asnumpy() - y.asnumpy()).max())
inputs = mx.sym.var("data")
outputs = net(inputs)
print(outputs.list_arguments(), outputs.list_auxiliary_states())
inner = gluon.SymbolBlock(outputs.get_internals()["demo_conv0_fwd_output"], inputs, params=net.collect_params())
print(inner(x).shape, inner)
shared = nn.Dense(2, in_units=4, params=net[4].params)
print(shared(nd.ones((1, 4))), shared.weight is net[4].weight)
net.cast("float64")
print(net(x.astype("float64")).dtype, net[0].weight)
net[0].weight.grad_req = "null"
print(net[0].weight.grad_req, net.collect_params("demo_conv0.*"))
try:
    nn.Dense(3)(nd.ones((1, 2)))
except RuntimeError as err:
    print(str(err)[:60])
try:
    p = nn.Dense(3, in_units=2)
    p.weight.data()
except RuntimeError as err:
    print(str(err)[:40].replace(p.prefix, "P_"))
deferred = nn.Dense(3, prefix="de_")
deferred.initialize()
try:
    deferred.weight.data()
except gluon.parameter.DeferredInitializationError as err:
    print(err)
print(deferred.weight, deferred(nd.ones((1, 2))).shape, deferred.weight)
