"""What NDArrays and graph values share as the F of a grad rule: every operator, and the functions of expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from .expr import Expr
from .op import OpDef, find_op, get_op

__all__ = ["FSpace"]

_SYMBOLS = {
    "equal": operator.eq,
    "not_equal": operator.ne,
    "lesser": operator.lt,
    "lesser_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "negative": operator.neg,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "mod": operator.mod,
    "power": operator.pow,
}


_NUMBER = (int, float)


class FSpace:
    """F over values of one kind; subclasses run an operator on them.

    Functions of scalar expressions (``maximum(x, 0)``, ``where(x > 0, x, 0)``, ``equal``) accept plain numbers too.
    """

    def run(self, op: OpDef, values: list[Any], attrs: dict[str, Any]) -> Any:
        raise NotImplementedError

    def __getattr__(self, name: str) -> Callable[..., Any]:
        f: Callable[..., Any]
        if name in _SYMBOLS:
            f = cast(Callable[..., Any], _SYMBOLS[name])
        elif name in ("maximum", "minimum", "hypot", "logical_and", "logical_or", "logical_xor"):
            f = self._two_sided(name)
        elif find_op(name) is None:
            raise AttributeError(f"F has no operator {name!r}")
        else:
            f = self._operator(get_op(name))
        setattr(self, name, f)
        return f

    def _operator(self, d: OpDef) -> Callable[..., Any]:
        def call(*values: Any, **attrs: Any) -> Any:
            if len(values) == 1 and isinstance(values[0], _NUMBER) and isinstance(d.expr, Expr):
                with np.errstate(all="ignore"):  # log(scalar): a number in, a number out
                    return float(d.expr.bind(np)(values[0]))
            return self.run(d, [v for v in values if v is not None], attrs)

        return call

    def _two_sided(self, name: str) -> Callable[..., Any]:
        wide, scalar = get_op(f"broadcast_{name}"), get_op(f"_{name}_scalar")

        def call(x: Any, y: Any) -> Any:
            if isinstance(y, _NUMBER):
                return self.run(scalar, [x], {"scalar": y})
            if isinstance(x, _NUMBER):
                return self.run(scalar, [y], {"scalar": x})
            return self.run(wide, [x, y], {})

        return call

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        like = next((v for v in (x, y, condition) if not isinstance(v, _NUMBER)), None)
        x, y = (self._filled(v, like) if isinstance(v, _NUMBER) else v for v in (x, y))
        return self.run(get_op("where"), [condition, x, y], {})

    def _filled(self, number: float, like: Any) -> Any:
        zeros = self.run(get_op("zeros_like"), [like], {})
        return zeros if number == 0 else zeros + number

    def clip(self, x: Any, a_min: Any = None, a_max: Any = None, **attrs: Any) -> Any:
        return self.run(get_op("clip"), [x], {"a_min": a_min, "a_max": a_max, **attrs})
