"""Values without an engine behind them: vectors, factors, data frames, dates, formulas, between R and Python.

Dims are mirrored as everywhere (R's dim (w, h) is shape (h, w), the numbers stay in order). What is missing stays
missing: NA of logicals and integers is masked, NA of text is None, NA of doubles is a NaN that R knows again.
Only importable where R is.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import rpy2.rinterface as ri

from mxr.base import MXNetError, MXNetTypeError

from . import rpy2_values as values
from .rpy2_kinds import Factor, Formula, Frame, NamedArray, NamedMaskedArray, Vector
from .rpy2_values import attribute, classes, ffi, lib, strings, typeof

__all__ = ["HELPERS", "pandas_or_none", "plain_to_r", "to_plain"]

HELPERS = r"""
new_factor <- function(codes, levels, ordered) {
  structure(as.integer(codes), levels = as.character(levels), class = c(if (ordered) "ordered", "factor"))
}
new_frame <- function(columns, names, rows, n) {
  structure(columns, names = as.character(names), class = "data.frame",
            row.names = if (is.null(rows)) .set_row_names(n) else as.character(rows))
}
with_dim <- function(x, dim, dimnames) {
  if (!is.null(dimnames)) dimnames <- lapply(dimnames, function(n) if (is.null(n)) NULL else as.character(n))
  if (length(dim) > 1L) array(x, dim, dimnames) else if (is.null(dimnames)) x else structure(x, names = dimnames[[1L]])
}
new_date <- function(days) structure(days, class = "Date")
new_time <- function(seconds, zone) structure(seconds, class = c("POSIXct", "POSIXt"), tzone = zone)
new_formula <- function(text, env) stats::as.formula(text, env = if (is.null(env)) globalenv() else env)
formula_text <- function(f) paste(deparse(f, width.cutoff = 500L), collapse = "\n")
"""


def pandas_or_none() -> Any:
    try:
        import pandas
    except ImportError:
        return None
    return pandas


# R to Python
# Classes whose objects are the vector below them
_TRANSPARENT = {"table", "noquote", "AsIs"}


class _Reader:
    def __init__(self, engine: Callable[[Any], Any], function: Callable[[Any], Any], pandas: Any) -> None:
        self.engine, self.function, self.pandas = engine, function, pandas

    def read(self, sexp: Any) -> Any:
        """The Python value of an rpy2 object; what has none stays."""
        x = sexp.__sexp__._cdata
        t = typeof(x)
        if t == lib.NILSXP:
            return None
        found = self.engine(sexp)
        if found is not sexp:
            return found
        if t in values.FUNCTIONS:
            return self.function(sexp)
        names = classes(x)
        if "formula" in names:
            from .rpy2_door import bridge_of

            return Formula(bridge_of().run("formula_text", [sexp])[0])
        if "factor" in names:
            return self.factor(x, "ordered" in names)
        if "data.frame" in names:
            return self.frame(x)
        if "Date" in names or "POSIXct" in names:
            return self.times(x, "Date" in names)
        if not _TRANSPARENT.issuperset(names):
            return sexp
        if t == lib.VECSXP:
            return self.list(sexp)
        return self.vector(x) if t in values.ATOMIC else sexp

    def list(self, sexp: Any) -> Any:
        x = sexp.__sexp__._cdata
        items = [self.read(ri.conversion._cdata_to_rinterface(lib.VECTOR_ELT(x, i))) for i in range(len(sexp))]
        dim = attribute(x, "dim")
        if typeof(dim) == lib.INTSXP:
            raise MXNetTypeError(
                "an R list with dim (a matrix of lists) has no Python form; as.list() makes a plain one"
            )
        keys = strings(attribute(x, "names"))
        if keys is None:
            return items
        twice = sorted({k for k in keys if k and keys.count(k) > 1})
        if len(set(keys)) < len(keys):
            what = f"{twice[0]!r} twice" if twice else "more than one element without a name"
            raise MXNetTypeError(
                f"an R list that has {what} is no dict; unname() makes a list, names(x) <- ... names it"
            )
        return dict(zip(keys, items))

    def vector(self, x: Any) -> Any:
        """An atomic vector: scalar, array, list of text, or `Vector`."""
        dim, names = attribute(x, "dim"), strings(attribute(x, "names"))
        flat = _flat(x)
        if typeof(dim) in values.NUMERIC:
            return _shaped(x, flat, values.memory(dim).tolist())
        if names is not None:
            if len(set(names)) == len(names) and None not in names:
                return Vector(zip(names, _items(flat)))
            out = _named(flat if isinstance(flat, np.ndarray) else np.array(flat, object), ([*map(str, names)],))
            return out
        if isinstance(flat, bytes):
            return flat
        return _items(flat)[0] if len(flat) == 1 else flat

    def factor(self, x: Any, ordered: bool) -> Any:
        codes = values.memory(x).copy()
        codes = np.where(codes == values.NA_INTEGER, 0, codes) - 1
        levels = strings(attribute(x, "levels")) or []
        if self.pandas is None:
            return Factor(codes, [str(level) for level in levels], ordered)
        return self.pandas.Categorical.from_codes(codes, levels, ordered=ordered)

    def times(self, x: Any, days: bool) -> Any:
        """Days or seconds since 1970: datetime64, or a date or UTC datetime where there is one."""
        numbers = _flat(x)
        numbers = numbers.filled(np.nan) if isinstance(numbers, np.ma.MaskedArray) else numbers.astype(np.float64)
        missing = np.isnan(numbers)
        numbers[missing] = 0  # R's NA is a signalling NaN
        # a Date may hold parts of a day, which datetime64[D] has not
        out = np.floor(numbers).astype("M8[D]") if days else np.round(numbers * 1e6).astype(np.int64).astype("M8[us]")
        out[missing] = np.datetime64("NaT")
        if len(out) != 1:
            return out
        one = out[0].item()
        return one if one is None or days else one.replace(tzinfo=datetime.UTC)

    def frame(self, x: Any) -> Any:
        names = strings(attribute(x, "names")) or []
        if len(set(names)) < len(names):
            raise MXNetTypeError(f"an R data frame with columns of the same name ({_twice(names)}) has no Python form")
        columns = {}
        for i, name in enumerate(names):
            c = lib.VECTOR_ELT(x, i)
            if typeof(attribute(c, "dim")) in values.NUMERIC or "data.frame" in classes(c):
                raise MXNetTypeError(
                    f"column {name!r} of the R data frame is a matrix or data frame, expected a vector"
                )
            columns[name] = self.column(c)
        rows, n = _row_names(x)
        if self.pandas is None:
            out = Frame(columns)
            out.row_names = rows
            return out
        index = self.pandas.RangeIndex(n) if rows is None else self.pandas.Index(rows)
        return self.pandas.DataFrame({k: self.series(v, index) for k, v in columns.items()}, index=index)

    def column(self, c: Any) -> Any:
        names = classes(c)
        if "factor" in names:
            return self.factor(c, "ordered" in names)
        if "Date" in names or "POSIXct" in names:
            out = self.times(c, "Date" in names)
            return (
                out
                if isinstance(out, np.ndarray)
                else np.array([_naive(out)], "M8[D]" if "Date" in names else "M8[us]")
            )
        if typeof(c) == lib.VECSXP:
            return [
                self.read(ri.conversion._cdata_to_rinterface(lib.VECTOR_ELT(c, i))) for i in range(lib.Rf_xlength(c))
            ]
        flat = _flat(c)
        return np.array(flat, object) if isinstance(flat, list) else flat

    def series(self, v: Any, index: Any) -> Any:
        pd = self.pandas
        if isinstance(v, np.ma.MaskedArray):
            kind = "boolean" if v.dtype == np.bool_ else "Int32"
            data = pd.array([None if m else i for i, m in zip(v.data.tolist(), np.ma.getmaskarray(v))], dtype=kind)
            return pd.Series(data, index=index)
        if isinstance(v, np.ndarray) and v.dtype.kind == "M":
            return pd.Series(v.astype("M8[s]") if v.dtype == "M8[D]" else pd.DatetimeIndex(v, tz="UTC"), index=index)
        if isinstance(v, np.ndarray) and v.dtype.kind == "O":
            return pd.Series(v.tolist(), index=index, dtype=None if len(v) else object)
        return pd.Series(list(v) if isinstance(v, bytes) else v, index=index)


def _row_names(x: Any) -> tuple[list[str] | None, int]:
    """Row names (None where they only count the rows) and number of rows."""
    found = attribute(x, "row.names")
    n = int(lib.Rf_xlength(found))
    if typeof(found) == lib.INTSXP:
        numbers = values.memory(found).tolist()
        return (None, n) if numbers == list(range(1, n + 1)) else ([str(i) for i in numbers], n)
    return [str(name) for name in strings(found) or []], n


def _twice(names: Sequence[Any]) -> str:
    return ", ".join(sorted({repr(n) for n in names if names.count(n) > 1}))


def _naive(t: Any) -> Any:
    return t.replace(tzinfo=None) if isinstance(t, datetime.datetime) else t


def _flat(x: Any) -> Any:
    """A fresh flat copy of an atomic vector: array (masked where NA needs it), list of text, or bytes."""
    t = typeof(x)
    if t == lib.STRSXP:
        return strings(x)
    if t == lib.RAWSXP:
        return bytes(values.memory(x))
    if t == lib.CPLXSXP:
        n = lib.Rf_xlength(x)
        return np.frombuffer(ffi.buffer(lib.COMPLEX(x), n * 16), np.complex128).copy() if n else np.empty(0, complex)
    view = values.memory(x)
    if t == lib.REALSXP:
        return view.copy()
    missing = view == values.NA_INTEGER
    out = view != 0 if t == lib.LGLSXP else view.copy()
    return np.ma.MaskedArray(out, missing) if missing.any() else out


def _items(flat: Any) -> list[Any]:
    """Python's scalars; None where a value is missing."""
    return list(flat) if isinstance(flat, (list, bytes)) else flat.tolist()


