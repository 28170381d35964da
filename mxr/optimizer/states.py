"""Saved states of optimizers: pickles that name MXNet's classes, so that either library reads the other's.

Pickles can call anything; `loads` refuses all but arrays, numbers, containers, optimizers, schedules, and what the
running program itself defines.
"""

from __future__ import annotations

import copyreg
import importlib
import io
import pickle
import site
import sys
import sysconfig
from typing import Any

import numpy as np

from ..context import Context
from ..lr_scheduler import LRScheduler
from ..ndarray.ndarray import NDArray
from ..ndarray.pickles import handle_of
from ..pickle_names import MODULES
from .base import Optimizer

__all__ = ["dumps", "loads"]


def dumps(value: Any) -> bytes:
    """A pickle of states (dicts and tuples of NDArrays) and optimizers as MXNet 1.9.1 writes it, and reads it."""
    out = io.BytesIO()
    _Pickler(out, protocol=4).dump(value)
    return out.getvalue()


def loads(raw: bytes) -> Any:
    """What `dumps`, or MXNet, wrote. Raises `pickle.UnpicklingError` for anything else that a pickle may ask for."""
    return _Unpickler(io.BytesIO(raw)).load()


def _mxnet_name(obj: Any) -> tuple[str, str] | None:
    """Module and name under which MXNet knows one of our classes."""
    module, name = getattr(obj, "__module__", None) or "", getattr(obj, "__qualname__", "")
    if module.startswith("numpy._core"):  # NumPy 1 calls it so, and NumPy 2 knows that name too
        return module.replace("numpy._core", "numpy.core", 1), name
    if not (module.startswith("mxr.") and isinstance(obj, type)):
        return None
    if issubclass(obj, (NDArray, Context)) and name in MODULES:
        return MODULES[name], name
    if issubclass(obj, Optimizer):
        return f"mxnet.optimizer.{'contrib' if module.endswith('.contrib') else 'optimizer'}", name
    return ("mxnet.lr_scheduler", name) if issubclass(obj, LRScheduler) else None


_InPython: Any = pickle._Pickler  # the one in C looks every name up; typeshed knows little of this one


class _Pickler(_InPython):  # type: ignore[misc]
    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, NDArray):
            return type(obj), (None,), {"handle": handle_of(obj)}
        if isinstance(obj, Context):
            state = {"device_typeid": obj.device_typeid, "device_id": obj.device_id, "_old_ctx": None}
            return copyreg.__newobj__, (Context,), state  # type: ignore[attr-defined]
        return NotImplemented

    def save_global(self, obj: Any, name: str | None = None) -> None:
        found = _mxnet_name(obj)
        if found is None:
            super().save_global(obj, name)
            return
        for part in found:
            self.save(part)
        self.write(pickle.STACK_GLOBAL)
        self.memoize(obj)

    dispatch = {**_InPython.dispatch, type(dumps): save_global}


_HARMLESS = {
    "builtins": "bytearray bytes complex dict float frozenset int list object range set slice str tuple",
    "collections": "OrderedDict deque",
    "copyreg": "_reconstructor",
    "_codecs": "encode",
    "numpy": "dtype ndarray",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "mxr.ndarray.protocols": "_rebuild",  # mxr's own files before these
    "mxr.ndarray.sparse": "_rebuild",
}
_PYTHON_2 = {"__builtin__": "builtins", "copy_reg": "copyreg"}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> Any:
        module_name = _PYTHON_2.get(module_name, module_name).replace("numpy._core", "numpy.core", 1)
        if global_name in _HARMLESS.get(module_name, "").split():
            return super().find_class(module_name, global_name)
        found = self._find(module_name, global_name)
        if isinstance(found, type) and issubclass(found, (NDArray, Context, Optimizer, LRScheduler, np.generic)):
            return found
        if found is not None and _is_the_programs(found, module_name):
            return found
        raise pickle.UnpicklingError(
            f"it asks for {module_name}.{global_name}, which is no array, optimizer or schedule; if it is yours, "
            "import the module that defines it first"
        )

    def _find(self, module_name: str, name: str) -> Any:
        """What the name stands for; modules are not imported for it, but for our own."""
        top, _, path = module_name.partition(".")
        if top == "mxnet":
            module_name = importlib.import_module("mxr.mxnet.finder").find_target(path) or ""  # a layer above
        if top in ("mxnet", "mxr") and module_name:
            importlib.import_module(module_name)
        found = sys.modules.get(module_name)
        for part in name.split("."):
            found = getattr(found, part, None)
        return found


def _is_the_programs(obj: Any, module_name: str) -> bool:
    """Whether the running program itself defines this class or function, and no installed package."""
    if getattr(obj, "__module__", None) != module_name or not (isinstance(obj, type) or callable(obj)):
        return False
    if module_name == "__main__":
        return True
    file = getattr(sys.modules.get(module_name), "__file__", None) or ""
    paths = sysconfig.get_paths()
    installed = [paths["stdlib"], paths["platstdlib"], paths["purelib"], paths["platlib"], *site.getsitepackages()]
    own = file.endswith(".py") and not file.startswith(tuple(installed))
    return own and module_name.partition(".")[0] not in ("mxr", "mxnet")
