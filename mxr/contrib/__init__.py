"""``mx.contrib``: operators as ``mx.contrib.nd`` and ``mx.contrib.sym``, text, mixed precision, SVRG, old names."""

from __future__ import annotations

import importlib
import sys
from importlib.abc import MetaPathFinder
from typing import Any

from ..base import MXNetError
from ..ndarray import contrib as ndarray
from ..symbol import contrib as symbol

nd, sym = ndarray, symbol

__all__ = ["amp", "autograd", "io", "nd", "ndarray", "svrg_optimization", "sym", "symbol", "tensorboard", "text"]

# these need gluon or modules, which operators under old names do not
_LATER = frozenset(__all__) - {"nd", "ndarray", "sym", "symbol"}
_MISSING = ("onnx", "quant", "quantization", "tensorrt")


class _Missing(MXNetError, ModuleNotFoundError):
    def __init__(self, name: str) -> None:
        super().__init__(f"mxr does not have MXNet's contrib.{name} yet")
        self.name = f"{__name__}.{name}"


class _MissingFinder(MetaPathFinder):
    """Asked last: says why a module of MXNet's contrib cannot be imported."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        package, _, name = fullname.rpartition(".")
        if package == __name__ and name in _MISSING:
            raise _Missing(name)


if not any(type(finder).__qualname__ == _MissingFinder.__qualname__ for finder in sys.meta_path):  # after a reload
    sys.meta_path.append(_MissingFinder())


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _MISSING:
        raise _Missing(name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
