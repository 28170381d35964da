"""Traced blocks: code that cannot be traced, shapes without arrays, exported graphs."""

import traceback
import warnings

import numpy as np
import pytest

import mxr as mx
from mxr import gluon, nd
from mxr.base import MXNetError

from .traced_support import Attention, block, check

UNTRACEABLE = {
    "asnumpy": lambda x: x.asnumpy(), "asscalar": lambda x: x.sum().asscalar(), "bool": lambda x: x if x else -x,
    "compare": lambda x: x if x.sum() > 0 else -x, "float": lambda x: x * float(x.sum()), "int": lambda x: int(x[0]),
    "range": lambda x: list(range(x)), "numpy": lambda x: np.asarray(x), "item": lambda x: x.item(),
    "np_sum": lambda x: np.array([x, x]), "bound": lambda x: x[: x.sum()],
}  # fmt: skip


@pytest.mark.parametrize("name", UNTRACEABLE)
def test_values_are_refused_with_the_line(name):
    net = block(lambda F, x: UNTRACEABLE[name](x))
    with pytest.raises(MXNetError) as e:
        net(nd.ones((2,)))
    text = str(e.value)
    line = UNTRACEABLE[name].__code__.co_firstlineno
    assert f'test_gluon_untraceable.py", line {line}' in text and "(Made)" in text
    assert "hybridize(False)" in text and "F.contrib.cond" in text


def test_writing_is_refused():
    def put(F, x):
        x[0] = 1
        return x

    def add(F, x):
        x += 1
        return x

    with pytest.raises(MXNetError, match="(?s)value.*F.where or F.concat"):
        block(put)(nd.ones((2,)))
    with pytest.raises(MXNetError, match=r"(?s)x \+= y.*Write x = x \+ y"):
        block(add)(nd.ones((2,)))


def test_copies_that_change_nothing_are_traced(rng):
    net = block(lambda F, x: (x.copy() * 2, x.detach() * x, x.as_in_context(x.context)))
    check(net, nd.array(rng.normal(size=(2, 3))))


def test_a_refused_block_runs_imperatively_if_asked():
    net = block(lambda F, x: x if x.sum() > 0 else -x)
    with pytest.raises(MXNetError):
        net(nd.ones((2,)))
    assert mx.sym.var("a").name == "a" and len(mx.sym.var("a")) == 1  # no trace is left over
    net.hybridize(False)
    assert net(-nd.ones((2,))).asnumpy().tolist() == [1, 1]


def test_deferred_parameters_and_values():
    class Net(gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            with self.name_scope():
                self.weight = self.params.get("weight", shape=(2, 0), allow_deferred_init=True)

        def hybrid_forward(self, F, x, weight):
            return F.FullyConnected(x, weight, no_bias=True, num_hidden=2) * x.asnumpy().max()

    net = Net()
    net.initialize()
    with pytest.raises(MXNetError, match="in_units"):  # not hybridized: hybridize(False) would not help
        net(nd.ones((2, 3)))


def test_errors_of_the_user_show_the_users_line():
    def bad(F, x):
        return x.shape[0] / 0

    with pytest.raises(ZeroDivisionError) as e:
        block(bad)(nd.ones((2,)))
    frame = traceback.extract_tb(e.tb)[-1]
    assert (frame.name, frame.lineno) == ("bad", bad.__code__.co_firstlineno + 1)


def test_shape_errors_name_the_line():
    def bad(F, x):
        y = x * 2
        return F.dot(y, x)

    with pytest.raises(MXNetError) as e:
        block(bad)(nd.ones((2, 3)))
    assert f'test_gluon_untraceable.py", line {bad.__code__.co_firstlineno + 2}' in str(e.value)


@pytest.mark.parametrize("mix", [lambda F, x: x + nd.ones((2,)), lambda F, x: F.dot(x, nd.ones((2,))),
                                 lambda F, x: np.ones((2,)) * x])  # fmt: skip
def test_arrays_from_outside_are_refused_with_the_line(mix):
    with pytest.raises(
        TypeError, match=f"(?s)test_gluon_untraceable.py., line {mix.__code__.co_firstlineno},.*constant"
    ):
        block(mix)(nd.ones((2,)))


def test_functions_of_nd_are_refused():
    with pytest.raises(TypeError, match="relu: .* got Symbol; in hybrid_forward use F"):
        block(lambda F, x: nd.relu(x))(nd.ones((2,)))


# ---- symbols and files
def test_symbols_without_shapes():
    net = Attention(4, 2)
    net.initialize()
    with pytest.raises(MXNetError, match=r"(?s)is not known.*traced_support.py.*shape=\(2, 3\)"):
        net(mx.sym.var("data"))
    with pytest.raises(AttributeError, match="shape"):
        _ = mx.sym.var("data").shape
    assert not hasattr(mx.sym.var("data"), "shape") and not hasattr(mx.sym.var("data"), "item")
    with pytest.warns(UserWarning, match="of this trace only"):
        out = net(mx.sym.var("data", shape=(2, 3, 6)))
    assert out.infer_shape()[1] == [(2, 3, 4)]


def test_symbols_after_a_call():
    net = Attention(4, 2)
    net.initialize()
    net.hybridize()
    net(nd.ones((2, 3, 6)))
    with pytest.warns(UserWarning, match=r"of this trace only \(data \(2, 3, 6\)\)") as seen:
        out = net(mx.sym.var("data"))
    assert seen[0].filename == __file__
    assert out.infer_shape(data=(2, 3, 6))[1] == [(2, 3, 4)]


def test_indexing_of_symbols_outside_is_that_of_outputs():
    x = mx.sym.var("data")
    assert x[0].name == "data" and [s.name for s in x] == ["data"] and len(x) == 1
    with pytest.raises(IndexError):
        x[1]


def test_export(tmp_path, rng):
    net = Attention(4, 2)
    net.initialize(mx.init.Normal(0.5))
    net.hybridize()
    x = nd.array(rng.normal(size=(2, 3, 6)))
    net(nd.ones((5, 3, 6)))
    y = net(x)
    with pytest.warns(UserWarning, match=r"the exported graph holds for those of this trace only \(data \(2, 3, 6\)\)"):
        net.export(str(tmp_path / "net"))
    again = gluon.SymbolBlock.imports(str(tmp_path / "net-symbol.json"), "data", str(tmp_path / "net-0000.params"))
    np.testing.assert_allclose(again(x).asnumpy(), y.asnumpy(), rtol=1e-5, atol=1e-6)
    plain = block(lambda F, x: x[:, 1:] * 2)
    plain(x)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain.export(str(tmp_path / "plain"))
