"""R inside this Python process, on the same engine (rpy2): the R package's functions from Python, and objects that
are the same on both sides.

    from mxr.interop import rpy2 as mxr_r
    r = mxr_r.attach()
    x = r.mx.nd.ones((2, 3))                 # an NDArray that R made
    r("f <- function(a) a * 2 + 1")
    y = r.f(x)                               # R sees an MXNDArray: the same memory

R's dim (w, h, c, n) is Python's shape (n, c, h, w), and the numbers lie in the same order. rpy2 3.5.17 is the last that
loads in R < 4.5. R may be called from one thread only, and reticulate must not be used in this process.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

import mxr as mx
from mxr.base import MXNetError, MXNetTypeError

from .r import handles
from .r_convert import to_float32

if TYPE_CHECKING:
    from .rpy2_door import Bridge

__all__ = ["R", "as_numpy", "attach", "converter", "from_r", "to_r", "to_r_array"]


def attach(lib_loc: str | None = None, library: bool = True) -> R:
    """Starts embedded R if it does not run yet, loads the R package mxr and gives R this process's engine.

    `lib_loc`: the R library that holds the package; None looks where R looks (R_LIBS).
    `library`: also does library(mxr), so that R code finds its functions without ``mxr::``.
    Raises MXNetError where rpy2, R or the R package is missing, and where R is bound through reticulate already.
    """
    try:
        from . import rpy2_door
    except ImportError as e:
        raise MXNetError(f"the rpy2 bridge needs rpy2, which needs R ({e}): pip install 'mxr-arrays[r]'") from e
    except Exception as e:  # rpy2 raises ValueError, OSError, ... where there is no usable R
        raise MXNetError(f"rpy2 cannot load R ({type(e).__name__}: {e}); R < 4.5 needs rpy2 3.5.17") from e
    bridge = rpy2_door.bridge_of(lib_loc, make=True)
    bridge.convert, bridge.unwrap = to_r, _from_r_or_same
    r = R(bridge)
    if library:
        where = "" if lib_loc is None else f", lib.loc = {_quoted(lib_loc)}"
        r(f"suppressPackageStartupMessages(library(mxr{where}))")
    return r


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bridge() -> Bridge:
    from .rpy2_door import bridge_of

    return bridge_of()


class R:
    """R's global environment. ``r("code")`` evaluates; ``r.name`` and ``r["name"]`` are objects of it; dots may be
    written as attributes: ``r.mx.nd.zeros((2, 3))``.

    Results are NDArrays, Symbols, models, contexts; anything else stays an rpy2 object. Warnings of R become
    Python's, messages go to stderr, errors of mxr are MXNetError and others rpy2's RRuntimeError.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def __call__(self, code: str) -> Any:
        return _call(self._bridge, "evaluate", [code])

    def __getitem__(self, name: str) -> Any:
        value = _call(self._bridge, "lookup", [name])
        return RCallable(self._bridge, name, value) if _is_function(value) else value

    def __setitem__(self, name: str, value: Any) -> None:
        _call(self._bridge, "define", [name, value])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Dotted(self, name)._known()


class _Dotted:
    """The beginning of a dotted R name."""

    def __init__(self, r: R, name: str) -> None:
        self._r, self._name = r, name

    def _known(self) -> Any:
        """The object of this name, or a longer name's beginning."""
        found = _call(self._r._bridge, "complete", [self._name])[0]
        if found == 2:
            return self._r[self._name]
        if found == 1:
            return self
        raise AttributeError(f"R has no object {self._name!r}, nor one whose name begins with {self._name!r} and a dot")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Dotted(self._r, f"{self._name}.{name}")._known()

    def __repr__(self) -> str:
        return f"<R names {self._name}.*>"


