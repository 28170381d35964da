"""SequentialModule, PythonLossModule, a net of two outputs and two labels, an SVM head, shapes that change."""

import logging
import sys

import mxnet as mx
import numpy as np

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
np.random.seed(26)
mx.random.seed(26)
x = np.random.randn(60, 8).astype("f")
y = (x[:, 0] + x[:, 1] > 0).astype("f")
z = (x[:, 2] > 0).astype("f")

# two modules in a row
first = mx.sym.Activation(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc1"), act_type="relu")
second = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc2"), name="softmax")
chain = mx.mod.SequentialModule()
chain.add(mx.mod.Module(first, label_names=[])).add(mx.mod.Module(second), take_labels=True, auto_wiring=True)
chain.fit(
    mx.io.NDArrayIter(x, y, 20),
    num_epoch=2,
    optimizer_params={"learning_rate": 0.3},
    initializer=mx.init.Uniform(0.3),
)
print(sorted(chain.get_params()[0]), chain.output_shapes, chain.data_names)


# the loss in Python
def hinge(scores, labels):
    scores, labels = scores.asnumpy(), labels.asnumpy().astype(int)
    n = np.arange(len(labels))
    margin = np.maximum(0, 1 + scores - scores[n, labels][:, None])
    grad = (margin > 0).astype("f")
    grad[n, labels] = 0
    grad[n, labels] = -grad.sum(1)
    return mx.nd.array(grad)


mlp = mx.sym.FullyConnected(first, num_hidden=2, name="top")
loss = mx.mod.PythonLossModule(grad_func=hinge)
both = mx.mod.SequentialModule()
both.add(mx.mod.Module(mlp, label_names=[])).add(loss, take_labels=True, auto_wiring=True)
it = mx.io.NDArrayIter(x, y, 20)
both.fit(it, num_epoch=2, eval_metric="acc", optimizer_params={"learning_rate": 0.1}, initializer=mx.init.Xavier())
print({k: round(float(v.norm().asscalar()), 4) for k, v in sorted(both.get_params()[0].items())})

# two tasks
fc = mx.sym.Activation(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=12, name="shared"), act_type="tanh")
a = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(fc, num_hidden=2, name="a"), mx.sym.Variable("la"), name="sa")
b = mx.sym.SVMOutput(mx.sym.FullyConnected(fc, num_hidden=2, name="b"), mx.sym.Variable("lb"), name="sb", margin=0.5)
multi = mx.sym.Group([a, b])


class PerTask(mx.metric.EvalMetric):
    def __init__(self):
        super(PerTask, self).__init__("task")
        self.reset()

    def reset(self):
        self.hits, self.seen = [0, 0], [0, 0]

    def update(self, labels, preds):
        for i in range(2):
            mx.metric.check_label_shapes(labels[i], preds[i].argmax(axis=1))
            self.hits[i] += int((preds[i].asnumpy().argmax(1) == labels[i].asnumpy()).sum())
            self.seen[i] += labels[i].shape[0]

    def get(self):
        return ["task%d" % i for i in range(2)], [
            h / float(n) if n else float("nan") for h, n in zip(self.hits, self.seen)
        ]


it = mx.io.NDArrayIter({"data": x}, {"la": y, "lb": z}, 20, shuffle=False)
mod = mx.mod.Module(multi, label_names=["la", "lb"])
mod.fit(
    it,
    num_epoch=3,
    eval_metric=PerTask(),
    optimizer="rmsprop",
    optimizer_params={"learning_rate": 0.02},
    initializer=mx.init.Xavier(),
    batch_end_callback=[mx.callback.Speedometer(20, 2)],
)
print([o.shape for o in mod.predict(it)], mod.output_names)
for n, (outs, i, batch) in enumerate(mod.iter_predict(it)):
    print(n, i, [o.shape for o in outs], batch.label[1].shape)
mod.reshape(data_shapes=[("data", (5, 8))], label_shapes=[("la", (5,)), ("lb", (5,))])
mod.forward(mx.io.DataBatch([mx.nd.array(x[:5])], [mx.nd.array(y[:5]), mx.nd.array(z[:5])]), is_train=False)
print(mod.get_outputs()[1])
mod.forward(mx.io.DataBatch([mx.nd.array(x[:3])], [mx.nd.array(y[:3]), mx.nd.array(z[:3])]), is_train=False)
print(mod.get_outputs()[0].shape)
