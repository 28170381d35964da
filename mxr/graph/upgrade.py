"""What MXNet changes in the graphs of its older versions when it reads them."""

from __future__ import annotations

from typing import Any

from ..attribute import HIDDEN
from ..core.op import OpDef
from .symbol import Entry, SymNode

__all__ = ["VERSION", "fill_inputs", "hide", "move_to_inputs", "repair", "version_of"]

VERSION = 10901


def version_of(graph: dict[str, Any]) -> int:
    """The version that wrote a file; up to 0.8 they did not say."""
    top = graph.get("attrs")
    found = top.get("mxnet_version") if isinstance(top, dict) else None
    if isinstance(found, list) and len(found) == 2 and type(found[1]) is int:
        return found[1]
    return 800


def hide(attrs: dict[str, str], params: Any, version: int) -> None:
    """``lr_mult`` and kin get their double underscores."""
    if version < VERSION:
        for k in [k for k in attrs if k in HIDDEN and k not in params]:
            attrs[f"__{k}__"] = attrs.pop(k)


def move_to_inputs(attrs: dict[str, str], inputs: list[Entry], op: OpDef, version: int) -> None:
    """``weight_lr_mult`` of an operator belongs to its weight as ``__lr_mult__``."""
    if version >= VERSION:
        return
    for key in [k for k in attrs if k not in op.params]:
        hidden = next((h for h in HIDDEN if key.endswith(f"_{h}")), None)
        if hidden is None:
            continue
        slot = key[: -len(hidden) - 1]
        if slot in op.inputs and op.inputs.index(slot) < len(inputs):
            variable = inputs[op.inputs.index(slot)][0]
            if variable.op is None:
                variable.attrs[f"__{hidden}__"] = attrs.pop(key)


def repair(op: OpDef, attrs: dict[str, str], version: int) -> None:
    """Before 0.9.5, -1 as the axis of argmax and argmin stood for none."""
    if version < 905 and op.name in ("argmax", "argmin") and attrs.get("axis") == "-1":
        del attrs["axis"]


def fill_inputs(
    op: OpDef, a: Any, name: str, attrs: dict[str, str], inputs: list[Entry], names: tuple[str, ...], version: int
) -> bool:
    """Before 0.9 inputs that were not given, and auxiliary states, were no variables in the file."""
    missing = names[len(inputs) :]
    aux = op.aux_names(a)
    if version >= 900 and any(n not in aux for n in missing):
        return False
    for slot in missing:
        own = dict(attrs)
        if slot in op.aux_init:
            own["__init__"] = op.aux_init[slot]
        inputs.append((SymNode(None, f"{name}_{slot}", own, []), 0, 0))
    return True
