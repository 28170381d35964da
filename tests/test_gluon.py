"""Blocks, parameters, names, files. What MXNet prints and computes is in oracle/test_gluon_oracle.py."""

import warnings

import numpy as np
import pytest

import mxr as mx
from mxr import autograd, gluon, nd
from mxr.base import MXNetAssertionError, MXNetError, MXNetTypeError, MXNetValueError
from mxr.gluon import nn


@pytest.fixture(autouse=True)
def _fresh_names():
    with mx.name.NameManager():
        yield


class Twice(gluon.HybridBlock):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.scale = self.params.get("scale", shape=(1,), init="ones")
            self.dense = nn.Dense(2)

    def hybrid_forward(self, F, x, scale):
        return F.broadcast_mul(self.dense(x), scale * 2)


def test_names_count_within_their_scope():
    a, b = nn.Dense(2), nn.Dense(2)
    net = nn.HybridSequential()
    with net.name_scope():
        net.add(nn.Dense(2), nn.Dense(2), nn.Conv2D(2, 3), nn.MaxPool2D())
    outer = nn.HybridSequential(prefix="outer_")
    with outer.name_scope():
        outer.add(nn.HybridSequential(prefix=""))
        with outer[0].name_scope():
            outer[0].add(nn.Dense(2))
    assert [a.prefix, b.name, net.name, net[1].weight.name, net[3].name] == [
        "dense0_", "dense1", "hybridsequential0", "hybridsequential0_dense1_weight", "hybridsequential0_pool0",
    ]  # fmt: skip
    assert outer[0][0].weight.name == "outer_dense0_weight"


def test_collect_params_selects_by_regular_expression():
    net = Twice(prefix="my_")
    assert list(net.collect_params()) == ["my_scale", "my_dense0_weight", "my_dense0_bias"]
    assert list(net.collect_params(".*weight|.*scale")) == ["my_scale", "my_dense0_weight"]
    assert list(net.params) == ["my_scale"]


def test_shared_parameters():
    a = nn.Dense(3, in_units=3)
    b = nn.Dense(3, in_units=3, params=a.collect_params())
    a.initialize()
    assert b.weight is a.weight
    net = nn.Sequential()
    net.add(a, b)
    assert len(net.collect_params()) == 2
    x = nd.ones((2, 3))
    with autograd.record():
        y = net(x).sum()
    y.backward()
    w = a.weight.data().asnumpy().astype("d")
    h = np.ones((2, 3)) @ w.T
    expected = np.ones((2, 3)).T @ (np.ones((2, 3)) @ w)
    np.testing.assert_allclose(
        a.weight.grad().asnumpy(), expected.T + np.ones((3, 2)) @ h, rtol=1e-5, atol=1e-6
    )  # both uses count


def test_deferred_shapes():
    net = Twice()
    with pytest.raises(MXNetError, match="'twice0_dense0_weight' has not been initialized"):
        net.dense.weight.data()
    net.initialize()
    with pytest.raises(gluon.DeferredInitializationError, match="deferred"):
        net.dense.weight.data()
    assert net.dense.weight.shape == (2, 0)
    net(nd.ones((5, 7)))
    assert net.dense.weight.shape == (2, 7)
    assert "Dense(7 -> 2, linear)" in repr(net)
    with pytest.warns(UserWarning, match="already initialized"):
        net.initialize()
    net.initialize(mx.init.One(), force_reinit=True)
    assert net.dense.weight.data().asnumpy().tolist() == [[1.0] * 7] * 2
    with pytest.raises(MXNetValueError, match="FullyConnected"):
        net(nd.ones((5, 8))).wait_to_read()


def test_a_parameter_without_shape_needs_one():
    p = gluon.Parameter("p", shape=(0, 2))
    with pytest.raises(MXNetValueError, match=r"invalid shape: \(0, 2\)"):
        p.initialize()
    with pytest.raises(MXNetAssertionError, match="incompatible with given shape"):
        gluon.Parameter("p", shape=(3, 2)).shape = (4, 2)


