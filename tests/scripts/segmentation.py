"""A fully convolutional net: Deconvolution as upsampling, Crop, softmax at every pixel, labels to ignore."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(28)
mx.random.seed(28)
data = mx.sym.Variable("data")
c1 = mx.sym.Activation(mx.sym.Convolution(data, kernel=(3, 3), pad=(1, 1), num_filter=6, name="c1"), act_type="relu")
p1 = mx.sym.Pooling(c1, kernel=(2, 2), stride=(2, 2), pool_type="max", pooling_convention="full")
c2 = mx.sym.Convolution(p1, kernel=(3, 3), pad=(2, 2), dilate=(2, 2), num_filter=8, name="c2")
c2 = mx.sym.LeakyReLU(c2, act_type="prelu", name="prelu", attr={"lr_mult": "0"})
score = mx.sym.Convolution(c2, kernel=(1, 1), num_filter=3, name="score", workspace=256)
big = mx.sym.Deconvolution(
    score, kernel=(4, 4), stride=(2, 2), adj=(0, 0), num_filter=3, num_group=3, no_bias=True, name="bigscore"
)
crop = mx.sym.Crop(big, c1, offset=(1, 1), name="crop")
skip = mx.sym.Convolution(c1, kernel=(1, 1), num_filter=3, name="skip")
fused = crop + skip
up = mx.sym.UpSampling(score, scale=2, sample_type="nearest", name="near")
fused = fused + 0.1 * mx.sym.slice_like(up, fused, axes=(2, 3))
net = mx.sym.SoftmaxOutput(
    fused, multi_output=True, use_ignore=True, ignore_label=255, name="softmax", normalization="valid"
)
print(net.infer_shape(data=(4, 2, 11, 11))[1], crop.infer_shape(data=(4, 2, 11, 11))[1])

image = rng.rand(24, 2, 11, 11).astype("f") * 0.2
label = np.zeros((24, 11, 11), "f")
for i in range(24):
    r, c = rng.randint(0, 6, 2)
    image[i, i % 2, r : r + 5, c : c + 5] += 1
    label[i, r : r + 5, c : c + 5] = 1 + i % 2
label[:, 0] = 255
it = mx.io.NDArrayIter(image, label, 8)
init = mx.init.Mixed(
    ["bigscore_weight", ".*_gamma", ".*"], [mx.init.Bilinear(), mx.init.Constant(0.25), mx.init.Xavier()]
)


class Pixels(mx.metric.EvalMetric):
    def __init__(self):
        super(Pixels, self).__init__("pixels")

    def update(self, labels, preds):
        for l, p in zip(labels, preds):
            l, p = l.asnumpy(), p.asnumpy().argmax(1)
            self.sum_metric += int(((l == p) & (l != 255)).sum())
            self.num_inst += int((l != 255).sum())


mod = mx.mod.Module(net)
lines = []
mod.fit(
    it,
    num_epoch=6,
    eval_metric=Pixels(),
    initializer=init,
    optimizer_params={"learning_rate": 2.0, "momentum": 0.5},
    batch_end_callback=lambda p: lines.append(p.eval_metric.get()),
)
print(lines[2::3])
args = mod.get_params()[0]
print(args["prelu_gamma"], args["bigscore_weight"][0, 0])
print({n: float(v.norm().asscalar()) for n, v in sorted(args.items())})
out = mod.predict(it)
print(out.shape, out[0, :, 5, 5])
x = mx.nd.array(rng.rand(1, 1, 3, 3))
print(mx.nd.UpSampling(x, scale=2, sample_type="nearest"), mx.nd.contrib.BilinearResize2D(x, height=5, width=5))
print(
    mx.nd.Pad(x, mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)),
    mx.nd.LRN(x, nsize=3),
    mx.nd.InstanceNorm(x, mx.nd.ones(1), mx.nd.zeros(1)),
)
