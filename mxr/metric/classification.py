"""Metrics of class predictions: shares of right answers and measures from the confusion matrix."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy

from ..base import MXNetAssertionError, MXNetValueError
from .base import EvalMetric, alias, check_label_shapes, register, values_of

__all__ = ["F1", "MCC", "PCC", "Accuracy", "TopKAccuracy"]


@register
@alias("acc")
class Accuracy(EvalMetric):
    """Share of predictions equal to the label.

    Parameters
    ----------
    axis : where the classes lie in predictions that have one dimension more than the labels; the largest counts.
    """

    def __init__(
        self,
        axis: int = 1,
        name: str = "accuracy",
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
    ) -> None:
        super().__init__(name, axis=axis, output_names=output_names, label_names=label_names, has_global_stats=True)
        self.axis = axis

    def update(self, labels: Any, preds: Any) -> None:
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            found, wanted = _classes(pred, label, self.axis)
            if found.size != wanted.size:
                check_label_shapes(wanted, found)
            self._add(int(numpy.count_nonzero(found == wanted)), found.size)


def _classes(pred: Any, label: Any, axis: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Predicted and true classes, flat, as int32."""
    pred, label = values_of(pred), values_of(label)
    if pred.shape != label.shape:
        if not -pred.ndim <= axis < pred.ndim:
            raise MXNetValueError(f"Accuracy: axis={axis} is out of bounds for predictions of shape {pred.shape}")
        pred = pred.argmax(axis=axis)
    return pred.astype(numpy.int32, copy=False).ravel(), label.astype(numpy.int32, copy=False).ravel()


@register
@alias("top_k_accuracy", "top_k_acc")
class TopKAccuracy(EvalMetric):
    """Share of samples whose label is among the `top_k` largest predictions (rows of a matrix)."""

    def __init__(
        self,
        top_k: int = 1,
        name: str = "top_k_accuracy",
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
    ) -> None:
        super().__init__(name, top_k=top_k, output_names=output_names, label_names=label_names, has_global_stats=True)
        self.top_k = int(top_k)
        if self.top_k <= 1:
            raise MXNetAssertionError(f"Please use Accuracy if top_k is no more than 1, got top_k={top_k}")
        self.name += f"_{self.top_k:d}"

    def update(self, labels: Any, preds: Any) -> None:
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            scores = values_of(pred).astype("float32", copy=False)
            wanted = values_of(label).astype("int32", copy=False)
            if scores.ndim > 2:
                raise MXNetAssertionError(f"Predictions should be no more than 2 dims, got shape {scores.shape}")
            check_label_shapes(wanted, scores)
            wanted = wanted.ravel()
            if scores.ndim == 1:
                hits = numpy.argpartition(scores, -min(len(scores), self.top_k)) == wanted
            else:
                k = min(scores.shape[1], self.top_k)
                best = numpy.argpartition(scores, -k, axis=1)[:, -k:]
                hits = best == wanted[:, None]
            self._add(int(numpy.count_nonzero(hits)), len(wanted))


def _count(span: str, i: int) -> property:
    return property(lambda self: int(getattr(self, span)[i]))


def _share(counts: numpy.ndarray, right: int, wrong: int) -> float:
    both = int(counts[right] + counts[wrong])
    return int(counts[right]) / float(both) if both > 0 else 0.0


