"""Careless training: data, labels, optimizers, metrics, stores, files that cannot be; indexing as NumPy does it."""

import os
import pickle
import stat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mxr as mx
from mxr import MXNetError, nd
from tests.test_bad_input import net, ones, refuses

CI = settings(deadline=None, derandomize=True, max_examples=200, database=None)
X = np.random.RandomState(0).rand(20, 4).astype("float32")
Y = np.arange(20) % 3


def fit(x=X, y=Y, symbol=None, eval_metric="accuracy", kvstore="local", eval_data=None, **settings):
    settings = {"num_epoch": 1, "learning_rate": 0.1, "ctx": mx.cpu(), **settings}
    model = mx.model.FeedForward(net() if symbol is None else symbol, **settings)
    model.fit(x, y, eval_metric=eval_metric, kvstore=kvstore, eval_data=eval_data)
    return model


def where(x, i, value):
    x = x.astype("float32")
    x[i] = value
    return x


FIT = {
    "few labels": (lambda: fit(y=Y[:10]), "20", "10"),
    "label range": (lambda: fit(y=Y + 5), "softmax_label", "5", "0 to 2"),
    "negative label": (lambda: fit(y=Y - 1), "softmax_label", "-1", "0 to 2"),
    "half a label": (lambda: fit(y=Y + 0.5), "softmax_label", "0.5", "whole"),
    "NaN label": (lambda: fit(y=where(Y, 7, np.nan)), "softmax_label", "NaN", "sample 7"),
    "NaN data": (lambda: fit(where(X, (3, 2), np.nan)), "data", "NaN", "sample 3"),
    "infinite data": (lambda: fit(where(X, (3, 2), np.inf)), "data", "infinite", "sample 3"),
    "no samples": (lambda: fit(X[:0], Y[:0]), "X", "(0, 4)"),
    "no columns": (lambda: fit(X[:, :0]), "X", "(20, 0)"),
    "no labels": (lambda: fit(y=None), "y must be"),
    "text": (lambda: fit("abc"), "X", "str"),
    "one-hot labels": (lambda: fit(y=np.eye(3)[Y]), "(20, 3)"),
    "optimizer": (lambda: fit(optimizer="sdg"), "sdg", "'sgd'"),
    "optimizer argument": (lambda: fit(momentun=0.9), "momentun", "'momentum'"),
    "rate text": (lambda: fit(learning_rate="fast"), "learning_rate", "'fast'"),
    "rate NaN": (lambda: fit(learning_rate=float("nan")), "learning_rate", "nan"),
    "schedule": (lambda: fit(lr_scheduler=5), "lr_scheduler", "5"),
    "initializer": (lambda: fit(initializer="xavir"), "xavir", "'xavier'"),
    "metric": (lambda: fit(eval_metric="acuracy"), "acuracy", "'accuracy'"),
    "epochs": (lambda: fit(num_epoch=-1), "num_epoch", "-1"),
    "epochs text": (lambda: fit(num_epoch="x"), "num_epoch", "'x'"),
    "no context": (lambda: fit(ctx=[]), "ctx"),
    "context text": (lambda: fit(ctx="cpu"), "ctx", "'cpu'"),
    "batch size": (lambda: fit(numpy_batch_size=0), "batch_size", "0"),
    "store": (lambda: fit(kvstore="locla"), "kvstore", "'locla'", "'local'"),
    "store to come": (lambda: fit(kvstore="dist_sync"), "dist_sync", "'local'"),
    "no loss": (lambda: fit(symbol=mx.sym.Variable("data")), "softmax_label"),
    "parameters": (lambda: fit(arg_params={"fc_weight": ones(5, 5)}), "fc_weight", "(5, 5)", "(3, 4)"),
    "strange parameters": (lambda: fit(arg_params={"fc_wieght": ones(3, 4)}), "fc_wieght", "'fc_weight'"),
    "evaluation columns": (lambda: fit(eval_data=(X[:, :2], Y)), "(20, 2)", "(20, 4)"),
    "evaluation labels": (lambda: fit(eval_data=(X, Y[:3])), "20", "3"),
    "evaluation": (lambda: fit(eval_data=X), "Eval data", "ndarray"),
    "predict columns": (lambda: fit().predict(X[:, :2]), "fc", "weight", "(3, 2)"),
    "predict nothing": (lambda: fit().predict(X[:0]), "X", "(0, 4)"),
    "untrained": (lambda: mx.model.FeedForward(net()).predict(X), "parameters"),
}