def _shaped(x: Any, flat: Any, dim: Sequence[int]) -> Any:
    a = flat
    if isinstance(a, list):
        a = np.array(a, object)
    elif isinstance(a, bytes):
        a = np.frombuffer(a, np.uint8).copy()
    a = a.reshape(tuple(reversed(dim)))
    dn = attribute(x, "dimnames")
    if typeof(dn) != lib.VECSXP:
        return a
    found = tuple(strings(lib.VECTOR_ELT(dn, i)) for i in range(lib.Rf_xlength(dn)))
    return _named(a, tuple(reversed(found)))


def _named(a: np.ndarray, dimnames: Any) -> Any:
    out: Any = a.view(NamedMaskedArray if isinstance(a, np.ma.MaskedArray) else NamedArray)
    out.dimnames = dimnames
    return out


def to_plain(sexp: Any, engine: Callable[[Any], Any], function: Callable[[Any], Any], pandas: bool | None) -> Any:
    """The Python value of an rpy2 object. `engine` knows what has an mxr class, `function` wraps R functions."""
    pd = None if pandas is False else pandas_or_none()
    if pandas and pd is None:
        raise MXNetError("to_python: pandas=True, but pandas is not installed")
    return _Reader(engine, function, pd).read(sexp)


# Python to R
def plain_to_r(bridge: Any, v: Any) -> Any:
    """The rpy2 object of a value of this module, of NumPy or of pandas; None for any other."""
    run = bridge.run
    if isinstance(v, Formula):
        return run("new_formula", [str(v), None])
    if isinstance(v, Factor):
        return run("new_factor", [np.ma.MaskedArray(v.codes + 1, v.codes < 0), v.levels, v.ordered])
    if isinstance(v, Vector):
        return run("with_dim", [list(v.values()), [len(v)], [list(v)]])
    if isinstance(v, Frame):
        return _frame(bridge, dict(v), v.row_names)
    if isinstance(v, np.ndarray):
        return _array(bridge, v)
    if isinstance(v, datetime.datetime):
        return run("new_time", [v.timestamp(), "UTC" if v.tzinfo is not None else ""])
    if isinstance(v, datetime.date):
        return run("new_date", [float((v - datetime.date(1970, 1, 1)).days)])
    if isinstance(v, (complex, np.complexfloating)):
        return ri.ComplexSexpVector([complex(v)])
    if isinstance(v, np.datetime64):
        return _datetimes(bridge, np.array([v]))
    return _pandas_to_r(bridge, v)


