"""``mx.sym.linalg``: linear algebra (operators ``_linalg_*``), as functions on Symbols, made on first use."""

from __future__ import annotations

from ..ndarray.functions import operators_of
from .functions import function

__getattr__, __dir__ = operators_of(globals(), "_linalg_", make=function)
