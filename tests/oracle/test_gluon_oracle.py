"""Gluon layers, losses and training steps against MXNet, from equal weights, imperative and hybridized."""

import numpy as np
import pytest

LAYERS = {
    "dense": ("nn.Dense(5)", (4, 3)),
    "dense_relu": ("nn.Dense(5, activation='relu')", (4, 3, 2)),
    "dense_no_flatten": ("nn.Dense(5, flatten=False, use_bias=False)", (4, 3, 2)),
    "conv1d": ("nn.Conv1D(4, 3, strides=2, padding=1, activation='tanh')", (2, 3, 9)),
    "conv2d": ("nn.Conv2D(4, kernel_size=3, padding=1, activation='relu')", (2, 3, 6, 5)),
    "conv2d_groups": ("nn.Conv2D(4, (3, 2), strides=(2, 1), dilation=(1, 2), groups=2, use_bias=False)", (2, 4, 7, 6)),
    "conv3d": ("nn.Conv3D(2, 2)", (2, 3, 4, 4, 3)),
    "conv1d_transpose": ("nn.Conv1DTranspose(4, 3, strides=2)", (2, 3, 5)),
    "conv2d_transpose": ("nn.Conv2DTranspose(4, 3, strides=2, padding=1, output_padding=1)", (2, 3, 4, 4)),
    "max_pool1d": ("nn.MaxPool1D()", (2, 3, 7)),
    "max_pool2d": ("nn.MaxPool2D(3, strides=2, padding=1)", (2, 3, 7, 6)),
    "max_pool2d_ceil": ("nn.MaxPool2D(2, 2, ceil_mode=True)", (2, 3, 7, 5)),
    "max_pool3d": ("nn.MaxPool3D()", (2, 2, 4, 4, 4)),
    "avg_pool1d": ("nn.AvgPool1D(3, 1, padding=1)", (2, 3, 7)),
    "avg_pool2d": ("nn.AvgPool2D(3, strides=2, padding=1, count_include_pad=False)", (2, 3, 7, 6)),
    "avg_pool3d": ("nn.AvgPool3D()", (2, 2, 4, 4, 4)),
    "global_max_pool2d": ("nn.GlobalMaxPool2D()", (2, 3, 4, 5)),
    "global_avg_pool2d": ("nn.GlobalAvgPool2D()", (2, 3, 4, 5)),
    "global_avg_pool1d": ("nn.GlobalAvgPool1D()", (2, 3, 4)),
    "global_max_pool3d": ("nn.GlobalMaxPool3D()", (2, 3, 4, 2, 3)),
    "flatten": ("nn.Flatten()", (2, 3, 4)),
    "batch_norm": ("nn.BatchNorm()", (4, 3, 5, 2)),
    "batch_norm_plain": ("nn.BatchNorm(center=False, scale=False, momentum=0.5)", (4, 3)),
    "batch_norm_global": ("nn.BatchNorm(use_global_stats=True)", (4, 3, 5)),
    "layer_norm": ("nn.LayerNorm()", (4, 3, 5)),
    "layer_norm_axis": ("nn.LayerNorm(axis=1, epsilon=1e-3)", (4, 3, 5)),
    "instance_norm": ("nn.InstanceNorm(scale=True)", (4, 3, 5)),
    "instance_norm_axis": ("nn.InstanceNorm(axis=2)", (4, 3, 5)),
    "group_norm": ("nn.GroupNorm(num_groups=2)", (4, 6, 5)),
    "sigmoid": ("nn.Activation('sigmoid')", (4, 3)),
    "softrelu": ("nn.Activation('softrelu')", (4, 3)),
    "leaky_relu": ("nn.LeakyReLU(0.1)", (4, 3)),
    "prelu": ("nn.PReLU()", (4, 3)),
    "elu": ("nn.ELU(0.7)", (4, 3)),
    "gelu": ("nn.GELU()", (4, 3)),
    "swish": ("nn.Swish(1.5)", (4, 3)),
    "pad": ("nn.ReflectionPad2D(2)", (1, 2, 4, 5)),
    "lambda": ("nn.HybridLambda(lambda F, x: F.tanh(x) * 2)", (4, 3)),
    "concurrent": ("concurrent()", (4, 3)),
}

