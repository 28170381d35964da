"""Values between R's memory and Python, below rpy2's objects.

Values turn into each other as reticulate does it (the R package was written for that): a vector of length 1 is a
scalar, longer ones are lists, a named list is a dict. Numbers of arrays are not converted at all: ``list("buffer", x)``
becomes ``["buffer", view of x's memory]``, and "into" a view to write to. Only importable where R is.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from rpy2.rinterface_lib import _rinterface_capi as capi
from rpy2.rinterface_lib import openrlib
from rpy2.rinterface_lib.sexp import SupportsSEXP

from mxr.base import MXNetError, MXNetTypeError

__all__ = ["Result", "build", "classes", "dims", "memory", "read"]

# R's C interface as rpy2 compiled it, without types.
lib: Any = openrlib.rlib
ffi: Any = openrlib.ffi
typeof: Callable[[Any], int] = capi._TYPEOF

_NUMERIC: dict[int, tuple[Any, np.dtype]] = {
    lib.REALSXP: (lib.REAL, np.dtype(np.float64)),
    lib.INTSXP: (lib.INTEGER, np.dtype(np.int32)),
    lib.LGLSXP: (lib.LOGICAL, np.dtype(np.int32)),
    lib.RAWSXP: (lib.RAW, np.dtype(np.uint8)),
}
_FUNCTIONS = (lib.CLOSXP, lib.BUILTINSXP, lib.SPECIALSXP)
_OBJECTS = (lib.ENVSXP, lib.S4SXP)
_TYPE_NAMES = {
    lib.CPLXSXP: "complex",
    lib.LANGSXP: "language",
    lib.SYMSXP: "symbol",
    lib.EXTPTRSXP: "externalptr",
    lib.EXPRSXP: "expression",
}
_INT_MAX = 2**31 - 1
_EXACT = 2**53
_ENCODING = {lib.CE_UTF8: "utf-8", lib.CE_LATIN1: "latin-1"}


@functools.cache
def _names() -> Any:
    return lib.Rf_install(ffi.new("char[]", b"names"))


class Result:
    """What an rternalized function may return: rpy2 takes the C object out of it."""

    __slots__ = ("_sexpobject",)

    def __init__(self, cdata: Any) -> None:
        self._sexpobject = capi.SexpCapsule(cdata)


# R to Python
def memory(x: Any, writeable: bool = False) -> np.ndarray:
    """The numbers of an R vector as a flat view of R's own memory, valid as long as R keeps the vector."""
    try:
        pointer, dtype = _NUMERIC[typeof(x)]
    except KeyError:
        raise MXNetTypeError(f"expected an R vector of numbers, got an R object of type {type_name(x)}") from None
    n = lib.Rf_xlength(x)
    if n == 0:
        return np.empty(0, dtype)
    view = np.frombuffer(ffi.buffer(pointer(x), n * dtype.itemsize), dtype)
    view.flags.writeable = writeable
    return view


def type_name(x: Any) -> str:
    t = typeof(x)
    return _TYPE_NAMES.get(t, f"SEXPTYPE {t}")


def _string(charsxp: Any) -> str | None:
    if charsxp == lib.R_NaString:
        return None
    encoding = _ENCODING.get(lib.Rf_getCharCE(charsxp), "utf-8")
    return ffi.string(lib.R_CHAR(charsxp)).decode(encoding, "replace")


def _strings(x: Any) -> list[str | None]:
    return [_string(lib.STRING_ELT(x, i)) for i in range(lib.Rf_xlength(x))]


def classes(x: Any) -> list[str]:
    """The class attribute; empty for plain vectors."""
    c = lib.Rf_getAttrib(x, lib.R_ClassSymbol)
    return [s for s in _strings(c) if s is not None] if typeof(c) == lib.STRSXP else []


def dims(x: Any) -> list[int]:
    """R's dim, or the length of a vector."""
    d = lib.Rf_getAttrib(x, lib.R_DimSymbol)
    return memory(d).tolist() if typeof(d) == lib.INTSXP else [int(lib.Rf_xlength(x))]


def read(x: Any, function: Callable[[Any], Any], other: Callable[[Any], Any]) -> Any:
    """The Python value of a C-level R object. `function` and `other` take care of closures and of environments and
    S4 objects."""
    t = typeof(x)
    if t == lib.NILSXP:
        return None
    if t == lib.VECSXP:
        return _read_list(x, function, other)
    if t == lib.STRSXP:
        strings = _strings(x)
        return strings[0] if len(strings) == 1 else strings
    if t == lib.RAWSXP:
        return bytearray(memory(x))
    if t == lib.LGLSXP:
        # NA stays R's integer NA: the facade refuses it by name.
        flags = [bool(v) if v in (0, 1) else v for v in memory(x).tolist()]
        return flags[0] if len(flags) == 1 else flags
    if t in _NUMERIC:
        numbers = memory(x).tolist()
        return numbers[0] if len(numbers) == 1 else numbers
    if t in _FUNCTIONS:
        return function(x)
    if t in _OBJECTS:
        return other(x)
    raise MXNetTypeError(f"an R object of type {type_name(x)} cannot go to Python")


