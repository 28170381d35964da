"""Values that cross between R and Python: parameters as MXNet R writes them, and array memory.

R's column-major buffer of dim (w, h, c, n) is the row-major buffer of shape (n, c, h, w): bytes are never reordered,
only the dim vector is reversed.
"""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from mxr.backend import dtype_name, dtype_of
from mxr.base import MXNetError
from mxr.core.op import get_op
from mxr.core.params import Floats, Param, Shape

from .r import warn
from .r_errors import RInputError

__all__ = [
    "RInputError", "checked_doubles", "dim_text", "fill", "flat", "gather_float32", "operator_texts", "param_text",
    "reverse", "serialized", "to_dtype", "to_float32",
]  # fmt: skip

NA_INTEGER = -(2**31)
_DTYPES: dict[str, np.dtype] = {
    "d": np.dtype(np.float64),
    "i": np.dtype(np.int32),
    "l": np.dtype(np.int32),
    "r": np.dtype(np.uint8),
}
# Bytes before the numbers in serialize(x, NULL, xdr = FALSE, version = 2): "B\n", three versions, flags, length.
_SERIALIZE_HEADER = 22
_REALSXP, _LGLSXP = 14, 10
EXACT = 2**53  # whole numbers beyond it have no double of their own
_BLOCK = 1 << 20


def reverse(dim: Any) -> tuple[int, ...]:
    """The backend shape of an R dim vector (a number, or a list of numbers)."""
    dims = dim if isinstance(dim, (list, tuple)) else [dim]
    out = []
    for d in dims:
        if d is None or isinstance(d, str) or (isinstance(d, float) and not d.is_integer()):
            raise RInputError(f"a dim must be a vector of whole numbers, given {dims}")
        if d == NA_INTEGER or int(d) < 0:
            raise RInputError(f"a dim must be a vector of whole numbers >= 0 without NA, given {dims}")
        out.append(int(d))
    return tuple(reversed(out))


def dim_text(shape: Sequence[int]) -> str:
    """A backend shape as R writes its dim."""
    return "c(" + ", ".join(str(d) for d in reversed(shape)) + ")"


def _number(value: float, name: str) -> str:
    if math.isnan(value):
        raise RInputError(f"argument {name} is NA or NaN, expected a number")
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _cut(name: str, value: Sequence[Any]) -> Sequence[Any]:
    """MXNet R cuts the numbers of a tuple to integers; not in silence here."""
    parts = [v for v in value if isinstance(v, float) and not v.is_integer() and math.isfinite(v)]
    if not parts:
        return value
    warn(f"argument {name}: {', '.join(f'{v:g} was cut to {int(v)}' for v in parts)}, as MXNet R does")
    return [int(v) if isinstance(v, float) and math.isfinite(v) else v for v in value]


def param_text(name: str, value: Any, kind: type[Param] | None = None) -> str:
    """The text of one operator parameter, by MXNet R's rule.

    A vector whose length is not 1, or whose name ends in "shape", is reversed and written as a tuple; TRUE is "1";
    whole doubles are written as integers; a string goes through. A tuple of floats (rates, means of channels) has no
    axes to mirror and keeps its order: MXNet R cuts such numbers to integers.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        if any(isinstance(v, (str, list, dict)) or v is None for v in value):
            raise RInputError(f"Only accept integer vectors or simple types: argument {name} is {value!r}")
        floats = kind is not None and issubclass(kind, Floats)
        if kind is not None and not floats:
            value = _cut(name, value)
        items = [_number(float(v), name) for v in (value if floats else reversed(value))]
        if any(v == NA_INTEGER for v in value if isinstance(v, int)):
            raise RInputError(f"argument {name} holds NA, expected whole numbers")
        return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"
    if value is None or isinstance(value, dict):
        raise RInputError(f"Only accept integer vectors or simple types: argument {name} is {value!r}")
    if isinstance(value, int) and not isinstance(value, bool) and value == NA_INTEGER:
        raise RInputError(f"argument {name} is NA, expected a number")
    text = "1" if value is True else "0" if value is False else _number(float(value), name)
    is_shape = name.endswith("shape") and (kind is None or issubclass(kind, Shape))
    return f"({text},)" if is_shape else text


def operator_texts(op: str, values: Any) -> dict[str, Any]:
    """:func:`param_text` of all parameters given to an operator."""
    known = get_op(op).params
    return {k: param_text(k, v, type(known[k]) if k in known else None) for k, v in (values or {}).items()}


def flat(token: Sequence[Any]) -> np.ndarray:
    """The numbers of an R vector as a 1-d array: a view where the transport shares memory.

    A view of R's memory is valid only during the call that brought it. Tokens: ``["addr", address, type, n]``,
    ``["raw", bytes, type, n]`` (an R serialization), ``["array", ndarray]``, ``["buffer", memoryview]``.
    """
    kind = token[0]
    if kind == "addr":
        dtype, n = _DTYPES[token[2]], int(token[3])
        return np.frombuffer((ctypes.c_char * (n * dtype.itemsize)).from_address(int(token[1])), dtype=dtype)
    if kind == "raw":
        return np.frombuffer(token[1], dtype=_DTYPES[token[2]], offset=_SERIALIZE_HEADER, count=int(token[3]))
    if kind == "array":
        # Column-major as R has it; for a matrix in Fortran order this is a view.
        return np.asarray(token[1]).ravel(order="F")
    if kind == "buffer":
        return np.asarray(token[1]).ravel(order="F")
    raise MXNetError(f"unknown array transport {kind!r}")


def to_dtype(src: np.ndarray, shape: Sequence[int], name: str, what: str = "mx.nd.array: src.array") -> np.ndarray:
    """A fresh copy of R's numbers in a dtype; what an integer dtype cannot hold is refused, never cut."""
    try:
        dtype = dtype_of(dtype_name(name))
    except MXNetError as e:
        raise RInputError(f"mx.nd.array: argument dtype: {e}") from None
    if dtype == np.float32:
        return to_float32(src, shape)
    wide = src.astype(np.float64)
    missing = src == NA_INTEGER if src.dtype == np.int32 else np.isnan(wide)
    if dtype.kind in "iub":
        if missing.any():
            raise RInputError(f"{what} holds NA, which {dtype.name} cannot hold")
        # the largest integers are no doubles: 2^63 - 1 is written as 2^63
        low, high = (0, 1) if dtype.kind == "b" else (float(np.iinfo(dtype).min), float(np.iinfo(dtype).max))
        beyond = (wide < low) | ((wide >= high) if high >= EXACT else (wide > high)) | (wide != np.trunc(wide))
        if beyond.any():
            raise RInputError(
                f"{what} holds {wide[beyond][0]:.17g}, "
                f"expected whole numbers from {low:.17g} to {high:.17g} for dtype {dtype.name}"
            )
        return src.astype(dtype).reshape(shape)
    wide[missing] = np.nan
    with np.errstate(over="ignore"):
        return wide.astype(dtype).reshape(shape)


