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

from .rpy2_kinds import Formula, Frame, Vector

__all__ = ["Result", "attribute", "build", "classes", "dims", "doubles", "memory", "read", "strings"]

# R's C interface as rpy2 compiled it, without types.
lib: Any = openrlib.rlib
ffi: Any = openrlib.ffi
typeof: Callable[[Any], int] = capi._TYPEOF

NUMERIC: dict[int, tuple[Any, np.dtype]] = {
    lib.REALSXP: (lib.REAL, np.dtype(np.float64)),
    lib.INTSXP: (lib.INTEGER, np.dtype(np.int32)),
    lib.LGLSXP: (lib.LOGICAL, np.dtype(np.int32)),
    lib.RAWSXP: (lib.RAW, np.dtype(np.uint8)),
}
FUNCTIONS = (lib.CLOSXP, lib.BUILTINSXP, lib.SPECIALSXP)
ATOMIC = (*NUMERIC, lib.STRSXP, lib.CPLXSXP)
_OBJECTS = (lib.ENVSXP, lib.S4SXP)
_TYPE_NAMES = {
    lib.CPLXSXP: "complex",
    lib.LANGSXP: "language",
    lib.SYMSXP: "symbol",
    lib.EXTPTRSXP: "externalptr",
    lib.EXPRSXP: "expression",
}
NA_INTEGER = -(2**31)
_INT_MAX = 2**31 - 1
_EXACT = 2**53
_ENCODING = {lib.CE_UTF8: "utf-8", lib.CE_LATIN1: "latin-1"}


@functools.cache
def _symbol(name: str) -> Any:
    return lib.Rf_install(ffi.new("char[]", name.encode()))


def attribute(x: Any, name: str) -> Any:
    """An attribute as R has it; NULL where there is none."""
    return lib.Rf_getAttrib(x, _symbol(name))


class Result:
    """What an rternalized function may return: rpy2 takes the C object out of it."""

    __slots__ = ("_sexpobject",)

    def __init__(self, cdata: Any) -> None:
        self._sexpobject = capi.SexpCapsule(cdata)


# R to Python
def memory(x: Any, writeable: bool = False) -> np.ndarray:
    """The numbers of an R vector as a flat view of R's own memory, valid as long as R keeps the vector."""
    try:
        pointer, dtype = NUMERIC[typeof(x)]
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


def strings(x: Any) -> list[str | None] | None:
    """The items of a character vector; None for any other object."""
    return _strings(x) if typeof(x) == lib.STRSXP else None


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
    if t in NUMERIC:
        numbers = memory(x).tolist()
        return numbers[0] if len(numbers) == 1 else numbers
    if t in FUNCTIONS:
        return function(x)
    if t in _OBJECTS:
        return other(x)
    raise MXNetTypeError(f"an R object of type {type_name(x)} cannot go to Python")


def _read_list(x: Any, function: Callable[[Any], Any], other: Callable[[Any], Any]) -> Any:
    n = lib.Rf_xlength(x)
    names = attribute(x, "names")
    if typeof(names) == lib.STRSXP:
        keys = _strings(names)
        return {keys[i]: read(lib.VECTOR_ELT(x, i), function, other) for i in range(n)}
    if n == 2:
        first, second = lib.VECTOR_ELT(x, 0), lib.VECTOR_ELT(x, 1)
        if typeof(first) == lib.STRSXP and lib.Rf_xlength(first) == 1 and typeof(second) in NUMERIC:
            kind = _string(lib.STRING_ELT(first, 0))
            if kind in ("buffer", "into"):
                return [kind, memory(second, writeable=kind == "into")]
    return [read(lib.VECTOR_ELT(x, i), function, other) for i in range(n)]


