"""The six events of a training run, and what handlers of them are made of."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ....base import MXNetValueError
from ....metric import EvalMetric

__all__ = [
    "BatchBegin", "BatchEnd", "EpochBegin", "EpochEnd", "EventHandler", "TrainBegin", "TrainEnd",
    "_check_event_handlers", "better", "monitored",
]  # fmt: skip


class EventHandler:
    """Base of all event handlers. Those with a lower `priority` (default 0) are called first."""


class TrainBegin(EventHandler):
    """Base of handlers that are called when training begins."""

    def train_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> Any:
        """Called once, before the first epoch."""


class TrainEnd(EventHandler):
    """Base of handlers that are called when training ends."""

    def train_end(self, estimator: Any, *args: Any, **kwargs: Any) -> Any:
        """Called once, after the last epoch."""


class EpochBegin(EventHandler):
    """Base of handlers that are called when an epoch begins."""

    def epoch_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> Any:
        """Called before the first batch of each epoch, and of each evaluation."""


class EpochEnd(EventHandler):
    """Base of handlers that are called when an epoch ends."""

    def epoch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> Any:
        """Called after the last batch of each epoch and evaluation; a true value returned ends training."""
        return False


class BatchBegin(EventHandler):
    """Base of handlers that are called before a batch."""

    def batch_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> Any:
        """Called with the keyword `batch`: what the loader gave."""


class BatchEnd(EventHandler):
    """Base of handlers that are called after a batch."""

    def batch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> Any:
        """Called with `batch`, `pred`, `label`, `loss`; a true value returned ends the epoch."""
        return False


def _check_event_handlers(handlers: Any) -> list[EventHandler]:
    """A list of handlers from one handler, several or none."""
    given = [handlers] if isinstance(handlers, EventHandler) else [] if handlers is None else handlers
    if not isinstance(given, list | tuple) or not all(isinstance(h, EventHandler) for h in given):
        raise MXNetValueError(f"handlers must be an EventHandler or a list of EventHandler, got: {handlers}")
    return list(given)


def monitored(monitor: Any, why: str = "") -> EvalMetric:
    """`monitor` if it is a metric; else an error that begins with `why`."""
    if not isinstance(monitor, EvalMetric):
        start = f"{why}, please" if why else "Please"
        raise MXNetValueError(
            f"{start} provide one of the metric objects from estimator.train_metrics and estimator.val_metrics as "
            f"monitor, got {monitor!r}."
        )
    return monitor


def better(handler: str, monitor: EvalMetric, mode: str) -> np.ufunc:
    """How a new value is compared with the best one: ``np.less`` for mode 'min', ``np.greater`` for 'max'.

    'auto' takes `greater` for every metric, as MXNet 1.9.1 does, and says so. Losses need 'min'.
    """
    if mode not in ("auto", "min", "max"):
        warnings.warn(
            f"{handler} mode {mode} is unknown, fallback to auto mode. Known modes are auto, min and max.",
            RuntimeWarning,
            stacklevel=3,
        )
        mode = "auto"
    if mode == "auto":
        warnings.warn(
            f"`greater` operator will be used to determine if {monitor.name} has improved. Please specify "
            "`mode='min'` to use the `less` operator. Specify `mode='max' to disable this warning.`",
            stacklevel=3,
        )
    return np.less if mode == "min" else np.greater


for _class in (EventHandler, TrainBegin, TrainEnd, EpochBegin, EpochEnd, BatchBegin, BatchEnd):
    _class.__module__ = "mxr.gluon.contrib.estimator.event_handler"
