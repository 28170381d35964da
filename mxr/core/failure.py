"""Whatever goes wrong inside an operator comes out as an MXNetError that names it and what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..base import (
    MXNetError,
    MXNetIndexError,
    MXNetMemoryError,
    MXNetNotImplementedError,
    MXNetTypeError,
    MXNetValueError,
)

__all__ = ["error_kind", "named_error"]

_KINDS: tuple[tuple[type[BaseException], type[MXNetError]], ...] = (
    (IndexError, MXNetIndexError),
    (MemoryError, MXNetMemoryError),
    (NotImplementedError, MXNetNotImplementedError),
    (ValueError, MXNetValueError),
    (TypeError, MXNetTypeError),
    (ArithmeticError, MXNetValueError),
)


def error_kind(e: BaseException, otherwise: type[MXNetError] = MXNetError) -> type[MXNetError]:
    """Our class for an error of Python or NumPy."""
    return next((ours for theirs, ours in _KINDS if isinstance(e, theirs)), otherwise)


def named_error(op: Any, a: Any, arrays: Sequence[Any], e: Exception, label: str | None = None) -> Exception:
    """The error to raise for `e`, which came out of operator `op` called with attributes `a` on raw `arrays`.

    Parameters
    ----------
    arrays : anything with shape and dtype, or bare shapes.
    label : how the message begins where that is not the operator's name.
    """
    label = label or op.name
    text = str(e) or type(e).__name__
    if isinstance(e, MXNetError):
        return e if label in text or op.name in text else e.retold(f"{label}: {text}")
    if isinstance(e, MemoryError):
        text = f"not enough memory ({text})"
    if isinstance(e, IndexError) and text == "tuple index out of range":
        text = "an input or a parameter has too few dimensions"
    if isinstance(e, TypeError) and ("ufunc" in text or "numpy boolean" in text or "ArrayType" in text):
        dtypes = dict.fromkeys(str(x.dtype) for x in arrays if hasattr(x, "dtype"))
        text = f"does not support dtype {' and '.join(dtypes)}" if dtypes else text
    kind = error_kind(e)
    if isinstance(e, AttributeError | KeyError | AssertionError):
        text = f"{type(e).__name__}: {text}"
    return kind(f"{label}: {text}; called with {_show(op, a, arrays)}")


def _show(op: Any, a: Any, arrays: Sequence[Any]) -> str:
    try:
        names = op.input_names(a, len(arrays))
    except MXNetError:
        names = ()
    parts = []
    for i, x in enumerate(arrays):
        name = names[i] if i < len(names) else f"input {i}"
        parts.append(f"{name} {x.shape} {x.dtype}" if hasattr(x, "shape") else f"{name} {x}")
    defaults = {n: p.default for n, p in op.params.items()}
    parts += [f"{k}={v!r}" for k, v in a.as_dict().items() if defaults.get(k, a) is not v and defaults.get(k, a) != v]
    return ", ".join(parts) or "no inputs"
