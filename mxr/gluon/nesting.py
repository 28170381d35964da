"""Nested lists of arrays or symbols, laid flat and built up again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..base import MXNetValueError
from ..ndarray import NDArray
from ..symbol import Symbol
from .mistakes import shown

__all__ = ["Format", "flatten", "members", "regroup"]

# -1: None; 0: one array; n > 1: a symbol with n outputs; a list: the formats of the members
Format = int | list


def flatten(value: Any, leaf: Any, what: str) -> tuple[list[Any], Format]:
    """(members, format) of nested lists and tuples of `leaf` or None; `what` names the value in errors."""
    if value is None:
        return [None], -1
    if isinstance(value, leaf):
        n = len(value.list_outputs()) if isinstance(value, Symbol) else 1
        return [value], n if n > 1 else 0
    if isinstance(value, list | tuple):
        if leaf is NDArray and {*map(type, value)} == {NDArray}:  # nearly always
            return list(value), [0] * len(value)
        flat: list[Any] = []
        formats: list[Format] = []
        for part in value:
            values, form = flatten(part, leaf, what)
            flat += values
            formats.append(form)
        return flat, formats
    hint = (
        "; mx.nd.array(...) makes an NDArray of it"
        if hasattr(value, "__array__") and not isinstance(value, NDArray)
        else ""
    )
    raise MXNetValueError(
        f"HybridBlock {what} must be (nested) list of Symbol or NDArray, but got {shown(value)} of type {type(value)}"
        f"{hint}"
    )


def members(value: Any, leaf: Any) -> Iterator[Any]:
    """All `leaf` in nested lists and tuples, whatever else is there."""
    if isinstance(value, leaf):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from members(part, leaf)


def regroup(flat: list[Any], form: Format) -> Any:
    """The structure of `form` with members from the front of `flat`, which are taken out."""
    if isinstance(form, int):
        if form > 1:
            part = flat[:form]
            del flat[:form]
            return part
        return flat.pop(0)
    return [regroup(flat, f) for f in form]
