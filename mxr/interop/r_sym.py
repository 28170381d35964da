"""Symbols for R: composition, inspection, shape inference, files, and the graph as a node list."""

from __future__ import annotations

import ast
import json
from typing import Any

import mxr as mx
from mxr.base import MXNetError

from . import r_convert as cv
from .r import exported, handles
from .r_nd import call_arguments, operator_function

__all__ = ["dims", "infer_dims", "output_names", "symbol_of"]

# R scripts look the states of the fused RNN up by these names; other front ends say RNN_state_output.
_STATES = {"state_output": "state", "statecell_output": "state_cell"}


def symbol_of(h: Any) -> Any:
    s = handles.get(h)
    if not isinstance(s, mx.sym.Symbol):
        raise MXNetError(f"expected an MXSymbol, the handle holds a {type(s).__name__}")
    return s


def output_names(s: Any) -> list[str]:
    """The names of a symbol's outputs as R shows them."""
    names = s.list_outputs()
    for i, (node, _, *_) in enumerate(s._entries):
        if node.op is not None and node.op.name == "RNN":
            tail = names[i][len(node.name) + 1 :]
            names[i] = f"{node.name}_{_STATES.get(tail, tail)}"
    return names


def dims(names: list[str], shapes: Any) -> dict[str, list[int]]:
    return {n: list(reversed(s)) for n, s in zip(names, shapes)}


@exported
def sym_variable(name: str) -> int:
    return handles.add(mx.sym.Variable(name))


@exported
def sym_op(op: str, inputs: Any, params: Any, name: str | None) -> int:
    pos, named = call_arguments(inputs or [], symbol_of)
    texts = cv.operator_texts(op, params)
    if name is not None:
        texts["name"] = name
    try:
        return handles.add(operator_function(mx.sym, op)(*pos, **named, **texts))
    except MXNetError as e:
        lead, found, _ = str(e).partition(f", in operator {op}(")
        if not found or not lead.startswith("Required parameter"):
            raise
        # MXNet R always hands over a name
        given = {"name": name or "", **{k: v for k, v in texts.items() if k != "name"}}
        said = ", ".join(f'{k}="{v}"' for k, v in given.items())
        raise cv.RInputError(f"{lead}{found}{said})") from None


@exported
def sym_group(ids: Any) -> int:
    return handles.add(mx.sym.Group([symbol_of(h) for h in (ids if isinstance(ids, list) else [ids])]))


@exported
def sym_names(h: Any) -> list[list[str]]:
    """Arguments, outputs, auxiliary states."""
    s = symbol_of(h)
    return [s.list_arguments(), output_names(s), s.list_auxiliary_states()]


@exported
def sym_internals(h: Any) -> int:
    return handles.add(symbol_of(h).get_internals())


@exported
def sym_children(h: Any) -> int | None:
    c = symbol_of(h).get_children()
    return None if c is None else handles.add(c)


@exported
def sym_output(h: Any, index: Any) -> int:
    s = symbol_of(h)
    if isinstance(index, str):
        outputs = output_names(s)
        if index in s.list_outputs():
            outputs = s.list_outputs()
        if index not in outputs:
            raise cv.RInputError(f"no output called {index!r}; the outputs are {', '.join(outputs)}")
        return handles.add(s[outputs.index(index)])
    n, i = len(s.list_outputs()), int(index)
    if not 1 <= i <= n:
        raise cv.RInputError(f"index {i} is out of range: the symbol has {n} outputs, counted from 1")
    return handles.add(s[i - 1])


@exported
def sym_apply(h: Any, name: str | None, inputs: Any) -> int:
    """Composition: variables of `h` replaced by other symbols; `h` itself stays as it is."""
    pos, named = call_arguments(inputs or [], symbol_of)
    if name is not None:
        named["name"] = name
    return handles.add(symbol_of(h)(*pos, **named))


@exported
def sym_attributes(h: Any) -> dict[str, str]:
    return dict(symbol_of(h).list_attr())


@exported
def sym_set_attributes(h: Any, values: Any) -> None:
    if values:
        symbol_of(h)._set_attr(**values)


@exported
def sym_json(h: Any) -> str:
    return symbol_of(h).tojson()


@exported
def sym_debug(h: Any) -> str:
    return symbol_of(h).debug_str()


@exported
def sym_save(h: Any, path: str) -> None:
    symbol_of(h).save(path)


@exported
def sym_load(path: str) -> int:
    return handles.add(mx.sym.load(path))