RUN_LAYER = """
nn = gluon.nn
def concurrent():
    net = gluon.contrib.nn.HybridConcurrent(axis=1)
    net.add(nn.Dense(2), gluon.contrib.nn.Identity(), nn.Dense(3, activation='tanh'))
    return net
net = %s
net.initialize(init.Normal(0.5))
if hybridize:
    net.hybridize()
x = nd.array(x)
x.attach_grad()
result = {"name": net.name, "text": repr(net), "before": net(x)}
with autograd.record():
    y = net(x)
    z = (y * y * 0.5 + y).sum()
z.backward()
result.update(y=y, dx=x.grad, after=net(x), text_after=repr(net))
for name, p in net.collect_params().items():
    result["value " + name] = p.data()
    if p.grad_req != 'null':
        result["grad " + name] = p.grad()
"""


@pytest.mark.parametrize("hybridize", [False, True], ids=["imperative", "hybrid"])
@pytest.mark.parametrize("name", LAYERS)
def test_layer(both, rng, name, hybridize):
    layer, shape = LAYERS[name]
    x = rng.normal(size=shape).astype("f")
    both(RUN_LAYER % layer, x=x, hybridize=hybridize, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("hybridize", [False, True], ids=["imperative", "hybrid"])
def test_embedding(both, hybridize):
    both(
        """
        net = gluon.nn.Embedding(6, 3)
        net.initialize()
        if hybridize:
            net.hybridize()
        x = nd.array([[1, 0], [5, 1], [1, 3]])
        with autograd.record():
            y = net(x)
            z = (y * y).sum()
        z.backward()
        result = {"y": y, "grad": net.weight.grad()}
        """,
        hybridize=hybridize,
    )


def test_selu(both, rng):
    # forward only: MXNet's gradient of SELU is not the derivative of its values (0.161 at -2, where it is 0.238)
    both(
        "net = gluon.nn.SELU(); result = {'y': net(nd.array(x)), 'text': repr(net)}",
        x=rng.normal(size=(4, 3)).astype("f"),
    )


def test_poisson_with_stirling(both, rng):
    # not recorded: MXNet raises there, for it updates in place
    both(
        """
        loss = gluon.loss.PoissonNLLLoss(from_logits=False, compute_full=True)
        result = loss(nd.array(pred), nd.array(label))
        """,
        pred=rng.uniform(0.1, 3, (5, 4)).astype("f"),
        label=rng.poisson(2.0, (5, 4)).astype("f") + 1,
    )


# Dropout's numbers are MXNet's own where the masks are (docs/random.md); shares and scale must hold in any case.
def test_dropout_in_training_and_prediction(both):
    got = both(
        """
        net = gluon.nn.Dropout(0.3)
        x = nd.ones((200, 100))
        with autograd.record():
            y = net(x)
        with autograd.train_mode():
            t = net(x)
        n = lambda a: np.unique(a.asnumpy().round(5))
        result = {"levels": n(y), "levels_train_mode": n(t), "predict": net(x)}
        """
    )
    assert got.ours["levels"].tolist() == pytest.approx([0, 1 / 0.7], rel=1e-5)


LOSSES = {
    "l2": "L2Loss()",
    "l2_weight": "L2Loss(weight=3.0)",
    "l1": "L1Loss()",
    "huber": "HuberLoss(rho=0.7)",
    "hinge": "HingeLoss()",
    "squared_hinge": "SquaredHingeLoss(margin=0.5)",
    "logistic_signed": "LogisticLoss()",
    "logistic_binary": "LogisticLoss(label_format='binary')",
    "sigmoid_bce": "SigmoidBCELoss()",
    "kl": "KLDivLoss(from_logits=False)",
    "softmax_ce_dense": "SoftmaxCELoss(sparse_label=False)",
    "poisson": "PoissonNLLLoss()",
    "triplet": "TripletLoss()",
}

RUN_LOSS = """
loss = gluon.loss.%s
if hybridize:
    loss.hybridize()
pred, label = nd.array(pred), nd.array(label)
pred.attach_grad()
more = (nd.array(more),) if more is not None else ()
with autograd.record():
    l = loss(pred, label, *more)
l.backward()
result = {"loss": l, "grad": pred.grad, "text": repr(loss), "name": loss.name}
"""


@pytest.mark.parametrize("hybridize", [False, True], ids=["imperative", "hybrid"])
@pytest.mark.parametrize("name", LOSSES)
def test_loss(both, rng, name, hybridize):
    pred, label = rng.normal(size=(5, 4)).astype("f"), rng.normal(size=(5, 4)).astype("f")
    more = None
    if "hinge" in name or name == "logistic_signed":
        label = np.sign(label)
    elif name in ("sigmoid_bce", "logistic_binary"):
        label = (label > 0).astype("f")
    elif name in ("kl", "softmax_ce_dense"):
        label = np.abs(label) / np.abs(label).sum(1, keepdims=True)
    elif "poisson" in name:
        pred, label = np.abs(pred) + 0.1, rng.poisson(2.0, (5, 4)).astype("f") + 1
    elif name == "triplet":
        more = rng.normal(size=(5, 4)).astype("f")
    else:
        more = rng.uniform(size=(5, 1)).astype("f")  # sample_weight
    both(RUN_LOSS % LOSSES[name], pred=pred, label=label, more=more, hybridize=hybridize, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("hybridize", [False, True], ids=["imperative", "hybrid"])
def test_softmax_cross_entropy(both, rng, axis, hybridize):
    pred = rng.normal(size=(4, 3, 5)).astype("f")
    label = rng.integers(0, 3, (4, 3) if axis == -1 else (4, 5)).astype("f")
    both(RUN_LOSS % f"SoftmaxCrossEntropyLoss(axis={axis})", pred=pred, label=label, more=None, hybridize=hybridize)


def test_sigmoid_bce_variants(both, rng):
    both(
        """
        pred, label, weight = nd.array(pred), nd.array(label), nd.array([2.0, 0.5, 1.0])
        result = {
            "from_sigmoid": gluon.loss.SigmoidBCELoss(from_sigmoid=True)(nd.sigmoid(pred), label),
            "pos_weight": gluon.loss.SigmoidBCELoss()(pred, label, None, weight),
            "both": gluon.loss.SigmoidBCELoss(from_sigmoid=True)(nd.sigmoid(pred), label, None, weight),
        }
        """,
        pred=rng.normal(size=(4, 3)).astype("f"),
        label=(rng.uniform(size=(4, 3)) > 0.5).astype("f"),
        rtol=1e-4,
    )


def test_cosine_embedding(both, rng):
    both(
        """
        a, b, l = nd.array(a), nd.array(b), nd.array([1, -1, 1, -1, -1])
        a.attach_grad()
        with autograd.record():
            y = gluon.loss.CosineEmbeddingLoss(margin=0.1)(a, b, l)
        y.backward()
        result = {"y": y, "da": a.grad}
        """,
        a=rng.normal(size=(5, 4)).astype("f"),
        b=rng.normal(size=(5, 4)).astype("f"),
        rtol=1e-4,
        atol=1e-6,
    )


TRAIN = """
nn = gluon.nn
net = nn.HybridSequential()
with net.name_scope():
    net.add(nn.Conv2D(6, 3, in_channels=1, use_bias=False), nn.Activation('relu'),
            nn.BatchNorm(in_channels=6), nn.MaxPool2D(2, 2),
            nn.Conv2D(8, 3, in_channels=6), nn.Activation('tanh'), nn.GlobalAvgPool2D(), nn.Flatten(),
            nn.Dense(16, activation='relu', in_units=8), nn.Dense(10, in_units=16))
net.initialize(init.Xavier())
if hybridize:
    net.hybridize()
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), optimizer_name, dict(options))
x, y = nd.array(x), nd.array(y)
losses = []
for i in range(6):
    with autograd.record():
        l = loss(net(x), y)
    l.backward()
    trainer.step(x.shape[0])
    losses.append(l.asnumpy())
result = {"losses": np.stack(losses), "predict": net(x)}
for name, p in net.collect_params().items():
    result[name] = p.data()
"""


@pytest.mark.parametrize("hybridize", [False, True], ids=["imperative", "hybrid"])
@pytest.mark.parametrize(
    "name, options",
    [
        ("sgd", {"learning_rate": 0.1}),
        ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "wd": 1e-3}),
        ("adam", {"learning_rate": 0.01}),
    ],
    ids=["sgd", "momentum", "adam"],
)
def test_training(both, rng, name, options, hybridize):
    x, y = rng.uniform(size=(16, 1, 12, 12)).astype("f"), rng.integers(0, 10, 16).astype("f")
    # the same seed gives the same initial weights on both sides (sum 0 after six steps would not be equal otherwise)
    both(TRAIN, x=x, y=y, optimizer_name=name, options=list(options.items()), hybridize=hybridize, rtol=2e-3, atol=2e-4)