class RCallable:
    """An R function. Arguments go through `to_r`; ``learning_rate=`` finds R's ``learning.rate`` where the function
    names it, others are written ``**{"learning.rate": 0.1}``."""

    def __init__(self, bridge: Bridge, name: str, closure: Any) -> None:
        self._bridge, self._name, self.sexp = bridge, name, closure

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs:
            spelled = list(self._bridge.run(self._bridge.helper("spelling"), [self.sexp, list(kwargs)]))
            kwargs = dict(zip(spelled, kwargs.values()))
        return _call(self._bridge, self.sexp, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        # mx.nd.random is no function, but mx.symbol.concat and names that go on after a function's are.
        if name.startswith("__"):
            raise AttributeError(name)
        return _Dotted(R(self._bridge), f"{self._name}.{name}")._known()

    def __repr__(self) -> str:
        return f"<R function {self._name}>"


def _call(bridge: Bridge, function: Any, args: Any, kwargs: Any = None) -> Any:
    """An R function (or the name of a helper) on behalf of the caller's caller, who gets R's warnings."""
    f = bridge.helper(function) if isinstance(function, str) else function
    return _from_r_or_same(bridge.run(f, args, kwargs, _warn))


def _warn(text: str) -> None:
    warnings.warn(text.strip(), UserWarning, stacklevel=5)


def _is_function(value: Any) -> bool:
    import rpy2.rinterface as ri

    return isinstance(value, ri.SexpClosure)


def _from_r_or_same(value: Any) -> Any:
    """What has an mxr class becomes that; other R objects stay."""
    from .rpy2_values import classes

    if hasattr(value, "__sexp__"):
        for name in classes(value.__sexp__._cdata):
            if name in _FROM_CLASS:
                return _FROM_CLASS[name](_bridge(), value)
    return value


# Python to R
def to_r(value: Any) -> Any:
    """The R object of `value` (an rpy2 object).

    NDArray, Symbol, Executor, KVStore: a handle of the same object, nothing is copied. FeedForward: an
    MXFeedForwardModel of the same symbol and arrays. Context: MXContext. A NumPy array: an R array of reversed dim.
    A function: an R function whose errors are R errors. Scalars, strings, lists, tuples, dicts: R vectors and lists.
    Raises MXNetTypeError (a TypeError) for anything else.
    """
    bridge = _bridge()
    if isinstance(value, np.ndarray):
        return to_r_array(value)
    for kinds, make in _kinds():
        if isinstance(value, kinds):
            return make(bridge, value)
    if callable(value) and not hasattr(value, "__sexp__"):
        if isinstance(value, RCallable):
            return value.sexp
        return _handed(bridge, "wrap_function", value)
    if not isinstance(value, _PLAIN) and not hasattr(value, "__sexp__"):
        raise MXNetTypeError(f"a Python object of type {type(value).__name__} cannot go to R")
    return bridge.sexp(value)


_PLAIN = (type(None), bool, int, float, str, bytes, bytearray, list, tuple, dict, np.generic)


def _handed(bridge: Bridge, helper: str, value: Any, *more: Any) -> Any:
    """A handle of `value` in R's hands: R's finaliser frees it."""
    h = handles.add(value)
    try:
        return bridge.run(bridge.helper(helper), [h, *more])
    except BaseException:
        handles.free(h)
        raise


def _nd_to_r(bridge: Bridge, x: Any) -> Any:
    h = handles.add(x)
    try:
        return bridge.run(bridge.helper("wrap_nd"), [[h, *reversed(x.shape or (1,))]])
    except BaseException:
        handles.free(h)
        raise


def _model_to_r(bridge: Bridge, m: Any) -> Any:
    if m.symbol is None or m.arg_params is None:
        raise MXNetError("this model has no symbol or no parameters yet: fit it before it goes to R")
    arg, aux = ({k: to_r(v) for k, v in (p or {}).items()} for p in (m.arg_params, m.aux_params))
    return bridge.run(bridge.helper("wrap_model"), [to_r(m.symbol), arg, aux])


@functools.cache
def _kinds() -> list[tuple[Any, Callable[[Bridge, Any], Any]]]:
    return [
        (mx.nd.NDArray, _nd_to_r),
        (mx.sym.Symbol, lambda b, s: _handed(b, "wrap_symbol", s)),
        (mx.model.FeedForward, _model_to_r),
        (mx.Context, lambda b, c: b.run(b.helper("wrap_context"), [c.device_typeid, c.device_id])),
        (mx.executor.Executor, lambda b, e: _handed(b, "wrap_executor", e)),
        (mx.kvstore.KVStore, lambda b, k: _handed(b, "wrap_kvstore", k, k.type)),
    ]


def to_r_array(value: Any) -> Any:
    """An R array (double) with the numbers of an NDArray or NumPy array: shape (n, c, h, w) gives dim (w, h, c, n).

    One pass over memory: the numbers are cast straight into R's own. One dimension gives a plain vector.
    """
    from .rpy2_values import memory

    source = value.asnumpy() if isinstance(value, mx.nd.NDArray) else np.asarray(value)
    if source.dtype.kind not in "biuf":
        raise MXNetTypeError(f"an array of {source.dtype} cannot go to R, expected numbers")
    bridge = _bridge()
    shape = [int(d) for d in reversed(source.shape)]
    out = bridge.run(bridge.helper("new_numeric"), [float(source.size), shape])
    np.copyto(memory(out.__sexp__._cdata, writeable=True).reshape(source.shape), source, casting="unsafe")
    return out


# R to Python
def from_r(value: Any, dtype: Any = None, ctx: Any = None) -> Any:
    """The Python object of an R object.

    MXNDArray, MXSymbol, MXExecutor, MXKVStore: the very object that the handle stands for. MXFeedForwardModel: a
    FeedForward of the same symbol and arrays. MXContext: Context. An R array, matrix or vector of numbers: an NDArray
    of reversed dim on `ctx`, float32 as in mx.nd.array, or `dtype`; NA becomes NaN.
    Raises MXNetTypeError (a TypeError) for factors and anything else.
    """
    from . import rpy2_values as values

    if not hasattr(value, "__sexp__"):
        raise MXNetTypeError(f"from_r expects an R object of rpy2, got {type(value).__name__}")
    found = _from_r_or_same(value)
    if found is not value:
        return found
    cdata = value.__sexp__._cdata
    names = values.classes(cdata)
    if "factor" in names:
        raise MXNetTypeError("from_r: an R factor is no array of numbers; as.integer(x) - 1L gives class numbers")
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


def as_numpy(value: Any) -> np.ndarray:
    """A read-only view of an R vector's own memory (nothing is copied), with R's dim reversed.

    The view keeps the R object alive, and R copies before it changes an object that Python looks at. NA of integers
    and logicals is -2147483648.
    """
    from . import rpy2_values as values

    if not hasattr(value, "__sexp__"):
        raise MXNetTypeError(f"as_numpy expects an R object of rpy2, got {type(value).__name__}")
    cdata = value.__sexp__._cdata
    view = values.memory(cdata).reshape(tuple(reversed(values.dims(cdata))))
    return np.asarray(_Memory(view, value.__sexp__))


class _Memory:
    """Lends memory to NumPy and holds its owner."""

    def __init__(self, view: np.ndarray, owner: Any) -> None:
        self.__array_interface__ = view.__array_interface__
        self.owner = owner


def _nd_from_r(bridge: Bridge, value: Any) -> Any:
    return handles.get(bridge.run(bridge.helper("nd_handle"), [value])[0])


def _object_from_r(bridge: Bridge, value: Any) -> Any:
    return handles.get(bridge.run(bridge.helper("object_handle"), [value])[0])


def _context_from_r(bridge: Bridge, value: Any) -> Any:
    spec = bridge.python(value)
    return mx.Context(spec["device"], spec["device_id"])


def _model_from_r(bridge: Bridge, value: Any) -> Any:
    symbol, arg, aux = bridge.python(bridge.run(bridge.helper("model_parts"), [value]))
    arrays = [{k: handles.get(h) for k, h in dict(p or {}).items()} for p in (arg, aux)]
    ctx = next((a.context for a in arrays[0].values()), None)
    return mx.model.FeedForward(handles.get(symbol), ctx=ctx, arg_params=arrays[0], aux_params=arrays[1])


_FROM_CLASS: dict[str, Callable[[Any, Any], Any]] = {
    "MXNDArray": _nd_from_r,
    "Rcpp_MXSymbol": _object_from_r,
    "Rcpp_MXExecutor": _object_from_r,
    "Rcpp_MXKVStore": _object_from_r,
    "MXContext": _context_from_r,
    "MXFeedForwardModel": _model_from_r,
}


def converter() -> Any:
    """Rules for rpy2.robjects: ``with (robjects.default_converter + converter()).context(): ...`` lets robjects take
    and give NDArrays, Symbols, models and contexts."""
    from rpy2 import rinterface as ri
    from rpy2 import robjects
    from rpy2.robjects import conversion

    rules = conversion.Converter("mxr")
    for kind, _ in _kinds():
        rules.py2rpy.register(kind)(to_r)
    for kind in (ri.SexpEnvironment, ri.SexpS4, ri.ListSexpVector):
        rules.rpy2py.register(kind)(_or_else(robjects.default_converter.rpy2py.dispatch(kind)))
    return rules


def _or_else(otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        found = _from_r_or_same(value)
        return otherwise(value) if found is value else found

    return convert
