"""What an NDArray can and a Symbol cannot: methods that say so."""

from __future__ import annotations

from typing import Any

from ..base_names import NotImplementedForSymbol
from .symbol import Symbol

__all__ = ["attach"]

_METHODS = (
    "as_in_context", "asnumpy", "asscalar", "backward", "copy", "detach", "wait_to_read", "__iadd__", "__isub__",
    "__imul__", "__itruediv__", "__bool__", "__nonzero__", "as_np_ndarray",
)  # fmt: skip


def _refuse(name: str) -> Any:
    def method(self: Symbol, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedForSymbol(method, name, *args)

    method.__name__ = name
    method.__qualname__ = f"Symbol.{name}"
    method.__doc__ = "Not for symbols: they have no values before they are bound."
    return method


def attach() -> None:
    for name in _METHODS:
        setattr(Symbol, name, _refuse(name))


attach()