def test_deferred_initialisation_draws_the_same_numbers(both, rng):
    both(
        """
        def run(hybridize):
            mx.random.seed(3)
            net = gluon.nn.HybridSequential()
            net.add(gluon.nn.Dense(4, activation='relu'), gluon.nn.Dense(3), gluon.nn.Dense(2))
            net.initialize()
            if hybridize:
                net.hybridize()
            return net(nd.array(x)), [p.data() for p in net.collect_params().values()]
        result = {"imperative": run(False)[0], "hybrid": run(True)[0]}
        for i, p in enumerate(run(True)[1]):
            result[str(i)] = p
        """,
        x=rng.normal(size=(3, 5)).astype("f"),
    )


def test_several_devices(both, rng):
    both(
        """
        devices = [mx.cpu(0), mx.cpu(1)]
        net = gluon.nn.Dense(2, in_units=3)
        net.initialize(ctx=devices)
        trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': 0.1, 'momentum': 0.9})
        loss = gluon.loss.L2Loss()
        xs, ys = gluon.utils.split_and_load(x, devices), gluon.utils.split_and_load(y, devices)
        for _ in range(3):
            with autograd.record():
                ls = [loss(net(a), b) for a, b in zip(xs, ys)]
            for l in ls:
                l.backward()
            trainer.step(x.shape[0])
        result = {"a": net.weight.data(devices[0]), "b": net.weight.data(devices[1]), "ctx": str(net.weight.list_ctx()),
                  "bias": net.bias.data(mx.cpu(1))}
        """,
        x=rng.normal(size=(6, 3)).astype("f"),
        y=rng.normal(size=(6, 2)).astype("f"),
    )


