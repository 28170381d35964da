"""Gradient on the input: Gram matrices of features as a loss, the image is what is trained."""

import mxnet as mx
import numpy as np

rng = np.random.RandomState(17)
mx.random.seed(17)
SHAPE = (1, 3, 16, 16)


def features():
    data = mx.sym.Variable("data")
    c1 = mx.sym.Activation(
        mx.sym.Convolution(data, num_filter=6, kernel=(3, 3), pad=(1, 1), name="conv1_1"),
        act_type="relu",
        name="relu1_1",
    )
    p1 = mx.sym.Pooling(c1, kernel=(2, 2), stride=(2, 2), pool_type="avg", name="pool1")
    c2 = mx.sym.Activation(
        mx.sym.Convolution(p1, num_filter=8, kernel=(3, 3), pad=(1, 1), name="conv2_1"), act_type="relu", name="relu2_1"
    )
    return mx.sym.Group([c1, c2]), c2


style, content = features()


def gram(symbols, shape):
    _, outs, _ = symbols.infer_shape(data=shape)
    grams, scales = [], []
    for i, s in enumerate(outs):
        flat = mx.sym.Reshape(symbols[i], target_shape=(int(s[1]), int(np.prod(s[2:]))))
        grams.append(mx.sym.FullyConnected(flat, flat, no_bias=True, num_hidden=s[1]))
        scales.append(np.prod(s[1:]) * s[1])
    return mx.sym.Group(grams), scales


grams, scales = gram(style, SHAPE)
print(grams.list_outputs(), [int(s) for s in scales])
shapes, _, _ = grams.infer_shape(data=SHAPE)
params = {n: mx.nd.array(rng.uniform(-0.3, 0.3, s)) for n, s in zip(grams.list_arguments(), shapes) if n != "data"}


def run(symbol, image):
    e = symbol.bind(mx.cpu(), dict(params, data=mx.nd.array(image)))
    return [o.copy() for o in e.forward()]


style_image, content_image = rng.rand(*SHAPE), rng.rand(*SHAPE)
want = run(grams, style_image)
want_content = run(content, content_image)[0]
loss = mx.sym.Group(
    [mx.sym.sum(mx.sym.square(mx.sym.Variable("target_%d" % i) - g)) for i, g in enumerate(grams)]
    + [mx.sym.sum(mx.sym.square(mx.sym.Variable("target_content") - content))]
)
args = dict(params, data=mx.nd.array(rng.rand(*SHAPE)), target_content=want_content)
args.update(("target_%d" % i, g) for i, g in enumerate(want))
grad = {"data": mx.nd.zeros(SHAPE)}
exe = loss.bind(mx.cpu(), args=args, args_grad=grad, grad_req={"data": "write"})
weights = [mx.nd.ones((1,)) / float(s) for s in scales] + [mx.nd.ones((1,)) * 0.5]
img = args["data"]
tv_kernel = mx.nd.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]).reshape((1, 1, 3, 3)) / 8.0
opt = mx.optimizer.create("adam", learning_rate=0.02)
state = opt.create_state(0, img)
for e in range(15):
    exe.forward(is_train=True)
    exe.backward(weights)
    smooth = mx.nd.concat(
        *[
            mx.nd.Convolution(c, tv_kernel, no_bias=True, kernel=(3, 3), pad=(1, 1), num_filter=1)
            for c in mx.nd.SliceChannel(img, num_outputs=3)
        ],
        dim=1,
    )
    total = grad["data"] + 0.01 * smooth
    norm = mx.nd.norm(total).asscalar()
    if norm > 5:
        total[:] = total * (5 / norm)
    old = img.copyto(mx.cpu())
    opt.update(0, img, total, state)
    change = mx.nd.norm(img - old).asscalar() / mx.nd.norm(img).asscalar()
    if e % 5 == 4:
        print(e, [float(o.asscalar()) for o in exe.outputs], norm, change)

mod = mx.mod.Module(mx.sym.Group([mx.sym.MakeLoss(mx.sym.sum(s)) for s in style]), label_names=None)
mod.bind(data_shapes=[("data", SHAPE)], for_training=True, inputs_need_grad=True)
mod.set_params(params, {})
mod.forward(mx.io.DataBatch([img]), is_train=True)
mod.backward()
print(mod.get_input_grads()[0].sum(axis=(2, 3)), mod.data_names, mod.label_names, mod.output_names)