def _array(bridge: Any, v: np.ndarray) -> Any:
    """A NumPy array of any dtype: R's type for it, dim mirrored, dimnames kept."""
    dimnames = getattr(v, "dimnames", None)
    dim = [int(d) for d in reversed(v.shape)]
    flat: Any
    if v.dtype.kind == "M":
        flat = _datetimes(bridge, v)
    elif v.dtype.kind == "c":
        flat = ri.ComplexSexpVector(v.ravel().tolist())
    else:
        flat = _flat_to_r(bridge, v)
    if len(dim) < 2 and dimnames is None:
        return flat
    names = None if dimnames is None else [None if n is None else list(n) for n in reversed(dimnames)]
    return bridge.run("with_dim", [flat, dim, names])


def _flat_to_r(bridge: Any, v: np.ndarray) -> Any:
    flat = np.ma.MaskedArray(np.ma.getdata(v), np.ma.getmask(v)) if isinstance(v, np.ma.MaskedArray) else np.asarray(v)
    return bridge.sexp(flat.reshape(-1))


def _datetimes(bridge: Any, v: np.ndarray) -> Any:
    missing = np.isnat(v)
    if v.dtype == "M8[D]":
        days = v.astype(np.int64).astype(np.float64)
        return bridge.run("new_date", [np.ma.MaskedArray(days, missing)])
    seconds = v.astype("M8[us]").astype(np.int64) / 1e6
    return bridge.run("new_time", [np.ma.MaskedArray(seconds, missing), "UTC"])


