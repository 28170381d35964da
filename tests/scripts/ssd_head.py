"""The head of a single shot detector: anchors, targets, losses, detections."""

import mxnet as mx
import numpy as np

np.random.seed(12)
mx.random.seed(12)


def layer(data, name, filters):
    data = mx.sym.Convolution(data, kernel=(3, 3), pad=(1, 1), num_filter=filters, name=name)
    data = mx.sym.Activation(data, act_type="relu", name=name + "_relu")
    return mx.sym.Pooling(data, kernel=(2, 2), stride=(2, 2), pool_type="max", name=name + "_pool")


CLASSES = 2
data, label = mx.sym.Variable("data"), mx.sym.Variable("label")
body = layer(layer(data, "a", 8), "b", 8)
scales = [body, layer(body, "c", 8)]
loc, cls, anchor = [], [], []
for i, feature in enumerate(scales):
    sizes, ratios = [(0.3, 0.4), (0.6, 0.75)][i], (1, 2, 0.5)
    n = len(sizes) + len(ratios) - 1
    p = mx.sym.Convolution(feature, kernel=(3, 3), pad=(1, 1), num_filter=n * 4, name="loc%d" % i)
    loc.append(mx.sym.Flatten(mx.sym.transpose(p, axes=(0, 2, 3, 1))))
    p = mx.sym.Convolution(feature, kernel=(3, 3), pad=(1, 1), num_filter=n * (CLASSES + 1), name="cls%d" % i)
    cls.append(mx.sym.Flatten(mx.sym.transpose(p, axes=(0, 2, 3, 1))))
    a = mx.contrib.sym.MultiBoxPrior(feature, sizes=sizes, ratios=ratios, clip=True, name="anchors%d" % i)
    anchor.append(mx.sym.Flatten(a))
loc_preds = mx.sym.Concat(*loc, num_args=len(loc), dim=1, name="multibox_loc")
cls_preds = mx.sym.Concat(*cls, num_args=len(cls), dim=1)
cls_preds = mx.sym.transpose(mx.sym.Reshape(cls_preds, shape=(0, -1, CLASSES + 1)), axes=(0, 2, 1), name="multibox_cls")
anchors = mx.sym.Reshape(mx.sym.Concat(*anchor, dim=1), shape=(0, -1, 4), name="multibox_anchors")
target = mx.contrib.symbol.MultiBoxTarget(
    anchors,
    label,
    cls_preds,
    overlap_threshold=0.5,
    ignore_label=-1,
    negative_mining_ratio=3,
    negative_mining_thresh=0.5,
    minimum_negative_samples=0,
    variances=(0.1, 0.1, 0.2, 0.2),
    name="target",
)
loc_t, loc_mask, cls_t = target[0], target[1], target[2]
cls_prob = mx.sym.SoftmaxOutput(
    data=cls_preds,
    label=cls_t,
    ignore_label=-1,
    use_ignore=True,
    grad_scale=1.0,
    multi_output=True,
    normalization="valid",
    name="cls_prob",
)
loc_loss = mx.sym.MakeLoss(
    mx.sym.smooth_l1(loc_mask * (loc_preds - loc_t), scalar=1.0, name="l1"),
    grad_scale=1.0,
    normalization="valid",
    name="loc_loss",
)
det = mx.contrib.sym.MultiBoxDetection(
    cls_prob,
    loc_preds,
    anchors,
    name="detection",
    nms_threshold=0.45,
    force_suppress=False,
    variances=(0.1, 0.1, 0.2, 0.2),
    nms_topk=20,
)
net = mx.sym.Group(
    [
        cls_prob,
        loc_loss,
        mx.sym.MakeLoss(cls_t, grad_scale=0, name="cls_label"),
        mx.sym.MakeLoss(det, grad_scale=0, name="det_out"),
    ]
)
print(net.list_outputs())

images, boxes = [], []
for i in range(16):
    image = np.random.rand(3, 32, 32).astype("f") * 0.2
    x, y = np.random.randint(2, 14, 2)
    k = i % 2
    image[k, y : y + 14, x : x + 14] += 1
    images.append(image)
    boxes.append([[k, x / 32.0, y / 32.0, (x + 14) / 32.0, (y + 14) / 32.0], [-1, -1, -1, -1, -1]])
it = mx.io.NDArrayIter(np.array(images), np.array(boxes, "f"), batch_size=8, label_name="label")


class MultiBoxMetric(mx.metric.EvalMetric):
    def __init__(self):
        super(MultiBoxMetric, self).__init__("MultiBox")

    def update(self, labels, preds):
        prob, loss, target = preds[0].asnumpy(), preds[1].asnumpy(), preds[2].asnumpy()
        valid = target >= 0
        picked = np.take_along_axis(prob, np.maximum(target, 0).astype(int)[:, None], 1)[:, 0]
        self.sum_metric += float(-np.log(picked[valid] + 1e-12).sum() + loss.sum())
        self.num_inst += int(valid.sum())


mod = mx.mod.Module(net, label_names=("label",))
mod.bind(data_shapes=it.provide_data, label_shapes=it.provide_label)
mod.init_params(mx.init.Xavier())
mod.init_optimizer(optimizer_params={"learning_rate": 0.1, "momentum": 0.9, "rescale_grad": 1.0 / 8})
metric = MultiBoxMetric()
for epoch in range(4):
    it.reset()
    metric.reset()
    for batch in it:
        mod.forward_backward(batch)
        mod.update()
        mod.update_metric(metric, batch.label)
    print(epoch, metric.get())
mod.forward(batch, is_train=False)
print([o.shape for o in mod.get_outputs()])
found = mod.get_outputs()[3].asnumpy()
print((found[:, :, 0] >= 0).sum())
print(mx.nd.contrib.MultiBoxPrior(mx.nd.zeros((1, 3, 2, 2)), sizes=[0.5, 0.25], ratios=[1, 2])[0, :4])
print(
    mx.nd.contrib.box_nms(
        mx.nd.array([[0, 0.9, 0, 0, 1, 1], [0, 0.8, 0, 0, 1, 0.9], [1, 0.7, 0, 0, 0.3, 0.3]]),
        overlap_thresh=0.5,
        coord_start=2,
        score_index=1,
        id_index=0,
    )
)
print(mx.nd.contrib.box_iou(mx.nd.array([[0, 0, 1, 1]]), mx.nd.array([[0.5, 0.5, 1.5, 1.5]]), format="corner"))
