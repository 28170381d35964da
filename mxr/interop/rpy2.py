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

import contextlib
import warnings
import weakref
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import mxr as mx
from mxr.base import MXNetError, MXNetTypeError

from . import rpy2_start
from .rpy2_convert import argument, as_numpy, from_r, from_r_or_same, to_python, to_r, to_r_array
from .rpy2_kinds import Factor, Formula, Frame, NamedArray, Vector
from .rpy2_notebook import converter, converting, load_ipython_extension

if TYPE_CHECKING:
    from .rpy2_door import Bridge

__all__ = [
    "Factor", "Formula", "Frame", "NamedArray", "R", "RCallable", "Vector", "as_numpy", "attach", "callback",
    "converter", "converting", "data_iter", "from_r", "function", "initializer", "load_ipython_extension", "session",
    "to_python", "to_r", "to_r_array",
]  # fmt: skip

_HOW = ("r", "python", "ndarray")


def attach(lib_loc: str | None = None, library: bool = True, result: str = "r") -> R:
    """Starts embedded R if it does not run yet, loads the R package mxr and gives R this process's engine.

    `lib_loc`: the R library that holds the package; None looks where R looks (R_LIBS).
    `library`: also does library(mxr), so that R code finds its functions without ``mxr::``.
    `result`: what R's other objects become, see `R`.
    Raises MXNetError, which says what to do, where rpy2, R or the R package is missing or does not fit, and where R is
    bound through reticulate already.
    """
    bridge = rpy2_start.start(lib_loc)
    bridge.convert, bridge.unwrap = to_r, argument
    r = R(bridge, result)
    if library:
        where = "" if lib_loc is None else f", lib.loc = {_quoted(lib_loc)}"
        r(f"suppressPackageStartupMessages(library(mxr{where}))")
    return r


@contextlib.contextmanager
def session(result: str = "python") -> Iterator[R]:
    """An R environment of its own: what R code assigns there ends with the block, and so do the arrays it held.

    ``with session() as r: r("x <- mx.nd.ones(c(2, 3))"); y = r["x"]``. Code sees the global environment too.
    """
    r = attach(result=result)
    bridge = r._bridge
    inner = R(bridge, result, bridge.run("session_env"))
    try:
        yield inner
    finally:
        env, inner._env = inner._env, None
        bridge.run("close_env", [env])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class R:
    """An environment of R, the global one or that of a session. ``r("code")`` evaluates; ``r.name`` and ``r["name"]``
    are objects of it; dots may be written as attributes: ``r.mx.nd.zeros((2, 3))``.

    Results are NDArrays, Symbols, models, contexts, iterators, metrics. What becomes of other objects, `result` says:
    "r" leaves rpy2's objects, "python" makes them values (`to_python`), "ndarray" makes numbers NDArrays.
    Warnings of R become Python's, messages go to stderr, errors of mxr are MXNetError and others rpy2's RRuntimeError.
    """

    def __init__(self, bridge: Bridge, result: str = "r", env: Any = None) -> None:
        if result not in _HOW:
            raise MXNetError(f'argument result is {result!r}, expected "r", "python" or "ndarray"')
        self._bridge, self._how = bridge, result
        self._env = bridge.globalenv if env is None else env

    def _ask(self, helper: str, *args: Any) -> Any:
        if self._env is None:
            raise MXNetError("this R session has ended: its block was left")
        return _call(self._bridge, helper, [*args, self._env], how=self._how)

    def __call__(self, code: str) -> Any:
        return self._ask("evaluate", code)

    def __getitem__(self, name: str) -> Any:
        value = self._ask("lookup", name)
        if isinstance(value, RCallable):
            value._name = name
        return value

    def __setitem__(self, name: str, value: Any) -> None:
        self._ask("define", name, value)

    def __r_object__(self) -> Any:
        return self._env

    def __delitem__(self, name: str) -> None:
        self._ask("forget", name)

    def __contains__(self, name: str) -> bool:
        return bool(self._complete(name) == 2)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _Dotted(self, name)._known()

    def _complete(self, name: str) -> int:
        """2: an object of this name; 1: the beginning of one's name; 0: neither."""
        if self._env is None:
            raise MXNetError("this R session has ended: its block was left")
        return int(self._bridge.run("complete", [name, self._env])[0])


