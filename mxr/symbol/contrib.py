"""``mx.sym.contrib``: control flow, and the operators whose names start with ``_contrib_``, made on first use."""

from __future__ import annotations

from ..ndarray.functions import operators_of
from .contrib_functions import adamw_update, mp_adamw_update, rand_zipfian
from .control_flow import cond, foreach, while_loop
from .functions import function

__all__ = ["adamw_update", "cond", "foreach", "mp_adamw_update", "rand_zipfian", "while_loop"]

__getattr__, __dir__ = operators_of(globals(), "_contrib_", make=function)
