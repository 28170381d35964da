"""mxr: the MXNet 1.x API on NumPy and CuPy.

``import mxr as mx``, then write MXNet: ``mx.nd``, ``mx.sym``, ``mx.gluon``, ``mx.mod``, ``mx.autograd``, ...
Modules load on first use.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from . import base
from ._version import __version__
from .base import MXNetError
from .context import Context, cpu, cpu_pinned, current_context, gpu, gpu_memory_info, num_gpus

# public name -> module of mxr; several names may be one module, as in MXNet
_MODULES = {
    "nd": "ndarray", "ndarray": "ndarray", "sym": "symbol", "symbol": "symbol", "autograd": "autograd",
    "random": "random", "rnd": "random", "init": "initializer", "initializer": "initializer",
    "optimizer": "optimizer", "opt": "optimizer", "lr_scheduler": "lr_scheduler", "metric": "metric",
    "callback": "callback", "io": "io", "kv": "kvstore", "kvstore": "kvstore", "model": "model",
    "viz": "visualization", "visualization": "visualization", "monitor": "monitor", "mon": "monitor",
    "gluon": "gluon", "test_utils": "test_utils", "datasets": "datasets", "executor": "executor",
    "operator": "operator", "name": "name", "attribute": "attribute", "context": "context", "engine": "engine",
    "interop": "interop",
    "mod": "module", "module": "module", "rnn": "rnn", "util": "util", "img": "image", "image": "image",
    "recordio": "recordio",
    "profiler": "profiler", "runtime": "runtime", "rtc": "rtc", "log": "log", "libinfo": "libinfo", "error": "error",
    "registry": "registry", "executor_manager": "executor_manager",
}  # fmt: skip


# public name -> module of mxr that defines it
_NAMES = {
    "AttrScope": "attribute", "NameManager": "name", "Prefix": "name", "mlp": "model.mlp", "is_np_array": "util",
    "is_np_shape": "util", "np_array": "util", "np_shape": "util", "set_np_shape": "util", "use_np": "util",
    "use_np_array": "util", "use_np_shape": "util",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(importlib.import_module(f".{_NAMES[name]}", __name__), name)
    target = _MODULES.get(name, name)
    if target.startswith("_") or find_spec(f"{__name__}.{target}") is None:
        raise _missing(target)
    module = globals()[name] = importlib.import_module(f".{target}", __name__)
    return module


def _missing(name: str) -> AttributeError:
    why = importlib.import_module(".mxnet.paths", __name__).why_missing(name)
    return base.MXNetAttributeError(
        why or f"module 'mxr' has no attribute {name!r}.{base.suggest(name, [*_MODULES, *_NAMES, *globals()])}"
    )


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, *_NAMES})


def waitall() -> None:
    """Waits until all queued work is done."""
    from .ndarray import waitall as wait

    wait()


if TYPE_CHECKING:
    from . import autograd as autograd
    from . import ndarray as nd
    from . import symbol as sym

    ndarray, symbol = nd, sym

__all__ = [
    "Context", "MXNetError", "__version__", "base", "cpu", "cpu_pinned", "current_context", "gpu", "gpu_memory_info",
    "num_gpus", "waitall",
]  # fmt: skip