def test_names_and_printed_forms(both):
    both(
        """
        nn = gluon.nn
        net = nn.Sequential()
        with net.name_scope():
            net.add(nn.Dense(3), nn.Conv2D(2, 3), nn.Dense(2, in_units=3, prefix='last_'))
            inner = nn.HybridSequential()
            with inner.name_scope():
                inner.add(nn.BatchNorm(), nn.Activation('relu'), nn.Dropout(0.5))
            net.add(inner)
        class Mine(gluon.Block):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                with self.name_scope():
                    self.a, self.b = nn.Dense(2), nn.Dense(3)
        mine, other = Mine(), Mine(prefix='')
        result = {
            "net": repr(net), "params": repr(net.collect_params()),
            "some": repr(net.collect_params('.*weight|last_.*')),
            "mine": repr(mine), "mine_params": repr(mine.collect_params()), "other": repr(other.collect_params()),
            "names": str([net.name, net.prefix, mine.name, mine.a.name, other.name, net[0].weight.name]),
            "slice": repr(net[1:3]), "own": repr(net.params), "constant": repr(gluon.Constant('c', [[1, 2]])),
        }
        """
    )


def test_exported_files_are_those_of_mxnet(both, tmp_path):
    got = both(
        """
        import os, json
        nn = gluon.nn
        net = nn.HybridSequential()
        with net.name_scope():
            net.add(nn.Conv2D(2, 3, activation='relu'), nn.BatchNorm(), nn.Flatten(), nn.Dense(3))
        net.initialize()
        net.hybridize()
        net(nd.ones((1, 1, 5, 5)))
        net.export(os.path.join(folder, mx.__name__), epoch=7)
        with open(os.path.join(folder, mx.__name__ + '-symbol.json')) as f:
            text = f.read()
        result = {"names": str(sorted(nd.load(os.path.join(folder, mx.__name__ + '-0007.params')))), "json": text}
        """,
        folder=str(tmp_path),
    )
    assert '"BatchNorm"' in got.ours["json"]


