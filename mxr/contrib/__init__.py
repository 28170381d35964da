"""``mx.contrib``: operators under their old names ``mx.contrib.nd`` and ``mx.contrib.sym``, and text."""

from __future__ import annotations

from typing import Any

from ..ndarray import contrib as ndarray
from ..symbol import contrib as symbol

nd, sym = ndarray, symbol

__all__ = ["nd", "ndarray", "sym", "symbol", "text"]


def __getattr__(name: str) -> Any:
    if name == "text":  # needs gluon, which operators under old names do not
        import importlib

        return importlib.import_module(f"{__name__}.text")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
