"""MXNet R's metrics over whole batches: the value is the mean over batches, padding items included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mxr.base import MXNetError, suggest

from .r_convert import dim_text
from .r_io import checked
from .r_nd import host_array, put

__all__ = ["BUILTIN", "Metric", "RMetric", "batch_value", "metric_of"]


def _same_length(name: str, label: np.ndarray, pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y, p = label.reshape(-1).astype(np.float64), pred.reshape(-1).astype(np.float64)
    if y.size != p.size:
        raise MXNetError(
            f"metric {name}: {y.size} labels but {p.size} predictions "
            f"(label dim {dim_text(label.shape)}, prediction dim {dim_text(pred.shape)})"
        )
    return y, p


def _classes(name: str, label: np.ndarray, pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels (n,) and scores (n, k): the class axis is backend axis 1."""
    if pred.ndim < 2:
        raise MXNetError(f"metric {name}: needs predictions of dim c(classes, examples), given {dim_text(pred.shape)}")
    y = label.reshape(-1)
    p = pred if pred.ndim == 2 else np.moveaxis(pred, 1, -1).reshape(-1, pred.shape[1])
    if y.size != p.shape[0]:
        raise MXNetError(f"metric {name}: {y.size} labels but predictions of dim {dim_text(pred.shape)}")
    return y, p


def accuracy(label: np.ndarray, pred: np.ndarray) -> float:
    y, p = _classes("accuracy", label, pred)
    return float(np.float32(np.count_nonzero(p.argmax(axis=1) == y)) / np.float32(y.size))


def top_k_accuracy(label: np.ndarray, pred: np.ndarray) -> float:
    y, p = _classes("top_k_accuracy", label, pred)
    k = min(5, p.shape[1])
    top = np.argpartition(-p, k - 1, axis=1)[:, :k]
    return float(np.mean((top == y[:, None]).any(axis=1), dtype=np.float32))


def mse(label: np.ndarray, pred: np.ndarray) -> float:
    y, p = _same_length("mse", label, pred)
    return float(np.mean((y - p) ** 2))


def rmse(label: np.ndarray, pred: np.ndarray) -> float:
    return mse(label, pred) ** 0.5


def mae(label: np.ndarray, pred: np.ndarray) -> float:
    y, p = _same_length("mae", label, pred)
    return float(np.mean(np.abs(y - p)))


def rmsle(label: np.ndarray, pred: np.ndarray) -> float:
    y, p = _same_length("rmsle", label, pred)
    return float(np.sqrt(np.mean((np.log1p(p) - np.log1p(y)) ** 2)))


def perplexity(label: np.ndarray, pred: np.ndarray) -> float:
    y, p = _classes("Perplexity", label, pred)
    keep = y != -1
    if not keep.any():
        return float("nan")
    probs = p[keep, y[keep].astype(np.int64)].astype(np.float64)
    with np.errstate(divide="ignore"):
        return float(np.exp(-np.mean(np.log(probs))))


def logloss(label: np.ndarray, pred: np.ndarray) -> float:
    y, p = _same_length("logloss", label, pred)
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)))


def logistic_acc(label: np.ndarray, pred: np.ndarray) -> float:
    y, p = _same_length("logistic_acc", label, pred)
    return float(np.mean((p > 0.5) == (y > 0.5)))


BUILTIN: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    f.__name__: f for f in (accuracy, top_k_accuracy, mse, rmse, mae, rmsle, logloss, logistic_acc)
}
BUILTIN["Perplexity"] = perplexity


def batch_value(name: str, label: np.ndarray, pred: np.ndarray) -> float:
    fn = BUILTIN.get(name)
    if fn is None:
        raise MXNetError(f"there is no metric {name!r}.{suggest(name, BUILTIN)}")
    return fn(label, pred)


class Metric:
    """A built-in metric; `state` is MXNet R's c(batches, sum)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = [0.0, 0.0]

    def init(self, which: str) -> None:
        self.state = [0.0, 0.0]

    def update(self, which: str, label: Any, pred: Any) -> None:
        value = batch_value(self.name, host_array(label), host_array(pred))
        self.state = [self.state[0] + 1, self.state[1] + value]


class RMetric:
    """A metric written in R: R keeps its state and gets NDArrays."""

    state = None

    def __init__(self, fns: dict[str, Callable[..., Any]]) -> None:
        self._init, self._update = fns["init"], fns["update"]

    def init(self, which: str) -> None:
        checked(self._init(which))

    def update(self, which: str, label: Any, pred: Any) -> None:
        checked(self._update(which, _array(label), _array(pred)))


def _array(x: Any) -> list[int]:
    import mxr as mx

    return put(x if isinstance(x, mx.nd.NDArray) else mx.nd.array(x, ctx=mx.cpu()))


def metric_of(spec: Any) -> Metric | RMetric | None:
    if spec is None:
        return None
    return RMetric(spec) if isinstance(spec, dict) else Metric(spec)
