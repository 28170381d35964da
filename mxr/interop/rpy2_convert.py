"""Python's values to R and R's to Python, by the rules of docs/rpy2.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import mxr as mx
from mxr.base import MXNetError, MXNetTypeError

from .r_convert import to_float32

if TYPE_CHECKING:
    from .rpy2_door import Bridge

__all__ = ["argument", "as_numpy", "bridge", "from_r", "from_r_or_same", "to_python", "to_r", "to_r_array"]


def bridge() -> Bridge:
    """The bridge of this process; raises where R is not attached."""
    try:
        from .rpy2_door import bridge_of
    except ImportError:  # rpy2 is not there, so nothing was attached
        raise MXNetError("R is not attached yet: call mxr.interop.rpy2.attach() first") from None
    return bridge_of()


def _callable(closure: Any, how: str) -> Any:
    from .rpy2 import RCallable

    return RCallable(bridge(), closure, how)


def from_r_or_same(value: Any) -> Any:
    """What has an mxr class becomes that, and functions become callable; other R objects stay."""
    from .rpy2_objects import from_engine
    from .rpy2_values import FUNCTIONS, typeof

    found = from_engine(value)
    if found is value and hasattr(value, "__sexp__") and typeof(value.__sexp__._cdata) in FUNCTIONS:
        return _callable(value, "r")
    return found


def argument(value: Any) -> Any:
    """An argument that R gives to a Python function; its environments can be asked like R itself."""
    found = to_python(value)
    if found is value:
        import rpy2.rinterface as ri

        from .rpy2_values import classes

        if isinstance(value, ri.SexpEnvironment) and not classes(value.__sexp__._cdata):
            from .rpy2 import R

            return R(bridge(), "python", value)
    return found


# Python to R
def to_r(value: Any) -> Any:
    """The R object of `value` (an rpy2 object).

    NDArray, Symbol, Executor, KVStore, DataIter: a handle of the same object, nothing is copied. FeedForward: an
    MXFeedForwardModel of the same symbol and arrays. Context, metrics, initialisers: R's. A NumPy array: an R array of
    reversed dim and R's own type. A function: an R function whose errors are R errors. Scalars, strings, lists, tuples,
    dicts, dates, pandas objects: R vectors, lists and data frames; None among scalars of one kind is NA.
    Raises MXNetTypeError (a TypeError) for anything else.
    """
    from .rpy2_objects import engine_kinds, handed
    from .rpy2_plain import plain_to_r

    b = bridge()
    for kinds, make in engine_kinds():
        if isinstance(value, kinds):
            return make(b, value)
    if hasattr(value, "__sexp__"):
        return b.sexp(value)
    if hasattr(type(value), "__r_object__"):
        return value.__r_object__()
    found = plain_to_r(b, value)
    if found is not None:
        return found
    if callable(value):
        return handed(b, "wrap_function", value)
    if not isinstance(value, _PLAIN) and not b.missing(value):
        raise MXNetTypeError(f"a Python object of type {type(value).__name__} cannot go to R")
    return b.sexp(value)


_PLAIN = (type(None), bool, int, float, str, bytes, bytearray, list, tuple, dict, np.number, np.bool_, np.str_)


def to_r_array(value: Any) -> Any:
    """An R array (double) with the numbers of an NDArray or NumPy array: shape (n, c, h, w) gives dim (w, h, c, n).

    One pass over memory: the numbers are cast straight into R's own. One dimension gives a plain vector.
    """
    b = bridge()
    source = value.asnumpy() if isinstance(value, mx.nd.NDArray) else np.asarray(value)
    if source.dtype.kind not in "biuf":
        raise MXNetTypeError(f"an array of {source.dtype} cannot go to R, expected numbers")
    return b.doubles(source)


# R to Python
def from_r(value: Any, dtype: Any = None, ctx: Any = None) -> Any:
    """The Python object of an R object.

    MXNDArray, MXSymbol, MXExecutor, MXKVStore: the very object that the handle stands for. MXFeedForwardModel: a
    FeedForward of the same symbol and arrays. MXContext: Context. A function: `RCallable`. Data iterators and metrics:
    Python's. An R array, matrix or vector of numbers: an NDArray of reversed dim on `ctx`, float32 as in mx.nd.array,
    or `dtype`; NA becomes NaN.
    Raises MXNetTypeError (a TypeError) for factors and anything else, for which there is `to_python`.
    """
    if hasattr(type(value), "__r_object__"):
        value = value.__r_object__()
    if not hasattr(value, "__sexp__"):
        raise MXNetTypeError(f"from_r expects an R object of rpy2, got {type(value).__name__}")
    from . import rpy2_values as values

    found = from_r_or_same(value)
    if found is not value:
        return found
    cdata = value.__sexp__._cdata
    names = values.classes(cdata)
    if "factor" in names:
        raise MXNetTypeError(
            "from_r: an R factor is no array of numbers; to_python(x).codes are its class numbers from 0 on"
        )
    if values.typeof(cdata) not in values.NUMERIC:
        raise MXNetTypeError(
            f"from_r makes arrays of numbers, given an R object of type {values.type_name(cdata)}; "
            "to_python(x) gives Python values"
        )
    view = values.memory(cdata)
    shape = tuple(reversed(values.dims(cdata)))
    wanted = np.dtype(np.float32 if dtype is None else dtype)
    buf = to_float32(view, shape) if wanted == np.float32 else _cast(view, wanted).reshape(shape)
    x = mx.nd.from_data(buf)
    return x if ctx is None or ctx == x.context else x.as_in_context(ctx)


def _cast(view: np.ndarray, wanted: np.dtype) -> np.ndarray:
    if view.dtype == np.int32 and view.size and view.min() == -(2**31):
        if wanted.kind != "f":
            raise MXNetTypeError(f"from_r: the R vector holds NA, which {wanted} cannot hold")
        out = view.astype(wanted)
        out[view == -(2**31)] = np.nan
        return out
    return view.astype(wanted)


def to_python(value: Any, pandas: bool | None = None) -> Any:
    """The Python value of an R object; docs/rpy2.md has the table.

    Vectors are NumPy arrays (of text: lists), those of one element scalars, named ones `Vector` (a dict); arrays have
    reversed dims and keep dimnames; lists are lists or dicts; factors are pandas' Categorical, data frames DataFrames.
    `pandas`: False gives `Factor` and `Frame` instead, None does so where pandas is not installed.
    NA is None (scalars, text) or masked (arrays); of doubles a NaN that R takes for NA again.
    Objects of mxr are those of `from_r`. R objects without such a form (models of other packages, environments) stay.
    """
    if not hasattr(value, "__sexp__"):
        return value
    from .rpy2_plain import to_plain

    def function(sexp: Any) -> Any:
        return _callable(sexp, "python")

    from .rpy2_objects import from_engine

    return to_plain(value, from_engine, function, pandas)


def as_numpy(value: Any) -> np.ndarray:
    """A read-only view of an R vector's own memory (nothing is copied), with R's dim reversed.

    The view keeps the R object alive, and R copies before it changes an object that Python looks at. NA of integers
    and logicals is -2147483648.
    """
    if not hasattr(value, "__sexp__"):
        raise MXNetTypeError(f"as_numpy expects an R object of rpy2, got {type(value).__name__}")
    from . import rpy2_values as values

    cdata = value.__sexp__._cdata
    view = values.memory(cdata).reshape(tuple(reversed(values.dims(cdata))))
    return np.asarray(_Memory(view, value.__sexp__))


class _Memory:
    """Lends memory to NumPy and holds its owner."""

    def __init__(self, view: np.ndarray, owner: Any) -> None:
        self.__array_interface__ = view.__array_interface__
        self.owner = owner