def _pandas_to_r(bridge: Any, v: Any) -> Any:
    if not type(v).__module__.startswith("pandas"):
        return None
    pd = pandas_or_none()
    if isinstance(v, pd.DataFrame):
        if not v.columns.is_unique:
            raise MXNetTypeError(
                f"a DataFrame with columns of the same name ({_twice(list(v.columns))}) cannot go to R"
            )
        rows = None if _counts(v.index) else [str(i) for i in v.index]
        return _frame(bridge, {str(k): v[k] for k in v.columns}, rows, len(v))
    if isinstance(v, pd.Categorical):
        return plain_to_r(bridge, Factor(v.codes, [str(c) for c in v.categories], v.ordered))
    if isinstance(v, pd.Index):
        v = v.to_series(index=pd.RangeIndex(len(v)))
    if isinstance(v, pd.Series):
        flat = _series(bridge, v)
        if _counts(v.index):
            return flat
        return bridge.run("with_dim", [flat, [len(v)], [[str(i) for i in v.index]]])
    return None


def _counts(index: Any) -> bool:
    """Whether an index only counts the rows."""
    return bool(index.equals(pandas_or_none().RangeIndex(len(index))))


def _series(bridge: Any, s: Any) -> Any:
    pd = pandas_or_none()
    if isinstance(s.dtype, pd.CategoricalDtype):
        return plain_to_r(bridge, s.array)
    if isinstance(s.dtype, pd.DatetimeTZDtype):
        return _datetimes(bridge, s.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy())
    if s.dtype.kind == "M":
        return _datetimes(bridge, s.to_numpy())
    missing = s.isna().to_numpy()
    if s.dtype.kind in "biu":
        wide = (
            np.bool_ if s.dtype.kind == "b" else np.int32 if s.dtype.itemsize <= 4 and s.dtype != "uint32" else np.int64
        )
        filled = s.fillna(False if s.dtype.kind == "b" else 0) if missing.any() else s
        return bridge.sexp(
            np.ma.MaskedArray(filled.to_numpy(dtype=wide), missing) if missing.any() else filled.to_numpy(dtype=wide)
        )
    if s.dtype.kind == "f":
        return bridge.sexp(s.to_numpy(dtype=np.float64))
    items = [None if m else i for i, m in zip(s.tolist(), missing)]
    if all(i is None or isinstance(i, str) for i in items):
        return bridge.sexp(np.array(items, object))
    return bridge.sexp(items)


def _frame(bridge: Any, columns: dict[str, Any], rows: Sequence[str] | None, n: int | None = None) -> Any:
    made = []
    for name, c in columns.items():
        if isinstance(c, np.ndarray) and c.ndim != 1:
            raise MXNetTypeError(f"column {name!r} has shape {c.shape}, expected one dimension")
        size = len(c)
        n = size if n is None else n
        if size != n:
            raise MXNetError(f"column {name!r} has {size} values, the first column {n}")
        if type(c).__module__.startswith("pandas") and hasattr(c, "index"):
            c = _series(bridge, c)
        elif isinstance(c, (list, tuple)) and c and all(i is None or isinstance(i, str) for i in c):
            c = np.array(c, object)
        made.append(bridge.sexp(c))
    # A Python list of rpy2 objects is an R list
    return bridge.run("new_frame", [made, list(columns), None if rows is None else list(rows), n or 0])