def test_gradient_requests():
    p = gluon.Parameter("p", shape=(2,), init="ones")
    p.initialize()
    assert p.grad().shape == (2,)
    p.grad_req = "add"
    for _ in range(2):
        with autograd.record():
            y = p.data() * 3
        y.backward()
    assert p.grad().asnumpy().tolist() == [6, 6]
    p.zero_grad()
    assert p.grad().asnumpy().tolist() == [0, 0]
    p.grad_req = "null"
    with pytest.raises(MXNetError, match="grad_req='null'"):
        p.grad()
    with pytest.raises(MXNetAssertionError, match="'write', 'add', or 'null'"):
        p.grad_req = "often"
    params = nn.Dense(2, in_units=2).collect_params()
    params.setattr("grad_req", "null")
    assert {p.grad_req for p in params.values()} == {"null"}


def test_several_devices_and_moving():
    net = nn.Dense(2, in_units=3)
    net.initialize(ctx=[mx.cpu(0), mx.cpu(1)])
    assert net.weight.list_ctx() == [mx.cpu(0), mx.cpu(1)]
    assert (net.weight.data(mx.cpu(1)).asnumpy() == net.weight.data(mx.cpu(0)).asnumpy()).all()
    assert net(nd.ones((1, 3), ctx=mx.cpu(1))).context == mx.cpu(1)
    with pytest.raises(MXNetError, match=r"not initialized on context cpu\(2\). It was only initialized on"):
        net.weight.data(mx.cpu(2))
    net.collect_params().reset_ctx(mx.cpu(2))
    assert net.collect_params().list_ctx() == [mx.cpu(2)]
    net.weight.set_data(nd.ones((2, 3)))
    assert net.weight.data().asnumpy().sum() == 6


def test_constant():
    class Shift(gluon.HybridBlock):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.by = self.params.get_constant("by", [[1.0, 2.0]])

        def hybrid_forward(self, F, x, by):
            return F.broadcast_add(x, by)

    net = Shift()
    net.initialize()
    assert net(nd.zeros((1, 2))).asnumpy().tolist() == [[1, 2]]
    net.hybridize()
    assert net(nd.zeros((1, 2))).asnumpy().tolist() == [[1, 2]]
    with pytest.warns(UserWarning, match="does not support grad_req"):
        net.by.grad_req = "write"
    with pytest.raises(MXNetAssertionError, match="doesn't match new value"):
        net.params.get_constant("by", [[1.0, 3.0]])


def test_parameter_dict_errors():
    params = gluon.ParameterDict("p_")
    params.get("w", shape=(2, 0))
    assert params.get("w", shape=(0, 3)).shape == (2, 3)
    with pytest.raises(MXNetAssertionError, match="desired attribute does not match"):
        params.get("w", shape=(4, 3))
    with pytest.raises(KeyError, match="p_w"):
        params["p_v"]
    other = gluon.ParameterDict("p_")
    other.get("w", shape=(2, 3))
    with pytest.raises(MXNetAssertionError, match="different Parameters with the same name 'p_w'"):
        params.update(other)


def test_attributes_are_checked():
    net = Twice()
    with pytest.raises(TypeError, match="Changing attribute type for dense"):
        net.dense = 3
    with pytest.raises(ValueError, match="Children of HybridBlock must also be HybridBlock"):
        nn.HybridSequential().add(nn.Lambda("relu"))
    with pytest.raises(MXNetTypeError, match="takes blocks, got int"):
        nn.Sequential().add(3)
    with pytest.raises(MXNetValueError, match=r"Dense: units must be a positive integer, got 0"):
        nn.Dense(0)
    with pytest.raises(MXNetAssertionError, match="kernel_size must be a number or a tuple of 2 ints"):
        nn.Conv2D(3, (1, 2, 3))
    with pytest.raises(TypeError, match="kernel_size"):
        nn.Conv2D(channels=3)
    with pytest.raises(MXNetAssertionError, match="layout must be one of NCHW, NHWC"):
        nn.Conv2D(3, 3, layout="HWC")
    with pytest.raises(MXNetAssertionError, match=r"is not found in mxr.ndarray.* Did you mean 'relu'"):
        nn.Lambda("rleu")

    class Hidden(gluon.Block):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Dense(2)]

    with pytest.warns(UserWarning, match="unregistered container"):
        Hidden().collect_params()


