"""Numbers of dtypes, storage types, gradient requests and kinds of indexing, as MXNet has them in its files."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

__all__ = [
    "_DTYPE_MX_TO_NP", "_DTYPE_NP_TO_MX", "_GRAD_REQ_MAP", "_NDARRAY_ADVANCED_INDEXING", "_NDARRAY_BASIC_INDEXING",
    "_NDARRAY_EMPTY_TUPLE_INDEXING", "_NDARRAY_UNSUPPORTED_INDEXING", "_STORAGE_TYPE_CSR", "_STORAGE_TYPE_DEFAULT",
    "_STORAGE_TYPE_ID_TO_STR", "_STORAGE_TYPE_ROW_SPARSE", "_STORAGE_TYPE_STR_TO_ID", "_STORAGE_TYPE_UNDEFINED",
]  # fmt: skip

_DTYPE_NP_TO_MX: dict[Any, int] = {
    None: -1, np.float32: 0, np.float64: 1, np.float16: 2, np.uint8: 3, np.int32: 4, np.int8: 5, np.int64: 6,
    np.bool_: 7, ml_dtypes.bfloat16: 12,
}  # fmt: skip
_DTYPE_MX_TO_NP: dict[int, Any] = {number: dtype for dtype, number in _DTYPE_NP_TO_MX.items()}
# how MXNet's own NumPy dtype for it looks
_DTYPE_NP_TO_MX[np.dtype([("bfloat16", np.uint16)])] = 12

_STORAGE_TYPE_UNDEFINED, _STORAGE_TYPE_DEFAULT, _STORAGE_TYPE_ROW_SPARSE, _STORAGE_TYPE_CSR = -1, 0, 1, 2
_STORAGE_TYPE_STR_TO_ID = {
    "undefined": _STORAGE_TYPE_UNDEFINED, "default": _STORAGE_TYPE_DEFAULT, "row_sparse": _STORAGE_TYPE_ROW_SPARSE,
    "csr": _STORAGE_TYPE_CSR,
}  # fmt: skip
_STORAGE_TYPE_ID_TO_STR = {number: name for name, number in _STORAGE_TYPE_STR_TO_ID.items()}

_GRAD_REQ_MAP = {"null": 0, "write": 1, "add": 3}

_NDARRAY_UNSUPPORTED_INDEXING, _NDARRAY_BASIC_INDEXING, _NDARRAY_ADVANCED_INDEXING = -1, 0, 1
_NDARRAY_EMPTY_TUPLE_INDEXING = 2
