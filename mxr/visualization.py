"""Pictures and tables of networks (MXNet's ``mx.viz``)."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from .base import MXNetError, MXNetTypeError, MXNetValueError
from .symbol import Symbol

__all__ = ["plot_network", "print_summary"]


def _tuple(text: str) -> list[str]:
    """The numbers of "(3, 3)" or "[3,3]", as text."""
    return [part.strip(" L") for part in str(text).strip("()[] ").split(",") if part.strip(" L")]


def _true(options: Mapping[str, str], name: str) -> bool:
    return options.get(name) in ("True", "1", "true")


class _Graph:
    """The nodes of a symbol's JSON, with the shapes and dtypes of their outputs where they are asked for."""

    def __init__(self, symbol: Any, shape: Mapping[str, Any] | None, dtype: Mapping[str, Any] | None = None) -> None:
        if not isinstance(symbol, Symbol):
            raise MXNetTypeError(f"symbol must be Symbol, got {type(symbol).__name__}")
        conf = json.loads(symbol.tojson())
        self.nodes: list[dict[str, Any]] = conf["nodes"]
        # MXNet looks at the numbers of the first head only, and takes its zeros for the number of the first node.
        self.heads = set(conf["heads"][0])
        inner = symbol.get_internals()
        names = inner.list_outputs()
        self.shapes: dict[str, Any] | None = None
        if shape is not None:
            _, shapes, _ = inner.infer_shape(**{name: tuple(dims) for name, dims in shape.items()})
            if shapes is None:
                raise MXNetValueError(f"Input shape is incomplete: given were {dict(shape)}")
            self.shapes = dict(zip(names, shapes))
        self.types: dict[str, Any] | None = None
        if dtype is not None:
            _, types, _ = inner.infer_type(**dtype)
            if types is None:
                raise MXNetValueError(f"Input type is incomplete: given were {dict(dtype)}")
            self.types = dict(zip(names, types))

    @staticmethod
    def options(node: Mapping[str, Any]) -> Mapping[str, str]:
        return node.get("attrs", node.get("param", {})) or {}


def print_summary(
    symbol: Any,
    shape: Mapping[str, Any] | None = None,
    line_length: int = 120,
    positions: Sequence[float] = (0.44, 0.64, 0.74, 1.0),
) -> None:
    """Prints a table of the layers: name and type, output shape, number of parameters, previous layers.

    Parameters
    ----------
    symbol : the network.
    shape : dict of input name to shape; without it output shapes and most parameter counts stay empty.
    line_length : width of the table.
    positions : where the columns end, as shares of `line_length` or in characters.
    """
    graph = _Graph(symbol, shape)
    ends = [int(line_length * p) for p in positions] if positions[-1] <= 1 else [int(p) for p in positions]

    def row(*fields: Any) -> None:
        line = ""
        for field, end in zip(fields, ends):
            line = (line + str(field))[:end].ljust(end)
        print(line)

    print("_" * line_length)
    row("Layer (type)", "Output Shape", "Param #", "Previous Layer")
    print("=" * line_length)
    total = 0
    last = len(graph.nodes) - 1
    for i, node in enumerate(graph.nodes):
        if node["op"] == "null" and i > 0:
            continue
        before, channels = _before(graph, node)
        count = _count(graph, node, channels)
        total += count
        row(f"{node['name']}({node['op']})", "x".join(map(str, _shown_shape(graph, i))), count, *(before[:1] or [""]))
        for name in before[1:]:
            row("", "", "", name)
        print(("=" if i == last else "_") * line_length)
    print(f"Total params: {total}")
    print("_" * line_length)


def _shown_shape(graph: _Graph, i: int) -> Sequence[int]:
    node = graph.nodes[i]
    if graph.shapes is None or (node["op"] == "null" and i not in graph.heads):
        return ()
    key = node["name"] if node["op"] == "null" else f"{node['name']}_output"
    return graph.shapes.get(key, ())[1:]


def _before(graph: _Graph, node: Mapping[str, Any]) -> tuple[list[str], int]:
    """Names of the layers (and of the first variable) that a node reads, and their channels in all."""
    if node["op"] == "null":
        return [], 0
    names, channels = [], 0
    for source, *_ in node["inputs"]:
        other = graph.nodes[source]
        if other["op"] == "null" and source not in graph.heads:
            continue
        names.append(other["name"])
        key = other["name"] if other["op"] == "null" else f"{other['name']}_output"
        if graph.shapes is not None and key in graph.shapes:
            inner = graph.shapes[key][1:]
            channels += int(inner[0]) if len(inner) else 0
    return names, channels


def _count(graph: _Graph, node: Mapping[str, Any], channels: int) -> int:
    """Parameters of a layer, by MXNet's formulas."""
    options, op = graph.options(node), node["op"]
    bias = not _true(options, "no_bias")
    if op == "Convolution":
        filters, groups = int(options["num_filter"]), int(options.get("num_group", "1"))
        weights = channels * filters // groups * prod(int(k) for k in _tuple(options["kernel"]))
        return weights + filters * bias
    if op == "FullyConnected":
        return (channels + bias) * int(options["num_hidden"])
    if op == "BatchNorm" and graph.shapes is not None:
        return int(graph.shapes[f"{node['name']}_output"][1]) * 2
    if op == "Embedding":
        return int(options["input_dim"]) * int(options["output_dim"])
    return 0


