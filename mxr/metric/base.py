"""What all metrics share: sums over the current span and over the whole epoch, names, registry, shape checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy

from .. import ndarray as nd
from .. import registry
from ..base import MXNetTypeError, MXNetValueError, Registry

__all__ = ["EvalMetric", "alias", "check_label_shapes", "register"]

_registry = Registry("metric")
alias = _registry.alias


def check_label_shapes(labels: Any, preds: Any, wrap: bool = False, shape: bool = False) -> tuple[Any, Any]:
    """Raises unless `labels` and `preds` have equal lengths (equal shapes with ``shape=True``).

    With ``wrap=True`` single arrays come back as lists of one.
    """
    for what, value in (("labels", labels), ("preds", preds)):
        if not hasattr(value, "shape" if shape else "__len__"):
            raise MXNetTypeError(f"{what} must be {'an array' if shape else 'a list of arrays'}, got {value!r}")
    label_shape, pred_shape = (labels.shape, preds.shape) if shape else (len(labels), len(preds))
    if label_shape != pred_shape:
        raise MXNetValueError(f"Shape of labels {label_shape} does not match shape of predictions {pred_shape}")
    if wrap:
        labels = [labels] if isinstance(labels, (nd.NDArray, numpy.ndarray)) else labels
        preds = [preds] if isinstance(preds, (nd.NDArray, numpy.ndarray)) else preds
    return labels, preds


def as_numpy(array: Any) -> numpy.ndarray:
    """`array` as a NumPy array; NumPy arrays pass through."""
    return array.asnumpy() if hasattr(array, "asnumpy") else numpy.asarray(array)


def values_of(array: Any) -> numpy.ndarray:
    """The values of `array` for one who only looks at them now: the array's own memory where that is at hand."""
    buf = getattr(array, "_buf", None)
    if type(buf) is numpy.ndarray and buf.dtype.isbuiltin == 1 and type(array) is nd.NDArray:
        return array._home
    return as_numpy(array)


def class_indices(metric: str, labels: numpy.ndarray, classes: int, ignore: float | None = None) -> numpy.ndarray:
    """Flat `labels` as integer indices below `classes`; a clear error instead of wrapping or clipping silently."""
    flat = labels.ravel()
    wrong = ~((flat >= 0) & (flat < classes))
    if ignore is not None:
        wrong &= flat != ignore
    if wrong.any():
        value = flat[wrong][0]
        raise MXNetValueError(
            f"{metric}: label {value} is out of range, the predictions have {classes} classes (0 to {classes - 1})"
        )
    if ignore is not None:
        flat = numpy.where(flat == ignore, 0, flat)
    return flat.astype(numpy.int64)


class EvalMetric:
    """Base of all metrics.

    Parameters
    ----------
    name : name under which `get` reports the value.
    output_names, label_names : outputs and labels that `update_dict` picks; None takes all in order.

    `sum_metric / num_inst` is the value since the last `reset_local`; the `global_` pair counts since `reset`.
    """

    def __init__(
        self, name: str, output_names: list[str] | None = None, label_names: list[str] | None = None, **kwargs: Any
    ) -> None:
        self.name = str(name)
        self.output_names = output_names
        self.label_names = label_names
        self._has_global_stats = kwargs.pop("has_global_stats", False)
        self._kwargs = kwargs
        self.reset()

    def __str__(self) -> str:
        return f"EvalMetric: {dict(self.get_name_value())}"

    def get_config(self) -> dict[str, Any]:
        """The configuration, from which `create` makes an equal metric."""
        return {
            **self._kwargs,
            "metric": type(self).__name__,
            "name": self.name,
            "output_names": self.output_names,
            "label_names": self.label_names,
        }

    def update_dict(self, label: Mapping[str, Any], pred: Mapping[str, Any]) -> None:
        """`update` with arrays picked by name out of dicts."""
        preds = _pick(pred, self.output_names, "output")
        labels = _pick(label, self.label_names, "label")
        self.update(labels, preds)

    def update(self, labels: Any, preds: Any) -> None:
        """Counts a batch: lists of label arrays and of prediction arrays."""
        raise NotImplementedError

    def _add(self, value: float, count: float) -> None:
        value = float(value)  # a NumPy float32 would make the sums float32
        self.sum_metric += value
        self.num_inst += count
        self.global_sum_metric += value
        self.global_num_inst += count

    def reset(self) -> None:
        """Forgets everything."""
        self.num_inst: float = 0
        self.sum_metric: float = 0.0
        self.global_num_inst: float = 0
        self.global_sum_metric: float = 0.0

    def reset_local(self) -> None:
        """Forgets all but the epoch's totals."""
        self.num_inst = 0
        self.sum_metric = 0.0

    def get(self) -> tuple[Any, Any]:
        """(name, value); nan before the first `update`."""
        return (self.name, self.sum_metric / self.num_inst if self.num_inst else float("nan"))

    def get_global(self) -> tuple[Any, Any]:
        """(name, value over the whole epoch)."""
        if not self._has_global_stats:
            return self.get()
        return (self.name, self.global_sum_metric / self.global_num_inst if self.global_num_inst else float("nan"))

    def get_name_value(self) -> list[tuple[str, float]]:
        """List of (name, value)."""
        return _pairs(self.get())

    def get_global_name_value(self) -> list[tuple[str, float]]:
        """List of (name, value over the whole epoch)."""
        return _pairs(self.get_global())


registry.adopt(EvalMetric, _registry)
register = registry.get_register_func(EvalMetric, "metric")


def _pairs(got: tuple[Any, Any]) -> list[tuple[str, float]]:
    name, value = got
    return list(zip(name if isinstance(name, list) else [name], value if isinstance(value, list) else [value]))


def _pick(arrays: Mapping[str, Any], names: list[str] | None, what: str) -> list[Any]:
    if names is None:
        return list(arrays.values())
    missing = [name for name in names if name not in arrays]
    if missing:
        raise MXNetValueError(f"metric needs {what} {missing[0]!r}, there are {', '.join(map(repr, arrays)) or 'none'}")
    return [arrays[name] for name in names]


Feval = Callable[[numpy.ndarray, numpy.ndarray], Any]
