"""``mx.contrib``: operators as ``mx.contrib.nd`` and ``mx.contrib.sym``, text, mixed precision, SVRG, old names."""

from __future__ import annotations

import importlib
from typing import Any

from ..base import MXNetError
from ..ndarray import contrib as ndarray
from ..symbol import contrib as symbol

nd, sym = ndarray, symbol

__all__ = ["amp", "autograd", "io", "nd", "ndarray", "svrg_optimization", "sym", "symbol", "tensorboard", "text"]

# these need gluon or modules, which operators under old names do not
_LATER = frozenset(__all__) - {"nd", "ndarray", "sym", "symbol"}
_MISSING = ("onnx", "quant", "quantization", "tensorrt")


class _Missing(MXNetError, ImportError):
    pass


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _MISSING:
        raise _Missing(f"mxr does not have MXNet's contrib.{name} yet")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
