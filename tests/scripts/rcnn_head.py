"""Proposals, ROIPooling and the two heads of Faster R-CNN."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(13)
mx.random.seed(13)
A = 9
data, im_info = mx.sym.Variable("data"), mx.sym.Variable("im_info")
feat = mx.sym.Convolution(data, kernel=(3, 3), pad=(1, 1), num_filter=6, stride=(4, 4), name="conv")
feat = mx.sym.Activation(feat, act_type="relu")
rpn = mx.sym.Activation(mx.sym.Convolution(feat, kernel=(3, 3), pad=(1, 1), num_filter=8, name="rpn"), act_type="relu")
score = mx.sym.Convolution(rpn, kernel=(1, 1), num_filter=2 * A, name="rpn_cls_score")
bbox = mx.sym.Convolution(rpn, kernel=(1, 1), num_filter=4 * A, name="rpn_bbox_pred")
score2 = mx.sym.Reshape(score, shape=(0, 2, -1, 0), name="score_reshape")
prob = mx.sym.SoftmaxActivation(score2, mode="channel", name="rpn_cls_prob")
prob = mx.sym.Reshape(prob, shape=(0, 2 * A, -1, 0), name="prob_reshape")
rois = mx.contrib.symbol.Proposal(
    cls_prob=prob,
    bbox_pred=bbox,
    im_info=im_info,
    name="rois",
    feature_stride=4,
    scales=(2, 4, 8),
    ratios=(0.5, 1, 2),
    rpn_pre_nms_top_n=200,
    rpn_post_nms_top_n=12,
    threshold=0.7,
    rpn_min_size=4,
)
pool = mx.sym.ROIPooling(feat, rois, pooled_size=(3, 3), spatial_scale=0.25, name="roi_pool")
fc = mx.sym.Activation(mx.sym.FullyConnected(mx.sym.Flatten(pool), num_hidden=10, name="fc6"), act_type="relu")
cls = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(fc, num_hidden=3, name="cls_score"), name="cls_prob")
reg = mx.sym.FullyConnected(fc, num_hidden=12, name="bbox_pred")
weights = mx.sym.Variable("bbox_weight")
loss = mx.sym.MakeLoss(
    mx.sym.smooth_l1(weights * (reg - mx.sym.Variable("bbox_target")), scalar=3.0),
    grad_scale=1.0 / 12,
    name="bbox_loss",
)
net = mx.sym.Group([mx.sym.BlockGrad(rois, name="rois_out"), cls, loss])
shapes = dict(data=(1, 3, 64, 64), im_info=(1, 3), bbox_weight=(12, 12), bbox_target=(12, 12), cls_prob_label=(12,))
print(net.list_arguments())
print(net.infer_shape(**shapes)[1])
exe = net.simple_bind(mx.cpu(), **shapes)
init = mx.init.Xavier(rnd_type="gaussian", factor_type="in", magnitude=2)
for name in net.list_arguments():
    if name.endswith(("weight", "bias")) and name not in shapes:
        init(mx.init.InitDesc(name, {}), exe.arg_dict[name])
exe.arg_dict["im_info"][:] = [[64, 64, 1.0]]
exe.arg_dict["data"][:] = rng.rand(1, 3, 64, 64)
exe.arg_dict["bbox_weight"][:] = (rng.rand(12, 12) > 0.5).astype("f")
exe.arg_dict["bbox_target"][:] = rng.randn(12, 12)
exe.arg_dict["cls_prob_label"][:] = rng.randint(0, 3, 12)
for step in range(3):
    exe.forward(is_train=True)
    exe.backward()
    print(
        step,
        exe.outputs[0].asnumpy().sum(0),
        float(exe.outputs[1][:, 0].sum().asscalar()),
        float(exe.outputs[2].sum().asscalar()),
    )
    for name, grad in sorted(exe.grad_dict.items()):
        if name not in shapes and name[-4:] in ("ight", "bias"):
            exe.arg_dict[name][:] -= 0.01 * grad
print(
    {
        k: round(float(v.norm().asscalar()), 4)
        for k, v in sorted(exe.grad_dict.items())
        if k.startswith(("fc", "cls_s", "conv"))
    }
)
x = mx.nd.arange(48).reshape((1, 1, 6, 8))
r = mx.nd.array([[0, 0, 0, 4, 4], [0, 2, 2, 7, 5]])
print(mx.nd.ROIPooling(x, r, pooled_size=(2, 2), spatial_scale=1.0))
print(mx.nd.contrib.ROIAlign(x, r, pooled_size=(2, 2), spatial_scale=1.0, sample_ratio=2))