class _Counts:
    """True and false positives and negatives of a two-class problem, for a span and for the epoch."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.local = numpy.zeros(4, dtype=numpy.int64)
        self.total = numpy.zeros(4, dtype=numpy.int64)

    def reset_local(self) -> None:
        self.local = numpy.zeros(4, dtype=numpy.int64)

    def add(self, metric: str, label: Any, pred: Any) -> None:
        label, pred = values_of(label).astype("int32"), values_of(pred)
        found = pred.argmax(axis=1)
        check_label_shapes(label, pred)
        label = label.ravel()
        if ((label < 0) | (label > 1)).any() and len(numpy.unique(label)) > 2:
            raise MXNetValueError(f"{metric} currently only supports binary classification.")
        positive, right = found == 1, found == label
        true = label == 1
        # tp, fp, fn, tn
        counts = numpy.array(
            [
                numpy.count_nonzero(positive & true),
                numpy.count_nonzero(positive & (label == 0)),
                numpy.count_nonzero((found == 0) & true),
                numpy.count_nonzero(right & (label == 0)),
            ]
        )
        self.local += counts
        self.total += counts

    # ---- MXNet's names, in the order tp, fp, fn, tn
    true_positives = _count("local", 0)
    false_positives = _count("local", 1)
    false_negatives = _count("local", 2)
    true_negatives = _count("local", 3)
    global_true_positives = _count("total", 0)
    global_false_positives = _count("total", 1)
    global_false_negatives = _count("total", 2)
    global_true_negatives = _count("total", 3)
    precision = property(lambda self: _share(self.local, 0, 1))
    recall = property(lambda self: _share(self.local, 0, 2))
    fscore = property(lambda self: _f1(self.local))
    total_examples = property(lambda self: int(self.local.sum()))
    global_precision = property(lambda self: _share(self.total, 0, 1))
    global_recall = property(lambda self: _share(self.total, 0, 2))
    global_fscore = property(lambda self: _f1(self.total))
    global_total_examples = property(lambda self: int(self.total.sum()))

    def matthewscc(self, use_global: bool = False) -> float:
        """Matthews correlation coefficient."""
        counts = self.total if use_global else self.local
        return _mcc(counts) if counts.any() else 0.0


def _f1(counts: numpy.ndarray) -> float:
    precision, recall = _share(counts, 0, 1), _share(counts, 0, 2)
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def _mcc(counts: numpy.ndarray) -> float:
    tp, fp, fn, tn = map(float, counts.tolist())
    product = 1.0
    for term in (tp + fp, tp + fn, tn + fp, tn + fn):
        product *= term or 1.0
    return (tp * tn - fp * fn) / sqrt(product)


class _Binary(EvalMetric):
    """A figure from the four counts, averaged over batches ("macro") or from the counts of all ("micro")."""

    def __init__(
        self, name: str, output_names: list[str] | None, label_names: list[str] | None, average: str, figure: Any
    ) -> None:
        self.average = average
        self._figure = figure
        self.metrics = _Counts()
        super().__init__(name=name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def update(self, labels: Any, preds: Any) -> None:
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            self.metrics.add(type(self).__name__, label, pred)
        if self.average == "macro":
            self.sum_metric += self._figure(self.metrics.local)
            self.global_sum_metric += self._figure(self.metrics.total)
            self.num_inst += 1
            self.global_num_inst += 1
            self.metrics.reset()
        else:
            local, total = int(self.metrics.local.sum()), int(self.metrics.total.sum())
            self.sum_metric, self.num_inst = self._figure(self.metrics.local) * local, local
            self.global_sum_metric, self.global_num_inst = self._figure(self.metrics.total) * total, total

    def reset(self) -> None:
        super().reset()
        self.metrics.reset()

    def reset_local(self) -> None:
        super().reset_local()
        self.metrics.reset_local()


@register
class F1(_Binary):
    """F1 score of two-class predictions (n, 2): harmonic mean of precision and recall of class 1.

    Parameters
    ----------
    average : "macro" (mean of the batches' scores) or "micro" (score of all samples together).
    """

    def __init__(
        self,
        name: str = "f1",
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
        average: str = "macro",
    ) -> None:
        super().__init__(name, output_names, label_names, average, _f1)


@register
class MCC(_Binary):
    """Matthews correlation coefficient of two-class predictions; `average` as in `F1`."""

    def __init__(
        self,
        name: str = "mcc",
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
        average: str = "macro",
    ) -> None:
        super().__init__(name, output_names, label_names, average, _mcc)


@register
class PCC(EvalMetric):
    """Matthews correlation for any number of classes, from the confusion matrix of all samples seen."""

    def __init__(
        self,
        name: str = "pcc",
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
        has_global_stats: bool = True,
    ) -> None:
        self.k = 2
        self.lcm = self.gcm = numpy.zeros((2, 2))
        super().__init__(
            name=name, output_names=output_names, label_names=label_names, has_global_stats=has_global_stats
        )

    def _correlation(self, matrix: numpy.ndarray) -> float:
        n = matrix.sum()
        x, y = matrix.sum(axis=1), matrix.sum(axis=0)
        cov_xx, cov_yy = numpy.sum(x * (n - x)), numpy.sum(y * (n - y))
        if cov_xx == 0 or cov_yy == 0:
            return float("nan")
        return float(numpy.sum(matrix.diagonal() * n - x * y) / numpy.sqrt(cov_xx * cov_yy))

    def update(self, labels: Any, preds: Any) -> None:
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            found, wanted = _classes(pred, label, 1)
            check_label_shapes(wanted, found)
            if min(found.min(initial=0), wanted.min(initial=0)) < 0:
                raise MXNetValueError(f"PCC: label {wanted.min()} is out of range, classes count from 0")
            highest = int(max(found.max(initial=0), wanted.max(initial=0)))
            if highest >= self.k:
                grow = highest + 1 - self.k
                self.lcm = numpy.pad(self.lcm, ((0, grow), (0, grow)))
                self.gcm = numpy.pad(self.gcm, ((0, grow), (0, grow)))
                self.k = highest + 1
            cells = numpy.bincount(found.astype(numpy.int64) * self.k + wanted, minlength=self.k**2)
            self.lcm += cells.reshape(self.k, self.k)
            self.gcm += cells.reshape(self.k, self.k)
        self.num_inst += 1
        self.global_num_inst += 1

    @property
    def sum_metric(self) -> float:  # type: ignore[override]
        return self._correlation(self.lcm) * self.num_inst

    @property
    def global_sum_metric(self) -> float:  # type: ignore[override]
        return self._correlation(self.gcm) * self.global_num_inst

    def reset(self) -> None:
        self.global_num_inst = 0
        self.gcm = numpy.zeros((self.k, self.k))
        self.reset_local()

    def reset_local(self) -> None:
        self.num_inst = 0
        self.lcm = numpy.zeros((self.k, self.k))
