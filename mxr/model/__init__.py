"""Models (MXNet's ``mx.model``): a symbol with its parameters, training loop, checkpoints."""

from ..executor_manager import DataParallelExecutorManager
from .checkpoint import load_checkpoint, load_params, save_checkpoint
from .feedforward import FeedForward
from .loop import BatchEndParam
from .updates import _create_kvstore, _initialize_kvstore, _update_params, _update_params_on_kvstore  # noqa: F401

__all__ = [
    "BatchEndParam",
    "DataParallelExecutorManager",
    "FeedForward",
    "load_checkpoint",
    "load_params",
    "save_checkpoint",
]
