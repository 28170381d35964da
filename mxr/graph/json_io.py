"""symbol.json: written byte for byte as MXNet 1.9.1 does, read in the formats of all versions."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from ..base import MXNetError, MXNetValueError, file_error, suggest
from ..core.op import OpDef, all_names, find_op
from ..core.params import Graph
from . import upgrade
from .subgraph import Subgraph
from .symbol import Entry, Symbol, SymNode, topological

__all__ = ["debug_str", "dumps", "load", "loads", "write"]


def _list(items: list[str], pad: str) -> str:
    """dmlc's layout: short lists on one line, long ones an item a line."""
    if len(items) <= 10:
        return "[" + ", ".join(items) + "]"
    return "[\n" + ", \n".join(f"{pad}  {i}" for i in items) + f"\n{pad}]"


def _map(attrs: dict[str, str], pad: str) -> str:
    items = [f"{_quote(k)}: {_quote(attrs[k])}" for k in sorted(attrs)]
    if len(items) <= 1:
        return "{" + ", ".join(items) + "}"
    return "{\n" + ", \n".join(f"{pad}  {i}" for i in items) + f"\n{pad}}}"


def _quote(text: str) -> str:
    out = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + out.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def dumps(sym: Symbol) -> str:
    return _graph(sym, "", [f'"attrs": {{"mxnet_version": ["int", {upgrade.VERSION}]}}'])


def _graph(sym: Symbol, pad: str, more: list[str]) -> str:
    order = topological(sym._entries)
    ids = {id(n): i for i, n in enumerate(order)}

    def entry(e: Entry) -> str:
        return f"[{ids[id(e[0])]}, {e[1]}, {e[2]}]"

    nodes = []
    rows = [0]
    inner = pad + "      "
    for n in order:
        fields = [f'"op": {_quote("null" if n.op is None else n.op.name)}', f'"name": {_quote(n.name)}']
        if n.attrs:
            fields.append(f'"attrs": {_map(n.attrs, inner)}')
        fields.append(f'"inputs": {_list([entry(e) for e in n.inputs], inner)}')
        if n.subgraphs:
            graphs = ", \n".join(f"{inner}  {_graph(g, inner + '  ', [])}" for g in n.subgraphs)
            fields.append(f'"subgraphs": [\n{graphs}\n{inner}]')
        nodes.append(f"{pad}    {{\n" + ", \n".join(f"{inner}{f}" for f in fields) + f"\n{pad}    }}")
        # Pooling has an output in MXNet (oneDNN's workspace) that ours does not need
        count = None if n.op is None else n.op.json_outputs
        rows.append(rows[-1] + (n.n_outputs if count is None else count(n.a)))
    args = [str(i) for i, n in enumerate(order) if n.op is None]
    parts = [
        '"nodes": [\n' + ", \n".join(nodes) + f"\n{pad}  ]",
        f'"arg_nodes": {_list(args, pad + "  ")}',
        f'"node_row_ptr": {_list([str(r) for r in rows], pad + "  ")}',
        f'"heads": {_list([entry(e) for e in sym._entries], pad + "  ")}',
        *more,
    ]
    return "{\n" + ", \n".join(f"{pad}  {p}" for p in parts) + f"\n{pad}}}"


def write(fname: str | os.PathLike[str], text: str) -> None:
    """Writes a text file by way of a temporary name, so that an interrupted write loses nothing."""
    path = Path(fname).expanduser()
    made = None
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False, encoding="utf-8") as f:
            made = f.name
            f.write(text)
        os.chmod(f.name, 0o644)
        os.replace(f.name, path)
    except BaseException as e:
        if made is not None:
            Path(made).unlink(missing_ok=True)
        if isinstance(e, OSError):
            raise file_error(e, f"cannot write {str(path)!r}") from None
        raise


def load(fname: str | os.PathLike[str]) -> Symbol:
    """The Symbol in a JSON file."""
    if not isinstance(fname, str | os.PathLike):
        raise TypeError("fname need to be string")
    try:
        text = Path(fname).expanduser().read_text(encoding="utf-8")
    except OSError as e:
        raise file_error(e, f"cannot read symbol file {str(fname)!r}") from None
    except UnicodeDecodeError:
        raise MXNetError(f"{str(fname)!r} is not a symbol file: it is not UTF-8 text") from None
    return loads(text, str(fname))


def loads(text: str, where: str = "the JSON text") -> Symbol:
    """The Symbol of a JSON text, whichever MXNet version wrote it."""
    if not isinstance(text, str):
        raise TypeError("fname required to be string")
    try:
        graph = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise MXNetValueError(f"{where} is not a symbol file: not valid JSON ({e})") from None
    if not isinstance(graph, dict) or not isinstance(graph.get("nodes"), list):
        raise MXNetValueError(f"{where} is not a symbol file: it has no list of nodes")
    return _symbol(graph, where, upgrade.version_of(graph))