@exported
def sym_load_json(text: str) -> int:
    return handles.add(mx.sym.load_json(text))


def infer_dims(s: Any, given: dict[str, Any]) -> tuple[Any, Any, Any] | None:
    """R dims of arguments, outputs and auxiliary states, or None where information is missing."""
    known = set(s.list_arguments())
    for name in given:
        if name not in known:
            raise cv.RInputError(f"the symbol has no argument {name!r}; its arguments are {', '.join(sorted(known))}")
    args, outs, aux = s.infer_shape_partial(**{k: cv.reverse(v) for k, v in given.items()})
    if not all(shape and 0 not in shape for shape in (*args, *outs, *aux)):
        return None
    return dims(s.list_arguments(), args), dims(output_names(s), outs), dims(s.list_auxiliary_states(), aux)


@exported
def sym_infer_shape(h: Any, given: Any) -> Any:
    found = infer_dims(symbol_of(h), dict(given or {}))
    return None if found is None else list(found)


# Parameters shown in a node of graph.viz
_MAIN = {
    "FullyConnected": ["num_hidden"],
    "Convolution": ["kernel", "stride", "num_filter"],
    "Deconvolution": ["kernel", "stride", "num_filter"],
    "Pooling": ["pool_type", "kernel", "stride"],
    "Activation": ["act_type"],
    "LeakyReLU": ["act_type"],
    "Dropout": ["p"],
    "RNN": ["mode", "state_size"],
    "Reshape": ["shape"],
    "Embedding": ["output_dim"],
    "Concat": ["dim"],
}


def _label(name: str, op: str, attrs: dict[str, str]) -> str:
    """Operator, name, main parameters."""
    shown = []
    for k in _MAIN.get(op, []):
        v = attrs.get(k)
        if not v:
            continue
        if v.startswith(("(", "[")):
            v = "X".join(str(i) for i in reversed(tuple(ast.literal_eval(v))))
        shown.append(v)
    return "\n".join([op, name, *([", ".join(shown)] if shown else [])])


@exported
def sym_graph(h: Any, given: Any) -> dict[str, Any]:
    """Nodes and edges for drawing: parameters (weights, states, labels of heads) are left out, `data` stays."""
    s = symbol_of(h)
    internals = s.get_internals()
    shapes: dict[str, str] = {}
    if given:
        known = set(s.list_arguments())
        given = {k: cv.reverse(v) for k, v in given.items() if k in known}
        _, outs, _ = internals.infer_shape_partial(**given)
        for name, shape in zip(internals.list_outputs(), outs or []):
            if shape:
                shapes[name] = "X".join(str(d) for d in reversed(shape))
    nodes = json.loads(s.tojson())["nodes"]
    drawn = _drawn(nodes)
    table: dict[str, list[Any]] = {"id": [], "name": [], "op": [], "label": []}
    edges: dict[str, list[Any]] = {"from": [], "to": [], "label": []}
    for i in drawn:
        node = nodes[i]
        attrs = node.get("attrs", node.get("param", {}))
        table["id"].append(i + 1)
        table["name"].append(node["name"])
        table["op"].append(node["op"])
        table["label"].append(node["name"] if node["op"] == "null" else _label(node["name"], node["op"], attrs))
        for j, out, *_ in node["inputs"]:
            if j in drawn:
                source = nodes[j]
                key = source["name"] if source["op"] == "null" else source["name"] + "_output"
                edges["from"].append(j + 1)
                edges["to"].append(i + 1)
                edges["label"].append(shapes.get(key, shapes.get(f"{source['name']}_output{out}", "")))
    return {"nodes": table, "edges": edges}


def _drawn(nodes: list[dict[str, Any]]) -> list[int]:
    """Operators, and variables that are data: the first input of some operator, not a parameter of it."""
    keep = {i for i, n in enumerate(nodes) if n["op"] != "null"}
    for i in sorted(keep):
        inputs = nodes[i]["inputs"]
        stem = nodes[i]["name"] + "_"
        for k, (j, *_) in enumerate(inputs):
            name = nodes[j]["name"]
            own = name.startswith(stem) and name != stem + "data"
            tail = name.rsplit("_", 1)[-1].rsplit(".", 1)[-1]
            if (
                nodes[j]["op"] == "null"
                and not own
                and (k == 0 or tail not in {"weight", "bias", "gamma", "beta", "label", "mean", "var"})
            ):
                keep.add(j)
    return sorted(keep)
