"""What modules check about names, shapes and states before they compute."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from ..base import MXNetAssertionError, MXNetValueError, suggest
from ..io import DataDesc

__all__ = ["check_input_names", "check_names_match", "parse_data_desc", "require"]

_INPUT_SUFFIXES = ("_weight", "_bias", "_gamma", "_beta")


def require(condition: Any, message: str) -> None:
    """Raises where a method is called in the wrong state (MXNet asserts there)."""
    if not condition:
        raise MXNetAssertionError(message)


def check_input_names(symbol: Any, names: Sequence[str], typename: str, throw: bool) -> None:
    """Raises (or warns) where `names` has what is no argument of `symbol`."""
    arguments = symbol.list_arguments()
    for name in names:
        if name in arguments:
            continue
        inputs = [arg for arg in arguments if not arg.endswith(_INPUT_SUFFIXES)]
        options = "\n\t".join(inputs)
        message = (
            f"You created Module with Module(..., {typename}_names={list(names)}) but input with name '{name}' "
            f"is not found in symbol.list_arguments().{suggest(name, arguments)} Did you mean one of:\n\t{options}"
        )
        if throw:
            raise MXNetValueError(message)
        warnings.warn(message, stacklevel=4)


def check_names_match(names: Sequence[str], descs: Sequence[Any], what: str, throw: bool) -> None:
    """Raises (or warns) where descriptions are not for exactly `names`."""
    if sorted(names) == sorted(desc[0] for desc in descs):
        return
    message = f"Data provided by {what}_shapes don't match names specified by {what}_names ({descs} vs. {list(names)})"
    if throw:
        raise MXNetValueError(message)
    warnings.warn(message, stacklevel=5)


def _descriptions(shapes: Any) -> list[DataDesc]:
    return [desc if isinstance(desc, DataDesc) else DataDesc(*desc) for desc in shapes]


def parse_data_desc(
    data_names: Sequence[str], label_names: Sequence[str], data_shapes: Any, label_shapes: Any
) -> tuple[list[DataDesc], list[DataDesc] | None]:
    """Descriptions from what `bind` and `reshape` take: DataDescs or tuples (name, shape)."""
    data = _descriptions(data_shapes)
    check_names_match(data_names, data, "data", True)
    if label_shapes is None:
        check_names_match(label_names, [], "label", False)
        return data, None
    label = _descriptions(label_shapes)
    check_names_match(label_names, label, "label", False)
    return data, label
