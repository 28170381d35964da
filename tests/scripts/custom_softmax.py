"""A softmax loss written as CustomOp, and an older one as NumpyOp; trained by Module and used by hand."""

import mxnet as mx
import numpy as np


class Softmax(mx.operator.CustomOp):
    def __init__(self, scale):
        super(Softmax, self).__init__()
        self.scale = scale

    def forward(self, is_train, req, in_data, out_data, aux):
        x = in_data[0].asnumpy()
        y = np.exp(x - x.max(axis=1).reshape((x.shape[0], 1)))
        y /= y.sum(axis=1).reshape((x.shape[0], 1))
        self.assign(out_data[0], req[0], mx.nd.array(y))

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        label = in_data[1].asnumpy().ravel().astype(int)
        y = out_data[0].asnumpy()
        y[np.arange(label.shape[0]), label] -= 1.0
        self.assign(in_grad[0], req[0], mx.nd.array(y * self.scale))


@mx.operator.register("my_softmax")
class SoftmaxProp(mx.operator.CustomOpProp):
    def __init__(self, scale="1.0"):
        super(SoftmaxProp, self).__init__(need_top_grad=False)
        self.scale = float(scale)

    def list_arguments(self):
        return ["data", "label"]

    def list_outputs(self):
        return ["output"]

    def infer_shape(self, in_shape):
        return [in_shape[0], (in_shape[0][0],)], [in_shape[0]], []

    def infer_type(self, in_type):
        return in_type, [in_type[0]], []

    def create_operator(self, ctx, shapes, dtypes):
        print("created", ctx, shapes, dtypes)
        return Softmax(self.scale)


class OldSoftmax(mx.operator.NumpyOp):
    def __init__(self):
        super(OldSoftmax, self).__init__(False)

    def list_arguments(self):
        return ["data", "label"]

    def list_outputs(self):
        return ["output"]

    def infer_shape(self, in_shape):
        return [in_shape[0], (in_shape[0][0],)], [in_shape[0]]

    def forward(self, in_data, out_data):
        x, y = in_data[0], out_data[0]
        y[:] = np.exp(x - x.max(axis=1).reshape((x.shape[0], 1)))
        y /= y.sum(axis=1).reshape((x.shape[0], 1))

    def backward(self, out_grad, in_data, out_data, in_grad):
        label = in_data[1].reshape((in_data[1].size,)).astype(int)
        dx = in_grad[0]
        dx[:] = out_data[0]
        dx[np.arange(label.shape[0]), label] -= 1.0


rng = np.random.RandomState(8)
label = rng.randint(0, 3, 60)
data = (np.eye(3)[label].repeat(2, 1) + 0.3 * rng.randn(60, 6)).astype("f")


def train(net):
    it = mx.io.NDArrayIter(data, label.astype("f"), 20, label_name="softmax_label")
    mx.random.seed(4)
    mod = mx.mod.Module(net)
    metric = mx.metric.Accuracy()
    mod.fit(
        it, num_epoch=4, initializer=mx.init.Uniform(0.1), eval_metric=metric, optimizer_params={"learning_rate": 0.5}
    )
    print(metric.get(), mod.get_params()[0]["fc_bias"].asnumpy())


fc = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
net = mx.sym.Custom(fc, name="softmax", op_type="my_softmax", scale=1.0)
print(net.list_arguments(), net.list_outputs(), sorted(net.attr_dict()["softmax"].items()))
train(net)
old = OldSoftmax()
train(old(data=fc, name="softmax"))

x = mx.nd.array([[1.0, 2.0, 3.0], [1.0, 1.0, 0.0]])
x.attach_grad()
with mx.autograd.record():
    y = mx.nd.Custom(x, mx.nd.array([2, 0]), op_type="my_softmax", scale=2.0)
y.backward()
print(y, x.grad)