@pytest.mark.parametrize("case", FIT)
def test_fit(case):
    f, *words = FIT[case]
    refuses(f, *words)


def updated(optimizer, grad=None):
    w = nd.array([1, 2])
    mx.optimizer.get_updater(optimizer)(0, nd.array([1, 1]) if grad is None else grad, w)


def store(f, key=3):
    kv = mx.kv.create()
    kv.init(key, ones(1))
    return f(kv)


I, M, O, A = mx.io.NDArrayIter, mx.metric, mx.optimizer, nd.array
PARTS = {
    "iterator lengths": (lambda: I(X, Y[:3], 4), "softmax_label", "3", "20"),
    "iterator dict": (lambda: I({"a": X, "b": X[:3]}, Y, 4), "b", "3", "a", "20"),
    "iterator batch": (lambda: I(X, Y, 2.5), "batch_size", "2.5"),
    "iterator empty": (lambda: I(X[:0], Y[:0], 2), "data", "no samples"),
    "iterator kind": (lambda: I("abc", None, 2), "data", "str"),
    "iterator handle": (lambda: I(X, Y, 4, last_batch_handle="dicsard"), "last_batch_handle", "'dicsard'"),
    "iterator file": (lambda: mx.io.MNISTIter(image="/nonexistent", label="/x", batch_size=3), "/nonexistent"),
    "metric pairs": (lambda: M.Accuracy().update([A([1])], []), "1", "0"),
    "metric sizes": (lambda: M.Accuracy().update([A([1, 2])], [ones(3, 2)]), "2", "3"),
    "metric numbers": (lambda: M.Accuracy().update(5, 6), "labels", "5"),
    "metric axis": (lambda: M.Accuracy(axis=7).update([A([1])], [ones(1, 2)]), "axis=7", "(1, 2)"),
    "metric mae": (lambda: M.MAE().update([A([1, 2])], [A([1, 2, 3])]), "2", "3"),
    "metric label": (lambda: M.CrossEntropy().update([A([7])], [A([[0.5, 0.5]])]), "7", "2 classes"),
    "metric function": (lambda: M.np(5), "numpy_feval", "5"),
    "metric name": (lambda: M.create("accuraccy"), "accuraccy", "'accuracy'"),
    "optimizer name": (lambda: O.create("adma"), "adma", "'adam'"),
    "optimizer kind": (lambda: O.create(5), "int"),
    "optimizer argument": (lambda: O.create("adam", beta=0.5), "Adam", "beta"),
    "optimizer wd": (lambda: O.SGD(wd="a"), "SGD", "wd", "'a'"),
    "gradient shape": (lambda: updated(O.SGD(), A([1, 2, 3])), "sgd_update", "grad", "(3,)", "(2,)"),
    "gradient kind": (lambda: updated(O.SGD(), 5), "SGD", "grad", "int"),
    "states": (lambda: O.get_updater(O.SGD()).set_states(b"garbage"), "states"),
    "initializer name": (lambda: mx.init.create("xavir"), "xavir", "'xavier'"),
    "initializer shape": (lambda: mx.init.Xavier()(mx.init.InitDesc("fc_weight"), ones(2)), "fc_weight", "(2,)"),
    "initializer pattern": (lambda: mx.init.Mixed(["a"], [mx.init.Zero()])("b", ones(2)), "b", "pattern"),
    "store name": (lambda: mx.kv.create("locla"), "locla", "'local'"),
    "store key": (lambda: mx.kv.create().push(3, ones(1)), "3"),
    "store twice": (lambda: store(lambda kv: kv.init(3, ones(1))), "3", "duplicate"),
    "store push": (lambda: store(lambda kv: kv.push(3, ones(2))), "3", "(1,)", "(2,)"),
    "store pull": (lambda: store(lambda kv: kv.pull(3, ones(2))), "3", "(1,)", "(2,)"),
    "store keys": (lambda: store(lambda kv: kv.pull("3", ones(1))), "'3'"),
    "store counts": (lambda: store(lambda kv: kv.push([3, 4], [ones(1)])), "2", "1"),
    "store optimizer": (lambda: mx.kv.create().set_optimizer(5), "optimizer", "int"),
    "file": (lambda: nd.load("/nonexistent/x"), "/nonexistent/x"),
}