# Python to R
def build(value: Any, convert: Callable[[Any], Any] | None = None, missing: bool = False) -> Any:
    """A C-level R object of `value`, not protected: hand it to R, or keep it, before R allocates again.

    `convert` turns other Python objects, and arrays that have a shape or names to keep, into rpy2 objects. `missing`:
    None among scalars of one kind is NA of that kind (a list that holds None is an R list otherwise).
    """
    b = _Builder(convert, missing)
    try:
        return b.build(value)
    finally:
        lib.Rf_unprotect(b.depth)


def is_missing(v: Any) -> bool:
    """What stands for a missing value among others: None, NA of rpy2 and pandas, NaT, what NumPy masked."""
    return v is None or v is np.ma.masked or type(v).__name__ in _NA_TYPES


_NA_TYPES = {
    "NAType": None,  # pandas.NA
    "NaTType": None,
    "NAIntegerType": lib.INTSXP,
    "NALogicalType": lib.LGLSXP,
    "NARealType": lib.REALSXP,
    "NACharacterType": lib.STRSXP,
}


def doubles(source: np.ndarray) -> Any:
    """A C-level R array of doubles, not protected: dim mirrored, in one pass over memory."""
    out = lib.Rf_protect(lib.Rf_allocVector(lib.REALSXP, source.size))
    try:
        np.copyto(memory(out, writeable=True).reshape(source.shape), source, casting="unsafe")
        if source.ndim > 1:
            dim = lib.Rf_protect(lib.Rf_allocVector(lib.INTSXP, source.ndim))
            memory(dim, writeable=True)[:] = source.shape[::-1]
            lib.Rf_setAttrib(out, lib.R_DimSymbol, dim)
            lib.Rf_unprotect(1)
    finally:
        lib.Rf_unprotect(1)
    return out