def test_hooks_apply_and_children():
    net = Twice()
    net.initialize()
    seen = []
    handle = net.dense.register_forward_hook(lambda block, args, out: seen.append((block.name, out.shape)))
    before = net.register_forward_pre_hook(lambda block, args: seen.append(args[0].shape))
    net(nd.ones((4, 3)))
    handle.detach(), before.detach()
    net(nd.ones((4, 3)))
    assert seen == [(4, 3), ("twice0_dense0", (4, 2))]
    names = []
    assert net.apply(lambda block: names.append(block.name)) is net
    assert names == ["twice0_dense0", "twice0"]


def test_sequential_is_a_list():
    net = nn.HybridSequential()
    net.add(nn.Dense(2), nn.Dense(3), nn.Dense(4))
    assert len(net) == 3
    assert net[-1] is list(net)[2]
    assert [block.name for block in net[1:]] == ["dense1", "dense2"]
    assert type(net[:2]) is nn.HybridSequential


def test_sequential_passes_several_values():
    class Pair(gluon.Block):
        def forward(self, x, y=None):
            return (x + 1, x if y is None else y)

    net = nn.Sequential()
    net.add(Pair(), Pair())
    x, y = net(nd.zeros((1,)))
    assert (x.asscalar(), y.asscalar()) == (2, 0)


def test_sequential_of_hybrid_blocks_says_so():
    net = nn.Sequential()
    net.add(nn.Dense(2))
    with pytest.warns(UserWarning, match="Consider using HybridSequential"):
        net.hybridize()


@pytest.mark.parametrize("hybridize", [False, True])
def test_parameters_survive_files(tmp_path, hybridize):
    def build():
        net = nn.HybridSequential()
        with net.name_scope():
            net.add(nn.Dense(4, activation="relu"), nn.BatchNorm(), nn.Dense(2))
        return net

    x = nd.random.normal(shape=(3, 5))
    net = build()
    net.initialize()
    if hybridize:
        net.hybridize()
    y = net(x)
    path = str(tmp_path / "net.params")
    net.save_parameters(path)
    assert list(nd.load(path))[:3] == ["0.weight", "0.bias", "1.gamma"]
    fresh = build()
    fresh.load_parameters(path)
    assert fresh[1].running_var.grad_req == "null"
    np.testing.assert_allclose(fresh(x).asnumpy(), y.asnumpy(), rtol=1e-5, atol=1e-6)
    third = build()
    third.initialize(mx.init.Zero())  # deferred: the loaded values win
    third.load_parameters(path)
    np.testing.assert_allclose(third(x).asnumpy(), y.asnumpy(), rtol=1e-5, atol=1e-6)
    net.collect_params().save(path, strip_prefix=net.prefix)
    fourth = build()
    fourth.load_parameters(path)
    np.testing.assert_allclose(fourth(x).asnumpy(), y.asnumpy(), rtol=1e-5, atol=1e-6)