def _symbol(graph: dict[str, Any], where: str, version: int) -> Symbol:
    heads = graph.get("heads") or ([[len(graph["nodes"]) - 1, 0]] if graph["nodes"] else [])
    nodes: list[SymNode] = []
    for i, spec in enumerate(graph["nodes"]):
        try:
            nodes.append(_node(spec, nodes, version))
        except MXNetError as e:
            raise e.retold(f"{where}: node {i}: {e}") from None
        except (KeyError, TypeError, IndexError, ValueError, AttributeError, OverflowError) as e:
            raise MXNetValueError(f"{where}: node {i} is damaged: {e}") from None
    try:
        return Symbol([_entry(h, nodes) for h in heads])
    except (TypeError, IndexError, ValueError) as e:
        raise MXNetValueError(f"{where}: the heads are damaged: {e}") from None


def _entry(e: Any, nodes: list[SymNode]) -> Entry:
    if not isinstance(e, list) or len(e) not in (2, 3) or any(type(v) is not int for v in e):
        raise ValueError(f"expected [node, output] or [node, output, version], got {_short(e)}")
    n, i = e[0], e[1]
    if not 0 <= n < len(nodes):
        raise IndexError(f"node {n} is not before its user")
    if not 0 <= i < nodes[n].n_outputs:
        raise IndexError(f"node {n} has no output {i}")
    return nodes[n], i, e[2] if len(e) > 2 else 0


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else text[:57] + "..."


def _field(spec: dict[str, Any], name: str, kind: type, what: str) -> Any:
    value = spec.get(name)
    if not isinstance(value, kind):
        raise ValueError(f"field {name!r} must be {what}, got {'nothing' if name not in spec else _short(value)}")
    return value


def _node(spec: dict[str, Any], nodes: list[SymNode], version: int) -> SymNode:
    if not isinstance(spec, dict):
        raise ValueError(f"expected an object, got {_short(spec)}")
    attrs: dict[str, str] = {}
    for field in ("param", "attr", "attrs"):  # up to 0.8: param and attr; later attr; since 0.12 attrs
        if spec.get(field):
            attrs.update({str(k): str(v) for k, v in _field(spec, field, dict, "an object").items()})
    op_name, name = _field(spec, "op", str, "a text"), _field(spec, "name", str, "a text")
    upgrade.hide(attrs, getattr(find_op(op_name), "params", {}), version)
    inputs = [_entry(e, nodes) for e in _field(spec, "inputs", list, "a list")]
    if op_name == "null":
        return SymNode(None, name, attrs, [])
    op = find_op(op_name)
    if op is None:
        raise MXNetValueError(f"operator {op_name!r} of {name!r} is not supported.{suggest(op_name, all_names())}")
    upgrade.move_to_inputs(attrs, inputs, op, version)
    upgrade.repair(op, attrs, version)
    given: dict[str, Any] = {k: v for k, v in attrs.items() if not _is_hidden(k)}
    if op.subgraphs is not None:
        given |= _bodies(op, spec, version)
    a = op.parse_anew(given) if op.any_params else op.parse(given)
    names, saved = op.input_names(a, len(inputs)), len(inputs)
    if len(inputs) > len(names) or not upgrade.fill_inputs(op, a, name, attrs, inputs, names, version):
        raise MXNetValueError(f"operator {op_name} of {name!r} has {len(inputs)} inputs, expected {len(names)}")
    for slot in dict.fromkeys((*op.mutates, *op.aux_names(a))):
        if slot in names[:saved]:
            i = names.index(slot)
            variable = inputs[i][0]
            variable.version = max(variable.version + 1, inputs[i][2])
            inputs[i] = (variable, inputs[i][1], variable.version)
    return SymNode(op, name, attrs, inputs, a)


def _bodies(op: OpDef, spec: dict[str, Any], version: int) -> dict[str, Any]:
    """The parameters of a loop or a branch that are symbols."""
    names = [n for n, p in op.params.items() if isinstance(p, Graph)]
    graphs = _field(spec, "subgraphs", list, "a list")
    if len(graphs) != len(names):
        raise ValueError(f"{op.name} has {len(graphs)} subgraphs, expected {len(names)} ({', '.join(names)})")
    for g in graphs:
        if not isinstance(g, dict) or not isinstance(g.get("nodes"), list):
            raise ValueError("a subgraph has no list of nodes")
    return {n: [Subgraph(_symbol(g, f"subgraph {n}", version))] for n, g in zip(names, graphs)}


def _is_hidden(key: str) -> bool:
    return key.startswith("__") and key.endswith("__")


def debug_str(sym: Symbol) -> str:
    """A readable listing of the nodes, as MXNet prints it."""
    lines = ["Symbol Outputs:"]
    lines += [f"\toutput[{k}]={e[0].name}({e[1]})" for k, e in enumerate(sym._entries)]
    for n in topological(sym._entries):
        if n.op is None:
            lines.append(f"Variable:{n.name}")
            continue
        lines += ["--------------------", f"Op:{n.op.name}, Name={n.name}", "Inputs:"]
        lines += [
            f"\targ[{k}]={c.name}({i})" + (f" version={v}" if c.op is None else "")
            for k, (c, i, v) in enumerate(n.inputs)
        ]
        if n.attrs:
            lines.append("Attrs:")
            lines += [f"\t{k}={n.attrs[k]}" for k in sorted(n.attrs)]
    return "\n".join(lines) + "\n"
