"""The oldest interface: FeedForward with arrays and iterators, mx.model, CSVIter."""

import logging
import sys

import mxnet as mx
import numpy as np

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
# mxr logs one line more, on purpose
logging.getLogger().handlers[0].addFilter(
    lambda r: not r.getMessage().startswith(tuple("Epoch[%d] Train" % i for i in range(4)))
)
np.random.seed(25)
mx.random.seed(25)
x = np.random.randn(100, 6).astype("f")
y = (x[:, 0] * x[:, 1] > 0).astype("f")
net = mx.symbol.Variable("data")
net = mx.symbol.FullyConnected(data=net, name="fc1", num_hidden=16)
net = mx.symbol.Activation(data=net, name="relu1", act_type="relu")
net = mx.symbol.FullyConnected(data=net, name="fc2", num_hidden=2)
net = mx.symbol.SoftmaxOutput(data=net, name="softmax")
train = mx.io.NDArrayIter(x, y, 20)
model = mx.model.FeedForward(
    ctx=mx.cpu(),
    symbol=net,
    num_epoch=4,
    learning_rate=0.1,
    momentum=0.9,
    wd=0.00001,
    initializer=mx.init.Xavier(factor_type="in", magnitude=2.34),
    numpy_batch_size=20,
)
model.fit(X=train, eval_data=(x, y), batch_end_callback=mx.callback.log_train_metric(5), kvstore="local")
print(model.score(mx.io.NDArrayIter(x, y, 20)))
print(model.predict(x[:3]))
model.save("ff", 4)
loaded = mx.model.FeedForward.load("ff", 4, ctx=mx.cpu())
print(np.abs(loaded.predict(mx.io.NDArrayIter(x, y, 20)) - model.predict(x)).max())
prob, data, label = model.predict(mx.io.NDArrayIter(x[:25], y[:25], 10), return_data=True)
print(prob.shape, data.shape, label.shape)
np.savetxt("x.csv", x[:12], delimiter=",")
np.savetxt("y.csv", y[:12], delimiter=",")
it = mx.io.CSVIter(
    data_csv="x.csv", data_shape=(6,), label_csv="y.csv", label_shape=(1,), batch_size=5, round_batch=True
)
for batch in it:
    print(batch.data[0].shape, batch.label[0].asnumpy().ravel(), batch.pad, batch.index)
print(it.provide_data, it.provide_label)
many = mx.io.NDArrayIter(
    {"a": np.arange(10), "b": np.arange(20).reshape(10, 2)}, batch_size=4, last_batch_handle="roll_over"
)
for epoch in range(2):
    print([(b.data[0].asnumpy().tolist(), b.pad) for b in many])
    many.reset()
print(many.provide_data, many.num_data, batch)
print(mx.io.DataDesc("data", (2, 3), "float16", "NC"), mx.io.DataDesc.get_batch_axis("TNC"))
print(mx.callback.ProgressBar(10, 20)(mx.model.BatchEndParam(0, 5, None, None)))
model2 = mx.model.FeedForward.create(net, X=x, y=y, num_epoch=1, learning_rate=0.1, initializer=mx.init.Uniform(0.07))
print(sorted(model2.arg_params), type(model2).__name__)