class _Builder:
    def __init__(self, convert: Callable[[Any], Any] | None, missing: bool) -> None:
        self.convert, self.missing = convert, missing
        self.depth = 0
        self.alive: list[Any] = []

    def protect(self, x: Any) -> Any:
        lib.Rf_protect(x)
        self.depth += 1
        return x

    def build(self, v: Any) -> Any:
        if v is None:
            return lib.R_NilValue
        if type(v).__name__ in _NA_TYPES:
            kind = _NA_TYPES[type(v).__name__] or lib.LGLSXP
            return self.text([None]) if kind == lib.STRSXP else self.filled(kind, np.zeros(1), np.ones(1, bool))
        if isinstance(v, np.generic) and v.dtype.kind in "biufU":
            v = v.item()
        if isinstance(v, (Formula, Vector, Frame)) and self.convert is not None:
            return self.converted(v)
        if isinstance(v, (bool, int, float, str)):
            return self.atomic([v])
        if isinstance(v, (list, tuple)):
            known = [i for i in v if not is_missing(i)] if self.missing else v
            if known and (all(isinstance(i, str) for i in known) or _numbers(known)):
                return self.atomic(v if len(known) == len(v) else [None if is_missing(i) else i for i in v])
            return self.list(v)
        if isinstance(v, dict):
            out = self.list(list(v.values()))
            lib.Rf_setAttrib(out, _symbol("names"), self.text([str(k) for k in v]))
            return out
        if isinstance(v, (bytes, bytearray, memoryview)):
            return self.filled(lib.RAWSXP, np.frombuffer(v, np.uint8))
        if isinstance(v, SupportsSEXP):
            self.alive.append(v)
            return v.__sexp__._cdata
        if isinstance(v, np.ndarray) and v.ndim == 1 and v.dtype.kind in "biufOU" and _unnamed(v):
            return self.array(v)
        if self.convert is not None:
            return self.converted(v)
        raise MXNetTypeError(f"a Python object of type {type(v).__name__} cannot go to R")

    def converted(self, v: Any) -> Any:
        sexp = self.convert(v)  # type: ignore[misc]
        self.alive.append(sexp)
        return self.protect(sexp.__sexp__._cdata)

    def text(self, v: Any) -> Any:
        out = self.protect(lib.Rf_allocVector(lib.STRSXP, len(v)))
        for i, s in enumerate(v):
            if s is None:
                lib.SET_STRING_ELT(out, i, lib.R_NaString)
                continue
            text = s.encode("utf-8")
            if b"\0" in text:
                raise MXNetTypeError("R's strings cannot hold a NUL character")
            lib.SET_STRING_ELT(out, i, lib.Rf_mkCharLenCE(text, len(text), lib.CE_UTF8))
        return out

    def atomic(self, v: Any) -> Any:
        """One vector of scalars of one kind; None is NA."""
        known = [i for i in v if i is not None]
        if isinstance(known[0], str):
            return self.text(v)
        na = None if len(known) == len(v) else np.array([i is None for i in v])
        values = v if na is None else [0 if i is None else i for i in v]
        if isinstance(known[0], (bool, np.bool_)):
            return self.filled(lib.LGLSXP, np.array(values, np.int32), na)
        if all(isinstance(i, (int, np.integer)) for i in known):
            if all(-_INT_MAX <= i <= _INT_MAX for i in known):
                return self.filled(lib.INTSXP, np.array(values, np.int32), na)
            _exact(max(known, key=abs))
        return self.filled(lib.REALSXP, np.array(values, np.float64), na)

    def array(self, v: np.ndarray) -> Any:
        """A flat R vector of an array's items in memory order; what NumPy masked is NA."""
        flat = np.ma.getdata(v).ravel()
        na = np.ma.getmaskarray(v).ravel() if isinstance(v, np.ma.MaskedArray) else None
        if v.dtype.kind in "OU":
            items = [None if is_missing(i) or (i != i) else i for i in flat.tolist()]
            if na is not None:
                items = [None if m else i for i, m in zip(items, na)]
            bad = next((i for i in items if i is not None and not isinstance(i, str)), None)
            if bad is not None:
                raise MXNetTypeError(
                    f"an array of Python objects cannot go to R unless all are text, found {type(bad).__name__} {bad!r}"
                )
            return self.text(items)
        if v.dtype.kind == "b":
            return self.filled(lib.LGLSXP, flat, na)
        known = flat if na is None else flat[~na]
        if v.dtype.kind in "iu" and v.dtype.itemsize <= 4 and v.dtype != np.uint32:
            # the smallest int32 is R's NA
            if not (v.dtype == np.int32 and known.size and known.min() == NA_INTEGER):
                return self.filled(lib.INTSXP, flat, na)
        if v.dtype.kind not in "iuf":
            raise MXNetTypeError(f"an array of {v.dtype} cannot go to R, expected numbers")
        if v.dtype.kind in "iu" and known.size:
            _exact(max(int(known.max()), int(known.min()), key=abs))
        return self.filled(lib.REALSXP, flat, na)

    def filled(self, kind: int, v: np.ndarray, na: np.ndarray | None = None) -> Any:
        out = self.protect(lib.Rf_allocVector(kind, v.size))
        target = memory(out, writeable=True)
        np.copyto(target, v.ravel(), casting="unsafe")
        if na is not None:
            target[na] = lib.R_NaReal if kind == lib.REALSXP else NA_INTEGER
        return out

    def list(self, v: Any) -> Any:
        out = self.protect(lib.Rf_allocVector(lib.VECSXP, len(v)))
        for i, item in enumerate(v):
            lib.SET_VECTOR_ELT(out, i, self.build(item))
        return out


def _unnamed(v: np.ndarray) -> bool:
    return getattr(v, "dimnames", None) is None


def _exact(largest: Any) -> None:
    if abs(int(largest)) > _EXACT:
        raise MXNetError(f"{largest} is beyond the whole numbers that R holds exactly (2^53)")


def _numbers(v: Any) -> bool:
    """All flags, or all numbers: one R vector."""
    flags = sum(isinstance(i, (bool, np.bool_)) for i in v)
    if flags:
        return flags == len(v)
    return all(isinstance(i, (int, float, np.integer, np.floating)) for i in v)