def test_loading_names_what_is_wrong(tmp_path):
    path = str(tmp_path / "net.params")
    net = nn.Dense(2, in_units=3)
    net.initialize()
    net.save_parameters(path)
    with pytest.raises(
        MXNetAssertionError, match=r"'dense1_weight'.*shape incompatible expected \(2, 4\) vs saved \(2, 3\)"
    ):
        nn.Dense(2, in_units=4).load_parameters(path)
    with pytest.raises(MXNetValueError, match="'bias' loaded from file .* is not present"):
        nn.Dense(2, in_units=3, use_bias=False).load_parameters(path)
    nn.Dense(2, in_units=3, use_bias=False).load_parameters(path, ignore_extra=True)
    nd.save(path, {"weight": net.weight.data()})
    with pytest.raises(MXNetAssertionError, match="'bias' is missing in file"):
        net.load_parameters(path)
    nd.save(path, {"weight": net.weight.data().astype("float16"), "bias": net.bias.data()})
    with pytest.raises(MXNetAssertionError, match="dtype incompatible expected float32 vs saved float16"):
        net.load_parameters(path)
    net.load_parameters(path, cast_dtype=True)
    assert net.weight.data().dtype == np.float32
    (tmp_path / "net.params").write_bytes(b"nothing of the kind")
    with pytest.raises(MXNetError):
        net.load_parameters(path)


def test_cast():
    net = nn.HybridSequential()
    net.add(nn.Dense(3), nn.BatchNorm())
    net.initialize()
    net(nd.ones((2, 2)))
    net.cast("float64")
    assert net(nd.ones((2, 2), dtype="float64")).dtype == np.float64
    net.cast("float16")
    assert net[1].gamma.dtype == "float32"
    assert net[0].weight.data().dtype == np.float16


def test_summary(capsys):
    net = nn.HybridSequential()
    net.add(nn.Conv2D(4, 3), nn.BatchNorm(), nn.Dense(2))
    net.initialize()
    net.summary(nd.ones((1, 3, 5, 5)))
    text = capsys.readouterr().out
    assert "Conv2D-1" in text and "(1, 4, 3, 3)" in text
    assert "Total params: 202" in text and "Non-trainable params: 8" in text
    net.hybridize()
    with pytest.raises(MXNetError, match="must not be hybridized"):
        net.summary(nd.ones((1, 3, 5, 5)))


def test_parallel_composition():
    net = gluon.contrib.nn.HybridConcurrent(concat_dim=1)
    net.add(nn.Dense(2), gluon.contrib.nn.Identity())
    plain = gluon.contrib.nn.Concurrent(axis=1)
    plain.add(*net)
    net.initialize()
    x = nd.random.normal(shape=(3, 4))
    assert net(x).shape == (3, 6)
    assert (net(x).asnumpy() == plain(x).asnumpy()).all()


def test_no_warnings_from_a_plain_model():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net = nn.Sequential()
        net.add(nn.Embedding(10, 4), nn.Flatten(), nn.Dropout(0.5), nn.Dense(2))
        net.initialize(mx.init.Xavier())
        net(nd.array([[1, 2]]))
    assert net[3].weight.shape == (2, 8)


def test_download(tmp_path):
    import hashlib

    source = tmp_path / "source.bin"
    source.write_bytes(b"some bytes")
    good = hashlib.sha1(b"some bytes").hexdigest()
    target = tmp_path / "sub" / "target.bin"
    assert gluon.utils.download(source.as_uri(), str(target), sha1_hash=good) == str(target)
    assert target.read_bytes() == b"some bytes"
    assert gluon.utils.check_sha1(target, good)
    with pytest.raises(MXNetError, match="hash does not match"):
        gluon.utils.download(source.as_uri(), str(tmp_path / "x.bin"), sha1_hash="0" * 40, retries=0)
    assert not (tmp_path / "x.bin").exists()
    with pytest.raises(MXNetError, match="Failed downloading"):
        gluon.utils.download((tmp_path / "absent").as_uri(), str(tmp_path / "y"), retries=1)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["source.bin", "sub"]


def test_clip_global_norm_of_nonsense_warns():
    with pytest.warns(UserWarning, match="nan or inf"):
        gluon.utils.clip_global_norm([nd.array([np.nan])], 1.0)
