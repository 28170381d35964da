"""A small convolutional network, then its features with a new head: get_internals, fixed_param_names, lr_mult."""

import mxnet as mx
import numpy as np

np.random.seed(3)
mx.random.seed(3)


def unit(data, filters, name, stride=(1, 1)):
    conv = mx.sym.Convolution(
        data, num_filter=filters, kernel=(3, 3), pad=(1, 1), stride=stride, name=name, no_bias=True
    )
    bn = mx.sym.BatchNorm(conv, fix_gamma=False, momentum=0.9, eps=2e-5, name=name + "_bn")
    return mx.sym.Activation(bn, act_type="relu", name=name + "_relu")


data = mx.sym.Variable("data")
body = unit(data, 8, "c1")
body = mx.sym.Pooling(body, kernel=(2, 2), stride=(2, 2), pool_type="max", name="p1")
body = unit(body, 12, "c2")
body = mx.sym.Pooling(body, global_pool=True, kernel=(4, 4), pool_type="avg", name="gap")
body = mx.sym.Flatten(body, name="flat")
fc = mx.sym.FullyConnected(body, num_hidden=3, name="fc")
net = mx.sym.SoftmaxOutput(fc, name="softmax", normalization="batch")

label = np.random.randint(0, 3, 96).astype("f")
image = np.random.uniform(0, 1, (96, 1, 12, 12)).astype("f")
for i, k in enumerate(label.astype(int)):
    image[i, 0, 3 * k : 3 * k + 3] += 1.0
it = mx.io.NDArrayIter({"data": image}, {"softmax_label": label}, batch_size=16)
mod = mx.mod.Module(net, context=[mx.cpu()])
history = []
mod.fit(
    it,
    num_epoch=3,
    optimizer="nag",
    optimizer_params={"learning_rate": 0.2, "momentum": 0.8, "lr_scheduler": mx.lr_scheduler.FactorScheduler(6, 0.7)},
    initializer=mx.init.MSRAPrelu(),
    batch_end_callback=lambda p: history.append((p.epoch, p.nbatch, p.eval_metric.get_name_value())),
)
print(history[0], history[-1], len(history))
arg, aux = mod.get_params()
print({k: v.shape for k, v in sorted(arg.items())})
print({k: round(float(v.asnumpy().mean()), 3) for k, v in sorted(aux.items())})
internals = net.get_internals()
print([n for n in internals.list_outputs() if n.endswith("_output")])
features = internals["flat_output"]
print(features, features.list_arguments())

# fine-tune: two classes, old layers fixed
head = mx.sym.FullyConnected(features, num_hidden=2, name="newfc", attr={"lr_mult": "10"})
new = mx.sym.SoftmaxOutput(head, name="softmax")
fixed = [n for n in features.list_arguments() if n != "data"]
tuned = mx.mod.Module(new, fixed_param_names=fixed)
it2 = mx.io.NDArrayIter(image, (label > 1).astype("f"), batch_size=16, last_batch_handle="discard")
tuned.bind(data_shapes=it2.provide_data, label_shapes=it2.provide_label)
tuned.init_params(mx.init.Normal(0.01), arg_params=arg, aux_params=aux, allow_missing=True)
tuned.init_optimizer(optimizer="sgd", optimizer_params={"learning_rate": 0.05})
metric = mx.metric.create("acc")
for epoch in range(3):
    it2.reset()
    metric.reset()
    for batch in it2:
        tuned.forward(batch, is_train=True)
        tuned.update_metric(metric, batch.label)
        tuned.backward()
        tuned.update()
    print(epoch, metric)
after = tuned.get_params()[0]
print(all((after[n].asnumpy() == arg[n].asnumpy()).all() for n in fixed))
print(after["newfc_weight"].asnumpy())
print(sorted(new.attr_dict()["newfc"].items()))
print(mod.symbol.infer_shape(data=(4, 1, 12, 12))[1])
