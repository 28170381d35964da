"""An MLP on separable clusters by Module.fit: metrics, Speedometer, checkpoints, then resumed from one."""

import logging
import sys

import mxnet as mx
import numpy as np

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
np.random.seed(11)
mx.random.seed(11)

centres = np.random.uniform(-2, 2, (4, 20))
label = np.random.randint(0, 4, 400)
data = (centres[label] + np.random.normal(0, 0.7, (400, 20))).astype("float32")
train = mx.io.NDArrayIter(data[:320], label[:320].astype("float32"), batch_size=32, shuffle=False)
val = mx.io.NDArrayIter(data[320:], label[320:].astype("float32"), batch_size=32)


def network():
    x = mx.sym.Variable("data")
    x = mx.sym.FullyConnected(x, name="fc1", num_hidden=32)
    x = mx.sym.Activation(x, name="relu1", act_type="relu")
    x = mx.sym.Dropout(x, p=0.0, name="drop1")
    x = mx.sym.FullyConnected(x, name="fc2", num_hidden=4)
    return mx.sym.SoftmaxOutput(x, name="softmax")


mod = mx.mod.Module(network(), context=mx.cpu())
mod.fit(
    train,
    eval_data=val,
    eval_metric=["acc", "ce"],
    optimizer="sgd",
    optimizer_params={"learning_rate": 0.1, "momentum": 0.9, "wd": 1e-4},
    initializer=mx.init.Xavier(factor_type="in", magnitude=2.34),
    batch_end_callback=mx.callback.Speedometer(32, 5),
    epoch_end_callback=mx.callback.do_checkpoint("mlp", period=1),
    num_epoch=3,
)
print("score", mod.score(val, ["acc", mx.metric.TopKAccuracy(top_k=2)]))
probabilities = mod.predict(val)
print(probabilities.shape, probabilities[0])
print(val.getpad(), val.provide_data, val.provide_label)

symbol, args, aux = mx.model.load_checkpoint("mlp", 2)
print(sorted(args), aux, symbol.list_arguments(), symbol.list_outputs())
again = mx.mod.Module(symbol)
again.fit(
    train,
    num_epoch=4,
    begin_epoch=2,
    arg_params=args,
    aux_params=aux,
    eval_metric=mx.metric.CompositeEvalMetric([mx.metric.Accuracy(), mx.metric.F1(average="macro")][:1]),
    optimizer_params=(("learning_rate", 0.05),),
)
print(again.get_outputs()[0].shape, again.data_shapes, again.label_shapes, again.output_shapes)
for name, value in sorted(again.get_params()[0].items()):
    print(name, value.shape, value.asnumpy().sum(), value.asnumpy().std())

mod.save_checkpoint("full", 7, save_optimizer_states=True)
third = mx.mod.Module.load("full", 7, load_optimizer_states=True)
third.bind(data_shapes=train.provide_data, label_shapes=train.provide_label)
third.init_optimizer(optimizer_params={"learning_rate": 0.1, "momentum": 0.9})
train.reset()
batch = next(train)
third.forward_backward(batch)
third.update()
print(third.get_params()[0]["fc2_bias"])
