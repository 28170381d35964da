"""``mx.sym``: symbols and one function for every operator, made from the operators' declarations."""

from __future__ import annotations

from typing import Any

from .. import ops as _ops  # declares all operators
from ..base import suggest
from ..core.op import find_op
from ..ndarray.functions import dir_of
from ..ndarray.methods import FLUENT, attach
from . import _internal, contrib, image, linalg, op, random, sparse
from .functions import function
from .symbol import (
    Group,
    Symbol,
    Variable,
    arange,
    eye,
    full,
    histogram,
    hypot,
    linspace,
    load,
    load_json,
    maximum,
    minimum,
    ones,
    pow,
    power,
    split_v2,
    var,
    zeros,
)

attach(Symbol, "mxr.symbol")


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    if find_op(name) is None:
        raise AttributeError(f"module 'mxr.symbol' has no attribute {name!r}.{suggest(name, dir_of(''))}")
    f = globals()[name] = function(name)
    return f


def __dir__() -> list[str]:
    return sorted({*(g for g in globals() if not g.startswith("_")), *dir_of("")})


del _ops
__all__ = [
    "FLUENT", "Group", "Symbol", "Variable", "_internal", "arange", "contrib", "eye", "full", "histogram", "hypot",
    "image", "linalg", "linspace", "load", "load_json", "maximum", "minimum", "ones", "op", "pow", "power", "random",
    "sparse", "split_v2", "var", "zeros",
]  # fmt: skip
