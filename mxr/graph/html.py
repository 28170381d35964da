"""What a notebook shows for a symbol: its picture, where Graphviz is there, else a table of its operators."""

from __future__ import annotations

import importlib
from typing import Any

from ..core.html import GAP, ends, table

__all__ = ["symbol_html"]

_MOST = 100  # operators in a picture; with more nobody would see anything
_ROWS = 40, 15


def symbol_html(symbol: Any) -> str:
    """The HTML of a symbol."""
    operators = [n for n in symbol._nodes() if n.op is not None]
    if operators and len(operators) <= _MOST:
        found = importlib.import_module("mxr.visualization").picture(symbol)  # a layer above
        if found is not None:
            return found
    name = symbol.name or f"group [{', '.join(symbol.list_output_nodes())}]"
    caption = f"Symbol {name}: {len(operators)} operators, inputs {_listed(symbol.list_inputs())}"
    rows: list[list[Any]] = []
    for i in ends(len(operators), *_ROWS)[1]:
        if i is GAP:
            rows.append([GAP, "", "", ""])
            continue
        node = operators[i]
        options = ", ".join(f"{k}={v}" for k, v in node.attrs.items() if not k.startswith("__"))
        rows.append([node.name, node.op.name, _listed([e[0].name for e in node.inputs]), options])
    return str(table(caption, ["name", "operator", "inputs", "arguments"], rows, "left"))


def _listed(names: list[str]) -> str:
    return ", ".join(names if len(names) <= 8 else [*names[:6], GAP, names[-1]])
