"""``mx.sym.op``: operators whose names begin with no underscore, as functions on Symbols."""

from __future__ import annotations

from ..ndarray.functions import operators_of
from .functions import function

__getattr__, __dir__ = operators_of(globals(), "", hide="_", make=function)
