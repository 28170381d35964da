"""``mx.contrib.tensorboard``: metrics during training, written for TensorBoard."""

from __future__ import annotations

import importlib
from typing import Any

from ..base import MXNetError

__all__ = ["LogMetricsCallback"]

# packages with a class SummaryWriter(logging_dir), in the order in which they are looked for
_WRITERS = ("mxboard", "tensorboardX", "torch.utils.tensorboard")


class _NoWriter(MXNetError, ImportError):
    pass


def _writer(logging_dir: str) -> Any:
    for name in _WRITERS:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        return module.SummaryWriter(logging_dir)
    raise _NoWriter(
        f"LogMetricsCallback: no package that writes files for TensorBoard is installed ({', '.join(_WRITERS)}); "
        "`pip install tensorboardX` is the smallest"
    )


class LogMetricsCallback:
    """Writes metrics after each batch or epoch, as ``batch_end_callback`` or ``eval_end_callback``.

    Parameters
    ----------
    logging_dir : folder of the files; ``tensorboard --logdir=FOLDER`` shows them.
    prefix : goes before the metrics' names, with a hyphen.

    Raises
    ------
    MXNetError, ImportError : neither mxboard nor tensorboardX nor torch's writer is installed.
    """

    def __init__(self, logging_dir: str, prefix: str | None = None) -> None:
        self.prefix = prefix
        self.step = 0
        self.summary_writer = _writer(logging_dir)

    def __call__(self, param: Any) -> None:
        """Writes the values of ``param.eval_metric``."""
        self.step += 1
        if param.eval_metric is None:
            return
        for name, value in param.eval_metric.get_name_value():
            tag = name if self.prefix is None else f"{self.prefix}-{name}"
            self.summary_writer.add_scalar(tag, value, self.step)
