"""Several metrics as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..base import MXNetTypeError, MXNetValueError
from .base import EvalMetric, Feval, _registry, alias, register
from .loss import CustomMetric

__all__ = ["CompositeEvalMetric", "create", "np"]


@register
@alias("composite")
class CompositeEvalMetric(EvalMetric):
    """Updates every metric of a list; `get` gives the lists of their names and values."""

    def __init__(
        self,
        metrics: list[Any] | None = None,
        name: str = "composite",
        output_names: list[str] | None = None,
        label_names: list[str] | None = None,
    ) -> None:
        self.metrics = [create(metric) for metric in metrics or []]
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def add(self, metric: Any) -> None:
        """Appends a metric (or what `create` makes one of)."""
        self.metrics.append(create(metric))

    def get_metric(self, index: int) -> EvalMetric:
        """The metric at `index`."""
        if not -len(self.metrics) <= index < len(self.metrics):
            raise MXNetValueError(f"Metric index {index} is out of range 0 and {len(self.metrics)}")
        return self.metrics[index]

    def update_dict(self, labels: Mapping[str, Any], preds: Mapping[str, Any]) -> None:
        if self.label_names is not None:
            labels = {name: array for name, array in labels.items() if name in self.label_names}
        if self.output_names is not None:
            preds = {name: array for name, array in preds.items() if name in self.output_names}
        for metric in self.metrics:
            metric.update_dict(labels, preds)

    def update(self, labels: Any, preds: Any) -> None:
        for metric in self.metrics:
            metric.update(labels, preds)

    def reset(self) -> None:
        for metric in self.metrics:
            metric.reset()

    def reset_local(self) -> None:
        for metric in self.metrics:
            metric.reset_local()

    def get(self) -> tuple[Any, Any]:
        return self._collect(lambda metric: metric.get())

    def get_global(self) -> tuple[Any, Any]:
        return self._collect(lambda metric: metric.get_global())

    def _collect(self, ask: Callable[[EvalMetric], tuple[Any, Any]]) -> tuple[list[str], list[Any]]:
        names: list[str] = []
        values: list[Any] = []
        for metric in self.metrics:
            name, value = ask(metric)
            names.extend(name if isinstance(name, list) else [name])
            values.extend(value if isinstance(value, (list, tuple)) else [value])
        return names, values

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "metrics": [metric.get_config() for metric in self.metrics]}


def create(metric: Any, *args: Any, **kwargs: Any) -> EvalMetric:
    """A metric from an instance, a name (``"acc"``), a function of (label, pred), a configuration, or a list."""
    if isinstance(metric, dict):
        metric = dict(metric)
        return create(metric.pop("metric"), *args, **metric, **kwargs)
    if callable(metric):
        return CustomMetric(metric, *args, **kwargs)
    if isinstance(metric, (list, tuple)):
        together = CompositeEvalMetric()
        for child in metric:
            together.add(create(child, *args, **kwargs))
        return together
    return _registry.create(metric, *args, base=EvalMetric, **kwargs)


def np(numpy_feval: Feval, name: str | None = None, allow_extra_outputs: bool = False) -> CustomMetric:
    """A `CustomMetric` from a function ``numpy_feval(label, pred)`` of NumPy arrays."""

    if not callable(numpy_feval):
        raise MXNetTypeError(f"metric.np: numpy_feval must be a function of (label, pred), got {numpy_feval!r}")

    def feval(label: Any, pred: Any) -> Any:
        return numpy_feval(label, pred)

    feval.__name__ = getattr(numpy_feval, "__name__", type(numpy_feval).__name__)
    return CustomMetric(feval, name, allow_extra_outputs)
