"""Tables and pictures of networks. Equality with MXNet's output is in tests/oracle."""

import sys

import pytest

import mxr as mx
from mxr.base import MXNetError


def lenet():
    x = mx.sym.var("data")
    x = mx.sym.Convolution(x, kernel=(5, 5), num_filter=6, name="conv")
    x = mx.sym.Activation(x, act_type="relu", name="act")
    x = mx.sym.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max", name="pool")
    x = mx.sym.FullyConnected(mx.sym.Flatten(x, name="flat"), num_hidden=10, name="fc")
    return mx.sym.SoftmaxOutput(x, name="softmax")


def test_print_summary(capsys):
    mx.viz.print_summary(lenet(), shape={"data": (4, 1, 28, 28)}, line_length=100)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[1].split() == ["Layer", "(type)", "Output", "Shape", "Param", "#", "Previous", "Layer"]
    rows = [line.split() for line in lines if "(" in line][1:]
    assert rows == [
        ["data(null)", "1x28x28", "0"],
        ["conv(Convolution)", "6x24x24", str(6 * 25 + 6), "data"],
        ["act(Activation)", "6x24x24", "0", "conv"],
        ["pool(Pooling)", "6x12x12", "0", "act"],
        ["flat(Flatten)", "864", "0", "pool"],
        ["fc(FullyConnected)", "10", str(864 * 10 + 10), "flat"],
        ["softmax(SoftmaxOutput)", "10", "0", "fc"],
    ]
    assert "Total params: 8806" in lines
    assert {len(line) for line in lines if set(line) in ({"_"}, {"="})} == {100}


def test_summary_without_shapes(capsys):
    mx.viz.print_summary(lenet())
    assert "Total params:" in capsys.readouterr().out


def test_plot_network():
    pytest.importorskip("graphviz")
    dot = mx.viz.plot_network(lenet(), title="net", save_format="svg", shape={"data": (4, 1, 28, 28)})
    text = dot.source
    assert dot.format == "svg" and dot.name == "net"
    assert 'label="Convolution\n5x5/1, 6"' in text and 'label="Pooling\nmax, 2x2/2x2"' in text
    assert 'conv -> data [label="1x28x28" arrowtail=open dir=back]' in text
    assert "conv_weight" not in text and "softmax_label" in text
    assert "conv_weight" in mx.viz.plot_network(lenet(), hide_weights=False).source
    assert "fontsize=9" in mx.viz.plot_network(lenet(), node_attrs={"fontsize": "9"}).source


def test_names_used_twice_warn():
    pytest.importorskip("graphviz")
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="x")
    with pytest.warns(RuntimeWarning, match="Repeated names: x"):
        mx.viz.plot_network(mx.sym.FullyConnected(x, mx.sym.var("w"), num_hidden=3, name="x"))


def test_without_graphviz(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(MXNetError, match="install the Python package 'graphviz'"):
        mx.viz.plot_network(lenet())


@pytest.mark.parametrize("call", [mx.viz.print_summary, mx.viz.plot_network])
def test_bad_arguments(call):
    with pytest.raises(MXNetError, match="symbol must be Symbol, got str"):
        call("net")
    with pytest.raises(MXNetError):
        call(lenet(), shape={"no_such_input": (1,)})
