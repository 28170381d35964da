"""A spatial transformer network, and its grid and sampler by hand."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(14)
mx.random.seed(14)
data = mx.sym.Variable("data")
loc = mx.sym.Pooling(data, kernel=(2, 2), stride=(2, 2), pool_type="avg")
loc = mx.sym.FullyConnected(mx.sym.Flatten(loc), num_hidden=8, name="loc1")
loc = mx.sym.Activation(loc, act_type="tanh")
loc = mx.sym.FullyConnected(loc, num_hidden=6, name="loc2")
warped = mx.sym.SpatialTransformer(
    data, loc, target_shape=(8, 8), transform_type="affine", sampler_type="bilinear", name="st"
)
net = mx.sym.FullyConnected(mx.sym.Flatten(warped), num_hidden=2, name="fc")
net = mx.sym.SoftmaxOutput(net, name="softmax")


class Identity(mx.init.Initializer):
    """Starts the transformer at the identity."""

    def _init_weight(self, name, arr):
        if name.startswith("loc2"):
            arr[:] = 0
        else:
            mx.random.uniform(-0.1, 0.1, out=arr)

    def _init_bias(self, name, arr):
        arr[:] = [1, 0, 0, 0, 1, 0] if name == "loc2_bias" else 0


label = rng.randint(0, 2, 40).astype("f")
image = rng.rand(40, 1, 12, 12).astype("f") * 0.3
for i in range(40):
    r, c = rng.randint(0, 7, 2)
    image[i, 0, r : r + 5, c + 2 if label[i] else c : (c + 3 if label[i] else c + 5)] += 1
it = mx.io.NDArrayIter(image, label, 10)
mod = mx.mod.Module(net)
losses = []
mod.fit(
    it,
    num_epoch=5,
    initializer=Identity(),
    eval_metric="ce",
    optimizer="sgd",
    optimizer_params={"learning_rate": 0.1, "momentum": 0.9, "clip_gradient": 5.0},
    batch_end_callback=lambda p: losses.append(round(p.eval_metric.get()[1], 4)),
)
print(losses[3::4])
print(mod.get_params()[0]["loc2_bias"])

x = mx.nd.array(np.arange(16).reshape(1, 1, 4, 4))
theta = mx.nd.array([[0.5, 0, 0.1, 0, 0.7, -0.2]])
grid = mx.nd.GridGenerator(theta, transform_type="affine", target_shape=(3, 3))
print(grid, mx.nd.BilinearSampler(x, grid))
flow = mx.nd.ones((1, 2, 4, 4)) * 0.5
print(mx.nd.BilinearSampler(x, mx.nd.GridGenerator(flow, transform_type="warp")))
theta.attach_grad()
with mx.autograd.record():
    out = mx.nd.SpatialTransformer(x, theta, target_shape=(3, 3), transform_type="affine", sampler_type="bilinear")
    (out * out).sum().backward()
print(theta.grad, Identity().dumps(), repr(Identity()) == Identity().dumps())
