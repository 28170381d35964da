"""Monitor, print_summary, the profiler, and other looks into a network."""

import json
import logging
import os
import sys

import mxnet as mx
import numpy as np

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
np.random.seed(20)
mx.random.seed(20)
data = mx.sym.Variable("data")
net = mx.sym.Convolution(data, kernel=(3, 3), num_filter=4, name="conv")
net = mx.sym.BatchNorm(net, name="bn", fix_gamma=False)
net = mx.sym.Activation(net, act_type="relu", name="relu")
net = mx.sym.Pooling(net, kernel=(2, 2), stride=(2, 2), pool_type="max", name="pool")
side = mx.sym.Convolution(net, kernel=(1, 1), num_filter=4, name="side", no_bias=True)
net = mx.sym.elemwise_add(net, side, name="plus")
net = mx.sym.Concat(net, side, name="cat")
net = mx.sym.FullyConnected(mx.sym.Flatten(net, name="flat"), num_hidden=3, name="fc")
net = mx.sym.SoftmaxOutput(net, name="softmax")
mx.viz.print_summary(net, shape={"data": (2, 1, 8, 8)})
mx.viz.print_summary(net)

it = mx.io.NDArrayIter(np.random.rand(8, 1, 8, 8).astype("f"), np.arange(8) % 3, 4)
mod = mx.mod.Module(net)
mod.bind(it.provide_data, it.provide_label)
mod.init_params(mx.init.Xavier())
mod.init_optimizer()
mon = mx.mon.Monitor(
    1, lambda d: mx.nd.norm(d) / np.sqrt(d.size), pattern="(?!.*(backward|_grad|zeros)).*(weight|output)$", sort=True
)
mod.install_monitor(mon)
for batch in it:
    mon.tic()
    mod.forward_backward(batch)
    mod.update()
    mon.toc_print()
seen = []
exe = net.simple_bind(mx.cpu(), data=(2, 1, 8, 8))
exe.set_monitor_callback(lambda name, array: seen.append(mx.base.py_str(name)), monitor_all=False)
exe.forward()
print([n for n in seen if n.endswith("output")])

mx.profiler.set_config(profile_all=True, filename="profile.json", aggregate_stats=True)
mx.profiler.set_state("run")
a = mx.nd.dot(mx.nd.ones((20, 20)), mx.nd.ones((20, 20)))
a.wait_to_read()
mx.profiler.set_state("stop")
table = mx.profiler.dumps()
print("dot" in table, "Total Count" in table)
mx.profiler.dump()
print(os.path.exists("profile.json"), "traceEvents" in json.load(open("profile.json")))
task = mx.profiler.Task(mx.profiler.Domain("mine"), "work")
task.start()
task.stop()
print(task.name if hasattr(task, "name") else task)
print(mx.runtime.feature_list()[0].name is not None, mx.runtime.Features().is_enabled("CUDA"))
print(mx.context.num_gpus(), mx.cpu(), mx.cpu_pinned(), mx.gpu(1), mx.current_context(), mx.cpu() == mx.cpu(0))
with mx.Context("cpu", 1):
    print(mx.nd.zeros((1,)).context)
print(mx.libinfo.__version__, mx.__version__)
