"""Two-argument functions that take arrays or numbers on either side: ``mx.nd.add``, ``maximum``, ``greater``, ..."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ..base import MXNetTypeError
from ..core.op import get_op
from .arithmetic import binary, with_scalar
from .ndarray import NDArray


def _two_sided(name: str, op: str, scalar: str, rscalar: str | None, plain: Callable[[Any, Any], Any]) -> Any:
    def f(lhs: Any, rhs: Any) -> Any:
        if isinstance(lhs, NDArray):
            return binary(get_op(op), get_op(scalar), lhs, rhs)
        if isinstance(rhs, NDArray):
            return with_scalar(get_op(rscalar or scalar), rhs, lhs)
        if isinstance(lhs, int | float) and isinstance(rhs, int | float):
            return plain(lhs, rhs)
        raise MXNetTypeError(f"{name}: type {type(lhs)} or {type(rhs)} not supported")

    f.__name__ = f.__qualname__ = name
    f.__module__ = "mxr.ndarray"
    f.__doc__ = f"Element-wise `{name}` with broadcasting; each side an NDArray or a number ({op})."
    return f


add = _two_sided("add", "broadcast_add", "_plus_scalar", None, operator.add)
subtract = _two_sided("subtract", "broadcast_sub", "_minus_scalar", "_rminus_scalar", operator.sub)
multiply = _two_sided("multiply", "broadcast_mul", "_mul_scalar", None, operator.mul)
divide = _two_sided("divide", "broadcast_div", "_div_scalar", "_rdiv_scalar", operator.truediv)
true_divide = divide
modulo = _two_sided("modulo", "broadcast_mod", "_mod_scalar", "_rmod_scalar", operator.mod)
_power = _two_sided("power", "broadcast_power", "_power_scalar", "_rpower_scalar", operator.pow)
maximum = _two_sided("maximum", "broadcast_maximum", "_maximum_scalar", None, max)
minimum = _two_sided("minimum", "broadcast_minimum", "_minimum_scalar", None, min)
equal = _two_sided("equal", "broadcast_equal", "_equal_scalar", None, lambda a, b: int(a == b))
not_equal = _two_sided("not_equal", "broadcast_not_equal", "_not_equal_scalar", None, lambda a, b: int(a != b))
greater = _two_sided("greater", "broadcast_greater", "_greater_scalar", "_lesser_scalar", lambda a, b: int(a > b))
greater_equal = _two_sided(
    "greater_equal",
    "broadcast_greater_equal",
    "_greater_equal_scalar",
    "_lesser_equal_scalar",
    lambda a, b: int(a >= b),
)
lesser = _two_sided("lesser", "broadcast_lesser", "_lesser_scalar", "_greater_scalar", lambda a, b: int(a < b))
lesser_equal = _two_sided(
    "lesser_equal",
    "broadcast_lesser_equal",
    "_lesser_equal_scalar",
    "_greater_equal_scalar",
    lambda a, b: int(a <= b),
)
logical_and = _two_sided(
    "logical_and", "broadcast_logical_and", "_logical_and_scalar", None, lambda a, b: int(bool(a and b))
)
logical_or = _two_sided(
    "logical_or", "broadcast_logical_or", "_logical_or_scalar", None, lambda a, b: int(bool(a or b))
)
logical_xor = _two_sided(
    "logical_xor", "broadcast_logical_xor", "_logical_xor_scalar", None, lambda a, b: int(bool(a) != bool(b))
)


def power(base: Any, exp: Any) -> Any:
    """`base` to the power `exp`, element-wise with broadcasting; each an NDArray or a number (broadcast_power)."""
    return _power(base, exp)


power.__module__ = "mxr.ndarray"
