"""Names of MXNet's C interface modules (``mxnet._ctypes``) that programs import for their type."""

from __future__ import annotations

from ..core.array import Array as NDArrayBase
from ..symbol import Symbol as SymbolBase

__all__ = ["NDArrayBase", "SymbolBase"]
