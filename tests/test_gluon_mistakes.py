"""Typical mistakes in Gluon: the error names the block, the argument, what was given and what was expected."""

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd

nn, rnn, data, loss = gluon.nn, gluon.rnn, gluon.data, gluon.loss
ones = nd.ones


def made(block, hybrid=False):
    block.initialize()
    if hybrid:
        block.hybridize()
    return block


def call(block, *shapes, hybrid=False, dtype="float32"):
    made(block, hybrid)
    for shape in shapes:
        block(ones(shape, dtype=dtype)).asnumpy()


def net(*layers):
    n = nn.HybridSequential(prefix="net_")
    with n.name_scope():
        n.add(*(layers or (nn.Dense(4, activation="relu"), nn.Dense(2))))
    return n


def own(forward, *inputs, hybrid=False):
    block = type("Own", (nn.HybridBlock,), {"hybrid_forward": lambda self, F, *a: forward(F, *a)})(prefix="own_")
    return made(block, hybrid)(*(inputs or (ones((2, 3)),)))


def class_of(init, base=nn.Block):
    return type("Mine", (base,), {"__init__": init})()


def with_unit(**given):
    """A block whose own __init__ has one argument more and hands on the others."""
    return type(class_of(lambda self, unit=3, **more: nn.Block.__init__(self, **more)))(**given)


def trained(optimizer="sgd", arguments=None, params=None):
    n = made(net())
    trainer = gluon.Trainer(n.collect_params() if params is None else params(n), optimizer, arguments)
    with autograd.record():
        out = n(ones((2, 3))).sum()
    out.backward()
    trainer.step(2)


def loads(content):
    Path("file").write_bytes(content)
    net().load_parameters("file")


def loads_zip():
    with zipfile.ZipFile("file", "w") as z:
        z.writestr("archive/data.pkl", b"")
    net().load_parameters("file")


def saved(change):
    n = made(net())
    n(ones((2, 3)))
    n.save_parameters("saved")
    change()


def batches(*examples, **more):
    return list(data.DataLoader(list(examples), 2, **more))


