"""A graph with casts: the work of ``amp.convert_symbol``, on the nodes of symbol.json."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from ...graph.hook_names import output_name
from ...symbol import Symbol, load_json

__all__ = ["Casts"]

_FULL = "float32"


class Casts:
    """Makes a copy of a graph in which each operator gets inputs of the type that it is to run in.

    Parameters
    ----------
    target : 'float16' or 'bfloat16'.
    target_ops, fp32_ops, widest_ops : names of operators that run in `target`, in float32, in the widest type of their
        inputs. All others run in the type that comes.
    conditional : (operator, parameter, values with which it runs in float32).
    excluded : names of nodes that run in float32.
    """

    def __init__(
        self,
        target: str,
        target_ops: Collection[str],
        fp32_ops: Collection[str],
        widest_ops: Collection[str],
        conditional: Sequence[tuple[str, str, Sequence[str]]],
        excluded: Collection[str] = (),
    ) -> None:
        self._target = target
        self._target_ops, self._fp32_ops = frozenset(target_ops), frozenset(fp32_ops)
        self._widest_ops = frozenset(widest_ops)
        self._conditional = conditional
        self._excluded = frozenset(excluded)

    def __call__(self, symbol: Symbol) -> Symbol:
        """The graph with casts."""
        graph = json.loads(symbol.tojson(remove_amp_cast=False))
        self._new: list[dict[str, Any]] = []
        self._at: dict[tuple[int, int], list[int]] = {}  # an output of the old graph -> where it is in the new one
        self._type: dict[tuple[int, int], str | None] = {}  # None where it is not known
        self._made: dict[tuple[int, int, str], list[int]] = {}
        self._old = graph["nodes"]
        self._nodes = symbol._nodes()  # in the same order
        for number, node in enumerate(self._old):
            inputs = self._inputs(node)
            kind = self._types[0] if self._types else None
            self._new.append({**node, "inputs": inputs})
            for i in range(_outputs(self._old, graph["heads"], number)):
                self._at[number, i] = [len(self._new) - 1, i, 0]
                self._type[number, i] = kind
        heads = [
            self._at[h[0], h[1]] if self._is_variable(h) or self._type[h[0], h[1]] == _FULL else self._cast(h, _FULL)
            for h in graph["heads"]
        ]
        places = [i for i, node in enumerate(self._new) if node["op"] == "null"]
        made = {"nodes": self._new, "arg_nodes": places, "heads": heads, "attrs": graph.get("attrs", {})}
        return load_json(json.dumps(made))

    def _is_variable(self, entry: Sequence[int]) -> bool:
        return self._old[entry[0]]["op"] == "null"

    def _inputs(self, node: dict[str, Any]) -> list[list[int]]:
        """Where the inputs of a node come from now; the type of its outputs goes to `_types`."""
        entries = node["inputs"]
        self._types: list[str | None] = []
        if node["op"] == "null":
            return []
        op, attrs = node["op"], node.get("attrs", {})
        kinds = [self._type[e[0], e[1]] for e in entries]
        if node["name"] in self._excluded or op in self._fp32_ops:
            self._types = [_FULL]
            return [
                self._at[e[0], e[1]] if kind == _FULL or self._is_variable(e) else self._cast(e, _FULL)
                for e, kind in zip(entries, kinds)
            ]
        if op in self._target_ops or any(
            op == name and attrs.get(parameter) in values for name, parameter, values in self._conditional
        ):
            wanted = self._target if op in self._target_ops else _FULL
            self._types = [wanted]
            return [
                self._at[e[0], e[1]] if kind == wanted else self._cast(e, wanted) for e, kind in zip(entries, kinds)
            ]
        if op in self._widest_ops:
            if None in kinds:
                self._types = [None]
                return self._multicast(entries) if len(entries) > 1 else [self._at[e[0], e[1]] for e in entries]
            if len(set(kinds)) > 1:
                self._types = [_FULL]
                return [
                    self._at[e[0], e[1]] if kind == _FULL else self._cast(e, _FULL) for e, kind in zip(entries, kinds)
                ]
            self._types = [kinds[0]]
        else:  # in the type that comes
            seen = {kind for e, kind in zip(entries, kinds) if not self._is_variable(e)}
            self._types = [seen.pop() if len(seen) == 1 else None]
        return [self._at[e[0], e[1]] for e in entries]

    def _name(self, entry: Sequence[int]) -> str:
        node = self._old[entry[0]]
        if node["op"] == "null":
            return node["name"]
        return output_name(self._nodes[entry[0]], entry[1])

    def _cast(self, entry: Sequence[int], dtype: str) -> list[int]:
        key = entry[0], entry[1], dtype
        if key not in self._made:
            self._new.append(
                {
                    "op": "amp_cast",
                    "name": f"{self._name(entry)}_amp_cast_{dtype}",
                    "attrs": {"dtype": dtype},
                    "inputs": [self._at[entry[0], entry[1]]],
                }
            )
            self._made[key] = [len(self._new) - 1, 0, 0]
        return self._made[key]

    def _multicast(self, entries: Sequence[Sequence[int]]) -> list[list[int]]:
        self._new.append(
            {
                "op": "amp_multicast",
                "name": f"{self._name(entries[0])}_amp_multicast",
                "attrs": {"num_outputs": str(len(entries))},
                "inputs": [self._at[e[0], e[1]] for e in entries],
            }
        )
        return [[len(self._new) - 1, i, 0] for i in range(len(entries))]


def _outputs(nodes: list[dict[str, Any]], heads: list[list[int]], number: int) -> int:
    """How many outputs of a node are used."""
    used = [e[1] for node in nodes for e in node["inputs"] if e[0] == number]
    return 1 + max([*used, *(h[1] for h in heads if h[0] == number)], default=0)
