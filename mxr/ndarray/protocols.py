"""How NDArrays meet other libraries: NumPy's protocols, DLPack, pickle, notebooks."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..backend import from_host, to_host
from ..base import MXNetTypeError
from ..context import Context, current_context
from ..core.array import Array, make_array

__all__ = ["Protocols"]

# NumPy's function of a Python operator -> the method of the operand on its right
_REFLECTED = {
    "add": "__radd__", "subtract": "__rsub__", "multiply": "__rmul__", "divide": "__rtruediv__",
    "remainder": "__rmod__", "power": "__rpow__", "greater": "__lt__", "greater_equal": "__le__", "less": "__gt__",
    "less_equal": "__ge__", "equal": "__eq__", "not_equal": "__ne__",
}  # fmt: skip


class Protocols:
    """``__array__``, ``__array_ufunc__``, DLPack both ways, pickling: a part of NDArray."""

    __slots__ = ()
    _buf: Any
    _ctx: Context
    _data: Any
    asnumpy: Any

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        host = to_host(self._data)
        return np.array(host, dtype=dtype) if copy is not False else np.asarray(host, dtype=dtype)

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self._data.__dlpack__(**kwargs)

    def __dlpack_device__(self) -> Any:
        return self._data.__dlpack_device__()

    def to_dlpack_for_read(self) -> Any:
        return self._data.__dlpack__()

    to_dlpack_for_write = to_dlpack_for_read

    def _repr_html_(self) -> str:
        """What notebooks show."""
        from .html import array_html

        return array_html(self)

    def __reduce__(self) -> tuple:
        from .pickles import reduced

        return reduced(self) or (_rebuild, (self.asnumpy(), self._ctx))

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Takes what MXNet pickles."""
        from .pickles import restore

        restore(self, state["handle"])

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if kwargs.get("out") is not None and any(isinstance(o, Array) for o in kwargs["out"]):
            raise MXNetTypeError(f"{ufunc.__name__}: out= must be a NumPy array; use the mx.nd function for NDArrays")
        if method == "__call__" and len(inputs) == 2 and not kwargs and not np.ndim(inputs[0]):
            reflected = _REFLECTED.get(ufunc.__name__)
            if reflected is not None and isinstance(inputs[0], np.generic | np.ndarray):
                # np.float32(2) * x, where NumPy's number comes first
                return getattr(inputs[1], reflected)(inputs[0].item())
        host = [to_host(x._data) if isinstance(x, Array) else x for x in inputs]
        return getattr(ufunc, method)(*host, **kwargs)


def _rebuild(host: np.ndarray, ctx: Context) -> Any:
    ctx = ctx if not ctx.is_gpu else current_context()
    return make_array(from_host(np.ascontiguousarray(host), ctx), ctx)
