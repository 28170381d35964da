"""Metrics that read a loss off the outputs, and metrics made from functions."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetNotImplementedError
from .base import EvalMetric, Feval, alias, as_numpy, check_label_shapes, class_indices, register, values_of

__all__ = ["Caffe", "CrossEntropy", "CustomMetric", "Loss", "NegativeLogLikelihood", "Perplexity", "Torch"]


@register
class Perplexity(EvalMetric):
    """Exponential of the mean negative log probability of the labels.

    Parameters
    ----------
    ignore_label : label whose samples do not count; None counts all.
    axis : where the classes lie; only the last one (-1) makes sense.
    """

    def __init__(
        self,
        ignore_label: float | None,
        axis: int = -1,
        name: str = "perplexity",
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
    ) -> None:
        super().__init__(
            name, ignore_label=ignore_label, output_names=output_names, label_names=label_names, has_global_stats=True
        )
        self.ignore_label = ignore_label
        self.axis = axis

    def update(self, labels: Any, preds: Any) -> None:
        if len(labels) != len(preds):
            raise MXNetAssertionError(f"{len(labels)} label arrays for {len(preds)} predictions")
        for label, pred in zip(labels, preds):
            label, pred = values_of(label), values_of(pred)
            if label.size != pred.size / pred.shape[-1]:
                raise MXNetAssertionError(f"shape mismatch: {label.shape} vs. {pred.shape}")
            rows = pred.reshape(-1, pred.shape[-1])
            index = class_indices("Perplexity", label, rows.shape[1], self.ignore_label)
            chosen = rows[numpy.arange(len(index)), index]
            if self.ignore_label is not None:
                chosen = chosen[label.ravel() != self.ignore_label]
            loss = -float(numpy.log(numpy.maximum(1e-10, chosen)).sum())
            self._add(loss, len(chosen))

    def get(self) -> tuple[Any, Any]:
        if self.num_inst == 0:
            return (self.name, float("nan"))
        return (self.name, exp(self.sum_metric / self.num_inst))

    def get_global(self) -> tuple[Any, Any]:
        if self.global_num_inst == 0:
            return (self.name, float("nan"))
        return (self.name, exp(self.global_sum_metric / self.global_num_inst))


class _NegativeLog(EvalMetric):
    def __init__(
        self, eps: float, name: str, output_names: list[str] | None = None, label_names: list[str] | None = None
    ) -> None:
        super().__init__(name, eps=eps, output_names=output_names, label_names=label_names, has_global_stats=True)
        self.eps = eps

    def update(self, labels: Any, preds: Any) -> None:
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            label, pred = values_of(label), values_of(pred)
            if label.size != pred.shape[0]:
                raise MXNetAssertionError(
                    f"Shape of labels {label.shape} does not match shape of predictions {pred.shape}"
                )
            index = class_indices(type(self).__name__, label, pred.shape[1])
            chosen = pred[numpy.arange(len(index)), index]
            self._add((-numpy.log(chosen + self.eps)).sum(), len(index))


@register
@alias("ce")
class CrossEntropy(_NegativeLog):
    """Mean of ``-log(pred[label] + eps)`` for probabilities (n, classes)."""

    def __init__(
        self,
        eps: float = 1e-12,
        name: str = "cross-entropy",
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
    ) -> None:
        super().__init__(eps, name, output_names, label_names)


@register
@alias("nll_loss")
class NegativeLogLikelihood(_NegativeLog):
    """Mean of ``-log(pred[label] + eps)`` for probabilities (n, classes)."""

    def __init__(
        self,
        eps: float = 1e-12,
        name: str = "nll-loss",
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
    ) -> None:
        super().__init__(eps, name, output_names, label_names)


@register
class Loss(EvalMetric):
    """Mean of the outputs' elements, for networks whose outputs are losses."""

    def __init__(
        self, name: str = "loss", output_names: list[str] | None = None, label_names: list[str] | None = None
    ) -> None:
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def update(self, _: Any, preds: Any) -> None:
        for pred in [preds] if isinstance(preds, (nd.NDArray, numpy.ndarray)) else preds:
            values = values_of(pred)
            self._add(float(values.sum()), values.size)


@register
class Torch(Loss):
    """`Loss` for Torch criterions."""

    def __init__(
        self, name: str = "torch", output_names: list[str] | None = None, label_names: list[str] | None = None
    ) -> None:
        super().__init__(name, output_names=output_names, label_names=label_names)


@register
class Caffe(Loss):
    """`Loss` for Caffe layers."""

    def __init__(
        self, name: str = "caffe", output_names: list[str] | None = None, label_names: list[str] | None = None
    ) -> None:
        super().__init__(name, output_names=output_names, label_names=label_names)


@register
class CustomMetric(EvalMetric):
    """A metric from a function of NumPy arrays.

    Parameters
    ----------
    feval : ``feval(label, pred)`` gives the batch's value, or (sum, number of samples).
    allow_extra_outputs : more outputs than labels are no error; the surplus is not looked at.
    """

    def __init__(
        self,
        feval: Feval,
        name: str | None = None,
        allow_extra_outputs: bool = False,
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
    ) -> None:
        if name is None:
            name = feval.__name__
            if "<" in name:
                name = f"custom({name})"
        super().__init__(
            name,
            feval=feval,
            allow_extra_outputs=allow_extra_outputs,
            output_names=output_names,
            label_names=label_names,
            has_global_stats=True,
        )
        self._feval = feval
        self._allow_extra_outputs = allow_extra_outputs

    def update(self, labels: Any, preds: Any) -> None:
        if not self._allow_extra_outputs:
            labels, preds = check_label_shapes(labels, preds, True)
        for pred, label in zip(preds, labels):
            value = self._feval(as_numpy(label), as_numpy(pred))
            if isinstance(value, tuple):
                self._add(*value)
            else:
                self._add(value, 1)

    def get_config(self) -> dict[str, Any]:
        raise MXNetNotImplementedError("CustomMetric cannot be serialized")
