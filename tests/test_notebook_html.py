"""What notebooks show for arrays, symbols and blocks."""

import html.parser

import numpy as np
import pytest

import mxr as mx
from mxr import gluon, nd, sym
from mxr.gluon import nn


class Page(html.parser.HTMLParser):
    """Rows of cells, the other text, and whether every tag was closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.text, self.tags = [], [], [], set()
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data
        else:
            self.text.append(data)


def page(x):
    return Page(x._repr_html_())


def test_matrix():
    shown = page(nd.array([[1, 2.5], [3, -0.125]]))
    assert shown.text == ["NDArray 2x2 @cpu(0), float32"]
    assert shown.rows == [["", "0", "1"], ["0", "1", "2.5"], ["1", "3", "-0.125"]]


def test_vectors():
    shown = page(nd.array([1, 2, 3], dtype="int32", ctx=mx.cpu(1)))
    assert shown.text == ["NDArray 3 @cpu(1), int32"] and shown.rows == [["", "0", "1", "2"], ["", "1", "2", "3"]]
    shown = page(nd.arange(1000, dtype="int64"))
    numbers = ["0", "1", "2", "3", "4", "…", "995", "996", "997", "998", "999"]
    assert shown.rows == [["", *numbers], ["", *numbers]]
    assert page(nd.array([True, False], dtype="bool")).rows[1] == ["", "True", "False"]
    assert page(nd.array([np.nan, np.inf, 1 / 3, 1e-9, 123456])).rows[1] == [
        "", "nan", "inf", "0.333333", "1e-09", "123456",
    ]  # fmt: skip


def test_large_matrix():
    x = nd.arange(300 * 100, dtype="int32").reshape((300, 100))
    shown = page(x)
    assert [r[0] for r in shown.rows] == ["", *map(str, range(8)), "…", *map(str, range(292, 300))]
    assert {len(r) for r in shown.rows} == {12} and set(shown.rows[9]) == {"…"}
    assert shown.rows[1][1:] == ["0", "1", "2", "3", "4", "…", "95", "96", "97", "98", "99"]
    assert shown.rows[-1][-1] == "29999"


def test_only_what_is_shown_is_fetched(monkeypatch):
    fetched = []
    original = mx.ndarray.html.to_host
    monkeypatch.setattr(mx.ndarray.html, "to_host", lambda x: fetched.append(x.size) or original(x))
    page(nd.zeros((3000, 2000)))
    assert sum(fetched) == 16 * 10


def test_more_dimensions():
    shown = page(nd.arange(2 * 3 * 1 * 2).reshape((2, 3, 1, 2)))
    assert shown.text == [
        "NDArray 2x3x1x2 @cpu(0), float32", "[0, 0, :, :]", "[0, 1, :, :]", "…", "[1, 1, :, :]", "[1, 2, :, :]",
    ]  # fmt: skip
    assert shown.rows[-1] == ["0", "10", "11"]


def test_no_elements_and_scalars():
    assert page(nd.array(np.zeros((0, 3)))).rows == [["no elements"]]
    with mx.util.np_shape():
        shown = page(nd.array(np.array(2.5)))
    assert shown.text == ["NDArray  @cpu(0), float32"] and shown.rows == [["", "2.5"]]


def test_sparse():
    dense = np.zeros((30, 4), "f")
    dense[2, 3], dense[29] = 4, [1, 2, 3, 4]
    shown = page(nd.array(dense).tostype("csr"))
    assert shown.text == ["CSRNDArray 30x4 @cpu(0), float32: 5 values stored (4.17%)"]
    assert shown.rows[3] == ["2", "3: 4"] and shown.rows[-1] == ["29", "0: 1, 1: 2, 2: 3, 3: 4"]
    assert shown.rows[9][0] == "…" and len(shown.rows) == 18
    shown = page(nd.array(dense).tostype("row_sparse"))
    assert shown.text == ["RowSparseNDArray 30x4 @cpu(0), float32: 2 of 30 rows stored"]
    assert shown.rows == [["stored rows", "2, 29"]]
    assert page(nd.sparse.zeros("row_sparse", (3, 2))).rows == [["stored rows", "none"]]


def test_errors_of_the_computation_come_out():
    x = nd.array([1, 2])
    x._buf = None
    with pytest.raises(AttributeError):
        x._repr_html_()


def mlp(name="a"):
    x = sym.FullyConnected(sym.var("data"), num_hidden=10, name=f"{name}1")
    return sym.FullyConnected(sym.Activation(x, act_type="relu", name=f"{name}2"), num_hidden=3, name=f"{name}3")


def test_symbol_as_a_picture():
    pytest.importorskip("graphviz")
    found = mx.viz.picture(mlp())
    if found is None:
        pytest.skip("the programs of Graphviz are not installed")
    shown = page(mlp())
    assert mlp()._repr_html_().startswith("<svg") and {"svg", "polygon", "text"} <= shown.tags
    assert "FullyConnected" in shown.text and "relu" in shown.text


def test_symbol_as_a_table(monkeypatch):
    monkeypatch.setattr("mxr.visualization.picture", lambda symbol: None)
    shown = page(mlp("<b>&"))
    assert shown.text == ["Symbol <b>&3: 3 operators, inputs data, <b>&1_weight, <b>&1_bias, <b>&3_weight, <b>&3_bias"]
    assert shown.rows[0] == ["name", "operator", "inputs", "arguments"]
    assert shown.rows[2] == ["<b>&2", "Activation", "<b>&1", "act_type=relu"]
    assert page(sym.var("x")).text == ["Symbol x: 0 operators, inputs x"]
    assert page(sym.Group([mlp("a"), mlp("b")])).text[0].startswith("Symbol group [a3, b3]: 6 operators")


def test_graphviz_is_not_needed(monkeypatch):
    graphviz = pytest.importorskip("graphviz")

    def fails(*args, **kwargs):
        raise graphviz.ExecutableNotFound(["dot"])

    monkeypatch.setattr(graphviz.Digraph, "pipe", fails)
    assert page(mlp()).rows[0][0] == "name"
    monkeypatch.setitem(__import__("sys").modules, "graphviz", None)
    assert page(mlp()).rows[0][0] == "name"


def test_large_symbol():
    x = sym.var("x")
    for i in range(150):
        x = sym.sin(x, name=f"s{i}")
    shown = page(x)
    assert len(shown.rows) == 32 and shown.rows[16][0] == "…" and shown.rows[-1][:2] == ["s149", "sin"]


def test_block():
    net = nn.HybridSequential(prefix="n_")
    with net.name_scope():
        net.add(nn.Dense(5, activation="relu"), nn.BatchNorm())
    shown = page(net)
    assert shown.text == ["HybridSequential n: more than 5 parameters"]
    assert shown.rows[2] == ["0", "Dense(None -> 5, Activation(relu))", "more than 5", "weight 5x?, bias 5"]
    net.initialize()
    net.hybridize()
    net(nd.ones((1, 3)))
    shown = page(net)
    assert shown.text == ["HybridSequential n: 40 parameters, 10 of them not trained, hybridized"]
    assert shown.rows[:4] == [
        ["layer", "type", "parameters", "shapes"], ["n", "HybridSequential", "", ""],
        ["0", "Dense(3 -> 5, Activation(relu))", "20", "weight 5x3, bias 5"], ["act", "Activation(relu)", "", ""],
    ]  # fmt: skip
    assert shown.rows[4][0] == "1" and shown.rows[4][2:] == ["20", "gamma 5, beta 5, running_mean 5, running_var 5"]


def test_shared_parameters_count_once():
    net = nn.Sequential()
    first = nn.Dense(4, in_units=4)
    net.add(first, nn.Dense(4, in_units=4, params=first.params))
    assert page(net).text[0].endswith(": 20 parameters")


def test_deep_and_wide_blocks():
    shown = page(gluon.model_zoo.vision.resnet50_v1())
    assert 10 < len(shown.rows) <= 61 and any(r[2].startswith("more than 2,") for r in shown.rows)
    wide = nn.Sequential()
    wide.add(*(nn.Dense(1, in_units=1) for _ in range(100)))
    shown = page(wide)
    assert len(shown.rows) == 62 and ["…", "", "41 more", ""] in shown.rows
    assert page(gluon.rnn.LSTM(3, 2, input_size=4, prefix="lstm_")).text == ["LSTM lstm: 204 parameters"]


def test_block_with_a_name_that_is_html():
    net = nn.Dense(1, prefix="<i>_")
    assert "<i>" not in net._repr_html_() and page(net).text == ["Dense <i>: more than 1 parameters"]


def test_ipython_shows_it():
    formatters = pytest.importorskip("IPython.core.formatters")
    found = formatters.DisplayFormatter().format(nd.array([[1, 2]]))[0]
    assert "<table>" in found["text/html"] and "<NDArray 1x2 @cpu(0)>" in found["text/plain"]
