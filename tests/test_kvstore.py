"""The key-value store of one process."""

import numpy as np
import pytest

import mxr as mx
from mxr.base import MXNetError


def full(value, shape=(2, 2)):
    return mx.nd.full(shape, value)


def pulled(kv, key, shape=(2, 2)):
    out = mx.nd.zeros(shape)
    kv.pull(key, out=out)
    return out.asnumpy()


@pytest.fixture(params=["local", "device"])
def kv(request):
    return mx.kv.create(request.param)


def test_about(kv):
    assert (kv.rank, kv.num_workers) == (0, 1) and kv.type in ("local", "device")
    assert kv.is_capable("optimizer")


def test_push_sums_and_replaces(kv):
    kv.init(3, full(1))
    assert (pulled(kv, 3) == 1).all()
    kv.push(3, [full(2), full(3)])
    assert (pulled(kv, 3) == 5).all()
    kv.push(3, full(8))
    assert (pulled(kv, 3) == 8).all()


def test_several_keys_and_devices(kv):
    kv.init(["a", "b"], [full(1), full(2)])
    kv.push(["a", "b"], [[full(1), full(2)], [full(3), full(4)]])
    outs = [[mx.nd.zeros((2, 2)), mx.nd.zeros((2, 2), ctx=mx.cpu(1))], [mx.nd.zeros((2, 2))]]
    kv.pull(["a", "b"], out=outs)
    assert (outs[0][0].asnumpy() == 3).all() and (outs[0][1].asnumpy() == 3).all()
    assert (outs[1][0].asnumpy() == 7).all()


def test_pushed_and_stored_arrays_are_copies(kv):
    x = full(9)
    kv.init(1, x)
    kv.push(1, x)
    x[:] = 0
    assert (pulled(kv, 1) == 9).all()


def test_pushpull_and_broadcast(kv):
    kv.init(1, full(0))
    x = full(3)
    kv.pushpull(1, [x, full(1)], out=x)
    assert (x.asnumpy() == 4).all()
    kv.broadcast(9, full(5), out=x)
    assert (x.asnumpy() == 5).all()


def test_updater_gets_key_sum_and_stored(kv):
    kv.init("w", full(1))
    calls = []

    def updater(key, grad, weight):
        calls.append((key, grad.asnumpy()[0, 0]))
        weight[:] += 10 * grad

    kv.set_updater(updater)
    kv.push("w", [full(1), full(2)])
    assert calls == [("w", 3.0)] and (pulled(kv, "w") == 31).all()


def test_optimizer_and_its_states(kv, tmp_path):
    kv.init(0, full(1))
    kv.set_optimizer(mx.optimizer.create("sgd", learning_rate=0.1, momentum=0.5))
    kv.push(0, full(1))
    np.testing.assert_allclose(pulled(kv, 0), 0.9, rtol=1e-6)
    kv.save_optimizer_states(str(tmp_path / "states"))
    kv.push(0, full(1))
    np.testing.assert_allclose(pulled(kv, 0), 0.75, rtol=1e-6)

    other = mx.kv.create("local")
    other.init(0, full(0.9))
    other.set_optimizer(mx.optimizer.create("sgd", learning_rate=0.1, momentum=0.5))
    other.load_optimizer_states(str(tmp_path / "states"))
    other.push(0, full(1))
    np.testing.assert_allclose(pulled(other, 0), 0.75, rtol=1e-6)


def test_registered_store():
    @mx.kv.KVStoreBase.register
    class MineForTest(mx.kv.KVStoreBase):
        pass

    assert type(mx.kv.create("mineForTest")) is MineForTest


@pytest.mark.parametrize(
    "call,words",
    [
        (lambda kv: kv.init(3, full(5)), "duplicate init of key 3"),
        (lambda kv: kv.push(4, full(1)), "key 4 has not been inited"),
        (lambda kv: kv.pull(4, out=full(1)), "key 4 has not been inited"),
        (lambda kv: kv.pull(3), "needs out"),
        (lambda kv: kv.init("x", full(1)), "Mixed key types"),
        (lambda kv: kv.push(3, full(1, (3,))), r"key 3 has shape \(2, 2\), pushed was \(3,\)"),
        (lambda kv: kv.pull(3, out=full(1, (3,))), r"out has \(3,\)"),
        (lambda kv: kv.init(1.5, full(1)), "unexpected type for keys: float"),
        (lambda kv: kv.init([1, 2], [full(1)]), "2 keys need as many"),
        (lambda kv: kv.init(1, 3), "must be NDArray, got int"),
        (lambda kv: kv.push(3, []), "is empty"),
        (lambda kv: kv.row_sparse_pull(3, out=full(1), row_ids=full(1)), "row_sparse"),
        (lambda kv: kv.set_optimizer("sgd"), "must be an Optimizer, got str"),
        (lambda kv: kv.set_gradient_compression({"type": "2bit"}), "not supported"),
        (lambda kv: kv.save_optimizer_states("x"), "Cannot save states"),
        (lambda kv: kv.load_optimizer_states("x"), "Cannot load states"),
        (lambda kv: kv.is_capable("x"), "Unknown capability: x"),
        (lambda kv: mx.kv.create("dist_sync"), "'dist_sync' is not supported yet"),
        (lambda kv: mx.kv.create("nccl"), "not supported yet"),
        (lambda kv: mx.kv.create("loca"), "Did you mean 'local'"),
        (lambda kv: mx.kv.create(None), "must be a string"),
    ],
)
def test_bad_use(call, words):
    kv = mx.kv.create("local")
    kv.init(3, full(1))
    with pytest.raises(MXNetError, match=words):
        call(kv)


def test_compression_keeps_what_it_does_not_send():
    kv = mx.kv.create("device")
    kv.set_gradient_compression({"type": "2bit", "threshold": 1})
    kv.init(1, full(0, 3))
    gradient = mx.nd.array([0.75, -0.5, 3])
    sums = []
    for devices in (1, 1, 2):
        kv.push(1, [gradient] * devices)
        sums.append(pulled(kv, 1, 3).tolist())
    assert sums == [[0, 0, 1], [1, -1, 1], [1, 0, 2]]
    assert gradient.asnumpy().tolist() == [0.75, -0.5, 3]


@pytest.mark.parametrize(
    "params, words",
    [
        ({"type": "2bit", "treshold": 1}, "'treshold'. Did you mean 'threshold'"),
        ({"type": "2bit", "threshold": float("nan")}, "threshold must be greater than 0 and finite, got nan"),
        ({"type": "1bit"}, "gradient compression 1bit: '2bit' is expected"),
    ],
)
def test_bad_compression(params, words):
    with pytest.raises(MXNetError, match=words):
        mx.kv.create("device").set_gradient_compression(params)


def test_compression_of_sparse_gradients():
    kv = mx.kv.create("device")
    kv.set_gradient_compression({"type": "2bit"})
    kv.init(1, full(0))
    with pytest.raises(MXNetError, match="dense gradients, key 1 has row_sparse"):
        kv.push(1, full(1).tostype("row_sparse"))
