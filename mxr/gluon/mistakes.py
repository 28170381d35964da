"""What is said about mistakes in making and calling blocks: the block, the argument, what was given and expected."""

from __future__ import annotations

import inspect
import re
from typing import Any, NoReturn

import numpy as np

from ..base import MXNetError, MXNetTypeError, MXNetValueError, arguments_of, suggest

__all__ = ["MADE_FIRST", "hide_unknown", "missing_attribute", "named", "positive", "refuse_arguments", "shown"]

# What Block.__init__ makes; whoever asks for it before has not called it.
MADE_FIRST = {"_prefix", "_params", "_name", "_scope", "_children", "_reg_params", "_forward_hooks"}


def shown(value: Any, width: int = 80) -> str:
    """`value` in one line of an error."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{type(value).__name__} of shape {tuple(value.shape)}"
    text = " ".join(repr(value).split())
    return text if len(text) <= width else text[: width - 3] + "..."


def positive(block: Any, name: str, value: Any) -> None:
    """Raises unless the argument `name` of a layer is a positive integer."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value <= 0:
        raise MXNetValueError(f"{type(block).__name__}: {name} must be a positive integer, got {shown(value)}")


def refuse_arguments(block: Any, prefix: Any, unknown: dict[str, Any]) -> NoReturn:
    """Raises for an argument that no ``__init__`` of the block takes, or for a `prefix` that is no text."""
    kind = type(block).__name__
    if unknown:
        name = next(iter(unknown))
        raise MXNetTypeError(
            f"{kind}.__init__() got an unexpected keyword argument {name!r}.{suggest(name, arguments_of(type(block)))}"
        )
    add = "; blocks are added by add()" if hasattr(block, "add") else ""
    raise MXNetTypeError(f"{kind}: prefix must be a string, got {type(prefix).__name__}: {shown(prefix)}{add}")


def missing_attribute(block: Any, name: str) -> AttributeError:
    kind = type(block).__name__
    error = AttributeError(f"{kind!r} object has no attribute {name!r}", name=name, obj=block)
    if name in MADE_FIRST and name not in block.__dict__:
        error.args = (f"{error}: {kind}.__init__ must call super().__init__() before it assigns layers",)
    return error


def hide_unknown(cls: type) -> None:
    """Gives ``cls.__init__`` the signature that it has for users: ``**unknown`` only serves the error."""
    own = inspect.signature(cls.__init__)  # type: ignore[misc]
    kept = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
    cls.__init__.__signature__ = own.replace(parameters=kept)  # type: ignore[misc]


def named(e: Exception, block: Any, inputs: int) -> None:
    """Adds to an error of an operator, or of the call of `hybrid_forward`, in which block it arose."""
    where, text = f"{block.name} ({type(block).__name__})", str(e)
    if isinstance(e, MXNetError):
        if not e.in_block and e.args and not re.search(rf"(?<!\w){re.escape(block.name)}(_|:|'| \()", text):
            e.args = (f"{text}\n  In block {where}", *e.args[1:])
        e.in_block = True
    elif text.endswith("'") and text.startswith(f"{type(block).__name__}.hybrid_forward() got multiple values"):
        e.args = (f"{text}: too many inputs, {inputs} were given to block {where}",)
