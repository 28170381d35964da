"""``mx.sym._internal``: operators whose names begin with an underscore, as functions on Symbols."""

from __future__ import annotations

from ..ndarray.functions import operators_of
from .functions import function

__getattr__, __dir__ = operators_of(globals(), "_", keep=True, make=function)