def test_a_model_of_mxnet_loads_here(oracle, tmp_path, rng):
    import mxr as mx

    x = rng.normal(size=(2, 1, 8, 8)).astype("f")
    code = """
        nn = gluon.nn
        net = nn.HybridSequential()
        with net.name_scope():
            net.add(nn.Conv2D(4, 3, activation='relu'), nn.BatchNorm(), nn.Flatten(), nn.Dense(3))
        net.initialize(init.Xavier())
        net.hybridize()
        y = net(nd.array(x))
        net.export(folder + '/model')
        net.save_parameters(folder + '/net.params')
    """
    from textwrap import dedent

    theirs = oracle.run(dedent(code), result="y", x=x, folder=str(tmp_path))["y"]
    block = mx.gluon.SymbolBlock.imports(f"{tmp_path}/model-symbol.json", ["data"], f"{tmp_path}/model-0000.params")
    np.testing.assert_allclose(block(mx.nd.array(x)).asnumpy(), theirs, rtol=1e-4, atol=1e-5)
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Conv2D(4, 3, activation="relu"), nn.BatchNorm(), nn.Flatten(), nn.Dense(3))
    net.load_parameters(f"{tmp_path}/net.params")
    np.testing.assert_allclose(net(mx.nd.array(x)).asnumpy(), theirs, rtol=1e-4, atol=1e-5)
    net.load_parameters(f"{tmp_path}/net.params", ctx=mx.cpu())


def test_split_data(both):
    both(
        """
        x = nd.arange(14).reshape((7, 2))
        parts = gluon.utils.split_data(x, 3, even_split=False)
        across = gluon.utils.split_data(x, 2, batch_axis=1)
        result = {str(i): p for i, p in enumerate(parts + across)}
        """
    )


def test_clip_global_norm(both):
    both(
        """
        a, b = nd.array([3.0, 4.0]), nd.array([[12.0]])
        n = gluon.utils.clip_global_norm([a, b], 6.5)
        lazy = gluon.utils.clip_global_norm([a, b], 1.0, check_isfinite=False)
        result = {"a": a, "b": b, "n": n, "lazy": lazy}
        """
    )


def test_data_loader_order_and_dtypes(both, rng):
    both(
        """
        data = gluon.data.ArrayDataset(x, y)
        result = {}
        for last in ('keep', 'discard', 'rollover'):
            loader = gluon.data.DataLoader(data, 4, shuffle=True, last_batch=last)
            for epoch in range(2):
                for i, (a, b) in enumerate(loader):
                    result['data %s %d %d' % (last, epoch, i)] = a  # as they are: MXNet can trip over views of them
                    result['label %s %d %d' % (last, epoch, i)] = b
                result['length %s %d' % (last, epoch)] = len(loader)
        a, b = next(iter(gluon.data.DataLoader(data, 4)))
        result['dtypes'] = str([np.dtype(a.dtype), np.dtype(b.dtype)])
        result['ints'] = next(iter(gluon.data.DataLoader(gluon.data.SimpleDataset([3, 4, 5]), 2)))
        result['int32'] = next(iter(gluon.data.DataLoader([np.int32(3), np.int32(4)], 2)))
        """,
        x=rng.normal(size=(10, 2, 3)).astype("f"),
        y=np.arange(10, dtype="f"),
    )


def test_transforms(both, rng):
    both(
        """
        T = gluon.data.vision.transforms
        image = nd.array(image, dtype='uint8')
        chain = T.Compose([T.ToTensor(), T.Normalize((0.1, 0.2, 0.3), (0.5, 0.4, 0.3))])
        result = {"tensor": T.ToTensor()(image), "batch": T.ToTensor()(nd.stack(image, image)), "chain": chain(image),
                  "cast": T.Cast('float16')(image), "one": T.Normalize(0.5, 2)(T.ToTensor()(image)),
                  "text": repr(chain)}
        """,
        image=rng.integers(0, 255, (6, 5, 3)),
        rtol=1e-5,
    )


def test_slide_on_symbols(both):
    # backward after forward() without is_train, as the slide has it
    both(
        """
        Y = sym.var('Y')
        B = sym.tanh(Y * 2) * Y
        Ydata, Ygrad = nd.array([[1, 2, 3], [4, 5, 6]]) / 4, nd.empty((2, 3))
        exc = B.bind(mx.cpu(), args={'Y': Ydata}, args_grad={'Y': Ygrad})
        r = exc.forward()
        exc.backward(out_grads=nd.ones(r[0].shape))
        result = {"y": r[0], "grad": Ygrad.copy(), "again": exc.forward(is_train=True)[0].copy()}
        exc.backward(out_grads=nd.ones(r[0].shape) * 2)
        result["double"] = Ygrad
        """,
        rtol=1e-4,
    )
