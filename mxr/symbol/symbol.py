"""The symbols that are made by hand: variables, constants, and functions of a symbol and a number."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ..backend import dtype_name
from ..base import MXNetTypeError, MXNetValueError
from ..context import Context
from ..core.op import get_op
from ..graph.compose import Group, Variable, compose, two_sided
from ..graph.json_io import load, loads
from ..graph.symbol import Symbol

__all__ = [
    "Group", "Symbol", "Variable", "arange", "eye", "full", "histogram", "hypot", "linspace", "load", "load_json",
    "maximum", "minimum", "ones", "pow", "power", "split_v2", "var", "zeros",
]  # fmt: skip

var = Variable
load_json = loads


def _two_sided(name: str, op: str, scalar: str, rscalar: str | None, plain: Callable[[Any, Any], Any]) -> Any:
    def f(left: Any, right: Any) -> Any:
        if isinstance(left, Symbol) and isinstance(right, Symbol):
            return two_sided(op, f"broadcast_{op[1:].lower()}", left, right)
        if isinstance(left, Symbol):
            return compose(get_op(scalar), [left], {"scalar": right}, None, None, scalar)
        if isinstance(right, Symbol):
            reverse = rscalar or scalar
            return compose(get_op(reverse), [right], {"scalar": left}, None, None, reverse)
        if isinstance(left, int | float) and isinstance(right, int | float):
            return plain(left, right)
        raise MXNetTypeError(f"{name}: types ({type(left)}, {type(right)}) not supported")

    f.__name__ = f.__qualname__ = name
    f.__module__ = "mxr.symbol"
    f.__doc__ = f"Element-wise `{name}` of two symbols, or a symbol and a number ({op})."
    return f


_power = _two_sided("pow", "_Power", "_PowerScalar", "_RPowerScalar", operator.pow)
maximum = _two_sided("maximum", "_Maximum", "_MaximumScalar", None, max)
minimum = _two_sided("minimum", "_Minimum", "_MinimumScalar", None, min)
hypot = _two_sided("hypot", "_Hypot", "_HypotScalar", None, lambda a, b: (a * a + b * b) ** 0.5)


def pow(base: Any, exp: Any) -> Any:
    """`base` to the power `exp`, element-wise; each a symbol or a number (_Power)."""
    return _power(base, exp)


pow.__module__ = "mxr.symbol"
power = pow


def _creation(name: str, op_name: str, shape: Any, dtype: Any, kwargs: dict[str, Any], **more: Any) -> Symbol:
    ctx = kwargs.pop("ctx", None)
    given = {"shape": shape, "dtype": dtype_name(dtype), **more}
    if ctx is not None:
        given["ctx"] = str(ctx) if isinstance(ctx, Context) else ctx
    name_given, attr = kwargs.pop("name", None), dict(kwargs.pop("attr", None) or {})
    for key in [k for k in kwargs if k.startswith("__") and k.endswith("__")]:
        attr[key] = str(kwargs.pop(key))
    return compose(get_op(op_name), [], {**given, **kwargs}, name_given, attr, op_name)


def zeros(shape: Any, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Zeros of a fixed shape."""
    return _creation("zeros", "_zeros", shape, dtype, kwargs)


def ones(shape: Any, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Ones of a fixed shape."""
    return _creation("ones", "_ones", shape, dtype, kwargs)


def full(shape: Any, val: float, dtype: Any = None, **kwargs: Any) -> Symbol:
    """A fixed shape filled with `val`."""
    return _creation("full", "_full", shape, dtype, kwargs, value=float(val))


def arange(
    start: float,
    stop: float | None = None,
    step: float = 1.0,
    repeat: int = 1,
    infer_range: bool = False,
    name: str | None = None,
    dtype: Any = None,
) -> Symbol:
    """Evenly spaced values in [start, stop)."""
    given = {
        "start": start, "stop": stop, "step": step, "repeat": repeat, "infer_range": infer_range,
        "dtype": dtype_name(dtype),
    }  # fmt: skip
    return compose(get_op("_arange"), [], given, name, None, "_arange")


def eye(N: int, M: int = 0, k: int = 0, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Ones on the k-th diagonal of an N x M array."""
    given = {"N": N, "M": M, "k": k, "dtype": dtype_name(dtype)}
    return compose(get_op("_eye"), [], given, kwargs.get("name"), kwargs.get("attr"), "_eye")


def linspace(
    start: float, stop: float, num: int, endpoint: bool = True, name: str | None = None, dtype: Any = None
) -> Symbol:
    """`num` evenly spaced values from `start` to `stop`, which is the last one where `endpoint`."""
    given = {"start": start, "stop": stop, "num": num, "endpoint": endpoint, "dtype": dtype_name(dtype)}
    return compose(get_op("_linspace"), [], given, name, None, "_linspace")


def histogram(a: Symbol, bins: Any = 10, range: Any = None, **kwargs: Any) -> Symbol:
    """Counts and edges of `bins`: a symbol of edges, or a number of equal bins over `range`."""
    name, attr = kwargs.pop("name", None), kwargs.pop("attr", None)
    if isinstance(bins, Symbol):
        return compose(get_op("_histogram"), [a, bins], dict(kwargs), name, attr, "_histogram")
    if not isinstance(bins, int) or isinstance(bins, bool):
        raise MXNetValueError(f"histogram: bins must be a whole number or a Symbol, got {bins!r}")
    if range is None:
        raise MXNetValueError("histogram: range=None is not supported for symbols; give (low, high)")
    given = {"bin_cnt": bins, "range": range, **kwargs}
    return compose(get_op("_histogram"), [a], given, name, attr, "_histogram")


def split_v2(ary: Symbol, indices_or_sections: Any, axis: int = 0, squeeze_axis: bool = False) -> Symbol:
    """The symbol cut in equal sections (int) or at indices (tuple) along `axis`."""
    if isinstance(indices_or_sections, int):
        indices: list[int] = []
        sections = indices_or_sections
    elif isinstance(indices_or_sections, tuple):
        indices, sections = [0, *indices_or_sections], 0
    else:
        raise MXNetValueError(
            f"split_v2: indices_or_sections must be a whole number or a tuple of them, got {indices_or_sections!r}"
        )
    given = {"indices": indices, "axis": axis, "squeeze_axis": squeeze_axis, "sections": sections}
    return compose(get_op("_split_v2"), [ary], given, None, None, "_split_v2")