_WEIGHTS = (
    "_weight", "_bias", "_beta", "_gamma", "_moving_var", "_moving_mean", "_running_var", "_running_mean",
)  # fmt: skip
_COLOURS = {
    "null": "#8dd3c7", "Convolution": "#fb8072", "FullyConnected": "#fb8072", "BatchNorm": "#bebada",
    "Activation": "#ffffb3", "LeakyReLU": "#ffffb3", "Pooling": "#80b1d3", "Concat": "#fdb462", "Flatten": "#fdb462",
    "Reshape": "#fdb462", "Softmax": "#b3de69",
}  # fmt: skip
_OTHER_COLOUR = "#fccde5"


def plot_network(
    symbol: Any,
    title: str = "plot",
    save_format: str = "pdf",
    shape: Mapping[str, Any] | None = None,
    dtype: Mapping[str, Any] | None = None,
    node_attrs: Mapping[str, str] = {},
    hide_weights: bool = True,
) -> Any:
    """The network as a ``graphviz.Digraph``; shown as a picture in notebooks, ``.render()`` writes a file.

    Parameters
    ----------
    symbol : the network.
    title, save_format : name and format of the file that ``render`` writes.
    shape, dtype : dicts of input name to shape and dtype; then edges carry shapes (without the batch) and dtypes.
    node_attrs : Graphviz attributes for all nodes.
    hide_weights : leave weights, biases and their like out.

    Raises
    ------
    MXNetError : the Python package graphviz is not installed.
    """
    try:
        from graphviz import Digraph
    except ImportError as error:
        raise MXNetError(
            "Draw network requires graphviz library: install the Python package 'graphviz' (extra 'viz'), and to "
            "render pictures the Graphviz programs (Debian: apt-get install graphviz)"
        ) from error
    graph = _Graph(symbol, shape, dtype)
    repeated = [name for name, times in Counter(node["name"] for node in graph.nodes).items() if times > 1]
    if repeated:
        warnings.warn(
            "There are multiple variables with the same name in your graph, this may result in cyclic graph. "
            "Repeated names: " + ",".join(repeated),
            RuntimeWarning,
            stacklevel=2,
        )
    common = {"shape": "box", "fixedsize": "true", "width": "1.3", "height": "0.8034", "style": "filled", **node_attrs}
    dot = Digraph(name=title, format=save_format)
    hidden = set()
    for node in graph.nodes:
        name, op = node["name"], node["op"]
        if op == "null" and name.endswith(_WEIGHTS):
            # Without `hide_weights` Graphviz draws them as plain ovals, because edges name them.
            if hide_weights:
                hidden.add(name)
            continue
        attributes = {**common, "fillcolor": _COLOURS.get(op, _OTHER_COLOUR)}
        if op == "null":
            attributes["shape"] = "oval"
        dot.node(name=name, label=_label(node, graph.options(node)), **attributes)
    for node in graph.nodes:
        for source, *_ in node["inputs"] if node["op"] != "null" else ():
            other = graph.nodes[source]
            if other["name"] not in hidden:
                label = _edge_label(graph, other)
                dot.edge(tail_name=node["name"], head_name=other["name"], dir="back", arrowtail="open", label=label)
    return dot


def picture(symbol: Symbol) -> str | None:
    """The SVG of a symbol for notebooks; None where Graphviz is not installed."""
    try:
        from graphviz import ExecutableNotFound
    except ImportError:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of repeated names, when the symbol was only looked at
        dot = plot_network(symbol, save_format="svg")
    try:
        text = dot.pipe(encoding="utf-8", quiet=True)
    except ExecutableNotFound:
        return None
    return text[text.index("<svg") :]  # without the declaration, which belongs to files


def _label(node: Mapping[str, Any], options: Mapping[str, str]) -> str:
    op = node["op"]
    stride = "x".join(_tuple(options["stride"])) if "stride" in options else "1"
    if op == "Convolution":
        return f"Convolution\n{'x'.join(_tuple(options['kernel']))}/{stride}, {options['num_filter']}"
    if op == "FullyConnected":
        return f"FullyConnected\n{options['num_hidden']}"
    if op in ("Activation", "LeakyReLU"):
        return f"{op}\n{options.get('act_type', 'leaky')}"
    if op == "Pooling":
        # Global pooling may have no kernel.
        kernel = "x".join(_tuple(options.get("kernel", "")))
        return f"Pooling\n{options.get('pool_type', 'max')}, {kernel}/{stride}"
    if op == "Custom":
        return options["op_type"]
    return node["name"]


def _edge_label(graph: _Graph, source: Mapping[str, Any]) -> str:
    key = source["name"]
    if source["op"] != "null":
        key += "_output"
        outputs = graph.options(source).get("num_outputs")
        if outputs is not None:
            key += str(int(outputs) - 1)
    label = ""
    if graph.shapes is not None:
        label = "x".join(map(str, graph.shapes[key][1:]))
    if graph.types is not None:
        label += f"({getattr(graph.types[key], '__name__', graph.types[key])})"
    return label
