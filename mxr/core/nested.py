"""Nested lists of arrays or symbols, laid flat and built up again: what control flow takes and gives."""

from __future__ import annotations

from typing import Any

from ..base import MXNetTypeError

__all__ = ["Form", "flat_list", "regroup"]

# None for one array, else the forms of the members
Form = list | None


def flat_list(value: Any, leaf: type, what: str) -> tuple[list[Any], Form]:
    """(members, form) of nested lists and tuples of `leaf`; `what` names the value in errors."""
    if isinstance(value, leaf):
        return [value], None
    if not isinstance(value, list | tuple):
        raise MXNetTypeError(
            f"{what} must be (nested) list of {leaf.__name__}, but got {value!r} of type {type(value)}"
        )
    flat: list[Any] = []
    form: list[Form] = []
    for part in value:
        members, inner = flat_list(part, leaf, what)
        flat += members
        form.append(inner)
    return flat, form


def regroup(flat: list[Any], form: Form) -> Any:
    """The structure of `form` with the members of `flat`, in order."""
    rest = iter(flat)

    def build(form: Form) -> Any:
        return next(rest) if form is None else [build(f) for f in form]

    return build(form)
