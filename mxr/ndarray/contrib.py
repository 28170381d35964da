"""``mx.nd.contrib``: control flow, and the operators whose names start with ``_contrib_``, made on first use."""

from __future__ import annotations

from typing import Any

from .functions import FunctionSpace

__all__: list[str] = []

_operators = FunctionSpace(__name__, "_contrib_")


def __getattr__(name: str) -> Any:
    f = globals()[name] = getattr(_operators, name)
    return f


def __dir__() -> list[str]:
    return sorted({*__all__, *dir(_operators)})
