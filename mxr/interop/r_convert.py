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

from mxr.base import MXNetError

__all__ = ["RInputError", "fill", "flat", "gather_float32", "param_text", "reverse", "serialized", "to_float32"]

NA_INTEGER = -(2**31)
_DTYPES: dict[str, np.dtype] = {
    "d": np.dtype(np.float64),
    "i": np.dtype(np.int32),
    "l": np.dtype(np.int32),
    "r": np.dtype(np.uint8),
}
# Bytes before the numbers in serialize(x, NULL, xdr = FALSE, version = 2): "B\n", three versions, flags, length.
_SERIALIZE_HEADER = 22
_REALSXP = 14
_BLOCK = 1 << 20


class RInputError(MXNetError, ValueError):
    """Something that R handed over and that cannot be used; the text names argument, given and expected."""


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


def _number(value: float, name: str) -> str:
    if math.isnan(value):
        raise RInputError(f"argument {name} is NA or NaN, expected a number")
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def param_text(name: str, value: Any) -> str:
    """The text of one operator parameter, by MXNet R's rule.

    A vector whose length is not 1, or whose name ends in "shape", is reversed and written as a tuple; TRUE is "1";
    whole doubles are written as integers; a string goes through.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        if any(isinstance(v, (str, list, dict)) or v is None for v in value):
            raise RInputError(f"Only accept integer vectors or simple types: argument {name} is {value!r}")
        items = [_number(float(v), name) for v in reversed(value)]
        if any(v == NA_INTEGER for v in value if isinstance(v, int)):
            raise RInputError(f"argument {name} holds NA, expected whole numbers")
        return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"
    if value is None or isinstance(value, dict):
        raise RInputError(f"Only accept integer vectors or simple types: argument {name} is {value!r}")
    if isinstance(value, int) and not isinstance(value, bool) and value == NA_INTEGER:
        raise RInputError(f"argument {name} is NA, expected a number")
    text = "1" if value is True else "0" if value is False else _number(float(value), name)
    return f"({text},)" if name.endswith("shape") else text


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
    """The doubles as bytes that R's unserialize() reads: reticulate moves raw vectors whatever NumPy it has."""
    n = values.size
    long = n >= 2**31
    head = b"B\n" + struct.pack("<iiii", 2, 0x00040202, 0x00020300, _REALSXP)
    head += struct.pack("<iii", -1, n >> 32, n & 0xFFFFFFFF) if long else struct.pack("<i", n)
    out = bytearray(len(head) + 8 * n)
    out[: len(head)] = head
    np.copyto(np.frombuffer(out, dtype=np.float64, offset=len(head)), values.ravel(), casting="unsafe")
    return out
