"""Which metrics an estimator takes, and which it chooses by itself."""

from __future__ import annotations

from typing import Any

from ....base import MXNetValueError
from ....metric import Accuracy, CompositeEvalMetric, EvalMetric
from ...loss import SoftmaxCrossEntropyLoss

__all__ = []  # as in MXNet there is nothing for users here


def _check_metrics(metrics: Any) -> list[EvalMetric]:
    """A list of metrics from one metric, several or none; of a composite one come its members."""
    if isinstance(metrics, CompositeEvalMetric):
        return _check_metrics(metrics.metrics)
    given = metrics if isinstance(metrics, list) else [] if metrics is None else [metrics]
    if not all(isinstance(m, EvalMetric) for m in given):
        raise MXNetValueError(
            f"metrics must be a Metric or a list of Metric, refer to mxnet.metric.EvalMetric: {metrics}"
        )
    return [m for each in given for m in (_check_metrics(each) if isinstance(each, CompositeEvalMetric) else [each])]


def _check_metric_known(handler: Any, metric: Any, known_metrics: list[EvalMetric]) -> None:
    if not any(metric is known for known in known_metrics):
        raise MXNetValueError(
            f"Event handler {type(handler).__name__} refers to a metric instance {metric} outside of the known "
            "training and validation metrics. Please use the metrics from estimator.train_metrics and "
            "estimator.val_metrics instead."
        )


def _check_handler_metric_ref(handler: Any, known_metrics: list[EvalMetric]) -> None:
    """Raises where an attribute of the handler named ``...metric...`` holds a metric that is not in `known_metrics`.

    A `monitor` is not looked at, as in MXNet: it may be updated by a handler of one's own.
    """
    for name in dir(handler):
        held = getattr(handler, name) if "metric" in name else None
        if held and not callable(held):
            for metric in held if isinstance(held, list) else [held]:
                _check_metric_known(handler, metric, known_metrics)


def _suggest_metric_for_loss(loss: Any) -> EvalMetric | None:
    """The accuracy for softmax cross entropy; nothing for other losses."""
    return Accuracy() if isinstance(loss, SoftmaxCrossEntropyLoss) else None
