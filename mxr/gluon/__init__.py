"""``mx.gluon``: layers and models that run imperatively or compiled, losses, data and training."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import block, data, loss, model_zoo, nn, parameter, rnn, trainer, utils
from .block import Block, HybridBlock, SymbolBlock
from .parameter import Constant, DeferredInitializationError, Parameter, ParameterDict, tensor_types
from .trainer import Trainer

__all__ = [
    "Block", "Constant", "DeferredInitializationError", "HybridBlock", "Parameter", "ParameterDict", "SymbolBlock",
    "Trainer", "block", "contrib", "data", "loss", "model_zoo", "nn", "parameter", "rnn", "tensor_types", "trainer",
    "utils",
]  # fmt: skip

if TYPE_CHECKING:
    from . import contrib as contrib


def __getattr__(name: str) -> Any:
    if name != "contrib":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(".contrib", __name__)  # large, and few programs use it


def __dir__() -> list[str]:
    return sorted({*globals(), "contrib"})