class _Dotted:
    """The beginning of a dotted R name."""

    def __init__(self, r: R, name: str) -> None:
        self._r, self._name = r, name

    def _known(self) -> Any:
        """The object of this name, or a longer name's beginning."""
        found = self._r._complete(self._name)
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

    def __init__(self, bridge: Bridge, closure: Any, how: str = "r", name: str = "", arrays: str = "handles") -> None:
        self._bridge, self.sexp, self._how, self._name, self._arrays = bridge, closure, how, name, arrays
        # The last reference may go in any thread, but R may be told only in its own.
        weakref.finalize(self, bridge.bin.append, closure).atexit = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._arrays == "r":
            args = tuple(map(_as_r_array, args))
            kwargs = {k: _as_r_array(v) for k, v in kwargs.items()}
        if kwargs:
            spelled = list(self._bridge.run("spelling", [self.sexp, list(kwargs)]))
            kwargs = dict(zip(spelled, kwargs.values()))
        return _call(self._bridge, self.sexp, args, kwargs, self._how)

    def __r_object__(self) -> Any:
        return self.sexp

    def __getattr__(self, name: str) -> Any:
        # mx.nd.random is no function, but mx.symbol.concat and names that go on after a function's are.
        if name.startswith("_") or not self._name:
            raise AttributeError(name)
        return _Dotted(R(self._bridge, self._how), f"{self._name}.{name}")._known()

    def __repr__(self) -> str:
        return f"<R function {self._name}>"


def data_iter(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """A Python DataIter of an R iterator, also of one that is written in R.

    `names`: Python's names of R's fields; ``label`` is ``softmax_label`` unless it is named here.
    """
    from .rpy2_training import as_data_iter

    return as_data_iter(value, names)


def initializer(value: Any) -> Any:
    """A Python initialiser of R's ``function(name, shape, ctx, allow.unknown)``, such as ``mx.init.Xavier()`` gives."""
    from .rpy2_training import as_initializer

    return as_initializer(_closure("initializer", value))


def callback(value: Any, metric: Any = None, verbose: bool = True) -> Any:
    """A callback for Python's `fit`, at the end of epochs or of batches, of an R callback ``function(iteration, nbatch,
    env, verbose)``.

    R counts rounds from 1 and finds ``model`` in `env`, and ``metric`` with ``train.metric``: that of the batch, or
    `metric` at the end of an epoch. FALSE at the end of an epoch stops the training as Ctrl-C does.
    """
    from .rpy2_training import Callback

    return Callback(_closure("callback", value), metric, verbose)


def _closure(where: str, value: Any) -> Any:
    sexp = value.sexp if isinstance(value, RCallable) else value
    if not hasattr(sexp, "__sexp__"):
        raise MXNetTypeError(f"{where} expects an R function, got {type(value).__name__}")
    return sexp


def _as_r_array(x: Any) -> Any:
    return to_r_array(x) if isinstance(x, mx.nd.NDArray) else x


def function(source: Any, result: str = "python", arrays: str = "handles") -> RCallable:
    """A Python callable of an R function.

    `source`: R code that gives a function (``"function(x, k = 2) x * k"``, ``"stats::median"``), or an R function.
    `arrays`: R gets NDArrays as "handles" (MXNDArray, for the functions of mxr), or as arrays of its own, "r", which
    any R function understands.
    `result`: as for `R`; "ndarray" gives NDArrays.
    """
    if arrays not in ("handles", "r"):
        raise MXNetError(f'argument arrays is {arrays!r}, expected "handles" or "r"')
    r = attach()
    if isinstance(source, str):
        found = r(source)
        if not isinstance(found, RCallable):
            raise MXNetTypeError(f"the R code {source!r} gives no function")
    else:
        found = source if isinstance(source, RCallable) else from_r_or_same(source)
        if not isinstance(found, RCallable):
            raise MXNetTypeError(f"function expects R code or an R function, got {type(source).__name__}")
    R(r._bridge, result)  # checks it
    name = found._name or (source if isinstance(source, str) else "")
    return RCallable(r._bridge, found.sexp, result, name, arrays)


def _call(bridge: Bridge, function: Any, args: Any, kwargs: Any = None, how: str = "r") -> Any:
    """An R function (or the name of a helper) on behalf of the caller's caller's caller, who gets R's warnings."""
    return _result(bridge.run(function, args, kwargs, _warn), how)


def _warn(text: str) -> None:
    warnings.warn(text.strip(), UserWarning, stacklevel=6)


def _result(value: Any, how: str) -> Any:
    found = from_r_or_same(value)
    if isinstance(found, RCallable):
        found._how = how
    elif how != "r" and found is value:
        return _numbers_or_value(value) if how == "ndarray" else to_python(value)
    return found


def _numbers_or_value(value: Any) -> Any:
    from . import rpy2_values as values

    cdata = value.__sexp__._cdata
    if values.typeof(cdata) in values.NUMERIC and not {"factor", "Date", "POSIXct"}.intersection(values.classes(cdata)):
        return from_r(value)
    return to_python(value)