# what is done, the types of the error, what it says
MISTAKES = {
    # shapes and dtypes: the layer and its parameter
    "dense": (lambda: call(nn.Dense(2, in_units=3, prefix="d_"), (2, 4)),
        ValueError, "weight has shape (2, 3), expected (2, 4)", "block d (Dense)"),
    "dense later": (lambda: call(net(), (2, 4), (2, 5)),
        ValueError, "weight has shape (4, 4), expected (4, 5)", "net_dense0 (Dense)"),
    "dense hybrid": (lambda: call(net(), (2, 4), (2, 5), hybrid=True),
        ValueError, "(4, 4), expected (4, 5)", "net_dense0 (Dense)"),
    "conv channels": (lambda: call(nn.Conv2D(2, 3, in_channels=3, prefix="c_"), (2, 1, 8, 8)),
        ValueError, "(2, 3, 3, 3), expected (2, 1, 3, 3)", "c (Conv2D)"),
    "conv axes": (lambda: call(nn.Conv2D(2, 3, prefix="c_"), (2, 8, 8)),
        ValueError, "(2, 8, 8), expected 4 dim", "c (Conv2D)"),
    "conv kernel": (lambda: call(nn.Conv2D(2, 5, prefix="c_"), (2, 1, 3, 3)),
        ValueError, "kernel (5, 5)", "(2, 1, 3, 3)"),
    "pool": (lambda: call(net(nn.MaxPool2D(5, prefix="p_")), (2, 1, 3, 3)),
        ValueError, "kernel=(5, 5)", "(2, 1, 3, 3)", "p (MaxPool2D)"),
    "batch norm": (lambda: call(nn.BatchNorm(prefix="b_"), (2, 4), (2, 5)),
        ValueError, "gamma has shape (4,), expected (5,)", "b (BatchNorm)"),
    "lstm": (lambda: call(rnn.LSTM(4, input_size=3, prefix="l_"), (5, 2, 4)),
        ValueError, "(144,), expected (160,)", "l (LSTM)"),
    "lstm axes": (lambda: call(rnn.LSTM(4, prefix="l_"), (5, 2)), ValueError, "l: ", "(5, 2)", "TNC"),
    "float64": (lambda: call(nn.Dense(2, prefix="d_"), (2, 3), dtype="float64"),
        TypeError, "weight has dtype float32, expected float64", "d (Dense)"),
    "states": (lambda: made(rnn.LSTMCell(4, prefix="l_"))(ones((5, 3)), [ones((5, 4))]),
        ValueError, "l: 1 state(s) given, expected 2"),
    "inputs": (lambda: made(nn.Dense(2, in_units=3, prefix="d_"))(ones((2, 3)), ones((2, 3))),
        TypeError, "too many inputs, 2 were given to block d (Dense)"),
    "inputs deferred": (lambda: made(nn.Dense(2, prefix="d_"), True)(ones((2, 3)), ones((2, 3))),
        TypeError, "too many inputs, 2 were given to block d (Dense)"),
    "not initialized": (lambda: net()(ones((2, 3))), RuntimeError, "net_dense0_weight' has not been initialized"),
    "other device": (lambda: made(net())(ones((2, 3), ctx=mx.cpu(1))),
        RuntimeError, "net_dense0_weight", "cpu(1)", "[cpu(0)]"),
    "loss shape": (lambda: loss.L2Loss(prefix="l_")(ones((4, 3)), ones((4, 2))),
        ValueError, "(4, 2)", "(4, 3)", "l (L2Loss)"),
    "labels": (lambda: loss.SoftmaxCELoss(prefix="l_")(ones((4, 3)), ones((3,))),
        ValueError, "(3,), expected (4,)", "l (Softmax"),
    "label list": (lambda: loss.SoftmaxCELoss()(ones((2, 3)), [0, 1]),
        (TypeError, AssertionError), "index must be NDArray, got list"),
    # what is no array
    "numpy": (lambda: made(net())(np.ones((200, 3))), ValueError, "ndarray of shape (200, 3)", "mx.nd.array"),
    "list": (lambda: made(net())([[1.0, 2, 3]]), ValueError, "got 1.0 of type <class 'float'>"),
    "number hybrid": (lambda: own(lambda F, x, y: x + y, ones((2,)), 3, hybrid=True), ValueError, "got 3"),
    "long": (lambda: made(net())("x" * 500), ValueError, "xxx..."),
    "dict": (lambda: own(lambda F, x: {"a": x}, hybrid=True), ValueError, "output must be", "'a'"),
    "if": (lambda: own(lambda F, x: x if x.sum() > 0 else -x, hybrid=True), mx.MXNetError, "own (Own)", "F.where"),
    "operator": (lambda: own(lambda F, x: F.dot(x, x)), ValueError, "dot", "(2, 3) X (2, 3)", "own (Own)"),
    "array for a symbol": (
        lambda: mx.sym.relu(nd.ones(2)), (TypeError, AssertionError), "data must be a Symbol, got NDArray"),
    "symbol": (lambda: nd.relu(mx.sym.var("a")), (TypeError, AssertionError), "data must be NDArray, got Symbol"),
    # arguments
    "activaton": (lambda: nn.Dense(3, activaton="relu"), TypeError, "Dense.__init__()", "'activaton'", "'activation'"),
    "stride": (lambda: nn.Conv2D(3, 3, stride=2), TypeError, "Conv2D.__init__()", "'stride'", "'strides'"),
    "pool stride": (lambda: nn.MaxPool2D(2, stride=2), TypeError, "MaxPool2D.__init__()", "'strides'"),
    "layers": (lambda: rnn.LSTM(3, layers=2), TypeError, "LSTM.__init__()", "'num_layers'"),
    "eps": (lambda: nn.BatchNorm(epsilo=1), TypeError, "BatchNorm.__init__()", "'epsilon'"),
    "from_logit": (lambda: loss.SoftmaxCELoss(from_logit=True), TypeError, "'from_logits'"),
    "own argument": (lambda: with_unit(units=3),
        TypeError, "Mine.__init__()", "'unit'"),
    "layers in Sequential()": (lambda: nn.Sequential(nn.Dense(2), nn.Dense(3)), TypeError, "prefix", "Dense", "add()"),
    "list in Sequential()": (lambda: nn.HybridSequential([nn.Dense(2)]), TypeError, "prefix", "list", "add()"),
    "super": (lambda: class_of(lambda self: setattr(self, "d", nn.Dense(2))),
        AttributeError, "Mine.__init__ must call super().__init__()"),
    "attribute": (lambda: nn.Dense(2).weigth, AttributeError, "'Dense' object has no attribute 'weigth'"),
    "activation": (lambda: nn.Dense(2, activation=nn.Activation("relu")),
        TypeError, "Dense: activation must be a name", "Activation(relu)"),
    "rate": (lambda: nn.Dropout("half"), TypeError, "Dropout: rate", "'half'"),
    "hidden": (lambda: rnn.LSTM(5.5), ValueError, "LSTM: hidden_size", "5.5"),
    "cell hidden": (lambda: rnn.GRUCell(0), ValueError, "GRUCell: hidden_size", "0"),
    "device name": (lambda: net().initialize(ctx="cpu"), TypeError, "ctx must be a Context", "'cpu'"),
    "device number": (lambda: net().initialize(ctx=0), TypeError, "ctx must be a Context", "int: 0"),
    # the trainer
    "optimizer": (lambda: trained("sdg"), ValueError, "sdg", "'sgd'"),
    "lr": (lambda: trained("sgd", {"lr": 0.1}), TypeError, "SGD", "'lr'", "learning_rate"),
    "momentun": (lambda: trained("sgd", {"momentun": 0.1}), TypeError, "SGD", "'momentum'"),
    "rate alone": (lambda: trained("sgd", 0.1), TypeError, "optimizer_params must be a dict", "float: 0.1"),
    "arguments in a list": (lambda: trained("sgd", ["learning_rate", 0.1]), TypeError, "optimizer_params", "list"),
    "the net": (lambda: trained(params=lambda n: n),
        ValueError, "must be a list or dict of Parameters", "HybridSequential"),
    "names": (lambda: trained(params=lambda n: list(n.collect_params())), ValueError, "net_dense0_weight"),
    "twice": (lambda: trained(params=lambda n: list(n.collect_params().values()) * 2), UserWarning, "net_dense"),
    "clip": (lambda: gluon.utils.clip_global_norm([ones((2,))], "x"), TypeError, "max_norm", "'x'"),
    "split": (lambda: gluon.utils.split_data(ones((2,)), 2, batch_axis=1), IndexError, "(2,)", "axis 1"),
    # gradients
    "no record": (lambda: made(net())(ones((2, 3))).backward(), mx.MXNetError, "autograd.record()"),
    "head": (lambda: own_backward(ones((3,))), ValueError, "(3,), expected (2, 2)"),
    # files
    "truncated": (lambda: saved(lambda: loads(Path("saved").read_bytes()[:100])), mx.MXNetError, "file", "cut off"),
    "torch": (loads_zip, mx.MXNetError, "zip archive, as torch.save"),
    "pickle": (lambda: loads(pickle.dumps({"a": 1})), mx.MXNetError, "a pickle"),
    "hdf5": (lambda: loads(b"\x89HDF\r\n\x1a\n" + bytes(20)), mx.MXNetError, "HDF5"),
    "text": (lambda: loads(b"nothing like it"), mx.MXNetError, "magic number"),
    "missing": (lambda: saved(lambda: net(nn.Dense(4), nn.Dense(2), nn.Dense(3)).load_parameters("saved")),
        AssertionError, "'2.weight' is missing", "saved"),
    "extra": (lambda: saved(lambda: net(nn.Dense(4)).load_parameters("saved")), ValueError, "'1.weight'", "saved"),
    "shape": (lambda: saved(lambda: net(nn.Dense(4), nn.Dense(5)).load_parameters("saved")),
        AssertionError, "_weight'", "(5, 0)", "(2, 4)"),
    # data
    "ragged": (lambda: batches(np.ones(2), np.ones(3)), ValueError, "(2,)", "(3,)", "batchify_fn"),
    "ragged lists": (lambda: batches([1, 2], [3]), ValueError, "(1,)", "(2,)", "batchify_fn"),
    "ragged inside": (lambda: batches([[1, 2], [3]], [[1], [2]]), ValueError, "batchify_fn"),
    "None": (lambda: batches(None, 3), TypeError, "NoneType None", "batchify_fn"),
    "text in pairs": (lambda: batches((1, "cat"), (2, "dog")), TypeError, "str 'cat'"),
    "transform": (lambda: list(data.DataLoader(data.SimpleDataset([1, 2]).transform(lambda x: None), 2)),
        TypeError, "transform", "None"),
    "workers": (lambda: batches(1, 2, num_workers="2"), TypeError, "num_workers", "'2'"),
    "no length": (lambda: batches_of(type("Mine", (data.Dataset,), {})()), NotImplementedError, "Mine.__len__"),
}  # fmt: skip


def own_backward(head):
    n = made(net())
    with autograd.record():
        out = n(ones((2, 3)))
    out.backward(head)


def batches_of(dataset):
    return list(data.DataLoader(dataset, 2))


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.filterwarnings("error::UserWarning")
def test_mistake(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    what, kinds, *words = MISTAKES[name]
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    with pytest.raises(kinds[0]) as e:
        what()
    assert all(isinstance(e.value, k) for k in kinds)
    text = str(e.value)
    assert not [w for w in words if w not in text], text
    assert len(text) < 900 and text.count("In block") <= 1


def test_what_is_no_mistake():
    """Other things than arrays reach imperative blocks, as in MXNet."""
    assert own(lambda F, x, y, z: x + y if z == "add" else x, ones((2,)), 3, "add").asnumpy().tolist() == [4, 4]
    x, other = ones((2,)), ones((2,), ctx=mx.cpu(1))
    assert own(lambda F, x, y: y.as_in_context(x.context) + x, x, other).asnumpy().tolist() == [2, 2]
    assert float(gluon.utils.clip_global_norm(ones((2,)), 5)) == pytest.approx(2**0.5)
