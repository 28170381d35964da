"""Names of MXNet's classes in pickles of programs that have mxr as ``mxnet``."""

from __future__ import annotations

import importlib
import sys
from typing import Any

__all__ = ["MODULES", "mxnet_class"]

MODULES = {
    "NDArray": "mxnet.ndarray.ndarray",
    "RowSparseNDArray": "mxnet.ndarray.sparse",
    "CSRNDArray": "mxnet.ndarray.sparse",
    "Context": "mxnet.context",
}


class _Module:
    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple:
        return importlib.import_module, (self.name,)


class _Class:
    """Stands for a class in a pickle: pickle itself would name the module where mxr has it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *args: Any) -> Any:
        raise NotImplementedError(f"{self.name} is only named here")

    def __reduce__(self) -> tuple:
        return getattr, (_Module(MODULES[self.name]), self.name)


def mxnet_class(name: str) -> Any:
    """What ``__reduce__`` gives as the class, so that MXNet finds its own; None unless ``import mxnet`` gave mxr."""
    mxnet = sys.modules.get("mxnet")
    if mxnet is None or getattr(mxnet, "__file__", "") != sys.modules["mxr"].__file__:
        return None
    return _Class(name)
