"""Operators as functions on Symbols: the generated part of ``mx.sym``."""

from __future__ import annotations

from typing import Any

from ..core.codegen import make_function
from ..core.op import OpDef, get_op
from ..core.params import Attrs
from ..graph.compose import compose
from ..graph.symbol import Symbol

__all__ = ["function"]


def function(full: str, module: str = "mxr.symbol", public: str | None = None) -> Any:
    """The Symbol function of an operator, by any of its names."""

    def run(op: OpDef, inputs: list[Any], a: Attrs, given: dict[str, Any], out: Any, name: Any, attr: Any) -> Any:
        while inputs and inputs[-1] is None:
            inputs.pop()
        return compose(op, inputs, given, name, attr, public or full)

    return make_function(get_op(full), public or full, run, lambda v: isinstance(v, Symbol), module, as_written=True)
