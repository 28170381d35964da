"""``mx.nd.contrib``: control flow, and the operators whose names start with ``_contrib_``, made on first use."""

from __future__ import annotations

from .contrib_functions import (
    adamw_update,
    isfinite,
    isinf,
    isnan,
    mp_adamw_update,
    multi_adamw_update,
    multi_lamb_update,
    multi_mp_adamw_update,
    multi_mp_lamb_update,
    rand_zipfian,
)
from .control_flow import cond, foreach, while_loop
from .functions import operators_of

__all__ = [
    "adamw_update", "cond", "foreach", "isfinite", "isinf", "isnan", "mp_adamw_update", "multi_adamw_update",
    "multi_lamb_update", "multi_mp_adamw_update", "multi_mp_lamb_update", "rand_zipfian", "while_loop",
]  # fmt: skip

__getattr__, __dir__ = operators_of(globals(), "_contrib_")
