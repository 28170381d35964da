"""``mx.sym.sparse``: operators that know sparse storage, as functions on symbols."""

from __future__ import annotations

from typing import Any

from ..base import suggest
from ..core.op import all_names, find_op
from ..ndarray.sparse import PLAIN

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    full = f"_sparse_{name}"
    if find_op(full) is None:
        full = name
        if name not in PLAIN or find_op(full) is None:
            raise AttributeError(f"module 'mxr.symbol.sparse' has no attribute {name!r}.{suggest(name, __dir__())}")
    from .functions import function

    f = globals()[name] = function(full, "mxr.symbol.sparse", name)
    return f


def __dir__() -> list[str]:
    return sorted({*(n[8:] for n in all_names() if n.startswith("_sparse_")), *PLAIN})
