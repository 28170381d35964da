"""mxr: the MXNet 1.x API on NumPy and CuPy.

``import mxr as mx``, then write MXNet: ``mx.nd``, ``mx.sym``, ``mx.gluon``, ``mx.mod``, ``mx.autograd``, ...
Modules load on first use.
"""

from __future__ import annotations

import importlib
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
    "name": "name", "attribute": "attribute", "context": "context", "engine": "engine", "interop": "interop",
    "mod": "module", "module": "module", "rnn": "rnn", "util": "util",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    target = _MODULES.get(name)
    if target is None:
        if name == "AttrScope":
            from .attribute import AttrScope

            return AttrScope
        if name == "mlp":
            from .model.mlp import mlp

            return mlp
        if name in ("NameManager", "Prefix"):
            return getattr(importlib.import_module(".name", __name__), name)
        raise _missing(name)
    module = globals()[name] = importlib.import_module(f".{target}", __name__)
    return module


def _missing(name: str) -> AttributeError:
    why = importlib.import_module(".mxnet.paths", __name__).why_missing(name)
    return base.MXNetAttributeError(
        why or f"module 'mxr' has no attribute {name!r}.{base.suggest(name, [*_MODULES, *globals()])}"
    )


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, "AttrScope"})


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