def checked_doubles(values: np.ndarray) -> np.ndarray:
    """`values`, with a warning where a double cannot hold them."""
    if values.dtype in (np.int64, np.uint64) and values.size:
        large = values[(values > EXACT) | (values < -EXACT)] if values.dtype.kind == "i" else values[values > EXACT]
        lost = next((v for v in large.tolist() if int(float(v)) != v), None) if large.size else None
        if lost is not None:
            warn(f"whole numbers beyond 2^53 that are no doubles were rounded, among them {lost}")
    return values


def to_float32(src: np.ndarray, shape: Sequence[int] | None = None) -> np.ndarray:
    """A fresh float32 copy in `shape`; an integer NA becomes NaN, as in R's as.double."""
    with np.errstate(invalid="ignore", over="ignore"):  # NA as it is; what is too large for float32 becomes Inf
        out = src.astype(np.float32)
    if src.dtype == np.int32 and src.size and src.min() == NA_INTEGER:
        out[src == NA_INTEGER] = np.nan
    return out if shape is None else out.reshape(shape)


def gather_float32(src: np.ndarray, rows: int, order: np.ndarray | None) -> np.ndarray:
    """Rows of the flat `src` in `order` as fresh float32 (rows, width): cast and shuffle in one pass over memory."""
    if order is None:
        return to_float32(src).reshape(rows, -1)
    src2 = src.reshape(rows, -1)
    out = np.empty(src2.shape, np.float32)
    step = max(1, _BLOCK // max(1, src2.shape[1]))
    with np.errstate(invalid="ignore", over="ignore"):
        for a in range(0, rows, step):
            out[a : a + step] = src2[order[a : a + step]]
    if src.dtype == np.int32 and src.size and src.min() == NA_INTEGER:
        out[src2[order] == NA_INTEGER] = np.nan
    return out


def fill(address: str, values: np.ndarray) -> None:
    """Writes `values` as doubles into an R double vector that R has just allocated."""
    n = values.size
    target = np.frombuffer((ctypes.c_char * (n * 8)).from_address(int(address)), dtype=np.float64)
    np.copyto(target, values.ravel(), casting="unsafe")


def serialized(values: np.ndarray) -> bytearray:
    """The numbers as bytes that R's unserialize() reads: reticulate moves raw vectors whatever NumPy it has.

    Doubles; a logical vector for bool.
    """
    n = values.size
    long = n >= 2**31
    item, code = (np.dtype(np.int32), _LGLSXP) if values.dtype == np.bool_ else (np.dtype(np.float64), _REALSXP)
    head = b"B\n" + struct.pack("<iiii", 2, 0x00040202, 0x00020300, code)
    head += struct.pack("<iii", -1, n >> 32, n & 0xFFFFFFFF) if long else struct.pack("<i", n)
    out = bytearray(len(head) + item.itemsize * n)
    out[: len(head)] = head
    np.copyto(np.frombuffer(out, dtype=item, offset=len(head)), values.ravel(), casting="unsafe")
    return out
