"""``mx.sym``: symbols and one function for every operator, made from the operators' declarations."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from .. import ops as _ops  # declares all operators
from ..base import MXNetTypeError, suggest
from ..context import Context
from ..core.op import find_op, get_op
from ..graph.compose import Group, Variable, compose
from ..graph.json_io import load, loads
from ..graph.symbol import Symbol
from ..ndarray.functions import FunctionSpace, dir_of
from ..ndarray.methods import FLUENT, attach
from . import contrib
from .functions import function

var = Variable
load_json = loads


op = FunctionSpace("mxr.symbol.op", "", make=function, hide=("_",))
_internal = FunctionSpace("mxr.symbol._internal", "_", make=function, keep=True)
linalg = FunctionSpace("mxr.symbol.linalg", "_linalg_", make=function)
image = FunctionSpace("mxr.symbol.image", "_image_", make=function)
attach(Symbol, "mxr.symbol")


def _two_sided(name: str, op: str, scalar: str, rscalar: str | None, plain: Callable[[Any, Any], Any]) -> Any:
    def f(left: Any, right: Any) -> Any:
        if isinstance(left, Symbol) and isinstance(right, Symbol):
            return compose(get_op(op), [left, right], {}, None, None, op)
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


pow = power = _two_sided("pow", "_Power", "_PowerScalar", "_RPowerScalar", operator.pow)
maximum = _two_sided("maximum", "_Maximum", "_MaximumScalar", None, max)
minimum = _two_sided("minimum", "_Minimum", "_MinimumScalar", None, min)
hypot = _two_sided("hypot", "_Hypot", "_HypotScalar", None, lambda a, b: (a * a + b * b) ** 0.5)


def _creation(name: str, op_name: str, shape: Any, dtype: Any, kwargs: dict[str, Any], **more: Any) -> Symbol:
    from ..backend import dtype_name

    ctx = kwargs.pop("ctx", None)
    given = {"shape": shape, "dtype": dtype_name(dtype), **more}
    if ctx is not None:
        given["ctx"] = str(ctx) if isinstance(ctx, Context) else ctx
    return compose(get_op(op_name), [], given, kwargs.pop("name", None), kwargs.pop("attr", None), op_name)


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
    from ..backend import dtype_name

    given = {
        "start": start, "stop": stop, "step": step, "repeat": repeat, "infer_range": infer_range,
        "dtype": dtype_name(dtype),
    }  # fmt: skip
    return compose(get_op("_arange"), [], given, name, None, "_arange")


def eye(N: int, M: int = 0, k: int = 0, dtype: Any = None, **kwargs: Any) -> Symbol:
    """Ones on the k-th diagonal of an N x M array."""
    from ..backend import dtype_name

    given = {"N": N, "M": M, "k": k, "dtype": dtype_name(dtype)}
    return compose(get_op("_eye"), [], given, kwargs.get("name"), kwargs.get("attr"), "_eye")


def __getattr__(name: str) -> Any:
    if name == "random":
        import importlib

        return importlib.import_module(".random", __name__)
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
    "FLUENT", "Group", "Symbol", "Variable", "arange", "contrib", "eye", "full", "hypot", "image", "linalg", "load",
    "load_json", "maximum", "minimum", "ones", "op", "pow", "power", "var", "zeros",
]  # fmt: skip
