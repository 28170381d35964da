"""Arithmetic and comparison of NDArrays with arrays and numbers, in place too."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import MXNetError, MXNetTypeError
from ..core import tape
from ..core.array import Array
from ..core.dispatch import invoke
from ..core.engine import engine
from ..core.op import OpDef, get_op
from ..core.params import Attrs

__all__ = ["Arithmetic", "binary", "with_scalar"]


def binary(op: OpDef, scalar_op: OpDef, x: Any, other: Any) -> Any:
    if isinstance(other, Array):
        return invoke(op, (x, other), op.parse({}))
    return with_scalar(scalar_op, x, other)


def with_scalar(op: OpDef, x: Any, value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim:
        raise MXNetTypeError(f"type {type(value)} not supported: make it an NDArray first, mx.nd.array(...)")
    if not isinstance(value, int | float | np.number | np.bool_ | np.ndarray):
        raise TypeError(f"type {type(value)} not supported")
    scalar = value.item() if isinstance(value, np.generic | np.ndarray) else value
    return invoke(op, (x,), scalar_attrs(op, scalar))


_scalar_cache: dict[Any, Attrs] = {}


def scalar_attrs(op: OpDef, scalar: float) -> Attrs:
    key = (op.name, scalar, type(scalar))
    found = _scalar_cache.get(key)
    if found is None:
        if len(_scalar_cache) > 8192:
            _scalar_cache.clear()
        found = _scalar_cache[key] = op.parse({"scalar": scalar, "is_int": not isinstance(scalar, float)})
    return found


def _binary_method(op: str, scalar: str) -> Any:
    ops: list[OpDef] = []

    def method(self: Any, other: Any) -> Any:
        if not ops:
            ops.extend((get_op(op), get_op(scalar)))
        return binary(ops[0], ops[1], self, other)

    return method


def _reversed_method(scalar: str) -> Any:
    ops: list[OpDef] = []

    def method(self: Any, other: Any) -> Any:
        if not ops:
            ops.append(get_op(scalar))
        return with_scalar(ops[0], self, other)

    return method


def _inplace_method(op: str, scalar: str) -> Any:
    ops: list[OpDef] = []

    def method(self: Any, other: Any) -> Any:
        if not ops:
            ops.extend((get_op(op), get_op(scalar)))
        if tape.state.recording and tape.is_on(self):
            raise MXNetError(tape.INPLACE)
        engine.drain()
        if isinstance(other, Array):
            return invoke(ops[0], (self, other), ops[0].parse({}), out=self)
        if not isinstance(other, int | float | np.number | np.bool_):
            raise TypeError(f"type {type(other)} not supported")
        value = other.item() if isinstance(other, np.generic) else other
        return invoke(ops[1], (self,), scalar_attrs(ops[1], value), out=self)

    method.operators = op, scalar  # type: ignore[attr-defined]
    return method


class Arithmetic:
    """The operators of an array: ``+ - * / % **``, comparisons (0/1 in the array's dtype), ``-x``, ``abs(x)``."""

    __slots__ = ()

    __add__ = _binary_method("broadcast_add", "_plus_scalar")
    __radd__ = _reversed_method("_plus_scalar")
    __sub__ = _binary_method("broadcast_sub", "_minus_scalar")
    __rsub__ = _reversed_method("_rminus_scalar")
    __mul__ = _binary_method("broadcast_mul", "_mul_scalar")
    __rmul__ = _reversed_method("_mul_scalar")
    __truediv__ = _binary_method("broadcast_div", "_div_scalar")
    __rtruediv__ = _reversed_method("_rdiv_scalar")
    __mod__ = _binary_method("broadcast_mod", "_mod_scalar")
    __rmod__ = _reversed_method("_rmod_scalar")
    __pow__ = _binary_method("broadcast_power", "_power_scalar")
    __rpow__ = _reversed_method("_rpower_scalar")
    __iadd__ = _inplace_method("broadcast_add", "_plus_scalar")
    __isub__ = _inplace_method("broadcast_sub", "_minus_scalar")
    __imul__ = _inplace_method("broadcast_mul", "_mul_scalar")
    __itruediv__ = _inplace_method("broadcast_div", "_div_scalar")
    __imod__ = _inplace_method("broadcast_mod", "_mod_scalar")
    __ipow__ = _inplace_method("broadcast_power", "_power_scalar")
    __gt__ = _binary_method("broadcast_greater", "_greater_scalar")
    __ge__ = _binary_method("broadcast_greater_equal", "_greater_equal_scalar")
    __lt__ = _binary_method("broadcast_lesser", "_lesser_scalar")
    __le__ = _binary_method("broadcast_lesser_equal", "_lesser_equal_scalar")
    __eq__ = _binary_method("broadcast_equal", "_equal_scalar")
    __ne__ = _binary_method("broadcast_not_equal", "_not_equal_scalar")

    def __neg__(self) -> Any:
        return with_scalar(get_op("_mul_scalar"), self, -1.0)

    def __abs__(self) -> Any:
        op = get_op("abs")
        return invoke(op, (self,), op.parse({}))
