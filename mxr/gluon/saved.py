"""Files of whole models, ``PREFIX-model.json`` and ``PREFIX-model.params``: names, structure, graphs and parameters.

The format is MXNet's: a dict for each block, in that of its parent, by its class and its number in the order in which
the blocks are come across.
"""

from __future__ import annotations

import itertools
import json
import os
import warnings
from collections.abc import Iterator
from typing import Any

from .. import symbol as sym
from ..base import MXNetError, MXNetValueError, file_error
from ._block import Block
from ._hybrid import HybridBlock
from .rnn.rnn_layer import _RNNLayer
from .symbol_block import SymbolBlock

__all__ = ["load", "save"]

# What the dict of a block holds besides the dicts of its children.
_OWN = {"orig_name", "in_format", "out_format", "inputs", "symbol", "hybridized", "children"}


def _files(prefix: Any) -> tuple[str, str]:
    return f"{os.fspath(prefix)}-model.json", f"{os.fspath(prefix)}-model.params"


def _key(block: Block, numbers: Iterator[int]) -> str:
    return f"{type(block).__name__.lower()}{next(numbers)}"


def save(block: Block, prefix: Any) -> None:
    """Writes both files; see `Block.save`."""
    structure, params = _files(prefix)
    numbers = itertools.count()
    described = {_key(block, numbers): _described(block, numbers)}
    block.save_parameters(params)
    with open(structure, "w", encoding="utf-8") as f:
        json.dump(described, f)


def _described(block: Block, numbers: Iterator[int]) -> dict[str, Any]:
    own: dict[str, Any] = {"orig_name": block.name}
    if isinstance(block, HybridBlock):
        graph = None if isinstance(block, _RNNLayer) else block._traced  # MXNet's has other inputs and outputs
        if graph is not None and block._record is not None and block._record.asked:
            warnings.warn(
                f"save: {block.name} asks for the shapes of its inputs, so its graph holds for one signature only. It "
                "is not saved; call hybridize() after load.",
                stacklevel=4,
            )
            graph = None
        if graph is not None:
            own["in_format"], own["out_format"] = block._in_format, block._out_format
            own["inputs"] = [x.tojson() for x in graph[0]]
            own["symbol"] = graph[1].tojson()
        own["hybridized"] = graph is not None
    own["children"] = {child.name: name for name, child in block._children.items()}
    for child in block._children.values():
        key = _key(child, numbers)
        own[key] = _described(child, numbers)
    return own


def load(block: Block, prefix: Any) -> None:
    """Reads both files; see `Block.load`."""
    structure, params = _files(prefix)
    try:
        with open(structure, encoding="utf-8") as f:
            described = json.load(f)
    except OSError as e:
        raise file_error(e, f"load: cannot read {structure!r}") from e
    except ValueError as e:
        raise MXNetError(f"load: {structure!r} is not JSON: {e}") from e
    numbers = itertools.count()
    found: list[tuple[Block, dict[str, Any]]] = []
    _match([block], described if isinstance(described, dict) else {}, set(), numbers, structure, found)
    block.load_parameters(params)
    for each, own in found:
        _rename(each, str(own["orig_name"]))
    for each, _ in found:
        _rekey(each)
    for each, own in found:
        if "symbol" in own and isinstance(each, HybridBlock) and not isinstance(each, SymbolBlock):
            each._active = True
            if not isinstance(each, _RNNLayer):
                _restore(each, own, structure)


def _match(
    blocks: list[Block], held: dict[str, Any], known: set[str], numbers: Iterator[int], where: str, found: list
) -> None:
    """Fills `found` with pairs of a block and its dict, or raises where the structures differ."""
    seen = set(known)
    for block in blocks:
        key = _key(block, numbers)
        seen.add(key)
        own = held.get(key)
        if not isinstance(own, dict) or "orig_name" not in own:
            there = ", ".join(k for k in held if k not in known) or "nothing"
            raise MXNetValueError(
                f"load: the model has {key!r} ({block.name}) where {where!r} has {there}. The model must be made of "
                "the same blocks in the same order as the one that was saved."
            )
        found.append((block, own))
        _match(list(block._children.values()), own, _OWN, numbers, where, found)
    extra = [k for k in held if k not in seen]
    if extra:
        raise MXNetValueError(
            f"load: {where!r} has {extra[0]!r}, and the model has no such block. The model must be made of the same "
            "blocks in the same order as the one that was saved."
        )


def _rename(block: Block, name: str) -> None:
    """Gives the block and its own parameters the names that they had when they were saved.

    The variables of the graphs have these names. MXNet renames only a part, and cannot trace or export after that.
    """
    if name == block.name or isinstance(block, SymbolBlock):
        return
    old = block._prefix
    new = name and (name + "_" if not old or old.endswith("_") else name)
    for key, p in block._params.items():
        if block._params._prefix == old and key.startswith(old) and p.name == key:  # else it is shared with another
            p.name, p._var = new + key[len(old) :], None
    if block._params._prefix == old:
        block._params._prefix = new
    block._prefix, block._name, block._empty_prefix = new, name, not new


def _rekey(block: Block) -> None:
    """Parameters by the names that they have now."""
    held = block._params
    held._params = {p.name: p for p in held.values()} if not isinstance(block, SymbolBlock) else held._params
    if isinstance(block, HybridBlock):
        block._clear_cached_op()


def _restore(block: HybridBlock, own: dict[str, Any], where: str) -> None:
    inputs = [sym.load_json(text) for text in own["inputs"]]
    out = sym.load_json(own["symbol"])
    names = {x.name for x in inputs}
    params = block.collect_params()
    strange = [n for n in out.list_inputs() if n not in names and n not in params]
    if strange:
        raise MXNetValueError(
            f"load: the graph of {block.name} in {where!r} has the variable {strange[0]!r}, which is no parameter of "
            f"the block: {', '.join(params.keys()) or 'it has none'}"
        )
    block.__dict__.update(_traced=(inputs, out), _in_format=own["in_format"], _out_format=own["out_format"])