@pytest.mark.parametrize("case", PARTS)
def test_parts(case):
    f, *words = PARTS[case]
    refuses(f, *words)


# ---- files
def test_an_interrupted_write_loses_nothing(tmp_path, monkeypatch):
    params, symbol = tmp_path / "a.params", tmp_path / "a.json"
    nd.save(str(params), {"a": ones(2)})
    net().save(str(symbol))
    before = params.read_bytes(), symbol.read_bytes()

    def torn(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", torn)
    refuses(lambda: nd.save(str(params), {"a": nd.zeros((9,))}), "a.params", "No space")
    refuses(lambda: net().save(str(symbol)), "a.json", "No space")
    assert (params.read_bytes(), symbol.read_bytes()) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "a.params"]  # no halves left behind


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_folders_that_cannot_be_written(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    refuses(lambda: nd.save(str(tmp_path / "a"), ones(1)), "a")
    refuses(lambda: fit().save(str(tmp_path / "m"), 1), "m-symbol.json")


@CI
@given(cut=st.integers(0, 10**6), flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=3))
def test_damaged_params_files(tmp_path_factory, cut, flips):
    path = tmp_path_factory.getbasetemp() / "damaged.params"
    nd.save(str(path), {"arg:w": ones(2, 3), "aux:m": ones(4, dtype="int8")})
    data = bytearray(path.read_bytes())
    for at, value in flips:
        data[at % len(data)] = value
    path.write_bytes(bytes(data[: cut % (2 * len(data))]))
    try:
        loaded = nd.load(str(path))
        assert all(isinstance(v, nd.NDArray) for v in (loaded.values() if isinstance(loaded, dict) else loaded))
    except MXNetError as e:
        assert "damaged.params" in str(e)


def test_pickles():
    x = nd.arange(12).reshape((3, 4))
    for y in (x, x[1:2], x.astype("float16"), x.astype("int8")):
        z = pickle.loads(pickle.dumps(y))
        assert z.dtype is y.dtype and z.context == y.context and np.array_equal(z.asnumpy(), y.asnumpy())
    assert pickle.loads(pickle.dumps(net())).tojson() == net().tojson()
    adam = pickle.loads(pickle.dumps(mx.optimizer.Adam(learning_rate=0.3, beta1=0.5)))
    assert (adam.lr, adam.beta1) == (0.3, 0.5)
    assert pickle.loads(pickle.dumps(mx.cpu(1))) == mx.cpu(1)
    error = pickle.loads(pickle.dumps(mx.base.MXNetValueError("a")))
    assert isinstance(error, ValueError) and str(error) == "a"


# ---- indexing
AXIS = (
    st.integers(-5, 5)
    | st.builds(slice, *[st.none() | st.integers(-5, 5)] * 2, st.none() | st.sampled_from([1, 2, 3, -1, -2]))
    | st.none()
    | st.just(Ellipsis)
    | st.lists(st.integers(-3, 3), min_size=1, max_size=3)
)
KEYS = AXIS | st.lists(AXIS, min_size=1, max_size=4).map(tuple)
SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)


def pair(shape):
    host = np.arange(np.prod(shape), dtype="float32").reshape(shape)
    return host, nd.array(host)


def lone(host):
    """MXNet has no numbers out of arrays: a single element has shape (1,)."""
    return host.reshape(1) if host.ndim == 0 else host


@CI
@given(shape=SHAPES, key=KEYS)
def test_reading_is_numpys(shape, key):
    host, x = pair(shape)
    try:
        wanted = host[key]
    except (IndexError, ValueError):
        with pytest.raises((IndexError, ValueError)) as e:
            x[key]
        assert isinstance(e.value, MXNetError)
        return
    got = x[key]
    np.testing.assert_array_equal(got.asnumpy(), lone(np.asarray(wanted)))
    got[:] = -1  # views write through where MXNet's do, copies never do
    if np.ndim(wanted) and not np.shares_memory(host, wanted):
        np.testing.assert_array_equal(x.asnumpy(), host)


