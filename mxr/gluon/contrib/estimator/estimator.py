"""Estimator: trains and evaluates a network."""

from __future__ import annotations

import copy
import logging
import sys
import warnings
from typing import Any

from ....base import MXNetValueError
from ....context import Context, cpu, gpu, num_gpus
from ....metric import EvalMetric, Loss
from ... import loss as gluon_loss
from ...data import DataLoader
from ...trainer import Trainer
from ...utils import split_and_load
from .batch_processor import BatchProcessor
from .event_handler import (
    BatchBegin,
    BatchEnd,
    EpochBegin,
    EpochEnd,
    EventHandler,
    GradientUpdateHandler,
    LoggingHandler,
    MetricHandler,
    StoppingHandler,
    TrainBegin,
    TrainEnd,
    ValidationHandler,
    _check_event_handlers,
)
from .utils import _check_handler_metric_ref, _check_metrics, _suggest_metric_for_loss

__all__ = ["Estimator"]

_EVENTS = TrainBegin, EpochBegin, BatchBegin, BatchEnd, EpochEnd, TrainEnd


class Estimator:
    """Training and evaluation of a network, with handlers that are called before and after epochs and batches.

    Parameters
    ----------
    net : the network.
    loss : a gluon Loss.
    train_metrics : a metric or a list of them; by default the loss, and the accuracy for softmax cross entropy. Their
        names get "training " in front.
    val_metrics : the same for validation; by default copies of `train_metrics`.
    initializer : initialises the network where that has not been done.
    trainer : a Trainer; by default SGD with learning rate 0.001.
    context : a Context or a list of them; by default the first GPU, else the CPU.
    val_net : the network for validation; by default `net`.
    val_loss : the loss for validation; by default `loss`.
    batch_processor : what runs a batch; by default a BatchProcessor.

    Raises
    ------
    MXNetValueError : an argument is of another kind.
    """

    def __init__(
        self,
        net: Any,
        loss: Any,
        train_metrics: Any = None,
        val_metrics: Any = None,
        initializer: Any = None,
        trainer: Any = None,
        context: Any = None,
        val_net: Any = None,
        val_loss: Any = None,
        batch_processor: Any = None,
    ) -> None:
        self.net = net
        self.loss = self._check_loss(loss)
        self._train_metrics = _check_metrics(train_metrics)
        self._val_metrics = _check_metrics(val_metrics)
        self._add_default_training_metrics()
        self._add_validation_metrics()
        self.val_loss = self.loss if val_loss is None else self._check_loss(val_loss)
        self.val_net = net if val_net is None else val_net
        self.logger = logging.Logger(name="Estimator", level=logging.INFO)
        self.logger.addHandler(logging.StreamHandler(sys.stdout))
        self.context = self._check_context(context)
        self._initialize(initializer)
        self.trainer = self._check_trainer(trainer)
        self.batch_processor = self._check_batch_processor(batch_processor)

    # ---- arguments
    def _check_loss(self, loss: Any) -> Any:
        if not isinstance(loss, gluon_loss.Loss):
            raise MXNetValueError(f"loss must be a Loss, refer to gluon.loss.Loss: {loss}")
        return loss

    def _check_context(self, context: Any) -> list[Context]:
        if not context:
            if num_gpus() > 1:
                warnings.warn(
                    "There are several GPUs, and gpu(0) is used. To use them all, give a list: "
                    "context=[mx.gpu(0), mx.gpu(1)]",
                    stacklevel=3,
                )
            return [gpu(0) if num_gpus() else cpu()]
        given = context if isinstance(context, list) else [context]
        if not all(isinstance(c, Context) for c in given):
            raise MXNetValueError(
                "context must be a Context or a list of Context, for example mx.cpu() or [mx.gpu(0), mx.gpu(1)], refer "
                f"to mxnet.Context: {context}"
            )
        return given

    def _check_batch_processor(self, batch_processor: Any) -> Any:
        if batch_processor is None:
            return BatchProcessor()
        if not all(callable(getattr(batch_processor, n, None)) for n in ("fit_batch", "evaluate_batch")):
            raise MXNetValueError(
                "Customized Batch Processor must contain fit_batch() and evaluate_batch() methods, got "
                f"{batch_processor!r}"
            )
        return batch_processor

    def _is_initialized(self) -> bool:
        return all(p._data is not None or p._deferred_init for p in self.net.collect_params().values())

    def _initialize(self, initializer: Any) -> None:
        if not self._is_initialized():
            given = {} if initializer is None else {"init": initializer}
            self.net.initialize(ctx=self.context, **given)
        elif initializer is not None:
            warnings.warn(
                "Network already fully initialized, skipping initialization. You don't need to pass initializer if you "
                "already initialized your net. You can use net.initialize(init=your_initializer, force_reinit=True) to "
                "force re-initialize.",
                stacklevel=3,
            )

    def _check_trainer(self, trainer: Any) -> Trainer:
        if trainer is None:
            warnings.warn("No trainer specified, default SGD optimizer with learning rate 0.001 is used.", stacklevel=3)
            return Trainer(self.net.collect_params(), "sgd", {"learning_rate": 0.001})
        if not isinstance(trainer, Trainer):
            raise MXNetValueError(f"Trainer must be a Gluon Trainer instance, refer to gluon.Trainer: {trainer!r}")
        return trainer

    # ---- metrics
    def _add_default_training_metrics(self) -> None:
        if not self._train_metrics:
            suggested = _suggest_metric_for_loss(self.loss)
            name = self.loss.name.rstrip("0123456789")
            self._train_metrics = [*([] if suggested is None else [suggested]), Loss(name)]
        for metric in self._train_metrics:
            metric.name = f"training {metric.name}"

    def _add_validation_metrics(self) -> None:
        if self._val_metrics:
            for metric in self._val_metrics:
                metric.name = f"validation {metric.name}"
            return
        self._val_metrics = [copy.deepcopy(metric) for metric in self._train_metrics]
        for metric in self._val_metrics:
            metric.name = metric.name.replace("training", "validation")

    @property
    def train_metrics(self) -> list[EvalMetric]:
        """The metrics of training."""
        return self._train_metrics

    @property
    def val_metrics(self) -> list[EvalMetric]:
        """The metrics of validation."""
        return self._val_metrics

    # ---- running
    def _get_data_and_label(self, batch: Any, ctx: list[Context], batch_axis: int = 0) -> tuple[list, list]:
        return split_and_load(batch[0], ctx, batch_axis), split_and_load(batch[1], ctx, batch_axis)

    def _check_loader(self, data: Any) -> None:
        if not isinstance(data, DataLoader):
            raise MXNetValueError(
                "Estimator only support input as Gluon DataLoader. Alternatively, you can transform your DataIter or "
                f"any NDArray into Gluon DataLoader. Refer to gluon.data.DataLoader; got {type(data).__name__}"
            )

    def evaluate(self, val_data: Any, batch_axis: int = 0, event_handlers: Any = None) -> None:
        """Evaluates on validation data; the results are in ``val_metrics``.

        Parameters
        ----------
        val_data : DataLoader with data and labels.
        batch_axis : the axis of the examples, cut over the devices.
        event_handlers : a handler or a list of them; those that update the metrics and log are added where missing.
        """
        self._check_loader(val_data)
        handlers = self._prepare_default_validation_handlers(event_handlers)
        _, epoch_begin, batch_begin, batch_end, epoch_end, _ = self._categorize_handlers(handlers)
        for handler in epoch_begin:
            handler.epoch_begin(self)
        for batch in val_data:
            for handler in batch_begin:
                handler.batch_begin(self, batch=batch)
            _, label, pred, loss = self.batch_processor.evaluate_batch(self, batch, batch_axis)
            for handler in batch_end:
                handler.batch_end(self, batch=batch, pred=pred, label=label, loss=loss)
        for handler in epoch_end:
            handler.epoch_end(self)

    def fit(
        self,
        train_data: Any,
        val_data: Any = None,
        epochs: int | None = None,
        event_handlers: Any = None,
        batches: int | None = None,
        batch_axis: int = 0,
    ) -> None:
        """Trains for a number of epochs or of batches.

        Parameters
        ----------
        train_data : DataLoader with data and labels.
        val_data : DataLoader for validation, or None.
        epochs, batches : how long; exactly one of the two.
        event_handlers : a handler or a list of them; those that update parameters and metrics, validate, stop and log
            are added where missing.
        batch_axis : the axis of the examples, cut over the devices.

        Raises
        ------
        MXNetValueError : `train_data` or `val_data` is no DataLoader or gives no batch, neither or both of `epochs` and
            `batches` are given, a handler is none or uses metrics of others.
        """
        self._check_loader(train_data)
        if bool(epochs) == bool(batches):
            raise MXNetValueError(
                "Fit only support exactly one type of iteration, train by number of epochs or number of batches. "
                f"Please specify one and only one of: epochs or batches, got epochs={epochs}, batches={batches}."
            )
        for name, number in (("epochs", epochs), ("batches", batches)):
            if number and (number != int(number) or number < 0):  # training would never end
                raise MXNetValueError(f"fit: {name}={number!r} must be a whole number above 0")
        self.max_epoch = epochs
        self.max_batch = batches
        self.batch_axis = batch_axis
        handlers = self._prepare_default_handlers(val_data, event_handlers)
        train_begin, epoch_begin, batch_begin, batch_end, epoch_end, train_end = self._categorize_handlers(handlers)
        for handler in train_begin:
            handler.train_begin(self)
        stop = False
        while not stop:
            for handler in epoch_begin:
                handler.epoch_begin(self)
            batch = None
            for batch in train_data:
                for handler in batch_begin:
                    handler.batch_begin(self, batch=batch)
                _, label, pred, loss = self.batch_processor.fit_batch(self, batch, batch_axis)
                results = [h.batch_end(self, batch=batch, pred=pred, label=label, loss=loss) for h in batch_end]
                if any(results):
                    break
            if batch is None and self.max_batch:
                raise MXNetValueError(f"fit: train_data gives no batches, and batches={self.max_batch} were asked for")
            results = [handler.epoch_end(self) for handler in epoch_end]
            stop = any(results)
        for handler in train_end:
            handler.train_end(self)

    # ---- handlers
    def _prepare_default_handlers(self, val_data: Any, event_handlers: Any) -> list[Any]:
        handlers = _check_event_handlers(event_handlers)
        added: list[EventHandler] = [StoppingHandler(self.max_epoch, self.max_batch)]

        def missing(kind: type) -> bool:
            return not any(isinstance(h, kind) for h in handlers)

        if missing(GradientUpdateHandler):
            added.append(GradientUpdateHandler())
        if missing(MetricHandler):
            added.append(MetricHandler(self.train_metrics))
        if val_data is not None and missing(ValidationHandler):
            added.append(ValidationHandler(val_data, self.evaluate))
        if missing(LoggingHandler):
            added.append(LoggingHandler(metrics=self.train_metrics))
        handlers += added
        for handler in handlers:
            _check_handler_metric_ref(handler, self.train_metrics + self.val_metrics)
        return sorted(handlers, key=lambda h: getattr(h, "priority", 0))

    def _prepare_default_validation_handlers(self, event_handlers: Any) -> list[Any]:
        handlers = _check_event_handlers(event_handlers)
        if not any(isinstance(h, MetricHandler) for h in handlers):
            handlers.append(MetricHandler(self.val_metrics))
        if not any(isinstance(h, LoggingHandler) for h in handlers):
            handlers.append(LoggingHandler(metrics=self.val_metrics))
        for handler in handlers:
            _check_handler_metric_ref(handler, self.val_metrics)
        return sorted(handlers, key=lambda h: getattr(h, "priority", 0))

    def _categorize_handlers(self, event_handlers: list[Any]) -> tuple[list[Any], ...]:
        """For each event, in the order in which they come, the handlers of it."""
        return tuple([h for h in event_handlers if isinstance(h, kind)] for kind in _EVENTS)