def _read_list(x: Any, function: Callable[[Any], Any], other: Callable[[Any], Any]) -> Any:
    n = lib.Rf_xlength(x)
    names = lib.Rf_getAttrib(x, _names())
    if typeof(names) == lib.STRSXP:
        keys = _strings(names)
        return {keys[i]: read(lib.VECTOR_ELT(x, i), function, other) for i in range(n)}
    if n == 2:
        first, second = lib.VECTOR_ELT(x, 0), lib.VECTOR_ELT(x, 1)
        if typeof(first) == lib.STRSXP and lib.Rf_xlength(first) == 1 and typeof(second) in _NUMERIC:
            kind = _string(lib.STRING_ELT(first, 0))
            if kind in ("buffer", "into"):
                return [kind, memory(second, writeable=kind == "into")]
    return [read(lib.VECTOR_ELT(x, i), function, other) for i in range(n)]


# Python to R
def build(value: Any, convert: Callable[[Any], Any] | None = None) -> Any:
    """A C-level R object of `value`, not protected: hand it to R, or keep it, before R allocates again.

    `convert` turns other Python objects, and arrays that have a shape to keep, into rpy2 objects.
    """
    depth = [0]
    alive: list[Any] = []
    try:
        return _build(value, convert, depth, alive)
    finally:
        lib.Rf_unprotect(depth[0])


def _protect(x: Any, depth: list[int]) -> Any:
    lib.Rf_protect(x)
    depth[0] += 1
    return x


def _build(v: Any, convert: Callable[[Any], Any] | None, depth: list[int], alive: list[Any]) -> Any:
    if v is None:
        return lib.R_NilValue
    if isinstance(v, np.generic):
        v = v.item()
    if isinstance(v, (bool, int, float, str)):
        return _atomic([v], depth)
    if isinstance(v, (list, tuple)):
        if v and (all(isinstance(i, str) for i in v) or _numbers(v)):
            return _atomic(v, depth)
        return _build_list(v, convert, depth, alive)
    if isinstance(v, dict):
        out = _build_list(list(v.values()), convert, depth, alive)
        lib.Rf_setAttrib(out, _names(), _text([str(k) for k in v], depth))
        return out
    if isinstance(v, (bytes, bytearray, memoryview)):
        return _filled(lib.RAWSXP, np.frombuffer(v, np.uint8), depth)
    if isinstance(v, SupportsSEXP):
        alive.append(v)
        return v.__sexp__._cdata
    if convert is not None and not (isinstance(v, np.ndarray) and v.ndim == 1):
        sexp = convert(v)
        alive.append(sexp)
        return _protect(sexp.__sexp__._cdata, depth)
    if isinstance(v, np.ndarray):
        return array(v, depth)
    raise MXNetTypeError(f"a Python object of type {type(v).__name__} cannot go to R")


def _numbers(v: Any) -> bool:
    """All flags, or all numbers: one R vector."""
    flags = sum(isinstance(i, (bool, np.bool_)) for i in v)
    if flags:
        return flags == len(v)
    return all(isinstance(i, (int, float, np.integer, np.floating)) for i in v)


def _text(v: Any, depth: list[int]) -> Any:
    out = _protect(lib.Rf_allocVector(lib.STRSXP, len(v)), depth)
    for i, s in enumerate(v):
        text = s.encode("utf-8")
        if b"\0" in text:
            raise MXNetTypeError("R's strings cannot hold a NUL character")
        lib.SET_STRING_ELT(out, i, lib.Rf_mkCharLenCE(text, len(text), lib.CE_UTF8))
    return out


def _atomic(v: Any, depth: list[int]) -> Any:
    if isinstance(v[0], str):
        return _text(v, depth)
    if isinstance(v[0], (bool, np.bool_)):
        return _filled(lib.LGLSXP, np.array(v, np.int32), depth)
    if all(isinstance(i, (int, np.integer)) for i in v):
        if all(-_INT_MAX <= i <= _INT_MAX for i in v):
            return _filled(lib.INTSXP, np.array(v, np.int32), depth)
        if any(abs(int(i)) > _EXACT for i in v):
            raise MXNetError(f"{max(v, key=abs)} is beyond the whole numbers that R holds exactly (2^53)")
    return _filled(lib.REALSXP, np.array(v, np.float64), depth)


def array(v: np.ndarray, depth: list[int]) -> Any:
    """A flat R vector of an array's numbers in memory order."""
    if v.dtype.kind == "b":
        return _filled(lib.LGLSXP, v, depth)
    if v.dtype.kind in "iu" and v.dtype.itemsize <= 4 and v.dtype != np.uint32:
        return _filled(lib.INTSXP, v, depth)
    if v.dtype.kind not in "iuf":
        raise MXNetTypeError(f"an array of {v.dtype} cannot go to R, expected numbers")
    return _filled(lib.REALSXP, v, depth)


def _filled(kind: int, v: np.ndarray, depth: list[int]) -> Any:
    out = _protect(lib.Rf_allocVector(kind, v.size), depth)
    np.copyto(memory(out, writeable=True), v.ravel(), casting="unsafe")
    return out


def _build_list(v: Any, convert: Callable[[Any], Any] | None, depth: list[int], alive: list[Any]) -> Any:
    out = _protect(lib.Rf_allocVector(lib.VECSXP, len(v)), depth)
    for i, item in enumerate(v):
        lib.SET_VECTOR_ELT(out, i, _build(item, convert, depth, alive))
    return out