@CI
@given(shape=SHAPES, key=KEYS, kind=st.sampled_from(["number", "array", "row", "NumPy", "wrong"]))
def test_writing_is_numpys(shape, key, kind):
    host, x = pair(shape)
    try:
        part = np.asarray(host[key])
    except (IndexError, ValueError):
        with pytest.raises((IndexError, ValueError)):
            x[key] = 1
        return
    value = {
        "number": 7.5, "array": part + 100, "NumPy": part - 100, "row": part[..., :1] if part.ndim else part,
        "wrong": np.zeros((7, *part.shape)),
    }[kind]  # fmt: skip
    if kind == "wrong" and part.size:
        refuses(lambda: x.__setitem__(key, nd.array(value)), str(part.shape))
        np.testing.assert_array_equal(x.asnumpy(), host)
        return
    if kind == "wrong":
        return
    x[key] = nd.array(value) if kind in ("array", "row") else value
    host[key] = value
    np.testing.assert_array_equal(x.asnumpy(), host)


def test_views_share_memory_and_copies_do_not():
    x = nd.zeros((4, 3))
    x[1:3][:] = 1
    x[3][1] = 2
    x.reshape((-1,))[0] = 3
    x[[0, 1]][:] = 9
    x[:, 1].reshape((-1,))
    assert x.asnumpy().tolist() == [[3, 0, 0], [1, 1, 1], [1, 1, 1], [0, 2, 0]]


INDEX = {
    "bool": (lambda x: x[True], "boolean"),
    "range": (lambda x: x[4], "index 4", "size 3"),
    "many": (lambda x: x[0, 0, 0], "too many", "2"),
    "text": (lambda x: x["a"], "'a'", "str"),
    "float": (lambda x: x[1.5], "1.5", "float"),
    "step": (lambda x: x[::0], "step"),
    "slice text": (lambda x: x["a":], "'a'"),
    "write shape": (lambda x: x.__setitem__(0, ones(3)), "(3,)", "(2,)"),
    "write text": (lambda x: x.__setitem__(0, "ab"), "str"),
    "write none": (lambda x: x.__setitem__(0, None), "NoneType"),
}


@pytest.mark.parametrize("case", INDEX)
def test_bad_indices(case):
    f, *words = INDEX[case]
    refuses(lambda: f(ones(3, 2)), *words)


def codes(shape, code):
    """MXNet's reshape codes 0, -1, -2, -3, -4, from their documentation."""
    out, i, code = [], 0, list(code)
    while code:
        c = code.pop(0)
        if c == 0:
            out.append(shape[i])
        elif c == -2:
            out += shape[i:]
            i = len(shape)
            continue
        elif c == -3:
            out.append(shape[i] * shape[i + 1])
            i += 1
        elif c == -4:
            a, b = code.pop(0), code.pop(0)
            if a == -1 and b == -1:
                raise ValueError
            a, b = (shape[i] // b if a == -1 else a), (shape[i] // a if b == -1 else b)
            if a * b != shape[i]:
                raise ValueError
            out += [a, b]
        else:
            out.append(c)
        i += 1
    if out.count(-1) > 1:
        raise ValueError
    return np.zeros(shape).reshape(out).shape


@CI
@given(
    shape=st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple),
    code=st.lists(st.integers(-4, 6), min_size=1, max_size=5).map(tuple),
)
def test_reshape_codes(shape, code):
    x = nd.zeros(shape)
    try:
        wanted = codes(shape, code)
    except (ValueError, IndexError, ZeroDivisionError):
        wanted = None
    try:
        y = x.reshape(code)
    except MXNetError as e:
        assert wanted is None, f"{shape} by {code} is {wanted}: {e}"
        return
    assert y.size == x.size
    if wanted is not None:
        assert y.shape == wanted
    y[:] = 1
    assert x.asnumpy().min() == 1  # the same memory
